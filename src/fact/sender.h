/* sender.h: facts that hold a RST against the other packets of its apparent sender. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_FACT_SENDER_H
#define TW_FACT_SENDER_H

#include "fact/derive.h"

/* What the resetter's host showed of itself: here, or else on its other connections. */
struct tw_host_seen tw_sender_host(const struct tw_derive *d);

/*
 * The RST has another initial TTL and comes from as far away: two machines share the address, and
 * the one's round trip says nothing of the other's.
 */
bool tw_sender_is_second_host(const struct tw_derive *d);

/* TTL, IP ID, and whether it was one hand. */
void tw_facts_sender(struct tw_derive *d);

#endif
