/* test_application.c: where messages begin and end, by bytes of real exchanges and hostile ones. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/application.h"

#include "base/str.h"
#include "tcp/tls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { CLIENT, SERVER };

struct talk {
	struct tw_application side[2];
	uint64_t frame;
};

static void say_of(struct talk *talk, unsigned who, struct tw_str bytes, uint32_t length)
{
	struct tw_segment segment = {
	    .frame = ++talk->frame,
	    .flags = TW_ACK | TW_PSH,
	    .length = length,
	    .payload = tw_slice_of(bytes.text, bytes.size),
	};

	tw_application_take(&talk->side[who], &talk->side[!who], &segment, 0);
}

static void say(struct talk *talk, unsigned who, struct tw_str bytes)
{
	say_of(talk, who, bytes, (uint32_t)bytes.size);
}

/* The same bytes, nearly each in a segment of its own. */
static void spell(struct talk *talk, unsigned who, struct tw_str bytes)
{
	enum { FIRST = 6 }; /* a connection's first bytes tell what it speaks */

	say(talk, who, tw_str_head(bytes, FIRST));
	for (size_t i = FIRST; i < bytes.size; i++)
		say(talk, who, tw_str_head(tw_str_from(bytes, i), 1));
}

#define SAY(who, text)	       say(&talk, who, TW_STR(text))
#define SPELL(who, text)       spell(&talk, who, TW_STR(text))
#define IS(member, who, value) assert_int_equal(talk.side[who].member, value)
#define INSIDE(who)	       assert_true(tw_application_is_inside(&talk.side[who]))
#define BETWEEN(who)	       assert_false(tw_application_is_inside(&talk.side[who]))
#define HAS(who, mark)	       assert_true(talk.side[who].marks &TW_APPLICATION_##mark)
#define LACKS(who, mark)       assert_false(talk.side[who].marks &TW_APPLICATION_##mark)
#define PAIRED()	       assert_true(is_paired(&talk))
#define NOT_PAIRED()	       assert_false(is_paired(&talk))

static bool is_paired(const struct talk *talk)
{
	return tw_application_is_paired(&talk->side[CLIENT], &talk->side[SERVER]);
}

static void a_length_tells_the_end_of_a_body(void **state)
{
	struct talk talk = {0};

	(void)state;
	SAY(CLIENT, "POST /form HTTP/1.1\r\nHost: a\r\ncontent-LENGTH:  5 \r\n\r\nab");
	INSIDE(CLIENT);
	IS(left, CLIENT, 3);
	SAY(CLIENT, "cde");
	BETWEEN(CLIENT);
	SAY(SERVER,
	    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\n12");
	INSIDE(SERVER);
	IS(status, SERVER, 201);
	IS(messages, SERVER, 1);
	assert_int_equal(tw_application_missing(&talk.side[SERVER]), 2);
	SAY(SERVER, "34");
	BETWEEN(SERVER);
	IS(complete, SERVER, 1);
	IS(method, CLIENT, TW_METHOD_POST);
	LACKS(SERVER, ENDS);
	PAIRED();
}

static void bytes_may_come_one_by_one(void **state)
{
	struct talk talk = {0};

	(void)state;
	SPELL(CLIENT, "PATCH /x HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
		      "3;name=value\r\nabc\r\n0\r\nTrailer: 1\r\n\r");
	INSIDE(CLIENT);
	SAY(CLIENT, "\n");
	BETWEEN(CLIENT);
	SPELL(SERVER,
	      "HTTP/1.1 503 Busy\r\nConnection: Upgrade, close\r\nContent-Length: 2\r\n\r\nno");
	BETWEEN(SERVER);
	IS(status, SERVER, 503);
	HAS(SERVER, ERROR);
	HAS(SERVER, ENDS);
	PAIRED();
}

static void requests_may_be_sent_ahead(void **state)
{
	struct talk talk = {0};

	(void)state;
	SAY(CLIENT, "GET /1 HTTP/1.1\r\n\r\nHEAD /2 HTTP/1.1\r\n\r\nGET /3 HTTP/1.1\r\n\r\n");
	IS(messages, CLIENT, 3);
	/* the second answer has no body, whatever its header says */
	SAY(SERVER, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"
		    "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n"
		    "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n");
	IS(messages, SERVER, 3);
	IS(complete, SERVER, 3);
	BETWEEN(SERVER);
	HAS(SERVER, PAIRED);
	PAIRED();
}

static void without_a_length_the_end_is_the_end(void **state)
{
	struct talk talk = {0};

	(void)state;
	SAY(CLIENT, "GET / HTTP/1.0\r\n\r\n");
	SAY(SERVER, "HTTP/1.0 200 OK\r\n\r\nsome");
	BETWEEN(SERVER);
	IS(messages, SERVER, 1);
	IS(complete, SERVER, 0);
	HAS(SERVER, ENDS);
	SAY(SERVER, "HTTP/1.1 500 is only a part of the body\r\n\r\n");
	IS(status, SERVER, 200);
}

static void another_protocol_takes_over(void **state)
{
	struct talk talk = {0};

	(void)state;
	SAY(CLIENT, "CONNECT a:443 HTTP/1.1\r\n\r\n");
	SAY(SERVER, "HTTP/1.1 200 OK\r\n\r\n");
	NOT_PAIRED();
	SAY(CLIENT, "GET / HTTP/1.1\r\n\r\n");
	IS(messages, CLIENT, 1);

	memset(&talk, 0, sizeof(talk));
	SAY(CLIENT, "GET /chat HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
	SAY(SERVER, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x02hi");
	IS(status, SERVER, 101);
	NOT_PAIRED();
	BETWEEN(SERVER);
}

static void what_was_not_captured_is_passed_over(void **state)
{
	struct talk talk = {0};

	(void)state;
	SAY(CLIENT, "GET / HTTP/1.1\r\n\r\n");
	/* a short snap length in the body, and a gap within it */
	say_of(&talk, SERVER, TW_STR("HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n"), 1041);
	IS(left, SERVER, 2000);
	tw_application_pass(&talk.side[SERVER], 1500);
	IS(left, SERVER, 500);
	PAIRED();
	/* a gap beyond its end: where the next message begins is not known */
	tw_application_pass(&talk.side[SERVER], 501);
	NOT_PAIRED();
	BETWEEN(SERVER);
	HAS(SERVER, INEXACT);
	SAY(SERVER, "in the middle of something");
	SAY(SERVER, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
	IS(status, SERVER, 404);
	LACKS(SERVER, PAIRED);
}

static void a_header_that_is_cut_off_is_lost(void **state)
{
	struct talk talk = {0};

	(void)state;
	say_of(&talk, CLIENT, TW_STR("POST / HTTP/1.1\r\nContent-Le"), 500);
	BETWEEN(CLIENT);
	assert_false(tw_application_is_read(&talk.side[CLIENT]));
	IS(method, CLIENT, TW_METHOD_POST);
}

static void hostile_headers_do_no_harm(void **state)
{
	static const struct tw_str responses[] = {
	    TW_STR_INIT("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999999\r\n\r\nx"),
	    TW_STR_INIT("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx"),
	    TW_STR_INIT(
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"),
	    TW_STR_INIT("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n"),
	    TW_STR_INIT("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc"),
	    TW_STR_INIT("HTTP/1.1 2x0 OK\r\n\r\n"),
	    TW_STR_INIT("HTTP/9\r\n\r\n"),
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(responses); i++) {
		struct talk talk = {0};

		SAY(CLIENT, "GET / HTTP/1.1\r\n\r\n");
		say(&talk, SERVER, responses[i]);
		if (tw_application_is_read(&talk.side[SERVER]))
			fail_msg("response %zu is taken for whole", i);
		BETWEEN(SERVER);
	}
}

static void names_that_are_no_http(void **state)
{
	struct talk talk = {0};

	(void)state;
	SAY(CLIENT, "CONNECT {\"verbose\":false}\r\n"); /* NATS */
	assert_false(tw_application_is_read(&talk.side[CLIENT]));
	memset(&talk, 0, sizeof(talk));
	SAY(CLIENT, "GET key\r\n"); /* Redis, as people type it */
	assert_false(tw_application_is_read(&talk.side[CLIENT]));
}

static void more_requests_than_are_remembered(void **state)
{
	struct talk talk = {0};

	(void)state;
	for (int i = 0; i < 40; i++)
		SAY(CLIENT, "HEAD / HTTP/1.1\r\n\r\n");
	IS(messages, CLIENT, 40);
	NOT_PAIRED();
	/* nobody had asked */
	memset(&talk, 0, sizeof(talk));
	SAY(SERVER, "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
	HAS(SERVER, ENDS);
	LACKS(SERVER, PAIRED);
}

static void records_of_tls(void **state)
{
	struct talk talk = {0};

	(void)state;
	SAY(CLIENT, "\x16\x03\x01\x00\x05hello\x17\x03\x03\x00\x08"
		    "four");
	INSIDE(CLIENT);
	HAS(CLIENT, DATA);
	SAY(CLIENT, "more");
	BETWEEN(CLIENT);
	IS(complete, CLIENT, 2);
	/* a header cut in two */
	SAY(CLIENT, "\x17\x03");
	INSIDE(CLIENT);
	SAY(CLIENT, "\x03\x00\x01x");
	BETWEEN(CLIENT);
	/* fatal, handshake_failure; then a warning, close_notify */
	SAY(SERVER, "\x15\x03\x03\x00\x02\x02\x28");
	HAS(SERVER, FATAL);
	IS(status, SERVER, 40);
	assert_string_equal(tw_tls_alert_words(40), "handshake_failure");
	assert_string_equal(tw_tls_alert_words(255), "");
	memset(&talk, 0, sizeof(talk));
	SAY(SERVER, "\x15\x03\x03\x00\x02\x01\x00");
	LACKS(SERVER, FATAL);
	/* a record longer than any may be */
	SAY(SERVER, "\x17\x03\x03\xff\xff");
	BETWEEN(SERVER);
	HAS(SERVER, INEXACT);
}

static void ends_that_are_announced(void **state)
{
	static const struct {
		struct tw_str greeting, last;
		enum tw_protocol protocol;
		uint16_t status;
		bool error, ends;
	} rows[] = {
	    {TW_STR_INIT("220 mail ESMTP\r\n"), TW_STR_INIT("421 4.4.2 timeout\r\n"),
	     TW_PROTOCOL_REPLIES, 421, true, true},
	    {TW_STR_INIT("220 ftp\r\n"), TW_STR_INIT("550 no such file\r\n"), TW_PROTOCOL_REPLIES,
	     550, true, false},
	    {TW_STR_INIT("554 no service\r\n"), {0}, TW_PROTOCOL_REPLIES, 554, true, true},
	    {TW_STR_INIT("220 ftp\r\n"), TW_STR_INIT("221 bye\r\n"), TW_PROTOCOL_REPLIES, 221,
	     false, true},
	    {TW_STR_INIT("* OK imap\r\n"), TW_STR_INIT("* BYE idle for too long\r\n"),
	     TW_PROTOCOL_MAILBOX, 0, false, true},
	    {TW_STR_INIT("-ERR max number of clients reached\r\n"),
	     {0},
	     TW_PROTOCOL_REDIS,
	     0,
	     true,
	     true},
	    /* MySQL: too many connections, as the greeting; killed, later */
	    {TW_STR_INIT("\x09\x00\x00\x00\xff\x10\x04many!!"),
	     {0},
	     TW_PROTOCOL_MYSQL,
	     1040,
	     true,
	     true},
	    {TW_STR_INIT("\x06\x00\x00\x00\x0a"
			 "8.0.1"),
	     TW_STR_INIT("\x05\x00\x00\x00\xff\x87\x07gn"), TW_PROTOCOL_MYSQL, 1927, true, true},
	    {TW_STR_INIT("\x06\x00\x00\x00\x0a"
			 "8.0.1"),
	     TW_STR_INIT("\x05\x00\x00\x01\xff\x28\x04sy"), TW_PROTOCOL_MYSQL, 1064, true, false},
	    {TW_STR_INIT("SSH-2.0-x\r\n"), {0}, TW_PROTOCOL_SSH, 0, false, false},
	    {TW_STR_INIT("something else"), {0}, TW_PROTOCOL_OTHER, 0, false, false},
	    {TW_STR_INIT("22"), {0}, TW_PROTOCOL_OTHER, 0, false, false},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct talk talk = {0};

		say(&talk, SERVER, rows[i].greeting);
		if (rows[i].last.size > 0)
			say(&talk, SERVER, rows[i].last);
		IS(protocol, SERVER, rows[i].protocol);
		IS(status, SERVER, rows[i].status);
		assert_int_equal((talk.side[SERVER].marks & TW_APPLICATION_ERROR) != 0,
				 rows[i].error);
		assert_int_equal((talk.side[SERVER].marks & TW_APPLICATION_ENDS) != 0,
				 rows[i].ends);
	}
}

static void postgresql_is_known_by_its_client(void **state)
{
	static const char fatal[] = "E\0\0\0\x40SFATAL\0VFATAL\0C57P01\0Mterminating connection";
	struct talk talk = {0};

	(void)state;
	say(&talk, CLIENT, (struct tw_str){"\0\0\0\x0c\0\3\0\0user", 12});
	say(&talk, SERVER, (struct tw_str){"R\0\0\0\x08\0\0\0\0", 9});
	IS(protocol, SERVER, TW_PROTOCOL_POSTGRESQL);
	LACKS(SERVER, ERROR);
	say(&talk, SERVER, (struct tw_str){fatal, sizeof(fatal) - 1});
	HAS(SERVER, ENDS);
	HAS(CLIENT, ASKS);
	/* what a client sends is no reply, whatever it begins with */
	memset(&talk, 0, sizeof(talk));
	SAY(SERVER, "220 mail\r\n");
	SAY(CLIENT, "421 pounds of flour\r\n");
	LACKS(CLIENT, ENDS);
}

static void a_greeting_may_lead_to_tls(void **state)
{
	struct talk talk = {0};

	(void)state;
	SAY(SERVER, "220 mail\r\n");
	SAY(CLIENT, "STARTTLS\r\n");
	SAY(CLIENT, "\x16\x03\x01\x00\x05hello");
	IS(protocol, CLIENT, TW_PROTOCOL_TLS);
	IS(complete, CLIENT, 1);
}

/* Any bytes, of any length, cut anywhere: nothing is read beyond them, and no state breaks. */
static void noise(void **state)
{
	static const struct tw_str starts[] = {
	    TW_STR_INIT("GET / HTTP/1.1\r\n"),
	    TW_STR_INIT("HTTP/1.1 200 OK\r\n"),
	    TW_STR_INIT("\x17\x03\x03\x00\x40"),
	    TW_STR_INIT("220 mail\r\n"),
	    TW_STR_INIT("\x06\x00\x00\x00\x0a"
			"8.0.1"),
	};
	uint32_t seed = 1; /* of a small generator of noise */

	(void)state;
	for (size_t run = 0; run < 2000; run++) {
		struct talk talk = {0};

		say(&talk, run % 2, starts[run % TW_LEN(starts)]);
		for (size_t i = 0; i < 20; i++) {
			static const char alphabet[] = "\r\n: 0aF\x15\x17\x03\xff,;cCtHh/1.";
			char bytes[24];

			for (size_t k = 0; k < sizeof(bytes); k++) {
				seed = (uint32_t)((uint64_t)seed * 1664525 % UINT32_MAX + 7);
				bytes[k] = alphabet[(seed >> 16) % (sizeof(alphabet) - 1)];
			}
			say_of(&talk, i % 2, (struct tw_str){bytes, (seed >> 8) % sizeof(bytes)},
			       sizeof(bytes));
			tw_application_pass(&talk.side[i % 2], seed >> 28);
		}
		for (unsigned who = 0; who < 2; who++)
			assert_true(talk.side[who].complete <= talk.side[who].messages + 40);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_length_tells_the_end_of_a_body),
	    cmocka_unit_test(bytes_may_come_one_by_one),
	    cmocka_unit_test(requests_may_be_sent_ahead),
	    cmocka_unit_test(without_a_length_the_end_is_the_end),
	    cmocka_unit_test(another_protocol_takes_over),
	    cmocka_unit_test(what_was_not_captured_is_passed_over),
	    cmocka_unit_test(a_header_that_is_cut_off_is_lost),
	    cmocka_unit_test(hostile_headers_do_no_harm),
	    cmocka_unit_test(names_that_are_no_http),
	    cmocka_unit_test(more_requests_than_are_remembered),
	    cmocka_unit_test(records_of_tls),
	    cmocka_unit_test(ends_that_are_announced),
	    cmocka_unit_test(postgresql_is_known_by_its_client),
	    cmocka_unit_test(a_greeting_may_lead_to_tls),
	    cmocka_unit_test(noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
