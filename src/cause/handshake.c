/* handshake.c: what was special about an opening, whatever became of the connection. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cause/entry.h"

const struct tw_cause_entry tw_cause_entry_SIMULTANEOUS_OPEN = {
    .expects = {TW_NEEDS(SYNS_CROSSED)},
    .title = "both ends opened the connection towards each other at the same moment",
    .meaning = "The two SYNs crossed on the way, and each side answered the other's with SYN,ACK. "
	       "TCP makes one connection of them: both ends go from SYN-SENT to SYN-RECEIVED to "
	       "ESTABLISHED, and neither needs a listener. Programs do so on purpose, to get "
	       "through address translators (hole punching).",
    .advice = {"Nothing to do where it is meant: peer-to-peer programs, BGP speakers, hole "
	       "punching.",
	       "Where it is not meant, let one of the two only listen: a fixed source port with "
	       "connect() on both ends is what makes the SYNs meet.",
	       "A stateful firewall that drops the second SYN breaks such an opening: nftables "
	       "calls it ct state invalid; look at nft list counters."},
    .references = {"RFC 9293 3.5, figure 7", "RFC 5382 4.2",
		   "Linux tcp_rcv_synsent_state_process()"},
    .example = "0.000 A > B S seq=0; 0.001 B > A S seq=0; 0.020 A > B SA seq=0 ack=1; "
	       "0.021 B > A SA seq=0 ack=1; 0.030 A > B PA seq=1 ack=1 len=10; "
	       "0.050 B > A PA seq=1 ack=11 len=20; 0.060 A > B FA seq=11 ack=21; "
	       "0.080 B > A FA seq=21 ack=12; 0.100 A > B A seq=12 ack=22",
    /* A SYN that comes after the handshake is of another connection, or a forger's. */
    .near_miss = "0.000 A > B S seq=0; 0.020 B > A SA seq=0 ack=1; 0.040 A > B A seq=1 ack=1; "
		 "0.050 A > B PA seq=1 ack=1 len=10; 0.070 B > A PA seq=1 ack=11 len=20; "
		 "0.080 A > B FA seq=11 ack=21; 0.100 B > A FA seq=21 ack=12; "
		 "0.120 A > B A seq=12 ack=22",
};

const struct tw_cause_entry tw_cause_entry_SELF_CONNECT = {
    .expects = {TW_NEEDS(SELF_CONNECTED), TW_NEEDS(SYN_ACK_SEEN)},
    .title = "a socket connected to itself: both ends are one address and one port",
    .meaning = "A program called a port of its own host on which nobody listened, and the kernel "
	       "happened to give it that very port as its source port. Its SYN came back to "
	       "itself, and by the rules of a simultaneous opening the socket connected to "
	       "itself. It reads back what it writes, and keeps the real server from listening.",
    .advice = {"Compare getsockname() with getpeername() after connect(), and close the socket "
	       "where they are equal. Go's net.Dial does this by itself.",
	       "Keep the ports of services out of the range from which the kernel takes source "
	       "ports: sysctl net.ipv4.ip_local_port_range, or "
	       "net.ipv4.ip_local_reserved_ports=PORT.",
	       "Let clients pause between attempts to reach a local service that is down: each "
	       "attempt is another chance to draw that port.",
	       "Find such sockets with ss -tn: the local address equals the peer's."},
    .references = {"RFC 9293 3.5", "Linux inet_hash_connect()", "Go net.selfConnect()"},
    .example = "0.000000 127.0.0.1:45999 > 127.0.0.1:45999 S seq=0; "
	       "0.000011 127.0.0.1:45999 > 127.0.0.1:45999 SA seq=0 ack=1; "
	       "0.000022 127.0.0.1:45999 > 127.0.0.1:45999 A seq=1 ack=1; "
	       "0.000035 127.0.0.1:45999 > 127.0.0.1:45999 PA seq=1 ack=1 len=5; "
	       "0.000040 127.0.0.1:45999 > 127.0.0.1:45999 A seq=6 ack=6; "
	       "0.500606 127.0.0.1:45999 > 127.0.0.1:45999 FA seq=6 ack=6; "
	       "0.500623 127.0.0.1:45999 > 127.0.0.1:45999 A seq=7 ack=7",
    /* The same host, and another port: two sockets. */
    .near_miss = "0.000000 127.0.0.1:45998 > 127.0.0.1:45999 S seq=0; "
		 "0.000011 127.0.0.1:45999 > 127.0.0.1:45998 SA seq=0 ack=1; "
		 "0.000022 127.0.0.1:45998 > 127.0.0.1:45999 A seq=1 ack=1",
};

const struct tw_cause_entry tw_cause_entry_TIME_WAIT_REUSE = {
    .expects = {TW_NEEDS(PORTS_RESTED), TW_NEEDS(HANDSHAKE_COMPLETE)},
    .title = "the connection took the place of one that still rested in TIME-WAIT",
    .meaning = "The same addresses and ports had carried another connection, and whoever closed "
	       "it first keeps it in TIME-WAIT (60 s on Linux, 30 s on BSD, up to 240 s "
	       "elsewhere). A SYN with a higher sequence number or a younger time stamp may take "
	       "its place; Linux then begins its own numbers 65537 beyond the old ones, so that "
	       "old segments cannot be taken for new ones. It is a sign of many short connections.",
    .advice = {"Nothing is wrong with this connection. Many of them say that source ports are "
	       "used up fast: keep connections alive, or pool them (nginx upstream keepalive, "
	       "HAProxy http-reuse, Go http.Transport.MaxIdleConnsPerHost, Node http.Agent "
	       "keepAlive).",
	       "On Linux, count with ss -s (timewait) and nstat -az TcpExtTW TcpExtTWRecycled; "
	       "widen net.ipv4.ip_local_port_range if they come near its size.",
	       "Leave time stamps on (net.ipv4.tcp_timestamps=1): they make the reuse safe "
	       "(RFC 6191)."},
    .references = {"RFC 6191", "RFC 9293 3.10.7.4", "Linux tcp_timewait_state_process()"},
    .no_example =
	"A list that shows it holds two connections: the earlier one and the one that took its "
	"place.",
};

const struct tw_cause_entry tw_cause_entry_TIME_WAIT_COLLISION = {
    .expects = {TW_NEEDS(OLD_STATE_MET)},
    .title = "the SYN met an older connection of the same ports, which {server} still kept",
    .meaning = "{server} still knew another connection with the same addresses and ports, and "
	       "answered the SYN with an ACK that has that connection's numbers (RFC 5961 4.2, or "
	       "TIME-WAIT). {client} knew nothing of it and said RST, which cleared the way; only "
	       "the next SYN, often a second later, could open the connection.",
    .advice = {"Look for what gives out ports twice within a minute: a translator with too few "
	       "addresses or ports (AWS NAT gateway ErrorPortAllocation, Azure SNAT, nftables "
	       "masquerade without random), or a client with a fixed source port.",
	       "On the translator, draw ports at random (nft masquerade random, iptables "
	       "--random-fully) and add addresses.",
	       "Let {server} notice dead clients: TCP keep-alive, for example nginx listen PORT "
	       "so_keepalive=60s:10:3, PostgreSQL tcp_keepalives_idle, HAProxy option tcpka.",
	       "Run nstat -az TcpExtTCPChallengeACK TcpExtTCPSYNChallenge on {server}: they rise "
	       "with each collision.",
	       "Leave time stamps on at both ends (net.ipv4.tcp_timestamps=1): then TIME-WAIT "
	       "yields to a younger SYN."},
    .references = {"RFC 9293 3.5.1", "RFC 5961 4.2", "RFC 6191",
		   "Linux tcp_timewait_state_process()"},
    .example = "0.00 C > S S; 0.02 S > C A; 0.03 C > S R; 1.03 C > S S; 1.05 S > C SA; "
	       "1.06 C > S A; 1.07 C > S PA; 1.09 S > C PA; 1.10 C > S FA; 1.12 S > C FA; "
	       "1.13 C > S A",
    /* Here the opener had given up: the RST answers a SYN,ACK. */
    .near_miss = "0.00 C > S S; 0.02 S > C SA; 0.03 C > S R",
};

const struct tw_cause_entry tw_cause_entry_TFO_BLACKHOLE = {
    .expects = {TW_NEEDS(SYN_DATA_LOST)},
    .title = "the payload that {client} sent with its SYN was dropped or ignored",
    .meaning = "{client} used TCP Fast Open: it sent its request with the SYN. Either the SYN was "
	       "lost and had to be sent again without payload, as happens where a box on the way "
	       "drops SYNs with payload; or the SYN,ACK acknowledged the SYN alone, because a box "
	       "removed the option or {server} did not accept the cookie. The request went out a "
	       "second time, after the handshake.",
    .advice = {"Compare captures at both ends: does the SYN arrive with its payload and its Fast "
	       "Open option (tshark -Y 'tcp.flags.syn==1 && tcp.len>0')?",
	       "On {server} (Linux): net.ipv4.tcp_fastopen must have bit 2 set, and the listener "
	       "TCP_FASTOPEN (nginx listen PORT fastopen=256, HAProxy bind :PORT tfo). All servers "
	       "behind one address need the same key: net.ipv4.tcp_fastopen_key.",
	       "Run nstat -az TcpExtTCPFastOpenActiveFail TcpExtTCPFastOpenPassiveFail "
	       "TcpExtTCPFastOpenBlackhole at both ends.",
	       "Where the path stays hostile, switch it off on {client}: net.ipv4.tcp_fastopen=0; "
	       "Linux pauses it by itself for net.ipv4.tcp_fastopen_blackhole_timeout_sec."},
    .references = {"RFC 7413 4.2.1", "RFC 7413 7.1",
		   "Linux tcp_fastopen_active_detect_blackhole()"},
    .example = "0.00 C > S S seq=0 len=100; 1.00 C > S S seq=0 len=0; 1.02 S > C SA seq=0 ack=1; "
	       "1.04 C > S PA seq=1 ack=1 len=100; 1.06 S > C PA seq=1 ack=101 len=50; "
	       "1.07 C > S FA seq=101 ack=51; 1.09 S > C FA seq=51 ack=102; "
	       "1.10 C > S A seq=102 ack=52",
    /* Fast Open that works: the SYN,ACK covers the payload. */
    .near_miss = "0.00 C > S S seq=0 len=100; 0.02 S > C SA seq=0 ack=101; "
		 "0.03 S > C PA seq=1 ack=101 len=50; 0.04 C > S A seq=101 ack=51; "
		 "0.05 C > S FA seq=101 ack=51; 0.07 S > C FA seq=51 ack=102; "
		 "0.08 C > S A seq=102 ack=52",
};

const struct tw_cause_entry tw_cause_entry_OPTION_MISMATCH = {
    .expects = {TW_NEEDS(TERMS_DIFFER)},
    .title = "the two ends do not agree on TCP options: a box on the way rewrote a SYN",
    .meaning = "Window scale, time stamps and SACK hold only where both SYNs carry them. Here one "
	       "side goes by an agreement that the SYNs of this capture do not show, or against "
	       "one that they show: on its way a SYN was changed, so that each end believes "
	       "something else. A window scale that only one end believes in makes windows "
	       "a hundredfold too small or too large, and transfers crawl or lose data.",
    .advice = {"Capture at both ends and compare the options of SYN and SYN,ACK (tshark -Y "
	       "tcp.flags.syn==1 -T fields -e tcp.options): what differs was changed between.",
	       "Look for the box: firewalls and accelerators that normalise TCP (Cisco ASA "
	       "tcp-map tcp-options, Palo Alto strip options, F5 profiles, WAN optimisers), and "
	       "SYN proxies.",
	       "As a stopgap, do without the option at one end: net.ipv4.tcp_window_scaling=0, "
	       "net.ipv4.tcp_timestamps=0 or net.ipv4.tcp_sack=0; without scaling, a connection "
	       "carries 64 kB each round trip at most."},
    .references = {"RFC 7323 1.3", "RFC 7323 2.2", "RFC 7323 3.2", "RFC 2018 2"},
    .no_example = "A list seldom shows all options of all segments.",
};

const struct tw_cause_entry tw_cause_entry_TWO_HOSTS_ONE_ADDRESS = {
    .expects = {TW_NEEDS(ANSWERED_TWICE)},
    .title = "two machines answer for {server}'s address",
    .meaning = "A single SYN drew two different answers from the same distance, and not only once: "
	       "two hosts of {server}'s network have the same address. Whichever of them "
	       "{client} does not believe answers its packets with RST, for it has no such "
	       "connection; so connections fail at random, until one of the two is removed.",
    .advice =
	{"In {server}'s network, ask twice who has the address: arping -D -I eth0 ADDRESS, or "
	 "tshark -Y arp.duplicate-address-detected; two MAC addresses are two machines.",
	 "Find the second machine's port in the switches (show mac address-table address "
	 "MAC) and give it an address of its own: a cloned virtual machine, a static "
	 "address within the range of the DHCP server, a standby node that did not let go "
	 "of a shared address (keepalived, VRRP).",
	 "Clear stale entries where the answers alternate: ip neigh flush, and on the router "
	 "clear arp.",
	 "Switch on protection: DHCP snooping with ARP inspection on the switches, address "
	 "conflict detection on the hosts (RFC 5227)."},
    .references = {"RFC 5227", "RFC 9293 3.4.1", "RFC 9293 3.5.1"},
    .no_example =
	"A list seldom shows how far away the senders are, and never two such cases at once.",
};

const struct tw_cause_entry tw_cause_entry_SYNACK_INJECTION = {
    .expects = {TW_NEEDS(HANDSHAKE_CONTRADICTED)},
    .title = "somebody else answered the SYN in {server}'s name",
    .meaning = "One server answers one SYN with one initial sequence number, however often it "
	       "repeats the answer. Here the SYN has two answers that cannot be one server's, or "
	       "{client} acknowledges a number that {server} never sent. {client} believes the "
	       "answer that comes first; to the other sender, its packets are then of an unknown "
	       "connection, and are answered with RST.",
    .advice = {"Compare the TTLs, windows and options of the two SYN,ACKs: the hop count tells how "
	       "far from {client} the second sender is.",
	       "Capture at {server}: does the SYN,ACK that {client} believed leave there?",
	       "Look for a SYN proxy or a transparent proxy in only one of two paths, and for a "
	       "captive portal; failing these, somebody on the way answers in the server's name: "
	       "authenticate by TLS, and take another path (a tunnel).",
	       "Suricata reports it as stream.3whs_synack_resend_with_diff_seq."},
    .references = {"RFC 9293 3.4.1", "RFC 6528", "RFC 9293 3.10.7.3"},
    .example = "0.000 C > S S seq=1000; 0.010 S > C SA seq=5000 ack=1001; "
	       "0.020 C > S A seq=1001 ack=5001; 0.030 S > C SA seq=900000 ack=1001; "
	       "0.060 S > C R seq=5001",
    /* The listener had forgotten the first attempt: the SYN was sent again. */
    .near_miss = "0.0 C > S S seq=1000; 0.1 S > C SA seq=5000 ack=1001; 1.0 C > S S seq=1000; "
		 "1.1 S > C SA seq=900000 ack=1001; 1.2 C > S A seq=1001 ack=900001",
};
