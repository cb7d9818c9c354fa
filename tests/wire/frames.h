/* frames.h: frames in hexadecimal that the wire tests share, and how one is decoded. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TESTS_WIRE_FRAMES_H
#define TW_TESTS_WIRE_FRAMES_H

#include "wire/decode.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* 49152 > 80 [PSH, ACK], seq 0x01020304, ack 0x05060708, window 0x1234, timestamps 1000 2000. */
#define TCP_START   "c000 0050 01020304 05060708 8018 1234 "
#define TCP_OPTIONS "0101 080a 000003e8 000007d0 "
#define TCP_DATA    "474554202f " /* GET / */
#define TCP4	    TCP_START "a9f7 0000 " TCP_OPTIONS TCP_DATA
#define TCP6	    TCP_START "6285 0000 " TCP_OPTIONS TCP_DATA

#define IP4_ADDRESSES		    "0a000001 0a000002 "
#define IP4_HEADER(protocol, total) "4510 " total " beef 4000 40 " protocol " 0000 " IP4_ADDRESSES
#define IP6_SOURCE		    "20010db8 00000000 00000000 00000001 "
#define IP6_DESTINATION		    "20010db8 00000000 00000000 00000002 "
#define IP6_HEADER(next, length)    "61234567 " length " " next " 40 " IP6_SOURCE IP6_DESTINATION
#define PACKET4			    IP4_HEADER("06", "0039") TCP4
#define PACKET6			    IP6_HEADER("06", "0025") TCP6

#define MACS			"020000000002 020000000001 "
#define ETHER4			MACS "0800 "
#define ETHER6			MACS "86dd "
#define SNAP(type)		"aaaa03 000000 " type " "
#define WLAN_ADDRESS		"020000000003 "
#define WLAN(control, sequence) control " 0000 " MACS WLAN_ADDRESS sequence " "

/* A frame on the heap, of exactly its size, so that a sanitizer sees every byte read beyond. */
struct bytes {
	uint8_t *data;
	size_t size;
};

static inline unsigned nibble(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static inline struct bytes bytes_of(const char *hex)
{
	struct bytes bytes = {malloc(strlen(hex) / 2 + 1), 0};
	bool half = false;

	assert_non_null(bytes.data);
	for (; *hex != '\0'; hex++) {
		if (*hex == ' ')
			continue;
		assert_non_null(strchr("0123456789abcdef", *hex));
		if (half)
			bytes.data[bytes.size++] |= (uint8_t)nibble(*hex);
		else
			bytes.data[bytes.size] = (uint8_t)(nibble(*hex) << 4);
		half = !half;
	}
	assert_false(half);
	return bytes;
}

/* Decodes the first `captured` bytes of a frame that was `bytes.size` long. */
static inline void decode_cut(uint32_t link_type, struct bytes bytes, size_t captured,
			      struct tw_fragments *fragments, struct tw_decoded *decoded)
{
	uint8_t *exact = malloc(captured == 0 ? 1 : captured);
	struct tw_wire_frame frame = {
	    .number = 7,
	    .time_ns = 1234567890,
	    .has_time = true,
	    .link_type = link_type,
	    .wire_bytes = (uint32_t)bytes.size,
	    .bytes = tw_slice_of(exact, captured),
	};

	assert_non_null(exact);
	memcpy(exact, bytes.data, captured);
	/* Whatever is left unset shows as remains of another frame. */
	memset(decoded, 0xa5, sizeof(*decoded));
	tw_decode(&frame, fragments, decoded);
	/* The payload must not be read after this; its size may. */
	free(exact);
}

static inline void decode_hex(uint32_t link_type, const char *hex, struct tw_decoded *decoded)
{
	struct bytes bytes = bytes_of(hex);

	decode_cut(link_type, bytes, bytes.size, NULL, decoded);
	free(bytes.data);
}

static inline void assert_nothing(const struct tw_decoded *decoded, enum tw_undecoded reason)
{
	assert_int_equal(decoded->kind, TW_DECODED_NOTHING);
	assert_string_equal(tw_undecoded_slug(decoded->reason), tw_undecoded_slug(reason));
}

/* The one TCP segment that nearly all frames carry, whatever is around it. */
static inline void assert_common_segment(const struct tw_decoded *decoded)
{
	const struct tw_segment *segment = &decoded->segment;

	assert_int_equal(decoded->kind, TW_DECODED_SEGMENT);
	assert_int_equal(segment->source.port, 49152);
	assert_int_equal(segment->destination.port, 80);
	assert_int_equal(segment->seq, 0x01020304);
	assert_int_equal(segment->ack, 0x05060708);
	assert_int_equal(segment->flags, TW_PSH | TW_ACK);
	assert_int_equal(segment->window, 0x1234);
	assert_int_equal(segment->length, 5);
	assert_int_equal(segment->payload.size, 5);
	assert_int_equal(segment->header_bytes, 32);
	assert_int_equal(segment->options.present, TW_OPTION_TIMESTAMPS);
	assert_int_equal(segment->options.tsval, 1000);
	assert_int_equal(segment->options.tsecr, 2000);
	assert_int_equal(segment->frame, 7);
	assert_int_equal(segment->time_ns, 1234567890);
}

static inline void assert_any_result(const struct tw_decoded *decoded)
{
	bool has_reason =
	    decoded->kind == TW_DECODED_NOTHING && decoded->reason < TW_UNDECODED_COUNT;

	assert_true(has_reason || decoded->kind == TW_DECODED_SEGMENT ||
		    decoded->kind == TW_DECODED_ICMP_ERROR);
}

/*
 * Cuts the frame at every length, as a snap length does and as a short frame, then damages byte
 * after byte of it with a fixed seed. What comes out must be a result or a reason.
 */
static inline void torture(uint32_t link_type, const char *hex, struct tw_fragments *fragments)
{
	struct bytes bytes = bytes_of(hex);
	uint32_t random = 20261122;
	struct tw_decoded decoded;

	for (size_t cut = 0; cut <= bytes.size; cut++) {
		decode_cut(link_type, bytes, cut, fragments, &decoded);
		assert_any_result(&decoded);
		decode_cut(link_type, (struct bytes){bytes.data, cut}, cut, fragments, &decoded);
		assert_any_result(&decoded);
	}
	for (int round = 0; round < 300; round++) {
		random = random * 1664525 + 1013904223;
		bytes.data[(random >> 16) % bytes.size] = (uint8_t)(random >> 8);
		decode_cut(link_type, bytes, bytes.size, fragments, &decoded);
		assert_any_result(&decoded);
	}
	free(bytes.data);
}

#endif
