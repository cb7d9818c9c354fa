/* feed.c: raw bytes of an input; the only file of this layer that makes system calls. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/feed.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void fail(struct tw_feed *feed, enum tw_err code, int system_errno)
{
	feed->error = (struct tw_error){.code = code, .system_errno = system_errno};
}

void tw_feed_close(struct tw_feed *feed)
{
	if (feed->fd >= 0 && feed->owns_fd)
		(void)close(feed->fd);
	feed->fd = -1;
}

static int open_file(const char *name)
{
	int fd;

	do
		fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	while (fd < 0 && errno == EINTR);
	return fd;
}

void tw_feed_open(struct tw_feed *feed, const char *name, bool park)
{
	struct stat status;

	*feed = (struct tw_feed){.fd = STDIN_FILENO};
	if (strcmp(name, "-") != 0) {
		feed->fd = open_file(name);
		feed->owns_fd = true;
	}
	if (feed->fd < 0 || fstat(feed->fd, &status) != 0) {
		fail(feed, TW_ERR_OPEN, errno);
		tw_feed_close(feed);
		return;
	}
	if (S_ISDIR(status.st_mode)) {
		fail(feed, TW_ERR_DIRECTORY, 0);
		tw_feed_close(feed);
		return;
	}
	if (!S_ISREG(status.st_mode))
		return;
	feed->total_bytes = status.st_size > 0 ? (uint64_t)status.st_size : 0;
	if (park && feed->owns_fd) {
		feed->parked_name = name;
		feed->parked_device = (uint64_t)status.st_dev;
		feed->parked_inode = (uint64_t)status.st_ino;
		tw_feed_close(feed);
	}
}

void tw_feed_open_memory(struct tw_feed *feed, struct tw_slice bytes)
{
	*feed = (struct tw_feed){.fd = -1, .memory = bytes, .total_bytes = bytes.size};
}

/* read(2), also of a descriptor that somebody has set to non-blocking (standard input). */
static ssize_t read_waiting(int fd, uint8_t *to, size_t room)
{
	for (;;) {
		ssize_t got = read(fd, to, room);

		if (got >= 0 || (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK))
			return got;
		if (errno == EINTR)
			continue;

		struct pollfd wait = {.fd = fd, .events = POLLIN};

		if (poll(&wait, 1, -1) < 0 && errno != EINTR)
			return -1;
	}
}

static size_t read_fd(struct tw_feed *feed, uint8_t *to, size_t room)
{
	ssize_t got = read_waiting(feed->fd, to, room);

	if (got >= 0)
		return (size_t)got;
	fail(feed, errno == EISDIR ? TW_ERR_DIRECTORY : TW_ERR_READ, errno);
	return 0;
}

static bool unpark(struct tw_feed *feed)
{
	struct stat status;

	feed->fd = open_file(feed->parked_name);
	if (feed->fd < 0 || fstat(feed->fd, &status) != 0) {
		fail(feed, TW_ERR_READ, errno);
		return false;
	}
	if ((uint64_t)status.st_dev != feed->parked_device ||
	    (uint64_t)status.st_ino != feed->parked_inode) {
		fail(feed, TW_ERR_READ, ESTALE);
		return false;
	}
	if (lseek(feed->fd, (off_t)feed->parked_offset, SEEK_SET) < 0) {
		fail(feed, TW_ERR_READ, errno);
		return false;
	}
	return true;
}

static size_t read_parked(struct tw_feed *feed, uint8_t *to, size_t room)
{
	size_t got = unpark(feed) ? read_fd(feed, to, room) : 0;

	feed->parked_offset += got;
	tw_feed_close(feed);
	return got;
}

static size_t read_memory(struct tw_feed *feed, uint8_t *to, size_t room)
{
	struct tw_slice taken = tw_slice_head(feed->memory, room);

	if (taken.size > 0)
		memcpy(to, taken.data, taken.size);
	feed->memory = tw_slice_from(feed->memory, taken.size);
	return taken.size;
}

static size_t read_raw(struct tw_feed *feed, uint8_t *to, size_t room)
{
	if (feed->error.code != TW_ERR_OK)
		return 0;
	if (feed->parked_name)
		return read_parked(feed, to, room);
	return feed->fd >= 0 ? read_fd(feed, to, room) : read_memory(feed, to, room);
}

struct tw_slice tw_feed_peek(struct tw_feed *feed)
{
	if (feed->memory.data)
		return tw_slice_head(feed->memory, TW_FEED_PEEK_BYTES);
	while (feed->peeked_size < TW_FEED_PEEK_BYTES) {
		size_t got = read_raw(feed, feed->peeked + feed->peeked_size,
				      TW_FEED_PEEK_BYTES - feed->peeked_size);

		if (got == 0)
			break;
		feed->peeked_size += got;
	}
	return tw_slice_of(feed->peeked, feed->peeked_size);
}

size_t tw_feed_read(struct tw_feed *feed, uint8_t *to, size_t room)
{
	size_t got = tw_min_size(feed->peeked_size - feed->peeked_at, room);

	if (got > 0) {
		memcpy(to, feed->peeked + feed->peeked_at, got);
		feed->peeked_at += got;
	} else {
		got = read_raw(feed, to, room);
	}
	feed->read_bytes += got;
	return got;
}
