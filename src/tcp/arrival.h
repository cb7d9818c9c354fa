/* arrival.h: one segment on its way through the replay: SEGMENT ARRIVES of RFC 9293, in parts. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TCP_ARRIVAL_H
#define TW_TCP_ARRIVAL_H

#include "tcp/connection.h"
#include "tcp/meaning.h"

/*
 * The segment under examination with both ends. The parts below follow the order of RFC 9293
 * section 3.10.7.4: first the sequence number, then RST, then ACK, then the segment's text, then
 * FIN. What an endpoint would decide is noted, not enforced: the capture point sees segments that
 * the receiver never gets, and the reverse.
 */
struct tw_arrival {
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

/* SYN and SYN,ACK: initial numbers, options, repetitions. */
/* False where its number waits for the peer to choose it: a second SYN,ACK, with another ISN. */
bool tw_arrival_take_syn(struct tw_arrival *a);
/* The sequence number: new, again, a hole filled, or a probe (RFC 9293 section 3.8.4). */
void tw_arrival_take_sequence(struct tw_arrival *a);
/* What the ACK and its SACK blocks say of the peer's segments; the end of the handshake. */
void tw_arrival_take_ack(struct tw_arrival *a);
/* Of two SYN,ACKs with different numbers the one that this segment acknowledges is the true one. */
void tw_arrival_choose_opening(struct tw_arrival *a);
/* True for the ACK of a SYN,ACK that the peer never sent. */
bool tw_arrival_acks_other_opening(struct tw_arrival *a);
/* The ACK that ends the handshake, if this is it. */
void tw_arrival_note_establishment(struct tw_arrival *a);
/* Which options its SYN offered, and what its later segments kept to. */
void tw_arrival_note_terms(struct tw_arrival *a);
/* Two answers to one SYN: by one that is as far away, by its TTL, as the other. */
void tw_arrival_note_twin(struct tw_arrival *a);
/* The receive window: closed, opened again. */
void tw_arrival_take_window(struct tw_arrival *a);
void tw_arrival_take_fin(struct tw_arrival *a);
void tw_arrival_take_reset(struct tw_arrival *a);
/* The record of `resetter`'s RSTs begins anew: they had no effect on this connection. */
void tw_arrival_forget_resets(struct tw_side *resetter, struct tw_side *peer);
/* Payload that is new, before it is taken in: what had it waited for? */
void tw_arrival_pace_payload(struct tw_arrival *a);
/* An ACK of something new. */
void tw_arrival_pace_progress(struct tw_arrival *a);
/* Bare ACKs that keep time: probes, if a RST of the same sender ends them at the same pause. */
void tw_arrival_pace_beat(struct tw_arrival *a);
void tw_arrival_pace_reset(struct tw_arrival *a);
/* A checksum that only a damaged segment has: the next one with its numbers is good. */
void tw_arrival_note_damage(struct tw_arrival *a);
/* Whoever still speaks after the other side's RST has not taken it in. */
void tw_arrival_note_after_reset(struct tw_arrival *a);

/*
 * RFC 7323 section 4.3: what a side sends echoes the youngest time stamp that it received in order.
 * One that is older than the peer's last segment, long after that had passed here, shows that it
 * was lost between here and the side.
 */
bool tw_arrival_echo_is_stale(const struct tw_arrival *a);

static inline bool tw_arrival_has(const struct tw_arrival *a, uint32_t flag)
{
	return (a->segment->flags & flag) != 0;
}

static inline void tw_arrival_limit(struct tw_arrival *a, enum tw_limit limit)
{
	if (!tw_happened(a->connection->limits[limit]))
		a->connection->limits[limit] = a->at;
}

/* How far its sender is, by what the usual initial TTLs leave. */
static inline unsigned tw_hops_of(uint8_t ttl)
{
	return (ttl <= 64 ? 64U : ttl <= 128 ? 128U : 255U) - ttl;
}

static inline void tw_run_extend(struct tw_run *run, struct tw_moment at)
{
	if (run->count == 0)
		run->first = at;
	run->last = at;
	run->count++;
}

static inline int64_t tw_since(struct tw_moment from, struct tw_moment to)
{
	return tw_happened(from) ? to.time_ns - from.time_ns : 0;
}

#endif
