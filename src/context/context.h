/* context.h: what the rest of the input says about one connection. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CONTEXT_CONTEXT_H
#define TW_CONTEXT_CONTEXT_H

#include "tcp/connection.h"

/* What another connection is to this one; public ("related" in JSON). X(NAME, slug) */
#define TW_RELATIONS(X)                                                          \
	X(RETRY, "retry")	/* the next attempt of its opener */             \
	X(RETRIED, "retried")	/* the failed attempt before it */               \
	X(PROBE, "probe")	/* the same check, one period before or after */ \
	X(SCAN, "scan")		/* another port that its opener knocked at */    \
	X(FLOOD, "flood")	/* another of many half-open attempts */         \
	X(EXIT, "exit")		/* ended by its server in the same instant */    \
	X(PREVIOUS, "previous") /* before it on the same two endpoints */        \
	X(STRAY, "stray")	/* the same, with an address left untranslated */

enum tw_relation {
#define X(name, slug) TW_RELATION_##name,
	TW_RELATIONS(X)
#undef X
	    TW_RELATION_COUNT
};

const char *tw_relation_slug(enum tw_relation relation);

enum { TW_RELATED_EACH = 4 }; /* connections of one relation that are named; the rest is counted */

struct tw_related {
	uint32_t stream[TW_RELATED_EACH];
	uint8_t count;
};

/* What became of the attempt after this connection had failed. */
struct tw_retries {
	uint32_t failed;	    /* further attempts that failed as well */
	struct tw_moment succeeded; /* SYN of the one that worked; never where none did */
	uint32_t succeeded_stream;
	int64_t cost_ns; /* from this one's end to that SYN, or to the end of the last attempt */
	bool gave_up;	 /* none worked, and none follows although there was time */
};

/* The connection that used the same two endpoints before this one. */
struct tw_previous {
	bool known;
	uint32_t stream;
	struct tw_moment ended; /* its last segment */
	bool orderly;		/* both FINs were acknowledged, and no RST was sent */
	/* By side of this connection: where its numbers had come to. */
	bool numbered[2];
	uint32_t snd_nxt[2];
};

/* Settled when the input has ended; all unknown (zero) for a connection that stands alone. */
struct tw_context {
	bool input_end_known; /* a capture has a last frame; a typed list proves no end */
	int64_t input_end_ns; /* time of the last frame of the whole input */
	int64_t input_start_ns;
	/* By side, for a host that fell silent or never answered: it spoke elsewhere afterwards. */
	struct tw_moment alive_elsewhere[2];
	uint32_t alive_stream[2];
	/* Of two or more connections that could show both directions, none does. */
	bool halves_only;
	bool has_twin; /* another connection is this one, seen before or after a translation */
	uint32_t twin_stream;
	bool has_retry; /* the opener connected again to the same server and port */
	uint32_t retry_stream;
	struct tw_moment retry; /* its SYN */
	struct tw_retries retries;
	/* By side: the same host on its other connections, for one that sent nothing but RSTs. */
	struct tw_host_seen {
		uint8_t ttl_min;
		uint8_t ttl_max;     /* 0: no other connection shows one */
		int64_t distance_ns; /* shortest round trip; 0 unknown */
		struct tw_moment at; /* a segment of it */
		uint32_t stream;
	} host[2];
	/* The opener does the same again and again: connects and ends it without a word. */
	struct {
		uint32_t checks;  /* this one and those beside it; below 3 there is no period */
		uint32_t regular; /* pauses between them that are alike */
		uint32_t pauses;
		int64_t period_ns;
	} period;
	/* For an attempt that brought no connection. */
	struct {
		uint32_t ports;		/* that the opener knocked at, each of its own host */
		uint32_t conversations; /* that the same host had */
	} fan_out;
	/* The listener at that time; for an attempt that was not completed. */
	struct {
		uint32_t half_open; /* attempts within some seconds, this one among them */
		uint32_t completed;
		uint32_t
		    newcomers;	 /* of the half-open ones, from hosts that had not called before */
		int64_t span_ns; /* from the first to the last */
		struct tw_moment first;
		struct tw_moment last;
	} flood;
	/* For a connection that its server ended first; `before` and `other` for a refused one. */
	struct {
		uint32_t together; /* connections of its listener that ended with it, itself too */
		uint32_t unasked;  /* of these, in the middle of a pause */
		bool timer;	   /* their pauses were alike: one idle limit ended them all */
		uint32_t
		    before; /* connections that the listener ended together before it refused */
		struct tw_moment other; /* such an end */
		struct tw_moment gone; /* the listener's next caller was refused, or not answered */
		bool refused;	       /* of these two, the former */
		struct tw_moment there; /* or was answered */
	} exit;
	/* For an answer to a SYN that is not in the input. */
	struct {
		uint32_t count;	 /* such answers in the whole input; 0: this is none */
		bool host_heard; /* what its receiver sends is in the input, on other connections */
	} unasked;
	struct tw_related related[TW_RELATION_COUNT];
	struct tw_previous previous;
	/*
	 * How many connections of the server's address were answered twice from the same distance;
	 * 0 where this one was not.
	 */
	uint32_t twin_answers;
	/*
	 * The same ports, one address in common and numbers that fit: a segment of one connection
	 * that a translating device let pass as it was, and the RST that it drew. Both connections
	 * know of it.
	 */
	struct tw_stray {
		struct tw_moment at; /* never where there is none */
		struct tw_moment reset;
	} stray;
};

/* Names another connection, up to TW_RELATED_EACH of them, in ascending order. */
void tw_context_relate(struct tw_context *context, enum tw_relation relation, uint32_t stream);

#endif
