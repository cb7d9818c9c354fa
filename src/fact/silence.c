/* silence.c: facts about what nobody answered, about stalls, and about what came afterwards. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/derive.h"

enum {
	RUN_SURE = 3,  /* attempts without an answer that are no accident */
	RUN_SHORT = 2, /* the same data lost three times: rare where the path works */
	SURE_SHORT_RUN = 85,
	SURE_NO_RUN = 70, /* one attempt, and the input ends: losses are common */
	SURE_ALIVE = 95,
	SURE_UNHEARD = 90,
	PROBES_SURE = 2,
	GOES_ON_S = 3,
	/* A timer that doubles its pauses is due long before so many times what it has taken. */
	GAVE_UP_RATIO = 4,
};

/* What a side sent again and again: what was not acknowledged here, or what was and in vain. */
struct attempts {
	const struct tw_side *side;
	const struct tw_run *run;
	uint32_t count;
	bool unheard; /* the answers passed here */
};

static struct attempts attempts_of(const struct tw_side *side)
{
	struct attempts own = {side, &side->retransmit, 0, false};

	if (side->retransmit.count > 0)
		own.count = side->retransmit_rounds;
	if (side->unheard.count >= RUN_SHORT && side->unheard.count > own.count)
		own = (struct attempts){side, &side->unheard, side->unheard.count, true};
	return own;
}

static struct attempts most_attempts(const struct tw_derive *d)
{
	struct attempts client = attempts_of(d->client);
	struct attempts server = attempts_of(d->server);

	return client.count >= server.count ? client : server;
}

/* The input goes on, and no further attempt comes although its time has passed. */
static bool gave_up(const struct tw_derive *d, const struct attempts *attempts)
{
	int64_t rest = d->context->input_end_ns - attempts->run->last.time_ns;
	int64_t took = attempts->run->last.time_ns - attempts->side->retransmit_origin.time_ns;

	/* No kernel gives up after one attempt: its answer is then missing from the input. */
	return d->context->input_end_known && d->connection->timed &&
	       attempts->count >= RUN_SHORT && !attempts->unheard &&
	       rest >= GOES_ON_S * TW_NS_PER_S && rest / GAVE_UP_RATIO >= took;
}

static unsigned side_index(const struct tw_derive *d, const struct tw_side *side)
{
	return side == &d->connection->side[0] ? 0 : 1;
}

static void put_run(struct tw_derive *d)
{
	struct attempts attempts = most_attempts(d);
	const struct tw_side *sender = attempts.side;
	const struct tw_side *silent = sender == d->client ? d->server : d->client;
	bool sure = attempts.count >= RUN_SURE || gave_up(d, &attempts);
	bool many = sure || attempts.count >= RUN_SHORT;
	struct tw_fact_value *value;

	/* Where only one direction was captured, its answers are not to be seen. */
	if (tw_happened(d->connection->limits[TW_LIMIT_ONE_DIRECTION]))
		return;

	value = tw_derive_put_side(d, TW_FACT_UNANSWERED_RETRANSMISSIONS, many,
				   sure			? TW_SEEN
				   : many		? SURE_SHORT_RUN
				   : attempts.count > 0 ? SURE_NO_RUN
							: tw_derive_absence(d),
				   sender);
	if (!many)
		return;
	tw_fact_frame(value, attempts.run->first);
	tw_fact_frame(value, attempts.run->last);
	value->duration_ns =
	    attempts.run->last.time_ns -
	    (attempts.unheard ? attempts.run->first.time_ns : sender->retransmit_origin.time_ns);

	struct tw_moment elsewhere = d->context->alive_elsewhere[side_index(d, silent)];
	bool here = tw_later(silent->last, attempts.run->first) && silent->reset_count == 0;
	bool alive = here || tw_happened(elsewhere);

	value = tw_derive_put_side(d, TW_FACT_ALIVE_AFTERWARDS, alive,
				   alive ? (here ? TW_SEEN : SURE_ALIVE) : tw_derive_absence(d),
				   silent);
	tw_fact_frame(value, here ? silent->last : elsewhere);
}

static void put_probes(struct tw_derive *d)
{
	const struct tw_side *prober =
	    d->client->probe.count >= d->server->probe.count ? d->client : d->server;
	const struct tw_side *deaf =
	    d->client->unheard_probe.count >= d->server->unheard_probe.count ? d->client
									     : d->server;
	bool unanswered = prober->probe.count >= PROBES_SURE && prober->keep_alives > 0;
	bool unheard = !unanswered && deaf->unheard_probe.count >= PROBES_SURE;
	const struct tw_side *side = unheard ? deaf : prober;
	const struct tw_run *run = unheard ? &side->unheard_probe : &side->probe;
	struct tw_fact_value *value;

	value = tw_derive_put_side(d, TW_FACT_KEEP_ALIVE_UNANSWERED, unanswered || unheard,
				   unanswered ? TW_SEEN
				   : unheard  ? SURE_UNHEARD
					      : tw_derive_absence(d),
				   side);
	if (unanswered || unheard) {
		tw_fact_frame(value, run->first);
		tw_fact_frame(value, run->last);
	}
}

static void put_windows(struct tw_derive *d)
{
	const struct tw_side *side =
	    tw_happened(d->client->zero_window_first) ? d->client : d->server;
	bool seen = tw_happened(side->zero_window_first);
	bool closed = tw_happened(d->client->zero_window) || tw_happened(d->server->zero_window);
	struct tw_fact_value *value;

	value = tw_derive_put_side(d, TW_FACT_ZERO_WINDOW_SEEN, seen,
				   seen ? TW_SEEN : tw_derive_absence(d), side);
	if (seen) {
		value->duration_ns = side->zero_window_ns;
		tw_fact_frame(value, side->zero_window_first);
		tw_fact_frame(value, side->zero_window_opened);
	}
	value = tw_derive_put_side(d, TW_FACT_ZERO_WINDOW_AT_END, closed,
				   closed ? TW_SEEN : tw_derive_absence(d),
				   tw_happened(d->client->zero_window) ? d->client : d->server);
	if (closed) {
		tw_fact_frame(value, d->client->zero_window);
		tw_fact_frame(value, d->server->zero_window);
	}
}

static void put_recovery(struct tw_derive *d)
{
	const struct tw_side *side =
	    d->client->retransmitted > d->server->retransmitted ? d->client : d->server;
	/* What rode on the SYN and was not taken has to come again (RFC 7413 4.2.1): no loss. */
	uint64_t again = side->retransmitted - (side->marks & TW_SIDE_SYN_DATA ? 1 : 0);
	bool recovered = side->retransmitted > 0 && again > side->spurious &&
			 again > side->dsacked && side->retransmitted_bytes > 0 &&
			 side->retransmit.count == 0 &&
			 tw_later(side->progress, side->first_retransmission);
	struct tw_fact_value *value;

	value = tw_derive_put_side(d, TW_FACT_RETRANSMISSIONS_RECOVERED, recovered,
				   recovered ? TW_SEEN : tw_derive_absence(d), side);
	if (recovered)
		tw_fact_frame(value, side->first_retransmission);
}

void tw_facts_silence(struct tw_derive *d)
{
	const struct tw_context *context = d->context;
	struct tw_fact_value *value;

	put_run(d);
	put_probes(d);
	put_windows(d);
	put_recovery(d);
	if (context->input_end_known && d->connection->timed) {
		int64_t rest = context->input_end_ns - d->connection->last.time_ns;
		int64_t rtts = 20 * tw_connection_rtt_ns(d->connection);
		int64_t bound = rtts > GOES_ON_S * TW_NS_PER_S ? rtts : GOES_ON_S * TW_NS_PER_S;

		value = tw_derive_put(d, TW_FACT_CAPTURE_GOES_ON, rest >= bound, TW_SEEN);
		value->duration_ns = rest;
	}
	value = tw_derive_put_side(d, TW_FACT_RETRY_FOLLOWS, context->has_retry,
				   context->has_retry ? TW_SEEN : tw_derive_absence(d), d->client);
	if (context->has_retry)
		tw_fact_frame(value, context->retry);
}
