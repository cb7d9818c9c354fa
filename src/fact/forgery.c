/* forgery.c: facts that speak for a RST which its apparent sender never sent. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/derive.h"

#include "tcp/vantage.h"

/*
 * A standard-compliant sender resets at its maximum sequence number, or in answer to an ACK of the
 * other side, which cannot exceed it; and it says nothing more (Weaver, Sommer, Paxson, NDSS 2009).
 * What contradicts that is an impossibility. Another TTL alone is not: a passive RST carries the
 * host's default TTL while sockets may set their own.
 */
enum {
	SURE_STRAY_SEGMENT = 60, /* one segment without payload after the RST: perhaps reordered */
	SURE_TOO_FAST = 90,
	SURE_OTHER_TTL = 90,
	SURE_CAPTURE_LOST = 60,
	TTL_SLACK = 2,
	TIME_FLOOR_MS = 2, /* below, a round trip is a host's own delay */
	BOTH_ENDS_MS = 200,
};

static void put_goes_on(struct tw_derive *d)
{
	/* Where both were reset in each other's name, either may be the one that goes on. */
	const struct tw_side *sender =
	    d->resetter->after_own_reset.count > 0 || d->reset->reset_count == 0 ? d->resetter
										 : d->reset;
	const struct tw_run *after = &sender->after_own_reset;
	bool goes_on = after->count > 0;
	unsigned sure = after->count > 1 || d->connection->typed ? TW_SEEN : SURE_STRAY_SEGMENT;
	struct tw_fact_value *value;

	value = tw_derive_put_side(d, TW_FACT_DATA_AFTER_OWN_RESET, goes_on,
				   goes_on ? sure : tw_derive_absence(d), sender);
	if (goes_on) {
		tw_fact_frame(value, sender->reset.at);
		tw_fact_frame(value, after->first);
	}
}

static void put_beyond(struct tw_derive *d)
{
	const struct tw_reset *reset = &d->resetter->reset;
	bool lossy = tw_happened(d->connection->limits[TW_LIMIT_LOST_IN_CAPTURE]);
	struct tw_fact_value *value;

	/* One beyond may be a FIN that the capture missed. */
	if (!reset->seq_offset_known || reset->seq_offset == 1 || reset->to_syn)
		return;
	value = tw_derive_put_side(d, TW_FACT_RESET_BEYOND,
				   reset->seq_offset > 0 || d->resetter->reset_rising > 0,
				   lossy ? SURE_CAPTURE_LOST : TW_SEEN, d->resetter);
	tw_fact_frame(value, reset->at);
}

static void put_too_fast(struct tw_derive *d)
{
	const struct tw_reset *reset = &d->resetter->reset;
	int64_t distance = d->resetter->distance_ns;
	int64_t delay = reset->at.time_ns - reset->trigger.time_ns;
	struct tw_fact_value *value;

	if (!d->connection->timed || !tw_happened(reset->trigger) ||
	    distance < TIME_FLOOR_MS * TW_NS_PER_MS)
		return;
	/* The shortest round trip is a floor: an answer can be later than it, never earlier. */
	value = tw_derive_put_side(d, TW_FACT_RESET_TOO_FAST, delay < distance / 4 * 3,
				   SURE_TOO_FAST, d->resetter);
	value->duration_ns = delay;
	tw_fact_frame(value, reset->trigger);
	tw_fact_frame(value, reset->at);
}

static void put_personality(struct tw_derive *d)
{
	const struct tw_side *resetter = d->resetter;
	const struct tw_reset *reset = &resetter->reset;
	struct tw_fact_value *value;

	if ((reset->known & TW_FIELD_TTL) && resetter->segments > resetter->reset_count) {
		bool differs = reset->ttl + TTL_SLACK < resetter->ttl_min ||
			       reset->ttl > resetter->ttl_max + TTL_SLACK;

		value = tw_derive_put_side(d, TW_FACT_RESET_TTL_DIFFERS, differs,
					   differs ? SURE_OTHER_TTL : TW_SEEN, resetter);
		tw_fact_frame(value, resetter->first);
		tw_fact_frame(value, reset->at);
	}
	if ((reset->known & TW_FIELD_IP_ID) && (reset->flags & TW_ACK) && !reset->to_syn &&
	    !(resetter->marks & TW_SIDE_ZERO_IP_ID) && resetter->ip_id != 0) {
		value = tw_derive_put_side(d, TW_FACT_RESET_IP_ID_CONTINUES, reset->ip_id_continues,
					   reset->ip_id_continues ? TW_SEEN : 80, resetter);
		tw_fact_frame(value, reset->at);
	}
}

/* Beside its apparent sender, a RST that somebody else forged would not be seen to leave. */
static void put_vantage(struct tw_derive *d)
{
	struct tw_vantage vantage = tw_vantage_infer(d->connection);
	struct tw_fact_value *value;
	bool at_resetter = vantage.at == d->set->cast.resetter;

	if (vantage.percent == 0)
		return;
	value = tw_derive_put_side(d, TW_FACT_CAPTURED_AT_RESETTER, at_resetter, vantage.percent,
				   d->resetter);
	if (at_resetter)
		tw_fact_frame(value, d->resetter->reset.at);
}

static void put_both_ends(struct tw_derive *d)
{
	const struct tw_reset *a = &d->resetter->reset;
	const struct tw_reset *b = &d->reset->reset;
	bool both = d->reset->reset_count > 0 && !a->answers_by_seq && !b->answers_by_seq &&
		    d->connection->timed &&
		    b->at.time_ns - a->at.time_ns < BOTH_ENDS_MS * TW_NS_PER_MS;
	struct tw_fact_value *value;

	value =
	    tw_derive_put(d, TW_FACT_RESET_BOTH_ENDS, both, both ? TW_SEEN : tw_derive_absence(d));
	if (both) {
		value->party = TW_PARTY_BOTH;
		tw_fact_frame(value, a->at);
		tw_fact_frame(value, b->at);
	}
	value = tw_derive_put_side(d, TW_FACT_RESET_UNPROVOKED, !tw_happened(a->trigger),
				   tw_derive_numbers(d), d->resetter);
	tw_fact_frame(value, a->at);
}

static void put_impossible(struct tw_derive *d)
{
	static const enum tw_fact signs[] = {
	    TW_FACT_DATA_AFTER_OWN_RESET,
	    TW_FACT_RESET_BEYOND,
	    TW_FACT_RESET_TOO_FAST,
	};
	struct tw_fact_value *value = &d->set->value[TW_FACT_RESET_IMPOSSIBLE];
	unsigned no_percent = TW_SEEN;

	for (size_t i = 0; i < TW_LEN(signs); i++) {
		const struct tw_fact_value *sign = &d->set->value[signs[i]];

		/* Whoever continues the sender's own count of IP IDs is the sender. */
		if (signs[i] != TW_FACT_DATA_AFTER_OWN_RESET &&
		    d->set->value[TW_FACT_RESET_IP_ID_CONTINUES].answer == TW_YES)
			continue;
		if (sign->answer == TW_YES &&
		    (value->answer != TW_YES || value->percent < sign->percent))
			*value = *sign;
		if (sign->answer == TW_NO && sign->percent < no_percent)
			no_percent = sign->percent;
	}
	if (value->answer != TW_YES)
		(void)tw_derive_put_side(d, TW_FACT_RESET_IMPOSSIBLE, false, no_percent,
					 d->resetter);
}

void tw_facts_forgery(struct tw_derive *d)
{
	if (!d->resetter)
		return;
	put_goes_on(d);
	put_beyond(d);
	put_too_fast(d);
	put_personality(d);
	put_vantage(d);
	put_both_ends(d);
	put_impossible(d);
}
