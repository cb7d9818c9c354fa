/* slugs.h: the public names of endings and conditions; some of them no entry explains yet. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_SLUGS_H
#define TW_LAB_SLUGS_H

#include "base/str.h"
#include "cause/list.h"

/* X(slug, kind): those of cause/list.h and those that are still to come. */
#define LAB_SLUGS(X)                             \
	X("graceful-close", ENDING)              \
	X("simultaneous-close", ENDING)          \
	X("half-close", ENDING)                  \
	X("idle-close", ENDING)                  \
	X("process-exit", ENDING)                \
	X("still-open", ENDING)                  \
	X("seen-in-part", ENDING)                \
	X("closed-without-response", ENDING)     \
	X("client-gave-up-waiting", ENDING)      \
	X("reset-after-exchange", ENDING)        \
	X("tls-close-notify-race", ENDING)       \
	X("quit-and-close", ENDING)              \
	X("health-check", ENDING)                \
	X("lingering-close-timeout", ENDING)     \
	X("early-response-upload-abort", ENDING) \
	X("abortive-close", ENDING)              \
	X("close-with-unread-data", ENDING)      \
	X("data-after-close", ENDING)            \
	X("keepalive-race", ENDING)              \
	X("stale-connection-reuse", ENDING)      \
	X("middlebox-idle-drop", ENDING)         \
	X("middlebox-idle-reset", ENDING)        \
	X("nat-bypass-reset", ENDING)            \
	X("keepalive-timeout", ENDING)           \
	X("retransmission-timeout", ENDING)      \
	X("path-blackhole", ENDING)              \
	X("pmtu-blackhole", ENDING)              \
	X("request-blackholed", ENDING)          \
	X("zero-window-timeout", ENDING)         \
	X("fin-wait-2-timeout", ENDING)          \
	X("close-wait-leak", ENDING)             \
	X("peer-lost-state", ENDING)             \
	X("refused", ENDING)                     \
	X("firewall-reject", ENDING)             \
	X("icmp-unreachable", ENDING)            \
	X("syn-unanswered", ENDING)              \
	X("synack-unanswered", ENDING)           \
	X("accept-queue-overflow", ENDING)       \
	X("connect-abandoned", ENDING)           \
	X("syn-flood", ENDING)                   \
	X("syn-scan", ENDING)                    \
	X("backscatter", ENDING)                 \
	X("injected-reset", ENDING)              \
	X("unknown", ENDING)                     \
	X("slow-connect", CONDITION)             \
	X("simultaneous-open", CONDITION)        \
	X("self-connect", CONDITION)             \
	X("time-wait-reuse", CONDITION)          \
	X("time-wait-collision", CONDITION)      \
	X("tfo-blackhole", CONDITION)            \
	X("option-mismatch", CONDITION)          \
	X("zero-window-stall", CONDITION)        \
	X("window-limited", CONDITION)           \
	X("loss", CONDITION)                     \
	X("reordering", CONDITION)               \
	X("slow-server", CONDITION)              \
	X("slow-client", CONDITION)              \
	X("nagle-delayed-ack", CONDITION)        \
	X("two-hosts-one-address", CONDITION)    \
	X("synack-injection", CONDITION)         \
	X("asymmetric-path", CONDITION)          \
	X("checksum-corruption", CONDITION)      \
	X("blind-reset-attempt", CONDITION)

/* The kind of `slug`; false where there is none of that name. */
TW_CHECK bool lab_slug_kind(struct tw_str slug, enum tw_cause_kind *kind);

#endif
