/* decode.c: the walk from the link header down; each header is one step of a bounded loop. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/decode.h"

#include "base/limits.h"
#include "wire/descent.h"
#include "wire/link.h"
#include "wire/plain.h"

static void walk(const struct tw_wire_frame *frame, struct tw_fragments *fragments,
		 struct tw_decoded *decoded)
{
	struct tw_descent descent = {
	    /* A frame cannot have been shorter than what was captured of it. */
	    .here = {frame->bytes,
		     frame->wire_bytes > frame->bytes.size ? frame->wire_bytes : frame->bytes.size},
	    .frame = frame,
	    .fragments = fragments,
	    .decoded = decoded,
	    .way = frame->way,
	};

	tw_link_enter(&descent, frame->link_type);
	/* The headers in front of TCP, and TCP itself. */
	for (int depth = 0; descent.next && depth <= TW_LIMIT_HEADER_DEPTH; depth++)
		descent.next(&descent);
	if (descent.next)
		tw_descent_stop(&descent, TW_UNDECODED_IP_DEPTH);
}

void tw_decode(const struct tw_wire_frame *frame, struct tw_fragments *fragments,
	       struct tw_decoded *decoded)
{
	if (!tw_plain_decode(frame, decoded))
		walk(frame, fragments, decoded);
}
