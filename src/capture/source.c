/* source.c: opens inputs by content, numbers their frames and merges them by time. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/source.h"

#include "base/assert.h"
#include "base/limits.h"
#include "capture/content.h"
#include "capture/pcap.h"
#include "capture/pcapng.h"

#include <stdlib.h>
#include <string.h>

struct input {
	struct tw_feed feed;
	struct tw_window window;
	struct tw_input_info info;
	bool has_frames; /* a capture that has not ended */
	struct tw_pcap pcap;
	struct tw_pcapng pcapng;
	/* Time of the last frame that had one: where the input stands in the merge. */
	int64_t order_ns;
	struct tw_frame head; /* next frame to hand out, where there are several inputs */
	bool text_is_read;
	struct tw_slice text;
	uint8_t *text_converted; /* owner of `text` where it came as UTF-16 */
};

struct tw_source {
	size_t count;
	struct input *inputs;
	uint64_t frames;
	size_t growth_bytes;
	/* Inputs with a head, the oldest first: a binary heap. Used only with several inputs. */
	uint16_t *heap;
	size_t heap_size;
	bool heap_is_built;
	bool top_was_taken; /* its head is in the caller's hands until the next call */
};

/* Opening --------------------------------------------------------------------------------- */

static void fail(struct input *input, enum tw_err code)
{
	input->info.error = (struct tw_error){.code = code};
}

static bool open_window(struct tw_source *source, struct input *input, size_t capacity)
{
	enum tw_compression compression = tw_compression_of(tw_feed_peek(&input->feed));
	struct tw_inflate *inflate = NULL;

	input->info.compression = tw_compression_name(compression);
	if (compression == TW_COMPRESSION_FOREIGN) {
		fail(input, TW_ERR_SUPPORT);
		return false;
	}
	if (compression != TW_COMPRESSION_NONE) {
		inflate = tw_inflate_new(compression, &input->feed);
		if (!inflate) {
			fail(input, TW_ERR_MEMORY);
			return false;
		}
	}
	tw_window_open(&input->window, &input->feed, inflate, capacity, &source->growth_bytes);
	return true;
}

/* A capture must not wait for more than its magic needs, text is wanted whole in any case. */
static enum tw_content look(struct input *input)
{
	enum { MAGIC_BYTES = 12 };
	struct tw_window *window = &input->window;
	enum tw_content content = TW_CONTENT_EMPTY;
	static const size_t sizes[] = {MAGIC_BYTES, TW_LIMIT_CONTENT_BYTES};

	for (size_t i = 0; i < TW_LEN(sizes); i++) {
		(void)!tw_window_need(window, sizes[i]);
		content = tw_content_of(tw_slice_head(
		    tw_slice_of(window->at, tw_window_size(window)), TW_LIMIT_CONTENT_BYTES));
		if (content == TW_CONTENT_PCAP || content == TW_CONTENT_PCAPNG)
			break;
	}
	return content;
}

static void begin(struct input *input)
{
	struct tw_input_info *info = &input->info;

	info->content = look(input);
	/* Failures that come later are met by whoever reads as far. */
	if (tw_window_size(&input->window) == 0)
		info->error = input->window.error;
	switch (info->content) {
	case TW_CONTENT_EMPTY:
		if (info->error.code == TW_ERR_OK)
			fail(input, TW_ERR_EMPTY);
		break;
	case TW_CONTENT_OTHER:
		/* An input that broke off at its start may have been anything. */
		info->error = input->window.error;
		if (info->error.code == TW_ERR_OK)
			fail(input, TW_ERR_FORMAT);
		break;
	case TW_CONTENT_TEXT:
		break;
	case TW_CONTENT_PCAP:
		input->has_frames = tw_pcap_begin(&input->pcap, &input->window, info);
		break;
	case TW_CONTENT_PCAPNG:
		info->is_pcapng = true;
		input->has_frames = true;
		break;
	}
}

/* Gives back what an input held, once nothing more comes from it; what was learnt stays. */
static void end(struct input *input)
{
	input->has_frames = false;
	tw_window_close(&input->window);
	tw_pcapng_free(&input->pcapng);
	tw_feed_close(&input->feed);
}

static void begin_input(struct tw_source *source, struct input *input, size_t capacity)
{
	input->order_ns = INT64_MIN;
	if (input->feed.error.code != TW_ERR_OK) {
		input->info.error = input->feed.error;
		input->info.content = TW_CONTENT_OTHER;
		return;
	}
	if (!open_window(source, input, capacity)) {
		input->info.content = TW_CONTENT_OTHER;
		tw_feed_close(&input->feed);
		return;
	}
	begin(input);
	if (!input->has_frames && input->info.content != TW_CONTENT_TEXT)
		end(input);
}

static struct tw_source *new_source(size_t count)
{
	struct tw_source *source = calloc(1, sizeof(*source));

	if (!source)
		return NULL;
	source->count = count;
	source->growth_bytes = TW_LIMIT_READ_GROWTH_BYTES;
	/* One more than needed: no input at all is not "no memory". */
	source->inputs = calloc(count + 1, sizeof(*source->inputs));
	source->heap = calloc(count + 1, sizeof(*source->heap));
	if (source->inputs && source->heap) {
		for (size_t i = 0; i < count; i++)
			source->inputs[i].feed.fd = -1;
		return source;
	}
	source->count = 0;
	tw_source_close(source);
	return NULL;
}

static size_t buffer_bytes(size_t count)
{
	size_t share = (size_t)TW_LIMIT_READ_BUFFERS_BYTES / (count + 1);

	if (share > TW_LIMIT_READ_BUFFER_BYTES)
		return TW_LIMIT_READ_BUFFER_BYTES;
	return share > TW_LIMIT_READ_BUFFER_BYTES_MIN ? share : TW_LIMIT_READ_BUFFER_BYTES_MIN;
}

struct tw_source *tw_source_open(const char *const *names, size_t count)
{
	struct tw_source *source = new_source(count);

	for (size_t i = 0; source && i < count; i++) {
		struct input *input = &source->inputs[i];

		input->info.name = names[i];
		if (i >= TW_LIMIT_INPUTS) {
			input->info.content = TW_CONTENT_OTHER;
			fail(input, TW_ERR_MEMORY);
			continue;
		}
		tw_feed_open(&input->feed, names[i], count > TW_LIMIT_OPEN_FILES);
		begin_input(source, input, buffer_bytes(count));
	}
	return source;
}

struct tw_source *tw_source_open_memory(struct tw_slice bytes, const char *name)
{
	struct tw_source *source = new_source(1);

	if (!source)
		return NULL;
	source->inputs[0].info.name = name;
	tw_feed_open_memory(&source->inputs[0].feed, bytes);
	begin_input(source, &source->inputs[0], TW_LIMIT_READ_BUFFER_BYTES);
	return source;
}

void tw_source_close(struct tw_source *source)
{
	if (!source)
		return;
	for (size_t i = 0; i < source->count; i++) {
		end(&source->inputs[i]);
		free(source->inputs[i].text_converted);
	}
	free(source->inputs);
	free(source->heap);
	free(source);
}

/* Frames ---------------------------------------------------------------------------------- */

static bool next_of_input(struct input *input, uint16_t index, struct tw_frame *frame)
{
	struct tw_input_info *info = &input->info;

	if (!input->has_frames)
		return false;

	bool found = info->is_pcapng ? tw_pcapng_next(&input->pcapng, &input->window, info, frame)
				     : tw_pcap_next(&input->pcap, &input->window, info, frame);

	if (!found) {
		end(input);
		return false;
	}
	frame->input = index;
	info->packets++;
	if (frame->has_time) {
		info->out_of_order += frame->time_ns < input->order_ns;
		input->order_ns = frame->time_ns;
	}
	return true;
}

/* Time decides; of equals the input given first. */
static bool is_before(const struct tw_source *source, uint16_t a, uint16_t b)
{
	int64_t time_a = source->inputs[a].order_ns;
	int64_t time_b = source->inputs[b].order_ns;

	return time_a < time_b || (time_a == time_b && a < b);
}

static void sift_down(struct tw_source *source, size_t place)
{
	uint16_t moving = source->heap[place];

	for (;;) {
		size_t child = 2 * place + 1;

		if (child >= source->heap_size)
			break;
		if (child + 1 < source->heap_size &&
		    is_before(source, source->heap[child + 1], source->heap[child]))
			child++;
		if (!is_before(source, source->heap[child], moving))
			break;
		source->heap[place] = source->heap[child];
		place = child;
	}
	source->heap[place] = moving;
}

static void build_heap(struct tw_source *source)
{
	size_t count = tw_min_size(source->count, TW_LIMIT_INPUTS);

	for (size_t i = 0; i < count; i++)
		if (next_of_input(&source->inputs[i], (uint16_t)i, &source->inputs[i].head))
			source->heap[source->heap_size++] = (uint16_t)i;
	for (size_t place = source->heap_size / 2; place > 0; place--)
		sift_down(source, place - 1);
	source->heap_is_built = true;
}

/* Reads on in the input that gave the last frame: only now, for the caller was using its bytes. */
static void refresh_top(struct tw_source *source)
{
	uint16_t top = source->heap[0];

	if (!next_of_input(&source->inputs[top], top, &source->inputs[top].head))
		source->heap[0] = source->heap[--source->heap_size];
	if (source->heap_size > 0)
		sift_down(source, 0);
}

static bool next_merged(struct tw_source *source, struct tw_frame *frame)
{
	if (!source->heap_is_built)
		build_heap(source);
	else if (source->top_was_taken)
		refresh_top(source);
	source->top_was_taken = source->heap_size > 0;
	if (source->heap_size == 0)
		return false;
	*frame = source->inputs[source->heap[0]].head;
	return true;
}

bool tw_source_next(struct tw_source *source, struct tw_frame *frame)
{
	bool found = source->count == 1 ? next_of_input(&source->inputs[0], 0, frame)
					: next_merged(source, frame);

	if (found)
		frame->number = ++source->frames;
	return found;
}

/* What is known of the inputs ------------------------------------------------------------- */

size_t tw_source_input_count(const struct tw_source *source)
{
	return source->count;
}

const struct tw_input_info *tw_source_input(const struct tw_source *source, size_t index)
{
	TW_ASSERT(index < source->count);
	return &source->inputs[index].info;
}

static void convert_text(struct input *input, enum tw_text_coding coding)
{
	input->text_converted = malloc(input->text.size / 2 * 3 + 1);
	if (!input->text_converted) {
		fail(input, TW_ERR_MEMORY);
		input->text = (struct tw_slice){0};
		return;
	}
	size_t size = tw_text_from_utf16(input->text, coding, input->text_converted);

	input->text = tw_slice_of(input->text_converted, size);
}

/* The window grows to hold the text and stays as it is: nothing reads on behind it. */
static void read_text(struct input *input)
{
	struct tw_window *window = &input->window;
	bool is_longer = tw_window_need(window, (size_t)TW_LIMIT_TEXT_BYTES + 1);

	input->text =
	    tw_slice_head(tw_slice_of(window->at, tw_window_size(window)), TW_LIMIT_TEXT_BYTES);
	input->info.error = window->error;
	if (is_longer)
		input->info.error = (struct tw_error){
		    .code = TW_ERR_MEMORY,
		    .has_offset = true,
		    .offset = TW_LIMIT_TEXT_BYTES,
		};

	enum tw_text_coding coding = tw_text_coding_of(&input->text);

	if (coding != TW_TEXT_BYTES)
		convert_text(input, coding);
}

struct tw_slice tw_source_text(struct tw_source *source, size_t index)
{
	TW_ASSERT(index < source->count);
	struct input *input = &source->inputs[index];

	if (input->info.content != TW_CONTENT_TEXT)
		return (struct tw_slice){0};
	if (!input->text_is_read)
		read_text(input);
	input->text_is_read = true;
	return input->text;
}

void tw_source_progress(const struct tw_source *source, uint64_t *read_bytes, uint64_t *total_bytes)
{
	bool all_known = true;

	*read_bytes = 0;
	*total_bytes = 0;
	for (size_t i = 0; i < source->count; i++) {
		const struct tw_feed *feed = &source->inputs[i].feed;

		*read_bytes += feed->read_bytes;
		*total_bytes += feed->total_bytes;
		if (feed->total_bytes == 0 && feed->error.code == TW_ERR_OK)
			all_known = false;
	}
	if (!all_known)
		*total_bytes = 0;
}
