/* steps_forge.c: forgers on the way, and strangers whose segments belong to no program. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/program.h"
#include "lab/steps.h"

#include "tcp/seq.h"

#include <inttypes.h>
#include <string.h>

enum {
	SCANNER_WINDOW = 1024, /* of nmap -sS and masscan */
	SERVER_WINDOW = 65160, /* of a Linux host's SYN,ACK */
	STRANGER_NUMBER = 10,  /* the last number of the first stranger's address */
};

#define FLOOD_PAUSE_NS	     (10 * LAB_MILLISECOND)
#define BACKSCATTER_PAUSE_NS (150 * LAB_MILLISECOND)

static struct lab_hand hand_of(struct lab_run *run, const struct lab_value *hand)
{
	return hand->kind == LAB_ABSENT ? lab_hand_foreign(&run->random) : hand->hand;
}

/* ---- forgers that wait for a segment ---- */

static struct lab_rule forging(struct lab_run *run, const struct lab_value *hand, bool with_ack,
			       bool swallow)
{
	struct lab_hand by = hand_of(run, hand);

	return (struct lab_rule){.action = LAB_FORGE,
				 .forgery = {.with_ack = with_ack || by.with_ack,
					     .counts_ip_ids = by.counts_ip_ids,
					     .copies_window = by.copies_window,
					     .as = by.as,
					     .count = 1,
					     .swallow = swallow}};
}

/* To the receiver of what triggers it as if its sender had reset, and the other way round. */
static bool add_resets(struct lab_run *run, const struct lab_value *match,
		       const struct lab_value *to, struct lab_rule *rule)
{
	bool to_client = false;
	bool to_server = false;
	struct lab_value one_way = *match;
	enum lab_direction direction = match->match.direction;

	for (size_t i = 0; i < to->host_count; i++) {
		to_client |= to->hosts[i] == LAB_CLIENT;
		to_server |= to->hosts[i] != LAB_CLIENT;
	}
	for (enum lab_direction way = LAB_ONLY_TO_SERVER; way <= LAB_ONLY_TO_CLIENT; way++) {
		bool to_receiver = way == LAB_ONLY_TO_SERVER ? to_server : to_client;

		if (direction != LAB_EITHER_WAY && direction != way)
			continue;
		one_way.match.direction = way;
		rule->forgery.kind = to_client && to_server ? LAB_FORGE_RESET_BOTH
				     : to_receiver	    ? LAB_FORGE_RESET_AFTER
							    : LAB_FORGE_RESET_ANSWERING;
		if (!lab_add_rules(run, &one_way, rule))
			return false;
	}
	return true;
}

bool lab_step_forge_when(struct lab_run *run, const struct lab_value *values)
{
	struct lab_rule rule =
	    forging(run, &values[4], values[0].number == 1, values[3].kind != LAB_ABSENT);

	lab_note_sentence(run);
	return add_resets(run, &values[2], &values[1], &rule);
}

bool lab_step_forge_many(struct lab_run *run, const struct lab_value *values)
{
	struct lab_rule rule =
	    forging(run, &values[6], values[1].number == 1, values[5].kind != LAB_ABSENT);
	struct lab_forgery *forgery = &rule.forgery;

	if (values[0].number < 1 || values[0].number > LAB_FORGERIES_MAX)
		return lab_run_fail(run, "from 1 to %d can be forged", LAB_FORGERIES_MAX);
	forgery->count = values[0].number;
	for (size_t i = 0; i < forgery->count; i++)
		forgery->ahead[i] = (uint32_t)(i * values[3].number);
	lab_note_sentence(run);
	return add_resets(run, &values[4], &values[2], &rule);
}

bool lab_step_forge_synack(struct lab_run *run, const struct lab_value *values)
{
	struct lab_rule rule = forging(run, &values[2], true, false);

	rule.forgery.kind = LAB_FORGE_SYNACK;
	lab_note_sentence(run);
	return lab_add_rules(run, &values[1], &rule);
}

bool lab_step_answer(struct lab_run *run, const struct lab_value *values)
{
	struct lab_rule rule =
	    forging(run, &values[3], values[1].number == 1, values[2].kind != LAB_ABSENT);

	rule.forgery.kind = LAB_FORGE_RESET_ANSWERING;
	lab_note_sentence(run);
	return lab_add_rules(run, &values[0], &rule);
}

bool lab_step_answer_icmp(struct lab_run *run, const struct lab_value *values)
{
	struct lab_rule rule = {.action = LAB_FORGE,
				.forgery = {.kind = LAB_FORGE_ICMP,
					    .as = {.ttl = 64},
					    .count = 1,
					    .icmp_code = (uint8_t)values[1].number,
					    .swallow = values[2].kind != LAB_ABSENT}};

	lab_note_sentence(run);
	return lab_add_rules(run, &values[0], &rule);
}

/* ---- forgers that act now ---- */

static uint32_t end_of(const struct lab_passed *passed)
{
	return passed->seq + passed->payload_bytes + ((passed->flags & TW_SYN) != 0) +
	       ((passed->flags & TW_FIN) != 0);
}

/* What of the newest connection has passed the middle on this way: its last segment, with the end
 * of the data in `seq`. False where nothing has. */
static bool last_of_way(struct lab_run *run, enum lab_way way, struct lab_passed *last)
{
	const struct lab_connection *connection = &run->connections[run->connection_count];
	size_t count = lab_wire_passed_count(run->wire);
	uint32_t end = 0;
	bool found = false;

	for (size_t i = connection->first_passed; i < count; i++) {
		struct lab_passed entry = lab_wire_passed(run->wire, i);

		if (entry.point != LAB_AT_MIDDLE || entry.way != way || entry.icmp ||
		    (entry.flags & TW_RST) || !lab_is_of_connection(run, connection, &entry))
			continue;
		if (!found || tw_seq_after(end_of(&entry), end))
			end = end_of(&entry);
		*last = entry;
		found = true;
	}
	last->seq = end;
	return found;
}

/* A RST to the host, `ahead` of where its peer's segments end. */
static bool forge_reset_to(struct lab_run *run, enum lab_host_name to, bool with_ack,
			   uint32_t ahead, const struct lab_hand *by)
{
	enum lab_way way = to == LAB_CLIENT ? LAB_TO_CLIENT : LAB_TO_SERVER;
	enum lab_host_name from = to == LAB_CLIENT ? LAB_SERVER : LAB_CLIENT;
	const struct lab_addresses *addresses = &run->addresses;
	struct lab_passed last = {0};
	struct lab_packet *packet;

	if (!last_of_way(run, way, &last))
		return lab_run_fail(run, "no segment to the %s was seen", lab_host_text(to));

	struct lab_forged_segment segment = {
	    .ip6 = run->plan->ip6,
	    .source_port = last.source_port,
	    .destination_port = last.destination_port,
	    .seq = last.seq + ahead,
	    .ack = with_ack ? last.ack : 0,
	    .flags = with_ack ? TW_RST | TW_ACK : TW_RST,
	    .as = by->as,
	    .way = way,
	    .from = from,
	};

	if (by->copies_window)
		segment.as.window = last.window;
	memcpy(segment.source, addresses->bytes[from], sizeof(segment.source));
	memcpy(segment.destination, addresses->bytes[to == LAB_CLIENT ? LAB_CLIENT : LAB_SERVER],
	       sizeof(segment.destination));
	packet = lab_packet_forge(&segment);
	if (!packet)
		return lab_run_fail(run, "no memory");
	lab_wire_inject(run->wire, packet, LAB_AT_MIDDLE, 0);
	return true;
}

bool lab_step_forge_now(struct lab_run *run, const struct lab_value *values)
{
	struct lab_hand by = hand_of(run, &values[3]);
	bool with_ack = values[0].number == 1 || by.with_ack;

	lab_note_sentence(run);
	for (size_t i = 0; i < values[1].host_count; i++)
		if (!forge_reset_to(run, values[1].hosts[i], with_ack,
				    (uint32_t)lab_step_number(&values[2], 0), &by))
			return false;
	return true;
}

/* ---- strangers ---- */

static const uint8_t mss_1460[] = {2, 4, 1460 >> 8, 1460 & 0xff};

/* Puts a stranger's segment on the wire at the point where its sender would be. */
static bool send_stray(struct lab_run *run, struct lab_forged_segment *segment, enum lab_point at)
{
	struct lab_packet *packet;

	segment->ip6 = run->plan->ip6;
	segment->seq = (uint32_t)lab_random_next(&run->random);
	segment->as.ttl = (uint8_t)lab_random_between(&run->random, 36, 60);
	segment->as.ip_id = (uint16_t)lab_random_between(&run->random, 1, UINT16_MAX);
	segment->options = mss_1460;
	segment->options_bytes = sizeof(mss_1460);
	packet = lab_packet_forge(segment);
	if (!packet)
		return lab_run_fail(run, "no memory");
	lab_wire_inject(run->wire, packet, at, 0);
	return true;
}

/* A SYN as a scanner's raw socket makes it, from `source`. */
static bool stray_syn(struct lab_run *run, const uint8_t source[16], uint16_t to_port)
{
	uint16_t from_port = lab_program_next_port(run);
	uint32_t number =
	    lab_program_new_connection(run, LAB_CLIENT, from_port, LAB_SERVER, to_port);
	struct lab_forged_segment segment = {
	    .source_port = from_port,
	    .destination_port = to_port,
	    .flags = TW_SYN,
	    .as = {.window = SCANNER_WINDOW},
	    .way = LAB_TO_SERVER,
	    .from = LAB_CLIENT,
	};
	struct lab_connection *connection = &run->connections[number];

	if (number == 0)
		return false;
	memcpy(segment.source, source, sizeof(segment.source));
	memcpy(segment.destination, run->addresses.bytes[LAB_SERVER], sizeof(segment.destination));
	memcpy(connection->opener_address, source, sizeof(connection->opener_address));
	connection->opener_address_given =
	    memcmp(source, run->addresses.bytes[LAB_CLIENT], 16) != 0;
	lab_run_note_wire(run, "a stranger sends a SYN from port %u to port %u", from_port,
			  to_port);
	return send_stray(run, &segment, LAB_AT_CLIENT);
}

bool lab_step_stray_syn(struct lab_run *run, const struct lab_value *values)
{
	return lab_program_default_listener(run) &&
	       stray_syn(run, run->addresses.bytes[LAB_CLIENT], (uint16_t)values[0].number);
}

bool lab_step_flood(struct lab_run *run, const struct lab_value *values)
{
	uint8_t source[16];

	if (!lab_program_default_listener(run))
		return false;
	memcpy(source, run->addresses.bytes[LAB_CLIENT], sizeof(source));
	for (uint64_t i = 0; i < values[0].number; i++) {
		source[run->plan->ip6 ? 15 : 3] = (uint8_t)(STRANGER_NUMBER + i);
		if (!stray_syn(run, source, run->plan->port))
			return false;
		lab_pause(FLOOD_PAUSE_NS);
	}
	return true;
}

bool lab_step_backscatter(struct lab_run *run, const struct lab_value *values)
{
	for (uint64_t i = 0; i < values[0].number; i++) {
		uint16_t to_port = lab_program_next_port(run);
		struct lab_forged_segment segment = {
		    .source_port = run->plan->port,
		    .destination_port = to_port,
		    .ack = (uint32_t)lab_random_next(&run->random),
		    .flags = TW_SYN | TW_ACK,
		    .as = {.window = SERVER_WINDOW, .dont_fragment = true},
		    .way = LAB_TO_CLIENT,
		    .from = LAB_SERVER,
		};

		if (lab_program_new_connection(run, LAB_CLIENT, to_port, LAB_SERVER,
					       run->plan->port) == 0)
			return false;
		memcpy(segment.source, run->addresses.bytes[LAB_SERVER], sizeof(segment.source));
		memcpy(segment.destination, run->addresses.bytes[LAB_CLIENT],
		       sizeof(segment.destination));
		lab_run_note_wire(run, "a stranger's SYN,ACK to port %u", to_port);
		if (!send_stray(run, &segment, LAB_AT_SERVER))
			return false;
		lab_pause(BACKSCATTER_PAUSE_NS);
	}
	return true;
}
