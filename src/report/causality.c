/* causality.c: what each end had received when it sent each segment, for who asks. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/causality.h"

#include "explain/words.h"
#include "report/emit.h"
#include "tcp/knowledge.h"

#include <inttypes.h>

enum {
	WHO_COLUMNS = 8,
	FLAGS_COLUMNS = 15,
	LINE_MAX_BYTES = 8192,
	/* Of a long connection its end, which is what people ask about. */
	SEGMENTS_SHOWN = 64,
};

static void distances(const struct tw_case *c, int64_t distance_ns[2])
{
	for (unsigned side = 0; side < 2; side++)
		distance_ns[side] = c->connection->side[side].distance_ns;
}

static size_t first_shown(const struct tw_case *c)
{
	return c->step_count > SEGMENTS_SHOWN ? c->step_count - SEGMENTS_SHOWN : 0;
}

static const char *role_of(const struct tw_case *c, unsigned side)
{
	return side == c->facts.cast.roles.client ? "client" : "server";
}

static const char *verb_of(enum tw_received received)
{
	switch (received) {
	case TW_RECEIVED_CERTAINLY:
		return "had";
	case TW_RECEIVED_CERTAINLY_NOT:
		return "had not";
	case TW_RECEIVED_POSSIBLY:
	case TW_RECEIVED_UNKNOWN:
		break;
	}
	return "perhaps";
}

/* "had 8 (its ACK number covers it); perhaps 9, 10; had not 11 (it was still on its way)" */
static void add_knowledge(struct tw_buf *line, const struct tw_knowledge *knowledge)
{
	for (size_t i = 0; i < knowledge->count; i++) {
		const struct tw_heard *heard = &knowledge->heard[i];
		const struct tw_heard *next = i + 1 < knowledge->count ? heard + 1 : NULL;
		const struct tw_heard *before = i > 0 ? heard - 1 : NULL;
		bool begins =
		    !before || before->received != heard->received || before->proof != heard->proof;
		bool ends =
		    !next || next->received != heard->received || next->proof != heard->proof;

		if (begins)
			tw_buf_printf(line, "%s%s ", before ? "; " : "",
				      verb_of((enum tw_received)heard->received));
		tw_buf_printf(line, "%s%" PRIu64, begins ? "" : ", ", heard->frame);
		if (ends && heard->proof != TW_PROOF_NONE)
			tw_buf_printf(line, " (%s)", tw_proof_words((enum tw_proof)heard->proof));
	}
	if (knowledge->count == 0)
		tw_buf_add_text(line, "nothing from there had passed here");
}

static void pad_to(struct tw_buf *buf, size_t start, size_t columns)
{
	if (buf->size - start < columns)
		tw_buf_fill(buf, ' ', columns - (buf->size - start));
}

void tw_text_causality(struct tw_buf *buf, const struct tw_case *c,
		       const struct tw_text_style *style)
{
	const size_t hanging = 8 + WHO_COLUMNS + FLAGS_COLUMNS;
	struct tw_buf line = tw_buf_of(LINE_MAX_BYTES);
	int64_t distance_ns[2];

	if (c->step_count == 0)
		return;
	distances(c, distance_ns);
	tw_text_heading(buf, "What each end had received when it sent", style);
	if (first_shown(c) > 0)
		tw_buf_printf(buf, "        ... %zu segments before these ...\n", first_shown(c));
	for (size_t i = first_shown(c); i < c->step_count; i++) {
		const struct tw_step *step = &c->steps[i];
		struct tw_knowledge knowledge;
		size_t start = buf->size;

		tw_knowledge_of(c->steps, i, distance_ns, &knowledge);
		tw_buf_printf(buf, "%6" PRIu64 "  %s", step->at.frame, role_of(c, step->side));
		pad_to(buf, start, 8 + WHO_COLUMNS);
		tw_words_flags(buf, step->flags);
		pad_to(buf, start, hanging - 1);
		tw_buf_add_char(buf, ' ');
		tw_buf_clear(&line);
		add_knowledge(&line, &knowledge);
		tw_text_wrap(buf, tw_buf_str(&line), hanging, hanging, style);
	}
	tw_buf_free(&line);
}

static const char *key_of(enum tw_received received)
{
	switch (received) {
	case TW_RECEIVED_CERTAINLY:
		return "certain";
	case TW_RECEIVED_CERTAINLY_NOT:
		return "certainly-not";
	case TW_RECEIVED_POSSIBLY:
	case TW_RECEIVED_UNKNOWN:
		break;
	}
	return "possible";
}

void tw_json_causality(struct tw_buf *buf, const struct tw_case *c)
{
	struct tw_emit emit = {.buf = buf};
	int64_t distance_ns[2];

	distances(c, distance_ns);
	tw_emit_open(&emit, NULL, '{');
	tw_emit_text(&emit, "schema", "tcpwhy/1");
	tw_emit_text(&emit, "record", "causality");
	tw_emit_number(&emit, "stream", c->connection->stream);
	tw_emit_open(&emit, "segments", '[');
	for (size_t i = 0; i < c->step_count; i++) {
		struct tw_knowledge knowledge;

		tw_knowledge_of(c->steps, i, distance_ns, &knowledge);
		tw_emit_open(&emit, NULL, '{');
		tw_emit_number(&emit, "frame", c->steps[i].at.frame);
		tw_emit_text(&emit, "side", role_of(c, c->steps[i].side));
		tw_emit_open(&emit, "received", '[');
		for (size_t k = 0; k < knowledge.count; k++) {
			const struct tw_heard *heard = &knowledge.heard[k];

			tw_emit_open(&emit, NULL, '{');
			tw_emit_number(&emit, "frame", heard->frame);
			tw_emit_text(&emit, "is", key_of((enum tw_received)heard->received));
			if (heard->proof != TW_PROOF_NONE)
				tw_emit_text(&emit, "because",
					     tw_proof_words((enum tw_proof)heard->proof));
			tw_emit_close(&emit, '}');
		}
		tw_emit_close(&emit, ']');
		tw_emit_close(&emit, '}');
	}
	tw_emit_close(&emit, ']');
	tw_emit_close(&emit, '}');
	tw_buf_add_char(buf, '\n');
}
