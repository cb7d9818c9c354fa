/* tokens.h: pasted text cut into tokens, through a small window, in linear time. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TYPED_TOKENS_H
#define TW_TYPED_TOKENS_H

#include "base/str.h"

enum tw_token_kind {
	TW_TOKEN_END,
	TW_TOKEN_NEWLINE,
	TW_TOKEN_WORD,
	TW_TOKEN_RIGHT, /* an arrow: -> --> => > and their Unicode and HTML forms */
	TW_TOKEN_LEFT,
	TW_TOKEN_COMMENT, /* the mark that begins a remark: two slashes, or a hash before a blank */
	TW_TOKEN_OPEN,	  /* [ */
	TW_TOKEN_CLOSE,	  /* ] */
	TW_TOKEN_PAREN_OPEN,
	TW_TOKEN_PAREN_CLOSE,
	TW_TOKEN_COMMA,
	TW_TOKEN_SEMICOLON,
	TW_TOKEN_COLON, /* at the end of a word, or alone */
	TW_TOKEN_EQUALS,
	TW_TOKEN_QUESTION,
	TW_TOKEN_OTHER, /* braces, <->, >= and the like: never part of a packet's core */
};

struct tw_token {
	uint8_t kind;	    /* enum tw_token_kind */
	uint8_t gap;	    /* blanks before it: 0, 1, or 2 for more (also a tab or a table pipe) */
	bool first;	    /* first on its line */
	uint32_t line;	    /* 1-based */
	struct tw_str text; /* into the source, as typed */
};

/* Tokens that can be seen ahead: no row that is read at once is longer. A power of two. */
enum { TW_TOKEN_WINDOW = 128 };

/*
 * Quotation marks, back ticks, asterisks, table pipes and control characters count as blanks; mail
 * quoting ("> ") and list bullets at the start of a line are skipped.
 */
struct tw_tokens {
	struct tw_str source;
	size_t offset;
	uint32_t line;
	bool line_began;  /* a token of the current line was already cut */
	uint64_t first;	  /* number of the token at the cursor */
	uint64_t scanned; /* number of the next token to cut */
	struct tw_token ring[TW_TOKEN_WINDOW];
};

void tw_tokens_start(struct tw_tokens *tokens, struct tw_str source);
/* The token `ahead` of the cursor; TW_TOKEN_END past the text or the window. */
const struct tw_token *tw_token_at(struct tw_tokens *tokens, unsigned ahead);
void tw_tokens_advance(struct tw_tokens *tokens, unsigned count);

/* True where the token is this word; ASCII letters alike. */
bool tw_token_is(const struct tw_token *token, const char *word);
/* True where the token is one of the words of a list that ends in NULL. */
bool tw_token_is_any(const struct tw_token *token, const char *const *words);
/* Reads a whole word as a decimal number; false where it is none or exceeds `max`. */
bool tw_token_number(const struct tw_token *token, uint64_t max, uint64_t *number);

static inline bool tw_token_ends_line(const struct tw_token *token)
{
	return token->kind == TW_TOKEN_END || token->kind == TW_TOKEN_NEWLINE;
}

static inline bool tw_token_is_arrow(const struct tw_token *token)
{
	return token->kind == TW_TOKEN_RIGHT || token->kind == TW_TOKEN_LEFT;
}

/* The text from the begin of `first` to the end of `last`, both of one source. */
struct tw_str tw_token_span(struct tw_str first, struct tw_str last);

#endif
