/* table.h: a catalogue of two endings and what parts them, for tests of the judge's arithmetic. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TESTS_CAUSE_TABLE_H
#define TW_TESTS_CAUSE_TABLE_H

#include "cause/judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Two causes that only RESET_IMMEDIATE and RESETTER_TTL_128 part; nothing else can be the case. */
struct table {
	struct tw_catalogue catalogue;
	struct tw_cause_entry one;
	struct tw_cause_entry other;
	struct tw_cause_entry out;
};

static const enum tw_cause table_one = TW_CAUSE_DATA_AFTER_CLOSE;
static const enum tw_cause table_other = TW_CAUSE_CLOSE_WITH_UNREAD_DATA;

static inline void table_make(struct table *table, uint8_t at_once_one, uint8_t at_once_other,
			      uint8_t ttl_one, uint8_t ttl_other)
{
	table->one = (struct tw_cause_entry){.prior = 100,
					     .expects = {TW_EXPECTS(RESET_IMMEDIATE, at_once_one),
							 TW_EXPECTS(RESETTER_TTL_128, ttl_one)}};
	table->other =
	    (struct tw_cause_entry){.prior = 100,
				    .expects = {TW_EXPECTS(RESET_IMMEDIATE, at_once_other),
						TW_EXPECTS(RESETTER_TTL_128, ttl_other)}};
	/* A prohibition that the facts meet. */
	table->out = (struct tw_cause_entry){.prior = 1, .expects = {TW_FORBIDS(RESET_SEEN)}};
	for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++)
		table->catalogue.entry[cause] = cause == table_one     ? &table->one
						: cause == table_other ? &table->other
								       : &table->out;
}

static inline void table_seen(struct tw_fact_set *facts, enum tw_fact fact, enum tw_answer answer)
{
	facts->value[fact] = (struct tw_fact_value){.answer = (uint8_t)answer, .percent = TW_SEEN};
}

/* A typed case in which a RST was seen and nothing else is known. */
static inline struct tw_fact_set table_facts(void)
{
	struct tw_fact_set facts = {.cast = {.roles = {.client = 0, .server = 1, .known = true},
					     .closer = TW_NOBODY,
					     .resetter = 1,
					     .first = 1},
				    .typed = true};

	table_seen(&facts, TW_FACT_RESET_SEEN, TW_YES);
	return facts;
}

static inline struct tw_verdict table_judge(const struct table *table,
					    const struct tw_fact_set *facts)
{
	struct tw_arena arena = tw_arena_of(16 * 1024 * 1024);
	struct tw_memo *memo = tw_memo_new(&arena);
	struct tw_connection connection;
	struct tw_verdict verdict;

	assert_non_null(memo);
	tw_connection_init(&connection, 0, true);
	tw_judge(&table->catalogue, &connection, facts, memo, &verdict);
	tw_arena_free(&arena);
	return verdict;
}

#endif
