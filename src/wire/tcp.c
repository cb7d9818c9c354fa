/* tcp.c: the fixed header, as much of it as was captured; then options, checksum and payload. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/tcp.h"

#include "wire/checksum.h"
#include "wire/icmp.h"
#include "wire/options.h"

#include <string.h>

enum {
	TCP_BYTES = 20,
	TCP_BYTES_TO_FLAGS = 14, /* without these there is no segment to speak of */
	TCP_BYTES_TO_WINDOW = 16,
};

static void fill_fixed(struct tw_segment *segment, const uint8_t *tcp)
{
	segment->known |= TW_FIELD_PORT | TW_FIELD_SEQ | TW_FIELD_ACK | TW_FIELD_FLAGS;
	tw_tcp_fill(segment, tcp);
}

static void fill_window(struct tw_segment *segment, struct tw_slice tcp)
{
	if (tcp.size >= TCP_BYTES_TO_WINDOW) {
		segment->known |= TW_FIELD_WINDOW;
		segment->window = tw_be16(tcp.data + 14);
	}
	if (tcp.size >= TCP_BYTES)
		segment->urgent = tw_be16(tcp.data + 18) != 0;
}

static void fill_options(struct tw_segment *segment, struct tw_slice tcp, size_t header_bytes)
{
	struct tw_slice options = tw_slice_from(tw_slice_head(tcp, header_bytes), TCP_BYTES);
	bool is_cut = tcp.size < header_bytes;

	if (!is_cut)
		segment->known |= TW_FIELD_OPTIONS;
	tw_tcp_options_parse_cut(options, is_cut, &segment->options);
}

static void fill_length(struct tw_descent *descent, size_t header_bytes)
{
	struct tw_segment *segment = &descent->decoded->segment;

	segment->header_bytes = (uint16_t)header_bytes;
	segment->payload = tw_slice_from(descent->here.bytes, header_bytes);
	if (descent->is_first_fragment)
		return;
	segment->known |= TW_FIELD_LENGTH;
	segment->length = (uint32_t)(descent->here.wire_bytes - header_bytes);
}

static void fill_checksum(struct tw_descent *descent)
{
	struct tw_segment *segment = &descent->decoded->segment;
	bool is_whole = descent->here.bytes.size == descent->here.wire_bytes &&
			!descent->is_reassembled && !descent->is_first_fragment;

	if (!is_whole || descent->no_checksum || descent->frame->skip_checksum)
		return;
	segment->known |= TW_FIELD_CHECKSUM;
	segment->checksum = (uint8_t)tw_tcp_checksum(segment, descent->here.bytes);
}

static void fill_frame(struct tw_segment *segment, const struct tw_descent *descent)
{
	segment->frame = descent->frame->number;
	segment->way = (uint8_t)descent->way;
	if (descent->link_source) {
		segment->known |= TW_FIELD_LINK;
		memcpy(segment->link_source, descent->link_source, TW_LINK_ADDRESS_BYTES);
	}
	if (descent->frame->has_time) {
		segment->known |= TW_FIELD_TIME;
		segment->time_ns = descent->frame->time_ns;
	}
}

/*
 * A header whose length cannot be, but which is there up to the window: no segment, but Wireshark
 * counts it to a connection, so the caller can (see tw_decode()).
 */
static void stop_at_header(struct tw_descent *descent, size_t header_bytes)
{
	struct tw_segment *segment = &descent->decoded->segment;
	struct tw_slice tcp = descent->here.bytes;

	if (tcp.size >= TCP_BYTES_TO_WINDOW) {
		fill_fixed(segment, tcp.data);
		fill_window(segment, tcp);
		if (header_bytes < TCP_BYTES && header_bytes <= descent->here.wire_bytes)
			fill_length(descent, header_bytes);
		fill_frame(segment, descent);
	}
	tw_descent_stop(descent, TW_UNDECODED_TCP_HEADER);
}

void tw_tcp_step(struct tw_descent *descent)
{
	struct tw_segment *segment = &descent->decoded->segment;
	struct tw_slice tcp = descent->here.bytes;

	if (descent->is_quoted) {
		tw_icmp_quote_finish(descent);
		return;
	}
	if (tcp.size < TCP_BYTES_TO_FLAGS) {
		tw_descent_stop(descent, descent->here.wire_bytes < TCP_BYTES
					     ? TW_UNDECODED_TCP_HEADER
					     : TW_UNDECODED_TCP_TRUNCATED);
		return;
	}
	size_t header_bytes = (size_t)(tcp.data[12] >> 4) * 4;

	if (descent->here.wire_bytes < TCP_BYTES || header_bytes < TCP_BYTES ||
	    header_bytes > descent->here.wire_bytes) {
		stop_at_header(descent, header_bytes);
		return;
	}
	fill_fixed(segment, tcp.data);
	fill_window(segment, tcp);
	fill_options(segment, tcp, header_bytes);
	fill_length(descent, header_bytes);
	fill_checksum(descent);
	fill_frame(segment, descent);
	tw_descent_finish(descent, TW_DECODED_SEGMENT);
}
