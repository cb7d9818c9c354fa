/* dump_analysis.c: prints stream and marks of each segment, for tests/compare_tshark.py. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/source.h"
#include "flow/table.h"
#include "tcp/analysis.h"
#include "wire/decode.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct dump {
	struct tw_source *source;
	struct tw_fragments *fragments;
	struct tw_flow_table *table;
	struct tw_analysis *analyses; /* by stream */
	size_t capacity;
};

static struct tw_analysis *analysis_of(struct dump *dump, uint32_t stream)
{
	size_t capacity = dump->capacity ? dump->capacity : 1024;
	struct tw_analysis *grown;

	if (stream < dump->capacity)
		return &dump->analyses[stream];
	while (capacity <= stream)
		capacity *= 2;
	grown = realloc(dump->analyses, capacity * sizeof(*grown));
	if (!grown)
		return NULL;
	memset(grown + dump->capacity, 0, (capacity - dump->capacity) * sizeof(*grown));
	dump->analyses = grown;
	dump->capacity = capacity;
	return &grown[stream];
}

static void print_marks(uint32_t marks)
{
	const char *comma = "";

	for (uint32_t bit = 1; bit <= TW_ANALYSIS_PORTS_REUSED; bit <<= 1) {
		if ((marks & bit) == 0)
			continue;
		printf("%s%s", comma, tw_analysis_filter((enum tw_analysis_mark)bit));
		comma = ",";
	}
	putchar('\n');
}

static bool dump_segment(struct dump *dump, const struct tw_segment *segment)
{
	struct tw_flow_hit hit;
	struct tw_analysis *analysis;
	uint32_t marks;
	uint32_t number = 0;

	if (!tw_flow_table_find(dump->table, segment, &hit))
		return false;
	analysis = analysis_of(dump, hit.index);
	if (!analysis)
		return false;
	marks = tw_analysis_segment(analysis, segment, hit.direction, hit.ports_reused);
	if ((marks & TW_ANALYSIS_DUPLICATE_ACK) != 0)
		number = tw_analysis_duplicate_acks(analysis, hit.direction);
	printf("%" PRIu64 "\t%" PRIu32 "\t%" PRIu32 "\t", segment->frame, hit.index, number);
	print_marks(marks);
	return true;
}

/* No segment, but Wireshark counts it to a connection and, where it has a length, as sent. */
static bool count_damaged(struct dump *dump, const struct tw_decoded *decoded)
{
	const struct tw_segment *segment = &decoded->segment;
	struct tw_flow_hit hit;
	struct tw_analysis *analysis;

	if (decoded->reason != TW_UNDECODED_TCP_HEADER ||
	    !tw_segment_knows(segment, TW_FIELD_FLAGS | TW_FIELD_WINDOW))
		return true;
	if (!tw_flow_table_find(dump->table, segment, &hit))
		return false;
	analysis = analysis_of(dump, hit.index);
	if (!analysis)
		return false;
	tw_analysis_segment(analysis, segment, hit.direction, hit.ports_reused);
	return true;
}

static bool dump_quote(struct dump *dump, const struct tw_icmp_error *error)
{
	struct tw_flow_hit hit;
	struct tw_analysis *analysis;

	if (!tw_flow_table_quoted(dump->table, error, &hit))
		return !error->has_quoted_flags;
	analysis = analysis_of(dump, hit.index);
	if (!analysis)
		return false;
	tw_analysis_quoted(analysis, error, hit.direction, hit.ports_reused);
	return true;
}

static bool dump_frame(struct dump *dump, const struct tw_frame *frame)
{
	struct tw_wire_frame wire = {
	    .number = frame->number,
	    .time_ns = frame->time_ns,
	    .has_time = frame->has_time,
	    .link_type = frame->link_type,
	    .wire_bytes = frame->wire_bytes,
	    .bytes = frame->bytes,
	};
	struct tw_decoded decoded;

	tw_decode(&wire, dump->fragments, &decoded);
	switch (decoded.kind) {
	case TW_DECODED_NOTHING:
		return count_damaged(dump, &decoded);
	case TW_DECODED_SEGMENT:
		return dump_segment(dump, &decoded.segment);
	case TW_DECODED_ICMP_ERROR:
		return dump_quote(dump, &decoded.icmp);
	}
	return true;
}

int main(int argc, char **argv)
{
	const char *const names[] = {argc == 2 ? argv[1] : "-"};
	struct dump dump = {
	    .source = tw_source_open(names, 1),
	    .fragments = tw_fragments_new(),
	    .table = tw_flow_table_new(0),
	};
	bool good = dump.source && dump.fragments && dump.table;
	struct tw_frame frame;

	while (good && tw_source_next(dump.source, &frame))
		good = dump_frame(&dump, &frame);
	tw_source_close(dump.source);
	tw_fragments_free(dump.fragments);
	tw_flow_table_free(dump.table);
	free(dump.analyses);
	return good ? 0 : 1;
}
