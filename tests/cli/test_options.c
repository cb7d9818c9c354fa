/* test_options.c: what the command line means, and what it says when it is wrong. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/options.h"

#include "base/str.h"
#include "cause/entry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ARGS_MAX = 16 };

struct parsed {
	char line[256];
	struct tw_options options;
	struct tw_buf error;
	bool ok;
};

/* Arguments stand between blanks. */
static struct parsed *parse(const char *line)
{
	struct parsed *parsed = calloc(1, sizeof(*parsed));
	char *argv[ARGS_MAX + 1] = {NULL};
	int argc = 0;

	assert_non_null(parsed);
	assert_true(strlen(line) < sizeof(parsed->line));
	memcpy(parsed->line, line, strlen(line));
	parsed->error = tw_buf_of(2000);
	for (char *at = parsed->line; *at && argc < ARGS_MAX;) {
		argv[argc++] = at;
		at += strcspn(at, " ");
		if (*at)
			*at++ = '\0';
	}
	parsed->ok = tw_options_parse(argc, argv, &parsed->options, &parsed->error);
	return parsed;
}

static void parsed_free(struct parsed *parsed)
{
	tw_buf_free(&parsed->error);
	free(parsed);
}

static void files_are_inputs_and_defaults_are_quiet(void **state)
{
	struct parsed *p = parse("tcpwhy a.pcap b.pcap -");

	(void)state;
	assert_true(p->ok);
	assert_int_equal(p->options.verb, TW_VERB_EXPLAIN);
	assert_int_equal(p->options.input_count, 3);
	assert_string_equal(p->options.inputs[0], "a.pcap");
	assert_string_equal(p->options.inputs[2], "-");
	assert_false(p->options.json || p->options.all || p->options.exit_code);
	assert_false(p->options.has_stream);
	assert_int_equal(p->options.packet_limit, 0);
	assert_int_equal(p->options.cause, TW_CAUSE_COUNT);
	assert_int_equal(p->options.color, TW_WHEN_AUTO);
	parsed_free(p);
}

static void options_may_stand_anywhere_with_blank_or_equals(void **state)
{
	struct parsed *p =
	    parse("tcpwhy --json a --stream=7 -c 100 --color never --all -n --cause refused "
		  "--exit-code");

	(void)state;
	assert_true(p->ok);
	assert_int_equal(p->options.input_count, 1);
	assert_true(p->options.json && p->options.all && p->options.exit_code);
	assert_true(p->options.has_stream);
	assert_int_equal(p->options.stream, 7);
	assert_int_equal(p->options.packet_limit, 100);
	assert_int_equal(p->options.color, TW_WHEN_NEVER);
	assert_int_equal(p->options.cause, tw_cause_find(TW_STR("refused")));
	assert_string_equal(p->options.cause_slug, "refused");
	parsed_free(p);
	p = parse("tcpwhy -r a --stream 0");
	assert_true(p->ok);
	assert_string_equal(p->options.inputs[0], "a");
	assert_true(p->options.has_stream);
	assert_int_equal(p->options.stream, 0);
	parsed_free(p);
}

/* Two dashes are kept for filter expressions; until then they are refused with a way out. */
static void filter_expressions_are_refused_with_a_way_out(void **state)
{
	struct parsed *p = parse("tcpwhy a -- port 80");

	(void)state;
	assert_false(p->ok);
	assert_non_null(strstr(p->error.text, "tcpdump"));
	parsed_free(p);
}

static void verbs_are_told_apart(void **state)
{
	static const struct {
		const char *line;
		enum tw_verb verb;
	} rows[] = {
	    {"tcpwhy causes", TW_VERB_CAUSES},
	    {"tcpwhy causes refused", TW_VERB_CAUSES},
	    {"tcpwhy causes --json", TW_VERB_CAUSES},
	    {"tcpwhy causes refused --json", TW_VERB_CAUSES},
	    {"tcpwhy causes --json refused", TW_VERB_CAUSES},
	    {"tcpwhy causes --markdown", TW_VERB_CAUSES},
	    {"tcpwhy causes --help", TW_VERB_HELP},
	    {"tcpwhy --help", TW_VERB_HELP},
	    {"tcpwhy -h", TW_VERB_HELP},
	    {"tcpwhy --version", TW_VERB_VERSION},
	    {"tcpwhy -V", TW_VERB_VERSION},
	    {"tcpwhy x.pcap", TW_VERB_EXPLAIN},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct parsed *p = parse(rows[i].line);

		if (!p->ok || p->options.verb != rows[i].verb)
			fail_msg("%s: verb %d", rows[i].line, p->options.verb);
		parsed_free(p);
	}
}

/* Each error names the culprit and what to write instead. */
static void errors_say_what_is_wrong(void **state)
{
	static const struct {
		const char *line;
		const char *says;
	} rows[] = {
	    {"tcpwhy", "--help"},
	    {"tcpwhy --json", "--help"},
	    {"tcpwhy a --jsno", "--jsno"},
	    {"tcpwhy a --stram 3", "--stream"},
	    {"tcpwhy a -x", "-x"},
	    {"tcpwhy a --stream", "--stream needs a value"},
	    {"tcpwhy a --stream x", "\"x\""},
	    {"tcpwhy a --stream -1", "\"-1\""},
	    {"tcpwhy a --stream 4294967296", "\"4294967296\""},
	    {"tcpwhy a --stream 7x", "\"7x\""},
	    {"tcpwhy a -c 0", "\"0\""},
	    {"tcpwhy a --count=", "\"\""},
	    {"tcpwhy a --color sometimes", "auto, always or never"},
	    {"tcpwhy a --cause nonsense", "tcpwhy causes"},
	    {"tcpwhy a --json=yes", "--json takes no value"},
	    {"tcpwhy causes nonsense", "nonsense"},
	    {"tcpwhy causes refused refused", "one"},
	    {"tcpwhy causes refused --markdown", "all causes"},
	    {"tcpwhy causes --markdown --json", "all causes"},
	    {"tcpwhy causes --stream 1", "--stream is no option of causes"},
	    {"tcpwhy x --markdown", "--markdown is no option of explaining"},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct parsed *p = parse(rows[i].line);

		if (p->ok || !strstr(tw_buf_str(&p->error).text, rows[i].says))
			fail_msg("%s: \"%s\" does not say \"%s\"", rows[i].line,
				 tw_buf_str(&p->error).text, rows[i].says);
		assert_null(strchr(p->error.text, '\n'));
		assert_null(strstr(p->error.text, "tcpwhy: "));
		parsed_free(p);
	}
}

static void hostile_arguments_are_quoted_safely(void **state)
{
	struct parsed *p = parse("tcpwhy a --stream \x1b[2J");

	(void)state;
	assert_false(p->ok);
	assert_null(strchr(p->error.text, '\x1b'));
	parsed_free(p);
	p = parse("tcpwhy a --\x1b[2J");
	assert_false(p->ok);
	assert_null(strchr(p->error.text, '\x1b'));
	parsed_free(p);
}

static void the_number_of_inputs_is_bounded(void **state)
{
	enum { COUNT = TW_LIMIT_INPUTS + 2 };
	struct tw_options *options = calloc(1, sizeof(*options));
	struct tw_buf error = tw_buf_of(1000);
	static char name[] = "a";
	char *argv[COUNT + 1] = {NULL};

	(void)state;
	assert_non_null(options);
	for (size_t i = 0; i < COUNT; i++)
		argv[i] = name;
	assert_true(tw_options_parse(TW_LIMIT_INPUTS + 1, argv, options, &error));
	assert_int_equal(options->input_count, TW_LIMIT_INPUTS);
	assert_false(tw_options_parse(TW_LIMIT_INPUTS + 2, argv, options, &error));
	assert_non_null(strstr(error.text, "1024"));
	tw_buf_free(&error);
	free(options);
}

static void the_help_names_every_option_within_the_page(void **state)
{
	static const char *const names[] = {"--read",  "--stream",    "--all",	  "--cause",
					    "--count", "--json",      "--color",  "--exit-code",
					    "--help",  "--version",   "--since",  "--until",
					    "causes",  "Exit status", "--numeric"};
	struct tw_buf buf = tw_buf_of(20000);

	(void)state;
	tw_options_help(&buf);
	for (size_t i = 0; i < TW_LEN(names); i++)
		if (!strstr(buf.text, names[i]))
			fail_msg("%s is not in the help", names[i]);
	for (const char *line = buf.text; *line; line += strcspn(line, "\n") + 1)
		assert_true(strcspn(line, "\n") <= 100);
	tw_buf_free(&buf);
}

static void the_lab_has_options_of_its_own(void **state)
{
	struct parsed *p = parse("tcpwhy lab keepalive-race --seed 7 -o /tmp/x --quiet");

	(void)state;
	assert_true(p->ok);
	assert_int_equal(p->options.verb, TW_VERB_LAB);
	assert_string_equal(p->options.lab.scenario, "keepalive-race");
	assert_int_equal(p->options.lab.seed, 7);
	assert_string_equal(p->options.lab.folder, "/tmp/x");
	assert_true(p->options.lab.quiet);
	parsed_free(p);

	p = parse("tcpwhy lab");
	assert_true(p->ok);
	assert_null(p->options.lab.scenario);
	assert_int_equal(p->options.lab.seed, 1);
	parsed_free(p);

	p = parse("tcpwhy lab a b");
	assert_false(p->ok);
	parsed_free(p);
	p = parse("tcpwhy lab a --seed x");
	assert_false(p->ok);
	parsed_free(p);
}

static void options_of_another_verb_are_refused(void **state)
{
	struct parsed *p = parse("tcpwhy a.pcap --seed 7");

	(void)state;
	assert_false(p->ok);
	assert_non_null(strstr(p->error.text, "--seed is no option of explaining"));
	parsed_free(p);

	p = parse("tcpwhy lab refused --stream 1");
	assert_false(p->ok);
	assert_non_null(strstr(p->error.text, "--stream is no option of the lab"));
	parsed_free(p);

	p = parse("tcpwhy --help --json");
	assert_true(p->ok);
	assert_int_equal(p->options.verb, TW_VERB_HELP);
	parsed_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(files_are_inputs_and_defaults_are_quiet),
	    cmocka_unit_test(options_may_stand_anywhere_with_blank_or_equals),
	    cmocka_unit_test(filter_expressions_are_refused_with_a_way_out),
	    cmocka_unit_test(verbs_are_told_apart),
	    cmocka_unit_test(errors_say_what_is_wrong),
	    cmocka_unit_test(hostile_arguments_are_quoted_safely),
	    cmocka_unit_test(the_number_of_inputs_is_bounded),
	    cmocka_unit_test(the_help_names_every_option_within_the_page),
	    cmocka_unit_test(the_lab_has_options_of_its_own),
	    cmocka_unit_test(options_of_another_verb_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
