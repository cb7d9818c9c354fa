/* naming.h: what the two ends are called, in tables and in sentences. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_ENGINE_NAMING_H
#define TW_ENGINE_NAMING_H

#include "base/arena.h"
#include "explain/case.h"
#include "typed/typed.h"

/*
 * The side that a list calls the client ("Client -> Server"), or TW_NOBODY where its names do not
 * tell. `typed` may be NULL.
 */
unsigned tw_naming_client(const struct tw_typed *typed, const struct tw_endpoint endpoint[2]);

/* Fills endpoint, address, name, id and community_id of a case whose roles are settled. */
void tw_naming_fill(const struct tw_typed *typed, const struct tw_endpoint endpoint[2],
		    struct tw_arena *arena, struct tw_case *c);

#endif
