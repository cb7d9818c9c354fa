/* text.c: the terminal's reports, from counts to one connection in full. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/text.h"

#include "base/time.h"
#include "explain/contrast.h"
#include "explain/words.h"
#include "report/ladder.h"

#include <inttypes.h>
#include <string.h>

enum { TEXT_MAX_BYTES = 8192, INDENT = 2, PARAGRAPH_INDENT = 6, STORY_IN_PARAGRAPH = 4 };

static const char *const outcome_colors[] = {
    [TW_OUTCOME_OK] = "\033[32m",	  [TW_OUTCOME_HARMLESS] = "\033[32m",
    [TW_OUTCOME_UNFINISHED] = "\033[36m", [TW_OUTCOME_DEGRADED] = "\033[33m",
    [TW_OUTCOME_FAILED] = "\033[31m",
};

static void add_wrapped(struct tw_buf *buf, struct tw_str text, size_t indent,
			const struct tw_text_style *style)
{
	tw_buf_fill(buf, ' ', indent);
	tw_text_wrap(buf, text, indent, indent, style);
}

/* ---- whole input ---- */

static void add_input_name(struct tw_buf *buf, const char *name)
{
	tw_buf_add_safe(buf, strcmp(name, "-") == 0 ? TW_STR("standard input") : tw_str_of(name));
}

static void add_input_line(struct tw_buf *buf, const struct tw_summary *summary)
{
	const char *unit = summary->typed ? "row" : "packet";
	const char *units = summary->typed ? "rows" : "packets";

	if (summary->input_count == 1)
		add_input_name(buf, summary->inputs[0].name);
	else
		tw_buf_printf(buf, "%zu files", summary->input_count);
	tw_buf_add_text(buf, ": ");
	tw_words_count(buf, summary->packets, unit, units);
	tw_buf_add_text(buf, ", ");
	tw_words_count(buf, summary->connections, "connection", "connections");
	if (summary->has_time && summary->last_ns > summary->first_ns) {
		tw_buf_add_text(buf, ", ");
		tw_buf_add_duration(buf, summary->last_ns - summary->first_ns);
		if (!summary->typed) {
			tw_buf_add_text(buf, " from ");
			tw_buf_add_utc(buf, summary->first_ns);
		}
	}
	tw_buf_add_char(buf, '\n');
}

static void add_outcomes(struct tw_buf *buf, const struct tw_summary *summary,
			 const struct tw_text_style *style)
{
	static const char *const words[] = {
	    [TW_OUTCOME_OK] = "ok",
	    [TW_OUTCOME_HARMLESS] = "harmless",
	    [TW_OUTCOME_UNFINISHED] = "unfinished",
	    [TW_OUTCOME_DEGRADED] = "degraded",
	    [TW_OUTCOME_FAILED] = "failed",
	};
	const char *between = "  ";

	for (unsigned i = TW_OUTCOME_COUNT; i-- > 0;) {
		if (summary->by_outcome[i] == 0)
			continue;
		tw_buf_add_text(buf, between);
		tw_buf_printf(buf, "%" PRIu64 " ", summary->by_outcome[i]);
		tw_text_colored(buf, outcome_colors[i], words[i], style);
		between = " | ";
	}
	if (summary->connections > 0)
		tw_buf_add_char(buf, '\n');
}

static void add_undecoded(struct tw_buf *buf, const struct tw_summary *summary,
			  const struct tw_text_style *style)
{
	struct tw_buf line = tw_buf_of(TEXT_MAX_BYTES);

	for (enum tw_undecoded reason = 0; reason < TW_UNDECODED_COUNT; reason++)
		if (summary->undecoded[reason] > 0)
			tw_buf_printf(&line, "%s%" PRIu64 " %s", line.size ? ", " : "",
				      summary->undecoded[reason], tw_undecoded_slug(reason));
	if (summary->refused > 0)
		tw_buf_printf(&line, "%s%" PRIu64 " of connections that did not fit into memory",
			      line.size ? ", " : "", summary->refused);
	if (line.size > 0) {
		tw_buf_add_text(buf, "  no segment in: ");
		tw_text_wrap(buf, tw_buf_str(&line), 17, 17, style);
	}
	tw_buf_free(&line);
}

static void add_drops(struct tw_buf *buf, const struct tw_summary *summary)
{
	for (size_t i = 0; i < summary->input_count; i++)
		if (summary->inputs[i].drops_known && summary->inputs[i].dropped > 0) {
			tw_buf_printf(buf, "  the capture lost %" PRIu64 " packets itself: ",
				      summary->inputs[i].dropped);
			tw_buf_add_safe(buf, tw_str_of(summary->inputs[i].name));
			tw_buf_add_char(buf, '\n');
		}
}

static void add_foreign(struct tw_buf *buf, const struct tw_summary *summary,
			const struct tw_text_style *style)
{
	const struct tw_typed *typed = summary->typed;
	enum { LISTED = 8, TEXT_SHOWN = 60 };

	if (typed->time_note)
		tw_buf_printf(buf, "  %s\n", typed->time_note);
	if (typed->foreign_total == 0)
		return;
	tw_buf_printf(buf, "  not understood: ");
	tw_words_count(buf, typed->foreign_total, "line", "lines");
	tw_buf_add_char(buf, '\n');
	for (size_t i = 0; i < typed->foreign_count && i < LISTED; i++) {
		struct tw_buf line = tw_buf_of(TEXT_MAX_BYTES);

		if (summary->input_count > 1) {
			add_input_name(&line, summary->inputs[typed->foreign[i].part].name);
			tw_buf_add_text(&line, ", ");
		}
		tw_buf_printf(&line, "line %" PRIu32 ": ", typed->foreign[i].line);
		tw_buf_add_safe(&line, tw_str_head(typed->foreign[i].text, TEXT_SHOWN));
		if (typed->foreign[i].text.size > TEXT_SHOWN)
			tw_buf_add_text(&line, "...");
		tw_buf_printf(&line, " (%s)", typed->foreign[i].reason);
		add_wrapped(buf, tw_buf_str(&line), 2 * INDENT, style);
		tw_buf_free(&line);
	}
	if (typed->foreign_total > LISTED)
		tw_buf_printf(buf, "    ... (--json lists them)\n");
}

static void add_contrast(struct tw_buf *buf, const struct tw_typed *typed,
			 const struct tw_text_style *style)
{
	struct tw_buf text = tw_buf_of(TEXT_MAX_BYTES);
	struct tw_str rest;

	tw_contrast(&text, typed);
	rest = tw_buf_str(&text);
	while (rest.size > 0) {
		size_t end = tw_str_find(rest, TW_STR("\n"));

		add_wrapped(buf, tw_str_head(rest, end), INDENT, style);
		rest = tw_str_from(rest, end + 1);
	}
	tw_buf_free(&text);
}

void tw_text_summary(struct tw_buf *buf, const struct tw_summary *summary,
		     const struct tw_text_style *style)
{
	add_input_line(buf, summary);
	add_outcomes(buf, summary, style);
	add_undecoded(buf, summary, style);
	add_drops(buf, summary);
	if (summary->typed) {
		add_contrast(buf, summary->typed, style);
		add_foreign(buf, summary, style);
	}
}

/* ---- one connection ---- */

static void add_end(struct tw_buf *buf, const struct tw_case *c, unsigned side)
{
	bool ip6 = c->endpoint[side].address.kind == TW_ADDRESS_IP6;

	if (ip6 && c->endpoint[side].port != 0)
		tw_buf_add_char(buf, '[');
	tw_buf_add_safe(buf, c->address[side]);
	if (ip6 && c->endpoint[side].port != 0)
		tw_buf_add_char(buf, ']');
	if (c->endpoint[side].port != 0)
		tw_buf_printf(buf, ":%u", c->endpoint[side].port);
}

static void add_title_line(struct tw_buf *buf, const struct tw_case *c,
			   const struct tw_text_style *style)
{
	unsigned client = c->facts.cast.roles.client;

	tw_buf_printf(buf, "#%-4" PRIu32 " ", c->connection->stream);
	if (style->color)
		tw_buf_add_text(buf, tw_text_bold);
	add_end(buf, c, client);
	tw_buf_add_text(buf, " -> ");
	add_end(buf, c, tw_other(client));
	if (style->color)
		tw_buf_add_text(buf, tw_text_plain);
	tw_buf_add_text(buf, "   ");
	tw_text_colored(buf, outcome_colors[c->verdict.outcome],
			tw_outcome_slug(c->verdict.outcome), style);
	if (c->heading.size > 0) {
		tw_buf_add_text(buf, "   (");
		tw_buf_add_safe(buf, c->heading);
		tw_buf_add_char(buf, ')');
	}
	tw_buf_add_char(buf, '\n');
}

static void add_headline(struct tw_buf *buf, const struct tw_case *c,
			 const struct tw_explanation *explanation, size_t indent,
			 const struct tw_text_style *style)
{
	struct tw_buf line = tw_buf_of(TEXT_MAX_BYTES);

	tw_buf_add(&line, explanation->headline);
	tw_buf_printf(&line, "  [%s, ", tw_cause_slug(c->verdict.hypotheses[0].cause));
	tw_words_percent(&line, c->verdict.hypotheses[0].probability);
	tw_buf_add_char(&line, ']');
	add_wrapped(buf, tw_buf_str(&line), indent, style);
	tw_buf_free(&line);
}

void tw_text_paragraph(struct tw_buf *buf, const struct tw_case *c,
		       const struct tw_explanation *explanation, const struct tw_text_style *style)
{
	struct tw_buf line = tw_buf_of(TEXT_MAX_BYTES);
	/* Of an attempt that never got further, the opening is the story. */
	size_t first =
	    explanation->story_core < explanation->story_events_end ? explanation->story_core : 0;
	size_t end = first + STORY_IN_PARAGRAPH;

	add_title_line(buf, c, style);
	add_headline(buf, c, explanation, PARAGRAPH_INDENT, style);
	if (c->verdict.outcome >= TW_OUTCOME_DEGRADED) {
		for (size_t i = first; i < end && i < explanation->story_events_end; i++) {
			tw_buf_add(&line, explanation->story[i]);
			tw_buf_add_char(&line, ' ');
		}
		add_wrapped(buf, tw_buf_str(&line), PARAGRAPH_INDENT, style);
		if (explanation->advice_count > 0) {
			tw_buf_clear(&line);
			tw_buf_add_text(&line, "Next: ");
			tw_buf_add(&line, explanation->advice[0]);
			add_wrapped(buf, tw_buf_str(&line), PARAGRAPH_INDENT, style);
		}
	}
	if (!c->connection->typed)
		tw_buf_printf(buf, "      tcp.stream eq %" PRIu32 "\n", c->connection->stream);
	tw_buf_free(&line);
}

static void add_story(struct tw_buf *buf, const struct tw_explanation *explanation,
		      const struct tw_text_style *style)
{
	tw_text_heading(buf, "What happened", style);
	for (size_t i = 0; i < explanation->story_count; i++)
		add_wrapped(buf, explanation->story[i], INDENT, style);
}

static void add_answers(struct tw_buf *buf, const struct tw_explanation *explanation,
			const struct tw_text_style *style)
{
	if (explanation->answer_count == 0)
		return;
	tw_text_heading(buf, "What it means", style);
	for (size_t i = 0; i < explanation->answer_count; i++) {
		tw_buf_printf(buf, "  %s\n", explanation->answers[i].question);
		add_wrapped(buf, explanation->answers[i].answer, 2 * INDENT, style);
	}
}

static void add_evidence(struct tw_buf *buf, const struct tw_case *c, const char *label,
			 const uint8_t facts[], size_t count, const struct tw_text_style *style)
{
	enum { INDENT_EVIDENCE = 17, SHOWN = 5 };

	for (size_t i = 0; i < count && i < SHOWN; i++) {
		struct tw_buf line = tw_buf_of(TEXT_MAX_BYTES);
		const struct tw_fact_value *value = &c->facts.value[facts[i]];

		tw_words_fact(&line, c, facts[i], false);
		if (value->percent < TW_SEEN)
			tw_buf_printf(&line, " [inferred, %u %%]", value->percent);
		tw_buf_printf(buf, "%*s%-9s", INDENT_EVIDENCE - 9, "", i == 0 ? label : "");
		tw_text_wrap(buf, tw_buf_str(&line), INDENT_EVIDENCE, INDENT_EVIDENCE, style);
		tw_buf_free(&line);
	}
}

/* What would raise or sink a hypothesis that is still alive and not yet certain. */
static void add_open_fact(struct tw_buf *buf, const struct tw_case *c, const char *label,
			  struct tw_open_fact open, const struct tw_text_style *style)
{
	enum { INDENT_EVIDENCE = 17 };
	struct tw_buf line = tw_buf_of(TEXT_MAX_BYTES);

	if (open.fact == TW_FACT_NONE)
		return;
	tw_words_open_fact(&line, c, open);
	tw_buf_printf(buf, "%*s%-9s", INDENT_EVIDENCE - 9, "", label);
	tw_text_wrap(buf, tw_buf_str(&line), INDENT_EVIDENCE, INDENT_EVIDENCE, style);
	tw_buf_free(&line);
}

static void add_hypotheses(struct tw_buf *buf, const struct tw_case *c,
			   const struct tw_text_style *style)
{
	enum { PERCENT_COLUMNS = 10 };

	tw_text_heading(buf, "How sure, and what else it could be", style);
	for (size_t i = 0; i < c->verdict.hypothesis_count; i++) {
		const struct tw_hypothesis *hypothesis = &c->verdict.hypotheses[i];
		struct tw_buf line = tw_buf_of(TEXT_MAX_BYTES);

		if (i >= 3 && hypothesis->probability < 0.01) {
			tw_buf_free(&line);
			break;
		}
		tw_words_percent(&line, hypothesis->probability);
		tw_buf_printf(buf, "%*s  ", PERCENT_COLUMNS, line.text);
		tw_buf_clear(&line);
		tw_buf_printf(&line, "%s: ", tw_cause_slug(hypothesis->cause));
		tw_words_expand(&line, c, tw_cause_entry(hypothesis->cause)->title, TW_NOBODY,
				false);
		tw_text_wrap(buf, tw_buf_str(&line), PERCENT_COLUMNS + 2, PERCENT_COLUMNS + 2,
			     style);
		add_evidence(buf, c, "for", hypothesis->for_facts, hypothesis->for_count, style);
		add_evidence(buf, c, "against", hypothesis->against_facts,
			     hypothesis->against_count, style);
		if (hypothesis->probability < 0.95 && hypothesis->cause != TW_CAUSE_UNKNOWN) {
			add_open_fact(buf, c, "rises if", tw_words_raised_by(c, hypothesis->cause),
				      style);
			add_open_fact(buf, c, "sinks if", tw_words_sunk_by(c, hypothesis->cause),
				      style);
		}
		tw_buf_free(&line);
	}
}

static void add_settles(struct tw_buf *buf, const struct tw_case *c,
			const struct tw_text_style *style)
{
	enum { SETTLES_SHOWN = 4 }; /* JSON has them all */

	if (c->verdict.settle_count == 0)
		return;
	tw_text_heading(buf, "What would settle it, the most telling first", style);
	for (size_t i = 0; i < c->verdict.settle_count && i < SETTLES_SHOWN; i++) {
		const struct tw_settle *settle = &c->verdict.settles[i];
		struct tw_buf line = tw_buf_of(TEXT_MAX_BYTES);

		tw_words_expand(&line, c, tw_fact_info(settle->fact)->settle, TW_NOBODY, true);
		tw_buf_printf(&line, "  [%s or %s]", tw_cause_slug(settle->between[0]),
			      tw_cause_slug(settle->between[1]));
		tw_buf_printf(buf, "  %zu. ", i + 1);
		tw_text_wrap(buf, tw_buf_str(&line), 5, 5, style);
		tw_buf_free(&line);
	}
}

static void add_advice(struct tw_buf *buf, const struct tw_explanation *explanation,
		       const struct tw_text_style *style)
{
	if (explanation->advice_count == 0)
		return;
	tw_text_heading(buf, "What to do", style);
	for (size_t i = 0; i < explanation->advice_count; i++) {
		tw_buf_add_text(buf, "  - ");
		tw_text_wrap(buf, explanation->advice[i], 4, 4, style);
	}
}

static void add_vantage(struct tw_buf *buf, const struct tw_case *c)
{
	const struct tw_vantage *vantage = &c->vantage;

	if (vantage->percent == 0)
		return;
	tw_buf_add_text(buf, "  captured ");
	if (vantage->at == TW_NOBODY)
		tw_buf_add_text(buf, "between the two");
	else
		tw_words_expand(buf, c, "at {side}", vantage->at, false);
	tw_buf_printf(buf, " (%u %%)", vantage->percent);
	if (tw_connection_rtt_ns(c->connection) > 0) {
		tw_buf_add_text(buf, ", round trip ");
		tw_buf_add_duration(buf, tw_connection_rtt_ns(c->connection));
	}
	tw_buf_add_char(buf, '\n');
}

static void add_limits(struct tw_buf *buf, const struct tw_connection *connection)
{
	bool any = false;

	for (enum tw_limit limit = 0; limit < TW_LIMIT_COUNT; limit++) {
		if (!tw_happened(connection->limits[limit]))
			continue;
		tw_buf_printf(buf, "%s%s",
			      any ? ", " : "  limits of this input: ", tw_limit_slug(limit));
		any = true;
	}
	if (any)
		tw_buf_add_char(buf, '\n');
}

static void add_references(struct tw_buf *buf, const struct tw_case *c)
{
	enum tw_cause cause = c->verdict.hypotheses[0].cause;
	const struct tw_cause_entry *entry = tw_cause_entry(cause);

	tw_buf_printf(buf, "\nMore: tcpwhy causes %s", tw_cause_slug(cause));
	for (size_t i = 0; i < TW_REFERENCES_MAX && entry->references[i]; i++)
		tw_buf_printf(buf, "; %s", entry->references[i]);
	tw_buf_printf(buf, "\n");
}

void tw_text_connection(struct tw_buf *buf, const struct tw_case *c,
			const struct tw_explanation *explanation, const struct tw_text_style *style)
{
	add_title_line(buf, c, style);
	add_headline(buf, c, explanation, INDENT, style);
	add_vantage(buf, c);
	add_limits(buf, c->connection);
	add_story(buf, explanation, style);
	tw_text_ladder(buf, c, style);
	add_answers(buf, explanation, style);
	add_hypotheses(buf, c, style);
	add_settles(buf, c, style);
	add_advice(buf, explanation, style);
	add_references(buf, c);
}
