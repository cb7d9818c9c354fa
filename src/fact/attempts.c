/* attempts.c: which side's repetitions count, and whether it has ended them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/attempts.h"

/* A timer that doubles its pauses is due long before so many times what it has taken. */
enum { GAVE_UP_RATIO = 4 };

bool tw_attempts_ended(const struct tw_derive *d, struct tw_moment last, int64_t took_ns)
{
	int64_t rest = d->context->input_end_ns - last.time_ns;

	return d->context->input_end_known && d->connection->timed &&
	       rest >= TW_ATTEMPTS_END_S * TW_NS_PER_S && rest / GAVE_UP_RATIO >= took_ns;
}

static struct tw_attempts attempts_of(const struct tw_derive *d, const struct tw_side *side)
{
	struct tw_attempts own = {
	    .side = side,
	    .silent = side == d->client ? d->server : d->client,
	    .run = &side->retransmit,
	};

	if (side->retransmit.count > 0)
		own.count = side->retransmit_rounds;
	if (side->unheard.count >= TW_ATTEMPTS_SHORT && side->unheard.count > own.count) {
		own.run = &side->unheard;
		own.count = side->unheard.count;
		own.unheard = true;
	}
	return own;
}

struct tw_attempts tw_attempts_find(const struct tw_derive *d)
{
	struct tw_attempts client = attempts_of(d, d->client);
	struct tw_attempts server = attempts_of(d, d->server);
	struct tw_attempts most = client.count >= server.count ? client : server;

	/* No kernel gives up after one attempt: its answer is then missing from the input. */
	most.gave_up =
	    tw_attempts_in_vain(&most) && !most.unheard &&
	    tw_attempts_ended(d, most.run->last,
			      most.run->last.time_ns - most.side->retransmit_origin.time_ns);
	return most;
}
