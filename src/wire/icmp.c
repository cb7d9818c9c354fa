/* icmp.c: an error is read here; its quote is then walked as any packet is. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/icmp.h"

#include "wire/decode.h"

#include "wire/ip4.h"
#include "wire/ip6.h"

enum {
	ICMP_BYTES = 8,
	ICMP4_UNREACHABLE = 3,
	ICMP4_SOURCE_QUENCH = 4,
	ICMP4_TIME_EXCEEDED = 11,
	ICMP4_PARAMETER = 12,
	ICMP4_FRAGMENTATION_NEEDED = 4, /* code of type 3; bytes 6-7 then hold the MTU (RFC 1191) */
	ICMP6_TOO_BIG = 2,
	ICMP6_ERROR_LAST = 4, /* types 1 to 4; errors end at 127 but no other is defined */
};

static void quote_enter(struct tw_descent *descent, const uint8_t *header, uint32_t mtu,
			tw_step *quoted)
{
	const struct tw_segment *outer = &descent->decoded->segment;

	descent->decoded->icmp = (struct tw_icmp_error){
	    .frame = descent->frame->number,
	    .time_ns = descent->frame->has_time ? descent->frame->time_ns : 0,
	    .version = outer->ip_version,
	    .type = header[0],
	    .code = header[1],
	    .ttl = outer->ttl,
	    .mtu = mtu,
	    .reporter = outer->source.address,
	};
	descent->is_quoted = true;
	tw_span_skip(&descent->here, ICMP_BYTES);
	descent->next = quoted;
}

static bool is_error4(uint8_t type)
{
	return type == ICMP4_UNREACHABLE || type == ICMP4_SOURCE_QUENCH ||
	       type == ICMP4_TIME_EXCEEDED || type == ICMP4_PARAMETER;
}

void tw_icmp4_step(struct tw_descent *descent)
{
	const uint8_t *header = tw_descent_peek(descent, ICMP_BYTES);

	if (!header || descent->is_quoted || !is_error4(header[0])) {
		tw_descent_stop(descent, TW_UNDECODED_ICMP_OTHER);
		return;
	}
	bool has_mtu = header[0] == ICMP4_UNREACHABLE && header[1] == ICMP4_FRAGMENTATION_NEEDED;

	quote_enter(descent, header, has_mtu ? tw_be16(header + 6) : 0, tw_ip4_step);
}

void tw_icmp6_step(struct tw_descent *descent)
{
	const uint8_t *header = tw_descent_peek(descent, ICMP_BYTES);

	if (!header || descent->is_quoted || header[0] < 1 || header[0] > ICMP6_ERROR_LAST) {
		tw_descent_stop(descent, TW_UNDECODED_ICMP_OTHER);
		return;
	}
	quote_enter(descent, header, header[0] == ICMP6_TOO_BIG ? tw_be32(header + 4) : 0,
		    tw_ip6_step);
}

static void fill_quoted_header(struct tw_icmp_error *error, struct tw_slice tcp)
{
	size_t header_bytes;

	error->has_quoted_flags = tcp.size >= 16;
	if (!error->has_quoted_flags)
		return;
	error->quoted_ack = tw_be32(tcp.data + 8);
	error->quoted_flags = tw_be16(tcp.data + 12) & 0x1ff;
	header_bytes = (size_t)(tcp.data[12] >> 4) * 4;
	error->has_quoted_options = header_bytes >= 20 && header_bytes <= tcp.size;
	if (error->has_quoted_options)
		tw_tcp_options_parse(tw_slice_from(tw_slice_head(tcp, header_bytes), 20),
				     &error->quoted_options);
}

void tw_icmp_quote_finish(struct tw_descent *descent)
{
	const uint8_t *tcp = tw_descent_peek(descent, 4);
	struct tw_icmp_error *error = &descent->decoded->icmp;

	if (!tcp) {
		tw_descent_stop(descent, TW_UNDECODED_ICMP_OTHER);
		return;
	}
	error->quoted_source = descent->decoded->segment.source;
	error->quoted_destination = descent->decoded->segment.destination;
	error->quoted_source.port = tw_be16(tcp);
	error->quoted_destination.port = tw_be16(tcp + 2);
	error->has_quoted_seq = tw_descent_peek(descent, 8) != NULL;
	if (error->has_quoted_seq)
		error->quoted_seq = tw_be32(tcp + 4);
	fill_quoted_header(error, descent->here.bytes);
	tw_descent_finish(descent, TW_DECODED_ICMP_ERROR);
}
