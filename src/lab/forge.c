/* forge.c: segments and ICMP messages that no kernel sent. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/fields.h"
#include "lab/packet.h"
#include "tcp/seq.h"
#include "wire/checksum.h"

#include "base/assert.h"

#include <string.h>

enum {
	IP4_TOTAL_MAX = 65535,
	ROUTER_TTL = 64,
	INTERNETWORK_CONTROL =
	    0xc0,		    /* what routers give to ICMP errors: RFC 1812 section 4.3.2.5 */
	ICMP_ERROR_BYTES_MAX = 576, /* RFC 1812 section 4.3.2.3 */
	ICMP6_ERROR_BYTES_MAX = 1280, /* RFC 4443 section 2.4 (c) */
	ICMP_UNREACHABLE = 3,
	ICMP_TOO_BIG = 4,	/* the code "fragmentation needed" */
	NARROW_LINK_MTU = 1280, /* fits every IPv6 path (RFC 8200 section 5) */
};

/* An IP header with lengths, and with everything else 0; returns its size. */
static size_t begin_ip(uint8_t *bytes, bool ip6, uint8_t protocol, size_t content_bytes)
{
	memset(bytes, 0, ip6 ? IP6_BYTES : IP4_BYTES);
	if (ip6) {
		bytes[0] = 0x60;
		put_be16(bytes + IP6_PAYLOAD_LENGTH, (uint16_t)content_bytes);
		bytes[IP6_NEXT_HEADER] = protocol;
		return IP6_BYTES;
	}
	bytes[0] = 0x45;
	put_be16(bytes + IP4_TOTAL_LENGTH, (uint16_t)(IP4_BYTES + content_bytes));
	bytes[IP4_PROTOCOL] = protocol;
	return IP4_BYTES;
}

/* With addresses, ports, flags and numbers all 0, and the checksum unfilled. */
static struct lab_packet *begin_segment(const struct lab_forged_segment *segment)
{
	uint8_t bytes[IP6_BYTES + IP4_TOTAL_MAX];
	size_t content = TCP_BYTES + segment->options_bytes + segment->payload.size;
	size_t at = begin_ip(bytes, segment->ip6, PROTOCOL_TCP, content);
	struct lab_packet *packet;

	memset(bytes + at, 0, TCP_BYTES);
	bytes[at + TCP_OFFSET_AND_FLAGS] = (uint8_t)((TCP_BYTES + segment->options_bytes) / 4 << 4);
	at += TCP_BYTES;
	if (segment->options_bytes > 0)
		memcpy(bytes + at, segment->options, segment->options_bytes);
	at += segment->options_bytes;
	if (segment->payload.size > 0)
		memcpy(bytes + at, segment->payload.text, segment->payload.size);
	at += segment->payload.size;
	packet = lab_packet_new(bytes, at);
	if (packet)
		packet->checksum_unfilled = true;
	return packet;
}

static void mark(struct lab_packet *packet, const struct lab_forged_segment *segment)
{
	packet->way = segment->way;
	packet->from = segment->from;
	packet->to_other = segment->to_other;
	packet->forged = true;
}

struct lab_packet *lab_packet_forge(const struct lab_forged_segment *segment)
{
	struct lab_packet *packet;

	TW_ASSERT(segment->options_bytes % 4 == 0);
	TW_ASSERT(segment->options_bytes <= TCP_OPTIONS_MAX);
	if (segment->payload.size > IP4_TOTAL_MAX - IP4_BYTES - TCP_BYTES - segment->options_bytes)
		return NULL;
	packet = begin_segment(segment);
	if (!packet)
		return NULL;
	lab_packet_set_ttl(packet, segment->as.ttl);
	lab_packet_set_ip_id(packet, segment->as.ip_id);
	lab_packet_set_dont_fragment(packet, segment->as.dont_fragment);
	lab_packet_set_addresses(packet, segment->source, segment->destination);
	lab_packet_set_ports(packet, segment->source_port, segment->destination_port);
	lab_packet_set_seq(packet, segment->seq);
	lab_packet_set_ack(packet, segment->ack);
	lab_packet_set_flags(packet, segment->flags);
	lab_packet_set_window(packet, segment->as.window);
	lab_packet_fill_checksum(packet);
	mark(packet, segment);
	return packet;
}

/* A segment of the sender of `packet` to its receiver, of which all else is still open. */
static struct lab_forged_segment same_way(const struct lab_packet *packet)
{
	struct lab_forged_segment segment = {
	    .ip6 = packet->ip6,
	    .source_port = packet->source_port,
	    .destination_port = packet->destination_port,
	    .way = packet->way,
	    .from = packet->from,
	    .to_other = packet->to_other,
	};
	size_t size = packet->ip6 ? IP6_ADDRESS_BYTES : IP4_ADDRESS_BYTES;

	memcpy(segment.source, lab_packet_source(packet), size);
	memcpy(segment.destination, lab_packet_destination(packet), size);
	return segment;
}

/* And one of its receiver to its sender. */
static struct lab_forged_segment other_way(const struct lab_packet *packet)
{
	struct lab_forged_segment forth = same_way(packet);
	struct lab_forged_segment back = {
	    .ip6 = forth.ip6,
	    .source_port = forth.destination_port,
	    .destination_port = forth.source_port,
	    .way = LAB_TO_SERVER,
	    .from = LAB_CLIENT,
	    .to_other = forth.from == LAB_OTHER,
	};

	memcpy(back.source, forth.destination, sizeof(back.source));
	memcpy(back.destination, forth.source, sizeof(back.destination));
	if (forth.way == LAB_TO_SERVER) {
		back.way = LAB_TO_CLIENT;
		back.from = forth.to_other ? LAB_OTHER : LAB_SERVER;
	}
	return back;
}

struct lab_packet *lab_packet_reset_after(const struct lab_packet *packet, uint32_t ahead,
					  bool with_ack, const struct lab_personality *as)
{
	struct lab_forged_segment reset = same_way(packet);

	if (!packet->is_tcp)
		return NULL;
	reset.as = *as;
	reset.flags = with_ack ? TW_RST | TW_ACK : TW_RST;
	reset.seq = tw_seq_add(lab_packet_end(packet), ahead);
	reset.ack = with_ack ? packet->ack : 0;
	return lab_packet_forge(&reset);
}

struct lab_packet *lab_packet_reset_answering(const struct lab_packet *packet, uint32_t ahead,
					      bool with_ack, const struct lab_personality *as)
{
	struct lab_forged_segment reset = other_way(packet);
	bool acknowledges = packet->flags & TW_ACK;

	if (!packet->is_tcp || packet->flags & TW_RST)
		return NULL;
	with_ack = with_ack || !acknowledges;
	reset.as = *as;
	reset.flags = with_ack ? TW_RST | TW_ACK : TW_RST;
	reset.seq = tw_seq_add(acknowledges ? packet->ack : 0, ahead);
	reset.ack = with_ack ? lab_packet_end(packet) : 0;
	return lab_packet_forge(&reset);
}

/* ---- ICMP ---- */

/* The like of a code of IPv4's "destination unreachable" in ICMPv6 (RFC 4443, section 3). */
struct icmp6_like {
	uint8_t type;
	uint8_t code;
};

enum { ICMP6_UNREACHABLE = 1, ICMP6_TOO_BIG = 2 };

static const struct icmp6_like icmp6_likes[] = {
    [0] = {ICMP6_UNREACHABLE, 0},  /* network: no route */
    [1] = {ICMP6_UNREACHABLE, 3},  /* host: address */
    [2] = {ICMP6_UNREACHABLE, 4},  /* protocol: port is the nearest */
    [3] = {ICMP6_UNREACHABLE, 4},  /* port */
    [4] = {ICMP6_TOO_BIG, 0},	   /* fragmentation needed */
    [5] = {ICMP6_UNREACHABLE, 0},  /* source route failed */
    [6] = {ICMP6_UNREACHABLE, 0},  /* network unknown */
    [7] = {ICMP6_UNREACHABLE, 3},  /* host unknown */
    [8] = {ICMP6_UNREACHABLE, 0},  /* source host isolated */
    [9] = {ICMP6_UNREACHABLE, 1},  /* network administratively prohibited */
    [10] = {ICMP6_UNREACHABLE, 1}, /* host administratively prohibited */
    [11] = {ICMP6_UNREACHABLE, 0}, /* network, for this type of service */
    [12] = {ICMP6_UNREACHABLE, 3}, /* host, for this type of service */
    [13] = {ICMP6_UNREACHABLE, 1}, /* communication administratively prohibited */
    [14] = {ICMP6_UNREACHABLE, 1}, /* precedence violation */
    [15] = {ICMP6_UNREACHABLE, 1}, /* precedence cutoff */
};

static void fill_icmp(uint8_t *icmp, bool ip6, uint8_t code)
{
	memset(icmp, 0, ICMP_BYTES);
	if (!ip6) {
		icmp[0] = ICMP_UNREACHABLE;
		icmp[1] = code;
		if (code == ICMP_TOO_BIG)
			put_be16(icmp + ICMP_MTU, NARROW_LINK_MTU);
		return;
	}
	struct icmp6_like like = icmp6_likes[code < TW_LEN(icmp6_likes) ? code : 0];

	icmp[0] = like.type;
	icmp[1] = like.code;
	if (like.type == ICMP6_TOO_BIG)
		put_be32(icmp + ICMP6_MTU, NARROW_LINK_MTU);
}

static void fill_icmp_checksum(struct lab_packet *packet, size_t at)
{
	uint8_t *icmp = packet->bytes + at;
	uint16_t sum = packet->ip6 ? lab_packet_pseudo_sum(packet, at, PROTOCOL_ICMP6) : 0;

	put_be16(icmp + ICMP_CHECKSUM, 0);
	sum = tw_checksum_add(sum, tw_slice_of(icmp, packet->size - at)) ^ 0xffff;
	memcpy(icmp + ICMP_CHECKSUM, &sum, sizeof(sum));
}

struct lab_packet *lab_packet_unreachable(const struct lab_packet *packet, const uint8_t *router,
					  uint8_t code)
{
	uint8_t bytes[ICMP6_ERROR_BYTES_MAX];
	size_t header = packet->ip6 ? IP6_BYTES : IP4_BYTES;
	size_t limit = packet->ip6 ? ICMP6_ERROR_BYTES_MAX : ICMP_ERROR_BYTES_MAX;
	size_t quoted = tw_min_size(packet->size, limit - header - ICMP_BYTES);
	struct lab_forged_segment back = other_way(packet);
	struct lab_packet *error;

	(void)begin_ip(bytes, packet->ip6, packet->ip6 ? PROTOCOL_ICMP6 : PROTOCOL_ICMP,
		       ICMP_BYTES + quoted);
	if (!packet->ip6)
		bytes[IP4_TOS] = INTERNETWORK_CONTROL;
	fill_icmp(bytes + header, packet->ip6, code);
	memcpy(bytes + header + ICMP_BYTES, packet->bytes, quoted);
	error = lab_packet_new(bytes, header + ICMP_BYTES + quoted);
	if (!error)
		return NULL;
	lab_packet_set_ttl(error, ROUTER_TTL);
	lab_packet_set_addresses(error, router, back.destination);
	fill_icmp_checksum(error, header);
	mark(error, &back);
	return error;
}
