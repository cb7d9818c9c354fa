/* test_buf.c: bounded output, and what the two escapings make of strangers' bytes. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void text_grows_and_ends_in_nul(void **state)
{
	struct tw_buf buf = tw_buf_of(100000);
	size_t expected = 0;

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		tw_buf_printf(&buf, "%u,", i);
		expected += i < 10 ? 2 : i < 100 ? 3 : 4;
	}
	assert_int_equal(buf.size, expected);
	assert_int_equal(strlen(buf.text), expected);
	assert_memory_equal(buf.text, "0,1,2,3,", 8);
	assert_string_equal(buf.text + buf.size - 8, "998,999,");
	assert_false(buf.overflowed);
	tw_buf_free(&buf);
}

static void every_way_to_add_appends(void **state)
{
	struct tw_buf buf = tw_buf_of(100);

	(void)state;
	tw_buf_add(&buf, (struct tw_str){.text = "abcdef", .size = 3});
	tw_buf_add_text(&buf, "-text");
	tw_buf_add_char(&buf, '!');
	tw_buf_fill(&buf, '.', 4);
	tw_buf_printf(&buf, "%s", "");
	tw_buf_printf(&buf, "%d", -7);
	assert_string_equal(buf.text, "abc-text!....-7");
	assert_int_equal(tw_buf_str(&buf).size, 15);
	tw_buf_free(&buf);
}

static void an_untouched_buffer_is_empty_text(void **state)
{
	struct tw_buf buf = tw_buf_of(10);

	(void)state;
	assert_int_equal(tw_buf_str(&buf).size, 0);
	assert_non_null(tw_buf_str(&buf).text);
	tw_buf_clear(&buf);
	tw_buf_add(&buf, (struct tw_str){0});
	assert_int_equal(tw_buf_str(&buf).size, 0);
	tw_buf_free(&buf);
}

static void exactly_the_limit_fits_and_one_more_overflows(void **state)
{
	struct tw_buf buf = tw_buf_of(8);

	(void)state;
	tw_buf_add_text(&buf, "12345678");
	assert_false(buf.overflowed);
	tw_buf_add_char(&buf, '9');
	assert_true(buf.overflowed);
	assert_string_equal(buf.text, "12345678");
	tw_buf_free(&buf);
}

/* A hole in the middle would read as if it were whole. */
static void after_an_overflow_all_further_text_is_dropped(void **state)
{
	struct tw_buf buf = tw_buf_of(8);

	(void)state;
	tw_buf_add_text(&buf, "12345");
	tw_buf_printf(&buf, "%s", "6789");
	tw_buf_add_text(&buf, "0");
	assert_true(buf.overflowed);
	assert_string_equal(buf.text, "12345");
	tw_buf_free(&buf);
}

static void cutting_takes_back_what_was_added_last(void **state)
{
	struct tw_buf buf = tw_buf_of(16);

	(void)state;
	tw_buf_cut(&buf, 3);
	tw_buf_add_text(&buf, "abcdef");
	tw_buf_cut(&buf, 9);
	assert_string_equal(tw_buf_str(&buf).text, "abcdef");
	tw_buf_cut(&buf, 3);
	tw_buf_add_text(&buf, "x");
	assert_string_equal(tw_buf_str(&buf).text, "abcx");
	tw_buf_free(&buf);
}

static void clearing_forgets_text_and_overflow(void **state)
{
	struct tw_buf buf = tw_buf_of(4);

	(void)state;
	tw_buf_add_text(&buf, "12345");
	tw_buf_clear(&buf);
	assert_false(buf.overflowed);
	tw_buf_add_text(&buf, "ab");
	assert_string_equal(buf.text, "ab");
	tw_buf_clear(&buf);
	assert_string_equal(tw_buf_str(&buf).text, "");
	tw_buf_free(&buf);
	assert_int_equal(buf.limit_bytes, 4);
}

/* Expected text of both escapings; U+FFFD is EF BF BD. */
static const struct escape {
	struct tw_str text;
	const char *safe;
	const char *json;
} escapes[] = {
    {TW_STR_INIT("plain ~"), "plain ~", "\"plain ~\""},
    {TW_STR_INIT(""), "", "\"\""},
    {TW_STR_INIT("say \"hi\" \\"), "say \"hi\" \\", "\"say \\\"hi\\\" \\\\\""},
    {TW_STR_INIT("\x1b[31m"), "\\x1b[31m", "\"\\u001b[31m\""},
    {TW_STR_INIT("a\0b"), "a\\x00b", "\"a\\u0000b\""},
    {TW_STR_INIT("\t\r\n\a"), "\\x09\\x0d\\x0a\\x07", "\"\\u0009\\u000d\\u000a\\u0007\""},
    {TW_STR_INIT("\x7f"), "\\x7f", "\"\\u007f\""},
    /* C1: U+009B is the eight-bit CSI */
    {TW_STR_INIT("\xc2\x9b"), "\\xc2\\x9b", "\"\\u009b\""},
    {TW_STR_INIT("\xc2\xa0"), "\xc2\xa0", "\"\xc2\xa0\""},
    /* two, three and four bytes; the last code point */
    {TW_STR_INIT("\xc3\xa9"), "\xc3\xa9", "\"\xc3\xa9\""},
    {TW_STR_INIT("\xe2\x82\xac"), "\xe2\x82\xac", "\"\xe2\x82\xac\""},
    {TW_STR_INIT("\xf0\x9f\x98\x80"), "\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\""},
    {TW_STR_INIT("\xf4\x8f\xbf\xbf"), "\xf4\x8f\xbf\xbf", "\"\xf4\x8f\xbf\xbf\""},
    /* the neighbours of the surrogates are characters */
    {TW_STR_INIT("\xed\x9f\xbf\xee\x80\x80"), "\xed\x9f\xbf\xee\x80\x80",
     "\"\xed\x9f\xbf\xee\x80\x80\""},
    /* bidi: ALM, LRM, RLM, LRE..RLO, LRI..PDI */
    {TW_STR_INIT("\xd8\x9c"), "\\xd8\\x9c", "\"\\u061c\""},
    {TW_STR_INIT("\xe2\x80\x8e\xe2\x80\x8f"), "\\xe2\\x80\\x8e\\xe2\\x80\\x8f",
     "\"\\u200e\\u200f\""},
    {TW_STR_INIT("\xe2\x80\xaa"), "\\xe2\\x80\\xaa", "\"\\u202a\""},
    {TW_STR_INIT("\xe2\x80\xae"), "\\xe2\\x80\\xae", "\"\\u202e\""},
    {TW_STR_INIT("\xe2\x81\xa6"), "\\xe2\\x81\\xa6", "\"\\u2066\""},
    {TW_STR_INIT("\xe2\x81\xa9"), "\\xe2\\x81\\xa9", "\"\\u2069\""},
    /* not UTF-8: lone and missing continuation, overlong, surrogate, beyond U+10FFFF, 0xff */
    {TW_STR_INIT("\x80"), "\\x80", "\"\xef\xbf\xbd\""},
    {TW_STR_INIT("\xc3"), "\\xc3", "\"\xef\xbf\xbd\""},
    {TW_STR_INIT("\xe2\x82"), "\\xe2\\x82", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
    {TW_STR_INIT("\xe2\x82\x41"),
     "\\xe2\\x82"
     "A",
     "\"\xef\xbf\xbd\xef\xbf\xbd"
     "A\""},
    {TW_STR_INIT("\xc0\xaf"), "\\xc0\\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
    {TW_STR_INIT("\xc1\xbf"), "\\xc1\\xbf", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
    {TW_STR_INIT("\xe0\x80\xaf"), "\\xe0\\x80\\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
    {TW_STR_INIT("\xed\xa0\x80"), "\\xed\\xa0\\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
    {TW_STR_INIT("\xf0\x80\x80\x80"), "\\xf0\\x80\\x80\\x80",
     "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
    {TW_STR_INIT("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80",
     "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
    {TW_STR_INIT("\xf5"), "\\xf5", "\"\xef\xbf\xbd\""},
    {TW_STR_INIT("\xff"
		 "a"),
     "\\xff"
     "a",
     "\"\xef\xbf\xbd"
     "a\""},
};

static void text_of_strangers_cannot_move_a_terminal(void **state)
{
	(void)state;
	for (size_t i = 0; i < TW_LEN(escapes); i++) {
		struct tw_buf buf = tw_buf_of(200);

		tw_buf_add_safe(&buf, escapes[i].text);
		if (strcmp(tw_buf_str(&buf).text, escapes[i].safe) != 0)
			fail_msg("row %zu: %s, expected %s", i, buf.text, escapes[i].safe);
		tw_buf_free(&buf);
	}
}

static void text_of_strangers_becomes_a_json_string(void **state)
{
	(void)state;
	for (size_t i = 0; i < TW_LEN(escapes); i++) {
		struct tw_buf buf = tw_buf_of(200);

		tw_buf_add_json(&buf, escapes[i].text);
		if (strcmp(tw_buf_str(&buf).text, escapes[i].json) != 0)
			fail_msg("row %zu: %s, expected %s", i, buf.text, escapes[i].json);
		tw_buf_free(&buf);
	}
}

static bool is_plain_ascii(const struct tw_buf *buf)
{
	for (size_t i = 0; i < buf->size; i++)
		if (buf->text[i] < 0x20 || buf->text[i] > 0x7e)
			return false;
	return true;
}

/* All pairs of bytes: only two-byte UTF-8 may pass as it is, and it must be well formed. */
static void no_pair_of_bytes_slips_through(void **state)
{
	struct tw_buf buf = tw_buf_of(100);

	(void)state;
	for (unsigned a = 0; a < 256; a++) {
		for (unsigned b = 0; b < 256; b++) {
			const char bytes[2] = {(char)a, (char)b};
			uint32_t c = (a & 0x1fU) << 6 | (b & 0x3fU);
			bool is_character = a >= 0xc2 && a <= 0xdf && b >= 0x80 && b <= 0xbf &&
					    c >= 0xa0 && c != 0x61c;

			tw_buf_clear(&buf);
			tw_buf_add_safe(&buf, (struct tw_str){.text = bytes, .size = 2});
			if (is_character)
				assert_memory_equal(buf.text, bytes, 2);
			else
				assert_true(is_plain_ascii(&buf));
		}
	}
	tw_buf_free(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_grows_and_ends_in_nul),
	    cmocka_unit_test(every_way_to_add_appends),
	    cmocka_unit_test(an_untouched_buffer_is_empty_text),
	    cmocka_unit_test(exactly_the_limit_fits_and_one_more_overflows),
	    cmocka_unit_test(after_an_overflow_all_further_text_is_dropped),
	    cmocka_unit_test(cutting_takes_back_what_was_added_last),
	    cmocka_unit_test(clearing_forgets_text_and_overflow),
	    cmocka_unit_test(text_of_strangers_cannot_move_a_terminal),
	    cmocka_unit_test(text_of_strangers_becomes_a_json_string),
	    cmocka_unit_test(no_pair_of_bytes_slips_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
