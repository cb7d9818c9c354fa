/* counters.c: /proc/net/snmp and netstat: a line of names, then a line of values. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/host.h"

#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { FILE_BYTES_MAX = 16 * 1024 };

/* MaxConn may be -1. */
static int64_t number_of(struct tw_str text)
{
	bool negative = tw_str_starts(text, TW_STR("-"));
	uint64_t number = 0;

	if (negative)
		text = tw_str_from(text, 1);
	(void)tw_str_take_number(&text, INT64_MAX, &number);
	return negative ? -(int64_t)number : (int64_t)number;
}

static void add_line(struct lab_counters *counters, struct tw_str names, struct tw_str values)
{
	struct tw_str group = tw_str_take_until(&names, ':');

	(void)tw_str_take_until(&values, ':');
	names = tw_str_trim(names);
	values = tw_str_trim(values);
	while (names.size > 0 && counters->count < LAB_COUNTERS_MAX) {
		struct lab_counter *counter = &counters->list[counters->count++];
		struct tw_str name = tw_str_take_until(&names, ' ');

		(void)snprintf(counter->name, sizeof(counter->name), "%.*s%.*s", (int)group.size,
			       group.text, (int)name.size, name.text);
		counter->value = number_of(tw_str_take_until(&values, ' '));
	}
}

static void add_text(struct lab_counters *counters, struct tw_str text)
{
	while (text.size > 0) {
		struct tw_str names = tw_str_take_until(&text, '\n');
		struct tw_str values = tw_str_take_until(&text, '\n');

		if (tw_str_starts(names, TW_STR("Tcp:")) || tw_str_starts(names, TW_STR("TcpExt:")))
			add_line(counters, names, values);
	}
}

/* Reads to the end: the kernel hands such a file out in parts. */
static int read_whole(const char *path, char *text, size_t room, size_t *size)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = 1;
	int error;

	if (file < 0)
		return errno;
	for (*size = 0; *size < room && got > 0; *size += (size_t)got) {
		got = read(file, text + *size, room - *size);
		if (got < 0)
			break;
	}
	error = got < 0 ? errno : 0;
	(void)close(file);
	return error;
}

/* /proc/net would be that of the process's first thread, which is in another namespace. */
static int read_counters(void *argument)
{
	static const char *const paths[] = {"/proc/thread-self/net/snmp",
					    "/proc/thread-self/net/netstat"};
	struct lab_counters *counters = argument;
	char text[FILE_BYTES_MAX];
	int error = 0;

	for (size_t i = 0; i < TW_LEN(paths) && !error; i++) {
		size_t size = 0;

		error = read_whole(paths[i], text, sizeof(text), &size);
		if (!error)
			add_text(counters, (struct tw_str){.text = text, .size = size});
	}
	return error;
}

int lab_host_counters(const struct lab_host *host, struct lab_counters *counters)
{
	counters->count = 0;
	return lab_host_inside(host, read_counters, counters);
}
