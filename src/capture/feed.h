/* feed.h: where an input's raw bytes come from: a file, a pipe, standard input or memory. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CAPTURE_FEED_H
#define TW_CAPTURE_FEED_H

#include "base/error.h"
#include "base/slice.h"

/* Enough for the longest magic of a compressed stream (xz has 6 bytes). */
enum { TW_FEED_PEEK_BYTES = 6 };

struct tw_feed {
	int fd; /* -1 where nothing is open */
	bool owns_fd;
	/* A regular file that is closed between reads (many inputs); NULL for all others. */
	const char *parked_name;
	uint64_t parked_device; /* what was opened first: another file in its place is an error */
	uint64_t parked_inode;
	uint64_t parked_offset;
	struct tw_slice memory; /* what is left of an input in memory */
	uint8_t peeked[TW_FEED_PEEK_BYTES];
	size_t peeked_at; /* already handed out */
	size_t peeked_size;
	uint64_t read_bytes;
	uint64_t total_bytes; /* 0 where unknown */
	struct tw_error error;
};

/*
 * Opens `name` ("-": standard input, which is not closed). On failure `error` says why. With
 * `park` a regular file stays closed between reads; `name` must then outlive the feed.
 */
void tw_feed_open(struct tw_feed *feed, const char *name, bool park);
void tw_feed_open_memory(struct tw_feed *feed, struct tw_slice bytes);
void tw_feed_close(struct tw_feed *feed);
/* The first bytes (fewer where the input is shorter); they are read again by tw_feed_read(). */
struct tw_slice tw_feed_peek(struct tw_feed *feed);
/*
 * Reads once, as much as is there, waiting only for the first byte. 0 at the end, and after a
 * failure, which is then in `error`.
 */
size_t tw_feed_read(struct tw_feed *feed, uint8_t *to, size_t room);

#endif
