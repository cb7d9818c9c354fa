/* truth.c: what a run is known to have been: its ends, and whether the kernel agrees. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/truth.h"

#include "base/assert.h"
#include "lab/trace_text.h"

#include <inttypes.h>
#include <string.h>

/* ---- ends ---- */

static struct lab_endpoint endpoint(const struct lab_run *run, enum lab_host_name host,
				    const uint8_t *address, uint16_t port)
{
	bool servers = host == LAB_OTHER && run->plan->other_has_servers_address;
	struct lab_endpoint end = {.ip6 = run->addresses.ip6, .port = port};

	if (!address)
		address = run->addresses.bytes[servers ? LAB_SERVER : host];
	memcpy(end.address, address, end.ip6 ? 16 : 4);
	return end;
}

/* The boxes that translate stand between the recorders at the client and in the middle: the
 * client's ports are its own at the client only, and the service address is known there only. */
static void translate(const struct lab_run *run, enum lab_host_name host, enum lab_point point,
		      struct lab_endpoint *end)
{
	const uint8_t *server = run->addresses.bytes[LAB_SERVER];
	size_t size = end->ip6 ? 16 : 4;

	if (point != LAB_AT_CLIENT && host == LAB_CLIENT)
		end->port = (uint16_t)(end->port + run->port_shift);
	if (point == LAB_AT_CLIENT && host != LAB_CLIENT && run->service_translated &&
	    memcmp(end->address, server, size) == 0)
		memcpy(end->address, run->service, size);
}

void lab_truth_ends(const struct lab_run *run, uint32_t number, enum lab_point point,
		    struct lab_endpoint ends[2])
{
	TW_ASSERT(number >= 1 && number <= LAB_CONNECTIONS_MAX);

	const struct lab_connection *connection = &run->connections[number];
	const uint8_t *given = connection->opener_address_given ? connection->opener_address : NULL;

	ends[0] = endpoint(run, connection->opener, given, connection->opener_port);
	ends[1] = endpoint(run, connection->listener, NULL, connection->listener_port);
	translate(run, connection->opener, point, &ends[0]);
	translate(run, connection->listener, point, &ends[1]);
}

/* ---- counters ---- */

static int64_t counter_in(const struct lab_counters *counters, const char *name)
{
	for (size_t i = 0; i < counters->count; i++)
		if (strcmp(counters->list[i].name, name) == 0)
			return counters->list[i].value;
	return 0;
}

int64_t lab_truth_rise(const struct lab_run *run, enum lab_host_name host, const char *name)
{
	return counter_in(&run->after[host], name) - counter_in(&run->before[host], name);
}

/* ---- does the kernel agree? ---- */

/* Hosts whose resets cannot be told apart: one, or two with one address. */
struct group {
	size_t count;
	enum lab_host_name hosts[2];
};

/* Counters that rise with a reset for this reason (net/ipv4/tcp.c, tcp_input.c, tcp_timer.c). */
static const struct {
	const char *reason;
	const char *counter;
} counters_of_reasons[] = {
    {"TCP_ABORT_ON_CLOSE", "TcpExtTCPAbortOnClose"},
    {"TCP_ABORT_ON_DATA", "TcpExtTCPAbortOnData"},
    {"TCP_ABORT_ON_LINGER", "TcpExtTCPAbortOnLinger"},
    {"TCP_ABORT_ON_MEMORY", "TcpExtTCPAbortOnMemory"},
    {"TCP_KEEPALIVE_TIMEOUT", "TcpExtTCPAbortOnTimeout"},
};

/* `alternatives` is a list "A|B". */
static bool names_reason(const char *alternatives, const char *reason)
{
	size_t size = strlen(reason);

	for (const char *at = alternatives; at; at = strchr(at, '|')) {
		at += *at == '|';
		if (strncmp(at, reason, size) == 0 && (at[size] == '|' || at[size] == '\0'))
			return true;
	}
	return false;
}

/* "...": what comes later meets no socket any more, or what was named before comes again. */
static bool may_follow(const struct lab_expected_resets *expected, const char *reason)
{
	if (names_reason("NO_SOCKET|TCP_FLAGS|TCP_TIMEWAIT_SOCKET", reason))
		return true;
	for (size_t i = 0; i < expected->count; i++)
		if (names_reason(expected->reasons[i], reason))
			return true;
	return false;
}

/* Takes the reset from the list of one of the hosts: each list is in order, two may alternate. */
static bool take_expected(const struct lab_plan *plan, const struct group *group, size_t next[2],
			  const char *reason)
{
	for (size_t i = 0; i < group->count; i++) {
		const struct lab_expected_resets *expected = &plan->resets[group->hosts[i]];

		if (next[i] < expected->count && names_reason(expected->reasons[next[i]], reason)) {
			next[i]++;
			return true;
		}
	}
	for (size_t i = 0; i < group->count; i++) {
		const struct lab_expected_resets *expected = &plan->resets[group->hosts[i]];

		if (expected->and_more && next[i] == expected->count &&
		    may_follow(expected, reason))
			return true;
	}
	return false;
}

static void say_unexpected(const struct lab_plan *plan, const struct group *group,
			   const size_t next[2], const struct lab_event *event, struct tw_buf *why)
{
	const char *between = "; expected was ";
	bool any = false;

	tw_buf_printf(why, "the %s reset because of %s", lab_host_text(group->hosts[0]),
		      event->reason);
	for (size_t i = 0; i < group->count; i++) {
		const struct lab_expected_resets *expected = &plan->resets[group->hosts[i]];

		if (next[i] == expected->count)
			continue;
		tw_buf_printf(why, "%s%s", between, expected->reasons[next[i]]);
		between = " or ";
		any = true;
	}
	if (!any)
		tw_buf_add_text(why, "; no such reset was expected");
}

static bool tracepoints_agree(const struct lab_run *run, const struct group *group,
			      struct tw_buf *why)
{
	const struct lab_plan *plan = run->plan;
	size_t next[2] = {0};

	for (size_t i = 0; i < run->event_count; i++) {
		const struct lab_event *event = &run->events[i];

		if (event->kind != LAB_RESET_SENT ||
		    lab_trace_text_host(&run->addresses, event->local) != group->hosts[0])
			continue;
		if (!take_expected(plan, group, next, event->reason)) {
			say_unexpected(plan, group, next, event, why);
			return false;
		}
	}
	for (size_t i = 0; i < group->count; i++) {
		const struct lab_expected_resets *expected = &plan->resets[group->hosts[i]];

		if (next[i] < expected->count) {
			tw_buf_printf(why, "the %s sent no reset because of %s",
				      lab_host_text(group->hosts[i]), expected->reasons[next[i]]);
			return false;
		}
	}
	return true;
}

/* How many resets of the group must have been for this reason and no other. */
static int64_t certain(const struct lab_plan *plan, const struct group *group, const char *reason)
{
	int64_t count = 0;

	for (size_t i = 0; i < group->count; i++) {
		const struct lab_expected_resets *expected = &plan->resets[group->hosts[i]];

		for (size_t k = 0; k < expected->count; k++)
			count += strcmp(expected->reasons[k], reason) == 0;
	}
	return count;
}

static int64_t rise_of_group(const struct lab_run *run, const struct group *group,
			     const char *counter)
{
	int64_t rise = 0;

	for (size_t i = 0; i < group->count; i++)
		rise += lab_truth_rise(run, group->hosts[i], counter);
	return rise;
}

/* Only how many resets there were, and of the reasons those that have a counter of their own. */
static bool counters_agree(const struct lab_run *run, const struct group *group, struct tw_buf *why)
{
	const char *name = lab_host_text(group->hosts[0]);
	int64_t sent = rise_of_group(run, group, "TcpOutRsts");
	int64_t expected = 0;
	bool and_more = false;

	for (size_t i = 0; i < group->count; i++) {
		expected += (int64_t)run->plan->resets[group->hosts[i]].count;
		and_more = and_more || run->plan->resets[group->hosts[i]].and_more;
	}
	if (sent < expected || (sent > expected && !and_more)) {
		tw_buf_printf(why, "the %s sent %" PRId64 " resets; expected were %" PRId64 "%s",
			      name, sent, expected, and_more ? " or more" : "");
		return false;
	}
	for (size_t i = 0; i < TW_LEN(counters_of_reasons); i++) {
		const char *counter = counters_of_reasons[i].counter;
		int64_t rise = rise_of_group(run, group, counter);
		int64_t needed = certain(run->plan, group, counters_of_reasons[i].reason);

		if (rise < needed) {
			tw_buf_printf(why,
				      "%s of the %s rose by %" PRId64 "; expected was %" PRId64,
				      counter, name, rise, needed);
			return false;
		}
	}
	return true;
}

static bool is_unchecked(const struct lab_plan *plan, const struct group *group)
{
	for (size_t i = 0; i < group->count; i++)
		if (plan->resets[group->hosts[i]].unchecked)
			return true;
	return false;
}

bool lab_truth_agrees(const struct lab_run *run, struct tw_buf *why)
{
	const struct group apart[] = {
	    {.count = 1, .hosts = {LAB_CLIENT}},
	    {.count = 1, .hosts = {LAB_SERVER}},
	    {.count = 1, .hosts = {LAB_OTHER}},
	};
	const struct group together[] = {
	    {.count = 1, .hosts = {LAB_CLIENT}},
	    {.count = 2, .hosts = {LAB_SERVER, LAB_OTHER}},
	};
	bool shared = run->plan->has_other && run->plan->other_has_servers_address;
	const struct group *groups = shared ? together : apart;
	size_t count = shared ? TW_LEN(together) : TW_LEN(apart);

	if (run->connection_count != run->plan->connection_count) {
		tw_buf_printf(why, "there were %" PRIu32 " connections; the truth has %zu",
			      run->connection_count, run->plan->connection_count);
		return false;
	}
	if (run->diary_full || (run->wire && lab_wire_is_incomplete(run->wire))) {
		tw_buf_add_text(why, "the run was too large to be recorded whole");
		return false;
	}
	if (run->reasons_told && run->events_lost) {
		tw_buf_add_text(why, "the kernel's tracer lost events");
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		if (is_unchecked(run->plan, &groups[i]))
			continue;
		if (!(run->reasons_told ? tracepoints_agree(run, &groups[i], why)
					: counters_agree(run, &groups[i], why)))
			return false;
	}
	return true;
}
