/* time.c: writing times and durations, exactly and in words. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/time.h"

#include <inttypes.h>
#include <time.h>

/* Three significant digits of value/unit, without trailing zeros. */
static void add_scaled(struct tw_buf *buf, int64_t value, int64_t unit, const char *name)
{
	double scaled = (double)value / (double)unit;

	tw_buf_printf(buf, "%.3g %s", scaled, name);
}

void tw_buf_add_duration(struct tw_buf *buf, int64_t duration_ns)
{
	uint64_t ns = duration_ns < 0 ? 0 - (uint64_t)duration_ns : (uint64_t)duration_ns;
	uint64_t seconds = ns / (uint64_t)TW_NS_PER_S;

	if (duration_ns < 0)
		tw_buf_add_char(buf, '-');
	if (ns < 999500)
		add_scaled(buf, (int64_t)ns, TW_NS_PER_US, "us");
	else if (ns < 999500000)
		add_scaled(buf, (int64_t)ns, TW_NS_PER_MS, "ms");
	else if (seconds < 99)
		add_scaled(buf, (int64_t)ns, TW_NS_PER_S, "s");
	else if (seconds < 600)
		tw_buf_printf(buf, "%" PRIu64 " s", seconds);
	else if (seconds < 3600)
		tw_buf_printf(buf, "%" PRIu64 " min %" PRIu64 " s", seconds / 60, seconds % 60);
	else
		tw_buf_printf(buf, "%" PRIu64 " h %" PRIu64 " min", seconds / 3600,
			      seconds / 60 % 60);
}

void tw_buf_add_utc(struct tw_buf *buf, int64_t time_ns)
{
	int64_t seconds = time_ns / TW_NS_PER_S;
	int64_t rest = time_ns % TW_NS_PER_S;

	if (rest < 0) {
		rest += TW_NS_PER_S;
		seconds--;
	}

	time_t clock = (time_t)seconds;
	struct tm utc;

	if (!gmtime_r(&clock, &utc))
		return;
	tw_buf_printf(buf, "%04d-%02d-%02dT%02d:%02d:%02d.%09" PRId64 "Z", utc.tm_year + 1900,
		      utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, rest);
}

void tw_buf_add_clock(struct tw_buf *buf, int64_t time_ns)
{
	const int64_t day = 86400000;
	int64_t ms = (time_ns / TW_NS_PER_MS % day + day) % day;

	tw_buf_printf(buf, "%02" PRId64 ":%02" PRId64 ":%02" PRId64 ".%03" PRId64, ms / 3600000,
		      ms / 60000 % 60, ms / 1000 % 60, ms % 1000);
}

void tw_buf_add_seconds(struct tw_buf *buf, int64_t duration_ns)
{
	uint64_t ns = duration_ns < 0 ? 0 - (uint64_t)duration_ns : (uint64_t)duration_ns;

	tw_buf_printf(buf, "%s%" PRIu64 ".%09" PRIu64, duration_ns < 0 ? "-" : "",
		      ns / (uint64_t)TW_NS_PER_S, ns % (uint64_t)TW_NS_PER_S);
}

enum { SECONDS_MAX = 1000000000 };

/* ".5" at the start of `*text` in nanoseconds; nothing there is 0. */
static bool take_fraction(struct tw_str *text, int64_t *fraction_ns)
{
	int64_t unit = TW_NS_PER_S;

	*fraction_ns = 0;
	if (text->size == 0 || text->text[0] != '.')
		return true;
	*text = tw_str_from(*text, 1);
	if (text->size == 0 || !tw_char_is_digit(text->text[0]))
		return false;
	while (text->size > 0 && tw_char_is_digit(text->text[0])) {
		unit /= 10;
		if (unit == 0)
			return false;
		*fraction_ns += (text->text[0] - '0') * unit;
		*text = tw_str_from(*text, 1);
	}
	return true;
}

bool tw_parse_seconds(struct tw_str text, int64_t *duration_ns)
{
	uint64_t seconds;
	int64_t fraction_ns;

	if (!tw_str_take_number(&text, SECONDS_MAX, &seconds) ||
	    !take_fraction(&text, &fraction_ns) || text.size != 0)
		return false;
	*duration_ns = (int64_t)seconds * TW_NS_PER_S + fraction_ns;
	return true;
}

/* One part of a time: its number, and the mark behind it ('\0': none). */
static bool take_part(struct tw_str *text, uint64_t max, char mark, int *part)
{
	uint64_t number;

	if (!tw_str_take_number(text, max, &number))
		return false;
	*part = (int)number;
	if (mark == '\0')
		return true;
	if (text->size == 0 || text->text[0] != mark)
		return false;
	*text = tw_str_from(*text, 1);
	return true;
}

bool tw_parse_utc(struct tw_str text, int64_t *time_ns)
{
	struct tm utc = {0};
	int64_t fraction_ns;
	bool parts =
	    take_part(&text, 2200, '-', &utc.tm_year) && take_part(&text, 12, '-', &utc.tm_mon) &&
	    take_part(&text, 31, 'T', &utc.tm_mday) && take_part(&text, 23, ':', &utc.tm_hour) &&
	    take_part(&text, 59, ':', &utc.tm_min) && take_part(&text, 60, '\0', &utc.tm_sec);

	if (!parts || !take_fraction(&text, &fraction_ns) || !tw_str_equal(text, TW_STR("Z")))
		return false;
	if (utc.tm_year < 1970 || utc.tm_mon < 1 || utc.tm_mday < 1)
		return false;
	utc.tm_year -= 1900;
	utc.tm_mon -= 1;
	*time_ns = (int64_t)timegm(&utc) * TW_NS_PER_S + fraction_ns;
	return true;
}
