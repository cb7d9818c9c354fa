/* lab.h: the words that all of the laboratory shares: hosts, points, time. Linux only. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_LAB_H
#define TW_LAB_LAB_H

#include "base/defs.h"
#include "base/str.h"

/*
 *             client leg                     server leg
 *     client ------------------ middle ------------------ server (and the other host)
 *       ^ recorded                ^ recorded                ^ recorded
 *
 * Times without another word are CLOCK_MONOTONIC in nanoseconds: the tracepoints, the wire and the
 * programs share that clock, so that their accounts can be put side by side.
 */
enum lab_host_name { LAB_CLIENT, LAB_SERVER, LAB_OTHER, LAB_HOSTS };
enum lab_point { LAB_AT_CLIENT, LAB_AT_MIDDLE, LAB_AT_SERVER, LAB_POINTS };
enum lab_leg { LAB_CLIENT_LEG, LAB_SERVER_LEG, LAB_LEGS };
/* The way that a packet travels. */
enum lab_way { LAB_TO_SERVER, LAB_TO_CLIENT, LAB_WAYS };

#define LAB_MILLISECOND INT64_C(1000000)
#define LAB_SECOND	INT64_C(1000000000)

enum {
	LAB_ETHERNET_BYTES = 14,
	LAB_PACKET_BYTES_MAX = 65535 + 40, /* the largest IP packet that offload hands over */
	LAB_TEXT_BYTES = 160,		   /* one line of a diary */
	LAB_CONNECTIONS_MAX = 64,	   /* of one run */
	LAB_ADDRESS_TEXT = 48,
};

/* "client", "middle", "server": also in the names of the recordings. */
const char *lab_point_name(enum lab_point point);
/* "client", "server", "other". */
const char *lab_host_text(enum lab_host_name host);
int64_t lab_now_ns(void);

/* Numbers that depend on a seed alone (SplitMix64), so that a run can be had again. */
struct lab_random {
	uint64_t state;
};

/* Two scenarios with one seed do not draw the same numbers. */
struct lab_random lab_random_of(uint64_t seed, struct tw_str name);
uint64_t lab_random_next(struct lab_random *random);
/* Uniform, both ends included. */
uint64_t lab_random_between(struct lab_random *random, uint64_t low, uint64_t high);
/* Uniform in the logarithm: as many between 1 and 10 as between 10 and 100. Both ends included. */
uint64_t lab_random_scaled(struct lab_random *random, uint64_t low, uint64_t high);
bool lab_random_chance(struct lab_random *random, double probability);

/* The addresses of one run: no two runs at the same time share one, for the tracepoints of the
 * kernel know no network namespace and are told apart by them. */
struct lab_addresses {
	bool ip6;
	uint8_t bytes[LAB_HOSTS][16];	/* IPv4 in the first four */
	uint8_t gateway[LAB_HOSTS][16]; /* never on the wire: static neighbours */
	char text[LAB_HOSTS][LAB_ADDRESS_TEXT];
};

#endif
