/* words.c: fits sentences to patterns, by backtracking; and tells which patterns come close. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/words.h"

#include "base/assert.h"
#include "lab/values.h"

#include <string.h>

/* What changes while a sentence is fitted, and goes back when a way turns out to be wrong. */
struct progress {
	struct tw_str rest; /* of the sentence */
	struct lab_random random;
	struct lab_value values[LAB_VALUES_MAX];
};

struct fitting {
	const char *pattern;
	const char *start; /* of the sentence */
	bool whole;	   /* nothing may be left of the sentence */
	struct lab_reading *reading;
	struct progress now;
};

static bool fit_from(struct fitting *fitting, const char *at);

bool lab_word_goes_on(struct tw_str rest)
{
	return rest.size > 0 && (tw_char_is_alpha(rest.text[0]) || tw_char_is_digit(rest.text[0]) ||
				 rest.text[0] == '_' || rest.text[0] == '-');
}

/* The length of the article that `s` begins with, or 0. */
static size_t article_size(struct tw_str s)
{
	static const struct tw_str articles[] = {TW_STR_INIT("the"), TW_STR_INIT("an"),
						 TW_STR_INIT("a")};

	for (size_t i = 0; i < TW_LEN(articles); i++)
		if (tw_str_starts(s, articles[i]) && s.size > articles[i].size &&
		    s.text[articles[i].size] == ' ')
			return articles[i].size;
	return 0;
}

static void skip_blanks(struct tw_str *rest)
{
	while (rest->size > 0 && rest->text[0] == ' ')
		*rest = tw_str_from(*rest, 1);
}

/* Values are counted by the braces and parentheses that open before them. */
static size_t place_of(const struct fitting *fitting, const char *at)
{
	size_t place = 0;

	for (const char *c = fitting->pattern; c < at; c++)
		place += *c == '{' || *c == '(';
	TW_ASSERT(place < LAB_VALUES_MAX);
	return place;
}

/* The next `wanted` of the group that `at` is in, or the end of that group. */
static const char *find_in_group(const char *at, char wanted)
{
	for (size_t depth = 0;; at++) {
		TW_ASSERT(*at != '\0');
		if (depth == 0 && (*at == wanted || *at == ')' || *at == ']'))
			return at;
		if (*at == '(' || *at == '[')
			depth++;
		if (*at == ')' || *at == ']')
			depth--;
	}
}

static const char *behind_group(const char *at)
{
	return find_in_group(at, ')') + 1;
}

static struct progress progress_of(const struct fitting *fitting)
{
	struct progress now = fitting->now;

	now.random = *fitting->reading->random;
	return now;
}

static void go_back(struct fitting *fitting, const struct progress *to)
{
	fitting->now = *to;
	*fitting->reading->random = to->random;
}

static bool fit_optional(struct fitting *fitting, const char *at)
{
	struct progress before = progress_of(fitting);

	if (fit_from(fitting, at + 1))
		return true;
	go_back(fitting, &before);
	return fit_from(fitting, behind_group(at + 1));
}

static bool fit_choice(struct fitting *fitting, const char *at)
{
	struct progress before = progress_of(fitting);
	size_t place = place_of(fitting, at);

	for (uint64_t number = 0; *at != ')'; number++) {
		fitting->now.values[place] =
		    (struct lab_value){.kind = LAB_IS_CHOICE, .number = number};
		if (fit_from(fitting, at + 1))
			return true;
		go_back(fitting, &before);
		at = find_in_group(at + 1, '|');
	}
	return false;
}

static bool fit_value(struct fitting *fitting, const char **at)
{
	const char *name = *at + 1;
	size_t name_size = strcspn(name, "}");
	struct lab_value *value = &fitting->now.values[place_of(fitting, *at)];
	struct tw_str *rest = &fitting->now.rest;

	if (article_size(*rest) > 0) {
		*rest = tw_str_from(*rest, article_size(*rest));
		skip_blanks(rest);
	}
	*at = name + name_size + 1;
	return lab_value_take((struct tw_str){.text = name, .size = name_size}, rest,
			      fitting->reading, value);
}

/* A pattern has blanks at both sides of what may be absent, so that one of them may find none; nor
 * does one in front of a comma. */
static bool fit_blank(struct fitting *fitting)
{
	struct tw_str *rest = &fitting->now.rest;
	const char *before = rest->text;

	skip_blanks(rest);
	if (rest->size == 0)
		return true;
	return rest->text > before || before == fitting->start || before[-1] == ' ' ||
	       rest->text[0] == ',';
}

static bool fit_letter(struct fitting *fitting, const char **at)
{
	struct tw_str *rest = &fitting->now.rest;
	bool word_begins = *at == fitting->pattern || strchr(" [(|", (*at)[-1]);
	size_t article = word_begins ? article_size(tw_str_of(*at)) : 0;

	if (article > 0) {
		*at += article;
		*rest = tw_str_from(*rest, article_size(*rest));
		return true;
	}
	if (rest->size == 0 || rest->text[0] != **at)
		return false;
	*rest = tw_str_from(*rest, 1);
	(*at)++;
	return true;
}

static bool ends_well(const struct fitting *fitting)
{
	struct tw_str rest = fitting->now.rest;

	if (fitting->whole || rest.size == 0)
		return rest.size == 0;
	return !lab_word_goes_on(rest) || rest.text == fitting->start ||
	       !lab_word_goes_on((struct tw_str){.text = rest.text - 1, .size = 1});
}

/* Fits the pattern from `at` on to the rest of the sentence. */
static bool fit_from(struct fitting *fitting, const char *at)
{
	bool fits = true;

	while (fits && *at != '\0') {
		switch (*at) {
		case '[':
			return fit_optional(fitting, at);
		case '(':
			return fit_choice(fitting, at);
		case '|': /* one of the alternatives has fitted */
			at = behind_group(at + 1);
			break;
		case ')':
		case ']':
			at++;
			break;
		case '{':
			fits = fit_value(fitting, &at);
			break;
		case ' ':
			fits = fit_blank(fitting);
			at++;
			break;
		default:
			fits = fit_letter(fitting, &at);
		}
	}
	return fits && ends_well(fitting);
}

static bool fit(struct fitting *fitting, struct lab_value values[LAB_VALUES_MAX])
{
	struct progress before = progress_of(fitting);

	if (!fit_from(fitting, fitting->pattern)) {
		go_back(fitting, &before);
		return false;
	}
	if (values)
		memcpy(values, fitting->now.values, sizeof(fitting->now.values));
	return true;
}

bool lab_words_fit(const char *pattern, struct tw_str sentence, struct lab_reading *reading,
		   struct lab_value values[LAB_VALUES_MAX])
{
	struct tw_str trimmed = tw_str_trim(sentence);
	struct fitting fitting = {.pattern = pattern,
				  .start = trimmed.text,
				  .whole = true,
				  .reading = reading,
				  .now = {.rest = trimmed}};

	return fit(&fitting, values);
}

bool lab_words_take(const char *pattern, struct tw_str *rest, struct lab_reading *reading,
		    struct lab_value values[LAB_VALUES_MAX])
{
	struct fitting fitting = {
	    .pattern = pattern, .start = rest->text, .reading = reading, .now = {.rest = *rest}};

	if (!fit(&fitting, values))
		return false;
	*rest = fitting.now.rest;
	return true;
}

void lab_words_show(const char *pattern, struct tw_buf *buf)
{
	bool in_braces = false;

	for (const char *c = pattern; *c != '\0'; c++) {
		if (*c == '{' || *c == '}')
			in_braces = *c == '{';
		else if (in_braces && *c >= 'a' && *c <= 'z')
			tw_buf_add_char(buf, (char)(*c - 'a' + 'A'));
		else
			tw_buf_add_char(buf, *c);
	}
}

/* ---- likeness ---- */

enum { COMMON_MAX = 48, FULL_WEIGHT = 2 };

/* The heaviest subsequence that two lists of `rows` and `columns` members have in common; `weight`
 * is 0 for a pair that is not alike. */
static unsigned common(size_t rows, size_t columns, const void *lists,
		       unsigned (*weight)(const void *lists, size_t row, size_t column))
{
	unsigned best[COMMON_MAX + 1] = {0};

	TW_ASSERT(columns <= COMMON_MAX);
	for (size_t row = 0; row < rows; row++) {
		unsigned diagonal = 0;

		for (size_t column = 0; column < columns; column++) {
			unsigned above = best[column + 1];
			unsigned with = diagonal + weight(lists, row, column);

			best[column + 1] = above > best[column] ? above : best[column];
			if (with > best[column + 1])
				best[column + 1] = with;
			diagonal = above;
		}
	}
	return best[columns];
}

struct two_words {
	struct tw_str a;
	struct tw_str b;
};

static unsigned letter_weight(const void *lists, size_t row, size_t column)
{
	const struct two_words *words = lists;

	return words->a.text[row] == words->b.text[column];
}

/* Two words are alike where two thirds of their letters are, in order: "clsoes" and "closes". */
static bool words_alike(struct tw_str a, struct tw_str b)
{
	struct two_words words = {.a = tw_str_head(a, COMMON_MAX), .b = tw_str_head(b, COMMON_MAX)};
	size_t longer = words.a.size > words.b.size ? words.a.size : words.b.size;

	return common(words.a.size, words.b.size, &words, letter_weight) * 3 >= longer * 2;
}

struct word_list {
	size_t count;
	size_t needed; /* those outside of all brackets */
	struct {
		struct tw_str text;
		unsigned weight; /* of finding it in the other list */
	} words[COMMON_MAX];
};

struct two_lists {
	struct word_list pattern;
	struct word_list sentence;
};

static bool is_placeholder(struct tw_str word)
{
	return word.text[0] == '{';
}

static unsigned word_weight(const void *lists, size_t row, size_t column)
{
	const struct two_lists *both = lists;
	struct tw_str in_pattern = both->pattern.words[row].text;

	return is_placeholder(in_pattern) ||
		       words_alike(in_pattern, both->sentence.words[column].text)
		   ? both->pattern.words[row].weight
		   : 0;
}

/* Splits into words, without articles. A placeholder says little, for any word may be its value; so
 * does a word that may be absent. */
static struct word_list split(struct tw_str text)
{
	struct word_list list = {0};
	size_t optional = 0;
	size_t choices = 0;

	while (text.size > 0 && list.count < COMMON_MAX) {
		size_t size = article_size(text);
		bool is_word = size == 0;

		while (is_word && size < text.size && !strchr(" ,:'[]()|", text.text[size]))
			size++;
		if (size == 0) {
			optional += text.text[0] == '[';
			optional -= text.text[0] == ']' && optional > 0;
			choices += text.text[0] == '(';
			choices -= text.text[0] == ')' && choices > 0;
			is_word = false;
			size = 1;
		}
		if (is_word) {
			struct tw_str word = tw_str_head(text, size);
			bool needed = optional == 0 && choices == 0;
			unsigned weight = optional > 0 ? 1 : FULL_WEIGHT;

			if (is_placeholder(word))
				weight = needed ? 1 : 0;
			list.words[list.count].text = word;
			list.words[list.count++].weight = weight;
			list.needed += needed;
		}
		text = tw_str_from(text, size);
	}
	return list;
}

unsigned lab_words_likeness(const char *pattern, struct tw_str sentence)
{
	struct two_lists both = {.pattern = split(tw_str_of(pattern)), .sentence = split(sentence)};
	size_t found = common(both.pattern.count, both.sentence.count, &both, word_weight) * 2;
	size_t full = (both.pattern.needed + both.sentence.count) * FULL_WEIGHT;

	return full == 0 || found >= full ? 100 : (unsigned)(found * 100 / full);
}
