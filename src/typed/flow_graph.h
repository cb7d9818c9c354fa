/* flow_graph.h: Wireshark's flow graph as text: hosts as columns, two lines for each packet. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TYPED_FLOW_GRAPH_H
#define TW_TYPED_FLOW_GRAPH_H

#include "typed/row.h"

enum { TW_GRAPH_HOSTS_MAX = 16 };

struct tw_flow_graph {
	unsigned host_count; /* 0: no graph's head was met */
	struct {
		struct tw_str name;
		size_t column;
	} hosts[TW_GRAPH_HOSTS_MAX];
	size_t row; /* 1 + index of the row whose arrow is still to come, or 0 */
};

enum tw_graph_line {
	TW_GRAPH_NONE,
	TW_GRAPH_HEAD,	 /* |         |                   | 198.51.100.5      | */
	TW_GRAPH_PACKET, /* |0.000000 |         51000 > 80 [SYN]  |TCP: 51000 > 80 [SYN] Seq=0 */
	TW_GRAPH_ARROW,	 /* |         |(51000)  ------------------>  (80)     | */
};

/* What a whole line is. A head's hosts are kept; an arrow's ends are handed out, sender first. */
enum tw_graph_line tw_flow_graph_look(struct tw_flow_graph *graph, struct tw_str line,
				      struct tw_end_text ends[2]);
/* A TW_GRAPH_PACKET line, the hosts left open. Returns its tokens, or 0. */
unsigned tw_flow_graph_packet(struct tw_tokens *tokens, struct tw_row_draft *draft);

#endif
