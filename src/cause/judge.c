/* judge.c: weighing the catalogue against the facts. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cause/judge.h"

#include "base/assert.h"
#include "cause/proof.h"
#include "cause/settle.h"
#include "cause/weigh.h"
#include "tcp/causality.h"

#include <math.h>
#include <string.h>

/* What is worth showing. */
static const double evidence_min = 0.12; /* natural log of the ratio */
static const double shown_min = 0.004;
/* No condition is surer than this, however plainly it was seen. */
static const double condition_max = 0.996;

/* ---- evidence of one hypothesis ---- */

struct ranked {
	uint8_t fact;
	double weight;
};

static void rank_insert(struct ranked ranked[], size_t max, uint8_t *count, struct ranked item)
{
	size_t at = *count;

	while (at > 0 && ranked[at - 1].weight < item.weight)
		at--;
	if (at == max)
		return;
	if (*count < max)
		(*count)++;
	memmove(&ranked[at + 1], &ranked[at], (*count - at - 1U) * sizeof(*ranked));
	ranked[at] = item;
}

static void collect_evidence(const struct tw_likelihood *expects, const struct tw_fact_set *facts,
			     struct tw_hypothesis *hypothesis)
{
	struct ranked in_favour[TW_EVIDENCE_MAX];
	struct ranked against[TW_EVIDENCE_MAX];
	struct tw_counted counted = tw_weigh_counted(facts);

	for (size_t i = 0; i < TW_EXPECTS_MAX && expects[i].fact != TW_FACT_NONE; i++) {
		double ratio;

		if (!counted.fact[expects[i].fact])
			continue;
		ratio = tw_weigh_evidence(&expects[i], facts);
		if (ratio > evidence_min)
			rank_insert(in_favour, TW_EVIDENCE_MAX, &hypothesis->for_count,
				    (struct ranked){expects[i].fact, ratio});
		if (ratio < -evidence_min)
			rank_insert(against, TW_EVIDENCE_MAX, &hypothesis->against_count,
				    (struct ranked){expects[i].fact, -ratio});
	}
	for (size_t i = 0; i < hypothesis->for_count; i++)
		hypothesis->for_facts[i] = in_favour[i].fact;
	for (size_t i = 0; i < hypothesis->against_count; i++)
		hypothesis->against_facts[i] = against[i].fact;
}

static void rank_hypotheses(const struct tw_catalogue *catalogue, const struct tw_weights *weights,
			    const struct tw_fact_set *facts, struct tw_verdict *verdict)
{
	bool taken[TW_CAUSE_COUNT] = {false};

	while (verdict->hypothesis_count < TW_HYPOTHESES_MAX) {
		enum tw_cause best = TW_CAUSE_COUNT;

		for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++)
			if (!taken[cause] && weights->of[cause] > 0 &&
			    (best == TW_CAUSE_COUNT || weights->of[cause] > weights->of[best]))
				best = cause;
		/* Three are shown where three remain possible, however small. */
		if (best == TW_CAUSE_COUNT || (verdict->hypothesis_count >= 3 &&
					       weights->of[best] / weights->sum < shown_min))
			return;
		taken[best] = true;

		struct tw_hypothesis *hypothesis =
		    &verdict->hypotheses[verdict->hypothesis_count++];

		hypothesis->cause = (uint8_t)best;
		hypothesis->probability = weights->of[best] / weights->sum;
		collect_evidence(catalogue->entry[best]->expects, facts, hypothesis);
	}
}

/* ---- conditions ---- */

static void judge_condition(const struct tw_catalogue *catalogue, enum tw_cause cause,
			    const struct tw_fact_set *facts, struct tw_verdict *verdict)
{
	const struct tw_likelihood *needs = catalogue->entry[cause]->expects;
	struct tw_condition condition = {.cause = (uint8_t)cause, .probability = condition_max};

	for (size_t i = 0; i < TW_EXPECTS_MAX && needs[i].fact != TW_FACT_NONE; i++) {
		const struct tw_fact_value *value = &facts->value[needs[i].fact];

		if (needs[i].percent == 0) {
			if (value->answer == TW_YES && value->percent == TW_SEEN)
				return;
			continue;
		}
		if (value->answer != TW_YES)
			return;
		TW_ASSERT(condition.fact_count < TW_LEN(condition.facts));
		condition.facts[condition.fact_count++] = needs[i].fact;
		condition.probability = fmin(condition.probability, value->percent / 100.0);
	}
	if (verdict->condition_count < TW_CONDITIONS_MAX)
		verdict->conditions[verdict->condition_count++] = condition;
}

/* ---- who, how, how bad ---- */

static enum tw_ender ender_of_side(const struct tw_fact_set *facts, unsigned side)
{
	if (side == TW_NOBODY)
		return TW_ENDER_NOBODY;
	return side == facts->cast.roles.client ? TW_ENDER_CLIENT : TW_ENDER_SERVER;
}

static enum tw_how how_it_ended(enum tw_cause cause, const struct tw_fact_set *facts)
{
	if (facts->cast.resetter != TW_NOBODY)
		return TW_HOW_RST;
	if (tw_fact_is(facts, TW_FACT_ICMP_TO_SYN, TW_YES))
		return TW_HOW_ICMP;
	if (tw_fact_is(facts, TW_FACT_UNANSWERED_RETRANSMISSIONS, TW_YES) ||
	    tw_fact_is(facts, TW_FACT_KEEP_ALIVE_UNANSWERED, TW_YES) ||
	    cause == TW_CAUSE_SYN_UNANSWERED || cause == TW_CAUSE_SYNACK_UNANSWERED ||
	    cause == TW_CAUSE_SYN_FLOOD || cause == TW_CAUSE_SYN_SCAN ||
	    cause == TW_CAUSE_ACCEPT_QUEUE_OVERFLOW || cause == TW_CAUSE_PMTU_BLACKHOLE ||
	    cause == TW_CAUSE_ZERO_WINDOW_TIMEOUT)
		return TW_HOW_SILENCE;
	return facts->cast.closer != TW_NOBODY ? TW_HOW_FIN : TW_HOW_OPEN;
}

/* The sender of the first FIN; both where the FINs crossed. */
static enum tw_ender ender_by_fin(const struct tw_connection *connection, enum tw_cause cause,
				  const struct tw_fact_set *facts)
{
	if (cause == TW_CAUSE_SIMULTANEOUS_CLOSE ||
	    (tw_fact_is(facts, TW_FACT_FINS_CROSSED, TW_YES) &&
	     tw_fact_seen(facts, TW_FACT_FINS_CROSSED)))
		return TW_ENDER_BOTH;
	if (tw_happened(connection->limits[TW_LIMIT_ONE_DIRECTION]))
		switch (tw_closer_by_half(&connection->side[facts->cast.closer])) {
		case TW_CLOSED_FIRST:
			break;
		case TW_CLOSED_LAST:
			return ender_of_side(facts, tw_other(facts->cast.closer));
		case TW_CLOSED_UNCLEAR:
			return TW_ENDER_UNKNOWN;
		}
	return ender_of_side(facts, facts->cast.closer);
}

static bool is_failure_of_path(enum tw_cause cause)
{
	return cause == TW_CAUSE_PATH_BLACKHOLE || cause == TW_CAUSE_PMTU_BLACKHOLE ||
	       cause == TW_CAUSE_REQUEST_BLACKHOLED || cause == TW_CAUSE_MIDDLEBOX_IDLE_DROP;
}

static enum tw_ender who_ended_it(const struct tw_connection *connection,
				  const struct tw_verdict *verdict, const struct tw_fact_set *facts)
{
	enum tw_cause cause = verdict->hypotheses[0].cause;

	if (cause == TW_CAUSE_INJECTED_RESET || cause == TW_CAUSE_MIDDLEBOX_IDLE_RESET ||
	    cause == TW_CAUSE_FIREWALL_REJECT || cause == TW_CAUSE_NAT_BYPASS_RESET)
		return TW_ENDER_NETWORK;
	/* Only a proved failure of the path is the network's doing. */
	if (is_failure_of_path(cause) &&
	    (verdict->how == TW_HOW_SILENCE || verdict->hypotheses[0].probability >= 0.9))
		return TW_ENDER_NETWORK;
	switch (verdict->how) {
	case TW_HOW_RST:
		/* A RST that contradicts its host is the filter's. */
		return cause == TW_CAUSE_FIREWALL_REJECT
			   ? TW_ENDER_NETWORK
			   : ender_of_side(facts, facts->cast.resetter);
	case TW_HOW_FIN:
		return ender_by_fin(connection, cause, facts);
	case TW_HOW_ICMP:
		return TW_ENDER_NETWORK;
	case TW_HOW_SILENCE:
	case TW_HOW_OPEN:
	case TW_HOW_COUNT:
		break;
	}
	return TW_ENDER_NOBODY;
}

/* The sender of the first FIN or RST with effect; of a forged or a middlebox's RST: the network. */
static enum tw_ender who_closed_first(const struct tw_connection *connection,
				      const struct tw_verdict *verdict,
				      const struct tw_fact_set *facts)
{
	const struct tw_cast *cast = &facts->cast;

	if (cast->first == TW_NOBODY)
		return TW_ENDER_NOBODY;
	if (cast->closer == cast->first &&
	    (cast->resetter != cast->first || connection->side[cast->closer].fin.at.frame <
						  connection->side[cast->resetter].reset.at.frame))
		return ender_by_fin(connection, verdict->hypotheses[0].cause, facts);
	return verdict->ended_by == TW_ENDER_NETWORK ? TW_ENDER_NETWORK
						     : ender_of_side(facts, cast->first);
}

static bool has_all_acked(const struct tw_side *side)
{
	return !tw_happened(side->last_payload) || tw_happened(side->last_payload_acked);
}

/* An abort that lost nothing harms nobody, whatever made it. */
static bool lost_nothing(enum tw_cause cause, const struct tw_connection *connection,
			 const struct tw_fact_set *facts)
{
	enum { FAREWELL_BYTES_MAX = 200, TLS_TICKETS_BYTES_MAX = 2000 };

	/* The side that asks closed of its own will; a few bytes more it did not want. */
	if (cause == TW_CAUSE_DATA_AFTER_CLOSE && facts->cast.closer != TW_NOBODY) {
		const struct tw_side *closer = &connection->side[facts->cast.closer];
		const struct tw_side *late = &connection->side[tw_other(facts->cast.closer)];
		uint64_t most =
		    late->marks & TW_SIDE_TLS ? TLS_TICKETS_BYTES_MAX : FAREWELL_BYTES_MAX;

		return tw_fact_is(facts, TW_FACT_LATE_BY_REQUESTER, TW_NO) &&
		       (late->late.known & TW_FIELD_LENGTH) && late->late.bytes <= most &&
		       has_all_acked(closer);
	}
	/* After the FIN of the one that asks, the alert of the other is a farewell. */
	if (cause == TW_CAUSE_ABORTIVE_CLOSE && facts->cast.closer == facts->cast.roles.client &&
	    tw_fact_is(facts, TW_FACT_FAREWELL_ALERT, TW_YES))
		return true;
	/* The farewell alone met a host that had forgotten. */
	if (cause == TW_CAUSE_PEER_LOST_STATE &&
	    tw_fact_is(facts, TW_FACT_RESET_ANSWERS_FIN, TW_YES) &&
	    tw_fact_is(facts, TW_FACT_ALL_ACKNOWLEDGED, TW_YES))
		return true;
	return (cause == TW_CAUSE_ABORTIVE_CLOSE || cause == TW_CAUSE_CLOSE_WITH_UNREAD_DATA) &&
	       tw_fact_is(facts, TW_FACT_RESPONSE_COMPLETE, TW_YES) &&
	       tw_fact_is(facts, TW_FACT_ALL_ACKNOWLEDGED, TW_YES);
}

/* A window that opens again within a moment costs nothing. */
static bool stalled(const struct tw_connection *connection)
{
	const int64_t noticeable_ns = 200 * TW_NS_PER_MS;

	for (unsigned side = 0; side < 2; side++)
		if (connection->side[side].zero_window_ns >= noticeable_ns ||
		    tw_happened(connection->side[side].zero_window))
			return true;
	return false;
}

/* A repair that nobody notices is no degradation: only waits and frequent losses are. */
static bool degrades(const struct tw_connection *connection, const struct tw_condition *condition)
{
	uint64_t timeouts = 0;
	uint64_t again = 0;
	uint64_t sent = 0;

	/* What is not recorded was sent all the same. */
	if (tw_cause_outcome(condition->cause) < TW_OUTCOME_DEGRADED ||
	    condition->cause == TW_CAUSE_ASYMMETRIC_PATH)
		return false;
	if (condition->cause == TW_CAUSE_ZERO_WINDOW_STALL)
		return stalled(connection);
	if (condition->cause != TW_CAUSE_LOSS && condition->cause != TW_CAUSE_CHECKSUM_CORRUPTION)
		return condition->probability > 0.5;
	for (unsigned side = 0; side < 2; side++) {
		timeouts += connection->side[side].timeout_retransmitted;
		again += connection->side[side].retransmitted;
		sent += connection->side[side].payload_segments;
	}
	return timeouts > 1 || (again >= 3 && again * 100 >= sent);
}

static enum tw_outcome outcome_of(const struct tw_connection *connection,
				  const struct tw_verdict *verdict, const struct tw_fact_set *facts)
{
	enum tw_cause cause = verdict->hypotheses[0].cause;
	enum tw_outcome outcome = tw_cause_outcome(cause);

	if (lost_nothing(cause, connection, facts))
		outcome = TW_OUTCOME_HARMLESS;
	/* Only FINs were at stake: the farewell failed, no data did. */
	if ((cause == TW_CAUSE_RETRANSMISSION_TIMEOUT || cause == TW_CAUSE_PATH_BLACKHOLE ||
	     cause == TW_CAUSE_MIDDLEBOX_IDLE_DROP) &&
	    connection->side[0].retransmit_bytes + connection->side[1].retransmit_bytes == 0)
		outcome = TW_OUTCOME_DEGRADED;
	/* Who waited for an answer when the process went away has lost it. */
	if (cause == TW_CAUSE_PROCESS_EXIT &&
	    (tw_fact_is(facts, TW_FACT_REQUEST_UNANSWERED, TW_YES) ||
	     tw_fact_is(facts, TW_FACT_RESET_INSTEAD_OF_ANSWER, TW_YES)))
		outcome = TW_OUTCOME_FAILED;
	if (cause == TW_CAUSE_UNKNOWN && tw_fact_is(facts, TW_FACT_CONVERSATION_SEEN, TW_YES))
		outcome = TW_OUTCOME_FAILED;
	/* However politely it was closed: the rest of the answer never came. */
	if (tw_fact_is(facts, TW_FACT_RESPONSE_INCOMPLETE, TW_YES) && outcome != TW_OUTCOME_FAILED)
		outcome = facts->cast.first == facts->cast.roles.server ? TW_OUTCOME_FAILED
									: TW_OUTCOME_DEGRADED;
	if (outcome >= TW_OUTCOME_DEGRADED)
		return outcome;
	/* The first condition is one that degrades. */
	if (verdict->condition_count > 0 && degrades(connection, &verdict->conditions[0]))
		return TW_OUTCOME_DEGRADED;
	return outcome;
}

/* Where a condition has a reason among the others, the reason is what to tell first. */
static bool is_explained(const struct tw_verdict *verdict, enum tw_cause effect)
{
	static const struct {
		uint8_t reason;
		uint8_t effect;
	} explained[] = {
	    {TW_CAUSE_TIME_WAIT_COLLISION, TW_CAUSE_SLOW_CONNECT},
	    {TW_CAUSE_TFO_BLACKHOLE, TW_CAUSE_SLOW_CONNECT},
	    {TW_CAUSE_CHECKSUM_CORRUPTION, TW_CAUSE_LOSS},
	};

	for (size_t i = 0; i < TW_LEN(explained); i++)
		for (size_t k = 0; k < verdict->condition_count; k++)
			if (explained[i].effect == effect &&
			    explained[i].reason == verdict->conditions[k].cause)
				return true;
	return false;
}

/* What made the connection worse leads; headline and advice are about the first one. */
static void lead_with_worst(const struct tw_connection *connection, struct tw_verdict *verdict)
{
	struct tw_condition *conditions = verdict->conditions;

	for (size_t i = 0; i < verdict->condition_count; i++) {
		struct tw_condition worst = conditions[i];

		if (!degrades(connection, &worst) ||
		    is_explained(verdict, (enum tw_cause)worst.cause))
			continue;
		memmove(&conditions[1], &conditions[0], i * sizeof(*conditions));
		conditions[0] = worst;
		return;
	}
}

static enum tw_stage stage_of(const struct tw_connection *connection)
{
	uint64_t payloads =
	    connection->side[0].payload_segments + connection->side[1].payload_segments;
	bool established = tw_happened(connection->established) ||
			   tw_happened(connection->limits[TW_LIMIT_MIDSTREAM_START]);

	if (payloads > 1)
		return TW_STAGE_LATER;
	if (payloads == 1)
		return TW_STAGE_POST_PSH;
	return established ? TW_STAGE_POST_ACK : TW_STAGE_POST_SYN;
}

/* The part of the verdict that follows from the answers alone. */
static void judge_facts(const struct tw_catalogue *catalogue, const struct tw_fact_set *facts,
			struct tw_verdict *verdict)
{
	struct tw_weights weights;

	memset(verdict, 0, sizeof(*verdict));
	tw_weigh(catalogue, facts, &weights);
	rank_hypotheses(catalogue, &weights, facts, verdict);
	TW_ASSERT(verdict->hypothesis_count > 0);
	for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++)
		if (tw_cause_kind_of(cause) == TW_KIND_CONDITION)
			judge_condition(catalogue, cause, facts, verdict);
}

/* The part that depends on more than the answers. */
static void judge_connection(const struct tw_connection *connection,
			     const struct tw_fact_set *facts, struct tw_verdict *verdict)
{
	verdict->how = how_it_ended(verdict->hypotheses[0].cause, facts);
	verdict->ended_by = who_ended_it(connection, verdict, facts);
	verdict->closed_first = who_closed_first(connection, verdict, facts);
	lead_with_worst(connection, verdict);
	verdict->outcome = outcome_of(connection, verdict, facts);
	verdict->stage = stage_of(connection);
}

static struct tw_verdict *remembered_of(const struct tw_catalogue *catalogue,
					const struct tw_fact_set *facts, struct tw_memo *memo)
{
	bool known;
	struct tw_verdict *remembered = tw_memo_look(memo, facts, &known);

	if (!known)
		judge_facts(catalogue, facts, remembered);
	return remembered;
}

void tw_judge(const struct tw_catalogue *catalogue, const struct tw_connection *connection,
	      const struct tw_fact_set *facts, struct tw_memo *memo, struct tw_verdict *verdict)
{
	struct tw_verdict *remembered = remembered_of(catalogue, facts, memo);

	if (!remembered->reasoned) {
		tw_proof_find(catalogue, facts, remembered);
		tw_settle_find(catalogue, facts, remembered);
		remembered->reasoned = true;
	}
	*verdict = *remembered;
	judge_connection(connection, facts, verdict);
}

void tw_judge_briefly(const struct tw_catalogue *catalogue, const struct tw_connection *connection,
		      const struct tw_fact_set *facts, struct tw_memo *memo,
		      struct tw_verdict *verdict)
{
	*verdict = *remembered_of(catalogue, facts, memo);
	judge_connection(connection, facts, verdict);
}
