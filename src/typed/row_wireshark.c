/* row_wireshark.c: rows of Wireshark and tshark with ports and flags, columns in any order. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/row.h"

#include "typed/flags.h"
#include "typed/protocols.h"

/* Words before the Info column: number, time, addresses, protocol, length, and a few more. */
enum { HEAD_TOKENS_MAX = 36, HEAD_COLUMNS_MAX = 24 };

/* The Info column: "[labels] 51000 > http [SYN]". */
struct core {
	unsigned begin; /* first token: a label or the port */
	unsigned ports; /* the first port */
	unsigned end;	/* behind the flags */
	bool sure;	/* the ports alone prove a list; else words before them must */
	struct tw_flags_text flags;
};

static bool joins_ports(const struct tw_token *token)
{
	return tw_token_is_arrow(token) || token->kind == TW_TOKEN_QUESTION ||
	       token->kind == TW_TOKEN_SEMICOLON;
}

static bool is_numeric(const struct tw_token *token)
{
	return token->text.size > 0 && tw_char_is_digit(token->text.text[0]);
}

/* Where code pages ate the arrow, only printed numbers behind the flags tell a row from prose. */
static bool numbers_follow(struct tw_tokens *tokens, unsigned at)
{
	static const char *const keys[] = {"seq", "win", "ack", NULL};

	return tw_token_is_any(tw_token_at(tokens, at), keys) &&
	       tw_token_at(tokens, at + 1)->kind == TW_TOKEN_EQUALS;
}

/* Two ports by number, or one beside a known service or printed numbers. */
static bool ports_are_sure(struct tw_tokens *tokens, const struct tw_token *left,
			   const struct tw_token *right, unsigned end)
{
	uint16_t port;
	unsigned known = (unsigned)tw_port_parse(left->text, &port) +
			 (unsigned)tw_port_parse(right->text, &port);

	if (known == 2 && (is_numeric(left) || is_numeric(right)))
		return true;
	return known > 0 && numbers_follow(tokens, end);
}

static bool ports_at(struct tw_tokens *tokens, unsigned at, struct core *core)
{
	const struct tw_token *left = tw_token_at(tokens, at);
	const struct tw_token *joint = tw_token_at(tokens, at + 1);
	const struct tw_token *right = tw_token_at(tokens, at + 2);
	unsigned flags_at = at + 3;

	if (!joins_ports(joint) || left->kind != TW_TOKEN_WORD || right->kind != TW_TOKEN_WORD ||
	    !tw_port_plausible(left->text) || !tw_port_plausible(right->text))
		return false;
	if (tw_token_at(tokens, flags_at)->kind == TW_TOKEN_COMMA)
		flags_at++;
	if (tw_token_at(tokens, flags_at)->kind != TW_TOKEN_OPEN)
		return false;

	unsigned taken = tw_flags_read(tokens, flags_at, &core->flags);

	if (taken == 0 || core->flags.form != TW_FLAGS_BRACKET_WORDS)
		return false;
	core->ports = at;
	core->begin = at;
	core->end = flags_at + taken;
	core->sure = ports_are_sure(tokens, left, right, core->end);
	return tw_token_is_arrow(joint) || (core->sure && numbers_follow(tokens, core->end));
}

/* One line end may stand before the Info column, where mail wrapped the row: "... TCP 54". */
static bool is_wrapped(struct tw_tokens *tokens, unsigned at)
{
	if (at < 3 || tw_token_at(tokens, at)->kind != TW_TOKEN_NEWLINE)
		return false;
	return tw_token_is(tw_token_at(tokens, at - 1), "TCP") ||
	       tw_token_is(tw_token_at(tokens, at + 1), "TCP") ||
	       (is_numeric(tw_token_at(tokens, at - 1)) &&
		tw_token_is(tw_token_at(tokens, at - 2), "TCP"));
}

/* Finds the next Info column, and remembers where none begins. */
static bool find_core(struct tw_row_place *place, struct core *core)
{
	struct tw_tokens *tokens = place->tokens;
	unsigned at = 0;
	bool wrapped = false;

	if (place->core_known > tokens->first)
		at = (unsigned)(place->core_known - tokens->first);
	for (; at < HEAD_TOKENS_MAX; at++) {
		unsigned labels;
		struct tw_str text;

		if (tw_token_ends_line(tw_token_at(tokens, at))) {
			if (wrapped || !is_wrapped(tokens, at))
				return false;
			wrapped = true;
			continue;
		}
		if (ports_at(tokens, at, core))
			return true;
		labels = tw_row_labels(tokens, at, &text);
		if (labels > 0 && ports_at(tokens, at + labels, core)) {
			core->begin = at;
			return true;
		}
		if (!wrapped)
			place->core_known = tokens->first + at + 1;
	}
	return false;
}

/* The head's words, commas and colons left out. */
struct head {
	const struct tw_token *columns[HEAD_COLUMNS_MAX];
	unsigned count;
};

static bool collect_head(struct tw_tokens *tokens, unsigned at, unsigned end, struct head *head)
{
	head->count = 0;
	for (; at < end; at++) {
		const struct tw_token *token = tw_token_at(tokens, at);

		if (token->kind == TW_TOKEN_COMMA || token->kind == TW_TOKEN_COLON ||
		    token->kind == TW_TOKEN_NEWLINE)
			continue;
		if (head->count == HEAD_COLUMNS_MAX || token->kind == TW_TOKEN_SEMICOLON ||
		    token->kind == TW_TOKEN_EQUALS || token->kind == TW_TOKEN_COMMENT ||
		    token->kind == TW_TOKEN_OPEN || token->kind == TW_TOKEN_OTHER)
			return false;
		head->columns[head->count++] = token;
	}
	return true;
}

static bool is_joint(const struct tw_token *token)
{
	return tw_token_is_arrow(token) ||
	       (token->kind == TW_TOKEN_WORD && tw_str_equal(token->text, TW_STR("-")));
}

static bool is_address(const struct tw_token *token)
{
	struct tw_address address;

	return token->kind == TW_TOKEN_WORD && tw_address_parse(token->text, &address);
}

/* A column that may stand anywhere without a meaning here: an integer, a delta, a port's name. */
static bool is_spare(const struct tw_token *token)
{
	struct tw_str text = token->text;
	uint64_t number;

	if (token->kind != TW_TOKEN_WORD || !tw_str_take_number(&text, UINT64_MAX / 20, &number))
		return false;
	return text.size == 0 || text.text[0] == '.';
}

static bool set_hosts(struct tw_row_draft *draft, const struct tw_token *source,
		      const struct tw_token *destination)
{
	if (source->kind != TW_TOKEN_WORD || destination->kind != TW_TOKEN_WORD)
		return false;
	draft->source.host = source->text;
	draft->destination.host = destination->text;
	return true;
}

static bool rest_is_spare(const struct head *head, unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++)
		if (!is_spare(head->columns[i]) &&
		    tw_protocol_of(head->columns[i]) == TW_PROTOCOL_UNKNOWN)
			return false;
	return true;
}

static bool hosts_by_joint(const struct head *head, struct tw_row_draft *draft, bool *found)
{
	for (unsigned i = 1; i + 1 < head->count; i++) {
		if (!is_joint(head->columns[i]))
			continue;
		*found = true;
		/* The sender stands at the arrow's blunt end. */
		unsigned from = head->columns[i]->kind == TW_TOKEN_LEFT ? i + 1 : i - 1;

		return rest_is_spare(head, 0, i - 1) && rest_is_spare(head, i + 2, head->count) &&
		       set_hosts(draft, head->columns[from], head->columns[2 * i - from]);
	}
	return false;
}

static bool hosts_by_address(const struct head *head, struct tw_row_draft *draft, bool *found)
{
	const struct tw_token *ends[2];
	unsigned count = 0;
	unsigned first = 0;

	for (unsigned i = 0; i < head->count && count < 2; i++) {
		if (!is_address(head->columns[i]))
			continue;
		if (count == 0)
			first = i;
		ends[count++] = head->columns[i];
	}
	if (count < 2)
		return false;
	*found = true;
	return rest_is_spare(head, 0, first) && set_hosts(draft, ends[0], ends[1]);
}

/* Names with blanks: words one blank apart are one column. */
static unsigned group_names(const struct head *head, unsigned from, unsigned to,
			    struct tw_str *names)
{
	unsigned count = 0;

	for (unsigned i = from; i < to; i++) {
		struct tw_str text = head->columns[i]->text;

		if (i > from && head->columns[i]->gap < 2) {
			names[count - 1] = tw_token_span(names[count - 1], text);
			continue;
		}
		if (count == 2)
			return 3;
		names[count++] = text;
	}
	return count;
}

/* Without addresses, the two columns before the word TCP are the names. */
static bool hosts_by_protocol(const struct head *head, struct tw_row_draft *draft, bool *found)
{
	struct tw_str names[2];
	unsigned protocol = head->count;
	unsigned from = 0;

	for (unsigned i = 0; i < head->count; i++)
		if (tw_protocol_of(head->columns[i]) == TW_PROTOCOL_TCP)
			protocol = i;
	if (protocol == head->count || !rest_is_spare(head, protocol + 1, head->count))
		return false;
	*found = true;
	while (from < protocol && is_spare(head->columns[from]))
		from++;
	if (from == protocol)
		return true;
	if (protocol - from == 2)
		return set_hosts(draft, head->columns[from], head->columns[from + 1]);
	if (group_names(head, from, protocol, names) != 2)
		return false;
	draft->source.host = names[0];
	draft->destination.host = names[1];
	return true;
}

static bool read_head(struct tw_tokens *tokens, const struct core *core, struct tw_row_draft *draft)
{
	struct head head;
	unsigned at = 0;
	bool found = false;

	if (core->begin > 0)
		at = tw_row_lead_number(tokens, draft);
	if (at < core->begin)
		at += tw_clock_read(tokens, at, &draft->clock);
	if (at > core->begin || !collect_head(tokens, at, core->begin, &head))
		return false;
	if (hosts_by_joint(&head, draft, &found))
		return true;
	if (!found && hosts_by_address(&head, draft, &found))
		return true;
	if (!found && hosts_by_protocol(&head, draft, &found))
		return true;
	/* No addresses at all: the ports alone must do. */
	return !found && core->sure && rest_is_spare(&head, 0, head.count);
}

static void keep_core(struct tw_tokens *tokens, const struct core *core, struct tw_row_draft *draft)
{
	bool leftward = tw_token_at(tokens, core->ports + 1)->kind == TW_TOKEN_LEFT;

	draft->source.port = tw_token_at(tokens, core->ports + (leftward ? 2 : 0))->text;
	draft->destination.port = tw_token_at(tokens, core->ports + (leftward ? 0 : 2))->text;
	if (core->begin < core->ports)
		tw_row_labels(tokens, core->begin, &draft->labels);
	draft->style = TW_ROW_WIRESHARK;
	tw_row_set_flags(draft, core->flags.flags);
}

unsigned tw_row_info(struct tw_tokens *tokens, unsigned at, struct tw_row_draft *draft)
{
	struct core core = {0};
	struct tw_str text;
	unsigned labels = tw_row_labels(tokens, at, &text);

	if (!ports_at(tokens, at + labels, &core))
		return 0;
	core.begin = at;
	keep_core(tokens, &core, draft);
	return core.end;
}

unsigned tw_row_wireshark(struct tw_row_place *place, struct tw_row_draft *draft)
{
	struct core core = {0};

	if (!find_core(place, &core) || !read_head(place->tokens, &core, draft))
		return 0;
	if (!core.sure && draft->source.host.size == 0)
		return 0;
	keep_core(place->tokens, &core, draft);
	return core.end;
}
