/* relay.h: the inside of the wire: its state, and how packets move along it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_RELAY_H
#define TW_LAB_RELAY_H

#include "lab/box.h"
#include "lab/offload.h"
#include "lab/queue.h"
#include "lab/wire.h"

#include <pthread.h>

enum {
	LAB_RULES_MAX = 256, /* at one time */
	LAB_FRAME_BYTES_MAX = LAB_VNET_HEADER_BYTES + LAB_ETHERNET_BYTES + LAB_PACKET_BYTES_MAX,
};

/* The thread and its callers use the second group and what follows under the lock only. */
struct lab_wire {
	struct lab_wire_settings settings;
	int64_t clock_offset_ns;
	pthread_t thread;
	bool runs;
	int wake; /* an eventfd: there is something to do */
	pthread_mutex_t lock;
	pthread_cond_t more_passed;

	bool stopping;
	struct lab_random random;
	struct lab_queue queue;
	uint32_t next_id;
	int64_t last_due_ns[LAB_LEGS][LAB_WAYS]; /* of packets in order: none overtakes them */
	struct lab_stack_player players[LAB_HOSTS];
	struct lab_rule rules[LAB_RULES_MAX];
	size_t rule_count;
	struct lab_box box;

	struct lab_recording recordings[LAB_POINTS];
	bool recording_off;
	enum lab_direction only;
	struct lab_passed *passed;
	size_t passed_count;
	size_t passed_capacity;
	bool incomplete; /* a bound was met, or a TAP took no more: something is missing */

	uint8_t frame[LAB_FRAME_BYTES_MAX]; /* the one that is being read */
	struct lab_packet *parts[LAB_OFFLOAD_PARTS_MAX];
};

/* A packet on its way along one leg. */
struct lab_transit {
	enum lab_leg leg;
	enum lab_point from;
	enum lab_point to;
	int64_t now_ns;
	int64_t due_ns;
	bool dropped;
	bool out_of_order; /* later packets may overtake it */
};

/* Reads frames that a host has sent, not too many at once, and starts them on their way. */
void lab_relay_read(struct lab_wire *wire, enum lab_host_name host);
/* Moves all packets that are due, and has the box forget what it must. */
void lab_relay_move(struct lab_wire *wire);
/* When there is next something to move; INT64_MAX: nothing is on the way. */
int64_t lab_relay_next_ns(const struct lab_wire *wire);
/* Has a packet, which may be NULL, arrive at the end of its leg at `due_ns`; takes it over.
 * `unseen`: as in lab_due. */
void lab_relay_travel(struct lab_wire *wire, struct lab_packet *packet,
		      const struct lab_transit *transit, int64_t due_ns, bool unseen);

/* Does to the packet what the rule says (act.c). */
void lab_act(struct lab_wire *wire, struct lab_rule *rule, struct lab_packet *packet,
	     struct lab_transit *transit);

#endif
