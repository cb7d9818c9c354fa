/* test_payload.c: farewells told from other payload by a few bytes. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/payload.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static enum tw_payload_kind kind(struct tw_str bytes, uint32_t length)
{
	struct tw_segment segment = {.length = length,
				     .payload = tw_slice_of(bytes.text, bytes.size)};

	return tw_payload_kind_of(&segment);
}

static void the_first_bytes_tell_the_kind(void **state)
{
	static const struct {
		struct tw_str bytes;
		uint32_t length;
		enum tw_payload_kind kind;
	} rows[] = {
	    /* TLS 1.2: alert 21, handshake 22, application data 23 */
	    {TW_STR_INIT("\x15\x03\x03\x00\x1a"), 31, TW_PAYLOAD_TLS_ALERT},
	    {TW_STR_INIT("\x15\x03\x01\x00\x02\x01\x00"), 7, TW_PAYLOAD_TLS_ALERT},
	    {TW_STR_INIT("\x16\x03\x01\x02\x00"), 517, TW_PAYLOAD_TLS},
	    {TW_STR_INIT("\x17\x03\x03\x01\x00"), 261, TW_PAYLOAD_TLS},
	    /* TLS 1.3: 19 bytes of record alone in their segment are close_notify */
	    {TW_STR_INIT("\x17\x03\x03\x00\x13"), 24, TW_PAYLOAD_TLS_ALERT},
	    {TW_STR_INIT("\x17\x03\x03\x00\x13"), 48, TW_PAYLOAD_TLS},
	    {TW_STR_INIT("\x17\x03\x03\x00\x14"), 25, TW_PAYLOAD_TLS},
	    /* not TLS: unknown type, unknown version */
	    {TW_STR_INIT("\x13\x03\x03\x00\x13"), 24, TW_PAYLOAD_OTHER},
	    {TW_STR_INIT("\x15\x02\x03\x00\x02"), 7, TW_PAYLOAD_OTHER},
	    {TW_STR_INIT("GET / HTTP/1.1\r\n"), 16, TW_PAYLOAD_HTTP_REQUEST},
	    {TW_STR_INIT("POST /a"), 900, TW_PAYLOAD_HTTP_REQUEST},
	    {TW_STR_INIT("HTTP/1.1 200 OK"), 900, TW_PAYLOAD_HTTP_RESPONSE},
	    {TW_STR_INIT("GETTING"), 7, TW_PAYLOAD_OTHER},
	    {TW_STR_INIT("QUIT\r\n"), 6, TW_PAYLOAD_QUIT},
	    {TW_STR_INIT("quit\r\n"), 6, TW_PAYLOAD_QUIT},
	    {TW_STR_INIT("QUITE"), 5, TW_PAYLOAD_OTHER},
	    {TW_STR_INIT("*1\r\n$4\r\nQUIT\r\n"), 14, TW_PAYLOAD_QUIT},
	    {TW_STR_INIT("*1\r\n$4\r\nPING\r\n"), 14, TW_PAYLOAD_OTHER},
	    {TW_STR_INIT("221 Bye\r\n"), 9, TW_PAYLOAD_GOODBYE},
	    {TW_STR_INIT("* BYE Logging out\r\n"), 19, TW_PAYLOAD_GOODBYE},
	    {TW_STR_INIT("220 ready\r\n"), 11, TW_PAYLOAD_OTHER},
	    /* cut off by a short snap length */
	    {TW_STR_INIT("\x15\x03\x03"), 31, TW_PAYLOAD_OTHER},
	    {TW_STR_INIT("QU"), 6, TW_PAYLOAD_OTHER},
	    {TW_STR_INIT(""), 31, TW_PAYLOAD_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++)
		if (kind(rows[i].bytes, rows[i].length) != rows[i].kind)
			fail_msg("row %zu: %d, expected %d", i, kind(rows[i].bytes, rows[i].length),
				 rows[i].kind);
}

static void what_a_row_says_stands_where_there_are_no_bytes(void **state)
{
	struct tw_segment segment = {.length = 24, .payload_hint = TW_PAYLOAD_TLS_ALERT};

	(void)state;
	assert_int_equal(tw_payload_kind_of(&segment), TW_PAYLOAD_TLS_ALERT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_first_bytes_tell_the_kind),
	    cmocka_unit_test(what_a_row_says_stands_where_there_are_no_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
