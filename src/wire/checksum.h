/* checksum.h: one's complement sums, and the checksum of TCP (RFC 1071, RFC 9293 section 3.1). */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_WIRE_CHECKSUM_H
#define TW_WIRE_CHECKSUM_H

#include "wire/segment.h"

/*
 * Checks `tcp`, the whole segment with its header of at least 20 bytes, between the addresses of
 * `segment`. Never TW_CHECKSUM_UNKNOWN.
 */
enum tw_checksum tw_tcp_checksum(const struct tw_segment *segment, struct tw_slice tcp);

/*
 * Adds `bytes` to a sum, 0 at first, as 16-bit words in the machine's byte order. Each part that is
 * summed must begin at an even offset of the whole. The complement of the sum, copied as it lies in
 * memory, is the checksum.
 */
uint16_t tw_checksum_add(uint16_t sum, struct tw_slice bytes);

#endif
