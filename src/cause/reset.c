/* reset.c: endings by a RST that one of the two hosts sent for reasons of its own. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cause/entry.h"

const struct tw_cause_entry tw_cause_entry_RESET_AFTER_EXCHANGE = {
    .prior = 90,
    .prior_source = "most RSTs come from clients that reset instead of closing (Arlitt "
		    "and Williamson, CCR 35(1), 2005); 259 of 527 RSTs other than "
		    "refusals by Windows-like hosts in public captures came after the "
		    "peer's FIN",
    .expects =
	{
	    TW_NEEDS(RESET_SEEN),
	    TW_NEEDS(FIN_BEFORE_RESET),
	    TW_NEEDS(ALL_ACKNOWLEDGED),
	    TW_NEEDS(PAYLOAD_SEEN),
	    TW_EXPECTS(UNANSWERED_RETRANSMISSIONS, 2),
	    TW_EXPECTS(REQUEST_UNANSWERED, 3),
	    TW_EXPECTS(RESET_INSTEAD_OF_ANSWER, 2),
	    TW_EXPECTS(LATE_DATA, 8),
	    TW_NEEDS(LATE_DATA_IS_ANSWER),
	    TW_EXPECTS(RESET_ACTIVE, 97),
	    TW_EXPECTS(RESET_WINDOW_ZERO, 35),
	    TW_EXPECTS(RESET_BARE, 4),
	    TW_FORBIDS(RESET_IMPOSSIBLE),
	    TW_EXPECTS(RESET_TTL_DIFFERS, 2),
	    TW_EXPECTS(RESET_ANSWERS_FIN, 1),
	    TW_EXPECTS(LATE_CLOSE_RESET, 1),
	    TW_EXPECTS(EARLY_ANSWER, 1),
	    TW_EXPECTS(RESPONSE_INCOMPLETE, 1),
	    TW_EXPECTS(RESET_LONG_AFTER_FIN, 15),
	    TW_EXPECTS(ABORT_WITHOUT_ACK, 1),
	},
    .title = "everything had been delivered; {resetter} reset instead of finishing the close",
    .meaning = "The RST only cut short the rest of the farewell: a FIN had been sent, and all "
	       "payload of both sides was acknowledged. Browsers, connection pools and many "
	       "Windows programs end their connections like this every day.",
    .advice = {"Nothing to do: no data was lost. Alert on connections whose outcome "
	       "is failed (tcpwhy --json), not on RSTs as such.",
	       "If the RST must go, let {resetter} close in order: without "
	       "SO_LINGER 0 (HAProxy: no option nolinger; nginx: "
	       "reset_timedout_connection off), and in programs recv() until it "
	       "returns 0 before close()."},
    .references = {"RFC 9293 3.10.5"},
    .example = "C > S S; S > C SA; C > S A; C > S PA; S > C PA; C > S A; S > C FA; C > S RA",
    .near_miss = "C > S S seq=0; S > C SA seq=0 ack=1; C > S A seq=1 ack=1; C > S PA "
		 "seq=1 ack=1 len=100; S > C PA seq=1 ack=101 len=500; S > C FA "
		 "seq=501 ack=101; C > S A seq=101 ack=502; C > S PA seq=101 ack=502 "
		 "len=400; S > C R seq=502",
};

const struct tw_cause_entry tw_cause_entry_TLS_CLOSE_NOTIFY_RACE = {
    .prior = 14,
    .prior_source = "estimate: every TLS client that says goodbye to a server that has "
		    "closed already",
    .expects =
	{
	    TW_NEEDS(RESET_SEEN),
	    TW_NEEDS(RESET_AFTER_OWN_FIN),
	    TW_NEEDS(LATE_DATA),
	    TW_NEEDS(FAREWELL_ALERT),
	    TW_EXPECTS(REST_BEFORE_FIN, 50),
	    TW_EXPECTS(LATE_DATA_ACCEPTED, 10),
	    TW_EXPECTS(REQUEST_UNANSWERED, 4),
	    TW_EXPECTS(RESET_ACTIVE, 15),
	    TW_EXPECTS(RESET_WINDOW_ZERO, 10),
	    TW_EXPECTS(RESET_BARE, 85),
	    TW_EXPECTS(LATE_DATA_AFTER_PAUSE, 5),
	    TW_EXPECTS(QUIT_EXCHANGE, 1),
	    TW_FORBIDS(RESET_IMPOSSIBLE),
	    TW_EXPECTS(EARLY_ANSWER, 1),
	    TW_EXPECTS(RESET_LONG_AFTER_FIN, 4),
	},
    .title = "{late}'s TLS farewell met a socket that {closer} had already closed",
    .meaning =
	"{closer} had closed the connection when {late} sent TLS' own goodbye (close_notify), "
	"as the standard asks, so the goodbye met no socket and drew a RST. Only the goodbye "
	"was lost; the application's data was complete.",
    .advice = {"Nothing needs to change: the application's data was complete. Do "
	       "not count such RSTs as errors.",
	       "To be rid of them, let {closer} wait for the farewell before it "
	       "closes: SSL_shutdown() until it returns 1 (OpenSSL), or "
	       "shutdown(SHUT_WR) and read() until end of file, for a bounded time; "
	       "nginx lingering_close always.",
	       "Where the capture can be decrypted, tshark -r FILE -Y "
	       "\"tls.alert_message.desc == 0\" shows the farewells."},
    .references = {"RFC 8446 6.1", "RFC 9293 3.6.1"},
    .example = "C > S S seq=0; S > C SA seq=0 ack=1; C > S A seq=1 ack=1; "
	       "C > S PA seq=1 ack=1 len=200 TLSv1.3; S > C PA seq=1 ack=201 len=900 TLSv1.3; "
	       "S > C FA seq=901 ack=201; C > S PA seq=201 ack=902 len=24 TLS alert; "
	       "S > C R seq=902",
    .near_miss = "C > S S seq=0; S > C SA seq=0 ack=1; C > S A seq=1 ack=1; C > S PA "
		 "seq=1 ack=1 len=200 TLSv1.3; S > C PA seq=1 ack=201 len=900 "
		 "TLSv1.3; S > C FA seq=901 ack=201; C > S PA seq=201 ack=902 len=700 "
		 "TLSv1.3; S > C R seq=902",
};

const struct tw_cause_entry tw_cause_entry_QUIT_AND_CLOSE = {
    .prior = 10,
    .prior_source = "estimate: clients of SMTP, POP3, FTP and Redis that do not wait for "
		    "the goodbye",
    .expects =
	{
	    TW_NEEDS(RESET_SEEN),
	    TW_NEEDS(RESET_AFTER_OWN_FIN),
	    TW_NEEDS(LATE_DATA),
	    TW_NEEDS(QUIT_EXCHANGE),
	    TW_EXPECTS(REST_BEFORE_FIN, 15),
	    TW_EXPECTS(LATE_DATA_ACCEPTED, 10),
	    TW_EXPECTS(REQUEST_UNANSWERED, 5),
	    TW_EXPECTS(LATE_BY_REQUESTER, 45),
	    TW_EXPECTS(RESET_BY_OPENER, 90),
	    TW_EXPECTS(RESET_ACTIVE, 15),
	    TW_EXPECTS(RESET_WINDOW_ZERO, 20),
	    TW_EXPECTS(RESET_BARE, 70),
	    TW_EXPECTS(FAREWELL_ALERT, 3),
	    TW_FORBIDS(RESET_IMPOSSIBLE),
	    TW_EXPECTS(EARLY_ANSWER, 1),
	    TW_EXPECTS(RESET_LONG_AFTER_FIN, 4),
	},
    .title = "{closer} said QUIT and left; the goodbye text met a closed socket",
    .meaning =
	"{closer} sent its QUIT and closed without waiting for the reply, so {late}'s polite "
	"goodbye came to a socket that was gone, and was answered with a RST. Nothing of "
	"worth was lost.",
    .advice = {"Nothing needs to change: the session was over.",
	       "A client that reads the goodbye (221, +OK, BYE) up to the end of "
	       "file before it closes avoids the RST."},
    .references = {"RFC 5321 4.1.1.10", "RFC 9293 3.6.1"},
    .example = "C > S S seq=0; S > C SA seq=0 ack=1; C > S A seq=1 ack=1; "
	       "S > C PA seq=1 ack=1 len=30; C > S PA seq=1 ack=31 len=6 QUIT; "
	       "C > S FA seq=7 ack=31; S > C PA seq=31 ack=8 len=20 221 goodbye; C > S R seq=8",
    .near_miss = "C > S S seq=0; S > C SA seq=0 ack=1; C > S A seq=1 ack=1; S > C PA "
		 "seq=1 ack=1 len=30; C > S PA seq=1 ack=31 len=300; C > S FA seq=301 "
		 "ack=31; S > C PA seq=31 ack=302 len=2000; C > S R seq=302",
};

const struct tw_cause_entry tw_cause_entry_HEALTH_CHECK = {
    .prior = 40,
    .prior_source = "estimate: a balancer checks each server every few seconds, beside "
		    "the traffic proper",
    .expects =
	{
	    TW_NEEDS(SYN_ACK_SEEN),
	    TW_NEEDS(RESET_SEEN),
	    TW_NEEDS(RESET_BY_OPENER),
	    TW_FORBIDS(PAYLOAD_SEEN),
	    TW_FORBIDS(BARE_RESET_TO_SYN_ACK),
	    TW_EXPECTS(HANDSHAKE_COMPLETE, 80),
	    TW_NEEDS(RESET_SOON),
	    TW_EXPECTS(PERIODIC, 70),
	    TW_EXPECTS(RESET_BARE, 2),
	    TW_EXPECTS(FIN_BEFORE_RESET, 2),
	    TW_FORBIDS(RESET_IMPOSSIBLE),
	    TW_NEEDS(SYN_SEEN),
	},
    .title = "{client} connected, sent nothing, and reset: the way of a health check",
    .meaning = "This is the way in which load balancers and monitors test a port: they open a "
	       "connection and end it at once with a RST, which spares both sides the closing "
	       "handshake. No data was sent.",
    .advice = {"Nothing to do. If it fills logs, exempt the checker's address, or "
	       "connections without data (HAProxy option dontlognull).",
	       "To test more than the port, let the checker speak the protocol: "
	       "HAProxy option httpchk or option tcp-check, a Kubernetes httpGet "
	       "probe instead of tcpSocket."},
    .references = {"RFC 9293 3.10.5"},
    .example = "C > S S; S > C SA; C > S A; C > S RA",
    .near_miss = "C > S S; S > C SA; C > S A; C > S PA; S > C PA; C > S RA",
};

const struct tw_cause_entry tw_cause_entry_ABORTIVE_CLOSE = {
    .prior = 40,
    .prior_source = "estimate: the commonest RST of a living socket besides those after "
		    "a complete exchange",
    .expects =
	{
	    TW_NEEDS(RESET_SEEN),
	    TW_FORBIDS(UNTRANSLATED),
	    TW_FORBIDS(RESET_TO_SYN),
	    TW_FORBIDS(BARE_RESET_TO_SYN_ACK),
	    TW_EXPECTS(HANDSHAKE_COMPLETE, 99),
	    TW_EXPECTS(RESET_ACTIVE, 98),
	    TW_EXPECTS(RESET_WINDOW_ZERO, 20),
	    TW_EXPECTS(RESET_BARE, 4),
	    TW_EXPECTS(UNREAD_POSSIBLE, 40),
	    TW_EXPECTS(RESET_INSTEAD_OF_ANSWER, 35),
	    TW_EXPECTS(REST_BEFORE_FIN, 35),
	    TW_EXPECTS(RESPONSE_COMPLETE, 45),
	    TW_EXPECTS(RESET_AFTER_OWN_FIN, 22),
	    TW_EXPECTS(LATE_DATA, 32),
	    TW_EXPECTS(PAYLOAD_SEEN, 85),
	    TW_EXPECTS(IDLE_BEFORE_FIN, 8),
	    TW_EXPECTS(RESET_WINDOW_REOPENED, 1),
	    TW_FORBIDS(RESET_IMPOSSIBLE),
	    TW_EXPECTS(RESET_BOTH_ENDS, 1),
	    TW_EXPECTS(RESET_TTL_DIFFERS, 1),
	    TW_EXPECTS(UNANSWERED_RETRANSMISSIONS, 2),
	    TW_EXPECTS(KEEP_ALIVE_UNANSWERED, 1),
	    TW_EXPECTS(COUNTED_AS_UNREAD, 2),
	    TW_EXPECTS(RESET_IP_ID_CONTINUES, 92),
	    TW_NEEDS(CONVERSATION_SEEN),
	    TW_EXPECTS(EARLY_ANSWER, 1),
	    TW_EXPECTS(RESET_LONG_AFTER_FIN, 7),
	    TW_EXPECTS(ABORT_WITHOUT_ACK, 6),
	    TW_EXPECTS(LATE_CLOSE_RESET, 1),
	},
    .title = "{resetter}'s application aborted the connection on purpose",
    .meaning = "The program that held {resetter}'s socket (the application, or a proxy) gave it up "
	       "by abort instead of close, for example with SO_LINGER 0, and its kernel sent a RST "
	       "for the living socket. What was still on the way, or not yet sent, is thrown away.",
    .advice = {"On {resetter}, find what aborts. Settings that do: nginx "
	       "reset_timedout_connection on, HAProxy option nolinger and "
	       "tcp-request connection reject. Calls that do: SO_LINGER with 0, "
	       "Java Socket.setSoLinger(true, 0), Go TCPConn.SetLinger(0), Node.js "
	       "socket.resetAndDestroy().",
	       "Run nstat -az TcpExtTCPAbortOnData TcpExtTCPAbortOnClose on "
	       "{resetter} before and after: the first counter rises for this "
	       "cause, the second for unread data.",
	       "On {resetter}: strace -f -e trace=setsockopt,shutdown,close -p PID "
	       "shows the calls; on Linux 6.10 and later trace-cmd record -e "
	       "tcp:tcp_send_reset shows the kernel's reason.",
	       "Compare the time before the RST with time limits of {resetter}: an "
	       "abort on timeout comes after a round number of seconds.",
	       "On {reset}, repeat what was not answered only where that is safe "
	       "(RFC 9110 9.2.2)."},
    .references = {"RFC 9293 3.10.5", "Linux tcp_disconnect()"},
    .example = "C > S S seq=0; S > C SA seq=0 ack=1; C > S A seq=1 ack=1; "
	       "C > S PA seq=1 ack=1 len=100; S > C PA seq=1 ack=101 len=500; "
	       "C > S A seq=101 ack=501; S > C RA seq=501 ack=101 win=501",
    .near_miss = "C > S S; S > C SA; C > S A; C > S RA",
};

const struct tw_cause_entry tw_cause_entry_CLOSE_WITH_UNREAD_DATA = {
    .prior = 32,
    .prior_source = "estimate: a little rarer than deliberate aborts, from which packets "
		    "cannot tell it",
    .expects =
	{
	    TW_NEEDS(RESET_SEEN),
	    TW_FORBIDS(RESET_TO_SYN),
	    TW_FORBIDS(BARE_RESET_TO_SYN_ACK),
	    TW_EXPECTS(UNANSWERED_RETRANSMISSIONS, 2),
	    TW_EXPECTS(HANDSHAKE_COMPLETE, 99),
	    TW_EXPECTS(RESET_ACTIVE, 98),
	    TW_EXPECTS(RESET_WINDOW_ZERO, 8),
	    TW_EXPECTS(RESET_BARE, 2),
	    TW_EXPECTS(UNREAD_POSSIBLE, 85),
	    TW_EXPECTS(RESET_INSTEAD_OF_ANSWER, 35),
	    TW_EXPECTS(REST_BEFORE_FIN, 30),
	    TW_EXPECTS(RESPONSE_COMPLETE, 14),
	    TW_EXPECTS(RESET_AFTER_OWN_FIN, 28),
	    TW_EXPECTS(LATE_DATA, 40),
	    TW_EXPECTS(IDLE_BEFORE_FIN, 6),
	    TW_EXPECTS(RESET_WINDOW_REOPENED, 20),
	    TW_FORBIDS(RESET_IMPOSSIBLE),
	    TW_EXPECTS(RESET_BOTH_ENDS, 1),
	    TW_EXPECTS(RESET_TTL_DIFFERS, 1),
	    TW_EXPECTS(KEEP_ALIVE_UNANSWERED, 1),
	    TW_EXPECTS(FAREWELL_ALERT, 4),
	    TW_NEEDS(RESETTER_RECEIVED),
	    TW_EXPECTS(COUNTED_AS_UNREAD, 98),
	    TW_EXPECTS(RESET_IP_ID_CONTINUES, 92),
	    TW_NEEDS(CONVERSATION_SEEN),
	    TW_EXPECTS(EARLY_ANSWER, 1),
	    TW_EXPECTS(RESET_LONG_AFTER_FIN, 4),
	    TW_EXPECTS(ABORT_WITHOUT_ACK, 6),
	    TW_EXPECTS(LATE_CLOSE_RESET, 1),
	},
    .title = "{resetter} closed its socket while received data was still unread",
    .meaning =
	"{resetter}'s kernel held received data that the application had not read, and when a "
	"program closes such a socket the kernel sends a RST to show that data was lost (RFC "
	"9293 3.6.1). A server or proxy that first closes its sending direction (shutdown) "
	"and soon after the socket does this to any late request.",
    .advice = {"On {resetter}, read until end of file, for a bounded time, before close() "
	       "(lingering close): in a program shutdown(SHUT_WR), recv() until 0, then close(); "
	       "in nginx, as a server, lingering_close always.",
	       "Run nstat -az TcpExtTCPAbortOnClose on {resetter}, before and "
	       "after: it counts exactly this, and packets cannot tell it from a "
	       "deliberate abort.",
	       "If {resetter}'s process was stopped with requests in its queue, "
	       "drain it first: nginx -s quit, gunicorn graceful_timeout, a "
	       "Kubernetes preStop hook and terminationGracePeriodSeconds.",
	       "If {resetter} refuses large messages early, let the sender ask "
	       "first (Expect: 100-continue), or read the rest away (nginx "
	       "lingering_time, 30 s).",
	       "On {reset}, treat what was not answered as not processed; repeat "
	       "only what may be repeated."},
    .references = {"RFC 9293 3.6.1", "RFC 2525 2.17", "RFC 9112 9.6", "Linux __tcp_close()"},
    .example = "C > S S seq=0; S > C SA seq=0 ack=1; C > S A seq=1 ack=1; "
	       "S > C PA seq=1 ack=1 len=10; C > S PA seq=1 ack=11 len=100; "
	       "S > C A seq=11 ack=101; S > C RA seq=11 ack=101 win=501",
    .near_miss = "C > S S seq=0; S > C SA seq=0 ack=1; C > S A seq=1 ack=1; S > C PA "
		 "seq=1 ack=1 len=500; C > S A seq=1 ack=501; S > C PA seq=501 ack=1 "
		 "len=500; C > S A seq=1 ack=1001; S > C RA seq=1001 ack=1 win=501",
};

const struct tw_cause_entry tw_cause_entry_DATA_AFTER_CLOSE = {
    .prior = 48,
    .prior_source = "estimate: above all downloads that a client breaks off, and "
		    "requests beyond a server's limit",
    .expects =
	{
	    TW_NEEDS(RESET_SEEN),
	    TW_FORBIDS(UNTRANSLATED),
	    TW_NEEDS(RESET_AFTER_OWN_FIN),
	    TW_NEEDS(LATE_DATA),
	    TW_FORBIDS(RESET_ACTIVE),
	    TW_EXPECTS(RESET_WINDOW_ZERO, 15),
	    TW_EXPECTS(RESET_BARE, 85),
	    TW_EXPECTS(RESET_IMMEDIATE, 97),
	    TW_EXPECTS(IDLE_BEFORE_FIN, 1),
	    TW_EXPECTS(REST_BEFORE_FIN, 30),
	    /* Above all downloads that a client breaks off. */
	    TW_EXPECTS(LATE_BY_REQUESTER, 40),
	    TW_EXPECTS(FIN_WITH_DATA, 22),
	    TW_EXPECTS(LATE_DATA_AFTER_PAUSE, 4),
	    TW_EXPECTS(FAREWELL_ALERT, 1),
	    TW_EXPECTS(QUIT_EXCHANGE, 1),
	    TW_FORBIDS(RESET_IMPOSSIBLE),
	    TW_EXPECTS(RESET_TTL_DIFFERS, 3),
	    TW_FORBIDS(LATE_DATA_ACCEPTED),
	    TW_EXPECTS(REQUEST_UNANSWERED, 5),
	    TW_EXPECTS(COUNTED_AS_UNREAD, 1),
	    TW_EXPECTS(EARLY_ANSWER, 1),
	    TW_EXPECTS(RESET_LONG_AFTER_FIN, 8),
	    TW_FORBIDS(LATE_CLOSE_RESET),
	    TW_FORBIDS(ABORT_WITHOUT_ACK),
	},
    .title = "{late} sent data to a socket that {closer} had fully closed",
    .meaning =
	"{closer} had closed its socket in both directions, so nobody was left to read what "
	"{late} sent, and {closer}'s host answered it with a RST. {late} may legally send in "
	"that phase, while only the farewell is still going on. Linux, BSD and macOS answer "
	"with a bare RST; Windows with RST,ACK and window 0.",
    .advice = {"On {closer}, find out why it closed while {late} still had "
	       "something to send: a time limit, a cancelled request or, of a server, a "
	       "limit of requests (nginx keepalive_requests 1000, Apache "
	       "MaxKeepAliveRequests 100).",
	       "On {closer}, where late data must be expected: close only the "
	       "sending direction first, and read until end of file (nginx "
	       "lingering_close, shutdown(SHUT_WR) in a program).",
	       "On {late}: once recv() has returned 0, or a response said "
	       "Connection: close, send nothing more on that connection.",
	       "On {closer}, nstat -az TcpExtTCPAbortOnData counts it where that is "
	       "Linux (and deliberate aborts with it)."},
    .references = {"RFC 9293 3.6.1", "RFC 9112 9.6", "Linux tcp_rcv_state_process()"},
    .example = "C > S S seq=0; S > C SA seq=0 ack=1; C > S A seq=1 ack=1; "
	       "C > S PA seq=1 ack=1 len=100; S > C PA seq=1 ack=101 len=500; "
	       "S > C FA seq=501 ack=101; C > S A seq=101 ack=502; "
	       "C > S PA seq=101 ack=502 len=400; S > C R seq=502",
    .near_miss = "C > S S seq=0; S > C SA seq=0 ack=1; C > S A seq=1 ack=1; C > S FPA "
		 "seq=1 ack=1 len=100; S > C A seq=1 ack=102; S > C PA seq=1 ack=102 "
		 "len=400; C > S A seq=102 ack=401; S > C FA seq=401 ack=102; C > S A "
		 "seq=102 ack=402",
};

const struct tw_cause_entry tw_cause_entry_PEER_LOST_STATE = {
    .prior = 32,
    .prior_source = "estimate: restarts, failovers, and late packets of connections that "
		    "were reset before",
    .expects =
	{
	    TW_NEEDS(RESET_SEEN),
	    TW_FORBIDS(UNTRANSLATED),
	    TW_EXPECTS(GAVE_UP_ON_WINDOW, 1),
	    TW_FORBIDS(RESET_TO_SYN),
	    TW_FORBIDS(BARE_RESET_TO_SYN_ACK),
	    TW_FORBIDS(RESET_AFTER_OWN_FIN),
	    TW_FORBIDS(RESET_ACTIVE),
	    TW_NEEDS(RESET_BARE),
	    /* Who has no connection answers only (RFC 9293 3.10.7.1). */
	    TW_FORBIDS(RESET_UNPROVOKED),
	    TW_EXPECTS(FIN_BEFORE_RESET, 22),
	    TW_EXPECTS(IDLE_BEFORE_RESET, 45),
	    TW_EXPECTS(FIN_BY_BOTH, 2),
	    TW_EXPECTS(RESET_IMPOSSIBLE, 1),
	    TW_FORBIDS(DATA_AFTER_OWN_RESET),
	    TW_EXPECTS(RESET_BOTH_ENDS, 1),
	    TW_EXPECTS(RESET_TTL_DIFFERS, 8),
	    TW_EXPECTS(RESET_ANSWERS_FIN, 30),
	    TW_FORBIDS(HANDSHAKE_CONTRADICTED),
	    TW_EXPECTS(NEVER_TAKEN, 3),
	    TW_EXPECTS(RESET_IP_ID_CONTINUES, 5),
	    TW_NEEDS(CONVERSATION_SEEN),
	    TW_FORBIDS(ABORT_WITHOUT_ACK),
	},
    .title = "{resetter}'s host no longer knew the connection",
    .meaning =
	"The RST is the reply of a host that has no such connection: {resetter} lost it "
	"without a farewell in the input, by a crash or reboot, a failover to another "
	"machine, or an earlier reset. Such a reply copies its number from the packet that it "
	"answers.",
    .advice = {"On {resetter}: was the host or the container restarted, or the "
	       "address moved to another machine? uptime -s, journalctl "
	       "--list-boots, kubectl get events, journalctl -u keepalived.",
	       "On {reset}, switch on TCP keep-alive, so that a dead connection is "
	       "noticed before it is used: SO_KEEPALIVE with "
	       "net.ipv4.tcp_keepalive_time=120, PostgreSQL tcp_keepalives_idle "
	       "(libpq keepalives_idle), Go net.Dialer.KeepAlive, Java TCP_KEEPIDLE.",
	       "If {resetter} is a balancer or stands behind one: did its set of "
	       "servers change? Drain connections before taking a server out.",
	       "Capture at {resetter} as well: a RST that does not leave it was "
	       "made by a device on the way.",
	       "On {resetter}, nstat -az TcpOutRsts rises with each such answer."},
    .references = {"RFC 9293 3.5.1", "RFC 9293 3.10.7.1"},
    .example = "C > S S seq=0; S > C SA seq=0 ack=1; C > S A seq=1 ack=1; "
	       "C > S PA seq=1 ack=1 len=100; S > C PA seq=1 ack=101 len=500; "
	       "C > S A seq=101 ack=501; C > S PA seq=101 ack=501 len=50; S > C R seq=501",
    .near_miss = "C > S S seq=0; S > C SA seq=0 ack=1; C > S A seq=1 ack=1; C > S PA "
		 "seq=1 ack=1 len=100; S > C PA seq=1 ack=101 len=500; C > S A "
		 "seq=101 ack=501; C > S PA seq=101 ack=501 len=50; S > C A seq=501 "
		 "ack=151; S > C RA seq=501 ack=151 win=501",
};
