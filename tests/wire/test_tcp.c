/* test_tcp.c: the TCP header: fields, cuts, checksum and every option. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "frames.h"

#define ALL_FIELDS                                                                          \
	(TW_FIELD_TIME | TW_FIELD_ADDRESS | TW_FIELD_PORT | TW_FIELD_FLAGS | TW_FIELD_SEQ | \
	 TW_FIELD_ACK | TW_FIELD_LENGTH | TW_FIELD_WINDOW | TW_FIELD_TTL | TW_FIELD_IP_ID | \
	 TW_FIELD_OPTIONS | TW_FIELD_CHECKSUM | TW_FIELD_TOS)

static void everything_that_the_headers_say_is_known(void **state)
{
	struct tw_decoded decoded;
	const struct tw_segment *segment = &decoded.segment;

	(void)state;
	decode_hex(101, PACKET4, &decoded);
	assert_common_segment(&decoded);
	assert_int_equal(segment->known, ALL_FIELDS);
	assert_int_equal(segment->source.address.kind, TW_ADDRESS_IP4);
	assert_memory_equal(segment->source.address.bytes, "\x0a\0\0\x01\0\0\0\0", 8);
	assert_memory_equal(segment->destination.address.bytes, "\x0a\0\0\x02\0\0\0\0", 8);
	assert_int_equal(segment->ip_version, 4);
	assert_int_equal(segment->ip_id, 0xbeef);
	assert_int_equal(segment->ttl, 64);
	assert_int_equal(segment->tos, 0x10);
	assert_int_equal(segment->ip_marks, TW_IP_DF);
	assert_int_equal(segment->checksum, TW_CHECKSUM_GOOD);
	assert_int_equal(segment->urgent, 0);
	assert_int_equal(segment->observer, 0);
	assert_int_equal(segment->window_scaled, 0);
	assert_int_equal(segment->text_line, 0);
	assert_int_equal(segment->options.mptcp_subtype, TW_MPTCP_NONE);
}

static void ipv6_has_a_flow_label_and_no_identification(void **state)
{
	struct tw_decoded decoded;
	const struct tw_segment *segment = &decoded.segment;

	(void)state;
	decode_hex(101, PACKET6, &decoded);
	assert_common_segment(&decoded);
	assert_int_equal(segment->known, ALL_FIELDS & ~TW_FIELD_IP_ID);
	assert_int_equal(segment->source.address.kind, TW_ADDRESS_IP6);
	assert_int_equal(segment->source.address.bytes[15], 1);
	assert_int_equal(segment->destination.address.bytes[15], 2);
	assert_int_equal(segment->ip_version, 6);
	assert_int_equal(segment->tos, 0x12);
	assert_int_equal(segment->flow_label, 0x34567);
	assert_int_equal(segment->checksum, TW_CHECKSUM_GOOD);
}

/* Bytes of PACKET4 that a snap length leaves; -1: no segment. */
static const struct {
	size_t captured;
	int reason;
	uint32_t unknown;
	uint32_t present;
	size_t payload;
} cuts[] = {
    {19, TW_UNDECODED_IP_TRUNCATED, 0, 0, 0},
    {20, TW_UNDECODED_TCP_TRUNCATED, 0, 0, 0},
    {33, TW_UNDECODED_TCP_TRUNCATED, 0, 0, 0},
    {34, -1, TW_FIELD_WINDOW | TW_FIELD_OPTIONS | TW_FIELD_CHECKSUM, 0, 0},
    {35, -1, TW_FIELD_WINDOW | TW_FIELD_OPTIONS | TW_FIELD_CHECKSUM, 0, 0},
    {36, -1, TW_FIELD_OPTIONS | TW_FIELD_CHECKSUM, 0, 0},
    {40, -1, TW_FIELD_OPTIONS | TW_FIELD_CHECKSUM, 0, 0},
    {51, -1, TW_FIELD_OPTIONS | TW_FIELD_CHECKSUM, 0, 0},
    {52, -1, TW_FIELD_CHECKSUM, TW_OPTION_TIMESTAMPS, 0},
    {54, -1, TW_FIELD_CHECKSUM, TW_OPTION_TIMESTAMPS, 2},
    {57, -1, 0, TW_OPTION_TIMESTAMPS, 5},
};

static void what_the_snap_length_cut_off_is_unknown(void **state)
{
	struct bytes bytes = bytes_of(PACKET4);

	(void)state;
	for (size_t i = 0; i < TW_LEN(cuts); i++) {
		struct tw_decoded decoded;

		decode_cut(101, bytes, cuts[i].captured, NULL, &decoded);
		if (cuts[i].reason >= 0) {
			assert_nothing(&decoded, (enum tw_undecoded)cuts[i].reason);
			continue;
		}
		assert_int_equal(decoded.kind, TW_DECODED_SEGMENT);
		assert_int_equal(decoded.segment.known, ALL_FIELDS & ~cuts[i].unknown);
		assert_int_equal(decoded.segment.length, 5);
		assert_int_equal(decoded.segment.payload.size, cuts[i].payload);
		assert_int_equal(decoded.segment.options.present, cuts[i].present);
		assert_int_equal(decoded.segment.window,
				 cuts[i].unknown & TW_FIELD_WINDOW ? 0 : 0x1234);
	}
	free(bytes.data);
}

static void options_before_the_cut_are_kept(void **state)
{
	struct bytes bytes =
	    bytes_of(IP4_HEADER("06", "0038") "c000 0050 00000001 00000000 9002 ffff 0000 0000 "
					      "020405b4 01030307 0402 01 01 0101 0000");
	struct tw_decoded decoded;

	(void)state;
	decode_cut(101, bytes, 20 + 20 + 6, NULL, &decoded);
	assert_int_equal(decoded.kind, TW_DECODED_SEGMENT);
	assert_false(tw_segment_knows(&decoded.segment, TW_FIELD_OPTIONS));
	assert_int_equal(decoded.segment.options.present, TW_OPTION_MSS);
	assert_int_equal(decoded.segment.options.mss, 1460);
	free(bytes.data);
}

#define TCP_MINI(flags) "c000 0050 00000001 00000002 " flags " 0400 0000 0000 "

static const struct {
	const char *name;
	const char *hex;
	enum tw_undecoded reason;
} bads[] = {
    {"data offset 4", IP4_HEADER("06", "0028") TCP_MINI("4010"), TW_UNDECODED_TCP_HEADER},
    {"data offset beyond the segment", IP4_HEADER("06", "0028") TCP_MINI("6010"),
     TW_UNDECODED_TCP_HEADER},
    {"data offset into the padding", IP4_HEADER("06", "0028") TCP_MINI("6010") "00000000",
     TW_UNDECODED_TCP_HEADER},
    {"19 bytes of tcp on the wire", IP4_HEADER("06", "0027") TCP_MINI("5010"),
     TW_UNDECODED_TCP_HEADER},
    {"no byte of tcp", IP4_HEADER("06", "0014"), TW_UNDECODED_TCP_HEADER},
};

static void an_impossible_header_gives_no_segment(void **state)
{
	(void)state;
	for (size_t i = 0; i < TW_LEN(bads); i++) {
		struct tw_decoded decoded;

		print_message("  %s\n", bads[i].name);
		decode_hex(101, bads[i].hex, &decoded);
		assert_nothing(&decoded, bads[i].reason);
	}
}

/* Such headers count to a connection for Wireshark, and the caller can do the same. */
static void an_impossible_header_still_tells_its_connection(void **state)
{
	struct tw_decoded decoded;
	uint32_t told =
	    TW_FIELD_PORT | TW_FIELD_SEQ | TW_FIELD_ACK | TW_FIELD_FLAGS | TW_FIELD_WINDOW;

	(void)state;
	decode_hex(101, IP4_HEADER("06", "0028") TCP_MINI("4012"), &decoded);
	assert_nothing(&decoded, TW_UNDECODED_TCP_HEADER);
	assert_true(tw_segment_knows(&decoded.segment, told | TW_FIELD_LENGTH));
	assert_int_equal(decoded.segment.length, 4);
	assert_int_equal(decoded.segment.flags, TW_SYN | TW_ACK);
	decode_hex(101, IP4_HEADER("06", "0028") TCP_MINI("6012"), &decoded);
	assert_nothing(&decoded, TW_UNDECODED_TCP_HEADER);
	assert_true(tw_segment_knows(&decoded.segment, told));
	assert_false(tw_segment_knows(&decoded.segment, TW_FIELD_LENGTH));
	decode_hex(101, IP4_HEADER("06", "0023") "c000 0050 00000001 00000002 5010 04", &decoded);
	assert_nothing(&decoded, TW_UNDECODED_TCP_HEADER);
	assert_false(tw_segment_knows(&decoded.segment, TW_FIELD_FLAGS));
}

static void all_nine_flags_and_the_urgent_pointer_are_read(void **state)
{
	struct tw_decoded decoded;

	(void)state;
	for (unsigned bit = 0; bit < 12; bit++) {
		struct bytes bytes = bytes_of(IP4_HEADER("06", "0028") TCP_MINI("5000"));

		bytes.data[32] |= (uint8_t)(1u << bit >> 8);
		bytes.data[33] |= (uint8_t)(1u << bit);
		bytes.data[39] = 1;
		decode_cut(101, bytes, bytes.size, NULL, &decoded);
		/* The three bits above AE are reserved. */
		assert_int_equal(decoded.segment.flags, bit <= 8 ? 1 << bit : 0);
		assert_int_equal(decoded.segment.urgent, 1);
		free(bytes.data);
	}
}

static const struct {
	const char *name;
	uint32_t link_type;
	const char *hex;
	enum tw_checksum checksum;
} checksums[] = {
    {"good", 101, PACKET4, TW_CHECKSUM_GOOD},
    {"good ipv6", 101, PACKET6, TW_CHECKSUM_GOOD},
    {"bad", 101, IP4_HEADER("06", "0039") TCP_START "a9f8 0000 " TCP_OPTIONS TCP_DATA,
     TW_CHECKSUM_BAD},
    {"bad ipv6", 101, IP6_HEADER("06", "0025") TCP_START "0000 0000 " TCP_OPTIONS TCP_DATA,
     TW_CHECKSUM_BAD},
    {"partial", 101, IP4_HEADER("06", "0039") TCP_START "142e 0000 " TCP_OPTIONS TCP_DATA,
     TW_CHECKSUM_PARTIAL},
    {"partial complement", 101,
     IP4_HEADER("06", "0039") TCP_START "ebd1 0000 " TCP_OPTIONS TCP_DATA, TW_CHECKSUM_PARTIAL},
    {"partial without length", 101,
     IP4_HEADER("06", "0039") TCP_START "1409 0000 " TCP_OPTIONS TCP_DATA, TW_CHECKSUM_PARTIAL},
    {"partial ipv6", 101, IP6_HEADER("06", "0025") TCP_START "5ba0 0000 " TCP_OPTIONS TCP_DATA,
     TW_CHECKSUM_PARTIAL},
    {"good where offload left no total length", 101, IP4_HEADER("06", "0000") TCP4,
     TW_CHECKSUM_GOOD},
    {"not checked behind ip options", 101,
     "4600 003d beef 4000 40 06 0000 " IP4_ADDRESSES "01010101" TCP4, TW_CHECKSUM_UNKNOWN},
};

static void the_checksum_is_good_partial_or_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < TW_LEN(checksums); i++) {
		struct tw_decoded decoded;
		bool is_known = checksums[i].checksum != TW_CHECKSUM_UNKNOWN;

		print_message("  %s\n", checksums[i].name);
		decode_hex(checksums[i].link_type, checksums[i].hex, &decoded);
		assert_common_segment(&decoded);
		assert_int_equal(decoded.segment.checksum, checksums[i].checksum);
		assert_int_equal(tw_segment_knows(&decoded.segment, TW_FIELD_CHECKSUM), is_known);
	}
}

/* A plain sum, as RFC 1071 writes it, against the one that goes in blocks. */
static uint16_t plain_sum(const uint8_t *bytes, size_t size, uint32_t sum)
{
	for (size_t i = 0; i < size; i++)
		sum += i % 2 == 0 ? (uint32_t)bytes[i] << 8 : bytes[i];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void the_checksum_is_right_at_every_length(void **state)
{
	struct bytes bytes = bytes_of(IP4_HEADER("06", "0028") TCP_MINI("5010"));
	uint8_t *data = realloc(bytes.data, 400);
	uint32_t random = 7;

	(void)state;
	assert_non_null(data);
	for (size_t i = 40; i < 400; i++) {
		random = random * 1664525 + 1013904223;
		data[i] = (uint8_t)(random >> 24);
	}
	for (size_t size = 40; size <= 400; size++) {
		struct tw_decoded decoded;
		struct bytes frame = {data, size};

		data[2] = (uint8_t)(size >> 8);
		data[3] = (uint8_t)size;
		data[36] = data[37] = 0;
		/* Pseudo-header: 10.0.0.1, 10.0.0.2, protocol, length. */
		uint16_t sum =
		    plain_sum(data + 20, size - 20,
			      0x0a00 + 0x0001 + 0x0a00 + 0x0002 + 6 + (uint32_t)(size - 20));

		data[36] = (uint8_t)(sum >> 8);
		data[37] = (uint8_t)sum;
		decode_cut(101, frame, size, NULL, &decoded);
		assert_int_equal(decoded.segment.checksum, TW_CHECKSUM_GOOD);
		data[size - 1] ^= 0x40;
		decode_cut(101, frame, size, NULL, &decoded);
		assert_int_not_equal(decoded.segment.checksum, TW_CHECKSUM_GOOD);
		data[size - 1] ^= 0x40;
	}
	free(data);
}

static const struct {
	const char *hex;
	struct tw_tcp_options expected;
} options[] = {
    {"", {0}},
    {"01 01 01 00", {0}},
    {"00 02 04 05", {0}},
    {"02 04 05b4", {.present = TW_OPTION_MSS, .mss = 1460}},
    {"01 03 03 0e", {.present = TW_OPTION_WINDOW_SCALE, .window_scale = 14}},
    {"04 02 01 01", {.present = TW_OPTION_SACK_PERMITTED}},
    {"0101 08 0a 01020304 05060708",
     {.present = TW_OPTION_TIMESTAMPS, .tsval = 0x01020304, .tsecr = 0x05060708}},
    {"08 0a fffffffe 00000000 0101", {.present = TW_OPTION_TIMESTAMPS, .tsval = 0xfffffffe}},
    {"0101 050a 00000010 00000020",
     {.present = TW_OPTION_SACK, .sack_count = 1, .sack = {{0x10, 0x20}}}},
    {"0101 0522 00000010 00000020 00000030 00000040 00000050 00000060 fffffff0 00000008",
     {.present = TW_OPTION_SACK,
      .sack_count = 4,
      .sack = {{0x10, 0x20}, {0x30, 0x40}, {0x50, 0x60}, {0xfffffff0, 8}}}},
    {"13 12 00112233445566778899aabbccddeeff 0101", {.present = TW_OPTION_MD5}},
    {"1d 10 01 02 00112233445566778899aabb", {.present = TW_OPTION_AO}},
    {"1c 04 8005", {.present = TW_OPTION_USER_TIMEOUT}},
    {"22 02 0101", {.present = TW_OPTION_FAST_OPEN}},
    {"22 0a 0011223344556677 0101", {.present = TW_OPTION_FAST_OPEN, .fast_open_cookie_bytes = 8}},
    {"fe 0c f989 0011223344556677", {.present = TW_OPTION_FAST_OPEN, .fast_open_cookie_bytes = 8}},
    {"fd 04 f989", {.present = TW_OPTION_FAST_OPEN}},
    {"fe 06 1234 5678", {.present = TW_OPTION_OTHER}},
    {"fe 02 0101", {.present = TW_OPTION_OTHER}},
    {"ac 0b 000001 000001 000001 01", {.present = TW_OPTION_ACCURATE_ECN}},
    {"ae 05 000001 010101", {.present = TW_OPTION_ACCURATE_ECN}},
    {"fe 04 acc0", {.present = TW_OPTION_ACCURATE_ECN}},
    {"1e 0c 00 81 0011223344556677", {.present = TW_OPTION_MPTCP, .mptcp_subtype = 0}},
    {"1e 0c 70 00 0011223344556677",
     {.present = TW_OPTION_MPTCP, .mptcp_subtype = TW_MPTCP_FASTCLOSE}},
    {"1e 04 80 03",
     {.present = TW_OPTION_MPTCP, .mptcp_subtype = TW_MPTCP_TCPRST, .mptcp_reset_reason = 3}},
    {"1e 04 80 06 1e 04 20 01 01 01 01 01",
     {.present = TW_OPTION_MPTCP, .mptcp_subtype = TW_MPTCP_TCPRST, .mptcp_reset_reason = 6}},
    {"06 06 00000000 0101", {.present = TW_OPTION_OTHER}},
    {"0204 05b4 0402 080a 00000001 00000000 01 030307",
     {.present =
	  TW_OPTION_MSS | TW_OPTION_SACK_PERMITTED | TW_OPTION_TIMESTAMPS | TW_OPTION_WINDOW_SCALE,
      .mss = 1460,
      .tsval = 1,
      .window_scale = 7}},
    /* Lengths that do not fit: what came before counts, nothing behind. */
    {"02", {.present = TW_OPTION_MALFORMED}},
    {"02 00", {.present = TW_OPTION_MALFORMED}},
    {"63 01 0402", {.present = TW_OPTION_MALFORMED}},
    {"02 05 05b400", {.present = TW_OPTION_MALFORMED}},
    {"0402 02 04 05", {.present = TW_OPTION_SACK_PERMITTED | TW_OPTION_MALFORMED}},
    {"05 02 0402", {.present = TW_OPTION_MALFORMED}},
    {"05 0c 00000010 00000020 0000 0402", {.present = TW_OPTION_MALFORMED}},
    {"08 08 00000001 0000", {.present = TW_OPTION_MALFORMED}},
    {"63 ff 0000", {.present = TW_OPTION_MALFORMED}},
    {"1e 02 0101", {.present = TW_OPTION_MALFORMED}},
    {"ac 04 0001", {.present = TW_OPTION_MALFORMED}},
};

static void every_option_is_known_by_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < TW_LEN(options); i++) {
		struct bytes bytes = bytes_of(options[i].hex);
		struct tw_tcp_options parsed;
		struct tw_tcp_options expected = options[i].expected;

		if (!(expected.present & TW_OPTION_MPTCP))
			expected.mptcp_subtype = TW_MPTCP_NONE;
		memset(&parsed, 0xa5, sizeof(parsed));
		print_message("  %s\n", options[i].hex);
		tw_tcp_options_parse(tw_slice_of(bytes.data, bytes.size), &parsed);
		assert_int_equal(parsed.present, expected.present);
		assert_int_equal(parsed.mss, expected.mss);
		assert_int_equal(parsed.window_scale, expected.window_scale);
		assert_int_equal(parsed.tsval, expected.tsval);
		assert_int_equal(parsed.tsecr, expected.tsecr);
		assert_int_equal(parsed.sack_count, expected.sack_count);
		assert_memory_equal(parsed.sack, expected.sack, sizeof(parsed.sack));
		assert_int_equal(parsed.mptcp_subtype, expected.mptcp_subtype);
		assert_int_equal(parsed.mptcp_reset_reason, expected.mptcp_reset_reason);
		assert_int_equal(parsed.fast_open_cookie_bytes, expected.fast_open_cookie_bytes);
		free(bytes.data);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(everything_that_the_headers_say_is_known),
	    cmocka_unit_test(ipv6_has_a_flow_label_and_no_identification),
	    cmocka_unit_test(what_the_snap_length_cut_off_is_unknown),
	    cmocka_unit_test(options_before_the_cut_are_kept),
	    cmocka_unit_test(an_impossible_header_gives_no_segment),
	    cmocka_unit_test(an_impossible_header_still_tells_its_connection),
	    cmocka_unit_test(all_nine_flags_and_the_urgent_pointer_are_read),
	    cmocka_unit_test(the_checksum_is_good_partial_or_bad),
	    cmocka_unit_test(the_checksum_is_right_at_every_length),
	    cmocka_unit_test(every_option_is_known_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
