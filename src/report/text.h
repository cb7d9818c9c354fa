/* text.h: reports for the terminal: the overview, a paragraph, one connection in full. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_REPORT_TEXT_H
#define TW_REPORT_TEXT_H

#include "explain/explain.h"
#include "report/summary.h"

enum { TW_TEXT_WIDTH_MAX = 100, TW_TEXT_WIDTH_MIN = 60 };

/* Colour never carries meaning alone. */
struct tw_text_style {
	bool color;
	unsigned width; /* columns, TW_TEXT_WIDTH_MIN to TW_TEXT_WIDTH_MAX */
};

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
/* One cause of the catalogue in full. */
void tw_text_cause(struct tw_buf *buf, enum tw_cause cause, const struct tw_text_style *style);

/* ---- shared by the files that draw text ---- */

/*
 * Breaks `text` into lines of `style->width` columns. The first line begins where the buffer's last
 * line ends (`column`), later ones `indent` columns in. Ends with a newline.
 */
void tw_text_wrap(struct tw_buf *buf, struct tw_str text, size_t column, size_t indent,
		  const struct tw_text_style *style);
void tw_text_heading(struct tw_buf *buf, const char *words, const struct tw_text_style *style);
/* The packets between the states of both ends. */
void tw_text_ladder(struct tw_buf *buf, const struct tw_case *c, const struct tw_text_style *style);

#endif
