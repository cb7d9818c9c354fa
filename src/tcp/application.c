/* application.c: which protocol a side speaks, and whose reader gets its bytes. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/application.h"

#include "tcp/banner.h"
#include "tcp/http.h"
#include "tcp/payload.h"
#include "tcp/seq.h"
#include "tcp/tls.h"

static const char *const protocol_words[] = {
#define X(name, words) [TW_PROTOCOL_##name] = words,
    TW_PROTOCOLS(X)
#undef X
};

_Static_assert(TW_LEN(protocol_words) == TW_PROTOCOL_COUNT, "words for each protocol");

static const struct {
	const char *word;
	bool idempotent;
} methods[] = {[TW_METHOD_UNKNOWN] = {"", false},
#define X(name, word, idempotent) [TW_METHOD_##name] = {word, idempotent},
	       TW_METHODS(X)
#undef X
};

_Static_assert(TW_LEN(methods) == TW_METHOD_COUNT, "a word for each method");

const char *tw_protocol_words(enum tw_protocol protocol)
{
	return protocol_words[protocol];
}

const char *tw_method_word(enum tw_method method)
{
	return methods[method].word;
}

bool tw_method_is_idempotent(enum tw_method method)
{
	return methods[method].idempotent;
}

static bool is_lost(const struct tw_application *me)
{
	if (me->protocol == TW_PROTOCOL_HTTP)
		return tw_http_is_lost(me);
	return me->protocol != TW_PROTOCOL_TLS || tw_tls_is_lost(me);
}

/* A protocol that may begin here: with the connection, after a gap, or in place of another one. */
static void enter(struct tw_application *me, const struct tw_application *peer,
		  const struct tw_segment *segment, struct tw_slice bytes)
{
	bool first = me->protocol == TW_PROTOCOL_UNKNOWN;
	uint8_t before = me->protocol;

	switch (tw_payload_kind_of(segment)) {
	case TW_PAYLOAD_HTTP_REQUEST:
	case TW_PAYLOAD_HTTP_RESPONSE:
		me->protocol = TW_PROTOCOL_HTTP;
		if (tw_payload_kind_of(segment) == TW_PAYLOAD_HTTP_REQUEST)
			me->marks |= TW_APPLICATION_ASKS;
		else
			me->marks &= (uint16_t)~TW_APPLICATION_ASKS;
		tw_http_begin(me);
		break;
	case TW_PAYLOAD_TLS:
	case TW_PAYLOAD_TLS_ALERT:
		me->protocol = TW_PROTOCOL_TLS;
		tw_tls_begin(me);
		break;
	case TW_PAYLOAD_UNKNOWN:
	case TW_PAYLOAD_OTHER:
	case TW_PAYLOAD_QUIT:
	case TW_PAYLOAD_GOODBYE:
		if (first && bytes.size > 0)
			me->protocol =
			    (uint8_t)tw_banner_protocol(me, peer, bytes, segment->length);
		break;
	}
	if (me->protocol != before)
		me->next = tw_seq_add(segment->seq, (segment->flags & TW_SYN) != 0);
	/* A greeting may lead to TLS; into anything else the connection was there before. */
	if (!first && me->protocol != before && before == TW_PROTOCOL_OTHER)
		me->marks |= TW_APPLICATION_INEXACT;
}

static void read_bytes(struct tw_application *me, struct tw_application *peer,
		       struct tw_slice bytes, uint64_t frame)
{
	switch ((enum tw_protocol)me->protocol) {
	case TW_PROTOCOL_HTTP:
		tw_http_take(me, peer, bytes, frame);
		break;
	case TW_PROTOCOL_TLS:
		tw_tls_take(me, bytes, frame);
		break;
	case TW_PROTOCOL_REPLIES:
	case TW_PROTOCOL_MAILBOX:
	case TW_PROTOCOL_SSH:
	case TW_PROTOCOL_MYSQL:
	case TW_PROTOCOL_POSTGRESQL:
	case TW_PROTOCOL_REDIS:
		tw_banner_take(me, bytes, frame);
		break;
	case TW_PROTOCOL_UNKNOWN:
	case TW_PROTOCOL_OTHER:
	case TW_PROTOCOL_COUNT:
		break;
	}
}

void tw_application_pass(struct tw_application *me, uint32_t bytes)
{
	if (me->protocol == TW_PROTOCOL_HTTP)
		tw_http_pass(me, bytes);
	else if (me->protocol == TW_PROTOCOL_TLS)
		tw_tls_pass(me, bytes);
}

void tw_application_take(struct tw_application *me, struct tw_application *peer,
			 const struct tw_segment *segment, uint32_t old)
{
	bool hinted = segment->payload_hint == TW_PAYLOAD_HTTP_REQUEST ||
		      segment->payload_hint == TW_PAYLOAD_HTTP_RESPONSE;
	struct tw_slice bytes = tw_slice_from(segment->payload, old);

	me->marks &= (uint16_t)~TW_APPLICATION_PUSHED;
	if (segment->flags & TW_PSH)
		me->marks |= TW_APPLICATION_PUSHED;
	if (hinted && segment->payload.size == 0) {
		tw_http_told(me, peer, segment);
		return;
	}
	if (old == 0 && is_lost(me))
		enter(me, peer, segment, bytes);
	if (bytes.size > 0)
		me->marks |= TW_APPLICATION_BYTES;
	read_bytes(me, peer, bytes, segment->frame);
	tw_application_pass(me, segment->length - old - (uint32_t)bytes.size);
}

bool tw_application_is_inside(const struct tw_application *me)
{
	if (me->protocol == TW_PROTOCOL_HTTP)
		return tw_http_is_inside(me);
	return me->protocol == TW_PROTOCOL_TLS && tw_tls_is_inside(me);
}

bool tw_application_is_paired(const struct tw_application *asked,
			      const struct tw_application *answered)
{
	return asked->protocol == TW_PROTOCOL_HTTP && (asked->marks & TW_APPLICATION_ASKS) &&
	       tw_http_is_followed(asked) &&
	       (answered->protocol == TW_PROTOCOL_UNKNOWN ||
		(answered->protocol == TW_PROTOCOL_HTTP && tw_http_is_followed(answered)));
}

uint64_t tw_application_missing(const struct tw_application *me)
{
	return me->protocol == TW_PROTOCOL_HTTP ? tw_http_missing(me) : 0;
}

bool tw_application_is_chunked(const struct tw_application *me)
{
	return me->protocol == TW_PROTOCOL_HTTP && tw_http_is_chunked(me);
}

bool tw_application_is_read(const struct tw_application *me)
{
	return !is_lost(me) && (me->marks & TW_APPLICATION_BYTES);
}
