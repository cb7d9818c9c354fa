/* test_reset.c: the anatomy of RSTs, by stack and by what they answer. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/reset.h"

#include "script.h"

#include <stdio.h>

#define OPEN	"@0 > S 0; @0.04 < SA 0/1; @0.08 > A 1/1; "
#define OPEN_TS "@0 > S 0 ts 9/0; @0.04 < SA 0/1 ts 5/9; @0.08 > A 1/1 ts 9/5; "
#define ASK	"@1 > PA 1/1 len 100; @1.04 < A 1/101; "
#define ANSWER	"@1 > PA 1/1 len 100; @1.04 < PA 1/101 len 5; "
#define ASK_TS	"@1 > PA 1/1 len 100 ts 19/5; @1.04 < A 1/101 ts 15/19; "

/* The shapes of the stacks with and without time stamps, and of their stateless replies. */
static void living_sockets_and_stateless_replies_are_told_apart(void **state)
{
	static const struct {
		const char *who;
		const char *script;
		enum tw_reset_kind kind;
	} rows[] = {
	    {"Linux", OPEN_TS ASK_TS "@2 < RA 1/101 win 500 ts 25/19", TW_RESET_ACTIVE},
	    {"Linux without time stamps", OPEN ASK "@2 < RA 1/101 win 500", TW_RESET_ACTIVE},
	    {"Linux with a full buffer", OPEN_TS ASK_TS "@2 < RA 1/101 win 0 ts 25/19",
	     TW_RESET_ACTIVE},
	    {"FreeBSD", OPEN_TS ASK_TS "@2 < RA 1/101 win 0 ts 25/19", TW_RESET_ACTIVE},
	    {"macOS", OPEN_TS ASK_TS "@2 < RA 1/101 win 500", TW_RESET_ACTIVE},
	    {"Windows, aborting", OPEN ASK "@2 < RA 1/101 win 0", TW_RESET_ACTIVE},
	    {"Windows, aborting or answering",
	     OPEN ASK "@2 > PA 101/1 len 9; @2.04 < RA 1/110 win 0", TW_RESET_UNCLEAR},
	    {"reply to a SYN", "@0 > S 0; @0.04 < RA 0/1 win 0", TW_RESET_PASSIVE},
	    {"a filter's reply to a SYN", "@0 > S 0; @0.04 < RA 0/1 win 900", TW_RESET_PASSIVE},
	    {"reply to data", OPEN ASK "@2 > PA 101/1 len 9; @2.04 < R 1", TW_RESET_PASSIVE},
	    {"reply to a bare ACK", OPEN "@2 > A 1/1; @2.04 < R 1", TW_RESET_PASSIVE},
	    {"reply to SYN,ACK", "@0 > S 0; @0.04 < SA 0/1; @0.05 > R 1", TW_RESET_PASSIVE},
	    {"reply to a FIN without ACK", OPEN ASK "@2 > F 101; @2.04 < RA 0/102 win 0",
	     TW_RESET_PASSIVE},
	    {"answers nothing", OPEN ASK "@2 < R 77", TW_RESET_UNCLEAR},
	    {"illumos", OPEN ASK "@2 < R 1 win 500", TW_RESET_ACTIVE},
	    {"bare, with another window", OPEN ASK "@2 < R 1 win 499", TW_RESET_UNCLEAR},
	};
	struct script s;

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		unsigned side;

		script_play(&s, rows[i].script);
		side = s.connection.first_resetter;
		assert_int_not_equal(side, TW_NOBODY);
		if (s.connection.side[side].reset.kind != rows[i].kind)
			fail_msg("%s: kind %d, expected %d", rows[i].who,
				 s.connection.side[side].reset.kind, rows[i].kind);
	}
}

static const struct tw_reset *first(const struct script *s)
{
	return &s->connection.side[s->connection.first_resetter].reset;
}

static void a_bare_rst_answers_by_its_sequence_number(void **state)
{
	struct script s;

	(void)state;
	script_play(&s, OPEN ANSWER "@2 > PA 101/6 len 9; @2.04 < R 6");
	assert_true(first(&s)->answers_by_seq);
	assert_false(first(&s)->ack_covers);
	assert_int_equal(first(&s)->trigger.frame, 6);
	assert_int_equal(first(&s)->trigger_length, 9);
	assert_int_equal(script_last(&s)->answers, 6);
}

/* An acknowledged segment met a living connection: the RST answers the one after it. */
static void what_was_acknowledged_is_not_what_a_rst_answers(void **state)
{
	struct script s;

	(void)state;
	script_play(&s, OPEN ASK "@1.2 > PA 101/1 len 9; @1.24 < R 1");
	assert_int_equal(first(&s)->trigger.frame, 6);
}

/* Replies come in the order of what they answer. */
static void two_bare_rsts_answer_two_segments_in_order(void **state)
{
	struct script s;

	(void)state;
	script_play(&s, OPEN ANSWER "@2 > PA 101/6 len 9; @2.01 > PA 110/6 len 9; @2.04 < R 6; "
				    "@2.05 < R 6");
	assert_int_equal(s.steps[7].answers, 6);
	assert_int_equal(s.steps[8].answers, 7);
	assert_int_equal(s.connection.side[1].reset_count, 2);
	assert_int_equal(s.connection.side[1].reset.trigger.frame, 6);
	assert_int_equal(s.connection.side[1].reset_last.trigger.frame, 7);
}

static void a_rst_with_ack_covers_a_segment_but_does_not_answer_by_number(void **state)
{
	struct script s;

	(void)state;
	script_play(&s, OPEN ASK "@2 > PA 101/1 len 9; @2.04 < RA 1/110 win 500");
	assert_true(first(&s)->ack_covers);
	assert_false(first(&s)->answers_by_seq);
	assert_int_equal(first(&s)->trigger.frame, 6);
	script_play(&s,
		    OPEN "@1 > PA 1/1 len 100; @1.05 > PA 101/1 len 9; @1.1 < RA 1/101 win 500");
	assert_int_equal(first(&s)->trigger.frame, 4);
	/* What it acknowledged before, like any other segment, it does not answer now. */
	script_play(&s, OPEN ASK "@1.05 > PA 101/1 len 9; @1.1 < RA 1/101 win 500");
	assert_false(tw_happened(first(&s)->trigger));
}

/* A host replies at once; what was sent long before the RST did not call for it. */
static void a_rst_long_after_a_segment_does_not_answer_it(void **state)
{
	struct script s;

	(void)state;
	script_play(&s, OPEN ANSWER "@2 > PA 101/6 len 9; @9 < R 6");
	assert_false(tw_happened(first(&s)->trigger));
	assert_int_equal(first(&s)->kind, TW_RESET_UNCLEAR);
}

static void only_a_rst_before_any_syn_ack_refuses_the_syn(void **state)
{
	struct script s;

	(void)state;
	script_play(&s, "@0 > S 0; @0.04 < RA 0/1 win 0");
	assert_true(first(&s)->to_syn);
	assert_int_equal(first(&s)->trigger.frame, 1);
	script_play(&s, "@0 > S 0; @0.04 < R 0");
	assert_false(first(&s)->to_syn);
	script_play(&s, OPEN "@1 < RA 1/1");
	assert_false(first(&s)->to_syn);
	script_play(&s, "@0 > S 0; @0.04 < SA 0/1; @0.05 > R 1");
	assert_false(first(&s)->to_syn);
}

static void the_offset_from_the_next_sequence_number_is_signed(void **state)
{
	static const struct {
		const char *script;
		int32_t offset;
	} rows[] = {
	    {OPEN ASK "@2 < RA 1/101", 0},
	    {OPEN ASK "@2 < RA 1461/101", 1460},
	    {OPEN ASK "@1.5 < PA 1/101 len 50; @2 < R 1", -50},
	};
	struct script s;

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		for (uint32_t isn = 0; isn < 2; isn++) {
			script_play_at(&s, rows[i].script, 5, isn ? UINT32_MAX - 20 : 5);
			assert_true(first(&s)->seq_offset_known);
			assert_int_equal(first(&s)->seq_offset, rows[i].offset);
		}
	}
	script_play_typed(&s, "> S; < SA; > A; > PA; < RA");
	assert_false(first(&s)->seq_offset_known);
}

static void ip_ids_continue_in_small_steps_also_over_their_end(void **state)
{
	static const struct {
		const char *script;
		bool continues;
	} rows[] = {
	    {OPEN "@1 < PA 1/1 len 9 id 300; @2 < RA 10/1 id 301", true},
	    {OPEN "@1 < PA 1/1 len 9 id 300; @2 < RA 10/1 id 310", true},
	    {OPEN "@1 < PA 1/1 len 9 id 65530; @2 < RA 10/1 id 3", true},
	    {OPEN "@1 < PA 1/1 len 9 id 300; @2 < RA 10/1 id 299", false},
	    {OPEN "@1 < PA 1/1 len 9 id 300; @2 < RA 10/1 id 30000", false},
	    {OPEN "@1 < PA 1/1 len 9 id 300; @2 < RA 10/1 id 0", false},
	};
	struct script s;

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		script_play(&s, rows[i].script);
		assert_int_equal(first(&s)->ip_id_continues, rows[i].continues);
	}
}

/* Measured: close() with a full buffer purges it before the RST is built. */
static void a_rst_may_reopen_a_closed_window(void **state)
{
	struct script s;

	(void)state;
	script_play(&s, OPEN ASK "@2 < A 1/101 win 0; @3 < RA 1/101 win 2000");
	assert_true(first(&s)->window_reopened);
	script_play(&s, OPEN ASK "@2 < A 1/101 win 0; @3 < RA 1/101 win 0");
	assert_false(first(&s)->window_reopened);
	script_play(&s, OPEN ASK "@2 < A 1/101 win 0; @2.5 < A 1/101 win 500; @3 < RA 1/101");
	assert_false(first(&s)->window_reopened);
}

static void what_it_heard_and_what_was_under_way_is_noted(void **state)
{
	struct script s;

	(void)state;
	script_play(&s, OPEN ASK "@2 > PA 101/1 len 40; @62 < RA 1/101");
	assert_int_equal(first(&s)->heard.frame, 6);
	assert_int_equal(first(&s)->echo_bytes, 40);
	assert_int_equal(first(&s)->idle_ns, 60 * TW_NS_PER_S);
}

/* Four segments are remembered: an older one with the same ACK may be what it answers. */
static void an_older_trigger_is_possible_where_the_oldest_kept_one_fits(void **state)
{
	struct script s;

	(void)state;
	script_play(&s, OPEN "@1 > PA 1/1 len 5; @1.1 > PA 6/1 len 5; @1.2 > PA 11/1 len 5; "
			     "@1.24 < R 1");
	assert_true(first(&s)->older_trigger);
	script_play(&s, OPEN ASK "@2 > PA 101/1 len 9; @2.04 < RA 1/110");
	assert_false(first(&s)->older_trigger);
}

static void what_the_hand_of_its_sender_keeps_is_compared(void **state)
{
	struct script s;

	(void)state;
	script_play(&s, "@0 > S 0 label 5; @0.04 < SA 0/1 label 6 link 1; @0.05 > A 1/1 label 5; "
			"@1 < RA 1/1 label 7 link 2");
	assert_int_equal(first(&s)->departs, TW_TRAIT_FLOW_LABEL | TW_TRAIT_LINK);
	script_play(&s, "@0 > S 0 label 5; @0.04 < SA 0/1 label 6 link 1; @0.05 > A 1/1 label 5; "
			"@0.1 < A 1/1 label 8 link 1; @1 < RA 1/1 label 7 link 1");
	assert_int_equal(first(&s)->departs, 0);
	/* a row without an address of the link departs from nothing */
	script_play(&s, "@0 > S 0; @0.04 < SA 0/1 link 1; @0.05 > A 1/1; @1 < RA 1/1");
	assert_int_equal(first(&s)->departs, 0);
}

static void a_time_stamp_that_stands_is_noted(void **state)
{
	struct script s;

	(void)state;
	script_play(&s, OPEN_TS ASK_TS "@2 < RA 1/101 ts 14/19");
	assert_true(first(&s)->time_stands);
	script_play(&s, OPEN_TS ASK_TS "@2 < RA 1/101 ts 15/19");
	assert_false(first(&s)->time_stands);
}

/* A RST beside the number that is expected, and both went on: it is counted, and forgotten. */
static void what_missed_ends_nothing(void **state)
{
	static const char goes_on[] = "@2.01 > A 101/1; @3 < PA 1/101 len 9; @3.01 > A 101/10";
	const struct tw_side *side;
	struct script s;
	char script[256];

	(void)state;
	(void)snprintf(script, sizeof(script), OPEN ASK "@2 < R 9000; %s", goes_on);
	script_play(&s, script);
	side = &s.connection.side[1];
	assert_int_equal(s.connection.first_resetter, TW_NOBODY);
	assert_int_equal(s.connection.first_closer, TW_NOBODY);
	assert_int_equal(side->reset_count, 0);
	assert_int_equal(side->missed.count, 1);
	assert_int_equal(side->missed.first, 6);
	assert_int_equal(side->missed.answer, 7);
	assert_false(side->missed.foreign);
	/* exactly in sequence: somebody saw the connection */
	(void)snprintf(script, sizeof(script), OPEN ASK "@2 < R 1; %s", goes_on);
	script_play(&s, script);
	assert_int_equal(s.connection.first_resetter, 1);
	assert_int_equal(s.connection.side[1].missed.count, 0);
	/* from another distance */
	(void)snprintf(script, sizeof(script), OPEN ASK "@2 < R 9000 ttl 40; %s", goes_on);
	script_play(&s, script);
	assert_true(s.connection.side[1].missed.foreign);
}

static void several_rsts_are_compared_with_each_other(void **state)
{
	struct script s;

	(void)state;
	script_play(&s, OPEN ASK "@2 < R 2001; @2.1 < R 3461");
	assert_true(s.connection.side[1].volley.sequence_changes);
	assert_int_equal(s.connection.side[1].volley.bare, 2);
	assert_false(s.connection.side[1].volley.bare_ack_differs);
	/* too far apart, or not beyond what was sent */
	script_play(&s, OPEN ASK "@2 < R 2001; @4.1 < R 3461");
	assert_false(s.connection.side[1].volley.sequence_changes);
	script_play(&s, OPEN ANSWER "@2 < R 1; @2.1 < R 6");
	assert_false(s.connection.side[1].volley.sequence_changes);
	script_play(&s, OPEN ASK "@2 < RA 1/101; @2.1 < RA 1/9000");
	assert_true(s.connection.side[1].volley.acknowledgment_changes);
	script_play(&s, OPEN ASK "@2 < RA 1/101; @2.1 < RA 1/101");
	assert_false(s.connection.side[1].volley.acknowledgment_changes);
	assert_int_equal(s.connection.side[1].volley.with_ack, 2);
}

/* The second FIN does not cover what the first one's sender had sent before it. */
static void payload_may_cross_a_fin_that_crosses_a_fin(void **state)
{
	struct script s;

	(void)state;
	script_play(&s,
		    OPEN ASK "@2 > PA 101/1 len 9; @2 > FA 110/1; @2.01 < FA 1/101; @2.04 < R 1");
	assert_true(s.connection.side[0].late.crossed);
	assert_int_equal(s.connection.side[0].late.first.frame, 6);
	script_play(&s, OPEN ASK "@2 > FA 101/1; @2.01 < FA 1/101");
	assert_false(s.connection.side[0].late.crossed);
}

/* Routes vary by a hop or two, and a list may tell the TTL of the RST alone. */
static void another_ttl_is_one_that_no_route_explains(void **state)
{
	struct tw_reset reset = {.known = TW_FIELD_TTL, .ttl = 62};

	(void)state;
	assert_false(tw_reset_has_other_ttl(&reset, 64, 64));
	assert_false(tw_reset_has_other_ttl(&reset, 60, 60));
	assert_true(tw_reset_has_other_ttl(&reset, 65, 70));
	assert_true(tw_reset_has_other_ttl(&reset, 50, 59));
	assert_false(tw_reset_has_other_ttl(&reset, 0, 0));
	reset.known = 0;
	assert_false(tw_reset_has_other_ttl(&reset, 128, 128));
}

/* The first byte of a turn, also where it rides on the SYN, which has a number of its own. */
static void a_turn_begins_with_its_first_byte(void **state)
{
	struct script s;

	(void)state;
	script_play(&s, "@0 > S 0 len 5; @0.04 < SA 0/1");
	assert_int_equal(tw_seq_diff(s.connection.side[0].turn_seq, s.connection.side[0].isn), 1);
	script_play(&s, OPEN "@1 > PA 1/1 len 5");
	assert_int_equal(tw_seq_diff(s.connection.side[0].turn_seq, s.connection.side[0].isn), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(living_sockets_and_stateless_replies_are_told_apart),
	    cmocka_unit_test(a_bare_rst_answers_by_its_sequence_number),
	    cmocka_unit_test(what_was_acknowledged_is_not_what_a_rst_answers),
	    cmocka_unit_test(two_bare_rsts_answer_two_segments_in_order),
	    cmocka_unit_test(a_rst_with_ack_covers_a_segment_but_does_not_answer_by_number),
	    cmocka_unit_test(a_rst_long_after_a_segment_does_not_answer_it),
	    cmocka_unit_test(only_a_rst_before_any_syn_ack_refuses_the_syn),
	    cmocka_unit_test(the_offset_from_the_next_sequence_number_is_signed),
	    cmocka_unit_test(ip_ids_continue_in_small_steps_also_over_their_end),
	    cmocka_unit_test(a_rst_may_reopen_a_closed_window),
	    cmocka_unit_test(what_it_heard_and_what_was_under_way_is_noted),
	    cmocka_unit_test(an_older_trigger_is_possible_where_the_oldest_kept_one_fits),
	    cmocka_unit_test(what_the_hand_of_its_sender_keeps_is_compared),
	    cmocka_unit_test(a_time_stamp_that_stands_is_noted),
	    cmocka_unit_test(what_missed_ends_nothing),
	    cmocka_unit_test(several_rsts_are_compared_with_each_other),
	    cmocka_unit_test(payload_may_cross_a_fin_that_crosses_a_fin),
	    cmocka_unit_test(another_ttl_is_one_that_no_route_explains),
	    cmocka_unit_test(a_turn_begins_with_its_first_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
