/* attributes.c: a table of keys, and how each one's number is kept. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/attributes.h"

#include "typed/flags.h"

/* Most tokens of an option list in brackets; tcpdump prints at most forty bytes of options. */
enum { OPTION_TOKENS_MAX = 60, REMARK_TOKENS_MAX = 12 };

enum key {
	KEY_NONE,
	KEY_SEQ,
	KEY_ACK,
	KEY_LENGTH,
	KEY_WINDOW,
	KEY_TIME,
	KEY_TTL,
	KEY_IP_ID,
	KEY_MSS,
	KEY_SCALE,
	KEY_SACK_PERMITTED,
	KEY_TSVAL,
	KEY_TSECR,
	KEY_LEFT_EDGE,
	KEY_RIGHT_EDGE,
	KEY_IGNORED, /* known, but says nothing that a segment holds */
};

static const struct {
	const char *name;
	uint8_t key;
} key_names[] = {
    {"seq", KEY_SEQ},
    {"seqno", KEY_SEQ},
    {"sequence", KEY_SEQ},
    {"ack", KEY_ACK},
    {"ackno", KEY_ACK},
    {"acknowledgment", KEY_ACK},
    {"acknowledgement", KEY_ACK},
    {"len", KEY_LENGTH},
    {"length", KEY_LENGTH},
    {"win", KEY_WINDOW},
    {"window", KEY_WINDOW},
    {"time", KEY_TIME},
    {"t", KEY_TIME},
    {"ttl", KEY_TTL},
    {"id", KEY_IP_ID},
    {"ipid", KEY_IP_ID},
    {"mss", KEY_MSS},
    {"ws", KEY_SCALE},
    {"wscale", KEY_SCALE},
    {"sack_perm", KEY_SACK_PERMITTED},
    {"sackok", KEY_SACK_PERMITTED},
    {"tsval", KEY_TSVAL},
    {"tsv", KEY_TSVAL},
    {"tsecr", KEY_TSECR},
    {"tser", KEY_TSECR},
    {"sle", KEY_LEFT_EDGE},
    {"sre", KEY_RIGHT_EDGE},
    {"urp", KEY_IGNORED},
    {"urg", KEY_IGNORED},
};

static enum key key_of(const struct tw_token *token)
{
	if (token->kind != TW_TOKEN_WORD)
		return KEY_NONE;
	for (size_t i = 0; i < TW_LEN(key_names); i++)
		if (tw_token_is(token, key_names[i].name))
			return (enum key)key_names[i].key;
	return KEY_NONE;
}

/* A value as printed: "1", "1:9", "1:1(0)", "0x1f", "304." */
struct value {
	uint32_t number;
	bool is_range;
	uint32_t range; /* length that the range gives */
};

static bool take_hex(struct tw_str *text, uint64_t *number)
{
	size_t digits = 0;

	*number = 0;
	*text = tw_str_from(*text, 2);
	while (text->size > 0 && digits < 8) {
		char c = tw_char_lower(text->text[0]);

		if (!tw_char_is_digit(c) && !(c >= 'a' && c <= 'f'))
			break;
		*number = *number * 16 + (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
		*text = tw_str_from(*text, 1);
		digits++;
	}
	return digits > 0;
}

TW_WRAPS static bool value_of(struct tw_str text, struct value *value)
{
	uint64_t number;
	uint64_t end;

	*value = (struct value){0};
	if (tw_str_starts_nocase(text, TW_STR("0x"))) {
		if (!take_hex(&text, &number))
			return false;
	} else if (!tw_str_take_number(&text, UINT32_MAX, &number)) {
		return false;
	}
	value->number = (uint32_t)number;
	if (text.size > 1 && text.text[0] == ':') {
		text = tw_str_from(text, 1);
		if (!tw_str_take_number(&text, UINT32_MAX, &end))
			return false;
		value->is_range = true;
		value->range = (uint32_t)end - value->number;
	}
	return text.size == 0 || (text.size == 1 && text.text[0] == '.');
}

static void set_length(struct tw_segment *segment, uint32_t length)
{
	segment->length = length;
	segment->known |= TW_FIELD_LENGTH;
}

static void set_seq(struct tw_segment *segment, const struct value *value)
{
	segment->seq = value->number;
	segment->known |= TW_FIELD_SEQ;
	if (value->is_range && value->range < UINT32_MAX / 2 &&
	    !tw_segment_knows(segment, TW_FIELD_LENGTH))
		set_length(segment, value->range);
}

/*
 * Wireshark prints the factor (WS=128), tcpdump the shift (wscale 7). A factor is a power of two;
 * what is none, or is 0, was meant as a shift (Wireshark before 1.4).
 */
static uint8_t shift_of(uint32_t number, bool is_factor)
{
	uint8_t shift = 0;

	if (!is_factor || number == 0 || (number & (number - 1)) != 0)
		return number > 255 ? 255 : (uint8_t)number;
	while (number > 1) {
		number >>= 1;
		shift++;
	}
	return shift;
}

static void set_edge(struct tw_tcp_options *options, uint32_t number, bool left)
{
	options->present |= TW_OPTION_SACK;
	if (left) {
		if (options->sack_count < TW_SACK_BLOCKS_MAX)
			options->sack[options->sack_count++].left = number;
	} else if (options->sack_count > 0 && options->sack[options->sack_count - 1].right == 0) {
		options->sack[options->sack_count - 1].right = number;
	}
}

static void set_option(struct tw_segment *segment, enum key key, uint32_t number, bool is_factor)
{
	struct tw_tcp_options *options = &segment->options;

	segment->known |= TW_FIELD_OPTIONS;
	if (key == KEY_MSS) {
		options->present |= TW_OPTION_MSS;
		options->mss = number > UINT16_MAX ? UINT16_MAX : (uint16_t)number;
	} else if (key == KEY_SCALE) {
		options->present |= TW_OPTION_WINDOW_SCALE;
		options->window_scale = shift_of(number, is_factor);
	} else if (key == KEY_SACK_PERMITTED) {
		options->present |= TW_OPTION_SACK_PERMITTED;
	} else if (key == KEY_TSVAL) {
		options->present |= TW_OPTION_TIMESTAMPS;
		options->tsval = number;
	} else if (key == KEY_TSECR) {
		options->present |= TW_OPTION_TIMESTAMPS;
		options->tsecr = number;
	} else {
		set_edge(options, number, key == KEY_LEFT_EDGE);
	}
}

static void set_small(struct tw_segment *segment, enum key key, uint32_t number)
{
	if (key == KEY_TTL && number <= UINT8_MAX) {
		segment->ttl = (uint8_t)number;
		segment->known |= TW_FIELD_TTL;
	} else if (key == KEY_IP_ID && number <= UINT16_MAX) {
		segment->ip_id = (uint16_t)number;
		segment->known |= TW_FIELD_IP_ID;
	}
}

static void set(struct tw_row_draft *draft, enum key key, const struct value *value, bool is_factor)
{
	struct tw_segment *segment = &draft->segment;

	switch (key) {
	case KEY_SEQ:
		set_seq(segment, value);
		return;
	case KEY_ACK:
		segment->ack = value->number;
		segment->known |= TW_FIELD_ACK;
		return;
	case KEY_LENGTH:
		set_length(segment, value->number);
		return;
	case KEY_WINDOW:
		draft->window = value->number;
		draft->has_window = true;
		return;
	case KEY_TTL:
	case KEY_IP_ID:
		set_small(segment, key, value->number);
		return;
	case KEY_MSS:
	case KEY_SCALE:
	case KEY_SACK_PERMITTED:
	case KEY_TSVAL:
	case KEY_TSECR:
	case KEY_LEFT_EDGE:
	case KEY_RIGHT_EDGE:
		set_option(segment, key, value->number, is_factor);
		return;
	case KEY_NONE:
	case KEY_TIME:
	case KEY_IGNORED:
		return;
	}
}

/* The words that may follow a key: "Sequence number (raw):", "Window size value:". */
static unsigned skip_key_rest(struct tw_tokens *tokens, unsigned at)
{
	static const char *const rest[] = {"number", "no",   "no.",   "nr",
					   "num",    "size", "value", NULL};
	unsigned end = at;

	while (tw_token_is_any(tw_token_at(tokens, end), rest))
		end++;
	if (tw_token_at(tokens, end)->kind == TW_TOKEN_COLON ||
	    tw_token_at(tokens, end)->kind == TW_TOKEN_EQUALS)
		end++;
	return end;
}

/* "(0)" directly behind "1:1": the length of old tcpdump. */
static unsigned skip_old_length(struct tw_tokens *tokens, unsigned at)
{
	if (tw_token_at(tokens, at)->kind == TW_TOKEN_PAREN_OPEN &&
	    tw_token_at(tokens, at)->gap == 0 &&
	    tw_token_at(tokens, at + 2)->kind == TW_TOKEN_PAREN_CLOSE)
		return 3;
	return 0;
}

static unsigned read_time(struct tw_tokens *tokens, struct tw_row_draft *draft, unsigned at)
{
	struct tw_clock clock;
	unsigned taken = tw_clock_read(tokens, at, &clock);
	uint64_t seconds;

	if (taken == 0 && tw_token_number(tw_token_at(tokens, at), 1000000, &seconds)) {
		clock = (struct tw_clock){TW_CLOCK_SECONDS, (int64_t)seconds * 1000000000};
		taken = 1;
	}
	if (taken == 0)
		return 0;
	draft->clock = clock;
	return at + taken;
}

/* "Len:1248": the colon joins key and number in one word. */
static unsigned read_joined(struct tw_tokens *tokens, struct tw_row_draft *draft, unsigned at)
{
	enum { KEY_BYTES_MAX = 16 };
	struct tw_token word = *tw_token_at(tokens, at);
	size_t colon = tw_str_find(tw_str_head(word.text, KEY_BYTES_MAX), TW_STR(":"));
	struct tw_str rest;
	struct value value;
	enum key key;

	if (word.kind != TW_TOKEN_WORD || colon == SIZE_MAX)
		return 0;
	rest = tw_str_from(word.text, colon + 1);
	word.text = tw_str_head(word.text, colon);
	key = key_of(&word);
	if (key == KEY_NONE || key == KEY_TIME || !value_of(rest, &value))
		return 0;
	set(draft, key, &value, tw_token_is(&word, "ws"));
	return at + 1;
}

/* "Next sequence number: 1420" of packet details says only what number and length say. */
static unsigned skip_next(struct tw_tokens *tokens, unsigned at)
{
	struct value value;
	unsigned end;

	if (!tw_token_is(tw_token_at(tokens, at), "next") ||
	    key_of(tw_token_at(tokens, at + 1)) != KEY_SEQ)
		return 0;
	end = skip_key_rest(tokens, at + 2);
	return value_of(tw_token_at(tokens, end)->text, &value) ? end + 1 : 0;
}

static unsigned read_keyed(struct tw_tokens *tokens, struct tw_row_draft *draft, unsigned at)
{
	enum key key = key_of(tw_token_at(tokens, at));
	bool is_factor = tw_token_is(tw_token_at(tokens, at), "ws");
	unsigned end = skip_key_rest(tokens, at + 1);
	struct value value;

	if (key == KEY_NONE)
		return 0;
	if (key == KEY_TIME)
		return tw_token_at(tokens, at + 1)->kind == TW_TOKEN_EQUALS
			   ? read_time(tokens, draft, end)
			   : 0;
	/* Mail wraps tcpdump's rows between "seq" and its number too. */
	if (draft->style == TW_ROW_TCPDUMP && tw_token_at(tokens, end)->kind == TW_TOKEN_NEWLINE)
		end++;
	if (tw_token_at(tokens, end)->kind == TW_TOKEN_WORD &&
	    value_of(tw_token_at(tokens, end)->text, &value)) {
		set(draft, key, &value, is_factor);
		end++;
		return end + (value.is_range ? skip_old_length(tokens, end) : 0);
	}
	if (key == KEY_SACK_PERMITTED && end == at + 1) {
		set(draft, key, &(struct value){0}, false);
		return end;
	}
	return 0;
}

/* "TS val 1 ecr 2" and "timestamp 1 2". */
static unsigned read_timestamps(struct tw_tokens *tokens, struct tw_row_draft *draft, unsigned at)
{
	static const char *const words[] = {"ts", "timestamp", "val", "ecr", NULL};
	enum key keys[] = {KEY_TSVAL, KEY_TSECR};
	unsigned found = 0;
	unsigned end = at;

	if (!tw_token_is(tw_token_at(tokens, at), "TS") &&
	    !tw_token_is(tw_token_at(tokens, at), "timestamp"))
		return 0;
	while (found < 2) {
		struct value value;

		if (tw_token_is_any(tw_token_at(tokens, end), words)) {
			end++;
		} else if (value_of(tw_token_at(tokens, end)->text, &value)) {
			set(draft, keys[found++], &value, false);
			end++;
		} else {
			break;
		}
		if (end > at + 8)
			return 0;
	}
	return found > 0 ? end : 0;
}

/* "sack 1 {5:9}" and "sack 1 {5:9}{11:13}". */
TW_WRAPS static unsigned read_blocks(struct tw_tokens *tokens, struct tw_row_draft *draft,
				     unsigned at)
{
	unsigned end = at + 1;
	struct value value;

	if (!tw_token_is(tw_token_at(tokens, at), "sack"))
		return 0;
	if (value_of(tw_token_at(tokens, end)->text, &value))
		end++;
	while (tw_token_at(tokens, end)->kind == TW_TOKEN_OTHER &&
	       tw_token_at(tokens, end + 2)->kind == TW_TOKEN_OTHER) {
		if (value_of(tw_token_at(tokens, end + 1)->text, &value) && value.is_range) {
			set_edge(&draft->segment.options, value.number, true);
			set_edge(&draft->segment.options, value.number + value.range, false);
		}
		end += 3;
	}
	draft->segment.known |= TW_FIELD_OPTIONS;
	return end;
}

static const struct {
	const char *name;
	uint32_t option;
} silent_options[] = {
    {"nop", 0},
    {"eol", 0},
    {"md5", TW_OPTION_MD5},
    {"tfo", TW_OPTION_FAST_OPEN},
    {"mptcp", TW_OPTION_MPTCP},
};

static unsigned read_option(struct tw_tokens *tokens, struct tw_row_draft *draft, unsigned at)
{
	const struct tw_token *token = tw_token_at(tokens, at);
	unsigned end = read_timestamps(tokens, draft, at);

	if (end == 0)
		end = read_blocks(tokens, draft, at);
	if (end == 0)
		end = read_keyed(tokens, draft, at);
	if (end > 0)
		return end;
	for (size_t i = 0; i < TW_LEN(silent_options); i++)
		if (tw_token_is(token, silent_options[i].name))
			draft->segment.options.present |= silent_options[i].option;
	return at + 1;
}

/* "options [mss 1460,sackOK]" and "<mss 1460,sackOK>". */
static unsigned read_option_list(struct tw_tokens *tokens, struct tw_row_draft *draft)
{
	const struct tw_token *token = tw_token_at(tokens, 0);
	unsigned at = 1;
	uint8_t close = TW_TOKEN_RIGHT;

	if (tw_token_is(token, "options") || tw_token_is(token, "opts")) {
		if (tw_token_at(tokens, at)->kind != TW_TOKEN_OPEN)
			return 0;
		close = TW_TOKEN_CLOSE;
		at++;
	} else if (token->kind != TW_TOKEN_LEFT || token->text.size != 1 ||
		   draft->style != TW_ROW_TCPDUMP) {
		return 0;
	}
	while (at < OPTION_TOKENS_MAX) {
		token = tw_token_at(tokens, at);
		if (token->kind == close) {
			draft->segment.known |= TW_FIELD_OPTIONS;
			return at + 1;
		}
		if (tw_token_ends_line(token))
			return 0;
		at = read_option(tokens, draft, at);
	}
	return 0;
}

static unsigned skip_remark(struct tw_tokens *tokens, unsigned at, uint8_t close)
{
	for (unsigned i = at; i < at + REMARK_TOKENS_MAX; i++) {
		const struct tw_token *token = tw_token_at(tokens, i);

		if (token->kind == close)
			return i + 1;
		if (tw_token_ends_line(token))
			return 0;
	}
	return 0;
}

/* "cksum 0x3af7 (correct)". */
static unsigned read_checksum(struct tw_tokens *tokens, struct tw_row_draft *draft)
{
	unsigned open = tw_token_at(tokens, 2)->kind == TW_TOKEN_NEWLINE ? 3 : 2;
	const struct tw_token *verdict = tw_token_at(tokens, open + 1);

	if (!tw_token_is(tw_token_at(tokens, 0), "cksum"))
		return 0;
	if (tw_token_at(tokens, open)->kind != TW_TOKEN_PAREN_OPEN)
		return 2;
	if (tw_token_is(verdict, "correct") || tw_token_is(verdict, "incorrect")) {
		draft->segment.known |= TW_FIELD_CHECKSUM;
		draft->segment.checksum =
		    tw_token_is(verdict, "correct") ? TW_CHECKSUM_GOOD : TW_CHECKSUM_BAD;
	}
	return skip_remark(tokens, open + 1, TW_TOKEN_PAREN_CLOSE);
}

/* "(DF)" and "[tcp sum ok]" of old tcpdump. */
static unsigned read_mark(struct tw_tokens *tokens, struct tw_row_draft *draft)
{
	if (draft->style != TW_ROW_TCPDUMP)
		return 0;
	if (tw_token_at(tokens, 0)->kind == TW_TOKEN_PAREN_OPEN &&
	    tw_token_is(tw_token_at(tokens, 1), "DF")) {
		draft->segment.ip_marks |= TW_IP_DF;
		return skip_remark(tokens, 1, TW_TOKEN_PAREN_CLOSE);
	}
	if (tw_token_at(tokens, 0)->kind == TW_TOKEN_OPEN &&
	    tw_token_is(tw_token_at(tokens, 1), "tcp"))
		return skip_remark(tokens, 1, TW_TOKEN_CLOSE);
	return 0;
}

/* Old tcpdump prints the sequence numbers without a key: "1:9(8)". */
static unsigned read_bare_range(struct tw_tokens *tokens, struct tw_row_draft *draft)
{
	const struct tw_token *token = tw_token_at(tokens, 0);
	struct value value;

	if (draft->style != TW_ROW_TCPDUMP || token->kind != TW_TOKEN_WORD ||
	    tw_segment_knows(&draft->segment, TW_FIELD_SEQ) || !value_of(token->text, &value) ||
	    !value.is_range)
		return 0;
	set(draft, KEY_SEQ, &value, false);
	return 1 + skip_old_length(tokens, 1);
}

bool tw_attribute_at(struct tw_tokens *tokens, unsigned at)
{
	unsigned end;

	if (tw_token_at(tokens, at)->kind == TW_TOKEN_COMMA)
		at++;
	if (key_of(tw_token_at(tokens, at)) == KEY_NONE)
		return false;
	end = skip_key_rest(tokens, at + 1);
	return tw_token_at(tokens, end)->kind == TW_TOKEN_WORD &&
	       tw_char_is_digit(tw_token_at(tokens, end)->text.text[0]);
}

unsigned tw_attribute_read(struct tw_tokens *tokens, struct tw_row_draft *draft)
{
	unsigned taken;

	if (tw_token_at(tokens, 0)->kind == TW_TOKEN_COMMA)
		return 1;
	/* "(seq 100, ack 200)" of people; what closes without having opened says nothing. */
	if (draft->style == TW_ROW_HAND &&
	    (tw_token_at(tokens, 0)->kind == TW_TOKEN_PAREN_CLOSE ||
	     (tw_token_at(tokens, 0)->kind == TW_TOKEN_PAREN_OPEN && tw_attribute_at(tokens, 1))))
		return 1;
	taken = read_option_list(tokens, draft);
	if (taken == 0)
		taken = read_checksum(tokens, draft);
	if (taken == 0)
		taken = read_mark(tokens, draft);
	if (taken == 0)
		taken = read_bare_range(tokens, draft);
	if (taken == 0)
		taken = read_keyed(tokens, draft, 0);
	if (taken == 0)
		taken = read_joined(tokens, draft, 0);
	if (taken == 0)
		taken = skip_next(tokens, 0);
	if (taken == 0 && draft->style == TW_ROW_WIRESHARK) {
		struct tw_str labels = {0};

		taken = tw_row_labels(tokens, 0, &labels);
		if (draft->labels.size == 0)
			draft->labels = labels;
	}
	return taken;
}
