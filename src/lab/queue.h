/* queue.h: packets that are on the way, the soonest first. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_QUEUE_H
#define TW_LAB_QUEUE_H

#include "lab/packet.h"

/* More than the largest windows hold; what comes on top is dropped, as by a full router. */
enum { LAB_QUEUE_MAX = 65536 };

/* A packet and when it arrives where. */
struct lab_due {
	int64_t at_ns;
	uint64_t order; /* among equal times, that of lab_queue_add() */
	struct lab_packet *packet;
	enum lab_point point;
	bool unseen; /* neither recorded nor logged */
};

/* A binary heap. Zeroed to begin with; freed, with its packets, by lab_queue_free(). */
struct lab_queue {
	struct lab_due *heap;
	size_t count;
	size_t capacity;
	uint64_t added;
	bool overflowed; /* LAB_QUEUE_MAX was met: packets were lost */
};

/* Takes the packet over, which may be NULL. `due.order` is set here. */
void lab_queue_add(struct lab_queue *queue, struct lab_due due);
/* NULL where it is empty; valid until the queue is changed. */
const struct lab_due *lab_queue_first(const struct lab_queue *queue);
/* Of a queue that is not empty. The packet is the caller's. */
struct lab_due lab_queue_take(struct lab_queue *queue);
void lab_queue_free(struct lab_queue *queue);

#endif
