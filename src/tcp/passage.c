/* passage.c: sizes of segments on the wire, and which of them were acknowledged. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/passage.h"

#include "tcp/connection.h"
#include "tcp/seq.h"

uint32_t tw_passage_size(const struct tw_side *sender, const struct tw_side *receiver,
			 uint32_t length)
{
	enum { TIMESTAMPS_BYTES = 12 };
	uint32_t options = sender->marks & TW_SIDE_TIMESTAMPS ? TIMESTAMPS_BYTES : 0;
	uint32_t full = receiver->mss > options ? receiver->mss - options : 0;

	return full > 0 && length > full ? full : length;
}

void tw_passage_sent(struct tw_side *sender, const struct tw_side *receiver, uint32_t seq,
		     uint32_t length)
{
	struct tw_passage *passage = &sender->passage;
	uint32_t size = tw_passage_size(sender, receiver, length);

	if (size <= passage->largest || size <= passage->trial)
		return;
	passage->trial = size;
	passage->trial_end = tw_seq_add(seq, size);
}

static void arrived(struct tw_passage *passage)
{
	passage->largest = passage->trial;
	passage->trial = 0;
}

void tw_passage_acked(struct tw_side *sender, uint32_t ack)
{
	struct tw_passage *passage = &sender->passage;

	if (passage->trial > 0 && !tw_seq_before(ack, passage->trial_end))
		arrived(passage);
}

void tw_passage_sacked(struct tw_side *sender, uint32_t width)
{
	struct tw_passage *passage = &sender->passage;

	/* So much in one piece may have been several; then nothing is made of their size. */
	if (passage->trial > 0 && width >= passage->trial)
		arrived(passage);
}
