/* entry.h: one cause of the catalogue: what it predicts, what it means, what to do. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CAUSE_ENTRY_H
#define TW_CAUSE_ENTRY_H

#include "base/str.h"
#include "cause/list.h"
#include "fact/list.h"

/*
 * Of 100 connections that ended by this cause, how many show the fact. 100 is a need and 0 a
 * prohibition: against a fact that was seen, they rule the cause out. A fact that an entry does not
 * name is as likely under it as under anything else.
 */
struct tw_likelihood {
	uint8_t fact; /* enum tw_fact */
	uint8_t percent;
};

#define TW_NEEDS(name)              \
	{                           \
		TW_FACT_##name, 100 \
	}
#define TW_FORBIDS(name)          \
	{                         \
		TW_FACT_##name, 0 \
	}
#define TW_EXPECTS(name, percent)       \
	{                               \
		TW_FACT_##name, percent \
	}

enum { TW_EXPECTS_MAX = 32, TW_ADVICE_MAX = 6, TW_REFERENCES_MAX = 6 };

struct tw_cause_entry {
	/*
	 * Weight before any evidence, relative to the others: how common such endings are in mixed
	 * server traffic. Estimates of the field's order of magnitude; the labelled captures in
	 * tests/captures hold them to account. A condition has none.
	 */
	uint16_t prior;
	const char *prior_source;		      /* where the estimate comes from */
	struct tw_likelihood expects[TW_EXPECTS_MAX]; /* ends at the first {0, 0} */
	/* Sentences; names in braces as in fact/list.h. */
	const char *title;   /* "The server's host no longer knew the connection" */
	const char *meaning; /* what happened and why that makes these packets */
	const char *advice[TW_ADVICE_MAX];
	const char *references[TW_REFERENCES_MAX];
	/*
	 * In typed notation. The example must be explained by this cause, the near miss, which
	 * looks like it, must not. Where a list cannot show the cause, NULL, and `no_example` says
	 * why.
	 */
	const char *example;
	const char *near_miss;
	const char *no_example;
};

#define X(name, slug, kind, outcome) extern const struct tw_cause_entry tw_cause_entry_##name;
TW_CAUSES(X)
#undef X

/* All that the judge knows of causes: tests judge by tables of their own. */
struct tw_catalogue {
	const struct tw_cause_entry *entry[TW_CAUSE_COUNT];
};

extern const struct tw_catalogue tw_catalogue;

const struct tw_cause_entry *tw_cause_entry(enum tw_cause cause);
const char *tw_cause_slug(enum tw_cause cause);
enum tw_cause_kind tw_cause_kind_of(enum tw_cause cause);
enum tw_outcome tw_cause_outcome(enum tw_cause cause);
const char *tw_outcome_slug(enum tw_outcome outcome);
/* The cause of that slug, or TW_CAUSE_COUNT. */
enum tw_cause tw_cause_find(struct tw_str slug);
/* When packets cannot tell the two apart, and what can; NULL where packets can. */
const char *tw_cause_inseparable(enum tw_cause a, enum tw_cause b);

#endif
