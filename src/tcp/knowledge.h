/* knowledge.h: per segment, what its sender had received when it sent it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TCP_KNOWLEDGE_H
#define TW_TCP_KNOWLEDGE_H

#include "tcp/causality.h"
#include "tcp/replay.h"

/*
 * The capture's order is not the order in which the two ends saw the segments. For each segment
 * this tells of those of the other side that passed before it: its sender had received them for
 * certain, or certainly not, or possibly. Of a repeated segment, what counts is what it carries,
 * whichever copy brought it. X(NAME, words): what proves it, the strongest first.
 */
#define TW_PROOFS(X)                                                                             \
	X(NONE, "")                                                                              \
	X(ANSWER, "it answers it")	    /* RFC 9293 3.5.2: a RST takes its SEQ from there */ \
	X(ACK, "its ACK number covers it")  /* RFC 9293 3.4: an ACK is cumulative */             \
	X(SACK, "its SACK covers it")	    /* RFC 2018 */                                       \
	X(ECHO, "it echoes its time stamp") /* RFC 7323 4.3 */                                   \
	X(EARLIER, "an earlier segment showed it")                                               \
	X(ACK_BELOW, "its ACK number stops before it")                                           \
	X(ECHO_OLDER, "it echoes an older time stamp")                                           \
	X(ON_ITS_WAY, "it was still on its way from here")

enum tw_proof {
#define X(name, words) TW_PROOF_##name,
	TW_PROOFS(X)
#undef X
	    TW_PROOF_COUNT
};

const char *tw_proof_words(enum tw_proof proof);

/* What one segment's sender knew of one earlier segment of the other side. */
enum tw_received tw_knew(const struct tw_step *steps, size_t heard, size_t sent,
			 const int64_t distance_ns[2], enum tw_proof *proof);

/* So many segments of the other side are looked at, the youngest; older ones are old news. */
enum { TW_KNOWLEDGE_BACK = 16 };

struct tw_knowledge {
	/* Frames of the other side, in order; what was certain before the first is left out. */
	struct tw_heard {
		uint64_t frame;
		uint8_t received; /* enum tw_received */
		uint8_t proof;	  /* enum tw_proof */
	} heard[TW_KNOWLEDGE_BACK];
	size_t count;
};

/*
 * What the sender of steps[sent] had received: from the youngest segment that it had for certain
 * with all before it, up to the one that passed here just before. `distance_ns[i]` is the shortest
 * round trip from the capture point to side i, 0 where none was measured. Pure; the steps are one
 * connection's, in the order of the input.
 */
void tw_knowledge_of(const struct tw_step *steps, size_t sent, const int64_t distance_ns[2],
		     struct tw_knowledge *out);

#endif
