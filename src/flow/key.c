/* key.c: order-free hash of two endpoints, and the Community ID that other tools share. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "flow/key.h"

#include <sha1.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum {
	IP4_BYTES = 4,
	IP6_BYTES = 16,
	NAME_BYTES = 4,
	PROTOCOL_TCP = 6,
};

static size_t address_bytes(const struct tw_address *address)
{
	switch ((enum tw_address_kind)address->kind) {
	case TW_ADDRESS_NONE:
		return 0;
	case TW_ADDRESS_IP4:
		return IP4_BYTES;
	case TW_ADDRESS_IP6:
		return IP6_BYTES;
	case TW_ADDRESS_NAME:
		return NAME_BYTES;
	}
	return 0;
}

static size_t put_port(uint8_t *out, uint16_t port)
{
	out[0] = (uint8_t)(port >> 8);
	out[1] = (uint8_t)(port & 0xff);
	return 2;
}

static size_t put_address(uint8_t *out, const struct tw_address *address)
{
	size_t bytes = address_bytes(address);

	memcpy(out, address->bytes, bytes);
	return bytes;
}

static int endpoint_compare(const struct tw_endpoint *a, const struct tw_endpoint *b)
{
	int order;

	if (a->address.kind != b->address.kind)
		return a->address.kind < b->address.kind ? -1 : 1;
	order = memcmp(a->address.bytes, b->address.bytes, address_bytes(&a->address));
	if (order != 0)
		return order;
	return (a->port > b->port) - (a->port < b->port);
}

/* Two fixed lengths: all but IPv6 fits in 8 bytes, for which XXH3 is fastest. */
static uint64_t hash_of(const struct tw_endpoint *endpoint, uint64_t seed)
{
	uint8_t packed[4 + IP6_BYTES] = {endpoint->address.kind};

	put_port(packed + 1, endpoint->port);
	memcpy(packed + 4, endpoint->address.bytes, IP6_BYTES);
	if (endpoint->address.kind == TW_ADDRESS_IP6)
		return XXH3_64bits_withSeed(packed, sizeof(packed), seed);
	return XXH3_64bits_withSeed(packed, 8, seed);
}

/* A sum has no order, and is had without asking which endpoint comes first: a branch that nobody
 * can predict. (An exclusive or would send every endpoint that talks to itself to one place.) */
TW_WRAPS uint64_t tw_flow_hash(const struct tw_endpoint *a, const struct tw_endpoint *b,
			       uint64_t seed)
{
	return hash_of(a, seed) + hash_of(b, seed);
}

/* RFC 4648 section 4, for the one length that is needed: 20 bytes give 27 digits and one '='. */
static void base64_of_sha1(const uint8_t digest[SHA1_DIGEST_LENGTH], char out[29])
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t written = 0;

	for (size_t i = 0; i < SHA1_DIGEST_LENGTH; i += 3) {
		uint32_t third = i + 2 < SHA1_DIGEST_LENGTH ? digest[i + 2] : 0;
		uint32_t group = (uint32_t)digest[i] << 16 | (uint32_t)digest[i + 1] << 8 | third;

		for (int shift = 18; shift >= 0; shift -= 6)
			out[written++] = digits[group >> shift & 0x3f];
	}
	out[27] = '=';
	out[28] = '\0';
}

static bool is_ip(const struct tw_address *address)
{
	return address->kind == TW_ADDRESS_IP4 || address->kind == TW_ADDRESS_IP6;
}

bool tw_community_id(const struct tw_endpoint endpoint[2], char out[TW_COMMUNITY_ID_BYTES])
{
	bool in_order = endpoint_compare(&endpoint[0], &endpoint[1]) <= 0;
	const struct tw_endpoint *low = &endpoint[in_order ? 0 : 1];
	const struct tw_endpoint *high = &endpoint[in_order ? 1 : 0];
	uint8_t digest[SHA1_DIGEST_LENGTH];
	uint8_t input[2 + 2 * IP6_BYTES + 2 + 2 * 2] = {0}; /* begins with the seed, 0 */
	size_t size = 2;
	SHA1_CTX sha1;

	out[0] = '\0';
	if (!is_ip(&low->address) || low->address.kind != high->address.kind)
		return false;
	size += put_address(input + size, &low->address);
	size += put_address(input + size, &high->address);
	input[size] = PROTOCOL_TCP;
	size += 2;
	size += put_port(input + size, low->port);
	size += put_port(input + size, high->port);
	SHA1Init(&sha1);
	SHA1Update(&sha1, input, size);
	SHA1Final(digest, &sha1);
	memcpy(out, "1:", 2);
	base64_of_sha1(digest, out + 2);
	return true;
}
