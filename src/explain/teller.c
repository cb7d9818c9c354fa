/* teller.c: sentences taken from the buffer into the explanation. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain/teller.h"

#include <string.h>

/* No more of them in a story; and what a sentence may have, where others join it. */
enum { STORY_SENTENCES = 8, SENTENCE_ROOM = 290 };

struct tw_str tw_teller_take(struct tw_teller *teller)
{
	struct tw_str text = tw_arena_copy_str(teller->arena, tw_buf_str(&teller->buf));

	tw_buf_clear(&teller->buf);
	return text;
}

void tw_teller_story_of(struct tw_teller *teller, enum tw_weight weight)
{
	if (teller->buf.size == 0 || teller->out->story_count == TW_STORY_MAX)
		return;
	/* An advice brings its own end. */
	if (!strchr(".?", teller->buf.text[teller->buf.size - 1]))
		tw_buf_add_char(&teller->buf, '.');
	teller->weight[teller->out->story_count] = (uint8_t)weight;
	teller->out->story[teller->out->story_count++] = tw_teller_take(teller);
}

void tw_teller_story(struct tw_teller *teller)
{
	tw_teller_story_of(teller, TW_WEIGHT_CORE);
}

static void remove_sentence(struct tw_teller *teller, size_t at)
{
	struct tw_explanation *out = teller->out;

	memmove(&out->story[at], &out->story[at + 1],
		(out->story_count - at - 1) * sizeof(out->story[0]));
	memmove(&teller->weight[at], &teller->weight[at + 1], out->story_count - at - 1);
	out->story_count--;
	if (at < out->story_core)
		out->story_core--;
	if (at < out->story_events_end)
		out->story_events_end--;
}

/* The last sentence of that weight; false where there is none. */
static bool drop_one(struct tw_teller *teller, enum tw_weight weight)
{
	for (size_t i = teller->out->story_count; i-- > 0;) {
		if (teller->weight[i] != weight)
			continue;
		remove_sentence(teller, i);
		return true;
	}
	return false;
}

/* Of what happened, the two neighbours that make the shortest sentence together. */
static bool join_one(struct tw_teller *teller)
{
	struct tw_str *story = teller->out->story;
	size_t shortest = SENTENCE_ROOM + 1;
	size_t at = 0;

	for (size_t i = 1; i < teller->out->story_events_end; i++) {
		size_t size = story[i - 1].size + 1 + story[i].size;

		if (teller->weight[i] != TW_WEIGHT_LINK || i == teller->out->story_core ||
		    story[i - 1].size == 0 || size >= shortest)
			continue;
		shortest = size;
		at = i;
	}
	if (at == 0)
		return false;
	tw_buf_add(&teller->buf, (struct tw_str){story[at - 1].text, story[at - 1].size - 1});
	tw_buf_add_text(&teller->buf, "; ");
	tw_buf_add(&teller->buf, story[at]);
	story[at - 1] = tw_teller_take(teller);
	remove_sentence(teller, at);
	return true;
}

void tw_teller_finish_story(struct tw_teller *teller)
{
	struct tw_explanation *out = teller->out;

	while (out->story_count > STORY_SENTENCES &&
	       (drop_one(teller, TW_WEIGHT_REPEATED) || join_one(teller) ||
		drop_one(teller, TW_WEIGHT_ASIDE) || drop_one(teller, TW_WEIGHT_LINK)))
		;
	for (size_t i = 0; i < out->story_count; i++) {
		tw_buf_add(&teller->buf, out->story[i]);
		if (teller->buf.size > 0 && teller->buf.text[0] >= 'a' &&
		    teller->buf.text[0] <= 'z')
			teller->buf.text[0] = (char)(teller->buf.text[0] - 'a' + 'A');
		out->story[i] = tw_teller_take(teller);
	}
}

void tw_teller_answer(struct tw_teller *teller, const char *question)
{
	if (teller->out->answer_count == TW_ANSWERS_MAX)
		return;
	teller->out->answers[teller->out->answer_count++] =
	    (struct tw_answered){.question = question, .answer = tw_teller_take(teller)};
}
