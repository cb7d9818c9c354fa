/* exit.c: connections of one listener that ended in one instant, and what it did afterwards. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "context/hood.h"

enum {
	TOGETHER_MS = 20, /* what one system call after the other takes, and the way's jitter */
	AFTERWARDS_S = 60,
	CALLERS_MAX = 16, /* that come next and may tell whether the listener is still there */
	ANSWERED_IN_S = 1,
	/* Pauses that one idle limit ended: equal, or nearly so after a sweep every second. */
	EQUAL_MS = 50,
	EQUAL_PERCENT = 2,
	SWEEP_MS = 1100,
	SWEPT_FROM_S = 4,
};

/* The first place in by_end, of the listener of `self`, of the end at `frame` or later. */
static size_t place_of_end(const struct tw_neighbourhood *hood, const struct tw_neighbour *self,
			   uint64_t frame)
{
	size_t low = 0;
	size_t high = hood->end_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct tw_neighbour *other = &hood->neighbours[hood->by_end[middle]];
		int order = tw_compare_listeners(other, self);
		struct tw_server_end end;

		if (order < 0 ||
		    (order == 0 && tw_server_ended(other, &end) && end.at.frame < frame))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct pauses {
	int64_t shortest_ns;
	int64_t longest_ns;
};

static void add_end(struct tw_context *context, const struct tw_server_end *end,
		    struct pauses *pauses)
{
	context->exit.together++;
	if (!end->unasked)
		return;
	if (context->exit.unasked == 0 || end->idle_ns < pauses->shortest_ns)
		pauses->shortest_ns = end->idle_ns;
	if (context->exit.unasked == 0 || end->idle_ns > pauses->longest_ns)
		pauses->longest_ns = end->idle_ns;
	context->exit.unasked++;
}

/* Walks away from `place` as long as the ends are together with `own`. */
static void gather(const struct tw_neighbourhood *hood, size_t place, int step,
		   const struct tw_neighbour *self, const struct tw_server_end *own,
		   struct pauses *pauses, struct tw_context *context)
{
	for (size_t looked = 0; looked < TW_LOOKED_AT_MAX; looked++) {
		const struct tw_neighbour *other;
		struct tw_server_end end;
		int64_t apart;

		place += (size_t)step; /* before the first, it wraps beyond the last */
		if (place >= hood->end_count)
			return;
		other = &hood->neighbours[hood->by_end[place]];
		if (tw_compare_listeners(self, other) != 0 || !tw_server_ended(other, &end))
			return;
		apart = end.at.time_ns - own->at.time_ns;
		if (apart > TOGETHER_MS * TW_NS_PER_MS || apart < -TOGETHER_MS * TW_NS_PER_MS)
			return;
		add_end(context, &end, pauses);
		if (!tw_happened(context->exit.other))
			context->exit.other = end.at;
		tw_context_relate(context, TW_RELATION_EXIT, other->connection->stream);
	}
}

static bool is_one_timer(const struct pauses *pauses)
{
	int64_t apart = pauses->longest_ns - pauses->shortest_ns;

	return apart <= EQUAL_MS * TW_NS_PER_MS ||
	       apart <= pauses->longest_ns / 100 * EQUAL_PERCENT ||
	       (pauses->shortest_ns >= SWEPT_FROM_S * TW_NS_PER_S &&
		apart <= SWEEP_MS * TW_NS_PER_MS);
}

/* The first place in by_listener, of the listener of `self`, that begins after `frame`. */
static size_t place_after(const struct tw_neighbourhood *hood, const struct tw_neighbour *self,
			  uint64_t frame)
{
	size_t low = 0;
	size_t high = hood->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct tw_neighbour *other = &hood->neighbours[hood->by_listener[middle]];
		int order = tw_compare_listeners(other, self);

		if (order < 0 || (order == 0 && other->connection->first.frame <= frame))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* How the listener received those who came next; the first clear answer counts. */
static void look_afterwards(const struct tw_neighbourhood *hood, const struct tw_neighbour *self,
			    const struct tw_server_end *own, struct tw_context *context)
{
	size_t place = place_after(hood, self, own->at.frame);

	for (size_t looked = 0; looked < CALLERS_MAX && place < hood->count; looked++, place++) {
		const struct tw_neighbour *next = &hood->neighbours[hood->by_listener[place]];
		const struct tw_side *client = tw_client_side(next);
		const struct tw_side *server = tw_server_side(next);

		if (tw_compare_listeners(self, next) != 0 ||
		    next->connection->first.time_ns - own->at.time_ns > AFTERWARDS_S * TW_NS_PER_S)
			return;
		if (!(client->marks & TW_SIDE_SYN))
			continue;
		if (server->reset_count > 0 && server->reset.to_syn) {
			context->exit.gone = server->reset.at;
			context->exit.refused = true;
			return;
		}
		if (server->marks & TW_SIDE_SYN_ACK) {
			context->exit.there = server->syn;
			return;
		}
		if (server->segments == 0 &&
		    (client->syn_count > 1 ||
		     context->input_end_ns - client->syn.time_ns > ANSWERED_IN_S * TW_NS_PER_S)) {
			context->exit.gone = client->syn;
			return;
		}
	}
}

void tw_look_for_exit(const struct tw_neighbourhood *hood, size_t index, struct tw_context *context)
{
	const struct tw_neighbour *self = &hood->neighbours[index];
	struct pauses pauses = {0, 0};
	struct tw_server_end own;
	size_t place;

	if (!self->connection->timed || !tw_server_ended(self, &own))
		return;
	place = place_of_end(hood, self, own.at.frame);
	add_end(context, &own, &pauses);
	gather(hood, place, -1, self, &own, &pauses, context);
	gather(hood, place, 1, self, &own, &pauses, context);
	context->exit.timer = context->exit.unasked > 1 && is_one_timer(&pauses);
	look_afterwards(hood, self, &own, context);
}
