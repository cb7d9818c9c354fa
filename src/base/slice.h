/* slice.h: byte slices and the bounded reader that every decoder uses. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_BASE_SLICE_H
#define TW_BASE_SLICE_H

#include "base/defs.h"

/* Bytes that somebody else owns. `data` may be NULL only when `size` is 0. */
struct tw_slice {
	const uint8_t *data;
	size_t size;
};

/*
 * Reading past the end yields zero and marks the reader, so that a decoder reads straight
 * through and asks once, at the end, whether everything was there. A field is read in ONE take:
 * two takes for its halves could return half a value.
 */
struct tw_reader {
	struct tw_slice rest;
	bool truncated;
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

/*
 * Fields at fixed places of a header whose presence was checked once: `bytes` must hold 2 or 4.
 * Where a header's size is not known beforehand, read it through a tw_reader.
 */
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

static inline struct tw_reader tw_reader_of(struct tw_slice slice)
{
	return (struct tw_reader){.rest = slice};
}

/* The next `size` bytes, or an empty slice (and a marked reader) where fewer are left. */
struct tw_slice tw_reader_take(struct tw_reader *reader, size_t size);

void tw_reader_skip(struct tw_reader *reader, size_t size);

uint8_t tw_reader_u8(struct tw_reader *reader);
uint16_t tw_reader_be16(struct tw_reader *reader);
uint32_t tw_reader_be32(struct tw_reader *reader);
uint16_t tw_reader_le16(struct tw_reader *reader);
uint32_t tw_reader_le32(struct tw_reader *reader);

#endif
