/* ip4.c: the IPv4 header, its length that offload leaves at 0, and its fragments. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/ip4.h"

#include "wire/fragment.h"
#include "wire/protocol.h"

enum {
	IP4_BYTES = 20,
	IP4_MF = 0x2000,
	IP4_OFFSET = 0x1fff,
};

static void fragment_enter(struct tw_descent *descent, const uint8_t *header)
{
	uint16_t field = tw_be16(header + 6);
	struct tw_fragment fragment = {
	    .id = tw_be16(header + 4),
	    .protocol = header[9],
	    .offset = (uint32_t)(field & IP4_OFFSET) * 8,
	    .more = (field & IP4_MF) != 0,
	};

	tw_fragment_enter(descent, &fragment);
}

/* False where the total length cannot be; 0 is what segmentation offload leaves at the sender. */
static bool trim(struct tw_descent *descent, size_t total, size_t header_bytes)
{
	if (descent->is_quoted)
		return true;
	if (total == 0) {
		descent->decoded->segment.ip_marks |= TW_IP_NO_TOTAL_LENGTH;
		return true;
	}
	if (total < header_bytes)
		return false;
	tw_span_resize(&descent->here, total);
	return true;
}

void tw_ip4_step(struct tw_descent *descent)
{
	const uint8_t *header = tw_descent_peek(descent, IP4_BYTES);

	if (!header) {
		tw_descent_stop_short(descent, IP4_BYTES);
		return;
	}
	size_t header_bytes = (header[0] & 0x0fu) * 4u;

	if (header[0] >> 4 != 4 || header_bytes < IP4_BYTES) {
		tw_descent_stop(descent, TW_UNDECODED_IP_HEADER);
		return;
	}
	if (!tw_descent_peek(descent, header_bytes)) {
		tw_descent_stop_short(descent, header_bytes);
		return;
	}
	struct tw_segment *segment = &descent->decoded->segment;

	*segment = tw_segment_nothing;
	segment->known = TW_FIELD_ADDRESS | TW_FIELD_TTL | TW_FIELD_IP_ID | TW_FIELD_TOS;
	tw_ip4_fill(segment, header);
	if (!trim(descent, tw_be16(header + 2), header_bytes)) {
		tw_descent_stop(descent, TW_UNDECODED_IP_HEADER);
		return;
	}
	/* A source route makes TCP's pseudo-header another one (RFC 9293 section 3.9.2.1). */
	descent->no_checksum = header_bytes > IP4_BYTES;
	descent->is_first_fragment = false;
	tw_span_skip(&descent->here, header_bytes);
	if (tw_be16(header + 6) & (IP4_MF | IP4_OFFSET))
		fragment_enter(descent, header);
	else
		tw_protocol_enter(descent, header[9]);
}
