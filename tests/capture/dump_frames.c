/* dump_frames.c: prints number, time, link type and lengths of every frame of the inputs. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/limits.h"
#include "capture/source.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void print_frame(const struct tw_frame *frame)
{
	(void)printf("%" PRIu64 ",", frame->number);
	if (frame->has_time)
		(void)printf("%" PRId64, frame->time_ns);
	(void)printf(",%" PRIu32 ",%zu,%" PRIu32 "\n", frame->link_type, frame->bytes.size,
		     frame->wire_bytes);
}

static int print_errors(const struct tw_source *source)
{
	struct tw_buf text = tw_buf_of(TW_LIMIT_TEXT_BYTES);
	int status = 0;

	for (size_t i = 0; i < tw_source_input_count(source); i++) {
		const struct tw_input_info *info = tw_source_input(source, i);

		if (info->error.code == TW_ERR_OK)
			continue;
		tw_buf_clear(&text);
		tw_error_describe(&text, &info->error);
		(void)fprintf(stderr, "%s: %s\n", info->name, text.text);
		status = 1;
	}
	tw_buf_free(&text);
	return status;
}

/* --count prints only the number of frames, for timing. */
int main(int argc, char **argv)
{
	bool count_only = argc > 1 && strcmp(argv[1], "--count") == 0;
	int first = count_only ? 2 : 1;
	struct tw_source *source =
	    tw_source_open((const char *const *)argv + first, (size_t)(argc - first));
	struct tw_frame frame;
	uint64_t count = 0;

	if (!source)
		return 2;
	while (tw_source_next(source, &frame)) {
		count++;
		if (!count_only)
			print_frame(&frame);
	}
	if (count_only)
		(void)printf("%" PRIu64 "\n", count);

	int status = print_errors(source);

	tw_source_close(source);
	return status;
}
