/* row_tcpdump.c: lines of tcpdump: modern, two-line (-v), old (3.x), quiet, without time. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/row.h"

#include "typed/flags.h"

/* "(tos 0x0, ttl 64, id 0, offset 0, flags [DF], proto TCP (6), length 40)" has about thirty. */
enum { IP_HEADER_TOKENS_MAX = 60, LINK_HEADER_TOKENS_MAX = 40, CHECKSUM_TOKENS_MAX = 12 };

static const struct {
	const char *name;
	uint8_t way;
} ways[] = {
    {"In", TW_WAY_IN}, {"Out", TW_WAY_OUT}, {"P", TW_WAY_FORWARDED},
    {"M", TW_WAY_IN},  {"B", TW_WAY_IN},
};

static bool is_ip_word(const struct tw_token *token)
{
	static const char *const words[] = {"IP", "IP4", "IP6", NULL};

	return tw_token_is_any(token, words);
}

/* "eth0 In IP" or "In IP": what stands between the time and the word IP. */
static unsigned read_way(struct tw_tokens *tokens, unsigned at, struct tw_segment *segment)
{
	for (unsigned skip = 0; skip < 2; skip++) {
		if (!is_ip_word(tw_token_at(tokens, at + skip + 1)))
			continue;
		for (size_t i = 0; i < TW_LEN(ways); i++) {
			if (tw_token_is(tw_token_at(tokens, at + skip), ways[i].name)) {
				segment->way = ways[i].way;
				return skip + 1;
			}
		}
	}
	return 0;
}

static void read_ip_field(struct tw_tokens *tokens, unsigned at, struct tw_segment *segment)
{
	const struct tw_token *key = tw_token_at(tokens, at);
	uint64_t number;

	if (tw_token_is(key, "DF")) {
		segment->ip_marks |= TW_IP_DF;
		return;
	}
	if (!tw_token_number(tw_token_at(tokens, at + 1), UINT16_MAX, &number))
		return;
	if (tw_token_is(key, "ttl") || tw_token_is(key, "hlim")) {
		segment->ttl = (uint8_t)(number & UINT8_MAX);
		segment->known |= TW_FIELD_TTL;
	} else if (tw_token_is(key, "id")) {
		segment->ip_id = (uint16_t)number;
		segment->known |= TW_FIELD_IP_ID;
	}
}

/* The IP header of -v, with the line end behind it. Mail wraps it once, behind a comma. */
static unsigned read_ip_header(struct tw_tokens *tokens, unsigned at, struct tw_segment *segment)
{
	bool wrapped = false;
	unsigned depth = 0;

	for (unsigned i = at; i < at + IP_HEADER_TOKENS_MAX; i++) {
		const struct tw_token *token = tw_token_at(tokens, i);

		if (token->kind == TW_TOKEN_NEWLINE && !wrapped &&
		    tw_token_at(tokens, i - 1)->kind == TW_TOKEN_COMMA) {
			wrapped = true;
			continue;
		}
		if (tw_token_ends_line(token))
			return 0;
		if (token->kind == TW_TOKEN_PAREN_OPEN)
			depth++;
		else if (token->kind == TW_TOKEN_PAREN_CLOSE && --depth == 0)
			return tw_token_at(tokens, i + 1)->kind == TW_TOKEN_NEWLINE ? i + 2 - at
										    : i + 1 - at;
		else
			read_ip_field(tokens, i, segment);
	}
	return 0;
}

/*
 * -e: "aa:..:01 > aa:..:02, ethertype IPv4 (0x0800), length 60: " before the packet; what a switch
 * adds (VLAN tags) stands between them too.
 */
static unsigned skip_link_header(struct tw_tokens *tokens, unsigned at)
{
	unsigned arrow = at + 1;
	bool has_type = false;

	if (tw_token_at(tokens, arrow)->kind == TW_TOKEN_PAREN_OPEN)
		arrow += 4; /* "(oui Unknown)" */
	if (tw_token_at(tokens, arrow)->kind != TW_TOKEN_RIGHT)
		return 0;
	for (unsigned i = arrow + 2; i < at + LINK_HEADER_TOKENS_MAX; i++) {
		const struct tw_token *token = tw_token_at(tokens, i);

		if (tw_token_ends_line(token))
			return 0;
		has_type |= tw_token_is(token, "ethertype");
		if (has_type && tw_token_is(token, "length") &&
		    tw_token_at(tokens, i + 2)->kind == TW_TOKEN_COLON)
			return i + 3 - at;
	}
	return 0;
}

/* The old flags word: S F P R with or without W and E, or "." for none; "ack" follows apart. */
static bool old_flags(const struct tw_token *token, uint16_t *flags)
{
	if (token->kind != TW_TOKEN_WORD || token->text.size > 6)
		return false;
	if (tw_str_equal(token->text, TW_STR("."))) {
		*flags = 0;
		return true;
	}
	return tw_flags_of_letters(token->text, flags);
}

/* ", cksum 0x18d1 (correct)," of -v, which mail may wrap; the attributes read it again. */
static unsigned skip_checksum(struct tw_tokens *tokens, unsigned at)
{
	unsigned i = at + 3;

	if (tw_token_at(tokens, at)->kind != TW_TOKEN_COMMA ||
	    !tw_token_is(tw_token_at(tokens, at + 1), "cksum"))
		return 0;
	if (tw_token_at(tokens, i)->kind == TW_TOKEN_NEWLINE)
		i++;
	while (tw_token_at(tokens, i)->kind != TW_TOKEN_COMMA) {
		if (tw_token_ends_line(tw_token_at(tokens, i)) || i > at + CHECKSUM_TOKENS_MAX)
			return 0;
		i++;
	}
	return i + 1 - at;
}

static unsigned read_old(struct tw_tokens *tokens, unsigned at, struct tw_row_draft *draft)
{
	unsigned i = at + 1;
	uint16_t flags;

	if (!old_flags(tw_token_at(tokens, at), &flags))
		return 0;
	i += skip_checksum(tokens, i);
	/* "1:1(0)" is a word, a parenthesis, a word and a parenthesis. */
	if (tw_str_find(tw_str_head(tw_token_at(tokens, i)->text, 24), TW_STR(":")) != SIZE_MAX)
		i += 4;
	bool acks = tw_token_is(tw_token_at(tokens, i), "ack");

	if (!acks && !tw_token_is(tw_token_at(tokens, i), "win"))
		return 0;
	tw_row_set_flags(draft, acks ? flags | TW_ACK : flags);
	draft->segment.known |= TW_FIELD_OPTIONS;
	return 1;
}

static unsigned read_modern(struct tw_tokens *tokens, unsigned at, struct tw_row_draft *draft)
{
	struct tw_flags_text flags;
	unsigned taken;

	if (!tw_token_is(tw_token_at(tokens, at), "Flags") ||
	    tw_token_at(tokens, at + 1)->kind != TW_TOKEN_OPEN)
		return 0;
	taken = tw_flags_read(tokens, at + 1, &flags);
	if (taken > 0)
		tw_row_set_flags(draft, flags.flags);
	return taken > 0 ? taken + 1 : 0;
}

/* -q: "tcp 1460". */
static unsigned read_quiet(struct tw_tokens *tokens, unsigned at, struct tw_row_draft *draft)
{
	uint64_t length;

	if (!tw_token_is(tw_token_at(tokens, at), "tcp") ||
	    !tw_token_number(tw_token_at(tokens, at + 1), UINT16_MAX, &length))
		return 0;
	tw_row_assume_data(draft);
	if (length == 0)
		draft->segment.flags = TW_ACK;
	draft->segment.length = (uint32_t)length;
	draft->segment.known |= TW_FIELD_LENGTH;
	return 2;
}

static unsigned read_what(struct tw_row_place *place, unsigned at, struct tw_row_draft *draft)
{
	static const char *const others[] = {"UDP", "udp", "ICMP", "icmp", "ICMP6", "igmp", NULL};
	unsigned taken = read_modern(place->tokens, at, draft);

	if (taken == 0)
		taken = read_quiet(place->tokens, at, draft);
	if (taken == 0)
		taken = read_old(place->tokens, at, draft);
	if (taken == 0 && tw_token_is_any(tw_token_at(place->tokens, at), others))
		place->hint = "a packet, but not of TCP";
	return taken;
}

/* "A > B:" with a port at each end, or two hosts of an ICMP line. */
static bool read_pair(struct tw_tokens *tokens, unsigned at, struct tw_row_draft *draft)
{
	const struct tw_token *left = tw_token_at(tokens, at);
	const struct tw_token *right = tw_token_at(tokens, at + 2);

	if (left->kind != TW_TOKEN_WORD || right->kind != TW_TOKEN_WORD ||
	    tw_token_at(tokens, at + 1)->kind != TW_TOKEN_RIGHT ||
	    tw_token_at(tokens, at + 1)->text.size > 4)
		return false;
	if (tw_end_split_dotted(left->text, &draft->source) &&
	    tw_end_split_dotted(right->text, &draft->destination))
		return true;
	draft->source = tw_end_split(left->text);
	draft->destination = tw_end_split(right->text);
	return true;
}

unsigned tw_row_tcpdump(struct tw_row_place *place, struct tw_row_draft *draft)
{
	struct tw_tokens *tokens = place->tokens;
	unsigned at = 0;

	if (tw_row_number(tw_token_at(tokens, 0), &draft->number) &&
	    tw_clock_read(tokens, 1, &draft->clock) > 0) {
		draft->has_number = true;
		at = 1;
	}
	at += tw_clock_read(tokens, at, &draft->clock);
	/* Very old Linux printed the direction as a lone "<" or ">" behind the time. */
	if (at > 0 && tw_token_is_arrow(tw_token_at(tokens, at)))
		at++;
	at += read_way(tokens, at, &draft->segment);
	if (at > 0)
		at += skip_link_header(tokens, at);
	if (is_ip_word(tw_token_at(tokens, at)))
		at++;
	if (tw_token_at(tokens, at)->kind == TW_TOKEN_PAREN_OPEN)
		at += read_ip_header(tokens, at, &draft->segment);
	if (!read_pair(tokens, at, draft) || tw_token_at(tokens, at + 3)->kind != TW_TOKEN_COLON)
		return 0;

	unsigned taken = read_what(place, at + 4, draft);

	if (taken == 0 || draft->source.port.size == 0 || draft->destination.port.size == 0)
		return 0;
	draft->style = TW_ROW_TCPDUMP;
	return at + 4 + taken;
}
