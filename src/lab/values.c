/* values.c: the values in sentences: hosts, numbers, times, texts, options, personalities. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/values.h"

#include "base/assert.h"
#include "cause/entry.h"

#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

/* ---- hosts ---- */

static bool take_host_name(struct tw_str *rest, const struct lab_reading *reading,
			   enum lab_host_name *host)
{
	for (size_t i = 0; i < reading->name_count; i++) {
		const struct lab_role *role = &reading->names[i];
		struct tw_str behind = tw_str_from(*rest, role->name.size);

		if (tw_str_starts(*rest, role->name) && !lab_word_goes_on(behind)) {
			*host = role->host;
			*rest = behind;
			return true;
		}
	}
	return false;
}

static bool take_host(struct tw_str *rest, struct lab_reading *reading, struct lab_value *value)
{
	*value = (struct lab_value){.kind = LAB_IS_HOST, .host_count = 1};
	return take_host_name(rest, reading, &value->hosts[0]);
}

static bool take_hosts(struct tw_str *rest, struct lab_reading *reading, struct lab_value *value)
{
	struct lab_value next[LAB_VALUES_MAX];

	if (!take_host(rest, reading, value))
		return false;
	while (value->host_count < LAB_HOSTS &&
	       lab_words_take(" and {host}", rest, reading, next)) {
		for (size_t i = 0; i < value->host_count; i++)
			if (value->hosts[i] == next[0].hosts[0])
				return false;
		value->hosts[value->host_count++] = next[0].hosts[0];
	}
	return true;
}

/* ---- numbers ---- */

/* What a number counts: so many of the smallest unit; 0 where it cannot be said. */
struct unit {
	const char *pattern;
	uint64_t one;
};

enum { UNITS_MAX = 5 };

/* The smallest of each: bytes, nanoseconds. An empty pattern takes a number without a unit. */
static const struct unit plain_units[UNITS_MAX] = {{"", 1}};
static const struct unit size_units[UNITS_MAX] = {{"byte[s]", 1}, {"kB", 1000}, {"MB", 1000000}};

/* "300", "1 400" and "1.5", in thousandths. Groups of three digits are parted by one blank. */
static bool take_thousandths(struct tw_str *rest, uint64_t *thousandths)
{
	const uint64_t max = UINT64_C(1000000000000);
	size_t digits = rest->size;
	uint64_t number;

	if (!tw_str_take_number(rest, max, &number))
		return false;
	digits -= rest->size;
	while (digits <= 3 && rest->size >= 4 && rest->text[0] == ' ') {
		struct tw_str group = tw_str_from(*rest, 1);
		uint64_t three;

		if (!tw_str_take_number(&group, 999, &three) || rest->size - group.size != 4)
			break;
		number = number * 1000 + three;
		*rest = group;
		if (number > max)
			return false;
	}
	*thousandths = number * 1000;
	if (rest->size < 2 || rest->text[0] != '.' || !tw_char_is_digit(rest->text[1]))
		return true;
	*rest = tw_str_from(*rest, 1);
	for (uint64_t place = 100; rest->size > 0 && tw_char_is_digit(rest->text[0]); place /= 10) {
		if (place == 0)
			return false;
		*thousandths += (uint64_t)(rest->text[0] - '0') * place;
		*rest = tw_str_from(*rest, 1);
	}
	return true;
}

static bool take_unit(struct tw_str *rest, struct lab_reading *reading,
		      const struct unit units[UNITS_MAX], uint64_t *one)
{
	for (size_t i = 0; i < UNITS_MAX && units[i].pattern; i++) {
		struct tw_str behind = *rest;

		if (units[i].pattern[0] != '\0') {
			(void)lab_words_take(" ", &behind, reading, NULL);
			if (!lab_words_take(units[i].pattern, &behind, reading, NULL))
				continue;
		}
		*rest = behind;
		*one = units[i].one;
		return units[i].one > 0;
	}
	return false;
}

/* False where the number is no multiple of the smallest unit: "1.5 bytes". */
static bool scale(uint64_t thousandths, uint64_t one, uint64_t *number)
{
	uint64_t product;

	if (__builtin_mul_overflow(thousandths, one, &product) || product % 1000 != 0)
		return false;
	*number = product / 1000;
	return *number <= INT64_MAX;
}

/* Uniform; where the range spans more than a factor of 20, uniform in the logarithm. */
static uint64_t draw(struct lab_random *random, uint64_t low, uint64_t high)
{
	if (low == high)
		return low;
	return low > 0 && high / low >= 20 ? lab_random_scaled(random, low, high)
					   : lab_random_between(random, low, high);
}

/* "300 ms", "60 to 900 ms", "900 ms to 2 s": in the smallest unit, drawn. */
static bool take_quantity(struct tw_str *rest, struct lab_reading *reading,
			  const struct unit units[UNITS_MAX], uint64_t *drawn)
{
	uint64_t low;
	uint64_t high;
	uint64_t one;
	uint64_t one_of_low = 0;

	if (!take_thousandths(rest, &low))
		return false;

	size_t left = rest->size;
	bool has_unit = take_unit(rest, reading, units, &one_of_low);
	/* An empty unit may also be one that only the second number has: "4 to 6 s". */
	bool names_unit = rest->size < left;

	if (names_unit && !has_unit)
		return false;

	struct tw_str second = *rest;

	if (!lab_words_take(" to ", &second, reading, NULL) || !take_thousandths(&second, &high)) {
		if (!has_unit || !scale(low, one_of_low, drawn))
			return false;
		return true;
	}
	*rest = second;
	if (!take_unit(rest, reading, units, &one))
		return false;
	if (!scale(low, names_unit ? one_of_low : one, &low) || !scale(high, one, &high) ||
	    low > high)
		return false;
	*drawn = draw(reading->random, low, high);
	return true;
}

static bool take_number(struct tw_str *rest, struct lab_reading *reading, struct lab_value *value)
{
	*value = (struct lab_value){.kind = LAB_IS_NUMBER};
	return take_quantity(rest, reading, plain_units, &value->number);
}

static bool take_ordinal(struct tw_str *rest, struct lab_reading *reading, struct lab_value *value)
{
	*value = (struct lab_value){.kind = LAB_IS_NUMBER};
	if (!tw_str_take_number(rest, UINT32_MAX, &value->number))
		return false;
	(void)lab_words_take("(st|nd|rd|th)", rest, reading, NULL);
	return true;
}

static bool take_size(struct tw_str *rest, struct lab_reading *reading, struct lab_value *value)
{
	*value = (struct lab_value){.kind = LAB_IS_SIZE};
	return take_quantity(rest, reading, size_units, &value->number);
}

static bool take_duration(struct tw_str *rest, struct lab_reading *reading, int64_t *duration_ns)
{
	/* A round trip in whole microseconds, so that thousandths of it exist. */
	const struct unit units[UNITS_MAX] = {
	    {"ms", (uint64_t)LAB_MILLISECOND},
	    {"s", (uint64_t)LAB_SECOND},
	    {"round trip[s]", (uint64_t)reading->round_trip_ns / 1000 * 1000},
	};
	uint64_t drawn;

	if (!take_quantity(rest, reading, units, &drawn))
		return false;
	*duration_ns = (int64_t)drawn;
	return true;
}

static bool take_time(struct tw_str *rest, struct lab_reading *reading, struct lab_value *value)
{
	int64_t at_least_ns;

	*value = (struct lab_value){.kind = LAB_IS_TIME};
	if (!take_duration(rest, reading, &value->time_ns))
		return false;
	if (!lab_words_take(", at least ", rest, reading, NULL))
		return true;
	if (!take_duration(rest, reading, &at_least_ns))
		return false;
	if (at_least_ns > value->time_ns)
		value->time_ns = at_least_ns;
	return true;
}

/* ---- texts ---- */

static int hex_digit(char c)
{
	if (tw_char_is_digit(c))
		return c - '0';
	c = tw_char_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* \r \n \t \" \\ and \xNN, behind the backslash. */
static bool take_escape(struct tw_str *rest, char *c)
{
	static const char names[] = "rnt\"\\";
	static const char meanings[] = "\r\n\t\"\\";

	if (rest->size == 0)
		return false;

	const char *name = strchr(names, rest->text[0]);

	if (rest->text[0] != '\0' && name) {
		*c = meanings[name - names];
		*rest = tw_str_from(*rest, 1);
		return true;
	}
	if (rest->text[0] != 'x' || rest->size < 3)
		return false;

	int high = hex_digit(rest->text[1]);
	int low = hex_digit(rest->text[2]);

	*c = (char)(uint8_t)(high * 16 + low);
	*rest = tw_str_from(*rest, 3);
	return high >= 0 && low >= 0;
}

static bool take_text(struct tw_str *rest, struct lab_reading *reading, struct lab_value *value)
{
	size_t size = 0;

	*value = (struct lab_value){.kind = LAB_IS_TEXT};
	if (!tw_str_starts(*rest, TW_STR("\"")))
		return false;
	*rest = tw_str_from(*rest, 1);

	char *text = tw_arena_new(reading->arena, 1, rest->size + 1);

	while (text && rest->size > 0 && rest->text[0] != '"') {
		char c = rest->text[0];

		*rest = tw_str_from(*rest, 1);
		if (c == '\\' && !take_escape(rest, &c))
			return false;
		text[size++] = c;
	}
	if (rest->size == 0 || size == 0)
		return false;
	*rest = tw_str_from(*rest, 1);
	value->text = (struct tw_str){.text = text, .size = size};
	return true;
}

static bool take_word(struct tw_str *rest, struct lab_reading *reading, struct lab_value *value)
{
	size_t size = 0;

	(void)reading;
	while (lab_word_goes_on(tw_str_from(*rest, size)) ||
	       tw_str_starts(tw_str_from(*rest, size), TW_STR(".")))
		size++;
	*value = (struct lab_value){.kind = LAB_IS_TEXT, .text = tw_str_head(*rest, size)};
	*rest = tw_str_from(*rest, size);
	return size > 0;
}

static bool take_slug(struct tw_str *rest, struct lab_reading *reading, struct lab_value *value)
{
	return take_word(rest, reading, value) && tw_cause_find(value->text) != TW_CAUSE_COUNT;
}

/* ---- options ---- */

/* Sockets' options; `second` is how many of its own unit are one second, 0 where it is no time. */
static const struct {
	const char *name;
	int level;
	int number;
	uint64_t second;
} options[] = {
    {"TCP_USER_TIMEOUT", IPPROTO_TCP, TCP_USER_TIMEOUT, 1000},
    {"TCP_KEEPIDLE", IPPROTO_TCP, TCP_KEEPIDLE, 1},
    {"TCP_KEEPINTVL", IPPROTO_TCP, TCP_KEEPINTVL, 1},
    {"TCP_KEEPCNT", IPPROTO_TCP, TCP_KEEPCNT, 0},
    {"TCP_NODELAY", IPPROTO_TCP, TCP_NODELAY, 0},
    {"TCP_CORK", IPPROTO_TCP, TCP_CORK, 0},
    {"TCP_LINGER2", IPPROTO_TCP, TCP_LINGER2, 1},
    {"TCP_QUICKACK", IPPROTO_TCP, TCP_QUICKACK, 0},
    {"TCP_SYNCNT", IPPROTO_TCP, TCP_SYNCNT, 0},
    {"TCP_DEFER_ACCEPT", IPPROTO_TCP, TCP_DEFER_ACCEPT, 1},
    {"TCP_MAXSEG", IPPROTO_TCP, TCP_MAXSEG, 0},
    {"TCP_FASTOPEN", IPPROTO_TCP, TCP_FASTOPEN, 0},
    {"TCP_FASTOPEN_CONNECT", IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 0},
    {"SO_KEEPALIVE", SOL_SOCKET, SO_KEEPALIVE, 0},
    {"SO_RCVBUF", SOL_SOCKET, SO_RCVBUF, 0},
    {"SO_SNDBUF", SOL_SOCKET, SO_SNDBUF, 0},
    {"IP_TTL", IPPROTO_IP, IP_TTL, 0},
    {"IP_TOS", IPPROTO_IP, IP_TOS, 0},
};

static bool take_option(struct tw_str *rest, struct lab_reading *reading, struct lab_value *value)
{
	struct lab_value name;
	uint64_t number;

	*value = (struct lab_value){.kind = LAB_IS_OPTION};
	if (!take_word(rest, reading, &name))
		return false;
	(void)lab_words_take(" to", rest, reading, NULL);
	(void)lab_words_take(" ", rest, reading, NULL);
	for (size_t i = 0; i < TW_LEN(options); i++) {
		/* A time in milliseconds has a place only where the option counts them. */
		const struct unit units[UNITS_MAX] = {
		    {"ms", options[i].second / 1000}, {"s", options[i].second}, {"", 1}};

		if (!tw_str_equal(tw_str_of(options[i].name), name.text))
			continue;

		/* TCP_LINGER2 is alone in having a meaning below 0: no FIN-WAIT-2 at all. */
		bool negative = tw_str_starts(*rest, TW_STR("-")) &&
				strcmp(options[i].name, "TCP_LINGER2") == 0;

		if (negative)
			*rest = tw_str_from(*rest, 1);
		if (!take_quantity(rest, reading, units, &number) || number > INT_MAX)
			return false;
		value->option = (struct lab_option_value){
		    .name = options[i].name,
		    .level = options[i].level,
		    .number = options[i].number,
		    .value = negative ? -(int)number : (int)number,
		};
		return true;
	}
	return false;
}

/* ---- forgers ---- */

/* Far from what the hosts' 64, 128 and 255 become behind as many routers as settings allow. */
static uint8_t foreign_ttl(struct lab_random *random)
{
	static const uint8_t ranges[][2] = {{24, 40}, {70, 104}, {134, 230}};
	size_t which = lab_random_between(random, 0, TW_LEN(ranges) - 1);

	return (uint8_t)lab_random_between(random, ranges[which][0], ranges[which][1]);
}

struct lab_hand lab_hand_foreign(struct lab_random *random)
{
	struct lab_hand hand = {0};

	hand.as.ttl = foreign_ttl(random);
	hand.as.ip_id = (uint16_t)lab_random_between(random, 1, UINT16_MAX);
	hand.as.dont_fragment = lab_random_chance(random, 0.5);
	hand.as.window = lab_random_chance(random, 0.5)
			     ? 0
			     : (uint16_t)lab_random_between(random, 1, UINT16_MAX);
	return hand;
}

static bool take_hand(struct tw_str *rest, struct lab_reading *reading, struct lab_value *value)
{
	/* A passive reset of Linux, and what nft's `reject with tcp reset` sends. */
	static const struct lab_hand linux_hand = {.as = {.ttl = 64, .dont_fragment = true}};
	/* Suricata's respond-reject-libnet11.c: RST,ACK, no DF, the trigger's window. */
	static const struct lab_hand suricata = {
	    .with_ack = true, .copies_window = true, .as = {.ttl = 64}};
	static const struct {
		const char *pattern;
		const struct lab_hand
		    *hand; /* NULL: a foreign one, with the TTL where one is named */
	} hands[] = {
	    {"with a foreign hand", NULL},	    {"with TTL {number}", NULL},
	    {"as a Linux host would", &linux_hand}, {"as a packet filter does", &linux_hand},
	    {"as Suricata does", &suricata},
	};
	struct lab_value ttl[LAB_VALUES_MAX];

	*value = (struct lab_value){.kind = LAB_IS_HAND};
	for (size_t i = 0; i < TW_LEN(hands); i++) {
		if (!lab_words_take(hands[i].pattern, rest, reading, ttl))
			continue;
		value->hand = hands[i].hand ? *hands[i].hand : lab_hand_foreign(reading->random);
		if (ttl[0].kind == LAB_IS_NUMBER) {
			if (ttl[0].number < 1 || ttl[0].number > UINT8_MAX)
				return false;
			value->hand.as.ttl = (uint8_t)ttl[0].number;
		}
		return true;
	}
	return false;
}

bool lab_value_take(struct tw_str name, struct tw_str *rest, struct lab_reading *reading,
		    struct lab_value *value)
{
	static const struct {
		struct tw_str name;
		bool (*take)(struct tw_str *rest, struct lab_reading *reading,
			     struct lab_value *value);
	} placeholders[] = {
	    {TW_STR_INIT("host"), take_host},	    {TW_STR_INIT("hosts"), take_hosts},
	    {TW_STR_INIT("number"), take_number},   {TW_STR_INIT("ordinal"), take_ordinal},
	    {TW_STR_INIT("size"), take_size},	    {TW_STR_INIT("time"), take_time},
	    {TW_STR_INIT("text"), take_text},	    {TW_STR_INIT("word"), take_word},
	    {TW_STR_INIT("slug"), take_slug},	    {TW_STR_INIT("segment"), lab_segment_take},
	    {TW_STR_INIT("match"), lab_match_take}, {TW_STR_INIT("option"), take_option},
	    {TW_STR_INIT("hand"), take_hand},
	};

	for (size_t i = 0; i < TW_LEN(placeholders); i++)
		if (tw_str_equal(placeholders[i].name, name))
			return placeholders[i].take(rest, reading, value);
	TW_UNREACHABLE("a pattern names a placeholder that does not exist");
}
