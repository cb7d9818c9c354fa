/* wire.h: the user-space path between the hosts: delays, drops, forges, forgets, records. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_WIRE_H
#define TW_LAB_WIRE_H

#include "lab/recording.h"
#include "lab/rule.h"
#include "lab/stack.h"

struct lab_wire;

struct lab_wire_settings {
	int taps[LAB_HOSTS]; /* non-blocking TAP descriptors; -1: no such host. Not owned. */
	bool vnet_header;    /* the TAPs have a virtio_net_hdr: offload mode */
	struct lab_addresses addresses;
	int64_t delay_ns[LAB_LEGS];  /* one way */
	int64_t jitter_ns[LAB_LEGS]; /* 0 to this is added to each packet; the order is kept */
	uint8_t hops[LAB_LEGS];	     /* taken off the TTL */
	enum lab_stack stacks[LAB_HOSTS];
	uint64_t seed;
};

/* What a box in the middle does with connections on which nothing passed for a while. */
enum lab_forgetting {
	LAB_FORGET_SILENTLY,	  /* drops what comes later */
	LAB_FORGET_AND_ANSWER,	  /* answers what comes later with RST, and drops it */
	LAB_FORGET_AND_TELL_BOTH, /* RST to both ends at the moment of forgetting */
};

/*
 * The relay. It owns a thread between start and stop; all functions may be called from the thread
 * that started it. A packet read from a host's TAP is played by the host's stack (stack.h),
 * recorded at the host's point, passes the rules of the first leg, takes that leg's delay, loses
 * its hops of TTL, is recorded in the middle, and the same on the second leg; it is recorded again
 * just before it is written to the other host's TAP. What a rule drops is missing from every
 * recording further on. What the wire forges is recorded from where it enters and triggers no
 * further forgeries. ICMP errors travel like segments, but their quotes are not translated; all
 * else (ARP, neighbour discovery) is dropped unseen.
 *
 * In offload mode a train of segments is recorded as the sender's tcpdump would show it (one large
 * segment, checksum unfilled), cut into segments of its size before the middle, and what arrives
 * together is merged again before the receiver's recording (as GRO does), also unfilled.
 *
 * With a third host the point "server" is the LAN of the server and the other host. A frame that
 * goes to both (LAB_COPY_TO_OTHER) is there once.
 */
TW_CHECK struct lab_wire *lab_wire_start(const struct lab_wire_settings *settings);
/* Stops the thread. What is still on the way is lost. The recordings stay until lab_wire_free(). */
void lab_wire_stop(struct lab_wire *wire);
void lab_wire_free(struct lab_wire *wire);

/* ---- rules; they act from now on ---- */

/* False when there are too many. */
bool lab_wire_add_rule(struct lab_wire *wire, const struct lab_rule *rule);
/* All rules, forgetting and translations go; what was forgotten stays forgotten. */
void lab_wire_heal(struct lab_wire *wire);
/* Puts a packet on the wire at a point, `delay_ns` from now; takes it over. */
void lab_wire_inject(struct lab_wire *wire, struct lab_packet *packet, enum lab_point at,
		     int64_t delay_ns);
/*
 * A box in the middle forgets connections after `idle_ns` without a packet, the next ones too. 0:
 * it forgets, at this moment, every connection that it has seen, and later ones no more. A SYN
 * revives a connection. Those that are closed are forgotten without a word. `as` may be NULL where
 * nothing is sent.
 */
void lab_wire_forget_idle(struct lab_wire *wire, int64_t idle_ns, enum lab_forgetting how,
			  const struct lab_personality *as);
/*
 * A box in the middle shifts the client's ports by `shift` (source address translation). Both
 * translations are on the client's side of the middle: the client, and rules of its leg, see the
 * one, the recordings in the middle and at the server the other.
 */
void lab_wire_translate_ports(struct lab_wire *wire, uint16_t shift);
/* A box in the middle translates the service address `service` to the server's. The next packet of
 * the server that `bypass` matches leaves untranslated (NULL: none does). */
void lab_wire_translate_service(struct lab_wire *wire, const uint8_t *service,
				const struct lab_match *bypass);

/* ---- what passed ---- */

/* A segment as it passed a point; what scenarios wait for and check. */
struct lab_passed {
	uint32_t id; /* the same packet has the same at each point, see lab_packet */
	int64_t at_ns;
	enum lab_point point;
	enum lab_way way;
	enum lab_host_name from;
	bool forged;
	bool icmp;
	uint16_t flags; /* enum tw_flag */
	uint16_t source_port;
	uint16_t destination_port;
	uint32_t seq;
	uint32_t ack;
	uint32_t payload_bytes;
	uint16_t window;
	uint8_t ttl;
};

/* The log grows only, and not beyond this: so many mean that later packets are missing from it. */
enum { LAB_PASSED_MAX = 1000000 };

/* The entries of the log of all that passed. */
size_t lab_wire_passed_count(struct lab_wire *wire);
/* The entry with this index, by value. */
struct lab_passed lab_wire_passed(struct lab_wire *wire, size_t index);
/* Waits until the log has more than `seen` entries or the deadline is over; returns the count. */
size_t lab_wire_wait(struct lab_wire *wire, size_t seen, int64_t deadline_ns);
/* Packets that are on the way now. */
size_t lab_wire_in_flight(struct lab_wire *wire);

/* ---- recording ---- */

void lab_wire_record(struct lab_wire *wire, bool on);
/* Only packets of this way are recorded (a capture that sees one direction). */
void lab_wire_record_only(struct lab_wire *wire, enum lab_direction direction);
/* CLOCK_REALTIME minus CLOCK_MONOTONIC, as taken at the start: the recordings' times have it. */
int64_t lab_wire_clock_offset_ns(const struct lab_wire *wire);
/* True where packets, recordings or the log are not whole, because a bound was met. */
bool lab_wire_is_incomplete(struct lab_wire *wire);
/* Valid once the wire has stopped. */
const struct lab_recording *lab_wire_recording(const struct lab_wire *wire, enum lab_point point);

#endif
