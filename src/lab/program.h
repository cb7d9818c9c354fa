/* program.h: the calls of programs on the run's connections, each with its line in the diary. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_PROGRAM_H
#define TW_LAB_PROGRAM_H

#include "lab/run.h"

/* How long a call may wait before the run has failed: longer than any retransmission that scenarios
 * let happen in between. */
#define LAB_PATIENCE_NS (60 * LAB_SECOND)

/* The host that talks with this one: of a server or the other host, the client. */
enum lab_host_name lab_peer(const struct lab_connection *connection, enum lab_host_name host);

/*
 * All return false, with lab_run_fail(), where the run cannot go on. That a send or a read fails is
 * no such thing: that is what scenarios are about; the connection then knows its errno.
 */
bool lab_program_listen(struct lab_run *run, enum lab_host_name host, uint16_t port, int backlog);
bool lab_program_close_listener(struct lab_run *run, enum lab_host_name host, uint16_t port);

/* The next connection, entered in run->connections: its number, or 0 where there is no room. */
uint32_t lab_program_new_connection(struct lab_run *run, enum lab_host_name opener,
				    uint16_t opener_port, enum lab_host_name listener,
				    uint16_t listener_port);
/* A port for an opener that no other connection of this run has. */
uint16_t lab_program_next_port(struct lab_run *run);
/* Begins to connect as the connection says, without waiting. */
bool lab_program_connect(struct lab_run *run, uint32_t number);
/* The listener's host connects as well, from and to the same ports: a simultaneous open. */
bool lab_program_connect_back(struct lab_run *run, uint32_t number);
/* Waits until the host's connect() is through; its errno is then in last_error of the host. */
bool lab_program_await(struct lab_run *run, enum lab_host_name host, uint32_t number);
/* Fails the run where the opener's connect() failed. */
bool lab_program_is_established(struct lab_run *run, uint32_t number);
/* The listening program accepts it. */
bool lab_program_accept(struct lab_run *run, uint32_t number);
/* The default listener, unless a step has seen to one. */
bool lab_program_default_listener(struct lab_run *run);

bool lab_program_send(struct lab_run *run, enum lab_host_name host, uint32_t number,
		      struct tw_str data);
/* LAB_CALL_READ of so many bytes, LAB_CALL_READ_SOME or LAB_CALL_READ_TO_END. */
bool lab_program_read(struct lab_run *run, enum lab_host_name host, uint32_t number,
		      enum lab_call how, uint64_t bytes);
/* What the other program has sent and this one has not read. */
uint64_t lab_program_outstanding(const struct lab_run *run, enum lab_host_name host,
				 uint32_t number);
bool lab_program_shut_down(struct lab_run *run, enum lab_host_name host, uint32_t number, int how);
/* LAB_CALL_CLOSE, _ABORT, _DISCONNECT, _FORGET or _DESTROY. */
bool lab_program_end(struct lab_run *run, enum lab_host_name host, uint32_t number,
		     enum lab_call how);
/* SIGKILL; the next call on that host starts another program. */
bool lab_program_kill(struct lab_run *run, enum lab_host_name host);
/* As after a crash: no connection, no listener, and nothing is sent. */
bool lab_program_forget_all(struct lab_run *run, enum lab_host_name host);
/* LAB_CALL_OPTION, or LAB_CALL_PREPARE (number 0). */
bool lab_program_option(struct lab_run *run, enum lab_host_name host, uint32_t number,
			enum lab_call how, const struct lab_option_value *option);

#endif
