/* pace.h: what the time of a connection went into: programs, windows, delayed acknowledgments. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TCP_PACE_H
#define TW_TCP_PACE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Pauses in which nothing was outstanding, so that nobody but a program was waited for. Frames: the
 * acknowledgment with which the longest one began, and the payload that ended it.
 */
struct tw_wait {
	uint64_t from;
	uint64_t to;
	int64_t longest_ns;
	int64_t total_ns;
};

/*
 * What one side says without the other's word between. A pause within it counts as its program's
 * where the other side speaks at once when it is over: that had waited for the rest.
 */
struct tw_turn {
	struct tw_wait pauses;
	uint8_t side;
	uint8_t resumed; /* pauses of a second or more */
};

/* A sender is held by its receiver's window where each round trip carries about one window. */
struct tw_rounds {
	int64_t began_ns; /* the round under way; 0: none */
	uint32_t bytes;	  /* new payload in it */
	uint32_t window;  /* the receiver's, in bytes, when it began */
	uint16_t count;
	uint16_t full;
	uint64_t first_full; /* frame that ended the first full one */
	int64_t full_ns;     /* duration of all full ones */
};

/*
 * Nagle's rule (RFC 9293 section 3.7.4): a segment smaller than the MSS waits until the one before
 * it is acknowledged, and its receiver delays that ACK.
 */
struct tw_lockstep {
	int64_t sent_ns;     /* the small segment that is all that is outstanding; 0: none */
	int64_t released_ns; /* its delayed ACK, which nothing came with; 0: none */
	int64_t delay_ns;    /* of that ACK */
	int64_t held_ns;     /* of all ACKs that released a small segment */
	uint64_t first;	     /* frame of the first segment that was released so */
	uint16_t count;
};

/* A segment with a wrong checksum that came again with a good one before any ACK covered it. */
struct tw_damage {
	uint64_t frame; /* the first of them that was repaired so */
	uint64_t open_frame;
	uint32_t seq; /* of the one that waits to be repaired */
	uint16_t repaired;
	bool open;
};

/*
 * Bare ACKs whose sequence number the input does not tell, with nothing of the other side between,
 * at even pauses: only a timer keeps these.
 */
struct tw_beat {
	uint64_t first; /* frames */
	uint64_t last;
	int64_t first_ns;
	int64_t last_ns;
	int64_t pause_ns;
	uint32_t count; /* 0: none */
};

struct tw_pace {
	struct tw_wait answers;	 /* after the other side's word */
	struct tw_wait pauses;	 /* within its own */
	struct tw_rounds rounds; /* of what it sent */
	struct tw_lockstep lockstep;
	struct tw_damage damage;
	struct tw_beat beat;
	uint16_t advances;  /* how often the other side acknowledged something new */
	uint8_t resumed;    /* how often it spoke again, unasked, after a second or more ... */
	uint8_t awaited;    /* ... of these, where the other side had waited for it */
	bool hole_reported; /* the other side acknowledged beyond a hole (RFC 2018), or doubly */
};

#endif
