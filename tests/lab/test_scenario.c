/* test_scenario.c: scenario files become plans: layout, settings, truth, steps, chance, errors. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HEAD  "The server refuses\n\nNobody listens\nthere.\n\n"
#define TRUTH "truth:\n  connection 1: refused\n\n"
#define STEPS "steps:\n  the client tries to connect\n"

struct desk {
	struct tw_arena arena;
	struct tw_buf error;
	struct lab_plan plan;
};

static int set_up(void **state)
{
	struct desk *desk = calloc(1, sizeof(*desk));

	assert_non_null(desk);
	desk->arena = tw_arena_of(64 << 20);
	desk->error = tw_buf_of(4000);
	*state = desk;
	return 0;
}

static int tear_down(void **state)
{
	struct desk *desk = *state;

	tw_arena_free(&desk->arena);
	tw_buf_free(&desk->error);
	free(desk);
	return 0;
}

static bool makes(struct desk *desk, const char *text, uint64_t seed)
{
	tw_arena_free(&desk->arena);
	tw_buf_clear(&desk->error);
	return lab_plan_make(&desk->plan, TW_STR("a-name"), tw_str_of(text), seed, &desk->arena,
			     &desk->error);
}

static const struct lab_plan *plan_of(struct desk *desk, const char *text, uint64_t seed)
{
	if (!makes(desk, text, seed))
		fail_msg("%s", desk->error.text);
	return &desk->plan;
}

static void wants_error(struct desk *desk, const char *text, const char *error)
{
	if (makes(desk, text, 1))
		fail_msg("it reads, instead of: %s", error);
	if (!strstr(desk->error.text, error))
		fail_msg("\"%s\" instead of \"%s\"", desk->error.text, error);
}

static bool step_says(const struct lab_plan *plan, size_t index, const char *sentence)
{
	return index < plan->step_count &&
	       tw_str_equal(plan->steps[index].sentence, tw_str_of(sentence));
}

static void title_story_and_steps_are_read(void **state)
{
	const struct lab_plan *plan =
	    plan_of(*state, "# a comment\n" HEAD "A second one.\n\n" TRUTH STEPS "# the end\n", 1);

	assert_true(tw_str_equal(plan->title, TW_STR("The server refuses")));
	assert_true(tw_str_equal(plan->story, TW_STR("Nobody listens there.\nA second one.")));
	assert_int_equal(plan->step_count, 1);
	assert_int_equal(plan->steps[0].line, 13);
	assert_true(step_says(plan, 0, "the client tries to connect"));
	assert_int_equal(plan->steps[0].values[0].hosts[0], LAB_CLIENT);
}

static void settings_say_what_the_plan_is(void **state)
{
	const struct lab_plan *plan =
	    plan_of(*state,
		    HEAD "setting:\n"
			 "  one way takes 50 ms\n"
			 "  each packet is late by up to 4 ms\n"
			 "  the client is 3 hops away\n"
			 "  the server is 9 hops away\n"
			 "  IPv6 only\n"
			 "  time stamps are off\n"
			 "  offload is on\n"
			 "  the server listens on port 8443\n"
			 "  they talk lines\n"
			 "  there is another host with the address of the server\n"
			 "  the kernel of the server has tcp_rmem 4096 8192 16384\n"
			 "  the kernel of the other host has tcp_syncookies 0\n"
			 "  this takes about 40 s\n\n" TRUTH STEPS,
		    1);

	assert_int_equal(plan->delay_ns[0] + plan->delay_ns[1], 50 * LAB_MILLISECOND);
	assert_true(plan->delay_ns[0] >= 5 * LAB_MILLISECOND);
	assert_true(plan->delay_ns[1] >= 5 * LAB_MILLISECOND);
	assert_int_equal(plan->jitter_ns[0] + plan->jitter_ns[1], 4 * LAB_MILLISECOND);
	assert_int_equal(plan->hops[LAB_CLIENT_LEG], 3);
	assert_int_equal(plan->hops[LAB_SERVER_LEG], 9);
	assert_true(plan->ip6);
	assert_false(plan->timestamps);
	assert_true(plan->offload);
	assert_int_equal(plan->port, 8443);
	assert_int_equal(plan->talk, LAB_TALK_LINES);
	assert_true(plan->has_other);
	assert_true(plan->other_has_servers_address);
	assert_int_equal(plan->sysctl_count, 2);
	assert_int_equal(plan->sysctls[0].host, LAB_SERVER);
	assert_string_equal(plan->sysctls[0].path, "net/ipv4/tcp_rmem");
	assert_string_equal(plan->sysctls[0].value, "4096 8192 16384");
	assert_int_equal(plan->sysctls[1].host, LAB_OTHER);
	assert_int_equal(plan->about_ns, 40 * LAB_SECOND);
	assert_false(plan->emulated);
}

static void what_settings_leave_open_is_drawn(void **state)
{
	int ip6 = 0;
	int timestamps = 0;
	int offload = 0;
	int jitter = 0;
	int short_ways = 0;
	int talks[3] = {0};

	for (uint64_t seed = 0; seed < 600; seed++) {
		const struct lab_plan *plan = plan_of(*state, HEAD TRUTH STEPS, seed);
		int64_t one_way_ns = plan->delay_ns[0] + plan->delay_ns[1];

		assert_true(one_way_ns >= LAB_MILLISECOND && one_way_ns <= 200 * LAB_MILLISECOND);
		assert_true(plan->delay_ns[0] >= one_way_ns / 10);
		assert_true(plan->delay_ns[0] <= one_way_ns * 9 / 10);
		assert_true(plan->jitter_ns[0] + plan->jitter_ns[1] <= one_way_ns / 10);
		assert_in_range(plan->hops[0], 1, 12);
		assert_in_range(plan->hops[1], 1, 12);
		assert_true(plan->port > 0);
		ip6 += plan->ip6;
		timestamps += plan->timestamps;
		offload += plan->offload;
		jitter += plan->jitter_ns[0] + plan->jitter_ns[1] > 0;
		short_ways += one_way_ns < 14 * LAB_MILLISECOND;
		talks[plan->talk]++;
	}
	assert_in_range(ip6, 150, 250);
	assert_in_range(timestamps, 400, 500);
	assert_in_range(offload, 100, 200);
	assert_in_range(jitter, 240, 360);
	assert_in_range(short_ways, 240, 360);
	assert_in_range(talks[0], 150, 250);
	assert_in_range(talks[2], 150, 250);
}

static void file_and_seed_fix_the_plan(void **state)
{
	static const char text[] =
	    HEAD "setting:\n  the closer is the client or the server\n\n" TRUTH
		 "steps:\n  wait 1 to 9 s\n  sometimes wait 2 s\n"
		 "  2 to 9 times:\n    wait 1 to 9 ms\n";
	struct desk *desk = *state;
	struct desk other = {.arena = tw_arena_of(64 << 20), .error = tw_buf_of(1000)};
	int differ = 0;

	for (uint64_t seed = 0; seed < 50; seed++) {
		const struct lab_plan *a = plan_of(desk, text, seed);
		const struct lab_plan *b = plan_of(&other, text, seed);

		assert_int_equal(a->step_count, b->step_count);
		assert_int_equal(a->delay_ns[0], b->delay_ns[0]);
		assert_int_equal(a->roles[0].host, b->roles[0].host);
		for (size_t i = 0; i < a->step_count; i++)
			assert_int_equal(a->steps[i].values[0].time_ns,
					 b->steps[i].values[0].time_ns);
		b = plan_of(&other, text, seed + 1);
		differ += a->steps[0].values[0].time_ns != b->steps[0].values[0].time_ns;
	}
	assert_in_range(differ, 49, 50);
	tw_arena_free(&other.arena);
	tw_buf_free(&other.error);
}

static void roles_are_hosts_in_truth_and_steps(void **state)
{
	int clients = 0;

	for (uint64_t seed = 0; seed < 100; seed++) {
		const struct lab_plan *plan = plan_of(
		    *state,
		    HEAD "setting:\n  the closer is the client or the server\n"
			 "  the peer is the other one than the closer\n\n"
			 "truth:\n  connection 1: abortive-close, closed first by the closer, "
			 "ended by the peer\n  the closer resets because TCP_STATE\n\n"
			 "steps:\n  the client connects\n  the closer aborts\n",
		    seed);
		enum lab_host_name closer = plan->steps[1].values[0].hosts[0];
		bool client = closer == LAB_CLIENT;

		clients += client;
		assert_int_equal(plan->connections[1].closed_first,
				 client ? LAB_WHO_CLIENT : LAB_WHO_SERVER);
		assert_int_equal(plan->connections[1].ended_by,
				 client ? LAB_WHO_SERVER : LAB_WHO_CLIENT);
		assert_int_equal(plan->resets[closer].count, 1);
		assert_int_equal(plan->resets[client ? LAB_SERVER : LAB_CLIENT].count, 0);
		assert_int_equal(plan->role_count, 2);
	}
	assert_in_range(clients, 30, 70);
	assert_string_equal(lab_who_slug(LAB_WHO_NETWORK), "network");
	assert_string_equal(lab_who_slug(LAB_WHO_UNSAID), "");
}

static void truth_tells_of_every_connection(void **state)
{
	const struct lab_plan *plan =
	    plan_of(*state,
		    HEAD "truth:\n"
			 "  besides, connection 1: graceful-close, closed first by the client\n"
			 "  connections 2 to 4: keepalive-race, with loss and slow-connect, "
			 "closed first by both\n"
			 "  connection 5: syn-scan, perhaps with reordering, slow-server, "
			 "ended by network\n"
			 "  the server resets because NO_SOCKET or TCP_FLAGS, then TCP_STATE, ...\n"
			 "  the client resets as it likes\n"
			 "  of the same class: keepalive-race and stale-connection-reuse\n"
			 "  also right: data-after-close in the middle\n"
			 "  not to be seen: slow-connect at the server\n\n" STEPS,
		    1);
	const struct lab_connection_truth *truth = &plan->connections[3];

	assert_int_equal(plan->connection_count, 5);
	assert_true(plan->connections[1].incidental);
	assert_string_equal(plan->connections[1].cause, "graceful-close");
	assert_false(truth->incidental);
	assert_string_equal(truth->cause, "keepalive-race");
	assert_int_equal(truth->condition_count, 2);
	assert_string_equal(truth->conditions[1], "slow-connect");
	assert_int_equal(truth->perhaps_count, 0);
	assert_int_equal(truth->closed_first, LAB_WHO_BOTH);
	assert_int_equal(truth->ended_by, LAB_WHO_UNSAID);
	truth = &plan->connections[5];
	assert_int_equal(truth->condition_count, 0);
	assert_int_equal(truth->perhaps_count, 2);
	assert_string_equal(truth->perhaps[1], "slow-server");
	assert_int_equal(truth->ended_by, LAB_WHO_NETWORK);
	assert_int_equal(plan->resets[LAB_SERVER].count, 2);
	assert_string_equal(plan->resets[LAB_SERVER].reasons[0], "NO_SOCKET|TCP_FLAGS");
	assert_string_equal(plan->resets[LAB_SERVER].reasons[1], "TCP_STATE");
	assert_true(plan->resets[LAB_SERVER].and_more);
	assert_false(plan->resets[LAB_SERVER].unchecked);
	assert_true(plan->resets[LAB_CLIENT].unchecked);
	assert_string_equal(plan->alike[1], "stale-connection-reuse");
	assert_int_equal(plan->also_right[0].point, LAB_AT_MIDDLE);
	assert_string_equal(plan->also_right[0].slug, "data-after-close");
	assert_int_equal(plan->hidden_count, 1);
	assert_int_equal(plan->hidden[0].point, LAB_AT_SERVER);
	assert_string_equal(plan->hidden[0].slug, "slow-connect");
}

static void one_of_either_and_or_happens(void **state)
{
	int first = 0;
	int sometimes = 0;

	for (uint64_t seed = 0; seed < 200; seed++) {
		const struct lab_plan *plan = plan_of(
		    *state,
		    HEAD TRUTH "steps:\n  either the client closes\n  or the server closes\n"
			       "  or the client aborts\n  sometimes wait 1 s\n"
			       "  everything settles\n",
		    seed);
		bool waits = plan->step_count == 3;

		first += step_says(plan, 0, "the client closes");
		sometimes += waits;
		assert_true(step_says(plan, waits ? 2 : 1, "everything settles"));
		assert_true(!waits || step_says(plan, 1, "wait 1 s"));
	}
	assert_in_range(first, 40, 95);
	assert_in_range(sometimes, 70, 130);
}

static void repeated_steps_are_drawn_anew(void **state)
{
	const struct lab_plan *plan =
	    plan_of(*state,
		    HEAD TRUTH "steps:\n  40 times:\n    wait 1 to 9 s\n"
			       "    sometimes the client closes\n\n  everything settles\n",
		    3);
	bool differ = false;
	size_t waits = 0;

	for (size_t i = 0; i < plan->step_count; i++) {
		waits += step_says(plan, i, "wait 1 to 9 s");
		differ |= step_says(plan, i, "wait 1 to 9 s") &&
			  plan->steps[i].values[0].time_ns != plan->steps[0].values[0].time_ns;
	}
	assert_int_equal(waits, 40);
	assert_true(differ);
	assert_in_range(plan->step_count, 46, 76);
	assert_true(step_says(plan, plan->step_count - 1, "everything settles"));
}

static void another_stack_makes_the_run_emulated(void **state)
{
	for (uint64_t seed = 0; seed < 40; seed++) {
		const struct lab_plan *plan = plan_of(
		    *state, HEAD "setting:\n  the server runs Windows\n\n" TRUTH STEPS, seed);

		assert_true(plan->emulated);
		assert_int_equal(plan->stacks[LAB_SERVER], LAB_STACK_WINDOWS);
		assert_int_equal(plan->stacks[LAB_CLIENT], LAB_STACK_LINUX);
		assert_int_equal(plan->timestamps, lab_stack_has_timestamps(LAB_STACK_WINDOWS) &&
						       lab_stack_has_timestamps(LAB_STACK_LINUX));
		plan = plan_of(*state, HEAD "setting:\n  the client runs FreeBSD\n\n" TRUTH STEPS,
			       seed);
		assert_int_equal(plan->timestamps, lab_stack_has_timestamps(LAB_STACK_FREEBSD));
	}
}

static void a_file_of_another_layout_is_refused(void **state)
{
	static const struct {
		const char *text;
		const char *error;
	} cases[] = {
	    {"", "a-name:1: the first line is the title"},
	    {"A title.\n\nA story\n\n" TRUTH STEPS, "a-name:1: a title has no final stop"},
	    {"A title of seventy-three columns, which is one column more than a title has\n\nS\n\n",
	     "a-name:1: the title is longer than 72 columns"},
	    {"A title\n\n" TRUTH STEPS, "there is no story"},
	    {HEAD STEPS, "there is no \"truth:\""},
	    {HEAD TRUTH, "there is no \"steps:\""},
	    {HEAD TRUTH "steps:\n", "a-name:9: there are no steps"},
	    {HEAD STEPS "\n" TRUTH, "a-name:9: setting, truth and steps stand in order"},
	    {HEAD TRUTH TRUTH STEPS, "a-name:9: setting, truth and steps stand in order"},
	    {HEAD "settings:\n  IPv4 only\n\n" TRUTH STEPS, "a-name:7: the story is not indented"},
	    {HEAD "truth:\n connection 1: refused\n" STEPS,
	     "a-name:7: a sentence is indented by 2"},
	    {HEAD TRUTH "steps:\n\tthe client connects\n", "a-name:10: a tab"},
	    {HEAD TRUTH "steps:\n  the client connects \n", "a-name:10: blanks at the end"},
	    {HEAD TRUTH "steps:\n    the client connects\n", "a-name:10: indented by 4 blanks"},
	    {HEAD TRUTH "steps:\n  2 times:\n  the client connects\n",
	     "a-name:10: nothing is repeated"},
	    {HEAD TRUTH "steps:\n  2 times:\n    2 times:\n      wait 1 s\n",
	     "a-name:11: a repetition within a repetition"},
	    {HEAD TRUTH "steps:\n  either wait 1 s\n  wait 2 s\n", "a-name:10: \"either\" needs"},
	};

	for (size_t i = 0; i < TW_LEN(cases); i++)
		wants_error(*state, cases[i].text, cases[i].error);
}

static void what_is_wrong_or_said_twice_is_refused(void **state)
{
#define SETTING(sentences) HEAD "setting:\n" sentences "\n" TRUTH STEPS
#define TELLING(sentences) HEAD "truth:\n" sentences "\n" STEPS
#define DOING(sentences)   HEAD TRUTH "steps:\n" sentences
	static const struct {
		const char *text;
		const char *error;
	} cases[] = {
	    {SETTING("  IPv4 only\n  IPv6 only\n"), "a-name:8: this is said already"},
	    {SETTING("  the client is 3 hops away\n  the client is 4 hops away\n"), "a-name:8: "},
	    {SETTING("  the client is 99 hops away\n"), "a-name:7: hops are 1 to 18"},
	    {SETTING("  the server runs Windows\n  the server runs macOS\n"),
	     "a-name:8: this host runs Windows already"},
	    {SETTING("  the client is the server\n"), "a-name:7: \"client\" has a meaning already"},
	    {SETTING("  the closer is the peer\n"),
	     "a-name:7: cannot read \"the closer is the peer\""},
	    {SETTING("  the peer is the other host\n"), "must first say \"there is another host\""},
	    {SETTING("  the kernel of the server has tcp_sack 0\n"
		     "  the kernel of the server has tcp_sack 1\n"),
	     "a-name:8: net/ipv4/tcp_sack is set already"},
	    {SETTING("  the server listens on port 70000\n"), "ports are 1 to 65535"},
	    {SETTING("  one way takes 3 round trips\n"), "a-name:7: cannot read"},
	    {SETTING("  the server runs Windows\n  time stamps are on\n"), "Windows has none"},
	    {TELLING("  connection 1: refussed\n"), "a-name:7: \"refussed\" is no cause"},
	    {TELLING("  connection 1: loss\n"), "\"loss\" is a condition, no ending"},
	    {TELLING("  connection 1: refused, with abortive-close\n"),
	     "\"abortive-close\" is an ending, no condition"},
	    {TELLING("  connection 1: refused, with losss\n"), "cannot read \", with losss\""},
	    {TELLING("  connection 1: refused, ended by the stranger\n"),
	     "cannot read \", ended by the stranger\""},
	    {TELLING("  connection 1: refused, ended by nobody, ended by both\n"), "said twice"},
	    {TELLING("  connection 2: refused\n"), "a-name:7: nothing tells of connection 1"},
	    {TELLING("  connection 1: refused\n  connection 1: refused\n"),
	     "a-name:8: connection 1 is told twice"},
	    {TELLING("  connection 0: refused\n"), "connections are 1 to 64"},
	    {TELLING("  besides, connection 1: refused\n"), "no connection is what this is about"},
	    {TELLING("  the server resets because TCP_NONSENSE\n"), "is no reason of the kernel"},
	    {TELLING("  the server resets because NO_SOCKET; then\n"), "cannot read \"; then\""},
	    {TELLING("  the server resets because NO_SOCKET\n  the server resets as it likes\n"),
	     "a-name:8: the resets of the server are told twice"},
	    {DOING("  the client clsoes\n"), "near it:  HOST closes"},
	    {DOING("  the closer closes\n"), "a-name:10: cannot read"},
	    {DOING("  the client closes.\n"), "a-name:10: cannot read"},
	    {DOING("  either wait 1 s\n  or wiat 1 s\n"), "a-name:11: cannot read \"wiat 1 s\""},
	    {DOING("  sometimes wiat 1 s\n"), "a-name:10: cannot read"},
	    {DOING("  0 times:\n    wiat 1 s\n  wait 1 s\n"), "a-name:11: cannot read"},
	};

	for (size_t i = 0; i < TW_LEN(cases); i++)
		wants_error(*state, cases[i].text, cases[i].error);
}

static void names_are_words_with_hyphens(void **state)
{
	struct desk *desk = *state;

	assert_false(lab_plan_make(&desk->plan, TW_STR("A_name"), TW_STR(HEAD TRUTH STEPS), 1,
				   &desk->arena, &desk->error));
	assert_non_null(strstr(desk->error.text, "A_name:1: "));
}

static void memory_that_ends_is_an_error(void **state)
{
	struct desk *desk = *state;

	for (size_t limit = 1; limit < 20000; limit += 1500) {
		tw_arena_free(&desk->arena);
		desk->arena = tw_arena_of(limit);
		wants_error(desk, HEAD TRUTH "steps:\n  30 times:\n    wait 1 s\n", "no memory");
	}
}

static void all_sentences_can_be_listed(void **state)
{
	struct tw_buf buf = tw_buf_of(100000);

	(void)state;
	lab_words_print(&buf);
	assert_non_null(strstr(buf.text, "setting:\n  the WORD is the other one than HOST\n"));
	assert_non_null(strstr(buf.text, "\n  HOST resets because WORD"));
	assert_non_null(strstr(buf.text, "\n  wait TIME\n"));
	tw_buf_free(&buf);
}

/* With other seeds too, for chance decides what is read how often. */
static void every_built_in_scenario_reads(void **state)
{
	struct desk *desk = *state;
	size_t unread = 0;

	for (size_t i = 0; i < lab_scenario_file_count; i++) {
		const struct lab_scenario_file *file = &lab_scenario_files[i];
		bool reads = true;

		assert_ptr_equal(lab_scenario_find(file->name), file);
		assert_true(i == 0 || strcmp(file[-1].name, file->name) < 0);
		for (uint64_t seed = 0; reads && seed < 5; seed++) {
			tw_arena_free(&desk->arena);
			tw_buf_clear(&desk->error);
			reads =
			    lab_plan_make(&desk->plan, tw_str_of(file->name), tw_str_of(file->text),
					  seed, &desk->arena, &desk->error);
		}
		if (!reads)
			print_message("%s\n", desk->error.text);
		unread += !reads;
	}
	assert_int_equal(unread, 0);
	assert_null(lab_scenario_find("no-such-scenario"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(title_story_and_steps_are_read),	  TEST(settings_say_what_the_plan_is),
	    TEST(what_settings_leave_open_is_drawn),	  TEST(file_and_seed_fix_the_plan),
	    TEST(roles_are_hosts_in_truth_and_steps),	  TEST(truth_tells_of_every_connection),
	    TEST(one_of_either_and_or_happens),		  TEST(repeated_steps_are_drawn_anew),
	    TEST(another_stack_makes_the_run_emulated),	  TEST(a_file_of_another_layout_is_refused),
	    TEST(what_is_wrong_or_said_twice_is_refused), TEST(names_are_words_with_hyphens),
	    TEST(memory_that_ends_is_an_error),		  TEST(all_sentences_can_be_listed),
	    TEST(every_built_in_scenario_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
