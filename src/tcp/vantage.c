/* vantage.c: split round trips and hop counts tell which end the capture point is near. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/vantage.h"

/*
 * Both ends answer at once in the handshake, so the two parts of the round trip compare the
 * distances: a part of less than a tenth of the other is a host's own delay, not a network's.
 */
enum {
	NEAR_RATIO = 10,
	BETWEEN_RATIO = 3,
	SURE_BOTH_SIGNS = 97,
	SURE_ONE_SIGN = 85,
	SURE_BETWEEN = 80,
};

static unsigned near_by_time(const struct tw_connection *connection)
{
	int64_t a = connection->side[0].distance_ns;
	int64_t b = connection->side[1].distance_ns;

	if (a == 0 || b == 0)
		return TW_NOBODY;
	if (a < b / NEAR_RATIO)
		return 0;
	if (b < a / NEAR_RATIO)
		return 1;
	return TW_NOBODY;
}

static bool has_no_hops(const struct tw_side *side)
{
	return side->segments > 0 && !(side->marks & TW_SIDE_TTL_VARIES) &&
	       (side->ttl_min == 64 || side->ttl_min == 128 || side->ttl_min == 255);
}

static unsigned near_by_ttl(const struct tw_connection *connection)
{
	bool a = has_no_hops(&connection->side[0]);
	bool b = has_no_hops(&connection->side[1]);

	if (a == b)
		return TW_NOBODY;
	return a ? 0 : 1;
}

/* Where one side's frames are marked as leaving, the other's as arriving, the one recorded. */
static unsigned host_by_way(const struct tw_connection *connection)
{
	for (unsigned side = 0; side < 2; side++) {
		uint32_t marks = connection->side[side].marks;
		uint32_t other = connection->side[tw_other(side)].marks;

		if ((marks & TW_SIDE_WAY_OUT) && !(marks & TW_SIDE_WAY_IN) &&
		    !(other & TW_SIDE_WAY_OUT))
			return side;
	}
	return TW_NOBODY;
}

struct tw_vantage tw_vantage_infer(const struct tw_connection *connection)
{
	unsigned way = host_by_way(connection);
	unsigned time = near_by_time(connection);
	unsigned ttl = near_by_ttl(connection);
	int64_t a = connection->side[0].distance_ns;
	int64_t b = connection->side[1].distance_ns;

	if (connection->typed)
		return (struct tw_vantage){.at = TW_NOBODY};
	if (way != TW_NOBODY)
		return (struct tw_vantage){.at = (uint8_t)way, .percent = SURE_BOTH_SIGNS};
	if (time != TW_NOBODY && ttl == time)
		return (struct tw_vantage){.at = (uint8_t)time, .percent = SURE_BOTH_SIGNS};
	if (time != TW_NOBODY && ttl == TW_NOBODY)
		return (struct tw_vantage){.at = (uint8_t)time, .percent = SURE_ONE_SIGN};
	if (time == TW_NOBODY && ttl != TW_NOBODY && (a == 0 || b == 0))
		return (struct tw_vantage){.at = (uint8_t)ttl, .percent = SURE_ONE_SIGN};
	if (a > 0 && b > 0 && a < BETWEEN_RATIO * b && b < BETWEEN_RATIO * a)
		return (struct tw_vantage){
		    .at = TW_NOBODY, .between = true, .percent = SURE_BETWEEN};
	return (struct tw_vantage){.at = TW_NOBODY};
}
