/* manner.c: what a connection was, as far as its neighbours ask. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "context/hood.h"

enum { UNASKED_IDLE_MS = 100 }; /* a program's answer to something comes sooner, as a rule */

static bool has_payload(const struct tw_connection *connection)
{
	return connection->side[0].payload_segments + connection->side[1].payload_segments > 0;
}

bool tw_is_half_open(const struct tw_neighbour *n)
{
	const struct tw_connection *connection = n->connection;
	const struct tw_side *client = tw_client_side(n);
	const struct tw_side *server = tw_server_side(n);

	return (client->marks & TW_SIDE_SYN) && client->segments == 1 &&
	       server->segments == server->syn_count && connection->icmp.count == 0 &&
	       !tw_happened(connection->limits[TW_LIMIT_ONE_DIRECTION]);
}

bool tw_is_check(const struct tw_neighbour *n)
{
	return (tw_client_side(n)->marks & TW_SIDE_SYN) &&
	       (tw_server_side(n)->marks & TW_SIDE_SYN_ACK) && !has_payload(n->connection) &&
	       n->connection->first_closer == n->roles.client;
}

bool tw_is_knock(const struct tw_neighbour *n)
{
	const struct tw_side *client = tw_client_side(n);
	const struct tw_side *server = tw_server_side(n);
	bool refused = server->reset_count > 0 && server->reset.to_syn;
	bool unwanted = client->reset_count > 0 && (server->marks & TW_SIDE_SYN_ACK);

	if (!(client->marks & TW_SIDE_SYN) || has_payload(n->connection))
		return false;
	return refused || unwanted || tw_is_half_open(n);
}

bool tw_is_unasked(const struct tw_neighbour *n)
{
	const struct tw_side *host = tw_client_side(n);
	const struct tw_side *other = tw_server_side(n);
	bool accepts = other->marks & TW_SIDE_SYN_ACK;
	/* RFC 9293 3.10.7.1: the refusal of a SYN has SEQ 0. */
	bool refuses = other->reset_count == other->segments && host->segments == 0 &&
		       (other->reset.flags & TW_ACK) && (other->reset.known & TW_FIELD_SEQ) &&
		       other->reset.seq == 0;

	if (((host->marks | other->marks) & TW_SIDE_SYN) || has_payload(n->connection))
		return false;
	return refuses || (accepts && host->segments == host->reset_count &&
			   other->segments == other->syn_count);
}

static struct tw_moment earlier(struct tw_moment a, struct tw_moment b)
{
	if (!tw_happened(a) || !tw_happened(b))
		return tw_happened(a) ? a : b;
	return a.frame < b.frame ? a : b;
}

bool tw_server_ended(const struct tw_neighbour *n, struct tw_server_end *end)
{
	const struct tw_side *client = tw_client_side(n);
	const struct tw_side *server = tw_server_side(n);
	struct tw_moment by_client = earlier(client->fin.at, client->reset.at);
	struct tw_moment by_server = earlier(server->fin.at, server->reset.at);
	bool by_fin = by_server.frame == server->fin.at.frame;

	if (!tw_happened(by_server) || (!by_fin && server->reset.to_syn) ||
	    (tw_happened(by_client) && by_client.frame < by_server.frame) ||
	    server->segments == server->reset_count)
		return false;
	end->at = by_server;
	end->idle_ns = by_fin ? server->fin.idle_ns : server->reset.idle_ns;
	end->unasked =
	    end->idle_ns >= UNASKED_IDLE_MS * TW_NS_PER_MS && !(by_fin && server->fin.outstanding);
	return true;
}
