/* test_json.c: the writer's commas and depth; each record is one valid line, whatever is in it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/json.h"

#include "../explain/case_script.h"
#include "json_check.h"
#include "report/emit.h"

static void the_check_itself_tells_json_from_other_text(void **state)
{
	static const struct {
		const char *text;
		bool valid;
	} rows[] = {
	    {"{}\n", true},
	    {"{\"a\":[1,-2.5,{\"b\":[]}],\"c\":\"x\\u001b\"}\n", true},
	    {"{\"a\":true,\"b\":null}\n", true},
	    {"{}", false},
	    {"{}\n\n", false},
	    {"{\"a\":1,}\n", false},
	    {"{\"a\":1 \"b\":2}\n", false},
	    {"{\"a\":[1,2}\n", false},
	    {"{\"a\"}\n", false},
	    {"{\"a\":01}\n", false},
	    {"{\"a\":1.}\n", false},
	    {"{\"a\":\"x\ny\"}\n", false},
	    {"{\"a\":\"\\x\"}\n", false},
	    {"[]\n", false},
	    {"{\"a\":nan}\n", false},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++)
		if (json_is_one_line(rows[i].text) != rows[i].valid)
			fail_msg("row %zu: %s", i, rows[i].text);
}

static void commas_stand_between_members_at_every_depth(void **state)
{
	struct tw_buf buf = tw_buf_of(500);
	struct tw_emit emit = {.buf = &buf};

	(void)state;
	tw_emit_open(&emit, NULL, '{');
	tw_emit_number(&emit, "a", UINT64_MAX);
	tw_emit_open(&emit, "b", '[');
	tw_emit_open(&emit, NULL, '{');
	tw_emit_close(&emit, '}');
	tw_emit_text(&emit, NULL, "x");
	tw_emit_open(&emit, NULL, '[');
	tw_emit_bool(&emit, NULL, true);
	tw_emit_bool(&emit, NULL, false);
	tw_emit_close(&emit, ']');
	tw_emit_close(&emit, ']');
	tw_emit_open(&emit, "c", '{');
	tw_emit_close(&emit, '}');
	tw_emit_number(&emit, "d", 0);
	tw_emit_close(&emit, '}');
	assert_string_equal(tw_buf_str(&buf).text,
			    "{\"a\":18446744073709551615,\"b\":[{},\"x\",[true,false]],\"c\":{},"
			    "\"d\":0}");
	assert_int_equal(emit.depth, 0);
	tw_buf_free(&buf);
}

static void values_have_their_units_and_escapes(void **state)
{
	struct tw_buf buf = tw_buf_of(500);
	struct tw_emit emit = {.buf = &buf};

	(void)state;
	tw_emit_open(&emit, NULL, '{');
	tw_emit_fraction(&emit, "p", 2.0 / 3);
	tw_emit_seconds(&emit, "s", -1500000000);
	tw_emit_utc(&emit, "t", 0);
	tw_emit_str(&emit, "x", TW_STR("\"\\\n\xff"));
	tw_emit_close(&emit, '}');
	assert_string_equal(tw_buf_str(&buf).text, "{\"p\":0.6667,\"s\":-1.500000000,"
						   "\"t\":\"1970-01-01T00:00:00.000000000Z\","
						   "\"x\":\"\\\"\\\\\\u000a\xef\xbf\xbd\"}");
	tw_buf_free(&buf);
}

static void check_record(struct case_script *told)
{
	struct tw_buf buf = tw_buf_of(1024 * 1024);

	tw_json_connection(&buf, &told->c, &told->explanation);
	if (!json_is_one_line(tw_buf_str(&buf).text))
		fail_msg("not one line of JSON: %s", buf.text);
	assert_non_null(strstr(buf.text, "{\"schema\":\"tcpwhy/1\",\"record\":\"connection\","));
	tw_buf_free(&buf);
}

#define OPEN "@0 > S 0; @0.04 < SA 0/1; @0.05 > A 1/1; "

static void every_connection_is_one_valid_line(void **state)
{
	static const char *const scripts[] = {
	    "@0 > S 0",
	    "@0 > S 0; ! > 3/13",
	    OPEN "@1 > PA 1/1 len 9; @1.04 < A 1/10; @2 > FA 10/1; @2.04 < RA 1/11",
	    OPEN "@1 > PA 1/1 len 9; @1.3 > PA 1/1 len 9; @1.34 < A 1/10 win 0",
	};
	struct case_script told;

	(void)state;
	for (size_t i = 0; i < TW_LEN(scripts); i++) {
		case_script_capture(&told, scripts[i]);
		check_record(&told);
		case_script_free(&told);
	}
	case_script_question(&told);
	check_record(&told);
	case_script_free(&told);
}

/* Names are a stranger's text. */
static void hostile_names_do_not_break_the_line(void **state)
{
	struct case_script told;

	(void)state;
	case_script_question(&told);
	told.c.address[0] = TW_STR("a\"b\\c\n\x1b[2J\xe2\x80\xae\xff");
	told.c.address[1] = TW_STR("\",\"cause\":\"x");
	check_record(&told);
	case_script_free(&told);
}

static void what_is_unknown_is_absent(void **state)
{
	struct case_script told;
	struct tw_buf buf = tw_buf_of(1024 * 1024);

	(void)state;
	case_script_question(&told);
	tw_json_connection(&buf, &told.c, &told.explanation);
	assert_null(strstr(buf.text, "\"duration_s\":75"));
	assert_null(strstr(buf.text, "\"start\""));
	assert_null(strstr(buf.text, "\"port\""));
	assert_null(strstr(buf.text, "\"community_id\""));
	assert_null(strstr(buf.text, "\"unacked_at_end\""));
	assert_null(strstr(buf.text, ":null"));
	assert_non_null(strstr(buf.text, "\"related\":[{\"stream\":1,\"as\":\"retry\"}]"));
	tw_buf_free(&buf);
	case_script_free(&told);
}

static void the_connection_before_on_the_same_ports_is_related(void **state)
{
	struct case_script told;
	struct tw_buf buf = tw_buf_of(1024 * 1024);

	(void)state;
	case_script_question(&told);
	tw_context_relate(&told.c.context, TW_RELATION_PREVIOUS, 7);
	tw_json_connection(&buf, &told.c, &told.explanation);
	assert_non_null(strstr(buf.text, "{\"stream\":7,\"as\":\"previous\"}]"));
	tw_buf_free(&buf);
	case_script_free(&told);
}

static void the_cause_is_the_first_hypothesis(void **state)
{
	struct case_script told;
	struct tw_buf buf = tw_buf_of(1024 * 1024);

	(void)state;
	case_script_capture(&told, "@0 > S 0; @0.04 < RA 0/1 win 0");
	tw_json_connection(&buf, &told.c, &told.explanation);
	assert_non_null(strstr(buf.text, "\"outcome\":\"failed\",\"closed_first\":\"server\","
					 "\"ended_by\":\"server\",\"how\":\"rst\","
					 "\"cause\":\"refused\""));
	assert_non_null(strstr(buf.text, "\"hypotheses\":[{\"cause\":\"refused\""));
	tw_buf_free(&buf);
	case_script_free(&told);
}

static void the_capture_and_errors_are_valid_lines_too(void **state)
{
	const struct tw_input_summary inputs[] = {
	    {.name = "a\"\n.pcap", .format = "pcap", .packets = 3},
	    {.name = "b", .error = {.code = TW_ERR_TRUNCATED, .has_offset = true, .offset = 24}},
	};
	const uint64_t undecoded[TW_UNDECODED_COUNT] = {[TW_UNDECODED_NOT_TCP] = 2};
	struct tw_summary summary = {
	    .inputs = inputs, .input_count = 2, .packets = 3, .undecoded = undecoded};
	struct tw_buf buf = tw_buf_of(100000);
	struct tw_verdict verdict = {.hypothesis_count = 1};

	(void)state;
	verdict.hypotheses[0].cause = TW_CAUSE_REFUSED;
	verdict.outcome = TW_OUTCOME_FAILED;
	tw_summary_count(&summary, 5, &verdict);
	tw_summary_count(&summary, 6, &verdict);
	tw_json_capture(&buf, &summary);
	assert_true(json_is_one_line(tw_buf_str(&buf).text));
	assert_non_null(strstr(buf.text, "\"record\":\"capture\""));
	assert_non_null(strstr(buf.text, "\"truncated\":true"));
	assert_non_null(strstr(buf.text, "\"not-tcp\":2"));
	assert_non_null(strstr(buf.text, "{\"cause\":\"refused\",\"kind\":\"ending\","
					 "\"connections\":2,\"first_stream\":5"));
	tw_buf_clear(&buf);
	tw_json_error(&buf, "x\x1b\"", &inputs[1].error);
	assert_true(json_is_one_line(tw_buf_str(&buf).text));
	assert_non_null(strstr(buf.text, "\"record\":\"error\""));
	tw_buf_free(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_check_itself_tells_json_from_other_text),
	    cmocka_unit_test(commas_stand_between_members_at_every_depth),
	    cmocka_unit_test(values_have_their_units_and_escapes),
	    cmocka_unit_test(every_connection_is_one_valid_line),
	    cmocka_unit_test(hostile_names_do_not_break_the_line),
	    cmocka_unit_test(what_is_unknown_is_absent),
	    cmocka_unit_test(the_connection_before_on_the_same_ports_is_related),
	    cmocka_unit_test(the_cause_is_the_first_hypothesis),
	    cmocka_unit_test(the_capture_and_errors_are_valid_lines_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
