/* assert.c: what happens when an invariant of our own is broken. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/assert.h"

#include <stdio.h>
#include <stdlib.h>

void tw_assert_failed(const char *file, int line, const char *what)
{
	(void)fprintf(stderr, "tcpwhy: internal error at %s:%d: %s\n", file, line, what);
	abort();
}
