/* build.h: what connections say about each other, found once the input has ended. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CONTEXT_BUILD_H
#define TW_CONTEXT_BUILD_H

#include "base/arena.h"
#include "context/context.h"
#include "tcp/roles.h"

/* One connection as the others see it. */
struct tw_neighbour {
	const struct tw_connection *connection;
	const struct tw_endpoint *endpoint; /* two, in the order of the sides */
	struct tw_roles roles;
	const struct tw_neighbour *previous; /* on the same endpoints; NULL: none */
};

struct tw_neighbourhood;

/*
 * Sorts all connections by host pair and by host, so that each question below is a search. The
 * neighbours must stay where they are; everything is allocated from `arena`, NULL at its cap.
 */
TW_CHECK struct tw_neighbourhood *tw_neighbourhood_new(const struct tw_neighbour *neighbours,
						       size_t count, struct tw_arena *arena);

/* Fills all of `context` but the end of the input, for neighbour `index`. */
void tw_neighbourhood_look(const struct tw_neighbourhood *neighbourhood, size_t index,
			   struct tw_context *context);

/*
 * True for a connection that the input shows twice, before and after a translator of addresses (or
 * a proxy that keeps the numbers): `*twin` is the index of the other one.
 */
bool tw_neighbourhood_twin(const struct tw_neighbourhood *neighbourhood, size_t index,
			   uint32_t *twin);

#endif
