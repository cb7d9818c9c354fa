/* data.c: facts about requests, answers, and what was acknowledged. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/derive.h"

#include "tcp/seq.h"

static bool has_payload(const struct tw_side *side)
{
	return tw_happened(side->last_payload);
}

/* Acknowledged to its end: by an ACK, or by the ACK of the peer's RST (its kernel had it). */
static bool payload_acknowledged(const struct tw_side *side, const struct tw_side *peer)
{
	if (!has_payload(side) || tw_happened(side->last_payload_acked))
		return true;
	return peer->reset_count > 0 && (peer->reset.flags & TW_ACK) &&
	       !tw_seq_before(peer->reset.ack, side->last_payload_end);
}

/* When the connection was first closed (or now, while it lives), the client had the last word. */
static bool waits_for_answer(const struct tw_derive *d)
{
	const struct tw_cast *cast = &d->set->cast;
	const struct tw_last_word *asked = &d->connection->at_close[cast->roles.client];
	const struct tw_last_word *answered = &d->connection->at_close[cast->roles.server];

	/* What crossed the other's FIN had not arrived when that was sent. */
	if (d->client->late.crossed)
		return false;
	if (cast->first != TW_NOBODY)
		return tw_happened(asked->payload) && asked->acked &&
		       tw_later(asked->payload, answered->payload);
	return has_payload(d->client) && payload_acknowledged(d->client, d->server) &&
	       tw_later(d->client->last_payload, d->server->last_payload);
}

enum {
	SURE_REQUEST = 45,    /* the client's last word after an answer may thank for it ... */
	SURE_LARGE = 92,      /* ... but is a request where it is long for "that is all" ... */
	SURE_NO_REQUEST = 15, /* ... and none where it is a farewell, or a few bytes of TLS */
	SURE_TALKS = 35,      /* or where the client is the one that does the talking */
	SURE_EITHER = 50,
	SMALL_BYTES = 100,
	TALKS_RATIO = 3,
};

/* Opened by both ends, a connection has no client whose word would be a request. */
static bool opened_by_both(const struct tw_derive *d)
{
	return d->client->marks & d->server->marks & TW_SIDE_SYN;
}

static unsigned smaller(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

unsigned tw_derive_request(const struct tw_derive *d)
{
	const struct tw_side *client = d->client;
	const struct tw_application *asked = &client->application;
	const struct tw_application *answered = &d->server->application;

	if (opened_by_both(d))
		return SURE_EITHER;
	if (tw_application_is_paired(asked, answered))
		return asked->messages > answered->messages ? TW_SEEN : SURE_NO_REQUEST;
	switch ((enum tw_payload_kind)client->last_payload_kind) {
	case TW_PAYLOAD_HTTP_REQUEST:
		return TW_SEEN;
	case TW_PAYLOAD_TLS_ALERT:
	case TW_PAYLOAD_QUIT:
	case TW_PAYLOAD_GOODBYE:
		return SURE_NO_REQUEST;
	case TW_PAYLOAD_TLS:
		return client->last_payload_length <= SMALL_BYTES ? SURE_NO_REQUEST : SURE_LARGE;
	case TW_PAYLOAD_UNKNOWN:
	case TW_PAYLOAD_OTHER:
	case TW_PAYLOAD_HTTP_RESPONSE:
		break;
	}
	/* Before this word the client said far more than the server: it reports, or answers. */
	if (client->payload_bytes - client->turn_bytes >= TALKS_RATIO * d->server->payload_bytes)
		return SURE_TALKS;
	return client->last_payload_length > SMALL_BYTES ? SURE_LARGE : SURE_REQUEST;
}

/* It ended by the server's FIN, and what the client had said last was a request. */
static void put_answerless(struct tw_derive *d, bool unanswered, bool spoke_before)
{
	const struct tw_side *client = d->client;
	const struct tw_side *server = d->server;
	bool first = d->closer == server && &d->connection->side[d->set->cast.first] == server;
	bool answerless = unanswered && first;
	unsigned percent = answerless ? tw_derive_no_payload(d, server) : TW_SEEN;
	struct tw_fact_value *value;

	if (answerless && (spoke_before || opened_by_both(d)))
		percent = smaller(percent, tw_derive_request(d));
	if (percent < 50) {
		answerless = !answerless;
		percent = 100 - percent;
	}
	value = tw_derive_put_side(d, TW_FACT_ANSWERLESS_CLOSE, answerless, percent, server);
	if (answerless) {
		tw_fact_frame(value, client->last_payload);
		tw_fact_frame(value, server->fin.at);
	}
}

static void put_request(struct tw_derive *d)
{
	const struct tw_side *client = d->client;
	const struct tw_side *server = d->server;
	bool unanswered = waits_for_answer(d);
	/* An answer that came after the close is none that was there before it. */
	bool spoke_before =
	    d->set->cast.first == TW_NOBODY
		? has_payload(server)
		: tw_happened(d->connection->at_close[d->set->cast.roles.server].payload);
	unsigned percent = unanswered		 ? tw_derive_no_payload(d, server)
			   : has_payload(client) ? tw_derive_payload(client)
						 : tw_derive_no_payload(d, client);
	struct tw_fact_value *value;

	put_answerless(d, unanswered, spoke_before);
	/* The one ACK after the only payload is of that payload, numbers or not. */
	if (unanswered && spoke_before)
		percent = smaller(percent, tw_derive_numbers(d));
	if (unanswered && (spoke_before || opened_by_both(d)))
		percent = smaller(percent, tw_derive_request(d));
	if (percent < 50)
		unanswered = !unanswered;
	value = tw_derive_put_side(d, TW_FACT_REQUEST_UNANSWERED, unanswered,
				   percent < 50 ? 100 - percent : percent, client);
	if (unanswered) {
		tw_fact_frame(value, client->last_payload);
		tw_fact_frame(value, client->last_payload_acked);
	}
}

static void put_ending_of_request(struct tw_derive *d)
{
	const struct tw_connection *connection = d->connection;
	uint8_t closer = d->set->cast.first;
	struct tw_fact_value *value;

	if (closer == TW_NOBODY)
		return;

	const struct tw_side *side = &connection->side[closer];
	bool by_fin = tw_happened(side->fin.at) &&
		      (side->reset_count == 0 || !tw_later(side->fin.at, side->reset.at));
	struct tw_moment at = by_fin ? side->fin.at : side->reset.at;
	int64_t silence = by_fin ? side->fin.idle_ns : side->reset.idle_ns;

	value = tw_derive_put_side(d, TW_FACT_REQUESTER_CLOSED, side == d->client, TW_SEEN, side);
	tw_fact_frame(value, at);
	if (!connection->timed || connection->segments < 2)
		return;
	value = tw_derive_put_side(d, TW_FACT_SILENCE_BEFORE_END,
				   silence >= tw_connection_idle_threshold_ns(connection), TW_SEEN,
				   side);
	value->duration_ns = silence;
	tw_fact_frame(value, at);
}

static unsigned payload_percent(const struct tw_derive *d)
{
	unsigned client = tw_derive_no_payload(d, d->client);
	unsigned server = tw_derive_no_payload(d, d->server);

	if (has_payload(d->client) || has_payload(d->server))
		return tw_derive_payload(has_payload(d->client) ? d->client : d->server);
	return client < server ? client : server;
}

void tw_facts_data(struct tw_derive *d)
{
	const struct tw_side *client = d->client;
	const struct tw_side *server = d->server;
	bool any = has_payload(client) || has_payload(server);
	bool numbered = tw_derive_numbers(d) == TW_SEEN;
	struct tw_fact_value *value;

	/* What the input shows is what counts here, not what it may have missed. */
	value = tw_derive_put_side(d, TW_FACT_REQUEST_SEEN, has_payload(client), TW_SEEN, client);
	tw_fact_frame(value, client->last_payload);
	/* Before the input begins there may have been any amount of it. */
	if (!any && tw_happened(d->connection->limits[TW_LIMIT_MIDSTREAM_START])) {
		put_ending_of_request(d);
		return;
	}
	value = tw_derive_put(d, TW_FACT_PAYLOAD_SEEN, any, payload_percent(d));
	tw_fact_frame(value, client->first_payload);
	tw_fact_frame(value, server->first_payload);
	value = tw_derive_put_side(d, TW_FACT_SERVER_ANSWERED, has_payload(server),
				   has_payload(server) ? tw_derive_payload(server)
						       : tw_derive_no_payload(d, server),
				   server);
	tw_fact_frame(value, server->first_payload);
	put_request(d);
	put_ending_of_request(d);
	if (!any)
		return;

	bool acknowledged =
	    payload_acknowledged(client, server) && payload_acknowledged(server, client);

	/* ACKs that passed on another way, or are still to come, cannot be missed. */
	if (!acknowledged && !d->resetter &&
	    (tw_derive_cut_off(d) || tw_happened(d->connection->limits[TW_LIMIT_ONE_DIRECTION])))
		return;
	value = tw_derive_put(d, TW_FACT_ALL_ACKNOWLEDGED, acknowledged,
			      numbered ? TW_SEEN : TW_SURE_ASSUMED_NUMBERS);
	value->party = TW_PARTY_BOTH;
	tw_fact_frame(value, client->last_payload_acked);
	tw_fact_frame(value, server->last_payload_acked);
	if (acknowledged && d->resetter && value->frame_count == 0)
		tw_fact_frame(value, d->resetter->reset.at);
}
