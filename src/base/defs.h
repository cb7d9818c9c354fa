/* defs.h: attributes, array length and checked integer helpers shared by every layer. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_BASE_DEFS_H
#define TW_BASE_DEFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TW_LEN(array)	      (sizeof(array) / sizeof((array)[0]))
#define TW_CHECK	      __attribute__((warn_unused_result))
#define TW_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define TW_UNUSED	      __attribute__((unused))

/* Sequence arithmetic wraps on purpose; everything else that wraps is a bug which the
 * sanitizers report (clang's unsigned-integer-overflow). */
#if defined(__clang__)
#define TW_WRAPS __attribute__((no_sanitize("unsigned-integer-overflow")))
#else
#define TW_WRAPS
#endif

static inline size_t tw_min_size(size_t a, size_t b)
{
	return a < b ? a : b;
}

#endif
