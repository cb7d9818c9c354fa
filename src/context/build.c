/* build.c: reconnects, and signs of life of a host on its other connections. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "context/build.h"

#include <stdlib.h>
#include <string.h>

enum {
	RETRY_WITHIN_S = 10,
	/* Other connections of a host that are asked for a sign of life: one is enough. */
	LOOKED_AT_MAX = 256,
};

struct host_row {
	const struct tw_address *address;
	uint32_t index;
	uint8_t side;
};

struct tw_neighbourhood {
	const struct tw_neighbour *neighbours;
	size_t count;
	uint32_t *by_pair;	  /* client, server, server's port, first frame */
	uint32_t *pair_rank;	  /* neighbour -> place in by_pair */
	struct host_row *by_host; /* two rows a connection */
};

static int compare_addresses(const struct tw_address *a, const struct tw_address *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

static const struct tw_endpoint *client_of(const struct tw_neighbour *n)
{
	return &n->endpoint[n->roles.client];
}

static const struct tw_endpoint *server_of(const struct tw_neighbour *n)
{
	return &n->endpoint[n->roles.server];
}

static int compare_pairs(const struct tw_neighbour *a, const struct tw_neighbour *b)
{
	int order = compare_addresses(&client_of(a)->address, &client_of(b)->address);

	if (order == 0)
		order = compare_addresses(&server_of(a)->address, &server_of(b)->address);
	if (order == 0 && server_of(a)->port != server_of(b)->port)
		order = server_of(a)->port < server_of(b)->port ? -1 : 1;
	return order;
}

static int order_by_pair(const void *left, const void *right, void *neighbours)
{
	const struct tw_neighbour *all = neighbours;
	const uint32_t *at_left = left;
	const uint32_t *at_right = right;
	const struct tw_neighbour *a = &all[*at_left];
	const struct tw_neighbour *b = &all[*at_right];
	int order = compare_pairs(a, b);
	uint64_t first_a = a->connection->first.frame;
	uint64_t first_b = b->connection->first.frame;

	return order ? order : first_a < first_b ? -1 : first_a > first_b;
}

static int order_by_host(const void *left, const void *right)
{
	const struct host_row *a = left;
	const struct host_row *b = right;
	int order = compare_addresses(a->address, b->address);

	return order ? order : a->index < b->index ? -1 : a->index > b->index;
}

struct tw_neighbourhood *tw_neighbourhood_new(const struct tw_neighbour *neighbours, size_t count,
					      struct tw_arena *arena)
{
	struct tw_neighbourhood *hood = tw_arena_new(arena, sizeof(*hood), 1);

	if (!hood)
		return NULL;
	hood->neighbours = neighbours;
	hood->count = count;
	hood->by_pair = tw_arena_new(arena, sizeof(*hood->by_pair), count + 1);
	hood->pair_rank = tw_arena_new(arena, sizeof(*hood->pair_rank), count + 1);
	hood->by_host = tw_arena_new(arena, sizeof(*hood->by_host), 2 * count + 1);
	if (!hood->by_pair || !hood->pair_rank || !hood->by_host)
		return NULL;
	for (uint32_t i = 0; i < count; i++) {
		hood->by_pair[i] = i;
		for (uint8_t side = 0; side < 2; side++)
			hood->by_host[2 * i + side] =
			    (struct host_row){&neighbours[i].endpoint[side].address, i, side};
	}
	/* The comparison only reads; qsort_r's argument is not const. */
	qsort_r(hood->by_pair, count, sizeof(*hood->by_pair), order_by_pair,
		(void *)(uintptr_t)neighbours);
	qsort(hood->by_host, 2 * count, sizeof(*hood->by_host), order_by_host);
	for (uint32_t rank = 0; rank < count; rank++)
		hood->pair_rank[hood->by_pair[rank]] = rank;
	return hood;
}

/* Only a connection that came to grief is retried; otherwise the next one is just the next one. */
static bool came_to_grief(const struct tw_connection *connection)
{
	return connection->first_resetter != TW_NOBODY || !tw_happened(connection->established) ||
	       connection->icmp.count > 0 || connection->side[0].retransmit.count > 0 ||
	       connection->side[1].retransmit.count > 0;
}

static void look_for_retry(const struct tw_neighbourhood *hood, size_t index,
			   struct tw_context *context)
{
	const struct tw_neighbour *self = &hood->neighbours[index];

	if (!came_to_grief(self->connection))
		return;
	for (size_t rank = hood->pair_rank[index] + 1U; rank < hood->count; rank++) {
		const struct tw_neighbour *next = &hood->neighbours[hood->by_pair[rank]];
		const struct tw_side *client = &next->connection->side[next->roles.client];
		int64_t wait = next->connection->first.time_ns - self->connection->last.time_ns;

		if (compare_pairs(self, next) != 0)
			return;
		if (self->connection->timed && wait > RETRY_WITHIN_S * TW_NS_PER_S)
			return;
		if (!(client->marks & TW_SIDE_SYN) ||
		    next->connection->first.frame < self->connection->last.frame)
			continue;
		context->has_retry = true;
		context->retry_stream = next->connection->stream;
		context->retry = client->syn;
		return;
	}
}

/* First row of a host, by binary search. */
static size_t first_of_host(const struct tw_neighbourhood *hood, const struct tw_address *address)
{
	size_t low = 0;
	size_t high = 2 * hood->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_addresses(hood->by_host[middle].address, address) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void look_for_life(const struct tw_neighbourhood *hood, size_t index, unsigned side,
			  struct tw_context *context)
{
	const struct tw_neighbour *self = &hood->neighbours[index];
	const struct tw_address *host = &self->endpoint[side].address;
	const struct tw_run *run = &self->connection->side[tw_other(side)].retransmit;
	size_t row;

	if (run->count == 0)
		return;
	row = first_of_host(hood, host);
	for (size_t looked = 0; looked < LOOKED_AT_MAX && row < 2 * hood->count; looked++, row++) {
		const struct host_row *other = &hood->by_host[row];
		struct tw_moment last =
		    hood->neighbours[other->index].connection->side[other->side].last;

		if (compare_addresses(other->address, host) != 0)
			return;
		if (other->index == index || last.frame <= run->first.frame)
			continue;
		context->alive_elsewhere[side] = last;
		return;
	}
}

static void add_sight(struct tw_host_seen *host, const struct tw_side *side)
{
	if (side->segments > side->reset_count && side->ttl_max > 0) {
		if (host->ttl_max == 0) {
			host->ttl_min = side->ttl_min;
			host->at = side->first;
		}
		host->ttl_min = side->ttl_min < host->ttl_min ? side->ttl_min : host->ttl_min;
		host->ttl_max = side->ttl_max > host->ttl_max ? side->ttl_max : host->ttl_max;
	}
	if (side->distance_ns > 0 &&
	    (host->distance_ns == 0 || side->distance_ns < host->distance_ns))
		host->distance_ns = side->distance_ns;
}

/* What a RST to a SYN can be held against, where its sender said nothing else here. */
static void look_for_host(const struct tw_neighbourhood *hood, size_t index, unsigned side,
			  struct tw_context *context)
{
	const struct tw_neighbour *self = &hood->neighbours[index];
	const struct tw_address *host = &self->endpoint[side].address;
	const struct tw_side *sender = &self->connection->side[side];
	size_t row;

	if (sender->reset_count == 0 || sender->segments > sender->reset_count)
		return;
	row = first_of_host(hood, host);
	for (size_t looked = 0; looked < LOOKED_AT_MAX && row < 2 * hood->count; looked++, row++) {
		const struct host_row *other = &hood->by_host[row];

		if (compare_addresses(other->address, host) != 0)
			return;
		if (other->index != index)
			add_sight(&context->host[side],
				  &hood->neighbours[other->index].connection->side[other->side]);
	}
}

void tw_neighbourhood_look(const struct tw_neighbourhood *hood, size_t index,
			   struct tw_context *context)
{
	look_for_retry(hood, index, context);
	look_for_life(hood, index, 0, context);
	look_for_life(hood, index, 1, context);
	look_for_host(hood, index, 0, context);
	look_for_host(hood, index, 1, context);
}
