/* row.h: what a row shape finds, and the table of shapes that the reader tries in order. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TYPED_ROW_H
#define TW_TYPED_ROW_H

#include "typed/clock.h"
#include "typed/hosts.h"
#include "typed/tokens.h"
#include "typed/typed.h"

/* Who wrote the row: it decides what its numbers mean. */
enum tw_row_style { TW_ROW_HAND, TW_ROW_WIRESHARK, TW_ROW_TCPDUMP };

/* "(#13,14,15)": packets that one sentence tells at once, besides its first. */
enum { TW_ROW_EXTRA_MAX = 32 };

/* One row as read, before rows are compared with each other. */
struct tw_row_draft {
	struct tw_segment segment; /* flags, numbers and options with their `known` bits */
	struct tw_end_text source;
	struct tw_end_text destination; /* empty with `receiver_missing` */
	struct tw_clock clock;
	bool has_number; /* a packet number stood before the row */
	uint64_t number;
	bool has_window;
	uint32_t window;       /* as printed */
	uint8_t style;	       /* enum tw_row_style */
	bool receiver_missing; /* "(A)FIN,ACK": the other one of two names */
	bool needs_flags_row;  /* words only: stands where a row with flags has the same names */
	bool maybe_not_tcp;    /* an upper protocol that also runs over UDP */
	struct tw_str labels;
	uint32_t extra[TW_ROW_EXTRA_MAX]; /* numbers of more packets like this one */
	unsigned extra_count;
	bool is_icmp; /* no segment: an error about one from source to destination */
	struct tw_icmp_error icmp;
};

/* Where the reader stands; shapes look at it and never move it. */
struct tw_row_place {
	struct tw_tokens *tokens;
	const struct tw_hosts *hosts;
	bool fresh;	     /* nothing unread stands before: a line's start, or a row's end */
	bool in_comment;     /* only an unmistakable row may end a remark */
	uint64_t core_known; /* memo of row_wireshark.c: no core begins before this token */
	const char *hint;    /* why the line is no row, where a shape knows */
};

/* Returns the tokens that the row takes, without the numbers behind it; 0 where it is none. */
typedef unsigned tw_row_shape(struct tw_row_place *place, struct tw_row_draft *draft);

tw_row_shape tw_row_icmp;      /* IP 192.0.2.1 > 192.0.2.10: ICMP host 198.51.100.5 unreachable */
tw_row_shape tw_row_tcpdump;   /* 12:54:23.6 IP 192.0.2.1.80 > 192.0.2.2.50: Flags [R], ... */
tw_row_shape tw_row_upper;     /* 13 0.05 192.0.2.1 192.0.2.2 TLSv1 620 Application Data */
tw_row_shape tw_row_wireshark; /* 1 0.0 192.0.2.1 192.0.2.2 TCP 66 51000 > http [SYN] Seq=0 */
tw_row_shape tw_row_arrow;     /* Server -> Client [FIN, PSH, ACK] */
tw_row_shape tw_row_words;     /* Server -> Client: HTTP response   (data, flags unknown) */
tw_row_shape tw_row_sentence;  /* * client retransmits FIN + ACK (#13,14) */
tw_row_shape tw_row_sender;    /* (A)FIN,ACK   Client: SYN */

/* Steps of several shapes. */

/* A word that can name a host: no flag, no state of TCP, no program text. */
bool tw_row_is_name(const struct tw_token *token);

/* What stands before the words of a hand typed row: "2. Client ->". */
struct tw_arrow_head {
	struct tw_str name;
	bool leftward;
};

/* Reads number, time, name and arrow. Returns the position behind, 0 where they are not. */
unsigned tw_row_arrow_head(struct tw_row_place *place, struct tw_row_draft *draft,
			   struct tw_arrow_head *head);

/* An Info column, "[labels] 51000 > http [SYN]": its end, 0 where none begins at `at`. */
unsigned tw_row_info(struct tw_tokens *tokens, unsigned at, struct tw_row_draft *draft);

/* A packet number: an integer word, also "#17" and "17." */
bool tw_row_number(const struct tw_token *token, uint64_t *number);
/* The number before a row's time; returns the tokens, 0 where none stands there. */
unsigned tw_row_lead_number(struct tw_tokens *tokens, struct tw_row_draft *draft);
/* A label of a tool, "[TCP Dup ACK 4#1]": its tokens, 0 where there is none (or flags). */
unsigned tw_row_label(struct tw_tokens *tokens, unsigned at);
/* Labels in a row from `at` on; `*labels` spans their text without the outer brackets. */
unsigned tw_row_labels(struct tw_tokens *tokens, unsigned at, struct tw_str *labels);
void tw_row_set_flags(struct tw_row_draft *draft, uint16_t flags);
/* A data row whose flags are not printed: ACK and PSH are assumed, and not marked as known. */
void tw_row_assume_data(struct tw_row_draft *draft);
/* Mermaid marks activation at the receiver, "N->>+T": the name without it. */
struct tw_str tw_row_strip_activation(const struct tw_token *arrow, struct tw_str name);

#endif
