/* test_words.c: sentences and patterns: optional parts, choices, values, chance, likeness. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/words.h"

#include "cause/entry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <netinet/tcp.h>
#include <string.h>

#include <cmocka.h>

struct desk {
	struct lab_random random;
	struct tw_arena arena;
	struct lab_reading reading;
	struct lab_value values[LAB_VALUES_MAX];
};

static int set_up(void **state)
{
	static struct desk desk;

	desk = (struct desk){
	    .random = {.state = 7},
	    .arena = tw_arena_of(1 << 20),
	    .reading = {.round_trip_ns = 20 * LAB_MILLISECOND,
			.name_count = 4,
			.names = {{TW_STR("client"), LAB_CLIENT},
				  {TW_STR("server"), LAB_SERVER},
				  {TW_STR("other host"), LAB_OTHER},
				  {TW_STR("closer"), LAB_SERVER}}},
	};
	desk.reading.random = &desk.random;
	desk.reading.arena = &desk.arena;
	*state = &desk;
	return 0;
}

static int tear_down(void **state)
{
	struct desk *desk = *state;

	tw_arena_free(&desk->arena);
	return 0;
}

static bool fits(struct desk *desk, const char *pattern, const char *sentence)
{
	return lab_words_fit(pattern, tw_str_of(sentence), &desk->reading, desk->values);
}

/* The only value of the sentence, which must fit. */
static const struct lab_value *value_of(struct desk *desk, const char *pattern,
					const char *sentence)
{
	if (!fits(desk, pattern, sentence))
		fail_msg("\"%s\" does not fit \"%s\"", sentence, pattern);
	return &desk->values[0];
}

static void words_fit_with_and_without_articles_and_in_any_spacing(void **state)
{
	static const char pattern[] = "an administrator destroys the connection on {host}";

	assert_true(
	    fits(*state, pattern, "an administrator destroys the connection on the client"));
	assert_true(fits(*state, pattern, "administrator destroys connection on client"));
	assert_true(fits(*state, pattern, "an  administrator destroys   the connection on client"));
	assert_false(fits(*state, pattern, "an administrator destroysthe connection on client"));
	assert_false(fits(*state, pattern, "an administrator destroys the connection on"));
	assert_false(fits(*state, pattern, "an administrator destroys the connection on clients"));
	assert_false(fits(*state, pattern, "An administrator destroys the connection on client"));
	assert_false(
	    fits(*state, pattern, "an administrator destroys the connection on client now"));
	assert_false(fits(*state, "{host} closes", "the client the closes"));
	assert_false(fits(*state, "{host} closes", ""));
}

static void optional_parts_and_choices_have_fixed_places(void **state)
{
	static const char pattern[] =
	    "{host} connects[ (without waiting|but is not accepted)][ to {host}]"
	    "[ on port {number}]";
	struct desk *desk = *state;

	assert_true(fits(desk, pattern, "the client connects"));
	for (size_t i = 1; i < LAB_VALUES_MAX; i++)
		assert_int_equal(desk->values[i].kind, LAB_ABSENT);
	assert_true(fits(desk, pattern, "the client connects but is not accepted on port 81"));
	assert_int_equal(desk->values[1].kind, LAB_IS_CHOICE);
	assert_int_equal(desk->values[1].number, 1);
	assert_int_equal(desk->values[2].kind, LAB_ABSENT);
	assert_int_equal(desk->values[3].number, 81);
	assert_true(fits(desk, pattern, "the server connects to the other host"));
	assert_int_equal(desk->values[0].hosts[0], LAB_SERVER);
	assert_int_equal(desk->values[2].hosts[0], LAB_OTHER);
	assert_false(fits(desk, pattern, "the client connects on port 81 to the server"));
}

static void choices_go_on_to_the_longer_one_and_nest(void **state)
{
	struct desk *desk = *state;

	assert_int_equal(value_of(desk, "it is (on|off|on or off)", "it is on or off")->number, 2);
	assert_int_equal(value_of(desk, "(RST|RST,ACK)[, (swallowing) it]", "RST,ACK")->number, 1);
	assert_int_equal(desk->values[1].kind, LAB_ABSENT);
	assert_true(fits(desk, "(RST|RST,ACK)[, (swallowing) it]", "RST,ACK, swallowing it"));
	assert_int_equal(desk->values[1].kind, LAB_IS_CHOICE);
	assert_true(fits(desk, "(a {number}|b ({number}|c) d) e", "b c d e"));
	assert_int_equal(desk->values[0].number, 1);
	assert_int_equal(desk->values[1].kind, LAB_ABSENT);
	assert_int_equal(desk->values[2].number, 1);
	assert_int_equal(desk->values[3].kind, LAB_ABSENT);
}

static void a_way_that_was_wrong_leaves_no_value_behind(void **state)
{
	struct desk *desk = *state;

	assert_true(fits(desk, "[to {host} now] to {host}", "to the client"));
	assert_int_equal(desk->values[0].kind, LAB_ABSENT);
	assert_int_equal(desk->values[1].kind, LAB_IS_HOST);
}

static void hosts_go_by_their_names_and_roles(void **state)
{
	struct desk *desk = *state;
	const struct lab_value *value = value_of(desk, "{hosts} x", "the client and the closer x");

	assert_int_equal(value->host_count, 2);
	assert_int_equal(value->hosts[0], LAB_CLIENT);
	assert_int_equal(value->hosts[1], LAB_SERVER);
	assert_false(fits(desk, "{hosts}", "server and closer"));
	assert_false(fits(desk, "{host}", "clos"));
	assert_int_equal(value_of(desk, "{host}'s end", "the other host's end")->hosts[0],
			 LAB_OTHER);
	assert_true(fits(desk, "{host} closes and the other follows",
			 "the closer closes and the other follows"));
}

static void numbers_have_groups_and_ranges(void **state)
{
	struct desk *desk = *state;

	assert_int_equal(value_of(desk, "{number}", "300")->number, 300);
	assert_int_equal(value_of(desk, "{number} more", "1 400 more")->number, 1400);
	assert_int_equal(value_of(desk, "{number}", "12 345 678")->number, 12345678);
	assert_false(fits(desk, "{number}", "1400 000"));
	assert_false(fits(desk, "{number}", "1 40"));
	assert_false(fits(desk, "{number}", "1 4000"));
	assert_false(fits(desk, "{number}", "1.5"));
	assert_false(fits(desk, "{number}", "9 to 3"));
	assert_false(fits(desk, "{number}", "99999999999999999999"));
	assert_int_equal(value_of(desk, "{ordinal} time", "3rd time")->number, 3);
	assert_int_equal(value_of(desk, "{ordinal}[ to {ordinal}]", "2 to 5")->number, 2);
	assert_int_equal(desk->values[1].number, 5);
	for (int i = 0; i < 200; i++) {
		uint64_t drawn = value_of(desk, "{number}", "60 to 65")->number;

		assert_in_range(drawn, 60, 65);
	}
}

static void wide_ranges_are_uniform_in_the_logarithm(void **state)
{
	struct desk *desk = *state;
	int below_thousand[2] = {0};

	for (int i = 0; i < 2000; i++) {
		below_thousand[0] += value_of(desk, "{size}", "100 bytes to 10 kB")->number < 1000;
		below_thousand[1] += value_of(desk, "{size}", "600 to 10 000 bytes")->number < 1000;
	}
	assert_in_range(below_thousand[0], 900, 1100);
	assert_in_range(below_thousand[1], 40, 130);
}

static void sizes_and_times_have_units(void **state)
{
	struct desk *desk = *state;

	assert_int_equal(value_of(desk, "{size}", "1 byte")->number, 1);
	assert_int_equal(value_of(desk, "{size}", "2 kB")->number, 2000);
	assert_int_equal(value_of(desk, "{size}", "1.5 kB")->number, 1500);
	assert_false(fits(desk, "{size}", "1.5 bytes"));
	assert_false(fits(desk, "{size}", "300"));
	assert_false(fits(desk, "{size}", "300 ms"));
	assert_int_equal(value_of(desk, "{time}", "1.5 s")->time_ns, 1500 * LAB_MILLISECOND);
	assert_int_equal(value_of(desk, "{time} apart", "20 ms apart")->time_ns,
			 20 * LAB_MILLISECOND);
	assert_int_equal(value_of(desk, "{time}", "3 round trips")->time_ns, 60 * LAB_MILLISECOND);
	assert_int_equal(value_of(desk, "{time}", "1 s, at least 25 round trips")->time_ns,
			 LAB_SECOND);
	assert_int_equal(value_of(desk, "{time}", "1 s, at least 100 round trips")->time_ns,
			 2 * LAB_SECOND);
	desk->reading.round_trip_ns = 20000001;
	assert_int_equal(value_of(desk, "{time}", "0.05 round trips")->time_ns, LAB_MILLISECOND);
	for (int i = 0; i < 100; i++) {
		int64_t drawn_ns = value_of(desk, "{time}", "900 ms to 2 s")->time_ns;

		assert_true(drawn_ns >= 900 * LAB_MILLISECOND && drawn_ns <= 2 * LAB_SECOND);
	}
	assert_false(fits(desk, "{time}", "2 so"));
	desk->reading.round_trip_ns = 0;
	assert_false(fits(desk, "{time}", "3 round trips"));
}

static void texts_have_escapes(void **state)
{
	struct desk *desk = *state;
	const struct lab_value *value =
	    value_of(desk, "{text} now", "\"a \\\"b\\\"\\r\\n\\x00\\xFf\" now");

	assert_int_equal(value->text.size, 9);
	assert_memory_equal(value->text.text, "a \"b\"\r\n\0\xff", 9);
	assert_false(fits(desk, "{text}", "\"open"));
	assert_false(fits(desk, "{text}", "\"\\q\""));
	assert_false(fits(desk, "{text}", "\"\\x4\""));
	assert_false(fits(desk, "{text}", "\"\""));
	value = value_of(desk, "has {word} 2", "has tcp_synack_retries 2");
	assert_true(tw_str_equal(value->text, TW_STR("tcp_synack_retries")));
}

static void segments_are_told_by_flags_and_payload(void **state)
{
	struct desk *desk = *state;
	struct lab_match match = value_of(desk, "{segment} is sent", "the SYN is sent")->match;

	assert_int_equal(match.flags_mask, TW_SYN | TW_ACK);
	assert_int_equal(match.flags_value, TW_SYN);
	match = value_of(desk, "{segment}", "SYN,ACK")->match;
	assert_int_equal(match.flags_value, TW_SYN | TW_ACK);
	match = value_of(desk, "{segment}", "ACKs")->match;
	assert_int_equal(match.flags_mask, TW_SYN | TW_FIN | TW_RST | TW_ACK);
	assert_int_equal(match.flags_value, TW_ACK);
	assert_true(match.without_payload);
	assert_true(value_of(desk, "{segment}", "data")->match.with_payload);
	assert_true(value_of(desk, "{segment}", "data segment")->match.with_payload);
	assert_true(value_of(desk, "{segment}", "ICMP")->match.icmp);
	assert_false(fits(desk, "{segment}", "SYNACK"));
}

static void matches_tell_which_and_how_many(void **state)
{
	struct desk *desk = *state;
	struct lab_match match =
	    value_of(desk, "drops {match}", "drops the next 3 data segments of the server")->match;

	assert_true(match.with_payload);
	assert_int_equal(match.count, 3);
	assert_int_equal(match.direction, LAB_ONLY_TO_CLIENT);
	match = value_of(desk, "{match}", "a SYN")->match;
	assert_int_equal(match.count, 1);
	match = value_of(desk, "{match}", "SYNs")->match;
	assert_int_equal(match.count, 0);
	match = value_of(desk, "{match}", "every segment of the client")->match;
	assert_int_equal(match.count, 0);
	assert_int_equal(match.direction, LAB_ONLY_TO_SERVER);
	assert_int_equal(value_of(desk, "{match}", "every 5th data segment")->match.every, 5);
	match = value_of(desk, "{match}", "2 % of the data segments of the server")->match;
	assert_true(match.chance > 0.019 && match.chance < 0.021);
	match = value_of(desk, "{match}", "the 3rd new data segment of the server")->match;
	assert_int_equal(match.skip, 2);
	assert_int_equal(match.count, 1);
	assert_true(match.first_time);
	assert_true(value_of(desk, "{match}", "everything")->match.everything);
	assert_false(fits(desk, "{match}", "every data segments"));
	assert_false(fits(desk, "{match}", "the next 0 SYNs"));
	assert_false(fits(desk, "{match}", "200 % of the data segments"));
	assert_false(fits(desk, "{match}", "the first SYNs"));
}

static void matches_have_conditions_and_a_place(void **state)
{
	struct desk *desk = *state;
	const struct lab_value *value =
	    value_of(desk, "{match}", "new data segments 3, 7 and 12 of the server");

	assert_int_equal(value->ordinals[0], 3);
	assert_int_equal(value->ordinals[1], 7);
	assert_int_equal(value->ordinals[2], 12);
	assert_int_equal(value->ordinals[3], 0);
	assert_true(value->match.first_time);
	value = value_of(
	    desk, "sees {match}[, (swallowing) it]",
	    "sees a data segment of the client larger than 1.4 kB containing \"GET /\" of this "
	    "connection on the client's leg, swallowing it");
	assert_int_equal(value->match.size_above, 1400);
	assert_string_equal(value->match.contains, "GET /");
	assert_true(value->this_connection);
	assert_true(value->has_leg);
	assert_int_equal(value->leg, LAB_CLIENT_LEG);
	assert_int_equal(desk->values[1].kind, LAB_IS_CHOICE);
	assert_false(fits(desk, "{match}", "data segments 7 and 3"));
	assert_false(value_of(desk, "{match}", "SYNs")->has_leg);
}

static void options_have_their_own_units(void **state)
{
	struct desk *desk = *state;
	struct lab_option_value option =
	    value_of(desk, "sets {option} now", "sets TCP_USER_TIMEOUT to 3 s now")->option;

	assert_string_equal(option.name, "TCP_USER_TIMEOUT");
	assert_int_equal(option.number, TCP_USER_TIMEOUT);
	assert_int_equal(option.value, 3000);
	/* The unit behind the second number is also that of the first. */
	option = value_of(desk, "{option}", "TCP_USER_TIMEOUT to 4 to 6 s")->option;
	assert_in_range(option.value, 4000, 6000);
	assert_int_equal(value_of(desk, "{option}", "TCP_KEEPIDLE to 2 s")->option.value, 2);
	assert_int_equal(value_of(desk, "{option}", "SO_RCVBUF 4 096")->option.value, 4096);
	assert_int_equal(value_of(desk, "{option}", "TCP_LINGER2 to -1")->option.value, -1);
	assert_false(fits(desk, "{option}", "TCP_KEEPIDLE to 2000 ms"));
	assert_false(fits(desk, "{option}", "TCP_KEEPIDLE to 300 ms to 5 s"));
	assert_false(fits(desk, "{option}", "TCP_KEEPCNT to 2 s"));
	assert_false(fits(desk, "{option}", "TCP_KEEPCNT to -2"));
	assert_false(fits(desk, "{option}", "TCP_NOTHING to 2"));
	assert_false(fits(desk, "{option}", "TCP_KEEPCNT"));
}

static void forgers_have_personalities(void **state)
{
	struct desk *desk = *state;
	struct lab_hand hand = value_of(desk, "RST[ {hand}]", "RST as Suricata does")->hand;

	assert_true(hand.with_ack);
	assert_true(hand.copies_window);
	assert_int_equal(hand.as.ttl, 64);
	assert_false(hand.as.dont_fragment);
	hand = value_of(desk, "{hand}", "as a Linux host would")->hand;
	assert_true(hand.as.dont_fragment);
	assert_int_equal(value_of(desk, "{hand}", "with TTL 99")->hand.as.ttl, 99);
	assert_false(fits(desk, "{hand}", "with TTL 300"));
	for (int i = 0; i < 300; i++) {
		static const int hosts[] = {64, 128, 255};
		int ttl = value_of(desk, "{hand}", "with a foreign hand")->hand.as.ttl;

		for (size_t host = 0; host < TW_LEN(hosts); host++)
			for (int hops = 0; hops <= 18; hops++)
				assert_true(ttl - (hosts[host] - hops) >= 5 ||
					    hosts[host] - hops - ttl >= 5);
	}
}

static void chance_is_used_by_sentences_that_fit_and_by_no_others(void **state)
{
	struct desk *desk = *state;
	uint64_t before = desk->random.state;

	assert_false(fits(desk, "[wait {number}] wait {number} s", "wait 60 to 900 ms"));
	assert_true(desk->random.state == before);
	assert_true(fits(desk, "[{number} now] {number} then", "60 to 900 then"));

	uint64_t once = desk->random.state;
	uint64_t drawn = desk->values[1].number;

	desk->random.state = before;
	assert_true(fits(desk, "{number} then", "60 to 900 then"));
	assert_true(desk->random.state == once);
	assert_int_equal(desk->values[0].number, drawn);
	assert_true(fits(desk, "{number} then", "900 then"));
	assert_true(desk->random.state == once);
}

static void starts_are_cut_off(void **state)
{
	struct desk *desk = *state;
	struct tw_str rest = TW_STR("connection 2: refused, ended by the server");

	assert_true(
	    lab_words_take("connection {ordinal}: {word}", &rest, &desk->reading, desk->values));
	assert_true(tw_str_equal(rest, TW_STR(", ended by the server")));
	assert_true(tw_str_equal(desk->values[1].text, TW_STR("refused")));
	assert_false(lab_words_take(", end", &rest, &desk->reading, desk->values));
	assert_true(tw_str_equal(rest, TW_STR(", ended by the server")));
}

static void misspelt_sentences_are_most_like_the_right_pattern(void **state)
{
	static const char *const patterns[] = {
	    "{host} closes[ on connection {number}]",
	    "{host} reads everything[ on connection {number}]",
	    "the wire drops {match}",
	    "{host} sends a request[ of {size}][ on connection {number}]",
	    "wait {time}",
	};
	static const struct {
		const char *sentence;
		size_t nearest;
	} cases[] = {
	    {"the client clsoes", 0}, {"the server reads evrything", 1},
	    {"wire drop SYNs", 2},    {"the client sends request with 60 bytes", 3},
	    {"waits 3 s", 4},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(cases); i++)
		for (size_t j = 0; j < TW_LEN(patterns); j++)
			if (j != cases[i].nearest &&
			    lab_words_likeness(patterns[j], tw_str_of(cases[i].sentence)) >=
				lab_words_likeness(patterns[cases[i].nearest],
						   tw_str_of(cases[i].sentence)))
				fail_msg("\"%s\" is like \"%s\"", cases[i].sentence, patterns[j]);
	assert_int_equal(lab_words_likeness("everything settles", TW_STR("everything settles")),
			 100);
	assert_int_equal(lab_words_likeness("everything settles", TW_STR("")), 0);
}

static void patterns_are_shown_in_capitals(void **state)
{
	struct tw_buf buf = tw_buf_of(1000);

	(void)state;
	lab_words_show("{host} closes[ after {time}]", &buf);
	assert_string_equal(buf.text, "HOST closes[ after TIME]");
	tw_buf_free(&buf);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(words_fit_with_and_without_articles_and_in_any_spacing),
	    TEST(optional_parts_and_choices_have_fixed_places),
	    TEST(choices_go_on_to_the_longer_one_and_nest),
	    TEST(a_way_that_was_wrong_leaves_no_value_behind),
	    TEST(hosts_go_by_their_names_and_roles),
	    TEST(numbers_have_groups_and_ranges),
	    TEST(wide_ranges_are_uniform_in_the_logarithm),
	    TEST(sizes_and_times_have_units),
	    TEST(texts_have_escapes),
	    TEST(segments_are_told_by_flags_and_payload),
	    TEST(matches_tell_which_and_how_many),
	    TEST(matches_have_conditions_and_a_place),
	    TEST(options_have_their_own_units),
	    TEST(forgers_have_personalities),
	    TEST(chance_is_used_by_sentences_that_fit_and_by_no_others),
	    TEST(starts_are_cut_off),
	    TEST(misspelt_sentences_are_most_like_the_right_pattern),
	    TEST(patterns_are_shown_in_capitals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
