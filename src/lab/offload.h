/* offload.h: what network cards do for kernels: cutting large segments, merging small ones. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_OFFLOAD_H
#define TW_LAB_OFFLOAD_H

#include "lab/packet.h"

enum {
	LAB_VNET_HEADER_BYTES = 10,
	/* 64 kB by the smallest payload that Linux sends, 36 bytes. */
	LAB_OFFLOAD_PARTS_MAX = 2048,
};

/* Reads the virtio_net_hdr in front of a frame from a TAP: fills segment_size and
 * checksum_unfilled of `packet`. */
void lab_offload_read_header(const uint8_t header[LAB_VNET_HEADER_BYTES],
			     struct lab_packet *packet);
/* Writes the header with which the TAP must be given this packet (with its Ethernet header). */
void lab_offload_write_header(const struct lab_packet *packet,
			      uint8_t header[LAB_VNET_HEADER_BYTES]);
/*
 * Cuts a train into segments of `segment_size` payload bytes, with checksums, consecutive IP IDs,
 * FIN and PSH on the last only, CWR on the first only (as TSO does). A packet that is no train
 * becomes one part with its checksum filled in. Takes `packet`; returns the number of parts, 0
 * without memory.
 */
size_t lab_offload_cut(struct lab_packet *packet, struct lab_packet *parts[LAB_OFFLOAD_PARTS_MAX]);
/*
 * Appends `next` to `train` where GRO would (same connection and acknowledgment, next in sequence,
 * same options, full segment size before, right checksums, no flags but ACK and PSH) and frees it.
 * Returns the train, perhaps moved; sets *merged. Its checksum becomes unfilled.
 */
struct lab_packet *lab_offload_merge(struct lab_packet *train, struct lab_packet *next,
				     bool *merged);

#endif
