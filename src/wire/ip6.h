/* ip6.h: the IPv6 header and its extension headers (RFC 8200). */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_WIRE_IP6_H
#define TW_WIRE_IP6_H

#include "wire/descent.h"

/* As tw_ip4_step, for IPv6. Payload length 0 is a jumbogram (RFC 2675) or segmentation offload. */
tw_step tw_ip6_step;
tw_step tw_ip6_hop_by_hop_step;
/* The final destination becomes the segment's while the header still leads there (8200, 8754). */
tw_step tw_ip6_routing_step;
tw_step tw_ip6_fragment_step;
/* A home address (RFC 6275 section 6.3) becomes the segment's source: the TCP endpoint is there. */
tw_step tw_ip6_destination_step;
/* Extension headers without meaning here: mobility, HIP, Shim6. */
tw_step tw_ip6_other_step;

#endif
