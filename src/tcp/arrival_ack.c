/* arrival_ack.c: what a segment says of the other side: acknowledgment, SACK, window. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/limits.h"

#include "tcp/seq.h"

static void sample_distance(struct tw_arrival *a)
{
	struct tw_side *me = a->me;

	if (!me->rtt_probe_armed || !(a->segment->known & TW_FIELD_ACK) ||
	    (a->peer->marks & TW_SIDE_ASSUMED) || tw_seq_before(a->segment->ack, me->rtt_probe_end))
		return;

	int64_t sample = a->at.time_ns - me->rtt_probe_ns;

	/* A RST may come from nearer than its sender: it measures where nothing else does. */
	if (sample > 0 &&
	    (me->distance_ns == 0 || (sample < me->distance_ns && !tw_arrival_has(a, TW_RST))))
		me->distance_ns = sample;
	me->rtt_probe_armed = false;
}

static void note_fin_acked(struct tw_arrival *a)
{
	struct tw_fin *fin = &a->peer->fin;

	if (!tw_happened(fin->at) || tw_happened(fin->acked) ||
	    !tw_seq_after(a->segment->ack, fin->seq))
		return;
	fin->acked = a->at;
	fin->acked_known =
	    tw_segment_knows(a->segment, TW_FIELD_ACK) && (fin->known & TW_FIELD_SEQ) != 0;
	a->meaning |= TW_MEANING_ACKS_FIN;
}

/* What is outstanding now begins with the oldest segment that the ACK leaves out. */
static void move_flight(struct tw_side *side, uint32_t ack)
{
	for (uint32_t back = TW_TAIL; back-- > 0;) {
		const struct tw_sent *sent = tw_side_sent(side, back);

		if (!sent || sent->seq == sent->end || tw_seq_before(sent->seq, ack))
			continue;
		if (sent->at.frame != side->flight.frame)
			side->flight_idle_ns = 0;
		side->flight = sent->at;
		side->flight_seq = sent->seq;
		return;
	}
}

static void take_progress(struct tw_arrival *a)
{
	struct tw_side *peer = a->peer;
	uint32_t ack = a->segment->ack;

	peer->acked = ack;
	peer->passage.vain = 0;
	tw_passage_acked(peer, ack);
	peer->marks |= TW_SIDE_ACKED;
	peer->progress = a->at;
	peer->retransmit.count = 0;
	a->me->unheard.count = 0;
	a->me->duplicate_acks = 0;
	if (tw_side_outstanding(peer) > 0)
		move_flight(peer, ack);
	if (tw_happened(peer->last_payload) && !tw_happened(peer->last_payload_acked) &&
	    !tw_seq_before(ack, peer->last_payload_end))
		peer->last_payload_acked = a->at;
	note_fin_acked(a);
	tw_arrival_pace_progress(a);
	if (tw_seq_after(ack, peer->snd_nxt) && (peer->marks & TW_SIDE_NUMBERED)) {
		/* The byte of a window probe that was taken at last was shown. */
		bool probed = a->me->zero_window_probes > 0 && ack == tw_seq_add(peer->snd_nxt, 1);

		if (!(peer->marks & TW_SIDE_ASSUMED) && (a->segment->known & TW_FIELD_ACK) &&
		    !probed) {
			tw_limits_note_unseen(a);
			tw_application_pass(&peer->application, tw_seq_diff(ack, peer->snd_nxt));
		}
		peer->snd_nxt = ack;
	}
}

/*
 * The first ACK that the input shows of a connection under way may stand where the rows of the peer
 * begin, or before: then it says where the receiver is, and nothing that is shown has arrived.
 */
static bool acks_nothing_shown(const struct tw_arrival *a)
{
	const struct tw_side *peer = a->peer;

	return !(peer->marks & TW_SIDE_ACKED) && (peer->marks & TW_SIDE_NUMBERED) &&
	       peer->syn_count == 0 && peer->retransmit.count > 0 &&
	       (a->segment->known & TW_FIELD_ACK) &&
	       !tw_seq_after(a->segment->ack, tw_seq_add(peer->isn, 1));
}

static void take_repeated_ack(struct tw_arrival *a)
{
	bool same_window = a->segment->window == a->me->window;

	if (tw_arrival_has(a, TW_SYN | TW_FIN | TW_RST) || a->segment->length > 0)
		return;
	if (tw_side_outstanding(a->peer) > 0 && same_window && (a->segment->known & TW_FIELD_ACK)) {
		a->meaning |= TW_MEANING_DUPLICATE_ACK;
		a->me->duplicate_ack_total++;
		if (a->me->duplicate_acks < UINT8_MAX)
			a->me->duplicate_acks++;
	}
}

/*
 * An ACK with numbers of another life, in answer to a SYN (RFC 5961 section 4.2). In a list without
 * numbers its place tells as much: a bare ACK is no answer to a SYN.
 */
static bool is_challenge(const struct tw_arrival *a)
{
	bool answers_syn =
	    (a->peer->marks & TW_SIDE_SYN) && !(a->me->marks & (TW_SIDE_SYN | TW_SIDE_SYN_ACK)) &&
	    !tw_arrival_has(a, TW_SYN | TW_RST) && a->peer->syn_count == a->peer->segments;

	if (!(a->segment->known & TW_FIELD_ACK))
		return answers_syn && !tw_arrival_has(a, TW_FIN) && a->segment->length == 0;
	return answers_syn && a->segment->ack != tw_seq_add(a->peer->isn, 1);
}

/* A SACK block below the ACK reports a segment that came twice (RFC 2883 section 4). */
static bool reports_duplicate(const struct tw_segment *segment)
{
	const struct tw_tcp_options *options = &segment->options;

	return options->sack_count > 0 && !tw_seq_after(options->sack[0].right, segment->ack);
}

/* RFC 5961 section 3.2: a RST with a SEQ that is not the expected one draws an ACK. */
static bool answers_bad_reset(const struct tw_arrival *a)
{
	const struct tw_sent *before = tw_side_sent(a->peer, 0);

	return a->peer->reset_count > 0 && a->peer->reset_last.unacceptable && before &&
	       (before->flags & TW_RST) && tw_segment_span(a->segment) == 0 &&
	       a->segment->ack == a->peer->acked;
}

bool tw_arrival_echo_is_stale(const struct tw_arrival *a)
{
	enum { ANSWER_MS = 200 }; /* more than a delayed ACK takes */
	const struct tw_tcp_options *options = &a->segment->options;
	int64_t since = a->at.time_ns - a->peer->last.time_ns;

	return a->connection->timed && (a->peer->marks & TW_SIDE_TIMESTAMPS) &&
	       (options->present & TW_OPTION_TIMESTAMPS) &&
	       tw_seq_before(options->tsecr, a->peer->tsval) &&
	       since >= tw_connection_rtt_ns(a->connection) + ANSWER_MS * TW_NS_PER_MS;
}

/* The receiver's report of what it holds beyond the ACK (RFC 2018); the last report counts. */
static void take_sack(struct tw_arrival *a)
{
	const struct tw_tcp_options *options = &a->segment->options;

	a->peer->dsacked += reports_duplicate(a->segment);
	if (options->sack_count > reports_duplicate(a->segment))
		a->peer->pace.hole_reported = true;
	a->peer->sacked_count = options->sack_count;
	for (uint32_t i = 0; i < options->sack_count; i++) {
		a->peer->sacked[i].left = options->sack[i].left;
		a->peer->sacked[i].right = options->sack[i].right;
		tw_passage_sacked(a->peer,
				  tw_seq_diff(options->sack[i].right, options->sack[i].left));
	}
}

void tw_arrival_take_ack(struct tw_arrival *a)
{
	struct tw_side *peer = a->peer;

	if (!tw_arrival_has(a, TW_ACK))
		return;
	take_sack(a);
	if (is_challenge(a)) {
		a->me->challenged = a->at;
		a->meaning |= TW_MEANING_CHALLENGE_ACK;
		return;
	}
	tw_arrival_choose_opening(a);
	if (tw_arrival_acks_other_opening(a))
		return;
	if (answers_bad_reset(a)) {
		a->meaning |= TW_MEANING_CHALLENGE_ACK;
		if (peer->missed.answer == 0)
			peer->missed.answer = a->at.frame;
	}
	sample_distance(a);
	if (acks_nothing_shown(a)) {
		peer->acked = a->segment->ack;
		peer->marks |= TW_SIDE_ACKED;
	} else if (!(peer->marks & TW_SIDE_ACKED) || tw_seq_after(a->segment->ack, peer->acked))
		take_progress(a);
	else if (a->segment->ack == peer->acked)
		take_repeated_ack(a);
	tw_arrival_note_establishment(a);
}

/* ---- window ---- */

void tw_arrival_take_window(struct tw_arrival *a)
{
	struct tw_side *me = a->me;
	uint16_t window = a->segment->window;

	if (tw_arrival_has(a, TW_SYN | TW_RST) || !(a->segment->known & TW_FIELD_WINDOW)) {
		if (a->segment->known & TW_FIELD_WINDOW)
			me->window = window;
		return;
	}
	/* The window is of another life, or of no connection at all. */
	if (a->meaning & TW_MEANING_CHALLENGE_ACK && a->peer->syn_count == a->peer->segments) {
		me->window = window;
		return;
	}
	/* Where the peer has closed, nothing is left to be received. */
	if (window == 0 && tw_happened(a->peer->fin.at)) {
		me->window = window;
		return;
	}
	if (window == 0) {
		me->zero_windows++;
		a->meaning |= TW_MEANING_ZERO_WINDOW;
		if (!tw_happened(me->zero_window)) {
			me->zero_window = a->at;
			me->zero_window_probes = 0;
		}
		if (!tw_happened(me->zero_window_first))
			me->zero_window_first = a->at;
	} else if (tw_happened(me->zero_window)) {
		int64_t closed = a->at.time_ns - me->zero_window.time_ns;

		me->zero_window_ns = closed > me->zero_window_ns ? closed : me->zero_window_ns;
		me->zero_window = (struct tw_moment){0};
		me->zero_window_opened = a->at;
		a->meaning |= TW_MEANING_WINDOW_UPDATE;
	}
	me->window = window;
}
