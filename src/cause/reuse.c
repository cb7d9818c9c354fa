/* reuse.c: endings of connections that were kept for reuse and lay idle. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cause/entry.h"

const struct tw_cause_entry tw_cause_entry_KEEPALIVE_RACE = {
    .prior = 30,
    .prior_source = "estimate: one request in thousands on kept connections, and the "
		    "commonest reason of a proxy's unexplained 502",
    .expects =
	{
	    TW_NEEDS(LATE_DATA),
	    TW_NEEDS(IDLE_BEFORE_FIN),
	    TW_EXPECTS(IDLE_MATCHES_TIMER, 28),
	    TW_EXPECTS(REST_BEFORE_FIN, 95),
	    TW_FORBIDS(LATE_DATA_ACKS_FIN),
	    TW_EXPECTS(FIN_WITH_DATA, 4),
	    TW_EXPECTS(RESET_SEEN, 85),
	    TW_EXPECTS(RESET_AFTER_OWN_FIN, 95),
	    TW_EXPECTS(RESET_ACTIVE, 25),
	    TW_EXPECTS(RESET_WINDOW_ZERO, 20),
	    TW_EXPECTS(RESET_BARE, 60),
	    TW_EXPECTS(LATE_DATA_AFTER_PAUSE, 1),
	    TW_EXPECTS(LATE_DATA_ACCEPTED, 25),
	    TW_EXPECTS(FAREWELL_ALERT, 1),
	    TW_EXPECTS(QUIT_EXCHANGE, 1),
	    TW_EXPECTS(REQUEST_UNANSWERED, 1),
	    TW_FORBIDS(RESET_IMPOSSIBLE),
	    /* A server may speak unasked as well: messages, notices of its own limits. */
	    TW_EXPECTS(LATE_BY_REQUESTER, 80),
	    TW_EXPECTS(EARLY_ANSWER, 1),
	    TW_EXPECTS(RESET_LONG_AFTER_FIN, 4),
	    TW_FORBIDS(UNTRANSLATED),
	},
    .title = "what {late} sent next crossed {closer}'s close of the idle connection",
    .meaning =
	"{closer} closed the idle connection, which was kept open for reuse, just when {late} "
	"sent its next request or message: the two packets passed each other on the way. "
	"{late} did nothing wrong, and could not know.",
    .advice = {"Make {late}'s idle limit shorter than {closer}'s, so that the side "
	       "which sends requests is the one that closes. Behind an AWS ALB (60 "
	       "s): nginx keepalive_timeout 75s, or Node.js server.keepAliveTimeout "
	       "= 65000. Behind Google's load balancer (600 s): 620 s or more.",
	       "{closer}'s limit is one of nginx keepalive_timeout, Apache "
	       "KeepAliveTimeout, HAProxy timeout http-keep-alive, Envoy "
	       "idle_timeout, Go http.Server.IdleTimeout, or their like.",
	       "{late}'s limit is one of nginx keepalive_timeout in the upstream "
	       "block (60 s), Envoy idle_timeout of the cluster (1 h), Go "
	       "http.Transport.IdleConnTimeout (90 s), Apache HttpClient "
	       "evictIdleConnections(), Java jdk.httpclient.keepalive.timeout.",
	       "Let {late} repeat the request on a new connection, if it may be "
	       "repeated safely (RFC 9110 9.2.2): HAProxy retry-on conn-failure "
	       "empty-response, nginx proxy_next_upstream error, Envoy retry_on: "
	       "reset.",
	       "Checking a connection before its use (HttpClient "
	       "setValidateAfterInactivity()) makes this rarer, and cannot rule it "
	       "out."},
    .references = {"RFC 9112 9.3.1", "RFC 9112 9.5"},
    .example = "0.00 C > S S seq=0; 0.02 S > C SA seq=0 ack=1; 0.04 C > S A seq=1 ack=1; "
	       "0.05 C > S PA seq=1 ack=1 len=100; 0.07 S > C PA seq=1 ack=101 len=500; "
	       "0.09 C > S A seq=101 ack=501; 60.09 S > C FA seq=501 ack=101; "
	       "60.10 C > S PA seq=101 ack=501 len=120; 60.11 S > C R seq=501",
    .near_miss = "0.00 C > S S seq=0; 0.02 S > C SA seq=0 ack=1; 0.04 C > S A seq=1 "
		 "ack=1; 0.05 C > S PA seq=1 ack=1 len=100; 0.07 S > C PA seq=1 "
		 "ack=101 len=500; 0.09 C > S A seq=101 ack=501; 60.09 S > C FA "
		 "seq=501 ack=101; 60.10 C > S A seq=101 ack=502; 95.10 C > S PA "
		 "seq=101 ack=502 len=120; 95.11 S > C R seq=502",
};

const struct tw_cause_entry tw_cause_entry_STALE_CONNECTION_REUSE = {
    .prior = 12,
    .prior_source = "estimate: rarer than the race, for most pools look for the end of "
		    "file before they use a connection",
    .expects =
	{
	    TW_NEEDS(LATE_DATA),
	    TW_NEEDS(LATE_DATA_ACKS_FIN),
	    TW_NEEDS(IDLE_AROUND_CLOSE),
	    TW_EXPECTS(REST_BEFORE_FIN, 92),
	    TW_EXPECTS(LATE_DATA_AFTER_PAUSE, 60),
	    TW_EXPECTS(FIN_WITH_DATA, 8),
	    TW_EXPECTS(RESET_SEEN, 95),
	    TW_EXPECTS(RESET_AFTER_OWN_FIN, 95),
	    TW_EXPECTS(RESET_ACTIVE, 15),
	    TW_EXPECTS(RESET_WINDOW_ZERO, 15),
	    TW_EXPECTS(RESET_BARE, 75),
	    TW_EXPECTS(LATE_DATA_ACCEPTED, 8),
	    TW_EXPECTS(FAREWELL_ALERT, 1),
	    TW_EXPECTS(QUIT_EXCHANGE, 1),
	    TW_EXPECTS(REQUEST_UNANSWERED, 1),
	    TW_FORBIDS(RESET_IMPOSSIBLE),
	    /* A server may speak unasked as well: messages, notices of its own limits. */
	    TW_EXPECTS(LATE_BY_REQUESTER, 80),
	    TW_EXPECTS(EARLY_ANSWER, 1),
	    TW_EXPECTS(RESET_LONG_AFTER_FIN, 65),
	    TW_FORBIDS(UNTRANSLATED),
	},
    .title = "{late} used a connection that {closer} had closed before",
    .meaning = "{closer} had closed the idle connection and {late}'s kernel knew it, but {late}'s "
	       "application did not look before it sent again, as happens with a pool of "
	       "connections. What it sent reached nobody.",
    .advice = {"On {late}, check a pooled connection for end of file before each "
	       "use, and drop it when the other side closes: Apache HttpClient "
	       "setValidateAfterInactivity(), a JDBC pool's validation, recv() with "
	       "MSG_PEEK and MSG_DONTWAIT in a program.",
	       "On {late}: ss -tan state close-wait lists such dead connections "
	       "while they wait in the pool.",
	       "Make {late}'s idle limit shorter than {closer}'s (HikariCP "
	       "maxLifetime and idleTimeout, Go http.Transport.IdleConnTimeout, "
	       "nginx keepalive_timeout in the upstream block).",
	       "Let {late} repeat the request on a new connection: this one reached "
	       "nobody."},
    .references = {"RFC 9112 9.3.1", "RFC 9112 9.5", "RFC 9293 3.6.1"},
    .example = "0.00 C > S S seq=0; 0.02 S > C SA seq=0 ack=1; 0.04 C > S A seq=1 ack=1; "
	       "0.05 C > S PA seq=1 ack=1 len=100; 0.07 S > C PA seq=1 ack=101 len=500; "
	       "0.09 C > S A seq=101 ack=501; 60.09 S > C FA seq=501 ack=101; "
	       "60.10 C > S A seq=101 ack=502; 95.10 C > S PA seq=101 ack=502 len=120; "
	       "95.11 S > C R seq=502",
    .near_miss = "0.00 C > S S seq=0; 0.02 S > C SA seq=0 ack=1; 0.04 C > S A seq=1 "
		 "ack=1; 0.05 C > S PA seq=1 ack=1 len=100; 0.07 S > C PA seq=1 "
		 "ack=101 len=500; 0.09 C > S A seq=101 ack=501; 60.09 S > C FA "
		 "seq=501 ack=101; 60.10 C > S PA seq=101 ack=501 len=120; 60.11 S > "
		 "C R seq=501",
};

const struct tw_cause_entry tw_cause_entry_MIDDLEBOX_IDLE_RESET = {
    .prior = 14,
    .prior_source = "estimate: idle limits of 240 to 3600 s on the way of connections "
		    "that are kept for longer",
    .expects =
	{
	    TW_NEEDS(RESET_SEEN),
	    TW_FORBIDS(UNTRANSLATED),
	    TW_NEEDS(IDLE_BEFORE_RESET),
	    TW_EXPECTS(IDLE_MATCHES_TIMER, 30),
	    TW_FORBIDS(RESET_TO_SYN),
	    TW_FORBIDS(BARE_RESET_TO_SYN_ACK),
	    TW_EXPECTS(RESET_TOO_FAST, 60),
	    TW_EXPECTS(RESET_IMPOSSIBLE, 20),
	    TW_EXPECTS(RESET_FOREIGN, 60),
	    TW_EXPECTS(DATA_AFTER_OWN_RESET, 1),
	    TW_EXPECTS(RESET_BOTH_ENDS, 45),
	    TW_EXPECTS(RESET_TTL_DIFFERS, 60),
	    TW_EXPECTS(RESET_ACTIVE, 8),
	    TW_EXPECTS(RESET_IP_ID_CONTINUES, 4),
	    TW_EXPECTS(FIN_BEFORE_RESET, 3),
	    TW_EXPECTS(LATE_DATA, 2),
	    TW_EXPECTS(KEEP_ALIVE_UNANSWERED, 1),
	    TW_NEEDS(CONVERSATION_SEEN),
	    TW_FORBIDS(CAPTURED_AT_RESETTER),
	    TW_FORBIDS(HANDSHAKE_CONTRADICTED),
	},
    .title = "a device on the path forgot the idle connection and reset it",
    .meaning =
	"A NAT, a firewall or a load balancer had struck the idle connection from its table, "
	"and answered the next packet with a RST in the other side's name, or told both ends "
	"so at the moment of expiry. Neither host had asked for it.",
    .advice = {"Switch on TCP keep-alive with an interval below the device's idle "
	       "limit (common limits: 240, 350, 600, 900, 3600 s): SO_KEEPALIVE "
	       "with net.ipv4.tcp_keepalive_time=120, PostgreSQL "
	       "tcp_keepalives_idle, nginx listen 443 so_keepalive=2m:30s:4, "
	       "HAProxy option clitcpka and option srvtcpka.",
	       "Or let the application speak before that: sshd ClientAliveInterval "
	       "60, pings of HTTP/2, gRPC or WebSocket. An AWS CLB counts nothing "
	       "else: TCP probes do not keep its connections.",
	       "Or close idle connections sooner than the device: pools' idle "
	       "limits (Go http.Transport.IdleConnTimeout, HikariCP maxLifetime).",
	       "Raise the device's limit: AWS NLB tcp.idle_timeout.seconds (350; 60 "
	       "to 6000), Azure Load Balancer idleTimeoutInMinutes (4; up to 100), "
	       "FortiGate session-ttl, Cisco ASA timeout conn.",
	       "Capture at both ends: a RST that one end never sent was made "
	       "between."},
    .references = {"RFC 5382 REQ-5"},
    .example = "0.00 C > S S seq=0; 0.02 S > C SA seq=0 ack=1; 0.04 C > S A seq=1 "
	       "ack=1; 0.05 C > S PA seq=1 ack=1 len=100; 0.07 S > C PA seq=1 "
	       "ack=101 len=500; 0.09 C > S A seq=101 ack=501; 240.10 S > C RA "
	       "seq=501 ack=101 win=0; 240.10 C > S RA seq=101 ack=501 win=0",
    .near_miss = "0.00 C > S S seq=0; 0.02 S > C SA seq=0 ack=1; 0.04 C > S A seq=1 "
		 "ack=1; 0.05 C > S PA seq=1 ack=1 len=100; 0.07 S > C PA seq=1 "
		 "ack=101 len=500; 0.09 C > S A seq=101 ack=501; 1.10 C > S PA "
		 "seq=101 ack=501 len=100; 1.12 S > C RA seq=501 ack=201 win=501",
};

const struct tw_cause_entry tw_cause_entry_KEEPALIVE_TIMEOUT = {
    .prior = 14,
    .prior_source = "estimate: hosts and paths that vanish under an idle connection "
		    "which somebody probes",
    .expects =
	{
	    TW_NEEDS(KEEP_ALIVE_UNANSWERED),
	    TW_EXPECTS(IDLE_MATCHES_TIMER, 28),
	    TW_EXPECTS(RESET_SEEN, 85),
	    TW_EXPECTS(RESET_ACTIVE, 97),
	    TW_EXPECTS(FIN_BEFORE_RESET, 2),
	    TW_EXPECTS(UNANSWERED_RETRANSMISSIONS, 3),
	    TW_EXPECTS(RESET_TOO_FAST, 1),
	},
    .title = "keep-alive probes went unanswered, so {resetter} gave the connection up",
    .meaning = "The other host, or the path to it, was gone: after the last unanswered probe "
	       "{resetter}'s kernel reset the connection and told its application \"timed out\".",
    .advice = {"Find out why {reset} was silent: down, unplugged, or cut off by a "
	       "device that dropped the idle connection.",
	       "Capture at {reset}: do the probes arrive there?",
	       "If a device on the way had forgotten the connection, probe more "
	       "often than it forgets: net.ipv4.tcp_keepalive_time (7200 s by "
	       "default, longer than nearly every device's limit), PostgreSQL "
	       "tcp_keepalives_idle, TCP_KEEPIDLE.",
	       "To notice sooner, shorten net.ipv4.tcp_keepalive_intvl (75 s) and "
	       "net.ipv4.tcp_keepalive_probes (9). ss -tino shows "
	       "timer:(keepalive,...) and its attempts while it lasts."},
    .references = {"RFC 9293 3.8.4", "Linux tcp_keepalive_timer()"},
    .example = "0.00 C > S S seq=0; 0.02 S > C SA seq=0 ack=1; 0.04 C > S A seq=1 ack=1; "
	       "0.05 C > S PA seq=1 ack=1 len=100; 0.07 S > C PA seq=1 ack=101 len=500; "
	       "0.09 C > S A seq=101 ack=501; 60.10 C > S A seq=100 ack=501; "
	       "75.10 C > S A seq=100 ack=501; 90.10 C > S A seq=100 ack=501; "
	       "105.10 C > S RA seq=101 ack=501 win=501",
    .near_miss = "0.00 C > S S seq=0; 0.02 S > C SA seq=0 ack=1; 0.04 C > S A seq=1 "
		 "ack=1; 0.05 C > S PA seq=1 ack=1 len=100; 0.07 S > C PA seq=1 "
		 "ack=101 len=500; 0.09 C > S A seq=101 ack=501; 60.10 C > S A "
		 "seq=100 ack=501; 60.12 S > C A seq=501 ack=101; 120.10 C > S A "
		 "seq=100 ack=501; 120.12 S > C A seq=501 ack=101; 150.00 C > S FA "
		 "seq=101 ack=501; 150.02 S > C FA seq=501 ack=102; 150.04 C > S A "
		 "seq=102 ack=502",
};
