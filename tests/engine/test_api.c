/* test_api.c: the public header used as a stranger would use it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcpwhy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* Ethernet, IPv4, TCP: a SYN from 10.0.0.1:1025 to 10.0.0.2:80, and the RST,ACK to it. */
static const uint8_t syn[] = {
    2, 0,  0,	 0, 0,	2,    2, 0, 0,	0, 0,	 1, 8,	  0, 0x45, 0, 0, 40,
    0, 1,  0x40, 0, 64, 6,    0, 0, 10, 0, 0,	 1, 10,	  0, 0,	   2, 4, 1,
    0, 80, 0,	 0, 3,	0xe8, 0, 0, 0,	0, 0x50, 2, 0x10, 0, 0,	   0, 0, 0,
};
static const uint8_t reset[] = {
    2, 0, 0,	0, 0,  1, 2, 0, 0,  0,	  0,	2,    8,  0, 0x45, 0, 0, 40,
    0, 0, 0x40, 0, 64, 6, 0, 0, 10, 0,	  0,	2,    10, 0, 0,	   1, 0, 80,
    4, 1, 0,	0, 0,  0, 0, 0, 3,  0xe9, 0x50, 0x14, 0,  0, 0,	   0, 0, 0,
};

static void push(struct tcpwhy *why, uint64_t number, const uint8_t *bytes, size_t size)
{
	struct tcpwhy_frame frame = {
	    .number = number,
	    .has_time = true,
	    .time_ns = (int64_t)number * 1000000,
	    .link_type = 1,
	    .wire_bytes = (uint32_t)size,
	    .bytes = bytes,
	    .captured_bytes = size,
	};

	tcpwhy_push_frame(why, &frame);
}

static void frames_of_a_refused_attempt_are_explained(void **state)
{
	struct tcpwhy *why = tcpwhy_new();

	(void)state;
	assert_non_null(why);
	push(why, 1, syn, sizeof(syn));
	push(why, 2, reset, sizeof(reset));
	assert_true(tcpwhy_finish(why));
	assert_int_equal(tcpwhy_count(why), 1);
	assert_string_equal(tcpwhy_cause(why, 0), "refused");
	assert_non_null(strstr(tcpwhy_json(why, 0), "\"cause\":\"refused\""));
	assert_non_null(strstr(tcpwhy_text(why, 0, 80), "nothing listens"));
	assert_null(tcpwhy_json(why, 1));
	tcpwhy_free(why);
}

static void a_typed_list_is_explained_and_may_be_freed_by_the_caller(void **state)
{
	char text[] = "C > S S seq=0; S > C RA seq=0 ack=1";
	struct tcpwhy *why = tcpwhy_new();

	(void)state;
	assert_non_null(why);
	assert_int_equal(tcpwhy_push_text(why, text, strlen(text)), 2);
	memset(text, 'x', sizeof(text));
	assert_true(tcpwhy_finish(why));
	assert_string_equal(tcpwhy_cause(why, 0), "refused");
	tcpwhy_free(why);
}

static void nonsense_has_no_rows_and_no_connections(void **state)
{
	struct tcpwhy *why = tcpwhy_new();

	(void)state;
	assert_non_null(why);
	assert_int_equal(tcpwhy_push_text(why, "no packets here", 15), 0);
	assert_true(tcpwhy_finish(why));
	assert_int_equal(tcpwhy_count(why), 0);
	assert_null(tcpwhy_cause(why, 0));
	tcpwhy_free(why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(frames_of_a_refused_attempt_are_explained),
	    cmocka_unit_test(a_typed_list_is_explained_and_may_be_freed_by_the_caller),
	    cmocka_unit_test(nonsense_has_no_rows_and_no_connections),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
