/* rule.c: whether a rule acts on a packet. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/rule.h"

#include "tcp/seq.h"

#include <string.h>

/* A SYN that lies further back than one with data (RFC 7413) can be long opens a new connection. */
enum { SYN_BYTES_MAX = 65536 };

static const enum lab_way ways[] = {
    [LAB_ONLY_TO_SERVER] = LAB_TO_SERVER,
    [LAB_ONLY_TO_CLIENT] = LAB_TO_CLIENT,
};

static bool passes_this_way(const struct lab_match *match, const struct lab_packet *packet)
{
	return (match->direction == LAB_EITHER_WAY || packet->way == ways[match->direction]) &&
	       (!match->client_port || match->client_port == lab_packet_client_port(packet)) &&
	       (!match->server_port || match->server_port == lab_packet_server_port(packet));
}

static bool is_of_kind(const struct lab_match *match, const struct lab_packet *packet)
{
	return match->everything || (match->icmp ? packet->is_icmp_error : packet->is_tcp);
}

static bool looks_so(const struct lab_match *match, const struct lab_packet *packet)
{
	struct tw_str text = {match->contains, strnlen(match->contains, sizeof(match->contains))};

	return is_of_kind(match, packet) && !(packet->forged && match->kernels_only) &&
	       (packet->flags & match->flags_mask) == match->flags_value &&
	       !(match->with_payload && packet->payload_bytes == 0) &&
	       !(match->without_payload && packet->payload_bytes > 0) &&
	       (match->size_above == 0 || packet->size > match->size_above) &&
	       (text.size == 0 || lab_packet_contains(packet, text));
}

/* NULL where the rule has no room for one more. */
static struct lab_rule_stream *find_stream(struct lab_rule *rule, const struct lab_packet *packet)
{
	struct lab_rule_stream wanted = {
	    .way = packet->way,
	    .client_port = lab_packet_client_port(packet),
	    .server_port = lab_packet_server_port(packet),
	    .end = packet->seq,
	};
	struct lab_rule_stream *end = rule->streams + rule->stream_count;

	for (struct lab_rule_stream *stream = rule->streams; stream < end; stream++)
		if (stream->way == wanted.way && stream->client_port == wanted.client_port &&
		    stream->server_port == wanted.server_port)
			return stream;
	if (rule->stream_count == TW_LEN(rule->streams))
		return NULL;
	rule->streams[rule->stream_count++] = wanted;
	return end;
}

/* Notes the segment; true where it begins with bytes that came before. */
static bool is_repetition(struct lab_rule *rule, const struct lab_packet *packet)
{
	struct lab_rule_stream *stream = find_stream(rule, packet);
	uint32_t end = lab_packet_end(packet);

	if (!packet->is_tcp || !stream)
		return false;
	bool is_new_syn =
	    (packet->flags & TW_SYN) && tw_seq_diff(stream->end, packet->seq) > SYN_BYTES_MAX;
	bool repeats = !is_new_syn && tw_seq_before(packet->seq, stream->end);

	if (is_new_syn || tw_seq_after(end, stream->end))
		stream->end = end;
	return repeats;
}

bool lab_rule_fits(struct lab_rule *rule, const struct lab_packet *packet, int64_t now_ns,
		   struct lab_random *random)
{
	const struct lab_match *match = &rule->match;

	if (!passes_this_way(match, packet))
		return false;
	/* Also those that do not fit otherwise are noted, for they may be repeated as others. */
	if (match->first_time && is_repetition(rule, packet))
		return false;
	if (!looks_so(match, packet) || now_ns < match->from_ns ||
	    (match->until_ns != 0 && now_ns > match->until_ns))
		return false;
	rule->fitted++;
	if (rule->fitted <= match->skip || (match->count != 0 && rule->acted >= match->count))
		return false;
	if (match->every > 1 && (rule->fitted - match->skip) % match->every != 0)
		return false;
	if (match->chance > 0 && !lab_random_chance(random, match->chance))
		return false;
	rule->acted++;
	return true;
}
