/* application.h: how far the messages of one side have come, as far as an ending depends on it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TCP_APPLICATION_H
#define TW_TCP_APPLICATION_H

#include "base/slice.h"
#include "wire/segment.h"

/*
 * No dissector: of each payload only what tells where a message begins and ends, whether it asks or
 * answers, and whether it announces the end. Bytes are read once, in order, and none is kept. What
 * was not captured (a short snap length, a gap) is passed over where the length of the message is
 * known; elsewhere the reader says that it is lost, until a segment begins with a message again.
 */

/* X(NAME, words) */
#define TW_PROTOCOLS(X)             \
	X(UNKNOWN, "")              \
	X(HTTP, "HTTP")             \
	X(TLS, "TLS")               \
	X(REPLIES, "SMTP or FTP")   \
	X(MAILBOX, "POP3 or IMAP")  \
	X(SSH, "SSH")               \
	X(MYSQL, "MySQL")           \
	X(POSTGRESQL, "PostgreSQL") \
	X(REDIS, "Redis")           \
	X(OTHER, "")

enum tw_protocol {
#define X(name, words) TW_PROTOCOL_##name,
	TW_PROTOCOLS(X)
#undef X
	    TW_PROTOCOL_COUNT
};

enum tw_application_mark {
	TW_APPLICATION_ASKS = 1 << 0,	 /* sends requests */
	TW_APPLICATION_INEXACT = 1 << 1, /* parts were not read: counts are not certain */
	TW_APPLICATION_PUSHED = 1 << 2,	 /* its last payload ended with PSH: a write ended there */
	TW_APPLICATION_ENDS = 1 << 3,	 /* it announced that it will end the connection */
	TW_APPLICATION_ERROR = 1 << 4,	 /* its last answer is an error */
	TW_APPLICATION_PAIRED = 1 << 5,	 /* it is known which request the answer at hand is for */
	TW_APPLICATION_DATA = 1 << 6,	 /* TLS: sent more than a handshake */
	TW_APPLICATION_FATAL = 1 << 7, /* TLS: a fatal alert in plain text; its code in `status` */
	TW_APPLICATION_BYTES = 1 << 8, /* what is told was read, not inferred from a row's words */
};

struct tw_application {
	uint8_t protocol; /* enum tw_protocol */
	uint8_t state;	  /* the protocol's own */
	uint8_t method;	  /* enum tw_method of the last request */
	uint8_t framing;  /* HTTP: what the header at hand has said so far */
	uint16_t marks;	  /* enum tw_application_mark */
	uint16_t status;  /* of the last answer: HTTP's, an SMTP or FTP reply, MySQL's error, ... */
	uint16_t candidates; /* words that the bytes at hand may still be */
	uint8_t matched;     /* how many bytes of them */
	uint8_t field;	     /* of which header field the value is being read */
	uint32_t next;	     /* sequence number of the byte that comes next */
	uint32_t begin;	     /* of the last message */
	uint32_t end;	     /* of the last message that was complete */
	uint32_t messages;   /* begun; of responses only final ones */
	uint32_t complete;
	uint32_t heads;	     /* of the requests without a response, the oldest in bit 0: HEAD, */
	uint32_t connects;   /* CONNECT */
	uint64_t left;	     /* bytes of the body, chunk or record that are still to come */
	uint64_t frame;	     /* where the last message began */
	uint64_t ends_frame; /* where the end was announced */
};

/*
 * Takes new payload of one side, whose first `old` bytes had been sent before. `peer` is the other
 * side, which may hold the requests that this answers.
 */
void tw_application_take(struct tw_application *me, struct tw_application *peer,
			 const struct tw_segment *segment, uint32_t old);
/* Passes over `bytes` that the input does not show. */
void tw_application_pass(struct tw_application *me, uint32_t bytes);

/* A message was begun and is not complete, as far as its own header or record tells. */
bool tw_application_is_inside(const struct tw_application *me);
/* The bytes are known to be where a message of this protocol can be told from the next. */
bool tw_application_is_read(const struct tw_application *me);

/* Requests and responses were followed from the first on, so that their numbers can be compared. */
bool tw_application_is_paired(const struct tw_application *asked,
			      const struct tw_application *answered);
/* Bytes that the body, or the chunk at hand, still lacks; 0 where that is not inside one. */
uint64_t tw_application_missing(const struct tw_application *me);
/* The body is cut into chunks: nothing tells how long the whole would be. */
bool tw_application_is_chunked(const struct tw_application *me);

const char *tw_protocol_words(enum tw_protocol protocol);
const char *tw_method_word(enum tw_method method);
bool tw_method_is_idempotent(enum tw_method method);

#endif
