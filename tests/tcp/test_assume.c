/* test_assume.c: a list without numbers gets those of a quiet exchange, still marked unknown. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "script.h"

struct numbers {
	uint32_t seq, ack, length;
};

static void check(const char *text, const struct numbers expected[], size_t count)
{
	struct script s;

	script_play_typed(&s, text);
	assert_int_equal(s.count, count);
	for (size_t i = 0; i < count; i++) {
		const struct tw_step *step = &s.steps[i];
		uint32_t ack = step->flags & TW_ACK ? step->ack : 0;

		if (step->seq != expected[i].seq || ack != expected[i].ack ||
		    step->length != expected[i].length)
			fail_msg("row %zu: %u/%u len %u, expected %u/%u len %u", i + 1, step->seq,
				 ack, step->length, expected[i].seq, expected[i].ack,
				 expected[i].length);
	}
}

/* Every ACK covers what stands above it; PSH means payload, of which one byte stands for all. */
static void a_whole_connection_is_numbered_as_if_nothing_was_lost(void **state)
{
	static const struct numbers expected[] = {
	    {0, 0, 0}, {0, 1, 0}, {1, 1, 0}, {1, 1, 1}, {1, 2, 0},
	    {1, 2, 1}, {2, 2, 0}, {2, 3, 0}, {2, 3, 0}, {3, 3, 0},
	};

	(void)state;
	check("> S; < SA; > A; > PA; < A; < PA; > FA; < A; < FA; > A", expected, TW_LEN(expected));
}

/* Wireshark Q&A 28338 begins in the middle: the server's FIN takes a byte and itself. */
static void a_list_that_begins_in_the_middle_is_numbered_from_one(void **state)
{
	static const struct numbers expected[] = {
	    {1, 1, 1}, {1, 3, 0}, {1, 3, 1}, {3, 2, 0}, {2, 3, 1}, {3, 0, 0},
	};

	(void)state;
	check("> FPA; < A; < PA; > RA; < FPA; > R", expected, TW_LEN(expected));
}

static void a_repeated_syn_or_fin_is_the_same_again(void **state)
{
	static const struct numbers syns[] = {{0, 0, 0}, {0, 0, 0}, {0, 1, 0}};
	static const struct numbers fins[] = {{1, 1, 0}, {1, 1, 0}, {1, 2, 0}};

	(void)state;
	check("> S; > S; < SA", syns, TW_LEN(syns));
	check("> FA; > FA; < A", fins, TW_LEN(fins));
}

/* RFC 9293 section 3.5.2: the reply to a segment with ACK has SEQ = SEG.ACK. */
static void a_bare_rst_has_the_number_that_its_receiver_had_acknowledged(void **state)
{
	struct script s;

	(void)state;
	script_play_typed(&s, "> PA 1/1 len 10; < PA 1/11 len 5; > PA 11/6 len 10; < R");
	assert_int_equal(s.connection.side[1].reset.seq, 6);
	assert_false(s.connection.side[1].reset.known & TW_FIELD_SEQ);
}

static void what_the_list_says_is_kept_and_the_rest_follows_it(void **state)
{
	struct script s;

	(void)state;
	script_play_typed(&s, "> PA 100/500 len 20; < A; < PA; > A");
	assert_int_equal(s.connection.side[0].snd_nxt, 120);
	assert_int_equal(s.connection.side[0].acked, 120);
	assert_int_equal(s.connection.side[1].snd_nxt, 501);
	assert_int_equal(s.connection.side[1].acked, 501);
}

static void assumed_numbers_stay_unknown(void **state)
{
	struct script s;

	(void)state;
	script_play_typed(&s, "> S; < SA; > A; > PA; < A; > FA");
	for (size_t i = 0; i < s.count; i++)
		assert_int_equal(s.steps[i].known, TW_FIELD_FLAGS);
	assert_true(s.connection.side[0].marks & TW_SIDE_ASSUMED);
	script_play_typed(&s, "> PA 1/1 len 10; < A 1/11 len 0");
	assert_false(s.connection.side[0].marks & TW_SIDE_ASSUMED);
	assert_int_equal(s.steps[1].known,
			 TW_FIELD_FLAGS | TW_FIELD_SEQ | TW_FIELD_ACK | TW_FIELD_LENGTH);
}

static void a_known_segment_is_left_alone(void **state)
{
	struct tw_connection connection;
	struct tw_segment segment = {
	    .known = TW_FIELD_FLAGS | TW_FIELD_SEQ | TW_FIELD_ACK | TW_FIELD_LENGTH,
	    .flags = TW_PSH | TW_ACK,
	    .seq = 9,
	    .ack = 8,
	};
	struct tw_segment before = segment;

	(void)state;
	tw_connection_init(&connection, 0, true);
	tw_assume_numbers(&connection, 0, &segment);
	assert_memory_equal(&segment, &before, sizeof(segment));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_whole_connection_is_numbered_as_if_nothing_was_lost),
	    cmocka_unit_test(a_list_that_begins_in_the_middle_is_numbered_from_one),
	    cmocka_unit_test(a_repeated_syn_or_fin_is_the_same_again),
	    cmocka_unit_test(a_bare_rst_has_the_number_that_its_receiver_had_acknowledged),
	    cmocka_unit_test(what_the_list_says_is_kept_and_the_rest_follows_it),
	    cmocka_unit_test(assumed_numbers_stay_unknown),
	    cmocka_unit_test(a_known_segment_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
