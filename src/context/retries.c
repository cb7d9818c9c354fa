/* retries.c: what the opener did after a failure, and what the failure cost it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "context/hood.h"

enum {
	RETRY_WITHIN_S = 10,
	ANSWERED_IN_S = 1,
	RETRIES_MAX = 16, /* attempts that are followed */
	LOOKED_AT = 8,	  /* connections next to a place, among which one is sought */
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

/* It came to grief before the opener had an answer to the last that it said. */
static bool failed(const struct tw_neighbour *n)
{
	return came_to_grief(n) &&
	       tw_server_side(n)->last_payload.frame <= tw_client_side(n)->last_payload.frame;
}

/* An attempt that the input leaves under way has neither worked nor failed. */
static bool is_under_way(const struct tw_neighbour *n, const struct tw_context *context)
{
	const struct tw_connection *connection = n->connection;
	bool waited =
	    context->input_end_known && connection->timed &&
	    context->input_end_ns - connection->last.time_ns > ANSWERED_IN_S * TW_NS_PER_S;

	return !tw_happened(connection->established) && connection->first_closer == TW_NOBODY &&
	       connection->icmp.count == 0 && tw_client_side(n)->syn_count <= 1 && !waited;
}

/* The first place in by_pair, with opener and listener of `after`, that begins behind its end. */
static size_t place_behind(const struct tw_neighbourhood *hood, const struct tw_neighbour *after)
{
	size_t low = hood->pair_rank[after - hood->neighbours] + 1U;
	size_t high = hood->count;

	/* As a rule the very next one is it. */
	if (low < high && hood->neighbours[hood->by_pair[low]].connection->first.frame >
			      after->connection->last.frame)
		return low;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct tw_neighbour *other = &hood->neighbours[hood->by_pair[middle]];
		int order = tw_compare_pairs(other, after);

		if (order < 0 ||
		    (order == 0 && other->connection->first.frame <= after->connection->last.frame))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The next attempt of the same opener after `after` has ended; else the end. */
static size_t next_attempt(const struct tw_neighbourhood *hood, const struct tw_neighbour *after)
{
	size_t first = place_behind(hood, after);

	for (size_t rank = first; rank < hood->count && rank - first < LOOKED_AT; rank++) {
		const struct tw_neighbour *next = &hood->neighbours[hood->by_pair[rank]];
		int64_t wait = next->connection->first.time_ns - after->connection->last.time_ns;

		if (tw_compare_pairs(after, next) != 0 ||
		    (after->connection->timed && wait > RETRY_WITHIN_S * TW_NS_PER_S))
			break;
		if (tw_client_side(next)->marks & TW_SIDE_SYN)
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
		if (is_under_way(next, context))
			return;
		retries->failed++;
		last = next;
		rank = next_attempt(hood, last);
	}
	retries->gave_up =
	    rank == hood->count && self->connection->timed && context->input_end_known &&
	    context->input_end_ns - last->connection->last.time_ns > RETRY_WITHIN_S * TW_NS_PER_S;
}

/* The failed attempt that this one repeats. */
static void look_back(const struct tw_neighbourhood *hood, const struct tw_neighbour *self,
		      size_t rank, struct tw_context *context)
{
	for (size_t back = 1; back <= LOOKED_AT && back <= rank; back++) {
		const struct tw_neighbour *before = &hood->neighbours[hood->by_pair[rank - back]];

		if (tw_compare_pairs(before, self) != 0)
			return;
		if (failed(before) && next_attempt(hood, before) == rank) {
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
	next = next_attempt(hood, self);
	if (next == hood->count)
		return;
	context->has_retry = true;
	context->retry_stream = hood->neighbours[hood->by_pair[next]].connection->stream;
	context->retry = tw_client_side(&hood->neighbours[hood->by_pair[next]])->syn;
	follow(hood, self, next, context);
}
