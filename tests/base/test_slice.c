/* test_slice.c: parts of a slice stay inside, and fields are read in their byte order. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/slice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const uint8_t bytes[] = {0x01, 0x82, 0x03, 0x84, 0x05, 0x86, 0x07};

static void fixed_places_read_alike(void **state)
{
	(void)state;
	assert_int_equal(tw_be16(bytes + 1), 0x8203);
	assert_int_equal(tw_le16(bytes + 1), 0x0382);
	assert_int_equal(tw_be32(bytes + 3), 0x84058607);
	assert_int_equal(tw_le32(bytes + 3), 0x07860584);
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
	    cmocka_unit_test(fixed_places_read_alike),
	    cmocka_unit_test(parts_of_a_slice_stay_inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
