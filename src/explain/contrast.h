/* contrast.h: two sequences of one text ("Failed: ... Good: ..."): the step where they part. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_EXPLAIN_CONTRAST_H
#define TW_EXPLAIN_CONTRAST_H

#include "base/buf.h"
#include "typed/typed.h"

/* One sentence for each sequence behind the first one with a heading; nothing without headings. */
void tw_contrast(struct tw_buf *buf, const struct tw_typed *typed);

#endif
