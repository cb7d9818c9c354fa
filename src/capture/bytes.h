/* bytes.h: integers of a file whose byte order is known only once it is read. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CAPTURE_BYTES_H
#define TW_CAPTURE_BYTES_H

#include "base/defs.h"

/*
 * For fixed headers only, whose bytes the caller has already asked for in one check
 * (tw_window_need()): per packet, one bounded take per field would cost more than the walk.
 */
static inline uint16_t tw_load16(const uint8_t *at, bool big_endian)
{
	return (uint16_t)(big_endian ? at[0] << 8 | at[1] : at[1] << 8 | at[0]);
}

static inline uint32_t tw_load32(const uint8_t *at, bool big_endian)
{
	uint32_t big = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];

	return big_endian ? big : __builtin_bswap32(big);
}

static inline uint64_t tw_load64(const uint8_t *at, bool big_endian)
{
	uint64_t first = tw_load32(at, big_endian);
	uint64_t second = tw_load32(at + 4, big_endian);

	return big_endian ? first << 32 | second : second << 32 | first;
}

#endif
