/* silence.c: facts about what nobody answered, about stalls, and about what came afterwards. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/derive.h"

enum {
	RUN_SURE = 3, /* retransmissions without an answer that are no accident */
	RUN_DOUBT = 1,
	SURE_SHORT_RUN = 60,
	SURE_ALIVE = 95,
	PROBES_SURE = 2,
	GOES_ON_S = 3,
};

static const struct tw_side *side_with_run(const struct tw_derive *d)
{
	const struct tw_side *a = d->client;
	const struct tw_side *b = d->server;

	return a->retransmit.count >= b->retransmit.count ? a : b;
}

static unsigned side_index(const struct tw_derive *d, const struct tw_side *side)
{
	return side == &d->connection->side[0] ? 0 : 1;
}

static void put_run(struct tw_derive *d)
{
	const struct tw_side *sender = side_with_run(d);
	const struct tw_side *silent = sender == d->client ? d->server : d->client;
	uint32_t count = sender->retransmit.count;
	struct tw_fact_value *value;

	/* Where only one direction was captured, its answers are not to be seen. */
	if (tw_happened(d->connection->limits[TW_LIMIT_ONE_DIRECTION]))
		return;

	value = tw_derive_put_side(d, TW_FACT_UNANSWERED_RETRANSMISSIONS, count >= RUN_DOUBT,
				   count >= RUN_SURE	? TW_SEEN
				   : count >= RUN_DOUBT ? SURE_SHORT_RUN
							: tw_derive_absence(d),
				   sender);
	if (count == 0)
		return;
	tw_fact_frame(value, sender->retransmit.first);
	tw_fact_frame(value, sender->retransmit.last);
	value->duration_ns = sender->retransmit.last.time_ns - sender->retransmit_origin.time_ns;

	struct tw_moment elsewhere = d->context->alive_elsewhere[side_index(d, silent)];
	bool here = tw_later(silent->last, sender->retransmit.first) && silent->reset_count == 0;
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
	bool unanswered = prober->probe.count >= PROBES_SURE && prober->keep_alives > 0;
	struct tw_fact_value *value;

	value = tw_derive_put_side(d, TW_FACT_KEEP_ALIVE_UNANSWERED, unanswered,
				   unanswered ? TW_SEEN : tw_derive_absence(d), prober);
	if (unanswered) {
		tw_fact_frame(value, prober->probe.first);
		tw_fact_frame(value, prober->probe.last);
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
