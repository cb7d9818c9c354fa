/* typed.c: the reader: tries the row shapes at each token, and lists what none of them takes. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/typed.h"

#include "base/assert.h"
#include "base/limits.h"
#include "typed/attributes.h"
#include "typed/details.h"
#include "typed/flow_graph.h"
#include "typed/headings.h"
#include "typed/notes.h"
#include "typed/row.h"
#include "typed/sightings.h"

#include <string.h>

enum { ROWS_FIRST = 64, ROW_ATTRIBUTES_MAX = 200 };

/* In this order: what is most particular first, so that no looser shape takes its rows. */
static tw_row_shape *const shapes[] = {
    tw_row_icmp,  tw_row_tcpdump, tw_row_upper,	   tw_row_wireshark,
    tw_row_arrow, tw_row_words,	  tw_row_sentence, tw_row_sender,
};

/* Text that no shape took yet: from the first such token to the last. */
struct junk {
	struct tw_str span;
	uint32_t line;
};

/* "participant T as Tomcat" of a mermaid diagram. */
struct alias {
	struct tw_str name;
	struct tw_str label;
	struct tw_str text; /* the whole line, should the name not be met */
	uint32_t line;
};

/* More sides than a diagram that can be read has. */
enum { ALIASES_MAX = 32 };

/* Services whose numbers details told; more than one capture of one question has. */
enum { LEARNED_MAX = 32 };

/* "vnc (5600)" of details: the rows above say only "vnc". */
struct learned_port {
	uint32_t port_id;
	uint32_t number_id;
};

struct reading {
	struct tw_tokens tokens;
	struct tw_hosts hosts;
	struct tw_row_place place;
	struct tw_row_list list;
	struct tw_typed *typed;
	struct junk junk;
	/* of the current line */
	struct tw_str line_text; /* from its first token on */
	struct tw_clock line_clock;
	unsigned line_rows;
	bool line_is_remark; /* it began with a comment mark */
	bool line_is_detail; /* it is one of a paragraph of packet details */
	struct alias alias;  /* empty where the line tells none */
	/* of the whole text */
	struct alias aliases[ALIASES_MAX];
	unsigned alias_count;
	struct tw_details details;
	struct learned_port learned[LEARNED_MAX];
	unsigned learned_count;
	struct tw_flow_graph graph;
	struct tw_sightings sightings;
	struct tw_headings headings;
	uint32_t part;
	bool elided; /* a mark for left out packets stood behind the last row */
	uint64_t last_number;
	struct tw_foreign_line foreign[TW_LIMIT_FOREIGN_LINES];
};

static void add_foreign(struct reading *reading, uint32_t line, struct tw_str text,
			const char *reason)
{
	struct tw_typed *typed = reading->typed;

	typed->foreign_total++;
	if (typed->foreign_count >= TW_LIMIT_FOREIGN_LINES)
		return;
	reading->foreign[typed->foreign_count++] = (struct tw_foreign_line){
	    .line = line, .part = reading->part, .text = tw_str_trim(text), .reason = reason};
}

/* Long lines are looked at no further than this: marks and headers are short. */
enum { LOOK_BYTES_MAX = 200 };

static bool has_letter_or_digit(struct tw_str text)
{
	for (size_t i = 0; i < text.size; i++)
		if (tw_char_is_alpha(text.text[i]) || tw_char_is_digit(text.text[i]))
			return true;
	return false;
}

static bool has_letter(struct tw_str text)
{
	for (size_t i = 0; i < text.size; i++)
		if (tw_char_is_alpha(text.text[i]))
			return true;
	return false;
}

static bool contains(struct tw_str text, const char *part)
{
	return tw_str_find(tw_str_head(text, LOOK_BYTES_MAX), tw_str_of(part)) != SIZE_MAX;
}

/* The names of the columns above a packet list. */
static bool is_header(struct tw_str text)
{
	static const char *const words[] = {"No.",	"Time",	  "Source", "Destination",
					    "Protocol", "Length", "Info"};
	unsigned found = 0;

	for (size_t i = 0; i < TW_LEN(words); i++)
		found += contains(text, words[i]);
	return found >= 3;
}

/* "...", ":", "--8<--", "[snip]": packets were left out here. */
static bool is_elision(struct tw_str text)
{
	if (text.size > LOOK_BYTES_MAX)
		return false;
	if (contains(text, "8<") || (text.size < 12 && contains(text, "snip")))
		return true;
	if (has_letter_or_digit(text))
		return false;
	return contains(text, "..") || contains(text, "\xE2\x80\xA6") ||
	       contains(text, "\xE2\x8B\xAE") || tw_str_equal(text, TW_STR(":")) ||
	       tw_str_equal(text, TW_STR("."));
}

static bool is_hex_digit(char c)
{
	return tw_char_is_digit(c) || (tw_char_lower(c) >= 'a' && tw_char_lower(c) <= 'f');
}

/* "0x0010:  4500 003c" of tcpdump, "0010  45 00 00 3c" of Wireshark: bytes of a packet. */
static bool is_hex_dump(struct tw_str text)
{
	enum { OFFSET_DIGITS = 4, GROUPS_MIN = 2 };
	unsigned groups = 0;
	size_t at = tw_str_starts_nocase(text, TW_STR("0x")) ? 2 : 0;

	for (unsigned i = 0; i < OFFSET_DIGITS; i++, at++)
		if (at >= text.size || !is_hex_digit(text.text[at]))
			return false;
	if (at < text.size && text.text[at] == ':')
		at++;
	while (groups < GROUPS_MIN) {
		size_t digits = 0;

		while (at < text.size && tw_char_is_blank(text.text[at]))
			at++;
		for (; at < text.size && is_hex_digit(text.text[at]); at++)
			digits++;
		if ((digits != 2 && digits != 4) ||
		    (at < text.size && !tw_char_is_blank(text.text[at])))
			return false;
		groups++;
	}
	return true;
}

static struct tw_typed_row *last_row(struct reading *reading)
{
	return &reading->list.rows[reading->list.count - 1];
}

static bool is_remark_edge(char c)
{
	return tw_char_is_blank(c) || strchr("-:,;./#|", c) != NULL;
}

/* A remark without the mark that begins it. */
static struct tw_str trim_remark(struct tw_str text)
{
	while (text.size > 0 && text.text[0] != '\0' && is_remark_edge(text.text[0]))
		text = tw_str_from(text, 1);
	return tw_str_trim(text);
}

/* What stood before the row, or behind it, and was not read. */
static void flush_junk(struct reading *reading)
{
	struct tw_str text = reading->junk.span;
	struct tw_str remark = trim_remark(text);
	uint32_t line = tw_token_at(&reading->tokens, 0)->line;

	reading->junk = (struct junk){0};
	if (text.size == 0 || reading->line_is_detail || !has_letter_or_digit(text) ||
	    tw_heading_take(&reading->headings, text, line))
		return;
	if (text.text[0] == ';') {
		add_foreign(reading, line, remark, "no packet found between the semicolons");
		return;
	}
	if (reading->line_rows > 0) {
		/* Behind a row stand remarks, and further columns without a meaning here. */
		if (has_letter(remark) && last_row(reading)->comment.size == 0)
			last_row(reading)->comment = remark;
		return;
	}
	if (!is_header(text))
		add_foreign(reading, line, text, "text before a packet");
}

static void begin_line(struct reading *reading)
{
	reading->line_rows = 0;
	reading->line_text = (struct tw_str){0};
	reading->line_is_remark = false;
	reading->line_is_detail = false;
	reading->junk = (struct junk){0};
	reading->alias = (struct alias){0};
	reading->place.fresh = true;
	reading->place.in_comment = false;
	reading->place.hint = NULL;
}

/* Rows that are no packets of TCP still say that no number is missing between them. */
static void count_number(struct reading *reading)
{
	struct tw_str text = reading->line_text;
	uint64_t number;

	if (tw_str_take_number(&text, UINT32_MAX, &number) && number == reading->last_number + 1)
		reading->last_number = number;
}

static void keep_alias(struct reading *reading, uint32_t line, struct tw_str text)
{
	struct alias *alias = &reading->alias;

	alias->label =
	    (struct tw_str){alias->label.text, (size_t)(text.text + text.size - alias->label.text)};
	while (alias->label.size > 0 &&
	       strchr("\"';", alias->label.text[alias->label.size - 1]) != NULL)
		alias->label.size--;
	alias->text = text;
	alias->line = line;
	reading->aliases[reading->alias_count++] = *alias;
}

static void end_line(struct reading *reading, uint32_t line)
{
	struct tw_str text = tw_str_trim(reading->line_text);
	const char *reason = reading->place.hint;

	if (reading->line_rows > 0) {
		flush_junk(reading);
		return;
	}
	if (text.size == 0 || reading->line_is_detail)
		return;
	reading->details = (struct tw_details){0};
	if (is_elision(text)) {
		reading->elided = true;
		return;
	}
	if (is_header(text) || is_hex_dump(text) ||
	    !has_letter_or_digit(tw_str_head(text, LOOK_BYTES_MAX)) ||
	    tw_heading_take(&reading->headings, text, line))
		return;
	count_number(reading);
	if (reading->alias.name.size > 0 && reading->alias_count < ALIASES_MAX) {
		keep_alias(reading, line, text);
		return;
	}
	if (!reason)
		reason = reading->line_is_remark ? "a remark, no packet" : "no packet found in it";
	add_foreign(reading, line, text, reason);
}

static bool grow(struct tw_row_list *list)
{
	size_t capacity = list->capacity ? list->capacity * 2 : ROWS_FIRST;
	struct tw_typed_row *rows = tw_arena_new(list->arena, sizeof(*rows), capacity);
	struct tw_row_note *notes = tw_arena_new(list->arena, sizeof(*notes), capacity);

	if (!rows || !notes)
		return false;
	if (list->count > 0) {
		memcpy(rows, list->rows, list->count * sizeof(*rows));
		memcpy(notes, list->notes, list->count * sizeof(*notes));
	}
	list->rows = rows;
	list->notes = notes;
	list->capacity = capacity;
	return true;
}

/*
 * Wireshark shows a SYN's window as it is on the wire, and every other window times the scale, if
 * it knows that. Zero is zero either way.
 */
static void set_window(struct tw_segment *segment, const struct tw_row_draft *draft)
{
	bool raw = draft->style != TW_ROW_WIRESHARK || (segment->flags & TW_SYN) != 0;

	if (!draft->has_window)
		return;
	if (draft->window <= UINT16_MAX && (raw || draft->window == 0)) {
		segment->window = (uint16_t)draft->window;
		segment->known |= TW_FIELD_WINDOW;
	}
	if (!raw || draft->window > UINT16_MAX) {
		segment->window_scaled = draft->window;
		segment->known |= TW_FIELD_WINDOW_SCALED;
	}
}

/* A list of services only: "autonoc > http" names both ends by what stands for their ports. */
static bool name_by_ports(struct tw_hosts *hosts, const struct tw_row_draft *draft,
			  struct tw_end ends[2])
{
	struct tw_end_text texts[2] = {draft->source, draft->destination};

	if (texts[0].host.size > 0 || texts[1].host.size > 0 ||
	    (ends[0].port_id < TW_PORT_ID_NAME && ends[1].port_id < TW_PORT_ID_NAME))
		return true;
	for (unsigned i = 0; i < 2; i++) {
		/* A number is no name: that end has its port, and stays without an address. */
		if (texts[i].port.size == 0 || tw_char_is_digit(texts[i].port.text[0]))
			continue;
		texts[i].host = texts[i].port;
		if (!tw_hosts_resolve(hosts, texts[i], &ends[i]))
			return false;
	}
	return true;
}

/* A socket may have connected to itself; two hosts of one name, or one host alone, do not tell. */
static bool is_socket(const struct tw_end *end)
{
	return (end->address.kind == TW_ADDRESS_IP4 || end->address.kind == TW_ADDRESS_IP6) &&
	       tw_end_port(end) != 0;
}

static const char *why_endless(const struct tw_row_note *note)
{
	if (note->needs_flags_row)
		return TW_NO_FLAGS_TEXT;
	return note->ends[0].address.kind == TW_ADDRESS_NONE
		   ? "payload, but nothing tells its sender"
		   : "both ends are the same";
}

/* Keeps the row; false where a bound was met. */
static bool keep(struct reading *reading, const struct tw_row_draft *draft, struct tw_str text)
{
	struct tw_row_list *list = &reading->list;
	struct tw_row_note note = {.clock = draft->clock,
				   .number = draft->number,
				   .has_number = draft->has_number,
				   .receiver_missing = draft->receiver_missing,
				   .maybe_not_tcp = draft->maybe_not_tcp,
				   .needs_flags_row = draft->needs_flags_row,
				   .style = draft->style,
				   .section = tw_heading_section(&reading->headings),
				   .text = text};

	if (list->count >= TW_LIMIT_TYPED_ROWS || (list->count == list->capacity && !grow(list)) ||
	    !tw_hosts_resolve(&reading->hosts, draft->source, &note.ends[0]) ||
	    !tw_hosts_resolve(&reading->hosts, draft->destination, &note.ends[1]) ||
	    !name_by_ports(&reading->hosts, draft, note.ends)) {
		reading->typed->full = true;
		return false;
	}
	if (!draft->receiver_missing && tw_end_equal(&note.ends[0], &note.ends[1]) &&
	    !is_socket(&note.ends[0]))
		note.refused = why_endless(&note);

	struct tw_typed_row *row = &list->rows[list->count];

	*row = (struct tw_typed_row){
	    .segment = draft->segment, .part = reading->part, .labels = draft->labels};
	if (draft->is_icmp) {
		row->icmp = tw_arena_new(list->arena, sizeof(*row->icmp), 1);
		if (!row->icmp)
			return false;
		*row->icmp = draft->icmp;
	}
	set_window(&row->segment, draft);
	tw_note_set_ends(&row->segment, note.ends);
	list->notes[list->count++] = note;
	return true;
}

/* Frame numbers that skip, or a mark between rows, say that packets were left out. */
static void note_omission(struct reading *reading, const struct tw_row_draft *draft)
{
	bool numbered = draft->has_number && reading->last_number > 0;

	if (reading->list.count > 1 &&
	    (reading->elided || (numbered && draft->number > reading->last_number + 1)))
		reading->typed->rows_omitted = true;
	reading->elided = false;
	if (draft->has_number)
		reading->last_number = draft->number;
}

/* Mail wraps long rows: the numbers go on in the next line, behind a comma or as "Win=300". */
static bool goes_on(struct tw_tokens *tokens, const struct tw_row_draft *draft, uint8_t before)
{
	if (tw_token_at(tokens, 0)->kind != TW_TOKEN_NEWLINE || !tw_attribute_at(tokens, 1))
		return false;
	/* Old tcpdump sets no commas: "ack 1" and, wrapped, "win 65535". */
	if (draft->style == TW_ROW_TCPDUMP && !draft->has_window &&
	    tw_token_is(tw_token_at(tokens, 1), "win"))
		return true;
	return draft->style == TW_ROW_TCPDUMP ? before == TW_TOKEN_COMMA
					      : draft->style == TW_ROW_WIRESHARK &&
						    tw_token_at(tokens, 2)->kind == TW_TOKEN_EQUALS;
}

static void read_attributes(struct reading *reading, struct tw_row_draft *draft)
{
	uint8_t before = TW_TOKEN_END;

	for (unsigned i = 0; i < ROW_ATTRIBUTES_MAX; i++) {
		unsigned taken = tw_attribute_read(&reading->tokens, draft);

		if (taken == 0)
			taken = goes_on(&reading->tokens, draft, before);
		if (taken == 0)
			return;
		before = tw_token_at(&reading->tokens, 0)->kind;
		tw_tokens_advance(&reading->tokens, taken);
	}
}

static bool take_row(struct reading *reading, struct tw_row_draft *draft, unsigned taken)
{
	const struct tw_token *first = tw_token_at(&reading->tokens, 0);
	struct tw_str text =
	    tw_token_span(first->text, tw_token_at(&reading->tokens, taken - 1)->text);
	bool is_line_first = reading->line_rows == 0;

	draft->segment.text_line = first->line;
	flush_junk(reading);
	if (draft->style == TW_ROW_TCPDUMP && draft->clock.kind == TW_CLOCK_NONE && is_line_first)
		draft->clock = reading->line_clock;
	tw_tokens_advance(&reading->tokens, taken);
	read_attributes(reading, draft);
	/* tcpdump prints the length last: where it stands, no option was left out. */
	if (draft->style == TW_ROW_TCPDUMP && draft->has_window &&
	    tw_segment_knows(&draft->segment, TW_FIELD_LENGTH))
		draft->segment.known |= TW_FIELD_OPTIONS;
	if (!keep(reading, draft, text))
		return false;
	note_omission(reading, draft);
	for (unsigned i = 0; i < draft->extra_count; i++) {
		draft->number = draft->extra[i];
		draft->clock = (struct tw_clock){0};
		if (!keep(reading, draft, text))
			return false;
		note_omission(reading, draft);
	}
	reading->line_rows++;
	reading->place.fresh = true;
	reading->place.in_comment = false;
	return true;
}

static unsigned try_shapes(struct reading *reading, struct tw_row_draft *draft)
{
	for (size_t i = 0; i < TW_LEN(shapes); i++) {
		unsigned taken;

		/* Among details only what no detail can look like. */
		if (reading->line_is_detail && shapes[i] != tw_row_tcpdump &&
		    shapes[i] != tw_row_wireshark)
			continue;

		*draft = (struct tw_row_draft){0};
		taken = shapes[i](&reading->place, draft);
		if (taken > 0)
			return taken;
	}
	return 0;
}

static void skip_token(struct reading *reading)
{
	const struct tw_token *token = tw_token_at(&reading->tokens, 0);

	if (token->kind == TW_TOKEN_COMMENT) {
		reading->line_is_remark |= token->first;
		reading->place.in_comment = true;
		/* A row behind a mark at the line's start was merely marked off as a whole. */
		reading->place.fresh = token->first;
	} else {
		/* In prose a semicolon begins nothing; between rows it does. */
		reading->place.fresh = token->kind == TW_TOKEN_SEMICOLON && reading->line_rows > 0;
	}
	if (reading->junk.span.size == 0)
		reading->junk.span = token->text;
	else
		reading->junk.span = tw_token_span(reading->junk.span, token->text);
	tw_tokens_advance(&reading->tokens, 1);
}

/* "participant T as Tomcat": the label runs to the line's end. */
static void look_for_alias(struct reading *reading)
{
	static const char *const words[] = {"participant", "actor", NULL};
	struct tw_tokens *tokens = &reading->tokens;

	if (tw_token_is_any(tw_token_at(tokens, 0), words) &&
	    tw_row_is_name(tw_token_at(tokens, 1)) && tw_token_is(tw_token_at(tokens, 2), "as") &&
	    tw_token_at(tokens, 3)->kind == TW_TOKEN_WORD)
		reading->alias = (struct alias){.name = tw_token_at(tokens, 1)->text,
						.label = tw_token_at(tokens, 3)->text};
}

static void look_at_line_start(struct reading *reading, const struct tw_token *token)
{
	if (reading->line_text.size == 0) {
		reading->line_text = token->text;
		look_for_alias(reading);
		tw_clock_read(&reading->tokens, 0, &reading->line_clock);
	} else {
		reading->line_text = tw_token_span(reading->line_text, token->text);
	}
}

/* The row of a frame's number, where the numbers rise; else `count`. */
static size_t find_number(const struct tw_row_list *list, uint64_t number)
{
	size_t low = 0;
	size_t high = list->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (list->notes[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < list->count && list->notes[low].has_number && list->notes[low].number == number
		   ? low
		   : list->count;
}

static void learn_port(struct reading *reading, uint32_t port_id, struct tw_str text)
{
	uint16_t port;

	if (port_id < TW_PORT_ID_NAME || reading->learned_count == LEARNED_MAX ||
	    !tw_port_parse(text, &port))
		return;
	reading->learned[reading->learned_count++] =
	    (struct learned_port){.port_id = port_id, .number_id = 1 + (uint32_t)port};
}

/* A TCP header of details: of a row that the list shows already, or the row itself. */
static bool take_details(struct reading *reading, struct tw_row_draft *draft, unsigned taken)
{
	struct tw_row_list *list = &reading->list;
	size_t at = draft->has_number ? find_number(list, draft->number) : list->count;

	if (at == list->count) {
		reading->details.row = at + 1;
		return take_row(reading, draft, taken);
	}

	struct tw_segment *segment = &list->rows[at].segment;

	reading->details.row = at + 1;
	segment->ttl = draft->segment.ttl;
	segment->ip_id = draft->segment.ip_id;
	segment->known |= draft->segment.known & (TW_FIELD_TTL | TW_FIELD_IP_ID);
	learn_port(reading, list->notes[at].ends[0].port_id, draft->source.port);
	learn_port(reading, list->notes[at].ends[1].port_id, draft->destination.port);
	tw_tokens_advance(&reading->tokens, taken);
	read_attributes(reading, draft);
	return true;
}

/* What a detail says of the row that was made or found for it. */
static void complete_row(struct reading *reading, const struct tw_row_draft *draft,
			 enum tw_details_part part)
{
	struct tw_segment *segment = &reading->list.rows[reading->details.row - 1].segment;

	if (part == TW_DETAILS_FLAGS && !tw_segment_knows(segment, TW_FIELD_FLAGS)) {
		segment->flags = draft->segment.flags;
		segment->known |= TW_FIELD_FLAGS;
	} else if (part == TW_DETAILS_WINDOW && !tw_segment_knows(segment, TW_FIELD_WINDOW) &&
		   !tw_segment_knows(segment, TW_FIELD_WINDOW_SCALED)) {
		segment->window = (uint16_t)draft->window;
		segment->known |= TW_FIELD_WINDOW;
	}
}

/* True where a part of packet details was read; `*full` where a bound was met with it. */
static bool read_details(struct reading *reading, const struct tw_token *token, bool *full)
{
	struct tw_row_draft draft;
	enum tw_details_part part;
	unsigned taken;

	if (token->first && reading->details.active)
		reading->line_is_detail = tw_details_is_line(&reading->tokens);
	if (token->kind != TW_TOKEN_WORD)
		return false;
	taken = tw_details_read(&reading->details, &reading->tokens, &draft, &part);
	if (taken == 0)
		return false;
	reading->line_is_detail = true;
	if (part == TW_DETAILS_TCP) {
		*full = !take_details(reading, &draft, taken);
		return true;
	}
	if (part != TW_DETAILS_NOTED)
		complete_row(reading, &draft, part);
	tw_tokens_advance(&reading->tokens, taken);
	return true;
}

/* The whole line that begins with this token, blanks and table bars included. */
static struct tw_str raw_line(const struct tw_tokens *tokens, const struct tw_token *token)
{
	const char *begin = token->text.text;
	const char *end = tokens->source.text + tokens->source.size;
	const char *stop;

	while (begin > tokens->source.text && begin[-1] != '\n')
		begin--;
	stop = memchr(begin, '\n', (size_t)(end - begin));
	return (struct tw_str){begin, (size_t)((stop ? stop : end) - begin)};
}

/* The arrow below a packet of a flow graph says which hosts it ran between. */
static bool settle_arrow(struct reading *reading, const struct tw_end_text ends[2])
{
	struct tw_row_note *note = &reading->list.notes[reading->graph.row - 1];

	for (unsigned i = 0; i < 2; i++)
		if (!tw_hosts_resolve(&reading->hosts, ends[i], &note->ends[i]))
			return false;
	if (!tw_end_equal(&note->ends[0], &note->ends[1]))
		note->refused = NULL;
	tw_note_set_ends(&reading->list.rows[reading->graph.row - 1].segment, note->ends);
	reading->graph.row = 0;
	return true;
}

/* True where a line of a flow graph was read; `*full` where a bound was met with it. */
static bool read_graph(struct reading *reading, const struct tw_token *token, bool *full)
{
	struct tw_end_text ends[2] = {{.host = {0}}};
	struct tw_row_draft draft = {0};
	unsigned taken;

	switch (tw_flow_graph_look(&reading->graph, raw_line(&reading->tokens, token), ends)) {
	case TW_GRAPH_NONE:
		return false;
	case TW_GRAPH_PACKET:
		taken = tw_flow_graph_packet(&reading->tokens, &draft);
		if (taken == 0)
			return false;
		*full = !take_row(reading, &draft, taken);
		reading->graph.row = reading->list.count;
		return true;
	case TW_GRAPH_ARROW:
		if (reading->graph.row > 0)
			*full = !settle_arrow(reading, ends);
		break;
	case TW_GRAPH_HEAD:
		break;
	}
	while (!tw_token_ends_line(tw_token_at(&reading->tokens, 0)))
		tw_tokens_advance(&reading->tokens, 1);
	return true;
}

static unsigned tokens_of_line(struct tw_tokens *tokens)
{
	unsigned count = 0;

	while (!tw_token_ends_line(tw_token_at(tokens, count)))
		count++;
	return count;
}

/* True where a line of a table of sightings was read; `*full` where a bound was met with it. */
static bool read_sightings(struct reading *reading, const struct tw_token *token, bool *full)
{
	struct tw_row_draft draft = {0};

	switch (tw_sightings_look(&reading->sightings, raw_line(&reading->tokens, token), &draft)) {
	case TW_SIGHTINGS_NONE:
		return false;
	case TW_SIGHTINGS_HEAD:
		tw_tokens_advance(&reading->tokens, tokens_of_line(&reading->tokens));
		return true;
	case TW_SIGHTINGS_ROW:
		tw_clock_read(&reading->tokens, 0, &draft.clock);
		*full = !take_row(reading, &draft, tokens_of_line(&reading->tokens));
		return true;
	}
	return false;
}

static bool in_window(const struct tw_token *token)
{
	/* Only these begin rows; a comma or a bracket ends what stood before. */
	return token->kind == TW_TOKEN_WORD || token->kind == TW_TOKEN_OPEN ||
	       token->kind == TW_TOKEN_PAREN_OPEN;
}

static void read_text(struct reading *reading)
{
	bool full = false;

	begin_line(reading);
	while (!full) {
		const struct tw_token *token = tw_token_at(&reading->tokens, 0);
		struct tw_row_draft draft;
		unsigned taken;

		if (tw_token_ends_line(token)) {
			end_line(reading, token->line);
			if (token->kind == TW_TOKEN_END)
				return;
			tw_tokens_advance(&reading->tokens, 1);
			begin_line(reading);
			continue;
		}
		if (token->first &&
		    (read_graph(reading, token, &full) || read_sightings(reading, token, &full)))
			continue;
		look_at_line_start(reading, token);
		if (read_details(reading, token, &full))
			continue;
		taken = in_window(token) ? try_shapes(reading, &draft) : 0;
		if (taken == 0)
			skip_token(reading);
		else if (!take_row(reading, &draft, taken))
			return;
	}
}

/* Takes the refused rows out of the list. */
static void drop_refused(struct reading *reading)
{
	struct tw_row_list *list = &reading->list;
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (list->notes[i].refused) {
			reading->part = list->rows[i].part;
			add_foreign(reading, list->rows[i].segment.text_line, list->notes[i].text,
				    list->notes[i].refused);
			continue;
		}
		list->rows[kept] = list->rows[i];
		list->notes[kept++] = list->notes[i];
	}
	list->count = kept;
}

/* Last of all: once a name reads otherwise, it cannot be looked up any more. */
static void settle_aliases(struct reading *reading)
{
	uint32_t numbers[ALIASES_MAX];
	bool met[ALIASES_MAX];

	for (unsigned i = 0; i < reading->alias_count; i++) {
		const struct alias *alias = &reading->aliases[i];

		met[i] = reading->list.count > 0 && alias->label.size <= TW_LIMIT_NAME_BYTES &&
			 tw_hosts_find(&reading->hosts, alias->name, &numbers[i]);
		if (!met[i])
			add_foreign(reading, alias->line, alias->text, "no packet found in it");
	}
	for (unsigned i = 0; i < reading->alias_count; i++)
		if (met[i])
			reading->hosts.names[numbers[i]] = reading->aliases[i].label;
}

/* Rows with a service's name get the number that details gave it. */
static void apply_learned(struct reading *reading)
{
	struct tw_row_list *list = &reading->list;

	for (size_t i = 0; i < list->count && reading->learned_count > 0; i++) {
		for (unsigned k = 0; k < 2 * reading->learned_count; k++) {
			const struct learned_port *learned = &reading->learned[k / 2];

			if (list->notes[i].ends[k % 2].port_id == learned->port_id)
				list->notes[i].ends[k % 2].port_id = learned->number_id;
		}
		tw_note_set_ends(&list->rows[i].segment, list->notes[i].ends);
	}
}

/* Headings that set nothing apart are lines like others. */
static void settle_headings(struct reading *reading)
{
	const struct tw_headings *headings = &reading->headings;

	if (tw_headings_settle(headings, &reading->list))
		return;
	for (uint32_t i = 0; i < headings->count; i++)
		if (headings->lines[i] > 0)
			add_foreign(reading, headings->lines[i], headings->names[i],
				    "no packet found in it");
}

static bool settle(struct reading *reading)
{
	struct tw_typed *typed = reading->typed;
	struct tw_row_list *list = &reading->list;

	apply_learned(reading);
	tw_receivers_find(list);
	tw_senders_find(list);
	settle_headings(reading);
	tw_copies_refuse(list);
	if (!tw_connections_find(list, &typed->connection_count) ||
	    !tw_translations_join(list, &typed->connection_count) ||
	    !tw_numbers_settle(list, typed->connection_count) ||
	    !tw_doubts_find(list, typed->connection_count))
		return false;
	drop_refused(reading);
	tw_order_settle(list, typed);
	settle_aliases(reading);
	if (!tw_headings_name(&reading->headings, list, typed))
		return false;
	typed->rows = list->rows;
	typed->row_count = list->count;
	typed->names = reading->hosts.names;
	typed->name_count = reading->hosts.name_count;
	return true;
}

static bool is_later(const struct tw_foreign_line *a, const struct tw_foreign_line *b)
{
	return a->part != b->part ? a->part > b->part : a->line > b->line;
}

/* By line: refused rows were added last. The list is short (TW_LIMIT_FOREIGN_LINES). */
static void sort_foreign(struct reading *reading)
{
	for (size_t i = 1; i < reading->typed->foreign_count; i++) {
		struct tw_foreign_line moved = reading->foreign[i];
		size_t to = i;

		for (; to > 0 && is_later(&reading->foreign[to - 1], &moved); to--)
			reading->foreign[to] = reading->foreign[to - 1];
		reading->foreign[to] = moved;
	}
}

static void keep_foreign(struct reading *reading, struct tw_arena *arena)
{
	struct tw_typed *typed = reading->typed;

	sort_foreign(reading);
	typed->foreign = tw_arena_new(arena, sizeof(*typed->foreign), typed->foreign_count + 1);
	if (!typed->foreign) {
		typed->foreign_count = 0;
		typed->full = true;
		return;
	}
	memcpy(typed->foreign, reading->foreign, typed->foreign_count * sizeof(*typed->foreign));
}

/* Each text alone: nothing of the one before is left but its rows. */
static void read_part(struct reading *reading, const struct tw_typed_part *part)
{
	reading->typed->full |= part->text.size > TW_LIMIT_TEXT_BYTES;
	tw_tokens_start(&reading->tokens, tw_str_head(part->text, TW_LIMIT_TEXT_BYTES));
	reading->place.core_known = 0;
	reading->details = (struct tw_details){0};
	reading->graph = (struct tw_flow_graph){0};
	reading->sightings = (struct tw_sightings){0};
	reading->elided = false;
	reading->last_number = 0;
	if (part->name.size > 0)
		tw_heading_set(&reading->headings, part->name);
	read_text(reading);
}

size_t tw_typed_parse_parts(const struct tw_typed_part *parts, size_t count, struct tw_arena *arena,
			    struct tw_typed *typed)
{
	struct reading *reading;

	*typed = (struct tw_typed){0};
	reading = tw_arena_new(arena, sizeof(*reading), 1);
	if (!reading || !tw_hosts_start(&reading->hosts, arena)) {
		typed->full = true;
		return 0;
	}
	reading->typed = typed;
	reading->list.arena = arena;
	reading->place.tokens = &reading->tokens;
	reading->place.hosts = &reading->hosts;
	for (size_t i = 0; i < count && !typed->full; i++) {
		reading->part = (uint32_t)i;
		read_part(reading, &parts[i]);
	}
	if (!settle(reading)) {
		typed->full = true;
		typed->connection_count = 0;
	}
	keep_foreign(reading, arena);
	for (size_t i = 0; i < typed->row_count; i++)
		tw_typed_payload_hint(typed->rows[i].labels, typed->rows[i].comment,
				      &typed->rows[i].segment);
	return typed->row_count;
}

size_t tw_typed_parse(struct tw_str text, struct tw_arena *arena, struct tw_typed *typed)
{
	struct tw_typed_part whole = {.text = text};

	return tw_typed_parse_parts(&whole, 1, arena, typed);
}

struct tw_str tw_typed_name(const struct tw_typed *typed, const struct tw_address *address)
{
	size_t number = 0;

	if (address->kind != TW_ADDRESS_NAME)
		return TW_STR("");
	for (unsigned i = 0; i < 4; i++)
		number = number << 8 | address->bytes[i];
	if (number >= typed->name_count)
		return TW_STR("");
	return typed->names[number];
}
