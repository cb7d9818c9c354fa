/* test_knowledge.c: what each sender had received, by every proof there is, and by none. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/knowledge.h"

#include "base/defs.h"

#include "script.h"

/* Side 1 is 40 ms from the capture point, side 0 is 10 ms away. */
#define OPEN "@0 > S 0; @0.04 < SA 0/1; @0.05 > A 1/1; "

struct question {
	const char *script;
	size_t heard; /* row numbers */
	size_t sent;
	enum tw_received received;
	enum tw_proof proof;
};

static void ask(const struct question *question)
{
	struct script s;
	enum tw_proof proof;
	enum tw_received received;

	script_play(&s, question->script);

	int64_t distance_ns[2] = {s.connection.side[0].distance_ns,
				  s.connection.side[1].distance_ns};

	received = tw_knew(s.steps, question->heard - 1, question->sent - 1, distance_ns, &proof);
	if (received != question->received || proof != question->proof)
		fail_msg("%s: of row %zu, row %zu: %d by \"%s\", expected %d by \"%s\"",
			 question->script, question->heard, question->sent, received,
			 tw_proof_words(proof), question->received,
			 tw_proof_words(question->proof));
}

static void each_proof_has_its_case(void **state)
{
	static const struct question questions[] = {
	    /* Data and a FIN: the ACK number says all. */
	    {OPEN "@1 > PA 1/1 len 9; @1.05 < A 1/10", 4, 5, TW_RECEIVED_CERTAINLY, TW_PROOF_ACK},
	    {OPEN "@1 > FA 1/1; @9 < PA 1/1 len 9", 4, 5, TW_RECEIVED_CERTAINLY_NOT,
	     TW_PROOF_ACK_BELOW},
	    /* Beyond a hole it says nothing; SACK may. */
	    {OPEN "@1 > PA 10/1 len 9; @2 < A 1/1", 4, 5, TW_RECEIVED_POSSIBLY, TW_PROOF_NONE},
	    {OPEN "@1 > PA 10/1 len 9; @2 < A 1/1 sacks 10/19", 4, 5, TW_RECEIVED_CERTAINLY,
	     TW_PROOF_SACK},
	    {OPEN "@1 > PA 10/1 len 9; @2 < A 1/1 sacks 12/19", 4, 5, TW_RECEIVED_POSSIBLY,
	     TW_PROOF_NONE},
	    /* A RST that answers a segment had it. */
	    {OPEN "@1 > PA 1/1 len 9; @1.05 < R 1", 4, 5, TW_RECEIVED_CERTAINLY, TW_PROOF_ANSWER},
	    /* Of a pure ACK or a RST only an echo or the time can tell. */
	    {OPEN "@1 > A 1/1 ts 90/50; @2 < A 1/1 ts 60/90", 4, 5, TW_RECEIVED_CERTAINLY,
	     TW_PROOF_ECHO},
	    {OPEN "@1 > A 1/1 ts 90/50; @1 > A 1/1 ts 90/50; @2 < A 1/1 ts 60/90", 4, 6,
	     TW_RECEIVED_POSSIBLY, TW_PROOF_NONE},
	    {OPEN "@1 > A 1/1 ts 90/50; @2 < A 1/1 ts 60/91", 4, 5, TW_RECEIVED_POSSIBLY,
	     TW_PROOF_NONE},
	    {OPEN "@1 > RA 1/1; @1.039 < PA 1/1 len 9", 4, 5, TW_RECEIVED_CERTAINLY_NOT,
	     TW_PROOF_ON_ITS_WAY},
	    {OPEN "@1 > RA 1/1; @1.041 < PA 1/1 len 9", 4, 5, TW_RECEIVED_POSSIBLY, TW_PROOF_NONE},
	    {OPEN "@1 < RA 1/1; @1.009 > PA 1/1 len 9", 4, 5, TW_RECEIVED_CERTAINLY_NOT,
	     TW_PROOF_ON_ITS_WAY},
	    /* Where no way was measured, no time is too short, not even one that runs backwards. */
	    {"@1 > A 1/1; @0.999 < A 1/1", 1, 2, TW_RECEIVED_POSSIBLY, TW_PROOF_NONE},
	    /* What an earlier segment proved holds on. */
	    {OPEN "@1 > A 1/1 ts 90/50; @2 < A 1/1 ts 60/90; @3 > A 1/1 ts 95/60; "
		  "@4 < A 1/1 ts 70/95",
	     4, 7, TW_RECEIVED_CERTAINLY, TW_PROOF_EARLIER},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(questions); i++)
		ask(&questions[i]);
}

/* A RST's number is none of a stream: no ACK ever covers it. */
static void no_ack_number_covers_a_reset(void **state)
{
	static const struct question question = {OPEN "@1 > RA 1/1; @2 < PA 1/1 len 9", 4, 5,
						 TW_RECEIVED_POSSIBLY, TW_PROOF_NONE};

	(void)state;
	ask(&question);
}

static void an_assumed_number_proves_nothing(void **state)
{
	static const int64_t nowhere[2] = {0, 0};
	struct script s;
	enum tw_proof proof;

	(void)state;
	script_play_typed(&s, "> FPA; < A; < PA");
	assert_int_equal(tw_knew(s.steps, 0, 2, nowhere, &proof), TW_RECEIVED_POSSIBLY);
	assert_int_equal(proof, TW_PROOF_NONE);
}

static void the_list_begins_with_what_is_certain_and_is_bounded(void **state)
{
	static const int64_t nowhere[2] = {0, 0};
	struct tw_knowledge knowledge;
	struct script s;

	(void)state;
	script_play(&s, OPEN "@1 > PA 1/1 len 9; @1.05 < A 1/10; @2 > PA 10/1 len 9; "
			     "@2.1 > FA 19/1; @3 < PA 1/19 len 5");
	tw_knowledge_of(s.steps, 7, nowhere, &knowledge);
	assert_int_equal(knowledge.count, 2);
	assert_int_equal(knowledge.heard[0].frame, 6);
	assert_int_equal(knowledge.heard[0].received, TW_RECEIVED_CERTAINLY);
	assert_int_equal(knowledge.heard[1].frame, 7);
	assert_int_equal(knowledge.heard[1].received, TW_RECEIVED_CERTAINLY_NOT);

	struct tw_step many[40] = {0};

	for (size_t i = 0; i < TW_LEN(many); i++)
		many[i] = (struct tw_step){.at = {.frame = i + 1}, .side = i == 39};
	tw_knowledge_of(many, 39, nowhere, &knowledge);
	assert_int_equal(knowledge.count, TW_KNOWLEDGE_BACK);
	assert_int_equal(knowledge.heard[0].frame, 39 - TW_KNOWLEDGE_BACK + 1);
	assert_int_equal(knowledge.heard[TW_KNOWLEDGE_BACK - 1].frame, 39);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_proof_has_its_case),
	    cmocka_unit_test(no_ack_number_covers_a_reset),
	    cmocka_unit_test(an_assumed_number_proves_nothing),
	    cmocka_unit_test(the_list_begins_with_what_is_certain_and_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
