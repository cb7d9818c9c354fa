/* reset.c: facts about the first RST: whose, when, of which kind, in answer to what. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/derive.h"

#include "tcp/seq.h"

enum {
	SURE_PASSIVE_BY_ASSUMPTION = 90,
	SURE_LABORATORY_IDLE = 70,
	SURE_UNASKED_IDLE = 90,
	SURE_NEARLY_IDLE = 60,
	IDLE_MS = 1500,
	IDLE_S = 30, /* shorter idle limits of middleboxes are not known to us */
	RESET_SOON_S = 5,
	IMMEDIATE_SLACK_MS = 2, /* scheduling of a busy host's softirq */
	LATE_SLACK_MS = 20,	/* below, an application may have been quick */
	TTL_WINDOWS = 128,
	TTL_WINDOWS_MIN = 97, /* 31 hops are more than any real path has */
};

static void put_class(struct tw_derive *d)
{
	const struct tw_reset *reset = &d->resetter->reset;
	bool bare = !(reset->flags & TW_ACK);
	bool numbers_known = tw_derive_numbers(d) == TW_SEEN;
	struct tw_fact_value *value;

	value = tw_derive_put_side(d, TW_FACT_RESET_BARE, bare, TW_SEEN, d->resetter);
	tw_fact_frame(value, reset->at);
	if (reset->kind != TW_RESET_UNCLEAR) {
		value = tw_derive_put_side(d, TW_FACT_RESET_ACTIVE, reset->kind == TW_RESET_ACTIVE,
					   reset->kind == TW_RESET_ACTIVE || numbers_known
					       ? TW_SEEN
					       : SURE_PASSIVE_BY_ASSUMPTION,
					   d->resetter);
		tw_fact_frame(value, reset->trigger);
		tw_fact_frame(value, reset->at);
	}
	if (!bare && (reset->known & TW_FIELD_WINDOW) && !reset->to_syn) {
		bool windows_shape = reset->window == 0 && !(reset->options & TW_OPTION_TIMESTAMPS);

		value = tw_derive_put_side(d, TW_FACT_RESET_WINDOW_ZERO, windows_shape, TW_SEEN,
					   d->resetter);
		tw_fact_frame(value, reset->at);
	}
	if (reset->window_reopened) {
		value = tw_derive_put_side(d, TW_FACT_RESET_WINDOW_REOPENED, true, TW_SEEN,
					   d->resetter);
		tw_fact_frame(value, reset->at);
	}
}

/* A kernel answers within its own distance; an application needs to be scheduled and to decide. */
static void put_delay(struct tw_derive *d)
{
	const struct tw_reset *reset = &d->resetter->reset;
	bool answers = tw_happened(reset->trigger);
	/* A RST that answers nothing still came so long after the last segment that it knows of. */
	struct tw_moment since = answers ? reset->trigger : reset->heard;
	int64_t distance = d->resetter->distance_ns;
	int64_t delay = reset->at.time_ns - since.time_ns;
	int64_t slack = distance / 4 > IMMEDIATE_SLACK_MS * TW_NS_PER_MS
			    ? distance / 4
			    : IMMEDIATE_SLACK_MS * TW_NS_PER_MS;
	bool at_once = delay <= distance + slack;
	struct tw_fact_value *value;

	if (!d->connection->timed || !tw_happened(since) || (at_once && !answers))
		return;
	if (!at_once && delay < 2 * distance + LATE_SLACK_MS * TW_NS_PER_MS)
		return;
	value = tw_derive_put_side(d, TW_FACT_RESET_IMMEDIATE, at_once, TW_SEEN, d->resetter);
	value->duration_ns = delay;
	tw_fact_frame(value, reset->trigger);
	tw_fact_frame(value, reset->at);
}

/*
 * A socket that is open acknowledges a FIN, or aborts with the ACK bit; the stateless reply speaks
 * for a host without a connection. Only illumos aborts without ACK, and it would have acknowledged
 * the FIN first.
 */
static void put_answers_fin(struct tw_derive *d)
{
	/* Without numbers, the order of the rows tells what it answers. */
	enum { SURE_FIN_BEFORE = 95 };
	const struct tw_reset *reset = &d->resetter->reset;
	bool own_fin = tw_happened(d->resetter->fin.at) && tw_later(reset->at, d->resetter->fin.at);
	bool answers = reset->kind == TW_RESET_PASSIVE && reset->answers_by_seq &&
		       (reset->trigger_flags & TW_FIN) && !own_fin;
	bool late = tw_fact_is(d->set, TW_FACT_RESET_IMMEDIATE, TW_NO);
	struct tw_fact_value *value;

	value = tw_derive_put_side(d, TW_FACT_RESET_ANSWERS_FIN, answers && !late,
				   tw_derive_numbers(d) == TW_SEEN ? TW_SEEN : SURE_FIN_BEFORE,
				   d->resetter);
	if (answers) {
		tw_fact_frame(value, reset->trigger);
		tw_fact_frame(value, reset->at);
	}
}

/* The pause after which it was reset, of the one who had closed before. */
static void put_after_fin(struct tw_derive *d)
{
	enum { DRAINED_MS = 1500 };
	int64_t pause = d->resetter->reset.at.time_ns - d->resetter->fin.at.time_ns;
	struct tw_fact_value *value;

	if (!tw_fact_is(d->set, TW_FACT_RESET_AFTER_OWN_FIN, TW_YES) || !d->connection->timed)
		return;
	value = tw_derive_put_side(d, TW_FACT_RESET_LONG_AFTER_FIN,
				   pause >= DRAINED_MS * TW_NS_PER_MS, TW_SEEN, d->resetter);
	value->duration_ns = pause;
	tw_fact_frame(value, d->resetter->fin.at);
	tw_fact_frame(value, d->resetter->reset.at);
}

/*
 * A kernel waits in FIN-WAIT-2 for a limited time only, once no program holds the socket. Then the
 * late FIN, or an ACK, is answered like any segment without a connection.
 */
static void put_late_close(struct tw_derive *d)
{
	/* Linux: tcp_fin_timeout, 60 s by default; timers are not exact, and limits may be set. */
	enum { DEFAULT_S = 59, SHORTEST_S = 3, SURE_SHORT_LIMIT = 80 };
	const struct tw_reset *reset = &d->resetter->reset;
	const struct tw_fin *fin = &d->resetter->fin;
	int64_t pause = reset->trigger.time_ns - fin->acked.time_ns;
	bool answers = reset->answers_by_seq && reset->trigger_length == 0 &&
		       tw_later(reset->trigger, fin->acked) && tw_happened(fin->acked) &&
		       d->reset->late.segments == 0;
	bool expired = answers && pause >= SHORTEST_S * TW_NS_PER_S &&
		       pause >= tw_connection_idle_threshold_ns(d->connection);
	bool short_limit = expired && pause < DEFAULT_S * TW_NS_PER_S;
	struct tw_fact_value *value;

	if (!tw_fact_is(d->set, TW_FACT_RESET_AFTER_OWN_FIN, TW_YES) || !d->connection->timed)
		return;
	value = tw_derive_put_side(d, TW_FACT_LATE_CLOSE_RESET, expired,
				   short_limit ? SURE_SHORT_LIMIT : TW_SEEN, d->resetter);
	if (!expired)
		return;
	value->duration_ns = pause;
	tw_fact_frame(value, fin->acked);
	tw_fact_frame(value, reset->trigger);
	tw_fact_frame(value, reset->at);
}

static void put_stack(struct tw_derive *d)
{
	const struct tw_reset *bare = &d->resetter->reset_last;
	const struct tw_side *resetter = d->resetter;
	struct tw_fact_value *value;

	if (!(bare->flags & TW_ACK) && (bare->known & TW_FIELD_ACK)) {
		value = tw_derive_put_side(d, TW_FACT_BARE_RESET_WITH_ACK_FIELD, bare->ack != 0,
					   TW_SEEN, resetter);
		tw_fact_frame(value, bare->at);
	}
	if (resetter->ttl_max > 0) {
		bool windows =
		    resetter->ttl_max <= TTL_WINDOWS && resetter->ttl_max >= TTL_WINDOWS_MIN;

		value = tw_derive_put_side(d, TW_FACT_RESETTER_TTL_128, windows, 90, resetter);
		tw_fact_frame(value, resetter->first);
	}
}

/*
 * Payload of the other side that the resetter's kernel had (it acknowledged it, at the latest by
 * the RST itself) and that nothing answered: perhaps it was never read.
 */
static void put_unread(struct tw_derive *d)
{
	const struct tw_side *resetter = d->resetter;
	const struct tw_reset *reset = &resetter->reset;
	const struct tw_last_word *sent = &d->connection->at_reset[tw_other(d->set->cast.resetter)];
	const struct tw_last_word *own = &d->connection->at_reset[d->set->cast.resetter];
	bool last_word = tw_happened(sent->payload) && tw_later(sent->payload, own->payload);
	/* To its end, or at least its beginning: later payload may have crossed the RST. */
	bool covered = (reset->flags & TW_ACK) && tw_seq_after(reset->ack, sent->turn);
	bool had_it = last_word && (sent->acked || covered);
	struct tw_fact_value *value;

	value = tw_derive_put_side(d, TW_FACT_RESETTER_RECEIVED, tw_happened(sent->payload),
				   tw_happened(sent->payload) ? tw_derive_payload(d->reset)
							      : tw_derive_no_payload(d, d->reset),
				   resetter);
	tw_fact_frame(value, sent->payload);
	value = tw_derive_put_side(
	    d, TW_FACT_UNREAD_POSSIBLE, had_it,
	    had_it || !last_word ? tw_derive_numbers(d) : tw_derive_absence(d), resetter);
	if (had_it) {
		tw_fact_frame(value, sent->payload);
		tw_fact_frame(value, reset->at);
	}
}

/* When the server reset, a request that its kernel had was waiting for its answer. */
static void put_instead_of_answer(struct tw_derive *d)
{
	const struct tw_fact_value *unread = &d->set->value[TW_FACT_UNREAD_POSSIBLE];
	const struct tw_last_word *asked = &d->connection->at_reset[d->set->cast.roles.client];
	const struct tw_last_word *answered = &d->connection->at_reset[d->set->cast.roles.server];
	bool waiting = unread->answer == TW_YES;
	unsigned percent = unread->percent;
	struct tw_fact_value *value;

	/* After its own FIN it had nothing more to answer; what came then is late data. */
	if (d->resetter != d->server || d->closer == d->server)
		return;
	if (waiting && tw_happened(answered->payload) && tw_derive_request(d) < percent)
		percent = tw_derive_request(d);
	if (percent < 50) {
		waiting = !waiting;
		percent = 100 - percent;
	}
	value = tw_derive_put_side(d, TW_FACT_RESET_INSTEAD_OF_ANSWER, waiting, percent, d->server);
	if (waiting) {
		tw_fact_frame(value, asked->payload);
		tw_fact_frame(value, d->resetter->reset.at);
	}
}

static void put_aftermath(struct tw_derive *d)
{
	const struct tw_side *resetter = d->resetter;
	const struct tw_side *other = d->reset;
	bool spoke = other->sent_after_reset.count > 0;
	bool second = resetter->reset_count > 1 && !(resetter->reset_last.flags & TW_ACK);
	struct tw_fact_value *value;

	value = tw_derive_put_side(d, TW_FACT_SENT_AFTER_RESET, spoke,
				   spoke ? TW_SEEN : tw_derive_absence(d), other);
	if (spoke) {
		tw_fact_frame(value, resetter->reset.at);
		tw_fact_frame(value, other->sent_after_reset.first);
	}
	value = tw_derive_put_side(d, TW_FACT_SECOND_RESET_BARE, second,
				   second ? TW_SEEN : tw_derive_absence(d), resetter);
	if (second) {
		tw_fact_frame(value, resetter->reset_last.trigger);
		tw_fact_frame(value, resetter->reset_last.at);
	}
}

static void put_idle(struct tw_derive *d)
{
	const struct tw_reset *reset = &d->resetter->reset;
	bool answers_probe =
	    tw_happened(d->reset->probe.last) && d->reset->probe.last.frame == reset->trigger.frame;
	bool answers_flight = tw_happened(reset->trigger) && tw_happened(d->reset->flight) &&
			      !tw_later(d->reset->flight, reset->trigger) && !answers_probe;
	int64_t idle = answers_flight ? d->reset->flight_idle_ns : reset->idle_ns;
	uint64_t from = answers_flight ? d->reset->flight_idle_from : 0;
	bool long_idle = idle >= IDLE_S * TW_NS_PER_S;
	int64_t threshold = tw_connection_idle_threshold_ns(d->connection);
	/* Nothing was under way to or from anybody: half the round trips tell a timer as well. */
	bool unasked = !tw_happened(reset->trigger) && !reset->forgotten;
	bool laboratory = idle >= threshold ||
			  (unasked && idle >= IDLE_MS * TW_NS_PER_MS && 2 * idle >= threshold);
	/* The threshold is a prior: near it, or past one of its two bounds, "no" is not certain. */
	bool nearly = !laboratory && (idle >= threshold / 2 || idle >= IDLE_MS * TW_NS_PER_MS);
	struct tw_fact_value *value;

	/* What it acknowledges beyond all that is shown came in the pause. */
	bool unseen = (reset->flags & TW_ACK) && (reset->known & TW_FIELD_ACK) &&
		      (d->reset->marks & TW_SIDE_NUMBERED) &&
		      tw_seq_after(reset->ack, tw_seq_add(d->reset->snd_nxt, 1));

	if (!d->connection->timed || d->connection->segments < 3 || unseen)
		return;
	/* Who waits for the ACK of what it has sent again is not idle, until it gives up. */
	if (d->resetter->retransmit.count > 0 && !tw_happened(reset->trigger)) {
		long_idle = false;
		laboratory = false;
	}
	value = tw_derive_put(d, TW_FACT_IDLE_BEFORE_RESET, long_idle || laboratory,
			      long_idle		      ? TW_SEEN
			      : laboratory && unasked ? SURE_UNASKED_IDLE
			      : laboratory	      ? SURE_LABORATORY_IDLE
			      : nearly		      ? SURE_NEARLY_IDLE
						      : TW_SEEN);
	value->party = TW_PARTY_BOTH;
	value->duration_ns = idle;
	tw_fact_frame(value, (struct tw_moment){.frame = from});
	tw_fact_frame(value, reset->at);
}

static void put_requester(struct tw_derive *d)
{
	const struct tw_side *client = d->client;
	const struct tw_side *server = d->server;
	bool answered = tw_happened(server->last_payload) &&
			tw_later(server->last_payload, client->last_payload);
	/* A server that still had something to send had not finished its answer. */
	const struct tw_reset *reset = &d->resetter->reset;
	bool covered =
	    (reset->flags & TW_ACK) && !tw_seq_before(reset->ack, server->last_payload_end);
	bool complete =
	    d->resetter == client && answered && server->payload_after_reset == 0 &&
	    (tw_happened(server->last_payload_acked) || covered) &&
	    (!tw_happened(client->last_payload) || tw_happened(client->last_payload_acked)) &&
	    !tw_fact_is(d->set, TW_FACT_RESPONSE_INCOMPLETE, TW_YES);
	struct tw_fact_value *value;

	/* Only a requester can have had its answer. */
	if (d->resetter == client) {
		value = tw_derive_put_side(d, TW_FACT_RESPONSE_COMPLETE, complete,
					   tw_derive_numbers(d), client);
		if (complete) {
			tw_fact_frame(value, client->last_payload);
			tw_fact_frame(value, server->last_payload);
		}
	}
	value = tw_derive_put_side(d, TW_FACT_RESET_BY_OPENER, d->resetter == client,
				   d->set->cast.roles.known ? TW_SEEN : 70, d->resetter);
	tw_fact_frame(value, d->resetter->reset.at);
	if (d->connection->timed && tw_happened(d->client->syn)) {
		struct tw_moment at = d->resetter->reset.at;
		struct tw_moment opening =
		    tw_later(at, d->client->syn_last) ? d->client->syn_last : d->client->syn;
		int64_t age = at.time_ns - opening.time_ns;

		value = tw_derive_put_side(d, TW_FACT_RESET_SOON, age <= RESET_SOON_S * TW_NS_PER_S,
					   TW_SEEN, d->resetter);
		value->duration_ns = age;
		tw_fact_frame(value, opening);
		tw_fact_frame(value, d->resetter->reset.at);
	}
}

/* The RST's SEQ counts a FIN of its sender; where it does not, none was sent. */
static unsigned no_own_fin(const struct tw_derive *d)
{
	const struct tw_reset *reset = &d->resetter->reset;
	bool at_its_end = reset->seq_offset_known && reset->seq_offset == 0;

	return at_its_end && d->resetter->syn_count > 0 ? TW_SEEN : tw_derive_no_earlier_fin(d);
}

/* The same for the other's FIN, by the RST's ACK. */
static unsigned no_fin(const struct tw_derive *d)
{
	const struct tw_reset *reset = &d->resetter->reset;
	bool covers_all = (reset->flags & TW_ACK) && (reset->known & TW_FIELD_ACK) &&
			  reset->ack == d->reset->snd_nxt && d->reset->syn_count > 0 &&
			  !(d->reset->marks & TW_SIDE_ASSUMED);

	return covers_all ? no_own_fin(d) : tw_derive_no_earlier_fin(d);
}

/* A RST alone tells nothing of the connection that it ended. */
static void put_conversation(struct tw_derive *d)
{
	const struct tw_side *sides[] = {d->resetter, d->reset};
	struct tw_fact_value *value;
	bool any = false;

	for (size_t i = 0; i < TW_LEN(sides); i++)
		any = any || sides[i]->segments > sides[i]->reset_count;
	value = tw_derive_put(d, TW_FACT_CONVERSATION_SEEN, any, TW_SEEN);
	tw_fact_frame(value, d->connection->first);
}

void tw_facts_reset(struct tw_derive *d)
{
	bool any = d->resetter != NULL;
	struct tw_fact_value *value;

	value = tw_derive_put(d, TW_FACT_RESET_SEEN, any, any ? TW_SEEN : tw_derive_absence(d));
	if (!any)
		return;

	struct tw_moment at = d->resetter->reset.at;
	struct tw_moment own_fin = d->resetter->fin.at;
	struct tw_moment other_fin = d->reset->fin.at;
	bool own = tw_happened(own_fin) && tw_later(at, own_fin) && d->closer == d->resetter;
	bool other = (tw_happened(other_fin) && tw_later(at, other_fin)) ||
		     (tw_happened(own_fin) && tw_later(at, own_fin));

	tw_fact_frame(value, at);
	put_conversation(d);
	value = tw_derive_put_side(d, TW_FACT_RESET_AFTER_OWN_FIN, own,
				   own ? TW_SEEN : no_own_fin(d), d->resetter);
	tw_fact_frame(value, own_fin);
	tw_fact_frame(value, at);
	value = tw_derive_put(d, TW_FACT_FIN_BEFORE_RESET, own || other,
			      own || other ? TW_SEEN : no_fin(d));
	if (own)
		tw_fact_frame(value, own_fin);
	if (other)
		tw_fact_frame(value, other_fin);
	put_class(d);
	put_delay(d);
	put_answers_fin(d);
	put_after_fin(d);
	put_late_close(d);
	put_stack(d);
	put_unread(d);
	put_instead_of_answer(d);
	put_aftermath(d);
	put_idle(d);
	put_requester(d);
}
