/* pace.c: waits, full windows and lockstep are measured where a segment brings something new. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/pace.h"

#include "tcp/arrival.h"
#include "tcp/payload.h"
#include "tcp/seq.h"

enum {
	/* Beyond that a pause within a message is rest: keep-alive limits begin at 5 to 15 s. */
	PAUSE_MAX_S = 15,
	/* So soon speaks a side that had been waiting for the last piece of a message. */
	PROMPT_MS = 1000,
	/* TLS records of this size are window updates, pings and settings rather than requests. */
	TLS_SMALL_BYTES = 100,
	/* Linux delays an ACK by 40 ms, Windows by 200 ms; RFC 9293 section 3.8.6.3 allows 500. */
	DELAYED_ACK_MIN_MS = 30,
	DELAYED_ACK_MAX_MS = 550,
	/* What an ACK releases is sent by the kernel itself: its path and a moment. */
	RELEASE_MS = 3,
	/* Assumed where the SYNs are not shown, RFC 9293 section 3.7.1. */
	MSS_DEFAULT = 536,
	/* A window is full where its last part is too small for a segment. */
	FULL_PERCENT = 65,
};

/* ---- waits ---- */

static void add_wait(struct tw_wait *wait, struct tw_moment from, struct tw_moment to)
{
	int64_t took = to.time_ns - from.time_ns;

	wait->total_ns += took;
	if (took <= wait->longest_ns)
		return;
	wait->longest_ns = took;
	wait->from = from.frame;
	wait->to = to.frame;
}

static void merge_wait(struct tw_wait *into, const struct tw_wait *wait)
{
	int64_t total = into->total_ns + wait->total_ns;

	if (wait->longest_ns > into->longest_ns)
		*into = *wait;
	into->total_ns = total;
}

static void begin_turn(struct tw_arrival *a)
{
	a->connection->turn = (struct tw_turn){.side = (uint8_t)a->side};
}

/* The last word of `side` leaves nothing to wait for: housekeeping of TLS, or a farewell. */
static bool asks_nothing(const struct tw_side *side)
{
	switch ((enum tw_payload_kind)side->last_payload_kind) {
	case TW_PAYLOAD_TLS_ALERT:
	case TW_PAYLOAD_QUIT:
	case TW_PAYLOAD_GOODBYE:
		return true;
	case TW_PAYLOAD_TLS:
		return side->turn_bytes <= TLS_SMALL_BYTES;
	case TW_PAYLOAD_UNKNOWN:
	case TW_PAYLOAD_OTHER:
	case TW_PAYLOAD_HTTP_REQUEST:
	case TW_PAYLOAD_HTTP_RESPONSE:
		break;
	}
	return false;
}

/* A payload that goes on with a message, and is neither a new one nor a farewell. */
static bool goes_on(const struct tw_arrival *a)
{
	switch (tw_payload_kind_of(a->segment)) {
	case TW_PAYLOAD_HTTP_REQUEST:
		/* Whoever is asked in HTTP does not ask in it. */
		return a->peer->last_payload_kind == TW_PAYLOAD_HTTP_REQUEST;
	case TW_PAYLOAD_TLS_ALERT:
	case TW_PAYLOAD_QUIT:
	case TW_PAYLOAD_GOODBYE:
	case TW_PAYLOAD_HTTP_RESPONSE:
		return false;
	case TW_PAYLOAD_UNKNOWN:
	case TW_PAYLOAD_OTHER:
	case TW_PAYLOAD_TLS:
		break;
	}
	return true;
}

/* Neither a farewell, nor housekeeping of TLS. */
static bool answers(const struct tw_segment *segment)
{
	enum tw_payload_kind kind = tw_payload_kind_of(segment);

	return kind != TW_PAYLOAD_TLS_ALERT && kind != TW_PAYLOAD_GOODBYE &&
	       (kind != TW_PAYLOAD_TLS || segment->length > TLS_SMALL_BYTES);
}

/* Since when nothing was outstanding: the last ACK that acknowledged something new. */
static struct tw_moment quiet_since(const struct tw_arrival *a)
{
	return a->me->progress.frame > a->peer->progress.frame ? a->me->progress
							       : a->peer->progress;
}

static void count_resumption(uint8_t *count, int64_t wait)
{
	if (wait >= PROMPT_MS * TW_NS_PER_MS && *count < UINT8_MAX)
		(*count)++;
}

static bool is_first_turn(const struct tw_side *side)
{
	return !tw_happened(side->first_payload) || side->turn_seq == tw_seq_add(side->isn, 1);
}

/*
 * What its side said last had not ended. Where the message has no frame that can be read, only the
 * first question and the first answer count: who speaks again later may have news.
 */
static bool is_mid_message(const struct tw_arrival *a)
{
	const struct tw_application *said = &a->me->application;

	if (tw_application_is_read(said))
		return tw_application_is_inside(said);
	return is_first_turn(a->me) && is_first_turn(a->peer);
}

static void take_pause(struct tw_arrival *a, struct tw_moment since, int64_t wait)
{
	struct tw_turn *turn = &a->connection->turn;

	if (a->outstanding)
		return;
	count_resumption(&a->me->pace.resumed, wait);
	if (wait > PAUSE_MAX_S * TW_NS_PER_S || asks_nothing(a->me) || !goes_on(a) ||
	    !is_mid_message(a)) {
		begin_turn(a);
		return;
	}
	if (turn->side != a->side)
		return;
	add_wait(&turn->pauses, since, a->at);
	count_resumption(&turn->resumed, wait);
}

static void take_answer(struct tw_arrival *a, struct tw_moment since, int64_t wait)
{
	const struct tw_turn *turn = &a->connection->turn;
	bool prompt = a->outstanding || wait < PROMPT_MS * TW_NS_PER_MS;

	if (turn->side != a->side && turn->pauses.longest_ns > 0 && prompt) {
		merge_wait(&a->peer->pace.pauses, &turn->pauses);
		a->peer->pace.awaited = (uint8_t)(a->peer->pace.awaited + turn->resumed);
	}
	begin_turn(a);
	if (!a->outstanding && !asks_nothing(a->peer) && answers(a->segment))
		add_wait(&a->me->pace.answers, since, a->at);
}

/*
 * Its window, or news of it, released the payload: the program was ready. And after a FIN nobody
 * waits for the rest of a message.
 */
static bool waits_for_peer(const struct tw_arrival *a, struct tw_moment since)
{
	const struct tw_side *peer = a->peer;
	int64_t path = a->me->distance_ns + RELEASE_MS * TW_NS_PER_MS;
	bool closed =
	    tw_happened(peer->zero_window) || peer->zero_window_opened.frame > since.frame;
	bool released =
	    peer->last.frame > since.frame && a->at.time_ns - peer->last.time_ns <= path;

	return closed || released || tw_happened(peer->fin.at);
}

static void take_waits(struct tw_arrival *a)
{
	struct tw_moment own = a->me->last_payload;
	struct tw_moment other = a->peer->last_payload;
	struct tw_moment since = quiet_since(a);
	int64_t wait = a->at.time_ns - since.time_ns;

	if (!tw_happened(own) && !tw_happened(other)) {
		begin_turn(a);
		return;
	}
	if (!tw_happened(since) || wait < 0 || (!a->outstanding && waits_for_peer(a, since)))
		return;
	if (own.frame > other.frame)
		take_pause(a, since, wait);
	else
		take_answer(a, since, wait);
}

/* ---- full windows ---- */

/* The receive window of `side` in bytes; 0 where the SYNs, and so its scale, are not shown. */
static uint32_t window_of(const struct tw_connection *connection, unsigned side)
{
	const struct tw_side *me = &connection->side[side];
	const struct tw_side *peer = &connection->side[tw_other(side)];

	if (me->syn_count == 0 || peer->syn_count == 0)
		return 0;
	return (uint32_t)me->window
	       << (me->marks & peer->marks & TW_SIDE_SCALE_KNOWN ? me->window_scale & 15 : 0);
}

static void begin_round(struct tw_arrival *a, struct tw_rounds *rounds, uint32_t window)
{
	rounds->began_ns = window > 0 ? a->at.time_ns : 0;
	rounds->window = window;
	rounds->bytes = 0;
}

static void end_round(struct tw_arrival *a, struct tw_rounds *rounds, int64_t rtt)
{
	int64_t took = a->at.time_ns - rounds->began_ns;

	if (rounds->count == UINT16_MAX)
		return;
	rounds->count++;
	if ((double)rounds->bytes * (double)rtt * 100 <
	    (double)rounds->window * (double)took * FULL_PERCENT)
		return;
	if (rounds->full == 0)
		rounds->first_full = a->at.frame;
	rounds->full++;
	rounds->full_ns += took;
}

static void take_rounds(struct tw_arrival *a)
{
	struct tw_rounds *rounds = &a->me->pace.rounds;
	int64_t rtt = tw_connection_rtt_ns(a->connection);
	uint32_t window = window_of(a->connection, tw_other(a->side));

	if (rtt == 0)
		return;
	if (rounds->began_ns == 0 || a->peer->last_payload.frame > a->me->last_payload.frame) {
		begin_round(a, rounds, window);
	} else if (a->at.time_ns - rounds->began_ns >= rtt) {
		end_round(a, rounds, rtt);
		begin_round(a, rounds, window);
	}
	rounds->bytes += a->segment->length;
}

/* ---- lockstep ---- */

static bool is_small(const struct tw_arrival *a)
{
	uint32_t mss = a->peer->mss > 0 ? a->peer->mss : MSS_DEFAULT;

	return a->segment->length <= mss / 2 && !tw_arrival_has(a, TW_FIN) &&
	       (a->segment->known & TW_FIELD_LENGTH);
}

static void take_lockstep(struct tw_arrival *a)
{
	struct tw_lockstep *lockstep = &a->me->pace.lockstep;
	int64_t path = a->me->distance_ns + RELEASE_MS * TW_NS_PER_MS;
	bool small = is_small(a);

	if (small && lockstep->released_ns != 0 && lockstep->count < UINT16_MAX &&
	    a->at.time_ns - lockstep->released_ns <= path) {
		if (lockstep->count == 0)
			lockstep->first = a->at.frame;
		lockstep->count++;
		lockstep->held_ns += lockstep->delay_ns;
	}
	lockstep->released_ns = 0;
	lockstep->sent_ns = small && tw_side_outstanding(a->me) == 0 ? a->at.time_ns : 0;
}

static void release_lockstep(struct tw_arrival *a)
{
	struct tw_lockstep *lockstep = &a->peer->pace.lockstep;
	int64_t delay = a->at.time_ns - lockstep->sent_ns - a->me->distance_ns;
	bool bare = tw_segment_span(a->segment) == 0;

	if (lockstep->sent_ns != 0 && bare && tw_side_outstanding(a->peer) == 0 &&
	    delay >= DELAYED_ACK_MIN_MS * TW_NS_PER_MS &&
	    delay <= DELAYED_ACK_MAX_MS * TW_NS_PER_MS) {
		lockstep->released_ns = a->at.time_ns;
		lockstep->delay_ns = delay;
	}
	lockstep->sent_ns = 0;
}

/* ---- damage ---- */

void tw_arrival_note_damage(struct tw_arrival *a)
{
	struct tw_damage *damage = &a->me->pace.damage;
	bool was_acked = (a->me->marks & TW_SIDE_ACKED) && tw_seq_after(a->me->acked, damage->seq);

	if (a->segment->length == 0)
		return;
	if (damage->open && was_acked)
		damage->open = false;
	if (a->segment->checksum == TW_CHECKSUM_BAD) {
		if (!damage->open) {
			damage->open = true;
			damage->seq = a->segment->seq;
			damage->open_frame = a->at.frame;
		}
		return;
	}
	if (!damage->open || a->segment->checksum != TW_CHECKSUM_GOOD ||
	    tw_seq_after(a->segment->seq, damage->seq) || !tw_seq_after(a->end, damage->seq))
		return;
	if (damage->repaired == 0)
		damage->frame = damage->open_frame;
	damage->open = false;
	if (damage->repaired < UINT16_MAX)
		damage->repaired++;
}

void tw_arrival_pace_payload(struct tw_arrival *a)
{
	if (!a->connection->timed || !(a->segment->known & TW_FIELD_TIME))
		return;
	take_waits(a);
	take_rounds(a);
	take_lockstep(a);
}

void tw_arrival_pace_progress(struct tw_arrival *a)
{
	if (a->peer->pace.advances < UINT16_MAX)
		a->peer->pace.advances++;
	if (a->connection->timed)
		release_lockstep(a);
}

/* ---- probes whose number is not told ---- */

static bool is_even(int64_t pause_ns, int64_t pause_before_ns)
{
	enum { BEAT_MS = 500, SLACK_SHARE = 20 };
	int64_t off = pause_ns - pause_before_ns;

	return pause_ns >= BEAT_MS * TW_NS_PER_MS &&
	       (off < 0 ? -off : off) <= pause_before_ns / SLACK_SHARE;
}

/* RFC 9293 section 3.8.4: a probe is an ACK with an old number, which tcpdump does not print. */
static bool may_be_probe(const struct tw_arrival *a)
{
	return a->connection->timed && !tw_segment_knows(a->segment, TW_FIELD_SEQ) &&
	       (a->segment->known & TW_FIELD_FLAGS) && tw_arrival_has(a, TW_ACK) &&
	       tw_segment_span(a->segment) == 0 && tw_side_outstanding(a->me) == 0;
}

void tw_arrival_pace_beat(struct tw_arrival *a)
{
	struct tw_beat *beat = &a->me->pace.beat;
	int64_t pause_ns = a->at.time_ns - beat->last_ns;

	if (!may_be_probe(a)) {
		beat->count = 0;
		return;
	}
	if (beat->count >= 2 && is_even(pause_ns, beat->pause_ns)) {
		beat->count++;
	} else {
		/* The one before it may be the first of those that keep time. */
		beat->first = beat->count > 0 ? beat->last : a->at.frame;
		beat->first_ns = beat->count > 0 ? beat->last_ns : a->at.time_ns;
		beat->pause_ns = pause_ns;
		beat->count = beat->count > 0 ? 2 : 1;
	}
	beat->last = a->at.frame;
	beat->last_ns = a->at.time_ns;
}

void tw_arrival_pace_reset(struct tw_arrival *a)
{
	struct tw_beat *beat = &a->me->pace.beat;

	if (beat->count < 2 || !tw_arrival_has(a, TW_ACK) || !a->connection->timed ||
	    !is_even(a->at.time_ns - beat->last_ns, beat->pause_ns))
		return;
	a->me->probe = (struct tw_run){
	    .first = {beat->first, beat->first_ns},
	    .last = {beat->last, beat->last_ns},
	    .count = beat->count,
	};
	a->me->marks |= TW_SIDE_BEAT;
}
