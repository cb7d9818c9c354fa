/* row_words.c: hand typed rows that tell a payload in words: "Server -> Client: HTTP response". */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/row.h"

#include "typed/attributes.h"
#include "typed/flags.h"
#include "typed/protocols.h"

/* Longer text behind an arrow is prose; the payload's word comes early in it. */
enum {
	NAME_WORDS_MAX = 3,
	WORDS_TOKENS_MAX = 40,
	LEAD_TOKENS_MAX = 8,
	BARE_TOKENS_MAX = 10,
	UNKNOWN_WORDS_MAX = 3
};

/* What a word says of the row that it stands in. */
enum meaning { MEANS_NOTHING, MEANS_LEAD, MEANS_PAYLOAD, MEANS_NO_SEGMENT };

static bool is_method(struct tw_str word)
{
	static const char *const methods[] = {"GET", "POST", "PUT", "HEAD", "DELETE", "PATCH"};

	for (size_t i = 0; i < TW_LEN(methods); i++)
		if (tw_str_equal(word, tw_str_of(methods[i])))
			return true;
	return false;
}

/* "HTTP reply", "TLS alert", "HTTP 200", "HTTP/1.1 200 OK": of a protocol that runs over TCP. */
static bool is_message(const struct tw_token *before, const struct tw_token *token)
{
	static const char *const messages[] = {"reply", "alert", NULL};

	if (token->kind == TW_TOKEN_WORD && tw_str_starts(token->text, TW_STR("HTTP/1.")))
		return true;
	return tw_protocol_of(before) == TW_PROTOCOL_OVER_TCP &&
	       (tw_token_is_any(token, messages) || tw_char_is_digit(token->text.text[0]));
}

/* A row that opens, closes or acknowledges in words is no data; nor is what did not happen. */
static bool denies_payload(const struct tw_token *token)
{
	static const char *const words[] = {
	    "no",      "not",	   "never",    "without",      "nothing",      "cannot",
	    "can't",   "doesn't",  "didn't",   "waits",	       "wait",	       "waiting",
	    "expects", "ignores",  "drops",    "processes",    "processing",   "handles",
	    "reads",   "receives", "received", "closes",       "closing",      "closed",
	    "acks",    "acked",	   "timeout",  "acknowledges", "acknowledged", NULL,
	};
	uint16_t flags;

	return tw_token_is_any(token, words) ||
	       (tw_flags_of_word(token->text, &flags) && (flags & (TW_FIN | TW_SYN | TW_RST)));
}

/* "connection request", "ARP request": what comes before the payload's word turns it. */
static bool is_other_matter(const struct tw_token *token)
{
	static const char *const words[] = {
	    "connection", "connect",	"handshake", "close", "open", "ack", "window",
	    "keepalive",  "keep-alive", "probe",     "ping",  "echo", NULL,
	};

	return tw_token_is_any(token, words) || tw_protocol_of(token) == TW_PROTOCOL_NOT_TCP;
}

static enum meaning meaning_of(const struct tw_token *before, const struct tw_token *token)
{
	static const char *const payloads[] = {"request", "requests", "response", "responses",
					       "data",	  "payload",  "query",	  NULL};
	static const char *const leads[] = {"send",  "sends", "sent", "sending",     "the",
					    "a",     "an",    "some", "more",	     "with",
					    "first", "next",  "TCP",  "application", NULL};

	if (token->kind != TW_TOKEN_WORD)
		return MEANS_NOTHING;
	if (tw_token_is_any(token, payloads) || is_method(token->text) || is_message(before, token))
		return MEANS_PAYLOAD;
	if (denies_payload(token) || is_other_matter(token))
		return MEANS_NO_SEGMENT;
	if (tw_token_is_any(token, leads) || tw_protocol_of(token) == TW_PROTOCOL_OVER_TCP)
		return MEANS_LEAD;
	return MEANS_NOTHING;
}

/* Behind a colon a few words may come first ("login request"), behind a bare name none. */
static bool names_payload(struct tw_tokens *tokens, unsigned at, bool has_colon)
{
	unsigned unknown = 0;

	for (unsigned i = 0; i < LEAD_TOKENS_MAX; i++) {
		const struct tw_token *token = tw_token_at(tokens, at + i);

		if (tw_token_ends_line(token))
			return false;
		switch (meaning_of(tw_token_at(tokens, at + i - 1), token)) {
		case MEANS_PAYLOAD:
			return true;
		case MEANS_NO_SEGMENT:
			return false;
		case MEANS_LEAD:
			break;
		case MEANS_NOTHING:
			if (!has_colon || ++unknown > UNKNOWN_WORDS_MAX)
				return false;
			break;
		}
	}
	return false;
}

/* Printed numbers belong to the row, not to its words. */
static bool is_number_key(struct tw_tokens *tokens, unsigned at)
{
	static const char *const keys[] = {"seq", "ack", "len", "length", "win", NULL};

	return tw_token_at(tokens, at)->gap > 0 && tw_token_is_any(tw_token_at(tokens, at), keys) &&
	       tw_attribute_at(tokens, at);
}

/* The next row on the same line: "data Server -> Client", "data 3. Server -> Client". */
static bool next_row_begins(struct tw_tokens *tokens, unsigned at)
{
	struct tw_str text = tw_token_at(tokens, at)->text;
	uint64_t number;

	if (tw_row_number(tw_token_at(tokens, at), &number) && text.text[text.size - 1] == '.')
		at++;
	return tw_row_is_name(tw_token_at(tokens, at)) &&
	       tw_token_is_arrow(tw_token_at(tokens, at + 1));
}

/* "Client -> server request is slow": without a colon, a verb makes it a sentence. */
static bool is_sentence(const struct tw_token *token)
{
	static const char *const verbs[] = {"is",    "are",  "was",  "were",  "will",  "should",
					    "fails", "fail", "goes", "comes", "which", NULL};

	return tw_token_is_any(token, verbs) ||
	       (token->kind == TW_TOKEN_WORD && token->text.text[token->text.size - 1] == '.');
}

/* Behind the row's words; 0 where they are too many, or deny a payload. */
static unsigned words_end(struct tw_tokens *tokens, unsigned at)
{
	bool is_bare = tw_token_at(tokens, at - 1)->kind != TW_TOKEN_COLON;

	for (unsigned i = 0; i < (is_bare ? BARE_TOKENS_MAX : WORDS_TOKENS_MAX); i++, at++) {
		const struct tw_token *token = tw_token_at(tokens, at);

		if (tw_token_ends_line(token) || token->kind == TW_TOKEN_SEMICOLON ||
		    token->kind == TW_TOKEN_COMMENT || is_number_key(tokens, at) ||
		    next_row_begins(tokens, at))
			return at;
		if (token->kind == TW_TOKEN_WORD &&
		    (denies_payload(token) || (is_bare && is_sentence(token))))
			return 0;
	}
	return 0;
}

/* The receiver's words, and where the payload's words begin; 0 where there are none. */
static unsigned read_receiver(struct tw_tokens *tokens, unsigned at, struct tw_str *name)
{
	for (unsigned words = 1; words <= NAME_WORDS_MAX; words++) {
		const struct tw_token *last = tw_token_at(tokens, at + words - 1);
		bool has_colon = tw_token_at(tokens, at + words)->kind == TW_TOKEN_COLON;
		unsigned begin = at + words + has_colon;

		if (!tw_row_is_name(last) || (words > 1 && last->gap > 1))
			return 0;
		if (names_payload(tokens, begin, has_colon)) {
			*name = tw_token_span(tw_token_at(tokens, at)->text, last->text);
			return begin;
		}
		if (has_colon)
			return 0;
	}
	return 0;
}

unsigned tw_row_words(struct tw_row_place *place, struct tw_row_draft *draft)
{
	struct tw_tokens *tokens = place->tokens;
	struct tw_arrow_head head;
	struct tw_str receiver;
	unsigned at;
	unsigned begin;
	unsigned end;

	if (!place->fresh || place->in_comment)
		return 0;
	at = tw_row_arrow_head(place, draft, &head);
	if (at == 0)
		return 0;
	begin = read_receiver(tokens, at, &receiver);
	if (begin == 0)
		return 0;
	end = words_end(tokens, begin);
	if (end <= begin)
		return 0;
	receiver = tw_row_strip_activation(tw_token_at(tokens, at - 1), receiver);
	draft->source = tw_end_split(head.leftward ? receiver : head.name);
	draft->destination = tw_end_split(head.leftward ? head.name : receiver);
	draft->labels =
	    tw_token_span(tw_token_at(tokens, begin)->text, tw_token_at(tokens, end - 1)->text);
	draft->style = TW_ROW_HAND;
	draft->needs_flags_row = true;
	tw_row_assume_data(draft);
	return end;
}
