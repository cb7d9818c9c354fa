/* tls.h: the records of TLS, of which only headers and plain alerts can be read. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TCP_TLS_H
#define TW_TCP_TLS_H

#include "tcp/application.h"

/* True where the bytes, at least one, can be the beginning of a record. */
bool tw_tls_is_record(struct tw_slice bytes);
void tw_tls_take(struct tw_application *me, struct tw_slice bytes, uint64_t frame);
void tw_tls_pass(struct tw_application *me, uint32_t bytes);
void tw_tls_begin(struct tw_application *me);
bool tw_tls_is_inside(const struct tw_application *me);
bool tw_tls_is_lost(const struct tw_application *me);

/* "handshake_failure"; "" for a code without a name here. */
const char *tw_tls_alert_words(unsigned code);

#endif
