/* test_words.c: names in braces, capitals, frames, percentages, flags. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "case_script.h"

static const struct tw_case nobody = {
    .name = {TW_STR_INIT("the client"), TW_STR_INIT("the server")},
    .facts.cast = {.roles = {.client = 0, .server = 1}, .closer = TW_NOBODY, .resetter = TW_NOBODY},
};

static void expands_to(const struct tw_case *c, const char *words, unsigned side, bool capital,
		       const char *expected)
{
	struct tw_buf buf = tw_buf_of(8192);

	tw_words_expand(&buf, c, words, side, capital);
	assert_string_equal(tw_buf_str(&buf).text, expected);
	tw_buf_free(&buf);
}

static void names_stand_for_their_sides(void **state)
{
	struct tw_case c = nobody;

	(void)state;
	c.facts.cast.closer = 1;
	c.facts.cast.resetter = 0;
	expands_to(&c, "{client} {server}", TW_NOBODY, false, "the client the server");
	expands_to(&c, "{closer} {late}", TW_NOBODY, false, "the server the client");
	expands_to(&c, "{resetter} {reset}", TW_NOBODY, false, "the client the server");
	expands_to(&c, "{side} {peer}", 1, false, "the server the client");
	expands_to(&c, "{closer}'s FIN", TW_NOBODY, false, "the server's FIN");
}

static void where_nobody_is_known_sides_stand_in(void **state)
{
	(void)state;
	expands_to(&nobody, "{closer}, {late}", TW_NOBODY, false,
		   "the closing side, the other side");
	expands_to(&nobody, "{resetter}, {reset}", TW_NOBODY, true,
		   "The resetting side, the other side");
	expands_to(&nobody, "{side}, {peer}", TW_NOBODY, false, "one side, the other side");
}

static void sentences_begin_with_a_capital(void **state)
{
	(void)state;
	expands_to(&nobody, "{client} asks", TW_NOBODY, true, "The client asks");
	expands_to(&nobody, "it asks", TW_NOBODY, true, "It asks");
	expands_to(&nobody, "it asks", TW_NOBODY, false, "it asks");
	expands_to(&nobody, "It asks. {server} answers", TW_NOBODY, true,
		   "It asks. The server answers");
	/* What is written is left alone: a command begins small wherever it stands. */
	expands_to(&nobody, "Look there. ss -tn shows it", TW_NOBODY, true,
		   "Look there. ss -tn shows it");
	expands_to(&nobody, "9 rows", TW_NOBODY, true, "9 rows");
	expands_to(&nobody, "", TW_NOBODY, true, "");
}

static void what_is_no_name_of_ours_stays(void **state)
{
	(void)state;
	expands_to(&nobody, "a {cause} b", TW_NOBODY, false, "a {cause} b");
	expands_to(&nobody, "a {client", TW_NOBODY, false, "a {client");
	expands_to(&nobody, "{} } {", TW_NOBODY, false, "{} } {");
}

/* A name that somebody typed is no template and moves no terminal. */
static void names_of_strangers_are_made_safe_and_not_expanded_again(void **state)
{
	struct tw_case c = nobody;

	(void)state;
	c.name[0] = TW_STR("{server}");
	expands_to(&c, "{client}", TW_NOBODY, false, "{server}");
	c.name[0] = TW_STR("\x1b[2J");
	expands_to(&c, "{client}", TW_NOBODY, false, "\\x1b[2J");
}

static void check_no_braces(const char *words)
{
	struct tw_buf buf = tw_buf_of(8192);

	tw_words_expand(&buf, &nobody, words, 0, true);
	if (strpbrk(tw_buf_str(&buf).text, "{}"))
		fail_msg("a brace is left: %s", buf.text);
	if (buf.size > 0)
		assert_false(buf.text[0] >= 'a' && buf.text[0] <= 'z');
	tw_buf_free(&buf);
}

static void all_prose_expands_without_a_brace_left(void **state)
{
	(void)state;
	for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++) {
		const struct tw_cause_entry *entry = tw_cause_entry(cause);

		check_no_braces(entry->title);
		check_no_braces(entry->meaning);
		for (size_t i = 0; i < TW_ADVICE_MAX && entry->advice[i]; i++)
			check_no_braces(entry->advice[i]);
	}
	for (enum tw_fact fact = TW_FACT_NONE + 1; fact < TW_FACT_COUNT; fact++) {
		check_no_braces(tw_fact_info(fact)->yes);
		check_no_braces(tw_fact_info(fact)->no);
		check_no_braces(tw_fact_info(fact)->settle);
	}
}

static void frames_are_listed_in_words(void **state)
{
	static const struct {
		size_t count;
		bool typed;
		const char *text;
	} rows[] = {
	    {0, false, ""},
	    {1, false, "(frame 12)"},
	    {2, false, "(frames 12 and 15)"},
	    {3, false, "(frames 12, 15 and 20)"},
	    {1, true, "(row 12)"},
	    {2, true, "(rows 12 and 15)"},
	};
	static const uint64_t frames[] = {12, 15, 20};
	struct tw_connection connection;
	struct tw_case c = {.connection = &connection};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct tw_buf buf = tw_buf_of(200);

		tw_connection_init(&connection, 0, rows[i].typed);
		tw_words_frames(&buf, &c, frames, rows[i].count);
		assert_string_equal(tw_buf_str(&buf).text, rows[i].text);
		tw_buf_free(&buf);
	}
}

static void a_moment_has_its_time_of_day_and_its_distance(void **state)
{
	const int64_t start_ns = INT64_C(1795345201) * TW_NS_PER_S;
	static const struct {
		int64_t after_ns;
		bool dated;
		bool typed;
		bool timed;
		const char *text;
	} rows[] = {
	    {60 * TW_NS_PER_S, true, false, true,
	     " at 11:01:01.000 UTC, 60 s after the first packet"},
	    {0, true, false, true, " at 11:00:01.000 UTC"},
	    {2 * TW_NS_PER_S, false, true, true, " 2 s after the first row"},
	    {0, false, true, true, ""},
	    {60 * TW_NS_PER_S, true, true, false, ""},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct tw_connection connection;
		struct tw_case c = {.connection = &connection};
		struct tw_buf buf = tw_buf_of(200);
		struct tw_moment moment = {.frame = 9};

		tw_connection_init(&connection, 0, rows[i].typed);
		connection.timed = rows[i].timed;
		connection.first =
		    (struct tw_moment){.frame = 1, .time_ns = rows[i].dated ? start_ns : 0};
		moment.time_ns = connection.first.time_ns + rows[i].after_ns;
		tw_words_when(&buf, &c, moment);
		assert_string_equal(tw_buf_str(&buf).text, rows[i].text);
		tw_buf_free(&buf);
	}
}

static void percentages_never_claim_certainty(void **state)
{
	static const struct {
		double probability;
		const char *text;
	} rows[] = {
	    {0.97, "97 %"}, {1, "over 99 %"}, {0.9951, "over 99 %"}, {0.994, "99 %"},
	    {0.5, "50 %"},  {0.01, "1 %"},    {0.0099, "under 1 %"}, {0, "under 1 %"},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct tw_buf buf = tw_buf_of(50);

		tw_words_percent(&buf, rows[i].probability);
		assert_string_equal(tw_buf_str(&buf).text, rows[i].text);
		tw_buf_free(&buf);
	}
}

static void flags_are_named_in_wiresharks_order(void **state)
{
	static const struct {
		uint16_t flags;
		const char *text;
	} rows[] = {
	    {TW_FIN | TW_PSH | TW_ACK, "FIN, PSH, ACK"},
	    {TW_SYN | TW_ACK, "SYN, ACK"},
	    {TW_RST, "RST"},
	    {0, "no flags"},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct tw_buf buf = tw_buf_of(50);

		tw_words_flags(&buf, rows[i].flags);
		assert_string_equal(tw_buf_str(&buf).text, rows[i].text);
		tw_buf_free(&buf);
	}
}

static void counts_have_the_right_plural(void **state)
{
	struct tw_buf buf = tw_buf_of(200);

	(void)state;
	tw_words_count(&buf, 0, "byte", "bytes");
	tw_buf_add_char(&buf, ' ');
	tw_words_count(&buf, 1, "byte", "bytes");
	tw_buf_add_char(&buf, ' ');
	tw_words_count(&buf, 1234567, "byte", "bytes");
	assert_string_equal(tw_buf_str(&buf).text, "0 bytes 1 byte 1234567 bytes");
	tw_buf_free(&buf);
}

static void a_fact_is_told_with_its_frames(void **state)
{
	struct case_script told;
	struct tw_buf buf = tw_buf_of(500);

	(void)state;
	case_script_question(&told);
	tw_words_fact(&buf, &told.c, TW_FACT_RESET_BARE, false);
	assert_string_equal(tw_buf_str(&buf).text, "the RST has the ACK bit (row 4)");
	tw_buf_clear(&buf);
	tw_words_fact(&buf, &told.c, TW_FACT_LATE_DATA, true);
	assert_string_equal(tw_buf_str(&buf).text,
			    "The client sent payload after the server's FIN (row 3)");
	tw_buf_free(&buf);
	case_script_free(&told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_stand_for_their_sides),
	    cmocka_unit_test(where_nobody_is_known_sides_stand_in),
	    cmocka_unit_test(sentences_begin_with_a_capital),
	    cmocka_unit_test(what_is_no_name_of_ours_stays),
	    cmocka_unit_test(names_of_strangers_are_made_safe_and_not_expanded_again),
	    cmocka_unit_test(all_prose_expands_without_a_brace_left),
	    cmocka_unit_test(frames_are_listed_in_words),
	    cmocka_unit_test(a_moment_has_its_time_of_day_and_its_distance),
	    cmocka_unit_test(percentages_never_claim_certainty),
	    cmocka_unit_test(flags_are_named_in_wiresharks_order),
	    cmocka_unit_test(counts_have_the_right_plural),
	    cmocka_unit_test(a_fact_is_told_with_its_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
