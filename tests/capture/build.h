/* build.h: captures made in memory, byte by byte, in either byte order. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TESTS_CAPTURE_BUILD_H
#define TW_TESTS_CAPTURE_BUILD_H

#include "base/assert.h"
#include "capture/source.h"

#include <stdlib.h>
#include <string.h>

enum { BUILD_BYTES = 2 * 1024 * 1024 };

struct build {
	bool big_endian;
	size_t size;
	uint8_t bytes[BUILD_BYTES];
};

static inline struct build *build_new(bool big_endian)
{
	struct build *b = calloc(1, sizeof(*b));

	TW_ASSERT(b);
	b->big_endian = big_endian;
	return b;
}

static inline void put(struct build *b, const void *bytes, size_t size)
{
	TW_ASSERT(size <= BUILD_BYTES - b->size);
	if (size > 0)
		memcpy(b->bytes + b->size, bytes, size);
	b->size += size;
}

static inline void put8(struct build *b, uint8_t value)
{
	put(b, &value, 1);
}

static inline void put16(struct build *b, uint16_t value)
{
	put8(b, (uint8_t)(b->big_endian ? value >> 8 : value));
	put8(b, (uint8_t)(b->big_endian ? value : value >> 8));
}

static inline void put32(struct build *b, uint32_t value)
{
	put16(b, (uint16_t)(b->big_endian ? value >> 16 : value));
	put16(b, (uint16_t)(b->big_endian ? value : value >> 16));
}

static inline void put64(struct build *b, uint64_t value)
{
	put32(b, (uint32_t)(b->big_endian ? value >> 32 : value));
	put32(b, (uint32_t)(b->big_endian ? value : value >> 32));
}

/* `size` bytes that differ from place to place and between seeds. */
static inline void put_data(struct build *b, size_t size, uint8_t seed)
{
	for (size_t i = 0; i < size; i++)
		put8(b, (uint8_t)(seed + 31 * i));
}

static inline bool is_data(struct tw_slice bytes, uint8_t seed)
{
	for (size_t i = 0; i < bytes.size; i++)
		if (bytes.data[i] != (uint8_t)(seed + 31 * i))
			return false;
	return true;
}

static inline void put_zeros(struct build *b, size_t size)
{
	for (size_t i = 0; i < size; i++)
		put8(b, 0);
}

/* Classic pcap ---------------------------------------------------------------------------- */

static inline void put_pcap_header(struct build *b, uint32_t magic, uint16_t major, uint16_t minor,
				   uint32_t snap_length, uint32_t link_type)
{
	put32(b, magic);
	put16(b, major);
	put16(b, minor);
	put32(b, 0);
	put32(b, 0);
	put32(b, snap_length);
	put32(b, link_type);
}

static inline void put_record(struct build *b, uint32_t seconds, uint32_t fraction, uint32_t size,
			      uint32_t wire_bytes, uint8_t seed)
{
	put32(b, seconds);
	put32(b, fraction);
	put32(b, size);
	put32(b, wire_bytes);
	put_data(b, size, seed);
}

/* pcapng ---------------------------------------------------------------------------------- */

/* Returns where the block's length is, for block_end(). */
static inline size_t block_begin(struct build *b, uint32_t type)
{
	put32(b, type);
	put32(b, 0);
	return b->size - 4;
}

static inline void block_end(struct build *b, size_t length_at)
{
	put_zeros(b, (4 - b->size % 4) % 4);

	uint32_t length = (uint32_t)(b->size + 4 - (length_at - 4));
	size_t end = b->size;

	b->size = length_at;
	put32(b, length);
	b->size = end;
	put32(b, length);
}

static inline void put_option(struct build *b, uint16_t code, const void *value, uint16_t size)
{
	put16(b, code);
	put16(b, size);
	put(b, value, size);
	put_zeros(b, (4U - size % 4U) % 4U);
}

static inline void put_option64(struct build *b, uint16_t code, uint64_t value)
{
	put16(b, code);
	put16(b, 8);
	put64(b, value);
}

static inline void put_option32(struct build *b, uint16_t code, uint32_t value)
{
	put16(b, code);
	put16(b, 4);
	put32(b, value);
}

/* In all sections the length is "unknown", as live writers leave it. Blocks must begin aligned. */
static inline void put_section(struct build *b)
{
	size_t at = block_begin(b, 0x0a0d0d0a);

	put32(b, 0x1a2b3c4d);
	put16(b, 1);
	put16(b, 0);
	put64(b, UINT64_MAX);
	block_end(b, at);
}

static inline void put_interface(struct build *b, uint16_t link_type, uint32_t snap_length)
{
	size_t at = block_begin(b, 1);

	put16(b, link_type);
	put16(b, 0);
	put32(b, snap_length);
	block_end(b, at);
}

/* An Interface Description Block with a time resolution and an offset in seconds. */
static inline void put_clock(struct build *b, uint8_t resolution, int64_t offset_s)
{
	size_t at = block_begin(b, 1);

	put16(b, 1);
	put16(b, 0);
	put32(b, 0);
	put_option(b, 9, &resolution, 1);
	put_option64(b, 14, (uint64_t)offset_s);
	put_option(b, 0, NULL, 0);
	block_end(b, at);
}

/* Up to the options; the caller adds some, or none, and calls block_end(). */
static inline size_t enhanced_begin(struct build *b, uint32_t interface, uint64_t ticks,
				    uint32_t size, uint32_t wire_bytes, uint8_t seed)
{
	size_t at = block_begin(b, 6);

	put32(b, interface);
	put32(b, (uint32_t)(ticks >> 32));
	put32(b, (uint32_t)ticks);
	put32(b, size);
	put32(b, wire_bytes);
	put_data(b, size, seed);
	put_zeros(b, (4 - b->size % 4) % 4);
	return at;
}

static inline void put_enhanced(struct build *b, uint32_t interface, uint64_t ticks, uint32_t size,
				uint32_t wire_bytes, uint8_t seed)
{
	block_end(b, enhanced_begin(b, interface, ticks, size, wire_bytes, seed));
}

static inline void put_simple(struct build *b, uint32_t size, uint32_t wire_bytes, uint8_t seed)
{
	size_t at = block_begin(b, 3);

	put32(b, wire_bytes);
	put_data(b, size, seed);
	block_end(b, at);
}

/* Reading back ---------------------------------------------------------------------------- */

/* A source over a copy of exactly these bytes, so that reading past them is found. */
struct opened {
	uint8_t *copy;
	struct tw_source *source;
};

static inline struct opened open_bytes(const uint8_t *bytes, size_t size)
{
	struct opened o = {.copy = malloc(size > 0 ? size : 1)};

	TW_ASSERT(o.copy);
	if (size > 0)
		memcpy(o.copy, bytes, size);
	o.source = tw_source_open_memory(tw_slice_of(o.copy, size), "memory");
	TW_ASSERT(o.source);
	return o;
}

static inline struct opened open_build(const struct build *b)
{
	return open_bytes(b->bytes, b->size);
}

static inline void close_opened(struct opened *o)
{
	tw_source_close(o->source);
	free(o->copy);
}

/* Reads to the end; touches every byte of every frame. Returns the number of frames. */
static inline uint64_t drain(struct tw_source *source)
{
	struct tw_frame frame;
	uint64_t count = 0;
	volatile uint8_t sum = 0;

	while (tw_source_next(source, &frame)) {
		count++;
		for (size_t i = 0; i < frame.bytes.size; i++)
			sum = (uint8_t)(sum + frame.bytes.data[i]);
		for (size_t i = 0; i < frame.comment.size; i++)
			sum = (uint8_t)(sum + frame.comment.data[i]);
	}
	return count;
}

#endif
