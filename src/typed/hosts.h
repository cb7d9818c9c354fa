/* hosts.h: the ends of a row: addresses, names of hosts, ports and names of services. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TYPED_HOSTS_H
#define TW_TYPED_HOSTS_H

#include "base/arena.h"
#include "base/str.h"
#include "wire/segment.h"

/*
 * One end of a row. `port_id` tells ports apart also where only a service's name is known:
 * 0: not given; 1 + the number; or above TW_PORT_ID_NAME, the number of a name.
 */
struct tw_end {
	struct tw_address address;
	uint32_t port_id;
};

enum { TW_PORT_ID_NAME = 0x20000 };

/* The text of an end, as a row shape found it; either part may be empty. */
struct tw_end_text {
	struct tw_str host;
	struct tw_str port;
};

/* Names by number, and a hash table to find them. Letters alike: "server" is "Server". */
struct tw_hosts {
	struct tw_arena *arena;
	uint64_t seed;
	struct tw_str *names;
	size_t name_count;
	size_t name_capacity;
	uint32_t *slots; /* 1 + number of a name, or 0; TW_HOSTS_SLOTS of them */
	bool full;	 /* TW_LIMIT_NAMES or the arena's cap was met */
};

bool tw_hosts_start(struct tw_hosts *hosts, struct tw_arena *arena);
/* True where the word was met before. */
bool tw_hosts_know(const struct tw_hosts *hosts, struct tw_str name);
/* The same, and the name's number. */
bool tw_hosts_find(const struct tw_hosts *hosts, struct tw_str name, uint32_t *number);
/* False where a name could not be kept. */
bool tw_hosts_resolve(struct tw_hosts *hosts, struct tw_end_text text, struct tw_end *end);

bool tw_address_parse(struct tw_str text, struct tw_address *address);
/* A port by number or by a very well known name. */
bool tw_port_parse(struct tw_str text, uint16_t *port);
/* A number of 16 bits, or a word that could be the name of a service. */
bool tw_port_plausible(struct tw_str text);
/* Splits "192.0.2.1:80", "srv:80" and "192.0.2.1.80"; whatever has no port stays whole. */
struct tw_end_text tw_end_split(struct tw_str text);
/* As tcpdump prints ends: behind the last dot stands the port, always. */
bool tw_end_split_dotted(struct tw_str text, struct tw_end_text *end);

/* The port's number, or 0 where it is not known. */
uint16_t tw_end_port(const struct tw_end *end);
bool tw_end_equal(const struct tw_end *a, const struct tw_end *b);

#endif
