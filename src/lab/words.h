/* words.h: the sentences of scenarios: patterns, and the values that a sentence gives them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_WORDS_H
#define TW_LAB_WORDS_H

#include "base/arena.h"
#include "base/buf.h"
#include "lab/rule.h"

/*
 * A pattern is text with placeholders in braces, which take a value, with [optional parts] and with
 * (one|of|these), which may nest. Each placeholder and each choice has a fixed place in the
 * values, counted from the left, whether or not its optional part was there: one that was not is
 * LAB_ABSENT.
 * Blanks fit any number of blanks; the articles "the", "a" and "an" may be left out of the sentence
 * wherever the pattern has one, and a sentence may have them in front of any placeholder.
 *
 *     {host} {hosts}   client; the client and the server; a role's name
 *     {number}         1 400; 60 to 900 (drawn; in the logarithm from a factor of 20 on)
 *     {ordinal}        as {number}, but one plain number: 2; 3rd
 *     {size} {time}    20 to 60 kB; 1.5 s; 2 to 4 s, at least 25 round trips
 *     {text} {word}    "GET /\r\n" with its quotes; tcp_syncookies
 *     {slug}           a cause or condition of cause/list.h
 *     {segment}        SYN; data; FINs
 *     {match}          the next 3 data segments of the server on the client's leg
 *     {option}         name and value: TCP_USER_TIMEOUT to 3 s; SO_RCVBUF 4096
 *     {hand}           with TTL 99; as Suricata does
 */
enum { LAB_VALUES_MAX = 10, LAB_ORDINALS_MAX = 8 };

enum lab_value_kind {
	LAB_ABSENT,
	LAB_IS_HOST,	/* hosts[0]; {hosts}: host_count of them ("the client and the server") */
	LAB_IS_NUMBER,	/* number: drawn, where the sentence has a range; also {ordinal} */
	LAB_IS_SIZE,	/* number: bytes */
	LAB_IS_TIME,	/* time_ns */
	LAB_IS_TEXT,	/* text: between the quotes, escapes undone; {word}, {slug}: as written */
	LAB_IS_CHOICE,	/* number: which of (one|of|these), from 0 */
	LAB_IS_SEGMENT, /* match: flags and payload of the segment word */
	LAB_IS_MATCH,	/* match, and on which leg */
	LAB_IS_OPTION,	/* option */
	LAB_IS_HAND,	/* hand: the personality of a forger */
};

struct lab_option_value {
	const char *name; /* "TCP_USER_TIMEOUT" */
	int level;
	int number;
	int value; /* in the option's own unit */
};

struct lab_hand {
	bool copies_window;
	bool counts_ip_ids;
	bool with_ack;
	struct lab_personality as;
};

struct lab_value {
	enum lab_value_kind kind;
	size_t host_count;
	enum lab_host_name hosts[LAB_HOSTS];
	uint64_t number;
	int64_t time_ns;
	struct tw_str text;
	struct lab_match match;
	bool has_leg;
	enum lab_leg leg;
	bool this_connection; /* {match}: "of this connection"; the run knows its ports */
	/* {match}: "data segments 3, 7 and 12": from 1, rising; 0 ends the list */
	uint32_t ordinals[LAB_ORDINALS_MAX];
	struct lab_option_value option;
	struct lab_hand hand;
};

/* What a sentence is read with: names of hosts, the round trip, and chance. */
struct lab_reading {
	struct lab_random *random;
	int64_t round_trip_ns;
	size_t name_count;
	struct lab_role {
		struct tw_str name;
		enum lab_host_name host;
	} names[LAB_HOSTS + 8];
	struct tw_arena *arena; /* of texts */
};

/* True where the whole sentence fits the pattern; values[] then has them in order. The generator of
 * random numbers is only used for a sentence that fits. */
bool lab_words_fit(const char *pattern, struct tw_str sentence, struct lab_reading *reading,
		   struct lab_value values[LAB_VALUES_MAX]);
/* Cuts off the start of `*rest` that fits, with as many optional parts as do; `values` as above, or
 * NULL. False, with `*rest` and the generator as they were, where none does. */
bool lab_words_take(const char *pattern, struct tw_str *rest, struct lab_reading *reading,
		    struct lab_value values[LAB_VALUES_MAX]);
/* The pattern as people read it: "{host} closes" is "HOST closes". */
void lab_words_show(const char *pattern, struct tw_buf *buf);
/* A forger whose TTL is unlike any host's here: who forges where the sentence names nobody. */
struct lab_hand lab_hand_foreign(struct lab_random *random);
/* How alike a sentence and a pattern are, 0 to 100: for "did you mean". */
unsigned lab_words_likeness(const char *pattern, struct tw_str sentence);

#endif
