/* checksum.h: the checksum of TCP over pseudo-header, header and data (RFC 1071, RFC 9293 3.1). */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_WIRE_CHECKSUM_H
#define TW_WIRE_CHECKSUM_H

#include "wire/segment.h"

/*
 * Checks `tcp`, the whole segment with its header of at least 20 bytes, between the addresses of
 * `segment`. Never TW_CHECKSUM_UNKNOWN.
 */
enum tw_checksum tw_tcp_checksum(const struct tw_segment *segment, struct tw_slice tcp);

#endif
