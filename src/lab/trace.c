/* trace.c: the kernel's own account of a run: instances of the tracer, made, read and removed. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/trace.h"

#include "lab/trace_text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	FOLDER_BYTES = 128,
	PATH_BYTES = FOLDER_BYTES + 320, /* and a name of a directory entry */
	LINE_BYTES = 1024,		 /* events of ours have less than 400 */
	FILE_BYTES_MAX = 128 * 1024,	 /* a `format` file has less than 10 kB */
	INSTANCES_PER_PROCESS = 1000,
};

#define INSTANCE_PREFIX "tcpwhy-lab-"

/* The second is where the first was before Linux 4.1, and where some systems mount it still. */
static const char *const tracefs_places[] = {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"};

/*
 * Two instances, for they choose their events differently. Resets and states tell addresses: those
 * of all tasks are collected, and ours chosen when they are read. Drops tell none: those of our
 * own tasks are collected, for a packet is received on the back of the task that wrote it to the
 * TAP. What the kernel puts off to ksoftirqd is missing there.
 */
enum part { RESETS, DROPS, PARTS };

struct lab_trace {
	const char *tracefs;
	char folders[PARTS][FOLDER_BYTES]; /* empty: no such instance */
	struct lab_addresses addresses;
	bool tells_reasons;
	bool finished;
	bool lost;
	size_t count;
	struct lab_event events[LAB_EVENTS_MAX];
};

/* ---- files ---- */

static int write_file(const char *folder, const char *name, const char *text)
{
	char path[PATH_BYTES];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	int file = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	if (file < 0)
		return errno;
	int error = write(file, text, strlen(text)) < 0 ? errno : 0;

	(void)close(file);
	return error;
}

static void read_file(const char *folder, const char *name, struct tw_buf *text)
{
	char path[PATH_BYTES];
	char part[4096];
	size_t size;

	FILE *file = NULL;
	int length = snprintf(path, sizeof(path), "%s/%s", folder, name);

	if (length > 0 && (size_t)length < sizeof(path))
		file = fopen(path, "re");
	if (!file)
		return;
	while ((size = fread(part, 1, sizeof(part), file)) > 0)
		tw_buf_add(text, (struct tw_str){.text = part, .size = size});
	(void)fclose(file);
}

/* ---- tracefs ---- */

static const char *find_tracefs(void)
{
	for (size_t i = 0; i < TW_LEN(tracefs_places); i++) {
		char path[PATH_BYTES];

		(void)snprintf(path, sizeof(path), "%s/events", tracefs_places[i]);
		if (access(path, F_OK) == 0)
			return tracefs_places[i];
	}
	return NULL;
}

/* In a mount namespace of our own, so that the system stays as it was. */
static int mount_tracefs(const char **tracefs)
{
	*tracefs = tracefs_places[0];
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("tracefs", *tracefs, "tracefs", 0, NULL) < 0)
		return errno;
	return 0;
}

/* "tcpwhy-lab-PID-N": removes it where no process has that PID. */
static void remove_if_abandoned(const char *instances, const char *name)
{
	struct tw_str rest = tw_str_of(name);
	uint64_t process;
	char path[PATH_BYTES];

	if (!tw_str_starts(rest, TW_STR(INSTANCE_PREFIX)))
		return;
	rest = tw_str_from(rest, sizeof(INSTANCE_PREFIX) - 1);
	if (!tw_str_take_number(&rest, INT32_MAX, &process) || process == 0 ||
	    !tw_str_starts(rest, TW_STR("-")) || kill((pid_t)process, 0) == 0 || errno != ESRCH)
		return;
	(void)snprintf(path, sizeof(path), "%s/%s", instances, name);
	/* Another run may be faster. */
	(void)rmdir(path);
}

void lab_trace_clean(void)
{
	const char *tracefs = find_tracefs();
	char instances[FOLDER_BYTES];
	const struct dirent *entry;

	/* A run that had to mount it did so where only its own processes saw it. */
	if (!tracefs && mount_tracefs(&tracefs) != 0)
		return;
	(void)snprintf(instances, sizeof(instances), "%s/instances", tracefs);
	DIR *folder = opendir(instances);

	if (!folder)
		return;
	while ((entry = readdir(folder)))
		remove_if_abandoned(instances, entry->d_name);
	(void)closedir(folder);
}

/* ---- begin ---- */

/* Makes an instance with the first number that is free. */
static int make_instance(const char *tracefs, char folder[FOLDER_BYTES])
{
	for (int number = 1; number <= INSTANCES_PER_PROCESS; number++) {
		(void)snprintf(folder, FOLDER_BYTES, "%s/instances/" INSTANCE_PREFIX "%d-%d",
			       tracefs, (int)getpid(), number);
		if (mkdir(folder, 0700) == 0)
			return 0;
		if (errno != EEXIST)
			break;
	}
	folder[0] = '\0';
	return errno;
}

static void remove_instance(char folder[FOLDER_BYTES])
{
	if (folder[0] == '\0')
		return;
	(void)rmdir(folder);
	folder[0] = '\0';
}

static int set_up_instance(const char *folder)
{
	int error = write_file(folder, "trace_clock", "mono");

	return error ? error : write_file(folder, "buffer_size_kb", "512");
}

static int open_resets(struct lab_trace *trace, const char **step)
{
	char *folder = trace->folders[RESETS];
	struct tw_buf format = tw_buf_of(FILE_BYTES_MAX);
	char only_tcp[32];
	int error;

	*step = "make an instance of the kernel's tracer (needs root)";
	if ((error = make_instance(trace->tracefs, folder)) != 0 ||
	    (error = set_up_instance(folder)) != 0)
		return error;
	read_file(folder, "events/tcp/tcp_send_reset/format", &format);
	trace->tells_reasons = lab_trace_text_has_field(tw_buf_str(&format), "reason");
	tw_buf_free(&format);
	(void)snprintf(only_tcp, sizeof(only_tcp), "protocol==%d", IPPROTO_TCP);

	const struct {
		const char *file;
		const char *text;
		const char *step;
	} settings[] = {
	    {"events/tcp/tcp_send_reset/enable", "1", "trace tcp:tcp_send_reset (Linux 4.15)"},
	    {"events/tcp/tcp_receive_reset/enable", "1",
	     "trace tcp:tcp_receive_reset (Linux 4.15)"},
	    {"events/sock/inet_sock_set_state/filter", only_tcp,
	     "trace sock:inet_sock_set_state (Linux 4.16)"},
	    {"events/sock/inet_sock_set_state/enable", "1",
	     "trace sock:inet_sock_set_state (Linux 4.16)"},
	};
	for (size_t i = 0; i < TW_LEN(settings); i++) {
		*step = settings[i].step;
		if ((error = write_file(folder, settings[i].file, settings[i].text)) != 0)
			return error;
	}
	return 0;
}

/* Adds the numbers of our threads, as set_event_pid wants them. */
static void add_threads(struct tw_buf *threads)
{
	DIR *folder = opendir("/proc/self/task");
	const struct dirent *entry;

	if (!folder)
		return;
	while ((entry = readdir(folder)))
		if (entry->d_name[0] != '.')
			tw_buf_printf(threads, "%s ", entry->d_name);
	(void)closedir(folder);
}

/* Returns 0, or an errno where this kernel cannot tell about drops. */
static int open_drops(struct lab_trace *trace)
{
	char *folder = trace->folders[DROPS];
	struct tw_buf format = tw_buf_of(FILE_BYTES_MAX);
	struct tw_buf filter = tw_buf_of(FILE_BYTES_MAX);
	struct tw_buf threads = tw_buf_of(FILE_BYTES_MAX);
	int error = make_instance(trace->tracefs, folder);

	if (error)
		goto out;
	read_file(folder, "events/skb/kfree_skb/format", &format);
	lab_trace_text_add_drop_filter(tw_buf_str(&format), &filter);
	add_threads(&threads);
	if (filter.size == 0 || threads.size == 0) {
		error = ENOTSUP;
		goto out;
	}
	/* With event-fork, tasks that ours begin later are ours too. */
	(void)((error = set_up_instance(folder)) ||
	       (error = write_file(folder, "options/event-fork", "1")) ||
	       (error = write_file(folder, "set_event_pid", threads.text)) ||
	       (error = write_file(folder, "events/skb/kfree_skb/filter", filter.text)) ||
	       (error = write_file(folder, "events/skb/kfree_skb/enable", "1")));
out:
	tw_buf_free(&format);
	tw_buf_free(&filter);
	tw_buf_free(&threads);
	return error;
}

int lab_trace_open(struct lab_trace **opened, const struct lab_addresses *addresses,
		   const char **step)
{
	struct lab_trace *trace = calloc(1, sizeof(*trace));
	int error = 0;

	*opened = NULL;
	*step = "get memory for the kernel's events";
	if (!trace)
		return ENOMEM;
	trace->addresses = *addresses;
	trace->tracefs = find_tracefs();
	*step = "mount tracefs (needs CAP_SYS_ADMIN, and a kernel with CONFIG_FTRACE)";
	if (!trace->tracefs)
		error = mount_tracefs(&trace->tracefs);
	if (!error) {
		lab_trace_clean();
		error = open_resets(trace, step);
	}
	if (error) {
		lab_trace_free(trace);
		return error;
	}
	/* Without drops the account is still whole in what a truth is judged by. */
	if (open_drops(trace) != 0)
		remove_instance(trace->folders[DROPS]);
	*opened = trace;
	return 0;
}

bool lab_trace_tells_reasons(const struct lab_trace *trace)
{
	return trace->tells_reasons;
}

/* ---- end ---- */

static bool is_ours(const struct lab_event *event, const struct lab_addresses *addresses)
{
	return event->kind == LAB_DROPPED ||
	       lab_trace_text_host(addresses, event->local) != LAB_HOSTS ||
	       lab_trace_text_host(addresses, event->remote) != LAB_HOSTS;
}

/* One instance's events, in order of time. */
struct reader {
	FILE *file; /* NULL: at the end */
	struct lab_event next;
};

static void read_next(struct reader *reader, const struct lab_addresses *addresses)
{
	char line[LINE_BYTES];

	while (reader->file && fgets(line, sizeof(line), reader->file))
		if (lab_trace_text_event(tw_str_of(line), &reader->next) &&
		    is_ours(&reader->next, addresses))
			return;
	if (reader->file)
		(void)fclose(reader->file);
	reader->file = NULL;
}

/* False where the instance cannot be read. */
static bool begin_reading(struct reader *reader, const char *folder,
			  const struct lab_addresses *addresses)
{
	char path[PATH_BYTES];

	(void)snprintf(path, sizeof(path), "%s/trace", folder);
	reader->file = fopen(path, "re");
	if (!reader->file)
		return false;
	read_next(reader, addresses);
	return true;
}

static struct reader *oldest(struct reader readers[PARTS])
{
	struct reader *chosen = NULL;

	for (size_t i = 0; i < PARTS; i++)
		if (readers[i].file && (!chosen || readers[i].next.at_ns < chosen->next.at_ns))
			chosen = &readers[i];
	return chosen;
}

static void read_events(struct lab_trace *trace)
{
	struct reader readers[PARTS] = {0};
	struct reader *reader;

	for (size_t i = 0; i < PARTS; i++)
		if (trace->folders[i][0] != '\0' &&
		    !begin_reading(&readers[i], trace->folders[i], &trace->addresses))
			trace->lost = true;
	while ((reader = oldest(readers))) {
		if (trace->count < LAB_EVENTS_MAX)
			trace->events[trace->count++] = reader->next;
		else
			trace->lost = true;
		read_next(reader, &trace->addresses);
	}
}

static bool instance_lost_some(const char *instance)
{
	char path[PATH_BYTES];
	const struct dirent *entry;
	struct tw_buf stats = tw_buf_of(FILE_BYTES_MAX);
	bool lost = false;

	(void)snprintf(path, sizeof(path), "%s/per_cpu", instance);
	DIR *folder = opendir(path);

	if (!folder)
		return false;
	while ((entry = readdir(folder))) {
		(void)snprintf(path, sizeof(path), "per_cpu/%s/stats", entry->d_name);
		tw_buf_clear(&stats);
		read_file(instance, path, &stats);
		lost = lost || lab_trace_text_tells_loss(tw_buf_str(&stats));
	}
	(void)closedir(folder);
	tw_buf_free(&stats);
	return lost;
}

const struct lab_event *lab_trace_finish(struct lab_trace *trace, size_t *count, bool *lost)
{
	if (!trace->finished) {
		trace->finished = true;
		for (size_t i = 0; i < PARTS; i++)
			if (trace->folders[i][0] != '\0')
				(void)write_file(trace->folders[i], "tracing_on", "0");
		read_events(trace);
		for (size_t i = 0; i < PARTS; i++) {
			if (trace->folders[i][0] != '\0' && instance_lost_some(trace->folders[i]))
				trace->lost = true;
			remove_instance(trace->folders[i]);
		}
	}
	*count = trace->count;
	*lost = trace->lost;
	return trace->events;
}

void lab_trace_free(struct lab_trace *trace)
{
	if (!trace)
		return;
	for (size_t i = 0; i < PARTS; i++)
		remove_instance(trace->folders[i]);
	free(trace);
}
