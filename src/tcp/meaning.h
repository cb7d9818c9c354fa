/* meaning.h: what a segment meant when it passed. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TCP_MEANING_H
#define TW_TCP_MEANING_H

/* Several may hold for one segment. X(NAME, bit, words) */
#define TW_MEANINGS(X)                                                               \
	X(SYN_REPEATED, 0, "SYN repeated")                                           \
	X(NEW_DATA, 1, "")                                                           \
	X(RETRANSMISSION, 2, "retransmission")                                       \
	X(FAST_RETRANSMISSION, 3, "fast retransmission")                             \
	X(TIMEOUT_RETRANSMISSION, 4, "retransmission after a timeout")               \
	X(SPURIOUS, 5, "retransmission of what was already acknowledged")            \
	X(OUT_OF_ORDER, 6, "out of order")                                           \
	X(GAP_BEFORE, 7, "a segment before it is missing")                           \
	X(DUPLICATE_ACK, 8, "duplicate ACK")                                         \
	X(KEEP_ALIVE, 9, "keep-alive probe")                                         \
	X(KEEP_ALIVE_ACK, 10, "answer to a keep-alive probe")                        \
	X(ZERO_WINDOW, 11, "window closed")                                          \
	X(ZERO_WINDOW_PROBE, 12, "zero-window probe")                                \
	X(WINDOW_UPDATE, 13, "window opened")                                        \
	X(CHALLENGE_ACK, 14, "challenge ACK")                                        \
	X(ESTABLISHES, 15, "handshake complete")                                     \
	X(ACKS_FIN, 16, "acknowledges the FIN")                                      \
	X(LATE_DATA, 17, "payload after the other side's FIN")                       \
	X(AFTER_RESET, 18, "sent after the other side's RST")                        \
	X(AFTER_OWN_RESET, 19, "sent after its own RST")                             \
	X(RESET_ACTIVE, 20, "has the shape of a living socket's abort")              \
	X(RESET_PASSIVE, 21, "reply of a host that knows no such connection")        \
	X(ACKS_UNSEEN, 22, "acknowledges data that was not seen before it")          \
	X(DUPLICATED_FRAME, 23, "the same frame, captured twice")                    \
	X(TAIL_LOSS_PROBE, 24, "tail-loss probe")                                    \
	X(RESET_UNACCEPTABLE, 25, "not acceptable: its SEQ is not the expected one") \
	X(RECORDED_LATE, 26, "passed before its acknowledgment, recorded after it")

enum tw_meaning {
#define X(name, bit, words) TW_MEANING_##name = 1 << (bit),
	TW_MEANINGS(X)
#undef X
};

/* The words for one meaning bit; "" where none are needed. */
const char *tw_meaning_words(enum tw_meaning meaning);

#endif
