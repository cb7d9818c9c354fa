/* steps.c: the table of all sentences that steps may say, and what their functions share. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/steps.h"

#include <errno.h>
#include <time.h>

#define STEP_WORD(pattern, name) {pattern, lab_step_##name},
const struct lab_step_word lab_step_words[] = {LAB_ALL_STEPS(STEP_WORD)};
#undef STEP_WORD
const size_t lab_step_word_count = TW_LEN(lab_step_words);

enum { QUIET_ROUND_TRIPS = 4 };
/* Delayed acknowledgments (40 to 200 ms) and tail-loss probes come within this. */
#define QUIET_NS	   (250 * LAB_MILLISECOND)
#define SETTLE_PATIENCE_NS (30 * LAB_SECOND)
#define ROUND_TRIP_NS_MIN  (2 * LAB_MILLISECOND)

uint64_t lab_step_number(const struct lab_value *value, uint64_t otherwise)
{
	return value->kind == LAB_ABSENT ? otherwise : value->number;
}

int64_t lab_step_time(const struct lab_value *value, int64_t otherwise_ns)
{
	return value->kind == LAB_ABSENT ? otherwise_ns : value->time_ns;
}

uint32_t lab_step_connection(struct lab_run *run, const struct lab_value *on)
{
	uint64_t number = lab_step_number(on, run->connection_count);

	if (number == 0 || number > run->connection_count) {
		(void)lab_run_fail(run, "there is no such connection");
		return 0;
	}
	return (uint32_t)number;
}

int64_t lab_round_trip_ns(const struct lab_plan *plan)
{
	int64_t sum = 2 * (plan->delay_ns[LAB_CLIENT_LEG] + plan->delay_ns[LAB_SERVER_LEG]);

	return sum > ROUND_TRIP_NS_MIN ? sum : ROUND_TRIP_NS_MIN;
}

void lab_pause(int64_t duration_ns)
{
	struct timespec left = {.tv_sec = duration_ns / LAB_SECOND,
				.tv_nsec = duration_ns % LAB_SECOND};

	while (nanosleep(&left, &left) != 0 && errno == EINTR)
		continue;
}

void lab_settle(struct lab_run *run)
{
	int64_t enough_ns = QUIET_ROUND_TRIPS * lab_round_trip_ns(run->plan);
	int64_t quiet_ns = enough_ns > QUIET_NS ? enough_ns : QUIET_NS;
	int64_t deadline_ns = lab_now_ns() + SETTLE_PATIENCE_NS;
	size_t seen = lab_wire_passed_count(run->wire);

	while (lab_now_ns() < deadline_ns) {
		size_t passed = lab_wire_wait(run->wire, seen, lab_now_ns() + quiet_ns);

		if (passed == seen && lab_wire_in_flight(run->wire) == 0)
			return;
		seen = passed;
	}
}
