/* contrast.c: compares sequences row by row: who sends, and which flags. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain/contrast.h"

#include <inttypes.h>

/* Longer sequences are not compared by eye either. */
enum { STEPS_MAX = 64, CONTRASTS_MAX = 4 };

struct sequence {
	uint32_t connection;
	const struct tw_typed_row *steps[STEPS_MAX];
	unsigned count;
};

static void collect(const struct tw_typed *typed, uint32_t connection, struct sequence *sequence)
{
	*sequence = (struct sequence){.connection = connection};
	for (size_t i = 0; i < typed->row_count && sequence->count < STEPS_MAX; i++)
		if (typed->rows[i].connection == connection && !typed->rows[i].icmp)
			sequence->steps[sequence->count++] = &typed->rows[i];
}

/* The sender is the one who sent the first row, or the other. */
static bool is_first_sender(const struct sequence *sequence, unsigned step)
{
	const struct tw_endpoint *first = &sequence->steps[0]->segment.source;
	const struct tw_endpoint *source = &sequence->steps[step]->segment.source;

	return tw_address_equal(&first->address, &source->address) && first->port == source->port;
}

static bool is_same_step(const struct sequence *a, const struct sequence *b, unsigned step)
{
	return a->steps[step]->segment.flags == b->steps[step]->segment.flags &&
	       is_first_sender(a, step) == is_first_sender(b, step);
}

static void add_step(struct tw_buf *buf, const struct tw_typed *typed,
		     const struct sequence *sequence, unsigned step)
{
	static const char *const names[] = {"FIN", "SYN", "RST", "PSH", "ACK"};
	const struct tw_typed_row *row;
	struct tw_str sender;
	const char *between = "";

	if (step >= sequence->count) {
		tw_buf_add_text(buf, "the list ends");
		return;
	}
	row = sequence->steps[step];
	sender = tw_typed_name(typed, &row->segment.source.address);
	if (sender.size > 0)
		tw_buf_add_safe(buf, sender);
	else
		tw_buf_add_text(buf, is_first_sender(sequence, step) ? "the first sender"
								     : "the other side");
	tw_buf_add_text(buf, " sends ");
	for (unsigned i = 0; i < TW_LEN(names); i++) {
		if (!(row->segment.flags & 1u << i))
			continue;
		tw_buf_printf(buf, "%s%s", between, names[i]);
		between = ",";
	}
	tw_buf_printf(buf, " (row %" PRIu64 ")", row->segment.frame);
}

static void compare(struct tw_buf *buf, const struct tw_typed *typed, const struct sequence *a,
		    const struct sequence *b)
{
	unsigned step = 0;

	while (step < a->count && step < b->count && is_same_step(a, b, step))
		step++;
	tw_buf_add_safe(buf, typed->headings[a->connection]);
	tw_buf_add_text(buf, " and ");
	tw_buf_add_safe(buf, typed->headings[b->connection]);
	if (step == a->count && step == b->count) {
		tw_buf_add_text(buf, " show the same flags in the same order: what differs is in "
				     "times, lengths or numbers.\n");
		return;
	}
	tw_buf_printf(buf, " part at step %u: in ", step + 1);
	tw_buf_add_safe(buf, typed->headings[a->connection]);
	tw_buf_add_char(buf, ' ');
	add_step(buf, typed, a, step);
	tw_buf_add_text(buf, ", in ");
	tw_buf_add_safe(buf, typed->headings[b->connection]);
	tw_buf_add_char(buf, ' ');
	add_step(buf, typed, b, step);
	tw_buf_add_text(buf, ".\n");
}

void tw_contrast(struct tw_buf *buf, const struct tw_typed *typed)
{
	struct sequence first;
	struct sequence other;
	unsigned told = 0;

	if (!typed->headings || typed->connection_count == 0 || typed->headings[0].size == 0)
		return;
	collect(typed, 0, &first);
	for (uint32_t i = 1; i < typed->connection_count && told < CONTRASTS_MAX; i++) {
		/* Two connections below one heading are one thing each. */
		if (typed->headings[i].size == 0 ||
		    typed->headings[i].text == typed->headings[0].text)
			continue;
		collect(typed, i, &other);
		if (first.count > 0 && other.count > 0) {
			compare(buf, typed, &first, &other);
			told++;
		}
	}
}
