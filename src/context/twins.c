/* twins.c: one connection that the input shows twice, before and after an address translator. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "context/hood.h"

enum { TWIN_WITHIN_S = 2 };

static int compare(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

/* Numbers that both SYNs chose: 64 bits, which no two openings share by chance. */
static int compare_openings(const struct tw_neighbour *a, const struct tw_neighbour *b)
{
	int order = compare(tw_client_side(a)->isn, tw_client_side(b)->isn);

	return order ? order : compare(tw_server_side(a)->isn, tw_server_side(b)->isn);
}

int tw_order_by_opening(const void *left, const void *right, void *neighbours)
{
	const struct tw_neighbour *all = neighbours;
	uint32_t a = *(const uint32_t *)left;
	uint32_t b = *(const uint32_t *)right;
	int order = compare_openings(&all[a], &all[b]);

	return order ? order : compare(a, b);
}

bool tw_has_both_syns(const struct tw_neighbour *n)
{
	const struct tw_connection *connection = n->connection;

	return connection->side[0].syn_count > 0 && connection->side[1].syn_count > 0 &&
	       !((connection->side[0].marks | connection->side[1].marks) & TW_SIDE_ASSUMED);
}

static bool has_other_names(const struct tw_neighbour *a, const struct tw_neighbour *b)
{
	return tw_compare_pairs(a, b) != 0 ||
	       a->endpoint[a->roles.client].port != b->endpoint[b->roles.client].port;
}

/*
 * A translator changes addresses and ports and keeps the numbers, and what goes in comes out at
 * once: the same connection again under other names.
 */
static bool are_twins(const struct tw_neighbour *a, const struct tw_neighbour *b)
{
	int64_t within = TWIN_WITHIN_S * TW_NS_PER_S;
	int64_t first = a->connection->first.time_ns;

	return tw_has_both_syns(b) && compare_openings(a, b) == 0 && has_other_names(a, b) &&
	       b->connection->first.time_ns <= tw_time_shifted(first, within) &&
	       b->connection->first.time_ns >= tw_time_shifted(first, -within);
}

bool tw_neighbourhood_twin(const struct tw_neighbourhood *hood, size_t index, uint32_t *twin)
{
	const struct tw_neighbour *self = &hood->neighbours[index];
	size_t rank = hood->isn_rank[index];

	if (!tw_has_both_syns(self))
		return false;

	/* The one before, or the one behind: a connection that was seen twice has one of them. */
	const size_t around[] = {rank > 0 ? rank - 1 : rank, rank + 1};

	for (size_t i = 0; i < TW_LEN(around); i++) {
		if (around[i] >= hood->count || around[i] == rank ||
		    !are_twins(self, &hood->neighbours[hood->by_isn[around[i]]]))
			continue;
		*twin = hood->by_isn[around[i]];
		return true;
	}
	return false;
}
