/* table.h: which connection a segment belongs to, numbered as Wireshark 4.0 numbers tcp.stream. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_FLOW_TABLE_H
#define TW_FLOW_TABLE_H

#include "flow/key.h"

/* What was seen of a connection: the bits of Wireshark's tcp.completeness. */
enum tw_completeness {
	TW_COMPLETE_SYN = 1,
	TW_COMPLETE_SYN_ACK = 2,
	TW_COMPLETE_ACK = 4,
	TW_COMPLETE_DATA = 8,
	TW_COMPLETE_FIN = 16,
	TW_COMPLETE_RST = 32,
};

/* No connection: of `earlier` below. */
#define TW_FLOW_NONE UINT32_MAX

/*
 * One connection. A pair of endpoints that is used again is a connection of its own: a new
 * incarnation. `base_seq` counts per side and is where Wireshark's relative numbers start: the
 * sequence number of the SYN or, where none was seen, one less than the first number seen or
 * acknowledged.
 */
struct tw_flow {
	uint32_t stream;
	uint32_t earlier;		/* incarnation before this one, or TW_FLOW_NONE */
	struct tw_endpoint endpoint[2]; /* 0 sent the first segment seen */
	uint32_t base_seq[2];
	uint8_t base_seq_known; /* bit per side */
	uint8_t completeness;	/* enum tw_completeness; the first segment adds only a SYN */
};

struct tw_flow_hit {
	struct tw_flow *flow; /* stays where it is while the table lives */
	uint32_t index;	      /* == flow->stream */
	uint8_t direction;    /* 0: sent by endpoint[0], 1: by endpoint[1] */
	bool created;	      /* by this call */
	bool ports_reused;    /* what Wireshark marks "TCP Port numbers reused" */
};

struct tw_flow_table;

/* NULL without memory. `seed`: random; no result depends on it. */
TW_CHECK struct tw_flow_table *tw_flow_table_new(uint64_t seed);
void tw_flow_table_free(struct tw_flow_table *table);

/*
 * The connection of a segment, which is made where there is none. A SYN begins a new incarnation
 * where its side's base number is known and another; a SYN,ACK with another number stays in its
 * connection and moves the base. Nothing else does: neither FIN nor RST nor time ends a
 * connection, and a SYN that repeats the base number belongs to it.
 * Captured bytes without a known length (a lone first fragment, a TCP header of impossible length)
 * count to a connection, too, and may begin one, but set no base number.
 * False, and `*hit` unset, where a new connection does not fit (memory, TW_LIMIT_FLOWS); see
 * tw_flow_table_refused().
 */
TW_CHECK bool tw_flow_table_find(struct tw_flow_table *table, const struct tw_segment *segment,
				 struct tw_flow_hit *hit);

/*
 * As above for the segment that an ICMP error quotes. Wireshark counts quoted segments as members
 * of connections: a quote of 16 bytes or more joins a connection, makes one and with it a stream
 * number, and a quoted SYN may begin a new incarnation; but a quote never sets a base number.
 * A shorter quote (has_quoted_flags unset) is only looked up: false where nothing is known.
 */
TW_CHECK bool tw_flow_table_quoted(struct tw_flow_table *table, const struct tw_icmp_error *error,
				   struct tw_flow_hit *hit);

/* The latest incarnation between two endpoints, as for a segment from `a` to `b`; makes nothing. */
TW_CHECK bool tw_flow_table_lookup(const struct tw_flow_table *table, const struct tw_endpoint *a,
				   const struct tw_endpoint *b, struct tw_flow_hit *hit);

/* A new connection in any case: typed lists say themselves where one begins. */
TW_CHECK bool tw_flow_table_add(struct tw_flow_table *table, const struct tw_endpoint *a,
				const struct tw_endpoint *b, struct tw_flow_hit *hit);

/* How many connections there are; their indexes count from 0. */
uint32_t tw_flow_table_count(const struct tw_flow_table *table);
/* `index` is below the count. */
struct tw_flow *tw_flow_table_at(const struct tw_flow_table *table, uint32_t index);
/* How many segments found no place because a new connection could not be kept. */
uint64_t tw_flow_table_refused(const struct tw_flow_table *table);

#endif
