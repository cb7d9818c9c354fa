/* ladder.c: the packets of a connection, drawn between the states of its two ends. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/ladder.h"

#include "explain/words.h"

#include <inttypes.h>
#include <string.h>

enum {
	ARROW_COLUMNS = 36,
	STATE_COLUMNS = 12,
	/* Longer connections lose their middle: how they begin and end is what explains them. */
	STEPS_SHOWN = 48,
	STEPS_AT_START = 16,
	LABEL_MAX_BYTES = 512,
	TRANSFER_WORDS = 24,
};

static void add_padded(struct tw_buf *buf, struct tw_str text, size_t width)
{
	tw_buf_add(buf, text);
	if (tw_text_columns(text) < width)
		tw_buf_fill(buf, ' ', width - tw_text_columns(text));
}

static bool knows(const struct tw_step *step, uint32_t field)
{
	return (step->known & field) != 0;
}

static void add_label(struct tw_buf *label, const struct tw_step *step)
{
	if (knows(step, TW_FIELD_FLAGS))
		tw_words_flags(label, step->flags);
	else
		tw_buf_add_text(label, "data");
	if (knows(step, TW_FIELD_LENGTH) && step->length > 0)
		tw_buf_printf(label, " len=%" PRIu32, step->length);
	if (knows(step, TW_FIELD_SEQ) && (step->flags & (TW_FIN | TW_RST)))
		tw_buf_printf(label, " seq=%" PRIu32, step->seq);
	if (knows(step, TW_FIELD_ACK) && (step->flags & TW_ACK) && !(step->flags & TW_PSH))
		tw_buf_printf(label, " ack=%" PRIu32, step->ack);
	if (knows(step, TW_FIELD_WINDOW) && (step->flags & TW_RST))
		tw_buf_printf(label, " win=%u", step->window);
}

/* "--- FIN, ACK ------->" or "<-- FIN, ACK --------". */
static void add_arrow(struct tw_buf *buf, const struct tw_step *step, bool to_right)
{
	struct tw_buf label = tw_buf_of(LABEL_MAX_BYTES);
	size_t used;

	add_label(&label, step);
	used = tw_text_columns(tw_buf_str(&label)) + 6;
	tw_buf_add_text(buf, to_right ? "--- " : "<-- ");
	tw_buf_add(buf, tw_buf_str(&label));
	tw_buf_add_char(buf, ' ');
	if (used < ARROW_COLUMNS)
		tw_buf_fill(buf, '-', ARROW_COLUMNS - used);
	tw_buf_add_char(buf, to_right ? '>' : '-');
	tw_buf_free(&label);
}

static void add_notes(struct tw_buf *buf, const struct tw_case *c, const struct tw_step *step)
{
	const uint32_t kinds = TW_MEANING_FAST_RETRANSMISSION | TW_MEANING_TIMEOUT_RETRANSMISSION |
			       TW_MEANING_SPURIOUS | TW_MEANING_TAIL_LOSS_PROBE;
	uint32_t meanings = step->meaning;
	bool any = false;

	if (meanings & kinds)
		meanings &= ~(uint32_t)TW_MEANING_RETRANSMISSION;
	for (uint32_t bit = 0; bit < 32; bit++) {
		uint32_t meaning = meanings & (UINT32_C(1) << bit);
		const char *words;

		if (!meaning)
			continue;
		words = tw_meaning_words((enum tw_meaning)meaning);
		if (words[0] == '\0')
			continue;
		tw_buf_printf(buf, "%s%s", any ? "; " : "  ", words);
		any = true;
	}
	if (step->answers != 0)
		tw_buf_printf(buf, "%sanswers %s %" PRIu64, any ? "; " : "  ", tw_words_unit(c),
			      step->answers);
}

static void add_row(struct tw_buf *buf, const struct tw_case *c, const struct tw_step *step)
{
	unsigned client = c->facts.cast.roles.client;
	unsigned server = tw_other(client);
	bool timed = c->connection->timed;

	tw_buf_printf(buf, "%6" PRIu64 "  ", step->at.frame);
	if (timed) {
		struct tw_buf time = tw_buf_of(LABEL_MAX_BYTES);
		int64_t us = (step->at.time_ns - c->connection->first.time_ns) / TW_NS_PER_US;
		int64_t size = us < 0 ? -us : us;

		tw_buf_printf(&time, "%s%" PRId64 ".%06" PRId64, us < 0 ? "-" : "", size / 1000000,
			      size % 1000000);
		add_padded(buf, tw_buf_str(&time), 12);
		tw_buf_free(&time);
	}
	add_padded(buf, tw_str_of(tw_state_name(step->state[client])), STATE_COLUMNS + 1);
	add_arrow(buf, step, step->side == client);
	tw_buf_add_char(buf, ' ');
	add_padded(buf, tw_str_of(tw_state_name(step->state[server])), STATE_COLUMNS);
	add_notes(buf, c, step);
	while (buf->size > 0 && buf->text[buf->size - 1] == ' ')
		buf->text[--buf->size] = '\0';
	tw_buf_add_char(buf, '\n');
}

static void add_names(struct tw_buf *buf, const struct tw_case *c)
{
	unsigned client = c->facts.cast.roles.client;
	struct tw_buf name = tw_buf_of(LABEL_MAX_BYTES);

	tw_buf_printf(buf, "%6s  ", tw_words_unit(c));
	if (c->connection->timed)
		tw_buf_printf(buf, "%-12s", "seconds");
	tw_buf_add_safe(&name, tw_str_head(c->name[client], 40));
	add_padded(buf, tw_buf_str(&name), STATE_COLUMNS + 1 + ARROW_COLUMNS);
	tw_buf_clear(&name);
	tw_buf_add_safe(&name, tw_str_head(c->name[tw_other(client)], 40));
	tw_buf_add(buf, tw_buf_str(&name));
	tw_buf_add_char(buf, '\n');
	tw_buf_free(&name);
}

void tw_text_ladder(struct tw_buf *buf, const struct tw_case *c, const struct tw_text_style *style)
{
	size_t skipped = c->step_count > STEPS_SHOWN ? c->step_count - STEPS_SHOWN : 0;

	if (c->step_count == 0)
		return;
	tw_text_heading(buf, "The packets, and the state of each end after them", style);
	add_names(buf, c);
	for (size_t i = 0; i < c->step_count; i++) {
		if (skipped > 0 && i == STEPS_AT_START) {
			tw_buf_printf(buf, "        ... %zu more ...\n", skipped);
			i += skipped - 1;
			continue;
		}
		add_row(buf, c, &c->steps[i]);
	}
	if (c->step_total > c->step_count)
		tw_buf_printf(buf, "        (%zu later packets are not drawn: a bound was met)\n",
			      c->step_total - c->step_count);
}
