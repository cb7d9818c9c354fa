/* row_icmp.c: ICMP errors that tcpdump prints between the rows of the connection they are about. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/row.h"

/* "198.51.100.5 tcp port 443 unreachable - need to frag (mtu 1443), length 556" */
enum { WORDS_MAX = 16 };

enum {
	UNREACHABLE = 3,
	CODE_NET = 0,
	CODE_HOST = 1,
	CODE_PORT = 3,
	CODE_NEED_TO_FRAGMENT = 4,
	CODE_PROHIBITED = 13
};

static bool is_address(const struct tw_token *token)
{
	struct tw_address address;

	return token->kind == TW_TOKEN_WORD && tw_address_parse(token->text, &address) &&
	       address.kind == TW_ADDRESS_IP4;
}

/* The words behind "icmp:" up to the line's end; false where they are no error about a host. */
static bool read_words(struct tw_tokens *tokens, unsigned at, struct tw_row_draft *draft,
		       unsigned *end)
{
	bool unreachable = false;
	uint64_t mtu;

	draft->icmp.type = UNREACHABLE;
	draft->icmp.code = CODE_HOST;
	for (*end = at; *end < at + WORDS_MAX; (*end)++) {
		const struct tw_token *token = tw_token_at(tokens, *end);

		if (tw_token_ends_line(token))
			break;
		if (is_address(token) && draft->destination.host.size == 0)
			draft->destination.host = token->text;
		else if (tw_token_is(token, "net") && !unreachable)
			draft->icmp.code = CODE_NET;
		else if (tw_token_is(token, "udp"))
			return false;
		else if (tw_token_is(token, "port"))
			draft->icmp.code = CODE_PORT;
		else if (tw_token_is(token, "frag"))
			draft->icmp.code = CODE_NEED_TO_FRAGMENT;
		else if (tw_token_is(token, "prohibited") || tw_token_is(token, "filter"))
			draft->icmp.code = CODE_PROHIBITED;
		else if (tw_token_is(token, "mtu") &&
			 tw_token_number(tw_token_at(tokens, *end + 1), UINT16_MAX, &mtu))
			draft->icmp.mtu = (uint32_t)mtu;
		unreachable |= tw_token_is(token, "unreachable");
	}
	return unreachable && draft->destination.host.size > 0;
}

unsigned tw_row_icmp(struct tw_row_place *place, struct tw_row_draft *draft)
{
	struct tw_tokens *tokens = place->tokens;
	unsigned at = tw_clock_read(tokens, 0, &draft->clock);
	unsigned end;

	if (tw_token_is(tw_token_at(tokens, at), "IP"))
		at++;
	/* The error goes to the host whose segment it is about. */
	if (tw_token_at(tokens, at + 1)->kind != TW_TOKEN_RIGHT ||
	    tw_token_at(tokens, at + 3)->kind != TW_TOKEN_COLON ||
	    !tw_token_is(tw_token_at(tokens, at + 4), "ICMP") ||
	    !is_address(tw_token_at(tokens, at)) || !is_address(tw_token_at(tokens, at + 2)))
		return 0;
	(void)tw_address_parse(tw_token_at(tokens, at)->text, &draft->icmp.reporter);
	draft->source.host = tw_token_at(tokens, at + 2)->text;
	at += tw_token_at(tokens, at + 5)->kind == TW_TOKEN_COLON ? 6 : 5;
	if (!read_words(tokens, at, draft, &end)) {
		place->hint = "a packet, but not of TCP";
		return 0;
	}
	draft->icmp.version = 4;
	draft->is_icmp = true;
	draft->style = TW_ROW_TCPDUMP;
	return end;
}
