/* plain.c: one bounds check, then fields at fixed places; no state in between. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/plain.h"

#include "wire/checksum.h"
#include "wire/ip4.h"
#include "wire/options.h"
#include "wire/tcp.h"

#include <string.h>

enum {
	LINK_TYPE_ETHERNET = 1,
	ETHERNET_BYTES = 14,
	ETHERNET_SOURCE = 6,
	IP_BYTES = 20,
	TCP_BYTES = 20,
	FIXED_BYTES = ETHERNET_BYTES + IP_BYTES + TCP_BYTES,
	IP4_NO_OPTIONS = 0x08004500, /* EtherType, version 4 with 5 words of header; then TOS */
	PROTOCOL_TCP = 6,
	IP4_FRAGMENT = 0x3fff, /* MF and the offset */
	KNOWN = TW_FIELD_ADDRESS | TW_FIELD_PORT | TW_FIELD_FLAGS | TW_FIELD_SEQ | TW_FIELD_ACK |
		TW_FIELD_LENGTH | TW_FIELD_WINDOW | TW_FIELD_TTL | TW_FIELD_IP_ID |
		TW_FIELD_OPTIONS | TW_FIELD_TOS | TW_FIELD_LINK,
};

static bool is_plain(const struct tw_wire_frame *frame)
{
	if (frame->link_type != LINK_TYPE_ETHERNET || frame->bytes.size < FIXED_BYTES)
		return false;
	const uint8_t *bytes = frame->bytes.data;

	return (tw_be32(bytes + 12) & 0xffffff00) == IP4_NO_OPTIONS;
}

bool tw_plain_decode(const struct tw_wire_frame *frame, struct tw_decoded *decoded)
{
	if (!is_plain(frame))
		return false;
	const uint8_t *ip = frame->bytes.data + ETHERNET_BYTES;
	const uint8_t *tcp = ip + IP_BYTES;
	size_t total = tw_be16(ip + 2);
	size_t header = (size_t)(tcp[12] >> 4) * 4;
	size_t captured = tw_min_size(frame->bytes.size - ETHERNET_BYTES, total);

	if (ip[9] != PROTOCOL_TCP || (tw_be16(ip + 6) & IP4_FRAGMENT) || header < TCP_BYTES ||
	    captured < IP_BYTES + header)
		return false;
	struct tw_segment *segment = &decoded->segment;

	*segment = tw_segment_nothing;
	segment->frame = frame->number;
	segment->time_ns = frame->has_time ? frame->time_ns : 0;
	segment->known = frame->has_time ? KNOWN | TW_FIELD_TIME : KNOWN;
	segment->way = (uint8_t)frame->way;
	memcpy(segment->link_source, frame->bytes.data + ETHERNET_SOURCE, TW_LINK_ADDRESS_BYTES);
	tw_ip4_fill(segment, ip);
	tw_tcp_fill(segment, tcp);
	segment->window = tw_be16(tcp + 14);
	segment->urgent = tw_be16(tcp + 18) != 0;
	segment->length = (uint32_t)(total - IP_BYTES - header);
	segment->header_bytes = (uint16_t)header;
	segment->payload = tw_slice_of(tcp + header, captured - IP_BYTES - header);
	tw_tcp_options_parse_cut(tw_slice_of(tcp + TCP_BYTES, header - TCP_BYTES), false,
				 &segment->options);
	if (captured == total && !frame->skip_checksum) {
		segment->known |= TW_FIELD_CHECKSUM;
		segment->checksum =
		    (uint8_t)tw_tcp_checksum(segment, tw_slice_of(tcp, captured - IP_BYTES));
	}
	decoded->kind = TW_DECODED_SEGMENT;
	return true;
}
