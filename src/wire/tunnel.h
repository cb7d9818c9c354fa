/* tunnel.h: headers between two IP headers: AH, GRE, VXLAN, GENEVE, GTP. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_WIRE_TUNNEL_H
#define TW_WIRE_TUNNEL_H

#include "wire/descent.h"

/* RFC 4302 section 2: authenticated, not encrypted. */
tw_step tw_ah_step;
/* RFC 2784, RFC 2890; version 1 is PPTP's (RFC 2637); ERSPAN types I and II. */
tw_step tw_gre_step;
/* VXLAN (RFC 7348, also Linux' first port 8472), GENEVE (RFC 8926), GTP-U; else no TCP. */
tw_step tw_udp_step;

#endif
