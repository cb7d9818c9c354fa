/* connection.c: small questions that the record of a connection answers by itself. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/connection.h"

#include "tcp/seq.h"

#include <string.h>

/* An hour: beyond any real round trip. */
static const int64_t distance_max_ns = 3600 * TW_NS_PER_S;

static const char *const limit_slugs[] = {
#define X(name, slug) [TW_LIMIT_##name] = slug,
    TW_LIMITS(X)
#undef X
};

_Static_assert(TW_LEN(limit_slugs) == TW_LIMIT_COUNT, "one slug per limit");

const char *tw_limit_slug(enum tw_limit limit)
{
	return limit_slugs[limit];
}

void tw_connection_init(struct tw_connection *connection, uint32_t stream, bool typed)
{
	memset(connection, 0, sizeof(*connection));
	connection->stream = stream;
	connection->typed = typed;
	connection->timed = true;
	connection->first_closer = TW_NOBODY;
	connection->first_resetter = TW_NOBODY;
}

const struct tw_sent *tw_side_sent(const struct tw_side *side, uint32_t back)
{
	if (back >= TW_TAIL || back >= side->tail_count)
		return NULL;
	return &side->tail[(side->tail_count - 1 - back) % TW_TAIL];
}

uint32_t tw_side_outstanding(const struct tw_side *side)
{
	/* Before the first ACK everything from the SYN on, or from the first number seen. */
	uint32_t first = side->syn_count > 0 ? side->isn : tw_seq_add(side->isn, 1);
	uint32_t from = side->marks & TW_SIDE_ACKED ? side->acked : first;

	if (!(side->marks & TW_SIDE_NUMBERED) || !tw_seq_after(side->snd_nxt, from))
		return 0;
	return tw_seq_diff(side->snd_nxt, from);
}

/* Times of a damaged capture can be years apart: no round trip, and multiples of it overflow. */
static int64_t bounded_distance_ns(const struct tw_side *side)
{
	return side->distance_ns < distance_max_ns ? side->distance_ns : distance_max_ns;
}

int64_t tw_connection_rtt_ns(const struct tw_connection *connection)
{
	return bounded_distance_ns(&connection->side[0]) +
	       bounded_distance_ns(&connection->side[1]);
}

int64_t tw_connection_idle_threshold_ns(const struct tw_connection *connection)
{
	const int64_t floor_ns = 1500 * TW_NS_PER_MS;
	int64_t rtts = tw_connection_rtt_ns(connection);

	return rtts > floor_ns / 20 ? 20 * rtts : floor_ns;
}
