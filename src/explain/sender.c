/* sender.c: answers who sent a RST, the host that it names or something on the way. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain/teller.h"
#include "explain/words.h"

static bool is(const struct tw_teller *t, enum tw_fact fact, enum tw_answer answer)
{
	return tw_fact_is(&t->c->facts, fact, answer);
}

static void add(struct tw_teller *t, const char *words)
{
	tw_words_expand(&t->buf, t->c, words, TW_NOBODY, t->buf.size == 0);
}

/* Those of the facts that have the answer, a sentence each; false where none has. */
static bool add_evidence(struct tw_teller *t, const enum tw_fact facts[], size_t count,
			 enum tw_answer answer)
{
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		if (!is(t, facts[i], answer))
			continue;
		tw_buf_add_char(&t->buf, ' ');
		tw_words_fact(&t->buf, t->c, facts[i], true);
		tw_buf_add_char(&t->buf, '.');
		any = true;
	}
	return any;
}

static void tell_box(struct tw_teller *t)
{
	static const enum tw_fact signs[] = {
	    TW_FACT_DATA_AFTER_OWN_RESET, TW_FACT_RESET_BEYOND,	   TW_FACT_RESET_TOO_FAST,
	    TW_FACT_RESET_FOREIGN,	  TW_FACT_RESET_BOTH_ENDS, TW_FACT_RESET_DETECTED,
	};
	static const enum tw_fact by_ttl[] = {TW_FACT_RESET_TTL_DIFFERS};

	add(t, t->c->verdict.hypotheses[0].probability >= 0.9
		   ? "Something on the way, in {resetter}'s name."
		   : "Most likely something on the way, in {resetter}'s name.");
	(void)add_evidence(t, signs, TW_LEN(signs), TW_YES);
	/* It names the TTL already where it names the hand. */
	if (!is(t, TW_FACT_RESET_FOREIGN, TW_YES))
		(void)add_evidence(t, by_ttl, TW_LEN(by_ttl), TW_YES);
}

static void tell_host(struct tw_teller *t)
{
	static const enum tw_fact for_host[] = {TW_FACT_RESET_IP_ID_CONTINUES,
						TW_FACT_CAPTURED_AT_RESETTER};
	static const enum tw_fact alike[] = {TW_FACT_RESET_FOREIGN, TW_FACT_RESET_TTL_DIFFERS,
					     TW_FACT_RESET_TOO_FAST};
	static const enum tw_fact doubts[] = {
	    TW_FACT_RESET_TOO_FAST,
	    TW_FACT_RESET_FOREIGN,
	    TW_FACT_RESET_TTL_DIFFERS,
	};
	bool doubted = false;

	for (size_t i = 0; i < TW_LEN(doubts); i++)
		doubted = doubted || is(t, doubts[i], TW_YES);
	add(t, doubted ? "Probably {resetter}'s host, though not beyond doubt."
		       : "{resetter}'s host itself, as far as its packets show.");
	(void)add_evidence(t, for_host, TW_LEN(for_host), TW_YES);
	if (doubted)
		(void)add_evidence(t, doubts, TW_LEN(doubts), TW_YES);
	else
		(void)add_evidence(t, alike, TW_LEN(alike), TW_NO);
}

void tw_tell_sender(struct tw_teller *t)
{
	static const enum tw_fact shape[] = {TW_FACT_RESET_SHAPE};
	/* Without any of these the input shows nothing but flags. */
	bool compared = !is(t, TW_FACT_RESET_TTL_DIFFERS, TW_UNKNOWN) ||
			!is(t, TW_FACT_RESET_FOREIGN, TW_UNKNOWN) ||
			!is(t, TW_FACT_RESET_TOO_FAST, TW_UNKNOWN);

	if (t->c->facts.cast.resetter == TW_NOBODY || !compared)
		return;
	if (t->c->verdict.ended_by == TW_ENDER_NETWORK)
		tell_box(t);
	else
		tell_host(t);
	(void)add_evidence(t, shape, TW_LEN(shape), TW_YES);
	tw_teller_answer(t, "Who sent the RST: the host, or a box on the way?");
}
