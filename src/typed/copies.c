/* copies.c: rows that stand twice in a text, with one and the same packet number. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/notes.h"

/* Excerpts that overlap do so by a screenful. */
enum { BACK_MAX = 64 };

static bool is_copy(const struct tw_row_list *list, size_t at, size_t before)
{
	const struct tw_row_note *a = &list->notes[before];
	const struct tw_row_note *b = &list->notes[at];
	const struct tw_segment *x = &list->rows[before].segment;
	const struct tw_segment *y = &list->rows[at].segment;

	return a->has_number && a->number == b->number && a->clock.kind == b->clock.kind &&
	       a->clock.ns == b->clock.ns && a->section == b->section &&
	       tw_end_equal(&a->ends[0], &b->ends[0]) && tw_end_equal(&a->ends[1], &b->ends[1]) &&
	       x->known == y->known && x->flags == y->flags && x->seq == y->seq &&
	       x->ack == y->ack && x->length == y->length;
}

void tw_copies_refuse(struct tw_row_list *list)
{
	for (size_t i = 1; i < list->count; i++) {
		if (!list->notes[i].has_number || list->notes[i].clock.kind == TW_CLOCK_NONE)
			continue;
		for (size_t back = 1; back <= i && back <= BACK_MAX; back++) {
			if (!is_copy(list, i, i - back))
				continue;
			list->notes[i].refused = "the same row stands above, with the same number";
			break;
		}
	}
}
