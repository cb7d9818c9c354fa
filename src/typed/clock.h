/* clock.h: the time of a row, in the spellings of the tools. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TYPED_CLOCK_H
#define TW_TYPED_CLOCK_H

#include "typed/tokens.h"

enum tw_clock_kind {
	TW_CLOCK_NONE,
	TW_CLOCK_SECONDS, /* 10.145072: since something, or since the row before */
	TW_CLOCK_DAY,	  /* 12:54:23.597757: since midnight */
	TW_CLOCK_HOUR,	  /* 37:25.6: since the full hour, as a spreadsheet shows it */
	TW_CLOCK_DATE,	  /* with a date, or seconds that only make sense since 1970 */
};

struct tw_clock {
	uint8_t kind; /* enum tw_clock_kind */
	int64_t ns;
};

/* Reads a time that begins `at` tokens ahead; returns the tokens it takes, or 0 for none. */
unsigned tw_clock_read(struct tw_tokens *tokens, unsigned at, struct tw_clock *clock);

#endif
