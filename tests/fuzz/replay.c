/* replay.c: runs one target over the files of folders given, in place of libFuzzer; prints TAP. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "target.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PATH_BYTES = 4096, FILE_BYTES_MAX = 4 * 1024 * 1024 };

/* A file of a seed corpus is small; sanitizers slow the target down by about four. */
static const double seconds_max = 4;

static double now(void)
{
	struct timespec time;

	if (clock_gettime(CLOCK_MONOTONIC, &time) != 0)
		return 0;
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* The bytes in memory of exactly their size, so that a read past their end is seen. */
static uint8_t *read_file(FILE *file, size_t *size)
{
	uint8_t *all = malloc(FILE_BYTES_MAX);
	uint8_t *bytes = NULL;

	if (!all)
		return NULL;
	*size = fread(all, 1, FILE_BYTES_MAX, file);
	bytes = malloc(*size + (*size == 0));
	if (bytes)
		memcpy(bytes, all, *size);
	free(all);
	return bytes;
}

/* False where the file cannot be read, or took too long. */
static int replay_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	double begin = now();
	uint8_t *bytes;
	size_t size;

	if (!file)
		return 0;
	bytes = read_file(file, &size);
	(void)fclose(file);
	if (!bytes)
		return 0;
	(void)LLVMFuzzerTestOneInput(bytes, size);
	free(bytes);
	return now() - begin < seconds_max;
}

static unsigned replay_folder(const char *folder, unsigned *failed)
{
	DIR *open = opendir(folder);
	unsigned count = 0;

	for (struct dirent *entry; open && (entry = readdir(open)) != NULL;) {
		char path[PATH_BYTES];

		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		/* A crash ends the program: the last line then names the input. */
		printf("# %s\n", path);
		(void)fflush(stdout);
		count++;
		if (replay_file(path))
			continue;
		printf("# took too long, or could not be read: %s\n", path);
		(*failed)++;
	}
	if (open)
		(void)closedir(open);
	return count;
}

int main(int argc, char *argv[])
{
	unsigned failed_total = 0;

	printf("1..%d\n", argc - 1);
	for (int i = 1; i < argc; i++) {
		unsigned failed = 0;
		unsigned count = replay_folder(argv[i], &failed);

		failed += count == 0;
		printf("%s %d - the %u inputs of %s\n", failed ? "not ok" : "ok", i, count,
		       argv[i]);
		failed_total += failed;
	}
	return failed_total > 0;
}
