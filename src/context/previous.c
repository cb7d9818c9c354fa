/* previous.c: how the last connection between the same endpoints ended, and at which numbers. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "context/previous.h"

static bool is_closed(const struct tw_side *side)
{
	return tw_happened(side->fin.at) && tw_happened(side->fin.acked) && side->reset_count == 0;
}

void tw_previous_look(const struct tw_neighbour *self, struct tw_context *context)
{
	const struct tw_neighbour *earlier = self->previous;
	struct tw_previous *previous = &context->previous;
	bool turned;

	if (!earlier || earlier->connection->segments == 0)
		return;
	turned = earlier->endpoint[0].port != self->endpoint[0].port ||
		 !tw_address_equal(&earlier->endpoint[0].address, &self->endpoint[0].address);
	previous->known = true;
	previous->stream = earlier->connection->stream;
	tw_context_relate(context, TW_RELATION_PREVIOUS, previous->stream);
	previous->ended = earlier->connection->last;
	previous->orderly =
	    is_closed(&earlier->connection->side[0]) && is_closed(&earlier->connection->side[1]);
	for (unsigned side = 0; side < 2; side++) {
		const struct tw_side *then =
		    &earlier->connection->side[turned ? tw_other(side) : side];

		previous->numbered[side] =
		    (then->marks & TW_SIDE_NUMBERED) && !(then->marks & TW_SIDE_ASSUMED);
		previous->snd_nxt[side] = then->snd_nxt;
	}
}
