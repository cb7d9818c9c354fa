/* test_inputs.c: what is an input and what not; files, pipes, text, several files as one. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "build.h"

#include "base/limits.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { NAME_BYTES = 64 };

static char directory[NAME_BYTES];

static int make_directory(void **state)
{
	(void)state;
	(void)snprintf(directory, sizeof(directory), "/tmp/test_inputs.XXXXXX");
	return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
	(void)state;
	return rmdir(directory);
}

static void name_file(char name[NAME_BYTES * 2], size_t number)
{
	(void)snprintf(name, NAME_BYTES * 2, "%s/%zu", directory, number);
}

static void write_file(const char *name, const struct build *b)
{
	FILE *file = fopen(name, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(b->bytes, 1, b->size, file), b->size);
	assert_int_equal(fclose(file), 0);
}

static struct tw_source *open_one(const char *name)
{
	struct tw_source *source = tw_source_open(&name, 1);

	assert_non_null(source);
	return source;
}

static void contents_are_told_apart(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t size;
		enum tw_content content;
		enum tw_err error;
	} rows[] = {
	    {"", 0, TW_CONTENT_EMPTY, TW_ERR_EMPTY},
	    {"a", 1, TW_CONTENT_TEXT, TW_ERR_OK},
	    {"\n\r\r\n", 4, TW_CONTENT_PCAPNG, TW_ERR_OK},
	    {"\n\r\r\nS > C [FIN]", 15, TW_CONTENT_TEXT, TW_ERR_OK},
	    {"S > C\t[FIN, ACK]\r\n\f", 19, TW_CONTENT_TEXT, TW_ERR_OK},
	    {"443 \xe2\x86\x92 51000 [RST]", 17, TW_CONTENT_TEXT, TW_ERR_OK},
	    {"gr\xfc\xdf\x65 aus k\xf6ln", 13, TW_CONTENT_TEXT, TW_ERR_OK},
	    {"\xef\xbb\xbfS > C A", 10, TW_CONTENT_TEXT, TW_ERR_OK},
	    {"\x1b[31mS > C R\x1b[0m", 16, TW_CONTENT_TEXT, TW_ERR_OK},
	    {"\xff\xfeS\0>\0C\0", 8, TW_CONTENT_TEXT, TW_ERR_OK},
	    {"\xfe\xff\0S\0>\0C", 8, TW_CONTENT_TEXT, TW_ERR_OK},
	    {"\xff\xfeS\0\0\0C\0", 8, TW_CONTENT_OTHER, TW_ERR_FORMAT},
	    {"S > C\0[FIN]", 11, TW_CONTENT_OTHER, TW_ERR_FORMAT},
	    {"\xd4\xc3\xb2", 3, TW_CONTENT_OTHER, TW_ERR_FORMAT},
	    {"\x7f\x45LF", 4, TW_CONTENT_OTHER, TW_ERR_FORMAT},
	    {"\xd4\xc3\xb2\xa1", 4, TW_CONTENT_PCAP, TW_ERR_TRUNCATED},
	    {"\n\r\r\n\x1c\0\0\0\x4d\x3c\x2b\x1b", 12, TW_CONTENT_OTHER, TW_ERR_FORMAT},
	};

	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct opened o = open_bytes((const uint8_t *)rows[i].bytes, rows[i].size);
		const struct tw_input_info *info = tw_source_input(o.source, 0);

		assert_int_equal(info->content, rows[i].content);
		assert_int_equal(info->error.code, rows[i].error);
		assert_int_equal(drain(o.source), 0);
		close_opened(&o);
	}
}

static void text_comes_as_utf8_without_its_mark(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t size;
		const char *text;
	} rows[] = {
	    {"S > C A\n", 8, "S > C A\n"},
	    {"\xef\xbb\xbfS > C A", 10, "S > C A"},
	    /* An arrow, then U+1F600 as a pair, then half a pair. */
	    {"\xff\xfe\x92\x21\x3d\xd8\x00\xde\x3d\xd8!\0", 12,
	     "\xe2\x86\x92\xf0\x9f\x98\x80\xef\xbf\xbd!"},
	    {"\xfe\xff\x21\x92\0\xfc", 6, "\xe2\x86\x92\xc3\xbc"},
	};

	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct opened o = open_bytes((const uint8_t *)rows[i].bytes, rows[i].size);

		for (size_t again = 0; again < 2; again++) {
			struct tw_slice text = tw_source_text(o.source, 0);

			assert_int_equal(text.size, strlen(rows[i].text));
			assert_memory_equal(text.data, rows[i].text, text.size);
		}
		close_opened(&o);
	}
}

static void text_is_bounded_and_says_so(void **state)
{
	(void)state;
	char name[NAME_BYTES * 2];
	struct build *b = build_new(false);

	memset(b->bytes, 'x', BUILD_BYTES);
	b->size = BUILD_BYTES;
	name_file(name, 0);

	FILE *file = fopen(name, "wb");

	assert_non_null(file);
	for (int i = 0; i < 3; i++)
		assert_int_equal(fwrite(b->bytes, 1, b->size, file), b->size);
	assert_int_equal(fclose(file), 0);

	struct tw_source *source = open_one(name);

	assert_int_equal(tw_source_text(source, 0).size, TW_LIMIT_TEXT_BYTES);
	assert_int_equal(tw_source_input(source, 0)->error.code, TW_ERR_MEMORY);
	tw_source_close(source);
	assert_int_equal(unlink(name), 0);
	free(b);
}

static void what_cannot_be_read_is_reported_and_the_others_go_on(void **state)
{
	(void)state;
	char capture[NAME_BYTES * 2];
	char missing[NAME_BYTES * 2];
	struct build *b = build_new(false);

	put_pcap_header(b, 0xa1b2c3d4, 2, 4, 65535, 1);
	put_record(b, 1, 0, 10, 10, 1);
	name_file(capture, 1);
	name_file(missing, 2);
	write_file(capture, b);

	const char *names[] = {missing, directory, capture, "/proc/self/mem"};
	struct tw_source *source = tw_source_open(names, 4);
	struct tw_frame frame;

	assert_non_null(source);
	assert_int_equal(tw_source_input_count(source), 4);
	assert_true(tw_source_next(source, &frame));
	assert_int_equal(frame.input, 2);
	assert_int_equal(frame.number, 1);
	assert_false(tw_source_next(source, &frame));
	assert_false(tw_source_next(source, &frame));
	assert_int_equal(tw_source_input(source, 0)->error.code, TW_ERR_OPEN);
	assert_int_equal(tw_source_input(source, 0)->error.system_errno, ENOENT);
	assert_int_equal(tw_source_input(source, 1)->error.code, TW_ERR_DIRECTORY);
	assert_int_equal(tw_source_input(source, 2)->error.code, TW_ERR_OK);
	assert_int_equal(tw_source_input(source, 3)->error.code, TW_ERR_READ);
	assert_string_equal(tw_source_input(source, 2)->name, capture);
	tw_source_close(source);
	assert_int_equal(unlink(capture), 0);
	free(b);
}

static void no_input_is_a_source_without_frames(void **state)
{
	(void)state;
	struct tw_source *source = tw_source_open(NULL, 0);
	struct tw_frame frame;

	assert_non_null(source);
	assert_int_equal(tw_source_input_count(source), 0);
	assert_false(tw_source_next(source, &frame));
	tw_source_close(source);
}

/* Three files: pcap at 1 4 7, pcapng at 1 2 - 9 (one without time), pcap at 3 2 8 (unordered). */
static void several_files_are_merged_by_time(void **state)
{
	(void)state;
	static const struct {
		uint16_t input;
		uint8_t seed;
	} expected[] = {{0, 11}, {1, 21}, {1, 22}, {1, 23}, {2, 31},
			{2, 32}, {0, 12}, {0, 13}, {2, 33}, {1, 24}};
	char files[3][NAME_BYTES * 2];
	struct build *b = build_new(true);

	for (size_t i = 0; i < 3; i++)
		name_file(files[i], i);
	put_pcap_header(b, 0xa1b2c3d4, 2, 4, 65535, 1);
	put_record(b, 1, 0, 10, 10, 11);
	put_record(b, 4, 0, 10, 10, 12);
	put_record(b, 7, 0, 10, 10, 13);
	write_file(files[0], b);
	b->size = 0;
	put_section(b);
	put_interface(b, 1, 0);
	put_enhanced(b, 0, 1000000, 10, 10, 21);
	put_enhanced(b, 0, 2000000, 10, 10, 22);
	put_simple(b, 10, 10, 23);
	put_enhanced(b, 0, 9000000, 10, 10, 24);
	write_file(files[1], b);
	b->size = 0;
	put_pcap_header(b, 0xa1b23c4d, 2, 4, 65535, 1);
	put_record(b, 3, 0, 10, 10, 31);
	put_record(b, 2, 0, 10, 10, 32);
	put_record(b, 8, 0, 10, 10, 33);
	write_file(files[2], b);

	const char *names[] = {files[0], files[1], files[2]};
	struct tw_source *source = tw_source_open(names, 3);
	struct tw_frame frame;

	assert_non_null(source);
	for (size_t i = 0; i < TW_LEN(expected); i++) {
		assert_true(tw_source_next(source, &frame));
		assert_int_equal(frame.number, i + 1);
		assert_int_equal(frame.input, expected[i].input);
		assert_true(is_data(frame.bytes, expected[i].seed));
	}
	assert_false(tw_source_next(source, &frame));
	assert_int_equal(tw_source_input(source, 0)->out_of_order, 0);
	assert_int_equal(tw_source_input(source, 2)->out_of_order, 1);
	tw_source_close(source);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(unlink(files[i]), 0);
	free(b);
}

static void as_many_files_as_allowed_can_be_open_at_once(void **state)
{
	(void)state;
	enum { COUNT = TW_LIMIT_INPUTS + 1, EACH = 50 };
	static char files[COUNT][NAME_BYTES * 2];
	static const char *names[COUNT];
	struct build *b = build_new(false);

	for (uint32_t i = 0; i < COUNT; i++) {
		b->size = 0;
		put_pcap_header(b, 0xa1b2c3d4, 2, 4, 65535, 1);
		for (uint32_t k = 0; k < EACH; k++)
			put_record(b, k * COUNT + i, 0, 1400, 1400, (uint8_t)i);
		name_file(files[i], i);
		write_file(files[i], b);
		names[i] = files[i];
	}

	struct tw_source *source = tw_source_open(names, COUNT);
	struct tw_frame frame;

	assert_non_null(source);
	for (uint32_t i = 0; i < EACH * TW_LIMIT_INPUTS; i++) {
		assert_true(tw_source_next(source, &frame));
		assert_int_equal(frame.input, i % TW_LIMIT_INPUTS);
		assert_true(is_data(frame.bytes, (uint8_t)frame.input));
	}
	assert_false(tw_source_next(source, &frame));
	assert_int_equal(tw_source_input(source, 0)->error.code, TW_ERR_OK);
	assert_int_equal(tw_source_input(source, TW_LIMIT_INPUTS)->error.code, TW_ERR_MEMORY);
	tw_source_close(source);
	for (size_t i = 0; i < COUNT; i++)
		assert_int_equal(unlink(files[i]), 0);
	free(b);
}

static void progress_counts_bytes_of_the_files(void **state)
{
	(void)state;
	char name[NAME_BYTES * 2];
	struct build *b = build_new(false);
	uint64_t read_bytes;
	uint64_t total_bytes;

	put_pcap_header(b, 0xa1b2c3d4, 2, 4, 65535, 1);
	for (uint32_t i = 0; i < 1000; i++)
		put_record(b, i, 0, 1000, 1000, 1);
	name_file(name, 0);
	write_file(name, b);

	struct tw_source *source = open_one(name);

	tw_source_progress(source, &read_bytes, &total_bytes);
	assert_in_range(read_bytes, 1, b->size - 1);
	assert_int_equal(total_bytes, b->size);
	assert_int_equal(drain(source), 1000);
	tw_source_progress(source, &read_bytes, &total_bytes);
	assert_int_equal(read_bytes, b->size);
	tw_source_close(source);
	assert_int_equal(unlink(name), 0);
	free(b);
}

/* Pipes ----------------------------------------------------------------------------------- */

struct writer {
	const char *name;
	const struct build *build;
	size_t step;
};

static void *write_in_steps(void *argument)
{
	const struct writer *writer = argument;
	FILE *pipe = fopen(writer->name, "wb");

	for (size_t at = 0; pipe && at < writer->build->size; at += writer->step) {
		size_t size = tw_min_size(writer->step, writer->build->size - at);

		(void)fwrite(writer->build->bytes + at, 1, size, pipe);
		(void)fflush(pipe);
	}
	if (pipe)
		(void)fclose(pipe);
	return NULL;
}

static void put_any(struct build *b, bool is_pcapng, uint32_t records)
{
	if (is_pcapng) {
		put_section(b);
		put_interface(b, 1, 0);
	} else {
		put_pcap_header(b, 0xa1b2c3d4, 2, 4, 65535, 1);
	}
	for (uint32_t i = 0; i < records; i++) {
		if (is_pcapng)
			put_enhanced(b, 0, i, 20 + i, 20 + i, (uint8_t)i);
		else
			put_record(b, i, 0, 20 + i, 20 + i, (uint8_t)i);
	}
}

static void a_pipe_fed_in_any_steps_gives_the_same_frames(void **state)
{
	(void)state;
	static const size_t steps[] = {1, 3, 7, 16, 100, 4096};
	char name[NAME_BYTES * 2];

	name_file(name, 0);
	assert_int_equal(mkfifo(name, 0600), 0);
	for (size_t i = 0; i < 2 * TW_LEN(steps); i++) {
		struct build *b = build_new(false);
		struct writer writer = {name, b, steps[i / 2]};
		struct tw_frame frame;
		uint32_t count = 0;
		pthread_t thread;

		put_any(b, i % 2, 40);
		b->size -= 5; /* ends within the last record */
		assert_int_equal(pthread_create(&thread, NULL, write_in_steps, &writer), 0);

		struct tw_source *source = open_one(name);

		while (tw_source_next(source, &frame)) {
			assert_int_equal(frame.bytes.size, 20 + count);
			assert_true(is_data(frame.bytes, (uint8_t)count));
			count++;
		}
		assert_int_equal(count, 39);
		assert_int_equal(tw_source_input(source, 0)->error.code, TW_ERR_TRUNCATED);
		tw_source_close(source);
		assert_int_equal(pthread_join(thread, NULL), 0);
		free(b);
	}
	assert_int_equal(unlink(name), 0);
}

/* Each record is written only after the one before it came out; a reader that waits hangs here. */
static void a_frame_comes_out_as_soon_as_its_bytes_are_there(void **state)
{
	(void)state;
	for (int is_pcapng = 0; is_pcapng < 2; is_pcapng++) {
		struct build *b = build_new(false);
		struct tw_frame frame;
		int ends[2];
		int saved = dup(STDIN_FILENO);

		assert_int_equal(pipe(ends), 0);
		assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
		put_any(b, is_pcapng, 0);
		assert_int_equal(write(ends[1], b->bytes, b->size), b->size);

		struct tw_source *source = open_one("-");

		for (uint32_t i = 0; i < 20; i++) {
			b->size = 0;
			if (is_pcapng)
				put_enhanced(b, 0, i, 50, 50, (uint8_t)i);
			else
				put_record(b, i, 0, 50, 50, (uint8_t)i);
			assert_int_equal(write(ends[1], b->bytes, b->size), b->size);
			assert_true(tw_source_next(source, &frame));
			assert_int_equal(frame.number, i + 1);
			assert_true(is_data(frame.bytes, (uint8_t)i));
		}
		assert_int_equal(close(ends[1]), 0);
		assert_false(tw_source_next(source, &frame));
		assert_int_equal(tw_source_input(source, 0)->error.code, TW_ERR_OK);
		tw_source_close(source);
		assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
		(void)close(saved);
		(void)close(ends[0]);
		free(b);
	}
}

static void records_larger_than_the_buffer_are_read_whole(void **state)
{
	(void)state;
	char name[NAME_BYTES * 2];
	struct build *b = build_new(false);
	struct tw_frame frame;

	put_pcap_header(b, 0xa1b2c3d4, 2, 4, 0, 1);
	put_record(b, 1, 0, 10, 10, 1);
	put_record(b, 2, 0, 1000000, 1000000, 2);
	put_record(b, 3, 0, 10, 10, 3);
	put_record(b, 4, 0, 300000, 300000, 4);
	name_file(name, 0);
	write_file(name, b);

	struct tw_source *source = open_one(name);
	static const size_t sizes[] = {10, 1000000, 10, 300000};

	for (size_t i = 0; i < TW_LEN(sizes); i++) {
		assert_true(tw_source_next(source, &frame));
		assert_int_equal(frame.bytes.size, sizes[i]);
		assert_true(is_data(frame.bytes, (uint8_t)(i + 1)));
	}
	assert_false(tw_source_next(source, &frame));
	tw_source_close(source);
	assert_int_equal(unlink(name), 0);
	free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(contents_are_told_apart),
	    cmocka_unit_test(text_comes_as_utf8_without_its_mark),
	    cmocka_unit_test(text_is_bounded_and_says_so),
	    cmocka_unit_test(what_cannot_be_read_is_reported_and_the_others_go_on),
	    cmocka_unit_test(no_input_is_a_source_without_frames),
	    cmocka_unit_test(several_files_are_merged_by_time),
	    cmocka_unit_test(as_many_files_as_allowed_can_be_open_at_once),
	    cmocka_unit_test(progress_counts_bytes_of_the_files),
	    cmocka_unit_test(a_pipe_fed_in_any_steps_gives_the_same_frames),
	    cmocka_unit_test(a_frame_comes_out_as_soon_as_its_bytes_are_there),
	    cmocka_unit_test(records_larger_than_the_buffer_are_read_whole),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
