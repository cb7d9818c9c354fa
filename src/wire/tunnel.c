/* tunnel.c: the headers that carry one network in another. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/tunnel.h"

#include "wire/link.h"
#include "wire/protocol.h"

enum {
	GRE_CHECKSUM = 0x8000,
	GRE_ROUTING = 0x4000,
	GRE_KEY = 0x2000,
	GRE_SEQUENCE = 0x1000,
	GRE_ACKNOWLEDGMENT = 0x0080, /* version 1 */
	GRE_VERSION = 0x0007,
	GRE_ERSPAN = 0x88be,
	ERSPAN_BYTES = 8,
	UDP_BYTES = 8,
	PORT_VXLAN = 4789,
	PORT_VXLAN_LINUX = 8472,
	PORT_GENEVE = 6081,
	PORT_GTP_USER = 2152,
	GTP_BYTES = 8,
	GTP_VERSION_1 = 0x30, /* with the bit that says GTP, not GTP' */
	GTP_VERSION_MASK = 0xf0,
	GTP_EXTENSION = 0x04,
	GTP_OPTIONAL = 0x07, /* any of these bits brings the four optional bytes */
	GTP_TUNNELLED_PACKET = 0xff,
	VXLAN_BYTES = 8,
	VXLAN_HAS_VNI = 0x08,
	GENEVE_BYTES = 8,
};

void tw_ah_step(struct tw_descent *descent)
{
	const uint8_t *header = tw_descent_peek(descent, 2);
	/* The length field counts 4-byte units, less 2. */
	size_t size = header ? (header[1] + (size_t)2) * 4 : 12;

	if (!tw_descent_peek(descent, size)) {
		tw_descent_stop_short(descent, size);
		return;
	}
	tw_span_skip(&descent->here, size);
	tw_protocol_enter(descent, header[0]);
}

static size_t gre_size(uint16_t flags)
{
	size_t size = 4;

	if (flags & GRE_CHECKSUM)
		size += 4;
	if (flags & GRE_KEY)
		size += 4;
	if (flags & GRE_SEQUENCE)
		size += 4;
	if ((flags & GRE_VERSION) == 1 && (flags & GRE_ACKNOWLEDGMENT))
		size += 4;
	return size;
}

/* Type I has no header at all and no GRE sequence number; type II has both. */
static void erspan_enter(struct tw_descent *descent, uint16_t flags)
{
	if (flags & GRE_SEQUENCE)
		tw_span_skip(&descent->here, ERSPAN_BYTES);
	descent->next = tw_ethernet_step;
}

void tw_gre_step(struct tw_descent *descent)
{
	const uint8_t *header = tw_descent_peek(descent, 4);
	uint16_t flags = header ? tw_be16(header) : 0;
	size_t size = gre_size(flags);

	if (!header || !tw_descent_peek(descent, size)) {
		tw_descent_stop_short(descent, size);
		return;
	}
	uint16_t type = tw_be16(header + 2);

	/* The list of source routes is obsolete (RFC 2784) and has no length. */
	if ((flags & GRE_VERSION) > 1 || (flags & GRE_ROUTING) || type < 0x600) {
		tw_descent_stop(descent, TW_UNDECODED_NOT_TCP);
		return;
	}
	tw_span_skip(&descent->here, size);
	if (type == GRE_ERSPAN)
		erspan_enter(descent, flags);
	else
		tw_ethertype_enter(descent, type);
}

static void vxlan_step(struct tw_descent *descent)
{
	const uint8_t *header = tw_descent_peek(descent, VXLAN_BYTES);

	if (!header) {
		tw_descent_stop_short(descent, VXLAN_BYTES);
		return;
	}
	/* Bit I is set in every valid header: without it this is other UDP on the port. */
	if (!(header[0] & VXLAN_HAS_VNI)) {
		tw_descent_stop(descent, TW_UNDECODED_NOT_TCP);
		return;
	}
	tw_span_skip(&descent->here, VXLAN_BYTES);
	descent->next = tw_ethernet_step;
}

static void geneve_step(struct tw_descent *descent)
{
	const uint8_t *header = tw_descent_peek(descent, GENEVE_BYTES);
	size_t size = header ? GENEVE_BYTES + (header[0] & 0x3fu) * 4u : GENEVE_BYTES;

	if (!tw_descent_peek(descent, size)) {
		tw_descent_stop_short(descent, size);
		return;
	}
	if (header[0] >> 6 != 0 || tw_be16(header + 2) < 0x600) {
		tw_descent_stop(descent, TW_UNDECODED_NOT_TCP);
		return;
	}
	tw_span_skip(&descent->here, size);
	tw_ethertype_enter(descent, tw_be16(header + 2));
}

/* 3GPP TS 29.281 section 5.2.1: a length in units of 4, and at its end the type of the next. */
static void gtp_extension_step(struct tw_descent *descent)
{
	const uint8_t *header = tw_descent_peek(descent, 1);
	size_t size = header && header[0] != 0 ? header[0] * (size_t)4 : 4;

	if (!tw_descent_peek(descent, size)) {
		tw_descent_stop_short(descent, size);
		return;
	}
	tw_span_skip(&descent->here, size);
	descent->next = header[size - 1] == 0 ? tw_raw_ip_step : gtp_extension_step;
}

static void gtp_step(struct tw_descent *descent)
{
	const uint8_t *header = tw_descent_peek(descent, GTP_BYTES);
	size_t size = header && (header[0] & GTP_OPTIONAL) ? GTP_BYTES + 4 : GTP_BYTES;

	if (!tw_descent_peek(descent, size)) {
		tw_descent_stop_short(descent, size);
		return;
	}
	if ((header[0] & GTP_VERSION_MASK) != GTP_VERSION_1 || header[1] != GTP_TUNNELLED_PACKET) {
		tw_descent_stop(descent, TW_UNDECODED_NOT_TCP);
		return;
	}
	bool has_extension = (header[0] & GTP_EXTENSION) && header[size - 1] != 0;

	tw_span_skip(&descent->here, size);
	descent->next = has_extension ? gtp_extension_step : tw_raw_ip_step;
}

void tw_udp_step(struct tw_descent *descent)
{
	const uint8_t *header = tw_descent_peek(descent, UDP_BYTES);
	uint16_t port = header ? tw_be16(header + 2) : 0;

	tw_span_skip(&descent->here, UDP_BYTES);
	if (port == PORT_VXLAN || port == PORT_VXLAN_LINUX)
		descent->next = vxlan_step;
	else if (port == PORT_GENEVE)
		descent->next = geneve_step;
	else if (port == PORT_GTP_USER)
		descent->next = gtp_step;
	else
		tw_descent_stop(descent, TW_UNDECODED_NOT_TCP);
}
