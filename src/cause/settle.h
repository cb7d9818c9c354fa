/* settle.h: which answer to an open question would tell the most, by the table alone. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CAUSE_SETTLE_H
#define TW_CAUSE_SETTLE_H

#include "cause/verdict.h"
#include "cause/weigh.h"

/*
 * Puts into the verdict, which has its hypotheses, the open facts by which one would learn most:
 * the expected drop of the entropy of the causes when somebody looks (Lindley 1956), from the
 * likelihoods of the table and nothing else. Each names the two hypotheses that it parts best.
 */
void tw_settle_find(const struct tw_catalogue *catalogue, const struct tw_fact_set *facts,
		    struct tw_verdict *verdict);

#endif
