/* act.c: the actions of rules, one function each, and the wire's forgeries. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/relay.h"

#include <string.h>

typedef void action(struct lab_wire *wire, struct lab_rule *rule, struct lab_packet *packet,
		    struct lab_transit *transit);

static action drop, delay, duplicate, damage, strip_option, clamp_mss, set_ttl, redirect,
    copy_to_other, forge;

static action *const actions[] = {
    [LAB_DROP] = drop,
    [LAB_DELAY] = delay,
    [LAB_DUPLICATE] = duplicate,
    [LAB_DAMAGE] = damage,
    [LAB_STRIP_OPTION] = strip_option,
    [LAB_CLAMP_MSS] = clamp_mss,
    [LAB_SET_TTL] = set_ttl,
    [LAB_REDIRECT] = redirect,
    [LAB_COPY_TO_OTHER] = copy_to_other,
    [LAB_FORGE] = forge,
};

void lab_act(struct lab_wire *wire, struct lab_rule *rule, struct lab_packet *packet,
	     struct lab_transit *transit)
{
	actions[rule->action](wire, rule, packet, transit);
}

static void drop(struct lab_wire *wire TW_UNUSED, struct lab_rule *rule TW_UNUSED,
		 struct lab_packet *packet TW_UNUSED, struct lab_transit *transit)
{
	transit->dropped = true;
}

static void delay(struct lab_wire *wire TW_UNUSED, struct lab_rule *rule,
		  struct lab_packet *packet TW_UNUSED, struct lab_transit *transit)
{
	transit->due_ns += rule->delay_ns;
	transit->out_of_order = true;
}

static void duplicate(struct lab_wire *wire, struct lab_rule *rule, struct lab_packet *packet,
		      struct lab_transit *transit)
{
	lab_relay_travel(wire, lab_packet_copy(packet), transit, transit->due_ns + rule->delay_ns,
			 false);
}

static void damage(struct lab_wire *wire TW_UNUSED, struct lab_rule *rule TW_UNUSED,
		   struct lab_packet *packet, struct lab_transit *transit TW_UNUSED)
{
	lab_packet_damage(packet);
}

static void strip_option(struct lab_wire *wire TW_UNUSED, struct lab_rule *rule,
			 struct lab_packet *packet, struct lab_transit *transit TW_UNUSED)
{
	(void)lab_packet_strip_option(packet, (uint8_t)rule->value);
}

static void clamp_mss(struct lab_wire *wire TW_UNUSED, struct lab_rule *rule,
		      struct lab_packet *packet, struct lab_transit *transit TW_UNUSED)
{
	(void)lab_packet_clamp_mss(packet, rule->value);
}

static void set_ttl(struct lab_wire *wire TW_UNUSED, struct lab_rule *rule,
		    struct lab_packet *packet, struct lab_transit *transit TW_UNUSED)
{
	lab_packet_set_ttl(packet, (uint8_t)rule->value);
}

static void redirect(struct lab_wire *wire TW_UNUSED, struct lab_rule *rule TW_UNUSED,
		     struct lab_packet *packet, struct lab_transit *transit TW_UNUSED)
{
	packet->to_other = packet->way == LAB_TO_SERVER;
}

/* A frame that a switch sends to two hosts is still one frame of their LAN: the copy is unseen. */
static void copy_to_other(struct lab_wire *wire, struct lab_rule *rule TW_UNUSED,
			  struct lab_packet *packet, struct lab_transit *transit)
{
	struct lab_packet *copy = NULL;

	if (packet->way == LAB_TO_SERVER && !packet->to_other)
		copy = lab_packet_copy(packet);
	if (!copy)
		return;
	copy->to_other = true;
	lab_relay_travel(wire, copy, transit, transit->due_ns, true);
}

/* ---- forgeries ---- */

/*
 * Whoever forges is in the middle: the packet is seen when it gets there, or was there just now.
 * What is forged after a packet must stay behind it, hence the nanosecond.
 */
static void inject(struct lab_wire *wire, struct lab_packet *forged, int64_t delay_ns,
		   const struct lab_transit *transit)
{
	int64_t seen_ns = transit->from == LAB_AT_MIDDLE ? transit->now_ns : transit->due_ns + 1;

	if (!forged)
		return;
	if (transit->leg == LAB_CLIENT_LEG)
		lab_box_translate_out(&wire->box, forged);
	lab_queue_add(&wire->queue, (struct lab_due){
					.at_ns = seen_ns + delay_ns,
					.packet = forged,
					.point = LAB_AT_MIDDLE,
				    });
}

/* With an initial sequence number of its own. */
static struct lab_packet *forge_synack(struct lab_wire *wire, const struct lab_packet *syn,
				       const struct lab_personality *as)
{
	static const uint8_t mss_1460[] = {2, 4, 1460 >> 8, 1460 & 0xff};
	bool to_server = syn->way == LAB_TO_SERVER;
	struct lab_forged_segment segment = {
	    .ip6 = syn->ip6,
	    .source_port = syn->destination_port,
	    .destination_port = syn->source_port,
	    .seq = (uint32_t)lab_random_next(&wire->random),
	    .ack = lab_packet_end(syn),
	    .flags = TW_SYN | TW_ACK,
	    .as = *as,
	    .options = mss_1460,
	    .options_bytes = sizeof(mss_1460),
	    .way = to_server ? LAB_TO_CLIENT : LAB_TO_SERVER,
	    .from = to_server ? LAB_SERVER : LAB_CLIENT,
	};

	memcpy(segment.source, lab_packet_destination(syn), syn->ip6 ? 16 : 4);
	memcpy(segment.destination, lab_packet_source(syn), syn->ip6 ? 16 : 4);
	return lab_packet_forge(&segment);
}

/* The router stands on the side to which the packet was going. */
static struct lab_packet *forge_unreachable(const struct lab_wire *wire,
					    const struct lab_packet *packet, uint8_t code)
{
	enum lab_host_name side = packet->way == LAB_TO_SERVER ? LAB_SERVER : LAB_CLIENT;

	return lab_packet_unreachable(packet, wire->settings.addresses.gateway[side], code);
}

static void forge_one(struct lab_wire *wire, const struct lab_forgery *forgery, uint32_t ahead,
		      const struct lab_personality *as, const struct lab_packet *packet,
		      const struct lab_transit *transit)
{
	bool both = forgery->kind == LAB_FORGE_RESET_BOTH;
	bool is_syn = (packet->flags & (TW_SYN | TW_ACK)) == TW_SYN;

	if (packet->is_tcp && (both || forgery->kind == LAB_FORGE_RESET_AFTER))
		inject(wire, lab_packet_reset_after(packet, ahead, forgery->with_ack, as),
		       forgery->delay_ns, transit);
	if (packet->is_tcp && (both || forgery->kind == LAB_FORGE_RESET_ANSWERING))
		inject(wire, lab_packet_reset_answering(packet, ahead, forgery->with_ack, as),
		       forgery->delay_ns, transit);
	if (forgery->kind == LAB_FORGE_SYNACK && is_syn)
		inject(wire, forge_synack(wire, packet, as), forgery->delay_ns, transit);
	if (forgery->kind == LAB_FORGE_ICMP && packet->is_tcp)
		inject(wire, forge_unreachable(wire, packet, forgery->icmp_code), forgery->delay_ns,
		       transit);
}

/* What the wire forged triggers nothing, or a RST could be answered for ever. */
static void forge(struct lab_wire *wire, struct lab_rule *rule, struct lab_packet *packet,
		  struct lab_transit *transit)
{
	struct lab_forgery *forgery = &rule->forgery;
	size_t count = forgery->count > 0 ? forgery->count : 1;

	if (packet->forged)
		return;
	for (size_t i = 0; i < tw_min_size(count, LAB_FORGERIES_MAX); i++) {
		struct lab_personality as = forgery->as;

		if (forgery->copies_window)
			as.window = packet->window;
		forge_one(wire, forgery, forgery->ahead[i], &as, packet, transit);
		if (forgery->counts_ip_ids)
			forgery->as.ip_id++;
	}
	if (forgery->swallow)
		transit->dropped = true;
}
