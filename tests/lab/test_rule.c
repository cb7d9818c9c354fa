/* test_rule.c: which packets a rule acts on. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "packets.h"

#include "lab/rule.h"

/* Asks the rule about a segment that is made for the purpose. */
static bool fits_at(struct lab_rule *rule, enum lab_way way, uint32_t seq, const char *text,
		    int64_t now_ns)
{
	struct lab_random random = {1};
	struct lab_packet *packet = data(false, way, seq, text);
	bool fits = lab_rule_fits(rule, packet, now_ns, &random);

	lab_packet_free(packet);
	return fits;
}

static bool fits(struct lab_rule *rule, enum lab_way way, uint32_t seq, const char *text)
{
	return fits_at(rule, way, seq, text, 1);
}

static void a_zeroed_rule_fits_every_segment_but_nothing_else(void **state)
{
	static const uint8_t router[16] = {192, 0, 2, 1};
	struct lab_packet *packet = data(true, LAB_TO_CLIENT, 1, "x");
	struct lab_packet *icmp = lab_packet_unreachable(packet, router, 1);
	struct lab_rule rule = {0};
	struct lab_rule everything = {.match = {.everything = true}};
	struct lab_rule icmp_only = {.match = {.icmp = true}};

	(void)state;
	assert_true(lab_rule_fits(&rule, packet, 1, NULL));
	assert_false(lab_rule_fits(&rule, icmp, 1, NULL));
	assert_true(lab_rule_fits(&everything, packet, 1, NULL));
	assert_true(lab_rule_fits(&everything, icmp, 1, NULL));
	assert_false(lab_rule_fits(&icmp_only, packet, 1, NULL));
	assert_true(lab_rule_fits(&icmp_only, icmp, 1, NULL));
	assert_int_equal(rule.fitted, 1);
	assert_int_equal(rule.acted, 1);
	lab_packet_free(icmp);
	lab_packet_free(packet);
}

/* Each of these fits the segment of the client with flags PSH,ACK and payload "hello", or not. */
static void each_property_can_decide(void **state)
{
	static const struct {
		struct lab_match match;
		bool fits;
	} cases[] = {
	    {{.direction = LAB_ONLY_TO_SERVER}, true},
	    {{.direction = LAB_ONLY_TO_CLIENT}, false},
	    {{.flags_mask = TW_PSH | TW_FIN, .flags_value = TW_PSH}, true},
	    {{.flags_mask = TW_PSH | TW_FIN, .flags_value = TW_FIN}, false},
	    {{.flags_mask = TW_PSH | TW_FIN}, false},
	    {{.with_payload = true}, true},
	    {{.without_payload = true}, false},
	    {{.size_above = 20 + 32 + 4}, true},
	    {{.size_above = 20 + 32 + 5}, false},
	    {{.client_port = CLIENT_PORT}, true},
	    {{.client_port = SERVER_PORT}, false},
	    {{.server_port = SERVER_PORT}, true},
	    {{.server_port = CLIENT_PORT}, false},
	    {{.contains = "ell"}, true},
	    {{.contains = "help"}, false},
	    {{.from_ns = 100}, true},
	    {{.from_ns = 101}, false},
	    {{.until_ns = 100}, true},
	    {{.until_ns = 99}, false},
	    {{.kernels_only = true}, true},
	    {{.with_payload = true, .contains = "hello", .direction = LAB_ONLY_TO_CLIENT}, false},
	};
	struct lab_packet *packet = data(false, LAB_TO_SERVER, 1, "hello");

	(void)state;
	lab_packet_set_flags(packet, TW_PSH | TW_ACK);
	for (size_t i = 0; i < TW_LEN(cases); i++) {
		struct lab_rule rule = {.match = cases[i].match};

		assert_int_equal(lab_rule_fits(&rule, packet, 100, NULL), cases[i].fits);
		assert_int_equal(rule.fitted, cases[i].fits);
	}
	packet->forged = true;
	struct lab_rule rule = {.match = {.kernels_only = true}};

	assert_false(lab_rule_fits(&rule, packet, 100, NULL));
	lab_packet_free(packet);
}

static void a_text_that_fills_its_room_is_searched_whole(void **state)
{
	struct lab_rule rule = {0};
	char text[sizeof(rule.match.contains) + 1];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	memcpy(rule.match.contains, text, sizeof(rule.match.contains));
	assert_true(fits(&rule, LAB_TO_SERVER, 1, text));
	assert_false(fits(&rule, LAB_TO_SERVER, 1, text + 1));
}

/* On which of the first twelve data segments a rule acts, as a row of 0 and 1. */
static const char *row_of(struct lab_match match, char row[13])
{
	struct lab_rule rule = {.match = match};

	for (uint32_t i = 0; i < 12; i++)
		row[i] = fits(&rule, LAB_TO_SERVER, 1 + i, "x") ? '1' : '0';
	row[12] = '\0';
	assert_int_equal(rule.fitted, 12);
	return row;
}

static void segments_are_counted(void **state)
{
	char row[13];

	(void)state;
	assert_string_equal(row_of((struct lab_match){0}, row), "111111111111");
	assert_string_equal(row_of((struct lab_match){.skip = 2}, row), "001111111111");
	assert_string_equal(row_of((struct lab_match){.count = 3}, row), "111000000000");
	assert_string_equal(row_of((struct lab_match){.skip = 6, .count = 1}, row), "000000100000");
	assert_string_equal(row_of((struct lab_match){.every = 5}, row), "000010000100");
	assert_string_equal(row_of((struct lab_match){.every = 1}, row), "111111111111");
	assert_string_equal(row_of((struct lab_match){.skip = 1, .every = 3, .count = 2}, row),
			    "000100100000");
}

static void chance_is_used_only_where_it_is_asked_for_and_hits_about_so_often(void **state)
{
	struct lab_random random = {20251122};
	struct lab_rule seldom = {.match = {.chance = 0.02}};
	struct lab_rule never = {.match = {.chance = 0.5, .contains = "y"}};
	struct lab_packet *packet = data(false, LAB_TO_SERVER, 1, "x");
	uint64_t before = random.state;

	(void)state;
	assert_false(lab_rule_fits(&never, packet, 1, &random));
	assert_true(random.state == before);
	for (int i = 0; i < 10000; i++)
		(void)lab_rule_fits(&seldom, packet, 1, &random);
	assert_int_equal(seldom.fitted, 10000);
	assert_in_range(seldom.acted, 150, 250);
	lab_packet_free(packet);
}

/* ---- retransmissions ---- */

static void what_repeats_earlier_bytes_is_not_new(void **state)
{
	struct lab_rule rule = {.match = {.first_time = true, .with_payload = true}};

	(void)state;
	assert_true(fits(&rule, LAB_TO_SERVER, 0xfffffff0, "0123456789abcdef"));
	assert_false(fits(&rule, LAB_TO_SERVER, 0xfffffff0, "0123456789abcdef"));
	assert_true(fits(&rule, LAB_TO_SERVER, 0, "abcd"));
	assert_false(fits(&rule, LAB_TO_SERVER, 2, "cdefgh")); /* in part */
	assert_false(fits(&rule, LAB_TO_SERVER, 4, "ef"));     /* came with the one before */
	assert_true(fits(&rule, LAB_TO_SERVER, 8, "gh"));
	assert_int_equal(rule.fitted, 3);
}

static void both_ways_and_all_connections_are_told_apart(void **state)
{
	struct lab_rule rule = {.match = {.first_time = true}};
	struct lab_random random = {1};

	(void)state;
	assert_true(fits(&rule, LAB_TO_SERVER, 1000, "x"));
	assert_true(fits(&rule, LAB_TO_CLIENT, 10, "x"));
	assert_false(fits(&rule, LAB_TO_CLIENT, 10, "x"));
	/* More connections than are remembered: the rest passes as new. */
	for (int round = 0; round < 2; round++) {
		for (uint16_t port = 1; port <= 2 * LAB_CONNECTIONS_MAX; port++) {
			struct lab_packet *packet = data(false, LAB_TO_SERVER, 5, "x");
			bool is_known = port <= 2 * LAB_CONNECTIONS_MAX - 2;

			lab_packet_set_ports(packet, port, SERVER_PORT);
			assert_int_equal(lab_rule_fits(&rule, packet, 1, &random),
					 round == 0 || !is_known);
			lab_packet_free(packet);
		}
	}
}

static void a_syn_of_the_same_ports_begins_anew_unless_it_is_a_retransmission(void **state)
{
	struct lab_rule rule = {.match = {.first_time = true}};
	static const struct {
		uint32_t seq;
		uint16_t flags;
		bool is_new;
	} rows[] = {
	    {1000000, TW_SYN, true},	  {1000000, TW_SYN, false},	 {1000001, TW_ACK, true},
	    {1000001, TW_ACK, true},	  {200, TW_SYN, true},		 {201, TW_ACK, true},
	    {201, TW_FIN | TW_ACK, true}, {201, TW_FIN | TW_ACK, false},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct lab_packet *packet = data(false, LAB_TO_SERVER, rows[i].seq, "");

		lab_packet_set_flags(packet, rows[i].flags);
		assert_int_equal(lab_rule_fits(&rule, packet, 1, NULL), rows[i].is_new);
		lab_packet_free(packet);
	}
}

static void what_did_not_fit_counts_as_seen(void **state)
{
	struct lab_rule rule = {.match = {.first_time = true, .from_ns = 100}};

	(void)state;
	assert_false(fits_at(&rule, LAB_TO_SERVER, 1, "abc", 99));
	assert_false(fits_at(&rule, LAB_TO_SERVER, 1, "abc", 100));
	assert_true(fits_at(&rule, LAB_TO_SERVER, 4, "def", 100));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_zeroed_rule_fits_every_segment_but_nothing_else),
	    cmocka_unit_test(each_property_can_decide),
	    cmocka_unit_test(a_text_that_fills_its_room_is_searched_whole),
	    cmocka_unit_test(segments_are_counted),
	    cmocka_unit_test(chance_is_used_only_where_it_is_asked_for_and_hits_about_so_often),
	    cmocka_unit_test(what_repeats_earlier_bytes_is_not_new),
	    cmocka_unit_test(both_ways_and_all_connections_are_told_apart),
	    cmocka_unit_test(a_syn_of_the_same_ports_begins_anew_unless_it_is_a_retransmission),
	    cmocka_unit_test(what_did_not_fit_counts_as_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
