/* knowledge.c: ACK numbers, SACK, echoed time stamps and distances, weighed in this order. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/knowledge.h"

#include "base/defs.h"
#include "tcp/seq.h"

#include <string.h>

static const char *const proof_words[] = {
#define X(name, words) [TW_PROOF_##name] = words,
    TW_PROOFS(X)
#undef X
};

_Static_assert(TW_LEN(proof_words) == TW_PROOF_COUNT, "one row per proof");

const char *tw_proof_words(enum tw_proof proof)
{
	return proof_words[proof];
}

static bool numbered(const struct tw_step *step)
{
	return (step->known & TW_FIELD_SEQ) && (step->known & TW_FIELD_LENGTH);
}

static uint32_t span(const struct tw_step *step)
{
	return step->length + ((step->flags & TW_SYN) != 0) + ((step->flags & TW_FIN) != 0);
}

static bool has_ack(const struct tw_step *step)
{
	return (step->flags & TW_ACK) && (step->known & TW_FIELD_ACK);
}

static bool has_stamps(const struct tw_step *step)
{
	return (step->options & TW_OPTION_TIMESTAMPS) != 0;
}

static bool is_sacked(const struct tw_step *sent, uint32_t seq, uint32_t end)
{
	for (size_t i = 0; i < sent->sack_count; i++)
		if (!tw_seq_before(seq, sent->sack[i].left) &&
		    !tw_seq_after(end, sent->sack[i].right))
			return true;
	return false;
}

/*
 * What takes sequence space leaves its trace in the next ACK number. A RST is taken in, or not,
 * without a trace. Beyond a hole, SACK tells what came; it has room for a few blocks only, so that
 * what none of them covers remains open.
 */
static enum tw_received by_numbers(const struct tw_step *heard, const struct tw_step *sent,
				   enum tw_proof *proof)
{
	uint32_t end = tw_seq_add(heard->seq, span(heard));

	if (!numbered(heard) || !has_ack(sent) || span(heard) == 0 || (heard->flags & TW_RST))
		return TW_RECEIVED_UNKNOWN;
	if (!tw_seq_after(end, sent->ack)) {
		*proof = TW_PROOF_ACK;
		return TW_RECEIVED_CERTAINLY;
	}
	if (is_sacked(sent, heard->seq, end)) {
		*proof = TW_PROOF_SACK;
		return TW_RECEIVED_CERTAINLY;
	}
	if (!tw_seq_after(heard->seq, sent->ack)) {
		*proof = TW_PROOF_ACK_BELOW;
		return TW_RECEIVED_CERTAINLY_NOT;
	}
	return TW_RECEIVED_UNKNOWN;
}

/*
 * RFC 7323 section 4.3: the echo is the time stamp of the last segment that moved the left edge of
 * what was expected, so a greater one proves nothing of a segment in between, which may be lost,
 * and an older one says "not yet" only of a segment that lay at that edge: one that begins where
 * the ACK number stands. Equal stamps are equal only to a clock tick.
 */
static enum tw_received by_echo(const struct tw_step *heard, const struct tw_step *sent,
				enum tw_proof *proof)
{
	bool at_edge = numbered(heard) && has_ack(sent) && heard->seq == sent->ack;

	if (!has_stamps(heard) || !has_stamps(sent) || !(sent->flags & TW_ACK))
		return TW_RECEIVED_UNKNOWN;
	if (at_edge && span(heard) > 0 && tw_seq_after(heard->tsval, sent->tsecr)) {
		*proof = TW_PROOF_ECHO_OLDER;
		return TW_RECEIVED_CERTAINLY_NOT;
	}
	return TW_RECEIVED_UNKNOWN;
}

/* The only segment of the other side with the echoed stamp must have come. */
static bool is_the_echoed_one(const struct tw_step *steps, size_t heard, size_t sent)
{
	if (!has_stamps(&steps[heard]) || !has_stamps(&steps[sent]) ||
	    steps[heard].tsval != steps[sent].tsecr)
		return false;
	for (size_t i = sent; i-- > 0;) {
		if (steps[i].side == steps[sent].side || i == heard || !has_stamps(&steps[i]))
			continue;
		if (steps[i].tsval == steps[sent].tsecr)
			return false;
		if (tw_seq_before(steps[i].tsval, steps[sent].tsecr))
			return true;
	}
	return true;
}

static bool is_timed(const struct tw_step *heard, const struct tw_step *sent)
{
	return (heard->known & TW_FIELD_TIME) && (sent->known & TW_FIELD_TIME);
}

static enum tw_received by_itself(const struct tw_step *steps, size_t heard, size_t sent,
				  const int64_t distance_ns[2], enum tw_proof *proof)
{
	const struct tw_step *said = &steps[sent];
	enum tw_received received;

	*proof = TW_PROOF_NONE;
	if (said->answers != 0 && said->answers == steps[heard].at.frame) {
		*proof = TW_PROOF_ANSWER;
		return TW_RECEIVED_CERTAINLY;
	}
	received = by_numbers(&steps[heard], said, proof);
	if (received != TW_RECEIVED_UNKNOWN)
		return received;
	if (is_the_echoed_one(steps, heard, sent)) {
		*proof = TW_PROOF_ECHO;
		return TW_RECEIVED_CERTAINLY;
	}
	received = by_echo(&steps[heard], said, proof);
	if (received != TW_RECEIVED_UNKNOWN)
		return received;
	if (is_timed(&steps[heard], said) && distance_ns[said->side] > 0 &&
	    said->at.time_ns - steps[heard].at.time_ns < distance_ns[said->side]) {
		*proof = TW_PROOF_ON_ITS_WAY;
		return TW_RECEIVED_CERTAINLY_NOT;
	}
	return TW_RECEIVED_POSSIBLY;
}

enum tw_received tw_knew(const struct tw_step *steps, size_t heard, size_t sent,
			 const int64_t distance_ns[2], enum tw_proof *proof)
{
	enum tw_received received = by_itself(steps, heard, sent, distance_ns, proof);

	/* What was known once stays known. */
	for (size_t i = sent; received == TW_RECEIVED_POSSIBLY && i-- > heard + 1;) {
		enum tw_proof then;

		if (steps[i].side != steps[sent].side ||
		    by_itself(steps, heard, i, distance_ns, &then) != TW_RECEIVED_CERTAINLY)
			continue;
		*proof = TW_PROOF_EARLIER;
		return TW_RECEIVED_CERTAINLY;
	}
	return received;
}

/* A cumulative ACK covers all that took sequence space before it as well. */
static bool is_acknowledged(const struct tw_step *steps, size_t heard, size_t sent)
{
	for (size_t i = sent + 1; i-- > heard + 1;) {
		enum tw_proof proof;

		if (steps[i].side == steps[sent].side &&
		    by_numbers(&steps[heard], &steps[i], &proof) == TW_RECEIVED_CERTAINLY &&
		    proof == TW_PROOF_ACK)
			return true;
	}
	return false;
}

void tw_knowledge_of(const struct tw_step *steps, size_t sent, const int64_t distance_ns[2],
		     struct tw_knowledge *out)
{
	memset(out, 0, sizeof(*out));
	for (size_t i = sent; i-- > 0 && out->count < TW_KNOWLEDGE_BACK;) {
		struct tw_heard *heard = &out->heard[out->count];
		enum tw_proof proof;

		if (steps[i].side == steps[sent].side)
			continue;
		heard->received = (uint8_t)tw_knew(steps, i, sent, distance_ns, &proof);
		heard->proof = (uint8_t)proof;
		heard->frame = steps[i].at.frame;
		out->count++;
		if (heard->received == TW_RECEIVED_CERTAINLY && is_acknowledged(steps, i, sent))
			break;
	}
	for (size_t i = 0; i < out->count / 2; i++) {
		struct tw_heard swap = out->heard[i];

		out->heard[i] = out->heard[out->count - 1 - i];
		out->heard[out->count - 1 - i] = swap;
	}
}
