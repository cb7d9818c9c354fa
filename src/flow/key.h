/* key.h: what makes two segments one connection's: the pair of endpoints, in no order. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_FLOW_KEY_H
#define TW_FLOW_KEY_H

#include "wire/segment.h"

#include <string.h>

/* Inline: it runs for every segment. The bytes that a kind of address leaves unused are 0. */
static inline bool tw_endpoint_equal(const struct tw_endpoint *a, const struct tw_endpoint *b)
{
	return a->port == b->port && a->address.kind == b->address.kind &&
	       memcmp(a->address.bytes, b->address.bytes, sizeof(a->address.bytes)) == 0;
}

/*
 * Hash of an unordered pair: (a, b) and (b, a) give the same. `seed` is secret and random, so that
 * nobody can prepare a capture whose connections all collide. Nothing that is printed may depend
 * on it.
 */
uint64_t tw_flow_hash(const struct tw_endpoint *a, const struct tw_endpoint *b, uint64_t seed);

/* "1:", 28 characters of base64, the final zero. */
enum { TW_COMMUNITY_ID_BYTES = 2 + 28 + 1 };

/*
 * Community ID version 1 of a TCP connection (github.com/corelight/community-id-spec, seed 0): the
 * same for both directions, and the same as other tools print. False, and an empty string, where
 * the endpoints are not two addresses of one IP version.
 */
bool tw_community_id(const struct tw_endpoint endpoint[2], char out[TW_COMMUNITY_ID_BYTES]);

#endif
