/* output.h: what every report promises, whatever the input: valid JSON, harmless text. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_FUZZ_OUTPUT_H
#define TW_FUZZ_OUTPUT_H

#include "engine/session.h"

/* Makes every report of every connection of a finished session, and checks each by TW_ASSERT. */
void fuzz_report_all(const struct tw_session *session, const struct tw_typed *typed);

#endif
