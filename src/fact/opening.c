/* opening.c: facts about SYN, SYN,ACK and what answered them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/derive.h"

#include "tcp/seq.h"

enum {
	SURE_UNANSWERED = 65,
	SYN_ACK_LATE_MS = 1000, /* the first retransmission of a SYN, RFC 6298 section 2 */
	/* No timer of a SYN is shorter; what came again sooner was sent twice. Windows: 500 ms. */
	SYN_AGAIN_MIN_MS = 200,
	ICMP4_UNREACHABLE = 3,
	ICMP6_UNREACHABLE = 1,
};

/* ICMP codes that speak for a packet filter: 3, 9, 10, 13 (RFC 1122, RFC 1812); v6: 1, 5, 6. */
static bool is_filter_code(const struct tw_icmp_note *note)
{
	if (note->version == 6)
		return note->type == ICMP6_UNREACHABLE &&
		       (note->code == 1 || note->code == 4 || note->code >= 5);
	return note->type == ICMP4_UNREACHABLE &&
	       (note->code == 3 || note->code == 9 || note->code == 10 || note->code == 13);
}

static void put_syn_ack(struct tw_derive *d)
{
	const struct tw_side *client = d->client;
	const struct tw_side *server = d->server;
	bool seen = server->marks & TW_SIDE_SYN_ACK;
	struct tw_fact_value *value;

	value = tw_derive_put_side(d, TW_FACT_SYN_ACK_SEEN, seen,
				   seen ? TW_SEEN : tw_derive_absence(d), d->server);
	if (!seen)
		return;
	tw_fact_frame(value, server->syn);
	value = tw_derive_put_side(d, TW_FACT_SYN_ACK_REPEATED, tw_derive_syns(server) > 1, TW_SEEN,
				   d->server);
	tw_fact_frame(value, server->syn_last);
	bool answered = client->segments > client->syn_count;

	/* Silence needs time: where the input ends with the SYN,ACK, the ACK was on its way. */
	if (answered || server->syn_count > 1 || !tw_derive_cut_off(d)) {
		value = tw_derive_put_side(d, TW_FACT_OPENER_ANSWERED, answered,
					   answered ? TW_SEEN : tw_derive_absence(d), d->client);
		if (answered)
			tw_fact_frame(value, client->last);
	}
	if (!(client->marks & TW_SIDE_SYN))
		return;

	/* Where the SYN,ACK was slow behind the capture point, only the repeated SYN shows it. */
	bool repeated = tw_derive_syns(client) > 1;

	if (d->connection->timed || repeated) {
		int64_t wait = server->syn.time_ns - client->syn.time_ns;

		value = tw_derive_put_side(d, TW_FACT_SYN_ACK_LATE,
					   repeated || wait >= SYN_ACK_LATE_MS * TW_NS_PER_MS,
					   TW_SEEN, d->server);
		value->duration_ns = wait;
		tw_fact_frame(value, client->syn);
		tw_fact_frame(value, server->syn);
	}
}

static void put_refusals(struct tw_derive *d)
{
	const struct tw_reset *to_syn = &d->server->reset;
	const struct tw_reset *bare = &d->client->reset;
	bool refused = d->server->reset_count > 0 && to_syn->to_syn;
	bool unwanted = d->client->reset_count > 0 && !(bare->flags & TW_ACK) &&
			(bare->trigger_flags & TW_SYN) && bare->answers_by_seq &&
			!tw_happened(d->client->syn_wrong_ack); /* it believed another's answer */
	struct tw_fact_value *value;

	value = tw_derive_put_side(d, TW_FACT_RESET_TO_SYN, refused, TW_SEEN, d->server);
	if (refused) {
		tw_fact_frame(value, to_syn->trigger);
		tw_fact_frame(value, to_syn->at);
	}
	value = tw_derive_put_side(d, TW_FACT_BARE_RESET_TO_SYN_ACK, unwanted, TW_SEEN, d->client);
	if (unwanted) {
		tw_fact_frame(value, bare->trigger);
		tw_fact_frame(value, bare->at);
	}
}

static void put_slowness(struct tw_derive *d)
{
	const struct tw_connection *connection = d->connection;
	const struct tw_side *sides[] = {d->client, d->server};
	/* Where rows are left out, the ACK that is shown need not be the one of the handshake. */
	bool omitted = tw_happened(connection->limits[TW_LIMIT_ROWS_OMITTED]);
	struct tw_moment end = omitted ? d->server->syn : connection->established;
	int64_t took = end.time_ns - connection->first.time_ns;
	bool slow = connection->timed && took >= SYN_ACK_LATE_MS * TW_NS_PER_MS;
	bool by_timer = !connection->timed || took >= SYN_AGAIN_MIN_MS * TW_NS_PER_MS;
	struct tw_fact_value *value;

	if (!tw_happened(connection->established) || !tw_happened(end))
		return;
	for (size_t i = 0; i < TW_LEN(sides); i++)
		slow = slow || (tw_happened(sides[i]->syn_again) && by_timer &&
				tw_later(connection->established, sides[i]->syn_again));
	value = tw_derive_put(d, TW_FACT_OPENING_SLOW, slow, TW_SEEN);
	value->duration_ns = took;
	tw_fact_frame(value, connection->first);
	tw_fact_frame(value, end);
}

/* "Nothing answered" needs time for an answer: a repeated SYN, or a capture that goes on. */
static void put_syn_answered(struct tw_derive *d)
{
	const struct tw_context *context = d->context;
	/* Who has called himself hears his own SYN. */
	bool answered = d->connection->is_self
			    ? (d->server->marks & TW_SIDE_SYN_ACK) != 0
			    : d->server->segments > 0 ||
				  tw_happened(d->connection->limits[TW_LIMIT_ONE_DIRECTION]);
	bool waited =
	    d->client->syn_count > 1 ||
	    (context->input_end_known && d->connection->timed &&
	     context->input_end_ns - d->client->syn_last.time_ns >= SYN_ACK_LATE_MS * TW_NS_PER_MS);
	unsigned silent = waited ? tw_derive_absence(d) : SURE_UNANSWERED;
	struct tw_fact_value *value;

	/* What an older connection of the same ports says is no answer, and is not nothing. */
	if (tw_happened(d->server->challenged) && !(d->server->marks & TW_SIDE_SYN_ACK) &&
	    d->server->segments > 0 && !tw_happened(d->connection->established))
		return;
	/* A list may end anywhere; a capture seldom ends in the one round trip after a SYN. */
	if (!answered && !waited && !context->input_end_known)
		return;
	value = tw_derive_put_side(d, TW_FACT_SYN_ANSWERED, answered, answered ? TW_SEEN : silent,
				   d->server);
	tw_fact_frame(value, d->server->first);
}

/*
 * A connection that was met under way had been established: whoever sends payload or a FIN with an
 * ACK had the other's SYN.
 */
static void put_midstream(struct tw_derive *d)
{
	const struct tw_side *sides[] = {d->client, d->server};

	for (size_t i = 0; i < TW_LEN(sides); i++) {
		bool spoke = tw_happened(sides[i]->last_payload) || tw_happened(sides[i]->fin.at);
		struct tw_fact_value *value;

		if (!spoke || tw_happened(d->connection->established))
			continue;
		value = tw_derive_put(d, TW_FACT_HANDSHAKE_COMPLETE, true, TW_SEEN);
		tw_fact_frame(value, sides[i]->first);
		return;
	}
}

/* One listener has one ISN for one SYN, and its client acknowledges that one (RFC 9293 3.4). */
static void put_contradiction(struct tw_derive *d)
{
	struct tw_moment other = d->server->syn_other;
	struct tw_moment wrong = d->client->syn_wrong_ack;
	/* Where the server takes what the client sends, its SYN,ACK was recorded wrong. */
	bool works = (d->client->marks & TW_SIDE_ACKED) &&
		     tw_seq_after(d->client->acked, tw_seq_add(d->client->isn, 1));
	bool contradicted = tw_happened(other) || (tw_happened(wrong) && !works);
	struct tw_fact_value *value;

	value = tw_derive_put_side(d, TW_FACT_HANDSHAKE_CONTRADICTED, contradicted,
				   contradicted ? TW_SEEN : tw_derive_absence(d), d->server);
	tw_fact_frame(value, d->server->syn);
	tw_fact_frame(value, other);
	tw_fact_frame(value, wrong);
}

void tw_facts_opening(struct tw_derive *d)
{
	const struct tw_connection *connection = d->connection;
	bool syn = d->client->marks & TW_SIDE_SYN;
	bool complete = tw_happened(connection->established);
	struct tw_fact_value *value;

	put_midstream(d);
	value = tw_derive_put_side(d, TW_FACT_SYN_SEEN, syn, TW_SEEN, d->client);
	tw_fact_frame(value, d->client->syn);
	put_refusals(d);
	if (syn) {
		put_syn_answered(d);
		value = tw_derive_put_side(d, TW_FACT_SYN_REPEATED, tw_derive_syns(d->client) > 1,
					   TW_SEEN, d->client);
		tw_fact_frame(value, d->client->syn);
		tw_fact_frame(value, d->client->syn_last);
	}
	if (syn || (d->server->marks & TW_SIDE_SYN_ACK)) {
		put_syn_ack(d);
		put_contradiction(d);
		put_slowness(d);
		if (d->set->value[TW_FACT_HANDSHAKE_COMPLETE].answer != TW_YES) {
			value = tw_derive_put(d, TW_FACT_HANDSHAKE_COMPLETE, complete,
					      complete ? TW_SEEN : tw_derive_absence(d));
			tw_fact_frame(value, connection->established);
		}
	}
	bool icmp = connection->icmp.count > 0 && connection->icmp.during_opening;

	value = tw_derive_put(d, TW_FACT_ICMP_TO_SYN, icmp, icmp ? TW_SEEN : tw_derive_absence(d));
	if (icmp) {
		value->party = TW_PARTY_NETWORK;
		tw_fact_frame(value, connection->icmp.at);
		value = tw_derive_put(d, TW_FACT_ICMP_FROM_FILTER,
				      is_filter_code(&connection->icmp), TW_SEEN);
		value->party = TW_PARTY_NETWORK;
		tw_fact_frame(value, connection->icmp.at);
	}
}
