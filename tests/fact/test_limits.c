/* test_limits.c: what a capture artefact explains is no evidence, and everything else still is. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "sequences.h"

#include "tcp/limits.h"

/* The value of a fact of a script, with an artefact that its end or other connections show. */
static struct tw_fact_value value_of(const char *text, enum tw_limit limit, enum tw_fact fact)
{
	static const struct sequence alone;
	struct tw_fact_set set;
	struct script script;

	script_play(&script, text);
	tw_limits_finish(&script.connection, script.connection.last.time_ns + 10 * TW_NS_PER_S);
	if (limit != TW_LIMIT_COUNT)
		script.connection.limits[limit] = script.connection.first;
	script_facts(&script, &alone, &set);
	return set.value[fact];
}

#define LOST_ANSWER OPEN ASK "@1.1 > A 101/301; @2 > FA 101/301; @2.04 < FA 301/102"
#define THINKS	    OPEN ASK "@4.04 < PA 1/101 len 50; @4.05 > A 101/51"
#define WAITS	    OPEN ASK "@3 > A 101/1"
#define IDLE	    OPEN EXCHANGE "@61 > FA 101/51; @61.04 < FA 51/102"
#define LEFT	    OPEN "@1 > PA 1/1 len 9; @2 > RA 10/1"

/* The answer passed where the capture lost it; the client acknowledges it. */
static void what_the_capture_lost_is_not_missing(void **state)
{
	struct tw_fact_value answered =
	    value_of(LOST_ANSWER, TW_LIMIT_COUNT, TW_FACT_SERVER_ANSWERED);
	struct tw_fact_value unanswered =
	    value_of(LOST_ANSWER, TW_LIMIT_COUNT, TW_FACT_REQUEST_UNANSWERED);
	struct tw_fact_value lost =
	    value_of(LOST_ANSWER, TW_LIMIT_COUNT, TW_FACT_RETRANSMISSIONS_RECOVERED);

	(void)state;
	assert_int_equal(answered.answer, TW_YES);
	assert_int_equal(unanswered.answer, TW_NO);
	assert_int_equal(lost.answer, TW_NO);
}

static void a_limit_takes_away_or_weakens_what_it_explains(void **state)
{
	static const struct {
		const char *script;
		enum tw_limit limit;
		enum tw_fact fact;
		enum tw_answer before;
		enum tw_answer after;
	} rows[] = {
	    {WAITS, TW_LIMIT_ONE_DIRECTION, TW_FACT_REQUEST_UNANSWERED, TW_YES, TW_UNKNOWN},
	    {WAITS, TW_LIMIT_ONE_DIRECTION, TW_FACT_SERVER_ANSWERED, TW_NO, TW_UNKNOWN},
	    {LEFT, TW_LIMIT_ONE_DIRECTION, TW_FACT_ALL_ACKNOWLEDGED, TW_NO, TW_UNKNOWN},
	    {THINKS, TW_LIMIT_CLOCK_JUMP, TW_FACT_SERVER_THINKS, TW_YES, TW_UNKNOWN},
	    {THINKS, TW_LIMIT_ROWS_OMITTED, TW_FACT_SERVER_THINKS, TW_YES, TW_UNKNOWN},
	    {IDLE, TW_LIMIT_CLOCK_JUMP, TW_FACT_IDLE_BEFORE_FIN, TW_YES, TW_UNKNOWN},
	    {IDLE, TW_LIMIT_CLOCK_JUMP, TW_FACT_SILENCE_BEFORE_END, TW_YES, TW_UNKNOWN},
	    /* what the clock does not touch stays */
	    {IDLE, TW_LIMIT_CLOCK_JUMP, TW_FACT_FIN_BY_BOTH, TW_YES, TW_YES},
	    {IDLE, TW_LIMIT_DUPLICATED_FRAMES, TW_FACT_IDLE_BEFORE_FIN, TW_YES, TW_YES},
	    {IDLE, TW_LIMIT_OFFLOAD_SEGMENTS, TW_FACT_SERVER_ANSWERED, TW_YES, TW_YES},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct tw_fact_value before =
		    value_of(rows[i].script, TW_LIMIT_COUNT, rows[i].fact);
		struct tw_fact_value after = value_of(rows[i].script, rows[i].limit, rows[i].fact);

		assert_int_equal(before.answer, rows[i].before);
		assert_int_equal(after.answer, rows[i].after);
		if (after.answer == TW_UNKNOWN)
			assert_int_equal(after.frame_count, 0);
	}
}

/* Doubtful is not unknown: the fact still speaks, but rules nothing out. */
static void a_doubtful_fact_is_inferred(void **state)
{
	struct tw_fact_value value =
	    value_of(OPEN GIVES_UP, TW_LIMIT_LOST_IN_CAPTURE, TW_FACT_UNANSWERED_RETRANSMISSIONS);

	(void)state;
	assert_int_equal(value.answer, TW_YES);
	assert_true(value.percent < TW_SEEN);
	assert_true(value.frame_count > 0);
}

/* Several connections, and each shows one direction: the capture was told so. */
static void halves_everywhere_are_the_capture_s_own_doing(void **state)
{
	struct tw_context context = {.halves_only = true};
	struct tw_fact_set set;
	struct script script;

	(void)state;
	script_play(&script, "@0 > S 0; @0.05 > A 1/1; @1 > PA 1/1 len 9; @1.1 > A 10/51; "
			     "@2 > FA 10/99");
	tw_facts_derive(&script.connection, &context, (struct tw_roles){.server = 1}, &set);
	assert_true(tw_fact_is(&set, TW_FACT_HALF_PASSES, TW_UNKNOWN));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_the_capture_lost_is_not_missing),
	    cmocka_unit_test(a_limit_takes_away_or_weakens_what_it_explains),
	    cmocka_unit_test(a_doubtful_fact_is_inferred),
	    cmocka_unit_test(halves_everywhere_are_the_capture_s_own_doing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
