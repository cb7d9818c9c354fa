/* memo.h: what was judged of a set of facts is remembered for the next equal one. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CAUSE_MEMO_H
#define TW_CAUSE_MEMO_H

#include "base/arena.h"
#include "cause/verdict.h"

/*
 * Connections of one capture end alike: most of their fact sets have the same answers, equally
 * sure, and what follows from these alone is computed once. A cache of constant size: a newer set
 * of facts takes the place of an older one, and no result depends on what is in it.
 */
struct tw_memo;

/* NULL at the arena's cap. */
TW_CHECK struct tw_memo *tw_memo_new(struct tw_arena *arena);

/*
 * The verdict remembered for these answers, or room for it: `*known` says which. The caller fills
 * what is not known, with nothing that depends on more than the answers and how sure they are.
 */
struct tw_verdict *tw_memo_look(struct tw_memo *memo, const struct tw_fact_set *facts, bool *known);

#endif
