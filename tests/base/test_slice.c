/* test_slice.c: a reader never passes the end, and says so when it was asked to. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/slice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const uint8_t bytes[] = {0x01, 0x82, 0x03, 0x84, 0x05, 0x86, 0x07};

static struct tw_reader reader(size_t size)
{
	return tw_reader_of(tw_slice_of(bytes, size));
}

static void fields_are_read_in_their_byte_order(void **state)
{
	struct tw_reader r = reader(7);

	(void)state;
	assert_int_equal(tw_reader_u8(&r), 0x01);
	assert_int_equal(tw_reader_be16(&r), 0x8203);
	assert_int_equal(tw_reader_be32(&r), 0x84058607);
	assert_false(r.truncated);
	assert_int_equal(r.rest.size, 0);
	r = reader(7);
	assert_int_equal(tw_reader_le16(&r), 0x8201);
	assert_int_equal(tw_reader_le32(&r), 0x86058403);
	assert_int_equal(r.rest.size, 1);
	assert_false(r.truncated);
}

static void fixed_places_read_alike(void **state)
{
	(void)state;
	assert_int_equal(tw_be16(bytes + 1), 0x8203);
	assert_int_equal(tw_le16(bytes + 1), 0x0382);
	assert_int_equal(tw_be32(bytes + 3), 0x84058607);
	assert_int_equal(tw_le32(bytes + 3), 0x07860584);
}

static uint32_t take_u8(struct tw_reader *r)
{
	return tw_reader_u8(r);
}

static uint32_t take_be16(struct tw_reader *r)
{
	return tw_reader_be16(r);
}

static uint32_t take_le16(struct tw_reader *r)
{
	return tw_reader_le16(r);
}

/* Never half a value: what does not fit reads as zero, and so does everything after it. */
static void a_field_that_does_not_fit_reads_zero_and_sticks(void **state)
{
	static const struct {
		uint32_t (*take)(struct tw_reader *reader);
		size_t size;
	} rows[] = {
	    {take_u8, 1}, {take_be16, 2}, {take_le16, 2}, {tw_reader_be32, 4}, {tw_reader_le32, 4},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		for (size_t have = 0; have < rows[i].size; have++) {
			struct tw_reader r = reader(have);

			assert_int_equal(rows[i].take(&r), 0);
			assert_true(r.truncated);
			assert_int_equal(r.rest.size, 0);
			assert_int_equal(tw_reader_u8(&r), 0);
			assert_true(r.truncated);
		}
	}
}

static void taking_gives_the_bytes_or_nothing(void **state)
{
	struct tw_reader r = reader(7);
	struct tw_slice taken = tw_reader_take(&r, 3);

	(void)state;
	assert_ptr_equal(taken.data, bytes);
	assert_int_equal(taken.size, 3);
	tw_reader_skip(&r, 2);
	assert_ptr_equal(r.rest.data, bytes + 5);
	taken = tw_reader_take(&r, 0);
	assert_int_equal(taken.size, 0);
	assert_false(r.truncated);
	taken = tw_reader_take(&r, SIZE_MAX);
	assert_int_equal(taken.size, 0);
	assert_true(r.truncated);
}

static void skipping_past_the_end_marks_the_reader(void **state)
{
	struct tw_reader r = reader(7);

	(void)state;
	tw_reader_skip(&r, 7);
	assert_false(r.truncated);
	tw_reader_skip(&r, 1);
	assert_true(r.truncated);
}

static void parts_of_a_slice_stay_inside(void **state)
{
	struct tw_slice all = tw_slice_of(bytes, 7);

	(void)state;
	assert_int_equal(tw_slice_from(all, 2).size, 5);
	assert_ptr_equal(tw_slice_from(all, 2).data, bytes + 2);
	assert_int_equal(tw_slice_from(all, 7).size, 0);
	assert_int_equal(tw_slice_from(all, SIZE_MAX).size, 0);
	assert_int_equal(tw_slice_head(all, 3).size, 3);
	assert_int_equal(tw_slice_head(all, SIZE_MAX).size, 7);
	assert_int_equal(tw_slice_from((struct tw_slice){0}, 0).size, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fields_are_read_in_their_byte_order),
	    cmocka_unit_test(fixed_places_read_alike),
	    cmocka_unit_test(a_field_that_does_not_fit_reads_zero_and_sticks),
	    cmocka_unit_test(taking_gives_the_bytes_or_nothing),
	    cmocka_unit_test(skipping_past_the_end_marks_the_reader),
	    cmocka_unit_test(parts_of_a_slice_stay_inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
