/* list.h: the facts, the statements that an input supports; the one list of their vocabulary. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_FACT_LIST_H
#define TW_FACT_LIST_H

#include "base/defs.h"

/*
 * To add a fact: one row here, its derivation in fact/<family>.c, a test in tests/fact. Slugs are
 * public and never change their meaning.
 *
 * X(NAME, slug, base, group, yes, no, settle)
 *   base    of 100 connections for which the fact is known, how many have it: the reference that
 *           likelihoods in cause/ are held against. Estimates; the judge needs only their order.
 *   group   facts that say the same thing; the first known one of a group counts (list order)
 *   yes/no  the sentence when it holds / does not. Braces name what explain/words.h fills in:
 *           {side} whom the fact is about, {peer} the other; {closer} sent the first FIN, {late}
 *           the other; {resetter} sent the first RST, {reset} the other; {client}, {server}
 *   settle  what somebody does to learn it; "" where no packet can tell
 */
/* One row, one fact. */
/* clang-format off */
#define TW_FACTS(X) \
	/* ---- opening ---- */ \
	X(SYN_SEEN, "syn-seen", 90, NONE, "the opening SYN is in the input", \
	  "the opening SYN is not in the input", \
	  "start the capture before the connection is opened") \
	X(SYN_ANSWERED, "syn-answered", 90, NONE, "the SYN was answered", \
	  "nothing answered the SYN", "capture at the server too: did the SYN arrive there?") \
	X(SYN_REPEATED, "syn-repeated", 8, NONE, "the SYN had to be repeated", \
	  "the SYN was sent once", "show the packets from the first SYN on") \
	X(SYN_ACK_SEEN, "synack-seen", 85, NONE, "the server answered with SYN,ACK", \
	  "there is no SYN,ACK", "capture at the server too: did it send a SYN,ACK?") \
	X(SYN_ACK_REPEATED, "synack-repeated", 4, NONE, "the SYN,ACK was repeated", \
	  "the SYN,ACK was sent once", "show all packets of the opening") \
	X(OPENER_ANSWERED, "opener-answered", 95, NONE, "{client} answered the SYN,ACK", \
	  "{client} never answered the SYN,ACK", "capture at {client}: did the SYN,ACK arrive?") \
	X(SYN_ACK_LATE, "synack-late", 5, NONE, \
	  "the SYN,ACK came a second or more after the first SYN, or the SYN had to be repeated", \
	  "the SYN,ACK came at once", "show the times of SYN and SYN,ACK") \
	X(OPENING_SLOW, "opening-slow", 6, NONE, \
	  "SYN or SYN,ACK had to be repeated, or the handshake took a second or more", \
	  "the handshake needed no repetition", "show the times of the opening") \
	X(HANDSHAKE_COMPLETE, "handshake-complete", 85, NONE, "the handshake was completed", \
	  "the handshake was not completed", "show the packets from the first SYN on") \
	X(RESET_TO_SYN, "reset-answers-syn", 6, NONE, \
	  "the RST answers the SYN and acknowledges exactly it", "no RST answers a SYN", \
	  "show sequence and acknowledgment numbers of SYN and RST") \
	X(BARE_RESET_TO_SYN_ACK, "bare-reset-answers-synack", 2, NONE, \
	  "{client}'s host answered the SYN,ACK with a bare RST: it had no such connection", \
	  "no bare RST answers a SYN,ACK", "show sequence and acknowledgment numbers") \
	X(ICMP_TO_SYN, "icmp-answers-syn", 2, NONE, "an ICMP error answered the SYN", \
	  "no ICMP error answered the SYN", "capture ICMP as well (filter: tcp or icmp or icmp6)") \
	X(ICMP_FROM_FILTER, "icmp-code-of-a-filter", 30, NONE, \
	  "the ICMP error has a code that packet filters send", \
	  "the ICMP error has a code that routers and hosts send", "look up the ICMP code") \
	X(FILTER_REFUSED, "refused-by-a-filter", 3, NONE, \
	  "not {server} but a packet filter refused the SYN: by an ICMP error that filters send, " \
	  "or by a RST that is unlike {server}'s packets on other connections, comes when no " \
	  "host answers a SYN any more, or after others had stayed without an answer", \
	  "nothing speaks for a packet filter that refused the SYN", \
	  "capture at {server}: does the SYN arrive, does the answer leave?") \
	X(HANDSHAKE_CONTRADICTED, "handshake-contradicted", 2, NONE, \
	  "somebody else answered the SYN as well: two SYN,ACKs have different numbers and came " \
	  "from different distances, or {client} acknowledged one that {server} never sent", \
	  "no second answer contradicts the SYN,ACK", \
	  "show the sequence number of every SYN,ACK and the acknowledgment number of its answer") \
	X(NEVER_TAKEN, "handshake-never-taken", 1, NONE, \
	  "{server} never took the connection over that {client} had completed: it repeated its " \
	  "SYN,ACK although ACK and data had come, or answered with a bare RST", \
	  "nothing shows that {server} dropped a connection which {client} had completed", \
	  "capture at {server}, and run nstat -az TcpExtListenOverflows TcpExtListenDrops there " \
	  "before and after") \
	X(SYNS_CROSSED, "syns-crossed", 1, NONE, \
	  "each side sent a SYN, and answered the other's with SYN,ACK", \
	  "only one side sent a SYN", "show the flags of the first packets of both sides") \
	X(SELF_CONNECTED, "both-ends-are-one-socket", 1, NONE, \
	  "both ends have the same address and port", "the two ends are different sockets", \
	  "show addresses and ports of both ends") \
	X(PORTS_RESTED, "ports-in-time-wait", 2, NONE, \
	  "the same two ports had carried another connection, which its close had left in " \
	  "TIME-WAIT", \
	  "no earlier connection of the same two ports rests in TIME-WAIT", \
	  "start the capture a minute before the connection is opened") \
	X(OLD_STATE_MET, "syn-met-an-older-connection", 1, NONE, \
	  "an ACK with the numbers of an older connection answered the SYN, and {client} denied " \
	  "it with a RST", \
	  "no older connection answered the SYN", \
	  "show sequence and acknowledgment numbers of the first packets") \
	X(SYN_DATA_LOST, "payload-on-syn-not-taken", 1, NONE, \
	  "{client} sent payload with its SYN, and it was dropped with it or ignored", \
	  "no payload on a SYN was dropped or ignored", \
	  "show the length of the SYN and the acknowledgment number of the SYN,ACK") \
	X(TERMS_DIFFER, "ends-disagree-on-options", 1, NONE, \
	  "{side} uses other options than the two SYNs agree on", \
	  "both sides use the options that their SYNs agree on", \
	  "capture at both ends: do SYN and SYN,ACK carry the same options at either end?") \
	X(ANSWERED_TWICE, "two-hosts-answer", 1, NONE, \
	  "two hosts of {server}'s address answered the SYN from the same distance, on this and " \
	  "on other connections", \
	  "one host answers for {server}'s address", \
	  "compare the MAC addresses of the answers, captured in {server}'s network") \
	/* ---- data ---- */ \
	X(PAYLOAD_SEEN, "payload-seen", 85, NONE, "payload was sent", \
	  "no payload was sent in either direction", "show the lengths of the segments") \
	X(REQUEST_SEEN, "request-seen", 98, NONE, "the input shows payload of {client}", \
	  "the input shows no payload of {client}", \
	  "show the rows from the last request on, with their lengths") \
	X(SERVER_ANSWERED, "server-sent-payload", 80, NONE, "{server} sent payload", \
	  "{server} sent no payload at all", "show the lengths of the segments") \
	X(ANSWERLESS_CLOSE, "closed-without-an-answer", 3, NONE, \
	  "{server} acknowledged the request, answered it with not one byte, and closed", \
	  "{server} had answered before it closed", "show the lengths of the segments") \
	X(REQUEST_UNANSWERED, "request-acknowledged-unanswered", 8, NONE, \
	  "the last request had been acknowledged, but not answered, when the connection ended", \
	  "the last request was answered", "show lengths and acknowledgment numbers") \
	X(REQUESTER_CLOSED, "requester-ended-first", 40, NONE, \
	  "the side that had asked was the first to end the connection", \
	  "the side that had asked was not the first to end the connection", "") \
	X(SILENCE_BEFORE_END, "silence-before-the-end", 10, NONE, \
	  "a long silence came before the end", "no long silence came before the end", \
	  "show the times of the packets") \
	X(ALL_ACKNOWLEDGED, "everything-acknowledged", 80, NONE, \
	  "all payload of both sides was acknowledged", \
	  "payload was still unacknowledged at the end", \
	  "show sequence numbers, acknowledgment numbers and lengths") \
	/* ---- application ---- */ \
	X(RESPONSE_INCOMPLETE, "response-incomplete", 3, NONE, \
	  "{server}'s last answer is incomplete: its own header promises more than was sent", \
	  "{server}'s last answer is complete by its own header", \
	  "capture whole packets, from the opening on, without a snap length") \
	X(REQUEST_CUT_SHORT, "request-cut-short", 3, NONE, \
	  "{client} was in the middle of sending a message when the connection was closed", \
	  "{client} was not in the middle of a message when the connection was closed", \
	  "capture whole packets, from the opening on, without a snap length") \
	X(EARLY_ANSWER, "answered-in-mid-message", 2, NONE, \
	  "{server} answered and ended the connection while {client} was still sending the " \
	  "message that it answered", \
	  "{server} did not answer a message before its end", \
	  "show the rows before the FIN or RST with their flags and lengths: is the payload of " \
	  "{client} the rest of what it was sending?") \
	X(END_ANNOUNCED, "server-announced-the-end", 12, NONE, \
	  "{server} had announced that it would end the connection", \
	  "{server} had not announced that it would end the connection", \
	  "look into {server}'s last answer: Connection: close, 408, 421, FATAL?") \
	X(ANSWER_IS_ERROR, "answer-is-an-error", 8, NONE, "{server}'s last answer is an error", \
	  "{server}'s last answer is no error", "look into {server}'s last answer") \
	/* ---- closing ---- */ \
	X(ENDING_SEEN, "ending-seen", 92, NONE, "the input shows a FIN or a RST", \
	  "the input shows neither FIN nor RST", "capture until the connection ends") \
	X(FIN_BY_BOTH, "fin-from-both", 65, NONE, "both sides sent a FIN", \
	  "not both sides sent a FIN", "show the rows to the end") \
	X(FINS_ACKNOWLEDGED, "fins-acknowledged", 60, NONE, "both FINs were acknowledged", \
	  "not both FINs were acknowledged", "show the acknowledgment numbers after the FINs") \
	X(FINS_CROSSED, "fins-crossed", 2, NONE, \
	  "each side sent its FIN before it had the other's", "the FINs did not cross", \
	  "show the acknowledgment numbers of both FINs") \
	X(CLOSER_FIN_ACKNOWLEDGED, "fin-acknowledged", 90, NONE, \
	  "{closer}'s FIN was acknowledged", "{closer}'s FIN was not acknowledged", \
	  "show the FIN's sequence number and length, and the acknowledgment number after it") \
	X(PEER_NEVER_CLOSED, "peer-never-closed", 4, NONE, \
	  "{late} acknowledged the FIN and neither closed nor sent anything of its own for a " \
	  "minute or more", \
	  "{late} closed as well, or the input does not go on for a minute after the FIN", \
	  "capture for a minute after the FIN: does {late} close?") \
	X(FIN_WITH_DATA, "fin-with-payload", 15, NONE, \
	  "{closer}'s FIN travelled on its last payload", "{closer}'s FIN carried no payload", \
	  "show the length of the segment with the FIN") \
	X(IDLE_BEFORE_FIN, "idle-before-fin", 12, REST, \
	  "the connection was idle, with nothing outstanding, when {closer} closed", \
	  "the connection was in use when {closer} closed", \
	  "show the time of the packet before the first FIN: an idle wait that is a round " \
	  "number (5, 60 or 75 s) is a keep-alive limit") \
	X(REST_BEFORE_FIN, "rest-before-fin", 45, REST, \
	  "the last answer had been acknowledged when {closer} closed: nothing was under way", \
	  "something was still under way when {closer} closed", "") \
	X(LATE_DATA, "payload-after-fin", 8, NONE, "{late} sent payload after {closer}'s FIN", \
	  "no payload came after a FIN", "show the lengths of the segments after the FIN") \
	X(LATE_DATA_ACKS_FIN, "payload-acknowledges-fin", 50, NONE, \
	  "the payload after the FIN acknowledges it: {late}'s kernel knew of the close by then", \
	  "the payload after the FIN does not acknowledge it: it left before the FIN arrived", \
	  "compare the acknowledgment number of the payload after the FIN with the FIN's " \
	  "sequence number: greater means that {late}'s kernel already had the FIN") \
	X(LATE_BY_REQUESTER, "payload-after-fin-by-requester", 70, NONE, \
	  "the side that asks sent payload after the other's FIN", \
	  "the side that answers sent payload after the other's FIN", \
	  "show the opening SYN: who is the client?") \
	X(LATE_DATA_AFTER_PAUSE, "pause-between-fin-and-payload", 15, NONE, \
	  "{late} sent payload long after the FIN", "{late} sent payload soon after the FIN", \
	  "show the times of the FIN and of the payload after it") \
	X(IDLE_AROUND_CLOSE, "idle-around-close", 15, NONE, \
	  "the connection lay idle before the FIN, or between the FIN and the payload after it", \
	  "the connection was busy when it was closed", "") \
	X(LATE_DATA_ACCEPTED, "payload-after-fin-accepted", 30, NONE, \
	  "{closer} acknowledged the payload after its FIN and went on", \
	  "{closer} did not accept the payload after its FIN", \
	  "show the rows after that payload") \
	X(LATE_DATA_IS_ANSWER, "payload-after-fin-is-the-answer", 25, NONE, \
	  "the payload after the FIN is the answer that {closer} had asked for before, and it " \
	  "was acknowledged", \
	  "the payload after the FIN is no answer that {closer} waited for and took", "") \
	X(FAREWELL_ALERT, "farewell-alert", 10, NONE, \
	  "the payload after the FIN has the type or the size of a TLS alert (close_notify)", \
	  "the payload after the FIN is no TLS alert", \
	  "show the length of the payload after the FIN: 24 bytes (TLS 1.3) or 31 (TLS 1.2) is " \
	  "a close_notify") \
	X(QUIT_EXCHANGE, "quit-exchange", 5, NONE, \
	  "{closer} had said QUIT, or its like, and the payload after its FIN is the goodbye", \
	  "this is no QUIT and goodbye", \
	  "look at the last payloads in text: does one side say QUIT, the other 221 or BYE?") \
	/* ---- reset ---- */ \
	X(RESET_SEEN, "reset-seen", 30, NONE, "there is a RST", "there is no RST", \
	  "show the rows to the end") \
	X(CONVERSATION_SEEN, "more-than-resets-seen", 97, NONE, \
	  "the input shows more of the connection than RSTs", \
	  "the input shows nothing but RSTs of the connection", \
	  "show the rows before the RST") \
	X(RESET_AFTER_OWN_FIN, "reset-after-own-fin", 30, NONE, \
	  "{resetter} had closed first, with a FIN, before its RST", \
	  "{resetter} had not closed first with a FIN before its RST", \
	  "show the rows before the RST") \
	X(RESET_LONG_AFTER_FIN, "reset-long-after-own-fin", 12, NONE, \
	  "the RST came 1.5 s or more after {resetter}'s own FIN", \
	  "the RST came soon after {resetter}'s own FIN", \
	  "show the times of the FIN and of the RST") \
	X(FIN_BEFORE_RESET, "fin-before-reset", 45, NONE, "a FIN had been sent before the RST", \
	  "no FIN had been sent before the RST", "show the rows before the RST") \
	X(RESET_ACTIVE, "reset-by-a-living-socket", 50, CLASS, \
	  "the RST came from a living socket: it shows the connection's own window or time " \
	  "stamps, or numbers that no reply has", \
	  "the RST was not sent for a living socket: it is built from the segment that it " \
	  "answers", \
	  "show the window of the first RST: 0 is Windows or FreeBSD, anything else a living " \
	  "Linux or macOS socket") \
	X(RESET_WINDOW_ZERO, "reset-with-ack-and-window-zero", 25, CLASS, \
	  "the RST has the ACK bit and window 0, without time stamps: Windows' shape", \
	  "the RST does not have the shape that Windows gives it", \
	  "show the window of the first RST: 0 is Windows or FreeBSD, anything else a living " \
	  "Linux or macOS socket") \
	X(ABORT_WITHOUT_ACK, "abort-without-ack", 3, CLASS, \
	  "the RST lacks the ACK bit and yet answers nothing: its number is the one that only " \
	  "{resetter}'s socket was to use next, as illumos and Solaris abort", \
	  "", "") \
	X(RESET_BARE, "rst-without-ack", 45, CLASS, "the RST lacks the ACK bit", \
	  "the RST has the ACK bit", "show the flags of the first RST") \
	X(RESET_IMMEDIATE, "reset-at-once", 60, NONE, \
	  "the RST came at once after the segment that it answers: a kernel replied", \
	  "the RST came well after the last segment that it covers: an application decided", \
	  "show the time between the payload after the FIN and the RST (captured at " \
	  "{resetter}): under 1 ms is a kernel's reply, several ms or 2, 5, 30 s an " \
	  "application's close") \
	X(BARE_RESET_WITH_ACK_FIELD, "bare-reset-with-ack-field", 15, NONE, \
	  "the bare RST fills the acknowledgment field although the ACK bit is clear: Windows " \
	  "does that", \
	  "the acknowledgment field of the bare RST is 0: Windows would fill it", \
	  "show the raw acknowledgment field of the bare RST (Wireshark marks it): 0 is Linux " \
	  "or BSD, the same value as its sequence number is Windows") \
	X(RESETTER_TTL_128, "resetter-ttl-of-windows", 20, NONE, \
	  "{resetter}'s TTL counts down from 128, as Windows' does", \
	  "{resetter}'s TTL does not count down from 128", \
	  "show the TTL of {resetter}'s packets: just below 128 is Windows, just below 64 " \
	  "Linux, BSD or macOS") \
	X(UNREAD_POSSIBLE, "payload-unanswered-before-reset", 40, NONE, \
	  "{resetter} had acknowledged payload that it had not answered when it reset", \
	  "nothing that {reset} had sent was unanswered when {resetter} reset", \
	  "show sequence numbers, acknowledgment numbers and lengths of the packets before the " \
	  "RST") \
	X(RESET_INSTEAD_OF_ANSWER, "reset-instead-of-answer", 12, NONE, \
	  "{server} reset instead of answering the last request, which its kernel had", \
	  "no request was waiting for its answer when {server} reset", "") \
	X(COUNTED_AS_UNREAD, "kernel-counted-abort-on-close", 40, NONE, \
	  "{resetter}'s kernel counted a close with unread data (TCPAbortOnClose)", \
	  "{resetter}'s kernel counted no close with unread data", \
	  "run nstat -az TcpExtTCPAbortOnClose TcpExtTCPAbortOnData on {resetter} (Linux) before " \
	  "and after: the first counter rises for a close with unread data, the second for a " \
	  "deliberate abort; packets cannot tell the two apart") \
	X(RESETTER_RECEIVED, "resetter-received-payload", 85, NONE, \
	  "{resetter} had received payload", "{resetter} had received no payload at all", \
	  "show the lengths of the packets before the RST") \
	X(RESET_WINDOW_REOPENED, "reset-reopens-window", 3, NONE, \
	  "the RST shows a larger window than {resetter}'s last segment: unread data was " \
	  "thrown away", \
	  "", "") \
	X(SENT_AFTER_RESET, "sent-after-reset", 20, NONE, \
	  "{reset} still sent after the RST: it had not taken it in", \
	  "{reset} sent nothing after the RST", "show the rows after the RST") \
	X(SECOND_RESET_BARE, "second-reset-bare", 15, NONE, \
	  "a second RST, without ACK, answers what came after the first: the state was gone", \
	  "no bare second RST followed", "show the rows after the RST") \
	X(RESET_BY_OPENER, "reset-by-opener", 45, NONE, \
	  "the side that opened the connection reset it", \
	  "the side that opened the connection did not reset it", "show the opening SYN") \
	X(RESPONSE_COMPLETE, "requester-had-its-answer", 50, NONE, \
	  "{resetter} had asked, had its answer, and left nothing unacknowledged", \
	  "{resetter} had asked and had no complete answer yet", "") \
	X(RESET_SOON, "reset-within-5s-of-opening", 30, NONE, \
	  "the RST came within 5 s of the opening", \
	  "the RST came later than 5 s after the opening", "show the times of the packets") \
	X(IDLE_BEFORE_RESET, "idle-before-reset", 8, NONE, \
	  "the connection had been idle for 30 s or more (or for a very long time against its " \
	  "own round trips), with nothing outstanding, before the packet that was reset", \
	  "the connection had not been idle before the reset", "show the times of the packets") \
	X(RESET_BOTH_ENDS, "both-ends-reset-unasked", 2, NONE, \
	  "RSTs in both directions, neither answering a packet, came together", \
	  "not both ends were reset", "capture at the other end too") \
	X(RESET_ANSWERS_FIN, "reset-answers-fin", 6, NONE, \
	  "{resetter}'s host answered {reset}'s FIN with a bare RST, and had sent no FIN: it had " \
	  "no such connection", \
	  "the RST does not answer a FIN in the way of a host without a connection", \
	  "show flags and numbers of the RST and of the FIN before it") \
	X(LATE_CLOSE_RESET, "late-close-met-no-socket", 3, NONE, \
	  "{late} kept silent after {closer}'s FIN until {closer}'s host had forgotten the " \
	  "connection: what it sent then was answered without a socket", \
	  "no late FIN or ACK of {late} met a host that had forgotten the connection", \
	  "show the rows between the first FIN and the RST, with times") \
	X(RESET_UNPROVOKED, "reset-unprovoked", 30, NONE, "the RST answers no packet", \
	  "the RST answers a packet", "show sequence numbers") \
	/* ---- third parties ---- */ \
	X(RESET_IMPOSSIBLE, "reset-not-by-the-endpoint", 2, NONE, \
	  "{resetter} cannot have sent this RST itself: it went on as if there were none, or " \
	  "the numbers, the timing or the marks of its packets rule it out", \
	  "nothing rules out that {resetter} sent the RST itself", \
	  "capture at {resetter}: does the RST leave it?") \
	X(DATA_AFTER_OWN_RESET, "sender-goes-on-after-its-reset", 2, NONE, \
	  "{resetter} went on sending after \"its\" RST", \
	  "{resetter} sent nothing more after its RST", "show the rows after the RST") \
	X(RESET_BEYOND, "reset-beyond-sequence", 2, NONE, \
	  "the RST's sequence number lies beyond all that {resetter} had sent", \
	  "the RST's sequence number is the one that {resetter} would use", \
	  "show the sequence number of the RST") \
	X(RESET_TOO_FAST, "reset-faster-than-the-path", 2, NONE, \
	  "the RST came faster than any packet of {resetter} can", \
	  "the RST's timing fits the distance to {resetter}", "show the times of the packets") \
	X(RESETS_TO_EACH, "resets-answer-each-segment", 1, NONE, \
	  "RST after RST in {resetter}'s name has the ACK bit, a window and the same number, and " \
	  "acknowledges more each time: a socket is aborted once", \
	  "no row of RSTs follows each segment of {reset}", \
	  "capture at {resetter}: do the RSTs leave it?") \
	X(RESET_FOREIGN, "reset-by-another-hand", 3, HAND, \
	  "the RST is unlike {resetter}'s other packets where one and the same host keeps to its " \
	  "ways", \
	  "the RST looks like {resetter}'s other packets", \
	  "compare TTL, IP ID and DF of the RST with those of {resetter}'s packets before it") \
	X(RESET_TTL_DIFFERS, "reset-ttl-differs", 6, HAND, \
	  "the RST's TTL differs from all other packets of {resetter}", \
	  "the RST's TTL is that of {resetter}'s other packets", \
	  "compare the TTL of the RST with that of {resetter}'s other packets") \
	X(RESET_SHAPE, "reset-shape", 90, NONE, \
	  "the RST has the shape that known senders give it", \
	  "the RST has a shape that none of the known senders gives it", "") \
	X(RESET_DETECTED, "forged-reset-detected", 1, NONE, \
	  "a published detector of forged RSTs fires", \
	  "none of the published detectors of forged RSTs fires", "") \
	X(CAPTURED_AT_RESETTER, "captured-at-the-resetter", 30, NONE, \
	  "the capture was taken at {resetter}, and shows the RST leaving it", \
	  "the capture was not taken at {resetter}", \
	  "capture at {resetter}: does the RST leave it?") \
	X(RESET_IP_ID_CONTINUES, "reset-ip-id-continues", 55, NONE, \
	  "the RST's IP ID continues {resetter}'s own count", \
	  "the RST's IP ID does not continue {resetter}'s count", \
	  "compare the IP ID of the RST with {resetter}'s packets before it") \
	/* ---- hosts and patterns ---- */ \
	X(CLIENT_STACK, "client-stack", 90, NONE, \
	  "{client}'s TTL is that of a known system", "", "") \
	X(SERVER_STACK, "server-stack", 90, NONE, \
	  "{server}'s TTL is that of a known system", "", "") \
	X(TAMPERING_SIGNATURE, "tampering-signature", 15, NONE, \
	  "what {server} received has a pattern that tampering shares with ordinary aborts", \
	  "what {server} received has none of the 19 patterns of connection tampering", "") \
	X(RESETS_MISSED, "resets-missed", 1, NONE, \
	  "RSTs in {side}'s name did not have the sequence number that {peer} expects; both " \
	  "went on", \
	  "no RST was refused for its sequence number", "") \
	X(UNTRANSLATED, "segment-untranslated", 1, NONE, \
	  "a segment of this connection reached {client} or {server} with another address than " \
	  "the connection has: a device that translates addresses had let it pass as it was", \
	  "nothing shows a segment that a translating device let pass untranslated", \
	  "capture at both ends, with all addresses: does a RST there answer an address that the " \
	  "connection does not have?") \
	/* ---- silence ---- */ \
	X(UNANSWERED_RETRANSMISSIONS, "retransmissions-unanswered", 6, NONE, \
	  "{side} sent the same again and again, and no answer reached it", \
	  "nothing was sent again and again without an answer", \
	  "show the rows to the end, with times") \
	X(ALIVE_AFTERWARDS, "peer-alive-afterwards", 40, NONE, \
	  "the silent side proved itself alive meanwhile, or later", \
	  "nothing shows that the silent side was still alive", \
	  "capture at the silent side too: do the packets arrive, and does it answer?") \
	X(HEARD_MEANWHILE, "heard-meanwhile", 35, NONE, \
	  "{side} still sent on this very connection meanwhile", \
	  "nothing more of {side} came on this connection", "show the rows to the end") \
	X(FIRST_PAYLOAD_LOST, "first-payload-unacknowledged", 10, NONE, \
	  "{client}'s first payload on this connection was never acknowledged", \
	  "no first payload of {client} stayed unacknowledged", \
	  "show the rows from the SYN on, with acknowledgment numbers") \
	X(IDLE_BEFORE_SILENCE, "idle-before-silence", 10, NONE, \
	  "the connection had been idle for 30 s or more (or for a very long time against its " \
	  "own round trips), with nothing outstanding, before {side} sent what was never " \
	  "answered", \
	  "nothing that was sent after a rest stayed unanswered", \
	  "show the times of the packets") \
	X(LOST_IS_LARGER, "lost-is-larger", 10, NONE, \
	  "what of {side} never arrives is larger than any segment of it that did", \
	  "nothing that never arrived is larger than what did", \
	  "show the lengths of the segments, and the acknowledgment numbers") \
	X(SMALLER_PASSES, "smaller-passes", 10, NONE, \
	  "smaller segments of {side} arrived in the meantime", \
	  "no smaller segment of {side} is seen to have arrived in the meantime", \
	  "show SACK blocks; or send small and large packets with \"don't fragment\" set: " \
	  "ping -M do -s 1472 and -s 1200") \
	X(ICMP_TOO_BIG, "icmp-packet-too-big", 2, NONE, \
	  "a router reported by ICMP that packets are too large for its next link", \
	  "", \
	  "capture ICMP as well (filter: tcp or icmp or icmp6)") \
	X(KEEP_ALIVE_UNANSWERED, "keep-alives-unanswered", 2, NONE, \
	  "no answer to its keep-alive probes reached {side}", \
	  "no keep-alive probes went unanswered", \
	  "show the rows before the RST, with sequence numbers") \
	X(ZERO_WINDOW_AT_END, "zero-window-at-the-end", 2, NONE, \
	  "the receive window was still closed at the end", \
	  "the receive window was open at the end", "show the windows") \
	X(GAVE_UP_ON_WINDOW, "gave-up-on-closed-window", 1, NONE, \
	  "{peer}'s receive window stayed closed until {side} gave up", \
	  "nobody gave up on a closed receive window", \
	  "show the windows, and the rows to the end with times") \
	X(CAPTURE_GOES_ON, "capture-goes-on", 50, NONE, \
	  "the capture goes on long after the connection's last packet", \
	  "the capture ends soon after the connection's last packet", \
	  "capture longer: does anything follow?") \
	X(IDLE_MATCHES_TIMER, "idle-matches-timer", 20, NONE, \
	  "the pause is as long as a time limit that known products have by default", \
	  "the pause is as long as no time limit that known products have by default", "") \
	/* ---- conditions ---- */ \
	X(RETRANSMISSIONS_RECOVERED, "retransmissions-recovered", 15, NONE, \
	  "payload was lost and sent again with success", "no payload had to be sent again", "") \
	X(ZERO_WINDOW_SEEN, "zero-window-seen", 4, NONE, \
	  "a receiver closed its window: its application did not read", \
	  "no receiver closed its window", "show the windows") \
	X(SERVER_THINKS, "server-thinks", 8, NONE, \
	  "{server}'s program took long to answer, or to go on with its answer, while nothing " \
	  "was on the way", \
	  "{server}'s program answered without delay", "show the times of the packets") \
	X(CLIENT_PAUSES, "client-pauses-in-its-message", 3, NONE, \
	  "{client}'s program paused in the midst of what it sent, while nothing was on the way " \
	  "and {server} waited for the rest", \
	  "{client}'s program did not pause in the midst of what it sent", \
	  "show the times of the packets") \
	X(WINDOW_FULL, "window-full", 4, NONE, \
	  "{peer}'s receive window let {side} send no more than about one window per round trip", \
	  "no receive window held its sender back", \
	  "show the SYNs (window scale) and the windows") \
	X(REPEATED_FOR_NOTHING, "repeated-for-nothing", 4, NONE, \
	  "{side} sent again what was not lost, only overtaken: {peer} reports it twice", \
	  "nothing was sent again because segments overtook each other", \
	  "show the SACK blocks of the acknowledgments") \
	X(SMALL_WRITES_WAIT, "small-writes-wait", 2, NONE, \
	  "again and again {side} held a small segment back until a delayed acknowledgment of " \
	  "the one before it came", \
	  "no small segment waited for a delayed acknowledgment", \
	  "show the times and lengths of the packets") \
	X(DAMAGED_SEGMENTS, "damaged-segments", 1, NONE, \
	  "segments of {side} arrive with wrong checksums, and come again with right ones", \
	  "no segment was damaged and sent again", \
	  "capture at the receiver, with whole packets (no snap length)") \
	X(HALF_PASSES, "only-one-direction-passes", 2, NONE, \
	  "only what {side} sends passes here, though it acknowledges what {peer} sends", \
	  "both directions pass here", "capture at the two ends") \
	X(RETRY_FOLLOWS, "retry-follows", 20, NONE, "{client} connected again afterwards", \
	  "{client} did not connect again in this input", "") \
	/* ---- other connections of the input ---- */ \
	X(LISTENER_FLOODED, "listener-flooded", 3, NONE, \
	  "at that time {server} had many attempts at this port, sent once and left half-open, " \
	  "and few that were completed", \
	  "the input does not show this port flooded with attempts", "") \
	X(SYN_CRAFTED, "syn-without-usual-options", 15, NONE, \
	  "the SYN lacks the options that operating systems send (SACK, window scale): a program " \
	  "made it", \
	  "the SYN has the options that operating systems send", "show the options of the SYN") \
	X(PORT_PROBED, "port-probed", 2, NONE, \
	  "{client} asked whether the port is open and wanted no connection: a bare RST answers " \
	  "the SYN,ACK, or the SYN, one of many to different ports, was never repeated", \
	  "nothing says that {client} only probed the port", \
	  "show sequence and acknowledgment numbers of SYN,ACK and RST") \
	X(FAN_OUT, "knocks-at-many-ports", 5, NONE, \
	  "{client} knocked at several different ports in this input, and seldom did more", \
	  "{client} knocked at no other port in this input", \
	  "capture all of {client}'s traffic: which other ports does it try?") \
	X(UNASKED_ANSWER, "answers-no-syn", 2, NONE, \
	  "{server} answers a SYN that is not in the input, and {client} knows of none", \
	  "there is no answer to a SYN that is not in the input", \
	  "capture all of {client}'s traffic from some seconds earlier on: is there a SYN?") \
	X(ENDED_TOGETHER, "ended-together", 4, NONE, \
	  "{server} ended several connections of this port in the same instant, in the middle of " \
	  "a pause", \
	  "{server} ended no other connection of this port in the same instant unasked", \
	  "capture all connections of {server}'s port: do several end in the same instant?") \
	X(LISTENER_GONE, "listener-gone-afterwards", 5, NONE, \
	  "whoever called {server}'s port next was refused, or not answered", \
	  "{server}'s port went on answering callers", \
	  "capture on: does {server}'s port still answer callers?") \
	X(PERIODIC, "repeated-by-the-clock", 10, NONE, \
	  "{client} connects so again and again, in regular pauses", \
	  "{client} connects so again and again, in irregular pauses", \
	  "capture for some minutes: does {client} come back in regular pauses?") \
	X(HOST_ALIVE, "host-alive-elsewhere", 40, NONE, \
	  "{side}'s host was alive: it spoke on another connection", "", "")
/* clang-format on */

enum tw_fact {
	TW_FACT_NONE, /* ends lists of facts */
#define X(name, slug, base, group, yes, no, settle) TW_FACT_##name,
	TW_FACTS(X)
#undef X
	    TW_FACT_COUNT
};

enum tw_fact_group {
	TW_FACT_GROUP_NONE,
	TW_FACT_GROUP_CLASS,
	TW_FACT_GROUP_REST,
	TW_FACT_GROUP_HAND,
	TW_FACT_GROUP_COUNT
};

struct tw_fact_info {
	const char *slug;
	const char *yes;
	const char *no;
	const char *settle;
	uint8_t base_percent;
	uint8_t group; /* enum tw_fact_group */
};

#endif
