/* arrival_sequence.c: what a segment adds to the sequence space: new, again, late, or a probe. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/limits.h"

#include "tcp/payload.h"
#include "tcp/seq.h"

enum {
	/* A kernel that retransmits after less than this answers duplicate ACKs or reorders. */
	RTO_MIN_MS = 190,
	/* Wireshark's bound for "out of order" where the round trip is not known. */
	REORDER_MS = 3,
};

static bool extends(const struct tw_arrival *a)
{
	return !(a->me->marks & TW_SIDE_NUMBERED) || tw_seq_after(a->end, a->me->snd_nxt);
}

static void take_new_payload(struct tw_arrival *a)
{
	struct tw_side *me = a->me;
	uint32_t length = a->segment->length;

	me->payload_segments++;
	me->last_payload = a->at;
	me->last_payload_end = tw_seq_diff(a->end, tw_arrival_has(a, TW_FIN));
	me->last_payload_length = length;
	me->last_payload_acked = (struct tw_moment){0};
	if (!tw_happened(me->first_payload))
		me->first_payload = a->at;
	if (length > me->largest_payload)
		me->largest_payload = length;
	tw_passage_sent(me, a->peer, a->segment->seq, length);
	a->meaning |= TW_MEANING_NEW_DATA;

	me->marks &= ~(uint32_t)(TW_SIDE_QUIT | TW_SIDE_GOODBYE | TW_SIDE_ALERT);
	me->last_payload_kind = (uint8_t)tw_payload_kind_of(a->segment);
	switch ((enum tw_payload_kind)me->last_payload_kind) {
	case TW_PAYLOAD_TLS_ALERT:
		me->marks |= TW_SIDE_TLS | TW_SIDE_ALERT;
		break;
	case TW_PAYLOAD_TLS:
		me->marks |= TW_SIDE_TLS;
		break;
	case TW_PAYLOAD_QUIT:
		me->marks |= TW_SIDE_QUIT;
		break;
	case TW_PAYLOAD_GOODBYE:
		me->marks |= TW_SIDE_GOODBYE;
		break;
	case TW_PAYLOAD_HTTP_REQUEST:
	case TW_PAYLOAD_HTTP_RESPONSE:
		me->marks |= TW_SIDE_HTTP;
		break;
	case TW_PAYLOAD_UNKNOWN:
	case TW_PAYLOAD_OTHER:
		break;
	}
}

/* Payload that was sent although the peer's FIN had already passed here. */
static void take_late_data(struct tw_arrival *a)
{
	struct tw_late_data *late = &a->me->late;
	const struct tw_fin *fin = &a->peer->fin;
	const struct tw_tcp_options *options = &a->segment->options;

	if (late->segments == 0) {
		late->first = a->at;
		late->seq = a->segment->seq;
		late->first_length = a->segment->length;
		late->known = a->segment->known;
		late->payload = (uint8_t)tw_payload_kind_of(a->segment);
		late->ack = a->segment->ack;
		late->acks_fin =
		    tw_arrival_has(a, TW_ACK) && tw_seq_after(a->segment->ack, fin->seq);
		late->echo_known = fin->tsval != 0 && (options->present & TW_OPTION_TIMESTAMPS);
		late->echo_covers = late->echo_known && !tw_seq_before(options->tsecr, fin->tsval);
		late->only_small = true;
	}
	late->only_small = late->only_small && a->segment->length <= TW_ALERT_BYTES_MAX;
	late->last_payload = (uint8_t)tw_payload_kind_of(a->segment);
	late->last = a->at;
	late->end = a->end;
	late->bytes += a->segment->length;
	late->segments++;
	a->meaning |= TW_MEANING_LATE_DATA;
}

static void arm_rtt_probe(struct tw_arrival *a)
{
	if (a->peer->rtt_probe_armed || !(a->segment->known & TW_FIELD_TIME))
		return;
	a->peer->rtt_probe_armed = true;
	a->peer->rtt_probe_ns = a->at.time_ns;
	a->peer->rtt_probe_end = a->end;
}

/* Payload that the input does not show: lost in the capture, or rows that were left out. */
static void take_gap(struct tw_arrival *a)
{
	struct tw_side *me = a->me;

	me->gaps++;
	tw_application_pass(&me->application, tw_seq_diff(a->segment->seq, me->snd_nxt));
	me->hole_start = me->snd_nxt;
	me->hole_end = a->segment->seq;
	me->hole_frame = 0;
	me->hole_ns = a->at.time_ns;
	me->last_payload = a->at;
	me->last_payload_end = a->segment->seq;
	me->last_payload_acked = (struct tw_moment){0};
	me->marks |= TW_SIDE_PAYLOAD_COUNTED;
	a->meaning |= TW_MEANING_GAP_BEFORE;
}

/*
 * A number that is seen settles the assumptions before it: where it is the expected one, they were
 * right; where it is another, the lengths that were assumed add up to it.
 */
static void settle_assumptions(struct tw_arrival *a)
{
	struct tw_side *me = a->me;
	bool numbered = me->marks & TW_SIDE_NUMBERED;

	if (!(me->marks & TW_SIDE_ASSUMED) || !(a->segment->known & TW_FIELD_SEQ) || !numbered)
		return;
	if (tw_seq_before(a->segment->seq, me->snd_nxt))
		return;
	if (tw_happened(me->last_payload)) {
		me->payload_bytes += tw_seq_diff(a->segment->seq, me->snd_nxt);
		me->last_payload_end = a->segment->seq;
	}
	me->snd_nxt = a->segment->seq;
	me->marks &= ~(uint32_t)TW_SIDE_UNPLACED;
	if (me->syn_count > 0)
		me->marks &= ~(uint32_t)TW_SIDE_ASSUMED;
}

static void take_new(struct tw_arrival *a)
{
	struct tw_side *me = a->me;
	bool numbered = me->marks & TW_SIDE_NUMBERED;
	bool assumed = (me->marks & TW_SIDE_ASSUMED) || !(a->segment->known & TW_FIELD_SEQ);

	if (numbered && tw_seq_after(a->segment->seq, me->snd_nxt) && !assumed)
		take_gap(a);
	settle_assumptions(a);
	if (!numbered && !tw_arrival_has(a, TW_SYN))
		me->isn = tw_seq_diff(a->segment->seq, 1);
	if (tw_side_outstanding(me) == 0) {
		me->flight = a->at;
		me->flight_seq = a->segment->seq;
		me->flight_idle_ns = tw_since(a->connection->activity, a->at);
		me->flight_idle_from = a->connection->activity.frame;
	}
	if (a->segment->length > 0) {
		uint32_t fresh = a->segment->length;

		tw_arrival_pace_payload(a);
		if (numbered && tw_seq_before(a->segment->seq, me->snd_nxt))
			fresh = tw_seq_diff(a->end, me->snd_nxt) - tw_arrival_has(a, TW_FIN);
		me->payload_bytes += fresh;
		if (me->turn_bytes == 0)
			me->turn_seq = tw_seq_add(a->segment->seq, tw_arrival_has(a, TW_SYN));
		me->turn_bytes += fresh;
		a->peer->turn_bytes = 0;
		take_new_payload(a);
		tw_application_take(&me->application, &a->peer->application, a->segment,
				    a->segment->length - fresh);
		if (tw_happened(a->peer->fin.at))
			take_late_data(a);
	}
	if (tw_segment_span(a->segment) > 0)
		arm_rtt_probe(a);
	me->snd_nxt = a->end;
	me->marks |= TW_SIDE_NUMBERED;
	me->unheard.count = 0;
	if (!(a->segment->known & TW_FIELD_SEQ) ||
	    (!(a->segment->known & TW_FIELD_LENGTH) && a->segment->length > 0))
		me->marks |= TW_SIDE_ASSUMED | TW_SIDE_UNPLACED;
	if (a->segment->length > 0 && (a->segment->known & TW_FIELD_LENGTH))
		me->marks |= TW_SIDE_PAYLOAD_COUNTED;
}

static bool fills_hole(const struct tw_arrival *a)
{
	const struct tw_side *me = a->me;

	return me->hole_start != me->hole_end && !tw_seq_before(a->segment->seq, me->hole_start) &&
	       tw_seq_before(a->segment->seq, me->hole_end);
}

static bool is_sacked(const struct tw_arrival *a)
{
	const struct tw_side *me = a->me;

	for (uint32_t i = 0; i < me->sacked_count; i++)
		if (!tw_seq_before(a->segment->seq, me->sacked[i].left) &&
		    !tw_seq_after(a->end, me->sacked[i].right))
			return true;
	return false;
}

/* RFC 8985 section 7: the last segment again, after about two round trips without an ACK. */
static bool is_tail_probe(const struct tw_arrival *a, int64_t pause)
{
	int64_t rtt = tw_connection_rtt_ns(a->connection);

	return a->end == a->me->snd_nxt && a->me->retransmit.count == 0 && rtt > 0 &&
	       pause >= rtt && pause < 4 * rtt + RTO_MIN_MS * TW_NS_PER_MS &&
	       pause < RTO_MIN_MS * TW_NS_PER_MS;
}

static uint32_t retransmission_meaning(const struct tw_arrival *a)
{
	const struct tw_side *me = a->me;
	const struct tw_sent *before = tw_side_sent(me, 0);
	int64_t pause = before ? a->at.time_ns - before->at.time_ns : 0;

	if (((me->marks & TW_SIDE_ACKED) && !tw_seq_after(a->end, me->acked)) || is_sacked(a))
		return TW_MEANING_SPURIOUS;
	if (a->peer->duplicate_acks >= 2 && a->segment->seq == me->acked)
		return TW_MEANING_FAST_RETRANSMISSION;
	if (!a->connection->timed)
		return 0;
	if (is_tail_probe(a, pause))
		return TW_MEANING_TAIL_LOSS_PROBE;
	return pause >= RTO_MIN_MS * TW_NS_PER_MS ? TW_MEANING_TIMEOUT_RETRANSMISSION : 0;
}

static bool is_reordered(const struct tw_arrival *a)
{
	int64_t bound = tw_connection_rtt_ns(a->connection);

	/* A retransmission needs a round trip from the gap on; what comes sooner was on its way. */
	if (bound == 0)
		bound = REORDER_MS * TW_NS_PER_MS;
	return a->at.time_ns - a->me->hole_ns < bound;
}

/*
 * Many segments sent again in one go are one attempt. The next one begins where the sender goes
 * back to what the run has sent already, once the first could have been answered.
 */
static void note_round(struct tw_arrival *a)
{
	struct tw_side *me = a->me;
	bool first = me->retransmit.count == 0;
	bool goes_back = !tw_seq_after(a->segment->seq, me->retransmit_seq);
	bool answerable = !a->connection->timed || tw_since(me->retransmit_round, a->at) >=
						       tw_connection_rtt_ns(a->connection);

	if (first)
		me->retransmit_rounds = 0;
	if (first || (goes_back && answerable)) {
		me->retransmit_rounds++;
		me->retransmit_round = a->at;
	}
	me->retransmit_seq = a->segment->seq;
}

static void extend_retransmissions(struct tw_arrival *a)
{
	struct tw_side *me = a->me;

	note_round(a);
	if (me->retransmit.count == 0) {
		me->retransmit_bytes = 0;
		me->retransmit_origin = a->at;
		for (uint32_t back = 0; back < TW_TAIL; back++) {
			const struct tw_sent *sent = tw_side_sent(me, back);

			if (sent && sent->seq == a->segment->seq && sent->end != sent->seq)
				me->retransmit_origin = sent->at;
		}
	}
	if (a->segment->seq == me->acked)
		me->passage.vain = tw_passage_size(me, a->peer, a->segment->length);
	me->retransmit_bytes += a->segment->length;
	tw_run_extend(&me->retransmit, a->at);
}

/* The same again although it was acknowledged a round trip ago: once for each attempt. */
static void extend_unheard(struct tw_arrival *a)
{
	struct tw_side *me = a->me;
	bool first = me->unheard.count == 0;
	bool goes_back = !tw_seq_after(a->segment->seq, me->unheard_seq);
	bool answerable = a->connection->timed &&
			  tw_since(me->unheard.last, a->at) >= tw_connection_rtt_ns(a->connection);

	if (first || (goes_back && answerable))
		tw_run_extend(&me->unheard, a->at);
	me->unheard_seq = a->segment->seq;
}

static void take_again(struct tw_arrival *a)
{
	struct tw_side *me = a->me;
	bool first_sight = fills_hole(a); /* it was lost before it came here the first time */
	uint32_t kind;

	me->rtt_probe_armed = false;
	a->peer->rtt_probe_armed = false; /* Karn: a sample over a retransmission is ambiguous */
	if (first_sight) {
		me->hole_start = a->end;
		if (a->segment->length > 0)
			me->payload_bytes += a->segment->length;
		if (is_reordered(a)) {
			me->out_of_order++;
			a->meaning |= TW_MEANING_OUT_OF_ORDER;
			return;
		}
	}
	kind = retransmission_meaning(a);
	a->meaning |= TW_MEANING_RETRANSMISSION | kind;
	me->retransmitted++;
	me->retransmitted_bytes += a->segment->length;
	me->spurious += kind == TW_MEANING_SPURIOUS;
	me->fast_retransmitted += kind == TW_MEANING_FAST_RETRANSMISSION;
	me->timeout_retransmitted += kind == TW_MEANING_TIMEOUT_RETRANSMISSION;
	me->tail_probes += kind == TW_MEANING_TAIL_LOSS_PROBE;
	if (!tw_happened(me->first_retransmission))
		me->first_retransmission = a->at;
	if (kind == TW_MEANING_SPURIOUS)
		extend_unheard(a);
	else if (!first_sight)
		extend_retransmissions(a);
}

/*
 * RFC 9293 section 3.8.4: a probe has SEQ = SND.NXT-1 and 0 or 1 byte. Linux probes a closed
 * window with the same form (SEQ = SND.UNA-1, no payload).
 */
static bool is_probe(const struct tw_arrival *a)
{
	const struct tw_segment *segment = a->segment;

	return (a->me->marks & TW_SIDE_NUMBERED) && segment->length <= 1 &&
	       !tw_arrival_has(a, TW_SYN | TW_FIN | TW_RST) &&
	       tw_segment_knows(segment, TW_FIELD_SEQ) &&
	       tw_seq_diff(a->me->snd_nxt, segment->seq) == 1 && !tw_happened(a->me->fin.at) &&
	       tw_side_outstanding(a->me) == 0 && a->me->segments > 0;
}

static void take_probe(struct tw_arrival *a)
{
	if (tw_arrival_echo_is_stale(a))
		tw_run_extend(&a->me->unheard_probe, a->at);
	else
		a->me->unheard_probe.count = 0;
	if (tw_happened(a->peer->zero_window)) {
		a->meaning |= TW_MEANING_ZERO_WINDOW_PROBE;
		a->peer->zero_window_probes++;
	} else {
		a->meaning |= TW_MEANING_KEEP_ALIVE;
		a->me->keep_alives++;
	}
	tw_run_extend(&a->me->probe, a->at);
}

/* RFC 9293 section 3.8.6.1: one new byte beyond the closed window, which its receiver refuses. */
static bool is_window_probe(const struct tw_arrival *a)
{
	return (a->me->marks & TW_SIDE_NUMBERED) && a->segment->length == 1 &&
	       !tw_arrival_has(a, TW_SYN | TW_FIN | TW_RST) &&
	       tw_segment_knows(a->segment, TW_FIELD_SEQ | TW_FIELD_LENGTH) &&
	       a->segment->seq == a->me->snd_nxt && tw_happened(a->peer->zero_window) &&
	       tw_side_outstanding(a->me) == 0;
}

void tw_arrival_take_sequence(struct tw_arrival *a)
{
	if (is_probe(a) || is_window_probe(a))
		take_probe(a);
	else if (tw_limits_is_late_record(a) && !extends(a))
		tw_limits_take_late_record(a);
	else if (extends(a))
		take_new(a);
	else if (tw_segment_span(a->segment) > 0 && !tw_arrival_has(a, TW_SYN))
		take_again(a);
}
