/* details.h: paragraphs of packet details, as Wireshark prints them below a row or without one. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TYPED_DETAILS_H
#define TW_TYPED_DETAILS_H

#include "typed/row.h"

/* What the paragraphs have told of the packet at hand. */
struct tw_details {
	bool active; /* since "Frame 53: ..." or a line of a header */
	bool has_number;
	uint64_t number; /* of the frame */
	struct tw_str hosts[2];
	uint32_t known; /* TW_FIELD_TTL, TW_FIELD_IP_ID */
	uint8_t ttl;
	uint16_t ip_id;
	size_t row; /* 1 + index of the row that the TCP header belongs to, or 0 */
};

enum tw_details_part {
	TW_DETAILS_NONE,
	TW_DETAILS_NOTED,  /* kept for the packet's row */
	TW_DETAILS_TCP,	   /* ports and numbers: the packet's row */
	TW_DETAILS_FLAGS,  /* of that row */
	TW_DETAILS_WINDOW, /* of that row, as it is on the wire */
};

/* Reads one part at the cursor; returns its tokens, or 0. The draft has what the part says. */
unsigned tw_details_read(struct tw_details *details, struct tw_tokens *tokens,
			 struct tw_row_draft *draft, enum tw_details_part *part);
/* True where a line that begins here is one of a paragraph, of which nothing is kept. */
bool tw_details_is_line(struct tw_tokens *tokens);

#endif
