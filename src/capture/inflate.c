/* inflate.c: one loop over three decompressors. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/inflate.h"

#include "base/assert.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

#include <lz4frame.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

enum { INPUT_BYTES = 64 * 1024 };

enum step { STEP_MORE, STEP_MEMBER_END, STEP_DAMAGED, STEP_NO_MEMORY };

struct tw_inflate {
	const struct codec *codec;
	struct tw_feed *feed;
	union {
		z_stream gzip;
		ZSTD_DCtx *zstd;
		LZ4F_dctx *lz4;
	} state;
	size_t wanted;	   /* see part() */
	bool holds_output; /* the last step filled the target: there may be more without input */
	bool in_member;	   /* begun and not ended: the input must not end here */
	bool feed_ended;
	struct tw_error error;
	size_t input_at;
	size_t input_end;
	uint8_t input[INPUT_BYTES];
};

/* Where one step may write, and how much it did. */
struct target {
	uint8_t *to;
	size_t room;
	size_t made;
};

struct codec {
	const char *name;
	bool (*begin)(struct tw_inflate *stream);
	/* Takes from `input`, makes what fits into the target. */
	enum step (*step)(struct tw_inflate *stream, struct target *target);
	void (*end)(struct tw_inflate *stream);
};

static bool gzip_begin(struct tw_inflate *stream)
{
	/* 15 bits of window, and 16 for "gzip header only" (zlib.h). */
	return inflateInit2(&stream->state.gzip, 15 + 16) == Z_OK;
}

static enum step gzip_step(struct tw_inflate *stream, struct target *target)
{
	z_stream *z = &stream->state.gzip;

	z->next_in = stream->input + stream->input_at;
	z->avail_in = (uInt)(stream->input_end - stream->input_at);
	z->next_out = target->to;
	z->avail_out = (uInt)target->room;

	int result = inflate(z, Z_NO_FLUSH);

	stream->input_at = stream->input_end - z->avail_in;
	target->made = target->room - z->avail_out;
	if (result == Z_STREAM_END)
		return inflateReset(z) == Z_OK ? STEP_MEMBER_END : STEP_DAMAGED;
	if (result == Z_MEM_ERROR)
		return STEP_NO_MEMORY;
	/* Z_BUF_ERROR only says that nothing could be done without more input. */
	return result == Z_OK || result == Z_BUF_ERROR ? STEP_MORE : STEP_DAMAGED;
}

static void gzip_end(struct tw_inflate *stream)
{
	(void)inflateEnd(&stream->state.gzip);
}

/*
 * What to give zstd or lz4 in one step. On damage both forget what the step has made so far, so no
 * step may both finish a block and meet what comes after it: the body of a block goes in but for
 * its end (by what they asked for, which can be some bytes too many), the end in pieces shorter
 * than any header or checksum behind it. For the same reason output that is left over goes out
 * first, in a step without input.
 */
static size_t part(const struct tw_inflate *stream)
{
	enum { END_BYTES = 16, PIECE_BYTES = 4 };
	size_t size = stream->wanted > END_BYTES ? stream->wanted - END_BYTES : PIECE_BYTES;

	if (stream->holds_output)
		return 0;
	return tw_min_size(stream->input_end - stream->input_at, size);
}

static bool zstd_begin(struct tw_inflate *stream)
{
	stream->state.zstd = ZSTD_createDCtx();
	if (!stream->state.zstd)
		return false;
	(void)ZSTD_DCtx_setParameter(stream->state.zstd, ZSTD_d_windowLogMax,
				     TW_LIMIT_ZSTD_WINDOW_LOG);
	return true;
}

static enum step zstd_failure(size_t result)
{
	ZSTD_ErrorCode code = ZSTD_getErrorCode(result);

	if (code == ZSTD_error_memory_allocation ||
	    code == ZSTD_error_frameParameter_windowTooLarge)
		return STEP_NO_MEMORY;
	return STEP_DAMAGED;
}

static enum step zstd_step(struct tw_inflate *stream, struct target *target)
{
	ZSTD_inBuffer in = {stream->input, stream->input_at + part(stream), stream->input_at};
	ZSTD_outBuffer out = {target->to, target->room, 0};
	size_t result = ZSTD_decompressStream(stream->state.zstd, &out, &in);

	stream->input_at = in.pos;
	target->made = out.pos;
	if (ZSTD_isError(result))
		return zstd_failure(result);
	stream->wanted = result;
	return result == 0 ? STEP_MEMBER_END : STEP_MORE;
}

static void zstd_end(struct tw_inflate *stream)
{
	(void)ZSTD_freeDCtx(stream->state.zstd);
}

static bool lz4_begin(struct tw_inflate *stream)
{
	return !LZ4F_isError(LZ4F_createDecompressionContext(&stream->state.lz4, LZ4F_VERSION));
}

static enum step lz4_step(struct tw_inflate *stream, struct target *target)
{
	size_t made = target->room;
	size_t taken = part(stream);
	size_t result = LZ4F_decompress(stream->state.lz4, target->to, &made,
					stream->input + stream->input_at, &taken, NULL);

	if (LZ4F_isError(result))
		return STEP_DAMAGED;
	stream->input_at += taken;
	target->made = made;
	stream->wanted = result;
	return result == 0 ? STEP_MEMBER_END : STEP_MORE;
}

static void lz4_end(struct tw_inflate *stream)
{
	(void)LZ4F_freeDecompressionContext(stream->state.lz4);
}

static const struct codec codecs[] = {
    [TW_COMPRESSION_GZIP] = {"gzip", gzip_begin, gzip_step, gzip_end},
    [TW_COMPRESSION_ZSTD] = {"zstd", zstd_begin, zstd_step, zstd_end},
    [TW_COMPRESSION_LZ4] = {"lz4", lz4_begin, lz4_step, lz4_end},
};

static const struct magic {
	enum tw_compression compression;
	uint8_t size;
	uint8_t mask; /* of the first byte: zstd has 16 magics for skippable frames */
	uint8_t bytes[TW_FEED_PEEK_BYTES];
} magics[] = {
    {TW_COMPRESSION_GZIP, 3, 0xff, {0x1f, 0x8b, 0x08}},
    {TW_COMPRESSION_ZSTD, 4, 0xff, {0x28, 0xb5, 0x2f, 0xfd}},
    {TW_COMPRESSION_ZSTD, 4, 0xf0, {0x50, 0x2a, 0x4d, 0x18}},
    {TW_COMPRESSION_LZ4, 4, 0xff, {0x04, 0x22, 0x4d, 0x18}},
    {TW_COMPRESSION_FOREIGN, 6, 0xff, {0xfd, '7', 'z', 'X', 'Z', 0x00}},
    {TW_COMPRESSION_FOREIGN, 6, 0xff, {'B', 'Z', 'h', '9', 0x31, 0x41}},
    {TW_COMPRESSION_FOREIGN, 2, 0xff, {0x1f, 0x9d}},
};

static bool magic_fits(const struct magic *magic, struct tw_slice first)
{
	return first.size >= magic->size && (first.data[0] & magic->mask) == magic->bytes[0] &&
	       memcmp(first.data + 1, magic->bytes + 1, magic->size - 1U) == 0;
}

enum tw_compression tw_compression_of(struct tw_slice first)
{
	for (size_t i = 0; i < TW_LEN(magics); i++)
		if (magic_fits(&magics[i], first))
			return magics[i].compression;
	return TW_COMPRESSION_NONE;
}

const char *tw_compression_name(enum tw_compression compression)
{
	return (size_t)compression < TW_LEN(codecs) ? codecs[compression].name : NULL;
}

struct tw_inflate *tw_inflate_new(enum tw_compression compression, struct tw_feed *feed)
{
	TW_ASSERT(tw_compression_name(compression));

	struct tw_inflate *stream = calloc(1, sizeof(*stream));

	if (!stream)
		return NULL;
	stream->codec = &codecs[compression];
	stream->feed = feed;
	if (!stream->codec->begin(stream)) {
		free(stream);
		return NULL;
	}
	return stream;
}

void tw_inflate_free(struct tw_inflate *stream)
{
	if (!stream)
		return;
	stream->codec->end(stream);
	free(stream);
}

static void refill(struct tw_inflate *stream)
{
	if (stream->input_at < stream->input_end || stream->feed_ended)
		return;
	stream->input_at = 0;
	stream->input_end = tw_feed_read(stream->feed, stream->input, INPUT_BYTES);
	stream->feed_ended = stream->input_end == 0;
}

/* Tapes and some writers pad with zero bytes after the last member; no magic begins with one. */
static void skip_padding(struct tw_inflate *stream)
{
	while (stream->input_at < stream->input_end && stream->input[stream->input_at] == 0)
		stream->input_at++;
}

static void fail(struct tw_inflate *stream, enum tw_err code)
{
	stream->error = (struct tw_error){.code = code};
}

/* Nothing came out and nothing is left to put in. */
static void end(struct tw_inflate *stream)
{
	if (stream->feed->error.code != TW_ERR_OK)
		stream->error = stream->feed->error;
	else if (stream->in_member)
		fail(stream, TW_ERR_TRUNCATED);
}

static size_t step(struct tw_inflate *stream, uint8_t *to, size_t room)
{
	struct target target = {.to = to, .room = room};

	if (!stream->in_member)
		skip_padding(stream);
	if (!stream->in_member && stream->input_at == stream->input_end)
		return 0;
	stream->in_member = true;
	switch (stream->codec->step(stream, &target)) {
	case STEP_MORE:
		break;
	case STEP_MEMBER_END:
		stream->in_member = false;
		break;
	case STEP_DAMAGED:
		fail(stream, TW_ERR_COMPRESSION);
		break;
	case STEP_NO_MEMORY:
		fail(stream, TW_ERR_MEMORY);
		break;
	}
	stream->holds_output = stream->in_member && target.made == room;
	return target.made;
}

/* Goes on while input is at hand: a larger piece for the reader, and no wait once it has some. */
size_t tw_inflate_read(struct tw_inflate *stream, uint8_t *to, size_t room, struct tw_error *error)
{
	size_t made = 0;

	while (made < room && stream->error.code == TW_ERR_OK) {
		if (made == 0 && !stream->holds_output)
			refill(stream);

		size_t got = step(stream, to + made, room - made);

		made += got;
		if (stream->input_at < stream->input_end)
			continue;
		if (made > 0)
			break;
		if (stream->feed_ended) {
			end(stream);
			break;
		}
	}
	if (made == 0)
		*error = stream->error;
	return made;
}
