/* input.c: files, standard input or an argument; captures or lists. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/input.h"

#include "cli/progress.h"

#include <unistd.h>

enum { TYPED_LIMIT_BYTES = 512 * 1024 * 1024 };

static bool parse_parts(struct tw_input *input, struct tw_session *session,
			const struct tw_typed_part *parts)
{
	if (tw_typed_parse_parts(parts, input->count, &input->arena, &input->typed) == 0)
		return false;
	input->is_typed = true;
	tw_session_typed(session, &input->typed);
	return true;
}

/* An argument that is no file and reads as packets: 'S > C FPA; C > S A'. */
static bool read_argument(const struct tw_options *options, struct tw_session *session,
			  struct tw_input *input)
{
	const char *arg = options->inputs[0];

	if (options->input_count != 1 || arg[0] == '-' || access(arg, F_OK) == 0)
		return false;
	if (!parse_parts(input, session, &(struct tw_typed_part){.text = tw_str_of(arg)}))
		return false;
	input->summaries[0] = (struct tw_input_summary){
	    .name = "typed packets", .format = "text", .packets = input->typed.row_count};
	return true;
}

static int64_t bound_ns(const struct tw_bound *bound, int64_t first_ns)
{
	return bound->relative ? first_ns + bound->time_ns : bound->time_ns;
}

/* --since and --until: the frame keeps its number, the rest of the input is not looked at. */
static bool is_within(const struct tw_options *options, int64_t time_ns, int64_t first_ns)
{
	if (options->since.given && time_ns < bound_ns(&options->since, first_ns))
		return false;
	return !options->until.given || time_ns <= bound_ns(&options->until, first_ns);
}

/*
 * A file says when its recording ended. That holds for the whole of what was received; of a part
 * that somebody cut out nobody knows what followed it.
 */
static void tell_end(struct tw_session *session, const struct tw_input *input)
{
	for (size_t i = 0; i < tw_source_input_count(input->source); i++) {
		const struct tw_input_info *info = tw_source_input(input->source, i);

		if (info->end_known && info->packets >= info->received)
			tw_session_recorded_until(session, info->end_ns);
	}
}

static void read_frames(const struct tw_options *options, struct tw_session *session,
			struct tw_input *input)
{
	struct tw_progress progress = tw_progress_begin();
	struct tw_frame frame;
	uint64_t count = 0;
	int64_t first_ns = 0;
	bool whole = !options->until.given;

	while (tw_source_next(input->source, &frame)) {
		if (count == 0)
			first_ns = frame.time_ns;
		count++;
		if (frame.has_time && !is_within(options, frame.time_ns, first_ns))
			continue;
		tw_session_frame(session, &frame);
		tw_progress_step(&progress, input->source);
		if (count == options->packet_limit) {
			whole = false;
			break;
		}
	}
	tw_progress_end(&progress);
	if (whole)
		tell_end(session, input);
}

static const char *format_name(const struct tw_input_info *info)
{
	switch (info->content) {
	case TW_CONTENT_PCAP:
		return "pcap";
	case TW_CONTENT_PCAPNG:
		return "pcapng";
	case TW_CONTENT_TEXT:
		return "text";
	case TW_CONTENT_OTHER:
	case TW_CONTENT_EMPTY:
		break;
	}
	return NULL;
}

static uint64_t rows_of(const struct tw_input *input, size_t part)
{
	uint64_t count = 0;

	for (size_t i = 0; input->is_typed && i < input->typed.row_count; i++)
		count += input->typed.rows[i].part == part;
	return count;
}

static void summarise(struct tw_input *input)
{
	for (size_t i = 0; i < input->count; i++) {
		const struct tw_input_info *info = tw_source_input(input->source, i);
		struct tw_input_summary *summary = &input->summaries[i];

		*summary = (struct tw_input_summary){
		    .name = info->name,
		    .format = format_name(info),
		    .compression = info->compression,
		    .packets = info->packets,
		    .dropped = info->dropped,
		    .drops_known = info->drops_known,
		    .skipped_blocks = info->skipped_blocks,
		    .error = info->error,
		};
		if (info->content != TW_CONTENT_TEXT || info->error.code != TW_ERR_OK)
			continue;
		summary->packets = rows_of(input, i);
		if (summary->packets == 0)
			summary->error.code = TW_ERR_FORMAT;
	}
}

/* Lists are read together, each below its name; among captures they are nothing to merge. */
static bool read_lists(struct tw_session *session, struct tw_input *input)
{
	struct tw_typed_part *parts = tw_arena_new(&input->arena, sizeof(*parts), input->count);

	if (!parts)
		return false;
	for (size_t i = 0; i < input->count; i++) {
		const struct tw_input_info *info = tw_source_input(input->source, i);
		struct tw_slice text;

		if (info->content != TW_CONTENT_TEXT)
			return true;
		text = tw_source_text(input->source, i);
		parts[i].text = (struct tw_str){(const char *)text.data, text.size};
		if (input->count > 1)
			parts[i].name = tw_str_of(info->name);
	}
	(void)parse_parts(input, session, parts);
	return true;
}

bool tw_input_read(const struct tw_options *options, struct tw_session *session,
		   struct tw_input *input)
{
	*input = (struct tw_input){.arena = tw_arena_of(TYPED_LIMIT_BYTES),
				   .count = options->input_count};
	input->summaries =
	    tw_arena_new(&input->arena, sizeof(*input->summaries), options->input_count);
	if (!input->summaries)
		return false;
	if (read_argument(options, session, input))
		return true;
	input->source = tw_source_open(options->inputs, options->input_count);
	if (!input->source || !read_lists(session, input))
		return false;
	if (!input->is_typed)
		read_frames(options, session, input);
	summarise(input);
	return true;
}

void tw_input_free(struct tw_input *input)
{
	if (input->source)
		tw_source_close(input->source);
	tw_arena_free(&input->arena);
}
