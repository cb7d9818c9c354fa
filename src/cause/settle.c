/* settle.c: which answer to an open question would tell the most, by the table alone. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cause/settle.h"

#include <math.h>
#include <string.h>

static const double gain_min = 0.03; /* bits */

static double entropy(const struct tw_weights *weights)
{
	double bits = 0;

	for (enum tw_cause cause = 0; weights->sum > 0 && cause < TW_CAUSE_COUNT; cause++) {
		double p = weights->of[cause] / weights->sum;

		if (p > 0)
			bits -= p * log2(p);
	}
	return bits;
}

/* Of all hypotheses, the pair in which the fact would move the most probability. */
static bool most_separated(const struct tw_catalogue *catalogue, const struct tw_verdict *verdict,
			   enum tw_fact fact, struct tw_settle *settle)
{
	double best = 0;

	for (size_t i = 0; i < verdict->hypothesis_count; i++) {
		for (size_t k = 0; k < verdict->hypothesis_count; k++) {
			const struct tw_hypothesis *a = &verdict->hypotheses[i];
			const struct tw_hypothesis *b = &verdict->hypotheses[k];
			double moved = fmin(a->probability, b->probability) *
				       (tw_weigh_likelihood(catalogue, a->cause, fact) -
					tw_weigh_likelihood(catalogue, b->cause, fact));

			if (moved > best) {
				best = moved;
				settle->between[0] = a->cause;
				settle->between[1] = b->cause;
			}
		}
	}
	return best > 0;
}

/* The answer as it would be if somebody looked; `facts` are as they were when it returns. */
static void weigh_answer(const struct tw_catalogue *catalogue, struct tw_fact_set *facts,
			 enum tw_fact fact, enum tw_answer answer, struct tw_weights *weights)
{
	struct tw_fact_value known = facts->value[fact];

	facts->value[fact].answer = (uint8_t)answer;
	facts->value[fact].percent = TW_SEEN;
	tw_weigh_foreseen(catalogue, facts, weights);
	facts->value[fact] = known;
}

/* How likely a yes is, by what is known now. */
static double chance_of_yes(const struct tw_catalogue *catalogue, const struct tw_weights *weights,
			    enum tw_fact fact)
{
	double yes = 0;

	for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++)
		if (weights->of[cause] > 0)
			yes += weights->of[cause] * tw_weigh_likelihood(catalogue, cause, fact);
	return yes / weights->sum;
}

static double expected_gain(const struct tw_catalogue *catalogue, struct tw_fact_set *facts,
			    const struct tw_weights *now, enum tw_fact fact)
{
	double p_yes = chance_of_yes(catalogue, now, fact);
	const struct tw_fact_value *value = &facts->value[fact];
	struct tw_weights yes;
	struct tw_weights no;

	weigh_answer(catalogue, facts, fact, TW_YES, &yes);
	weigh_answer(catalogue, facts, fact, TW_NO, &no);
	/* What was inferred is evidence for itself, as strong as the inference is sure. */
	if (value->answer != TW_UNKNOWN) {
		double sure = value->percent / 100.0;
		double for_yes = p_yes * (value->answer == TW_YES ? sure : 1 - sure);
		double for_no = (1 - p_yes) * (value->answer == TW_YES ? 1 - sure : sure);

		p_yes = for_yes / (for_yes + for_no);
	}
	return entropy(now) - p_yes * entropy(&yes) - (1 - p_yes) * entropy(&no);
}

/* One thing to do settles several facts at times: it is named once, for the best of them. */
static bool is_named_already(const struct tw_verdict *verdict, enum tw_fact fact)
{
	for (size_t i = 0; i < verdict->settle_count; i++)
		if (strcmp(tw_fact_info(verdict->settles[i].fact)->settle,
			   tw_fact_info(fact)->settle) == 0)
			return true;
	return false;
}

static void insert_settle(struct tw_verdict *verdict, struct tw_settle settle)
{
	size_t at = verdict->settle_count;

	while (at > 0 && verdict->settles[at - 1].gain < settle.gain)
		at--;
	if (at == TW_SETTLES_MAX)
		return;
	if (verdict->settle_count < TW_SETTLES_MAX)
		verdict->settle_count++;
	memmove(&verdict->settles[at + 1], &verdict->settles[at],
		(verdict->settle_count - at - 1) * sizeof(settle));
	verdict->settles[at] = settle;
}

void tw_settle_find(const struct tw_catalogue *catalogue, const struct tw_fact_set *facts,
		    struct tw_verdict *verdict)
{
	struct tw_fact_set assumed = *facts;
	struct tw_weights weights;
	double gains[TW_FACT_COUNT] = {0};

	tw_weigh_foreseen(catalogue, facts, &weights);
	if (entropy(&weights) < gain_min)
		return;
	for (enum tw_fact fact = TW_FACT_NONE + 1; fact < TW_FACT_COUNT; fact++)
		if (tw_fact_is_open(facts, fact))
			gains[fact] = expected_gain(catalogue, &assumed, &weights, fact);
	for (;;) {
		enum tw_fact best = TW_FACT_NONE;

		for (enum tw_fact fact = TW_FACT_NONE + 1; fact < TW_FACT_COUNT; fact++)
			if (gains[fact] > gain_min && gains[fact] > gains[best])
				best = fact;
		if (best == TW_FACT_NONE)
			return;
		if (!is_named_already(verdict, best)) {
			struct tw_settle settle = {.fact = (uint8_t)best, .gain = gains[best]};

			if (most_separated(catalogue, verdict, best, &settle))
				insert_settle(verdict, settle);
		}
		gains[best] = 0;
	}
}
