/* test_stack.c: what becomes of Linux's segments on hosts that play another stack. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "packets.h"

#include "lab/stack.h"

#define NOW LAB_SECOND

/* As the server's Linux kernel sends it: its own SEQ 5000, the client's 1000. */
struct sent {
	uint16_t flags;
	uint32_t seq;
	uint32_t ack;
	uint16_t window;
	uint16_t ip_id;
	bool has_timestamps;
};

static struct lab_packet *plays(struct lab_stack_player *player, bool ip6, const struct sent *sent,
				int64_t now_ns)
{
	struct lab_forged_segment segment = segment_of(ip6, LAB_TO_CLIENT);
	struct lab_packet *packet;

	segment.flags = sent->flags;
	segment.seq = sent->seq;
	segment.ack = sent->ack;
	segment.as.window = sent->window;
	segment.as.ip_id = sent->ip_id;
	segment.options = timestamps;
	segment.options_bytes = sent->has_timestamps ? sizeof(timestamps) : 0;
	packet = lab_stack_sends(player, made(&segment), now_ns);
	assert_non_null(packet);
	assert_right(packet);
	return packet;
}

static void receives(struct lab_stack_player *player, bool ip6, uint32_t seq, const char *text,
		     int64_t now_ns)
{
	struct lab_packet *packet = data(ip6, LAB_TO_SERVER, seq, text);

	lab_stack_receives(player, packet, now_ns);
	lab_packet_free(packet);
}

static const struct sent abort_sent = {TW_RST | TW_ACK, 5000, 1000, 501, 777, true};
static const struct sent refusal = {TW_RST | TW_ACK, 0, 1001, 0, 0, false};
static const struct sent bare = {TW_RST, 5001, 0, 0, 0, false};
static const struct sent fin = {TW_FIN | TW_ACK, 5000, 1000, 501, 776, true};

static void assert_is(const struct lab_packet *packet, const struct sent *wanted)
{
	assert_int_equal(packet->flags, wanted->flags);
	assert_int_equal(packet->seq, wanted->seq);
	assert_int_equal(packet->ack, wanted->ack);
	assert_int_equal(packet->window, wanted->window);
	assert_int_equal(packet->ip_id, packet->ip6 ? 0 : wanted->ip_id);
	assert_int_equal(decoded(packet).options.present == TW_OPTION_TIMESTAMPS,
			 wanted->has_timestamps);
	if (!wanted->has_timestamps)
		assert_int_equal(packet->payload_offset - packet->tcp_offset, 20);
}

/* What each stack makes of three RSTs of Linux (knowledge: one row per stack). */
static const struct shapes {
	enum lab_stack stack;
	uint8_t ttl;
	bool refusal_has_df;
	struct sent abort_sent;
	struct sent bare;
} all_shapes[] = {
    {LAB_STACK_LINUX,
     64,
     true,
     {TW_RST | TW_ACK, 5000, 1000, 501, 777, true},
     {TW_RST, 5001, 0, 0, 0, false}},
    {LAB_STACK_WINDOWS,
     128,
     true,
     {TW_RST | TW_ACK, 5000, 1000, 0, 1, false},
     {TW_RST, 5001, 5001, 0, 1, false}},
    {LAB_STACK_FREEBSD,
     64,
     true,
     {TW_RST | TW_ACK, 5000, 1000, 0, 777, true},
     {TW_RST, 5001, 0, 0, 0, false}},
    {LAB_STACK_MACOS,
     64,
     false,
     {TW_RST | TW_ACK, 5000, 1000, 501, 777, false},
     {TW_RST, 5001, 0, 0, 0, false}},
    {LAB_STACK_SOLARIS,
     64,
     true,
     {TW_RST, 5000, 0, 501, 777, false},
     {TW_RST, 5001, 0, 0, 0, false}},
};

static void resets_take_on_the_shape_of_the_stack(void **state)
{
	(void)state;
	assert_int_equal(TW_LEN(all_shapes), LAB_STACK_COUNT);
	for (size_t i = 0; i < 2 * TW_LEN(all_shapes); i++) {
		const struct shapes *shapes = &all_shapes[i / 2];
		bool ip6 = i % 2 == 1;
		struct lab_stack_player player = {.stack = shapes->stack, .next_ip_id = 1};
		struct sent refused = refusal;
		struct lab_packet *packet = plays(&player, ip6, &abort_sent, NOW);

		assert_is(packet, &shapes->abort_sent);
		assert_int_equal(packet->ttl, shapes->ttl);
		assert_int_equal(packet->dont_fragment, !ip6);
		lab_packet_free(packet);

		player = (struct lab_stack_player){.stack = shapes->stack, .next_ip_id = 1};
		packet = plays(&player, ip6, &refusal, NOW);
		refused.ip_id = shapes->stack == LAB_STACK_WINDOWS;
		assert_is(packet, &refused);
		assert_int_equal(packet->dont_fragment, !ip6 && shapes->refusal_has_df);
		assert_int_equal(packet->ttl, shapes->ttl);
		lab_packet_free(packet);

		player = (struct lab_stack_player){.stack = shapes->stack, .next_ip_id = 1};
		packet = plays(&player, ip6, &bare, NOW);
		assert_is(packet, &shapes->bare);
		assert_int_equal(packet->dont_fragment, !ip6);
		lab_packet_free(packet);
	}
}

/* A full receive buffer: window 0, and without time stamps it is as long as a refusal. */
static void an_abort_with_window_zero_is_still_an_abort(void **state)
{
	static const struct sent full = {TW_RST | TW_ACK, 5000, 1000, 0, 777, false};
	static const struct sent wanted = {TW_RST, 5000, 0, 0, 777, false};
	struct lab_stack_player player = {.stack = LAB_STACK_SOLARIS};
	struct lab_packet *packet = plays(&player, false, &full, NOW);

	(void)state;
	assert_is(packet, &wanted);
	lab_packet_free(packet);
}

static void windows_acknowledges_the_first_data_after_its_fin(void **state)
{
	/* The data did not acknowledge the FIN, so Linux's RST has the FIN's own SEQ. */
	static const struct sent linux_reset = {TW_RST, 5000, 0, 0, 0, false};
	static const struct sent first = {TW_RST | TW_ACK, 5001, 1006, 0, 0xffff, false};
	static const struct sent later = {TW_RST, 5000, 5000, 0, 0, false};

	(void)state;
	for (int ip6 = 0; ip6 < 2; ip6++) {
		struct lab_stack_player player = {.stack = LAB_STACK_WINDOWS, .next_ip_id = 0xfffe};
		struct lab_packet *packet;

		lab_packet_free(plays(&player, ip6, &fin, NOW));
		receives(&player, ip6, 1000, "later", NOW);
		receives(&player, ip6, 1005, "x", NOW);
		receives(&player, ip6, 1000, "la", NOW);
		receives(&player, ip6, 1006, "", NOW);
		packet = plays(&player, ip6, &linux_reset, NOW + LAB_MILLISECOND);
		assert_is(packet, &first);
		assert_int_equal(packet->dont_fragment, !ip6);
		lab_packet_free(packet);
		receives(&player, ip6, 1006, "again", NOW + 2 * LAB_MILLISECOND);
		packet = plays(&player, ip6, &linux_reset, NOW + 3 * LAB_MILLISECOND);
		assert_is(packet, &later);
		assert_false(packet->dont_fragment);
		lab_packet_free(packet);
	}
}

/* A bare RST of a Windows host is not always about data after its FIN. */
static void windows_resets_barely_where_no_data_came_after_its_fin(void **state)
{
	static const struct sent wanted = {TW_RST, 5001, 5001, 0, 1, false};
	static const struct {
		bool fin;
		bool data;
		int64_t age_ns;
		bool acknowledges;
	} rows[] = {
	    {true, true, LAB_MILLISECOND, true},
	    {false, true, LAB_MILLISECOND, false},
	    {true, false, LAB_MILLISECOND, false},
	    {true, true, 100 * LAB_MILLISECOND, false},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct lab_stack_player player = {.stack = LAB_STACK_WINDOWS};
		struct lab_packet *packet;

		if (rows[i].fin)
			lab_packet_free(plays(&player, false, &fin, NOW));
		player.next_ip_id = 1;
		receives(&player, false, 1000, rows[i].data ? "x" : "", NOW);
		packet = plays(&player, false, &bare, NOW + rows[i].age_ns);
		assert_int_equal((packet->flags & TW_ACK) != 0, rows[i].acknowledges);
		if (!rows[i].acknowledges)
			assert_is(packet, &wanted);
		lab_packet_free(packet);
	}
}

static void after_an_abort_all_resets_are_bare(void **state)
{
	struct lab_stack_player player = {.stack = LAB_STACK_WINDOWS};
	struct lab_packet *packet;

	(void)state;
	lab_packet_free(plays(&player, false, &fin, NOW));
	receives(&player, false, 1000, "x", NOW);
	lab_packet_free(plays(&player, false, &abort_sent, NOW));
	receives(&player, false, 1001, "y", NOW);
	packet = plays(&player, false, &bare, NOW);
	assert_int_equal(packet->flags, TW_RST);
	lab_packet_free(packet);
}

static void a_new_connection_of_the_same_ports_has_sent_no_fin(void **state)
{
	struct lab_stack_player player = {.stack = LAB_STACK_WINDOWS};
	struct lab_packet *syn = data(false, LAB_TO_SERVER, 90000, "");
	struct lab_packet *packet;

	(void)state;
	lab_packet_set_flags(syn, TW_SYN);
	lab_packet_free(plays(&player, false, &fin, NOW));
	lab_stack_receives(&player, syn, NOW);
	receives(&player, false, 90001, "x", NOW);
	packet = plays(&player, false, &bare, NOW);
	assert_int_equal(packet->flags, TW_RST);
	lab_packet_free(packet);
	lab_packet_free(syn);
}

static void a_train_takes_an_ip_id_for_each_of_its_segments(void **state)
{
	struct lab_stack_player player = {.stack = LAB_STACK_WINDOWS, .next_ip_id = 10};
	struct lab_packet *train = data(false, LAB_TO_CLIENT, 1, "0123456789a");
	struct lab_packet *packet;

	(void)state;
	train->segment_size = 4;
	train = lab_stack_sends(&player, train, NOW);
	assert_int_equal(train->ip_id, 10);
	packet = plays(&player, false, &fin, NOW);
	assert_int_equal(packet->ip_id, 13);
	lab_packet_free(packet);
	lab_packet_free(train);
}

/* Other segments keep what their kernel gave them; for Windows, all but TTL and IP ID. */
static void other_segments_are_left_alone(void **state)
{
	(void)state;
	for (int stack = 0; stack < LAB_STACK_COUNT; stack++) {
		struct lab_stack_player player = {.stack = (enum lab_stack)stack,
						  .next_ip_id = 0x1234};
		struct lab_packet *before = data(false, LAB_TO_CLIENT, 1, "response");
		struct lab_packet *after =
		    lab_stack_sends(&player, data(false, LAB_TO_CLIENT, 1, "response"), NOW);

		assert_right(after);
		if (stack == LAB_STACK_WINDOWS)
			lab_packet_set_ttl(before, 128);
		assert_int_equal(after->size, before->size);
		assert_memory_equal(after->bytes, before->bytes, before->size);
		lab_packet_free(after);
		lab_packet_free(before);
	}
}

static void more_connections_than_are_remembered_push_out_the_oldest(void **state)
{
	struct lab_stack_player player = {.stack = LAB_STACK_WINDOWS};
	struct lab_packet *packet;

	(void)state;
	for (uint16_t port = 1; port <= 3 * LAB_STACK_FLOWS; port++) {
		packet = data(false, LAB_TO_SERVER, 1, "x");
		lab_packet_set_ports(packet, port, SERVER_PORT);
		lab_stack_receives(&player, packet, NOW);
		lab_packet_free(packet);
	}
	lab_packet_free(plays(&player, false, &fin, NOW));
	receives(&player, false, 1000, "x", NOW);
	packet = plays(&player, false, &bare, NOW);
	assert_int_equal(packet->flags, TW_RST | TW_ACK);
	lab_packet_free(packet);
}

static void stacks_have_words_and_all_but_windows_time_stamps(void **state)
{
	(void)state;
	assert_string_equal(lab_stack_word(LAB_STACK_LINUX), "Linux");
	assert_string_equal(lab_stack_word(LAB_STACK_SOLARIS), "Solaris");
	for (int stack = 0; stack < LAB_STACK_COUNT; stack++)
		assert_int_equal(lab_stack_has_timestamps((enum lab_stack)stack),
				 stack != LAB_STACK_WINDOWS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(resets_take_on_the_shape_of_the_stack),
	    cmocka_unit_test(an_abort_with_window_zero_is_still_an_abort),
	    cmocka_unit_test(windows_acknowledges_the_first_data_after_its_fin),
	    cmocka_unit_test(windows_resets_barely_where_no_data_came_after_its_fin),
	    cmocka_unit_test(after_an_abort_all_resets_are_bare),
	    cmocka_unit_test(a_new_connection_of_the_same_ports_has_sent_no_fin),
	    cmocka_unit_test(a_train_takes_an_ip_id_for_each_of_its_segments),
	    cmocka_unit_test(other_segments_are_left_alone),
	    cmocka_unit_test(more_connections_than_are_remembered_push_out_the_oldest),
	    cmocka_unit_test(stacks_have_words_and_all_but_windows_time_stamps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
