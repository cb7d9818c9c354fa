/* session.c: one pass over the input fills the records; each verdict is made from its record. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/session.h"

#include "base/assert.h"
#include "cause/judge.h"
#include "context/build.h"
#include "engine/naming.h"
#include "flow/table.h"
#include "tcp/assume.h"
#include "tcp/limits.h"
#include "tcp/replay.h"
#include "tcp/zeek.h"

#include <stdlib.h>
#include <string.h>

enum {
	CHUNK_ENTRIES = 256,
	STEPS_FIRST = 1024,
	STEPS_MAX = 65536, /* STEPS_FIRST, doubled some times */
	/* Memory for what is settled at the end: about 150 bytes a connection. */
	CONTEXT_LIMIT_BYTES = 1024 * 1024 * 1024,
};

/* What the pass keeps of one connection. */
struct entry {
	struct tw_connection connection;
	struct tw_zeek zeek;
};

struct tw_session {
	struct tw_session_options options;
	struct tw_flow_table *flows;
	struct tw_fragments *fragments;
	struct entry **chunks;
	size_t chunk_count;
	struct tw_step *steps; /* of all watched streams, in the order of the input */
	size_t step_capacity;
	size_t step_count;
	size_t step_total;
	/* The same stream by stream, where all are watched and fit; else NULL. */
	const struct tw_step *sorted_steps;
	const uint32_t *step_starts; /* of each stream, and where the last one ends */
	const struct tw_typed *typed;
	struct tw_session *second; /* the list with its doubted rows turned; NULL without such */
	struct tw_typed turned;
	struct tw_totals totals;
	bool end_known;
	int64_t end_ns;	       /* of the recording, at the last frame or after it */
	struct tw_arena arena; /* of what is settled at the end */
	struct tw_memo *memo;
	struct tw_neighbour *neighbours;
	struct tw_neighbourhood *neighbourhood;
};

struct tw_session *tw_session_new(const struct tw_session_options *options)
{
	struct tw_session *session = calloc(1, sizeof(*session));

	if (!session)
		return NULL;
	session->options = *options;
	session->arena = tw_arena_of(CONTEXT_LIMIT_BYTES);
	session->flows = tw_flow_table_new(options->hash_seed);
	session->fragments = tw_fragments_new();
	if (!session->flows || !session->fragments) {
		tw_session_free(session);
		return NULL;
	}
	return session;
}

void tw_session_free(struct tw_session *session)
{
	if (!session)
		return;
	tw_session_free(session->second);
	for (size_t i = 0; i < session->chunk_count; i++)
		free(session->chunks[i]);
	free(session->chunks);
	free(session->steps);
	if (session->flows)
		tw_flow_table_free(session->flows);
	if (session->fragments)
		tw_fragments_free(session->fragments);
	tw_arena_free(&session->arena);
	free(session);
}

/* Streams that have a record; the others came when there was no room left. */
static uint32_t kept_count(const struct tw_session *session)
{
	uint32_t flows = tw_flow_table_count(session->flows);
	size_t room = session->chunk_count * CHUNK_ENTRIES;

	return flows < room ? flows : (uint32_t)room;
}

static struct entry *entry_at(const struct tw_session *session, uint32_t stream)
{
	return &session->chunks[stream / CHUNK_ENTRIES][stream % CHUNK_ENTRIES];
}

/* The entry of a stream, made with its chunk where it is new; NULL without memory. */
static struct entry *entry_for(struct tw_session *session, const struct tw_flow_hit *hit)
{
	size_t chunk = hit->index / CHUNK_ENTRIES;

	if (hit->index >= TW_LIMIT_CONNECTIONS || chunk > session->chunk_count)
		return NULL;
	if (chunk == session->chunk_count) {
		struct entry **chunks =
		    realloc(session->chunks, (chunk + 1) * sizeof(*session->chunks));

		if (!chunks)
			return NULL;
		session->chunks = chunks;
		session->chunks[chunk] = calloc(CHUNK_ENTRIES, sizeof(struct entry));
		if (!session->chunks[chunk])
			return NULL;
		session->chunk_count = chunk + 1;
	}

	struct entry *entry = entry_at(session, hit->index);

	if (hit->created)
		tw_connection_init(&entry->connection, hit->index, session->typed != NULL);
	return entry;
}

static bool grow_steps(struct tw_session *session)
{
	size_t capacity = session->step_capacity ? session->step_capacity * 2 : STEPS_FIRST;
	struct tw_step *steps = realloc(session->steps, capacity * sizeof(*steps));

	if (!steps)
		return false;
	session->steps = steps;
	session->step_capacity = capacity;
	return true;
}

static struct tw_step *step_for(struct tw_session *session, uint32_t stream)
{
	if (session->options.watch_stream != TW_WATCH_ALL &&
	    session->options.watch_stream != (int64_t)stream)
		return NULL;
	session->step_total++;
	if (session->step_count == STEPS_MAX ||
	    (session->step_count == session->step_capacity && !grow_steps(session)))
		return NULL;

	struct tw_step *step = &session->steps[session->step_count++];

	*step = (struct tw_step){.stream = stream};
	return step;
}

static void replay(struct tw_connection *connection, const struct tw_segment *segment,
		   unsigned side, struct tw_step *step)
{
	bool is_self =
	    segment->source.port != 0 && tw_endpoint_equal(&segment->source, &segment->destination);

	if (is_self)
		tw_replay_self(connection, segment, step);
	else
		tw_replay(connection, segment, side, step);
}

static void take_segment(struct tw_session *session, const struct tw_segment *segment,
			 const struct tw_flow_hit *hit)
{
	struct entry *entry = entry_for(session, hit);

	if (!entry) {
		session->totals.refused++;
		return;
	}
	replay(&entry->connection, segment, hit->direction, step_for(session, hit->index));
	tw_zeek_segment(&entry->zeek, segment, hit->direction);
	session->totals.segments++;
}

static void take_icmp(struct tw_session *session, const struct tw_icmp_error *error)
{
	struct tw_flow_hit hit;
	struct entry *entry;

	session->totals.icmp_errors++;
	if (!tw_flow_table_quoted(session->flows, error, &hit)) {
		session->totals.unmatched_icmp++;
		return;
	}
	entry = entry_for(session, &hit);
	if (!entry) {
		session->totals.refused++;
		return;
	}
	tw_replay_icmp(&entry->connection, error, hit.direction);
}

static void note_time(struct tw_totals *totals, int64_t time_ns)
{
	if (!totals->has_time || time_ns < totals->first_ns)
		totals->first_ns = time_ns;
	if (!totals->has_time || time_ns > totals->last_ns)
		totals->last_ns = time_ns;
	totals->has_time = true;
}

/* Wireshark gives a stream to a TCP header whose data offset is impossible: a number used up. */
static void number_malformed(struct tw_session *session, const struct tw_decoded *decoded)
{
	struct tw_flow_hit hit;

	if (decoded->reason != TW_UNDECODED_TCP_HEADER ||
	    !tw_segment_knows(&decoded->segment, TW_FIELD_FLAGS | TW_FIELD_WINDOW))
		return;
	if (!tw_flow_table_find(session->flows, &decoded->segment, &hit) ||
	    !entry_for(session, &hit))
		session->totals.refused++;
}

void tw_session_frame(struct tw_session *session, const struct tw_frame *frame)
{
	static const enum tw_way ways[] = {
	    [TW_FRAME_WAY_UNKNOWN] = TW_WAY_UNKNOWN,
	    [TW_FRAME_WAY_IN] = TW_WAY_IN,
	    [TW_FRAME_WAY_OUT] = TW_WAY_OUT,
	};
	struct tw_wire_frame wire = {
	    .number = frame->number,
	    .time_ns = frame->time_ns,
	    .has_time = frame->has_time,
	    .link_type = frame->link_type,
	    .wire_bytes = frame->wire_bytes,
	    .bytes = frame->bytes,
	    .way = frame->way < TW_LEN(ways) ? ways[frame->way] : TW_WAY_UNKNOWN,
	};
	struct tw_decoded decoded;
	struct tw_flow_hit hit;

	session->totals.packets++;
	if (frame->has_time)
		note_time(&session->totals, frame->time_ns);
	tw_decode(&wire, session->fragments, &decoded);
	switch (decoded.kind) {
	case TW_DECODED_NOTHING:
		session->totals.undecoded[decoded.reason]++;
		number_malformed(session, &decoded);
		break;
	case TW_DECODED_ICMP_ERROR:
		take_icmp(session, &decoded.icmp);
		break;
	case TW_DECODED_SEGMENT:
		if (tw_flow_table_find(session->flows, &decoded.segment, &hit))
			take_segment(session, &decoded.segment, &hit);
		else
			session->totals.refused++;
		break;
	}
}

/* ---- typed lists ---- */

/* A row may leave out the ports that other rows of its connection show. */
static bool may_be_same(const struct tw_endpoint *a, const struct tw_endpoint *b)
{
	return tw_address_equal(&a->address, &b->address) &&
	       (a->port == b->port || a->port == 0 || b->port == 0);
}

/*
 * Rows name their connection themselves. The flow table only numbers them, in the order of first
 * appearance, which is the order of the numbers that the list gives.
 */
static bool add_typed_flow(struct tw_session *session, const struct tw_typed_row *row,
			   struct tw_flow_hit *hit)
{
	if (row->connection < tw_flow_table_count(session->flows)) {
		struct tw_flow *flow = tw_flow_table_at(session->flows, row->connection);
		bool same = may_be_same(&flow->endpoint[0], &row->segment.source) &&
			    may_be_same(&flow->endpoint[1], &row->segment.destination);

		*hit = (struct tw_flow_hit){
		    .flow = flow, .index = row->connection, .direction = same ? 0 : 1};
		return true;
	}
	return tw_flow_table_add(session->flows, &row->segment.source, &row->segment.destination,
				 hit);
}

static void take_typed_icmp(struct tw_session *session, struct entry *entry,
			    const struct tw_typed_row *row, unsigned direction)
{
	struct tw_icmp_error error = *row->icmp;

	error.frame = row->segment.frame;
	error.time_ns = row->segment.time_ns;
	session->totals.icmp_errors++;
	tw_replay_icmp(&entry->connection, &error, direction);
}

static void note_typed_limits(struct tw_connection *connection, const struct tw_typed *typed,
			      const struct tw_typed_row *row)
{
	struct tw_moment at = {row->segment.frame, row->segment.time_ns};

	if (typed->rows_omitted)
		connection->limits[TW_LIMIT_ROWS_OMITTED] = connection->first;
	if (row->translated && !tw_happened(connection->limits[TW_LIMIT_TRANSLATED_TWICE]))
		connection->limits[TW_LIMIT_TRANSLATED_TWICE] = at;
	if (row->doubted)
		connection->limits[TW_LIMIT_DIRECTION_DOUBTED] = at;
}

void tw_session_typed(struct tw_session *session, const struct tw_typed *typed)
{
	TW_ASSERT(session->totals.packets == 0);
	session->typed = typed;
	for (size_t i = 0; i < typed->row_count; i++) {
		const struct tw_typed_row *row = &typed->rows[i];
		struct tw_segment segment = row->segment;
		struct tw_flow_hit hit;
		struct entry *entry;

		session->totals.packets++;
		if (segment.known & TW_FIELD_TIME)
			note_time(&session->totals, segment.time_ns);
		if (!add_typed_flow(session, row, &hit))
			continue;
		entry = entry_for(session, &hit);
		if (!entry)
			continue;
		if (row->icmp) {
			take_typed_icmp(session, entry, row, hit.direction);
			continue;
		}
		tw_zeek_segment(&entry->zeek, &segment, hit.direction);
		tw_assume_numbers(&entry->connection, hit.direction, &segment);
		replay(&entry->connection, &segment, hit.direction, step_for(session, hit.index));
		note_typed_limits(&entry->connection, typed, row);
		session->totals.segments++;
	}
}

/* The list again, with the rows turned whose direction cannot be right. */
static bool read_turned(struct tw_session *session)
{
	const struct tw_typed *typed = session->typed;
	struct tw_typed_row *rows;
	bool any = false;

	for (size_t i = 0; typed && i < typed->row_count; i++)
		any |= typed->rows[i].doubted;
	if (!any)
		return true;
	rows = tw_arena_new(&session->arena, sizeof(*rows), typed->row_count);
	session->second = tw_session_new(&session->options);
	if (!rows || !session->second)
		return false;
	session->turned = *typed;
	session->turned.rows = rows;
	for (size_t i = 0; i < typed->row_count; i++) {
		rows[i] = typed->rows[i];
		if (!rows[i].doubted)
			continue;
		rows[i].doubted = false;
		rows[i].segment.source = typed->rows[i].segment.destination;
		rows[i].segment.destination = typed->rows[i].segment.source;
	}
	tw_session_typed(session->second, &session->turned);
	return tw_session_finish(session->second);
}

/* ---- the end ---- */

static void note_twin(struct tw_session *session, uint32_t stream)
{
	struct tw_connection *connection = &entry_at(session, stream)->connection;
	uint32_t twin;

	if (tw_neighbourhood_twin(session->neighbourhood, stream, &twin) &&
	    !tw_happened(connection->limits[TW_LIMIT_TRANSLATED_TWICE]))
		connection->limits[TW_LIMIT_TRANSLATED_TWICE] = connection->first;
}

/* Where steps were left out, those of one stream are not worth showing among many. */
static bool has_all_steps(const struct tw_session *session)
{
	return session->step_total == session->step_count;
}

/* Brings the steps of each stream together in their order: one pass counts, one places. */
static bool sort_steps(struct tw_session *session, uint32_t count)
{
	uint32_t *starts = tw_arena_new(&session->arena, sizeof(*starts), count + 2U);
	struct tw_step *sorted =
	    tw_arena_new(&session->arena, sizeof(*sorted), session->step_count + 1);

	if (!starts || !sorted)
		return false;
	for (size_t i = 0; i < session->step_count; i++)
		starts[session->steps[i].stream + 2]++;
	for (size_t stream = 2; stream < count + 2U; stream++)
		starts[stream] += starts[stream - 1];
	/* Here starts[n + 1] is where the next step of stream n belongs: in the end, where n + 1
	 * begins. */
	for (size_t i = 0; i < session->step_count; i++)
		sorted[starts[session->steps[i].stream + 1]++] = session->steps[i];
	free(session->steps);
	session->steps = NULL;
	session->sorted_steps = sorted;
	session->step_starts = starts;
	return true;
}

void tw_session_recorded_until(struct tw_session *session, int64_t time_ns)
{
	if (!session->end_known || time_ns > session->end_ns)
		session->end_ns = time_ns;
	session->end_known = true;
}

/* The last frame's time, or that at which a file says that its recording ended. */
static int64_t input_end_ns(const struct tw_session *session)
{
	bool later = session->end_known && session->end_ns > session->totals.last_ns;

	return later ? session->end_ns : session->totals.last_ns;
}

bool tw_session_finish(struct tw_session *session)
{
	uint32_t count = kept_count(session);

	if (session->options.watch_stream == TW_WATCH_ALL && has_all_steps(session) &&
	    !sort_steps(session, count))
		return false;
	session->totals.refused += tw_flow_table_refused(session->flows);
	session->neighbours =
	    tw_arena_new(&session->arena, sizeof(*session->neighbours), count + 1U);
	session->memo = tw_memo_new(&session->arena);
	if (!session->neighbours || !session->memo)
		return false;
	for (uint32_t stream = 0; stream < count; stream++) {
		struct tw_connection *connection = &entry_at(session, stream)->connection;
		const struct tw_flow *flow = tw_flow_table_at(session->flows, stream);
		const struct tw_endpoint *endpoint = flow->endpoint;

		tw_limits_finish(connection, input_end_ns(session));
		session->neighbours[stream] = (struct tw_neighbour){
		    .connection = connection,
		    .endpoint = endpoint,
		    .roles = tw_roles_infer(connection, endpoint,
					    tw_naming_client(session->typed, endpoint)),
		    .previous = flow->earlier < stream ? &session->neighbours[flow->earlier] : NULL,
		};
	}
	session->neighbourhood = tw_neighbourhood_new(session->neighbours, count, &session->arena);
	if (!session->neighbourhood)
		return false;
	for (uint32_t stream = 0; stream < count; stream++)
		note_twin(session, stream);
	return read_turned(session);
}

const struct tw_totals *tw_session_totals(const struct tw_session *session)
{
	return &session->totals;
}

uint32_t tw_session_count(const struct tw_session *session)
{
	return kept_count(session);
}

static struct tw_context context_of(const struct tw_session *session, uint32_t stream)
{
	struct tw_context context = {
	    .input_end_known = !session->typed && session->totals.has_time,
	    .input_end_ns = input_end_ns(session),
	    .input_start_ns = session->totals.first_ns,
	};

	/* Sequences below headings are set beside each other: none comes after another. */
	if (!session->typed || !session->typed->headings)
		tw_neighbourhood_look(session->neighbourhood, stream, &context);
	return context;
}

bool tw_session_has_case(const struct tw_session *session, uint32_t stream)
{
	return entry_at(session, stream)->connection.segments > 0;
}

static void point_at_steps(const struct tw_session *session, uint32_t stream, struct tw_case *c)
{
	if (session->step_starts) {
		c->steps = session->sorted_steps + session->step_starts[stream];
		c->step_count = session->step_starts[stream + 1] - session->step_starts[stream];
	} else if (session->options.watch_stream == (int64_t)stream) {
		c->steps = session->steps;
		c->step_count = session->step_count;
	} else {
		return;
	}
	c->step_total = has_all_steps(session) ? c->step_count : (size_t)c->connection->segments;
}

void tw_session_verdict(const struct tw_session *session, uint32_t stream,
			struct tw_verdict *verdict)
{
	const struct tw_connection *connection = &entry_at(session, stream)->connection;
	struct tw_context context = context_of(session, stream);
	struct tw_fact_set facts;

	tw_facts_derive(connection, &context, session->neighbours[stream].roles, &facts);
	tw_judge_briefly(&tw_catalogue, connection, &facts, session->memo, verdict);
}

/* What the connection of a doubted row would be. */
static void read_second(const struct tw_session *session, uint32_t stream, struct tw_arena *arena,
			struct tw_case *c)
{
	struct tw_explanation *explanation;
	struct tw_case *other;

	for (size_t i = 0; i < session->typed->row_count; i++) {
		const struct tw_typed_row *row = &session->typed->rows[i];

		if (!row->doubted || row->connection != stream)
			continue;
		other = tw_arena_new(arena, sizeof(*other), 1);
		explanation = tw_arena_new(arena, sizeof(*explanation), 1);
		if (!other || !explanation)
			return;
		tw_session_case(session->second, stream, arena, other);
		tw_explain(other, arena, explanation);
		c->second = (struct tw_second_reading){
		    .row = row->segment.frame,
		    .by_numbers = tw_segment_knows(&row->segment, TW_FIELD_SEQ),
		    .cause = other->verdict.hypotheses[0].cause,
		    .headline = explanation->headline,
		};
	}
}

void tw_session_case(const struct tw_session *session, uint32_t stream, struct tw_arena *arena,
		     struct tw_case *c)
{
	const struct entry *entry = entry_at(session, stream);
	const struct tw_neighbour *self = &session->neighbours[stream];

	memset(c, 0, sizeof(*c));
	c->connection = &entry->connection;
	c->context = context_of(session, stream);
	tw_facts_derive(c->connection, &c->context, self->roles, &c->facts);
	tw_judge(&tw_catalogue, c->connection, &c->facts, session->memo, &c->verdict);
	tw_delivery_assess(c);
	c->vantage = tw_vantage_infer(c->connection);
	c->conn_state = tw_zeek_conn_state(&entry->zeek);
	c->history = tw_zeek_history(&entry->zeek);
	tw_naming_fill(session->typed, self->endpoint, arena, c);
	if (session->second)
		read_second(session, stream, arena, c);
	point_at_steps(session, stream, c);
}
