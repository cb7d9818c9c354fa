/* run_alone.h: performs a run in a process of its own, of which nothing is left however it ends. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_RUN_ALONE_H
#define TW_LAB_RUN_ALONE_H

#include "lab/run.h"

/*
 * What the caller does with a run that went well and with which the kernel agrees; called in the
 * process of the run, so that only files, pipes and shared memory outlast it. With another outcome
 * than LAB_WENT_WELL run->trouble says why.
 */
typedef enum lab_outcome lab_run_user(struct lab_run *run, void *context);

struct lab_alone {
	enum lab_outcome outcome; /* of the last attempt */
	unsigned attempts;	  /* so many were made */
	char trouble[LAB_TROUBLE_BYTES];
};

/*
 * Performs the plan, at most `attempts` times as long as it went otherwise. SIGINT, SIGTERM and
 * SIGHUP end the run and then the caller, as they would have done without us; a run that takes far
 * longer than planned is ended. When this returns, and also when the caller or the run itself is
 * killed, no process, namespace, device or tracing instance of the run remains.
 */
struct lab_alone lab_run_alone(const struct lab_plan *plan, unsigned attempts, lab_run_user *use,
			       void *context);

#endif
