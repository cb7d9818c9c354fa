/* wires.h: a wire between sockets that stand in for the TAPs, and packets to send over it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TESTS_LAB_WIRES_H
#define TW_TESTS_LAB_WIRES_H

#include "base/assert.h"
#include "lab/offload.h"
#include "lab/wire.h"
#include "wire/decode.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENT_PORT = 40000, SERVER_PORT = 80, ETHERNET = 14, PATIENCE_MS = 300 };

struct bench {
	struct lab_wire_settings settings;
	struct lab_wire *wire;
	int hosts[LAB_HOSTS]; /* what the kernels of the hosts would hold */
};

/* 1 ms on each leg; call bench_start() when the settings are as they should be. */
static inline void bench_prepare(struct bench *bench)
{
	*bench = (struct bench){
	    .settings = {
		.delay_ns = {LAB_MILLISECOND, LAB_MILLISECOND},
		.hops = {2, 3},
		.seed = 1,
		.addresses.bytes = {{10, 0, 0, 1}, {10, 0, 1, 1}, {10, 0, 1, 2}},
		.addresses.gateway = {{10, 0, 0, 254}, {10, 0, 1, 254}, {10, 0, 1, 254}},
	    }};
	for (int host = 0; host < LAB_HOSTS; host++) {
		int pair[2];

		TW_ASSERT(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair) == 0);
		bench->settings.taps[host] = pair[0];
		bench->hosts[host] = pair[1];
	}
}

static inline void bench_start(struct bench *bench)
{
	bench->wire = lab_wire_start(&bench->settings);
	TW_ASSERT(bench->wire);
}

static inline void bench_end(struct bench *bench)
{
	lab_wire_free(bench->wire);
	for (int host = 0; host < LAB_HOSTS; host++) {
		(void)close(bench->settings.taps[host]);
		(void)close(bench->hosts[host]);
	}
}

/* The addresses and ports of a segment of `from`'s; TTL 64. */
static inline struct lab_forged_segment segment_of(const struct bench *bench,
						   enum lab_host_name from, uint16_t flags,
						   uint32_t seq, uint32_t ack, const char *payload)
{
	bool to_server = from == LAB_CLIENT;
	enum lab_host_name to = to_server ? LAB_SERVER : LAB_CLIENT;
	struct lab_forged_segment segment = {
	    .source_port = to_server ? CLIENT_PORT : SERVER_PORT,
	    .destination_port = to_server ? SERVER_PORT : CLIENT_PORT,
	    .seq = seq,
	    .ack = ack,
	    .flags = flags,
	    .as = {.ttl = 64, .dont_fragment = true, .window = 1000},
	    .payload = tw_str_of(payload),
	    .way = to_server ? LAB_TO_SERVER : LAB_TO_CLIENT,
	    .from = from,
	};

	memcpy(segment.source, bench->settings.addresses.bytes[from], 4);
	memcpy(segment.destination, bench->settings.addresses.bytes[to], 4);
	return segment;
}

/* The host sends the packet as a frame, with a virtio_net_hdr where the wire wants one. */
static inline void put_packet(const struct bench *bench, enum lab_host_name host,
			      struct lab_packet *packet)
{
	static uint8_t frame[LAB_VNET_HEADER_BYTES + ETHERNET + LAB_PACKET_BYTES_MAX];
	size_t vnet = bench->settings.vnet_header ? LAB_VNET_HEADER_BYTES : 0;
	ssize_t size = (ssize_t)(vnet + ETHERNET + packet->size);

	if (vnet > 0)
		lab_offload_write_header(packet, frame);
	lab_ethernet(packet, host == LAB_CLIENT ? LAB_AT_CLIENT : LAB_AT_SERVER, frame + vnet);
	memcpy(frame + vnet + ETHERNET, packet->bytes, packet->size);
	TW_ASSERT(write(bench->hosts[host], frame, (size_t)size) == size);
	lab_packet_free(packet);
}

static inline void put(const struct bench *bench, enum lab_host_name from, uint16_t flags,
		       uint32_t seq, uint32_t ack, const char *payload)
{
	struct lab_forged_segment segment = segment_of(bench, from, flags, seq, ack, payload);
	struct lab_packet *packet = lab_packet_forge(&segment);

	TW_ASSERT(packet);
	put_packet(bench, from, packet);
}

/* The next packet that the host gets; NULL where none comes. */
static inline struct lab_packet *get(const struct bench *bench, enum lab_host_name host)
{
	static uint8_t frame[LAB_VNET_HEADER_BYTES + ETHERNET + LAB_PACKET_BYTES_MAX];
	struct pollfd readable = {.fd = bench->hosts[host], .events = POLLIN};
	size_t head = ETHERNET + (bench->settings.vnet_header ? LAB_VNET_HEADER_BYTES : 0);
	uint8_t mac[6];

	if (poll(&readable, 1, PATIENCE_MS) <= 0)
		return NULL;

	ssize_t size = read(bench->hosts[host], frame, sizeof(frame));

	TW_ASSERT(size > (ssize_t)head);

	struct lab_packet *packet = lab_packet_new(frame + head, (size_t)size - head);

	TW_ASSERT(packet);
	packet->way = host == LAB_CLIENT ? LAB_TO_CLIENT : LAB_TO_SERVER;
	if (bench->settings.vnet_header)
		lab_offload_read_header(frame, packet);
	/* A kernel would not look at a frame for somebody else. */
	lab_host_mac(host, mac);
	TW_ASSERT(memcmp(frame + head - ETHERNET, mac, sizeof(mac)) == 0);
	return packet;
}

/* Gets one and forgets it; false where none comes. */
static inline bool got(const struct bench *bench, enum lab_host_name host, uint16_t flags,
		       uint32_t seq)
{
	struct lab_packet *packet = get(bench, host);
	bool is_it = packet && packet->flags == flags && packet->seq == seq;

	lab_packet_free(packet);
	return is_it;
}

/* True where nothing comes to the host within a few round trips. */
static inline bool is_silent(const struct bench *bench, enum lab_host_name host)
{
	struct pollfd readable = {.fd = bench->hosts[host], .events = POLLIN};

	return poll(&readable, 1, 30) == 0;
}

/* The frame of a recording as the decoder reads it. */
static inline struct tw_decoded decoded(const struct lab_recording *recording, size_t index)
{
	const struct lab_recorded *frame = &recording->frames[index];
	struct tw_wire_frame wire = {
	    .time_ns = frame->time_ns,
	    .has_time = true,
	    .link_type = 1,
	    .wire_bytes = (uint32_t)frame->size,
	    .bytes = tw_slice_of(recording->bytes + frame->offset, frame->size),
	};
	struct tw_decoded result;

	TW_ASSERT(index < recording->count);
	tw_decode(&wire, NULL, &result);
	return result;
}

static inline size_t recorded(const struct bench *bench, enum lab_point point)
{
	return lab_wire_recording(bench->wire, point)->count;
}

#endif
