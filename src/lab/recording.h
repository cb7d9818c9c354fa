/* recording.h: the frames that passed one point, kept in memory and written as pcapng. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_RECORDING_H
#define TW_LAB_RECORDING_H

#include "base/error.h"
#include "lab/packet.h"

enum { LAB_RECORDING_BYTES_MAX = 64 * 1024 * 1024 };

/* Frames in the order in which they passed. */
struct lab_recording {
	struct lab_recorded {
		int64_t time_ns; /* since 1970, UTC */
		size_t offset;	 /* of the Ethernet frame in `bytes` */
		size_t size;
	} *frames;
	size_t count;
	size_t capacity;
	uint8_t *bytes;
	size_t used;
	size_t allocated;
	int64_t end_ns;	 /* until when it was recorded; 0 while it is */
	bool overflowed; /* LAB_RECORDING_BYTES_MAX was met; what came later is missing */
};

/* Adds the packet with the Ethernet header that it has at that point. */
void lab_recording_add(struct lab_recording *recording, enum lab_point point,
		       const struct lab_packet *packet, int64_t time_ns);
void lab_recording_free(struct lab_recording *recording);
/* The Ethernet addresses of hosts and their gateways, as recorded and as the TAPs use them. */
void lab_host_mac(enum lab_host_name host, uint8_t mac[6]);
void lab_gateway_mac(enum lab_host_name host, uint8_t mac[6]);
/* The Ethernet header of `packet` at `point`. */
void lab_ethernet(const struct lab_packet *packet, enum lab_point point,
		  uint8_t header[LAB_ETHERNET_BYTES]);

/* Writes a pcapng file; `comment` becomes the section's. */
TW_CHECK enum tw_err lab_recording_write(const struct lab_recording *recording, const char *path,
					 const char *interface, const char *comment);

#endif
