/* test_error.c: errors have unique numbers and slugs, and tell what, where and why. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/error.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const enum tw_err codes[] = {
#define X(name, number, slug, sentence) TW_ERR_##name,
    TW_ERRORS(X)
#undef X
};

static void numbers_are_pinned(void **state)
{
	(void)state;
	assert_int_equal(TW_ERR_OK, 0);
	assert_int_equal(TW_ERR_OPEN, 10);
	assert_int_equal(TW_ERR_FORMAT, 20);
	assert_int_equal(TW_ERR_TRUNCATED, 30);
	assert_int_equal(TW_ERR_MEMORY, 40);
}

static void numbers_and_slugs_are_unique(void **state)
{
	(void)state;
	for (size_t i = 0; i < TW_LEN(codes); i++) {
		for (size_t k = 0; k < i; k++) {
			assert_int_not_equal(codes[i], codes[k]);
			assert_string_not_equal(tw_err_slug(codes[i]), tw_err_slug(codes[k]));
		}
	}
}

static void slugs_are_lower_case_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < TW_LEN(codes); i++)
		for (const char *c = tw_err_slug(codes[i]); *c; c++)
			assert_true((*c >= 'a' && *c <= 'z') || *c == '-');
}

static void sentences_complete_a_line_and_have_no_full_stop(void **state)
{
	(void)state;
	for (size_t i = 0; i < TW_LEN(codes); i++) {
		const char *sentence = tw_err_sentence(codes[i]);

		assert_true(strlen(sentence) > 0);
		assert_true(sentence[strlen(sentence) - 1] != '.');
	}
}

static void a_description_says_what_where_and_why(void **state)
{
	static const struct {
		struct tw_error error;
		const char *text;
	} rows[] = {
	    {{.code = TW_ERR_EMPTY}, "is empty"},
	    {{.code = TW_ERR_OPEN, .system_errno = ENOENT},
	     "cannot be opened (No such file or directory)"},
	    {{.code = TW_ERR_TRUNCATED, .has_offset = true, .offset = 0},
	     "ends in the middle of a record at byte 0"},
	    {{.code = TW_ERR_RECORD,
	      .has_offset = true,
	      .offset = UINT64_C(5000000000),
	      .has_claim = true,
	      .claim_bytes = 4294967295},
	     "holds a record with an impossible length at byte 5000000000 "
	     "(it claims 4294967295 bytes)"},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct tw_buf buf = tw_buf_of(500);

		tw_error_describe(&buf, &rows[i].error);
		assert_string_equal(tw_buf_str(&buf).text, rows[i].text);
		tw_buf_free(&buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_are_pinned),
	    cmocka_unit_test(numbers_and_slugs_are_unique),
	    cmocka_unit_test(slugs_are_lower_case_words),
	    cmocka_unit_test(sentences_complete_a_line_and_have_no_full_stop),
	    cmocka_unit_test(a_description_says_what_where_and_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
