/* protocols.h: the names that stand in Wireshark's protocol column. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TYPED_PROTOCOLS_H
#define TW_TYPED_PROTOCOLS_H

#include "typed/tokens.h"

enum tw_protocol {
	TW_PROTOCOL_UNKNOWN,   /* no name that is known here */
	TW_PROTOCOL_TCP,       /* TCP itself */
	TW_PROTOCOL_OVER_TCP,  /* always carried by TCP: TLS, HTTP, SSH, ... */
	TW_PROTOCOL_MAYBE_TCP, /* carried by TCP or by something else: NFS, SIP, LDAP, ... */
	TW_PROTOCOL_NOT_TCP,   /* ARP, ICMP, UDP, ... */
};

enum tw_protocol tw_protocol_of(const struct tw_token *token);

#endif
