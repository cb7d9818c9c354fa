/* row_sentence.c: rows told in sentences: "* client retransmits FIN + ACK twice (#13,14)". */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/row.h"

#include "typed/flags.h"

/* A name of one to three words, then the verb; the number of the frame comes soon behind. */
enum { NAME_WORDS_MAX = 3, FILLER_TOKENS_MAX = 6, REST_TOKENS_MAX = 24, BULLET_BYTES_MAX = 24 };

static bool is_article(const struct tw_token *token)
{
	static const char *const words[] = {"the", "then", "and", "a", NULL};

	return tw_token_is_any(token, words);
}

/* What was done, not what should be: "should send", "does not send" and "never sends" are none. */
static bool is_verb(const struct tw_token *token)
{
	static const char *const verbs[] = {
	    "sends",	    "sent",	      "retransmits", "retransmitted", "resends",
	    "resent",	    "re-sends",	      "repeats",     "repeated",      "replies",
	    "replied",	    "responds",	      "responded",   "answers",	      "answered",
	    "re-transmits", "re-transmitted", "closes",	     "closed",	      NULL,
	};

	return tw_token_is_any(token, verbs);
}

static bool acknowledges(const struct tw_token *token)
{
	static const char *const verbs[] = {"acknowledges", "acknowledged", "acks", "acked", NULL};

	return tw_token_is_any(token, verbs);
}

static bool is_filler(const struct tw_token *token)
{
	static const char *const words[] = {
	    "a",      "an",   "the",   "its",  "another", "one",     "again",	    "with", "by",
	    "back",   "also", "it",    "bare", "plain",	  "empty",   "immediately", "own",  "first",
	    "second", "last", "final", "TCP",  "packet",  "segment", NULL,
	};

	return tw_token_is_any(token, words);
}

/* A statement that is doubted or denied behind its flags is none: "?", "no", "not". */
static bool is_doubt(const struct tw_token *token)
{
	static const char *const words[] = {"no",    "not",   "never",	"but",	 "instead",
					    "could", "would", "should", "maybe", NULL};

	return token->kind == TW_TOKEN_QUESTION || tw_token_is_any(token, words);
}

/* The sender, up to the verb. Returns the verb's position, 0 where there is none. */
static unsigned read_sender(struct tw_tokens *tokens, unsigned at, struct tw_str *name)
{
	for (unsigned words = 1; words <= NAME_WORDS_MAX; words++) {
		const struct tw_token *last = tw_token_at(tokens, at + words - 1);
		const struct tw_token *verb = tw_token_at(tokens, at + words);

		if (!tw_row_is_name(last) || is_verb(last) || acknowledges(last) ||
		    is_doubt(last) || is_filler(last))
			return 0;
		if (!is_verb(verb) && !acknowledges(verb))
			continue;
		*name = tw_token_span(tw_token_at(tokens, at)->text, last->text);
		return at + words;
	}
	return 0;
}

/* "to the server" behind verb or flags. */
static unsigned read_receiver(struct tw_tokens *tokens, unsigned at, struct tw_str *name)
{
	unsigned end = at + 1;

	if (!tw_token_is(tw_token_at(tokens, at), "to"))
		return at;
	while (is_article(tw_token_at(tokens, end)))
		end++;
	if (!tw_row_is_name(tw_token_at(tokens, end)))
		return at;
	*name = tw_token_at(tokens, end)->text;
	return end + 1;
}

/* "#13", "frame 13", "packets 13": the number's position, 0 where none is meant. */
static unsigned number_at(struct tw_tokens *tokens, unsigned at)
{
	static const char *const words[] = {"frame", "frames", "packet", "packets",
					    "pkt",   "no",     "row",	 NULL};
	const struct tw_token *token = tw_token_at(tokens, at);
	uint64_t number;

	if (token->kind == TW_TOKEN_WORD && token->text.text[0] == '#' &&
	    tw_row_number(token, &number))
		return at;
	return tw_token_is_any(token, words) && tw_row_number(tw_token_at(tokens, at + 1), &number)
		   ? at + 1
		   : 0;
}

/* "13,14,15" or "13, 14 and 15"; what is more than a row can hold stays unread. */
static unsigned read_numbers(struct tw_tokens *tokens, unsigned at, struct tw_row_draft *draft)
{
	uint64_t number;

	while (draft->extra_count < TW_ROW_EXTRA_MAX) {
		if (!tw_row_number(tw_token_at(tokens, at), &number))
			break;
		if (!draft->has_number) {
			draft->has_number = true;
			draft->number = number;
		} else if (number > draft->number) {
			draft->extra[draft->extra_count++] = (uint32_t)number;
		}
		at++;
		if (tw_token_at(tokens, at)->kind != TW_TOKEN_COMMA &&
		    !tw_token_is(tw_token_at(tokens, at), "and"))
			break;
		at++;
	}
	return at;
}

/* The frame's number behind the flags, and a time. Returns the end; 0 where the line denies it. */
static unsigned read_rest(struct tw_tokens *tokens, unsigned at, struct tw_row_draft *draft)
{
	unsigned end = at;

	for (unsigned i = at; i < at + REST_TOKENS_MAX; i++) {
		const struct tw_token *token = tw_token_at(tokens, i);
		unsigned taken;

		if (tw_token_ends_line(token) || token->kind == TW_TOKEN_SEMICOLON)
			return end;
		if (is_doubt(token))
			return 0;
		if (!draft->has_number && number_at(tokens, i) > 0) {
			end = read_numbers(tokens, number_at(tokens, i), draft);
			if (tw_token_at(tokens, end)->kind == TW_TOKEN_PAREN_CLOSE)
				end++;
			i = end - 1;
			continue;
		}
		taken = draft->clock.kind == TW_CLOCK_NONE ? tw_clock_read(tokens, i, &draft->clock)
							   : 0;
		if (taken > 0 && draft->has_number) {
			end = i + taken;
			if (tw_token_is(tw_token_at(tokens, end), "s"))
				end++;
			i = end - 1;
		}
	}
	return end;
}

/* A bullet stood before the line's first word. */
static bool has_bullet(const struct tw_tokens *tokens, const struct tw_token *first)
{
	const char *begin = tokens->source.text;

	for (const char *c = first->text.text;
	     c > begin && first->text.text - c < BULLET_BYTES_MAX && c[-1] != '\n'; c--)
		if (c[-1] == '*' || c[-1] == '-' || c[-1] == '+' || (uint8_t)c[-1] == 0xA2)
			return true;
	return false;
}

/* "1." or "1)" at the line's begin. */
static unsigned read_mark(struct tw_tokens *tokens, struct tw_row_draft *draft)
{
	const struct tw_token *token = tw_token_at(tokens, 0);

	if (!tw_row_number(token, &draft->number))
		return 0;
	if (token->text.text[token->text.size - 1] == '.') {
		draft->has_number = true;
		return 1;
	}
	draft->has_number = tw_token_at(tokens, 1)->kind == TW_TOKEN_PAREN_CLOSE;
	return draft->has_number ? 2 : 0;
}

static bool ends_sentence(struct tw_tokens *tokens, unsigned at)
{
	const struct tw_token *token = tw_token_at(tokens, at);

	/* "(request)" behind the flags is an aside. */
	return tw_token_ends_line(token) || token->kind == TW_TOKEN_SEMICOLON ||
	       token->kind == TW_TOKEN_COMMENT || token->kind == TW_TOKEN_PAREN_OPEN;
}

unsigned tw_row_sentence(struct tw_row_place *place, struct tw_row_draft *draft)
{
	struct tw_tokens *tokens = place->tokens;
	struct tw_flags_text flags;
	unsigned at;
	bool is_item;
	unsigned limit;
	unsigned taken;
	unsigned end;
	bool needs_flags;

	if (!place->fresh || place->in_comment)
		return 0;
	at = read_mark(tokens, draft);
	is_item = draft->has_number || has_bullet(tokens, tw_token_at(tokens, 0));
	for (; is_article(tw_token_at(tokens, at)); at++)
		is_item = false; /* "The client sends a SYN" is prose, unless it names its frame */
	at = read_sender(tokens, at, &draft->source.host);
	if (at == 0)
		return 0;
	needs_flags = !acknowledges(tw_token_at(tokens, at++));
	for (limit = at + FILLER_TOKENS_MAX; at < limit && is_filler(tw_token_at(tokens, at)); at++)
		;
	at = read_receiver(tokens, at, &draft->destination.host);
	for (; at < limit && is_filler(tw_token_at(tokens, at)); at++)
		;
	taken = tw_flags_read(tokens, at, &flags);
	if (taken == 0 && needs_flags)
		return 0;
	if (taken == 0)
		flags.flags = TW_ACK; /* "server acknowledges (#5)" */
	if (taken > 0 && flags.form == TW_FLAGS_LETTERS)
		return 0;
	at = read_receiver(tokens, at + taken, &draft->destination.host);
	end = read_rest(tokens, at, draft);
	/* Only a list names its frames, or says no more than what was sent. */
	if (end == 0 || (end == at && !(is_item && taken > 0 && ends_sentence(tokens, at))))
		return 0;
	draft->receiver_missing = draft->destination.host.size == 0;
	draft->style = TW_ROW_HAND;
	tw_row_set_flags(draft, flags.flags);
	return end;
}
