/* progress.c: bytes read of bytes to read. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/progress.h"

#include "base/time.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { STEPS_BETWEEN_LOOKS = 16384, REDRAW_MS = 200 };

static int64_t now_ns(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return 0;
	return now.tv_sec * TW_NS_PER_S + now.tv_nsec;
}

struct tw_progress tw_progress_begin(void)
{
	struct tw_progress progress = {.enabled = isatty(STDERR_FILENO) == 1};

	if (progress.enabled)
		progress.begin_ns = now_ns();
	return progress;
}

void tw_progress_step(struct tw_progress *progress, const struct tw_source *source)
{
	uint64_t read_bytes;
	uint64_t total_bytes;
	int64_t now;

	if (!progress->enabled || ++progress->steps % STEPS_BETWEEN_LOOKS != 0)
		return;
	now = now_ns();
	if (now - progress->begin_ns < TW_NS_PER_S ||
	    now - progress->last_ns < REDRAW_MS * TW_NS_PER_MS)
		return;
	progress->last_ns = now;
	progress->shown = true;
	tw_source_progress(source, &read_bytes, &total_bytes);
	if (total_bytes > 0)
		(void)fprintf(stderr, "\r%" PRIu64 " of %" PRIu64 " MB\033[K", read_bytes / 1000000,
			      total_bytes / 1000000);
	else
		(void)fprintf(stderr, "\r%" PRIu64 " MB\033[K", read_bytes / 1000000);
}

void tw_progress_end(struct tw_progress *progress)
{
	if (progress->shown)
		(void)fputs("\r\033[K", stderr);
}
