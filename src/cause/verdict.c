/* verdict.c: the public words of a verdict. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cause/verdict.h"

#define X(name, slug) [TW_HOW_##name] = slug,
static const char *const hows[] = {TW_HOWS(X)};
#undef X
#define X(name, slug) [TW_ENDER_##name] = slug,
static const char *const enders[] = {TW_ENDERS(X)};
#undef X
#define X(name, slug) [TW_STAGE_##name] = slug,
static const char *const stages[] = {TW_STAGES(X)};
#undef X

_Static_assert(TW_LEN(hows) == TW_HOW_COUNT, "one slug per way to end");
_Static_assert(TW_LEN(enders) == TW_ENDER_COUNT, "one slug per ender");
_Static_assert(TW_LEN(stages) == TW_STAGE_COUNT, "one slug per stage");

const char *tw_how_slug(enum tw_how how)
{
	return hows[how];
}

const char *tw_ender_slug(enum tw_ender ender)
{
	return enders[ender];
}

const char *tw_stage_slug(enum tw_stage stage)
{
	return stages[stage];
}

double tw_verdict_probability(const struct tw_verdict *verdict, enum tw_cause cause)
{
	for (size_t i = 0; i < verdict->hypothesis_count; i++)
		if (verdict->hypotheses[i].cause == cause)
			return verdict->hypotheses[i].probability;
	return 0;
}
