/* test_key.c: the order-free hash of two endpoints and the Community ID. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "flow/key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct tw_endpoint ip4(uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint16_t port)
{
	return (struct tw_endpoint){
	    .address = {.kind = TW_ADDRESS_IP4, .bytes = {a, b, c, d}},
	    .port = port,
	};
}

/* fe80::X:X with the given last byte */
static struct tw_endpoint ip6(uint8_t last, uint16_t port)
{
	return (struct tw_endpoint){
	    .address = {.kind = TW_ADDRESS_IP6, .bytes = {0xfe, 0x80, [15] = last}},
	    .port = port,
	};
}

static void both_directions_have_one_hash(void **state)
{
	struct tw_endpoint pairs[][2] = {
	    {ip4(10, 0, 0, 1, 1000), ip4(10, 0, 0, 2, 80)},
	    {ip4(10, 0, 0, 1, 1000), ip4(10, 0, 0, 1, 80)},
	    {ip6(1, 1000), ip6(2, 80)},
	    {{.port = 7}, {.port = 9}},
	    {{.address = {.kind = TW_ADDRESS_NAME, .bytes = {0, 0, 0, 1}}},
	     {.address = {.kind = TW_ADDRESS_NAME, .bytes = {0, 0, 0, 2}}}},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(pairs); i++)
		assert_true(tw_flow_hash(&pairs[i][0], &pairs[i][1], 42) ==
			    tw_flow_hash(&pairs[i][1], &pairs[i][0], 42));
}

static void every_part_of_an_endpoint_and_the_seed_change_the_hash(void **state)
{
	struct tw_endpoint a = ip4(10, 0, 0, 1, 1000);
	struct tw_endpoint b = ip4(10, 0, 0, 2, 80);
	struct tw_endpoint other_port = ip4(10, 0, 0, 2, 81);
	struct tw_endpoint other_address = ip4(10, 0, 0, 3, 80);
	struct tw_endpoint crossed[2] = {ip4(10, 0, 0, 1, 80), ip4(10, 0, 0, 2, 1000)};
	uint64_t hash = tw_flow_hash(&a, &b, 42);

	(void)state;
	assert_true(hash != tw_flow_hash(&a, &other_port, 42));
	assert_true(hash != tw_flow_hash(&a, &other_address, 42));
	assert_true(hash != tw_flow_hash(&crossed[0], &crossed[1], 42));
	assert_true(hash != tw_flow_hash(&a, &b, 43));
}

static void an_ip4_address_is_not_an_ip6_address_with_the_same_bytes(void **state)
{
	struct tw_endpoint four = ip4(10, 0, 0, 1, 80);
	struct tw_endpoint six = four;

	(void)state;
	six.address.kind = TW_ADDRESS_IP6;
	assert_false(tw_endpoint_equal(&four, &six));
}

/* The first from the specification's examples; the others as Wireshark computes them. */
static void community_ids_are_those_of_other_tools(void **state)
{
	struct tw_endpoint four[2] = {ip4(128, 232, 110, 120, 34855), ip4(66, 35, 250, 204, 80)};
	struct tw_endpoint back[2] = {four[1], four[0]};
	struct tw_endpoint six[2] = {ip6(2, 1000), ip6(1, 80)};
	struct tw_endpoint one_host[2] = {ip4(10, 0, 0, 1, 1000), ip4(10, 0, 0, 1, 80)};
	char id[TW_COMMUNITY_ID_BYTES];

	(void)state;
	assert_true(tw_community_id(four, id));
	assert_string_equal(id, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
	assert_true(tw_community_id(back, id));
	assert_string_equal(id, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
	assert_true(tw_community_id(six, id));
	assert_string_equal(id, "1:WN39j8+jnsE5N4w0raEkY3ZMSgs=");
	assert_true(tw_community_id(one_host, id));
	assert_string_equal(id, "1:gl99DdwFdh+zx4L91inYGRcOLP4=");
}

static void there_is_no_community_id_without_two_addresses_of_one_kind(void **state)
{
	struct tw_endpoint mixed[2] = {ip4(10, 0, 0, 1, 1000), ip6(1, 80)};
	struct tw_endpoint ports[2] = {{.port = 1000}, {.port = 80}};
	char id[TW_COMMUNITY_ID_BYTES] = "x";

	(void)state;
	assert_false(tw_community_id(mixed, id));
	assert_string_equal(id, "");
	assert_false(tw_community_id(ports, id));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(both_directions_have_one_hash),
	    cmocka_unit_test(every_part_of_an_endpoint_and_the_seed_change_the_hash),
	    cmocka_unit_test(an_ip4_address_is_not_an_ip6_address_with_the_same_bytes),
	    cmocka_unit_test(community_ids_are_those_of_other_tools),
	    cmocka_unit_test(there_is_no_community_id_without_two_addresses_of_one_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
