/* host.h: one end of the wire: a network namespace with a TAP device, and its kernel's settings. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_HOST_H
#define TW_LAB_HOST_H

#include "lab/lab.h"

/*
 * The namespace has no name: it vanishes with the last process and descriptor that uses it, so
 * nothing is left behind however a run ends. Neighbours are static, IPv6 has no autoconfiguration:
 * no packet but the experiment's own is on the wire.
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
/* Sets /proc/sys/`path` in the host's namespace, e.g. "net/ipv4/tcp_timestamps". Returns 0 or errno. */
TW_CHECK int lab_host_sysctl(const struct lab_host *host, const char *path, const char *value);
/* Adds an address to eth0 (a service address, say). Returns 0 or errno. */
TW_CHECK int lab_host_add_address(const struct lab_host *host, bool ip6, const uint8_t *address);
/* Moves the calling thread into the host's namespace. Returns 0 or errno. */
TW_CHECK int lab_host_enter(const struct lab_host *host);

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
