/* calls.h: the process of a program, and how it is given its orders. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_CALLS_H
#define TW_LAB_CALLS_H

#include "lab/actor.h"

/* Followed by its data; answered with a struct lab_done. */
struct lab_request {
	struct lab_order order;
	uint64_t data_bytes;
};

/* All bytes, over a stream socket; false where the other end is gone. */
TW_CHECK bool lab_channel_send(int channel, const void *bytes, size_t size);
TW_CHECK bool lab_channel_receive(int channel, void *bytes, size_t size);

/* Does what comes from `commands` until its other end is closed. `address`, 4 or 16 bytes: of the
 * sockets made here. */
_Noreturn void lab_calls_serve(int commands, bool ip6, const uint8_t *address);

#endif
