/* recording.c: frames in one growing piece of memory, written as a pcapng file. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/recording.h"

#include "base/assert.h"
#include "capture/pcapng_write.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

enum {
	MAC_BYTES = 6,
	LINKTYPE_ETHERNET = 1,
	FRAMES_FIRST = 256,
	BYTES_FIRST = 64 * 1024,
	BLOCK_BYTES_MAX = 256 * 1024, /* the largest: a section with four full options */
};

/* Locally administered addresses that end in these bytes; see mac_of(). */
enum mac_end {
	MAC_CLIENT = 1,
	MAC_CLIENT_GATEWAY = 2,
	MAC_MIDDLE_CLIENTWARDS = 3,
	MAC_MIDDLE_SERVERWARDS = 4,
	MAC_SERVER_GATEWAY = 5,
	MAC_SERVER = 6,
	MAC_OTHER = 7,
};

/* Server and other host are on one LAN, behind one gateway. */
static const struct {
	enum mac_end own;
	enum mac_end gateway;
} hosts[LAB_HOSTS] = {
    [LAB_CLIENT] = {MAC_CLIENT, MAC_CLIENT_GATEWAY},
    [LAB_SERVER] = {MAC_SERVER, MAC_SERVER_GATEWAY},
    [LAB_OTHER] = {MAC_OTHER, MAC_SERVER_GATEWAY},
};

/* What stands on the two sides of each point. */
static const struct {
	enum mac_end clientwards;
	enum mac_end serverwards;
} neighbours[LAB_POINTS] = {
    [LAB_AT_CLIENT] = {MAC_CLIENT, MAC_CLIENT_GATEWAY},
    [LAB_AT_MIDDLE] = {MAC_MIDDLE_CLIENTWARDS, MAC_MIDDLE_SERVERWARDS},
    [LAB_AT_SERVER] = {MAC_SERVER_GATEWAY, MAC_SERVER},
};

/* 02: locally administered; then "TCP". */
static void mac_of(enum mac_end end, uint8_t mac[MAC_BYTES])
{
	const uint8_t bytes[MAC_BYTES] = {0x02, 'T', 'C', 'P', 0, (uint8_t)end};

	memcpy(mac, bytes, MAC_BYTES);
}

void lab_host_mac(enum lab_host_name host, uint8_t mac[MAC_BYTES])
{
	mac_of(hosts[host].own, mac);
}

void lab_gateway_mac(enum lab_host_name host, uint8_t mac[MAC_BYTES])
{
	mac_of(hosts[host].gateway, mac);
}

void lab_ethernet(const struct lab_packet *packet, enum lab_point point,
		  uint8_t header[LAB_ETHERNET_BYTES])
{
	bool to_server = packet->way == LAB_TO_SERVER;
	bool is_others = to_server ? packet->to_other : packet->from == LAB_OTHER;
	enum mac_end clientwards = neighbours[point].clientwards;
	enum mac_end serverwards = neighbours[point].serverwards;

	if (point == LAB_AT_SERVER && is_others)
		serverwards = MAC_OTHER;
	mac_of(to_server ? serverwards : clientwards, header);
	mac_of(to_server ? clientwards : serverwards, header + MAC_BYTES);
	header[12] = packet->ip6 ? 0x86 : 0x08;
	header[13] = packet->ip6 ? 0xdd : 0x00;
}

/* Room for one more frame of `size` bytes. */
static bool reserve(struct lab_recording *recording, size_t size)
{
	if (recording->overflowed || size > LAB_RECORDING_BYTES_MAX - recording->used)
		return false;
	if (recording->count == recording->capacity) {
		size_t capacity = recording->capacity ? recording->capacity * 2 : FRAMES_FIRST;
		void *frames = realloc(recording->frames, capacity * sizeof(*recording->frames));

		if (!frames)
			return false;
		recording->frames = frames;
		recording->capacity = capacity;
	}
	if (size > recording->allocated - recording->used) {
		size_t allocated = recording->allocated ? recording->allocated : BYTES_FIRST;

		while (size > allocated - recording->used)
			allocated *= 2;

		uint8_t *bytes = realloc(recording->bytes, allocated);

		if (!bytes)
			return false;
		recording->bytes = bytes;
		recording->allocated = allocated;
	}
	return true;
}

/* Time never goes back within a recording, whatever the caller's clock does. */
void lab_recording_add(struct lab_recording *recording, enum lab_point point,
		       const struct lab_packet *packet, int64_t time_ns)
{
	size_t size = LAB_ETHERNET_BYTES + packet->size;

	if (!reserve(recording, size)) {
		recording->overflowed = true;
		return;
	}

	uint8_t *frame = recording->bytes + recording->used;
	size_t before = recording->count;

	if (before > 0 && time_ns < recording->frames[before - 1].time_ns)
		time_ns = recording->frames[before - 1].time_ns;
	lab_ethernet(packet, point, frame);
	memcpy(frame + LAB_ETHERNET_BYTES, packet->bytes, packet->size);
	recording->frames[recording->count++] = (struct lab_recorded){
	    .time_ns = time_ns,
	    .offset = recording->used,
	    .size = size,
	};
	recording->used += size;
}

void lab_recording_free(struct lab_recording *recording)
{
	free(recording->frames);
	free(recording->bytes);
	*recording = (struct lab_recording){0};
}

/* Writes what the buffer holds and empties it. */
static bool flush_block(FILE *file, struct tw_buf *block)
{
	bool complete = !block->overflowed;
	size_t size = block->size;

	if (complete)
		complete = fwrite(block->text, 1, size, file) == size;
	tw_buf_clear(block);
	return complete;
}

static bool write_head(FILE *file, struct tw_buf *block, const char *interface, const char *comment)
{
	struct utsname system;
	char os[sizeof(system.sysname) + sizeof(system.release) + 1] = "Linux";
	struct tw_pcapng_origin origin = {
	    .comment = comment, .os = os, .application = "tcpwhy lab"};

	if (uname(&system) == 0) {
		(void)snprintf(os, sizeof(os), "%s %s", system.sysname, system.release);
		origin.hardware = system.machine;
	}
	tw_pcapng_add_section(block, &origin);
	if (!flush_block(file, block))
		return false;
	tw_pcapng_add_interface(block, LINKTYPE_ETHERNET, interface);
	return flush_block(file, block);
}

static bool write_frames(FILE *file, struct tw_buf *block, const struct lab_recording *recording)
{
	for (size_t i = 0; i < recording->count; i++) {
		const struct lab_recorded *frame = &recording->frames[i];
		struct tw_slice bytes = tw_slice_of(recording->bytes + frame->offset, frame->size);

		tw_pcapng_add_packet(block, 0, frame->time_ns, bytes, (uint32_t)frame->size);
		if (!flush_block(file, block))
			return false;
	}
	return true;
}

/* The silence after the last packet is a part of the story. */
static bool write_end(FILE *file, struct tw_buf *block, const struct lab_recording *recording)
{
	if (recording->end_ns == 0)
		return true;
	tw_pcapng_add_statistics(block, 0, recording->end_ns, recording->count);
	return flush_block(file, block);
}

enum tw_err lab_recording_write(const struct lab_recording *recording, const char *path,
				const char *interface, const char *comment)
{
	FILE *file = fopen(path, "wb");

	if (!file)
		return TW_ERR_OPEN;

	struct tw_buf block = tw_buf_of(BLOCK_BYTES_MAX + 1024);
	bool written = write_head(file, &block, interface, comment) &&
		       write_frames(file, &block, recording) && write_end(file, &block, recording);

	tw_buf_free(&block);
	if (fclose(file) != 0)
		written = false;
	return written ? TW_ERR_OK : TW_ERR_WRITE;
}
