/* test_arena.c: memory of an arena is zeroed, aligned, bounded and freed at once. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/arena.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { LIMIT = 256 * 1024 };

static void objects_are_zeroed_and_aligned_for_anything(void **state)
{
	struct tw_arena arena = tw_arena_of(LIMIT);
	static const uint8_t zeros[301];

	(void)state;
	for (size_t size = 1; size <= 301; size += 20) {
		uint8_t *object = tw_arena_new(&arena, size, 1);

		assert_non_null(object);
		assert_int_equal((uintptr_t)object % alignof(max_align_t), 0);
		assert_memory_equal(object, zeros, size);
		memset(object, 0xff, size);
	}
	tw_arena_free(&arena);
}

static void objects_do_not_overlap_across_chunks(void **state)
{
	enum { COUNT = 200, SIZE = 1000 };
	struct tw_arena arena = tw_arena_of(4 * LIMIT);
	uint8_t *objects[COUNT];

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		objects[i] = tw_arena_new(&arena, SIZE, 1);
		assert_non_null(objects[i]);
		memset(objects[i], (int)i, SIZE);
	}
	for (size_t i = 0; i < COUNT; i++)
		for (size_t k = 0; k < SIZE; k++)
			assert_int_equal(objects[i][k], i);
	tw_arena_free(&arena);
}

static void the_limit_bounds_the_sum_and_full_stays_set(void **state)
{
	struct tw_arena arena = tw_arena_of(LIMIT);
	size_t got = 0;

	(void)state;
	while (tw_arena_new(&arena, 1024, 1))
		got += 1024;
	assert_true(arena.full);
	assert_true(got <= LIMIT);
	assert_true(got > LIMIT / 2);
	assert_true(arena.used_bytes <= LIMIT);
	(void)!tw_arena_new(&arena, 1, 1);
	assert_true(arena.full);
	tw_arena_free(&arena);
}

static void one_object_as_large_as_the_limit_fits(void **state)
{
	struct tw_arena arena = tw_arena_of(LIMIT);

	(void)state;
	assert_non_null(tw_arena_new(&arena, LIMIT, 1));
	assert_false(arena.full);
	assert_null(tw_arena_new(&arena, 1, 1));
	assert_true(arena.full);
	tw_arena_free(&arena);
}

static void a_product_that_overflows_is_refused(void **state)
{
	static const struct {
		size_t size, count;
	} rows[] = {{SIZE_MAX, 2}, {2, SIZE_MAX}, {SIZE_MAX / 2 + 1, 2}, {SIZE_MAX, 1}};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct tw_arena arena = tw_arena_of(SIZE_MAX);

		assert_null(tw_arena_new(&arena, rows[i].size, rows[i].count));
		assert_true(arena.full);
		tw_arena_free(&arena);
	}
}

static void freeing_makes_it_new(void **state)
{
	struct tw_arena arena = tw_arena_of(1024);

	(void)state;
	assert_null(tw_arena_new(&arena, 2048, 1));
	assert_non_null(tw_arena_new(&arena, 512, 1));
	tw_arena_free(&arena);
	assert_int_equal(arena.used_bytes, 0);
	assert_int_equal(arena.limit_bytes, 1024);
	assert_false(arena.full);
	assert_non_null(tw_arena_new(&arena, 1024, 1));
	tw_arena_free(&arena);
	tw_arena_free(&arena);
}

static void copies_of_text_end_in_nul_and_are_their_own(void **state)
{
	struct tw_arena arena = tw_arena_of(LIMIT);
	char text[] = {'a', 'b', 'c', 'd'};
	struct tw_str copy = tw_arena_copy_str(&arena, (struct tw_str){.text = text, .size = 3});

	(void)state;
	text[0] = 'x';
	assert_int_equal(copy.size, 3);
	assert_string_equal(copy.text, "abc");
	copy = tw_arena_copy_str(&arena, (struct tw_str){0});
	assert_int_equal(copy.size, 0);
	assert_string_equal(copy.text, "");
	tw_arena_free(&arena);
}

static void a_copy_at_the_cap_is_empty_text(void **state)
{
	struct tw_arena arena = tw_arena_of(16);
	struct tw_str copy = tw_arena_copy_str(&arena, TW_STR("longer than sixteen bytes"));

	(void)state;
	assert_int_equal(copy.size, 0);
	assert_string_equal(copy.text, "");
	assert_true(arena.full);
	tw_arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(objects_are_zeroed_and_aligned_for_anything),
	    cmocka_unit_test(objects_do_not_overlap_across_chunks),
	    cmocka_unit_test(the_limit_bounds_the_sum_and_full_stays_set),
	    cmocka_unit_test(one_object_as_large_as_the_limit_fits),
	    cmocka_unit_test(a_product_that_overflows_is_refused),
	    cmocka_unit_test(freeing_makes_it_new),
	    cmocka_unit_test(copies_of_text_end_in_nul_and_are_their_own),
	    cmocka_unit_test(a_copy_at_the_cap_is_empty_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
