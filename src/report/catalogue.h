/* catalogue.h: the catalogue of causes for readers: a list, one cause in full, JSON, a document. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_REPORT_CATALOGUE_H
#define TW_REPORT_CATALOGUE_H

#include "cause/list.h"
#include "report/layout.h"

/*
 * The laboratory's experiments by number, NULL after the last. Those of a cause are named like it,
 * or begin with its slug and a hyphen.
 */
typedef const char *(*tw_experiment_name)(size_t number);

/* Every cause on one line, endings first. */
void tw_catalogue_list(struct tw_buf *buf, const struct tw_text_style *style);
/* One cause in full. */
void tw_catalogue_cause(struct tw_buf *buf, enum tw_cause cause, tw_experiment_name experiment,
			const struct tw_text_style *style);
/* One cause as one line of JSON, record "cause" of schema tcpwhy/1. */
void tw_catalogue_json(struct tw_buf *buf, enum tw_cause cause, tw_experiment_name experiment);
/* All of it as the Markdown document docs/causes.md. */
void tw_catalogue_markdown(struct tw_buf *buf, tw_experiment_name experiment);

#endif
