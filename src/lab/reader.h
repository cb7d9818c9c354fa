/* reader.h: a scenario while it is read: what scenario.c, settings.c and truth_words.c share. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_READER_H
#define TW_LAB_READER_H

#include "lab/scenario.h"

struct lab_reader {
	struct lab_plan *plan;
	struct lab_reading reading;
	struct lab_random random;
	struct tw_buf *error;
	unsigned line;		/* of the file, from 1: where `sentence` stands */
	struct tw_str sentence; /* the one being read */
	uint32_t said; /* settings that can be said only once and were: enum of settings.c */
	bool resets_told[LAB_HOSTS];
	int64_t one_way_ns; /* both legs together */
	int64_t late_ns;    /* jitter, likewise */
};

/* The sentences of one part of the file. One means the first pattern that it fits. */
struct lab_sentences {
	size_t (*count)(void);
	const char *(*pattern)(size_t row);
	bool starts_only; /* the patterns fit the start of a sentence, which goes on */
};

extern const struct lab_sentences lab_settings;
extern const struct lab_sentences lab_truths;
extern const struct lab_sentences lab_truth_additions; /* to "connection N: CAUSE" */

/* Writes "NAME:LINE: " and what is composed as by printf; returns false. */
bool lab_reader_fail(struct lab_reader *reader, const char *format, ...) TW_PRINTF(2, 3);
/* The row that `*rest` fits; where patterns fit starts only, what did is cut off. Fails, naming the
 * nearest patterns, where none does. */
TW_CHECK bool lab_reader_find(struct lab_reader *reader, const struct lab_sentences *table,
			      struct tw_str *rest, struct lab_value values[LAB_VALUES_MAX],
			      size_t *row);
/* Do what reader->sentence says. */
TW_CHECK bool lab_setting_read(struct lab_reader *reader);
TW_CHECK bool lab_truth_read(struct lab_reader *reader);
/* Draws what the settings left open, in a fixed order; the length of a round trip is known then. */
TW_CHECK bool lab_settings_finish(struct lab_reader *reader);
/* Is every connection told of, and one that is not incidental? */
TW_CHECK bool lab_truths_finish(struct lab_reader *reader);

#endif
