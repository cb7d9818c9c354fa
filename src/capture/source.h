/* source.h: a capture, of one or several files or a stream, as a sequence of frames. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CAPTURE_SOURCE_H
#define TW_CAPTURE_SOURCE_H

#include "base/error.h"
#include "capture/frame.h"

struct tw_source;

/* What the first bytes of an input say that it is. */
enum tw_content {
	TW_CONTENT_PCAP,
	TW_CONTENT_PCAPNG,
	TW_CONTENT_TEXT,  /* printable: perhaps a typed list */
	TW_CONTENT_OTHER, /* binary, but no capture */
	TW_CONTENT_EMPTY,
};

/* What one input turned out to be; all counts up to where reading has come. */
struct tw_input_info {
	const char *name; /* as given to tw_source_open() */
	enum tw_content content;
	const char *compression; /* "gzip", "zstd", "lz4" or NULL */
	bool is_pcapng;
	uint64_t packets;
	uint64_t dropped; /* by the capturing kernel or interface, where the file says */
	bool drops_known;
	/*
	 * When recording ended, and how many packets were received until then, where the file says
	 * both: the silence after the last packet is part of what was recorded.
	 */
	bool end_known;
	int64_t end_ns;
	uint64_t received;
	uint64_t skipped_blocks; /* pcapng blocks of unknown type */
	uint64_t out_of_order;	 /* frames older than the one before them in the file */
	uint32_t snap_length;	 /* smallest, 0 where unlimited or unknown */
	struct tw_error error;	 /* TW_ERR_OK, or why reading stopped before the end */
};

/*
 * Opens `count` inputs as one capture; "-" is standard input. Files are told by content, never by
 * name: gzip, zstd and lz4 are undone first. With one input that is text (TW_CONTENT_TEXT), its
 * bytes are had from tw_source_text(). Inputs that cannot be opened are reported in their
 * tw_input_info; the source is still usable for the others. Returns NULL only without memory.
 * `names` must outlive the source. Owned by the caller: tw_source_close().
 */
TW_CHECK struct tw_source *tw_source_open(const char *const *names, size_t count);
/* The same over bytes in memory (tests, fuzzers, other languages); never compressed unless built
 * so. */
TW_CHECK struct tw_source *tw_source_open_memory(struct tw_slice bytes, const char *name);
void tw_source_close(struct tw_source *source);

/*
 * The next frame over all inputs, oldest first (frames of one file keep their order). False at the
 * end; damage ends only the input it is in, and is found in its tw_input_info.error.
 */
TW_CHECK bool tw_source_next(struct tw_source *source, struct tw_frame *frame);

size_t tw_source_input_count(const struct tw_source *source);
const struct tw_input_info *tw_source_input(const struct tw_source *source, size_t index);
/*
 * The whole (uncompressed) text of input `index` where it is TW_CONTENT_TEXT, up to
 * TW_LIMIT_TEXT_BYTES; valid while the source is open.
 */
struct tw_slice tw_source_text(struct tw_source *source, size_t index);
/* Bytes read so far of all inputs and their total size (0 where unknown), for progress. */
void tw_source_progress(const struct tw_source *source, uint64_t *read_bytes,
			uint64_t *total_bytes);

#endif
