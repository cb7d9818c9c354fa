/* test_offload.c: trains are cut and merged without a byte or a checksum going wrong. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/offload.h"

#include "wire/checksum.h"

#include <linux/virtio_net.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { SEGMENT = 1000, PARTS = 5, TRAIN = SEGMENT * (PARTS - 1) + 300, FIRST_IP_ID = 65534 };

static const uint8_t timestamps[] = {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2};

/* 0, 1, 2 ... so that every byte has its place. */
static char *payload(void)
{
	static char bytes[65536];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i % 251);
	return bytes;
}

static struct lab_packet *segment_at(bool ip6, size_t offset, size_t size, uint16_t flags,
				     uint16_t ip_id)
{
	struct lab_forged_segment segment = {
	    .ip6 = ip6,
	    .source = {10, 0, 0, 1},
	    .destination = {10, 0, 0, 2},
	    .source_port = 40000,
	    .destination_port = 80,
	    .seq = (uint32_t)(UINT32_MAX - 1500 + offset), /* they wrap */
	    .ack = 77,
	    .flags = flags,
	    .as = {.ttl = 64, .ip_id = ip_id, .window = 500, .dont_fragment = true},
	    .options = timestamps,
	    .options_bytes = sizeof(timestamps),
	    .payload = {payload() + offset, size},
	};
	struct lab_packet *packet = lab_packet_forge(&segment);

	assert_non_null(packet);
	return packet;
}

static struct lab_packet *train_of(bool ip6, uint16_t flags)
{
	struct lab_packet *train = segment_at(ip6, 0, TRAIN, flags, FIRST_IP_ID);

	train->segment_size = SEGMENT;
	train->checksum_unfilled = true;
	train->id = 9;
	return train;
}

static enum tw_checksum checksum_of(const struct lab_packet *packet)
{
	struct tw_segment segment = {.ip_version = packet->ip6 ? 6 : 4};

	memcpy(segment.source.address.bytes, lab_packet_source(packet), packet->ip6 ? 16 : 4);
	memcpy(segment.destination.address.bytes, lab_packet_destination(packet),
	       packet->ip6 ? 16 : 4);
	return tw_tcp_checksum(&segment, tw_slice_of(packet->bytes + packet->tcp_offset,
						     packet->size - packet->tcp_offset));
}

static bool ip_checksum_is_good(const struct lab_packet *packet)
{
	return packet->ip6 ||
	       tw_checksum_add(0, tw_slice_of(packet->bytes, packet->tcp_offset)) == 0xffff;
}

static void a_train_is_cut_as_a_card_does(void **state)
{
	static struct lab_packet *parts[LAB_OFFLOAD_PARTS_MAX];

	(void)state;
	for (int ip6 = 0; ip6 < 2; ip6++) {
		struct lab_packet *train =
		    train_of(ip6, TW_ACK | TW_PSH | TW_FIN | TW_CWR | TW_ECE);
		uint32_t seq = train->seq;

		assert_int_equal(lab_offload_cut(train, parts), PARTS);
		for (size_t i = 0; i < PARTS; i++) {
			struct lab_packet *part = parts[i];
			bool is_last = i == PARTS - 1;

			assert_int_equal(part->payload_bytes, is_last ? 300 : SEGMENT);
			assert_int_equal(part->seq, seq);
			assert_memory_equal(part->bytes + part->payload_offset,
					    payload() + i * SEGMENT, part->payload_bytes);
			assert_int_equal(part->flags & (TW_PSH | TW_FIN),
					 is_last ? TW_PSH | TW_FIN : 0);
			assert_int_equal(part->flags & (TW_ECE | TW_ACK), TW_ECE | TW_ACK);
			assert_int_equal(part->flags & TW_CWR, i == 0 ? TW_CWR : 0);
			assert_int_equal(part->id, 9);
			assert_int_equal(part->segment_size, 0);
			assert_false(part->checksum_unfilled);
			assert_int_equal(checksum_of(part), TW_CHECKSUM_GOOD);
			assert_true(ip_checksum_is_good(part));
			if (!ip6)
				assert_int_equal(part->ip_id, (FIRST_IP_ID + i) & 0xffff);
			seq = lab_packet_end(part);
			lab_packet_free(part);
		}
	}
}

static void a_single_segment_gets_its_checksum(void **state)
{
	static struct lab_packet *parts[LAB_OFFLOAD_PARTS_MAX];
	struct lab_packet *packet = segment_at(false, 0, 100, TW_ACK, 1);

	(void)state;
	memset(packet->bytes + packet->tcp_offset + 16, 0, 2);
	packet->checksum_unfilled = true;
	assert_int_equal(lab_offload_cut(packet, parts), 1);
	assert_ptr_equal(parts[0], packet);
	assert_int_equal(checksum_of(packet), TW_CHECKSUM_GOOD);
	lab_packet_free(packet);
}

static void the_smallest_segments_fit(void **state)
{
	static struct lab_packet *parts[LAB_OFFLOAD_PARTS_MAX];
	struct lab_packet *train = segment_at(false, 0, 65000, TW_ACK, 1);
	size_t count;

	(void)state;
	train->segment_size = 36;
	count = lab_offload_cut(train, parts);
	assert_int_equal(count, (65000 + 35) / 36);
	while (count > 0)
		lab_packet_free(parts[--count]);
}

static void what_was_cut_can_be_merged_again(void **state)
{
	static struct lab_packet *parts[LAB_OFFLOAD_PARTS_MAX];

	(void)state;
	for (int ip6 = 0; ip6 < 2; ip6++) {
		struct lab_packet *whole = train_of(ip6, TW_ACK | TW_PSH);
		struct lab_packet *copy = lab_packet_copy(whole);
		size_t count = lab_offload_cut(copy, parts);
		struct lab_packet *train = parts[0];
		bool merged;

		for (size_t i = 1; i < count; i++) {
			train = lab_offload_merge(train, parts[i], &merged);
			assert_true(merged);
		}
		assert_int_equal(train->size, whole->size);
		assert_int_equal(train->payload_bytes, TRAIN);
		assert_int_equal(train->segment_size, SEGMENT);
		assert_int_equal(train->flags, TW_ACK | TW_PSH);
		assert_true(train->checksum_unfilled);
		assert_int_equal(checksum_of(train), TW_CHECKSUM_PARTIAL);
		assert_true(ip_checksum_is_good(train));
		assert_memory_equal(train->bytes + train->payload_offset, payload(), TRAIN);
		lab_packet_fill_checksum(train);
		assert_int_equal(checksum_of(train), TW_CHECKSUM_GOOD);
		lab_packet_read(train);
		assert_int_equal(train->payload_bytes, TRAIN);
		lab_packet_free(train);
		lab_packet_free(whole);
	}
}

static void change_ack(struct lab_packet *p)
{
	lab_packet_set_ack(p, 78);
}

static void change_seq(struct lab_packet *p)
{
	lab_packet_set_seq(p, p->seq + 1);
}

static void change_ttl(struct lab_packet *p)
{
	lab_packet_set_ttl(p, 63);
}

static void change_ports(struct lab_packet *p)
{
	lab_packet_set_ports(p, 40001, 80);
}

static void change_address(struct lab_packet *p)
{
	lab_packet_set_addresses(p, (const uint8_t[4]){10, 0, 0, 3}, NULL);
}

static void change_options(struct lab_packet *p)
{
	assert_true(lab_packet_strip_option(p, 8));
}

static void add_fin(struct lab_packet *p)
{
	lab_packet_set_flags(p, TW_ACK | TW_FIN);
}

static void change_ip_id(struct lab_packet *p)
{
	lab_packet_set_ip_id(p, 9000);
}

static void damage(struct lab_packet *p)
{
	lab_packet_damage(p);
}

static void send_elsewhere(struct lab_packet *p)
{
	p->to_other = true;
}

static bool merges(struct lab_packet *train, struct lab_packet *next)
{
	bool merged;

	train = lab_offload_merge(train, next, &merged);
	if (!merged)
		lab_packet_free(next);
	lab_packet_free(train);
	return merged;
}

static void only_what_gro_takes_is_merged(void **state)
{
	static void (*const changes[])(struct lab_packet *) = {
	    change_ack,	    change_seq, change_ttl,   change_ports, change_address,
	    change_options, add_fin,	change_ip_id, damage,	    send_elsewhere,
	};
	struct lab_packet *one;

	(void)state;
	assert_true(merges(segment_at(false, 0, SEGMENT, TW_ACK, 1),
			   segment_at(false, SEGMENT, SEGMENT, TW_ACK, 2)));
	for (size_t i = 0; i < TW_LEN(changes); i++) {
		one = segment_at(false, SEGMENT, SEGMENT, TW_ACK, 2);
		changes[i](one);
		assert_false(merges(segment_at(false, 0, SEGMENT, TW_ACK, 1), one));
	}
	one = segment_at(false, 0, SEGMENT, TW_ACK, 1);
	lab_packet_damage(one);
	assert_false(merges(one, segment_at(false, SEGMENT, SEGMENT, TW_ACK, 2)));
	/* Nothing behind a PSH, behind a short one, larger than the first, or without payload. */
	assert_false(merges(segment_at(false, 0, SEGMENT, TW_ACK | TW_PSH, 1),
			    segment_at(false, SEGMENT, SEGMENT, TW_ACK, 2)));
	assert_false(
	    merges(segment_at(false, 0, 10, TW_ACK, 1), segment_at(false, 10, SEGMENT, TW_ACK, 2)));
	assert_false(merges(segment_at(false, 0, SEGMENT, TW_ACK, 1),
			    segment_at(false, SEGMENT, 0, TW_ACK, 2)));
	assert_false(
	    merges(segment_at(false, 0, 0, TW_ACK, 1), segment_at(false, 0, SEGMENT, TW_ACK, 2)));
	one = segment_at(false, 0, 64000, TW_ACK, 1);
	one->segment_size = SEGMENT;
	assert_false(merges(one, segment_at(false, 64000, 1500, TW_ACK, 65)));
}

static void the_header_says_what_the_packet_is(void **state)
{
	(void)state;
	for (int ip6 = 0; ip6 < 2; ip6++) {
		struct lab_packet *train = train_of(ip6, TW_ACK | TW_CWR);
		struct lab_packet *read = lab_packet_copy(train);
		uint8_t header[LAB_VNET_HEADER_BYTES];
		struct virtio_net_hdr vnet;

		lab_offload_write_header(train, header);
		memcpy(&vnet, header, sizeof(vnet));
		assert_int_equal(vnet.flags, VIRTIO_NET_HDR_F_NEEDS_CSUM);
		assert_int_equal(vnet.gso_type,
				 (ip6 ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4) |
				     VIRTIO_NET_HDR_GSO_ECN);
		assert_int_equal(vnet.gso_size, SEGMENT);
		assert_int_equal(vnet.csum_start, 14 + train->tcp_offset);
		assert_int_equal(vnet.csum_offset, 16);
		assert_int_equal(vnet.hdr_len, 14 + train->payload_offset);
		read->segment_size = 0;
		read->checksum_unfilled = false;
		lab_offload_read_header(header, read);
		assert_int_equal(read->segment_size, SEGMENT);
		assert_true(read->checksum_unfilled);
		memset(header, 0, sizeof(header));
		lab_offload_read_header(header, read);
		assert_int_equal(read->segment_size, 0);
		assert_false(read->checksum_unfilled);
		lab_packet_free(train);
		lab_packet_free(read);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_train_is_cut_as_a_card_does),
	    cmocka_unit_test(a_single_segment_gets_its_checksum),
	    cmocka_unit_test(the_smallest_segments_fit),
	    cmocka_unit_test(what_was_cut_can_be_merged_again),
	    cmocka_unit_test(only_what_gro_takes_is_merged),
	    cmocka_unit_test(the_header_says_what_the_packet_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
