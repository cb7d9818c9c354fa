/* arena.c: chunks of doubling size; allocation is a bump of an offset. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/arena.h"

#include "base/assert.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_CHUNK_MIN_BYTES = 16 * 1024, ARENA_CHUNK_MAX_BYTES = 4 * 1024 * 1024 };

struct tw_arena_chunk {
	struct tw_arena_chunk *next;
	size_t size;
	size_t used;
	alignas(max_align_t) uint8_t bytes[];
};

static struct tw_arena_chunk *add_chunk(struct tw_arena *arena, size_t need)
{
	size_t size = arena->chunks ? arena->chunks->size * 2 : ARENA_CHUNK_MIN_BYTES;

	if (size > ARENA_CHUNK_MAX_BYTES)
		size = ARENA_CHUNK_MAX_BYTES;
	if (size < need)
		size = need;
	if (size > arena->limit_bytes - arena->used_bytes)
		size = need;
	if (size > arena->limit_bytes - arena->used_bytes)
		return NULL;

	struct tw_arena_chunk *chunk = calloc(1, sizeof(*chunk) + size);

	if (!chunk)
		return NULL;
	chunk->size = size;
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	arena->used_bytes += size;
	return chunk;
}

void *tw_arena_new(struct tw_arena *arena, size_t size, size_t count)
{
	size_t need;

	TW_ASSERT(size > 0);
	TW_ASSERT(arena->used_bytes <= arena->limit_bytes);
	if (__builtin_mul_overflow(size, count, &need) || need > SIZE_MAX - ARENA_CHUNK_MAX_BYTES) {
		arena->full = true;
		return NULL;
	}
	need = (need + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);

	struct tw_arena_chunk *chunk = arena->chunks;

	if (!chunk || chunk->size - chunk->used < need)
		chunk = add_chunk(arena, need);
	if (!chunk) {
		arena->full = true;
		return NULL;
	}

	void *object = chunk->bytes + chunk->used;

	chunk->used += need;
	return object;
}

struct tw_str tw_arena_copy_str(struct tw_arena *arena, struct tw_str s)
{
	char *copy = tw_arena_new(arena, 1, s.size + 1);

	if (!copy)
		return TW_STR("");
	/* An empty string may have no text at all, which memcpy() must not see. */
	if (s.size > 0)
		memcpy(copy, s.text, s.size);
	return (struct tw_str){.text = copy, .size = s.size};
}

void tw_arena_free(struct tw_arena *arena)
{
	struct tw_arena_chunk *chunk = arena->chunks;

	while (chunk) {
		struct tw_arena_chunk *next = chunk->next;

		free(chunk);
		chunk = next;
	}
	*arena = tw_arena_of(arena->limit_bytes);
}
