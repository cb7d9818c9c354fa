/* reset.c: an aborted socket and a host without one answer differently; the fields tell which. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/reset.h"

#include "tcp/seq.h"

/*
 * RFC 9293 section 3.5.2 builds the stateless reply from the segment that it answers: its SEQ is
 * that segment's ACK where it has one, else SEQ is 0 and ACK covers the segment. An abort (section
 * 3.10.5) speaks for a connection: SEQ is SND.NXT, and on every stack but illumos the ACK bit is
 * set. Linux, FreeBSD and macOS show window or time stamps of the connection as well; Windows
 * shows neither (tcp_send_active_reset against tcp_v4_send_reset in Linux).
 */

enum {
	/* A host answers at once. Later than this, and than some round trips, it is no answer. */
	ANSWER_MAX_MS = 300,
	ANSWER_MAX_ROUND_TRIPS = 4,
};

static bool occupies_sequence_space(const struct tw_sent *sent)
{
	return sent->seq != sent->end;
}

/*
 * What a RST may answer: a segment of which no other RST took care, not long ago, and that the
 * resetter has not acknowledged like any other.
 */
static bool is_candidate(const struct tw_side *peer, const struct tw_sent *sent, int64_t oldest_ns)
{
	bool taken = occupies_sequence_space(sent) && (peer->marks & TW_SIDE_ACKED) &&
		     !tw_seq_after(sent->end, peer->acked);

	return !(sent->flags & TW_RST) && !sent->answered && !taken &&
	       sent->at.time_ns >= oldest_ns;
}

/*
 * Of the segments that a bare RST could answer by its SEQ: the oldest one with payload, SYN or FIN
 * that no RST has answered yet, for replies come in the order of what they answer; failing that
 * the youngest pure ACK.
 */
static struct tw_sent *answered_by_seq(struct tw_side *peer, uint32_t seq, int64_t oldest_ns)
{
	struct tw_sent *found = NULL;

	for (uint32_t back = 0; back < TW_TAIL && back < peer->tail_count; back++) {
		struct tw_sent *sent = &peer->tail[(peer->tail_count - 1 - back) % TW_TAIL];

		if (!is_candidate(peer, sent, oldest_ns) || !(sent->flags & TW_ACK) ||
		    sent->ack != seq)
			continue;
		if (!found || occupies_sequence_space(sent))
			found = sent;
	}
	return found;
}

/* The youngest segment whose end is what the RST acknowledges. */
static struct tw_sent *covered_by_ack(struct tw_side *peer, uint32_t ack, int64_t oldest_ns)
{
	for (uint32_t back = 0; back < TW_TAIL && back < peer->tail_count; back++) {
		struct tw_sent *sent = &peer->tail[(peer->tail_count - 1 - back) % TW_TAIL];

		if (is_candidate(peer, sent, oldest_ns) && occupies_sequence_space(sent) &&
		    sent->end == ack)
			return sent;
	}
	return NULL;
}

/*
 * The abort to the letter of RFC 9293, <SEQ=SND.NXT><CTL=RST>, as illumos sends it: no ACK, but the
 * window of the connection, which no stateless reply has.
 */
static bool is_bare_abort(const struct tw_reset *reset, const struct tw_side *me)
{
	return !(reset->flags & TW_ACK) && reset->ack == 0 && reset->window != 0 &&
	       reset->window == me->window && reset->seq_offset_known && reset->seq_offset == 0 &&
	       tw_happened(me->last);
}

static enum tw_reset_kind kind_of(const struct tw_reset *reset, bool timestamps_negotiated)
{
	bool shows_window = (reset->known & TW_FIELD_WINDOW) && reset->window != 0;
	bool shows_timestamps =
	    timestamps_negotiated && (reset->options & TW_OPTION_TIMESTAMPS) != 0;

	if (reset->to_syn)
		return TW_RESET_PASSIVE;
	if (!(reset->flags & TW_ACK))
		return reset->answers_by_seq ? TW_RESET_PASSIVE : TW_RESET_UNCLEAR;
	if (tw_happened(reset->trigger) && !(reset->trigger_flags & TW_ACK))
		return TW_RESET_PASSIVE;
	/* At its own SND.NXT, with the ACK bit, in answer to nothing: only a socket knows these. */
	if (!tw_happened(reset->trigger) && reset->seq_offset_known && reset->seq_offset == 0)
		return TW_RESET_ACTIVE;
	return shows_window || shows_timestamps ? TW_RESET_ACTIVE : TW_RESET_UNCLEAR;
}

static int64_t oldest_trigger_ns(const struct tw_connection *connection, const struct tw_side *me,
				 struct tw_moment at)
{
	int64_t wait = ANSWER_MAX_ROUND_TRIPS * me->distance_ns;

	/* To an opener that has only knocked, nothing but the SYN,ACK can have come. */
	if (!connection->timed || me->segments == me->syn_count)
		return INT64_MIN;
	if (wait < ANSWER_MAX_MS * TW_NS_PER_MS)
		wait = ANSWER_MAX_MS * TW_NS_PER_MS;
	return at.time_ns - wait;
}

static void find_trigger(struct tw_reset *reset, struct tw_side *peer, int64_t oldest_ns)
{
	bool bare = !(reset->flags & TW_ACK);
	struct tw_sent *sent = bare ? answered_by_seq(peer, reset->seq, oldest_ns)
				    : covered_by_ack(peer, reset->ack, oldest_ns);

	if (!sent)
		return;
	sent->answered = true;
	reset->trigger = sent->at;
	reset->trigger_flags = sent->flags;
	reset->trigger_length = sent->length;
	reset->trigger_window = sent->window;
	reset->answers_by_seq = bare;
	reset->ack_covers = !bare;
}

/*
 * Only the youngest segments of the peer are remembered. Among the others may be one that the RST
 * answers, if they are recent and it acknowledged that much.
 */
static bool is_forgotten(const struct tw_reset *reset, const struct tw_side *peer,
			 const struct tw_side *me, int64_t oldest_ns)
{
	const struct tw_sent *oldest = tw_side_sent(peer, TW_TAIL - 1);

	return !(reset->flags & TW_ACK) && !tw_happened(reset->trigger) && oldest &&
	       peer->tail_count > TW_TAIL && oldest->at.time_ns >= oldest_ns &&
	       (me->marks & TW_SIDE_ACKED) && !tw_seq_after(reset->seq, me->acked);
}

/* One with the same ACK may have gone before all that are remembered. */
static bool may_answer_older(const struct tw_reset *reset, const struct tw_side *peer)
{
	const struct tw_sent *oldest = tw_side_sent(peer, TW_TAIL - 1);

	return reset->answers_by_seq && oldest && peer->tail_count > TW_TAIL &&
	       (oldest->flags & TW_ACK) && oldest->ack == reset->seq;
}

/* The clock of the time stamps goes forward (RFC 7323 section 5.4). */
static bool stands_in_time(const struct tw_side *me, const struct tw_segment *segment)
{
	return (me->marks & TW_SIDE_TIMESTAMPS) &&
	       (segment->options.present & TW_OPTION_TIMESTAMPS) &&
	       tw_seq_before(segment->options.tsval, me->tsval);
}

static bool continues_ip_id(const struct tw_side *me, const struct tw_segment *segment)
{
	uint16_t step = (uint16_t)((uint32_t)segment->ip_id - me->ip_id);

	return (segment->known & TW_FIELD_IP_ID) && me->segments > 0 && segment->ip_id != 0 &&
	       step >= 1 && step <= TW_IP_ID_STEP;
}

/*
 * RFC 5961 section 3.2: only SEQ == RCV.NXT resets. The capture knows RCV.NXT within bounds: what
 * the receiver has acknowledged, and what has been sent. One less is accepted too after a FIN
 * (macOS resets so, and Linux allows for it).
 */
static bool is_unacceptable(const struct tw_side *me, const struct tw_segment *segment)
{
	uint32_t needed = TW_SIDE_NUMBERED | TW_SIDE_ACKED;

	if ((me->marks & needed) != needed || (me->marks & TW_SIDE_UNPLACED) ||
	    !tw_segment_knows(segment, TW_FIELD_SEQ))
		return false;
	return tw_seq_before(segment->seq, tw_seq_diff(me->acked, 1)) ||
	       tw_seq_after(segment->seq, me->snd_nxt);
}

/*
 * The reply to a SYN without a listener: SEQ 0, and ACK counts the SYN (RFC 9293 section 3.5.2).
 * After a SYN,ACK only these numbers tell it, for then another host of that address refused.
 */
static bool answers_syn(const struct tw_side *me, const struct tw_side *peer,
			const struct tw_segment *segment)
{
	bool refuses = tw_segment_knows(segment, TW_FIELD_SEQ | TW_FIELD_ACK) &&
		       segment->seq == 0 && segment->ack == tw_seq_add(peer->isn, 1) &&
		       me->segments == me->syn_count && !(me->marks & TW_SIDE_ASSUMED);

	return (peer->marks & TW_SIDE_SYN) && !(peer->marks & TW_SIDE_SYN_ACK) &&
	       (me->syn_count == 0 || (refuses && me->isn != 0)) && (segment->flags & TW_ACK) &&
	       peer->syn_count == peer->segments;
}

struct tw_reset tw_reset_examine(struct tw_connection *connection, const struct tw_segment *segment,
				 unsigned side)
{
	struct tw_side *me = &connection->side[side];
	struct tw_side *peer = &connection->side[tw_other(side)];
	struct tw_reset reset = {
	    .at = {segment->frame, segment->time_ns},
	    .seq = segment->seq,
	    .ack = segment->ack,
	    .known = segment->known,
	    .flags = segment->flags,
	    .window = segment->window,
	    .ip_id = segment->ip_id,
	    .ttl = segment->ttl,
	    .options = segment->options.present,
	    .length = segment->length,
	    .dont_fragment = (segment->ip_marks & TW_IP_DF) != 0,
	    .heard = peer->last,
	    .echo_bytes = tw_side_outstanding(peer),
	    .idle_ns = tw_happened(connection->activity)
			   ? segment->time_ns - connection->activity.time_ns
			   : 0,
	    .ip_id_continues = continues_ip_id(me, segment),
	    .window_reopened = tw_segment_knows(segment, TW_FIELD_WINDOW) &&
			       tw_happened(me->zero_window) && segment->window != 0,
	    .to_syn = answers_syn(me, peer, segment),
	    .own_idle_ns = me->segments > 0 ? segment->time_ns - me->last.time_ns : 0,
	    .own_window = me->window,
	    .own_window_known = me->segments > me->syn_count + me->reset_count,
	    .departs = tw_hand_departs(&me->hand, segment),
	    .time_stands = stands_in_time(me, segment),
	};

	if (me->marks & TW_SIDE_NUMBERED) {
		reset.seq_offset = (int32_t)tw_seq_diff(segment->seq, me->snd_nxt);
		reset.seq_offset_known =
		    tw_segment_knows(segment, TW_FIELD_SEQ) && !(me->marks & TW_SIDE_UNPLACED);
	}
	reset.unacceptable = is_unacceptable(me, segment);
	int64_t oldest_ns = oldest_trigger_ns(connection, me, reset.at);

	if (is_bare_abort(&reset, me)) {
		reset.kind = TW_RESET_ACTIVE;
		return reset;
	}
	find_trigger(&reset, peer, oldest_ns);
	reset.forgotten = is_forgotten(&reset, peer, me, oldest_ns);
	reset.older_trigger = may_answer_older(&reset, peer);
	reset.kind = (uint8_t)kind_of(&reset, (me->marks & TW_SIDE_TIMESTAMPS) != 0);
	return reset;
}

bool tw_reset_has_other_ttl(const struct tw_reset *reset, uint8_t ttl_min, uint8_t ttl_max)
{
	enum { TTL_SLACK = 2 };

	return (reset->known & TW_FIELD_TTL) && ttl_max > 0 &&
	       (reset->ttl + TTL_SLACK < ttl_min || reset->ttl > ttl_max + TTL_SLACK);
}
