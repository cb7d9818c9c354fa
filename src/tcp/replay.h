/* replay.h: one segment is fed to both ends; the record and the meaning of the segment follow. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TCP_REPLAY_H
#define TW_TCP_REPLAY_H

#include "tcp/connection.h"
#include "tcp/state.h"

/* What a segment meant when it passed; several may hold. X(NAME, bit, words) */
#define TW_MEANINGS(X)                                                        \
	X(SYN_REPEATED, 0, "SYN repeated")                                    \
	X(NEW_DATA, 1, "")                                                    \
	X(RETRANSMISSION, 2, "retransmission")                                \
	X(FAST_RETRANSMISSION, 3, "fast retransmission")                      \
	X(TIMEOUT_RETRANSMISSION, 4, "retransmission after a timeout")        \
	X(SPURIOUS, 5, "retransmission of what was already acknowledged")     \
	X(OUT_OF_ORDER, 6, "out of order")                                    \
	X(GAP_BEFORE, 7, "a segment before it is missing")                    \
	X(DUPLICATE_ACK, 8, "duplicate ACK")                                  \
	X(KEEP_ALIVE, 9, "keep-alive probe")                                  \
	X(KEEP_ALIVE_ACK, 10, "answer to a keep-alive probe")                 \
	X(ZERO_WINDOW, 11, "window closed")                                   \
	X(ZERO_WINDOW_PROBE, 12, "zero-window probe")                         \
	X(WINDOW_UPDATE, 13, "window opened")                                 \
	X(CHALLENGE_ACK, 14, "challenge ACK")                                 \
	X(ESTABLISHES, 15, "handshake complete")                              \
	X(ACKS_FIN, 16, "acknowledges the FIN")                               \
	X(LATE_DATA, 17, "payload after the other side's FIN")                \
	X(AFTER_RESET, 18, "sent after the other side's RST")                 \
	X(AFTER_OWN_RESET, 19, "sent after its own RST")                      \
	X(RESET_ACTIVE, 20, "a living socket was aborted")                    \
	X(RESET_PASSIVE, 21, "reply of a host that knows no such connection") \
	X(ACKS_UNSEEN, 22, "acknowledges data that is not in the capture")    \
	X(DUPLICATED_FRAME, 23, "the same frame, captured twice")             \
	X(TAIL_LOSS_PROBE, 24, "tail-loss probe")                             \
	X(RESET_UNACCEPTABLE, 25, "not acceptable: its SEQ is not the expected one")

enum tw_meaning {
#define X(name, bit, words) TW_MEANING_##name = 1 << (bit),
	TW_MEANINGS(X)
#undef X
};

/* The words for one meaning bit; "" where none are needed. */
const char *tw_meaning_words(enum tw_meaning meaning);

/* One row of a ladder: the segment and both ends after it. */
struct tw_step {
	struct tw_moment at;
	uint32_t stream;
	uint32_t meaning; /* enum tw_meaning */
	uint32_t known;	  /* enum tw_field */
	uint32_t seq;	  /* relative to the first of its side */
	uint32_t ack;	  /* relative to the first of the other side */
	uint32_t length;
	uint16_t flags;
	uint16_t window;
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

/* Notes an ICMP error that quotes a segment of `side`. */
void tw_replay_icmp(struct tw_connection *connection, const struct tw_icmp_error *error,
		    unsigned side);

#endif
