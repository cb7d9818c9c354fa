/* proof.c: leaves one fact out at a time, and looks what is left of the leader. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cause/proof.h"

#include <math.h>
#include <string.h>

static const double fall_min = 0.25; /* natural log of odds: less is no proof */

static double log_odds(const struct tw_weights *weights, enum tw_cause cause)
{
	double others = weights->sum - weights->of[cause];

	/* Where nothing else is possible, or nothing was, a very great number does. */
	return log(fmax(weights->of[cause], 1e-300)) - log(fmax(others, 1e-300));
}

/* `facts` are as they were when it returns. */
static double fall_without(const struct tw_catalogue *catalogue, struct tw_fact_set *facts,
			   enum tw_fact fact, enum tw_cause cause, double before)
{
	struct tw_fact_value known = facts->value[fact];
	struct tw_weights weights;

	facts->value[fact].answer = TW_UNKNOWN;
	tw_weigh_foreseen(catalogue, facts, &weights);
	facts->value[fact] = known;
	return before - log_odds(&weights, cause);
}

static void insert(struct tw_verdict *verdict, double falls[TW_PROOFS_MAX], enum tw_fact fact,
		   double fall)
{
	size_t at = verdict->proof_count;

	while (at > 0 && falls[at - 1] < fall)
		at--;
	if (at == TW_PROOFS_MAX)
		return;
	if (verdict->proof_count < TW_PROOFS_MAX)
		verdict->proof_count++;
	for (size_t i = verdict->proof_count - 1; i > at; i--) {
		falls[i] = falls[i - 1];
		verdict->proofs[i] = verdict->proofs[i - 1];
	}
	falls[at] = fall;
	verdict->proofs[at] = (uint8_t)fact;
}

void tw_proof_find(const struct tw_catalogue *catalogue, const struct tw_fact_set *facts,
		   struct tw_verdict *verdict)
{
	enum tw_cause cause = (enum tw_cause)verdict->hypotheses[0].cause;
	const struct tw_likelihood *expects = catalogue->entry[cause]->expects;
	struct tw_counted counted = tw_weigh_counted(facts);
	struct tw_fact_set forgotten = *facts;
	double falls[TW_PROOFS_MAX];
	struct tw_weights weights;
	double before;

	tw_weigh_foreseen(catalogue, facts, &weights);
	before = log_odds(&weights, cause);
	for (size_t i = 0; i < TW_EXPECTS_MAX && expects[i].fact != TW_FACT_NONE; i++) {
		double fall;

		if (!counted.fact[expects[i].fact])
			continue;
		fall = fall_without(catalogue, &forgotten, expects[i].fact, cause, before);
		if (fall >= fall_min)
			insert(verdict, falls, expects[i].fact, fall);
	}
}
