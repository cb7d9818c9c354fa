/* passage.c: facts about what was lost for good: its size, its place, the rest before it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/attempts.h"

#include "tcp/seq.h"

enum {
	SURE_BY_DUPLICATE_ACK = 85, /* something arrived behind the gap: the last one was small */
	SURE_HOLE = 92,		/* the capture shows what arrives, not what was lost before it */
	SURE_FRAGMENTABLE = 70, /* without DF, routers cut a packet up instead */
	SURE_LABORATORY_IDLE = 70,
	SURE_SHORT_IDLE = 88, /* most devices remember for a minute or longer */
	SURE_FAREWELL = 65,   /* idle connections are closed every day, for other reasons */
	SURE_NONE_SEEN = 90,  /* nothing was sent again, in the direction that was captured */
	IDLE_S = 30,
	LONG_IDLE_S = 60,
	SURE_NOT_REPEATED = 85,
	TIMERS_MS = 600, /* two retransmissions of a short path; a longer one has longer timers */
	TIMERS_ROUND_TRIPS = 4,
	HOLE_BYTES_MAX = 1 << 20, /* more is no gap, but numbers of something else */
};

/* ---- by size ---- */

static bool lost_is_larger(const struct tw_attempts *attempts)
{
	const struct tw_passage *passage = &attempts->side->passage;

	return tw_attempts_in_vain(attempts) && !attempts->unheard &&
	       passage->vain >= TW_PASSAGE_LEAST &&
	       passage->vain > passage->largest + TW_PASSAGE_SLACK;
}

/* Between the two times whoever misses an ACK has sent again. */
static bool would_have_repeated(const struct tw_derive *d, int64_t from_ns, int64_t to_ns)
{
	return to_ns - from_ns >= TIMERS_MS * TW_NS_PER_MS &&
	       to_ns - from_ns >= TIMERS_ROUND_TRIPS * tw_connection_rtt_ns(d->connection);
}

/*
 * Behind the place where large segments vanish there is only a gap in the sequence, for which the
 * receiver asks, and a sender that lives and does not fill it. NULL where no side is such a sender.
 */
static const struct tw_side *leaves_hole(const struct tw_derive *d, const struct tw_side *sender,
					 const struct tw_side *receiver)
{
	uint32_t width = tw_seq_diff(sender->hole_end, sender->hole_start);
	uint32_t missing = tw_passage_size(sender, receiver, width);
	uint32_t arrived = tw_passage_size(sender, receiver, sender->largest_payload);

	if (width == 0 || width > HOLE_BYTES_MAX || receiver->mss == 0 || !d->connection->timed ||
	    !(sender->marks & TW_SIDE_ACKED) || tw_seq_after(sender->acked, sender->hole_start))
		return NULL;
	if (receiver->last.time_ns < sender->hole_ns ||
	    !would_have_repeated(d, sender->hole_ns, sender->last.time_ns))
		return NULL;
	return missing >= TW_PASSAGE_LEAST && missing > arrived + TW_PASSAGE_SLACK ? sender : NULL;
}

/* A SACK block behind what is missing, too narrow to hold a segment of that size. */
static bool smaller_is_sacked(const struct tw_side *sender)
{
	for (uint32_t i = 0; i < sender->sacked_count; i++)
		if (tw_seq_after(sender->sacked[i].left, sender->acked) &&
		    tw_seq_diff(sender->sacked[i].right, sender->sacked[i].left) <
			sender->passage.vain)
			return true;
	return false;
}

/* How sure it is that something small of the sender arrived after the large was first sent. */
static unsigned smaller_passes(const struct tw_derive *d, const struct tw_attempts *attempts)
{
	const struct tw_side *sender = attempts->side;
	const struct tw_side *receiver = attempts->silent;
	/* What was sent first may be too far back to be remembered; it was no later. */
	struct tw_moment origin = tw_later(sender->retransmit_origin, sender->flight)
				      ? sender->flight
				      : sender->retransmit_origin;

	if (tw_later(sender->progress, origin) || smaller_is_sacked(sender))
		return TW_SEEN;
	if (receiver->duplicate_acks > 0 && tw_later(receiver->last, origin) &&
	    tw_later(sender->last_payload, origin) &&
	    sender->last_payload_length + TW_PASSAGE_SLACK < sender->passage.vain)
		return SURE_BY_DUPLICATE_ACK;
	/* What the receiver sent in the meantime it does not repeat: it had the ACK of it. */
	if (d->connection->timed && tw_later(receiver->last_payload, origin) &&
	    receiver->unheard.count == 0 &&
	    would_have_repeated(d, receiver->last_payload_acked.time_ns, sender->last.time_ns) &&
	    tw_happened(receiver->last_payload_acked))
		return SURE_NOT_REPEATED;
	return 0;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static void put_sizes(struct tw_derive *d, const struct tw_attempts *attempts)
{
	const struct tw_side *client = leaves_hole(d, d->client, d->server);
	const struct tw_side *behind = client ? client : leaves_hole(d, d->server, d->client);
	bool in_vain = lost_is_larger(attempts);
	const struct tw_side *sender = in_vain || !behind ? attempts->side : behind;
	bool fragmentable = (sender->marks & TW_SIDE_NO_DF) && !(sender->marks & TW_SIDE_DF);
	unsigned sure = in_vain ? tw_derive_numbers(d) : SURE_HOLE;
	struct tw_fact_value *value;

	if (!in_vain && !behind) {
		(void)tw_derive_put_side(d, TW_FACT_LOST_IS_LARGER, false, tw_derive_absence(d),
					 sender);
		return;
	}
	if (fragmentable)
		sure = least(sure, SURE_FRAGMENTABLE);
	value = tw_derive_put_side(d, TW_FACT_LOST_IS_LARGER, true, sure, sender);
	if (in_vain) {
		tw_fact_frame(value, attempts->run->first);
		tw_fact_frame(value, attempts->run->last);
	} else {
		tw_fact_frame(value, sender == d->client ? d->server->last : d->client->last);
		tw_fact_frame(value, sender->last);
	}
	/* Behind the place all that is seen of the sender arrives, and it is small. */
	sure = in_vain ? smaller_passes(d, attempts) : TW_SEEN;
	value = tw_derive_put_side(d, TW_FACT_SMALLER_PASSES, sure > 0,
				   sure > 0 ? sure : tw_derive_absence(d), sender);
	if (sure > 0 && in_vain)
		tw_fact_frame(value, attempts->silent->last);
	else if (sure > 0)
		tw_fact_frame(value, sender->last);
}

static void put_too_big(struct tw_derive *d)
{
	enum { UNREACHABLE = 3, FRAGMENTATION_NEEDED = 4, PACKET_TOO_BIG = 2 };
	const struct tw_icmp_note *icmp = &d->connection->icmp;
	bool too_big =
	    icmp->count > 0 &&
	    (icmp->version == 6 ? icmp->type == PACKET_TOO_BIG
				: icmp->type == UNREACHABLE && icmp->code == FRAGMENTATION_NEEDED);
	struct tw_fact_value *value;

	/* That none was captured says little: they go another way, and filters leave them out. */
	if (!too_big)
		return;
	value = tw_derive_put(d, TW_FACT_ICMP_TOO_BIG, true, TW_SEEN);
	value->party = TW_PARTY_NETWORK;
	tw_fact_frame(value, icmp->at);
}

/* ---- by place ---- */

/* Of one direction alone it can be said, too, that nothing is sent again in it. */
static unsigned none_seen(const struct tw_derive *d, const struct tw_attempts *attempts)
{
	unsigned absent = tw_derive_absence(d);

	return attempts->count == 0 && absent < SURE_NONE_SEEN ? SURE_NONE_SEEN : absent;
}

static void put_first_payload(struct tw_derive *d, const struct tw_attempts *attempts)
{
	const struct tw_side *client = d->client;
	bool never_acked = !(client->marks & TW_SIDE_ACKED) ||
			   !tw_seq_after(client->acked, tw_seq_add(client->isn, 1));
	bool first = tw_attempts_in_vain(attempts) && attempts->side == client &&
		     !attempts->unheard && client->retransmit_bytes > 0 && client->syn_count > 0 &&
		     never_acked;
	struct tw_fact_value *value;

	value = tw_derive_put_side(d, TW_FACT_FIRST_PAYLOAD_LOST, first,
				   first ? tw_derive_numbers(d) : none_seen(d, attempts), client);
	if (first) {
		tw_fact_frame(value, client->first_payload);
		tw_fact_frame(value, client->retransmit.last);
	}
}

/*
 * The rest before what was never answered. Probes in between would have kept a box awake: then
 * only a pause without any packet counts.
 */
static void put_idle(struct tw_derive *d, const struct tw_attempts *attempts)
{
	const struct tw_connection *connection = d->connection;
	const struct tw_side *sender = attempts->side;
	bool probed = d->client->keep_alives + d->server->keep_alives > 0 &&
		      connection->longest_gap_to.frame != sender->flight.frame;
	bool begins = tw_attempts_in_vain(attempts) && tw_happened(sender->flight) &&
		      !tw_later(sender->flight, attempts->run->first) && !probed;
	int64_t idle = begins ? sender->flight_idle_ns : 0;
	bool rested = idle >= IDLE_S * TW_NS_PER_S;
	bool laboratory = idle >= tw_connection_idle_threshold_ns(connection);
	unsigned sure = idle >= LONG_IDLE_S * TW_NS_PER_S ? TW_SEEN
			: rested			  ? SURE_SHORT_IDLE
							  : SURE_LABORATORY_IDLE;
	struct tw_fact_value *value;

	if (!connection->timed)
		return;
	if (!rested && !laboratory) {
		(void)tw_derive_put_side(d, TW_FACT_IDLE_BEFORE_SILENCE, false, TW_SEEN, sender);
		return;
	}
	/* Only a FIN was in vain. */
	if (!attempts->unheard && sender->retransmit_bytes == 0)
		sure = least(sure, SURE_FAREWELL);
	value = tw_derive_put_side(d, TW_FACT_IDLE_BEFORE_SILENCE, true, sure, sender);
	value->duration_ns = idle;
	tw_fact_frame(value, (struct tw_moment){.frame = sender->flight_idle_from});
	tw_fact_frame(value, sender->flight);
}

void tw_facts_passage(struct tw_derive *d)
{
	struct tw_attempts attempts = tw_attempts_find(d);

	put_sizes(d, &attempts);
	put_too_big(d);
	put_first_payload(d, &attempts);
	put_idle(d, &attempts);
}
