/* actor.c: starts a program on a host, gives it its orders, and kills it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/actor.h"

#include "base/assert.h"
#include "lab/calls.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

bool lab_channel_send(int channel, const void *bytes, size_t size)
{
	const char *next = bytes;

	while (size > 0) {
		ssize_t sent = send(channel, next, size, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return false;
		next += sent;
		size -= (size_t)sent;
	}
	return true;
}

bool lab_channel_receive(int channel, void *bytes, size_t size)
{
	char *next = bytes;

	while (size > 0) {
		ssize_t got = recv(channel, next, size, MSG_WAITALL);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		next += got;
		size -= (size_t)got;
	}
	return true;
}

/* Nothing but standard error is inherited, lest the process keep a device or a connection alive;
 * the commands become its standard input. Returns 0 or errno. */
static int keep_only(int commands)
{
	if (dup2(commands, STDIN_FILENO) < 0)
		return errno;
	(void)close(STDOUT_FILENO);
	return close_range(STDERR_FILENO + 1, ~0U, 0) == 0 ? 0 : errno;
}

/* The life of the process. The first answer tells whether it got where it belongs. */
static _Noreturn void live(pid_t parent, int commands, const struct lab_host *host, bool ip6,
			   const uint8_t *address)
{
	struct lab_done ready = {0};

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1); /* it died before it could be told */
	ready.error = lab_host_enter(host);
	if (!ready.error)
		ready.error = keep_only(commands);
	else
		(void)dup2(commands, STDIN_FILENO);
	if (!lab_channel_send(STDIN_FILENO, &ready, sizeof(ready)) || ready.error)
		_exit(1);
	lab_calls_serve(STDIN_FILENO, ip6, address);
}

int lab_actor_start(struct lab_actor *actor, const struct lab_host *host,
		    const struct lab_addresses *addresses, enum lab_host_name as)
{
	struct lab_done ready;
	pid_t parent = getpid();
	int error;
	int ends[2];

	*actor = (struct lab_actor){.host = host, .commands = -1};
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return errno;
	actor->process = fork();
	error = errno;
	if (actor->process == 0)
		live(parent, ends[1], host, addresses->ip6, addresses->bytes[as]);
	(void)close(ends[1]);
	if (actor->process < 0) {
		(void)close(ends[0]);
		actor->process = 0;
		return error;
	}
	actor->commands = ends[0];
	error = lab_channel_receive(actor->commands, &ready, sizeof(ready)) ? ready.error : EPIPE;
	if (error)
		lab_actor_kill(actor);
	return error;
}

int lab_actor_do(struct lab_actor *actor, const struct lab_order *order, struct tw_str data,
		 struct lab_done *done)
{
	struct lab_request request = {.order = *order, .data_bytes = data.size};

	TW_ASSERT(order->connection <= LAB_CONNECTIONS_MAX);
	if (actor->process == 0)
		return ESRCH;
	if (lab_channel_send(actor->commands, &request, sizeof(request)) &&
	    lab_channel_send(actor->commands, data.text, data.size) &&
	    lab_channel_receive(actor->commands, done, sizeof(*done)))
		return 0;
	return EPIPE;
}

void lab_actor_kill(struct lab_actor *actor)
{
	if (actor->process == 0)
		return;
	(void)kill(actor->process, SIGKILL);
	while (waitpid(actor->process, NULL, 0) < 0 && errno == EINTR)
		continue;
	(void)close(actor->commands);
	actor->process = 0;
	actor->commands = -1;
}
