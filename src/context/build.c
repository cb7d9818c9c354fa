/* build.c: sorts the connections of an input, and looks for a host on its other ones. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "context/build.h"

#include "context/hood.h"
#include "context/previous.h"

#include <stdlib.h>
#include <string.h>

enum {
	/* Connections of a host that are asked how its packets look; more would tell the same. */
	LOOKED_AT_MAX = 256,
};

int tw_compare_addresses(const struct tw_address *a, const struct tw_address *b)
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

int tw_compare_listeners(const struct tw_neighbour *a, const struct tw_neighbour *b)
{
	int order = tw_compare_addresses(&server_of(a)->address, &server_of(b)->address);

	if (order == 0 && server_of(a)->port != server_of(b)->port)
		order = server_of(a)->port < server_of(b)->port ? -1 : 1;
	return order;
}

int tw_compare_pairs(const struct tw_neighbour *a, const struct tw_neighbour *b)
{
	int order = tw_compare_addresses(&client_of(a)->address, &client_of(b)->address);

	return order ? order : tw_compare_listeners(a, b);
}

static int compare_frames(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* ---- orders; qsort_r hands them the neighbours, of which two are given by index ---- */

static int order_by_pair(const void *left, const void *right, void *neighbours)
{
	const struct tw_neighbour *all = neighbours;
	const struct tw_neighbour *a = &all[*(const uint32_t *)left];
	const struct tw_neighbour *b = &all[*(const uint32_t *)right];
	int order = tw_compare_pairs(a, b);

	return order ? order
		     : compare_frames(a->connection->first.frame, b->connection->first.frame);
}

static int order_by_listener(const void *left, const void *right, void *neighbours)
{
	const struct tw_neighbour *all = neighbours;
	const struct tw_neighbour *a = &all[*(const uint32_t *)left];
	const struct tw_neighbour *b = &all[*(const uint32_t *)right];
	int order = tw_compare_listeners(a, b);

	return order ? order
		     : compare_frames(a->connection->first.frame, b->connection->first.frame);
}

/* Only connections that their server ended. */
static int order_by_end(const void *left, const void *right, void *neighbours)
{
	const struct tw_neighbour *all = neighbours;
	const struct tw_neighbour *a = &all[*(const uint32_t *)left];
	const struct tw_neighbour *b = &all[*(const uint32_t *)right];
	int order = tw_compare_listeners(a, b);
	struct tw_server_end end_a = {.idle_ns = 0};
	struct tw_server_end end_b = {.idle_ns = 0};

	if (order != 0)
		return order;
	(void)tw_server_ended(a, &end_a);
	(void)tw_server_ended(b, &end_b);
	return compare_frames(end_a.at.frame, end_b.at.frame);
}

static int order_by_host(const void *left, const void *right)
{
	const struct tw_host_row *a = left;
	const struct tw_host_row *b = right;
	int order = tw_compare_addresses(a->address, b->address);

	order = order ? order : compare_frames(b->last, a->last);
	return order ? order : a->index < b->index ? -1 : a->index > b->index;
}

static int order_by_ports(const void *left, const void *right, void *neighbours)
{
	const struct tw_neighbour *all = neighbours;
	const struct tw_neighbour *a = &all[*(const uint32_t *)left];
	const struct tw_neighbour *b = &all[*(const uint32_t *)right];
	int order = compare_frames(tw_ports_of(a), tw_ports_of(b));

	return order ? order
		     : compare_frames(a->connection->first.frame, b->connection->first.frame);
}

static void sort(const struct tw_neighbourhood *hood, uint32_t *indexes, size_t count,
		 int (*order)(const void *, const void *, void *))
{
	/* The comparison only reads; qsort_r's argument is not const. */
	qsort_r(indexes, count, sizeof(*indexes), order, (void *)(uintptr_t)hood->neighbours);
}

/* ---- one pass over each order ---- */

/* Each client's connections are together, those with one listener of it too. */
static void count_callers(struct tw_neighbourhood *hood)
{
	const struct tw_neighbour *before = NULL;
	struct tw_caller *caller = NULL;
	bool knocked = false; /* at this listener, already */

	for (uint32_t rank = 0; rank < hood->count; rank++) {
		const struct tw_neighbour *n = &hood->neighbours[hood->by_pair[rank]];

		hood->pair_rank[hood->by_pair[rank]] = rank;
		if (!before || tw_compare_pairs(before, n) != 0)
			knocked = false;
		if (!before || tw_compare_addresses(&client_of(before)->address,
						    &client_of(n)->address) != 0) {
			caller = &hood->callers[hood->caller_count++];
			caller->first_rank = rank;
		}
		if (n->connection->side[0].payload_segments +
			n->connection->side[1].payload_segments >
		    0)
			caller->conversations++;
		if (!knocked && tw_is_knock(n)) {
			knocked = true;
			caller->probed++;
		}
		before = n;
	}
}

/*
 * A capture of nothing but SYNs shows no connection as completed. There an attempt counts as left
 * half-open only where its SYN is none that an operating system makes (it offers no SACK).
 */
static bool is_left_half_open(const struct tw_neighbourhood *hood, const struct tw_neighbour *n)
{
	bool in_vain = tw_server_side(n)->syn_count != 1;

	return tw_is_half_open(n) &&
	       (hood->converses || (in_vain && !(tw_client_side(n)->marks & TW_SIDE_SACK_OK) &&
				    !tw_happened(n->connection->limits[TW_LIMIT_SHORT_SNAPLEN])));
}

static bool is_newcomer(const struct tw_neighbourhood *hood, uint32_t index)
{
	uint32_t rank = hood->pair_rank[index];

	return rank == 0 || tw_compare_pairs(&hood->neighbours[hood->by_pair[rank - 1]],
					     &hood->neighbours[index]) != 0;
}

/* Each listener's connections are together. */
static void enter_attempts(struct tw_neighbourhood *hood)
{
	uint32_t from = 0;

	for (uint32_t place = 0; place < hood->count; place++) {
		uint32_t index = hood->by_listener[place];
		const struct tw_neighbour *n = &hood->neighbours[index];

		if (tw_compare_listeners(&hood->neighbours[hood->by_listener[from]], n) != 0)
			from = place;
		hood->listener_rank[index] = place;
		hood->attempts[place] =
		    (struct tw_attempt){.began_ns = n->connection->first.time_ns, .from = from};
		hood->attempts[from].to = place + 1;
	}
	/* The first of each listener knows where it ends. */
	for (uint32_t place = 0; place < hood->count; place++)
		hood->attempts[place].to = hood->attempts[hood->attempts[place].from].to;
}

static void count_attempts(struct tw_neighbourhood *hood)
{
	for (size_t place = 0; place < hood->count; place++) {
		uint32_t index = hood->by_listener[place];
		const struct tw_neighbour *n = &hood->neighbours[index];

		hood->half_open_before[place + 1] =
		    hood->half_open_before[place] + is_left_half_open(hood, n);
		hood->completed_before[place + 1] =
		    hood->completed_before[place] + tw_happened(n->connection->established);
		hood->newcomers_before[place + 1] =
		    hood->newcomers_before[place] +
		    (is_left_half_open(hood, n) && is_newcomer(hood, index));
	}
}

static void count_ends(struct tw_neighbourhood *hood)
{
	for (size_t place = 0; place < hood->end_count; place++) {
		struct tw_server_end end = {.unasked = false};

		(void)tw_server_ended(&hood->neighbours[hood->by_end[place]], &end);
		hood->unasked_before[place + 1] = hood->unasked_before[place] + end.unasked;
	}
}

/* Indexes in the order of the input, and what is counted over all of it. */
static void enter(struct tw_neighbourhood *hood)
{
	for (uint32_t i = 0; i < hood->count; i++) {
		const struct tw_neighbour *n = &hood->neighbours[i];
		const struct tw_connection *connection = n->connection;
		struct tw_server_end end;

		hood->by_pair[i] = i;
		hood->by_listener[i] = i;
		hood->by_ports[i] = i;
		hood->halves += tw_happened(connection->limits[TW_LIMIT_ONE_DIRECTION]);
		hood->wholes +=
		    connection->side[0].segments > 0 && connection->side[1].segments > 0;
		for (uint8_t side = 0; side < 2; side++)
			hood->by_host[2 * i + side] = (struct tw_host_row){
			    &n->endpoint[side].address, connection->side[side].last.frame, i, side};
		if (tw_server_ended(n, &end))
			hood->by_end[hood->end_count++] = i;
		hood->by_isn[i] = i;
		hood->opened += tw_has_both_syns(n);
		hood->unasked += tw_is_unasked(n);
		hood->strays += tw_may_be_stray(n, 0) || tw_may_be_stray(n, 1);
		for (size_t side = 0; side < 2; side++)
			hood->converses =
			    hood->converses || connection->side[side].segments >
						   (uint64_t)connection->side[side].syn_count +
						       connection->side[side].reset_count;
	}
}

static bool make_room(struct tw_neighbourhood *hood, struct tw_arena *arena)
{
	uint32_t **each[] = {
	    &hood->by_pair,	     &hood->pair_rank,	      &hood->by_listener,
	    &hood->by_end,	     &hood->half_open_before, &hood->completed_before,
	    &hood->newcomers_before, &hood->unasked_before,   &hood->by_ports,
	    &hood->ports_rank,	     &hood->by_isn,	      &hood->isn_rank,
	    &hood->listener_rank};

	for (size_t i = 0; i < TW_LEN(each); i++) {
		*each[i] = tw_arena_new(arena, sizeof(**each[i]), hood->count + 1);
		if (!*each[i])
			return false;
	}
	hood->callers = tw_arena_new(arena, sizeof(*hood->callers), hood->count + 1);
	hood->by_host = tw_arena_new(arena, sizeof(*hood->by_host), 2 * hood->count + 1);
	hood->attempts = tw_arena_new(arena, sizeof(*hood->attempts), hood->count + 1);
	return hood->callers && hood->by_host && hood->attempts;
}

struct tw_neighbourhood *tw_neighbourhood_new(const struct tw_neighbour *neighbours, size_t count,
					      struct tw_arena *arena)
{
	struct tw_neighbourhood *hood = tw_arena_new(arena, sizeof(*hood), 1);

	if (!hood)
		return NULL;
	hood->neighbours = neighbours;
	hood->count = count;
	if (!make_room(hood, arena))
		return NULL;
	enter(hood);
	sort(hood, hood->by_pair, count, order_by_pair);
	sort(hood, hood->by_listener, count, order_by_listener);
	sort(hood, hood->by_end, hood->end_count, order_by_end);
	if (hood->strays > 0)
		sort(hood, hood->by_ports, count, order_by_ports);
	for (uint32_t rank = 0; rank < count; rank++)
		hood->ports_rank[hood->by_ports[rank]] = rank;
	if (hood->opened > 1)
		sort(hood, hood->by_isn, count, tw_order_by_opening);
	qsort(hood->by_host, 2 * count, sizeof(*hood->by_host), order_by_host);
	for (uint32_t rank = 0; rank < count; rank++)
		hood->isn_rank[hood->by_isn[rank]] = rank;
	count_callers(hood);
	enter_attempts(hood);
	count_attempts(hood);
	count_ends(hood);
	return hood;
}

/* First row of a host, by binary search. */
static size_t first_of_host(const struct tw_neighbourhood *hood, const struct tw_address *address)
{
	size_t low = 0;
	size_t high = 2 * hood->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (tw_compare_addresses(hood->by_host[middle].address, address) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* From when on a sign of life would contradict that a side was silent; never where it was not. */
static struct tw_moment silent_from(const struct tw_connection *connection, unsigned side)
{
	const struct tw_side *caller = &connection->side[tw_other(side)];
	struct tw_moment never = {0, 0};

	if (caller->retransmit.count > 0)
		return caller->retransmit.first;
	if (caller->probe.count > 0)
		return caller->probe.first;
	return connection->side[side].segments == 0 ? caller->syn : never;
}

static void look_for_life(const struct tw_neighbourhood *hood, size_t index, unsigned side,
			  struct tw_context *context)
{
	const struct tw_neighbour *self = &hood->neighbours[index];
	const struct tw_address *host = &self->endpoint[side].address;
	struct tw_moment from = silent_from(self->connection, side);

	if (!tw_happened(from))
		return;
	/* The first row was the last to speak; it may be this very connection's. */
	for (size_t row = first_of_host(hood, host); row < 2 * hood->count; row++) {
		const struct tw_host_row *other = &hood->by_host[row];
		const struct tw_connection *connection = hood->neighbours[other->index].connection;

		if (tw_compare_addresses(other->address, host) != 0 || other->last <= from.frame)
			return;
		if (other->index == index ||
		    (context->has_twin && other->index == context->twin_stream))
			continue;
		context->alive_elsewhere[side] = connection->side[other->side].last;
		context->alive_stream[side] = connection->stream;
		return;
	}
}

static void add_sight(struct tw_host_seen *host, const struct tw_connection *connection,
		      const struct tw_side *side)
{
	if (side->segments > side->reset_count && side->ttl_max > 0) {
		if (host->ttl_max == 0) {
			host->ttl_min = side->ttl_min;
			host->at = side->first;
			host->stream = connection->stream;
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
		const struct tw_host_row *other = &hood->by_host[row];
		const struct tw_connection *connection = hood->neighbours[other->index].connection;

		if (tw_compare_addresses(other->address, host) != 0)
			return;
		if (other->index != index)
			add_sight(&context->host[side], connection, &connection->side[other->side]);
	}
}

/* Is what the receiver of an unasked answer sends in the input at all? */
static void look_for_unasked(const struct tw_neighbourhood *hood, size_t index,
			     struct tw_context *context)
{
	const struct tw_neighbour *self = &hood->neighbours[index];
	const struct tw_address *host = &client_of(self)->address;
	size_t row = first_of_host(hood, host);

	if (!tw_is_unasked(self))
		return;
	context->unasked.count = hood->unasked;
	/* The first row was the last to speak: where it is mute, all are. */
	context->unasked.host_heard = row < 2 * hood->count && hood->by_host[row].last != 0;
}

/* One that has its answers twice may have seen a forger; where others have too, it is the rule. */
static void look_for_twins(const struct tw_neighbourhood *hood, size_t index,
			   struct tw_context *context)
{
	const struct tw_neighbour *self = &hood->neighbours[index];
	const struct tw_address *host = &server_of(self)->address;
	size_t row;

	if (!tw_happened(self->connection->side[self->roles.server].syn_twin))
		return;
	row = first_of_host(hood, host);
	for (size_t looked = 0; looked < LOOKED_AT_MAX && row < 2 * hood->count; looked++, row++) {
		const struct tw_host_row *other = &hood->by_host[row];
		const struct tw_connection *connection = hood->neighbours[other->index].connection;

		if (tw_compare_addresses(other->address, host) != 0)
			return;
		context->twin_answers += tw_happened(connection->side[other->side].syn_twin);
	}
}

void tw_neighbourhood_look(const struct tw_neighbourhood *hood, size_t index,
			   struct tw_context *context)
{
	context->halves_only = hood->halves > 1 && hood->wholes == 0;
	context->has_twin = tw_neighbourhood_twin(hood, index, &context->twin_stream);
	for (unsigned side = 0; side < 2; side++) {
		look_for_life(hood, index, side, context);
		look_for_host(hood, index, side, context);
	}
	look_for_unasked(hood, index, context);
	tw_look_for_retries(hood, index, context);
	tw_look_for_period(hood, index, context);
	tw_look_for_fan_out(hood, index, context);
	tw_look_for_flood(hood, index, context);
	tw_look_for_exit(hood, index, context);
	look_for_twins(hood, index, context);
	tw_previous_look(&hood->neighbours[index], context);
	tw_look_for_stray(hood, index, context);
}
