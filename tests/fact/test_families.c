/* test_families.c: what each sequence shows, denies or leaves open, for every fact of the list. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "sequences.h"

static const char *answer_name(unsigned answer)
{
	return answer == TW_YES ? "yes" : answer == TW_NO ? "no" : "unknown";
}

static void check_family(size_t family)
{
	unsigned wrong = 0;

	for (size_t i = 0; i < families[family].count; i++) {
		const struct sequence *row = &families[family].rows[i];
		struct tw_fact_set set;
		const struct tw_fact_value *value = &set.value[row->fact];

		sequence_facts_at(row, 70000, 3000000000U, &set);
		if (value->answer != row->answer ||
		    (row->sureness == SEEN && value->percent != TW_SEEN) ||
		    (row->sureness == LIKELY && value->percent == TW_SEEN)) {
			wrong++;
			print_error("%s: %s (%u %%), expected %s (%s): %s\n",
				    tw_fact_info(row->fact)->slug, answer_name(value->answer),
				    value->percent, answer_name(row->answer),
				    row->sureness == SEEN ? "seen" : "inferred", row->script);
		}
	}
	assert_int_equal(wrong, 0);
}

static void opening(void **state)
{
	(void)state;
	check_family(0);
}

static void data(void **state)
{
	(void)state;
	check_family(1);
}

static void closing(void **state)
{
	(void)state;
	check_family(2);
}

static void reset(void **state)
{
	(void)state;
	check_family(3);
}

static void forgery(void **state)
{
	(void)state;
	check_family(4);
}

static void silence(void **state)
{
	(void)state;
	check_family(5);
}

static void volley(void **state)
{
	(void)state;
	check_family(6);
}

/* Only a kernel can tell this one; and a fact without a sentence for "no" is never denied. */
static bool packets_can_say(enum tw_fact fact, enum tw_answer answer)
{
	if (fact == TW_FACT_COUNTED_AS_UNREAD)
		return false;
	return answer == TW_YES || tw_fact_info(fact)->no[0] != '\0';
}

static bool is_expected_somewhere(enum tw_fact fact, enum tw_answer answer)
{
	for (size_t family = 0; family < TW_LEN(families); family++)
		for (size_t i = 0; i < families[family].count; i++)
			if (families[family].rows[i].fact == fact &&
			    families[family].rows[i].answer == answer)
				return true;
	return false;
}

static void every_fact_is_shown_by_one_sequence_and_denied_by_another(void **state)
{
	static const enum tw_answer answers[] = {TW_YES, TW_NO};

	(void)state;
	for (enum tw_fact fact = TW_FACT_NONE + 1; fact < TW_FACT_COUNT; fact++)
		for (size_t i = 0; i < TW_LEN(answers); i++)
			if (packets_can_say(fact, answers[i]) !=
			    is_expected_somewhere(fact, answers[i]))
				fail_msg("%s: \"%s\" is missing (or impossible) in sequences.h",
					 tw_fact_info(fact)->slug, answer_name(answers[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(opening),
	    cmocka_unit_test(data),
	    cmocka_unit_test(closing),
	    cmocka_unit_test(reset),
	    cmocka_unit_test(forgery),
	    cmocka_unit_test(silence),
	    cmocka_unit_test(volley),
	    cmocka_unit_test(every_fact_is_shown_by_one_sequence_and_denied_by_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
