/* judge.h: facts -> probabilities over the endings, and what would settle the rest. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CAUSE_JUDGE_H
#define TW_CAUSE_JUDGE_H

#include "cause/memo.h"
#include "cause/verdict.h"
#include "tcp/connection.h"

/*
 * A naive Bayes over the catalogue. A fact multiplies a cause's weight by how much likelier it is
 * under that cause than in general; an unknown fact contributes nothing; an inferred one is mixed
 * with its opposite by how sure it is; of facts that say the same thing (a group) the first known
 * one counts. Only a fact that was seen can rule a cause out. `unknown` predicts nothing and so
 * wins where nothing else fits. Pure: equal facts give equal verdicts; `memo` only saves the work
 * of finding them again, and serves one catalogue.
 */
void tw_judge(const struct tw_catalogue *catalogue, const struct tw_connection *connection,
	      const struct tw_fact_set *facts, struct tw_memo *memo, struct tw_verdict *verdict);

/* The same without proofs and without what would settle the rest: most of the work is these. */
void tw_judge_briefly(const struct tw_catalogue *catalogue, const struct tw_connection *connection,
		      const struct tw_fact_set *facts, struct tw_memo *memo,
		      struct tw_verdict *verdict);

#endif
