/* explain.h: the main job: inputs -> session -> report on standard output. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CLI_EXPLAIN_H
#define TW_CLI_EXPLAIN_H

#include "cli/options.h"
#include "report/text.h"

/* Exit statuses of the contract; a larger duty wins: 2 over 3 over 1. */
enum tw_exit { TW_EXIT_OK = 0, TW_EXIT_FOUND = 1, TW_EXIT_UNREADABLE = 2, TW_EXIT_DAMAGED = 3 };

/* Reads, analyses, prints. The answer goes to standard output, complaints to standard error. */
enum tw_exit tw_cli_explain(const struct tw_options *options, const struct tw_text_style *style);

#endif
