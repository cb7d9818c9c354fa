/* details.c: the lines of packet details that say more than a row of the list. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/details.h"

#include "typed/flags.h"

enum { FRAME_TOKENS_MAX = 8, LINE_TOKENS_MAX = 12 };

static bool words_at(struct tw_tokens *tokens, unsigned at, const char *const *words)
{
	for (; *words; words++, at++)
		if (!tw_token_is(tw_token_at(tokens, at), *words))
			return false;
	return true;
}

static uint8_t kind_at(struct tw_tokens *tokens, unsigned at)
{
	return tw_token_at(tokens, at)->kind;
}

/* "Frame 53: 54 bytes on wire", "Frame 53 (54 bytes on wire, ...". */
static unsigned read_frame(struct tw_details *details, struct tw_tokens *tokens)
{
	uint64_t number;

	if (!tw_token_is(tw_token_at(tokens, 0), "Frame") ||
	    !tw_row_number(tw_token_at(tokens, 1), &number) ||
	    (kind_at(tokens, 2) != TW_TOKEN_COLON && kind_at(tokens, 2) != TW_TOKEN_PAREN_OPEN))
		return 0;
	for (unsigned i = 3; i < FRAME_TOKENS_MAX; i++) {
		uint64_t bytes;

		if (!tw_token_is(tw_token_at(tokens, i), "bytes") ||
		    !tw_token_number(tw_token_at(tokens, i - 1), UINT32_MAX, &bytes))
			continue;
		*details =
		    (struct tw_details){.active = true, .has_number = true, .number = number};
		return i + 1;
	}
	return 0;
}

/* "Src: 192.0.2.10 (192.0.2.10), Dst: 198.51.100.5": the value behind a key. */
static unsigned read_value(struct tw_tokens *tokens, unsigned at, const char *key,
			   struct tw_str *value)
{
	if (kind_at(tokens, at) == TW_TOKEN_COMMA)
		at++;
	if (!tw_token_is(tw_token_at(tokens, at), key))
		return 0;
	at++;
	if (tw_token_is(tw_token_at(tokens, at), "Port"))
		at++;
	if (kind_at(tokens, at) != TW_TOKEN_COLON || kind_at(tokens, at + 1) != TW_TOKEN_WORD)
		return 0;
	*value = tw_token_at(tokens, at + 1)->text;
	at += 2;
	if (kind_at(tokens, at) != TW_TOKEN_PAREN_OPEN)
		return at;
	return kind_at(tokens, at + 2) == TW_TOKEN_PAREN_CLOSE ? at + 3 : 0;
}

static unsigned read_addresses(struct tw_details *details, struct tw_tokens *tokens)
{
	static const char *const header[] = {"Internet", "Protocol", NULL};
	struct tw_str hosts[2];
	unsigned at = 2;

	if (!words_at(tokens, 0, header))
		return 0;
	while (at < FRAME_TOKENS_MAX && kind_at(tokens, at) != TW_TOKEN_COMMA)
		at++;
	at = read_value(tokens, at, "Src", &hosts[0]);
	if (at > 0)
		at = read_value(tokens, at, "Dst", &hosts[1]);
	if (at == 0)
		return 0;
	/* Two such headers in one packet are a tunnel: the inner one is TCP's. */
	details->active = true;
	details->hosts[0] = hosts[0];
	details->hosts[1] = hosts[1];
	return at;
}

static bool hex_of(struct tw_str text, uint64_t *number)
{
	*number = 0;
	if (!tw_str_starts_nocase(text, TW_STR("0x")) || text.size < 3 || text.size > 6)
		return false;
	for (size_t i = 2; i < text.size; i++) {
		char c = tw_char_lower(text.text[i]);

		if (!tw_char_is_digit(c) && !(c >= 'a' && c <= 'f'))
			return false;
		*number = *number * 16 + (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	return true;
}

/* "Identification: 0x8e1a (36378)", "Time to live: 125", "Hop Limit: 64". */
static unsigned read_ip_field(struct tw_details *details, struct tw_tokens *tokens)
{
	static const char *const ttl[] = {"Time", "to", "live", NULL};
	static const char *const hops[] = {"Hop", "limit", NULL};
	unsigned words = words_at(tokens, 0, ttl) ? 3 : words_at(tokens, 0, hops) ? 2 : 0;
	uint64_t number;

	if (words > 0 && kind_at(tokens, words) == TW_TOKEN_COLON &&
	    tw_token_number(tw_token_at(tokens, words + 1), UINT8_MAX, &number)) {
		details->ttl = (uint8_t)number;
		details->known |= TW_FIELD_TTL;
		return words + 2;
	}
	if (!tw_token_is(tw_token_at(tokens, 0), "Identification") ||
	    kind_at(tokens, 1) != TW_TOKEN_COLON || !hex_of(tw_token_at(tokens, 2)->text, &number))
		return 0;
	details->ip_id = (uint16_t)number;
	details->known |= TW_FIELD_IP_ID;
	return 3;
}

/* "vnc (5600)" behind a key: the number is worth more than the name. */
static struct tw_str port_number(struct tw_tokens *tokens, unsigned end, struct tw_str port)
{
	if (kind_at(tokens, end - 1) == TW_TOKEN_PAREN_CLOSE)
		return tw_token_at(tokens, end - 2)->text;
	return port;
}

static unsigned read_tcp(struct tw_details *details, struct tw_tokens *tokens,
			 struct tw_row_draft *draft)
{
	static const char *const header[] = {"Transmission", "Control", "Protocol", NULL};
	unsigned at;

	if (!words_at(tokens, 0, header))
		return 0;
	at = read_value(tokens, 3, "Src", &draft->source.port);
	if (at == 0)
		return 0;
	draft->source.port = port_number(tokens, at, draft->source.port);
	at = read_value(tokens, at, "Dst", &draft->destination.port);
	if (at == 0)
		return 0;
	draft->destination.port = port_number(tokens, at, draft->destination.port);
	draft->source.host = details->hosts[0];
	draft->destination.host = details->hosts[1];
	draft->has_number = details->has_number;
	draft->number = details->number;
	draft->style = TW_ROW_WIRESHARK;
	draft->segment.ttl = details->ttl;
	draft->segment.ip_id = details->ip_id;
	draft->segment.known = details->known;
	tw_row_assume_data(draft);
	details->active = true;
	return at;
}

/* "Flags: 0x014 (RST, ACK)"; those of IP are no names of TCP. */
static unsigned read_flags(struct tw_tokens *tokens, struct tw_row_draft *draft)
{
	struct tw_flags_text flags;
	uint64_t number;
	unsigned taken;

	if (!tw_token_is(tw_token_at(tokens, 0), "Flags") || kind_at(tokens, 1) != TW_TOKEN_COLON ||
	    !hex_of(tw_token_at(tokens, 2)->text, &number))
		return 0;
	taken = tw_flags_read(tokens, 2, &flags);
	if (taken == 0)
		return 0;
	tw_row_set_flags(draft, flags.flags);
	return 2 + taken;
}

/* "Window size value: 64240", "Window: 502". A scaled one is marked so. */
static unsigned read_window(struct tw_tokens *tokens, struct tw_row_draft *draft)
{
	static const char *const rest[] = {"size", "value", NULL};
	uint64_t number;
	unsigned at = 1;

	if (!tw_token_is(tw_token_at(tokens, 0), "Window"))
		return 0;
	while (tw_token_is_any(tw_token_at(tokens, at), rest))
		at++;
	if (kind_at(tokens, at) != TW_TOKEN_COLON ||
	    !tw_token_number(tw_token_at(tokens, at + 1), UINT16_MAX, &number) ||
	    tw_token_is(tw_token_at(tokens, at + 3), "scaled"))
		return 0;
	draft->window = (uint32_t)number;
	draft->has_window = true;
	return at + 2;
}

/* Most words of most texts begin no detail: one letter tells. */
static bool may_begin(const struct tw_token *token)
{
	switch (token->text.text[0]) {
	case 'F':
	case 'H':
	case 'I':
	case 'T':
	case 'W':
		return true;
	default:
		return false;
	}
}

unsigned tw_details_read(struct tw_details *details, struct tw_tokens *tokens,
			 struct tw_row_draft *draft, enum tw_details_part *part)
{
	unsigned taken;

	if (!may_begin(tw_token_at(tokens, 0)))
		return 0;
	*draft = (struct tw_row_draft){0};
	*part = TW_DETAILS_NOTED;
	taken = read_frame(details, tokens);
	if (taken == 0)
		taken = read_addresses(details, tokens);
	if (taken == 0 && details->active && details->row == 0)
		taken = read_ip_field(details, tokens);
	if (taken > 0)
		return taken;
	*part = TW_DETAILS_TCP;
	taken = read_tcp(details, tokens, draft);
	if (taken > 0 || details->row == 0)
		return taken;
	*part = TW_DETAILS_FLAGS;
	taken = read_flags(tokens, draft);
	if (taken > 0)
		return taken;
	*part = TW_DETAILS_WINDOW;
	return read_window(tokens, draft);
}

/* ".... 0101 = Header Length: 20 bytes (5)": the bits of a field. */
static bool is_bits(const struct tw_token *token)
{
	if (token->kind != TW_TOKEN_WORD || token->text.size != 4)
		return false;
	for (size_t i = 0; i < token->text.size; i++)
		if (!tw_str_starts(tw_str_from(token->text, i), TW_STR(".")) &&
		    token->text.text[i] != '0' && token->text.text[i] != '1')
			return false;
	return true;
}

bool tw_details_is_line(struct tw_tokens *tokens)
{
	static const char *const keys[] = {
	    "Frame",
	    "Ethernet",
	    "Linux",
	    "Null/Loopback",
	    "Internet",
	    "Version",
	    "Header",
	    "Total",
	    "Identification",
	    "Flags",
	    "Fragment",
	    "Time",
	    "Protocol",
	    "Source",
	    "Destination",
	    "Differentiated",
	    "Transmission",
	    "Sequence",
	    "Acknowledgment",
	    "Acknowledgement",
	    "Next",
	    "Window",
	    "Checksum",
	    "Urgent",
	    "Options",
	    "TCP",
	    "Arrival",
	    "Epoch",
	    "Capture",
	    "Encapsulation",
	    "Interface",
	    "Section",
	    "Type",
	    "Address",
	    "Kind",
	    "Length",
	    "Timestamps",
	    "Maximum",
	    "Reserved",
	    "Nonce",
	    "Congestion",
	    "ECN-Echo",
	    "Push",
	    "Reset",
	    "Syn",
	    "Fin",
	    "No-Operation",
	    "Timestamp",
	    "Hop",
	    "Payload",
	    "Traffic",
	    "Flow",
	    "Stream",
	    "Conversation",
	    "Good",
	    "Bad",
	    NULL,
	};
	const struct tw_token *first = tw_token_at(tokens, 0);

	if (first->kind == TW_TOKEN_OPEN || is_bits(first))
		return true;
	if (!tw_token_is_any(first, keys))
		return false;
	for (unsigned i = 1; i < LINE_TOKENS_MAX; i++) {
		uint8_t kind = kind_at(tokens, i);

		if (kind == TW_TOKEN_COLON || kind == TW_TOKEN_COMMA)
			return true;
		if (kind != TW_TOKEN_WORD && kind != TW_TOKEN_PAREN_OPEN &&
		    kind != TW_TOKEN_PAREN_CLOSE)
			return false;
	}
	return false;
}
