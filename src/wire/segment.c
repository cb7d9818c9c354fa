/* segment.c: names of the reasons why a frame gave no segment; comparing addresses. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/segment.h"

#include <string.h>

const struct tw_segment tw_segment_nothing;

static const char *const slugs[] = {
#define X(name, slug) [TW_UNDECODED_##name] = slug,
    TW_UNDECODED(X)
#undef X
};

_Static_assert(TW_LEN(slugs) == TW_UNDECODED_COUNT, "one slug per reason");

const char *tw_undecoded_slug(enum tw_undecoded reason)
{
	return slugs[reason];
}

bool tw_address_equal(const struct tw_address *a, const struct tw_address *b)
{
	return a->kind == b->kind && memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}
