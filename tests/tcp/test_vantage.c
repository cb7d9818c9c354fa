/* test_vantage.c: where the capture was taken, by split round trips and hop counts. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/vantage.h"

#include "script.h"

static struct tw_vantage infer(const char *text)
{
	struct script s;

	script_play(&s, text);
	return tw_vantage_infer(&s.connection);
}

static void the_near_end_answers_at_once(void **state)
{
	struct tw_vantage client =
	    infer("@0 > S 0 ttl 64; @0.05 < SA 0/1 ttl 52; @0.0501 > A 1/1 ttl 64");
	struct tw_vantage server =
	    infer("@0 > S 0 ttl 52; @0.0001 < SA 0/1 ttl 64; @0.05 > A 1/1 ttl 52");

	(void)state;
	assert_int_equal(client.at, 0);
	assert_int_equal(server.at, 1);
	assert_true(client.percent > 90 && server.percent > 90);
}

static void two_signs_are_surer_than_one(void **state)
{
	struct tw_vantage both =
	    infer("@0 > S 0 ttl 64; @0.05 < SA 0/1 ttl 52; @0.0501 > A 1/1 ttl 64");
	struct tw_vantage by_time =
	    infer("@0 > S 0 ttl 60; @0.05 < SA 0/1 ttl 52; @0.0501 > A 1/1 ttl 60");
	struct tw_vantage by_hops = infer("@0 > S 0 ttl 64; @0.05 < SA 0/1 ttl 52");

	(void)state;
	assert_int_equal(by_time.at, 0);
	assert_int_equal(by_hops.at, 0);
	assert_true(by_time.percent >= 50 && by_time.percent < both.percent);
	assert_true(by_hops.percent >= 50 && by_hops.percent < both.percent);
}

static void windows_and_routers_have_no_hops_either(void **state)
{
	(void)state;
	assert_int_equal(infer("@0 > S 0 ttl 52; @0.05 < SA 0/1 ttl 128").at, 1);
	assert_int_equal(infer("@0 > S 0 ttl 52; @0.05 < SA 0/1 ttl 255").at, 1);
}

static void signs_that_contradict_each_other_are_not_sure(void **state)
{
	struct tw_vantage v =
	    infer("@0 > S 0 ttl 52; @0.05 < SA 0/1 ttl 64; @0.0501 > A 1/1 ttl 52");

	(void)state;
	assert_true(v.at == TW_NOBODY || v.percent < 85);
}

static void equal_parts_mean_between(void **state)
{
	struct tw_vantage v = infer("@0 > S 0 ttl 60; @0.05 < SA 0/1 ttl 52; @0.09 > A 1/1 ttl 60");

	(void)state;
	assert_int_equal(v.at, TW_NOBODY);
	assert_true(v.between);
	assert_true(v.percent >= 50);
}

static void routers_on_both_ways_mean_between(void **state)
{
	/* One leg of 4 ms, one of 80: a tenth, but slower than a kernel replies. */
	struct tw_vantage both =
	    infer("@0 > S 0 ttl 57; @0.08 < SA 0/1 ttl 119; @0.084 > A 1/1 ttl 57");
	struct tw_vantage by_hops = infer("@0 > S 0 ttl 60; @0.05 < SA 0/1 ttl 52");

	(void)state;
	assert_true(both.between && by_hops.between);
	assert_int_equal(both.at, TW_NOBODY);
	assert_true(both.percent > 90);
	assert_true(by_hops.percent >= 50 && by_hops.percent < both.percent);
}

/* Near misses of "between": a near end that sets its own TTL, and one that was never heard. */
static void hops_alone_are_no_place(void **state)
{
	struct tw_vantage container =
	    infer("@0 > S 0 ttl 63; @0.05 < SA 0/1 ttl 52; @0.0501 > A 1/1 ttl 63");
	struct tw_vantage scanner =
	    infer("@0 > S 0 ttl 41; @0.05 < SA 0/1 ttl 52; @0.0501 > R 1 ttl 64");

	(void)state;
	assert_int_equal(container.at, 0);
	assert_int_equal(scanner.at, 0);
	assert_false(infer("@0 > S 0 ttl 60; @1 > S 0 ttl 60").between);
}

static void what_has_no_checksum_yet_has_not_left(void **state)
{
	struct tw_vantage v =
	    infer("@0 > S 0 partial; @0.0001 < SA 0/1; @0.0002 > A 1/1 partial; @1 < FA 1/1");

	(void)state;
	assert_int_equal(v.at, 0);
	assert_true(v.percent > 90);
	/* Between two guests of one host, neither side's are computed. */
	assert_int_equal(infer("@0 > S 0 partial; @0.0001 < SA 0/1 partial").at, TW_NOBODY);
}

static void nothing_measured_means_unknown(void **state)
{
	struct tw_vantage v = infer("@0 > S 0 ttl 60");

	(void)state;
	assert_int_equal(v.at, TW_NOBODY);
	assert_false(v.between);
	assert_int_equal(v.percent, 0);
}

static void a_list_was_taken_nowhere(void **state)
{
	struct script s;
	struct tw_vantage v;

	(void)state;
	script_play_typed(&s, "@0 > S; @0.05 < SA; @0.0501 > A");
	v = tw_vantage_infer(&s.connection);
	assert_int_equal(v.at, TW_NOBODY);
	assert_int_equal(v.percent, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_near_end_answers_at_once),
	    cmocka_unit_test(two_signs_are_surer_than_one),
	    cmocka_unit_test(windows_and_routers_have_no_hops_either),
	    cmocka_unit_test(signs_that_contradict_each_other_are_not_sure),
	    cmocka_unit_test(equal_parts_mean_between),
	    cmocka_unit_test(routers_on_both_ways_mean_between),
	    cmocka_unit_test(hops_alone_are_no_place),
	    cmocka_unit_test(what_has_no_checksum_yet_has_not_left),
	    cmocka_unit_test(nothing_measured_means_unknown),
	    cmocka_unit_test(a_list_was_taken_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
