/* test_text.c: lines keep their width, ladders their rows, and strangers' text its place. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/ladder.h"
#include "report/text.h"

#include "../explain/case_script.h"

static size_t columns(const char *line, size_t size)
{
	size_t count = 0;

	for (size_t i = 0; i < size; i++)
		count += ((unsigned char)line[i] & 0xc0) != 0x80;
	return count;
}

/* The widest line, in columns. */
static size_t widest(const char *text)
{
	size_t most = 0;

	while (*text) {
		size_t size = strcspn(text, "\n");
		size_t width = columns(text, size);

		most = width > most ? width : most;
		text += size + (text[size] == '\n');
	}
	return most;
}

static size_t count_lines(const char *text)
{
	size_t lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

static const char prose[] =
    "An ACK of the FIN only says that the client knows: nothing more will come from the server. "
    "It does not close the client's own direction, which stays open until the client closes it.";

static void no_line_is_wider_than_the_page(void **state)
{
	(void)state;
	for (unsigned width = TW_TEXT_WIDTH_MIN; width <= TW_TEXT_WIDTH_MAX; width++) {
		const struct tw_text_style style = {.width = width};
		struct tw_buf buf = tw_buf_of(4000);

		tw_buf_fill(&buf, ' ', 7);
		tw_text_wrap(&buf, tw_str_of(prose), 7, 12, &style);
		assert_true(widest(tw_buf_str(&buf).text) <= width);
		/* Greedy: the next word would not have fitted. */
		assert_true(widest(tw_buf_str(&buf).text) > width - 12);
		tw_buf_free(&buf);
	}
}

static void wrapping_keeps_every_word_in_its_order(void **state)
{
	const struct tw_text_style style = {.width = 60};
	struct tw_buf buf = tw_buf_of(4000);
	const char *at = prose;

	(void)state;
	tw_text_wrap(&buf, tw_str_of(prose), 0, 4, &style);
	for (size_t i = 0; i < buf.size; i++) {
		if (buf.text[i] == ' ' || buf.text[i] == '\n')
			continue;
		while (*at == ' ')
			at++;
		assert_int_equal(buf.text[i], *at++);
	}
	assert_int_equal(*at, '\0');
	assert_int_equal(buf.text[buf.size - 1], '\n');
	tw_buf_free(&buf);
}

static void later_lines_are_indented_and_the_first_goes_on_where_it_is(void **state)
{
	const struct tw_text_style style = {.width = 60};
	struct tw_buf buf = tw_buf_of(4000);
	const char *second;

	(void)state;
	tw_buf_add_text(&buf, "  - ");
	tw_text_wrap(&buf, tw_str_of(prose), 4, 4, &style);
	assert_memory_equal(buf.text, "  - An ACK", 10);
	second = strchr(buf.text, '\n') + 1;
	assert_memory_equal(second, "    ", 4);
	assert_true(second[4] != ' ');
	tw_buf_free(&buf);
}

static void characters_count_not_bytes(void **state)
{
	const struct tw_text_style style = {.width = 60};
	struct tw_buf line = tw_buf_of(400);
	struct tw_buf buf = tw_buf_of(400);

	(void)state;
	for (unsigned i = 0; i < 60; i++)
		tw_buf_add_text(&line, i % 10 == 9 ? " " : "\xc3\xa9");
	tw_text_wrap(&buf, tw_buf_str(&line), 0, 0, &style);
	assert_int_equal(count_lines(buf.text), 1);
	tw_buf_free(&line);
	tw_buf_free(&buf);
}

/* A word longer than the page cannot be helped; it stands alone on its line. */
static void a_word_that_is_too_long_stands_alone(void **state)
{
	const struct tw_text_style style = {.width = 60};
	struct tw_buf line = tw_buf_of(400);
	struct tw_buf buf = tw_buf_of(400);

	(void)state;
	tw_buf_add_text(&line, "before ");
	tw_buf_fill(&line, 'x', 80);
	tw_buf_add_text(&line, " after");
	tw_text_wrap(&buf, tw_buf_str(&line), 0, 0, &style);
	assert_int_equal(count_lines(buf.text), 3);
	assert_memory_equal(buf.text, "before\nx", 8);
	tw_buf_clear(&buf);
	tw_text_wrap(&buf, TW_STR(""), 0, 0, &style);
	assert_string_equal(buf.text, "\n");
	tw_buf_free(&line);
	tw_buf_free(&buf);
}

static void color_adds_only_escapes(void **state)
{
	const struct tw_text_style plain = {.width = 80};
	const struct tw_text_style color = {.width = 80, .color = true};
	struct case_script told;
	struct tw_buf a = tw_buf_of(100000);
	struct tw_buf b = tw_buf_of(100000);
	size_t at = 0;

	(void)state;
	case_script_question(&told);
	tw_text_connection(&a, &told.c, &told.explanation, &plain);
	tw_text_connection(&b, &told.c, &told.explanation, &color);
	assert_null(strchr(a.text, '\033'));
	assert_non_null(strchr(b.text, '\033'));
	for (size_t i = 0; i < b.size; i++) {
		if (b.text[i] == '\033') {
			i += strcspn(b.text + i, "m");
			continue;
		}
		assert_int_equal(b.text[i], a.text[at++]);
	}
	assert_int_equal(at, a.size);
	tw_buf_free(&a);
	tw_buf_free(&b);
	case_script_free(&told);
}

/* One row a packet, between the states of both ends; what a bare RST answers is said. */
static void a_ladder_has_a_row_for_each_packet(void **state)
{
	const struct tw_text_style style = {.width = 100};
	struct case_script told;
	struct tw_buf buf = tw_buf_of(100000);

	(void)state;
	case_script_question(&told);
	tw_text_ladder(&buf, &told.c, &style);
	/* An empty line, the heading, the names, and six rows. */
	assert_int_equal(count_lines(buf.text), 9);
	assert_non_null(strstr(buf.text, "   row  the client"));
	assert_non_null(strstr(buf.text, "     1  "));
	assert_non_null(strstr(buf.text, "<-- FIN, PSH, ACK"));
	assert_non_null(strstr(buf.text, "--- PSH, ACK"));
	assert_non_null(strstr(buf.text, "answers row 5"));
	assert_non_null(strstr(buf.text, "CLOSE-WAIT"));
	tw_buf_free(&buf);
	case_script_free(&told);
}

static void a_long_ladder_loses_its_middle_and_says_so(void **state)
{
	const struct tw_text_style style = {.width = 100};
	enum { STEPS = 500 };
	static struct tw_step steps[STEPS];
	struct case_script told;
	struct tw_buf buf = tw_buf_of(100000);

	(void)state;
	case_script_question(&told);
	for (size_t i = 0; i < STEPS; i++) {
		steps[i] = told.script.steps[0];
		steps[i].at.frame = i + 1;
	}
	told.c.steps = steps;
	told.c.step_count = STEPS;
	told.c.step_total = STEPS + 7;
	tw_text_ladder(&buf, &told.c, &style);
	assert_true(count_lines(buf.text) < 100);
	assert_non_null(strstr(buf.text, "\n     1  "));
	assert_non_null(strstr(buf.text, "\n   500  "));
	assert_null(strstr(buf.text, "\n   250  "));
	assert_non_null(strstr(buf.text, "more ..."));
	assert_non_null(strstr(buf.text, "7 later packets"));
	tw_buf_free(&buf);
	case_script_free(&told);
}

static void times_before_the_first_packet_are_negative(void **state)
{
	const struct tw_text_style style = {.width = 100};
	struct case_script told;
	struct tw_buf buf = tw_buf_of(100000);

	(void)state;
	case_script_capture(&told, "@9 > S 0; @9.25 < SA 0/1; @7.5 > A 1/1");
	tw_text_ladder(&buf, &told.c, &style);
	assert_non_null(strstr(buf.text, " 0.250000"));
	assert_non_null(strstr(buf.text, "-1.500000"));
	tw_buf_free(&buf);
	case_script_free(&told);
}

static void hostile_names_stay_harmless(void **state)
{
	const struct tw_text_style style = {.width = 80};
	struct case_script told;
	struct tw_buf buf = tw_buf_of(100000);

	(void)state;
	case_script_question(&told);
	told.c.name[0] = TW_STR("\x1b[2J\xe2\x80\xae");
	told.c.address[0] = TW_STR("\x1b]0;x\a");
	tw_text_paragraph(&buf, &told.c, &told.explanation, &style);
	tw_text_connection(&buf, &told.c, &told.explanation, &style);
	for (size_t i = 0; i < buf.size; i++)
		assert_true(buf.text[i] == '\n' || (unsigned char)buf.text[i] >= 0x20);
	assert_null(strstr(buf.text, "\xe2\x80\xae"));
	tw_buf_free(&buf);
	case_script_free(&told);
}

static void the_summary_counts_by_outcome_worst_first(void **state)
{
	const struct tw_text_style style = {.width = 80};
	const struct tw_input_summary input = {.name = "x.pcap"};
	const uint64_t undecoded[TW_UNDECODED_COUNT] = {0};
	struct tw_summary summary = {
	    .inputs = &input, .input_count = 1, .packets = 1, .undecoded = undecoded};
	struct tw_verdict fine = {.hypothesis_count = 1, .outcome = TW_OUTCOME_OK};
	struct tw_verdict bad = {.hypothesis_count = 1, .outcome = TW_OUTCOME_FAILED};
	struct tw_buf buf = tw_buf_of(4000);

	(void)state;
	tw_summary_count(&summary, 0, &fine);
	tw_summary_count(&summary, 1, &bad);
	tw_summary_count(&summary, 2, &bad);
	assert_int_equal(summary.connections, 3);
	tw_text_summary(&buf, &summary, &style);
	assert_non_null(strstr(buf.text, "x.pcap: 1 packet, 3 connections"));
	assert_non_null(strstr(buf.text, "2 failed | 1 ok"));
	tw_buf_free(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_line_is_wider_than_the_page),
	    cmocka_unit_test(wrapping_keeps_every_word_in_its_order),
	    cmocka_unit_test(later_lines_are_indented_and_the_first_goes_on_where_it_is),
	    cmocka_unit_test(characters_count_not_bytes),
	    cmocka_unit_test(a_word_that_is_too_long_stands_alone),
	    cmocka_unit_test(color_adds_only_escapes),
	    cmocka_unit_test(a_ladder_has_a_row_for_each_packet),
	    cmocka_unit_test(a_long_ladder_loses_its_middle_and_says_so),
	    cmocka_unit_test(times_before_the_first_packet_are_negative),
	    cmocka_unit_test(hostile_names_stay_harmless),
	    cmocka_unit_test(the_summary_counts_by_outcome_worst_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
