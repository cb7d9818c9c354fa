/* api.c: the public API over a session. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcpwhy.h"

#include "engine/session.h"
#include "report/json.h"
#include "report/text.h"

#include <stdlib.h>
#include <sys/random.h>

enum { TEXT_LIMIT_BYTES = 512 * 1024 * 1024, CASE_LIMIT_BYTES = 64 * 1024 * 1024 };

struct tcpwhy {
	struct tw_session *session;
	struct tw_arena arena; /* of a typed list */
	struct tw_typed typed;
	struct tw_buf out;
};

struct tcpwhy *tcpwhy_new(void)
{
	struct tw_session_options options = {.watch_stream = TW_WATCH_ALL};
	struct tcpwhy *why = calloc(1, sizeof(*why));

	if (!why)
		return NULL;
	if (getrandom(&options.hash_seed, sizeof(options.hash_seed), 0) < 0)
		options.hash_seed = (uint64_t)(uintptr_t)why;
	why->arena = tw_arena_of(TEXT_LIMIT_BYTES);
	why->out = tw_buf_of(CASE_LIMIT_BYTES);
	why->session = tw_session_new(&options);
	if (!why->session) {
		free(why);
		return NULL;
	}
	return why;
}

void tcpwhy_free(struct tcpwhy *why)
{
	if (!why)
		return;
	tw_session_free(why->session);
	tw_arena_free(&why->arena);
	tw_buf_free(&why->out);
	free(why);
}

void tcpwhy_push_frame(struct tcpwhy *why, const struct tcpwhy_frame *frame)
{
	struct tw_frame inner = {
	    .number = frame->number,
	    .has_time = frame->has_time,
	    .time_ns = frame->time_ns,
	    .link_type = frame->link_type,
	    .wire_bytes = frame->wire_bytes,
	    .bytes = tw_slice_of(frame->bytes, frame->captured_bytes),
	};

	tw_session_frame(why->session, &inner);
}

size_t tcpwhy_push_text(struct tcpwhy *why, const char *text, size_t size)
{
	struct tw_str given = {.text = text, .size = size};
	struct tw_str copy = tw_arena_copy_str(&why->arena, given);
	size_t rows = tw_typed_parse(copy, &why->arena, &why->typed);

	if (rows > 0)
		tw_session_typed(why->session, &why->typed);
	return rows;
}

bool tcpwhy_finish(struct tcpwhy *why)
{
	return tw_session_finish(why->session);
}

uint32_t tcpwhy_count(const struct tcpwhy *why)
{
	return tw_session_count(why->session);
}

/* Makes the case of a stream; false where it has none. The arena is the caller's to free. */
static bool make_case(const struct tcpwhy *why, uint32_t stream, struct tw_arena *arena,
		      struct tw_case *c)
{
	*arena = tw_arena_of(CASE_LIMIT_BYTES);
	if (stream >= tcpwhy_count(why) || !tw_session_has_case(why->session, stream))
		return false;
	tw_session_case(why->session, stream, arena, c);
	return true;
}

const char *tcpwhy_cause(struct tcpwhy *why, uint32_t stream)
{
	struct tw_arena arena;
	struct tw_case c;
	const char *slug = NULL;

	if (make_case(why, stream, &arena, &c))
		slug = tw_cause_slug(c.verdict.hypotheses[0].cause);
	tw_arena_free(&arena);
	return slug;
}

/* How a record is written into the object's buffer. */
typedef void record_writer(struct tw_buf *, const struct tw_case *, const struct tw_explanation *,
			   unsigned width);

static void write_json(struct tw_buf *buf, const struct tw_case *c,
		       const struct tw_explanation *explanation, unsigned width)
{
	(void)width;
	tw_json_connection(buf, c, explanation);
}

static void write_text(struct tw_buf *buf, const struct tw_case *c,
		       const struct tw_explanation *explanation, unsigned width)
{
	struct tw_text_style style = {.width = width};

	if (style.width < TW_TEXT_WIDTH_MIN)
		style.width = TW_TEXT_WIDTH_MIN;
	if (style.width > TW_TEXT_WIDTH_MAX)
		style.width = TW_TEXT_WIDTH_MAX;
	tw_text_connection(buf, c, explanation, &style);
}

static const char *record(struct tcpwhy *why, uint32_t stream, unsigned width, record_writer *write)
{
	struct tw_explanation explanation;
	struct tw_arena arena;
	struct tw_case c;
	bool has_case = make_case(why, stream, &arena, &c);

	tw_buf_clear(&why->out);
	if (has_case) {
		tw_explain(&c, &arena, &explanation);
		write(&why->out, &c, &explanation, width);
	}
	tw_arena_free(&arena);
	return has_case ? tw_buf_str(&why->out).text : NULL;
}

const char *tcpwhy_json(struct tcpwhy *why, uint32_t stream)
{
	return record(why, stream, 0, write_json);
}

const char *tcpwhy_text(struct tcpwhy *why, uint32_t stream, unsigned width)
{
	return record(why, stream, width, write_text);
}
