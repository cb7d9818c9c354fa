/* options.h: the command line, from one table that also writes the help. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CLI_OPTIONS_H
#define TW_CLI_OPTIONS_H

#include "base/buf.h"
#include "base/defs.h"
#include "base/limits.h"
#include "cause/list.h"

enum tw_verb { TW_VERB_EXPLAIN, TW_VERB_CAUSES, TW_VERB_LAB, TW_VERB_HELP, TW_VERB_VERSION };
enum tw_when { TW_WHEN_AUTO, TW_WHEN_ALWAYS, TW_WHEN_NEVER };

/* A limit in time: of the clock, or counted from the first packet. */
struct tw_bound {
	bool given;
	bool relative;
	int64_t time_ns;
};

struct tw_options {
	enum tw_verb verb;
	const char *inputs[TW_LIMIT_INPUTS]; /* files, "-", or typed packets */
	size_t input_count;
	const char *cause_slug; /* --cause, or the argument of "causes"; NULL */
	enum tw_cause cause;	/* of --cause; TW_CAUSE_COUNT: all */
	bool has_stream;
	uint32_t stream;
	uint64_t packet_limit; /* -c; 0: none */
	struct tw_bound since;
	struct tw_bound until;
	bool json;
	bool markdown; /* of causes */
	bool all;
	bool causality; /* what each end had received when it sent */
	bool exit_code;
	enum tw_when color;
	struct tw_lab_options {
		const char *scenario; /* NULL: list them */
		uint64_t seed;
		const char *folder; /* where to keep recordings and truth; NULL: nowhere */
		bool text;	    /* print the scenario's file */
		bool words;	    /* print the sentences that scenarios may use */
		bool quiet;	    /* print nothing of a run */
	} lab;
};

/*
 * Parses the arguments. False where they are wrong; `error` then says what is wrong and what to
 * write instead, without the program's name.
 */
TW_CHECK bool tw_options_parse(int argc, char *const argv[], struct tw_options *options,
			       struct tw_buf *error);
void tw_options_help(struct tw_buf *buf);

#endif
