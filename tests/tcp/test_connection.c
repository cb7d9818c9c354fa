/* test_connection.c: the small questions that a record answers by itself. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "script.h"

static void a_new_connection_knows_nobody(void **state)
{
	struct tw_connection connection;

	(void)state;
	memset(&connection, 0xff, sizeof(connection));
	tw_connection_init(&connection, 7, true);
	assert_int_equal(connection.stream, 7);
	assert_true(connection.typed);
	assert_true(connection.timed);
	assert_int_equal(connection.first_closer, TW_NOBODY);
	assert_int_equal(connection.first_resetter, TW_NOBODY);
	assert_int_equal(connection.segments, 0);
	assert_false(tw_happened(connection.first));
	assert_null(tw_side_sent(&connection.side[0], 0));
	assert_int_equal(tw_side_outstanding(&connection.side[1]), 0);
}

static void the_last_segments_are_kept_youngest_first(void **state)
{
	struct script s;

	(void)state;
	script_play(&s,
		    "@0 > S 0; @1 < SA 0/1; @2 > A 1/1; @3 > PA 1/1 len 10; @4 > PA 11/1 len 10; "
		    "@5 > PA 21/1 len 10");
	for (uint32_t back = 0; back < TW_TAIL; back++) {
		static const uint64_t frames[TW_TAIL] = {6, 5, 4, 3};

		assert_int_equal(tw_side_sent(&s.connection.side[0], back)->at.frame, frames[back]);
	}
	assert_null(tw_side_sent(&s.connection.side[0], TW_TAIL));
	assert_int_equal(tw_side_sent(&s.connection.side[1], 0)->at.frame, 2);
	assert_null(tw_side_sent(&s.connection.side[1], 1));
}

static void outstanding_counts_payload_and_fin(void **state)
{
	struct script s;

	(void)state;
	script_play(&s, "@0 > S 0; @1 < SA 0/1; @2 > A 1/1; @3 > PA 1/1 len 10; @4 < A 1/5");
	assert_int_equal(tw_side_outstanding(&s.connection.side[0]), 6);
	assert_int_equal(tw_side_outstanding(&s.connection.side[1]), 0);
	script_play(&s, "@0 > S 0; @1 < SA 0/1; @2 > A 1/1; @3 > FPA 1/1 len 10; @4 < A 1/11");
	assert_int_equal(tw_side_outstanding(&s.connection.side[0]), 1);
	script_play(&s, "@0 > S 0; @1 < SA 0/1; @2 > A 1/1; @3 > FPA 1/1 len 10; @4 < A 1/12");
	assert_int_equal(tw_side_outstanding(&s.connection.side[0]), 0);
}

/* The handshake splits at the capture point: 30 ms to the server, 2 ms to the client. */
static void the_round_trip_is_the_sum_of_both_distances(void **state)
{
	struct script s;

	(void)state;
	script_play(&s, "@0 > S 0; @0.030 < SA 0/1; @0.032 > A 1/1");
	assert_int_equal(s.connection.side[1].distance_ns, 30 * TW_NS_PER_MS);
	assert_int_equal(s.connection.side[0].distance_ns, 2 * TW_NS_PER_MS);
	assert_int_equal(tw_connection_rtt_ns(&s.connection), 32 * TW_NS_PER_MS);
}

/* Karn's rule, RFC 6298 section 3: no sample over a retransmission. */
static void a_repeated_segment_measures_no_distance(void **state)
{
	struct script s;

	(void)state;
	script_play(&s, "@0 > PA 1/1 len 10; @0.5 > PA 1/1 len 10; @0.501 < A 1/11");
	assert_int_equal(s.connection.side[1].distance_ns, 0);
}

/* A box halfway answers sooner than the one in whose name it resets. */
static void a_reset_makes_no_distance_shorter(void **state)
{
	struct script s;

	(void)state;
	script_play(&s, "@0 > S 0; @0.030 < SA 0/1; @0.032 > A 1/1; @1 > PA 1/1 len 10; "
			"@1.005 < RA 1/11 win 0");
	assert_int_equal(s.connection.side[1].distance_ns, 30 * TW_NS_PER_MS);
}

/* causes.md: 1.5 s or 20 round trips, whichever is more. */
static void a_gap_is_idle_from_a_second_and_a_half_or_twenty_round_trips(void **state)
{
	static const struct {
		const char *script;
		int64_t ms;
	} rows[] = {
	    {"@0 > A 1/1", 1500},
	    {"@0 > S 0; @0.030 < SA 0/1; @0.032 > A 1/1", 1500},
	    {"@0 > S 0; @0.075 < SA 0/1; @0.075 > A 1/1", 1500},
	    {"@0 > S 0; @0.300 < SA 0/1; @0.400 > A 1/1", 8000},
	};
	struct script s;

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		script_play(&s, rows[i].script);
		assert_int_equal(tw_connection_idle_threshold_ns(&s.connection),
				 rows[i].ms * TW_NS_PER_MS);
	}
}

static void limits_have_slugs_of_their_own(void **state)
{
	(void)state;
	assert_string_equal(tw_limit_slug(TW_LIMIT_MIDSTREAM_START), "midstream-start");
	assert_string_equal(tw_limit_slug(TW_LIMIT_ROWS_OMITTED), "rows-omitted");
	for (enum tw_limit a = 0; a < TW_LIMIT_COUNT; a++)
		for (enum tw_limit b = 0; b < a; b++)
			assert_string_not_equal(tw_limit_slug(a), tw_limit_slug(b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_new_connection_knows_nobody),
	    cmocka_unit_test(the_last_segments_are_kept_youngest_first),
	    cmocka_unit_test(outstanding_counts_payload_and_fin),
	    cmocka_unit_test(the_round_trip_is_the_sum_of_both_distances),
	    cmocka_unit_test(a_repeated_segment_measures_no_distance),
	    cmocka_unit_test(a_reset_makes_no_distance_shorter),
	    cmocka_unit_test(a_gap_is_idle_from_a_second_and_a_half_or_twenty_round_trips),
	    cmocka_unit_test(limits_have_slugs_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
