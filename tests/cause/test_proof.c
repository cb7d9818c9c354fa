/* test_proof.c: what carries a verdict is what it could not do without. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "table.h"

static void the_fact_that_parts_the_two_is_the_proof(void **state)
{
	struct tw_fact_set facts = table_facts();
	struct tw_verdict verdict;
	struct table table;

	(void)state;
	table_make(&table, 95, 5, 60, 40);
	table_seen(&facts, TW_FACT_RESET_IMMEDIATE, TW_YES);
	table_seen(&facts, TW_FACT_RESETTER_TTL_128, TW_YES);
	verdict = table_judge(&table, &facts);
	assert_int_equal(verdict.hypotheses[0].cause, table_one);
	assert_int_equal(verdict.proof_count, 2);
	assert_int_equal(verdict.proofs[0], TW_FACT_RESET_IMMEDIATE);
	assert_int_equal(verdict.proofs[1], TW_FACT_RESETTER_TTL_128);

	table_make(&table, 60, 40, 95, 5);
	verdict = table_judge(&table, &facts);
	assert_int_equal(verdict.proofs[0], TW_FACT_RESETTER_TTL_128);
}

static void what_speaks_for_all_alike_or_against_it_proves_nothing(void **state)
{
	struct tw_fact_set facts = table_facts();
	struct tw_verdict verdict;
	struct table table;

	(void)state;
	table_make(&table, 90, 90, 99, 1);
	table_seen(&facts, TW_FACT_RESET_IMMEDIATE, TW_YES);
	table_seen(&facts, TW_FACT_RESETTER_TTL_128, TW_YES);
	verdict = table_judge(&table, &facts);
	assert_int_equal(verdict.proof_count, 1);
	assert_int_equal(verdict.proofs[0], TW_FACT_RESETTER_TTL_128);

	table_make(&table, 30, 60, 99, 1);
	verdict = table_judge(&table, &facts);
	assert_int_equal(verdict.hypotheses[0].cause, table_one);
	assert_int_equal(verdict.proof_count, 1);
}

/* Where a prohibition alone keeps the rival out, it is the proof. */
static void what_rules_the_rival_out_is_a_proof(void **state)
{
	struct tw_fact_set facts = table_facts();
	struct tw_verdict verdict;
	struct table table;

	(void)state;
	table_make(&table, 100, 0, 50, 50);
	table_seen(&facts, TW_FACT_RESET_IMMEDIATE, TW_YES);
	verdict = table_judge(&table, &facts);
	assert_int_equal(verdict.hypotheses[0].cause, table_one);
	assert_int_equal(verdict.proof_count, 1);
	assert_int_equal(verdict.proofs[0], TW_FACT_RESET_IMMEDIATE);
}

static void without_knowledge_there_is_no_proof(void **state)
{
	struct tw_fact_set facts = table_facts();
	struct table table;

	(void)state;
	table_make(&table, 95, 5, 95, 5);
	assert_int_equal(table_judge(&table, &facts).proof_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_fact_that_parts_the_two_is_the_proof),
	    cmocka_unit_test(what_speaks_for_all_alike_or_against_it_proves_nothing),
	    cmocka_unit_test(what_rules_the_rival_out_is_a_proof),
	    cmocka_unit_test(without_knowledge_there_is_no_proof),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
