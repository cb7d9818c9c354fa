/* plain.h: the short way for what nearly every frame is: Ethernet, IPv4 without options, TCP. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_WIRE_PLAIN_H
#define TW_WIRE_PLAIN_H

#include "wire/decode.h"

/*
 * True, with the segment in `decoded`, where the frame is of that kind and both headers are there
 * and sound. False says nothing: the walk of decode.c then finds the result or the reason. Both
 * ways give the same segment, field by field.
 */
bool tw_plain_decode(const struct tw_wire_frame *frame, struct tw_decoded *decoded);

#endif
