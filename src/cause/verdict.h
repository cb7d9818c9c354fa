/* verdict.h: what the judge concludes about one connection. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CAUSE_VERDICT_H
#define TW_CAUSE_VERDICT_H

#include "base/defs.h"
#include "cause/entry.h"
#include "fact/set.h"

enum {
	TW_HYPOTHESES_MAX = 8, /* shown; the probabilities are over all */
	TW_EVIDENCE_MAX = 6,
	TW_SETTLES_MAX = 8,
	TW_CONDITIONS_MAX = 10,
	TW_PROOFS_MAX = 3,
};

struct tw_hypothesis {
	uint8_t cause; /* enum tw_cause */
	uint8_t for_count;
	uint8_t against_count;
	uint8_t for_facts[TW_EVIDENCE_MAX]; /* enum tw_fact, the weightiest first */
	uint8_t against_facts[TW_EVIDENCE_MAX];
	double probability;
};

/* A fact that is not known for certain, and what it would decide. */
struct tw_settle {
	uint8_t fact;
	uint8_t between[2]; /* enum tw_cause: the two that it separates most */
	double gain;	    /* expected information in bits */
};

struct tw_condition {
	uint8_t cause;
	uint8_t fact_count;
	uint8_t facts[4];
	double probability;
};

/* X(NAME, slug): public ("how", "ended_by", "stage"). */
#define TW_HOWS(X) X(FIN, "fin") X(RST, "rst") X(SILENCE, "silence") X(ICMP, "icmp") X(OPEN, "open")
#define TW_ENDERS(X)          \
	X(CLIENT, "client")   \
	X(SERVER, "server")   \
	X(BOTH, "both")       \
	X(NETWORK, "network") \
	X(NOBODY, "nobody")   \
	X(UNKNOWN, "unknown")
/* How far a connection came: the stages of Cloudflare Radar. */
#define TW_STAGES(X)            \
	X(POST_SYN, "post-syn") \
	X(POST_ACK, "post-ack") \
	X(POST_PSH, "post-psh") \
	X(LATER, "later")

#define X(name, slug) TW_HOW_##name,
enum tw_how { TW_HOWS(X) TW_HOW_COUNT };
#undef X
#define X(name, slug) TW_ENDER_##name,
enum tw_ender { TW_ENDERS(X) TW_ENDER_COUNT };
#undef X
#define X(name, slug) TW_STAGE_##name,
enum tw_stage { TW_STAGES(X) TW_STAGE_COUNT };
#undef X

const char *tw_how_slug(enum tw_how how);
const char *tw_ender_slug(enum tw_ender ender);
const char *tw_stage_slug(enum tw_stage stage);

struct tw_verdict {
	struct tw_hypothesis hypotheses[TW_HYPOTHESES_MAX]; /* sorted; the first is the cause */
	size_t hypothesis_count;
	bool reasoned; /* proofs and settles were looked for, found or not */
	/* enum tw_fact: those without which the cause would lose most, the weightiest first. */
	uint8_t proofs[TW_PROOFS_MAX];
	size_t proof_count;
	struct tw_settle settles[TW_SETTLES_MAX]; /* the most telling first */
	size_t settle_count;
	struct tw_condition conditions[TW_CONDITIONS_MAX];
	size_t condition_count;
	enum tw_outcome outcome;
	enum tw_how how;
	enum tw_ender ended_by;
	enum tw_ender closed_first;
	enum tw_stage stage;
};

/* The probability of one cause, also where it is too small to be among the hypotheses: 0 then. */
double tw_verdict_probability(const struct tw_verdict *verdict, enum tw_cause cause);

#endif
