/* run.h: one run of a scenario: hosts, wire, programs and tracing, from first to last step. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_RUN_H
#define TW_LAB_RUN_H

#include "lab/actor.h"
#include "lab/scenario.h"
#include "lab/trace.h"
#include "lab/wire.h"

enum { LAB_DIARY_MAX = 4096, LAB_TROUBLE_BYTES = 400 };

/* One line of the diary: what a program or the wire did. */
struct lab_deed {
	int64_t at_ns; /* when the call began; one that waits (connect, accept, read): returned */
	int64_t took_ns;
	bool by_wire;
	enum lab_host_name host;
	uint32_t connection; /* 0: none */
	char call[24];	     /* "connect", "send", "close", "kill"; empty for the wire's */
	int64_t result;
	int error;		   /* errno */
	char text[LAB_TEXT_BYTES]; /* "close() with 40 bytes unread" */
};

/* A connection as the run knows it. */
struct lab_connection {
	enum lab_host_name opener;
	uint16_t opener_port;
	uint16_t listener_port;
	enum lab_host_name listener;
	uint8_t opener_address[16]; /* where a stranger took another one; else the host's own */
	bool opener_address_given;
	uint64_t sent[LAB_HOSTS];     /* bytes that each host's program sent */
	uint64_t received[LAB_HOSTS]; /* and read */
	bool closed[LAB_HOSTS];
	size_t first_passed;	      /* index into the wire's log when it began */
	int last_error[LAB_HOSTS];    /* errno of the last read; 0 */
	int64_t last_read[LAB_HOSTS]; /* bytes it brought; 0: the end of the stream */
	/* Bytes of an upload or response that were announced and not yet sent. */
	uint64_t announced[LAB_HOSTS];
};

/* Everything that can be told of a run when it has ended. */
struct lab_run {
	const struct lab_plan *plan;
	struct lab_addresses addresses;
	int claim; /* on the addresses; -1: none */
	struct lab_host hosts[LAB_HOSTS];
	struct lab_actor actors[LAB_HOSTS];
	bool listening[LAB_HOSTS]; /* a step has seen to it, or the default listener was made */
	uint16_t next_port;	   /* for the next opener */
	struct lab_wire *wire;
	struct lab_trace *trace;
	struct lab_random random; /* for payloads */
	int64_t began_ns;
	int64_t clock_offset_ns; /* CLOCK_REALTIME minus CLOCK_MONOTONIC */
	struct lab_deed *diary;
	size_t diary_count;
	bool diary_full;
	uint32_t connection_count; /* they count from 1 */
	struct lab_connection connections[LAB_CONNECTIONS_MAX + 1];
	uint16_t port_shift; /* by the box that translates the client's ports */
	uint8_t service[16]; /* the service address; only with service_translated */
	bool service_translated;
	const struct lab_step *step; /* the one under way */
	/* After the end. */
	const struct lab_event *events;
	size_t event_count;
	bool events_lost;
	bool reasons_told;
	struct lab_counters before[LAB_HOSTS];
	struct lab_counters after[LAB_HOSTS];
	char trouble[LAB_TROUBLE_BYTES]; /* why it did not go as it should; empty: it did */
};

enum lab_outcome {
	LAB_WENT_WELL,
	LAB_WENT_OTHERWISE, /* a check did not hold, or the kernel said otherwise: try again */
	LAB_IMPOSSIBLE,	    /* a privilege or a feature is missing: `trouble` says which */
};

/*
 * Makes the hosts, performs all steps, takes everything down again. `run` must stay at its place
 * and is freed with lab_run_free(). The calling process should be one of its own (run_alone.h), for
 * it enters namespaces; no other thread may run.
 */
enum lab_outcome lab_run_perform(struct lab_run *run, const struct lab_plan *plan);
void lab_run_free(struct lab_run *run);

/* ---- for the sentences (steps_*.c) ---- */

/* Whose address a host has: the other host may have the server's. */
enum lab_host_name lab_run_address_of(const struct lab_run *run, enum lab_host_name host);

/* Notes in `trouble` why the run cannot go on, with the step's line; returns false. */
bool lab_run_fail(struct lab_run *run, const char *format, ...) TW_PRINTF(2, 3);
/* Adds a deed; the text is composed as by printf. A deed without a time was done just now. */
void lab_run_note(struct lab_run *run, const struct lab_deed *deed, const char *format, ...)
    TW_PRINTF(3, 4);
void lab_run_note_wire(struct lab_run *run, const char *format, ...) TW_PRINTF(2, 3);

#endif
