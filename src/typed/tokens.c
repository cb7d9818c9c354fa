/* tokens.c: glyphs (ASCII, UTF-8 arrows, HTML tags and entities) and the scanner built on them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/tokens.h"

#include "base/assert.h"

/* One character as the scanner sees it: ASCII as it is, the rest by what it means here. */
enum { GLYPH_LETTER = 0x80, GLYPH_RIGHT = 0x100, GLYPH_LEFT, GLYPH_END };

struct glyph {
	int code;
	size_t size;
};

struct spelling {
	const char *text;
	int code;
};

static const struct spelling spellings[] = {
    {"&gt;", '>'},
    {"&lt;", '<'},
    {"&amp;", '&'},
    {"&quot;", ' '},
    {"&nbsp;", ' '},
    {"&#160;", ' '},
    {"&#xa0;", ' '},
    {"&#62;", '>'},
    {"&#60;", '<'},
    {"&#x3e;", '>'},
    {"&#x3c;", '<'},
    {"&rarr;", GLYPH_RIGHT},
    {"&larr;", GLYPH_LEFT},
    {"&rArr;", GLYPH_RIGHT},
    {"&lArr;", GLYPH_LEFT},
    {"&#8594;", GLYPH_RIGHT},
    {"&#8592;", GLYPH_LEFT},
    {"&#x2192;", GLYPH_RIGHT},
    {"&#x2190;", GLYPH_LEFT},
    {"<br>", ' '},
    {"<br/>", ' '},
    {"<br />", ' '},
    {"<p>", ' '},
    {"</p>", ' '},
    {"<pre>", ' '},
    {"</pre>", ' '},
    {"<code>", ' '},
    {"</code>", ' '},
    {"<tr>", ' '},
    {"</tr>", ' '},
    {"<td>", ' '},
    {"</td>", ' '},
    {"&ndash;", '-'},
    {"&mdash;", '-'},
    {"&#8211;", '-'},
    {"&#8212;", '-'},
    {"\xC2\xA0", ' '},		   /* no-break space */
    {"\xE2\x86\x92", GLYPH_RIGHT}, /* U+2192 */
    {"\xE2\x86\x90", GLYPH_LEFT},  /* U+2190 */
    {"\xE2\x87\x92", GLYPH_RIGHT}, /* U+21D2 */
    {"\xE2\x87\x90", GLYPH_LEFT},  /* U+21D0 */
    {"\xE2\x87\xA8", GLYPH_RIGHT}, /* U+21E8 */
    {"\xE2\x87\xA6", GLYPH_LEFT},  /* U+21E6 */
    {"\xE2\x9F\xB6", GLYPH_RIGHT}, /* U+27F6 */
    {"\xE2\x9F\xB5", GLYPH_LEFT},  /* U+27F5 */
    {"\xE2\x9E\x94", GLYPH_RIGHT}, /* U+2794 */
    {"\xE2\x9E\x9C", GLYPH_RIGHT}, /* U+279C */
    {"\xE2\x9E\x9D", GLYPH_RIGHT}, /* U+279D */
    {"\xE2\x80\x93", '-'},	   /* en dash */
    {"\xE2\x80\x94", '-'},	   /* em dash */
    {"\xE2\x88\x92", '-'},	   /* minus sign */
    {"\xE2\x94\x80", '-'},	   /* box drawing */
    {"\xE2\x80\xA2", ' '},	   /* bullet */
    {"\xE2\x80\x82", ' '},
    {"\xE2\x80\x83", ' '},
    {"\xE2\x80\x89", ' '},
    {"\xE2\x80\x8A", ' '},
    {"\xE2\x80\x8B", ' '},
    {"\xE2\x80\xAF", ' '},
    {"\xE3\x80\x80", ' '},
    {"\xEF\xBB\xBF", ' '}, /* byte order mark */
};

static size_t utf8_size(struct tw_str rest)
{
	uint8_t lead = (uint8_t)rest.text[0];
	size_t want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
	size_t size = 1;

	while (size < want && size < rest.size && ((uint8_t)rest.text[size] & 0xC0) == 0x80)
		size++;
	return size;
}

static struct glyph glyph_at(struct tw_str source, size_t offset)
{
	if (offset >= source.size)
		return (struct glyph){GLYPH_END, 0};

	struct tw_str rest = tw_str_from(source, offset);
	uint8_t lead = (uint8_t)rest.text[0];

	if (lead == '&' || lead == '<' || lead >= 0x80) {
		for (size_t i = 0; i < TW_LEN(spellings); i++) {
			/* Most texts hold few of these: one byte tells most of them apart. */
			if (spellings[i].text[0] != rest.text[0] ||
			    (rest.size > 1 && spellings[i].text[1] != rest.text[1]))
				continue;

			struct tw_str spelled = tw_str_of(spellings[i].text);

			if (tw_str_starts(rest, spelled))
				return (struct glyph){spellings[i].code, spelled.size};
		}
	}
	if (lead >= 0x80)
		return (struct glyph){GLYPH_LETTER, utf8_size(rest)};
	return (struct glyph){lead, 1};
}

static bool is_blank(int code)
{
	return code <= ' '
		   ? code != '\n'
		   : code == '"' || code == '`' || code == '|' || code == '*' || code == 0x7F;
}

static const uint8_t kind_of[0x80] = {
    ['['] = TW_TOKEN_OPEN,	  [']'] = TW_TOKEN_CLOSE, ['('] = TW_TOKEN_PAREN_OPEN,
    [')'] = TW_TOKEN_PAREN_CLOSE, [','] = TW_TOKEN_COMMA, [';'] = TW_TOKEN_SEMICOLON,
    ['?'] = TW_TOKEN_QUESTION,	  ['{'] = TW_TOKEN_OTHER, ['}'] = TW_TOKEN_OTHER,
    ['='] = TW_TOKEN_EQUALS,	  ['<'] = TW_TOKEN_LEFT,  ['>'] = TW_TOKEN_RIGHT,
    ['\n'] = TW_TOKEN_NEWLINE,
};

static size_t run_end(struct tw_str source, size_t offset, int code)
{
	for (;;) {
		struct glyph glyph = glyph_at(source, offset);

		if (glyph.code != code)
			return offset;
		offset += glyph.size;
	}
}

/* Dashes or equal signs that end in ">" are an arrow. `*end` is behind the run, or the arrow. */
static bool shaft_is_arrow(struct tw_str source, size_t offset, int shaft, size_t *end)
{
	size_t head = run_end(source, offset, shaft);
	struct glyph glyph = glyph_at(source, head);

	*end = head;
	if (glyph.code != '>' && glyph.code != GLYPH_RIGHT)
		return false;
	*end = glyph.code == '>' ? run_end(source, head, '>') : head + glyph.size;
	return true;
}

static bool bullet_at(struct tw_str source, size_t offset)
{
	struct glyph glyph = glyph_at(source, offset);

	if (glyph.code != '-' && glyph.code != '+')
		return false;

	int next = glyph_at(source, offset + glyph.size).code;

	return next == ' ' || next == '\t';
}

static uint8_t skip_blanks(struct tw_tokens *tokens)
{
	uint8_t gap = 0;

	for (;;) {
		struct glyph glyph = glyph_at(tokens->source, tokens->offset);
		bool quoting = !tokens->line_began &&
			       (glyph.code == '>' || bullet_at(tokens->source, tokens->offset));

		if (!is_blank(glyph.code) && !quoting)
			return gap;
		if (glyph.code == '\t' || glyph.code == '|' || gap > 0)
			gap = 2;
		else
			gap = 1;
		tokens->offset += glyph.size;
	}
}

/* A word ends at a blank, a separator, or an arrow; a colon at its end is cut off. */
static size_t word_end(struct tw_str source, size_t offset)
{
	size_t end = offset;

	for (;;) {
		struct glyph glyph = glyph_at(source, end);

		if (glyph.code >= GLYPH_RIGHT || is_blank(glyph.code))
			return end;
		if (glyph.code < GLYPH_LETTER && kind_of[glyph.code])
			return end;
		if (glyph.code == '-') {
			size_t behind;

			if (shaft_is_arrow(source, end, '-', &behind))
				return end;
			end = behind;
			continue;
		}
		end += glyph.size;
	}
}

static void cut(struct tw_tokens *tokens, struct tw_token *token, size_t end)
{
	TW_ASSERT(end > tokens->offset);
	token->text = (struct tw_str){.text = tokens->source.text + tokens->offset,
				      .size = end - tokens->offset};
	tokens->offset = end;
}

static void cut_word(struct tw_tokens *tokens, struct tw_token *token)
{
	size_t end = word_end(tokens->source, tokens->offset);

	token->kind = TW_TOKEN_WORD;
	if (tokens->source.text[end - 1] == ':') {
		/* "host:" is a word and a colon, ":" is a colon; "::" is an address. */
		size_t size = end - tokens->offset;

		if (size == 1)
			token->kind = TW_TOKEN_COLON;
		else if (tokens->source.text[end - 2] != ':')
			end--;
	}
	cut(tokens, token, end);
}

static void cut_less(struct tw_tokens *tokens, struct tw_token *token, size_t size)
{
	size_t end = tokens->offset + size;
	int shaft = glyph_at(tokens->source, end).code;

	token->kind = TW_TOKEN_LEFT;
	if (shaft == '-' || shaft == '=') {
		size_t behind;

		if (shaft_is_arrow(tokens->source, end, shaft, &behind))
			token->kind = TW_TOKEN_OTHER;
		end = behind;
	} else if (shaft == '<') {
		token->kind = TW_TOKEN_OTHER;
		end = run_end(tokens->source, end, '<');
	}
	cut(tokens, token, end);
}

static void cut_greater(struct tw_tokens *tokens, struct tw_token *token, size_t size)
{
	size_t end = tokens->offset + size;
	int next = glyph_at(tokens->source, end).code;

	token->kind = TW_TOKEN_RIGHT;
	if (next == '=' || next == '>') {
		token->kind = TW_TOKEN_OTHER;
		end = run_end(tokens->source, end, next);
	}
	cut(tokens, token, end);
}

static bool is_comment(const struct tw_tokens *tokens, const struct tw_token *token)
{
	struct tw_str rest = tw_str_from(tokens->source, tokens->offset);

	if (tw_str_starts(rest, TW_STR("//")))
		return true;
	if (rest.text[0] != '#' || (token->gap == 0 && !token->first))
		return false;
	return rest.size == 1 || !tw_char_is_digit(rest.text[1]);
}

static void cut_token(struct tw_tokens *tokens, struct tw_token *token)
{
	struct glyph glyph = glyph_at(tokens->source, tokens->offset);
	size_t behind;

	if (glyph.code == GLYPH_RIGHT || glyph.code == GLYPH_LEFT) {
		token->kind = glyph.code == GLYPH_RIGHT ? TW_TOKEN_RIGHT : TW_TOKEN_LEFT;
		cut(tokens, token, tokens->offset + glyph.size);
	} else if ((glyph.code == '-' || glyph.code == '=') &&
		   shaft_is_arrow(tokens->source, tokens->offset, glyph.code, &behind)) {
		token->kind = TW_TOKEN_RIGHT;
		cut(tokens, token, behind);
	} else if (glyph.code == '<') {
		cut_less(tokens, token, glyph.size);
	} else if (glyph.code == '>') {
		cut_greater(tokens, token, glyph.size);
	} else if (glyph.code == '=') {
		token->kind = TW_TOKEN_EQUALS;
		cut(tokens, token, run_end(tokens->source, tokens->offset, '='));
	} else if (is_comment(tokens, token)) {
		token->kind = TW_TOKEN_COMMENT;
		cut(tokens, token,
		    run_end(tokens->source, tokens->offset, tokens->source.text[tokens->offset]));
	} else if (glyph.code < GLYPH_LETTER && kind_of[glyph.code]) {
		token->kind = kind_of[glyph.code];
		cut(tokens, token, tokens->offset + glyph.size);
	} else {
		cut_word(tokens, token);
	}
}

static void scan(struct tw_tokens *tokens, struct tw_token *token)
{
	*token = (struct tw_token){.kind = TW_TOKEN_END, .line = tokens->line};
	token->gap = skip_blanks(tokens);
	token->first = !tokens->line_began;
	token->text = tw_str_from(tokens->source, tokens->offset);
	if (tokens->offset >= tokens->source.size) {
		token->text = (struct tw_str){tokens->source.text + tokens->source.size, 0};
		return;
	}
	cut_token(tokens, token);
	tokens->line_began = token->kind != TW_TOKEN_NEWLINE;
	if (token->kind == TW_TOKEN_NEWLINE)
		tokens->line++;
}

void tw_tokens_start(struct tw_tokens *tokens, struct tw_str source)
{
	*tokens = (struct tw_tokens){.source = source, .line = 1};
}

const struct tw_token *tw_token_at(struct tw_tokens *tokens, unsigned ahead)
{
	static const struct tw_token end = {.kind = TW_TOKEN_END, .text = {"", 0}};

	if (ahead >= TW_TOKEN_WINDOW)
		return &end;
	while (tokens->scanned <= tokens->first + ahead) {
		scan(tokens, &tokens->ring[tokens->scanned % TW_TOKEN_WINDOW]);
		tokens->scanned++;
	}
	return &tokens->ring[(tokens->first + ahead) % TW_TOKEN_WINDOW];
}

void tw_tokens_advance(struct tw_tokens *tokens, unsigned count)
{
	TW_ASSERT(count < TW_TOKEN_WINDOW);
	for (unsigned i = 0; i < count; i++) {
		if (tw_token_at(tokens, 0)->kind == TW_TOKEN_END)
			return;
		tokens->first++;
	}
}

bool tw_token_is(const struct tw_token *token, const char *word)
{
	/* The first letter tells most words apart: tables of words are looked through often. */
	return token->kind == TW_TOKEN_WORD &&
	       tw_char_lower(token->text.text[0]) == tw_char_lower(word[0]) &&
	       tw_str_equal_nocase(token->text, tw_str_of(word));
}

bool tw_token_is_any(const struct tw_token *token, const char *const *words)
{
	for (; *words; words++)
		if (tw_token_is(token, *words))
			return true;
	return false;
}

bool tw_token_number(const struct tw_token *token, uint64_t max, uint64_t *number)
{
	struct tw_str text = token->text;

	return token->kind == TW_TOKEN_WORD && tw_str_take_number(&text, max, number) &&
	       text.size == 0;
}

struct tw_str tw_token_span(struct tw_str first, struct tw_str last)
{
	TW_ASSERT(last.text + last.size >= first.text);
	return (struct tw_str){first.text, (size_t)(last.text + last.size - first.text)};
}
