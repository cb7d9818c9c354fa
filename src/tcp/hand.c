/* hand.c: what is noted of a sender's headers, and compared. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/hand.h"

#include <string.h>

enum { ECN_BITS = 2 };

static struct tw_hand hand_of(const struct tw_segment *segment)
{
	struct tw_hand hand = {.service = (uint8_t)(segment->tos >> ECN_BITS),
			       .flow_label = segment->flow_label};

	if (segment->known & TW_FIELD_TOS)
		hand.known |= TW_TRAIT_SERVICE;
	if (segment->ip_version == 6)
		hand.known |= TW_TRAIT_FLOW_LABEL;
	if (segment->known & TW_FIELD_LINK)
		hand.known |= TW_TRAIT_LINK;
	memcpy(hand.link, segment->link_source, sizeof(hand.link));
	return hand;
}

/* The traits that both have and that differ. */
static uint8_t difference(const struct tw_hand *a, const struct tw_hand *b)
{
	uint8_t differs = 0;

	if (a->service != b->service)
		differs |= TW_TRAIT_SERVICE;
	if (a->flow_label != b->flow_label)
		differs |= TW_TRAIT_FLOW_LABEL;
	if (memcmp(a->link, b->link, sizeof(a->link)) != 0)
		differs |= TW_TRAIT_LINK;
	return differs & a->known & b->known;
}

void tw_hand_note(struct tw_hand *hand, const struct tw_segment *segment)
{
	struct tw_hand seen = hand_of(segment);

	hand->varies |= difference(hand, &seen);
	hand->known |= seen.known;
	if (seen.known & TW_TRAIT_SERVICE)
		hand->service = seen.service;
	if (seen.known & TW_TRAIT_FLOW_LABEL)
		hand->flow_label = seen.flow_label;
	if (seen.known & TW_TRAIT_LINK)
		memcpy(hand->link, seen.link, sizeof(hand->link));
}

uint8_t tw_hand_departs(const struct tw_hand *hand, const struct tw_segment *segment)
{
	struct tw_hand seen = hand_of(segment);

	return difference(hand, &seen) & (uint8_t)~hand->varies;
}
