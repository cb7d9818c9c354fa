/* fuzz_wire.c: frames of one link type through the decoder, with a store for fragments. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "target.h"

#include "base/assert.h"
#include "wire/decode.h"

/*
 * The first byte is the link type: one of these, or itself where it is past the table. Then frames
 * follow: two bytes of length, one by how much the frame was longer on the wire, and its bytes.
 */
static const uint32_t link_types[] = {1,  113, 276, 101, 0,   108, 12,	14,  228, 229, 9,
				      50, 51,  104, 204, 105, 127, 119, 163, 192, 242};

static uint32_t link_type_of(uint8_t byte)
{
	return byte < TW_LEN(link_types) ? link_types[byte] : byte;
}

static void check_segment(const struct tw_segment *segment)
{
	volatile unsigned sum = 0;

	for (size_t i = 0; i < segment->payload.size; i++)
		sum ^= segment->payload.data[i];
	TW_ASSERT(segment->options.sack_count <= TW_SACK_BLOCKS_MAX);
	TW_ASSERT(segment->checksum <= TW_CHECKSUM_BAD);
}

static void decode(const struct tw_wire_frame *frame, struct tw_fragments *fragments)
{
	struct tw_decoded decoded;

	tw_decode(frame, fragments, &decoded);
	switch (decoded.kind) {
	case TW_DECODED_NOTHING:
		TW_ASSERT(decoded.reason < TW_UNDECODED_COUNT);
		break;
	case TW_DECODED_SEGMENT:
		check_segment(&decoded.segment);
		break;
	case TW_DECODED_ICMP_ERROR:
		TW_ASSERT(decoded.icmp.version == 4 || decoded.icmp.version == 6);
		break;
	}
}

/* The next `size` bytes of the input as a number; 0, and nothing is left, where there are fewer. */
static size_t take(struct tw_slice *rest, size_t size)
{
	size_t value = 0;

	if (rest->size < size) {
		*rest = (struct tw_slice){0};
		return 0;
	}
	for (size_t i = 0; i < size; i++)
		value = value << 8 | rest->data[i];
	*rest = tw_slice_from(*rest, size);
	return value;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tw_slice rest = tw_slice_of(data, size);
	struct tw_fragments *fragments = tw_fragments_new();
	uint32_t link_type = link_type_of((uint8_t)take(&rest, 1));

	for (uint64_t number = 1; fragments && rest.size > 0; number++) {
		size_t length = take(&rest, 2);
		uint8_t cut = (uint8_t)take(&rest, 1);
		struct tw_slice bytes = tw_slice_head(rest, length);
		struct tw_wire_frame frame = {
		    .number = number,
		    .time_ns = (int64_t)number * 1000000,
		    .has_time = true,
		    .link_type = link_type,
		    .wire_bytes = (uint32_t)bytes.size + cut,
		    .bytes = bytes,
		};

		decode(&frame, fragments);
		decode(&frame, NULL);
		rest = tw_slice_from(rest, bytes.size);
	}
	if (fragments)
		tw_fragments_free(fragments);
	return 0;
}
