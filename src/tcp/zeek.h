/* zeek.h: Zeek's conn_state and history of one connection, computed as Zeek computes them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TCP_ZEEK_H
#define TW_TCP_ZEEK_H

#include "base/limits.h"
#include "base/str.h"
#include "wire/segment.h"

/*
 * The definitions are those of Zeek 5.1 to 8 (TCPSessionAdapter.cc, TCP_Endpoint.cc,
 * TCP_Reassembler.cc, base/protocols/conn/main.zeek) with its default settings, fed with the
 * segments of one connection in the order of capture. The memory is constant: what Zeek's
 * reassembler keeps as blocks is kept as fewer than TW_LIMIT_ZEEK_RANGES ranges per direction and
 * a number of holes, and offsets are kept modulo 2^32: a SYN or a stray FIN inside a connection
 * whose numbers have wrapped may show another letter than in Zeek.
 *
 * Zeek's timers are not part of this. A caller cannot tell from the answer that Zeek had already
 * logged the connection and would have counted later segments as another one:
 *   - 5 s after a first SYN without any answer (tcp_attempt_delay);
 *   - 5 s after both sides closed or one reset (tcp_close_delay);
 *   - 5 min without a segment (tcp_inactivity_timeout; 1 min before the handshake is over);
 *   - a SYN with another sequence number, or any SYN once the connection is closed (IsReuse).
 */

/* What is known of one endpoint, in the order in which a connection passes through it. */
enum tw_zeek_state {
	TW_ZEEK_INACTIVE,     /* nothing came from it, or nothing that counts */
	TW_ZEEK_SYN_SENT,     /* its SYN came */
	TW_ZEEK_SYN_ACK_SENT, /* its SYN,ACK came and no SYN before it */
	TW_ZEEK_PARTIAL,      /* segments came, its SYN did not */
	TW_ZEEK_ESTABLISHED,
	TW_ZEEK_CLOSED, /* its FIN came */
	TW_ZEEK_RESET,	/* its RST came */
	TW_ZEEK_STATE_COUNT
};

/* Letters that are shown the 1st, 10th, 100th ... time only. */
enum tw_zeek_counted {
	TW_ZEEK_CHECKSUM,	/* c */
	TW_ZEEK_GAP,		/* g */
	TW_ZEEK_RETRANSMISSION, /* t */
	TW_ZEEK_ZERO_WINDOW,	/* w */
	TW_ZEEK_COUNTED_COUNT
};

/* Stream offsets first <= offset < end; offset 0 is the SYN (or where it would have been). */
struct tw_zeek_range {
	uint32_t first;
	uint32_t end;
};

struct tw_zeek_endpoint {
	uint32_t start; /* sequence number of offset 0 */
	uint32_t next;	/* highest end of a segment it sent */
	uint32_t acked; /* highest number acknowledged to it */
	uint16_t next_wraps;
	uint16_t acked_wraps;
	uint32_t syn_at; /* offsets of the last segment with each control flag */
	uint32_t fin_at;
	uint32_t rst_at;
	uint32_t fin_end;   /* offset behind its last FIN */
	uint32_t delivered; /* in-order data reaches to here, gaps given up included */
	uint32_t trimmed;   /* and is forgotten to here */
	struct tw_zeek_range ahead[TW_LIMIT_ZEEK_RANGES]; /* behind a hole, ascending */
	uint32_t counts[TW_ZEEK_COUNTED_COUNT];
	uint16_t joined; /* holes inside the highest range, see TW_LIMIT_ZEEK_RANGES */
	uint8_t ahead_count;
	uint8_t state; /* enum tw_zeek_state */
	uint8_t previous;
	uint8_t marks;
};

/*
 * A value; all zero is the start. The members are private but for `ignore_checksums`, which a
 * caller may set before the first segment, like Zeek's option -C: otherwise a segment whose
 * checksum is bad (or partial: transmit offload) shows as `c` and changes nothing else.
 */
struct tw_zeek {
	struct tw_zeek_endpoint endpoints[2]; /* by direction */
	char history[TW_LIMIT_ZEEK_HISTORY];
	uint8_t history_size;
	uint8_t shown[2];   /* letters shown once: [0] of the originator, [1] of the responder */
	uint8_t originator; /* direction */
	bool started;
	bool partial; /* the beginning was not seen */
	bool history_cut;
	bool ignore_checksums;
};

/*
 * Takes the next segment. `direction` is 0 where the sender of the first segment sent it, else 1.
 * What is not known of a segment is taken to be harmless: no sequence number means new data in
 * order (a further SYN or FIN: the same one again), no acknowledgment number means that everything
 * is acknowledged, no length means one byte where PSH (but no SYN or RST) is set, else none.
 */
void tw_zeek_segment(struct tw_zeek *zeek, const struct tw_segment *segment, unsigned direction);

/* "SF", "S0", "REJ" ...; "OTH" before the first segment. Static text. */
const char *tw_zeek_conn_state(const struct tw_zeek *zeek);

/*
 * "ShADadFf": letters of the originator in upper case. Points into `zeek`; empty where no segment
 * had a letter. Where the originator and the responder change places in the middle ('^'), earlier
 * letters keep their case, in Zeek and here; but "H" becomes "^h".
 */
struct tw_str tw_zeek_history(const struct tw_zeek *zeek);

/* True where Zeek's history goes on behind TW_LIMIT_ZEEK_HISTORY letters. */
bool tw_zeek_history_cut(const struct tw_zeek *zeek);

/* True where the originator is direction 1 ('^'): by port, or by what follows a first SYN,ACK. */
bool tw_zeek_flipped(const struct tw_zeek *zeek);

#endif
