/* emit.c: JSON, one member after the other (RFC 8259). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/emit.h"

#include "base/assert.h"
#include "base/time.h"

static void begin(struct tw_emit *emit, const char *key)
{
	if (emit->has_member[emit->depth])
		tw_buf_add_char(emit->buf, ',');
	emit->has_member[emit->depth] = true;
	if (!key)
		return;
	tw_buf_add_char(emit->buf, '"');
	tw_buf_add_text(emit->buf, key);
	tw_buf_add_text(emit->buf, "\":");
}

void tw_emit_open(struct tw_emit *emit, const char *key, char bracket)
{
	begin(emit, key);
	tw_buf_add_char(emit->buf, bracket);
	emit->depth++;
	TW_ASSERT(emit->depth < TW_EMIT_DEPTH);
	emit->has_member[emit->depth] = false;
}

void tw_emit_close(struct tw_emit *emit, char bracket)
{
	TW_ASSERT(emit->depth > 0);
	emit->depth--;
	tw_buf_add_char(emit->buf, bracket);
}

void tw_emit_str(struct tw_emit *emit, const char *key, struct tw_str value)
{
	begin(emit, key);
	tw_buf_add_json(emit->buf, value);
}

void tw_emit_text(struct tw_emit *emit, const char *key, const char *value)
{
	tw_emit_str(emit, key, tw_str_of(value));
}

void tw_emit_number(struct tw_emit *emit, const char *key, uint64_t value)
{
	begin(emit, key);
	tw_buf_add_number(emit->buf, value);
}

void tw_emit_bool(struct tw_emit *emit, const char *key, bool value)
{
	begin(emit, key);
	tw_buf_add_text(emit->buf, value ? "true" : "false");
}

void tw_emit_fraction(struct tw_emit *emit, const char *key, double value)
{
	begin(emit, key);
	tw_buf_printf(emit->buf, "%.4f", value);
}

void tw_emit_seconds(struct tw_emit *emit, const char *key, int64_t duration_ns)
{
	begin(emit, key);
	tw_buf_add_seconds(emit->buf, duration_ns);
}

void tw_emit_utc(struct tw_emit *emit, const char *key, int64_t time_ns)
{
	begin(emit, key);
	tw_buf_add_char(emit->buf, '"');
	tw_buf_add_utc(emit->buf, time_ns);
	tw_buf_add_char(emit->buf, '"');
}
