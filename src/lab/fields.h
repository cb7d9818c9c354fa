/* fields.h: where the fields of IPv4, IPv6, TCP and ICMP headers lie, and how they are written. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_FIELDS_H
#define TW_LAB_FIELDS_H

#include "base/slice.h"

/* RFC 791 section 3.1. */
enum {
	IP4_TOS = 1,
	IP4_TOTAL_LENGTH = 2,
	IP4_ID = 4,
	IP4_FRAGMENT = 6, /* flags and offset */
	IP4_TTL = 8,	  /* with the protocol in the next byte */
	IP4_PROTOCOL = 9,
	IP4_CHECKSUM = 10,
	IP4_SOURCE = 12,
	IP4_BYTES = 20,
	IP4_ADDRESS_BYTES = 4,
	IP4_DF = 0x4000,
	IP4_MF_AND_OFFSET = 0x3fff,
};

/* RFC 8200 section 3. */
enum {
	IP6_PAYLOAD_LENGTH = 4,
	IP6_NEXT_HEADER = 6,
	IP6_HOP_LIMIT = 7,
	IP6_SOURCE = 8,
	IP6_BYTES = 40,
	IP6_ADDRESS_BYTES = 16,
};

/* RFC 9293 section 3.1. */
enum {
	TCP_SOURCE_PORT = 0,
	TCP_DESTINATION_PORT = 2,
	TCP_SEQ = 4,
	TCP_ACK = 8,
	TCP_OFFSET_AND_FLAGS = 12,
	TCP_WINDOW = 14,
	TCP_CHECKSUM = 16,
	TCP_BYTES = 20,
	TCP_OPTIONS_MAX = 40,
	TCP_FLAGS_MASK = 0x1ff,
};

/* RFC 792, RFC 4443 section 2.1. */
enum { ICMP_CHECKSUM = 2, ICMP_MTU = 6, ICMP6_MTU = 4, ICMP_BYTES = 8 };

/* www.iana.org/assignments/protocol-numbers */
enum { PROTOCOL_ICMP = 1, PROTOCOL_TCP = 6, PROTOCOL_ICMP6 = 58 };

static inline void put_be16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static inline void put_be32(uint8_t *at, uint32_t value)
{
	put_be16(at, (uint16_t)(value >> 16));
	put_be16(at + 2, (uint16_t)value);
}

#endif
