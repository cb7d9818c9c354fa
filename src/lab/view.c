/* view.c: deeds, kernel events and segments, sorted by time into three columns. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/view.h"

#include "explain/words.h"
#include "lab/trace_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	TIME_COLUMNS = 10,
	GAP = 2,
	ROWS_SHOWN = 150,
	ROWS_AT_START = 70,
	/* So many plain data segments and acknowledgments in a row are told by their number. */
	FOLD_FROM = 6,
	CELL_BYTES = 320,
};

enum column { CLIENT_COLUMN, WIRE_COLUMN, SERVER_COLUMN, COLUMNS };

struct row {
	int64_t at_ns;
	size_t order; /* of equal times: as they were collected */
	enum column column;
	bool plain_segment; /* may be folded with its neighbours */
	enum lab_way way;
	uint64_t payload_bytes;
	char text[CELL_BYTES];
};

struct rows {
	struct row *list;
	size_t count;
	size_t capacity;
};

static struct row *add_row(struct rows *rows, int64_t at_ns, enum column column)
{
	if (rows->count == rows->capacity)
		return NULL;
	rows->list[rows->count] =
	    (struct row){.at_ns = at_ns, .order = rows->count, .column = column};
	return &rows->list[rows->count++];
}

static void set_text(struct row *row, const struct tw_buf *text)
{
	size_t size = text->size < CELL_BYTES - 1 ? text->size : CELL_BYTES - 1;

	if (text->text)
		memcpy(row->text, text->text, size);
	row->text[size] = '\0';
}

static enum column column_of(enum lab_host_name host)
{
	return host == LAB_CLIENT ? CLIENT_COLUMN : SERVER_COLUMN;
}

/* ---- what is collected ---- */

static void add_deeds(struct rows *rows, const struct lab_run *run)
{
	struct tw_buf text = tw_buf_of(CELL_BYTES);

	for (size_t i = 0; i < run->diary_count; i++) {
		const struct lab_deed *deed = &run->diary[i];
		struct row *row =
		    add_row(rows, deed->at_ns, deed->by_wire ? WIRE_COLUMN : column_of(deed->host));

		if (!row)
			break;
		tw_buf_clear(&text);
		if (deed->by_wire)
			tw_buf_add_text(&text, "* ");
		if (!deed->by_wire && deed->host == LAB_OTHER)
			tw_buf_add_text(&text, "[other host] ");
		if (run->connection_count > 1 && deed->connection > 0)
			tw_buf_printf(&text, "[%" PRIu32 "] ", deed->connection);
		tw_buf_add_safe(&text, tw_str_of(deed->text));
		set_text(row, &text);
	}
	tw_buf_free(&text);
}

/* "TCP_CLOSE_WAIT" -> "CLOSE-WAIT", as RFC 9293 writes it. */
static void add_state(struct tw_buf *text, const char *state)
{
	const char *name = strncmp(state, "TCP_", 4) == 0 ? state + 4 : state;

	for (; *name; name++)
		tw_buf_add_char(text, *name == '_' ? '-' : *name);
}

static void describe_event(struct tw_buf *text, const struct lab_event *event)
{
	tw_buf_add_text(text, "kernel: ");
	switch (event->kind) {
	case LAB_RESET_SENT:
		tw_buf_add_text(text, "RST");
		if (event->reason[0])
			tw_buf_printf(text, ", %s", event->reason);
		break;
	case LAB_RESET_RECEIVED:
		tw_buf_add_text(text, "destroys the socket");
		break;
	case LAB_STATE_CHANGED:
		add_state(text, event->old_state);
		tw_buf_add_text(text, " -> ");
		add_state(text, event->state);
		break;
	case LAB_DROPPED:
		tw_buf_printf(text, "drop, %s", event->reason);
		break;
	}
}

static void add_events(struct rows *rows, const struct lab_run *run)
{
	struct tw_buf text = tw_buf_of(CELL_BYTES);

	for (size_t i = 0; i < run->event_count; i++) {
		const struct lab_event *event = &run->events[i];
		enum lab_host_name host = lab_trace_text_host(&run->addresses, event->local);
		/* A drop is told without addresses; it stands beside the wire. */
		enum column column = event->local[0] == '\0' ? WIRE_COLUMN : column_of(host);
		struct row *row = add_row(rows, event->at_ns, column);

		if (!row)
			break;
		tw_buf_clear(&text);
		describe_event(&text, event);
		set_text(row, &text);
	}
	tw_buf_free(&text);
}

static void describe_segment(struct tw_buf *text, const struct lab_passed *passed, bool lost)
{
	struct tw_buf label = tw_buf_of(CELL_BYTES);

	if (passed->icmp)
		tw_buf_add_text(&label, "ICMP");
	else
		tw_words_flags(&label, passed->flags);
	if (passed->payload_bytes > 0)
		tw_buf_printf(&label, " len=%" PRIu32, passed->payload_bytes);
	if (passed->way == LAB_TO_SERVER)
		tw_buf_printf(text, "-- %s --%s", label.text, lost ? "x" : ">");
	else
		tw_buf_printf(text, "%s-- %s --", lost ? "x" : "<", label.text);
	if (passed->forged)
		tw_buf_add_text(text, " forged");
	tw_buf_free(&label);
}

static void add_segment(struct rows *rows, const struct lab_passed *passed, bool lost)
{
	struct row *row = add_row(rows, passed->at_ns, WIRE_COLUMN);
	struct tw_buf text = tw_buf_of(CELL_BYTES);

	if (!row)
		return;
	row->plain_segment = !passed->icmp && !passed->forged && !lost &&
			     !(passed->flags & (TW_SYN | TW_FIN | TW_RST));
	row->way = passed->way;
	row->payload_bytes = passed->payload_bytes;
	describe_segment(&text, passed, lost);
	set_text(row, &text);
	tw_buf_free(&text);
}

/* Segments in the middle, and those that a host sent and that never came there. */
static void add_segments(struct rows *rows, struct lab_wire *wire)
{
	size_t count = lab_wire_passed_count(wire);
	uint32_t highest = 0;
	uint8_t *came;

	for (size_t i = 0; i < count; i++) {
		struct lab_passed passed = lab_wire_passed(wire, i);

		highest = passed.id > highest ? passed.id : highest;
	}
	came = calloc(highest + (size_t)1, 1);
	for (size_t i = 0; came && i < count; i++) {
		struct lab_passed passed = lab_wire_passed(wire, i);

		if (passed.point != LAB_AT_MIDDLE)
			continue;
		came[passed.id] = 1;
		add_segment(rows, &passed, false);
	}
	for (size_t i = 0; came && i < count; i++) {
		struct lab_passed passed = lab_wire_passed(wire, i);

		if (!came[passed.id] && !passed.forged) {
			came[passed.id] = 1;
			add_segment(rows, &passed, true);
		}
	}
	free(came);
}

static int by_time(const void *a, const void *b)
{
	const struct row *x = a;
	const struct row *y = b;

	if (x->at_ns != y->at_ns)
		return x->at_ns < y->at_ns ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* Replaces a long run of plain segments by its first, one line about the rest, and its last. */
static size_t fold(struct row *rows, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count;) {
		size_t end = i;
		uint64_t bytes[LAB_WAYS] = {0};

		while (end < count && rows[end].plain_segment)
			end++;
		for (size_t hidden = i + 1; hidden + 1 < end; hidden++)
			bytes[rows[hidden].way] += rows[hidden].payload_bytes;
		if (end - i < FOLD_FROM) {
			rows[kept++] = rows[i++];
			continue;
		}
		rows[kept++] = rows[i];
		rows[kept] = rows[i + 1];
		rows[kept].plain_segment = false;
		(void)snprintf(rows[kept].text, CELL_BYTES,
			       "... %zu more: %" PRIu64 " bytes >, %" PRIu64 " bytes <",
			       end - i - 2, bytes[LAB_TO_SERVER], bytes[LAB_TO_CLIENT]);
		kept++;
		rows[kept++] = rows[end - 1];
		i = end;
	}
	return kept;
}

/* ---- how it is printed ---- */

/* The part of `text` that fits into `width` columns, broken at a blank where there is one. */
static size_t piece(const char *text, size_t width)
{
	size_t size = strlen(text);

	if (size <= width)
		return size;
	for (size_t at = width; at > width / 3; at--)
		if (text[at] == ' ')
			return at;
	return width;
}

static size_t column_start(enum column column, size_t width)
{
	return TIME_COLUMNS + GAP + (size_t)column * (width + GAP);
}

static void print_row(struct tw_buf *out, const struct row *row, int64_t began_ns, size_t width)
{
	const char *rest = row->text;
	size_t indent = 0;

	tw_buf_printf(out, "%*.4f", TIME_COLUMNS, (double)(row->at_ns - began_ns) / 1e9);
	tw_buf_fill(out, ' ', column_start(row->column, width) - TIME_COLUMNS);
	for (;;) {
		size_t size = piece(rest, width - indent);

		tw_buf_add(out, tw_str_head(tw_str_of(rest), size));
		tw_buf_add_char(out, '\n');
		rest += size;
		while (*rest == ' ')
			rest++;
		if (*rest == '\0')
			return;
		indent = 2;
		tw_buf_fill(out, ' ', column_start(row->column, width) + indent);
	}
}

static void print_head(struct tw_buf *out, const struct lab_run *run, size_t width)
{
	static const char *const names[COLUMNS] = {"the client", "the wire, in the middle",
						   "the server"};
	size_t used = TIME_COLUMNS + GAP;

	tw_buf_printf(out, "%*s", TIME_COLUMNS, "seconds");
	tw_buf_fill(out, ' ', GAP);
	for (enum column column = 0; column < COLUMNS; column++) {
		tw_buf_fill(out, ' ', column_start(column, width) - used);
		tw_buf_add_text(out, names[column]);
		used = column_start(column, width) + strlen(names[column]);
	}
	if (run->plan->has_other)
		tw_buf_add_text(out, " and the other host");
	tw_buf_add_char(out, '\n');
}

void lab_view_run(struct tw_buf *out, const struct lab_run *run, const struct tw_text_style *style)
{
	struct rows rows = {0};
	/* Three accounts need the whole page; a narrower terminal breaks the lines itself. */
	const size_t width = (TW_TEXT_WIDTH_MAX - TIME_COLUMNS - COLUMNS * GAP) / COLUMNS;
	size_t skipped;

	rows.capacity = run->diary_count + run->event_count + lab_wire_passed_count(run->wire) + 1;
	rows.list = calloc(rows.capacity, sizeof(*rows.list));
	if (!rows.list)
		return;
	add_deeds(&rows, run);
	add_events(&rows, run);
	add_segments(&rows, run->wire);
	qsort(rows.list, rows.count, sizeof(*rows.list), by_time);
	rows.count = fold(rows.list, rows.count);
	skipped = rows.count > ROWS_SHOWN ? rows.count - ROWS_SHOWN : 0;

	tw_text_heading(out, "What the programs did, what the wire saw, what the kernels said",
			style);
	print_head(out, run, width);
	for (size_t i = 0; i < rows.count; i++) {
		if (skipped > 0 && i == ROWS_AT_START) {
			tw_buf_printf(out, "%*s  %zu more lines\n", TIME_COLUMNS, "...", skipped);
			i += skipped - 1;
			continue;
		}
		print_row(out, &rows.list[i], run->began_ns, width);
	}
	free(rows.list);
}

/* ---- the plan ---- */

static void add_text_line(struct tw_buf *out, struct tw_str text, const struct tw_text_style *style)
{
	tw_text_wrap(out, text, 0, 0, style);
}

static double milliseconds(int64_t ns)
{
	return (double)ns / 1e6;
}

static void describe_settings(struct tw_buf *text, const struct lab_plan *plan)
{
	static const char *const talks[] = {[LAB_TALK_HTTP] = "HTTP",
					    [LAB_TALK_LINES] = "lines of text",
					    [LAB_TALK_RECORDS] = "binary records"};

	tw_buf_printf(text,
		      "Drawn from seed %" PRIu64 ": %s, time stamps %s, %s on port %u; one way "
		      "takes %.1f + %.1f ms",
		      plan->seed, plan->ip6 ? "IPv6" : "IPv4", plan->timestamps ? "on" : "off",
		      talks[plan->talk], plan->port, milliseconds(plan->delay_ns[LAB_CLIENT_LEG]),
		      milliseconds(plan->delay_ns[LAB_SERVER_LEG]));
	if (plan->jitter_ns[LAB_CLIENT_LEG] || plan->jitter_ns[LAB_SERVER_LEG])
		tw_buf_printf(text, " and up to %.1f + %.1f ms more",
			      milliseconds(plan->jitter_ns[LAB_CLIENT_LEG]),
			      milliseconds(plan->jitter_ns[LAB_SERVER_LEG]));
	tw_buf_printf(text, ", over %u + %u hops; offload %s", plan->hops[LAB_CLIENT_LEG],
		      plan->hops[LAB_SERVER_LEG], plan->offload ? "on" : "off");
	for (size_t i = 0; i < plan->role_count; i++) {
		tw_buf_add_text(text, i == 0 ? ". The " : ", the ");
		tw_buf_add_safe(text, plan->roles[i].name);
		tw_buf_printf(text, " is the %s", lab_host_text(plan->roles[i].host));
	}
	tw_buf_add_text(text, ".");
	for (enum lab_host_name host = 0; host < LAB_HOSTS; host++)
		if (plan->stacks[host] != LAB_STACK_LINUX)
			tw_buf_printf(text,
				      " The %s is played as %s: its Linux segments are "
				      "rewritten into that stack's measured shapes.",
				      lab_host_text(host), lab_stack_word(plan->stacks[host]));
}

void lab_view_plan(struct tw_buf *out, const struct lab_plan *plan,
		   const struct tw_text_style *style)
{
	struct tw_buf text = tw_buf_of(64 * 1024);

	tw_buf_add_safe(&text, plan->name);
	tw_buf_add_text(&text, ": ");
	tw_buf_add_safe(&text, plan->title);
	tw_text_colored(out, tw_text_bold, text.text, style);
	tw_buf_add_text(out, "\n\n");
	add_text_line(out, plan->story, style);
	tw_buf_clear(&text);
	describe_settings(&text, plan);
	tw_buf_add_char(out, '\n');
	add_text_line(out, tw_buf_str(&text), style);
	tw_buf_free(&text);
}
