/* test_run.c: runs of small scenarios, and what is left of a run: nothing. Needs root. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/run_alone.h"
#include "lab/steps.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- plans ---- */

struct bench {
	struct tw_arena arena;
	struct lab_plan plan;
};

/* `steps` are lines of sentences, each indented by two blanks. */
static void make_plan(struct bench *bench, const char *truth, const char *steps)
{
	struct tw_buf text = tw_buf_of(1 << 16);
	struct tw_buf error = tw_buf_of(1 << 16);

	bench->arena = tw_arena_of(1 << 24);
	tw_buf_printf(&text,
		      "A trial\n\nOf what the laboratory can do.\n\n"
		      "setting:\n  one way takes 10 ms\n  IPv4 only\n  they talk lines\n"
		      "  offload is off\n\ntruth:\n%s\nsteps:\n%s",
		      truth, steps);
	if (!lab_plan_make(&bench->plan, TW_STR("trial"), tw_buf_str(&text), 1, &bench->arena,
			   &error))
		fail_msg("%s", error.text);
	tw_buf_free(&text);
	tw_buf_free(&error);
}

/* What a run must show: the number of RSTs and FINs that hosts sent, and lines of the diary. */
struct wanted {
	unsigned resets;
	unsigned fins;
	const char *deeds[6];
};

static bool diary_has(const struct lab_run *run, const char *text)
{
	for (size_t i = 0; i < run->diary_count; i++)
		if (strcmp(run->diary[i].text, text) == 0)
			return true;
	return false;
}

static bool is_sent(const struct lab_passed *passed)
{
	return passed->point == (passed->from == LAB_CLIENT ? LAB_AT_CLIENT : LAB_AT_SERVER);
}

/* In the process of the run: no assertions here, but the trouble is told. */
static enum lab_outcome compare(struct lab_run *run, void *context)
{
	const struct wanted *wanted = context;
	size_t count = lab_wire_passed_count(run->wire);
	unsigned resets = 0;
	unsigned fins = 0;

	for (size_t i = 0; i < count; i++) {
		struct lab_passed passed = lab_wire_passed(run->wire, i);

		resets += is_sent(&passed) && (passed.flags & TW_RST) != 0;
		fins += is_sent(&passed) && (passed.flags & TW_FIN) != 0;
	}
	if (resets != wanted->resets || fins != wanted->fins) {
		(void)lab_run_fail(run, "%u RSTs and %u FINs", resets, fins);
		return LAB_IMPOSSIBLE;
	}
	for (size_t i = 0; i < TW_LEN(wanted->deeds) && wanted->deeds[i]; i++)
		if (!diary_has(run, wanted->deeds[i])) {
			(void)lab_run_fail(run, "not in the diary: %s", wanted->deeds[i]);
			return LAB_IMPOSSIBLE;
		}
	return LAB_WENT_WELL;
}

static struct lab_alone perform(const char *truth, const char *steps, unsigned attempts,
				struct wanted wanted)
{
	struct bench bench;
	struct lab_alone told;

	make_plan(&bench, truth, steps);
	told = lab_run_alone(&bench.plan, attempts, compare, &wanted);
	tw_arena_free(&bench.arena);
	if (told.outcome == LAB_IMPOSSIBLE && strstr(told.trouble, "cannot ")) {
		print_message("skipped: %s\n", told.trouble);
		skip();
	}
	return told;
}

/* A busy machine may spoil one attempt. */
static void shows(const char *truth, const char *steps, struct wanted wanted)
{
	struct lab_alone told = perform(truth, steps, 3, wanted);

	if (told.outcome != LAB_WENT_WELL)
		fail_msg("%s", told.trouble);
}

/* ---- runs ---- */

static void a_graceful_close_is_two_fins(void **state)
{
	(void)state;
	shows("  connection 1: graceful-close\n",
	      "  the client connects\n"
	      "  they exchange a request and a response of 3 kB\n"
	      "  the client closes and the other follows\n",
	      (struct wanted){.fins = 2,
			      .deeds = {"connected", "send() 3000 bytes", "read 3000 bytes",
					"read: end of stream", "close()"}});
}

static void an_abort_is_a_reset_and_the_peer_reads_so(void **state)
{
	(void)state;
	shows("  connection 1: abortive-close\n  the server resets because TCP_STATE\n",
	      "  the client connects\n"
	      "  the client sends a request of 100 bytes\n"
	      "  the server reads everything\n"
	      "  the server aborts\n"
	      "  the client reads what is there\n"
	      "  the client's read failed with ECONNRESET\n",
	      (struct wanted){
		  .resets = 1,
		  .deeds = {"close() with SO_LINGER 0", "read failed: Connection reset by peer"}});
}

static void unread_bytes_are_told_of_a_close_and_of_a_kill(void **state)
{
	static const char truth[] = "  connection 1: close-with-unread-data\n"
				    "  the server resets because TCP_ABORT_ON_CLOSE\n";
	static const char *const ends[][2] = {
	    {"closes", "close() with 40 bytes unread"},
	    {"is killed", "killed with SIGKILL, 40 bytes unread"},
	};
	char steps[400];

	(void)state;
	for (size_t i = 0; i < TW_LEN(ends); i++) {
		(void)snprintf(steps, sizeof(steps),
			       "  the client connects\n"
			       "  the client sends a request of 40 bytes\n"
			       "  wait until the client's data arrives\n"
			       "  wait 20 ms\n"
			       "  the server %s\n"
			       "  everything settles\n",
			       ends[i][0]);
		shows(truth, steps, (struct wanted){.resets = 1, .deeds = {ends[i][1]}});
	}
}

static void what_a_rule_drops_is_sent_again(void **state)
{
	(void)state;
	shows("  connection 1: graceful-close\n",
	      "  the client connects\n"
	      "  the wire drops the first FIN of the client\n"
	      "  the client closes\n"
	      "  wait until the client's FIN is sent 2 times\n"
	      "  the server reads to the end\n"
	      "  the server's read ended\n"
	      "  the server closes\n"
	      "  everything settles\n",
	      (struct wanted){.fins = 3});
}

static void closes_at_the_same_time_cross(void **state)
{
	(void)state;
	shows("  connection 1: graceful-close\n",
	      "  the client connects\n"
	      "  they exchange a request and a response\n"
	      "  everything settles\n"
	      "  the client closes\n"
	      "  the server closes\n"
	      "  everything settles\n"
	      "  the client's FIN and the server's FIN crossed\n",
	      (struct wanted){.fins = 2});
}

static void a_check_that_does_not_hold_is_tried_again(void **state)
{
	struct lab_alone told = perform("  connection 1: graceful-close\n",
					"  the client connects\n"
					"  the client closes and the other follows\n"
					"  the client's FIN and the server's FIN crossed\n",
					2, (struct wanted){0});

	(void)state;
	assert_int_equal(told.outcome, LAB_WENT_OTHERWISE);
	assert_int_equal(told.attempts, 2);
	assert_non_null(strstr(told.trouble, "FIN crossed): they did not cross"));
}

static void a_kernel_that_disagrees_is_no_good_run(void **state)
{
	struct lab_alone told = perform("  connection 1: graceful-close\n",
					"  the client connects\n"
					"  the client aborts\n"
					"  everything settles\n",
					1, (struct wanted){.resets = 1});

	(void)state;
	assert_int_equal(told.outcome, LAB_WENT_OTHERWISE);
	assert_true(told.trouble[0] != '\0');
}

/* ---- what is left ---- */

enum { FAMILY_MAX = 16, CALLER = 0, GUARD, RUN, PROGRAM, FAMILY };

static pid_t child_of(pid_t parent)
{
	char path[64];
	int child = 0;
	FILE *children;

	(void)snprintf(path, sizeof(path), "/proc/%d/task/%d/children", parent, parent);
	children = fopen(path, "r");
	if (!children)
		return 0;
	if (fscanf(children, "%d", &child) != 1)
		child = 0;
	(void)fclose(children);
	return child;
}

/* The caller, its guard, the run and one of its programs; false as long as one is missing. */
static bool find_family(pid_t caller, pid_t family[FAMILY])
{
	family[CALLER] = caller;
	for (size_t i = GUARD; i < FAMILY; i++) {
		family[i] = child_of(family[i - 1]);
		if (family[i] == 0)
			return false;
	}
	return true;
}

static bool has_tracing_instance(pid_t run)
{
	char command[120];

	(void)snprintf(command, sizeof(command),
		       "ls /sys/kernel/tracing/instances | grep -q -- -%d-", run);
	return system(command) == 0;
}

static bool all_are_gone(const pid_t family[FAMILY])
{
	for (size_t i = CALLER; i < FAMILY; i++)
		if (kill(family[i], 0) == 0)
			return false;
	return !has_tracing_instance(family[RUN]);
}

/* Until `condition`, but not for ever. */
#define SOON(condition)                                           \
	for (int tries = 0; tries < 500 && !(condition); tries++) \
	lab_pause(10 * LAB_MILLISECOND)

static _Noreturn void call_a_long_run(void)
{
	struct bench bench;

	make_plan(&bench, "  connection 1: still-open\n",
		  "  the client connects\n  wait 60 s\n  the client closes\n");
	(void)lab_run_alone(&bench.plan, 1, compare, &(struct wanted){0});
	_exit(0);
}

/* Orphans become children of the test, so that it sees them die. */
static void nothing_is_left_after(int signal, int whom)
{
	pid_t family[FAMILY] = {0};
	pid_t caller = fork();

	if (caller == 0)
		call_a_long_run();
	SOON(find_family(caller, family));
	assert_true(find_family(caller, family));
	SOON(has_tracing_instance(family[RUN]));
	assert_true(has_tracing_instance(family[RUN]));
	assert_int_equal(kill(family[whom], signal), 0);
	for (int tries = 0; tries < 500 && !all_are_gone(family); tries++) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			continue;
		lab_pause(10 * LAB_MILLISECOND);
	}
	assert_true(all_are_gone(family));
}

static void nothing_is_left_of_a_run_whoever_is_killed(void **state)
{
	static const struct {
		int signal;
		int whom;
	} deaths[] = {
	    {SIGINT, CALLER},  {SIGTERM, CALLER}, {SIGHUP, CALLER},
	    {SIGKILL, CALLER}, {SIGKILL, GUARD},  {SIGKILL, RUN},
	};

	(void)state;
	if (perform("  connection 1: graceful-close\n",
		    "  the client connects\n  the client closes and the other follows\n", 3,
		    (struct wanted){.fins = 2})
		.outcome != LAB_WENT_WELL)
		fail();
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	for (size_t i = 0; i < TW_LEN(deaths); i++)
		nothing_is_left_after(deaths[i].signal, deaths[i].whom);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_graceful_close_is_two_fins),
	    cmocka_unit_test(an_abort_is_a_reset_and_the_peer_reads_so),
	    cmocka_unit_test(unread_bytes_are_told_of_a_close_and_of_a_kill),
	    cmocka_unit_test(what_a_rule_drops_is_sent_again),
	    cmocka_unit_test(closes_at_the_same_time_cross),
	    cmocka_unit_test(a_check_that_does_not_hold_is_tried_again),
	    cmocka_unit_test(a_kernel_that_disagrees_is_no_good_run),
	    cmocka_unit_test(nothing_is_left_of_a_run_whoever_is_killed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
