/* str.c: comparing, cutting and parsing of bounded text. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/str.h"

#include <string.h>

struct tw_str tw_str_of(const char *nul_terminated)
{
	return (struct tw_str){.text = nul_terminated, .size = strlen(nul_terminated)};
}

bool tw_str_equal(struct tw_str a, struct tw_str b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.text, b.text, a.size) == 0);
}

bool tw_str_equal_nocase(struct tw_str a, struct tw_str b)
{
	return a.size == b.size && tw_str_starts_nocase(a, b);
}

bool tw_str_starts(struct tw_str s, struct tw_str prefix)
{
	return s.size >= prefix.size && tw_str_equal(tw_str_head(s, prefix.size), prefix);
}

bool tw_str_starts_nocase(struct tw_str s, struct tw_str prefix)
{
	if (s.size < prefix.size)
		return false;
	for (size_t i = 0; i < prefix.size; i++)
		if (tw_char_lower(s.text[i]) != tw_char_lower(prefix.text[i]))
			return false;
	return true;
}

struct tw_str tw_str_trim(struct tw_str s)
{
	while (s.size > 0 && tw_char_is_blank(s.text[0]))
		s = tw_str_from(s, 1);
	while (s.size > 0 && tw_char_is_blank(s.text[s.size - 1]))
		s.size--;
	return s;
}

struct tw_str tw_str_from(struct tw_str s, size_t offset)
{
	if (offset >= s.size)
		return (struct tw_str){.text = "", .size = 0};
	return (struct tw_str){.text = s.text + offset, .size = s.size - offset};
}

struct tw_str tw_str_head(struct tw_str s, size_t size)
{
	s.size = tw_min_size(s.size, size);
	return s;
}

size_t tw_str_find(struct tw_str s, struct tw_str needle)
{
	for (size_t i = 0; i + needle.size <= s.size; i++)
		if (tw_str_starts(tw_str_from(s, i), needle))
			return i;
	return SIZE_MAX;
}

struct tw_str tw_str_take_until(struct tw_str *s, char end)
{
	size_t length = tw_str_find(*s, (struct tw_str){.text = &end, .size = 1});
	struct tw_str part = tw_str_head(*s, length);

	*s = tw_str_from(*s, part.size + 1);
	return part;
}

bool tw_str_take_number(struct tw_str *s, uint64_t max, uint64_t *number)
{
	uint64_t value = 0;
	size_t digits = 0;

	for (; digits < s->size && tw_char_is_digit(s->text[digits]); digits++) {
		uint64_t digit = (uint64_t)(s->text[digits] - '0');

		if (digit > max || value > (max - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	if (digits == 0)
		return false;
	*s = tw_str_from(*s, digits);
	*number = value;
	return true;
}
