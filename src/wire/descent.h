/* descent.h: the state of the walk from the link header down to TCP, one step per header. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_WIRE_DESCENT_H
#define TW_WIRE_DESCENT_H

#include "wire/decode.h"

/* A stretch of the frame: the bytes that were captured of it, and how long it was on the wire. */
struct tw_span {
	struct tw_slice bytes;
	size_t wire_bytes;
};

struct tw_descent;

/*
 * Reads the header at `descent->here` and leaves `here` behind it, with `next` the step for what
 * follows. A step that ends the walk calls tw_descent_stop() or tw_descent_finish().
 */
typedef void tw_step(struct tw_descent *descent);

struct tw_descent {
	struct tw_span here;
	tw_step *next; /* NULL: the walk is over and `decoded` holds its result */
	const struct tw_wire_frame *frame;
	struct tw_fragments *fragments;
	struct tw_decoded *decoded; /* `segment` collects what the innermost IP header says */
	enum tw_way way;
	const uint8_t *link_source; /* 6 bytes of the frame; NULL where no header has them */
	bool is_quoted;	     /* inside the quote of an ICMP error: lengths there are not trusted */
	bool is_reassembled; /* `here` is what a datagram's fragments left */
	bool is_first_fragment; /* a fragment without store: the rest will never be seen */
	bool no_checksum;	/* the pseudo-header cannot be told from the headers seen */
	bool has_wlan_fcs;
	bool has_wlan_pad;
};

/* The next `size` captured bytes, or NULL where fewer are left. */
static inline const uint8_t *tw_descent_peek(const struct tw_descent *descent, size_t size)
{
	return descent->here.bytes.size >= size ? descent->here.bytes.data : NULL;
}

static inline void tw_span_skip(struct tw_span *span, size_t size)
{
	span->bytes = tw_slice_from(span->bytes, size);
	span->wire_bytes -= tw_min_size(span->wire_bytes, size);
}

/* What lies beyond `size` is padding, a trailer or a checksum. */
static inline void tw_span_limit(struct tw_span *span, size_t size)
{
	span->bytes = tw_slice_head(span->bytes, size);
	span->wire_bytes = tw_min_size(span->wire_bytes, size);
}

/* A header says how long this was on the wire, which may be more than the frame holds. */
static inline void tw_span_resize(struct tw_span *span, size_t wire_bytes)
{
	span->bytes = tw_slice_head(span->bytes, wire_bytes);
	span->wire_bytes = wire_bytes;
}

/* The walk ends without a segment; inside a quote every reason is TW_UNDECODED_ICMP_OTHER. */
static inline void tw_descent_stop(struct tw_descent *descent, enum tw_undecoded reason)
{
	descent->decoded->kind = TW_DECODED_NOTHING;
	descent->decoded->reason = descent->is_quoted ? TW_UNDECODED_ICMP_OTHER : reason;
	descent->next = NULL;
}

static inline void tw_descent_finish(struct tw_descent *descent, enum tw_decoded_kind kind)
{
	descent->decoded->kind = kind;
	descent->next = NULL;
}

/* A header of an IP or tunnel layer that needs `size` bytes is not there: cut off, or too short? */
static inline void tw_descent_stop_short(struct tw_descent *descent, size_t size)
{
	tw_descent_stop(descent, descent->here.wire_bytes < size ? TW_UNDECODED_IP_HEADER
								 : TW_UNDECODED_IP_TRUNCATED);
}

#endif
