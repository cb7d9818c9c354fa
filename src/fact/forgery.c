/* forgery.c: facts that speak for a RST which its apparent sender never sent. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/derive.h"

#include "fact/sender.h"
#include "tcp/vantage.h"

/*
 * A standard-compliant sender resets at its maximum sequence number, or in answer to an ACK of the
 * other side, which cannot exceed it; and it says nothing more (Weaver, Sommer, Paxson, NDSS 2009).
 * What contradicts that is an impossibility.
 */
enum {
	SURE_STRAY_SEGMENT = 60, /* one segment without payload after the RST: perhaps reordered */
	SURE_TOO_FAST = 90,
	SURE_FAST = 70,
	SURE_OTHER_PORTS_TTL = 80,
	SURE_SIGNS = 97,
	SURE_MANY_SIGNS = 99,
	SURE_NO_FILTER = 99, /* nothing to compare with */
	SURE_CAPTURE_LOST = 60,
	TIME_SLACK_MS = 3, /* radio links and busy hosts vary by that much */
	TIME_FLOOR_MS = 2, /* below, a round trip is a host's own delay */
	BOTH_ENDS_MS = 200,
	SURE_UNASKED_ABORT = 90,
};

static void put_goes_on(struct tw_derive *d)
{
	/* Where both were reset in each other's name, either may be the one that goes on. */
	const struct tw_side *sender =
	    d->resetter->after_own_reset.count > 0 || d->reset->reset_count == 0 ? d->resetter
										 : d->reset;
	const struct tw_run *after = &sender->after_own_reset;
	bool goes_on = after->count > 0;
	/* Who refuses a SYN has nothing under way that could be overtaken. */
	bool certain = after->count > 1 || sender->reset.to_syn || d->connection->typed;
	unsigned sure = certain ? TW_SEEN : SURE_STRAY_SEGMENT;
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
				   (reset->seq_offset > 0 && !reset->answers_by_seq) ||
				       d->resetter->reset_rising > 0,
				   lossy ? SURE_CAPTURE_LOST : TW_SEEN, d->resetter);
	tw_fact_frame(value, reset->at);
}

/*
 * The shortest round trip is a floor: an answer can be later than it, never earlier. Where rows are
 * left out, what looks like a round trip may be several.
 */
static void put_too_fast(struct tw_derive *d)
{
	const struct tw_reset *reset = &d->resetter->reset;
	int64_t distance = tw_sender_host(d).distance_ns;
	int64_t delay = reset->at.time_ns - reset->trigger.time_ns;
	bool fast = delay < distance / 10 * 9;
	/* The few round trips that were seen may all have had some delay on top. */
	bool much_faster =
	    delay < distance / 4 * 3 && distance - delay >= TIME_SLACK_MS * TW_NS_PER_MS;
	struct tw_fact_value *value;

	/* Right behind its sender's own segment, with that one's number, it may need no answer. */
	bool own_accord = !(reset->flags & TW_ACK) && reset->seq_offset_known &&
			  reset->seq_offset == 0 && reset->own_idle_ns < distance;
	if (!d->connection->timed || !tw_happened(reset->trigger) ||
	    tw_happened(d->connection->limits[TW_LIMIT_ROWS_OMITTED]) ||
	    distance < TIME_FLOOR_MS * TW_NS_PER_MS)
		return;
	if (fast && reset->to_syn && tw_sender_is_second_host(d))
		return;
	if (fast && (reset->older_trigger || (own_accord && reset->kind == TW_RESET_ACTIVE)))
		return;
	value = tw_derive_put_side(d, TW_FACT_RESET_TOO_FAST, fast,
				   fast && (own_accord || !much_faster) ? SURE_FAST : SURE_TOO_FAST,
				   d->resetter);
	value->duration_ns = delay;
	tw_fact_frame(value, reset->trigger);
	tw_fact_frame(value, reset->at);
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
	/* What it may answer is remembered no more, or went before the input. */
	if (a->forgotten || !tw_happened(a->heard))
		return;
	value = tw_derive_put_side(d, TW_FACT_RESET_UNPROVOKED, !tw_happened(a->trigger),
				   tw_derive_numbers(d), d->resetter);
	tw_fact_frame(value, a->at);
}

/*
 * Linux, the BSDs and macOS abort a socket by one RST,ACK and answer what still comes without ACK;
 * Windows, which sets the bit, shows window 0. A device that rejects each segment does neither.
 */
static void put_to_each(struct tw_derive *d)
{
	enum { ROW_MIN = 2, SURE_ROW = 85 };
	bool row = d->resetter->volley.rising >= ROW_MIN;
	struct tw_fact_value *value;

	value = tw_derive_put_side(d, TW_FACT_RESETS_TO_EACH, row, row ? SURE_ROW : TW_SEEN,
				   d->resetter);
	if (!row)
		return;
	tw_fact_frame(value, d->resetter->reset.at);
	tw_fact_frame(value, d->resetter->reset_last.at);
}

static void put_impossible(struct tw_derive *d)
{
	static const enum tw_fact signs[] = {
	    TW_FACT_DATA_AFTER_OWN_RESET, TW_FACT_RESET_BEYOND,	 TW_FACT_RESET_TOO_FAST,
	    TW_FACT_RESETS_TO_EACH,	  TW_FACT_RESET_FOREIGN,
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
		value->detail = 0;
		if (sign->answer == TW_NO && sign->percent < no_percent)
			no_percent = sign->percent;
	}
	if (value->answer != TW_YES)
		(void)tw_derive_put_side(d, TW_FACT_RESET_IMPOSSIBLE, false, no_percent,
					 d->resetter);
}

/*
 * A host answers each SYN within a round trip. What answers long after the last one, or repeats the
 * SYN's own window, is a device that gave up on the host, or made the reply from the SYN. And where
 * the first SYNs found no answer, something began to refuse between them. 0: nothing of that kind.
 */
static unsigned refused_late(const struct tw_derive *d)
{
	enum {
		LATE_MS = 2000,
		SURE_LATE = 97,
		SURE_LATE_COPY = 98,
		SLOW_MS = 400, /* longer than most round trips, and a lookup of the link address */
		SURE_SLOW = 60,
		SURE_COPIED = 95,
		AGAIN_MS = 500, /* sooner it is a copy, or a second attempt of Windows */
		SURE_AT_LAST = 55,
	};
	const struct tw_reset *reset = &d->server->reset;
	const struct tw_side *client = d->client;
	bool repeated = tw_happened(client->syn_again) && tw_later(reset->at, client->syn_again) &&
			d->connection->timed &&
			client->syn_again.time_ns - client->syn.time_ns >= AGAIN_MS * TW_NS_PER_MS;
	int64_t wait = reset->at.time_ns - reset->heard.time_ns;
	bool copied = (reset->known & TW_FIELD_WINDOW) && reset->window != 0 &&
		      reset->window == client->window;

	if (d->connection->timed && wait >= LATE_MS * TW_NS_PER_MS)
		return copied ? SURE_LATE_COPY : SURE_LATE;
	if (copied)
		return SURE_COPIED;
	if (d->connection->timed && wait >= SLOW_MS * TW_NS_PER_MS)
		return SURE_SLOW;
	return repeated && !tw_happened(d->connection->limits[TW_LIMIT_ROWS_OMITTED]) ? SURE_AT_LAST
										      : 0;
}

static unsigned greater(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

/*
 * Who refused the SYN? A packet filter on the way says so by ICMP, or it takes the server's name:
 * from another distance, or sooner or later than the server answers. A third party that lets the
 * SYN pass is no filter: then the server answers too.
 */
static void put_filter(struct tw_derive *d)
{
	const struct tw_side *server = d->server;
	const struct tw_fact_set *set = d->set;
	bool icmp = tw_fact_is(set, TW_FACT_ICMP_FROM_FILTER, TW_YES);
	bool refused = tw_fact_is(set, TW_FACT_RESET_TO_SYN, TW_YES) && d->resetter == server &&
		       server->segments == server->reset_count;
	bool fast = tw_fact_is(set, TW_FACT_RESET_TOO_FAST, TW_YES);
	bool other_ttl = tw_fact_is(set, TW_FACT_RESET_TTL_DIFFERS, TW_YES);
	bool compared = tw_fact_is(set, TW_FACT_RESET_TTL_DIFFERS, TW_NO);
	unsigned late = refused && !compared ? refused_late(d) : 0;
	bool reset = refused && (fast || other_ttl || late > 0);
	unsigned sure = TW_SEEN;
	struct tw_fact_value *value;

	if (!icmp && reset)
		sure = greater(late, fast && other_ttl ? SURE_MANY_SIGNS
				     : fast	       ? SURE_TOO_FAST
				     : other_ttl       ? SURE_OTHER_PORTS_TTL
						       : 0);
	else if (!icmp && refused)
		sure = compared ? SURE_SIGNS : SURE_NO_FILTER;
	value = tw_derive_put_side(d, TW_FACT_FILTER_REFUSED, icmp || reset, sure, server);
	if (icmp || reset)
		value->party = TW_PARTY_NETWORK;
	if (icmp)
		tw_fact_frame(value, d->connection->icmp.at);
	if (reset) {
		tw_fact_frame(value, server->reset.trigger);
		tw_fact_frame(value, server->reset.at);
	}
}

/*
 * RFC 9293 section 3.10.5 to the letter, which only illumos and Solaris keep: <SEQ=SND.NXT><RST>.
 * A stateless reply needs a segment to answer.
 */
static void put_abort_without_ack(struct tw_derive *d)
{
	const struct tw_reset *reset = &d->resetter->reset;
	bool own_number = reset->seq_offset_known && reset->seq_offset == 0;
	bool unasked = !tw_happened(reset->trigger) && !reset->forgotten;
	struct tw_fact_value *value;

	if ((reset->flags & TW_ACK) || reset->ack != 0 || !own_number || !unasked ||
	    tw_fact_is(d->set, TW_FACT_RESET_AFTER_OWN_FIN, TW_YES) || d->reset->reset_count > 0 ||
	    tw_fact_is(d->set, TW_FACT_RESET_IMPOSSIBLE, TW_YES) ||
	    tw_fact_is(d->set, TW_FACT_IDLE_BEFORE_RESET, TW_YES))
		return;
	value =
	    tw_derive_put_side(d, TW_FACT_ABORT_WITHOUT_ACK, true, SURE_UNASKED_ABORT, d->resetter);
	tw_fact_frame(value, d->resetter->last_payload);
	tw_fact_frame(value, reset->at);
}

void tw_facts_forgery(struct tw_derive *d)
{
	if (!d->resetter) {
		put_filter(d);
		return;
	}
	put_goes_on(d);
	put_beyond(d);
	put_too_fast(d);
	put_to_each(d);
	tw_facts_sender(d);
	put_vantage(d);
	put_both_ends(d);
	put_impossible(d);
	put_abort_without_ack(d);
	put_filter(d);
}
