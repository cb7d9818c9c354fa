/* arrival_terms.c: notes what each side offered in its SYN, and what it kept to afterwards. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/arrival.h"

#include "tcp/seq.h"

/* A window shrinks by a few bytes for many reasons. */
enum { BYTEWISE_MIN = 64 };

static uint8_t offers_of(const struct tw_segment *segment)
{
	uint32_t present = segment->options.present;

	return (uint8_t)((present & TW_OPTION_TIMESTAMPS ? TW_OFFER_TIMESTAMPS : 0) |
			 (present & TW_OPTION_WINDOW_SCALE ? TW_OFFER_SCALE : 0) |
			 (present & TW_OPTION_SACK_PERMITTED ? TW_OFFER_SACK : 0));
}

static bool tells_options(const struct tw_arrival *a)
{
	return !a->connection->typed && (a->segment->known & TW_FIELD_OPTIONS) &&
	       !(a->segment->options.present & TW_OPTION_MALFORMED);
}

/* RFC 7413 section 4.2.1: payload on the SYN that is not acknowledged with it was not taken. */
static void note_syn_data(struct tw_arrival *a)
{
	const struct tw_side *peer = a->peer;
	const struct tw_segment *segment = a->segment;

	if (tw_arrival_has(a, TW_ACK) && (peer->marks & TW_SIDE_SYN_DATA) &&
	    tw_segment_knows(segment, TW_FIELD_ACK) && segment->ack == tw_seq_add(peer->isn, 1))
		a->me->terms.syn_data_ignored = true;
	if (!tw_arrival_has(a, TW_ACK) && (a->me->marks & TW_SIDE_SYN_DATA) &&
	    tw_segment_knows(segment, TW_FIELD_LENGTH) && segment->length == 0 &&
	    peer->segments == 0)
		a->me->terms.syn_data_withheld = true;
}

static void note_offer(struct tw_arrival *a)
{
	struct tw_terms *terms = &a->me->terms;
	uint8_t offers = offers_of(a->segment);
	bool first = a->me->syn_count == 1;

	note_syn_data(a);
	if (first) {
		terms->offered = offers;
		terms->offer_known = tells_options(a);
		terms->syn_window = a->segment->window;
		terms->last_window = a->segment->window;
		terms->ack = a->segment->ack;
	} else if (offers != terms->offered || !tells_options(a)) {
		terms->offer_varies = true;
	}
}

static void count(uint16_t *counter, bool holds)
{
	if (holds && *counter < UINT16_MAX)
		(*counter)++;
}

static void note_window(struct tw_arrival *a)
{
	struct tw_terms *terms = &a->me->terms;
	uint16_t window = a->segment->window;
	uint32_t received = tw_seq_diff(a->segment->ack, terms->ack);

	if (terms->segments == 0) {
		terms->first_window = window;
		terms->received = tw_seq_diff(a->segment->ack, a->peer->isn) - 1;
	}
	if (window > terms->highest_window)
		terms->highest_window = window;
	count(&terms->bytewise, terms->segments > 0 && received >= BYTEWISE_MIN &&
				    window < terms->last_window &&
				    received == (uint32_t)terms->last_window - window);
	terms->last_window = window;
	terms->ack = a->segment->ack;
}

void tw_arrival_note_terms(struct tw_arrival *a)
{
	struct tw_terms *terms = &a->me->terms;
	uint32_t needed = TW_FIELD_ACK | TW_FIELD_WINDOW;

	if (tw_arrival_has(a, TW_SYN)) {
		note_offer(a);
		return;
	}
	if (!tells_options(a) || !tw_arrival_has(a, TW_ACK) ||
	    !tw_segment_knows(a->segment, needed) || !tw_happened(a->connection->established))
		return;
	note_window(a);
	if (terms->segments == 0)
		terms->first_frame = a->at.frame;
	terms->last_frame = a->at.frame;
	count(&terms->segments, true);
	count(&terms->timed, a->segment->options.present & TW_OPTION_TIMESTAMPS);
	count(&terms->sacks, a->segment->options.sack_count > 0);
}
