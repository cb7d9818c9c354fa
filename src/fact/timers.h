/* timers.h: time limits that products have by default, and which of them a pause is as long as. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_FACT_TIMERS_H
#define TW_FACT_TIMERS_H

#include "base/defs.h"

/* What a limit does when it has run out: how the pause that it measures ends. Bits. */
enum tw_expiry {
	TW_EXPIRY_SERVER_CLOSES = 1 << 0, /* FIN on the idle connection; RST where data is unread */
	TW_EXPIRY_CLIENT_CLOSES = 1 << 1, /* the same by the side that opened it, mostly a pool */
	TW_EXPIRY_GIVES_UP = 1 << 2,	  /* waits no longer for an answer and closes */
	TW_EXPIRY_RESETS = 1 << 3,	  /* a device resets both ends at that moment */
	TW_EXPIRY_RESETS_NEXT = 1 << 4,	  /* a device forgets, and resets what comes next */
	TW_EXPIRY_FORGETS = 1 << 5,	  /* a device forgets, and drops what comes next */
	TW_EXPIRY_PROBES = 1 << 6,	  /* a keep-alive probe is sent */
	TW_EXPIRY_LINGERS = 1 << 7,	  /* after its FIN it reads no more, and resets */
	TW_EXPIRY_ORPHANS = 1 << 8,	  /* the kernel drops a connection that only the peer has */
};

struct tw_timer {
	const char *product;
	const char *setting;
	uint32_t seconds;
	uint32_t expiry;    /* enum tw_expiry, all that fit */
	const char *source; /* where the value stands */
};

enum { TW_TIMERS_MAX = 96 };

/*
 * The limits of these kinds of expiry that a pause is as long as, in the order of the table: within
 * 1 s or 1 % of the limit, whichever is more, but never more than a quarter of it. Many products
 * share a value: it is the set that says something, never one of them.
 */
size_t tw_timers_matching(int64_t duration_ns, unsigned expiries,
			  const struct tw_timer *out[TW_TIMERS_MAX]);

#endif
