/* wire.c: the relay's thread, and what others may ask of it while it runs. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/wire.h"

#include "base/assert.h"
#include "lab/relay.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

/* ---- the thread ---- */

static struct timespec timespec_of(int64_t time_ns)
{
	return (struct timespec){.tv_sec = time_ns / LAB_SECOND, .tv_nsec = time_ns % LAB_SECOND};
}

/* Sleeps until a host sends, somebody asks for something, or the next packet is due. */
static void sleep_until_due(const struct lab_wire *wire, int64_t next_ns,
			    struct pollfd wait_for[LAB_HOSTS + 1])
{
	int64_t left_ns = next_ns - lab_now_ns();
	struct timespec patience = timespec_of(left_ns > 0 ? left_ns : 0);

	/* poll(2) passes over negative descriptors. */
	for (int host = 0; host < LAB_HOSTS; host++)
		wait_for[host] = (struct pollfd){.fd = wire->settings.taps[host], .events = POLLIN};
	wait_for[LAB_HOSTS] = (struct pollfd){.fd = wire->wake, .events = POLLIN};
	(void)ppoll(wait_for, LAB_HOSTS + 1, next_ns == INT64_MAX ? NULL : &patience, NULL);
}

/* A host whose device is gone would keep the thread awake for ever. */
static void hear_host(struct lab_wire *wire, enum lab_host_name host, short events)
{
	if (events & POLLIN)
		lab_relay_read(wire, host);
	else if (events & (POLLERR | POLLHUP | POLLNVAL))
		wire->settings.taps[host] = -1;
}

static void *relay(void *argument)
{
	struct lab_wire *wire = argument;

	/* Timers may be late by this much; by default it is 50 us. */
	(void)prctl(PR_SET_TIMERSLACK, 1UL);
	(void)pthread_mutex_lock(&wire->lock);
	while (!wire->stopping) {
		struct pollfd wait_for[LAB_HOSTS + 1] = {0};
		uint64_t calls;

		lab_relay_move(wire);

		int64_t next_ns = lab_relay_next_ns(wire);

		(void)pthread_mutex_unlock(&wire->lock);
		sleep_until_due(wire, next_ns, wait_for);
		(void)pthread_mutex_lock(&wire->lock);
		if (wait_for[LAB_HOSTS].revents & POLLIN)
			(void)!read(wire->wake, &calls, sizeof(calls));
		for (int host = 0; host < LAB_HOSTS; host++)
			hear_host(wire, (enum lab_host_name)host, wait_for[host].revents);
	}
	(void)pthread_mutex_unlock(&wire->lock);
	return NULL;
}

/* Signals are for the thread that started the wire. */
static int start_thread(struct lab_wire *wire)
{
	sigset_t all;
	sigset_t before;
	int error;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&wire->thread, NULL, relay, wire);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

/* ---- life ---- */

static int64_t clock_offset_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * LAB_SECOND + now.tv_nsec - lab_now_ns();
}

static void init_locks(struct lab_wire *wire)
{
	pthread_condattr_t monotonic;

	(void)pthread_condattr_init(&monotonic);
	(void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&wire->more_passed, &monotonic);
	(void)pthread_condattr_destroy(&monotonic);
	(void)pthread_mutex_init(&wire->lock, NULL);
}

struct lab_wire *lab_wire_start(const struct lab_wire_settings *settings)
{
	struct lab_wire *wire = calloc(1, sizeof(*wire));

	if (!wire)
		return NULL;
	wire->settings = *settings;
	wire->random.state = settings->seed;
	wire->clock_offset_ns = clock_offset_ns();
	for (int host = 0; host < LAB_HOSTS; host++)
		wire->players[host].stack = settings->stacks[host];
	init_locks(wire);
	wire->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	wire->runs = wire->wake >= 0 && start_thread(wire) == 0;
	if (!wire->runs) {
		lab_wire_free(wire);
		return NULL;
	}
	return wire;
}

static void wake(const struct lab_wire *wire)
{
	const uint64_t one = 1;

	/* Only a counter at its end refuses; the thread is then awake anyway. */
	(void)!write(wire->wake, &one, sizeof(one));
}

/* Ends what began with taking the lock, where the thread may now have something to do. */
static void unlock_and_wake(struct lab_wire *wire)
{
	(void)pthread_mutex_unlock(&wire->lock);
	wake(wire);
}

void lab_wire_stop(struct lab_wire *wire)
{
	if (!wire->runs)
		return;
	(void)pthread_mutex_lock(&wire->lock);
	wire->stopping = true;
	unlock_and_wake(wire);
	(void)pthread_join(wire->thread, NULL);
	wire->runs = false;
	for (int point = 0; point < LAB_POINTS; point++)
		wire->recordings[point].end_ns = lab_now_ns() + wire->clock_offset_ns;
}

void lab_wire_free(struct lab_wire *wire)
{
	if (!wire)
		return;
	lab_wire_stop(wire);
	if (wire->wake >= 0)
		(void)close(wire->wake);
	lab_queue_free(&wire->queue);
	lab_box_free(&wire->box);
	for (int point = 0; point < LAB_POINTS; point++)
		lab_recording_free(&wire->recordings[point]);
	free(wire->passed);
	(void)pthread_cond_destroy(&wire->more_passed);
	(void)pthread_mutex_destroy(&wire->lock);
	free(wire);
}

/* ---- rules and the box ---- */

bool lab_wire_add_rule(struct lab_wire *wire, const struct lab_rule *rule)
{
	bool has_room;

	(void)pthread_mutex_lock(&wire->lock);
	has_room = wire->rule_count < LAB_RULES_MAX;
	if (has_room)
		wire->rules[wire->rule_count++] = *rule;
	(void)pthread_mutex_unlock(&wire->lock);
	return has_room;
}

void lab_wire_heal(struct lab_wire *wire)
{
	(void)pthread_mutex_lock(&wire->lock);
	wire->rule_count = 0;
	lab_box_heal(&wire->box);
	(void)pthread_mutex_unlock(&wire->lock);
}

void lab_wire_inject(struct lab_wire *wire, struct lab_packet *packet, enum lab_point at,
		     int64_t delay_ns)
{
	(void)pthread_mutex_lock(&wire->lock);
	lab_queue_add(&wire->queue, (struct lab_due){
					.at_ns = lab_now_ns() + delay_ns,
					.packet = packet,
					.point = at,
				    });
	unlock_and_wake(wire);
}

void lab_wire_forget_idle(struct lab_wire *wire, int64_t idle_ns, enum lab_forgetting how,
			  const struct lab_personality *as)
{
	(void)pthread_mutex_lock(&wire->lock);
	wire->box.idle_ns = idle_ns;
	wire->box.how = how;
	if (as)
		wire->box.as = *as;
	if (idle_ns == 0)
		lab_box_forget(&wire->box, 0, &wire->queue, lab_now_ns());
	unlock_and_wake(wire);
}

void lab_wire_translate_ports(struct lab_wire *wire, uint16_t shift)
{
	(void)pthread_mutex_lock(&wire->lock);
	wire->box.port_shift = shift;
	(void)pthread_mutex_unlock(&wire->lock);
}

void lab_wire_translate_service(struct lab_wire *wire, const uint8_t *service,
				const struct lab_match *bypass)
{
	struct lab_box *box = &wire->box;
	const struct lab_addresses *addresses = &wire->settings.addresses;
	size_t size = addresses->ip6 ? 16 : 4;

	(void)pthread_mutex_lock(&wire->lock);
	memcpy(box->service, service, size);
	memcpy(box->server, addresses->bytes[LAB_SERVER], size);
	box->translates_service = true;
	box->has_bypass = bypass != NULL;
	if (bypass) {
		box->bypass = (struct lab_rule){.match = *bypass};
		if (box->bypass.match.count == 0)
			box->bypass.match.count = 1;
	}
	(void)pthread_mutex_unlock(&wire->lock);
}

/* ---- what passed ---- */

size_t lab_wire_passed_count(struct lab_wire *wire)
{
	size_t count;

	(void)pthread_mutex_lock(&wire->lock);
	count = wire->passed_count;
	(void)pthread_mutex_unlock(&wire->lock);
	return count;
}

struct lab_passed lab_wire_passed(struct lab_wire *wire, size_t index)
{
	struct lab_passed passed;

	(void)pthread_mutex_lock(&wire->lock);
	TW_ASSERT(index < wire->passed_count);
	passed = wire->passed[index];
	(void)pthread_mutex_unlock(&wire->lock);
	return passed;
}

size_t lab_wire_wait(struct lab_wire *wire, size_t seen, int64_t deadline_ns)
{
	struct timespec deadline = timespec_of(deadline_ns);
	size_t count;

	(void)pthread_mutex_lock(&wire->lock);
	while (wire->passed_count <= seen &&
	       pthread_cond_timedwait(&wire->more_passed, &wire->lock, &deadline) != ETIMEDOUT)
		;
	count = wire->passed_count;
	(void)pthread_mutex_unlock(&wire->lock);
	return count;
}

bool lab_wire_is_incomplete(struct lab_wire *wire)
{
	bool incomplete;

	(void)pthread_mutex_lock(&wire->lock);
	incomplete = wire->incomplete || wire->queue.overflowed;
	for (enum lab_point point = 0; point < LAB_POINTS; point++)
		incomplete = incomplete || wire->recordings[point].overflowed;
	(void)pthread_mutex_unlock(&wire->lock);
	return incomplete;
}

size_t lab_wire_in_flight(struct lab_wire *wire)
{
	size_t count;

	(void)pthread_mutex_lock(&wire->lock);
	count = wire->queue.count;
	(void)pthread_mutex_unlock(&wire->lock);
	return count;
}

/* ---- recording ---- */

void lab_wire_record(struct lab_wire *wire, bool on)
{
	(void)pthread_mutex_lock(&wire->lock);
	wire->recording_off = !on;
	(void)pthread_mutex_unlock(&wire->lock);
}

void lab_wire_record_only(struct lab_wire *wire, enum lab_direction direction)
{
	(void)pthread_mutex_lock(&wire->lock);
	wire->only = direction;
	(void)pthread_mutex_unlock(&wire->lock);
}

int64_t lab_wire_clock_offset_ns(const struct lab_wire *wire)
{
	return wire->clock_offset_ns;
}

const struct lab_recording *lab_wire_recording(const struct lab_wire *wire, enum lab_point point)
{
	TW_ASSERT(!wire->runs);
	return &wire->recordings[point];
}
