/* row_upper.c: rows of a packet list whose Info column shows no ports: TLS, HTTP, a PDU. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/row.h"

#include "typed/protocols.h"

/* An Info column is cut at about this many words by every tool; the rest is a remark. */
enum { UPPER_TOKENS_MAX = 110, PHRASE_TOKENS_MAX = 7, COLUMNS_MAX = 4 };

static bool is_dash(const struct tw_token *token)
{
	return token->kind == TW_TOKEN_WORD && tw_str_equal(token->text, TW_STR("-"));
}

static unsigned skip_comma(struct tw_tokens *tokens, unsigned at)
{
	return tw_token_at(tokens, at)->kind == TW_TOKEN_COMMA ? at + 1 : at;
}

/*
 * Number and time, either may be missing. Returns the tokens; the draft gets both. Further columns
 * of times, before an address, tell the same moment otherwise.
 */
static unsigned read_lead(struct tw_tokens *tokens, struct tw_row_draft *draft)
{
	struct tw_clock again;
	unsigned at = tw_row_lead_number(tokens, draft);
	unsigned taken = tw_clock_read(tokens, at, &draft->clock);

	at = skip_comma(tokens, at + taken);
	for (unsigned i = 0; i < COLUMNS_MAX && taken > 0; i++) {
		taken = tw_clock_read(tokens, at, &again);
		at = skip_comma(tokens, at + taken);
	}
	return at;
}

static bool can_name(const struct tw_token *token)
{
	return token->kind == TW_TOKEN_WORD &&
	       (tw_char_is_alpha(token->text.text[0]) || tw_char_is_digit(token->text.text[0]) ||
		token->text.text[0] == ':');
}

/* "source(my pc)": words one blank apart are one column, where columns are wider apart. */
static unsigned read_phrase(struct tw_tokens *tokens, unsigned at, struct tw_str *name)
{
	unsigned end = at + 1;

	if (!can_name(tw_token_at(tokens, at)))
		return 0;
	while (end < at + PHRASE_TOKENS_MAX && tw_token_at(tokens, end)->gap < 2 &&
	       (tw_token_at(tokens, end)->kind == TW_TOKEN_WORD ||
		tw_token_at(tokens, end)->kind == TW_TOKEN_PAREN_OPEN ||
		tw_token_at(tokens, end)->kind == TW_TOKEN_PAREN_CLOSE) &&
	       tw_protocol_of(tw_token_at(tokens, end)) == TW_PROTOCOL_UNKNOWN)
		end++;
	*name = tw_token_span(tw_token_at(tokens, at)->text, tw_token_at(tokens, end - 1)->text);
	return end;
}

static unsigned read_phrases(struct tw_tokens *tokens, unsigned at, struct tw_row_draft *draft)
{
	/* Without these it can be no row of names. */
	if (!draft->has_number || draft->clock.kind == TW_CLOCK_NONE)
		return 0;
	at = read_phrase(tokens, at, &draft->source.host);
	if (at == 0 || tw_token_at(tokens, at)->gap < 2)
		return 0;
	at = read_phrase(tokens, at, &draft->destination.host);
	return at > 0 && tw_protocol_of(tw_token_at(tokens, at)) != TW_PROTOCOL_UNKNOWN ? at : 0;
}

static bool is_address(const struct tw_token *token)
{
	struct tw_address address;

	return token->kind == TW_TOKEN_WORD && tw_address_parse(token->text, &address);
}

/* "192.0.2.1 443 192.0.2.2 51000 TLSv1.2": each address with the column of its port. */
static unsigned read_columns_of_ends(struct tw_tokens *tokens, unsigned at,
				     struct tw_row_draft *draft)
{
	struct tw_end_text *ends[] = {&draft->source, &draft->destination};
	unsigned next = at;

	for (unsigned i = 0; i < TW_LEN(ends); i++) {
		const struct tw_token *address = tw_token_at(tokens, next);
		const struct tw_token *port = tw_token_at(tokens, next + 1);

		if (!is_address(address) || !tw_token_number(port, UINT16_MAX, &(uint64_t){0}))
			return 0;
		*ends[i] = (struct tw_end_text){.host = address->text, .port = port->text};
		next += 2;
	}
	return next;
}

/* Two ends and what stands between. Returns the position behind, 0 where there are none. */
static unsigned read_ends(struct tw_tokens *tokens, unsigned at, struct tw_row_draft *draft)
{
	const struct tw_token *left = tw_token_at(tokens, at);
	unsigned first = at;
	unsigned end = read_columns_of_ends(tokens, at, draft);

	if (end > 0)
		return end;
	at = skip_comma(tokens, at + 1);
	if (tw_token_is_arrow(tw_token_at(tokens, at)) || is_dash(tw_token_at(tokens, at)))
		at++;

	const struct tw_token *right = tw_token_at(tokens, at);

	if (!can_name(left) || !can_name(right))
		return read_phrases(tokens, first, draft);
	draft->source.host = left->text;
	draft->destination.host = right->text;
	end = skip_comma(tokens, at + 1);
	if (!draft->has_number || tw_protocol_of(tw_token_at(tokens, end)) != TW_PROTOCOL_UNKNOWN)
		return end;
	at = read_phrases(tokens, first, draft);
	return at > 0 ? at : end;
}

/* Columns between protocol and Info: ports, a stream's number, the length. */
static unsigned skip_columns(struct tw_tokens *tokens, unsigned at, bool *has_number)
{
	*has_number = false;
	for (unsigned i = 0; i < COLUMNS_MAX; i++) {
		const struct tw_token *token = tw_token_at(tokens, at);
		bool is_number = tw_token_number(token, UINT32_MAX, &(uint64_t){0});
		uint16_t port;

		/* "http" may be a port's column: then the other port or the length follows. */
		if (!is_number &&
		    !(token->kind == TW_TOKEN_WORD && tw_port_parse(token->text, &port) &&
		      (*has_number ||
		       tw_token_number(tw_token_at(tokens, at + 1), UINT32_MAX, &(uint64_t){0}))))
			break;
		*has_number |= is_number;
		at = skip_comma(tokens, at + 1);
	}
	return at;
}

/* "xxx.xxx.xxx.xxx", "x.x.x.5": an address that the person keeps to itself. */
static bool is_masked(struct tw_str text)
{
	unsigned dots = 0;
	unsigned masks = 0;

	for (size_t i = 0; i < text.size; i++) {
		char c = tw_char_lower(text.text[i]);

		if (c != '.' && c != 'x' && c != '*' && !tw_char_is_digit(c))
			return false;
		dots += c == '.';
		masks += c == 'x' || c == '*';
	}
	return dots == 3 && masks > 0;
}

/*
 * A row of names needs a number, a time and a length to be told from prose; addresses speak for
 * themselves.
 */
static bool is_sure(const struct tw_row_draft *draft, bool has_length)
{
	struct tw_str hosts[] = {draft->source.host, draft->destination.host};
	struct tw_address address;
	unsigned sure = 0;

	if (draft->has_number && draft->clock.kind != TW_CLOCK_NONE && has_length)
		return true;
	for (unsigned i = 0; i < TW_LEN(hosts); i++)
		sure += tw_address_parse(hosts[i], &address) || is_masked(hosts[i]);
	return sure == 2;
}

/* The next row on the same line, where line ends were lost: number (or two), time, address. */
static bool next_row_begins(struct tw_tokens *tokens, unsigned at)
{
	struct tw_clock clock;
	struct tw_address address;
	uint64_t number;
	unsigned taken;

	if (!tw_row_number(tw_token_at(tokens, at), &number))
		return false;
	at += tw_row_number(tw_token_at(tokens, at + 1), &number) &&
	      tw_clock_read(tokens, at + 1, &clock) == 0;
	taken = tw_clock_read(tokens, at + 1, &clock);
	return taken > 0 && tw_address_parse(tw_token_at(tokens, at + 1 + taken)->text, &address);
}

static unsigned info_end(struct tw_tokens *tokens, unsigned at)
{
	while (at < UPPER_TOKENS_MAX && !tw_token_ends_line(tw_token_at(tokens, at)) &&
	       !next_row_begins(tokens, at))
		at++;
	return at;
}

/* "51000 > 443 [ACK]": then the row is one of row_wireshark.c. */
static bool has_ports(struct tw_tokens *tokens, unsigned at)
{
	return tw_port_plausible(tw_token_at(tokens, at)->text) &&
	       (tw_token_is_arrow(tw_token_at(tokens, at + 1)) ||
		tw_token_at(tokens, at + 1)->kind == TW_TOKEN_QUESTION ||
		tw_token_at(tokens, at + 1)->kind == TW_TOKEN_SEMICOLON) &&
	       tw_port_plausible(tw_token_at(tokens, at + 2)->text);
}

/* What the protocol column decides; false where the row is none of TCP. */
static bool judge(struct tw_row_place *place, struct tw_row_draft *draft, enum tw_protocol protocol,
		  unsigned info, unsigned labels)
{
	switch (protocol) {
	case TW_PROTOCOL_TCP:
		/* "TCP 1434 [TCP segment of a reassembled PDU]" */
		return labels > 0 && !has_ports(place->tokens, info + labels);
	case TW_PROTOCOL_OVER_TCP:
		return !has_ports(place->tokens, info + labels);
	case TW_PROTOCOL_MAYBE_TCP:
		draft->maybe_not_tcp = labels == 0;
		return !has_ports(place->tokens, info + labels);
	case TW_PROTOCOL_NOT_TCP:
		place->hint = "a packet, but not of TCP";
		return false;
	case TW_PROTOCOL_UNKNOWN:
		return false;
	}
	return false;
}

/* "TLSv1.2	Client Hello": columns without any end, in a list of ports. */
static unsigned read_endless(struct tw_row_place *place, struct tw_row_draft *draft)
{
	struct tw_tokens *tokens = place->tokens;
	unsigned end;

	if (!place->fresh || tw_protocol_of(tw_token_at(tokens, 0)) != TW_PROTOCOL_OVER_TCP ||
	    tw_token_at(tokens, 1)->kind != TW_TOKEN_WORD || tw_token_at(tokens, 1)->gap < 2)
		return 0;
	end = info_end(tokens, 1);
	draft->labels =
	    tw_token_span(tw_token_at(tokens, 0)->text, tw_token_at(tokens, end - 1)->text);
	draft->style = TW_ROW_WIRESHARK;
	tw_row_assume_data(draft);
	return end;
}

unsigned tw_row_upper(struct tw_row_place *place, struct tw_row_draft *draft)
{
	struct tw_tokens *tokens = place->tokens;
	unsigned endless = read_endless(place, draft);

	if (endless > 0)
		return endless;

	unsigned column = read_ends(tokens, read_lead(tokens, draft), draft);
	bool has_length;

	if (column == 0)
		return 0;

	const struct tw_token *protocol = tw_token_at(tokens, column);
	unsigned info = skip_columns(tokens, skip_comma(tokens, column + 1), &has_length);
	struct tw_str labels;

	if (!is_sure(draft, has_length))
		return 0;
	/* The last number may be the port of an Info column. */
	if (has_ports(tokens, info - 1))
		info--;

	unsigned label_tokens = tw_row_labels(tokens, info, &labels);

	if (!judge(place, draft, tw_protocol_of(protocol), info, label_tokens))
		return 0;

	unsigned end = info_end(tokens, info);

	draft->labels = tw_token_span(protocol->text, tw_token_at(tokens, end - 1)->text);
	draft->style = TW_ROW_WIRESHARK;
	tw_row_assume_data(draft);
	return end;
}
