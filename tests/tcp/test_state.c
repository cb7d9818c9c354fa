/* test_state.c: the states of RFC 9293, figure by figure, after each segment. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/state.h"

#include "script.h"

/* `states`: of side 0 and side 1 after each row, in the order of the script. */
static void check(const char *text, const char *const states[], size_t count)
{
	struct script s;

	script_play(&s, text);
	assert_int_equal(s.count, count);
	for (size_t i = 0; i < count; i++) {
		struct tw_buf buf = tw_buf_of(100);

		tw_buf_printf(&buf, "%s %s", tw_state_name(s.steps[i].state[0]),
			      tw_state_name(s.steps[i].state[1]));
		if (strcmp(buf.text, states[i]) != 0)
			fail_msg("row %zu of \"%s\": %s, expected %s", i + 1, text, buf.text,
				 states[i]);
		tw_buf_free(&buf);
	}
}

#define CHECK(text, ...)                                           \
	do {                                                       \
		static const char *const states[] = {__VA_ARGS__}; \
		check(text, states, TW_LEN(states));               \
	} while (0)

static void figure_6_three_way_handshake(void **state)
{
	(void)state;
	CHECK("> S 0; < SA 0/1; > A 1/1; > PA 1/1 len 5", "SYN-SENT LISTEN",
	      "SYN-SENT SYN-RECEIVED", "ESTABLISHED ESTABLISHED", "ESTABLISHED ESTABLISHED");
}

static void figure_7_simultaneous_open(void **state)
{
	(void)state;
	CHECK("> S 0; < S 0; > SA 0/1; < SA 0/1", "SYN-SENT LISTEN", "SYN-SENT SYN-SENT",
	      "SYN-RECEIVED SYN-SENT", "ESTABLISHED ESTABLISHED");
}

/* A SYN or a FIN counts as received once its receiver has acknowledged it: that is the proof. */
static void figure_12_normal_close(void **state)
{
	(void)state;
	CHECK("> S 0; < SA 0/1; > A 1/1; > FA 1/1; < A 1/2; < FA 1/2; > A 2/2", "SYN-SENT LISTEN",
	      "SYN-SENT SYN-RECEIVED", "ESTABLISHED ESTABLISHED", "FIN-WAIT-1 ESTABLISHED",
	      "FIN-WAIT-2 CLOSE-WAIT", "FIN-WAIT-2 LAST-ACK", "TIME-WAIT CLOSED");
}

static void the_close_in_three_segments(void **state)
{
	(void)state;
	CHECK("> S 0; < SA 0/1; > A 1/1; < FA 1/1; > FA 1/2; < A 2/2", "SYN-SENT LISTEN",
	      "SYN-SENT SYN-RECEIVED", "ESTABLISHED ESTABLISHED", "ESTABLISHED FIN-WAIT-1",
	      "LAST-ACK FIN-WAIT-2", "CLOSED TIME-WAIT");
}

static void figure_13_simultaneous_close(void **state)
{
	(void)state;
	CHECK("> S 0; < SA 0/1; > A 1/1; > FA 1/1; < FA 1/1; > A 2/2; < A 2/2", "SYN-SENT LISTEN",
	      "SYN-SENT SYN-RECEIVED", "ESTABLISHED ESTABLISHED", "FIN-WAIT-1 ESTABLISHED",
	      "FIN-WAIT-1 FIN-WAIT-1", "CLOSING FIN-WAIT-2", "TIME-WAIT TIME-WAIT");
}

static void an_ack_of_older_data_does_not_acknowledge_the_fin(void **state)
{
	(void)state;
	CHECK("> S 0; < SA 0/1; > A 1/1; > FPA 1/1 len 10; < A 1/11; < A 1/12", "SYN-SENT LISTEN",
	      "SYN-SENT SYN-RECEIVED", "ESTABLISHED ESTABLISHED", "FIN-WAIT-1 ESTABLISHED",
	      "FIN-WAIT-1 ESTABLISHED", "FIN-WAIT-2 CLOSE-WAIT");
}

static void a_rst_closes_both_ends(void **state)
{
	(void)state;
	CHECK("> S 0; < RA 0/1 win 0", "SYN-SENT LISTEN", "CLOSED CLOSED");
	CHECK("> S 0; < SA 0/1; > A 1/1; > RA 1/1", "SYN-SENT LISTEN", "SYN-SENT SYN-RECEIVED",
	      "ESTABLISHED ESTABLISHED", "CLOSED CLOSED");
}

static void who_still_sends_after_a_rst_has_not_taken_it_in(void **state)
{
	(void)state;
	CHECK("> S 0; < SA 0/1; > A 1/1; < RA 1/1; > PA 1/1 len 5; < R 1", "SYN-SENT LISTEN",
	      "SYN-SENT SYN-RECEIVED", "ESTABLISHED ESTABLISHED", "CLOSED CLOSED",
	      "ESTABLISHED CLOSED", "ESTABLISHED CLOSED");
}

static void who_goes_on_after_its_own_rst_was_not_closed(void **state)
{
	(void)state;
	CHECK("> S 0; < SA 0/1; > A 1/1; < RA 1/1; < PA 1/1 len 5", "SYN-SENT LISTEN",
	      "SYN-SENT SYN-RECEIVED", "ESTABLISHED ESTABLISHED", "CLOSED CLOSED",
	      "CLOSED ESTABLISHED");
}

static void names_are_those_of_the_rfc(void **state)
{
	(void)state;
	assert_string_equal(tw_state_name(TW_STATE_SYN_RECEIVED), "SYN-RECEIVED");
	assert_string_equal(tw_state_name(TW_STATE_FIN_WAIT_2), "FIN-WAIT-2");
	assert_string_equal(tw_state_name(TW_STATE_TIME_WAIT), "TIME-WAIT");
	assert_string_equal(tw_state_name(TW_STATE_UNSEEN), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(figure_6_three_way_handshake),
	    cmocka_unit_test(figure_7_simultaneous_open),
	    cmocka_unit_test(figure_12_normal_close),
	    cmocka_unit_test(the_close_in_three_segments),
	    cmocka_unit_test(figure_13_simultaneous_close),
	    cmocka_unit_test(an_ack_of_older_data_does_not_acknowledge_the_fin),
	    cmocka_unit_test(a_rst_closes_both_ends),
	    cmocka_unit_test(who_still_sends_after_a_rst_has_not_taken_it_in),
	    cmocka_unit_test(who_goes_on_after_its_own_rst_was_not_closed),
	    cmocka_unit_test(names_are_those_of_the_rfc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
