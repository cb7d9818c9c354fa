/* limits.h: what the capture did to the packets, found before anything is concluded from them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TCP_LIMITS_H
#define TW_TCP_LIMITS_H

#include "tcp/arrival.h"

/* Before the segment is taken in: the order of the clock and of the file. */
void tw_limits_note_time(struct tw_arrival *a);
/* What its bytes show: cut off, merged, with a checksum that is still to be computed. */
void tw_limits_note_bytes(struct tw_arrival *a);
/* The senders' own clocks, their time stamps, against the capture's. */
void tw_limits_note_clock(struct tw_arrival *a);
/* An ACK of what the input has not shown. */
void tw_limits_note_unseen(struct tw_arrival *a);
/*
 * True for payload that passed before the ACK that covers it, and was only written down after it:
 * nothing can be sent again so soon.
 */
bool tw_limits_is_late_record(const struct tw_arrival *a);
/* That payload: it was not lost in the capture. */
void tw_limits_take_late_record(struct tw_arrival *a);

/* What only the end of the input shows. `input_end_ns`: when recording ended, as far as known. */
void tw_limits_finish(struct tw_connection *connection, int64_t input_end_ns);

#endif
