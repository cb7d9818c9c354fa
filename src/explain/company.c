/* company.c: what the other connections of the input add to a story. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain/teller.h"

#include "explain/words.h"

#include <inttypes.h>

static bool is(const struct tw_teller *t, enum tw_fact fact)
{
	return t->c->facts.value[fact].answer == TW_YES;
}

static void add(struct tw_teller *t, const char *words)
{
	tw_words_expand(&t->buf, t->c, words, TW_NOBODY, false);
}

static void at(struct tw_teller *t, struct tw_moment moment)
{
	tw_buf_add_char(&t->buf, ' ');
	tw_words_at(&t->buf, t->c, moment);
}

/* "streams 3, 5 and 9", or "stream 3". */
static void streams(struct tw_teller *t, enum tw_relation relation)
{
	const struct tw_related *related = &t->c->context.related[relation];

	tw_buf_add_text(&t->buf, related->count == 1 ? "stream" : "streams");
	for (size_t i = 0; i < related->count; i++)
		tw_buf_printf(&t->buf, "%s%" PRIu32,
			      i == 0			 ? " "
			      : i + 1U == related->count ? " and "
							 : ", ",
			      related->stream[i]);
}

/* In brackets: those of `total` connections that are named. */
static void such_as(struct tw_teller *t, enum tw_relation relation, uint32_t total)
{
	const struct tw_related *related = &t->c->context.related[relation];

	if (related->count == 0)
		return;
	tw_buf_add_text(&t->buf, related->count < total ? " (such as " : " (");
	streams(t, relation);
	tw_buf_add_char(&t->buf, ')');
}

static void duration(struct tw_teller *t, int64_t ns)
{
	tw_buf_add_duration(&t->buf, ns > 0 ? ns : 0);
}

/* ---- before ---- */

static void tell_retried(struct tw_teller *t)
{
	if (t->c->context.related[TW_RELATION_RETRIED].count == 0)
		return;
	add(t, "{client} tried again: before this, ");
	streams(t, TW_RELATION_RETRIED);
	tw_buf_add_text(&t->buf, " had failed");
	tw_teller_story_of(t, TW_WEIGHT_LINK);
}

static void tell_period(struct tw_teller *t)
{
	const struct tw_fact_value *periodic = &t->c->facts.value[TW_FACT_PERIODIC];

	if (!is(t, TW_FACT_PERIODIC))
		return;
	add(t, "{client} does this about every ");
	duration(t, periodic->duration_ns);
	such_as(t, TW_RELATION_PROBE, t->c->context.period.checks - 1);
	tw_teller_story_of(t, TW_WEIGHT_ASIDE);
}

static void tell_fan_out(struct tw_teller *t)
{
	if (!is(t, TW_FACT_FAN_OUT))
		return;
	add(t, "{client} knocked at ");
	tw_words_count(&t->buf, t->c->context.fan_out.ports, "port", "ports");
	tw_buf_add_text(&t->buf, " in this input");
	such_as(t, TW_RELATION_SCAN, t->c->context.fan_out.ports - 1);
	if (t->c->context.fan_out.conversations == 0)
		tw_buf_add_text(&t->buf, ", and talked to none");
	tw_teller_story(t);
}

static void tell_flood(struct tw_teller *t)
{
	const struct tw_context *context = &t->c->context;

	if (!is(t, TW_FACT_LISTENER_FLOODED))
		return;
	add(t, "within ");
	duration(t, context->flood.span_ns);
	add(t, " {server}'s port got ");
	tw_words_count(&t->buf, context->flood.half_open, "SYN", "SYNs");
	tw_buf_add_text(&t->buf, " that were sent once and left half-open, from ");
	if (context->flood.newcomers >= context->flood.half_open / 2)
		tw_words_count(&t->buf, context->flood.newcomers, "address", "addresses");
	else
		tw_buf_add_text(&t->buf, "few addresses");
	if (context->flood.completed > 0)
		tw_buf_printf(&t->buf, ", beside %" PRIu32 " that were completed",
			      context->flood.completed);
	such_as(t, TW_RELATION_FLOOD, context->flood.half_open);
	tw_teller_story(t);
}

void tw_tell_company_before(struct tw_teller *t)
{
	tell_retried(t);
	tell_period(t);
	tell_fan_out(t);
	tell_flood(t);
}

/* ---- after ---- */

static void tell_exit(struct tw_teller *t)
{
	const struct tw_context *context = &t->c->context;

	if (!is(t, TW_FACT_ENDED_TOGETHER))
		return;
	add(t, "{server} ended ");
	tw_words_count(&t->buf, context->exit.together - 1, "more connection", "more connections");
	tw_buf_add_text(&t->buf, " of this port in the same instant");
	such_as(t, TW_RELATION_EXIT, context->exit.together - 1);
	tw_teller_story(t);
	if (tw_happened(context->exit.gone)) {
		add(t, context->exit.refused ? "the next caller of that port was refused"
					     : "the next caller of that port got no answer");
		at(t, context->exit.gone);
	} else if (tw_happened(context->exit.there)) {
		add(t, "the port still answered the next caller");
		at(t, context->exit.there);
	}
	tw_teller_story_of(t, TW_WEIGHT_LINK);
}

static void tell_exit_before(struct tw_teller *t)
{
	const struct tw_context *context = &t->c->context;

	if (context->exit.before == 0)
		return;
	add(t, "not long before");
	at(t, context->exit.other);
	add(t, ", {server} had ended ");
	tw_words_count(&t->buf, context->exit.before, "connection", "connections");
	tw_buf_add_text(&t->buf, " of this port in one instant");
	such_as(t, TW_RELATION_EXIT, context->exit.before);
	tw_teller_story_of(t, TW_WEIGHT_ASIDE);
}

static void tell_alive(struct tw_teller *t)
{
	const struct tw_fact_value *alive = &t->c->facts.value[TW_FACT_HOST_ALIVE];
	unsigned side = tw_words_side(t->c, alive);
	struct tw_moment moment;
	uint32_t stream;

	if (!is(t, TW_FACT_HOST_ALIVE) || side == TW_NOBODY)
		return;
	moment = t->c->context.alive_elsewhere[side];
	stream = tw_happened(moment) ? t->c->context.alive_stream[side]
				     : t->c->context.host[side].stream;
	tw_words_expand(&t->buf, t->c, "{side}'s host was alive: it spoke on stream ", side, false);
	tw_buf_printf(&t->buf, "%" PRIu32 " ", stream);
	tw_words_frames(&t->buf, t->c, alive->frames, alive->frame_count);
	tw_teller_story_of(t, TW_WEIGHT_REPEATED);
}

/* How more attempts than one came out, and what it cost. */
static void tell_outcome_of_retries(struct tw_teller *t)
{
	const struct tw_retries *retries = &t->c->context.retries;
	bool worked = tw_happened(retries->succeeded);

	if (retries->failed == 0 || !(worked || retries->gave_up))
		return;
	if (worked) {
		tw_buf_printf(&t->buf, "stream %" PRIu32 " worked", retries->succeeded_stream);
		at(t, retries->succeeded);
	} else {
		add(t, "{client} gave up");
	}
	tw_buf_add_text(&t->buf, ", after ");
	tw_words_count(&t->buf, retries->failed, "further failed attempt",
		       "further failed attempts");
	if (t->c->connection->timed) {
		tw_buf_add_text(&t->buf, " and ");
		duration(t, retries->cost_ns);
	}
	tw_teller_story_of(t, TW_WEIGHT_LINK);
}

static void tell_retries(struct tw_teller *t)
{
	const struct tw_context *context = &t->c->context;

	/* Who only probes asks twice at times; that costs nobody anything. */
	if (!context->has_retry || is(t, TW_FACT_PORT_PROBED))
		return;
	add(t, "then {client} opened a new connection");
	if (t->c->connection->timed) {
		tw_buf_add_text(&t->buf, " after ");
		duration(t, context->retry.time_ns - t->c->connection->last.time_ns);
	}
	at(t, context->retry);
	tw_buf_printf(&t->buf, ": stream %" PRIu32 "%s", context->retry_stream,
		      context->retries.failed > 0		? ", which failed too"
		      : tw_happened(context->retries.succeeded) ? ", which worked"
								: "");
	tw_teller_story_of(t, TW_WEIGHT_LINK);
	tell_outcome_of_retries(t);
}

void tw_tell_company_after(struct tw_teller *t)
{
	tell_exit(t);
	tell_exit_before(t);
	tell_alive(t);
	tell_retries(t);
}
