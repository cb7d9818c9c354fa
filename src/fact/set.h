/* set.h: the facts of one connection, each yes, no or unknown, each with its frames. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_FACT_SET_H
#define TW_FACT_SET_H

#include "base/defs.h"
#include "context/context.h"
#include "fact/list.h"
#include "tcp/roles.h"

enum tw_answer { TW_UNKNOWN, TW_YES, TW_NO };

enum { TW_FACT_FRAMES = 4, TW_SEEN = 100 };

/* Whom a fact is about, in roles; JSON "side". */
enum tw_party { TW_PARTY_NONE, TW_PARTY_CLIENT, TW_PARTY_SERVER, TW_PARTY_BOTH, TW_PARTY_NETWORK };

struct tw_fact_value {
	uint8_t answer;	 /* enum tw_answer */
	uint8_t percent; /* TW_SEEN: arithmetic on what was seen; below: inferred, and how sure */
	uint8_t party;	 /* enum tw_party */
	uint8_t frame_count;
	uint64_t frames[TW_FACT_FRAMES];
	int64_t duration_ns; /* of facts about a pause; else 0 */
	uint32_t detail; /* which of several the answer speaks of; the fact says in which list */
};

/* Who is who in the ending: sides, or TW_NOBODY. */
struct tw_cast {
	struct tw_roles roles;
	uint8_t closer;	  /* sent the first FIN */
	uint8_t resetter; /* sent the first RST that had an effect */
	uint8_t first;	  /* of the two, who was first */
};

struct tw_fact_set {
	struct tw_cast cast;
	bool typed; /* from a list, of which its author may show more */
	struct tw_fact_value value[TW_FACT_COUNT];
};

/* Derives all facts from the record and the context; the input is not read again. */
void tw_facts_derive(const struct tw_connection *connection, const struct tw_context *context,
		     struct tw_roles roles, struct tw_fact_set *set);

const struct tw_fact_info *tw_fact_info(enum tw_fact fact);
/* The fact without which `fact` cannot be asked ("of which shape is the RST?"), or TW_FACT_NONE. */
enum tw_fact tw_fact_premise(enum tw_fact fact);
/* True where nobody knows the fact yet, but somebody who looks could. */
bool tw_fact_is_open(const struct tw_fact_set *set, enum tw_fact fact);

static inline bool tw_fact_is(const struct tw_fact_set *set, enum tw_fact fact,
			      enum tw_answer answer)
{
	return set->value[fact].answer == answer;
}

/* True where the fact is known by arithmetic: only such a fact may rule a cause out. */
static inline bool tw_fact_seen(const struct tw_fact_set *set, enum tw_fact fact)
{
	return set->value[fact].answer != TW_UNKNOWN && set->value[fact].percent == TW_SEEN;
}

#endif
