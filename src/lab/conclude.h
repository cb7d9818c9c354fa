/* conclude.h: what tcpwhy makes of a run's recordings, beside what the run really was. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_CONCLUDE_H
#define TW_LAB_CONCLUDE_H

#include "lab/run.h"
#include "report/layout.h"

/*
 * Feeds each recording, packets alone, to a session of its own and tells for each connection of
 * the truth what came out at each point, and whether it is so. The recordings are complete: the
 * wire has stopped. False without memory.
 */
TW_CHECK bool lab_conclude(struct tw_buf *out, const struct lab_run *run,
			   const struct tw_text_style *style);

#endif
