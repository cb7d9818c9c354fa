/* scenario.c: reads a scenario's file, its layout, steps and choices: the plan of a run. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/scenario.h"

#include "lab/reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
	COLUMNS_MAX = 100,
	TITLE_COLUMNS_MAX = 72,
	INDENT = 2,	 /* of a sentence */
	BODY_INDENT = 4, /* of one that is repeated */
	STEPS_MAX = 2000,
	NEAREST_MAX = 3,
	NEAR = 40, /* likeness from which on a pattern is worth showing */
};

/* ---- errors ---- */

bool lab_reader_fail(struct lab_reader *reader, const char *format, ...)
{
	char text[400];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	tw_buf_add_safe(reader->error, reader->plan->name);
	tw_buf_printf(reader->error, ":%u: ", reader->line);
	tw_buf_add_safe(reader->error, tw_str_of(text));
	return false;
}

/* Appends the patterns that are most like the sentence, best first. */
static void add_nearest(struct lab_reader *reader, const struct lab_sentences *table,
			struct tw_str sentence)
{
	struct {
		unsigned likeness;
		const char *pattern;
	} nearest[NEAREST_MAX + 1] = {0};

	for (size_t row = 0; row < table->count(); row++) {
		unsigned likeness = lab_words_likeness(table->pattern(row), sentence);
		size_t place = NEAREST_MAX;

		for (; place > 0 && likeness > nearest[place - 1].likeness; place--)
			nearest[place] = nearest[place - 1];
		nearest[place].likeness = likeness;
		nearest[place].pattern = table->pattern(row);
	}
	for (size_t i = 0; i < NEAREST_MAX && nearest[i].likeness >= NEAR; i++) {
		tw_buf_add_text(reader->error, i == 0 ? "\n  near it:  " : "\n            ");
		lab_words_show(nearest[i].pattern, reader->error);
	}
}

bool lab_reader_find(struct lab_reader *reader, const struct lab_sentences *table,
		     struct tw_str *rest, struct lab_value values[LAB_VALUES_MAX], size_t *row)
{
	for (*row = 0; *row < table->count(); (*row)++) {
		const char *pattern = table->pattern(*row);

		if (table->starts_only ? lab_words_take(pattern, rest, &reader->reading, values)
				       : lab_words_fit(pattern, *rest, &reader->reading, values))
			return true;
	}
	(void)lab_reader_fail(reader, "cannot read \"%.*s\"", (int)rest->size, rest->text);
	if (!reader->plan->has_other && tw_str_find(*rest, TW_STR("other host")) != SIZE_MAX)
		tw_buf_add_text(reader->error,
				"; a setting must first say \"there is another host\"");
	add_nearest(reader, table, *rest);
	return false;
}

/* ---- lines ---- */

struct line {
	unsigned number;
	size_t indent;
	struct tw_str text; /* without its indentation; empty for a blank line */
};

struct lines {
	size_t count;
	struct line *list;
};

/* Characters of UTF-8: all bytes but those that continue one. */
static size_t columns_of(struct tw_str text)
{
	size_t columns = 0;

	for (size_t i = 0; i < text.size; i++)
		columns += ((uint8_t)text.text[i] & 0xC0) != 0x80;
	return columns;
}

static bool line_is_well_made(struct lab_reader *reader, struct tw_str line)
{
	if (columns_of(line) > COLUMNS_MAX)
		return lab_reader_fail(reader, "longer than %d columns", COLUMNS_MAX);
	for (size_t i = 0; i < line.size; i++)
		if ((uint8_t)line.text[i] < ' ')
			return lab_reader_fail(reader, "a tab or another control character");
	if (line.size > 0 && line.text[line.size - 1] == ' ')
		return lab_reader_fail(reader, "blanks at the end");
	return true;
}

/* All lines but comments. */
static bool split_lines(struct lab_reader *reader, struct tw_str text, struct lines *lines)
{
	size_t count = 1;

	for (size_t i = 0; i < text.size; i++)
		count += text.text[i] == '\n';
	lines->list = tw_arena_new(reader->reading.arena, sizeof(*lines->list), count);
	if (!lines->list)
		return lab_reader_fail(reader, "no memory");
	for (reader->line = 1; text.size > 0; reader->line++) {
		size_t end = tw_str_find(text, TW_STR("\n"));
		struct tw_str line = tw_str_head(text, end);
		struct tw_str trimmed = tw_str_trim(line);

		text = tw_str_from(text, line.size + 1);
		if (!line_is_well_made(reader, line))
			return false;
		if (tw_str_starts(trimmed, TW_STR("#")))
			continue;
		lines->list[lines->count++] = (struct line){
		    .number = reader->line, .indent = line.size - trimmed.size, .text = trimmed};
	}
	return true;
}

static void go_to(struct lab_reader *reader, const struct line *line)
{
	reader->line = line->number;
	reader->sentence = line->text;
}

/* ---- title and story ---- */

static bool read_name_and_title(struct lab_reader *reader, const struct lines *lines)
{
	struct lab_plan *plan = reader->plan;

	reader->line = 1;
	for (size_t i = 0; i < plan->name.size; i++) {
		char c = plan->name.text[i];
		bool inside = i > 0 && i + 1 < plan->name.size;

		if (!((c >= 'a' && c <= 'z') || tw_char_is_digit(c) || (c == '-' && inside)))
			return lab_reader_fail(
			    reader, "a scenario's name is of lower-case words and hyphens");
	}
	if (lines->count == 0 || lines->list[0].text.size == 0 || lines->list[0].indent > 0)
		return lab_reader_fail(reader, "the first line is the title");
	go_to(reader, &lines->list[0]);
	plan->title = reader->sentence;
	if (columns_of(plan->title) > TITLE_COLUMNS_MAX)
		return lab_reader_fail(reader, "the title is longer than %d columns",
				       TITLE_COLUMNS_MAX);
	if (plan->title.text[plan->title.size - 1] == '.')
		return lab_reader_fail(reader, "a title has no final stop");
	return true;
}

/* The lines of a paragraph are joined by blanks; an empty line is one line feed. */
static bool read_story(struct lab_reader *reader, const struct lines *lines, size_t end)
{
	struct tw_buf story = tw_buf_of(64 * 1024);
	bool good = true;

	for (size_t i = 1; i < end && good; i++) {
		go_to(reader, &lines->list[i]);
		if (lines->list[i].indent > 0)
			good = lab_reader_fail(
			    reader,
			    "the story is not indented; \"setting:\" or \"truth:\" is missing");
		if (story.size > 0 && story.text[story.size - 1] != '\n')
			tw_buf_add_char(&story, reader->sentence.size > 0 ? ' ' : '\n');
		tw_buf_add(&story, reader->sentence);
	}
	reader->plan->story =
	    tw_arena_copy_str(reader->reading.arena, tw_str_trim(tw_buf_str(&story)));
	tw_buf_free(&story);
	if (story.overflowed)
		good = good && lab_reader_fail(reader, "the story is too long");
	if (good && reader->plan->story.size == 0)
		good = lab_reader_fail(reader, "there is no story");
	return good;
}

/* ---- steps ---- */

static size_t count_steps(void)
{
	return lab_step_word_count;
}

static const char *step_pattern(size_t row)
{
	return lab_step_words[row].pattern;
}

static const struct lab_sentences step_sentences = {.count = count_steps, .pattern = step_pattern};

/* Steps are read also where chance leaves them out, for they must be right; those leave the
 * generator as it was. */
struct part {
	const struct lines *lines;
	size_t end;
	size_t indent;
	bool left_out;
};

static bool add_step(struct lab_reader *reader, const struct lab_step *step)
{
	struct lab_plan *plan = reader->plan;

	if (plan->step_count == STEPS_MAX)
		return lab_reader_fail(reader, "more than %d steps", STEPS_MAX);
	/* The room is a power of two; the arena keeps as much again of outgrown ones. */
	if ((plan->step_count & (plan->step_count - 1)) == 0) {
		size_t room = plan->step_count > 0 ? plan->step_count * 2 : 1;
		struct lab_step *steps = tw_arena_new(reader->reading.arena, sizeof(*steps), room);

		if (!steps)
			return lab_reader_fail(reader, "no memory");
		if (plan->step_count > 0)
			memcpy(steps, plan->steps, plan->step_count * sizeof(*steps));
		plan->steps = steps;
	}
	plan->steps[plan->step_count++] = *step;
	return true;
}

static bool read_sentence(struct lab_reader *reader, struct tw_str sentence, bool left_out)
{
	struct lab_random before = reader->random;
	struct lab_step step = {.line = reader->line, .sentence = sentence};
	size_t row;

	if (!lab_reader_find(reader, &step_sentences, &sentence, step.values, &row))
		return false;
	step.word = &lab_step_words[row];
	if (left_out) {
		reader->random = before;
		return true;
	}
	return add_step(reader, &step);
}

static bool take_prefix(struct tw_str *sentence, struct tw_str prefix)
{
	if (!tw_str_starts(*sentence, prefix))
		return false;
	*sentence = tw_str_trim(tw_str_from(*sentence, prefix.size));
	return true;
}

/* "either ..." at `*at`, and the lines with "or ..." behind it. */
static bool read_either(struct lab_reader *reader, const struct part *part, size_t *at)
{
	const struct line *first = &part->lines->list[*at];
	size_t count = 1;

	while (*at + count < part->end && first[count].indent == part->indent &&
	       tw_str_starts(first[count].text, TW_STR("or ")))
		count++;
	if (count < 2)
		return lab_reader_fail(reader, "\"either\" needs a line \"or ...\" behind it");

	struct lab_random before = reader->random;
	size_t chosen = lab_random_between(&reader->random, 0, count - 1);

	if (part->left_out)
		reader->random = before;
	for (size_t i = 0; i < count; i++) {
		struct tw_str sentence = first[i].text;

		go_to(reader, &first[i]);
		(void)take_prefix(&sentence, i == 0 ? TW_STR("either ") : TW_STR("or "));
		if (!read_sentence(reader, sentence, part->left_out || i != chosen))
			return false;
	}
	*at += count;
	return true;
}

static bool read_sometimes(struct lab_reader *reader, struct tw_str sentence, bool left_out)
{
	struct lab_random before = reader->random;
	bool happens = lab_random_chance(&reader->random, 0.5);

	if (left_out)
		reader->random = before;
	return read_sentence(reader, sentence, left_out || !happens);
}

static bool read_steps(struct lab_reader *reader, const struct part *part, size_t at);

/* "N times:" at `*at`, and the deeper lines behind it. */
static bool read_repetition(struct lab_reader *reader, const struct part *part, size_t *at,
			    uint64_t times)
{
	size_t begin = *at + 1;
	struct part body = {.lines = part->lines, .end = begin, .indent = BODY_INDENT};

	if (part->indent == BODY_INDENT)
		return lab_reader_fail(reader, "a repetition within a repetition");
	while (body.end < part->end && part->lines->list[body.end].indent > part->indent)
		body.end++;
	if (body.end == begin)
		return lab_reader_fail(reader, "nothing is repeated; its steps are indented by %d",
				       BODY_INDENT);
	*at = body.end;
	if (times == 0) {
		body.left_out = true;
		return read_steps(reader, &body, begin);
	}
	for (uint64_t i = 0; i < times; i++)
		if (!read_steps(reader, &body, begin))
			return false;
	return true;
}

/* The steps from line `at` to the end of the part. */
static bool read_steps(struct lab_reader *reader, const struct part *part, size_t at)
{
	struct lab_value values[LAB_VALUES_MAX];

	while (at < part->end) {
		const struct line *line = &part->lines->list[at];
		struct tw_str sentence = line->text;
		bool good;

		go_to(reader, line);
		if (line->indent != part->indent)
			return lab_reader_fail(reader, "indented by %zu blanks instead of %zu",
					       line->indent, part->indent);
		if (tw_str_starts(sentence, TW_STR("either "))) {
			good = read_either(reader, part, &at);
		} else if (lab_words_fit("{number} time[s]:", sentence, &reader->reading, values)) {
			good = read_repetition(reader, part, &at, values[0].number);
		} else {
			at++;
			good = take_prefix(&sentence, TW_STR("sometimes "))
				   ? read_sometimes(reader, sentence, part->left_out)
				   : read_sentence(reader, sentence, part->left_out);
		}
		if (!good)
			return false;
	}
	return true;
}

/* ---- parts ---- */

enum part_name { SETTING, TRUTH, STEPS, PARTS };

static const char *const headings[PARTS] = {
    [SETTING] = "setting:", [TRUTH] = "truth:", [STEPS] = "steps:"};

/* The part that this line begins, or PARTS. */
static size_t part_begun_by(const struct line *line)
{
	size_t part = 0;

	while (part < PARTS &&
	       (line->indent > 0 || !tw_str_equal(line->text, tw_str_of(headings[part]))))
		part++;
	return part;
}

/* The line of each heading. Without settings theirs is that of the truth. */
static bool find_headings(struct lab_reader *reader, const struct lines *lines, size_t found[PARTS])
{
	size_t next = 0;

	for (size_t part = 0; part < PARTS; part++)
		found[part] = lines->count;
	for (size_t i = 1; i < lines->count; i++) {
		size_t part = part_begun_by(&lines->list[i]);

		if (part == PARTS)
			continue;
		go_to(reader, &lines->list[i]);
		if (part < next)
			return lab_reader_fail(
			    reader, "setting, truth and steps stand in order, each once");
		next = part + 1;
		found[part] = i;
	}
	if (found[TRUTH] == lines->count || found[STEPS] == lines->count)
		return lab_reader_fail(reader, "there is no \"%s\"",
				       headings[found[TRUTH] == lines->count ? TRUTH : STEPS]);
	if (found[SETTING] == lines->count)
		found[SETTING] = found[TRUTH];
	return true;
}

/* Without blank lines: `lines` from `begin` to `end` are moved together; returns their new end. */
static size_t close_ranks(struct lines *lines, size_t begin, size_t end)
{
	size_t kept = begin;

	for (size_t i = begin; i < end; i++)
		if (lines->list[i].text.size > 0)
			lines->list[kept++] = lines->list[i];
	return kept;
}

static bool read_part(struct lab_reader *reader, struct lines *lines, size_t begin, size_t end,
		      bool (*read)(struct lab_reader *reader))
{
	end = close_ranks(lines, begin, end);
	for (size_t i = begin; i < end; i++) {
		go_to(reader, &lines->list[i]);
		if (lines->list[i].indent != INDENT)
			return lab_reader_fail(reader, "a sentence is indented by %d blanks",
					       INDENT);
		if (!read(reader))
			return false;
	}
	return true;
}

static bool read_all(struct lab_reader *reader, struct tw_str text)
{
	struct lines lines = {0};
	size_t at[PARTS];

	if (!split_lines(reader, text, &lines) || !read_name_and_title(reader, &lines) ||
	    !find_headings(reader, &lines, at) || !read_story(reader, &lines, at[SETTING]) ||
	    !read_part(reader, &lines, at[SETTING] + (at[SETTING] < at[TRUTH]), at[TRUTH],
		       lab_setting_read) ||
	    !lab_settings_finish(reader))
		return false;
	go_to(reader, &lines.list[at[TRUTH]]);
	if (!read_part(reader, &lines, at[TRUTH] + 1, at[STEPS], lab_truth_read) ||
	    !lab_truths_finish(reader))
		return false;
	go_to(reader, &lines.list[at[STEPS]]);

	struct part steps = {.lines = &lines, .indent = INDENT};

	steps.end = close_ranks(&lines, at[STEPS] + 1, lines.count);
	if (!read_steps(reader, &steps, at[STEPS] + 1))
		return false;
	return reader->plan->step_count > 0 || lab_reader_fail(reader, "there are no steps");
}

bool lab_plan_make(struct lab_plan *plan, struct tw_str name, struct tw_str text, uint64_t seed,
		   struct tw_arena *arena, struct tw_buf *error)
{
	struct lab_reader reader = {
	    .plan = plan,
	    .random = lab_random_of(seed, name),
	    .error = error,
	    .reading = {.arena = arena,
			.name_count = 2,
			.names = {{TW_STR("client"), LAB_CLIENT}, {TW_STR("server"), LAB_SERVER}}},
	};

	reader.reading.random = &reader.random;
	*plan = (struct lab_plan){.seed = seed, .name = name};
	text = tw_arena_copy_str(arena, text);
	plan->name = tw_arena_copy_str(arena, name);
	if (arena->full)
		return lab_reader_fail(&reader, "no memory");
	return read_all(&reader, text) && (!arena->full || lab_reader_fail(&reader, "no memory"));
}

uint32_t lab_plan_main_connection(const struct lab_plan *plan)
{
	uint32_t number = 1;

	while (number < plan->connection_count && plan->connections[number].incidental)
		number++;
	return number;
}

/* ---- the list of all sentences ---- */

static void print_sentences(struct tw_buf *buf, const char *heading,
			    const struct lab_sentences *table)
{
	tw_buf_printf(buf, "%s\n", heading);
	for (size_t row = 0; row < table->count(); row++) {
		tw_buf_add_text(buf, "  ");
		lab_words_show(table->pattern(row), buf);
		tw_buf_add_char(buf, '\n');
	}
}

void lab_words_print(struct tw_buf *buf)
{
	print_sentences(buf, headings[SETTING], &lab_settings);
	print_sentences(buf, headings[TRUTH], &lab_truths);
	print_sentences(buf, "behind a connection's cause", &lab_truth_additions);
	print_sentences(buf, headings[STEPS], &step_sentences);
	tw_buf_add_text(buf, "around steps\n"
			     "  either STEP, and below it: or STEP\n"
			     "  sometimes STEP\n"
			     "  NUMBER times: and below it, indented: STEPS\n");
}
