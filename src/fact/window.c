/* window.c: facts about receive windows that were closed, and about who gave up on them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/attempts.h"

enum {
	PROBES_SURE = 3, /* some seconds of a timer that doubles its pauses */
	PROBES_MANY = 6,
	SURE_PATIENCE_ENDED = 99,
	SURE_FORGOTTEN = 99,
	SURE_RESET_AT_WINDOW = 95,
	/* The input ends while it is closed, and the sender may go on. */
	SURE_PROBES_IN_VAIN = 97,
	SURE_MANY_PROBES_IN_VAIN = 99,
};

static void put_seen(struct tw_derive *d)
{
	const struct tw_side *side =
	    tw_happened(d->client->zero_window_first) ? d->client : d->server;
	bool seen = tw_happened(side->zero_window_first);
	struct tw_fact_value *value;

	value = tw_derive_put_side(d, TW_FACT_ZERO_WINDOW_SEEN, seen,
				   seen ? TW_SEEN : tw_derive_absence(d), side);
	if (seen) {
		value->duration_ns = side->zero_window_ns;
		tw_fact_frame(value, side->zero_window_first);
		tw_fact_frame(value, side->zero_window_opened);
	}
}

static void put_at_end(struct tw_derive *d)
{
	bool closed = tw_happened(d->client->zero_window) || tw_happened(d->server->zero_window);
	struct tw_fact_value *value;

	value = tw_derive_put_side(d, TW_FACT_ZERO_WINDOW_AT_END, closed,
				   closed ? TW_SEEN : tw_derive_absence(d),
				   tw_happened(d->client->zero_window) ? d->client : d->server);
	if (closed) {
		tw_fact_frame(value, d->client->zero_window);
		tw_fact_frame(value, d->server->zero_window);
	}
}

/*
 * How often `sender` knocked at the window since it was closed: by a probe, or by the first byte
 * beyond it, as Windows and the BSDs do.
 */
static uint32_t knocks(const struct tw_side *sender, const struct tw_side *stalled)
{
	bool by_payload = tw_happened(stalled->zero_window) &&
			  tw_later(sender->retransmit.first, stalled->zero_window);

	return stalled->zero_window_probes + (by_payload ? sender->retransmit_rounds : 0);
}

/* How sure it is that `sender` waited for the window of `stalled` and gave up; 0: it did not. */
static unsigned gave_up(const struct tw_derive *d, const struct tw_side *sender,
			const struct tw_side *stalled)
{
	const struct tw_reset *reset = &sender->reset;
	bool by_reset = sender->reset_count > 0 && stalled->reset_count == 0;
	bool closed = tw_happened(stalled->zero_window);
	int64_t patience = tw_connection_idle_threshold_ns(d->connection);
	uint32_t count = knocks(sender, stalled);

	if (count == 0 || !d->connection->timed)
		return 0;
	/* The host had forgotten the connection when the window opened at last. */
	if (by_reset && !closed)
		return reset->kind == TW_RESET_PASSIVE && stalled->zero_window_ns >= patience &&
			       tw_happened(stalled->zero_window_opened) &&
			       !tw_later(stalled->zero_window_opened, reset->trigger) &&
			       !tw_later(sender->last_payload, stalled->zero_window_opened)
			   ? SURE_FORGOTTEN
			   : 0;
	if (!closed || stalled->reset_count > 0)
		return 0;
	if (by_reset)
		return reset->at.time_ns - stalled->zero_window.time_ns >= patience
			   ? SURE_RESET_AT_WINDOW
			   : 0;
	if (count < PROBES_SURE)
		return 0;
	return tw_attempts_ended(d, sender->last,
				 sender->last.time_ns - stalled->zero_window.time_ns)
		   ? SURE_PATIENCE_ENDED
	       : count >= PROBES_MANY ? SURE_MANY_PROBES_IN_VAIN
				      : SURE_PROBES_IN_VAIN;
}

static void put_gave_up(struct tw_derive *d)
{
	unsigned client = gave_up(d, d->client, d->server);
	unsigned server = gave_up(d, d->server, d->client);
	const struct tw_side *sender = client >= server ? d->client : d->server;
	const struct tw_side *stalled = sender == d->client ? d->server : d->client;
	unsigned sure = client >= server ? client : server;
	struct tw_fact_value *value;

	value = tw_derive_put_side(d, TW_FACT_GAVE_UP_ON_WINDOW, sure > 0,
				   sure > 0 ? sure : tw_derive_absence(d), sender);
	if (sure == 0)
		return;
	if (tw_happened(stalled->zero_window))
		tw_fact_frame(value, stalled->zero_window);
	else
		tw_fact_frame(value, stalled->zero_window_opened);
	tw_fact_frame(value, sender->last);
}

void tw_facts_window(struct tw_derive *d)
{
	put_seen(d);
	put_at_end(d);
	put_gave_up(d);
}
