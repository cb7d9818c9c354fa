/* test_str.c: text by length: comparing, cutting, finding, numbers. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct tw_str empty;

static void equality_goes_by_length_and_bytes(void **state)
{
	(void)state;
	assert_true(tw_str_equal(TW_STR("abc"), tw_str_of("abc")));
	assert_false(tw_str_equal(TW_STR("abc"), TW_STR("abd")));
	assert_false(tw_str_equal(TW_STR("abc"), TW_STR("ab")));
	assert_false(tw_str_equal(TW_STR("ab"), TW_STR("abc")));
	assert_false(tw_str_equal(TW_STR("a\0b"), TW_STR("a\0c")));
	assert_true(tw_str_equal(empty, TW_STR("")));
}

static void only_ascii_letters_have_two_cases(void **state)
{
	(void)state;
	assert_true(tw_str_equal_nocase(TW_STR("Syn-ACK"), TW_STR("sYN-ack")));
	assert_false(tw_str_equal_nocase(TW_STR("syn"), TW_STR("sync")));
	/* '@' and '`', '[' and '{' differ by the bit that separates the cases. */
	assert_false(tw_str_equal_nocase(TW_STR("@["), TW_STR("`{")));
	assert_false(tw_str_equal_nocase(TW_STR("\xc3\x89"), TW_STR("\xc3\xa9")));
	assert_true(tw_str_starts_nocase(TW_STR("FINish"), TW_STR("fin")));
	assert_false(tw_str_starts_nocase(TW_STR("FI"), TW_STR("fin")));
}

static void a_prefix_may_be_empty_but_not_longer(void **state)
{
	(void)state;
	assert_true(tw_str_starts(TW_STR("abc"), TW_STR("ab")));
	assert_true(tw_str_starts(TW_STR("abc"), empty));
	assert_true(tw_str_starts(empty, empty));
	assert_false(tw_str_starts(TW_STR("ab"), TW_STR("abc")));
	assert_false(tw_str_starts(TW_STR("xab"), TW_STR("ab")));
}

static void trimming_takes_blanks_at_the_ends_only(void **state)
{
	static const struct {
		struct tw_str text, trimmed;
	} rows[] = {
	    {TW_STR_INIT(" \t a b\r\n"), TW_STR_INIT("a b")},
	    {TW_STR_INIT("ab"), TW_STR_INIT("ab")},
	    {TW_STR_INIT("  \r\n\t "), TW_STR_INIT("")},
	    {TW_STR_INIT(""), TW_STR_INIT("")},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++)
		assert_true(tw_str_equal(tw_str_trim(rows[i].text), rows[i].trimmed));
	assert_int_equal(tw_str_trim(empty).size, 0);
}

static void cutting_stays_inside(void **state)
{
	(void)state;
	assert_true(tw_str_equal(tw_str_from(TW_STR("abc"), 1), TW_STR("bc")));
	assert_int_equal(tw_str_from(TW_STR("abc"), 3).size, 0);
	assert_int_equal(tw_str_from(TW_STR("abc"), SIZE_MAX).size, 0);
	assert_true(tw_str_equal(tw_str_head(TW_STR("abc"), 2), TW_STR("ab")));
	assert_true(tw_str_equal(tw_str_head(TW_STR("abc"), SIZE_MAX), TW_STR("abc")));
}

static void finding_gives_the_first_place(void **state)
{
	static const struct {
		struct tw_str text, needle;
		size_t at;
	} rows[] = {
	    {TW_STR_INIT("abcabc"), TW_STR_INIT("bc"), 1},
	    {TW_STR_INIT("aaab"), TW_STR_INIT("aab"), 1},
	    {TW_STR_INIT("abc"), TW_STR_INIT("abc"), 0},
	    {TW_STR_INIT("abc"), TW_STR_INIT("abcd"), SIZE_MAX},
	    {TW_STR_INIT("abc"), TW_STR_INIT("x"), SIZE_MAX},
	    {TW_STR_INIT("abc"), TW_STR_INIT(""), 0},
	    {TW_STR_INIT("a\0b"), TW_STR_INIT("b"), 2},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++)
		assert_int_equal(tw_str_find(rows[i].text, rows[i].needle), rows[i].at);
}

static void text_is_taken_up_to_its_end(void **state)
{
	static const struct {
		struct tw_str text, taken, rest;
	} rows[] = {
	    {TW_STR_INIT("a:b:c"), TW_STR_INIT("a"), TW_STR_INIT("b:c")},
	    {TW_STR_INIT(":b"), TW_STR_INIT(""), TW_STR_INIT("b")},
	    {TW_STR_INIT("a:"), TW_STR_INIT("a"), TW_STR_INIT("")},
	    {TW_STR_INIT("::"), TW_STR_INIT(""), TW_STR_INIT(":")},
	    {TW_STR_INIT("abc"), TW_STR_INIT("abc"), TW_STR_INIT("")},
	    {TW_STR_INIT(""), TW_STR_INIT(""), TW_STR_INIT("")},
	    {{.text = "a:b", .size = 1}, TW_STR_INIT("a"), TW_STR_INIT("")},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct tw_str rest = rows[i].text;

		assert_true(tw_str_equal(tw_str_take_until(&rest, ':'), rows[i].taken));
		assert_true(tw_str_equal(rest, rows[i].rest));
	}
}

static void numbers_are_taken_up_to_their_maximum(void **state)
{
	static const struct {
		const char *text;
		uint64_t max;
		bool taken;
		uint64_t number;
		const char *rest;
	} rows[] = {
	    {"12ab", 100, true, 12, "ab"},
	    {"0", 0, true, 0, ""},
	    {"007", 9, true, 7, ""},
	    {"65535", 65535, true, 65535, ""},
	    {"65536", 65535, false, 0, "65536"},
	    {"10", 9, false, 0, "10"},
	    {"7", 5, false, 0, "7"},
	    {"18446744073709551615", UINT64_MAX, true, UINT64_MAX, ""},
	    {"18446744073709551616", UINT64_MAX, false, 0, "18446744073709551616"},
	    {"99999999999999999999999", UINT64_MAX, false, 0, "99999999999999999999999"},
	    {"", 9, false, 0, ""},
	    {"-1", 9, false, 0, "-1"},
	    {" 1", 9, false, 0, " 1"},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct tw_str s = tw_str_of(rows[i].text);
		uint64_t number = 0;

		assert_int_equal(tw_str_take_number(&s, rows[i].max, &number), rows[i].taken);
		assert_int_equal(number, rows[i].number);
		assert_true(tw_str_equal(s, tw_str_of(rows[i].rest)));
	}
}

static void a_number_ends_where_the_text_ends(void **state)
{
	struct tw_str s = {.text = "1234", .size = 2};
	uint64_t number;

	(void)state;
	assert_true(tw_str_take_number(&s, 99, &number));
	assert_int_equal(number, 12);
	assert_int_equal(s.size, 0);
}

static void characters_are_classed_for_every_byte(void **state)
{
	(void)state;
	for (int i = -128; i < 128; i++) {
		char c = (char)i;
		bool upper = i >= 'A' && i <= 'Z';
		bool lower = i >= 'a' && i <= 'z';

		assert_int_equal(tw_char_is_alpha(c), upper || lower);
		assert_int_equal(tw_char_is_digit(c), i >= '0' && i <= '9');
		assert_int_equal(tw_char_lower(c), upper ? i + 32 : i);
		assert_int_equal(tw_char_is_blank(c), i == ' ' || (i >= '\t' && i <= '\r'));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(equality_goes_by_length_and_bytes),
	    cmocka_unit_test(only_ascii_letters_have_two_cases),
	    cmocka_unit_test(a_prefix_may_be_empty_but_not_longer),
	    cmocka_unit_test(trimming_takes_blanks_at_the_ends_only),
	    cmocka_unit_test(cutting_stays_inside),
	    cmocka_unit_test(finding_gives_the_first_place),
	    cmocka_unit_test(text_is_taken_up_to_its_end),
	    cmocka_unit_test(numbers_are_taken_up_to_their_maximum),
	    cmocka_unit_test(a_number_ends_where_the_text_ends),
	    cmocka_unit_test(characters_are_classed_for_every_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
