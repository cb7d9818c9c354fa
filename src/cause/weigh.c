/* weigh.c: naive Bayes over the catalogue: what each ending weighs against the facts. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cause/weigh.h"

#include "base/assert.h"

#include <math.h>

/* Bounds of a likelihood that no sighting made absolute. */
static const double likelihood_min = 0.004;
static const double likelihood_max = 0.996;
/*
 * The table's likelihoods are cautious: round numbers, kept away from 0 and 1, where the truth is
 * often nearly the one or the other. So the weights of a capture's causes are raised to this power.
 * lab/calibrate.py finds about 2 best for the laboratory's verdicts; that is too much where stories
 * are not those that the table was made by, and 1.5 takes most of what is to be had. A list leaves
 * out what its author did not think of: there the table is taken at its word.
 */
static const double trust_in_captures = 1.5;
/*
 * What no rule foresees has the shape of what some rule foresees, until somebody knows it. So
 * "unknown" keeps a share of the leader's weight that no evidence takes away. The laboratory's own
 * stories want none, for the table foresees them; when new stories were added to it, a hundredth or
 * two of the surest verdicts were wrong.
 */
static const double unforeseen_min = 0.01;
/*
 * What an ending needs and nobody saw is missing from the ending, not only from the input: what is
 * left out of a list, or passed on another way, may be anything, and no ending is told from it.
 */
static const double need_missing_min = 0.98;

static double bounded(double yes)
{
	return fmin(fmax(yes, likelihood_min), likelihood_max);
}

double tw_weigh_likelihood(const struct tw_catalogue *catalogue, enum tw_cause cause,
			   enum tw_fact fact)
{
	const struct tw_likelihood *expects = catalogue->entry[cause]->expects;

	for (size_t i = 0; i < TW_EXPECTS_MAX && expects[i].fact != TW_FACT_NONE; i++)
		if (expects[i].fact == fact)
			return bounded(expects[i].percent / 100.0);
	return tw_fact_info(fact)->base_percent / 100.0;
}

/* How likely what is known of the fact is, where it holds with probability `yes`. */
static double likelihood_of(const struct tw_fact_value *value, double yes, double sure)
{
	double seen = value->answer == TW_YES ? yes : 1 - yes;

	return sure * seen + (1 - sure) * (1 - seen);
}

double tw_weigh_evidence(const struct tw_likelihood *expects, const struct tw_fact_set *facts)
{
	const struct tw_fact_value *value = &facts->value[expects->fact];
	double base = tw_fact_info(expects->fact)->base_percent / 100.0;
	double sure = value->percent / 100.0;
	bool missing = expects->percent == 100 && value->answer == TW_NO;

	return log(likelihood_of(value, bounded(expects->percent / 100.0),
				 missing ? fmax(sure, need_missing_min) : sure) /
		   likelihood_of(value, base, sure));
}

static bool is_ruled_out(const struct tw_likelihood *expects, const struct tw_fact_set *facts)
{
	for (size_t i = 0; i < TW_EXPECTS_MAX && expects[i].fact != TW_FACT_NONE; i++) {
		enum tw_fact fact = expects[i].fact;

		if (!tw_fact_seen(facts, fact))
			continue;
		if (expects[i].percent == 100 && facts->value[fact].answer == TW_NO)
			return true;
		if (expects[i].percent == 0 && facts->value[fact].answer == TW_YES)
			return true;
	}
	return false;
}

struct tw_counted tw_weigh_counted(const struct tw_fact_set *facts)
{
	bool spoken[TW_FACT_GROUP_COUNT] = {false};
	struct tw_counted counted = {{false}};

	for (enum tw_fact fact = TW_FACT_NONE + 1; fact < TW_FACT_COUNT; fact++) {
		uint8_t group = tw_fact_info(fact)->group;

		if (facts->value[fact].answer == TW_UNKNOWN)
			continue;
		counted.fact[fact] = !spoken[group];
		spoken[group] = group != TW_FACT_GROUP_NONE;
	}
	return counted;
}

static void keep_unforeseen(struct tw_weights *weights)
{
	double *unknown = &weights->of[TW_CAUSE_UNKNOWN];
	double others = weights->sum - *unknown;
	double leader = 0;

	for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++)
		leader = fmax(leader, weights->of[cause]);
	*unknown = fmax(*unknown, leader * unforeseen_min / (1 - unforeseen_min));
	weights->sum = others + *unknown;
}

void tw_weigh_foreseen(const struct tw_catalogue *catalogue, const struct tw_fact_set *facts,
		       struct tw_weights *weights)
{
	struct tw_counted counted = tw_weigh_counted(facts);

	*weights = (struct tw_weights){.sum = 0};
	for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++) {
		const struct tw_cause_entry *entry = catalogue->entry[cause];
		double weight = 0;

		if (tw_cause_kind_of(cause) != TW_KIND_ENDING ||
		    is_ruled_out(entry->expects, facts))
			continue;
		weight = log(entry->prior);
		for (size_t i = 0; i < TW_EXPECTS_MAX && entry->expects[i].fact != TW_FACT_NONE;
		     i++)
			if (counted.fact[entry->expects[i].fact])
				weight += tw_weigh_evidence(&entry->expects[i], facts);
		weights->of[cause] = exp((facts->typed ? 1 : trust_in_captures) * weight);
		weights->sum += weights->of[cause];
	}
}

void tw_weigh(const struct tw_catalogue *catalogue, const struct tw_fact_set *facts,
	      struct tw_weights *weights)
{
	tw_weigh_foreseen(catalogue, facts, weights);
	TW_ASSERT(weights->sum > 0);
	keep_unforeseen(weights);
}
