/* buf.h: output text that grows up to a bound; errors stick and are asked for once. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_BASE_BUF_H
#define TW_BASE_BUF_H

#include "base/defs.h"
#include "base/str.h"

/*
 * Always NUL-terminated once something was added. Past `limit_bytes`, or without memory, further
 * text is dropped and `overflowed` stays set. Freed with tw_buf_free(), reused after
 * tw_buf_clear().
 */
struct tw_buf {
	char *text;
	size_t size;
	size_t capacity;
	size_t limit_bytes;
	bool overflowed;
};

static inline struct tw_buf tw_buf_of(size_t limit_bytes)
{
	return (struct tw_buf){.limit_bytes = limit_bytes};
}

void tw_buf_free(struct tw_buf *buf);
void tw_buf_clear(struct tw_buf *buf);
/* Takes back what was added behind the first `size` bytes. */
void tw_buf_cut(struct tw_buf *buf, size_t size);
void tw_buf_add(struct tw_buf *buf, struct tw_str s);
void tw_buf_add_text(struct tw_buf *buf, const char *nul_terminated);
void tw_buf_add_char(struct tw_buf *buf, char c);
/* `count` times `c`. */
void tw_buf_fill(struct tw_buf *buf, char c, size_t count);
/* In decimal. */
void tw_buf_add_number(struct tw_buf *buf, uint64_t number);
void tw_buf_printf(struct tw_buf *buf, const char *format, ...) TW_PRINTF(2, 3);
/*
 * Text from a stranger, made safe for a terminal: control characters, DEL, C1 controls, bidi
 * controls and invalid UTF-8 become \xNN; valid UTF-8 stays.
 */
void tw_buf_add_safe(struct tw_buf *buf, struct tw_str s);
/* The same text as a JSON string, with its quotes (RFC 8259); invalid UTF-8 becomes U+FFFD. */
void tw_buf_add_json(struct tw_buf *buf, struct tw_str s);
/* What was built so far; valid until the next call that adds. */
struct tw_str tw_buf_str(const struct tw_buf *buf);

#endif
