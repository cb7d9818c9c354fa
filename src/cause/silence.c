/* silence.c: silence that shows its reason: a size, a place, the rest before it, a window. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cause/entry.h"

const struct tw_cause_entry tw_cause_entry_MIDDLEBOX_IDLE_DROP = {
    .prior = 20,
    .prior_source = "estimate: as common as a path that fails for another reason; most silences "
		    "behind a long rest are a forgotten entry",
    .expects =
	{
	    TW_NEEDS(UNANSWERED_RETRANSMISSIONS),
	    TW_NEEDS(IDLE_BEFORE_SILENCE),
	    TW_EXPECTS(HEARD_MEANWHILE, 2),
	    TW_EXPECTS(ALIVE_AFTERWARDS, 55),
	    TW_EXPECTS(RETRY_FOLLOWS, 45),
	    TW_EXPECTS(FIRST_PAYLOAD_LOST, 5),
	    TW_EXPECTS(LOST_IS_LARGER, 3),
	    TW_EXPECTS(HANDSHAKE_COMPLETE, 99),
	    TW_EXPECTS(SYN_ACK_REPEATED, 2),
	    TW_EXPECTS(ENDING_SEEN, 35),
	    TW_EXPECTS(RESET_SEEN, 15),
	    TW_EXPECTS(FIN_BY_BOTH, 3),
	    TW_EXPECTS(ZERO_WINDOW_AT_END, 1),
	    TW_EXPECTS(GAVE_UP_ON_WINDOW, 1),
	    TW_FORBIDS(RESET_IMPOSSIBLE),
	},
    .title = "a device on the way had forgotten the idle connection and swallows what follows",
    .meaning =
	"A NAT, a firewall or a load balancer on the way struck the connection from its table "
	"after a rest longer than its idle limit, and drops without a word what is not in "
	"the table. Both ends still hold the connection open: neither was told. What one of "
	"them sends next vanishes, and so does each repetition, while a new connection works "
	"at once. RFC 5382 REQ-5 demands a limit of 2 hours 4 minutes at least; Azure's "
	"balancer has 4 minutes, AWS' Network Firewall 350 s, GCP's Cloud NAT 20 minutes, "
	"many firewalls an hour.",
    .advice =
	{"Send keep-alive probes sooner than the device forgets: sysctl -w "
	 "net.ipv4.tcp_keepalive_time=120 net.ipv4.tcp_keepalive_intvl=30 (for sockets with "
	 "SO_KEEPALIVE).",
	 "In the program: Go net.Dialer.KeepAlive, Java SO_KEEPALIVE and "
	 "jdk.net.ExtendedSocketOptions.TCP_KEEPIDLE, PostgreSQL tcp_keepalives_idle=120, nginx "
	 "\"listen 443 so_keepalive=2m::\" and \"proxy_socket_keepalive on\", HAProxy option "
	 "clitcpka with clitcpka-idle 120s, Envoy tcp_keepalive.keepalive_time.",
	 "Let the pool drop idle connections before the device does: Node agentkeepalive "
	 "freeSocketTimeout, Go Transport.IdleConnTimeout, HikariCP keepaliveTime and maxLifetime, "
	 "nginx upstream keepalive_timeout, Envoy common_http_protocol_options.idle_timeout.",
	 "Find the device by its limit: compare the pause with conntrack (sysctl "
	 "net.netfilter.nf_conntrack_tcp_timeout_established), Azure Load Balancer's idle timeout "
	 "(4 minutes; switch on TCP reset: az network lb rule update --enable-tcp-reset true "
	 "--idle-timeout 30), Cisco ASA timeout conn, FortiGate session-ttl.",
	 "Capture at the other end: if nothing arrives there while here everything is repeated, "
	 "the device stands between the two.",
	 "So that a lost connection is noticed sooner: TCP_USER_TIMEOUT (PostgreSQL "
	 "tcp_user_timeout, gRPC keepalive_timeout), or sysctl net.ipv4.tcp_retries2=8."},
    .references = {"RFC 5382 5, REQ-5", "RFC 9293 3.8.4", "RFC 1122 4.2.3.6"},
    .example = "0.00 C > S S seq=0; 0.02 S > C SA seq=0 ack=1; 0.03 C > S A seq=1 ack=1; "
	       "0.04 C > S PA seq=1 ack=1 len=100; 0.06 S > C PA seq=1 ack=101 len=500; "
	       "0.07 C > S A seq=101 ack=501; 900.0 C > S PA seq=101 ack=501 len=100; "
	       "900.3 C > S PA seq=101 ack=501 len=100; 900.9 C > S PA seq=101 ack=501 len=100; "
	       "902.1 C > S PA seq=101 ack=501 len=100; 904.5 C > S PA seq=101 ack=501 len=100",
    .near_miss = "0.00 C > S S seq=0; 0.02 S > C SA seq=0 ack=1; 0.03 C > S A seq=1 ack=1; "
		 "0.04 C > S PA seq=1 ack=1 len=100; 0.06 S > C PA seq=1 ack=101 len=500; "
		 "0.07 C > S A seq=101 ack=501; 0.9 C > S PA seq=101 ack=501 len=100; "
		 "1.2 C > S PA seq=101 ack=501 len=100; 1.8 C > S PA seq=101 ack=501 len=100; "
		 "3.0 C > S PA seq=101 ack=501 len=100; 5.4 C > S PA seq=101 ack=501 len=100",
};

const struct tw_cause_entry tw_cause_entry_PMTU_BLACKHOLE = {
    .prior = 12,
    .prior_source = "estimate: rarer than other failures of a path; tunnels and filtered ICMP",
    .expects =
	{
	    TW_NEEDS(LOST_IS_LARGER),
	    TW_EXPECTS(SMALLER_PASSES, 88),
	    TW_EXPECTS(UNANSWERED_RETRANSMISSIONS, 85),
	    TW_EXPECTS(ICMP_TOO_BIG, 12),
	    TW_EXPECTS(FIRST_PAYLOAD_LOST, 15),
	    TW_EXPECTS(IDLE_BEFORE_SILENCE, 6),
	    TW_EXPECTS(HANDSHAKE_COMPLETE, 99),
	    TW_EXPECTS(SYN_ACK_REPEATED, 2),
	    TW_EXPECTS(ENDING_SEEN, 35),
	    TW_EXPECTS(RESET_SEEN, 20),
	    TW_EXPECTS(FIN_BY_BOTH, 5),
	    TW_EXPECTS(ZERO_WINDOW_AT_END, 1),
	    TW_FORBIDS(RESET_IMPOSSIBLE),
	},
    .title = "large packets vanish on the way, small ones pass: a path MTU black hole",
    .meaning =
	"A link on the way (a tunnel, a VPN, PPPoE) carries smaller packets than the two ends "
	"agreed on with their MSS, and the sender got no ICMP report of that, or does not "
	"act on it. The handshake and small segments arrive; segments of full size "
	"never do, however often they are sent. The router before that link must report that "
	"by ICMP (type 3 code 4, or ICMPv6 type 2) to the sender, who would then send less at "
	"a time (RFC 1191, RFC 8201); the report was never sent, or a filter swallowed it, "
	"so the sender repeats what cannot pass (RFC 2923 2.1).",
    .advice =
	{"Find the limit: ping -M do -s 1472 HOST (IPv6: -s 1452), then smaller, until it passes; "
	 "or tracepath -n HOST.",
	 "Where the tunnel begins, let the MSS be clamped: iptables -t mangle -A FORWARD -p tcp "
	 "--tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu; nft: tcp flags syn tcp option "
	 "maxseg size set rt mtu; Cisco: ip tcp adjust-mss 1360.",
	 "Let ICMP type 3 code 4 and ICMPv6 type 2 through at every filter (RFC 4890 4.3.1); in "
	 "AWS in the network ACL and the security group.",
	 "On the sender: sysctl -w net.ipv4.tcp_mtu_probing=1 makes Linux find the size by itself "
	 "(RFC 4821; nstat -az TcpExtTCPMTUPSuccess counts it).",
	 "At once: a smaller MTU on the interface or the route (ip route replace default via "
	 "GATEWAY mtu 1400), or advmss 1360 on the route at the receiving end."},
    .references = {"RFC 2923 2.1", "RFC 1191 6.4", "RFC 4821", "RFC 8201",
		   "Linux tcp_mtu_probing()"},
    .example = "0.00 C > S S seq=0; 0.02 S > C SA seq=0 ack=1; 0.03 C > S A seq=1 ack=1; "
	       "0.04 C > S PA seq=1 ack=1 len=300; 0.06 S > C PA seq=1 ack=301 len=300; "
	       "0.07 C > S A seq=301 ack=301; 0.10 C > S PA seq=301 ack=301 len=300; "
	       "0.12 S > C A seq=301 ack=601 len=1460; 0.121 S > C A seq=1761 ack=601 len=1460; "
	       "0.122 S > C PA seq=3221 ack=601 len=200; 0.13 C > S A seq=601 ack=301; "
	       "0.4 S > C A seq=301 ack=601 len=1460; 1.0 S > C A seq=301 ack=601 len=1460; "
	       "2.2 S > C A seq=301 ack=601 len=1460; 4.6 S > C A seq=301 ack=601 len=1460",
    .near_miss = "0.00 C > S S seq=0; 0.02 S > C SA seq=0 ack=1; 0.03 C > S A seq=1 ack=1; "
		 "0.04 C > S PA seq=1 ack=1 len=300; 0.06 S > C PA seq=1 ack=301 len=1460; "
		 "0.07 C > S A seq=301 ack=1461; 0.10 C > S PA seq=301 ack=1461 len=300; "
		 "0.12 S > C A seq=1461 ack=601 len=1460; 0.13 S > C PA seq=2921 ack=601 len=200; "
		 "0.4 S > C A seq=1461 ack=601 len=1460; 1.0 S > C A seq=1461 ack=601 len=1460; "
		 "2.2 S > C A seq=1461 ack=601 len=1460; 4.6 S > C A seq=1461 ack=601 len=1460",
};

const struct tw_cause_entry tw_cause_entry_REQUEST_BLACKHOLED = {
    .prior = 18,
    .prior_source = "Sundara Raman et al., SIGCOMM 2023: silence after the first payload is among "
		    "the commonest signatures of tampering",
    .expects =
	{
	    TW_NEEDS(UNANSWERED_RETRANSMISSIONS),
	    TW_NEEDS(FIRST_PAYLOAD_LOST),
	    TW_EXPECTS(HEARD_MEANWHILE, 4),
	    TW_EXPECTS(IDLE_BEFORE_SILENCE, 4),
	    TW_EXPECTS(SERVER_ANSWERED, 6),
	    TW_EXPECTS(SYN_ACK_REPEATED, 2),
	    TW_EXPECTS(LOST_IS_LARGER, 12),
	    TW_EXPECTS(SMALLER_PASSES, 2),
	    TW_EXPECTS(HANDSHAKE_COMPLETE, 99),
	    TW_EXPECTS(RETRY_FOLLOWS, 40),
	    TW_EXPECTS(ENDING_SEEN, 35),
	    TW_EXPECTS(RESET_SEEN, 15),
	    TW_EXPECTS(FIN_BY_BOTH, 3),
	    TW_EXPECTS(ZERO_WINDOW_AT_END, 1),
	    TW_FORBIDS(RESET_IMPOSSIBLE),
	},
    .title = "the handshake worked, but {client}'s first request never arrived",
    .meaning =
	"The path and the listener work, for the handshake passed, but something on the way "
	"dropped the first payload each time that it was sent. A device that reads the "
	"payload does this (a firewall with application rules, a censor that dislikes the "
	"host name in the TLS greeting or the Host header), and so does one that answers the "
	"handshake itself in the name of a server that it does not reach (a SYN proxy).",
    .advice =
	{"Capture at {server}: does the first payload arrive there? If only the handshake does, "
	 "the device stands between the two.",
	 "Send another payload to the same address and port: openssl s_client -connect HOST:PORT "
	 "-servername example.org against -servername HOST, or curl --resolve; where only one name "
	 "fails, a filter reads names.",
	 "Ask whoever runs the firewall for its drops by application or host name (Palo Alto: show "
	 "session id N, \"policy-deny\"; FortiGate: diagnose debug flow; AWS Network Firewall: "
	 "alert logs of the stateful rule groups).",
	 "On {server}: nstat -az TcpExtListenOverflows TcpExtTCPReqQFullDrop and ss -ltn: a full "
	 "accept queue drops the first payload too, but then the SYN,ACK is repeated.",
	 "If the first payload is as large as a segment can be (a TLS greeting with post-quantum "
	 "keys is), test the path MTU: ping -M do -s 1472 HOST."},
    .references = {"Sundara Raman et al., SIGCOMM 2023", "RFC 9293 3.8.1", "RFC 7754"},
    .example = "0.0 C > S S seq=0; 0.1 S > C SA seq=0 ack=1; 0.2 C > S A seq=1 ack=1; "
	       "0.3 C > S PA seq=1 ack=1 len=517; 0.6 C > S PA seq=1 ack=1 len=517; "
	       "1.2 C > S PA seq=1 ack=1 len=517; 2.4 C > S PA seq=1 ack=1 len=517; "
	       "4.8 C > S PA seq=1 ack=1 len=517",
    .near_miss = "0.0 C > S S seq=0; 0.1 S > C SA seq=0 ack=1; 0.2 C > S A seq=1 ack=1; "
		 "0.3 C > S PA seq=1 ack=1 len=100; 0.4 S > C A seq=1 ack=101; "
		 "0.5 C > S PA seq=101 ack=1 len=100; 0.8 C > S PA seq=101 ack=1 len=100; "
		 "1.4 C > S PA seq=101 ack=1 len=100; 2.6 C > S PA seq=101 ack=1 len=100",
};

const struct tw_cause_entry tw_cause_entry_ZERO_WINDOW_TIMEOUT = {
    .prior = 14,
    .prior_source = "estimate: rare; applications mostly read again, or end",
    .expects =
	{
	    TW_NEEDS(GAVE_UP_ON_WINDOW),
	    TW_EXPECTS(HANDSHAKE_COMPLETE, 99),
	    TW_EXPECTS(ENDING_SEEN, 45),
	    TW_EXPECTS(RESET_SEEN, 42),
	    TW_EXPECTS(FIN_BY_BOTH, 2),
	    TW_EXPECTS(RESET_BARE, 85),
	    TW_EXPECTS(RESET_ACTIVE, 15),
	    TW_EXPECTS(RESET_AFTER_OWN_FIN, 5),
	    TW_EXPECTS(FIN_BEFORE_RESET, 5),
	    TW_EXPECTS(IDLE_BEFORE_RESET, 30),
	    TW_EXPECTS(LOST_IS_LARGER, 3),
	    TW_FORBIDS(RESET_IMPOSSIBLE),
	},
    .title = "one side stopped reading, and the other gave up waiting for its window to open",
    .meaning =
	"The sender gave up waiting: a receiver advertised a window of 0, for its application "
	"did not read and its buffer was full, and did not open it in time. At a closed "
	"window a sender may send nothing but probes, with doubling pauses (RFC 9293 "
	"3.8.6.1). A live receiver answers them, so TCP itself would wait for ever; but "
	"senders have limits of their own (TCP_USER_TIMEOUT, a proxy's send timeout, on Linux "
	"the orphan limit once the program has closed). Linux then forgets the connection "
	"without a word; when the window opens at last, a RST answers.",
    .advice =
	{"Find out what the receiving application did instead of reading: ss -tmi shows its "
	 "Recv-Q; look for a lock, a slow disk, garbage collection, a full queue behind it.",
	 "On the sender: ss -to state established shows timer:(persist; nstat -az "
	 "TcpExtTCPTimeouts TcpExtTCPAbortOnTimeout before and after.",
	 "Compare the pause with the sender's limit: TCP_USER_TIMEOUT, nginx send_timeout (60 s), "
	 "Apache TimeOut (60 s), HAProxy timeout client or timeout server, Envoy "
	 "stream_idle_timeout (5 minutes), Varnish idle_send_timeout (60 s), sysctl "
	 "net.ipv4.tcp_orphan_retries.",
	 "If the reader is only slow, give it time or less to read: a longer limit, smaller "
	 "responses, paging, Node stream.pause() no longer than needed.",
	 "Filter: tshark -Y \"tcp.analysis.zero_window || tcp.analysis.zero_window_probe\"."},
    .references = {"RFC 9293 3.8.6.1", "RFC 1122 4.2.2.17", "RFC 6429", "Linux tcp_probe_timer()"},
    .example =
	"0.00 C > S S seq=0 win=2800; 0.02 S > C SA seq=0 ack=1; 0.03 C > S A seq=1 ack=1 "
	"win=2800; 0.04 C > S PA seq=1 ack=1 len=100 win=2800; 0.06 S > C A seq=1 ack=101 len=1400 "
	"win=900; 0.061 S > C A seq=1401 ack=101 len=1400 win=900; 0.07 C > S A seq=101 ack=2801 "
	"win=0; 0.3 S > C A seq=2800 ack=101 len=0 win=900; 0.31 C > S A seq=101 ack=2801 win=0; "
	"0.8 S > C A seq=2800 ack=101 len=0 win=900; 0.81 C > S A seq=101 ack=2801 win=0; "
	"1.8 S > C A seq=2800 ack=101 len=0 win=900; 1.81 C > S A seq=101 ack=2801 win=0; "
	"9.0 C > S A seq=101 ack=2801 win=2800; 9.02 S > C R seq=2801",
    .near_miss =
	"0.00 C > S S seq=0 win=2800; 0.02 S > C SA seq=0 ack=1; 0.03 C > S A seq=1 ack=1 "
	"win=2800; 0.04 C > S PA seq=1 ack=1 len=100 win=2800; 0.06 S > C A seq=1 ack=101 len=1400 "
	"win=900; 0.061 S > C A seq=1401 ack=101 len=1400 win=900; 0.07 C > S A seq=101 ack=2801 "
	"win=0; 0.3 S > C A seq=2800 ack=101 len=0 win=900; 0.31 C > S A seq=101 ack=2801 win=0; "
	"0.8 C > S A seq=101 ack=2801 win=2800; 0.82 S > C PA seq=2801 ack=101 len=50 win=900; "
	"0.83 C > S A seq=101 ack=2851 win=2800; 0.9 C > S FA seq=101 ack=2851 win=2800; "
	"0.92 S > C FA seq=2851 ack=102 win=900; 0.93 C > S A seq=102 ack=2852 win=2800",
};
