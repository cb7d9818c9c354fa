/* test_previous.c: what the connection before on the same ports left behind. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "context/previous.h"

#include "../tcp/script.h"

#define ORDERLY \
	"@0 > S 0; @0.04 < SA 0/1; @0.05 > A 1/1; @1 < FA 1/1; @1.01 > FA 1/2; @1.05 < A 2/2"

static const struct tw_endpoint ends[2] = {
    {.address = {.kind = TW_ADDRESS_IP4, .bytes = {10, 0, 0, 1}}, .port = 50000},
    {.address = {.kind = TW_ADDRESS_IP4, .bytes = {10, 0, 0, 2}}, .port = 80},
};
static const struct tw_endpoint turned[2] = {
    {.address = {.kind = TW_ADDRESS_IP4, .bytes = {10, 0, 0, 2}}, .port = 80},
    {.address = {.kind = TW_ADDRESS_IP4, .bytes = {10, 0, 0, 1}}, .port = 50000},
};

static struct tw_previous after(const char *text, const struct tw_endpoint later[2])
{
	struct script script;
	struct tw_neighbour earlier = {.connection = &script.connection, .endpoint = ends};
	struct tw_neighbour self = {.endpoint = later, .previous = &earlier};
	struct tw_context context = {.previous = {.known = false}};

	script_play_at(&script, text, 70000, 90000);
	tw_previous_look(&self, &context);
	return context.previous;
}

static void numbers_and_time_of_its_end_are_kept(void **state)
{
	struct tw_previous previous = after(ORDERLY, ends);

	(void)state;
	assert_true(previous.known);
	assert_true(previous.orderly);
	assert_int_equal(previous.ended.frame, 6);
	assert_true(previous.numbered[0] && previous.numbered[1]);
	assert_int_equal(previous.snd_nxt[0], 70002);
	assert_int_equal(previous.snd_nxt[1], 90002);
}

static void sides_are_those_of_the_connection_that_asks(void **state)
{
	struct tw_previous previous = after(ORDERLY, turned);

	(void)state;
	assert_int_equal(previous.snd_nxt[0], 90002);
	assert_int_equal(previous.snd_nxt[1], 70002);
}

static void only_two_acknowledged_fins_leave_a_rest(void **state)
{
	(void)state;
	assert_false(after("@0 > S 0; @0.04 < SA 0/1; @0.05 > A 1/1", ends).orderly);
	assert_false(
	    after("@0 > S 0; @0.04 < SA 0/1; @0.05 > A 1/1; @1 < FA 1/1; @1.01 > FA 1/2", ends)
		.orderly);
	assert_false(after(ORDERLY "; @1.06 > R 2", ends).orderly);
}

static void without_one_before_nothing_is_known(void **state)
{
	struct tw_connection empty;
	struct tw_neighbour quoted = {.connection = &empty, .endpoint = ends};
	struct tw_neighbour alone = {.endpoint = ends};
	struct tw_neighbour second = {.endpoint = ends, .previous = &quoted};
	struct tw_context context = {.previous = {.known = false}};

	(void)state;
	tw_connection_init(&empty, 0, false);
	tw_previous_look(&alone, &context);
	assert_false(context.previous.known);
	/* Only an ICMP error has spoken of it. */
	tw_previous_look(&second, &context);
	assert_false(context.previous.known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_and_time_of_its_end_are_kept),
	    cmocka_unit_test(sides_are_those_of_the_connection_that_asks),
	    cmocka_unit_test(only_two_acknowledged_fins_leave_a_rest),
	    cmocka_unit_test(without_one_before_nothing_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
