/* assume.c: an undisturbed exchange as the assumption behind a list without numbers. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/assume.h"

#include "tcp/seq.h"

/* One byte stands for "some payload": only order matters, no count is ever told from it. */
enum { ASSUMED_PAYLOAD = 1, FIRST_SEQ = 1 };

static uint32_t assumed_length(const struct tw_segment *segment)
{
	if (segment->flags & (TW_RST | TW_SYN))
		return 0;
	if (!(segment->known & TW_FIELD_FLAGS) || (segment->flags & TW_PSH))
		return ASSUMED_PAYLOAD;
	return 0;
}

/* The number that the peer expects next, as far as it said. */
static uint32_t expected_by(const struct tw_side *peer)
{
	for (uint32_t back = 0; back < TW_TAIL; back++) {
		const struct tw_sent *sent = tw_side_sent(peer, back);

		if (sent && (sent->flags & TW_ACK))
			return sent->ack;
	}
	return FIRST_SEQ;
}

/* The first number of a side: where later rows of the list place it, or the peer expects it. */
static uint32_t first_seq(const struct tw_side *peer, const struct tw_segment *segment)
{
	return segment->seq != 0 ? segment->seq : expected_by(peer);
}

/* What a label says was sent again: the oldest payload that the peer still asks for. */
static const struct tw_sent *said_again(const struct tw_side *me, const struct tw_segment *segment)
{
	const struct tw_sent *oldest = NULL;

	if (segment->said != TW_SAID_AGAIN)
		return NULL;
	for (uint32_t back = 0; back < TW_TAIL; back++) {
		const struct tw_sent *sent = tw_side_sent(me, back);
		bool acked =
		    sent && (me->marks & TW_SIDE_ACKED) && !tw_seq_after(sent->end, me->acked);

		if (sent && sent->length > 0 && !acked &&
		    (!oldest || tw_seq_before(sent->seq, oldest->seq)))
			oldest = sent;
	}
	return oldest;
}

static uint32_t assumed_ack(const struct tw_side *peer, const struct tw_segment *segment)
{
	if (peer->marks & TW_SIDE_NUMBERED)
		return peer->snd_nxt;
	return segment->ack != 0 ? segment->ack : FIRST_SEQ;
}

static uint32_t assumed_seq(const struct tw_side *me, const struct tw_side *peer,
			    const struct tw_segment *segment)
{
	bool numbered = me->marks & TW_SIDE_NUMBERED;
	const struct tw_sent *again = said_again(me, segment);

	if (again)
		return again->seq;
	if (segment->said == TW_SAID_FAST_AGAIN)
		return expected_by(peer);
	if (segment->flags & TW_SYN)
		return me->syn_count > 0 ? me->isn : 0;
	if ((segment->flags & TW_RST) && !(segment->flags & TW_ACK))
		return expected_by(peer);
	if ((segment->flags & TW_FIN) && tw_happened(me->fin.at))
		return tw_seq_diff(me->fin.seq, segment->length);
	return numbered ? me->snd_nxt : first_seq(peer, segment);
}

void tw_assume_numbers(const struct tw_connection *connection, unsigned side,
		       struct tw_segment *segment)
{
	const struct tw_side *me = &connection->side[side];
	const struct tw_side *peer = &connection->side[tw_other(side)];
	const struct tw_sent *again = said_again(me, segment);

	if (!(segment->known & TW_FIELD_LENGTH))
		segment->length = again ? again->length : assumed_length(segment);
	if (!(segment->known & TW_FIELD_SEQ))
		segment->seq = assumed_seq(me, peer, segment);
	if (!(segment->known & TW_FIELD_ACK) && (segment->flags & TW_ACK))
		segment->ack = assumed_ack(peer, segment);
}
