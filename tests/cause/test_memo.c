/* test_memo.c: what the judge remembers, and that nothing else is taken for it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cause/memo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { ARENA_BYTES = 8 * 1024 * 1024 };

static struct tw_arena arena;

static int make(void **state)
{
	arena = tw_arena_of(ARENA_BYTES);
	*state = tw_memo_new(&arena);
	return *state ? 0 : -1;
}

static int discard(void **state)
{
	(void)state;
	tw_arena_free(&arena);
	return 0;
}

static struct tw_fact_set facts_with(enum tw_fact fact, enum tw_answer answer, uint8_t percent)
{
	struct tw_fact_set facts;

	memset(&facts, 0, sizeof(facts));
	facts.value[fact].answer = (uint8_t)answer;
	facts.value[fact].percent = percent;
	return facts;
}

static void equal_answers_share_a_verdict_whatever_their_frames(void **state)
{
	struct tw_fact_set facts = facts_with(TW_FACT_RESET_SEEN, TW_YES, TW_SEEN);
	struct tw_verdict *first;
	bool known;

	first = tw_memo_look(*state, &facts, &known);
	assert_false(known);
	facts.value[TW_FACT_RESET_SEEN].frames[0] = 12;
	facts.value[TW_FACT_RESET_SEEN].frame_count = 1;
	assert_ptr_equal(tw_memo_look(*state, &facts, &known), first);
	assert_true(known);
}

static void another_answer_or_sureness_is_not_known(void **state)
{
	static const struct {
		enum tw_fact fact;
		enum tw_answer answer;
		uint8_t percent;
	} others[] = {
	    {TW_FACT_RESET_SEEN, TW_YES, 85},
	    {TW_FACT_RESET_SEEN, TW_NO, TW_SEEN},
	    {TW_FACT_ICMP_TO_SYN, TW_YES, TW_SEEN},
	    {TW_FACT_RESET_SEEN, TW_UNKNOWN, 0},
	};
	struct tw_fact_set facts = facts_with(TW_FACT_RESET_SEEN, TW_YES, TW_SEEN);
	bool known;

	(void)tw_memo_look(*state, &facts, &known);
	for (size_t i = 0; i < TW_LEN(others); i++) {
		facts = facts_with(others[i].fact, others[i].answer, others[i].percent);
		(void)tw_memo_look(*state, &facts, &known);
		assert_false(known);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(equal_answers_share_a_verdict_whatever_their_frames,
					    make, discard),
	    cmocka_unit_test_setup_teardown(another_answer_or_sureness_is_not_known, make, discard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
