/* limits.c: which facts a capture artefact explains away: they are no evidence then. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/derive.h"

/*
 * One row: where the artefact is there, the answer of the fact is worth no more than so many
 * percent; below 50 it is unknown. An artefact that says nothing of a fact has no row for it.
 */
struct veto {
	uint8_t limit;	/* enum tw_limit */
	uint8_t fact;	/* enum tw_fact */
	uint8_t answer; /* enum tw_answer */
	uint8_t percent;
};

enum { UNKNOWN = 0, DOUBTFUL = 60, LIKELY = 80 };

#define VETO(limit, fact, answer, percent)                             \
	{                                                              \
		TW_LIMIT_##limit, TW_FACT_##fact, TW_##answer, percent \
	}
#define VETO_BOTH(limit, fact) VETO(limit, fact, YES, UNKNOWN), VETO(limit, fact, NO, UNKNOWN)

static const struct veto vetoes[] = {
    /* What the capture lost may have been the answer; and a pause may have been full of packets. */
    VETO(LOST_IN_CAPTURE, REQUEST_UNANSWERED, YES, DOUBTFUL),
    VETO(LOST_IN_CAPTURE, ANSWERLESS_CLOSE, YES, DOUBTFUL),
    VETO(LOST_IN_CAPTURE, UNANSWERED_RETRANSMISSIONS, YES, LIKELY),
    VETO(LOST_IN_CAPTURE, RETRANSMISSIONS_RECOVERED, YES, LIKELY),
    VETO(LOST_IN_CAPTURE, SERVER_THINKS, YES, DOUBTFUL),
    VETO(LOST_IN_CAPTURE, CLIENT_PAUSES, YES, UNKNOWN),
    VETO(LOST_IN_CAPTURE, SMALL_WRITES_WAIT, YES, DOUBTFUL),

    /* The direction that was not recorded may have said anything. */
    VETO(ONE_DIRECTION, REQUEST_UNANSWERED, YES, UNKNOWN),
    VETO(ONE_DIRECTION, ANSWERLESS_CLOSE, YES, UNKNOWN),
    VETO(ONE_DIRECTION, KEEP_ALIVE_UNANSWERED, YES, UNKNOWN),
    VETO(ONE_DIRECTION, ALL_ACKNOWLEDGED, NO, UNKNOWN),
    VETO(ONE_DIRECTION, SYN_ANSWERED, NO, UNKNOWN),
    VETO(ONE_DIRECTION, SERVER_ANSWERED, NO, UNKNOWN),
    VETO(ONE_DIRECTION, RETRANSMISSIONS_RECOVERED, YES, LIKELY),
    VETO_BOTH(ONE_DIRECTION, SERVER_THINKS),
    VETO_BOTH(ONE_DIRECTION, CLIENT_PAUSES),
    VETO_BOTH(ONE_DIRECTION, WINDOW_FULL),
    VETO_BOTH(ONE_DIRECTION, SMALL_WRITES_WAIT),

    /* Rows that were left out may fill the pause. */
    VETO(ROWS_OMITTED, SERVER_THINKS, YES, UNKNOWN),
    VETO(ROWS_OMITTED, CLIENT_PAUSES, YES, UNKNOWN),
    VETO(ROWS_OMITTED, REQUEST_UNANSWERED, YES, DOUBTFUL),

    /* The order of the file is not the order on the wire, where packets are close together. */
    VETO(REORDERED_CAPTURE, RETRANSMISSIONS_RECOVERED, YES, LIKELY),
    VETO(REORDERED_CAPTURE, DATA_AFTER_OWN_RESET, YES, DOUBTFUL),
    VETO(REORDERED_CAPTURE, RESET_TOO_FAST, YES, UNKNOWN),
    VETO(REORDERED_CAPTURE, RESET_BEYOND, YES, DOUBTFUL),
    VETO(REORDERED_CAPTURE, SENT_AFTER_RESET, YES, LIKELY),

    /* The second sight of a frame is no second packet. */
    VETO(DUPLICATED_FRAMES, SECOND_RESET_BARE, YES, LIKELY),

    /* A clock that was set makes pauses, and hides them. */
    VETO_BOTH(CLOCK_JUMP, IDLE_BEFORE_FIN),
    VETO_BOTH(CLOCK_JUMP, IDLE_BEFORE_RESET),
    VETO_BOTH(CLOCK_JUMP, IDLE_AROUND_CLOSE),
    VETO_BOTH(CLOCK_JUMP, SILENCE_BEFORE_END),
    VETO_BOTH(CLOCK_JUMP, LATE_DATA_AFTER_PAUSE),
    VETO_BOTH(CLOCK_JUMP, RESET_IMMEDIATE),
    VETO_BOTH(CLOCK_JUMP, RESET_SOON),
    VETO_BOTH(CLOCK_JUMP, RESET_TOO_FAST),
    VETO_BOTH(CLOCK_JUMP, CAPTURE_GOES_ON),
    VETO_BOTH(CLOCK_JUMP, IDLE_MATCHES_TIMER),
    VETO_BOTH(CLOCK_JUMP, SERVER_THINKS),
    VETO_BOTH(CLOCK_JUMP, CLIENT_PAUSES),
    VETO_BOTH(CLOCK_JUMP, WINDOW_FULL),
    VETO_BOTH(CLOCK_JUMP, SMALL_WRITES_WAIT),

    /* Headers alone do not show what a payload is. */
    VETO(SHORT_SNAPLEN, QUIT_EXCHANGE, NO, DOUBTFUL),

    /* A checksum that the sender's network card computes later is wrong in every frame. */
    VETO(CHECKSUM_OFFLOAD, DAMAGED_SEGMENTS, NO, UNKNOWN),

    /* The answer may have come right after the end. */
    VETO(TRUNCATED_END, REQUEST_UNANSWERED, YES, LIKELY),
    VETO(TRUNCATED_END, KEEP_ALIVE_UNANSWERED, YES, LIKELY),
};

static void apply(struct tw_fact_set *set, const struct veto *veto)
{
	struct tw_fact_value *value = &set->value[veto->fact];

	if (value->answer != veto->answer || value->percent <= veto->percent)
		return;
	if (veto->percent == UNKNOWN)
		*value = (struct tw_fact_value){.answer = TW_UNKNOWN};
	else
		value->percent = veto->percent;
}

void tw_facts_veto(struct tw_derive *d)
{
	for (size_t i = 0; i < TW_LEN(vetoes); i++)
		if (tw_happened(d->connection->limits[vetoes[i].limit]))
			apply(d->set, &vetoes[i]);
}
