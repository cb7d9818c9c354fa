/* window.h: a piece of an input's byte stream in one reused buffer, refilled on demand. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CAPTURE_WINDOW_H
#define TW_CAPTURE_WINDOW_H

#include "capture/feed.h"
#include "capture/inflate.h"

/*
 * The bytes from `at` to `end` are there. Pointers into them hold until the next call of
 * tw_window_need() or tw_window_skip(); nothing else moves them.
 */
struct tw_window {
	const uint8_t *at;
	const uint8_t *end;
	uint64_t end_offset; /* where `end` is in the (uncompressed) stream */
	struct tw_feed *feed;
	struct tw_inflate *inflate; /* NULL where the input is not compressed; owned */
	uint8_t *buffer;	    /* NULL before the first read, and over plain memory */
	size_t capacity;
	size_t *growth_bytes; /* what the buffers of all inputs may still grow by */
	bool ended;
	struct tw_error error; /* why it ended, where it was not the end of the input */
};

/*
 * Over `feed` and, if given, `inflate`, which it takes. An uncompressed input in memory is not
 * copied. `capacity` is the size of the buffer until a larger record needs more.
 */
void tw_window_open(struct tw_window *window, struct tw_feed *feed, struct tw_inflate *inflate,
		    size_t capacity, size_t *growth_bytes);
void tw_window_close(struct tw_window *window);

/* The rest of tw_window_need(): reads until `size` bytes are there. */
TW_CHECK bool tw_window_fill(struct tw_window *window, size_t size);
/* Passes over `size` bytes, which need not fit the buffer; false where the input ends before. */
TW_CHECK bool tw_window_skip(struct tw_window *window, uint64_t size);

static inline size_t tw_window_size(const struct tw_window *window)
{
	return (size_t)(window->end - window->at);
}

/* Makes sure of `size` bytes at `at`; false where the input ends before (see `error`). */
TW_CHECK static inline bool tw_window_need(struct tw_window *window, size_t size)
{
	return tw_window_size(window) >= size || tw_window_fill(window, size);
}

static inline uint64_t tw_window_offset(const struct tw_window *window)
{
	return window->end_offset - tw_window_size(window);
}

/*
 * The error of a record that begins at `offset` and could not be had in full; `claim_bytes` is its
 * length, or 0 where not even that is known. TW_ERR_OK where the input ended before the record.
 */
struct tw_error tw_window_stop(const struct tw_window *window, uint64_t offset,
			       uint64_t claim_bytes);

#endif
