/* run.c: makes the hosts and the wire, performs the steps, takes everything down again. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/run.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	/* The openers' ports begin somewhere here; there is room for those of the whole run. */
	FIRST_PORT_MIN = 20000,
	FIRST_PORT_MAX = 56000,
};

/* ---- notes ---- */

static void TW_PRINTF(2, 0) set_trouble(struct lab_run *run, const char *format, va_list arguments)
{
	struct tw_buf text = tw_buf_of(LAB_TROUBLE_BYTES - 1);

	if (run->step)
		tw_buf_printf(&text, "line %u (%.*s): ", run->step->line,
			      (int)run->step->sentence.size, run->step->sentence.text);
	(void)snprintf(run->trouble, sizeof(run->trouble), "%s", text.text ? text.text : "");

	size_t used = strlen(run->trouble);

	(void)vsnprintf(run->trouble + used, sizeof(run->trouble) - used, format, arguments);
	tw_buf_free(&text);
}

bool lab_run_fail(struct lab_run *run, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	set_trouble(run, format, arguments);
	va_end(arguments);
	return false;
}

static void TW_PRINTF(3, 0)
    note(struct lab_run *run, const struct lab_deed *deed, const char *format, va_list arguments)
{
	struct lab_deed *kept;

	run->diary_full |= run->diary_count == LAB_DIARY_MAX;
	if (run->diary_full)
		return;
	kept = &run->diary[run->diary_count++];
	*kept = *deed;
	if (kept->at_ns == 0)
		kept->at_ns = lab_now_ns();
	(void)vsnprintf(kept->text, sizeof(kept->text), format, arguments);
}

void lab_run_note(struct lab_run *run, const struct lab_deed *deed, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	note(run, deed, format, arguments);
	va_end(arguments);
}

void lab_run_note_wire(struct lab_run *run, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	note(run, &(struct lab_deed){.by_wire = true}, format, arguments);
	va_end(arguments);
}

/* ---- making ---- */

static bool takes_part(const struct lab_run *run, enum lab_host_name host)
{
	return host != LAB_OTHER || run->plan->has_other;
}

enum lab_host_name lab_run_address_of(const struct lab_run *run, enum lab_host_name host)
{
	return host == LAB_OTHER && run->plan->other_has_servers_address ? LAB_SERVER : host;
}

static bool cannot(struct lab_run *run, const char *what, int error)
{
	return lab_run_fail(run, "cannot %s: %s", what, strerror(error));
}

static bool set_sysctl(struct lab_run *run, enum lab_host_name host, const char *path,
		       const char *value)
{
	int error = lab_host_sysctl(&run->hosts[host], path, value);

	if (error != 0)
		return lab_run_fail(run, "cannot set %s to %s: %s", path, value, strerror(error));
	return true;
}

static bool make_host(struct lab_run *run, enum lab_host_name host)
{
	const struct lab_plan *plan = run->plan;
	bool timestamps = plan->timestamps && lab_stack_has_timestamps(plan->stacks[host]);
	const char *step = "make a host";
	int error = lab_host_make(&run->hosts[host], host, lab_run_address_of(run, host),
				  &run->addresses, plan->offload, &step);

	if (error != 0)
		return cannot(run, step, error);
	if (!set_sysctl(run, host, "net/ipv4/tcp_timestamps", timestamps ? "1" : "0"))
		return false;
	for (size_t i = 0; i < plan->sysctl_count; i++) {
		const struct lab_sysctl *sysctl = &plan->sysctls[i];

		if (sysctl->host == host && !set_sysctl(run, host, sysctl->path, sysctl->value))
			return false;
	}
	error = lab_actor_start(&run->actors[host], &run->hosts[host], &run->addresses,
				lab_run_address_of(run, host));
	return error == 0 || cannot(run, "start a program on a host", error);
}

static bool make_hosts(struct lab_run *run)
{
	int error = lab_addresses_claim(&run->addresses, run->plan->ip6, &run->claim);

	if (error != 0)
		return cannot(run, "claim addresses that no other run has", error);
	for (enum lab_host_name host = 0; host < LAB_HOSTS; host++)
		if (takes_part(run, host) && !make_host(run, host))
			return false;
	return true;
}

static bool start_trace(struct lab_run *run)
{
	const char *step = "trace the kernel";
	int error = lab_trace_open(&run->trace, &run->addresses, &step);

	if (error != 0)
		return cannot(run, step, error);
	run->reasons_told = lab_trace_tells_reasons(run->trace);
	return true;
}

static bool start_wire(struct lab_run *run)
{
	const struct lab_plan *plan = run->plan;
	struct lab_wire_settings settings = {
	    .vnet_header = plan->offload, .addresses = run->addresses, .seed = plan->seed};

	for (enum lab_host_name host = 0; host < LAB_HOSTS; host++) {
		settings.taps[host] = takes_part(run, host) ? run->hosts[host].tap : -1;
		settings.stacks[host] = plan->stacks[host];
	}
	memcpy(settings.delay_ns, plan->delay_ns, sizeof(settings.delay_ns));
	memcpy(settings.jitter_ns, plan->jitter_ns, sizeof(settings.jitter_ns));
	memcpy(settings.hops, plan->hops, sizeof(settings.hops));
	run->wire = lab_wire_start(&settings);
	if (!run->wire)
		return cannot(run, "start the wire", ENOMEM);
	run->clock_offset_ns = lab_wire_clock_offset_ns(run->wire);
	return true;
}

static bool count(struct lab_run *run, struct lab_counters counters[LAB_HOSTS])
{
	for (enum lab_host_name host = 0; host < LAB_HOSTS; host++) {
		int error = takes_part(run, host)
				? lab_host_counters(&run->hosts[host], &counters[host])
				: 0;

		if (error != 0)
			return cannot(run, "read the kernel's counters", error);
	}
	return true;
}

static void prepare(struct lab_run *run, const struct lab_plan *plan)
{
	memset(run, 0, sizeof(*run));
	run->plan = plan;
	run->claim = -1;
	run->random = lab_random_of(~plan->seed, plan->name); /* the plan had the seed itself */
	run->next_port = (uint16_t)lab_random_between(&run->random, FIRST_PORT_MIN, FIRST_PORT_MAX);
	for (enum lab_host_name host = 0; host < LAB_HOSTS; host++)
		run->hosts[host] = (struct lab_host){.name = host, .namespace_fd = -1, .tap = -1};
	run->diary = calloc(LAB_DIARY_MAX, sizeof(*run->diary));
}

/* ---- performing ---- */

static bool perform_steps(struct lab_run *run)
{
	for (size_t i = 0; i < run->plan->step_count; i++) {
		run->step = &run->plan->steps[i];
		if (!run->step->word->perform(run, run->step->values))
			return false;
	}
	run->step = NULL;
	return true;
}

/*
 * What the kernels send when the programs end is no part of the run. The trace goes before the
 * wire, so that no reset is told of that no recording has.
 */
static void take_down(struct lab_run *run)
{
	if (run->trace)
		run->events = lab_trace_finish(run->trace, &run->event_count, &run->events_lost);
	if (run->wire)
		lab_wire_stop(run->wire);
}

static void release_hosts(struct lab_run *run)
{
	for (enum lab_host_name host = 0; host < LAB_HOSTS; host++) {
		if (run->actors[host].process > 0)
			lab_actor_kill(&run->actors[host]);
		if (run->hosts[host].namespace_fd >= 0)
			lab_host_close(&run->hosts[host]);
	}
	if (run->claim >= 0)
		(void)close(run->claim);
	run->claim = -1;
}

enum lab_outcome lab_run_perform(struct lab_run *run, const struct lab_plan *plan)
{
	enum lab_outcome outcome = LAB_IMPOSSIBLE;

	prepare(run, plan);
	if (!run->diary) {
		(void)cannot(run, "keep a diary", ENOMEM);
		return LAB_IMPOSSIBLE;
	}
	if (make_hosts(run) && start_trace(run) && start_wire(run) && count(run, run->before)) {
		run->began_ns = lab_now_ns();
		outcome = perform_steps(run) ? LAB_WENT_WELL : LAB_WENT_OTHERWISE;
	}
	take_down(run);
	if (outcome == LAB_WENT_WELL && !count(run, run->after))
		outcome = LAB_IMPOSSIBLE;
	release_hosts(run);
	return outcome;
}

void lab_run_free(struct lab_run *run)
{
	if (run->wire)
		lab_wire_free(run->wire);
	if (run->trace)
		lab_trace_free(run->trace);
	free(run->diary);
	run->wire = NULL;
	run->trace = NULL;
	run->events = NULL;
	run->event_count = 0;
	run->diary = NULL;
	run->diary_count = 0;
}
