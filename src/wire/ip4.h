/* ip4.h: the IPv4 header (RFC 791). */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_WIRE_IP4_H
#define TW_WIRE_IP4_H

#include "wire/descent.h"

#include <string.h>

/*
 * Starts `decoded->segment` anew with what this header says, trims `here` to the total length and
 * leads on to the protocol. A total length beyond the frame is believed: captures are sliced. The
 * header checksum is not looked at: offload leaves it empty, and a router would have dropped it.
 */
tw_step tw_ip4_step;

/* What the 20 bytes of `header` say, all but the total length; not `known`. */
static inline void tw_ip4_fill(struct tw_segment *segment, const uint8_t *header)
{
	enum { DF = 0x4000 };

	segment->ip_version = 4;
	segment->ip_id = tw_be16(header + 4);
	segment->ttl = header[8];
	segment->tos = header[1];
	segment->ip_marks = tw_be16(header + 6) & DF ? TW_IP_DF : 0;
	segment->source.address.kind = TW_ADDRESS_IP4;
	segment->destination.address.kind = TW_ADDRESS_IP4;
	memcpy(segment->source.address.bytes, header + 12, 4);
	memcpy(segment->destination.address.bytes, header + 16, 4);
}

#endif
