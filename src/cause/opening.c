/* opening.c: attempts that never became a connection. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cause/entry.h"

const struct tw_cause_entry tw_cause_entry_REFUSED = {
    .prior = 80,
    .expects =
	{
	    TW_NEEDS(RESET_SEEN),
	    TW_NEEDS(RESET_TO_SYN),
	    TW_EXPECTS(RESET_TTL_DIFFERS, 3),
	    TW_FORBIDS(RESET_IMPOSSIBLE),
	    TW_FORBIDS(FILTER_REFUSED),
	},
    .title = "{server} refused the connection: nothing listens on that port",
    .meaning = "The SYN reached a host, and the host answered with a RST that acknowledges "
	       "exactly this SYN: no program listens on the port (or a firewall answers in the "
	       "host's name). The opener's program sees \"connection refused\".",
    .advice = {"On {server}: does the service run, on this address and port (ss -ltn)?",
	       "If it does, a firewall on the way may be refusing: capture at {server} and see "
	       "whether the SYN arrives."},
    .references = {"RFC 9293 3.5.2", "RFC 9293 3.10.7.1"},
    .example = "C > S S seq=0; S > C RA seq=0 ack=1 win=0",
};

const struct tw_cause_entry tw_cause_entry_FIREWALL_REJECT = {
    .prior = 12,
    .expects =
	{
	    TW_NEEDS(FILTER_REFUSED),
	    TW_FORBIDS(HANDSHAKE_COMPLETE),
	    TW_FORBIDS(SYN_ACK_SEEN),
	},
    .title = "a packet filter refused the connection",
    .meaning = "The SYN was answered with an ICMP error whose code packet filters use (port "
	       "unreachable for TCP, or administratively prohibited), or with a RST in {server}'s "
	       "name that cannot be {server}'s: a rule on the way rejects this connection.",
    .advice = {"Look for the rule on the host that sent the ICMP error, or on the devices "
	       "between: TTL and round trip of the RST tell how far away its sender is.",
	       "If the connection is wanted, allow it there."},
    .references = {"RFC 1812 5.2.7.1", "RFC 792"},
    /* Typed lists cannot show the ICMP code; see tests/captures for a real one. */
    .example = NULL,
};

const struct tw_cause_entry tw_cause_entry_ICMP_UNREACHABLE = {
    .prior = 18,
    .expects =
	{
	    TW_NEEDS(ICMP_TO_SYN),
	    TW_FORBIDS(HANDSHAKE_COMPLETE),
	    TW_FORBIDS(ICMP_FROM_FILTER),
	    TW_NEEDS(SYN_SEEN),
	},
    .title = "the network reported that {server} cannot be reached",
    .meaning = "A router or host answered the SYN with an ICMP error: no route, no such host, or "
	       "a hop limit exceeded.",
    .advice = {"Check address and routes from the host that sent the ICMP error onwards."},
    .references = {"RFC 792", "RFC 1122 4.2.3.9"},
    /* An ICMP error is no row of a typed list; see tests/captures for a real one. */
    .example = NULL,
};

const struct tw_cause_entry tw_cause_entry_SYN_UNANSWERED = {
    .prior = 80,
    .expects =
	{
	    TW_NEEDS(SYN_SEEN),
	    TW_FORBIDS(SYN_ANSWERED),
	    TW_FORBIDS(ICMP_TO_SYN),
	    TW_FORBIDS(PAYLOAD_SEEN),
	    TW_EXPECTS(ENDING_SEEN, 2),
	    TW_EXPECTS(SYN_REPEATED, 80),
	},
    .title = "nothing answered {client}'s attempts to connect",
    .meaning = "The SYN went out and nothing came back, neither SYN,ACK nor RST nor ICMP. The "
	       "host is down, a filter drops silently, or one direction of the path is broken.",
    .advice = {"Capture at {server}: does the SYN arrive, and does an answer leave?",
	       "Check filters that drop without a word, and the route back."},
    .references = {"RFC 9293 3.8.1", "RFC 6298 2"},
    .example = "C > S S; C > S S; C > S S",
};

const struct tw_cause_entry tw_cause_entry_SYNACK_UNANSWERED = {
    .prior = 20,
    .expects =
	{
	    TW_NEEDS(SYN_ACK_SEEN),
	    TW_FORBIDS(OPENER_ANSWERED),
	    TW_FORBIDS(HANDSHAKE_COMPLETE),
	    TW_FORBIDS(RESET_SEEN),
	    TW_EXPECTS(SYN_ACK_REPEATED, 90),
	},
    .title = "{server} answered, but {client} never completed the handshake",
    .meaning = "The SYN,ACK went out, again and again, and no ACK came: it is lost on the way "
	       "back, {client}'s host is gone, or the SYN carried somebody else's address.",
    .advice = {"Capture at {client}: does the SYN,ACK arrive?",
	       "Look for a stateful device that sees only one direction (asymmetric routing)."},
    .references = {"RFC 9293 3.5"},
    .example = "C > S S; S > C SA; S > C SA; S > C SA",
};

const struct tw_cause_entry tw_cause_entry_CONNECT_ABANDONED = {
    .prior = 12,
    .expects =
	{
	    TW_NEEDS(RESET_SEEN),
	    TW_NEEDS(BARE_RESET_TO_SYN_ACK),
	    TW_FORBIDS(RESET_TO_SYN),
	    TW_NEEDS(SYN_ACK_LATE),
	    TW_FORBIDS(PAYLOAD_SEEN),
	    TW_FORBIDS(RESET_IMPOSSIBLE),
	},
    .title = "{client} had given up before {server}'s answer came",
    .meaning = "The SYN,ACK came late. By then {client}'s program had closed its socket, so the "
	       "host answered with a bare RST: it knew of no such attempt any more.",
    .advice = {"Compare {client}'s connect time limit with how long the SYN,ACK took, and find "
	       "out why it took so long (a lost SYN costs 1, 3, 7 s)."},
    .references = {"RFC 9293 3.5.2", "RFC 6298 2"},
    .example = "0.0 C > S S seq=0; 1.0 C > S S seq=0; 3.0 C > S S seq=0; "
	       "3.2 S > C SA seq=0 ack=1; 3.3 C > S R seq=1",
};

const struct tw_cause_entry tw_cause_entry_SYN_SCAN = {
    .prior = 25,
    .expects =
	{
	    TW_NEEDS(RESET_SEEN),
	    TW_NEEDS(BARE_RESET_TO_SYN_ACK),
	    TW_FORBIDS(RESET_TO_SYN),
	    TW_FORBIDS(SYN_ACK_LATE),
	    TW_FORBIDS(PAYLOAD_SEEN),
	    TW_FORBIDS(RESET_IMPOSSIBLE),
	},
    .title = "{client} only probed whether the port is open",
    .meaning = "The SYN,ACK was answered at once with a bare RST: {client}'s kernel knew of no "
	       "such attempt, because a program had sent the SYN past it. Port scanners do that.",
    .advice = {"Nothing is broken. Whether the scan is welcome is a question for whoever runs "
	       "{client}."},
    .references = {"RFC 9293 3.5.2"},
    .example = "0.00 C > S S seq=0; 0.01 S > C SA seq=0 ack=1; 0.02 C > S R seq=1",
};
