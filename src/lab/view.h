/* view.h: a run side by side: what the programs did, what the wire saw, what the kernels said. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_VIEW_H
#define TW_LAB_VIEW_H

#include "lab/run.h"
#include "report/layout.h"

/* Title, story and the numbers that were drawn. */
void lab_view_plan(struct tw_buf *out, const struct lab_plan *plan,
		   const struct tw_text_style *style);
/*
 * One line of time for all: on the left and on the right each host's program and kernel, between
 * them the segments as they passed the middle. The run has ended; its wire is not freed yet. Long
 * transfers are told by their count, long runs lose their middle.
 */
void lab_view_run(struct tw_buf *out, const struct lab_run *run, const struct tw_text_style *style);

#endif
