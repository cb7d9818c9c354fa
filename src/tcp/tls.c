/* tls.c: from record header to record header; a plain alert is two bytes that can be read. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/tls.h"

#include "base/defs.h"
#include "tcp/seq.h"

enum state { HEADER, RECORD, PLAIN_ALERT, LOST };

enum {
	TYPE_FIRST = 20,
	TYPE_ALERT = 21,
	TYPE_APPLICATION_DATA = 23,
	TYPE_LAST = 24,
	MAJOR_VERSION = 3,
	MINOR_VERSION_MAX = 4,
	HEADER_BYTES = 5,
	RECORD_BYTES_MAX = 16384 + 2048, /* RFC 5246 section 6.2.3 */
	PLAIN_ALERT_BYTES = 2,
	LEVEL_FATAL = 2,
};

static const struct alert {
	const char *words;
	uint8_t code;
} alerts[] = {
    {"unexpected_message", 10},
    {"bad_record_mac", 20},
    {"handshake_failure", 40},
    {"bad_certificate", 42},
    {"certificate_revoked", 44},
    {"certificate_expired", 45},
    {"certificate_unknown", 46},
    {"illegal_parameter", 47},
    {"unknown_ca", 48},
    {"access_denied", 49},
    {"decode_error", 50},
    {"decrypt_error", 51},
    {"protocol_version", 70},
    {"insufficient_security", 71},
    {"internal_error", 80},
    {"inappropriate_fallback", 86},
    {"missing_extension", 109},
    {"unrecognized_name", 112},
    {"certificate_required", 116},
    {"no_application_protocol", 120},
};

const char *tw_tls_alert_words(unsigned code)
{
	for (size_t i = 0; i < TW_LEN(alerts); i++)
		if (alerts[i].code == code)
			return alerts[i].words;
	return "";
}

static bool fits_header(unsigned place, uint8_t byte)
{
	switch (place) {
	case 0:
		return byte >= TYPE_FIRST && byte <= TYPE_LAST;
	case 1:
		return byte == MAJOR_VERSION;
	case 2:
		return byte <= MINOR_VERSION_MAX;
	default:
		return true;
	}
}

bool tw_tls_is_record(struct tw_slice bytes)
{
	for (unsigned place = 0; place < HEADER_BYTES && place < bytes.size; place++)
		if (!fits_header(place, bytes.data[place]))
			return false;
	return bytes.size > 0;
}

static void lose(struct tw_application *me)
{
	me->state = LOST;
	me->marks |= TW_APPLICATION_INEXACT;
}

static void end_record(struct tw_application *me)
{
	me->complete++;
	me->end = me->next;
	tw_tls_begin(me);
}

static void begin_record(struct tw_application *me)
{
	me->messages++;
	if (me->left > RECORD_BYTES_MAX) {
		lose(me);
		return;
	}
	if (me->field == TYPE_APPLICATION_DATA)
		me->marks |= TW_APPLICATION_DATA;
	me->state = me->field == TYPE_ALERT && me->left == PLAIN_ALERT_BYTES ? PLAIN_ALERT : RECORD;
	if (me->left == 0)
		end_record(me);
}

static void take_header(struct tw_application *me, uint8_t byte, uint64_t frame)
{
	if (!fits_header(me->matched, byte)) {
		lose(me);
		return;
	}
	if (me->matched == 0) {
		me->field = byte;
		me->frame = frame;
		me->begin = me->next;
	}
	if (me->matched >= 3)
		me->left = me->left << 8 | byte;
	me->next = tw_seq_add(me->next, 1);
	if (++me->matched == HEADER_BYTES)
		begin_record(me);
}

static void take_alert(struct tw_application *me, uint8_t byte, uint64_t frame)
{
	me->next = tw_seq_add(me->next, 1);
	if (me->left-- == PLAIN_ALERT_BYTES) {
		me->framing = byte;
		return;
	}
	if (me->framing == LEVEL_FATAL) {
		me->marks |= TW_APPLICATION_FATAL | TW_APPLICATION_ENDS;
		me->status = byte;
		me->ends_frame = frame;
	}
	end_record(me);
}

static void pass(struct tw_application *me, size_t bytes)
{
	me->next = tw_seq_add(me->next, (uint32_t)bytes);
	if (me->state == LOST)
		return;
	me->left -= bytes;
	if (me->left == 0)
		end_record(me);
}

void tw_tls_take(struct tw_application *me, struct tw_slice bytes, uint64_t frame)
{
	while (bytes.size > 0) {
		size_t count = 1;

		switch ((enum state)me->state) {
		case HEADER:
			take_header(me, bytes.data[0], frame);
			break;
		case PLAIN_ALERT:
			take_alert(me, bytes.data[0], frame);
			break;
		case RECORD:
			count = tw_min_size(bytes.size, (size_t)me->left);
			pass(me, count);
			break;
		case LOST:
			count = bytes.size;
			pass(me, count);
			break;
		}
		bytes = tw_slice_from(bytes, count);
	}
}

void tw_tls_pass(struct tw_application *me, uint32_t bytes)
{
	if (bytes == 0)
		return;
	if (me->state != RECORD || bytes > me->left)
		lose(me);
	pass(me, bytes);
}

void tw_tls_begin(struct tw_application *me)
{
	me->state = HEADER;
	me->matched = 0;
	me->left = 0;
}

bool tw_tls_is_inside(const struct tw_application *me)
{
	return me->state != LOST && (me->state != HEADER || me->matched > 0);
}

bool tw_tls_is_lost(const struct tw_application *me)
{
	return me->state == LOST;
}
