/* test_recording.c: frames keep their order, time and addresses, in memory and in the file. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/recording.h"

#include "capture/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { ETHERNET = 14, HEADERS = 40 };

static const int64_t noon_ns = INT64_C(1795348800123456789);

static struct lab_packet *packet_of(size_t payload_bytes, enum lab_way way)
{
	static char payload[65000];
	struct lab_forged_segment segment = {
	    .source = {10, 0, 0, 1},
	    .destination = {10, 0, 0, 2},
	    .flags = TW_ACK,
	    .as = {.ttl = 64},
	    .payload = {payload, payload_bytes},
	    .way = way,
	    .from = way == LAB_TO_SERVER ? LAB_CLIENT : LAB_SERVER,
	};
	struct lab_packet *packet = lab_packet_forge(&segment);

	assert_non_null(packet);
	return packet;
}

static void frames_come_back_from_the_file(void **state)
{
	enum { FRAMES = 700 }; /* more than the first allocations hold */
	char path[] = "/tmp/test_recording_XXXXXX";
	const char *const names[] = {path};
	struct lab_recording r = {0};
	struct tw_frame frame;
	struct tw_source *source;

	(void)state;
	assert_true(close(mkstemp(path)) == 0);
	for (int i = 0; i < FRAMES; i++) {
		struct lab_packet *packet = packet_of((size_t)i, LAB_TO_SERVER);

		lab_recording_add(&r, LAB_AT_CLIENT, packet, noon_ns + i);
		lab_packet_free(packet);
	}
	assert_int_equal(r.count, FRAMES);
	assert_int_equal(lab_recording_write(&r, path, "client", "a comment"), TW_ERR_OK);
	source = tw_source_open(names, 1);
	assert_non_null(source);
	for (int i = 0; i < FRAMES; i++) {
		assert_true(tw_source_next(source, &frame));
		assert_int_equal(frame.time_ns, noon_ns + i);
		assert_int_equal(frame.link_type, 1);
		assert_int_equal(frame.bytes.size, ETHERNET + HEADERS + i);
		assert_memory_equal(frame.bytes.data, r.bytes + r.frames[i].offset,
				    frame.bytes.size);
	}
	assert_false(tw_source_next(source, &frame));
	tw_source_close(source);
	lab_recording_free(&r);
	assert_int_equal(unlink(path), 0);
}

static void time_does_not_go_back(void **state)
{
	struct lab_packet *packet = packet_of(0, LAB_TO_SERVER);
	struct lab_recording r = {0};

	(void)state;
	lab_recording_add(&r, LAB_AT_CLIENT, packet, noon_ns);
	lab_recording_add(&r, LAB_AT_CLIENT, packet, noon_ns - 1);
	lab_recording_add(&r, LAB_AT_CLIENT, packet, noon_ns + 1);
	assert_int_equal(r.frames[1].time_ns, noon_ns);
	assert_int_equal(r.frames[2].time_ns, noon_ns + 1);
	lab_recording_free(&r);
	lab_packet_free(packet);
}

static void a_full_recording_says_so_and_stays_so(void **state)
{
	struct lab_packet *large = packet_of(65000, LAB_TO_SERVER);
	struct lab_packet *small = packet_of(0, LAB_TO_SERVER);
	struct lab_recording r = {0};
	size_t count;

	(void)state;
	while (!r.overflowed)
		lab_recording_add(&r, LAB_AT_CLIENT, large, noon_ns);
	assert_true(r.used <= LAB_RECORDING_BYTES_MAX);
	assert_true(r.used > LAB_RECORDING_BYTES_MAX - 70000);
	count = r.count;
	/* A hole in the middle would look like loss on the wire. */
	lab_recording_add(&r, LAB_AT_CLIENT, small, noon_ns);
	assert_int_equal(r.count, count);
	lab_recording_free(&r);
	lab_packet_free(large);
	lab_packet_free(small);
}

static void what_cannot_be_written_is_reported(void **state)
{
	struct lab_packet *packet = packet_of(60000, LAB_TO_SERVER);
	struct lab_recording r = {0};

	(void)state;
	lab_recording_add(&r, LAB_AT_CLIENT, packet, noon_ns);
	assert_int_equal(lab_recording_write(&r, "/nowhere/at.all", "x", NULL), TW_ERR_OPEN);
	assert_int_equal(lab_recording_write(&r, "/dev/full", "x", NULL), TW_ERR_WRITE);
	lab_recording_free(&r);
	lab_packet_free(packet);
}

/* Each frame goes from one card of its cable to the other; the LAN of the servers has three. */
static void addresses_are_those_of_the_cable(void **state)
{
	uint8_t client[6], gateway[6], server[6], other[6], servers_gateway[6], header[ETHERNET];
	struct lab_packet *forth = packet_of(0, LAB_TO_SERVER);
	struct lab_packet *back = packet_of(0, LAB_TO_CLIENT);

	(void)state;
	lab_host_mac(LAB_CLIENT, client);
	lab_gateway_mac(LAB_CLIENT, gateway);
	lab_host_mac(LAB_SERVER, server);
	lab_host_mac(LAB_OTHER, other);
	lab_gateway_mac(LAB_OTHER, servers_gateway);

	lab_ethernet(forth, LAB_AT_CLIENT, header);
	assert_memory_equal(header, gateway, 6);
	assert_memory_equal(header + 6, client, 6);
	assert_memory_equal(header + 12, "\x08\x00", 2);
	lab_ethernet(forth, LAB_AT_SERVER, header);
	assert_memory_equal(header, server, 6);
	assert_memory_equal(header + 6, servers_gateway, 6);
	forth->to_other = true;
	lab_ethernet(forth, LAB_AT_SERVER, header);
	assert_memory_equal(header, other, 6);
	lab_ethernet(back, LAB_AT_SERVER, header);
	assert_memory_equal(header, servers_gateway, 6);
	assert_memory_equal(header + 6, server, 6);
	back->from = LAB_OTHER;
	lab_ethernet(back, LAB_AT_SERVER, header);
	assert_memory_equal(header + 6, other, 6);
	lab_ethernet(back, LAB_AT_CLIENT, header);
	assert_memory_equal(header, client, 6);
	assert_memory_equal(header + 6, gateway, 6);
	lab_packet_free(forth);
	lab_packet_free(back);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(frames_come_back_from_the_file),
	    cmocka_unit_test(time_does_not_go_back),
	    cmocka_unit_test(a_full_recording_says_so_and_stays_so),
	    cmocka_unit_test(what_cannot_be_written_is_reported),
	    cmocka_unit_test(addresses_are_those_of_the_cable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
