/* proof.h: the facts without which the leading cause would not lead as it does. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CAUSE_PROOF_H
#define TW_CAUSE_PROOF_H

#include "cause/verdict.h"
#include "cause/weigh.h"

/*
 * Puts into the verdict, which has its hypotheses, the known facts that carry the first of them:
 * each is forgotten in turn, and counts by how much the odds of that cause against all others
 * fall. What speaks for every cause alike carries none.
 */
void tw_proof_find(const struct tw_catalogue *catalogue, const struct tw_fact_set *facts,
		   struct tw_verdict *verdict);

#endif
