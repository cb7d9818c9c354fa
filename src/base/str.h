/* str.h: text as pointer and length; compare, cut and parse without relying on a final NUL. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_BASE_STR_H
#define TW_BASE_STR_H

#include "base/defs.h"

/* Text that somebody else owns; never assumed to end in NUL. */
struct tw_str {
	const char *text;
	size_t size;
};

/* TW_STR_INIT initialises members of static tables, where a compound literal is no constant. */
#define TW_STR_INIT(literal)                                   \
	{                                                      \
		.text = (literal), .size = sizeof(literal) - 1 \
	}
#define TW_STR(literal) ((struct tw_str)TW_STR_INIT(literal))

struct tw_str tw_str_of(const char *nul_terminated);
bool tw_str_equal(struct tw_str a, struct tw_str b);
/* ASCII only: letters A-Z and a-z are alike. */
bool tw_str_equal_nocase(struct tw_str a, struct tw_str b);
bool tw_str_starts(struct tw_str s, struct tw_str prefix);
bool tw_str_starts_nocase(struct tw_str s, struct tw_str prefix);
/* Without the blanks and tabs (and CR, LF) at both ends. */
struct tw_str tw_str_trim(struct tw_str s);
/* The part from `offset` on; empty where the text is shorter. */
struct tw_str tw_str_from(struct tw_str s, size_t offset);
struct tw_str tw_str_head(struct tw_str s, size_t size);
/* Position of the first `needle`, or SIZE_MAX where there is none. */
size_t tw_str_find(struct tw_str s, struct tw_str needle);
/* Cuts the text up to the first `end` off the front, drops `end`, and returns what was before it;
 * all of it where `end` does not occur. */
struct tw_str tw_str_take_until(struct tw_str *s, char end);
/*
 * Reads a decimal number at the start of `*s` and cuts it off. False, with `*s` as it was, where
 * there is no digit or the number exceeds `max`.
 */
bool tw_str_take_number(struct tw_str *s, uint64_t max, uint64_t *number);

static inline bool tw_char_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool tw_char_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f';
}

static inline char tw_char_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static inline bool tw_char_is_alpha(char c)
{
	return tw_char_lower(c) >= 'a' && tw_char_lower(c) <= 'z';
}

#endif
