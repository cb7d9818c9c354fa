/* payload.h: what the first bytes of a payload say, as far as an ending depends on it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TCP_PAYLOAD_H
#define TW_TCP_PAYLOAD_H

#include "wire/segment.h"

/* The largest encrypted alert in common use: 31 bytes (TLS 1.2 with AES-GCM). */
enum { TW_ALERT_BYTES_MAX = 31 };

/*
 * Looks at no more than the first 14 bytes and the length. In TLS 1.3 an alert hides behind
 * the outer type 23: a record of 19 bytes (24 with its header) that is alone in its segment is
 * taken for close_notify (RFC 8446 sections 5.2 and 6.1).
 */
enum tw_payload_kind tw_payload_kind_of(const struct tw_segment *segment);

#endif
