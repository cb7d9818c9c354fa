/* walk.c: the least that reading a classic pcap costs: record headers and first 66 bytes. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER_BYTES = 256 * 1024, FILE_HEADER = 24, RECORD_HEADER = 16, TOUCHED = 66 };

struct totals {
	uint64_t packets;
	uint64_t bytes;
	uint64_t touched;
};

/* Words that cover bytes 0 to 65: the headers of a segment with time stamps. */
static void touch(const uint8_t *packet, size_t captured, struct totals *totals)
{
	uint64_t word;

	for (size_t i = 0; i < TOUCHED && i + sizeof(word) <= captured; i += sizeof(word)) {
		memcpy(&word, packet + i, sizeof(word));
		totals->touched += word;
	}
}

/* Counts the whole records in the buffer; returns how many bytes they take. */
static size_t walk(const uint8_t *buffer, size_t size, struct totals *totals)
{
	size_t at = 0;
	uint32_t captured;

	for (; at + RECORD_HEADER <= size; at += RECORD_HEADER + captured) {
		memcpy(&captured, buffer + at + 8, sizeof(captured));
		if (captured > size - at - RECORD_HEADER)
			return at;
		touch(buffer + at + RECORD_HEADER, captured, totals);
		totals->packets++;
		totals->bytes += captured;
	}
	return at;
}

int main(int argc, char *argv[])
{
	static uint8_t buffer[BUFFER_BYTES];
	struct totals totals = {0};
	int file = argc == 2 ? open(argv[1], O_RDONLY) : -1;
	size_t held = 0;
	ssize_t got;

	if (file < 0 || read(file, buffer, FILE_HEADER) != FILE_HEADER)
		return 2;
	while ((got = read(file, buffer + held, BUFFER_BYTES - held)) > 0) {
		size_t used;

		held += (size_t)got;
		used = walk(buffer, held, &totals);
		held -= used;
		memmove(buffer, buffer + used, held);
	}
	printf("%" PRIu64 " packets, %" PRIu64 " bytes, %" PRIx64 "\n", totals.packets,
	       totals.bytes, totals.touched);
	return held != 0;
}
