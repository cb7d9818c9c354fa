/* queue.c: a binary heap by time and order of arrival. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/queue.h"

#include "base/assert.h"

#include <stdlib.h>

enum { QUEUE_FIRST = 256 };

static bool is_sooner(const struct lab_due *a, const struct lab_due *b)
{
	return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->order < b->order;
}

static void swap(struct lab_due *a, struct lab_due *b)
{
	struct lab_due kept = *a;

	*a = *b;
	*b = kept;
}

static bool reserve(struct lab_queue *queue)
{
	if (queue->count < queue->capacity)
		return true;
	if (queue->capacity == LAB_QUEUE_MAX)
		return false;

	size_t capacity = queue->capacity ? queue->capacity * 2 : QUEUE_FIRST;
	struct lab_due *heap = realloc(queue->heap, capacity * sizeof(*heap));

	if (!heap)
		return false;
	queue->heap = heap;
	queue->capacity = capacity;
	return true;
}

void lab_queue_add(struct lab_queue *queue, struct lab_due due)
{
	if (!due.packet)
		return;
	if (!reserve(queue)) {
		queue->overflowed = true;
		lab_packet_free(due.packet);
		return;
	}

	size_t at = queue->count++;

	due.order = queue->added++;
	queue->heap[at] = due;
	for (; at > 0 && is_sooner(&queue->heap[at], &queue->heap[(at - 1) / 2]); at = (at - 1) / 2)
		swap(&queue->heap[at], &queue->heap[(at - 1) / 2]);
}

const struct lab_due *lab_queue_first(const struct lab_queue *queue)
{
	return queue->count > 0 ? &queue->heap[0] : NULL;
}

struct lab_due lab_queue_take(struct lab_queue *queue)
{
	TW_ASSERT(queue->count > 0);

	struct lab_due first = queue->heap[0];
	size_t at = 0;

	queue->heap[0] = queue->heap[--queue->count];
	for (;;) {
		size_t soonest = at;

		for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++)
			if (child < queue->count &&
			    is_sooner(&queue->heap[child], &queue->heap[soonest]))
				soonest = child;
		if (soonest == at)
			return first;
		swap(&queue->heap[at], &queue->heap[soonest]);
		at = soonest;
	}
}

void lab_queue_free(struct lab_queue *queue)
{
	for (size_t i = 0; i < queue->count; i++)
		lab_packet_free(queue->heap[i].packet);
	free(queue->heap);
	*queue = (struct lab_queue){0};
}
