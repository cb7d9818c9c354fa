/* test_trace.c: what tracefs prints, read; and real resets of this kernel (needs root). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/trace_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- text, as Linux 6.18 and 6.1 print it ---- */

#define TASK	 "         curl-16079   [000] ..s1. 11434.440927: "
#define PREAMBLE "skbaddr=000000007ee7a395 skaddr=0000000000000000 "
#define NO_IP6	 "saddrv6=::ffff:10.77.0.1 daddrv6=::ffff:10.77.0.2 "

static const struct {
	const char *line;
	struct lab_event event;
} lines[] = {
    {TASK "tcp_send_reset: " PREAMBLE
	  "src=10.77.0.2:81 dest=10.77.0.1:41859 state=UNKNOWN reason=NO_SOCKET\n",
     {.kind = LAB_RESET_SENT,
      .local = "10.77.0.2:81",
      .remote = "10.77.0.1:41859",
      .reason = "NO_SOCKET"}},
    {TASK "tcp_send_reset: " PREAMBLE
	  "src=[fd00::2]:80 dest=[fd00::1]:54087 state=TCP_CLOSE reason=TCP_STATE\n",
     {.kind = LAB_RESET_SENT,
      .local = "[fd00::2]:80",
      .remote = "[fd00::1]:54087",
      .state = "TCP_CLOSE",
      .reason = "TCP_STATE"}},
    /* On behalf of a listener. */
    {TASK "tcp_send_reset: " PREAMBLE
	  "src=10.77.0.2:80 dest=0.0.0.0:0 state=TCP_LISTEN reason=TCP_FLAGS\n",
     {.kind = LAB_RESET_SENT,
      .local = "10.77.0.2:80",
      .state = "TCP_LISTEN",
      .reason = "TCP_FLAGS"}},
    /* Linux 6.1: another form, and no reason. */
    {TASK "tcp_send_reset: " PREAMBLE
	  "family=AF_INET sport=39161 dport=80 saddr=10.77.0.1 daddr=10.77.0.2 " NO_IP6
	  "state=TCP_CLOSE\n",
     {.kind = LAB_RESET_SENT,
      .local = "10.77.0.1:39161",
      .remote = "10.77.0.2:80",
      .state = "TCP_CLOSE"}},
    {TASK "tcp_receive_reset: family=AF_INET sport=39161 dport=80 saddr=10.77.0.1 "
	  "daddr=10.77.0.2 " NO_IP6 "sock_cookie=1\n",
     {.kind = LAB_RESET_RECEIVED, .local = "10.77.0.1:39161", .remote = "10.77.0.2:80"}},
    /* An IPv6 socket's IPv4 address is whatever was in memory. */
    {TASK "inet_sock_set_state: family=AF_INET6 protocol=IPPROTO_TCP sport=80 dport=0 "
	  "saddr=127.0.0.6 daddr=0.0.0.0 saddrv6=fd00::2 daddrv6=:: oldstate=TCP_CLOSE "
	  "newstate=TCP_LISTEN\n",
     {.kind = LAB_STATE_CHANGED,
      .local = "[fd00::2]:80",
      .old_state = "TCP_CLOSE",
      .state = "TCP_LISTEN"}},
    {TASK "kfree_skb: skbaddr=000000007ee7a395 rx_sk=0000000000000000 protocol=2048 "
	  "location=tcp_v4_rcv+0x1ac/0x1240 reason: NO_SOCKET\n",
     {.kind = LAB_DROPPED, .reason = "NO_SOCKET"}},
};

static void lines_of_all_events_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < TW_LEN(lines); i++) {
		const struct lab_event *expected = &lines[i].event;
		struct lab_event event;

		assert_true(lab_trace_text_event(tw_str_of(lines[i].line), &event));
		assert_int_equal(event.kind, expected->kind);
		assert_int_equal(event.at_ns, INT64_C(11434440927000));
		assert_string_equal(event.local, expected->local);
		assert_string_equal(event.remote, expected->remote);
		assert_string_equal(event.state, expected->state);
		assert_string_equal(event.old_state, expected->old_state);
		assert_string_equal(event.reason, expected->reason);
	}
}

static void other_lines_are_no_events(void **state)
{
	static const char *const others[] = {
	    "",
	    "# tracer: nop\n",
	    "CPU:1 [LOST 311 EVENTS]\n",
	    TASK "sched_switch: prev_comm=curl\n",
	    "curl-1 [000] ..s1. yesterday: tcp_send_reset: src=10.0.0.1:1 dest=10.0.0.2:2\n",
	    ": tcp_send_reset: ",
	};
	struct lab_event event;

	(void)state;
	for (size_t i = 0; i < TW_LEN(others); i++)
		assert_false(lab_trace_text_event(tw_str_of(others[i]), &event));
}

static void damaged_lines_are_read_without_harm(void **state)
{
	struct lab_event event;

	(void)state;
	for (size_t i = 0; i < TW_LEN(lines); i++) {
		struct tw_str whole = tw_str_of(lines[i].line);

		for (size_t size = 0; size < whole.size; size++)
			if (lab_trace_text_event(tw_str_head(whole, size), &event))
				assert_int_equal(event.kind, lines[i].event.kind);
	}
	assert_true(lab_trace_text_event(
	    TW_STR(TASK "tcp_send_reset: src=[fd00::1:80 dest=10.0.0.1:99999 "
			"reason=A_REASON_LONGER_THAN_ANY_THAT_A_KERNEL_HAS_EVER_HAD"),
	    &event));
	assert_string_equal(event.local, "");
	assert_string_equal(event.remote, "");
	assert_int_equal(strlen(event.reason), sizeof(event.reason) - 1);
}

static const char format_of_resets[] =
    "name: tcp_send_reset\nID: 2280\nformat:\n"
    "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
    "\tfield:enum sk_rst_reason reason;\toffset:28;\tsize:4;\tsigned:0;\n"
    "\tfield:__u8 saddr[28];\toffset:32;\tsize:28;\tsigned:0;\n\n"
    "print fmt: \"reason=%s field:int printed;\", REC->printed\n";

static void fields_are_found_in_formats(void **state)
{
	struct tw_str format = tw_str_of(format_of_resets);

	(void)state;
	assert_true(lab_trace_text_has_field(format, "reason"));
	assert_true(lab_trace_text_has_field(format, "saddr"));
	assert_false(lab_trace_text_has_field(format, "sk_rst_reason"));
	assert_false(lab_trace_text_has_field(format, "printed"));
	assert_false(lab_trace_text_has_field((struct tw_str){0}, "reason"));
}

static void drops_are_filtered_by_the_kernels_own_numbers(void **state)
{
	static const char format[] =
	    "print fmt: \"protocol=%u reason: %s\", REC->protocol, "
	    "__print_symbolic(REC->reason, { 2, \"NOT_SPECIFIED\" }, { 13, \"NO_SOCKET\" }, "
	    "{ SKB_DROP, \"TCP_CSUM\" }, { 11, \"UDP_CSUM\" }, { 35, \"TCP_OFOMERGE\" }, "
	    "{ 140, \"TCP_LISTEN_OVERFLOW\" }, { 41, \"TCP_OLD_SEQUENCE";
	struct tw_buf filter = tw_buf_of(4096);

	(void)state;
	lab_trace_text_add_drop_filter(tw_str_of(format_of_resets), &filter);
	assert_int_equal(filter.size, 0);
	lab_trace_text_add_drop_filter(tw_str_of(format), &filter);
	assert_string_equal(filter.text, "reason==13||reason==140||reason==41");
	tw_buf_free(&filter);
}

static void losses_are_told_by_statistics(void **state)
{
	(void)state;
	assert_false(lab_trace_text_tells_loss(
	    TW_STR("entries: 97\noverrun: 0\ncommit overrun: 0\ndropped events: 0\n")));
	assert_true(lab_trace_text_tells_loss(TW_STR("entries: 97\noverrun: 311\n")));
	assert_true(lab_trace_text_tells_loss(TW_STR("overrun: 0\ndropped events: 1\n")));
}

static void hosts_are_told_by_exact_address(void **state)
{
	struct lab_addresses four = {
	    .bytes = {[LAB_CLIENT] = {10, 0, 0, 1}, [LAB_SERVER] = {10, 0, 0, 11}}};
	struct lab_addresses six = {
	    .ip6 = true,
	    .bytes = {[LAB_CLIENT] = {0xfd, [15] = 1}, [LAB_SERVER] = {0xfd, [15] = 2}}};

	(void)state;
	assert_int_equal(lab_trace_text_host(&four, "10.0.0.1:80"), LAB_CLIENT);
	assert_int_equal(lab_trace_text_host(&four, "10.0.0.11:80"), LAB_SERVER);
	assert_int_equal(lab_trace_text_host(&four, "110.0.0.1:80"), LAB_HOSTS);
	assert_int_equal(lab_trace_text_host(&four, "10.0.0.111:80"), LAB_HOSTS);
	assert_int_equal(lab_trace_text_host(&four, "0.0.0.0:80"), LAB_HOSTS);
	assert_int_equal(lab_trace_text_host(&four, ""), LAB_HOSTS);
	assert_int_equal(lab_trace_text_host(&six, "[fd00::2]:80"), LAB_SERVER);
	assert_int_equal(lab_trace_text_host(&six, "[fd00:0::0:1]:80"), LAB_CLIENT);
	assert_int_equal(lab_trace_text_host(&six, "[::]:80"), LAB_HOSTS);
	assert_int_equal(lab_trace_text_host(&six, "10.0.0.1:80"), LAB_HOSTS);
}

/* ---- this kernel ---- */

enum { PARALLEL = 4, PORT = 80, NOBODYS_PORT = 81 };

/* Tracepoints know no network namespace: each process has addresses of its own, in 127/8. */
static struct lab_addresses addresses_of_this_process(void)
{
	struct lab_addresses addresses = {0};

	for (enum lab_host_name host = LAB_CLIENT; host <= LAB_SERVER; host++) {
		uint32_t number = htonl(0x7F000000U | ((uint32_t)getpid() & 0x3FFFFU) << 4 |
					((uint32_t)host + 8));

		memcpy(addresses.bytes[host], &number, sizeof(number));
		(void)inet_ntop(AF_INET, &number, addresses.text[host],
				sizeof(addresses.text[host]));
	}
	return addresses;
}

static bool loopback_is_up(void)
{
	struct ifreq request = {.ifr_name = "lo"};

	if (unshare(CLONE_NEWNET) < 0)
		return false;
	int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	request.ifr_flags = IFF_UP;
	bool up = ioctl(control, SIOCSIFFLAGS, &request) == 0;

	(void)close(control);
	return up;
}

static int socket_at(const struct lab_addresses *addresses, enum lab_host_name host, uint16_t port)
{
	struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons(port)};
	int one = 1;
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(&own.sin_addr, addresses->bytes[host], sizeof(own.sin_addr));
	(void)setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(s, (const void *)&own, sizeof(own)) < 0)
		return -1;
	return s;
}

static int connect_to(const struct lab_addresses *addresses, int client, uint16_t port)
{
	struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons(port)};

	memcpy(&peer.sin_addr, addresses->bytes[LAB_SERVER], sizeof(peer.sin_addr));
	return connect(client, (const void *)&peer, sizeof(peer)) < 0 ? errno : 0;
}

/* The client aborts one connection, the server closes another one unread, and nobody listens. */
static void have_three_resets(const struct lab_addresses *addresses)
{
	const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
	int listener = socket_at(addresses, LAB_SERVER, PORT);

	(void)listen(listener, 4);
	for (int i = 0; i < 2; i++) {
		int client = socket_at(addresses, LAB_CLIENT, 0);
		(void)connect_to(addresses, client, PORT);
		int server = accept(listener, NULL, NULL);
		char byte = 'x';

		if (i == 0) {
			(void)setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
			(void)close(client);
			(void)close(server);
			continue;
		}
		(void)send(client, &byte, 1, 0);
		(void)recv(server, &byte, 1, MSG_PEEK);
		(void)close(server);
		(void)close(client);
	}
	int refused = socket_at(addresses, LAB_CLIENT, 0);

	(void)connect_to(addresses, refused, NOBODYS_PORT);
	(void)close(refused);
	(void)close(listener);
}

struct counted {
	const struct lab_event *sent[8];
	size_t sent_count;
	size_t received;
	size_t states;
	size_t dropped;
};

static struct counted count_events(const struct lab_event *events, size_t count)
{
	struct counted counted = {0};

	for (size_t i = 0; i < count; i++) {
		switch (events[i].kind) {
		case LAB_RESET_SENT:
			if (counted.sent_count < TW_LEN(counted.sent))
				counted.sent[counted.sent_count++] = &events[i];
			break;
		case LAB_RESET_RECEIVED:
			counted.received++;
			break;
		case LAB_STATE_CHANGED:
			counted.states++;
			break;
		case LAB_DROPPED:
			counted.dropped++;
			break;
		}
	}
	return counted;
}

static bool is_reset(const struct lab_trace *trace, const struct lab_event *event,
		     const struct lab_addresses *addresses, enum lab_host_name host,
		     const char *reason)
{
	return lab_trace_text_host(addresses, event->local) == host &&
	       lab_trace_text_host(addresses, event->remote) ==
		   (host == LAB_CLIENT ? LAB_SERVER : LAB_CLIENT) &&
	       strcmp(event->reason, lab_trace_tells_reasons(trace) ? reason : "") == 0;
}

/* Whole: three resets in their order, each with its receiver's and with the changes of state (at
 * least three of each connection, one of the listener). Kernels before 6.10 do not trace the
 * third. */
static bool account_is_whole(const struct lab_trace *trace, const struct lab_addresses *addresses,
			     const struct lab_event *events, size_t count)
{
	static const struct {
		enum lab_host_name host;
		const char *reason;
	} expected[] = {
	    {LAB_CLIENT, "TCP_STATE"},
	    {LAB_SERVER, "TCP_ABORT_ON_CLOSE"},
	    {LAB_SERVER, "NO_SOCKET"},
	};
	struct counted counted = count_events(events, count);
	size_t sent = lab_trace_tells_reasons(trace) ? 3 : 2;

	for (size_t i = 1; i < count; i++)
		if (events[i].at_ns < events[i - 1].at_ns)
			return false;
	for (size_t i = 0; i < sent; i++)
		if (i >= counted.sent_count || !is_reset(trace, counted.sent[i], addresses,
							 expected[i].host, expected[i].reason))
			return false;
	return counted.sent_count == sent && counted.received == 3 && counted.states >= 12;
}

/* In a process of its own: namespaces are entered. 0: as it should be; else a step's number. */
static int trace_three_resets(void)
{
	struct lab_addresses addresses = addresses_of_this_process();
	struct lab_trace *trace;
	const char *step;
	size_t count;
	bool lost;
	int64_t began = lab_now_ns();

	if (!loopback_is_up())
		return 1;
	if (lab_trace_open(&trace, &addresses, &step) != 0) {
		print_message("cannot %s\n", step);
		return 2;
	}
	have_three_resets(&addresses);

	const struct lab_event *events = lab_trace_finish(trace, &count, &lost);
	int64_t ended = lab_now_ns();
	int result = lost ? 3 : account_is_whole(trace, &addresses, events, count) ? 0 : 4;

	/* The kernel prints microseconds. */
	if (count > 0 && (events[0].at_ns < began - 1000 || events[count - 1].at_ns > ended))
		result = 5;
	for (size_t i = 0; i < count && result != 0; i++)
		print_message("event %d: %s %s %s %s\n", (int)events[i].kind, events[i].local,
			      events[i].remote, events[i].state, events[i].reason);
	lab_trace_free(trace);
	return result;
}

static pid_t start(int (*what)(void))
{
	pid_t child = fork();

	if (child == 0)
		_exit(what());
	return child;
}

static int result_of(pid_t child)
{
	int status = -1;

	(void)waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void need_root(void)
{
	if (geteuid() == 0)
		return;
	print_message("needs root for namespaces and the kernel's tracer\n");
	skip();
}

/* How many instances in tracefs carry the process's number. */
static size_t instances_of(pid_t process)
{
	static const char *const places[] = {"/sys/kernel/tracing/instances",
					     "/sys/kernel/debug/tracing/instances"};
	char prefix[64];
	const struct dirent *entry;
	size_t count = 0;
	DIR *folder = opendir(places[0]);

	if (!folder)
		folder = opendir(places[1]);
	if (!folder)
		return 0;
	(void)snprintf(prefix, sizeof(prefix), "tcpwhy-lab-%d-", (int)process);
	while ((entry = readdir(folder)))
		count += strncmp(entry->d_name, prefix, strlen(prefix)) == 0;
	(void)closedir(folder);
	return count;
}

static void resets_are_told_with_sender_reason_and_time(void **state)
{
	(void)state;
	need_root();

	pid_t child = start(trace_three_resets);

	assert_int_equal(result_of(child), 0);
	assert_int_equal(instances_of(child), 0);
}

static void runs_at_the_same_time_do_not_see_each_other(void **state)
{
	pid_t children[PARALLEL];

	(void)state;
	need_root();
	for (size_t i = 0; i < PARALLEL; i++)
		children[i] = start(trace_three_resets);
	for (size_t i = 0; i < PARALLEL; i++)
		assert_int_equal(result_of(children[i]), 0);
}

static int trace_without_tracefs(void)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return 6;
	while (umount2("/sys/kernel/debug", MNT_DETACH) == 0)
		continue;
	while (umount2("/sys/kernel/tracing", MNT_DETACH) == 0)
		continue;
	if (access("/sys/kernel/tracing/events", F_OK) == 0)
		return 7;
	return trace_three_resets();
}

/* A task that ours begins later has segments dropped. The kernel may leave a few to ksoftirqd. */
static int trace_drops_of_a_later_task(void)
{
	struct lab_addresses addresses = addresses_of_this_process();
	struct lab_trace *trace;
	const char *step;
	size_t count;
	bool lost;

	if (!loopback_is_up())
		return 1;
	if (lab_trace_open(&trace, &addresses, &step) != 0)
		return 2;
	bool tells = lab_trace_tells_reasons(trace);
	pid_t child = fork();

	for (int i = 0; child == 0 && i < 20; i++)
		(void)connect_to(&addresses, socket_at(&addresses, LAB_CLIENT, 0), NOBODYS_PORT);
	if (child == 0)
		_exit(0);
	(void)waitpid(child, NULL, 0);

	const struct lab_event *events = lab_trace_finish(trace, &count, &lost);
	int result = tells && count_events(events, count).dropped == 0 ? 3 : 0;

	for (size_t i = 0; i < count; i++)
		if (events[i].kind == LAB_DROPPED && strcmp(events[i].reason, "NO_SOCKET") != 0)
			result = 4;
	lab_trace_free(trace);
	return result;
}

static void drops_of_our_own_tasks_are_told(void **state)
{
	(void)state;
	need_root();
	assert_int_equal(result_of(start(trace_drops_of_a_later_task)), 0);
}

static void tracefs_is_mounted_where_it_is_missing(void **state)
{
	(void)state;
	need_root();
	assert_int_equal(result_of(start(trace_without_tracefs)), 0);
}

/* Ends as if killed, with its instances still there. */
static int leave_instances(void)
{
	struct lab_addresses addresses = addresses_of_this_process();
	struct lab_trace *trace;
	const char *step;

	return lab_trace_open(&trace, &addresses, &step) == 0 && instances_of(getpid()) > 0 ? 0 : 1;
}

static void instances_of_processes_that_are_gone_are_removed(void **state)
{
	struct lab_addresses addresses = addresses_of_this_process();
	struct lab_trace *trace;
	const char *step;

	(void)state;
	need_root();

	pid_t child = start(leave_instances);

	assert_int_equal(result_of(child), 0);
	assert_int_equal(lab_trace_open(&trace, &addresses, &step), 0);
	assert_int_equal(instances_of(child), 0);
	lab_trace_clean();
	assert_true(instances_of(getpid()) > 0);
	lab_trace_free(trace);
	assert_int_equal(instances_of(getpid()), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_of_all_events_are_read),
	    cmocka_unit_test(other_lines_are_no_events),
	    cmocka_unit_test(damaged_lines_are_read_without_harm),
	    cmocka_unit_test(fields_are_found_in_formats),
	    cmocka_unit_test(drops_are_filtered_by_the_kernels_own_numbers),
	    cmocka_unit_test(losses_are_told_by_statistics),
	    cmocka_unit_test(hosts_are_told_by_exact_address),
	    cmocka_unit_test(resets_are_told_with_sender_reason_and_time),
	    cmocka_unit_test(runs_at_the_same_time_do_not_see_each_other),
	    cmocka_unit_test(drops_of_our_own_tasks_are_told),
	    cmocka_unit_test(tracefs_is_mounted_where_it_is_missing),
	    cmocka_unit_test(instances_of_processes_that_are_gone_are_removed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
