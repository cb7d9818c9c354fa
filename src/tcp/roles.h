/* roles.h: which side is the client, and how that is known. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TCP_ROLES_H
#define TW_TCP_ROLES_H

#include "tcp/connection.h"

/* How the opener is known, best first. X(NAME, slug): slugs are public ("opener_basis"). */
#define TW_OPENER_BASES(X)   \
	X(SYN, "syn")        \
	X(SYN_ACK, "synack") \
	X(TYPED, "typed")    \
	X(PORT, "port")      \
	X(FIRST_SEGMENT, "first-segment")

enum tw_opener_basis {
#define X(name, slug) TW_OPENER_##name,
	TW_OPENER_BASES(X)
#undef X
	    TW_OPENER_BASIS_COUNT
};

struct tw_roles {
	uint8_t client; /* side */
	uint8_t server;
	uint8_t basis; /* enum tw_opener_basis */
	bool known;    /* the input shows it: a SYN, a SYN,ACK, or what the list calls them */
};

const char *tw_opener_basis_slug(enum tw_opener_basis basis);

/*
 * The opener, by the first of these that decides: a SYN; a SYN,ACK; the names in a list
 * (`typed_client`: a side, or TW_NOBODY where the names do not tell); the port (one below 1024
 * against a higher one, or one below 32768 against a dynamic one, is the server's); the first
 * segment. `endpoint` is in the order of the sides.
 */
struct tw_roles tw_roles_infer(const struct tw_connection *connection,
			       const struct tw_endpoint endpoint[2], unsigned typed_client);

#endif
