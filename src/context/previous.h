/* previous.h: the connection that used the same two endpoints before. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_CONTEXT_PREVIOUS_H
#define TW_CONTEXT_PREVIOUS_H

#include "context/build.h"

/* Fills `context->previous` of `self` from `self->previous`, whose sides may be the other way. */
void tw_previous_look(const struct tw_neighbour *self, struct tw_context *context);

#endif
