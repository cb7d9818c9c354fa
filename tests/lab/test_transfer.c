/* test_transfer.c: two kernels move some megabytes over the wire, with and without offload. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "wires.h"

#include "lab/host.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

enum { TRANSFER_BYTES = 5000000, MTU = 1500, ACCEPT_S = 5 };

struct transfer {
	struct lab_addresses addresses;
	struct lab_host client;
	struct lab_host server;
	struct lab_wire *wire;
	int listener;
	int sender;
	size_t received;
};

/* ---- sockets, which belong to the namespace in which they were made ---- */

static socklen_t address_of(const struct lab_addresses *addresses, struct sockaddr_storage *address)
{
	*address = (struct sockaddr_storage){0};
	if (addresses->ip6) {
		struct sockaddr_in6 ip6 = {.sin6_family = AF_INET6,
					   .sin6_port = htons(SERVER_PORT)};

		memcpy(&ip6.sin6_addr, addresses->bytes[LAB_SERVER], 16);
		memcpy(address, &ip6, sizeof(ip6));
		return sizeof(ip6);
	}

	struct sockaddr_in ip4 = {.sin_family = AF_INET, .sin_port = htons(SERVER_PORT)};

	memcpy(&ip4.sin_addr, addresses->bytes[LAB_SERVER], 4);
	memcpy(address, &ip4, sizeof(ip4));
	return sizeof(ip4);
}

static int open_sender(void *argument)
{
	struct transfer *t = argument;
	const struct timeval patience = {.tv_sec = ACCEPT_S};

	t->sender = socket(t->addresses.ip6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (t->sender < 0)
		return errno;
	(void)setsockopt(t->sender, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	return 0;
}

static int open_listener(void *argument)
{
	struct transfer *t = argument;
	const struct timeval patience = {.tv_sec = ACCEPT_S};
	struct sockaddr_storage address;
	socklen_t size = address_of(&t->addresses, &address);

	t->listener = socket(t->addresses.ip6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (t->listener < 0)
		return errno;
	(void)setsockopt(t->listener, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (bind(t->listener, (struct sockaddr *)&address, size) != 0 ||
	    listen(t->listener, 1) != 0)
		return errno;
	return 0;
}

static void *receive(void *argument)
{
	static char bytes[65536];
	struct transfer *t = argument;
	int connection = accept(t->listener, NULL, NULL);
	ssize_t size;

	while (connection >= 0 && (size = read(connection, bytes, sizeof(bytes))) > 0)
		t->received += (size_t)size;
	if (connection >= 0)
		(void)close(connection);
	return NULL;
}

static bool transfer_all(struct transfer *t)
{
	static const char bytes[10000];
	struct sockaddr_storage address;
	socklen_t size = address_of(&t->addresses, &address);
	pthread_t receiver;
	size_t sent = 0;

	if (pthread_create(&receiver, NULL, receive, t) != 0)
		return false;
	if (connect(t->sender, (struct sockaddr *)&address, size) == 0)
		while (sent < TRANSFER_BYTES &&
		       write(t->sender, bytes, sizeof(bytes)) == (ssize_t)sizeof(bytes))
			sent += sizeof(bytes);
	(void)close(t->sender);
	(void)pthread_join(receiver, NULL);
	(void)close(t->listener);
	return t->received == TRANSFER_BYTES;
}

/* ---- what was recorded ---- */

struct tally {
	size_t large; /* frames above the MTU */
	size_t good;
	size_t partial;
	size_t bad;
	uint64_t bytes; /* of the client's payload */
};

static struct tally count(const struct lab_recording *recording)
{
	struct tally tally = {0};

	for (size_t i = 0; i < recording->count; i++) {
		struct tw_segment segment = decoded(recording, i).segment;

		tally.large += recording->frames[i].size > ETHERNET + MTU;
		tally.good += segment.checksum == TW_CHECKSUM_GOOD;
		tally.partial += segment.checksum == TW_CHECKSUM_PARTIAL;
		tally.bad += segment.checksum == TW_CHECKSUM_BAD;
		if (segment.destination.port == SERVER_PORT)
			tally.bytes += segment.length;
	}
	return tally;
}

/*
 * A kernel acknowledges while the segment is written to its TAP, and acknowledges all that it has.
 * So an ACK should not stand behind a segment that it does not cover, but for those that a timer or
 * a reading program sends in the very microseconds of a writing: a few, more on a busy machine.
 * Were the writing not preceded by a reading, nearly all would. (Nothing is lost here.)
 */
static void check_order(const struct lab_recording *recording)
{
	size_t stale = 0;
	size_t all = 0;
	uint32_t end = 0;

	for (size_t i = 0; i < recording->count; i++) {
		struct tw_segment segment = decoded(recording, i).segment;

		if (segment.destination.port == SERVER_PORT) {
			end = segment.seq + segment.length + !!(segment.flags & (TW_SYN | TW_FIN));
			continue;
		}
		stale += segment.ack != end;
		all++;
	}
	assert_true(stale * 2 < all);
}

static void check_recordings(const struct transfer *t, bool offload)
{
	struct tally tallies[LAB_POINTS];

	for (int point = 0; point < LAB_POINTS; point++) {
		const struct lab_recording *recording =
		    lab_wire_recording(t->wire, (enum lab_point)point);

		tallies[point] = count(recording);
		assert_false(recording->overflowed);
		assert_int_equal(tallies[point].bad, 0);
		assert_true(tallies[point].bytes >= TRANSFER_BYTES);
		for (size_t i = 1; i < recording->count; i++)
			assert_true(recording->frames[i].time_ns >=
				    recording->frames[i - 1].time_ns);
	}
	check_order(lab_wire_recording(t->wire, LAB_AT_SERVER));
	assert_int_equal(tallies[LAB_AT_MIDDLE].large, 0);
	assert_int_equal(tallies[LAB_AT_MIDDLE].partial, 0);
	if (offload) {
		assert_true(tallies[LAB_AT_CLIENT].large > 50);
		assert_true(tallies[LAB_AT_CLIENT].partial > 50);
		assert_true(tallies[LAB_AT_SERVER].large > 50);
		assert_true(tallies[LAB_AT_SERVER].partial > 50);
	} else {
		assert_int_equal(tallies[LAB_AT_CLIENT].large + tallies[LAB_AT_SERVER].large, 0);
		assert_int_equal(tallies[LAB_AT_CLIENT].partial + tallies[LAB_AT_SERVER].partial,
				 0);
	}
}

/* ---- */

static void make_host(struct transfer *t, struct lab_host *host, enum lab_host_name name,
		      bool offload)
{
	const char *step = "";
	int error = lab_host_make(host, name, name, &t->addresses, offload, &step);

	if (error == EPERM || error == EACCES || error == ENOENT) {
		print_message("skipped: cannot %s: %s\n", step, strerror(error));
		skip();
	}
	assert_int_equal(error, 0);
}

static void run(bool ip6, bool offload)
{
	struct transfer t = {0};
	int claim;

	assert_int_equal(lab_addresses_claim(&t.addresses, ip6, &claim), 0);
	make_host(&t, &t.client, LAB_CLIENT, offload);
	make_host(&t, &t.server, LAB_SERVER, offload);

	struct lab_wire_settings settings = {
	    .taps = {t.client.tap, t.server.tap, -1},
	    .vnet_header = offload,
	    .addresses = t.addresses,
	    .delay_ns = {8 * LAB_MILLISECOND, 12 * LAB_MILLISECOND},
	    .hops = {3, 4},
	};

	t.wire = lab_wire_start(&settings);
	assert_non_null(t.wire);
	assert_int_equal(lab_host_inside(&t.server, open_listener, &t), 0);
	assert_int_equal(lab_host_inside(&t.client, open_sender, &t), 0);
	assert_true(transfer_all(&t));
	lab_wire_stop(t.wire);
	check_recordings(&t, offload);
	lab_wire_free(t.wire);
	lab_host_close(&t.client);
	lab_host_close(&t.server);
	(void)close(claim);
}

static void each_segment_is_as_it_was_sent(void **state)
{
	(void)state;
	run(false, false);
	run(true, false);
}

static void with_offload_the_ends_see_trains_and_the_middle_does_not(void **state)
{
	(void)state;
	run(false, true);
	run(true, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_segment_is_as_it_was_sent),
	    cmocka_unit_test(with_offload_the_ends_see_trains_and_the_middle_does_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
