/* decode.h: the bytes of one frame -> a TCP segment, an ICMP error about one, or a reason. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_WIRE_DECODE_H
#define TW_WIRE_DECODE_H

#include "wire/segment.h"

/* What the decoder needs to know of a frame; wire/ knows no capture formats. */
struct tw_wire_frame {
	uint64_t number;
	int64_t time_ns;
	bool has_time;
	uint32_t link_type; /* LINKTYPE_ value */
	uint32_t wire_bytes;
	struct tw_slice bytes;
	bool skip_checksum; /* leaves it TW_CHECKSUM_UNKNOWN: reading all payload is costly */
	enum tw_way way;    /* as the capture file tells it; a cooked header may know better */
};

struct tw_fragments;

/* Bounded store of datagrams in fragments; NULL without memory. Freed with tw_fragments_free(). */
TW_CHECK struct tw_fragments *tw_fragments_new(void);
void tw_fragments_free(struct tw_fragments *fragments);

/*
 * Decodes one frame. Pure but for `fragments`, which may be NULL: fragments other than the first
 * are then TW_UNDECODED_FRAGMENT_WAITING. A datagram in fragments gives its segment in the frame
 * that completes it (Wireshark's frame number for it); its payload is then what the fragments held,
 * valid until the next call. Every path sets `decoded->kind`, and `reason` where nothing came out.
 * With TW_UNDECODED_TCP_HEADER, `segment` holds what could be read where it knows TW_FIELD_FLAGS:
 * Wireshark counts such a header to a connection and may give it a stream number.
 */
void tw_decode(const struct tw_wire_frame *frame, struct tw_fragments *fragments,
	       struct tw_decoded *decoded);

/*
 * TCP options of a header (RFC 9293 section 3.1), the bytes after the fixed 20. Unknown kinds are
 * skipped and marked; a bad length stops and marks TW_OPTION_MALFORMED.
 */
void tw_tcp_options_parse(struct tw_slice bytes, struct tw_tcp_options *options);

#endif
