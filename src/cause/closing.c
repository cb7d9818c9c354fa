/* closing.c: orderly endings, and connections that have not ended. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cause/entry.h"

const struct tw_cause_entry tw_cause_entry_GRACEFUL_CLOSE = {
    .prior = 400,
    .prior_source = "estimate: most connections of servers end so, for 75 to 85 of 100 "
		    "have no RST at all (Arlitt and Williamson, CCR 35(1), 2005)",
    .expects =
	{
	    TW_NEEDS(ENDING_SEEN),
	    TW_NEEDS(FIN_BY_BOTH),
	    TW_EXPECTS(FINS_ACKNOWLEDGED, 97),
	    TW_FORBIDS(FINS_CROSSED),
	    TW_FORBIDS(RESET_SEEN),
	    TW_EXPECTS(LATE_DATA_ACCEPTED, 30),
	    TW_EXPECTS(LATE_DATA, 1),
	    TW_FORBIDS(IDLE_BEFORE_FIN),
	    TW_FORBIDS(ANSWERLESS_CLOSE),
	    TW_EXPECTS(REQUEST_UNANSWERED, 2),
	    TW_EXPECTS(REST_BEFORE_FIN, 50),
	    TW_EXPECTS(UNANSWERED_RETRANSMISSIONS, 2),
	    TW_EXPECTS(KEEP_ALIVE_UNANSWERED, 1),
	    TW_EXPECTS(LATE_DATA_ACKS_FIN, 2),
	    TW_NEEDS(ALL_ACKNOWLEDGED),
	    TW_EXPECTS(FAREWELL_ALERT, 80),
	    TW_EXPECTS(ENDED_TOGETHER, 2),
	},
    .title = "closed in good order by both sides",
    .meaning = "Each side sent a FIN when it had nothing more to send, which is how TCP ends a "
	       "connection. Nothing was lost.",
    .advice = {"Nothing to do: this is how a connection should end."},
    .references = {"RFC 9293 3.6"},
    .example = "C > S S; S > C SA; C > S A; C > S PA; S > C PA; C > S FA; S > C A; S > C FA; "
	       "C > S A",
    .near_miss = "C > S S; S > C SA; C > S A; C > S PA; S > C PA; C > S FA; S > C A; "
		 "S > C RA",
};

const struct tw_cause_entry tw_cause_entry_SIMULTANEOUS_CLOSE = {
    .prior = 15,
    .prior_source = "estimate: both must close within one round trip",
    .expects =
	{
	    TW_NEEDS(FIN_BY_BOTH),
	    TW_NEEDS(FINS_CROSSED),
	    TW_EXPECTS(FINS_ACKNOWLEDGED, 97),
	    TW_EXPECTS(ALL_ACKNOWLEDGED, 98),
	    TW_EXPECTS(LATE_DATA, 4),
	    TW_FORBIDS(RESET_SEEN),
	},
    .title = "closed in good order by both sides at the same moment",
    .meaning = "Each side had decided to close before it heard of the other's decision, so the two "
	       "FINs crossed on the way. TCP provides for that (state CLOSING).",
    .advice = {"Nothing to do: both ends pass through CLOSING, and both keep "
	       "TIME-WAIT afterwards (ss -tan state time-wait), where else only the "
	       "first closer does."},
    .references = {"RFC 9293 3.6, figure 13"},
    .example = "C > S S seq=0; S > C SA seq=0 ack=1; C > S A seq=1 ack=1; "
	       "C > S PA seq=1 ack=1 len=10; S > C PA seq=1 ack=11 len=20; "
	       "C > S FA seq=11 ack=21; S > C FA seq=21 ack=11; C > S A seq=12 ack=22; "
	       "S > C A seq=22 ack=12",
    .near_miss = "C > S S seq=0; S > C SA seq=0 ack=1; C > S A seq=1 ack=1; C > S PA "
		 "seq=1 ack=1 len=10; S > C PA seq=1 ack=11 len=20; C > S FA seq=11 "
		 "ack=21; S > C FA seq=21 ack=12; C > S A seq=12 ack=22",
};

const struct tw_cause_entry tw_cause_entry_HALF_CLOSE = {
    .prior = 30,
    .prior_source = "estimate: few protocols and tools end their sending alone (rsh, nc "
		    "-N, some uploads)",
    .expects =
	{
	    TW_NEEDS(LATE_DATA),
	    TW_NEEDS(LATE_DATA_ACCEPTED),
	    TW_FORBIDS(RESET_SEEN),
	    TW_NEEDS(LATE_DATA_ACKS_FIN),
	    TW_EXPECTS(LATE_DATA_IS_ANSWER, 60),
	    TW_EXPECTS(LATE_BY_REQUESTER, 50),
	    TW_EXPECTS(REST_BEFORE_FIN, 15),
	    TW_EXPECTS(IDLE_BEFORE_FIN, 4),
	    TW_FORBIDS(FAREWELL_ALERT),
	    TW_EXPECTS(PEER_NEVER_CLOSED, 3),
	    TW_EXPECTS(EARLY_ANSWER, 6),
	},
    .title = "{closer} finished sending first and {late} sent the rest: an orderly half-close",
    .meaning = "{closer}'s FIN said only that nothing more would come from it: it went on reading, "
	       "and {late} used its own direction, still open, to finish. TCP has one FIN for each "
	       "direction for this (RFC 9293 3.6); programs call it shutdown().",
    .advice = {"Nothing to do where the program means it: shutdown(SHUT_WR), nc -N.",
	       "If such answers get lost at times, look for a proxy that takes the "
	       "first FIN for the end of both directions, or soon after it: HAProxy "
	       "timeout client-fin and timeout server-fin, nginx proxy_half_close "
	       "(stream module, off by default)."},
    .references = {"RFC 9293 3.6.1"},
    .example = "C > S S seq=0; S > C SA seq=0 ack=1; C > S A seq=1 ack=1; "
	       "C > S FPA seq=1 ack=1 len=10; S > C A seq=1 ack=12; "
	       "S > C PA seq=1 ack=12 len=1000; C > S A seq=12 ack=1001; "
	       "S > C FA seq=1001 ack=12; C > S A seq=12 ack=1002",
    .near_miss = "C > S S seq=0; S > C SA seq=0 ack=1; C > S A seq=1 ack=1; C > S FPA "
		 "seq=1 ack=1 len=10; S > C A seq=1 ack=12; S > C PA seq=1 ack=12 "
		 "len=1000; C > S R seq=12",
};

const struct tw_cause_entry tw_cause_entry_IDLE_CLOSE = {
    .prior = 60,
    .prior_source = "estimate: servers and pools keep connections for reuse, and many "
		    "are never used again",
    .expects =
	{
	    TW_NEEDS(IDLE_BEFORE_FIN),
	    TW_EXPECTS(IDLE_MATCHES_TIMER, 28),
	    TW_EXPECTS(REST_BEFORE_FIN, 95),
	    TW_NEEDS(FIN_BY_BOTH),
	    TW_FORBIDS(RESET_SEEN),
	    TW_FORBIDS(LATE_DATA),
	    TW_FORBIDS(ANSWERLESS_CLOSE),
	    TW_FORBIDS(REQUEST_UNANSWERED),
	    TW_EXPECTS(UNANSWERED_RETRANSMISSIONS, 1),
	    TW_EXPECTS(ENDED_TOGETHER, 4),
	},
    .title = "{closer} closed the idle connection in good order",
    .meaning = "Nothing was under way and a pause had passed, so {closer} closed: that is what an "
	       "idle limit of an application or of a proxy does. Nothing was lost.",
    .advice = {"Nothing to do, unless {late} is surprised by it: then give the side "
	       "that sends requests the shorter idle limit.",
	       "Limits of servers: nginx keepalive_timeout, Apache "
	       "KeepAliveTimeout, HAProxy timeout http-keep-alive, Envoy "
	       "idle_timeout (common_http_protocol_options), Node.js "
	       "server.keepAliveTimeout, Go http.Server.IdleTimeout.",
	       "Limits of clients: Go http.Transport.IdleConnTimeout, Java "
	       "jdk.httpclient.keepalive.timeout, Apache HttpClient "
	       "evictIdleConnections(), curl CURLOPT_MAXAGE_CONN, nginx "
	       "keepalive_timeout in an upstream block."},
    .references = {"RFC 9112 9.5"},
    .example = "0.00 C > S S; 0.01 S > C SA; 0.02 C > S A; 0.03 C > S PA; 0.04 S > C PA; "
	       "0.05 C > S A; 75.05 S > C FA; 75.06 C > S A; 75.07 C > S FA; 75.08 S > C A",
    .near_miss = "0.00 C > S S; 0.01 S > C SA; 0.02 C > S A; 0.03 C > S PA; 0.04 S > "
		 "C PA; 0.05 C > S A; 0.06 S > C FA; 0.07 C > S A; 0.08 C > S FA; "
		 "0.09 S > C A",
};

const struct tw_cause_entry tw_cause_entry_STILL_OPEN = {
    .prior = 60,
    .prior_source = "estimate: of a capture of some minutes, the connections that "
		    "outlive it",
    .expects =
	{
	    TW_EXPECTS(HANDSHAKE_COMPLETE, 95),
	    TW_EXPECTS(ENDING_SEEN, 18),
	    TW_FORBIDS(UNANSWERED_RETRANSMISSIONS),
	    TW_EXPECTS(KEEP_ALIVE_UNANSWERED, 1),
	    TW_NEEDS(SYN_SEEN),
	    TW_FORBIDS(ICMP_TO_SYN),
	    TW_NEEDS(SYN_ANSWERED),
	    TW_EXPECTS(SYN_REPEATED, 4),
	    TW_EXPECTS(SYN_ACK_REPEATED, 2),
	    TW_FORBIDS(RESET_SEEN),
	    TW_FORBIDS(FIN_BY_BOTH),
	    TW_FORBIDS(PEER_NEVER_CLOSED),
	    TW_EXPECTS(LOST_IS_LARGER, 1),
	    TW_EXPECTS(SMALLER_PASSES, 3),
	    TW_EXPECTS(GAVE_UP_ON_WINDOW, 1),
	    TW_FORBIDS(UNTRANSLATED),
	},
    .title = "not closed yet when the input ends",
    .meaning = "Up to its last packet in the input there is no RST, and not both FINs: it went on "
	       "after that, or its end was not captured.",
    .advice = {"To see its end, capture longer: dumpcap -i INTERFACE -b "
	       "duration:3600 -b files:24 -w ring.pcapng keeps the last day.",
	       "On either host, ss -tino shows what the connection is doing now "
	       "(timer, lastsnd, lastrcv, unacked)."},
    .references = {"RFC 9293 3.3.2"},
    .example = "C > S S; S > C SA; C > S A; C > S PA; S > C PA; C > S A",
    .near_miss = "0.0 C > S S seq=0; 0.1 S > C SA seq=0 ack=1; 0.2 C > S A seq=1 "
		 "ack=1; 0.3 C > S PA seq=1 ack=1 len=9; 0.6 C > S PA seq=1 ack=1 "
		 "len=9; 1.2 C > S PA seq=1 ack=1 len=9; 2.4 C > S PA seq=1 ack=1 "
		 "len=9; 4.8 C > S PA seq=1 ack=1 len=9",
};

const struct tw_cause_entry tw_cause_entry_SEEN_IN_PART = {
    .prior = 60,
    .prior_source = "estimate: of a capture of some minutes, the connections that are "
		    "older and outlive it",
    .expects =
	{
	    TW_FORBIDS(SYN_SEEN),
	    TW_EXPECTS(ENDING_SEEN, 40),
	    TW_FORBIDS(UNANSWERED_RETRANSMISSIONS),
	    TW_EXPECTS(KEEP_ALIVE_UNANSWERED, 1),
	    TW_EXPECTS(SYN_ACK_SEEN, 5),
	    TW_FORBIDS(RESET_SEEN),
	    TW_FORBIDS(FIN_BY_BOTH),
	    TW_EXPECTS(PEER_NEVER_CLOSED, 1),
	    TW_EXPECTS(LOST_IS_LARGER, 1),
	    TW_EXPECTS(SMALLER_PASSES, 3),
	    TW_EXPECTS(GAVE_UP_ON_WINDOW, 1),
	    TW_FORBIDS(UNTRANSLATED),
	},
    .title = "seen only in part: its opening is not in the input, nor its whole end",
    .meaning = "The connection is older than the input and its end is not shown, so nothing can be "
	       "said of how it ended.",
    .advice = {"Capture from before the connection is opened until it has ended.",
	       "A long-lived connection can be made to open anew: restart the "
	       "client's pool, or abort it with ss -K dst ADDRESS dport = PORT "
	       "(Linux, root)."},
    .references = {"RFC 9293 3.3.2"},
    .example = "C > S PA; S > C A; S > C PA; C > S A",
    .near_miss = "C > S PA; S > C PA; C > S FA; S > C FA; C > S A",
};

const struct tw_cause_entry tw_cause_entry_CLOSED_WITHOUT_RESPONSE = {
    .prior = 25,
    .prior_source = "estimate: rarer than resets in the middle of an exchange",
    .expects =
	{
	    TW_NEEDS(REQUEST_SEEN),
	    TW_NEEDS(ANSWERLESS_CLOSE),
	    TW_NEEDS(ENDING_SEEN),
	    TW_EXPECTS(REQUEST_UNANSWERED, 97),
	    TW_EXPECTS(FIN_BY_BOTH, 88),
	    TW_EXPECTS(FINS_ACKNOWLEDGED, 85),
	    TW_EXPECTS(ALL_ACKNOWLEDGED, 97),
	    TW_EXPECTS(FINS_CROSSED, 1),
	    TW_EXPECTS(REST_BEFORE_FIN, 4),
	    TW_EXPECTS(RESET_SEEN, 8),
	    TW_EXPECTS(LATE_DATA, 4),
	    TW_EXPECTS(ENDED_TOGETHER, 2),
	    TW_FORBIDS(EARLY_ANSWER),
	},
    .title = "{server} took the request and closed without one byte of an answer to it",
    .meaning =
	"The request reached {server}'s kernel, which acknowledged it; then {server}'s side "
	"closed in good order, because its program decided so or because the program ended. "
	"Clients report this as \"empty reply\" or \"connection closed prematurely\". Whether "
	"the request was processed, packets cannot tell.",
    .advice = {"Look into {server}'s application log at this moment: a crashed or "
	       "killed worker (dmesg -T | grep -i \"killed process\"; gunicorn's "
	       "\"WORKER TIMEOUT\"), or a request that it would not serve (nginx "
	       "return 444 closes without a word).",
	       "If {server} is a proxy, look at the server behind it: nginx' error "
	       "log says \"upstream prematurely closed connection\", HAProxy's "
	       "termination state begins with S, Envoy's response flags have UC.",
	       "Compare the time from the request to the FIN with limits of "
	       "{server}: gunicorn timeout (30 s), uWSGI harakiri, PHP-FPM "
	       "request_terminate_timeout.",
	       "On {client}, repeat the request only where that is safe (RFC 9110 "
	       "9.2.2), for it may have been processed. Proxies do so by nginx "
	       "proxy_next_upstream, HAProxy retry-on empty-response, Envoy "
	       "retry_on: reset."},
    .references = {"RFC 9293 3.6", "RFC 9110 9.2.2"},
    .example = "C > S S seq=0; S > C SA seq=0 ack=1; C > S A seq=1 ack=1; "
	       "C > S PA seq=1 ack=1 len=100; S > C A seq=1 ack=101; S > C FA seq=1 ack=101; "
	       "C > S A seq=101 ack=2; C > S FA seq=101 ack=2; S > C A seq=2 ack=102",
    .near_miss = "C > S S seq=0; S > C SA seq=0 ack=1; C > S A seq=1 ack=1; C > S PA "
		 "seq=1 ack=1 len=100; S > C A seq=1 ack=101; S > C PA seq=1 ack=101 "
		 "len=20; S > C FA seq=21 ack=101; C > S A seq=101 ack=22; C > S FA "
		 "seq=101 ack=22; S > C A seq=22 ack=102",
};

const struct tw_cause_entry tw_cause_entry_CLIENT_GAVE_UP_WAITING = {
    .prior = 40,
    .prior_source = "estimate: time limits of requests run out more often than servers "
		    "close without an answer",
    .expects =
	{
	    TW_NEEDS(REQUEST_SEEN),
	    TW_NEEDS(REQUEST_UNANSWERED),
	    TW_NEEDS(REQUESTER_CLOSED),
	    TW_NEEDS(SILENCE_BEFORE_END),
	    TW_EXPECTS(IDLE_MATCHES_TIMER, 26),
	    TW_NEEDS(ENDING_SEEN),
	    TW_EXPECTS(FIN_BY_BOTH, 70),
	    TW_EXPECTS(FINS_ACKNOWLEDGED, 70),
	    TW_EXPECTS(ALL_ACKNOWLEDGED, 95),
	    TW_EXPECTS(REST_BEFORE_FIN, 4),
	    TW_EXPECTS(LATE_DATA, 25),
	    TW_EXPECTS(RESET_SEEN, 50),
	    TW_EXPECTS(RESET_AFTER_OWN_FIN, 35),
	    TW_EXPECTS(UNANSWERED_RETRANSMISSIONS, 2),
	    TW_EXPECTS(KEEP_ALIVE_UNANSWERED, 2),
	},
    .title = "{client} waited for an answer and gave up",
    .meaning =
	"The request was acknowledged, so {server}'s host had it, but no answer came, and "
	"{client} ended the connection when its time limit, or its user's patience, ran out. "
	"The network delivered the request; what {server}'s application did in that time, "
	"packets do not show.",
    .advice = {"Find out what {server}'s application did in that time: a slow query "
	       "(PostgreSQL log_min_duration_statement), an exhausted pool of "
	       "workers, a lock (jstack PID, py-spy dump --pid PID).",
	       "Compare the length of the silence with the limits that {client} may "
	       "have: nginx proxy_read_timeout (60 s), HAProxy timeout server, "
	       "Envoy route timeout (15 s), AWS ALB idle timeout (60 s), Go "
	       "http.Client.Timeout, curl --max-time.",
	       "Let {server}'s own limit be the shorter one (PostgreSQL "
	       "statement_timeout, gunicorn timeout), so that an error comes back "
	       "instead of silence.",
	       "Where answers take long by nature, let {server} confirm at once "
	       "(HTTP 202) and {client} ask again.",
	       "To list the slow answers of a whole capture, where HTTP is not "
	       "encrypted: tshark -r FILE -Y \"http.time > 5\"."},
    .references = {"RFC 9293 3.6"},
    .example = "0.00 C > S S; 0.01 S > C SA; 0.02 C > S A; 0.03 C > S PA; 0.04 S > C A; "
	       "30.04 C > S FA; 30.05 S > C A",
    .near_miss = "0.00 C > S S; 0.01 S > C SA; 0.02 C > S A; 0.03 C > S PA; 0.04 S > "
		 "C A; 30.04 S > C PA; 30.05 C > S A; 30.06 C > S FA; 30.07 S > C FA; "
		 "30.08 C > S A",
};
