/* buf.c: bounded output text, with the two escapings that strangers' text needs. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/buf.h"

#include "base/assert.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUF_FIRST_BYTES = 256 };

void tw_buf_free(struct tw_buf *buf)
{
	free(buf->text);
	*buf = tw_buf_of(buf->limit_bytes);
}

void tw_buf_clear(struct tw_buf *buf)
{
	buf->size = 0;
	buf->overflowed = false;
	if (buf->text)
		buf->text[0] = '\0';
}

void tw_buf_cut(struct tw_buf *buf, size_t size)
{
	if (size >= buf->size)
		return;
	buf->size = size;
	buf->text[size] = '\0';
}

/* Room for `more` bytes and the final NUL. */
static bool reserve(struct tw_buf *buf, size_t more)
{
	TW_ASSERT(buf->size <= buf->limit_bytes);
	if (buf->overflowed || more > buf->limit_bytes - buf->size) {
		buf->overflowed = true;
		return false;
	}
	if (buf->size + more < buf->capacity)
		return true;

	size_t capacity = buf->capacity ? buf->capacity : BUF_FIRST_BYTES;

	while (capacity <= buf->size + more)
		capacity *= 2;

	char *text = realloc(buf->text, capacity);

	if (!text) {
		buf->overflowed = true;
		return false;
	}
	buf->text = text;
	buf->capacity = capacity;
	return true;
}

void tw_buf_add(struct tw_buf *buf, struct tw_str s)
{
	if (s.size == 0 || !reserve(buf, s.size))
		return;
	memcpy(buf->text + buf->size, s.text, s.size);
	buf->size += s.size;
	buf->text[buf->size] = '\0';
}

void tw_buf_add_text(struct tw_buf *buf, const char *nul_terminated)
{
	tw_buf_add(buf, tw_str_of(nul_terminated));
}

void tw_buf_add_char(struct tw_buf *buf, char c)
{
	if (!reserve(buf, 1))
		return;
	buf->text[buf->size++] = c;
	buf->text[buf->size] = '\0';
}

void tw_buf_fill(struct tw_buf *buf, char c, size_t count)
{
	for (size_t i = 0; i < count; i++)
		tw_buf_add_char(buf, c);
}

void tw_buf_add_number(struct tw_buf *buf, uint64_t number)
{
	char digits[20]; /* of UINT64_MAX */
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	tw_buf_add(buf, (struct tw_str){.text = digits + at, .size = sizeof(digits) - at});
}

/* Mostly the text fits into what is there; only where it does not, it is formatted again. */
void tw_buf_printf(struct tw_buf *buf, const char *format, ...)
{
	va_list args;
	va_list again;

	if (!reserve(buf, 0))
		return;
	va_start(args, format);
	va_copy(again, args);

	size_t room = buf->capacity - buf->size;
	int size = vsnprintf(buf->text + buf->size, room, format, args);

	TW_ASSERT(size >= 0);
	if ((size_t)size >= room || (size_t)size > buf->limit_bytes - buf->size) {
		buf->text[buf->size] = '\0';
		room = reserve(buf, (size_t)size) ? (size_t)size + 1 : 0;
		if (room > 0)
			(void)vsnprintf(buf->text + buf->size, room, format, again);
	}
	if (room > 0)
		buf->size += (size_t)size;
	va_end(again);
	va_end(args);
}

/*
 * One UTF-8 sequence at the start of `s` (RFC 3629): its code point and length, or length 0 where
 * the bytes are not well formed (overlong forms and surrogates included).
 */
static size_t utf8_decode(struct tw_str s, uint32_t *code_point)
{
	const uint8_t *b = (const uint8_t *)s.text;
	size_t size = b[0] < 0x80 ? 1 : b[0] < 0xc2 ? 0 : b[0] < 0xe0 ? 2 : b[0] < 0xf0 ? 3 : 4;

	if (size == 0 || size > s.size || b[0] > 0xf4)
		return 0;

	uint32_t value = size == 1 ? b[0] : b[0] & (0xffU >> (size + 1));

	for (size_t i = 1; i < size; i++) {
		if ((b[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (b[i] & 0x3fU);
	}
	if ((size == 3 && value < 0x800) || (size == 4 && value < 0x10000) || value > 0x10ffff ||
	    (value >= 0xd800 && value <= 0xdfff))
		return 0;
	*code_point = value;
	return size;
}

/* Characters that could move the cursor, or reorder what a reader sees. */
static bool is_unsafe(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c || c == 0x200e || c == 0x200f ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

void tw_buf_add_safe(struct tw_buf *buf, struct tw_str s)
{
	while (s.size > 0) {
		uint32_t c;
		size_t size = utf8_decode(s, &c);

		if (size > 0 && !is_unsafe(c)) {
			tw_buf_add(buf, tw_str_head(s, size));
		} else {
			size = size ? size : 1;
			for (size_t i = 0; i < size; i++)
				tw_buf_printf(buf, "\\x%02x", (unsigned)(uint8_t)s.text[i]);
		}
		s = tw_str_from(s, size);
	}
}

static bool is_plain_json(char c)
{
	return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
}

/* How much of the start of `s` needs no look at each character. */
static size_t plain_run(struct tw_str s)
{
	size_t size = 0;

	while (size < s.size && is_plain_json(s.text[size]))
		size++;
	return size;
}

void tw_buf_add_json(struct tw_buf *buf, struct tw_str s)
{
	tw_buf_add_char(buf, '"');
	for (;;) {
		size_t size = plain_run(s);
		uint32_t c;

		tw_buf_add(buf, tw_str_head(s, size));
		s = tw_str_from(s, size);
		if (s.size == 0)
			break;
		size = utf8_decode(s, &c);
		if (size == 0) {
			tw_buf_add_text(buf, "\xef\xbf\xbd");
			size = 1;
		} else if (c == '"' || c == '\\') {
			tw_buf_printf(buf, "\\%c", (int)c);
		} else if (is_unsafe(c)) {
			tw_buf_printf(buf, "\\u%04x", (unsigned)c);
		} else {
			tw_buf_add(buf, tw_str_head(s, size));
		}
		s = tw_str_from(s, size);
	}
	tw_buf_add_char(buf, '"');
}

struct tw_str tw_buf_str(const struct tw_buf *buf)
{
	return (struct tw_str){.text = buf->text ? buf->text : "", .size = buf->size};
}
