/* pcap.h: classic pcap files and their variants (draft-ietf-opsawg-pcap). */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CAPTURE_PCAP_H
#define TW_CAPTURE_PCAP_H

#include "capture/source.h"
#include "capture/window.h"

/* Which of the two length fields of a record comes first (versions before 2.4 differ). */
enum tw_pcap_lengths { TW_PCAP_CAPTURED_FIRST, TW_PCAP_WIRE_FIRST, TW_PCAP_SMALLER_FIRST };

struct tw_pcap {
	bool big_endian;
	uint8_t record_header_bytes;
	uint8_t lengths;      /* enum tw_pcap_lengths */
	uint32_t fraction_ns; /* unit of a record's second time field */
	uint32_t link_type;
};

/* Told by the magic, the first four bytes. */
bool tw_pcap_is(struct tw_slice first);
/*
 * Reads the file's header. Which record layout an old Linux or Nokia file has is guessed from the
 * records that are already in the window; nothing is waited for. False with info->error set.
 */
TW_CHECK bool tw_pcap_begin(struct tw_pcap *pcap, struct tw_window *window,
			    struct tw_input_info *info);
/* The next record. Does not set number and input. False at the end; info->error then says why. */
TW_CHECK bool tw_pcap_next(struct tw_pcap *pcap, struct tw_window *window,
			   struct tw_input_info *info, struct tw_frame *frame);

#endif
