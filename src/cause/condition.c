/* condition.c: what was also true of a connection, whatever its end. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cause/entry.h"

/* A condition holds as surely as all that it needs. */

const struct tw_cause_entry tw_cause_entry_SLOW_CONNECT = {
    .expects = {TW_NEEDS(OPENING_SLOW)},
    .title = "the opening was slow: the SYN or its answer had to be repeated, or took a second",
    .meaning = "The handshake succeeded, but only after a repetition or a long wait. A lost SYN "
	       "costs its sender 1 s, then 2, then 4.",
    .advice = {"On {server}: nstat -az TcpExtListenOverflows TcpExtListenDrops, and "
	       "ss -ltn (Recv-Q near Send-Q): a full queue drops attempts. Raise "
	       "the backlog (nginx listen ... backlog=, Apache ListenBacklog, "
	       "net.core.somaxconn) or accept faster.",
	       "On {client}: nstat -az TcpExtTCPSynRetrans counts repeated SYNs; "
	       "mtr --tcp --port PORT ADDRESS shows where packets are lost.",
	       "One server or many? To list all repeated SYNs: tshark -r FILE -Y "
	       "\"tcp.flags.syn == 1 && tcp.analysis.retransmission\"."},
    .references = {"RFC 6298 2"},
    .example = "0.0 C > S S seq=0; 1.0 C > S S seq=0; 1.1 S > C SA seq=0 ack=1; "
	       "1.2 C > S A seq=1 ack=1; 1.3 C > S PA seq=1 ack=1 len=10; "
	       "1.4 S > C PA seq=1 ack=11 len=10; 1.5 C > S FA seq=11 ack=11; "
	       "1.6 S > C FA seq=11 ack=12; 1.7 C > S A seq=12 ack=12",
    .near_miss = "0.0 C > S S seq=0; 0.1 S > C SA seq=0 ack=1; 0.2 C > S A seq=1 "
		 "ack=1; 3.3 C > S PA seq=1 ack=1 len=10; 3.4 S > C PA seq=1 ack=11 "
		 "len=10; 3.5 C > S FA seq=11 ack=11; 3.6 S > C FA seq=11 ack=12; 3.7 "
		 "C > S A seq=12 ack=12",
};

const struct tw_cause_entry tw_cause_entry_LOSS = {
    .expects = {TW_NEEDS(RETRANSMISSIONS_RECOVERED)},
    .title = "packets were lost and sent again with success",
    .meaning = "Some payload had to be sent more than once. All of it arrived in the end; it only "
	       "took longer.",
    .advice = {"A few losses are normal. If they recur at one place, look at that "
	       "link's counters: ip -s link, ethtool -S INTERFACE, those of the "
	       "switch port.",
	       "See when it happens: tshark -r FILE -q -z "
	       "io,stat,1,tcp.analysis.retransmission. Bursts are a full queue or a "
	       "policer, an even sprinkle is a bad link.",
	       "On the sender: ss -ti dst ADDRESS (retrans, rto, cwnd), and nstat "
	       "-az TcpRetransSegs TcpExtTCPTimeouts for the whole host."},
    .references = {"RFC 6298", "RFC 6675"},
    .example = "0.0 C > S S seq=0; 0.1 S > C SA seq=0 ack=1; 0.2 C > S A seq=1 ack=1; "
	       "0.3 C > S PA seq=1 ack=1 len=10; 0.8 C > S PA seq=1 ack=1 len=10; "
	       "0.9 S > C PA seq=1 ack=11 len=10; 1.0 C > S FA seq=11 ack=11; "
	       "1.1 S > C FA seq=11 ack=12; 1.2 C > S A seq=12 ack=12",
    .near_miss = "0.0 C > S S seq=0; 0.1 S > C SA seq=0 ack=1; 0.2 C > S A seq=1 "
		 "ack=1; 0.3 C > S PA seq=1 ack=1 len=10; 0.4 S > C A seq=1 ack=11; "
		 "0.41 C > S PA seq=1 ack=1 len=10; 0.9 S > C PA seq=1 ack=11 len=10; "
		 "1.0 C > S FA seq=11 ack=11; 1.1 S > C FA seq=11 ack=12; 1.2 C > S A "
		 "seq=12 ack=12",
};

const struct tw_cause_entry tw_cause_entry_ZERO_WINDOW_STALL = {
    .expects = {TW_NEEDS(ZERO_WINDOW_SEEN)},
    .title = "a receiver stopped the sender: its application did not read in time",
    .meaning = "One side advertised a receive window of 0: its buffer was full because the "
	       "application did not read. The sender had to wait; the network was not to blame.",
    .advice = {"Find out what the receiving application was doing instead of "
	       "reading: a slow disk, a lock, garbage collection, or backpressure "
	       "from the next hop.",
	       "On the receiver: ss -tnm shows Recv-Q full while it lasts; nstat "
	       "-az TcpExtTCPToZeroWindowAdv counts how often it closed a window.",
	       "To see when it stopped and went on: tshark -r FILE -Y "
	       "\"tcp.analysis.zero_window || tcp.analysis.window_update\".",
	       "A larger buffer (net.ipv4.tcp_rmem, SO_RCVBUF) bridges short "
	       "pauses, and no long ones."},
    .references = {"RFC 9293 3.8.6.1"},
    .example =
	"0.0 C > S S seq=0; 0.1 S > C SA seq=0 ack=1; 0.2 C > S A seq=1 ack=1 win=500; "
	"0.3 C > S PA seq=1 ack=1 len=10 win=500; 0.4 S > C PA seq=1 ack=11 len=500 win=900; "
	"0.5 C > S A seq=11 ack=501 win=0; 2.5 C > S A seq=11 ack=501 win=500; "
	"2.6 S > C PA seq=501 ack=11 len=50 win=900; 2.7 C > S FA seq=11 ack=551 win=500; "
	"2.8 S > C FA seq=551 ack=12 win=900; 2.9 C > S A seq=12 ack=552 win=500",
    .near_miss = "0.0 C > S S seq=0; 0.1 S > C SA seq=0 ack=1; 0.2 C > S A seq=1 "
		 "ack=1 win=500; 0.3 C > S PA seq=1 ack=1 len=10 win=500; 0.4 S > C "
		 "PA seq=1 ack=11 len=499 win=900; 0.5 C > S A seq=11 ack=500 win=1; "
		 "2.5 C > S A seq=11 ack=500 win=500; 2.6 S > C PA seq=500 ack=11 "
		 "len=50 win=900; 2.7 C > S FA seq=11 ack=550 win=500; 2.8 S > C FA "
		 "seq=550 ack=12 win=900; 2.9 C > S A seq=12 ack=551 win=500",
};
