/* hint.c: what a row's protocol column or remark says of its payload. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/notes.h"

/*
 * A list has no payload bytes. Where a dissector's words, or the person's own, tell that a payload
 * was a farewell, that is worth as much as its bytes: an ending may turn on it.
 */
static const struct word {
	struct tw_str text; /* anywhere in the row's words, letters' case aside */
	enum tw_payload_kind kind;
} words[] = {
    {TW_STR_INIT("encrypted alert"), TW_PAYLOAD_TLS_ALERT},
    {TW_STR_INIT("close_notify"), TW_PAYLOAD_TLS_ALERT},
    {TW_STR_INIT("close notify"), TW_PAYLOAD_TLS_ALERT},
    {TW_STR_INIT("tls alert"), TW_PAYLOAD_TLS_ALERT},
    {TW_STR_INIT("1.3 alert"), TW_PAYLOAD_TLS_ALERT},
    {TW_STR_INIT("1.2 alert"), TW_PAYLOAD_TLS_ALERT},
    {TW_STR_INIT("quit"), TW_PAYLOAD_QUIT},
    {TW_STR_INIT("221 "), TW_PAYLOAD_GOODBYE},
    {TW_STR_INIT("goodbye"), TW_PAYLOAD_GOODBYE},
    {TW_STR_INIT("tls"), TW_PAYLOAD_TLS},
    {TW_STR_INIT("ssl"), TW_PAYLOAD_TLS},
};

/* Protocol columns whose payload is known to be none of the above. */
static const struct tw_str protocols[] = {
    TW_STR_INIT("HTTP"), TW_STR_INIT("SMTP"), TW_STR_INIT("FTP"),
    TW_STR_INIT("POP"),	 TW_STR_INIT("IMAP"),
};

static bool has_word(struct tw_str text, struct tw_str word)
{
	for (size_t i = 0; i + word.size <= text.size; i++)
		if (tw_str_starts_nocase(tw_str_from(text, i), word))
			return true;
	return false;
}

static enum tw_method method_before(struct tw_str text)
{
	static const struct {
		struct tw_str word;
		enum tw_method method;
	} methods[] = {
#define X(name, word, idempotent) {TW_STR_INIT(word " "), TW_METHOD_##name},
	    TW_METHODS(X)
#undef X
	};

	for (size_t i = 0; i < TW_LEN(methods); i++)
		if (tw_str_find(text, methods[i].word) != SIZE_MAX)
			return methods[i].method;
	return TW_METHOD_UNKNOWN;
}

/* "HTTP/1.1 413 Content Too Large" or "POST /upload HTTP/1.1". */
static bool tells_http(struct tw_str text, struct tw_segment *segment)
{
	enum { STATUS_MAX = 599 };
	size_t at = tw_str_find(text, TW_STR("HTTP/1."));
	struct tw_str rest;
	uint64_t status;

	if (at == SIZE_MAX)
		return false;
	rest = tw_str_trim(tw_str_from(text, at + sizeof("HTTP/1.x") - 1));
	segment->payload_method = (uint8_t)method_before(tw_str_head(text, at));
	if (segment->payload_method != TW_METHOD_UNKNOWN) {
		segment->payload_hint = TW_PAYLOAD_HTTP_REQUEST;
		return true;
	}
	if (!tw_str_take_number(&rest, STATUS_MAX, &status) || status < 100)
		return false;
	segment->payload_hint = TW_PAYLOAD_HTTP_RESPONSE;
	segment->payload_status = (uint16_t)status;
	return true;
}

static enum tw_payload_kind kind_by_words(struct tw_str labels, struct tw_str comment)
{
	for (size_t i = 0; i < TW_LEN(words); i++)
		if (has_word(labels, words[i].text) || has_word(comment, words[i].text))
			return words[i].kind;
	for (size_t i = 0; i < TW_LEN(protocols); i++)
		if (tw_str_starts(labels, protocols[i]))
			return TW_PAYLOAD_OTHER;
	return TW_PAYLOAD_UNKNOWN;
}

void tw_typed_take_label(struct tw_str labels, struct tw_segment *segment)
{
	static const struct {
		struct tw_str text;
		enum tw_said said;
	} said[] = {
	    {TW_STR_INIT("TCP Retransmission"), TW_SAID_AGAIN},
	    {TW_STR_INIT("TCP Fast Retransmission"), TW_SAID_FAST_AGAIN},
	    {TW_STR_INIT("TCP Previous segment"), TW_SAID_GAP},
	};

	if (tw_segment_knows(segment, TW_FIELD_SEQ))
		return;
	for (size_t i = 0; i < TW_LEN(said); i++)
		if (tw_str_find(labels, said[i].text) != SIZE_MAX)
			segment->said = (uint8_t)said[i].said;
}

void tw_typed_payload_hint(struct tw_str labels, struct tw_str comment, struct tw_segment *segment)
{
	if (!tells_http(labels, segment) && !tells_http(comment, segment))
		segment->payload_hint = (uint8_t)kind_by_words(labels, comment);
}
