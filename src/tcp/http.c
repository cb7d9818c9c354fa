/* http.c: the framing of HTTP/1 messages as a state machine over bytes (RFC 9112). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/http.h"

#include "base/str.h"
#include "tcp/seq.h"

#include <string.h>

enum state {
	START, /* between messages */
	START_WORD,
	VERSION,
	STATUS,
	REQUEST_LINE, /* the target, and the version after it */
	START_LINE,   /* what is left of it says nothing more */
	FIELD_NAME,
	FIELD_VALUE,
	FIELD_REST, /* of a field that says nothing of the framing */
	BODY,
	BODY_UNTIL_CLOSE,
	CHUNK_SIZE,
	CHUNK_EXTENSION,
	CHUNK_DATA,
	CHUNK_END,
	TRAILER,
	TUNNEL, /* after CONNECT or an upgrade the bytes are another protocol's */
	LOST,
	TOLD, /* a list's row, without bytes */
};

enum framing {
	CHUNKED = 1 << 0,
	LENGTH = 1 << 1,
	CLOSE = 1 << 2,
	KEEP_ALIVE = 1 << 3,
	OLD = 1 << 4, /* HTTP/1.0: closes unless it says otherwise */
	MALFORMED = 1 << 5,
	VERSIONED = 1 << 6, /* the last word of the line at hand is "HTTP/1." and something */
};

enum field { NO_FIELD, CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION };

enum {
	WORD_BYTES_MAX = 32,
	DIGITS_MAX = 15, /* of a chunk's size, in hexadecimal: 2^60 */
	REQUESTS_MAX = 32,
	STATUS_SWITCHING_PROTOCOLS = 101,
	STATUS_OK = 200,
	STATUS_NO_CONTENT = 204,
	STATUS_NOT_MODIFIED = 304,
	STATUS_REQUEST_TIMEOUT = 408,
	STATUS_ERROR_FIRST = 400,
};

static const uint64_t length_max = 1ULL << 60;

struct word {
	struct tw_str text; /* in small letters */
	uint8_t meaning;
};

static const struct word methods[] = {
    {TW_STR_INIT("get"), TW_METHOD_GET},	 {TW_STR_INIT("head"), TW_METHOD_HEAD},
    {TW_STR_INIT("post"), TW_METHOD_POST},	 {TW_STR_INIT("put"), TW_METHOD_PUT},
    {TW_STR_INIT("delete"), TW_METHOD_DELETE},	 {TW_STR_INIT("patch"), TW_METHOD_PATCH},
    {TW_STR_INIT("options"), TW_METHOD_OPTIONS}, {TW_STR_INIT("trace"), TW_METHOD_TRACE},
    {TW_STR_INIT("connect"), TW_METHOD_CONNECT},
};
static const struct word version[] = {{TW_STR_INIT("http/1."), 1}};
static const struct word fields[] = {
    {TW_STR_INIT("content-length"), CONTENT_LENGTH},
    {TW_STR_INIT("transfer-encoding"), TRANSFER_ENCODING},
    {TW_STR_INIT("connection"), CONNECTION},
};
static const struct word tokens[] = {
    {TW_STR_INIT("chunked"), CHUNKED},
    {TW_STR_INIT("close"), CLOSE},
    {TW_STR_INIT("keep-alive"), KEEP_ALIVE},
};

/* ---- words, matched as they come ---- */

static void begin_word(struct tw_application *me)
{
	me->candidates = UINT16_MAX;
	me->matched = 0;
}

static void match(struct tw_application *me, const struct word words[], size_t count, char c)
{
	for (size_t i = 0; i < count; i++)
		if (me->matched >= words[i].text.size ||
		    words[i].text.text[me->matched] != tw_char_lower(c))
			me->candidates &= (uint16_t) ~(1U << i);
	if (me->matched < UINT8_MAX)
		me->matched++;
}

/* The word that was read to its end, or 0. */
static uint8_t matched_word(const struct tw_application *me, const struct word words[],
			    size_t count)
{
	for (size_t i = 0; i < count; i++)
		if ((me->candidates & 1U << i) && words[i].text.size == me->matched)
			return words[i].meaning;
	return 0;
}

/* ---- messages ---- */

static bool asks(const struct tw_application *me)
{
	return me->marks & TW_APPLICATION_ASKS;
}

static void lose(struct tw_application *me)
{
	me->state = LOST;
	me->marks |= TW_APPLICATION_INEXACT;
}

static void begin_message(struct tw_application *me, uint64_t frame)
{
	me->begin = tw_seq_diff(me->next, 1); /* its first byte has been taken */
	me->frame = frame;
	me->framing = 0;
	me->left = 0;
	me->state = START_WORD;
	begin_word(me);
}

static void complete(struct tw_application *me)
{
	me->complete++;
	me->end = me->next;
	me->state = START;
}

/* A request is counted once its method is known, so that an early response finds it. */
static void count_request(struct tw_application *me, const struct tw_application *peer,
			  uint8_t method)
{
	uint32_t before = me->messages++;
	uint32_t waiting = before - (peer->messages < before ? peer->messages : before);

	me->method = method;
	if (waiting >= REQUESTS_MAX || peer->messages > before) {
		me->marks |= TW_APPLICATION_INEXACT;
		return;
	}
	me->heads |= (uint32_t)(method == TW_METHOD_HEAD) << waiting;
	me->connects |= (uint32_t)(method == TW_METHOD_CONNECT) << waiting;
}

/* The oldest request that waits has its answer; true where it is known to be that one. */
static bool pair(struct tw_application *me, struct tw_application *peer, bool *head, bool *connect)
{
	bool waits = asks(peer) && peer->messages > me->messages;

	*head = waits && (peer->heads & 1);
	*connect = waits && (peer->connects & 1);
	peer->heads >>= 1;
	peer->connects >>= 1;
	me->messages++;
	if (!waits)
		me->marks |= TW_APPLICATION_INEXACT;
	return waits && !((me->marks | peer->marks) & TW_APPLICATION_INEXACT);
}

static void announce_end(struct tw_application *me, uint64_t frame)
{
	me->marks |= TW_APPLICATION_ENDS;
	me->ends_frame = frame;
}

static void begin_body(struct tw_application *me, bool until_close)
{
	if (me->framing & MALFORMED) {
		lose(me);
	} else if (me->framing & CHUNKED) {
		me->left = 0;
		me->matched = 0;
		me->state = CHUNK_SIZE;
	} else if (me->framing & LENGTH) {
		me->state = BODY;
		if (me->left == 0)
			complete(me);
	} else if (until_close) {
		me->state = BODY_UNTIL_CLOSE;
	} else {
		complete(me);
	}
}

static void end_response_header(struct tw_application *me, struct tw_application *peer,
				uint64_t frame)
{
	bool closes = (me->framing & CLOSE) || ((me->framing & OLD) && !(me->framing & KEEP_ALIVE));
	bool interim = me->status < STATUS_OK && me->status != STATUS_SWITCHING_PROTOCOLS;
	bool head;
	bool connect;

	if (interim) {
		me->state = START;
		return;
	}
	me->marks &= (uint16_t) ~(TW_APPLICATION_PAIRED | TW_APPLICATION_ERROR);
	if (pair(me, peer, &head, &connect))
		me->marks |= TW_APPLICATION_PAIRED;
	if (me->status >= STATUS_ERROR_FIRST)
		me->marks |= TW_APPLICATION_ERROR;
	if (closes || me->status == STATUS_REQUEST_TIMEOUT)
		announce_end(me, frame);
	if (me->status == STATUS_SWITCHING_PROTOCOLS || (connect && me->status / 100 == 2)) {
		complete(me);
		me->state = TUNNEL;
		peer->state = TUNNEL;
	} else if (head || me->status == STATUS_NO_CONTENT || me->status == STATUS_NOT_MODIFIED) {
		complete(me);
	} else {
		begin_body(me, true);
	}
}

static void end_header(struct tw_application *me, struct tw_application *peer, uint64_t frame)
{
	if (asks(me))
		begin_body(me, false);
	else
		end_response_header(me, peer, frame);
}

/* ---- lines ---- */

static void take_start_word(struct tw_application *me, const struct tw_application *peer, char c)
{
	if (asks(me) && c == ' ') {
		count_request(me, peer, matched_word(me, methods, TW_LEN(methods)));
		me->state = REQUEST_LINE;
		begin_word(me);
	} else if (asks(me)) {
		match(me, methods, TW_LEN(methods), c);
		if ((!tw_char_is_alpha(c) && c != '-') || me->matched > WORD_BYTES_MAX)
			lose(me);
	} else {
		match(me, version, TW_LEN(version), c);
		if (matched_word(me, version, TW_LEN(version)))
			me->state = VERSION;
		else if (!(me->candidates & 1))
			lose(me);
	}
}

static void begin_field(struct tw_application *me)
{
	me->state = FIELD_NAME;
	begin_word(me);
}

/* Other protocols have such first words too ("CONNECT" in NATS, "GET" in Redis). */
static void take_request_line(struct tw_application *me, char c)
{
	if (c == '\n' && (me->framing & VERSIONED)) {
		begin_field(me);
	} else if (c == '\n') {
		lose(me);
	} else if (c == ' ') {
		me->framing &= (uint8_t)~VERSIONED;
		begin_word(me);
	} else {
		match(me, version, TW_LEN(version), c);
		if (matched_word(me, version, TW_LEN(version)))
			me->framing |= VERSIONED;
	}
}

static void take_status(struct tw_application *me, char c)
{
	enum { DIGITS = 3 };

	if (me->matched == 0 ? c != ' ' : !tw_char_is_digit(c)) {
		lose(me);
		return;
	}
	me->status = me->matched == 0 ? 0 : (uint16_t)(me->status * 10 + (c - '0'));
	if (me->matched++ == DIGITS)
		me->state = START_LINE;
}

static void take_field_name(struct tw_application *me, struct tw_application *peer, char c,
			    uint64_t frame)
{
	if (c == '\n') {
		if (me->matched == 0)
			end_header(me, peer, frame);
		else
			begin_field(me);
	} else if (c == ':') {
		me->field = matched_word(me, fields, TW_LEN(fields));
		me->state = me->field == NO_FIELD ? FIELD_REST : FIELD_VALUE;
		if (me->field == CONTENT_LENGTH)
			me->left = 0;
		begin_word(me);
	} else if (c != '\r') {
		match(me, fields, TW_LEN(fields), c);
	}
}

static void take_length(struct tw_application *me, char c)
{
	if (tw_char_is_digit(c) && me->left < length_max / 10) {
		me->left = me->left * 10 + (uint64_t)(c - '0');
		me->framing |= LENGTH;
	} else if (!tw_char_is_blank(c)) {
		me->framing |= MALFORMED;
	}
}

static void end_token(struct tw_application *me)
{
	uint8_t token = matched_word(me, tokens, TW_LEN(tokens));

	if ((me->field == TRANSFER_ENCODING) == (token == CHUNKED))
		me->framing |= token;
	begin_word(me);
}

static void take_field_value(struct tw_application *me, char c)
{
	bool ends = c == '\n' || c == ',' || c == ';' || tw_char_is_blank(c);

	if (me->field == CONTENT_LENGTH)
		take_length(me, c);
	else if (ends)
		end_token(me);
	else
		match(me, tokens, TW_LEN(tokens), c);
	if (c == '\n')
		begin_field(me);
}

static int hexadecimal(char c)
{
	if (tw_char_is_digit(c))
		return c - '0';
	c = tw_char_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void take_chunk_size(struct tw_application *me, char c)
{
	int digit = hexadecimal(c);

	if (digit >= 0 && me->matched < DIGITS_MAX) {
		me->left = me->left << 4 | (unsigned)digit;
		me->matched++;
	} else if (me->matched == 0 || digit >= 0) {
		lose(me);
	} else if (c == '\n') {
		me->state = me->left > 0 ? CHUNK_DATA : TRAILER;
		me->matched = 0;
	} else if (c != '\r') {
		me->state = CHUNK_EXTENSION;
	}
}

static void take_chunk_end(struct tw_application *me, char c)
{
	if (c == '\n') {
		me->state = CHUNK_SIZE;
		me->matched = 0;
		me->left = 0;
	} else if (c != '\r') {
		lose(me);
	}
}

/* A trailer ends, like a header, with an empty line. */
static void take_trailer(struct tw_application *me, char c)
{
	if (c == '\n' && me->matched == 0)
		complete(me);
	else if (c != '\r')
		me->matched = c != '\n';
}

static void take_byte(struct tw_application *me, struct tw_application *peer, char c,
		      uint64_t frame)
{
	switch ((enum state)me->state) {
	case START:
		if (c == '\r' || c == '\n')
			return;
		begin_message(me, frame);
		take_start_word(me, peer, c);
		return;
	case START_WORD:
		take_start_word(me, peer, c);
		return;
	case REQUEST_LINE:
		take_request_line(me, c);
		return;
	case VERSION:
		me->framing |= c == '0' ? OLD : 0;
		me->state = STATUS;
		me->matched = 0;
		return;
	case STATUS:
		take_status(me, c);
		return;
	case FIELD_NAME:
		take_field_name(me, peer, c, frame);
		return;
	case FIELD_VALUE:
		take_field_value(me, c);
		return;
	case CHUNK_SIZE:
		take_chunk_size(me, c);
		return;
	case CHUNK_END:
		take_chunk_end(me, c);
		return;
	case TRAILER:
		take_trailer(me, c);
		return;
	case START_LINE:
	case FIELD_REST:
		begin_field(me);
		return;
	case CHUNK_EXTENSION:
		me->state = me->left > 0 ? CHUNK_DATA : TRAILER;
		me->matched = 0;
		return;
	case BODY:
	case BODY_UNTIL_CLOSE:
	case CHUNK_DATA:
	case TUNNEL:
	case LOST:
	case TOLD:
		return;
	}
}

/* How many bytes the state takes in one go without looking at them; 0 where it looks at each. */
static size_t unread(const struct tw_application *me, struct tw_slice bytes)
{
	const uint8_t *end;

	switch ((enum state)me->state) {
	case BODY:
	case CHUNK_DATA:
		return me->left < bytes.size ? (size_t)me->left : bytes.size;
	case BODY_UNTIL_CLOSE:
	case TUNNEL:
	case LOST:
	case TOLD:
		return bytes.size;
	case START_LINE:
	case FIELD_REST:
	case CHUNK_EXTENSION:
		end = memchr(bytes.data, '\n', bytes.size);
		return end ? (size_t)(end - bytes.data) : bytes.size;
	case START:
	case START_WORD:
	case REQUEST_LINE:
	case VERSION:
	case STATUS:
	case FIELD_NAME:
	case FIELD_VALUE:
	case CHUNK_SIZE:
	case CHUNK_END:
	case TRAILER:
		break;
	}
	return 0;
}

static void pass(struct tw_application *me, size_t bytes)
{
	me->next = tw_seq_add(me->next, (uint32_t)bytes);
	if (me->state != BODY && me->state != CHUNK_DATA)
		return;
	me->left -= bytes;
	if (me->left > 0)
		return;
	if (me->state == BODY)
		complete(me);
	else
		me->state = CHUNK_END;
}

void tw_http_take(struct tw_application *me, struct tw_application *peer, struct tw_slice bytes,
		  uint64_t frame)
{
	while (bytes.size > 0) {
		size_t count = unread(me, bytes);

		if (count > 0) {
			pass(me, count);
		} else {
			count = 1;
			me->next = tw_seq_add(me->next, 1);
			take_byte(me, peer, (char)bytes.data[0], frame);
		}
		bytes = tw_slice_from(bytes, count);
	}
}

void tw_http_pass(struct tw_application *me, uint32_t bytes)
{
	bool counted = me->state == BODY || me->state == CHUNK_DATA;

	if (bytes == 0)
		return;
	if (me->state == BODY_UNTIL_CLOSE || me->state == TUNNEL ||
	    (counted && bytes <= me->left)) {
		pass(me, bytes);
		return;
	}
	me->next = tw_seq_add(me->next, bytes);
	lose(me);
}

void tw_http_begin(struct tw_application *me)
{
	me->state = START;
}

bool tw_http_is_inside(const struct tw_application *me)
{
	return me->state > START && me->state < TUNNEL && me->state != BODY_UNTIL_CLOSE;
}

bool tw_http_is_followed(const struct tw_application *me)
{
	return me->state < TUNNEL && !(me->marks & TW_APPLICATION_INEXACT);
}

uint64_t tw_http_missing(const struct tw_application *me)
{
	return me->state == BODY || me->state == CHUNK_DATA ? me->left : 0;
}

bool tw_http_is_chunked(const struct tw_application *me)
{
	return me->framing & CHUNKED;
}

bool tw_http_is_lost(const struct tw_application *me)
{
	return me->state == LOST || me->state == TOLD;
}

void tw_http_told(struct tw_application *me, struct tw_application *peer,
		  const struct tw_segment *segment)
{
	bool head;
	bool connect;

	me->protocol = TW_PROTOCOL_HTTP;
	me->state = TOLD;
	me->frame = segment->frame;
	me->marks &= (uint16_t)~TW_APPLICATION_ERROR;
	if (segment->payload_hint == TW_PAYLOAD_HTTP_REQUEST) {
		me->marks |= TW_APPLICATION_ASKS;
		count_request(me, peer, segment->payload_method);
		return;
	}
	me->status = segment->payload_status;
	(void)pair(me, peer, &head, &connect);
	if (me->status >= STATUS_ERROR_FIRST)
		me->marks |= TW_APPLICATION_ERROR;
	if (me->status == STATUS_REQUEST_TIMEOUT)
		announce_end(me, segment->frame);
}
