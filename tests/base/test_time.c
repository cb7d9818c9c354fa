/* test_time.c: durations in words, points in time and seconds, to the ends of their range. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct row {
	int64_t ns;
	const char *text;
};

static void check(void (*add)(struct tw_buf *buf, int64_t ns), const struct row rows[],
		  size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct tw_buf buf = tw_buf_of(100);

		add(&buf, rows[i].ns);
		if (strcmp(tw_buf_str(&buf).text, rows[i].text) != 0)
			fail_msg("row %zu: %s, expected %s", i, buf.text, rows[i].text);
		tw_buf_free(&buf);
	}
}

/* Three significant digits below 100 s; a value that rounds up takes the next unit. */
static void durations_are_said_as_people_say_them(void **state)
{
	static const struct row rows[] = {
	    {0, "0 us"},
	    {1, "0.001 us"},
	    {85 * TW_NS_PER_US, "85 us"},
	    {999 * TW_NS_PER_US, "999 us"},
	    {999600, "1 ms"},
	    {TW_NS_PER_MS, "1 ms"},
	    {12345 * TW_NS_PER_US, "12.3 ms"},
	    {999 * TW_NS_PER_MS, "999 ms"},
	    {999600000, "1 s"},
	    {1050 * TW_NS_PER_MS, "1.05 s"},
	    {75912 * TW_NS_PER_MS, "75.9 s"},
	    {725 * TW_NS_PER_S, "12 min 5 s"},
	    {3599 * TW_NS_PER_S, "59 min 59 s"},
	    {3600 * TW_NS_PER_S, "1 h 0 min"},
	    {11400 * TW_NS_PER_S, "3 h 10 min"},
	    {-85 * TW_NS_PER_US, "-85 us"},
	    {-11400 * TW_NS_PER_S, "-3 h 10 min"},
	    {INT64_MAX, "2562047 h 47 min"},
	    {INT64_MIN, "-2562047 h 47 min"},
	};

	(void)state;
	check(tw_buf_add_duration, rows, TW_LEN(rows));
}

static void points_in_time_are_utc_before_and_after_1970(void **state)
{
	static const struct row rows[] = {
	    {0, "1970-01-01T00:00:00.000000000Z"},
	    {1, "1970-01-01T00:00:00.000000001Z"},
	    {-1, "1969-12-31T23:59:59.999999999Z"},
	    {-TW_NS_PER_S, "1969-12-31T23:59:59.000000000Z"},
	    {INT64_C(951782400) * TW_NS_PER_S, "2000-02-29T00:00:00.000000000Z"},
	    {INT64_C(1795345201) * TW_NS_PER_S + 123000, "2026-11-22T11:00:01.000123000Z"},
	    {INT64_MAX, "2262-04-11T23:47:16.854775807Z"},
	    {INT64_MIN, "1677-09-21T00:12:43.145224192Z"},
	};

	(void)state;
	check(tw_buf_add_utc, rows, TW_LEN(rows));
}

static void the_time_of_day_is_utc_to_the_millisecond(void **state)
{
	static const struct row rows[] = {
	    {0, "00:00:00.000"},
	    {INT64_C(1795345201) * TW_NS_PER_S + 204 * TW_NS_PER_MS + 999999, "11:00:01.204"},
	    {-TW_NS_PER_S, "23:59:59.000"},
	};

	(void)state;
	check(tw_buf_add_clock, rows, TW_LEN(rows));
}

static void seconds_are_exact_to_the_nanosecond(void **state)
{
	static const struct row rows[] = {
	    {0, "0.000000000"},
	    {75912345678, "75.912345678"},
	    {1, "0.000000001"},
	    {-1, "-0.000000001"},
	    {-1500 * TW_NS_PER_MS, "-1.500000000"},
	    {INT64_MAX, "9223372036.854775807"},
	    {INT64_MIN, "-9223372036.854775808"},
	};

	(void)state;
	check(tw_buf_add_seconds, rows, TW_LEN(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(durations_are_said_as_people_say_them),
	    cmocka_unit_test(points_in_time_are_utc_before_and_after_1970),
	    cmocka_unit_test(the_time_of_day_is_utc_to_the_millisecond),
	    cmocka_unit_test(seconds_are_exact_to_the_nanosecond),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
