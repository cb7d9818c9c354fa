/* test_limits.c: each capture artefact is found, and its look-alikes are not taken for it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "script.h"

#include "tcp/limits.h"

#define OPEN "@0 > S 0 mss 1460; @0.04 < SA 0/1 mss 1460; @0.05 > A 1/1; "

/* Two senders that count milliseconds. */
#define CLOCKS                                                                          \
	"@0 > S 0 ts 1000/0; @0.04 < SA 0/1 ts 5040/1000; @0.05 > A 1/1 ts 1050/5040; " \
	"@0.2 > PA 1/1 len 100 ts 1200/5040; @0.24 < A 1/101 ts 5240/1200; "            \
	"@0.3 > PA 101/1 len 101 ts 1300/5240; "

static void limits_name_the_frame_that_shows_them(void **state)
{
	static const struct {
		const char *script;
		enum tw_limit limit;
		uint64_t frame;
	} rows[] = {
	    {"@0 > PA 1/1 len 9", TW_LIMIT_MIDSTREAM_START, 1},
	    {OPEN "@1 > PA 1/1 len 2920", TW_LIMIT_OFFLOAD_SEGMENTS, 4},
	    {OPEN "@1 > PA 1/1 len 9 partial", TW_LIMIT_CHECKSUM_OFFLOAD, 4},
	    /* one wrong checksum among right ones is damage, not offload */
	    {OPEN "@1 > PA 1/1 len 9 bad", TW_LIMIT_CHECKSUM_OFFLOAD, 0},
	    {"@0 > S 0 bad; @0.04 < SA 0/1; @0.05 > A 1/1 bad", TW_LIMIT_CHECKSUM_OFFLOAD, 1},
	    {OPEN "@1 < A 1/500", TW_LIMIT_LOST_IN_CAPTURE, 4},
	    {OPEN "@0.01 > PA 1/1 len 9", TW_LIMIT_CLOCK_JUMP, 4},
	    {OPEN "@0.01 > PA 1/1 len 9", TW_LIMIT_REORDERED_CAPTURE, 0},
	    /* queues that disagree by a moment */
	    {OPEN "@0.049 > PA 1/1 len 9", TW_LIMIT_REORDERED_CAPTURE, 4},
	    {OPEN "@0.049 > PA 1/1 len 9", TW_LIMIT_CLOCK_JUMP, 0},
	    /* the ACK stands before what it acknowledges: nothing was lost */
	    {OPEN "@1 < A 1/101; @1.0001 > PA 1/1 len 100", TW_LIMIT_REORDERED_CAPTURE, 5},
	    {OPEN "@1 < A 1/101; @1.0001 > PA 1/1 len 100", TW_LIMIT_LOST_IN_CAPTURE, 0},
	    {OPEN "@1 < A 1/201; @1.0001 > PA 1/1 len 100", TW_LIMIT_LOST_IN_CAPTURE, 4},
	    {OPEN "@1 < A 1/101; @2 > PA 1/1 len 100", TW_LIMIT_REORDERED_CAPTURE, 0},
	    {OPEN "@1 < A 1/101; @2 > PA 1/1 len 100", TW_LIMIT_LOST_IN_CAPTURE, 4},
	    /* both senders' clocks stood still in the pause of the capture's */
	    {CLOCKS "@61.3 > PA 202/1 len 9 ts 1310/5300; @61.34 < A 1/211 ts 5340/1310",
	     TW_LIMIT_CLOCK_JUMP, 7},
	    {CLOCKS "@61.3 > PA 202/1 len 9 ts 61300/5300; @61.34 < A 1/211 ts 65340/61300",
	     TW_LIMIT_CLOCK_JUMP, 0},
	    /* one sender's packet was held up for long: the other's clock went on */
	    {CLOCKS "@9 < A 1/202 ts 14000/1300; @9.1 > PA 202/1 len 9 ts 1310/5300",
	     TW_LIMIT_CLOCK_JUMP, 0},
	    {OPEN "@1 > PA 1/1 len 1460", TW_LIMIT_OFFLOAD_SEGMENTS, 0},
	    {OPEN "@1 > PA 1/1 len 1460", TW_LIMIT_SHORT_SNAPLEN, 0},
	    {OPEN "@1 > PA 1/1 len 9", TW_LIMIT_MIDSTREAM_START, 0},
	    {OPEN "@1 > PA 1/1 len 9", TW_LIMIT_CLOCK_JUMP, 0},
	};
	struct script s;

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		script_play(&s, rows[i].script);
		tw_limits_finish(&s.connection, s.connection.last.time_ns);
		assert_int_equal(s.connection.limits[rows[i].limit].frame, rows[i].frame);
	}
}

static void a_late_record_is_payload_and_no_retransmission(void **state)
{
	struct script s;
	const struct tw_side *sender = &s.connection.side[0];

	(void)state;
	script_play(&s, OPEN "@1 < A 1/101; @1.0001 > PA 1/1 len 100; @2 > PA 101/1 len 9");
	assert_int_equal(script_last(&s)->meaning, TW_MEANING_NEW_DATA);
	assert_int_equal(s.steps[4].meaning, TW_MEANING_RECORDED_LATE);
	assert_int_equal(sender->payload_bytes, 109);
	assert_int_equal(sender->retransmitted, 0);
	assert_int_equal(sender->spurious, 0);
	/* so long after its ACK it is what Wireshark calls a spurious retransmission */
	script_play(&s, OPEN "@1 < A 1/101; @2 > PA 1/1 len 100");
	assert_int_equal(sender->retransmitted, 1);
}

/* Two ACKs went ahead of two segments. */
static void a_queue_of_late_records_is_followed_to_its_end(void **state)
{
	struct script s;

	(void)state;
	script_play(&s, OPEN "@1 < A 1/101; @1.0001 < A 1/201; @1.0002 > A 1/1 len 100; "
			     "@1.0003 > A 101/1 len 100");
	assert_int_equal(s.connection.side[0].payload_bytes, 200);
	assert_int_equal(s.connection.side[0].retransmitted, 0);
	assert_false(tw_happened(s.connection.limits[TW_LIMIT_LOST_IN_CAPTURE]));
}

/* What the other side acknowledges was sent, seen or not; one byte alone may have been a FIN. */
static void unseen_payload_is_payload(void **state)
{
	struct script s;

	(void)state;
	script_play(&s, OPEN "@1 > PA 1/1 len 100; @1.04 < A 1/101; @1.2 > A 101/301");
	assert_int_equal(s.connection.side[1].last_payload.frame, 6);
	assert_int_equal(s.connection.side[1].last_payload_acked.frame, 6);
	script_play(&s, OPEN "@1 > PA 1/1 len 100; @1.04 < A 1/101; @1.2 > A 101/2");
	assert_false(tw_happened(s.connection.side[1].last_payload));
}

static void the_end_shows_what_is_missing(void **state)
{
	static const struct {
		const char *script;
		int end_s;
		enum tw_limit limit;
		uint64_t frame;
	} rows[] = {
	    {"@0 > S 0; @0.04 > A 1/1; @0.1 > PA 1/1 len 9", 9, TW_LIMIT_ONE_DIRECTION, 1},
	    {"@0 < SA 0/1", 9, TW_LIMIT_ONE_DIRECTION, 1},
	    /* nobody answered: no half of anything */
	    {"@0 > S 0; @1 > S 0", 9, TW_LIMIT_ONE_DIRECTION, 0},
	    {"@0 > R 1", 9, TW_LIMIT_ONE_DIRECTION, 0},
	    {OPEN "@1 > PA 1/1 len 9", 1, TW_LIMIT_TRUNCATED_END, 4},
	    {OPEN "@1 > PA 1/1 len 9", 3, TW_LIMIT_TRUNCATED_END, 0},
	    {OPEN "@1 > FA 1/1", 1, TW_LIMIT_TRUNCATED_END, 0},
	};
	struct script s;

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		script_play(&s, rows[i].script);
		tw_limits_finish(&s.connection, SCRIPT_EPOCH_NS + rows[i].end_s * TW_NS_PER_S);
		assert_int_equal(s.connection.limits[rows[i].limit].frame, rows[i].frame);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(limits_name_the_frame_that_shows_them),
	    cmocka_unit_test(a_late_record_is_payload_and_no_retransmission),
	    cmocka_unit_test(a_queue_of_late_records_is_followed_to_its_end),
	    cmocka_unit_test(unseen_payload_is_payload),
	    cmocka_unit_test(the_end_shows_what_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
