/* case_script.h: a case made from a script, with the names of a client and a server. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TESTS_EXPLAIN_CASE_SCRIPT_H
#define TW_TESTS_EXPLAIN_CASE_SCRIPT_H

#include "../tcp/script.h"
#include "cause/judge.h"
#include "explain/explain.h"
#include "explain/words.h"

struct case_script {
	struct script script;
	struct tw_arena arena;
	struct tw_case c;
	struct tw_explanation explanation;
};

static inline void case_script_tell(struct case_script *told, unsigned client,
				    const struct tw_context *context)
{
	const struct tw_endpoint nowhere[2] = {{.port = 0}};
	struct tw_case *c = &told->c;
	struct tw_memo *memo;

	told->arena = tw_arena_of(16 * 1024 * 1024);
	told->c = (struct tw_case){.connection = &told->script.connection, .context = *context};
	memo = tw_memo_new(&told->arena);
	assert_non_null(memo);
	tw_facts_derive(c->connection, &c->context, tw_roles_infer(c->connection, nowhere, client),
			&c->facts);
	tw_judge(&tw_catalogue, c->connection, &c->facts, memo, &c->verdict);
	tw_delivery_assess(c);
	c->vantage = tw_vantage_infer(c->connection);
	for (unsigned side = 0; side < 2; side++) {
		c->name[side] = side == c->facts.cast.roles.client ? TW_STR("the client")
								   : TW_STR("the server");
		c->address[side] =
		    side == c->facts.cast.roles.client ? TW_STR("10.0.0.1") : TW_STR("10.0.0.2");
	}
	c->conn_state = "OTH";
	c->history = TW_STR("");
	c->community_id = TW_STR("");
	c->id = TW_STR("0123456789abcdef");
	c->steps = told->script.steps;
	c->step_count = told->script.count;
	c->step_total = told->script.count;
	tw_explain(c, &told->arena, &told->explanation);
}

static inline void case_script_capture(struct case_script *told, const char *text)
{
	const struct tw_context alone = {.input_end_known = false};

	script_play(&told->script, text);
	case_script_tell(told, TW_NOBODY, &alone);
}

/* Wireshark Q&A 28338 without its last row, which begins a new connection. Side 0: the server. */
static inline void case_script_question(struct case_script *told)
{
	const struct tw_context retried = {
	    .has_retry = true,
	    .retry_stream = 1,
	    .retry = {.frame = 7},
	    .related[TW_RELATION_RETRY] = {.stream = {1}, .count = 1},
	};

	script_play_typed(&told->script, "> FPA; < A; < PA; > RA; < FPA; > R");
	case_script_tell(told, 1, &retried);
}

static inline void case_script_free(struct case_script *told)
{
	tw_arena_free(&told->arena);
}

#endif
