/* test_company.c: what failures cost, checks by the clock, scans, floods, ends in one instant. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "crowd.h"

/* ---- what a failure cost ---- */

static struct tw_connection *refuse(struct tw_connection *connection)
{
	struct tw_side *server = &connection->side[1];

	connection->timed = true;
	connection->established = (struct tw_moment){0, 0};
	connection->side[0].segments = 1;
	server->segments = server->reset_count = 1;
	server->reset.to_syn = true;
	server->reset.at = connection->last;
	connection->first_resetter = 1;
	return connection;
}

static void attempts_are_counted_until_one_works(void **state)
{
	struct crowd crowd = {.count = 0};
	struct tw_context context;

	(void)state;
	for (uint8_t i = 0; i < 3; i++)
		(void)refuse(add(&crowd, 1, 2, 80, moment(2U * i + 1, i), moment(2U * i + 2, i)));
	add(&crowd, 1, 2, 80, moment(7, 7), moment(9, 8))->timed = true;
	context = look(&crowd, 0);
	assert_int_equal(context.retries.failed, 2);
	assert_int_equal(context.retries.succeeded.frame, 7);
	assert_int_equal(context.retries.succeeded_stream, 3);
	assert_int_equal(context.retries.cost_ns, 7 * TW_NS_PER_S);
	assert_false(context.retries.gave_up);
	assert_int_equal(context.related[TW_RELATION_RETRY].count, 3);
	assert_int_equal(context.related[TW_RELATION_RETRIED].count, 0);
	context = look(&crowd, 3);
	assert_int_equal(context.related[TW_RELATION_RETRIED].count, 1);
	assert_int_equal(context.related[TW_RELATION_RETRIED].stream[0], 2);
	assert_false(context.has_retry);
}

static void who_does_not_come_back_gave_up(void **state)
{
	struct crowd crowd = {.count = 0};
	struct tw_context context;

	(void)state;
	(void)refuse(add(&crowd, 1, 2, 80, moment(1, 0), moment(2, 0)));
	(void)refuse(add(&crowd, 1, 2, 80, moment(3, 4), moment(4, 4)));
	context = look(&crowd, 0);
	assert_int_equal(context.retries.failed, 1);
	assert_true(context.retries.gave_up);
	assert_int_equal(context.retries.cost_ns, 4 * TW_NS_PER_S);
	/* the input ends before it could have come back */
	(void)refuse(add(&crowd, 1, 2, 80, moment(5, 995), moment(6, 995)));
	(void)refuse(add(&crowd, 1, 2, 80, moment(7, 996), moment(8, 996)));
	assert_int_equal(look(&crowd, 2).retries.failed, 1);
	assert_false(look(&crowd, 2).retries.gave_up);
}

/* ---- checks by the clock ---- */

static struct tw_connection *check(struct tw_connection *connection)
{
	connection->timed = true;
	connection->side[1].marks = TW_SIDE_SYN_ACK;
	connection->first_closer = 0;
	connection->first_resetter = 0;
	connection->side[0].reset_count = 1;
	return connection;
}

static void checks_in_equal_pauses_have_a_period(void **state)
{
	static const int64_t starts[] = {0, 10, 21, 30, 90};
	struct crowd crowd = {.count = 0};
	struct tw_context context;

	(void)state;
	for (size_t i = 0; i < TW_LEN(starts); i++)
		(void)check(add(&crowd, 1, 2, 80, moment(2 * i + 1, starts[i]),
				moment(2 * i + 2, starts[i])));
	context = look(&crowd, 2);
	assert_int_equal(context.period.checks, 5);
	assert_int_equal(context.period.pauses, 4);
	assert_int_equal(context.period.regular, 3);
	assert_int_equal(context.period.period_ns, 10 * TW_NS_PER_S);
	assert_int_equal(context.related[TW_RELATION_PROBE].count, 2);
	assert_int_equal(context.related[TW_RELATION_PROBE].stream[0], 1);
	assert_int_equal(context.related[TW_RELATION_PROBE].stream[1], 3);
	/* a check has done what it was for: the next one is no retry */
	assert_false(context.has_retry);
}

static void two_checks_have_no_period_and_work_is_no_check(void **state)
{
	struct crowd crowd = {.count = 0};

	(void)state;
	(void)check(add(&crowd, 1, 2, 80, moment(1, 0), moment(2, 0)));
	(void)check(add(&crowd, 1, 2, 80, moment(3, 10), moment(4, 10)));
	assert_int_equal(look(&crowd, 0).period.checks, 0);
	check(add(&crowd, 1, 2, 80, moment(5, 20), moment(6, 20)))->side[0].payload_segments = 1;
	assert_int_equal(look(&crowd, 0).period.checks, 0);
	(void)check(add(&crowd, 1, 2, 80, moment(7, 30), moment(8, 30)));
	assert_int_equal(look(&crowd, 0).period.checks, 3);
}

/* ---- scans ---- */

static void knocks_at_different_ports_are_counted_once_each(void **state)
{
	struct crowd crowd = {.count = 0};
	struct tw_context context;

	(void)state;
	for (uint16_t i = 0; i < 4; i++)
		(void)refuse(
		    add(&crowd, 1, 2, (uint16_t)(20 + i), moment(i + 1U, i), moment(i + 1U, i)));
	(void)refuse(add(&crowd, 1, 2, 20, moment(9, 40), moment(9, 40)));
	(void)refuse(add(&crowd, 1, 3, 20, moment(10, 41), moment(10, 41)));
	(void)refuse(add(&crowd, 7, 2, 99, moment(11, 42), moment(11, 42)));
	add(&crowd, 1, 4, 80, moment(12, 43), moment(14, 44))->side[0].payload_segments = 1;
	context = look(&crowd, 1);
	assert_int_equal(context.fan_out.ports, 5);
	assert_int_equal(context.fan_out.conversations, 1);
	assert_int_equal(context.related[TW_RELATION_SCAN].count, TW_RELATED_EACH);
	assert_int_equal(look(&crowd, 6).fan_out.ports, 1);
	assert_int_equal(look(&crowd, 7).fan_out.ports, 0);
}

/* ---- floods ---- */

/* One SYN, nothing more. */
static struct tw_connection *leave_half_open(struct tw_connection *connection)
{
	connection->timed = true;
	connection->established = (struct tw_moment){0, 0};
	connection->side[0].segments = 1;
	connection->side[0].syn_count = 1;
	return connection;
}

static void fill(struct crowd *crowd, uint8_t count)
{
	for (uint8_t i = 0; i < count; i++)
		(void)leave_half_open(add(crowd, (uint8_t)(100 + i), 2, 80, moment(10U + i, 10),
					  moment(10U + i, 10)));
}

static void attempts_left_half_open_are_counted_around_each(void **state)
{
	struct crowd crowd = {.count = 0};
	struct tw_context context;

	(void)state;
	fill(&crowd, 20);
	add(&crowd, 1, 2, 80, moment(40, 11), moment(44, 12))->timed = true; /* completed */
	(void)leave_half_open(add(&crowd, 1, 2, 443, moment(45, 11), moment(45, 11)));
	(void)leave_half_open(add(&crowd, 1, 2, 80, moment(46, 17), moment(46, 17)));
	context = look(&crowd, 0);
	assert_int_equal(context.flood.half_open, 20);
	assert_int_equal(context.flood.newcomers, 20);
	assert_int_equal(context.flood.completed, 1);
	assert_int_equal(context.flood.first.frame, 10);
	assert_int_equal(context.related[TW_RELATION_FLOOD].count, TW_RELATED_EACH);
	assert_int_equal(context.related[TW_RELATION_FLOOD].stream[0], 1);
	assert_int_equal(look(&crowd, 20).flood.half_open, 0); /* completed: nobody asks */
	assert_int_equal(look(&crowd, 21).flood.half_open, 1);
	assert_int_equal(look(&crowd, 22).flood.half_open, 1);
	assert_int_equal(look(&crowd, 22).flood.newcomers, 0); /* it had called before */
}

/* A filter for SYNs shows every connection so; only SYNs that no system makes prove more. */
static void where_nothing_but_syns_was_captured_ordinary_ones_prove_nothing(void **state)
{
	struct crowd crowd = {.count = 0};

	(void)state;
	fill(&crowd, 20);
	assert_int_equal(look(&crowd, 0).flood.half_open, 20);
	for (size_t i = 0; i < crowd.count; i++)
		crowd.connections[i].side[0].marks |= TW_SIDE_SACK_OK;
	assert_int_equal(look(&crowd, 0).flood.half_open, 0);
	add(&crowd, 9, 9, 22, moment(90, 90), moment(91, 90))->side[0].segments = 1;
	assert_int_equal(look(&crowd, 0).flood.half_open, 20);
}

static void attempts_that_may_still_be_completed_do_not_count(void **state)
{
	struct crowd crowd = {.count = 0};

	(void)state;
	(void)leave_half_open(add(&crowd, 1, 2, 80, moment(1, 998), moment(1, 998)));
	(void)leave_half_open(add(&crowd, 3, 2, 80, moment(2, 1000), moment(2, 1000)));
	assert_int_equal(look(&crowd, 0).flood.half_open, 1);
}

/* ---- ends in one instant ---- */

static struct tw_connection *end(struct tw_connection *connection, uint64_t frame, int64_t ms,
				 int64_t idle_ms)
{
	struct tw_fin *fin = &connection->side[1].fin;

	connection->timed = true;
	connection->side[1].segments = 3;
	fin->at = (struct tw_moment){frame, SCRIPT_EPOCH_NS + ms * TW_NS_PER_MS};
	fin->idle_ns = idle_ms * TW_NS_PER_MS;
	return connection;
}

static void ends_of_one_listener_in_one_instant_are_together(void **state)
{
	struct crowd crowd = {.count = 0};
	struct tw_context context;

	(void)state;
	(void)end(add(&crowd, 1, 2, 80, moment(1, 0), moment(20, 9)), 20, 9000, 700);
	(void)end(add(&crowd, 3, 2, 80, moment(2, 0), moment(21, 9)), 21, 9001, 2100);
	(void)end(add(&crowd, 4, 2, 80, moment(3, 0), moment(22, 9)), 22, 9002, 5); /* answers */
	(void)end(add(&crowd, 5, 2, 443, moment(4, 0), moment(23, 9)), 23, 9002, 900);
	(void)end(add(&crowd, 6, 2, 80, moment(5, 0), moment(24, 9)), 24, 9100, 800);
	context = look(&crowd, 0);
	assert_int_equal(context.exit.together, 3);
	assert_int_equal(context.exit.unasked, 2);
	assert_false(context.exit.timer);
	assert_int_equal(context.exit.other.frame, 21);
	assert_int_equal(context.related[TW_RELATION_EXIT].count, 2);
	assert_int_equal(look(&crowd, 3).exit.together, 1);
	assert_int_equal(look(&crowd, 4).exit.together, 1);
	/* what its client had ended before, the server did not end */
	crowd.connections[1].side[0].fin.at = moment(19, 8);
	assert_int_equal(look(&crowd, 0).exit.together, 2);
	assert_int_equal(look(&crowd, 1).exit.together, 0);
}

static void equal_pauses_betray_one_timer(void **state)
{
	static const struct {
		int64_t idle_ms[2];
		bool timer;
	} rows[] = {
	    {{700, 740}, true},	     {{700, 760}, false},      {{60000, 60900}, true},
	    {{60000, 61900}, false}, {{100000, 101900}, true}, {{3000, 4000}, false},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct crowd crowd = {.count = 0};

		(void)end(add(&crowd, 1, 2, 80, moment(1, 0), moment(20, 9)), 20, 9000,
			  rows[i].idle_ms[0]);
		(void)end(add(&crowd, 3, 2, 80, moment(2, 0), moment(21, 9)), 21, 9001,
			  rows[i].idle_ms[1]);
		if (look(&crowd, 0).exit.timer != rows[i].timer)
			fail_msg("row %zu", i);
	}
}

static void the_next_caller_tells_whether_the_listener_is_there(void **state)
{
	struct crowd crowd = {.count = 0};
	struct tw_connection *next;

	(void)state;
	(void)end(add(&crowd, 1, 2, 80, moment(1, 0), moment(20, 9)), 20, 9000, 700);
	assert_false(tw_happened(look(&crowd, 0).exit.gone));
	(void)refuse(add(&crowd, 1, 2, 443, moment(30, 10), moment(31, 10)));
	assert_false(tw_happened(look(&crowd, 0).exit.gone));
	next = refuse(add(&crowd, 1, 2, 80, moment(40, 11), moment(41, 11)));
	assert_int_equal(look(&crowd, 0).exit.gone.frame, 41);
	assert_true(look(&crowd, 0).exit.refused);
	next->side[1].marks = TW_SIDE_SYN_ACK;
	next->side[1].syn = moment(41, 11);
	next->side[1].reset_count = 0;
	assert_false(tw_happened(look(&crowd, 0).exit.gone));
	assert_int_equal(look(&crowd, 0).exit.there.frame, 41);
}

static void who_is_refused_hears_of_those_that_were_ended_before(void **state)
{
	struct crowd crowd = {.count = 0};
	struct tw_context context;

	(void)state;
	(void)end(add(&crowd, 1, 2, 80, moment(1, 0), moment(20, 9)), 20, 9000, 700);
	(void)refuse(add(&crowd, 1, 2, 80, moment(30, 10), moment(31, 10)));
	assert_int_equal(look(&crowd, 1).exit.before, 0); /* one end alone is no sign */
	(void)end(add(&crowd, 3, 2, 80, moment(2, 0), moment(21, 9)), 21, 9001, 2100);
	(void)refuse(add(&crowd, 1, 2, 443, moment(32, 10), moment(33, 10)));
	(void)refuse(add(&crowd, 1, 2, 80, moment(34, 90), moment(35, 90)));
	context = look(&crowd, 1);
	assert_int_equal(context.exit.before, 2);
	assert_int_equal(context.exit.other.frame, 21);
	assert_int_equal(context.related[TW_RELATION_EXIT].count, 2);
	assert_int_equal(look(&crowd, 3).exit.before, 0); /* another port */
	assert_int_equal(look(&crowd, 4).exit.before, 0); /* long after */
}

/* ---- answers that nobody asked for ---- */

static void answers_without_a_syn_are_counted(void **state)
{
	struct crowd crowd = {.count = 0};

	(void)state;
	for (uint8_t i = 0; i < 2; i++) {
		struct tw_connection *c = add(&crowd, 1, (uint8_t)(2 + i), 80,
					      moment(2U * i + 1, i), moment(2U * i + 2, i));

		c->side[0].marks = 0;
		c->side[0].segments = c->side[0].reset_count = 1;
		c->side[1].marks = TW_SIDE_SYN_ACK;
		c->side[1].segments = c->side[1].syn_count = 1;
	}
	assert_int_equal(look(&crowd, 0).unasked.count, 2);
	assert_true(look(&crowd, 0).unasked.host_heard);
	crowd.connections[1].side[0].marks = TW_SIDE_SYN;
	assert_int_equal(look(&crowd, 0).unasked.count, 1);
	assert_int_equal(look(&crowd, 1).unasked.count, 0);
}

/* ---- life ---- */

/* A SYN that nobody answers makes a host silent; what it says elsewhere later proves it alive. */
static void a_host_that_never_answered_is_alive_where_it_speaks_later(void **state)
{
	struct crowd crowd = {.count = 0};
	struct tw_context context;

	(void)state;
	add(&crowd, 1, 2, 80, moment(5, 0), moment(8, 3))->side[1].last = (struct tw_moment){0, 0};
	add(&crowd, 1, 2, 443, moment(9, 4), moment(20, 9));
	add(&crowd, 7, 2, 443, moment(10, 4), moment(30, 9));
	context = look(&crowd, 0);
	assert_int_equal(context.alive_elsewhere[1].frame, 30);
	assert_int_equal(context.alive_stream[1], 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(attempts_are_counted_until_one_works),
	    cmocka_unit_test(who_does_not_come_back_gave_up),
	    cmocka_unit_test(checks_in_equal_pauses_have_a_period),
	    cmocka_unit_test(two_checks_have_no_period_and_work_is_no_check),
	    cmocka_unit_test(knocks_at_different_ports_are_counted_once_each),
	    cmocka_unit_test(attempts_left_half_open_are_counted_around_each),
	    cmocka_unit_test(where_nothing_but_syns_was_captured_ordinary_ones_prove_nothing),
	    cmocka_unit_test(attempts_that_may_still_be_completed_do_not_count),
	    cmocka_unit_test(ends_of_one_listener_in_one_instant_are_together),
	    cmocka_unit_test(equal_pauses_betray_one_timer),
	    cmocka_unit_test(the_next_caller_tells_whether_the_listener_is_there),
	    cmocka_unit_test(who_is_refused_hears_of_those_that_were_ended_before),
	    cmocka_unit_test(answers_without_a_syn_are_counted),
	    cmocka_unit_test(a_host_that_never_answered_is_alive_where_it_speaks_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
