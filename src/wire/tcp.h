/* tcp.h: the TCP header (RFC 9293 section 3.1); completes the segment. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_WIRE_TCP_H
#define TW_WIRE_TCP_H

#include "wire/descent.h"

/*
 * A segment needs the 14 bytes up to the flags; what a short snap length cut off behind them stays
 * unknown. Length comes from the IP header, never from what was captured.
 */
tw_step tw_tcp_step;

/* What the 14 bytes up to the flags say; not `known`. */
static inline void tw_tcp_fill(struct tw_segment *segment, const uint8_t *tcp)
{
	enum { FLAGS_MASK = 0x1ff };

	segment->source.port = tw_be16(tcp);
	segment->destination.port = tw_be16(tcp + 2);
	segment->seq = tw_be32(tcp + 4);
	segment->ack = tw_be32(tcp + 8);
	segment->flags = tw_be16(tcp + 12) & FLAGS_MASK;
}

#endif
