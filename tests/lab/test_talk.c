/* test_talk.c: messages have the size that a scenario names, and the form of their dress. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/talk.h"

#include "base/slice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

typedef void composer(struct tw_buf *to, enum lab_talk talk, uint64_t bytes,
		      struct lab_random *random);

static struct tw_str after(struct tw_str message, const char *mark)
{
	size_t at = tw_str_find(message, tw_str_of(mark));

	assert_true(at != SIZE_MAX);
	return tw_str_from(message, at + strlen(mark));
}

static void messages_have_exactly_their_size(void **state)
{
	static composer *const composers[] = {lab_talk_request, lab_talk_response,
					      lab_talk_last_response, lab_talk_more};
	static const uint64_t sizes[] = {120, 129, 1097, 1098, 1099, 10100, 60000};
	static const enum lab_talk talks[] = {LAB_TALK_HTTP, LAB_TALK_LINES, LAB_TALK_RECORDS};
	struct lab_random random = {.state = 7};

	(void)state;
	for (size_t i = 0; i < TW_LEN(composers) * TW_LEN(sizes) * TW_LEN(talks); i++) {
		struct tw_buf message = tw_buf_of(LAB_TALK_BYTES_MAX);
		uint64_t size = sizes[i / TW_LEN(composers) % TW_LEN(sizes)];

		composers[i % TW_LEN(composers)](
		    &message, talks[i / (TW_LEN(composers) * TW_LEN(sizes))], size, &random);
		assert_int_equal(message.size, size);
		tw_buf_free(&message);
	}
}

static void a_response_announces_the_size_of_its_body(void **state)
{
	struct lab_random random = {.state = 7};

	(void)state;
	for (uint64_t size = 90; size < 1200; size++) {
		struct tw_buf message = tw_buf_of(LAB_TALK_BYTES_MAX);
		struct tw_str length;
		uint64_t announced;

		lab_talk_last_response(&message, LAB_TALK_HTTP, size, &random);
		length = tw_str_trim(after(tw_buf_str(&message), "Content-Length: "));
		assert_true(tw_str_take_number(&length, UINT32_MAX, &announced));
		(void)after(tw_buf_str(&message), "Connection: close\r\n");
		assert_int_equal(after(tw_buf_str(&message), "\r\n\r\n").size, announced);
		tw_buf_free(&message);
	}
}

static void a_first_part_and_its_rest_are_the_whole(void **state)
{
	struct lab_random random = {.state = 7};

	(void)state;
	for (enum lab_talk talk = LAB_TALK_HTTP; talk <= LAB_TALK_RECORDS; talk++) {
		struct tw_buf message = tw_buf_of(LAB_TALK_BYTES_MAX);
		uint64_t rest = lab_talk_first_part(&message, talk, 20000, &random);

		assert_int_equal(message.size + rest, 20000);
		assert_true(rest >= 7000 && rest <= 18100);
		tw_buf_free(&message);
	}
}

static void lines_end_in_a_line_feed_and_records_have_their_length(void **state)
{
	struct lab_random random = {.state = 7};
	struct tw_buf lines = tw_buf_of(LAB_TALK_BYTES_MAX);
	struct tw_buf record = tw_buf_of(LAB_TALK_BYTES_MAX);

	(void)state;
	lab_talk_request(&lines, LAB_TALK_LINES, 500, &random);
	assert_int_equal(lines.text[499], '\n');
	assert_true(tw_str_find(tw_buf_str(&lines), TW_STR("\n")) < 79);
	lab_talk_request(&record, LAB_TALK_RECORDS, 500, &random);
	assert_int_equal(tw_be32((const uint8_t *)record.text), 496);
	tw_buf_free(&lines);
	tw_buf_free(&record);
}

/* Walks from record to record; returns their number, and the type of the last. */
static size_t count_records(const struct tw_buf *message, uint8_t *type)
{
	const uint8_t *bytes = (const uint8_t *)message->text;
	size_t count = 0;
	size_t at = 0;

	for (; at + 5 <= message->size; at += 5U + tw_be16(bytes + at + 3)) {
		*type = bytes[at];
		assert_int_equal(bytes[at + 1], 3);
		count++;
	}
	assert_int_equal(at, message->size);
	return count;
}

static void tls_records_follow_each_other_to_the_end(void **state)
{
	static const struct {
		size_t count;
		size_t size; /* 0: drawn */
		uint8_t last_type;
	} wanted[LAB_TLS_MESSAGES] = {
	    [LAB_TLS_CLIENT_HELLO] = {1, 517, 22}, [LAB_TLS_SERVER_HELLO] = {3, 0, 23},
	    [LAB_TLS_CLOSE_NOTIFY] = {1, 24, 23},  [LAB_TLS_CLOSE_NOTIFY_12] = {1, 31, 21},
	    [LAB_TLS_ALERT] = {1, 7, 21},
	};
	struct lab_random random = {.state = 7};
	struct tw_buf message = tw_buf_of(LAB_TALK_BYTES_MAX);
	uint8_t type = 0;

	(void)state;
	for (enum lab_tls_message which = 0; which < LAB_TLS_MESSAGES; which++) {
		tw_buf_clear(&message);
		lab_talk_tls(&message, which, &random);
		assert_int_equal(count_records(&message, &type), wanted[which].count);
		assert_int_equal(type, wanted[which].last_type);
		if (wanted[which].size > 0)
			assert_int_equal(message.size, wanted[which].size);
	}
	for (uint64_t size = 16600; size < 16700; size++) {
		tw_buf_clear(&message);
		lab_talk_tls_data(&message, size, &random);
		assert_int_equal(message.size, size);
		assert_true(count_records(&message, &type) <= 2);
	}
	tw_buf_free(&message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(messages_have_exactly_their_size),
	    cmocka_unit_test(a_response_announces_the_size_of_its_body),
	    cmocka_unit_test(a_first_part_and_its_rest_are_the_whole),
	    cmocka_unit_test(lines_end_in_a_line_feed_and_records_have_their_length),
	    cmocka_unit_test(tls_records_follow_each_other_to_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
