/* analysis.c: Wireshark's sequence rules over a small state, one code path for both sides. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/analysis.h"

#include "tcp/seq.h"

enum {
	/* A segment this soon after the duplicate ACK that asked for it was sent because of it. */
	FAST_NS = 20 * 1000 * 1000,
	/* An older segment so soon after a newer one was overtaken, if no round trip is known. */
	REORDER_NS = 3 * 1000 * 1000,
	/* Wireshark's list of unacknowledged segments takes no more; SYN and FIN then count 0. */
	UNACKED_MAX = 10000,
	SHIFT_MAX = 14, /* RFC 7323 section 2.3 */
	NO_DUPLICATE_YET = -1,
};

/* The segment at hand and where it stands in its connection. */
struct step {
	const struct tw_analysis *analysis;
	const struct tw_segment *segment;
	struct tw_analysis_side *own;
	struct tw_analysis_side *peer;
	uint32_t seq;
	uint32_t end; /* seq + payload bytes */
	uint32_t ack;
	uint32_t length;
	uint32_t window;
	uint32_t marks;
	uint16_t flags;
};

static bool mark_if(struct step *step, bool holds, enum tw_analysis_mark mark)
{
	if (holds)
		step->marks |= (uint32_t)mark;
	return holds;
}

static bool has_any(const struct step *step, uint16_t flags)
{
	return (step->flags & flags) != 0;
}

/* SYN, FIN and RST segments carry news: they are none of the signals of an idle or slow peer. */
static bool is_plain(const struct step *step)
{
	return !has_any(step, TW_SYN | TW_FIN | TW_RST);
}

/* Nothing that Wireshark compares it with equals a window that was never seen. */
static uint32_t window_of(const struct tw_analysis_side *side)
{
	return side->window_seen ? side->last_window : UINT32_MAX;
}

static uint32_t window_in(const struct tw_segment *segment, const struct tw_analysis_side *own)
{
	if (tw_segment_knows(segment, TW_FIELD_WINDOW_SCALED))
		return segment->window_scaled;
	if (tw_segment_knows(segment, TW_FIELD_WINDOW))
		return segment->window;
	return window_of(own);
}

/* Repeats the sender's last number, acknowledgment and nothing more. */
static bool repeats_last(const struct step *step)
{
	return step->length == 0 && step->seq == step->own->next_seq &&
	       step->ack == step->own->last_ack && is_plain(step);
}

static bool repeats_window(const struct step *step)
{
	return step->window == window_of(step->own);
}

/* Windows of SYN segments are never scaled, nor is one that stands before the first ACK. */
static unsigned shift_of(const struct tw_analysis_side *side)
{
	bool applies = side->scaling == TW_SCALING_SHIFT && !side->syn_was_last;

	return applies && !side->window_is_scaled ? side->shift : 0;
}

TW_WRAPS static bool fills_window(const struct step *step)
{
	const struct tw_analysis_side *peer = step->peer;

	if (step->length == 0 || !is_plain(step))
		return false;
	if (peer->scaling == TW_SCALING_UNKNOWN && !peer->window_is_scaled)
		return false;
	return step->end == peer->last_ack + (window_of(peer) << shift_of(peer));
}

TW_WRAPS static bool is_keep_alive(const struct step *step)
{
	return step->length <= 1 && step->seq == step->own->next_seq - 1 && is_plain(step);
}

static bool is_zero_window_probe(const struct step *step)
{
	return step->length == 1 && step->seq == step->own->next_seq && window_of(step->peer) == 0;
}

static bool leaves_gap(const struct step *step)
{
	return step->own->next_seq != 0 && tw_seq_after(step->seq, step->own->next_seq) &&
	       !has_any(step, TW_RST);
}

/* Multipath TCP says new things in segments that look like duplicates (RFC 8684 section 4). */
static bool says_new_multipath(const struct step *step)
{
	return step->analysis->mptcp_seen != step->own->mptcp_seen;
}

TW_WRAPS static void mark_duplicate_ack(struct step *step)
{
	if (says_new_multipath(step))
		return;
	step->own->duplicate_acks++;
	if (step->own->duplicate_acks == 0) /* from NO_DUPLICATE_YET */
		step->own->duplicate_acks = 1;
	step->marks |= TW_ANALYSIS_DUPLICATE_ACK;
}

/* Signals of the sender about itself and its window. The order matters: the probe and the answers
 * to a probe end the search. */
static void mark_signals(struct step *step)
{
	uint32_t asked = step->peer->last_marks;
	bool repeats = repeats_last(step);
	bool same_window = repeats_window(step);

	if (mark_if(step, is_zero_window_probe(step), TW_ANALYSIS_ZERO_WINDOW_PROBE))
		return;
	mark_if(step, step->window == 0 && is_plain(step), TW_ANALYSIS_ZERO_WINDOW);
	mark_if(step, leaves_gap(step), TW_ANALYSIS_LOST_SEGMENT);
	mark_if(step, is_keep_alive(step), TW_ANALYSIS_KEEP_ALIVE);
	mark_if(step, repeats && step->window != 0 && !same_window, TW_ANALYSIS_WINDOW_UPDATE);
	mark_if(step, fills_window(step), TW_ANALYSIS_WINDOW_FULL);
	if (!repeats || !same_window)
		return;
	if (step->window == 0) {
		mark_if(step, (asked & TW_ANALYSIS_ZERO_WINDOW_PROBE) != 0,
			TW_ANALYSIS_ZERO_WINDOW_PROBE_ACK);
		return;
	}
	if (mark_if(step, (asked & TW_ANALYSIS_KEEP_ALIVE) != 0, TW_ANALYSIS_KEEP_ALIVE_ACK))
		return;
	mark_duplicate_ack(step);
}

/* An acknowledgment of what was never seen is told once: what the peer is believed to have sent is
 * moved up, or, where there is nothing to move to, its duplicates start anew. */
static void mark_ack_of_unseen(struct step *step)
{
	struct tw_analysis_side *peer = step->peer;

	if (peer->contiguous_seq == 0 || !has_any(step, TW_ACK) ||
	    !tw_seq_after(step->ack, peer->contiguous_seq))
		return;
	if (tw_seq_after(peer->next_seq, peer->contiguous_seq)) {
		peer->contiguous_seq = peer->next_seq;
		step->marks |= TW_ANALYSIS_ACK_LOST_SEGMENT;
		return;
	}
	mark_if(step, peer->duplicate_acks == 0, TW_ANALYSIS_ACK_LOST_SEGMENT);
	peer->duplicate_acks = (uint32_t)NO_DUPLICATE_YET;
}

/* Sent again, or sent earlier and overtaken: does not begin where the sender had come to. After a
 * probe byte beyond a closed window the same byte comes again at the head of new data. */
TW_WRAPS static bool is_old(const struct step *step)
{
	uint32_t next = step->own->next_seq;

	return next != 0 && tw_seq_after(next, step->seq) &&
	       !(step->length > 1 && step->seq == next - 1);
}

/* A time that runs backwards is not soon. */
TW_WRAPS static bool is_within(const struct step *step, int64_t since_ns, uint64_t limit_ns)
{
	return tw_segment_knows(step->segment, TW_FIELD_TIME) &&
	       (uint64_t)step->segment->time_ns - (uint64_t)since_ns < limit_ns;
}

static bool answers_duplicate_acks(const struct step *step)
{
	const struct tw_analysis_side *peer = step->peer;

	return peer->duplicate_acks >= 2 && peer->last_ack == step->seq &&
	       is_within(step, peer->last_ns, FAST_NS);
}

TW_WRAPS static bool was_overtaken(const struct step *step)
{
	int64_t rtt_ns = step->analysis->first_rtt_ns;
	uint64_t limit_ns = rtt_ns == 0 ? REORDER_NS : (uint64_t)rtt_ns;
	uint32_t end = step->end + has_any(step, TW_SYN | TW_FIN);

	return end != step->own->next_seq && is_within(step, step->own->next_seq_ns, limit_ns);
}

static bool is_wholly_acknowledged(const struct step *step)
{
	return step->length > 0 && step->peer->last_ack != 0 &&
	       !tw_seq_after(step->end, step->peer->last_ack);
}

static void mark_repeat(struct step *step)
{
	if (step->length == 0 && !has_any(step, TW_SYN | TW_FIN))
		return;
	if ((step->marks & TW_ANALYSIS_KEEP_ALIVE) != 0)
		return;
	if (mark_if(step, is_wholly_acknowledged(step), TW_ANALYSIS_SPURIOUS_RETRANSMISSION))
		return;
	if (!is_old(step))
		return;
	if (mark_if(step, answers_duplicate_acks(step), TW_ANALYSIS_FAST_RETRANSMISSION))
		return;
	if (mark_if(step, was_overtaken(step), TW_ANALYSIS_OUT_OF_ORDER))
		return;
	step->marks |= TW_ANALYSIS_RETRANSMISSION;
}

/*
 * Segments without acknowledgment, counted in two generations, so that a count can go down without
 * a list: exact while nothing is acknowledged (a capture of one direction, where the limit is met)
 * and otherwise at most twice too high.
 */
static bool count_unacked(struct tw_analysis_side *side)
{
	if (side->unacked_older + side->unacked_newer >= UNACKED_MAX)
		return false;
	side->unacked_newer++;
	return true;
}

static void acknowledge(struct tw_analysis_side *peer, uint32_t ack)
{
	if (!tw_seq_after(peer->next_seq, ack)) {
		peer->unacked_older = 0;
		peer->unacked_newer = 0;
	} else if (!tw_seq_after(peer->generation_end, ack)) {
		peer->unacked_older = peer->unacked_newer;
		peer->unacked_newer = 0;
		peer->generation_end = peer->next_seq;
	}
}

/* Where the sender has come to. A probe byte beyond a closed window does not count as sent. */
TW_WRAPS static void advance(struct step *step)
{
	struct tw_analysis_side *own = step->own;
	bool virtual = has_any(step, TW_SYN | TW_FIN);
	uint32_t end = step->end;

	if ((step->length > 0 || virtual) && count_unacked(own))
		end += virtual;
	if ((step->marks & TW_ANALYSIS_ZERO_WINDOW_PROBE) != 0)
		return;
	if (tw_seq_after(end, own->next_seq) || own->next_seq == 0) {
		own->next_seq = end;
		own->next_seq_ns = step->segment->time_ns;
	}
	if (step->seq == own->contiguous_seq || own->contiguous_seq == 0)
		own->contiguous_seq = own->next_seq;
}

static void remember(struct step *step)
{
	struct tw_analysis_side *own = step->own;

	own->window_seen = true;
	own->window_is_scaled = tw_segment_knows(step->segment, TW_FIELD_WINDOW_SCALED);
	own->last_window = step->window;
	own->last_ack = step->ack;
	own->last_ns = step->segment->time_ns;
	own->last_marks = (uint16_t)step->marks;
	own->mptcp_seen = step->analysis->mptcp_seen;
	acknowledge(step->peer, step->ack);
}

/* The round trip of the handshake: from the latest SYN to the first ACK, whoever sent it. */
TW_WRAPS static void time_handshake(struct tw_analysis *analysis, struct tw_analysis_side *own,
				    uint16_t flags, int64_t time_ns)
{
	if ((flags & TW_SYN) != 0)
		own->syn_was_last = true;
	if ((flags & (TW_SYN | TW_ACK)) == TW_SYN)
		analysis->syn_ns = time_ns;
	if ((flags & (TW_SYN | TW_ACK)) != TW_ACK)
		return;
	own->syn_was_last = false;
	if (analysis->syn_ns != 0 && analysis->first_rtt_ns == 0)
		analysis->first_rtt_ns = (int64_t)((uint64_t)time_ns - (uint64_t)analysis->syn_ns);
}

/* Scaling needs the option in both SYNs (RFC 7323 section 2.2); one without it settles it. */
static void learn_scaling(struct tw_analysis_side *own, struct tw_analysis_side *peer,
			  uint16_t flags, const struct tw_tcp_options *options)
{
	if ((options->present & TW_OPTION_WINDOW_SCALE) != 0) {
		own->scaling = TW_SCALING_SHIFT;
		own->shift = options->window_scale < SHIFT_MAX ? options->window_scale : SHIFT_MAX;
	}
	if ((flags & TW_SYN) == 0)
		return;
	if (own->scaling == TW_SCALING_UNKNOWN) {
		own->scaling = TW_SCALING_NONE;
		peer->scaling = TW_SCALING_NONE;
	} else if ((flags & TW_ACK) != 0 && peer->scaling == TW_SCALING_NONE) {
		own->scaling = TW_SCALING_NONE;
	}
}

static void learn_multipath(struct tw_analysis *analysis, const struct tw_tcp_options *options)
{
	if ((options->present & TW_OPTION_MPTCP) != 0 && options->mptcp_subtype < 8)
		analysis->mptcp_seen |= (uint8_t)(1U << options->mptcp_subtype);
}

/* A SYN that is repeated brings its side back to where the gapless data ended: an RST may have
 * carried a number out of the peer's ACK (RFC 9293 section 3.10.7.1). */
static void restart_at_syn(struct tw_analysis_side *own, uint16_t flags, bool ports_reused)
{
	if ((flags & (TW_SYN | TW_ACK)) == TW_SYN && !ports_reused)
		own->next_seq = own->contiguous_seq;
}

TW_WRAPS static struct step step_of(struct tw_analysis *analysis, const struct tw_segment *segment,
				    unsigned direction)
{
	return (struct step){
	    .analysis = analysis,
	    .segment = segment,
	    .own = &analysis->side[direction],
	    .peer = &analysis->side[!direction],
	    .seq = segment->seq,
	    .end = segment->seq + segment->length,
	    .ack = segment->ack,
	    .length = segment->length,
	    .window = window_in(segment, &analysis->side[direction]),
	    .flags = segment->flags,
	};
}

uint32_t tw_analysis_segment(struct tw_analysis *analysis, const struct tw_segment *segment,
			     unsigned direction, bool ports_reused)
{
	struct step step = step_of(analysis, segment, direction);

	if (!tw_segment_knows(segment,
			      TW_FIELD_FLAGS | TW_FIELD_SEQ | TW_FIELD_ACK | TW_FIELD_LENGTH))
		return 0;
	restart_at_syn(step.own, step.flags, ports_reused);
	mark_if(&step, ports_reused, TW_ANALYSIS_PORTS_REUSED);
	mark_signals(&step);
	if (step.ack != step.own->last_ack)
		step.own->duplicate_acks = 0;
	mark_ack_of_unseen(&step);
	mark_repeat(&step);
	advance(&step);
	remember(&step);
	time_handshake(analysis, step.own, step.flags, segment->time_ns);
	if (tw_segment_knows(segment, TW_FIELD_OPTIONS))
		learn_scaling(step.own, step.peer, step.flags, &segment->options);
	learn_multipath(analysis, &segment->options);
	return step.marks;
}

void tw_analysis_quoted(struct tw_analysis *analysis, const struct tw_icmp_error *error,
			unsigned direction, bool ports_reused)
{
	struct tw_analysis_side *own = &analysis->side[direction];

	if (!error->has_quoted_flags)
		return;
	restart_at_syn(own, error->quoted_flags, ports_reused);
	time_handshake(analysis, own, error->quoted_flags, error->time_ns);
	if (error->has_quoted_options)
		learn_scaling(own, &analysis->side[!direction], error->quoted_flags,
			      &error->quoted_options);
}

uint32_t tw_analysis_duplicate_acks(const struct tw_analysis *analysis, unsigned direction)
{
	return analysis->side[direction].duplicate_acks;
}

const char *tw_analysis_filter(enum tw_analysis_mark mark)
{
	switch (mark) {
#define X(name, bit, filter)     \
	case TW_ANALYSIS_##name: \
		return filter;
		TW_ANALYSIS(X)
#undef X
	}
	return NULL;
}
