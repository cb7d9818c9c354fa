/* replay.c: the life of a connection, one segment after the other, both ends by one code path. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/replay.h"

#include "base/assert.h"
#include "tcp/payload.h"
#include "tcp/reset.h"
#include "tcp/seq.h"

/*
 * The order follows RFC 9293 section 3.10.7.4: first the sequence number, then RST, then ACK, then
 * the segment's text, then FIN. What an endpoint would decide is noted, not enforced: the capture
 * point sees segments that the receiver never gets, and the reverse.
 */

enum {
	/* A kernel that retransmits after less than this answers duplicate ACKs or reorders. */
	RTO_MIN_MS = 190,
	/* Wireshark's bound for "out of order" where the round trip is not known. */
	REORDER_MS = 3,
	DUPLICATE_FRAME_MS = 2,
	CROSSING_SLACK_MS = 250, /* delayed ACK and scheduling of the FIN's sender */
	TYPED_COPY_US = 100,
	/* The largest encrypted alert in common use: 31 bytes (TLS 1.2 with AES-GCM). */
	ALERT_BYTES_MAX = 31,
};

/* The segment under examination with both ends, so that helpers need one argument. */
struct replay {
	struct tw_connection *connection;
	const struct tw_segment *segment;
	struct tw_side *me;
	struct tw_side *peer;
	unsigned side;
	struct tw_moment at;
	uint32_t end;
	uint32_t meaning;
	bool outstanding; /* payload of either side was unacknowledged before it */
};

static bool has_flag(const struct replay *r, uint32_t flag)
{
	return (r->segment->flags & flag) != 0;
}

static void note_limit(struct replay *r, enum tw_limit limit)
{
	if (!tw_happened(r->connection->limits[limit]))
		r->connection->limits[limit] = r->at;
}

static void run_extend(struct tw_run *run, struct tw_moment at)
{
	if (run->count == 0)
		run->first = at;
	run->last = at;
	run->count++;
}

static int64_t since(struct tw_moment from, struct tw_moment to)
{
	return tw_happened(from) ? to.time_ns - from.time_ns : 0;
}

/* ---- what every segment tells, whatever it is ---- */

static void note_time(struct replay *r)
{
	struct tw_connection *connection = r->connection;

	if (!(r->segment->known & TW_FIELD_TIME))
		connection->timed = false;
	if (!tw_happened(connection->first)) {
		connection->first = r->at;
	} else if (r->at.time_ns < connection->last.time_ns) {
		note_limit(r, TW_LIMIT_CLOCK_JUMP);
	} else if (r->at.time_ns - connection->last.time_ns > connection->longest_gap_ns) {
		connection->longest_gap_ns = r->at.time_ns - connection->last.time_ns;
		connection->longest_gap_from = connection->last;
		connection->longest_gap_to = r->at;
	}
	connection->last = r->at;
	connection->segments++;
}

static void note_sender(struct replay *r)
{
	struct tw_side *me = r->me;
	const struct tw_segment *segment = r->segment;

	if (!tw_happened(me->first)) {
		me->first = r->at;
		me->ttl_min = segment->ttl;
		me->ttl_max = segment->ttl;
	}
	me->last = r->at;
	me->segments++;
	me->bad_checksums += segment->checksum == TW_CHECKSUM_BAD;
	if (segment->way == TW_WAY_OUT)
		me->marks |= TW_SIDE_WAY_OUT;
	if (segment->way == TW_WAY_IN)
		me->marks |= TW_SIDE_WAY_IN;
	if (segment->checksum == TW_CHECKSUM_PARTIAL || segment->checksum == TW_CHECKSUM_BAD)
		note_limit(r, TW_LIMIT_CHECKSUM_OFFLOAD);
	if (segment->payload.size < segment->length && !r->connection->typed)
		note_limit(r, TW_LIMIT_SHORT_SNAPLEN);
	if (r->peer->mss > 0 && segment->length > r->peer->mss)
		note_limit(r, TW_LIMIT_OFFLOAD_SEGMENTS);
	r->peer->probe.count = 0;
	if (has_flag(r, TW_RST))
		return;
	if (segment->ttl != me->ttl_min || segment->ttl != me->ttl_max)
		me->marks |= TW_SIDE_TTL_VARIES;
	me->ttl_min = segment->ttl < me->ttl_min ? segment->ttl : me->ttl_min;
	me->ttl_max = segment->ttl > me->ttl_max ? segment->ttl : me->ttl_max;
	me->ip_id = segment->ip_id;
	if (segment->ip_version == 4 && segment->ip_id == 0)
		me->marks |= TW_SIDE_ZERO_IP_ID;
	if (segment->options.present & TW_OPTION_TIMESTAMPS) {
		me->tsval = segment->options.tsval;
		me->tsecr = segment->options.tsecr;
		if (!has_flag(r, TW_SYN))
			me->marks |= TW_SIDE_TIMESTAMPS;
	}
}

static bool is_copy_of(const struct tw_sent *sent, const struct replay *r)
{
	return sent && sent->ip_id == r->segment->ip_id && sent->seq == r->segment->seq &&
	       sent->end == r->end && sent->ack == r->segment->ack &&
	       sent->flags == r->segment->flags &&
	       r->at.time_ns - sent->at.time_ns < DUPLICATE_FRAME_MS * TW_NS_PER_MS;
}

/* The same IP datagram again within a moment: the capture saw it at two places. */
static bool is_duplicated_frame(const struct replay *r)
{
	const struct tw_sent *before = tw_side_sent(r->me, 0);

	/* A list shows no IP ID; there only rows much closer than any timer are copies. */
	if (r->connection->typed)
		return tw_segment_knows(r->segment, TW_FIELD_TIME | TW_FIELD_SEQ) &&
		       is_copy_of(before, r) &&
		       r->at.time_ns - before->at.time_ns < TYPED_COPY_US * TW_NS_PER_US;
	/* Without an IP ID only what no timer repeats so soon: a SYN, payload or a FIN. */
	if (!tw_segment_knows(r->segment, TW_FIELD_TIME | TW_FIELD_SEQ) ||
	    (r->segment->ip_id == 0 && tw_segment_span(r->segment) == 0))
		return false;
	for (uint32_t back = 0; back < TW_TAIL; back++)
		if (is_copy_of(tw_side_sent(r->me, back), r))
			return true;
	return false;
}

/* ---- opening ---- */

static void take_syn_options(struct replay *r)
{
	const struct tw_tcp_options *options = &r->segment->options;
	struct tw_side *me = r->me;

	if (options->present & TW_OPTION_MSS)
		me->mss = options->mss;
	if (options->present & TW_OPTION_SACK_PERMITTED)
		me->marks |= TW_SIDE_SACK_OK;
	if (options->present & TW_OPTION_WINDOW_SCALE) {
		me->marks |= TW_SIDE_SCALE_KNOWN;
		me->window_scale = options->window_scale;
	}
	if (r->segment->length > 0)
		me->marks |= TW_SIDE_SYN_DATA;
}

static void take_syn(struct replay *r)
{
	struct tw_side *me = r->me;

	uint32_t kind = has_flag(r, TW_ACK) ? TW_SIDE_SYN_ACK : TW_SIDE_SYN;

	if (me->syn_count == 0) {
		me->syn = r->at;
		me->isn = r->segment->seq;
		take_syn_options(r);
	} else if (me->marks & kind) {
		r->meaning |= TW_MEANING_SYN_REPEATED;
		if (!tw_happened(me->syn_again))
			me->syn_again = r->at;
	}
	me->syn_last = r->at;
	me->syn_count++;
	me->marks |= kind;
	/* A listener that repeats SYN,ACK after the handshake's ACK never took the connection. */
	if (has_flag(r, TW_ACK) && me->syn_count > 1 && tw_happened(r->connection->established) &&
	    tw_happened(r->peer->first_payload))
		me->syn_count_after_ack++;
}

/* A RST before the handshake was complete answered an earlier life of the two ports. */
static void forget_resets(struct replay *r)
{
	struct tw_side *sides[] = {r->me, r->peer};

	for (size_t i = 0; i < TW_LEN(sides); i++) {
		sides[i]->reset = (struct tw_reset){0};
		sides[i]->reset_last = (struct tw_reset){0};
		sides[i]->reset_count = 0;
		sides[i]->reset_rising = 0;
		sides[i]->sent_after_reset = (struct tw_run){0};
		sides[i]->after_own_reset = (struct tw_run){0};
		sides[i]->payload_after_reset = 0;
	}
	r->connection->first_resetter = TW_NOBODY;
	r->connection->first_closer = TW_NOBODY;
}

static void note_establishment(struct replay *r)
{
	if (tw_happened(r->connection->established) || has_flag(r, TW_SYN | TW_RST))
		return;
	if (!(r->me->marks & TW_SIDE_SYN) || !(r->peer->marks & TW_SIDE_SYN_ACK))
		return;
	if (!has_flag(r, TW_ACK) || !tw_seq_after(r->segment->ack, r->peer->isn))
		return;
	/* A handshake after the farewell is another connection on the same ports. */
	if (tw_happened(r->me->fin.at) || tw_happened(r->peer->fin.at))
		return;
	r->connection->established = r->at;
	r->meaning |= TW_MEANING_ESTABLISHES;
	forget_resets(r);
}

/* ---- sequence space ---- */

static bool extends(const struct replay *r)
{
	return !(r->me->marks & TW_SIDE_NUMBERED) || tw_seq_after(r->end, r->me->snd_nxt);
}

static void take_new_payload(struct replay *r)
{
	struct tw_side *me = r->me;
	uint32_t length = r->segment->length;

	me->payload_segments++;
	me->last_payload = r->at;
	me->last_payload_end = tw_seq_diff(r->end, has_flag(r, TW_FIN));
	me->last_payload_length = length;
	me->last_payload_acked = (struct tw_moment){0};
	if (!tw_happened(me->first_payload))
		me->first_payload = r->at;
	if (length > me->largest_payload)
		me->largest_payload = length;
	r->meaning |= TW_MEANING_NEW_DATA;

	me->marks &= ~(uint32_t)(TW_SIDE_QUIT | TW_SIDE_GOODBYE | TW_SIDE_ALERT);
	me->last_payload_kind = (uint8_t)tw_payload_kind_of(r->segment);
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
static void take_late_data(struct replay *r)
{
	struct tw_late_data *late = &r->me->late;
	const struct tw_fin *fin = &r->peer->fin;
	const struct tw_tcp_options *options = &r->segment->options;

	if (late->segments == 0) {
		late->first = r->at;
		late->seq = r->segment->seq;
		late->first_length = r->segment->length;
		late->known = r->segment->known;
		late->payload = (uint8_t)tw_payload_kind_of(r->segment);
		late->ack = r->segment->ack;
		late->acks_fin = has_flag(r, TW_ACK) && tw_seq_after(r->segment->ack, fin->seq);
		late->echo_known = fin->tsval != 0 && (options->present & TW_OPTION_TIMESTAMPS);
		late->echo_covers = late->echo_known && !tw_seq_before(options->tsecr, fin->tsval);
		late->only_small = true;
	}
	late->only_small = late->only_small && r->segment->length <= ALERT_BYTES_MAX;
	late->last_payload = (uint8_t)tw_payload_kind_of(r->segment);
	late->last = r->at;
	late->end = r->end;
	late->bytes += r->segment->length;
	late->segments++;
	r->meaning |= TW_MEANING_LATE_DATA;
}

static void arm_rtt_probe(struct replay *r)
{
	if (r->peer->rtt_probe_armed || !(r->segment->known & TW_FIELD_TIME))
		return;
	r->peer->rtt_probe_armed = true;
	r->peer->rtt_probe_ns = r->at.time_ns;
	r->peer->rtt_probe_end = r->end;
}

/* Payload that the input does not show: lost in the capture, or rows that were left out. */
static void take_gap(struct replay *r)
{
	struct tw_side *me = r->me;

	me->gaps++;
	me->hole_start = me->snd_nxt;
	me->hole_end = r->segment->seq;
	me->hole_ns = r->at.time_ns;
	me->last_payload = r->at;
	me->last_payload_end = r->segment->seq;
	me->last_payload_acked = (struct tw_moment){0};
	me->marks |= TW_SIDE_PAYLOAD_COUNTED;
	r->meaning |= TW_MEANING_GAP_BEFORE;
}

/*
 * A number that is seen settles the assumptions before it: where it is the expected one, they were
 * right; where it is another, the lengths that were assumed add up to it.
 */
static void settle_assumptions(struct replay *r)
{
	struct tw_side *me = r->me;
	bool numbered = me->marks & TW_SIDE_NUMBERED;

	if (!(me->marks & TW_SIDE_ASSUMED) || !(r->segment->known & TW_FIELD_SEQ) || !numbered)
		return;
	if (tw_seq_before(r->segment->seq, me->snd_nxt))
		return;
	if (tw_happened(me->last_payload)) {
		me->payload_bytes += tw_seq_diff(r->segment->seq, me->snd_nxt);
		me->last_payload_end = r->segment->seq;
	}
	me->snd_nxt = r->segment->seq;
	if (me->syn_count > 0)
		me->marks &= ~(uint32_t)TW_SIDE_ASSUMED;
}

static void take_new(struct replay *r)
{
	struct tw_side *me = r->me;
	bool numbered = me->marks & TW_SIDE_NUMBERED;
	bool assumed = (me->marks & TW_SIDE_ASSUMED) || !(r->segment->known & TW_FIELD_SEQ);

	if (numbered && tw_seq_after(r->segment->seq, me->snd_nxt) && !assumed)
		take_gap(r);
	settle_assumptions(r);
	if (!numbered && !has_flag(r, TW_SYN))
		me->isn = tw_seq_diff(r->segment->seq, 1);
	if (tw_side_outstanding(me) == 0) {
		me->flight = r->at;
		me->flight_seq = r->segment->seq;
		me->flight_idle_ns = since(r->connection->activity, r->at);
		me->flight_idle_from = r->connection->activity.frame;
	}
	if (r->segment->length > 0) {
		uint32_t fresh = r->segment->length;

		if (numbered && tw_seq_before(r->segment->seq, me->snd_nxt))
			fresh = tw_seq_diff(r->end, me->snd_nxt) - has_flag(r, TW_FIN);
		me->payload_bytes += fresh;
		if (me->turn_bytes == 0)
			me->turn_seq = r->segment->seq;
		me->turn_bytes += fresh;
		r->peer->turn_bytes = 0;
		take_new_payload(r);
		if (tw_happened(r->peer->fin.at))
			take_late_data(r);
	}
	if (tw_segment_span(r->segment) > 0)
		arm_rtt_probe(r);
	me->snd_nxt = r->end;
	me->marks |= TW_SIDE_NUMBERED;
	if (!(r->segment->known & TW_FIELD_SEQ) ||
	    (!(r->segment->known & TW_FIELD_LENGTH) && r->segment->length > 0))
		me->marks |= TW_SIDE_ASSUMED;
	if (r->segment->length > 0 && (r->segment->known & TW_FIELD_LENGTH))
		me->marks |= TW_SIDE_PAYLOAD_COUNTED;
}

static bool fills_hole(const struct replay *r)
{
	const struct tw_side *me = r->me;

	return me->hole_start != me->hole_end && !tw_seq_before(r->segment->seq, me->hole_start) &&
	       tw_seq_before(r->segment->seq, me->hole_end);
}

static bool is_sacked(const struct replay *r)
{
	const struct tw_side *me = r->me;

	for (uint32_t i = 0; i < me->sacked_count; i++)
		if (!tw_seq_before(r->segment->seq, me->sacked[i].left) &&
		    !tw_seq_after(r->end, me->sacked[i].right))
			return true;
	return false;
}

/* RFC 8985 section 7: the last segment again, after about two round trips without an ACK. */
static bool is_tail_probe(const struct replay *r, int64_t pause)
{
	int64_t rtt = tw_connection_rtt_ns(r->connection);

	return r->end == r->me->snd_nxt && r->me->retransmit.count == 0 && rtt > 0 &&
	       pause >= rtt && pause < 4 * rtt + RTO_MIN_MS * TW_NS_PER_MS &&
	       pause < RTO_MIN_MS * TW_NS_PER_MS;
}

static uint32_t retransmission_meaning(const struct replay *r)
{
	const struct tw_side *me = r->me;
	const struct tw_sent *before = tw_side_sent(me, 0);
	int64_t pause = before ? r->at.time_ns - before->at.time_ns : 0;

	if (((me->marks & TW_SIDE_ACKED) && !tw_seq_after(r->end, me->acked)) || is_sacked(r))
		return TW_MEANING_SPURIOUS;
	if (r->peer->duplicate_acks >= 2 && r->segment->seq == me->acked)
		return TW_MEANING_FAST_RETRANSMISSION;
	if (!r->connection->timed)
		return 0;
	if (is_tail_probe(r, pause))
		return TW_MEANING_TAIL_LOSS_PROBE;
	return pause >= RTO_MIN_MS * TW_NS_PER_MS ? TW_MEANING_TIMEOUT_RETRANSMISSION : 0;
}

static bool is_reordered(const struct replay *r)
{
	int64_t bound = tw_connection_rtt_ns(r->connection);

	/* A retransmission needs a round trip from the gap on; what comes sooner was on its way. */
	if (bound == 0)
		bound = REORDER_MS * TW_NS_PER_MS;
	return r->at.time_ns - r->me->hole_ns < bound;
}

static void extend_retransmissions(struct replay *r)
{
	struct tw_side *me = r->me;

	if (me->retransmit.count == 0) {
		me->retransmit_bytes = 0;
		me->retransmit_origin = r->at;
		for (uint32_t back = 0; back < TW_TAIL; back++) {
			const struct tw_sent *sent = tw_side_sent(me, back);

			if (sent && sent->seq == r->segment->seq && sent->end != sent->seq)
				me->retransmit_origin = sent->at;
		}
	}
	me->retransmit_bytes += r->segment->length;
	run_extend(&me->retransmit, r->at);
}

static void take_again(struct replay *r)
{
	struct tw_side *me = r->me;
	bool first_sight = fills_hole(r); /* it was lost before it came here the first time */
	uint32_t kind;

	me->rtt_probe_armed = false;
	r->peer->rtt_probe_armed = false; /* Karn: a sample over a retransmission is ambiguous */
	if (first_sight) {
		me->hole_start = r->end;
		if (r->segment->length > 0)
			me->payload_bytes += r->segment->length;
		if (is_reordered(r)) {
			me->out_of_order++;
			r->meaning |= TW_MEANING_OUT_OF_ORDER;
			return;
		}
	}
	kind = retransmission_meaning(r);
	r->meaning |= TW_MEANING_RETRANSMISSION | kind;
	me->retransmitted++;
	me->retransmitted_bytes += r->segment->length;
	me->spurious += kind == TW_MEANING_SPURIOUS;
	me->fast_retransmitted += kind == TW_MEANING_FAST_RETRANSMISSION;
	me->timeout_retransmitted += kind == TW_MEANING_TIMEOUT_RETRANSMISSION;
	me->tail_probes += kind == TW_MEANING_TAIL_LOSS_PROBE;
	if (!tw_happened(me->first_retransmission))
		me->first_retransmission = r->at;
	if (kind != TW_MEANING_SPURIOUS && !first_sight)
		extend_retransmissions(r);
}

/*
 * RFC 9293 section 3.8.4: a probe has SEQ = SND.NXT-1 and 0 or 1 byte. Linux probes a closed
 * window with the same form (SEQ = SND.UNA-1, no payload).
 */
static bool is_probe(const struct replay *r)
{
	const struct tw_segment *segment = r->segment;

	return (r->me->marks & TW_SIDE_NUMBERED) && segment->length <= 1 &&
	       !has_flag(r, TW_SYN | TW_FIN | TW_RST) && tw_segment_knows(segment, TW_FIELD_SEQ) &&
	       tw_seq_diff(r->me->snd_nxt, segment->seq) == 1 && !tw_happened(r->me->fin.at) &&
	       tw_side_outstanding(r->me) == 0 && r->me->segments > 0;
}

static void take_probe(struct replay *r)
{
	if (tw_happened(r->peer->zero_window)) {
		r->meaning |= TW_MEANING_ZERO_WINDOW_PROBE;
		r->peer->zero_window_probes++;
	} else {
		r->meaning |= TW_MEANING_KEEP_ALIVE;
		r->me->keep_alives++;
	}
	run_extend(&r->me->probe, r->at);
}

static void take_sequence(struct replay *r)
{
	if (is_probe(r))
		take_probe(r);
	else if (extends(r))
		take_new(r);
	else if (tw_segment_span(r->segment) > 0 && !has_flag(r, TW_SYN))
		take_again(r);
}

/* ---- acknowledgments ---- */

static void sample_distance(struct replay *r)
{
	struct tw_side *me = r->me;

	if (!me->rtt_probe_armed || !(r->segment->known & TW_FIELD_ACK) ||
	    (r->peer->marks & TW_SIDE_ASSUMED) || tw_seq_before(r->segment->ack, me->rtt_probe_end))
		return;

	int64_t sample = r->at.time_ns - me->rtt_probe_ns;

	if (sample > 0 && (me->distance_ns == 0 || sample < me->distance_ns))
		me->distance_ns = sample;
	me->rtt_probe_armed = false;
}

static void note_fin_acked(struct replay *r)
{
	struct tw_fin *fin = &r->peer->fin;

	if (!tw_happened(fin->at) || tw_happened(fin->acked) ||
	    !tw_seq_after(r->segment->ack, fin->seq))
		return;
	fin->acked = r->at;
	fin->acked_known =
	    tw_segment_knows(r->segment, TW_FIELD_ACK) && (fin->known & TW_FIELD_SEQ) != 0;
	r->meaning |= TW_MEANING_ACKS_FIN;
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

static void take_progress(struct replay *r)
{
	struct tw_side *peer = r->peer;
	uint32_t ack = r->segment->ack;

	peer->acked = ack;
	peer->marks |= TW_SIDE_ACKED;
	peer->progress = r->at;
	peer->retransmit.count = 0;
	r->me->duplicate_acks = 0;
	if (tw_side_outstanding(peer) > 0)
		move_flight(peer, ack);
	if (tw_happened(peer->last_payload) && !tw_happened(peer->last_payload_acked) &&
	    !tw_seq_before(ack, peer->last_payload_end))
		peer->last_payload_acked = r->at;
	note_fin_acked(r);
	if (tw_seq_after(ack, peer->snd_nxt) && (peer->marks & TW_SIDE_NUMBERED)) {
		if (!(peer->marks & TW_SIDE_ASSUMED) && (r->segment->known & TW_FIELD_ACK)) {
			note_limit(r, TW_LIMIT_LOST_IN_CAPTURE);
			r->meaning |= TW_MEANING_ACKS_UNSEEN;
		}
		peer->snd_nxt = ack;
	}
}

static void take_repeated_ack(struct replay *r)
{
	bool same_window = r->segment->window == r->me->window;

	if (has_flag(r, TW_SYN | TW_FIN | TW_RST) || r->segment->length > 0)
		return;
	if (tw_side_outstanding(r->peer) > 0 && same_window && (r->segment->known & TW_FIELD_ACK)) {
		r->meaning |= TW_MEANING_DUPLICATE_ACK;
		r->me->duplicate_ack_total++;
		if (r->me->duplicate_acks < UINT8_MAX)
			r->me->duplicate_acks++;
	}
}

/* An ACK with numbers of another life, in answer to a SYN (RFC 5961 section 4.2). */
static bool is_challenge(const struct replay *r)
{
	return (r->peer->marks & TW_SIDE_SYN) &&
	       !(r->me->marks & (TW_SIDE_SYN | TW_SIDE_SYN_ACK)) && !has_flag(r, TW_SYN | TW_RST) &&
	       r->peer->syn_count == r->peer->segments && (r->segment->known & TW_FIELD_ACK) &&
	       r->segment->ack != tw_seq_add(r->peer->isn, 1);
}

/* A SACK block below the ACK reports a segment that came twice (RFC 2883 section 4). */
static bool reports_duplicate(const struct tw_segment *segment)
{
	const struct tw_tcp_options *options = &segment->options;

	return options->sack_count > 0 && !tw_seq_after(options->sack[0].right, segment->ack);
}

/* RFC 5961 section 3.2: a RST with a SEQ that is not the expected one draws an ACK. */
static bool answers_bad_reset(const struct replay *r)
{
	const struct tw_sent *before = tw_side_sent(r->peer, 0);

	return r->peer->reset_count > 0 && r->peer->reset_last.unacceptable && before &&
	       (before->flags & TW_RST) && tw_segment_span(r->segment) == 0 &&
	       r->segment->ack == r->peer->acked;
}

/* The receiver's report of what it holds beyond the ACK (RFC 2018); the last report counts. */
static void take_sack(struct replay *r)
{
	const struct tw_tcp_options *options = &r->segment->options;

	r->peer->dsacked += reports_duplicate(r->segment);
	r->peer->sacked_count = options->sack_count;
	for (uint32_t i = 0; i < options->sack_count; i++) {
		r->peer->sacked[i].left = options->sack[i].left;
		r->peer->sacked[i].right = options->sack[i].right;
	}
}

static void take_ack(struct replay *r)
{
	struct tw_side *peer = r->peer;

	if (!has_flag(r, TW_ACK))
		return;
	take_sack(r);
	if (is_challenge(r)) {
		r->me->challenged = r->at;
		r->meaning |= TW_MEANING_CHALLENGE_ACK;
		return;
	}
	if (answers_bad_reset(r))
		r->meaning |= TW_MEANING_CHALLENGE_ACK;
	sample_distance(r);
	if (!(peer->marks & TW_SIDE_ACKED) || tw_seq_after(r->segment->ack, peer->acked))
		take_progress(r);
	else if (r->segment->ack == peer->acked)
		take_repeated_ack(r);
	note_establishment(r);
}

/* ---- window ---- */

static void take_window(struct replay *r)
{
	struct tw_side *me = r->me;
	uint16_t window = r->segment->window;

	if (has_flag(r, TW_SYN | TW_RST) || !(r->segment->known & TW_FIELD_WINDOW)) {
		if (r->segment->known & TW_FIELD_WINDOW)
			me->window = window;
		return;
	}
	/* Where the peer has closed, nothing is left to be received. */
	if (window == 0 && tw_happened(r->peer->fin.at)) {
		me->window = window;
		return;
	}
	if (window == 0) {
		me->zero_windows++;
		r->meaning |= TW_MEANING_ZERO_WINDOW;
		if (!tw_happened(me->zero_window))
			me->zero_window = r->at;
		if (!tw_happened(me->zero_window_first))
			me->zero_window_first = r->at;
	} else if (tw_happened(me->zero_window)) {
		int64_t closed = r->at.time_ns - me->zero_window.time_ns;

		me->zero_window_ns = closed > me->zero_window_ns ? closed : me->zero_window_ns;
		me->zero_window = (struct tw_moment){0};
		me->zero_window_opened = r->at;
		r->meaning |= TW_MEANING_WINDOW_UPDATE;
	}
	me->window = window;
}

/* ---- FIN and RST ---- */

static void note_last_words(const struct replay *r, struct tw_last_word words[2])
{
	for (unsigned i = 0; i < 2; i++) {
		const struct tw_side *side = &r->connection->side[i];

		words[i] = (struct tw_last_word){
		    .payload = side->last_payload,
		    .turn = side->turn_seq,
		    .end = side->last_payload_end,
		    .acked = tw_happened(side->last_payload_acked),
		};
	}
}

static void note_closer(struct replay *r)
{
	if (r->connection->first_closer != TW_NOBODY)
		return;
	r->connection->first_closer = (uint8_t)r->side;
	note_last_words(r, r->connection->at_close);
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
static void take_crossing_payload(struct replay *r)
{
	struct tw_side *peer = r->peer;
	struct tw_fin *fin = &r->me->fin;
	const struct tw_sent *first = oldest_unacknowledged(peer, fin->ack);
	int64_t on_its_way = r->me->distance_ns + CROSSING_SLACK_MS * TW_NS_PER_MS;

	if (!(r->segment->known & TW_FIELD_ACK) || tw_happened(peer->fin.at) || !first)
		return;
	/* Older payload had arrived; that the FIN does not cover it has another reason. */
	if (r->connection->timed && r->at.time_ns - first->at.time_ns > on_its_way)
		return;
	peer->late = (struct tw_late_data){
	    .first = first->at,
	    .last = peer->last_payload,
	    .seq = first->seq,
	    .end = peer->last_payload_end,
	    .ack = first->ack,
	    .bytes = tw_seq_diff(peer->last_payload_end, first->seq),
	    .crossed = true,
	    .last_payload = peer->last_payload_kind,
	    .first_length = peer->last_payload_length,
	    .segments = 1,
	    .known = r->segment->known,
	    .payload = peer->last_payload_kind,
	    .only_small = peer->last_payload_length <= ALERT_BYTES_MAX,
	};
	/* What the FIN's sender had not received was no activity for it. */
	if (first->at.frame != peer->flight.frame)
		return;
	fin->idle_ns = r->at.time_ns - (peer->flight.time_ns - peer->flight_idle_ns);
	fin->idle_from_frame = peer->flight_idle_from;
	fin->outstanding = false;
}

static void take_fin(struct replay *r)
{
	struct tw_fin *fin = &r->me->fin;

	if (fin->count < UINT16_MAX)
		fin->count++;
	if (tw_happened(fin->at))
		return;
	fin->at = r->at;
	fin->seq = tw_seq_diff(r->end, 1);
	fin->ack = r->segment->ack;
	fin->length = r->segment->length;
	fin->known = r->segment->known;
	fin->flags = r->segment->flags;
	fin->idle_ns = since(r->connection->activity, r->at);
	fin->idle_from_frame = r->connection->activity.frame;
	fin->outstanding = r->outstanding;
	if (r->segment->options.present & TW_OPTION_TIMESTAMPS)
		fin->tsval = r->segment->options.tsval;
	take_crossing_payload(r);
	note_closer(r);
}

static void take_reset(struct replay *r)
{
	struct tw_side *me = r->me;
	struct tw_reset reset = tw_reset_examine(r->connection, r->segment, r->side);

	if (reset.unacceptable)
		r->meaning |= TW_MEANING_RESET_UNACCEPTABLE;
	if (reset.kind == TW_RESET_ACTIVE)
		r->meaning |= TW_MEANING_RESET_ACTIVE;
	if (reset.kind == TW_RESET_PASSIVE)
		r->meaning |= TW_MEANING_RESET_PASSIVE;
	if (me->reset_count > 0 && reset.seq_offset_known && reset.seq_offset > 0 &&
	    !reset.answers_by_seq && tw_seq_after(reset.seq, me->reset_last.seq))
		me->reset_rising++;
	if (me->reset_count == 0)
		me->reset = reset;
	me->reset_last = reset;
	me->reset_count++;
	note_closer(r);
	if (r->connection->first_resetter == TW_NOBODY) {
		r->connection->first_resetter = (uint8_t)r->side;
		note_last_words(r, r->connection->at_reset);
	}
}

/* Whoever still speaks after the other side's RST has not taken it in. */
static void note_after_reset(struct replay *r)
{
	if (r->peer->reset_count > 0) {
		run_extend(&r->me->sent_after_reset, r->at);
		r->me->payload_after_reset += r->segment->length;
		r->meaning |= TW_MEANING_AFTER_RESET;
	}
	if (r->me->reset_count > 0 && !has_flag(r, TW_SYN)) {
		run_extend(&r->me->after_own_reset, r->at);
		r->meaning |= TW_MEANING_AFTER_OWN_RESET;
	}
}

static void remember(struct replay *r)
{
	r->me->tail[r->me->tail_count % TW_TAIL] = (struct tw_sent){
	    .at = r->at,
	    .seq = r->segment->seq,
	    .end = r->end,
	    .ack = r->segment->ack,
	    .length = r->segment->length,
	    .known = r->segment->known,
	    .flags = r->segment->flags,
	    .ip_id = r->segment->ip_id,
	};
	r->me->tail_count++;
}

static void note_activity(struct replay *r)
{
	bool answers_probe = r->peer->keep_alives > 0 && tw_side_sent(r->peer, 0) &&
			     tw_happened(r->peer->probe.last) &&
			     r->peer->probe.last.frame == tw_side_sent(r->peer, 0)->at.frame;

	if (r->meaning & TW_MEANING_KEEP_ALIVE)
		return;
	if (answers_probe && tw_segment_span(r->segment) == 0 && !has_flag(r, TW_RST)) {
		r->meaning |= TW_MEANING_KEEP_ALIVE_ACK;
		r->meaning &= ~(uint32_t)TW_MEANING_DUPLICATE_ACK;
		return;
	}
	r->connection->activity = r->at;
}

static uint32_t relative(uint32_t number, const struct tw_side *side)
{
	return side->marks & TW_SIDE_NUMBERED ? tw_seq_diff(number, side->isn) : number;
}

static void fill_step(const struct replay *r, struct tw_step *step)
{
	const struct tw_reset *reset = &r->me->reset_last;
	bool is_reset = has_flag(r, TW_RST);

	*step = (struct tw_step){
	    .at = r->at,
	    .stream = r->connection->stream,
	    .meaning = r->meaning,
	    .known = r->segment->known,
	    .seq = relative(r->segment->seq, r->me),
	    .ack = has_flag(r, TW_ACK) ? relative(r->segment->ack, r->peer) : r->segment->ack,
	    .length = r->segment->length,
	    .flags = r->segment->flags,
	    .window = r->segment->window,
	    .answers = is_reset && reset->answers_by_seq ? reset->trigger.frame : 0,
	    .side = (uint8_t)r->side,
	    .observer = r->segment->observer,
	    .text_line = r->segment->text_line,
	};
	step->state[0] = (uint8_t)tw_state_of(r->connection, 0);
	step->state[1] = (uint8_t)tw_state_of(r->connection, 1);
}

void tw_replay(struct tw_connection *connection, const struct tw_segment *segment, unsigned side,
	       struct tw_step *step)
{
	TW_ASSERT(side < TW_NOBODY);

	struct replay r = {
	    .connection = connection,
	    .segment = segment,
	    .me = &connection->side[side],
	    .peer = &connection->side[tw_other(side)],
	    .side = side,
	    .at = {segment->frame, segment->time_ns},
	    .end = tw_seq_add(segment->seq, tw_segment_span(segment)),
	    .outstanding = tw_side_outstanding(&connection->side[0]) > 0 ||
			   tw_side_outstanding(&connection->side[1]) > 0,
	};
	bool duplicated = is_duplicated_frame(&r);

	note_time(&r);
	if (duplicated) {
		note_limit(&r, TW_LIMIT_DUPLICATED_FRAMES);
		r.meaning |= TW_MEANING_DUPLICATED_FRAME;
		r.me->segments++;
	} else if (has_flag(&r, TW_RST)) {
		take_reset(&r);
		note_sender(&r);
		remember(&r);
		connection->activity = r.at;
	} else {
		note_after_reset(&r);
		if (has_flag(&r, TW_SYN))
			take_syn(&r);
		else if (connection->segments == 1)
			note_limit(&r, TW_LIMIT_MIDSTREAM_START);
		take_sequence(&r);
		take_ack(&r);
		take_window(&r);
		if (has_flag(&r, TW_FIN))
			take_fin(&r);
		note_sender(&r);
		note_activity(&r);
		remember(&r);
	}
	if (step)
		fill_step(&r, step);
}

void tw_replay_icmp(struct tw_connection *connection, const struct tw_icmp_error *error,
		    unsigned side)
{
	struct tw_icmp_note *note = &connection->icmp;

	note->count++;
	if (note->count > 1)
		return;
	note->at = (struct tw_moment){error->frame, error->time_ns};
	note->about = (uint8_t)side;
	note->version = error->version;
	note->type = error->type;
	note->code = error->code;
	note->reporter = error->reporter;
	/* About the attempt, not about a connection that was, or seemed to be, there already. */
	note->during_opening =
	    !tw_happened(connection->established) &&
	    (error->has_quoted_flags ? (error->quoted_flags & TW_SYN) != 0
				     : (connection->side[side].marks & TW_SIDE_SYN) != 0);
}

const char *tw_meaning_words(enum tw_meaning meaning)
{
	switch (meaning) {
#define X(name, bit, words)     \
	case TW_MEANING_##name: \
		return words;
		TW_MEANINGS(X)
#undef X
	}
	TW_UNREACHABLE("a meaning without words");
}
