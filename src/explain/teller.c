/* teller.c: sentences taken from the buffer into the explanation. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain/teller.h"

#include <string.h>

struct tw_str tw_teller_take(struct tw_teller *teller)
{
	struct tw_str text = tw_arena_copy_str(teller->arena, tw_buf_str(&teller->buf));

	tw_buf_clear(&teller->buf);
	return text;
}

void tw_teller_story(struct tw_teller *teller)
{
	if (teller->buf.size == 0 || teller->out->story_count == TW_STORY_MAX)
		return;
	/* An advice brings its own end. */
	if (!strchr(".?", teller->buf.text[teller->buf.size - 1]))
		tw_buf_add_char(&teller->buf, '.');
	teller->out->story[teller->out->story_count++] = tw_teller_take(teller);
}

void tw_teller_answer(struct tw_teller *teller, const char *question)
{
	if (teller->out->answer_count == TW_ANSWERS_MAX)
		return;
	teller->out->answers[teller->out->answer_count++] =
	    (struct tw_answered){.question = question, .answer = tw_teller_take(teller)};
}
