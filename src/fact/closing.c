/* closing.c: facts about FINs, what crossed them, and what was still sent after them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/derive.h"

#include "tcp/causality.h"
#include "tcp/seq.h"

enum {
	SURE_FIN_PSH_DATA = 95,
	SURE_BARE_FIN_EMPTY = 80,
	SURE_ACK_OF_FIN_SEEN_BEFORE = 70, /* an ACK listed between FIN and payload covers the FIN */
	SURE_ACK_OF_NOTHING_ELSE = 85,	  /* the same, where all else had been acknowledged */
	SURE_CROSSING_INFERRED = 80, /* payload listed before the FIN, and a bare RST after it */
	SURE_SMALL_IS_ALERT = 60,
	SURE_TLS_ALERT = 95, /* a close_notify by its length, in a TLS connection */
	SURE_SIZE_IS_NO_ALERT = 97,
	SURE_ACK_PATTERN = 95,
	SURE_ACKS_AFTER_BOTH_FINS = 98, /* of both sides, and none between the two FINs */
	SURE_REST_BY_ORDER = 85,
	SURE_ROLES_INFERRED = 80,
	TLS13_CLOSE_NOTIFY_BYTES = 24,
	TLS12_CLOSE_NOTIFY_BYTES = 31,
	GOODBYE_BYTES_MAX = 200,  /* one line of text */
	FAREWELL_BYTES_MAX = 200, /* an HTTP/2 GOAWAY frame and an alert */
};

/*
 * How sure it is that the side whose packets passed on another way sent its FIN too; 0 where
 * nothing says so. A list without numbers shows only that something was left to acknowledge.
 */
static unsigned other_fin_unseen(const struct tw_derive *d)
{
	enum { SURE_BY_NUMBERS = 95, SURE_BY_ORDER = 80 };
	const struct tw_sent *last;

	if (!d->closer || tw_happened(d->late->fin.at) || d->resetter ||
	    !tw_happened(d->connection->limits[TW_LIMIT_ONE_DIRECTION]))
		return 0;
	if (tw_closer_by_half(d->closer) != TW_CLOSED_UNCLEAR)
		return SURE_BY_NUMBERS;
	last = tw_side_sent(d->closer, 0);
	return (d->closer->marks & TW_SIDE_ASSUMED) && last->at.frame > d->closer->fin.at.frame &&
		       !(last->flags & (TW_FIN | TW_SYN)) && last->length == 0
		   ? SURE_BY_ORDER
		   : 0;
}

static void put_ending(struct tw_derive *d)
{
	unsigned unseen = other_fin_unseen(d);
	bool seen = tw_happened(d->client->fin.at) && tw_happened(d->server->fin.at);
	bool both = seen || unseen > 0;
	bool any = d->closer || d->resetter;
	bool half_seen =
	    d->connection->typed || tw_happened(d->connection->limits[TW_LIMIT_ONE_DIRECTION]);
	unsigned absent = tw_derive_absence(d);
	struct tw_fact_value *value;

	/* What the input shows is what counts here, not what it may have missed. */
	value = tw_derive_put(d, TW_FACT_ENDING_SEEN, any, TW_SEEN);
	if (d->closer)
		tw_fact_frame(value, d->closer->fin.at);
	if (d->resetter)
		tw_fact_frame(value, d->resetter->reset.at);
	value = tw_derive_put(d, TW_FACT_FIN_BY_BOTH, both,
			      seen || !half_seen ? TW_SEEN
			      : both		 ? unseen
						 : absent);
	if (d->closer) {
		tw_fact_frame(value, d->closer->fin.at);
		tw_fact_frame(value, d->late->fin.at);
	}
}

/*
 * Each side's FIN was sent without having the other's: the ACK numbers tell. A list without
 * numbers shows it by its shape: both sides still send an ACK after both FINs. An ACK between them
 * leaves it open: it is of the first FIN, and the last one a copy, or of something else.
 */
static void put_crossing(struct tw_derive *d)
{
	const struct tw_fin *first = &d->closer->fin;
	const struct tw_fin *second = &d->late->fin;
	bool known = (first->known & TW_FIELD_SEQ) && (second->known & TW_FIELD_ACK);
	bool by_number = !tw_seq_after(second->ack, first->seq);
	bool by_shape = tw_later(d->closer->last, second->at) &&
			tw_later(d->late->last, second->at) && d->late->reset_count == 0 &&
			d->closer->reset_count == 0;
	bool ack_between = tw_happened(first->acked) && tw_later(second->at, first->acked);
	unsigned percent = by_shape ? SURE_ACKS_AFTER_BOTH_FINS : SURE_ACK_PATTERN;
	struct tw_fact_value *value;

	if (!known && by_shape && ack_between)
		return;
	value = tw_derive_put(d, TW_FACT_FINS_CROSSED, known ? by_number : by_shape,
			      known ? TW_SEEN : percent);
	value->party = TW_PARTY_BOTH;
	tw_fact_frame(value, first->at);
	tw_fact_frame(value, second->at);
}

/* A list without times shows by its order whether anything was under way. */
static void put_rest(struct tw_derive *d)
{
	const struct tw_fin *fin = &d->closer->fin;
	const struct tw_late_data *late = &d->late->late;
	struct tw_moment asked = d->connection->at_close[d->set->cast.roles.client].payload;
	struct tw_moment answered = d->connection->at_close[d->set->cast.roles.server].payload;
	struct tw_moment acked = d->connection->at_close[d->set->cast.roles.server].acked_at;
	bool crossed = late->crossed && late->segments > 0;
	bool answer_stands = tw_happened(answered) && (crossed || tw_later(answered, asked));
	bool rest = answer_stands && tw_happened(acked) && tw_later(fin->at, acked) &&
		    tw_later(acked, answered);
	struct tw_fact_value *value;

	/* What crossed the FIN hides what its sender said before; a FIN with data speaks itself. */
	if ((crossed && d->late == d->server) || (!tw_happened(asked) && !tw_happened(answered)) ||
	    fin->length > 0)
		return;
	value = tw_derive_put_side(d, TW_FACT_REST_BEFORE_FIN, rest,
				   tw_derive_numbers(d) == TW_SEEN ? TW_SEEN : SURE_REST_BY_ORDER,
				   d->closer);
	tw_fact_frame(value, answered);
	tw_fact_frame(value, acked);
	tw_fact_frame(value, fin->at);
}

/*
 * A side that acknowledged the FIN has only its application left to close it. What its kernel
 * answers to probes is no life of the application; what it cannot get through is another story.
 */
static void put_never_closed(struct tw_derive *d)
{
	enum { LEAK_S = 60 };
	const struct tw_context *context = d->context;
	const struct tw_fin *fin = &d->closer->fin;
	struct tw_moment since =
	    tw_later(d->late->last_payload, fin->acked) ? d->late->last_payload : fin->acked;
	int64_t until = d->connection->last.time_ns;
	bool ended = tw_happened(d->late->fin.at) || d->resetter;
	bool stuck = tw_side_outstanding(d->late) > 0;
	struct tw_fact_value *value;
	bool never;

	if (context->input_end_known && context->input_end_ns > until)
		until = context->input_end_ns;
	if (!ended && (!tw_happened(fin->acked) || !d->connection->timed || stuck ||
		       tw_happened(d->connection->limits[TW_LIMIT_ONE_DIRECTION])))
		return;
	never = !ended && until - since.time_ns >= LEAK_S * TW_NS_PER_S;
	value = tw_derive_put_side(d, TW_FACT_PEER_NEVER_CLOSED, never,
				   never ? tw_derive_absence(d) : TW_SEEN, d->late);
	tw_fact_frame(value, fin->at);
	tw_fact_frame(value, fin->acked);
	if (never)
		value->duration_ns = until - since.time_ns;
}

static void put_fins(struct tw_derive *d)
{
	const struct tw_fin *fin = &d->closer->fin;
	bool acked = tw_happened(fin->acked);
	bool length_known = fin->known & TW_FIELD_LENGTH;
	struct tw_fact_value *value;

	value = tw_derive_put_side(d, TW_FACT_CLOSER_FIN_ACKNOWLEDGED, acked,
				   !acked	      ? tw_derive_absence(d)
				   : fin->acked_known ? TW_SEEN
						      : TW_SURE_ASSUMED_NUMBERS,
				   d->closer);
	tw_fact_frame(value, fin->at);
	tw_fact_frame(value, fin->acked);
	value = tw_derive_put_side(d, TW_FACT_FIN_WITH_DATA, fin->length > 0,
				   length_known	     ? TW_SEEN
				   : fin->length > 0 ? SURE_FIN_PSH_DATA
						     : SURE_BARE_FIN_EMPTY,
				   d->closer);
	tw_fact_frame(value, fin->at);
	if (d->connection->timed && fin->idle_from_frame != 0) {
		bool idle = fin->idle_ns >= tw_connection_idle_threshold_ns(d->connection) &&
			    !fin->outstanding;

		value = tw_derive_put_side(d, TW_FACT_IDLE_BEFORE_FIN, idle, TW_SEEN, d->closer);
		value->duration_ns = fin->idle_ns;
		tw_fact_frame(value, (struct tw_moment){.frame = fin->idle_from_frame});
		tw_fact_frame(value, fin->at);
	}
	if (!tw_happened(d->late->fin.at))
		return;
	put_crossing(d);

	bool both_acked = acked && tw_happened(d->late->fin.acked);

	if (!both_acked && tw_derive_cut_off(d))
		return;
	value = tw_derive_put(d, TW_FACT_FINS_ACKNOWLEDGED, both_acked,
			      both_acked ? tw_derive_numbers(d) : tw_derive_absence(d));
	value->party = TW_PARTY_BOTH;
	tw_fact_frame(value, fin->acked);
	tw_fact_frame(value, d->late->fin.acked);
}

static void put_knowledge(struct tw_derive *d)
{
	const struct tw_late_data *late = &d->late->late;
	const struct tw_fin *fin = &d->closer->fin;
	struct tw_fact_value *value;
	bool yes = true;
	/* Order alone, without numbers, tells of a crossing only by what came of it. */
	bool by_order = late->crossed && !(late->known & TW_FIELD_ACK);
	unsigned percent = by_order ? SURE_CROSSING_INFERRED : TW_SEEN;

	switch (
	    tw_late_data_fin_received(d->connection, (unsigned)(d->late - d->connection->side))) {
	case TW_RECEIVED_CERTAINLY:
		break;
	case TW_RECEIVED_CERTAINLY_NOT:
		yes = false;
		break;
	case TW_RECEIVED_POSSIBLY:
		/* Only an ACK that stands between FIN and payload suggests it. */
		if (!tw_happened(fin->acked) || !tw_later(late->first, fin->acked))
			return;
		percent = tw_happened(d->closer->last_payload) &&
				  tw_later(d->closer->last_payload_acked, fin->at)
			      ? SURE_ACK_OF_FIN_SEEN_BEFORE
			      : SURE_ACK_OF_NOTHING_ELSE;
		break;
	case TW_RECEIVED_UNKNOWN:
		return;
	}
	value = tw_derive_put_side(d, TW_FACT_LATE_DATA_ACKS_FIN, yes, percent, d->late);
	tw_fact_frame(value, fin->at);
	tw_fact_frame(value, late->first);
}

static void put_farewell(struct tw_derive *d)
{
	const struct tw_late_data *late = &d->late->late;
	/* The first is an alert by its type, or the last is one and little came before it. */
	bool is_alert =
	    late->payload == TW_PAYLOAD_TLS_ALERT ||
	    (late->last_payload == TW_PAYLOAD_TLS_ALERT && late->bytes <= FAREWELL_BYTES_MAX);
	bool alert_size = late->first_length == TLS13_CLOSE_NOTIFY_BYTES ||
			  late->first_length == TLS12_CLOSE_NOTIFY_BYTES;
	bool said_quit = d->closer->marks & TW_SIDE_QUIT;
	bool is_tls = (d->closer->marks | d->late->marks) & TW_SIDE_TLS;
	struct tw_fact_value *value;

	if (late->payload != TW_PAYLOAD_UNKNOWN || said_quit) {
		value = tw_derive_put_side(d, TW_FACT_FAREWELL_ALERT, is_alert, TW_SEEN, d->late);
		tw_fact_frame(value, late->first);
		value = tw_derive_put(d, TW_FACT_QUIT_EXCHANGE,
				      said_quit || late->payload == TW_PAYLOAD_GOODBYE, TW_SEEN);
		tw_fact_frame(value, d->closer->last_payload);
		tw_fact_frame(value, late->first);
	} else if (late->known & TW_FIELD_LENGTH) {
		if (late->first_length > GOODBYE_BYTES_MAX)
			(void)tw_derive_put(d, TW_FACT_QUIT_EXCHANGE, false, SURE_SIZE_IS_NO_ALERT);
		value = tw_derive_put_side(d, TW_FACT_FAREWELL_ALERT, alert_size,
					   !alert_size ? SURE_SIZE_IS_NO_ALERT
					   : is_tls    ? SURE_TLS_ALERT
						       : SURE_SMALL_IS_ALERT,
					   d->late);
		tw_fact_frame(value, late->first);
	}
}

static bool is_awaited(const struct tw_derive *d)
{
	return d->set->value[TW_FACT_REQUEST_UNANSWERED].answer == TW_YES &&
	       d->set->value[TW_FACT_REQUESTER_CLOSED].answer == TW_YES;
}

/* Idle before the FIN, or before the payload after it: nobody was at work when it was closed. */
static void put_idle_around_close(struct tw_derive *d)
{
	const struct tw_fact_value *before = &d->set->value[TW_FACT_IDLE_BEFORE_FIN];
	const struct tw_fact_value *after = &d->set->value[TW_FACT_LATE_DATA_AFTER_PAUSE];
	struct tw_fact_value *value = &d->set->value[TW_FACT_IDLE_AROUND_CLOSE];

	/* An answer that comes after its asker has given up was at work all the time. */
	if (is_awaited(d)) {
		(void)tw_derive_put(d, TW_FACT_IDLE_AROUND_CLOSE, false,
				    d->set->value[TW_FACT_REQUEST_UNANSWERED].percent);
		return;
	}
	/* What waits for a retransmission to get through is no rest, however long it takes. */
	if (before->answer == TW_NO && d->closer->fin.outstanding)
		*value = *before;
	else if (before->answer == TW_YES || (before->answer == TW_NO && after->answer == TW_NO))
		*value = *before;
	else
		*value = *after;
}

/* The side that had asked closed its direction first, as a half-close does, and had its answer. */
static void put_late_answer(struct tw_derive *d, bool accepted)
{
	const struct tw_last_word *asked = &d->connection->at_close[d->set->cast.roles.client];
	const struct tw_last_word *before = &d->connection->at_close[d->set->cast.roles.server];
	struct tw_moment acked = d->late->last_payload_acked;
	bool by_reset = d->resetter == d->closer && !tw_later(d->resetter->reset.at, acked);
	/* Its own sender cut it short. */
	bool cut =
	    d->resetter == d->late && tw_fact_is(d->set, TW_FACT_RESPONSE_INCOMPLETE, TW_YES);
	bool answer = accepted && d->late == d->server && tw_happened(asked->payload) &&
		      tw_later(asked->payload, before->payload) && tw_happened(acked) &&
		      !by_reset && !cut;
	struct tw_fact_value *value;

	value = tw_derive_put_side(d, TW_FACT_LATE_DATA_IS_ANSWER, answer,
				   answer ? tw_derive_numbers(d) : tw_derive_absence(d), d->closer);
	tw_fact_frame(value, asked->payload);
	tw_fact_frame(value, d->late->late.first);
	tw_fact_frame(value, acked);
}

/* A list may leave out rows, but numbers without a gap up to its FIN leave no room for payload. */
static unsigned no_late_data(const struct tw_derive *d)
{
	const struct tw_fin *fin = &d->late->fin;
	bool complete = tw_happened(fin->at) && (fin->known & TW_FIELD_SEQ) && d->late->gaps == 0 &&
			!(d->late->marks & TW_SIDE_ASSUMED);

	return complete ? TW_SEEN : tw_derive_absence(d);
}

static void put_late_data(struct tw_derive *d)
{
	const struct tw_late_data *late = &d->late->late;
	bool any = late->segments > 0;
	bool by_order = late->crossed && !(late->known & TW_FIELD_ACK);
	bool accepted = any && !by_order && (d->late->marks & TW_SIDE_ACKED) &&
			tw_seq_after(d->late->acked, late->seq);
	struct tw_fact_value *value;

	value = tw_derive_put_side(d, TW_FACT_LATE_DATA, any,
				   !any				     ? no_late_data(d)
				   : by_order			     ? SURE_CROSSING_INFERRED
				   : (late->known & TW_FIELD_LENGTH) ? TW_SEEN
								     : TW_SURE_PSH_MEANS_DATA,
				   d->late);
	tw_fact_frame(value, late->first);
	if (!any)
		return;
	if (d->connection->timed) {
		int64_t pause = late->first.time_ns - d->closer->fin.at.time_ns;

		value = tw_derive_put_side(d, TW_FACT_LATE_DATA_AFTER_PAUSE,
					   pause >= tw_connection_idle_threshold_ns(d->connection),
					   TW_SEEN, d->late);
		value->duration_ns = pause;
		tw_fact_frame(value, d->closer->fin.at);
		tw_fact_frame(value, late->first);
	}
	value =
	    tw_derive_put_side(d, TW_FACT_LATE_BY_REQUESTER, d->late == d->client,
			       d->set->cast.roles.known ? TW_SEEN : SURE_ROLES_INFERRED, d->late);
	tw_fact_frame(value, late->first);
	put_idle_around_close(d);
	put_knowledge(d);
	put_farewell(d);
	value =
	    tw_derive_put_side(d, TW_FACT_LATE_DATA_ACCEPTED, accepted,
			       accepted ? tw_derive_numbers(d) : tw_derive_absence(d), d->closer);
	tw_fact_frame(value, late->first);
	put_late_answer(d, accepted);
}

void tw_facts_closing(struct tw_derive *d)
{
	put_ending(d);
	if (!d->closer) {
		(void)tw_derive_put(d, TW_FACT_LATE_DATA, false, tw_derive_no_earlier_fin(d));
		return;
	}
	put_fins(d);
	put_never_closed(d);
	put_rest(d);
	put_late_data(d);
}
