/* truth_json.c: what a run is known to have been, as JSON (schema lab/truth.schema.json). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/truth.h"

#include "lab/trace_text.h"
#include "report/emit.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

static const char schema[] = "tcpwhy-lab/1";

/* ---- the plan ---- */

static bool has_host(const struct lab_run *run, enum lab_host_name host)
{
	return host != LAB_OTHER || run->plan->has_other;
}

static void milliseconds(struct tw_emit *emit, const char *key, const int64_t ns[LAB_LEGS])
{
	tw_emit_open(emit, key, '{');
	tw_emit_fraction(emit, "client_leg", (double)ns[LAB_CLIENT_LEG] / LAB_MILLISECOND);
	tw_emit_fraction(emit, "server_leg", (double)ns[LAB_SERVER_LEG] / LAB_MILLISECOND);
	tw_emit_close(emit, '}');
}

static void roles(struct tw_emit *emit, const struct lab_plan *plan)
{
	tw_emit_open(emit, "roles", '{');
	for (size_t i = 0; i < plan->role_count; i++) {
		struct tw_str name = plan->roles[i].name;
		char key[64] = "";

		/* A role is a word of a scenario; keys are written as they are. */
		for (size_t k = 0; k < tw_min_size(name.size, sizeof(key) - 1); k++)
			key[k] = tw_char_is_alpha(name.text[k]) ? name.text[k] : '-';
		tw_emit_text(emit, key, lab_host_text(plan->roles[i].host));
	}
	tw_emit_close(emit, '}');
}

static void parameters(struct tw_emit *emit, const struct lab_plan *plan)
{
	static const char *const talks[] = {
	    [LAB_TALK_HTTP] = "HTTP",
	    [LAB_TALK_LINES] = "lines",
	    [LAB_TALK_RECORDS] = "records",
	};

	tw_emit_open(emit, "parameters", '{');
	tw_emit_number(emit, "family", plan->ip6 ? 6 : 4);
	tw_emit_bool(emit, "timestamps", plan->timestamps);
	tw_emit_bool(emit, "offload", plan->offload);
	milliseconds(emit, "one_way_ms", plan->delay_ns);
	milliseconds(emit, "jitter_ms", plan->jitter_ns);
	tw_emit_open(emit, "hops", '{');
	tw_emit_number(emit, "client_leg", plan->hops[LAB_CLIENT_LEG]);
	tw_emit_number(emit, "server_leg", plan->hops[LAB_SERVER_LEG]);
	tw_emit_close(emit, '}');
	tw_emit_number(emit, "port", plan->port);
	tw_emit_text(emit, "talk", talks[plan->talk]);
	roles(emit, plan);
	tw_emit_close(emit, '}');
}

static void identity(struct tw_emit *emit, const struct lab_run *run)
{
	const struct lab_plan *plan = run->plan;
	struct utsname system;
	char kernel[sizeof(system.sysname) + sizeof(system.release) + 1] = "";

	if (uname(&system) == 0)
		(void)snprintf(kernel, sizeof(kernel), "%s %s", system.sysname, system.release);
	tw_emit_text(emit, "schema", schema);
	tw_emit_str(emit, "scenario", plan->name);
	tw_emit_str(emit, "title", plan->title);
	tw_emit_str(emit, "story", plan->story);
	tw_emit_number(emit, "seed", plan->seed);
	tw_emit_bool(emit, "emulated", plan->emulated);
	tw_emit_open(emit, "stacks", '{');
	for (enum lab_host_name host = 0; host < LAB_HOSTS; host++)
		if (has_host(run, host))
			tw_emit_text(emit, lab_host_text(host), lab_stack_word(plan->stacks[host]));
	tw_emit_close(emit, '}');
	tw_emit_text(emit, "kernel", kernel);
	tw_emit_text(emit, "kernel_resets_by", run->reasons_told ? "tracepoint" : "counters");
}

/* ---- connections ---- */

/* Of a connection, the opener is the client, whichever host that was. */
static void ends(struct tw_emit *emit, const struct lab_run *run, uint32_t connection)
{
	static const char *const keys[] = {"client", "server"};
	struct lab_endpoint pair[2];

	tw_emit_open(emit, "at", '{');
	for (enum lab_point point = 0; point < LAB_POINTS; point++) {
		lab_truth_ends(run, connection, point, pair);
		tw_emit_open(emit, lab_point_name(point), '{');
		for (size_t i = 0; i < TW_LEN(pair); i++) {
			char text[INET6_ADDRSTRLEN] = "";

			(void)inet_ntop(pair[i].ip6 ? AF_INET6 : AF_INET, pair[i].address, text,
					sizeof(text));
			tw_emit_open(emit, keys[i], '{');
			tw_emit_text(emit, "addr", text);
			tw_emit_number(emit, "port", pair[i].port);
			tw_emit_close(emit, '}');
		}
		tw_emit_close(emit, '}');
	}
	tw_emit_close(emit, '}');
}

static void slugs(struct tw_emit *emit, const char *key, const char list[][LAB_SLUG_BYTES],
		  size_t count)
{
	tw_emit_open(emit, key, '[');
	for (size_t i = 0; i < count; i++)
		tw_emit_text(emit, NULL, list[i]);
	tw_emit_close(emit, ']');
}

static void who(struct tw_emit *emit, const char *key, enum lab_who who)
{
	if (who != LAB_WHO_UNSAID)
		tw_emit_text(emit, key, lab_who_slug(who));
}

static void connections(struct tw_emit *emit, const struct lab_run *run)
{
	const struct lab_plan *plan = run->plan;
	uint32_t count = (uint32_t)tw_min_size(run->connection_count, plan->connection_count);

	tw_emit_open(emit, "connections", '[');
	for (uint32_t i = 1; i <= count; i++) {
		const struct lab_connection_truth *truth = &plan->connections[i];

		tw_emit_open(emit, NULL, '{');
		tw_emit_number(emit, "number", i);
		ends(emit, run, i);
		tw_emit_bool(emit, "incidental", truth->incidental);
		tw_emit_text(emit, "cause", truth->cause);
		slugs(emit, "conditions", truth->conditions, truth->condition_count);
		slugs(emit, "perhaps", truth->perhaps, truth->perhaps_count);
		who(emit, "closed_first", truth->closed_first);
		who(emit, "ended_by", truth->ended_by);
		tw_emit_close(emit, '}');
	}
	tw_emit_close(emit, ']');
}

static void at_points(struct tw_emit *emit, const char *name, const char *what,
		      const struct lab_at_point *list, size_t count)
{
	tw_emit_open(emit, name, '[');
	for (size_t i = 0; i < count; i++) {
		tw_emit_open(emit, NULL, '{');
		tw_emit_text(emit, what, list[i].slug);
		tw_emit_text(emit, "at", lab_point_name(list[i].point));
		tw_emit_close(emit, '}');
	}
	tw_emit_close(emit, ']');
}

static void judging(struct tw_emit *emit, const struct lab_plan *plan)
{
	if (plan->alike[0][0] != '\0')
		slugs(emit, "alike", plan->alike, TW_LEN(plan->alike));
	at_points(emit, "also_right", "cause", plan->also_right, plan->also_right_count);
	if (plan->hidden_count > 0)
		at_points(emit, "hidden", "condition", plan->hidden, plan->hidden_count);
}

/* ---- what happened ---- */

static void diary(struct tw_emit *emit, const struct lab_run *run)
{
	tw_emit_open(emit, "diary", '[');
	for (size_t i = 0; i < run->diary_count; i++) {
		const struct lab_deed *deed = &run->diary[i];
		const char *error = strerrorname_np(deed->error);

		tw_emit_open(emit, NULL, '{');
		tw_emit_seconds(emit, "at_s", deed->at_ns - run->began_ns);
		tw_emit_seconds(emit, "took_s", deed->took_ns);
		tw_emit_text(emit, "who", deed->by_wire ? "network" : lab_host_text(deed->host));
		if (deed->connection != 0)
			tw_emit_number(emit, "connection", deed->connection);
		if (deed->call[0] != '\0')
			tw_emit_text(emit, "call", deed->call);
		tw_emit_text(emit, "text", deed->text);
		/* -1 says no more than the error does. */
		if (deed->call[0] != '\0' && deed->result >= 0)
			tw_emit_number(emit, "result", (uint64_t)deed->result);
		if (deed->error != 0)
			tw_emit_text(emit, "error", error ? error : "unknown");
		tw_emit_close(emit, '}');
	}
	tw_emit_close(emit, ']');
	if (run->diary_full)
		tw_emit_bool(emit, "diary_full", true);
}

static void told(struct tw_emit *emit, const char *key, const char *text)
{
	if (text[0] != '\0')
		tw_emit_text(emit, key, text);
}

static void place(struct tw_emit *emit, const struct lab_run *run, const struct lab_event *event)
{
	enum lab_host_name host = lab_trace_text_host(&run->addresses, event->local);

	if (host != LAB_HOSTS)
		tw_emit_text(emit, "host", lab_host_text(host));
	told(emit, "local", event->local);
	told(emit, "remote", event->remote);
}

static void kernel_event(struct tw_emit *emit, const struct lab_run *run,
			 const struct lab_event *event)
{
	tw_emit_open(emit, NULL, '{');
	tw_emit_seconds(emit, "at_s", event->at_ns - run->began_ns);
	switch (event->kind) {
	case LAB_RESET_SENT:
	case LAB_RESET_RECEIVED:
		tw_emit_text(emit, "what", event->kind == LAB_RESET_SENT ? "sent" : "received");
		place(emit, run, event);
		told(emit, "state", event->state);
		told(emit, "reason", event->reason);
		break;
	case LAB_STATE_CHANGED:
		place(emit, run, event);
		tw_emit_text(emit, "from", event->old_state);
		tw_emit_text(emit, "to", event->state);
		break;
	case LAB_DROPPED:
		tw_emit_text(emit, "reason", event->reason);
		break;
	}
	tw_emit_close(emit, '}');
}

static void kernel_events(struct tw_emit *emit, const struct lab_run *run)
{
	static const struct {
		const char *key;
		unsigned kinds; /* bits of enum lab_event_kind */
	} lists[] = {
	    {"kernel_resets", 1U << LAB_RESET_SENT | 1U << LAB_RESET_RECEIVED},
	    {"kernel_states", 1U << LAB_STATE_CHANGED},
	    {"kernel_drops", 1U << LAB_DROPPED},
	};

	for (size_t i = 0; i < TW_LEN(lists); i++) {
		tw_emit_open(emit, lists[i].key, '[');
		for (size_t k = 0; k < run->event_count; k++)
			if (lists[i].kinds & 1U << run->events[k].kind)
				kernel_event(emit, run, &run->events[k]);
		tw_emit_close(emit, ']');
	}
	if (run->events_lost)
		tw_emit_bool(emit, "kernel_events_lost", true);
}

/* Those that rose: what can fall (TcpCurrEstab) tells about an instant, not about the run. */
static void counters(struct tw_emit *emit, const struct lab_run *run)
{
	tw_emit_open(emit, "counters", '{');
	for (enum lab_host_name host = 0; host < LAB_HOSTS; host++) {
		if (!has_host(run, host))
			continue;
		tw_emit_open(emit, lab_host_text(host), '{');
		for (size_t i = 0; i < run->after[host].count; i++) {
			const char *name = run->after[host].list[i].name;
			int64_t rise = lab_truth_rise(run, host, name);

			if (rise > 0)
				tw_emit_number(emit, name, (uint64_t)rise);
		}
		tw_emit_close(emit, '}');
	}
	tw_emit_close(emit, '}');
}

void lab_truth_json(const struct lab_run *run, struct tw_buf *json)
{
	struct tw_emit emit = {.buf = json};

	tw_emit_open(&emit, NULL, '{');
	identity(&emit, run);
	parameters(&emit, run->plan);
	connections(&emit, run);
	judging(&emit, run->plan);
	diary(&emit, run);
	kernel_events(&emit, run);
	counters(&emit, run);
	tw_emit_close(&emit, '}');
	tw_buf_add_char(json, '\n');
}
