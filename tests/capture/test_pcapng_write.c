/* test_pcapng_write.c: what is written is read back; bounds hold. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/pcapng_write.h"

#include "capture/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LIMIT = 1024 * 1024, LINKTYPE_ETHERNET = 1, LINKTYPE_RAW = 101 };

static const int64_t noon_ns = INT64_C(1795348800123456789);

static struct tw_slice slice_of(const struct tw_buf *buf)
{
	return tw_slice_of(buf->text, buf->size);
}

static bool holds(const struct tw_buf *buf, const char *bytes, size_t size)
{
	return tw_str_find(tw_buf_str(buf), (struct tw_str){bytes, size}) != SIZE_MAX;
}

static void what_is_written_is_read_back(void **state)
{
	const struct tw_pcapng_origin origin = {.comment = "why", .os = "Linux"};
	const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7};
	struct tw_buf out = tw_buf_of(LIMIT);
	struct tw_source *source;
	struct tw_frame frame;

	(void)state;
	tw_pcapng_add_section(&out, &origin);
	tw_pcapng_add_interface(&out, LINKTYPE_ETHERNET, "client");
	tw_pcapng_add_interface(&out, LINKTYPE_RAW, NULL);
	for (size_t size = 0; size <= sizeof(bytes); size++)
		tw_pcapng_add_packet(&out, size % 2, noon_ns + (int64_t)size,
				     tw_slice_of(bytes, size), 1000);
	tw_pcapng_add_statistics(&out, 0, noon_ns + 5, sizeof(bytes) + 1);
	assert_false(out.overflowed);
	source = tw_source_open_memory(slice_of(&out), "memory");
	assert_non_null(source);
	for (size_t size = 0; size <= sizeof(bytes); size++) {
		assert_true(tw_source_next(source, &frame));
		assert_int_equal(frame.interface, size % 2);
		assert_int_equal(frame.link_type, size % 2 ? LINKTYPE_RAW : LINKTYPE_ETHERNET);
		assert_int_equal(frame.time_ns, noon_ns + (int64_t)size);
		assert_int_equal(frame.wire_bytes, 1000);
		assert_int_equal(frame.bytes.size, size);
		if (size > 0)
			assert_memory_equal(frame.bytes.data, bytes, size);
	}
	assert_false(tw_source_next(source, &frame));
	assert_int_equal(tw_source_input(source, 0)->error.code, TW_ERR_OK);
	assert_int_equal(tw_source_input(source, 0)->skipped_blocks, 0);
	assert_true(tw_source_input(source, 0)->end_known);
	assert_int_equal(tw_source_input(source, 0)->end_ns, noon_ns + 5);
	assert_int_equal(tw_source_input(source, 0)->received, sizeof(bytes) + 1);
	tw_source_close(source);
	tw_buf_free(&out);
}

/* Byte by byte, as section 4.1 of the draft has it. */
static void a_section_has_its_options_in_order(void **state)
{
	static const char expected[] = "\x0a\x0d\x0d\x0a\x44\0\0\0\x4d\x3c\x2b\x1a\1\0\0\0"
				       "\xff\xff\xff\xff\xff\xff\xff\xff"
				       "\1\0\3\0why\0"
				       "\2\0\4\0card"
				       "\3\0\5\0Linux\0\0\0"
				       "\4\0\2\0me\0\0"
				       "\0\0\0\0\x44\0\0\0";
	const struct tw_pcapng_origin origin = {"why", "card", "Linux", "me"};
	struct tw_buf out = tw_buf_of(LIMIT);

	(void)state;
	tw_pcapng_add_section(&out, &origin);
	assert_int_equal(out.size, sizeof(expected) - 1);
	assert_memory_equal(out.text, expected, out.size);
	tw_buf_free(&out);
}

static void an_interface_has_its_name_and_counts_nanoseconds(void **state)
{
	struct tw_buf out = tw_buf_of(LIMIT);

	(void)state;
	tw_pcapng_add_interface(&out, LINKTYPE_ETHERNET, "middle");
	assert_true(holds(&out, "\2\0\6\0middle\0\0", 12));
	assert_true(holds(&out, "\x09\0\1\0\x09\0\0\0", 8));
	tw_buf_free(&out);
}

static void too_long_a_comment_is_cut_between_characters(void **state)
{
	enum { CHARACTERS = 40000 };
	char *text = calloc(2, CHARACTERS + 1);
	struct tw_pcapng_origin origin = {.comment = text};
	struct tw_buf out = tw_buf_of(LIMIT);
	struct tw_source *source;
	struct tw_frame frame;

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < CHARACTERS; i++)
		memcpy(text + 2 * i, "\xc3\xa4", 2);
	tw_pcapng_add_section(&out, &origin);
	tw_pcapng_add_interface(&out, LINKTYPE_ETHERNET, "x");
	/* 65534 is the last even length that fits. */
	assert_true(holds(&out, "\1\0\xfe\xff\xc3\xa4", 6));
	source = tw_source_open_memory(slice_of(&out), "memory");
	assert_non_null(source);
	assert_false(tw_source_next(source, &frame));
	assert_int_equal(tw_source_input(source, 0)->error.code, TW_ERR_OK);
	tw_source_close(source);
	tw_buf_free(&out);
	free(text);
}

static void a_full_buffer_overflows_and_nothing_is_written_behind_it(void **state)
{
	const uint8_t bytes[200] = {0};

	(void)state;
	for (size_t limit = 0; limit < 230; limit++) {
		struct tw_buf out = tw_buf_of(limit);

		tw_pcapng_add_packet(&out, 0, noon_ns, tw_slice_of(bytes, sizeof(bytes)),
				     sizeof(bytes));
		assert_true(out.overflowed);
		assert_true(out.size <= limit);
		tw_buf_free(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_written_is_read_back),
	    cmocka_unit_test(a_section_has_its_options_in_order),
	    cmocka_unit_test(an_interface_has_its_name_and_counts_nanoseconds),
	    cmocka_unit_test(too_long_a_comment_is_cut_between_characters),
	    cmocka_unit_test(a_full_buffer_overflows_and_nothing_is_written_behind_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
