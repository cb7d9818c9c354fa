/* connections.c: which connection a row belongs to, by its ends and by what a SYN can only mean. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/notes.h"

#include <string.h>
#include <xxhash.h>

struct pair {
	struct tw_end ends[2]; /* in the order of their bytes */
	uint32_t connection;   /* 1 + number of the latest on this pair */
	bool has_flags;	       /* of hosts: a row between them has flags */
	bool midstream;	       /* of hosts: the first such row is no SYN */
	bool translated;       /* its rows are another pair's, behind a translation */
};

struct connection {
	struct tw_end ends[2]; /* as the first row named them */
	uint32_t section;
	bool has_ports;
	bool closed;	 /* a FIN or a RST was seen */
	bool moved;	 /* anything but SYN and SYN,ACK was seen, */
	bool challenged; /* or an ACK with the numbers of an older connection */
	bool syn_seen[2];
	bool synack_seen[2];
	bool syn_seq_known[2];
	uint32_t syn_seq[2];
};

struct table {
	struct pair *pairs;
	size_t pair_count;
	uint32_t *slots; /* 1 + number of a pair, or 0 */
	size_t slot_mask;
	uint64_t seed;
	struct connection *connections;
	uint32_t connection_count;
};

static bool start(struct table *table, const struct tw_row_list *list)
{
	size_t slots = 64;

	/* Each row adds at most three pairs: with ports, without, and its sender alone. */
	while (slots < 6 * list->count)
		slots *= 2;
	*table = (struct table){.slot_mask = slots - 1, .seed = (uint64_t)(uintptr_t)list->arena};
	table->pairs = tw_arena_new(list->arena, sizeof(*table->pairs), 3 * list->count + 1);
	table->slots = tw_arena_new(list->arena, sizeof(*table->slots), slots);
	table->connections =
	    tw_arena_new(list->arena, sizeof(*table->connections), list->count + 1);
	return table->pairs && table->slots && table->connections;
}

enum { END_BYTES = 1 + 16 + 4 };

static void put_end(const struct tw_end *end, uint8_t bytes[END_BYTES])
{
	bytes[0] = end->address.kind;
	memcpy(bytes + 1, end->address.bytes, 16);
	for (unsigned i = 0; i < 4; i++)
		bytes[17 + i] = (uint8_t)(end->port_id >> (8 * i));
}

/* The pair of two ends, in either order; made where it is new. */
static struct pair *pair_of(struct table *table, struct tw_end a, struct tw_end b)
{
	uint8_t bytes[2][END_BYTES];
	uint8_t key[2 * END_BYTES];

	put_end(&a, bytes[0]);
	put_end(&b, bytes[1]);

	unsigned low = memcmp(bytes[0], bytes[1], END_BYTES) > 0;
	struct tw_end ends[2] = {low ? b : a, low ? a : b};

	memcpy(key, bytes[low], END_BYTES);
	memcpy(key + END_BYTES, bytes[!low], END_BYTES);
	for (uint64_t at = XXH3_64bits_withSeed(key, sizeof(key), table->seed);; at++) {
		uint32_t *slot = &table->slots[at & table->slot_mask];

		if (*slot == 0) {
			struct pair *made = &table->pairs[table->pair_count++];

			*made = (struct pair){.ends = {ends[0], ends[1]}};
			*slot = (uint32_t)table->pair_count;
			return made;
		}

		struct pair *pair = &table->pairs[*slot - 1];

		if (tw_end_equal(&pair->ends[0], &ends[0]) &&
		    tw_end_equal(&pair->ends[1], &ends[1]))
			return pair;
	}
}

static struct pair *host_pair_of(struct table *table, const struct tw_row_note *note)
{
	struct tw_end a = {.address = note->ends[0].address};
	struct tw_end b = {.address = note->ends[1].address};

	return pair_of(table, a, b);
}

/* A row without ports may name only addresses, and a row with ports may be the other way round. */
static unsigned side_of(const struct connection *connection, const struct tw_row_note *note)
{
	const struct tw_end *first = &connection->ends[0];
	const struct tw_end *second = &connection->ends[1];

	if (tw_end_equal(first, &note->ends[0]) || tw_end_equal(second, &note->ends[1]))
		return 0;
	if (tw_end_equal(first, &note->ends[1]) || tw_end_equal(second, &note->ends[0]))
		return 1;
	return !tw_address_equal(&first->address, &note->ends[0].address);
}

/*
 * A SYN without ACK begins a connection, unless it repeats or crosses another SYN of the same
 * opening. The same sequence number late in the connection is a copy that came late.
 */
static bool begins_anew(const struct connection *connection, const struct tw_segment *segment,
			unsigned side)
{
	bool seq_known = tw_segment_knows(segment, TW_FIELD_SEQ);
	bool comparable = seq_known && connection->syn_seq_known[side];

	if ((segment->flags & (TW_SYN | TW_ACK | TW_RST | TW_FIN)) != TW_SYN ||
	    !tw_segment_knows(segment, TW_FIELD_FLAGS))
		return false;
	if (comparable && connection->syn_seq[side] != segment->seq)
		return true;
	/* After its end only an equal absolute number shows the old attempt, as in Wireshark. */
	if (connection->closed)
		return !comparable || (segment->known & TW_FIELD_RELATIVE) || segment->seq == 0;
	if (connection->moved)
		return !(comparable && segment->seq != 0);
	return connection->synack_seen[side] && !connection->syn_seen[side];
}

/*
 * The opener's RST to an ACK that is no SYN,ACK denies an older connection of the same ports. The
 * attempt goes on with the next SYN (RFC 9293 section 3.5.1).
 */
static bool denies_older(const struct connection *connection, const struct tw_segment *segment,
			 unsigned side)
{
	return (segment->flags & (TW_RST | TW_ACK)) == TW_RST && connection->syn_seen[side] &&
	       !connection->syn_seen[!side] && !connection->synack_seen[!side] &&
	       (connection->moved || connection->challenged) && !connection->closed;
}

/* RFC 5961 section 4.2: the answer of an older connection to a SYN. The attempt goes on. */
static bool challenges(const struct connection *connection, const struct tw_segment *segment,
		       unsigned side)
{
	bool opening = connection->syn_seen[!side] && !connection->syn_seen[side] &&
		       !connection->synack_seen[side] && !connection->moved && !connection->closed;
	uint32_t known = TW_FIELD_FLAGS | TW_FIELD_ACK | TW_FIELD_LENGTH;

	return opening && tw_segment_knows(segment, known) && segment->flags == TW_ACK &&
	       segment->length == 0 && connection->syn_seq_known[!side] &&
	       segment->ack != connection->syn_seq[!side] + 1;
}

static void remember(struct connection *connection, const struct tw_segment *segment, unsigned side)
{
	bool is_syn = (segment->flags & TW_SYN) != 0;
	bool has_ack = (segment->flags & TW_ACK) != 0;

	if (challenges(connection, segment, side)) {
		connection->challenged = true;
		return;
	}
	if (denies_older(connection, segment, side)) {
		connection->moved = false;
		return;
	}
	if (segment->flags & (TW_FIN | TW_RST))
		connection->closed = true;
	if (!is_syn)
		connection->moved = true;
	if (is_syn && has_ack)
		connection->synack_seen[side] = true;
	if (!is_syn || has_ack)
		return;
	connection->syn_seen[side] = true;
	if (tw_segment_knows(segment, TW_FIELD_SEQ)) {
		connection->syn_seq_known[side] = true;
		connection->syn_seq[side] = segment->seq;
	}
}

static uint32_t begin(struct table *table, const struct tw_row_note *note, bool has_ports)
{
	table->connections[table->connection_count++] =
	    (struct connection){.ends = {note->ends[0], note->ends[1]},
				.section = note->section,
				.has_ports = has_ports};
	return table->connection_count;
}

/* Below another heading stands another sequence, though it runs between the same ends. */
static void leave_section(const struct table *table, struct pair *pair, uint32_t section)
{
	if (pair->connection != 0 && table->connections[pair->connection - 1].section != section)
		pair->connection = 0;
}

/* An error names hosts and no ports: it is about their latest connection. */
static void join_icmp(const struct table *table, struct tw_typed_row *row, struct tw_row_note *note,
		      const struct pair *hosts)
{
	if (hosts->connection == 0) {
		note->refused = "an ICMP error, but of no connection above it";
		return;
	}
	row->connection = hosts->connection - 1;
	note->side = (uint8_t)side_of(&table->connections[row->connection], note);
}

/*
 * One SYN at two places of a path that translates its destination: the same sender, port and
 * initial sequence number, to another address. Once that is known of a pair, later SYNs that show
 * no numbers are told by it.
 */
static bool repeats_translated(const struct table *table, const struct pair *pair,
			       const struct pair *sender, const struct tw_segment *segment)
{
	const struct connection *opening;

	if ((segment->flags & (TW_SYN | TW_ACK)) != TW_SYN || sender->connection == 0 ||
	    sender->connection == pair->connection)
		return false;
	opening = &table->connections[sender->connection - 1];
	if (!opening->syn_seen[0] || opening->moved || opening->closed || opening->synack_seen[1])
		return false;
	if (!tw_segment_knows(segment, TW_FIELD_SEQ) || !opening->syn_seq_known[0])
		return pair->translated;
	return segment->seq != 0 && segment->seq == opening->syn_seq[0];
}

/* The sender alone, for its latest SYN; NULL where its port is not known. */
static struct pair *sender_of(struct table *table, const struct tw_row_note *note)
{
	return note->ends[0].port_id == 0 || note->ends[0].address.kind == TW_ADDRESS_NONE
		   ? NULL
		   : pair_of(table, note->ends[0], (struct tw_end){0});
}

/* Rows of a translated pair go under the addresses of the SYN that was seen first. */
static void put_under_first(const struct connection *connection, struct tw_typed_row *row,
			    struct tw_row_note *note)
{
	unsigned side = tw_end_equal(&connection->ends[0], &note->ends[0]) ? 0 : 1;

	/* A later connection may have gone there straight. */
	if (tw_end_equal(&connection->ends[side], &note->ends[0]) &&
	    tw_end_equal(&connection->ends[!side], &note->ends[1]))
		return;
	note->ends[0] = connection->ends[side];
	note->ends[1] = connection->ends[!side];
	tw_note_set_ends(&row->segment, note->ends);
	row->translated = true;
}

static void assign(struct table *table, struct tw_typed_row *row, struct tw_row_note *note)
{
	bool has_ports = note->ends[0].port_id != 0 || note->ends[1].port_id != 0;
	struct pair *hosts = host_pair_of(table, note);
	struct pair *pair = has_ports ? pair_of(table, note->ends[0], note->ends[1]) : hosts;

	if (row->icmp) {
		join_icmp(table, row, note, hosts);
		return;
	}
	leave_section(table, hosts, note->section);
	leave_section(table, pair, note->section);
	if (note->maybe_not_tcp && hosts->connection == 0 && !hosts->midstream) {
		note->refused = "its protocol may run over UDP too, and no connection is known";
		return;
	}
	/* A connection known by its addresses learns its ports from the first row with some. */
	if (pair->connection == 0 && hosts->connection != 0) {
		struct connection *latest = &table->connections[hosts->connection - 1];

		if (!latest->has_ports && !latest->closed) {
			unsigned side = side_of(latest, note);

			latest->has_ports = true;
			latest->ends[side] = note->ends[0];
			latest->ends[!side] = note->ends[1];
			pair->connection = hosts->connection;
		}
	}
	if (pair->connection != 0) {
		const struct connection *known = &table->connections[pair->connection - 1];

		if (begins_anew(known, &row->segment, side_of(known, note)))
			pair->connection = 0;
	}

	struct pair *sender = sender_of(table, note);

	if (sender && repeats_translated(table, pair, sender, &row->segment)) {
		pair->connection = sender->connection;
		pair->translated = true;
		row->segment.said = TW_SAID_COPY;
	}
	if (pair->connection == 0)
		pair->connection = begin(table, note, has_ports);
	if (sender && (row->segment.flags & (TW_SYN | TW_ACK)) == TW_SYN)
		sender->connection = pair->connection;
	hosts->connection = pair->connection;

	struct connection *connection = &table->connections[pair->connection - 1];

	if (pair->translated)
		put_under_first(connection, row, note);
	note->side = (uint8_t)side_of(connection, note);
	row->connection = pair->connection - 1;
	remember(connection, &row->segment, note->side);
}

/* Rows without ports get those that other rows of their connection show. */
static void fill_ports(const struct table *table, struct tw_row_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		struct tw_row_note *note = &list->notes[i];
		const struct connection *connection = &table->connections[list->rows[i].connection];

		if (note->refused || list->rows[i].icmp || !connection->has_ports ||
		    note->ends[0].port_id != 0 || note->ends[1].port_id != 0)
			continue;
		note->ends[0].port_id = connection->ends[note->side].port_id;
		note->ends[1].port_id = connection->ends[!note->side].port_id;
		tw_note_set_ends(&list->rows[i].segment, note->ends);
	}
}

/*
 * Words behind an arrow are of TCP only where flags stand behind an arrow of the same names. Rows
 * above the first with flags are of its connection where that began before the list.
 */
static void look_at_hosts(struct table *table, struct tw_row_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct tw_segment *segment = &list->rows[i].segment;
		struct pair *hosts;

		if (list->notes[i].refused || !tw_segment_knows(segment, TW_FIELD_FLAGS))
			continue;
		hosts = host_pair_of(table, &list->notes[i]);
		hosts->midstream |= !hosts->has_flags && !(segment->flags & TW_SYN);
		hosts->has_flags = true;
	}
	for (size_t i = 0; i < list->count; i++)
		if (!list->notes[i].refused && list->notes[i].needs_flags_row &&
		    !host_pair_of(table, &list->notes[i])->has_flags)
			list->notes[i].refused = TW_NO_FLAGS_TEXT;
}

bool tw_connections_find(struct tw_row_list *list, uint32_t *connection_count)
{
	struct table table;

	if (!start(&table, list))
		return false;
	look_at_hosts(&table, list);
	for (size_t i = 0; i < list->count; i++)
		if (!list->notes[i].refused)
			assign(&table, &list->rows[i], &list->notes[i]);
	fill_ports(&table, list);
	*connection_count = table.connection_count;
	return true;
}
