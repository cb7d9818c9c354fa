/* steps_wire.c: what the wire does to packets, what its boxes forget, what it records. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/steps.h"

#include <inttypes.h>
#include <string.h>

enum {
	/* Further than the openers' ports of a run are apart, so that no two get one number. */
	PORT_SHIFT_MIN = 3500,
	PORT_SHIFT_MAX = 5500,
	SERVICE_NUMBER = 200, /* the last number of the service address: no host has it */
	DATA_DUPLICATE_US_MAX = 2000,
};

/* What a packet filter sends: TTL 64 where it stands, IP ID 0, DF. */
static const struct lab_personality box = {.ttl = 64, .dont_fragment = true};

/* ---- rules ---- */

/* The second leg of the way that the packets take; for both ways, the server's. */
static enum lab_leg second_leg(const struct lab_match *match)
{
	return match->direction == LAB_ONLY_TO_CLIENT ? LAB_CLIENT_LEG : LAB_SERVER_LEG;
}

static void match_connection(const struct lab_run *run, enum lab_leg leg, struct lab_match *match)
{
	const struct lab_connection *connection = &run->connections[run->connection_count];
	bool by_client = connection->opener == LAB_CLIENT;

	match->client_port = by_client ? connection->opener_port : connection->listener_port;
	match->server_port = by_client ? connection->listener_port : connection->opener_port;
	/* The box that translates stands between the client's leg and the middle. */
	if (leg == LAB_SERVER_LEG)
		match->client_port = (uint16_t)(match->client_port + run->port_shift);
}

bool lab_add_rule(struct lab_run *run, struct lab_rule *rule)
{
	return lab_wire_add_rule(run->wire, rule) || lab_run_fail(run, "there are too many rules");
}

bool lab_add_rules(struct lab_run *run, const struct lab_value *match, struct lab_rule *rule)
{
	size_t count = 0;

	rule->match = match->match;
	rule->leg = match->has_leg ? match->leg : second_leg(&match->match);
	if (match->this_connection)
		match_connection(run, rule->leg, &rule->match);
	while (count < LAB_ORDINALS_MAX && match->ordinals[count] > 0)
		count++;
	if (count == 0)
		return lab_add_rule(run, rule);
	/* The last comes first: what one rule drops, those behind it do not count. */
	while (count-- > 0) {
		rule->match.skip = match->ordinals[count] - 1;
		rule->match.count = 1;
		if (!lab_add_rule(run, rule))
			return false;
	}
	return true;
}

void lab_note_sentence(struct lab_run *run)
{
	lab_run_note_wire(run, "%.*s", (int)run->step->sentence.size, run->step->sentence.text);
}

static bool act(struct lab_run *run, const struct lab_value *match, struct lab_rule rule)
{
	lab_note_sentence(run);
	return lab_add_rules(run, match, &rule);
}

bool lab_step_drop(struct lab_run *run, const struct lab_value *values)
{
	return act(run, &values[0], (struct lab_rule){.action = LAB_DROP});
}

bool lab_step_delay(struct lab_run *run, const struct lab_value *values)
{
	struct lab_value match = values[0];

	if (values[2].kind != LAB_ABSENT) {
		match.has_leg = true;
		match.leg = (enum lab_leg)values[2].number;
	}
	return act(run, &match,
		   (struct lab_rule){.action = LAB_DELAY, .delay_ns = values[1].time_ns});
}

bool lab_step_duplicate(struct lab_run *run, const struct lab_value *values)
{
	int64_t delay_us = (int64_t)lab_random_between(&run->random, 0, DATA_DUPLICATE_US_MAX);

	return act(run, &values[0],
		   (struct lab_rule){.action = LAB_DUPLICATE,
				     .delay_ns = delay_us * (LAB_MILLISECOND / 1000)});
}

bool lab_step_damage(struct lab_run *run, const struct lab_value *values)
{
	return act(run, &values[0], (struct lab_rule){.action = LAB_DAMAGE});
}

bool lab_step_strip(struct lab_run *run, const struct lab_value *values)
{
	/* Kinds of TCP options as IANA numbers them, in the order of the sentence's choice. */
	static const uint16_t kinds[] = {3, 4, 8, 2, 34};

	return act(run, &values[1],
		   (struct lab_rule){.action = LAB_STRIP_OPTION, .value = kinds[values[0].number]});
}

bool lab_step_clamp_mss(struct lab_run *run, const struct lab_value *values)
{
	static const struct lab_value opening = {
	    .match = {.flags_mask = TW_SYN, .flags_value = TW_SYN}};

	return act(run, &opening,
		   (struct lab_rule){.action = LAB_CLAMP_MSS, .value = (uint16_t)values[0].number});
}

static struct lab_value everything(enum lab_direction direction)
{
	return (struct lab_value){.match = {.direction = direction, .everything = true},
				  .has_leg = true,
				  .leg = LAB_SERVER_LEG};
}

bool lab_step_break_wire(struct lab_run *run, const struct lab_value *values)
{
	enum lab_direction direction = LAB_EITHER_WAY;

	if (values[0].kind != LAB_ABSENT)
		direction =
		    values[0].hosts[0] == LAB_CLIENT ? LAB_ONLY_TO_CLIENT : LAB_ONLY_TO_SERVER;

	struct lab_value match = everything(direction);

	return act(run, &match, (struct lab_rule){.action = LAB_DROP});
}

bool lab_step_heal(struct lab_run *run, const struct lab_value *values)
{
	(void)values;
	lab_note_sentence(run);
	lab_wire_heal(run->wire);
	return true;
}

bool lab_step_redirect(struct lab_run *run, const struct lab_value *values)
{
	struct lab_value match = everything(LAB_ONLY_TO_SERVER);

	(void)values;
	return act(run, &match, (struct lab_rule){.action = LAB_REDIRECT});
}

bool lab_step_copy(struct lab_run *run, const struct lab_value *values)
{
	struct lab_value match = everything(LAB_ONLY_TO_SERVER);

	(void)values;
	return act(run, &match, (struct lab_rule){.action = LAB_COPY_TO_OTHER});
}

/* ---- boxes ---- */

bool lab_step_forget_idle(struct lab_run *run, const struct lab_value *values)
{
	lab_note_sentence(run);
	lab_wire_forget_idle(run->wire, values[0].time_ns, (enum lab_forgetting)values[1].number,
			     &box);
	return true;
}

bool lab_step_forget_now(struct lab_run *run, const struct lab_value *values)
{
	lab_note_sentence(run);
	lab_wire_forget_idle(run->wire, 0, (enum lab_forgetting)values[0].number, &box);
	return true;
}

bool lab_step_translate_port(struct lab_run *run, const struct lab_value *values)
{
	(void)values;
	run->port_shift =
	    (uint16_t)lab_random_between(&run->random, PORT_SHIFT_MIN, PORT_SHIFT_MAX);
	lab_run_note_wire(run, "a box on the way adds %u to the client's ports", run->port_shift);
	lab_wire_translate_ports(run->wire, run->port_shift);
	return true;
}

bool lab_step_translate_service(struct lab_run *run, const struct lab_value *values)
{
	struct lab_match bypass = {
	    .direction = LAB_ONLY_TO_CLIENT, .with_payload = true, .first_time = true, .count = 1};
	bool has_bypass = values[0].kind != LAB_ABSENT;

	memcpy(run->service, run->addresses.bytes[LAB_SERVER], sizeof(run->service));
	run->service[run->plan->ip6 ? 15 : 3] = SERVICE_NUMBER;
	run->service_translated = true;
	if (has_bypass)
		bypass.skip = (uint32_t)values[0].number - 1;
	lab_note_sentence(run);
	lab_wire_translate_service(run->wire, run->service, has_bypass ? &bypass : NULL);
	return true;
}

/* ---- recording ---- */

bool lab_step_record(struct lab_run *run, const struct lab_value *values)
{
	enum { STOPS, STARTS };

	lab_note_sentence(run);
	lab_wire_record(run->wire, values[0].number == STARTS);
	return true;
}

bool lab_step_record_only(struct lab_run *run, const struct lab_value *values)
{
	lab_note_sentence(run);
	lab_wire_record_only(run->wire, values[0].hosts[0] == LAB_CLIENT ? LAB_ONLY_TO_SERVER
									 : LAB_ONLY_TO_CLIENT);
	return true;
}
