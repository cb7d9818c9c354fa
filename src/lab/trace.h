/* trace.h: the kernel's own account of a run: resets with their reason, states, drops. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_TRACE_H
#define TW_LAB_TRACE_H

#include "lab/lab.h"

enum lab_event_kind {
	LAB_RESET_SENT,	    /* tcp:tcp_send_reset */
	LAB_RESET_RECEIVED, /* tcp:tcp_receive_reset; also where late data ends a socket */
	LAB_STATE_CHANGED,  /* sock:inet_sock_set_state */
	LAB_DROPPED,	    /* skb:kfree_skb with a reason that tells something about TCP */
};

/*
 * `local` is the end whose kernel tells: the sender of a reset that was sent. Drops have no ends:
 * they are those of this process, its threads, and the processes that it begins after
 * lab_trace_open(); what the kernel left to ksoftirqd is missing.
 */
struct lab_event {
	int64_t at_ns;
	enum lab_event_kind kind;
	char local[LAB_ADDRESS_TEXT + 8];  /* "10.1.2.3:80", "[fd00::1]:80"; empty: not told */
	char remote[LAB_ADDRESS_TEXT + 8]; /* empty for a listener's resets, too */
	char state[24];			   /* TCP_ESTABLISHED; of a change, the new one */
	char old_state[24];		   /* of a change */
	char reason[40]; /* by the kernel's own name; empty where this kernel tells none */
};

enum { LAB_EVENTS_MAX = 4096 };

struct lab_trace;

/*
 * Opens a tracing instance of our own, named after this process and run (tracefs is mounted in a
 * mount namespace of our own where the system has not mounted it), removes instances of runs that
 * were killed, and starts the events. Returns 0 or an errno; `*step` then says what is missing.
 */
TW_CHECK int lab_trace_open(struct lab_trace **trace, const struct lab_addresses *addresses,
			    const char **step);
/* True where tcp_send_reset has a field `reason` (Linux 6.10 and later), read from its format
 * file. */
bool lab_trace_tells_reasons(const struct lab_trace *trace);
/* Stops the events and reads those of our addresses, oldest first; removes the instance. The
 * list stays until lab_trace_free(). `*lost` is set where the kernel's buffer or LAB_EVENTS_MAX
 * was too small. */
const struct lab_event *lab_trace_finish(struct lab_trace *trace, size_t *count, bool *lost);
void lab_trace_free(struct lab_trace *trace);
/* Removes the instances of processes that are gone. */
void lab_trace_clean(void);

#endif
