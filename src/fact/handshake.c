/* handshake.c: facts about openings that went another way than SYN; SYN,ACK; ACK. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/derive.h"

#include "tcp/seq.h"

enum {
	SURE_REPEATED_ONCE = 90, /* ACK and data may both have been lost, once */
	SURE_REPEATED_UNTIMED = 85,
	SURE_REPEATED_THEN_RESET = 60, /* a host that never had the connection does so too */
	SURE_RESET_TO_DATA = 75,       /* the ACK may not have arrived */
	SURE_RESET_BY_PLACE = 93,
	SURE_RESTED = 90,
	SURE_RESTED_LONG = 75, /* the BSDs rest for 30 s only */
	SURE_OLD_STATE_BY_PLACE = 85,
	SURE_SYN_LOST = 80, /* any SYN may be lost */
	SURE_TIMESTAMPS = 95,
	SURE_SACK = 90,
	SURE_SCALE_GUESSED = 90,
	SURE_SCALE = 97,
	SURE_ANSWER_UNASKED = 80,
	SURE_TWINS = 90,
	SURE_MANY_TWINS = 97,
	MANY_TWINS = 3,
	AT_ONCE_MS = 20, /* beyond two round trips */
	TIME_WAIT_S = 60,
	TIME_WAIT_SHORT_S = 30,
	/* tcp_timewait_state_process() of Linux: the SYN,ACK that follows TIME-WAIT begins here. */
	LINUX_ISN_STEP = 65537,
	SEGMENTS_SURE = 3, /* fewer may be accidents */
	SACKS_SURE = 2,
	SCALE_MIN = 3, /* less does not show */
	SCALE_MAX = 14,
	SHRUNK = 8,
	WINDOW_MIN = 8192,
	SCALE_SLACK = 16,
};

/* ---- a listener that does not take the connection over ---- */

static bool says_only_syn_ack(const struct tw_side *server)
{
	return server->segments == (uint64_t)server->syn_count + server->reset_count &&
	       !tw_happened(server->syn_other) && !tw_happened(server->syn_twin);
}

/* SYN,ACK again, later than the first data can have come: how sure that the data was dropped. */
static unsigned sure_of_repetition(const struct tw_derive *d)
{
	const struct tw_side *server = d->server;
	int64_t since = server->syn_last.time_ns - d->client->first_payload.time_ns;

	/* A listener that drops goes on asking; one that resets does not ask again. */
	if (server->syn_count_after_ack == 0 ||
	    (server->reset_count > 0 && tw_later(server->syn_last, server->reset.at)))
		return 0;
	if (server->syn_count_after_ack > 1)
		return TW_SEEN;
	if (!d->connection->timed)
		return server->reset_count > 0 ? SURE_REPEATED_THEN_RESET : SURE_REPEATED_UNTIMED;
	return since > tw_connection_rtt_ns(d->connection) ? SURE_REPEATED_ONCE : 0;
}

/* A bare RST to the ACK that completed the handshake, or to the data right behind it. */
static unsigned sure_of_rejection(const struct tw_derive *d)
{
	const struct tw_reset *reset = &d->server->reset;
	int64_t since = reset->at.time_ns - d->connection->established.time_ns;
	int64_t bound = 2 * d->server->distance_ns + AT_ONCE_MS * TW_NS_PER_MS;

	if (d->server->reset_count == 0 || (reset->flags & TW_ACK) || !reset->answers_by_seq ||
	    reset->seq != tw_seq_add(d->server->isn, 1) || (reset->trigger_flags & TW_FIN) ||
	    tw_derive_syns(d->server) > 1 || tw_happened(d->client->syn_wrong_ack))
		return 0;
	if (d->connection->timed)
		return since <= bound ? TW_SEEN : 0;
	return reset->trigger_length > 0 ? SURE_RESET_TO_DATA : SURE_RESET_BY_PLACE;
}

static void put_taking(struct tw_derive *d)
{
	bool complete = (d->server->marks & TW_SIDE_SYN_ACK) &&
			tw_happened(d->connection->established) && says_only_syn_ack(d->server);
	unsigned repeated = complete ? sure_of_repetition(d) : 0;
	unsigned rejected = complete ? sure_of_rejection(d) : 0;
	bool never = repeated > 0 || rejected > 0;
	struct tw_fact_value *value;

	if (!never) {
		(void)tw_derive_put_side(d, TW_FACT_NEVER_TAKEN, false,
					 complete ? tw_derive_absence(d) : TW_SEEN, d->server);
		return;
	}
	value = tw_derive_put_side(d, TW_FACT_NEVER_TAKEN, true,
				   repeated > rejected ? repeated : rejected, d->server);
	tw_fact_frame(value, d->connection->established);
	tw_fact_frame(value, d->client->first_payload);
	tw_fact_frame(value, repeated >= rejected ? d->server->syn_last : d->server->reset.at);
}

/* ---- two that call each other, or one that calls itself ---- */

static void put_crossing(struct tw_derive *d)
{
	uint32_t both = TW_SIDE_SYN | TW_SIDE_SYN_ACK;
	bool crossed = (d->client->marks & both) == both && (d->server->marks & both) == both &&
		       !d->connection->is_self;
	struct tw_fact_value *value;

	value = tw_derive_put(d, TW_FACT_SYNS_CROSSED, crossed,
			      crossed ? TW_SEEN : tw_derive_absence(d));
	value->party = TW_PARTY_BOTH;
	if (crossed) {
		tw_fact_frame(value, d->client->syn);
		tw_fact_frame(value, d->server->syn);
	}
	value = tw_derive_put(d, TW_FACT_SELF_CONNECTED, d->connection->is_self, TW_SEEN);
	value->party = TW_PARTY_BOTH;
	if (d->connection->is_self)
		tw_fact_frame(value, d->client->syn);
}

/* ---- ports that were used before ---- */

static void put_rest(struct tw_derive *d)
{
	const struct tw_previous *previous = &d->context->previous;
	unsigned server = d->set->cast.roles.server;
	int64_t rest = d->client->syn.time_ns - previous->ended.time_ns;
	bool stepped = previous->known && previous->numbered[server] &&
		       (d->server->marks & TW_SIDE_SYN_ACK) &&
		       !(d->server->marks & TW_SIDE_ASSUMED) &&
		       tw_seq_diff(d->server->isn, previous->snd_nxt[server]) == LINUX_ISN_STEP;
	bool rested = stepped || (previous->known && previous->orderly && d->connection->timed &&
				  rest >= 0 && rest < TIME_WAIT_S * TW_NS_PER_S);
	unsigned sure = stepped					 ? TW_SEEN
			: rest < TIME_WAIT_SHORT_S * TW_NS_PER_S ? SURE_RESTED
								 : SURE_RESTED_LONG;
	struct tw_fact_value *value;

	value =
	    tw_derive_put(d, TW_FACT_PORTS_RESTED, rested, rested ? sure : tw_derive_absence(d));
	value->party = TW_PARTY_BOTH;
	if (!rested)
		return;
	value->duration_ns = rest;
	tw_fact_frame(value, previous->ended);
	tw_fact_frame(value, d->client->syn);
}

static void put_old_state(struct tw_derive *d)
{
	/* Some openers do not deny it, and ask again for as long as the older connection lasts. */
	bool held = tw_happened(d->server->challenged) && !(d->server->marks & TW_SIDE_SYN_ACK) &&
		    d->server->segments > 1 && d->client->syn_count > 1;
	bool met = tw_happened(d->server->challenged) && (tw_happened(d->client->denied) || held);
	/* In a list without numbers, only the order of the flags shows it. */
	unsigned sure = d->connection->typed ? SURE_OLD_STATE_BY_PLACE : TW_SEEN;
	struct tw_fact_value *value;

	value = tw_derive_put_side(d, TW_FACT_OLD_STATE_MET, met, met ? sure : tw_derive_absence(d),
				   d->server);
	if (met) {
		tw_fact_frame(value, d->client->syn);
		tw_fact_frame(value, d->server->challenged);
		tw_fact_frame(value, d->client->denied);
	}
}

/* ---- what the SYN carried ---- */

static void put_syn_data(struct tw_derive *d)
{
	bool ignored = d->server->terms.syn_data_ignored;
	bool withheld = d->client->terms.syn_data_withheld;
	struct tw_fact_value *value;

	value = tw_derive_put_side(d, TW_FACT_SYN_DATA_LOST, ignored || withheld,
				   withheld  ? SURE_SYN_LOST
				   : ignored ? TW_SEEN
					     : tw_derive_absence(d),
				   d->client);
	if (ignored || withheld) {
		tw_fact_frame(value, d->client->syn);
		tw_fact_frame(value, withheld ? d->client->syn_again : d->server->syn);
	}
}

/*
 * The window at face value of one that believes its scale not to be agreed on: it counts bytes, or
 * goes on where its SYN began. At the limit of the field a scaled one may look like that too.
 */
static bool is_unscaled(const struct tw_side *side)
{
	const struct tw_terms *terms = &side->terms;
	bool goes_on = terms->received == 0 && terms->syn_window >= WINDOW_MIN &&
		       terms->syn_window < UINT16_MAX;

	return side->window_scale >= SCALE_MIN && terms->segments >= SEGMENTS_SURE &&
	       terms->first_window + terms->received == terms->syn_window &&
	       (terms->bytewise > 0 || goes_on);
}

/* Its SYN,ACK came without a scale, yet its windows are its first one, shifted. */
static bool scales_unasked(const struct tw_side *side)
{
	const struct tw_terms *terms = &side->terms;
	int64_t whole = terms->syn_window;

	if (terms->segments < SEGMENTS_SURE || terms->syn_window < WINDOW_MIN ||
	    terms->highest_window > terms->syn_window / SHRUNK)
		return false;
	for (unsigned shift = SCALE_MIN; shift <= SCALE_MAX; shift++) {
		int64_t shifted = (int64_t)terms->first_window << shift;
		int64_t slack = whole / SCALE_SLACK + (INT64_C(1) << shift);

		if (shifted + terms->received >= whole - slack && shifted <= whole + slack)
			return true;
	}
	return false;
}

/* How sure that `side` keeps to other terms than the two SYNs, as they were seen, agree on. */
static unsigned sure_of_breach(const struct tw_side *side, const struct tw_side *peer)
{
	const struct tw_terms *terms = &side->terms;
	uint8_t agreed = terms->offered & peer->terms.offered;
	bool timed = terms->timed >= SEGMENTS_SURE;
	bool untimed = terms->timed == 0 && terms->segments >= SEGMENTS_SURE;

	if (agreed & TW_OFFER_TIMESTAMPS ? untimed : timed)
		return SURE_TIMESTAMPS;
	if (agreed & TW_OFFER_SCALE ? is_unscaled(side) : false)
		return SURE_SCALE;
	if ((peer->terms.offered & TW_OFFER_SCALE) && !(agreed & TW_OFFER_SCALE) &&
	    scales_unasked(side))
		return SURE_SCALE_GUESSED;
	if (!(peer->terms.offered & TW_OFFER_SACK) && terms->sacks >= SACKS_SURE)
		return SURE_SACK;
	return 0;
}

static void put_terms(struct tw_derive *d)
{
	const struct tw_terms *asked = &d->client->terms;
	const struct tw_terms *answered = &d->server->terms;
	uint8_t unasked =
	    answered->offered & ~asked->offered & (TW_OFFER_TIMESTAMPS | TW_OFFER_SCALE);
	unsigned of_client = sure_of_breach(d->client, d->server);
	unsigned of_server = sure_of_breach(d->server, d->client);
	const struct tw_side *side = of_client > of_server ? d->client : d->server;
	unsigned sure = of_client > of_server ? of_client : of_server;
	struct tw_fact_value *value;

	if (!asked->offer_known || !answered->offer_known || asked->offer_varies ||
	    answered->offer_varies || tw_happened(d->server->syn_other) ||
	    tw_happened(d->server->syn_twin))
		return;
	if (sure == 0 && unasked)
		sure = SURE_ANSWER_UNASKED;
	value = tw_derive_put_side(d, TW_FACT_TERMS_DIFFER, sure > 0,
				   sure > 0 ? sure : tw_derive_absence(d), side);
	if (sure == 0)
		return;
	tw_fact_frame(value, d->client->syn);
	tw_fact_frame(value, d->server->syn);
	if (of_client || of_server) {
		tw_fact_frame(value, (struct tw_moment){.frame = side->terms.first_frame});
		tw_fact_frame(value, (struct tw_moment){.frame = side->terms.last_frame});
	}
}

/* ---- two that answer ---- */

static void put_twins(struct tw_derive *d)
{
	const struct tw_side *server = d->server;
	uint32_t twins = d->context->twin_answers;
	bool twice = tw_happened(server->syn_twin);
	struct tw_fact_value *value;

	/* Once is no rule: somebody may have repeated what the capture missed. */
	if (twins == 1)
		return;
	value = tw_derive_put_side(d, TW_FACT_ANSWERED_TWICE, twice,
				   !twice		 ? tw_derive_absence(d)
				   : twins >= MANY_TWINS ? SURE_MANY_TWINS
							 : SURE_TWINS,
				   server);
	if (twice) {
		tw_fact_frame(value, d->client->syn);
		tw_fact_frame(value, server->first);
		tw_fact_frame(value, server->syn_twin);
	}
}

void tw_facts_handshake(struct tw_derive *d)
{
	put_taking(d);
	put_crossing(d);
	put_old_state(d);
	put_twins(d);
	if (!(d->client->marks & TW_SIDE_SYN))
		return;
	put_rest(d);
	put_syn_data(d);
	if (d->server->marks & TW_SIDE_SYN_ACK)
		put_terms(d);
}
