/* crowd.h: connections of one input, told by hand: who, when, and how they ended. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TESTS_CONTEXT_CROWD_H
#define TW_TESTS_CONTEXT_CROWD_H

#include "../tcp/script.h"
#include "context/build.h"

enum { PEOPLE_MAX = 60 };

struct crowd {
	struct tw_connection connections[PEOPLE_MAX];
	struct tw_endpoint endpoints[PEOPLE_MAX][2];
	struct tw_neighbour neighbours[PEOPLE_MAX];
	size_t count;
};

static inline struct tw_endpoint host(uint8_t last, uint16_t port)
{
	return (struct tw_endpoint){.address = {.kind = TW_ADDRESS_IP4, .bytes = {10, 0, 0, last}},
				    .port = port};
}

static inline struct tw_moment moment(uint64_t frame, int64_t seconds)
{
	return (struct tw_moment){.frame = frame,
				  .time_ns = SCRIPT_EPOCH_NS + seconds * TW_NS_PER_S};
}

/* The client (side 0) opens with a SYN at its first frame. */
static inline struct tw_connection *add(struct crowd *crowd, uint8_t client, uint8_t server,
					uint16_t port, struct tw_moment first,
					struct tw_moment last)
{
	struct tw_connection *connection = &crowd->connections[crowd->count];
	struct tw_endpoint *endpoint = crowd->endpoints[crowd->count];

	assert_true(crowd->count < PEOPLE_MAX);
	tw_connection_init(connection, (uint32_t)crowd->count, false);
	connection->first = first;
	connection->last = last;
	connection->side[0].marks = TW_SIDE_SYN;
	connection->side[0].syn = first;
	connection->side[0].last = last;
	connection->side[1].last = last;
	connection->established = first;
	endpoint[0] = host(client, (uint16_t)(50000 + crowd->count));
	endpoint[1] = host(server, port);
	crowd->neighbours[crowd->count++] = (struct tw_neighbour){
	    .connection = connection,
	    .endpoint = endpoint,
	    .roles = {.client = 0, .server = 1, .known = true},
	};
	return connection;
}

static inline struct tw_context look(const struct crowd *crowd, size_t index)
{
	struct tw_arena arena = tw_arena_of(1024 * 1024);
	struct tw_neighbourhood *hood =
	    tw_neighbourhood_new(crowd->neighbours, crowd->count, &arena);
	struct tw_context context = {
	    .input_end_known = true,
	    .input_end_ns = SCRIPT_EPOCH_NS + 1000 * TW_NS_PER_S,
	};

	assert_non_null(hood);
	tw_neighbourhood_look(hood, index, &context);
	tw_arena_free(&arena);
	return context;
}

#endif
