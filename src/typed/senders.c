/* senders.c: rows whose columns do not tell their sender, but whose payload or neighbours do. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/notes.h"
#include "typed/row.h"

/*
 * On the loopback both addresses are the same, and a row of an upper protocol shows no ports: that
 * a request goes to the server's port, and a response comes from it, tells which way it ran. Rows
 * without any address are read alike.
 */
enum sender { SENT_BY_NOBODY, SENT_BY_CLIENT, SENT_BY_SERVER };

/* How far a row of the same connection may stand: a screenful's part. */
enum { ROWS_NEAR = 16 };

static bool has_ports(const struct tw_row_note *note)
{
	return note->ends[0].port_id != 0 && note->ends[1].port_id != 0;
}

static bool has_word(struct tw_str text, const char *word)
{
	return tw_str_find(text, tw_str_of(word)) != SIZE_MAX;
}

static enum sender sender_of(const struct tw_typed_row *row)
{
	struct tw_segment told = {0};

	tw_typed_payload_hint(row->labels, row->comment, &told);
	if (told.payload_hint == TW_PAYLOAD_HTTP_REQUEST || has_word(row->labels, "Client Hello"))
		return SENT_BY_CLIENT;
	if (told.payload_hint == TW_PAYLOAD_HTTP_RESPONSE || has_word(row->labels, "Server Hello"))
		return SENT_BY_SERVER;
	return SENT_BY_NOBODY;
}

/* The row is between these hosts, whichever of them sent it, and shows its ports. */
static bool is_guide(const struct tw_row_note *guide, const struct tw_row_note *note)
{
	return !guide->refused && has_ports(guide) && guide->section == note->section &&
	       tw_address_equal(&guide->ends[0].address, &note->ends[0].address) &&
	       tw_address_equal(&guide->ends[1].address, &note->ends[1].address);
}

static bool same_pair(const struct tw_row_note *a, const struct tw_row_note *b)
{
	return (tw_end_equal(&a->ends[0], &b->ends[0]) && tw_end_equal(&a->ends[1], &b->ends[1])) ||
	       (tw_end_equal(&a->ends[0], &b->ends[1]) && tw_end_equal(&a->ends[1], &b->ends[0]));
}

/* The nearest row with ports on each side must be of one connection; else `list->count`. */
static size_t guide_of(const struct tw_row_list *list, size_t at)
{
	size_t found[2] = {list->count, list->count};

	for (size_t i = 1; i <= ROWS_NEAR; i++) {
		if (found[0] == list->count && i <= at &&
		    is_guide(&list->notes[at - i], &list->notes[at]))
			found[0] = at - i;
		if (found[1] == list->count && at + i < list->count &&
		    is_guide(&list->notes[at + i], &list->notes[at]))
			found[1] = at + i;
	}
	if (found[0] == list->count || found[1] == list->count)
		return found[0] == list->count ? found[1] : found[0];
	return same_pair(&list->notes[found[0]], &list->notes[found[1]]) ? found[0] : list->count;
}

/* Which end of the guiding row is the client's: its opener's, or the one with the higher port. */
static unsigned client_end(const struct tw_row_list *list, size_t guide)
{
	const struct tw_row_note *note = &list->notes[guide];

	for (size_t back = 0; back <= guide && back < ROWS_NEAR; back++) {
		const struct tw_segment *segment = &list->rows[guide - back].segment;
		const struct tw_row_note *other = &list->notes[guide - back];

		if (!(segment->flags & TW_SYN) || !same_pair(note, other))
			continue;

		unsigned opener = (segment->flags & TW_ACK) ? 1 : 0;

		return tw_end_equal(&note->ends[0], &other->ends[opener]) ? 0 : 1;
	}
	return note->ends[0].port_id > note->ends[1].port_id ? 0 : 1;
}

static void take_ends(struct tw_row_list *list, size_t at, const struct tw_end *source,
		      const struct tw_end *destination)
{
	struct tw_end ends[2] = {*source, *destination};

	list->notes[at].ends[0] = ends[0];
	list->notes[at].ends[1] = ends[1];
	tw_note_set_ends(&list->rows[at].segment, ends);
}

static void find_sender(struct tw_row_list *list, size_t at)
{
	enum sender sender = sender_of(&list->rows[at]);
	size_t guide;

	if (sender == SENT_BY_NOBODY)
		return;
	guide = guide_of(list, at);
	if (guide == list->count)
		return;

	unsigned client = client_end(list, guide);
	const struct tw_end *ends = list->notes[guide].ends;

	unsigned from = sender == SENT_BY_CLIENT ? client : !client;

	list->notes[at].refused = NULL;
	take_ends(list, at, &ends[from], &ends[!from]);
}

/*
 * Payload without ports, and then the other host's ACK on ports not met before: it answers that
 * payload, though another connection of the two hosts stands above.
 */
static void follow_answer(struct tw_row_list *list, size_t at)
{
	const struct tw_row_note *answer = &list->notes[at + 1];
	const struct tw_segment *segment = &list->rows[at + 1].segment;
	const struct tw_row_note *note = &list->notes[at];

	if (answer->refused || !has_ports(answer) || answer->section != note->section ||
	    (segment->flags & (TW_SYN | TW_FIN | TW_RST | TW_ACK)) != TW_ACK ||
	    !tw_address_equal(&note->ends[0].address, &answer->ends[1].address) ||
	    !tw_address_equal(&note->ends[1].address, &answer->ends[0].address))
		return;
	for (size_t i = 1; i <= at && i <= ROWS_NEAR; i++)
		if (same_pair(&list->notes[at - i], answer))
			return;
	take_ends(list, at, &answer->ends[1], &answer->ends[0]);
}

void tw_senders_find(struct tw_row_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		struct tw_row_note *note = &list->notes[i];

		if (list->rows[i].icmp || note->receiver_missing ||
		    note->style != TW_ROW_WIRESHARK || note->ends[0].port_id != 0 ||
		    note->ends[1].port_id != 0)
			continue;
		if (tw_address_equal(&note->ends[0].address, &note->ends[1].address))
			find_sender(list, i);
		else if (!note->refused && i + 1 < list->count)
			follow_answer(list, i);
	}
}
