/* actor.h: a program on a host: a process that makes socket calls when told to. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_ACTOR_H
#define TW_LAB_ACTOR_H

#include "base/str.h"
#include "lab/host.h"

/* What an actor can be told. Sockets go by the number of their connection in the run (from 1). */
enum lab_call {
	LAB_CALL_LISTEN,	 /* port; value: the backlog */
	LAB_CALL_CLOSE_LISTENER, /* port */
	LAB_CALL_CONNECT,	 /* begins it: port, from_port; does not wait */
	LAB_CALL_AWAIT_CONNECT,	 /* until it is established or failed; errno tells */
	LAB_CALL_ACCEPT,	 /* the next of the queue of `port` becomes `connection` */
	LAB_CALL_SEND,		 /* `data` */
	LAB_CALL_READ,		 /* until `bytes` came, the end, an error, or the deadline */
	LAB_CALL_READ_SOME,	 /* what is there; waits for the first byte */
	LAB_CALL_READ_TO_END,	 /* until the end of the stream or an error */
	LAB_CALL_SHUTDOWN,	 /* value: SHUT_RD, SHUT_WR, SHUT_RDWR */
	LAB_CALL_CLOSE,
	LAB_CALL_ABORT,	     /* SO_LINGER {1, 0} and close() */
	LAB_CALL_DISCONNECT, /* connect(AF_UNSPEC), and keeps the descriptor */
	LAB_CALL_FORGET,     /* TCP_REPAIR and close(): as after a crash, nothing is sent.
			      * connection 0: all of them, and the listeners */
	LAB_CALL_OPTION,     /* setsockopt(level, name, value); connection 0: the newest listener */
	LAB_CALL_PREPARE,    /* the next CONNECT or LISTEN gets this option before bind() */
	LAB_CALL_DESTROY,    /* SOCK_DESTROY by sock_diag(7), as `ss -K` does; also of a connection
			      * that the program has closed */
};

struct lab_order {
	enum lab_call call;
	uint32_t connection;
	uint16_t port;
	uint16_t from_port;
	int level;
	int name;
	int value;
	uint64_t bytes;
	int64_t patience_ns; /* how long a send, read, accept or connect may wait */
	uint8_t remote[16];  /* CONNECT: the address to connect to */
	bool ip6;
	/* CONNECT: with TCP_FASTOPEN_CONNECT; `data` of the first SEND rides on the SYN. */
	bool fast_open;
};

/* What came of it. */
struct lab_done {
	int64_t began_ns;
	int64_t ended_ns;
	/* Of the call: bytes sent or read (also where an error came after some), 0 at the end of
	 * the stream, -1 where another call failed. */
	int64_t result;
	/* errno, 0 where it succeeded; EAGAIN where patience ended, EBADF without such a socket. A
	 * connect that was begun is a success. */
	int error;
	uint64_t unread;     /* bytes in the receive queue before the call */
	uint16_t local_port; /* of the connection, also where it is closed by now */
	uint16_t remote_port;
};

struct lab_actor {
	const struct lab_host *host;
	int process;  /* its pid; 0: none is running */
	int commands; /* our end of the socket pair */
};

/*
 * Starts the process in the host's namespace; its sockets have the address of `as`. It dies with
 * the thread that started it. Its send buffers are so large that a send does not wait for the peer,
 * and its congestion control is CUBIC whatever the machine prefers. Returns 0 or errno.
 */
TW_CHECK int lab_actor_start(struct lab_actor *actor, const struct lab_host *host,
			     const struct lab_addresses *addresses, enum lab_host_name as);
/* Has it do the call and waits for what came of it. Returns 0, or an errno where there is no
 * process any more (EPIPE) or none was started (ESRCH). */
TW_CHECK int lab_actor_do(struct lab_actor *actor, const struct lab_order *order,
			  struct tw_str data, struct lab_done *done);
/* SIGKILL, and waits until it is gone: its kernel has closed all its sockets. */
void lab_actor_kill(struct lab_actor *actor);

#endif
