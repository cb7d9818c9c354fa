/* delivery.c: what was sent, acknowledged, perhaps never read; the last request's fate. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain/case.h"

#include "base/assert.h"
#include "tcp/seq.h"

const char *tw_processed_slug(enum tw_processed processed)
{
	switch (processed) {
	case TW_PROCESSED_UNKNOWN:
		return "unknown";
	case TW_PROCESSED_YES:
		return "yes";
	case TW_PROCESSED_NO:
		return "no";
	case TW_PROCESSED_POSSIBLE:
		return "possible";
	}
	TW_UNREACHABLE("processed without a slug");
}

/* The highest number of `side` that the peer's kernel had: by its ACKs, that of its RST too. */
static uint32_t highest_received(const struct tw_side *side, const struct tw_side *peer)
{
	uint32_t acked = side->acked;

	if (peer->reset_count > 0 && (peer->reset.flags & TW_ACK) && !peer->reset.to_syn &&
	    tw_seq_after(peer->reset.ack, acked) && !tw_seq_after(peer->reset.ack, side->snd_nxt))
		acked = peer->reset.ack;
	return acked;
}

static struct tw_delivery_side assess_side(const struct tw_case *c, unsigned index)
{
	const struct tw_side *side = &c->connection->side[index];
	const struct tw_side *peer = &c->connection->side[tw_other(index)];
	struct tw_delivery_side result = {.sent = side->payload_bytes};
	uint32_t missing = 0;

	if (!tw_happened(side->last_payload))
		return result;
	if (!(side->marks & TW_SIDE_ACKED))
		missing = UINT32_MAX;
	else if (tw_seq_after(side->last_payload_end, highest_received(side, peer)))
		missing = tw_seq_diff(side->last_payload_end, highest_received(side, peer));
	/* What the capture never saw is not among what was sent. */
	if (side->hole_start != side->hole_end && (side->marks & TW_SIDE_ACKED) &&
	    !tw_seq_before(side->hole_start, side->acked) &&
	    missing >= tw_seq_diff(side->hole_end, side->hole_start))
		missing -= tw_seq_diff(side->hole_end, side->hole_start);
	result.unacked_at_end = missing < result.sent ? missing : result.sent;
	result.acked = result.sent - result.unacked_at_end;
	/* Since the peer's last word; its RST speaks for not having read it. */
	if (peer->reset_count > 0 && !peer->reset.to_syn &&
	    side->turn_bytes > result.unacked_at_end)
		result.possibly_unread = side->turn_bytes - result.unacked_at_end;
	return result;
}

static bool is_one_of(enum tw_cause cause, const enum tw_cause causes[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (causes[i] == cause)
			return true;
	return false;
}

/*
 * The last payload of the client: answered, it was processed; sent into a closed or unknown
 * socket, it was not; acknowledged and then silence or an abort, it may have been.
 */
static enum tw_processed last_request(const struct tw_case *c)
{
	static const enum tw_cause never_read[] = {
	    TW_CAUSE_DATA_AFTER_CLOSE,	     TW_CAUSE_KEEPALIVE_RACE,
	    TW_CAUSE_STALE_CONNECTION_REUSE, TW_CAUSE_PEER_LOST_STATE,
	    TW_CAUSE_CLOSE_WITH_UNREAD_DATA, TW_CAUSE_ACCEPT_QUEUE_OVERFLOW,
	};
	const struct tw_side *client = &c->connection->side[c->facts.cast.roles.client];
	const struct tw_side *server = &c->connection->side[c->facts.cast.roles.server];
	bool paired = tw_application_is_paired(&client->application, &server->application);
	double never = 0;

	if (!tw_happened(client->last_payload))
		return TW_PROCESSED_UNKNOWN;
	if (paired && client->application.messages <= server->application.messages)
		return TW_PROCESSED_YES;
	if (!paired && server->last_payload.frame > client->last_payload.frame)
		return tw_happened(client->last_payload_acked) || c->connection->typed
			   ? TW_PROCESSED_YES
			   : TW_PROCESSED_UNKNOWN;
	/* Sent to a host that had forgotten the connection, and said so by another RST. */
	if (client->payload_after_reset > 0 &&
	    tw_fact_is(&c->facts, TW_FACT_SECOND_RESET_BARE, TW_YES))
		return TW_PROCESSED_NO;
	for (size_t i = 0; i < c->verdict.hypothesis_count; i++)
		if (is_one_of(c->verdict.hypotheses[i].cause, never_read, TW_LEN(never_read)))
			never += c->verdict.hypotheses[i].probability;
	if (never >= 0.9 && c->facts.cast.resetter == c->facts.cast.roles.server)
		return TW_PROCESSED_NO;
	if (c->verdict.outcome == TW_OUTCOME_UNFINISHED)
		return TW_PROCESSED_UNKNOWN;
	return TW_PROCESSED_POSSIBLE;
}

void tw_delivery_assess(struct tw_case *c)
{
	uint32_t marks = c->connection->side[0].marks | c->connection->side[1].marks;

	c->delivery.counted = !(marks & TW_SIDE_ASSUMED);
	for (unsigned side = 0; side < 2; side++)
		c->delivery.side[side] = assess_side(c, side);
	c->delivery.last_request = last_request(c);
}
