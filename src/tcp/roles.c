/* roles.c: the opener inferred from SYN, SYN,ACK, names, ports or order. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/roles.h"

enum {
	SYSTEM_PORTS_END = 1024,
	DYNAMIC_PORTS_BEGIN = 32768,
	/* Clients of NFS bind a reserved port, lower than the server's. */
	NFS_PORT = 2049,
	RESERVED_PORTS_BEGIN = 512
};

static const char *const slugs[] = {
#define X(name, slug) [TW_OPENER_##name] = slug,
    TW_OPENER_BASES(X)
#undef X
};

_Static_assert(TW_LEN(slugs) == TW_OPENER_BASIS_COUNT, "one slug per basis");

const char *tw_opener_basis_slug(enum tw_opener_basis basis)
{
	return slugs[basis];
}

static struct tw_roles roles(unsigned client, enum tw_opener_basis basis, bool known)
{
	return (struct tw_roles){
	    .client = (uint8_t)client,
	    .server = (uint8_t)tw_other(client),
	    .basis = (uint8_t)basis,
	    .known = known,
	};
}

static bool is_reserved(uint16_t port)
{
	return port >= RESERVED_PORTS_BEGIN && port < SYSTEM_PORTS_END;
}

static bool is_service(uint16_t port)
{
	return port == NFS_PORT || (port > 0 && port < RESERVED_PORTS_BEGIN);
}

/* The side with the server's port, or TW_NOBODY: system ports, then dynamic against lower ones. */
static unsigned server_by_port(const struct tw_endpoint endpoint[2])
{
	uint16_t a = endpoint[0].port;
	uint16_t b = endpoint[1].port;

	if (a == b)
		return TW_NOBODY;
	/* A list may name a port by a word that is no service known here: a client's. */
	if (a == 0 || b == 0)
		return is_service(a) ? 0 : is_service(b) ? 1 : TW_NOBODY;
	if ((a == NFS_PORT && is_reserved(b)) || (b == NFS_PORT && is_reserved(a)))
		return a == NFS_PORT ? 0 : 1;
	if ((a < SYSTEM_PORTS_END) != (b < SYSTEM_PORTS_END))
		return a < b ? 0 : 1;
	if ((a < DYNAMIC_PORTS_BEGIN) != (b < DYNAMIC_PORTS_BEGIN))
		return a < b ? 0 : 1;
	return TW_NOBODY;
}

struct tw_roles tw_roles_infer(const struct tw_connection *connection,
			       const struct tw_endpoint endpoint[2], unsigned typed_client)
{
	const struct tw_side *sides = connection->side;
	unsigned server;

	/* Of two that call each other, who called first. */
	if ((sides[0].marks & sides[1].marks & TW_SIDE_SYN) &&
	    sides[1].syn.frame < sides[0].syn.frame)
		return roles(1, TW_OPENER_SYN, true);
	for (unsigned side = 0; side < 2; side++)
		if (connection->side[side].marks & TW_SIDE_SYN)
			return roles(side, TW_OPENER_SYN, true);
	for (unsigned side = 0; side < 2; side++)
		if (connection->side[side].marks & TW_SIDE_SYN_ACK)
			return roles(tw_other(side), TW_OPENER_SYN_ACK, true);
	if (typed_client != TW_NOBODY)
		return roles(typed_client, TW_OPENER_TYPED, true);
	server = server_by_port(endpoint);
	if (server != TW_NOBODY)
		return roles(tw_other(server), TW_OPENER_PORT, false);
	return roles(0, TW_OPENER_FIRST_SEGMENT, false);
}
