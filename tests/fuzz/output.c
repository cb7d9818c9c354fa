/* output.c: all reports of a session, each checked for what it promises. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "output.h"

#include "base/assert.h"
#include "report/json.h"
#include "report/text.h"

#include <string.h>

enum { REPORT_LIMIT_BYTES = 64 * 1024 * 1024, NESTED_MAX = 16 };

/* ---- JSON: the grammar of RFC 8259, without recursion ---- */

struct scan {
	struct tw_str rest;
};

static char peek(const struct scan *scan)
{
	return scan->rest.size > 0 ? scan->rest.text[0] : '\0';
}

static char take(struct scan *scan)
{
	char c = peek(scan);

	TW_ASSERT(scan->rest.size > 0);
	scan->rest.text++;
	scan->rest.size--;
	return c;
}

static void scan_string(struct scan *scan)
{
	TW_ASSERT(take(scan) == '"');
	for (;;) {
		char c = take(scan);

		if (c == '"')
			return;
		TW_ASSERT((unsigned char)c >= ' ');
		if (c != '\\')
			continue;
		c = take(scan);
		TW_ASSERT(c != '\0' && strchr("\"\\/bfnrtu", c));
		for (int i = 0; c == 'u' && i < 4; i++)
			TW_ASSERT(strchr("0123456789abcdefABCDEF", take(scan)));
	}
}

static size_t scan_digits(struct scan *scan)
{
	size_t count = 0;

	for (; peek(scan) >= '0' && peek(scan) <= '9'; count++)
		(void)take(scan);
	return count;
}

static void scan_number(struct scan *scan)
{
	if (peek(scan) == '-')
		(void)take(scan);
	if (peek(scan) == '0')
		(void)take(scan);
	else
		TW_ASSERT(scan_digits(scan) > 0);
	if (peek(scan) == '.') {
		(void)take(scan);
		TW_ASSERT(scan_digits(scan) > 0);
	}
}

static void scan_word(struct scan *scan, const char *word)
{
	for (size_t i = 0; word[i] != '\0'; i++)
		TW_ASSERT(take(scan) == word[i]);
}

static void scan_scalar(struct scan *scan)
{
	switch (peek(scan)) {
	case '"':
		scan_string(scan);
		return;
	case 't':
		scan_word(scan, "true");
		return;
	case 'f':
		scan_word(scan, "false");
		return;
	default:
		scan_number(scan);
	}
}

static void scan_key(struct scan *scan)
{
	scan_string(scan);
	TW_ASSERT(take(scan) == ':');
}

/* One object and nothing behind it; tcpwhy writes no white space between tokens. */
static void check_json_line(struct tw_str line)
{
	struct scan scan = {line};
	char nested[NESTED_MAX];
	size_t depth = 0;

	TW_ASSERT(peek(&scan) == '{');
	do {
		char c = peek(&scan);

		if (c == '{' || c == '[') {
			TW_ASSERT(depth < NESTED_MAX);
			nested[depth++] = take(&scan);
			if (peek(&scan) != '}' && peek(&scan) != ']') {
				if (c == '{')
					scan_key(&scan);
				continue;
			}
		} else {
			scan_scalar(&scan);
		}
		while (depth > 0 && (peek(&scan) == '}' || peek(&scan) == ']'))
			TW_ASSERT((take(&scan) == '}') == (nested[--depth] == '{'));
		if (depth == 0)
			break;
		TW_ASSERT(take(&scan) == ',');
		if (nested[depth - 1] == '{')
			scan_key(&scan);
	} while (scan.rest.size > 0);
	TW_ASSERT(depth == 0 && scan.rest.size == 0);
}

static void check_json(const struct tw_buf *buf)
{
	const char *from = buf->text;
	const char *end = buf->text + buf->size;

	while (from < end) {
		const char *line_end = memchr(from, '\n', (size_t)(end - from));

		TW_ASSERT(line_end);
		check_json_line((struct tw_str){.text = from, .size = (size_t)(line_end - from)});
		from = line_end + 1;
	}
}

/* ---- text for a terminal ---- */

/* U+202A to U+202E and U+2066 to U+2069 turn the direction of what a terminal shows. */
static bool turns_direction(const unsigned char *bytes)
{
	return bytes[0] == 0xe2 && ((bytes[1] == 0x80 && bytes[2] >= 0xaa && bytes[2] <= 0xae) ||
				    (bytes[1] == 0x81 && bytes[2] >= 0xa6 && bytes[2] <= 0xa9));
}

/* How long the UTF-8 character there is (RFC 3629); what is none breaks the promise. */
static size_t check_character(const unsigned char *bytes, size_t size)
{
	size_t length = bytes[0] < 0x80 ? 1 : bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4;

	TW_ASSERT(bytes[0] < 0x80 || (bytes[0] >= 0xc2 && bytes[0] <= 0xf4));
	TW_ASSERT(bytes[0] >= ' ' || bytes[0] == '\n');
	TW_ASSERT(bytes[0] != 0x7f);
	TW_ASSERT(length <= size);
	for (size_t i = 1; i < length; i++)
		TW_ASSERT((bytes[i] & 0xc0) == 0x80);
	TW_ASSERT(bytes[0] != 0xc2 || bytes[1] >= 0xa0);
	TW_ASSERT(length != 3 || !turns_direction(bytes));
	return length;
}

static void check_characters(const struct tw_buf *buf)
{
	const unsigned char *bytes = (const unsigned char *)buf->text;

	for (size_t at = 0; at < buf->size;)
		at += check_character(bytes + at, buf->size - at);
}

/* ---- the reports ---- */

static const struct tw_text_style plain = {.width = TW_TEXT_WIDTH_MIN};

static void report_connection(const struct tw_session *session, uint32_t stream,
			      struct tw_summary *summary)
{
	struct tw_arena arena = tw_arena_of(REPORT_LIMIT_BYTES);
	struct tw_buf buf = tw_buf_of(REPORT_LIMIT_BYTES);
	struct tw_explanation explanation;
	struct tw_case c;

	tw_session_case(session, stream, &arena, &c);
	tw_summary_count(summary, stream, &c.verdict);
	tw_explain(&c, &arena, &explanation);
	tw_json_connection(&buf, &c, &explanation);
	TW_ASSERT(!buf.overflowed);
	check_json(&buf);
	check_characters(&buf);
	tw_buf_clear(&buf);
	tw_text_paragraph(&buf, &c, &explanation, &plain);
	tw_text_connection(&buf, &c, &explanation, &plain);
	TW_ASSERT(!buf.overflowed);
	check_characters(&buf);
	tw_buf_free(&buf);
	tw_arena_free(&arena);
}

static void report_summary(const struct tw_summary *summary)
{
	struct tw_buf buf = tw_buf_of(REPORT_LIMIT_BYTES);

	tw_json_capture(&buf, summary);
	check_json(&buf);
	tw_buf_clear(&buf);
	tw_text_summary(&buf, summary, &plain);
	check_characters(&buf);
	tw_buf_free(&buf);
}

void fuzz_report_all(const struct tw_session *session, const struct tw_typed *typed)
{
	const struct tw_totals *totals = tw_session_totals(session);
	struct tw_input_summary input = {.name = "fuzz", .packets = totals->packets};
	struct tw_summary summary = {
	    .inputs = &input,
	    .input_count = 1,
	    .packets = totals->packets,
	    .segments = totals->segments,
	    .icmp_errors = totals->icmp_errors,
	    .unmatched_icmp = totals->unmatched_icmp,
	    .refused = totals->refused,
	    .undecoded = totals->undecoded,
	    .has_time = totals->has_time,
	    .first_ns = totals->first_ns,
	    .last_ns = totals->last_ns,
	    .typed = typed,
	};

	for (uint32_t stream = 0; stream < tw_session_count(session); stream++)
		if (tw_session_has_case(session, stream))
			report_connection(session, stream, &summary);
	report_summary(&summary);
}
