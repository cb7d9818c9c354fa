/* test_table.c: stream numbers, port reuse, quoted segments, growth. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "flow/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { CLIENT = 0, SERVER = 1 };

static struct tw_endpoint host(uint8_t last, uint16_t port)
{
	return (struct tw_endpoint){
	    .address = {.kind = TW_ADDRESS_IP4, .bytes = {10, 0, 0, last}},
	    .port = port,
	};
}

/* A segment of the connection 10.0.0.1:port > 10.0.0.2:80, sent by `side`. */
static struct tw_segment segment(unsigned side, uint16_t port, uint16_t flags, uint32_t seq,
				 uint32_t ack)
{
	struct tw_endpoint client = host(1, port);
	struct tw_endpoint server = host(2, 80);

	return (struct tw_segment){
	    .known = TW_FIELD_ADDRESS | TW_FIELD_PORT | TW_FIELD_FLAGS | TW_FIELD_SEQ |
		     TW_FIELD_ACK | TW_FIELD_LENGTH,
	    .flags = flags,
	    .seq = seq,
	    .ack = ack,
	    .source = side == CLIENT ? client : server,
	    .destination = side == CLIENT ? server : client,
	};
}

static struct tw_flow_hit find(struct tw_flow_table *table, struct tw_segment arrived)
{
	struct tw_flow_hit hit;

	assert_true(tw_flow_table_find(table, &arrived, &hit));
	assert_int_equal(hit.index, hit.flow->stream);
	assert_ptr_equal(hit.flow, tw_flow_table_at(table, hit.index));
	return hit;
}

static struct tw_icmp_error quote(uint16_t port, uint16_t flags, uint32_t seq)
{
	return (struct tw_icmp_error){
	    .quoted_source = host(1, port),
	    .quoted_destination = host(2, 80),
	    .has_quoted_seq = true,
	    .quoted_seq = seq,
	    .has_quoted_flags = true,
	    .quoted_flags = flags,
	};
}

static int setup(void **state)
{
	*state = tw_flow_table_new(12345);
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	tw_flow_table_free(*state);
	return 0;
}

static void streams_count_in_order_of_first_segments(void **state)
{
	struct tw_flow_table *table = *state;

	assert_int_equal(find(table, segment(CLIENT, 1000, TW_SYN, 1, 0)).index, 0);
	assert_int_equal(find(table, segment(CLIENT, 1001, TW_SYN, 1, 0)).index, 1);
	assert_int_equal(find(table, segment(SERVER, 1000, TW_SYN | TW_ACK, 9, 2)).index, 0);
	assert_int_equal(find(table, segment(SERVER, 1002, TW_ACK, 9, 2)).index, 2);
	assert_int_equal(tw_flow_table_count(table), 3);
}

static void the_first_sender_is_side_0_whoever_it_is(void **state)
{
	struct tw_flow_table *table = *state;
	struct tw_flow_hit hit = find(table, segment(SERVER, 1000, TW_ACK, 9, 2));

	assert_true(hit.created);
	assert_int_equal(hit.direction, 0);
	assert_int_equal(hit.flow->endpoint[0].port, 80);
	hit = find(table, segment(CLIENT, 1000, TW_ACK, 2, 9));
	assert_false(hit.created);
	assert_int_equal(hit.direction, 1);
}

static void an_endpoint_that_talks_to_itself_is_always_side_0(void **state)
{
	struct tw_flow_table *table = *state;
	struct tw_segment land = segment(CLIENT, 80, TW_SYN, 1, 0);

	land.source = land.destination;
	assert_int_equal(find(table, land).direction, 0);
	assert_int_equal(find(table, land).direction, 0);
	assert_int_equal(tw_flow_table_count(table), 1);
}

static void bases_come_from_the_syn_or_lie_one_below_the_first_number(void **state)
{
	static const struct {
		uint16_t flags;
		uint32_t seq, ack;
		uint8_t known;
		uint32_t base[2];
	} cases[] = {
	    {TW_SYN, 100, 0, 1, {100, 0}},
	    {TW_SYN, 100, 77, 1, {100, 0}},
	    {TW_SYN | TW_ACK, 100, 50, 3, {100, 49}},
	    {TW_ACK, 100, 50, 3, {99, 49}},
	    {TW_RST, 100, 0, 1, {99, 0}},
	    {TW_ACK, 0, 0, 3, {UINT32_MAX, UINT32_MAX}},
	};

	for (size_t i = 0; i < TW_LEN(cases); i++) {
		struct tw_flow_hit hit =
		    find(*state, segment(CLIENT, (uint16_t)(2000 + i), cases[i].flags, cases[i].seq,
					 cases[i].ack));

		assert_int_equal(hit.flow->base_seq_known, cases[i].known);
		assert_int_equal(hit.flow->base_seq[0], cases[i].base[0]);
		assert_int_equal(hit.flow->base_seq[1], cases[i].base[1]);
	}
}

static void a_syn_with_another_number_is_a_new_incarnation(void **state)
{
	struct tw_flow_table *table = *state;
	struct tw_flow_hit hit;

	find(table, segment(CLIENT, 1000, TW_SYN, 100, 0));
	find(table, segment(SERVER, 1000, TW_SYN | TW_ACK, 500, 101));
	hit = find(table, segment(CLIENT, 1000, TW_SYN, 900, 0));
	assert_int_equal(hit.index, 1);
	assert_true(hit.created);
	assert_true(hit.ports_reused);
	assert_int_equal(hit.flow->earlier, 0);
	assert_int_equal(hit.flow->completeness, TW_COMPLETE_SYN);
	assert_int_equal(find(table, segment(SERVER, 1000, TW_ACK, 501, 101)).index, 1);
	assert_int_equal(tw_flow_table_at(table, 0)->earlier, TW_FLOW_NONE);
}

static void a_syn_with_the_same_number_stays_even_after_a_reset(void **state)
{
	struct tw_flow_table *table = *state;
	struct tw_flow_hit hit;

	find(table, segment(CLIENT, 1000, TW_SYN, 100, 0));
	find(table, segment(SERVER, 1000, TW_RST | TW_ACK, 0, 101));
	hit = find(table, segment(CLIENT, 1000, TW_SYN, 100, 0));
	assert_int_equal(hit.index, 0);
	assert_false(hit.ports_reused);
}

static void data_after_fin_and_reset_stays_in_its_connection(void **state)
{
	struct tw_flow_table *table = *state;

	find(table, segment(CLIENT, 1000, TW_FIN | TW_ACK, 100, 7));
	find(table, segment(SERVER, 1000, TW_RST, 7, 0));
	assert_int_equal(find(table, segment(CLIENT, 1000, TW_ACK, 5000, 9)).index, 0);
}

static void a_syn_of_the_side_that_was_only_acknowledged_is_compared_too(void **state)
{
	struct tw_flow_table *table = *state;

	find(table, segment(SERVER, 1000, TW_SYN | TW_ACK, 500, 101));
	assert_int_equal(find(table, segment(CLIENT, 1000, TW_SYN, 100, 0)).index, 0);
	assert_int_equal(find(table, segment(CLIENT, 1000, TW_SYN, 102, 0)).index, 1);
}

static void a_syn_ack_with_another_number_moves_the_base(void **state)
{
	struct tw_flow_table *table = *state;
	struct tw_flow_hit hit;

	find(table, segment(CLIENT, 1000, TW_SYN, 100, 0));
	find(table, segment(SERVER, 1000, TW_SYN | TW_ACK, 500, 101));
	hit = find(table, segment(SERVER, 1000, TW_SYN | TW_ACK, 600, 101));
	assert_int_equal(hit.index, 0);
	assert_true(hit.ports_reused);
	assert_int_equal(hit.flow->base_seq[1], 600);
}

static void without_a_sequence_number_no_syn_is_a_new_incarnation(void **state)
{
	struct tw_flow_table *table = *state;
	struct tw_segment typed = segment(CLIENT, 1000, TW_SYN, 0, 0);

	typed.known &= ~(uint32_t)(TW_FIELD_SEQ | TW_FIELD_ACK);
	find(table, typed);
	assert_int_equal(find(table, typed).index, 0);
	assert_int_equal(tw_flow_table_at(table, 0)->base_seq_known, 0);
}

static void a_captured_piece_without_length_joins_but_sets_no_base(void **state)
{
	struct tw_flow_table *table = *state;
	struct tw_segment piece = segment(CLIENT, 1000, TW_SYN, 100, 0);

	piece.known &= ~(uint32_t)TW_FIELD_LENGTH;
	assert_int_equal(find(table, piece).flow->base_seq_known, 0);
	assert_int_equal(find(table, segment(CLIENT, 1000, TW_SYN, 900, 0)).index, 0);
	assert_int_equal(find(table, piece).index, 1);
	piece.text_line = 7; /* rows seldom tell lengths */
	piece.source.port = 1001;
	assert_int_equal(find(table, piece).flow->base_seq_known, 1);
}

static void completeness_leaves_out_what_the_first_segment_was_unless_a_syn(void **state)
{
	struct tw_flow_table *table = *state;
	struct tw_segment data = segment(CLIENT, 1000, TW_PSH | TW_ACK, 101, 501);

	data.length = 10;
	assert_int_equal(find(table, data).flow->completeness, 0);
	assert_int_equal(find(table, data).flow->completeness, TW_COMPLETE_DATA);
	find(table, segment(SERVER, 1000, TW_ACK, 501, 111));
	find(table, segment(SERVER, 1000, TW_FIN | TW_ACK, 501, 111));
	find(table, segment(CLIENT, 1000, TW_RST, 111, 0));
	assert_int_equal(tw_flow_table_at(table, 0)->completeness,
			 TW_COMPLETE_DATA | TW_COMPLETE_ACK | TW_COMPLETE_FIN | TW_COMPLETE_RST);
	assert_int_equal(find(table, segment(CLIENT, 1001, TW_SYN, 1, 0)).flow->completeness,
			 TW_COMPLETE_SYN);
}

/* As tshark 4.0.17 numbers a capture made for this: quotes take part, but set no base. */
static void quoted_segments_join_and_make_connections(void **state)
{
	struct tw_flow_table *table = *state;
	struct tw_flow_hit hit;
	struct tw_icmp_error error = quote(1000, TW_SYN, 100);

	find(table, segment(CLIENT, 1000, TW_SYN, 100, 0));
	assert_true(tw_flow_table_quoted(table, &error, &hit));
	assert_int_equal(hit.index, 0);
	error = quote(1000, TW_SYN, 999);
	assert_true(tw_flow_table_quoted(table, &error, &hit));
	assert_int_equal(hit.index, 1);
	assert_true(hit.ports_reused);
	assert_int_equal(find(table, segment(CLIENT, 1000, TW_ACK, 101, 1)).index, 1);
	error = quote(1001, TW_SYN, 100);
	assert_true(tw_flow_table_quoted(table, &error, &hit));
	assert_int_equal(hit.index, 2);
	assert_int_equal(find(table, segment(CLIENT, 1001, TW_SYN, 555, 0)).index, 2);
}

static void a_short_quote_is_only_looked_up(void **state)
{
	struct tw_flow_table *table = *state;
	struct tw_icmp_error error = quote(1000, 0, 0);
	struct tw_flow_hit hit;

	error.has_quoted_flags = false;
	assert_false(tw_flow_table_quoted(table, &error, &hit));
	assert_int_equal(tw_flow_table_count(table), 0);
	find(table, segment(SERVER, 1000, TW_SYN | TW_ACK, 1, 1));
	assert_true(tw_flow_table_quoted(table, &error, &hit));
	assert_int_equal(hit.direction, 1);
}

static void added_connections_are_new_even_between_the_same_endpoints(void **state)
{
	struct tw_flow_table *table = *state;
	struct tw_endpoint a = {.port = 1000};
	struct tw_endpoint b = {.port = 80};
	struct tw_flow_hit hit;

	assert_true(tw_flow_table_add(table, &a, &b, &hit));
	assert_int_equal(hit.index, 0);
	assert_true(tw_flow_table_add(table, &b, &a, &hit));
	assert_int_equal(hit.index, 1);
	assert_int_equal(hit.flow->earlier, 0);
	assert_true(tw_flow_table_lookup(table, &a, &b, &hit));
	assert_int_equal(hit.index, 1);
	assert_int_equal(hit.direction, 1);
	assert_false(hit.created);
}

/* More than one chunk, several growths of the index; pointers must hold. */
static void many_connections_are_all_found_again_under_any_seed(void **state)
{
	enum { PORTS = 20000 };

	(void)state;
	for (uint64_t seed = 0; seed < 3; seed++) {
		struct tw_flow_table *table = tw_flow_table_new(seed * 0x9e3779b97f4a7c15ULL);
		const struct tw_flow *first;

		assert_non_null(table);
		first = find(table, segment(CLIENT, 1, TW_SYN, 5, 0)).flow;
		for (uint16_t port = 2; port <= PORTS; port++)
			find(table, segment(CLIENT, port, TW_SYN, 5, 0));
		assert_int_equal(tw_flow_table_count(table), PORTS);
		for (uint16_t port = 1; port <= PORTS; port++) {
			struct tw_flow_hit hit =
			    find(table, segment(SERVER, port, TW_SYN | TW_ACK, 9, 6));

			assert_int_equal(hit.index, port - 1);
			assert_int_equal(hit.direction, 1);
		}
		assert_ptr_equal(first, tw_flow_table_at(table, 0));
		assert_int_equal(tw_flow_table_refused(table), 0);
		tw_flow_table_free(table);
	}
}

#define TABLE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TABLE_TEST(streams_count_in_order_of_first_segments),
	    TABLE_TEST(the_first_sender_is_side_0_whoever_it_is),
	    TABLE_TEST(an_endpoint_that_talks_to_itself_is_always_side_0),
	    TABLE_TEST(bases_come_from_the_syn_or_lie_one_below_the_first_number),
	    TABLE_TEST(a_syn_with_another_number_is_a_new_incarnation),
	    TABLE_TEST(a_syn_with_the_same_number_stays_even_after_a_reset),
	    TABLE_TEST(data_after_fin_and_reset_stays_in_its_connection),
	    TABLE_TEST(a_syn_of_the_side_that_was_only_acknowledged_is_compared_too),
	    TABLE_TEST(a_syn_ack_with_another_number_moves_the_base),
	    TABLE_TEST(without_a_sequence_number_no_syn_is_a_new_incarnation),
	    TABLE_TEST(a_captured_piece_without_length_joins_but_sets_no_base),
	    TABLE_TEST(completeness_leaves_out_what_the_first_segment_was_unless_a_syn),
	    TABLE_TEST(quoted_segments_join_and_make_connections),
	    TABLE_TEST(a_short_quote_is_only_looked_up),
	    TABLE_TEST(added_connections_are_new_even_between_the_same_endpoints),
	    cmocka_unit_test(many_connections_are_all_found_again_under_any_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
