/* seq.h: comparing sequence numbers, which wrap at 2^32 (RFC 9293 section 3.4). */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TCP_SEQ_H
#define TW_TCP_SEQ_H

#include "base/defs.h"

/* a - b modulo 2^32. */
TW_WRAPS static inline uint32_t tw_seq_diff(uint32_t a, uint32_t b)
{
	return a - b;
}

TW_WRAPS static inline uint32_t tw_seq_add(uint32_t a, uint32_t n)
{
	return a + n;
}

/* a lies before b in the half of the circle that ends at b. */
static inline bool tw_seq_before(uint32_t a, uint32_t b)
{
	return tw_seq_diff(a, b) > UINT32_C(0x80000000);
}

static inline bool tw_seq_after(uint32_t a, uint32_t b)
{
	return tw_seq_before(b, a);
}

#endif
