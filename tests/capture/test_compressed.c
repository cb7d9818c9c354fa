/* test_compressed.c: gzip, zstd and lz4 inputs, whole, joined, cut and damaged. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "build.h"

#include <setjmp.h>
#include <stdarg.h>

#include <lz4frame.h>
#include <zlib.h>
#include <zstd.h>

#include <cmocka.h>

enum { RECORDS = 4000, RECORD_BYTES = 16 + 200, FILE_BYTES = 24 + RECORDS * RECORD_BYTES };

static void add_gzip(struct build *out, const uint8_t *bytes, size_t size)
{
	z_stream z = {0};

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);

	uint8_t *copy = malloc(size);

	assert_non_null(copy);
	memcpy(copy, bytes, size);
	z.next_in = copy;
	z.avail_in = (uInt)size;
	z.next_out = out->bytes + out->size;
	z.avail_out = (uInt)(BUILD_BYTES - out->size);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	out->size = BUILD_BYTES - z.avail_out;
	free(copy);
	assert_int_equal(deflateEnd(&z), Z_OK);
}

static void add_zstd(struct build *out, const uint8_t *bytes, size_t size)
{
	ZSTD_CCtx *context = ZSTD_createCCtx();

	assert_non_null(context);
	(void)ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);

	size_t made =
	    ZSTD_compress2(context, out->bytes + out->size, BUILD_BYTES - out->size, bytes, size);

	assert_false(ZSTD_isError(made));
	out->size += made;
	(void)ZSTD_freeCCtx(context);
}

static void add_lz4(struct build *out, const uint8_t *bytes, size_t size)
{
	const LZ4F_preferences_t preferences = {
	    .frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled,
	    .frameInfo.blockChecksumFlag = LZ4F_blockChecksumEnabled,
	};
	size_t made = LZ4F_compressFrame(out->bytes + out->size, BUILD_BYTES - out->size, bytes,
					 size, &preferences);

	assert_false(LZ4F_isError(made));
	out->size += made;
}

static const struct codec {
	const char *name;
	void (*add)(struct build *out, const uint8_t *bytes, size_t size);
} codecs[] = {{"gzip", add_gzip}, {"zstd", add_zstd}, {"lz4", add_lz4}};

/* Data that does not compress away, so that every codec has several blocks. */
static TW_WRAPS struct build *capture(void)
{
	struct build *b = build_new(false);
	uint32_t random = 1;

	put_pcap_header(b, 0xa1b2c3d4, 2, 4, 65535, 1);
	for (uint32_t i = 0; i < RECORDS; i++) {
		put_record(b, i, 0, 200, 200, 0);
		for (size_t k = 0; k < 150; k++) {
			random = random * 1664525 + 1013904223;
			b->bytes[b->size - 1 - k] = (uint8_t)(random >> 24);
		}
	}
	assert_int_equal(b->size, FILE_BYTES);
	return b;
}

static const struct tw_input_info *info_of(const struct opened *o)
{
	return tw_source_input(o->source, 0);
}

static void every_codec_is_undone_and_named(void **state)
{
	(void)state;
	struct build *plain = capture();

	for (size_t c = 0; c < TW_LEN(codecs); c++) {
		struct build *packed = build_new(false);

		codecs[c].add(packed, plain->bytes, plain->size);

		struct opened o = open_build(packed);
		struct tw_frame frame;
		size_t at = 24;

		assert_int_equal(info_of(&o)->content, TW_CONTENT_PCAP);
		assert_string_equal(info_of(&o)->compression, codecs[c].name);
		while (tw_source_next(o.source, &frame)) {
			assert_memory_equal(frame.bytes.data, plain->bytes + at + 16, 200);
			at += RECORD_BYTES;
		}
		assert_int_equal(at, FILE_BYTES);
		assert_int_equal(info_of(&o)->error.code, TW_ERR_OK);
		close_opened(&o);
		free(packed);
	}
	free(plain);
}

/* As parallel compressors write them; lz4 has the same ones, but begins with its own. */
static void a_skippable_frame_may_come_first(void **state)
{
	(void)state;
	struct build *plain = capture();
	struct build *packed = build_new(false);

	put32(packed, 0x184d2a53);
	put32(packed, 100);
	put_data(packed, 100, 7);
	add_zstd(packed, plain->bytes, plain->size);

	struct opened o = open_build(packed);

	assert_string_equal(info_of(&o)->compression, "zstd");
	assert_int_equal(drain(o.source), RECORDS);
	assert_int_equal(info_of(&o)->error.code, TW_ERR_OK);
	close_opened(&o);
	free(packed);
	free(plain);
}

static void joined_streams_are_one(void **state)
{
	(void)state;
	struct build *plain = capture();

	for (size_t c = 0; c < TW_LEN(codecs); c++) {
		struct build *packed = build_new(false);
		size_t third = FILE_BYTES / 3;

		codecs[c].add(packed, plain->bytes, third);
		codecs[c].add(packed, plain->bytes + third, 1);
		codecs[c].add(packed, plain->bytes, 0 * third);
		codecs[c].add(packed, plain->bytes + third + 1, FILE_BYTES - third - 1);
		put_zeros(packed, 700);

		struct opened o = open_build(packed);

		assert_int_equal(drain(o.source), RECORDS);
		assert_int_equal(info_of(&o)->error.code, TW_ERR_OK);
		close_opened(&o);
		free(packed);
	}
	free(plain);
}

static void a_cut_stream_gives_what_is_readable_and_is_truncated(void **state)
{
	(void)state;
	struct build *plain = capture();

	for (size_t c = 0; c < TW_LEN(codecs); c++) {
		struct build *packed = build_new(false);

		codecs[c].add(packed, plain->bytes, plain->size);
		packed->size = packed->size * 3 / 4;

		struct opened o = open_build(packed);
		uint64_t frames = drain(o.source);

		assert_in_range(frames, RECORDS / 2, RECORDS * 3 / 4 + 10);
		assert_int_equal(info_of(&o)->error.code, TW_ERR_TRUNCATED);
		/* Of the uncompressed stream: where the first record that is not whole begins. */
		assert_int_equal(info_of(&o)->error.offset, 24 + frames * RECORD_BYTES);
		close_opened(&o);
		free(packed);
	}
	free(plain);
}

static void damage_late_in_a_stream_keeps_what_was_before_it(void **state)
{
	(void)state;
	struct build *plain = capture();

	for (size_t c = 0; c < TW_LEN(codecs); c++) {
		struct build *packed = build_new(false);

		codecs[c].add(packed, plain->bytes, plain->size);
		/* A run of ones can be no valid rest of any of the three. */
		memset(packed->bytes + packed->size * 3 / 4, 0xff, 3000);

		struct opened o = open_build(packed);
		uint64_t frames = drain(o.source);

		/* Only lz4 has checksums of blocks here; the others make nonsense for a while. */
		if (c == 2 || info_of(&o)->error.code != TW_ERR_RECORD)
			assert_int_equal(info_of(&o)->error.code, TW_ERR_COMPRESSION);
		assert_in_range(frames, RECORDS / 2, c == 2 ? RECORDS * 3 / 4 + 10 : RECORDS);
		close_opened(&o);
		free(packed);
	}
	free(plain);
}

static void a_wrong_checksum_is_damage_after_all_frames(void **state)
{
	(void)state;
	struct build *plain = capture();

	for (size_t c = 0; c < TW_LEN(codecs); c++) {
		struct build *packed = build_new(false);

		codecs[c].add(packed, plain->bytes, plain->size);
		/* gzip ends in checksum and length, the other two in the checksum. */
		packed->bytes[packed->size - (c == 0 ? 5 : 1)] ^= 1;

		struct opened o = open_build(packed);

		assert_int_equal(drain(o.source), RECORDS);
		assert_int_equal(info_of(&o)->error.code, TW_ERR_COMPRESSION);
		close_opened(&o);
		free(packed);
	}
	free(plain);
}

static void rubbish_behind_a_stream_is_reported(void **state)
{
	(void)state;
	struct build *plain = capture();

	for (size_t c = 0; c < TW_LEN(codecs); c++) {
		struct build *packed = build_new(false);

		codecs[c].add(packed, plain->bytes, plain->size);
		put(packed, "rubbish rubbish rubbish", 23);

		struct opened o = open_build(packed);

		assert_int_equal(drain(o.source), RECORDS);
		assert_int_equal(info_of(&o)->error.code, TW_ERR_COMPRESSION);
		close_opened(&o);
		free(packed);
	}
	free(plain);
}

static void every_cut_of_a_small_stream_is_survived(void **state)
{
	(void)state;
	struct build *plain = build_new(false);

	put_pcap_header(plain, 0xa1b2c3d4, 2, 4, 65535, 1);
	put_record(plain, 1, 0, 60, 60, 1);
	put_record(plain, 2, 0, 60, 60, 2);
	for (size_t c = 0; c < TW_LEN(codecs); c++) {
		struct build *packed = build_new(false);

		codecs[c].add(packed, plain->bytes, plain->size);
		for (size_t size = 7; size < packed->size; size++) {
			struct opened o = open_bytes(packed->bytes, size);

			assert_in_range(drain(o.source), 0, 2);
			assert_int_equal(info_of(&o)->error.code, TW_ERR_TRUNCATED);
			close_opened(&o);
		}
		free(packed);
	}
	free(plain);
}

static void an_empty_stream_is_an_empty_input(void **state)
{
	(void)state;
	for (size_t c = 0; c < TW_LEN(codecs); c++) {
		struct build *packed = build_new(false);

		codecs[c].add(packed, packed->bytes, c == 0 ? 1 : 0);
		if (c == 0) {
			packed->size = 0;
			put(packed, "\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0", 20);
		}

		struct opened o = open_build(packed);

		assert_int_equal(info_of(&o)->content, TW_CONTENT_EMPTY);
		assert_int_equal(info_of(&o)->error.code, TW_ERR_EMPTY);
		assert_int_equal(drain(o.source), 0);
		close_opened(&o);
		free(packed);
	}
}

static void text_may_be_compressed(void **state)
{
	(void)state;
	struct build *packed = build_new(false);

	add_gzip(packed, (const uint8_t *)"A -> B [SYN]\n", 13);

	struct opened o = open_build(packed);
	struct tw_slice text = tw_source_text(o.source, 0);

	assert_int_equal(info_of(&o)->content, TW_CONTENT_TEXT);
	assert_int_equal(text.size, 13);
	assert_memory_equal(text.data, "A -> B [SYN]\n", 13);
	close_opened(&o);
	free(packed);
}

static void codecs_that_are_known_but_not_built_in_are_named_as_such(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t size;
	} rows[] = {
	    {"\xfd"
	     "7zXZ\0\0\0",
	     8},
	    {"BZh91AY&SY", 10},
	    {"\x1f\x9d\x90xxxxxxx", 10},
	};

	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct opened o = open_bytes((const uint8_t *)rows[i].bytes, rows[i].size);

		assert_int_equal(info_of(&o)->error.code, TW_ERR_SUPPORT);
		assert_int_equal(drain(o.source), 0);
		close_opened(&o);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_codec_is_undone_and_named),
	    cmocka_unit_test(a_skippable_frame_may_come_first),
	    cmocka_unit_test(joined_streams_are_one),
	    cmocka_unit_test(a_cut_stream_gives_what_is_readable_and_is_truncated),
	    cmocka_unit_test(damage_late_in_a_stream_keeps_what_was_before_it),
	    cmocka_unit_test(a_wrong_checksum_is_damage_after_all_frames),
	    cmocka_unit_test(rubbish_behind_a_stream_is_reported),
	    cmocka_unit_test(every_cut_of_a_small_stream_is_survived),
	    cmocka_unit_test(an_empty_stream_is_an_empty_input),
	    cmocka_unit_test(text_may_be_compressed),
	    cmocka_unit_test(codecs_that_are_known_but_not_built_in_are_named_as_such),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
