/* checksum.c: one's complement sums, in the machine's byte order (RFC 1071 section 2 (B)). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/checksum.h"

#include "wire/protocol.h"

#include <string.h>

enum { CHECKSUM_OFFSET = 16, BLOCK_BYTES = 32 };

static uint32_t word32(const uint8_t *bytes)
{
	uint32_t word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

static uint16_t word16(uint8_t first, uint8_t second)
{
	const uint8_t bytes[2] = {first, second};
	uint16_t word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

/* Two words of 64 bits in one register: compilers at -O2 do not find the vectors by themselves. */
typedef uint64_t pair __attribute__((vector_size(16)));

static pair load_pair(const uint8_t *bytes)
{
	pair words;

	memcpy(&words, bytes, sizeof(words));
	return words;
}

/* Halves of 32 bits, added up in 64, cannot overflow below 16 GiB. */
static pair add_halves(pair sum, pair words)
{
	return sum + (words & 0xffffffff) + (words >> 32);
}

static uint64_t sum_blocks(const uint8_t *bytes, size_t blocks)
{
	pair a = {0, 0};
	pair b = {0, 0};

	for (; blocks > 0; blocks--, bytes += BLOCK_BYTES) {
		a = add_halves(a, load_pair(bytes));
		b = add_halves(b, load_pair(bytes + 16));
	}
	a += b;
	return a[0] + a[1];
}

static uint64_t sum_bytes(struct tw_slice bytes)
{
	uint64_t sum = sum_blocks(bytes.data, bytes.size / BLOCK_BYTES);
	const uint8_t *at = bytes.data + bytes.size / BLOCK_BYTES * BLOCK_BYTES;
	size_t left = bytes.size % BLOCK_BYTES;

	for (; left >= 4; left -= 4, at += 4)
		sum += word32(at);
	if (left >= 2)
		sum += word16(at[0], at[1]);
	if (left & 1)
		sum += word16(at[left - 1], 0);
	return sum;
}

static uint16_t fold(uint64_t sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)((sum & 0xffff) + (sum >> 16));
}

/* The pseudo-header without its length. */
static uint64_t sum_pseudo(const struct tw_segment *segment)
{
	const uint8_t *source = segment->source.address.bytes;
	const uint8_t *destination = segment->destination.address.bytes;
	uint64_t sum = word16(0, TW_PROTOCOL_TCP);
	size_t size = segment->ip_version == 4 ? 4 : 16;

	for (size_t i = 0; i < size; i += 4)
		sum += (uint64_t)word32(source + i) + word32(destination + i);
	return sum;
}

/* IPv6 counts 32 bits of length; both halves add up alike. */
static uint64_t sum_length(size_t length)
{
	return (uint64_t)word16((uint8_t)(length >> 24), (uint8_t)(length >> 16)) +
	       word16((uint8_t)(length >> 8), (uint8_t)length);
}

/*
 * With transmit offload the stack leaves the pseudo-header's sum for the card to add to. Some
 * leave the length out when the card also cuts the segment (TSO), some store the complement.
 */
static bool is_partial(uint16_t stored, uint64_t pseudo, uint64_t length)
{
	uint32_t with_length = fold(pseudo + length);
	uint32_t without_length = fold(pseudo);
	uint32_t complement = stored ^ 0xffffu;

	return stored == with_length || complement == with_length || stored == without_length ||
	       complement == without_length;
}

enum tw_checksum tw_tcp_checksum(const struct tw_segment *segment, struct tw_slice tcp)
{
	uint64_t pseudo = sum_pseudo(segment);
	uint64_t length = sum_length(tcp.size);
	uint16_t stored = word16(tcp.data[CHECKSUM_OFFSET], tcp.data[CHECKSUM_OFFSET + 1]);

	if (fold(sum_bytes(tcp) + pseudo + length) == 0xffff)
		return TW_CHECKSUM_GOOD;
	return is_partial(stored, pseudo, length) ? TW_CHECKSUM_PARTIAL : TW_CHECKSUM_BAD;
}

uint16_t tw_checksum_add(uint16_t sum, struct tw_slice bytes)
{
	return fold(sum + sum_bytes(bytes));
}
