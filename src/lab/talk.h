/* talk.h: what the programs say to each other: requests, responses, uploads, TLS records. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_TALK_H
#define TW_LAB_TALK_H

#include "base/buf.h"
#include "lab/scenario.h"

/* A message longer than this is no request and no response of a scenario. */
enum { LAB_TALK_BYTES_MAX = 32 * 1024 * 1024 };

/*
 * Each function appends one message of exactly `bytes` bytes (what a head needs at least, where
 * that is more) in the dress `talk`; what a message says is drawn from `random`.
 */
void lab_talk_request(struct tw_buf *to, enum lab_talk talk, uint64_t bytes,
		      struct lab_random *random);
void lab_talk_response(struct tw_buf *to, enum lab_talk talk, uint64_t bytes,
		       struct lab_random *random);
/* A response that says that the connection will be closed. */
void lab_talk_last_response(struct tw_buf *to, enum lab_talk talk, uint64_t bytes,
			    struct lab_random *random);
/* The head of a response of `bytes` and 10 to 60 % of what it announces; returns how many bytes of
 * the response are still to come. */
uint64_t lab_talk_first_part(struct tw_buf *to, enum lab_talk talk, uint64_t bytes,
			     struct lab_random *random);
/* Announces an upload of `bytes`, none of which are in it. */
void lab_talk_upload(struct tw_buf *to, enum lab_talk talk, uint64_t bytes,
		     struct lab_random *random);
/* Bytes that continue what was announced. */
void lab_talk_more(struct tw_buf *to, enum lab_talk talk, uint64_t bytes,
		   struct lab_random *random);

/* ---- TLS: records of the right types, versions and lengths; the rest is random ---- */

enum lab_tls_message {
	LAB_TLS_CLIENT_HELLO,
	LAB_TLS_SERVER_HELLO,	 /* with what follows it in the same flight */
	LAB_TLS_CLOSE_NOTIFY,	 /* of TLS 1.3: type 23, 24 bytes in all */
	LAB_TLS_CLOSE_NOTIFY_12, /* before 1.3: type 21, 31 bytes in all */
	LAB_TLS_ALERT,		 /* fatal and unencrypted: handshake_failure */
	LAB_TLS_MESSAGES
};

void lab_talk_tls(struct tw_buf *to, enum lab_tls_message message, struct lab_random *random);
/* Application data: records of `bytes` bytes altogether, headers included. */
void lab_talk_tls_data(struct tw_buf *to, uint64_t bytes, struct lab_random *random);

#endif
