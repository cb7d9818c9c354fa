/* trace_text.h: reads what tracefs prints: events, the format of events, counts of lost ones. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_TRACE_TEXT_H
#define TW_LAB_TRACE_TEXT_H

#include "base/buf.h"
#include "lab/trace.h"

/* One line of a `trace` file. False where it is none of our events (a comment, say). An endpoint
 * that the kernel does not know (the peer of a listener) becomes empty, and so does the state where
 * there was no socket. */
TW_CHECK bool lab_trace_text_event(struct tw_str line, struct lab_event *event);
/* True where an event's `format` file lists a field of that name. */
bool lab_trace_text_has_field(struct tw_str format, const char *name);
/* Adds the event filter ("reason==3||reason==29") for those drops that tell something about TCP.
 * The numbers are those of the `format` file of skb:kfree_skb, for they differ from kernel to
 * kernel. Nothing is added where it names none. */
void lab_trace_text_add_drop_filter(struct tw_str format, struct tw_buf *filter);
/* True where a `stats` file of a CPU's buffer tells that events were lost. */
bool lab_trace_text_tells_loss(struct tw_str stats);
/* The host that has the address of an endpoint as struct lab_event has it, of two with one address
 * the first; LAB_HOSTS where it is none of ours. */
enum lab_host_name lab_trace_text_host(const struct lab_addresses *addresses, const char *endpoint);

#endif
