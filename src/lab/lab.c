/* lab.c: names, the clock, and random numbers that a seed repeats. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/lab.h"

#include "base/assert.h"

#include <math.h>
#include <time.h>

static const char *const point_names[LAB_POINTS] = {
    [LAB_AT_CLIENT] = "client", [LAB_AT_MIDDLE] = "middle", [LAB_AT_SERVER] = "server"};
static const char *const host_names[LAB_HOSTS] = {
    [LAB_CLIENT] = "client", [LAB_SERVER] = "server", [LAB_OTHER] = "other"};

const char *lab_point_name(enum lab_point point)
{
	return point_names[point];
}

const char *lab_host_text(enum lab_host_name host)
{
	return host_names[host];
}

int64_t lab_now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * LAB_SECOND + now.tv_nsec;
}

/* SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
TW_WRAPS uint64_t lab_random_next(struct lab_random *random)
{
	uint64_t z = (random->state += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

struct lab_random lab_random_of(uint64_t seed, struct tw_str name)
{
	struct lab_random random = {.state = seed};

	for (size_t i = 0; i < name.size; i++)
		random.state = lab_random_next(&random) ^ (uint8_t)name.text[i];
	return random;
}

/* The bias of the remainder is below 2^-32 for the ranges of scenarios. */
uint64_t lab_random_between(struct lab_random *random, uint64_t low, uint64_t high)
{
	TW_ASSERT(low <= high);
	if (high - low == UINT64_MAX)
		return lab_random_next(random);
	return low + lab_random_next(random) % (high - low + 1);
}

uint64_t lab_random_scaled(struct lab_random *random, uint64_t low, uint64_t high)
{
	TW_ASSERT(low <= high);
	if (low == 0)
		return lab_random_between(random, low, high);

	double share = (double)(lab_random_next(random) >> 11) / (double)(UINT64_C(1) << 53);
	double drawn = (double)low * pow((double)high / (double)low, share);

	return drawn >= (double)high ? high : (uint64_t)drawn;
}

bool lab_random_chance(struct lab_random *random, double probability)
{
	return (double)(lab_random_next(random) >> 11) / (double)(UINT64_C(1) << 53) < probability;
}
