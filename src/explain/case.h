/* case.h: all that is known and concluded of one connection, handed to prose and reports. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_EXPLAIN_CASE_H
#define TW_EXPLAIN_CASE_H

#include "cause/verdict.h"
#include "tcp/replay.h"
#include "tcp/vantage.h"

enum tw_processed {
	TW_PROCESSED_UNKNOWN,
	TW_PROCESSED_YES,
	TW_PROCESSED_NO,
	TW_PROCESSED_POSSIBLE,
};

/* What became of one side's payload; bytes, valid only where `counted`. */
struct tw_delivery_side {
	uint64_t sent;
	uint64_t acked;
	uint64_t unacked_at_end;
	uint64_t possibly_unread; /* acknowledged by the peer's kernel, perhaps never read */
};

struct tw_delivery {
	bool counted; /* false where lengths were assumed */
	struct tw_delivery_side side[2];
	enum tw_processed last_request;
};

/* A list where the direction of one row, which cannot be right as typed, is turned. */
struct tw_second_reading {
	uint64_t row;	 /* 0: there is no such row */
	bool by_numbers; /* else by the order of the flags, which is less sure */
	enum tw_cause cause;
	struct tw_str headline;
};

/* A case owns nothing; its strings live in the run's arena. Indexes 0 and 1 are sides. */
struct tw_case {
	const struct tw_connection *connection;
	struct tw_fact_set facts;
	struct tw_verdict verdict;
	struct tw_context context;
	struct tw_vantage vantage;
	struct tw_delivery delivery;
	struct tw_endpoint endpoint[2];
	struct tw_str address[2]; /* "10.0.3.7", "2001:db8::1", or the word as typed */
	struct tw_str name[2];	  /* in a sentence: "the client", "the server", "A" */
	const char *conn_state;	  /* Zeek's */
	struct tw_str history;
	struct tw_str community_id; /* empty where addresses or ports are not known */
	struct tw_str id;
	struct tw_str heading; /* above its rows: "Failed"; empty where there is none */
	struct tw_second_reading second;
	const struct tw_step
	    *steps; /* for the ladder; fewer than `step_total` where they did not fit */
	size_t step_count;
	size_t step_total;
};

/* Fills `delivery` from the record and the verdict. */
void tw_delivery_assess(struct tw_case *c);
const char *tw_processed_slug(enum tw_processed processed);

#endif
