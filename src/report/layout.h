/* layout.h: lines, headings and colours of the terminal. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_REPORT_LAYOUT_H
#define TW_REPORT_LAYOUT_H

#include "base/buf.h"

enum { TW_TEXT_WIDTH_MAX = 100, TW_TEXT_WIDTH_MIN = 60 };

/* Colour never carries meaning alone. */
struct tw_text_style {
	bool color;
	unsigned width; /* columns, TW_TEXT_WIDTH_MIN to TW_TEXT_WIDTH_MAX */
};

/* Begins bold text, and ends whatever was begun; only where `style->color` says so. */
extern const char tw_text_bold[];
extern const char tw_text_plain[];

/* `words` in `color`, an escape sequence, or as they are where the style has no colour. */
void tw_text_colored(struct tw_buf *buf, const char *color, const char *words,
		     const struct tw_text_style *style);
/* An empty line, then the heading on a line of its own. */
void tw_text_heading(struct tw_buf *buf, const char *words, const struct tw_text_style *style);
/*
 * Breaks `text` into lines of `style->width` columns. The first line begins where the buffer's last
 * line ends (`column`), later ones `indent` columns in. Ends with a newline.
 */
void tw_text_wrap(struct tw_buf *buf, struct tw_str text, size_t column, size_t indent,
		  const struct tw_text_style *style);
/* Columns that UTF-8 text takes, one for each character: good enough for names and flags. */
size_t tw_text_columns(struct tw_str text);

#endif
