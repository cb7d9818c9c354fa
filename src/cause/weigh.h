/* weigh.h: naive Bayes over the catalogue: what each ending weighs against the facts. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CAUSE_WEIGH_H
#define TW_CAUSE_WEIGH_H

#include "cause/entry.h"
#include "fact/set.h"

/* Of each ending; 0 where it is ruled out. A weight over `sum`, which is positive, is a chance. */
struct tw_weights {
	double of[TW_CAUSE_COUNT];
	double sum;
};

void tw_weigh(const struct tw_catalogue *catalogue, const struct tw_fact_set *facts,
	      struct tw_weights *weights);

/* The same without the share that "unknown" keeps for what no rule foresees; no fact moves it. */
void tw_weigh_foreseen(const struct tw_catalogue *catalogue, const struct tw_fact_set *facts,
		       struct tw_weights *weights);

/* P(yes) under a cause; the fact's base rate where the entry does not name it. */
double tw_weigh_likelihood(const struct tw_catalogue *catalogue, enum tw_cause cause,
			   enum tw_fact fact);

/*
 * How much likelier what is known of the fact is under an entry than in general: the natural
 * logarithm of the ratio.
 */
double tw_weigh_evidence(const struct tw_likelihood *expects, const struct tw_fact_set *facts);

/*
 * The facts that are known and count: of the facts of one group only the first known one does, the
 * same one for every cause.
 */
struct tw_counted {
	bool fact[TW_FACT_COUNT];
};

struct tw_counted tw_weigh_counted(const struct tw_fact_set *facts);

#endif
