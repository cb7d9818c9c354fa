/* program.c: the calls of programs on the run's connections, each with its line in the diary. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/program.h"

#include "base/assert.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { DEFAULT_BACKLOG = 16, PORT_STEP_MAX = 50 };

/* How the diary calls what an actor is told. */
static const char *const call_names[] = {
    [LAB_CALL_LISTEN] = "listen",
    [LAB_CALL_CLOSE_LISTENER] = "close",
    [LAB_CALL_CONNECT] = "connect",
    [LAB_CALL_AWAIT_CONNECT] = "connect",
    [LAB_CALL_ACCEPT] = "accept",
    [LAB_CALL_SEND] = "send",
    [LAB_CALL_READ] = "read",
    [LAB_CALL_READ_SOME] = "read",
    [LAB_CALL_READ_TO_END] = "read",
    [LAB_CALL_SHUTDOWN] = "shutdown",
    [LAB_CALL_CLOSE] = "close",
    [LAB_CALL_ABORT] = "abort",
    [LAB_CALL_DISCONNECT] = "disconnect",
    [LAB_CALL_FORGET] = "forget",
    [LAB_CALL_OPTION] = "setsockopt",
    [LAB_CALL_PREPARE] = "setsockopt",
    [LAB_CALL_DESTROY] = "destroy",
};

/* A call that was made: what came of it, and what the diary is to say. */
struct made {
	struct lab_done done;
	struct lab_deed deed;
};

enum lab_host_name lab_peer(const struct lab_connection *connection, enum lab_host_name host)
{
	return host == connection->opener ? connection->listener : connection->opener;
}

/* A host whose program was killed gets another one. */
static bool has_program(struct lab_run *run, enum lab_host_name host)
{
	int error;

	if (host == LAB_OTHER && !run->plan->has_other)
		return lab_run_fail(run, "there is no other host");
	if (run->actors[host].process > 0)
		return true;
	error = lab_actor_start(&run->actors[host], &run->hosts[host], &run->addresses,
				lab_run_address_of(run, host));
	return error == 0 ||
	       lab_run_fail(run, "no program on the %s: %s", lab_host_text(host), strerror(error));
}

static void set_call(struct lab_deed *deed, const char *name)
{
	(void)snprintf(deed->call, sizeof(deed->call), "%s", name);
}

/* What such a call tells is known when it returns. */
static bool waits(enum lab_call call)
{
	return call == LAB_CALL_AWAIT_CONNECT || call == LAB_CALL_ACCEPT || call == LAB_CALL_READ ||
	       call == LAB_CALL_READ_SOME || call == LAB_CALL_READ_TO_END;
}

/* Has the host's program do a call. */
static bool call_with(struct lab_run *run, enum lab_host_name host, struct lab_order *order,
		      struct tw_str data, struct made *made)
{
	int error;

	if (!has_program(run, host))
		return false;
	order->ip6 = run->plan->ip6;
	order->patience_ns = LAB_PATIENCE_NS;
	memset(made, 0, sizeof(*made));
	error = lab_actor_do(&run->actors[host], order, data, &made->done);
	if (error != 0)
		return lab_run_fail(run, "the program on the %s is gone: %s", lab_host_text(host),
				    strerror(error));
	made->deed = (struct lab_deed){
	    .at_ns = waits(order->call) ? made->done.ended_ns : made->done.began_ns,
	    .took_ns = made->done.ended_ns - made->done.began_ns,
	    .host = host,
	    .connection = order->connection,
	    .result = made->done.result,
	    .error = made->done.error,
	};
	set_call(&made->deed, call_names[order->call]);
	return true;
}

static bool call(struct lab_run *run, enum lab_host_name host, struct lab_order *order,
		 struct made *made)
{
	return call_with(run, host, order, TW_STR(""), made);
}

/* Enters a deed in the diary, with the words of its errno where it failed. */
static void TW_PRINTF(3, 4)
    tell(struct lab_run *run, const struct lab_deed *deed, const char *format, ...)
{
	char text[LAB_TEXT_BYTES];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (deed->error != 0)
		lab_run_note(run, deed, "%s failed: %s", text, strerror(deed->error));
	else
		lab_run_note(run, deed, "%s", text);
}

/* For calls that never fail in a run as it should be. */
static bool must(struct lab_run *run, const struct made *made, const char *what)
{
	return made->done.error == 0 ||
	       lab_run_fail(run, "%s failed: %s", what, strerror(made->done.error));
}

/* For calls that may fail, but not for want of a socket: that is a mistake of the scenario. */
static bool has_socket(struct lab_run *run, const struct made *made)
{
	return made->done.error != EBADF ||
	       lab_run_fail(run, "the %s has no socket of connection %" PRIu32,
			    lab_host_text(made->deed.host), made->deed.connection);
}

/* ---- listening ---- */

bool lab_program_listen(struct lab_run *run, enum lab_host_name host, uint16_t port, int backlog)
{
	struct lab_order order = {.call = LAB_CALL_LISTEN, .port = port, .value = backlog};
	struct made made;

	if (!call(run, host, &order, &made))
		return false;
	tell(run, &made.deed, "listen() on port %u with a backlog of %d", port, backlog);
	run->listening[host] = true;
	return must(run, &made, "listen()");
}

bool lab_program_default_listener(struct lab_run *run)
{
	return run->listening[LAB_SERVER] ||
	       lab_program_listen(run, LAB_SERVER, run->plan->port, DEFAULT_BACKLOG);
}

bool lab_program_close_listener(struct lab_run *run, enum lab_host_name host, uint16_t port)
{
	struct lab_order order = {.call = LAB_CALL_CLOSE_LISTENER, .port = port};
	struct made made;

	if (!call(run, host, &order, &made))
		return false;
	tell(run, &made.deed, "close() of the listener on port %u", port);
	return must(run, &made, "close() of the listener");
}

/* ---- opening ---- */

uint16_t lab_program_next_port(struct lab_run *run)
{
	uint16_t port = run->next_port;

	run->next_port = (uint16_t)(port + lab_random_between(&run->random, 1, PORT_STEP_MAX));
	return port;
}

uint32_t lab_program_new_connection(struct lab_run *run, enum lab_host_name opener,
				    uint16_t opener_port, enum lab_host_name listener,
				    uint16_t listener_port)
{
	if (run->connection_count == LAB_CONNECTIONS_MAX) {
		(void)lab_run_fail(run, "more than %d connections", LAB_CONNECTIONS_MAX);
		return 0;
	}
	run->connections[++run->connection_count] = (struct lab_connection){
	    .opener = opener,
	    .opener_port = opener_port,
	    .listener = listener,
	    .listener_port = listener_port,
	    .first_passed = lab_wire_passed_count(run->wire),
	};
	return run->connection_count;
}

static bool connect_to(struct lab_run *run, uint32_t number, enum lab_host_name opener,
		       uint16_t from_port, enum lab_host_name listener, uint16_t to_port)
{
	bool to_service = run->service_translated && opener == LAB_CLIENT;
	const uint8_t *remote =
	    to_service ? run->service : run->addresses.bytes[lab_run_address_of(run, listener)];
	struct lab_order order = {.call = LAB_CALL_CONNECT,
				  .connection = number,
				  .port = to_port,
				  .from_port = from_port};
	struct made made;

	memcpy(order.remote, remote, sizeof(order.remote));
	if (!call(run, opener, &order, &made))
		return false;
	tell(run, &made.deed, "connect() to port %u from port %u", to_port, from_port);
	return must(run, &made, "connect()");
}

bool lab_program_connect(struct lab_run *run, uint32_t number)
{
	const struct lab_connection *connection = &run->connections[number];

	return connect_to(run, number, connection->opener, connection->opener_port,
			  connection->listener, connection->listener_port);
}

bool lab_program_connect_back(struct lab_run *run, uint32_t number)
{
	const struct lab_connection *connection = &run->connections[number];

	return connect_to(run, number, connection->listener, connection->listener_port,
			  connection->opener, connection->opener_port);
}

bool lab_program_await(struct lab_run *run, enum lab_host_name host, uint32_t number)
{
	struct lab_order order = {.call = LAB_CALL_AWAIT_CONNECT, .connection = number};
	struct made made;

	if (!call(run, host, &order, &made))
		return false;
	run->connections[number].last_error[host] = made.done.error;
	tell(run, &made.deed, "%s", made.done.error == 0 ? "connected" : "connect()");
	if (made.done.error == EAGAIN)
		return lab_run_fail(run, "connect() neither succeeded nor failed");
	return has_socket(run, &made);
}

bool lab_program_accept(struct lab_run *run, uint32_t number)
{
	const struct lab_connection *connection = &run->connections[number];
	uint16_t expected = (uint16_t)(connection->opener_port + run->port_shift);
	struct lab_order order = {
	    .call = LAB_CALL_ACCEPT, .connection = number, .port = connection->listener_port};
	struct made made;

	if (!call(run, connection->listener, &order, &made))
		return false;
	tell(run, &made.deed, "accept() from port %u", made.done.remote_port);
	if (made.done.error == 0 && made.done.remote_port != expected)
		return lab_run_fail(run, "another connection was first in the queue");
	return must(run, &made, "accept()");
}

bool lab_program_is_established(struct lab_run *run, uint32_t number)
{
	const struct lab_connection *connection = &run->connections[number];
	int error = connection->last_error[connection->opener];

	return error == 0 || lab_run_fail(run, "connect() failed: %s", strerror(error));
}

/* ---- data ---- */

bool lab_program_send(struct lab_run *run, enum lab_host_name host, uint32_t number,
		      struct tw_str data)
{
	struct lab_order order = {.call = LAB_CALL_SEND, .connection = number};
	struct made made;

	if (!call_with(run, host, &order, data, &made))
		return false;
	tell(run, &made.deed, "send() %zu bytes", data.size);
	if (made.done.result > 0)
		run->connections[number].sent[host] += (uint64_t)made.done.result;
	return has_socket(run, &made);
}

uint64_t lab_program_outstanding(const struct lab_run *run, enum lab_host_name host,
				 uint32_t number)
{
	const struct lab_connection *connection = &run->connections[number];
	uint64_t sent = 0;

	for (enum lab_host_name other = 0; other < LAB_HOSTS; other++)
		sent += other == host ? 0 : connection->sent[other];
	return sent > connection->received[host] ? sent - connection->received[host] : 0;
}

/* The diary has what came and, in a line of its own, what ended the reading. */
static void tell_read(struct lab_run *run, struct made *made, bool ended)
{
	int error = made->deed.error;

	made->deed.error = 0;
	if (made->done.result > 0)
		tell(run, &made->deed, "read %" PRId64 " bytes", made->done.result);
	made->deed.result = 0;
	made->deed.error = error;
	if (error != 0)
		tell(run, &made->deed, "read");
	else if (ended)
		tell(run, &made->deed, "read: end of stream");
}

bool lab_program_read(struct lab_run *run, enum lab_host_name host, uint32_t number,
		      enum lab_call how, uint64_t bytes)
{
	struct lab_connection *connection = &run->connections[number];
	struct lab_order order = {.call = how, .connection = number, .bytes = bytes};
	struct made made;

	if (!call(run, host, &order, &made))
		return false;

	int64_t came = made.done.result;
	bool wanted_more = how == LAB_CALL_READ ? (uint64_t)came < bytes
						: how == LAB_CALL_READ_TO_END || came == 0;
	bool ended = made.done.error == 0 && wanted_more;

	connection->received[host] += came > 0 ? (uint64_t)came : 0;
	connection->last_error[host] = made.done.error;
	connection->last_read[host] = ended ? 0 : came;
	tell_read(run, &made, ended);
	if (made.done.error == EAGAIN)
		return lab_run_fail(run, "read waited in vain after %" PRId64 " bytes", came);
	return has_socket(run, &made);
}

/* ---- ending ---- */

bool lab_program_shut_down(struct lab_run *run, enum lab_host_name host, uint32_t number, int how)
{
	static const char *const names[] = {
	    [SHUT_RD] = "SHUT_RD", [SHUT_WR] = "SHUT_WR", [SHUT_RDWR] = "SHUT_RDWR"};
	struct lab_order order = {.call = LAB_CALL_SHUTDOWN, .connection = number, .value = how};
	struct made made;

	if (!call(run, host, &order, &made))
		return false;
	tell(run, &made.deed, "shutdown(%s)", names[how]);
	return has_socket(run, &made);
}

/* How the diary tells an end; what stands between that and "40 bytes unread". */
static const struct {
	const char *text;
	const char *joint;
	bool keeps_socket;
} endings[] = {
    [LAB_CALL_CLOSE] = {"close()", " with ", false},
    [LAB_CALL_ABORT] = {"close() with SO_LINGER 0", ", ", false},
    [LAB_CALL_DISCONNECT] = {"connect(AF_UNSPEC)", " with ", true},
    [LAB_CALL_FORGET] = {"forgets the connection, as after a crash; nothing is sent", "; ", false},
    [LAB_CALL_DESTROY] = {"an administrator destroys the socket (ss -K)", " with ", true},
};

static void tell_unread(struct lab_run *run, const struct lab_deed *deed, uint64_t unread,
			const char *text, const char *joint)
{
	if (unread > 0)
		tell(run, deed, "%s%s%" PRIu64 " bytes unread", text, joint, unread);
	else
		tell(run, deed, "%s", text);
}

bool lab_program_end(struct lab_run *run, enum lab_host_name host, uint32_t number,
		     enum lab_call how)
{
	struct lab_order order = {.call = how, .connection = number};
	struct made made;

	TW_ASSERT((size_t)how < TW_LEN(endings) && endings[how].text);
	if (!call(run, host, &order, &made))
		return false;
	tell_unread(run, &made.deed, made.done.unread, endings[how].text, endings[how].joint);
	if (!endings[how].keeps_socket)
		run->connections[number].closed[host] = true;
	return must(run, &made, endings[how].text);
}

/* What lies unread in each socket of the host's program; -1 where it has none. */
static bool unread_bytes(struct lab_run *run, enum lab_host_name host,
			 int64_t unread[LAB_CONNECTIONS_MAX + 1])
{
	for (uint32_t number = 1; number <= run->connection_count; number++) {
		const struct lab_connection *connection = &run->connections[number];
		struct lab_order order = {.call = LAB_CALL_READ, .connection = number};
		struct made made;

		unread[number] = -1;
		if (connection->closed[host] ||
		    (connection->opener != host && connection->listener != host))
			continue;
		if (!call(run, host, &order, &made))
			return false;
		if (made.done.error != EBADF)
			unread[number] = (int64_t)made.done.unread;
	}
	return true;
}

/* The end of all sockets of a program: the diary has a line for each connection, or one for all. */
static void tell_all(struct lab_run *run, struct lab_deed *deed,
		     const int64_t unread[LAB_CONNECTIONS_MAX + 1], const char *text,
		     const char *joint)
{
	bool told = false;

	for (uint32_t number = 1; number <= run->connection_count; number++) {
		if (unread[number] < 0)
			continue;
		deed->connection = number;
		tell_unread(run, deed, (uint64_t)unread[number], text, joint);
		run->connections[number].closed[deed->host] = true;
		told = true;
	}
	if (!told)
		tell(run, deed, "%s", text);
}

bool lab_program_kill(struct lab_run *run, enum lab_host_name host)
{
	int64_t unread[LAB_CONNECTIONS_MAX + 1];
	struct lab_deed deed = {.host = host};

	if (!has_program(run, host) || !unread_bytes(run, host, unread))
		return false;
	set_call(&deed, "kill");
	deed.at_ns = lab_now_ns();
	lab_actor_kill(&run->actors[host]);
	deed.took_ns = lab_now_ns() - deed.at_ns;
	tell_all(run, &deed, unread, "killed with SIGKILL", ", ");
	return true;
}

bool lab_program_forget_all(struct lab_run *run, enum lab_host_name host)
{
	struct lab_order order = {.call = LAB_CALL_FORGET};
	int64_t unread[LAB_CONNECTIONS_MAX + 1];
	struct made made;

	if (!unread_bytes(run, host, unread) || !call(run, host, &order, &made))
		return false;
	tell_all(run, &made.deed, unread, "forgets everything, as after a crash; nothing is sent",
		 "; ");
	return must(run, &made, "forgetting");
}

bool lab_program_option(struct lab_run *run, enum lab_host_name host, uint32_t number,
			enum lab_call how, const struct lab_option_value *option)
{
	struct lab_order order = {.call = how,
				  .connection = number,
				  .level = option->level,
				  .name = option->number,
				  .value = option->value};
	struct made made;

	if (!call(run, host, &order, &made))
		return false;
	tell(run, &made.deed, "setsockopt(%s, %d)%s", option->name, option->value,
	     how == LAB_CALL_PREPARE ? " of its next socket" : "");
	return must(run, &made, "setsockopt()");
}
