/* answers.c: the questions that people ask about an ending, answered as far as the input goes. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain/teller.h"

#include "base/assert.h"
#include "explain/words.h"
#include "tcp/causality.h"

#include <inttypes.h>
#include <string.h>

static bool yes(const struct tw_teller *t, enum tw_fact fact)
{
	return t->c->facts.value[fact].answer == TW_YES;
}

static bool seen(const struct tw_teller *t, enum tw_fact fact)
{
	return tw_fact_seen(&t->c->facts, fact);
}

static void add(struct tw_teller *t, const char *words)
{
	tw_words_expand(&t->buf, t->c, words, TW_NOBODY,
			t->buf.size == 0 || (t->buf.size > 1 &&
					     strncmp(t->buf.text + t->buf.size - 2, ". ", 2) == 0));
}

static void place(struct tw_teller *t, struct tw_moment moment)
{
	tw_words_at(&t->buf, t->c, moment);
}

static const struct tw_side *side_at(const struct tw_teller *t, unsigned side)
{
	return &t->c->connection->side[side];
}

/* ---- who ---- */

static const char *ender_words(enum tw_ender ender)
{
	switch (ender) {
	case TW_ENDER_CLIENT:
		return "{client}";
	case TW_ENDER_SERVER:
		return "{server}";
	case TW_ENDER_BOTH:
		return "both sides";
	case TW_ENDER_NETWORK:
		return "neither of the two, but something between them";
	case TW_ENDER_NOBODY:
	case TW_ENDER_UNKNOWN:
	case TW_ENDER_COUNT:
		break;
	}
	return "nobody";
}

static void answer_who(struct tw_teller *t)
{
	const struct tw_verdict *verdict = &t->c->verdict;
	bool by_fin = t->c->facts.cast.closer == t->c->facts.cast.first;

	if (verdict->how == TW_HOW_OPEN)
		return;
	if (verdict->closed_first == TW_ENDER_BOTH) {
		add(t, "Both sides closed at the same time: their FINs crossed. ");
	} else if (verdict->closed_first == TW_ENDER_UNKNOWN) {
		add(t, "Who closed first cannot be seen: the input shows one side only. ");
	} else if (verdict->closed_first != TW_ENDER_NOBODY &&
		   (by_fin || verdict->closed_first != verdict->ended_by)) {
		add(t, ender_words(verdict->closed_first));
		add(t, by_fin ? " closed first, with a FIN " : " ended it first, with a RST ");
		place(t, by_fin ? side_at(t, t->c->facts.cast.closer)->fin.at
				: side_at(t, t->c->facts.cast.resetter)->reset.at);
		add(t, ". ");
	}
	switch (verdict->how) {
	case TW_HOW_RST:
		if (verdict->hypotheses[0].cause == TW_CAUSE_NAT_BYPASS_RESET) {
			add(t, "Neither of the two: a device between them let a segment pass "
			       "without translating its address, and a RST answered that ");
			place(t, side_at(t, t->c->facts.cast.resetter)->reset.at);
			add(t, ".");
			break;
		}
		add(t, ender_words(verdict->ended_by));
		add(t, verdict->ended_by == TW_ENDER_NETWORK
			   ? " ended the connection with a RST in {resetter}'s name "
			   : " ended the connection with a RST ");
		place(t, side_at(t, t->c->facts.cast.resetter)->reset.at);
		add(t, ".");
		break;
	case TW_HOW_SILENCE:
		add(t, "Nobody said goodbye: the connection ended in silence.");
		break;
	case TW_HOW_ICMP:
		add(t, "The network ended the attempt with an ICMP error.");
		break;
	case TW_HOW_FIN:
		add(t, yes(t, TW_FACT_FIN_BY_BOTH) ? "No RST was needed: it ended by FIN."
						   : "There is no RST.");
		break;
	case TW_HOW_OPEN:
	case TW_HOW_COUNT:
		TW_UNREACHABLE("an ending that is none");
	}
	tw_teller_answer(t, "Who closed first, and who ended it?");
}

/* ---- why a RST although the FIN was acknowledged ---- */

static void answer_why_reset(struct tw_teller *t)
{
	const struct tw_fact_value *acked = &t->c->facts.value[TW_FACT_CLOSER_FIN_ACKNOWLEDGED];
	const struct tw_late_data *late;
	struct tw_moment fin_acked;

	if (!yes(t, TW_FACT_RESET_AFTER_OWN_FIN) || !yes(t, TW_FACT_LATE_DATA) ||
	    t->c->facts.cast.closer != t->c->facts.cast.resetter)
		return;
	late = &side_at(t, tw_other(t->c->facts.cast.closer))->late;
	fin_acked = side_at(t, t->c->facts.cast.closer)->fin.acked;
	if (tw_happened(fin_acked) && fin_acked.frame <= late->first.frame)
		add(t, "An ACK of the FIN only says that {late} knows: nothing more will come from "
		       "{closer}. It does not close {late}'s own direction. ");
	else
		add(t,
		    "A FIN only says that nothing more will come from {closer}; it does not close "
		    "{late}'s own direction. ");
	add(t, "{late} sent on ");
	place(t, late->first);
	add(t, ", and {closer} would not take it. A RST is how TCP says that data was lost. ");
	if (acked->answer == TW_YES && acked->percent < TW_SEEN) {
		add(t, "That the FIN was acknowledged ");
		place(t, side_at(t, t->c->facts.cast.closer)->fin.acked);
		add(t, " is itself an assumption: the list does not show the number. ");
	}
	if (yes(t, TW_FACT_RESET_BARE) == false && !yes(t, TW_FACT_RESET_ACTIVE))
		add(t,
		    "Two mechanisms fit a RST with the ACK bit. A Windows-like server that had "
		    "fully closed answers late data so. A Linux-like server, or a proxy, sends it "
		    "when it had closed only its sending direction first, and then closed the "
		    "socket while the late data was still unread (or aborted it). After a full "
		    "close, Linux would have sent a RST without ACK.");
	else if (yes(t, TW_FACT_RESET_ACTIVE))
		add(t, "The RST came from a living socket, so {closer} had closed only its sending "
		       "direction at first, and then gave up the socket as well.");
	else
		add(t, "The RST lacks the ACK bit: no socket was left to take the data.");
	tw_teller_answer(t, "Why a RST although there was a FIN already?");
}

static void answer_legal(struct tw_teller *t)
{
	const struct tw_fact_value *knew = &t->c->facts.value[TW_FACT_LATE_DATA_ACKS_FIN];

	if (!yes(t, TW_FACT_LATE_DATA))
		return;
	add(t, "Yes. A FIN closes one direction only; in the state CLOSE-WAIT {late} may go on "
	       "sending as long as it likes (RFC 9293 3.6). {late} broke no rule of TCP. ");
	if (knew->answer == TW_NO)
		add(t, "It did not even know of the FIN when it sent: its packet does not "
		       "acknowledge it.");
	else if (knew->answer == TW_YES && knew->percent == TW_SEEN)
		add(t,
		    "Its kernel knew of the FIN, though; a careful application would have read the "
		    "end of file first.");
	else
		add(t,
		    "Whether it knew of the FIN by then, the acknowledgment number of that packet "
		    "would show.");
	tw_teller_answer(t, "Was it allowed to send after the other side's FIN?");
}

/* ---- the second RST ---- */

static void answer_second_reset(struct tw_teller *t)
{
	const struct tw_reset *last;

	/* Of somebody else's first RST the host knew nothing. */
	if (!yes(t, TW_FACT_SECOND_RESET_BARE) || t->c->verdict.ended_by == TW_ENDER_NETWORK)
		return;
	last = &side_at(t, t->c->facts.cast.resetter)->reset_last;
	add(t,
	    "After its first RST, {resetter}'s host had forgotten the connection. What came then ");
	place(t, tw_happened(last->trigger) ? last->trigger : last->at);
	add(t,
	    " met a host without such a connection, and each such packet is answered with a RST of "
	    "its own. That reply is built from the packet alone: its sequence number is copied "
	    "from the packet's acknowledgment number, so it needs no ACK and has none "
	    "(RFC 9293 3.10.7.1).");
	tw_teller_answer(t, "Why a second RST, and why without ACK?");
}

static void answer_did_it_know(struct tw_teller *t)
{
	unsigned resetter = t->c->facts.cast.resetter;
	const struct tw_run *after;

	if (resetter == TW_NOBODY || !yes(t, TW_FACT_SENT_AFTER_RESET))
		return;
	after = &side_at(t, tw_other(resetter))->sent_after_reset;
	add(t, "No. When {reset} sent its packet ");
	place(t, after->last);
	add(t, " it cannot have taken in the RST ");
	place(t, side_at(t, resetter)->reset.at);
	add(t, ": whoever accepts a RST sends nothing more. ");
	switch (tw_sent_after_reset(t->c->connection, tw_other(resetter))) {
	case TW_AFTER_RESET_CROSSED:
		add(t,
		    "The two are closer together than the round trip to {reset}: they crossed on "
		    "the way.");
		break;
	case TW_AFTER_RESET_NOT_TAKEN:
		add(t, "There was time enough, so the RST was lost, filtered, or not accepted.");
		break;
	case TW_AFTER_RESET_UNACCEPTABLE:
		add(t,
		    "The RST does not have the sequence number that {reset} expects, so it was not "
		    "accepted (RFC 5961 3.2).");
		break;
	case TW_AFTER_RESET_CHALLENGED:
		add(t,
		    "It answers the RST: what was sent before the RST had not arrived, so the RST "
		    "does not have the number that {reset} expects, and it asked back by an ACK "
		    "(RFC 5961 3.2).");
		break;
	case TW_AFTER_RESET_UNTIMED:
		add(t, t->c->connection->timed
			   ? "How far away {reset} is, the input does not show; the two may have "
			     "crossed on the way."
			   : "Most likely the two crossed on the way; times would prove it.");
		break;
	}
	tw_teller_answer(t, "Had the other side seen the RST?");
}

/* ---- loss ---- */

static void lost_after_reset(struct tw_teller *t)
{
	const struct tw_side *other = side_at(t, tw_other(t->c->facts.cast.resetter));
	bool answered_bare = yes(t, TW_FACT_SECOND_RESET_BARE);

	if (other->payload_after_reset == 0)
		return;
	add(t, "The payload that {reset} sent after the RST ");
	place(
	    t,
	    other->last_payload.frame >
		    side_at(t, tw_other((unsigned)(other - t->c->connection->side)))->reset.at.frame
		? other->last_payload
		: other->sent_after_reset.last);
	add(t, answered_bare ? " certainly never reached an application: no socket was left. "
			     : " can hardly have reached an application. ");
}

static double probability_unread(const struct tw_case *c)
{
	return tw_verdict_probability(&c->verdict, TW_CAUSE_DATA_AFTER_CLOSE) +
	       tw_verdict_probability(&c->verdict, TW_CAUSE_CLOSE_WITH_UNREAD_DATA) +
	       tw_verdict_probability(&c->verdict, TW_CAUSE_KEEPALIVE_RACE) +
	       tw_verdict_probability(&c->verdict, TW_CAUSE_STALE_CONNECTION_REUSE) +
	       tw_verdict_probability(&c->verdict, TW_CAUSE_TLS_CLOSE_NOTIFY_RACE) +
	       tw_verdict_probability(&c->verdict, TW_CAUSE_QUIT_AND_CLOSE);
}

static void lost_before_reset(struct tw_teller *t)
{
	unsigned resetter = t->c->facts.cast.resetter;
	const struct tw_side *sender = side_at(t, tw_other(resetter));
	struct tw_moment which =
	    sender->late.segments > 0 ? sender->late.first : sender->last_payload;
	bool unanswered = which.frame > side_at(t, resetter)->last_payload.frame;

	if (!tw_happened(which) || !unanswered ||
	    which.frame > side_at(t, resetter)->reset.at.frame)
		return;
	if (t->c->verdict.ended_by == TW_ENDER_NETWORK) {
		add(t, "Whether {resetter}'s application read the payload of {reset} before the "
		       "RST ");
		place(t, which);
		add(t, ", a RST in its name cannot tell. ");
		return;
	}
	add(t, "The payload of {reset} before the RST ");
	place(t, which);
	if (probability_unread(t->c) >= 0.97)
		add(t, " was never read by {resetter}'s application");
	else
		add(t, " was probably never read by {resetter}'s application");
	add(t, (side_at(t, resetter)->reset.flags & TW_ACK) && seen(t, TW_FACT_UNREAD_POSSIBLE)
		   ? ", although its kernel acknowledged it. "
		   : ", even if its kernel received it. ");
}

static void safe_before_reset(struct tw_teller *t)
{
	unsigned resetter = t->c->facts.cast.resetter;
	const struct tw_side *side = side_at(t, resetter);

	if (!tw_happened(side->last_payload))
		return;
	add(t, "{resetter}'s own last payload ");
	place(t, side->last_payload);
	if (!tw_happened(side->last_payload_acked))
		add(t, " was not acknowledged: it may be lost.");
	else if (seen(t, TW_FACT_ALL_ACKNOWLEDGED))
		add(t, " was acknowledged, so {reset}'s host has it.");
	else
		add(t, " is safe if the ACK after it covers it.");
}

static void lost_in_silence(struct tw_teller *t)
{
	const struct tw_delivery *delivery = &t->c->delivery;

	for (unsigned side = 0; side < 2; side++) {
		if (delivery->side[side].unacked_at_end == 0)
			continue;
		tw_words_count(&t->buf, delivery->side[side].unacked_at_end, "byte", "bytes");
		tw_words_expand(&t->buf, t->c, " of {side} were never acknowledged. ", side, false);
	}
}

static void answer_lost(struct tw_teller *t)
{
	const struct tw_verdict *verdict = &t->c->verdict;

	if (yes(t, TW_FACT_RESET_SEEN) && !yes(t, TW_FACT_RESET_TO_SYN) &&
	    !yes(t, TW_FACT_BARE_RESET_TO_SYN_ACK)) {
		lost_after_reset(t);
		lost_before_reset(t);
		safe_before_reset(t);
	} else if (verdict->how == TW_HOW_SILENCE && t->c->delivery.counted) {
		lost_in_silence(t);
	} else if (verdict->how == TW_HOW_FIN && t->c->delivery.counted &&
		   yes(t, TW_FACT_ALL_ACKNOWLEDGED)) {
		add(t, "No: all payload of both sides was acknowledged.");
	}
	if (t->buf.size > 0)
		tw_teller_answer(t, "Was data lost?");
}

/* Whether a request may be sent again without knowing, its method tells. */
static void add_repeatable(struct tw_teller *t)
{
	const struct tw_application *asked =
	    &side_at(t, t->c->facts.cast.roles.client)->application;
	const char *word = tw_method_word((enum tw_method)asked->method);

	if (asked->protocol != TW_PROTOCOL_HTTP || word[0] == '\0') {
		add(t, "Repeat only what may be done twice.");
		return;
	}
	tw_buf_printf(&t->buf, "Its method is %s, which ", word);
	add(t, tw_method_is_idempotent((enum tw_method)asked->method)
		   ? "may be repeated: it does nothing twice (RFC 9110 9.2.2)."
		   : "must not be repeated blindly: it may do its work twice (RFC 9110 9.2.2).");
}

static void answer_request(struct tw_teller *t)
{
	if (t->c->verdict.outcome < TW_OUTCOME_DEGRADED)
		return;
	switch (t->c->delivery.last_request) {
	case TW_PROCESSED_UNKNOWN:
	case TW_PROCESSED_YES:
		return;
	case TW_PROCESSED_NO:
		add(t, "No: the last payload of {client} ");
		place(t, side_at(t, t->c->facts.cast.roles.client)->last_payload);
		add(t, " never reached {server}'s application, so it may be repeated safely.");
		break;
	case TW_PROCESSED_POSSIBLE:
		add(t, "It may have been: the packets do not rule it out. ");
		add_repeatable(t);
		break;
	}
	tw_teller_answer(t, "Was the last request processed?");
}

static void answer_retry(struct tw_teller *t)
{
	const struct tw_context *context = &t->c->context;

	if (!context->has_retry)
		return;
	add(t, "The SYN ");
	place(t, context->retry);
	tw_buf_printf(&t->buf,
		      " begins a new connection (stream %" PRIu32 "): ", context->retry_stream);
	add(t, "a SYN cannot belong to the old one. {client} tries again.");
	tw_teller_answer(t, "What is the SYN at the end?");
}

static void answer_harm(struct tw_teller *t)
{
	if (t->c->verdict.outcome != TW_OUTCOME_HARMLESS)
		return;
	add(t, "No. It looks rough, but it cost nobody anything that was still wanted.");
	tw_teller_answer(t, "Is this a problem?");
}

void tw_tell_answers(struct tw_teller *t)
{
	answer_harm(t);
	answer_who(t);
	tw_tell_sender(t);
	answer_why_reset(t);
	answer_legal(t);
	answer_second_reset(t);
	answer_did_it_know(t);
	answer_lost(t);
	answer_request(t);
	answer_retry(t);
}
