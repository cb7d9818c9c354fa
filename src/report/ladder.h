/* ladder.h: the packets of a connection, drawn between the states of its two ends. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_REPORT_LADDER_H
#define TW_REPORT_LADDER_H

#include "explain/case.h"
#include "report/layout.h"

void tw_text_ladder(struct tw_buf *buf, const struct tw_case *c, const struct tw_text_style *style);

#endif
