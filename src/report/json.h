/* json.h: NDJSON of schema tcpwhy/1: one record per connection, then one for the whole input. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_REPORT_JSON_H
#define TW_REPORT_JSON_H

#include "explain/explain.h"
#include "report/summary.h"

/* Each appends one line with its newline. Keys are only ever added; what is unknown is absent. */
void tw_json_connection(struct tw_buf *buf, const struct tw_case *c,
			const struct tw_explanation *explanation);
void tw_json_error(struct tw_buf *buf, const char *name, const struct tw_error *error);
void tw_json_capture(struct tw_buf *buf, const struct tw_summary *summary);

#endif
