/* session.h: the pipeline: frames or typed rows are pushed in, cases come out at the end. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_ENGINE_SESSION_H
#define TW_ENGINE_SESSION_H

#include "base/arena.h"
#include "capture/frame.h"
#include "explain/explain.h"
#include "typed/typed.h"
#include "wire/decode.h"

struct tw_session;

enum { TW_WATCH_ALL = -1 };

struct tw_session_options {
	uint64_t hash_seed;   /* random; no output depends on it */
	int64_t watch_stream; /* keep the ladder of this stream, or of all that fit: TW_WATCH_ALL */
};

/* What became of all frames. */
struct tw_totals {
	uint64_t packets; /* frames, or rows */
	uint64_t segments;
	uint64_t icmp_errors;
	uint64_t undecoded[TW_UNDECODED_COUNT];
	uint64_t refused; /* segments of connections that did not fit into memory */
	uint64_t unmatched_icmp;
	bool has_time;
	int64_t first_ns;
	int64_t last_ns;
};

/* NULL without memory. Freed with tw_session_free(). */
TW_CHECK struct tw_session *tw_session_new(const struct tw_session_options *options);
void tw_session_free(struct tw_session *session);

/* One captured frame; its bytes are not kept. */
void tw_session_frame(struct tw_session *session, const struct tw_frame *frame);
/* A whole typed list; it must outlive the session. Not to be mixed with frames. */
void tw_session_typed(struct tw_session *session, const struct tw_typed *typed);
/* Recording went on until then: what follows the last frame is silence, not the end of it. */
void tw_session_recorded_until(struct tw_session *session, int64_t time_ns);
/* Settles what only the end of the input settles. False without memory. */
TW_CHECK bool tw_session_finish(struct tw_session *session);

/* ---- after tw_session_finish() ---- */

const struct tw_totals *tw_session_totals(const struct tw_session *session);
/*
 * Connections are numbered from 0 as Wireshark numbers tcp.stream. A number may have no segment:
 * Wireshark counts headers that cannot be right, and segments that only an ICMP error quotes.
 */
uint32_t tw_session_count(const struct tw_session *session);
/* True where at least one segment of it was seen: only then is there a case. */
bool tw_session_has_case(const struct tw_session *session, uint32_t stream);
/* Only the verdict, and briefly: what counting and choosing among many connections needs. */
void tw_session_verdict(const struct tw_session *session, uint32_t stream,
			struct tw_verdict *verdict);
/* Facts, verdict and delivery of one connection; strings are allocated from `arena`. */
void tw_session_case(const struct tw_session *session, uint32_t stream, struct tw_arena *arena,
		     struct tw_case *c);

#endif
