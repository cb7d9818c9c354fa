/* settings.c: the sentences under `setting:`, and the chance that decides what they leave open. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/reader.h"
#include "lab/steps.h"

#include <stdio.h>
#include <string.h>

/* What is said at most once. */
enum topic {
	OF_ITS_OWN = 0, /* the function sees to it */
	IP_VERSION = 1 << 0,
	DELAY = 1 << 1,
	JITTER = 1 << 2,
	TIMESTAMPS = 1 << 3,
	OFFLOAD = 1 << 4,
	PORT = 1 << 5,
	TALK = 1 << 6,
	OTHER_HOST = 1 << 7,
	DURATION = 1 << 8,
};

/* More routers would bring a TTL of 64 near to those of forgers (lab_hand_foreign). */
enum { HOPS_MAX = 18, HOPS_DEFAULT_MAX = 12 };

/* One of the values `first`, `first` + `apart`, ... that a list of alternatives gave. */
static const struct lab_value *one_of(struct lab_reader *reader, const struct lab_value *first,
				      size_t apart, size_t most)
{
	size_t count = 1;

	while (count < most && first[count * apart].kind != LAB_ABSENT)
		count++;
	return &first[lab_random_between(&reader->random, 0, count - 1) * apart];
}

/* ---- hosts ---- */

static bool add_role(struct lab_reader *reader, struct tw_str name, enum lab_host_name host)
{
	struct lab_plan *plan = reader->plan;
	struct lab_reading *reading = &reader->reading;
	struct lab_role role = {.name = name, .host = host};

	for (size_t i = 0; i < reading->name_count; i++)
		if (tw_str_equal(reading->names[i].name, name))
			return lab_reader_fail(reader, "\"%.*s\" has a meaning already",
					       (int)name.size, name.text);
	if (plan->role_count == TW_LEN(plan->roles))
		return lab_reader_fail(reader, "more than %zu roles", TW_LEN(plan->roles));
	plan->roles[plan->role_count++] = role;
	reading->names[reading->name_count++] = role;
	return true;
}

static bool set_role(struct lab_reader *reader, const struct lab_value *values)
{
	return add_role(reader, values[0].text, one_of(reader, &values[1], 1, 2)->hosts[0]);
}

static bool set_other_role(struct lab_reader *reader, const struct lab_value *values)
{
	if (values[1].hosts[0] == LAB_OTHER)
		return lab_reader_fail(reader, "the other host has no opposite");
	return add_role(reader, values[0].text,
			values[1].hosts[0] == LAB_CLIENT ? LAB_SERVER : LAB_CLIENT);
}

static bool set_other_host(struct lab_reader *reader, const struct lab_value *values)
{
	struct lab_reading *reading = &reader->reading;

	reading->names[reading->name_count++] =
	    (struct lab_role){.name = TW_STR("other host"), .host = LAB_OTHER};
	reader->plan->has_other = true;
	reader->plan->other_has_servers_address = values[0].kind == LAB_IS_CHOICE;
	return true;
}

static bool set_stack(struct lab_reader *reader, const struct lab_value *values)
{
	/* In the order of the pattern's choice. */
	static const enum lab_stack stacks[] = {LAB_STACK_WINDOWS, LAB_STACK_FREEBSD,
						LAB_STACK_MACOS, LAB_STACK_SOLARIS};
	enum lab_stack *stack = &reader->plan->stacks[values[0].hosts[0]];

	if (*stack != LAB_STACK_LINUX)
		return lab_reader_fail(reader, "this host runs %s already", lab_stack_word(*stack));
	*stack = stacks[values[1].number];
	reader->plan->emulated = true;
	return true;
}

static bool set_sysctl(struct lab_reader *reader, const struct lab_value *values)
{
	struct lab_plan *plan = reader->plan;
	struct lab_sysctl sysctl = {.host = values[0].hosts[0]};
	struct tw_buf value = tw_buf_of(sizeof(sysctl.value));
	bool fits;

	if (plan->sysctl_count == TW_LEN(plan->sysctls))
		return lab_reader_fail(reader, "more than %zu settings of kernels",
				       TW_LEN(plan->sysctls));
	for (size_t i = 2; i < 5 && values[i].kind != LAB_ABSENT; i++) {
		if (i > 2)
			tw_buf_add_char(&value, ' ');
		tw_buf_add(&value, values[i].text);
	}
	fits = snprintf(sysctl.path, sizeof(sysctl.path), "net/ipv4/%.*s", (int)values[1].text.size,
			values[1].text.text) < (int)sizeof(sysctl.path) &&
	       value.size < sizeof(sysctl.value) && !value.overflowed;
	if (fits)
		memcpy(sysctl.value, value.text, value.size + 1);
	tw_buf_free(&value);
	if (!fits)
		return lab_reader_fail(reader, "longer than a kernel's setting can be");
	for (size_t i = 0; i < plan->sysctl_count; i++)
		if (plan->sysctls[i].host == sysctl.host &&
		    strcmp(plan->sysctls[i].path, sysctl.path) == 0)
			return lab_reader_fail(reader, "%s is set already", sysctl.path);
	plan->sysctls[plan->sysctl_count++] = sysctl;
	return true;
}

/* ---- the wire ---- */

static bool set_delay(struct lab_reader *reader, const struct lab_value *values)
{
	reader->one_way_ns = values[0].time_ns;
	return true;
}

static bool set_jitter(struct lab_reader *reader, const struct lab_value *values)
{
	reader->late_ns = values[0].time_ns;
	return true;
}

static bool set_hops(struct lab_reader *reader, const struct lab_value *values)
{
	enum lab_leg leg = values[0].hosts[0] == LAB_CLIENT ? LAB_CLIENT_LEG : LAB_SERVER_LEG;

	if (reader->plan->hops[leg] != 0)
		return lab_reader_fail(reader, "the hops of this leg are said already");
	if (values[1].number < 1 || values[1].number > HOPS_MAX)
		return lab_reader_fail(reader, "hops are 1 to %d", HOPS_MAX);
	reader->plan->hops[leg] = (uint8_t)values[1].number;
	return true;
}

static bool set_ip_version(struct lab_reader *reader, const struct lab_value *values)
{
	reader->plan->ip6 = values[0].number == 1;
	return true;
}

/* (on|off|on or off) */
static bool is_on(struct lab_reader *reader, const struct lab_value *choice)
{
	return choice->number == 0 ||
	       (choice->number == 2 && lab_random_chance(&reader->random, 0.5));
}

static bool set_timestamps(struct lab_reader *reader, const struct lab_value *values)
{
	reader->plan->timestamps = is_on(reader, &values[0]);
	return true;
}

static bool set_offload(struct lab_reader *reader, const struct lab_value *values)
{
	reader->plan->offload = is_on(reader, &values[0]);
	return true;
}

/* ---- the programs ---- */

static bool set_port(struct lab_reader *reader, const struct lab_value *values)
{
	for (size_t i = 0; i < 6 && values[i].kind != LAB_ABSENT; i++)
		if (values[i].number < 1 || values[i].number > UINT16_MAX)
			return lab_reader_fail(reader, "ports are 1 to 65535");
	reader->plan->port = (uint16_t)one_of(reader, values, 1, 6)->number;
	return true;
}

static bool set_talk(struct lab_reader *reader, const struct lab_value *values)
{
	reader->plan->talk = (enum lab_talk)one_of(reader, values, 1, 3)->number;
	return true;
}

static bool set_duration(struct lab_reader *reader, const struct lab_value *values)
{
	reader->plan->about_ns = values[0].time_ns;
	return true;
}

/* ---- all of them ---- */

#define ON_OR_OFF "(on|off|on or off)"
#define TALKS	  "(HTTP|lines|records)"

static const struct {
	const char *pattern;
	enum topic topic;
	bool (*set)(struct lab_reader *reader, const struct lab_value *values);
} rows[] = {
    {"the {word} is the other one than {host}", OF_ITS_OWN, set_other_role},
    {"the {word} is {host}[ or {host}]", OF_ITS_OWN, set_role},
    {"there is another host[ (with the address of the server)]", OTHER_HOST, set_other_host},
    {"{host} runs (Windows|FreeBSD|macOS|Solaris)", OF_ITS_OWN, set_stack},
    {"the kernel of {host} has {word} {word}[ {word} {word}]", OF_ITS_OWN, set_sysctl},
    {"one way takes {time}", DELAY, set_delay},
    {"each packet is late by up to {time}", JITTER, set_jitter},
    {"{host} is {number} hop[s] away", OF_ITS_OWN, set_hops},
    {"(IPv4|IPv6) only", IP_VERSION, set_ip_version},
    {"time stamps are " ON_OR_OFF, TIMESTAMPS, set_timestamps},
    {"offload is " ON_OR_OFF, OFFLOAD, set_offload},
    {"the server listens on port {number}[ or {number}[ or {number}[ or {number}[ or {number}"
     "[ or {number}]]]]]",
     PORT, set_port},
    {"they talk " TALKS "[ or " TALKS "[ or " TALKS "]]", TALK, set_talk},
    {"this takes about {time}", DURATION, set_duration},
};

static size_t count_rows(void)
{
	return TW_LEN(rows);
}

static const char *pattern_of(size_t row)
{
	return rows[row].pattern;
}

const struct lab_sentences lab_settings = {
    .count = count_rows,
    .pattern = pattern_of,
};

bool lab_setting_read(struct lab_reader *reader)
{
	struct tw_str rest = reader->sentence;
	struct lab_value values[LAB_VALUES_MAX];
	size_t row;

	if (!lab_reader_find(reader, &lab_settings, &rest, values, &row))
		return false;
	if (reader->said & (uint32_t)rows[row].topic)
		return lab_reader_fail(reader, "this is said already");
	reader->said |= (uint32_t)rows[row].topic;
	return rows[row].set(reader, values);
}

/* ---- what was left open ---- */

/* One way: what falls on the legs is drawn, 10 % to 90 % of it on each. */
static void split_delays(struct lab_reader *reader)
{
	const int64_t one_way_max_ns = 200 * LAB_MILLISECOND;
	struct lab_plan *plan = reader->plan;
	struct lab_random *random = &reader->random;

	if (!(reader->said & DELAY))
		reader->one_way_ns = (int64_t)lab_random_scaled(random, (uint64_t)LAB_MILLISECOND,
								(uint64_t)one_way_max_ns);

	int64_t share = (int64_t)lab_random_between(random, 10, 90);

	if (!(reader->said & JITTER) && lab_random_chance(random, 0.5))
		reader->late_ns =
		    (int64_t)lab_random_between(random, 0, (uint64_t)reader->one_way_ns / 10);
	plan->delay_ns[LAB_CLIENT_LEG] = reader->one_way_ns * share / 100;
	plan->delay_ns[LAB_SERVER_LEG] = reader->one_way_ns - plan->delay_ns[LAB_CLIENT_LEG];
	plan->jitter_ns[LAB_CLIENT_LEG] = reader->late_ns * share / 100;
	plan->jitter_ns[LAB_SERVER_LEG] = reader->late_ns - plan->jitter_ns[LAB_CLIENT_LEG];
	for (size_t leg = 0; leg < LAB_LEGS; leg++)
		if (plan->hops[leg] == 0)
			plan->hops[leg] = (uint8_t)lab_random_between(random, 1, HOPS_DEFAULT_MAX);
}

/* A connection has time stamps where both ends want them. */
static bool settle_timestamps(struct lab_reader *reader)
{
	struct lab_plan *plan = reader->plan;
	bool drawn = lab_random_chance(&reader->random, 0.75);

	if (!(reader->said & TIMESTAMPS))
		plan->timestamps = plan->emulated || drawn;
	for (size_t host = 0; host < LAB_HOSTS; host++) {
		if (lab_stack_has_timestamps(plan->stacks[host]))
			continue;
		if ((reader->said & TIMESTAMPS) && plan->timestamps)
			return lab_reader_fail(reader, "time stamps are on, but %s has none",
					       lab_stack_word(plan->stacks[host]));
		plan->timestamps = false;
	}
	return true;
}

bool lab_settings_finish(struct lab_reader *reader)
{
	static const uint16_t ports[] = {80, 443, 8080, 5432, 3306, 6379, 9000};
	struct lab_plan *plan = reader->plan;
	struct lab_random *random = &reader->random;

	if (!(reader->said & IP_VERSION))
		plan->ip6 = lab_random_chance(random, 1.0 / 3);
	split_delays(reader);
	if (!settle_timestamps(reader))
		return false;
	if (!(reader->said & OFFLOAD))
		plan->offload = lab_random_chance(random, 0.25);
	if (!(reader->said & PORT))
		plan->port = ports[lab_random_between(random, 0, TW_LEN(ports) - 1)];
	if (!(reader->said & TALK))
		plan->talk =
		    (enum lab_talk)lab_random_between(random, LAB_TALK_HTTP, LAB_TALK_RECORDS);

	reader->reading.round_trip_ns = lab_round_trip_ns(plan);
	return true;
}
