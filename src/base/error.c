/* error.c: errors in words. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/error.h"

#include "base/assert.h"

#include <inttypes.h>
#include <string.h>

static const struct error_row {
	enum tw_err code;
	const char *slug;
	const char *sentence;
} rows[] = {
#define X(name, number, slug, sentence) {TW_ERR_##name, slug, sentence},
    TW_ERRORS(X)
#undef X
};

static const struct error_row *find(enum tw_err code)
{
	for (size_t i = 0; i < TW_LEN(rows); i++)
		if (rows[i].code == code)
			return &rows[i];
	TW_UNREACHABLE("error code without a row");
}

const char *tw_err_slug(enum tw_err code)
{
	return find(code)->slug;
}

const char *tw_err_sentence(enum tw_err code)
{
	return find(code)->sentence;
}

void tw_error_describe(struct tw_buf *buf, const struct tw_error *error)
{
	tw_buf_add_text(buf, tw_err_sentence(error->code));
	if (error->has_offset)
		tw_buf_printf(buf, " at byte %" PRIu64, error->offset);
	if (error->has_claim)
		tw_buf_printf(buf, " (it claims %" PRIu64 " bytes)", error->claim_bytes);
	if (error->system_errno != 0)
		tw_buf_printf(buf, " (%s)", strerror(error->system_errno));
}
