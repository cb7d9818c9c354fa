/* ip4.h: the IPv4 header (RFC 791). */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_WIRE_IP4_H
#define TW_WIRE_IP4_H

#include "wire/descent.h"

/*
 * Starts `decoded->segment` anew with what this header says, trims `here` to the total length and
 * leads on to the protocol. A total length beyond the frame is believed: captures are sliced. The
 * header checksum is not looked at: offload leaves it empty, and a router would have dropped it.
 */
tw_step tw_ip4_step;

#endif
