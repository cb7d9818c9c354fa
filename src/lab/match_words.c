/* match_words.c: the words for segments, and which of them a rule means. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/values.h"

#include <string.h>

/* ---- segments ---- */

/* "SYN", "data segments": `plural` tells whether it speaks of several. */
static bool take_segment_word(struct tw_str *rest, struct lab_reading *reading,
			      struct lab_match *match, bool *plural)
{
	enum { CONTROL = TW_SYN | TW_FIN | TW_RST };
	/* The first that fits counts: longer words stand before those that they begin with. A word
	 * without number (data) speaks of several. */
	static const struct {
		const char *pattern;
		const char *plural;
		struct lab_match match;
	} words[] = {
	    {"SYN,ACK",
	     "SYN,ACKs",
	     {.flags_mask = TW_SYN | TW_ACK, .flags_value = TW_SYN | TW_ACK}},
	    {"SYN", "SYNs", {.flags_mask = TW_SYN | TW_ACK, .flags_value = TW_SYN}},
	    {"ACK",
	     "ACKs",
	     {.flags_mask = CONTROL | TW_ACK, .flags_value = TW_ACK, .without_payload = true}},
	    {"data segment", "data segments", {.with_payload = true}},
	    {"", "data", {.with_payload = true}},
	    {"FIN", "FINs", {.flags_mask = TW_FIN, .flags_value = TW_FIN}},
	    {"RST", "RSTs", {.flags_mask = TW_RST, .flags_value = TW_RST}},
	    {"segment", "segments", {.flags_mask = 0}},
	    {"ICMP", "ICMPs", {.icmp = true}},
	};

	for (size_t i = 0; i < TW_LEN(words); i++) {
		*plural = lab_words_take(words[i].plural, rest, reading, NULL);
		if (*plural || (words[i].pattern[0] != '\0' &&
				lab_words_take(words[i].pattern, rest, reading, NULL))) {
			*match = words[i].match;
			return true;
		}
	}
	return false;
}

bool lab_segment_take(struct tw_str *rest, struct lab_reading *reading, struct lab_value *value)
{
	bool plural;

	*value = (struct lab_value){.kind = LAB_IS_SEGMENT};
	return take_segment_word(rest, reading, &value->match, &plural);
}

/* ---- how many, and which ---- */

static bool take_percent(const struct lab_value *values, struct lab_match *match)
{
	match->chance = (double)values[0].number / 100;
	return values[0].number >= 1 && values[0].number <= 100;
}

static bool take_every_nth(const struct lab_value *values, struct lab_match *match)
{
	match->every = (uint32_t)values[0].number;
	return values[0].number >= 2;
}

static bool take_next_few(const struct lab_value *values, struct lab_match *match)
{
	match->count = (uint32_t)values[1].number;
	return values[1].number >= 1 && values[1].number <= UINT32_MAX;
}

static bool take_next(const struct lab_value *values, struct lab_match *match)
{
	(void)values;
	match->count = 1;
	return true;
}

static bool take_nth(const struct lab_value *values, struct lab_match *match)
{
	match->skip = (uint32_t)values[0].number - 1;
	match->count = 1;
	return values[0].number >= 1;
}

static bool take_every(const struct lab_value *values, struct lab_match *match)
{
	(void)values;
	match->every = 1;
	return true;
}

/* What may stand in front of the segment; the first that fits counts. */
static const struct {
	const char *pattern;
	enum { ONE, SEVERAL, ONE_OR_SEVERAL } number; /* of the segment word behind it */
	bool (*take)(const struct lab_value *values, struct lab_match *match);
} amounts[] = {
    {"{number} % of the", SEVERAL, take_percent},
    {"every {ordinal}", ONE, take_every_nth},
    {"every", ONE, take_every},
    {"(next|first) {number}", ONE_OR_SEVERAL, take_next_few},
    {"(next|first)", ONE, take_next},
    {"{ordinal}", ONE, take_nth},
};

/* "3, 7 and 12" behind the segments: which of them, rising. */
static bool take_ordinals(struct tw_str *rest, struct lab_reading *reading, struct lab_value *value)
{
	struct lab_value next[LAB_VALUES_MAX];
	size_t count = 0;

	if (!lab_words_take(" {ordinal}", rest, reading, next))
		return true;
	do {
		if (count == LAB_ORDINALS_MAX - 1 ||
		    next[0].number <= (count > 0 ? value->ordinals[count - 1] : 0))
			return false;
		value->ordinals[count++] = (uint32_t)next[0].number;
	} while (lab_words_take(", {ordinal}", rest, reading, next) ||
		 lab_words_take(" and {ordinal}", rest, reading, next));
	return true;
}

/* ---- conditions behind it ---- */

static bool take_sender(const struct lab_value *values, struct lab_value *value)
{
	value->match.direction =
	    values[1].hosts[0] == LAB_CLIENT ? LAB_ONLY_TO_SERVER : LAB_ONLY_TO_CLIENT;
	return true;
}

static bool take_size_above(const struct lab_value *values, struct lab_value *value)
{
	value->match.size_above = (size_t)values[0].number;
	return values[0].number > 0;
}

static bool take_contents(const struct lab_value *values, struct lab_value *value)
{
	struct tw_str text = values[0].text;

	if (text.size >= sizeof(value->match.contains) || memchr(text.text, '\0', text.size))
		return false;
	memcpy(value->match.contains, text.text, text.size);
	return true;
}

static bool take_connection(const struct lab_value *values, struct lab_value *value)
{
	(void)values;
	value->this_connection = true;
	return true;
}

static bool take_leg(const struct lab_value *values, struct lab_value *value)
{
	value->has_leg = true;
	value->leg = values[0].number == 0 ? LAB_CLIENT_LEG : LAB_SERVER_LEG;
	return true;
}

/* In the order in which they may stand. */
static const struct {
	const char *pattern;
	bool (*take)(const struct lab_value *values, struct lab_value *value);
} conditions[] = {
    {" (of|from) {host}", take_sender},		 {" larger than {size}", take_size_above},
    {" containing {text}", take_contents},	 {" of this connection", take_connection},
    {" on the (client|server)'s leg", take_leg},
};

static bool take_amount_and_segment(struct tw_str *rest, struct lab_reading *reading,
				    struct lab_value *value)
{
	struct lab_value values[LAB_VALUES_MAX];
	size_t which = 0;
	bool plural;

	while (which < TW_LEN(amounts) &&
	       !lab_words_take(amounts[which].pattern, rest, reading, values))
		which++;
	(void)lab_words_take(" ", rest, reading, NULL);

	bool new = lab_words_take("new ", rest, reading, NULL);

	if (!take_segment_word(rest, reading, &value->match, &plural))
		return false;
	value->match.first_time = new;
	if (which < TW_LEN(amounts))
		return (amounts[which].number == ONE_OR_SEVERAL ||
			(amounts[which].number == SEVERAL) == plural) &&
		       amounts[which].take(values, &value->match);
	/* "a SYN" is the next one; "SYNs" are all. */
	value->match.count = plural ? 0 : 1;
	return !plural || take_ordinals(rest, reading, value);
}

bool lab_match_take(struct tw_str *rest, struct lab_reading *reading, struct lab_value *value)
{
	struct lab_value values[LAB_VALUES_MAX];

	*value = (struct lab_value){.kind = LAB_IS_MATCH};
	if (lab_words_take("everything", rest, reading, NULL))
		value->match.everything = true;
	else if (!take_amount_and_segment(rest, reading, value))
		return false;
	for (size_t i = 0; i < TW_LEN(conditions); i++)
		if (lab_words_take(conditions[i].pattern, rest, reading, values) &&
		    !conditions[i].take(values, value))
			return false;
	return true;
}
