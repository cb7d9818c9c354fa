/* steps_program.c: what programs do: listen, connect, set options, close, die. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/program.h"
#include "lab/steps.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { DEFAULT_BACKLOG = 16 };

/* ---- opening ---- */

bool lab_step_listen(struct lab_run *run, const struct lab_value *values)
{
	uint64_t port = lab_step_number(&values[1], run->plan->port);
	uint64_t backlog = lab_step_number(&values[2], DEFAULT_BACKLOG);

	return lab_program_listen(run, values[0].hosts[0], (uint16_t)port, (int)backlog);
}

bool lab_step_close_listener(struct lab_run *run, const struct lab_value *values)
{
	uint64_t port = lab_step_number(&values[1], run->plan->port);

	/* A scenario may begin with it: there was a listener, and now there is none. */
	if (values[0].hosts[0] == LAB_SERVER && !lab_program_default_listener(run))
		return false;
	return lab_program_close_listener(run, values[0].hosts[0], (uint16_t)port);
}

static uint16_t last_port_of(const struct lab_run *run, enum lab_host_name opener)
{
	for (uint32_t number = run->connection_count; number > 0; number--)
		if (run->connections[number].opener == opener)
			return run->connections[number].opener_port;
	return 0;
}

/* Begins a connection with the values "to {host}", "on port {number}", "from the (same) port". */
static uint32_t begin(struct lab_run *run, enum lab_host_name opener, const struct lab_value *to)
{
	const struct lab_value *port = &to[1];
	const struct lab_value *same = &to[2];
	enum lab_host_name listener = opener == LAB_SERVER ? LAB_CLIENT : LAB_SERVER;
	uint16_t from =
	    same->kind == LAB_ABSENT ? lab_program_next_port(run) : last_port_of(run, opener);
	uint32_t number;

	if (from == 0) {
		(void)lab_run_fail(run, "there was no port before");
		return 0;
	}
	if (to->kind != LAB_ABSENT)
		listener = to->hosts[0];
	if (!lab_program_default_listener(run))
		return 0;
	number = lab_program_new_connection(run, opener, from, listener,
					    (uint16_t)lab_step_number(port, run->plan->port));
	return number > 0 && lab_program_connect(run, number) ? number : 0;
}

bool lab_step_connect(struct lab_run *run, const struct lab_value *values)
{
	enum { WITHOUT_WAITING, NOT_ACCEPTED };
	const struct lab_value *how = &values[1];
	uint32_t number = begin(run, values[0].hosts[0], &values[2]);

	if (number == 0)
		return false;
	if (how->kind != LAB_ABSENT && how->number == WITHOUT_WAITING)
		return true;
	if (!lab_program_await(run, values[0].hosts[0], number) ||
	    !lab_program_is_established(run, number))
		return false;
	return how->kind != LAB_ABSENT || lab_program_accept(run, number);
}

bool lab_step_try_to_connect(struct lab_run *run, const struct lab_value *values)
{
	uint32_t number = begin(run, values[0].hosts[0], &values[1]);

	if (number == 0 || !lab_program_await(run, values[0].hosts[0], number))
		return false;
	return run->connections[number].last_error[values[0].hosts[0]] != 0 ||
	       lab_run_fail(run, "connect() succeeded");
}

bool lab_step_wait_for_connection(struct lab_run *run, const struct lab_value *values)
{
	uint32_t number = lab_step_connection(run, &values[1]);

	return number > 0 && lab_program_await(run, values[0].hosts[0], number);
}

bool lab_step_accept(struct lab_run *run, const struct lab_value *values)
{
	uint32_t number = lab_step_connection(run, &values[1]);

	return number > 0 && lab_program_accept(run, number);
}

/* A simultaneous open: no listener, and each port is the other's target. */
bool lab_step_connect_both(struct lab_run *run, const struct lab_value *values)
{
	uint32_t number = lab_program_new_connection(run, LAB_CLIENT, lab_program_next_port(run),
						     LAB_SERVER, lab_program_next_port(run));

	(void)values;
	return number > 0 && lab_program_connect(run, number) &&
	       lab_program_connect_back(run, number) &&
	       lab_program_await(run, LAB_CLIENT, number) &&
	       lab_program_await(run, LAB_SERVER, number) &&
	       lab_program_is_established(run, number);
}

/* ---- options ---- */

bool lab_step_set_option(struct lab_run *run, const struct lab_value *values)
{
	uint32_t number = lab_step_connection(run, &values[2]);

	return number > 0 && lab_program_option(run, values[0].hosts[0], number, LAB_CALL_OPTION,
						&values[1].option);
}

bool lab_step_prepare_option(struct lab_run *run, const struct lab_value *values)
{
	return lab_program_option(run, values[0].hosts[0], 0, LAB_CALL_PREPARE, &values[1].option);
}

bool lab_step_set_sysctl(struct lab_run *run, const struct lab_value *values)
{
	enum lab_host_name host = values[0].hosts[0];
	char path[64];
	char value[64] = "";
	int error;

	(void)snprintf(path, sizeof(path), "net/ipv4/%.*s", (int)values[1].text.size,
		       values[1].text.text);
	for (size_t i = 2; i <= 4 && values[i].kind != LAB_ABSENT; i++) {
		size_t used = strlen(value);

		(void)snprintf(value + used, sizeof(value) - used, "%s%.*s", used > 0 ? " " : "",
			       (int)values[i].text.size, values[i].text.text);
	}
	error = lab_host_sysctl(&run->hosts[host], path, value);
	if (error != 0)
		return lab_run_fail(run, "%s", strerror(error));
	lab_run_note(run, &(struct lab_deed){.host = host, .call = "sysctl"}, "%s = %s", path,
		     value);
	return true;
}

/* ---- ending ---- */

bool lab_step_shut_down(struct lab_run *run, const struct lab_value *values)
{
	static const int how[] = {SHUT_RD, SHUT_WR, SHUT_RDWR};
	uint32_t number = lab_step_connection(run, &values[2]);

	return number > 0 &&
	       lab_program_shut_down(run, values[0].hosts[0], number, how[values[1].number]);
}

static bool end(struct lab_run *run, const struct lab_value *values, enum lab_call how)
{
	uint32_t number = lab_step_connection(run, &values[1]);

	return number > 0 && lab_program_end(run, values[0].hosts[0], number, how);
}

bool lab_step_close(struct lab_run *run, const struct lab_value *values)
{
	return end(run, values, LAB_CALL_CLOSE);
}

bool lab_step_abort(struct lab_run *run, const struct lab_value *values)
{
	return end(run, values, LAB_CALL_ABORT);
}

bool lab_step_disconnect(struct lab_run *run, const struct lab_value *values)
{
	return end(run, values, LAB_CALL_DISCONNECT);
}

bool lab_step_forget(struct lab_run *run, const struct lab_value *values)
{
	return end(run, values, LAB_CALL_FORGET);
}

bool lab_step_destroy(struct lab_run *run, const struct lab_value *values)
{
	return end(run, values, LAB_CALL_DESTROY);
}

bool lab_step_kill(struct lab_run *run, const struct lab_value *values)
{
	return lab_program_kill(run, values[0].hosts[0]);
}

bool lab_step_forget_everything(struct lab_run *run, const struct lab_value *values)
{
	return lab_program_forget_all(run, values[0].hosts[0]);
}

static bool close_both(struct lab_run *run, enum lab_host_name first, uint32_t number,
		       int64_t pause_ns)
{
	enum lab_host_name second = lab_peer(&run->connections[number], first);

	if (!lab_program_end(run, first, number, LAB_CALL_CLOSE) ||
	    !lab_program_read(run, second, number, LAB_CALL_READ_TO_END, 0))
		return false;
	lab_pause(pause_ns);
	if (!lab_program_end(run, second, number, LAB_CALL_CLOSE))
		return false;
	lab_settle(run);
	return true;
}

bool lab_step_close_both(struct lab_run *run, const struct lab_value *values)
{
	uint32_t number = lab_step_connection(run, &values[2]);

	return number > 0 &&
	       close_both(run, values[0].hosts[0], number, lab_step_time(&values[1], 0));
}

bool lab_step_retry(struct lab_run *run, const struct lab_value *values)
{
	static const struct lab_value unsaid[3];
	enum lab_host_name opener = values[0].hosts[0];
	uint32_t number = begin(run, opener, unsaid);

	return number > 0 && lab_program_await(run, opener, number) &&
	       lab_program_is_established(run, number) && lab_program_accept(run, number) &&
	       lab_exchange(run, number, 0) && close_both(run, opener, number, 0);
}
