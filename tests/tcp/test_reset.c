/* test_reset.c: the anatomy of RSTs, by stack and by what they answer. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/reset.h"

#include "script.h"

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
	    {"Windows, aborting or answering", OPEN ASK "@2 < RA 1/101 win 0", TW_RESET_UNCLEAR},
	    {"reply to a SYN", "@0 > S 0; @0.04 < RA 0/1 win 0", TW_RESET_PASSIVE},
	    {"a filter's reply to a SYN", "@0 > S 0; @0.04 < RA 0/1 win 900", TW_RESET_PASSIVE},
	    {"reply to data", OPEN ASK "@2 > PA 101/1 len 9; @2.04 < R 1", TW_RESET_PASSIVE},
	    {"reply to a bare ACK", OPEN "@2 > A 1/1; @2.04 < R 1", TW_RESET_PASSIVE},
	    {"reply to SYN,ACK", "@0 > S 0; @0.04 < SA 0/1; @0.05 > R 1", TW_RESET_PASSIVE},
	    {"reply to a FIN without ACK", OPEN ASK "@2 > F 101; @2.04 < RA 0/102 win 0",
	     TW_RESET_PASSIVE},
	    {"answers nothing", OPEN ASK "@2 < R 77", TW_RESET_UNCLEAR},
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
	script_play(&s, OPEN ASK "@1.05 > PA 101/1 len 9; @1.1 < RA 1/101 win 500");
	assert_int_equal(first(&s)->trigger.frame, 4);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(living_sockets_and_stateless_replies_are_told_apart),
	    cmocka_unit_test(a_bare_rst_answers_by_its_sequence_number),
	    cmocka_unit_test(two_bare_rsts_answer_two_segments_in_order),
	    cmocka_unit_test(a_rst_with_ack_covers_a_segment_but_does_not_answer_by_number),
	    cmocka_unit_test(a_rst_long_after_a_segment_does_not_answer_it),
	    cmocka_unit_test(only_a_rst_before_any_syn_ack_refuses_the_syn),
	    cmocka_unit_test(the_offset_from_the_next_sequence_number_is_signed),
	    cmocka_unit_test(ip_ids_continue_in_small_steps_also_over_their_end),
	    cmocka_unit_test(a_rst_may_reopen_a_closed_window),
	    cmocka_unit_test(what_it_heard_and_what_was_under_way_is_noted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
