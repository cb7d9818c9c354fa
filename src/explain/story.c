/* story.c: what happened, in the order of the packets, before what it means. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain/teller.h"

#include "explain/words.h"
#include "fact/timers.h"
#include "tcp/causality.h"

#include <inttypes.h>

static const struct tw_side *side_at(const struct tw_teller *t, unsigned index)
{
	return &t->c->connection->side[index];
}

static void name(struct tw_teller *t, unsigned side)
{
	tw_words_expand(&t->buf, t->c, "{side}", side, false);
}

static void at(struct tw_teller *t, struct tw_moment moment)
{
	if (!tw_happened(moment))
		return;
	tw_buf_add_char(&t->buf, ' ');
	tw_words_at(&t->buf, t->c, moment);
}

/* What the story turns on: the RST, else the first FIN, else what was never answered. */
static struct tw_moment turning_point(const struct tw_teller *t)
{
	const struct tw_cast *cast = &t->c->facts.cast;
	const struct tw_side *client = side_at(t, cast->roles.client);
	const struct tw_side *server = side_at(t, cast->roles.server);

	if (cast->resetter != TW_NOBODY)
		return side_at(t, cast->resetter)->reset.at;
	if (cast->closer != TW_NOBODY)
		return side_at(t, cast->closer)->fin.at;
	if (tw_happened(t->c->connection->icmp.at))
		return t->c->connection->icmp.at;
	if (client->retransmit.count > 0)
		return client->retransmit_origin;
	return server->retransmit.count > 0 ? server->retransmit_origin : client->syn;
}

/* The place, and of the turning point its time. */
static void at_turning_point(struct tw_teller *t, struct tw_moment moment)
{
	at(t, moment);
	if (moment.frame == turning_point(t).frame)
		tw_words_when(&t->buf, t->c, moment);
}

static const struct tw_fact_value *fact(const struct tw_teller *t, enum tw_fact which)
{
	return &t->c->facts.value[which];
}

static bool is(const struct tw_teller *t, enum tw_fact which, enum tw_answer answer)
{
	return fact(t, which)->answer == answer;
}

/* Limits that the pause is as long as, where it ended with `frame`: a set, and never one alone. */
static void tell_limits(struct tw_teller *t, uint64_t frame)
{
	enum { NAMED = 3 };
	const struct tw_fact_value *pause = fact(t, TW_FACT_IDLE_MATCHES_TIMER);
	const struct tw_timer *timers[TW_TIMERS_MAX];
	size_t count;

	if (pause->answer != TW_YES || pause->frames[0] != frame)
		return;
	count = tw_timers_matching(pause->duration_ns, pause->detail, timers);
	tw_buf_add_duration(&t->buf, pause->duration_ns);
	tw_buf_add_text(&t->buf, " matches the default of ");
	for (size_t i = 0; i < count && i < NAMED; i++)
		tw_buf_printf(&t->buf, "%s%s %s (%" PRIu32 " s)",
			      i == 0	       ? ""
			      : i + 1 == count ? " and of "
					       : ", of ",
			      timers[i]->product, timers[i]->setting, timers[i]->seconds);
	if (count > NAMED) {
		tw_buf_add_text(&t->buf, " and of ");
		tw_words_count(&t->buf, count - NAMED, "other", "others");
	}
	if (count == 1)
		tw_buf_add_text(&t->buf, ", the only one of that length that is known here");
	tw_teller_story_of(t, TW_WEIGHT_ASIDE);
}

/* ---- opening ---- */

static void tell_attempts(struct tw_teller *t, const struct tw_side *client)
{
	name(t, t->c->facts.cast.roles.client);
	tw_buf_add_text(&t->buf, " sent ");
	tw_words_count(&t->buf, client->syn_count, "SYN", "SYNs");
	if (client->syn_count > 1 && t->c->connection->timed) {
		tw_buf_add_text(&t->buf, " in ");
		tw_buf_add_duration(&t->buf, client->syn_last.time_ns - client->syn.time_ns);
	}
	at_turning_point(t, client->syn);
}

/* Of an established connection, behind the sentence about its opening. */
static void tell_bytes(struct tw_teller *t)
{
	const struct tw_delivery *delivery = &t->c->delivery;
	unsigned client = t->c->facts.cast.roles.client;

	if (!delivery->counted)
		return;
	if (delivery->side[0].sent + delivery->side[1].sent == 0) {
		tw_buf_add_text(&t->buf, "; no payload was sent in either direction");
		return;
	}
	tw_buf_add_text(&t->buf, "; ");
	name(t, client);
	tw_buf_add_text(&t->buf, " sent ");
	tw_words_count(&t->buf, delivery->side[client].sent, "byte", "bytes");
	tw_buf_add_text(&t->buf, ", ");
	name(t, tw_other(client));
	tw_buf_add_char(&t->buf, ' ');
	tw_words_count(&t->buf, delivery->side[tw_other(client)].sent, "byte", "bytes");
}

static void tell_opening(struct tw_teller *t)
{
	const struct tw_connection *connection = t->c->connection;
	const struct tw_side *client = side_at(t, t->c->facts.cast.roles.client);
	const struct tw_side *server = side_at(t, t->c->facts.cast.roles.server);

	if (is(t, TW_FACT_SYN_SEEN, TW_NO) && !(server->marks & TW_SIDE_SYN_ACK)) {
		tw_buf_printf(&t->buf,
			      "the %s in the middle of the connection: its opening is not shown",
			      connection->typed ? "list begins" : "capture begins");
		tw_teller_story_of(t, TW_WEIGHT_ASIDE);
		return;
	}
	if (!tw_happened(connection->established) || !(client->marks & TW_SIDE_SYN)) {
		if (client->marks & TW_SIDE_SYN)
			tell_attempts(t, client);
		if (server->marks & TW_SIDE_SYN_ACK) {
			tw_buf_add_text(&t->buf, t->buf.size ? "; " : "");
			name(t, t->c->facts.cast.roles.server);
			tw_buf_printf(&t->buf, " answered with SYN,ACK");
			at(t, server->syn);
			if (server->syn_count > 1)
				tw_buf_printf(&t->buf, ", %" PRIu32 " times", server->syn_count);
		} else if (is(t, TW_FACT_SYN_ANSWERED, TW_NO) && connection->icmp.count == 0) {
			tw_buf_add_text(&t->buf, "; nothing came back");
		}
		tw_teller_story(t);
		return;
	}
	name(t, t->c->facts.cast.roles.client);
	tw_buf_add_text(&t->buf, " opened the connection");
	at(t, client->syn);
	if (connection->timed && !tw_happened(connection->limits[TW_LIMIT_ROWS_OMITTED])) {
		tw_buf_add_text(&t->buf, ", which took ");
		tw_buf_add_duration(&t->buf,
				    connection->established.time_ns - connection->first.time_ns);
	}
	tell_bytes(t);
	tw_teller_story(t);
}

static void tell_previous(struct tw_teller *t)
{
	const struct tw_previous *previous = &t->c->context.previous;

	if (!is(t, TW_FACT_PORTS_RESTED, TW_YES))
		return;
	tw_buf_printf(&t->buf, "the same ports had carried stream %" PRIu32 ", which ended",
		      previous->stream);
	at(t, previous->ended);
	if (t->c->connection->timed) {
		tw_buf_add_text(&t->buf, ", ");
		tw_buf_add_duration(&t->buf, fact(t, TW_FACT_PORTS_RESTED)->duration_ns);
		tw_buf_add_text(&t->buf, " before");
	}
	tw_teller_story_of(t, TW_WEIGHT_ASIDE);
}

static void tell_icmp(struct tw_teller *t)
{
	const struct tw_icmp_note *icmp = &t->c->connection->icmp;

	if (icmp->count == 0)
		return;
	tw_buf_printf(&t->buf, "an ICMP%s error of type %u, code %u came back",
		      icmp->version == 6 ? "v6" : "", icmp->type, icmp->code);
	at_turning_point(t, icmp->at);
	tw_teller_story(t);
}

/* ---- silence ---- */

/* The last request, where the end came instead of its answer. */
static void tell_unanswered(struct tw_teller *t)
{
	if (!is(t, TW_FACT_REQUEST_UNANSWERED, TW_YES) || t->c->facts.cast.first == TW_NOBODY ||
	    tw_tell_application_unanswered(t) || !t->c->delivery.counted ||
	    !tw_happened(t->c->connection->established))
		return;
	tw_words_fact(&t->buf, t->c, TW_FACT_REQUEST_UNANSWERED, false);
	tw_teller_story_of(t, TW_WEIGHT_LINK);
}

static void tell_what_was_repeated(struct tw_teller *t, unsigned index)
{
	const struct tw_side *side = side_at(t, index);
	const struct tw_fact_value *idle = fact(t, TW_FACT_IDLE_BEFORE_SILENCE);

	if (idle->answer == TW_YES && side->flight_idle_ns == idle->duration_ns) {
		tw_buf_add_text(&t->buf, "after ");
		tw_buf_add_duration(&t->buf, idle->duration_ns);
		tw_buf_add_text(&t->buf, " of idle time ");
	}
	name(t, index);
	tw_buf_add_text(&t->buf, " sent payload");
	at_turning_point(t, side->retransmit_origin);
	tw_buf_add_text(&t->buf, ", and again ");
}

static void tell_run(struct tw_teller *t, unsigned index)
{
	const struct tw_side *side = side_at(t, index);

	tw_words_count(&t->buf, side->retransmit.count, "time", "times");
	if (t->c->connection->timed) {
		tw_buf_add_text(&t->buf, " over ");
		tw_buf_add_duration(&t->buf, side->retransmit.last.time_ns -
						 side->retransmit_origin.time_ns);
	}
	if (side_at(t, tw_other(index))->reset_count == 0)
		tw_buf_add_text(&t->buf, "; no answer reached it");
}

static void tell_payload_runs(struct tw_teller *t)
{
	const struct tw_cast *cast = &t->c->facts.cast;
	bool ended = cast->closer != TW_NOBODY || cast->resetter != TW_NOBODY;

	for (unsigned i = 0; i < 2; i++) {
		const struct tw_side *side = side_at(t, i);

		if (side->retransmit.count == 0 || side->retransmit_bytes == 0)
			continue;
		tell_what_was_repeated(t, i);
		tell_run(t, i);
		tw_teller_story_of(t, ended ? TW_WEIGHT_LINK : TW_WEIGHT_CORE);
		tell_limits(t, side->flight.frame);
	}
	if (!is(t, TW_FACT_KEEP_ALIVE_UNANSWERED, TW_YES))
		return;
	tw_words_fact(&t->buf, t->c, TW_FACT_KEEP_ALIVE_UNANSWERED, false);
	tw_teller_story(t);
	tell_limits(t, fact(t, TW_FACT_KEEP_ALIVE_UNANSWERED)->frames[1]);
}

/* Where the FIN is what was never answered; its own sentence has been told. */
static void tell_fin_runs(struct tw_teller *t)
{
	for (unsigned i = 0; i < 2; i++) {
		const struct tw_side *side = side_at(t, i);

		if (side->retransmit.count == 0 || side->retransmit_bytes > 0)
			continue;
		name(t, i);
		tw_buf_add_text(&t->buf, " repeated its FIN");
		at(t, side->retransmit.last);
		tw_buf_add_char(&t->buf, ' ');
		tell_run(t, i);
		tw_teller_story_of(t, TW_WEIGHT_LINK);
	}
}

/* The listener of a full queue goes on as if it had heard nothing of its client. */
static void tell_listener(struct tw_teller *t)
{
	const struct tw_side *server = side_at(t, t->c->facts.cast.roles.server);

	if (!is(t, TW_FACT_NEVER_TAKEN, TW_YES) || server->syn_count_after_ack == 0)
		return;
	name(t, t->c->facts.cast.roles.server);
	tw_buf_add_text(&t->buf, " repeated its SYN,ACK");
	at(t, server->syn_last);
	tw_buf_add_text(&t->buf, ", as if neither ACK nor payload had come");
	tw_teller_story_of(t, TW_WEIGHT_LINK);
}

/* ---- closing ---- */

static void tell_fin_acked(struct tw_teller *t)
{
	const struct tw_cast *cast = &t->c->facts.cast;
	const struct tw_fin *fin = &side_at(t, cast->closer)->fin;
	const struct tw_fact_value *acked = fact(t, TW_FACT_CLOSER_FIN_ACKNOWLEDGED);

	if (acked->answer != TW_YES)
		return;
	tw_buf_add_text(&t->buf, acked->percent == TW_SEEN ? ", which " : ", and ");
	name(t, tw_other(cast->closer));
	tw_buf_add_text(&t->buf,
			acked->percent == TW_SEEN ? " acknowledged" : " answered with an ACK");
	at(t, fin->acked);
	if (acked->percent < TW_SEEN)
		tw_buf_add_text(&t->buf,
				" (that it covers the FIN is an assumption: the list does not "
				"show its number)");
}

static void tell_first_fin(struct tw_teller *t)
{
	const struct tw_cast *cast = &t->c->facts.cast;
	const struct tw_side *closer = side_at(t, cast->closer);
	const struct tw_fact_value *with_data = fact(t, TW_FACT_FIN_WITH_DATA);
	const struct tw_fact_value *idle = fact(t, TW_FACT_IDLE_BEFORE_FIN);
	bool one_direction = tw_happened(t->c->connection->limits[TW_LIMIT_ONE_DIRECTION]);

	if (idle->answer == TW_YES) {
		tw_buf_add_text(&t->buf, "after ");
		tw_buf_add_duration(&t->buf, idle->duration_ns);
		tw_buf_add_text(&t->buf, " of idle time, ");
	}
	name(t, cast->closer);
	tw_buf_printf(&t->buf, " %s: it sent its FIN",
		      cast->first == cast->closer && !one_direction &&
			      !is(t, TW_FACT_FINS_CROSSED, TW_YES)
			  ? "closed first"
			  : "closed");
	if (with_data->answer == TW_YES)
		tw_buf_add_text(&t->buf, with_data->percent == TW_SEEN
					     ? " on its last payload"
					     : " on its last payload, as the PSH suggests");
	at_turning_point(t, closer->fin.at);
	tell_fin_acked(t);
	tw_teller_story(t);
	tell_limits(t, closer->fin.at.frame);
}

static void tell_late_data(struct tw_teller *t)
{
	unsigned late_side = tw_other(t->c->facts.cast.closer);
	const struct tw_late_data *late = &side_at(t, late_side)->late;
	const struct tw_fact_value *knew = fact(t, TW_FACT_LATE_DATA_ACKS_FIN);
	bool known = knew->answer != TW_UNKNOWN && knew->percent == TW_SEEN;
	bool before = known && knew->answer == TW_NO;

	if (late->segments == 0)
		return;
	name(t, late_side);
	tw_buf_add_text(&t->buf, late->crossed || before ? " had sent payload of its own"
							 : " then sent payload of its own");
	at(t, late->first);
	if (known)
		tw_buf_add_text(&t->buf, before ? " before the FIN arrived there"
						: ", and its kernel had the FIN by then");
	tw_teller_story_of(t, TW_WEIGHT_LINK);
}

static void tell_second_fin(struct tw_teller *t)
{
	const struct tw_cast *cast = &t->c->facts.cast;
	unsigned second = tw_other(cast->closer);

	if (!tw_happened(side_at(t, second)->fin.at) ||
	    side_at(t, second)->sent_after_reset.count > 0)
		return;
	name(t, second);
	tw_buf_add_text(&t->buf, " closed its direction too");
	at(t, side_at(t, second)->fin.at);
	if (is(t, TW_FACT_FINS_CROSSED, TW_YES))
		tw_buf_add_text(&t->buf, "; the two FINs crossed");
	else if (is(t, TW_FACT_FINS_ACKNOWLEDGED, TW_YES))
		tw_buf_add_text(&t->buf, ", and both FINs were acknowledged");
	tw_teller_story_of(t, TW_WEIGHT_LINK);
}

/* ---- reset ---- */

/* Whose RST it is, by its shape. */
static void tell_reset_kind(struct tw_teller *t, const struct tw_reset *reset)
{
	bool active = is(t, TW_FACT_RESET_ACTIVE, TW_YES);

	if (reset->to_syn)
		tw_buf_add_text(&t->buf, ", in answer to the SYN");
	else if (active && !(reset->flags & TW_ACK))
		tw_buf_add_text(&t->buf, ", but with the window of a living socket, as Solaris and "
					 "illumos abort");
	else if (active)
		tw_buf_add_text(&t->buf,
				reset->window != 0 || (reset->options & TW_OPTION_TIMESTAMPS)
				    ? ", the RST of a living socket: it has the ACK bit and the "
				      "connection's own window or time stamps"
				    : ", the RST of a living socket: it has the ACK bit and the "
				      "next sequence number, and answers nothing");
	else if (!(reset->flags & TW_ACK) && reset->answers_by_seq)
		tw_buf_add_text(&t->buf, ", the answer of a host that has no such connection "
					 "(or no longer)");
	else if (reset->flags & TW_ACK)
		tw_buf_add_text(&t->buf, ", as from a sender that still knew the connection");
}

/* The ACK bit is named where the shape of the RST turns on it. */
static const char *reset_words(const struct tw_teller *t, const struct tw_reset *reset)
{
	if (reset->to_syn)
		return " sent a RST";
	if (!(reset->flags & TW_ACK))
		return is(t, TW_FACT_RESET_ACTIVE, TW_YES) || reset->answers_by_seq
			   ? " sent a RST without the ACK bit"
			   : " sent a RST";
	return is(t, TW_FACT_RESET_ACTIVE, TW_YES) ? " sent a RST" : " sent a RST with the ACK bit";
}

static void tell_reset(struct tw_teller *t)
{
	unsigned resetter = t->c->facts.cast.resetter;
	const struct tw_reset *reset = &side_at(t, resetter)->reset;
	const struct tw_fact_value *idle = fact(t, TW_FACT_IDLE_BEFORE_RESET);
	/* What left before the FIN came after the rest that was told with the FIN. */
	bool rested = idle->answer == TW_YES && !is(t, TW_FACT_LATE_DATA_ACKS_FIN, TW_NO);

	if (rested && tw_happened(reset->trigger)) {
		tw_buf_add_text(&t->buf, "after ");
		tw_buf_add_duration(&t->buf, idle->duration_ns);
		tw_buf_add_text(&t->buf, " of idle time ");
		name(t, tw_other(resetter));
		tw_buf_add_text(&t->buf, " sent again");
		at(t, reset->trigger);
		tw_buf_add_text(&t->buf, ", and ");
	} else if (rested) {
		tw_buf_add_text(&t->buf, "after ");
		tw_buf_add_duration(&t->buf, idle->duration_ns);
		tw_buf_add_text(&t->buf, " of idle time, ");
	}
	/* What goes on after its RST may be the host itself, reset by what it never got. */
	if (is(t, TW_FACT_RESET_IMPOSSIBLE, TW_YES) && !is(t, TW_FACT_UNTRANSLATED, TW_YES)) {
		tw_buf_add_text(&t->buf, "a RST in the name of ");
		name(t, resetter);
		tw_buf_add_text(&t->buf, " came");
		at_turning_point(t, reset->at);
		tw_teller_story(t);
		return;
	}
	name(t, resetter);
	tw_buf_add_text(&t->buf, reset_words(t, reset));
	at_turning_point(t, reset->at);
	tell_reset_kind(t, reset);
	tw_teller_story(t);
	tell_limits(t, reset->at.frame);
}

static void tell_after_reset(struct tw_teller *t)
{
	unsigned other = tw_other(t->c->facts.cast.resetter);
	const struct tw_run *after = &side_at(t, other)->sent_after_reset;

	if (after->count == 0)
		return;
	name(t, other);
	tw_buf_add_text(&t->buf, " still sent ");
	tw_words_count(&t->buf, after->count, "packet", "packets");
	at(t, tw_sent_after_reset(t->c->connection, other) == TW_AFTER_RESET_NOT_TAKEN
		  ? after->last
		  : after->first);
	switch (tw_sent_after_reset(t->c->connection, other)) {
	case TW_AFTER_RESET_CROSSED:
		tw_buf_add_text(&t->buf, ", under way before the RST could arrive");
		break;
	case TW_AFTER_RESET_NOT_TAKEN:
		tw_buf_add_text(&t->buf, ", long after the RST should have arrived: it was lost, "
					 "filtered, or not accepted");
		break;
	case TW_AFTER_RESET_UNACCEPTABLE:
		tw_buf_add_text(&t->buf,
				": the RST does not have the sequence number that it expects, "
				"so it did not accept it");
		break;
	case TW_AFTER_RESET_CHALLENGED:
		tw_buf_add_text(&t->buf,
				", in answer to the RST: it lacks what was sent before that, so "
				"it asked back (a challenge ACK)");
		break;
	case TW_AFTER_RESET_UNTIMED:
		tw_buf_add_text(&t->buf, ", so it had not taken in the RST");
		break;
	}
}

static void tell_second_reset(struct tw_teller *t)
{
	unsigned resetter = t->c->facts.cast.resetter;
	const struct tw_side *side = side_at(t, resetter);

	if (side->reset_count < 2)
		return;
	if (t->buf.size > 0)
		tw_buf_add_text(&t->buf, "; ");
	if (is(t, TW_FACT_RESET_IMPOSSIBLE, TW_YES)) {
		tw_buf_add_text(&t->buf, "another RST in the name of ");
		name(t, resetter);
		tw_buf_add_text(&t->buf, " followed");
	} else {
		name(t, resetter);
		tw_buf_add_text(&t->buf, " answered with another RST");
	}
	at(t, side->reset_last.at);
	if (side->reset_count > 2)
		tw_buf_printf(&t->buf, " (%" PRIu32 " in all)", side->reset_count);
	if ((side->reset.flags & TW_ACK) && !(side->reset_last.flags & TW_ACK) &&
	    !is(t, TW_FACT_RESET_IMPOSSIBLE, TW_YES))
		tw_buf_add_text(
		    &t->buf, ", now without the ACK bit: the host no longer knew the connection");
}

/* How much time it took, and of how much. */
static void tell_amount(struct tw_teller *t, const struct tw_fact_value *value)
{
	const struct tw_connection *connection = t->c->connection;
	int64_t life = connection->last.time_ns - connection->first.time_ns;

	if (value->duration_ns <= 0 || value->duration_ns > life || !connection->timed)
		return;
	tw_buf_add_text(&t->buf, ", for ");
	tw_buf_add_duration(&t->buf, value->duration_ns);
	tw_buf_add_text(&t->buf, " of ");
	tw_buf_add_duration(&t->buf, life);
}

static void tell_condition(struct tw_teller *t, const struct tw_condition *condition)
{
	tw_buf_add_text(&t->buf, "besides, ");
	tw_words_expand(&t->buf, t->c, tw_cause_entry(condition->cause)->title, TW_NOBODY, false);
	if (condition->fact_count > 0) {
		const struct tw_fact_value *value = fact(t, condition->facts[0]);

		tell_amount(t, value);
		tw_buf_add_char(&t->buf, ' ');
		tw_words_frames(&t->buf, t->c, value->frames, value->frame_count);
	}
}

/* Two at most; the others are counted, the report lists them. */
static void tell_conditions(struct tw_teller *t)
{
	enum { TOLD = 2 };
	size_t count = t->c->verdict.condition_count;

	for (size_t i = 0; i < count && i < TOLD; i++) {
		tell_condition(t, &t->c->verdict.conditions[i]);
		if (i + 1 == TOLD && count > TOLD) {
			tw_buf_add_text(&t->buf, "; ");
			tw_words_count(&t->buf, count - TOLD, "further condition holds",
				       "further conditions hold");
		}
		tw_teller_story_of(t, TW_WEIGHT_LINK);
	}
}

/* A row is never turned silently: it is told as typed, and what it would be otherwise. */
static void tell_second_reading(struct tw_teller *t)
{
	const struct tw_second_reading *second = &t->c->second;

	if (second->row == 0)
		return;
	tw_buf_printf(&t->buf,
		      "row %" PRIu64 " does not fit: %s; with its direction reversed the "
		      "list reads: ",
		      second->row,
		      second->by_numbers ? "its numbers are those of the other side"
					 : "in this order, the flags are no exchange of two hosts");
	tw_buf_add(&t->buf, second->headline);
	tw_teller_story(t);
}

void tw_tell_story(struct tw_teller *t)
{
	const struct tw_cast *cast = &t->c->facts.cast;
	bool reset_first =
	    cast->resetter != TW_NOBODY && cast->closer != TW_NOBODY &&
	    side_at(t, cast->resetter)->reset.at.frame < side_at(t, cast->closer)->fin.at.frame;

	tw_tell_company_before(t);
	tell_previous(t);
	tell_opening(t);
	tell_icmp(t);
	if (tw_happened(t->c->connection->established))
		t->out->story_core = t->out->story_count;
	tw_tell_application(t);
	tell_unanswered(t);
	tell_payload_runs(t);
	tell_listener(t);
	if (cast->closer != TW_NOBODY && !reset_first) {
		tell_first_fin(t);
		tell_late_data(t);
		tell_second_fin(t);
	}
	tell_fin_runs(t);
	if (cast->resetter != TW_NOBODY) {
		tell_reset(t);
		tell_after_reset(t);
		tell_second_reset(t);
		tw_teller_story_of(t, TW_WEIGHT_LINK);
	}
	tw_tell_company_after(t);
	tell_conditions(t);
	tell_second_reading(t);
}
