/* describe.h: a parsed list as short lines of text, so that tests read like the lists. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TESTS_TYPED_DESCRIBE_H
#define TW_TESTS_TYPED_DESCRIBE_H

#include "base/buf.h"
#include "base/str.h"
#include "typed/typed.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void describe_end(struct tw_buf *out, const struct tw_typed *typed,
			 const struct tw_endpoint *end)
{
	char text[INET6_ADDRSTRLEN] = "-";

	if (end->address.kind == TW_ADDRESS_NAME)
		tw_buf_add(out, tw_typed_name(typed, &end->address));
	else if (end->address.kind != TW_ADDRESS_NONE)
		inet_ntop(end->address.kind == TW_ADDRESS_IP4 ? AF_INET : AF_INET6,
			  end->address.bytes, text, sizeof(text));
	if (end->address.kind != TW_ADDRESS_NAME)
		tw_buf_add_text(out, text);
	if (end->port)
		tw_buf_printf(out, ":%u", (unsigned)end->port);
}

static void describe_flags(struct tw_buf *out, const struct tw_segment *segment)
{
	static const char letters[] = "FSRPAUEWN";

	tw_buf_add_text(out, tw_segment_knows(segment, TW_FIELD_FLAGS) ? " " : " ?");
	for (unsigned i = 0; i < 9; i++)
		if (segment->flags & 1u << i)
			tw_buf_add_char(out, letters[i]);
}

static void describe_field(struct tw_buf *out, const struct tw_segment *segment, uint32_t field,
			   const char *name, uint32_t value)
{
	if (tw_segment_knows(segment, field))
		tw_buf_printf(out, " %s=%u", name, value);
}

static void describe_options(struct tw_buf *out, const struct tw_segment *segment)
{
	const struct tw_tcp_options *options = &segment->options;

	if (!tw_segment_knows(segment, TW_FIELD_OPTIONS))
		return;
	tw_buf_add_text(out, " opt");
	if (options->present & TW_OPTION_MSS)
		tw_buf_printf(out, " mss=%u", (unsigned)options->mss);
	if (options->present & TW_OPTION_WINDOW_SCALE)
		tw_buf_printf(out, " shift=%u", (unsigned)options->window_scale);
	if (options->present & TW_OPTION_SACK_PERMITTED)
		tw_buf_add_text(out, " sackok");
	if (options->present & TW_OPTION_TIMESTAMPS)
		tw_buf_printf(out, " ts=%u/%u", options->tsval, options->tsecr);
	for (unsigned i = 0; i < options->sack_count; i++)
		tw_buf_printf(out, " sack=%u-%u", options->sack[i].left, options->sack[i].right);
}

static void describe_row(struct tw_buf *out, const struct tw_typed *typed,
			 const struct tw_typed_row *row)
{
	const struct tw_segment *segment = &row->segment;

	tw_buf_printf(out, "c%u #%u l%u ", row->connection, (unsigned)segment->frame,
		      segment->text_line);
	describe_end(out, typed, &segment->source);
	tw_buf_add_char(out, '>');
	describe_end(out, typed, &segment->destination);
	describe_flags(out, segment);
	if (tw_segment_knows(segment, TW_FIELD_TIME))
		tw_buf_printf(out, " t=%lld", (long long)segment->time_ns);
	describe_field(out, segment, TW_FIELD_SEQ, "seq", segment->seq);
	describe_field(out, segment, TW_FIELD_ACK, "ack", segment->ack);
	describe_field(out, segment, TW_FIELD_LENGTH, "len", segment->length);
	describe_field(out, segment, TW_FIELD_WINDOW, "win", segment->window);
	describe_field(out, segment, TW_FIELD_WINDOW_SCALED, "scaled", segment->window_scaled);
	if (tw_segment_knows(segment, TW_FIELD_RELATIVE))
		tw_buf_add_text(out, " rel");
	describe_options(out, segment);
	describe_field(out, segment, TW_FIELD_TTL, "ttl", segment->ttl);
	describe_field(out, segment, TW_FIELD_IP_ID, "id", segment->ip_id);
	if (segment->way)
		tw_buf_add_text(out, segment->way == TW_WAY_IN ? " in" : " out");
	if (row->labels.size) {
		tw_buf_add_text(out, " {");
		tw_buf_add(out, row->labels);
		tw_buf_add_char(out, '}');
	}
	if (row->comment.size) {
		tw_buf_add_text(out, " //");
		tw_buf_add(out, row->comment);
	}
	tw_buf_add_char(out, '\n');
}

/* One line per row, "! LINE REASON" per foreign line, then what holds for the list. */
static void describe(struct tw_buf *out, const struct tw_typed *typed)
{
	for (size_t i = 0; i < typed->row_count; i++)
		describe_row(out, typed, &typed->rows[i]);
	for (size_t i = 0; i < typed->foreign_count; i++)
		tw_buf_printf(out, "! %u %s\n", typed->foreign[i].line, typed->foreign[i].reason);
	if (typed->rows_omitted)
		tw_buf_add_text(out, "omitted\n");
	if (typed->time_is_absolute)
		tw_buf_add_text(out, "absolute\n");
	if (typed->time_note)
		tw_buf_printf(out, "note %s\n", typed->time_note);
}

/* Parses `text` and compares with the expected lines. */
TW_UNUSED static void expect(const char *text, const char *expected)
{
	struct tw_arena arena = tw_arena_of(64 << 20);
	struct tw_buf out = tw_buf_of(1 << 20);
	struct tw_typed typed;

	tw_typed_parse(tw_str_of(text), &arena, &typed);
	describe(&out, &typed);
	tw_buf_add_text(&out, "");
	if (!tw_str_equal(tw_buf_str(&out), tw_str_of(expected)))
		print_error("input:\n%s\n", text);
	assert_string_equal(out.text ? out.text : "", expected);
	tw_buf_free(&out);
	tw_arena_free(&arena);
}

#endif
