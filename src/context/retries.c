/* retries.c: what the opener did after a failure, and what the failure cost it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "context/hood.h"

enum {
	RETRY_WITHIN_S = 10,
	RETRIES_MAX = 64, /* attempts that are followed */
	LOOKED_BACK = 8,  /* connections before this one, of which one may be what it repeats */
};

/*
 * Only a connection that came to grief is retried; otherwise the next one is just the next one. One
 * that its opener ends without a word has done what it was for.
 */
static bool came_to_grief(const struct tw_neighbour *n)
{
	const struct tw_connection *connection = n->connection;

	if (tw_is_check(n))
		return false;
	return connection->first_resetter != TW_NOBODY || !tw_happened(connection->established) ||
	       connection->icmp.count > 0 || connection->side[0].retransmit.count > 0 ||
	       connection->side[1].retransmit.count > 0;
}

static bool worked(const struct tw_neighbour *n)
{
	return tw_server_side(n)->payload_segments > 0 || !came_to_grief(n);
}

/* The next attempt of the same opener after `after`, at or behind `rank`; else the end. */
static size_t next_attempt(const struct tw_neighbourhood *hood, const struct tw_neighbour *after,
			   size_t rank)
{
	for (; rank < hood->count; rank++) {
		const struct tw_neighbour *next = &hood->neighbours[hood->by_pair[rank]];
		int64_t wait = next->connection->first.time_ns - after->connection->last.time_ns;

		if (tw_compare_pairs(after, next) != 0 ||
		    (after->connection->timed && wait > RETRY_WITHIN_S * TW_NS_PER_S))
			break;
		if ((tw_client_side(next)->marks & TW_SIDE_SYN) &&
		    next->connection->first.frame > after->connection->last.frame)
			return rank;
	}
	return hood->count;
}

/* Follows the attempts to the first that works. */
static void follow(const struct tw_neighbourhood *hood, const struct tw_neighbour *self,
		   size_t rank, struct tw_context *context)
{
	struct tw_retries *retries = &context->retries;
	const struct tw_neighbour *last = self;

	for (size_t looked = 0; looked < RETRIES_MAX && rank < hood->count; looked++) {
		const struct tw_neighbour *next = &hood->neighbours[hood->by_pair[rank]];

		tw_context_relate(context, TW_RELATION_RETRY, next->connection->stream);
		retries->cost_ns = next->connection->last.time_ns - self->connection->last.time_ns;
		if (worked(next)) {
			retries->succeeded = tw_client_side(next)->syn;
			retries->succeeded_stream = next->connection->stream;
			retries->cost_ns =
			    retries->succeeded.time_ns - self->connection->last.time_ns;
			return;
		}
		retries->failed++;
		last = next;
		rank = next_attempt(hood, last, rank + 1);
	}
	retries->gave_up =
	    rank == hood->count && self->connection->timed && context->input_end_known &&
	    context->input_end_ns - last->connection->last.time_ns > RETRY_WITHIN_S * TW_NS_PER_S;
}

/* The failed attempt that this one repeats. */
static void look_back(const struct tw_neighbourhood *hood, const struct tw_neighbour *self,
		      size_t rank, struct tw_context *context)
{
	for (size_t back = 1; back <= LOOKED_BACK && back <= rank; back++) {
		const struct tw_neighbour *before = &hood->neighbours[hood->by_pair[rank - back]];

		if (tw_compare_pairs(before, self) != 0)
			return;
		if (came_to_grief(before) && next_attempt(hood, before, rank - back + 1) == rank) {
			tw_context_relate(context, TW_RELATION_RETRIED, before->connection->stream);
			return;
		}
	}
}

void tw_look_for_retries(const struct tw_neighbourhood *hood, size_t index,
			 struct tw_context *context)
{
	const struct tw_neighbour *self = &hood->neighbours[index];
	size_t rank = hood->pair_rank[index];
	size_t next;

	look_back(hood, self, rank, context);
	if (!came_to_grief(self))
		return;
	next = next_attempt(hood, self, rank + 1);
	if (next == hood->count)
		return;
	context->has_retry = true;
	context->retry_stream = hood->neighbours[hood->by_pair[next]].connection->stream;
	context->retry = tw_client_side(&hood->neighbours[hood->by_pair[next]])->syn;
	follow(hood, self, next, context);
}
