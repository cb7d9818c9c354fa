/* test_wire.c: delays, order, rules, forgeries, boxes, recordings; sockets stand in for TAPs. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "wires.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { DATA = TW_PSH | TW_ACK, SYNACK = TW_SYN | TW_ACK };

static const struct lab_personality foreign = {.ttl = 99, .ip_id = 7, .window = 5};

static struct lab_rule rule_of(enum lab_action action, enum lab_leg leg, uint16_t flags)
{
	return (struct lab_rule){
	    .action = action,
	    .leg = leg,
	    .match = {.flags_mask = flags, .flags_value = flags},
	};
}

static void a_packet_takes_its_time_and_is_recorded_at_each_point(void **state)
{
	static const uint8_t ttls[] = {64, 62, 59};
	struct bench b;
	int64_t before_ns;

	(void)state;
	bench_prepare(&b);
	b.settings.delay_ns[LAB_CLIENT_LEG] = 5 * LAB_MILLISECOND;
	b.settings.delay_ns[LAB_SERVER_LEG] = 10 * LAB_MILLISECOND;
	bench_start(&b);
	before_ns = lab_now_ns();
	put(&b, LAB_CLIENT, TW_SYN, 1000, 0, "");
	assert_true(got(&b, LAB_SERVER, TW_SYN, 1000));
	assert_true(lab_now_ns() - before_ns >= 15 * LAB_MILLISECOND);
	lab_wire_stop(b.wire);
	assert_int_equal(lab_wire_passed_count(b.wire), LAB_POINTS);
	for (int point = 0; point < LAB_POINTS; point++) {
		const struct lab_recording *r = lab_wire_recording(b.wire, (enum lab_point)point);
		struct tw_decoded d = decoded(r, 0);
		struct lab_passed passed = lab_wire_passed(b.wire, (size_t)point);

		assert_int_equal(r->count, 1);
		assert_int_equal(d.segment.ttl, ttls[point]);
		assert_int_equal(d.segment.checksum, TW_CHECKSUM_GOOD);
		assert_int_equal(passed.point, point);
		assert_int_equal(passed.id, 1);
		assert_int_equal(passed.at_ns + lab_wire_clock_offset_ns(b.wire),
				 r->frames[0].time_ns);
	}
	assert_true(lab_wire_passed(b.wire, 1).at_ns - lab_wire_passed(b.wire, 0).at_ns >=
		    5 * LAB_MILLISECOND);
	assert_true(lab_wire_passed(b.wire, 2).at_ns - lab_wire_passed(b.wire, 1).at_ns >=
		    10 * LAB_MILLISECOND);
	bench_end(&b);
}

static void jitter_keeps_the_order(void **state)
{
	enum { PACKETS = 60 };
	struct bench b;

	(void)state;
	bench_prepare(&b);
	b.settings.jitter_ns[LAB_CLIENT_LEG] = 3 * LAB_MILLISECOND;
	b.settings.jitter_ns[LAB_SERVER_LEG] = 3 * LAB_MILLISECOND;
	bench_start(&b);
	for (uint32_t i = 0; i < PACKETS; i++)
		put(&b, LAB_CLIENT, DATA, i, 1, "x");
	for (uint32_t i = 0; i < PACKETS; i++)
		assert_true(got(&b, LAB_SERVER, DATA, i));
	assert_int_equal(lab_wire_in_flight(b.wire), 0);
	bench_end(&b);
}

static void what_is_dropped_is_missing_further_on(void **state)
{
	struct lab_rule drop = rule_of(LAB_DROP, LAB_SERVER_LEG, TW_FIN);
	struct bench b;

	(void)state;
	bench_prepare(&b);
	bench_start(&b);
	drop.match.count = 1;
	assert_true(lab_wire_add_rule(b.wire, &drop));
	put(&b, LAB_CLIENT, TW_FIN | TW_ACK, 1, 1, "");
	put(&b, LAB_CLIENT, TW_FIN | TW_ACK, 2, 1, "");
	assert_true(got(&b, LAB_SERVER, TW_FIN | TW_ACK, 2));
	lab_wire_stop(b.wire);
	assert_int_equal(recorded(&b, LAB_AT_CLIENT), 2);
	assert_int_equal(recorded(&b, LAB_AT_MIDDLE), 2);
	assert_int_equal(recorded(&b, LAB_AT_SERVER), 1);
	bench_end(&b);
}

static void rules_go_when_the_wire_heals(void **state)
{
	struct lab_rule drop = rule_of(LAB_DROP, LAB_SERVER_LEG, TW_ACK);
	struct bench b;

	(void)state;
	bench_prepare(&b);
	bench_start(&b);
	while (lab_wire_add_rule(b.wire, &drop))
		;
	put(&b, LAB_CLIENT, TW_ACK, 1, 1, "");
	assert_true(is_silent(&b, LAB_SERVER));
	lab_wire_heal(b.wire);
	put(&b, LAB_CLIENT, TW_ACK, 2, 1, "");
	assert_true(got(&b, LAB_SERVER, TW_ACK, 2));
	assert_true(lab_wire_add_rule(b.wire, &drop));
	bench_end(&b);
}

static void a_delayed_packet_is_overtaken_and_a_duplicate_follows(void **state)
{
	struct lab_rule delay = rule_of(LAB_DELAY, LAB_CLIENT_LEG, TW_FIN);
	struct lab_rule duplicate = rule_of(LAB_DUPLICATE, LAB_SERVER_LEG, TW_PSH);
	struct bench b;

	(void)state;
	bench_prepare(&b);
	bench_start(&b);
	delay.delay_ns = 20 * LAB_MILLISECOND;
	duplicate.delay_ns = 5 * LAB_MILLISECOND;
	(void)lab_wire_add_rule(b.wire, &delay);
	(void)lab_wire_add_rule(b.wire, &duplicate);
	put(&b, LAB_CLIENT, TW_FIN | TW_ACK, 1, 1, "");
	put(&b, LAB_CLIENT, DATA, 2, 1, "x");
	assert_true(got(&b, LAB_SERVER, DATA, 2));
	assert_true(got(&b, LAB_SERVER, DATA, 2));
	assert_true(got(&b, LAB_SERVER, TW_FIN | TW_ACK, 1));
	bench_end(&b);
}

static void a_damaged_packet_arrives_with_a_bad_checksum(void **state)
{
	struct lab_rule damage = rule_of(LAB_DAMAGE, LAB_SERVER_LEG, TW_PSH);
	struct bench b;

	(void)state;
	bench_prepare(&b);
	bench_start(&b);
	(void)lab_wire_add_rule(b.wire, &damage);
	put(&b, LAB_CLIENT, DATA, 2, 1, "damaged");
	assert_true(got(&b, LAB_SERVER, DATA, 2));
	lab_wire_stop(b.wire);
	assert_int_equal(decoded(lab_wire_recording(b.wire, LAB_AT_MIDDLE), 0).segment.checksum,
			 TW_CHECKSUM_GOOD);
	assert_int_equal(decoded(lab_wire_recording(b.wire, LAB_AT_SERVER), 0).segment.checksum,
			 TW_CHECKSUM_BAD);
	bench_end(&b);
}

/* ---- forgeries ---- */

static void a_forged_reset_follows_the_packet_in_sequence(void **state)
{
	for (int leg = 0; leg < LAB_LEGS; leg++) {
		struct lab_rule forge = rule_of(LAB_FORGE, (enum lab_leg)leg, TW_PSH);
		struct bench b;

		(void)state;
		bench_prepare(&b);
		bench_start(&b);
		forge.forgery = (struct lab_forgery){.kind = LAB_FORGE_RESET_BOTH, .as = foreign};
		(void)lab_wire_add_rule(b.wire, &forge);
		put(&b, LAB_CLIENT, DATA, 100, 500, "hello");
		assert_true(got(&b, LAB_SERVER, DATA, 100));
		assert_true(got(&b, LAB_SERVER, TW_RST, 105));

		struct lab_packet *answer = get(&b, LAB_CLIENT);

		assert_non_null(answer);
		assert_int_equal(answer->flags, TW_RST);
		assert_int_equal(answer->seq, 500);
		assert_int_equal(answer->ttl, foreign.ttl - b.settings.hops[LAB_CLIENT_LEG]);
		lab_packet_free(answer);
		lab_wire_stop(b.wire);
		/* Each is recorded from the middle on. */
		assert_int_equal(recorded(&b, LAB_AT_CLIENT), 2);
		assert_int_equal(recorded(&b, LAB_AT_MIDDLE), 3);
		assert_int_equal(recorded(&b, LAB_AT_SERVER), 2);
		bench_end(&b);
	}
}

static void resets_can_rise_and_swallow_what_triggered_them(void **state)
{
	struct lab_rule forge = rule_of(LAB_FORGE, LAB_SERVER_LEG, TW_PSH);
	struct bench b;

	(void)state;
	bench_prepare(&b);
	bench_start(&b);
	forge.forgery = (struct lab_forgery){
	    .kind = LAB_FORGE_RESET_ANSWERING,
	    .as = foreign,
	    .count = 3,
	    .ahead = {0, 1460, 4380},
	    .counts_ip_ids = true,
	    .copies_window = true,
	    .swallow = true,
	};
	(void)lab_wire_add_rule(b.wire, &forge);
	put(&b, LAB_CLIENT, DATA, 100, 500, "forbidden");
	for (size_t i = 0; i < 3; i++) {
		struct lab_packet *reset = get(&b, LAB_CLIENT);

		assert_non_null(reset);
		assert_int_equal(reset->seq, 500 + forge.forgery.ahead[i]);
		assert_int_equal(reset->ip_id, foreign.ip_id + i);
		assert_int_equal(reset->window, 1000);
		lab_packet_free(reset);
	}
	assert_true(is_silent(&b, LAB_SERVER));
	bench_end(&b);
}

static void a_syn_can_be_answered_by_somebody_else(void **state)
{
	struct lab_rule synack = rule_of(LAB_FORGE, LAB_SERVER_LEG, TW_SYN);
	struct lab_rule icmp = rule_of(LAB_FORGE, LAB_SERVER_LEG, TW_SYN);
	struct bench b;
	struct lab_packet *answer;

	(void)state;
	bench_prepare(&b);
	bench_start(&b);
	synack.forgery = (struct lab_forgery){.kind = LAB_FORGE_SYNACK, .as = foreign};
	icmp.forgery =
	    (struct lab_forgery){.kind = LAB_FORGE_ICMP, .icmp_code = 13, .swallow = true};
	(void)lab_wire_add_rule(b.wire, &synack);
	(void)lab_wire_add_rule(b.wire, &icmp);
	put(&b, LAB_CLIENT, TW_SYN, 100, 0, "");
	answer = get(&b, LAB_CLIENT);
	assert_non_null(answer);
	assert_int_equal(answer->flags, SYNACK);
	assert_int_equal(answer->ack, 101);
	assert_int_equal(answer->destination_port, CLIENT_PORT);
	lab_packet_free(answer);
	answer = get(&b, LAB_CLIENT);
	assert_non_null(answer);
	assert_true(answer->is_icmp_error);
	lab_packet_free(answer);
	assert_true(is_silent(&b, LAB_SERVER));
	bench_end(&b);
}

static void an_injected_packet_waits_and_enters_where_it_should(void **state)
{
	struct bench b;
	struct lab_forged_segment segment;
	int64_t before_ns;

	(void)state;
	bench_prepare(&b);
	bench_start(&b);
	segment = segment_of(&b, LAB_CLIENT, TW_SYN, 9, 0, "");
	before_ns = lab_now_ns();
	lab_wire_inject(b.wire, lab_packet_forge(&segment), LAB_AT_MIDDLE, 10 * LAB_MILLISECOND);
	assert_int_equal(lab_wire_in_flight(b.wire), 1);
	assert_int_equal(lab_wire_wait(b.wire, 0, before_ns + LAB_SECOND), 1);
	assert_true(lab_now_ns() - before_ns >= 10 * LAB_MILLISECOND);
	assert_int_equal(lab_wire_wait(b.wire, 1, before_ns + LAB_SECOND), 2);
	assert_int_equal(lab_wire_wait(b.wire, 2, lab_now_ns() + LAB_MILLISECOND), 2);
	assert_int_equal(lab_wire_passed(b.wire, 0).point, LAB_AT_MIDDLE);
	assert_true(lab_wire_passed(b.wire, 0).forged);
	bench_end(&b);
}

/* ---- the box ---- */

/* A connection of which the box has seen an exchange. */
static void start_connection(struct bench *b)
{
	bench_prepare(b);
	bench_start(b);
	put(b, LAB_CLIENT, TW_SYN, 99, 0, "");
	assert_true(got(b, LAB_SERVER, TW_SYN, 99));
	put(b, LAB_SERVER, SYNACK, 499, 100, "");
	assert_true(got(b, LAB_CLIENT, SYNACK, 499));
	put(b, LAB_CLIENT, DATA, 100, 500, "request");
	assert_true(got(b, LAB_SERVER, DATA, 100));
	put(b, LAB_SERVER, DATA, 500, 107, "answer");
	assert_true(got(b, LAB_CLIENT, DATA, 500));
}

static void a_silent_box_drops_and_a_syn_begins_anew(void **state)
{
	struct bench b;

	(void)state;
	start_connection(&b);
	lab_wire_forget_idle(b.wire, 0, LAB_FORGET_SILENTLY, NULL);
	lab_wire_heal(b.wire);
	put(&b, LAB_CLIENT, DATA, 107, 506, "late");
	put(&b, LAB_SERVER, DATA, 506, 107, "late");
	assert_true(is_silent(&b, LAB_SERVER));
	assert_true(is_silent(&b, LAB_CLIENT));
	put(&b, LAB_CLIENT, TW_SYN, 5000, 0, "");
	assert_true(got(&b, LAB_SERVER, TW_SYN, 5000));
	put(&b, LAB_SERVER, SYNACK, 6000, 5001, "");
	assert_true(got(&b, LAB_CLIENT, SYNACK, 6000));
	bench_end(&b);
}

static void an_answering_box_answers_all_but_resets(void **state)
{
	struct bench b;

	(void)state;
	start_connection(&b);
	lab_wire_forget_idle(b.wire, 100 * LAB_MILLISECOND, LAB_FORGET_AND_ANSWER, &foreign);
	put(&b, LAB_CLIENT, TW_ACK, 107, 506, "");
	assert_true(got(&b, LAB_SERVER, TW_ACK, 107));
	(void)poll(NULL, 0, 150);
	put(&b, LAB_CLIENT, DATA, 107, 506, "late");
	assert_true(got(&b, LAB_CLIENT, TW_RST, 506));
	put(&b, LAB_SERVER, TW_RST, 506, 0, "");
	assert_true(is_silent(&b, LAB_SERVER));
	assert_true(is_silent(&b, LAB_CLIENT));
	lab_wire_stop(b.wire);
	assert_int_equal(recorded(&b, LAB_AT_SERVER), 6);
	bench_end(&b);
}

/* Of a second connection; true where it gets through. */
static bool passes_from_port(const struct bench *b, uint16_t port, uint32_t seq)
{
	struct lab_forged_segment segment = segment_of(b, LAB_CLIENT, DATA, seq, 1, "x");

	segment.source_port = port;
	put_packet(b, LAB_CLIENT, lab_packet_forge(&segment));
	return got(b, LAB_SERVER, DATA, seq);
}

static void only_the_idle_connection_is_forgotten(void **state)
{
	struct bench b;

	(void)state;
	start_connection(&b);
	assert_true(passes_from_port(&b, 50000, 1));
	lab_wire_forget_idle(b.wire, 200 * LAB_MILLISECOND, LAB_FORGET_SILENTLY, NULL);
	(void)poll(NULL, 0, 120);
	assert_true(passes_from_port(&b, 50000, 2));
	(void)poll(NULL, 0, 120);
	assert_true(passes_from_port(&b, 50000, 3));
	put(&b, LAB_CLIENT, DATA, 107, 506, "late");
	assert_true(is_silent(&b, LAB_SERVER));
	bench_end(&b);
}

static void a_telling_box_resets_both_ends_in_sequence_once(void **state)
{
	struct bench b;

	(void)state;
	start_connection(&b);
	put(&b, LAB_CLIENT, DATA, 107, 506, "more");
	assert_true(got(&b, LAB_SERVER, DATA, 107));
	/* A retransmission does not move the sequence back. */
	put(&b, LAB_CLIENT, DATA, 100, 506, "request");
	assert_true(got(&b, LAB_SERVER, DATA, 100));
	lab_wire_forget_idle(b.wire, 20 * LAB_MILLISECOND, LAB_FORGET_AND_TELL_BOTH, &foreign);
	assert_true(got(&b, LAB_SERVER, TW_RST, 111));
	assert_true(got(&b, LAB_CLIENT, TW_RST, 506));
	put(&b, LAB_CLIENT, DATA, 111, 506, "late");
	assert_true(is_silent(&b, LAB_SERVER));
	assert_true(is_silent(&b, LAB_CLIENT));
	bench_end(&b);
}

static void the_clients_ports_are_shifted_from_the_middle_on(void **state)
{
	struct lab_rule forge = rule_of(LAB_FORGE, LAB_CLIENT_LEG, TW_PSH);
	struct bench b;
	struct lab_packet *packet;

	(void)state;
	bench_prepare(&b);
	bench_start(&b);
	forge.forgery = (struct lab_forgery){.kind = LAB_FORGE_RESET_BOTH, .as = foreign};
	lab_wire_translate_ports(b.wire, 30000);
	put(&b, LAB_CLIENT, TW_SYN, 1, 0, "");
	packet = get(&b, LAB_SERVER);
	assert_non_null(packet);
	assert_int_equal(packet->source_port, (CLIENT_PORT + 30000) & 0xffff);
	lab_packet_set_ports(packet, SERVER_PORT, packet->source_port);
	lab_packet_set_addresses(packet, b.settings.addresses.bytes[LAB_SERVER],
				 b.settings.addresses.bytes[LAB_CLIENT]);
	packet->way = LAB_TO_CLIENT;
	put_packet(&b, LAB_SERVER, packet);
	packet = get(&b, LAB_CLIENT);
	assert_non_null(packet);
	assert_int_equal(packet->destination_port, CLIENT_PORT);
	lab_packet_free(packet);
	(void)lab_wire_add_rule(b.wire, &forge);
	put(&b, LAB_CLIENT, DATA, 2, 2, "x");
	packet = get(&b, LAB_CLIENT);
	assert_non_null(packet);
	assert_int_equal(packet->destination_port, CLIENT_PORT);
	lab_packet_free(packet);
	lab_wire_stop(b.wire);
	assert_int_equal(decoded(lab_wire_recording(b.wire, LAB_AT_MIDDLE), 0).segment.source.port,
			 (CLIENT_PORT + 30000) & 0xffff);
	assert_int_equal(decoded(lab_wire_recording(b.wire, LAB_AT_MIDDLE), 0).segment.checksum,
			 TW_CHECKSUM_GOOD);
	bench_end(&b);
}

static void a_service_address_is_translated_but_for_what_bypasses(void **state)
{
	static const uint8_t service[] = {10, 9, 9, 9};
	const struct lab_match bypass = {.with_payload = true, .skip = 1};
	struct bench b;
	struct lab_forged_segment segment;
	struct lab_packet *packet;

	(void)state;
	bench_prepare(&b);
	bench_start(&b);
	lab_wire_translate_service(b.wire, service, &bypass);
	segment = segment_of(&b, LAB_CLIENT, TW_SYN, 1, 0, "");
	memcpy(segment.destination, service, sizeof(service));
	put_packet(&b, LAB_CLIENT, lab_packet_forge(&segment));
	packet = get(&b, LAB_SERVER);
	assert_non_null(packet);
	assert_memory_equal(lab_packet_destination(packet), b.settings.addresses.bytes[LAB_SERVER],
			    4);
	lab_packet_free(packet);
	for (uint32_t i = 1; i <= 3; i++) {
		put(&b, LAB_SERVER, DATA, i, 2, "x");
		packet = get(&b, LAB_CLIENT);
		assert_non_null(packet);
		assert_memory_equal(lab_packet_source(packet),
				    i == 2 ? b.settings.addresses.bytes[LAB_SERVER] : service, 4);
		lab_packet_free(packet);
	}
	bench_end(&b);
}

/* ---- the other host ---- */

static void the_other_host_gets_its_own_and_what_is_sent_there(void **state)
{
	struct lab_rule redirect = rule_of(LAB_REDIRECT, LAB_SERVER_LEG, TW_FIN);
	struct lab_rule copy = rule_of(LAB_COPY_TO_OTHER, LAB_SERVER_LEG, TW_PSH);
	struct bench b;
	struct lab_forged_segment segment;

	(void)state;
	bench_prepare(&b);
	bench_start(&b);
	(void)lab_wire_add_rule(b.wire, &redirect);
	(void)lab_wire_add_rule(b.wire, &copy);
	segment = segment_of(&b, LAB_CLIENT, TW_SYN, 1, 0, "");
	memcpy(segment.destination, b.settings.addresses.bytes[LAB_OTHER], 4);
	put_packet(&b, LAB_CLIENT, lab_packet_forge(&segment));
	assert_true(got(&b, LAB_OTHER, TW_SYN, 1));
	put(&b, LAB_CLIENT, TW_FIN | TW_ACK, 2, 1, "");
	assert_true(got(&b, LAB_OTHER, TW_FIN | TW_ACK, 2));
	put(&b, LAB_CLIENT, DATA, 3, 1, "x");
	assert_true(got(&b, LAB_SERVER, DATA, 3));
	assert_true(got(&b, LAB_OTHER, DATA, 3));
	assert_true(is_silent(&b, LAB_SERVER));
	put(&b, LAB_OTHER, TW_RST, 1, 0, "");
	assert_true(got(&b, LAB_CLIENT, TW_RST, 1));
	lab_wire_stop(b.wire);
	/* The copy is not recorded, and the RST comes from the other host's card. */
	const struct lab_recording *r = lab_wire_recording(b.wire, LAB_AT_SERVER);
	uint8_t mac[6];

	assert_int_equal(r->count, 4);
	lab_host_mac(LAB_OTHER, mac);
	assert_memory_equal(r->bytes + r->frames[3].offset + sizeof(mac), mac, sizeof(mac));
	assert_memory_equal(r->bytes + r->frames[1].offset, mac, sizeof(mac));
	bench_end(&b);
}

/* ---- recording ---- */

static void recording_stops_starts_and_can_see_one_way_only(void **state)
{
	struct bench b;

	(void)state;
	bench_prepare(&b);
	bench_start(&b);
	lab_wire_record(b.wire, false);
	put(&b, LAB_CLIENT, TW_ACK, 1, 1, "");
	assert_true(got(&b, LAB_SERVER, TW_ACK, 1));
	lab_wire_record(b.wire, true);
	lab_wire_record_only(b.wire, LAB_ONLY_TO_CLIENT);
	put(&b, LAB_CLIENT, TW_ACK, 2, 1, "");
	put(&b, LAB_SERVER, TW_ACK, 3, 1, "");
	assert_true(got(&b, LAB_SERVER, TW_ACK, 2));
	assert_true(got(&b, LAB_CLIENT, TW_ACK, 3));
	lab_wire_stop(b.wire);
	for (int point = 0; point < LAB_POINTS; point++) {
		const struct lab_recording *r = lab_wire_recording(b.wire, (enum lab_point)point);

		assert_int_equal(r->count, 1);
		assert_int_equal(decoded(r, 0).segment.seq, 3);
	}
	assert_int_equal(lab_wire_passed_count(b.wire), 9);
	bench_end(&b);
}

static void what_is_neither_tcp_nor_icmp_error_is_dropped_unseen(void **state)
{
	const uint8_t arp[60] = {[12] = 0x08, [13] = 0x06};
	const uint8_t udp[ETHERNET + 28] = {
	    [12] = 0x08, [ETHERNET] = 0x45, [ETHERNET + 3] = 28, [ETHERNET + 9] = 17};
	struct bench b;

	(void)state;
	bench_prepare(&b);
	bench_start(&b);
	assert_int_equal(write(b.hosts[LAB_CLIENT], arp, sizeof(arp)), sizeof(arp));
	assert_int_equal(write(b.hosts[LAB_CLIENT], udp, sizeof(udp)), sizeof(udp));
	assert_int_equal(write(b.hosts[LAB_CLIENT], udp, 5), 5);
	assert_true(is_silent(&b, LAB_SERVER));
	assert_int_equal(lab_wire_passed_count(b.wire), 0);
	bench_end(&b);
}

static void a_train_is_large_at_the_ends_and_small_in_the_middle(void **state)
{
	enum { BYTES = 5000, SEGMENT = 1400 };
	static char text[BYTES + 1];
	struct bench b;
	struct lab_forged_segment segment;
	struct lab_packet *train;

	(void)state;
	memset(text, 'x', BYTES);
	bench_prepare(&b);
	b.settings.vnet_header = true;
	bench_start(&b);
	segment = segment_of(&b, LAB_CLIENT, DATA, 1, 1, text);
	train = lab_packet_forge(&segment);
	assert_non_null(train);
	train->segment_size = SEGMENT;
	train->checksum_unfilled = true;
	put_packet(&b, LAB_CLIENT, train);
	train = get(&b, LAB_SERVER);
	assert_non_null(train);
	assert_int_equal(train->payload_bytes, BYTES);
	assert_int_equal(train->segment_size, SEGMENT);
	assert_true(train->checksum_unfilled);
	assert_int_equal(train->flags, DATA);
	lab_packet_free(train);
	lab_wire_stop(b.wire);
	assert_int_equal(recorded(&b, LAB_AT_CLIENT), 1);
	assert_int_equal(recorded(&b, LAB_AT_MIDDLE), 4);
	assert_int_equal(recorded(&b, LAB_AT_SERVER), 1);
	bench_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_packet_takes_its_time_and_is_recorded_at_each_point),
	    cmocka_unit_test(jitter_keeps_the_order),
	    cmocka_unit_test(what_is_dropped_is_missing_further_on),
	    cmocka_unit_test(rules_go_when_the_wire_heals),
	    cmocka_unit_test(a_delayed_packet_is_overtaken_and_a_duplicate_follows),
	    cmocka_unit_test(a_damaged_packet_arrives_with_a_bad_checksum),
	    cmocka_unit_test(a_forged_reset_follows_the_packet_in_sequence),
	    cmocka_unit_test(resets_can_rise_and_swallow_what_triggered_them),
	    cmocka_unit_test(a_syn_can_be_answered_by_somebody_else),
	    cmocka_unit_test(an_injected_packet_waits_and_enters_where_it_should),
	    cmocka_unit_test(a_silent_box_drops_and_a_syn_begins_anew),
	    cmocka_unit_test(an_answering_box_answers_all_but_resets),
	    cmocka_unit_test(only_the_idle_connection_is_forgotten),
	    cmocka_unit_test(a_telling_box_resets_both_ends_in_sequence_once),
	    cmocka_unit_test(the_clients_ports_are_shifted_from_the_middle_on),
	    cmocka_unit_test(a_service_address_is_translated_but_for_what_bypasses),
	    cmocka_unit_test(the_other_host_gets_its_own_and_what_is_sent_there),
	    cmocka_unit_test(recording_stops_starts_and_can_see_one_way_only),
	    cmocka_unit_test(what_is_neither_tcp_nor_icmp_error_is_dropped_unseen),
	    cmocka_unit_test(a_train_is_large_at_the_ends_and_small_in_the_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
