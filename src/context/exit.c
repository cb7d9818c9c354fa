/* exit.c: connections of one listener that ended in one instant, and what it did afterwards. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "context/hood.h"

enum {
	TOGETHER_MS = 20, /* what one system call after the other takes, and the way's jitter */
	AFTERWARDS_S = 60,
	LOOKED_AT = 64,
	CALLERS_MAX = 16, /* that come next and may tell whether the listener is still there */
	ANSWERED_IN_S = 1,
	/* Pauses that one idle limit ended: equal, or nearly so after a sweep every second. */
	EQUAL_MS = 50,
	EQUAL_PERCENT = 2,
	SWEEP_MS = 1100,
	SWEPT_FROM_S = 4,
};

/* The first place in by_end, of the listener of `self`, of an end at `time_ns` or later. */
static size_t place_of_end(const struct tw_neighbourhood *hood, const struct tw_neighbour *self,
			   int64_t time_ns)
{
	size_t low = 0;
	size_t high = hood->end_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct tw_neighbour *other = &hood->neighbours[hood->by_end[middle]];
		int order = tw_compare_listeners(other, self);
		struct tw_server_end end;

		if (order < 0 ||
		    (order == 0 && tw_server_ended(other, &end) && end.at.time_ns < time_ns))
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

/* Names some of the ends between the two places, and measures the pauses before them. */
static void look_at_ends(const struct tw_neighbourhood *hood, size_t index, size_t from, size_t to,
			 struct pauses *pauses, struct tw_context *context)
{
	bool any = false;

	for (size_t place = from; place < to && place - from < LOOKED_AT; place++) {
		const struct tw_neighbour *other = &hood->neighbours[hood->by_end[place]];
		struct tw_server_end end;

		if (!tw_server_ended(other, &end))
			continue;
		if (end.unasked) {
			if (!any || end.idle_ns < pauses->shortest_ns)
				pauses->shortest_ns = end.idle_ns;
			if (!any || end.idle_ns > pauses->longest_ns)
				pauses->longest_ns = end.idle_ns;
			any = true;
		}
		if (hood->by_end[place] == index)
			continue;
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

/* A refusal has its reason in the end of those whom the listener had served until then. */
static void look_before(const struct tw_neighbourhood *hood, size_t index,
			struct tw_context *context)
{
	const struct tw_neighbour *self = &hood->neighbours[index];
	int64_t now = self->connection->first.time_ns;
	struct pauses pauses = {0, 0};
	struct tw_server_end end;
	size_t from;
	size_t to = place_of_end(hood, self, now);

	if (to == 0 || !tw_server_ended(&hood->neighbours[hood->by_end[to - 1]], &end))
		return;
	from =
	    place_of_end(hood, self, tw_time_shifted(end.at.time_ns, -TOGETHER_MS * TW_NS_PER_MS));
	if (to < from + 2 || now - end.at.time_ns > AFTERWARDS_S * TW_NS_PER_S ||
	    tw_compare_listeners(self, &hood->neighbours[hood->by_end[to - 1]]) != 0)
		return;
	look_at_ends(hood, index, from, to, &pauses, context);
	context->exit.before = (uint32_t)(to - from);
	context->exit.other = end.at;
}

void tw_look_for_exit(const struct tw_neighbourhood *hood, size_t index, struct tw_context *context)
{
	const struct tw_neighbour *self = &hood->neighbours[index];
	struct pauses pauses = {0, 0};
	struct tw_server_end own;
	size_t from;
	size_t to;

	if (!self->connection->timed)
		return;
	if (tw_server_side(self)->reset_count > 0 && tw_server_side(self)->reset.to_syn)
		look_before(hood, index, context);
	if (!tw_server_ended(self, &own))
		return;
	from =
	    place_of_end(hood, self, tw_time_shifted(own.at.time_ns, -TOGETHER_MS * TW_NS_PER_MS));
	to = place_of_end(hood, self,
			  tw_time_shifted(own.at.time_ns, TOGETHER_MS * TW_NS_PER_MS + 1));
	/* Only where a clock was set back is a place before its own. */
	if (to <= from)
		return;
	context->exit.together = (uint32_t)(to - from);
	context->exit.unasked = hood->unasked_before[to] - hood->unasked_before[from];
	look_at_ends(hood, index, from, to, &pauses, context);
	context->exit.timer = context->exit.unasked > 1 && is_one_timer(&pauses);
	look_afterwards(hood, self, &own, context);
}
