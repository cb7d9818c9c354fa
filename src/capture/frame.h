/* frame.h: one captured frame, whatever file or device it came from. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CAPTURE_FRAME_H
#define TW_CAPTURE_FRAME_H

#include "base/slice.h"

/* epb_flags bits 0-1 (pcapng): which way the frame went at the capturing interface. */
enum tw_frame_way { TW_FRAME_WAY_UNKNOWN, TW_FRAME_WAY_IN, TW_FRAME_WAY_OUT };

/*
 * `bytes` and `comment` point into the source's buffer and are valid until the next call for a
 * frame of the same source.
 */
struct tw_frame {
	uint64_t number;     /* 1-based, over all inputs in time-merged order */
	bool has_time;	     /* false for pcapng Simple Packet Blocks */
	int64_t time_ns;     /* since 1970, UTC */
	uint32_t link_type;  /* LINKTYPE_ value (www.tcpdump.org/linktypes.html) */
	uint32_t wire_bytes; /* length on the wire; bytes.size is what was captured */
	struct tw_slice bytes;
	uint16_t input;		 /* index of the input file */
	uint16_t interface;	 /* index within the input's current section */
	uint8_t way;		 /* enum tw_frame_way */
	bool is_broadcast;	 /* epb_flags said so (kept for context) */
	uint64_t dropped_before; /* epb_dropcount: packets lost before this one; else 0 */
	struct tw_slice
	    comment; /* first opt_comment, UTF-8 by the format, unchecked; may be empty */
};

#endif
