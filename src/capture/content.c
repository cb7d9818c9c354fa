/* content.c: what the first bytes say. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/content.h"

#include "capture/bytes.h"
#include "capture/pcap.h"
#include "capture/pcapng.h"

#include <string.h>

/* Code points (and bytes below 0x80) that text may hold. */
static bool is_text_char(uint32_t c)
{
	return (c >= 0x20 && c != 0x7f) || (c >= '\b' && c <= '\r') || c == 0x1b;
}

enum tw_text_coding tw_text_coding_of(struct tw_slice *text)
{
	static const struct {
		uint8_t size;
		uint8_t bytes[3];
		enum tw_text_coding coding;
	} marks[] = {
	    {3, {0xef, 0xbb, 0xbf}, TW_TEXT_BYTES},
	    {2, {0xff, 0xfe}, TW_TEXT_UTF16LE},
	    {2, {0xfe, 0xff}, TW_TEXT_UTF16BE},
	};

	for (size_t i = 0; i < TW_LEN(marks); i++) {
		if (text->size < marks[i].size ||
		    memcmp(text->data, marks[i].bytes, marks[i].size) != 0)
			continue;
		*text = tw_slice_from(*text, marks[i].size);
		return marks[i].coding;
	}
	return TW_TEXT_BYTES;
}

/* One code unit from the front; 0 at the end. */
static uint32_t take_unit(struct tw_slice *text, bool big_endian)
{
	uint32_t unit = text->size >= 2 ? tw_load16(text->data, big_endian) : 0;

	*text = tw_slice_from(*text, 2);
	return unit;
}

static bool is_high_half(uint32_t unit)
{
	return unit >> 10 == 0xd800 >> 10;
}

static bool is_low_half(uint32_t unit)
{
	return unit >> 10 == 0xdc00 >> 10;
}

static uint32_t take_utf16(struct tw_slice *text, bool big_endian)
{
	enum { REPLACEMENT = 0xfffd };
	uint32_t unit = take_unit(text, big_endian);

	if (is_low_half(unit))
		return REPLACEMENT;
	if (!is_high_half(unit))
		return unit;

	struct tw_slice behind = *text;
	uint32_t low = take_unit(&behind, big_endian);

	if (!is_low_half(low))
		return REPLACEMENT;
	*text = behind;
	return 0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff);
}

static size_t put_utf8(uint8_t *to, uint32_t c)
{
	static const struct {
		uint32_t below;
		uint8_t first;
	} sizes[] = {{0x80, 0}, {0x800, 0xc0}, {0x10000, 0xe0}, {0x110000, 0xf0}};
	size_t more = 0;

	while (c >= sizes[more].below)
		more++;
	to[0] = (uint8_t)(sizes[more].first | c >> (6 * more));
	for (size_t i = 1; i <= more; i++)
		to[i] = (uint8_t)(0x80 | (c >> (6 * (more - i)) & 0x3f));
	return more + 1;
}

size_t tw_text_from_utf16(struct tw_slice text, enum tw_text_coding coding, uint8_t *to)
{
	size_t size = 0;

	while (text.size >= 2)
		size += put_utf8(to + size, take_utf16(&text, coding == TW_TEXT_UTF16BE));
	return size;
}

static bool is_utf16_text(struct tw_slice text, bool big_endian)
{
	while (text.size >= 2)
		if (!is_text_char(take_utf16(&text, big_endian)))
			return false;
	return true;
}

/* Length of the UTF-8 sequence at the start (RFC 3629, without its finer rules), 0 if none. */
static size_t utf8_size(struct tw_slice text)
{
	uint8_t first = text.data[0];
	size_t size = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;

	if (size > text.size)
		return 0;
	for (size_t i = 1; i < size; i++)
		if ((text.data[i] & 0xc0) != 0x80)
			return 0;
	return size;
}

/* A few bytes of a code page are text; mostly such bytes, and it is binary by chance. */
static bool is_byte_text(struct tw_slice text)
{
	size_t size = text.size;
	size_t stray = 0;

	while (text.size > 0) {
		size_t step = 1;

		if (text.data[0] >= 0x80) {
			step = utf8_size(text);
			if (step == 0) {
				stray++;
				step = 1;
			}
		} else if (!is_text_char(text.data[0])) {
			return false;
		}
		text = tw_slice_from(text, step);
	}
	return stray <= size / 4;
}

static bool is_text(struct tw_slice first)
{
	switch (tw_text_coding_of(&first)) {
	case TW_TEXT_BYTES:
		return is_byte_text(first);
	case TW_TEXT_UTF16LE:
		return is_utf16_text(first, false);
	case TW_TEXT_UTF16BE:
		return is_utf16_text(first, true);
	}
	return false;
}

enum tw_content tw_content_of(struct tw_slice first)
{
	if (first.size == 0)
		return TW_CONTENT_EMPTY;
	if (tw_pcap_is(first))
		return TW_CONTENT_PCAP;
	if (tw_pcapng_is(first))
		return TW_CONTENT_PCAPNG;
	return is_text(first) ? TW_CONTENT_TEXT : TW_CONTENT_OTHER;
}
