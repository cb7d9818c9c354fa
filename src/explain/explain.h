/* explain.h: a case told in sentences: headline, story, answers, evidence, advice. No I/O. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_EXPLAIN_EXPLAIN_H
#define TW_EXPLAIN_EXPLAIN_H

#include "base/arena.h"
#include "explain/case.h"

enum { TW_STORY_MAX = 20, TW_ANSWERS_MAX = 10, TW_ADVICE_LINES_MAX = 6 };

struct tw_answered {
	const char *question;
	struct tw_str answer;
};

/* All text is safe for a terminal and lives in the arena. */
struct tw_explanation {
	struct tw_str headline; /* one sentence, no final full stop */
	/* What happened, each sentence with its frames; then why, how sure, what was lost, what to
	 * do. */
	struct tw_str story[TW_STORY_MAX];
	size_t story_count;
	size_t story_core;	 /* the first sentence about the ending, after opening and data */
	size_t story_events_end; /* behind what happened; then follows what it means */
	struct tw_answered answers[TW_ANSWERS_MAX]; /* the questions that readers ask */
	size_t answer_count;
	struct tw_str advice[TW_ADVICE_LINES_MAX];
	size_t advice_count;
};

/* Tells a case. Short of arena space, later parts stay empty. */
void tw_explain(const struct tw_case *c, struct tw_arena *arena, struct tw_explanation *out);

#endif
