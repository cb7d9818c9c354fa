/* meaning.c: the words for each meaning. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/meaning.h"

#include "base/assert.h"

const char *tw_meaning_words(enum tw_meaning meaning)
{
	switch (meaning) {
#define X(name, bit, words)     \
	case TW_MEANING_##name: \
		return words;
		TW_MEANINGS(X)
#undef X
	}
	TW_UNREACHABLE("a meaning without words");
}
