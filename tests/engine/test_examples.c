/* test_examples.c: every cause explains its own example, and not its near miss. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { ARENA_BYTES = 16 * 1024 * 1024 };

struct reading {
	struct tw_arena arena;
	struct tw_typed typed;
	struct tw_session *session;
	struct tw_case c;
};

static void read_example(struct reading *reading, const char *text)
{
	const struct tw_session_options options = {.hash_seed = 1, .watch_stream = TW_WATCH_ALL};

	*reading = (struct reading){.arena = tw_arena_of(ARENA_BYTES)};
	assert_true(tw_typed_parse(tw_str_of(text), &reading->arena, &reading->typed) > 0);
	reading->session = tw_session_new(&options);
	assert_non_null(reading->session);
	tw_session_typed(reading->session, &reading->typed);
	assert_true(tw_session_finish(reading->session));
	tw_session_case(reading->session, 0, &reading->arena, &reading->c);
}

static void reading_free(struct reading *reading)
{
	tw_session_free(reading->session);
	tw_arena_free(&reading->arena);
}

static bool is_explained_by(const struct tw_verdict *verdict, enum tw_cause cause)
{
	if (tw_cause_kind_of(cause) == TW_KIND_ENDING)
		return verdict->hypotheses[0].cause == cause;
	for (size_t i = 0; i < verdict->condition_count; i++)
		if (verdict->conditions[i].cause == cause)
			return true;
	return false;
}

static void every_example_is_explained_by_its_own_cause(void **state)
{
	unsigned wrong = 0;

	(void)state;
	for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++) {
		const char *example = tw_cause_entry(cause)->example;
		struct reading reading;

		if (!example)
			continue;
		read_example(&reading, example);
		if (!is_explained_by(&reading.c.verdict, cause)) {
			wrong++;
			print_error("%s: its example is explained by %s (%.3f)\n",
				    tw_cause_slug(cause),
				    tw_cause_slug(reading.c.verdict.hypotheses[0].cause),
				    reading.c.verdict.hypotheses[0].probability);
		}
		reading_free(&reading);
	}
	assert_int_equal(wrong, 0);
}

static void no_near_miss_is_explained_by_the_cause_that_it_misses(void **state)
{
	unsigned wrong = 0;

	(void)state;
	for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++) {
		const char *near_miss = tw_cause_entry(cause)->near_miss;
		struct reading reading;

		if (!near_miss)
			continue;
		read_example(&reading, near_miss);
		if (reading.typed.foreign_total != 0)
			fail_msg("%s: a part of its near miss was not understood",
				 tw_cause_slug(cause));
		if (is_explained_by(&reading.c.verdict, cause)) {
			wrong++;
			print_error("%s: its near miss is explained by it\n", tw_cause_slug(cause));
		}
		reading_free(&reading);
	}
	assert_int_equal(wrong, 0);
}

/* All of it is understood, and it is one connection. */
static void every_example_reads_as_one_connection(void **state)
{
	(void)state;
	for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++) {
		const char *example = tw_cause_entry(cause)->example;
		struct reading reading;

		if (!example)
			continue;
		read_example(&reading, example);
		if (reading.typed.foreign_total != 0)
			fail_msg("%s: a part of its example was not understood",
				 tw_cause_slug(cause));
		assert_int_equal(reading.typed.connection_count, 1);
		assert_int_equal(tw_session_count(reading.session), 1);
		reading_free(&reading);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_example_is_explained_by_its_own_cause),
	    cmocka_unit_test(no_near_miss_is_explained_by_the_cause_that_it_misses),
	    cmocka_unit_test(every_example_reads_as_one_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
