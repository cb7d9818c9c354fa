/* test_pcap.c: classic pcap, each variant with its times, lengths and errors. */
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

static void every_variant_gives_its_times_and_lengths(void **state)
{
	(void)state;
	/* Two records: 7.000123 s (or ns) with 60 of 1514 bytes, then 8.9 with 5 of 5. */
	static const struct {
		uint32_t magic;
		uint16_t major, minor;
		uint32_t link_in, link_out;
		bool wire_first;
		size_t after_file_header;
		size_t after_record_header;
		int64_t first_ns, second_ns;
	} rows[] = {
	    {0xa1b2c3d4, 2, 4, 1, 1, false, 0, 0, 7000123000, 8000009000},
	    {0xa1b23c4d, 2, 4, 1, 1, false, 0, 0, 7000000123, 8000000009},
	    {0xa1b2cd34, 2, 4, 1, 1, false, 0, 8, 7000123000, 8000009000},
	    {0xa1b2cd34, 2, 4, 1, 1, false, 0, 12, 7000123000, 8000009000},
	    {0xa1b2c3d4, 2, 4, 1, 1, false, 0, 8, 7000123000, 8000009000},
	    {0xa1b2c3d4, 2, 4, 1, 1, false, 0, 4, 7000123000, 8000009000},
	    {0x1c0001ac, 2, 4, 1, 1, false, 4, 0, 7000000123, 8000000009},
	    {0x1c0001ab, 2, 4, 1, 1, false, 4, 0, 7000123000, 8000009000},
	    {0xa1b2c3d4, 2, 3, 1, 1, false, 0, 0, 7000123000, 8000009000},
	    {0xa1b2c3d4, 2, 3, 1, 1, true, 0, 0, 7000123000, 8000009000},
	    {0xa1b2c3d4, 2, 2, 1, 1, true, 0, 0, 7000123000, 8000009000},
	    {0xa1b2c3d4, 543, 0, 1, 1, true, 0, 0, 7000123000, 8000009000},
	    {0xa1b2c3d4, 2, 2, 6, 1, true, 0, 0, 7000000123, 8000000009},
	    {0xa1b2c3d4, 2, 2, 24, 0, true, 0, 0, 7000000123, 8000000009},
	    {0xa1b2c3d4, 2, 4, 0x24000065, 101, false, 0, 0, 7000123000, 8000009000},
	    {0xa1b2c3d4, 2, 4, 276, 276, false, 0, 0, 7000123000, 8000009000},
	};

	for (size_t i = 0; i < 2 * TW_LEN(rows); i++) {
		struct build *b = build_new(i % 2);
		size_t r = i / 2;
		uint32_t first[2] = {60, 1514};
		uint32_t second[2] = {5, 5};
		size_t swap = rows[r].wire_first;

		put_pcap_header(b, rows[r].magic, rows[r].major, rows[r].minor, 1600,
				rows[r].link_in);
		put_zeros(b, rows[r].after_file_header);
		put32(b, 7);
		put32(b, 123);
		put32(b, first[swap]);
		put32(b, first[!swap]);
		put_data(b, rows[r].after_record_header, 99);
		put_data(b, 60, 1);
		put32(b, 8);
		put32(b, 9);
		put32(b, second[swap]);
		put32(b, second[!swap]);
		put_data(b, rows[r].after_record_header, 98);
		put_data(b, 5, 2);

		struct opened o = open_build(b);
		struct tw_frame frame;

		assert_int_equal(info_of(&o)->content, TW_CONTENT_PCAP);
		assert_false(info_of(&o)->is_pcapng);
		assert_true(tw_source_next(o.source, &frame));
		assert_int_equal(frame.number, 1);
		assert_true(frame.has_time);
		assert_int_equal(frame.time_ns, rows[r].first_ns);
		assert_int_equal(frame.link_type, rows[r].link_out);
		assert_int_equal(frame.wire_bytes, 1514);
		assert_int_equal(frame.bytes.size, 60);
		assert_true(is_data(frame.bytes, 1));
		assert_true(tw_source_next(o.source, &frame));
		assert_int_equal(frame.number, 2);
		assert_int_equal(frame.time_ns, rows[r].second_ns);
		assert_int_equal(frame.bytes.size, 5);
		assert_true(is_data(frame.bytes, 2));
		assert_false(tw_source_next(o.source, &frame));
		assert_int_equal(info_of(&o)->error.code, TW_ERR_OK);
		assert_int_equal(info_of(&o)->packets, 2);
		assert_int_equal(info_of(&o)->snap_length, 1600);
		close_opened(&o);
		free(b);
	}
}

static void a_file_with_only_a_header_is_a_valid_empty_capture(void **state)
{
	(void)state;
	struct build *b = build_new(false);

	put_pcap_header(b, 0xa1b2c3d4, 2, 4, 262144, 1);

	struct opened o = open_build(b);
	struct tw_frame frame;

	assert_false(tw_source_next(o.source, &frame));
	assert_int_equal(info_of(&o)->error.code, TW_ERR_OK);
	assert_int_equal(info_of(&o)->packets, 0);
	close_opened(&o);
	free(b);
}

static void absurd_snapshot_lengths_limit_nothing(void **state)
{
	(void)state;
	static const uint32_t lengths[] = {0, 0x7fffffff, 0xffffffff};

	for (size_t i = 0; i < TW_LEN(lengths); i++) {
		struct build *b = build_new(false);

		put_pcap_header(b, 0xa1b2c3d4, 2, 4, lengths[i], 1);
		put_record(b, 1, 0, 100, 100, 3);

		struct opened o = open_build(b);

		assert_int_equal(drain(o.source), 1);
		assert_int_equal(info_of(&o)->snap_length, 0);
		assert_int_equal(info_of(&o)->error.code, TW_ERR_OK);
		close_opened(&o);
		free(b);
	}
}

static void unknown_versions_are_refused(void **state)
{
	(void)state;
	static const uint16_t versions[][2] = {{1, 0}, {2, 5}, {3, 0}, {543, 1}};

	for (size_t i = 0; i < TW_LEN(versions); i++) {
		struct build *b = build_new(false);

		put_pcap_header(b, 0xa1b2c3d4, versions[i][0], versions[i][1], 65535, 1);
		put_record(b, 1, 0, 10, 10, 3);

		struct opened o = open_build(b);

		assert_int_equal(drain(o.source), 0);
		assert_int_equal(info_of(&o)->error.code, TW_ERR_VERSION);
		assert_int_equal(info_of(&o)->content, TW_CONTENT_PCAP);
		close_opened(&o);
		free(b);
	}
}

static void an_impossible_length_ends_the_file_and_says_where(void **state)
{
	(void)state;
	struct build *b = build_new(false);

	put_pcap_header(b, 0xa1b2c3d4, 2, 4, 65535, 1);
	for (uint32_t i = 0; i < 5; i++)
		put_record(b, i, 0, 20, 20, 3);
	put32(b, 9);
	put32(b, 0);
	put32(b, TW_LIMIT_RECORD_BYTES + 1);
	put32(b, TW_LIMIT_RECORD_BYTES + 1);
	put_data(b, 500, 1);

	struct opened o = open_build(b);
	const struct tw_error *error = &info_of(&o)->error;

	assert_int_equal(drain(o.source), 5);
	assert_int_equal(error->code, TW_ERR_RECORD);
	assert_true(error->has_offset);
	assert_int_equal(error->offset, 24 + 5 * 36);
	assert_true(error->has_claim);
	assert_int_equal(error->claim_bytes, TW_LIMIT_RECORD_BYTES + 1);
	close_opened(&o);
	free(b);
}

static void a_cut_record_is_reported_with_its_own_offset(void **state)
{
	(void)state;
	struct build *b = build_new(false);

	put_pcap_header(b, 0xa1b2c3d4, 2, 4, 65535, 1);
	put_record(b, 1, 0, 20, 20, 3);
	put_record(b, 2, 0, 20, 20, 3);
	b->size -= 1;

	struct opened o = open_build(b);
	const struct tw_error *error = &info_of(&o)->error;

	assert_int_equal(drain(o.source), 1);
	assert_int_equal(error->code, TW_ERR_TRUNCATED);
	assert_int_equal(error->offset, 60);
	assert_int_equal(error->claim_bytes, 36);
	close_opened(&o);
	free(b);
}

static void times_are_unsigned_and_captured_may_exceed_original(void **state)
{
	(void)state;
	struct build *b = build_new(true);
	struct tw_frame frame;

	put_pcap_header(b, 0xa1b2c3d4, 2, 4, 65535, 1);
	put_record(b, 0xffffffff, 0xffffffff, 60, 40, 3);
	put_record(b, 0x80000000, 999999, 60, 60, 3);

	struct opened o = open_build(b);

	assert_true(tw_source_next(o.source, &frame));
	assert_int_equal(frame.time_ns, INT64_C(4294967295000000000) + INT64_C(4294967295000));
	assert_int_equal(frame.wire_bytes, 40);
	assert_int_equal(frame.bytes.size, 60);
	assert_true(tw_source_next(o.source, &frame));
	assert_int_equal(frame.time_ns, INT64_C(2147483648999999000));
	assert_int_equal(info_of(&o)->out_of_order, 1);
	close_opened(&o);
	free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_variant_gives_its_times_and_lengths),
	    cmocka_unit_test(a_file_with_only_a_header_is_a_valid_empty_capture),
	    cmocka_unit_test(absurd_snapshot_lengths_limit_nothing),
	    cmocka_unit_test(unknown_versions_are_refused),
	    cmocka_unit_test(an_impossible_length_ends_the_file_and_says_where),
	    cmocka_unit_test(a_cut_record_is_reported_with_its_own_offset),
	    cmocka_unit_test(times_are_unsigned_and_captured_may_exceed_original),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
