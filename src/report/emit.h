/* emit.h: a streaming JSON writer; commas and quotes are its business. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_REPORT_EMIT_H
#define TW_REPORT_EMIT_H

#include "base/buf.h"

enum { TW_EMIT_DEPTH = 8 };

/* Writes into `buf`. Every open call needs its close; keys are literals of ours. */
struct tw_emit {
	struct tw_buf *buf;
	unsigned depth;
	bool has_member[TW_EMIT_DEPTH];
};

/* `key` NULL inside an array, or at the top. */
void tw_emit_open(struct tw_emit *emit, const char *key, char bracket);
void tw_emit_close(struct tw_emit *emit, char bracket);
void tw_emit_str(struct tw_emit *emit, const char *key, struct tw_str value);
void tw_emit_text(struct tw_emit *emit, const char *key, const char *value);
void tw_emit_number(struct tw_emit *emit, const char *key, uint64_t value);
void tw_emit_bool(struct tw_emit *emit, const char *key, bool value);
/* Four decimals: a probability, or bits of information. */
void tw_emit_fraction(struct tw_emit *emit, const char *key, double value);
/* Seconds with nine decimals, exact. */
void tw_emit_seconds(struct tw_emit *emit, const char *key, int64_t duration_ns);
void tw_emit_utc(struct tw_emit *emit, const char *key, int64_t time_ns);

#endif
