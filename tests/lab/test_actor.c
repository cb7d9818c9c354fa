/* test_actor.c: two programs on two hosts, joined by a thread that passes frames on. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/actor.h"

#include "lab/recording.h"
#include "wire/segment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	PORT = 8080,
	FRAME_BYTES = 70000,
	MEGABYTE = 1000000,
	MOMENT_US = 100000, /* long enough for frames that are on their way */
};

/* Indices are LAB_CLIENT and LAB_SERVER. */
struct bench {
	struct lab_addresses addresses;
	int claim;
	struct lab_host hosts[2];
	struct lab_actor actors[2];
	size_t vnet_bytes;
	pthread_t passing;
	atomic_bool over;
	atomic_bool cut;	 /* frames are seen, but not passed on */
	atomic_uint segments[2]; /* that each host sent */
	atomic_uint resets[2];
	atomic_uint full_syns[2]; /* SYNs with data */
	atomic_uint ends[2];	  /* FINs */
	_Atomic size_t longest;	  /* frame */
};

/* ---- the wire ---- */

/* The TCP header of a frame, NULL where it has none. No IP options are met here. */
static const uint8_t *tcp_header(const uint8_t *ethernet, size_t size)
{
	bool ip6 = ethernet[12] == 0x86;
	size_t tcp = ip6 ? 14 + 40 : 14 + 20;

	if (size < tcp + 20 || (!ip6 && ethernet[13] != 0) ||
	    ethernet[ip6 ? 14 + 6 : 14 + 9] != IPPROTO_TCP)
		return NULL;
	return ethernet + tcp;
}

static void count(struct bench *bench, size_t from, const uint8_t *tcp, const uint8_t *end)
{
	bool has_data = end - tcp > tcp[12] / 16 * 4;

	atomic_fetch_add(&bench->segments[from], 1);
	atomic_fetch_add(&bench->resets[from], tcp[13] & TW_RST ? 1 : 0);
	atomic_fetch_add(&bench->ends[from], tcp[13] & TW_FIN ? 1 : 0);
	atomic_fetch_add(&bench->full_syns[from], tcp[13] & TW_SYN && has_data ? 1 : 0);
}

static void pass_on(struct bench *bench, size_t from, uint8_t *frame)
{
	size_t to = from == LAB_CLIENT ? LAB_SERVER : LAB_CLIENT;
	uint8_t *ethernet = frame + bench->vnet_bytes;
	ssize_t size = read(bench->hosts[from].tap, frame, FRAME_BYTES);
	const uint8_t *tcp =
	    size > 0 ? tcp_header(ethernet, (size_t)size - bench->vnet_bytes) : NULL;

	if (!tcp)
		return;
	count(bench, from, tcp, frame + size);
	if ((size_t)size > atomic_load(&bench->longest))
		atomic_store(&bench->longest, (size_t)size);
	if (atomic_load(&bench->cut))
		return;
	lab_host_mac((enum lab_host_name)to, ethernet);
	lab_gateway_mac((enum lab_host_name)to, ethernet + 6);
	if (write(bench->hosts[to].tap, frame, (size_t)size) < 0)
		atomic_store(&bench->over, true);
}

static void *pass_frames(void *argument)
{
	struct bench *bench = argument;
	uint8_t *frame = malloc(FRAME_BYTES);

	while (frame && !atomic_load(&bench->over)) {
		struct pollfd waits[2] = {{.fd = bench->hosts[0].tap, .events = POLLIN},
					  {.fd = bench->hosts[1].tap, .events = POLLIN}};

		(void)poll(waits, 2, 10);
		for (size_t i = 0; i < 2; i++)
			if (waits[i].revents & POLLIN)
				pass_on(bench, i, frame);
	}
	free(frame);
	return NULL;
}

/* Skips the test where the machine or the user cannot make a host. */
static struct bench *set_up(bool ip6, bool vnet_header)
{
	struct bench *bench = test_calloc(1, sizeof(*bench));
	const char *step = "";

	assert_int_equal(lab_addresses_claim(&bench->addresses, ip6, &bench->claim), 0);
	bench->vnet_bytes = vnet_header ? 10 : 0;
	for (enum lab_host_name i = 0; i < 2; i++) {
		int error =
		    lab_host_make(&bench->hosts[i], i, i, &bench->addresses, vnet_header, &step);

		if (error == EPERM || error == EACCES || error == ENOENT || error == EROFS) {
			print_message("skipped: cannot %s: %s\n", step, strerror(error));
			(void)close(bench->claim);
			test_free(bench);
			skip();
		}
		if (error)
			fail_msg("cannot %s: %s", step, strerror(error));
	}
	for (enum lab_host_name i = 0; i < 2; i++)
		assert_int_equal(
		    lab_actor_start(&bench->actors[i], &bench->hosts[i], &bench->addresses, i), 0);
	assert_int_equal(pthread_create(&bench->passing, NULL, pass_frames, bench), 0);
	return bench;
}

static void take_down(struct bench *bench)
{
	atomic_store(&bench->over, true);
	(void)pthread_join(bench->passing, NULL);
	for (size_t i = 0; i < 2; i++) {
		lab_actor_kill(&bench->actors[i]);
		lab_host_close(&bench->hosts[i]);
	}
	(void)close(bench->claim);
	test_free(bench);
}

/* ---- orders ---- */

static struct lab_done order(struct bench *bench, enum lab_host_name host, struct lab_order what)
{
	struct lab_done done;

	if (what.patience_ns == 0)
		what.patience_ns = 2 * LAB_SECOND;
	assert_int_equal(lab_actor_do(&bench->actors[host], &what, TW_STR(""), &done), 0);
	assert_true(done.began_ns <= done.ended_ns && done.ended_ns <= lab_now_ns());
	return done;
}

/* An order of which it is enough to know that it succeeded. */
static struct lab_done has(struct bench *bench, enum lab_host_name host, struct lab_order what)
{
	struct lab_done done = order(bench, host, what);

	assert_int_equal(done.error, 0);
	return done;
}

static void send_bytes(struct bench *bench, enum lab_host_name host, uint32_t connection,
		       size_t size)
{
	struct lab_order what = {
	    .call = LAB_CALL_SEND, .connection = connection, .patience_ns = LAB_SECOND};
	char *bytes = test_calloc(1, size);
	struct lab_done done;

	assert_int_equal(lab_actor_do(&bench->actors[host], &what,
				      (struct tw_str){.text = bytes, .size = size}, &done),
			 0);
	assert_int_equal(done.error, 0);
	assert_int_equal(done.result, size);
	test_free(bytes);
}

static void read_bytes(struct bench *bench, enum lab_host_name host, uint32_t connection,
		       size_t size)
{
	struct lab_done done =
	    has(bench, host,
		(struct lab_order){.call = LAB_CALL_READ, .connection = connection, .bytes = size});

	assert_int_equal(done.result, size);
}

/* What a read at the end of things is told. */
static int last_words(struct bench *bench, enum lab_host_name host, uint32_t connection)
{
	return order(bench, host,
		     (struct lab_order){.call = LAB_CALL_READ_TO_END, .connection = connection})
	    .error;
}

static void listen_on(struct bench *bench, int backlog)
{
	(void)has(bench, LAB_SERVER,
		  (struct lab_order){.call = LAB_CALL_LISTEN, .port = PORT, .value = backlog});
}

static struct lab_order connect_order(const struct bench *bench, uint32_t connection)
{
	struct lab_order what = {.call = LAB_CALL_CONNECT,
				 .connection = connection,
				 .port = PORT,
				 .ip6 = bench->addresses.ip6};

	memcpy(what.remote, bench->addresses.bytes[LAB_SERVER], sizeof(what.remote));
	return what;
}

static struct lab_done await_order(struct bench *bench, uint32_t connection)
{
	return order(bench, LAB_CLIENT,
		     (struct lab_order){.call = LAB_CALL_AWAIT_CONNECT, .connection = connection});
}

/* Established and accepted. */
static void open_connection(struct bench *bench, uint32_t connection)
{
	struct lab_done connected = has(bench, LAB_CLIENT, connect_order(bench, connection));
	struct lab_done accepted;

	assert_int_equal(await_order(bench, connection).error, 0);
	accepted = has(
	    bench, LAB_SERVER,
	    (struct lab_order){.call = LAB_CALL_ACCEPT, .connection = connection, .port = PORT});
	assert_int_equal(connected.remote_port, PORT);
	assert_int_equal(accepted.local_port, PORT);
	assert_int_equal(accepted.remote_port, connected.local_port);
}

static struct bench *set_up_connected(void)
{
	struct bench *bench = set_up(false, false);

	listen_on(bench, 16);
	open_connection(bench, 1);
	return bench;
}

static void pause_a_moment(void)
{
	(void)usleep(MOMENT_US);
}

/* ---- openings and data ---- */

static void exchange(bool ip6, bool vnet_header)
{
	struct bench *bench = set_up(ip6, vnet_header);
	struct lab_done done;

	listen_on(bench, 16);
	open_connection(bench, 1);
	send_bytes(bench, LAB_CLIENT, 1, 500);
	read_bytes(bench, LAB_SERVER, 1, 500);
	send_bytes(bench, LAB_SERVER, 1, MEGABYTE);
	read_bytes(bench, LAB_CLIENT, 1, MEGABYTE - 10);
	done =
	    has(bench, LAB_CLIENT, (struct lab_order){.call = LAB_CALL_READ_SOME, .connection = 1});
	assert_int_equal(done.result, 10);
	if (vnet_header)
		assert_true(atomic_load(&bench->longest) > 10 + 14 + 1500);
	else
		assert_int_equal(atomic_load(&bench->longest), 14 + 1500);
	(void)has(bench, LAB_CLIENT,
		  (struct lab_order){.call = LAB_CALL_SHUTDOWN, .connection = 1, .value = SHUT_WR});
	assert_int_equal(last_words(bench, LAB_SERVER, 1), 0);
	(void)has(bench, LAB_SERVER, (struct lab_order){.call = LAB_CALL_CLOSE, .connection = 1});
	assert_int_equal(last_words(bench, LAB_CLIENT, 1), 0);
	(void)has(bench, LAB_CLIENT, (struct lab_order){.call = LAB_CALL_CLOSE, .connection = 1});
	pause_a_moment();
	assert_int_equal(atomic_load(&bench->ends[LAB_CLIENT]), 1);
	assert_int_equal(atomic_load(&bench->ends[LAB_SERVER]), 1);
	assert_int_equal(atomic_load(&bench->resets[LAB_CLIENT]), 0);
	assert_int_equal(atomic_load(&bench->resets[LAB_SERVER]), 0);
	take_down(bench);
}

static void they_exchange_data_over_ip4(void **state)
{
	(void)state;
	exchange(false, false);
}

static void they_exchange_data_over_ip6(void **state)
{
	(void)state;
	exchange(true, false);
}

static void they_exchange_data_with_offload(void **state)
{
	(void)state;
	exchange(false, true);
	exchange(true, true);
}

static void a_large_send_does_not_wait_for_the_peer(void **state)
{
	struct bench *bench = set_up_connected();

	(void)state;
	atomic_store(&bench->cut, true);
	send_bytes(bench, LAB_CLIENT, 1, MEGABYTE);
	take_down(bench);
}

static void a_connect_tells_how_it_failed(void **state)
{
	struct bench *bench = set_up(false, false);
	struct lab_order nowhere = connect_order(bench, 2);

	(void)state;
	(void)has(bench, LAB_CLIENT, connect_order(bench, 1));
	assert_int_equal(await_order(bench, 1).error, ECONNREFUSED);
	nowhere.remote[0] = 224; /* multicast */
	assert_int_equal(order(bench, LAB_CLIENT, nowhere).error, ENETUNREACH);
	atomic_store(&bench->cut, true);
	(void)has(bench, LAB_CLIENT, connect_order(bench, 3));
	assert_int_equal(order(bench, LAB_CLIENT,
			       (struct lab_order){.call = LAB_CALL_AWAIT_CONNECT,
						  .connection = 3,
						  .patience_ns = 50 * LAB_MILLISECOND})
			     .error,
			 EAGAIN);
	assert_int_equal(order(bench, LAB_CLIENT, connect_order(bench, 3)).error, EISCONN);
	assert_int_equal(await_order(bench, 4).error, EBADF);
	take_down(bench);
}

static void a_connection_keeps_its_port_and_its_options(void **state)
{
	struct bench *bench = set_up(false, false);
	struct lab_order connect = connect_order(bench, 1);
	const struct lab_order small = {
	    .call = LAB_CALL_PREPARE, .level = IPPROTO_TCP, .name = TCP_MAXSEG, .value = 600};
	struct lab_order option = {.call = LAB_CALL_OPTION,
				   .connection = 1,
				   .level = IPPROTO_TCP,
				   .name = TCP_NODELAY,
				   .value = 1};

	(void)state;
	listen_on(bench, 16);
	option.connection = 0;
	(void)has(bench, LAB_SERVER, option);
	assert_int_equal(order(bench, LAB_CLIENT, option).error, EBADF);
	(void)has(bench, LAB_CLIENT, small);
	connect.from_port = 45678;
	assert_int_equal(has(bench, LAB_CLIENT, connect).local_port, 45678);
	option.connection = 1;
	(void)has(bench, LAB_CLIENT, option);
	option.name = 9999;
	assert_int_equal(order(bench, LAB_CLIENT, option).error, ENOPROTOOPT);
	(void)has(bench, LAB_SERVER,
		  (struct lab_order){.call = LAB_CALL_ACCEPT, .connection = 1, .port = PORT});
	send_bytes(bench, LAB_SERVER, 1, 5000);
	read_bytes(bench, LAB_CLIENT, 1, 5000);
	assert_in_range(atomic_load(&bench->longest), 14 + 500, 14 + 40 + 600);
	take_down(bench);
}

static void patience_ends_a_wait(void **state)
{
	struct bench *bench = set_up_connected();
	const struct lab_order waits[] = {
	    {.call = LAB_CALL_READ, .connection = 1, .bytes = 100},
	    {.call = LAB_CALL_READ_SOME, .connection = 1},
	    {.call = LAB_CALL_READ_TO_END, .connection = 1},
	    {.call = LAB_CALL_ACCEPT, .connection = 2, .port = PORT},
	};

	(void)state;
	send_bytes(bench, LAB_CLIENT, 1, 40);
	for (size_t i = 0; i < TW_LEN(waits); i++) {
		struct lab_order wait = waits[i];
		struct lab_done done;

		wait.patience_ns = 30 * LAB_MILLISECOND;
		done = order(bench, LAB_SERVER, wait);
		assert_int_equal(done.error, EAGAIN);
		assert_int_equal(done.result, i == 0 ? 40 : i == 3 ? -1 : 0);
		assert_in_range(done.ended_ns - done.began_ns, 30 * LAB_MILLISECOND, LAB_SECOND);
	}
	take_down(bench);
}

/* ---- endings ---- */

static void a_close_with_unread_data_resets(void **state)
{
	struct bench *bench = set_up_connected();
	struct lab_done done;

	(void)state;
	send_bytes(bench, LAB_CLIENT, 1, 40);
	pause_a_moment();
	done = has(bench, LAB_SERVER, (struct lab_order){.call = LAB_CALL_CLOSE, .connection = 1});
	assert_int_equal(done.unread, 40);
	assert_int_equal(last_words(bench, LAB_CLIENT, 1), ECONNRESET);
	take_down(bench);
}

static void an_abort_resets_and_so_does_a_disconnect(void **state)
{
	static const enum lab_call calls[] = {LAB_CALL_ABORT, LAB_CALL_DISCONNECT};

	(void)state;
	for (size_t i = 0; i < TW_LEN(calls); i++) {
		struct bench *bench = set_up_connected();

		(void)has(bench, LAB_SERVER, (struct lab_order){.call = calls[i], .connection = 1});
		assert_int_equal(last_words(bench, LAB_CLIENT, 1), ECONNRESET);
		assert_int_equal(atomic_load(&bench->resets[LAB_SERVER]), 1);
		assert_int_equal(atomic_load(&bench->ends[LAB_SERVER]), 0);
		assert_int_equal(last_words(bench, LAB_SERVER, 1), i == 0 ? EBADF : ECONNRESET);
		take_down(bench);
	}
}

static void what_is_forgotten_sends_nothing(void **state)
{
	struct bench *bench = set_up_connected();
	unsigned before;

	(void)state;
	open_connection(bench, 2);
	(void)has(bench, LAB_CLIENT, connect_order(bench, 3)); /* is not accepted */
	assert_int_equal(await_order(bench, 3).error, 0);
	pause_a_moment();
	before = atomic_load(&bench->segments[LAB_SERVER]);
	(void)has(bench, LAB_SERVER, (struct lab_order){.call = LAB_CALL_FORGET, .connection = 1});
	(void)has(bench, LAB_SERVER, (struct lab_order){.call = LAB_CALL_FORGET});
	pause_a_moment();
	assert_int_equal(atomic_load(&bench->segments[LAB_SERVER]), before);
	for (uint32_t connection = 1; connection <= 3; connection++) {
		send_bytes(bench, LAB_CLIENT, connection, 10);
		assert_int_equal(last_words(bench, LAB_CLIENT, connection), ECONNRESET);
	}
	(void)has(bench, LAB_CLIENT, connect_order(bench, 4));
	assert_int_equal(await_order(bench, 4).error, ECONNREFUSED);
	take_down(bench);
}

static void an_administrator_destroys_a_connection(void **state)
{
	(void)state;
	for (unsigned ip6 = 0; ip6 < 2; ip6++) {
		struct bench *bench = set_up(ip6 != 0, false);
		const struct lab_order destroy = {.call = LAB_CALL_DESTROY, .connection = 1};

		listen_on(bench, 16);
		open_connection(bench, 1);
		(void)has(bench, LAB_SERVER, destroy);
		assert_int_equal(last_words(bench, LAB_SERVER, 1), ECONNABORTED);
		assert_int_equal(last_words(bench, LAB_CLIENT, 1), ECONNRESET);
		assert_int_not_equal(order(bench, LAB_SERVER, destroy).error, 0);
		open_connection(bench, 2); /* the listener was not meant */
		take_down(bench);
	}
}

static void a_killed_program_leaves_its_host_to_the_next(void **state)
{
	struct bench *bench = set_up_connected();
	struct lab_order close_it = {.call = LAB_CALL_CLOSE, .connection = 1};
	struct lab_done done;

	(void)state;
	send_bytes(bench, LAB_CLIENT, 1, 40);
	pause_a_moment();
	lab_actor_kill(&bench->actors[LAB_SERVER]);
	assert_int_equal(last_words(bench, LAB_CLIENT, 1), ECONNRESET);
	assert_int_equal(lab_actor_do(&bench->actors[LAB_SERVER], &close_it, TW_STR(""), &done),
			 ESRCH);
	(void)has(bench, LAB_CLIENT, connect_order(bench, 2));
	assert_int_equal(await_order(bench, 2).error, ECONNREFUSED);
	assert_int_equal(lab_actor_start(&bench->actors[LAB_SERVER], &bench->hosts[LAB_SERVER],
					 &bench->addresses, LAB_SERVER),
			 0);
	listen_on(bench, 16);
	open_connection(bench, 3);
	take_down(bench);
}

static void a_closed_listener_refuses(void **state)
{
	struct bench *bench = set_up_connected();
	const struct lab_order close_it = {.call = LAB_CALL_CLOSE_LISTENER, .port = PORT};

	(void)state;
	(void)has(bench, LAB_SERVER, close_it);
	assert_int_equal(order(bench, LAB_SERVER, close_it).error, EBADF);
	(void)has(bench, LAB_CLIENT, connect_order(bench, 2));
	assert_int_equal(await_order(bench, 2).error, ECONNREFUSED);
	send_bytes(bench, LAB_CLIENT, 1, 10);
	read_bytes(bench, LAB_SERVER, 1, 10);
	take_down(bench);
}

static void fast_open_sends_data_on_the_syn(void **state)
{
	struct bench *bench = set_up(false, false);
	struct lab_order accept = {.call = LAB_CALL_ACCEPT, .port = PORT};

	(void)state;
	assert_int_equal(lab_host_sysctl(&bench->hosts[LAB_SERVER], "net/ipv4/tcp_fastopen", "2"),
			 0);
	(void)has(
	    bench, LAB_SERVER,
	    (struct lab_order){
		.call = LAB_CALL_PREPARE, .level = IPPROTO_TCP, .name = TCP_FASTOPEN, .value = 16});
	listen_on(bench, 16);
	for (uint32_t connection = 1; connection <= 2; connection++) {
		struct lab_order connect = connect_order(bench, connection);

		connect.fast_open = true;
		(void)has(bench, LAB_CLIENT, connect);
		send_bytes(bench, LAB_CLIENT, connection, 20);
		accept.connection = connection;
		(void)has(bench, LAB_SERVER, accept);
		read_bytes(bench, LAB_SERVER, connection, 20);
		/* The first brings the cookie that the second needs. */
		assert_int_equal(atomic_load(&bench->full_syns[LAB_CLIENT]), connection - 1);
	}
	take_down(bench);
}

/* ---- what is left ---- */

static size_t descriptors_of(const struct lab_actor *actor)
{
	char path[64];
	size_t count = 0;
	DIR *directory;

	(void)snprintf(path, sizeof(path), "/proc/%d/fd", actor->process);
	directory = opendir(path);
	assert_non_null(directory);
	for (const struct dirent *entry = readdir(directory); entry; entry = readdir(directory))
		count += entry->d_name[0] != '.';
	(void)closedir(directory);
	return count;
}

static void two_hundred_orders_leave_no_descriptor_behind(void **state)
{
	struct bench *bench = set_up(false, false);
	size_t before[2];

	(void)state;
	listen_on(bench, 16);
	for (size_t i = 0; i < 2; i++)
		before[i] = descriptors_of(&bench->actors[i]);
	/* Commands, standard error, and the listener: nothing of ours. */
	assert_int_equal(before[LAB_CLIENT], 2);
	assert_int_equal(before[LAB_SERVER], 3);
	for (uint32_t i = 0; i < 40; i++) {
		uint32_t connection = 1 + i % LAB_CONNECTIONS_MAX;

		open_connection(bench, connection);
		(void)has(bench, i % 2 ? LAB_CLIENT : LAB_SERVER,
			  (struct lab_order){.call = LAB_CALL_CLOSE, .connection = connection});
		(void)has(bench, i % 2 ? LAB_SERVER : LAB_CLIENT,
			  (struct lab_order){.call = LAB_CALL_ABORT, .connection = connection});
	}
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(descriptors_of(&bench->actors[i]), before[i]);
	take_down(bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(they_exchange_data_over_ip4),
	    cmocka_unit_test(they_exchange_data_over_ip6),
	    cmocka_unit_test(they_exchange_data_with_offload),
	    cmocka_unit_test(a_large_send_does_not_wait_for_the_peer),
	    cmocka_unit_test(a_connect_tells_how_it_failed),
	    cmocka_unit_test(a_connection_keeps_its_port_and_its_options),
	    cmocka_unit_test(patience_ends_a_wait),
	    cmocka_unit_test(a_close_with_unread_data_resets),
	    cmocka_unit_test(an_abort_resets_and_so_does_a_disconnect),
	    cmocka_unit_test(what_is_forgotten_sends_nothing),
	    cmocka_unit_test(an_administrator_destroys_a_connection),
	    cmocka_unit_test(a_killed_program_leaves_its_host_to_the_next),
	    cmocka_unit_test(a_closed_listener_refuses),
	    cmocka_unit_test(fast_open_sends_data_on_the_syn),
	    cmocka_unit_test(two_hundred_orders_leave_no_descriptor_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
