/* receivers.c: the other end of rows that name only their sender. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/notes.h"

void tw_note_set_ends(struct tw_segment *segment, const struct tw_end ends[2])
{
	segment->source.address = ends[0].address;
	segment->source.port = tw_end_port(&ends[0]);
	segment->destination.address = ends[1].address;
	segment->destination.port = tw_end_port(&ends[1]);
	if (ends[0].address.kind != TW_ADDRESS_NONE && ends[1].address.kind != TW_ADDRESS_NONE)
		segment->known |= TW_FIELD_ADDRESS;
	if (ends[0].port_id != 0 && ends[0].port_id < TW_PORT_ID_NAME && ends[1].port_id != 0 &&
	    ends[1].port_id < TW_PORT_ID_NAME)
		segment->known |= TW_FIELD_PORT;
	if (ends[0].address.kind == TW_ADDRESS_IP4)
		segment->ip_version = 4;
	else if (ends[0].address.kind == TW_ADDRESS_IP6)
		segment->ip_version = 6;
}

/* The two names of a list: of its whole rows; where there are none, of the senders. */
static bool two_ends(const struct tw_row_list *list, bool of_senders, struct tw_end ends[2])
{
	unsigned count = 0;

	for (size_t i = 0; i < list->count; i++) {
		const struct tw_row_note *note = &list->notes[i];
		unsigned given = note->receiver_missing ? 1 : 2;

		if (note->receiver_missing != of_senders || note->refused || note->needs_flags_row)
			continue;
		for (unsigned k = 0; k < given; k++) {
			bool known = (count > 0 && tw_end_equal(&ends[0], &note->ends[k])) ||
				     (count > 1 && tw_end_equal(&ends[1], &note->ends[k]));

			if (known)
				continue;
			if (count == 2)
				return false;
			ends[count++] = note->ends[k];
		}
	}
	return count == 2;
}

void tw_receivers_find(struct tw_row_list *list)
{
	struct tw_end ends[2];
	bool any_whole = false;
	bool found;

	for (size_t i = 0; i < list->count; i++)
		any_whole |= !list->notes[i].receiver_missing && !list->notes[i].refused &&
			     !list->notes[i].needs_flags_row;
	found = two_ends(list, !any_whole, ends);

	for (size_t i = 0; i < list->count; i++) {
		struct tw_row_note *note = &list->notes[i];

		if (!note->receiver_missing)
			continue;
		if (found && tw_end_equal(&ends[0], &note->ends[0])) {
			note->ends[1] = ends[1];
		} else if (found && tw_end_equal(&ends[1], &note->ends[0])) {
			note->ends[1] = ends[0];
		} else {
			note->refused = "a sender and flags, but no receiver";
			continue;
		}
		tw_note_set_ends(&list->rows[i].segment, note->ends);
	}
}
