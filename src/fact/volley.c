/* volley.c: facts about RSTs taken together: published detectors, patterns, and what missed. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/derive.h"
#include "fact/detail.h"

enum {
	SURE_MISSED_BY_STRANGER = 97, /* and it has another hand than the host */
	SURE_MISSED_CHALLENGED = 90,  /* its receiver asked back */
	SURE_MISSED = 80,
	SURE_BEHIND = 80, /* the ACK that it answers may not have been captured */
	SURE_PATTERN = 90,
	DETECTOR_S = 2,
	SILENCE_S = 3,
	SIGNATURE_PACKETS = 10,
};

static uint32_t detector_if(bool condition, enum tw_detector detector)
{
	return condition ? tw_detail_bit(detector) : 0;
}

/* Its sender's own payload lies beyond the RST, which answers nothing: the forger came late. */
static bool is_behind(const struct tw_side *side)
{
	const struct tw_reset *reset = &side->reset;

	return reset->seq_offset_known && reset->seq_offset < -1 && !tw_happened(reset->trigger) &&
	       !reset->forgotten && !(reset->flags & TW_ACK) && side->payload_segments > 0 &&
	       reset->own_idle_ns < DETECTOR_S * TW_NS_PER_S;
}

static bool goes_on_with_data(const struct tw_side *side)
{
	return side->after_own_reset.count > 0 && side->volley.payload_after_own > 0 &&
	       !side->reset.to_syn &&
	       side->after_own_reset.first.time_ns - side->reset.at.time_ns <
		   DETECTOR_S * TW_NS_PER_S;
}

static void put_detectors(struct tw_derive *d)
{
	const struct tw_side *sides[] = {d->resetter, d->reset};
	bool lossy = tw_happened(d->connection->limits[TW_LIMIT_LOST_IN_CAPTURE]);
	uint32_t fired = 0;
	struct tw_fact_value *value;
	unsigned sure;

	if (!d->connection->timed || tw_derive_numbers(d) != TW_SEEN)
		return;
	for (size_t i = 0; i < TW_LEN(sides); i++) {
		const struct tw_side *side = sides[i];

		fired |=
		    detector_if(side->volley.sequence_changes, TW_DETECTOR_RST_SEQ_CHANGE) |
		    detector_if(side->volley.acknowledgment_changes, TW_DETECTOR_RST_ACK_CHANGE) |
		    detector_if(side->reset_count > 0 && goes_on_with_data(side),
				TW_DETECTOR_RST_SEQ_DATA) |
		    detector_if(side->reset_count > 0 && is_behind(side), TW_DETECTOR_DATA_SEQ_RST);
	}
	sure = lossy						  ? TW_SURE_ABSENT_IN_PART
	       : fired == tw_detail_bit(TW_DETECTOR_DATA_SEQ_RST) ? SURE_BEHIND
								  : TW_SEEN;
	value = tw_derive_put_side(d, TW_FACT_RESET_DETECTED, fired != 0,
				   fired ? sure : tw_derive_absence(d), d->resetter);
	value->detail = fired;
	if (fired) {
		tw_fact_frame(value, d->resetter->reset.at);
		tw_fact_frame(value, d->resetter->reset_last.at);
	}
}

/* ---- the patterns of connection tampering ---- */

static enum tw_signature after_syn(const struct tw_volley *volley)
{
	if (volley->bare == 1 && volley->with_ack == 0)
		return TW_SIGNATURE_SYN_RST;
	if (volley->bare == 0 && volley->with_ack == 1)
		return TW_SIGNATURE_SYN_RSTACK;
	return volley->bare > 0 && volley->with_ack > 0 ? TW_SIGNATURE_SYN_BOTH
							: TW_SIGNATURE_COUNT;
}

static enum tw_signature after_ack(const struct tw_volley *volley)
{
	if (volley->bare > 0 && volley->with_ack > 0)
		return TW_SIGNATURE_COUNT;
	if (volley->bare > 0)
		return volley->bare == 1 ? TW_SIGNATURE_ACK_RST : TW_SIGNATURE_ACK_RSTS;
	return volley->with_ack == 1 ? TW_SIGNATURE_ACK_RSTACK : TW_SIGNATURE_ACK_RSTACKS;
}

static enum tw_signature after_psh(const struct tw_volley *volley)
{
	if (volley->bare > 0 && volley->with_ack > 0)
		return TW_SIGNATURE_PSH_BOTH;
	if (volley->with_ack > 0)
		return volley->with_ack == 1 ? TW_SIGNATURE_PSH_RSTACK : TW_SIGNATURE_PSH_RSTACKS;
	if (volley->bare == 1)
		return TW_SIGNATURE_PSH_RST;
	if (volley->bare_ack_zero && volley->bare_ack_filled)
		return TW_SIGNATURE_PSH_RST_ZERO;
	return volley->bare_ack_differs ? TW_SIGNATURE_PSH_RST_DIFFER : TW_SIGNATURE_PSH_RST_SAME;
}

/* Where no RST came, the pattern is a client that falls silent right there. */
static enum tw_signature silent(const struct tw_side *client)
{
	if (client->segments == client->syn_count)
		return TW_SIGNATURE_SYN;
	if (client->payload_segments == 0 && client->segments == client->syn_count + 1)
		return TW_SIGNATURE_ACK;
	if (client->payload_segments == 1 && client->last.frame == client->last_payload.frame)
		return TW_SIGNATURE_PSH;
	return TW_SIGNATURE_COUNT;
}

static enum tw_signature signature_of(const struct tw_side *client)
{
	const struct tw_volley *volley = &client->volley;

	if (client->segments > SIGNATURE_PACKETS || tw_happened(client->fin.at))
		return TW_SIGNATURE_COUNT;
	if (client->reset_count == 0)
		return silent(client);
	if (client->payload_segments > 1)
		return volley->with_ack > 0 ? TW_SIGNATURE_DATA_RSTACK : TW_SIGNATURE_DATA_RST;
	if (client->payload_segments == 1)
		return after_psh(volley);
	return client->segments == client->syn_count + client->reset_count ? after_syn(volley)
									   : after_ack(volley);
}

static void put_signature(struct tw_derive *d)
{
	const struct tw_side *client = d->client;
	int64_t rest = d->context->input_end_ns - d->connection->last.time_ns;
	bool goes_on =
	    d->context->input_end_known && d->connection->timed && rest >= SILENCE_S * TW_NS_PER_S;
	enum tw_signature signature = signature_of(client);
	bool matches = signature < TW_SIGNATURE_COUNT;
	struct tw_fact_value *value;

	if (!(client->marks & TW_SIDE_SYN) || (client->marks & TW_SIDE_SYN_ACK))
		return;
	/* Silence shows only in what was captured after it. */
	if (matches && client->reset_count == 0 && !goes_on)
		return;
	value = tw_derive_put_side(d, TW_FACT_TAMPERING_SIGNATURE, matches,
				   matches ? SURE_PATTERN : tw_derive_absence(d), client);
	if (!matches)
		return;
	value->detail = tw_detail_bit(signature);
	tw_fact_frame(value, client->last_payload);
	tw_fact_frame(value, client->last);
}

/* ---- what missed ---- */

static void put_missed(struct tw_derive *d)
{
	const struct tw_side *at = d->client->missed.count > 0 ? d->client : d->server;
	bool missed = at->missed.count > 0;
	struct tw_fact_value *value;

	/* The next of the host's own count of IP IDs: a mistake of its own. */
	if (missed && at->missed.by_itself)
		return;
	value = tw_derive_put_side(d, TW_FACT_RESETS_MISSED, missed,
				   !missed		    ? tw_derive_absence(d)
				   : at->missed.foreign	    ? SURE_MISSED_BY_STRANGER
				   : at->missed.answer != 0 ? SURE_MISSED_CHALLENGED
							    : SURE_MISSED,
				   at);
	if (!missed)
		return;
	tw_fact_frame(value, (struct tw_moment){.frame = at->missed.first});
	tw_fact_frame(value, (struct tw_moment){.frame = at->missed.answer});
	tw_fact_frame(value, (struct tw_moment){.frame = at->missed.last});
}

void tw_facts_volley(struct tw_derive *d)
{
	if (d->resetter)
		put_detectors(d);
	put_signature(d);
	put_missed(d);
}
