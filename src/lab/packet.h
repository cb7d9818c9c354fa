/* packet.h: one IP packet on the laboratory's wire: read, forged, rewritten. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_PACKET_H
#define TW_LAB_PACKET_H

#include "base/str.h"
#include "lab/lab.h"
#include "wire/segment.h"

/*
 * A packet without link header. The members up to `payload_bytes` are read from `bytes` by
 * lab_packet_read() and describe them; whoever changes bytes by the functions below keeps both in
 * step. Allocated with lab_packet_new(), freed with lab_packet_free(); one owner at a time.
 */
struct lab_packet {
	bool ip6;
	bool is_tcp;	    /* of which the whole header is there; no fragments */
	bool is_icmp_error; /* ICMP or ICMPv6 that quotes a packet */
	uint8_t ttl;
	uint8_t tos;
	uint16_t ip_id;
	bool dont_fragment;
	size_t tcp_offset;
	size_t payload_offset;
	size_t payload_bytes;
	uint16_t source_port;
	uint16_t destination_port;
	uint32_t seq;
	uint32_t ack;
	uint16_t flags; /* enum tw_flag */
	uint16_t window;

	enum lab_way way;
	enum lab_host_name from; /* the host that sent it, or in whose name it was forged */
	bool forged;		 /* made by the wire, not by a kernel */
	bool to_other;		 /* the wire hands it to the other host, not to the server */
	uint16_t segment_size;	 /* above 0: a train of segments of this payload size (offload) */
	bool checksum_unfilled;	 /* the TCP checksum holds only the pseudo-header's sum */
	uint32_t id; /* given by the wire where the packet enters; its parts and copies keep it */
	size_t size; /* bytes of the IP packet; what was behind its end is cut off */
	uint8_t bytes[];
};

/* A packet with a copy of `size` bytes, read. NULL without memory or if too large. */
TW_CHECK struct lab_packet *lab_packet_new(const uint8_t *bytes, size_t size);
TW_CHECK struct lab_packet *lab_packet_copy(const struct lab_packet *packet);
void lab_packet_free(struct lab_packet *packet);
/* Reads the members anew from the bytes. */
void lab_packet_read(struct lab_packet *packet);

/* The sequence number behind this segment: payload, SYN and FIN counted. */
uint32_t lab_packet_end(const struct lab_packet *packet);
uint16_t lab_packet_client_port(const struct lab_packet *packet);
uint16_t lab_packet_server_port(const struct lab_packet *packet);
/* True where the payload contains `text` (at most the first 2 kB are looked at). */
bool lab_packet_contains(const struct lab_packet *packet, struct tw_str text);
/* Addresses in network order: 4 or 16 bytes. */
const uint8_t *lab_packet_source(const struct lab_packet *packet);
const uint8_t *lab_packet_destination(const struct lab_packet *packet);

/*
 * ---- changes ----
 *
 * Each leaves right checksums right, a TCP checksum that was wrong (damage) wrong, and an unfilled
 * one unfilled. Changes of the TCP header do nothing to what is no TCP.
 */

void lab_packet_set_ttl(struct lab_packet *packet, uint8_t ttl);
void lab_packet_set_ip_id(struct lab_packet *packet, uint16_t ip_id);
void lab_packet_set_dont_fragment(struct lab_packet *packet, bool dont_fragment);
void lab_packet_set_flags(struct lab_packet *packet, uint16_t flags);
void lab_packet_set_window(struct lab_packet *packet, uint16_t window);
void lab_packet_set_seq(struct lab_packet *packet, uint32_t seq);
void lab_packet_set_ack(struct lab_packet *packet, uint32_t ack);
void lab_packet_set_ports(struct lab_packet *packet, uint16_t source, uint16_t destination);
/* Addresses: 4 or 16 bytes as the packet has; NULL leaves one as it is. */
void lab_packet_set_addresses(struct lab_packet *packet, const uint8_t *source,
			      const uint8_t *destination);
/* Overwrites the option of this kind with no-operations (kind 1). False where it has none. */
bool lab_packet_strip_option(struct lab_packet *packet, uint8_t kind);
/* Removes all TCP options: the header becomes 20 bytes. */
void lab_packet_strip_options(struct lab_packet *packet);
/* Lowers the MSS option to `mss`. False where there is none or it is not larger. */
bool lab_packet_clamp_mss(struct lab_packet *packet, uint16_t mss);
/* Changes one payload bit and leaves the checksum as it was: damaged on the way. An unfilled one
 * is filled first; a packet without payload stays as it is. */
void lab_packet_damage(struct lab_packet *packet);
/* Fills in the TCP checksum that offload left open (`checksum_unfilled`); else does nothing. */
void lab_packet_fill_checksum(struct lab_packet *packet);
/* The pseudo-header's sum, as tw_checksum_add() has it, for what begins at `offset`: for TCP it is
 * what offload puts in the place of the checksum. */
uint16_t lab_packet_pseudo_sum(const struct lab_packet *packet, size_t offset, uint8_t protocol);

/* ---- forgeries ---- */

struct lab_personality {
	uint8_t ttl;
	uint16_t ip_id;
	bool dont_fragment;
	uint16_t window;
};

struct lab_forged_segment {
	bool ip6;
	uint8_t source[16];
	uint8_t destination[16];
	uint16_t source_port;
	uint16_t destination_port;
	uint32_t seq;
	uint32_t ack;
	uint16_t flags;
	struct lab_personality as;
	const uint8_t *options; /* a multiple of 4 bytes */
	size_t options_bytes;
	struct tw_str payload;
	enum lab_way way;
	enum lab_host_name from;
	bool to_other;
};

/* NULL without memory or if too large. */
TW_CHECK struct lab_packet *lab_packet_forge(const struct lab_forged_segment *segment);
/* A RST that continues, exactly in sequence plus `ahead`, what the sender of `packet` just sent.
 * With `with_ack` the ACK bit and `packet`'s own acknowledgment number are in it. NULL, besides
 * without memory, where `packet` is no TCP segment. */
TW_CHECK struct lab_packet *lab_packet_reset_after(const struct lab_packet *packet, uint32_t ahead,
						   bool with_ack, const struct lab_personality *as);
/* The RST with which RFC 9293 3.10.7.1 answers `packet`, its sequence number plus `ahead`. With
 * `with_ack` it is RST,ACK also where the RFC would send a bare RST. NULL, besides without memory,
 * where nothing is answered: to a RST, and to what is no TCP segment. */
TW_CHECK struct lab_packet *lab_packet_reset_answering(const struct lab_packet *packet,
						       uint32_t ahead, bool with_ack,
						       const struct lab_personality *as);
/* ICMP or ICMPv6 destination unreachable about `packet`, from a router with that address (RFC 792,
 * RFC 4443; quotes as much as RFC 1812 asks). `code` is that of IPv4; IPv6 gets its like: for 4,
 * "packet too big". */
TW_CHECK struct lab_packet *lab_packet_unreachable(const struct lab_packet *packet,
						   const uint8_t *router, uint8_t code);

#endif
