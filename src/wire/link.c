/* link.c: Ethernet with tags, cooked, loopback, PPP and MPLS headers. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/link.h"

#include "wire/ip4.h"
#include "wire/ip6.h"
#include "wire/wlan.h"

enum {
	LINK_TYPE_ETHERNET = 1,
	ETHERNET_BYTES = 14,
	ETHERNET_SOURCE = 6,
	ETHERTYPE_MIN = 0x600, /* IEEE 802.3: smaller values are lengths */
	ETHERTYPE_IP4 = 0x0800,
	ETHERTYPE_IP6 = 0x86dd,
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_SERVICE_VLAN = 0x88a8,
	SLL_TYPE_LLC = 4, /* Linux ETH_P_802_2 in place of an EtherType */
};

struct entry {
	uint32_t number;
	tw_step *step;
};

/* Short lists, walked; what is common comes first. */
static tw_step *find(const struct entry *entries, size_t count, uint32_t number)
{
	for (size_t i = 0; i < count; i++)
		if (entries[i].number == number)
			return entries[i].step;
	return NULL;
}

static void stop_link(struct tw_descent *descent)
{
	tw_descent_stop(descent, TW_UNDECODED_LINK_HEADER);
}

/* IEEE 802.1Q 9.3: two bytes of tag, then the type of what follows. */
static void vlan_step(struct tw_descent *descent)
{
	const uint8_t *tag = tw_descent_peek(descent, 4);

	if (!tag) {
		stop_link(descent);
		return;
	}
	tw_span_skip(&descent->here, 4);
	tw_ethertype_enter(descent, tw_be16(tag + 2));
}

/* RFC 2516 section 4: version and type 1, code 0 in a session, then the length of the PPP frame. */
static void pppoe_step(struct tw_descent *descent)
{
	const uint8_t *header = tw_descent_peek(descent, 6);

	if (!header || header[0] != 0x11) {
		stop_link(descent);
		return;
	}
	if (header[1] != 0) {
		tw_descent_stop(descent, TW_UNDECODED_NOT_IP);
		return;
	}
	tw_span_skip(&descent->here, 6);
	tw_span_limit(&descent->here, tw_be16(header + 4));
	descent->next = tw_ppp_step;
}

/* An Ethernet header here whose type is one that leads somewhere. */
static bool has_ethernet(const struct tw_descent *descent)
{
	const uint8_t *header = tw_descent_peek(descent, ETHERNET_BYTES);
	uint16_t type = header ? tw_be16(header + 12) : 0;

	return type == ETHERTYPE_IP4 || type == ETHERTYPE_IP6 || type == ETHERTYPE_VLAN ||
	       type == ETHERTYPE_SERVICE_VLAN;
}

/*
 * Labels do not say what they carry: IP shows by its version (RFC 4928), an Ethernet pseudowire by
 * a type in the right place, with or without the control word in front (RFC 4448 section 4.6).
 */
static void mpls_payload_enter(struct tw_descent *descent)
{
	const uint8_t *first = tw_descent_peek(descent, 1);

	if (!first) {
		stop_link(descent);
		return;
	}
	bool is_ip = *first >> 4 == 4 || *first >> 4 == 6;

	if (!is_ip && has_ethernet(descent)) {
		descent->next = tw_ethernet_step;
		return;
	}
	if (*first >> 4 != 0) {
		descent->next = tw_raw_ip_step;
		return;
	}
	tw_span_skip(&descent->here, 4);
	descent->next = tw_ethernet_step;
}

/* RFC 3032 section 2.1: one label; bit S marks the last. */
static void mpls_step(struct tw_descent *descent)
{
	const uint8_t *label = tw_descent_peek(descent, 4);

	if (!label) {
		stop_link(descent);
		return;
	}
	tw_span_skip(&descent->here, 4);
	if (label[2] & 0x01)
		mpls_payload_enter(descent);
	else
		descent->next = mpls_step;
}

void tw_ethertype_enter(struct tw_descent *descent, uint16_t type)
{
	static const struct entry types[] = {
	    {ETHERTYPE_IP6, tw_ip6_step},
	    {ETHERTYPE_VLAN, vlan_step},
	    {ETHERTYPE_SERVICE_VLAN, vlan_step},
	    {0x9100, vlan_step},
	    {0x9200, vlan_step},
	    {0x9300, vlan_step},
	    {0x8864, pppoe_step},
	    {0x8847, mpls_step},
	    {0x8848, mpls_step},
	    {0x6558, tw_ethernet_step},
	    {0x880b, tw_ppp_step},
	};

	/* The common case, straight on. */
	if (type == ETHERTYPE_IP4) {
		descent->next = tw_ip4_step;
		return;
	}
	if (type < ETHERTYPE_MIN) {
		tw_span_limit(&descent->here, type);
		descent->next = tw_llc_step;
		return;
	}
	descent->next = find(types, TW_LEN(types), type);
	if (!descent->next)
		tw_descent_stop(descent, TW_UNDECODED_NOT_IP);
}

void tw_ethernet_step(struct tw_descent *descent)
{
	const uint8_t *header = tw_descent_peek(descent, ETHERNET_BYTES);

	if (!header) {
		stop_link(descent);
		return;
	}
	descent->link_source = header + ETHERNET_SOURCE;
	tw_span_skip(&descent->here, ETHERNET_BYTES);
	tw_ethertype_enter(descent, tw_be16(header + 12));
}

static void snap_enter(struct tw_descent *descent)
{
	const uint8_t *snap = tw_descent_peek(descent, 8);

	if (!snap) {
		stop_link(descent);
		return;
	}
	uint32_t oui = tw_be32(snap + 2) & 0x00ffffff;

	/* RFC 1042 and, for 802.1H bridges, 00-00-F8: an EtherType follows. */
	if (oui != 0 && oui != 0x0000f8) {
		tw_descent_stop(descent, TW_UNDECODED_NOT_IP);
		return;
	}
	tw_span_skip(&descent->here, 8);
	if (tw_be16(snap + 6) < ETHERTYPE_MIN) {
		tw_descent_stop(descent, TW_UNDECODED_NOT_IP);
		return;
	}
	tw_ethertype_enter(descent, tw_be16(snap + 6));
}

void tw_llc_step(struct tw_descent *descent)
{
	const uint8_t *llc = tw_descent_peek(descent, 3);

	if (!llc) {
		stop_link(descent);
		return;
	}
	if (llc[0] == 0xaa && llc[1] == 0xaa && llc[2] == 0x03) {
		snap_enter(descent);
		return;
	}
	if (llc[0] != 0x06 || llc[1] != 0x06 || llc[2] != 0x03) {
		tw_descent_stop(descent, TW_UNDECODED_NOT_IP);
		return;
	}
	tw_span_skip(&descent->here, 3);
	descent->next = tw_ip4_step;
}

void tw_raw_ip_step(struct tw_descent *descent)
{
	const uint8_t *first = tw_descent_peek(descent, 1);

	if (!first) {
		stop_link(descent);
		return;
	}
	if (*first >> 4 == 4)
		tw_ip4_step(descent);
	else if (*first >> 4 == 6)
		tw_ip6_step(descent);
	else
		tw_descent_stop(descent, TW_UNDECODED_NOT_IP);
}

static void ppp_protocol_enter(struct tw_descent *descent, uint16_t protocol)
{
	static const struct entry protocols[] = {
	    {0x0021, tw_ip4_step},
	    {0x0057, tw_ip6_step},
	    {0x0281, mpls_step},
	    {0x0283, mpls_step},
	};

	descent->next = find(protocols, TW_LEN(protocols), protocol);
	if (!descent->next)
		tw_descent_stop(descent, TW_UNDECODED_NOT_IP);
}

void tw_ppp_step(struct tw_descent *descent)
{
	const uint8_t *header = tw_descent_peek(descent, 2);

	if (header && header[0] == 0xff && header[1] == 0x03) {
		tw_span_skip(&descent->here, 2);
		header = tw_descent_peek(descent, 2);
	}
	if (!header) {
		stop_link(descent);
		return;
	}
	/* RFC 1661 section 6.5: an odd first byte is a whole, compressed protocol field. */
	size_t size = header[0] & 1 ? 1 : 2;

	tw_span_skip(&descent->here, size);
	ppp_protocol_enter(descent, size == 1 ? header[0] : tw_be16(header));
}

/* Cisco HDLC: address, control, EtherType. */
static void cisco_hdlc_step(struct tw_descent *descent)
{
	const uint8_t *header = tw_descent_peek(descent, 4);

	if (!header) {
		stop_link(descent);
		return;
	}
	tw_span_skip(&descent->here, 4);
	if (tw_be16(header + 2) < ETHERTYPE_MIN) {
		tw_descent_stop(descent, TW_UNDECODED_NOT_IP);
		return;
	}
	tw_ethertype_enter(descent, tw_be16(header + 2));
}

/* PPP, or Cisco HDLC under the same link type: the address byte tells. */
static void ppp_hdlc_step(struct tw_descent *descent)
{
	const uint8_t *header = tw_descent_peek(descent, 1);

	if (header && (header[0] == 0x0f || header[0] == 0x8f))
		cisco_hdlc_step(descent);
	else
		tw_ppp_step(descent);
}

/* LINKTYPE_PPP_WITH_DIR: one byte in front, 0 where this host received the packet. */
static void ppp_direction_step(struct tw_descent *descent)
{
	const uint8_t *direction = tw_descent_peek(descent, 1);

	if (!direction) {
		stop_link(descent);
		return;
	}
	descent->way = *direction == 0 ? TW_WAY_IN : TW_WAY_OUT;
	tw_span_skip(&descent->here, 1);
	descent->next = tw_ppp_step;
}

/*
 * LINKTYPE_NULL is in the byte order of the machine that captured, LINKTYPE_LOOP in network order;
 * families are small, so that the order shows. The BSDs disagree on the number of AF_INET6.
 */
static void loopback_step(struct tw_descent *descent)
{
	static const struct entry families[] = {
	    {2, tw_ip4_step},  {10, tw_ip6_step}, {24, tw_ip6_step},
	    {28, tw_ip6_step}, {30, tw_ip6_step},
	};
	const uint8_t *header = tw_descent_peek(descent, 4);

	if (!header) {
		stop_link(descent);
		return;
	}
	uint32_t family = tw_le32(header) > 0xffff ? tw_be32(header) : tw_le32(header);

	tw_span_skip(&descent->here, 4);
	descent->next = find(families, TW_LEN(families), family);
	if (!descent->next)
		tw_descent_stop(descent, TW_UNDECODED_NOT_IP);
}

/*
 * Linux packet types: 0 to us, 1 broadcast, 2 multicast, 3 to another host, 4 sent by us. Type 3
 * says nothing about this host's part.
 */
static void cooked_enter(struct tw_descent *descent, unsigned packet_type, uint16_t protocol)
{
	if (packet_type == 4)
		descent->way = TW_WAY_OUT;
	else if (packet_type <= 2)
		descent->way = TW_WAY_IN;
	if (protocol == SLL_TYPE_LLC)
		descent->next = tw_llc_step;
	else if (protocol < ETHERTYPE_MIN)
		tw_descent_stop(descent, TW_UNDECODED_NOT_IP);
	else
		tw_ethertype_enter(descent, protocol);
}

static void sll_step(struct tw_descent *descent)
{
	const uint8_t *header = tw_descent_peek(descent, 16);

	if (!header) {
		stop_link(descent);
		return;
	}
	if (tw_be16(header + 4) == TW_LINK_ADDRESS_BYTES)
		descent->link_source = header + 6;
	tw_span_skip(&descent->here, 16);
	cooked_enter(descent, tw_be16(header), tw_be16(header + 14));
}

static void sll2_step(struct tw_descent *descent)
{
	const uint8_t *header = tw_descent_peek(descent, 20);

	if (!header) {
		stop_link(descent);
		return;
	}
	if (header[11] == TW_LINK_ADDRESS_BYTES)
		descent->link_source = header + 12;
	tw_span_skip(&descent->here, 20);
	cooked_enter(descent, header[10], tw_be16(header));
}

/* IP over InfiniBand: a global route header of 40 bytes, then the EtherType (RFC 4391). */
static void infiniband_step(struct tw_descent *descent)
{
	const uint8_t *header = tw_descent_peek(descent, 44);

	if (!header) {
		stop_link(descent);
		return;
	}
	tw_span_skip(&descent->here, 44);
	tw_ethertype_enter(descent, tw_be16(header + 40));
}

void tw_link_enter(struct tw_descent *descent, uint32_t link_type)
{
	static const struct entry types[] = {
	    {1, tw_ethernet_step},     {113, sll_step},	    {276, sll2_step},
	    {101, tw_raw_ip_step},     {0, loopback_step},  {108, loopback_step},
	    {12, tw_raw_ip_step}, /* DLT_RAW as most systems number it, ... */
	    {14, tw_raw_ip_step}, /* ... and as OpenBSD does */
	    {228, tw_ip4_step},	       {229, tw_ip6_step},  {9, ppp_hdlc_step},
	    {50, ppp_hdlc_step},       {51, pppoe_step},    {104, cisco_hdlc_step},
	    {204, ppp_direction_step}, {105, tw_wlan_step}, {127, tw_radiotap_step},
	    {119, tw_prism_step},      {163, tw_avs_step},  {192, tw_ppi_step},
	    {242, infiniband_step},
	};

	/* The common case, straight on. */
	if (link_type == LINK_TYPE_ETHERNET) {
		tw_ethernet_step(descent);
		return;
	}
	descent->next = find(types, TW_LEN(types), link_type);
	if (!descent->next)
		tw_descent_stop(descent, TW_UNDECODED_LINK_TYPE);
}
