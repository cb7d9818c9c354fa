/* window.c: the only place where capture bytes are moved, and only the tail of the buffer. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/window.h"

#include "base/assert.h"

#include <stdlib.h>
#include <string.h>

/* An empty window is never NULL, so that its size is a difference within one object. */
static const uint8_t nothing[1];

void tw_window_open(struct tw_window *window, struct tw_feed *feed, struct tw_inflate *inflate,
		    size_t capacity, size_t *growth_bytes)
{
	*window = (struct tw_window){
	    .at = nothing,
	    .end = nothing,
	    .feed = feed,
	    .inflate = inflate,
	    .capacity = capacity,
	    .growth_bytes = growth_bytes,
	};
}

void tw_window_close(struct tw_window *window)
{
	tw_inflate_free(window->inflate);
	free(window->buffer);
	*window = (struct tw_window){
	    .at = nothing,
	    .end = nothing,
	    .end_offset = window->end_offset,
	    .ended = true,
	};
}

static bool no_memory(struct tw_window *window)
{
	window->error = (struct tw_error){.code = TW_ERR_MEMORY};
	window->ended = true;
	return false;
}

/* Doubles, but only once the bytes so far have really come: a claim alone costs nothing. */
static bool grow(struct tw_window *window, size_t kept, size_t size)
{
	TW_ASSERT(kept == window->capacity);
	size_t capacity = window->capacity * 2;

	if (capacity > size)
		capacity = size;
	TW_ASSERT(capacity > window->capacity);
	size_t more = capacity - window->capacity;

	if (more > *window->growth_bytes)
		return no_memory(window);

	uint8_t *buffer = realloc(window->buffer, capacity);

	if (!buffer)
		return no_memory(window);
	*window->growth_bytes -= more;
	window->buffer = buffer;
	window->capacity = capacity;
	return true;
}

static size_t read_more(struct tw_window *window, uint8_t *to, size_t room)
{
	if (window->inflate)
		return tw_inflate_read(window->inflate, to, room, &window->error);

	size_t got = tw_feed_read(window->feed, to, room);

	if (got == 0)
		window->error = window->feed->error;
	return got;
}

/* All of an uncompressed input in memory is the window at once. */
static bool show_memory(struct tw_window *window, size_t size)
{
	struct tw_slice all = window->feed->memory;

	window->at = all.data;
	window->end = all.data + all.size;
	window->end_offset = all.size;
	window->feed->read_bytes = all.size;
	window->ended = true;
	return tw_window_size(window) >= size;
}

static bool move_tail(struct tw_window *window)
{
	size_t kept = tw_window_size(window);

	if (!window->buffer)
		window->buffer = malloc(window->capacity);
	if (!window->buffer)
		return no_memory(window);
	if (kept > 0 && window->at != window->buffer)
		memmove(window->buffer, window->at, kept);
	return true;
}

bool tw_window_fill(struct tw_window *window, size_t size)
{
	if (window->ended)
		return false;
	if (!window->inflate && window->feed->memory.data)
		return show_memory(window, size);

	size_t kept = tw_window_size(window);

	if (!move_tail(window))
		return false;
	while (kept < size) {
		if (kept == window->capacity && !grow(window, kept, size))
			break;

		size_t got = read_more(window, window->buffer + kept, window->capacity - kept);

		if (got == 0) {
			window->ended = true;
			break;
		}
		kept += got;
		window->end_offset += got;
	}
	window->at = window->buffer;
	window->end = window->buffer + kept;
	return kept >= size;
}

bool tw_window_skip(struct tw_window *window, uint64_t size)
{
	while (size > 0) {
		if (!tw_window_need(window, 1))
			return false;

		size_t here = tw_window_size(window);

		if (here > size)
			here = (size_t)size;
		window->at += here;
		size -= here;
	}
	return true;
}

struct tw_error tw_window_stop(const struct tw_window *window, uint64_t offset,
			       uint64_t claim_bytes)
{
	struct tw_error error = window->error;

	if (error.code == TW_ERR_OK) {
		if (offset == window->end_offset)
			return error;
		error.code = TW_ERR_TRUNCATED;
	}
	error.has_offset = true;
	error.offset = offset;
	error.has_claim = claim_bytes > 0;
	error.claim_bytes = claim_bytes;
	return error;
}
