/* hand.h: the hand of a sender, what its headers keep, and in what a RST departs from it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TCP_HAND_H
#define TW_TCP_HAND_H

#include "wire/segment.h"

/*
 * A socket writes all its segments with one hand: flow label, class of service, the link it sends
 * through. Whoever speaks in its name has another one. TTL, IP ID and DF stand in struct tw_side.
 */
enum tw_trait {
	TW_TRAIT_SERVICE = 1 << 0,    /* DSCP: the upper six bits of TOS or traffic class */
	TW_TRAIT_FLOW_LABEL = 1 << 1, /* IPv6 (RFC 6437) */
	TW_TRAIT_LINK = 1 << 2,	      /* source address of the link layer */
};

struct tw_hand {
	uint8_t known;	/* enum tw_trait: seen at least once */
	uint8_t varies; /* of these, what its sender did not keep: no mark of it */
	uint8_t service;
	uint8_t link[TW_LINK_ADDRESS_BYTES];
	uint32_t flow_label;
};

/* Takes in a segment that its sender certainly sent. */
void tw_hand_note(struct tw_hand *hand, const struct tw_segment *segment);

/* Of what the sender kept in all its segments, the traits in which this one is different. */
uint8_t tw_hand_departs(const struct tw_hand *hand, const struct tw_segment *segment);

/* The RSTs of one side, all of them together. */
struct tw_volley {
	uint32_t bare_ack;	    /* acknowledgment field of the first bare one */
	uint32_t payload_after_own; /* payload that the side sent after its own RST */
	uint32_t bare;
	uint32_t with_ack;
	uint32_t unacceptable;	     /* outside what the receiver can expect */
	uint32_t rising;	     /* with ACK and a window, beyond the one before by ACK alone */
	bool bare_ack_differs;	     /* of a later bare one, from that of the first */
	bool bare_ack_zero;	     /* at least one bare one has 0 there, */
	bool bare_ack_filled;	     /* or something else */
	bool sequence_changes;	     /* Weaver, Sommer, Paxson (NDSS 2009): RST_SEQ_CHANGE */
	bool acknowledgment_changes; /* and RST_ACK_CHANGE */
};

/* RSTs in a side's name that its peer refused, and both went on. */
struct tw_missed {
	uint64_t first; /* frame */
	uint64_t last;
	uint64_t answer; /* the peer's challenge ACK to one of these; 0 where it has none */
	uint32_t count;
	bool foreign;	/* one of these has not the hand of its apparent sender, */
	bool by_itself; /* or continues that one's count of IP IDs */
};

#endif
