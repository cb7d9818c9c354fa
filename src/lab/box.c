/* box.c: the box's table of connections, and its translation of ports and addresses. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/box.h"

#include "tcp/seq.h"

#include <string.h>

static void drop_newest(struct lab_box_connection *connection)
{
	for (int way = 0; way < LAB_WAYS; way++) {
		lab_packet_free(connection->newest[way]);
		connection->newest[way] = NULL;
	}
}

void lab_box_free(struct lab_box *box)
{
	for (size_t i = 0; i < box->count; i++)
		drop_newest(&box->connections[i]);
	box->count = 0;
}

void lab_box_heal(struct lab_box *box)
{
	box->port_shift = 0;
	box->translates_service = false;
	box->has_bypass = false;
	box->idle_ns = 0;
}

/* ---- translation ---- */

static void shift_client_port(struct lab_packet *packet, uint16_t shift)
{
	bool to_server = packet->way == LAB_TO_SERVER;
	uint16_t port = (uint16_t)(lab_packet_client_port(packet) + shift);

	if (packet->is_tcp && shift != 0)
		lab_packet_set_ports(packet, to_server ? port : packet->source_port,
				     to_server ? packet->destination_port : port);
}

/* Puts `to` in the place of the server's side address where that is `from`. */
static void replace_server(struct lab_packet *packet, const uint8_t *from, const uint8_t *to)
{
	bool to_server = packet->way == LAB_TO_SERVER;
	const uint8_t *address =
	    to_server ? lab_packet_destination(packet) : lab_packet_source(packet);

	if (memcmp(address, from, packet->ip6 ? 16 : 4) == 0)
		lab_packet_set_addresses(packet, to_server ? NULL : to, to_server ? to : NULL);
}

void lab_box_translate_out(const struct lab_box *box, struct lab_packet *packet)
{
	shift_client_port(packet, box->port_shift);
	if (box->translates_service)
		replace_server(packet, box->service, box->server);
}

void lab_box_translate_in(struct lab_box *box, struct lab_packet *packet, int64_t now_ns,
			  struct lab_random *random)
{
	shift_client_port(packet, (uint16_t)(0x10000u - box->port_shift));
	if (!box->translates_service)
		return;
	if (box->has_bypass && lab_rule_fits(&box->bypass, packet, now_ns, random))
		return;
	replace_server(packet, box->server, box->service);
}

/* ---- connections ---- */

static void name_connection(struct lab_box_connection *connection, const struct lab_packet *packet)
{
	bool to_server = packet->way == LAB_TO_SERVER;
	const uint8_t *source = lab_packet_source(packet);
	const uint8_t *destination = lab_packet_destination(packet);
	size_t address_bytes = packet->ip6 ? 16 : 4;

	*connection = (struct lab_box_connection){
	    .ip6 = packet->ip6,
	    .client_port = lab_packet_client_port(packet),
	    .server_port = lab_packet_server_port(packet),
	};
	memcpy(connection->client, to_server ? source : destination, address_bytes);
	memcpy(connection->server, to_server ? destination : source, address_bytes);
}

static bool is_same(const struct lab_box_connection *a, const struct lab_box_connection *b)
{
	return a->ip6 == b->ip6 && a->client_port == b->client_port &&
	       a->server_port == b->server_port &&
	       memcmp(a->client, b->client, sizeof(a->client)) == 0 &&
	       memcmp(a->server, b->server, sizeof(a->server)) == 0;
}

/* The connection of a packet, a new one if need be; a full table loses the one idle for longest. */
static struct lab_box_connection *find(struct lab_box *box, const struct lab_packet *packet)
{
	struct lab_box_connection wanted;
	struct lab_box_connection *oldest = &box->connections[0];

	name_connection(&wanted, packet);
	for (size_t i = 0; i < box->count; i++) {
		struct lab_box_connection *one = &box->connections[i];

		if (is_same(one, &wanted))
			return one;
		if (one->last_ns < oldest->last_ns)
			oldest = one;
	}
	if (box->count < LAB_BOX_CONNECTIONS)
		oldest = &box->connections[box->count++];
	drop_newest(oldest);
	*oldest = wanted;
	return oldest;
}

/* A retransmission does not count as newest: a RST after it would lie behind the window. */
static void note(struct lab_box_connection *connection, const struct lab_packet *packet,
		 int64_t now_ns)
{
	struct lab_packet **newest = &connection->newest[packet->way];

	connection->last_ns = now_ns;
	if (packet->flags & TW_RST) {
		connection->has_reset = true;
		return;
	}
	if (packet->flags & TW_FIN)
		connection->has_fin[packet->way] = true;
	if (*newest && tw_seq_before(lab_packet_end(packet), lab_packet_end(*newest)))
		return;
	lab_packet_free(*newest);
	*newest = lab_packet_copy(packet);
}

static bool opens(const struct lab_packet *packet)
{
	return (packet->flags & (TW_SYN | TW_ACK)) == TW_SYN;
}

/* ---- forgetting ---- */

static void send(struct lab_queue *queue, struct lab_packet *reset, int64_t now_ns)
{
	lab_queue_add(queue,
		      (struct lab_due){.at_ns = now_ns, .packet = reset, .point = LAB_AT_MIDDLE});
}

bool lab_box_passes(struct lab_box *box, const struct lab_packet *packet, struct lab_queue *queue,
		    int64_t now_ns)
{
	if (!packet->is_tcp)
		return true;

	struct lab_box_connection *connection = find(box, packet);

	if (opens(packet)) {
		drop_newest(connection);
		name_connection(connection, packet);
	}
	if (!connection->forgotten) {
		note(connection, packet, now_ns);
		return true;
	}
	/* To a RST there is no answer. */
	if (connection->how == LAB_FORGET_AND_ANSWER)
		send(queue, lab_packet_reset_answering(packet, 0, false, &connection->as), now_ns);
	return false;
}

/* What both ends have closed is not worth a RST. */
static bool is_over(const struct lab_box_connection *connection)
{
	return connection->has_reset ||
	       (connection->has_fin[LAB_TO_SERVER] && connection->has_fin[LAB_TO_CLIENT]);
}

static void forget(const struct lab_box *box, struct lab_box_connection *connection,
		   struct lab_queue *queue, int64_t now_ns)
{
	connection->forgotten = true;
	connection->how = box->how;
	connection->as = box->as;
	for (int way = 0; way < LAB_WAYS; way++) {
		const struct lab_packet *last = connection->newest[way];

		if (box->how == LAB_FORGET_AND_TELL_BOTH && last && !is_over(connection))
			send(queue, lab_packet_reset_after(last, 0, false, &box->as), now_ns);
	}
	drop_newest(connection);
}

void lab_box_forget(struct lab_box *box, int64_t idle_ns, struct lab_queue *queue, int64_t now_ns)
{
	for (size_t i = 0; i < box->count; i++) {
		struct lab_box_connection *one = &box->connections[i];

		if (!one->forgotten && now_ns - one->last_ns >= idle_ns)
			forget(box, one, queue, now_ns);
	}
}

int64_t lab_box_next_ns(const struct lab_box *box)
{
	int64_t next_ns = INT64_MAX;

	for (size_t i = 0; box->idle_ns > 0 && i < box->count; i++) {
		int64_t at_ns = box->connections[i].last_ns + box->idle_ns;

		if (!box->connections[i].forgotten && at_ns < next_ns)
			next_ns = at_ns;
	}
	return next_ns;
}
