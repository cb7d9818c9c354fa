/* typed.h: text that people type or paste -> segments, with unknown fields marked unknown. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TYPED_TYPED_H
#define TW_TYPED_TYPED_H

#include "base/arena.h"
#include "base/str.h"
#include "wire/segment.h"

/* One line (or part of a line) that gave no segment, with why: never silently dropped. */
struct tw_foreign_line {
	uint32_t line;	    /* 1-based */
	uint32_t part;	    /* of several texts, counted from 0 */
	struct tw_str text; /* as typed, trimmed; into the input */
	const char *reason; /* a short sentence, e.g. "no packet found in it" */
};

/*
 * Which connection a row belongs to: rows with equal numbers are one connection. Told by ports and
 * addresses, and by a SYN that can only begin a new one. 0-based, in order of first appearance.
 */
struct tw_typed_row {
	struct tw_segment segment;
	uint32_t connection;
	uint32_t part;	       /* of several texts, counted from 0 */
	struct tw_str comment; /* the person's own remark on that row ("start of new connection") */
	struct tw_str labels;  /* claims of a tool: "TCP Retransmission", kept, never believed */
	struct tw_icmp_error *icmp; /* NULL, or no segment: an error about one from source to
				     * destination */
	bool translated;	    /* the text shows it under another pair of addresses */
	bool doubted; /* its numbers, or the order of flags, fit only the other direction */
};

struct tw_typed {
	struct tw_typed_row *rows;
	size_t row_count;
	uint32_t connection_count;
	struct tw_str
	    *headings; /* by connection: "Failed", above its rows; NULL where none has one */
	struct tw_foreign_line *foreign;
	size_t foreign_count; /* listed: at most TW_LIMIT_FOREIGN_LINES */
	size_t foreign_total; /* met */
	struct tw_str *names; /* TW_ADDRESS_NAME number -> the word as typed */
	size_t name_count;
	bool has_time;	       /* at least one row told its time */
	bool time_is_absolute; /* the times are dates, not seconds since something */
	const char *time_note; /* NULL, or a sentence on what was done with a column of distances */
	bool rows_omitted;     /* frame numbers skip, or elision marks ("...") stand between rows */
	bool full;	       /* a bound was met: the rest of the text was not read */
};

/* One of several texts that are read as one list, each below its name. */
struct tw_typed_part {
	struct tw_str name;
	struct tw_str text;
};

/* Like tw_typed_parse(), of several texts: the connections of each are its own. */
size_t tw_typed_parse_parts(const struct tw_typed_part *parts, size_t count, struct tw_arena *arena,
			    struct tw_typed *typed);

/*
 * Reads all packets of `text`. Everything is allocated from `arena`; strings point into `text`.
 * Returns the number of rows; 0 means that the text is no list of packets.
 */
size_t tw_typed_parse(struct tw_str text, struct tw_arena *arena, struct tw_typed *typed);

/* The word of a TW_ADDRESS_NAME address. */
struct tw_str tw_typed_name(const struct tw_typed *typed, const struct tw_address *address);

#endif
