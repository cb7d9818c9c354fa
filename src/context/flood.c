/* flood.c: how many attempts a listener had at one time, and how many were left half-open. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "context/hood.h"

enum {
	WITHIN_S = 5,	   /* before and after */
	ANSWERED_IN_S = 1, /* an attempt this young may still be completed */
	MANY = 256,	   /* so many at once are no coincidence, however young */
	NAMED_FROM = 64,   /* neighbours among which half-open ones are named */
};

/* The first place in by_listener, of the listener of `self`, with a time of `time_ns` or more. */
static size_t place_at(const struct tw_neighbourhood *hood, const struct tw_neighbour *self,
		       int64_t time_ns)
{
	const struct tw_attempt *own =
	    &hood->attempts[hood->listener_rank[self - hood->neighbours]];
	size_t low = own->from;
	size_t high = own->to;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (hood->attempts[middle].began_ns < time_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void name_others(const struct tw_neighbourhood *hood, size_t index, size_t from, size_t to,
			struct tw_context *context)
{
	for (size_t place = from; place < to && place - from < NAMED_FROM; place++) {
		uint32_t other = hood->by_listener[place];

		if (other != index &&
		    hood->half_open_before[place + 1] > hood->half_open_before[place])
			tw_context_relate(context, TW_RELATION_FLOOD,
					  hood->neighbours[other].connection->stream);
	}
}

void tw_look_for_flood(const struct tw_neighbourhood *hood, size_t index,
		       struct tw_context *context)
{
	const struct tw_neighbour *self = &hood->neighbours[index];
	const struct tw_connection *connection = self->connection;
	int64_t around = WITHIN_S * TW_NS_PER_S;
	int64_t settled = tw_time_shifted(context->input_end_ns, -ANSWERED_IN_S * TW_NS_PER_S);
	int64_t now = connection->first.time_ns;
	int64_t end = tw_time_shifted(now, around + 1);
	size_t from;
	size_t to;

	if (!connection->timed || tw_happened(connection->established) ||
	    !(tw_client_side(self)->marks & TW_SIDE_SYN))
		return;
	from = place_at(hood, self, tw_time_shifted(now, -around));
	to = place_at(hood, self, end);
	if (hood->half_open_before[to] - hood->half_open_before[from] < MANY)
		to = place_at(hood, self, settled < end ? settled : end);
	if (to <= from)
		return;
	context->flood.half_open = hood->half_open_before[to] - hood->half_open_before[from];
	context->flood.completed = hood->completed_before[to] - hood->completed_before[from];
	context->flood.newcomers = hood->newcomers_before[to] - hood->newcomers_before[from];
	context->flood.first = hood->neighbours[hood->by_listener[from]].connection->first;
	context->flood.last = hood->neighbours[hood->by_listener[to - 1]].connection->first;
	context->flood.span_ns = context->flood.last.time_ns - context->flood.first.time_ns;
	name_others(hood, index, from, to, context);
}
