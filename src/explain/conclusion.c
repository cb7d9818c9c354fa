/* conclusion.c: the end of a story: why, how sure, what was lost, what to do. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain/teller.h"

#include "base/defs.h"
#include "explain/words.h"

#include <string.h>

/* What a story needs not repeat as a reason: it has just told it. */
static bool is_told_already(enum tw_fact fact)
{
	static const enum tw_fact told[] = {
	    TW_FACT_RESET_SEEN,	  TW_FACT_FIN_BY_BOTH,	    TW_FACT_HANDSHAKE_COMPLETE,
	    TW_FACT_ENDING_SEEN,  TW_FACT_PAYLOAD_SEEN,	    TW_FACT_CONVERSATION_SEEN,
	    TW_FACT_SYN_SEEN,	  TW_FACT_LATE_DATA,	    TW_FACT_SYN_ANSWERED,
	    TW_FACT_FINS_CROSSED, TW_FACT_RESET_IMPOSSIBLE,
	};

	for (size_t i = 0; i < TW_LEN(told); i++)
		if (told[i] == fact)
			return true;
	return false;
}

/* The length of the first sentence, its full stop included. */
static size_t first_sentence(const char *text)
{
	const char *end = strstr(text, ". ");

	return end ? (size_t)(end - text) + 1 : strlen(text);
}

/* Whether the input shows all that an ending needs; else its meaning is a reading of the input. */
static bool shows_needs(const struct tw_case *c, enum tw_cause cause)
{
	const struct tw_likelihood *expects = tw_cause_entry(cause)->expects;

	for (size_t i = 0; i < TW_EXPECTS_MAX && expects[i].fact != TW_FACT_NONE; i++)
		if (expects[i].percent == 100 &&
		    (c->facts.value[expects[i].fact].answer == TW_NO ||
		     (c->facts.value[expects[i].fact].answer == TW_YES &&
		      !tw_fact_seen(&c->facts, expects[i].fact))))
			return false;
	return true;
}

/* "The RST" is "the RST" within a sentence, and "TCP" is "TCP". */
static void decapitalize(char *sentence)
{
	if (sentence[0] >= 'A' && sentence[0] <= 'Z' &&
	    (sentence[1] == ' ' || (sentence[1] >= 'a' && sentence[1] <= 'z')))
		sentence[0] = (char)(sentence[0] - 'A' + 'a');
}

static void tell_why(struct tw_teller *t)
{
	enum { SENTENCE_BYTES = 1024 };
	const struct tw_verdict *verdict = &t->c->verdict;
	enum tw_cause cause = (enum tw_cause)verdict->hypotheses[0].cause;
	const char *meaning = tw_cause_entry(cause)->meaning;
	bool shown = shows_needs(t->c, cause);
	char sentence[SENTENCE_BYTES];
	size_t size = first_sentence(meaning);
	size_t told = 0;

	if (size >= sizeof(sentence))
		return;
	memcpy(sentence, meaning, size - 1);
	sentence[size - 1] = '\0';
	if (!shown) {
		tw_buf_add_text(&t->buf, "Most likely ");
		decapitalize(sentence);
	}
	tw_words_expand(&t->buf, t->c, sentence, TW_NOBODY, shown);
	for (size_t i = 0; i < verdict->proof_count && told < 2; i++) {
		enum tw_fact fact = (enum tw_fact)verdict->proofs[i];
		const struct tw_fact_value *value = &t->c->facts.value[fact];

		if (is_told_already(fact) || value->frame_count == 0)
			continue;
		tw_buf_add_text(&t->buf, told == 0 ? ". What shows it: " : "; and ");
		tw_words_fact(&t->buf, t->c, fact, false);
		told++;
	}
	tw_teller_story(t);
}

static void tell_how_sure(struct tw_teller *t)
{
	const double worth_naming = 0.1;
	const struct tw_verdict *verdict = &t->c->verdict;
	const struct tw_hypothesis *first = &verdict->hypotheses[0];
	const struct tw_hypothesis *second = &verdict->hypotheses[1];
	bool rival = verdict->hypothesis_count > 1 && second->probability >= worth_naming;

	if (first->cause == TW_CAUSE_UNKNOWN)
		return;
	tw_buf_add_text(&t->buf, "This is ");
	tw_words_percent(&t->buf, first->probability);
	tw_buf_add_text(&t->buf, " sure");
	if (rival && second->cause != TW_CAUSE_UNKNOWN) {
		tw_buf_add_text(&t->buf, "; it could also be (");
		tw_words_percent(&t->buf, second->probability);
		tw_buf_add_text(&t->buf, ") that ");
		tw_words_expand(&t->buf, t->c, tw_cause_entry((enum tw_cause)second->cause)->title,
				TW_NOBODY, false);
	} else if (rival) {
		tw_buf_add_text(&t->buf, "; the rest is for what no known cause explains");
	}
	tw_teller_story(t);
}

static void add_bytes(struct tw_teller *t, uint64_t bytes, unsigned side, struct tw_moment last)
{
	tw_words_count(&t->buf, bytes, "byte", "bytes");
	tw_words_expand(&t->buf, t->c, " from {side}", side, false);
	if (tw_happened(last))
		tw_buf_add_char(&t->buf, ' ');
	tw_words_at(&t->buf, t->c, last);
}

/* In bytes, where these are known; by the last request where they are not. */
static void tell_lost(struct tw_teller *t)
{
	const struct tw_delivery *delivery = &t->c->delivery;
	uint64_t sent = delivery->side[0].sent + delivery->side[1].sent;
	bool lost = false;

	if (t->c->verdict.outcome == TW_OUTCOME_UNFINISHED)
		return;
	/* ACKs that passed on another way are not missing. */
	for (unsigned side = 0; side < 2 && delivery->counted &&
				!tw_happened(t->c->connection->limits[TW_LIMIT_ONE_DIRECTION]);
	     side++) {
		if (delivery->side[side].unacked_at_end == 0)
			continue;
		tw_buf_add_text(&t->buf, lost ? ", and " : "Never acknowledged: ");
		add_bytes(t, delivery->side[side].unacked_at_end, side,
			  t->c->connection->side[side].last_payload);
		lost = true;
	}
	for (unsigned side = 0; side < 2 && delivery->counted; side++) {
		if (delivery->side[side].possibly_unread == 0)
			continue;
		tw_buf_add_text(&t->buf,
				lost ? ", and acknowledged, but perhaps never read by the "
				       "application: "
				     : "Acknowledged, but perhaps never read by the application: ");
		add_bytes(t, delivery->side[side].possibly_unread, side,
			  t->c->connection->at_reset[side].payload);
		lost = true;
	}
	if (!lost && delivery->counted && sent > 0 &&
	    tw_fact_is(&t->c->facts, TW_FACT_ALL_ACKNOWLEDGED, TW_YES))
		tw_buf_add_text(&t->buf, "Nothing was lost: all payload was acknowledged");
	if (delivery->last_request == TW_PROCESSED_NO)
		tw_buf_add_text(&t->buf, t->buf.size > 0 ? "; the last request was not processed"
							 : "The last request was not processed");
	else if (delivery->last_request == TW_PROCESSED_POSSIBLE &&
		 t->c->verdict.outcome >= TW_OUTCOME_DEGRADED)
		tw_buf_add_text(&t->buf,
				t->buf.size > 0
				    ? "; the last request may or may not have been processed"
				    : "The last request may or may not have been processed");
	tw_teller_story(t);
}

static void tell_what_to_do(struct tw_teller *t)
{
	if (t->out->advice_count == 0 || t->c->verdict.outcome < TW_OUTCOME_UNFINISHED)
		return;

	struct tw_str advice = t->out->advice[0];

	tw_buf_add_text(&t->buf, "What to do: ");
	tw_buf_add(&t->buf, advice);
	tw_teller_story(t);
}

void tw_tell_conclusion(struct tw_teller *t)
{
	t->out->story_events_end = t->out->story_count;
	tell_why(t);
	tell_how_sure(t);
	tell_lost(t);
	tell_what_to_do(t);
}
