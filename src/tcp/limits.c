/* limits.c: each capture artefact by what only a capture, and no network, can do. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/limits.h"

#include "tcp/seq.h"

enum {
	/* Queues of one machine disagree by less, clocks that are set by more. */
	REORDER_MAX_MS = 10,
	/* Of the round trip: too little for an answer to what was seen. */
	REORDER_PART = 4,
	/* Pauses shorter than that matter to nobody. */
	JUMP_MIN_S = 1,
	/* Time stamps count in steps of 1 to 1000 ms (RFC 7323 section 5.4): so many tell how. */
	TICKS_MIN = 20,
	/* How far the two clocks must be apart; crystals differ by far less than 1 %. */
	JUMP_RATIO = 4,
	CUT_OFF_S = 1,
};

void tw_limits_note_time(struct tw_arrival *a)
{
	const struct tw_connection *connection = a->connection;
	int64_t back = connection->last.time_ns - a->at.time_ns;

	if (!tw_happened(connection->first) || back <= 0)
		return;
	tw_arrival_limit(a, back < REORDER_MAX_MS * TW_NS_PER_MS ? TW_LIMIT_REORDERED_CAPTURE
								 : TW_LIMIT_CLOCK_JUMP);
}

void tw_limits_note_bytes(struct tw_arrival *a)
{
	const struct tw_segment *segment = a->segment;

	if (segment->checksum == TW_CHECKSUM_PARTIAL)
		tw_arrival_limit(a, TW_LIMIT_CHECKSUM_OFFLOAD);
	if (segment->checksum == TW_CHECKSUM_BAD && !tw_happened(a->me->bad_checksum))
		a->me->bad_checksum = a->at;
	if (segment->payload.size < segment->length && !a->connection->typed)
		tw_arrival_limit(a, TW_LIMIT_SHORT_SNAPLEN);
	if (a->peer->mss > 0 && segment->length > a->peer->mss)
		tw_arrival_limit(a, TW_LIMIT_OFFLOAD_SEGMENTS);
}

/* A pause of the capture in which the sender's own clock hardly went on. */
static bool is_unconfirmed(const struct tw_arrival *a)
{
	const struct tw_side *me = a->me;
	uint32_t tsval = a->segment->options.tsval;
	int64_t pause = a->at.time_ns - me->last.time_ns;
	int64_t before = me->last.time_ns - me->clock.first_ns;
	double ticks = tw_seq_diff(me->tsval, me->clock.first);
	double ticked = tw_seq_diff(tsval, me->tsval);

	return pause >= JUMP_MIN_S * TW_NS_PER_S && ticks >= TICKS_MIN && before > 0 &&
	       !tw_seq_before(tsval, me->tsval) &&
	       ticked / (double)pause * JUMP_RATIO < ticks / (double)before;
}

/*
 * What a network held up is old when it comes, but of one sender only: the other's clock goes on.
 * Where both stood still in the same pause, it is the capture's clock that did not.
 */
void tw_limits_note_clock(struct tw_arrival *a)
{
	struct tw_clock *clock = &a->me->clock;
	struct tw_clock *other = &a->peer->clock;
	uint32_t tsval = a->segment->options.tsval;

	struct tw_moment *limit = &a->connection->limits[TW_LIMIT_CLOCK_JUMP];

	/* Some SYNs carry 0 in place of a time. */
	if (!a->connection->timed || tsval == 0)
		return;
	if (clock->first_ns == 0 || tw_seq_before(tsval, clock->first)) {
		*clock = (struct tw_clock){.first = tsval, .first_ns = a->at.time_ns};
		return;
	}
	if (!is_unconfirmed(a))
		return;
	clock->suspect = a->at;
	if (tw_happened(other->suspect) && other->suspect.frame > a->me->last.frame &&
	    !tw_happened(*limit))
		*limit = other->suspect;
}

static bool has_hole(const struct tw_side *side)
{
	return side->hole_start != side->hole_end;
}

/* One byte alone may be a FIN. */
static void count_unseen_payload(struct tw_arrival *a)
{
	struct tw_side *peer = a->peer;

	if (tw_seq_diff(a->segment->ack, peer->snd_nxt) < 2)
		return;
	peer->gaps++;
	peer->marks |= TW_SIDE_PAYLOAD_COUNTED;
	if (!tw_happened(peer->first_payload))
		peer->first_payload = a->at;
	peer->last_payload = a->at;
	peer->last_payload_end = a->segment->ack;
	peer->last_payload_acked = a->at;
}

void tw_limits_note_unseen(struct tw_arrival *a)
{
	struct tw_side *peer = a->peer;
	bool goes_on = has_hole(peer) && peer->hole_frame != 0 && peer->hole_end == peer->snd_nxt;

	if (!goes_on) {
		peer->hole_start = peer->snd_nxt;
		peer->hole_frame = a->at.frame;
	}
	count_unseen_payload(a);
	peer->hole_end = a->segment->ack;
	peer->hole_ns = a->at.time_ns;
	tw_arrival_limit(a, TW_LIMIT_LOST_IN_CAPTURE);
	a->meaning |= TW_MEANING_ACKS_UNSEEN;
}

bool tw_limits_is_late_record(const struct tw_arrival *a)
{
	const struct tw_side *me = a->me;
	int64_t part = tw_connection_rtt_ns(a->connection) / REORDER_PART;
	int64_t bound = part > TW_NS_PER_MS ? part : TW_NS_PER_MS;

	return has_hole(me) && me->hole_frame != 0 && a->connection->timed &&
	       tw_segment_knows(a->segment, TW_FIELD_SEQ | TW_FIELD_LENGTH) &&
	       !tw_seq_before(a->segment->seq, me->hole_start) &&
	       tw_seq_before(a->segment->seq, me->hole_end) && a->at.time_ns - me->hole_ns < bound;
}

void tw_limits_take_late_record(struct tw_arrival *a)
{
	struct tw_side *me = a->me;
	struct tw_moment *lost = &a->connection->limits[TW_LIMIT_LOST_IN_CAPTURE];

	a->meaning |= TW_MEANING_RECORDED_LATE;
	tw_arrival_limit(a, TW_LIMIT_REORDERED_CAPTURE);
	me->payload_bytes += a->segment->length;
	me->payload_segments += a->segment->length > 0;
	me->hole_start = tw_seq_before(a->end, me->hole_end) ? a->end : me->hole_end;
	if (!has_hole(me) && lost->frame == me->hole_frame)
		*lost = (struct tw_moment){0};
}

/*
 * A wrong checksum of a sender of which none is right: its host computes them later, or not at all.
 * One among right ones was damaged.
 */
static void finish_checksums(struct tw_connection *connection)
{
	struct tw_moment *limit = &connection->limits[TW_LIMIT_CHECKSUM_OFFLOAD];

	for (unsigned i = 0; i < 2; i++) {
		const struct tw_side *side = &connection->side[i];

		if (side->bad_checksums * 2 > side->segments && !tw_happened(*limit))
			*limit = side->bad_checksum;
	}
}

void tw_limits_finish(struct tw_connection *connection, int64_t input_end_ns)
{
	bool one_sided = connection->side[0].segments == 0 || connection->side[1].segments == 0;
	const struct tw_side *only = &connection->side[connection->side[0].segments == 0];
	bool had_answers = (only->marks & TW_SIDE_SYN_ACK) ||
			   only->segments > (uint64_t)only->syn_count + only->reset_count;

	finish_checksums(connection);
	/* Whoever acknowledges had an answer; an unanswered SYN is no half of anything. */
	if (one_sided && had_answers && !tw_happened(connection->limits[TW_LIMIT_ONE_DIRECTION]))
		connection->limits[TW_LIMIT_ONE_DIRECTION] = connection->first;
	if (!connection->typed && connection->first_closer == TW_NOBODY && connection->timed &&
	    input_end_ns - connection->last.time_ns < CUT_OFF_S * TW_NS_PER_S)
		connection->limits[TW_LIMIT_TRUNCATED_END] = connection->last;
}
