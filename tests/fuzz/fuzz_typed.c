/* fuzz_typed.c: any text as a list of packets. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "target.h"

#include "base/assert.h"
#include "base/limits.h"
#include "typed/typed.h"

enum { ARENA_LIMIT_BYTES = 256 * 1024 * 1024 };

static void check_inside(struct tw_str part, struct tw_str text)
{
	if (part.size == 0)
		return;
	TW_ASSERT(part.text >= text.text);
	TW_ASSERT(part.text + part.size <= text.text + text.size);
}

static void check(const struct tw_typed *typed, struct tw_str text)
{
	uint32_t known = 0;

	for (size_t i = 0; i < typed->row_count; i++) {
		const struct tw_typed_row *row = &typed->rows[i];

		/* Connections are numbered in the order of their first rows. */
		TW_ASSERT(row->connection <= known);
		known += row->connection == known;
		check_inside(row->comment, text);
		check_inside(row->labels, text);
	}
	TW_ASSERT(typed->connection_count == known);
	TW_ASSERT(typed->foreign_count <= typed->foreign_total);
	TW_ASSERT(typed->foreign_count <= TW_LIMIT_FOREIGN_LINES);
	for (size_t i = 0; i < typed->foreign_count; i++)
		check_inside(typed->foreign[i].text, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tw_arena arena = tw_arena_of(ARENA_LIMIT_BYTES);
	struct tw_str text = {.text = (const char *)data, .size = size};
	struct tw_typed typed;

	if (size > 0 && tw_typed_parse(text, &arena, &typed) > 0)
		check(&typed, text);
	tw_arena_free(&arena);
	return 0;
}
