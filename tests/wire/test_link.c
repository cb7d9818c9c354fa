/* test_link.c: every link type leads to the same TCP segment, or to the right reason. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "frames.h"

#define RADIOTAP_PLAIN "00 00 0800 00000000 "
#define ZEROS_32       "00000000000000000000000000000000 00000000000000000000000000000000 "
#define PRISM_144      "44000000 90000000 " ZEROS_32 ZEROS_32 ZEROS_32 ZEROS_32 "0000000000000000 "
#define AVS_64                                                                           \
	"80211001 00000040 0000000000000000 0000000000000000 0000000000000000 00000000 " \
	"00000000 00000000 00000000 00000000 00000000 00000000 00000000 "

struct good {
	const char *name;
	uint32_t link_type;
	const char *hex;
	enum tw_way way;
};

static const struct good goods[] = {
    {"ethernet ipv4", 1, ETHER4 PACKET4, TW_WAY_UNKNOWN},
    {"ethernet ipv6", 1, ETHER6 PACKET6, TW_WAY_UNKNOWN},
    {"802.1q", 1, MACS "8100 0064 0800 " PACKET4, TW_WAY_UNKNOWN},
    {"802.1ad and 802.1q", 1, MACS "88a8 0064 8100 0065 86dd " PACKET6, TW_WAY_UNKNOWN},
    {"0x9100 twice and 0x9200", 1, MACS "9100 0001 9100 0002 9200 0003 0800 " PACKET4,
     TW_WAY_UNKNOWN},
    {"llc snap", 1, MACS "0041 " SNAP("0800") PACKET4, TW_WAY_UNKNOWN},
    {"llc snap of 802.1h with trailer", 1, MACS "0041 aaaa03 0000f8 0800 " PACKET4 "ffffffff",
     TW_WAY_UNKNOWN},
    {"llc ip", 1, MACS "003c 060603 " PACKET4, TW_WAY_UNKNOWN},
    {"tag and llc", 1, MACS "8100 0064 0041 " SNAP("0800") PACKET4, TW_WAY_UNKNOWN},
    {"pppoe", 1, MACS "8864 1100 0001 003b 0021 " PACKET4, TW_WAY_UNKNOWN},
    {"pppoe ipv6", 1, MACS "8864 1100 0001 004f 0057 " PACKET6, TW_WAY_UNKNOWN},
    {"mpls", 1, MACS "8847 00064140 " PACKET4, TW_WAY_UNKNOWN},
    {"mpls two labels ipv6", 1, MACS "8847 00064040 00065140 " PACKET6, TW_WAY_UNKNOWN},
    {"mpls pseudowire", 1, MACS "8847 00064140 00000000 " ETHER4 PACKET4, TW_WAY_UNKNOWN},
    {"mpls pseudowire without control word", 1, MACS "8847 00064140 " ETHER4 PACKET4,
     TW_WAY_UNKNOWN},
    {"mpls pseudowire, address of another nibble", 1,
     MACS "8847 00064140 120000000002 120000000001 0800 " PACKET4, TW_WAY_UNKNOWN},
    {"cooked, to us", 113, "0000 0001 0006 0200000000010000 0800 " PACKET4, TW_WAY_IN},
    {"cooked, sent", 113, "0004 0001 0006 0200000000010000 86dd " PACKET6, TW_WAY_OUT},
    {"cooked, to another", 113, "0003 0001 0006 0200000000010000 0800 " PACKET4, TW_WAY_UNKNOWN},
    {"cooked, tagged", 113, "0000 0001 0006 0200000000010000 8100 0064 0800 " PACKET4, TW_WAY_IN},
    {"cooked, llc", 113, "0000 0001 0006 0200000000010000 0004 " SNAP("0800") PACKET4, TW_WAY_IN},
    {"cooked 2, to us", 276, "0800 0000 00000002 0001 00 06 0200000000010000 " PACKET4, TW_WAY_IN},
    {"cooked 2, sent", 276, "86dd 0000 00000002 0001 04 06 0200000000010000 " PACKET6, TW_WAY_OUT},
    {"null little", 0, "02000000 " PACKET4, TW_WAY_UNKNOWN},
    {"null big", 0, "00000002 " PACKET4, TW_WAY_UNKNOWN},
    {"loop", 108, "00000002 " PACKET4, TW_WAY_UNKNOWN},
    {"loop little", 108, "02000000 " PACKET4, TW_WAY_UNKNOWN},
    {"null ipv6 linux", 0, "0a000000 " PACKET6, TW_WAY_UNKNOWN},
    {"null ipv6 openbsd", 0, "18000000 " PACKET6, TW_WAY_UNKNOWN},
    {"null ipv6 freebsd", 0, "0000001c " PACKET6, TW_WAY_UNKNOWN},
    {"loop ipv6 macos", 108, "0000001e " PACKET6, TW_WAY_UNKNOWN},
    {"raw ipv4", 101, PACKET4, TW_WAY_UNKNOWN},
    {"raw ipv6", 101, PACKET6, TW_WAY_UNKNOWN},
    {"raw 12", 12, PACKET4, TW_WAY_UNKNOWN},
    {"raw 14", 14, PACKET6, TW_WAY_UNKNOWN},
    {"ipv4", 228, PACKET4, TW_WAY_UNKNOWN},
    {"ipv6", 229, PACKET6, TW_WAY_UNKNOWN},
    {"ppp", 9, "0021 " PACKET4, TW_WAY_UNKNOWN},
    {"ppp framed", 9, "ff03 0057 " PACKET6, TW_WAY_UNKNOWN},
    {"ppp compressed protocol", 9, "21 " PACKET4, TW_WAY_UNKNOWN},
    {"cisco hdlc as ppp", 9, "0f00 0800 " PACKET4, TW_WAY_UNKNOWN},
    {"ppp hdlc", 50, "ff03 0021 " PACKET4, TW_WAY_UNKNOWN},
    {"ppp hdlc of cisco", 50, "0f00 0800 " PACKET4, TW_WAY_UNKNOWN},
    {"pppoe without ethernet", 51, "1100 0001 003b 0021 " PACKET4, TW_WAY_UNKNOWN},
    {"cisco hdlc", 104, "0f00 86dd " PACKET6, TW_WAY_UNKNOWN},
    {"ppp received", 204, "00 ff03 0021 " PACKET4, TW_WAY_IN},
    {"ppp sent", 204, "01 0021 " PACKET4, TW_WAY_OUT},
    {"ip over infiniband", 242,
     "00000000 00000000 0000000000000000 0000000000000000 0000000000000000 0000000000000000 "
     "0800 0000 " PACKET4,
     TW_WAY_UNKNOWN},
    {"wlan to access point", 105, WLAN("0801", "0000") SNAP("0800") PACKET4, TW_WAY_UNKNOWN},
    {"wlan qos", 105, WLAN("8802", "0000") "0000 " SNAP("86dd") PACKET6, TW_WAY_UNKNOWN},
    {"wlan qos with ht control", 105, WLAN("8882", "0000") "0000 00000000 " SNAP("0800") PACKET4,
     TW_WAY_UNKNOWN},
    {"wlan four addresses", 105, WLAN("0803", "0000") WLAN_ADDRESS SNAP("0800") PACKET4,
     TW_WAY_UNKNOWN},
    {"wlan four addresses qos", 105, WLAN("8803", "0000") WLAN_ADDRESS "0000 " SNAP("0800") PACKET4,
     TW_WAY_UNKNOWN},
    {"wlan aggregate of one", 105, WLAN("8801", "0000") "8000 " MACS "0041 " SNAP("0800") PACKET4,
     TW_WAY_UNKNOWN},
    {"radiotap", 127, RADIOTAP_PLAIN WLAN("0801", "0000") SNAP("0800") PACKET4, TW_WAY_UNKNOWN},
    {"radiotap with time, fcs and pad", 127,
     "00 00 1900 03000000 8877665544332211 30 0000000000000000 " WLAN(
	 "8801", "0000") "0000 0000 " SNAP("0800") PACKET4 "deadbeef",
     TW_WAY_UNKNOWN},
    {"radiotap of two present words", 127,
     "00 00 0d00 02000080 00000000 10 " WLAN("0801", "0000") SNAP("0800") PACKET4 "deadbeef",
     TW_WAY_UNKNOWN},
    {"ppi wlan with fcs", 192,
     "00 00 2000 69000000 0200 1400 0000000000000000 0100 0000 0000 0000 00 00 00 00 " WLAN(
	 "0801", "0000") SNAP("0800") PACKET4 "deadbeef",
     TW_WAY_UNKNOWN},
    {"ppi ethernet", 192, "00 00 0800 01000000 " ETHER4 PACKET4, TW_WAY_UNKNOWN},
    {"prism", 119, PRISM_144 WLAN("0801", "0000") SNAP("0800") PACKET4, TW_WAY_UNKNOWN},
    {"avs as prism", 119, AVS_64 WLAN("0801", "0000") SNAP("0800") PACKET4, TW_WAY_UNKNOWN},
    {"avs", 163, AVS_64 WLAN("0801", "0000") SNAP("0800") PACKET4, TW_WAY_UNKNOWN},
};

static void every_link_type_leads_to_the_segment(void **state)
{
	(void)state;
	for (size_t i = 0; i < TW_LEN(goods); i++) {
		struct tw_decoded decoded;

		print_message("  %s\n", goods[i].name);
		decode_hex(goods[i].link_type, goods[i].hex, &decoded);
		assert_common_segment(&decoded);
		assert_int_equal(decoded.segment.way, goods[i].way);
		assert_int_equal(decoded.segment.checksum, TW_CHECKSUM_GOOD);
	}
}

static const struct {
	const char *name;
	uint32_t link_type;
	const char *hex;
	enum tw_undecoded reason;
} bads[] = {
    {"unknown link type", 147, ETHER4 PACKET4, TW_UNDECODED_LINK_TYPE},
    {"no bytes", 1, "", TW_UNDECODED_LINK_HEADER},
    {"arp", 1, MACS "0806 0001 0800", TW_UNDECODED_NOT_IP},
    {"spanning tree", 1, MACS "0026 424203 0000", TW_UNDECODED_NOT_IP},
    {"snap of another organisation", 1, MACS "0041 aaaa03 00000c 0800 " PACKET4,
     TW_UNDECODED_NOT_IP},
    {"pppoe version", 1, MACS "8864 2100 0001 003b 0021 " PACKET4, TW_UNDECODED_LINK_HEADER},
    {"ppp link control", 9, "c021 0101 0004", TW_UNDECODED_NOT_IP},
    {"tag cut", 1, MACS "8100 00", TW_UNDECODED_LINK_HEADER},
    {"raw version 5", 101, "5000", TW_UNDECODED_NOT_IP},
    {"null appletalk", 0, "10000000 00", TW_UNDECODED_NOT_IP},
    {"cooked netlink", 113, "0004 0338 0000 0000000000000000 0000 00", TW_UNDECODED_NOT_IP},
    {"beacon", 105, WLAN("8000", "0000"), TW_UNDECODED_WLAN_NO_DATA},
    {"acknowledgment", 105, "d400 0000 020000000001", TW_UNDECODED_WLAN_NO_DATA},
    {"null function", 105, WLAN("4801", "0000"), TW_UNDECODED_WLAN_NO_DATA},
    {"protected", 105, WLAN("0841", "0000") "0011223344556677", TW_UNDECODED_ENCRYPTED},
    {"wlan fragment", 105, WLAN("0805", "0000") SNAP("0800") PACKET4,
     TW_UNDECODED_FRAGMENT_WAITING},
    {"wlan later fragment", 105, WLAN("0801", "0100") SNAP("0800") PACKET4,
     TW_UNDECODED_FRAGMENT_WAITING},
    {"wlan version", 105, WLAN("0901", "0000") SNAP("0800") PACKET4, TW_UNDECODED_LINK_HEADER},
    {"aggregate of two", 105,
     WLAN("8801", "0000") "8000 " MACS "0041 " SNAP("0800") PACKET4 "000000 " MACS
								    "0041 " SNAP("0800") PACKET4,
     TW_UNDECODED_WLAN_AGGREGATE},
    {"radiotap version", 127, "01 00 0800 00000000 ", TW_UNDECODED_LINK_HEADER},
    {"radiotap shorter than itself", 127, "00 00 0400 00000000 ", TW_UNDECODED_LINK_HEADER},
    {"radiotap words without end", 127, "00 00 0c00 00000080 00000080 ", TW_UNDECODED_LINK_HEADER},
    {"ppi in ppi without end", 192,
     "0000 0800 c0000000 0000 0800 c0000000 0000 0800 c0000000 0000 0800 c0000000 "
     "0000 0800 c0000000 0000 0800 c0000000 0000 0800 c0000000 0000 0800 c0000000 "
     "0000 0800 c0000000 0000 0800 c0000000 0000 0800 c0000000 0000 0800 c0000000 "
     "0000 0800 c0000000 0000 0800 c0000000 0000 0800 c0000000 0000 0800 c0000000 "
     "0000 0800 c0000000 0000 0800 c0000000",
     TW_UNDECODED_IP_DEPTH},
};

static void every_other_frame_has_its_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < TW_LEN(bads); i++) {
		struct tw_decoded decoded;

		print_message("  %s\n", bads[i].name);
		decode_hex(bads[i].link_type, bads[i].hex, &decoded);
		assert_nothing(&decoded, bads[i].reason);
	}
}

static void ethernet_padding_is_no_payload(void **state)
{
	struct tw_decoded decoded;

	(void)state;
	decode_hex(1,
		   ETHER4 IP4_HEADER("06", "0028") "c000 0050 00000001 00000002 5010 0000 0000 "
						   "0000 000000000000",
		   &decoded);
	assert_int_equal(decoded.kind, TW_DECODED_SEGMENT);
	assert_int_equal(decoded.segment.length, 0);
	assert_int_equal(decoded.segment.payload.size, 0);
}

static void the_way_of_the_capture_file_stays_where_the_link_header_knows_none(void **state)
{
	struct bytes bytes = bytes_of(ETHER4 PACKET4);
	struct tw_wire_frame frame = {
	    .link_type = 1,
	    .wire_bytes = (uint32_t)bytes.size,
	    .bytes = tw_slice_of(bytes.data, bytes.size),
	    .way = TW_WAY_OUT,
	};
	struct tw_decoded decoded;

	(void)state;
	tw_decode(&frame, NULL, &decoded);
	assert_int_equal(decoded.segment.way, TW_WAY_OUT);
	assert_false(tw_segment_knows(&decoded.segment, TW_FIELD_TIME));
	assert_ptr_equal(decoded.segment.payload.data, bytes.data + bytes.size - 5);
	free(bytes.data);
}

static void the_sender_on_the_link_is_known_where_the_header_tells(void **state)
{
	static const uint8_t sender[TW_LINK_ADDRESS_BYTES] = {2, 0, 0, 0, 0, 1};
	static const struct {
		uint32_t link_type;
		const char *hex;
		bool known;
	} rows[] = {
	    {1, ETHER4 PACKET4, true},
	    {1, ETHER6 PACKET6, true},
	    {1, MACS "8100 0064 0800 " PACKET4, true},
	    {113, "0000 0001 0006 0200000000010000 0800 " PACKET4, true},
	    {276, "0800 0000 00000002 0001 00 06 0200000000010000 " PACKET4, true},
	    {113, "0000 0304 0000 0000000000000000 0800 " PACKET4, false},
	    {101, PACKET4, false},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct tw_decoded decoded;

		decode_hex(rows[i].link_type, rows[i].hex, &decoded);
		assert_int_equal(decoded.kind, TW_DECODED_SEGMENT);
		assert_int_equal(tw_segment_knows(&decoded.segment, TW_FIELD_LINK), rows[i].known);
		if (rows[i].known)
			assert_memory_equal(decoded.segment.link_source, sender, sizeof(sender));
	}
}

static void no_cut_and_no_damage_leaves_a_frame_without_result(void **state)
{
	(void)state;
	for (size_t i = 0; i < TW_LEN(goods); i++)
		torture(goods[i].link_type, goods[i].hex, NULL);
}

static void assert_same_segment(const struct tw_segment *a, const struct tw_segment *b)
{
	struct tw_segment other = *b;

	/* The frames begin at different places; what the payload holds is compared by place. */
	other.payload = a->payload;
	assert_int_equal(a->payload.size, b->payload.size);
	assert_memory_equal(a, &other, offsetof(struct tw_segment, source));
	assert_true(tw_address_equal(&a->source.address, &b->source.address));
	assert_true(tw_address_equal(&a->destination.address, &b->destination.address));
	assert_int_equal(a->source.port, b->source.port);
	assert_int_equal(a->destination.port, b->destination.port);
	assert_memory_equal(&a->options, &b->options, sizeof(a->options));
}

/* Ethernet takes the short way where it can, the same packet as LINKTYPE_IPV4 never. */
static void assert_both_ways_agree(struct bytes bytes, size_t captured)
{
	struct bytes packet = {bytes.data + 14, bytes.size - 14};
	struct tw_decoded plain;
	struct tw_decoded walked;

	decode_cut(1, bytes, captured, NULL, &plain);
	decode_cut(228, packet, captured - 14, NULL, &walked);
	/* That one has no link header to take the sender's address from. */
	plain.segment.known &= ~(uint32_t)TW_FIELD_LINK;
	memset(plain.segment.link_source, 0, sizeof(plain.segment.link_source));
	assert_int_equal(plain.kind, walked.kind);
	if (plain.kind == TW_DECODED_SEGMENT)
		assert_same_segment(&plain.segment, &walked.segment);
	else if (plain.kind == TW_DECODED_NOTHING)
		assert_int_equal(plain.reason, walked.reason);
}

static void the_short_way_and_the_walk_agree(void **state)
{
	static const char *const frames[] = {
	    ETHER4 PACKET4,
	    ETHER4 PACKET4 "000000000000",
	    ETHER4 IP4_HEADER("06", "003c") "c000 0050 00000001 00000000 a002 ffff 0000 0000 "
					    "020405b4 0402 080a 00000001 00000000 01 030307",
	    ETHER4 IP4_HEADER("06", "05dc") TCP4,
	    ETHER4 IP4_HEADER("06", "0000") TCP4,
	};
	uint32_t random = 20261122;

	(void)state;
	for (size_t i = 0; i < TW_LEN(frames); i++) {
		struct bytes bytes = bytes_of(frames[i]);

		for (size_t cut = 14; cut <= bytes.size; cut++)
			assert_both_ways_agree(bytes, cut);
		for (int round = 0; round < 3000; round++) {
			random = random * 1664525 + 1013904223;
			size_t at = 14 + (random >> 16) % (bytes.size - 14);
			uint8_t was = bytes.data[at];

			bytes.data[at] = (uint8_t)(random >> 8);
			assert_both_ways_agree(bytes, bytes.size);
			if (round % 4 != 0)
				bytes.data[at] = was;
		}
		free(bytes.data);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_link_type_leads_to_the_segment),
	    cmocka_unit_test(every_other_frame_has_its_reason),
	    cmocka_unit_test(ethernet_padding_is_no_payload),
	    cmocka_unit_test(the_way_of_the_capture_file_stays_where_the_link_header_knows_none),
	    cmocka_unit_test(the_sender_on_the_link_is_known_where_the_header_tells),
	    cmocka_unit_test(the_short_way_and_the_walk_agree),
	    cmocka_unit_test(no_cut_and_no_damage_leaves_a_frame_without_result),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
