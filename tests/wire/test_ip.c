/* test_ip.c: IPv4 and IPv6 headers, extension headers and tunnels. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "frames.h"

#define IP6_NINE  "20010db8 00000000 00000000 00000009 "
#define TCP6_NINE TCP_START "627e 0000 " TCP_OPTIONS TCP_DATA
#define UDP4(port, total, length) \
	"4500 " total " 0001 0000 40 11 0000 0a000001 0a000002 e000 " port " " length " 0000 "

static const struct {
	const char *name;
	const char *hex;
} goods[] = {
    {"hop by hop", IP6_HEADER("00", "002d") "06 00 01 04 00000000 " TCP6},
    {"all extension headers",
     IP6_HEADER("00", "0075") "3c 00 0104 00000000 "  /* destination options follow */
			      "2b 00 0000 0000 0000 " /* routing */
			      "87 00 0000 00000000 "  /* routing, no segments left; mobility */
			      "3c 00 0000 0000 0000 " /* destination options */
			      "33 01 010c 0000000000000000 00000000 " /* authentication */
			      "2c 04 0000 00000100 00000001 000000000000000000000000 "
			      "06 00 0000 12345678 " /* atomic fragment */
     TCP6},
    {"routing to another destination",
     IP6_HEADER("2b", "003d") "06 02 00 01 00000000 " IP6_NINE TCP6_NINE},
    {"segment routing", IP6_HEADER("2b", "003d") "06 02 04 01 00000000 " IP6_NINE TCP6_NINE},
    {"authentication in ipv4",
     "4500 0045 0001 0000 40 33 0000 " IP4_ADDRESSES "06 01 0000 00000100 00000001 " TCP4},
    {"4 in 4", "4500 004d 0001 0000 40 04 0000 c0a80001 c0a80002 " PACKET4},
    {"6 in 4", "4500 0061 0001 0000 40 29 0000 c0a80001 c0a80002 " PACKET6},
    {"4 in 6", IP6_HEADER("04", "0039") PACKET4},
    {"6 in 6", IP6_HEADER("29", "004d") PACKET6},
    {"gre", "4500 0051 0001 0000 40 2f 0000 c0a80001 c0a80002 0000 0800 " PACKET4},
    {"gre with checksum, key and sequence",
     "4500 0071 0001 0000 40 2f 0000 c0a80001 c0a80002 b000 86dd 00000000 00000001 "
     "00000002 " PACKET6},
    {"gre bridging", "4500 005f 0001 0000 40 2f 0000 c0a80001 c0a80002 0000 6558 " ETHER4 PACKET4},
    {"gre of pptp", "4500 005f 0001 0000 40 2f 0000 c0a80001 c0a80002 "
		    "3081 880b 003b 0001 00000001 00000002 0021 " PACKET4},
    {"erspan type 2", "4500 006b 0001 0000 40 2f 0000 c0a80001 c0a80002 "
		      "1000 88be 00000001 1001000000000000 " ETHER4 PACKET4},
    {"erspan type 1", "4500 005f 0001 0000 40 2f 0000 c0a80001 c0a80002 0000 88be " ETHER4 PACKET4},
    {"vxlan", UDP4("12b5", "006b", "0057") "08000000 00000100 " ETHER4 PACKET4},
    {"vxlan of linux", UDP4("2118", "007f", "006b") "08000000 00000100 " ETHER6 PACKET6},
    {"geneve", UDP4("17c1", "0073", "005f") "0200 6558 00000100 0102030100000000 " ETHER4 PACKET4},
    {"gtp", UDP4("0868", "005d", "0049") "30ff 0039 00000001 " PACKET4},
    {"gtp with sequence", UDP4("0868", "0061", "004d") "32ff 003d 00000001 00070000 " PACKET4},
    {"gtp with two extension headers",
     UDP4("0868", "007d", "0069") "34ff 0059 00000001 00000085 "
				  "01 00 09 85 01 00 09 00 " PACKET6},
    {"geneve with ip", UDP4("17c1", "0071", "005d") "0000 86dd 00000100 " PACKET6},
};

static void the_innermost_tcp_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < TW_LEN(goods); i++) {
		struct tw_decoded decoded;

		print_message("  %s\n", goods[i].name);
		decode_hex(101, goods[i].hex, &decoded);
		assert_common_segment(&decoded);
		assert_int_equal(decoded.segment.checksum, TW_CHECKSUM_GOOD);
		assert_int_equal(decoded.segment.source.address.bytes[0],
				 decoded.segment.ip_version == 4 ? 10 : 0x20);
	}
}

#define IPIP "4500 0000 0001 0000 40 04 0000 c0a80001 c0a80002 "

static const struct {
	const char *name;
	uint32_t link_type;
	const char *hex;
	enum tw_undecoded reason;
} bads[] = {
    {"ipv4 version", 228, "6510 0039 beef 4000 40 06 0000 " IP4_ADDRESSES TCP4,
     TW_UNDECODED_IP_HEADER},
    {"ipv6 version", 229, PACKET4 "00", TW_UNDECODED_IP_HEADER},
    {"ihl 4", 101, "4410 0039 beef 4000 40 06 0000 " IP4_ADDRESSES TCP4, TW_UNDECODED_IP_HEADER},
    {"total length 19", 101, IP4_HEADER("06", "0013") TCP4, TW_UNDECODED_IP_HEADER},
    {"ipv4 of 12 bytes on the wire", 101, "4510 0039 beef 4000 40 06 0000", TW_UNDECODED_IP_HEADER},
    {"options that are not there", 101, "4f10 0039 beef 4000 40 06 0000 " IP4_ADDRESSES "0000",
     TW_UNDECODED_IP_HEADER},
    {"udp", 101, IP4_HEADER("11", "0020") "c000 0035 000c 0000 00000000", TW_UNDECODED_NOT_TCP},
    {"sctp", 101, IP4_HEADER("84", "0020") "c000 0035 000c 0000 00000000", TW_UNDECODED_NOT_TCP},
    {"esp", 101, IP4_HEADER("32", "0020") "00000100 00000001 0011", TW_UNDECODED_IP_ENCRYPTED},
    {"esp in ipv6", 101, IP6_HEADER("00", "0010") "32 00 01 04 00000000 00000100 00000001",
     TW_UNDECODED_IP_ENCRYPTED},
    {"no next header", 101, IP6_HEADER("3b", "0000"), TW_UNDECODED_NOT_TCP},
    {"icmpv6 number in ipv4", 101, IP4_HEADER("3a", "0039") TCP4, TW_UNDECODED_NOT_TCP},
    {"hop by hop number in ipv4", 101, IP4_HEADER("00", "0039") TCP4, TW_UNDECODED_NOT_TCP},
    {"extension longer than the packet", 101, IP6_HEADER("00", "0008") "06 01 01 04 00000000",
     TW_UNDECODED_IP_HEADER},
    {"gre version 2", 101, IP4_HEADER("2f", "0051") "0002 0800 " PACKET4, TW_UNDECODED_NOT_TCP},
    {"gre with a list of routes", 101, IP4_HEADER("2f", "0055") "4000 0800 00000000 " PACKET4,
     TW_UNDECODED_NOT_TCP},
    {"vxlan port without its bit", 101,
     UDP4("12b5", "006b", "0057") "00000000 00000100 " ETHER4 PACKET4, TW_UNDECODED_NOT_TCP},
    {"gtp echo", 101, UDP4("0868", "0028", "0014") "3201 0004 00000000 00070000",
     TW_UNDECODED_NOT_TCP},
    {"gtp extension of no length", 101,
     UDP4("0868", "0065", "0051") "34ff 0041 00000001 00000085 00 00 00 00 50000000 ",
     TW_UNDECODED_NOT_IP},
    {"sixteen headers and one", 101,
     IPIP IPIP IPIP IPIP IPIP IPIP IPIP IPIP IPIP IPIP IPIP IPIP IPIP IPIP IPIP IPIP PACKET4,
     TW_UNDECODED_IP_DEPTH},
};

static void every_other_packet_has_its_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < TW_LEN(bads); i++) {
		struct tw_decoded decoded;

		print_message("  %s\n", bads[i].name);
		decode_hex(bads[i].link_type, bads[i].hex, &decoded);
		assert_nothing(&decoded, bads[i].reason);
	}
}

static void sixteen_headers_in_front_of_tcp_are_still_read(void **state)
{
	struct tw_decoded decoded;

	(void)state;
	decode_hex(
	    101, IPIP IPIP IPIP IPIP IPIP IPIP IPIP IPIP IPIP IPIP IPIP IPIP IPIP IPIP IPIP PACKET4,
	    &decoded);
	assert_common_segment(&decoded);
}

static void a_header_cut_by_the_snap_length_is_truncated_not_malformed(void **state)
{
	static const struct {
		const char *hex;
		size_t captured;
	} cuts[] = {
	    {PACKET4, 19},
	    {"4f10 0079 beef 4000 40 06 0000 " IP4_ADDRESSES "0000000000000000000000000000"
	     "0000000000000000000000000000000000000000000000000000" TCP4,
	     59},
	    {PACKET6, 39},
	    {IP6_HEADER("00", "002d") "06 00 01 04 00000000 " TCP6, 41},
	    {IP6_HEADER("2c", "002d") "06 00 0000 12345678 " TCP6, 47},
	    {IP4_HEADER("2f", "0051") "0000 0800 " PACKET4, 23},
	    {IP4_HEADER("33", "0045") "06 01 0000 00000100 00000001 " TCP4, 31},
	    {UDP4("12b5", "006b", "0057") "08000000 00000100 " ETHER4 PACKET4, 35},
	    {UDP4("17c1", "0073", "005f") "0200 6558 00000100 0102030100000000 " ETHER4 PACKET4,
	     43},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(cuts); i++) {
		struct bytes bytes = bytes_of(cuts[i].hex);
		struct tw_decoded decoded;

		decode_cut(101, bytes, cuts[i].captured, NULL, &decoded);
		assert_nothing(&decoded, TW_UNDECODED_IP_TRUNCATED);
		free(bytes.data);
	}
}

static void total_length_0_takes_the_length_of_the_frame_and_says_so(void **state)
{
	struct tw_decoded decoded;

	(void)state;
	decode_hex(1, ETHER4 IP4_HEADER("06", "0000") TCP4, &decoded);
	assert_common_segment(&decoded);
	assert_int_equal(decoded.segment.ip_marks, TW_IP_DF | TW_IP_NO_TOTAL_LENGTH);
	decode_hex(1, ETHER6 IP6_HEADER("06", "0000") TCP6, &decoded);
	assert_common_segment(&decoded);
	assert_int_equal(decoded.segment.ip_marks, TW_IP_NO_TOTAL_LENGTH);
}

static void a_length_beyond_the_frame_is_believed(void **state)
{
	struct tw_decoded decoded;

	(void)state;
	decode_hex(1, ETHER4 IP4_HEADER("06", "05dc") TCP4, &decoded);
	assert_int_equal(decoded.kind, TW_DECODED_SEGMENT);
	assert_int_equal(decoded.segment.length, 1500 - 20 - 32);
	assert_int_equal(decoded.segment.payload.size, 5);
	assert_int_equal(decoded.segment.checksum, TW_CHECKSUM_UNKNOWN);
}

static void a_jumbogram_has_the_length_of_its_option(void **state)
{
	struct bytes bytes = bytes_of(IP6_HEADER("00", "0000") "06 00 c2 04 00011170 " TCP6);
	/* 0x11170 = 70000 bytes behind the IPv6 header; the frame has a trailer of 30. */
	struct tw_wire_frame frame = {
	    .link_type = 101,
	    .wire_bytes = 40 + 70000 + 30,
	    .bytes = tw_slice_of(bytes.data, bytes.size),
	};
	struct tw_decoded decoded;

	(void)state;
	tw_decode(&frame, NULL, &decoded);
	assert_int_equal(decoded.segment.length, 70000 - 8 - 32);
	assert_int_equal(decoded.segment.ip_marks, 0);
	/* A length beyond the frame is not believed here: it could be 4 GiB. */
	frame.wire_bytes = 200;
	tw_decode(&frame, NULL, &decoded);
	assert_int_equal(decoded.segment.length, 200 - 40 - 8 - 32);
	assert_int_equal(decoded.segment.ip_marks, TW_IP_NO_TOTAL_LENGTH);
	free(bytes.data);
}

static void the_endpoint_is_the_final_destination_and_the_home_address(void **state)
{
	struct tw_decoded decoded;

	(void)state;
	decode_hex(101, IP6_HEADER("2b", "003d") "06 02 00 01 00000000 " IP6_NINE TCP6_NINE,
		   &decoded);
	assert_int_equal(decoded.segment.destination.address.bytes[15], 9);
	decode_hex(101, IP6_HEADER("2b", "003d") "06 02 00 00 00000000 " IP6_NINE TCP6, &decoded);
	assert_int_equal(decoded.segment.destination.address.bytes[15], 2);
	assert_int_equal(decoded.segment.checksum, TW_CHECKSUM_GOOD);
	/* Padding of 4, then the option with 16 bytes of address. */
	decode_hex(101, IP6_HEADER("3c", "003d") "06 02 0102 0000 c9 10 " IP6_NINE TCP6, &decoded);
	assert_int_equal(decoded.segment.source.address.bytes[15], 9);
	/* A routing header of an unknown type: the pseudo-header cannot be known. */
	decode_hex(101, IP6_HEADER("2b", "002d") "06 00 09 01 00000000 " TCP6, &decoded);
	assert_common_segment(&decoded);
	assert_int_equal(decoded.segment.checksum, TW_CHECKSUM_UNKNOWN);
}

static void no_cut_and_no_damage_leaves_a_packet_without_result(void **state)
{
	struct tw_fragments *fragments = tw_fragments_new();

	(void)state;
	assert_non_null(fragments);
	for (size_t i = 0; i < TW_LEN(goods); i++)
		torture(101, goods[i].hex, fragments);
	for (size_t i = 0; i < TW_LEN(bads); i++)
		torture(bads[i].link_type, bads[i].hex, fragments);
	tw_fragments_free(fragments);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_innermost_tcp_is_found),
	    cmocka_unit_test(every_other_packet_has_its_reason),
	    cmocka_unit_test(sixteen_headers_in_front_of_tcp_are_still_read),
	    cmocka_unit_test(a_header_cut_by_the_snap_length_is_truncated_not_malformed),
	    cmocka_unit_test(total_length_0_takes_the_length_of_the_frame_and_says_so),
	    cmocka_unit_test(a_length_beyond_the_frame_is_believed),
	    cmocka_unit_test(a_jumbogram_has_the_length_of_its_option),
	    cmocka_unit_test(the_endpoint_is_the_final_destination_and_the_home_address),
	    cmocka_unit_test(no_cut_and_no_damage_leaves_a_packet_without_result),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
