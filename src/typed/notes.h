/* notes.h: what the reader remembers of each row until all rows are known. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TYPED_NOTES_H
#define TW_TYPED_NOTES_H

#include "typed/clock.h"
#include "typed/hosts.h"
#include "typed/typed.h"

/* Why a line with an arrow is none of the rows; of row_arrow.c and of connections.c. */
#define TW_NO_FLAGS_TEXT "an arrow, but no flags of TCP"

struct tw_row_note {
	struct tw_end ends[2]; /* source, destination */
	struct tw_clock clock;
	uint64_t number;
	bool has_number;
	bool receiver_missing;
	bool maybe_not_tcp;
	bool needs_flags_row;
	uint8_t style;	     /* enum tw_row_style */
	uint32_t section;    /* 0, or the heading that it stands below */
	uint8_t side;	     /* 0: sent by the end that the connection's first row names first */
	struct tw_str text;  /* the row as typed, for the list of foreign lines */
	const char *refused; /* why the row cannot stand, where the others refute it; else NULL */
};

/* The rows of one text, while they are put together: `rows` and `notes` run in step. */
struct tw_row_list {
	struct tw_arena *arena;
	struct tw_typed_row *rows;
	struct tw_row_note *notes;
	size_t count;
	size_t capacity;
};

/* What labels or remark say of the payload is noted in `segment`: its kind, method or status. */
void tw_typed_payload_hint(struct tw_str labels, struct tw_str comment, struct tw_segment *segment);

/* Labels are claims, and count for nothing against numbers; where a row has none, they tell. */
void tw_typed_take_label(struct tw_str labels, struct tw_segment *segment);

/* The ends of a row as its segment has them. */
void tw_note_set_ends(struct tw_segment *segment, const struct tw_end ends[2]);
/* Rows that name only their sender get the other of the list's two names; else `refused`. */
void tw_receivers_find(struct tw_row_list *list);
/* Rows whose columns hide their ends get them from payload and neighbours; clears `refused`. */
void tw_senders_find(struct tw_row_list *list);
/* Sets `refused` for rows that repeat another, its number included. */
void tw_copies_refuse(struct tw_row_list *list);
/* Gives each row its connection; may set `refused`. False where memory ran out. */
bool tw_connections_find(struct tw_row_list *list, uint32_t *connection_count);
/* One connection under two pairs of addresses becomes one. False where memory ran out. */
bool tw_translations_join(struct tw_row_list *list, uint32_t *connection_count);
/* Marks rows whose direction must be wrong. False where memory ran out. */
bool tw_doubts_find(struct tw_row_list *list, uint32_t connection_count);
/* Puts all numbers of a connection into one sequence space. False where memory ran out. */
bool tw_numbers_settle(struct tw_row_list *list, uint32_t connection_count);
/* Times and frame numbers of all rows, once the refused ones are gone. */
void tw_order_settle(struct tw_row_list *list, struct tw_typed *typed);

#endif
