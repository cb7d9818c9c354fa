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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tw_reader reader = {.rest = tw_slice_of(data, size)};
	struct tw_fragments *fragments = tw_fragments_new();
	uint32_t link_type = link_type_of(tw_reader_u8(&reader));

	for (uint64_t number = 1; fragments && reader.rest.size > 0; number++) {
		size_t length = tw_reader_be16(&reader);
		uint8_t cut = tw_reader_u8(&reader);
		struct tw_slice bytes = tw_slice_head(reader.rest, length);
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
		reader.rest = tw_slice_from(reader.rest, bytes.size);
	}
	if (fragments)
		tw_fragments_free(fragments);
	return 0;
}
