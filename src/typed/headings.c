/* headings.c: which lines are headings, by their words. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/headings.h"

#include <string.h>

enum { HEADING_BYTES_MAX = 60, HEADING_WORDS_MAX = 6, BARE_WORDS_MAX = 3, MARK_BYTES_MAX = 2 };

struct words {
	struct tw_str word[HEADING_WORDS_MAX];
	unsigned count;
	bool has_colon; /* behind the last, or a mark before the first */
};

static bool is_edge(char c)
{
	return tw_char_is_blank(c) || strchr("#*=-_:.,;!\"'`~", c) != NULL;
}

static struct tw_str strip(struct tw_str text)
{
	while (text.size > 0 && text.text[0] != '\0' && is_edge(text.text[0]))
		text = tw_str_from(text, 1);
	while (text.size > 0 && text.text[text.size - 1] != '\0' &&
	       is_edge(text.text[text.size - 1]))
		text.size--;
	return text;
}

static bool cut(struct tw_str text, struct words *words)
{
	struct tw_str rest = strip(text);

	*words = (struct words){0};
	if (rest.size == 0 || rest.size > HEADING_BYTES_MAX)
		return false;
	/* "## Failed (from the office)": what is marked as a heading may be longer too. */
	words->has_colon =
	    text.size > 2 && text.text[0] == text.text[1] && strchr("#=*", text.text[0]) != NULL;
	for (const char *c = rest.text + rest.size; c < text.text + text.size; c++)
		words->has_colon |= *c == ':';
	while (rest.size > 0) {
		size_t size = 0;

		while (size < rest.size && !tw_char_is_blank(rest.text[size]))
			size++;
		if (words->count == HEADING_WORDS_MAX)
			return false;
		words->word[words->count++] = tw_str_head(rest, size);
		rest = tw_str_trim(tw_str_from(rest, size));
	}
	return words->count > 0;
}

static bool is_any(struct tw_str word, const char *const *list)
{
	word = strip(word);
	for (; *list; list++)
		if (tw_str_equal_nocase(word, tw_str_of(*list)))
			return true;
	return false;
}

/* Words that set one sequence against another. */
static bool has_contrast(const struct words *words)
{
	static const char *const contrasts[] = {
	    "failed",  "failing", "failure", "fails",	"fail",		"bad",	   "broken",
	    "working", "works",	  "good",    "ok",	"okay",		"success", "successful",
	    "normal",  "faulty",  "wrong",   "correct", "successfully", NULL};

	for (unsigned i = 0; i < words->count; i++)
		if (is_any(words->word[i], contrasts))
			return true;
	return false;
}

/* "Case 1", "Scenario A: two resets". */
static bool is_numbered(const struct words *words)
{
	static const char *const kinds[] = {"case",    "scenario", "example", "test",	  "trace",
					    "capture", "run",	   "attempt", "sequence", "session",
					    "variant", "try",	   "dump",    NULL};
	struct tw_str mark;

	if (words->count < 2 || !is_any(words->word[0], kinds))
		return false;
	mark = words->word[1];
	if (mark.size > 0 && mark.text[0] == '#')
		mark = tw_str_from(mark, 1);
	while (mark.size > 0 &&
	       (mark.text[mark.size - 1] == ':' || mark.text[mark.size - 1] == '.'))
		mark.size--;
	return mark.size > 0 && mark.size <= MARK_BYTES_MAX &&
	       (words->count == 2 || words->has_colon || mark.size < words->word[1].size);
}

/* "Before:", "After the fix:", "On the client side:" */
static bool is_place(const struct words *words)
{
	static const char *const times[] = {"before", "after", NULL};
	static const char *const changes[] = {"fix",	 "change", "update",	"upgrade", "patch",
					      "restart", "reboot", "migration", NULL};
	static const char *const sides[] = {"client", "server", NULL};
	static const char *const views[] = {"side", "capture", "trace", "dump", "pcap", NULL};
	bool has_side = false;
	bool has_view = false;

	if (!words->has_colon)
		return false;
	if (is_any(words->word[0], times))
		return words->count == 1 || is_any(words->word[words->count - 1], changes);
	for (unsigned i = 0; i < words->count; i++) {
		has_side |= is_any(words->word[i], sides);
		has_view |= is_any(words->word[i], views);
	}
	return has_side && has_view;
}

/* "Then it fails:" goes on with what stands above. */
static bool goes_on(struct tw_str word)
{
	static const char *const words[] = {"then", "now", "here",    "but",	   "and",   "this",
					    "it",   "so",  "when",    "that",	   "which", "there",
					    "i",    "we",  "finally", "sometimes", NULL};

	return is_any(word, words);
}

void tw_heading_set(struct tw_headings *headings, struct tw_str name)
{
	if (headings->count < TW_HEADINGS_MAX)
		headings->names[headings->count++] = name;
}

bool tw_heading_take(struct tw_headings *headings, struct tw_str text, uint32_t line)
{
	struct words words;

	if (headings->count == TW_HEADINGS_MAX || !cut(text, &words) || goes_on(words.word[0]))
		return false;
	if (!(has_contrast(&words) && (words.has_colon || words.count <= BARE_WORDS_MAX)) &&
	    !is_numbered(&words) && !is_place(&words))
		return false;
	headings->lines[headings->count] = line;
	tw_heading_set(headings, strip(text));
	return true;
}

bool tw_headings_settle(const struct tw_headings *headings, struct tw_row_list *list)
{
	bool parts = headings->count > 0 && list->count > 0 && list->notes[0].section > 0;

	for (size_t i = 0; i < list->count && !parts; i++)
		list->notes[i].section = 0;
	return parts;
}

bool tw_headings_name(const struct tw_headings *headings, const struct tw_row_list *list,
		      struct tw_typed *typed)
{
	if (headings->count == 0 || list->count == 0 || list->notes[0].section == 0)
		return true;
	typed->headings =
	    tw_arena_new(list->arena, sizeof(*typed->headings), typed->connection_count + 1U);
	if (!typed->headings)
		return false;
	for (size_t i = 0; i < list->count; i++) {
		struct tw_str *name = &typed->headings[list->rows[i].connection];

		if (name->size == 0 && list->notes[i].section > 0)
			*name = headings->names[list->notes[i].section - 1];
	}
	return true;
}
