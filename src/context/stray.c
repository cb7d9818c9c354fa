/* stray.c: segments of a connection that a translating device let pass as they were. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "context/hood.h"

#include "tcp/seq.h"

/* Connections with the same two ports; of one capture they are few. */
enum { LOOKED_AT_MAX = 256 };

uint32_t tw_ports_of(const struct tw_neighbour *n)
{
	uint32_t a = n->endpoint[0].port;
	uint32_t b = n->endpoint[1].port;

	return a < b ? a << 16 | b : b << 16 | a;
}

static bool same_end(const struct tw_endpoint *a, const struct tw_endpoint *b)
{
	return a->port == b->port && tw_compare_addresses(&a->address, &b->address) == 0;
}

/* `number` lies in what the side has sent, or was about to send. */
static bool is_in_sequence(const struct tw_side *side, uint32_t number)
{
	enum { AHEAD = 1 << 20 };

	return (side->marks & TW_SIDE_NUMBERED) && !(side->marks & TW_SIDE_ASSUMED) &&
	       !tw_seq_before(number, side->isn) &&
	       !tw_seq_after(number, tw_seq_add(side->snd_nxt, AHEAD));
}

bool tw_may_be_stray(const struct tw_neighbour *n, unsigned side)
{
	const struct tw_side *sender = &n->connection->side[side];
	const struct tw_side *resetter = &n->connection->side[tw_other(side)];

	return resetter->reset_count > 0 && resetter->reset_count == resetter->segments &&
	       sender->segments > 0 && sender->syn_count == 0 && sender->payload_segments > 0 &&
	       sender->reset_count == 0 && !n->connection->typed;
}

/* `side` of it sends what belongs to the connection that its peer has with another address. */
static bool is_stray_of(const struct tw_neighbour *stray, unsigned side,
			const struct tw_neighbour *whole)
{
	const struct tw_side *sender = &stray->connection->side[side];
	const struct tw_side *resetter = &stray->connection->side[tw_other(side)];
	const struct tw_endpoint *common = &stray->endpoint[tw_other(side)];

	if (!tw_may_be_stray(stray, side))
		return false;
	for (unsigned i = 0; i < 2; i++) {
		const struct tw_side *translated = &whole->connection->side[i];
		const struct tw_side *known = &whole->connection->side[tw_other(i)];

		if (same_end(&whole->endpoint[tw_other(i)], common) &&
		    whole->endpoint[i].port == stray->endpoint[side].port &&
		    !same_end(&whole->endpoint[i], &stray->endpoint[side]) &&
		    is_in_sequence(translated, tw_seq_add(sender->isn, 1)) &&
		    (resetter->marks & TW_SIDE_ACKED) && is_in_sequence(known, resetter->acked))
			return true;
	}
	return false;
}

static bool note_stray(const struct tw_neighbour *stray, const struct tw_neighbour *whole,
		       struct tw_stray *note)
{
	for (unsigned side = 0; side < 2; side++) {
		if (!is_stray_of(stray, side, whole))
			continue;
		note->at = stray->connection->side[side].first;
		note->reset = stray->connection->side[tw_other(side)].reset.at;
		return true;
	}
	return false;
}

/* The place in by_ports where one begins to look: not far before its own. */
static size_t first_of_ports(const struct tw_neighbourhood *hood, size_t index)
{
	uint32_t ports = tw_ports_of(&hood->neighbours[index]);
	size_t first = hood->ports_rank[index];

	for (size_t back = 0; back < LOOKED_AT_MAX / 2 && first > 0; back++, first--)
		if (tw_ports_of(&hood->neighbours[hood->by_ports[first - 1]]) != ports)
			break;
	return first;
}

void tw_look_for_stray(const struct tw_neighbourhood *hood, size_t index,
		       struct tw_context *context)
{
	const struct tw_neighbour *self = &hood->neighbours[index];
	size_t first;

	if (hood->strays == 0)
		return;
	first = first_of_ports(hood, index);
	for (size_t at = first; at < hood->count && at < first + LOOKED_AT_MAX; at++) {
		const struct tw_neighbour *other = &hood->neighbours[hood->by_ports[at]];

		if (tw_ports_of(other) != tw_ports_of(self))
			return;
		if (other == self)
			continue;
		if (!note_stray(self, other, &context->stray) &&
		    !note_stray(other, self, &context->stray))
			continue;
		tw_context_relate(context, TW_RELATION_STRAY, other->connection->stream);
		return;
	}
}
