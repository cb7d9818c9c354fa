/* banner.c: the first bytes of text and database protocols, and how they say that it is over. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/banner.h"

#include "base/str.h"

enum {
	REPLY_BYTES = 4, /* "220 " */
	REPLY_GOODBYE = 221,
	REPLY_CLOSING = 421,
	REPLY_NO_SERVICE = 554,
	REPLY_ERROR_FIRST = 400,
	MYSQL_HEADER_BYTES = 4,
	MYSQL_PROTOCOL_10 = 0x0a,
	MYSQL_ERROR = 0xff,
	MYSQL_ERROR_BYTES = 3, /* the mark and the code */
	POSTGRESQL_LENGTH_MIN = 8,
	POSTGRESQL_SEVERITY_WITHIN = 64,
};

/* Server errors after which MySQL and MariaDB close: shutdown, aborted, killed, idle too long. */
static const uint16_t mysql_ends[] = {1040, 1053, 1129, 1130, 1152, 1159, 1203, 1927, 3169, 4031};

/* The first word of a client: protocol 3.0 and 3.2, and the request for TLS. */
static const uint32_t postgresql_starts[] = {0x00030000, 0x00030002, 80877103};

static bool is_reply(struct tw_str text, uint16_t *code)
{
	for (size_t i = 0; i < 3; i++)
		if (text.size < REPLY_BYTES || !tw_char_is_digit(text.text[i]))
			return false;
	*code = (uint16_t)((text.text[0] - '0') * 100 + (text.text[1] - '0') * 10 +
			   (text.text[2] - '0'));
	return text.text[3] == ' ' || text.text[3] == '-';
}

static bool is_mysql(struct tw_slice bytes, uint32_t length)
{
	uint32_t packet;

	if (bytes.size <= MYSQL_HEADER_BYTES)
		return false;
	packet = (uint32_t)tw_le16(bytes.data) | (uint32_t)bytes.data[2] << 16;
	return packet + MYSQL_HEADER_BYTES == length && bytes.data[3] == 0 &&
	       (bytes.data[MYSQL_HEADER_BYTES] == MYSQL_PROTOCOL_10 ||
		bytes.data[MYSQL_HEADER_BYTES] == MYSQL_ERROR);
}

static bool is_postgresql(struct tw_slice bytes, uint32_t length)
{
	if (bytes.size < POSTGRESQL_LENGTH_MIN || tw_be32(bytes.data) != length)
		return false;
	for (size_t i = 0; i < TW_LEN(postgresql_starts); i++)
		if (tw_be32(bytes.data + 4) == postgresql_starts[i])
			return true;
	return false;
}

static enum tw_protocol by_greeting(const struct tw_application *peer, struct tw_slice bytes,
				    uint32_t length)
{
	struct tw_str text = {.text = (const char *)bytes.data, .size = bytes.size};
	uint16_t code;

	if (is_reply(text, &code))
		return code == 220 || code == REPLY_CLOSING || code == REPLY_NO_SERVICE
			   ? TW_PROTOCOL_REPLIES
			   : TW_PROTOCOL_OTHER;
	if (tw_str_starts(text, TW_STR("SSH-")))
		return TW_PROTOCOL_SSH;
	if (tw_str_starts(text, TW_STR("+OK")) || tw_str_starts(text, TW_STR("* OK")) ||
	    tw_str_starts(text, TW_STR("* BYE")))
		return TW_PROTOCOL_MAILBOX;
	if (tw_str_starts(text, TW_STR("-ERR")))
		return TW_PROTOCOL_REDIS;
	if (peer->protocol == TW_PROTOCOL_UNKNOWN && is_mysql(bytes, length))
		return TW_PROTOCOL_MYSQL;
	return TW_PROTOCOL_OTHER;
}

enum tw_protocol tw_banner_protocol(struct tw_application *me, const struct tw_application *peer,
				    struct tw_slice bytes, uint32_t length)
{
	struct tw_str text = {.text = (const char *)bytes.data, .size = bytes.size};
	bool redis = bytes.size > 1 && text.text[0] == '*' && tw_char_is_digit(text.text[1]);

	/* Whoever greets answers, and whoever is greeted asks. */
	if (peer->protocol > TW_PROTOCOL_TLS && peer->protocol < TW_PROTOCOL_OTHER) {
		if (!(peer->marks & TW_APPLICATION_ASKS))
			me->marks |= TW_APPLICATION_ASKS;
		return peer->protocol;
	}
	if (redis || is_postgresql(bytes, length)) {
		me->marks |= TW_APPLICATION_ASKS;
		return redis ? TW_PROTOCOL_REDIS : TW_PROTOCOL_POSTGRESQL;
	}
	return by_greeting(peer, bytes, length);
}

struct answer {
	bool error;
	bool ends;
	uint16_t code;
};

static struct answer reply_of(struct tw_str text, bool first)
{
	struct answer answer = {0};

	if (!is_reply(text, &answer.code))
		return (struct answer){0};
	answer.error = answer.code >= REPLY_ERROR_FIRST;
	answer.ends = answer.code == REPLY_CLOSING || answer.code == REPLY_GOODBYE ||
		      (first && answer.code == REPLY_NO_SERVICE);
	return answer;
}

static struct answer mysql_answer(struct tw_slice bytes, bool first)
{
	struct answer answer = {0};

	bytes = tw_slice_from(bytes, MYSQL_HEADER_BYTES);
	if (bytes.size < MYSQL_ERROR_BYTES || bytes.data[0] != MYSQL_ERROR)
		return answer;
	answer.code = tw_le16(bytes.data + 1);
	answer.error = true;
	answer.ends = first;
	for (size_t i = 0; i < TW_LEN(mysql_ends); i++)
		answer.ends = answer.ends || mysql_ends[i] == answer.code;
	return answer;
}

/* An ErrorResponse: fields that begin with a letter; the severity stands in S, or in V. */
static struct answer postgresql_answer(struct tw_str text)
{
	struct answer answer = {0};

	if (!tw_str_starts(text, TW_STR("E")))
		return answer;
	text = tw_str_head(text, POSTGRESQL_SEVERITY_WITHIN);
	answer.ends = tw_str_find(text, TW_STR("FATAL")) != SIZE_MAX ||
		      tw_str_find(text, TW_STR("PANIC")) != SIZE_MAX;
	answer.error = answer.ends || tw_str_find(text, TW_STR("ERROR")) != SIZE_MAX;
	return answer;
}

static struct answer answer_of(enum tw_protocol protocol, struct tw_slice bytes, bool first)
{
	struct tw_str text = {.text = (const char *)bytes.data, .size = bytes.size};

	switch (protocol) {
	case TW_PROTOCOL_REPLIES:
		return reply_of(text, first);
	case TW_PROTOCOL_MAILBOX:
		return (struct answer){
		    .error = tw_str_starts(text, TW_STR("-ERR")),
		    .ends = tw_str_starts(text, TW_STR("* BYE")),
		};
	case TW_PROTOCOL_REDIS:
		return (struct answer){
		    .error = tw_str_starts(text, TW_STR("-")),
		    .ends = first && tw_str_starts(text, TW_STR("-ERR")),
		};
	case TW_PROTOCOL_MYSQL:
		return mysql_answer(bytes, first);
	case TW_PROTOCOL_POSTGRESQL:
		return postgresql_answer(text);
	case TW_PROTOCOL_UNKNOWN:
	case TW_PROTOCOL_HTTP:
	case TW_PROTOCOL_TLS:
	case TW_PROTOCOL_SSH:
	case TW_PROTOCOL_OTHER:
	case TW_PROTOCOL_COUNT:
		break;
	}
	return (struct answer){0};
}

void tw_banner_take(struct tw_application *me, struct tw_slice bytes, uint64_t frame)
{
	struct answer answer;

	me->messages++;
	if (me->marks & TW_APPLICATION_ASKS)
		return;
	answer = answer_of((enum tw_protocol)me->protocol, bytes, me->messages == 1);
	me->status = answer.code;
	me->frame = frame;
	me->marks &= (uint16_t)~TW_APPLICATION_ERROR;
	if (answer.error)
		me->marks |= TW_APPLICATION_ERROR;
	if (answer.ends) {
		me->marks |= TW_APPLICATION_ENDS;
		me->ends_frame = frame;
	}
}
