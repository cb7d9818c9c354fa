/* context.h: what the rest of the input says about one connection. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CONTEXT_CONTEXT_H
#define TW_CONTEXT_CONTEXT_H

#include "tcp/connection.h"

/* Settled when the input has ended; all unknown (zero) for a connection that stands alone. */
struct tw_context {
	bool input_end_known; /* a capture has a last frame; a typed list proves no end */
	int64_t input_end_ns; /* time of the last frame of the whole input */
	/* First sign of life of each side's host elsewhere, after this one fell silent. */
	struct tw_moment alive_elsewhere[2];
	bool has_retry; /* the opener connected again to the same server and port */
	uint32_t retry_stream;
	struct tw_moment retry; /* its SYN */
	/* By side: the same host on its other connections, for one that sent nothing but RSTs. */
	struct tw_host_seen {
		uint8_t ttl_min;
		uint8_t ttl_max;     /* 0: no other connection shows one */
		int64_t distance_ns; /* shortest round trip; 0 unknown */
		struct tw_moment at; /* a segment of it */
	} host[2];
};

#endif
