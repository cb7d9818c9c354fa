/* causality.h: what each end had received when it sent each segment, for who asks. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_REPORT_CAUSALITY_H
#define TW_REPORT_CAUSALITY_H

#include "explain/case.h"
#include "report/layout.h"

/* A section with a row for each segment; nothing where the case has no steps. */
void tw_text_causality(struct tw_buf *buf, const struct tw_case *c,
		       const struct tw_text_style *style);

/* The same as a JSON record of its own, one line: "record":"causality". */
void tw_json_causality(struct tw_buf *buf, const struct tw_case *c);

#endif
