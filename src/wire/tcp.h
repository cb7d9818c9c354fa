/* tcp.h: the TCP header (RFC 9293 section 3.1); completes the segment. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_WIRE_TCP_H
#define TW_WIRE_TCP_H

#include "wire/descent.h"

/*
 * A segment needs the 14 bytes up to the flags; what a short snap length cut off behind them stays
 * unknown. Length comes from the IP header, never from what was captured.
 */
tw_step tw_tcp_step;

#endif
