/* text.h: reports for the terminal: the overview, a paragraph, one connection in full. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_REPORT_TEXT_H
#define TW_REPORT_TEXT_H

#include "explain/explain.h"
#include "report/layout.h"
#include "report/summary.h"

/* The counts of the whole input. */
void tw_text_summary(struct tw_buf *buf, const struct tw_summary *summary,
		     const struct tw_text_style *style);
/* One connection in a few lines. */
void tw_text_paragraph(struct tw_buf *buf, const struct tw_case *c,
		       const struct tw_explanation *explanation, const struct tw_text_style *style);
/* One connection in full: story, ladder, answers, hypotheses, what would settle it, advice. */
void tw_text_connection(struct tw_buf *buf, const struct tw_case *c,
			const struct tw_explanation *explanation,
			const struct tw_text_style *style);

#endif
