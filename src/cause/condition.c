/* condition.c: what was also true of a connection, whatever its end. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cause/entry.h"

/* A condition holds as surely as all that it needs. */

const struct tw_cause_entry tw_cause_entry_SLOW_CONNECT = {
    .expects = {TW_NEEDS(OPENING_SLOW)},
    .title = "the opening was slow: the SYN or its answer had to be repeated, or took a second",
    .meaning = "The handshake succeeded, but only after a repetition or a long wait. A lost SYN "
	       "costs its sender 1 s, then 2, then 4.",
    .advice = {"Look for loss on the path, or for a listener with a full queue (nstat -az "
	       "TcpExtListenOverflows TcpExtListenDrops on {server})."},
    .references = {"RFC 6298 2"},
    .example = "0.0 C > S S seq=0; 1.0 C > S S seq=0; 1.1 S > C SA seq=0 ack=1; "
	       "1.2 C > S A seq=1 ack=1; 1.3 C > S PA seq=1 ack=1 len=10; "
	       "1.4 S > C PA seq=1 ack=11 len=10; 1.5 C > S FA seq=11 ack=11; "
	       "1.6 S > C FA seq=11 ack=12; 1.7 C > S A seq=12 ack=12",
};

const struct tw_cause_entry tw_cause_entry_LOSS = {
    .expects = {TW_NEEDS(RETRANSMISSIONS_RECOVERED)},
    .title = "packets were lost and sent again with success",
    .meaning = "Some payload had to be sent more than once. All of it arrived in the end; it only "
	       "took longer.",
    .advice = {"A few losses are normal. If they recur at one place, look at that link's error "
	       "and drop counters."},
    .references = {"RFC 6298", "RFC 6675"},
    .example = "0.0 C > S S seq=0; 0.1 S > C SA seq=0 ack=1; 0.2 C > S A seq=1 ack=1; "
	       "0.3 C > S PA seq=1 ack=1 len=10; 0.8 C > S PA seq=1 ack=1 len=10; "
	       "0.9 S > C PA seq=1 ack=11 len=10; 1.0 C > S FA seq=11 ack=11; "
	       "1.1 S > C FA seq=11 ack=12; 1.2 C > S A seq=12 ack=12",
};

const struct tw_cause_entry tw_cause_entry_ZERO_WINDOW_STALL = {
    .expects = {TW_NEEDS(ZERO_WINDOW_SEEN)},
    .title = "a receiver stopped the sender: its application did not read in time",
    .meaning = "One side advertised a receive window of 0: its buffer was full because the "
	       "application did not read. The sender had to wait; the network was not to blame.",
    .advice = {"Find out what that application was doing instead of reading (a slow disk, a "
	       "lock, garbage collection)."},
    .references = {"RFC 9293 3.8.6.1"},
    .example =
	"0.0 C > S S seq=0; 0.1 S > C SA seq=0 ack=1; 0.2 C > S A seq=1 ack=1 win=500; "
	"0.3 C > S PA seq=1 ack=1 len=10 win=500; 0.4 S > C PA seq=1 ack=11 len=500 win=900; "
	"0.5 C > S A seq=11 ack=501 win=0; 2.5 C > S A seq=11 ack=501 win=500; "
	"2.6 S > C PA seq=501 ack=11 len=50 win=900; 2.7 C > S FA seq=11 ack=551 win=500; "
	"2.8 S > C FA seq=551 ack=12 win=900; 2.9 C > S A seq=12 ack=552 win=500",
};
