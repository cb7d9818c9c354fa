/* calls.c: the process of a program: makes each socket call, and times it where it is made. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/calls.h"

#include "base/assert.h"
#include "lab/netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	LISTENERS_MAX = 16,
	PREPARED_MAX = 8,
	READ_BYTES = 64 * 1024,
	SEND_BUFFER_BYTES = 4 * 1024 * 1024, /* the largest send of a scenario, and its overhead */
};

union name {
	struct sockaddr any;
	struct sockaddr_in ip4;
	struct sockaddr_in6 ip6;
};

/* What names it stays when the socket is closed: the kernel may still be at it. */
struct endpoint {
	int socket;	 /* -1: none */
	uint64_t cookie; /* the kernel's own number of the socket */
	union name local;
	union name remote;
};

struct listener {
	int socket;
	uint16_t port;
};

struct option {
	int level;
	int name;
	int value;
};

struct program {
	bool ip6;
	uint8_t address[16];
	struct endpoint connections[LAB_CONNECTIONS_MAX + 1]; /* [0] is never open */
	struct listener listeners[LISTENERS_MAX];	      /* the newest last */
	size_t listener_count;
	struct option prepared[PREPARED_MAX];
	size_t prepared_count;
	uint8_t read[READ_BYTES];
	char *data; /* of the order under way */
	size_t data_room;
};

/* One order under way. */
struct call {
	struct program *program;
	const struct lab_order *order;
	struct endpoint *at; /* its connection */
	size_t data_bytes;
	int64_t deadline_ns;
	struct lab_done *done;
};

/* ---- time ---- */

static void begins(struct call *call)
{
	call->done->began_ns = lab_now_ns();
}

/* Takes what a system call returned, and returns its errno. */
static int ends(struct call *call, ssize_t result)
{
	int error = result < 0 ? errno : 0;

	call->done->ended_ns = lab_now_ns();
	call->done->result = result;
	return error;
}

/* The same for a loop of calls, which may have moved bytes and failed then. */
static int ends_after(struct call *call, size_t moved, int error)
{
	(void)ends(call, (ssize_t)moved);
	return error;
}

/* Until something can be done without waiting: 0, or EAGAIN where patience ended. */
static int await(struct call *call, int socket, short events)
{
	for (;;) {
		int64_t left_ns = call->deadline_ns - lab_now_ns();
		struct timespec left = {.tv_sec = left_ns / LAB_SECOND,
					.tv_nsec = left_ns % LAB_SECOND};
		struct pollfd wait = {.fd = socket, .events = events};
		int ready = left_ns > 0 ? ppoll(&wait, 1, &left, NULL) : 0;
		int error = ends(call, ready);

		if (error != EINTR)
			return ready == 0 ? EAGAIN : error;
	}
}

/* ---- names ---- */

static union name name_of(bool ip6, const uint8_t *address, uint16_t port)
{
	union name name = {0};

	if (ip6) {
		name.ip6.sin6_family = AF_INET6;
		name.ip6.sin6_port = htons(port);
		memcpy(&name.ip6.sin6_addr, address, sizeof(name.ip6.sin6_addr));
	} else {
		name.ip4.sin_family = AF_INET;
		name.ip4.sin_port = htons(port);
		memcpy(&name.ip4.sin_addr, address, sizeof(name.ip4.sin_addr));
	}
	return name;
}

static uint16_t port_of(const union name *name)
{
	return ntohs(name->any.sa_family == AF_INET6 ? name->ip6.sin6_port : name->ip4.sin_port);
}

static socklen_t size_of(const union name *name)
{
	return name->any.sa_family == AF_INET6 ? sizeof(name->ip6) : sizeof(name->ip4);
}

/* Takes down what the kernel calls the new socket. Returns 0 or errno. */
static int note_identity(struct endpoint *at)
{
	socklen_t cookie_size = sizeof(at->cookie);
	socklen_t name_size = sizeof(at->local);

	if (getsockopt(at->socket, SOL_SOCKET, SO_COOKIE, &at->cookie, &cookie_size) == 0 &&
	    getsockname(at->socket, &at->local.any, &name_size) == 0)
		return 0;
	return errno;
}

/* ---- making sockets ---- */

static int set_option(int socket, const struct option *option)
{
	return setsockopt(socket, option->level, option->name, &option->value,
			  sizeof(option->value));
}

/* Beyond net.core.wmem_max, and by name: the privileges of a network administrator are there. What
 * is refused only makes the run look a little different. */
static void set_own_habits(int socket)
{
	const struct option buffer = {SOL_SOCKET, SO_SNDBUFFORCE, SEND_BUFFER_BYTES};
	const struct option reuse = {SOL_SOCKET, SO_REUSEADDR, 1};

	(void)set_option(socket, &buffer);
	(void)set_option(socket, &reuse);
	(void)setsockopt(socket, IPPROTO_TCP, TCP_CONGESTION, "cubic", sizeof("cubic") - 1);
}

static int apply_prepared(struct program *program, int socket)
{
	int error = 0;

	for (size_t i = 0; i < program->prepared_count && !error; i++)
		error = set_option(socket, &program->prepared[i]) == 0 ? 0 : errno;
	program->prepared_count = 0;
	return error;
}

/* A socket with all options, bound to the port (0: to none). Returns 0 or errno. */
static int make_socket(struct program *program, bool ip6, uint16_t port, int *made)
{
	union name name = name_of(ip6, program->address, port);
	int channel = socket(ip6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
			     IPPROTO_TCP);
	int error = channel >= 0 ? 0 : errno;

	if (error)
		return error;
	set_own_habits(channel);
	error = apply_prepared(program, channel);
	if (!error && port != 0 && bind(channel, &name.any, size_of(&name)) != 0)
		error = errno;
	if (error)
		(void)close(channel);
	else
		*made = channel;
	return error;
}

/* ---- listeners ---- */

/* NULL where there is none. */
static struct listener *find_listener(struct program *program, uint16_t port)
{
	for (size_t i = program->listener_count; i-- > 0;)
		if (program->listeners[i].port == port)
			return &program->listeners[i];
	return NULL;
}

static int begin_listening(struct call *call)
{
	struct program *program = call->program;
	struct listener *listener = &program->listeners[program->listener_count];
	int error;

	if (program->listener_count == LISTENERS_MAX)
		return EMFILE;
	error = make_socket(program, program->ip6, call->order->port, &listener->socket);
	if (error)
		return error;
	begins(call);
	error = ends(call, listen(listener->socket, call->order->value));
	if (error) {
		(void)close(listener->socket);
		return error;
	}
	listener->port = call->order->port;
	program->listener_count++;
	return 0;
}

static int close_listener(struct call *call)
{
	struct program *program = call->program;
	struct listener *listener = find_listener(program, call->order->port);
	int error;

	if (!listener)
		return EBADF;
	begins(call);
	error = ends(call, close(listener->socket));
	program->listener_count--;
	memmove(listener, listener + 1,
		(size_t)(&program->listeners[program->listener_count] - listener) *
		    sizeof(*listener));
	return error;
}

/* ---- connections ---- */

static bool number_is_taken(const struct call *call)
{
	return call->order->connection == 0 || call->at->socket >= 0;
}

static int begin_connect(struct call *call)
{
	static const struct option deferred = {IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1};
	const struct lab_order *order = call->order;
	union name remote = name_of(order->ip6, order->remote, order->port);
	int channel;
	int error;

	if (number_is_taken(call))
		return EISCONN;
	error = make_socket(call->program, order->ip6, order->from_port, &channel);
	if (error)
		return error;
	if (order->fast_open && set_option(channel, &deferred) != 0)
		error = errno;
	begins(call);
	if (!error)
		error = ends(call, connect(channel, &remote.any, size_of(&remote)));
	if (error && error != EINPROGRESS) {
		(void)close(channel);
		return error;
	}
	call->at->socket = channel;
	call->at->remote = remote;
	call->done->result = 0;
	return note_identity(call->at);
}

static int await_connect(struct call *call)
{
	socklen_t size = sizeof(int);
	int verdict = 0;
	int error;

	if (call->at->socket < 0)
		return EBADF;
	begins(call);
	error = await(call, call->at->socket, POLLOUT);
	if (!error)
		error =
		    ends(call, getsockopt(call->at->socket, SOL_SOCKET, SO_ERROR, &verdict, &size));
	return error ? error : verdict;
}

static int accept_next(struct call *call)
{
	struct listener *listener = find_listener(call->program, call->order->port);
	struct endpoint *at = call->at;
	socklen_t size = sizeof(at->remote);
	int error;

	if (number_is_taken(call))
		return EISCONN;
	if (!listener)
		return EBADF;
	begins(call);
	do {
		at->socket =
		    accept4(listener->socket, &at->remote.any, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
		error = ends(call, at->socket);
	} while (error == EAGAIN && !(error = await(call, listener->socket, POLLIN)));
	if (error)
		return error;
	call->done->result = 0;
	return note_identity(at);
}

static int send_data(struct call *call)
{
	size_t sent = 0;
	int error = 0;

	begins(call);
	while (sent < call->data_bytes && !error) {
		ssize_t now = send(call->at->socket, call->program->data + sent,
				   call->data_bytes - sent, MSG_NOSIGNAL);

		if (now >= 0)
			sent += (size_t)now;
		else if (errno == EAGAIN)
			error = await(call, call->at->socket, POLLOUT);
		else
			error = errno;
	}
	return ends_after(call, sent, error);
}

/* Up to `limit` bytes, the end or an error. `modest`: what is there will do. */
static int receive(struct call *call, uint64_t limit, bool modest)
{
	uint64_t total = 0;
	int error = call->at->socket < 0 ? EBADF : 0;

	begins(call);
	while (total < limit && !error) {
		uint64_t wanted = limit - total;
		ssize_t got = recv(call->at->socket, call->program->read,
				   wanted < READ_BYTES ? (size_t)wanted : READ_BYTES, 0);

		if (got == 0 || (got < 0 && errno == EAGAIN && modest && total > 0))
			break;
		if (got > 0)
			total += (uint64_t)got;
		else if (errno == EAGAIN)
			error = await(call, call->at->socket, POLLIN);
		else
			error = errno;
	}
	return ends_after(call, total, error);
}

static int read_bytes(struct call *call)
{
	return receive(call, call->order->bytes, false);
}

static int read_some(struct call *call)
{
	return receive(call, UINT64_MAX, true);
}

static int read_to_end(struct call *call)
{
	return receive(call, UINT64_MAX, false);
}

static int shut_down(struct call *call)
{
	begins(call);
	return ends(call, shutdown(call->at->socket, call->order->value));
}

static int close_connection(struct call *call)
{
	int channel = call->at->socket;

	call->at->socket = -1;
	begins(call);
	return ends(call, close(channel));
}

static int abort_connection(struct call *call)
{
	const struct linger at_once = {.l_onoff = 1};

	if (setsockopt(call->at->socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)) != 0)
		return errno;
	return close_connection(call);
}

static int disconnect(struct call *call)
{
	const union name unspecified = {.any = {.sa_family = AF_UNSPEC}};

	begins(call);
	return ends(call, connect(call->at->socket, &unspecified.any, sizeof(unspecified.any)));
}

/* ---- forgetting ---- */

static int forget_socket(int socket)
{
	static const struct option repair = {IPPROTO_TCP, TCP_REPAIR, 1};

	return set_option(socket, &repair) == 0 && close(socket) == 0 ? 0 : -1;
}

/* The kernel would reset what waits to be accepted, so that is forgotten first. */
static int forget_listener(int listener)
{
	int waiting;

	while ((waiting = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
		if (forget_socket(waiting) != 0)
			return -1;
	return close(listener);
}

static int forget_all(struct program *program)
{
	int result = 0;

	for (size_t i = 1; i <= LAB_CONNECTIONS_MAX && result == 0; i++) {
		if (program->connections[i].socket >= 0)
			result = forget_socket(program->connections[i].socket);
		program->connections[i].socket = -1;
	}
	while (program->listener_count > 0 && result == 0)
		result = forget_listener(program->listeners[--program->listener_count].socket);
	return result;
}

static int forget(struct call *call)
{
	int channel = call->at->socket;

	begins(call);
	if (call->order->connection == 0)
		return ends(call, forget_all(call->program));
	call->at->socket = -1;
	return ends(call, forget_socket(channel));
}

/* ---- options ---- */

static int apply_option(struct call *call)
{
	const struct lab_order *order = call->order;
	const struct option option = {order->level, order->name, order->value};
	size_t count = call->program->listener_count;
	int socket = call->at->socket;

	if (order->connection == 0 && count > 0)
		socket = call->program->listeners[count - 1].socket;
	begins(call);
	return ends(call, set_option(socket, &option));
}

static int prepare_option(struct call *call)
{
	const struct lab_order *order = call->order;
	struct program *program = call->program;

	if (program->prepared_count == PREPARED_MAX)
		return ENOSPC;
	program->prepared[program->prepared_count++] =
	    (struct option){order->level, order->name, order->value};
	return 0;
}

/* ---- an administrator ---- */

static void set_identity(struct inet_diag_sockid *identity, const struct endpoint *at)
{
	identity->idiag_sport = htons(port_of(&at->local));
	identity->idiag_dport = htons(port_of(&at->remote));
	identity->idiag_cookie[0] = (uint32_t)at->cookie;
	identity->idiag_cookie[1] = (uint32_t)(at->cookie >> 32);
	if (at->local.any.sa_family == AF_INET6) {
		memcpy(identity->idiag_src, &at->local.ip6.sin6_addr, 16);
		memcpy(identity->idiag_dst, &at->remote.ip6.sin6_addr, 16);
	} else {
		memcpy(identity->idiag_src, &at->local.ip4.sin_addr, 4);
		memcpy(identity->idiag_dst, &at->remote.ip4.sin_addr, 4);
	}
}

/* Without the cookie the kernel would take a listener of that port where the connection is gone. */
static int destroy(struct call *call)
{
	struct inet_diag_req_v2 body = {
	    .sdiag_family = (uint8_t)call->at->local.any.sa_family,
	    .sdiag_protocol = IPPROTO_TCP,
	    .idiag_states = ~0U,
	};
	struct lab_netlink message;
	int error;

	set_identity(&body.id, call->at);
	lab_netlink_begin(&message, SOCK_DESTROY, 0, &body, sizeof(body));
	begins(call);
	error = lab_netlink_ask(&message, NETLINK_SOCK_DIAG);
	(void)ends(call, 0);
	return error;
}

/* ---- orders ---- */

static const struct performer {
	int (*perform)(struct call *);
	bool moves_bytes; /* its result is how many, also where it failed */
} performers[] = {
    [LAB_CALL_LISTEN] = {.perform = begin_listening},
    [LAB_CALL_CLOSE_LISTENER] = {.perform = close_listener},
    [LAB_CALL_CONNECT] = {.perform = begin_connect},
    [LAB_CALL_AWAIT_CONNECT] = {.perform = await_connect},
    [LAB_CALL_ACCEPT] = {.perform = accept_next},
    [LAB_CALL_SEND] = {.perform = send_data, .moves_bytes = true},
    [LAB_CALL_READ] = {.perform = read_bytes, .moves_bytes = true},
    [LAB_CALL_READ_SOME] = {.perform = read_some, .moves_bytes = true},
    [LAB_CALL_READ_TO_END] = {.perform = read_to_end, .moves_bytes = true},
    [LAB_CALL_SHUTDOWN] = {.perform = shut_down},
    [LAB_CALL_CLOSE] = {.perform = close_connection},
    [LAB_CALL_ABORT] = {.perform = abort_connection},
    [LAB_CALL_DISCONNECT] = {.perform = disconnect},
    [LAB_CALL_FORGET] = {.perform = forget},
    [LAB_CALL_OPTION] = {.perform = apply_option},
    [LAB_CALL_PREPARE] = {.perform = prepare_option},
    [LAB_CALL_DESTROY] = {.perform = destroy},
};

static struct lab_done perform(struct program *program, const struct lab_request *request)
{
	const struct lab_order *order = &request->order;
	int64_t now_ns = lab_now_ns();
	struct lab_done done = {.began_ns = now_ns, .ended_ns = now_ns};
	struct call call = {
	    .program = program,
	    .order = order,
	    .at = &program->connections[order->connection],
	    .data_bytes = (size_t)request->data_bytes,
	    .done = &done,
	};
	int unread = 0;

	TW_ASSERT(order->connection <= LAB_CONNECTIONS_MAX);
	if (__builtin_add_overflow(now_ns, order->patience_ns, &call.deadline_ns))
		call.deadline_ns = INT64_MAX;
	if (ioctl(call.at->socket, FIONREAD, &unread) == 0)
		done.unread = (uint64_t)unread;
	done.error = performers[order->call].perform(&call);
	if (done.error && !performers[order->call].moves_bytes)
		done.result = -1;
	done.local_port = port_of(&call.at->local);
	done.remote_port = port_of(&call.at->remote);
	return done;
}

static bool take_data(struct program *program, int commands, size_t size)
{
	if (size > program->data_room) {
		char *data = realloc(program->data, size);

		if (!data)
			return false;
		program->data = data;
		program->data_room = size;
	}
	return lab_channel_receive(commands, program->data, size);
}

_Noreturn void lab_calls_serve(int commands, bool ip6, const uint8_t *address)
{
	struct program *program = calloc(1, sizeof(*program));
	struct lab_request request;

	if (!program)
		_exit(1);
	program->ip6 = ip6;
	memcpy(program->address, address, ip6 ? 16 : 4);
	for (size_t i = 0; i < TW_LEN(program->connections); i++)
		program->connections[i].socket = -1;
	while (lab_channel_receive(commands, &request, sizeof(request)) &&
	       take_data(program, commands, (size_t)request.data_bytes)) {
		struct lab_done done = perform(program, &request);

		if (!lab_channel_send(commands, &done, sizeof(done)))
			break;
	}
	_exit(0);
}
