/* content.h: tells captures, text and other data apart by their first bytes. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CAPTURE_CONTENT_H
#define TW_CAPTURE_CONTENT_H

#include "capture/source.h"

/*
 * From the first TW_LIMIT_CONTENT_BYTES (or all, where the input is shorter). Text is ASCII, UTF-8,
 * UTF-16 with a byte-order mark, or an 8-bit code page: without control characters other than
 * blanks, line ends, form feed, backspace and escape (terminal logs).
 */
enum tw_content tw_content_of(struct tw_slice first);

enum tw_text_coding { TW_TEXT_BYTES, TW_TEXT_UTF16LE, TW_TEXT_UTF16BE };

/* By the byte-order mark; `text` is cut to what follows the mark (that of UTF-8, too). */
enum tw_text_coding tw_text_coding_of(struct tw_slice *text);
/*
 * UTF-16 (without its mark) as UTF-8; half a pair becomes U+FFFD. `to` has room for
 * text.size / 2 * 3 bytes. Returns the size written.
 */
size_t tw_text_from_utf16(struct tw_slice text, enum tw_text_coding coding, uint8_t *to);

#endif
