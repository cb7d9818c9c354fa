/* stack.h: plays other TCP stacks: rewrites what a Linux host sends into their measured shapes. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_STACK_H
#define TW_LAB_STACK_H

#include "lab/packet.h"

/* X(NAME, word): the word stands in scenarios and truth files. */
#define LAB_STACKS(X)         \
	X(LINUX, "Linux")     \
	X(WINDOWS, "Windows") \
	X(FREEBSD, "FreeBSD") \
	X(MACOS, "macOS")     \
	X(SOLARIS, "Solaris")

enum lab_stack {
#define LAB_STACK_ENUM(name, word) LAB_STACK_##name,
	LAB_STACKS(LAB_STACK_ENUM)
#undef LAB_STACK_ENUM
	    LAB_STACK_COUNT
};

const char *lab_stack_word(enum lab_stack stack);

enum { LAB_STACK_FLOWS = 128 };

/* What the actor remembers of each connection of its host. Zeroed before the first packet. */
struct lab_stack_player {
	enum lab_stack stack;
	uint16_t next_ip_id; /* where a stack counts them; may begin anywhere */
	size_t count;
	struct lab_stack_flow {
		uint16_t own_port;
		uint16_t peer_port;
		bool fin_sent;
		bool reset_sent;   /* RST,ACK: those to later segments are bare */
		uint32_t fin_end;  /* behind its FIN */
		uint32_t peer_end; /* highest sequence number of the peer's data that came in */
		bool has_peer_end;
		int64_t peer_at_ns; /* when the peer's last data came in */
	} flows[LAB_STACK_FLOWS];   /* of which the oldest gives way */
};

/* A packet that reaches the host. */
void lab_stack_receives(struct lab_stack_player *player, const struct lab_packet *packet,
			int64_t now_ns);
/*
 * A packet that the host's Linux kernel sent becomes what that stack would have sent, before
 * anybody recorded it (knowledge.md A.2b, A.4, A.5). Linux: unchanged. The packet may be replaced;
 * its owner gets the new one. Time stamps that the stack would not use are switched off in the
 * host's kernel instead, by lab_stack_has_timestamps().
 *
 * Only what Linux sends too can be reshaped. So a FreeBSD's close() with unread data sends a RST
 * here and not its FIN (the packet does not tell why the socket was aborted), a full accept queue
 * is answered as Linux does, and giving up retransmissions stays silent.
 */
TW_CHECK struct lab_packet *lab_stack_sends(struct lab_stack_player *player,
					    struct lab_packet *packet, int64_t now_ns);
bool lab_stack_has_timestamps(enum lab_stack stack);

#endif
