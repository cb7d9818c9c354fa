/* banner.h: protocols known by a greeting; of their answers only errors and announced ends. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TCP_BANNER_H
#define TW_TCP_BANNER_H

#include "tcp/application.h"

/* The protocol of a side whose first payload this is; OTHER where it is none of the list. */
enum tw_protocol tw_banner_protocol(struct tw_application *me, const struct tw_application *peer,
				    struct tw_slice bytes, uint32_t length);
/* Looks at the first bytes of a payload for an error, or for words that announce the end. */
void tw_banner_take(struct tw_application *me, struct tw_slice bytes, uint64_t frame);

#endif
