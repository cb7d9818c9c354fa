/* json.c: records of schema tcpwhy/1, see docs/schema.json. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/json.h"

#include "explain/contrast.h"
#include "explain/words.h"
#include "fact/detail.h"
#include "fact/timers.h"
#include "report/emit.h"
#include "wire/segment.h"

#include <inttypes.h>
#include <stdio.h>

enum { TEXT_MAX_BYTES = 4096 };

static const char schema[] = "tcpwhy/1";

static void frames(struct tw_emit *emit, const uint64_t numbers[], size_t count)
{
	if (count == 0)
		return;
	tw_emit_open(emit, "frames", '[');
	for (size_t i = 0; i < count; i++)
		tw_emit_number(emit, NULL, numbers[i]);
	tw_emit_close(emit, ']');
}

static void endpoint(struct tw_emit *emit, const char *key, const struct tw_case *c, unsigned side)
{
	tw_emit_open(emit, key, '{');
	if (c->address[side].size > 0)
		tw_emit_str(emit, "addr", c->address[side]);
	if (c->endpoint[side].port != 0)
		tw_emit_number(emit, "port", c->endpoint[side].port);
	tw_emit_close(emit, '}');
}

static void identity(struct tw_emit *emit, const struct tw_case *c)
{
	const struct tw_connection *connection = c->connection;
	const struct tw_roles *roles = &c->facts.cast.roles;

	tw_emit_text(emit, "schema", schema);
	tw_emit_text(emit, "record", "connection");
	tw_emit_str(emit, "id", c->id);
	tw_emit_number(emit, "stream", connection->stream);
	if (c->heading.size > 0)
		tw_emit_str(emit, "heading", c->heading);
	endpoint(emit, "client", c, roles->client);
	endpoint(emit, "server", c, roles->server);
	tw_emit_bool(emit, "opener_known", roles->known);
	tw_emit_text(emit, "opener_basis", tw_opener_basis_slug(roles->basis));
	if (connection->timed && !connection->typed)
		tw_emit_utc(emit, "start", connection->first.time_ns);
	if (connection->timed && connection->last.time_ns >= connection->first.time_ns)
		tw_emit_seconds(emit, "duration_s",
				connection->last.time_ns - connection->first.time_ns);
	tw_emit_number(emit, "first_frame", connection->first.frame);
	tw_emit_number(emit, "last_frame", connection->last.frame);
	tw_emit_number(emit, "segments", connection->segments);
}

static void strings(struct tw_emit *emit, const char *key, const struct tw_str items[],
		    size_t count)
{
	tw_emit_open(emit, key, '[');
	for (size_t i = 0; i < count; i++)
		tw_emit_str(emit, NULL, items[i]);
	tw_emit_close(emit, ']');
}

static void conclusion(struct tw_emit *emit, const struct tw_case *c,
		       const struct tw_explanation *explanation)
{
	const struct tw_verdict *verdict = &c->verdict;
	const struct tw_cause_entry *entry = tw_cause_entry(verdict->hypotheses[0].cause);

	tw_emit_text(emit, "outcome", tw_outcome_slug(verdict->outcome));
	tw_emit_text(emit, "closed_first", tw_ender_slug(verdict->closed_first));
	tw_emit_text(emit, "ended_by", tw_ender_slug(verdict->ended_by));
	tw_emit_text(emit, "how", tw_how_slug(verdict->how));
	tw_emit_text(emit, "cause", tw_cause_slug(verdict->hypotheses[0].cause));
	tw_emit_fraction(emit, "probability", verdict->hypotheses[0].probability);
	tw_emit_str(emit, "headline", explanation->headline);
	strings(emit, "story", explanation->story, explanation->story_count);
	tw_emit_open(emit, "answers", '[');
	for (size_t i = 0; i < explanation->answer_count; i++) {
		tw_emit_open(emit, NULL, '{');
		tw_emit_text(emit, "question", explanation->answers[i].question);
		tw_emit_str(emit, "answer", explanation->answers[i].answer);
		tw_emit_close(emit, '}');
	}
	tw_emit_close(emit, ']');
	strings(emit, "advice", explanation->advice, explanation->advice_count);
	tw_emit_open(emit, "references", '[');
	for (size_t i = 0; i < TW_REFERENCES_MAX && entry->references[i]; i++)
		tw_emit_text(emit, NULL, entry->references[i]);
	tw_emit_close(emit, ']');
}

static void fact_list(struct tw_emit *emit, const char *key, const uint8_t facts[], size_t count)
{
	tw_emit_open(emit, key, '[');
	for (size_t i = 0; i < count; i++) {
		tw_emit_open(emit, NULL, '{');
		tw_emit_text(emit, "fact", tw_fact_info(facts[i])->slug);
		tw_emit_close(emit, '}');
	}
	tw_emit_close(emit, ']');
}

static void open_fact(struct tw_emit *emit, const char *key, struct tw_open_fact open)
{
	if (open.fact == TW_FACT_NONE)
		return;
	tw_emit_open(emit, key, '{');
	tw_emit_text(emit, "fact", tw_fact_info(open.fact)->slug);
	tw_emit_text(emit, "value", open.answer == TW_YES ? "yes" : "no");
	tw_emit_close(emit, '}');
}

static void hypotheses(struct tw_emit *emit, const struct tw_case *c)
{
	const struct tw_verdict *verdict = &c->verdict;

	fact_list(emit, "proof", verdict->proofs, verdict->proof_count);
	tw_emit_open(emit, "hypotheses", '[');
	for (size_t i = 0; i < verdict->hypothesis_count; i++) {
		const struct tw_hypothesis *hypothesis = &verdict->hypotheses[i];

		tw_emit_open(emit, NULL, '{');
		tw_emit_text(emit, "cause", tw_cause_slug(hypothesis->cause));
		tw_emit_fraction(emit, "probability", hypothesis->probability);
		fact_list(emit, "for", hypothesis->for_facts, hypothesis->for_count);
		fact_list(emit, "against", hypothesis->against_facts, hypothesis->against_count);
		open_fact(emit, "raised_by", tw_words_raised_by(c, hypothesis->cause));
		open_fact(emit, "sunk_by", tw_words_sunk_by(c, hypothesis->cause));
		tw_emit_close(emit, '}');
	}
	tw_emit_close(emit, ']');
	tw_emit_open(emit, "conditions", '[');
	for (size_t i = 0; i < verdict->condition_count; i++) {
		const struct tw_condition *condition = &verdict->conditions[i];

		tw_emit_open(emit, NULL, '{');
		tw_emit_text(emit, "cause", tw_cause_slug(condition->cause));
		tw_emit_fraction(emit, "probability", condition->probability);
		tw_emit_open(emit, "facts", '[');
		for (size_t k = 0; k < condition->fact_count; k++)
			tw_emit_text(emit, NULL, tw_fact_info(condition->facts[k])->slug);
		tw_emit_close(emit, ']');
		tw_emit_close(emit, '}');
	}
	tw_emit_close(emit, ']');
}

static void settles(struct tw_emit *emit, const struct tw_case *c)
{
	struct tw_buf what = tw_buf_of(TEXT_MAX_BYTES);

	tw_emit_open(emit, "settle", '[');
	for (size_t i = 0; i < c->verdict.settle_count; i++) {
		const struct tw_settle *settle = &c->verdict.settles[i];
		const struct tw_fact_info *info = tw_fact_info(settle->fact);

		tw_buf_clear(&what);
		tw_words_expand(&what, c, info->settle, TW_NOBODY, false);
		tw_emit_open(emit, NULL, '{');
		tw_emit_text(emit, "fact", info->slug);
		tw_emit_str(emit, "what", tw_buf_str(&what));
		tw_emit_open(emit, "between", '[');
		tw_emit_text(emit, NULL, tw_cause_slug(settle->between[0]));
		tw_emit_text(emit, NULL, tw_cause_slug(settle->between[1]));
		tw_emit_close(emit, ']');
		tw_emit_fraction(emit, "gain", settle->gain);
		tw_emit_close(emit, '}');
	}
	tw_emit_close(emit, ']');
	tw_buf_free(&what);
}

static void timers(struct tw_emit *emit, const struct tw_fact_value *value)
{
	const struct tw_timer *matching[TW_TIMERS_MAX];
	size_t count = tw_timers_matching(value->duration_ns, value->detail, matching);

	tw_emit_open(emit, "timers", '[');
	for (size_t i = 0; i < count; i++) {
		tw_emit_open(emit, NULL, '{');
		tw_emit_text(emit, "product", matching[i]->product);
		tw_emit_text(emit, "setting", matching[i]->setting);
		tw_emit_number(emit, "seconds", matching[i]->seconds);
		tw_emit_text(emit, "source", matching[i]->source);
		tw_emit_close(emit, '}');
	}
	tw_emit_close(emit, ']');
}

static void details(struct tw_emit *emit, enum tw_fact fact, uint32_t detail)
{
	const struct tw_detail *row;

	tw_emit_open(emit, "detail", '[');
	for (unsigned bit = 0; (row = tw_fact_detail(fact, bit)); bit++)
		if (detail & tw_detail_bit(bit))
			tw_emit_text(emit, NULL, row->slug);
	tw_emit_close(emit, ']');
}

static void facts(struct tw_emit *emit, const struct tw_fact_set *set)
{
	static const char *const parties[] = {
	    [TW_PARTY_CLIENT] = "client",
	    [TW_PARTY_SERVER] = "server",
	    [TW_PARTY_BOTH] = "both",
	    [TW_PARTY_NETWORK] = "network",
	};

	tw_emit_open(emit, "facts", '[');
	for (enum tw_fact fact = TW_FACT_NONE + 1; fact < TW_FACT_COUNT; fact++) {
		const struct tw_fact_value *value = &set->value[fact];

		if (value->answer == TW_UNKNOWN)
			continue;
		tw_emit_open(emit, NULL, '{');
		tw_emit_text(emit, "fact", tw_fact_info(fact)->slug);
		tw_emit_text(emit, "value", value->answer == TW_YES ? "yes" : "no");
		tw_emit_text(emit, "basis", value->percent == TW_SEEN ? "seen" : "inferred");
		if (value->percent != TW_SEEN)
			tw_emit_fraction(emit, "sure", value->percent / 100.0);
		if (value->party != TW_PARTY_NONE)
			tw_emit_text(emit, "side", parties[value->party]);
		if (value->duration_ns != 0)
			tw_emit_seconds(emit, "duration_s", value->duration_ns);
		if (value->detail != 0 && tw_fact_detail(fact, 0))
			details(emit, fact, value->detail);
		frames(emit, value->frames, value->frame_count);
		if (fact == TW_FACT_IDLE_MATCHES_TIMER)
			timers(emit, value);
		tw_emit_close(emit, '}');
	}
	tw_emit_close(emit, ']');
}

static void delivery(struct tw_emit *emit, const struct tw_case *c)
{
	static const char *const keys[] = {"client", "server"};
	const struct tw_delivery *delivered = &c->delivery;

	tw_emit_open(emit, "delivery", '{');
	for (unsigned i = 0; i < 2 && delivered->counted; i++) {
		unsigned client = c->facts.cast.roles.client;
		const struct tw_delivery_side *side =
		    &delivered->side[i == 0 ? client : tw_other(client)];

		tw_emit_open(emit, keys[i], '{');
		tw_emit_number(emit, "sent", side->sent);
		tw_emit_number(emit, "acked", side->acked);
		tw_emit_number(emit, "unacked_at_end", side->unacked_at_end);
		tw_emit_number(emit, "possibly_unread", side->possibly_unread);
		tw_emit_close(emit, '}');
	}
	tw_emit_text(emit, "last_request_processed", tw_processed_slug(delivered->last_request));
	tw_emit_close(emit, '}');
}

static void vantage(struct tw_emit *emit, const struct tw_case *c)
{
	const struct tw_vantage *v = &c->vantage;
	unsigned client = c->facts.cast.roles.client;
	int64_t rtt_client = c->connection->side[client].distance_ns;
	int64_t rtt_server = c->connection->side[tw_other(client)].distance_ns;

	tw_emit_open(emit, "vantage", '{');
	tw_emit_text(emit, "at",
		     v->at != TW_NOBODY ? (v->at == client ? "client" : "server")
		     : v->between	? "between"
					: "unknown");
	if (v->percent > 0)
		tw_emit_fraction(emit, "probability", v->percent / 100.0);
	if (rtt_client > 0)
		tw_emit_seconds(emit, "rtt_client_s", rtt_client);
	if (rtt_server > 0)
		tw_emit_seconds(emit, "rtt_server_s", rtt_server);
	tw_emit_close(emit, '}');
}

static void second_reading(struct tw_emit *emit, const struct tw_second_reading *second)
{
	if (second->row == 0)
		return;
	tw_emit_open(emit, "second_reading", '{');
	tw_emit_number(emit, "row", second->row);
	tw_emit_text(emit, "cause", tw_cause_slug(second->cause));
	tw_emit_str(emit, "headline", second->headline);
	tw_emit_close(emit, '}');
}

static void limits(struct tw_emit *emit, const struct tw_connection *connection)
{
	tw_emit_open(emit, "limits", '[');
	for (enum tw_limit limit = 0; limit < TW_LIMIT_COUNT; limit++) {
		if (!tw_happened(connection->limits[limit]))
			continue;
		tw_emit_open(emit, NULL, '{');
		tw_emit_text(emit, "limit", tw_limit_slug(limit));
		frames(emit, &connection->limits[limit].frame, 1);
		tw_emit_close(emit, '}');
	}
	tw_emit_close(emit, ']');
}

static void stats_side(struct tw_emit *emit, const char *key, const struct tw_side *side,
		       bool counted)
{
	tw_emit_open(emit, key, '{');
	if (counted)
		tw_emit_number(emit, "bytes", side->payload_bytes);
	tw_emit_number(emit, "segments", side->segments);
	tw_emit_number(emit, "payload_segments", side->payload_segments);
	tw_emit_number(emit, "retransmitted", side->retransmitted);
	tw_emit_number(emit, "fast_retransmitted", side->fast_retransmitted);
	tw_emit_number(emit, "timeout_retransmitted", side->timeout_retransmitted);
	tw_emit_number(emit, "tail_probes", side->tail_probes);
	tw_emit_number(emit, "spurious", side->spurious);
	tw_emit_number(emit, "out_of_order", side->out_of_order);
	tw_emit_number(emit, "gaps", side->gaps);
	tw_emit_number(emit, "duplicate_acks", side->duplicate_ack_total);
	tw_emit_number(emit, "zero_windows", side->zero_windows);
	tw_emit_number(emit, "keep_alives", side->keep_alives);
	tw_emit_number(emit, "bad_checksums", side->bad_checksums);
	tw_emit_number(emit, "syns", side->syn_count);
	tw_emit_number(emit, "fins", side->fin.count);
	tw_emit_number(emit, "rsts", side->reset_count);
	tw_emit_close(emit, '}');
}

static void stats(struct tw_emit *emit, const struct tw_case *c)
{
	unsigned client = c->facts.cast.roles.client;

	tw_emit_open(emit, "stats", '{');
	stats_side(emit, "client", &c->connection->side[client], c->delivery.counted);
	stats_side(emit, "server", &c->connection->side[tw_other(client)], c->delivery.counted);
	tw_emit_close(emit, '}');
}

static void related(struct tw_emit *emit, const struct tw_context *context)
{
	tw_emit_open(emit, "related", '[');
	for (enum tw_relation as = 0; as < TW_RELATION_COUNT; as++) {
		const struct tw_related *others = &context->related[as];

		for (size_t i = 0; i < others->count; i++) {
			tw_emit_open(emit, NULL, '{');
			tw_emit_number(emit, "stream", others->stream[i]);
			tw_emit_text(emit, "as", tw_relation_slug(as));
			tw_emit_close(emit, '}');
		}
	}
	tw_emit_close(emit, ']');
}

void tw_json_connection(struct tw_buf *buf, const struct tw_case *c,
			const struct tw_explanation *explanation)
{
	struct tw_emit emit = {.buf = buf};
	char filter[32];

	tw_emit_open(&emit, NULL, '{');
	identity(&emit, c);
	conclusion(&emit, c, explanation);
	hypotheses(&emit, c);
	settles(&emit, c);
	facts(&emit, &c->facts);
	delivery(&emit, c);
	related(&emit, &c->context);
	tw_emit_text(&emit, "stage", tw_stage_slug(c->verdict.stage));
	vantage(&emit, c);
	second_reading(&emit, &c->second);
	limits(&emit, c->connection);
	tw_emit_text(&emit, "conn_state", c->conn_state);
	tw_emit_str(&emit, "history", c->history);
	if (c->community_id.size > 0)
		tw_emit_str(&emit, "community_id", c->community_id);
	if (!c->connection->typed) {
		(void)snprintf(filter, sizeof(filter), "tcp.stream eq %" PRIu32,
			       c->connection->stream);
		tw_emit_text(&emit, "filter", filter);
	}
	stats(&emit, c);
	tw_emit_close(&emit, '}');
	tw_buf_add_char(buf, '\n');
}

void tw_json_error(struct tw_buf *buf, const char *name, const struct tw_error *error)
{
	struct tw_emit emit = {.buf = buf};
	struct tw_buf text = tw_buf_of(TEXT_MAX_BYTES);

	tw_error_describe(&text, error);
	tw_emit_open(&emit, NULL, '{');
	tw_emit_text(&emit, "schema", schema);
	tw_emit_text(&emit, "record", "error");
	tw_emit_text(&emit, "input", name);
	tw_emit_text(&emit, "error", tw_err_slug(error->code));
	tw_emit_str(&emit, "text", tw_buf_str(&text));
	if (error->has_offset)
		tw_emit_number(&emit, "offset", error->offset);
	tw_emit_close(&emit, '}');
	tw_buf_add_char(buf, '\n');
	tw_buf_free(&text);
}

static void inputs(struct tw_emit *emit, const struct tw_summary *summary)
{
	tw_emit_open(emit, "inputs", '[');
	for (size_t i = 0; i < summary->input_count; i++) {
		const struct tw_input_summary *input = &summary->inputs[i];

		tw_emit_open(emit, NULL, '{');
		tw_emit_text(emit, "name", input->name);
		if (input->format)
			tw_emit_text(emit, "format", input->format);
		if (input->compression)
			tw_emit_text(emit, "compression", input->compression);
		tw_emit_number(emit, "packets", input->packets);
		if (input->drops_known)
			tw_emit_number(emit, "dropped", input->dropped);
		tw_emit_number(emit, "skipped_blocks", input->skipped_blocks);
		tw_emit_bool(emit, "truncated", input->error.code != TW_ERR_OK);
		if (input->error.code != TW_ERR_OK)
			tw_emit_text(emit, "error", tw_err_slug(input->error.code));
		tw_emit_close(emit, '}');
	}
	tw_emit_close(emit, ']');
}

static void counts(struct tw_emit *emit, const struct tw_summary *summary)
{
	tw_emit_number(emit, "packets", summary->packets);
	tw_emit_number(emit, "segments", summary->segments);
	tw_emit_number(emit, "icmp_errors", summary->icmp_errors);
	tw_emit_number(emit, "icmp_unmatched", summary->unmatched_icmp);
	tw_emit_open(emit, "undecoded", '{');
	for (enum tw_undecoded reason = 0; reason < TW_UNDECODED_COUNT; reason++)
		if (summary->undecoded[reason] > 0)
			tw_emit_number(emit, tw_undecoded_slug(reason), summary->undecoded[reason]);
	tw_emit_close(emit, '}');
	tw_emit_number(emit, "connections", summary->connections);
	tw_emit_number(emit, "folded", summary->refused);
	if (summary->has_time && !summary->typed)
		tw_emit_utc(emit, "start", summary->first_ns);
	if (summary->has_time)
		tw_emit_seconds(emit, "duration_s", summary->last_ns - summary->first_ns);
	tw_emit_open(emit, "outcomes", '{');
	for (enum tw_outcome outcome = 0; outcome < TW_OUTCOME_COUNT; outcome++)
		tw_emit_number(emit, tw_outcome_slug(outcome), summary->by_outcome[outcome]);
	tw_emit_close(emit, '}');
}

static void groups(struct tw_emit *emit, const struct tw_summary *summary)
{
	tw_emit_open(emit, "groups", '[');
	for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++) {
		const struct tw_group *group = &summary->groups[cause];

		if (group->connections == 0)
			continue;
		tw_emit_open(emit, NULL, '{');
		tw_emit_text(emit, "cause", tw_cause_slug(cause));
		tw_emit_text(emit, "kind",
			     tw_cause_kind_of(cause) == TW_KIND_ENDING ? "ending" : "condition");
		tw_emit_number(emit, "connections", group->connections);
		tw_emit_number(emit, "first_stream", group->first_stream);
		tw_emit_close(emit, '}');
	}
	tw_emit_close(emit, ']');
}

static void contrast(struct tw_emit *emit, const struct tw_typed *typed)
{
	struct tw_buf text = tw_buf_of(TEXT_MAX_BYTES);

	tw_contrast(&text, typed);
	if (text.size > 0)
		tw_emit_str(emit, "contrast", tw_str_trim(tw_buf_str(&text)));
	tw_buf_free(&text);
}

static void not_understood(struct tw_emit *emit, const struct tw_summary *summary)
{
	const struct tw_typed *typed = summary->typed;

	tw_emit_number(emit, "lines_not_understood", typed->foreign_total);
	tw_emit_open(emit, "not_understood", '[');
	for (size_t i = 0; i < typed->foreign_count; i++) {
		tw_emit_open(emit, NULL, '{');
		if (summary->input_count > 1)
			tw_emit_text(emit, "input", summary->inputs[typed->foreign[i].part].name);
		tw_emit_number(emit, "line", typed->foreign[i].line);
		tw_emit_str(emit, "text", tw_str_head(typed->foreign[i].text, 200));
		tw_emit_text(emit, "reason", typed->foreign[i].reason);
		tw_emit_close(emit, '}');
	}
	tw_emit_close(emit, ']');
}

void tw_json_capture(struct tw_buf *buf, const struct tw_summary *summary)
{
	struct tw_emit emit = {.buf = buf};
	bool truncated = false;

	for (size_t i = 0; i < summary->input_count; i++)
		truncated = truncated || summary->inputs[i].error.code != TW_ERR_OK;
	tw_emit_open(&emit, NULL, '{');
	tw_emit_text(&emit, "schema", schema);
	tw_emit_text(&emit, "record", "capture");
	tw_emit_text(&emit, "version", TW_VERSION);
	tw_emit_number(&emit, "table_version", TW_CAUSE_TABLE_VERSION);
	inputs(&emit, summary);
	counts(&emit, summary);
	tw_emit_bool(&emit, "truncated", truncated);
	tw_emit_open(&emit, "limits", '[');
	if (summary->refused > 0)
		tw_emit_text(&emit, NULL, "connections-not-kept");
	if (summary->typed && summary->typed->full)
		tw_emit_text(&emit, NULL, "rows-not-read");
	tw_emit_close(&emit, ']');
	groups(&emit, summary);
	if (summary->typed) {
		contrast(&emit, summary->typed);
		not_understood(&emit, summary);
	}
	tw_emit_close(&emit, '}');
	tw_buf_add_char(buf, '\n');
}
