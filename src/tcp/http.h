/* http.h: where the messages of HTTP/1 begin and end, read byte by byte, nothing kept. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TCP_HTTP_H
#define TW_TCP_HTTP_H

#include "tcp/application.h"

/* Reads on from where the side had come to; `frame` holds the bytes. */
void tw_http_take(struct tw_application *me, struct tw_application *peer, struct tw_slice bytes,
		  uint64_t frame);
/* Passes over bytes that nobody saw: within a body of known length nothing is lost by it. */
void tw_http_pass(struct tw_application *me, uint32_t bytes);
/* A segment begins with a message, after the reader had lost its place. */
void tw_http_begin(struct tw_application *me);

bool tw_http_is_inside(const struct tw_application *me);
/* Every message was followed from the first on, and the bytes are still HTTP's. */
bool tw_http_is_followed(const struct tw_application *me);
uint64_t tw_http_missing(const struct tw_application *me);
bool tw_http_is_chunked(const struct tw_application *me);
bool tw_http_is_lost(const struct tw_application *me);
/* A row of a list tells in words that a response of that status, or a request, was sent. */
void tw_http_told(struct tw_application *me, struct tw_application *peer,
		  const struct tw_segment *segment);

#endif
