/* truth.h: what a run is known to have been: checked by the kernel's account, and as JSON. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_TRUTH_H
#define TW_LAB_TRUTH_H

#include "base/buf.h"
#include "lab/run.h"

struct lab_endpoint {
	bool ip6;
	uint8_t address[16]; /* IPv4 in the first four; the rest 0 */
	uint16_t port;
};

/* The two ends of a connection (opener first) as its segments show them at that point: translated
 * ports and addresses as they are there. */
void lab_truth_ends(const struct lab_run *run, uint32_t connection, enum lab_point point,
		    struct lab_endpoint ends[2]);
/* By how much a counter of that host rose in the run; one that the kernel does not have: 0. */
int64_t lab_truth_rise(const struct lab_run *run, enum lab_host_name host, const char *counter);
/*
 * Were there as many connections as the scenario names, and did the kernel reset for the reasons
 * that it names? Where this kernel tells no reasons, the counters are asked instead: how many
 * resets there were (OutRsts), and those reasons that are counted (TCPAbortOnClose and its like).
 * The resets of two hosts with one address are judged together. False: `why` says what was
 * otherwise.
 */
TW_CHECK bool lab_truth_agrees(const struct lab_run *run, struct tw_buf *why);
/* Writes the truth as JSON (schema lab/truth.schema.json). Plain text values are escaped. */
void lab_truth_json(const struct lab_run *run, struct tw_buf *json);

#endif
