/* test_catalogue.c: every cause fits its page, its line of JSON and the document. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/catalogue.h"

#include "cause/entry.h"
#include "json_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { LIMIT_BYTES = 4 * 1024 * 1024 };

static const char *experiment(size_t number)
{
	static const char *const names[] = {"loss", "loss-heavy", "lossless", "refused-ipv6", NULL};

	return names[number];
}

static size_t widest(const char *text)
{
	size_t most = 0;

	while (*text) {
		size_t size = strcspn(text, "\n");

		most = size > most ? size : most;
		text += size + (text[size] == '\n');
	}
	return most;
}

static void every_cause_fits_its_page(void **state)
{
	static const unsigned widths[] = {TW_TEXT_WIDTH_MIN, 80, TW_TEXT_WIDTH_MAX};

	(void)state;
	for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++) {
		for (size_t i = 0; i < TW_LEN(widths); i++) {
			const struct tw_text_style style = {.width = widths[i]};
			struct tw_buf buf = tw_buf_of(LIMIT_BYTES);

			tw_catalogue_cause(&buf, cause, experiment, &style);
			assert_non_null(strstr(buf.text, tw_cause_slug(cause)));
			assert_null(strpbrk(buf.text, "{}"));
			if (widest(buf.text) > widths[i])
				fail_msg("%s is %zu columns wide, not %u", tw_cause_slug(cause),
					 widest(buf.text), widths[i]);
			tw_buf_free(&buf);
		}
	}
}

static void every_cause_is_one_line_of_json(void **state)
{
	(void)state;
	for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++) {
		struct tw_buf buf = tw_buf_of(LIMIT_BYTES);

		tw_catalogue_json(&buf, cause, experiment);
		if (!json_is_one_line(tw_buf_str(&buf).text))
			fail_msg("not one line of JSON: %s", buf.text);
		assert_non_null(strstr(buf.text, tw_cause_slug(cause)));
		tw_buf_free(&buf);
	}
}

/* "lossless" is none of "loss". */
static void an_experiment_belongs_to_the_cause_that_its_name_begins_with(void **state)
{
	struct tw_buf buf = tw_buf_of(LIMIT_BYTES);

	(void)state;
	tw_catalogue_json(&buf, TW_CAUSE_LOSS, experiment);
	assert_non_null(strstr(buf.text, "\"experiments\":[\"loss\",\"loss-heavy\"]"));
	tw_buf_clear(&buf);
	tw_catalogue_json(&buf, TW_CAUSE_REFUSED, experiment);
	assert_non_null(strstr(buf.text, "\"experiments\":[\"refused-ipv6\"]"));
	tw_buf_clear(&buf);
	tw_catalogue_json(&buf, TW_CAUSE_SYN_SCAN, experiment);
	assert_non_null(strstr(buf.text, "\"experiments\":[]"));
	tw_buf_free(&buf);
}

static void the_rules_are_told_with_their_percentages(void **state)
{
	struct tw_buf buf = tw_buf_of(LIMIT_BYTES);

	(void)state;
	tw_catalogue_json(&buf, TW_CAUSE_KEEPALIVE_RACE, experiment);
	assert_non_null(strstr(buf.text, "\"needs\":[\"payload-after-fin\""));
	assert_non_null(strstr(buf.text, "\"excludes\":[\"payload-acknowledges-fin\""));
	assert_non_null(strstr(buf.text, "{\"fact\":\"reset-seen\",\"probability\":0.8500,"
					 "\"of_all\":0.3000}"));
	tw_buf_free(&buf);
}

static void a_pair_names_each_other(void **state)
{
	const struct tw_text_style style = {.width = TW_TEXT_WIDTH_MAX};
	struct tw_buf buf = tw_buf_of(LIMIT_BYTES);

	(void)state;
	tw_catalogue_cause(&buf, TW_CAUSE_ABORTIVE_CLOSE, experiment, &style);
	assert_non_null(strstr(buf.text, "  close-with-unread-data: Linux sends"));
	tw_buf_clear(&buf);
	tw_catalogue_cause(&buf, TW_CAUSE_REFUSED, experiment, &style);
	assert_null(strstr(buf.text, "cannot tell it from"));
	tw_buf_free(&buf);
}

static size_t count_of(const char *text, const char *words)
{
	size_t count = 0;

	while ((text = strstr(text, words))) {
		count++;
		text++;
	}
	return count;
}

static void list_and_document_name_every_cause(void **state)
{
	const struct tw_text_style style = {.width = TW_TEXT_WIDTH_MAX};
	struct tw_buf list = tw_buf_of(LIMIT_BYTES);
	struct tw_buf document = tw_buf_of(LIMIT_BYTES);

	(void)state;
	tw_catalogue_list(&list, &style);
	tw_catalogue_markdown(&document, experiment);
	assert_false(document.overflowed);
	for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++) {
		char words[64];

		(void)snprintf(words, sizeof(words), "\n  %s ", tw_cause_slug(cause));
		assert_int_equal(count_of(list.text, words), 1);
		(void)snprintf(words, sizeof(words), "\n### %s\n", tw_cause_slug(cause));
		assert_int_equal(count_of(document.text, words), 1);
	}
	/* What Markdown would swallow. */
	assert_non_null(strstr(document.text, "Linux \\__tcp_close()"));
	tw_buf_free(&list);
	tw_buf_free(&document);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_cause_fits_its_page),
	    cmocka_unit_test(every_cause_is_one_line_of_json),
	    cmocka_unit_test(an_experiment_belongs_to_the_cause_that_its_name_begins_with),
	    cmocka_unit_test(the_rules_are_told_with_their_percentages),
	    cmocka_unit_test(a_pair_names_each_other),
	    cmocka_unit_test(list_and_document_name_every_cause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
