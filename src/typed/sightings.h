/* sightings.h: a table of what two hosts saw: "time | Seen on A | dir | Seen on B". */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TYPED_SIGHTINGS_H
#define TW_TYPED_SIGHTINGS_H

#include "typed/row.h"

struct tw_sightings {
	struct tw_str names[2]; /* of the left and the right host; empty without a table */
};

enum tw_sightings_line { TW_SIGHTINGS_NONE, TW_SIGHTINGS_HEAD, TW_SIGHTINGS_ROW };

/* Looks at a whole line. The draft of a row gets ends and flags, not its time. */
enum tw_sightings_line tw_sightings_look(struct tw_sightings *sightings, struct tw_str line,
					 struct tw_row_draft *draft);

#endif
