/* causality.h: what a side had received when it sent a segment: certainly, possibly, not. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TCP_CAUSALITY_H
#define TW_TCP_CAUSALITY_H

#include "tcp/connection.h"

enum tw_received {
	TW_RECEIVED_UNKNOWN,
	TW_RECEIVED_POSSIBLY,
	TW_RECEIVED_CERTAINLY,
	TW_RECEIVED_CERTAINLY_NOT,
};

/*
 * The capture's order is not the endpoints' order. A segment that passed the capture point at t
 * reaches `side`, whose round trip from there is d, and what that side sends in answer passes at
 * t + d at the earliest. So anything of it that passed between t and t + d had been sent before the
 * segment arrived. d is the shortest round trip that was measured; 0 where none was.
 */
bool tw_crossed_by_time(const struct tw_connection *connection, unsigned side,
			struct tw_moment passed, struct tw_moment sent);

/* Had the sender of the late data, `side`, received the peer's FIN? ACK first, then the echo. */
enum tw_received tw_late_data_fin_received(const struct tw_connection *connection, unsigned side);

/*
 * Had `side` taken in the peer's RST when it sent something after it? Never, if it obeys RFC 9293:
 * this tells why: TW_CROSSED (the RST was still on its way), TW_NOT_TAKEN (there was time enough:
 * the RST was lost, filtered, or not acceptable), TW_UNTIMED where times or round trips are
 * missing.
 */
enum tw_after_reset {
	TW_AFTER_RESET_UNTIMED,
	TW_AFTER_RESET_CROSSED,
	TW_AFTER_RESET_NOT_TAKEN,
	TW_AFTER_RESET_UNACCEPTABLE, /* its SEQ is not the expected one (RFC 5961 section 3.2) */
	TW_AFTER_RESET_CHALLENGED,   /* nor this one's, for what went before it has not arrived */
};

enum tw_after_reset tw_sent_after_reset(const struct tw_connection *connection, unsigned side);

/*
 * When the side that is seen closed, where the input shows one side only, by its ACK numbers. What
 * it acknowledges after its own FIN beyond what the FIN acknowledged, the other sent later, and its
 * FIN with it: a FIN is the last that a side sends. A step of one just before its FIN is the
 * other's FIN. Either way the other has sent one.
 */
enum tw_closed_when { TW_CLOSED_UNCLEAR, TW_CLOSED_FIRST, TW_CLOSED_LAST };

enum tw_closed_when tw_closer_by_half(const struct tw_side *seen);

#endif
