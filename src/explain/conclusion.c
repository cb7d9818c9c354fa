/* conclusion.c: the end of a story: why, how sure, what was lost, what to do. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain/teller.h"

#include "base/defs.h"
#include "explain/words.h"

#include <string.h>

/* Below this, the cause is said to be likely, and what would decide is named. */
static const double sure_enough = 0.75;
/* A sentence of more bytes is not read to its end. */
enum { SENTENCE_BYTES_READ = 270 };

/* What a story needs not repeat as a reason: it has just told it. */
static bool is_told_already(enum tw_fact fact)
{
	static const enum tw_fact told[] = {
	    TW_FACT_RESET_SEEN,	  TW_FACT_FIN_BY_BOTH,	TW_FACT_HANDSHAKE_COMPLETE,
	    TW_FACT_ENDING_SEEN,  TW_FACT_PAYLOAD_SEEN, TW_FACT_CONVERSATION_SEEN,
	    TW_FACT_SYN_SEEN,	  TW_FACT_LATE_DATA,	TW_FACT_SYN_ANSWERED,
	    TW_FACT_FINS_CROSSED,
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

/* Whether the input shows all that an ending needs. */
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

/* The input shows no end, so nothing is lost yet. */
static bool is_unfinished(const struct tw_case *c)
{
	return tw_cause_outcome((enum tw_cause)c->verdict.hypotheses[0].cause) ==
	       TW_OUTCOME_UNFINISHED;
}

/* Whether a cause is the best reading of the input, and not what the input shows. */
static bool is_reading(const struct tw_case *c)
{
	const struct tw_hypothesis *first = &c->verdict.hypotheses[0];
	enum tw_cause cause = (enum tw_cause)first->cause;

	if (cause == TW_CAUSE_UNKNOWN || is_unfinished(c))
		return false;
	return first->probability < sure_enough || !shows_needs(c, cause);
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
	const struct tw_hypothesis *first = &t->c->verdict.hypotheses[0];
	const char *meaning = tw_cause_entry((enum tw_cause)first->cause)->meaning;
	char sentence[SENTENCE_BYTES];
	size_t size = first_sentence(meaning);

	if (size >= sizeof(sentence))
		return;
	memcpy(sentence, meaning, size - 1);
	sentence[size - 1] = '\0';
	if (is_reading(t->c)) {
		tw_buf_add_text(&t->buf, "most likely ");
		decapitalize(sentence);
	}
	tw_words_expand(&t->buf, t->c, sentence, TW_NOBODY, false);
	tw_teller_story(t);
}

/* What is less of a reason for having just been told. */
static bool is_known_by_now(enum tw_fact fact)
{
	return fact == TW_FACT_RESET_ACTIVE || fact == TW_FACT_RESET_BARE ||
	       fact == TW_FACT_RESET_AFTER_OWN_FIN || fact == TW_FACT_FIN_BEFORE_RESET;
}

/* An answer "no" that says what is there, not only what is not. */
static bool speaks(const struct tw_fact_value *value, enum tw_fact fact)
{
	return value->frame_count > 0 && !is_told_already(fact) &&
	       (value->answer == TW_YES || fact == TW_FACT_LATE_DATA_ACKS_FIN ||
		fact == TW_FACT_ALL_ACKNOWLEDGED || fact == TW_FACT_RESET_IMMEDIATE);
}

/* As long as the sentence stays one that is read to its end; false where none is a reason. */
static bool add_reasons_of(struct tw_teller *t, const uint8_t facts[], size_t count, bool known)
{
	enum { REASONS = 2 };
	size_t told = 0;

	for (size_t i = 0; i < count && told < REASONS; i++) {
		enum tw_fact fact = (enum tw_fact)facts[i];
		size_t before = t->buf.size;

		if (!speaks(&t->c->facts.value[fact], fact) || is_known_by_now(fact) != known)
			continue;
		tw_buf_add_text(&t->buf, told == 0 ? ", because " : ", and because ");
		tw_words_fact(&t->buf, t->c, fact, false);
		if (told > 0 && t->buf.size > SENTENCE_BYTES_READ)
			tw_buf_cut(&t->buf, before);
		told++;
	}
	return told > 0;
}

/* The facts without which the cause would lose its lead, else those that speak for it. */
static void add_reasons(struct tw_teller *t)
{
	const struct tw_verdict *verdict = &t->c->verdict;
	const struct tw_hypothesis *first = &verdict->hypotheses[0];

	if (add_reasons_of(t, verdict->proofs, verdict->proof_count, false) ||
	    add_reasons_of(t, first->for_facts, first->for_count, false) ||
	    add_reasons_of(t, first->for_facts, first->for_count, true) ||
	    first->probability < sure_enough || is_unfinished(t->c))
		return;
	tw_buf_add_text(&t->buf, ", for no other known cause fits the packets as well");
}

static void tell_next_best(struct tw_teller *t, const struct tw_hypothesis *second,
			   enum tw_weight weight)
{
	tw_buf_add_text(&t->buf, "the next best explanation (");
	tw_words_percent(&t->buf, second->probability);
	tw_buf_add_text(&t->buf, "): ");
	tw_words_expand(&t->buf, t->c, tw_cause_entry((enum tw_cause)second->cause)->title,
			TW_NOBODY, false);
	tw_teller_story_of(t, weight);
}

static void tell_how_sure(struct tw_teller *t)
{
	const double worth_naming = 0.1;
	const struct tw_verdict *verdict = &t->c->verdict;
	const struct tw_hypothesis *first = &verdict->hypotheses[0];
	const struct tw_hypothesis *second = &verdict->hypotheses[1];
	bool rival = verdict->hypothesis_count > 1 && second->probability >= worth_naming;

	if (first->cause == TW_CAUSE_UNKNOWN && rival) {
		tell_next_best(t, second, TW_WEIGHT_CORE);
		return;
	}
	if (first->cause == TW_CAUSE_UNKNOWN) {
		tw_buf_add_text(&t->buf, "no known cause of such an ending reaches 10 %");
		tw_teller_story(t);
		return;
	}
	tw_buf_add_text(&t->buf, first->probability < 0.5 ? "this is only " : "this is ");
	tw_words_percent(&t->buf, first->probability);
	tw_buf_add_text(&t->buf, " sure");
	add_reasons(t);
	if (rival && second->cause == TW_CAUSE_UNKNOWN)
		tw_buf_add_text(&t->buf, "; the rest is for what no known cause explains");
	tw_teller_story(t);
	if (rival && second->cause != TW_CAUSE_UNKNOWN)
		tell_next_best(t, second, TW_WEIGHT_ASIDE);
}

/* Where the input cannot decide: what would. */
static void tell_what_decides(struct tw_teller *t)
{
	const struct tw_verdict *verdict = &t->c->verdict;
	bool open = verdict->hypotheses[0].cause == TW_CAUSE_UNKNOWN ||
		    verdict->hypotheses[0].probability < sure_enough;

	if (!open || verdict->settle_count == 0)
		return;
	tw_buf_add_text(&t->buf, "to decide it, ");
	tw_words_expand(&t->buf, t->c, tw_fact_info((enum tw_fact)verdict->settles[0].fact)->settle,
			TW_NOBODY, false);
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

static bool is(const struct tw_teller *t, enum tw_fact fact)
{
	return tw_fact_is(&t->c->facts, fact, TW_YES);
}

/* True where some of it was told. ACKs that passed on another way are not missing. */
static bool tell_unacknowledged(struct tw_teller *t)
{
	const struct tw_delivery *delivery = &t->c->delivery;
	bool lost = false;

	if (tw_happened(t->c->connection->limits[TW_LIMIT_ONE_DIRECTION]))
		return false;
	for (unsigned side = 0; side < 2; side++) {
		if (delivery->side[side].unacked_at_end == 0)
			continue;
		tw_buf_add_text(&t->buf, lost ? " and " : "never acknowledged: ");
		add_bytes(t, delivery->side[side].unacked_at_end, side,
			  t->c->connection->side[side].last_payload);
		lost = true;
	}
	return lost;
}

/*
 * Whether an application read what its kernel had taken. After a rest it has had its time, and
 * where all was well nobody asks.
 */
static bool tell_unread(struct tw_teller *t, bool lost)
{
	const struct tw_delivery *delivery = &t->c->delivery;
	bool unread = false;

	if (t->c->verdict.outcome < TW_OUTCOME_DEGRADED || is(t, TW_FACT_IDLE_BEFORE_RESET) ||
	    is(t, TW_FACT_KEEP_ALIVE_UNANSWERED) || is(t, TW_FACT_LATE_CLOSE_RESET))
		return false;
	for (unsigned side = 0; side < 2; side++) {
		if (delivery->side[side].possibly_unread == 0)
			continue;
		tw_buf_add_text(&t->buf, unread ? " and "
					 : lost ? "; acknowledged, but perhaps not read by the "
						  "application: "
						: "acknowledged, but perhaps not read by the "
						  "application: ");
		add_bytes(t, delivery->side[side].possibly_unread, side,
			  t->c->connection->at_reset[side].payload);
		unread = true;
	}
	return unread;
}

/* What became of the last request, where the end left it open. */
static void tell_request(struct tw_teller *t)
{
	enum tw_processed processed = t->c->delivery.last_request;

	if (processed != TW_PROCESSED_NO &&
	    (processed != TW_PROCESSED_POSSIBLE || t->c->verdict.outcome < TW_OUTCOME_DEGRADED))
		return;
	if (t->buf.size > 0)
		tw_buf_add_text(&t->buf, "; ");
	tw_buf_add_text(&t->buf,
			processed == TW_PROCESSED_NO
			    ? "the last request was not processed"
			    : "whether the last request was processed, packets cannot tell");
}

/* In bytes, where these are known; by the last request where they are not. */
static void tell_lost(struct tw_teller *t)
{
	const struct tw_delivery *delivery = &t->c->delivery;
	uint64_t sent = delivery->side[0].sent + delivery->side[1].sent;
	bool well =
	    t->c->verdict.how == TW_HOW_FIN && (delivery->last_request == TW_PROCESSED_YES ||
						delivery->last_request == TW_PROCESSED_UNKNOWN);
	bool lost;

	if (is_unfinished(t->c))
		return;
	lost = delivery->counted && tell_unacknowledged(t);
	lost = (delivery->counted && tell_unread(t, lost)) || lost;
	if (!lost && delivery->counted && sent > 0 && is(t, TW_FACT_ALL_ACKNOWLEDGED))
		tw_buf_add_text(&t->buf, well ? "nothing was lost: all payload was acknowledged"
					      : "all payload that was sent was acknowledged");
	tell_request(t);
	tw_teller_story(t);
}

/* The first sentence of the first advice: the report has the whole of it, and the others. */
static void tell_what_to_do(struct tw_teller *t)
{
	struct tw_str advice = t->out->advice[0];
	size_t end = tw_str_find(advice, TW_STR(". "));

	if (t->out->advice_count == 0 || t->c->verdict.outcome < TW_OUTCOME_UNFINISHED ||
	    (t->c->verdict.hypotheses[0].cause == TW_CAUSE_UNKNOWN &&
	     t->c->verdict.settle_count > 0))
		return;
	if (end != SIZE_MAX)
		advice.size = end + 1;
	tw_buf_add_text(&t->buf, "what to do: ");
	tw_buf_add(&t->buf, advice);
	tw_teller_story(t);
}

void tw_tell_conclusion(struct tw_teller *t)
{
	t->out->story_events_end = t->out->story_count;
	tell_why(t);
	tell_how_sure(t);
	tell_what_decides(t);
	tell_lost(t);
	tell_what_to_do(t);
}
