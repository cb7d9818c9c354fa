/* test_seq.c: sequence numbers compare around the end of their space. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/seq.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void order_goes_around_the_circle(void **state)
{
	static const struct {
		uint32_t a, b;
		bool before;
	} rows[] = {
	    {1, 2, true},	   {2, 1, false},	   {7, 7, false},
	    {UINT32_MAX, 0, true}, {0, UINT32_MAX, false}, {UINT32_MAX - 10, 20, true},
	    {0, 0x7fffffff, true}, {0x7fffffff, 0, false}, {0x80000001, 0, true},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		assert_int_equal(tw_seq_before(rows[i].a, rows[i].b), rows[i].before);
		assert_int_equal(tw_seq_after(rows[i].b, rows[i].a), rows[i].before);
	}
}

static void nothing_is_before_and_after_at_once(void **state)
{
	static const uint32_t steps[] = {0, 1, 0x7fffffff, 0x80000000, 0x80000001, UINT32_MAX};

	(void)state;
	for (size_t i = 0; i < TW_LEN(steps); i++)
		for (uint32_t start = 0; start < 5; start++)
			assert_false(tw_seq_before(start, tw_seq_add(start, steps[i])) &&
				     tw_seq_after(start, tw_seq_add(start, steps[i])));
}

static void sums_and_differences_wrap(void **state)
{
	(void)state;
	assert_int_equal(tw_seq_add(UINT32_MAX, 2), 1);
	assert_int_equal(tw_seq_diff(1, UINT32_MAX), 2);
	assert_int_equal(tw_seq_diff(0, 1), UINT32_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(order_goes_around_the_circle),
	    cmocka_unit_test(nothing_is_before_and_after_at_once),
	    cmocka_unit_test(sums_and_differences_wrap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
