/* state.c: RFC 9293 states derived from the record, in the order of the RFC's diagram. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/state.h"

#include "tcp/seq.h"

static const char *const names[] = {
#define X(name, text) [TW_STATE_##name] = text,
    TW_STATES(X)
#undef X
};

_Static_assert(TW_LEN(names) == TW_STATE_COUNT, "one name per state");

const char *tw_state_name(enum tw_state state)
{
	return names[state];
}

/* By the last RST: what was sent before it says nothing of whether it was taken in. */
/* The last RST counted, for a side that sent nothing after it. */
static bool took_effect(const struct tw_side *resetter, struct tw_moment last_sent)
{
	return resetter->reset_count > 0 && !resetter->reset_last.unacceptable &&
	       last_sent.frame < resetter->reset_last.at.frame;
}

static bool is_reset(const struct tw_side *me, const struct tw_side *peer)
{
	return took_effect(me, me->after_own_reset.last) ||
	       took_effect(peer, me->sent_after_reset.last);
}

static bool syn_acked(const struct tw_side *side)
{
	return side->syn_count > 0 && (side->marks & TW_SIDE_ACKED) &&
	       tw_seq_after(side->acked, side->isn);
}

/* Established is who acknowledged the other's SYN and had his own acknowledged. */
static enum tw_state opening_state(const struct tw_side *me, const struct tw_side *peer)
{
	bool synchronised = syn_acked(me) && syn_acked(peer);

	if (me->syn_count == 0 && peer->syn_count == 0)
		return me->segments + peer->segments > 0 ? TW_STATE_ESTABLISHED : TW_STATE_UNSEEN;
	if (me->syn_count == 0)
		return peer->marks & TW_SIDE_SYN_ACK ? TW_STATE_UNSEEN : TW_STATE_LISTEN;
	if (synchronised)
		return TW_STATE_ESTABLISHED;
	return me->marks & TW_SIDE_SYN_ACK ? TW_STATE_SYN_RECEIVED : TW_STATE_SYN_SENT;
}

/* RFC 9293 figure 5, lower half. */
static enum tw_state closing_state(const struct tw_side *me, const struct tw_side *peer)
{
	bool fin_sent = tw_happened(me->fin.at);
	bool fin_acked = tw_happened(me->fin.acked);
	bool fin_received = tw_happened(peer->fin.acked);
	/* The side whose FIN already covered the peer's was the second to close. */
	bool closed_second =
	    fin_sent && tw_happened(peer->fin.at) && tw_seq_after(me->fin.ack, peer->fin.seq);

	if (!fin_sent)
		return TW_STATE_CLOSE_WAIT;
	if (!fin_received)
		return fin_acked ? TW_STATE_FIN_WAIT_2 : TW_STATE_FIN_WAIT_1;
	if (closed_second)
		return fin_acked ? TW_STATE_CLOSED : TW_STATE_LAST_ACK;
	return fin_acked ? TW_STATE_TIME_WAIT : TW_STATE_CLOSING;
}

enum tw_state tw_state_of(const struct tw_connection *connection, unsigned side)
{
	const struct tw_side *me = &connection->side[side];
	const struct tw_side *peer = &connection->side[tw_other(side)];

	if (is_reset(me, peer))
		return TW_STATE_CLOSED;
	if (tw_happened(me->fin.at) || tw_happened(peer->fin.acked))
		return closing_state(me, peer);
	return opening_state(me, peer);
}
