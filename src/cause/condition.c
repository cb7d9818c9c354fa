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
	       "the backlog (nginx listen 443 backlog=1024, Apache ListenBacklog, "
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
    .advice = {"A few losses are normal; if they recur at one place, look at that "
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

const struct tw_cause_entry tw_cause_entry_BLIND_RESET_ATTEMPT = {
    .expects = {TW_NEEDS(RESETS_MISSED)},
    .title = "somebody who cannot see the connection tried to reset it, and missed",
    .meaning = "RSTs came in the name of one side whose sequence number is not the one that the "
	       "other side expects. Who sees the connection knows that number; who only guesses "
	       "sends RSTs beside it. A receiver that follows RFC 5961 answers a near miss with a "
	       "challenge ACK, drops the others, and the connection goes on.",
    .advice =
	{"Nothing is broken. Let the edge of the network drop packets that bear an inside "
	 "address and come from outside (BCP 38), so that nobody there can forge them.",
	 "Watch nstat -az TcpExtTCPChallengeACK on the receiver: a count that rises all the "
	 "time is an attack under way.",
	 "Find the RSTs with the tshark filter tcp.flags.reset == 1 and compare their TTL and "
	 "IP ID with those of the host that they name.",
	 "Protect long sessions that matter (BGP) with TCP-AO or GTSM, or run them over a "
	 "tunnel: then a RST from outside is never accepted."},
    .references = {"RFC 5961 3.2", "RFC 5082", "RFC 5925"},
    .example = "0.00 C > S S seq=0; 0.02 S > C SA seq=0 ack=1; 0.04 C > S A seq=1 ack=1; "
	       "0.05 C > S PA seq=1 ack=1 len=100; 0.07 S > C PA seq=1 ack=101 len=500; "
	       "0.09 C > S A seq=101 ack=501; 1.00 S > C R seq=9501; 1.01 C > S A seq=101 ack=501; "
	       "2.05 C > S PA seq=101 ack=501 len=100; 2.07 S > C PA seq=501 ack=201 len=500; "
	       "2.09 C > S FA seq=201 ack=1001; 2.11 S > C FA seq=1001 ack=202; "
	       "2.13 C > S A seq=202 ack=1002",
    /* The host really reset: what still comes is answered with RSTs, not with data. */
    .near_miss = "0.00 C > S S seq=0; 0.02 S > C SA seq=0 ack=1; 0.04 C > S A seq=1 ack=1; "
		 "0.05 C > S PA seq=1 ack=1 len=100; 0.07 S > C PA seq=1 ack=101 len=500; "
		 "0.09 C > S A seq=101 ack=501; 1.00 S > C R seq=9501; "
		 "1.01 C > S A seq=101 ack=501; 1.03 S > C R seq=501",
};
