/* test_truth.c: ends of connections, the kernel's agreement, and JSON, of a run made by hand. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/truth.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <errno.h>

#include <cmocka.h>

enum { JSON_BYTES_MAX = 1024 * 1024 };

/* The client aborts connection 1; the server was to close connection 2 unread. */
struct made {
	struct lab_plan plan;
	struct lab_run run;
	struct lab_event events[8];
	struct lab_deed diary[2];
	struct tw_buf text;
};

static const struct lab_event client_aborts = {.at_ns = 1500000000,
					       .kind = LAB_RESET_SENT,
					       .local = "10.9.0.1:40001",
					       .remote = "10.9.1.1:80",
					       .state = "TCP_CLOSE",
					       .reason = "TCP_STATE"};
static const struct lab_event server_closes_unread = {.at_ns = 1600000000,
						      .kind = LAB_RESET_SENT,
						      .local = "10.9.1.1:80",
						      .remote = "10.9.0.1:40002",
						      .state = "TCP_CLOSE",
						      .reason = "TCP_ABORT_ON_CLOSE"};
static const struct lab_event listener_resets = {.at_ns = 1700000000,
						 .kind = LAB_RESET_SENT,
						 .local = "10.9.1.1:80",
						 .state = "TCP_LISTEN",
						 .reason = "TCP_FLAGS"};

static void copy(char *to, size_t capacity, const char *from)
{
	(void)snprintf(to, capacity, "%s", from);
}

static void expect_reset(struct lab_plan *plan, enum lab_host_name host, const char *alternatives)
{
	struct lab_expected_resets *expected = &plan->resets[host];

	copy(expected->reasons[expected->count++], sizeof(expected->reasons[0]), alternatives);
}

static void add_event(struct made *made, const struct lab_event *event)
{
	assert_true(made->run.event_count < TW_LEN(made->events));
	made->events[made->run.event_count++] = *event;
}

static void set_counters(struct made *made, enum lab_host_name host, const char *name,
			 int64_t before, int64_t after)
{
	struct lab_counters *pair[2] = {&made->run.before[host], &made->run.after[host]};
	int64_t values[2] = {before, after};

	for (size_t i = 0; i < TW_LEN(pair); i++) {
		struct lab_counter *counter = &pair[i]->list[pair[i]->count++];

		copy(counter->name, sizeof(counter->name), name);
		counter->value = values[i];
	}
}

static void make_plan(struct lab_plan *plan)
{
	*plan = (struct lab_plan){
	    .seed = UINT64_MAX,
	    .name = TW_STR("aborts"),
	    .title = TW_STR("The client aborts"),
	    .story = TW_STR("A \"story\"\nof two lines."),
	    .timestamps = true,
	    .delay_ns = {12500000, 500000},
	    .jitter_ns = {0, 250000},
	    .hops = {3, 1},
	    .port = 80,
	    .talk = LAB_TALK_RECORDS,
	    .role_count = 1,
	    .roles = {{.name = TW_STR("closer"), .host = LAB_CLIENT}},
	    .connection_count = 2,
	    .connections = {[1] = {.cause = "abortive-close",
				   .condition_count = 1,
				   .conditions = {"loss"},
				   .perhaps_count = 2,
				   .perhaps = {"reordering", "slow-server"},
				   .closed_first = LAB_WHO_CLIENT,
				   .ended_by = LAB_WHO_CLIENT},
			    [2] = {.incidental = true, .cause = "graceful-close"}},
	};
}

static int make(void **state)
{
	struct made *made = calloc(1, sizeof(*made));

	if (!made)
		return -1;
	make_plan(&made->plan);
	made->text = tw_buf_of(JSON_BYTES_MAX);
	made->run.plan = &made->plan;
	made->run.addresses = (struct lab_addresses){
	    .bytes = {{10, 9, 0, 1}, {10, 9, 1, 1}, {10, 9, 2, 1}},
	};
	made->run.began_ns = 1000000000;
	made->run.events = made->events;
	made->run.diary = made->diary;
	made->run.reasons_told = true;
	made->run.connection_count = 2;
	for (uint16_t i = 1; i <= 2; i++)
		made->run.connections[i] =
		    (struct lab_connection){.opener = LAB_CLIENT,
					    .opener_port = (uint16_t)(40000 + i),
					    .listener = LAB_SERVER,
					    .listener_port = 80};
	*state = made;
	return 0;
}

static int drop(void **state)
{
	struct made *made = *state;

	tw_buf_free(&made->text);
	free(made);
	return 0;
}

/* Empties the text first, for it holds only what was said last. */
static bool agrees(struct made *made)
{
	tw_buf_clear(&made->text);
	return lab_truth_agrees(&made->run, &made->text);
}

static void assert_said(const struct made *made, const char *part)
{
	if (!strstr(made->text.text, part))
		fail_msg("%s\n  is not in\n%s", part, made->text.text);
}

/* ---- agreement ---- */

static void resets_for_the_named_reasons_agree(void **state)
{
	struct made *made = *state;

	assert_true(agrees(made));
	add_event(made, &client_aborts);
	add_event(made, &server_closes_unread);
	expect_reset(&made->plan, LAB_CLIENT, "TCP_ABORT_ON_LINGER|TCP_STATE");
	expect_reset(&made->plan, LAB_SERVER, "TCP_ABORT_ON_CLOSE");
	assert_true(agrees(made));
	assert_int_equal(made->text.size, 0);
}

static void another_reason_is_told(void **state)
{
	struct made *made = *state;

	add_event(made, &client_aborts);
	expect_reset(&made->plan, LAB_CLIENT, "TCP_ABORT_ON_CLOSE|TCP_ABORT_ON_DATA");
	assert_false(agrees(made));
	assert_said(made, "the client reset because of TCP_STATE; "
			  "expected was TCP_ABORT_ON_CLOSE|TCP_ABORT_ON_DATA");
}

static void a_reason_is_no_part_of_another_one(void **state)
{
	struct made *made = *state;
	struct lab_event keepalive = client_aborts;

	copy(keepalive.reason, sizeof(keepalive.reason), "TCP_KEEPALIVE");
	add_event(made, &keepalive);
	expect_reset(&made->plan, LAB_CLIENT, "TCP_KEEPALIVE_TIMEOUT|NO_TCP_KEEPALIVE");
	assert_false(agrees(made));
}

static void a_reset_of_a_host_that_must_not_is_told(void **state)
{
	struct made *made = *state;
	struct lab_event received = server_closes_unread;

	received.kind = LAB_RESET_RECEIVED;
	add_event(made, &received);
	assert_true(agrees(made));
	add_event(made, &server_closes_unread);
	assert_false(agrees(made));
	assert_said(made, "the server reset because of TCP_ABORT_ON_CLOSE; "
			  "no such reset was expected");
	made->plan.resets[LAB_SERVER].unchecked = true;
	assert_true(agrees(made));
}

static void a_reset_that_is_missing_is_told(void **state)
{
	struct made *made = *state;

	add_event(made, &client_aborts);
	expect_reset(&made->plan, LAB_CLIENT, "TCP_STATE");
	expect_reset(&made->plan, LAB_CLIENT, "NO_SOCKET");
	assert_false(agrees(made));
	assert_said(made, "the client sent no reset because of NO_SOCKET");
}

static void more_resets_agree_only_behind_the_named_ones(void **state)
{
	struct made *made = *state;

	expect_reset(&made->plan, LAB_SERVER, "TCP_ABORT_ON_CLOSE");
	made->plan.resets[LAB_SERVER].and_more = true;
	add_event(made, &server_closes_unread);
	add_event(made, &listener_resets);
	add_event(made, &listener_resets);
	assert_true(agrees(made));
	made->events[0] = listener_resets;
	assert_false(agrees(made));
}

static void hosts_with_one_address_are_judged_together(void **state)
{
	struct made *made = *state;

	made->plan.has_other = true;
	made->plan.other_has_servers_address = true;
	memcpy(made->run.addresses.bytes[LAB_OTHER], made->run.addresses.bytes[LAB_SERVER], 16);
	expect_reset(&made->plan, LAB_SERVER, "TCP_ABORT_ON_CLOSE");
	expect_reset(&made->plan, LAB_OTHER, "TCP_FLAGS");
	add_event(made, &listener_resets);
	add_event(made, &server_closes_unread);
	assert_true(agrees(made));
	add_event(made, &server_closes_unread);
	assert_false(agrees(made));
	made->plan.resets[LAB_OTHER].unchecked = true;
	assert_true(agrees(made));
}

static void lost_events_and_connections_do_not_agree(void **state)
{
	struct made *made = *state;

	made->run.events_lost = true;
	assert_false(agrees(made));
	assert_said(made, "lost events");
	made->run.events_lost = false;
	made->run.connection_count = 1;
	assert_false(agrees(made));
	assert_said(made, "there were 1 connections; the truth has 2");
}

static void counters_are_asked_where_no_reasons_are_told(void **state)
{
	struct made *made = *state;

	made->run.reasons_told = false;
	expect_reset(&made->plan, LAB_SERVER, "TCP_ABORT_ON_CLOSE");
	set_counters(made, LAB_SERVER, "TcpOutRsts", 4, 5);
	assert_false(agrees(made));
	assert_said(made, "TcpExtTCPAbortOnClose of the server rose by 0; expected was 1");
	set_counters(made, LAB_SERVER, "TcpExtTCPAbortOnClose", 7, 8);
	assert_true(agrees(made));
	set_counters(made, LAB_CLIENT, "TcpOutRsts", 0, 2);
	assert_false(agrees(made));
	assert_said(made, "the client sent 2 resets; expected were 0");
	made->plan.resets[LAB_CLIENT].and_more = true;
	assert_true(agrees(made));
}

/* ---- ends ---- */

static void assert_ends(const struct made *made, enum lab_point point, uint16_t opener_port,
			uint8_t last_of_listener)
{
	struct lab_endpoint ends[2];

	lab_truth_ends(&made->run, 1, point, ends);
	assert_int_equal(ends[0].port, opener_port);
	assert_int_equal(ends[0].address[3], 1);
	assert_int_equal(ends[1].port, 80);
	assert_int_equal(ends[1].address[3], last_of_listener);
}

static void translated_ends_are_those_of_each_point(void **state)
{
	struct made *made = *state;
	const uint8_t service[4] = {10, 9, 1, 99};

	made->run.port_shift = 30000;
	made->run.service_translated = true;
	memcpy(made->run.service, service, sizeof(service));
	assert_ends(made, LAB_AT_CLIENT, 40001, 99);
	assert_ends(made, LAB_AT_MIDDLE, 40001 + 30000 - 65536, 1);
	assert_ends(made, LAB_AT_SERVER, 40001 + 30000 - 65536, 1);
}

static void a_strangers_address_and_a_shared_one_are_known(void **state)
{
	struct made *made = *state;
	const uint8_t stranger[16] = {192, 0, 2, 7};
	struct lab_endpoint ends[2];

	made->plan.other_has_servers_address = true;
	made->run.connections[1].listener = LAB_OTHER;
	made->run.connections[1].opener_address_given = true;
	memcpy(made->run.connections[1].opener_address, stranger, sizeof(stranger));
	lab_truth_ends(&made->run, 1, LAB_AT_SERVER, ends);
	assert_memory_equal(ends[0].address, stranger, sizeof(stranger));
	assert_memory_equal(ends[1].address, made->run.addresses.bytes[LAB_SERVER], 16);
}

/* ---- JSON ---- */

static void write_json(struct made *made)
{
	tw_buf_clear(&made->text);
	lab_truth_json(&made->run, &made->text);
	assert_false(made->text.overflowed);
}

static void json_has_plan_and_connections(void **state)
{
	struct made *made = *state;

	write_json(made);
	assert_said(made, "{\"schema\":\"tcpwhy-lab/1\",\"scenario\":\"aborts\","
			  "\"title\":\"The client aborts\","
			  "\"story\":\"A \\\"story\\\"\\u000aof two lines.\","
			  "\"seed\":18446744073709551615,\"emulated\":false,"
			  "\"stacks\":{\"client\":\"Linux\",\"server\":\"Linux\"},"
			  "\"kernel\":\"Linux ");
	assert_said(made, ",\"kernel_resets_by\":\"tracepoint\","
			  "\"parameters\":{\"family\":4,\"timestamps\":true,\"offload\":false,"
			  "\"one_way_ms\":{\"client_leg\":12.5000,\"server_leg\":0.5000},"
			  "\"jitter_ms\":{\"client_leg\":0.0000,\"server_leg\":0.2500},"
			  "\"hops\":{\"client_leg\":3,\"server_leg\":1},\"port\":80,"
			  "\"talk\":\"records\",\"roles\":{\"closer\":\"client\"}},");
	assert_said(made, "\"server\":{\"client\":{\"addr\":\"10.9.0.1\",\"port\":40001},"
			  "\"server\":{\"addr\":\"10.9.1.1\",\"port\":80}}},"
			  "\"incidental\":false,\"cause\":\"abortive-close\","
			  "\"conditions\":[\"loss\"],\"perhaps\":[\"reordering\",\"slow-server\"],"
			  "\"closed_first\":\"client\",\"ended_by\":\"client\"},{\"number\":2,");
	assert_said(made, "\"incidental\":true,\"cause\":\"graceful-close\",\"conditions\":[],"
			  "\"perhaps\":[]}],\"also_right\":[],\"diary\":[]");
	assert_null(strstr(made->text.text, "alike"));
}

static void json_has_what_counts_as_right(void **state)
{
	struct made *made = *state;

	copy(made->plan.alike[0], LAB_SLUG_BYTES, "abortive-close");
	copy(made->plan.alike[1], LAB_SLUG_BYTES, "close-with-unread-data");
	made->plan.also_right_count = 1;
	made->plan.also_right[0] =
	    (struct lab_at_point){.slug = "still-open", .point = LAB_AT_MIDDLE};
	write_json(made);
	assert_said(made, "\"alike\":[\"abortive-close\",\"close-with-unread-data\"],"
			  "\"also_right\":[{\"cause\":\"still-open\",\"at\":\"middle\"}],");
}

static void json_has_the_diary(void **state)
{
	struct made *made = *state;

	made->diary[0] = (struct lab_deed){.at_ns = 1250000000,
					   .took_ns = 1000,
					   .host = LAB_SERVER,
					   .connection = 1,
					   .call = "read",
					   .result = -1,
					   .error = ECONNRESET,
					   .text = "recv() failed"};
	made->diary[1] =
	    (struct lab_deed){.at_ns = 1300000000, .by_wire = true, .text = "the \x01 wire breaks"};
	made->run.diary_count = 2;
	write_json(made);
	assert_said(made, "\"diary\":[{\"at_s\":0.250000000,\"took_s\":0.000001000,"
			  "\"who\":\"server\",\"connection\":1,\"call\":\"read\","
			  "\"text\":\"recv() failed\",\"error\":\"ECONNRESET\"},"
			  "{\"at_s\":0.300000000,\"took_s\":0.000000000,\"who\":\"network\","
			  "\"text\":\"the \\u0001 wire breaks\"}],\"kernel_resets\"");
}

static void json_has_the_kernels_account(void **state)
{
	struct made *made = *state;
	const struct lab_event changed = {.at_ns = 1400000000,
					  .kind = LAB_STATE_CHANGED,
					  .local = "10.9.0.1:40001",
					  .remote = "10.9.1.1:80",
					  .old_state = "TCP_SYN_SENT",
					  .state = "TCP_ESTABLISHED"};
	const struct lab_event dropped = {
	    .at_ns = 1400000000, .kind = LAB_DROPPED, .reason = "TCP_OLD_SEQUENCE"};

	add_event(made, &changed);
	add_event(made, &dropped);
	add_event(made, &listener_resets);
	set_counters(made, LAB_CLIENT, "TcpActiveOpens", 10, 12);
	set_counters(made, LAB_CLIENT, "TcpCurrEstab", 3, 1);
	set_counters(made, LAB_CLIENT, "TcpOutRsts", 5, 5);
	write_json(made);
	assert_said(made, "\"kernel_resets\":[{\"at_s\":0.700000000,\"what\":\"sent\","
			  "\"host\":\"server\",\"local\":\"10.9.1.1:80\",\"state\":\"TCP_LISTEN\","
			  "\"reason\":\"TCP_FLAGS\"}],\"kernel_states\":[{\"at_s\":0.400000000,"
			  "\"host\":\"client\",\"local\":\"10.9.0.1:40001\","
			  "\"remote\":\"10.9.1.1:80\",\"from\":\"TCP_SYN_SENT\","
			  "\"to\":\"TCP_ESTABLISHED\"}],\"kernel_drops\":[{\"at_s\":0.400000000,"
			  "\"reason\":\"TCP_OLD_SEQUENCE\"}],"
			  "\"counters\":{\"client\":{\"TcpActiveOpens\":2},\"server\":{}}}\n");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(resets_for_the_named_reasons_agree),
	    TEST(another_reason_is_told),
	    TEST(a_reason_is_no_part_of_another_one),
	    TEST(a_reset_of_a_host_that_must_not_is_told),
	    TEST(a_reset_that_is_missing_is_told),
	    TEST(more_resets_agree_only_behind_the_named_ones),
	    TEST(hosts_with_one_address_are_judged_together),
	    TEST(lost_events_and_connections_do_not_agree),
	    TEST(counters_are_asked_where_no_reasons_are_told),
	    TEST(translated_ends_are_those_of_each_point),
	    TEST(a_strangers_address_and_a_shared_one_are_known),
	    TEST(json_has_plan_and_connections),
	    TEST(json_has_what_counts_as_right),
	    TEST(json_has_the_diary),
	    TEST(json_has_the_kernels_account),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
