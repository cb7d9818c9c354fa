/* talk.c: what the programs say to each other: requests, responses, uploads, TLS records. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/talk.h"

#include "base/assert.h"

#include <inttypes.h>
#include <string.h>

enum {
	LINE_BYTES_MAX = 78, /* as programs wrap them */
	RECORD_HEAD_BYTES = 4,
	FIRST_PART_PERCENT_MIN = 10,
	FIRST_PART_PERCENT_MAX = 60,
};

static void add_letters(struct tw_buf *to, uint64_t count, struct lab_random *random)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";

	for (uint64_t i = 0; i < count; i++)
		tw_buf_add_char(to, letters[lab_random_between(random, 0, sizeof(letters) - 2)]);
}

static void add_bytes(struct tw_buf *to, uint64_t count, struct lab_random *random)
{
	for (uint64_t i = 0; i < count; i++)
		tw_buf_add_char(to, (char)lab_random_between(random, 0, UINT8_MAX));
}

/* Lines of random lengths, each ending in \n: together exactly `count` bytes. */
static void add_lines(struct tw_buf *to, uint64_t count, struct lab_random *random)
{
	while (count > 0) {
		uint64_t line = lab_random_between(random, 8, LINE_BYTES_MAX);

		if (line > count)
			line = count;
		add_letters(to, line - 1, random);
		tw_buf_add_char(to, '\n');
		count -= line;
	}
}

static void add_number_be(struct tw_buf *to, uint64_t number, unsigned bytes)
{
	while (bytes-- > 0)
		tw_buf_add_char(to, (char)(number >> 8 * bytes & 0xFF));
}

static void add_record_head(struct tw_buf *to, uint64_t body_bytes)
{
	add_number_be(to, body_bytes, RECORD_HEAD_BYTES);
}

static uint64_t less(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

/* A record of `bytes` bytes with its length in front. */
static void add_record(struct tw_buf *to, uint64_t bytes, struct lab_random *random)
{
	uint64_t body = less(bytes, RECORD_HEAD_BYTES);

	add_record_head(to, body);
	add_bytes(to, body, random);
}

static void add_http_request(struct tw_buf *to, uint64_t bytes, struct lab_random *random)
{
	static const char end[] = "\r\n\r\n";
	static const char cookie[] = "\r\nCookie: session=";
	size_t before = to->size;

	tw_buf_add_text(to, "GET /");
	add_letters(to, lab_random_between(random, 1, 8), random);
	tw_buf_add_text(to, " HTTP/1.1\r\nHost: shop.example");

	uint64_t rest = less(bytes, to->size - before + sizeof(end) - 1);

	if (rest >= sizeof(cookie)) {
		tw_buf_add_text(to, cookie);
		add_letters(to, rest - (sizeof(cookie) - 1), random);
	} else {
		/* A longer path has no room any more: a longer host name does as well. */
		tw_buf_add_text(to, rest > 0 ? "." : "");
		add_letters(to, less(rest, 1), random);
	}
	tw_buf_add_text(to, end);
}

static int digits_of(uint64_t number)
{
	int digits = 1;

	while (number >= 10) {
		number /= 10;
		digits++;
	}
	return digits;
}

/*
 * The head of a response that has `bytes` bytes with its body; returns the size of the body. The
 * head grows with the number of its digits: where no number fits, a blank stands in front of it.
 */
static uint64_t add_http_head(struct tw_buf *to, uint64_t bytes, const char *more)
{
	static const char start[] =
	    "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: ";
	uint64_t without_number = sizeof(start) - 1 + strlen("\r\n\r\n") + strlen(more);
	int digits = 1;

	while (digits_of(less(bytes, without_number + (uint64_t)digits)) > digits)
		digits++;

	uint64_t body = less(bytes, without_number + (uint64_t)digits);

	tw_buf_printf(to, "%s%*" PRIu64 "\r\n%s\r\n", start, digits, body, more);
	return body;
}

/* Outside HTTP a request and a response look alike. */
static void add_message(struct tw_buf *to, enum lab_talk talk, uint64_t bytes,
			struct lab_random *random)
{
	if (talk == LAB_TALK_LINES)
		add_lines(to, bytes, random);
	else
		add_record(to, bytes, random);
}

void lab_talk_request(struct tw_buf *to, enum lab_talk talk, uint64_t bytes,
		      struct lab_random *random)
{
	if (talk == LAB_TALK_HTTP)
		add_http_request(to, bytes, random);
	else
		add_message(to, talk, bytes, random);
}

static void add_response(struct tw_buf *to, enum lab_talk talk, uint64_t bytes, const char *more,
			 struct lab_random *random)
{
	if (talk == LAB_TALK_HTTP)
		add_bytes(to, add_http_head(to, bytes, more), random);
	else
		add_message(to, talk, bytes, random);
}

void lab_talk_response(struct tw_buf *to, enum lab_talk talk, uint64_t bytes,
		       struct lab_random *random)
{
	add_response(to, talk, bytes, "", random);
}

void lab_talk_last_response(struct tw_buf *to, enum lab_talk talk, uint64_t bytes,
			    struct lab_random *random)
{
	add_response(to, talk, bytes, "Connection: close\r\n", random);
}

uint64_t lab_talk_first_part(struct tw_buf *to, enum lab_talk talk, uint64_t bytes,
			     struct lab_random *random)
{
	uint64_t percent =
	    lab_random_between(random, FIRST_PART_PERCENT_MIN, FIRST_PART_PERCENT_MAX);
	uint64_t body = bytes;

	if (talk == LAB_TALK_HTTP) {
		body = add_http_head(to, bytes, "");
	} else if (talk == LAB_TALK_RECORDS) {
		body = less(bytes, RECORD_HEAD_BYTES);
		add_record_head(to, body);
	}

	uint64_t part = body * percent / 100;

	lab_talk_more(to, talk, part, random);
	return body - part;
}

void lab_talk_upload(struct tw_buf *to, enum lab_talk talk, uint64_t bytes,
		     struct lab_random *random)
{
	switch (talk) {
	case LAB_TALK_HTTP:
		tw_buf_add_text(to, "POST /");
		add_letters(to, lab_random_between(random, 1, 8), random);
		tw_buf_printf(to,
			      " HTTP/1.1\r\nHost: shop.example\r\n"
			      "Content-Type: application/octet-stream\r\n"
			      "Content-Length: %" PRIu64 "\r\n\r\n",
			      bytes);
		return;
	case LAB_TALK_LINES:
		tw_buf_printf(to, "STORE %" PRIu64 "\n", bytes);
		return;
	case LAB_TALK_RECORDS:
		add_record_head(to, bytes);
		return;
	}
}

void lab_talk_more(struct tw_buf *to, enum lab_talk talk, uint64_t bytes, struct lab_random *random)
{
	if (talk == LAB_TALK_LINES)
		add_lines(to, bytes, random);
	else
		add_bytes(to, bytes, random);
}

/* ---- TLS, RFC 8446 section 5.1 ---- */

enum tls_type { TLS_CHANGE_CIPHER = 20, TLS_ALERT, TLS_HANDSHAKE, TLS_APPLICATION };

enum {
	TLS_HEAD_BYTES = 5,
	TLS_RECORD_BYTES_MAX = 16384 + 256, /* what a record may carry when encrypted */
	TLS_1_0 = 0x0301,		    /* the version in the record of a first ClientHello */
	TLS_1_2 = 0x0303,
	HANDSHAKE_CLIENT_HELLO = 1,
	HANDSHAKE_SERVER_HELLO = 2,
	HANDSHAKE_HEAD_BYTES = 4,
	ALERT_FATAL = 2,
	ALERT_HANDSHAKE_FAILURE = 40,
};

static void add_tls_head(struct tw_buf *to, enum tls_type type, uint64_t version, uint64_t bytes)
{
	TW_ASSERT(bytes <= TLS_RECORD_BYTES_MAX);
	add_number_be(to, type, 1);
	add_number_be(to, version, 2);
	add_number_be(to, bytes, 2);
}

/* An encrypted record: nobody on the way can tell it from random bytes. */
static void add_tls_record(struct tw_buf *to, enum tls_type type, uint64_t bytes,
			   struct lab_random *random)
{
	add_tls_head(to, type, TLS_1_2, bytes);
	add_bytes(to, bytes, random);
}

static void add_tls_hello(struct tw_buf *to, unsigned kind, uint64_t bytes,
			  struct lab_random *random)
{
	add_tls_head(to, TLS_HANDSHAKE, kind == HANDSHAKE_CLIENT_HELLO ? TLS_1_0 : TLS_1_2, bytes);
	add_number_be(to, kind, 1);
	add_number_be(to, bytes - HANDSHAKE_HEAD_BYTES, 3);
	add_number_be(to, TLS_1_2, 2);
	add_bytes(to, bytes - HANDSHAKE_HEAD_BYTES - 2, random);
}

void lab_talk_tls(struct tw_buf *to, enum lab_tls_message message, struct lab_random *random)
{
	switch (message) {
	case LAB_TLS_CLIENT_HELLO:
		add_tls_hello(to, HANDSHAKE_CLIENT_HELLO, 512, random);
		return;
	case LAB_TLS_SERVER_HELLO:
		add_tls_hello(to, HANDSHAKE_SERVER_HELLO, 122, random);
		add_tls_head(to, TLS_CHANGE_CIPHER, TLS_1_2, 1);
		add_number_be(to, 1, 1);
		add_tls_record(to, TLS_APPLICATION, lab_random_between(random, 800, 4000), random);
		return;
	case LAB_TLS_CLOSE_NOTIFY:
		add_tls_record(to, TLS_APPLICATION, 19, random);
		return;
	case LAB_TLS_CLOSE_NOTIFY_12:
		add_tls_record(to, TLS_ALERT, 26, random);
		return;
	case LAB_TLS_ALERT:
		add_tls_head(to, TLS_ALERT, TLS_1_2, 2);
		add_number_be(to, ALERT_FATAL, 1);
		add_number_be(to, ALERT_HANDSHAKE_FAILURE, 1);
		return;
	case LAB_TLS_MESSAGES:
		break;
	}
	TW_UNREACHABLE("no TLS message");
}

void lab_talk_tls_data(struct tw_buf *to, uint64_t bytes, struct lab_random *random)
{
	uint64_t left = bytes > TLS_HEAD_BYTES ? bytes : TLS_HEAD_BYTES + 1;

	while (left > TLS_HEAD_BYTES) {
		uint64_t body = left - TLS_HEAD_BYTES;

		/* No record so short that the next one would not have room for its head. */
		if (body > TLS_RECORD_BYTES_MAX)
			body = TLS_RECORD_BYTES_MAX - 2 * TLS_HEAD_BYTES;
		add_tls_record(to, TLS_APPLICATION, body, random);
		left -= TLS_HEAD_BYTES + body;
	}
}
