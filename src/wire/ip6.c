/* ip6.c: the IPv6 header and one step per extension header. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/ip6.h"

#include "wire/fragment.h"
#include "wire/protocol.h"

#include <string.h>

enum {
	IP6_BYTES = 40,
	IP6_ADDRESS_BYTES = 16,
	OPTION_PAD1 = 0,
	OPTION_JUMBO = 0xc2,
	OPTION_HOME_ADDRESS = 0xc9,
	ROUTING_SOURCE = 0,  /* RFC 2460, deprecated by RFC 5095 */
	ROUTING_MOBILE = 2,  /* RFC 6275 section 6.4 */
	ROUTING_SEGMENT = 4, /* RFC 8754 */
};

static void fill_segment(struct tw_segment *segment, const uint8_t *header)
{
	*segment = tw_segment_nothing;
	segment->known = TW_FIELD_ADDRESS | TW_FIELD_TTL | TW_FIELD_TOS;
	segment->ip_version = 6;
	segment->ttl = header[7];
	segment->tos = (uint8_t)(tw_be16(header) >> 4);
	segment->flow_label = tw_be32(header) & 0x000fffff;
	segment->source.address.kind = TW_ADDRESS_IP6;
	segment->destination.address.kind = TW_ADDRESS_IP6;
	memcpy(segment->source.address.bytes, header + 8, IP6_ADDRESS_BYTES);
	memcpy(segment->destination.address.bytes, header + 24, IP6_ADDRESS_BYTES);
}

void tw_ip6_step(struct tw_descent *descent)
{
	const uint8_t *header = tw_descent_peek(descent, IP6_BYTES);

	if (!header) {
		tw_descent_stop_short(descent, IP6_BYTES);
		return;
	}
	if (header[0] >> 4 != 6) {
		tw_descent_stop(descent, TW_UNDECODED_IP_HEADER);
		return;
	}
	size_t payload_bytes = tw_be16(header + 4);

	fill_segment(&descent->decoded->segment, header);
	descent->no_checksum = false;
	descent->is_first_fragment = false;
	tw_span_skip(&descent->here, IP6_BYTES);
	if (payload_bytes == 0)
		descent->decoded->segment.ip_marks |= TW_IP_NO_TOTAL_LENGTH;
	else if (!descent->is_quoted)
		tw_span_resize(&descent->here, payload_bytes);
	tw_protocol_enter(descent, header[6]);
}

/*
 * The extension header at `here`, all of it; empty, and the walk stopped, where it is cut off.
 * Its second byte counts units of 8 beyond the first (RFC 8200 section 4).
 */
static struct tw_slice take_extension(struct tw_descent *descent)
{
	const uint8_t *header = tw_descent_peek(descent, 2);
	size_t size = header ? (header[1] + (size_t)1) * 8 : 8;

	if (!tw_descent_peek(descent, size)) {
		tw_descent_stop_short(descent, size);
		return (struct tw_slice){0};
	}
	struct tw_slice extension = tw_slice_head(descent->here.bytes, size);

	tw_span_skip(&descent->here, size);
	return extension;
}

/* The data of option `type` with exactly `size` bytes, or NULL (RFC 8200 section 4.2). */
static const uint8_t *find_option(struct tw_slice extension, uint8_t type, size_t size)
{
	size_t at = 2;

	while (at + 2 <= extension.size) {
		const uint8_t *option = extension.data + at;

		if (option[0] == OPTION_PAD1) {
			at++;
			continue;
		}
		at += (size_t)2 + option[1];
		if (option[0] == type && option[1] == size && at <= extension.size)
			return option + 2;
	}
	return NULL;
}

void tw_ip6_hop_by_hop_step(struct tw_descent *descent)
{
	size_t wire_bytes = descent->here.wire_bytes;
	struct tw_slice extension = take_extension(descent);

	if (extension.size == 0)
		return;
	const uint8_t *jumbo = find_option(extension, OPTION_JUMBO, 4);

	/* The length is 32 bits of a stranger: it is only believed within the frame. */
	if (jumbo && tw_be32(jumbo) > 0xffff && tw_be32(jumbo) <= wire_bytes) {
		tw_span_limit(&descent->here, tw_be32(jumbo) - extension.size);
		descent->decoded->segment.ip_marks &= (uint8_t)~TW_IP_NO_TOTAL_LENGTH;
	}
	tw_protocol_enter(descent, extension.data[0]);
}

/* Where the last address on the route stands in the header; 0 where the type does not tell. */
static size_t final_address(struct tw_slice routing)
{
	switch (routing.data[2]) {
	case ROUTING_SOURCE:
		return routing.size - IP6_ADDRESS_BYTES;
	case ROUTING_MOBILE:
	case ROUTING_SEGMENT: /* the list is in reverse order */
		return 8;
	default:
		return 0;
	}
}

void tw_ip6_routing_step(struct tw_descent *descent)
{
	struct tw_slice routing = take_extension(descent);

	if (routing.size == 0)
		return;
	size_t at = routing.size >= 8 + IP6_ADDRESS_BYTES ? final_address(routing) : 0;
	bool has_segments_left = routing.data[3] != 0;

	if (has_segments_left && at != 0)
		memcpy(descent->decoded->segment.destination.address.bytes, routing.data + at,
		       IP6_ADDRESS_BYTES);
	else if (has_segments_left)
		descent->no_checksum = true;
	tw_protocol_enter(descent, routing.data[0]);
}

void tw_ip6_fragment_step(struct tw_descent *descent)
{
	const uint8_t *header = tw_descent_peek(descent, 8);

	if (!header) {
		tw_descent_stop_short(descent, 8);
		return;
	}
	uint16_t field = tw_be16(header + 2);
	struct tw_fragment fragment = {
	    .id = tw_be32(header + 4),
	    .protocol = header[0],
	    .offset = field & 0xfff8u,
	    .more = (field & 1) != 0,
	};

	tw_span_skip(&descent->here, 8);
	/* An atomic fragment is whole (RFC 6946). */
	if (fragment.offset == 0 && !fragment.more)
		tw_protocol_enter(descent, fragment.protocol);
	else
		tw_fragment_enter(descent, &fragment);
}

void tw_ip6_destination_step(struct tw_descent *descent)
{
	struct tw_slice extension = take_extension(descent);

	if (extension.size == 0)
		return;
	const uint8_t *home = find_option(extension, OPTION_HOME_ADDRESS, IP6_ADDRESS_BYTES);

	if (home)
		memcpy(descent->decoded->segment.source.address.bytes, home, IP6_ADDRESS_BYTES);
	tw_protocol_enter(descent, extension.data[0]);
}

void tw_ip6_other_step(struct tw_descent *descent)
{
	struct tw_slice extension = take_extension(descent);

	if (extension.size != 0)
		tw_protocol_enter(descent, extension.data[0]);
}
