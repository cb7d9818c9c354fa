/* attempts.h: what a side sent again and again without an answer that reached it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_FACT_ATTEMPTS_H
#define TW_FACT_ATTEMPTS_H

#include "fact/derive.h"

enum { TW_ATTEMPTS_SHORT = 2, TW_ATTEMPTS_SURE = 3, TW_ATTEMPTS_END_S = 3 };

/* What was not acknowledged here, or what was and in vain. */
struct tw_attempts {
	const struct tw_side *side;
	const struct tw_side *silent; /* its peer */
	const struct tw_run *run;
	uint32_t count; /* rounds, not segments */
	bool unheard;	/* the answers passed here */
	bool gave_up;	/* the input goes on, and the next attempt is missing in it */
};

/* Of the side that tried more often. */
struct tw_attempts tw_attempts_find(const struct tw_derive *d);

/* So many that they are no accident of a working path; then the facts below can be asked. */
static inline bool tw_attempts_in_vain(const struct tw_attempts *attempts)
{
	return attempts->count >= TW_ATTEMPTS_SHORT;
}

/* When the last attempt was made after so much time, was the next one due in this input? */
bool tw_attempts_ended(const struct tw_derive *d, struct tw_moment last, int64_t took_ns);

#endif
