/* context.c: relations by name, and the few of them that are kept. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "context/context.h"

static const char *const slugs[] = {
#define X(name, slug) [TW_RELATION_##name] = slug,
    TW_RELATIONS(X)
#undef X
};

_Static_assert(TW_LEN(slugs) == TW_RELATION_COUNT, "one slug per relation");

const char *tw_relation_slug(enum tw_relation relation)
{
	return slugs[relation];
}

void tw_context_relate(struct tw_context *context, enum tw_relation relation, uint32_t stream)
{
	struct tw_related *related = &context->related[relation];
	size_t at = related->count;

	if (related->count == TW_RELATED_EACH)
		return;
	for (; at > 0 && related->stream[at - 1] > stream; at--)
		related->stream[at] = related->stream[at - 1];
	related->stream[at] = stream;
	related->count++;
}
