/* arrival_ending.c: FIN and RST: who closed, what was under way, and who went on after it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/arrival.h"

#include "tcp/payload.h"
#include "tcp/reset.h"
#include "tcp/seq.h"

enum {
	VOLLEY_S = 2,		 /* RSTs closer together belong together (NDSS 2009) */
	VOLLEY_SLACK = 2,	 /* a FIN that was not captured, and a keep-alive */
	CROSSING_SLACK_MS = 250, /* delayed ACK and scheduling of the FIN's sender */
};

static void note_last_words(const struct tw_arrival *a, struct tw_last_word words[2])
{
	for (unsigned i = 0; i < 2; i++) {
		const struct tw_side *side = &a->connection->side[i];

		words[i] = (struct tw_last_word){
		    .payload = side->last_payload,
		    .turn = side->turn_seq,
		    .end = side->last_payload_end,
		    .acked = tw_happened(side->last_payload_acked),
		    .acked_at = side->last_payload_acked,
		    .inside = tw_application_is_inside(&side->application),
		    .pushed = side->application.marks & TW_APPLICATION_PUSHED,
		};
	}
}

static void note_closer(struct tw_arrival *a)
{
	if (a->connection->first_closer != TW_NOBODY)
		return;
	a->connection->first_closer = (uint8_t)a->side;
	note_last_words(a, a->connection->at_close);
}

static const struct tw_sent *oldest_unacknowledged(const struct tw_side *side, uint32_t ack)
{
	for (uint32_t back = TW_TAIL; back-- > 0;) {
		const struct tw_sent *sent = tw_side_sent(side, back);

		if (sent && sent->length > 0 && !tw_seq_before(sent->seq, ack))
			return sent;
	}
	return NULL;
}

/*
 * Payload of the peer that passed here before the FIN, and that the FIN does not acknowledge: the
 * two were under way at the same time. Nearer to the FIN's sender it would have been seen after it.
 */
static void take_crossing_payload(struct tw_arrival *a)
{
	struct tw_side *peer = a->peer;
	struct tw_fin *fin = &a->me->fin;
	const struct tw_sent *first = oldest_unacknowledged(peer, fin->ack);
	int64_t on_its_way = a->me->distance_ns + CROSSING_SLACK_MS * TW_NS_PER_MS;
	/* A message may have more segments than the tail keeps: its flight tells where it began. */
	bool whole = peer->flight_seq == fin->ack && tw_side_outstanding(peer) > 0;

	if (!(a->segment->known & TW_FIELD_ACK) || !first)
		return;

	struct tw_moment began = whole ? peer->flight : first->at;
	uint32_t seq = whole ? peer->flight_seq : first->seq;

	/* Older payload had arrived; that the FIN does not cover it has another reason. */
	if (a->connection->timed && a->at.time_ns - began.time_ns > on_its_way)
		return;
	peer->late = (struct tw_late_data){
	    .first = began,
	    .last = peer->last_payload,
	    .seq = seq,
	    .end = peer->last_payload_end,
	    .ack = first->ack,
	    .bytes = tw_seq_diff(peer->last_payload_end, seq),
	    .crossed = true,
	    .last_payload = peer->last_payload_kind,
	    .first_length = first->length,
	    .segments = 1,
	    .known = a->segment->known,
	    .payload = peer->last_payload_kind,
	    .only_small = tw_seq_diff(peer->last_payload_end, seq) <= TW_ALERT_BYTES_MAX,
	};
	/* What the FIN's sender had not received was no activity for it. */
	if (began.frame != peer->flight.frame)
		return;
	fin->idle_ns = a->at.time_ns - (peer->flight.time_ns - peer->flight_idle_ns);
	fin->idle_from_frame = peer->flight_idle_from;
	fin->outstanding = false;
}

void tw_arrival_take_fin(struct tw_arrival *a)
{
	struct tw_fin *fin = &a->me->fin;

	if (fin->count < UINT16_MAX)
		fin->count++;
	if (tw_happened(fin->at))
		return;
	fin->at = a->at;
	fin->seq = tw_seq_diff(a->end, 1);
	fin->ack = a->segment->ack;
	fin->length = a->segment->length;
	fin->known = a->segment->known;
	fin->flags = a->segment->flags;
	fin->idle_ns = tw_since(a->connection->activity, a->at);
	fin->idle_from_frame = a->connection->activity.frame;
	fin->outstanding = a->outstanding;
	if (a->segment->options.present & TW_OPTION_TIMESTAMPS)
		fin->tsval = a->segment->options.tsval;
	take_crossing_payload(a);
	note_closer(a);
}

/*
 * A bare RST answers a segment, and a socket that has sent its FIN takes a pure ACK. So where a
 * list without numbers shows no payload between FIN and RST, the peer's last one had passed before
 * the FIN and reached its sender after it.
 */
static void infer_crossing_payload(struct tw_arrival *a)
{
	const struct tw_fin *fin = &a->me->fin;
	struct tw_side *peer = a->peer;

	if (!a->connection->typed || (a->segment->known & TW_FIELD_SEQ) ||
	    tw_arrival_has(a, TW_ACK) || a->me->reset_count > 0)
		return;
	if (!tw_happened(fin->at) || tw_happened(peer->fin.at) || peer->late.segments > 0 ||
	    !tw_happened(peer->last_payload))
		return;
	peer->late = (struct tw_late_data){
	    .first = peer->last_payload,
	    .last = peer->last_payload,
	    .seq = tw_seq_diff(peer->last_payload_end, peer->last_payload_length),
	    .end = peer->last_payload_end,
	    .bytes = peer->last_payload_length,
	    .crossed = true,
	    .segments = 1,
	    .payload = peer->last_payload_kind,
	    .last_payload = peer->last_payload_kind,
	};
}

/*
 * The published detectors of forged RSTs that come in pairs. An endpoint resets at its maximum
 * sequence number, or below it in answer to an ACK of the other side.
 */
static void compare_with_last(struct tw_arrival *a, const struct tw_reset *reset)
{
	struct tw_side *me = a->me;
	const struct tw_side *peer = a->peer;
	const struct tw_reset *before = &me->reset_last;
	bool counted = tw_segment_knows(a->segment, TW_FIELD_SEQ | TW_FIELD_ACK) &&
		       !((me->marks | peer->marks) & TW_SIDE_ASSUMED);

	if (me->reset_count == 0 || !counted ||
	    a->at.time_ns - before->at.time_ns >= VOLLEY_S * TW_NS_PER_S)
		return;
	if (tw_seq_after(reset->seq, tw_seq_add(before->seq, VOLLEY_SLACK)) &&
	    (me->marks & TW_SIDE_NUMBERED) && tw_seq_after(reset->seq, me->snd_nxt) &&
	    (me->marks & TW_SIDE_ACKED) &&
	    tw_seq_after(reset->seq, tw_seq_add(me->acked, VOLLEY_SLACK)) &&
	    !tw_happened(me->fin.at) && !tw_happened(peer->fin.at) && peer->reset_count == 0)
		me->volley.sequence_changes = true;
	if ((reset->flags & before->flags & TW_ACK) && reset->ack != before->ack &&
	    (peer->marks & TW_SIDE_NUMBERED) &&
	    (tw_seq_after(reset->ack, tw_seq_add(peer->snd_nxt, 1)) ||
	     (peer->syn_count > 0 && tw_seq_before(reset->ack, peer->isn))))
		me->volley.acknowledgment_changes = true;
}

/* The same number once more, with a window, for what has come since. */
static bool rises(const struct tw_arrival *a, const struct tw_reset *reset)
{
	const struct tw_reset *before = &a->me->reset_last;
	bool shows_window = (tw_segment_knows(a->segment, TW_FIELD_WINDOW) && reset->window != 0) ||
			    (tw_segment_knows(a->segment, TW_FIELD_WINDOW_SCALED) &&
			     a->segment->window_scaled != 0);

	return (before->flags & reset->flags & TW_ACK) && shows_window &&
	       (before->known & reset->known & TW_FIELD_SEQ) && before->seq == reset->seq &&
	       (before->known & reset->known & TW_FIELD_ACK) &&
	       tw_seq_after(reset->ack, before->ack);
}

static void join_volley(struct tw_volley *volley, const struct tw_reset *reset)
{
	volley->unacceptable += reset->unacceptable;
	if (reset->flags & TW_ACK) {
		volley->with_ack++;
		return;
	}
	if (volley->bare == 0)
		volley->bare_ack = reset->ack;
	volley->bare++;
	if (!(reset->known & TW_FIELD_ACK))
		return;
	volley->bare_ack_differs |= reset->ack != volley->bare_ack;
	volley->bare_ack_zero |= reset->ack == 0;
	volley->bare_ack_filled |= reset->ack != 0;
}

/* Whether the segment has come as many hops as one of this TTL. */
static bool is_as_far(const struct tw_arrival *a, uint8_t ttl)
{
	return (a->segment->known & TW_FIELD_TTL) && tw_hops_of(a->segment->ttl) == tw_hops_of(ttl);
}

/*
 * A bare RST to an ACK with old numbers: its sender opens a new connection. The lists of tcpdump
 * count the one from the SYN and the other from 0, so in a list its place tells.
 */
static bool denies_older(const struct tw_arrival *a, const struct tw_reset *reset)
{
	const struct tw_side *peer = a->peer;

	return !(reset->flags & TW_ACK) && tw_happened(peer->challenged) &&
	       (reset->trigger.frame == peer->challenged.frame ||
		(a->connection->typed && peer->last.frame == peer->challenged.frame));
}

void tw_arrival_take_reset(struct tw_arrival *a)
{
	struct tw_side *me = a->me;
	struct tw_reset reset = tw_reset_examine(a->connection, a->segment, a->side);

	infer_crossing_payload(a);
	if (denies_older(a, &reset))
		me->denied = a->at;
	if (reset.to_syn && (me->marks & TW_SIDE_SYN_ACK) && is_as_far(a, me->ttl_min))
		tw_arrival_note_twin(a);
	if (reset.unacceptable)
		a->meaning |= TW_MEANING_RESET_UNACCEPTABLE;
	if (reset.kind == TW_RESET_ACTIVE)
		a->meaning |= TW_MEANING_RESET_ACTIVE;
	if (reset.kind == TW_RESET_PASSIVE)
		a->meaning |= TW_MEANING_RESET_PASSIVE;
	if (me->reset_count > 0 && reset.seq_offset_known && reset.seq_offset > 0 &&
	    !reset.answers_by_seq && tw_seq_after(reset.seq, me->reset_last.seq))
		me->reset_rising++;
	compare_with_last(a, &reset);
	join_volley(&me->volley, &reset);
	me->volley.rising += rises(a, &reset);
	if (me->unheard_probe.count > 0 && tw_arrival_echo_is_stale(a))
		tw_run_extend(&me->unheard_probe, a->at);
	tw_arrival_pace_reset(a);
	if (me->reset_count == 0)
		me->reset = reset;
	me->reset_last = reset;
	me->reset_count++;
	note_closer(a);
	if (a->connection->first_resetter == TW_NOBODY) {
		a->connection->first_resetter = (uint8_t)a->side;
		note_last_words(a, a->connection->at_reset);
	}
}

/*
 * SYN,ACK by one that had just refused the same SYN; a SYN after that would be a new attempt. Where
 * both come from the same distance, two hosts share the address.
 */
static bool accepts_what_it_refused(const struct tw_arrival *a)
{
	const struct tw_reset *reset = &a->me->reset;

	return tw_arrival_has(a, TW_SYN) && tw_arrival_has(a, TW_ACK) && reset->to_syn &&
	       a->peer->syn_count == 1 && a->peer->syn_last.frame < a->me->reset.at.frame;
}

void tw_arrival_forget_resets(struct tw_side *resetter, struct tw_side *peer)
{
	resetter->reset = (struct tw_reset){0};
	resetter->reset_last = (struct tw_reset){0};
	resetter->reset_count = 0;
	resetter->reset_rising = 0;
	resetter->volley = (struct tw_volley){0};
	resetter->after_own_reset = (struct tw_run){0};
	peer->sent_after_reset = (struct tw_run){0};
	peer->payload_after_reset = 0;
}

/*
 * RFC 5961 section 3.2: a RST beside the expected number resets nothing. Its receiver went on
 * sending, and who had really reset would have answered that with another RST, not with this.
 */
static bool was_missed(const struct tw_arrival *a)
{
	const struct tw_side *me = a->me;

	return me->reset_count > 0 && me->volley.unacceptable == me->reset_count &&
	       !tw_arrival_has(a, TW_SYN) && a->peer->reset_count == 0 &&
	       a->peer->sent_after_reset.count > 0 && a->peer->last.frame > me->reset_last.at.frame;
}

static bool has_other_hand(const struct tw_side *me, const struct tw_reset *reset)
{
	return tw_reset_has_other_ttl(reset, me->ttl_min, me->ttl_max) || reset->departs != 0;
}

/* What missed ends nothing: the record forgets these RSTs but for their number. */
static void forget_missed(struct tw_arrival *a)
{
	struct tw_side *me = a->me;
	struct tw_connection *connection = a->connection;

	if (me->missed.count == 0)
		me->missed.first = me->reset.at.frame;
	me->missed.last = me->reset_last.at.frame;
	me->missed.count += me->reset_count;
	me->missed.foreign |= has_other_hand(me, &me->reset) || has_other_hand(me, &me->reset_last);
	me->missed.by_itself |= me->reset.ip_id_continues || me->reset_last.ip_id_continues;
	tw_arrival_forget_resets(me, a->peer);
	if (connection->first_resetter == a->side)
		connection->first_resetter = TW_NOBODY;
	if (connection->first_closer == a->side && !tw_happened(me->fin.at))
		connection->first_closer = TW_NOBODY;
}

void tw_arrival_note_after_reset(struct tw_arrival *a)
{
	if (was_missed(a))
		forget_missed(a);
	if (a->peer->reset_count > 0) {
		tw_run_extend(&a->me->sent_after_reset, a->at);
		a->me->payload_after_reset += a->segment->length;
		a->meaning |= TW_MEANING_AFTER_RESET;
	}
	if (a->me->reset_count > 0 && accepts_what_it_refused(a) &&
	    (a->me->reset.known & TW_FIELD_TTL) && is_as_far(a, a->me->reset.ttl)) {
		tw_arrival_note_twin(a);
		return;
	}
	if (a->me->reset_count > 0 && (!tw_arrival_has(a, TW_SYN) || accepts_what_it_refused(a))) {
		tw_run_extend(&a->me->after_own_reset, a->at);
		a->me->volley.payload_after_own += a->segment->length;
		a->meaning |= TW_MEANING_AFTER_OWN_RESET;
	}
}
