/* arrival_opening.c: the handshake, as its segments pass. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/arrival.h"

#include "tcp/seq.h"

static void take_syn_options(struct tw_arrival *a)
{
	const struct tw_tcp_options *options = &a->segment->options;
	struct tw_side *me = a->me;

	if (options->present & TW_OPTION_MSS)
		me->mss = options->mss;
	if (options->present & TW_OPTION_SACK_PERMITTED)
		me->marks |= TW_SIDE_SACK_OK;
	if (options->present & TW_OPTION_WINDOW_SCALE) {
		me->marks |= TW_SIDE_SCALE_KNOWN;
		me->window_scale = options->window_scale;
	}
	if (a->segment->length > 0)
		me->marks |= TW_SIDE_SYN_DATA;
}

/*
 * A SYN,ACK with another initial number, in answer to a SYN that was repeated: the listener had
 * given the first attempt up and counts anew.
 */
static bool begins_anew(const struct tw_arrival *a)
{
	const struct tw_side *me = a->me;

	return tw_arrival_has(a, TW_ACK) && (me->marks & TW_SIDE_SYN_ACK) &&
	       !(me->marks & TW_SIDE_SYN) && !tw_happened(a->connection->established) &&
	       tw_segment_knows(a->segment, TW_FIELD_SEQ) && a->segment->seq != me->isn &&
	       a->peer->syn_last.frame > me->syn_last.frame && me->segments == me->syn_count;
}

/* Two SYN,ACKs with different initial numbers are two answers, not one that was repeated. */
static bool is_same_again(const struct tw_arrival *a)
{
	return !tw_arrival_has(a, TW_ACK) || !tw_segment_knows(a->segment, TW_FIELD_SEQ) ||
	       a->segment->seq == a->me->isn;
}

enum { FIRST_FLIGHT_MAX = 1 << 24 };

/*
 * One listener answers one SYN with one ISN, however often it repeats the answer. A SYN that was
 * sent again may have met another listener. Two answers from the same distance come from two hosts
 * that share the address, and not from somebody on the way.
 */
static void note_other_answer(struct tw_arrival *a)
{
	struct tw_side *me = a->me;

	if (!tw_arrival_has(a, TW_ACK) || !tw_segment_knows(a->segment, TW_FIELD_SEQ) ||
	    (me->marks & TW_SIDE_ASSUMED) || a->segment->seq == me->isn || a->peer->syn_count != 1)
		return;
	if ((a->segment->known & TW_FIELD_TTL) &&
	    tw_hops_of(a->segment->ttl) == tw_hops_of(me->ttl_min))
		tw_arrival_note_twin(a);
	else if (!tw_happened(me->syn_other))
		me->syn_other = a->at;
}

void tw_arrival_note_twin(struct tw_arrival *a)
{
	if (!tw_happened(a->me->syn_twin) && !tw_happened(a->me->last_payload))
		a->me->syn_twin = a->at;
}

/* Of two SYN,ACKs with different ISNs the first counts until the peer acknowledges the other. */
static bool waits_for_choice(struct tw_arrival *a)
{
	struct tw_side *me = a->me;

	if (!tw_arrival_has(a, TW_ACK) || me->syn_count < 2 || is_same_again(a) ||
	    (me->marks & TW_SIDE_ASSUMED) || tw_happened(a->connection->established))
		return false;
	me->isn_other = a->segment->seq;
	me->marks |= TW_SIDE_OTHER_ISN;
	return true;
}

void tw_arrival_choose_opening(struct tw_arrival *a)
{
	struct tw_side *peer = a->peer;

	if (!(peer->marks & TW_SIDE_OTHER_ISN) || !tw_arrival_has(a, TW_ACK) ||
	    !tw_segment_knows(a->segment, TW_FIELD_ACK) ||
	    a->segment->ack != tw_seq_add(peer->isn_other, 1))
		return;
	peer->isn = peer->isn_other;
	peer->marks &= ~(uint32_t)(TW_SIDE_NUMBERED | TW_SIDE_ACKED | TW_SIDE_OTHER_ISN);
}

/*
 * A SYN,ACK that its receiver had acknowledged with payload before the input shows it: the
 * handshake lies before the input, and its listener asks again.
 */
static bool asks_again_from_before(const struct tw_arrival *a)
{
	const struct tw_side *me = a->me;

	return tw_arrival_has(a, TW_ACK) && me->segments == 0 && a->peer->syn_count == 0 &&
	       tw_happened(a->peer->first_payload) && (me->marks & TW_SIDE_ACKED) &&
	       !(a->peer->marks & TW_SIDE_ASSUMED) && tw_segment_knows(a->segment, TW_FIELD_SEQ) &&
	       me->acked == tw_seq_add(a->segment->seq, 1);
}

bool tw_arrival_take_syn(struct tw_arrival *a)
{
	struct tw_side *me = a->me;

	uint32_t kind = tw_arrival_has(a, TW_ACK) ? TW_SIDE_SYN_ACK : TW_SIDE_SYN;

	if (begins_anew(a)) {
		me->isn = a->segment->seq;
		me->marks &= ~(uint32_t)(TW_SIDE_NUMBERED | TW_SIDE_ACKED);
	}
	if (me->syn_count == 0) {
		/* What it said of an earlier life has other numbers. */
		if (tw_happened(me->challenged))
			me->marks &= ~(uint32_t)(TW_SIDE_NUMBERED | TW_SIDE_ACKED);
		me->syn = a->at;
		me->isn = a->segment->seq;
		take_syn_options(a);
	} else if (me->marks & kind) {
		if (is_same_again(a))
			a->meaning |= TW_MEANING_SYN_REPEATED;
		note_other_answer(a);
		if (!tw_happened(me->syn_again) && is_same_again(a))
			me->syn_again = a->at;
	}
	if (asks_again_from_before(a)) {
		a->connection->established = a->peer->first;
		a->meaning |= TW_MEANING_SYN_REPEATED;
		me->syn_count_after_ack++;
	}
	me->syn_last = a->at;
	me->syn_count++;
	me->marks |= kind;
	/* A listener that repeats SYN,ACK after the handshake's ACK never took the connection. */
	if (tw_arrival_has(a, TW_ACK) && me->syn_count > 1 &&
	    tw_happened(a->connection->established) && tw_happened(a->peer->first_payload))
		me->syn_count_after_ack++;
	return !waits_for_choice(a);
}

/* A RST before the handshake was complete answered an earlier life of the two ports. */
static void forget_resets(struct tw_arrival *a)
{
	tw_arrival_forget_resets(a->me, a->peer);
	tw_arrival_forget_resets(a->peer, a->me);
	a->connection->first_resetter = TW_NOBODY;
	a->connection->first_closer = TW_NOBODY;
}

/*
 * The first ACK of a handshake counts the peer's SYN and what a first flight may add, if that was
 * not captured. Whoever acknowledges anything else met another SYN,ACK.
 */
bool tw_arrival_acks_other_opening(struct tw_arrival *a)
{
	const struct tw_segment *segment = a->segment;
	uint32_t marks = a->me->marks | a->peer->marks;
	bool first = a->me->segments == 1 && a->peer->segments == a->peer->syn_count;

	if (tw_arrival_has(a, TW_SYN | TW_RST) || (marks & TW_SIDE_ASSUMED) ||
	    !(a->me->marks & TW_SIDE_SYN) || !(a->peer->marks & TW_SIDE_SYN_ACK) ||
	    !tw_segment_knows(segment, TW_FIELD_SEQ | TW_FIELD_ACK) ||
	    !(first || tw_happened(a->me->syn_wrong_ack)) ||
	    tw_seq_diff(segment->ack, a->peer->isn) - 1U < FIRST_FLIGHT_MAX)
		return false;
	if (!tw_happened(a->me->syn_wrong_ack))
		a->me->syn_wrong_ack = a->at;
	return true;
}

void tw_arrival_note_establishment(struct tw_arrival *a)
{
	if (tw_happened(a->connection->established) || tw_arrival_has(a, TW_SYN | TW_RST))
		return;
	if (!(a->me->marks & TW_SIDE_SYN) || !(a->peer->marks & TW_SIDE_SYN_ACK))
		return;
	if (!tw_arrival_has(a, TW_ACK) || !tw_seq_after(a->segment->ack, a->peer->isn))
		return;
	/* A handshake after the farewell is another connection on the same ports. */
	if (tw_happened(a->me->fin.at) || tw_happened(a->peer->fin.at))
		return;
	a->connection->established = a->at;
	a->meaning |= TW_MEANING_ESTABLISHES;
	forget_resets(a);
}
