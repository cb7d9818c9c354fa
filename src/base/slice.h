/* slice.h: byte slices whose parts stay inside, and fields at fixed places of a header. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_BASE_SLICE_H
#define TW_BASE_SLICE_H

#include "base/defs.h"

/* Bytes that somebody else owns. `data` may be NULL only when `size` is 0. */
struct tw_slice {
	const uint8_t *data;
	size_t size;
};

static inline struct tw_slice tw_slice_of(const void *data, size_t size)
{
	return (struct tw_slice){.data = data, .size = size};
}

/* The part of `slice` from `offset`; empty where the slice is shorter. */
static inline struct tw_slice tw_slice_from(struct tw_slice slice, size_t offset)
{
	if (offset >= slice.size)
		return (struct tw_slice){0};
	return tw_slice_of(slice.data + offset, slice.size - offset);
}

/* The first `size` bytes of `slice`, or all of it where it is shorter. */
static inline struct tw_slice tw_slice_head(struct tw_slice slice, size_t size)
{
	slice.size = tw_min_size(slice.size, size);
	return slice;
}

/* Fields at fixed places of a header whose presence was checked once: `bytes` must hold 2 or 4. */
static inline uint16_t tw_be16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static inline uint32_t tw_be32(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

static inline uint16_t tw_le16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[1] << 8 | bytes[0]);
}

static inline uint32_t tw_le32(const uint8_t *bytes)
{
	return (uint32_t)bytes[3] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[1] << 8 |
	       bytes[0];
}

#endif
