/* test_fragment.c: datagrams in pieces, in any order, with overlaps, and the store's bounds. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "frames.h"

#include "base/limits.h"
#include "base/time.h"

enum { PIECE_BYTES_MAX = 65535 };

/* One fragment of the datagram `id` between 10.0.0.1 and 10.0.0.2 (or ::1 and ::2). */
struct piece {
	uint32_t id;
	uint32_t offset;
	uint32_t size;
	bool more;
};

struct sender {
	struct tw_fragments *fragments;
	bool is_ip6;
	bool has_no_time;
	int64_t time_ns;
	uint8_t data[PIECE_BYTES_MAX]; /* the whole datagram */
	size_t captured;	       /* payload bytes of each fragment within the snap length */
	uint8_t frame[PIECE_BYTES_MAX + 48];
};

static void put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static size_t write_header(struct sender *sender, const struct piece *piece)
{
	struct bytes bytes =
	    bytes_of(sender->is_ip6 ? IP6_HEADER("2c", "0000") "06 00 0000 00000000"
				    : IP4_HEADER("06", "0000"));
	size_t size = bytes.size;

	memcpy(sender->frame, bytes.data, size);
	free(bytes.data);
	if (sender->is_ip6) {
		put16(sender->frame + 4, 8 + piece->size);
		put16(sender->frame + 42, piece->offset | piece->more);
		put16(sender->frame + 44, piece->id >> 16);
		put16(sender->frame + 46, piece->id & 0xffff);
	} else {
		put16(sender->frame + 2, 20 + piece->size);
		put16(sender->frame + 4, piece->id);
		put16(sender->frame + 6, piece->offset / 8 | (piece->more ? 0x2000u : 0));
	}
	return size;
}

static void send_piece(struct sender *sender, struct piece piece, struct tw_decoded *decoded)
{
	size_t header = write_header(sender, &piece);
	struct tw_wire_frame frame = {
	    .number = 1,
	    .time_ns = sender->time_ns,
	    .has_time = !sender->has_no_time,
	    .link_type = 101,
	    .wire_bytes = (uint32_t)header + piece.size,
	    .bytes = tw_slice_of(sender->frame, header + tw_min_size(piece.size, sender->captured)),
	};

	memcpy(sender->frame + header, sender->data + piece.offset, piece.size);
	memset(decoded, 0xa5, sizeof(*decoded));
	tw_decode(&frame, sender->fragments, decoded);
	/* What the segment points to must not be the frame of the last fragment. */
	memset(sender->frame, 0xee, sizeof(sender->frame));
}

static enum tw_decoded_kind send_kind(struct sender *sender, struct piece piece)
{
	struct tw_decoded decoded;

	send_piece(sender, piece, &decoded);
	if (decoded.kind == TW_DECODED_NOTHING)
		assert_int_equal(decoded.reason, TW_UNDECODED_FRAGMENT_WAITING);
	return decoded.kind;
}

static void send_malformed(struct sender *sender, struct piece piece)
{
	struct tw_decoded decoded;

	send_piece(sender, piece, &decoded);
	assert_nothing(&decoded, TW_UNDECODED_FRAGMENT_MALFORMED);
}

static struct sender *sender_new(void)
{
	struct sender *sender = calloc(1, sizeof(*sender));
	struct bytes tcp = bytes_of(TCP_START "0000 0000 " TCP_OPTIONS);

	assert_non_null(sender);
	sender->fragments = tw_fragments_new();
	assert_non_null(sender->fragments);
	sender->captured = PIECE_BYTES_MAX;
	memcpy(sender->data, tcp.data, tcp.size);
	for (size_t i = tcp.size; i < PIECE_BYTES_MAX; i++)
		sender->data[i] = (uint8_t)i;
	free(tcp.data);
	return sender;
}

static void sender_free(struct sender *sender)
{
	tw_fragments_free(sender->fragments);
	free(sender);
}

static void assert_whole(const struct sender *sender, const struct tw_decoded *decoded, size_t size)
{
	const struct tw_segment *segment = &decoded->segment;
	size_t head = tw_min_size(size, TW_LIMIT_FRAGMENT_HEAD_BYTES) - 32;

	assert_int_equal(decoded->kind, TW_DECODED_SEGMENT);
	assert_int_equal(segment->length, size - 32);
	assert_true(segment->ip_marks & TW_IP_FRAGMENTED);
	assert_int_equal(segment->checksum, TW_CHECKSUM_UNKNOWN);
	assert_false(tw_segment_knows(segment, TW_FIELD_CHECKSUM));
	assert_int_equal(segment->seq, 0x01020304);
	assert_int_equal(segment->options.tsval, 1000);
	assert_int_equal(segment->payload.size, head);
	assert_memory_equal(segment->payload.data, sender->data + 32, head);
}

static void three_pieces_come_together_in_every_order(void **state)
{
	static const uint8_t orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
					     {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
	static const struct piece cuts[][3] = {
	    {{9, 0, 1480, true}, {9, 1480, 1480, true}, {9, 2960, 100, false}},
	    {{9, 0, 16, true}, {9, 16, 8, true}, {9, 24, 77, false}},
	};
	struct sender *sender = sender_new();

	(void)state;
	for (size_t i = 0; i < TW_LEN(orders) * TW_LEN(cuts) * 2; i++) {
		const struct piece *pieces = cuts[i / 2 % TW_LEN(cuts)];
		const uint8_t *order = orders[i / 2 / TW_LEN(cuts)];
		struct tw_decoded decoded;

		sender->is_ip6 = i % 2 != 0;
		assert_int_equal(send_kind(sender, pieces[order[0]]), TW_DECODED_NOTHING);
		assert_int_equal(send_kind(sender, pieces[order[1]]), TW_DECODED_NOTHING);
		send_piece(sender, pieces[order[2]], &decoded);
		assert_whole(sender, &decoded, pieces[2].offset + pieces[2].size);
	}
	sender_free(sender);
}

static void duplicates_change_nothing_and_a_complete_datagram_is_forgotten(void **state)
{
	struct sender *sender = sender_new();
	struct tw_decoded decoded;

	(void)state;
	for (int round = 0; round < 2; round++) {
		assert_int_equal(send_kind(sender, (struct piece){1, 0, 64, true}),
				 TW_DECODED_NOTHING);
		assert_int_equal(send_kind(sender, (struct piece){1, 0, 64, true}),
				 TW_DECODED_NOTHING);
		send_piece(sender, (struct piece){1, 64, 10, false}, &decoded);
		assert_whole(sender, &decoded, 74);
	}
	assert_int_equal(send_kind(sender, (struct piece){1, 64, 10, false}), TW_DECODED_NOTHING);
	sender_free(sender);
}

static void where_pieces_overlap_the_first_bytes_count(void **state)
{
	struct sender *sender = sender_new();
	struct tw_decoded decoded;

	(void)state;
	assert_int_equal(send_kind(sender, (struct piece){1, 0, 64, true}), TW_DECODED_NOTHING);
	assert_int_equal(send_kind(sender, (struct piece){1, 96, 32, true}), TW_DECODED_NOTHING);
	memset(sender->data + 48, 0x77, 64);
	assert_int_equal(send_kind(sender, (struct piece){1, 48, 64, true}), TW_DECODED_NOTHING);
	send_piece(sender, (struct piece){1, 120, 40, false}, &decoded);
	assert_int_equal(decoded.kind, TW_DECODED_SEGMENT);
	assert_int_equal(decoded.segment.length, 160 - 32);
	/* 48..63 and 96..111 stay, 64..95 are new; payload begins at 32. */
	assert_int_equal(decoded.segment.payload.data[63 - 32], 63);
	assert_int_equal(decoded.segment.payload.data[64 - 32], 0x77);
	assert_int_equal(decoded.segment.payload.data[95 - 32], 0x77);
	assert_int_equal(decoded.segment.payload.data[96 - 32], 96);
	sender_free(sender);
}

static void a_snap_length_leaves_the_header_and_the_true_length(void **state)
{
	struct sender *sender = sender_new();
	struct tw_decoded decoded;

	(void)state;
	sender->captured = 40;
	assert_int_equal(send_kind(sender, (struct piece){1, 0, 1480, true}), TW_DECODED_NOTHING);
	send_piece(sender, (struct piece){1, 1480, 520, false}, &decoded);
	assert_int_equal(decoded.kind, TW_DECODED_SEGMENT);
	assert_int_equal(decoded.segment.length, 2000 - 32);
	assert_int_equal(decoded.segment.payload.size, 8);
	sender_free(sender);
}

static void datagrams_are_told_apart_by_their_identification(void **state)
{
	struct sender *sender = sender_new();

	(void)state;
	for (int round = 0; round < 2; round++) {
		sender->is_ip6 = round == 1;
		assert_int_equal(send_kind(sender, (struct piece){1, 0, 64, true}),
				 TW_DECODED_NOTHING);
		assert_int_equal(send_kind(sender, (struct piece){2, 64, 8, false}),
				 TW_DECODED_NOTHING);
		assert_int_equal(send_kind(sender, (struct piece){2, 0, 64, true}),
				 TW_DECODED_SEGMENT);
		assert_int_equal(send_kind(sender, (struct piece){1, 64, 8, false}),
				 TW_DECODED_SEGMENT);
	}
	sender_free(sender);
}

static void impossible_pieces_are_malformed(void **state)
{
	struct sender *sender = sender_new();

	(void)state;
	/* Not a multiple of 8, empty, and beyond 65535 bytes. */
	send_malformed(sender, (struct piece){1, 0, 63, true});
	send_malformed(sender, (struct piece){2, 8, 0, false});
	send_malformed(sender, (struct piece){3, 65528, 8, false});
	/* Two ends that differ. */
	assert_int_equal(send_kind(sender, (struct piece){4, 64, 8, false}), TW_DECODED_NOTHING);
	send_malformed(sender, (struct piece){4, 64, 9, false});
	/* Bytes behind the end, and an end before the bytes. */
	assert_int_equal(send_kind(sender, (struct piece){5, 64, 8, false}), TW_DECODED_NOTHING);
	send_malformed(sender, (struct piece){5, 72, 8, true});
	assert_int_equal(send_kind(sender, (struct piece){6, 64, 8, true}), TW_DECODED_NOTHING);
	send_malformed(sender, (struct piece){6, 56, 8, false});
	sender_free(sender);
}

static void too_many_gaps_drop_the_datagram(void **state)
{
	struct sender *sender = sender_new();

	(void)state;
	for (uint32_t i = 0; i < TW_LIMIT_FRAGMENT_RANGES; i++)
		assert_int_equal(send_kind(sender, (struct piece){1, 64 + i * 16, 8, true}),
				 TW_DECODED_NOTHING);
	/* Filling a gap is no new range. */
	assert_int_equal(send_kind(sender, (struct piece){1, 72, 8, true}), TW_DECODED_NOTHING);
	assert_int_equal(send_kind(sender, (struct piece){1, 8, 8, true}), TW_DECODED_NOTHING);
	send_malformed(sender, (struct piece){1, 40000, 8, true});
	sender_free(sender);
}

static void the_oldest_datagram_makes_room(void **state)
{
	struct sender *sender = sender_new();

	(void)state;
	for (uint32_t id = 0; id <= TW_LIMIT_FRAGMENT_DATAGRAMS; id++)
		assert_int_equal(send_kind(sender, (struct piece){id, 0, 64, true}),
				 TW_DECODED_NOTHING);
	/* Only the first is gone: its rest waits in vain, the others still find theirs. */
	assert_int_equal(send_kind(sender, (struct piece){2, 64, 8, false}), TW_DECODED_SEGMENT);
	assert_int_equal(send_kind(sender, (struct piece){0, 64, 8, false}), TW_DECODED_NOTHING);
	assert_int_equal(send_kind(sender, (struct piece){1, 64, 8, false}), TW_DECODED_SEGMENT);
	assert_int_equal(
	    send_kind(sender, (struct piece){TW_LIMIT_FRAGMENT_DATAGRAMS, 64, 8, false}),
	    TW_DECODED_SEGMENT);
	for (uint32_t id = 3; id < TW_LIMIT_FRAGMENT_DATAGRAMS; id++)
		assert_int_equal(send_kind(sender, (struct piece){id, 64, 8, false}),
				 TW_DECODED_SEGMENT);
	sender_free(sender);
}

static void a_datagram_waits_thirty_seconds(void **state)
{
	struct sender *sender = sender_new();

	(void)state;
	assert_int_equal(send_kind(sender, (struct piece){1, 0, 64, true}), TW_DECODED_NOTHING);
	sender->time_ns += TW_LIMIT_FRAGMENT_SECONDS * TW_NS_PER_S;
	assert_int_equal(send_kind(sender, (struct piece){1, 64, 8, false}), TW_DECODED_SEGMENT);
	assert_int_equal(send_kind(sender, (struct piece){1, 0, 64, true}), TW_DECODED_NOTHING);
	sender->time_ns += TW_LIMIT_FRAGMENT_SECONDS * TW_NS_PER_S + 1;
	assert_int_equal(send_kind(sender, (struct piece){1, 64, 8, false}), TW_DECODED_NOTHING);
	/* Frames without time stamps wait for ever; times at the end of the scale do not wrap. */
	sender->has_no_time = true;
	assert_int_equal(send_kind(sender, (struct piece){1, 0, 64, true}), TW_DECODED_SEGMENT);
	sender->has_no_time = false;
	sender->time_ns = INT64_MAX;
	assert_int_equal(send_kind(sender, (struct piece){1, 0, 64, true}), TW_DECODED_NOTHING);
	assert_int_equal(send_kind(sender, (struct piece){1, 64, 8, false}), TW_DECODED_SEGMENT);
	sender_free(sender);
}

static void without_a_store_only_the_first_fragment_gives_a_segment(void **state)
{
	struct sender *sender = sender_new();
	struct tw_fragments *fragments = sender->fragments;
	struct tw_decoded decoded;

	(void)state;
	sender->fragments = NULL;
	send_piece(sender, (struct piece){1, 0, 64, true}, &decoded);
	assert_int_equal(decoded.kind, TW_DECODED_SEGMENT);
	assert_int_equal(decoded.segment.seq, 0x01020304);
	assert_int_equal(decoded.segment.payload.size, 32);
	assert_int_equal(decoded.segment.length, 0);
	assert_false(tw_segment_knows(&decoded.segment, TW_FIELD_LENGTH));
	assert_int_equal(send_kind(sender, (struct piece){1, 64, 8, false}), TW_DECODED_NOTHING);
	sender->fragments = fragments;
	sender_free(sender);
}

/* The inner datagram completes in the head of the outer one, which must stay as it is. */
static void a_fragmented_datagram_within_a_fragmented_tunnel_is_found(void **state)
{
	static const char *const frames[] = {
	    /* The second inner fragment, by itself: its last 5 bytes. */
	    "4500 0019 0007 0004 40 06 0000 " IP4_ADDRESSES TCP_DATA "00000000",
	    /* The tunnel's fragments: 24 bytes, then 28, of the first inner fragment. */
	    "4500 002c 0008 2000 40 04 0000 c0a80001 c0a80002 "
	    "4500 0034 0007 2000 40 06 0000 " IP4_ADDRESSES "c000 0050 ",
	    "4500 0030 0008 0003 40 04 0000 c0a80001 c0a80002 "
	    "01020304 05060708 8018 1234 0000 0000 " TCP_OPTIONS,
	};
	struct tw_fragments *fragments = tw_fragments_new();

	(void)state;
	assert_non_null(fragments);
	for (size_t i = 0; i < TW_LEN(frames); i++) {
		struct bytes bytes = bytes_of(frames[i]);
		struct tw_decoded decoded;

		decode_cut(101, bytes, bytes.size, fragments, &decoded);
		free(bytes.data);
		if (i + 1 < TW_LEN(frames)) {
			assert_nothing(&decoded, TW_UNDECODED_FRAGMENT_WAITING);
			continue;
		}
		assert_common_segment(&decoded);
		assert_memory_equal(decoded.segment.payload.data, "GET /", 5);
	}
	tw_fragments_free(fragments);
}

/* Random pieces of few datagrams: nothing may be read or written beyond, nothing may hang. */
static void random_pieces_do_no_harm(void **state)
{
	struct sender *sender = sender_new();
	uint32_t random = 20261122;
	size_t complete = 0;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct tw_decoded decoded;

		random = random * 1664525 + 1013904223;
		struct piece piece = {
		    .id = random >> 30,
		    .offset = (random >> 20 & 0x1f) * 8,
		    .size = (random >> 10 & 0x0f) * 8 + (random >> 16 & 1),
		    .more = (random >> 8 & 3) != 0,
		};

		sender->is_ip6 = (random >> 29 & 1) != 0;
		sender->time_ns += 1000000;
		sender->captured = random >> 24;
		send_piece(sender, piece, &decoded);
		assert_any_result(&decoded);
		complete += decoded.kind == TW_DECODED_SEGMENT;
	}
	assert_true(complete > 0);
	sender_free(sender);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(three_pieces_come_together_in_every_order),
	    cmocka_unit_test(duplicates_change_nothing_and_a_complete_datagram_is_forgotten),
	    cmocka_unit_test(where_pieces_overlap_the_first_bytes_count),
	    cmocka_unit_test(a_snap_length_leaves_the_header_and_the_true_length),
	    cmocka_unit_test(datagrams_are_told_apart_by_their_identification),
	    cmocka_unit_test(impossible_pieces_are_malformed),
	    cmocka_unit_test(too_many_gaps_drop_the_datagram),
	    cmocka_unit_test(the_oldest_datagram_makes_room),
	    cmocka_unit_test(a_datagram_waits_thirty_seconds),
	    cmocka_unit_test(without_a_store_only_the_first_fragment_gives_a_segment),
	    cmocka_unit_test(a_fragmented_datagram_within_a_fragmented_tunnel_is_found),
	    cmocka_unit_test(random_pieces_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
