/* truth_words.c: the sentences under `truth:`: how connections ended, and why kernels reset. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/reader.h"
#include "cause/entry.h"

#include <stdio.h>
#include <string.h>

static const char *const who_slugs[] = {
    [LAB_WHO_UNSAID] = "",   [LAB_WHO_CLIENT] = "client", [LAB_WHO_SERVER] = "server",
    [LAB_WHO_BOTH] = "both", [LAB_WHO_NOBODY] = "nobody", [LAB_WHO_NETWORK] = "network",
};

const char *lab_who_slug(enum lab_who who)
{
	return who_slugs[who];
}

/* enum sk_rst_reason of Linux 6.18 (include/net/rstreason.h), as the tracepoint prints them. */
static const char *const reasons[] = {
    "NOT_SPECIFIED",
    "NO_SOCKET",
    "TCP_INVALID_ACK_SEQUENCE",
    "TCP_RFC7323_PAWS",
    "TCP_TOO_OLD_ACK",
    "TCP_ACK_UNSENT_DATA",
    "TCP_FLAGS",
    "TCP_OLD_ACK",
    "TCP_ABORT_ON_DATA",
    "TCP_TIMEWAIT_SOCKET",
    "INVALID_SYN",
    "TCP_ABORT_ON_CLOSE",
    "TCP_ABORT_ON_LINGER",
    "TCP_ABORT_ON_MEMORY",
    "TCP_STATE",
    "TCP_KEEPALIVE_TIMEOUT",
    "TCP_DISCONNECT_WITH_DATA",
    "MPTCP_RST_EUNSPEC",
    "MPTCP_RST_EMPTCP",
    "MPTCP_RST_ERESOURCE",
    "MPTCP_RST_EPROHIBIT",
    "MPTCP_RST_EWQ2BIG",
    "MPTCP_RST_EBADPERF",
    "MPTCP_RST_EMIDDLEBOX",
    "ERROR",
};

/* ---- words ---- */

static bool fail_at(struct lab_reader *reader, struct tw_str rest)
{
	return lab_reader_fail(reader, "cannot read \"%.*s\"", (int)rest.size, rest.text);
}

static bool copy_slug(struct lab_reader *reader, struct tw_str slug, enum tw_cause_kind wanted,
		      char copy[LAB_SLUG_BYTES])
{
	enum tw_cause cause = tw_cause_find(slug);

	if (cause == TW_CAUSE_COUNT || slug.size >= LAB_SLUG_BYTES)
		return lab_reader_fail(reader, "\"%.*s\" is no cause", (int)slug.size, slug.text);
	if (tw_cause_kind_of(cause) != wanted)
		return lab_reader_fail(reader, "\"%.*s\" is %s", (int)slug.size, slug.text,
				       wanted == TW_KIND_CONDITION ? "an ending, no condition"
								   : "a condition, no ending");
	memcpy(copy, slug.text, slug.size);
	copy[slug.size] = '\0';
	return true;
}

/* ({host}|both|nobody|network) */
#define WHO "({host}|both|nobody|network)"

static bool set_who(struct lab_reader *reader, const struct lab_value *choice, enum lab_who *who)
{
	static const enum lab_who others[] = {LAB_WHO_UNSAID, LAB_WHO_BOTH, LAB_WHO_NOBODY,
					      LAB_WHO_NETWORK};
	static const enum lab_who hosts[LAB_HOSTS] = {
	    [LAB_CLIENT] = LAB_WHO_CLIENT, [LAB_SERVER] = LAB_WHO_SERVER};

	if (*who != LAB_WHO_UNSAID)
		return lab_reader_fail(reader, "who it was is said twice");
	*who = choice[0].number == 0 ? hosts[choice[1].hosts[0]] : others[choice[0].number];
	return *who != LAB_WHO_UNSAID ||
	       lab_reader_fail(reader,
			       "this must be the client, the server, both, nobody or network");
}

/* ---- connection N: CAUSE, ... ---- */

static bool add_conditions(struct lab_reader *reader, const struct lab_value *values,
			   char slugs[LAB_SLUGS_MAX][LAB_SLUG_BYTES], size_t *count)
{
	for (size_t i = 0; i < 3 && values[i * 2].kind != LAB_ABSENT; i++) {
		if (*count == LAB_SLUGS_MAX)
			return lab_reader_fail(reader, "more than %d conditions", LAB_SLUGS_MAX);
		if (!copy_slug(reader, values[i * 2].text, TW_KIND_CONDITION, slugs[*count]))
			return false;
		(*count)++;
	}
	return true;
}

static bool add_required(struct lab_reader *reader, const struct lab_value *values,
			 struct lab_connection_truth *truth)
{
	return add_conditions(reader, values, truth->conditions, &truth->condition_count);
}

static bool add_perhaps(struct lab_reader *reader, const struct lab_value *values,
			struct lab_connection_truth *truth)
{
	return add_conditions(reader, values, truth->perhaps, &truth->perhaps_count);
}

static bool set_closed_first(struct lab_reader *reader, const struct lab_value *values,
			     struct lab_connection_truth *truth)
{
	return set_who(reader, values, &truth->closed_first);
}

static bool set_ended_by(struct lab_reader *reader, const struct lab_value *values,
			 struct lab_connection_truth *truth)
{
	return set_who(reader, values, &truth->ended_by);
}

#define CONDITIONS "{slug}[(,| and) {slug}[(,| and) {slug}]]"

/* What may follow the cause, in any order. */
static const struct {
	const char *pattern;
	bool (*set)(struct lab_reader *reader, const struct lab_value *values,
		    struct lab_connection_truth *truth);
} additions[] = {
    {", with " CONDITIONS, add_required},
    {"[,] perhaps with " CONDITIONS, add_perhaps},
    {", closed first by " WHO, set_closed_first},
    {", ended by " WHO, set_ended_by},
};

static size_t count_additions(void)
{
	return TW_LEN(additions);
}

static const char *addition_pattern(size_t row)
{
	return additions[row].pattern;
}

const struct lab_sentences lab_truth_additions = {
    .count = count_additions,
    .pattern = addition_pattern,
    .starts_only = true,
};

static bool read_addition(struct lab_reader *reader, struct tw_str *rest,
			  struct lab_connection_truth *truth)
{
	struct lab_value values[LAB_VALUES_MAX];
	size_t row;

	return lab_reader_find(reader, &lab_truth_additions, rest, values, &row) &&
	       additions[row].set(reader, values, truth);
}

static bool tell_connections(struct lab_reader *reader, struct tw_str rest,
			     const struct lab_value *values)
{
	struct lab_plan *plan = reader->plan;
	struct lab_connection_truth truth = {.incidental = values[0].kind == LAB_IS_CHOICE};
	uint64_t first = values[1].number;
	uint64_t last = values[2].kind == LAB_ABSENT ? first : values[2].number;

	if (first < 1 || last < first || last > LAB_CONNECTIONS_MAX)
		return lab_reader_fail(reader, "connections are 1 to %d", LAB_CONNECTIONS_MAX);
	if (!copy_slug(reader, values[3].text, TW_KIND_ENDING, truth.cause))
		return false;
	while (rest.size > 0)
		if (!read_addition(reader, &rest, &truth))
			return false;
	for (size_t i = first; i <= last; i++) {
		if (plan->connections[i].cause[0] != '\0')
			return lab_reader_fail(reader, "connection %zu is told twice", i);
		plan->connections[i] = truth;
	}
	if (last > plan->connection_count)
		plan->connection_count = last;
	return true;
}

/* ---- HOST resets because ... ---- */

static bool start_resets(struct lab_reader *reader, enum lab_host_name host)
{
	if (reader->resets_told[host])
		return lab_reader_fail(reader, "the resets of the %s are told twice",
				       lab_host_text(host));
	reader->resets_told[host] = true;
	return true;
}

/* Adds to the list of alternatives "A|B". */
static bool add_reason(struct lab_reader *reader, struct tw_str reason,
		       char alternatives[static 64])
{
	size_t size = strlen(alternatives);
	int added;

	for (size_t i = 0; i < TW_LEN(reasons); i++) {
		if (!tw_str_equal(tw_str_of(reasons[i]), reason))
			continue;
		added = snprintf(alternatives + size, 64 - size, "%s%s", size > 0 ? "|" : "",
				 reasons[i]);
		return (size_t)added < 64 - size ||
		       lab_reader_fail(reader, "too many alternatives");
	}
	return lab_reader_fail(reader, "\"%.*s\" is no reason of the kernel", (int)reason.size,
			       reason.text);
}

static bool tell_resets(struct lab_reader *reader, struct tw_str rest,
			const struct lab_value *values)
{
	struct lab_expected_resets *resets = &reader->plan->resets[values[0].hosts[0]];
	struct lab_reading *reading = &reader->reading;
	struct lab_value next[LAB_VALUES_MAX] = {{.text = values[1].text}};

	if (!start_resets(reader, values[0].hosts[0]))
		return false;
	do {
		if (resets->count == LAB_REASONS_MAX)
			return lab_reader_fail(reader, "more than %d resets", LAB_REASONS_MAX);
		do {
			if (!add_reason(reader, next[0].text, resets->reasons[resets->count]))
				return false;
		} while (lab_words_take(" or {word}", &rest, reading, next));
		resets->count++;
	} while (lab_words_take(", then {word}", &rest, reading, next));
	resets->and_more = lab_words_take(", ...", &rest, reading, NULL);
	return rest.size == 0 || fail_at(reader, rest);
}

static bool tell_unchecked_resets(struct lab_reader *reader, struct tw_str rest,
				  const struct lab_value *values)
{
	if (rest.size > 0)
		return fail_at(reader, rest);
	reader->plan->resets[values[0].hosts[0]].unchecked = true;
	return start_resets(reader, values[0].hosts[0]);
}

/* ---- what counts as right ---- */

static bool tell_alike(struct lab_reader *reader, struct tw_str rest,
		       const struct lab_value *values)
{
	struct lab_plan *plan = reader->plan;

	if (rest.size > 0)
		return fail_at(reader, rest);
	if (plan->alike[0][0] != '\0')
		return lab_reader_fail(reader, "this is said already");
	return copy_slug(reader, values[0].text, TW_KIND_ENDING, plan->alike[0]) &&
	       copy_slug(reader, values[1].text, TW_KIND_ENDING, plan->alike[1]);
}

static bool tell_at_point(struct lab_reader *reader, struct tw_str rest,
			  const struct lab_value *values, enum tw_cause_kind kind,
			  struct lab_at_point list[LAB_AT_POINTS_MAX], size_t *count)
{
	/* In the order of the pattern's choice. */
	static const enum lab_point points[] = {LAB_AT_CLIENT, LAB_AT_MIDDLE, LAB_AT_SERVER};
	struct lab_at_point told = {.point = points[values[1].number]};

	if (rest.size > 0)
		return fail_at(reader, rest);
	if (!copy_slug(reader, values[0].text, kind, told.slug))
		return false;
	for (size_t i = 0; i < *count; i++)
		if (list[i].point == told.point && strcmp(list[i].slug, told.slug) == 0)
			return lab_reader_fail(reader, "this is said already");
	if (*count == LAB_AT_POINTS_MAX)
		return lab_reader_fail(reader, "more than %d of these", LAB_AT_POINTS_MAX);
	list[(*count)++] = told;
	return true;
}

static bool tell_also_right(struct lab_reader *reader, struct tw_str rest,
			    const struct lab_value *values)
{
	return tell_at_point(reader, rest, values, TW_KIND_ENDING, reader->plan->also_right,
			     &reader->plan->also_right_count);
}

static bool tell_hidden(struct lab_reader *reader, struct tw_str rest,
			const struct lab_value *values)
{
	return tell_at_point(reader, rest, values, TW_KIND_CONDITION, reader->plan->hidden,
			     &reader->plan->hidden_count);
}

/* ---- all of them ---- */

/* How a sentence begins, and what reads the rest of it. */
static const struct {
	const char *pattern;
	bool (*tell)(struct lab_reader *reader, struct tw_str rest, const struct lab_value *values);
} rows[] = {
    {"[(besides), ]connection[s] {ordinal}[ to {ordinal}]: {word}", tell_connections},
    {"{host} resets because {word}", tell_resets},
    {"{host} resets as it likes", tell_unchecked_resets},
    {"of the same class: {word} and {word}", tell_alike},
    {"also right: {word} (at the client|in the middle|at the server)", tell_also_right},
    {"not to be seen: {word} (at the client|in the middle|at the server)", tell_hidden},
};

static size_t count_rows(void)
{
	return TW_LEN(rows);
}

static const char *pattern_of(size_t row)
{
	return rows[row].pattern;
}

const struct lab_sentences lab_truths = {
    .count = count_rows,
    .pattern = pattern_of,
    .starts_only = true,
};

bool lab_truth_read(struct lab_reader *reader)
{
	struct tw_str rest = reader->sentence;
	struct lab_value values[LAB_VALUES_MAX];
	size_t row;

	return lab_reader_find(reader, &lab_truths, &rest, values, &row) &&
	       rows[row].tell(reader, rest, values);
}

bool lab_truths_finish(struct lab_reader *reader)
{
	const struct lab_plan *plan = reader->plan;
	size_t incidental = 0;

	for (size_t i = 1; i <= plan->connection_count; i++) {
		if (plan->connections[i].cause[0] == '\0')
			return lab_reader_fail(reader, "nothing tells of connection %zu", i);
		incidental += plan->connections[i].incidental;
	}
	return incidental < plan->connection_count ||
	       lab_reader_fail(reader, "no connection is what this is about");
}
