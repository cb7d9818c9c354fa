/* hood.h: all connections of an input, in the orders in which the questions ask for them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CONTEXT_HOOD_H
#define TW_CONTEXT_HOOD_H

#include "context/build.h"

/*
 * Private to this folder. Every question is a binary search in one of these orders, then a walk of
 * bounded length: a million connections cost a few sorts and one pass over each order.
 */

struct tw_host_row {
	const struct tw_address *address;
	uint64_t last; /* frame */
	uint32_t index;
	uint8_t side;
};

/* Of a place in by_listener: when its connection began, and where its listener's places are. */
struct tw_attempt {
	int64_t began_ns;
	uint32_t from;
	uint32_t to; /* behind the last one */
};

/* What one client host did in the whole input; its connections are together in `by_pair`. */
struct tw_caller {
	uint32_t first_rank;
	uint32_t probed; /* different ports, each of its own host, that it only knocked at */
	uint32_t conversations;
};

struct tw_neighbourhood {
	const struct tw_neighbour *neighbours;
	size_t count;
	uint32_t *by_pair;   /* client, server, server's port, first frame */
	uint32_t *pair_rank; /* neighbour -> place in by_pair */
	struct tw_caller *callers;
	size_t caller_count;
	struct tw_host_row *by_host; /* two rows a connection; of a host the last to speak first */
	uint32_t *by_listener;	     /* server, server's port, first frame */
	uint32_t *listener_rank;     /* neighbour -> place in by_listener */
	struct tw_attempt *attempts; /* by place in by_listener */
	uint32_t *half_open_before;  /* place in by_listener -> how many such stand before it */
	uint32_t *completed_before;
	uint32_t *newcomers_before; /* half-open, and its client's first at that listener */
	uint32_t *by_end;	    /* server, server's port, frame in which the server ended it */
	uint32_t *unasked_before;   /* place in by_end -> how many unasked ends stand before it */
	size_t end_count;
	uint32_t
	    *by_ports; /* the two ports, whatever the direction; sorted where there are strays */
	uint32_t *ports_rank; /* neighbour -> place in by_ports */
	size_t strays;	      /* connections that may be the stray part of another */
	/* Sequence numbers of the opening, then order of the input; sorted where there are two. */
	uint32_t *by_isn;
	uint32_t *isn_rank; /* neighbour -> place in by_isn */
	size_t opened;	    /* connections with the SYNs of both sides */
	size_t halves;	    /* connections of which one direction was recorded */
	size_t wholes;
	uint32_t unasked; /* answers to SYNs that are not in the input */
	bool converses;	  /* the input shows more than SYNs, SYN,ACKs and RSTs */
};

/* How the server was the first to end a connection. */
struct tw_server_end {
	struct tw_moment at;
	int64_t idle_ns; /* of the connection, before it */
	bool unasked;	 /* nothing was under way that it could be the answer to */
};

static inline const struct tw_side *tw_client_side(const struct tw_neighbour *n)
{
	return &n->connection->side[n->roles.client];
}

static inline const struct tw_side *tw_server_side(const struct tw_neighbour *n)
{
	return &n->connection->side[n->roles.server];
}

/* A file may claim any time: at the ends of the range it stays. */
static inline int64_t tw_time_shifted(int64_t time_ns, int64_t by_ns)
{
	int64_t shifted;

	if (__builtin_add_overflow(time_ns, by_ns, &shifted))
		return by_ns > 0 ? INT64_MAX : INT64_MIN;
	return shifted;
}

int tw_compare_addresses(const struct tw_address *a, const struct tw_address *b);
/* By server and its port. */
int tw_compare_listeners(const struct tw_neighbour *a, const struct tw_neighbour *b);
/* By client, server and server's port. */
int tw_compare_pairs(const struct tw_neighbour *a, const struct tw_neighbour *b);

/* For qsort_r: places in `neighbours` by the numbers of both SYNs. */
int tw_order_by_opening(const void *left, const void *right, void *neighbours);

/* One SYN and nothing more of its sender, unanswered or answered in vain. */
bool tw_is_half_open(const struct tw_neighbour *n);
/* Connected, and ended again by the opener, without a word from either side. */
bool tw_is_check(const struct tw_neighbour *n);
/* An attempt that brought no connection and was not meant to, or that the server refused. */
bool tw_is_knock(const struct tw_neighbour *n);
/* An answer to a SYN that is not in the input, and nothing else but RSTs against it. */
bool tw_is_unasked(const struct tw_neighbour *n);
/* The SYNs of both sides were seen. */
bool tw_has_both_syns(const struct tw_neighbour *n);
/* A conversation of `side` only, from its middle, to which the other says nothing but RST. */
bool tw_may_be_stray(const struct tw_neighbour *n, unsigned side);
/* False where the client ended it, nobody did, or there was nothing to end. */
bool tw_server_ended(const struct tw_neighbour *n, struct tw_server_end *end);

/* The same for connections with the same two ports, and for no others. */
uint32_t tw_ports_of(const struct tw_neighbour *n);

/* The questions; each fills its part of the context. */
void tw_look_for_retries(const struct tw_neighbourhood *hood, size_t index,
			 struct tw_context *context);
void tw_look_for_period(const struct tw_neighbourhood *hood, size_t index,
			struct tw_context *context);
void tw_look_for_fan_out(const struct tw_neighbourhood *hood, size_t index,
			 struct tw_context *context);
void tw_look_for_flood(const struct tw_neighbourhood *hood, size_t index,
		       struct tw_context *context);
void tw_look_for_exit(const struct tw_neighbourhood *hood, size_t index,
		      struct tw_context *context);
void tw_look_for_stray(const struct tw_neighbourhood *hood, size_t index,
		       struct tw_context *context);

#endif
