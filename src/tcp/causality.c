/* causality.c: who could know what, from ACK numbers, echoed time stamps and round trips. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/causality.h"

#include "tcp/seq.h"

/* Round trips vary: only a pause well above the shortest one proves that a segment had arrived. */
enum {
	NOT_TAKEN_ROUND_TRIPS = 3,
	NOT_TAKEN_MS = 200,
	NOT_TAKEN_ANYWHERE_MS = 2900, /* longer than any round trip: the second SYN after 3 s */
	SILENT_MS = 500,	      /* longer than an ACK is delayed (RFC 9293 section 3.8.6.3) */
};

bool tw_crossed_by_time(const struct tw_connection *connection, unsigned side,
			struct tw_moment passed, struct tw_moment sent)
{
	int64_t distance = connection->side[side].distance_ns;

	return connection->timed && distance > 0 && sent.time_ns - passed.time_ns < distance;
}

enum tw_received tw_late_data_fin_received(const struct tw_connection *connection, unsigned side)
{
	const struct tw_late_data *late = &connection->side[side].late;
	const struct tw_fin *fin = &connection->side[tw_other(side)].fin;

	if (late->segments == 0)
		return TW_RECEIVED_UNKNOWN;
	if (late->crossed)
		return TW_RECEIVED_CERTAINLY_NOT;
	if ((late->known & TW_FIELD_ACK) && (fin->known & TW_FIELD_SEQ)) {
		uint32_t last_segment = tw_seq_diff(fin->seq, fin->length);

		if (late->acks_fin)
			return TW_RECEIVED_CERTAINLY;
		/* All but the FIN's segment was there; with a hole before it, nothing follows. */
		if (!tw_seq_before(late->ack, last_segment))
			return TW_RECEIVED_CERTAINLY_NOT;
	}
	if (late->echo_known)
		return late->echo_covers ? TW_RECEIVED_CERTAINLY : TW_RECEIVED_CERTAINLY_NOT;
	if (tw_crossed_by_time(connection, side, fin->at, late->first))
		return TW_RECEIVED_CERTAINLY_NOT;
	return late->acks_fin ? TW_RECEIVED_POSSIBLY : TW_RECEIVED_UNKNOWN;
}

/*
 * RFC 5961 section 3.2: after a silence, a repeated ACK that does not cover the RST's number asks
 * its sender back. What that had sent before the RST is missing there.
 */
static bool challenges(const struct tw_side *receiver, const struct tw_side *sender)
{
	const struct tw_reset *reset = &sender->reset;
	const struct tw_run *after = &receiver->sent_after_reset;
	const struct tw_sent *ack = NULL;

	for (uint32_t back = 0; back < TW_TAIL; back++) {
		const struct tw_sent *sent = tw_side_sent(receiver, back);

		if (sent && sent->at.frame == after->first.frame)
			ack = sent;
	}
	return ack && (ack->flags & (TW_ACK | TW_SYN | TW_FIN | TW_RST)) == TW_ACK &&
	       ack->length == 0 && (ack->known & TW_FIELD_ACK) && (reset->known & TW_FIELD_SEQ) &&
	       tw_seq_before(ack->ack, reset->seq) &&
	       reset->at.time_ns - reset->heard.time_ns >= SILENT_MS * TW_NS_PER_MS &&
	       after->first.time_ns - reset->at.time_ns < SILENT_MS * TW_NS_PER_MS;
}

enum tw_after_reset tw_sent_after_reset(const struct tw_connection *connection, unsigned side)
{
	const struct tw_side *receiver = &connection->side[side];
	const struct tw_run *after = &receiver->sent_after_reset;
	const struct tw_side *sender = &connection->side[tw_other(side)];
	struct tw_moment reset = sender->reset.at;
	int64_t since = after->last.time_ns - reset.time_ns;

	if (after->count == 0)
		return TW_AFTER_RESET_UNTIMED;
	if (sender->reset.unacceptable)
		return TW_AFTER_RESET_UNACCEPTABLE;
	if (!connection->timed)
		return TW_AFTER_RESET_UNTIMED;
	if (challenges(receiver, sender))
		return TW_AFTER_RESET_CHALLENGED;
	if (receiver->distance_ns == 0)
		return since >= NOT_TAKEN_ANYWHERE_MS * TW_NS_PER_MS ? TW_AFTER_RESET_NOT_TAKEN
								     : TW_AFTER_RESET_UNTIMED;
	if (tw_crossed_by_time(connection, side, reset, after->last))
		return TW_AFTER_RESET_CROSSED;
	if (since > NOT_TAKEN_ROUND_TRIPS * receiver->distance_ns + NOT_TAKEN_MS * TW_NS_PER_MS)
		return TW_AFTER_RESET_NOT_TAKEN;
	return TW_AFTER_RESET_UNTIMED;
}

enum tw_closed_when tw_closer_by_half(const struct tw_side *seen)
{
	const struct tw_sent *sent = tw_side_sent(seen, 0);
	bool known = (seen->fin.known & TW_FIELD_ACK) && !(seen->marks & TW_SIDE_ASSUMED);

	if (known && sent && sent->at.frame > seen->fin.at.frame && (sent->known & TW_FIELD_ACK) &&
	    tw_seq_after(sent->ack, seen->fin.ack))
		return TW_CLOSED_FIRST;
	for (uint32_t back = 0; known && (sent = tw_side_sent(seen, back)); back++)
		if (sent->at.frame < seen->fin.at.frame && (sent->known & TW_FIELD_ACK) &&
		    tw_seq_diff(seen->fin.ack, sent->ack) == 1)
			return TW_CLOSED_LAST;
	return TW_CLOSED_UNCLEAR;
}
