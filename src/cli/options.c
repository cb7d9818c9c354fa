/* options.c: parsing the arguments by the table of options. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/options.h"

#include "base/str.h"
#include "base/time.h"
#include "cause/entry.h"

#include <string.h>

enum option_id {
	OPTION_READ,
	OPTION_NUMERIC,
	OPTION_COUNT,
	OPTION_STREAM,
	OPTION_JSON,
	OPTION_ALL,
	OPTION_CAUSALITY,
	OPTION_CAUSE,
	OPTION_SINCE,
	OPTION_UNTIL,
	OPTION_COLOR,
	OPTION_EXIT_CODE,
	OPTION_SEED,
	OPTION_OUTPUT,
	OPTION_TEXT,
	OPTION_WORDS,
	OPTION_QUIET,
	OPTION_MARKDOWN,
	OPTION_HELP,
	OPTION_VERSION,
};

/* The verbs that know an option. */
enum {
	EXPLAIN = 1 << TW_VERB_EXPLAIN,
	CAUSES = 1 << TW_VERB_CAUSES,
	LAB = 1 << TW_VERB_LAB,
	ALL = EXPLAIN | CAUSES | LAB,
};

static const struct option_row {
	enum option_id id;
	const char *name; /* without dashes */
	char letter;	  /* '\0': none */
	unsigned verbs;
	const char *value; /* NULL: takes none */
	const char *help;
} rows[] = {
    {OPTION_READ, "read", 'r', EXPLAIN, "FILE", "read this capture or list (as tcpdump does)"},
    {OPTION_STREAM, "stream", '\0', EXPLAIN, "N",
     "explain connection N (Wireshark's tcp.stream) in full"},
    {OPTION_ALL, "all", '\0', EXPLAIN, NULL,
     "list every connection, not only those that went wrong"},
    {OPTION_CAUSE, "cause", '\0', EXPLAIN, "SLUG", "only connections with this cause or condition"},
    {OPTION_CAUSALITY, "causality", '\0', EXPLAIN, NULL,
     "with each segment of that one: what its sender had received, and what not"},
    {OPTION_SINCE, "since", '\0', EXPLAIN, "TIME",
     "only packets from then on: 2026-11-22T11:00:00Z, or seconds"},
    {OPTION_UNTIL, "until", '\0', EXPLAIN, "TIME", "only packets until then"},
    {OPTION_COUNT, "count", 'c', EXPLAIN, "N", "stop after N packets"},
    {OPTION_JSON, "json", '\0', EXPLAIN | CAUSES, NULL,
     "one JSON record per line (schema tcpwhy/1)"},
    {OPTION_COLOR, "color", '\0', ALL, "WHEN", "auto, always or never; NO_COLOR is honoured"},
    {OPTION_EXIT_CODE, "exit-code", '\0', EXPLAIN, NULL, "exit with 1 where something failed"},
    {OPTION_NUMERIC, "numeric", 'n', EXPLAIN, NULL,
     "accepted for tcpdump's sake: names are never looked up"},
    {OPTION_SEED, "seed", '\0', LAB, "N", "draw the scenario's numbers from this seed (1)"},
    {OPTION_OUTPUT, "output", 'o', LAB, "DIR", "keep the three recordings and the truth there"},
    {OPTION_TEXT, "text", '\0', LAB, NULL, "print the scenario as it is written"},
    {OPTION_WORDS, "words", '\0', LAB, NULL, "print the sentences that scenarios are made of"},
    {OPTION_QUIET, "quiet", '\0', LAB, NULL, "print nothing of a run"},
    {OPTION_MARKDOWN, "markdown", '\0', CAUSES, NULL, "all of them as the document docs/causes.md"},
    {OPTION_HELP, "help", 'h', ALL, NULL, "this help"},
    {OPTION_VERSION, "version", 'V', ALL, NULL, "the version"},
};

static const char usage[] =
    "tcpwhy explains why TCP connections ended as they did.\n"
    "\n"
    "  tcpwhy FILE...              a capture (pcap, pcapng, also .gz .zst .lz4) or "
    "a list of packets\n"
    "  tcpwhy FILE --stream N      one connection in full\n"
    "  tcpwhy -                    the same from standard input\n"
    "  tcpwhy 'S > C FPA; C > S A' a list of packets as an argument\n"
    "  tcpwhy causes [SLUG]        the causes it knows; one of them in full\n"
    "  tcpwhy lab [SCENARIO]       real kernels break connections: the experiments; one of them\n"
    "\n";

static const char after_options[] =
    "\n"
    "Exit status: 0 analysed, 1 something failed (only with --exit-code), 2 wrong usage or\n"
    "unreadable input, 3 analysed, but the input was damaged. Of the lab: 4 this machine cannot\n"
    "run it, 5 the run did not go as the scenario says.\n";

static void help_options(struct tw_buf *buf, unsigned verbs)
{
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		const struct option_row *row = &rows[i];
		size_t start = buf->size;

		if (row->verbs != verbs)
			continue;

		tw_buf_printf(buf, "  %c%c %s--%s%s%s", row->letter ? '-' : ' ',
			      row->letter ? row->letter : ' ', row->letter ? "" : " ", row->name,
			      row->value ? " " : "", row->value ? row->value : "");
		if (buf->size - start < 24)
			tw_buf_fill(buf, ' ', 24 - (buf->size - start));
		tw_buf_printf(buf, " %s\n", row->help);
	}
}

void tw_options_help(struct tw_buf *buf)
{
	tw_buf_add_text(buf, usage);
	help_options(buf, EXPLAIN);
	tw_buf_add_text(buf, "\nOf causes:\n");
	help_options(buf, CAUSES);
	tw_buf_add_text(buf, "\nOf both:\n");
	help_options(buf, EXPLAIN | CAUSES);
	tw_buf_add_text(buf, "\nOf the lab:\n");
	help_options(buf, LAB);
	tw_buf_add_text(buf, "\nOf all:\n");
	help_options(buf, ALL);
	tw_buf_add_text(buf, after_options);
}

static bool take_number(const char *text, uint64_t max, uint64_t *number)
{
	struct tw_str rest = tw_str_of(text);

	return tw_str_take_number(&rest, max, number) && rest.size == 0;
}

static bool take_when(const char *text, enum tw_when *when)
{
	static const char *const words[] = {
	    [TW_WHEN_AUTO] = "auto", [TW_WHEN_ALWAYS] = "always", [TW_WHEN_NEVER] = "never"};

	for (enum tw_when i = 0; i < TW_LEN(words); i++) {
		if (strcmp(text, words[i]) == 0) {
			*when = i;
			return true;
		}
	}
	return false;
}

/* "12.5": seconds from the first packet; "2026-11-22T11:00:00Z": a time. */
static bool take_bound(const char *text, struct tw_bound *bound)
{
	int64_t time_ns;

	bound->given = true;
	bound->relative = strchr(text, 'T') == NULL;
	if (bound->relative ? !tw_parse_seconds(tw_str_of(text), &time_ns)
			    : !tw_parse_utc(tw_str_of(text), &time_ns))
		return false;
	bound->time_ns = time_ns;
	return true;
}

static bool add_input(struct tw_options *options, const char *input, struct tw_buf *error)
{
	if (options->input_count == TW_LEN(options->inputs)) {
		tw_buf_printf(error, "more than %zu inputs", TW_LEN(options->inputs));
		return false;
	}
	options->inputs[options->input_count++] = input;
	return true;
}

static bool bad_value(struct tw_buf *error, const struct option_row *row, const char *value,
		      const char *wanted)
{
	tw_buf_printf(error, "--%s takes %s, not \"", row->name, wanted);
	tw_buf_add_safe(error, tw_str_of(value));
	tw_buf_add_char(error, '"');
	return false;
}

static bool apply(struct tw_options *options, const struct option_row *row, const char *value,
		  struct tw_buf *error)
{
	uint64_t number;

	switch (row->id) {
	case OPTION_READ:
		return add_input(options, value, error);
	case OPTION_NUMERIC:
		return true;
	case OPTION_COUNT:
		if (!take_number(value, UINT64_MAX, &number) || number == 0)
			return bad_value(error, row, value, "a number of packets");
		options->packet_limit = number;
		return true;
	case OPTION_STREAM:
		if (!take_number(value, UINT32_MAX, &number))
			return bad_value(error, row, value, "the number of a stream");
		options->stream = (uint32_t)number;
		options->has_stream = true;
		return true;
	case OPTION_SINCE:
		return take_bound(value, &options->since) ||
		       bad_value(error, row, value, "a time (RFC 3339, UTC) or seconds");
	case OPTION_UNTIL:
		return take_bound(value, &options->until) ||
		       bad_value(error, row, value, "a time (RFC 3339, UTC) or seconds");
	case OPTION_JSON:
		options->json = true;
		return true;
	case OPTION_ALL:
		options->all = true;
		return true;
	case OPTION_CAUSALITY:
		options->causality = true;
		return true;
	case OPTION_CAUSE:
		options->cause_slug = value;
		options->cause = tw_cause_find(tw_str_of(value));
		if (options->cause == TW_CAUSE_COUNT)
			return bad_value(error, row, value, "a cause (see: tcpwhy causes)");
		return true;
	case OPTION_COLOR:
		if (!take_when(value, &options->color))
			return bad_value(error, row, value, "auto, always or never");
		return true;
	case OPTION_EXIT_CODE:
		options->exit_code = true;
		return true;
	case OPTION_SEED:
		return take_number(value, UINT64_MAX, &options->lab.seed) ||
		       bad_value(error, row, value, "a number");
	case OPTION_OUTPUT:
		options->lab.folder = value;
		return true;
	case OPTION_TEXT:
		options->lab.text = true;
		return true;
	case OPTION_WORDS:
		options->lab.words = true;
		return true;
	case OPTION_QUIET:
		options->lab.quiet = true;
		return true;
	case OPTION_MARKDOWN:
		options->markdown = true;
		return true;
	case OPTION_HELP:
		options->verb = TW_VERB_HELP;
		return true;
	case OPTION_VERSION:
		options->verb = TW_VERB_VERSION;
		return true;
	}
	return false;
}

/* The option that an argument names: "--stream", "--stream=3" or "-c". */
static const struct option_row *find_option(const char *arg)
{
	struct tw_str name = tw_str_of(arg);
	const char *equals = strchr(arg, '=');

	if (equals)
		name.size = (size_t)(equals - arg);
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		bool is_long = tw_str_starts(name, TW_STR("--")) &&
			       tw_str_equal(tw_str_from(name, 2), tw_str_of(rows[i].name));
		bool is_short = name.size == 2 && rows[i].letter && name.text[1] == rows[i].letter;

		if (is_long || is_short)
			return &rows[i];
	}
	return NULL;
}

static bool unknown_option(const char *arg, struct tw_buf *error)
{
	size_t best = 0;
	const char *nearest = NULL;

	for (size_t i = 0; i < TW_LEN(rows); i++) {
		size_t same = 0;

		while (arg[same] == '-')
			same++;
		for (size_t k = 0; rows[i].name[k] && arg[same] == rows[i].name[k]; k++)
			same++;
		if (same > best + 2) {
			best = same;
			nearest = rows[i].name;
		}
	}
	tw_buf_add_text(error, "no such option: ");
	tw_buf_add_safe(error, tw_str_of(arg));
	if (nearest)
		tw_buf_printf(error, " (did you mean --%s?)", nearest);
	else
		tw_buf_add_text(error, " (see: tcpwhy --help)");
	return false;
}

static const char *const verb_words[] = {
    [TW_VERB_EXPLAIN] = "explaining",
    [TW_VERB_CAUSES] = "causes",
    [TW_VERB_LAB] = "the lab",
};

static bool parse_option(int argc, char *const argv[], int *at, struct tw_options *options,
			 struct tw_buf *error)
{
	const char *arg = argv[*at];
	const struct option_row *row = find_option(arg);
	const char *equals = strchr(arg, '=');
	const char *value = NULL;

	if (!row)
		return unknown_option(arg, error);
	if (options->verb <= TW_VERB_LAB && !(row->verbs & 1U << options->verb)) {
		tw_buf_printf(error, "--%s is no option of %s (see: tcpwhy --help)", row->name,
			      verb_words[options->verb]);
		return false;
	}
	if (row->value) {
		value = equals ? equals + 1 : *at + 1 < argc ? argv[++*at] : NULL;
		if (!value) {
			tw_buf_printf(error, "--%s needs a value: %s", row->name, row->value);
			return false;
		}
	} else if (equals) {
		tw_buf_printf(error, "--%s takes no value", row->name);
		return false;
	}
	return apply(options, row, value, error);
}

static bool take_cause(const char *slug, struct tw_options *options, struct tw_buf *error)
{
	if (options->cause_slug) {
		tw_buf_add_text(error, "causes takes one slug at the most");
		return false;
	}
	options->cause_slug = slug;
	options->cause = tw_cause_find(tw_str_of(slug));
	if (options->cause != TW_CAUSE_COUNT)
		return true;
	tw_buf_add_text(error, "no such cause: ");
	tw_buf_add_safe(error, tw_str_of(slug));
	tw_buf_add_text(error, " (tcpwhy causes lists them)");
	return false;
}

static bool parse_causes(int argc, char *const argv[], struct tw_options *options,
			 struct tw_buf *error)
{
	options->verb = TW_VERB_CAUSES;
	for (int i = 2; i < argc; i++) {
		bool good = argv[i][0] == '-' ? parse_option(argc, argv, &i, options, error)
					      : take_cause(argv[i], options, error);

		if (!good || options->verb != TW_VERB_CAUSES)
			return good;
	}
	if (options->markdown && (options->cause_slug || options->json)) {
		tw_buf_add_text(error, "--markdown writes all causes, and nothing else");
		return false;
	}
	return true;
}

static bool parse_lab(int argc, char *const argv[], struct tw_options *options,
		      struct tw_buf *error)
{
	options->verb = TW_VERB_LAB;
	options->lab.seed = 1;
	for (int i = 2; i < argc; i++) {
		if (argv[i][0] == '-') {
			if (!parse_option(argc, argv, &i, options, error))
				return false;
			if (options->verb != TW_VERB_LAB)
				return true;
		} else if (options->lab.scenario) {
			tw_buf_add_text(error, "lab takes one scenario at the most");
			return false;
		} else {
			options->lab.scenario = argv[i];
		}
	}
	return true;
}

/* Words that the contract keeps for commands still to come. */
static bool is_reserved(const char *word)
{
	static const char *const words[] = {"report", "annotate", "diff", "join", "live"};

	for (size_t i = 0; i < TW_LEN(words); i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

bool tw_options_parse(int argc, char *const argv[], struct tw_options *options,
		      struct tw_buf *error)
{
	memset(options, 0, sizeof(*options));
	options->cause = TW_CAUSE_COUNT;
	if (argc > 1 && strcmp(argv[1], "causes") == 0)
		return parse_causes(argc, argv, options, error);
	if (argc > 1 && strcmp(argv[1], "lab") == 0)
		return parse_lab(argc, argv, options, error);
	if (argc > 1 && is_reserved(argv[1])) {
		tw_buf_printf(error, "\"%s\" is not built yet (a file of that name: ./%s)", argv[1],
			      argv[1]);
		return false;
	}
	for (int i = 1; i < argc; i++) {
		bool is_option = argv[i][0] == '-' && argv[i][1] != '\0';

		if (is_option && strcmp(argv[i], "--") == 0) {
			tw_buf_add_text(error,
					"filter expressions are not built yet; use: tcpdump -r "
					"FILE -w - 'FILTER' | tcpwhy -");
			return false;
		} else if (is_option) {
			if (!parse_option(argc, argv, &i, options, error))
				return false;
		} else if (!add_input(options, argv[i], error)) {
			return false;
		}
	}
	if (options->input_count == 0 && options->verb == TW_VERB_EXPLAIN) {
		tw_buf_add_text(error, "nothing to read: name a capture or a list of packets, or - "
				       "for standard input (see: tcpwhy --help)");
		return false;
	}
	return true;
}
