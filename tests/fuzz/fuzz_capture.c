/* fuzz_capture.c: any bytes as a capture file, read to its end. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "target.h"

#include "base/assert.h"
#include "capture/source.h"

/* Reads every byte that a slice claims to hold, so that a sanitizer sees it. */
static unsigned touch(struct tw_slice bytes)
{
	volatile unsigned sum = 0;

	for (size_t i = 0; i < bytes.size; i++)
		sum ^= bytes.data[i];
	return sum;
}

static void read_all(struct tw_source *source)
{
	struct tw_frame frame;
	uint64_t count = 0;

	while (tw_source_next(source, &frame)) {
		TW_ASSERT(frame.number == ++count);
		TW_ASSERT(frame.input < tw_source_input_count(source));
		(void)touch(frame.bytes);
		(void)touch(frame.comment);
	}
	TW_ASSERT(tw_source_input(source, 0)->packets == count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tw_source *source = tw_source_open_memory(tw_slice_of(data, size), "fuzz");

	if (!source)
		return 0;
	read_all(source);
	if (tw_source_input(source, 0)->content == TW_CONTENT_TEXT)
		(void)touch(tw_source_text(source, 0));
	tw_source_close(source);
	return 0;
}
