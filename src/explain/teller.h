/* teller.h: collects the sentences of a story and the answers to questions. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_EXPLAIN_TELLER_H
#define TW_EXPLAIN_TELLER_H

#include "explain/explain.h"

/* What becomes of a sentence where a story has too many of them. */
enum tw_weight {
	TW_WEIGHT_CORE,	    /* it stays */
	TW_WEIGHT_LINK,	    /* it joins the sentence before it, as far as that one has room */
	TW_WEIGHT_ASIDE,    /* it goes where joining does not suffice */
	TW_WEIGHT_REPEATED, /* it goes first: the evidence or an answer says the same */
};

/*
 * Begin a sentence by appending to `buf`, its first letter as in the middle of a sentence, then end
 * it with one of the calls below.
 */
struct tw_teller {
	const struct tw_case *c;
	struct tw_arena *arena;
	struct tw_explanation *out;
	struct tw_buf buf;
	uint8_t weight[TW_STORY_MAX]; /* enum tw_weight, of each sentence of the story */
};

/* What is in the buffer, copied into the arena; the buffer is empty then. */
struct tw_str tw_teller_take(struct tw_teller *teller);
/* Ends a sentence of the story; without a sentence in the buffer nothing happens. */
void tw_teller_story(struct tw_teller *teller);
void tw_teller_story_of(struct tw_teller *teller, enum tw_weight weight);
/* When all is told: no more sentences than a reader follows, each with a capital. */
void tw_teller_finish_story(struct tw_teller *teller);
/* Ends the answer to a question. */
void tw_teller_answer(struct tw_teller *teller, const char *question);

/*
 * The parts of an explanation: story.c, with application.c for requests and answers and company.c
 * for what other connections add before it and after it; conclusion.c, which needs the advice; and
 * answers.c, with sender.c for one of these.
 */
void tw_tell_story(struct tw_teller *teller);
void tw_tell_application(struct tw_teller *teller);
/* True where that tells of a last request without an answer. */
bool tw_tell_application_unanswered(const struct tw_teller *teller);
void tw_tell_company_before(struct tw_teller *teller);
void tw_tell_company_after(struct tw_teller *teller);
void tw_tell_conclusion(struct tw_teller *teller);
void tw_tell_answers(struct tw_teller *teller);
void tw_tell_sender(struct tw_teller *teller);
/* Of a list: what it leaves open, as the last line of advice. */
void tw_tell_more(struct tw_teller *teller);

#endif
