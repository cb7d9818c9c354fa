/* path.c: endings by silence or by a third party, and the honest unknown. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cause/entry.h"

const struct tw_cause_entry tw_cause_entry_RETRANSMISSION_TIMEOUT = {
    .prior = 30,
    .expects =
	{
	    TW_NEEDS(UNANSWERED_RETRANSMISSIONS),
	    TW_FORBIDS(ALIVE_AFTERWARDS),
	    TW_EXPECTS(HANDSHAKE_COMPLETE, 99),
	    TW_EXPECTS(ENDING_SEEN, 30),
	    TW_EXPECTS(ZERO_WINDOW_AT_END, 3),
	    TW_EXPECTS(RESET_SEEN, 20),
	    TW_EXPECTS(RESET_BARE, 20),
	    TW_EXPECTS(FIN_BY_BOTH, 5),
	},
    .title = "data was sent again and again, and nothing came back",
    .meaning = "Payload stayed unacknowledged through all repetitions. Either the path or the "
	       "other host was gone; nothing in the input shows which. Linux gives up silently, "
	       "without a RST, and its application sees \"timed out\".",
    .advice = {"Capture at the silent side: do the packets arrive, and does it answer?",
	       "Look for what changed at that moment: a link, a route, a VPN, a restart."},
    .references = {"RFC 9293 3.8.3", "RFC 1122 4.2.3.5"},
    .example = "0.0 C > S S seq=0; 0.1 S > C SA seq=0 ack=1; 0.2 C > S A seq=1 ack=1; "
	       "0.3 C > S PA seq=1 ack=1 len=100; 0.6 C > S PA seq=1 ack=1 len=100; "
	       "1.2 C > S PA seq=1 ack=1 len=100; 2.4 C > S PA seq=1 ack=1 len=100; "
	       "4.8 C > S PA seq=1 ack=1 len=100",
};

const struct tw_cause_entry tw_cause_entry_PATH_BLACKHOLE = {
    .prior = 20,
    .expects =
	{
	    TW_NEEDS(UNANSWERED_RETRANSMISSIONS),
	    TW_NEEDS(ALIVE_AFTERWARDS),
	    TW_EXPECTS(HANDSHAKE_COMPLETE, 99),
	    TW_EXPECTS(ENDING_SEEN, 30),
	    TW_EXPECTS(ZERO_WINDOW_AT_END, 2),
	    TW_EXPECTS(RESET_SEEN, 15),
	    TW_EXPECTS(FIN_BY_BOTH, 4),
	},
    .title = "packets of this connection vanished on the way, though the other host was alive",
    .meaning = "Payload stayed unacknowledged through all repetitions, while the silent host "
	       "showed that it was alive. So something between the two swallows the packets of "
	       "this connection, in one direction at least.",
    .advice = {"Capture at both ends and compare: which direction is lost?",
	       "Look for a firewall or NAT that lost or never had this connection's state, and "
	       "for a path that differs by flow (ECMP, a bonded link with one bad member)."},
    .references = {"RFC 9293 3.8.3"},
    .example = "0.0 C > S S seq=0; 0.1 S > C SA seq=0 ack=1; 0.2 C > S A seq=1 ack=1; "
	       "0.3 C > S PA seq=1 ack=1 len=100; 0.6 C > S PA seq=1 ack=1 len=100; "
	       "1.2 C > S PA seq=1 ack=1 len=100; 1.5 S > C A seq=1 ack=1; "
	       "2.4 C > S PA seq=1 ack=1 len=100; 4.8 C > S PA seq=1 ack=1 len=100",
};

const struct tw_cause_entry tw_cause_entry_INJECTED_RESET = {
    .prior = 8,
    .expects =
	{
	    TW_NEEDS(RESET_SEEN),
	    TW_NEEDS(RESET_IMPOSSIBLE),
	    TW_FORBIDS(FILTER_REFUSED),
	    TW_EXPECTS(RESET_BOTH_ENDS, 25),
	    TW_EXPECTS(RESET_FOREIGN, 70),
	    TW_EXPECTS(RESET_TOO_FAST, 25),
	    TW_EXPECTS(RESET_TTL_DIFFERS, 70),
	    TW_EXPECTS(RESET_IP_ID_CONTINUES, 4),
	    TW_EXPECTS(IDLE_BEFORE_RESET, 3),
	    TW_EXPECTS(RESET_ACTIVE, 40),
	    TW_FORBIDS(CAPTURED_AT_RESETTER),
	},
    .title = "a third party forged the RST in {resetter}'s name",
    .meaning = "The RST bears {resetter}'s address, but {resetter} cannot have sent it. A device "
	       "between the two (an intrusion prevention system, a censor, a broken middlebox) "
	       "ended the connection.",
    .advice = {"Capture at {resetter}: if the RST does not leave it, it was made on the way.",
	       "Ask whoever runs the path for their security devices; encryption of the whole path "
	       "(a tunnel) evades them."},
    .references = {"RFC 5961 3.2", "Weaver, Sommer, Paxson: NDSS 2009"},
    .example = "0.00 C > S S seq=0; 0.02 S > C SA seq=0 ack=1; 0.04 C > S A seq=1 ack=1; "
	       "0.05 C > S PA seq=1 ack=1 len=100; 0.051 S > C RA seq=1 ack=101 win=0; "
	       "0.07 S > C PA seq=1 ack=101 len=500; 0.08 S > C PA seq=501 ack=101 len=500",
};

const struct tw_cause_entry tw_cause_entry_UNKNOWN = {
    .prior = 14,
    .expects = {{TW_FACT_NONE, 0}},
    .title = "the input does not show why",
    .meaning = "None of the known causes fits, or the evidence does not decide between them.",
    .advice = {"See what would settle it."},
    .references = {"RFC 9293"},
    /* A SYN in the middle of nothing but stray ACKs has no story. */
    .example = NULL,
};
