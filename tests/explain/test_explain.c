/* test_explain.c: the forum question and others, told in key sentences. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "case_script.h"

static bool says(struct tw_str text, const char *words)
{
	return tw_str_find(text, tw_str_of(words)) != SIZE_MAX;
}

static bool story_says(const struct case_script *told, const char *words)
{
	for (size_t i = 0; i < told->explanation.story_count; i++)
		if (says(told->explanation.story[i], words))
			return true;
	return false;
}

static struct tw_str answer_to(const struct case_script *told, const char *question)
{
	for (size_t i = 0; i < told->explanation.answer_count; i++)
		if (strstr(told->explanation.answers[i].question, question))
			return told->explanation.answers[i].answer;
	return TW_STR("");
}

/* Wireshark Q&A 28338: why a RST after the FIN was acknowledged, and then another RST? */
static void the_question_is_answered_as_far_as_its_list_goes(void **state)
{
	struct case_script told;

	(void)state;
	case_script_question(&told);
	assert_true(story_says(&told, "server closed first"));
	assert_true(story_says(&told, "(row 1)"));
	assert_true(says(answer_to(&told, "Why a RST"), "(row 3)"));
	assert_true(says(answer_to(&told, "allowed to send"), "CLOSE-WAIT"));
	assert_true(says(answer_to(&told, "allowed to send"), "RFC 9293"));
	assert_true(says(answer_to(&told, "second RST"), "(row 5)"));
	assert_true(says(answer_to(&told, "second RST"), "acknowledgment number"));
	assert_true(says(answer_to(&told, "seen the RST"), "cannot have taken in the RST (row 4)"));
	assert_true(says(answer_to(&told, "Was data lost"), "(row 5)"));
	assert_true(says(answer_to(&told, "SYN at the end"), "(row 7)"));
	/* No number is shown, so nobody may be sure. */
	assert_true(says(told.explanation.headline, "Most likely"));
	assert_true(told.c.verdict.hypotheses[0].probability < 0.75);
	assert_true(told.explanation.advice_count > 0);
	case_script_free(&told);
}

#define OPEN	 "@0 > S 0; @0.04 < SA 0/1; @0.05 > A 1/1; "
#define EXCHANGE "@1 > PA 1/1 len 100; @1.04 < PA 1/101 len 50; @1.05 > A 101/51; "

static const char *const captures[] = {
    "@0 > S 0; @0.04 < RA 0/1 win 0",
    "@0 > S 0; @1 > S 0; @3 > S 0",
    OPEN EXCHANGE "@2 > FA 101/51; @2.04 < FA 51/102; @2.05 > A 102/52",
    OPEN EXCHANGE "@2 < FA 51/101; @2.01 > A 101/52; @3 > PA 101/52 len 9; @3.04 < R 52",
    OPEN "@1 > PA 1/1 len 9; @1.3 > PA 1/1 len 9; @1.9 > PA 1/1 len 9; @3.1 > PA 1/1 len 9",
    OPEN "@0.1 > RA 1/1",
    OPEN EXCHANGE "@351 < RA 51/101; @351.001 > RA 101/51",
    "@0 > PA 1/1 len 9; @1 < A 1/10",
};

static void check_sentence(struct tw_str text)
{
	assert_true(text.size > 0);
	assert_false(text.text[0] >= 'a' && text.text[0] <= 'z');
	for (size_t i = 0; i < text.size; i++)
		assert_true(text.text[i] != '{' && text.text[i] != '}');
	assert_true(tw_str_find(text, TW_STR("  ")) == SIZE_MAX);
	assert_true(tw_str_find(text, TW_STR("..")) == SIZE_MAX);
	assert_true(tw_str_find(text, TW_STR(" .")) == SIZE_MAX);
}

static void every_case_is_told_in_whole_sentences(void **state)
{
	(void)state;
	for (size_t i = 0; i < TW_LEN(captures); i++) {
		struct case_script told;

		case_script_capture(&told, captures[i]);
		check_sentence(told.explanation.headline);
		assert_true(told.explanation.headline.text[told.explanation.headline.size - 1] !=
			    '.');
		assert_in_range(told.explanation.story_count, 4, 8);
		for (size_t k = 0; k < told.explanation.story_count; k++) {
			struct tw_str sentence = told.explanation.story[k];

			check_sentence(sentence);
			assert_true(sentence.size <= 300);
			/* What to do may be a question. */
			assert_non_null(strchr(".?", sentence.text[sentence.size - 1]));
		}
		for (size_t k = 0; k < told.explanation.answer_count; k++)
			assert_true(told.explanation.answers[k].answer.size > 0);
		for (size_t k = 0; k < told.explanation.advice_count; k++)
			check_sentence(told.explanation.advice[k]);
		case_script_free(&told);
	}
}

static void a_certain_case_is_told_without_a_doubt(void **state)
{
	struct case_script told;

	(void)state;
	case_script_capture(&told, captures[0]);
	assert_false(says(told.explanation.headline, "Most likely"));
	assert_true(says(told.explanation.headline, "refused"));
	case_script_free(&told);
}

/* Other connections are told of with their streams, and only as far as they are known. */
static void other_connections_have_their_part_in_the_story(void **state)
{
	static const struct tw_moment later = {.frame = 90,
					       .time_ns = SCRIPT_EPOCH_NS + TW_NS_PER_S};
	const struct {
		const char *script;
		struct tw_context context;
		const char *said;
	} rows[] = {
	    {"@0 > S 0",
	     {.flood = {.half_open = 40, .newcomers = 38, .span_ns = TW_NS_PER_S},
	      .related[TW_RELATION_FLOOD] = {.stream = {2, 5}, .count = 2}},
	     "Within 1 s the server's port got 40 SYNs that were sent once and left half-open, "
	     "from 38 addresses (such as streams 2 and 5)."},
	    {"@0 > S 0",
	     {.fan_out = {.ports = 3}, .related[TW_RELATION_SCAN] = {.stream = {1, 2}, .count = 2}},
	     "The client knocked at 3 ports in this input (streams 1 and 2), and talked to none."},
	    {"@0 > S 0; @0.04 < RA 0/1 win 0",
	     {.has_retry = true,
	      .retry_stream = 1,
	      .retry = later,
	      .retries = {.failed = 2,
			  .succeeded = later,
			  .succeeded_stream = 3,
			  .cost_ns = 7 * TW_NS_PER_S}},
	     "Stream 3 worked (frame 90), after 2 further failed attempts and 7 s."},
	    {"@0 > S 0; @0.04 < RA 0/1 win 0",
	     {.has_retry = true,
	      .retry_stream = 1,
	      .retry = later,
	      .retries = {.failed = 1, .gave_up = true, .cost_ns = 4 * TW_NS_PER_S}},
	     "The client gave up, after 1 further failed attempt and 4 s."},
	    {OPEN EXCHANGE "@2 < FA 51/101; @2.04 > FA 101/52; @2.08 < A 52/102",
	     {.exit = {.together = 3, .unasked = 3, .gone = later, .refused = true},
	      .related[TW_RELATION_EXIT] = {.stream = {4, 6}, .count = 2}},
	     "next caller of that port was refused (frame 90)."},
	    {OPEN "@0.1 > RA 1/1",
	     {.period = {.checks = 3, .pauses = 2, .regular = 2, .period_ns = 5 * TW_NS_PER_S},
	      .related[TW_RELATION_PROBE] = {.stream = {7}, .count = 1}},
	     "The client does this about every 5 s (such as stream 7)."},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct case_script told;

		script_play(&told.script, rows[i].script);
		case_script_tell(&told, TW_NOBODY, &rows[i].context);
		if (!story_says(&told, rows[i].said))
			fail_msg("not told: %s", rows[i].said);
		case_script_free(&told);
	}
}

static void delivery_is_counted_by_numbers(void **state)
{
	struct case_script told;

	(void)state;
	case_script_capture(&told, captures[3]);
	assert_true(told.c.delivery.counted);
	assert_int_equal(told.c.delivery.side[0].sent, 109);
	assert_int_equal(told.c.delivery.side[0].acked, 100);
	assert_int_equal(told.c.delivery.side[0].unacked_at_end, 9);
	assert_int_equal(told.c.delivery.side[1].sent, 50);
	assert_int_equal(told.c.delivery.side[1].unacked_at_end, 0);
	case_script_free(&told);
	case_script_question(&told);
	assert_false(told.c.delivery.counted);
	case_script_free(&told);
}

static void processed_has_slugs(void **state)
{
	(void)state;
	assert_string_equal(tw_processed_slug(TW_PROCESSED_YES), "yes");
	assert_string_equal(tw_processed_slug(TW_PROCESSED_NO), "no");
	assert_string_equal(tw_processed_slug(TW_PROCESSED_POSSIBLE), "possible");
	assert_string_equal(tw_processed_slug(TW_PROCESSED_UNKNOWN), "unknown");
}

/* Short of arena space, later parts stay empty; nothing breaks. */
static void a_full_arena_makes_a_shorter_explanation(void **state)
{
	struct case_script told;

	(void)state;
	case_script_question(&told);
	for (size_t limit = 0; limit < 4096; limit += 256) {
		struct tw_arena arena = tw_arena_of(limit);
		struct tw_explanation explanation;

		tw_explain(&told.c, &arena, &explanation);
		assert_true(explanation.story_count <= TW_STORY_MAX);
		tw_arena_free(&arena);
	}
	case_script_free(&told);
}

/* What shares the value is told as a set: three by name, the others by their number. */
static void limits_of_the_same_length_are_named(void **state)
{
	struct case_script told;

	(void)state;
	case_script_capture(&told, OPEN EXCHANGE "@76.05 < FA 51/101; @76.06 > A 101/52");
	assert_true(story_says(&told, "matches the default of nginx keepalive_timeout (75 s) and "
				      "of aiohttp"));
	case_script_free(&told);
	case_script_capture(&told, OPEN EXCHANGE "@61.05 < FA 51/101; @61.06 > A 101/52");
	assert_true(story_says(&told, "matches the default of AWS ALB idle timeout (60 s), of "));
	assert_true(story_says(&told, "and of 6 others"));
	case_script_free(&told);
	case_script_capture(&told, OPEN EXCHANGE "@21.05 < FA 51/101; @21.06 > A 101/52");
	assert_true(story_says(&told, "server.xml) (20 s), the only one of that length"));
	case_script_free(&told);
	case_script_capture(&told, OPEN EXCHANGE "@46.05 < FA 51/101; @46.06 > A 101/52");
	assert_false(story_says(&told, "matches"));
	case_script_free(&told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(limits_of_the_same_length_are_named),
	    cmocka_unit_test(the_question_is_answered_as_far_as_its_list_goes),
	    cmocka_unit_test(every_case_is_told_in_whole_sentences),
	    cmocka_unit_test(a_certain_case_is_told_without_a_doubt),
	    cmocka_unit_test(other_connections_have_their_part_in_the_story),
	    cmocka_unit_test(delivery_is_counted_by_numbers),
	    cmocka_unit_test(processed_has_slugs),
	    cmocka_unit_test(a_full_arena_makes_a_shorter_explanation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
