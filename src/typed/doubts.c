/* doubts.c: rows whose direction was typed wrong, as their numbers or the order of flags show. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/notes.h"

#include "typed/row.h"

/* Longer lists without any number are not typed to ask about one row. */
enum { ORDER_ROWS_MAX = 48 };

/* What is known of a connection's two sides before a row. */
struct sides {
	bool known[2];
	uint32_t next[2]; /* sequence number that the side sends next */
	size_t doubted;	  /* 1 + the row that fits only the other way round */
	unsigned doubts;
	bool by_hand;	/* all of its rows */
	bool numbered;	/* a row has numbers */
	bool has_reset; /* a RST may have any number */
	uint32_t rows[ORDER_ROWS_MAX];
	unsigned count;
};

TW_WRAPS static bool is_ahead(uint32_t a, uint32_t b)
{
	return a != b && a - b < UINT32_MAX / 2;
}

/* As typed it acknowledges what was never sent, or sends behind a hole; reversed it fits. */
static bool fits_reversed(const struct sides *sides, const struct tw_segment *segment,
			  unsigned side)
{
	uint32_t own = sides->next[side];
	uint32_t other = sides->next[!side];
	bool impossible = is_ahead(segment->ack, other) || is_ahead(segment->seq, own);

	return sides->known[0] && sides->known[1] && own != other && impossible &&
	       segment->seq == other && segment->ack == own;
}

TW_WRAPS static void follow(struct sides *sides, const struct tw_segment *segment, unsigned side)
{
	uint32_t end =
	    segment->seq + segment->length + ((segment->flags & (TW_SYN | TW_FIN)) ? 1U : 0U);

	if (tw_segment_knows(segment, TW_FIELD_SEQ) &&
	    (!sides->known[side] || is_ahead(end, sides->next[side]))) {
		sides->known[side] = true;
		sides->next[side] = end;
	}
	if (tw_segment_knows(segment, TW_FIELD_ACK) && (segment->flags & TW_ACK) &&
	    !sides->known[!side]) {
		sides->known[!side] = true;
		sides->next[!side] = segment->ack;
	}
}

static void meet(struct sides *sides, const struct tw_row_list *list, size_t at)
{
	const struct tw_segment *segment = &list->rows[at].segment;
	unsigned side = list->notes[at].side;
	bool both = tw_segment_knows(segment, TW_FIELD_SEQ | TW_FIELD_ACK);

	sides->by_hand = (sides->count == 0 || sides->by_hand) &&
			 list->notes[at].style == TW_ROW_HAND && !list->rows[at].icmp;
	sides->numbered |= (segment->known & (TW_FIELD_SEQ | TW_FIELD_ACK)) != 0;
	sides->has_reset |= (segment->flags & TW_RST) != 0;
	if (sides->count < ORDER_ROWS_MAX)
		sides->rows[sides->count] = (uint32_t)at;
	sides->count++;
	if (both && (segment->flags & (TW_ACK | TW_SYN | TW_RST)) == TW_ACK &&
	    fits_reversed(sides, segment, side)) {
		sides->doubted = at + 1;
		sides->doubts++;
		side = !side;
	}
	if (!(segment->flags & TW_RST))
		follow(sides, segment, side);
}

/* ---- without numbers ---- */

/* A close in order: who has sent its FIN, and has something that is not acknowledged yet. */
struct order {
	bool fin[2];
	bool waits[2];
	unsigned opener;
};

/* One row of a quiet exchange; false where no two hosts would come to it. */
static bool follows(struct order *order, uint16_t flags, unsigned side, size_t step)
{
	bool has_content = (flags & (TW_SYN | TW_FIN | TW_PSH)) != 0;

	if (flags & TW_RST)
		return false;
	if ((flags & TW_SYN) && step > 1)
		return false;
	if (flags & TW_SYN && !(flags & TW_ACK))
		order->opener = side;
	/* After its FIN a side only acknowledges, and an ACK has something to acknowledge. */
	if (has_content && order->fin[side])
		return false;
	if (!has_content && !order->waits[!side])
		return false;
	if (flags & TW_ACK)
		order->waits[!side] = false;
	if (has_content)
		order->waits[side] = true;
	order->fin[side] |= (flags & TW_FIN) != 0;
	return true;
}

static bool is_clean(const struct sides *sides, const struct tw_row_list *list, size_t reversed)
{
	struct order order = {.opener = 2};

	for (unsigned i = 0; i < sides->count; i++) {
		size_t at = sides->rows[i];
		unsigned side = list->notes[at].side ^ (at == reversed);

		if (!follows(&order, list->rows[at].segment.flags, side, i))
			return false;
	}
	return order.fin[0] && order.fin[1] && !order.waits[0] && !order.waits[1];
}

/* The one row whose reversal makes a clean close of a list that is none. */
static void doubt_by_order(struct sides *sides, const struct tw_row_list *list)
{
	unsigned found = 0;
	size_t which = 0;

	if (sides->numbered || !sides->by_hand || sides->has_reset || sides->count < 3 ||
	    sides->count > ORDER_ROWS_MAX || is_clean(sides, list, SIZE_MAX))
		return;
	for (unsigned i = 0; i < sides->count; i++) {
		if (!is_clean(sides, list, sides->rows[i]))
			continue;
		found++;
		which = sides->rows[i];
	}
	if (found == 1) {
		sides->doubted = which + 1;
		sides->doubts = 1;
	}
}

bool tw_doubts_find(struct tw_row_list *list, uint32_t connection_count)
{
	struct sides *sides = tw_arena_new(list->arena, sizeof(*sides), connection_count + 1U);

	if (!sides)
		return false;
	for (size_t i = 0; i < list->count; i++)
		if (!list->notes[i].refused)
			meet(&sides[list->rows[i].connection], list, i);
	for (uint32_t i = 0; i < connection_count; i++) {
		doubt_by_order(&sides[i], list);
		/* Two rows that do not fit are another matter than a slip. */
		if (sides[i].by_hand && sides[i].doubts == 1)
			list->rows[sides[i].doubted - 1].doubted = true;
	}
	return true;
}
