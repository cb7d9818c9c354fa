/* explain.c: headline and advice, and the frame in which story and answers are told. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain/explain.h"

#include "explain/teller.h"
#include "explain/words.h"

#include <string.h>

enum { SENTENCE_MAX_BYTES = 8192 };

/* Above, one cause stands alone in the headline; below, the runner-up is named with it. */
static const double sure_enough = 0.75;
static const double worth_naming = 0.15;

static void add_title(struct tw_teller *teller, enum tw_cause cause, bool capital)
{
	tw_words_expand(&teller->buf, teller->c, tw_cause_entry(cause)->title, TW_NOBODY, capital);
}

/* A failed ending first, then a condition, then a fine ending (causes.md). */
static void tell_headline(struct tw_teller *teller)
{
	const struct tw_verdict *verdict = &teller->c->verdict;
	const struct tw_hypothesis *first = &verdict->hypotheses[0];
	const struct tw_hypothesis *second =
	    verdict->hypothesis_count > 1 ? &verdict->hypotheses[1] : NULL;
	bool condition_leads = verdict->outcome == TW_OUTCOME_DEGRADED &&
			       tw_cause_outcome(first->cause) < TW_OUTCOME_DEGRADED &&
			       verdict->condition_count > 0;

	if (condition_leads) {
		add_title(teller, verdict->conditions[0].cause, true);
		tw_buf_add_text(&teller->buf, "; ");
		add_title(teller, first->cause, false);
	} else {
		if (first->probability < sure_enough && first->cause != TW_CAUSE_UNKNOWN)
			tw_buf_add_text(&teller->buf, "Most likely ");
		add_title(teller, first->cause, teller->buf.size == 0);
		if (first->probability < sure_enough && second &&
		    second->probability >= worth_naming) {
			tw_buf_add_text(&teller->buf,
					first->cause == TW_CAUSE_UNKNOWN ? "; perhaps " : "; or ");
			add_title(teller, second->cause, false);
		}
	}
	teller->out->headline = tw_teller_take(teller);
}

static void add_advice(struct tw_teller *teller, enum tw_cause cause, size_t most)
{
	const struct tw_cause_entry *entry = tw_cause_entry(cause);

	for (size_t i = 0; i < TW_ADVICE_MAX && i < most && entry->advice[i]; i++) {
		if (teller->out->advice_count == TW_ADVICE_LINES_MAX)
			return;
		tw_words_expand(&teller->buf, teller->c, entry->advice[i], TW_NOBODY, true);
		teller->out->advice[teller->out->advice_count++] = tw_teller_take(teller);
	}
}

static void tell_advice(struct tw_teller *teller)
{
	const struct tw_verdict *verdict = &teller->c->verdict;
	bool fine = tw_cause_outcome(verdict->hypotheses[0].cause) < TW_OUTCOME_UNFINISHED;

	if (fine && verdict->condition_count > 0 && verdict->outcome == TW_OUTCOME_DEGRADED) {
		add_advice(teller, verdict->conditions[0].cause, TW_ADVICE_MAX);
		return;
	}
	add_advice(teller, verdict->hypotheses[0].cause, TW_ADVICE_MAX);
	if (verdict->hypothesis_count > 1 && verdict->hypotheses[0].probability < sure_enough &&
	    verdict->hypotheses[1].probability >= worth_naming)
		add_advice(teller, verdict->hypotheses[1].cause, 2);
}

void tw_explain(const struct tw_case *c, struct tw_arena *arena, struct tw_explanation *out)
{
	struct tw_teller teller = {
	    .c = c, .arena = arena, .out = out, .buf = tw_buf_of(SENTENCE_MAX_BYTES)};

	memset(out, 0, sizeof(*out));
	tell_headline(&teller);
	tell_advice(&teller);
	tw_tell_more(&teller);
	tw_tell_story(&teller);
	tw_tell_conclusion(&teller);
	tw_teller_finish_story(&teller);
	tw_tell_answers(&teller);
	tw_buf_free(&teller.buf);
}
