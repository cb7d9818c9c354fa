/* icmp.h: ICMP and ICMPv6 errors and the TCP segment that they quote (RFC 792, RFC 4443). */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_WIRE_ICMP_H
#define TW_WIRE_ICMP_H

#include "wire/descent.h"

/* Unreachable, source quench, time exceeded, parameter problem; else TW_UNDECODED_ICMP_OTHER. */
tw_step tw_icmp4_step;
/* Unreachable, packet too big, time exceeded, parameter problem. */
tw_step tw_icmp6_step;

/* The quoted TCP header: ports, and the sequence number where it was captured. */
void tw_icmp_quote_finish(struct tw_descent *descent);

#endif
