/* summary.h: what is said of the whole input: files, counts, and endings grouped by cause. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_REPORT_SUMMARY_H
#define TW_REPORT_SUMMARY_H

#include "base/error.h"
#include "cause/verdict.h"
#include "typed/typed.h"

/* One input, as the caller opened it. */
struct tw_input_summary {
	const char *name;
	const char *format;	 /* "pcap", "pcapng", "text"; NULL where it could not be told */
	const char *compression; /* or NULL */
	uint64_t packets;
	uint64_t dropped;
	bool drops_known;
	uint64_t skipped_blocks;
	struct tw_error error; /* TW_ERR_OK where it was read to its end */
};

struct tw_group {
	uint64_t connections;
	uint32_t first_stream;
	uint64_t by_outcome[TW_OUTCOME_COUNT];
};

struct tw_summary {
	const struct tw_input_summary *inputs;
	size_t input_count;
	uint64_t packets;
	uint64_t segments;
	uint64_t icmp_errors;
	uint64_t unmatched_icmp;
	uint64_t refused;
	const uint64_t *undecoded; /* by enum tw_undecoded; never NULL */
	bool has_time;
	int64_t first_ns;
	int64_t last_ns;
	uint32_t connections;
	uint64_t by_outcome[TW_OUTCOME_COUNT];
	struct tw_group groups[TW_CAUSE_COUNT];
	const struct tw_typed *typed; /* NULL for a capture */
};

/* Counts one more connection. */
void tw_summary_count(struct tw_summary *summary, uint32_t stream,
		      const struct tw_verdict *verdict);

#endif
