/* state.h: the state of RFC 9293 that the packets seen so far prove for an end. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TCP_STATE_H
#define TW_TCP_STATE_H

#include "tcp/connection.h"

/* RFC 9293 section 3.3.2. UNSEEN: the connection began before the input did. X(NAME, text) */
#define TW_STATES(X)                    \
	X(UNSEEN, "?")                  \
	X(CLOSED, "CLOSED")             \
	X(LISTEN, "LISTEN")             \
	X(SYN_SENT, "SYN-SENT")         \
	X(SYN_RECEIVED, "SYN-RECEIVED") \
	X(ESTABLISHED, "ESTABLISHED")   \
	X(FIN_WAIT_1, "FIN-WAIT-1")     \
	X(FIN_WAIT_2, "FIN-WAIT-2")     \
	X(CLOSE_WAIT, "CLOSE-WAIT")     \
	X(CLOSING, "CLOSING")           \
	X(LAST_ACK, "LAST-ACK")         \
	X(TIME_WAIT, "TIME-WAIT")

enum tw_state {
#define X(name, text) TW_STATE_##name,
	TW_STATES(X)
#undef X
	    TW_STATE_COUNT
};

const char *tw_state_name(enum tw_state state);

/*
 * The state of `side` after all that was replayed. A FIN counts as received when its receiver
 * acknowledged it, not when it passed the capture point: this is what is proved, not what is
 * likely. After a RST both ends are CLOSED, until its receiver shows that it did not take it in.
 */
enum tw_state tw_state_of(const struct tw_connection *connection, unsigned side);

#endif
