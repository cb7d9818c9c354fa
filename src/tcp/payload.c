/* payload.c: telling farewells (TLS alerts, QUIT) from other payload by a few bytes. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/payload.h"

#include "base/str.h"

enum {
	TLS_TYPE_FIRST = 20,
	TLS_TYPE_ALERT = 21,
	TLS_TYPE_APPLICATION_DATA = 23,
	TLS_TYPE_LAST = 24,
	TLS_HEADER_BYTES = 5,
	/* level, description, inner type, 16-byte tag (RFC 8446 section 5.2) */
	TLS13_ALERT_RECORD_BYTES = 2 + 1 + 16,
};

static const struct opening {
	struct tw_str text;
	enum tw_payload_kind kind;
} openings[] = {
    {TW_STR_INIT("HTTP/"), TW_PAYLOAD_HTTP_RESPONSE},
    {TW_STR_INIT("GET "), TW_PAYLOAD_HTTP_REQUEST},
    {TW_STR_INIT("POST "), TW_PAYLOAD_HTTP_REQUEST},
    {TW_STR_INIT("PUT "), TW_PAYLOAD_HTTP_REQUEST},
    {TW_STR_INIT("HEAD "), TW_PAYLOAD_HTTP_REQUEST},
    {TW_STR_INIT("DELETE "), TW_PAYLOAD_HTTP_REQUEST},
    {TW_STR_INIT("PATCH "), TW_PAYLOAD_HTTP_REQUEST},
    {TW_STR_INIT("OPTIONS "), TW_PAYLOAD_HTTP_REQUEST},
    {TW_STR_INIT("CONNECT "), TW_PAYLOAD_HTTP_REQUEST},
    {TW_STR_INIT("QUIT\r\n"), TW_PAYLOAD_QUIT},
    {TW_STR_INIT("quit\r\n"), TW_PAYLOAD_QUIT},
    {TW_STR_INIT("QUIT\n"), TW_PAYLOAD_QUIT},
    {TW_STR_INIT("quit\n"), TW_PAYLOAD_QUIT},
    {TW_STR_INIT("BYE\r\n"), TW_PAYLOAD_QUIT},
    /* Redis: an array of one string of four bytes */
    {TW_STR_INIT("*1\r\n$4\r\nQUIT\r\n"), TW_PAYLOAD_QUIT},
    {TW_STR_INIT("*1\r\n$4\r\nquit\r\n"), TW_PAYLOAD_QUIT},
    {TW_STR_INIT("221 "), TW_PAYLOAD_GOODBYE},
    {TW_STR_INIT("221-"), TW_PAYLOAD_GOODBYE},
    {TW_STR_INIT("* BYE "), TW_PAYLOAD_GOODBYE},
};

static bool is_tls_record(const uint8_t *b)
{
	return b[0] >= TLS_TYPE_FIRST && b[0] <= TLS_TYPE_LAST && b[1] == 3 && b[2] <= 4;
}

static enum tw_payload_kind tls_kind(const struct tw_segment *segment)
{
	const uint8_t *b = segment->payload.data;
	uint32_t record = (uint32_t)b[3] << 8 | b[4];

	if (b[0] == TLS_TYPE_ALERT)
		return TW_PAYLOAD_TLS_ALERT;
	if (b[0] == TLS_TYPE_APPLICATION_DATA && record == TLS13_ALERT_RECORD_BYTES &&
	    segment->length == TLS_HEADER_BYTES + TLS13_ALERT_RECORD_BYTES)
		return TW_PAYLOAD_TLS_ALERT;
	return TW_PAYLOAD_TLS;
}

enum tw_payload_kind tw_payload_kind_of(const struct tw_segment *segment)
{
	struct tw_str text = {.text = (const char *)segment->payload.data,
			      .size = segment->payload.size};

	if (segment->payload_hint != TW_PAYLOAD_UNKNOWN)
		return segment->payload_hint;
	if (text.size == 0)
		return TW_PAYLOAD_UNKNOWN;
	if (text.size >= TLS_HEADER_BYTES && is_tls_record(segment->payload.data))
		return tls_kind(segment);
	/* Most payload fails at the first byte, and costs no call. */
	for (size_t i = 0; i < TW_LEN(openings); i++)
		if (openings[i].text.text[0] == text.text[0] &&
		    tw_str_starts(text, openings[i].text))
			return openings[i].kind;
	return TW_PAYLOAD_OTHER;
}
