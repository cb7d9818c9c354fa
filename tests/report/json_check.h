/* json_check.h: tells whether a text is one line of valid JSON (RFC 8259). */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TESTS_REPORT_JSON_CHECK_H
#define TW_TESTS_REPORT_JSON_CHECK_H

#include <stdbool.h>
#include <string.h>

enum { JSON_DEPTH_MAX = 64 };

static inline const char *json_string(const char *at)
{
	if (*at++ != '"')
		return NULL;
	for (; *at != '"'; at++) {
		if ((unsigned char)*at < 0x20)
			return NULL;
		if (*at != '\\')
			continue;
		at++;
		if (*at == 'u') {
			if (strspn(at + 1, "0123456789abcdefABCDEF") < 4)
				return NULL;
			at += 4;
		} else if (!*at || !strchr("\"\\/bfnrt", *at)) {
			return NULL;
		}
	}
	return at + 1;
}

static inline const char *json_digits(const char *at)
{
	size_t digits = strspn(at, "0123456789");

	return digits > 0 ? at + digits : NULL;
}

static inline const char *json_number(const char *at)
{
	at += *at == '-';
	if (*at == '0' && at[1] >= '0' && at[1] <= '9')
		return NULL;
	at = json_digits(at);
	if (at && *at == '.')
		at = json_digits(at + 1);
	return at;
}

static inline const char *json_scalar(const char *at)
{
	static const char *const words[] = {"true", "false", "null"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strncmp(at, words[i], strlen(words[i])) == 0)
			return at + strlen(words[i]);
	return *at == '"' ? json_string(at) : json_number(at);
}

/* A value without blanks between its tokens, as tcpwhy writes it; NULL where it is none. */
static inline const char *json_value(const char *at)
{
	char stack[JSON_DEPTH_MAX];
	size_t depth = 0;
	bool first = true;

	for (;;) {
		if (depth > 0 && first && *at == (stack[depth - 1] == '{' ? '}' : ']')) {
			at++;
			depth--;
		} else {
			if (depth > 0 && stack[depth - 1] == '{') {
				at = json_string(at);
				if (!at || *at++ != ':')
					return NULL;
			}
			if (*at == '{' || *at == '[') {
				if (depth == JSON_DEPTH_MAX)
					return NULL;
				stack[depth++] = *at++;
				first = true;
				continue;
			}
			at = json_scalar(at);
		}
		first = false;
		while (at && depth > 0 && *at == (stack[depth - 1] == '{' ? '}' : ']')) {
			at++;
			depth--;
		}
		if (!at || depth == 0)
			return at;
		if (*at++ != ',')
			return NULL;
	}
}

/* Exactly one value, an object, and the newline that ends the record. */
static inline bool json_is_one_line(const char *text)
{
	const char *end = *text == '{' ? json_value(text) : NULL;

	return end && strcmp(end, "\n") == 0;
}

#endif
