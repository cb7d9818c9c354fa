/* company.c: facts that only the other connections of the input can support. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/derive.h"

enum {
	/* A list shows the connection that its author asks about, seldom the others. */
	SURE_ALONE_IN_LIST = 99,
	FLOOD_MIN = 16,	 /* half-open attempts within ten seconds */
	FLOOD_SHARE = 2, /* so many of them for each that was completed */
	SURE_FLOOD = 90,
	SURE_FLOOD_LARGE = 98,
	FLOOD_LARGE = 128,
	FAN_OUT_MIN = 3,
	FAN_OUT_WIDE = 10,
	SURE_FAN_OUT = 80,
	SURE_FAN_OUT_WIDE = 97,
	SURE_NO_FAN_OUT = 70, /* scanners wait between ports, to go unnoticed */
	SURE_OTHER_WORK = 92, /* one knock of a host that talks to others */
	TOGETHER_FEW = 2,
	TOGETHER_MANY = 6,
	SURE_TWO = 70,
	SURE_SOME = 85,
	SURE_MANY = 95,
	SURE_GONE = 97,
	SURE_PERIOD = 80,
	SURE_PERIOD_LONG = 95,
	PERIOD_LONG = 4,   /* pauses alike */
	ANSWER_TIME_S = 3, /* a SYN this long before its answer is beyond any round trip */
	UNASKED_SEVERAL = 3,
	SURE_UNASKED = 85,
	SURE_UNASKED_SEVERAL = 95,
	SURE_UNASKED_SILENT = 70, /* nobody denies it: the capture may have lost the rest */
	SURE_UNASKED_IN_LIST = 75,
	SURE_HOST_ALIVE = 95,
};

static bool has_syn(const struct tw_derive *d)
{
	return d->client->marks & TW_SIDE_SYN;
}

static void put_flood(struct tw_derive *d)
{
	uint32_t half_open = d->context->flood.half_open;
	bool flooded =
	    half_open >= FLOOD_MIN && half_open / FLOOD_SHARE >= d->context->flood.completed;
	struct tw_fact_value *value;

	if (!has_syn(d))
		return;
	value = tw_derive_put_side(d, TW_FACT_LISTENER_FLOODED, flooded,
				   !flooded		      ? TW_SEEN
				   : half_open >= FLOOD_LARGE ? SURE_FLOOD_LARGE
							      : SURE_FLOOD,
				   d->server);
	if (!flooded)
		return;
	value->duration_ns = d->context->flood.span_ns;
	tw_fact_frame(value, d->context->flood.first);
	tw_fact_frame(value, d->client->syn);
	tw_fact_frame(value, d->context->flood.last);
}

static void put_crafted(struct tw_derive *d)
{
	bool options_shown =
	    !d->connection->typed && !tw_happened(d->connection->limits[TW_LIMIT_SHORT_SNAPLEN]);
	bool crafted = !(d->client->marks & (TW_SIDE_SACK_OK | TW_SIDE_SCALE_KNOWN));
	struct tw_fact_value *value;

	if (!has_syn(d) || !options_shown)
		return;
	value = tw_derive_put_side(d, TW_FACT_SYN_CRAFTED, crafted, TW_SEEN, d->client);
	tw_fact_frame(value, d->client->syn);
}

static void put_probe(struct tw_derive *d)
{
	const struct tw_reset *bare = &d->client->reset;
	/* Who resets the SYN,ACK that came at last, and not those before, had lost its interest. */
	bool at_last = d->server->syn_count > 1 && tw_later(bare->at, d->server->syn_last);
	/* Who is answered from an address that it never asked probes nothing. */
	bool unwanted = tw_fact_is(d->set, TW_FACT_BARE_RESET_TO_SYN_ACK, TW_YES) && !at_last &&
			!tw_happened(d->connection->limits[TW_LIMIT_TRANSLATED_TWICE]);
	bool knocks = has_syn(d) && d->client->segments == 1 && d->server->segments == 0 &&
		      d->context->fan_out.ports >= FAN_OUT_WIDE &&
		      tw_fact_is(d->set, TW_FACT_SYN_ANSWERED, TW_NO) &&
		      tw_fact_is(d->set, TW_FACT_FAN_OUT, TW_YES);
	struct tw_fact_value *value;

	value = tw_derive_put_side(d, TW_FACT_PORT_PROBED, unwanted || knocks,
				   knocks ? SURE_FAN_OUT_WIDE : TW_SEEN, d->client);
	if (unwanted)
		tw_fact_frame(value, bare->at);
	else if (knocks)
		tw_fact_frame(value, d->client->syn);
}

static void put_fan_out(struct tw_derive *d)
{
	uint32_t ports = d->context->fan_out.ports;
	bool many = ports >= FAN_OUT_MIN && ports > d->context->fan_out.conversations;
	struct tw_fact_value *value;

	if (ports == 0 || (!many && ports > 1))
		return;
	value = tw_derive_put_side(d, TW_FACT_FAN_OUT, many,
				   !many && d->context->fan_out.conversations > 0 ? SURE_OTHER_WORK
				   : !many					  ? SURE_NO_FAN_OUT
				   : ports >= FAN_OUT_WIDE ? SURE_FAN_OUT_WIDE
							   : SURE_FAN_OUT,
				   d->client);
	tw_fact_frame(value, d->client->syn);
}

/*
 * Where the input shows that its receiver sends, and begins long enough before, the SYN was never
 * sent. Several such answers are no accident of where the input begins.
 */
static void put_unasked(struct tw_derive *d)
{
	const struct tw_connection *connection = d->connection;
	bool unasked = d->context->unasked.count > 0;
	bool reset = d->client->segments > 0;
	bool late = connection->timed && connection->first.time_ns - d->context->input_start_ns >=
					     ANSWER_TIME_S * TW_NS_PER_S;
	bool sure = late || d->context->unasked.count >= UNASKED_SEVERAL;
	struct tw_fact_value *value;

	if (unasked && !reset && !(late && d->context->unasked.host_heard))
		return;
	value = tw_derive_put_side(d, TW_FACT_UNASKED_ANSWER, unasked,
				   !unasked	       ? TW_SEEN
				   : connection->typed ? SURE_UNASKED_IN_LIST
				   : !reset	       ? SURE_UNASKED_SILENT
				   : sure	       ? SURE_UNASKED_SEVERAL
						       : SURE_UNASKED,
				   d->server);
	if (!unasked)
		return;
	tw_fact_frame(value, d->server->first);
	tw_fact_frame(value, d->client->first);
}

static unsigned sure_together(const struct tw_derive *d, uint32_t unasked)
{
	if (tw_happened(d->context->exit.gone))
		return SURE_GONE;
	return unasked == TOGETHER_FEW ? SURE_TWO : unasked < TOGETHER_MANY ? SURE_SOME : SURE_MANY;
}

/* One idle limit ends connections together too; but it refuses nobody afterwards. */
static void put_exit(struct tw_derive *d)
{
	const struct tw_context *context = d->context;
	struct tw_moment gone = context->exit.gone;
	struct tw_moment there = context->exit.there;
	uint32_t unasked = context->exit.unasked;
	bool together = unasked >= TOGETHER_FEW && (!context->exit.timer || tw_happened(gone));
	struct tw_fact_value *value;

	value = tw_derive_put_side(d, TW_FACT_ENDED_TOGETHER, together,
				   together		  ? sure_together(d, unasked)
				   : d->connection->typed ? SURE_ALONE_IN_LIST
							  : TW_SEEN,
				   d->server);
	if (together) {
		tw_fact_frame(value, d->server->fin.at);
		tw_fact_frame(value, d->server->reset.at);
		tw_fact_frame(value, context->exit.other);
	}
	if (!tw_happened(gone) && !tw_happened(there))
		return;
	value = tw_derive_put_side(d, TW_FACT_LISTENER_GONE, tw_happened(gone), TW_SEEN, d->server);
	tw_fact_frame(value, tw_happened(gone) ? gone : there);
}

static void put_period(struct tw_derive *d)
{
	uint32_t regular = d->context->period.regular;
	bool periodic = regular >= 2 && 3 * regular >= 2 * d->context->period.pauses;
	struct tw_fact_value *value;

	if (d->context->period.pauses == 0)
		return;
	value = tw_derive_put_side(
	    d, TW_FACT_PERIODIC, periodic,
	    periodic && regular >= PERIOD_LONG ? SURE_PERIOD_LONG : SURE_PERIOD, d->client);
	tw_fact_frame(value, d->client->syn);
	if (periodic)
		value->duration_ns = d->context->period.period_ns;
}

/* Asked only of a side that fell silent, never answered, or said nothing but RST. */
static void put_alive(struct tw_derive *d)
{
	const struct tw_side *sides[] = {d->server, d->client};

	for (size_t i = 0; i < TW_LEN(sides); i++) {
		unsigned side = sides[i] == &d->connection->side[0] ? 0 : 1;
		const struct tw_run *run = &d->connection->side[tw_other(side)].retransmit;
		struct tw_moment elsewhere = d->context->alive_elsewhere[side];
		struct tw_fact_value *value;

		if (run->count > 0 && tw_later(sides[i]->last, run->first))
			continue;
		if (!tw_happened(elsewhere) && sides[i]->reset_count == sides[i]->segments)
			elsewhere = d->context->host[side].at;
		if (!tw_happened(elsewhere))
			continue;
		value = tw_derive_put_side(d, TW_FACT_HOST_ALIVE, true, SURE_HOST_ALIVE, sides[i]);
		tw_fact_frame(value, elsewhere);
		return;
	}
}

void tw_facts_company(struct tw_derive *d)
{
	put_flood(d);
	put_crafted(d);
	put_fan_out(d);
	put_probe(d);
	put_unasked(d);
	put_exit(d);
	put_period(d);
	put_alive(d);
}
