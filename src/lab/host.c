/* host.c: the steps that make a host, each done by a thread inside its namespace. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/host.h"

#include "lab/netlink.h"
#include "lab/offload.h"
#include "lab/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	MTU = 1500,
	TAP_QUEUE = 8192,   /* frames; more than a full send buffer, so that none is lost there */
	READY_TRIES = 1000, /* of 1 ms */
};

static const char device[] = "eth0";

/*
 * A namespace inherits some of its settings from the machine's and takes others from the size of
 * its memory. These are Linux's own defaults (Documentation/networking/ip-sysctl.rst) on a machine
 * with some gigabytes, but for: tcp_no_metrics_save, so that a connection does not learn from those
 * before it; and IPv6 without autoconfiguration. What a kernel does not know is left out.
 */
static const struct setting {
	const char *path;
	const char *value;
} defaults[] = {
    {"net/core/somaxconn", "4096"},
    {"net/ipv4/conf/all/rp_filter", "0"},
    {"net/ipv4/conf/default/rp_filter", "0"},
    {"net/ipv4/ip_default_ttl", "64"},
    {"net/ipv4/ip_local_port_range", "32768 60999"},
    {"net/ipv4/ip_no_pmtu_disc", "0"},
    {"net/ipv4/ping_group_range", "1 0"},
    {"net/ipv4/tcp_abort_on_overflow", "0"},
    {"net/ipv4/tcp_autocorking", "1"},
    {"net/ipv4/tcp_dsack", "1"},
    {"net/ipv4/tcp_early_retrans", "3"},
    {"net/ipv4/tcp_ecn", "2"},
    {"net/ipv4/tcp_ecn_fallback", "1"},
    {"net/ipv4/tcp_fastopen", "1"},
    {"net/ipv4/tcp_fastopen_blackhole_timeout_sec", "0"},
    {"net/ipv4/tcp_fin_timeout", "60"},
    {"net/ipv4/tcp_frto", "2"},
    {"net/ipv4/tcp_invalid_ratelimit", "500"},
    {"net/ipv4/tcp_keepalive_intvl", "75"},
    {"net/ipv4/tcp_keepalive_probes", "9"},
    {"net/ipv4/tcp_keepalive_time", "7200"},
    {"net/ipv4/tcp_max_syn_backlog", "1024"},
    {"net/ipv4/tcp_migrate_req", "0"},
    {"net/ipv4/tcp_moderate_rcvbuf", "1"},
    {"net/ipv4/tcp_mtu_probing", "0"},
    {"net/ipv4/tcp_no_metrics_save", "1"},
    {"net/ipv4/tcp_notsent_lowat", "4294967295"},
    {"net/ipv4/tcp_orphan_retries", "0"},
    {"net/ipv4/tcp_recovery", "1"},
    {"net/ipv4/tcp_reflect_tos", "0"},
    {"net/ipv4/tcp_reordering", "3"},
    {"net/ipv4/tcp_retries1", "3"},
    {"net/ipv4/tcp_retries2", "15"},
    {"net/ipv4/tcp_rfc1337", "0"},
    {"net/ipv4/tcp_rmem", "4096 131072 6291456"},
    {"net/ipv4/tcp_sack", "1"},
    {"net/ipv4/tcp_shrink_window", "0"},
    {"net/ipv4/tcp_slow_start_after_idle", "1"},
    {"net/ipv4/tcp_stdurg", "0"},
    {"net/ipv4/tcp_syn_linear_timeouts", "4"},
    {"net/ipv4/tcp_syn_retries", "6"},
    {"net/ipv4/tcp_synack_retries", "5"},
    {"net/ipv4/tcp_syncookies", "1"},
    {"net/ipv4/tcp_thin_linear_timeouts", "0"},
    {"net/ipv4/tcp_timestamps", "1"},
    {"net/ipv4/tcp_tw_reuse", "2"},
    {"net/ipv4/tcp_window_scaling", "1"},
    {"net/ipv4/tcp_wmem", "4096 16384 4194304"},
    {"net/ipv6/auto_flowlabels", "1"},
    {"net/ipv6/conf/default/accept_dad", "0"},
    {"net/ipv6/conf/default/accept_ra", "0"},
    {"net/ipv6/conf/default/addr_gen_mode", "1"}, /* no link-local address */
    {"net/ipv6/conf/default/autoconf", "0"},
    {"net/ipv6/conf/default/dad_transmits", "0"},
    {"net/ipv6/conf/default/hop_limit", "64"},
    {"net/ipv6/conf/default/router_solicitations", "0"},
    {"net/ipv6/conf/default/use_tempaddr", "0"},
};

/* ---- inside ---- */

struct visit {
	const struct lab_host *host;
	int (*job)(void *);
	void *argument;
	int result;
};

static void *visit(void *argument)
{
	struct visit *visit = argument;

	visit->result = visit->host ? lab_host_enter(visit->host) : 0;
	if (!visit->result)
		visit->result = visit->job(visit->argument);
	return NULL;
}

/* A thread's namespace is its own, and ends with it: there is no way back that could fail. */
int lab_host_inside(const struct lab_host *host, int (*job)(void *), void *argument)
{
	struct visit plan = {.host = host, .job = job, .argument = argument};
	pthread_t thread;
	int error = pthread_create(&thread, NULL, visit, &plan);

	if (error)
		return error;
	(void)pthread_join(thread, NULL);
	return plan.result;
}

int lab_host_enter(const struct lab_host *host)
{
	return setns(host->namespace_fd, CLONE_NEWNET) == 0 ? 0 : errno;
}

/* ---- settings ---- */

/* Those of the calling thread's namespace. */
static int write_sysctl(const char *path, const char *value)
{
	char file_name[128];
	int error = 0;
	int file;

	if (snprintf(file_name, sizeof(file_name), "/proc/sys/%s", path) >= (int)sizeof(file_name))
		return ENAMETOOLONG;
	file = open(file_name, O_WRONLY | O_CLOEXEC);
	if (file < 0)
		return errno;
	if (write(file, value, strlen(value)) < 0)
		error = errno;
	(void)close(file);
	return error;
}

static int apply_setting(void *argument)
{
	const struct setting *setting = argument;

	return write_sysctl(setting->path, setting->value);
}

int lab_host_sysctl(const struct lab_host *host, const char *path, const char *value)
{
	struct setting setting = {.path = path, .value = value};

	return lab_host_inside(host, apply_setting, &setting);
}

/* ---- addresses ---- */

static uint8_t family_of(bool ip6)
{
	return ip6 ? AF_INET6 : AF_INET;
}

static size_t bytes_of(bool ip6)
{
	return ip6 ? 16 : 4;
}

static int add_address(bool ip6, const uint8_t *address, uint8_t prefix)
{
	struct ifaddrmsg body = {
	    .ifa_family = family_of(ip6),
	    .ifa_prefixlen = prefix,
	    .ifa_flags = ip6 ? IFA_F_NODAD : 0,
	    .ifa_index = if_nametoindex(device),
	};
	struct lab_netlink message;

	lab_netlink_begin(&message, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &body, sizeof(body));
	lab_netlink_add(&message, IFA_LOCAL, address, bytes_of(ip6));
	lab_netlink_add(&message, IFA_ADDRESS, address, bytes_of(ip6));
	return lab_netlink_ask(&message, NETLINK_ROUTE);
}

/* Is this address delivered to this host itself? An errno where the kernel cannot tell. */
static int ask_whether_local(bool ip6, const uint8_t *address, bool *is_local)
{
	struct rtmsg route = {.rtm_family = family_of(ip6),
			      .rtm_dst_len = (uint8_t)(8 * bytes_of(ip6))};
	struct lab_netlink message;
	int error;

	lab_netlink_begin(&message, RTM_GETROUTE, 0, &route, sizeof(route));
	lab_netlink_add(&message, RTA_DST, address, bytes_of(ip6));
	error = lab_netlink_ask(&message, NETLINK_ROUTE);
	if (error)
		return error;
	memcpy(&route, message.bytes + NLMSG_HDRLEN, sizeof(route));
	*is_local = route.rtm_type == RTN_LOCAL;
	return 0;
}

/* The kernel makes an IPv6 address reachable in a work queue, a moment after it was added. */
static int await_address(bool ip6, const uint8_t *address)
{
	static const struct timespec moment = {.tv_nsec = LAB_MILLISECOND};
	bool is_local = false;

	for (unsigned tries = 0; tries < READY_TRIES; tries++) {
		int error = ask_whether_local(ip6, address, &is_local);

		if (error || is_local)
			return error;
		(void)nanosleep(&moment, NULL);
	}
	return ETIMEDOUT;
}

/* ---- making ---- */

struct making {
	struct lab_host *host;
	const uint8_t *address;
	const uint8_t *gateway;
	bool ip6;
	bool vnet_header;
	const char **step;
};

static int make_namespace(const struct making *making)
{
	if (unshare(CLONE_NEWNET) != 0)
		return errno;
	making->host->namespace_fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	return making->host->namespace_fd >= 0 ? 0 : errno;
}

/* Before there is a device: it takes the defaults when it is made. */
static int set_defaults(const struct making *making)
{
	const char *no_ip6 = making->ip6 ? "0" : "1";
	int error = write_sysctl("net/ipv6/conf/all/disable_ipv6", no_ip6);

	for (size_t i = 0; i < TW_LEN(defaults) && (!error || error == ENOENT); i++)
		error = write_sysctl(defaults[i].path, defaults[i].value);
	return error == ENOENT ? 0 : error;
}

static int make_tap(const struct making *making)
{
	struct ifreq request = {
	    .ifr_flags = (short)(IFF_TAP | IFF_NO_PI | (making->vnet_header ? IFF_VNET_HDR : 0))};
	unsigned offload =
	    making->vnet_header ? TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN : 0;
	int header_bytes = LAB_VNET_HEADER_BYTES;
	int tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	making->host->tap = tap;
	memcpy(request.ifr_name, device, sizeof(device));
	if (tap < 0 || ioctl(tap, TUNSETIFF, &request) != 0 ||
	    ioctl(tap, TUNSETOFFLOAD, offload) != 0)
		return errno;
	if (making->vnet_header && ioctl(tap, TUNSETVNETHDRSZ, &header_bytes) != 0)
		return errno;
	return 0;
}

/* With a plain queue: the machine's net.core.default_qdisc may pace or drop. A kernel without
 * traffic control has no other either. */
static int set_queue(unsigned interface)
{
	struct tcmsg body = {.tcm_ifindex = (int)interface, .tcm_parent = TC_H_ROOT};
	struct lab_netlink message;
	int error;

	lab_netlink_begin(&message, RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE, &body,
			  sizeof(body));
	lab_netlink_add(&message, TCA_KIND, "pfifo", sizeof("pfifo"));
	error = lab_netlink_ask(&message, NETLINK_ROUTE);
	return error == EOPNOTSUPP || error == ENOENT ? 0 : error;
}

static int raise_links(const struct making *making)
{
	struct ifinfomsg body = {
	    .ifi_index = (int)if_nametoindex("lo"), .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
	uint32_t mtu = MTU, queue = TAP_QUEUE;
	struct lab_netlink message;
	uint8_t mac[6];
	int error;

	lab_netlink_begin(&message, RTM_NEWLINK, 0, &body, sizeof(body));
	error = lab_netlink_ask(&message, NETLINK_ROUTE);
	if (error)
		return error;
	body.ifi_index = (int)if_nametoindex(device);
	lab_host_mac(making->host->name, mac);
	lab_netlink_begin(&message, RTM_NEWLINK, 0, &body, sizeof(body));
	lab_netlink_add(&message, IFLA_ADDRESS, mac, sizeof(mac));
	lab_netlink_add(&message, IFLA_MTU, &mtu, sizeof(mtu));
	lab_netlink_add(&message, IFLA_TXQLEN, &queue, sizeof(queue));
	error = lab_netlink_ask(&message, NETLINK_ROUTE);
	return error ? error : set_queue((unsigned)body.ifi_index);
}

static int set_address(const struct making *making)
{
	int error = add_address(making->ip6, making->address, making->ip6 ? 64 : 24);

	return error ? error : await_address(making->ip6, making->address);
}

static int set_neighbour(const struct making *making)
{
	struct ndmsg body = {
	    .ndm_family = family_of(making->ip6),
	    .ndm_ifindex = (int)if_nametoindex(device),
	    .ndm_state = NUD_PERMANENT,
	};
	struct lab_netlink message;
	uint8_t mac[6];

	lab_gateway_mac(making->host->name, mac);
	lab_netlink_begin(&message, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_EXCL, &body, sizeof(body));
	lab_netlink_add(&message, NDA_DST, making->gateway, bytes_of(making->ip6));
	lab_netlink_add(&message, NDA_LLADDR, mac, sizeof(mac));
	return lab_netlink_ask(&message, NETLINK_ROUTE);
}

static int set_route(const struct making *making)
{
	struct rtmsg body = {
	    .rtm_family = family_of(making->ip6),
	    .rtm_table = RT_TABLE_MAIN,
	    .rtm_protocol = RTPROT_STATIC,
	    .rtm_scope = RT_SCOPE_UNIVERSE,
	    .rtm_type = RTN_UNICAST,
	};
	uint32_t interface = if_nametoindex(device);
	struct lab_netlink message;

	lab_netlink_begin(&message, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &body, sizeof(body));
	lab_netlink_add(&message, RTA_GATEWAY, making->gateway, bytes_of(making->ip6));
	lab_netlink_add(&message, RTA_OIF, &interface, sizeof(interface));
	return lab_netlink_ask(&message, NETLINK_ROUTE);
}

static int make_inside(void *argument)
{
	static const struct {
		int (*take)(const struct making *);
		const char *text;
	} steps[] = {
	    {make_namespace, "create a network namespace (needs CAP_SYS_ADMIN)"},
	    {set_defaults, "set its sysctls (needs /proc/sys to be writable)"},
	    {make_tap, "create a TAP device (needs /dev/net/tun and CAP_NET_ADMIN)"},
	    {raise_links, "bring its devices up"},
	    {set_address, "give the TAP device an address"},
	    {set_neighbour, "add a static neighbour"},
	    {set_route, "add a default route"},
	};
	const struct making *making = argument;

	for (size_t i = 0; i < TW_LEN(steps); i++) {
		int error;

		*making->step = steps[i].text;
		error = steps[i].take(making);
		if (error)
			return error;
	}
	return 0;
}

int lab_host_make(struct lab_host *host, enum lab_host_name name, enum lab_host_name as,
		  const struct lab_addresses *addresses, bool vnet_header, const char **step)
{
	struct making making = {
	    .host = host,
	    .address = addresses->bytes[as],
	    .gateway = addresses->gateway[as],
	    .ip6 = addresses->ip6,
	    .vnet_header = vnet_header,
	    .step = step,
	};
	int error;

	*step = "start a thread";
	*host = (struct lab_host){.name = name, .namespace_fd = -1, .tap = -1};
	error = lab_host_inside(NULL, make_inside, &making);
	if (error)
		lab_host_close(host);
	return error;
}

void lab_host_close(struct lab_host *host)
{
	if (host->tap >= 0)
		(void)close(host->tap);
	if (host->namespace_fd >= 0)
		(void)close(host->namespace_fd);
	host->tap = -1;
	host->namespace_fd = -1;
}
