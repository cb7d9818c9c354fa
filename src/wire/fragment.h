/* fragment.h: datagrams in fragments; the front of each is kept, of the rest only the extent. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_WIRE_FRAGMENT_H
#define TW_WIRE_FRAGMENT_H

#include "wire/descent.h"

/* What the IPv4 header or the IPv6 fragment header says. */
struct tw_fragment {
	uint32_t id;
	uint32_t offset; /* bytes */
	uint8_t protocol;
	bool more;
};

/*
 * Takes what is left at `here` as a fragment of the datagram between the segment's addresses.
 * Fragments come in any order; where they overlap, the bytes that came first count (Linux and RFC
 * 5722 would drop the datagram: what the receiver did is for others to judge). The one that closes
 * the last gap leads on to the protocol, with the whole datagram at `here`; the others stop with
 * TW_UNDECODED_FRAGMENT_WAITING, impossible ones with TW_UNDECODED_FRAGMENT_MALFORMED.
 */
void tw_fragment_enter(struct tw_descent *descent, const struct tw_fragment *fragment);

#endif
