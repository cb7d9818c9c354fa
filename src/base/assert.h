/* assert.h: invariants of our own code, checked in every build; never reachable from input. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_BASE_ASSERT_H
#define TW_BASE_ASSERT_H

/* Prints the broken invariant to standard error and aborts. Called by the macros only. */
_Noreturn void tw_assert_failed(const char *file, int line, const char *what);

#define TW_ASSERT(condition) \
	((condition) ? (void)0 : tw_assert_failed(__FILE__, __LINE__, #condition))
#define TW_UNREACHABLE(why) tw_assert_failed(__FILE__, __LINE__, why)

#endif
