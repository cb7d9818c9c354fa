/* flags.h: TCP flags in all the ways in which people and tools write them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TYPED_FLAGS_H
#define TW_TYPED_FLAGS_H

#include "typed/tokens.h"

/* How sure a reader can be that flags were meant: brackets are, a lone letter is not. */
enum tw_flags_form {
	TW_FLAGS_BRACKET_WORDS,	  /* [FIN, ACK] (RST) */
	TW_FLAGS_BRACKET_LETTERS, /* [F.] [PA] */
	TW_FLAGS_WORDS,		  /* FIN, ACK   Syn/Ack   RESET-ACK */
	TW_FLAGS_LOWER_WORDS,	  /* fin ack */
	TW_FLAGS_LETTERS,	  /* FPA  F.  P. */
};

struct tw_flags_text {
	uint16_t flags; /* enum tw_flag */
	uint8_t form;	/* enum tw_flags_form */
};

/* Reads flags that begin `at` tokens ahead; returns the tokens they take, or 0 for none. */
unsigned tw_flags_read(struct tw_tokens *tokens, unsigned at, struct tw_flags_text *flags);
/* A whole word of spelled flags: "FIN", "SYN-ACK", "fin+ack", "SYNACK". */
bool tw_flags_of_word(struct tw_str word, uint16_t *flags);
/* A whole word of capital letters as in tcpdump ("F.", "SEW", ".") or of hand ("FPA"). */
bool tw_flags_of_letters(struct tw_str word, uint16_t *flags);

#endif
