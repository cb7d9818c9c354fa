/* row_arrow.c: rows typed by hand: names, an arrow, flags; or a sender and flags only. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/row.h"

#include "base/limits.h"
#include "typed/attributes.h"
#include "typed/flags.h"
#include "typed/notes.h"

#include <string.h>

/* "My web server" has three words; more are prose. */
enum { NAME_WORDS_MAX = 3, ASIDE_TOKENS_MAX = 8, FILLER_TOKENS_MAX = 6 };

/* The parts of "A -> B [FLAGS]" as they are found, left to right. */
struct arrow_row {
	struct tw_str left;
	struct tw_str right; /* empty in "A -> [SYN]" */
	bool leftward;
	bool is_thin;	      /* "<" or ">" alone, which much else is too */
	bool is_word;	      /* "to" */
	bool is_tight;	      /* no blank around the arrow: "a->b" is also program text */
	bool has_mark;	      /* "1." or "#1" stood before */
	bool has_colon;	      /* behind the receiver */
	bool is_compact;      /* "B:SA": receiver and flags are one word */
	struct tw_str remark; /* "retransmission" between receiver and flags */
	struct tw_flags_text flags;
};

static bool is_state(struct tw_str word)
{
	static const char *const states[] = {
	    "CLOSED",	  "LISTEN",	"LISTENING", "SYN-SENT",    "SYN_SENT",	  "SYN-RECEIVED",
	    "SYN_RCVD",	  "SYN_RECV",	"SYN-RCVD",  "ESTABLISHED", "FIN-WAIT-1", "FIN_WAIT_1",
	    "FIN-WAIT-2", "FIN_WAIT_2", "FIN_WAIT1", "FIN_WAIT2",   "CLOSE-WAIT", "CLOSE_WAIT",
	    "CLOSING",	  "LAST-ACK",	"LAST_ACK",  "TIME-WAIT",   "TIME_WAIT",  NULL,
	};

	for (size_t i = 0; states[i]; i++)
		if (tw_char_lower(word.text[0]) == tw_char_lower(states[i][0]) &&
		    tw_str_equal_nocase(word, tw_str_of(states[i])))
			return true;
	return false;
}

static bool is_name_char(char c)
{
	return tw_char_is_alpha(c) || tw_char_is_digit(c) || (c & 0x80) || strchr("._-/:#'+~@", c);
}

bool tw_row_is_name(const struct tw_token *token)
{
	uint16_t flags;
	bool has_letter = false;

	if (token->kind != TW_TOKEN_WORD || token->text.size > TW_LIMIT_NAME_BYTES)
		return false;
	for (size_t i = 0; i < token->text.size; i++) {
		char c = token->text.text[i];

		if (c == '\0' || !is_name_char(c))
			return false;
		has_letter |= tw_char_is_alpha(c) || tw_char_is_digit(c) || (c & 0x80) != 0;
	}
	return has_letter && !tw_flags_of_word(token->text, &flags) && !is_state(token->text);
}

/* "1." "1)" "#1" "4:" before a row; a plain number counts where nothing unread stands before. */
static unsigned read_mark(const struct tw_row_place *place, struct tw_row_draft *draft,
			  struct arrow_row *row)
{
	const struct tw_token *token = tw_token_at(place->tokens, 0);
	const struct tw_token *next = tw_token_at(place->tokens, 1);
	/* "length 60: A > B" holds no number of a row. */
	bool closed =
	    next->kind == TW_TOKEN_PAREN_CLOSE || (next->kind == TW_TOKEN_COLON && place->fresh);
	bool marked = token->text.size > 0 &&
		      (token->text.text[0] == '#' || token->text.text[token->text.size - 1] == '.');

	if (!tw_row_number(token, &draft->number))
		return 0;
	if (!closed && !marked &&
	    !(place->fresh && next->kind != TW_TOKEN_RIGHT && next->kind != TW_TOKEN_LEFT &&
	      next->gap > 0))
		return 0;
	draft->has_number = true;
	row->has_mark = closed || marked;
	if (next->kind == TW_TOKEN_COMMA)
		return 2;
	return closed ? 2 : 1;
}

/* "(10.0.0.1)" behind a name; not flags. */
static unsigned skip_aside(struct tw_tokens *tokens, unsigned at)
{
	struct tw_flags_text flags;

	if (tw_token_at(tokens, at)->kind != TW_TOKEN_PAREN_OPEN ||
	    tw_flags_read(tokens, at, &flags) > 0)
		return 0;
	for (unsigned i = 1; i < ASIDE_TOKENS_MAX; i++) {
		const struct tw_token *token = tw_token_at(tokens, at + i);

		if (token->kind == TW_TOKEN_PAREN_CLOSE)
			return i + 1;
		if (token->kind != TW_TOKEN_WORD)
			return 0;
	}
	return 0;
}

static bool read_arrow(const struct tw_token *token, struct arrow_row *row)
{
	/* Outlook turns an arrow into a Wingdings letter, which other fonts show as U+00E0. */
	bool is_letter =
	    token->kind == TW_TOKEN_WORD && tw_str_equal(token->text, TW_STR("\xC3\xA0"));

	row->is_word = tw_token_is(token, "to");
	row->leftward = token->kind == TW_TOKEN_LEFT;
	row->is_thin = token->text.size == 1 || tw_str_equal(token->text, TW_STR("&gt;")) ||
		       tw_str_equal(token->text, TW_STR("&lt;"));
	row->is_tight = token->gap == 0;
	return tw_token_is_arrow(token) || row->is_word || is_letter;
}

/* The name before the arrow, and the arrow. Returns the position behind, 0 where there is none. */
static unsigned read_left(const struct tw_row_place *place, unsigned at, struct arrow_row *row)
{
	struct tw_tokens *tokens = place->tokens;
	unsigned words_max = place->fresh || row->has_mark ? NAME_WORDS_MAX : 1;

	for (unsigned words = 1; words <= words_max; words++) {
		const struct tw_token *last = tw_token_at(tokens, at + words - 1);
		unsigned arrow = at + words;

		/* A wider gap is the border of a column, not a blank within a name. */
		if (!tw_row_is_name(last) || (words > 1 && last->gap > 1))
			return 0;
		arrow += skip_aside(tokens, arrow);
		if (!read_arrow(tw_token_at(tokens, arrow), row))
			continue;
		/* "then Server -> Client": the row begins at the name that is known. */
		if (words > 1 && tw_hosts_know(place->hosts, last->text))
			return 0;
		row->left = tw_token_span(tw_token_at(tokens, at)->text, last->text);
		return arrow + 1;
	}
	return 0;
}

unsigned tw_row_arrow_head(struct tw_row_place *place, struct tw_row_draft *draft,
			   struct tw_arrow_head *head)
{
	struct arrow_row row = {0};
	unsigned at = read_mark(place, draft, &row);

	if (at > 0 || place->fresh)
		at += tw_clock_read(place->tokens, at, &draft->clock);
	at = read_left(place, at, &row);
	if (at == 0 || row.is_word)
		return 0;
	head->name = row.left;
	head->leftward = row.leftward;
	return at;
}

/* "retransmission", "(retransmission)", "[TCP Retransmission]": a row ends before them. */
static bool is_repeat_remark(struct tw_tokens *tokens, unsigned at)
{
	static const char *const words[] = {
	    "retransmission", "retransmit", "retransmits", "retransmitted",
	    "retransmitting", "again",	    NULL};
	const struct tw_token *token = tw_token_at(tokens, at);

	if (token->kind == TW_TOKEN_OPEN || token->kind == TW_TOKEN_PAREN_OPEN)
		token = tw_token_at(tokens, ++at);
	while (tw_token_is(token, "TCP") || tw_token_is(token, "Spurious"))
		token = tw_token_at(tokens, ++at);
	return tw_token_is_any(token, words);
}

/* The remark between receiver and flags: "Server (retransmission) [PSH, ACK]". */
static unsigned skip_repeat(struct tw_tokens *tokens, unsigned at, struct arrow_row *row)
{
	bool in_brackets = tw_token_at(tokens, at)->kind != TW_TOKEN_WORD;
	unsigned first = in_brackets ? at + 1 : at;
	unsigned last = first;

	if (!is_repeat_remark(tokens, at))
		return 0;
	while (tw_token_is(tw_token_at(tokens, last), "TCP") ||
	       tw_token_is(tw_token_at(tokens, last), "Spurious"))
		last++;
	row->remark =
	    tw_token_span(tw_token_at(tokens, first)->text, tw_token_at(tokens, last)->text);
	if (in_brackets && (tw_token_at(tokens, last + 1)->kind == TW_TOKEN_CLOSE ||
			    tw_token_at(tokens, last + 1)->kind == TW_TOKEN_PAREN_CLOSE))
		last++;
	return last + 1 - at;
}

static unsigned skip_filler(struct tw_tokens *tokens, unsigned at)
{
	static const char *const fillers[] = {"tcp",   "send", "sends", "sent",	   "sending",
					      "flags", "flag", "with",	"segment", "packet",
					      "from",  "-",    NULL};
	unsigned taken = 0;

	while (taken < FILLER_TOKENS_MAX &&
	       (tw_token_at(tokens, at + taken)->kind == TW_TOKEN_COLON ||
		tw_token_at(tokens, at + taken)->kind == TW_TOKEN_COMMA ||
		tw_token_is_any(tw_token_at(tokens, at + taken), fillers)))
		taken++;
	return taken;
}

static bool ends_row(struct tw_tokens *tokens, unsigned at)
{
	const struct tw_token *token = tw_token_at(tokens, at);

	/* "S > C FPA, C > S A" */
	if (token->kind == TW_TOKEN_COMMA && tw_token_is_arrow(tw_token_at(tokens, at + 2)))
		return true;
	return tw_token_ends_line(token) || token->kind == TW_TOKEN_SEMICOLON ||
	       token->kind == TW_TOKEN_COMMENT || tw_attribute_at(tokens, at) ||
	       is_repeat_remark(tokens, at);
}

/* "SYN, ACK" behind "B:": the flags that a comma cut off from the first. */
static unsigned more_flags(struct tw_tokens *tokens, unsigned at, struct arrow_row *row)
{
	uint16_t more;
	unsigned end = at;

	while (tw_token_at(tokens, end)->kind == TW_TOKEN_COMMA && end < at + FILLER_TOKENS_MAX &&
	       tw_flags_of_word(tw_token_at(tokens, end + 1)->text, &more) &&
	       !tw_token_is_arrow(tw_token_at(tokens, end + 2))) {
		row->flags.flags |= more;
		end += 2;
	}
	return end;
}

/* "A>B:SA" is written without any blank: the receiver's word holds the flags. */
static unsigned read_compact(struct tw_tokens *tokens, unsigned at, struct arrow_row *row)
{
	const struct tw_token *token = tw_token_at(tokens, at);
	struct tw_token name = *token;
	struct tw_str letters = token->text;
	struct tw_address address;
	bool is_letters;

	if (token->kind != TW_TOKEN_WORD || token->text.size > 2 * TW_LIMIT_NAME_BYTES ||
	    tw_address_parse(token->text, &address))
		return 0;
	while (name.text.size > 0 && name.text.text[name.text.size - 1] != ':')
		name.text.size--;
	if (name.text.size < 2)
		return 0;
	letters = tw_str_from(letters, name.text.size);
	name.text.size--;
	is_letters = tw_flags_of_letters(letters, &row->flags.flags);
	if (!tw_row_is_name(&name) || name.text.text[name.text.size - 1] == ':' ||
	    (!is_letters && (letters.size == 0 || letters.text[0] >= 'a' ||
			     !tw_flags_of_word(letters, &row->flags.flags))))
		return 0;
	row->right = name.text;
	row->is_compact = true;
	row->flags.form = is_letters ? TW_FLAGS_LETTERS : TW_FLAGS_WORDS;
	return more_flags(tokens, at + 1, row);
}

/* A row, or the next one: "A>B:S B>A:SA". */
static bool ends_compact(struct tw_tokens *tokens, unsigned at)
{
	const struct tw_token *next = tw_token_at(tokens, at);
	const struct tw_token *arrow = tw_token_at(tokens, at + 1);

	if (ends_row(tokens, at))
		/* "a->b:S;" on a line of its own is program text. */
		return next->kind != TW_TOKEN_SEMICOLON || !tw_token_ends_line(arrow);
	return tw_row_is_name(next) && tw_token_is_arrow(arrow) && arrow->gap == 0;
}

/* The name behind the arrow and the flags. Returns the position behind, 0 where they are not. */
static unsigned read_right(const struct tw_row_place *place, unsigned at, struct arrow_row *row)
{
	struct tw_tokens *tokens = place->tokens;
	unsigned compact = row->is_word ? 0 : read_compact(tokens, at, row);

	if (compact > 0)
		return compact;
	for (unsigned words = 0; words <= NAME_WORDS_MAX; words++) {
		unsigned flags_at = at + words;
		unsigned taken;

		const struct tw_token *last = tw_token_at(tokens, flags_at - 1);

		if (words > 0 && (!tw_row_is_name(last) || (words > 1 && last->gap > 1)))
			return 0;
		/* Without a receiver only brackets are clear enough. */
		if (words == 0 && tw_token_at(tokens, flags_at)->kind != TW_TOKEN_OPEN)
			continue;
		flags_at += skip_repeat(tokens, flags_at, row);
		flags_at += skip_aside(tokens, flags_at);
		flags_at += skip_filler(tokens, flags_at);
		flags_at += skip_repeat(tokens, flags_at, row);
		flags_at += skip_filler(tokens, flags_at);
		taken = tw_flags_read(tokens, flags_at, &row->flags);
		/* "My PC": two words of a name, not the flags P and C. */
		if (taken == 0 ||
		    (row->flags.form == TW_FLAGS_LETTERS && !ends_row(tokens, flags_at + taken)))
			continue;
		if (words > 0)
			row->right = tw_row_strip_activation(
			    tw_token_at(tokens, at - 1),
			    tw_token_span(tw_token_at(tokens, at)->text, last->text));
		row->has_colon = tw_token_at(tokens, at + words)->kind == TW_TOKEN_COLON;
		return flags_at + taken;
	}
	return 0;
}

/* "conn->send(RST);" and "skb->flags[ACK] = 1" are program text, "A->B(RST)" is a row. */
static bool is_program_text(struct tw_tokens *tokens, const struct arrow_row *row, unsigned end)
{
	const struct tw_token *next = tw_token_at(tokens, end);

	if (next->kind == TW_TOKEN_EQUALS)
		return true;
	if (!row->is_tight || row->flags.form > TW_FLAGS_BRACKET_LETTERS)
		return false;
	if (next->kind == TW_TOKEN_SEMICOLON)
		return tw_token_ends_line(tw_token_at(tokens, end + 1));
	return next->kind != TW_TOKEN_WORD && next->kind != TW_TOKEN_COMMA &&
	       !ends_row(tokens, end);
}

static bool has_blank(struct tw_str name)
{
	return tw_str_find(name, TW_STR(" ")) != SIZE_MAX;
}

/* Flags without brackets must be plain from what stands around them. */
static bool flags_are_clear(struct tw_tokens *tokens, const struct arrow_row *row, unsigned end)
{
	struct tw_str text = tw_token_at(tokens, end - 1)->text;

	if (row->is_compact)
		return ends_compact(tokens, end);
	switch ((enum tw_flags_form)row->flags.form) {
	case TW_FLAGS_BRACKET_WORDS:
		return true;
	case TW_FLAGS_BRACKET_LETTERS:
		return row->right.size > 0;
	case TW_FLAGS_WORDS:
		/* "Server -> Device : PUSH some data", but not "further segments -> a bare RST". */
		return ends_row(tokens, end) ||
		       (!row->is_word &&
			(row->has_colon || (!has_blank(row->left) && !has_blank(row->right))));
	case TW_FLAGS_LOWER_WORDS:
		return ends_row(tokens, end) && !row->is_word;
	case TW_FLAGS_LETTERS:
		return ends_row(tokens, end) && !row->is_word && text.text[0] != '.' &&
		       text.text[text.size - 1] != 'e';
	}
	return false;
}

/* Amid other text only "A -> B [FLAGS]" is a row beyond doubt. */
static bool is_strict(const struct arrow_row *row)
{
	return !row->is_thin && !row->is_word && row->right.size > 0 &&
	       row->flags.form == TW_FLAGS_BRACKET_WORDS;
}

static void keep(struct tw_row_draft *draft, const struct arrow_row *row)
{
	draft->source = tw_end_split(row->leftward ? row->right : row->left);
	draft->destination = tw_end_split(row->leftward ? row->left : row->right);
	draft->receiver_missing = row->right.size == 0;
	draft->style = TW_ROW_HAND;
	if (row->remark.size > 0)
		draft->labels = row->remark;
	tw_row_set_flags(draft, row->flags.flags);
}

/* "RST from server to client", "[SYN] Client -> Server": flags first, and nothing behind. */
static unsigned read_flags_first(const struct tw_row_place *place, unsigned at,
				 struct arrow_row *row)
{
	struct tw_tokens *tokens = place->tokens;
	unsigned taken = tw_flags_read(tokens, at, &row->flags);
	unsigned behind;

	if (!place->fresh || taken == 0 || row->flags.form == TW_FLAGS_LETTERS ||
	    row->flags.form == TW_FLAGS_LOWER_WORDS)
		return 0;
	at += taken;
	at += skip_filler(tokens, at);
	behind = read_left(place, at, row);
	if (behind == 0 || !tw_row_is_name(tw_token_at(tokens, behind)) || row->is_thin)
		return 0;
	row->right = tw_token_at(tokens, behind)->text;
	return ends_row(tokens, behind + 1) ? behind + 1 : 0;
}

unsigned tw_row_arrow(struct tw_row_place *place, struct tw_row_draft *draft)
{
	struct tw_tokens *tokens = place->tokens;
	struct arrow_row row = {0};
	unsigned at = read_mark(place, draft, &row);
	unsigned end;

	if (at > 0 || place->fresh)
		at += tw_clock_read(tokens, at, &draft->clock);
	if (place->fresh && is_repeat_remark(tokens, at))
		at += tw_row_labels(tokens, at, &draft->labels);
	end = read_flags_first(place, at, &row);
	if (end > 0) {
		keep(draft, &row);
		return end;
	}
	if (tw_token_is(tw_token_at(tokens, at), "from"))
		at++;
	at = read_left(place, at, &row);
	if (at == 0)
		return 0;
	end = read_right(place, at, &row);
	if (end == 0) {
		if (!row.is_word && !place->hint)
			place->hint = TW_NO_FLAGS_TEXT;
		return 0;
	}
	if (!flags_are_clear(tokens, &row, end) || is_program_text(tokens, &row, end))
		return 0;
	if (!place->fresh && !row.has_mark && !is_strict(&row))
		return 0;
	if (row.leftward && row.right.size == 0)
		return 0;
	keep(draft, &row);
	return end;
}

/* "(A)FIN,ACK" and "Client: SYN": the reader finds the receiver where the list has two names. */
unsigned tw_row_sender(struct tw_row_place *place, struct tw_row_draft *draft)
{
	struct tw_tokens *tokens = place->tokens;
	struct arrow_row row = {0};
	unsigned at = read_mark(place, draft, &row);
	bool in_parens = tw_token_at(tokens, at)->kind == TW_TOKEN_PAREN_OPEN;
	const struct tw_token *name = tw_token_at(tokens, in_parens ? at + 1 : at);
	uint8_t closing = in_parens ? TW_TOKEN_PAREN_CLOSE : TW_TOKEN_COLON;
	unsigned taken;

	if (place->in_comment || (!place->fresh && !row.has_mark) || !tw_row_is_name(name) ||
	    tw_token_is(name, "Flags"))
		return 0;
	at += in_parens ? 2 : 1;
	if (tw_token_at(tokens, at)->kind != closing)
		return 0;
	at++;
	at += skip_filler(tokens, at);
	taken = tw_flags_read(tokens, at, &row.flags);
	if (taken == 0 || row.flags.form == TW_FLAGS_LOWER_WORDS ||
	    row.flags.form == TW_FLAGS_LETTERS || (!in_parens && !ends_row(tokens, at + taken)))
		return 0;
	row.left = name->text;
	keep(draft, &row);
	return at + taken;
}
