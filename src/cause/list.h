/* list.h: the causes by name, kind and usual outcome; the one list of their vocabulary. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CAUSE_LIST_H
#define TW_CAUSE_LIST_H

/*
 * To add a cause: one row here, and its entry (likelihoods, prose, advice, references, example) in
 * the file of its family under the name tw_cause_entry_NAME: without it the program does not link.
 * The tests demand that its example is explained by it.
 *
 * An ending says how the connection came to its end: exactly one is true, so their probabilities
 * sum to 1. A condition was also true; each has a probability of its own.
 *
 * X(NAME, slug, kind, outcome)
 */
#define TW_CAUSES(X)                                                                  \
	X(GRACEFUL_CLOSE, "graceful-close", ENDING, OK)                               \
	X(SIMULTANEOUS_CLOSE, "simultaneous-close", ENDING, OK)                       \
	X(HALF_CLOSE, "half-close", ENDING, OK)                                       \
	X(IDLE_CLOSE, "idle-close", ENDING, OK)                                       \
	X(PROCESS_EXIT, "process-exit", ENDING, DEGRADED)                             \
	X(STILL_OPEN, "still-open", ENDING, UNFINISHED)                               \
	X(SEEN_IN_PART, "seen-in-part", ENDING, UNFINISHED)                           \
	X(CLOSED_WITHOUT_RESPONSE, "closed-without-response", ENDING, FAILED)         \
	X(CLIENT_GAVE_UP_WAITING, "client-gave-up-waiting", ENDING, FAILED)           \
	X(RESET_AFTER_EXCHANGE, "reset-after-exchange", ENDING, HARMLESS)             \
	X(TLS_CLOSE_NOTIFY_RACE, "tls-close-notify-race", ENDING, HARMLESS)           \
	X(QUIT_AND_CLOSE, "quit-and-close", ENDING, HARMLESS)                         \
	X(HEALTH_CHECK, "health-check", ENDING, HARMLESS)                             \
	X(LINGERING_CLOSE_TIMEOUT, "lingering-close-timeout", ENDING, HARMLESS)       \
	X(EARLY_RESPONSE_UPLOAD_ABORT, "early-response-upload-abort", ENDING, FAILED) \
	X(ABORTIVE_CLOSE, "abortive-close", ENDING, FAILED)                           \
	X(CLOSE_WITH_UNREAD_DATA, "close-with-unread-data", ENDING, FAILED)           \
	X(DATA_AFTER_CLOSE, "data-after-close", ENDING, FAILED)                       \
	X(KEEPALIVE_RACE, "keepalive-race", ENDING, FAILED)                           \
	X(STALE_CONNECTION_REUSE, "stale-connection-reuse", ENDING, FAILED)           \
	X(MIDDLEBOX_IDLE_DROP, "middlebox-idle-drop", ENDING, FAILED)                 \
	X(MIDDLEBOX_IDLE_RESET, "middlebox-idle-reset", ENDING, FAILED)               \
	X(NAT_BYPASS_RESET, "nat-bypass-reset", ENDING, FAILED)                       \
	X(KEEPALIVE_TIMEOUT, "keepalive-timeout", ENDING, FAILED)                     \
	X(RETRANSMISSION_TIMEOUT, "retransmission-timeout", ENDING, FAILED)           \
	X(PATH_BLACKHOLE, "path-blackhole", ENDING, FAILED)                           \
	X(PMTU_BLACKHOLE, "pmtu-blackhole", ENDING, FAILED)                           \
	X(REQUEST_BLACKHOLED, "request-blackholed", ENDING, FAILED)                   \
	X(ZERO_WINDOW_TIMEOUT, "zero-window-timeout", ENDING, FAILED)                 \
	X(FIN_WAIT_2_TIMEOUT, "fin-wait-2-timeout", ENDING, DEGRADED)                 \
	X(CLOSE_WAIT_LEAK, "close-wait-leak", ENDING, DEGRADED)                       \
	X(PEER_LOST_STATE, "peer-lost-state", ENDING, FAILED)                         \
	X(REFUSED, "refused", ENDING, FAILED)                                         \
	X(FIREWALL_REJECT, "firewall-reject", ENDING, FAILED)                         \
	X(ICMP_UNREACHABLE, "icmp-unreachable", ENDING, FAILED)                       \
	X(SYN_UNANSWERED, "syn-unanswered", ENDING, FAILED)                           \
	X(SYNACK_UNANSWERED, "synack-unanswered", ENDING, FAILED)                     \
	X(ACCEPT_QUEUE_OVERFLOW, "accept-queue-overflow", ENDING, FAILED)             \
	X(CONNECT_ABANDONED, "connect-abandoned", ENDING, FAILED)                     \
	X(SYN_FLOOD, "syn-flood", ENDING, FAILED)                                     \
	X(SYN_SCAN, "syn-scan", ENDING, HARMLESS)                                     \
	X(BACKSCATTER, "backscatter", ENDING, HARMLESS)                               \
	X(INJECTED_RESET, "injected-reset", ENDING, FAILED)                           \
	X(UNKNOWN, "unknown", ENDING, UNFINISHED)                                     \
	X(SLOW_CONNECT, "slow-connect", CONDITION, DEGRADED)                          \
	X(SIMULTANEOUS_OPEN, "simultaneous-open", CONDITION, OK)                      \
	X(SELF_CONNECT, "self-connect", CONDITION, DEGRADED)                          \
	X(TIME_WAIT_REUSE, "time-wait-reuse", CONDITION, OK)                          \
	X(TIME_WAIT_COLLISION, "time-wait-collision", CONDITION, DEGRADED)            \
	X(TFO_BLACKHOLE, "tfo-blackhole", CONDITION, DEGRADED)                        \
	X(OPTION_MISMATCH, "option-mismatch", CONDITION, DEGRADED)                    \
	X(ZERO_WINDOW_STALL, "zero-window-stall", CONDITION, DEGRADED)                \
	X(WINDOW_LIMITED, "window-limited", CONDITION, DEGRADED)                      \
	X(LOSS, "loss", CONDITION, DEGRADED)                                          \
	X(REORDERING, "reordering", CONDITION, OK)                                    \
	X(SLOW_SERVER, "slow-server", CONDITION, DEGRADED)                            \
	X(SLOW_CLIENT, "slow-client", CONDITION, DEGRADED)                            \
	X(NAGLE_DELAYED_ACK, "nagle-delayed-ack", CONDITION, DEGRADED)                \
	X(TWO_HOSTS_ONE_ADDRESS, "two-hosts-one-address", CONDITION, FAILED)          \
	X(SYNACK_INJECTION, "synack-injection", CONDITION, FAILED)                    \
	X(ASYMMETRIC_PATH, "asymmetric-path", CONDITION, FAILED)                      \
	X(CHECKSUM_CORRUPTION, "checksum-corruption", CONDITION, DEGRADED)            \
	X(BLIND_RESET_ATTEMPT, "blind-reset-attempt", CONDITION, HARMLESS)

/*
 * Two causes that can leave the same packets: then both keep a share, and the evidence only says
 * which comes first. X(A, B, when, and what would tell them apart)
 */
#define TW_INSEPARABLE_CAUSES(X)                                                                \
	X(ABORTIVE_CLOSE, CLOSE_WITH_UNREAD_DATA,                                               \
	  "Linux sends the same RST for both, equal in every field. Its counters tell them "    \
	  "apart: TcpExtTCPAbortOnClose counts unread data, TcpExtTCPAbortOnData a deliberate " \
	  "abort (nstat -az on {resetter}).")                                                   \
	X(MIDDLEBOX_IDLE_RESET, PEER_LOST_STATE,                                                \
	  "After idle time a RST with {resetter}'s TTL and round trip can be either's. A "      \
	  "capture at {resetter} tells them apart: does the RST leave it?")

enum tw_cause {
#define X(name, slug, kind, outcome) TW_CAUSE_##name,
	TW_CAUSES(X)
#undef X
	    TW_CAUSE_COUNT
};

/* Raised whenever an entry changes what it predicts, so that verdicts can be compared. */
enum { TW_CAUSE_TABLE_VERSION = 3 };

enum tw_cause_kind { TW_KIND_ENDING, TW_KIND_CONDITION };

/* X(NAME, slug): from fine to bad; the overview lists the worst first. */
#define TW_OUTCOMES(X)              \
	X(OK, "ok")                 \
	X(HARMLESS, "harmless")     \
	X(UNFINISHED, "unfinished") \
	X(DEGRADED, "degraded")     \
	X(FAILED, "failed")

enum tw_outcome {
#define X(name, slug) TW_OUTCOME_##name,
	TW_OUTCOMES(X)
#undef X
	    TW_OUTCOME_COUNT
};

#endif
