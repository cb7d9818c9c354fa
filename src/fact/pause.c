/* pause.c: the pause before the end, held against the time limits that products have by default. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/derive.h"
#include "fact/timers.h"

/* What somebody waited for, and how that wait ended. */
struct pause {
	const struct tw_side *waiter; /* whose limit it is, or whom it met */
	int64_t duration_ns;
	unsigned expiries; /* enum tw_expiry that end so; 0: there is no such pause */
	struct tw_moment end;
};

static bool is(const struct tw_derive *d, enum tw_fact fact, enum tw_answer answer)
{
	return tw_fact_is(d->set, fact, answer);
}

static struct pause between_probes(const struct tw_derive *d)
{
	const struct tw_side *side =
	    d->set->value[TW_FACT_KEEP_ALIVE_UNANSWERED].party == TW_PARTY_CLIENT ? d->client
										  : d->server;
	const struct tw_run *run =
	    side->probe.count >= side->unheard_probe.count ? &side->probe : &side->unheard_probe;

	if (run->count < 2)
		return (struct pause){.expiries = 0};
	return (struct pause){side, (run->last.time_ns - run->first.time_ns) / (run->count - 1),
			      TW_EXPIRY_PROBES, run->last};
}

static struct pause before_unanswered(const struct tw_derive *d)
{
	const struct tw_side *side =
	    d->set->value[TW_FACT_UNANSWERED_RETRANSMISSIONS].party == TW_PARTY_CLIENT ? d->client
										       : d->server;

	return (struct pause){side, side->flight_idle_ns, TW_EXPIRY_FORGETS, side->flight};
}

/* Which limits of its own let a side close where nothing comes. */
static unsigned closing_limits(const struct tw_derive *d, const struct tw_side *side)
{
	if (!d->set->cast.roles.known)
		return TW_EXPIRY_SERVER_CLOSES | TW_EXPIRY_CLIENT_CLOSES;
	return side == d->server ? TW_EXPIRY_SERVER_CLOSES : TW_EXPIRY_CLIENT_CLOSES;
}

/* The side that asked closes in the middle of its question: it waited for the answer. */
static bool waited_for_answer(const struct tw_derive *d)
{
	return is(d, TW_FACT_REQUEST_UNANSWERED, TW_YES) && is(d, TW_FACT_REQUESTER_CLOSED, TW_YES);
}

/* What the closer's host did about a peer that did not close: it aborts, or has forgotten. */
static struct pause after_fin(const struct tw_derive *d)
{
	const struct tw_reset *reset = &d->resetter->reset;
	struct tw_moment acked = d->closer->fin.acked;
	int64_t since_fin = reset->at.time_ns - d->closer->fin.at.time_ns;

	if (is(d, TW_FACT_RESET_ACTIVE, TW_YES) &&
	    since_fin >= tw_connection_idle_threshold_ns(d->connection))
		return (struct pause){d->closer, since_fin, TW_EXPIRY_LINGERS, reset->at};
	if (is(d, TW_FACT_RESET_BARE, TW_YES) && tw_happened(reset->trigger) && tw_happened(acked))
		return (struct pause){d->closer, reset->trigger.time_ns - acked.time_ns,
				      TW_EXPIRY_ORPHANS, reset->at};
	return (struct pause){.expiries = 0};
}

static struct pause before_fin(const struct tw_derive *d)
{
	const struct tw_fin *fin = &d->closer->fin;
	bool idle = fin->idle_from_frame != 0 && !fin->outstanding &&
		    fin->idle_ns >= tw_connection_idle_threshold_ns(d->connection);

	if (idle)
		return (struct pause){d->closer, fin->idle_ns,
				      waited_for_answer(d) ? TW_EXPIRY_GIVES_UP
							   : closing_limits(d, d->closer),
				      fin->at};
	return d->resetter == d->closer ? after_fin(d) : (struct pause){.expiries = 0};
}

static struct pause before_reset(const struct tw_derive *d)
{
	const struct tw_reset *reset = &d->resetter->reset;
	const struct tw_fact_value *idle = &d->set->value[TW_FACT_IDLE_BEFORE_RESET];
	struct pause pause = {d->resetter, reset->idle_ns, 0, reset->at};

	if (tw_happened(reset->trigger)) {
		pause.duration_ns = idle->duration_ns;
		pause.expiries = idle->answer == TW_YES ? TW_EXPIRY_RESETS_NEXT : 0;
	} else if (reset->idle_ns >= tw_connection_idle_threshold_ns(d->connection)) {
		pause.expiries = waited_for_answer(d)
				     ? TW_EXPIRY_GIVES_UP
				     : closing_limits(d, d->resetter) | TW_EXPIRY_RESETS;
	}
	return pause;
}

static struct pause find_pause(const struct tw_derive *d)
{
	if (is(d, TW_FACT_KEEP_ALIVE_UNANSWERED, TW_YES))
		return between_probes(d);
	if (is(d, TW_FACT_UNANSWERED_RETRANSMISSIONS, TW_YES))
		return before_unanswered(d);
	if (d->closer && &d->connection->side[d->set->cast.first] == d->closer)
		return before_fin(d);
	if (d->resetter && !is(d, TW_FACT_RESET_TO_SYN, TW_YES))
		return before_reset(d);
	return (struct pause){.expiries = 0};
}

void tw_facts_pause(struct tw_derive *d)
{
	const struct tw_timer *timers[TW_TIMERS_MAX];
	/* Who forgets in silence shows his limit only to one who happens to speak just then. */
	const unsigned silent = TW_EXPIRY_FORGETS | TW_EXPIRY_RESETS_NEXT | TW_EXPIRY_ORPHANS;
	struct tw_fact_value *value;
	struct pause pause;
	bool matches;

	if (!d->connection->timed)
		return;
	pause = find_pause(d);
	if (pause.expiries == 0)
		return;
	matches = tw_timers_matching(pause.duration_ns, pause.expiries, timers) > 0;
	if (!matches && (pause.expiries & silent))
		return;
	value = tw_derive_put_side(d, TW_FACT_IDLE_MATCHES_TIMER, matches, TW_SEEN, pause.waiter);
	value->duration_ns = pause.duration_ns;
	value->detail = pause.expiries;
	tw_fact_frame(value, pause.end);
}
