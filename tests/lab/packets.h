/* packets.h: packets that the laboratory's tests share, and what must hold of each of them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TESTS_LAB_PACKETS_H
#define TW_TESTS_LAB_PACKETS_H

#include "lab/packet.h"
#include "wire/checksum.h"
#include "wire/decode.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

enum { LINK_TYPE_RAW = 101, CLIENT_PORT = 40000, SERVER_PORT = 80 };

/* What a SYN or a later segment of a Linux host carries. */
static const uint8_t timestamps[12] = {1, 1, 8, 10, 0, 0, 3, 0xe8, 0, 0, 7, 0xd0};
static const uint8_t syn_options[20] = {2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0,
					0, 1, 0, 0,    0, 0, 1, 3,  3, 7};

static inline struct lab_forged_segment segment_of(bool ip6, enum lab_way way)
{
	struct lab_forged_segment segment = {
	    .ip6 = ip6,
	    .source = {10, 0, 0, 1, [15] = 1},
	    .destination = {10, 0, 0, 2, [15] = 2},
	    .source_port = CLIENT_PORT,
	    .destination_port = SERVER_PORT,
	    .seq = 1000,
	    .ack = 5000,
	    .flags = TW_ACK,
	    .as = {.ttl = 64, .ip_id = 0x1234, .dont_fragment = true, .window = 501},
	    .way = way,
	    .from = way == LAB_TO_SERVER ? LAB_CLIENT : LAB_SERVER,
	};

	if (way == LAB_TO_CLIENT) {
		segment.source[3] = segment.source[15] = 2;
		segment.destination[3] = segment.destination[15] = 1;
		segment.source_port = SERVER_PORT;
		segment.destination_port = CLIENT_PORT;
	}
	return segment;
}

static inline struct lab_packet *made(const struct lab_forged_segment *segment)
{
	struct lab_packet *packet = lab_packet_forge(segment);

	assert_non_null(packet);
	return packet;
}

/* With time stamps, as if a kernel had sent it. */
static inline struct lab_packet *data(bool ip6, enum lab_way way, uint32_t seq, const char *text)
{
	struct lab_forged_segment segment = segment_of(ip6, way);
	struct lab_packet *packet;

	segment.seq = seq;
	segment.payload = tw_str_of(text);
	segment.options = timestamps;
	segment.options_bytes = sizeof(timestamps);
	packet = made(&segment);
	packet->forged = false;
	return packet;
}

/* The same bytes as the decoder of captures reads them: `packet` with all its checksums. */
static inline struct tw_segment decoded(const struct lab_packet *packet)
{
	struct tw_wire_frame frame = {
	    .number = 1,
	    .link_type = LINK_TYPE_RAW,
	    .wire_bytes = (uint32_t)packet->size,
	    .bytes = tw_slice_of(packet->bytes, packet->size),
	};
	struct tw_decoded decoded;

	tw_decode(&frame, NULL, &decoded);
	assert_int_equal(decoded.kind, TW_DECODED_SEGMENT);
	return decoded.segment;
}

/* Members and bytes say the same, and the TCP checksum is so. */
static inline void assert_in_step(const struct lab_packet *packet, enum tw_checksum checksum)
{
	struct tw_segment segment = decoded(packet);
	size_t address_bytes = packet->ip6 ? 16 : 4;

	assert_int_equal(segment.checksum, checksum);
	if (!packet->ip6)
		assert_int_equal(tw_checksum_add(0, tw_slice_of(packet->bytes, 20)), 0xffff);
	assert_true(packet->is_tcp);
	assert_int_equal(segment.ip_version, packet->ip6 ? 6 : 4);
	assert_int_equal(segment.ttl, packet->ttl);
	assert_int_equal(segment.tos, packet->tos);
	assert_int_equal(segment.ip_id, packet->ip_id);
	assert_int_equal((segment.ip_marks & TW_IP_DF) != 0, packet->dont_fragment);
	assert_int_equal(segment.source.port, packet->source_port);
	assert_int_equal(segment.destination.port, packet->destination_port);
	assert_int_equal(segment.seq, packet->seq);
	assert_int_equal(segment.ack, packet->ack);
	assert_int_equal(segment.flags, packet->flags);
	assert_int_equal(segment.window, packet->window);
	assert_int_equal(segment.length, packet->payload_bytes);
	assert_int_equal(segment.header_bytes, packet->payload_offset - packet->tcp_offset);
	assert_memory_equal(segment.source.address.bytes, lab_packet_source(packet), address_bytes);
	assert_memory_equal(segment.destination.address.bytes, lab_packet_destination(packet),
			    address_bytes);
}

static inline void assert_right(const struct lab_packet *packet)
{
	assert_in_step(packet, TW_CHECKSUM_GOOD);
}

#endif
