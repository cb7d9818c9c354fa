/* fragment.c: the bounded store behind tw_fragment_enter(). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/fragment.h"

#include "base/limits.h"
#include "base/time.h"
#include "wire/protocol.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

enum {
	CAPACITY = TW_LIMIT_FRAGMENT_DATAGRAMS,
	HEAD_BYTES = TW_LIMIT_FRAGMENT_HEAD_BYTES,
	RANGES = TW_LIMIT_FRAGMENT_RANGES,
	BUCKETS = 2048,
	DATAGRAM_BYTES_MAX = 65535,
	NONE = UINT16_MAX,
};

_Static_assert(CAPACITY < NONE, "slots are numbered in 16 bits");
_Static_assert((BUCKETS & (BUCKETS - 1)) == 0, "the hash is masked");

/* Compared and hashed as bytes: made from zeroed memory, so that padding is equal, too. */
struct key {
	struct tw_address source;
	struct tw_address destination;
	uint32_t id;
	uint32_t protocol; /* 0 for IPv6, whose identification alone tells (RFC 8200 4.5) */
};

struct range {
	uint32_t start;
	uint32_t end;
};

struct datagram {
	struct key key;
	int64_t time_ns; /* of its first fragment */
	bool has_time;
	bool has_end;
	uint8_t protocol; /* as the fragment at offset 0 says */
	uint32_t end;	  /* with `has_end`: total payload bytes */
	uint16_t range_count;
	uint16_t next_in_bucket;
	uint16_t older; /* list of all live ones by age, or of free ones by `newer` */
	uint16_t newer;
	struct range ranges[RANGES]; /* sorted, apart from each other */
	uint8_t head[HEAD_BYTES];
	uint8_t head_known[HEAD_BYTES]; /* 1 where the byte was captured */
};

struct tw_fragments {
	struct datagram *datagrams; /* NULL before the first fragment */
	uint64_t seed;
	uint16_t buckets[BUCKETS];
	uint16_t oldest;
	uint16_t newest;
	uint16_t free;
	uint16_t finished; /* complete ones whose head the last result may point to */
};

struct tw_fragments *tw_fragments_new(void)
{
	return calloc(1, sizeof(struct tw_fragments));
}

void tw_fragments_free(struct tw_fragments *fragments)
{
	if (fragments)
		free(fragments->datagrams);
	free(fragments);
}

/* Captures mostly hold no fragments at all: the store is made when the first one comes. */
static bool open_store(struct tw_fragments *fragments)
{
	if (fragments->datagrams)
		return true;
	fragments->datagrams = calloc(CAPACITY, sizeof(*fragments->datagrams));
	if (!fragments->datagrams)
		return false;
	/* Without a seed the table still works; it only loses its guard against chosen keys. */
	if (getentropy(&fragments->seed, sizeof(fragments->seed)) != 0)
		fragments->seed = (uint64_t)(uintptr_t)fragments->datagrams;
	for (size_t i = 0; i < BUCKETS; i++)
		fragments->buckets[i] = NONE;
	for (uint16_t i = 0; i < CAPACITY; i++)
		fragments->datagrams[i].newer = i + 1 < CAPACITY ? (uint16_t)(i + 1) : NONE;
	fragments->free = 0;
	fragments->oldest = fragments->newest = fragments->finished = NONE;
	return true;
}

static uint16_t *bucket_of(struct tw_fragments *fragments, const struct key *key)
{
	uint64_t hash = XXH3_64bits_withSeed(key, sizeof(*key), fragments->seed);

	return &fragments->buckets[hash & (BUCKETS - 1)];
}

static void unlink_bucket(struct tw_fragments *fragments, uint16_t slot)
{
	uint16_t *at = bucket_of(fragments, &fragments->datagrams[slot].key);

	while (*at != slot)
		at = &fragments->datagrams[*at].next_in_bucket;
	*at = fragments->datagrams[slot].next_in_bucket;
}

static void unlink_age(struct tw_fragments *fragments, uint16_t slot)
{
	struct datagram *datagram = &fragments->datagrams[slot];

	if (datagram->older == NONE)
		fragments->oldest = datagram->newer;
	else
		fragments->datagrams[datagram->older].newer = datagram->newer;
	if (datagram->newer == NONE)
		fragments->newest = datagram->older;
	else
		fragments->datagrams[datagram->newer].older = datagram->older;
}

/* Takes a live datagram out and puts it on `list`. */
static void retire(struct tw_fragments *fragments, uint16_t slot, uint16_t *list)
{
	unlink_bucket(fragments, slot);
	unlink_age(fragments, slot);
	fragments->datagrams[slot].newer = *list;
	*list = slot;
}

static uint16_t add(struct tw_fragments *fragments, const struct key *key)
{
	if (fragments->free == NONE)
		retire(fragments, fragments->oldest, &fragments->free);
	uint16_t slot = fragments->free;
	struct datagram *datagram = &fragments->datagrams[slot];
	uint16_t *bucket = bucket_of(fragments, key);

	fragments->free = datagram->newer;
	*datagram = (struct datagram){.next_in_bucket = *bucket};
	memcpy(&datagram->key, key, sizeof(*key));
	*bucket = slot;
	datagram->newer = NONE;
	datagram->older = fragments->newest;
	if (fragments->newest == NONE)
		fragments->oldest = slot;
	else
		fragments->datagrams[fragments->newest].newer = slot;
	fragments->newest = slot;
	return slot;
}

static uint16_t find(struct tw_fragments *fragments, const struct key *key)
{
	uint16_t slot = *bucket_of(fragments, key);

	while (slot != NONE && memcmp(&fragments->datagrams[slot].key, key, sizeof(*key)) != 0)
		slot = fragments->datagrams[slot].next_in_bucket;
	return slot;
}

static bool is_expired(const struct datagram *datagram, const struct tw_wire_frame *frame)
{
	const int64_t life_ns = TW_LIMIT_FRAGMENT_SECONDS * TW_NS_PER_S;
	int64_t deadline_ns;

	if (!datagram->has_time || !frame->has_time ||
	    __builtin_add_overflow(datagram->time_ns, life_ns, &deadline_ns))
		return false;
	return frame->time_ns > deadline_ns;
}

static uint16_t find_or_add(struct tw_fragments *fragments, const struct key *key,
			    const struct tw_wire_frame *frame)
{
	uint16_t slot = find(fragments, key);

	if (slot != NONE && is_expired(&fragments->datagrams[slot], frame)) {
		retire(fragments, slot, &fragments->free);
		slot = NONE;
	}
	if (slot != NONE)
		return slot;
	slot = add(fragments, key);
	fragments->datagrams[slot].has_time = frame->has_time;
	fragments->datagrams[slot].time_ns = frame->time_ns;
	return slot;
}

/* Joins [start, end) with every range that it touches; false where there are too many apart. */
static bool cover(struct datagram *datagram, struct range added)
{
	struct range *ranges = datagram->ranges;
	size_t first = 0;

	while (first < datagram->range_count && ranges[first].end < added.start)
		first++;
	size_t after = first;

	while (after < datagram->range_count && ranges[after].start <= added.end) {
		if (ranges[after].start < added.start)
			added.start = ranges[after].start;
		if (ranges[after].end > added.end)
			added.end = ranges[after].end;
		after++;
	}
	if (after == first && datagram->range_count == RANGES)
		return false;
	memmove(&ranges[first + 1], &ranges[after],
		(datagram->range_count - after) * sizeof(ranges[0]));
	ranges[first] = added;
	datagram->range_count = (uint16_t)(datagram->range_count + 1 - (after - first));
	return true;
}

static void keep_head(struct datagram *datagram, uint32_t offset, struct tw_slice bytes)
{
	for (size_t i = 0; i < bytes.size && offset + i < HEAD_BYTES; i++) {
		if (datagram->head_known[offset + i])
			continue;
		datagram->head[offset + i] = bytes.data[i];
		datagram->head_known[offset + i] = 1;
	}
}

static struct tw_slice known_head(const struct datagram *datagram)
{
	size_t size = 0;

	while (size < HEAD_BYTES && size < datagram->end && datagram->head_known[size])
		size++;
	return tw_slice_of(datagram->head, size);
}

/* False where the fragment contradicts what is known of the datagram's end. */
static bool put(struct datagram *datagram, const struct tw_fragment *fragment,
		const struct tw_span *span)
{
	struct range range = {fragment->offset, fragment->offset + (uint32_t)span->wire_bytes};
	uint32_t reached =
	    datagram->range_count == 0 ? 0 : datagram->ranges[datagram->range_count - 1].end;

	if (datagram->has_end &&
	    (range.end > datagram->end || (!fragment->more && range.end != datagram->end)))
		return false;
	if (!fragment->more && reached > range.end)
		return false;
	if (!cover(datagram, range))
		return false;
	if (!fragment->more) {
		datagram->has_end = true;
		datagram->end = range.end;
	}
	if (fragment->offset == 0)
		datagram->protocol = fragment->protocol;
	keep_head(datagram, fragment->offset, span->bytes);
	return true;
}

static bool is_complete(const struct datagram *datagram)
{
	return datagram->has_end && datagram->range_count == 1 && datagram->ranges[0].start == 0 &&
	       datagram->ranges[0].end == datagram->end;
}

static bool is_possible(const struct tw_fragment *fragment, size_t wire_bytes)
{
	return wire_bytes != 0 && fragment->offset + wire_bytes <= DATAGRAM_BYTES_MAX &&
	       (!fragment->more || wire_bytes % 8 == 0);
}

static struct key key_of(const struct tw_segment *segment, const struct tw_fragment *fragment)
{
	struct key key;

	memset(&key, 0, sizeof(key));
	memcpy(&key.source, &segment->source.address, sizeof(key.source));
	memcpy(&key.destination, &segment->destination.address, sizeof(key.destination));
	key.id = fragment->id;
	key.protocol = segment->ip_version == 4 ? fragment->protocol : 0;
	return key;
}

/*
 * The heads of earlier frames' datagrams may be reused now, but not those of this frame: its
 * payload may lie in one when a fragmented datagram travels within another.
 */
static void release_finished(struct tw_descent *descent)
{
	struct tw_fragments *fragments = descent->fragments;

	while (!descent->is_reassembled && fragments->finished != NONE) {
		uint16_t slot = fragments->finished;

		fragments->finished = fragments->datagrams[slot].newer;
		fragments->datagrams[slot].newer = fragments->free;
		fragments->free = slot;
	}
}

static void store(struct tw_descent *descent, const struct tw_fragment *fragment)
{
	struct tw_fragments *fragments = descent->fragments;
	struct tw_segment *segment = &descent->decoded->segment;

	release_finished(descent);
	struct key key = key_of(segment, fragment);
	uint16_t slot = find_or_add(fragments, &key, descent->frame);
	struct datagram *datagram = &fragments->datagrams[slot];

	if (!put(datagram, fragment, &descent->here)) {
		retire(fragments, slot, &fragments->free);
		tw_descent_stop(descent, TW_UNDECODED_FRAGMENT_MALFORMED);
		return;
	}
	if (!is_complete(datagram)) {
		tw_descent_stop(descent, TW_UNDECODED_FRAGMENT_WAITING);
		return;
	}
	retire(fragments, slot, &fragments->finished);
	descent->here = (struct tw_span){known_head(datagram), datagram->end};
	descent->is_reassembled = true;
	tw_protocol_enter(descent, datagram->protocol);
}

/* Without a store the first fragment still shows the TCP header, the others nothing. */
static void enter_without_store(struct tw_descent *descent, const struct tw_fragment *fragment)
{
	if (fragment->offset != 0) {
		tw_descent_stop(descent, TW_UNDECODED_FRAGMENT_WAITING);
		return;
	}
	descent->is_first_fragment = true;
	tw_protocol_enter(descent, fragment->protocol);
}

void tw_fragment_enter(struct tw_descent *descent, const struct tw_fragment *fragment)
{
	descent->decoded->segment.ip_marks |= TW_IP_FRAGMENTED;
	if (descent->is_quoted) {
		enter_without_store(descent, fragment);
		return;
	}
	if (!is_possible(fragment, descent->here.wire_bytes)) {
		tw_descent_stop(descent, TW_UNDECODED_FRAGMENT_MALFORMED);
		return;
	}
	if (descent->fragments && open_store(descent->fragments))
		store(descent, fragment);
	else
		enter_without_store(descent, fragment);
}
