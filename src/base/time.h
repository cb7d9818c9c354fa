/* time.h: nanosecond time stamps and durations, and how they are written. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_BASE_TIME_H
#define TW_BASE_TIME_H

#include "base/buf.h"
#include "base/defs.h"

#define TW_NS_PER_US INT64_C(1000)
#define TW_NS_PER_MS INT64_C(1000000)
#define TW_NS_PER_S  INT64_C(1000000000)

/* A duration as people say it: "85 us", "12.3 ms", "125 s", "12 min 5 s", "3 h 10 min". */
void tw_buf_add_duration(struct tw_buf *buf, int64_t duration_ns);
/* A point in time since 1970 in UTC, RFC 3339, nine decimals: "2026-11-22T11:00:01.000123000Z". */
void tw_buf_add_utc(struct tw_buf *buf, int64_t time_ns);
/* Its time of day, to the millisecond: "11:00:01.204". */
void tw_buf_add_clock(struct tw_buf *buf, int64_t time_ns);
/* "12.5" -> 12500000000; up to nine decimals. False where `text` is no such number. */
TW_CHECK bool tw_parse_seconds(struct tw_str text, int64_t *duration_ns);
/* "2026-11-22T11:00:01.5Z" (RFC 3339, UTC only, decimals optional). False where it is none. */
TW_CHECK bool tw_parse_utc(struct tw_str text, int64_t *time_ns);
/* Seconds with nine decimals: "75.912345678". Exact, also for negative durations. */
void tw_buf_add_seconds(struct tw_buf *buf, int64_t duration_ns);

#endif
