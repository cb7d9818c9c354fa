/* detail.c: the lists that facts choose from. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/detail.h"

#define X(name, slug, words) {slug, words},
static const struct tw_detail senders[] = {TW_SENDERS(X)};
static const struct tw_detail marks[] = {TW_MARKS(X)};
static const struct tw_detail detectors[] = {TW_DETECTORS(X)};
static const struct tw_detail signatures[] = {TW_SIGNATURES(X)};
#undef X

static const struct {
	enum tw_fact fact;
	const struct tw_detail *rows;
	size_t count;
} lists[] = {
    {TW_FACT_RESET_SHAPE, senders, TW_LEN(senders)},
    {TW_FACT_CLIENT_STACK, senders, TW_LEN(senders)},
    {TW_FACT_SERVER_STACK, senders, TW_LEN(senders)},
    {TW_FACT_RESET_FOREIGN, marks, TW_LEN(marks)},
    {TW_FACT_RESET_DETECTED, detectors, TW_LEN(detectors)},
    {TW_FACT_TAMPERING_SIGNATURE, signatures, TW_LEN(signatures)},
};

const struct tw_detail *tw_fact_detail(enum tw_fact fact, unsigned bit)
{
	for (size_t i = 0; i < TW_LEN(lists); i++)
		if (lists[i].fact == fact)
			return bit < lists[i].count ? &lists[i].rows[bit] : NULL;
	return NULL;
}
