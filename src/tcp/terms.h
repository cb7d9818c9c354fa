/* terms.h: what the SYN of a side offered, and what its later segments kept to. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TCP_TERMS_H
#define TW_TCP_TERMS_H

#include "base/defs.h"

/* What holds only where the SYNs of both sides carry it (RFC 7323 1.3 and 2.2, RFC 2018). */
enum tw_offer {
	TW_OFFER_TIMESTAMPS = 1 << 0,
	TW_OFFER_SCALE = 1 << 1,
	TW_OFFER_SACK = 1 << 2,
};

/*
 * Each end believes the SYN that reached it. Where a box on the way has rewritten one, the two
 * believe different things, and their segments tell which. Windows are as on the wire, unscaled;
 * counts stop at their maximum.
 */
struct tw_terms {
	uint64_t first_frame; /* its first segment after its SYN; 0 where there is none */
	uint64_t last_frame;
	uint32_t ack;	   /* of its last segment */
	uint32_t received; /* payload that its first segment after the SYN acknowledged */
	uint16_t syn_window;
	uint16_t first_window;
	uint16_t last_window;
	uint16_t highest_window;
	uint16_t segments;	/* after its SYN, RSTs not counted */
	uint16_t timed;		/* of these, with time stamps */
	uint16_t sacks;		/* and with SACK blocks */
	uint16_t bytewise;	/* times that the window shrank by exactly what was received */
	uint8_t offered;	/* enum tw_offer, of its first SYN */
	bool offer_known;	/* all options of its SYNs were captured */
	bool offer_varies;	/* a repeated SYN offered something else */
	bool syn_data_ignored;	/* its SYN,ACK left out the payload that the peer's SYN carried */
	bool syn_data_withheld; /* it repeated its SYN, unanswered so far, without the payload */
};

#endif
