/* analysis.h: the marks that Wireshark's sequence analysis would put on each segment. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TCP_ANALYSIS_H
#define TW_TCP_ANALYSIS_H

#include "wire/segment.h"

/*
 * X(NAME, bit, filter): what Wireshark 4.0 shows under tcp.analysis, by the last part of its filter
 * name. Of the four that a repeated segment can get it gets one; Wireshark's filter
 * "retransmission" also matches the fast and the spurious ones (TW_ANALYSIS_ANY_RETRANSMISSION).
 */
#define TW_ANALYSIS(X)                                           \
	X(RETRANSMISSION, 0, "retransmission")                   \
	X(FAST_RETRANSMISSION, 1, "fast_retransmission")         \
	X(SPURIOUS_RETRANSMISSION, 2, "spurious_retransmission") \
	X(OUT_OF_ORDER, 3, "out_of_order")                       \
	X(DUPLICATE_ACK, 4, "duplicate_ack")                     \
	X(LOST_SEGMENT, 5, "lost_segment")                       \
	X(ACK_LOST_SEGMENT, 6, "ack_lost_segment")               \
	X(KEEP_ALIVE, 7, "keep_alive")                           \
	X(KEEP_ALIVE_ACK, 8, "keep_alive_ack")                   \
	X(ZERO_WINDOW, 9, "zero_window")                         \
	X(ZERO_WINDOW_PROBE, 10, "zero_window_probe")            \
	X(ZERO_WINDOW_PROBE_ACK, 11, "zero_window_probe_ack")    \
	X(WINDOW_UPDATE, 12, "window_update")                    \
	X(WINDOW_FULL, 13, "window_full")                        \
	X(PORTS_REUSED, 14, "reused_ports")

enum tw_analysis_mark {
#define X(name, bit, filter) TW_ANALYSIS_##name = 1 << (bit),
	TW_ANALYSIS(X)
#undef X
};

#define TW_ANALYSIS_ANY_RETRANSMISSION                                  \
	(TW_ANALYSIS_RETRANSMISSION | TW_ANALYSIS_FAST_RETRANSMISSION | \
	 TW_ANALYSIS_SPURIOUS_RETRANSMISSION)

/* What was seen from one side; "window" is unscaled unless the input gave it scaled. */
struct tw_analysis_side {
	int64_t last_ns;	 /* time of the last segment */
	int64_t next_seq_ns;	 /* time when next_seq last moved */
	uint32_t next_seq;	 /* highest number sent, plus one; 0: nothing seen */
	uint32_t contiguous_seq; /* what the peer can acknowledge without a gap in what was seen */
	uint32_t last_ack;
	uint32_t last_window;
	uint32_t duplicate_acks; /* UINT32_MAX: the next one counts as the first */
	uint32_t generation_end; /* numbers below it belong to the older generation */
	uint16_t unacked_older;	 /* segments not yet acknowledged, in two generations */
	uint16_t unacked_newer;
	uint16_t last_marks;   /* enum tw_analysis_mark of the last segment */
	uint8_t scaling;       /* enum tw_analysis_scaling */
	uint8_t shift;	       /* with TW_SCALING_SHIFT */
	uint8_t mptcp_seen;    /* of tw_analysis.mptcp_seen, at the last segment */
	bool window_seen;      /* last_window is set */
	bool window_is_scaled; /* last_window came multiplied already */
	bool syn_was_last;     /* a SYN came and no ACK since: the window is still unscaled */
};

enum tw_analysis_scaling {
	TW_SCALING_UNKNOWN,
	TW_SCALING_NONE, /* the handshake shows that windows are not scaled */
	TW_SCALING_SHIFT,
};

/*
 * Both directions of one connection. All zero is a connection of which nothing was seen. Constant
 * size: Wireshark's list of unacknowledged segments serves bytes in flight, round trips and
 * time-outs, none of which is a mark; only its length limit has an effect, for which counts do.
 */
struct tw_analysis {
	int64_t syn_ns;	      /* time of the latest SYN; 0: none */
	int64_t first_rtt_ns; /* from there to the first ACK; 0: unknown */
	struct tw_analysis_side side[2];
	uint8_t mptcp_seen; /* bit per MPTCP subtype */
};

/*
 * The marks of `segment` (enum tw_analysis_mark), sent by side `direction`, in the order of the
 * capture. `ports_reused` comes from the flow table (tw_flow_hit), whose new incarnation brings a
 * new, zeroed `analysis`.
 *
 * A segment whose flags, SEQ, ACK or length are unknown gets no mark and changes nothing. An
 * unknown window counts as unchanged and not zero. Without times a repeated segment is never called
 * out of order or fast, only retransmission.
 */
uint32_t tw_analysis_segment(struct tw_analysis *analysis, const struct tw_segment *segment,
			     unsigned direction, bool ports_reused);

/* The segment that an ICMP error quotes: it gets no mark, but Wireshark lets it touch the state. */
void tw_analysis_quoted(struct tw_analysis *analysis, const struct tw_icmp_error *error,
			unsigned direction, bool ports_reused);

/* With TW_ANALYSIS_DUPLICATE_ACK: the how manieth of its number; valid until the next segment. */
uint32_t tw_analysis_duplicate_acks(const struct tw_analysis *analysis, unsigned direction);

/* "out_of_order" of TW_ANALYSIS_OUT_OF_ORDER, NULL where `mark` is not exactly one mark. */
const char *tw_analysis_filter(enum tw_analysis_mark mark);

#endif
