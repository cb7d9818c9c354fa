/* pcapng.h: pcapng files, as a stream of blocks (draft-ietf-opsawg-pcapng). */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CAPTURE_PCAPNG_H
#define TW_CAPTURE_PCAPNG_H

#include "capture/source.h"
#include "capture/window.h"

struct tw_pcapng_interface;

/* All zero to begin with; freed with tw_pcapng_free(). */
struct tw_pcapng {
	bool big_endian;       /* of the current section */
	uint64_t block_offset; /* of the block in hand, for errors */
	/* Described in the current section; those beyond TW_LIMIT_INTERFACES are only counted. */
	uint64_t interface_count;
	struct tw_pcapng_interface *interfaces;
	size_t interface_capacity;
};

/* Told by the section header's magic and, where it is there, its byte-order magic. */
bool tw_pcapng_is(struct tw_slice first);
void tw_pcapng_free(struct tw_pcapng *pcapng);
/*
 * The next packet; drops and unknown blocks on the way to it go to `info`. Does not set number and
 * input. False at the end; info->error then says why.
 */
TW_CHECK bool tw_pcapng_next(struct tw_pcapng *pcapng, struct tw_window *window,
			     struct tw_input_info *info, struct tw_frame *frame);

#endif
