/* vantage.h: where the capture was taken, and how sure that is. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TCP_VANTAGE_H
#define TW_TCP_VANTAGE_H

#include "tcp/connection.h"

struct tw_vantage {
	uint8_t at;	 /* the side beside which it was taken, or TW_NOBODY */
	bool between;	 /* with TW_NOBODY: somewhere on the path; else unknown */
	uint8_t percent; /* how sure; 0 where unknown */
};

/*
 * The handshake's round trip splits at the capture point; a hop count of zero (TTL 64, 128 or 255)
 * on one side only, checksums that are still to be computed and direction marks speak for a host,
 * hops on both sides for a place between.
 */
struct tw_vantage tw_vantage_infer(const struct tw_connection *connection);

#endif
