/* half_closed.c: endings in which one side closed, and the other went on, or never followed. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cause/entry.h"

const struct tw_cause_entry tw_cause_entry_LINGERING_CLOSE_TIMEOUT = {
    .prior = 1,
    .prior_source = "below deliberate aborts: only servers that drain, and only clients that do "
		    "not stop",
    .expects =
	{
	    TW_NEEDS(RESET_SEEN),
	    TW_NEEDS(RESET_AFTER_OWN_FIN),
	    TW_NEEDS(LATE_DATA),
	    TW_NEEDS(LATE_DATA_ACCEPTED),
	    TW_NEEDS(RESET_LONG_AFTER_FIN),
	    TW_EXPECTS(RESET_ACTIVE, 97),
	    TW_EXPECTS(RESET_WINDOW_ZERO, 15),
	    TW_EXPECTS(RESET_BARE, 3),
	    TW_FORBIDS(LATE_DATA_IS_ANSWER),
	    TW_EXPECTS(LATE_BY_REQUESTER, 97),
	    TW_EXPECTS(EARLY_ANSWER, 75),
	    TW_EXPECTS(SERVER_ANSWERED, 97),
	    TW_EXPECTS(IDLE_BEFORE_FIN, 3),
	    TW_EXPECTS(REST_BEFORE_FIN, 5),
	    TW_EXPECTS(FIN_WITH_DATA, 10),
	    TW_EXPECTS(UNREAD_POSSIBLE, 96),
	    TW_EXPECTS(FAREWELL_ALERT, 1),
	    TW_EXPECTS(QUIT_EXCHANGE, 1),
	    TW_FORBIDS(RESET_IMPOSSIBLE),
	    TW_EXPECTS(KEEP_ALIVE_UNANSWERED, 1),
	},
    .title = "{closer} had closed, read on for its time limit, and then reset what still came",
    .meaning =
	"{closer} had given its answer and closed its sending direction, then read and threw "
	"away what {late} still sent so that its answer could arrive (a lingering close), "
	"until the time limit of that ran out. {late} did not stop, {closer} closed the "
	"socket, and what still came was answered with a RST.",
    .advice = {"On {late}, read the answer while sending, and stop sending when it is final (an "
	       "error, or Connection: close).",
	       "On {closer}: the limits are lingering_time (30 s) and lingering_timeout (5 s) in "
	       "nginx, 30 s and 2 s in Apache httpd; raise them only where clients need longer.",
	       "If the upload is refused because of its size, compare it with client_max_body_size "
	       "(nginx) or LimitRequestBody (Apache httpd).",
	       "Let {late} send Expect: 100-continue, so that it learns of a refusal before it "
	       "sends the body."},
    .references = {"RFC 9112 9.6", "RFC 9110 10.1.1", "Linux __tcp_close()"},
    .example = "0.00 C > S S seq=0; 0.02 S > C SA seq=0 ack=1; 0.02 C > S A seq=1 ack=1; "
	       "0.03 C > S A seq=1 ack=1 len=1400; 0.06 S > C PA seq=1 ack=1401 len=300; "
	       "0.06 C > S A seq=1401 ack=301; 0.07 S > C FA seq=301 ack=1401; "
	       "1.00 C > S A seq=1401 ack=302 len=1400; 1.02 S > C A seq=302 ack=2801; "
	       "3.00 C > S A seq=2801 ack=302 len=1400; 3.02 S > C A seq=302 ack=4201; "
	       "5.07 S > C RA seq=302 ack=4201 win=509",
    /* Half a second after the FIN: no limit of a lingering close is so short. */
    .near_miss = "0.00 C > S S seq=0; 0.02 S > C SA seq=0 ack=1; 0.02 C > S A seq=1 ack=1; "
		 "0.03 C > S A seq=1 ack=1 len=1400; 0.06 S > C PA seq=1 ack=1401 len=300; "
		 "0.06 C > S A seq=1401 ack=301; 0.07 S > C FA seq=301 ack=1401; "
		 "0.30 C > S A seq=1401 ack=302 len=1400; 0.32 S > C A seq=302 ack=2801; "
		 "0.57 S > C RA seq=302 ack=2801 win=509",
};

const struct tw_cause_entry tw_cause_entry_EARLY_RESPONSE_UPLOAD_ABORT = {
    .prior = 8,
    .prior_source = "below closes with unread data, of which it is the kind with an early answer",
    .expects =
	{
	    TW_NEEDS(RESET_SEEN),
	    TW_NEEDS(EARLY_ANSWER),
	    TW_NEEDS(REQUEST_CUT_SHORT),
	    TW_NEEDS(SERVER_ANSWERED),
	    TW_FORBIDS(RESET_BY_OPENER),
	    TW_FORBIDS(RESET_LONG_AFTER_FIN),
	    TW_EXPECTS(RESET_AFTER_OWN_FIN, 50),
	    TW_EXPECTS(ANSWER_IS_ERROR, 85),
	    TW_EXPECTS(RESPONSE_INCOMPLETE, 4),
	    TW_EXPECTS(IDLE_BEFORE_FIN, 1),
	    TW_EXPECTS(FAREWELL_ALERT, 1),
	    TW_EXPECTS(QUIT_EXCHANGE, 1),
	    TW_FORBIDS(RESET_IMPOSSIBLE),
	    TW_EXPECTS(LATE_BY_REQUESTER, 99),
	    TW_EXPECTS(KEEP_ALIVE_UNANSWERED, 1),
	},
    .title = "{server} answered and closed while {client} was still sending its message",
    .meaning =
	"{server} answered before it had read the whole message (mostly a refusal: too large, "
	"not allowed, please log in) and closed; the rest met a closed socket or stayed "
	"unread, and a kernel answers that with a RST. By RFC 9293 (3.10.7.4) a RST makes "
	"{client}'s kernel flush what was received and not yet read (Linux keeps it, but a "
	"program that is still writing fails before it reads): the answer that would explain "
	"everything is often lost, and {client} reports \"connection reset\" or \"broken "
	"pipe\".",
    .advice = {"Look up the answer in the log of {server}: its status says why the message was "
	       "refused (413: client_max_body_size in nginx, LimitRequestBody in Apache httpd; 401 "
	       "or 403: credentials; 302: a log-in page).",
	       "On {server}, close in stages (lingering_close in nginx; in an application: "
	       "shutdown(SHUT_WR), then read until end of file for a bounded time), so that the "
	       "answer arrives.",
	       "On {client}, read while sending, and stop when an answer comes; do not take the "
	       "reset for a fault of the network.",
	       "Let {client} send Expect: 100-continue, so that a refusal comes before the body "
	       "(curl does for bodies above 1 MB)."},
    .references = {"RFC 9112 9.6", "RFC 9110 10.1.1", "RFC 9110 15.5.14", "RFC 2525 2.17"},
    .example = "C > S S seq=0; S > C SA seq=0 ack=1; C > S A seq=1 ack=1; "
	       "C > S A seq=1 ack=1 len=1400; C > S A seq=1401 ack=1 len=1400; "
	       "S > C A seq=1 ack=2801; C > S A seq=2801 ack=1 len=1400; "
	       "S > C PA seq=1 ack=2801 len=300 HTTP/1.1 413 Content Too Large; "
	       "S > C FA seq=301 ack=2801; C > S A seq=4201 ack=302 len=1400; S > C R seq=302",
    /* The message had ended with PSH, and what follows the answer is another one. */
    .near_miss = "C > S S seq=0; S > C SA seq=0 ack=1; C > S A seq=1 ack=1; "
		 "C > S PA seq=1 ack=1 len=400; S > C A seq=1 ack=401; "
		 "S > C PA seq=1 ack=401 len=300; S > C FA seq=301 ack=401; "
		 "C > S A seq=401 ack=302; C > S PA seq=401 ack=302 len=400; S > C R seq=302",
};

const struct tw_cause_entry tw_cause_entry_FIN_WAIT_2_TIMEOUT = {
    .prior = 8,
    .prior_source = "rare: an application that leaks for a while, then closes",
    .expects =
	{
	    TW_NEEDS(RESET_SEEN),
	    TW_NEEDS(RESET_AFTER_OWN_FIN),
	    TW_NEEDS(LATE_CLOSE_RESET),
	    TW_EXPECTS(CLOSER_FIN_ACKNOWLEDGED, 99),
	    TW_FORBIDS(RESET_ACTIVE),
	    TW_NEEDS(RESET_BARE),
	    TW_FORBIDS(LATE_DATA),
	    TW_EXPECTS(REQUEST_UNANSWERED, 5),
	    TW_EXPECTS(RESET_LONG_AFTER_FIN, 99),
	    TW_FORBIDS(RESET_IMPOSSIBLE),
	},
    .title = "{late} closed too late: {closer}'s host no longer waited for it",
    .meaning =
	"{closer} had closed and waited in FIN-WAIT-2 for {late}'s FIN, which a kernel does "
	"for a limited time only once no program holds the socket (Linux: tcp_fin_timeout, 60 "
	"s; Windows: 120 s). {late} had acknowledged the FIN, but its application closed too "
	"late: the connection was forgotten, and {late}'s FIN, or ACK, was answered with a "
	"RST. No payload was under way, so none was lost.",
    .advice = {"On {late}, find out why the application closes so long after the end of file (a "
	       "pool that does not look, a blocked worker); until then it holds a descriptor.",
	       "On {late}: ss -tan state close-wait shows the sockets that wait for their "
	       "application.",
	       "On {closer} (Linux): sysctl net.ipv4.tcp_fin_timeout is the limit; there is no "
	       "reason to raise it."},
    .references = {"RFC 9293 3.3.2", "RFC 9293 3.6", "Linux tcp_time_wait()"},
    .example = "0.00 C > S S seq=0; 0.02 S > C SA seq=0 ack=1; 0.02 C > S A seq=1 ack=1; "
	       "0.03 C > S PA seq=1 ack=1 len=100; 0.06 S > C PA seq=1 ack=101 len=500; "
	       "0.06 C > S A seq=101 ack=501; 0.07 C > S FA seq=101 ack=501; "
	       "0.09 S > C A seq=501 ack=102; 100.00 S > C FA seq=501 ack=102; "
	       "100.00 C > S R seq=102",
    /* After two seconds no kernel has given up waiting. */
    .near_miss = "0.00 C > S S seq=0; 0.02 S > C SA seq=0 ack=1; 0.02 C > S A seq=1 ack=1; "
		 "0.03 C > S PA seq=1 ack=1 len=100; 0.06 S > C PA seq=1 ack=101 len=500; "
		 "0.06 C > S A seq=101 ack=501; 0.07 C > S FA seq=101 ack=501; "
		 "0.09 S > C A seq=501 ack=102; 2.00 S > C FA seq=501 ack=102; "
		 "2.00 C > S R seq=102",
};

const struct tw_cause_entry tw_cause_entry_CLOSE_WAIT_LEAK = {
    .prior = 12,
    .prior_source = "below connections that are merely open: applications that never close",
    .expects =
	{
	    TW_NEEDS(ENDING_SEEN),
	    TW_NEEDS(PEER_NEVER_CLOSED),
	    TW_NEEDS(CLOSER_FIN_ACKNOWLEDGED),
	    TW_FORBIDS(RESET_SEEN),
	    TW_FORBIDS(FIN_BY_BOTH),
	    TW_FORBIDS(UNANSWERED_RETRANSMISSIONS),
	    TW_EXPECTS(KEEP_ALIVE_UNANSWERED, 1),
	    TW_EXPECTS(REQUEST_UNANSWERED, 5),
	    TW_FORBIDS(ANSWERLESS_CLOSE),
	    TW_EXPECTS(LATE_DATA, 4),
	    TW_EXPECTS(ZERO_WINDOW_AT_END, 2),
	},
    .title = "{late} acknowledged {closer}'s FIN and never closed: its socket leaks",
    .meaning =
	"{late}'s kernel has told its application of the FIN (end of file) and waits in "
	"CLOSE-WAIT for the application to close; only the application can end that state, no "
	"timer does. Each such connection costs a descriptor and memory, until there are "
	"none left.",
    .advice =
	{"On {late}: ss -tanp state close-wait lists the sockets and their process; a "
	 "number that only grows is a leak.",
	 "On {late}, close the socket when read() returns 0, on error paths as well (try-with-"
	 "resources in Java, defer resp.Body.Close() in Go, eviction of closed connections "
	 "in pools).",
	 "If the process is blocked, take a stack dump (gdb -p, jstack, SIGQUIT for Go): a "
	 "worker that waits for something else cannot see the end of file.",
	 "Restarting the process on {late} frees the sockets until the next time."},
    .references = {"RFC 9293 3.3.2", "RFC 9293 3.6"},
    .example = "0.00 C > S S seq=0; 0.02 S > C SA seq=0 ack=1; 0.02 C > S A seq=1 ack=1; "
	       "0.03 C > S PA seq=1 ack=1 len=100; 0.06 S > C PA seq=1 ack=101 len=500; "
	       "0.06 C > S A seq=101 ack=501; 5.00 S > C FA seq=501 ack=101; "
	       "5.01 C > S A seq=101 ack=502; 65.10 S > C A seq=501 ack=101; "
	       "65.12 C > S A seq=101 ack=502",
    /* Half a minute of silence after a FIN is not much. */
    .near_miss = "0.00 C > S S seq=0; 0.02 S > C SA seq=0 ack=1; 0.02 C > S A seq=1 ack=1; "
		 "0.03 C > S PA seq=1 ack=1 len=100; 0.06 S > C PA seq=1 ack=101 len=500; "
		 "0.06 C > S A seq=101 ack=501; 5.00 S > C FA seq=501 ack=101; "
		 "5.01 C > S A seq=101 ack=502; 35.10 S > C A seq=501 ack=101; "
		 "35.12 C > S A seq=101 ack=502",
};
