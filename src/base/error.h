/* error.h: the list of errors that reading can meet, and the place where one was met. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_BASE_ERROR_H
#define TW_BASE_ERROR_H

#include "base/buf.h"

/*
 * X(NAME, number, slug, sentence). Numbers are pinned: scripts may see them. Sentences complete
 * "tcpwhy: <file>: ..." and say what is wrong; tw_error_describe() adds where and what next.
 */
#define TW_ERRORS(X)                                                                         \
	X(OK, 0, "ok", "no error")                                                           \
	X(OPEN, 10, "open", "cannot be opened")                                              \
	X(READ, 11, "read", "cannot be read")                                                \
	X(DIRECTORY, 12, "directory", "is a directory")                                      \
	X(EMPTY, 13, "empty", "is empty")                                                    \
	X(WRITE, 14, "write", "cannot be written")                                           \
	X(FORMAT, 20, "format", "is neither a capture (pcap, pcapng) nor a list of packets") \
	X(VERSION, 21, "version", "has a format version that is not known")                  \
	X(TRUNCATED, 30, "truncated", "ends in the middle of a record")                      \
	X(RECORD, 31, "record", "holds a record with an impossible length")                  \
	X(COMPRESSION, 32, "compression", "holds compressed data that is damaged")           \
	X(SUPPORT, 33, "support", "needs a decompressor that this build does not have")      \
	X(MEMORY, 40, "memory", "needs more memory than the limit allows")

enum tw_err {
#define X(name, number, slug, sentence) TW_ERR_##name = (number),
	TW_ERRORS(X)
#undef X
};

/* What went wrong, and where: text is made from it at the edge, never at the bottom. */
struct tw_error {
	enum tw_err code;
	int system_errno;     /* 0, or what the system said */
	bool has_offset;      /* `offset` is known */
	uint64_t offset;      /* byte in the (uncompressed) input where the bad record begins */
	bool has_claim;	      /* `claim_bytes` is known */
	uint64_t claim_bytes; /* length that the bad record claims */
};

/* TW_ERR_FORMAT -> "format": stable, for machine output. */
const char *tw_err_slug(enum tw_err code);
/* The sentence of the list above. */
const char *tw_err_sentence(enum tw_err code);
/* Appends sentence, place, claim and the system's words; no final full stop. */
void tw_error_describe(struct tw_buf *buf, const struct tw_error *error);

#endif
