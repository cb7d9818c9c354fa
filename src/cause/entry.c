/* entry.c: looking up the catalogue. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cause/entry.h"

#include "base/defs.h"

static const struct cause_row {
	const char *slug;
	enum tw_cause_kind kind;
	enum tw_outcome outcome;
} rows[] = {
#define X(name, slug, kind, outcome) \
	[TW_CAUSE_##name] = {slug, TW_KIND_##kind, TW_OUTCOME_##outcome},
    TW_CAUSES(X)
#undef X
};

const struct tw_catalogue tw_catalogue = {
    .entry =
	{
#define X(name, slug, kind, outcome) [TW_CAUSE_##name] = &tw_cause_entry_##name,
	    TW_CAUSES(X)
#undef X
	},
};

static const char *const outcome_slugs[] = {
#define X(name, slug) [TW_OUTCOME_##name] = slug,
    TW_OUTCOMES(X)
#undef X
};

static const struct pair {
	uint8_t a;
	uint8_t b;
	const char *when;
} pairs[] = {
#define X(name_a, name_b, when) {TW_CAUSE_##name_a, TW_CAUSE_##name_b, when},
    TW_INSEPARABLE_CAUSES(X)
#undef X
};

_Static_assert(TW_LEN(rows) == TW_CAUSE_COUNT, "one row per cause");
_Static_assert(TW_LEN(outcome_slugs) == TW_OUTCOME_COUNT, "one slug per outcome");

const struct tw_cause_entry *tw_cause_entry(enum tw_cause cause)
{
	return tw_catalogue.entry[cause];
}

const char *tw_cause_slug(enum tw_cause cause)
{
	return rows[cause].slug;
}

enum tw_cause_kind tw_cause_kind_of(enum tw_cause cause)
{
	return rows[cause].kind;
}

enum tw_outcome tw_cause_outcome(enum tw_cause cause)
{
	return rows[cause].outcome;
}

const char *tw_outcome_slug(enum tw_outcome outcome)
{
	return outcome_slugs[outcome];
}

enum tw_cause tw_cause_find(struct tw_str slug)
{
	enum tw_cause cause = 0;

	while (cause < TW_CAUSE_COUNT && !tw_str_equal(tw_str_of(rows[cause].slug), slug))
		cause++;
	return cause;
}

const char *tw_cause_inseparable(enum tw_cause a, enum tw_cause b)
{
	for (size_t i = 0; i < TW_LEN(pairs); i++)
		if ((pairs[i].a == a && pairs[i].b == b) || (pairs[i].a == b && pairs[i].b == a))
			return pairs[i].when;
	return NULL;
}
