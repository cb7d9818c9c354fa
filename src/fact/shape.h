/* shape.h: which stacks, boxes and tools give a RST the shape that it has. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_FACT_SHAPE_H
#define TW_FACT_SHAPE_H

#include "fact/derive.h"
#include "fact/detail.h"

/* Sets are bits of enum tw_sender. */
enum {
	TW_SENDERS_ALL = (1 << TW_SENDER_COUNT) - 1,
	TW_SENDERS_HOSTS = (1 << TW_SENDER_REJECT_RULE) - 1, /* the stacks of hosts */
};

/*
 * Who could have made this RST of `resetter`. The TTL counts where `with_ttl`; without it the
 * result can be held against the TTL of the sender's other packets.
 */
uint32_t tw_shape_of_reset(const struct tw_derive *d, bool with_ttl);

/* Which stacks a side's own packets allow; TW_SENDERS_HOSTS where they tell nothing. */
uint32_t tw_shape_stack_of(const struct tw_side *side);

#endif
