/* box.h: a box in the middle of the way, which translates and forgets. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_BOX_H
#define TW_LAB_BOX_H

#include "lab/queue.h"
#include "lab/rule.h"
#include "lab/wire.h"

enum { LAB_BOX_CONNECTIONS = 4 * LAB_CONNECTIONS_MAX };

/* A connection as the box knows it, by what the middle sees of it. */
struct lab_box_connection {
	bool ip6;
	uint8_t client[16];
	uint8_t server[16];
	uint16_t client_port;
	uint16_t server_port;
	int64_t last_ns; /* when its last packet passed */
	bool has_reset;
	bool has_fin[LAB_WAYS];
	struct lab_packet *newest[LAB_WAYS]; /* with the highest sequence number; a copy */
	bool forgotten;
	enum lab_forgetting how; /* once it is forgotten */
	struct lab_personality as;
};

/* Zeroed to begin with; it then knows connections, but does nothing to them. */
struct lab_box {
	uint16_t port_shift;
	bool translates_service;
	bool has_bypass;
	uint8_t service[16];
	uint8_t server[16];
	struct lab_rule bypass;
	int64_t idle_ns; /* 0: it forgets nothing by itself */
	enum lab_forgetting how;
	struct lab_personality as;
	size_t count;
	struct lab_box_connection connections[LAB_BOX_CONNECTIONS];
};

void lab_box_free(struct lab_box *box);
/* Ends translation and forgetting; what was forgotten stays forgotten. */
void lab_box_heal(struct lab_box *box);

/* From the addresses and ports of the client's leg to those of the middle, whichever way the packet
 * goes. */
void lab_box_translate_out(const struct lab_box *box, struct lab_packet *packet);
/* Back, for a packet to the client. */
void lab_box_translate_in(struct lab_box *box, struct lab_packet *packet, int64_t now_ns,
			  struct lab_random *random);

/* Notes a packet that reached the middle. False where the box does not let it pass; what it answers
 * is put into the queue. */
bool lab_box_passes(struct lab_box *box, const struct lab_packet *packet, struct lab_queue *queue,
		    int64_t now_ns);
/* Forgets the connections that were idle for `idle_ns`; its RSTs are put into the queue. */
void lab_box_forget(struct lab_box *box, int64_t idle_ns, struct lab_queue *queue, int64_t now_ns);
/* When the box will forget a connection by itself; INT64_MAX: not as things are. */
int64_t lab_box_next_ns(const struct lab_box *box);

#endif
