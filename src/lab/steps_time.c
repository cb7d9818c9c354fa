/* steps_time.c: waiting, and checks of what has happened. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/steps.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define WAIT_PATIENCE_NS (30 * LAB_SECOND)

bool lab_step_wait(struct lab_run *run, const struct lab_value *values)
{
	(void)run;
	lab_pause(values[0].time_ns);
	return true;
}

bool lab_step_settle(struct lab_run *run, const struct lab_value *values)
{
	(void)values;
	lab_settle(run);
	return true;
}

/* ---- what passed ---- */

/* Segments of this kind, that this host sent on this connection, as they pass this point. */
struct sighting {
	const struct lab_connection *connection;
	enum lab_host_name host;
	const struct lab_match *segment;
	enum lab_point point;
};

static enum lab_point point_of(enum lab_host_name host)
{
	return host == LAB_CLIENT ? LAB_AT_CLIENT : LAB_AT_SERVER;
}

static enum lab_point point_opposite(enum lab_host_name host)
{
	return host == LAB_CLIENT ? LAB_AT_SERVER : LAB_AT_CLIENT;
}

bool lab_is_of_connection(const struct lab_run *run, const struct lab_connection *connection,
			  const struct lab_passed *passed)
{
	bool by_client = connection->opener == LAB_CLIENT;
	uint16_t client_port = by_client ? connection->opener_port : connection->listener_port;
	uint16_t server_port = by_client ? connection->listener_port : connection->opener_port;
	bool to_server = passed->way == LAB_TO_SERVER;
	uint16_t at_client = to_server ? passed->source_port : passed->destination_port;
	uint16_t at_server = to_server ? passed->destination_port : passed->source_port;

	/* Behind a box that translates them the client's ports are others. */
	return server_port == at_server &&
	       (client_port == at_client || (uint16_t)(client_port + run->port_shift) == at_client);
}

static bool is_seen(const struct lab_run *run, const struct sighting *sighting,
		    const struct lab_passed *passed)
{
	const struct lab_match *segment = sighting->segment;

	return passed->point == sighting->point && passed->from == sighting->host &&
	       passed->icmp == segment->icmp &&
	       (passed->flags & segment->flags_mask) == segment->flags_value &&
	       !(segment->with_payload && passed->payload_bytes == 0) &&
	       !(segment->without_payload && passed->payload_bytes > 0) &&
	       /* The ports of an ICMP error are those that it quotes, and not in the log. */
	       (passed->icmp || lab_is_of_connection(run, sighting->connection, passed));
}

bool lab_step_wait_until(struct lab_run *run, const struct lab_value *values)
{
	const enum lab_host_name host = values[0].hosts[0];
	const enum lab_point points[] = {point_of(host), LAB_AT_MIDDLE, point_opposite(host)};
	uint32_t number = lab_step_connection(run, &values[5]);
	struct sighting sighting = {.connection = &run->connections[number],
				    .host = host,
				    .segment = &values[1].match,
				    .point = points[values[2].number]};
	uint64_t wanted = lab_step_number(&values[4], lab_step_number(&values[3], 1));
	int64_t deadline_ns = lab_now_ns() + WAIT_PATIENCE_NS;
	size_t seen = sighting.connection->first_passed;
	uint64_t count = 0;

	if (number == 0)
		return false;
	for (;;) {
		size_t passed = lab_wire_wait(run->wire, seen, deadline_ns);

		if (passed == seen)
			return lab_run_fail(run, "only %" PRIu64 " of %" PRIu64 " were seen", count,
					    wanted);
		for (; seen < passed; seen++) {
			struct lab_passed entry = lab_wire_passed(run->wire, seen);

			count += is_seen(run, &sighting, &entry);
			if (count == wanted)
				return true;
		}
	}
}

/* When the last such segment passed; INT64_MIN: none did. */
static int64_t last_seen_ns(const struct lab_run *run, const struct sighting *sighting)
{
	size_t count = lab_wire_passed_count(run->wire);

	while (count-- > sighting->connection->first_passed) {
		struct lab_passed entry = lab_wire_passed(run->wire, count);

		if (is_seen(run, sighting, &entry))
			return entry.at_ns;
	}
	return INT64_MIN;
}

bool lab_step_check_crossed(struct lab_run *run, const struct lab_value *values)
{
	uint32_t number = lab_step_connection(run, &values[4]);
	int64_t sent_ns[2];
	int64_t arrived_ns[2];

	if (number == 0)
		return false;
	for (size_t i = 0; i < 2; i++) {
		const struct lab_value *pair = &values[2 * i];
		enum lab_host_name host = pair[0].hosts[0];
		struct sighting sighting = {.connection = &run->connections[number],
					    .host = host,
					    .segment = &pair[1].match,
					    .point = point_of(host)};

		sent_ns[i] = last_seen_ns(run, &sighting);
		sighting.point = point_opposite(host);
		arrived_ns[i] = last_seen_ns(run, &sighting);
		if (sent_ns[i] == INT64_MIN || arrived_ns[i] == INT64_MIN)
			return lab_run_fail(run, "the %s's was not seen", lab_host_text(host));
	}
	return (sent_ns[0] < arrived_ns[1] && sent_ns[1] < arrived_ns[0]) ||
	       lab_run_fail(run, "they did not cross");
}

/* ---- what calls said ---- */

static const char *error_name(int error)
{
	static const struct {
		int error;
		const char *name;
	} names[] = {
	    {0, "success"},
	    {ECONNRESET, "ECONNRESET"},
	    {ECONNREFUSED, "ECONNREFUSED"},
	    {ECONNABORTED, "ECONNABORTED"},
	    {EPIPE, "EPIPE"},
	    {ETIMEDOUT, "ETIMEDOUT"},
	    {EHOSTUNREACH, "EHOSTUNREACH"},
	    {ENETUNREACH, "ENETUNREACH"},
	    {EACCES, "EACCES"},
	    {ENOTCONN, "ENOTCONN"},
	    {EPROTO, "EPROTO"},
	    {EADDRNOTAVAIL, "EADDRNOTAVAIL"},
	};

	for (size_t i = 0; i < TW_LEN(names); i++)
		if (names[i].error == error)
			return names[i].name;
	return strerror(error);
}

static bool check_error(struct lab_run *run, int error, struct tw_str wanted)
{
	return tw_str_equal(tw_str_of(error_name(error)), wanted) ||
	       lab_run_fail(run, "it was %s", error_name(error));
}

bool lab_step_check_read(struct lab_run *run, const struct lab_value *values)
{
	enum { FAILED, ENDED, BROUGHT };
	enum lab_host_name host = values[0].hosts[0];
	uint32_t number = lab_step_connection(run, &values[4]);
	const struct lab_connection *connection = &run->connections[number];
	int error = connection->last_error[host];
	int64_t wanted = values[1].number == BROUGHT ? (int64_t)values[3].number : 0;

	if (number == 0)
		return false;
	if (values[1].number == FAILED)
		return check_error(run, error, values[2].text);
	if (error != 0)
		return lab_run_fail(run, "it failed with %s", error_name(error));
	return connection->last_read[host] == wanted ||
	       lab_run_fail(run, "it brought %" PRId64 " bytes", connection->last_read[host]);
}

bool lab_step_check_connect(struct lab_run *run, const struct lab_value *values)
{
	enum lab_host_name host = values[0].hosts[0];
	uint32_t number = lab_step_connection(run, &values[2]);

	return number > 0 &&
	       check_error(run, run->connections[number].last_error[host], values[1].text);
}
