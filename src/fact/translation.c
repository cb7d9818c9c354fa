/* translation.c: facts about segments that a translating device let pass as they were. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/derive.h"

enum {
	SURE_BY_CONDUCT = 96,
	SURE_TOO_FAST = 90, /* below, a RST may come a little sooner than its host's others */
};

/*
 * Behind the device all addresses are right. What shows there is the conduct of the side that
 * reset: a stateless reply to payload, from its own distance, and then it goes on with the very
 * connection, as one that never received that payload. It had it from an address which it does not
 * know. A third party's RST comes from elsewhere, or after it the payload is acknowledged.
 */
static bool resets_what_it_misses(const struct tw_derive *d)
{
	const struct tw_side *resetter = d->resetter;
	const struct tw_side *sender = d->reset;
	const struct tw_reset *reset = &resetter->reset;
	const struct tw_fact_value *fast = &d->set->value[TW_FACT_RESET_TOO_FAST];

	return !(reset->flags & TW_ACK) && reset->answers_by_seq && reset->trigger_length > 0 &&
	       !reset->unacceptable && resetter->after_own_reset.count > 0 &&
	       !tw_later(sender->progress, reset->at) && tw_side_outstanding(sender) > 0 &&
	       !tw_happened(resetter->fin.at) && tw_derive_numbers(d) == TW_SEEN &&
	       !tw_fact_is(d->set, TW_FACT_RESET_TTL_DIFFERS, TW_YES) &&
	       !(fast->answer == TW_YES && fast->percent >= SURE_TOO_FAST) &&
	       !tw_fact_is(d->set, TW_FACT_RESET_FOREIGN, TW_YES);
}

/*
 * A list shows the SYN before and behind the device, and its answer under the address behind it
 * only: the opener, which asked another address, has no such connection.
 */
static bool answer_is_untranslated(const struct tw_derive *d)
{
	return tw_happened(d->connection->limits[TW_LIMIT_TRANSLATED_TWICE]) && d->resetter &&
	       tw_fact_is(d->set, TW_FACT_BARE_RESET_TO_SYN_ACK, TW_YES);
}

void tw_facts_translation(struct tw_derive *d)
{
	const struct tw_stray *stray = &d->context->stray;
	bool found = tw_happened(stray->at);
	bool untranslated = answer_is_untranslated(d);
	bool conduct = d->resetter && (untranslated || resets_what_it_misses(d));
	/* Two SYNs or more with one sequence number of 32 bits, or only addresses. */
	bool numbered = untranslated && tw_derive_numbers(d) == TW_SEEN;
	struct tw_fact_value *value;

	value = tw_derive_put(d, TW_FACT_UNTRANSLATED, found || conduct,
			      found	 ? TW_SEEN /* by two sequence numbers of 32 bits */
			      : numbered ? TW_SEEN
			      : conduct	 ? SURE_BY_CONDUCT
					 : tw_derive_absence(d));
	value->party = TW_PARTY_NETWORK;
	if (found) {
		tw_fact_frame(value, stray->at);
		tw_fact_frame(value, stray->reset);
	} else if (conduct) {
		tw_fact_frame(value, d->resetter->reset.trigger);
		tw_fact_frame(value, d->resetter->reset.at);
		tw_fact_frame(value, d->resetter->after_own_reset.first);
	}
}
