/* test_timers.c: which default time limits a pause is as long as. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/timers.h"

#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { ALL = 0xffff };

static bool matches(double seconds, unsigned expiries, const char *product, const char *setting)
{
	const struct tw_timer *timers[TW_TIMERS_MAX];
	size_t count = tw_timers_matching((int64_t)(seconds * 1e9), expiries, timers);

	for (size_t i = 0; i < count; i++)
		if (strcmp(timers[i]->product, product) == 0 &&
		    strcmp(timers[i]->setting, setting) == 0)
			return true;
	return false;
}

static void a_second_off_is_the_same_and_more_is_not(void **state)
{
	(void)state;
	assert_true(matches(75, ALL, "nginx", "keepalive_timeout"));
	assert_true(matches(74, ALL, "nginx", "keepalive_timeout"));
	assert_true(matches(76, ALL, "nginx", "keepalive_timeout"));
	assert_false(matches(73.999, ALL, "nginx", "keepalive_timeout"));
	assert_false(matches(76.001, ALL, "nginx", "keepalive_timeout"));
}

static void of_long_limits_one_percent_off_is_the_same(void **state)
{
	(void)state;
	assert_true(matches(346.5, ALL, "AWS NLB", "TCP idle timeout"));
	assert_true(matches(353.5, ALL, "AWS NLB", "TCP idle timeout"));
	assert_false(matches(346.499, ALL, "AWS NLB", "TCP idle timeout"));
	assert_false(matches(353.501, ALL, "AWS NLB", "TCP idle timeout"));
	assert_true(matches(28800 + 288, ALL, "MySQL", "wait_timeout"));
	assert_false(matches(28800 + 288.001, ALL, "MySQL", "wait_timeout"));
}

/* A second more or less is all of a second: of the shortest limits, a quarter is. */
static void of_short_limits_a_quarter_off_is_the_same(void **state)
{
	(void)state;
	assert_true(matches(1.5, ALL, "gunicorn", "keepalive"));
	assert_true(matches(2.5, ALL, "gunicorn", "keepalive"));
	assert_false(matches(1.499, ALL, "gunicorn", "keepalive"));
	assert_false(matches(2.501, ALL, "gunicorn", "keepalive"));
	assert_false(matches(0.7, ALL, "Windows", "KeepAliveInterval"));
	assert_true(matches(4, ALL, "Varnish", "timeout_idle"));
}

static void only_limits_that_end_so_match(void **state)
{
	(void)state;
	assert_true(matches(60, TW_EXPIRY_GIVES_UP, "nginx", "proxy_read_timeout"));
	assert_false(matches(60, TW_EXPIRY_SERVER_CLOSES, "nginx", "proxy_read_timeout"));
	/* One that does several things. */
	assert_true(matches(60, TW_EXPIRY_SERVER_CLOSES, "AWS ALB", "idle timeout"));
	assert_true(matches(60, TW_EXPIRY_GIVES_UP, "AWS ALB", "idle timeout"));
	assert_false(matches(60, TW_EXPIRY_FORGETS, "AWS ALB", "idle timeout"));
	assert_false(matches(60, 0, "AWS ALB", "idle timeout"));
}

static void what_is_no_limit_matches_none(void **state)
{
	const struct tw_timer *timers[TW_TIMERS_MAX];

	(void)state;
	assert_int_equal(tw_timers_matching(0, ALL, timers), 0);
	assert_int_equal(tw_timers_matching(-60 * TW_NS_PER_S, ALL, timers), 0);
	assert_int_equal(tw_timers_matching(INT64_MAX, ALL, timers), 0);
	assert_int_equal(tw_timers_matching(45 * TW_NS_PER_S, ALL, timers), 0);
}

/* Products share values: the set is what a reader is told. */
static void many_products_share_a_minute(void **state)
{
	const struct tw_timer *timers[TW_TIMERS_MAX];

	(void)state;
	assert_true(tw_timers_matching(60 * TW_NS_PER_S, TW_EXPIRY_SERVER_CLOSES, timers) > 4);
}

static void every_limit_has_all_its_columns(void **state)
{
	const struct tw_timer *timers[TW_TIMERS_MAX];
	size_t seen = 0;

	(void)state;
	for (uint32_t seconds = 1; seconds <= 432000; seconds++) {
		size_t count = tw_timers_matching(seconds * TW_NS_PER_S, ALL, timers);

		for (size_t i = 0; i < count; i++) {
			if (timers[i]->seconds != seconds)
				continue;
			seen++;
			assert_true(strlen(timers[i]->product) > 1);
			assert_true(strlen(timers[i]->setting) > 1);
			assert_true(strlen(timers[i]->source) > 4);
		}
	}
	assert_true(seen > 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_second_off_is_the_same_and_more_is_not),
	    cmocka_unit_test(of_long_limits_one_percent_off_is_the_same),
	    cmocka_unit_test(of_short_limits_a_quarter_off_is_the_same),
	    cmocka_unit_test(only_limits_that_end_so_match),
	    cmocka_unit_test(what_is_no_limit_matches_none),
	    cmocka_unit_test(many_products_share_a_minute),
	    cmocka_unit_test(every_limit_has_all_its_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
