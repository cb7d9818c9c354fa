/* test_settle.c: what would settle it follows from the table: another table, another advice. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "table.h"

#include <math.h>

static struct tw_verdict judge(const struct table *table)
{
	struct tw_fact_set facts = table_facts();

	return table_judge(table, &facts);
}

static double gain_of(const struct tw_verdict *verdict, enum tw_fact fact)
{
	for (size_t i = 0; i < verdict->settle_count; i++)
		if (verdict->settles[i].fact == fact)
			return verdict->settles[i].gain;
	return 0;
}

static void the_advice_changes_with_the_table(void **state)
{
	struct table table;
	struct tw_verdict verdict;

	(void)state;
	table_make(&table, 95, 5, 55, 45);
	verdict = judge(&table);
	assert_true(verdict.settle_count >= 1);
	assert_int_equal(verdict.settles[0].fact, TW_FACT_RESET_IMMEDIATE);

	table_make(&table, 55, 45, 95, 5);
	verdict = judge(&table);
	assert_true(verdict.settle_count >= 1);
	assert_int_equal(verdict.settles[0].fact, TW_FACT_RESETTER_TTL_128);
}

static void what_the_table_does_not_part_settles_nothing(void **state)
{
	struct table table;
	struct tw_verdict verdict;

	(void)state;
	table_make(&table, 80, 80, 20, 20);
	verdict = judge(&table);
	assert_true(gain_of(&verdict, TW_FACT_RESET_IMMEDIATE) < 0.03);
	assert_true(gain_of(&verdict, TW_FACT_RESETTER_TTL_128) < 0.03);
}

/*
 * Of two equally likely causes a perfect question takes the whole bit, and one that is right three
 * times in four 1 - H(1/4) = 0.189 of it.
 */
static void the_gain_is_the_expected_information(void **state)
{
	struct table table;
	struct tw_verdict verdict;

	(void)state;
	table_make(&table, 100, 0, 50, 50);
	verdict = judge(&table);
	assert_true(fabs(gain_of(&verdict, TW_FACT_RESET_IMMEDIATE) - 1) < 0.001);

	table_make(&table, 75, 25, 50, 50);
	verdict = judge(&table);
	assert_true(fabs(gain_of(&verdict, TW_FACT_RESET_IMMEDIATE) - 0.189) < 0.001);
}

static void it_names_the_two_that_it_parts(void **state)
{
	struct table table;
	struct tw_verdict verdict;

	(void)state;
	table_make(&table, 95, 5, 50, 50);
	verdict = judge(&table);
	assert_int_equal(verdict.settles[0].between[0], table_one);
	assert_int_equal(verdict.settles[0].between[1], table_other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_advice_changes_with_the_table),
	    cmocka_unit_test(what_the_table_does_not_part_settles_nothing),
	    cmocka_unit_test(the_gain_is_the_expected_information),
	    cmocka_unit_test(it_names_the_two_that_it_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
