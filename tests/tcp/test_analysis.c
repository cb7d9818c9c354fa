/* test_analysis.c: each mark of the sequence analysis, its neighbours and its limits. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/analysis.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define MS 1000000LL

enum { A = 0, B = 1 };

enum {
	RETRANSMISSION = TW_ANALYSIS_RETRANSMISSION,
	FAST = TW_ANALYSIS_FAST_RETRANSMISSION,
	SPURIOUS = TW_ANALYSIS_SPURIOUS_RETRANSMISSION,
	OUT_OF_ORDER = TW_ANALYSIS_OUT_OF_ORDER,
	DUPLICATE = TW_ANALYSIS_DUPLICATE_ACK,
	LOST = TW_ANALYSIS_LOST_SEGMENT,
	ACK_LOST = TW_ANALYSIS_ACK_LOST_SEGMENT,
	KEEP_ALIVE = TW_ANALYSIS_KEEP_ALIVE,
	KEEP_ALIVE_ACK = TW_ANALYSIS_KEEP_ALIVE_ACK,
	ZERO = TW_ANALYSIS_ZERO_WINDOW,
	PROBE = TW_ANALYSIS_ZERO_WINDOW_PROBE,
	PROBE_ACK = TW_ANALYSIS_ZERO_WINDOW_PROBE_ACK,
	UPDATE = TW_ANALYSIS_WINDOW_UPDATE,
	FULL = TW_ANALYSIS_WINDOW_FULL,
	REUSED = TW_ANALYSIS_PORTS_REUSED,
	SA = TW_SYN | TW_ACK,
	PA = TW_PSH | TW_ACK,
	FA = TW_FIN | TW_ACK,
};

/* One segment of a story and the marks that it must get. */
struct line {
	int64_t ms;
	unsigned side;
	uint16_t flags;
	uint32_t seq, ack, length;
	uint16_t window;
	uint32_t marks;
};

static struct tw_segment segment_of(const struct line *line)
{
	return (struct tw_segment){
	    .known = TW_FIELD_TIME | TW_FIELD_FLAGS | TW_FIELD_SEQ | TW_FIELD_ACK |
		     TW_FIELD_LENGTH | TW_FIELD_WINDOW | TW_FIELD_OPTIONS,
	    .time_ns = (1000000 + line->ms) * MS,
	    .flags = line->flags,
	    .seq = line->seq,
	    .ack = line->ack,
	    .length = line->length,
	    .window = line->window,
	};
}

static void tell(struct tw_analysis *analysis, const struct line *lines, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct tw_segment segment = segment_of(&lines[i]);
		uint32_t marks = tw_analysis_segment(analysis, &segment, lines[i].side, false);

		if (marks != lines[i].marks)
			fail_msg("line %zu: marks %#x, expected %#x", i, marks, lines[i].marks);
	}
}

/* Told twice, with the sides exchanged: there is one rule for both. */
#define TELL(...)                                                   \
	do {                                                        \
		struct line lines[] = {__VA_ARGS__};                \
		struct tw_analysis analysis = {0};                  \
		tell(&analysis, lines, TW_LEN(lines));              \
		for (size_t line = 0; line < TW_LEN(lines); line++) \
			lines[line].side = !lines[line].side;       \
		analysis = (struct tw_analysis){0};                 \
		tell(&analysis, lines, TW_LEN(lines));              \
	} while (0)

/* ISNs 100 and 500, round trip 40 ms, windows 1000. */
#define HANDSHAKE                                                              \
	{0, A, TW_SYN, 100, 0, 0, 1000, 0}, {30, B, SA, 500, 101, 0, 1000, 0}, \
	{                                                                      \
		40, A, TW_ACK, 101, 501, 0, 1000, 0                            \
	}

static void a_whole_healthy_connection_gets_no_mark(void **state)
{
	(void)state;
	TELL(HANDSHAKE, {50, A, PA, 101, 501, 10, 1000, 0}, {80, B, TW_ACK, 501, 111, 0, 990, 0},
	     {81, B, PA, 501, 111, 20, 990, 0}, {90, A, TW_ACK, 111, 521, 0, 1000, 0},
	     {99, A, FA, 111, 521, 0, 1000, 0}, {120, B, FA, 521, 112, 0, 990, 0},
	     {130, A, TW_ACK, 112, 522, 0, 1000, 0});
}

static void numbers_may_pass_the_end_of_their_space(void **state)
{
	(void)state;
	TELL({0, A, TW_SYN, UINT32_MAX - 4, 0, 0, 1000, 0},
	     {30, B, SA, 500, UINT32_MAX - 3, 0, 1000, 0},
	     {40, A, PA, UINT32_MAX - 3, 501, 10, 1000, 0}, {41, A, PA, 6, 501, 10, 1000, 0},
	     {90, B, TW_ACK, 501, 16, 0, 900, 0}, {500, A, PA, 6, 501, 10, 1000, SPURIOUS});
}

static void a_repeat_after_the_round_trip_is_a_retransmission(void **state)
{
	(void)state;
	TELL(HANDSHAKE, {50, A, PA, 101, 501, 10, 1000, 0}, {60, A, PA, 111, 501, 10, 1000, 0},
	     {300, A, PA, 101, 501, 10, 1000, RETRANSMISSION});
}

static void an_older_segment_within_the_round_trip_was_overtaken(void **state)
{
	(void)state;
	TELL(HANDSHAKE, {50, A, PA, 111, 501, 10, 1000, LOST},
	     {89, A, PA, 101, 501, 10, 1000, OUT_OF_ORDER},
	     {90, A, PA, 101, 501, 10, 1000, RETRANSMISSION});
}

/* Where the handshake was not seen, within 3 ms. */
static void without_a_round_trip_overtaking_takes_three_milliseconds(void **state)
{
	(void)state;
	TELL({0, A, PA, 101, 501, 10, 1000, 0}, {10, A, PA, 121, 501, 10, 1000, LOST},
	     {12, A, PA, 111, 501, 10, 1000, OUT_OF_ORDER},
	     {13, A, PA, 111, 501, 10, 1000, RETRANSMISSION});
}

/* The repeat of the very last segment cannot have been overtaken by it. */
static void a_repeat_of_the_newest_segment_is_no_reordering(void **state)
{
	(void)state;
	TELL({0, A, PA, 101, 501, 10, 1000, 0}, {1, A, PA, 101, 501, 10, 1000, RETRANSMISSION});
	TELL(HANDSHAKE, {50, A, FA, 101, 501, 0, 1000, 0},
	     {51, A, FA, 101, 501, 0, 1000, RETRANSMISSION});
}

static void repeats_of_acknowledged_data_are_spurious(void **state)
{
	(void)state;
	TELL(HANDSHAKE, {50, A, PA, 101, 501, 10, 1000, 0}, {80, B, TW_ACK, 501, 111, 0, 1000, 0},
	     {300, A, PA, 101, 501, 10, 1000, SPURIOUS},
	     {301, A, PA, 101, 501, 11, 1000, RETRANSMISSION});
}

static void two_duplicate_acks_make_the_next_repeat_a_fast_one_for_20_ms(void **state)
{
	(void)state;
	TELL(HANDSHAKE, {50, A, PA, 101, 501, 10, 1000, 0}, {51, A, PA, 111, 501, 10, 1000, 0},
	     {80, B, TW_ACK, 501, 101, 0, 1000, DUPLICATE},
	     {81, B, TW_ACK, 501, 101, 0, 1000, DUPLICATE}, {100, A, PA, 101, 501, 10, 1000, FAST},
	     {101, A, PA, 101, 501, 10, 1000, RETRANSMISSION},
	     {102, A, PA, 111, 501, 10, 1000, RETRANSMISSION});
}

static void duplicate_acks_are_counted_from_one(void **state)
{
	static const struct line lines[] = {
	    HANDSHAKE,
	    {50, A, PA, 101, 501, 10, 1000, 0},
	    {80, B, TW_ACK, 501, 111, 0, 1000, 0},
	    {81, B, TW_ACK, 501, 111, 0, 1000, DUPLICATE},
	    {82, B, TW_ACK, 501, 111, 0, 1000, DUPLICATE},
	};
	struct tw_analysis analysis = {0};

	(void)state;
	tell(&analysis, lines, TW_LEN(lines) - 1);
	assert_int_equal(tw_analysis_duplicate_acks(&analysis, B), 1);
	tell(&analysis, &lines[TW_LEN(lines) - 1], 1);
	assert_int_equal(tw_analysis_duplicate_acks(&analysis, B), 2);
}

static void what_differs_from_a_duplicate_ack_in_one_thing_is_none(void **state)
{
	(void)state;
	TELL(HANDSHAKE, {50, B, TW_ACK, 501, 101, 0, 1000, DUPLICATE},
	     {51, B, TW_ACK, 501, 101, 0, 1001, UPDATE},
	     {52, B, TW_ACK, 501, 102, 0, 1001, ACK_LOST}, {53, B, FA, 501, 102, 0, 1001, 0});
}

static void a_gap_is_told_once_and_not_of_a_reset(void **state)
{
	(void)state;
	TELL(HANDSHAKE, {50, A, PA, 111, 501, 10, 1000, LOST}, {51, A, PA, 121, 501, 10, 1000, 0},
	     {52, A, TW_RST, 900, 0, 0, 0, 0});
}

/* Once where the peer's gap explains it; again only after the peer sent no duplicates. */
static void an_ack_of_unseen_data_moves_the_limit_up(void **state)
{
	(void)state;
	TELL(HANDSHAKE, {50, A, PA, 121, 501, 10, 1000, LOST},
	     {80, B, TW_ACK, 501, 131, 0, 1000, ACK_LOST},
	     {81, B, TW_ACK, 501, 200, 0, 1000, ACK_LOST}, {82, B, TW_ACK, 501, 210, 0, 1000, 0});
}

static void a_keep_alive_and_its_answer(void **state)
{
	(void)state;
	TELL(HANDSHAKE, {9000, A, TW_ACK, 100, 501, 0, 1000, KEEP_ALIVE},
	     {9030, B, TW_ACK, 501, 101, 0, 1000, KEEP_ALIVE_ACK},
	     {9100, A, TW_ACK, 100, 501, 1, 1000, KEEP_ALIVE},
	     {9130, B, TW_ACK, 501, 101, 0, 1000, KEEP_ALIVE_ACK},
	     {9131, B, TW_ACK, 501, 101, 0, 1000, KEEP_ALIVE_ACK},
	     {9140, A, TW_ACK, 101, 501, 0, 1000, DUPLICATE},
	     {9150, B, TW_ACK, 501, 101, 0, 1000, DUPLICATE});
}

static void a_closed_window_its_probe_and_its_opening(void **state)
{
	(void)state;
	TELL(HANDSHAKE, {50, A, PA, 101, 501, 10, 1000, 0}, {80, B, TW_ACK, 501, 111, 0, 0, ZERO},
	     {300, A, TW_ACK, 111, 501, 1, 1000, PROBE},
	     {330, B, TW_ACK, 501, 111, 0, 0, ZERO | PROBE_ACK},
	     {600, A, TW_ACK, 111, 501, 1, 1000, PROBE}, {630, B, TW_ACK, 501, 111, 0, 500, UPDATE},
	     {640, A, PA, 111, 501, 10, 1000, 0});
}

static void resets_and_fins_with_window_zero_close_no_window(void **state)
{
	(void)state;
	TELL(HANDSHAKE, {50, A, TW_RST | TW_ACK, 101, 501, 0, 0, 0});
	TELL(HANDSHAKE, {50, A, FA, 101, 501, 0, 0, 0});
}

/* Scaling is known to be off: the SYN had no option. */
static void data_up_to_the_edge_of_the_window_fills_it(void **state)
{
	(void)state;
	TELL(HANDSHAKE, {50, A, PA, 101, 501, 999, 1000, 0}, {51, A, PA, 1100, 501, 1, 1000, FULL},
	     {80, B, TW_ACK, 501, 1101, 0, 10, 0}, {90, A, FA, 1101, 501, 10, 1000, 0});
	TELL({0, A, PA, 101, 501, 10, 1000, 0}, {1, B, TW_ACK, 501, 111, 0, 10, 0},
	     {2, A, PA, 111, 501, 10, 1000, 0});
}

static uint32_t send_scaled(struct tw_analysis *analysis, const struct line *line, uint8_t shift)
{
	struct tw_segment segment = segment_of(line);

	segment.options.present = TW_OPTION_WINDOW_SCALE;
	segment.options.window_scale = shift;
	return tw_analysis_segment(analysis, &segment, line->side, false);
}

static void the_window_is_scaled_only_after_both_syns_offered_it(void **state)
{
	static const struct line syn = {0, A, TW_SYN, 100, 0, 0, 1000, 0};
	static const struct line syn_ack = {30, B, SA, 500, 101, 0, 1000, 0};
	static const struct line scaled[] = {
	    {40, A, PA, 101, 501, 1000, 1000, FULL}, /* the SYN,ACK's own window has no scale */
	    {70, B, TW_ACK, 501, 1101, 0, 10, 0},
	    {71, A, PA, 1101, 501, 10, 1000, 0},
	    {72, A, PA, 1111, 501, 30, 1000, FULL},
	};
	static const struct line unscaled[] = {
	    {40, A, TW_ACK, 101, 501, 0, 1000, 0},
	    {70, B, TW_ACK, 501, 101, 0, 10, UPDATE},
	    {71, A, PA, 101, 501, 10, 1000, FULL},
	};
	struct tw_analysis analysis = {0};

	(void)state;
	assert_int_equal(send_scaled(&analysis, &syn, 0), 0);
	assert_int_equal(send_scaled(&analysis, &syn_ack, 2), 0);
	tell(&analysis, scaled, TW_LEN(scaled));
	analysis = (struct tw_analysis){0};
	tell(&analysis, &syn, 1);
	assert_int_equal(send_scaled(&analysis, &syn_ack, 2), 0);
	tell(&analysis, unscaled, TW_LEN(unscaled));
}

static void reused_ports_are_marked_where_the_table_says_so(void **state)
{
	struct line line = {0, A, TW_SYN, 100, 0, 0, 1000, 0};
	struct tw_segment syn = segment_of(&line);
	struct tw_analysis analysis = {0};

	(void)state;
	assert_int_equal(tw_analysis_segment(&analysis, &syn, A, true), REUSED);
	assert_int_equal(tw_analysis_segment(&analysis, &syn, A, false), RETRANSMISSION);
}

/* The RST's number is not the client's own; the repeated SYN must not look acknowledged or old. */
static void a_repeated_syn_after_a_reset_is_a_retransmission(void **state)
{
	(void)state;
	TELL({0, A, TW_SYN, 100, 0, 0, 1000, 0}, {10, A, TW_RST, 5000, 0, 0, 0, 0},
	     {1000, A, TW_SYN, 100, 0, 0, 1000, RETRANSMISSION},
	     {1010, A, TW_ACK, 101, 501, 0, 1000, 0});
}

static void unknown_fields_mark_nothing_that_they_would_have_to_prove(void **state)
{
	static const struct line lines[] = {HANDSHAKE, {50, A, PA, 101, 501, 10, 1000, 0}};
	struct line line = {51, A, PA, 101, 501, 5, 0, 0};
	struct tw_segment segment = segment_of(&line);
	struct tw_analysis analysis = {0};
	struct tw_analysis before;

	(void)state;
	tell(&analysis, lines, TW_LEN(lines));
	before = analysis;
	segment.known &= ~(uint32_t)TW_FIELD_SEQ;
	assert_int_equal(tw_analysis_segment(&analysis, &segment, A, false), 0);
	assert_memory_equal(&analysis, &before, sizeof(before));
	segment = segment_of(&line);
	segment.known &= ~(uint32_t)(TW_FIELD_WINDOW | TW_FIELD_TIME);
	assert_int_equal(tw_analysis_segment(&analysis, &segment, A, false), RETRANSMISSION);
}

static void a_window_given_scaled_is_not_scaled_again(void **state)
{
	struct line ack = {0, B, TW_ACK, 501, 101, 0, 0, 0};
	struct line data = {1, A, PA, 101, 501, 2000, 0, FULL};
	struct tw_segment segment = segment_of(&ack);
	struct tw_analysis analysis = {0};

	(void)state;
	segment.known |= TW_FIELD_WINDOW_SCALED;
	segment.window_scaled = 2000;
	assert_int_equal(tw_analysis_segment(&analysis, &segment, B, false), 0);
	data.window = 5;
	tell(&analysis, &data, 1);
}

/* Past 10,000 segments without an ACK Wireshark's FIN takes no number: its repeat is no repeat. */
static void a_fin_after_ten_thousand_unacknowledged_segments_counts_nothing(void **state)
{
	struct tw_analysis analysis = {0};
	struct line line = {0, A, PA, 1, 1, 10, 1000, 0};

	(void)state;
	for (int i = 0; i < 10000; i++, line.seq += 10)
		tell(&analysis, &line, 1);
	line = (struct line){1, A, FA, line.seq, 1, 0, 1000, 0};
	tell(&analysis, &line, 1);
	tell(&analysis, &line, 1);
	assert_int_equal(analysis.side[A].next_seq, line.seq);
}

static void acknowledged_segments_leave_the_count(void **state)
{
	struct tw_analysis analysis = {0};
	struct line data = {0, A, PA, 1, 1, 10, 1000, 0};
	struct line ack = {0, B, TW_ACK, 1, 0, 0, 1000, 0};

	(void)state;
	for (int i = 0; i < 30000; i++, data.seq += 10) {
		tell(&analysis, &data, 1);
		ack.ack = data.seq - 100; /* always ten segments behind */
		if (i > 20)
			tell(&analysis, &ack, 1);
	}
	assert_true(analysis.side[A].unacked_older + analysis.side[A].unacked_newer < 40);
}

static void a_quoted_segment_moves_the_handshake_but_gets_no_mark(void **state)
{
	struct line line = {0, A, TW_SYN, 100, 0, 0, 1000, 0};
	struct tw_icmp_error error = {
	    .time_ns = 1000005 * MS, .has_quoted_flags = true, .quoted_flags = TW_SYN};
	struct tw_analysis analysis = {0};

	(void)state;
	tell(&analysis, &line, 1);
	tw_analysis_quoted(&analysis, &error, A, false);
	assert_true(analysis.syn_ns == 1000005 * MS);
	assert_int_equal(analysis.side[A].next_seq, 101);
}

static void a_quoted_syn_without_the_option_settles_that_windows_are_not_scaled(void **state)
{
	static const struct line lines[] = {
	    {0, B, TW_ACK, 501, 101, 0, 10, 0},
	    {1, A, PA, 101, 501, 10, 1000, FULL},
	};
	struct tw_icmp_error error = {
	    .has_quoted_flags = true, .quoted_flags = TW_SYN, .has_quoted_options = true};
	struct tw_analysis analysis = {0};

	(void)state;
	tw_analysis_quoted(&analysis, &error, A, false);
	tell(&analysis, lines, TW_LEN(lines));
}

static void every_mark_has_the_name_of_its_filter(void **state)
{
	(void)state;
	assert_string_equal(tw_analysis_filter(TW_ANALYSIS_OUT_OF_ORDER), "out_of_order");
	assert_string_equal(tw_analysis_filter(TW_ANALYSIS_PORTS_REUSED), "reused_ports");
	assert_null(tw_analysis_filter((enum tw_analysis_mark)3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_whole_healthy_connection_gets_no_mark),
	    cmocka_unit_test(numbers_may_pass_the_end_of_their_space),
	    cmocka_unit_test(a_repeat_after_the_round_trip_is_a_retransmission),
	    cmocka_unit_test(an_older_segment_within_the_round_trip_was_overtaken),
	    cmocka_unit_test(without_a_round_trip_overtaking_takes_three_milliseconds),
	    cmocka_unit_test(a_repeat_of_the_newest_segment_is_no_reordering),
	    cmocka_unit_test(repeats_of_acknowledged_data_are_spurious),
	    cmocka_unit_test(two_duplicate_acks_make_the_next_repeat_a_fast_one_for_20_ms),
	    cmocka_unit_test(duplicate_acks_are_counted_from_one),
	    cmocka_unit_test(what_differs_from_a_duplicate_ack_in_one_thing_is_none),
	    cmocka_unit_test(a_gap_is_told_once_and_not_of_a_reset),
	    cmocka_unit_test(an_ack_of_unseen_data_moves_the_limit_up),
	    cmocka_unit_test(a_keep_alive_and_its_answer),
	    cmocka_unit_test(a_closed_window_its_probe_and_its_opening),
	    cmocka_unit_test(resets_and_fins_with_window_zero_close_no_window),
	    cmocka_unit_test(data_up_to_the_edge_of_the_window_fills_it),
	    cmocka_unit_test(the_window_is_scaled_only_after_both_syns_offered_it),
	    cmocka_unit_test(reused_ports_are_marked_where_the_table_says_so),
	    cmocka_unit_test(a_repeated_syn_after_a_reset_is_a_retransmission),
	    cmocka_unit_test(unknown_fields_mark_nothing_that_they_would_have_to_prove),
	    cmocka_unit_test(a_window_given_scaled_is_not_scaled_again),
	    cmocka_unit_test(a_fin_after_ten_thousand_unacknowledged_segments_counts_nothing),
	    cmocka_unit_test(acknowledged_segments_leave_the_count),
	    cmocka_unit_test(a_quoted_segment_moves_the_handshake_but_gets_no_mark),
	    cmocka_unit_test(a_quoted_syn_without_the_option_settles_that_windows_are_not_scaled),
	    cmocka_unit_test(every_mark_has_the_name_of_its_filter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
