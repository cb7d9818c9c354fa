/* derive.c: putting down a value, and how sure an absence is in this kind of input. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/derive.h"

#include "base/assert.h"

struct tw_fact_value *tw_derive_put(struct tw_derive *d, enum tw_fact fact, bool yes,
				    unsigned percent)
{
	struct tw_fact_value *value = &d->set->value[fact];

	TW_ASSERT(percent >= 50 && percent <= TW_SEEN);
	value->answer = yes ? TW_YES : TW_NO;
	value->percent = (uint8_t)percent;
	return value;
}

struct tw_fact_value *tw_derive_put_side(struct tw_derive *d, enum tw_fact fact, bool yes,
					 unsigned percent, const struct tw_side *side)
{
	struct tw_fact_value *value = tw_derive_put(d, fact, yes, percent);

	value->party = side == d->client ? TW_PARTY_CLIENT : TW_PARTY_SERVER;
	return value;
}

void tw_fact_frame(struct tw_fact_value *value, struct tw_moment moment)
{
	if (!tw_happened(moment) || value->frame_count == TW_FACT_FRAMES)
		return;
	if (value->frame_count > 0 && value->frames[value->frame_count - 1] == moment.frame)
		return;
	value->frames[value->frame_count++] = moment.frame;
}

unsigned tw_derive_absence(const struct tw_derive *d)
{
	const struct tw_connection *connection = d->connection;

	if (tw_happened(connection->limits[TW_LIMIT_ROWS_OMITTED]) ||
	    tw_happened(connection->limits[TW_LIMIT_ONE_DIRECTION]) ||
	    tw_happened(connection->limits[TW_LIMIT_LOST_IN_CAPTURE]))
		return TW_SURE_ABSENT_IN_PART;
	if (!connection->typed)
		return TW_SEEN;
	return d->client->marks & TW_SIDE_SYN ? TW_SURE_ABSENT_FROM_SYN : TW_SURE_ABSENT_IN_LIST;
}

unsigned tw_derive_no_payload(const struct tw_derive *d, const struct tw_side *side)
{
	bool numbers_known = side->syn_count > 0 && !(side->marks & TW_SIDE_ASSUMED);

	return numbers_known && side->gaps == 0 ? TW_SEEN : tw_derive_absence(d);
}

unsigned tw_derive_payload(const struct tw_side *side)
{
	/* A row of HTTP or TLS is payload, whatever its length. */
	uint32_t certain = TW_SIDE_PAYLOAD_COUNTED | TW_SIDE_HTTP | TW_SIDE_TLS;

	return side->marks & certain ? TW_SEEN : TW_SURE_PSH_MEANS_DATA;
}

unsigned tw_derive_numbers(const struct tw_derive *d)
{
	uint32_t marks = d->client->marks | d->server->marks;

	return marks & TW_SIDE_ASSUMED ? TW_SURE_ASSUMED_NUMBERS : TW_SEEN;
}

uint32_t tw_derive_syns(const struct tw_side *side)
{
	uint32_t both = TW_SIDE_SYN | TW_SIDE_SYN_ACK;

	return side->syn_count - ((side->marks & both) == both);
}

unsigned tw_derive_no_earlier_fin(const struct tw_derive *d)
{
	enum { SURE_IN_PART = 70, SURE_WHERE_BOTH_SPEAK = 97 };
	unsigned absent = tw_derive_absence(d);
	/* Whoever sends payload has sent no FIN before it, seen or not. */
	bool both_speak =
	    tw_happened(d->client->first_payload) && tw_happened(d->server->first_payload);

	if (absent <= SURE_IN_PART)
		return absent;
	if (both_speak)
		return absent > SURE_WHERE_BOTH_SPEAK ? absent : SURE_WHERE_BOTH_SPEAK;
	return tw_happened(d->connection->limits[TW_LIMIT_MIDSTREAM_START]) ? SURE_IN_PART : absent;
}

bool tw_derive_cut_off(const struct tw_derive *d)
{
	int64_t rest = d->context->input_end_ns - d->connection->last.time_ns;
	int64_t rtts = 3 * tw_connection_rtt_ns(d->connection);

	return d->context->input_end_known && d->connection->timed &&
	       rest < (rtts > TW_NS_PER_S ? rtts : TW_NS_PER_S);
}

bool tw_later(struct tw_moment a, struct tw_moment b)
{
	return a.frame > b.frame;
}
