/* scenario.h: a scenario's file, read: title, story, settings, truth and steps. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_SCENARIO_H
#define TW_LAB_SCENARIO_H

#include "cause/list.h"
#include "lab/stack.h"
#include "lab/words.h"

struct lab_run;

/* One sentence that does something: `perform` returns false where the run cannot go on (run.h says
 * why). One table of them, lab_step_words, is all that steps may say. */
struct lab_step_word {
	const char *pattern;
	bool (*perform)(struct lab_run *run, const struct lab_value values[LAB_VALUES_MAX]);
};

extern const struct lab_step_word lab_step_words[];
extern const size_t lab_step_word_count;

struct lab_step {
	const struct lab_step_word *word;
	struct lab_value values[LAB_VALUES_MAX];
	unsigned line;
	struct tw_str sentence; /* as the scenario has it */
};

enum lab_who {
	LAB_WHO_UNSAID,
	LAB_WHO_CLIENT,
	LAB_WHO_SERVER,
	LAB_WHO_BOTH,
	LAB_WHO_NOBODY,
	LAB_WHO_NETWORK
};
/* "client", ... as in the JSON of tcpwhy; "" for unsaid. */
const char *lab_who_slug(enum lab_who who);

/* Slugs as the catalogue of causes.md has them; not all of them exist in cause/list.h yet. */
enum { LAB_SLUG_BYTES = 32, LAB_AT_POINTS_MAX = 6, LAB_SLUGS_MAX = 6, LAB_REASONS_MAX = 16 };

/* What one point of recording shows otherwise than the truth is. */
struct lab_at_point {
	char slug[LAB_SLUG_BYTES];
	enum lab_point point;
};

struct lab_connection_truth {
	bool incidental; /* "besides": not what the scenario is about */
	char cause[LAB_SLUG_BYTES];
	char conditions[LAB_SLUGS_MAX][LAB_SLUG_BYTES];
	size_t condition_count;
	char perhaps[LAB_SLUGS_MAX][LAB_SLUG_BYTES];
	size_t perhaps_count;
	enum lab_who closed_first;
	enum lab_who ended_by;
};

/* Reasons that tcp_send_reset must give for one host, in order: each a list "A|B". */
struct lab_expected_resets {
	bool unchecked;
	bool and_more;
	size_t count;
	char reasons[LAB_REASONS_MAX][64];
};

/* Everything about one run, all numbers drawn: a function of file and seed alone. */
struct lab_plan {
	uint64_t seed;
	/* From the file. */
	struct tw_str name;
	struct tw_str title;
	struct tw_str story;
	int64_t about_ns; /* "this takes about"; 0: not said */
	/* Settings. */
	bool ip6;
	bool timestamps;
	bool offload;
	int64_t delay_ns[LAB_LEGS];
	int64_t jitter_ns[LAB_LEGS];
	uint8_t hops[LAB_LEGS];
	enum lab_stack stacks[LAB_HOSTS];
	bool emulated;
	bool has_other;
	bool other_has_servers_address;
	uint16_t port;
	enum lab_talk { LAB_TALK_HTTP, LAB_TALK_LINES, LAB_TALK_RECORDS } talk;
	size_t sysctl_count;
	struct lab_sysctl {
		enum lab_host_name host;
		char path[64];
		char value[32];
	} sysctls[16];
	size_t role_count;
	struct lab_role roles[8];
	/* Truth; connections from 1. */
	size_t connection_count;
	struct lab_connection_truth connections[LAB_CONNECTIONS_MAX + 1];
	struct lab_expected_resets resets[LAB_HOSTS];
	char alike[2][LAB_SLUG_BYTES]; /* "of the same class"; empty: none */
	size_t also_right_count;
	struct lab_at_point also_right[LAB_AT_POINTS_MAX]; /* endings */
	size_t hidden_count;
	struct lab_at_point hidden[LAB_AT_POINTS_MAX]; /* conditions that left no trace there */
	/* Steps, choices made and repetitions unrolled. */
	struct lab_step *steps;
	size_t step_count;
};

/*
 * Reads a scenario and draws all its numbers. False where the text is wrong: `error` then has
 * "NAME:LINE: what is wrong, and the nearest sentences". All memory is of `arena`.
 */
TW_CHECK bool lab_plan_make(struct lab_plan *plan, struct tw_str name, struct tw_str text,
			    uint64_t seed, struct tw_arena *arena, struct tw_buf *error);
/* The number of the first connection that the scenario is about. */
uint32_t lab_plan_main_connection(const struct lab_plan *plan);

/* Lists every sentence of settings, truth and steps. */
void lab_words_print(struct tw_buf *buf);

/* The scenarios that were built in (from lab/scenarios/), sorted by name. */
struct lab_scenario_file {
	const char *name;
	const char *text;
};
extern const struct lab_scenario_file lab_scenario_files[];
extern const size_t lab_scenario_file_count;
const struct lab_scenario_file *lab_scenario_find(const char *name);

#endif
