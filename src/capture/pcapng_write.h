/* pcapng_write.h: the blocks of a pcapng file, appended to a buffer (draft-ietf-opsawg-pcapng). */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CAPTURE_PCAPNG_WRITE_H
#define TW_CAPTURE_PCAPNG_WRITE_H

#include "base/buf.h"
#include "base/slice.h"

/* What the section header tells of its origin; a member that is NULL is left out. */
struct tw_pcapng_origin {
	const char *comment;
	const char *hardware;
	const char *os;
	const char *application;
};

/*
 * A file is one section, its interfaces, then packets. Each function appends one little-endian
 * block; one that does not fit the buffer's limit leaves it `overflowed`. Text longer than an
 * option can hold (65535 bytes) is cut between characters.
 */
void tw_pcapng_add_section(struct tw_buf *out, const struct tw_pcapng_origin *origin);
/* Time stamps count nanoseconds. Interfaces number themselves from 0; `name` may be NULL. */
void tw_pcapng_add_interface(struct tw_buf *out, uint16_t link_type, const char *name);
/* `time_ns` since 1970, not negative; `wire_bytes` is the frame's length, of which `bytes` are the
 * captured ones. */
void tw_pcapng_add_packet(struct tw_buf *out, uint32_t interface, int64_t time_ns,
			  struct tw_slice bytes, uint32_t wire_bytes);
/* Last: when recording ended, and how many packets had been received until then. */
void tw_pcapng_add_statistics(struct tw_buf *out, uint32_t interface, int64_t end_ns,
			      uint64_t received);

#endif
