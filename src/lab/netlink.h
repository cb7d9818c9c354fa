/* netlink.h: one question to the kernel by netlink(7): composed, asked, answered. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_NETLINK_H
#define TW_LAB_NETLINK_H

#include "base/defs.h"

#include <linux/netlink.h>

enum { LAB_NETLINK_BYTES = 1024 };

/* A message with its attributes; begun anew for each question. */
struct lab_netlink {
	union {
		struct nlmsghdr header;
		uint8_t bytes[LAB_NETLINK_BYTES];
	};
};

/* `flags` besides NLM_F_REQUEST and NLM_F_ACK; `body` follows the header. */
void lab_netlink_begin(struct lab_netlink *message, uint16_t type, uint16_t flags, const void *body,
		       size_t size);
void lab_netlink_add(struct lab_netlink *message, uint16_t attribute, const void *value,
		     size_t size);
/*
 * Sends it to NETLINK_ROUTE or NETLINK_SOCK_DIAG in the network namespace of the calling thread and
 * waits for the answer, which replaces the message unless it is a mere acknowledgment. Returns 0,
 * or the errno of the kernel's refusal.
 */
TW_CHECK int lab_netlink_ask(struct lab_netlink *message, int protocol);

#endif
