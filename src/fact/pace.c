/* pace.c: facts about what the time went into, where somebody would notice it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/derive.h"

enum {
	/* A wait that a user notices, and that is the program's: far beyond the round trip. */
	WAIT_MIN_MS = 1000,
	WAIT_MIN_RTTS = 5,
	/* Of the time in which anybody waited for anything. */
	WAIT_MIN_PERCENT = 20,
	PAUSE_MIN_PERCENT = 50,
	/* Who speaks up again and again without being asked sends news, or signs of life. */
	RESUMED_MAX = 3,
	PIECES_MAX = 6,
	SURE_ANSWER = 90,
	SURE_PAUSE = 75, /* that the message had not ended is known by its reader only */
	FULL_ROUNDS_MIN = 3,
	FULL_MS = 80,
	FULL_PERCENT = 50,
	SURE_FULL = 90,
	LOCKSTEPS_MIN = 3,
	LOCKSTEPS_SHARE = 8,	   /* one in so many segments with payload */
	LOCKSTEP_MIN_PERCENT = 10, /* of the time in which anybody waited for anything */
	SURE_LOCKSTEP = 90,
	SURE_DAMAGE = 95,
	SURE_FOR_NOTHING = 90,
	/* So many acknowledgments of what does not pass here are no accident. */
	ADVANCES_MIN = 3,
	SURE_HALF = 75,
};

/*
 * The life of the connection without the rest between an answer and the next request, and before
 * the end: nobody waited then.
 */
static int64_t active_ns(const struct tw_derive *d)
{
	const struct tw_connection *connection = d->connection;
	const struct tw_side *ender = d->closer ? d->closer : d->resetter;
	int64_t life = connection->last.time_ns - connection->first.time_ns;
	int64_t rest = d->client->pace.answers.total_ns;

	if (ender)
		rest += ender == d->closer ? ender->fin.idle_ns : ender->reset.idle_ns;
	return life - rest;
}

static bool is_noticeable(const struct tw_derive *d, const struct tw_wait *wait, unsigned percent)
{
	return wait->longest_ns >= WAIT_MIN_MS * TW_NS_PER_MS &&
	       wait->longest_ns >= WAIT_MIN_RTTS * tw_connection_rtt_ns(d->connection) &&
	       wait->total_ns >= active_ns(d) / 100 * (int64_t)percent;
}

/* What nobody acknowledged may not have been what the other side was waiting for. */
static bool was_taken(const struct tw_side *side, const struct tw_wait *wait)
{
	return wait->to != side->last_payload.frame || tw_happened(side->last_payload_acked);
}

static void put_wait(struct tw_derive *d, enum tw_fact fact, const struct tw_side *side,
		     const struct tw_wait *wait, unsigned percent)
{
	unsigned part = side == d->client ? PAUSE_MIN_PERCENT : WAIT_MIN_PERCENT;
	bool long_enough = is_noticeable(d, wait, part) && was_taken(side, wait);
	struct tw_fact_value *value = tw_derive_put_side(
	    d, fact, long_enough, long_enough ? percent : tw_derive_absence(d), side);

	if (!long_enough)
		return;
	value->duration_ns = wait->total_ns;
	tw_fact_frame(value, (struct tw_moment){.frame = wait->from});
	tw_fact_frame(value, (struct tw_moment){.frame = wait->to});
}

/* The turn that nobody's word has ended yet is the server's own; but not with a farewell in it. */
static bool goes_on_with_answer(const struct tw_derive *d)
{
	const struct tw_turn *turn = &d->connection->turn;

	return &d->connection->side[turn->side] == d->server &&
	       !(d->closer == d->server && turn->pauses.to == d->server->last_payload.frame);
}

static struct tw_wait server_wait(const struct tw_derive *d, unsigned *percent)
{
	const struct tw_wait *answers = &d->server->pace.answers;
	const struct tw_wait *pauses = &d->server->pace.pauses;

	if (goes_on_with_answer(d) && d->connection->turn.pauses.longest_ns > pauses->longest_ns)
		pauses = &d->connection->turn.pauses;
	*percent = SURE_ANSWER;
	if (pauses->longest_ns <= answers->longest_ns || !was_taken(d->server, pauses) ||
	    !is_noticeable(d, pauses, WAIT_MIN_PERCENT))
		return *answers;
	*percent = SURE_PAUSE;
	return *pauses;
}

/*
 * Of a connection in which one asks and the other answers. Where a side keeps speaking up unasked,
 * its pauses and the other's are no waits for each other; and of one that was met midway nobody
 * knows what had been asked.
 */
static void put_waits(struct tw_derive *d)
{
	unsigned client_resumed = d->client->pace.resumed;
	unsigned server_resumed = d->server->pace.resumed;
	struct tw_wait wait;
	unsigned percent;

	if (tw_happened(d->connection->limits[TW_LIMIT_MIDSTREAM_START]))
		return;
	wait = server_wait(d, &percent);
	if (client_resumed == 0 && server_resumed <= (percent == SURE_PAUSE ? RESUMED_MAX : 0))
		put_wait(d, TW_FACT_SERVER_THINKS, d->server, &wait, percent);
	if (server_resumed == 0 && client_resumed == d->client->pace.awaited &&
	    client_resumed <= PIECES_MAX)
		put_wait(d, TW_FACT_CLIENT_PAUSES, d->client, &d->client->pace.pauses, SURE_PAUSE);
}

static void put_window(struct tw_derive *d)
{
	const struct tw_rounds *client = &d->client->pace.rounds;
	const struct tw_rounds *server = &d->server->pace.rounds;
	const struct tw_side *side = client->full_ns > server->full_ns ? d->client : d->server;
	const struct tw_rounds *rounds = &side->pace.rounds;
	bool full = rounds->full >= FULL_ROUNDS_MIN && rounds->full_ns >= FULL_MS * TW_NS_PER_MS &&
		    rounds->full * 100U >= rounds->count * (unsigned)FULL_PERCENT;
	struct tw_fact_value *value;

	/* Without both SYNs the scale of the windows is not known. */
	if (d->client->syn_count == 0 || d->server->syn_count == 0)
		return;
	value = tw_derive_put_side(d, TW_FACT_WINDOW_FULL, full,
				   full ? SURE_FULL : tw_derive_absence(d), side);
	if (!full)
		return;
	value->duration_ns = rounds->full_ns;
	tw_fact_frame(value, (struct tw_moment){.frame = rounds->first_full});
}

/*
 * Sent again because others had overtaken it: the receiver reports a hole, then that it has the
 * same twice (RFC 2883); or the capture sees both, the one that was late and its repetition. A
 * timer or a probe that repeats has other reasons.
 */
static bool repeats_for_nothing(const struct tw_side *side, const struct tw_side *peer)
{
	bool hole = side->pace.hole_reported || peer->duplicate_ack_total > side->dsacked;
	uint64_t again = side->retransmitted + side->out_of_order;

	if (side->retransmitted_bytes == 0 && side->out_of_order == 0)
		return false;
	if (side->timeout_retransmitted > 0 || side->tail_probes > 0 || side->unheard.count > 1)
		return false;
	return hole && again > 0 && side->dsacked > 0 && side->dsacked * 2 >= side->retransmitted;
}

static void put_reordering(struct tw_derive *d)
{
	const struct tw_side *side =
	    repeats_for_nothing(d->client, d->server) ? d->client : d->server;
	bool for_nothing = side == d->client || repeats_for_nothing(d->server, d->client);
	struct tw_fact_value *value =
	    tw_derive_put_side(d, TW_FACT_REPEATED_FOR_NOTHING, for_nothing,
			       for_nothing ? SURE_FOR_NOTHING : tw_derive_absence(d), side);

	if (for_nothing)
		tw_fact_frame(value, side->first_retransmission);
}

static void put_lockstep(struct tw_derive *d)
{
	const struct tw_lockstep *client = &d->client->pace.lockstep;
	const struct tw_lockstep *server = &d->server->pace.lockstep;
	const struct tw_side *side = client->held_ns > server->held_ns ? d->client : d->server;
	const struct tw_lockstep *lockstep = &side->pace.lockstep;
	bool held = lockstep->count >= LOCKSTEPS_MIN &&
		    lockstep->count >= side->payload_segments / LOCKSTEPS_SHARE &&
		    lockstep->held_ns >= active_ns(d) / 100 * LOCKSTEP_MIN_PERCENT;
	struct tw_fact_value *value = tw_derive_put_side(
	    d, TW_FACT_SMALL_WRITES_WAIT, held, held ? SURE_LOCKSTEP : tw_derive_absence(d), side);

	if (!held)
		return;
	value->duration_ns = lockstep->held_ns;
	tw_fact_frame(value, (struct tw_moment){.frame = lockstep->first});
}

static void put_damage(struct tw_derive *d)
{
	const struct tw_damage *client = &d->client->pace.damage;
	const struct tw_damage *server = &d->server->pace.damage;
	const struct tw_side *side = client->repaired > server->repaired ? d->client : d->server;
	bool damaged = side->pace.damage.repaired > 0;
	struct tw_fact_value *value =
	    tw_derive_put_side(d, TW_FACT_DAMAGED_SEGMENTS, damaged,
			       damaged ? SURE_DAMAGE : tw_derive_absence(d), side);

	if (damaged)
		tw_fact_frame(value, (struct tw_moment){.frame = side->pace.damage.frame});
}

static void put_half(struct tw_derive *d)
{
	const struct tw_side *seen = d->client->segments > 0 ? d->client : d->server;
	const struct tw_side *unseen = seen == d->client ? d->server : d->client;
	bool half = unseen->segments == 0 && unseen->pace.advances >= ADVANCES_MIN;
	struct tw_fact_value *value;

	/* Where no connection shows both directions, the capture was told to take one. */
	if (d->connection->typed || (half && d->context->halves_only))
		return;
	value = tw_derive_put_side(d, TW_FACT_HALF_PASSES, half, half ? SURE_HALF : TW_SEEN, seen);
	if (half)
		tw_fact_frame(value, seen->first);
}

void tw_facts_pace(struct tw_derive *d)
{
	put_half(d);
	put_reordering(d);
	put_damage(d);
	if (!d->connection->timed)
		return;
	put_waits(d);
	put_window(d);
	put_lockstep(d);
}
