/* test_icmp.c: ICMP errors about a segment, and those about something else. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "frames.h"

#define OUTER4 "4500 0000 0001 0000 3e 01 0000 c0a80063 0a000001 "
#define OUTER6_OF(length) \
	"60000000 " length " 3a 3d 20010db8 00000000 00000000 00000063 " IP6_SOURCE
#define OUTER6	     OUTER6_OF("0038")
#define QUOTED_PORTS "c000 0050 "
#define QUOTED_TCP   QUOTED_PORTS "01020304 "

static const struct {
	const char *name;
	const char *hex;
	struct tw_icmp_error expected;
} goods[] = {
    {"host unreachable",
     OUTER4 "0301 0000 00000000 " IP4_HEADER("06", "0039") QUOTED_TCP,
     {.version = 4, .type = 3, .code = 1, .ttl = 62, .has_quoted_seq = true}},
    {"fragmentation needed, all of the segment",
     OUTER4 "0304 0000 0000 0578 " PACKET4,
     {.version = 4, .type = 3, .code = 4, .ttl = 62, .mtu = 1400, .has_quoted_seq = true}},
    {"no mtu in another code",
     OUTER4 "030d 0000 0000 0578 " IP4_HEADER("06", "0039") QUOTED_TCP,
     {.version = 4, .type = 3, .code = 13, .ttl = 62, .has_quoted_seq = true}},
    {"source quench",
     OUTER4 "0400 0000 00000000 " IP4_HEADER("06", "0039") QUOTED_TCP,
     {.version = 4, .type = 4, .code = 0, .ttl = 62, .has_quoted_seq = true}},
    {"time exceeded",
     OUTER4 "0b00 0000 00000000 " IP4_HEADER("06", "0039") QUOTED_TCP,
     {.version = 4, .type = 11, .code = 0, .ttl = 62, .has_quoted_seq = true}},
    {"parameter problem",
     OUTER4 "0c00 0000 00000000 " IP4_HEADER("06", "0039") QUOTED_TCP,
     {.version = 4, .type = 12, .code = 0, .ttl = 62, .has_quoted_seq = true}},
    {"quoted options",
     OUTER4 "0301 0000 00000000 4600 003d 0001 4000 01 06 0000 " IP4_ADDRESSES
	    "01010101 " QUOTED_TCP,
     {.version = 4, .type = 3, .code = 1, .ttl = 62, .has_quoted_seq = true}},
    {"quoted length that a router spoiled",
     OUTER4 "0b00 0000 00000000 " IP4_HEADER("06", "0001") QUOTED_TCP,
     {.version = 4, .type = 11, .code = 0, .ttl = 62, .has_quoted_seq = true}},
    {"quoted first fragment",
     OUTER4 "0b01 0000 00000000 4500 0039 0001 2000 01 06 0000 " IP4_ADDRESSES QUOTED_TCP,
     {.version = 4, .type = 11, .code = 1, .ttl = 62, .has_quoted_seq = true}},
    {"quote of the ports alone",
     OUTER4 "0301 0000 00000000 " IP4_HEADER("06", "0039") QUOTED_PORTS "0102",
     {.version = 4, .type = 3, .code = 1, .ttl = 62}},
    {"ipv6 no route",
     OUTER6 "0100 0000 00000000 " IP6_HEADER("06", "0025") QUOTED_TCP,
     {.version = 6, .type = 1, .code = 0, .ttl = 61, .has_quoted_seq = true}},
    {"ipv6 too big",
     OUTER6 "0200 0000 00000500 " IP6_HEADER("06", "0025") QUOTED_TCP,
     {.version = 6, .type = 2, .code = 0, .ttl = 61, .mtu = 1280, .has_quoted_seq = true}},
    {"ipv6 hop limit, quoted extension",
     OUTER6_OF("0040") "0300 0000 00000000 " IP6_HEADER("00",
							"002d") "06 00 01 04 00000000 " QUOTED_TCP,
     {.version = 6, .type = 3, .code = 0, .ttl = 61, .has_quoted_seq = true}},
    {"ipv6 parameter problem",
     OUTER6 "0402 0000 00000028 " IP6_HEADER("06", "0025") QUOTED_TCP,
     {.version = 6, .type = 4, .code = 2, .ttl = 61, .has_quoted_seq = true}},
};

static void an_error_about_tcp_names_the_connection(void **state)
{
	(void)state;
	for (size_t i = 0; i < TW_LEN(goods); i++) {
		const struct tw_icmp_error *expected = &goods[i].expected;
		struct tw_decoded decoded;
		const struct tw_icmp_error *icmp = &decoded.icmp;
		uint8_t last = expected->version == 4 ? 3 : 15;

		print_message("  %s\n", goods[i].name);
		decode_hex(101, goods[i].hex, &decoded);
		assert_int_equal(decoded.kind, TW_DECODED_ICMP_ERROR);
		assert_int_equal(icmp->version, expected->version);
		assert_int_equal(icmp->type, expected->type);
		assert_int_equal(icmp->code, expected->code);
		assert_int_equal(icmp->ttl, expected->ttl);
		assert_int_equal(icmp->mtu, expected->mtu);
		assert_int_equal(icmp->has_quoted_seq, expected->has_quoted_seq);
		assert_int_equal(icmp->quoted_seq, expected->has_quoted_seq ? 0x01020304 : 0);
		assert_int_equal(icmp->quoted_source.port, 49152);
		assert_int_equal(icmp->quoted_destination.port, 80);
		assert_int_equal(icmp->reporter.bytes[last], 0x63);
		assert_int_equal(icmp->quoted_source.address.bytes[last], 1);
		assert_int_equal(icmp->quoted_destination.address.bytes[last], 2);
		assert_int_equal(icmp->quoted_destination.address.kind,
				 expected->version == 4 ? TW_ADDRESS_IP4 : TW_ADDRESS_IP6);
		assert_int_equal(icmp->frame, 7);
		assert_int_equal(icmp->time_ns, 1234567890);
	}
}

/* Flow counts a quoted segment to its connection only from 16 bytes on, as Wireshark does. */
static void a_quote_up_to_the_window_tells_flags_and_acknowledgment(void **state)
{
	struct tw_decoded decoded;

	(void)state;
	decode_hex(101,
		   OUTER4 "0301 0000 00000000 " IP4_HEADER("06", "0039") QUOTED_PORTS
		   "01020304 05060708 5112 0400",
		   &decoded);
	assert_true(decoded.icmp.has_quoted_flags);
	assert_int_equal(decoded.icmp.quoted_flags, TW_AE | TW_SYN | TW_ACK);
	assert_int_equal(decoded.icmp.quoted_ack, 0x05060708);
	assert_false(decoded.icmp.has_quoted_options);
	decode_hex(101, OUTER4 "0304 0000 0000 0578 " PACKET4, &decoded);
	assert_true(decoded.icmp.has_quoted_options);
	assert_int_equal(decoded.icmp.quoted_options.present, TW_OPTION_TIMESTAMPS);
	decode_hex(101,
		   OUTER4 "0301 0000 00000000 " IP4_HEADER("06", "0039") QUOTED_PORTS
		   "01020304 05060708 5112 04",
		   &decoded);
	assert_false(decoded.icmp.has_quoted_flags);
}

static const struct {
	const char *name;
	const char *hex;
} bads[] = {
    {"echo request", OUTER4 "0800 0000 00010001 " PACKET4},
    {"redirect", OUTER4 "0501 0000 0a000063 " IP4_HEADER("06", "0039") QUOTED_TCP},
    {"neighbour solicitation", OUTER6_OF("0018") "8700 0000 00000000 " IP6_DESTINATION},
    {"ipv6 type 0", OUTER6 "0000 0000 00000000 " IP6_HEADER("06", "0025") QUOTED_TCP},
    {"ipv6 type 5", OUTER6 "0500 0000 00000000 " IP6_HEADER("06", "0025") QUOTED_TCP},
    {"quoted udp", OUTER4 "0303 0000 00000000 " IP4_HEADER("11", "0039") QUOTED_TCP},
    {"quoted esp", OUTER4 "0301 0000 00000000 " IP4_HEADER("32", "0039") QUOTED_TCP},
    {"quoted error", OUTER4 "0301 0000 00000000 " IP4_HEADER(
			 "01", "0039") "0301 0000 00000000 " IP4_HEADER("06", "0039") QUOTED_TCP},
    {"quoted later fragment",
     OUTER4 "0301 0000 00000000 4500 0039 0001 0001 01 06 0000 " IP4_ADDRESSES QUOTED_TCP},
    {"quoted ipv6 in icmp", OUTER4 "0301 0000 00000000 " IP6_HEADER("06", "0025") QUOTED_TCP},
    {"quote ends within the ip header", OUTER4 "0301 0000 00000000 4510 0039 beef 4000 40 06"},
    {"quote ends within the ports", OUTER4 "0301 0000 00000000 " IP4_HEADER("06", "0039") "c000"},
    {"no quote", OUTER4 "0301 0000 00000000"},
    {"half a header", OUTER4 "0301 0000"},
};

static void everything_else_of_icmp_is_not_about_tcp(void **state)
{
	(void)state;
	for (size_t i = 0; i < TW_LEN(bads); i++) {
		struct tw_decoded decoded;

		print_message("  %s\n", bads[i].name);
		decode_hex(101, bads[i].hex, &decoded);
		assert_nothing(&decoded, TW_UNDECODED_ICMP_OTHER);
	}
}

static void no_cut_and_no_damage_leaves_an_error_without_result(void **state)
{
	struct tw_fragments *fragments = tw_fragments_new();

	(void)state;
	assert_non_null(fragments);
	for (size_t i = 0; i < TW_LEN(goods); i++)
		torture(101, goods[i].hex, fragments);
	for (size_t i = 0; i < TW_LEN(bads); i++)
		torture(101, bads[i].hex, fragments);
	tw_fragments_free(fragments);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_error_about_tcp_names_the_connection),
	    cmocka_unit_test(a_quote_up_to_the_window_tells_flags_and_acknowledgment),
	    cmocka_unit_test(everything_else_of_icmp_is_not_about_tcp),
	    cmocka_unit_test(no_cut_and_no_damage_leaves_an_error_without_result),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
