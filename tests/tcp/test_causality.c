/* test_causality.c: who could know what, by numbers, by echoes, by time, and by nothing. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/causality.h"

#include "script.h"

#define OPEN "@0 > S 0; @0.04 < SA 0/1; @0.05 > A 1/1; "

/* Side 0 closes, side 1 sends: had side 1 the FIN by then? */
static void the_acknowledgment_number_decides_first(void **state)
{
	static const struct {
		const char *script;
		enum tw_received received;
	} rows[] = {
	    {OPEN "@1 > FA 1/1; @1.001 < PA 1/1 len 9", TW_RECEIVED_CERTAINLY_NOT},
	    {OPEN "@1 > FA 1/1; @9 < PA 1/1 len 9", TW_RECEIVED_CERTAINLY_NOT},
	    {OPEN "@1 > FA 1/1; @1.05 < PA 1/2 len 9", TW_RECEIVED_CERTAINLY},
	    {OPEN "@1 > FPA 1/1 len 9; @1.05 < PA 1/10 len 9", TW_RECEIVED_CERTAINLY_NOT},
	    {OPEN "@1 > FPA 1/1 len 9; @1.05 < PA 1/11 len 9", TW_RECEIVED_CERTAINLY},
	    {OPEN "@1 > FA 1/1; @1.05 < A 1/2", TW_RECEIVED_UNKNOWN},
	};
	struct script s;

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		script_play(&s, rows[i].script);
		assert_int_equal(tw_late_data_fin_received(&s.connection, 1), rows[i].received);
		assert_int_equal(tw_late_data_fin_received(&s.connection, 0), TW_RECEIVED_UNKNOWN);
	}
}

/* Without numbers: the echoed time stamp, then only the order of the rows. */
static void a_list_without_numbers_falls_back(void **state)
{
	static const struct {
		const char *script;
		enum tw_received received;
	} rows[] = {
	    {"> FPA ts 90/50; < PA ts 60/90", TW_RECEIVED_CERTAINLY},
	    {"> FPA ts 90/50; < PA ts 60/89", TW_RECEIVED_CERTAINLY_NOT},
	    {"> FPA; < A; < PA", TW_RECEIVED_POSSIBLY},
	};
	struct script s;

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		script_play_typed(&s, rows[i].script);
		if (tw_late_data_fin_received(&s.connection, 1) != rows[i].received)
			fail_msg("%s: %d, expected %d", rows[i].script,
				 tw_late_data_fin_received(&s.connection, 1), rows[i].received);
	}
}

/* Side 1 is 40 ms away: what passes sooner after a segment was sent before that arrived. */
static void less_than_the_distance_means_crossed(void **state)
{
	struct script s;
	struct tw_moment passed = {.frame = 9, .time_ns = SCRIPT_EPOCH_NS};
	struct tw_moment sent = {.frame = 10};

	(void)state;
	script_play(&s, OPEN "@1 > PA 1/1 len 9");
	sent.time_ns = passed.time_ns + 40 * TW_NS_PER_MS - 1;
	assert_true(tw_crossed_by_time(&s.connection, 1, passed, sent));
	sent.time_ns = passed.time_ns + 40 * TW_NS_PER_MS;
	assert_false(tw_crossed_by_time(&s.connection, 1, passed, sent));
	/* Side 0 is 10 ms away. */
	sent.time_ns = passed.time_ns + 15 * TW_NS_PER_MS;
	assert_false(tw_crossed_by_time(&s.connection, 0, passed, sent));
	s.connection.timed = false;
	assert_false(tw_crossed_by_time(&s.connection, 1, passed, sent));
}

static void without_a_measured_distance_nothing_is_told_by_time(void **state)
{
	struct script s;
	struct tw_moment moment = {.frame = 1, .time_ns = SCRIPT_EPOCH_NS};

	(void)state;
	script_play(&s, "@0 > PA 1/1 len 9");
	assert_false(tw_crossed_by_time(&s.connection, 1, moment, moment));
}

/* Whoever sends after a RST has not taken it in; time tells why. */
static void sending_after_a_rst_is_explained(void **state)
{
	static const struct {
		const char *script;
		enum tw_after_reset why;
	} rows[] = {
	    {OPEN "@1 > RA 1/1; @1.02 < PA 1/1 len 9", TW_AFTER_RESET_CROSSED},
	    {OPEN "@1 > RA 1/1; @2 < PA 1/1 len 9", TW_AFTER_RESET_NOT_TAKEN},
	    {OPEN "@1 > RA 1/1", TW_AFTER_RESET_UNTIMED},
	    {"@0 > PA 1/1 len 9; @1 > RA 10/1; @2 < PA 1/1 len 9", TW_AFTER_RESET_UNTIMED},
	};
	struct script s;

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		script_play(&s, rows[i].script);
		assert_int_equal(tw_sent_after_reset(&s.connection, 1), rows[i].why);
	}
	script_play_typed(&s, "> S; < SA; > A; > RA; < PA");
	assert_int_equal(tw_sent_after_reset(&s.connection, 1), TW_AFTER_RESET_UNTIMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_acknowledgment_number_decides_first),
	    cmocka_unit_test(a_list_without_numbers_falls_back),
	    cmocka_unit_test(less_than_the_distance_means_crossed),
	    cmocka_unit_test(without_a_measured_distance_nothing_is_told_by_time),
	    cmocka_unit_test(sending_after_a_rst_is_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
