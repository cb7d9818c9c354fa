/* test_build.c: reconnects, and signs of life on other connections. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "crowd.h"

static void who_was_reset_and_connects_again_soon_retries(void **state)
{
	static const struct {
		const char *what;
		uint8_t client, server;
		uint16_t port;
		int64_t after_s;
		bool is_retry;
	} rows[] = {
	    {"the same again", 1, 2, 80, 1, true},	 {"ten seconds later", 1, 2, 80, 10, true},
	    {"much later", 1, 2, 80, 11, false},	 {"another port", 1, 2, 81, 1, false},
	    {"another server", 1, 3, 80, 1, false},	 {"another client", 3, 2, 80, 1, false},
	    {"the other way round", 2, 1, 80, 1, false},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct crowd crowd = {.count = 0};
		struct tw_context context;

		add(&crowd, 1, 2, 80, moment(1, 0), moment(5, 2))->first_resetter = 1;
		add(&crowd, rows[i].client, rows[i].server, rows[i].port,
		    moment(6, 2 + rows[i].after_s), moment(9, 20));
		context = look(&crowd, 0);
		if (context.has_retry != rows[i].is_retry)
			fail_msg("%s: %d", rows[i].what, context.has_retry);
		if (rows[i].is_retry) {
			assert_int_equal(context.retry_stream, 1);
			assert_int_equal(context.retry.frame, 6);
		}
		assert_false(look(&crowd, 1).has_retry);
	}
}

static void who_ended_well_does_not_retry(void **state)
{
	struct crowd crowd = {.count = 0};

	(void)state;
	add(&crowd, 1, 2, 80, moment(1, 0), moment(5, 2));
	add(&crowd, 1, 2, 80, moment(6, 3), moment(9, 4));
	assert_false(look(&crowd, 0).has_retry);
}

/* A connection beside it is no attempt to do it again. */
static void a_connection_that_began_before_the_end_is_no_retry(void **state)
{
	struct crowd crowd = {.count = 0};

	(void)state;
	add(&crowd, 1, 2, 80, moment(1, 0), moment(8, 2))->first_resetter = 1;
	add(&crowd, 1, 2, 80, moment(4, 1), moment(9, 4));
	assert_false(look(&crowd, 0).has_retry);
	add(&crowd, 1, 2, 80, moment(10, 3), moment(12, 4));
	assert_true(look(&crowd, 0).has_retry);
	assert_int_equal(look(&crowd, 0).retry_stream, 2);
}

static void the_first_of_several_retries_is_named(void **state)
{
	struct crowd crowd = {.count = 0};

	(void)state;
	add(&crowd, 1, 2, 80, moment(20, 4), moment(21, 4));
	add(&crowd, 1, 2, 80, moment(1, 0), moment(5, 2))->first_resetter = 1;
	add(&crowd, 1, 2, 80, moment(10, 3), moment(11, 3));
	assert_int_equal(look(&crowd, 1).retry_stream, 2);
}

static void gives_up(struct tw_connection *connection, uint64_t frame)
{
	connection->side[0].retransmit =
	    (struct tw_run){.first = moment(frame, 5), .last = moment(frame + 3, 9), .count = 3};
}

static void a_silent_server_that_speaks_elsewhere_is_alive(void **state)
{
	struct crowd crowd = {.count = 0};
	struct tw_context context;

	(void)state;
	gives_up(add(&crowd, 1, 2, 80, moment(1, 0), moment(13, 9)), 10);
	add(&crowd, 7, 2, 443, moment(2, 0), moment(20, 30));
	context = look(&crowd, 0);
	assert_int_equal(context.alive_elsewhere[1].frame, 20);
	assert_false(tw_happened(context.alive_elsewhere[0]));
}

static void life_before_the_silence_proves_nothing(void **state)
{
	struct crowd crowd = {.count = 0};

	(void)state;
	gives_up(add(&crowd, 1, 2, 80, moment(1, 0), moment(13, 9)), 10);
	add(&crowd, 7, 2, 443, moment(2, 0), moment(9, 4));
	assert_false(tw_happened(look(&crowd, 0).alive_elsewhere[1]));
}

static void life_of_others_and_of_nobody_proves_nothing(void **state)
{
	struct crowd crowd = {.count = 0};

	(void)state;
	gives_up(add(&crowd, 1, 2, 80, moment(1, 0), moment(13, 9)), 10);
	assert_false(tw_happened(look(&crowd, 0).alive_elsewhere[1]));
	add(&crowd, 7, 3, 443, moment(2, 0), moment(20, 30));
	assert_false(tw_happened(look(&crowd, 0).alive_elsewhere[1]));
}

/* Only a host that said nothing but RST needs to be known from elsewhere. */
static void a_host_that_only_resets_is_known_by_its_other_connections(void **state)
{
	struct crowd crowd = {.count = 0};
	struct tw_side *side = &add(&crowd, 1, 2, 3306, moment(20, 5), moment(21, 5))->side[1];
	struct tw_context context;

	(void)state;
	side->segments = 1;
	side->reset_count = 1;
	side->ttl_min = side->ttl_max = 250;
	assert_int_equal(look(&crowd, 0).host[1].ttl_max, 0);
	side = &add(&crowd, 1, 2, 80, moment(1, 0), moment(9, 1))->side[1];
	side->segments = 4;
	side->ttl_min = 56;
	side->ttl_max = 57;
	side->distance_ns = 40 * TW_NS_PER_MS;
	side->first = moment(2, 0);
	side = &add(&crowd, 1, 2, 3306, moment(30, 9), moment(31, 9))->side[1];
	side->segments = 1;
	side->reset_count = 1;
	side->ttl_min = side->ttl_max = 249;
	context = look(&crowd, 0);
	assert_int_equal(context.host[1].ttl_min, 56);
	assert_int_equal(context.host[1].ttl_max, 57);
	assert_int_equal(context.host[1].distance_ns, 40 * TW_NS_PER_MS);
	assert_int_equal(context.host[1].at.frame, 2);
	assert_int_equal(look(&crowd, 1).host[1].ttl_max, 0);
}

/* Only those of the same server's address count, and only for one that is among them. */
static void answers_of_twins_are_counted_by_the_servers_address(void **state)
{
	struct crowd crowd = {.count = 0};

	(void)state;
	add(&crowd, 1, 2, 80, moment(1, 0), moment(9, 1))->side[1].syn_twin = moment(3, 0);
	assert_int_equal(look(&crowd, 0).twin_answers, 1);
	add(&crowd, 7, 2, 443, moment(10, 2), moment(19, 3))->side[1].syn_twin = moment(12, 2);
	add(&crowd, 1, 3, 80, moment(20, 4), moment(29, 5))->side[1].syn_twin = moment(22, 4);
	add(&crowd, 1, 2, 80, moment(30, 6), moment(39, 7));
	assert_int_equal(look(&crowd, 0).twin_answers, 2);
	assert_int_equal(look(&crowd, 1).twin_answers, 2);
	assert_int_equal(look(&crowd, 2).twin_answers, 1);
	assert_int_equal(look(&crowd, 3).twin_answers, 0);
}

/* The client has a connection with one address; from another one, a segment of it comes. */
static void a_segment_of_a_connection_that_comes_from_another_address_is_found(void **state)
{
	static const struct {
		const char *what;
		const char *stray;
		uint8_t from;
		uint16_t server_port, client_port;
		bool found;
	} rows[] = {
	    {"untranslated", "@1.05 < PA 1/101 len 500; @1.051 > R 101", 3, 80, 50000, true},
	    {"out of order", "@1.05 < PA 1001/101 len 500; @1.051 > R 101", 3, 80, 50000, true},
	    {"another port", "@1.05 < PA 1/101 len 500; @1.051 > R 101", 3, 81, 50000, false},
	    {"another client's", "@1.05 < PA 1/101 len 500; @1.051 > R 101", 3, 80, 50007, false},
	    {"of the same address", "@1.05 < PA 1/101 len 500; @1.051 > R 101", 2, 80, 50000,
	     false},
	    {"other numbers", "@1.05 < PA 99000000/101 len 500; @1.051 > R 101", 3, 80, 50000,
	     false},
	    {"acknowledges what was never sent",
	     "@1.05 < PA 1/99000000 len 500; @1.051 > R 99000000", 3, 80, 50000, false},
	    {"no RST", "@1.05 < PA 1/101 len 500", 3, 80, 50000, false},
	    {"recorded on both sides of the device",
	     "@0 > S 0; @0.04 < SA 0/1; @0.05 > A 1/1; @1 > PA "
	     "1/1 len 100; @1.05 < PA 1/101 len 500; @1.06 > R 101",
	     3, 80, 50000, false},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct crowd crowd = {.count = 0};
		struct script whole;
		struct script stray;
		struct tw_context context;

		script_play_at(&whole,
			       "@0 > S 0; @0.04 < SA 0/1; @0.05 > A 1/1; @1 > PA 1/1 len 100; "
			       "@1.04 < A 1/101; @2 > PA 101/1 len 100; @2.04 < R 1",
			       7000, 9000);
		script_play_at(&stray, rows[i].stray, 7000, 9000);
		*add(&crowd, 1, 2, 80, moment(1, 0), moment(7, 2)) = whole.connection;
		*add(&crowd, 1, rows[i].from, rows[i].server_port, moment(5, 1), moment(6, 1)) =
		    stray.connection;
		crowd.connections[1].stream = 1;
		/* Side 0 is whoever is seen first. */
		for (unsigned side = 0; side < 2; side++)
			crowd.endpoints[1][side] = side == 0
						       ? host(1, rows[i].client_port)
						       : host(rows[i].from, rows[i].server_port);
		context = look(&crowd, 0);
		if (tw_happened(context.stray.at) != rows[i].found)
			fail_msg("%s: %d", rows[i].what, !rows[i].found);
		if (!rows[i].found)
			continue;
		assert_int_equal(context.related[TW_RELATION_STRAY].stream[0], 1);
		context = look(&crowd, 1);
		assert_true(tw_happened(context.stray.at));
		assert_int_equal(context.related[TW_RELATION_STRAY].stream[0], 0);
	}
}

static void what_was_known_of_the_end_is_left_alone(void **state)
{
	struct crowd crowd = {.count = 0};

	(void)state;
	add(&crowd, 1, 2, 80, moment(1, 0), moment(5, 2));
	assert_true(look(&crowd, 0).input_end_known);
}

static void without_memory_there_is_no_neighbourhood(void **state)
{
	struct crowd crowd = {.count = 0};
	struct tw_arena arena = tw_arena_of(64);

	(void)state;
	for (uint8_t i = 0; i < PEOPLE_MAX; i++)
		add(&crowd, i, 2, 80, moment(i + 1U, 0), moment(i + 1U, 0));
	assert_null(tw_neighbourhood_new(crowd.neighbours, crowd.count, &arena));
	tw_arena_free(&arena);
}

/* A translator keeps the numbers of both SYNs. */
static struct tw_connection *add_opening(struct crowd *crowd, uint8_t client, uint32_t isn,
					 uint32_t server_isn, int64_t second)
{
	struct tw_connection *connection =
	    add(crowd, client, 9, 80, moment(crowd->count + 1, second), moment(99, second));

	connection->side[0].isn = isn;
	connection->side[1].isn = server_isn;
	connection->side[0].syn_count = 1;
	connection->side[1].syn_count = server_isn != 0;
	connection->side[0].segments = 2;
	connection->side[1].segments = server_isn != 0;
	return connection;
}

static void a_connection_seen_twice_has_a_twin(void **state)
{
	struct crowd crowd = {.count = 0};
	struct tw_context context;

	(void)state;
	add_opening(&crowd, 1, 1000, 2000, 0);
	add_opening(&crowd, 2, 1000, 3000, 0);
	add_opening(&crowd, 3, 1000, 2000, 0);
	/* a scanner sends the same number to everybody */
	add_opening(&crowd, 4, 7000, 0, 0);
	add_opening(&crowd, 5, 7000, 0, 0);
	/* long after */
	add_opening(&crowd, 6, 8000, 9000, 0);
	add_opening(&crowd, 7, 8000, 9000, 60);
	context = look(&crowd, 0);
	assert_true(context.has_twin);
	assert_int_equal(context.twin_stream, 2);
	context = look(&crowd, 2);
	assert_true(context.has_twin);
	assert_int_equal(context.twin_stream, 0);
	for (size_t i = 3; i < crowd.count; i++)
		assert_false(look(&crowd, i).has_twin);
	assert_false(look(&crowd, 1).has_twin);
}

static void a_twin_is_no_sign_of_life(void **state)
{
	struct crowd crowd = {.count = 0};
	struct tw_connection *connection = add_opening(&crowd, 1, 1000, 2000, 0);

	(void)state;
	add_opening(&crowd, 3, 1000, 2000, 0);
	connection->side[0].retransmit =
	    (struct tw_run){.first = moment(5, 1), .last = moment(9, 2), .count = 3};
	assert_false(tw_happened(look(&crowd, 0).alive_elsewhere[1]));
	crowd.connections[1].side[1].isn = 2001;
	assert_true(tw_happened(look(&crowd, 0).alive_elsewhere[1]));
}

static void halves_alone_are_told_from_halves_among_wholes(void **state)
{
	struct crowd crowd = {.count = 0};

	(void)state;
	add_opening(&crowd, 1, 1000, 0, 0)->limits[TW_LIMIT_ONE_DIRECTION] = moment(1, 0);
	assert_false(look(&crowd, 0).halves_only);
	add_opening(&crowd, 2, 3000, 0, 0)->limits[TW_LIMIT_ONE_DIRECTION] = moment(2, 0);
	assert_true(look(&crowd, 0).halves_only);
	add_opening(&crowd, 3, 5000, 6000, 0);
	assert_false(look(&crowd, 0).halves_only);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_was_reset_and_connects_again_soon_retries),
	    cmocka_unit_test(who_ended_well_does_not_retry),
	    cmocka_unit_test(a_connection_that_began_before_the_end_is_no_retry),
	    cmocka_unit_test(the_first_of_several_retries_is_named),
	    cmocka_unit_test(a_silent_server_that_speaks_elsewhere_is_alive),
	    cmocka_unit_test(life_before_the_silence_proves_nothing),
	    cmocka_unit_test(life_of_others_and_of_nobody_proves_nothing),
	    cmocka_unit_test(a_host_that_only_resets_is_known_by_its_other_connections),
	    cmocka_unit_test(answers_of_twins_are_counted_by_the_servers_address),
	    cmocka_unit_test(a_segment_of_a_connection_that_comes_from_another_address_is_found),
	    cmocka_unit_test(what_was_known_of_the_end_is_left_alone),
	    cmocka_unit_test(without_memory_there_is_no_neighbourhood),
	    cmocka_unit_test(a_connection_seen_twice_has_a_twin),
	    cmocka_unit_test(a_twin_is_no_sign_of_life),
	    cmocka_unit_test(halves_alone_are_told_from_halves_among_wholes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
