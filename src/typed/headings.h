/* headings.h: several sequences in one text, each below a heading: "Failed:", "Good:", "Case 2". */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TYPED_HEADINGS_H
#define TW_TYPED_HEADINGS_H

#include "typed/notes.h"

/* More sequences than one question compares. */
enum { TW_HEADINGS_MAX = 64 };

struct tw_headings {
	struct tw_str names[TW_HEADINGS_MAX];
	uint32_t lines[TW_HEADINGS_MAX]; /* 0 for a name that the text does not hold */
	uint32_t count;
};

/* Takes text that is no row as a heading; false where it is none. */
bool tw_heading_take(struct tw_headings *headings, struct tw_str text, uint32_t line);

/* Begins a section under this name, whatever its words. */
void tw_heading_set(struct tw_headings *headings, struct tw_str name);

/* The section that rows of now belong to: 0 before the first heading. */
static inline uint32_t tw_heading_section(const struct tw_headings *headings)
{
	return headings->count;
}

/*
 * Sections keep connections apart only where the first row has a heading too: what stands above
 * later rows alone ("then it fails:") is a remark amid one sequence. False where none counts.
 */
bool tw_headings_settle(const struct tw_headings *headings, struct tw_row_list *list);
/* Names the connections by their headings. False where memory ran out. */
bool tw_headings_name(const struct tw_headings *headings, const struct tw_row_list *list,
		      struct tw_typed *typed);

#endif
