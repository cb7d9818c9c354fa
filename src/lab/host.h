/* host.h: one end of the wire: a network namespace with a TAP device, and its kernel's settings. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_HOST_H
#define TW_LAB_HOST_H

#include "lab/lab.h"

/*
 * Finds addresses that no other run on this machine has now. There are 16128 slots, each an
 * abstract Unix socket "tcpwhy-lab-slot-N", which is free again when *claim and its copies in other
 * processes are closed. To be called before a namespace is entered: abstract names belong to one.
 * With A = N / 252, B = 1 + N % 252:
 *
 *              IPv4                  IPv6 (N and 32768 + N in hexadecimal)
 *     client   10.(64 + A).B.2/24    fd74:6370:7768:N::2/64
 *     server   10.(128 + A).B.2/24   fd74:6370:7768:32768+N::2/64
 *     other    10.(128 + A).B.3/24   fd74:6370:7768:32768+N::3/64
 *
 * The gateways end in 1. Returns 0 or an errno: EADDRINUSE where all are taken.
 */
TW_CHECK int lab_addresses_claim(struct lab_addresses *addresses, bool ip6, int *claim);

/*
 * The namespace has no name: it vanishes with the last process and descriptor that uses it, so
 * nothing is left behind however a run ends. Neighbours are static, IPv6 has no autoconfiguration:
 * nothing but the experiment's own packets leaves the TAP, save IPv6's reports of multicast groups.
 */
struct lab_host {
	enum lab_host_name name;
	int namespace_fd;
	int tap; /* non-blocking; eth0 of the namespace */
};

/*
 * Makes namespace, device, address, default route and static neighbour (by rtnetlink; no program is
 * run). `address` decides its addresses and `as` whose address it gets: LAB_OTHER may have the
 * server's (two hosts with one address). With `vnet_header` the TAP has a virtio_net_hdr and takes
 * trains of segments. Returns 0 or an errno; `*step` then says what could not be done, e.g. "create
 * a network namespace (needs CAP_SYS_ADMIN)".
 */
TW_CHECK int lab_host_make(struct lab_host *host, enum lab_host_name name, enum lab_host_name as,
			   const struct lab_addresses *addresses, bool vnet_header,
			   const char **step);
void lab_host_close(struct lab_host *host);
/* Sets /proc/sys/`path` in the host's namespace, e.g. "net/ipv4/tcp_sack". Returns 0 or errno. */
TW_CHECK int lab_host_sysctl(const struct lab_host *host, const char *path, const char *value);
/* Moves the calling thread into the host's namespace. Returns 0 or errno. */
TW_CHECK int lab_host_enter(const struct lab_host *host);

/* Does the job in a thread of its own, inside the host's namespace (NULL: in the caller's); returns
 * what it returns, or the errno of not getting there. The caller stays where it is. */
TW_CHECK int lab_host_inside(const struct lab_host *host, int (*job)(void *), void *argument);

/* The kernel's counters that tell about TCP (Tcp, TcpExt of /proc/net/snmp and netstat). */
enum { LAB_COUNTERS_MAX = 256 };
struct lab_counters {
	size_t count;
	struct lab_counter {
		char name[40]; /* "TcpExtTCPAbortOnClose", as nstat calls it */
		int64_t value;
	} list[LAB_COUNTERS_MAX];
};

/* As they are now in the host's namespace. Returns 0 or errno. */
TW_CHECK int lab_host_counters(const struct lab_host *host, struct lab_counters *counters);

#endif
