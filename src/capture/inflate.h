/* inflate.h: undoes gzip, zstd and lz4 as a stream, so that no input can grow in memory. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CAPTURE_INFLATE_H
#define TW_CAPTURE_INFLATE_H

#include "capture/feed.h"

enum tw_compression {
	TW_COMPRESSION_NONE,
	TW_COMPRESSION_GZIP,	/* RFC 1952; members one after the other are one stream */
	TW_COMPRESSION_ZSTD,	/* RFC 8878; frames likewise, skippable frames passed over */
	TW_COMPRESSION_LZ4,	/* LZ4 frame format 1.6; likewise */
	TW_COMPRESSION_FOREIGN, /* xz, bzip2, compress: known, but nothing here undoes them */
};

/* Told by the magic alone; `first` may be shorter than any. */
enum tw_compression tw_compression_of(struct tw_slice first);
/* "gzip", "zstd", "lz4"; NULL for the others. */
const char *tw_compression_name(enum tw_compression compression);

struct tw_inflate;

/* Reads from `feed`, which must outlive it. NULL without memory; freed with tw_inflate_free(). */
TW_CHECK struct tw_inflate *tw_inflate_new(enum tw_compression compression, struct tw_feed *feed);
void tw_inflate_free(struct tw_inflate *stream);
/*
 * At least one byte, waiting for more input only where none is ready. 0 at the end and after a
 * failure: TW_ERR_TRUNCATED where the input ends within a stream, TW_ERR_COMPRESSION where it is
 * damaged; everything readable before that has then been handed out.
 */
size_t tw_inflate_read(struct tw_inflate *stream, uint8_t *to, size_t room, struct tw_error *error);

#endif
