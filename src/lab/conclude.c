/* conclude.c: recordings -> sessions -> verdicts, matched to the connections of the truth. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/conclude.h"

#include "cause/entry.h"
#include "engine/session.h"
#include "lab/truth.h"
#include "report/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { LINKTYPE_ETHERNET = 1, CASE_LIMIT_BYTES = 64 * 1024 * 1024, SLUG_COLUMNS = 26 };

static const char *const place[LAB_POINTS] = {[LAB_AT_CLIENT] = "at the client",
					      [LAB_AT_MIDDLE] = "in the middle",
					      [LAB_AT_SERVER] = "at the server"};

static struct tw_session *session_of(const struct lab_recording *recording)
{
	struct tw_session_options options = {.hash_seed = 1, .watch_stream = TW_WATCH_ALL};
	struct tw_session *session = tw_session_new(&options);

	if (!session)
		return NULL;
	for (size_t i = 0; i < recording->count; i++) {
		const struct lab_recorded *frame = &recording->frames[i];

		tw_session_frame(session,
				 &(struct tw_frame){
				     .number = i + 1,
				     .has_time = true,
				     .time_ns = frame->time_ns,
				     .link_type = LINKTYPE_ETHERNET,
				     .wire_bytes = (uint32_t)frame->size,
				     .bytes = {recording->bytes + frame->offset, frame->size},
				 });
	}
	if (tw_session_finish(session))
		return session;
	tw_session_free(session);
	return NULL;
}

static bool is_endpoint(const struct tw_endpoint *endpoint, const struct lab_endpoint *wanted)
{
	size_t size = wanted->ip6 ? 16 : 4;

	return endpoint->port == wanted->port &&
	       endpoint->address.kind == (wanted->ip6 ? TW_ADDRESS_IP6 : TW_ADDRESS_IP4) &&
	       memcmp(endpoint->address.bytes, wanted->address, size) == 0;
}

static bool is_connection(const struct tw_case *c, const struct lab_endpoint ends[2])
{
	return (is_endpoint(&c->endpoint[0], &ends[0]) && is_endpoint(&c->endpoint[1], &ends[1])) ||
	       (is_endpoint(&c->endpoint[0], &ends[1]) && is_endpoint(&c->endpoint[1], &ends[0]));
}

static bool same_ends(const struct lab_endpoint a[2], const struct lab_endpoint b[2])
{
	for (size_t i = 0; i < 2; i++)
		if (a[i].port != b[i].port || memcmp(a[i].address, b[i].address, 16) != 0)
			return false;
	return true;
}

/* How many earlier connections of the run had the same ends: a port that was used again. */
static unsigned earlier_alike(const struct lab_run *run, uint32_t number, enum lab_point point)
{
	struct lab_endpoint ends[2];
	struct lab_endpoint other[2];
	unsigned count = 0;

	lab_truth_ends(run, number, point, ends);
	for (uint32_t i = 1; i < number; i++) {
		lab_truth_ends(run, i, point, other);
		count += same_ends(ends, other);
	}
	return count;
}

/* The stream of the connection with this number, or false: none of its packets came here. */
static bool find_case(struct tw_session *session, const struct lab_run *run, uint32_t number,
		      enum lab_point point, struct tw_arena *arena, struct tw_case *c)
{
	unsigned skip = earlier_alike(run, number, point);
	struct lab_endpoint ends[2];

	lab_truth_ends(run, number, point, ends);
	for (uint32_t stream = 0; stream < tw_session_count(session); stream++) {
		if (!tw_session_has_case(session, stream))
			continue;
		tw_session_case(session, stream, arena, c);
		if (is_connection(c, ends) && skip-- == 0)
			return true;
	}
	return false;
}

/* ---- is it so? ---- */

static bool is_one_of(const char *slug, const char *const pair[2])
{
	return strcmp(slug, pair[0]) == 0 || strcmp(slug, pair[1]) == 0;
}

static bool are_inseparable(const char *a, const char *b)
{
	return tw_cause_inseparable(tw_cause_find(tw_str_of(a)), tw_cause_find(tw_str_of(b))) !=
	       NULL;
}

static const char *judge(const struct lab_plan *plan, const struct lab_connection_truth *truth,
			 const char *slug, enum lab_point point)
{
	const char *const alike[2] = {plan->alike[0], plan->alike[1]};

	if (strcmp(slug, truth->cause) == 0)
		return "as it was";
	if (are_inseparable(slug, truth->cause))
		return "as near as packets can tell (an inseparable pair)";
	if (alike[0][0] && is_one_of(slug, alike) && is_one_of(truth->cause, alike))
		return "as near as packets can tell (an inseparable pair)";
	for (size_t i = 0; i < plan->also_right_count; i++)
		if (plan->also_right[i].point == point &&
		    strcmp(plan->also_right[i].slug, slug) == 0)
			return "all that can be seen from here";
	return "OTHERWISE";
}

static void add_conditions(struct tw_buf *out, const struct tw_verdict *verdict)
{
	for (size_t i = 0; i < verdict->condition_count; i++)
		if (verdict->conditions[i].probability >= 0.5)
			tw_buf_printf(out, ", with %s",
				      tw_cause_slug(verdict->conditions[i].cause));
}

static void tell_verdict(struct tw_buf *out, const struct lab_run *run,
			 const struct lab_connection_truth *truth, enum lab_point point,
			 const struct tw_case *c)
{
	const struct tw_verdict *verdict = &c->verdict;
	const char *slug = tw_cause_slug(verdict->hypotheses[0].cause);

	tw_buf_printf(out, "    %-14s %-*s %.3f", place[point], SLUG_COLUMNS, slug,
		      verdict->hypotheses[0].probability);
	if (verdict->hypothesis_count > 1)
		tw_buf_printf(out, "  (%s %.3f)", tw_cause_slug(verdict->hypotheses[1].cause),
			      verdict->hypotheses[1].probability);
	tw_buf_printf(out, "\n    %-14s ended by %s", "", tw_ender_slug(verdict->ended_by));
	add_conditions(out, verdict);
	tw_buf_printf(out, ": %s\n", judge(run->plan, truth, slug, point));
}

static void tell_truth(struct tw_buf *out, const struct lab_run *run, uint32_t number)
{
	const struct lab_connection_truth *truth = &run->plan->connections[number];

	tw_buf_printf(out, "  Connection %" PRIu32 " was: %s", number, truth->cause);
	for (size_t i = 0; i < truth->condition_count; i++)
		tw_buf_printf(out, ", with %s", truth->conditions[i]);
	if (truth->ended_by != LAB_WHO_UNSAID)
		tw_buf_printf(out, "; ended by %s", lab_who_slug(truth->ended_by));
	tw_buf_add_text(out, truth->incidental ? " (incidental)\n" : "\n");
}

static void tell_connection(struct tw_buf *out, const struct lab_run *run, uint32_t number,
			    struct tw_session *sessions[LAB_POINTS])
{
	tell_truth(out, run, number);
	for (enum lab_point point = 0; point < LAB_POINTS; point++) {
		struct tw_arena arena = tw_arena_of(CASE_LIMIT_BYTES);
		struct tw_case c;

		if (find_case(sessions[point], run, number, point, &arena, &c))
			tell_verdict(out, run, &run->plan->connections[number], point, &c);
		else
			tw_buf_printf(out, "    %-14s not a packet of it was seen\n", place[point]);
		tw_arena_free(&arena);
	}
}

/* The words for the first connection that the scenario is about, as recorded in the middle. */
static void tell_words(struct tw_buf *out, const struct lab_run *run, struct tw_session *session,
		       const struct tw_text_style *style)
{
	struct tw_arena arena = tw_arena_of(CASE_LIMIT_BYTES);
	struct tw_explanation explanation;
	struct tw_case c;
	uint32_t number = lab_plan_main_connection(run->plan);

	if (find_case(session, run, number, LAB_AT_MIDDLE, &arena, &c)) {
		tw_explain(&c, &arena, &explanation);
		tw_buf_printf(out, "\nIn words, of connection %" PRIu32 " in the middle:\n\n",
			      number);
		tw_text_paragraph(out, &c, &explanation, style);
	}
	tw_arena_free(&arena);
}

bool lab_conclude(struct tw_buf *out, const struct lab_run *run, const struct tw_text_style *style)
{
	struct tw_session *sessions[LAB_POINTS] = {NULL};
	bool complete = true;

	for (enum lab_point point = 0; point < LAB_POINTS; point++) {
		sessions[point] = session_of(lab_wire_recording(run->wire, point));
		complete = complete && sessions[point];
	}
	if (complete) {
		tw_text_heading(out, "What tcpwhy concluded, from the packets alone", style);
		for (uint32_t number = 1; number <= run->plan->connection_count; number++)
			tell_connection(out, run, number, sessions);
		tell_words(out, run, sessions[LAB_AT_MIDDLE], style);
	}
	for (enum lab_point point = 0; point < LAB_POINTS; point++)
		tw_session_free(sessions[point]);
	return complete;
}
