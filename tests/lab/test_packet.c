/* test_packet.c: packets read, changed with their checksums, and forged. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "packets.h"

#include "lab/fields.h"

#include <stdlib.h>

static const char text[] = "GET / HTTP/1.1\r\n\r\n";

/* 10.0.0.1:49152 > 10.0.0.2:80 [P.], time stamps 1000 and 2000, "GET /", and right checksums. */
static const uint8_t written4[] = {
    0x45, 0x10, 0x00, 0x39, 0xbe, 0xef, 0x40, 0x00, 0x40, 0x06, 0x67, 0xbd, 0x0a, 0x00, 0x00,
    0x01, 0x0a, 0x00, 0x00, 0x02, 0xc0, 0x00, 0x00, 0x50, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06,
    0x07, 0x08, 0x80, 0x18, 0x12, 0x34, 0xa9, 0xf7, 0x00, 0x00, 0x01, 0x01, 0x08, 0x0a, 0x00,
    0x00, 0x03, 0xe8, 0x00, 0x00, 0x07, 0xd0, 0x47, 0x45, 0x54, 0x20, 0x2f};

/* ---- reading ---- */

static void a_segment_is_read(void **state)
{
	struct lab_packet *packet = lab_packet_new(written4, sizeof(written4));

	(void)state;
	assert_non_null(packet);
	assert_right(packet);
	assert_int_equal(packet->source_port, 49152);
	assert_int_equal(packet->seq, 0x01020304);
	assert_int_equal(packet->flags, TW_PSH | TW_ACK);
	assert_int_equal(packet->tos, 0x10);
	assert_int_equal(packet->ip_id, 0xbeef);
	assert_int_equal(packet->payload_bytes, 5);
	assert_int_equal(lab_packet_end(packet), 0x01020309);
	assert_true(lab_packet_contains(packet, TW_STR("T /")));
	assert_false(lab_packet_contains(packet, TW_STR("T /x")));
	lab_packet_free(packet);
}

static void a_segment_ends_behind_its_payload_syn_and_fin_also_where_numbers_wrap(void **state)
{
	(void)state;
	for (int ip6 = 0; ip6 < 2; ip6++) {
		struct lab_packet *packet = data(ip6, LAB_TO_SERVER, 0xfffffffe, "abc");

		assert_int_equal(lab_packet_end(packet), 1);
		lab_packet_set_flags(packet, TW_SYN | TW_FIN);
		assert_int_equal(lab_packet_end(packet), 3);
		lab_packet_free(packet);
	}
}

static void ports_belong_to_hosts_whatever_the_way(void **state)
{
	(void)state;
	for (int way = 0; way < LAB_WAYS; way++) {
		struct lab_packet *packet = data(false, (enum lab_way)way, 1, "");

		assert_int_equal(lab_packet_client_port(packet), CLIENT_PORT);
		assert_int_equal(lab_packet_server_port(packet), SERVER_PORT);
		lab_packet_free(packet);
	}
}

static void padding_behind_the_ip_packet_is_cut_off(void **state)
{
	uint8_t padded[sizeof(written4) + 3] = {0};
	struct lab_packet *packet;

	(void)state;
	memcpy(padded, written4, sizeof(written4));
	packet = lab_packet_new(padded, sizeof(padded));
	assert_int_equal(packet->size, sizeof(written4));
	assert_right(packet);
	lab_packet_free(packet);
}

static void what_is_no_whole_tcp_segment_is_none(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
	} changes[] = {
	    {0, 0x65},	/* IP version 6, with lengths that do not fit */
	    {0, 0x44},	/* IP header of 16 bytes */
	    {0, 0x4f},	/* of 60 bytes, more than there is */
	    {3, 0x3a},	/* longer than what was read */
	    {3, 0x13},	/* shorter than its header */
	    {6, 0x20},	/* a fragment, more follow */
	    {7, 0x01},	/* the second fragment */
	    {9, 17},	/* UDP */
	    {32, 0x40}, /* TCP header of 16 bytes */
	    {32, 0xf0}, /* of 60 bytes */
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(changes); i++) {
		uint8_t bytes[sizeof(written4)];
		struct lab_packet *packet;

		memcpy(bytes, written4, sizeof(bytes));
		bytes[changes[i].at] = changes[i].value;
		packet = lab_packet_new(bytes, sizeof(bytes));
		assert_non_null(packet);
		assert_false(packet->is_tcp);
		assert_int_equal(packet->payload_bytes, 0);
		lab_packet_free(packet);
	}
	assert_null(lab_packet_new(written4, LAB_PACKET_BYTES_MAX + 1));
}

/* All changes, whatever it is. */
static void change_everything(struct lab_packet *packet)
{
	static const uint8_t address[16] = {192, 0, 2, 1};

	lab_packet_set_ttl(packet, 9);
	lab_packet_set_ip_id(packet, 9);
	lab_packet_set_dont_fragment(packet, false);
	lab_packet_set_flags(packet, TW_RST);
	lab_packet_set_window(packet, 9);
	lab_packet_set_seq(packet, 9);
	lab_packet_set_ack(packet, 9);
	lab_packet_set_ports(packet, 9, 9);
	lab_packet_set_addresses(packet, address, address);
	(void)lab_packet_clamp_mss(packet, 9);
	(void)lab_packet_strip_option(packet, 8);
	lab_packet_damage(packet);
	lab_packet_strip_options(packet);
	lab_packet_fill_checksum(packet);
	(void)lab_packet_contains(packet, TW_STR("x"));
	(void)lab_packet_end(packet);
}

static void forge_everything(const struct lab_packet *packet)
{
	static const struct lab_personality as = {.ttl = 64};
	static const uint8_t router[16] = {192, 0, 2, 1};

	lab_packet_free(lab_packet_reset_after(packet, 0, true, &as));
	lab_packet_free(lab_packet_reset_answering(packet, 0, true, &as));
	lab_packet_free(lab_packet_unreachable(packet, router, 1));
}

/* The sanitizers see what would be read or written outside. */
static void mutilated_packets_are_borne(void **state)
{
	uint32_t random = 20251122;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct lab_packet *whole = data(round % 2, LAB_TO_SERVER, 1, text);
		struct lab_packet *packet;
		size_t size = whole->size;

		for (int hits = 0; hits < round % 4; hits++) {
			random = (uint32_t)(random * UINT64_C(1664525) + 1013904223);
			whole->bytes[(random >> 16) % whole->size] = (uint8_t)(random >> 8);
		}
		if (round % 3 == 0)
			size = (random >> 8) % (size + 1);
		packet = lab_packet_new(whole->bytes, size);
		assert_non_null(packet);
		assert_true(packet->payload_offset + packet->payload_bytes <= packet->size);
		forge_everything(packet);
		change_everything(packet);
		lab_packet_free(packet);
		lab_packet_free(whole);
	}
}

/* ---- changes ---- */

static void every_change_keeps_members_and_checksums_in_step(void **state)
{
	static const uint8_t address[16] = {192, 0, 2, 77, [15] = 9};

	(void)state;
	for (int ip6 = 0; ip6 < 2; ip6++) {
		struct lab_packet *packet = data(ip6, LAB_TO_SERVER, 1, text);

		assert_right(packet);
		lab_packet_set_ttl(packet, 3);
		assert_right(packet);
		assert_int_equal(packet->ttl, 3);
		lab_packet_set_ip_id(packet, 0xfffe);
		assert_right(packet);
		assert_int_equal(packet->ip_id, ip6 ? 0 : 0xfffe);
		lab_packet_set_dont_fragment(packet, false);
		assert_right(packet);
		assert_false(packet->dont_fragment);
		lab_packet_set_flags(packet, TW_RST | TW_AE);
		assert_right(packet);
		assert_int_equal(packet->flags, TW_RST | TW_AE);
		lab_packet_set_window(packet, 65535);
		assert_right(packet);
		assert_int_equal(packet->window, 65535);
		lab_packet_set_seq(packet, 0xffffffff);
		assert_right(packet);
		assert_int_equal(packet->seq, 0xffffffff);
		lab_packet_set_ack(packet, 0);
		assert_right(packet);
		assert_int_equal(packet->ack, 0);
		lab_packet_set_ports(packet, 1, 65535);
		assert_right(packet);
		assert_int_equal(packet->source_port, 1);
		assert_int_equal(packet->destination_port, 65535);
		lab_packet_set_addresses(packet, address, NULL);
		assert_right(packet);
		assert_memory_equal(lab_packet_source(packet), address, ip6 ? 16 : 4);
		lab_packet_set_addresses(packet, NULL, address);
		assert_right(packet);
		assert_memory_equal(lab_packet_destination(packet), address, ip6 ? 16 : 4);
		assert_true(lab_packet_contains(packet, TW_STR(text)));
		lab_packet_free(packet);
	}
}

/* Incremental checksums are where one's complement is easily got wrong: 0 and 0xffff. */
static void checksums_are_right_for_all_values_of_a_field(void **state)
{
	(void)state;
	for (int ip6 = 0; ip6 < 2; ip6++) {
		struct lab_packet *packet = data(ip6, LAB_TO_SERVER, 1, "odd");

		for (uint32_t value = 0; value <= UINT16_MAX; value++) {
			lab_packet_set_window(packet, (uint16_t)(value * 40503u));
			assert_int_equal(decoded(packet).checksum, TW_CHECKSUM_GOOD);
		}
		lab_packet_free(packet);
	}
}

static struct lab_packet *syn(bool ip6)
{
	struct lab_forged_segment segment = segment_of(ip6, LAB_TO_SERVER);

	segment.flags = TW_SYN;
	segment.options = syn_options;
	segment.options_bytes = sizeof(syn_options);
	return made(&segment);
}

static void an_option_is_stripped_wherever_it_begins(void **state)
{
	static const struct {
		uint8_t kind;
		uint32_t bit;
	} options[] = {{2, TW_OPTION_MSS},
		       {3, TW_OPTION_WINDOW_SCALE},
		       {4, TW_OPTION_SACK_PERMITTED},
		       {8, TW_OPTION_TIMESTAMPS}};

	(void)state;
	for (int ip6 = 0; ip6 < 2; ip6++) {
		for (size_t i = 0; i < TW_LEN(options); i++) {
			struct lab_packet *packet = syn(ip6);
			uint32_t before = decoded(packet).options.present;

			assert_true(lab_packet_strip_option(packet, options[i].kind));
			assert_right(packet);
			assert_int_equal(decoded(packet).options.present, before & ~options[i].bit);
			assert_false(lab_packet_strip_option(packet, options[i].kind));
			assert_false(lab_packet_strip_option(packet, 1));
			lab_packet_free(packet);
		}
	}
}

static void all_options_go_and_the_payload_stays(void **state)
{
	(void)state;
	for (int ip6 = 0; ip6 < 2; ip6++) {
		struct lab_packet *packet = data(ip6, LAB_TO_SERVER, 77, text);
		size_t size = packet->size;

		lab_packet_strip_options(packet);
		assert_right(packet);
		assert_int_equal(packet->size, size - sizeof(timestamps));
		assert_int_equal(packet->payload_bytes, strlen(text));
		assert_memory_equal(packet->bytes + packet->payload_offset, text, strlen(text));
		assert_int_equal(packet->seq, 77);
		lab_packet_strip_options(packet);
		assert_int_equal(packet->size, size - sizeof(timestamps));
		lab_packet_free(packet);
	}
}

static void the_mss_is_lowered_but_never_raised(void **state)
{
	(void)state;
	for (int ip6 = 0; ip6 < 2; ip6++) {
		struct lab_packet *packet = syn(ip6);

		assert_false(lab_packet_clamp_mss(packet, 1460));
		assert_true(lab_packet_clamp_mss(packet, 1200));
		assert_right(packet);
		assert_int_equal(decoded(packet).options.mss, 1200);
		assert_false(lab_packet_clamp_mss(packet, 1300));
		assert_int_equal(decoded(packet).options.mss, 1200);
		lab_packet_strip_options(packet);
		assert_false(lab_packet_clamp_mss(packet, 500));
		lab_packet_free(packet);
	}
}

static void damage_is_not_healed_by_what_happens_later(void **state)
{
	static const uint8_t address[16] = {192, 0, 2, 77};

	(void)state;
	for (int ip6 = 0; ip6 < 2; ip6++) {
		struct lab_packet *packet = data(ip6, LAB_TO_SERVER, 1, text);
		unsigned bits = 0;

		lab_packet_damage(packet);
		assert_in_step(packet, TW_CHECKSUM_BAD);
		for (size_t i = 0; i < strlen(text); i++)
			bits += (unsigned)__builtin_popcount(
			    packet->bytes[packet->payload_offset + i] ^ (uint8_t)text[i]);
		assert_int_equal(bits, 1);
		lab_packet_set_ttl(packet, 60);
		lab_packet_set_ports(packet, 5, 6);
		lab_packet_set_addresses(packet, address, NULL);
		lab_packet_fill_checksum(packet);
		lab_packet_strip_options(packet);
		assert_in_step(packet, TW_CHECKSUM_BAD);
		lab_packet_free(packet);
	}
}

static void damage_to_an_unfilled_checksum_is_seen(void **state)
{
	struct lab_packet *packet = data(false, LAB_TO_SERVER, 1, text);
	uint16_t sum = lab_packet_pseudo_sum(packet, packet->tcp_offset, PROTOCOL_TCP);

	(void)state;
	memcpy(packet->bytes + packet->tcp_offset + TCP_CHECKSUM, &sum, sizeof(sum));
	packet->checksum_unfilled = true;
	lab_packet_damage(packet);
	assert_false(packet->checksum_unfilled);
	assert_in_step(packet, TW_CHECKSUM_BAD);
	lab_packet_free(packet);
}

static void an_unfilled_checksum_follows_the_pseudo_header_until_it_is_filled(void **state)
{
	static const uint8_t address[16] = {192, 0, 2, 77};

	(void)state;
	for (int ip6 = 0; ip6 < 2; ip6++) {
		struct lab_packet *packet = data(ip6, LAB_TO_SERVER, 1, text);
		uint16_t sum = lab_packet_pseudo_sum(packet, packet->tcp_offset, PROTOCOL_TCP);

		memcpy(packet->bytes + packet->tcp_offset + TCP_CHECKSUM, &sum, sizeof(sum));
		packet->checksum_unfilled = true;
		assert_in_step(packet, TW_CHECKSUM_PARTIAL);
		lab_packet_set_seq(packet, 99);
		assert_in_step(packet, TW_CHECKSUM_PARTIAL);
		lab_packet_set_addresses(packet, address, NULL);
		assert_in_step(packet, TW_CHECKSUM_PARTIAL);
		lab_packet_strip_options(packet);
		assert_in_step(packet, TW_CHECKSUM_PARTIAL);
		assert_true(packet->checksum_unfilled);
		lab_packet_fill_checksum(packet);
		assert_right(packet);
		assert_false(packet->checksum_unfilled);
		lab_packet_free(packet);
	}
}

static void a_copy_is_alike_and_its_own(void **state)
{
	struct lab_packet *packet = data(false, LAB_TO_CLIENT, 1, text);
	struct lab_packet *copy = lab_packet_copy(packet);

	(void)state;
	assert_non_null(copy);
	assert_memory_equal(copy, packet, sizeof(*packet) + packet->size);
	lab_packet_set_seq(copy, 4711);
	assert_int_equal(packet->seq, 1);
	assert_right(packet);
	lab_packet_free(copy);
	lab_packet_free(packet);
}

/* ---- forgeries ---- */

static const struct lab_personality hand = {
    .ttl = 47, .ip_id = 4242, .dont_fragment = false, .window = 1980};

static void assert_by_hand(const struct lab_packet *packet)
{
	assert_non_null(packet);
	assert_right(packet);
	assert_true(packet->forged);
	assert_int_equal(packet->ttl, 47);
	assert_int_equal(packet->ip_id, packet->ip6 ? 0 : 4242);
	assert_false(packet->dont_fragment);
	assert_int_equal(packet->window, 1980);
	assert_int_equal(packet->payload_offset - packet->tcp_offset, TCP_BYTES);
}

static void a_reset_after_a_segment_continues_it(void **state)
{
	(void)state;
	for (int ip6 = 0; ip6 < 2; ip6++) {
		struct lab_packet *packet = data(ip6, LAB_TO_SERVER, 1000, "abcd");
		struct lab_packet *bare = lab_packet_reset_after(packet, 0, false, &hand);
		struct lab_packet *ahead = lab_packet_reset_after(packet, 1460, true, &hand);

		assert_by_hand(bare);
		assert_int_equal(bare->flags, TW_RST);
		assert_int_equal(bare->seq, 1004);
		assert_int_equal(bare->ack, 0);
		assert_int_equal(bare->way, LAB_TO_SERVER);
		assert_int_equal(bare->from, LAB_CLIENT);
		assert_int_equal(bare->source_port, CLIENT_PORT);
		assert_memory_equal(lab_packet_source(bare), lab_packet_source(packet),
				    ip6 ? 32 : 8);
		assert_by_hand(ahead);
		assert_int_equal(ahead->flags, TW_RST | TW_ACK);
		assert_int_equal(ahead->seq, 1004 + 1460);
		assert_int_equal(ahead->ack, 5000);
		lab_packet_free(bare);
		lab_packet_free(ahead);
		lab_packet_free(packet);
	}
}

/* RFC 9293 section 3.10.7.1. */
static void a_reset_answers_as_a_host_without_a_connection_would(void **state)
{
	static const struct {
		uint16_t flags;
		bool with_ack;
		uint16_t answer;
		uint32_t seq;
		uint32_t ack;
	} cases[] = {
	    {TW_PSH | TW_ACK, false, TW_RST, 5000 + 7, 0},
	    {TW_PSH | TW_ACK, true, TW_RST | TW_ACK, 5000 + 7, 1004},
	    {TW_FIN | TW_ACK, true, TW_RST | TW_ACK, 5000 + 7, 1005},
	    {TW_SYN, false, TW_RST | TW_ACK, 7, 1005},
	    {0, false, TW_RST | TW_ACK, 7, 1004},
	};

	(void)state;
	for (int ip6 = 0; ip6 < 2; ip6++) {
		for (size_t i = 0; i < TW_LEN(cases); i++) {
			struct lab_packet *packet = data(ip6, LAB_TO_SERVER, 1000, "abcd");
			struct lab_packet *reset;

			lab_packet_set_flags(packet, cases[i].flags);
			reset = lab_packet_reset_answering(packet, 7, cases[i].with_ack, &hand);
			assert_by_hand(reset);
			assert_int_equal(reset->flags, cases[i].answer);
			assert_int_equal(reset->seq, cases[i].seq);
			assert_int_equal(reset->ack, cases[i].ack);
			assert_int_equal(reset->way, LAB_TO_CLIENT);
			assert_int_equal(reset->from, LAB_SERVER);
			assert_int_equal(reset->source_port, SERVER_PORT);
			assert_memory_equal(lab_packet_source(reset),
					    lab_packet_destination(packet), ip6 ? 16 : 4);
			assert_memory_equal(lab_packet_destination(reset),
					    lab_packet_source(packet), ip6 ? 16 : 4);
			lab_packet_free(reset);
			lab_packet_free(packet);
		}
	}
}

static void a_reset_is_not_answered(void **state)
{
	struct lab_packet *packet = data(false, LAB_TO_SERVER, 1000, "");

	(void)state;
	lab_packet_set_flags(packet, TW_RST | TW_ACK);
	assert_null(lab_packet_reset_answering(packet, 0, false, &hand));
	lab_packet_free(packet);
}

static void the_other_host_is_answered_and_answers(void **state)
{
	struct lab_packet *packet = data(false, LAB_TO_CLIENT, 1000, "");
	struct lab_packet *to_it;
	struct lab_packet *from_it;

	(void)state;
	packet->from = LAB_OTHER;
	to_it = lab_packet_reset_answering(packet, 0, false, &hand);
	assert_true(to_it->to_other);
	assert_int_equal(to_it->from, LAB_CLIENT);
	lab_packet_set_flags(to_it, TW_ACK);
	from_it = lab_packet_reset_answering(to_it, 0, false, &hand);
	assert_false(from_it->to_other);
	assert_int_equal(from_it->from, LAB_OTHER);
	lab_packet_free(from_it);
	lab_packet_free(to_it);
	lab_packet_free(packet);
}

static void a_forged_segment_has_options_and_payload(void **state)
{
	struct lab_forged_segment segment = segment_of(true, LAB_TO_CLIENT);
	struct lab_packet *packet;

	(void)state;
	segment.flags = TW_SYN | TW_ACK;
	segment.options = syn_options;
	segment.options_bytes = sizeof(syn_options);
	segment.payload = TW_STR("odd");
	packet = made(&segment);
	assert_right(packet);
	assert_int_equal(decoded(packet).options.mss, 1460);
	assert_true(lab_packet_contains(packet, TW_STR("odd")));
	assert_int_equal(packet->way, LAB_TO_CLIENT);
	assert_int_equal(packet->from, LAB_SERVER);
	lab_packet_free(packet);
}

static void too_large_a_payload_cannot_be_forged(void **state)
{
	struct lab_forged_segment segment = segment_of(false, LAB_TO_SERVER);
	char *large = calloc(1, 65536);
	struct lab_packet *packet;

	(void)state;
	assert_non_null(large);
	segment.payload = (struct tw_str){large, 65535 - 20 - 20};
	packet = made(&segment);
	assert_right(packet);
	lab_packet_free(packet);
	segment.payload.size++;
	assert_null(lab_packet_forge(&segment));
	free(large);
}

/* ---- ICMP ---- */

static struct tw_icmp_error decoded_icmp(const struct lab_packet *packet)
{
	struct tw_wire_frame frame = {
	    .number = 1,
	    .link_type = LINK_TYPE_RAW,
	    .wire_bytes = (uint32_t)packet->size,
	    .bytes = tw_slice_of(packet->bytes, packet->size),
	};
	struct tw_decoded decoded;
	size_t at = packet->ip6 ? IP6_BYTES : IP4_BYTES;
	uint16_t sum = packet->ip6 ? lab_packet_pseudo_sum(packet, at, PROTOCOL_ICMP6) : 0;

	assert_true(packet->is_icmp_error);
	assert_int_equal(tw_checksum_add(sum, tw_slice_of(packet->bytes + at, packet->size - at)),
			 0xffff);
	if (!packet->ip6)
		assert_int_equal(tw_checksum_add(0, tw_slice_of(packet->bytes, 20)), 0xffff);
	tw_decode(&frame, NULL, &decoded);
	assert_int_equal(decoded.kind, TW_DECODED_ICMP_ERROR);
	return decoded.icmp;
}

static void an_unreachable_quotes_the_packet(void **state)
{
	static const uint8_t router[16] = {192, 0, 2, 1};
	static const uint8_t translated[16] = {198, 51, 100, 9};
	static const struct {
		uint8_t code;
		uint8_t type6;
		uint8_t code6;
	} cases[] = {{0, 1, 0}, {1, 1, 3}, {3, 1, 4}, {4, 2, 0}, {13, 1, 1}, {255, 1, 0}};

	(void)state;
	for (int ip6 = 0; ip6 < 2; ip6++) {
		for (size_t i = 0; i < TW_LEN(cases); i++) {
			struct lab_packet *packet = data(ip6, LAB_TO_SERVER, 1000, text);
			struct lab_packet *error =
			    lab_packet_unreachable(packet, router, cases[i].code);
			struct tw_icmp_error icmp = decoded_icmp(error);

			assert_int_equal(icmp.type, ip6 ? cases[i].type6 : 3);
			assert_int_equal(icmp.code, ip6 ? cases[i].code6 : cases[i].code);
			assert_int_equal(icmp.mtu, cases[i].code == 4 ? 1280 : 0);
			assert_int_equal(icmp.quoted_source.port, CLIENT_PORT);
			assert_int_equal(icmp.quoted_seq, 1000);
			assert_memory_equal(icmp.reporter.bytes, router, ip6 ? 16 : 4);
			assert_memory_equal(lab_packet_destination(error),
					    lab_packet_source(packet), ip6 ? 16 : 4);
			assert_int_equal(error->way, LAB_TO_CLIENT);
			assert_true(error->forged);
			lab_packet_set_ttl(error, 60);
			lab_packet_set_addresses(error, NULL, translated);
			(void)decoded_icmp(error);
			lab_packet_free(error);
			lab_packet_free(packet);
		}
	}
}

static void an_unreachable_about_a_large_packet_quotes_only_its_start(void **state)
{
	static const uint8_t router[16] = {192, 0, 2, 1};
	static char large[1400];

	(void)state;
	for (int ip6 = 0; ip6 < 2; ip6++) {
		struct lab_forged_segment segment = segment_of(ip6, LAB_TO_SERVER);
		struct lab_packet *packet;
		struct lab_packet *error;

		segment.payload = (struct tw_str){large, sizeof(large)};
		packet = made(&segment);
		error = lab_packet_unreachable(packet, router, 1);
		assert_int_equal(error->size, ip6 ? 1280 : 576);
		assert_int_equal(decoded_icmp(error).quoted_seq, 1000);
		lab_packet_free(error);
		lab_packet_free(packet);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_segment_is_read),
	    cmocka_unit_test(a_segment_ends_behind_its_payload_syn_and_fin_also_where_numbers_wrap),
	    cmocka_unit_test(ports_belong_to_hosts_whatever_the_way),
	    cmocka_unit_test(padding_behind_the_ip_packet_is_cut_off),
	    cmocka_unit_test(what_is_no_whole_tcp_segment_is_none),
	    cmocka_unit_test(mutilated_packets_are_borne),
	    cmocka_unit_test(every_change_keeps_members_and_checksums_in_step),
	    cmocka_unit_test(checksums_are_right_for_all_values_of_a_field),
	    cmocka_unit_test(an_option_is_stripped_wherever_it_begins),
	    cmocka_unit_test(all_options_go_and_the_payload_stays),
	    cmocka_unit_test(the_mss_is_lowered_but_never_raised),
	    cmocka_unit_test(damage_is_not_healed_by_what_happens_later),
	    cmocka_unit_test(damage_to_an_unfilled_checksum_is_seen),
	    cmocka_unit_test(an_unfilled_checksum_follows_the_pseudo_header_until_it_is_filled),
	    cmocka_unit_test(a_copy_is_alike_and_its_own),
	    cmocka_unit_test(a_reset_after_a_segment_continues_it),
	    cmocka_unit_test(a_reset_answers_as_a_host_without_a_connection_would),
	    cmocka_unit_test(a_reset_is_not_answered),
	    cmocka_unit_test(the_other_host_is_answered_and_answers),
	    cmocka_unit_test(a_forged_segment_has_options_and_payload),
	    cmocka_unit_test(too_large_a_payload_cannot_be_forged),
	    cmocka_unit_test(an_unreachable_quotes_the_packet),
	    cmocka_unit_test(an_unreachable_about_a_large_packet_quotes_only_its_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
