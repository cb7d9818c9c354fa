/* translation.c: one connection under two pairs of addresses, one pair for each direction. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/notes.h"

#include <string.h>
#include <xxhash.h>

/*
 * A redirect rewrites the packets of one direction before the capture point and those of the other
 * behind it: SYNs go to one address, SYN,ACKs come from another. What both pairs share is the end
 * that was not rewritten; that the numbers fit shows that they are one exchange.
 */
struct half {
	struct tw_end sender;
	struct tw_end receiver;
	bool met;
	bool mixed; /* segments run in both directions: a whole connection, no half */
	bool syn;
	bool syn_ack;
	bool seq_known;
	bool ack_known;
	uint32_t first_seq;
	uint32_t next_seq;
	uint32_t first_ack;
	uint32_t last_ack;
	uint32_t joins; /* 1 + the half that this one belongs to, or 0 */
};

TW_WRAPS static bool is_between(uint32_t number, uint32_t low, uint32_t high)
{
	return number - low <= high - low && high - low < UINT32_MAX / 2;
}

TW_WRAPS static void meet(struct half *half, const struct tw_segment *segment,
			  const struct tw_row_note *note)
{
	uint32_t end =
	    segment->seq + segment->length + ((segment->flags & (TW_SYN | TW_FIN)) ? 1U : 0U);

	if (!half->met) {
		*half = (struct half){.sender = note->ends[0],
				      .receiver = note->ends[1],
				      .met = true,
				      .syn = (segment->flags & (TW_SYN | TW_ACK)) == TW_SYN,
				      .syn_ack = (segment->flags & (TW_SYN | TW_ACK)) ==
						 (TW_SYN | TW_ACK)};
	} else if (!tw_end_equal(&half->sender, &note->ends[0])) {
		half->mixed = true;
	}
	if (tw_segment_knows(segment, TW_FIELD_SEQ)) {
		half->first_seq = half->seq_known ? half->first_seq : segment->seq;
		half->next_seq = end;
		half->seq_known = true;
	}
	if (tw_segment_knows(segment, TW_FIELD_ACK) && (segment->flags & TW_ACK)) {
		half->first_ack = half->ack_known ? half->first_ack : segment->ack;
		half->last_ack = segment->ack;
		half->ack_known = true;
	}
}

/* The answering half acknowledges what the asking half sent, and the other way round. */
TW_WRAPS static bool fits(const struct half *asks, const struct half *answers)
{
	if (!asks->seq_known || !answers->ack_known)
		return false;
	if (asks->syn && answers->syn_ack)
		return answers->first_ack == asks->first_seq + 1;
	return !asks->syn && !answers->syn && !answers->syn_ack && asks->ack_known &&
	       answers->seq_known && asks->next_seq != asks->first_seq &&
	       is_between(answers->last_ack, asks->first_seq + 1, asks->next_seq) &&
	       is_between(asks->last_ack, answers->first_seq, answers->next_seq);
}

struct table {
	struct half *halves;
	uint32_t *slots; /* 1 + number of the latest half whose sender hashes here, or 0 */
	size_t mask;
};

static uint64_t hash_end(const struct tw_end *end)
{
	uint8_t key[1 + 16 + 4] = {end->address.kind};

	memcpy(key + 1, end->address.bytes, 16);
	for (unsigned i = 0; i < 4; i++)
		key[17 + i] = (uint8_t)(end->port_id >> (8 * i));
	return XXH3_64bits(key, sizeof(key));
}

/* Halves in their order: the asking one comes first. One slot each, so that time stays linear. */
static void join_halves(struct table *table, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct half *half = &table->halves[i];
		uint32_t slot = table->slots[hash_end(&half->receiver) & table->mask];
		const struct half *asks = slot > 0 ? &table->halves[slot - 1] : NULL;

		if (!half->met || half->mixed || half->receiver.port_id == 0)
			continue;
		if (asks && tw_end_equal(&asks->sender, &half->receiver) &&
		    !tw_end_equal(&asks->receiver, &half->sender) && asks->joins == 0 &&
		    fits(asks, half))
			half->joins = slot;
		else
			table->slots[hash_end(&half->sender) & table->mask] = i + 1;
	}
}

/* Rows of a joined half move to the other's connection, under its addresses. */
static void move_rows(struct tw_row_list *list, const struct half *halves, uint32_t *numbers)
{
	for (size_t i = 0; i < list->count; i++) {
		struct tw_row_note *note = &list->notes[i];
		const struct half *half = &halves[list->rows[i].connection];

		if (note->refused)
			continue;
		if (half->joins > 0) {
			const struct half *whole = &halves[half->joins - 1];

			note->ends[0] = whole->receiver;
			note->ends[1] = whole->sender;
			note->side = 1;
			tw_note_set_ends(&list->rows[i].segment, note->ends);
			list->rows[i].translated = true;
			list->rows[i].connection = half->joins - 1;
		}
		list->rows[i].connection = numbers[list->rows[i].connection];
	}
}

bool tw_translations_join(struct tw_row_list *list, uint32_t *connection_count)
{
	uint32_t count = *connection_count;
	struct table table = {.mask = 64 - 1};
	uint32_t *numbers = tw_arena_new(list->arena, sizeof(*numbers), count + 1U);
	uint32_t kept = 0;

	while (table.mask < 2 * (size_t)count)
		table.mask = 2 * table.mask + 1;
	table.halves = tw_arena_new(list->arena, sizeof(*table.halves), count + 1U);
	table.slots = tw_arena_new(list->arena, sizeof(*table.slots), table.mask + 1);
	if (!numbers || !table.halves || !table.slots)
		return false;
	for (size_t i = 0; i < list->count; i++)
		if (!list->notes[i].refused && !list->rows[i].icmp)
			meet(&table.halves[list->rows[i].connection], &list->rows[i].segment,
			     &list->notes[i]);
	join_halves(&table, count);
	for (uint32_t i = 0; i < count; i++)
		numbers[i] = table.halves[i].joins > 0 ? 0 : kept++;
	if (kept < count)
		move_rows(list, table.halves, numbers);
	*connection_count = kept;
	return true;
}
