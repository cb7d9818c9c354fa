/* target.h: one entry point under fuzz; linked with libFuzzer, or with replay.c. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_FUZZ_TARGET_H
#define TW_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

/*
 * Runs the entry point over `size` bytes. Always returns 0; what is wrong ends the process: a
 * sanitizer's report, or a broken promise by TW_ASSERT. The name is libFuzzer's.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
