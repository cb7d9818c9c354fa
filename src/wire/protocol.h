/* protocol.h: what an IP protocol number leads to. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_WIRE_PROTOCOL_H
#define TW_WIRE_PROTOCOL_H

#include "wire/descent.h"

enum { TW_PROTOCOL_TCP = 6 };

/* Sets the step for an IP protocol or IPv6 next header behind the IP header just read, or stops. */
void tw_protocol_enter(struct tw_descent *descent, uint8_t protocol);

#endif
