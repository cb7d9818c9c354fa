/* stack.c: the traits of other stacks, one table; and how a Linux segment takes them on. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/stack.h"

#include "base/assert.h"
#include "tcp/seq.h"

/* Data and the kernel's RST to it are this close: it answers at once, but the relay may be late. */
#define AT_ONCE_NS (20 * LAB_MILLISECOND)

/* In what a stack is unlike Linux. */
enum trait {
	NO_TIMESTAMPS = 1 << 0,	     /* asks for none in its SYN */
	TTL_128 = 1 << 1,	     /* in all it sends */
	COUNTS_IP_IDS = 1 << 2,	     /* one counter for all it sends, with DF */
	ABORTS_NO_WINDOW = 1 << 3,   /* an abort is the RST,ACK of a living socket */
	ABORTS_NO_OPTIONS = 1 << 4,  /* no time stamps in it */
	ABORTS_BARE = 1 << 5,	     /* without ACK, as RFC 9293 section 3.10.5 has it */
	REFUSES_WITHOUT_DF = 1 << 6, /* a refusal is the RST,ACK to a SYN */
	REPEATS_SEQ = 1 << 7,	     /* the ACK field of a bare RST holds its SEQ */
	ACKS_LATE_DATA = 1 << 8,     /* RST,ACK to the first data after its FIN */
};

static const uint16_t traits[LAB_STACK_COUNT] = {
    [LAB_STACK_LINUX] = 0,
    [LAB_STACK_WINDOWS] = NO_TIMESTAMPS | TTL_128 | COUNTS_IP_IDS | ABORTS_NO_WINDOW |
			  ABORTS_NO_OPTIONS | REPEATS_SEQ | ACKS_LATE_DATA,
    [LAB_STACK_FREEBSD] = ABORTS_NO_WINDOW,
    [LAB_STACK_MACOS] = ABORTS_NO_OPTIONS | REFUSES_WITHOUT_DF,
    [LAB_STACK_SOLARIS] = ABORTS_NO_OPTIONS | ABORTS_BARE,
};

static const char *const words[LAB_STACK_COUNT] = {
#define LAB_STACK_WORD(name, word) [LAB_STACK_##name] = (word),
    LAB_STACKS(LAB_STACK_WORD)
#undef LAB_STACK_WORD
};

static bool has(const struct lab_stack_player *player, enum trait trait)
{
	return (traits[player->stack] & trait) != 0;
}

const char *lab_stack_word(enum lab_stack stack)
{
	return words[stack];
}

bool lab_stack_has_timestamps(enum lab_stack stack)
{
	return !(traits[stack] & NO_TIMESTAMPS);
}

/* ---- what is remembered ---- */

static struct lab_stack_flow *find_flow(struct lab_stack_player *player, uint16_t own_port,
					uint16_t peer_port)
{
	for (size_t i = 0; i < tw_min_size(player->count, LAB_STACK_FLOWS); i++) {
		struct lab_stack_flow *flow = &player->flows[i];

		if (flow->own_port == own_port && flow->peer_port == peer_port)
			return flow;
	}
	return NULL;
}

static struct lab_stack_flow *need_flow(struct lab_stack_player *player, uint16_t own_port,
					uint16_t peer_port)
{
	struct lab_stack_flow *flow = find_flow(player, own_port, peer_port);

	if (flow)
		return flow;
	flow = &player->flows[player->count++ % LAB_STACK_FLOWS];
	*flow = (struct lab_stack_flow){.own_port = own_port, .peer_port = peer_port};
	return flow;
}

/* A SYN begins anew what the same ports did before. */
static void forget_before_syn(struct lab_stack_flow *flow, uint16_t flags)
{
	if (flow && flags & TW_SYN)
		*flow = (struct lab_stack_flow){.own_port = flow->own_port,
						.peer_port = flow->peer_port};
}

void lab_stack_receives(struct lab_stack_player *player, const struct lab_packet *packet,
			int64_t now_ns)
{
	uint16_t own_port = packet->destination_port;
	uint16_t peer_port = packet->source_port;
	uint32_t end = lab_packet_end(packet);

	if (!packet->is_tcp)
		return;
	forget_before_syn(find_flow(player, own_port, peer_port), packet->flags);
	if (packet->payload_bytes == 0)
		return;
	struct lab_stack_flow *flow = need_flow(player, own_port, peer_port);

	if (!flow->has_peer_end || tw_seq_after(end, flow->peer_end))
		flow->peer_end = end;
	flow->has_peer_end = true;
	flow->peer_at_ns = now_ns;
}

static void note_sent(struct lab_stack_player *player, const struct lab_packet *packet)
{
	uint16_t own_port = packet->source_port;
	uint16_t peer_port = packet->destination_port;

	forget_before_syn(find_flow(player, own_port, peer_port), packet->flags);
	if (!(packet->flags & TW_FIN))
		return;
	struct lab_stack_flow *flow = need_flow(player, own_port, peer_port);

	flow->fin_sent = true;
	flow->fin_end = lab_packet_end(packet);
}

/* ---- what is made of a RST ---- */

/* The RST,ACK of a living socket. Its window may be 0 and it may lack options, but its SEQ is not
 * 0, as it is in an answer to a segment without ACK (RFC 9293 section 3.5.2). */
static bool is_abort(const struct lab_packet *reset)
{
	return (reset->flags & TW_ACK) && reset->seq != 0;
}

static void reshape_abort(struct lab_stack_player *player, struct lab_packet *reset)
{
	struct lab_stack_flow *flow =
	    find_flow(player, reset->source_port, reset->destination_port);

	if (flow)
		flow->reset_sent = true;
	if (has(player, ABORTS_NO_WINDOW))
		lab_packet_set_window(reset, 0);
	if (has(player, ABORTS_NO_OPTIONS))
		lab_packet_strip_options(reset);
	if (has(player, ABORTS_BARE)) {
		lab_packet_set_flags(reset, reset->flags & (uint16_t)~TW_ACK);
		lab_packet_set_ack(reset, 0);
	}
}

/* Whether this RST answers the first data after the host's FIN. The packet does not tell so; data
 * that came at this moment does. */
static bool answers_late_data(const struct lab_stack_flow *flow, int64_t now_ns)
{
	return flow && flow->fin_sent && !flow->reset_sent && flow->has_peer_end &&
	       now_ns - flow->peer_at_ns <= AT_ONCE_NS;
}

static void reshape_bare(struct lab_stack_player *player, struct lab_packet *reset, int64_t now_ns)
{
	struct lab_stack_flow *flow =
	    find_flow(player, reset->source_port, reset->destination_port);

	if (has(player, ACKS_LATE_DATA) && answers_late_data(flow, now_ns)) {
		flow->reset_sent = true;
		lab_packet_set_flags(reset, reset->flags | TW_ACK);
		lab_packet_set_seq(reset, flow->fin_end);
		lab_packet_set_ack(reset, flow->peer_end);
	} else if (has(player, REPEATS_SEQ)) {
		lab_packet_set_ack(reset, reset->seq);
		/* Those that follow a RST,ACK were seen without DF, others with it. */
		lab_packet_set_dont_fragment(reset, !flow || !flow->reset_sent);
	}
}

static void reshape_reset(struct lab_stack_player *player, struct lab_packet *reset, int64_t now_ns)
{
	if (!(reset->flags & TW_ACK))
		reshape_bare(player, reset, now_ns);
	else if (is_abort(reset))
		reshape_abort(player, reset);
	else if (has(player, REFUSES_WITHOUT_DF))
		lab_packet_set_dont_fragment(reset, false);
}

/* A train of segments takes as many IP IDs as it will be cut into. */
static size_t segments_in(const struct lab_packet *packet)
{
	size_t size = packet->segment_size;

	if (size == 0 || packet->payload_bytes <= size)
		return 1;
	return (packet->payload_bytes + size - 1) / size;
}

struct lab_packet *lab_stack_sends(struct lab_stack_player *player, struct lab_packet *packet,
				   int64_t now_ns)
{
	TW_ASSERT(player->stack < LAB_STACK_COUNT);
	if (has(player, TTL_128))
		lab_packet_set_ttl(packet, 128);
	if (has(player, COUNTS_IP_IDS)) {
		lab_packet_set_ip_id(packet, player->next_ip_id);
		player->next_ip_id = (uint16_t)(player->next_ip_id + segments_in(packet));
	}
	if (!packet->is_tcp)
		return packet;
	if (packet->flags & TW_RST)
		reshape_reset(player, packet, now_ns);
	else
		note_sent(player, packet);
	return packet;
}
