/* fan_out.c: at how many ports the opener of an attempt knocked. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "context/hood.h"

enum { NAMED_EACH_WAY = 2, LOOKED_AT = 16 };

/* The last caller whose connections begin at or before `rank`. */
static const struct tw_caller *caller_at(const struct tw_neighbourhood *hood, size_t rank)
{
	size_t low = 0;
	size_t high = hood->caller_count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (hood->callers[middle].first_rank <= rank)
			low = middle;
		else
			high = middle;
	}
	return &hood->callers[low];
}

/* Names knocks at other ports that stand next to this one in the order of pairs. */
static void name_knocks(const struct tw_neighbourhood *hood, size_t own, int step,
			struct tw_context *context)
{
	const struct tw_neighbour *self = &hood->neighbours[hood->by_pair[own]];
	size_t rank = own;
	size_t named = 0;

	for (size_t looked = 0; looked < LOOKED_AT && named < NAMED_EACH_WAY; looked++) {
		const struct tw_neighbour *other;

		rank += (size_t)step; /* before the first, it wraps beyond the last */
		if (rank >= hood->count)
			return;
		other = &hood->neighbours[hood->by_pair[rank]];
		if (tw_compare_addresses(&self->endpoint[self->roles.client].address,
					 &other->endpoint[other->roles.client].address) != 0)
			return;
		if (!tw_is_knock(other) || tw_compare_pairs(self, other) == 0)
			continue;
		tw_context_relate(context, TW_RELATION_SCAN, other->connection->stream);
		named++;
	}
}

void tw_look_for_fan_out(const struct tw_neighbourhood *hood, size_t index,
			 struct tw_context *context)
{
	size_t rank = hood->pair_rank[index];
	const struct tw_caller *caller;

	if (!tw_is_knock(&hood->neighbours[index]))
		return;
	caller = caller_at(hood, rank);
	context->fan_out.ports = caller->probed;
	context->fan_out.conversations = caller->conversations;
	name_knocks(hood, rank, -1, context);
	name_knocks(hood, rank, 1, context);
}
