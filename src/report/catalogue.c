/* catalogue.c: the table of causes, told to people and to programs. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/catalogue.h"

#include "explain/words.h"
#include "report/emit.h"

#include <string.h>

enum { TEXT_MAX_BYTES = 8192, INDENT = 2 };

/* No connection: the names in braces become "the client", "one side" and the like. */
static const struct tw_case nobody = {
    .name = {TW_STR_INIT("the client"), TW_STR_INIT("the server")},
    .facts.cast = {.roles = {.client = 0, .server = 1}, .closer = TW_NOBODY, .resetter = TW_NOBODY},
};

static const char *const kind_words[] = {
    [TW_KIND_ENDING] = "ending",
    [TW_KIND_CONDITION] = "condition",
};

static const char *const kind_headings[] = {
    [TW_KIND_ENDING] = "Endings",
    [TW_KIND_CONDITION] = "Conditions",
};

static const char *const kind_meanings[] = {
    [TW_KIND_ENDING] = "How the connection, or the attempt, came to its end: exactly one is true, "
		       "so their probabilities sum to 1.",
    [TW_KIND_CONDITION] = "What was also true of it, whatever its end: each has a probability of "
			  "its own.",
};

/* `words` with its names filled in, until `line` is used again. */
static struct tw_str filled(struct tw_buf *line, const char *words, bool capital)
{
	tw_buf_clear(line);
	tw_words_expand(line, &nobody, words, TW_NOBODY, capital);
	return tw_buf_str(line);
}

static bool is_experiment_of(const char *name, enum tw_cause cause)
{
	const char *slug = tw_cause_slug(cause);
	size_t size = strlen(slug);

	return strncmp(name, slug, size) == 0 && (name[size] == '\0' || name[size] == '-');
}

/* The facts that an entry names, the decisive ones first. */
enum rule { RULE_NEEDS, RULE_EXCLUDES, RULE_FOR, RULE_AGAINST, RULE_NEITHER, RULE_COUNT };

static const char *const rule_words[] = {
    [RULE_NEEDS] = "needs",	[RULE_EXCLUDES] = "excludes", [RULE_FOR] = "for",
    [RULE_AGAINST] = "against", [RULE_NEITHER] = "neither",
};

static enum rule rule_of(const struct tw_likelihood *expects)
{
	if (expects->percent == 100)
		return RULE_NEEDS;
	if (expects->percent == 0)
		return RULE_EXCLUDES;
	return expects->percent > tw_fact_info(expects->fact)->base_percent ? RULE_FOR
									    : RULE_AGAINST;
}

static bool is_decisive(enum rule rule)
{
	return rule == RULE_NEEDS || rule == RULE_EXCLUDES;
}

/* The next fact of that rule from `*at` on, or NULL. */
static const struct tw_likelihood *next_of(const struct tw_cause_entry *entry, enum rule rule,
					   size_t *at)
{
	while (*at < TW_EXPECTS_MAX && entry->expects[*at].fact != TW_FACT_NONE) {
		const struct tw_likelihood *expects = &entry->expects[(*at)++];

		if (rule_of(expects) == rule)
			return expects;
	}
	return NULL;
}

/* What all priors sum to: one of them is a share of that. */
static unsigned prior_sum(void)
{
	unsigned sum = 0;

	for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++)
		sum += tw_cause_entry(cause)->prior;
	return sum;
}

static double prior_share(const struct tw_cause_entry *entry)
{
	return (double)entry->prior / prior_sum();
}

/* ---- terminal ---- */

void tw_catalogue_list(struct tw_buf *buf, const struct tw_text_style *style)
{
	struct tw_buf line = tw_buf_of(TEXT_MAX_BYTES);

	for (enum tw_cause_kind kind = TW_KIND_ENDING; kind <= TW_KIND_CONDITION; kind++) {
		tw_text_colored(buf, tw_text_bold, kind_headings[kind], style);
		tw_buf_add_char(buf, '\n');
		for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++) {
			if (tw_cause_kind_of(cause) != kind)
				continue;
			tw_buf_printf(buf, "  %-28s ", tw_cause_slug(cause));
			tw_buf_add(buf, filled(&line, tw_cause_entry(cause)->title, false));
			tw_buf_add_char(buf, '\n');
		}
		tw_buf_add_char(buf, '\n');
	}
	tw_buf_add_text(buf, "One in full: tcpwhy causes SLUG\n");
	tw_buf_free(&line);
}

static void add_item(struct tw_buf *buf, struct tw_str text, const struct tw_text_style *style)
{
	tw_buf_add_text(buf, "  - ");
	tw_text_wrap(buf, text, 2 * INDENT, 2 * INDENT, style);
}

static void add_block(struct tw_buf *buf, const char *heading, struct tw_str text,
		      const struct tw_text_style *style)
{
	tw_text_heading(buf, heading, style);
	tw_buf_fill(buf, ' ', INDENT);
	tw_text_wrap(buf, text, INDENT, INDENT, style);
}

static void add_rules(struct tw_buf *buf, const struct tw_cause_entry *entry,
		      const struct tw_text_style *style)
{
	enum { COLUMNS = 24 };
	struct tw_buf line = tw_buf_of(TEXT_MAX_BYTES);

	if (entry->expects[0].fact == TW_FACT_NONE)
		return;
	tw_text_heading(buf, "How it is told from others", style);
	tw_buf_add_text(buf, "  How many of 100 that were so show it (of 100 in all):\n");
	for (enum rule rule = 0; rule < RULE_COUNT; rule++) {
		const struct tw_likelihood *expects;
		size_t at = 0;

		while ((expects = next_of(entry, rule, &at))) {
			const struct tw_fact_info *info = tw_fact_info(expects->fact);

			if (is_decisive(rule))
				tw_buf_printf(buf, "  %-*s", COLUMNS - INDENT, rule_words[rule]);
			else
				tw_buf_printf(buf, "  %-9s %2u %% (%2u %%) ", rule_words[rule],
					      expects->percent, info->base_percent);
			tw_text_wrap(buf, filled(&line, info->yes, false), COLUMNS, COLUMNS, style);
		}
	}
	tw_buf_free(&line);
}

static void add_inseparable(struct tw_buf *buf, enum tw_cause cause,
			    const struct tw_text_style *style)
{
	struct tw_buf line = tw_buf_of(TEXT_MAX_BYTES);

	for (enum tw_cause other = 0; other < TW_CAUSE_COUNT; other++) {
		const char *when = tw_cause_inseparable(cause, other);

		if (!when)
			continue;
		tw_text_heading(buf, "What packets cannot tell it from", style);
		tw_buf_printf(buf, "  %s: ", tw_cause_slug(other));
		tw_text_wrap(buf, filled(&line, when, true), strlen(tw_cause_slug(other)) + 4,
			     INDENT, style);
	}
	tw_buf_free(&line);
}

static void add_lists(struct tw_buf *buf, const struct tw_cause_entry *entry,
		      const struct tw_text_style *style)
{
	struct tw_buf line = tw_buf_of(TEXT_MAX_BYTES);

	tw_text_heading(buf, "What to do", style);
	for (size_t i = 0; i < TW_ADVICE_MAX && entry->advice[i]; i++)
		add_item(buf, filled(&line, entry->advice[i], true), style);
	if (entry->example)
		add_block(buf, "Example (as an argument of tcpwhy)", tw_str_of(entry->example),
			  style);
	if (entry->near_miss)
		add_block(buf, "Looks like it, and is not", tw_str_of(entry->near_miss), style);
	if (entry->no_example)
		add_block(buf, "No example as a list", filled(&line, entry->no_example, true),
			  style);
	tw_buf_free(&line);
}

static void add_experiments(struct tw_buf *buf, enum tw_cause cause, tw_experiment_name experiment,
			    const struct tw_text_style *style)
{
	bool any = false;

	for (size_t i = 0; experiment(i); i++) {
		if (!is_experiment_of(experiment(i), cause))
			continue;
		if (!any)
			tw_text_heading(buf, "Experiments", style);
		any = true;
		tw_buf_printf(buf, "  tcpwhy lab %s\n", experiment(i));
	}
}

static void add_prior(struct tw_buf *buf, const struct tw_cause_entry *entry,
		      const struct tw_text_style *style)
{
	struct tw_buf line = tw_buf_of(TEXT_MAX_BYTES);

	if (entry->prior > 0) {
		tw_words_percent(&line, prior_share(entry));
		tw_buf_printf(&line, " of all endings (%s).", entry->prior_source);
		add_block(buf, "Before any evidence", tw_buf_str(&line), style);
	}
	tw_buf_free(&line);
}

void tw_catalogue_cause(struct tw_buf *buf, enum tw_cause cause, tw_experiment_name experiment,
			const struct tw_text_style *style)
{
	const struct tw_cause_entry *entry = tw_cause_entry(cause);
	struct tw_buf line = tw_buf_of(TEXT_MAX_BYTES);

	tw_text_colored(buf, tw_text_bold, tw_cause_slug(cause), style);
	tw_buf_printf(buf, "  (%s, usually %s)\n", kind_words[tw_cause_kind_of(cause)],
		      tw_outcome_slug(tw_cause_outcome(cause)));
	tw_buf_fill(buf, ' ', INDENT);
	(void)filled(&line, entry->title, true);
	tw_buf_add_text(&line, ". ");
	tw_words_expand(&line, &nobody, entry->meaning, TW_NOBODY, true);
	tw_text_wrap(buf, tw_buf_str(&line), INDENT, INDENT, style);
	add_rules(buf, entry, style);
	add_prior(buf, entry, style);
	add_inseparable(buf, cause, style);
	add_lists(buf, entry, style);
	add_experiments(buf, cause, experiment, style);
	tw_text_heading(buf, "References", style);
	for (size_t i = 0; i < TW_REFERENCES_MAX && entry->references[i]; i++)
		tw_buf_printf(buf, "  %s\n", entry->references[i]);
	tw_buf_free(&line);
}

/* ---- JSON ---- */

static void emit_filled(struct tw_emit *emit, const char *key, const char *words)
{
	struct tw_buf line = tw_buf_of(TEXT_MAX_BYTES);

	if (words)
		tw_emit_str(emit, key, filled(&line, words, true));
	tw_buf_free(&line);
}

static void emit_rules(struct tw_emit *emit, const struct tw_cause_entry *entry)
{
	static const char *const keys[] = {[RULE_NEEDS] = "needs", [RULE_EXCLUDES] = "excludes"};
	const struct tw_likelihood *expects;

	for (enum rule rule = RULE_NEEDS; is_decisive(rule); rule++) {
		size_t at = 0;

		tw_emit_open(emit, keys[rule], '[');
		while ((expects = next_of(entry, rule, &at)))
			tw_emit_text(emit, NULL, tw_fact_info(expects->fact)->slug);
		tw_emit_close(emit, ']');
	}
	tw_emit_open(emit, "supports", '[');
	for (enum rule rule = RULE_FOR; rule < RULE_COUNT; rule++) {
		size_t at = 0;

		while ((expects = next_of(entry, rule, &at))) {
			const struct tw_fact_info *info = tw_fact_info(expects->fact);

			tw_emit_open(emit, NULL, '{');
			tw_emit_text(emit, "fact", info->slug);
			tw_emit_fraction(emit, "probability", expects->percent / 100.0);
			tw_emit_fraction(emit, "of_all", info->base_percent / 100.0);
			tw_emit_close(emit, '}');
		}
	}
	tw_emit_close(emit, ']');
}

static void emit_inseparable(struct tw_emit *emit, enum tw_cause cause)
{
	tw_emit_open(emit, "inseparable", '[');
	for (enum tw_cause other = 0; other < TW_CAUSE_COUNT; other++) {
		const char *when = tw_cause_inseparable(cause, other);

		if (!when)
			continue;
		tw_emit_open(emit, NULL, '{');
		tw_emit_text(emit, "cause", tw_cause_slug(other));
		emit_filled(emit, "when", when);
		tw_emit_close(emit, '}');
	}
	tw_emit_close(emit, ']');
}

static void emit_lists(struct tw_emit *emit, enum tw_cause cause, tw_experiment_name experiment)
{
	const struct tw_cause_entry *entry = tw_cause_entry(cause);

	tw_emit_open(emit, "advice", '[');
	for (size_t i = 0; i < TW_ADVICE_MAX && entry->advice[i]; i++)
		emit_filled(emit, NULL, entry->advice[i]);
	tw_emit_close(emit, ']');
	tw_emit_open(emit, "references", '[');
	for (size_t i = 0; i < TW_REFERENCES_MAX && entry->references[i]; i++)
		tw_emit_text(emit, NULL, entry->references[i]);
	tw_emit_close(emit, ']');
	tw_emit_open(emit, "experiments", '[');
	for (size_t i = 0; experiment(i); i++)
		if (is_experiment_of(experiment(i), cause))
			tw_emit_text(emit, NULL, experiment(i));
	tw_emit_close(emit, ']');
}

void tw_catalogue_json(struct tw_buf *buf, enum tw_cause cause, tw_experiment_name experiment)
{
	const struct tw_cause_entry *entry = tw_cause_entry(cause);
	struct tw_emit emit = {.buf = buf};

	tw_emit_open(&emit, NULL, '{');
	tw_emit_text(&emit, "schema", "tcpwhy/1");
	tw_emit_text(&emit, "record", "cause");
	tw_emit_number(&emit, "table_version", TW_CAUSE_TABLE_VERSION);
	tw_emit_text(&emit, "slug", tw_cause_slug(cause));
	tw_emit_text(&emit, "kind", kind_words[tw_cause_kind_of(cause)]);
	tw_emit_text(&emit, "outcome", tw_outcome_slug(tw_cause_outcome(cause)));
	emit_filled(&emit, "title", entry->title);
	emit_filled(&emit, "meaning", entry->meaning);
	if (entry->prior > 0) {
		tw_emit_fraction(&emit, "prior", prior_share(entry));
		tw_emit_text(&emit, "prior_source", entry->prior_source);
	}
	emit_rules(&emit, entry);
	emit_inseparable(&emit, cause);
	emit_lists(&emit, cause, experiment);
	if (entry->example)
		tw_emit_text(&emit, "example", entry->example);
	if (entry->near_miss)
		tw_emit_text(&emit, "near_miss", entry->near_miss);
	emit_filled(&emit, "no_example", entry->no_example);
	tw_emit_close(&emit, '}');
	tw_buf_add_char(buf, '\n');
}

/* ---- Markdown ---- */

/* What Markdown would take for its own; an underscore inside a word it leaves alone. */
static void add_markdown(struct tw_buf *buf, struct tw_str text)
{
	bool in_word = false;

	for (size_t i = 0; i < text.size; i++) {
		char c = text.text[i];

		if (strchr("*<[]`\\|", c) || (c == '_' && !in_word))
			tw_buf_add_char(buf, '\\');
		tw_buf_add_char(buf, c);
		in_word = c != ' ' && c != '(' && c != '"';
	}
}

static void add_filled(struct tw_buf *buf, const char *words, bool capital)
{
	struct tw_buf line = tw_buf_of(TEXT_MAX_BYTES);

	add_markdown(buf, filled(&line, words, capital));
	tw_buf_free(&line);
}

/* One packet on each line, as it can be pasted into tcpwhy. */
static void add_packets(struct tw_buf *buf, const char *heading, const char *packets)
{
	if (!packets)
		return;
	tw_buf_printf(buf, "\n%s\n\n    ", heading);
	for (const char *c = packets; *c; c++) {
		if (strncmp(c, "; ", 2) == 0) {
			tw_buf_add_text(buf, "\n    ");
			c++;
		} else {
			tw_buf_add_char(buf, *c);
		}
	}
	tw_buf_add_char(buf, '\n');
}

static void document_rules(struct tw_buf *buf, const struct tw_cause_entry *entry)
{
	if (entry->expects[0].fact == TW_FACT_NONE)
		return;
	tw_buf_add_text(buf, "\n| | here | of all | fact | |\n|---|---:|---:|---|---|\n");
	for (enum rule rule = 0; rule < RULE_COUNT; rule++) {
		const struct tw_likelihood *expects;
		size_t at = 0;

		while ((expects = next_of(entry, rule, &at))) {
			const struct tw_fact_info *info = tw_fact_info(expects->fact);

			tw_buf_printf(buf, "| %s | ", rule_words[rule]);
			if (!is_decisive(rule))
				tw_buf_printf(buf, "%u %%", expects->percent);
			tw_buf_printf(buf, " | %u %% | `%s` | ", info->base_percent, info->slug);
			add_filled(buf, info->yes, false);
			tw_buf_add_text(buf, " |\n");
		}
	}
}

static void document_prior(struct tw_buf *buf, enum tw_cause cause)
{
	const struct tw_cause_entry *entry = tw_cause_entry(cause);

	if (entry->prior > 0) {
		tw_buf_add_text(buf, "\nBefore any evidence: ");
		tw_words_percent(buf, prior_share(entry));
		tw_buf_add_text(buf, " of all endings (");
		add_filled(buf, entry->prior_source, false);
		tw_buf_add_text(buf, ").\n");
	}
	for (enum tw_cause other = 0; other < TW_CAUSE_COUNT; other++) {
		const char *when = tw_cause_inseparable(cause, other);

		if (!when)
			continue;
		tw_buf_printf(buf, "\nPackets cannot always tell it from [%s](#%s). ",
			      tw_cause_slug(other), tw_cause_slug(other));
		add_filled(buf, when, true);
		tw_buf_add_char(buf, '\n');
	}
}

static void document_experiments(struct tw_buf *buf, enum tw_cause cause,
				 tw_experiment_name experiment)
{
	bool any = false;

	for (size_t i = 0; experiment(i); i++) {
		if (!is_experiment_of(experiment(i), cause))
			continue;
		tw_buf_printf(buf, "%s`tcpwhy lab %s`",
			      any ? ", " : "\nExperiments: ", experiment(i));
		any = true;
	}
	if (any)
		tw_buf_add_text(buf, ".\n");
}

static void document_cause(struct tw_buf *buf, enum tw_cause cause, tw_experiment_name experiment)
{
	const struct tw_cause_entry *entry = tw_cause_entry(cause);

	tw_buf_printf(buf, "\n### %s\n\n*", tw_cause_slug(cause));
	add_filled(buf, entry->title, true);
	tw_buf_printf(buf, "* (usually %s)\n\n", tw_outcome_slug(tw_cause_outcome(cause)));
	add_filled(buf, entry->meaning, true);
	tw_buf_add_char(buf, '\n');
	document_rules(buf, entry);
	document_prior(buf, cause);
	tw_buf_add_text(buf, "\nWhat to do:\n\n");
	for (size_t i = 0; i < TW_ADVICE_MAX && entry->advice[i]; i++) {
		tw_buf_add_text(buf, "- ");
		add_filled(buf, entry->advice[i], true);
		tw_buf_add_char(buf, '\n');
	}
	add_packets(buf, "An example:", entry->example);
	add_packets(buf, "It looks like it, and is not:", entry->near_miss);
	if (entry->no_example) {
		tw_buf_add_text(buf, "\nNo example as a list: ");
		add_filled(buf, entry->no_example, false);
		tw_buf_add_char(buf, '\n');
	}
	document_experiments(buf, cause, experiment);
	tw_buf_add_text(buf, "\nReferences: ");
	for (size_t i = 0; i < TW_REFERENCES_MAX && entry->references[i]; i++) {
		tw_buf_add_text(buf, i > 0 ? "; " : "");
		add_filled(buf, entry->references[i], false);
	}
	tw_buf_add_text(buf, ".\n");
}

static void document_index(struct tw_buf *buf, enum tw_cause_kind kind)
{
	tw_buf_printf(buf, "\n## %s\n\n%s\n\n| cause | usually | |\n|---|---|---|\n",
		      kind_headings[kind], kind_meanings[kind]);
	for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++) {
		if (tw_cause_kind_of(cause) != kind)
			continue;
		tw_buf_printf(buf, "| [%s](#%s) | %s | ", tw_cause_slug(cause),
			      tw_cause_slug(cause), tw_outcome_slug(tw_cause_outcome(cause)));
		add_filled(buf, tw_cause_entry(cause)->title, false);
		tw_buf_add_text(buf, " |\n");
	}
}

void tw_catalogue_markdown(struct tw_buf *buf, tw_experiment_name experiment)
{
	tw_buf_printf(buf,
		      "<!-- Written by `tcpwhy causes --markdown`, from the table in src/cause: "
		      "change it there. -->\n# The causes\n\n");
	tw_buf_printf(
	    buf,
	    "Table %d. In the tables of facts, *here* is of 100 connections that were so how many "
	    "show the fact, and *of all* is of 100 of any kind. What a cause *needs*, and what was "
	    "seen denies, rules it out; so does what it *excludes*, where that was seen. Names of "
	    "facts are those of the JSON. Examples are lists that tcpwhy reads, as an argument or "
	    "from a file.\n",
	    TW_CAUSE_TABLE_VERSION);
	for (enum tw_cause_kind kind = TW_KIND_ENDING; kind <= TW_KIND_CONDITION; kind++) {
		document_index(buf, kind);
		for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++)
			if (tw_cause_kind_of(cause) == kind)
				document_cause(buf, cause, experiment);
	}
}
