/* arena.h: memory that is freed in one call, with a hard cap. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_BASE_ARENA_H
#define TW_BASE_ARENA_H

#include "base/defs.h"
#include "base/str.h"

struct tw_arena_chunk;

/*
 * A chain of chunks. Nothing is freed before tw_arena_free(). `limit_bytes` bounds the sum of all
 * chunks; at the bound tw_arena_new() returns NULL and `full` stays set, which callers report.
 */
struct tw_arena {
	struct tw_arena_chunk *chunks;
	size_t used_bytes;
	size_t limit_bytes;
	bool full;
};

static inline struct tw_arena tw_arena_of(size_t limit_bytes)
{
	return (struct tw_arena){.limit_bytes = limit_bytes};
}

/* `count` zeroed objects of `size` bytes, aligned for anything; NULL at the cap. */
TW_CHECK void *tw_arena_new(struct tw_arena *arena, size_t size, size_t count);
/* A NUL-terminated copy of `s` (the NUL is not counted in its size); empty text at the cap. */
struct tw_str tw_arena_copy_str(struct tw_arena *arena, struct tw_str s);
void tw_arena_free(struct tw_arena *arena);

#endif
