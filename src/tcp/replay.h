/* replay.h: one segment is fed to both ends; the record and the meaning of the segment follow. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TCP_REPLAY_H
#define TW_TCP_REPLAY_H

#include "tcp/connection.h"
#include "tcp/meaning.h"
#include "tcp/state.h"

/* One row of a ladder: the segment and both ends after it. */
struct tw_step {
	struct tw_moment at;
	uint32_t stream;
	uint32_t meaning; /* enum tw_meaning */
	uint32_t known;	  /* enum tw_field */
	uint32_t seq;	  /* relative to the first of its side */
	uint32_t ack;	  /* relative to the first of the other side */
	uint32_t length;
	uint32_t options; /* enum tw_option */
	uint32_t tsval;
	uint32_t tsecr;
	struct {
		uint32_t left; /* relative, as `ack` */
		uint32_t right;
	} sack[TW_SACK_BLOCKS_MAX];
	uint16_t flags;
	uint16_t window;
	uint8_t sack_count;
	uint64_t answers; /* frame that a RST answers; 0 none, or not told by the numbers */
	uint8_t side;
	uint8_t observer;
	uint8_t state[2]; /* enum tw_state of both ends after it */
	uint32_t text_line;
};

/*
 * Feeds one segment, sent by `side`, to the record. Numbers that the segment does not know must
 * have been assumed before (tcp/assume.h). `step` may be NULL. Constant work, no allocation.
 */
void tw_replay(struct tw_connection *connection, const struct tw_segment *segment, unsigned side,
	       struct tw_step *step);

/*
 * The same for a socket that has connected to itself: it is both ends, so each segment that it
 * sends is the other end's as well.
 */
void tw_replay_self(struct tw_connection *connection, const struct tw_segment *segment,
		    struct tw_step *step);

/* Notes an ICMP error that quotes a segment of `side`. */
void tw_replay_icmp(struct tw_connection *connection, const struct tw_icmp_error *error,
		    unsigned side);

#endif
