/* progress.h: a line on standard error that tells how far reading has come. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CLI_PROGRESS_H
#define TW_CLI_PROGRESS_H

#include "capture/source.h"

/* Shown after a second, on a terminal only, and wiped at the end. */
struct tw_progress {
	bool enabled;
	bool shown;
	uint32_t steps;
	int64_t begin_ns;
	int64_t last_ns;
};

struct tw_progress tw_progress_begin(void);
/* Called for each frame: looks at the clock every few thousand calls. */
void tw_progress_step(struct tw_progress *progress, const struct tw_source *source);
void tw_progress_end(struct tw_progress *progress);

#endif
