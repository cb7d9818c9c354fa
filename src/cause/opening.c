/* opening.c: attempts that never became a connection. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cause/entry.h"

const struct tw_cause_entry tw_cause_entry_REFUSED = {
    .prior = 80,
    .prior_source = "estimate: the commonest failure of an attempt, with silence; a few "
		    "of 100 connections",
    .expects =
	{
	    TW_NEEDS(RESET_SEEN),
	    TW_NEEDS(RESET_TO_SYN),
	    TW_EXPECTS(SYN_REPEATED, 4),
	    TW_EXPECTS(HANDSHAKE_COMPLETE, 10),
	    TW_EXPECTS(RESET_TTL_DIFFERS, 3),
	    TW_FORBIDS(RESET_IMPOSSIBLE),
	    TW_FORBIDS(FILTER_REFUSED),
	},
    .title = "{server} refused the connection: nothing listens on that port",
    .meaning =
	"The SYN reached a host, and that host answered with a RST that acknowledges exactly "
	"this SYN: no program listens on the port, or a firewall answers in the host's name. "
	"The opener's program sees \"connection refused\".",
    .advice = {"On {server}: does the service run, and on this address? ss -ltnp "
	       "\"sport = :PORT\" (127.0.0.1 is not reachable from outside).",
	       "Did it crash or restart just then? systemctl status SERVICE, "
	       "journalctl -u SERVICE.",
	       "If it listens, a firewall may be refusing in its name: nft list "
	       "ruleset | grep reject, iptables-save | grep REJECT. Capture at "
	       "{server} and see whether the SYN arrives.",
	       "In containers, look at the published port (docker port NAME) and "
	       "for ready endpoints (kubectl get endpointslices).",
	       "If {server} was only starting, let {client} try again after a pause."},
    .references = {"RFC 9293 3.5.2", "RFC 9293 3.10.7.1"},
    .example = "C > S S seq=0; S > C RA seq=0 ack=1 win=0",
    .near_miss = "C > S S seq=0; S > C SA seq=0 ack=1; C > S R seq=1",
};

const struct tw_cause_entry tw_cause_entry_FIREWALL_REJECT = {
    .prior = 12,
    .prior_source = "estimate: most packet filters drop in silence; fewer refuse",
    .expects =
	{
	    TW_NEEDS(FILTER_REFUSED),
	    /* Of two ways to refuse, the one that seldom gives itself away as a filter's. */
	    TW_EXPECTS(RESET_SEEN, 40),
	    TW_EXPECTS(RESET_TO_SYN, 40),
	    TW_FORBIDS(HANDSHAKE_COMPLETE),
	    TW_FORBIDS(SYN_ACK_SEEN),
	},
    .title = "a packet filter refused the connection",
    .meaning =
	"A rule on the way, or on {server} itself, rejects the connection, or a device that "
	"waited for {server} gave up: the answer to the SYN is not {server}'s own. It is an "
	"ICMP error whose code packet filters use (port unreachable for TCP, or "
	"administratively prohibited), or a RST in {server}'s name from another distance, with "
	"a copy of the SYN's own window, or when {server} would have answered long ago.",
    .advice = {"Look for the rule on the host that sent the ICMP error, else on the "
	       "devices between: nft list ruleset | grep reject, iptables-save | "
	       "grep REJECT, firewall-cmd --list-all.",
	       "From {client}, traceroute -T -p PORT ADDRESS shows which hop "
	       "answers: one before {server} is the filter.",
	       "If the connection is wanted, allow it there, for this source, "
	       "destination and port.",
	       "To see who refuses, and with which code: tshark -r FILE -Y "
	       "\"icmp.type == 3 || icmpv6.type == 1\" -T fields -e ip.src -e "
	       "icmp.code."},
    .references = {"RFC 1812 5.2.7.1", "RFC 792"},
    .example = "0.0 C > S S seq=0; 3.0 C > S S seq=0; 9.0 C > S S seq=0; "
	       "40.3 S > C RA seq=0 ack=1 win=0",
    .near_miss = "0.00 C > S S seq=0; 0.01 S > C RA seq=0 ack=1 win=0; 0.50 C > S S seq=0; "
		 "0.51 S > C RA seq=0 ack=1 win=0",
};

const struct tw_cause_entry tw_cause_entry_ICMP_UNREACHABLE = {
    .prior = 18,
    .prior_source = "estimate: routers mostly keep silent, or their errors are filtered "
		    "on the way",
    .expects =
	{
	    TW_NEEDS(ICMP_TO_SYN),
	    TW_FORBIDS(HANDSHAKE_COMPLETE),
	    TW_FORBIDS(ICMP_FROM_FILTER),
	    TW_NEEDS(SYN_SEEN),
	},
    .title = "the network reported that {server} cannot be reached",
    .meaning = "A router or host answered the SYN with an ICMP error: it has no route to {server}, "
	       "finds no such host, or the packet's hop limit ran out.",
    .advice = {"On the host that sent the ICMP error: ip route get ADDRESS. Network "
	       "unreachable (code 0) is a missing route; host unreachable (code 1) "
	       "is a neighbour that does not answer there (ip neigh).",
	       "If type is 11 (hop limit exceeded), the packets go in a circle: "
	       "traceroute -T -p PORT ADDRESS shows where.",
	       "Check the address itself: a wrong name server entry or an old one "
	       "leads to hosts that are gone.",
	       "To list all such errors: tshark -r FILE -Y \"icmp.type == 3 || "
	       "icmp.type == 11\" -T fields -e ip.src -e icmp.type -e icmp.code."},
    .references = {"RFC 792", "RFC 1122 4.2.3.9"},
    .no_example = "An ICMP error is no row of a list of TCP packets.",
};

const struct tw_cause_entry tw_cause_entry_SYN_UNANSWERED = {
    .prior = 80,
    .prior_source = "estimate: about as common as refusals; of a CDN's new connections, "
		    "20 of 100 end early, many in silence (Cloudflare, 2024)",
    .expects =
	{
	    TW_NEEDS(SYN_SEEN),
	    TW_FORBIDS(SYN_ANSWERED),
	    TW_FORBIDS(ICMP_TO_SYN),
	    TW_FORBIDS(PAYLOAD_SEEN),
	    TW_EXPECTS(ENDING_SEEN, 2),
	    TW_EXPECTS(SYN_REPEATED, 80),
	    TW_EXPECTS(FAN_OUT, 4),
	},
    .title = "nothing answered {client}'s attempts to connect",
    .meaning =
	"Neither SYN,ACK nor RST nor an ICMP error came back here: {server}'s host is down, a "
	"filter drops the SYN or its answer without a word, or one direction of the path is "
	"broken.",
    .advice = {"Capture at {server} (tcpdump -ni any \"host ADDRESS and tcp port "
	       "PORT\"): does the SYN arrive, and does an answer leave?",
	       "If it does not arrive: filters that drop without a word (security "
	       "groups, network ACLs, nft list ruleset | grep drop), and routes. "
	       "traceroute -T -p PORT ADDRESS shows how far it gets.",
	       "If it arrives and no answer leaves: nstat -az TcpExtListenDrops "
	       "TcpExtListenOverflows TcpExtTCPReqQFullDrop "
	       "TcpExtIPReversePathFilter on {server}.",
	       "On {client}: a connect time limit (curl --connect-timeout, nginx "
	       "proxy_connect_timeout, HAProxy timeout connect) fails sooner than "
	       "net.ipv4.tcp_syn_retries (6, more than a minute)."},
    .references = {"RFC 9293 3.8.1", "RFC 6298 2"},
    .example = "C > S S; C > S S; C > S S",
    .near_miss = "C > S S; C > S S; C > S S; S > C RA",
};

const struct tw_cause_entry tw_cause_entry_SYNACK_UNANSWERED = {
    .prior = 20,
    .prior_source = "estimate: rarer than SYNs without an answer, as it takes a path "
		    "that works one way only",
    .expects =
	{
	    TW_NEEDS(SYN_ACK_SEEN),
	    TW_FORBIDS(OPENER_ANSWERED),
	    TW_FORBIDS(HANDSHAKE_COMPLETE),
	    TW_FORBIDS(RESET_SEEN),
	    TW_EXPECTS(SYN_ACK_REPEATED, 90),
	},
    .title = "{server} answered, but {client} never completed the handshake",
    .meaning = "The SYN,ACK drew no ACK here: it is lost on the way back, {client}'s host is gone, "
	       "or the SYN had somebody else's address as its source.",
    .advice = {"Capture at {client}: does the SYN,ACK arrive? If it does not, the "
	       "way back is broken.",
	       "Look for a stateful device that sees one direction only (asymmetric "
	       "routing), and for net.ipv4.conf.all.rp_filter=1 on hosts with "
	       "several interfaces (2 is the loose check).",
	       "If many sources never complete, their addresses may be forged: a "
	       "SYN flood. ss -tan state syn-recv counts them, nstat -az "
	       "TcpExtSyncookiesSent shows whether cookies were needed "
	       "(net.ipv4.tcp_syncookies=1)."},
    .references = {"RFC 9293 3.5"},
    .example = "C > S S; S > C SA; S > C SA; S > C SA",
    .near_miss = "0.0 C > S S seq=0; 0.1 S > C SA seq=0 ack=1; 1.1 S > C SA seq=0 "
		 "ack=1; 1.2 C > S A seq=1 ack=1; 1.3 C > S PA seq=1 ack=1 len=10; "
		 "1.4 S > C PA seq=1 ack=11 len=10; 1.5 C > S FA seq=11 ack=11; 1.6 S "
		 "> C FA seq=11 ack=12; 1.7 C > S A seq=12 ack=12",
};

const struct tw_cause_entry tw_cause_entry_ACCEPT_QUEUE_OVERFLOW = {
    .prior = 12,
    .prior_source = "estimate: busy listeners drop seldom, but then many connections at once",
    .expects =
	{
	    TW_NEEDS(NEVER_TAKEN),
	    TW_NEEDS(HANDSHAKE_COMPLETE),
	    TW_NEEDS(SYN_ACK_SEEN),
	    TW_FORBIDS(SERVER_ANSWERED),
	    TW_FORBIDS(RESET_ACTIVE),
	    TW_FORBIDS(RESET_UNPROVOKED),
	    TW_FORBIDS(HANDSHAKE_CONTRADICTED),
	    TW_FORBIDS(RESET_AFTER_OWN_FIN),
	    TW_FORBIDS(BARE_RESET_TO_SYN_ACK),
	    TW_FORBIDS(RESET_IMPOSSIBLE),
	    TW_EXPECTS(UNANSWERED_RETRANSMISSIONS, 45),
	    TW_EXPECTS(RESET_SEEN, 40),
	    TW_EXPECTS(RESET_BARE, 98),
	    TW_EXPECTS(RESET_BY_OPENER, 2),
	    TW_EXPECTS(SYN_ACK_REPEATED, 60),
	    TW_EXPECTS(IDLE_BEFORE_RESET, 1),
	    TW_EXPECTS(RESET_ANSWERS_FIN, 3),
	},
    .title = "{server}'s accept queue was full: its kernel dropped the completed connection",
    .meaning = "{client} had completed the handshake and believed that it was connected, but "
	       "{server}'s listener had no room for one more connection that waits for accept(). "
	       "Linux then ignores ACK and data and repeats its SYN,ACK as if nothing had come "
	       "(tcp_conn_request, tcp_check_req); with net.ipv4.tcp_abort_on_overflow=1, and on "
	       "FreeBSD by default, the ACK is answered with a bare RST at once.",
    .advice =
	{"On {server}, run nstat -az TcpExtListenOverflows TcpExtListenDrops twice: rising "
	 "counters prove it. ss -ltn shows the queue (Recv-Q) against its limit (Send-Q).",
	 "Raise both limits, for the smaller one counts: net.core.somaxconn (4096), and the "
	 "program's backlog: nginx listen PORT backlog=4096, Apache ListenBacklog, HAProxy "
	 "backlog, Node server.listen(port, host, backlog), Java ServerSocket(port, backlog); "
	 "PostgreSQL's follows max_connections.",
	 "Find out why the program accepts too slowly: a blocked event loop, too few workers, "
	 "a pause of its garbage collector, or a limit of file descriptors.",
	 "Leave net.ipv4.tcp_abort_on_overflow at 0 where bursts are short: then the "
	 "repeated SYN,ACK lets the connection recover.",
	 "FreeBSD: netstat -Lan shows the queues, kern.ipc.soacceptqueue limits them, "
	 "net.inet.tcp.syncache.rst_on_sock_fail=0 stops the resets.",
	 "In captures: tshark -Y 'tcp.flags.syn==1 && tcp.flags.ack==1 && "
	 "tcp.analysis.retransmission' lists the repeated SYN,ACKs."},
    .references = {"Linux tcp_v4_syn_recv_sock()", "Linux tcp_check_req()",
		   "FreeBSD syncache_expand()", "RFC 9293 3.10.7.4", "listen(2)"},
    .example = "0.000 C > S S seq=0; 0.001 S > C SA seq=0 ack=1; 0.002 C > S A seq=1 ack=1; "
	       "0.003 C > S PA seq=1 ack=1 len=100; 0.210 C > S PA seq=1 ack=1 len=100; "
	       "0.630 C > S PA seq=1 ack=1 len=100; 1.001 S > C SA seq=0 ack=1; "
	       "1.002 C > S A seq=101 ack=1; 1.470 C > S PA seq=1 ack=1 len=100; "
	       "3.001 S > C SA seq=0 ack=1; 3.002 C > S A seq=101 ack=1",
    /* TCP_DEFER_ACCEPT: the listener waits for data, and takes it. */
    .near_miss = "0.000 C > S S seq=0; 0.001 S > C SA seq=0 ack=1; 0.002 C > S A seq=1 ack=1; "
		 "1.001 S > C SA seq=0 ack=1; 1.002 C > S A seq=1 ack=1; "
		 "1.500 C > S PA seq=1 ack=1 len=100; 1.501 S > C A seq=1 ack=101; "
		 "1.510 S > C PA seq=1 ack=101 len=500; 1.511 C > S FA seq=101 ack=501; "
		 "1.512 S > C FA seq=501 ack=102; 1.513 C > S A seq=102 ack=502",
};

const struct tw_cause_entry tw_cause_entry_CONNECT_ABANDONED = {
    .prior = 12,
    .prior_source = "estimate: connect time limits of a second or so, met by a lost SYN "
		    "or a busy listener",
    .expects =
	{
	    TW_NEEDS(BARE_RESET_TO_SYN_ACK),
	    TW_FORBIDS(RESET_TO_SYN),
	    TW_EXPECTS(SYN_ACK_LATE, 85),
	    TW_EXPECTS(SYN_SEEN, 96),
	    TW_EXPECTS(SYN_CRAFTED, 5),
	    TW_EXPECTS(FAN_OUT, 4),
	    TW_FORBIDS(PAYLOAD_SEEN),
	    TW_FORBIDS(RESET_IMPOSSIBLE),
	    TW_FORBIDS(UNTRANSLATED),
	},
    .title = "{client} had given up before {server}'s answer came",
    .meaning = "When the SYN,ACK came, {client}'s program had already closed its socket: its time "
	       "limit was over, or another attempt of its had been faster (RFC 8305). So the host "
	       "answered with a bare RST: it knew of no such attempt any more.",
    .advice = {"Compare {client}'s connect time limit with how long the SYN,ACK "
	       "took: curl --connect-timeout, nginx proxy_connect_timeout (60 s), "
	       "Envoy connect_timeout (5 s), HAProxy timeout connect. A limit under "
	       "1 s gives a lost SYN no second chance, for the first repetition "
	       "comes after 1 s (RFC 6298).",
	       "Find out why it took so long. A lost SYN: nstat -az "
	       "TcpExtTCPSynRetrans on {client}. A busy listener: nstat -az "
	       "TcpExtListenOverflows TcpExtListenDrops on {server}, and ss -ltn "
	       "there (Recv-Q near Send-Q).",
	       "If the listener's queue was full, raise its backlog (nginx listen "
	       "... backlog=, net.core.somaxconn) or accept faster."},
    .references = {"RFC 9293 3.5.2", "RFC 6298 2"},
    .example = "0.0 C > S S seq=0; 1.0 C > S S seq=0; 3.0 C > S S seq=0; "
	       "3.2 S > C SA seq=0 ack=1; 3.3 C > S R seq=1",
    .near_miss = "0.00 C > S S seq=0; 0.01 S > C SA seq=0 ack=1; 0.02 C > S R seq=1",
};

const struct tw_cause_entry tw_cause_entry_SYN_SCAN = {
    .prior = 25,
    .prior_source = "estimate: every public address is scanned all the time",
    .expects =
	{
	    TW_NEEDS(PORT_PROBED),
	    TW_EXPECTS(SYN_SEEN, 96),
	    TW_EXPECTS(SYN_CRAFTED, 97),
	    TW_EXPECTS(FAN_OUT, 60),
	    TW_EXPECTS(SYN_ANSWERED, 85),
	    TW_EXPECTS(ENDING_SEEN, 85),
	    TW_EXPECTS(LISTENER_FLOODED, 1),
	    TW_FORBIDS(SYN_REPEATED),
	    TW_FORBIDS(RESET_TO_SYN),
	    TW_FORBIDS(SYN_ACK_LATE),
	    TW_FORBIDS(PAYLOAD_SEEN),
	    TW_FORBIDS(RESET_IMPOSSIBLE),
	},
    .title = "{client} only probed whether the port is open",
    .meaning = "A program on {client} sent the SYN past its own kernel, as port scanners do; that "
	       "kernel knows of no such attempt, answers a SYN,ACK with a bare RST at once, and "
	       "repeats no SYN. Scanners try one port after the other.",
    .advice =
	{
	    "Nothing is broken. Whether the scan is welcome is a question for whoever runs "
	    "{client}.",
	    "See at which ports {client} knocked: tshark -r FILE -Y \"tcp.flags.syn==1 && "
	    "tcp.flags.ack==0 && ip.src==CLIENT\" -T fields -e ip.dst -e tcp.dstport.",
	    "Where it is not welcome, limit new connections of each source in the firewall: "
	    "iptables -A INPUT -p tcp --syn -m hashlimit --hashlimit-name scan "
	    "--hashlimit-mode srcip --hashlimit-above 20/second -j DROP.",
	},
    .references = {"RFC 9293 3.5.2", "RFC 9293 3.10.7.1"},
    .example = "0.00 C > S S seq=0; 0.01 S > C SA seq=0 ack=1; 0.02 C > S R seq=1",
    .near_miss = "0.00 C > S S seq=0; 0.01 S > C SA seq=0 ack=1; 0.02 C > S A seq=1 "
		 "ack=1; 0.03 C > S RA seq=1 ack=1 win=501",
};
