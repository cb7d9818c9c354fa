/* test_pcapng.c: pcapng blocks, options, clocks, sections, drops and errors. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "build.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct tw_input_info *info_of(const struct opened *o)
{
	return tw_source_input(o->source, 0);
}

static void an_enhanced_packet_gives_all_its_fields(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct build *b = build_new(big);
		struct tw_frame frame;

		put_section(b);
		put_interface(b, 113, 262144);
		put_interface(b, 1, 96);

		size_t at = enhanced_begin(b, 1, 1700000000123456, 61, 1514, 7);

		put_option(b, 1, "first", 5);
		put_option(b, 1, "second", 6);
		put_option32(b, 2, 2 | 3 << 2);
		put_option64(b, 4, 12);
		put_option(b, 0, NULL, 0);
		block_end(b, at);
		put_enhanced(b, 0, 1700000000123457, 0, 0, 0);

		struct opened o = open_build(b);

		assert_int_equal(info_of(&o)->content, TW_CONTENT_PCAPNG);
		assert_true(info_of(&o)->is_pcapng);
		assert_true(tw_source_next(o.source, &frame));
		assert_true(frame.has_time);
		assert_int_equal(frame.time_ns, INT64_C(1700000000123456000));
		assert_int_equal(frame.link_type, 1);
		assert_int_equal(frame.interface, 1);
		assert_int_equal(frame.wire_bytes, 1514);
		assert_int_equal(frame.bytes.size, 61);
		assert_true(is_data(frame.bytes, 7));
		assert_int_equal(frame.comment.size, 5);
		assert_memory_equal(frame.comment.data, "first", 5);
		assert_int_equal(frame.way, TW_FRAME_WAY_OUT);
		assert_true(frame.is_broadcast);
		assert_int_equal(frame.dropped_before, 12);
		assert_true(tw_source_next(o.source, &frame));
		assert_int_equal(frame.link_type, 113);
		assert_int_equal(frame.interface, 0);
		assert_int_equal(frame.bytes.size, 0);
		assert_int_equal(frame.comment.size, 0);
		assert_int_equal(frame.way, TW_FRAME_WAY_UNKNOWN);
		assert_false(tw_source_next(o.source, &frame));
		assert_int_equal(info_of(&o)->error.code, TW_ERR_OK);
		assert_int_equal(info_of(&o)->snap_length, 96);
		assert_int_equal(info_of(&o)->dropped, 12);
		assert_true(info_of(&o)->drops_known);
		close_opened(&o);
		free(b);
	}
}

static void each_clock_is_converted_without_overflow(void **state)
{
	(void)state;
	static const struct {
		uint8_t resolution;
		int64_t offset_s;
		uint64_t ticks;
		bool has_time;
		int64_t time_ns;
	} rows[] = {
	    {6, 0, 1700000000000001, true, INT64_C(1700000000000001000)},
	    {9, 0, 1700000000000000001, true, INT64_C(1700000000000000001)},
	    {0, 0, 1700000000, true, INT64_C(1700000000000000000)},
	    {3, 0, 1700000000001, true, INT64_C(1700000000001000000)},
	    {12, 0, 1700000000123999, true, INT64_C(1700000000123)},
	    {18, 0, 5000000000000000000, true, INT64_C(5000000000)},
	    {28, 0, UINT64_MAX, true, 1},
	    {29, 0, UINT64_MAX, true, 0},
	    {127, 5, UINT64_MAX, true, INT64_C(5000000000)},
	    {0x80 | 0, 0, 1700000000, true, INT64_C(1700000000000000000)},
	    {0x80 | 1, 0, 3, true, INT64_C(1500000000)},
	    {0x80 | 10, 0, (UINT64_C(1700000000) << 10) + 512, true, INT64_C(1700000000500000000)},
	    {0x80 | 32, 0, (UINT64_C(1700000000) << 32) + 0x40000000, true,
	     INT64_C(1700000000250000000)},
	    {0x80 | 40, 0, (UINT64_C(15) << 40) + (UINT64_C(3) << 38), true, INT64_C(15750000000)},
	    {0x80 | 63, 0, UINT64_C(1) << 62, true, INT64_C(500000000)},
	    {0x80 | 64, 0, UINT64_C(1) << 63, true, INT64_C(500000000)},
	    {0x80 | 127, 0, UINT64_MAX, true, 0},
	    {6, 3600, 1000000, true, INT64_C(3601000000000)},
	    {6, -3600, 7200000000, true, INT64_C(3600000000000)},
	    {6, -10, 0, true, INT64_C(-10000000000)},
	    /* What 64 bits of nanoseconds cannot hold is no time. */
	    {6, 0, UINT64_MAX, false, 0},
	    {0, 0, UINT64_MAX, false, 0},
	    {9, 0, UINT64_C(1) << 63, false, 0},
	    {0x80 | 0, 0, UINT64_MAX, false, 0},
	    {6, INT64_MAX, 0, false, 0},
	    {6, INT64_MIN, 0, false, 0},
	    {6, 9223372036, 1000000000, false, 0},
	};

	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct build *b = build_new(i % 2);
		struct tw_frame frame;

		put_section(b);
		put_clock(b, rows[i].resolution, rows[i].offset_s);
		put_enhanced(b, 0, rows[i].ticks, 4, 4, 1);

		struct opened o = open_build(b);

		assert_true(tw_source_next(o.source, &frame));
		assert_int_equal(frame.has_time, rows[i].has_time);
		if (rows[i].has_time)
			assert_int_equal(frame.time_ns, rows[i].time_ns);
		close_opened(&o);
		free(b);
	}
}

static void a_simple_packet_is_the_smallest_of_its_three_lengths(void **state)
{
	(void)state;
	static const struct {
		uint32_t snap_length, wire_bytes, stored, captured;
	} rows[] = {
	    {0, 60, 60, 60},	 {50, 1514, 52, 50}, {0, 61, 64, 61},
	    {0, 1514, 100, 100}, {96, 0, 0, 0},
	};

	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct build *b = build_new(i % 2);
		struct tw_frame frame;

		put_section(b);
		put_interface(b, 101, rows[i].snap_length);
		put_simple(b, rows[i].stored, rows[i].wire_bytes, 5);

		struct opened o = open_build(b);

		assert_true(tw_source_next(o.source, &frame));
		assert_false(frame.has_time);
		assert_int_equal(frame.link_type, 101);
		assert_int_equal(frame.wire_bytes, rows[i].wire_bytes);
		assert_int_equal(frame.bytes.size, rows[i].captured);
		assert_true(is_data(frame.bytes, 5));
		close_opened(&o);
		free(b);
	}
}

static void put_obsolete(struct build *b, uint16_t interface, uint16_t drops)
{
	size_t at = block_begin(b, 2);

	put16(b, interface);
	put16(b, drops);
	put32(b, 0);
	put32(b, 3000000);
	put32(b, 33);
	put32(b, 34);
	put_data(b, 33, 9);
	put_zeros(b, 3);
	put_option32(b, 2, 1);
	block_end(b, at);
}

static void the_obsolete_packet_block_is_read_with_its_drops(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct build *b = build_new(big);
		struct tw_frame frame;

		put_section(b);
		put_interface(b, 1, 0);
		put_obsolete(b, 0, 4);
		put_obsolete(b, 0, 0xffff);
		put_obsolete(b, 0, 3);

		struct opened o = open_build(b);

		assert_true(tw_source_next(o.source, &frame));
		assert_int_equal(frame.time_ns, INT64_C(3000000000));
		assert_int_equal(frame.bytes.size, 33);
		assert_int_equal(frame.wire_bytes, 34);
		assert_true(is_data(frame.bytes, 9));
		assert_int_equal(frame.dropped_before, 4);
		assert_int_equal(frame.way, TW_FRAME_WAY_IN);
		assert_true(tw_source_next(o.source, &frame));
		assert_int_equal(frame.dropped_before, 0);
		assert_int_equal(drain(o.source), 1);
		assert_int_equal(info_of(&o)->dropped, 7);
		close_opened(&o);
		free(b);
	}
}

static void sections_differ_in_byte_order_and_interfaces(void **state)
{
	(void)state;
	struct build *b = build_new(false);
	struct tw_frame frame;

	for (uint16_t i = 0; i < 4; i++) {
		b->big_endian = i % 2;
		put_section(b);
		put_interface(b, (uint16_t)(100 + i), 0);
		put_enhanced(b, 0, 1000000U * i, 8, 8, (uint8_t)i);
	}

	struct opened o = open_build(b);

	for (uint16_t i = 0; i < 4; i++) {
		assert_true(tw_source_next(o.source, &frame));
		assert_int_equal(frame.link_type, 100 + i);
		assert_int_equal(frame.time_ns, INT64_C(1000000000) * i);
		assert_int_equal(frame.interface, 0);
		assert_true(is_data(frame.bytes, (uint8_t)i));
	}
	assert_false(tw_source_next(o.source, &frame));
	assert_int_equal(info_of(&o)->error.code, TW_ERR_OK);
	close_opened(&o);
	free(b);
}

static void an_interface_of_the_section_before_is_not_known(void **state)
{
	(void)state;
	struct build *b = build_new(false);

	put_section(b);
	put_interface(b, 1, 0);
	put_enhanced(b, 0, 0, 8, 8, 1);
	put_section(b);

	size_t at = b->size;

	put_enhanced(b, 0, 0, 8, 8, 1);

	struct opened o = open_build(b);

	assert_int_equal(drain(o.source), 1);
	assert_int_equal(info_of(&o)->error.code, TW_ERR_RECORD);
	assert_int_equal(info_of(&o)->error.offset, at);
	close_opened(&o);
	free(b);
}

static void put_statistics(struct build *b, uint32_t interface, uint64_t if_drop, uint64_t os_drop)
{
	size_t at = block_begin(b, 5);

	put32(b, interface);
	put32(b, 0);
	put32(b, 0);
	put_option64(b, 4, 1000);
	put_option64(b, 5, if_drop);
	put_option64(b, 7, os_drop);
	put_option(b, 0, NULL, 0);
	block_end(b, at);
}

/* The high half of the time stands first; the interface counts microseconds. */
static void put_end(struct build *b, uint32_t interface, uint64_t end_us, uint64_t received)
{
	uint64_t swapped = end_us << 32 | end_us >> 32;
	size_t at = block_begin(b, 5);

	put32(b, interface);
	put32(b, 0);
	put32(b, 0);
	put_option64(b, 3, swapped);
	put_option64(b, 4, received);
	put_option(b, 0, NULL, 0);
	block_end(b, at);
}

static void statistics_tell_when_recording_ended(void **state)
{
	(void)state;
	struct build *b = build_new(false);

	put_section(b);
	put_interface(b, 1, 0);
	put_end(b, 0, UINT64_C(5000000007), 3);
	put_end(b, 0, UINT64_C(4000000000), 2);
	put_end(b, 77, UINT64_C(9000000000), 2);

	struct opened o = open_build(b);

	assert_int_equal(drain(o.source), 0);
	assert_true(info_of(&o)->end_known);
	assert_int_equal(info_of(&o)->end_ns, INT64_C(5000000007000));
	assert_int_equal(info_of(&o)->received, 5);
	close_opened(&o);
	free(b);
}

static void statistics_are_totals_and_not_added_to_the_packets_counts(void **state)
{
	(void)state;
	struct build *b = build_new(false);

	put_section(b);
	put_interface(b, 1, 0);
	put_interface(b, 1, 0);

	size_t at = enhanced_begin(b, 0, 0, 4, 4, 1);

	put_option64(b, 4, 3);
	block_end(b, at);
	put_statistics(b, 0, 2, 1);
	put_statistics(b, 0, 6, 4);
	put_statistics(b, 1, 5, UINT64_MAX);
	put_statistics(b, 77, 5, 5);

	struct opened o = open_build(b);

	assert_int_equal(drain(o.source), 1);
	assert_true(info_of(&o)->drops_known);
	assert_int_equal(info_of(&o)->dropped, 10 + 5);
	assert_int_equal(info_of(&o)->error.code, TW_ERR_OK);
	close_opened(&o);
	free(b);
}

static void drop_counts_saturate(void **state)
{
	(void)state;
	struct build *b = build_new(false);

	put_section(b);
	put_interface(b, 1, 0);
	put_interface(b, 1, 0);
	for (uint32_t i = 0; i < 4; i++) {
		size_t at = enhanced_begin(b, i % 2, 0, 4, 4, 1);

		put_option64(b, 4, UINT64_MAX - 1);
		block_end(b, at);
	}

	struct opened o = open_build(b);

	assert_int_equal(drain(o.source), 4);
	assert_true(info_of(&o)->dropped == UINT64_MAX);
	close_opened(&o);
	free(b);
}

static void other_blocks_are_passed_over_and_unknown_ones_counted(void **state)
{
	(void)state;
	static const struct {
		uint32_t type;
		unsigned counted;
	} rows[] = {{4, 0},	     {9, 0},	      {10, 0},	       {0x0bad, 0}, {0x40000bad, 0},
		    {0x01010101, 1}, {0x80000001, 1}, {0x0a0d0a00, 1}, {0x202, 1}};
	struct build *b = build_new(true);

	put_section(b);
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		size_t at = block_begin(b, rows[i].type);

		put_data(b, 4 * i, 1);
		block_end(b, at);
	}
	put_interface(b, 1, 0);
	put_enhanced(b, 0, 0, 8, 8, 1);

	struct opened o = open_build(b);

	assert_int_equal(drain(o.source), 1);
	assert_int_equal(info_of(&o)->skipped_blocks, 4);
	assert_int_equal(info_of(&o)->error.code, TW_ERR_OK);
	close_opened(&o);
	free(b);
}

/* One 32-bit number of the second packet is overwritten; the first one must still come out. */
static void damaged_blocks_end_the_file_and_keep_what_was_before(void **state)
{
	(void)state;
	static const struct {
		size_t at; /* within the block of 40 bytes */
		uint32_t value;
		enum tw_err code;
	} rows[] = {
	    {4, 0, TW_ERR_RECORD},	    {4, 8, TW_ERR_RECORD},
	    {4, 41, TW_ERR_RECORD},	    {4, 42, TW_ERR_RECORD},
	    {4, 16, TW_ERR_RECORD},	    {4, 36, TW_ERR_RECORD},
	    {4, 1000, TW_ERR_TRUNCATED},    {4, 0x7ffffffc, TW_ERR_RECORD},
	    {36, 44, TW_ERR_RECORD},	    {36, 0, TW_ERR_RECORD},
	    {8, 1, TW_ERR_RECORD},	    {8, UINT32_MAX, TW_ERR_RECORD},
	    {20, 9, TW_ERR_RECORD},	    {20, UINT32_MAX, TW_ERR_RECORD},
	    {0, 0x0a0d0d0a, TW_ERR_RECORD},
	};

	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct build *b = build_new(i % 2);

		put_section(b);
		put_interface(b, 1, 0);
		put_enhanced(b, 0, 0, 8, 8, 1);

		size_t at = b->size;

		put_enhanced(b, 0, 0, 8, 8, 2);
		assert_int_equal(b->size - at, 40);

		size_t end = b->size;

		b->size = at + rows[i].at;
		put32(b, rows[i].value);
		b->size = end;

		struct opened o = open_build(b);

		assert_int_equal(drain(o.source), 1);
		assert_int_equal(info_of(&o)->error.code, rows[i].code);
		assert_true(info_of(&o)->error.has_offset);
		assert_int_equal(info_of(&o)->error.offset, at);
		close_opened(&o);
		free(b);
	}
}

static void options_that_run_over_the_block_are_left_alone(void **state)
{
	(void)state;
	struct build *b = build_new(false);
	struct tw_frame frame;

	put_section(b);
	put_interface(b, 1, 0);

	size_t at = enhanced_begin(b, 0, 0, 4, 4, 1);

	put_option32(b, 2, 1);
	put16(b, 1);
	put16(b, 60000);
	block_end(b, at);

	struct opened o = open_build(b);

	assert_true(tw_source_next(o.source, &frame));
	assert_int_equal(frame.way, TW_FRAME_WAY_IN);
	assert_int_equal(frame.comment.size, 0);
	assert_false(tw_source_next(o.source, &frame));
	assert_int_equal(info_of(&o)->error.code, TW_ERR_OK);
	close_opened(&o);
	free(b);
}

static void an_unknown_major_version_is_refused(void **state)
{
	(void)state;
	struct build *b = build_new(false);

	put_section(b);
	b->bytes[12] = 2;

	struct opened o = open_build(b);

	assert_int_equal(drain(o.source), 0);
	assert_int_equal(info_of(&o)->error.code, TW_ERR_VERSION);
	close_opened(&o);
	free(b);
}

static void interfaces_are_bounded(void **state)
{
	(void)state;
	struct build *b = build_new(false);

	put_section(b);
	for (size_t i = 0; i < TW_LIMIT_INTERFACES + 5; i++)
		put_interface(b, 1, 0);
	put_enhanced(b, TW_LIMIT_INTERFACES - 1, 0, 4, 4, 1);
	put_enhanced(b, TW_LIMIT_INTERFACES, 0, 4, 4, 1);

	struct opened o = open_build(b);

	assert_int_equal(drain(o.source), 1);
	assert_int_equal(info_of(&o)->error.code, TW_ERR_MEMORY);
	close_opened(&o);
	free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_enhanced_packet_gives_all_its_fields),
	    cmocka_unit_test(each_clock_is_converted_without_overflow),
	    cmocka_unit_test(a_simple_packet_is_the_smallest_of_its_three_lengths),
	    cmocka_unit_test(the_obsolete_packet_block_is_read_with_its_drops),
	    cmocka_unit_test(sections_differ_in_byte_order_and_interfaces),
	    cmocka_unit_test(an_interface_of_the_section_before_is_not_known),
	    cmocka_unit_test(statistics_tell_when_recording_ended),
	    cmocka_unit_test(statistics_are_totals_and_not_added_to_the_packets_counts),
	    cmocka_unit_test(drop_counts_saturate),
	    cmocka_unit_test(other_blocks_are_passed_over_and_unknown_ones_counted),
	    cmocka_unit_test(damaged_blocks_end_the_file_and_keep_what_was_before),
	    cmocka_unit_test(options_that_run_over_the_block_are_left_alone),
	    cmocka_unit_test(an_unknown_major_version_is_refused),
	    cmocka_unit_test(interfaces_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
