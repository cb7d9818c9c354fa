/* truth.h: what a run is known to have been: checked against the kernel's account, written as JSON. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_TRUTH_H
#define TW_LAB_TRUTH_H

#include "base/buf.h"
#include "lab/run.h"

/*
 * Did the kernel reset for the reasons that the scenario names? Where this kernel tells no reasons, the
 * counters (TCPAbortOnClose, TCPAbortOnData, TCPAbortOnTimeout, EmbryonicRsts, OutRsts) and the diary
 * are asked instead. False: `why` says what was otherwise.
 */
TW_CHECK bool lab_truth_agrees(const struct lab_run *run, struct tw_buf *why);
/* Writes the truth as JSON (schema lab/truth.schema.json). Plain text values are escaped. */
void lab_truth_json(const struct lab_run *run, struct tw_buf *json);

#endif
