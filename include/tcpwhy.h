/* tcpwhy.h: the public API: push frames or a typed list, finish, ask why each connection ended. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TCPWHY_H
#define TCPWHY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The library opens no file and no device: the caller has the frames. One object analyses one
 * input; it is not to be used by two threads at once. All strings are UTF-8.
 *
 *     struct tcpwhy *why = tcpwhy_new();
 *     while (my_next_frame(&frame))
 *             tcpwhy_push_frame(why, &frame);
 *     if (tcpwhy_finish(why))
 *             for (uint32_t stream = 0; stream < tcpwhy_count(why); stream++)
 *                     puts(tcpwhy_json(why, stream));
 *     tcpwhy_free(why);
 */
struct tcpwhy;

struct tcpwhy_frame {
	uint64_t number; /* 1-based; the frame number that the answers cite */
	bool has_time;
	int64_t time_ns;      /* since 1970, UTC */
	uint32_t link_type;   /* LINKTYPE_ value, www.tcpdump.org/linktypes.html */
	uint32_t wire_bytes;  /* length on the wire */
	const uint8_t *bytes; /* what was captured of it; read during the call only */
	size_t captured_bytes;
};

/* NULL without memory. */
struct tcpwhy *tcpwhy_new(void);
void tcpwhy_free(struct tcpwhy *why);

/* Frames in the order of the capture. Never fails; what cannot be decoded is counted. */
void tcpwhy_push_frame(struct tcpwhy *why, const struct tcpwhy_frame *frame);

/*
 * A whole list of packets as a person typed or pasted it, instead of frames. The text is copied.
 * Returns the number of rows understood; 0: this is no list of packets.
 */
size_t tcpwhy_push_text(struct tcpwhy *why, const char *text, size_t size);

/* Ends the input. False without memory. Nothing may be pushed afterwards. */
bool tcpwhy_finish(struct tcpwhy *why);

/* Streams, numbered from 0 as Wireshark numbers tcp.stream. */
uint32_t tcpwhy_count(const struct tcpwhy *why);

/*
 * Each returns NULL for a number without a segment, or out of range; else a string that is valid
 * until the next call with the same object.
 */
/* Slug of the leading cause, e.g. "data-after-close"; the slugs are stable. */
const char *tcpwhy_cause(struct tcpwhy *why, uint32_t stream);
/* The connection's record of schema tcpwhy/1 (docs/schema.json), one line with its newline. */
const char *tcpwhy_json(struct tcpwhy *why, uint32_t stream);
/* The full explanation for people, `width` columns (60 to 100), without colour. */
const char *tcpwhy_text(struct tcpwhy *why, uint32_t stream, unsigned width);

#ifdef __cplusplus
}
#endif

#endif
