/* vantage.c: split round trips and hop counts tell which end the capture point is near. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/vantage.h"

/*
 * Both ends answer at once in the handshake, so the two parts of the round trip compare the
 * distances: a part of less than a tenth of the other is a host's own delay, not a network's, where
 * it is short enough for a kernel's reply. Hop counts tell the same by other means: hosts start at
 * 64, 128 or 255, so the TTL of the near end has that value, and beyond a router neither has.
 */
enum {
	NEAR_RATIO = 10,
	BETWEEN_RATIO = 3,
	SURE_BOTH_SIGNS = 97,
	SURE_ONE_SIGN = 85,
	SURE_BETWEEN = 80,
	/* A program that sets its own TTL, or a router on the host itself (containers). */
	SURE_AGAINST_HOPS = 65,
	/* Two ends that are both nearer than this are one host (loopback) or two neighbours. */
	BETWEEN_MIN_NS = 500000,
	/* Kernels reply within this; fact/forgery.c has the same floor. */
	REACTION_MAX_NS = 2000000,
};

/* Where a RST is all that a side ever answered, its delay is the round trip. */
static int64_t distance_of(const struct tw_side *side)
{
	const struct tw_reset *reset = &side->reset;

	if (side->distance_ns == 0 && reset->answers_by_seq && tw_happened(reset->trigger))
		return reset->at.time_ns - reset->trigger.time_ns;
	return side->distance_ns;
}

static unsigned near_by_time(int64_t a, int64_t b)
{
	if (a == 0 || b == 0)
		return TW_NOBODY;
	if (a < b / NEAR_RATIO)
		return 0;
	if (b < a / NEAR_RATIO)
		return 1;
	return TW_NOBODY;
}

static bool is_initial(uint8_t ttl)
{
	return ttl == 64 || ttl == 128 || ttl == 255;
}

static bool has_no_hops(const struct tw_side *side)
{
	return side->segments > 0 && !(side->marks & TW_SIDE_TTL_VARIES) &&
	       is_initial(side->ttl_min);
}

static bool has_hops(const struct tw_side *side)
{
	return side->segments > 0 && side->ttl_min > 0 && !is_initial(side->ttl_min) &&
	       !is_initial(side->ttl_max);
}

static bool has_near_reset(const struct tw_side *side)
{
	return (side->reset.known & TW_FIELD_TTL) && is_initial(side->reset.ttl);
}

static unsigned near_by_ttl(const struct tw_connection *connection)
{
	bool a = has_no_hops(&connection->side[0]);
	bool b = has_no_hops(&connection->side[1]);

	if (a == b)
		return TW_NOBODY;
	return a ? 0 : 1;
}

/*
 * Where one side's frames are marked as leaving, the other's as arriving, the one recorded; so it
 * did where only its checksums were still to be computed.
 */
static unsigned host_by_marks(const struct tw_connection *connection)
{
	for (unsigned side = 0; side < 2; side++) {
		uint32_t marks = connection->side[side].marks;
		uint32_t other = connection->side[tw_other(side)].marks;

		if ((marks & TW_SIDE_WAY_OUT) && !(marks & TW_SIDE_WAY_IN) &&
		    !(other & TW_SIDE_WAY_OUT))
			return side;
		if ((marks & TW_SIDE_CHECKSUM_OPEN) && !(other & TW_SIDE_CHECKSUM_OPEN))
			return side;
	}
	return TW_NOBODY;
}

static struct tw_vantage at(unsigned side, unsigned percent)
{
	return (struct tw_vantage){.at = (uint8_t)side, .percent = (uint8_t)percent};
}

static struct tw_vantage between(unsigned percent)
{
	return (struct tw_vantage){.at = TW_NOBODY, .between = true, .percent = (uint8_t)percent};
}

/*
 * Routers on both ways: between, unless one end answers so fast that it set its own TTL. Scanners
 * do; where times do not tell, the TTL of their kernel's RST raises the doubt.
 */
static struct tw_vantage beyond_routers(const struct tw_connection *connection, int64_t a,
					int64_t b)
{
	unsigned time = near_by_time(a, b);

	if (time != TW_NOBODY && (time == 0 ? a : b) < REACTION_MAX_NS)
		return at(time, SURE_AGAINST_HOPS);
	if (a > REACTION_MAX_NS && b > REACTION_MAX_NS)
		return between(SURE_BOTH_SIGNS);
	if (has_near_reset(&connection->side[0]) || has_near_reset(&connection->side[1]))
		return (struct tw_vantage){.at = TW_NOBODY};
	return between(SURE_ONE_SIGN);
}

struct tw_vantage tw_vantage_infer(const struct tw_connection *connection)
{
	unsigned host = host_by_marks(connection);
	int64_t a = distance_of(&connection->side[0]);
	int64_t b = distance_of(&connection->side[1]);
	unsigned time = near_by_time(a, b);
	unsigned ttl = near_by_ttl(connection);

	if (connection->typed)
		return (struct tw_vantage){.at = TW_NOBODY};
	if (host != TW_NOBODY)
		return at(host, SURE_BOTH_SIGNS);
	if (has_hops(&connection->side[0]) && has_hops(&connection->side[1]))
		return beyond_routers(connection, a, b);
	if (time != TW_NOBODY && ttl == time)
		return at(time, SURE_BOTH_SIGNS);
	if (time != TW_NOBODY && ttl == TW_NOBODY)
		return at(time, SURE_ONE_SIGN);
	if (time == TW_NOBODY && ttl != TW_NOBODY && (a == 0 || b == 0))
		return at(ttl, SURE_ONE_SIGN);
	if (a > BETWEEN_MIN_NS && b > BETWEEN_MIN_NS && a < BETWEEN_RATIO * b &&
	    b < BETWEEN_RATIO * a)
		return between(SURE_BETWEEN);
	return (struct tw_vantage){.at = TW_NOBODY};
}
