/* row.c: steps that several row shapes share. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/row.h"

#include "typed/flags.h"

enum { LABEL_TOKENS_MAX = 20, LABELS_MAX = 6, ROW_NUMBER_MAX = 1000000000 };

bool tw_row_number(const struct tw_token *token, uint64_t *number)
{
	struct tw_str text = token->text;

	if (token->kind != TW_TOKEN_WORD || text.size == 0)
		return false;
	if (text.text[0] == '#')
		text = tw_str_from(text, 1);
	if (!tw_str_take_number(&text, ROW_NUMBER_MAX, number))
		return false;
	return text.size == 0 || (text.size == 1 && text.text[0] == '.');
}

unsigned tw_row_lead_number(struct tw_tokens *tokens, struct tw_row_draft *draft)
{
	struct tw_clock clock;
	uint64_t number;
	unsigned at = 0;

	if (!tw_row_number(tw_token_at(tokens, 0), &draft->number))
		return 0;
	draft->has_number = true;
	at = tw_token_at(tokens, 1)->kind == TW_TOKEN_COMMA ? 2 : 1;
	/* A row's place in the list, and then the frame's number before its time. */
	if (tw_clock_read(tokens, at, &clock) == 0 &&
	    tw_row_number(tw_token_at(tokens, at), &number) &&
	    tw_clock_read(tokens, at + 1, &clock) > 0) {
		draft->number = number;
		at++;
	}
	return at;
}

unsigned tw_row_label(struct tw_tokens *tokens, unsigned at)
{
	struct tw_flags_text flags;

	if (tw_token_at(tokens, at)->kind != TW_TOKEN_OPEN || tw_flags_read(tokens, at, &flags) > 0)
		return 0;
	for (unsigned i = 1; i < LABEL_TOKENS_MAX; i++) {
		const struct tw_token *token = tw_token_at(tokens, at + i);

		if (token->kind == TW_TOKEN_CLOSE)
			return i > 1 ? i + 1 : 0;
		if (token->kind == TW_TOKEN_OPEN || tw_token_ends_line(token))
			return 0;
	}
	return 0;
}

unsigned tw_row_labels(struct tw_tokens *tokens, unsigned at, struct tw_str *labels)
{
	unsigned taken = 0;

	for (unsigned i = 0; i < LABELS_MAX; i++) {
		unsigned more = tw_row_label(tokens, at + taken);

		if (more == 0)
			break;
		taken += more;
	}
	if (taken > 0)
		*labels = tw_token_span(tw_token_at(tokens, at + 1)->text,
					tw_token_at(tokens, at + taken - 2)->text);
	return taken;
}

void tw_row_set_flags(struct tw_row_draft *draft, uint16_t flags)
{
	draft->segment.flags = flags;
	draft->segment.known |= TW_FIELD_FLAGS;
}

void tw_row_assume_data(struct tw_row_draft *draft)
{
	draft->segment.flags = TW_ACK | TW_PSH;
	draft->segment.known &= ~(uint32_t)TW_FIELD_FLAGS;
}

struct tw_str tw_row_strip_activation(const struct tw_token *arrow, struct tw_str name)
{
	bool is_mermaid = tw_str_find(arrow->text, TW_STR(">>")) != SIZE_MAX;

	if (is_mermaid && name.size > 1 && (name.text[0] == '+' || name.text[0] == '-'))
		return tw_str_from(name, 1);
	return name;
}
