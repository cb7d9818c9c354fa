/* clock.c: seconds, clock times, and dates with times. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/clock.h"

#include "base/time.h"

/* Seconds above this are a date since 1970 (2001-09-09), and no capture lasts that long. */
enum { CLOCK_EPOCH_SECONDS = 1000000000, CLOCK_TEXT_BYTES_MAX = 40 };

/* 9999-12-31 is not needed: int64 nanoseconds end in 2262. */
static const uint64_t seconds_max = 9000000000;

static bool take_char(struct tw_str *text, char c)
{
	if (text->size == 0 || text->text[0] != c)
		return false;
	*text = tw_str_from(*text, 1);
	return true;
}

/* ".5" -> 500000000; more than nine digits are cut. Without a fraction: 0. */
static bool take_fraction(struct tw_str *text, int64_t *ns)
{
	int64_t scale = TW_NS_PER_S / 10;

	*ns = 0;
	if (!take_char(text, '.'))
		return true;
	if (text->size == 0 || !tw_char_is_digit(text->text[0]))
		return false;
	while (text->size > 0 && tw_char_is_digit(text->text[0])) {
		*ns += scale * (text->text[0] - '0');
		scale /= 10;
		*text = tw_str_from(*text, 1);
	}
	return true;
}

/* Days since 1970-01-01 of a date of the Gregorian calendar, for years from 1970. */
static int64_t days_of(uint64_t year, uint64_t month, uint64_t day)
{
	uint64_t y = month <= 2 ? year - 1 : year;
	uint64_t m = month <= 2 ? month + 9 : month - 3;
	uint64_t days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1;

	return (int64_t)days - 719468;
}

static bool take_date(struct tw_str *text, int64_t *seconds)
{
	uint64_t year;
	uint64_t month;
	uint64_t day;
	char mark = '-';

	if (!tw_str_take_number(text, 2200, &year) || year < 1970)
		return false;
	if (text->size > 0 && text->text[0] == '/')
		mark = '/';
	if (!take_char(text, mark) || !tw_str_take_number(text, 12, &month) ||
	    !take_char(text, mark) || !tw_str_take_number(text, 31, &day) || month == 0 || day == 0)
		return false;
	*seconds = days_of(year, month, day) * 86400;
	return true;
}

/* hh:mm:ss[.frac] or mm:ss.frac; the whole of `text`, but for a final Z. */
static bool read_clock(struct tw_str text, struct tw_clock *clock)
{
	uint64_t a;
	uint64_t b;
	uint64_t c;
	int64_t fraction;

	if (!tw_str_take_number(&text, 59, &a) || !take_char(&text, ':') ||
	    !tw_str_take_number(&text, 59, &b))
		return false;
	if (take_char(&text, ':')) {
		if (a > 23 || !tw_str_take_number(&text, 60, &c))
			return false;
		clock->kind = TW_CLOCK_DAY;
		clock->ns = (int64_t)(a * 3600 + b * 60 + c) * TW_NS_PER_S;
	} else {
		/* "10:30" alone is too much like other things; the spreadsheet shows a tenth. */
		if (text.size == 0)
			return false;
		clock->kind = TW_CLOCK_HOUR;
		clock->ns = (int64_t)(a * 60 + b) * TW_NS_PER_S;
	}
	if (!take_fraction(&text, &fraction))
		return false;
	take_char(&text, 'Z');
	clock->ns += fraction;
	return text.size == 0;
}

static bool read_seconds(struct tw_str text, struct tw_clock *clock)
{
	uint64_t seconds;
	int64_t fraction;

	if (tw_str_find(text, TW_STR(".")) == SIZE_MAX)
		return false;
	if (!tw_str_take_number(&text, seconds_max, &seconds) || !take_fraction(&text, &fraction))
		return false;
	if (text.size == 1 && text.text[0] == 's')
		text.size = 0;
	clock->kind = seconds >= CLOCK_EPOCH_SECONDS ? TW_CLOCK_DATE : TW_CLOCK_SECONDS;
	clock->ns = (int64_t)seconds * TW_NS_PER_S + fraction;
	return text.size == 0;
}

static unsigned read_date(struct tw_tokens *tokens, unsigned at, struct tw_clock *clock)
{
	struct tw_str text = tw_token_at(tokens, at)->text;
	int64_t seconds;
	unsigned taken = 1;

	if (!take_date(&text, &seconds))
		return 0;
	if (text.size == 0) {
		const struct tw_token *next = tw_token_at(tokens, at + 1);

		if (next->kind != TW_TOKEN_WORD || next->text.size > CLOCK_TEXT_BYTES_MAX)
			return 0;
		text = next->text;
		taken = 2;
	} else if (!take_char(&text, 'T')) {
		return 0;
	}
	if (!read_clock(text, clock) || clock->kind != TW_CLOCK_DAY)
		return 0;
	clock->kind = TW_CLOCK_DATE;
	clock->ns += seconds * TW_NS_PER_S;
	return taken;
}

/* "0,020": seconds with a decimal comma, and no further column of commas behind them. */
static unsigned read_comma_seconds(struct tw_tokens *tokens, unsigned at, struct tw_clock *clock)
{
	enum { DIGITS_MIN = 3, DIGITS_MAX = 9 };
	const struct tw_token *comma = tw_token_at(tokens, at + 1);
	const struct tw_token *fraction = tw_token_at(tokens, at + 2);
	const struct tw_token *next = tw_token_at(tokens, at + 3);
	uint64_t seconds;
	uint64_t digits;

	if (comma->kind != TW_TOKEN_COMMA || comma->gap > 0 || fraction->gap > 0 ||
	    fraction->text.size < DIGITS_MIN || fraction->text.size > DIGITS_MAX ||
	    (next->kind == TW_TOKEN_COMMA && next->gap == 0) ||
	    !tw_token_number(tw_token_at(tokens, at), seconds_max, &seconds) ||
	    !tw_token_number(fraction, TW_NS_PER_S, &digits))
		return 0;
	for (size_t i = fraction->text.size; i < DIGITS_MAX; i++)
		digits *= 10;
	clock->kind = seconds >= CLOCK_EPOCH_SECONDS ? TW_CLOCK_DATE : TW_CLOCK_SECONDS;
	clock->ns = (int64_t)seconds * TW_NS_PER_S + (int64_t)digits;
	return 3;
}

unsigned tw_clock_read(struct tw_tokens *tokens, unsigned at, struct tw_clock *clock)
{
	const struct tw_token *token = tw_token_at(tokens, at);
	unsigned taken;

	*clock = (struct tw_clock){0};
	if (token->kind != TW_TOKEN_WORD || token->text.size > CLOCK_TEXT_BYTES_MAX ||
	    !tw_char_is_digit(token->text.text[0]))
		return 0;
	taken = read_date(tokens, at, clock);
	if (taken > 0)
		return taken;
	if (read_clock(token->text, clock) || read_seconds(token->text, clock))
		return 1;
	taken = read_comma_seconds(tokens, at, clock);
	if (taken > 0)
		return taken;
	*clock = (struct tw_clock){0};
	return 0;
}
