/* reset.h: the anatomy of a RST: which segment it answers, and what it shows of its sender. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TCP_RESET_H
#define TW_TCP_RESET_H

#include "tcp/connection.h"

/*
 * Examines the RST `segment` that `side` sent, before the record takes it in, and marks the
 * segment that it answers as answered.
 */
struct tw_reset tw_reset_examine(struct tw_connection *connection, const struct tw_segment *segment,
				 unsigned side);

/* Another TTL than its sender's, by more than routes vary; false where either is not known. */
bool tw_reset_has_other_ttl(const struct tw_reset *reset, uint8_t ttl_min, uint8_t ttl_max);

#endif
