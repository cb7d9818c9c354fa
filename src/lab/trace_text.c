/* trace_text.c: reads what tracefs prints: events, the format of events, counts of lost ones. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/trace_text.h"

#include "base/time.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PORT_MAX = 65535 };

/* The longest name of a task has 15 characters: none can pretend to be one of the first three. */
static const struct {
	struct tw_str mark;
	enum lab_event_kind kind;
} events[] = {
    {TW_STR_INIT(": tcp_send_reset: "), LAB_RESET_SENT},
    {TW_STR_INIT(": tcp_receive_reset: "), LAB_RESET_RECEIVED},
    {TW_STR_INIT(": inet_sock_set_state: "), LAB_STATE_CHANGED},
    {TW_STR_INIT(": kfree_skb: "), LAB_DROPPED},
};

/* Drops of other protocols and layers are not TCP's; those of TCP in passing are no drops. */
static const struct tw_str drops_that_tell[] = {
    TW_STR_INIT("NO_SOCKET"),	  TW_STR_INIT("SOCKET_BACKLOG"), TW_STR_INIT("SOCKET_RCVBUFF"),
    TW_STR_INIT("SOCKET_FILTER"), TW_STR_INIT("PROTO_MEM"),
};
static const struct tw_str drops_of_tcp = TW_STR_INIT("TCP_");
static const struct tw_str drops_in_passing[] = {
    TW_STR_INIT("TCP_OFOMERGE"), /* two queued segments became one */
};

/* ---- words and numbers ---- */

/* The value of `key`, whose text contains what stands between it and its value ("sport="); empty
 * where there is none. */
static struct tw_str value_of(struct tw_str fields, const char *key)
{
	struct tw_str wanted = tw_str_of(key);

	while (fields.size > 0) {
		struct tw_str field = tw_str_take_until(&fields, ' ');

		if (tw_str_starts(field, wanted))
			return tw_str_from(field, wanted.size);
	}
	return (struct tw_str){0};
}

/* Without an ending: what does not fit is cut. */
static void copy(char *to, size_t capacity, struct tw_str from)
{
	size_t size = tw_min_size(from.size, capacity - 1);

	if (size > 0)
		memcpy(to, from.text, size);
	to[size] = '\0';
}

static bool is_one_of(struct tw_str word, const struct tw_str list[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (tw_str_equal(word, list[i]))
			return true;
	return false;
}

/* ---- endpoints ---- */

struct endpoint {
	bool ip6;
	uint8_t address[16];
	uint64_t port;
};

/* "10.1.2.3:80" or "[fd00::1]:80" */
static bool read_endpoint(struct tw_str text, struct endpoint *endpoint)
{
	char address[LAB_ADDRESS_TEXT];
	struct tw_str host = text;

	*endpoint = (struct endpoint){.ip6 = text.size > 0 && text.text[0] == '['};
	if (endpoint->ip6) {
		text = tw_str_from(text, 1);
		host = tw_str_take_until(&text, ']');
		if (text.size == 0 || text.text[0] != ':')
			return false;
		text = tw_str_from(text, 1);
	} else {
		host = tw_str_take_until(&text, ':');
	}
	if (host.size >= sizeof(address))
		return false;
	copy(address, sizeof(address), host);
	return inet_pton(endpoint->ip6 ? AF_INET6 : AF_INET, address, endpoint->address) == 1 &&
	       tw_str_take_number(&text, PORT_MAX, &endpoint->port) && text.size == 0;
}

static bool is_unspecified(const struct endpoint *endpoint)
{
	static const uint8_t nobody[16];

	return memcmp(endpoint->address, nobody, sizeof(nobody)) == 0;
}

/* Leaves `to` empty where the kernel knew neither address nor port, or wrote no endpoint. */
static void set_endpoint(char *to, size_t capacity, struct tw_str text)
{
	struct endpoint endpoint;
	bool known =
	    read_endpoint(text, &endpoint) && (!is_unspecified(&endpoint) || endpoint.port != 0);

	copy(to, capacity, known ? text : (struct tw_str){0});
}

/* Events that print address and port apart. An IPv6 socket's IPv4 address means nothing. */
static void set_endpoint_apart(char *to, size_t capacity, struct tw_str fields, const char *ip4_key,
			       const char *ip6_key, const char *port_key)
{
	bool ip6 = tw_str_equal(value_of(fields, "family="), TW_STR("AF_INET6"));
	struct tw_str address = value_of(fields, ip6 ? ip6_key : ip4_key);
	struct tw_str port = value_of(fields, port_key);
	char text[LAB_ADDRESS_TEXT + 8];
	int size = snprintf(text, sizeof(text), ip6 ? "[%.*s]:%.*s" : "%.*s:%.*s",
			    (int)tw_min_size(address.size, LAB_ADDRESS_TEXT), address.text,
			    (int)tw_min_size(port.size, 5), port.text);

	set_endpoint(to, capacity, size > 0 ? tw_str_of(text) : (struct tw_str){0});
}

enum lab_host_name lab_trace_text_host(const struct lab_addresses *addresses, const char *text)
{
	struct endpoint endpoint;
	size_t size = addresses->ip6 ? 16 : 4;

	if (!read_endpoint(tw_str_of(text), &endpoint) || endpoint.ip6 != addresses->ip6 ||
	    is_unspecified(&endpoint))
		return LAB_HOSTS;
	for (enum lab_host_name host = 0; host < LAB_HOSTS; host++)
		if (memcmp(endpoint.address, addresses->bytes[host], size) == 0)
			return host;
	return LAB_HOSTS;
}

/* ---- events ---- */

/* For all events but one, "s" is the socket's own end. For tcp_send_reset it is the sender of
 * the RST in every case (Linux 6.10 and later; tcp_event_sk_skb before): TP_fast_assign() takes
 * the ends of a full socket, which is the one that resets, and those of the segment that is
 * answered the other way round where there is none, or one in TIME_WAIT or SYN_RECV. A listener
 * is a full socket too: its resets name the listener, and 0.0.0.0:0 as their receiver. */
static void set_endpoints(struct lab_event *event, struct tw_str fields)
{
	struct tw_str source = value_of(fields, "src=");

	if (source.size > 0) {
		set_endpoint(event->local, sizeof(event->local), source);
		set_endpoint(event->remote, sizeof(event->remote), value_of(fields, "dest="));
		return;
	}
	set_endpoint_apart(event->local, sizeof(event->local), fields,
			   "saddr=", "saddrv6=", "sport=");
	set_endpoint_apart(event->remote, sizeof(event->remote), fields,
			   "daddr=", "daddrv6=", "dport=");
}

static void set_members(struct lab_event *event, struct tw_str fields)
{
	struct tw_str state = value_of(fields, "state=");
	struct tw_str reason = value_of(fields, "reason=");

	switch (event->kind) {
	case LAB_RESET_SENT:
		if (tw_str_equal(state, TW_STR("UNKNOWN")))
			state.size = 0;
		break;
	case LAB_RESET_RECEIVED:
		break;
	case LAB_STATE_CHANGED:
		state = value_of(fields, "newstate=");
		copy(event->old_state, sizeof(event->old_state), value_of(fields, "oldstate="));
		break;
	case LAB_DROPPED: {
		size_t at = tw_str_find(fields, TW_STR(" reason: "));

		if (at != SIZE_MAX)
			reason = tw_str_trim(tw_str_from(fields, at + sizeof(" reason:")));
		break;
	}
	}
	copy(event->state, sizeof(event->state), state);
	copy(event->reason, sizeof(event->reason), reason);
}

/* The time is the last word of `head`: "<...>-16079 [000] ..s1. 11434.440927". */
static bool read_time(struct tw_str head, int64_t *at_ns)
{
	size_t begin = head.size;

	while (begin > 0 && head.text[begin - 1] != ' ')
		begin--;
	return tw_parse_seconds(tw_str_from(head, begin), at_ns);
}

bool lab_trace_text_event(struct tw_str line, struct lab_event *event)
{
	line = tw_str_trim(line);
	for (size_t i = 0; i < TW_LEN(events); i++) {
		size_t at = tw_str_find(line, events[i].mark);

		if (at == SIZE_MAX)
			continue;
		struct tw_str fields = tw_str_from(line, at + events[i].mark.size);

		*event = (struct lab_event){.kind = events[i].kind};
		set_endpoints(event, fields);
		set_members(event, fields);
		return read_time(tw_str_head(line, at), &event->at_ns);
	}
	return false;
}

/* ---- formats and statistics ---- */

bool lab_trace_text_has_field(struct tw_str format, const char *name)
{
	struct tw_str wanted = tw_str_of(name);

	while (format.size > 0) {
		struct tw_str line = tw_str_trim(tw_str_take_until(&format, '\n'));
		struct tw_str declared = tw_str_take_until(&line, ';');
		struct tw_str word = {0};

		if (!tw_str_starts(declared, TW_STR("field:")))
			continue;
		while (declared.size > 0)
			word = tw_str_take_until(&declared, ' ');
		if (tw_str_equal(tw_str_take_until(&word, '['), wanted))
			return true;
	}
	return false;
}

static bool tells_about_tcp(struct tw_str drop)
{
	if (is_one_of(drop, drops_in_passing, TW_LEN(drops_in_passing)))
		return false;
	return tw_str_starts(drop, drops_of_tcp) ||
	       is_one_of(drop, drops_that_tell, TW_LEN(drops_that_tell));
}

/* The table of names: "__print_symbolic(REC->reason, { 2, "NOT_SPECIFIED" }, { 3, ...". */
void lab_trace_text_add_drop_filter(struct tw_str format, struct tw_buf *filter)
{
	const struct tw_str table = TW_STR("__print_symbolic(REC->reason,");
	const char *between = "";
	size_t at = tw_str_find(format, table);

	if (at == SIZE_MAX)
		return;
	format = tw_str_from(format, at + table.size);
	while (format.size > 0) {
		uint64_t number;

		(void)tw_str_take_until(&format, '{');
		format = tw_str_trim(format);
		/* A name of an enum instead: this kernel cannot be asked by number. */
		if (!tw_str_take_number(&format, INT32_MAX, &number))
			continue;
		(void)tw_str_take_until(&format, '"');
		if (!tells_about_tcp(tw_str_take_until(&format, '"')))
			continue;
		tw_buf_printf(filter, "%sreason==%" PRIu64, between, number);
		between = "||";
	}
}

bool lab_trace_text_tells_loss(struct tw_str stats)
{
	static const struct tw_str losses[] = {
	    TW_STR_INIT("overrun"),
	    TW_STR_INIT("commit overrun"),
	    TW_STR_INIT("dropped events"),
	};

	while (stats.size > 0) {
		struct tw_str line = tw_str_take_until(&stats, '\n');
		struct tw_str name = tw_str_take_until(&line, ':');

		if (is_one_of(name, losses, TW_LEN(losses)) &&
		    !tw_str_equal(tw_str_trim(line), TW_STR("0")))
			return true;
	}
	return false;
}
