/* attributes.h: the numbers and options behind a row's flags, one at a time. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TYPED_ATTRIBUTES_H
#define TW_TYPED_ATTRIBUTES_H

#include "typed/row.h"

/*
 * Reads one attribute at the cursor ("Seq=1", "seq 1:9", "Sequence number: 304", "options [...]",
 * a comma between two) into the draft. Returns the tokens it takes; 0 where none begins there.
 */
unsigned tw_attribute_read(struct tw_tokens *tokens, struct tw_row_draft *draft);
/* True where an attribute begins `at` tokens ahead. */
bool tw_attribute_at(struct tw_tokens *tokens, unsigned at);

#endif
