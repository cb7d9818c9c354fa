/* input.h: opens what the command line names and feeds it to a session. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CLI_INPUT_H
#define TW_CLI_INPUT_H

#include "capture/source.h"
#include "cli/options.h"
#include "engine/session.h"
#include "report/summary.h"

/* What was opened; lives as long as the reports that name it. */
struct tw_input {
	struct tw_source *source; /* NULL for packets given as an argument */
	struct tw_arena arena;
	struct tw_typed typed;
	bool is_typed;
	struct tw_input_summary *summaries;
	size_t count;
};

/* Reads everything into the session. False without memory. Freed with tw_input_free(). */
TW_CHECK bool tw_input_read(const struct tw_options *options, struct tw_session *session,
			    struct tw_input *input);
void tw_input_free(struct tw_input *input);

#endif
