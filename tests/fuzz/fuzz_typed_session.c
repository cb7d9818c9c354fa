/* fuzz_typed_session.c: any text as a list of packets, through to every report. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "target.h"

#include "output.h"

enum { ARENA_LIMIT_BYTES = 256 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tw_session_options options = {.hash_seed = 1, .watch_stream = TW_WATCH_ALL};
	struct tw_arena arena = tw_arena_of(ARENA_LIMIT_BYTES);
	struct tw_str text = {.text = (const char *)data, .size = size};
	struct tw_session *session = tw_session_new(&options);
	struct tw_typed typed;

	if (session && size > 0 && tw_typed_parse(text, &arena, &typed) > 0) {
		tw_session_typed(session, &typed);
		if (tw_session_finish(session))
			fuzz_report_all(session, &typed);
	}
	tw_session_free(session);
	tw_arena_free(&arena);
	return 0;
}
