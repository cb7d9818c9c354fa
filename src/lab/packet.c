/* packet.c: reading packets, and changing them without making a wrong checksum right. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/packet.h"

#include "lab/fields.h"
#include "tcp/seq.h"
#include "wire/checksum.h"

#include <stdlib.h>
#include <string.h>

enum {
	CONTAINS_BYTES_MAX = 2048,
	OPTION_END = 0,
	OPTION_NOP = 1,
	OPTION_MSS = 2,
	OPTION_MSS_BYTES = 4,
	MEMBERS =
	    offsetof(struct lab_packet, way), /* bytes of those that lab_packet_read() fills */
};

static const uint16_t quoting_icmp_types = 1 << 3 | 1 << 4 | 1 << 5 | 1 << 11 | 1 << 12;
static const uint16_t quoting_icmp6_types = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4;

/* ---- life ---- */

/* A short packet has room for an IPv6 header, so that addresses can be asked for whatever it is. */
static struct lab_packet *allocate(size_t size)
{
	return calloc(1, sizeof(struct lab_packet) + (size < IP6_BYTES ? IP6_BYTES : size));
}

struct lab_packet *lab_packet_new(const uint8_t *bytes, size_t size)
{
	if (size > LAB_PACKET_BYTES_MAX)
		return NULL;
	struct lab_packet *packet = allocate(size);

	if (!packet)
		return NULL;
	if (size > 0)
		memcpy(packet->bytes, bytes, size);
	packet->size = size;
	lab_packet_read(packet);
	return packet;
}

struct lab_packet *lab_packet_copy(const struct lab_packet *packet)
{
	struct lab_packet *copy = allocate(packet->size);

	if (copy)
		memcpy(copy, packet, sizeof(*packet) + packet->size);
	return copy;
}

void lab_packet_free(struct lab_packet *packet)
{
	free(packet);
}

/* ---- reading ---- */

/*
 * Fills what the IP header says. Returns where that leads to, with the protocol that begins there;
 * 0 where it leads to nothing whole. What is behind the IP packet's end (padding) is cut off.
 */
static size_t read_ip4(struct lab_packet *packet, uint8_t *protocol)
{
	const uint8_t *ip = packet->bytes;
	size_t header = (ip[0] & 0x0fu) * 4u;
	size_t total = tw_be16(ip + IP4_TOTAL_LENGTH);
	uint16_t fragment = tw_be16(ip + IP4_FRAGMENT);

	packet->tos = ip[IP4_TOS];
	packet->ip_id = tw_be16(ip + IP4_ID);
	packet->dont_fragment = (fragment & IP4_DF) != 0;
	packet->ttl = ip[IP4_TTL];
	*protocol = ip[IP4_PROTOCOL];
	if (header < IP4_BYTES || header > total || total > packet->size)
		return 0;
	packet->size = total;
	return fragment & IP4_MF_AND_OFFSET ? 0 : header;
}

static size_t read_ip6(struct lab_packet *packet, uint8_t *protocol)
{
	const uint8_t *ip = packet->bytes;
	size_t total = IP6_BYTES + (size_t)tw_be16(ip + IP6_PAYLOAD_LENGTH);

	packet->ip6 = true;
	packet->tos = (uint8_t)(tw_be16(ip) >> 4);
	packet->ttl = ip[IP6_HOP_LIMIT];
	*protocol = ip[IP6_NEXT_HEADER];
	if (total > packet->size)
		return 0;
	packet->size = total;
	return IP6_BYTES;
}

static void read_tcp(struct lab_packet *packet, size_t offset)
{
	const uint8_t *tcp = packet->bytes + offset;

	if (packet->size < offset + TCP_BYTES)
		return;
	size_t header = (size_t)(tcp[TCP_OFFSET_AND_FLAGS] >> 4) * 4;

	if (header < TCP_BYTES || offset + header > packet->size)
		return;
	packet->is_tcp = true;
	packet->tcp_offset = offset;
	packet->payload_offset = offset + header;
	packet->payload_bytes = packet->size - packet->payload_offset;
	packet->source_port = tw_be16(tcp + TCP_SOURCE_PORT);
	packet->destination_port = tw_be16(tcp + TCP_DESTINATION_PORT);
	packet->seq = tw_be32(tcp + TCP_SEQ);
	packet->ack = tw_be32(tcp + TCP_ACK);
	packet->flags = tw_be16(tcp + TCP_OFFSET_AND_FLAGS) & TCP_FLAGS_MASK;
	packet->window = tw_be16(tcp + TCP_WINDOW);
}

static bool quotes(const struct lab_packet *packet, size_t offset, uint16_t types)
{
	uint8_t type = packet->size >= offset + ICMP_BYTES ? packet->bytes[offset] : 0;

	return type < 16 && (types >> type & 1);
}

void lab_packet_read(struct lab_packet *packet)
{
	uint8_t protocol = 0;
	size_t offset = 0;

	memset(packet, 0, MEMBERS);
	if (packet->bytes[0] >> 4 == 4)
		offset = read_ip4(packet, &protocol);
	else if (packet->bytes[0] >> 4 == 6)
		offset = read_ip6(packet, &protocol);
	if (offset == 0)
		return;
	if (protocol == PROTOCOL_TCP)
		read_tcp(packet, offset);
	else if (protocol == (packet->ip6 ? PROTOCOL_ICMP6 : PROTOCOL_ICMP))
		packet->is_icmp_error =
		    quotes(packet, offset, packet->ip6 ? quoting_icmp6_types : quoting_icmp_types);
}

uint32_t lab_packet_end(const struct lab_packet *packet)
{
	size_t span = packet->payload_bytes + ((packet->flags & TW_SYN) != 0) +
		      ((packet->flags & TW_FIN) != 0);

	return tw_seq_add(packet->seq, (uint32_t)span);
}

uint16_t lab_packet_client_port(const struct lab_packet *packet)
{
	return packet->way == LAB_TO_SERVER ? packet->source_port : packet->destination_port;
}

uint16_t lab_packet_server_port(const struct lab_packet *packet)
{
	return packet->way == LAB_TO_SERVER ? packet->destination_port : packet->source_port;
}

bool lab_packet_contains(const struct lab_packet *packet, struct tw_str text)
{
	struct tw_str payload = {(const char *)packet->bytes + packet->payload_offset,
				 tw_min_size(packet->payload_bytes, CONTAINS_BYTES_MAX)};

	return tw_str_find(payload, text) != SIZE_MAX;
}

static size_t address_bytes(const struct lab_packet *packet)
{
	return packet->ip6 ? IP6_ADDRESS_BYTES : IP4_ADDRESS_BYTES;
}

const uint8_t *lab_packet_source(const struct lab_packet *packet)
{
	return packet->bytes + (packet->ip6 ? IP6_SOURCE : IP4_SOURCE);
}

const uint8_t *lab_packet_destination(const struct lab_packet *packet)
{
	return lab_packet_source(packet) + address_bytes(packet);
}

/* ---- checksums ---- */

static void fill_ip_checksum(struct lab_packet *packet)
{
	uint8_t *ip = packet->bytes;
	size_t header = tw_min_size((ip[0] & 0x0fu) * 4u, packet->size);
	uint16_t checksum;

	if (packet->ip6)
		return;
	put_be16(ip + IP4_CHECKSUM, 0);
	checksum = (uint16_t)~tw_checksum_add(0, tw_slice_of(ip, header));
	memcpy(ip + IP4_CHECKSUM, &checksum, sizeof(checksum));
}

uint16_t lab_packet_pseudo_sum(const struct lab_packet *packet, size_t offset, uint8_t protocol)
{
	uint8_t rest[8] = {[7] = protocol}; /* as in IPv6; that of IPv4 adds up to the same */
	uint16_t sum =
	    tw_checksum_add(0, tw_slice_of(lab_packet_source(packet), 2 * address_bytes(packet)));

	put_be32(rest, (uint32_t)(packet->size - offset));
	return tw_checksum_add(sum, tw_slice_of(rest, sizeof(rest)));
}

/* The checksum that counts the addresses, too. NULL where there is none. */
static uint8_t *transport_checksum(struct lab_packet *packet)
{
	if (packet->is_tcp)
		return packet->bytes + packet->tcp_offset + TCP_CHECKSUM;
	return packet->ip6 && packet->is_icmp_error ? packet->bytes + IP6_BYTES + ICMP_CHECKSUM
						    : NULL;
}

/*
 * Puts `with` in the place of `old` in what the transport checksum is about (RFC 1624, equation 3),
 * so that a wrong one stays wrong. An unfilled one is the plain sum of the pseudo-header only.
 */
static void adjust_checksum(struct lab_packet *packet, struct tw_slice old, struct tw_slice with,
			    bool in_pseudo_header)
{
	uint8_t *at = transport_checksum(packet);
	uint16_t taken = (uint16_t)~tw_checksum_add(0, old);
	uint16_t mask = packet->checksum_unfilled ? 0 : 0xffff;
	uint16_t sum;

	if (!at || (packet->checksum_unfilled && !in_pseudo_header))
		return;
	memcpy(&sum, at, sizeof(sum));
	sum = tw_checksum_add(sum ^ mask, tw_slice_of(&taken, sizeof(taken)));
	sum = tw_checksum_add(sum, with) ^ mask;
	memcpy(at, &sum, sizeof(sum));
}

void lab_packet_fill_checksum(struct lab_packet *packet)
{
	uint8_t *tcp = packet->bytes + packet->tcp_offset;
	uint16_t sum;

	if (!packet->is_tcp || !packet->checksum_unfilled)
		return;
	put_be16(tcp + TCP_CHECKSUM, 0);
	sum = lab_packet_pseudo_sum(packet, packet->tcp_offset, PROTOCOL_TCP);
	sum = tw_checksum_add(sum, tw_slice_of(tcp, packet->size - packet->tcp_offset)) ^ 0xffff;
	memcpy(tcp + TCP_CHECKSUM, &sum, sizeof(sum));
	packet->checksum_unfilled = false;
}

/* ---- changes of the IP header ---- */

void lab_packet_set_ttl(struct lab_packet *packet, uint8_t ttl)
{
	packet->bytes[packet->ip6 ? IP6_HOP_LIMIT : IP4_TTL] = ttl;
	packet->ttl = ttl;
	fill_ip_checksum(packet);
}

void lab_packet_set_ip_id(struct lab_packet *packet, uint16_t ip_id)
{
	if (packet->ip6)
		return;
	put_be16(packet->bytes + IP4_ID, ip_id);
	packet->ip_id = ip_id;
	fill_ip_checksum(packet);
}

void lab_packet_set_dont_fragment(struct lab_packet *packet, bool dont_fragment)
{
	uint8_t *at = packet->bytes + IP4_FRAGMENT;

	if (packet->ip6)
		return;
	put_be16(at, (uint16_t)((tw_be16(at) & ~IP4_DF) | (dont_fragment ? IP4_DF : 0)));
	packet->dont_fragment = dont_fragment;
	fill_ip_checksum(packet);
}

static void set_address(struct lab_packet *packet, size_t offset, const uint8_t *address)
{
	uint8_t *at = packet->bytes + offset;
	size_t size = address_bytes(packet);

	adjust_checksum(packet, tw_slice_of(at, size), tw_slice_of(address, size), true);
	memcpy(at, address, size);
	fill_ip_checksum(packet);
}

void lab_packet_set_addresses(struct lab_packet *packet, const uint8_t *source,
			      const uint8_t *destination)
{
	size_t offset = packet->ip6 ? IP6_SOURCE : IP4_SOURCE;

	if (source)
		set_address(packet, offset, source);
	if (destination)
		set_address(packet, offset + address_bytes(packet), destination);
}

/* Of a TCP packet; what is cut off must have been taken out of its checksum. */
static void shorten(struct lab_packet *packet, size_t size)
{
	uint8_t old[4];
	uint8_t with[4];

	put_be32(old, (uint32_t)(packet->size - packet->tcp_offset));
	put_be32(with, (uint32_t)(size - packet->tcp_offset));
	adjust_checksum(packet, tw_slice_of(old, sizeof(old)), tw_slice_of(with, sizeof(with)),
			true);
	if (packet->ip6)
		put_be16(packet->bytes + IP6_PAYLOAD_LENGTH, (uint16_t)(size - IP6_BYTES));
	else
		put_be16(packet->bytes + IP4_TOTAL_LENGTH, (uint16_t)size);
	packet->size = size;
	fill_ip_checksum(packet);
}

/* ---- changes of the TCP header ---- */

/* `offset` from the start of the TCP header, and `size`, are even. */
static void change_tcp(struct lab_packet *packet, size_t offset, const uint8_t *with, size_t size)
{
	uint8_t *at = packet->bytes + packet->tcp_offset + offset;

	if (!packet->is_tcp)
		return;
	adjust_checksum(packet, tw_slice_of(at, size), tw_slice_of(with, size), false);
	memcpy(at, with, size);
	lab_packet_read(packet);
}

static void change_tcp16(struct lab_packet *packet, size_t offset, uint16_t value)
{
	uint8_t with[2];

	put_be16(with, value);
	change_tcp(packet, offset, with, sizeof(with));
}

static void change_tcp32(struct lab_packet *packet, size_t offset, uint32_t value)
{
	uint8_t with[4];

	put_be32(with, value);
	change_tcp(packet, offset, with, sizeof(with));
}

void lab_packet_set_flags(struct lab_packet *packet, uint16_t flags)
{
	uint16_t old = tw_be16(packet->bytes + packet->tcp_offset + TCP_OFFSET_AND_FLAGS);

	change_tcp16(packet, TCP_OFFSET_AND_FLAGS,
		     (uint16_t)((old & ~TCP_FLAGS_MASK) | (flags & TCP_FLAGS_MASK)));
}

void lab_packet_set_window(struct lab_packet *packet, uint16_t window)
{
	change_tcp16(packet, TCP_WINDOW, window);
}

void lab_packet_set_seq(struct lab_packet *packet, uint32_t seq)
{
	change_tcp32(packet, TCP_SEQ, seq);
}

void lab_packet_set_ack(struct lab_packet *packet, uint32_t ack)
{
	change_tcp32(packet, TCP_ACK, ack);
}

void lab_packet_set_ports(struct lab_packet *packet, uint16_t source, uint16_t destination)
{
	change_tcp16(packet, TCP_SOURCE_PORT, source);
	change_tcp16(packet, TCP_DESTINATION_PORT, destination);
}

/* ---- changes of TCP options ---- */

static struct tw_slice options_of(const struct lab_packet *packet)
{
	if (!packet->is_tcp)
		return tw_slice_of(packet->bytes, 0);
	return tw_slice_of(packet->bytes + packet->tcp_offset + TCP_BYTES,
			   packet->payload_offset - packet->tcp_offset - TCP_BYTES);
}

/* The whole option of that kind; empty where there is none. */
static struct tw_slice find_option(struct tw_slice options, uint8_t kind)
{
	while (options.size >= 2 && options.data[0] != OPTION_END) {
		size_t size = options.data[0] == OPTION_NOP ? 1 : options.data[1];

		if (size == 0 || size > options.size ||
		    (size == 1 && options.data[0] != OPTION_NOP))
			break;
		if (options.data[0] == kind && size >= 2)
			return tw_slice_head(options, size);
		options = tw_slice_from(options, size);
	}
	return (struct tw_slice){0};
}

/* An option may begin at an odd offset, so all are written anew. */
static void overwrite_option(struct lab_packet *packet, struct tw_slice option, const uint8_t *with)
{
	struct tw_slice options = options_of(packet);
	uint8_t edited[TCP_OPTIONS_MAX];

	memcpy(edited, options.data, options.size);
	memcpy(edited + (option.data - options.data), with, option.size);
	change_tcp(packet, TCP_BYTES, edited, options.size);
}

bool lab_packet_strip_option(struct lab_packet *packet, uint8_t kind)
{
	struct tw_slice option = find_option(options_of(packet), kind);
	uint8_t nops[TCP_OPTIONS_MAX];

	if (option.size == 0)
		return false;
	memset(nops, OPTION_NOP, sizeof(nops));
	overwrite_option(packet, option, nops);
	return true;
}

void lab_packet_strip_options(struct lab_packet *packet)
{
	struct tw_slice options = options_of(packet);
	uint8_t *at = packet->bytes + packet->tcp_offset + TCP_BYTES;

	if (options.size == 0)
		return;
	adjust_checksum(packet, options, tw_slice_of(at, 0), false);
	memmove(at, at + options.size, packet->payload_bytes);
	shorten(packet, packet->size - options.size);
	change_tcp16(packet, TCP_OFFSET_AND_FLAGS, (uint16_t)(TCP_BYTES / 4 << 12 | packet->flags));
}

bool lab_packet_clamp_mss(struct lab_packet *packet, uint16_t mss)
{
	struct tw_slice option = find_option(options_of(packet), OPTION_MSS);
	uint8_t clamped[OPTION_MSS_BYTES] = {OPTION_MSS, OPTION_MSS_BYTES};

	if (option.size != OPTION_MSS_BYTES || tw_be16(option.data + 2) <= mss)
		return false;
	put_be16(clamped + 2, mss);
	overwrite_option(packet, option, clamped);
	return true;
}

void lab_packet_damage(struct lab_packet *packet)
{
	if (!packet->is_tcp || packet->payload_bytes == 0)
		return;
	lab_packet_fill_checksum(packet);
	packet->bytes[packet->payload_offset + packet->payload_bytes / 2] ^= 0x10;
}
