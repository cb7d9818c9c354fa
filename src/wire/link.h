/* link.h: link headers, by LINKTYPE_ number, down to the network header. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_WIRE_LINK_H
#define TW_WIRE_LINK_H

#include "wire/descent.h"

/* Sets the first step for a LINKTYPE_ value (www.tcpdump.org/linktypes.html), or stops. */
void tw_link_enter(struct tw_descent *descent, uint32_t link_type);

/* Sets the step for what an EtherType announces; below 0x600 the field is an 802.3 length. */
void tw_ethertype_enter(struct tw_descent *descent, uint16_t type);

tw_step tw_ethernet_step;
/* IEEE 802.2, with SNAP (RFC 1042). */
tw_step tw_llc_step;
/* PPP (RFC 1661) with or without the HDLC address and control bytes (RFC 1662). */
tw_step tw_ppp_step;
/* IPv4 or IPv6, as the version nibble says. */
tw_step tw_raw_ip_step;

#endif
