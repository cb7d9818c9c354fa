/* flow_graph.c: the head's columns, a packet's line, and the arrow below it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/flow_graph.h"

#include "typed/flags.h"
#include "typed/protocols.h"

/* The label in the first cell is cut at some twenty characters. */
enum { LABEL_TOKENS_MAX = 24 };

static size_t find(struct tw_str line, size_t from, char c)
{
	for (size_t i = from; i < line.size; i++)
		if (line.text[i] == c)
			return i;
	return SIZE_MAX;
}

static struct tw_str slice(struct tw_str line, size_t from, size_t to)
{
	return tw_str_head(tw_str_from(line, from), to - from);
}

/* Each cell of a head's line that is not empty names a host, and its place is the host's. */
static void read_head(struct tw_flow_graph *graph, struct tw_str line, size_t at)
{
	while (at < line.size && graph->host_count < TW_GRAPH_HOSTS_MAX) {
		size_t end = find(line, at + 1, '|');
		struct tw_str name =
		    tw_str_trim(slice(line, at + 1, end == SIZE_MAX ? line.size : end));

		if (name.size > 0) {
			graph->hosts[graph->host_count].name = name;
			graph->hosts[graph->host_count++].column = (size_t)(name.text - line.text);
		}
		at = end;
	}
}

static struct tw_str host_at(const struct tw_flow_graph *graph, size_t column)
{
	size_t best = SIZE_MAX;
	struct tw_str name = {0};

	for (unsigned i = 0; i < graph->host_count; i++) {
		size_t place = graph->hosts[i].column;
		size_t far = place > column ? place - column : column - place;

		if (far < best) {
			best = far;
			name = graph->hosts[i].name;
		}
	}
	return name;
}

/* "(51000)  <------------------  (5901)": ports in parentheses at their hosts' columns. */
static bool read_arrow(const struct tw_flow_graph *graph, struct tw_str line, size_t at,
		       struct tw_end_text ends[2])
{
	struct tw_end_text place[2];
	size_t shaft = 0;

	for (unsigned i = 0; i < 2; i++) {
		size_t open = find(line, at, '(');
		size_t close = open == SIZE_MAX ? SIZE_MAX : find(line, open, ')');

		if (close == SIZE_MAX)
			return false;
		if (i == 0)
			shaft = close;
		place[i].port = slice(line, open + 1, close);
		place[i].host = host_at(graph, open);
		at = close;
	}

	struct tw_str between = slice(line, shaft, at);
	bool is_left = tw_str_find(between, TW_STR("<")) != SIZE_MAX ||
		       tw_str_find(between, TW_STR("&lt;")) != SIZE_MAX;

	if (tw_str_find(between, TW_STR("--")) == SIZE_MAX)
		return false;
	ends[0] = place[is_left];
	ends[1] = place[!is_left];
	return true;
}

enum tw_graph_line tw_flow_graph_look(struct tw_flow_graph *graph, struct tw_str line,
				      struct tw_end_text ends[2])
{
	size_t bar = find(line, 0, '|');
	size_t second = bar == SIZE_MAX ? SIZE_MAX : find(line, bar + 1, '|');
	struct tw_str cell;

	if (second == SIZE_MAX || tw_str_trim(tw_str_head(line, bar)).size > 0)
		return TW_GRAPH_NONE;
	cell = tw_str_trim(slice(line, bar + 1, second));
	if (tw_str_equal(cell, TW_STR("Time"))) {
		*graph = (struct tw_flow_graph){0};
		read_head(graph, line, second);
		/* The head of another table names more than one thing behind the time. */
		if (graph->host_count == 1)
			return TW_GRAPH_HEAD;
		graph->host_count = 0;
	}
	if (graph->host_count == 0)
		return TW_GRAPH_NONE;
	if (cell.size > 0)
		return tw_char_is_digit(cell.text[0]) ? TW_GRAPH_PACKET : TW_GRAPH_NONE;
	if (read_arrow(graph, line, second, ends))
		return TW_GRAPH_ARROW;
	read_head(graph, line, second);
	return TW_GRAPH_HEAD;
}

/* "HTTP: GET / HTTP/1.1": a payload; its words are the rest of the line. */
static unsigned read_payload(struct tw_tokens *tokens, unsigned at, struct tw_row_draft *draft)
{
	unsigned end = at + 2;

	if (tw_protocol_of(tw_token_at(tokens, at)) != TW_PROTOCOL_OVER_TCP)
		return 0;
	while (end + 1 < TW_TOKEN_WINDOW && !tw_token_ends_line(tw_token_at(tokens, end)))
		end++;
	draft->labels =
	    tw_token_span(tw_token_at(tokens, at)->text, tw_token_at(tokens, end - 1)->text);
	tw_row_assume_data(draft);
	return end;
}

/* "SYN, ACK  |Seq = 0 Ack = 1": the graph of TCP flows alone. */
static unsigned read_flow(struct tw_tokens *tokens, unsigned at, struct tw_row_draft *draft)
{
	struct tw_flags_text flags;
	unsigned taken = tw_flags_read(tokens, at, &flags);

	if (taken == 0)
		return 0;
	tw_row_set_flags(draft, flags.flags);
	at += taken;
	/* "- Len: 120" behind the flags; the reader of numbers goes on from "Len". */
	if (tw_str_equal(tw_token_at(tokens, at)->text, TW_STR("-")))
		at++;
	return at;
}

unsigned tw_flow_graph_packet(struct tw_tokens *tokens, struct tw_row_draft *draft)
{
	unsigned at = tw_clock_read(tokens, 0, &draft->clock);

	if (at == 0)
		return 0;
	draft->style = TW_ROW_WIRESHARK;
	for (unsigned i = at; i < LABEL_TOKENS_MAX; i++) {
		unsigned end;

		if (tw_token_ends_line(tw_token_at(tokens, i)))
			break;
		if (tw_token_at(tokens, i + 1)->kind != TW_TOKEN_COLON)
			continue;
		if (tw_protocol_of(tw_token_at(tokens, i)) == TW_PROTOCOL_TCP)
			end = tw_row_info(tokens, i + 2, draft);
		else
			end = read_payload(tokens, i, draft);
		if (end > 0)
			return end;
	}
	return read_flow(tokens, at, draft);
}
