/* flags.c: words, letters and lists of TCP flags. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/flags.h"

#include "wire/segment.h"

#include <string.h>

/* Longest list inside brackets: eight names with separators, and room for "and". */
enum { FLAG_TOKENS_MAX = 24, FLAG_WORD_BYTES_MAX = 40 };

static const struct {
	const char *name;
	uint16_t flag;
} flag_names[] = {
    {"FIN", TW_FIN}, {"SYN", TW_SYN},	 {"RST", TW_RST},  {"PSH", TW_PSH},   {"ACK", TW_ACK},
    {"URG", TW_URG}, {"ECE", TW_ECE},	 {"CWR", TW_CWR},  {"PUSH", TW_PSH},  {"RESET", TW_RST},
    {"ECN", TW_ECE}, {"URGENT", TW_URG}, {"NONCE", TW_AE}, {"AccECN", TW_AE},
};

static const struct {
	char letter;
	uint16_t flag;
} flag_letters[] = {
    {'F', TW_FIN}, {'S', TW_SYN}, {'R', TW_RST}, {'P', TW_PSH}, {'A', TW_ACK},
    {'.', TW_ACK}, {'U', TW_URG}, {'E', TW_ECE}, {'W', TW_CWR}, {'e', TW_AE},
};

static bool take_name(struct tw_str *word, uint16_t *flags)
{
	for (size_t i = 0; i < TW_LEN(flag_names); i++) {
		if (tw_char_lower(flag_names[i].name[0]) != tw_char_lower(word->text[0]))
			continue;

		struct tw_str name = tw_str_of(flag_names[i].name);

		/* "URG" is also the begin of "URGENT": the longer name must not lose its tail. */
		if (!tw_str_starts_nocase(*word, name))
			continue;
		*word = tw_str_from(*word, name.size);
		if (tw_str_starts_nocase(*word, TW_STR("ENT")))
			*word = tw_str_from(*word, 3);
		*flags |= flag_names[i].flag;
		return true;
	}
	return false;
}

bool tw_flags_of_word(struct tw_str word, uint16_t *flags)
{
	uint16_t read = 0;

	if (word.size > FLAG_WORD_BYTES_MAX)
		return false;
	while (word.size > 0) {
		if (!take_name(&word, &read))
			return false;
		if (word.size > 1 && strchr("-/+_&.", word.text[0]))
			word = tw_str_from(word, 1);
	}
	*flags = read;
	return read != 0;
}

/* Wireshark's flag string shows a clear bit as a middle dot: "\u00B7\u00B7S\u00B7". */
static bool is_clear_bit(struct tw_str word)
{
	return tw_str_starts(word, TW_STR("\xC2\xB7"));
}

bool tw_flags_of_letters(struct tw_str word, uint16_t *flags)
{
	uint16_t read = 0;

	if (word.size == 0 || word.size > FLAG_WORD_BYTES_MAX)
		return false;
	while (word.size > 0) {
		uint16_t flag = 0;

		if (is_clear_bit(word)) {
			word = tw_str_from(word, 2);
			continue;
		}
		for (size_t i = 0; i < TW_LEN(flag_letters); i++)
			if (flag_letters[i].letter == word.text[0])
				flag = flag_letters[i].flag;
		if (flag == 0 || (read & flag) != 0)
			return false;
		read |= flag;
		word = tw_str_from(word, 1);
	}
	*flags = read;
	return read != 0;
}

static bool is_joint(const struct tw_token *token)
{
	static const char *const joints[] = {"+", "/", "&", "and", "-", NULL};

	return token->kind == TW_TOKEN_COMMA || tw_token_is_any(token, joints);
}

static bool is_lower(struct tw_str word)
{
	return word.size > 0 && word.text[0] >= 'a' && word.text[0] <= 'z';
}

/* The list between brackets: every word a flag, nothing else but joints. */
static unsigned read_bracket(struct tw_tokens *tokens, unsigned at, struct tw_flags_text *flags)
{
	uint8_t close =
	    tw_token_at(tokens, at)->kind == TW_TOKEN_OPEN ? TW_TOKEN_CLOSE : TW_TOKEN_PAREN_CLOSE;
	bool letters = false;
	unsigned words = 0;

	*flags = (struct tw_flags_text){0};
	for (unsigned i = 1; i < FLAG_TOKENS_MAX; i++) {
		const struct tw_token *token = tw_token_at(tokens, at + i);
		uint16_t read = 0;

		if (token->kind == close) {
			flags->form = letters ? TW_FLAGS_BRACKET_LETTERS : TW_FLAGS_BRACKET_WORDS;
			return words > 0 ? i + 1 : 0;
		}
		if (is_joint(token))
			continue;
		if (token->kind != TW_TOKEN_WORD)
			return 0;
		if (tw_flags_of_letters(token->text, &read))
			letters = true;
		else if (!tw_flags_of_word(token->text, &read) && !tw_token_is(token, "none") &&
			 !tw_token_is(token, "Reserved"))
			return 0;
		flags->flags |= read;
		words++;
	}
	return 0;
}

/* "ack 17" and "ack=17" are a number, not a flag. */
static bool names_a_number(struct tw_tokens *tokens, unsigned at)
{
	const struct tw_token *next = tw_token_at(tokens, at + 1);
	bool has_colon = next->kind == TW_TOKEN_COLON;
	bool is_digits;

	if (has_colon)
		next = tw_token_at(tokens, at + 2);
	is_digits = next->kind == TW_TOKEN_WORD && tw_char_is_digit(next->text.text[0]);
	if (next->kind == TW_TOKEN_EQUALS || (has_colon && is_digits))
		return true;
	/* "ACK 2. ..." and "ACK 2) ..." begin the next step of a numbered list. */
	return is_digits && next->text.text[next->text.size - 1] != '.' &&
	       tw_token_at(tokens, at + 2)->kind != TW_TOKEN_PAREN_CLOSE;
}

static unsigned read_words(struct tw_tokens *tokens, unsigned at, struct tw_flags_text *flags)
{
	unsigned taken = 0;

	*flags = (struct tw_flags_text){.form = TW_FLAGS_WORDS};
	for (unsigned i = 0; i < FLAG_TOKENS_MAX; i++) {
		const struct tw_token *token = tw_token_at(tokens, at + i);
		uint16_t read;

		if (taken > 0 && is_joint(token))
			continue;
		if (token->kind != TW_TOKEN_WORD || !tw_flags_of_word(token->text, &read) ||
		    (taken > 0 && names_a_number(tokens, at + i)))
			break;
		if (is_lower(token->text))
			flags->form = TW_FLAGS_LOWER_WORDS;
		flags->flags |= read;
		taken = i + 1;
	}
	return taken;
}

static bool is_hex(const struct tw_token *token)
{
	return token->kind == TW_TOKEN_WORD && tw_str_starts_nocase(token->text, TW_STR("0x"));
}

unsigned tw_flags_read(struct tw_tokens *tokens, unsigned at, struct tw_flags_text *flags)
{
	const struct tw_token *token = tw_token_at(tokens, at);
	unsigned taken;

	/* "0x014 (RST, ACK)": the names say the same as the number. */
	if (is_hex(token) && tw_token_at(tokens, at + 1)->kind == TW_TOKEN_PAREN_OPEN) {
		taken = read_bracket(tokens, at + 1, flags);
		return taken > 0 ? taken + 1 : 0;
	}
	if (token->kind == TW_TOKEN_OPEN || token->kind == TW_TOKEN_PAREN_OPEN)
		return read_bracket(tokens, at, flags);
	taken = read_words(tokens, at, flags);
	if (taken > 0)
		return taken;
	if (token->kind == TW_TOKEN_WORD && tw_flags_of_letters(token->text, &flags->flags)) {
		flags->form = TW_FLAGS_LETTERS;
		return 1;
	}
	return 0;
}
