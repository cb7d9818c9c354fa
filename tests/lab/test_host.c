/* test_host.c: namespaces with a TAP device: alone, quiet, and all that a host needs. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/host.h"

#include "lab/recording.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { PORT = 7000, FRAME_BYTES = 2048, PATIENCE_MS = 2000 };

struct bench {
	struct lab_addresses addresses;
	struct lab_host host;
	int claim;
};

/* Skips the test where the machine or the user cannot make a host. */
static void set_up(struct bench *bench, enum lab_host_name name, enum lab_host_name as, bool ip6,
		   bool vnet_header)
{
	const char *step = "";
	int error;

	assert_int_equal(lab_addresses_claim(&bench->addresses, ip6, &bench->claim), 0);
	error = lab_host_make(&bench->host, name, as, &bench->addresses, vnet_header, &step);
	if (error == EPERM || error == EACCES || error == ENOENT || error == EROFS) {
		print_message("skipped: cannot %s: %s\n", step, strerror(error));
		(void)close(bench->claim);
		skip();
	}
	if (error)
		fail_msg("cannot %s: %s", step, strerror(error));
}

static void take_down(struct bench *bench)
{
	lab_host_close(&bench->host);
	(void)close(bench->claim);
}

static size_t open_descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	size_t count = 0;

	assert_non_null(directory);
	while (readdir(directory))
		count++;
	(void)closedir(directory);
	return count;
}

/* ---- addresses ---- */

static void no_two_runs_have_one_address(void **state)
{
	struct lab_addresses first, second;
	int claims[2];

	(void)state;
	assert_int_equal(lab_addresses_claim(&first, false, &claims[0]), 0);
	assert_int_equal(lab_addresses_claim(&second, false, &claims[1]), 0);
	for (enum lab_host_name host = 0; host < LAB_HOSTS; host++)
		assert_string_not_equal(first.text[host], second.text[host]);
	(void)close(claims[0]);
	assert_int_equal(lab_addresses_claim(&second, false, &claims[0]), 0);
	assert_string_equal(first.text[LAB_CLIENT], second.text[LAB_CLIENT]);
	(void)close(claims[0]);
	(void)close(claims[1]);
}

static void only_the_other_host_is_a_neighbour_of_the_server(void **state)
{
	static const size_t subnet_bytes[] = {3, 8};

	(void)state;
	for (unsigned ip6 = 0; ip6 < 2; ip6++) {
		struct lab_addresses a;
		size_t subnet = subnet_bytes[ip6];
		int claim;

		assert_int_equal(lab_addresses_claim(&a, ip6 != 0, &claim), 0);
		assert_memory_not_equal(a.bytes[LAB_CLIENT], a.bytes[LAB_SERVER], subnet);
		assert_memory_equal(a.bytes[LAB_OTHER], a.bytes[LAB_SERVER], subnet);
		for (enum lab_host_name host = 0; host < LAB_HOSTS; host++)
			assert_memory_equal(a.bytes[host], a.gateway[host], subnet);
		assert_memory_equal(a.text[LAB_SERVER], ip6 ? "fd74:6370:7768:" : "10.",
				    ip6 ? 15 : 3);
		(void)close(claim);
	}
}

/* ---- what a host has ---- */

/* Counts the addresses of eth0, and remembers the last. */
struct interface {
	unsigned addresses;
	char text[LAB_ADDRESS_TEXT];
};

static int look_at_interface(void *argument)
{
	struct interface *interface = argument;
	struct ifaddrs *list;

	if (getifaddrs(&list) != 0)
		return errno;
	for (const struct ifaddrs *one = list; one; one = one->ifa_next) {
		const void *bytes = one->ifa_addr;
		int family = one->ifa_addr ? one->ifa_addr->sa_family : AF_UNSPEC;

		if (strcmp(one->ifa_name, "eth0") != 0 || (family != AF_INET && family != AF_INET6))
			continue;
		interface->addresses++;
		(void)inet_ntop(family, (const char *)bytes + (family == AF_INET ? 4 : 8),
				interface->text, sizeof(interface->text));
	}
	freeifaddrs(list);
	return 0;
}

static void a_host_has_its_one_address(void **state)
{
	(void)state;
	for (unsigned ip6 = 0; ip6 < 2; ip6++) {
		struct interface interface = {0};
		struct bench bench;

		set_up(&bench, LAB_CLIENT, LAB_CLIENT, ip6 != 0, false);
		assert_int_equal(lab_host_inside(&bench.host, look_at_interface, &interface), 0);
		assert_int_equal(interface.addresses, 1);
		assert_string_equal(interface.text, bench.addresses.text[LAB_CLIENT]);
		take_down(&bench);
	}
}

static void a_host_can_have_another_ones_address(void **state)
{
	struct interface interface = {0};
	struct bench bench;

	(void)state;
	set_up(&bench, LAB_OTHER, LAB_SERVER, false, false);
	assert_int_equal(lab_host_inside(&bench.host, look_at_interface, &interface), 0);
	assert_string_equal(interface.text, bench.addresses.text[LAB_SERVER]);
	take_down(&bench);
}

struct reading {
	const char *path;
	char text[64];
};

static int read_file(void *argument)
{
	struct reading *reading = argument;
	FILE *file = fopen(reading->path, "r");

	if (!file)
		return errno;
	if (!fgets(reading->text, sizeof(reading->text), file))
		reading->text[0] = '\0';
	(void)fclose(file);
	return 0;
}

static void settings_are_those_of_the_host_alone(void **state)
{
	struct reading here = {.path = "/proc/sys/net/ipv4/tcp_fin_timeout"};
	struct reading there = here;
	struct reading after = here;
	struct bench bench;

	(void)state;
	set_up(&bench, LAB_SERVER, LAB_SERVER, false, false);
	assert_int_equal(read_file(&here), 0);
	assert_int_equal(lab_host_inside(&bench.host, read_file, &there), 0);
	assert_string_equal(there.text, "60\n");
	assert_int_equal(lab_host_sysctl(&bench.host, "net/ipv4/tcp_fin_timeout", "17"), 0);
	assert_int_equal(lab_host_inside(&bench.host, read_file, &there), 0);
	assert_string_equal(there.text, "17\n");
	assert_int_equal(read_file(&after), 0);
	assert_string_equal(after.text, here.text);
	assert_int_equal(lab_host_sysctl(&bench.host, "net/ipv4/tcp_no_such", "1"), ENOENT);
	assert_int_equal(lab_host_sysctl(&bench.host, "net/ipv4/tcp_sack", "many"), EINVAL);
	take_down(&bench);
}

static void the_counters_are_those_of_the_host(void **state)
{
	static const char *const wanted[] = {"TcpOutRsts", "TcpMaxConn", "TcpExtTCPAbortOnClose",
					     "TcpExtEmbryonicRsts"};
	struct lab_counters counters;
	unsigned found = 0;
	struct bench bench;

	(void)state;
	set_up(&bench, LAB_SERVER, LAB_SERVER, false, false);
	assert_int_equal(lab_host_counters(&bench.host, &counters), 0);
	assert_in_range(counters.count, 60, LAB_COUNTERS_MAX - 1);
	for (size_t i = 0; i < counters.count; i++)
		for (size_t j = 0; j < TW_LEN(wanted); j++)
			if (strcmp(counters.list[i].name, wanted[j]) == 0) {
				assert_int_equal(counters.list[i].value, j == 1 ? -1 : 0);
				found++;
			}
	assert_int_equal(found, TW_LEN(wanted));
	take_down(&bench);
}

/* ---- the device ---- */

struct talk {
	bool ip6;
	const uint8_t *to;
	int socket;
};

static int send_datagram(void *argument)
{
	struct talk *talk = argument;
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(PORT)};
	struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(PORT)};
	int sent;

	memcpy(&six.sin6_addr, talk->to, 16);
	memcpy(&four.sin_addr, talk->to, 4);
	talk->socket = socket(talk->ip6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	sent = talk->ip6 ? connect(talk->socket, (const void *)&six, sizeof(six))
			 : connect(talk->socket, (const void *)&four, sizeof(four));
	if (sent != 0 || send(talk->socket, "ping", 4, 0) != 4)
		return errno;
	return 0;
}

/* Reads the host's next frame; fails the test where none comes. */
static size_t next_frame(int tap, uint8_t frame[FRAME_BYTES])
{
	struct pollfd wait = {.fd = tap, .events = POLLIN};
	ssize_t size;

	assert_int_equal(poll(&wait, 1, PATIENCE_MS), 1);
	size = read(tap, frame, FRAME_BYTES);
	assert_true(size > 0);
	return (size_t)size;
}

/* IPv6 announces the multicast groups that it listens to (ICMPv6 143, RFC 3810). */
static bool is_group_report(const uint8_t *ethernet)
{
	return ethernet[0] == 0x33 && ethernet[12] == 0x86 && ethernet[14 + 40 + 8] == 143;
}

static void swap(uint8_t *a, uint8_t *b, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		uint8_t byte = a[i];

		a[i] = b[i];
		b[i] = byte;
	}
}

/* The host sends a datagram to the server; it comes out of the device at once, from its Ethernet
 * address to its gateway's. Turned round and put back, it arrives. */
static void check_both_ways(bool ip6, bool vnet_header)
{
	struct bench bench;
	size_t header = vnet_header ? 10 : 0;
	size_t addresses = ip6 ? 14 + 8 : 14 + 12, address_bytes = ip6 ? 16 : 4;
	size_t ports = ip6 ? 14 + 40 : 14 + 20;
	uint8_t frame[FRAME_BYTES], mac[6];
	uint8_t *ethernet = frame + header;
	char text[8] = "";
	size_t size;

	set_up(&bench, LAB_CLIENT, LAB_CLIENT, ip6, vnet_header);

	struct talk talk = {.ip6 = ip6, .to = bench.addresses.bytes[LAB_SERVER]};

	assert_int_equal(lab_host_inside(&bench.host, send_datagram, &talk), 0);
	do
		size = next_frame(bench.host.tap, frame);
	while (is_group_report(ethernet));
	assert_int_equal(size, header + ports + 8 + 4);
	lab_gateway_mac(LAB_CLIENT, mac);
	assert_memory_equal(ethernet, mac, 6);
	lab_host_mac(LAB_CLIENT, mac);
	assert_memory_equal(ethernet + 6, mac, 6);
	assert_int_equal(ethernet[ip6 ? 14 + 7 : 14 + 8], 64);
	assert_memory_equal(ethernet + addresses, bench.addresses.bytes[LAB_CLIENT], address_bytes);

	/* An exchange of addresses and ports leaves the checksum as it was; offload has not
	 * filled it in, and says so. */
	assert_int_equal(frame[0], vnet_header ? 1 : ethernet[0]);
	swap(ethernet, ethernet + 6, 6);
	swap(ethernet + addresses, ethernet + addresses + address_bytes, address_bytes);
	swap(ethernet + ports, ethernet + ports + 2, 2);
	assert_int_equal(write(bench.host.tap, frame, size), size);
	assert_int_equal(recv(talk.socket, text, sizeof(text), MSG_DONTWAIT), 4);
	assert_string_equal(text, "ping");
	(void)close(talk.socket);
	take_down(&bench);
}

static void packets_leave_and_arrive_at_once(void **state)
{
	(void)state;
	check_both_ways(false, false);
	check_both_ways(true, false);
}

static void packets_leave_and_arrive_with_offload(void **state)
{
	(void)state;
	check_both_ways(false, true);
	check_both_ways(true, true);
}

static void a_host_that_nobody_talks_to_is_silent(void **state)
{
	(void)state;
	for (unsigned ip6 = 0; ip6 < 2; ip6++) {
		uint8_t frame[FRAME_BYTES] = {0};
		struct bench bench;

		set_up(&bench, LAB_CLIENT, LAB_CLIENT, ip6 != 0, false);
		(void)usleep(300000);
		while (read(bench.host.tap, frame, sizeof(frame)) > 0)
			assert_true(is_group_report(frame));
		take_down(&bench);
	}
}

/* ---- what is left ---- */

static void nothing_is_left_of_a_host_and_the_caller_has_not_moved(void **state)
{
	char before[64] = "", after[64] = "";
	struct bench bench;
	size_t open_before;

	(void)state;
	open_before = open_descriptors();
	assert_true(readlink("/proc/thread-self/ns/net", before, sizeof(before) - 1) > 0);
	for (unsigned i = 0; i < 10; i++) {
		set_up(&bench, LAB_CLIENT, LAB_CLIENT, false, false);
		take_down(&bench);
	}
	assert_true(readlink("/proc/thread-self/ns/net", after, sizeof(after) - 1) > 0);
	assert_string_equal(before, after);
	assert_int_equal(open_descriptors(), open_before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_two_runs_have_one_address),
	    cmocka_unit_test(only_the_other_host_is_a_neighbour_of_the_server),
	    cmocka_unit_test(a_host_has_its_one_address),
	    cmocka_unit_test(a_host_can_have_another_ones_address),
	    cmocka_unit_test(settings_are_those_of_the_host_alone),
	    cmocka_unit_test(the_counters_are_those_of_the_host),
	    cmocka_unit_test(packets_leave_and_arrive_at_once),
	    cmocka_unit_test(packets_leave_and_arrive_with_offload),
	    cmocka_unit_test(a_host_that_nobody_talks_to_is_silent),
	    cmocka_unit_test(nothing_is_left_of_a_host_and_the_caller_has_not_moved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
