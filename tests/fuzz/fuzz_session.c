/* fuzz_session.c: any bytes as a capture, through the whole pipeline to every report. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "target.h"

#include "capture/source.h"
#include "output.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tw_session_options options = {.hash_seed = 1, .watch_stream = TW_WATCH_ALL};
	struct tw_source *source = tw_source_open_memory(tw_slice_of(data, size), "fuzz");
	struct tw_session *session = tw_session_new(&options);
	struct tw_frame frame;

	if (source && session) {
		while (tw_source_next(source, &frame))
			tw_session_frame(session, &frame);
		if (tw_session_finish(session))
			fuzz_report_all(session, NULL);
	}
	tw_session_free(session);
	if (source)
		tw_source_close(source);
	return 0;
}
