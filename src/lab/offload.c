/* offload.c: trains of segments as virtio_net_hdr has them, cut and merged like TSO and GRO. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/offload.h"

#include "lab/fields.h"
#include "tcp/seq.h"
#include "wire/checksum.h"

#include <linux/virtio_net.h>
#include <stdlib.h>
#include <string.h>

enum {
	MERGED_BYTES_MAX = UINT16_MAX, /* IPv4's total length */
};

_Static_assert(sizeof(struct virtio_net_hdr) == LAB_VNET_HEADER_BYTES, "the TAP's default size");

/* ---- the header in front of frames; in the byte order of the machine ---- */

void lab_offload_read_header(const uint8_t header[LAB_VNET_HEADER_BYTES], struct lab_packet *packet)
{
	struct virtio_net_hdr vnet;

	memcpy(&vnet, header, sizeof(vnet));

	unsigned type = vnet.gso_type & ~(unsigned)VIRTIO_NET_HDR_GSO_ECN;
	bool is_train = type == VIRTIO_NET_HDR_GSO_TCPV4 || type == VIRTIO_NET_HDR_GSO_TCPV6;

	packet->checksum_unfilled = packet->is_tcp && (vnet.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM);
	packet->segment_size = 0;
	if (packet->is_tcp && is_train && packet->payload_bytes > vnet.gso_size)
		packet->segment_size = vnet.gso_size;
}

void lab_offload_write_header(const struct lab_packet *packet,
			      uint8_t header[LAB_VNET_HEADER_BYTES])
{
	struct virtio_net_hdr vnet = {0};

	if (packet->checksum_unfilled) {
		vnet.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
		vnet.csum_start = (uint16_t)(LAB_ETHERNET_BYTES + packet->tcp_offset);
		vnet.csum_offset = TCP_CHECKSUM;
	}
	if (packet->segment_size > 0) {
		vnet.gso_type = packet->ip6 ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4;
		if (packet->flags & TW_CWR)
			vnet.gso_type |= VIRTIO_NET_HDR_GSO_ECN;
		vnet.gso_size = packet->segment_size;
		vnet.hdr_len = (uint16_t)(LAB_ETHERNET_BYTES + packet->payload_offset);
	}
	memcpy(header, &vnet, sizeof(vnet));
}

/* ---- lengths and checksums ---- */

/* Writes the length into the IP header, after `size` has changed. */
static void put_length(struct lab_packet *packet)
{
	uint8_t *ip = packet->bytes;
	uint16_t sum;

	if (packet->ip6) {
		put_be16(ip + IP6_PAYLOAD_LENGTH, (uint16_t)(packet->size - IP6_BYTES));
		return;
	}
	put_be16(ip + IP4_TOTAL_LENGTH, (uint16_t)packet->size);
	put_be16(ip + IP4_CHECKSUM, 0);
	sum = (uint16_t)~tw_checksum_add(0, tw_slice_of(ip, packet->tcp_offset));
	memcpy(ip + IP4_CHECKSUM, &sum, sizeof(sum));
}

/* What a kernel leaves to the card: the sum of the pseudo-header, not complemented. */
static void unfill_checksum(struct lab_packet *packet)
{
	uint16_t sum = lab_packet_pseudo_sum(packet, packet->tcp_offset, PROTOCOL_TCP);

	memcpy(packet->bytes + packet->tcp_offset + TCP_CHECKSUM, &sum, sizeof(sum));
	packet->checksum_unfilled = true;
}

static bool checksum_is_good(const struct lab_packet *packet)
{
	struct tw_segment segment = {.ip_version = packet->ip6 ? 6 : 4};
	size_t address_bytes = packet->ip6 ? 16 : 4;
	struct tw_slice tcp =
	    tw_slice_of(packet->bytes + packet->tcp_offset, packet->size - packet->tcp_offset);

	memcpy(segment.source.address.bytes, lab_packet_source(packet), address_bytes);
	memcpy(segment.destination.address.bytes, lab_packet_destination(packet), address_bytes);
	return tw_tcp_checksum(&segment, tcp) == TW_CHECKSUM_GOOD;
}

/* ---- cutting ---- */

/* The segment of `size` payload bytes from `offset` on, the `index`-th of its train. */
static struct lab_packet *cut_part(const struct lab_packet *train, size_t index, size_t offset,
				   size_t size)
{
	size_t header = train->payload_offset;
	struct lab_packet *part = lab_packet_new(train->bytes, header + size);
	uint8_t gone = 0;

	if (!part)
		return NULL;
	if (offset + size < train->payload_bytes)
		gone |= TW_FIN | TW_PSH;
	if (index > 0)
		gone |= TW_CWR; /* only the first tells that the window was reduced (RFC 3168) */
	memcpy(part->bytes + header, train->bytes + header + offset, size);

	uint8_t *tcp = part->bytes + train->tcp_offset;

	put_be32(tcp + TCP_SEQ, tw_seq_add(train->seq, (uint32_t)offset));
	tcp[TCP_OFFSET_AND_FLAGS + 1] &= (uint8_t)~gone;
	/* lab_packet_new() saw a length that did not fit yet. */
	part->ip6 = train->ip6;
	part->tcp_offset = train->tcp_offset;
	if (!train->ip6)
		put_be16(part->bytes + IP4_ID, (uint16_t)(train->ip_id + index));
	put_length(part);
	lab_packet_read(part);
	part->way = train->way;
	part->from = train->from;
	part->forged = train->forged;
	part->to_other = train->to_other;
	part->id = train->id;
	part->checksum_unfilled = true;
	lab_packet_fill_checksum(part);
	return part;
}

static size_t cut_train(const struct lab_packet *train, struct lab_packet *parts[])
{
	size_t count = 0;

	for (size_t offset = 0; offset < train->payload_bytes; offset += train->segment_size) {
		size_t size = tw_min_size(train->segment_size, train->payload_bytes - offset);
		struct lab_packet *part = NULL;

		if (count < LAB_OFFLOAD_PARTS_MAX)
			part = cut_part(train, count, offset, size);
		if (!part) {
			while (count > 0)
				lab_packet_free(parts[--count]);
			return 0;
		}
		parts[count++] = part;
	}
	return count;
}

size_t lab_offload_cut(struct lab_packet *packet, struct lab_packet *parts[LAB_OFFLOAD_PARTS_MAX])
{
	if (packet->segment_size > 0) {
		size_t count = cut_train(packet, parts);

		lab_packet_free(packet);
		return count;
	}
	lab_packet_fill_checksum(packet);
	parts[0] = packet;
	return 1;
}

/* ---- merging ---- */

static bool same_connection(const struct lab_packet *a, const struct lab_packet *b)
{
	size_t address_bytes = a->ip6 ? 16 : 4;

	return a->ip6 == b->ip6 && a->way == b->way && a->to_other == b->to_other &&
	       a->forged == b->forged && a->source_port == b->source_port &&
	       a->destination_port == b->destination_port &&
	       memcmp(lab_packet_source(a), lab_packet_source(b), address_bytes) == 0 &&
	       memcmp(lab_packet_destination(a), lab_packet_destination(b), address_bytes) == 0;
}

/* All that the merged packet can tell only once. */
static bool same_headers(const struct lab_packet *a, const struct lab_packet *b)
{
	size_t header = a->payload_offset - a->tcp_offset;

	return a->ttl == b->ttl && a->tos == b->tos && a->dont_fragment == b->dont_fragment &&
	       a->ack == b->ack && header == b->payload_offset - b->tcp_offset &&
	       memcmp(a->bytes + a->tcp_offset + TCP_BYTES, b->bytes + b->tcp_offset + TCP_BYTES,
		      header - TCP_BYTES) == 0;
}

/* GRO takes identifications that count on, or that stay the same where nothing is fragmented. */
static bool ip_id_goes_on(const struct lab_packet *train, size_t segments,
			  const struct lab_packet *next)
{
	if (train->ip6)
		return true;
	return next->ip_id == (uint16_t)(train->ip_id + segments) ||
	       (train->dont_fragment && next->ip_id == train->ip_id);
}

/* As tcp_gro_receive() of Linux decides; a PSH ends a train. */
static bool can_merge(const struct lab_packet *train, const struct lab_packet *next)
{
	if (!train->is_tcp || !next->is_tcp || next->checksum_unfilled)
		return false;

	size_t size = train->segment_size > 0 ? train->segment_size : train->payload_bytes;

	if (size == 0 || next->payload_bytes == 0 || next->payload_bytes > size ||
	    train->payload_bytes % size != 0)
		return false;
	if (train->flags != TW_ACK || (next->flags & (uint16_t)~TW_PSH) != TW_ACK)
		return false;
	return train->size + next->payload_bytes <= MERGED_BYTES_MAX &&
	       same_connection(train, next) && same_headers(train, next) &&
	       next->seq == lab_packet_end(train) &&
	       ip_id_goes_on(train, train->payload_bytes / size, next) && checksum_is_good(next) &&
	       (train->checksum_unfilled || checksum_is_good(train));
}

struct lab_packet *lab_offload_merge(struct lab_packet *train, struct lab_packet *next,
				     bool *merged)
{
	*merged = can_merge(train, next);
	if (!*merged)
		return train;

	size_t more = next->payload_bytes;
	struct lab_packet *larger = realloc(train, sizeof(*train) + train->size + more);

	if (!larger) {
		*merged = false;
		return train;
	}
	if (larger->segment_size == 0)
		larger->segment_size = (uint16_t)larger->payload_bytes;
	memcpy(larger->bytes + larger->size, next->bytes + next->payload_offset, more);
	larger->size += more;
	larger->payload_bytes += more;
	larger->flags |= next->flags;
	larger->bytes[larger->tcp_offset + TCP_OFFSET_AND_FLAGS + 1] |= (uint8_t)next->flags;
	put_length(larger);
	unfill_checksum(larger);
	lab_packet_free(next);
	return larger;
}
