/* lab.h: the verb "lab": lists the experiments, runs one of them, keeps what it recorded. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CLI_LAB_H
#define TW_CLI_LAB_H

#include "cli/options.h"
#include "report/layout.h"

/* Exit statuses of the lab, beside those of the contract. */
enum { TW_EXIT_LAB_IMPOSSIBLE = 4, TW_EXIT_LAB_OTHERWISE = 5 };

/*
 * Returns an exit status. What was asked for goes to standard output, complaints to standard
 * error.
 */
int tw_cli_lab(const struct tw_lab_options *options, const struct tw_text_style *style);

#endif
