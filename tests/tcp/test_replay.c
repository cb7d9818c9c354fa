/* test_replay.c: what each segment meant when it passed, and what the record keeps of it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "script.h"

#define OPEN "@0 > S 0 mss 1460; @0.04 < SA 0/1 mss 1460; @0.05 > A 1/1; "
#define ASK  "@1 > PA 1/1 len 100; @1.04 < A 1/101; "

enum {
	REPEATED_SYN = TW_MEANING_SYN_REPEATED,
	NEW = TW_MEANING_NEW_DATA,
	AGAIN = TW_MEANING_RETRANSMISSION,
	FAST = TW_MEANING_FAST_RETRANSMISSION,
	TIMEOUT = TW_MEANING_TIMEOUT_RETRANSMISSION,
	SPURIOUS = TW_MEANING_SPURIOUS,
	OVERTAKEN = TW_MEANING_OUT_OF_ORDER,
	GAP = TW_MEANING_GAP_BEFORE,
	DUPLICATE = TW_MEANING_DUPLICATE_ACK,
	KEEP_ALIVE = TW_MEANING_KEEP_ALIVE,
	KEEP_ALIVE_ACK = TW_MEANING_KEEP_ALIVE_ACK,
	ZERO = TW_MEANING_ZERO_WINDOW,
	PROBE = TW_MEANING_ZERO_WINDOW_PROBE,
	UPDATE = TW_MEANING_WINDOW_UPDATE,
	CHALLENGE = TW_MEANING_CHALLENGE_ACK,
	ESTABLISHES = TW_MEANING_ESTABLISHES,
	ACKS_FIN = TW_MEANING_ACKS_FIN,
	LATE = TW_MEANING_LATE_DATA,
	AFTER_RESET = TW_MEANING_AFTER_RESET,
	AFTER_OWN = TW_MEANING_AFTER_OWN_RESET,
	ACTIVE = TW_MEANING_RESET_ACTIVE,
	PASSIVE = TW_MEANING_RESET_PASSIVE,
	UNSEEN = TW_MEANING_ACKS_UNSEEN,
	COPY = TW_MEANING_DUPLICATED_FRAME,
};

/* The last segment of each script means exactly this. */
static const struct {
	const char *script;
	uint32_t meaning;
} meanings[] = {
    {"@0 > S 0", 0},
    {"@0 > S 0; @1 > S 0", REPEATED_SYN},
    {"@0 > S 0; @0.04 < SA 0/1; @1 < SA 0/1", REPEATED_SYN},
    {"@0 > S 0; @0.04 < SA 0/1", 0},
    {"@0 > S 0; @0.04 < SA 0/1; @0.05 > A 1/1", ESTABLISHES},
    {"@0 > S 0; @0.04 < SA 0/1; @0.05 > PA 1/1 len 9", ESTABLISHES | NEW},
    {OPEN "@1 > PA 1/1 len 100", NEW},
    {OPEN "@1 > PA 1/1 len 100; @1.04 < A 1/101", 0},
    /* retransmissions: by timer, by three duplicate ACKs, of what was acknowledged */
    {OPEN "@1 > PA 1/1 len 100; @1.3 > PA 1/1 len 100", AGAIN | TIMEOUT},
    {OPEN ASK "@2 > PA 1/1 len 100", AGAIN | SPURIOUS},
    {OPEN "@1 > PA 1/1 len 10; @1.001 > PA 11/1 len 10; @1.002 > PA 21/1 len 10; "
	  "@1.003 > PA 31/1 len 10; @1.04 < A 1/1; @1.041 < A 1/1; @1.042 < A 1/1; "
	  "@1.05 > PA 1/1 len 10",
     AGAIN | FAST},
    {OPEN "@1 > PA 1/1 len 10; @1.04 < A 1/1", DUPLICATE},
    {OPEN "@1 > PA 1/1 len 10; @1.04 < A 1/1 win 400", 0},
    /* a hole in what was seen, and the segment that was overtaken */
    {OPEN "@1 > PA 11/1 len 10", NEW | GAP},
    {OPEN "@1 > PA 11/1 len 10; @1.001 > PA 1/1 len 10", OVERTAKEN},
    {OPEN "@1 > PA 11/1 len 10; @2 > PA 1/1 len 10", AGAIN | TIMEOUT},
    {OPEN "@1 < A 1/500", UNSEEN},
    /* RFC 9293 section 3.8.4: SEQ = SND.NXT-1, no byte or one */
    {OPEN ASK "@61 > A 100/1", KEEP_ALIVE},
    {OPEN ASK "@61 > A 100/1 len 1", KEEP_ALIVE},
    {OPEN ASK "@61 > A 100/1; @61.04 < A 1/101", KEEP_ALIVE_ACK},
    {OPEN ASK "@61 > A 99/1", 0},
    /* windows */
    {OPEN ASK "@2 < A 1/101 win 0", ZERO},
    {OPEN ASK "@2 < A 1/101 win 0; @3 > A 100/1", PROBE},
    {OPEN ASK "@2 < A 1/101 win 0; @4 < A 1/101 win 500", UPDATE},
    /* RFC 5961 section 4.2: a SYN meets an old connection */
    {"@0 > S 0; @0.04 < A 9000/7000", CHALLENGE},
    {"@0 > S 0; @0.04 < A 9000/7000; @0.05 > R 7000", PASSIVE},
    /* closing */
    {OPEN ASK "@2 > FA 101/1; @2.04 < A 1/102", ACKS_FIN},
    {OPEN ASK "@2 > FPA 101/1 len 5; @2.04 < A 1/106", 0},
    {OPEN ASK "@2 > FA 101/1; @2.04 < FA 1/102", ACKS_FIN},
    {OPEN ASK "@2 > FA 101/1; @2.04 < PA 1/102 len 7", NEW | LATE | ACKS_FIN},
    {OPEN ASK "@2 > FA 101/1; @2.001 < PA 1/101 len 7", NEW | LATE},
    {OPEN ASK "@2 > FA 101/1; @2.3 > FA 101/1", AGAIN | TIMEOUT},
    /* resets, and who goes on */
    {OPEN ASK "@2 < RA 1/101 win 500", ACTIVE},
    {OPEN ASK "@2 < RA 1/101 win 0", TW_MEANING_RESET_ACTIVE},
    {"@0 > S 0; @0.04 < RA 0/1 win 0", PASSIVE},
    {OPEN ASK "@2 < RA 1/101; @2.01 > PA 101/1 len 9", NEW | AFTER_RESET},
    {OPEN ASK "@2 < RA 1/101; @2.01 < PA 1/101 len 9", NEW | AFTER_OWN},
};

static void each_segment_means_what_the_rfcs_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < TW_LEN(meanings); i++) {
		struct script s;

		script_play(&s, meanings[i].script);
		if (script_last(&s)->meaning != meanings[i].meaning)
			fail_msg("row %zu (%s): %#x, expected %#x", i, meanings[i].script,
				 script_last(&s)->meaning, meanings[i].meaning);
	}
}

/* One rule for both sides and for all sequence numbers. */
static void meanings_do_not_depend_on_where_numbers_begin(void **state)
{
	static const uint32_t isns[] = {
	    0, 1, UINT32_MAX, UINT32_MAX - 50, UINT32_MAX - 120, 0x7fffffff, 0x80000000};

	(void)state;
	for (size_t i = 0; i < TW_LEN(meanings); i++) {
		for (size_t k = 0; k < TW_LEN(isns); k++) {
			struct script s;

			script_play_at(&s, meanings[i].script, isns[k],
				       isns[(k + 2) % TW_LEN(isns)]);
			if (script_last(&s)->meaning != meanings[i].meaning)
				fail_msg("row %zu (%s), isn %u: %#x, expected %#x", i,
					 meanings[i].script, isns[k], script_last(&s)->meaning,
					 meanings[i].meaning);
		}
	}
}

static void a_frame_captured_twice_changes_nothing_but_its_limit(void **state)
{
	struct script once;
	struct script twice;

	(void)state;
	script_play(&once, OPEN "@1 > PA 1/1 len 100 id 7; @1.04 < A 1/101");
	script_play(&twice, OPEN "@1 > PA 1/1 len 100 id 7; @1.0001 > PA 1/1 len 100 id 7; "
				 "@1.04 < A 1/101");
	assert_int_equal(twice.steps[4].meaning, COPY);
	assert_int_equal(twice.connection.limits[TW_LIMIT_DUPLICATED_FRAMES].frame, 5);
	assert_int_equal(twice.connection.side[0].payload_bytes,
			 once.connection.side[0].payload_bytes);
	assert_int_equal(twice.connection.side[0].retransmitted, 0);
	script_play(&twice, OPEN "@1 > PA 1/1 len 100 id 7; @1.0001 > PA 1/1 len 100 id 8");
	assert_int_equal(twice.connection.side[0].retransmitted, 1);
}

static void each_byte_of_payload_counts_once(void **state)
{
	static const struct {
		const char *script;
		uint64_t bytes;
	} rows[] = {
	    {OPEN "@1 > PA 1/1 len 100", 100},
	    {OPEN "@1 > PA 1/1 len 100; @1.5 > PA 1/1 len 100", 100},
	    {OPEN "@1 > PA 1/1 len 100; @1.5 > PA 51/1 len 100", 150},
	    {OPEN "@1 > PA 1/1 len 100; @1.5 > PA 1/1 len 150", 150},
	    {OPEN "@1 > PA 101/1 len 100; @1.001 > PA 1/1 len 100", 200},
	    {OPEN "@1 > FPA 1/1 len 100; @1.5 > FPA 1/1 len 100", 100},
	    {OPEN ASK "@61 > A 100/1 len 1", 100},
	};
	struct script s;

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		script_play(&s, rows[i].script);
		if (s.connection.side[0].payload_bytes != rows[i].bytes)
			fail_msg("%s: %llu bytes, expected %llu", rows[i].script,
				 (unsigned long long)s.connection.side[0].payload_bytes,
				 (unsigned long long)rows[i].bytes);
	}
}

static void the_syn_tells_isn_and_options(void **state)
{
	struct script s;

	(void)state;
	script_play(&s, "@0 > S 0 mss 1460 scale 7 sack; @0.04 < SA 0/1 mss 1200");
	assert_int_equal(s.connection.side[0].isn, 70000);
	assert_int_equal(s.connection.side[0].mss, 1460);
	assert_int_equal(s.connection.side[0].window_scale, 7);
	assert_true(s.connection.side[0].marks & TW_SIDE_SCALE_KNOWN);
	assert_true(s.connection.side[0].marks & TW_SIDE_SACK_OK);
	assert_int_equal(s.connection.side[1].mss, 1200);
	assert_false(s.connection.side[1].marks & (TW_SIDE_SCALE_KNOWN | TW_SIDE_SACK_OK));
	assert_true(s.connection.side[0].marks & TW_SIDE_SYN);
	assert_true(s.connection.side[1].marks & TW_SIDE_SYN_ACK);
	assert_false(s.connection.side[1].marks & TW_SIDE_SYN);
}

static void a_run_of_retransmissions_ends_with_progress(void **state)
{
	struct script s;

	(void)state;
	script_play(&s, OPEN "@1 > PA 1/1 len 10; @1.3 > PA 1/1 len 10; @1.9 > PA 1/1 len 10; "
			     "@3.1 > PA 1/1 len 10");
	assert_int_equal(s.connection.side[0].retransmit.count, 3);
	assert_int_equal(s.connection.side[0].retransmit.first.frame, 5);
	assert_int_equal(s.connection.side[0].retransmit.last.frame, 7);
	assert_int_equal(s.connection.side[0].flight.frame, 4);
	script_play(&s, OPEN "@1 > PA 1/1 len 10; @1.3 > PA 1/1 len 10; @1.4 < A 1/11");
	assert_int_equal(s.connection.side[0].retransmit.count, 0);
	assert_int_equal(s.connection.side[0].timeout_retransmitted, 1);
	assert_int_equal(s.connection.side[0].progress.frame, 6);
}

static void the_fin_is_noted_with_what_was_before_it(void **state)
{
	struct script s;
	const struct tw_fin *fin = &s.connection.side[1].fin;

	(void)state;
	script_play(&s, OPEN ASK "@1.05 < PA 1/101 len 20; @1.06 > A 101/21; @76.06 < FA 21/101; "
				 "@76.1 > A 101/22; @76.2 < FA 21/101");
	assert_int_equal(fin->at.frame, 8);
	assert_int_equal(fin->seq, s.isn[1] + 21U);
	assert_int_equal(fin->idle_ns, 75 * TW_NS_PER_S);
	assert_int_equal(fin->idle_from_frame, 7);
	assert_false(fin->outstanding);
	assert_int_equal(fin->acked.frame, 9);
	assert_true(fin->acked_known);
	assert_int_equal(fin->count, 2);
	assert_int_equal(s.connection.first_closer, 1);
}

/* Keep-alives do not count as activity: the application was idle all along. */
static void keep_alives_do_not_end_idle_time(void **state)
{
	struct script s;

	(void)state;
	script_play(&s, OPEN ASK "@31 > A 100/1; @31.04 < A 1/101; @61.04 > FA 101/1");
	assert_int_equal(s.connection.side[0].fin.idle_ns, 60 * TW_NS_PER_S);
	assert_int_equal(s.connection.side[0].keep_alives, 1);
	assert_int_equal(s.connection.side[0].probe.count, 0);
	script_play(&s, OPEN ASK "@31 > A 100/1; @46 > A 100/1; @61 > A 100/1");
	assert_int_equal(s.connection.side[0].probe.count, 3);
	assert_int_equal(s.connection.side[0].probe.first.frame, 6);
}

static void a_closed_window_is_timed(void **state)
{
	struct script s;
	const struct tw_side *side = &s.connection.side[1];

	(void)state;
	script_play(&s, OPEN ASK "@2 < A 1/101 win 0; @3 < A 1/101 win 0; @4.5 < A 1/101 win 500");
	assert_int_equal(side->zero_window_ns, 2500 * TW_NS_PER_MS);
	assert_int_equal(side->zero_window_first.frame, 6);
	assert_int_equal(side->zero_window_opened.frame, 8);
	assert_int_equal(side->zero_windows, 2);
	assert_false(tw_happened(side->zero_window));
	script_play(&s, OPEN ASK "@2 < A 1/101 win 0");
	assert_true(tw_happened(side->zero_window));
	/* The window of SYN and RST says nothing about a full buffer. */
	script_play(&s, "@0 > S 0 win 0; @0.04 < RA 0/1 win 0");
	assert_int_equal(s.connection.side[0].zero_windows + side->zero_windows, 0);
}

static void late_data_is_told_with_what_its_sender_knew(void **state)
{
	struct script s;
	const struct tw_late_data *late = &s.connection.side[1].late;

	(void)state;
	script_play(&s, OPEN ASK "@2 > FA 101/1; @2.04 < A 1/102; @3 < PA 1/102 len 24; "
				 "@3.1 < PA 25/102 len 31");
	assert_int_equal(late->first.frame, 8);
	assert_int_equal(late->last.frame, 9);
	assert_int_equal(late->segments, 2);
	assert_int_equal(late->first_length, 24);
	assert_true(late->acks_fin);
	assert_true(late->only_small);
	script_play(&s, OPEN ASK "@2 > FA 101/1; @2.001 < PA 1/101 len 32");
	assert_false(late->acks_fin);
	assert_false(late->only_small);
}

static void what_follows_a_rst_is_counted_by_its_sender(void **state)
{
	struct script s;

	(void)state;
	script_play(&s, OPEN ASK "@2 < RA 1/101; @2.01 > PA 101/1 len 9; @2.02 > PA 110/1 len 6; "
				 "@2.03 < A 1/116");
	assert_int_equal(s.connection.side[0].sent_after_reset.count, 2);
	assert_int_equal(s.connection.side[0].payload_after_reset, 15);
	assert_int_equal(s.connection.side[1].after_own_reset.count, 1);
	assert_int_equal(s.connection.first_resetter, 1);
	assert_int_equal(s.connection.first_closer, 1);
}

static void a_row_without_time_makes_the_connection_untimed(void **state)
{
	struct script s;

	(void)state;
	script_play_typed(&s, "@0 > S; @1 < SA; > A");
	assert_false(s.connection.timed);
	script_play_typed(&s, "@0 > S; @1 < SA; @2 > A");
	assert_true(s.connection.timed);
	assert_int_equal(s.connection.longest_gap_ns, TW_NS_PER_S);
}

static void only_the_first_icmp_error_is_kept_and_all_are_counted(void **state)
{
	struct script s;

	(void)state;
	script_play(&s, "@0 > S 0; ! > 3/13; ! > 3/1");
	assert_int_equal(s.connection.icmp.count, 2);
	assert_int_equal(s.connection.icmp.type, 3);
	assert_int_equal(s.connection.icmp.code, 13);
	assert_int_equal(s.connection.icmp.about, 0);
	assert_int_equal(s.connection.icmp.at.frame, 2);
	assert_true(s.connection.icmp.during_opening);
	script_play(&s, OPEN "6! < 1/4");
	assert_int_equal(s.connection.icmp.version, 6);
	assert_int_equal(s.connection.icmp.about, 1);
	assert_false(s.connection.icmp.during_opening);
}

static void every_meaning_has_words_of_its_own(void **state)
{
#define X(name, bit, words) TW_MEANING_##name,
	static const enum tw_meaning all[] = {TW_MEANINGS(X)};
#undef X

	(void)state;
	for (size_t i = 0; i < TW_LEN(all); i++) {
		const char *words = tw_meaning_words(all[i]);

		/* New data is the ordinary case and needs none. */
		assert_int_equal(words[0] == '\0', all[i] == TW_MEANING_NEW_DATA);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(words, tw_meaning_words(all[k]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_segment_means_what_the_rfcs_say),
	    cmocka_unit_test(meanings_do_not_depend_on_where_numbers_begin),
	    cmocka_unit_test(a_frame_captured_twice_changes_nothing_but_its_limit),
	    cmocka_unit_test(each_byte_of_payload_counts_once),
	    cmocka_unit_test(the_syn_tells_isn_and_options),
	    cmocka_unit_test(a_run_of_retransmissions_ends_with_progress),
	    cmocka_unit_test(the_fin_is_noted_with_what_was_before_it),
	    cmocka_unit_test(keep_alives_do_not_end_idle_time),
	    cmocka_unit_test(a_closed_window_is_timed),
	    cmocka_unit_test(late_data_is_told_with_what_its_sender_knew),
	    cmocka_unit_test(what_follows_a_rst_is_counted_by_its_sender),
	    cmocka_unit_test(a_row_without_time_makes_the_connection_untimed),
	    cmocka_unit_test(only_the_first_icmp_error_is_kept_and_all_are_counted),
	    cmocka_unit_test(every_meaning_has_words_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
