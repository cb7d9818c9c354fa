/* test_settle.c: what would settle it follows from the table: another table, another advice. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cause/judge.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* Two causes that only RESET_IMMEDIATE and RESETTER_TTL_128 part; nothing else can be the case. */
struct table {
	struct tw_catalogue catalogue;
	struct tw_cause_entry one;
	struct tw_cause_entry other;
	struct tw_cause_entry out;
};

static const enum tw_cause one = TW_CAUSE_DATA_AFTER_CLOSE;
static const enum tw_cause other = TW_CAUSE_CLOSE_WITH_UNREAD_DATA;

static void make_table(struct table *table, uint8_t at_once_one, uint8_t at_once_other,
		       uint8_t ttl_one, uint8_t ttl_other)
{
	table->one = (struct tw_cause_entry){.prior = 100,
					     .expects = {TW_EXPECTS(RESET_IMMEDIATE, at_once_one),
							 TW_EXPECTS(RESETTER_TTL_128, ttl_one)}};
	table->other =
	    (struct tw_cause_entry){.prior = 100,
				    .expects = {TW_EXPECTS(RESET_IMMEDIATE, at_once_other),
						TW_EXPECTS(RESETTER_TTL_128, ttl_other)}};
	/* A prohibition that the facts meet. */
	table->out = (struct tw_cause_entry){.prior = 1, .expects = {TW_FORBIDS(RESET_SEEN)}};
	for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++)
		table->catalogue.entry[cause] = cause == one	 ? &table->one
						: cause == other ? &table->other
								 : &table->out;
}

static struct tw_verdict judge(const struct table *table)
{
	struct tw_arena arena = tw_arena_of(16 * 1024 * 1024);
	struct tw_memo *memo = tw_memo_new(&arena);
	struct tw_fact_set facts = {.cast = {.roles = {.client = 0, .server = 1, .known = true},
					     .closer = TW_NOBODY,
					     .resetter = 1,
					     .first = 1},
				    .typed = true};
	struct tw_connection connection;
	struct tw_verdict verdict;

	assert_non_null(memo);
	tw_connection_init(&connection, 0, true);
	facts.value[TW_FACT_RESET_SEEN] =
	    (struct tw_fact_value){.answer = TW_YES, .percent = TW_SEEN};
	tw_judge(&table->catalogue, &connection, &facts, memo, &verdict);
	tw_arena_free(&arena);
	return verdict;
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
	make_table(&table, 95, 5, 55, 45);
	verdict = judge(&table);
	assert_true(verdict.settle_count >= 1);
	assert_int_equal(verdict.settles[0].fact, TW_FACT_RESET_IMMEDIATE);

	make_table(&table, 55, 45, 95, 5);
	verdict = judge(&table);
	assert_true(verdict.settle_count >= 1);
	assert_int_equal(verdict.settles[0].fact, TW_FACT_RESETTER_TTL_128);
}

static void what_the_table_does_not_part_settles_nothing(void **state)
{
	struct table table;
	struct tw_verdict verdict;

	(void)state;
	make_table(&table, 80, 80, 20, 20);
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
	make_table(&table, 100, 0, 50, 50);
	verdict = judge(&table);
	assert_true(fabs(gain_of(&verdict, TW_FACT_RESET_IMMEDIATE) - 1) < 0.001);

	make_table(&table, 75, 25, 50, 50);
	verdict = judge(&table);
	assert_true(fabs(gain_of(&verdict, TW_FACT_RESET_IMMEDIATE) - 0.189) < 0.001);
}

static void it_names_the_two_that_it_parts(void **state)
{
	struct table table;
	struct tw_verdict verdict;

	(void)state;
	make_table(&table, 95, 5, 50, 50);
	verdict = judge(&table);
	assert_int_equal(verdict.settles[0].between[0], one);
	assert_int_equal(verdict.settles[0].between[1], other);
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
