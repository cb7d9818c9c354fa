/* test_catalogue.c: what holds for every entry of the catalogue of causes. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cause/entry.h"

#include "base/defs.h"
#include "cause/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static bool is_slug(const char *slug)
{
	if (slug[0] < 'a' || slug[0] > 'z')
		return false;
	for (const char *c = slug; *c; c++)
		if (!((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') ||
		      (*c == '-' && c[1] != '-' && c[1] != '\0')))
			return false;
	return true;
}

static void slugs_are_unique_well_formed_and_found(void **state)
{
	(void)state;
	for (enum tw_cause a = 0; a < TW_CAUSE_COUNT; a++) {
		assert_true(is_slug(tw_cause_slug(a)));
		assert_int_equal(tw_cause_find(tw_str_of(tw_cause_slug(a))), a);
		for (enum tw_cause b = 0; b < a; b++)
			assert_string_not_equal(tw_cause_slug(a), tw_cause_slug(b));
	}
	assert_int_equal(tw_cause_find(TW_STR("no-such-cause")), TW_CAUSE_COUNT);
	assert_int_equal(tw_cause_find(TW_STR("")), TW_CAUSE_COUNT);
	assert_int_equal(tw_cause_find(TW_STR("Refused")), TW_CAUSE_COUNT);
}

static void an_entry_names_a_fact_once_and_ends_its_list(void **state)
{
	(void)state;
	for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++) {
		const struct tw_likelihood *expects = tw_cause_entry(cause)->expects;
		bool ended = false;

		for (size_t i = 0; i < TW_EXPECTS_MAX; i++) {
			ended = ended || expects[i].fact == TW_FACT_NONE;
			if (ended) {
				assert_int_equal(expects[i].fact, TW_FACT_NONE);
				continue;
			}
			assert_true(expects[i].fact < TW_FACT_COUNT);
			assert_true(expects[i].percent <= 100);
			for (size_t k = 0; k < i; k++)
				if (expects[k].fact == expects[i].fact)
					fail_msg("%s names %s twice", tw_cause_slug(cause),
						 tw_fact_info(expects[i].fact)->slug);
		}
	}
}

static bool ends_with(const char *text, const char *characters)
{
	return text[0] != '\0' && strchr(characters, text[strlen(text) - 1]) != NULL;
}

static void every_ending_has_a_sourced_prior_and_predicts_something(void **state)
{
	(void)state;
	for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++) {
		const struct tw_cause_entry *entry = tw_cause_entry(cause);

		if (tw_cause_kind_of(cause) != TW_KIND_ENDING)
			continue;
		assert_true(entry->prior > 0);
		if (!entry->prior_source || strlen(entry->prior_source) < 15)
			fail_msg("%s: where does its prior come from?", tw_cause_slug(cause));
		/* It goes on a sentence. */
		assert_false(ends_with(entry->prior_source, "."));
		/* The honest fallback fits everything and nothing. */
		assert_int_equal(entry->expects[0].fact == TW_FACT_NONE, cause == TW_CAUSE_UNKNOWN);
	}
}

/* It holds as surely as all that it needs, so what it names it needs or excludes. */
static void a_condition_only_needs_and_excludes(void **state)
{
	(void)state;
	for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++) {
		const struct tw_likelihood *expects = tw_cause_entry(cause)->expects;
		size_t needs = 0;

		if (tw_cause_kind_of(cause) != TW_KIND_CONDITION)
			continue;
		for (size_t i = 0; i < TW_EXPECTS_MAX && expects[i].fact != TW_FACT_NONE; i++) {
			assert_true(expects[i].percent == 100 || expects[i].percent == 0);
			needs += expects[i].percent == 100;
		}
		assert_true(needs >= 1);
		assert_true(needs <= TW_LEN(((struct tw_condition *)NULL)->facts));
	}
}

/* Present without gaps; how many there are. */
static size_t count_texts(const char *const texts[], size_t max)
{
	size_t count = 0;

	while (count < max && texts[count])
		count++;
	for (size_t i = count; i < max; i++)
		assert_null(texts[i]);
	return count;
}

static void every_entry_has_title_meaning_advice_and_references(void **state)
{
	(void)state;
	for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++) {
		const struct tw_cause_entry *entry = tw_cause_entry(cause);
		size_t advice = count_texts(entry->advice, TW_ADVICE_MAX);

		assert_non_null(entry->title);
		assert_non_null(entry->meaning);
		/* A title stands inside a sentence; the others are sentences. */
		assert_true(strlen(entry->title) > 10 && !ends_with(entry->title, ".!?"));
		assert_true(strlen(entry->meaning) > 40 && ends_with(entry->meaning, "."));
		/* Where nothing is wrong, there may be nothing to do but one thing to know. */
		if (advice < (tw_cause_outcome(cause) >= TW_OUTCOME_DEGRADED ? 3 : 1))
			fail_msg("%s: too little advice", tw_cause_slug(cause));
		/* Whole sentences: a command that began one would be given a capital. */
		for (size_t i = 0; i < advice; i++)
			if (!ends_with(entry->advice[i], ".?") ||
			    (entry->advice[i][0] >= 'a' && entry->advice[i][0] <= 'z'))
				fail_msg("%s: no sentence: %s", tw_cause_slug(cause),
					 entry->advice[i]);
		assert_true(count_texts(entry->references, TW_REFERENCES_MAX) >= 1);
	}
}

/* The rest of this is asked of the program: tests/check_catalogue.py, tests/engine. */
static void every_entry_has_an_example_and_a_near_miss_or_says_why_not(void **state)
{
	(void)state;
	for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++) {
		const struct tw_cause_entry *entry = tw_cause_entry(cause);

		if (!entry->no_example && !(entry->example && entry->near_miss))
			fail_msg("%s: no example, or no near miss", tw_cause_slug(cause));
		if (entry->example && entry->near_miss)
			assert_string_not_equal(entry->example, entry->near_miss);
		if (entry->no_example)
			assert_true(strlen(entry->no_example) > 30 &&
				    ends_with(entry->no_example, "."));
	}
}

/* A pair has two ends, both of them endings. */
static void what_is_inseparable_is_so_from_both_sides(void **state)
{
	unsigned pairs = 0;

	(void)state;
	for (enum tw_cause a = 0; a < TW_CAUSE_COUNT; a++) {
		assert_null(tw_cause_inseparable(a, a));
		for (enum tw_cause b = 0; b < a; b++) {
			const char *when = tw_cause_inseparable(a, b);

			assert_ptr_equal(when, tw_cause_inseparable(b, a));
			if (!when)
				continue;
			pairs++;
			assert_int_equal(tw_cause_kind_of(a), TW_KIND_ENDING);
			assert_int_equal(tw_cause_kind_of(b), TW_KIND_ENDING);
			assert_true(ends_with(when, ".?"));
		}
	}
	assert_true(pairs >= 2);
}

/* A fact without a sentence cannot be shown as a reason for its "no". */
static void what_an_entry_needs_can_be_denied(void **state)
{
	(void)state;
	for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++) {
		const struct tw_likelihood *expects = tw_cause_entry(cause)->expects;

		for (size_t i = 0; i < TW_EXPECTS_MAX && expects[i].fact != TW_FACT_NONE; i++)
			if (expects[i].percent == 100)
				assert_true(strlen(tw_fact_info(expects[i].fact)->no) > 0);
	}
}

/* Two endings with the same predictions could never be told apart. */
static void no_two_endings_predict_the_same(void **state)
{
	(void)state;
	for (enum tw_cause a = 0; a < TW_CAUSE_COUNT; a++)
		for (enum tw_cause b = 0; b < a; b++)
			assert_memory_not_equal(tw_cause_entry(a)->expects,
						tw_cause_entry(b)->expects,
						sizeof(tw_cause_entry(a)->expects));
}

static void outcomes_go_from_fine_to_bad(void **state)
{
	static const char *const slugs[] = {"ok", "harmless", "unfinished", "degraded", "failed"};

	(void)state;
	assert_int_equal(TW_LEN(slugs), TW_OUTCOME_COUNT);
	for (enum tw_outcome outcome = 0; outcome < TW_OUTCOME_COUNT; outcome++)
		assert_string_equal(tw_outcome_slug(outcome), slugs[outcome]);
}

static void usual_outcomes_are_those_of_the_contract(void **state)
{
	static const struct {
		const char *slug;
		enum tw_outcome outcome;
	} rows[] = {
	    {"graceful-close", TW_OUTCOME_OK},	     {"reset-after-exchange", TW_OUTCOME_HARMLESS},
	    {"health-check", TW_OUTCOME_HARMLESS},   {"still-open", TW_OUTCOME_UNFINISHED},
	    {"data-after-close", TW_OUTCOME_FAILED}, {"refused", TW_OUTCOME_FAILED},
	    {"syn-scan", TW_OUTCOME_HARMLESS},	     {"slow-connect", TW_OUTCOME_DEGRADED},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++)
		assert_int_equal(tw_cause_outcome(tw_cause_find(tw_str_of(rows[i].slug))),
				 rows[i].outcome);
}

static void the_words_of_a_verdict_are_public(void **state)
{
	(void)state;
	assert_string_equal(tw_how_slug(TW_HOW_SILENCE), "silence");
	assert_string_equal(tw_how_slug(TW_HOW_OPEN), "open");
	assert_string_equal(tw_ender_slug(TW_ENDER_NETWORK), "network");
	assert_string_equal(tw_ender_slug(TW_ENDER_NOBODY), "nobody");
	assert_string_equal(tw_stage_slug(TW_STAGE_POST_PSH), "post-psh");
	assert_string_equal(tw_stage_slug(TW_STAGE_LATER), "later");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(slugs_are_unique_well_formed_and_found),
	    cmocka_unit_test(an_entry_names_a_fact_once_and_ends_its_list),
	    cmocka_unit_test(every_ending_has_a_sourced_prior_and_predicts_something),
	    cmocka_unit_test(a_condition_only_needs_and_excludes),
	    cmocka_unit_test(every_entry_has_title_meaning_advice_and_references),
	    cmocka_unit_test(every_entry_has_an_example_and_a_near_miss_or_says_why_not),
	    cmocka_unit_test(what_is_inseparable_is_so_from_both_sides),
	    cmocka_unit_test(what_an_entry_needs_can_be_denied),
	    cmocka_unit_test(no_two_endings_predict_the_same),
	    cmocka_unit_test(outcomes_go_from_fine_to_bad),
	    cmocka_unit_test(usual_outcomes_are_those_of_the_contract),
	    cmocka_unit_test(the_words_of_a_verdict_are_public),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
