/* test_session.c: frames and lists of the same packets agree; other packets change nothing. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/session.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum {
	ARENA_BYTES = 16 * 1024 * 1024,
	LINKTYPE_RAW = 101,
	IP_BYTES = 20,
	TCP_BYTES = 20,
	PAYLOAD_MAX = 200,
	STORY_MAX = 16,
	CLIENT_PORT = 50000,
};

#define EPOCH_NS (INT64_C(1795345200) * TW_NS_PER_S)

/* One packet of a story, between 10.0.0.1 (ISN 100) and 10.0.0.2 (ISN 500) on port 80. */
struct packet {
	int64_t ms;
	bool to_client;
	uint16_t flags;
	uint32_t seq, ack;
	uint16_t length;
	uint16_t window;
};

enum { SA = TW_SYN | TW_ACK, PA = TW_PSH | TW_ACK, FA = TW_FIN | TW_ACK, RA = TW_RST | TW_ACK };

#define OPENING                                                               \
	{0, false, TW_SYN, 100, 0, 0, 500}, {40, true, SA, 500, 101, 0, 500}, \
	{                                                                     \
		50, false, TW_ACK, 101, 501, 0, 500                           \
	}

static const struct story {
	const char *cause;
	struct packet packets[STORY_MAX];
} stories[] = {
    {"refused", {{0, false, TW_SYN, 100, 0, 0, 500}, {40, true, RA, 0, 101, 0, 0}}},
    {"graceful-close",
     {OPENING,
      {100, false, PA, 101, 501, 100, 500},
      {140, true, PA, 501, 201, 50, 500},
      {150, false, TW_ACK, 201, 551, 0, 500},
      {200, false, FA, 201, 551, 0, 500},
      {240, true, FA, 551, 202, 0, 500},
      {250, false, TW_ACK, 202, 552, 0, 500}}},
    {"data-after-close",
     {OPENING,
      {100, false, PA, 101, 501, 100, 500},
      {140, true, PA, 501, 201, 50, 500},
      {150, false, TW_ACK, 201, 551, 0, 500},
      {200, true, FA, 551, 201, 0, 500},
      {210, false, TW_ACK, 201, 552, 0, 500},
      {300, false, PA, 201, 552, 30, 500},
      {340, true, TW_RST, 552, 0, 0, 0}}},
};

static size_t packet_count(const struct story *story)
{
	size_t count = 0;

	while (count < STORY_MAX && story->packets[count].flags != 0)
		count++;
	return count;
}

/* ---- the packets as frames ---- */

static void put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value & 0xffff);
}

/* RFC 1071, over an even number of bytes. */
static uint32_t sum16(const uint8_t *bytes, size_t size, uint32_t sum)
{
	for (size_t i = 0; i < size; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	while (sum > 0xffff)
		sum = (sum >> 16) + (sum & 0xffff);
	return sum;
}

static size_t build_frame(const struct packet *packet, uint16_t client_port, uint8_t *bytes)
{
	static const uint8_t client[4] = {10, 0, 0, 1};
	static const uint8_t server[4] = {10, 0, 0, 2};
	size_t tcp_bytes = TCP_BYTES + packet->length;
	uint8_t *tcp = bytes + IP_BYTES;

	memset(bytes, 0, IP_BYTES + TCP_BYTES + PAYLOAD_MAX);
	bytes[0] = 0x45;
	put16(bytes + 2, (uint32_t)(IP_BYTES + tcp_bytes));
	put16(bytes + 6, 0x4000);
	bytes[8] = 64;
	bytes[9] = 6;
	memcpy(bytes + 12, packet->to_client ? server : client, 4);
	memcpy(bytes + 16, packet->to_client ? client : server, 4);
	put16(bytes + 10, 0xffff - sum16(bytes, IP_BYTES, 0));
	put16(tcp, packet->to_client ? 80 : client_port);
	put16(tcp + 2, packet->to_client ? client_port : 80);
	put32(tcp + 4, packet->seq);
	put32(tcp + 8, packet->ack);
	tcp[12] = TCP_BYTES / 4 << 4;
	tcp[13] = (uint8_t)packet->flags;
	put16(tcp + 14, packet->window);
	/* The pseudo-header: both addresses, the protocol, the length. */
	put16(tcp + 16, 0xffff - sum16(tcp, tcp_bytes + (tcp_bytes & 1),
				       sum16(bytes + 12, 8, 6 + (uint32_t)tcp_bytes)));
	return IP_BYTES + tcp_bytes;
}

static void push(struct tw_session *session, uint64_t number, const struct packet *packet,
		 uint16_t client_port)
{
	uint8_t bytes[IP_BYTES + TCP_BYTES + PAYLOAD_MAX];
	size_t size = build_frame(packet, client_port, bytes);
	struct tw_frame frame = {
	    .number = number,
	    .has_time = true,
	    .time_ns = EPOCH_NS + packet->ms * TW_NS_PER_MS,
	    .link_type = LINKTYPE_RAW,
	    .wire_bytes = (uint32_t)size,
	    .bytes = tw_slice_of(bytes, size),
	};

	tw_session_frame(session, &frame);
}

static struct tw_session *new_session(uint64_t seed)
{
	const struct tw_session_options options = {.hash_seed = seed, .watch_stream = TW_WATCH_ALL};
	struct tw_session *session = tw_session_new(&options);

	assert_non_null(session);
	return session;
}

static struct tw_session *session_of_frames(const struct story *story, uint64_t seed)
{
	struct tw_session *session = new_session(seed);

	for (size_t i = 0; i < packet_count(story); i++)
		push(session, i + 1, &story->packets[i], CLIENT_PORT);
	assert_true(tw_session_finish(session));
	return session;
}

/* ---- the same packets as tcpdump -S writes them ---- */

static void add_line(struct tw_buf *buf, const struct packet *packet)
{
	static const char letters[] = "FSRP.";
	const char *ends[2] = {"10.0.0.1.50000", "10.0.0.2.80"};

	tw_buf_printf(buf, "11:00:00.%03" PRId64 "000 IP %s > %s: Flags [", packet->ms,
		      ends[packet->to_client], ends[!packet->to_client]);
	for (size_t bit = 0; bit < 5; bit++)
		if (packet->flags & (1U << bit))
			tw_buf_add_char(buf, letters[bit]);
	tw_buf_printf(buf, "], seq %" PRIu32, packet->seq);
	if (packet->length > 0)
		tw_buf_printf(buf, ":%" PRIu32, packet->seq + packet->length);
	if (packet->flags & TW_ACK)
		tw_buf_printf(buf, ", ack %" PRIu32, packet->ack);
	tw_buf_printf(buf, ", win %u, length %u\n", packet->window, packet->length);
}

struct list {
	struct tw_arena arena;
	struct tw_buf text;
	struct tw_typed typed;
};

static struct tw_session *session_of_list(const struct story *story, struct list *list)
{
	struct tw_session *session = new_session(1);

	*list = (struct list){.arena = tw_arena_of(ARENA_BYTES), .text = tw_buf_of(10000)};
	for (size_t i = 0; i < packet_count(story); i++)
		add_line(&list->text, &story->packets[i]);
	assert_int_equal(tw_typed_parse(tw_buf_str(&list->text), &list->arena, &list->typed),
			 packet_count(story));
	assert_int_equal(list->typed.foreign_total, 0);
	tw_session_typed(session, &list->typed);
	assert_true(tw_session_finish(session));
	return session;
}

static void list_free(struct list *list)
{
	tw_buf_free(&list->text);
	tw_arena_free(&list->arena);
}

/* ---- tests ---- */

static void same_side(const struct tw_side *a, const struct tw_side *b)
{
	assert_int_equal(a->segments, b->segments);
	assert_int_equal(a->payload_segments, b->payload_segments);
	assert_int_equal(a->payload_bytes, b->payload_bytes);
	assert_int_equal(a->isn, b->isn);
	assert_int_equal(a->snd_nxt, b->snd_nxt);
	assert_int_equal(a->acked, b->acked);
	assert_int_equal(a->window, b->window);
	assert_int_equal(a->distance_ns, b->distance_ns);
	assert_int_equal(a->retransmitted, b->retransmitted);
	assert_int_equal(a->reset_count, b->reset_count);
	assert_int_equal(a->reset.trigger.frame, b->reset.trigger.frame);
	assert_int_equal(a->fin.at.frame, b->fin.at.frame);
	assert_int_equal(a->fin.acked.frame, b->fin.acked.frame);
	assert_int_equal(a->late.first.frame, b->late.first.frame);
}

/* A list knows less; what both know must be the same. */
static void same_facts(const struct tw_fact_set *a, const struct tw_fact_set *b)
{
	size_t common = 0;

	for (enum tw_fact fact = TW_FACT_NONE + 1; fact < TW_FACT_COUNT; fact++) {
		if (a->value[fact].answer == TW_UNKNOWN || b->value[fact].answer == TW_UNKNOWN)
			continue;
		if (a->value[fact].answer != b->value[fact].answer)
			fail_msg("%s differs", tw_fact_info(fact)->slug);
		common++;
	}
	assert_true(common > 15);
}

static void frames_and_a_list_of_the_same_packets_agree(void **state)
{
	(void)state;
	for (size_t i = 0; i < TW_LEN(stories); i++) {
		struct tw_arena arena = tw_arena_of(ARENA_BYTES);
		struct list list;
		struct tw_session *frames = session_of_frames(&stories[i], 1);
		struct tw_session *rows = session_of_list(&stories[i], &list);
		struct tw_case a;
		struct tw_case b;

		assert_int_equal(tw_session_count(frames), 1);
		assert_int_equal(tw_session_count(rows), 1);
		tw_session_case(frames, 0, &arena, &a);
		tw_session_case(rows, 0, &arena, &b);
		for (unsigned side = 0; side < 2; side++)
			same_side(&a.connection->side[side], &b.connection->side[side]);
		same_facts(&a.facts, &b.facts);
		assert_string_equal(tw_cause_slug(a.verdict.hypotheses[0].cause), stories[i].cause);
		assert_string_equal(tw_cause_slug(b.verdict.hypotheses[0].cause), stories[i].cause);
		assert_int_equal(a.verdict.how, b.verdict.how);
		assert_int_equal(a.verdict.ended_by, b.verdict.ended_by);
		assert_string_equal(a.conn_state, b.conn_state);
		assert_true(tw_str_equal(a.history, b.history));
		assert_true(tw_str_equal(a.community_id, b.community_id));
		assert_true(tw_str_equal(a.address[0], b.address[0]));
		assert_int_equal(a.endpoint[1].port, 80);
		assert_int_equal(a.step_count, packet_count(&stories[i]));
		assert_int_equal(b.step_count, packet_count(&stories[i]));
		tw_session_free(frames);
		tw_session_free(rows);
		list_free(&list);
		tw_arena_free(&arena);
	}
}

static void good_packets_show_no_damage(void **state)
{
	struct tw_arena arena = tw_arena_of(ARENA_BYTES);
	struct tw_session *session = session_of_frames(&stories[1], 1);
	struct tw_case c;

	(void)state;
	tw_session_case(session, 0, &arena, &c);
	assert_false(tw_happened(c.connection->limits[TW_LIMIT_CHECKSUM_OFFLOAD]));
	assert_int_equal(c.connection->side[0].bad_checksums, 0);
	assert_int_equal(tw_session_totals(session)->segments, packet_count(&stories[1]));
	tw_session_free(session);
	tw_arena_free(&arena);
}

/* Another connection before, between and after; another seed. */
static void an_id_stays_whatever_else_is_in_the_input(void **state)
{
	const struct story *story = &stories[2];
	struct tw_arena arena = tw_arena_of(ARENA_BYTES);
	struct tw_session *alone = session_of_frames(story, 1);
	struct tw_session *among = new_session(99);
	struct tw_case a;
	struct tw_case b;
	uint64_t number = 0;

	(void)state;
	for (size_t i = 0; i < packet_count(story); i++) {
		push(among, ++number, &story->packets[i], CLIENT_PORT + 1);
		push(among, ++number, &story->packets[i], CLIENT_PORT);
		push(among, ++number, &story->packets[i], CLIENT_PORT + 2);
	}
	assert_true(tw_session_finish(among));
	assert_int_equal(tw_session_count(among), 3);
	tw_session_case(alone, 0, &arena, &a);
	tw_session_case(among, 1, &arena, &b);
	assert_int_equal(b.endpoint[0].port, CLIENT_PORT);
	assert_true(tw_str_equal(a.id, b.id));
	assert_int_equal(a.id.size, 16);
	assert_int_equal(a.verdict.hypotheses[0].cause, b.verdict.hypotheses[0].cause);
	tw_session_case(among, 0, &arena, &a);
	assert_false(tw_str_equal(a.id, b.id));
	tw_session_free(alone);
	tw_session_free(among);
	tw_arena_free(&arena);
}

static void the_verdict_alone_is_that_of_the_case(void **state)
{
	struct tw_arena arena = tw_arena_of(ARENA_BYTES);

	(void)state;
	for (size_t i = 0; i < TW_LEN(stories); i++) {
		struct tw_session *session = session_of_frames(&stories[i], 7);
		struct tw_verdict verdict;
		struct tw_case c;

		assert_true(tw_session_has_case(session, 0));
		tw_session_verdict(session, 0, &verdict);
		tw_session_case(session, 0, &arena, &c);
		assert_int_equal(verdict.hypotheses[0].cause, c.verdict.hypotheses[0].cause);
		assert_int_equal(verdict.outcome, c.verdict.outcome);
		tw_session_free(session);
	}
	tw_arena_free(&arena);
}

static void what_is_no_segment_is_counted_with_its_reason(void **state)
{
	static const uint8_t nonsense[] = {0x00, 0x01, 0x02};
	const struct tw_frame frame = {
	    .number = 1,
	    .link_type = LINKTYPE_RAW,
	    .wire_bytes = sizeof(nonsense),
	    .bytes = {.data = nonsense, .size = sizeof(nonsense)},
	};
	struct tw_session *session = new_session(1);
	uint64_t undecoded = 0;

	(void)state;
	tw_session_frame(session, &frame);
	assert_true(tw_session_finish(session));
	for (enum tw_undecoded reason = 0; reason < TW_UNDECODED_COUNT; reason++)
		undecoded += tw_session_totals(session)->undecoded[reason];
	assert_int_equal(undecoded, 1);
	assert_int_equal(tw_session_totals(session)->packets, 1);
	assert_int_equal(tw_session_totals(session)->segments, 0);
	assert_int_equal(tw_session_count(session), 0);
	assert_false(tw_session_totals(session)->has_time);
	tw_session_free(session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(frames_and_a_list_of_the_same_packets_agree),
	    cmocka_unit_test(good_packets_show_no_damage),
	    cmocka_unit_test(an_id_stays_whatever_else_is_in_the_input),
	    cmocka_unit_test(the_verdict_alone_is_that_of_the_case),
	    cmocka_unit_test(what_is_no_segment_is_counted_with_its_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
