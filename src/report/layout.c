/* layout.c: breaking lines, headings and colours. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/layout.h"

const char tw_text_bold[] = "\033[1m";
const char tw_text_plain[] = "\033[0m";

void tw_text_colored(struct tw_buf *buf, const char *color, const char *words,
		     const struct tw_text_style *style)
{
	if (style->color)
		tw_buf_add_text(buf, color);
	tw_buf_add_text(buf, words);
	if (style->color)
		tw_buf_add_text(buf, tw_text_plain);
}

void tw_text_heading(struct tw_buf *buf, const char *words, const struct tw_text_style *style)
{
	tw_buf_add_char(buf, '\n');
	tw_text_colored(buf, tw_text_bold, words, style);
	tw_buf_add_char(buf, '\n');
}

/*
 * Length of the next word; 0 where a blank is next. "(frame 12)" is one word: a place is not torn
 * from its number.
 */
static size_t word_size(struct tw_str text)
{
	enum { STICKY_MAX = 14 };
	size_t size = 0;
	size_t closing = 0;

	if (text.size > 0 && text.text[0] == '(')
		while (closing < text.size && closing < STICKY_MAX && text.text[closing] != ')')
			closing++;
	while (size < text.size &&
	       (text.text[size] != ' ' || (size < closing && closing < STICKY_MAX)))
		size++;
	return size;
}

size_t tw_text_columns(struct tw_str text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.size; i++)
		count += ((uint8_t)text.text[i] & 0xc0) != 0x80;
	return count;
}

void tw_text_wrap(struct tw_buf *buf, struct tw_str text, size_t column, size_t indent,
		  const struct tw_text_style *style)
{
	bool line_start = true;

	while (text.size > 0) {
		struct tw_str word = tw_str_head(text, word_size(text));
		size_t width = tw_text_columns(word);

		if (word.size == 0) {
			text = tw_str_from(text, 1);
			continue;
		}
		if (!line_start && column + 1 + width > style->width) {
			tw_buf_add_char(buf, '\n');
			tw_buf_fill(buf, ' ', indent);
			column = indent;
			line_start = true;
		}
		if (!line_start) {
			tw_buf_add_char(buf, ' ');
			column++;
		}
		tw_buf_add(buf, word);
		column += width;
		line_start = false;
		text = tw_str_from(text, word.size);
	}
	tw_buf_add_char(buf, '\n');
}
