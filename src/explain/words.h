/* words.h: names, places and probabilities in words; templates of the lists filled in. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_EXPLAIN_WORDS_H
#define TW_EXPLAIN_WORDS_H

#include "base/buf.h"
#include "explain/case.h"

/*
 * Appends a template of fact/list.h or cause/: {client} {server} {closer} {late} {resetter} {reset}
 * become names, {side} and {peer} those of `side` (TW_NOBODY where the template has none). Where
 * nobody is known for a name, "the closing side", "the other side" and the like stand in. Names are
 * given a capital where a sentence begins; the template's own first letter is, where `capital`.
 */
void tw_words_expand(struct tw_buf *buf, const struct tw_case *c, const char *words, unsigned side,
		     bool capital);

/* "row" for a typed list, "frame" for a capture. */
const char *tw_words_unit(const struct tw_case *c);
/* "(frame 12)", "(frames 12, 15 and 20)"; nothing without frames. */
void tw_words_frames(struct tw_buf *buf, const struct tw_case *c, const uint64_t frames[],
		     size_t count);
void tw_words_at(struct tw_buf *buf, const struct tw_case *c, struct tw_moment moment);
/* " at 11:00:01.204 UTC, 3.2 s after its first packet"; nothing without times. */
void tw_words_when(struct tw_buf *buf, const struct tw_case *c, struct tw_moment moment);
/* "97 %", "over 99 %", "under 1 %". */
void tw_words_percent(struct tw_buf *buf, double probability);
/* "FIN, PSH, ACK"; "no flags" where none is set. */
void tw_words_flags(struct tw_buf *buf, uint16_t flags);
/* A fact as a sentence with its frames: "the RST lacks the ACK bit (frame 12)". */
void tw_words_fact(struct tw_buf *buf, const struct tw_case *c, enum tw_fact fact, bool capital);
/* A fact that is not known for certain, and the answer that would matter. */
struct tw_open_fact {
	enum tw_fact fact; /* TW_FACT_NONE: there is none */
	enum tw_answer answer;
};

/* What would raise a hypothesis most if it turned out so, and what would sink it. */
struct tw_open_fact tw_words_raised_by(const struct tw_case *c, enum tw_cause cause);
struct tw_open_fact tw_words_sunk_by(const struct tw_case *c, enum tw_cause cause);
/* The sentence of an open fact, without frames. */
void tw_words_open_fact(struct tw_buf *buf, const struct tw_case *c, struct tw_open_fact open);
/* The side that a fact is about, or TW_NOBODY. */
unsigned tw_words_side(const struct tw_case *c, const struct tw_fact_value *value);
/* "1,234,567" with thin grouping left out: plain digits and the right plural. */
void tw_words_count(struct tw_buf *buf, uint64_t count, const char *singular, const char *plural);

#endif
