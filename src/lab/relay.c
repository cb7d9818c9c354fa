/* relay.c: from the TAP of one host over two legs and three points to that of the other. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/relay.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* What comes this close together is merged, as by a card that waits before it interrupts. */
#define MERGE_WITHIN_NS (LAB_MILLISECOND / 5)

enum {
	ETHERTYPE_AT = 12,
	ETHERTYPE_IP4 = 0x0800,
	ETHERTYPE_IP6 = 0x86dd,
	TAP_PATIENCE_MS = 10,
	PASSED_FIRST = 1024,
	FRAMES_AT_ONCE = 32, /* then what became due has its turn */
};

static enum lab_point last_point(const struct lab_packet *packet)
{
	return packet->way == LAB_TO_SERVER ? LAB_AT_SERVER : LAB_AT_CLIENT;
}

static bool is_wanted(enum lab_direction direction, enum lab_way way)
{
	return direction == LAB_EITHER_WAY ||
	       (direction == LAB_ONLY_TO_SERVER) == (way == LAB_TO_SERVER);
}

/* ---- what passed ---- */

static bool reserve_passed(struct lab_wire *wire)
{
	size_t capacity = wire->passed_capacity ? wire->passed_capacity * 2 : PASSED_FIRST;

	if (wire->passed_count < wire->passed_capacity)
		return true;
	if (wire->passed_count == LAB_PASSED_MAX)
		return false;
	capacity = tw_min_size(capacity, LAB_PASSED_MAX);

	struct lab_passed *passed = realloc(wire->passed, capacity * sizeof(*passed));

	if (!passed)
		return false;
	wire->passed = passed;
	wire->passed_capacity = capacity;
	return true;
}

static void note_passed(struct lab_wire *wire, const struct lab_packet *packet,
			enum lab_point point, int64_t now_ns)
{
	if (!reserve_passed(wire)) {
		wire->incomplete = true;
		return;
	}
	wire->passed[wire->passed_count++] = (struct lab_passed){
	    .id = packet->id,
	    .at_ns = now_ns,
	    .point = point,
	    .way = packet->way,
	    .from = packet->from,
	    .forged = packet->forged,
	    .icmp = packet->is_icmp_error,
	    .flags = packet->flags,
	    .source_port = packet->source_port,
	    .destination_port = packet->destination_port,
	    .seq = packet->seq,
	    .ack = packet->ack,
	    .payload_bytes = (uint32_t)packet->payload_bytes,
	    .window = packet->window,
	    .ttl = packet->ttl,
	};
	(void)pthread_cond_broadcast(&wire->more_passed);
}

/* ---- to a host ---- */

/* A TAP whose kernel is behind says EAGAIN; it gets a moment, or the frame is lost. */
static bool write_frame(int tap, const struct iovec *pieces, int count)
{
	struct pollfd writable = {.fd = tap, .events = POLLOUT};

	while (writev(tap, pieces, count) < 0) {
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN || poll(&writable, 1, TAP_PATIENCE_MS) <= 0)
			return false;
	}
	return true;
}

static enum lab_host_name receiver_of(const struct lab_packet *packet)
{
	if (packet->way == LAB_TO_CLIENT)
		return LAB_CLIENT;
	return packet->to_other ? LAB_OTHER : LAB_SERVER;
}

static void deliver(struct lab_wire *wire, struct lab_packet *packet, int64_t now_ns)
{
	enum lab_host_name host = receiver_of(packet);
	uint8_t head[LAB_VNET_HEADER_BYTES + LAB_ETHERNET_BYTES];
	size_t skipped = wire->settings.vnet_header ? 0 : LAB_VNET_HEADER_BYTES;
	struct iovec pieces[] = {
	    {.iov_base = head + skipped, .iov_len = sizeof(head) - skipped},
	    {.iov_base = packet->bytes, .iov_len = packet->size},
	};

	if (wire->settings.taps[host] < 0)
		return;
	lab_stack_receives(&wire->players[host], packet, now_ns);
	lab_offload_write_header(packet, head);
	lab_ethernet(packet, last_point(packet), head + LAB_VNET_HEADER_BYTES);
	if (!write_frame(wire->settings.taps[host], pieces, TW_LEN(pieces)))
		wire->incomplete = true;
}

/* Takes from the queue what arrives together with the packet and continues it. */
static void merge_followers(struct lab_wire *wire, struct lab_due *due, int64_t now_ns)
{
	const struct lab_due *next = lab_queue_first(&wire->queue);
	bool merged = true;

	while (merged && next && next->point == due->point && next->unseen == due->unseen &&
	       next->packet->id != 0 && next->at_ns <= now_ns + MERGE_WITHIN_NS) {
		due->packet = lab_offload_merge(due->packet, next->packet, &merged);
		if (merged)
			(void)lab_queue_take(&wire->queue);
		next = lab_queue_first(&wire->queue);
	}
}

/* ---- along a leg ---- */

void lab_relay_travel(struct lab_wire *wire, struct lab_packet *packet,
		      const struct lab_transit *transit, int64_t due_ns, bool unseen)
{
	uint8_t hops = wire->settings.hops[transit->leg];

	if (!packet)
		return;
	if (packet->ttl <= hops) {
		lab_packet_free(packet);
		return;
	}
	if (hops > 0)
		lab_packet_set_ttl(packet, (uint8_t)(packet->ttl - hops));
	if (transit->to == LAB_AT_MIDDLE && transit->leg == LAB_CLIENT_LEG)
		lab_box_translate_out(&wire->box, packet);
	lab_queue_add(&wire->queue, (struct lab_due){
					.at_ns = due_ns,
					.packet = packet,
					.point = transit->to,
					.unseen = unseen,
				    });
}

static struct lab_transit begin_transit(struct lab_wire *wire, enum lab_way way,
					enum lab_point from, int64_t now_ns)
{
	bool to_server = way == LAB_TO_SERVER;
	enum lab_point near_client = to_server ? from : from - 1;
	struct lab_transit transit = {
	    .leg = near_client == LAB_AT_CLIENT ? LAB_CLIENT_LEG : LAB_SERVER_LEG,
	    .from = from,
	    .to = to_server ? from + 1 : from - 1,
	    .now_ns = now_ns,
	};
	uint64_t jitter_ns = (uint64_t)wire->settings.jitter_ns[transit.leg];

	transit.due_ns = now_ns + wire->settings.delay_ns[transit.leg] +
			 (int64_t)lab_random_between(&wire->random, 0, jitter_ns);
	if (transit.due_ns < wire->last_due_ns[transit.leg][way])
		transit.due_ns = wire->last_due_ns[transit.leg][way];
	return transit;
}

static void enter_leg(struct lab_wire *wire, struct lab_packet *packet, const struct lab_due *due,
		      int64_t now_ns)
{
	struct lab_transit transit = begin_transit(wire, packet->way, due->point, now_ns);

	if (due->point == LAB_AT_MIDDLE && transit.leg == LAB_CLIENT_LEG)
		lab_box_translate_in(&wire->box, packet, now_ns, &wire->random);
	for (size_t i = 0; i < wire->rule_count && !transit.dropped && !due->unseen; i++) {
		struct lab_rule *rule = &wire->rules[i];

		if (rule->leg == transit.leg && lab_rule_fits(rule, packet, now_ns, &wire->random))
			lab_act(wire, rule, packet, &transit);
	}
	if (transit.dropped) {
		lab_packet_free(packet);
		return;
	}
	if (!transit.out_of_order)
		wire->last_due_ns[transit.leg][packet->way] = transit.due_ns;
	lab_relay_travel(wire, packet, &transit, transit.due_ns, due->unseen);
}

/* ---- at a point ---- */

/* Where a packet enters the wire. Towards the server's side, its address says whose it is. */
static void register_packet(struct lab_wire *wire, struct lab_packet *packet)
{
	const struct lab_addresses *addresses = &wire->settings.addresses;
	size_t size = packet->ip6 ? 16 : 4;
	const uint8_t *others = addresses->bytes[LAB_OTHER];

	packet->id = ++wire->next_id;
	if (packet->way == LAB_TO_SERVER && wire->settings.taps[LAB_OTHER] >= 0 &&
	    memcmp(others, addresses->bytes[LAB_SERVER], size) != 0 &&
	    memcmp(others, lab_packet_destination(packet), size) == 0)
		packet->to_other = true;
}

static void go_on(struct lab_wire *wire, const struct lab_due *due, int64_t now_ns)
{
	size_t count = lab_offload_cut(due->packet, wire->parts);

	for (size_t i = 0; i < count; i++)
		enter_leg(wire, wire->parts[i], due, now_ns);
}

/*
 * What the receiver sent before this packet reaches it passed the point first, though it is still
 * in the TAP's queue: a kernel answers while the frame before is being written to it.
 */
static int64_t take_in_first(struct lab_wire *wire, const struct lab_packet *packet)
{
	enum lab_host_name receiver = receiver_of(packet);

	if (wire->settings.taps[receiver] >= 0)
		lab_relay_read(wire, receiver);
	return lab_now_ns();
}

static void arrive(struct lab_wire *wire, struct lab_due due, int64_t now_ns)
{
	bool enters = due.packet->id == 0;
	bool is_last = due.point == last_point(due.packet);

	if (is_last && !enters)
		now_ns = take_in_first(wire, due.packet);
	if (enters)
		register_packet(wire, due.packet);
	if (is_last && !enters && wire->settings.vnet_header)
		merge_followers(wire, &due, now_ns);
	if (!due.unseen) {
		note_passed(wire, due.packet, due.point, now_ns);
		if (!wire->recording_off && is_wanted(wire->only, due.packet->way))
			lab_recording_add(&wire->recordings[due.point], due.point, due.packet,
					  now_ns + wire->clock_offset_ns);
	}
	if (is_last)
		deliver(wire, due.packet, now_ns);
	/* The box lets pass what it or its neighbours made in the middle. */
	bool goes_on = !is_last && (enters || due.point != LAB_AT_MIDDLE || due.unseen ||
				    lab_box_passes(&wire->box, due.packet, &wire->queue, now_ns));

	if (goes_on)
		go_on(wire, &due, now_ns);
	else
		lab_packet_free(due.packet);
}

void lab_relay_move(struct lab_wire *wire)
{
	const struct lab_due *first;
	int64_t now_ns = lab_now_ns();

	if (lab_box_next_ns(&wire->box) <= now_ns)
		lab_box_forget(&wire->box, wire->box.idle_ns, &wire->queue, now_ns);
	while ((first = lab_queue_first(&wire->queue)) && first->at_ns <= now_ns) {
		arrive(wire, lab_queue_take(&wire->queue), now_ns);
		now_ns = lab_now_ns();
	}
}

int64_t lab_relay_next_ns(const struct lab_wire *wire)
{
	const struct lab_due *first = lab_queue_first(&wire->queue);
	int64_t forgets_ns = lab_box_next_ns(&wire->box);

	return first && first->at_ns < forgets_ns ? first->at_ns : forgets_ns;
}

/* ---- from a host ---- */

/* The IP packet in the frame that was read; NULL where it is nothing that the wire carries. */
static struct lab_packet *unwrap(struct lab_wire *wire, enum lab_host_name host, size_t size)
{
	size_t vnet_bytes = wire->settings.vnet_header ? LAB_VNET_HEADER_BYTES : 0;
	size_t head_bytes = vnet_bytes + LAB_ETHERNET_BYTES;
	const uint8_t *ethernet = wire->frame + vnet_bytes;

	if (size <= head_bytes)
		return NULL;

	uint16_t type = tw_be16(ethernet + ETHERTYPE_AT);

	if (type != ETHERTYPE_IP4 && type != ETHERTYPE_IP6)
		return NULL;

	struct lab_packet *packet = lab_packet_new(wire->frame + head_bytes, size - head_bytes);

	if (!packet)
		return NULL;
	if (!packet->is_tcp && !packet->is_icmp_error) {
		lab_packet_free(packet);
		return NULL;
	}
	if (wire->settings.vnet_header)
		lab_offload_read_header(wire->frame, packet);
	packet->way = host == LAB_CLIENT ? LAB_TO_SERVER : LAB_TO_CLIENT;
	packet->from = host;
	return packet;
}

void lab_relay_read(struct lab_wire *wire, enum lab_host_name host)
{
	for (int frames = 0; frames < FRAMES_AT_ONCE; frames++) {
		ssize_t size = read(wire->settings.taps[host], wire->frame, sizeof(wire->frame));

		if (size <= 0)
			return;

		struct lab_due due = {
		    .packet = unwrap(wire, host, (size_t)size),
		    .point = host == LAB_CLIENT ? LAB_AT_CLIENT : LAB_AT_SERVER,
		};
		int64_t now_ns = lab_now_ns();

		if (due.packet)
			due.packet = lab_stack_sends(&wire->players[host], due.packet, now_ns);
		if (due.packet)
			arrive(wire, due, now_ns);
	}
}
