/* assume.h: numbers that a typed list does not give, filled in as a quiet exchange has them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TCP_ASSUME_H
#define TW_TCP_ASSUME_H

#include "tcp/connection.h"

/*
 * Fills SEQ, ACK and payload length of `segment` where its `known` bits say that they are not
 * known: in order, nothing lost, every ACK covers what is listed above it, PSH means payload (A.8
 * of the lab notes: on 98 of 100 segments). The `known` bits stay clear, so that whatever follows
 * from these numbers is an assumption and is said to be one.
 */
void tw_assume_numbers(const struct tw_connection *connection, unsigned side,
		       struct tw_segment *segment);

#endif
