/* script.h: sequences of segments that read aloud, for the tests of tcp and of facts. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TESTS_TCP_SCRIPT_H
#define TW_TESTS_TCP_SCRIPT_H

#include "base/time.h"
#include "tcp/assume.h"
#include "tcp/replay.h"
#include "tcp/seq.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/*
 * Rows stand between semicolons:
 *
 *     @0 > S 0; @0.04 < SA 0/1; @+0.04 > A 1/1; @1 > PA 1/1 len 100
 *
 *   @SECONDS  the time; @+SECONDS since the row before; a row without it tells no time
 *   > or <    sent by side 0 or side 1; = by a socket that has connected to itself
 *   FLAGS     letters of S F R P A U, or - for none
 *   SEQ/ACK   counted from the sender's and the receiver's SYN, which has 0
 *   len N     payload bytes
 *   win N     ttl N     id N     nodf     mss N     scale N     sack     ts VALUE/ECHO
 *   sacks LEFT/RIGHT   a SACK block, counted as ACK is
 *   'TEXT'    payload bytes, in which | stands for CR LF; len may tell that there were more
 *   label N   over IPv6, with this flow label     link N   from this address of the link
 *   is WORD   what the payload is: alert, tls, quit, goodbye, request, response
 *   fill      the acknowledgment field repeats SEQ, as in a bare RST of Windows
 *   bad       the checksum is wrong; partial: it is still to be computed
 *   ! > T/C   an ICMP error of type T and code C that quotes a segment of side 0 (6! for ICMPv6)
 *
 * A captured row knows all fields. Where it does not say otherwise: window 500, TTL 64, an IP ID
 * that counts on for each side, DF set; a RST without ACK has window 0 and IP ID 0 (Linux' reply
 * without a socket). A row of a list knows what it says, and its flags.
 */
enum {
	SCRIPT_ROWS_MAX = 64,
	SCRIPT_PAYLOAD_MAX = 65535,
	SCRIPT_TEXT_MAX = 1024,
	SCRIPT_WINDOW = 500,
	SCRIPT_TTL = 64
};

#define SCRIPT_EPOCH_NS (INT64_C(1000000) * TW_NS_PER_S)

struct script {
	struct tw_connection connection;
	struct tw_step steps[SCRIPT_ROWS_MAX];
	size_t count;
	/* Private to the reader of rows. */
	uint32_t isn[2];
	int64_t now_ns;
	uint16_t ip_id[2];
	const char *at;
	char text[SCRIPT_TEXT_MAX];
	size_t text_size;
	bool self;
};

static inline void script_blanks(struct script *script)
{
	while (*script->at == ' ')
		script->at++;
}

static inline bool script_word(struct script *script, const char *word)
{
	size_t size = strlen(word);

	script_blanks(script);
	if (strncmp(script->at, word, size) != 0)
		return false;
	if (script->at[size] >= 'a' && script->at[size] <= 'z')
		return false;
	script->at += size;
	return true;
}

static inline uint32_t script_number(struct script *script)
{
	char *end;
	unsigned long number;

	script_blanks(script);
	number = strtoul(script->at, &end, 10);
	if (end == script->at)
		fail_msg("no number in the script at: %s", script->at);
	script->at = end;
	return (uint32_t)number;
}

static inline void script_time(struct script *script, struct tw_segment *segment)
{
	bool relative;
	char *end;
	double seconds;

	script_blanks(script);
	if (*script->at != '@')
		return;
	script->at++;
	relative = *script->at == '+';
	seconds = strtod(script->at + relative, &end);
	script->at = end;
	/* Whole microseconds, so that sums compare exactly. */
	int64_t ns = (int64_t)(seconds * 1e6 + 0.5) * TW_NS_PER_US;

	script->now_ns = relative ? script->now_ns + ns : SCRIPT_EPOCH_NS + ns;
	segment->time_ns = script->now_ns;
	segment->known |= TW_FIELD_TIME;
}

static inline unsigned script_side(struct script *script)
{
	script_blanks(script);
	if (*script->at != '>' && *script->at != '<' && *script->at != '=')
		fail_msg("no direction in the script at: %s", script->at);
	if (*script->at == '=') {
		script->self = true;
		script->isn[1] = script->isn[0];
	}
	return *script->at++ == '<' ? 1 : 0;
}

static inline uint16_t script_flags(struct script *script)
{
	static const char letters[] = "FSRPAU";
	uint16_t flags = 0;

	script_blanks(script);
	if (*script->at == '-') {
		script->at++;
		return 0;
	}
	for (const char *letter; *script->at && (letter = strchr(letters, *script->at));
	     script->at++)
		flags |= (uint16_t)(1U << (letter - letters));
	return flags;
}

static inline void script_numbers(struct script *script, struct tw_segment *segment, unsigned side)
{
	script_blanks(script);
	if (*script->at < '0' || *script->at > '9')
		return;
	segment->seq = tw_seq_add(script->isn[side], script_number(script));
	segment->known |= TW_FIELD_SEQ;
	if (*script->at != '/')
		return;
	script->at++;
	segment->ack = tw_seq_add(script->isn[tw_other(side)], script_number(script));
	segment->known |= TW_FIELD_ACK;
}

static inline uint8_t script_payload_kind(struct script *script)
{
	static const struct {
		const char *word;
		enum tw_payload_kind kind;
	} words[] = {
	    {"alert", TW_PAYLOAD_TLS_ALERT},
	    {"tls", TW_PAYLOAD_TLS},
	    {"quit", TW_PAYLOAD_QUIT},
	    {"goodbye", TW_PAYLOAD_GOODBYE},
	    {"request", TW_PAYLOAD_HTTP_REQUEST},
	    {"response", TW_PAYLOAD_HTTP_RESPONSE},
	};

	for (size_t i = 0; i < TW_LEN(words); i++)
		if (script_word(script, words[i].word))
			return (uint8_t)words[i].kind;
	fail_msg("no kind of payload in the script at: %s", script->at);
	return 0;
}

/* The text between apostrophes, with its line ends. */
static inline bool script_text(struct script *script, struct tw_segment *segment)
{
	script_blanks(script);
	if (*script->at != '\'')
		return false;
	for (script->at++; *script->at != '\''; script->at++) {
		assert_true(*script->at != '\0' && script->text_size + 2 < SCRIPT_TEXT_MAX);
		if (*script->at == '|')
			script->text[script->text_size++] = '\r';
		script->text[script->text_size++] = *script->at == '|' ? '\n' : *script->at;
	}
	script->at++;
	segment->length = (uint32_t)script->text_size;
	segment->known |= TW_FIELD_LENGTH;
	return true;
}

static inline bool script_attribute(struct script *script, struct tw_segment *segment,
				    unsigned side)
{
	struct tw_tcp_options *options = &segment->options;

	if (script_text(script, segment)) {
		return true;
	} else if (script_word(script, "len")) {
		segment->length = script_number(script);
		segment->known |= TW_FIELD_LENGTH;
	} else if (script_word(script, "win")) {
		segment->window = (uint16_t)script_number(script);
		segment->known |= TW_FIELD_WINDOW;
	} else if (script_word(script, "ttl")) {
		segment->ttl = (uint8_t)script_number(script);
		segment->known |= TW_FIELD_TTL;
	} else if (script_word(script, "id")) {
		segment->ip_id = (uint16_t)script_number(script);
		segment->known |= TW_FIELD_IP_ID;
	} else if (script_word(script, "nodf")) {
		segment->ip_marks &= (uint8_t)~TW_IP_DF;
	} else if (script_word(script, "label")) {
		segment->ip_version = 6;
		segment->flow_label = script_number(script);
	} else if (script_word(script, "link")) {
		segment->link_source[0] = (uint8_t)script_number(script);
		segment->known |= TW_FIELD_LINK;
	} else if (script_word(script, "mss")) {
		options->mss = (uint16_t)script_number(script);
		options->present |= TW_OPTION_MSS;
	} else if (script_word(script, "scale")) {
		options->window_scale = (uint8_t)script_number(script);
		options->present |= TW_OPTION_WINDOW_SCALE;
	} else if (script_word(script, "sack")) {
		options->present |= TW_OPTION_SACK_PERMITTED;
	} else if (script_word(script, "sacks")) {
		assert_true(options->sack_count < TW_SACK_BLOCKS_MAX);
		options->sack[options->sack_count].left =
		    tw_seq_add(script->isn[tw_other(side)], script_number(script));
		script->at++;
		options->sack[options->sack_count++].right =
		    tw_seq_add(script->isn[tw_other(side)], script_number(script));
		options->present |= TW_OPTION_SACK;
	} else if (script_word(script, "ts")) {
		options->tsval = script_number(script);
		script->at++;
		options->tsecr = script_number(script);
		options->present |= TW_OPTION_TIMESTAMPS;
	} else if (script_word(script, "is")) {
		segment->payload_hint = script_payload_kind(script);
	} else if (script_word(script, "fill")) {
		segment->ack = segment->seq;
		segment->known |= TW_FIELD_ACK;
	} else if (script_word(script, "partial")) {
		segment->checksum = TW_CHECKSUM_PARTIAL;
		segment->known |= TW_FIELD_CHECKSUM;
	} else if (script_word(script, "bad")) {
		segment->checksum = TW_CHECKSUM_BAD;
		segment->known |= TW_FIELD_CHECKSUM;
	} else {
		return false;
	}
	return true;
}

/* What a captured frame has besides what the row says. */
static inline void script_complete(struct script *script, struct tw_segment *segment, unsigned side)
{
	static const uint8_t zeros[SCRIPT_PAYLOAD_MAX];
	bool bare_reset = (segment->flags & (TW_RST | TW_ACK)) == TW_RST;

	assert_true(segment->known & TW_FIELD_SEQ);
	assert_true(segment->length <= SCRIPT_PAYLOAD_MAX);
	if (!(segment->known & TW_FIELD_WINDOW))
		segment->window = bare_reset ? 0 : SCRIPT_WINDOW;
	if (!(segment->known & TW_FIELD_TTL))
		segment->ttl = SCRIPT_TTL;
	if (!(segment->known & TW_FIELD_IP_ID) && !bare_reset)
		segment->ip_id = ++script->ip_id[side];
	segment->known |= TW_FIELD_ADDRESS | TW_FIELD_PORT | TW_FIELD_ACK | TW_FIELD_LENGTH |
			  TW_FIELD_WINDOW | TW_FIELD_TTL | TW_FIELD_IP_ID | TW_FIELD_OPTIONS |
			  TW_FIELD_CHECKSUM;
	if (segment->ip_version == 6)
		segment->known &= ~(uint32_t)TW_FIELD_IP_ID;
	else
		segment->ip_version = 4;
	if (segment->checksum == TW_CHECKSUM_UNKNOWN)
		segment->checksum = TW_CHECKSUM_GOOD;
	segment->payload = script->text_size > 0 ? tw_slice_of(script->text, script->text_size)
						 : tw_slice_of(zeros, segment->length);
}

static inline void script_icmp(struct script *script, uint64_t frame, uint8_t version)
{
	struct tw_icmp_error error = {.frame = frame, .version = version};
	unsigned side = script_side(script);

	error.type = (uint8_t)script_number(script);
	script->at++;
	error.code = (uint8_t)script_number(script);
	error.time_ns = script->now_ns;
	tw_replay_icmp(&script->connection, &error, side);
}

static inline void script_row(struct script *script, uint64_t frame)
{
	struct tw_segment segment = {.frame = frame, .known = TW_FIELD_FLAGS, .ip_marks = TW_IP_DF};
	unsigned side;

	script->text_size = 0;
	script_time(script, &segment);
	if (script_word(script, "!")) {
		script_icmp(script, frame, 4);
		return;
	}
	if (script_word(script, "6!")) {
		script_icmp(script, frame, 6);
		return;
	}
	side = script_side(script);
	segment.flags = script_flags(script);
	script_numbers(script, &segment, side);
	while (script_attribute(script, &segment, side))
		;
	if (script->connection.typed)
		tw_assume_numbers(&script->connection, side, &segment);
	else
		script_complete(script, &segment, side);
	assert_true(script->count < SCRIPT_ROWS_MAX);
	if (script->self)
		tw_replay_self(&script->connection, &segment, &script->steps[script->count++]);
	else
		tw_replay(&script->connection, &segment, side, &script->steps[script->count++]);
}

static inline void script_rows(struct script *script, const char *text)
{
	uint64_t frame = 0;

	script->at = text;
	for (;;) {
		script_row(script, ++frame);
		script_blanks(script);
		if (*script->at == '\0')
			return;
		if (*script->at != ';')
			fail_msg("not understood in the script: %s", script->at);
		script->at++;
		script_blanks(script);
	}
}

/* A capture whose SYNs have these sequence numbers. */
static inline void script_play_at(struct script *script, const char *text, uint32_t isn_0,
				  uint32_t isn_1)
{
	*script = (struct script){
	    .isn = {isn_0, isn_1}, .now_ns = SCRIPT_EPOCH_NS, .ip_id = {1000, 2000}};
	tw_connection_init(&script->connection, 0, false);
	script_rows(script, text);
}

static inline void script_play(struct script *script, const char *text)
{
	script_play_at(script, text, 70000, 3000000000U);
}

/* A list that somebody typed: numbers that it does not give are assumed. */
static inline void script_play_typed(struct script *script, const char *text)
{
	*script = (struct script){.now_ns = SCRIPT_EPOCH_NS};
	tw_connection_init(&script->connection, 0, true);
	script_rows(script, text);
}

static inline const struct tw_step *script_last(const struct script *script)
{
	return &script->steps[script->count - 1];
}

#endif
