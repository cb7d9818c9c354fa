/* causes.h: the verb "causes": the catalogue as a list, in full, as JSON or as a document. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CLI_CAUSES_H
#define TW_CLI_CAUSES_H

#include "cli/options.h"
#include "report/layout.h"

/* Appends what `options` asks for. */
void tw_cli_causes(struct tw_buf *out, const struct tw_options *options,
		   const struct tw_text_style *style);

#endif
