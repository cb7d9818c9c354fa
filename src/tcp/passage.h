/* passage.h: of which size the segments are that arrive, and of which those that never do. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TCP_PASSAGE_H
#define TW_TCP_PASSAGE_H

#include <stdint.h>

struct tw_side;

/*
 * All sizes are of payload in one segment on the wire: what a capture beside the sender shows as
 * one long segment (offload) counts as the segments that the network card makes of it.
 */
struct tw_passage {
	uint32_t largest;   /* of what is known to have arrived, by ACK or SACK */
	uint32_t trial;	    /* larger than that, sent and not yet acknowledged; 0: none */
	uint32_t trial_end; /* its end in sequence space */
	uint32_t vain;	    /* of the oldest unacknowledged segment, when last sent again */
};

enum {
	/* TCP options that come and go make segments of one MSS differ by so much. */
	TW_PASSAGE_SLACK = 40,
	/* Every IPv6 link carries 1280 bytes (RFC 8200 section 5): less always passes. */
	TW_PASSAGE_LEAST = 1280 - 40 - 20,
};

/* Payload of one segment on the wire, where `sender` sends `length` bytes to `receiver`. */
uint32_t tw_passage_size(const struct tw_side *sender, const struct tw_side *receiver,
			 uint32_t length);
/* `sender` sends payload for the first time. */
void tw_passage_sent(struct tw_side *sender, const struct tw_side *receiver, uint32_t seq,
		     uint32_t length);
/* The receiver's ACK, or the width of a SACK block beyond it. */
void tw_passage_acked(struct tw_side *sender, uint32_t ack);
void tw_passage_sacked(struct tw_side *sender, uint32_t width);

#endif
