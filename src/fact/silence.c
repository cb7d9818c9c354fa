/* silence.c: facts about what nobody answered, and about what came afterwards. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/attempts.h"

enum {
	SURE_SHORT_RUN = 85,
	SURE_RUN_ENDED = 97, /* and its sender resets then, in answer to nothing */
	SURE_NO_RUN = 70,    /* one attempt, and the input ends: losses are common */
	SURE_ALIVE = 95,
	SURE_UNHEARD = 90,
	SURE_BEAT = 90,
	PROBES_SURE = 2,
	GOES_ON_S = 3,
};

static unsigned side_index(const struct tw_derive *d, const struct tw_side *side)
{
	return side == &d->connection->side[0] ? 0 : 1;
}

/*
 * Where only one direction was captured, what answers it is not to be seen; but who sends the same
 * again and again, and resets then, had no answer.
 */
static bool answers_are_hidden(const struct tw_derive *d, const struct tw_attempts *attempts)
{
	return tw_happened(d->connection->limits[TW_LIMIT_ONE_DIRECTION]) && attempts->count > 0 &&
	       !(tw_attempts_in_vain(attempts) && d->resetter == attempts->side &&
		 !attempts->unheard && tw_later(attempts->side->reset.at, attempts->run->last));
}

static void put_life(struct tw_derive *d, const struct tw_attempts *attempts)
{
	const struct tw_side *silent = attempts->silent;
	struct tw_moment elsewhere = d->context->alive_elsewhere[side_index(d, silent)];
	bool here = tw_later(silent->last, attempts->run->first) && silent->reset_count == 0;
	bool alive = here || tw_happened(elsewhere);
	struct tw_fact_value *value;

	value = tw_derive_put_side(d, TW_FACT_ALIVE_AFTERWARDS, alive,
				   alive ? (here ? TW_SEEN : SURE_ALIVE) : tw_derive_absence(d),
				   silent);
	tw_fact_frame(value, here ? silent->last : elsewhere);
	value = tw_derive_put_side(d, TW_FACT_HEARD_MEANWHILE, here,
				   here ? TW_SEEN : tw_derive_absence(d), silent);
	if (here)
		tw_fact_frame(value, silent->last);
}

static void put_run(struct tw_derive *d, const struct tw_attempts *attempts)
{
	const struct tw_side *sender = attempts->side;
	bool sure = attempts->count >= TW_ATTEMPTS_SURE || attempts->gave_up;
	bool many = tw_attempts_in_vain(attempts);
	bool ended = d->resetter == sender && !tw_happened(sender->reset.trigger) &&
		     tw_later(sender->reset.at, attempts->run->last);
	struct tw_fact_value *value;

	/* The input ends before anybody could have given up, or an answer could have come. */
	if (many && !sure && tw_derive_cut_off(d))
		return;
	value = tw_derive_put_side(d, TW_FACT_UNANSWERED_RETRANSMISSIONS, many,
				   sure			 ? TW_SEEN
				   : many && ended	 ? SURE_RUN_ENDED
				   : many		 ? SURE_SHORT_RUN
				   : attempts->count > 0 ? SURE_NO_RUN
							 : tw_derive_absence(d),
				   sender);
	if (!many)
		return;
	tw_fact_frame(value, attempts->run->first);
	tw_fact_frame(value, attempts->run->last);
	value->duration_ns =
	    attempts->run->last.time_ns -
	    (attempts->unheard ? attempts->run->first.time_ns : sender->retransmit_origin.time_ns);
	put_life(d, attempts);
}

static void put_probes(struct tw_derive *d)
{
	const struct tw_side *prober =
	    d->client->probe.count >= d->server->probe.count ? d->client : d->server;
	const struct tw_side *deaf =
	    d->client->unheard_probe.count >= d->server->unheard_probe.count ? d->client
									     : d->server;
	bool by_beat = prober->marks & TW_SIDE_BEAT;
	bool unanswered =
	    prober->probe.count >= PROBES_SURE && (prober->keep_alives > 0 || by_beat);
	bool unheard = !unanswered && deaf->unheard_probe.count >= PROBES_SURE;
	const struct tw_side *side = unheard ? deaf : prober;
	const struct tw_run *run = unheard ? &side->unheard_probe : &side->probe;
	struct tw_fact_value *value;

	value = tw_derive_put_side(d, TW_FACT_KEEP_ALIVE_UNANSWERED, unanswered || unheard,
				   unanswered ? (by_beat ? SURE_BEAT : TW_SEEN)
				   : unheard  ? SURE_UNHEARD
					      : tw_derive_absence(d),
				   side);
	if (unanswered || unheard) {
		tw_fact_frame(value, run->first);
		tw_fact_frame(value, run->last);
	}
}

static void put_recovery(struct tw_derive *d)
{
	const struct tw_side *side =
	    d->client->retransmitted > d->server->retransmitted ? d->client : d->server;
	/* What rode on the SYN and was not taken has to come again (RFC 7413 4.2.1): no loss. */
	uint64_t again = side->retransmitted - (side->marks & TW_SIDE_SYN_DATA ? 1 : 0);
	bool recovered = side->retransmitted > 0 && again > side->spurious &&
			 again > side->dsacked && side->retransmitted_bytes > 0 &&
			 side->retransmit.count == 0 &&
			 tw_later(side->progress, side->first_retransmission);
	struct tw_fact_value *value;

	value = tw_derive_put_side(d, TW_FACT_RETRANSMISSIONS_RECOVERED, recovered,
				   recovered ? TW_SEEN : tw_derive_absence(d), side);
	if (recovered)
		tw_fact_frame(value, side->first_retransmission);
}

void tw_facts_silence(struct tw_derive *d)
{
	const struct tw_context *context = d->context;
	struct tw_attempts attempts = tw_attempts_find(d);
	struct tw_fact_value *value;

	if (!answers_are_hidden(d, &attempts))
		put_run(d, &attempts);
	put_probes(d);
	put_recovery(d);
	if (context->input_end_known && d->connection->timed) {
		int64_t rest = context->input_end_ns - d->connection->last.time_ns;
		int64_t rtts = 20 * tw_connection_rtt_ns(d->connection);
		int64_t bound = rtts > GOES_ON_S * TW_NS_PER_S ? rtts : GOES_ON_S * TW_NS_PER_S;

		value = tw_derive_put(d, TW_FACT_CAPTURE_GOES_ON, rest >= bound, TW_SEEN);
		value->duration_ns = rest;
	}
	value = tw_derive_put_side(d, TW_FACT_RETRY_FOLLOWS, context->has_retry,
				   context->has_retry ? TW_SEEN : tw_derive_absence(d), d->client);
	if (context->has_retry)
		tw_fact_frame(value, context->retry);
}
