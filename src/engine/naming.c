/* naming.c: addresses as text, names for sentences, and ids that stay. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/naming.h"

#include "flow/key.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

static const struct tw_str client_word = TW_STR_INIT("client");
static const struct tw_str server_word = TW_STR_INIT("server");

static struct tw_str typed_name(const struct tw_typed *typed, const struct tw_endpoint *endpoint)
{
	if (!typed || endpoint->address.kind != TW_ADDRESS_NAME)
		return TW_STR("");
	return tw_typed_name(typed, &endpoint->address);
}

static bool contains(struct tw_str text, struct tw_str word)
{
	for (size_t i = 0; i + word.size <= text.size; i++)
		if (tw_str_starts_nocase(tw_str_from(text, i), word))
			return true;
	return false;
}

enum { ROWS_LOOKED_AT = 1000 };

/* The SYN is for a port that is the other's service, not for one that the sender offers itself. */
static bool may_call(const struct tw_segment *syn, const struct tw_endpoint *caller,
		     const struct tw_endpoint *called)
{
	uint16_t port = syn->destination.port;

	return tw_address_equal(&syn->source.address, &caller->address) &&
	       tw_address_equal(&syn->destination.address, &called->address) &&
	       (port == 0 || called->port == 0 || port == called->port) &&
	       (port == 0 || port != caller->port || port == called->port);
}

/* "A" and "B" say nothing, but one of them opens another connection to the other in the list. */
static unsigned opener_elsewhere(const struct tw_typed *typed, const struct tw_endpoint endpoint[2])
{
	/* On the loopback one address opens everything. */
	if (tw_address_equal(&endpoint[0].address, &endpoint[1].address))
		return TW_NOBODY;
	for (size_t i = 0; i < typed->row_count && i < ROWS_LOOKED_AT; i++) {
		const struct tw_segment *segment = &typed->rows[i].segment;

		if ((segment->flags & (TW_SYN | TW_ACK)) != TW_SYN)
			continue;
		for (unsigned side = 0; side < 2; side++)
			if (may_call(segment, &endpoint[side], &endpoint[tw_other(side)]))
				return side;
	}
	return TW_NOBODY;
}

unsigned tw_naming_client(const struct tw_typed *typed, const struct tw_endpoint endpoint[2])
{
	for (unsigned side = 0; side < 2; side++) {
		struct tw_str name = typed_name(typed, &endpoint[side]);
		struct tw_str other = typed_name(typed, &endpoint[tw_other(side)]);

		if (contains(name, client_word) && !contains(other, client_word))
			return side;
		if (contains(other, server_word) && !contains(name, server_word))
			return side;
	}
	return typed ? opener_elsewhere(typed, endpoint) : TW_NOBODY;
}

static struct tw_str address_text(const struct tw_typed *typed, const struct tw_endpoint *endpoint,
				  struct tw_arena *arena)
{
	char text[INET6_ADDRSTRLEN] = "";

	switch ((enum tw_address_kind)endpoint->address.kind) {
	case TW_ADDRESS_IP4:
		(void)inet_ntop(AF_INET, endpoint->address.bytes, text, sizeof(text));
		break;
	case TW_ADDRESS_IP6:
		(void)inet_ntop(AF_INET6, endpoint->address.bytes, text, sizeof(text));
		break;
	case TW_ADDRESS_NAME:
		return typed_name(typed, endpoint);
	case TW_ADDRESS_NONE:
		break;
	}
	return tw_arena_copy_str(arena, tw_str_of(text));
}

/* "Server" reads better as "the server"; other words stay as they were typed. */
static struct tw_str sentence_name(const struct tw_typed *typed, const struct tw_case *c,
				   unsigned side)
{
	struct tw_str name = typed_name(typed, &c->endpoint[side]);

	if (tw_str_equal_nocase(name, client_word))
		return TW_STR("the client");
	if (tw_str_equal_nocase(name, server_word))
		return TW_STR("the server");
	if (name.size > 0)
		return name;
	return side == c->facts.cast.roles.client ? TW_STR("the client") : TW_STR("the server");
}

/*
 * The same connection has the same id in whatever input: made of its endpoints, of where its
 * numbers begin and of when it was first seen, in an order that does not depend on the input's.
 */
static struct tw_str stable_id(const struct tw_case *c, struct tw_arena *arena)
{
	unsigned client = c->facts.cast.roles.client;
	char text[17];
	struct {
		uint8_t address[2][16];
		uint8_t names[2][32];
		uint64_t first_ns;
		uint32_t isn[2];
		uint32_t port[2];
		uint64_t serial;
	} parts = {.first_ns = (uint64_t)c->connection->first.time_ns};

	for (unsigned i = 0; i < 2; i++) {
		unsigned side = i == 0 ? client : tw_other(client);
		struct tw_str name = tw_str_head(c->address[side], sizeof(parts.names[i]));

		if (c->endpoint[side].address.kind == TW_ADDRESS_NAME)
			memcpy(parts.names[i], name.text, name.size);
		else
			memcpy(parts.address[i], c->endpoint[side].address.bytes, 16);
		parts.isn[i] = c->connection->side[side].isn;
		parts.port[i] = c->endpoint[side].port;
	}
	/* A list without times tells two connections of one pair apart only by their order. */
	if (c->connection->typed)
		parts.serial = c->connection->first.frame;
	(void)snprintf(text, sizeof(text), "%016" PRIx64,
		       (uint64_t)XXH3_64bits(&parts, sizeof(parts)));
	return tw_arena_copy_str(arena, tw_str_of(text));
}

void tw_naming_fill(const struct tw_typed *typed, const struct tw_endpoint endpoint[2],
		    struct tw_arena *arena, struct tw_case *c)
{
	char community_id[TW_COMMUNITY_ID_BYTES];

	for (unsigned side = 0; side < 2; side++) {
		c->endpoint[side] = endpoint[side];
		c->address[side] = address_text(typed, &endpoint[side], arena);
		c->name[side] = sentence_name(typed, c, side);
	}
	c->id = stable_id(c, arena);
	if (typed && typed->headings)
		c->heading = typed->headings[c->connection->stream];
	if (endpoint[0].port != 0 && tw_community_id(endpoint, community_id))
		c->community_id = tw_arena_copy_str(arena, tw_str_of(community_id));
}
