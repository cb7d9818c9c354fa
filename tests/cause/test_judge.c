/* test_judge.c: how facts become probabilities: elimination, ignorance, groups, settling. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cause/judge.h"
#include "cause/weigh.h"

#include "../fact/sequences.h"

#include <math.h>

static const double tiny = 1e-9;

/* A case without any fact; who is who is told, so that names have somebody. */
static struct tw_fact_set no_facts(void)
{
	return (struct tw_fact_set){.cast = {.roles = {.client = 0, .server = 1, .known = true},
					     .closer = TW_NOBODY,
					     .resetter = TW_NOBODY,
					     .first = TW_NOBODY}};
}

static void put(struct tw_fact_set *facts, enum tw_fact fact, enum tw_answer answer,
		unsigned percent)
{
	facts->value[fact].answer = (uint8_t)answer;
	facts->value[fact].percent = (uint8_t)percent;
}

/* Each verdict is found anew. */
static void judge_connection(const struct tw_connection *connection,
			     const struct tw_fact_set *facts, struct tw_verdict *verdict)
{
	struct tw_arena arena = tw_arena_of(16 * 1024 * 1024);
	struct tw_memo *memo = tw_memo_new(&arena);

	assert_non_null(memo);
	tw_judge(&tw_catalogue, connection, facts, memo, verdict);
	tw_arena_free(&arena);
}

static struct tw_verdict judge(const struct tw_fact_set *facts)
{
	struct tw_connection connection;
	struct tw_verdict verdict;

	tw_connection_init(&connection, 0, false);
	judge_connection(&connection, facts, &verdict);
	return verdict;
}

static struct tw_verdict judge_sequence(const struct sequence *row)
{
	struct script script;
	struct tw_fact_set facts;
	struct tw_verdict verdict;

	if (row->typed)
		script_play_typed(&script, row->script);
	else
		script_play(&script, row->script);
	script_facts(&script, row, &facts);
	judge_connection(&script.connection, &facts, &verdict);
	return verdict;
}

static struct tw_verdict judge_script(const char *text)
{
	return judge_sequence(&(struct sequence){.script = text});
}

static void each_verdict(void (*check)(const struct tw_verdict *verdict, const char *script))
{
	for (size_t family = 0; family < TW_LEN(families); family++) {
		for (size_t i = 0; i < families[family].count; i++) {
			const struct sequence *row = &families[family].rows[i];
			struct tw_verdict verdict = judge_sequence(row);

			check(&verdict, row->script);
		}
	}
}

static size_t ending_count(void)
{
	size_t count = 0;

	for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++)
		count += tw_cause_kind_of(cause) == TW_KIND_ENDING;
	return count;
}

/* What is not shown is smaller than the least that is. */
static void check_probabilities(const struct tw_verdict *verdict, const char *script)
{
	double sum = 0;
	double least = 1;

	assert_true(verdict->hypothesis_count >= 1);
	assert_true(verdict->hypothesis_count <= TW_HYPOTHESES_MAX);
	for (size_t i = 0; i < verdict->hypothesis_count; i++) {
		const struct tw_hypothesis *hypothesis = &verdict->hypotheses[i];

		assert_int_equal(tw_cause_kind_of(hypothesis->cause), TW_KIND_ENDING);
		assert_true(hypothesis->probability > 0);
		if (hypothesis->probability > least)
			fail_msg("not sorted: %s", script);
		least = hypothesis->probability;
		sum += least;
		for (size_t k = 0; k < i; k++)
			assert_int_not_equal(verdict->hypotheses[k].cause, hypothesis->cause);
	}
	assert_true(sum < 1 + tiny);
	if (sum + (double)(ending_count() - verdict->hypothesis_count) * fmax(least, 0.01) < 1)
		fail_msg("sum %f: %s", sum, script);
}

static void probabilities_are_sorted_and_sum_to_one(void **state)
{
	(void)state;
	each_verdict(check_probabilities);
}

static void without_facts_the_priors_decide(void **state)
{
	struct tw_fact_set facts = no_facts();
	struct tw_verdict verdict;
	double sum = 0;

	(void)state;
	facts.typed = true; /* of a capture, weights are raised to a power */
	verdict = judge(&facts);
	for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++)
		if (tw_cause_kind_of(cause) == TW_KIND_ENDING)
			sum += tw_cause_entry(cause)->prior;
	for (size_t i = 0; i < verdict.hypothesis_count; i++) {
		const struct tw_hypothesis *hypothesis = &verdict.hypotheses[i];

		assert_true(fabs(hypothesis->probability -
				 tw_cause_entry(hypothesis->cause)->prior / sum) < tiny);
		assert_int_equal(hypothesis->for_count + hypothesis->against_count, 0);
	}
	assert_int_equal(verdict.condition_count, 0);
}

static void same_verdict(const struct tw_verdict *a, const struct tw_verdict *b)
{
	assert_int_equal(a->hypothesis_count, b->hypothesis_count);
	for (size_t i = 0; i < a->hypothesis_count; i++) {
		assert_int_equal(a->hypotheses[i].cause, b->hypotheses[i].cause);
		assert_true(fabs(a->hypotheses[i].probability - b->hypotheses[i].probability) <
			    tiny);
	}
	assert_int_equal(a->settle_count, b->settle_count);
	for (size_t i = 0; i < a->settle_count; i++)
		assert_int_equal(a->settles[i].fact, b->settles[i].fact);
	assert_int_equal(a->condition_count, b->condition_count);
	assert_int_equal(a->outcome, b->outcome);
	assert_int_equal(a->how, b->how);
	assert_int_equal(a->ended_by, b->ended_by);
	assert_int_equal(a->closed_first, b->closed_first);
	assert_int_equal(a->stage, b->stage);
}

/* Neither what memory held before nor what was judged before matters. */
static void equal_facts_give_equal_verdicts(void **state)
{
	struct tw_arena arena = tw_arena_of(16 * 1024 * 1024);
	struct tw_memo *memo = tw_memo_new(&arena);
	struct tw_connection connection;

	(void)state;
	assert_non_null(memo);
	tw_connection_init(&connection, 0, false);
	for (unsigned round = 0; round < 2; round++) {
		for (size_t i = 0; i < TW_LEN(reset_sequences); i++) {
			struct tw_fact_set facts;
			struct tw_verdict fresh;
			struct tw_verdict remembered;

			sequence_facts_at(&reset_sequences[i], 1, 1, &facts);
			memset(&remembered, 0xff, sizeof(remembered));
			fresh = judge(&facts);
			/* Brief at first, and in full from what was remembered of that. */
			tw_judge_briefly(&tw_catalogue, &connection, &facts, memo, &remembered);
			assert_int_equal(remembered.outcome, fresh.outcome);
			tw_judge(&tw_catalogue, &connection, &facts, memo, &remembered);
			same_verdict(&fresh, &remembered);
		}
	}
	tw_arena_free(&arena);
}

/* All that the cause needs, and nothing that it forbids. */
static struct tw_fact_set facts_for(enum tw_cause cause)
{
	const struct tw_likelihood *expects = tw_cause_entry(cause)->expects;
	struct tw_fact_set facts = no_facts();

	for (size_t i = 0; i < TW_EXPECTS_MAX && expects[i].fact != TW_FACT_NONE; i++) {
		if (expects[i].percent == 100)
			put(&facts, expects[i].fact, TW_YES, TW_SEEN);
		if (expects[i].percent == 0)
			put(&facts, expects[i].fact, TW_NO, TW_SEEN);
	}
	return facts;
}

/* Denies what the cause needs, or asserts what it forbids. */
static void contradict(struct tw_fact_set *facts, const struct tw_likelihood *expects,
		       unsigned percent)
{
	put(facts, expects->fact, expects->percent == 0 ? TW_YES : TW_NO, percent);
}

/* How many absolute expectations of the cause were tried both ways. */
static unsigned check_elimination(enum tw_cause cause)
{
	const struct tw_likelihood *expects = tw_cause_entry(cause)->expects;
	unsigned tried = 0;

	for (size_t i = 0; i < TW_EXPECTS_MAX && expects[i].fact != TW_FACT_NONE; i++) {
		struct tw_fact_set facts = facts_for(cause);
		struct tw_verdict verdict;
		struct tw_weights weights;

		if (expects[i].percent != 0 && expects[i].percent != 100)
			continue;
		contradict(&facts, &expects[i], TW_SEEN);
		verdict = judge(&facts);
		assert_true(tw_verdict_probability(&verdict, cause) == 0);
		/* It may become too small to be shown. */
		contradict(&facts, &expects[i], 55);
		tw_weigh(&tw_catalogue, &facts, &weights);
		if (weights.of[cause] <= 0)
			fail_msg("%s is ruled out by %s, which was only inferred",
				 tw_cause_slug(cause), tw_fact_info(expects[i].fact)->slug);
		tried++;
	}
	return tried;
}

/* Every need denied, every prohibition met: seen, it rules the cause out; inferred, never. */
static void only_a_fact_that_was_seen_rules_a_cause_out(void **state)
{
	unsigned tried = 0;

	(void)state;
	for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++)
		if (tw_cause_kind_of(cause) == TW_KIND_ENDING)
			tried += check_elimination(cause);
	assert_true(tried > 20);
}

static void the_more_a_fact_is_sure_the_more_it_weighs(void **state)
{
	struct tw_fact_set facts = no_facts();
	double before;
	double last = 0;

	(void)state;
	put(&facts, TW_FACT_RESET_SEEN, TW_YES, TW_SEEN);
	struct tw_verdict verdict = judge(&facts);

	before = tw_verdict_probability(&verdict, TW_CAUSE_REFUSED);
	for (unsigned percent = 50; percent <= TW_SEEN; percent += 10) {
		double now;

		put(&facts, TW_FACT_RESET_TO_SYN, TW_YES, percent);
		verdict = judge(&facts);
		now = tw_verdict_probability(&verdict, TW_CAUSE_REFUSED);
		if (percent == 50)
			assert_true(fabs(now - before) < tiny);
		else
			assert_true(now > last);
		last = now;
	}
	assert_true(last > 0.5);
}

static void an_unknown_fact_contributes_nothing(void **state)
{
	(void)state;
	for (enum tw_fact fact = TW_FACT_NONE + 1; fact < TW_FACT_COUNT; fact++) {
		struct tw_fact_set facts = facts_for(TW_CAUSE_REFUSED);
		struct tw_verdict without = judge(&facts);
		struct tw_verdict with;

		if (facts.value[fact].answer != TW_UNKNOWN)
			continue;
		put(&facts, fact, TW_UNKNOWN, TW_SEEN);
		with = judge(&facts);
		same_verdict(&without, &with);
	}
}

static double difference(const struct tw_verdict *a, const struct tw_verdict *b)
{
	double most = 0;

	for (size_t i = 0; i < a->hypothesis_count; i++) {
		const struct tw_hypothesis *hypothesis = &a->hypotheses[i];

		most = fmax(most, fabs(hypothesis->probability -
				       tw_verdict_probability(b, hypothesis->cause)));
	}
	return most;
}

/* Facts of a group say the same thing: the first known one speaks for all, whoever names it. */
static void of_a_group_only_the_first_known_fact_counts(void **state)
{
	struct tw_fact_set facts = no_facts();
	struct tw_verdict alone;
	struct tw_verdict both;

	(void)state;
	assert_int_equal(tw_fact_info(TW_FACT_RESET_ACTIVE)->group,
			 tw_fact_info(TW_FACT_RESET_BARE)->group);
	put(&facts, TW_FACT_RESET_SEEN, TW_YES, TW_SEEN);
	put(&facts, TW_FACT_RESET_ACTIVE, TW_YES, 80);
	alone = judge(&facts);
	put(&facts, TW_FACT_RESET_BARE, TW_NO, 90);
	put(&facts, TW_FACT_RESET_WINDOW_ZERO, TW_NO, 90);
	both = judge(&facts);
	assert_true(difference(&alone, &both) < tiny);
	/* Alone, the second one does count. */
	put(&facts, TW_FACT_RESET_ACTIVE, TW_UNKNOWN, 0);
	both = judge(&facts);
	put(&facts, TW_FACT_RESET_BARE, TW_UNKNOWN, 0);
	put(&facts, TW_FACT_RESET_WINDOW_ZERO, TW_UNKNOWN, 0);
	alone = judge(&facts);
	assert_true(difference(&alone, &both) > 0.001);
}

static void check_evidence(const struct tw_verdict *verdict, const char *script)
{
	(void)script;
	for (size_t i = 0; i < verdict->hypothesis_count; i++) {
		const struct tw_hypothesis *hypothesis = &verdict->hypotheses[i];

		assert_true(hypothesis->for_count <= TW_EVIDENCE_MAX);
		assert_true(hypothesis->against_count <= TW_EVIDENCE_MAX);
		for (size_t k = 0; k < hypothesis->for_count; k++)
			for (size_t m = 0; m < hypothesis->against_count; m++)
				assert_int_not_equal(hypothesis->for_facts[k],
						     hypothesis->against_facts[m]);
	}
}

static void no_fact_speaks_for_and_against_the_same_cause(void **state)
{
	(void)state;
	each_verdict(check_evidence);
}

static void check_settles(const struct tw_verdict *verdict, const char *script)
{
	double last = INFINITY;

	assert_true(verdict->settle_count <= TW_SETTLES_MAX);
	for (size_t i = 0; i < verdict->settle_count; i++) {
		const struct tw_settle *settle = &verdict->settles[i];

		if (settle->gain > last)
			fail_msg("settles are not sorted by gain: %s", script);
		last = settle->gain;
		assert_true(settle->gain > 0);
		assert_int_not_equal(settle->between[0], settle->between[1]);
		assert_true(tw_fact_info(settle->fact)->settle[0] != '\0');
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(tw_fact_info(verdict->settles[k].fact)->settle,
						tw_fact_info(settle->fact)->settle);
	}
}

static void what_would_settle_it_is_sorted_by_gain_and_named_once(void **state)
{
	(void)state;
	each_verdict(check_settles);
}

static void what_was_seen_is_not_asked_for(void **state)
{
	(void)state;
	for (size_t i = 0; i < TW_LEN(reset_sequences); i++) {
		struct tw_fact_set facts;
		struct tw_verdict verdict;

		sequence_facts_at(&reset_sequences[i], 1, 1, &facts);
		verdict = judge(&facts);
		for (size_t k = 0; k < verdict.settle_count; k++)
			assert_false(tw_fact_seen(&facts, verdict.settles[k].fact));
	}
}

static void a_certain_verdict_needs_no_settling(void **state)
{
	struct tw_verdict verdict = judge_script("@0 > S 0; @0.04 < RA 0/1 win 0");

	(void)state;
	assert_int_equal(verdict.hypotheses[0].cause, TW_CAUSE_REFUSED);
	assert_int_equal(verdict.settle_count, 0);
}

/* Measured: the same packet in every field. What stood before it puts one first, not alone. */
static void an_inseparable_pair_shares_its_probability(void **state)
{
	static const struct {
		const char *script;
		enum tw_cause first, second;
	} rows[] = {
	    {OPEN ASK "@2 < RA 1/101", TW_CAUSE_CLOSE_WITH_UNREAD_DATA, TW_CAUSE_ABORTIVE_CLOSE},
	    {OPEN EXCHANGE "@2 < RA 51/101", TW_CAUSE_ABORTIVE_CLOSE,
	     TW_CAUSE_CLOSE_WITH_UNREAD_DATA},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct tw_verdict verdict = judge_script(rows[i].script);
		double second = tw_verdict_probability(&verdict, rows[i].second);
		bool counter_is_named = false;

		assert_int_equal(verdict.hypotheses[0].cause, rows[i].first);
		assert_true(second > 0.01);
		assert_true(verdict.hypotheses[0].probability + second > 0.8);
		for (size_t k = 0; k < verdict.settle_count; k++)
			counter_is_named = counter_is_named ||
					   verdict.settles[k].fact == TW_FACT_COUNTED_AS_UNREAD;
		assert_true(counter_is_named);
	}
}

/* An end, its ender, how far it had come, and how bad it was. */
static void a_verdict_says_who_how_and_how_bad(void **state)
{
	static const struct {
		const char *script;
		enum tw_cause cause;
		enum tw_how how;
		enum tw_ender ended_by, closed_first;
		enum tw_stage stage;
		enum tw_outcome outcome;
	} rows[] = {
	    {OPEN EXCHANGE CLOSE, TW_CAUSE_GRACEFUL_CLOSE, TW_HOW_FIN, TW_ENDER_CLIENT,
	     TW_ENDER_CLIENT, TW_STAGE_LATER, TW_OUTCOME_OK},
	    {OPEN EXCHANGE "@2 > FA 101/51; @2.01 < FA 51/101; @2.04 < A 52/102; @2.05 > A 102/52",
	     TW_CAUSE_SIMULTANEOUS_CLOSE, TW_HOW_FIN, TW_ENDER_BOTH, TW_ENDER_BOTH, TW_STAGE_LATER,
	     TW_OUTCOME_OK},
	    {OPEN EXCHANGE "@1.2 > A 101/51", TW_CAUSE_STILL_OPEN, TW_HOW_OPEN, TW_ENDER_NOBODY,
	     TW_ENDER_NOBODY, TW_STAGE_LATER, TW_OUTCOME_UNFINISHED},
	    {"@0 > S 0; @0.04 < RA 0/1 win 0", TW_CAUSE_REFUSED, TW_HOW_RST, TW_ENDER_SERVER,
	     TW_ENDER_SERVER, TW_STAGE_POST_SYN, TW_OUTCOME_FAILED},
	    {"@0 > S 0; @1 > S 0; @3 > S 0", TW_CAUSE_SYN_UNANSWERED, TW_HOW_SILENCE,
	     TW_ENDER_NOBODY, TW_ENDER_NOBODY, TW_STAGE_POST_SYN, TW_OUTCOME_FAILED},
	    {OPEN "@0.2 > RA 1/1", TW_CAUSE_HEALTH_CHECK, TW_HOW_RST, TW_ENDER_CLIENT,
	     TW_ENDER_CLIENT, TW_STAGE_POST_ACK, TW_OUTCOME_HARMLESS},
	    {OPEN GIVES_UP, TW_CAUSE_REQUEST_BLACKHOLED, TW_HOW_SILENCE, TW_ENDER_NETWORK,
	     TW_ENDER_NOBODY, TW_STAGE_POST_PSH, TW_OUTCOME_FAILED},
	    {OPEN EXCHANGE GIVES_UP_LATER("1.1"), TW_CAUSE_RETRANSMISSION_TIMEOUT, TW_HOW_SILENCE,
	     TW_ENDER_NOBODY, TW_ENDER_NOBODY, TW_STAGE_LATER, TW_OUTCOME_FAILED},
	    {OPEN EXCHANGE GIVES_UP_LATER("601.1"), TW_CAUSE_MIDDLEBOX_IDLE_DROP, TW_HOW_SILENCE,
	     TW_ENDER_NETWORK, TW_ENDER_NOBODY, TW_STAGE_LATER, TW_OUTCOME_FAILED},
	    {"@0 > S 0; ! > 3/13", TW_CAUSE_FIREWALL_REJECT, TW_HOW_ICMP, TW_ENDER_NETWORK,
	     TW_ENDER_NOBODY, TW_STAGE_POST_SYN, TW_OUTCOME_FAILED},
	    /* An abort by a requester that had its answer harms nobody. */
	    {OPEN EXCHANGE "@1.2 > RA 101/51", TW_CAUSE_ABORTIVE_CLOSE, TW_HOW_RST, TW_ENDER_CLIENT,
	     TW_ENDER_CLIENT, TW_STAGE_LATER, TW_OUTCOME_HARMLESS},
	    {OPEN EXCHANGE "@1.2 < FA 51/101; @1.21 > A 101/52; @1.3 > PA 101/52 len 9; @1.34 < R "
			   "52",
	     TW_CAUSE_DATA_AFTER_CLOSE, TW_HOW_RST, TW_ENDER_SERVER, TW_ENDER_SERVER,
	     TW_STAGE_LATER, TW_OUTCOME_FAILED},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct tw_verdict verdict = judge_script(rows[i].script);

		if (verdict.hypotheses[0].cause != rows[i].cause)
			fail_msg("row %zu: %s, expected %s", i,
				 tw_cause_slug(verdict.hypotheses[0].cause),
				 tw_cause_slug(rows[i].cause));
		assert_int_equal(verdict.how, rows[i].how);
		assert_int_equal(verdict.ended_by, rows[i].ended_by);
		assert_int_equal(verdict.closed_first, rows[i].closed_first);
		assert_int_equal(verdict.stage, rows[i].stage);
		assert_int_equal(verdict.outcome, rows[i].outcome);
	}
}

/* The sender of a forged RST is neither end; a FIN that went before it was its sender's. */
static void the_network_closes_first_only_by_its_own_reset(void **state)
{
	static const struct {
		const char *script;
		enum tw_ender closed_first;
	} rows[] = {
	    {OPEN EXCHANGE "@1.3 < R 51; @1.31 < PA 51/101 len 50; @1.35 > A 101/101; "
			   "@1.4 < PA 101/101 len 50; @1.5 < PA 151/101 len 50",
	     TW_ENDER_NETWORK},
	    {OPEN EXCHANGE "@1.2 > FA 101/51; @1.3 < R 51; @1.31 < PA 51/102 len 50; "
			   "@1.4 < PA 101/102 len 50; @1.5 < PA 151/102 len 50",
	     TW_ENDER_CLIENT},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct tw_verdict verdict = judge_script(rows[i].script);

		assert_int_equal(verdict.hypotheses[0].cause, TW_CAUSE_INJECTED_RESET);
		assert_int_equal(verdict.ended_by, TW_ENDER_NETWORK);
		assert_int_equal(verdict.closed_first, rows[i].closed_first);
	}
}

/* However much speaks for one cause, the unforeseen keeps its share; where much is open, less. */
static void no_verdict_leaves_no_room_for_the_unforeseen(void **state)
{
	struct tw_verdict refused = judge_script("@0 > S 0; @0.04 < RA 0/1 win 0");

	(void)state;
	assert_int_equal(refused.hypotheses[0].cause, TW_CAUSE_REFUSED);
	assert_true(refused.hypotheses[0].probability > 0.97);
	assert_true(refused.hypotheses[0].probability <= 0.99);
	assert_true(tw_verdict_probability(&refused, TW_CAUSE_UNKNOWN) >= 0.009);
}

static enum tw_ender closed_first_by_half(const char *text)
{
	struct script script;
	struct tw_fact_set facts;
	struct tw_verdict verdict;

	script_play(&script, text);
	script.connection.limits[TW_LIMIT_ONE_DIRECTION] = script.connection.first;
	script_facts(&script, &(struct sequence){.script = text}, &facts);
	judge_connection(&script.connection, &facts, &verdict);
	return verdict.closed_first;
}

/* One side's ACK numbers tell whether the other's FIN came before or after its own. */
static void a_half_seen_close_has_its_order_from_acks(void **state)
{
	(void)state;
	assert_int_equal(closed_first_by_half("@0 > S 0; @0.1 > A 1/1; @0.2 > PA 1/1 len 9; "
					      "@0.3 > A 10/51; @1 > FA 10/51; @1.1 > A 11/52"),
			 TW_ENDER_CLIENT);
	assert_int_equal(closed_first_by_half("@0 > S 0; @0.1 > A 1/1; @0.2 > PA 1/1 len 9; "
					      "@0.3 > A 10/51; @1 > FA 10/52"),
			 TW_ENDER_SERVER);
	assert_int_equal(closed_first_by_half("@0 > S 0; @0.1 > A 1/1; @0.2 > PA 1/1 len 9; "
					      "@0.3 > A 10/51; @1 > FA 10/51"),
			 TW_ENDER_UNKNOWN);
}

/* A scanner makes its SYN past the kernel, with the MSS alone; a kernel's may be regretted. */
static void a_kernel_does_not_scan(void **state)
{
	struct tw_verdict scan = judge_script("@0 > S 0 mss 1460; @0.2 < SA 0/1; @0.21 > R 1");
	struct tw_verdict regretted =
	    judge_script("@0 > S 0 mss 1460 sack; @0.2 < SA 0/1; @0.21 > R 1");

	(void)state;
	assert_int_equal(scan.hypotheses[0].cause, TW_CAUSE_SYN_SCAN);
	assert_int_equal(regretted.hypotheses[0].cause, TW_CAUSE_CONNECT_ABANDONED);
}

static bool has_condition(const struct tw_verdict *verdict, enum tw_cause cause)
{
	for (size_t i = 0; i < verdict->condition_count; i++)
		if (verdict->conditions[i].cause == cause)
			return true;
	return false;
}

static void conditions_hold_beside_any_ending(void **state)
{
	static const struct {
		const char *script;
		enum tw_cause condition;
		bool holds;
	} rows[] = {
	    {"@0 > S 0; @1 > S 0; @1.04 < SA 0/1; @1.05 > A 1/1", TW_CAUSE_SLOW_CONNECT, true},
	    {"@0 > S 0; @1 > S 0; @3 > S 0", TW_CAUSE_SLOW_CONNECT, false},
	    {OPEN "@1 > PA 1/1 len 9; @1.3 > PA 1/1 len 9; @1.34 < A 1/10", TW_CAUSE_LOSS, true},
	    {OPEN GIVES_UP, TW_CAUSE_LOSS, false},
	    {OPEN ASK "@2 < A 1/101 win 0; @4 < A 1/101 win 500", TW_CAUSE_ZERO_WINDOW_STALL, true},
	    {OPEN EXCHANGE CLOSE, TW_CAUSE_ZERO_WINDOW_STALL, false},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct tw_verdict verdict = judge_script(rows[i].script);

		assert_int_equal(has_condition(&verdict, rows[i].condition), rows[i].holds);
	}
}

static void a_fine_ending_is_degraded_by_its_condition(void **state)
{
	struct tw_verdict verdict = judge_script(
	    "@0 > S 0; @1 > S 0; @1.04 < SA 0/1; @1.05 > A 1/1; "
	    "@1.1 > PA 1/1 len 100; @1.14 < PA 1/101 len 50; @1.15 > A 101/51; " CLOSE);

	(void)state;
	assert_int_equal(verdict.hypotheses[0].cause, TW_CAUSE_GRACEFUL_CLOSE);
	assert_int_equal(verdict.outcome, TW_OUTCOME_DEGRADED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(probabilities_are_sorted_and_sum_to_one),
	    cmocka_unit_test(without_facts_the_priors_decide),
	    cmocka_unit_test(equal_facts_give_equal_verdicts),
	    cmocka_unit_test(only_a_fact_that_was_seen_rules_a_cause_out),
	    cmocka_unit_test(the_more_a_fact_is_sure_the_more_it_weighs),
	    cmocka_unit_test(an_unknown_fact_contributes_nothing),
	    cmocka_unit_test(of_a_group_only_the_first_known_fact_counts),
	    cmocka_unit_test(no_fact_speaks_for_and_against_the_same_cause),
	    cmocka_unit_test(what_would_settle_it_is_sorted_by_gain_and_named_once),
	    cmocka_unit_test(what_was_seen_is_not_asked_for),
	    cmocka_unit_test(a_certain_verdict_needs_no_settling),
	    cmocka_unit_test(an_inseparable_pair_shares_its_probability),
	    cmocka_unit_test(no_verdict_leaves_no_room_for_the_unforeseen),
	    cmocka_unit_test(the_network_closes_first_only_by_its_own_reset),
	    cmocka_unit_test(a_half_seen_close_has_its_order_from_acks),
	    cmocka_unit_test(a_verdict_says_who_how_and_how_bad),
	    cmocka_unit_test(a_kernel_does_not_scan),
	    cmocka_unit_test(conditions_hold_beside_any_ending),
	    cmocka_unit_test(a_fine_ending_is_degraded_by_its_condition),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
