/* pace.c: where the time of a connection went that came to a good end. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cause/entry.h"

/* Conditions: each holds as surely as all that it needs. */

const struct tw_cause_entry tw_cause_entry_WINDOW_LIMITED = {
    .expects = {TW_NEEDS(WINDOW_FULL)},
    .title = "the receive window held the sender back: one window for each round trip",
    .meaning = "The receiver advertised a window that is small for this path. The sender had "
	       "filled it long before the first acknowledgment came back, and waited for the rest "
	       "of each round trip. Throughput was window size divided by round trip, however fast "
	       "the links are.",
    .advice =
	{"Let the receiver advertise more: its window must be at least bandwidth times round trip "
	 "(1 Gbit/s over 50 ms: 6.25 MB).",
	 "If the receiving application sets SO_RCVBUF, let it stop: on Linux that turns automatic "
	 "tuning off. HAProxy: tune.rcvbuf.client and tune.rcvbuf.server; nginx: listen ... "
	 "rcvbuf=; Envoy: per_connection_buffer_limit_bytes.",
	 "Linux receiver: sysctl net.ipv4.tcp_rmem (the third number is the limit of automatic "
	 "tuning) and net.ipv4.tcp_moderate_rcvbuf=1; look at rcv_space and rb in ss -tmi.",
	 "Look whether both SYNs carry the window scale option: without it no window exceeds "
	 "65,535 bytes. A firewall that strips it is option-mismatch.",
	 "The tshark filter tcp.analysis.window_full shows where the sender had to stop."},
    .references = {"RFC 9293 3.8.6", "RFC 7323 2", "Linux tcp_rcv_space_adjust()"},
    .example =
	"0.00 C > S S seq=0 win=1000; 0.05 S > C SA seq=0 ack=1 win=1000; "
	"0.06 C > S A seq=1 ack=1 win=1000; 0.10 C > S PA seq=1 ack=1 len=10 win=1000; "
	"0.15 S > C PA seq=1 ack=11 len=1000 win=1000; 0.16 C > S A seq=11 ack=1001 win=1000; "
	"0.21 S > C PA seq=1001 ack=11 len=1000 win=1000; 0.22 C > S A seq=11 ack=2001 win=1000; "
	"0.27 S > C PA seq=2001 ack=11 len=1000 win=1000; 0.28 C > S A seq=11 ack=3001 win=1000; "
	"0.33 S > C PA seq=3001 ack=11 len=1000 win=1000; 0.34 C > S A seq=11 ack=4001 win=1000; "
	"0.39 S > C PA seq=4001 ack=11 len=10 win=1000; 0.40 C > S FA seq=11 ack=4011 win=1000; "
	"0.45 S > C FA seq=4011 ack=12 win=1000; 0.46 C > S A seq=12 ack=4012 win=1000",
    .near_miss =
	"0.00 C > S S seq=0 win=9000; 0.05 S > C SA seq=0 ack=1 win=9000; "
	"0.06 C > S A seq=1 ack=1 win=9000; 0.10 C > S PA seq=1 ack=1 len=10 win=9000; "
	"0.15 S > C PA seq=1 ack=11 len=1000 win=9000; 0.16 C > S A seq=11 ack=1001 win=9000; "
	"0.21 S > C PA seq=1001 ack=11 len=1000 win=9000; 0.22 C > S A seq=11 ack=2001 win=9000; "
	"0.27 S > C PA seq=2001 ack=11 len=1000 win=9000; 0.28 C > S A seq=11 ack=3001 win=9000; "
	"0.33 S > C PA seq=3001 ack=11 len=1000 win=9000; 0.34 C > S A seq=11 ack=4001 win=9000; "
	"0.40 C > S FA seq=11 ack=4001 win=9000; 0.45 S > C FA seq=4001 ack=12 win=9000; "
	"0.46 C > S A seq=12 ack=4002 win=9000",
};

const struct tw_cause_entry tw_cause_entry_REORDERING = {
    .expects = {TW_NEEDS(REPEATED_FOR_NOTHING)},
    .title = "segments overtook each other, and some were sent again although none was lost",
    .meaning = "A segment took a slower way than those behind it. Its receiver answered each of "
	       "those with a duplicate acknowledgment, which looks like a loss, so the sender sent "
	       "it again. Then both came, and the receiver reported one of them as a duplicate "
	       "(RFC 2883).",
    .advice =
	{"Harmless where it is rare. Where it recurs, look for a path that splits one connection "
	 "over several links: per-packet balancing, a bond in mode balance-rr, ECMP that hashes "
	 "more than the five-tuple, a wireless bridge.",
	 "Linux senders learn from it: nstat -az TcpExtTCPSACKReorder TcpExtTCPTSReorder "
	 "TcpExtTCPDSACKRecv; ss -ti shows reordering:N above 3.",
	 "Do not switch SACK or DSACK off (sysctl net.ipv4.tcp_sack, tcp_dsack): they are what "
	 "tells a detour from a loss."},
    .references = {"RFC 2883", "RFC 8985 4", "RFC 4653", "Linux tcp_check_sack_reordering()"},
    .no_example = "It is known by SACK blocks, which a typed list does not show.",
};

const struct tw_cause_entry tw_cause_entry_SLOW_SERVER = {
    .expects = {TW_NEEDS(SERVER_THINKS)},
    .title = "the server's program took its time to answer",
    .meaning = "The request had arrived and was acknowledged, and nothing was on the way in either "
	       "direction. Then the answer came. That time is the program's on the server, or that "
	       "of what it asks in turn; neither network nor kernels had anything to do.",
    .advice =
	{"Find the request in the server's log by its time: nginx $request_time and "
	 "$upstream_response_time, Apache %D, HAProxy Tr and Tw of its timers, Envoy %DURATION% "
	 "and %RESPONSE_DURATION%.",
	 "Where {server} is a proxy, capture behind it too: the same pause there belongs to the "
	 "next server.",
	 "Databases: PostgreSQL log_min_duration_statement, MySQL slow_query_log.",
	 "On the host: is the process busy, or does it wait (ss -tn Recv-Q; perf top; a thread "
	 "dump)? A queue of accepted but unserved connections counts as such time too.",
	 "The tshark filter http.time > 1 shows all such answers."},
    .references = {"RFC 9110 15", "Zhou et al., CoNEXT 2015 (data unavailable)",
		   "Siekkinen et al. 2008 (application-limited)"},
    .example = "0.00 C > S S seq=0; 0.05 S > C SA seq=0 ack=1; 0.06 C > S A seq=1 ack=1; "
	       "0.10 C > S PA seq=1 ack=1 len=200; 0.15 S > C A seq=1 ack=201; "
	       "3.15 S > C PA seq=1 ack=201 len=900; 3.16 C > S A seq=201 ack=901; "
	       "3.20 C > S FA seq=201 ack=901; 3.25 S > C FA seq=901 ack=202; "
	       "3.26 C > S A seq=202 ack=902",
    .near_miss = "0.00 C > S S seq=0; 0.05 S > C SA seq=0 ack=1; 0.06 C > S A seq=1 ack=1; "
		 "0.10 C > S PA seq=1 ack=1 len=200; 0.15 S > C PA seq=1 ack=201 len=900; "
		 "0.16 C > S A seq=201 ack=901; 3.20 C > S PA seq=201 ack=901 len=200; "
		 "3.25 S > C PA seq=901 ack=401 len=900; 3.26 C > S FA seq=401 ack=1801; "
		 "3.31 S > C FA seq=1801 ack=402; 3.32 C > S A seq=402 ack=1802",
};

const struct tw_cause_entry tw_cause_entry_SLOW_CLIENT = {
    .expects = {TW_NEEDS(CLIENT_PAUSES)},
    .title = "the client's program paused in the midst of what it sent, and the server waited",
    .meaning = "The client had sent a part of its message, and that part was acknowledged. For a "
	       "while nothing was on the way; then the client sent the rest, and only then the "
	       "server answered. That time is the client program's.",
    .advice =
	{"Look at what the client does between two writes: it reads from a disk, a device or "
	 "another connection, computes, or waits for a person.",
	 "Let the server have patience for it, or none: nginx client_body_timeout, Apache "
	 "RequestReadTimeout, HAProxy timeout http-request and timeout client, Node "
	 "server.requestTimeout, Go http.Server.ReadTimeout.",
	 "Where such clients hold many workers, put a proxy in front that collects whole requests "
	 "(nginx proxy_request_buffering on)."},
    .references = {"RFC 9110 9", "Zhou et al., CoNEXT 2015 (client idle)"},
    .example = "0.00 C > S S seq=0; 0.05 S > C SA seq=0 ack=1; 0.06 C > S A seq=1 ack=1; "
	       "0.10 C > S PA seq=1 ack=1 len=200; 0.15 S > C A seq=1 ack=201; "
	       "3.15 C > S PA seq=201 ack=1 len=900; 3.20 S > C PA seq=1 ack=1101 len=50; "
	       "3.21 C > S FA seq=1101 ack=51; 3.26 S > C FA seq=51 ack=1102; "
	       "3.27 C > S A seq=1102 ack=52",
    .near_miss = "0.00 C > S S seq=0; 0.05 S > C SA seq=0 ack=1; 0.06 C > S A seq=1 ack=1; "
		 "0.10 C > S PA seq=1 ack=1 len=200; 0.15 S > C PA seq=1 ack=201 len=50; "
		 "0.16 C > S A seq=201 ack=51; 3.16 C > S PA seq=201 ack=51 len=900; "
		 "3.21 S > C PA seq=51 ack=1101 len=50; 3.22 C > S FA seq=1101 ack=101; "
		 "3.27 S > C FA seq=101 ack=1102; 3.28 C > S A seq=1102 ack=102",
};

const struct tw_cause_entry tw_cause_entry_NAGLE_DELAYED_ACK = {
    .expects = {TW_NEEDS(SMALL_WRITES_WAIT)},
    .title = "small writes went in lockstep with delayed acknowledgments",
    .meaning = "A program wrote a message in several small pieces. Nagle's algorithm (RFC 9293 "
	       "3.7.4) holds the second piece back until the first is acknowledged, and the "
	       "receiver delays that acknowledgment (40 ms on Linux, 200 ms on Windows) because it "
	       "waits for the rest. Each waits for the other, once per message.",
    .advice =
	{"Write each message at once: one buffer, writev(), or TCP_CORK around the pieces.",
	 "Or set TCP_NODELAY on the sending socket (Go and Node do so of themselves; nginx "
	 "tcp_nodelay on; Java setTcpNoDelay(true); HAProxy option http-no-delay; PostgreSQL's "
	 "libpq sets it).",
	 "Where only the receiver can be changed: TCP_QUICKACK after each read on Linux; Windows: "
	 "TcpAckFrequency=1 in the interface's registry key.",
	 "Linux counts them on the receiver: nstat -az TcpExtDelayedACKs."},
    .references = {"RFC 9293 3.7.4", "RFC 9293 3.8.6.3", "RFC 896", "Linux tcp_nagle_check()"},
    .example = "0.000 C > S S seq=0; 0.001 S > C SA seq=0 ack=1; 0.002 C > S A seq=1 ack=1; "
	       "0.010 C > S PA seq=1 ack=1 len=20; 0.051 S > C A seq=1 ack=21; "
	       "0.052 C > S PA seq=21 ack=1 len=20; 0.053 S > C PA seq=1 ack=41 len=9; "
	       "0.054 C > S PA seq=41 ack=10 len=20; 0.095 S > C A seq=10 ack=61; "
	       "0.096 C > S PA seq=61 ack=10 len=20; 0.097 S > C PA seq=10 ack=81 len=9; "
	       "0.098 C > S PA seq=81 ack=19 len=20; 0.139 S > C A seq=19 ack=101; "
	       "0.140 C > S PA seq=101 ack=19 len=20; 0.141 S > C PA seq=19 ack=121 len=9; "
	       "0.142 C > S FA seq=121 ack=28; 0.143 S > C FA seq=28 ack=122; "
	       "0.144 C > S A seq=122 ack=29",
    .near_miss = "0.000 C > S S seq=0; 0.001 S > C SA seq=0 ack=1; 0.002 C > S A seq=1 ack=1; "
		 "0.010 C > S PA seq=1 ack=1 len=40; 0.051 S > C A seq=1 ack=41; "
		 "0.080 S > C PA seq=1 ack=41 len=9; 0.081 C > S PA seq=41 ack=10 len=40; "
		 "0.122 S > C A seq=10 ack=81; 0.150 S > C PA seq=10 ack=81 len=9; "
		 "0.151 C > S PA seq=81 ack=19 len=40; 0.192 S > C A seq=19 ack=121; "
		 "0.220 S > C PA seq=19 ack=121 len=9; 0.221 C > S FA seq=121 ack=28; "
		 "0.222 S > C FA seq=28 ack=122; 0.223 C > S A seq=122 ack=29",
};

const struct tw_cause_entry tw_cause_entry_ASYMMETRIC_PATH = {
    .expects = {TW_NEEDS(HALF_PASSES)},
    .title = "only one direction of it passes here; the other takes another way",
    .meaning = "One side's acknowledgments grow by what the other side sends, yet none of that is "
	       "in the capture: the two directions take different paths, or the capture was told "
	       "to take one of them. A firewall, NAT or balancer in this place would see half of "
	       "the connection and, if it keeps state, drop it.",
    .advice =
	{"First rule out the capture itself: a filter such as src host, tcpdump -Q in or out, a "
	 "mirror port or an optical tap of one direction.",
	 "Where a stateful firewall or NAT stands here, make routing symmetric (same next hop both "
	 "ways, policy routing by source address, one active path of a pair), or let it tolerate "
	 "the half: Linux sysctl net.netfilter.nf_conntrack_tcp_loose=1 and "
	 "nf_conntrack_tcp_be_liberal=1, Cisco ASA tcp-state-bypass.",
	 "On a host with several interfaces: ip route get ADDRESS shows the way out; ip rule and "
	 "net.ipv4.conf.*.rp_filter (2 = loose) decide what is accepted.",
	 "Capture at both ends, or on all interfaces (tcpdump -i any), before anything is "
	 "concluded from what is missing."},
    .references = {"RFC 2979 2", "RFC 3704 2", "Linux nf_conntrack_tcp_packet()"},
    .no_example = "A typed list names rows, not places: what it leaves out proves no path.",
};

const struct tw_cause_entry tw_cause_entry_CHECKSUM_CORRUPTION = {
    .expects = {TW_NEEDS(DAMAGED_SEGMENTS)},
    .title = "segments were damaged on the way and had to be sent again",
    .meaning = "Some segments of one side arrive here with a checksum that does not fit their "
	       "bytes, while its other segments are right. The receiver's kernel throws them away "
	       "without a word, so they look like losses to the sender, which sends them again.",
    .advice =
	{"Compare with a capture at the sender: right there and wrong here means that something "
	 "between the two changes bytes. Halve the path until one device is left.",
	 "Look at the error counters of links and ports: ethtool -S DEV (crc, fcs, align), ip -s "
	 "-s link, show interfaces on switches; replace cable, optics or port.",
	 "A link's own checksum hides nothing that happened inside a device: suspect memory of a "
	 "router, a balancer, or a network card with faulty offload (ethtool -K DEV rx off tx off "
	 "gro off tso off, then try again).",
	 "On the receiver: nstat -az TcpInCsumErrors counts them.",
	 "With tshark -o tcp.check_checksum:TRUE, the filter tcp.checksum.status == Bad finds "
	 "them."},
    .references = {"RFC 9293 3.1", "RFC 1071", "Stone and Partridge, SIGCOMM 2000"},
    .no_example = "A typed list does not show checksums.",
};
