/* lab.c: from a scenario's name to its run, its account on the terminal and its files. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/lab.h"

#include "cli/explain.h"
#include "lab/conclude.h"
#include "lab/run_alone.h"
#include "lab/truth.h"
#include "lab/view.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	PLAN_LIMIT_BYTES = 16 * 1024 * 1024,
	OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024,
	PATH_BYTES = 4096,
	/* A busy machine may spoil a run whose point is a matter of milliseconds. */
	ATTEMPTS = 3,
};

static void print(struct tw_buf *text, FILE *to)
{
	(void)fputs(text->text ? text->text : "", to);
	(void)fflush(to);
	tw_buf_free(text);
}

static int complain(struct tw_buf *text, int status)
{
	(void)fputs("tcpwhy: ", stderr);
	tw_buf_add_char(text, '\n');
	print(text, stderr);
	return status;
}

static bool make_plan(struct lab_plan *plan, const struct lab_scenario_file *file, uint64_t seed,
		      struct tw_arena *arena, struct tw_buf *error)
{
	return lab_plan_make(plan, tw_str_of(file->name), tw_str_of(file->text), seed, arena,
			     error);
}

/* Scenarios that do not say how long they take, take less than this. */
static int64_t seconds_of(const struct lab_plan *plan)
{
	const int64_t unsaid = 10;

	return plan->about_ns > 0 ? plan->about_ns / LAB_SECOND : unsaid;
}

static int list(void)
{
	struct tw_buf text = tw_buf_of(OUTPUT_LIMIT_BYTES);

	for (size_t i = 0; i < lab_scenario_file_count; i++) {
		struct tw_arena arena = tw_arena_of(PLAN_LIMIT_BYTES);
		struct tw_buf error = tw_buf_of(OUTPUT_LIMIT_BYTES);
		struct lab_plan plan;

		if (!make_plan(&plan, &lab_scenario_files[i], 1, &arena, &error)) {
			tw_arena_free(&arena);
			tw_buf_free(&text);
			return complain(&error, TW_EXIT_UNREADABLE);
		}
		tw_buf_printf(&text, "%-42s %-27s %3" PRId64 "s  ", lab_scenario_files[i].name,
			      plan.connections[lab_plan_main_connection(&plan)].cause,
			      seconds_of(&plan));
		tw_buf_add_safe(&text, plan.title);
		tw_buf_add_char(&text, '\n');
		tw_buf_free(&error);
		tw_arena_free(&arena);
	}
	print(&text, stdout);
	return TW_EXIT_OK;
}

static int no_such_scenario(const char *name)
{
	struct tw_buf text = tw_buf_of(PATH_BYTES);

	tw_buf_add_text(&text, "no such scenario: ");
	tw_buf_add_safe(&text, tw_str_of(name));
	tw_buf_add_text(&text, " (tcpwhy lab lists them)");
	return complain(&text, TW_EXIT_UNREADABLE);
}

/* ---- what is kept ---- */

struct wish {
	const struct tw_lab_options *options;
	const struct tw_text_style *style;
};

static bool cannot_write(const char *path, const char *why)
{
	(void)fprintf(stderr, "tcpwhy: cannot write %s: %s\n", path, why);
	return false;
}

static bool keep_recording(const struct lab_run *run, enum lab_point point, const char *base)
{
	struct tw_buf comment = tw_buf_of(OUTPUT_LIMIT_BYTES);
	char path[PATH_BYTES];
	enum tw_err error;

	tw_buf_printf(&comment, "tcpwhy lab %.*s --seed %" PRIu64 ", recorded at: %s. ",
		      (int)run->plan->name.size, run->plan->name.text, run->plan->seed,
		      lab_point_name(point));
	tw_buf_add(&comment, run->plan->story);
	(void)snprintf(path, sizeof(path), "%s-%s.pcapng", base, lab_point_name(point));
	error = lab_recording_write(lab_wire_recording(run->wire, point), path,
				    lab_point_name(point), comment.text);
	tw_buf_free(&comment);
	return error == TW_ERR_OK || cannot_write(path, strerror(errno));
}

static bool keep_truth(const struct lab_run *run, const char *base)
{
	struct tw_buf json = tw_buf_of(OUTPUT_LIMIT_BYTES);
	char path[PATH_BYTES];
	FILE *file;
	bool written;

	(void)snprintf(path, sizeof(path), "%s.truth.json", base);
	lab_truth_json(run, &json);
	if (json.overflowed) {
		tw_buf_free(&json);
		return cannot_write(path, "the truth is too long");
	}
	file = fopen(path, "wb");
	written = file && fwrite(json.text, 1, json.size, file) == json.size;
	written = file && fclose(file) == 0 && written;
	tw_buf_free(&json);
	return written || cannot_write(path, strerror(errno));
}

/* Before the run, which would be for nothing otherwise. */
static bool make_folder(const char *folder)
{
	struct stat status;

	if (mkdir(folder, 0777) != 0 && errno != EEXIST)
		return cannot_write(folder, strerror(errno));
	if (stat(folder, &status) != 0 || !S_ISDIR(status.st_mode))
		return cannot_write(folder, strerror(ENOTDIR));
	return access(folder, W_OK) == 0 || cannot_write(folder, strerror(errno));
}

static bool keep(const struct lab_run *run, const char *folder)
{
	char base[PATH_BYTES - 32];
	int size = snprintf(base, sizeof(base), "%s/%.*s-%" PRIu64, folder,
			    (int)run->plan->name.size, run->plan->name.text, run->plan->seed);

	if (size < 0 || (size_t)size >= sizeof(base))
		return cannot_write(folder, "the name is too long");
	for (enum lab_point point = 0; point < LAB_POINTS; point++)
		if (!keep_recording(run, point, base))
			return false;
	return keep_truth(run, base);
}

static bool tell(const struct lab_run *run, const struct tw_text_style *style)
{
	struct tw_buf text = tw_buf_of(OUTPUT_LIMIT_BYTES);
	bool told;

	lab_view_run(&text, run, style);
	told = lab_conclude(&text, run, style);
	print(&text, stdout);
	return told;
}

/* In the run's own process, when it has gone as it should. */
static enum lab_outcome use(struct lab_run *run, void *context)
{
	const struct wish *wish = context;

	if (wish->options->folder && !keep(run, wish->options->folder)) {
		(void)snprintf(run->trouble, sizeof(run->trouble), "the run could not be kept");
		return LAB_IMPOSSIBLE;
	}
	if (!wish->options->quiet && !tell(run, wish->style)) {
		(void)snprintf(run->trouble, sizeof(run->trouble), "not enough memory to judge it");
		return LAB_IMPOSSIBLE;
	}
	return LAB_WENT_WELL;
}

static int perform(const struct lab_plan *plan, struct wish *wish)
{
	static const int statuses[] = {
	    [LAB_WENT_WELL] = TW_EXIT_OK,
	    [LAB_WENT_OTHERWISE] = TW_EXIT_LAB_OTHERWISE,
	    [LAB_IMPOSSIBLE] = TW_EXIT_LAB_IMPOSSIBLE,
	};
	struct tw_buf text = tw_buf_of(OUTPUT_LIMIT_BYTES);
	struct lab_alone alone;

	if (!wish->options->quiet) {
		lab_view_plan(&text, plan, wish->style);
		print(&text, stdout);
	}
	alone = lab_run_alone(plan, ATTEMPTS, use, wish);
	if (alone.outcome == LAB_WENT_WELL)
		return TW_EXIT_OK;
	text = tw_buf_of(OUTPUT_LIMIT_BYTES);
	if (alone.attempts > 1)
		tw_buf_printf(&text, "after %u attempts: ", alone.attempts);
	tw_buf_add_safe(&text, tw_str_of(alone.trouble));
	return complain(&text, statuses[alone.outcome]);
}

int tw_cli_lab(const struct tw_lab_options *options, const struct tw_text_style *style)
{
	struct tw_arena arena = tw_arena_of(PLAN_LIMIT_BYTES);
	struct tw_buf text = tw_buf_of(OUTPUT_LIMIT_BYTES);
	const struct lab_scenario_file *file;
	struct wish wish = {.options = options, .style = style};
	struct lab_plan plan;
	int status;

	if (options->words) {
		lab_words_print(&text);
		print(&text, stdout);
		return TW_EXIT_OK;
	}
	if (!options->scenario)
		return list();
	file = lab_scenario_find(options->scenario);
	if (!file)
		return no_such_scenario(options->scenario);
	if (options->text) {
		(void)fputs(file->text, stdout);
		return TW_EXIT_OK;
	}
	if (options->folder && !make_folder(options->folder))
		return TW_EXIT_UNREADABLE;
	if (!make_plan(&plan, file, options->seed, &arena, &text))
		return complain(&text, TW_EXIT_UNREADABLE);
	status = perform(&plan, &wish);
	tw_arena_free(&arena);
	tw_buf_free(&text);
	return status;
}
