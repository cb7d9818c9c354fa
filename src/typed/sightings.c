/* sightings.c: the head's hosts, and rows with an arrow between what each of them saw. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/sightings.h"

#include "typed/flags.h"

enum { CELLS_MAX = 8 };

/* Cells between the bars; a bar at either end of the line adds none. */
static unsigned split(struct tw_str line, struct tw_str cells[CELLS_MAX])
{
	unsigned count = 0;

	line = tw_str_trim(line);
	if (tw_str_starts(line, TW_STR("|")))
		line = tw_str_from(line, 1);
	while (line.size > 0 && count < CELLS_MAX) {
		size_t bar = tw_str_find(line, TW_STR("|"));
		size_t size = bar == SIZE_MAX ? line.size : bar;

		cells[count++] = tw_str_trim(tw_str_head(line, size));
		line = tw_str_from(line, bar == SIZE_MAX ? line.size : bar + 1);
	}
	return count;
}

/* "Seen on k8s1" names k8s1. */
static bool names_host(struct tw_str cell, struct tw_str *name)
{
	static const struct tw_str leads[] = {TW_STR_INIT("Seen on "), TW_STR_INIT("Seen at "),
					      TW_STR_INIT("Seen by ")};

	for (size_t i = 0; i < TW_LEN(leads); i++) {
		if (!tw_str_starts_nocase(cell, leads[i]))
			continue;
		*name = tw_str_trim(tw_str_from(cell, leads[i].size));
		return name->size > 0;
	}
	return false;
}

/* 0: none; 1: to the right; 2: to the left. */
static unsigned arrow_of(struct tw_str cell)
{
	static const char *const arrows[2][4] = {{"->", "-->", "=>", "\xE2\x86\x92"},
						 {"<-", "<--", "<=", "\xE2\x86\x90"}};

	for (unsigned way = 0; way < 2; way++)
		for (size_t i = 0; i < TW_LEN(arrows[way]); i++)
			if (tw_str_equal(cell, tw_str_of(arrows[way][i])))
				return way + 1;
	return 0;
}

enum tw_sightings_line tw_sightings_look(struct tw_sightings *sightings, struct tw_str line,
					 struct tw_row_draft *draft)
{
	struct tw_str cells[CELLS_MAX];
	unsigned count = split(line, cells);
	uint16_t flags;

	for (unsigned i = 1; i + 1 < count; i++) {
		struct tw_str names[2];
		unsigned arrow = sightings->names[0].size > 0 ? arrow_of(cells[i]) : 0;

		if (names_host(cells[i - 1], &names[0]) && names_host(cells[i + 1], &names[1])) {
			*sightings = (struct tw_sightings){{names[0], names[1]}};
			return TW_SIGHTINGS_HEAD;
		}
		if (arrow == 0)
			continue;
		/* What only one of them saw was sent all the same. */
		if (!tw_flags_of_word(cells[i - 1], &flags) &&
		    !tw_flags_of_word(cells[i + 1], &flags))
			continue;
		draft->source.host = sightings->names[arrow - 1];
		draft->destination.host = sightings->names[2 - arrow];
		draft->style = TW_ROW_HAND;
		tw_row_set_flags(draft, flags);
		return TW_SIGHTINGS_ROW;
	}
	return TW_SIGHTINGS_NONE;
}
