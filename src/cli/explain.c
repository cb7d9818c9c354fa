/* explain.c: overview, one connection in full, or JSON. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/explain.h"

#include "base/assert.h"
#include "cli/input.h"
#include "engine/session.h"
#include "report/causality.h"
#include "report/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum {
	CASE_LIMIT_BYTES = 64 * 1024 * 1024,
	OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024,
	/* The overview: this many connections, and of one cause only the first few. */
	PARAGRAPHS_MAX = 20,
	PARAGRAPHS_PER_CAUSE = 3,
	/* An input this small, with one thing wrong in it, is explained in full at once. */
	SMALL_CONNECTIONS = 8,
};

/* What the first look at every verdict leaves, a few bytes a connection. */
struct brief {
	uint8_t outcome;
	uint8_t cause;
	bool selected; /* by --cause */
	bool has_case; /* a segment of it was seen */
};

struct run {
	const struct tw_options *options;
	const struct tw_text_style *style;
	struct tw_session *session;
	struct tw_input input;
	struct tw_summary summary;
	struct brief *briefs;
	struct tw_buf out;
};

static void flush(struct run *run)
{
	if (run->out.size > 0 && fwrite(run->out.text, 1, run->out.size, stdout) != run->out.size)
		exit(TW_EXIT_UNREADABLE); /* nobody reads on: a closed pipe */
	tw_buf_clear(&run->out);
}

static bool is_selected(const struct run *run, const struct tw_verdict *verdict)
{
	if (run->options->cause == TW_CAUSE_COUNT)
		return true;
	for (size_t i = 0; i < verdict->condition_count; i++)
		if (verdict->conditions[i].cause == run->options->cause)
			return true;
	return verdict->hypotheses[0].cause == run->options->cause;
}

static void with_case(struct run *run, uint32_t stream,
		      void (*use)(struct run *, const struct tw_case *,
				  const struct tw_explanation *))
{
	struct tw_arena arena = tw_arena_of(CASE_LIMIT_BYTES);
	struct tw_explanation explanation;
	struct tw_case c;

	tw_session_case(run->session, stream, &arena, &c);
	tw_explain(&c, &arena, &explanation);
	use(run, &c, &explanation);
	flush(run);
	tw_arena_free(&arena);
}

/* ---- what is printed of one connection ---- */

static void print_json(struct run *run, const struct tw_case *c,
		       const struct tw_explanation *explanation)
{
	tw_json_connection(&run->out, c, explanation);
	if (run->options->causality && c->step_count > 0)
		tw_json_causality(&run->out, c);
}

static void print_full(struct run *run, const struct tw_case *c,
		       const struct tw_explanation *explanation)
{
	tw_buf_add_char(&run->out, '\n');
	tw_text_connection(&run->out, c, explanation, run->style);
	if (run->options->causality)
		tw_text_causality(&run->out, c, run->style);
}

static void print_paragraph(struct run *run, const struct tw_case *c,
			    const struct tw_explanation *explanation)
{
	tw_buf_add_char(&run->out, '\n');
	tw_text_paragraph(&run->out, c, explanation, run->style);
}

/* ---- the whole input ---- */

static bool judge_all(struct run *run)
{
	uint32_t count = tw_session_count(run->session);

	run->briefs = calloc(count + 1U, sizeof(*run->briefs));
	if (!run->briefs)
		return false;
	for (uint32_t stream = 0; stream < count; stream++) {
		struct tw_verdict verdict;

		if (!tw_session_has_case(run->session, stream))
			continue;
		tw_session_verdict(run->session, stream, &verdict);
		tw_summary_count(&run->summary, stream, &verdict);
		run->briefs[stream] = (struct brief){
		    .outcome = (uint8_t)verdict.outcome,
		    .cause = verdict.hypotheses[0].cause,
		    .selected = is_selected(run, &verdict),
		    .has_case = true,
		};
	}
	return true;
}

static void summarise(struct run *run)
{
	const struct tw_totals *totals = tw_session_totals(run->session);

	run->summary = (struct tw_summary){
	    .inputs = run->input.summaries,
	    .input_count = run->input.count,
	    .packets = totals->packets,
	    .segments = totals->segments,
	    .icmp_errors = totals->icmp_errors,
	    .unmatched_icmp = totals->unmatched_icmp,
	    .refused = totals->refused,
	    .undecoded = totals->undecoded,
	    .has_time = totals->has_time,
	    .first_ns = totals->first_ns,
	    .last_ns = totals->last_ns,
	    .typed = run->input.is_typed ? &run->input.typed : NULL,
	};
}

static uint64_t wrong_count(const struct run *run)
{
	return run->summary.by_outcome[TW_OUTCOME_FAILED] +
	       run->summary.by_outcome[TW_OUTCOME_DEGRADED];
}

/* A list is typed for the sake of its ending; a small capture with one fault likewise. */
static bool explains_at_once(const struct run *run)
{
	if (run->options->all || run->options->cause != TW_CAUSE_COUNT)
		return false;
	if (run->summary.connections == 1)
		return true;
	if (run->summary.connections > SMALL_CONNECTIONS)
		return false;
	return wrong_count(run) == 1 || (run->input.is_typed && wrong_count(run) == 0);
}

static bool deserves_paragraph(const struct run *run, const struct brief *brief)
{
	if (!brief->selected || !brief->has_case)
		return false;
	return run->options->all || run->options->cause != TW_CAUSE_COUNT ||
	       brief->outcome >= TW_OUTCOME_DEGRADED;
}

static void print_remaining(struct run *run, const uint64_t shown[TW_CAUSE_COUNT])
{
	bool any = false;

	for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++) {
		const struct tw_group *group = &run->summary.groups[cause];
		uint64_t wrong =
		    group->by_outcome[TW_OUTCOME_FAILED] + group->by_outcome[TW_OUTCOME_DEGRADED];

		if (tw_cause_kind_of(cause) != TW_KIND_ENDING || wrong <= shown[cause])
			continue;
		tw_buf_printf(&run->out, "%s%" PRIu64 " more of %s",
			      any ? ", " : "\nNot listed: ", wrong - shown[cause],
			      tw_cause_slug(cause));
		any = true;
	}
	if (any)
		tw_buf_add_text(&run->out, " (--cause SLUG lists them, --all everything)\n");
}

static void print_paragraphs(struct run *run)
{
	uint64_t shown[TW_CAUSE_COUNT] = {0};
	uint32_t count = tw_session_count(run->session);
	bool limited = !run->options->all && run->options->cause == TW_CAUSE_COUNT;
	size_t printed = 0;

	for (unsigned outcome = TW_OUTCOME_COUNT; outcome-- > 0;) {
		for (uint32_t stream = 0; stream < count; stream++) {
			const struct brief *brief = &run->briefs[stream];

			if (brief->outcome != outcome || !deserves_paragraph(run, brief))
				continue;
			if (limited && (printed == PARAGRAPHS_MAX ||
					shown[brief->cause] == PARAGRAPHS_PER_CAUSE))
				continue;
			shown[brief->cause]++;
			printed++;
			with_case(run, stream, print_paragraph);
		}
	}
	if (limited)
		print_remaining(run, shown);
}

static uint32_t worst_stream(const struct run *run)
{
	uint32_t worst = 0;

	for (uint32_t stream = 1; stream < tw_session_count(run->session); stream++)
		if (run->briefs[stream].has_case &&
		    (!run->briefs[worst].has_case ||
		     run->briefs[stream].outcome > run->briefs[worst].outcome))
			worst = stream;
	return worst;
}

static void print_text(struct run *run)
{
	tw_text_summary(&run->out, &run->summary, run->style);
	flush(run);
	if (run->summary.connections == 0)
		return;
	if (explains_at_once(run)) {
		with_case(run, worst_stream(run), print_full);
		return;
	}
	print_paragraphs(run);
	if (wrong_count(run) > 0 && run->input.source)
		tw_buf_printf(&run->out, "\nOne in full: --stream N (N is the number behind #)\n");
	flush(run);
}

static void print_json_all(struct run *run)
{
	for (uint32_t stream = 0; stream < tw_session_count(run->session); stream++)
		if (run->briefs[stream].has_case && run->briefs[stream].selected)
			with_case(run, stream, print_json);
}

static void print_json_end(struct run *run)
{
	for (size_t i = 0; i < run->input.count; i++)
		if (run->input.summaries[i].error.code != TW_ERR_OK)
			tw_json_error(&run->out, run->input.summaries[i].name,
				      &run->input.summaries[i].error);
	tw_json_capture(&run->out, &run->summary);
	flush(run);
}

/* ---- errors and exit status ---- */

static bool is_unreadable(const struct tw_input_summary *input)
{
	return input->error.code != TW_ERR_OK && input->packets == 0 &&
	       input->error.code < TW_ERR_TRUNCATED;
}

static const char *what_next(enum tw_err code)
{
	switch (code) {
	case TW_ERR_FORMAT:
		return "; a row of a list looks like: Client -> Server [SYN]. Rows with all that "
		       "decides are printed by: tshark -r FILE -t ad, or: tcpdump -nn -tttt -S "
		       "-v -r FILE tcp";
	case TW_ERR_DIRECTORY:
		return "; name the files in it";
	case TW_ERR_EMPTY:
		return "; was the capture stopped before its first packet was written?";
	case TW_ERR_SUPPORT:
		return "; decompress it first, or pipe it: ... | tcpwhy -";
	case TW_ERR_OK:
	case TW_ERR_OPEN:
	case TW_ERR_READ:
	case TW_ERR_VERSION:
	case TW_ERR_TRUNCATED:
	case TW_ERR_RECORD:
	case TW_ERR_COMPRESSION:
	case TW_ERR_MEMORY:
	case TW_ERR_WRITE:
		break;
	}
	return "";
}

static void complain(const struct tw_input_summary *input)
{
	struct tw_buf line = tw_buf_of(CASE_LIMIT_BYTES);

	tw_buf_add_text(&line, "tcpwhy: ");
	tw_buf_add_safe(&line, tw_str_of(input->name));
	tw_buf_add_text(&line, ": ");
	tw_error_describe(&line, &input->error);
	if (input->error.code == TW_ERR_OPEN && strchr(input->name, '>'))
		tw_buf_add_text(&line,
				", nor does it read as packets; a list given as an argument looks "
				"like: 'S > C FPA; C > S A'");
	if (is_unreadable(input))
		tw_buf_add_text(&line, what_next(input->error.code));
	else if (input->packets == 0)
		tw_buf_add_text(&line, "; there is no packet before that");
	else
		tw_buf_printf(&line, "; the %" PRIu64 " packets before that were analysed",
			      input->packets);
	tw_buf_add_char(&line, '\n');
	(void)fputs(line.text ? line.text : "", stderr);
	tw_buf_free(&line);
}

static enum tw_exit exit_status(const struct run *run)
{
	enum tw_exit status = TW_EXIT_OK;

	if (run->options->exit_code && wrong_count(run) > 0)
		status = TW_EXIT_FOUND;
	for (size_t i = 0; i < run->input.count; i++) {
		if (is_unreadable(&run->input.summaries[i]))
			return TW_EXIT_UNREADABLE;
		if (run->input.summaries[i].error.code != TW_ERR_OK)
			status = TW_EXIT_DAMAGED;
	}
	return status;
}

static enum tw_exit no_such_stream(struct run *run)
{
	(void)fprintf(stderr, "tcpwhy: there is no stream %" PRIu32 ": the input has %" PRIu32 "\n",
		      run->options->stream, run->summary.connections);
	return TW_EXIT_UNREADABLE;
}

static enum tw_exit report(struct run *run)
{
	bool nothing_read = true;

	for (size_t i = 0; i < run->input.count; i++) {
		if (run->input.summaries[i].error.code != TW_ERR_OK)
			complain(&run->input.summaries[i]);
		nothing_read = nothing_read && is_unreadable(&run->input.summaries[i]);
	}
	if (nothing_read && !run->options->json)
		return TW_EXIT_UNREADABLE;
	if (run->options->has_stream && (run->options->stream >= tw_session_count(run->session) ||
					 !run->briefs[run->options->stream].has_case))
		return no_such_stream(run);
	if (run->options->has_stream) {
		with_case(run, run->options->stream, run->options->json ? print_json : print_full);
	} else if (run->options->json) {
		print_json_all(run);
	} else {
		print_text(run);
	}
	if (run->options->json)
		print_json_end(run);
	return exit_status(run);
}

static uint64_t random_seed(void)
{
	uint64_t seed = 0;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		seed = (uint64_t)(uintptr_t)&seed;
	return seed;
}

enum tw_exit tw_cli_explain(const struct tw_options *options, const struct tw_text_style *style)
{
	struct run run = {.options = options, .style = style, .out = tw_buf_of(OUTPUT_LIMIT_BYTES)};
	struct tw_session_options session_options = {
	    .hash_seed = random_seed(),
	    .watch_stream = options->has_stream ? (int64_t)options->stream : TW_WATCH_ALL,
	};
	enum tw_exit status = TW_EXIT_UNREADABLE;

	run.session = tw_session_new(&session_options);
	if (run.session && tw_input_read(options, run.session, &run.input) &&
	    tw_session_finish(run.session)) {
		summarise(&run);
		if (judge_all(&run))
			status = report(&run);
	} else {
		(void)fputs("tcpwhy: not enough memory\n", stderr);
	}
	tw_input_free(&run.input);
	tw_session_free(run.session);
	tw_buf_free(&run.out);
	free(run.briefs);
	return status;
}
