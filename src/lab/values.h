/* values.h: the placeholders of patterns: each takes its value off the start of a text. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_VALUES_H
#define TW_LAB_VALUES_H

#include "lab/words.h"

/* Takes the value of the placeholder called `name` off `*rest`. False where there is none; `*rest`
 * and the generator are then anywhere, for the caller goes back. */
bool lab_value_take(struct tw_str name, struct tw_str *rest, struct lab_reading *reading,
		    struct lab_value *value);
/* {segment} and {match} (match_words.c), and {slug}'s list. */
bool lab_segment_take(struct tw_str *rest, struct lab_reading *reading, struct lab_value *value);
bool lab_match_take(struct tw_str *rest, struct lab_reading *reading, struct lab_value *value);
/* True where `rest` begins with a letter, a digit, an underscore or a hyphen. */
bool lab_word_goes_on(struct tw_str rest);

#endif
