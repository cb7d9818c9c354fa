/* options.h: TCP options of which the snap length may have cut the end off. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_WIRE_OPTIONS_H
#define TW_WIRE_OPTIONS_H

#include "wire/segment.h"

/*
 * As tw_tcp_options_parse(), into zeroed `options`. With `is_cut`, an option that runs over the
 * end is no mistake of the sender: those before it are kept and nothing is marked.
 */
void tw_tcp_options_parse_cut(struct tw_slice bytes, bool is_cut, struct tw_tcp_options *options);

#endif
