/* table.c: open-addressing index over an append-only array of connections. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "flow/table.h"

#include "base/assert.h"
#include "base/limits.h"

#include <stdlib.h>

enum {
	CHUNK_FLOWS = 4096,
	CHUNKS_MAX = TW_LIMIT_FLOWS / CHUNK_FLOWS,
	SLOTS_FIRST = 1024,
};

/*
 * The tag is half of the hash; its low bits say where the search begins, all of it tells nearly
 * every stranger without a look at the connection. Growing needs no hash to be computed again.
 */
struct slot {
	uint32_t tag;
	uint32_t number; /* flow index + 1; 0: free */
};

struct tw_flow_table {
	uint64_t seed;
	uint64_t refused;
	struct slot *slots;
	uint32_t slot_mask;
	uint32_t slots_used; /* fewer than flows: incarnations share one */
	uint32_t flow_count;
	struct tw_flow *chunks[CHUNKS_MAX];
};

_Static_assert(TW_LIMIT_FLOWS % CHUNK_FLOWS == 0, "chunks cover the limit");

/* A segment reduced to what decides about its connection. */
struct arrival {
	const struct tw_endpoint *from;
	const struct tw_endpoint *to;
	uint32_t known; /* enum tw_field */
	uint32_t seq;
	uint32_t ack;
	uint32_t length;
	uint16_t flags;
	bool is_part; /* not a whole segment: it sets no base */
};

struct tw_flow_table *tw_flow_table_new(uint64_t seed)
{
	struct tw_flow_table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	table->slots = calloc(SLOTS_FIRST, sizeof(*table->slots));
	if (!table->slots) {
		free(table);
		return NULL;
	}
	table->slot_mask = SLOTS_FIRST - 1;
	table->seed = seed;
	return table;
}

void tw_flow_table_free(struct tw_flow_table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < CHUNKS_MAX && table->chunks[i]; i++)
		free(table->chunks[i]);
	free(table->slots);
	free(table);
}

uint32_t tw_flow_table_count(const struct tw_flow_table *table)
{
	return table->flow_count;
}

uint64_t tw_flow_table_refused(const struct tw_flow_table *table)
{
	return table->refused;
}

struct tw_flow *tw_flow_table_at(const struct tw_flow_table *table, uint32_t index)
{
	TW_ASSERT(index < table->flow_count);
	return &table->chunks[index / CHUNK_FLOWS][index % CHUNK_FLOWS];
}

static bool joins(const struct tw_flow *flow, const struct tw_endpoint *from,
		  const struct tw_endpoint *to, uint8_t *direction)
{
	if (tw_endpoint_equal(&flow->endpoint[0], from) &&
	    tw_endpoint_equal(&flow->endpoint[1], to)) {
		*direction = 0;
		return true;
	}
	*direction = 1;
	return tw_endpoint_equal(&flow->endpoint[1], from) &&
	       tw_endpoint_equal(&flow->endpoint[0], to);
}

/* The slot of the pair, or the free one where it belongs; at most 3 of 4 slots are in use. */
static struct slot *probe(const struct tw_flow_table *table, uint32_t tag,
			  const struct tw_endpoint *from, const struct tw_endpoint *to,
			  uint8_t *direction)
{
	for (uint32_t i = tag & table->slot_mask;; i = (i + 1) & table->slot_mask) {
		struct slot *slot = &table->slots[i];

		if (slot->number == 0)
			return slot;
		if (slot->tag == tag &&
		    joins(tw_flow_table_at(table, slot->number - 1), from, to, direction))
			return slot;
	}
}

static uint32_t tag_of(const struct tw_flow_table *table, const struct tw_endpoint *from,
		       const struct tw_endpoint *to)
{
	return (uint32_t)(tw_flow_hash(from, to, table->seed) >> 32);
}

static bool grow_index(struct tw_flow_table *table)
{
	size_t old_size = (size_t)table->slot_mask + 1;
	uint32_t mask = (uint32_t)(old_size * 2 - 1);
	struct slot *slots = calloc(old_size * 2, sizeof(*slots));

	if (!slots)
		return false;
	for (size_t i = 0; i < old_size; i++) {
		uint32_t at = table->slots[i].tag & mask;

		if (table->slots[i].number == 0)
			continue;
		while (slots[at].number != 0)
			at = (at + 1) & mask;
		slots[at] = table->slots[i];
	}
	free(table->slots);
	table->slots = slots;
	table->slot_mask = mask;
	return true;
}

static bool index_is_full(const struct tw_flow_table *table)
{
	return table->slots_used >= table->slot_mask / 4 * 3;
}

static struct tw_flow *append(struct tw_flow_table *table)
{
	uint32_t index = table->flow_count;
	struct tw_flow **chunk;

	if (index >= TW_LIMIT_FLOWS)
		return NULL;
	chunk = &table->chunks[index / CHUNK_FLOWS];
	if (!*chunk)
		*chunk = malloc(CHUNK_FLOWS * sizeof(**chunk));
	if (!*chunk)
		return NULL;
	table->flow_count++;
	return &(*chunk)[index % CHUNK_FLOWS];
}

/* Makes a connection whose first segment goes from `from` to `to`; it shadows an earlier one. */
static struct tw_flow *create(struct tw_flow_table *table, uint32_t tag,
			      const struct tw_endpoint *from, const struct tw_endpoint *to)
{
	uint8_t direction;
	struct tw_flow *flow;
	struct slot *slot;

	if (index_is_full(table) && !grow_index(table))
		goto refused;
	slot = probe(table, tag, from, to, &direction);
	flow = append(table);
	if (!flow)
		goto refused;
	*flow = (struct tw_flow){
	    .stream = table->flow_count - 1,
	    .earlier = slot->number == 0 ? TW_FLOW_NONE : slot->number - 1,
	    .endpoint = {*from, *to},
	};
	table->slots_used += slot->number == 0;
	*slot = (struct slot){.tag = tag, .number = table->flow_count};
	return flow;

refused:
	table->refused++;
	return NULL;
}

static bool create_hit(struct tw_flow_table *table, uint32_t tag, const struct tw_endpoint *from,
		       const struct tw_endpoint *to, struct tw_flow_hit *hit)
{
	struct tw_flow *flow = create(table, tag, from, to);

	if (!flow)
		return false;
	*hit = (struct tw_flow_hit){.flow = flow, .index = flow->stream, .created = true};
	return true;
}

static bool find_hit(const struct tw_flow_table *table, uint32_t tag,
		     const struct tw_endpoint *from, const struct tw_endpoint *to,
		     struct tw_flow_hit *hit)
{
	uint8_t direction = 0;
	const struct slot *slot = probe(table, tag, from, to, &direction);

	if (slot->number == 0)
		return false;
	*hit = (struct tw_flow_hit){
	    .flow = tw_flow_table_at(table, slot->number - 1),
	    .index = slot->number - 1,
	    .direction = direction,
	};
	return true;
}

bool tw_flow_table_lookup(const struct tw_flow_table *table, const struct tw_endpoint *a,
			  const struct tw_endpoint *b, struct tw_flow_hit *hit)
{
	return find_hit(table, tag_of(table, a, b), a, b, hit);
}

bool tw_flow_table_add(struct tw_flow_table *table, const struct tw_endpoint *a,
		       const struct tw_endpoint *b, struct tw_flow_hit *hit)
{
	return create_hit(table, tag_of(table, a, b), a, b, hit);
}

/* True where the arrival is a SYN (with `flags` as the rest of its handshake bits) whose number is
 * not the one that its side began with. */
static bool other_base(const struct tw_flow_hit *hit, const struct arrival *arrival, uint16_t flags)
{
	const struct tw_flow *flow = hit->flow;
	uint32_t needed = TW_FIELD_FLAGS | TW_FIELD_SEQ;

	return (arrival->known & needed) == needed &&
	       (arrival->flags & (TW_SYN | TW_ACK)) == flags &&
	       (flow->base_seq_known >> hit->direction & 1) != 0 &&
	       flow->base_seq[hit->direction] != arrival->seq;
}

static void set_base(struct tw_flow *flow, unsigned side, uint32_t seq)
{
	if ((flow->base_seq_known >> side & 1) != 0)
		return;
	flow->base_seq[side] = seq;
	flow->base_seq_known |= (uint8_t)(1U << side);
}

TW_WRAPS static void learn_bases(const struct tw_flow_hit *hit, const struct arrival *arrival)
{
	bool syn = (arrival->flags & TW_SYN) != 0;

	if ((arrival->known & TW_FIELD_FLAGS) == 0)
		return;
	if ((arrival->known & TW_FIELD_SEQ) != 0)
		set_base(hit->flow, hit->direction, syn ? arrival->seq : arrival->seq - 1);
	if ((arrival->known & TW_FIELD_ACK) != 0 && (arrival->flags & TW_ACK) != 0)
		set_base(hit->flow, !hit->direction, arrival->ack - 1);
}

/* Of a connection's first segment only a SYN (and the data in it) counts. */
static uint8_t completed_by_first(const struct arrival *arrival)
{
	if ((arrival->flags & (TW_SYN | TW_ACK)) != TW_SYN)
		return 0;
	return arrival->length > 0 ? TW_COMPLETE_SYN | TW_COMPLETE_DATA : TW_COMPLETE_SYN;
}

static uint8_t completed_by_later(const struct arrival *arrival)
{
	uint8_t bits = 0;

	if ((arrival->flags & (TW_SYN | TW_ACK)) == (TW_SYN | TW_ACK))
		bits |= TW_COMPLETE_SYN_ACK;
	if ((arrival->flags & (TW_SYN | TW_ACK)) == TW_ACK)
		bits |= arrival->length > 0 ? TW_COMPLETE_DATA : TW_COMPLETE_ACK;
	if ((arrival->flags & (TW_FIN | TW_ACK)) == (TW_FIN | TW_ACK))
		bits |= TW_COMPLETE_FIN;
	if ((arrival->flags & TW_RST) != 0)
		bits |= TW_COMPLETE_RST;
	return bits;
}

static bool renew(struct tw_flow_table *table, uint32_t tag, const struct arrival *arrival,
		  struct tw_flow_hit *hit)
{
	if (!create_hit(table, tag, arrival->from, arrival->to, hit))
		return false;
	hit->ports_reused = true;
	hit->flow->completeness = TW_COMPLETE_SYN;
	return true;
}

static bool arrive(struct tw_flow_table *table, const struct arrival *arrival,
		   struct tw_flow_hit *hit)
{
	uint32_t tag = tag_of(table, arrival->from, arrival->to);

	if (!find_hit(table, tag, arrival->from, arrival->to, hit)) {
		if (!create_hit(table, tag, arrival->from, arrival->to, hit))
			return false;
		hit->flow->completeness = completed_by_first(arrival);
	} else {
		if (other_base(hit, arrival, TW_SYN) && !renew(table, tag, arrival, hit))
			return false;
		hit->flow->completeness |= completed_by_later(arrival);
	}
	if (other_base(hit, arrival, TW_SYN | TW_ACK)) {
		hit->flow->base_seq[hit->direction] = arrival->seq;
		hit->ports_reused = true;
	}
	if (!arrival->is_part)
		learn_bases(hit, arrival);
	return true;
}

bool tw_flow_table_find(struct tw_flow_table *table, const struct tw_segment *segment,
			struct tw_flow_hit *hit)
{
	struct arrival arrival = {
	    .from = &segment->source,
	    .to = &segment->destination,
	    .known = segment->known,
	    .seq = segment->seq,
	    .ack = segment->ack,
	    .length = segment->length,
	    .flags = segment->flags,
	    .is_part = segment->text_line == 0 && !tw_segment_knows(segment, TW_FIELD_LENGTH),
	};

	return arrive(table, &arrival, hit);
}

bool tw_flow_table_quoted(struct tw_flow_table *table, const struct tw_icmp_error *error,
			  struct tw_flow_hit *hit)
{
	struct arrival arrival = {
	    .from = &error->quoted_source,
	    .to = &error->quoted_destination,
	    .known = TW_FIELD_FLAGS | TW_FIELD_SEQ,
	    .seq = error->quoted_seq,
	    .flags = error->quoted_flags,
	    .is_part = true,
	};

	if (!error->has_quoted_flags)
		return tw_flow_table_lookup(table, arrival.from, arrival.to, hit);
	return arrive(table, &arrival, hit);
}
