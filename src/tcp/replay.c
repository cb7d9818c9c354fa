/* replay.c: the life of a connection, one segment after the other, both ends by one code path. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/replay.h"

#include "base/assert.h"
#include "tcp/limits.h"
#include "tcp/seq.h"

enum {
	DUPLICATE_FRAME_MS = 2,
	TYPED_COPY_US = 100,
	UNLISTED_BYTES = 1 << 20, /* more than a few rows of unknown length carry */
};

/* ---- what every segment tells, whatever it is ---- */

static void note_time(struct tw_arrival *a)
{
	struct tw_connection *connection = a->connection;

	if (!(a->segment->known & TW_FIELD_TIME))
		connection->timed = false;
	tw_limits_note_time(a);
	if (!tw_happened(connection->first)) {
		connection->first = a->at;
	} else if (a->at.time_ns - connection->last.time_ns > connection->longest_gap_ns) {
		connection->longest_gap_ns = a->at.time_ns - connection->last.time_ns;
		connection->longest_gap_from = connection->last;
		connection->longest_gap_to = a->at;
	}
	connection->last = a->at;
	connection->segments++;
}

/* How the sender numbers its datagrams, and whether it lets them be fragmented. */
static void note_ip_header(struct tw_arrival *a)
{
	struct tw_side *me = a->me;
	const struct tw_segment *segment = a->segment;
	uint16_t forth = (uint16_t)((uint32_t)segment->ip_id - me->ip_id);
	uint16_t back = (uint16_t)((uint32_t)me->ip_id - segment->ip_id);

	if (segment->known & TW_FIELD_IP_ID)
		me->marks |= segment->ip_marks & TW_IP_DF ? TW_SIDE_DF : TW_SIDE_NO_DF;
	/* Linux answers a SYN without a socket, and so without a count. */
	if (segment->ip_id == 0 && tw_arrival_has(a, TW_SYN) && tw_arrival_has(a, TW_ACK))
		return;
	if (segment->ip_id == 0)
		me->marks |= TW_SIDE_ZERO_IP_ID;
	else if (me->ip_id != 0)
		/* Backwards too: segments overtake each other. */
		me->marks |= forth <= TW_IP_ID_STEP || back <= TW_IP_ID_STEP ? TW_SIDE_IP_ID_COUNTS
									     : TW_SIDE_IP_ID_JUMPS;
	me->ip_id = segment->ip_id;
}

static void note_ttl(struct tw_side *me, const struct tw_segment *segment)
{
	if (segment->ttl == 0)
		return;
	if (segment->ttl != me->ttl_min || segment->ttl != me->ttl_max)
		me->marks |= TW_SIDE_TTL_VARIES;
	me->ttl_min = segment->ttl < me->ttl_min ? segment->ttl : me->ttl_min;
	me->ttl_max = segment->ttl > me->ttl_max ? segment->ttl : me->ttl_max;
}

static void note_sender(struct tw_arrival *a)
{
	struct tw_side *me = a->me;
	const struct tw_segment *segment = a->segment;

	if (!tw_happened(me->first)) {
		me->first = a->at;
		me->ttl_min = segment->ttl;
		me->ttl_max = segment->ttl;
	}
	if ((segment->options.present & TW_OPTION_TIMESTAMPS) && !tw_arrival_has(a, TW_RST))
		tw_limits_note_clock(a);
	me->last = a->at;
	me->segments++;
	me->bad_checksums += segment->checksum == TW_CHECKSUM_BAD;
	if (segment->way == TW_WAY_OUT)
		me->marks |= TW_SIDE_WAY_OUT;
	if (segment->way == TW_WAY_IN)
		me->marks |= TW_SIDE_WAY_IN;
	if (segment->checksum == TW_CHECKSUM_PARTIAL)
		me->marks |= TW_SIDE_CHECKSUM_OPEN;
	tw_limits_note_bytes(a);
	a->peer->probe.count = 0;
	a->peer->pace.beat.count = 0;
	if (tw_arrival_has(a, TW_RST))
		return;
	/* A RST may be of another hand: it counts only as long as there is nothing else. A list may
	 * show the TTL of some rows only. */
	if (me->segments == me->reset_count + 1 || me->ttl_max == 0) {
		me->ttl_min = segment->ttl;
		me->ttl_max = segment->ttl;
	}
	note_ttl(me, segment);
	tw_hand_note(&me->hand, segment);
	if (segment->ip_version == 4)
		note_ip_header(a);
	if (segment->options.present & TW_OPTION_TIMESTAMPS) {
		me->tsval = segment->options.tsval;
		me->tsecr = segment->options.tsecr;
		if (!tw_arrival_has(a, TW_SYN))
			me->marks |= TW_SIDE_TIMESTAMPS;
	}
}

/* What options say beyond the numbers, in one sum: equal in copies. */
TW_WRAPS static uint32_t edges_of(const struct tw_tcp_options *options)
{
	uint32_t sum = options->tsval * 3 + options->tsecr;

	for (size_t i = 0; i < options->sack_count; i++)
		sum = sum * 31 + (options->sack[i].left ^ (options->sack[i].right << 1));
	return sum;
}

static bool is_copy_of(const struct tw_sent *sent, const struct tw_arrival *a)
{
	return sent && sent->ip_id == a->segment->ip_id && sent->seq == a->segment->seq &&
	       sent->end == a->end && sent->ack == a->segment->ack &&
	       sent->flags == a->segment->flags && sent->edges == edges_of(&a->segment->options) &&
	       a->at.time_ns - sent->at.time_ns < DUPLICATE_FRAME_MS * TW_NS_PER_MS;
}

/* The same IP datagram again within a moment: the capture saw it at two places. */
static bool is_duplicated_frame(const struct tw_arrival *a)
{
	const struct tw_sent *before = tw_side_sent(a->me, 0);

	/*
	 * A list shows no IP ID; there only rows much closer than any timer are copies. Equal ACKs
	 * are what duplicate ACKs are: they are copies only where payload was captured twice too.
	 */
	if (a->segment->said == TW_SAID_COPY)
		return true;
	if (a->connection->typed && tw_segment_span(a->segment) == 0 &&
	    !tw_happened(a->connection->limits[TW_LIMIT_DUPLICATED_FRAMES]))
		return false;
	if (a->connection->typed)
		return tw_segment_knows(a->segment, TW_FIELD_TIME | TW_FIELD_SEQ) &&
		       is_copy_of(before, a) &&
		       a->at.time_ns - before->at.time_ns < TYPED_COPY_US * TW_NS_PER_US;
	/* Without an IP ID only what no timer repeats so soon: a SYN, payload or a FIN. */
	if (!tw_segment_knows(a->segment, TW_FIELD_TIME | TW_FIELD_SEQ) ||
	    (a->segment->ip_id == 0 && tw_segment_span(a->segment) == 0))
		return false;
	for (uint32_t back = 0; back < TW_TAIL; back++)
		if (is_copy_of(tw_side_sent(a->me, back), a))
			return true;
	return false;
}

static void remember(struct tw_arrival *a)
{
	a->me->tail[a->me->tail_count % TW_TAIL] = (struct tw_sent){
	    .at = a->at,
	    .seq = a->segment->seq,
	    .end = a->end,
	    .ack = a->segment->ack,
	    .length = a->segment->length,
	    .known = a->segment->known,
	    .flags = a->segment->flags,
	    .ip_id = a->segment->ip_id,
	    .window = a->segment->window,
	    .edges = edges_of(&a->segment->options),
	};
	a->me->tail_count++;
}

static void note_activity(struct tw_arrival *a)
{
	bool answers_probe = a->peer->keep_alives > 0 && tw_side_sent(a->peer, 0) &&
			     tw_happened(a->peer->probe.last) &&
			     a->peer->probe.last.frame == tw_side_sent(a->peer, 0)->at.frame;

	if (a->meaning & TW_MEANING_KEEP_ALIVE)
		return;
	if (answers_probe && tw_segment_span(a->segment) == 0 && !tw_arrival_has(a, TW_RST)) {
		a->meaning |= TW_MEANING_KEEP_ALIVE_ACK;
		a->meaning &= ~(uint32_t)TW_MEANING_DUPLICATE_ACK;
		return;
	}
	a->connection->activity = a->at;
}

static uint32_t relative(uint32_t number, const struct tw_side *side)
{
	return side->marks & TW_SIDE_NUMBERED ? tw_seq_diff(number, side->isn) : number;
}

static void fill_step(const struct tw_arrival *a, struct tw_step *step)
{
	const struct tw_reset *reset = &a->me->reset_last;
	bool is_reset = tw_arrival_has(a, TW_RST);

	*step = (struct tw_step){
	    .at = a->at,
	    .stream = a->connection->stream,
	    .meaning = a->meaning,
	    .known = a->segment->known,
	    .seq = relative(a->segment->seq, a->me),
	    .ack = tw_arrival_has(a, TW_ACK) ? relative(a->segment->ack, a->peer) : a->segment->ack,
	    .length = a->segment->length,
	    .flags = a->segment->flags,
	    .window = a->segment->window,
	    .options = a->segment->options.present,
	    .tsval = a->segment->options.tsval,
	    .tsecr = a->segment->options.tsecr,
	    .sack_count = a->segment->options.sack_count,
	    .answers = is_reset && reset->answers_by_seq ? reset->trigger.frame : 0,
	    .side = (uint8_t)a->side,
	    .observer = a->segment->observer,
	    .text_line = a->segment->text_line,
	};
	for (size_t i = 0; i < step->sack_count; i++) {
		step->sack[i].left = relative(a->segment->options.sack[i].left, a->peer);
		step->sack[i].right = relative(a->segment->options.sack[i].right, a->peer);
	}
	step->state[0] = (uint8_t)tw_state_of(a->connection, 0);
	step->state[1] = (uint8_t)tw_state_of(a->connection, 1);
}

/* How far a number runs ahead of what the rows show of its side; more than a FIN or a probe. */
TW_WRAPS static bool runs_ahead(const struct tw_side *side, uint32_t number)
{
	/* Rows without a length may have carried the difference. */
	uint32_t bound = side->marks & TW_SIDE_UNPLACED ? UNLISTED_BYTES : 1;

	return (side->marks & TW_SIDE_NUMBERED) && tw_seq_after(number, side->snd_nxt) &&
	       number - side->snd_nxt > bound;
}

/* Rows that the list leaves out were sent in the pause before this one: nobody was idle. */
static bool follows_omitted_rows(const struct tw_arrival *a)
{
	return a->connection->typed && !tw_arrival_has(a, TW_SYN) &&
	       ((tw_segment_knows(a->segment, TW_FIELD_SEQ) &&
		 runs_ahead(a->me, a->segment->seq)) ||
		(tw_segment_knows(a->segment, TW_FIELD_ACK) && tw_arrival_has(a, TW_ACK) &&
		 runs_ahead(a->peer, a->segment->ack)));
}

void tw_replay(struct tw_connection *connection, const struct tw_segment *segment, unsigned side,
	       struct tw_step *step)
{
	TW_ASSERT(side < TW_NOBODY);

	struct tw_arrival a = {
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
	bool duplicated = is_duplicated_frame(&a);

	note_time(&a);
	if (follows_omitted_rows(&a))
		connection->activity = a.at;
	if (duplicated) {
		tw_arrival_limit(&a, TW_LIMIT_DUPLICATED_FRAMES);
		a.meaning |= TW_MEANING_DUPLICATED_FRAME;
		a.me->segments++;
	} else if (tw_arrival_has(&a, TW_RST)) {
		tw_arrival_take_reset(&a);
		note_sender(&a);
		remember(&a);
		connection->activity = a.at;
	} else {
		tw_arrival_note_after_reset(&a);
		if (!tw_arrival_has(&a, TW_SYN) && connection->segments == 1)
			tw_arrival_limit(&a, TW_LIMIT_MIDSTREAM_START);
		if (!tw_arrival_has(&a, TW_SYN) || tw_arrival_take_syn(&a))
			tw_arrival_take_sequence(&a);
		tw_arrival_note_damage(&a);
		tw_arrival_pace_beat(&a);
		tw_arrival_take_ack(&a);
		tw_arrival_note_terms(&a);
		tw_arrival_take_window(&a);
		if (tw_arrival_has(&a, TW_FIN))
			tw_arrival_take_fin(&a);
		note_sender(&a);
		note_activity(&a);
		remember(&a);
	}
	if (step)
		fill_step(&a, step);
}

void tw_replay_self(struct tw_connection *connection, const struct tw_segment *segment,
		    struct tw_step *step)
{
	connection->is_self = true;
	tw_replay(connection, segment, 1, NULL);
	connection->segments--; /* it is one segment all the same */
	tw_replay(connection, segment, 0, step);
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
