/* numbers.c: relative and absolute sequence numbers of a connection, brought into one space. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/notes.h"

#include "typed/row.h"

/*
 * A number this near to 0 counts from the connection's begin. A number of the whole 32 bits is so
 * small once in 128 (once in 2048, where only one direction is known).
 */
enum { NEAR_BOTH = 1 << 24, NEAR_ONE = 1 << 20 };

struct space {
	bool met[2];	   /* a number of this side was seen */
	uint32_t least[2]; /* its smallest distance from 0 */
	bool syn_is_zero;
	bool syn_is_large;
	/* tcpdump: what it subtracts from later numbers of a side */
	bool base_known[2];
	uint32_t base[2];
	bool base_needed[2]; /* a relative number of the side was seen */
	bool mixed;	     /* a row of tcpdump is in it */
	bool acked;	     /* tcpdump counts from the first segment with ACK */
};

TW_WRAPS static uint32_t distance(uint32_t a, uint32_t b)
{
	uint32_t up = a - b;

	return up < UINT32_MAX / 2 ? up : b - a;
}

static void meet(struct space *space, unsigned side, uint32_t number)
{
	uint32_t far = distance(number, 0);

	if (!space->met[side] || far < space->least[side])
		space->least[side] = far;
	space->met[side] = true;
}

/* Numbers of Wireshark and of people: all relative, or all absolute. */
static void look(struct space *space, const struct tw_segment *segment, unsigned side)
{
	if (tw_segment_knows(segment, TW_FIELD_SEQ)) {
		meet(space, side, segment->seq);
		if (segment->flags & TW_SYN && segment->seq == 0)
			space->syn_is_zero = true;
		else if (segment->flags & TW_SYN && segment->seq != UINT32_MAX)
			space->syn_is_large = true;
	}
	if (tw_segment_knows(segment, TW_FIELD_ACK) && segment->flags & TW_ACK)
		meet(space, !side, segment->ack);
}

static bool is_relative(const struct space *space)
{
	uint32_t near = space->met[0] && space->met[1] ? NEAR_BOTH : NEAR_ONE;

	if (space->syn_is_zero || space->syn_is_large)
		return space->syn_is_zero;
	return (!space->met[0] || space->least[0] < near) &&
	       (!space->met[1] || space->least[1] < near);
}

/*
 * tcpdump subtracts the first number of each side from all later ones, but only in segments with
 * ACK and without SYN. A list may begin in the middle or show absolute numbers throughout (-S):
 * what lies nearer to the known first number than to 0 is absolute.
 */
static bool printed_relative(const struct space *space, unsigned side, uint32_t number,
			     const struct tw_segment *segment)
{
	if (segment->flags & TW_SYN || !(segment->flags & TW_ACK))
		return false;
	/* The answer to a SYN for a closed port: sequence number 0 as such (RFC 9293 3.10.7.1). */
	if (segment->flags & TW_RST && number == 0 && !space->acked)
		return false;
	if (!space->base_known[side])
		return distance(number, 0) < NEAR_ONE;
	return distance(number, 0) < distance(number, space->base[side]);
}

static void set_base(struct space *space, unsigned side, uint32_t number)
{
	space->base_known[side] = true;
	space->base[side] = number;
}

/* Bits of a row: which of its numbers are relative. */
enum { ROW_SEQ_RELATIVE = 1, ROW_ACK_RELATIVE = 2 };

TW_WRAPS static uint8_t classify(struct space *space, const struct tw_segment *segment,
				 unsigned side)
{
	bool has_seq = tw_segment_knows(segment, TW_FIELD_SEQ);
	bool has_ack = tw_segment_knows(segment, TW_FIELD_ACK) && segment->flags & TW_ACK;
	bool is_syn = (segment->flags & TW_SYN) != 0;
	uint8_t bits = 0;

	if (has_seq && printed_relative(space, side, segment->seq, segment)) {
		bits |= ROW_SEQ_RELATIVE;
		space->base_needed[side] = true;
	} else if (has_seq && (is_syn || (!space->base_known[side] && segment->flags & TW_ACK &&
					  !space->acked))) {
		set_base(space, side, segment->seq);
	}
	if (has_ack && !is_syn && printed_relative(space, !side, segment->ack, segment)) {
		bits |= ROW_ACK_RELATIVE;
		space->base_needed[!side] = true;
	} else if (has_ack && !space->base_known[!side]) {
		set_base(space, !side, segment->ack - 1);
	}
	space->acked |= (segment->flags & TW_ACK) != 0;
	return bits;
}

/* Moves one number of a side into the connection's space; false where that is impossible. */
TW_WRAPS static bool move(const struct space *space, unsigned side, bool relative, bool to_absolute,
			  uint32_t *number)
{
	if (relative == !to_absolute)
		return true;
	if (!space->base_known[side])
		return false;
	*number += to_absolute ? space->base[side] : 0 - space->base[side];
	return true;
}

static void settle_mixed(const struct space *space, struct tw_segment *segment, unsigned side,
			 uint8_t bits)
{
	bool any = space->base_needed[0] || space->base_needed[1];
	bool absolute = !any;

	if (any)
		absolute = (!space->base_needed[0] || space->base_known[0]) &&
			   (!space->base_needed[1] || space->base_known[1]);
	if (!move(space, side, bits & ROW_SEQ_RELATIVE, absolute, &segment->seq)) {
		segment->known &= ~(uint32_t)TW_FIELD_SEQ;
		segment->seq = 0;
	}
	if (segment->flags & TW_ACK &&
	    !move(space, !side, bits & ROW_ACK_RELATIVE, absolute, &segment->ack)) {
		segment->known &= ~(uint32_t)TW_FIELD_ACK;
		segment->ack = 0;
	}
	if (!absolute)
		segment->known |= TW_FIELD_RELATIVE;
}

static bool has_numbers(const struct tw_segment *segment)
{
	return (segment->known & (TW_FIELD_SEQ | TW_FIELD_ACK)) != 0;
}

/* Where a side stands, as the rows below tell it. */
struct standing {
	bool known[2];
	uint32_t number[2];
};

static void stand(struct standing *standing, unsigned side, uint32_t number)
{
	standing->known[side] = true;
	standing->number[side] = number;
}

/*
 * A row without numbers, above all that have some, stands just before them: its number stays
 * unknown, but the place is kept for whoever assumes one.
 */
TW_WRAPS static void place_row(struct standing *standing, struct tw_segment *segment, unsigned side)
{
	bool has_ack = (segment->flags & TW_ACK) != 0;

	if (!has_numbers(segment)) {
		/* Behind a gap it is not covered by what acknowledges up to there. */
		if (segment->said == TW_SAID_GAP && standing->known[side])
			segment->seq = standing->number[side] + 1;
		else if ((segment->flags & TW_PSH) && standing->known[side] &&
			 segment->said == TW_SAID_NOTHING)
			segment->seq = --standing->number[side];
		if (has_ack && standing->known[!side])
			segment->ack = standing->number[!side];
		return;
	}
	if (tw_segment_knows(segment, TW_FIELD_ACK) && has_ack)
		stand(standing, !side, segment->ack);
	if (tw_segment_knows(segment, TW_FIELD_SEQ))
		stand(standing, side, segment->seq);
}

static bool place_rows(struct tw_row_list *list, uint32_t connection_count)
{
	struct standing *standings =
	    tw_arena_new(list->arena, sizeof(*standings), connection_count + 1);

	if (!standings)
		return false;
	for (size_t i = list->count; i-- > 0;) {
		struct tw_typed_row *row = &list->rows[i];

		if (list->notes[i].refused || row->icmp || (row->segment.flags & TW_SYN))
			continue;
		tw_typed_take_label(row->labels, &row->segment);
		place_row(&standings[row->connection], &row->segment, list->notes[i].side);
	}
	return true;
}

bool tw_numbers_settle(struct tw_row_list *list, uint32_t connection_count)
{
	struct space *spaces = tw_arena_new(list->arena, sizeof(*spaces), connection_count + 1);
	uint8_t *bits = tw_arena_new(list->arena, 1, list->count + 1);

	if (!spaces || !bits)
		return false;
	for (size_t i = 0; i < list->count; i++) {
		struct space *space = &spaces[list->rows[i].connection];
		const struct tw_segment *segment = &list->rows[i].segment;

		if (list->notes[i].refused)
			continue;
		if (list->notes[i].style == TW_ROW_TCPDUMP) {
			space->mixed = true;
			bits[i] = classify(space, segment, list->notes[i].side);
		} else {
			look(space, segment, list->notes[i].side);
		}
	}
	for (size_t i = 0; i < list->count; i++) {
		const struct space *space = &spaces[list->rows[i].connection];
		struct tw_segment *segment = &list->rows[i].segment;

		if (list->notes[i].refused || !has_numbers(segment))
			continue;
		if (space->mixed && list->notes[i].style == TW_ROW_TCPDUMP)
			settle_mixed(space, segment, list->notes[i].side, bits[i]);
		else if (is_relative(space))
			segment->known |= TW_FIELD_RELATIVE;
	}
	return place_rows(list, connection_count);
}
