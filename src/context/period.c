/* period.c: checks that one host repeats by the clock. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "context/hood.h"

enum {
	EACH_WAY = 8,	    /* checks before and after that are compared */
	STEPS_MAX = 16,	    /* connections that are passed on the way to the next */
	ALIKE_PERCENT = 60, /* the shorter of two pauses that count as the same one */
	CHECKS_MIN = 3,
};

struct checks {
	int64_t at_ns[2 * EACH_WAY + 1];
	size_t count;
};

/* The next check of the same opener in that direction, from `*rank` on. */
static const struct tw_neighbour *next_check(const struct tw_neighbourhood *hood,
					     const struct tw_neighbour *self, size_t *rank,
					     int step)
{
	for (size_t steps = 0; steps < STEPS_MAX; steps++) {
		const struct tw_neighbour *other;

		*rank += (size_t)step; /* before the first, it wraps beyond the last */
		if (*rank >= hood->count)
			return NULL;
		other = &hood->neighbours[hood->by_pair[*rank]];
		if (tw_compare_pairs(self, other) != 0)
			return NULL;
		if (tw_is_check(other))
			return other;
	}
	return NULL;
}

static bool are_alike(int64_t a, int64_t b)
{
	int64_t shorter = a < b ? a : b;
	int64_t longer = a < b ? b : a;

	return shorter > 0 && shorter >= longer / 100 * ALIKE_PERCENT;
}

/* The pauses that are like the one beside `own`, and their mean. */
static void measure(const struct checks *checks, size_t own, struct tw_context *context)
{
	size_t beside = own > 0 ? own : 1;
	int64_t pattern = checks->at_ns[beside] - checks->at_ns[beside - 1];
	int64_t sum = 0;
	uint32_t regular = 0;

	for (size_t i = 1; i < checks->count; i++) {
		int64_t pause = checks->at_ns[i] - checks->at_ns[i - 1];

		if (!are_alike(pause, pattern))
			continue;
		regular++;
		sum += pause;
	}
	context->period.checks = (uint32_t)checks->count;
	context->period.pauses = (uint32_t)checks->count - 1;
	context->period.regular = regular;
	context->period.period_ns = regular > 0 ? sum / regular : 0;
}

void tw_look_for_period(const struct tw_neighbourhood *hood, size_t index,
			struct tw_context *context)
{
	const struct tw_neighbour *self = &hood->neighbours[index];
	const struct tw_neighbour *before[EACH_WAY];
	const struct tw_neighbour *other;
	struct checks checks = {.count = 0};
	size_t rank = hood->pair_rank[index];
	size_t count = 0;

	if (!self->connection->timed || !tw_is_check(self))
		return;
	while (count < EACH_WAY && (other = next_check(hood, self, &rank, -1)))
		before[count++] = other;
	for (size_t i = count; i-- > 0;)
		checks.at_ns[checks.count++] = before[i]->connection->first.time_ns;
	checks.at_ns[checks.count++] = self->connection->first.time_ns;
	if (count > 0)
		tw_context_relate(context, TW_RELATION_PROBE, before[0]->connection->stream);
	rank = hood->pair_rank[index];
	for (size_t i = 0; i < EACH_WAY && (other = next_check(hood, self, &rank, 1)); i++) {
		if (i == 0)
			tw_context_relate(context, TW_RELATION_PROBE, other->connection->stream);
		checks.at_ns[checks.count++] = other->connection->first.time_ns;
	}
	if (checks.count >= CHECKS_MIN)
		measure(&checks, count, context);
}
