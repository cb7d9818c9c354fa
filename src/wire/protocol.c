/* protocol.c: IP protocol numbers -> steps. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/protocol.h"

#include "wire/icmp.h"
#include "wire/ip4.h"
#include "wire/ip6.h"
#include "wire/tcp.h"
#include "wire/tunnel.h"

enum { ANY_VERSION = 0, PROTOCOL_ESP = 50 };

struct entry {
	uint8_t protocol;
	uint8_t ip_version; /* the only IP version under which the number has this meaning */
	tw_step *step;
};

/* www.iana.org/assignments/protocol-numbers */
static const struct entry entries[] = {
    {1, 4, tw_icmp4_step},
    {58, 6, tw_icmp6_step},
    {17, ANY_VERSION, tw_udp_step},
    {0, 6, tw_ip6_hop_by_hop_step},
    {43, 6, tw_ip6_routing_step},
    {44, 6, tw_ip6_fragment_step},
    {60, 6, tw_ip6_destination_step},
    {51, ANY_VERSION, tw_ah_step},
    {135, 6, tw_ip6_other_step},
    {139, 6, tw_ip6_other_step},
    {140, 6, tw_ip6_other_step},
    {4, ANY_VERSION, tw_ip4_step},
    {41, ANY_VERSION, tw_ip6_step},
    {47, ANY_VERSION, tw_gre_step},
};

void tw_protocol_enter(struct tw_descent *descent, uint8_t protocol)
{
	if (protocol == TW_PROTOCOL_TCP) {
		descent->next = tw_tcp_step;
		return;
	}
	if (protocol == PROTOCOL_ESP) {
		tw_descent_stop(descent, TW_UNDECODED_IP_ENCRYPTED);
		return;
	}
	for (size_t i = 0; i < TW_LEN(entries); i++) {
		bool fits = entries[i].ip_version == ANY_VERSION ||
			    entries[i].ip_version == descent->decoded->segment.ip_version;

		if (entries[i].protocol == protocol && fits) {
			descent->next = entries[i].step;
			return;
		}
	}
	tw_descent_stop(descent, TW_UNDECODED_NOT_TCP);
}
