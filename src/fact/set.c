/* set.c: all facts of a connection, family by family. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/set.h"

#include "base/assert.h"
#include "fact/derive.h"

#include <string.h>

static const struct tw_fact_info infos[] = {
#define X(name, slug, base, group, yes, no, settle) \
	[TW_FACT_##name] = {slug, yes, no, settle, base, TW_FACT_GROUP_##group},
    TW_FACTS(X)
#undef X
};

_Static_assert(TW_LEN(infos) == TW_FACT_COUNT, "one row per fact");

const struct tw_fact_info *tw_fact_info(enum tw_fact fact)
{
	return &infos[fact];
}

enum tw_fact tw_fact_premise(enum tw_fact fact)
{
	/* The list has its families together, each behind its premise. */
	if (fact > TW_FACT_LATE_DATA && fact <= TW_FACT_QUIT_EXCHANGE)
		return TW_FACT_LATE_DATA;
	if (fact > TW_FACT_RESET_SEEN && fact <= TW_FACT_RESET_IP_ID_CONTINUES)
		return TW_FACT_RESET_SEEN;
	return fact == TW_FACT_ICMP_FROM_FILTER ? TW_FACT_ICMP_TO_SYN : TW_FACT_NONE;
}

bool tw_fact_is_open(const struct tw_fact_set *set, enum tw_fact fact)
{
	const char *settle = infos[fact].settle;
	enum tw_fact premise = tw_fact_premise(fact);

	if (settle[0] == '\0' || tw_fact_seen(set, fact))
		return false;
	if (premise != TW_FACT_NONE && set->value[premise].answer != TW_YES)
		return false;
	/* Without a FIN nothing came after one; nor can the handshake of old be looked up. */
	if (fact == TW_FACT_LATE_DATA && set->cast.closer == TW_NOBODY)
		return false;
	if (fact == TW_FACT_SYN_ACK_SEEN && tw_fact_is(set, TW_FACT_SYN_SEEN, TW_NO))
		return false;
	/* A capture shows all it has; only a person who typed a list can show more of it. */
	return set->typed || strncmp(settle, "show ", 5) != 0;
}

static uint8_t first_fin(const struct tw_connection *connection)
{
	struct tw_moment a = connection->side[0].fin.at;
	struct tw_moment b = connection->side[1].fin.at;
	uint8_t first = tw_later(a, b) ? 1 : 0;

	if (!tw_happened(a) && !tw_happened(b))
		return TW_NOBODY;
	if (!tw_happened(a) || !tw_happened(b))
		return tw_happened(a) ? 0 : 1;
	/*
	 * Where the FINs crossed, neither was first. The one that had closed without the other's
	 * last payload, and whose host then answered that with a RST, is the closer that matters.
	 */
	const struct tw_side *second = &connection->side[tw_other(first)];

	if (connection->first_resetter == tw_other(first) && second->reset.answers_by_seq &&
	    tw_later(second->reset.at, second->fin.at) && connection->side[first].late.crossed)
		return (uint8_t)tw_other(first);
	return first;
}

/*
 * The receiver asked back (RFC 5961 section 3.2), and nothing of the resetter answered it with the
 * right number: it has not closed, whatever the other thinks.
 */
static bool was_refused(const struct tw_side *sender, const struct tw_side *receiver)
{
	return sender->volley.unacceptable == sender->reset_count &&
	       sender->missed.answer > sender->reset_last.at.frame &&
	       receiver->sent_after_reset.last.frame >= sender->missed.answer;
}

/*
 * A RST ends nothing where both sides went on with segments of their own and closed by FIN: the
 * receiver did not accept it (RFC 5961).
 */
static uint8_t effective_resetter(const struct tw_connection *connection)
{
	uint8_t resetter = connection->first_resetter;
	const struct tw_side *sender;
	const struct tw_side *receiver;

	if (resetter == TW_NOBODY)
		return TW_NOBODY;
	sender = &connection->side[resetter];
	receiver = &connection->side[tw_other(resetter)];
	if (was_refused(sender, receiver))
		return TW_NOBODY;
	if (sender->after_own_reset.count > 0 && receiver->sent_after_reset.count > 0 &&
	    tw_later(sender->fin.at, sender->reset.at) &&
	    tw_later(receiver->fin.at, sender->reset.at) && receiver->reset_count == 0)
		return TW_NOBODY;
	return resetter;
}

/* The side that first closed or reset with effect. */
static uint8_t first_ender(const struct tw_connection *connection, const struct tw_cast *cast)
{
	if (cast->resetter == TW_NOBODY || cast->closer == TW_NOBODY)
		return cast->resetter == TW_NOBODY ? cast->closer : cast->resetter;
	if (tw_later(connection->side[cast->closer].fin.at,
		     connection->side[cast->resetter].reset.at))
		return cast->resetter;
	return cast->closer;
}

void tw_facts_derive(const struct tw_connection *connection, const struct tw_context *context,
		     struct tw_roles roles, struct tw_fact_set *set)
{
	memset(set, 0, sizeof(*set));
	set->typed = connection->typed;
	set->cast = (struct tw_cast){
	    .roles = roles,
	    .closer = first_fin(connection),
	    .resetter = effective_resetter(connection),
	};
	set->cast.first = first_ender(connection, &set->cast);

	struct tw_derive d = {
	    .connection = connection,
	    .context = context,
	    .set = set,
	    .client = &connection->side[roles.client],
	    .server = &connection->side[roles.server],
	};

	if (set->cast.closer != TW_NOBODY) {
		d.closer = &connection->side[set->cast.closer];
		d.late = &connection->side[tw_other(set->cast.closer)];
	}
	if (set->cast.resetter != TW_NOBODY) {
		d.resetter = &connection->side[set->cast.resetter];
		d.reset = &connection->side[tw_other(set->cast.resetter)];
	}
	tw_facts_opening(&d);
	tw_facts_handshake(&d);
	tw_facts_data(&d);
	tw_facts_application(&d);
	tw_facts_closing(&d);
	tw_facts_reset(&d);
	tw_facts_shape(&d);
	tw_facts_forgery(&d);
	tw_facts_volley(&d);
	tw_facts_translation(&d);
	tw_facts_silence(&d);
	tw_facts_passage(&d);
	tw_facts_window(&d);
	tw_facts_pause(&d);
	tw_facts_company(&d);
	tw_facts_pace(&d);
	tw_facts_veto(&d);
	/* A clock that was set back makes pauses negative: then they say nothing. */
	for (enum tw_fact fact = TW_FACT_NONE + 1; fact < TW_FACT_COUNT; fact++)
		if (set->value[fact].duration_ns < 0)
			set->value[fact].duration_ns = 0;
}
