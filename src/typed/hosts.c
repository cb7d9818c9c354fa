/* hosts.c: parsing of ends, and names by number through an open hash table. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/hosts.h"

#include "base/limits.h"

#include <arpa/inet.h>
#include <string.h>
#include <xxhash.h>

/* A power of two, at least twice TW_LIMIT_NAMES, so that probing stays short. */
enum { HOSTS_SLOTS = 16384, HOSTS_NAMES_FIRST = 16, SERVICE_BYTES_MAX = 20 };

_Static_assert(HOSTS_SLOTS >= 2 * TW_LIMIT_NAMES, "the table of names must stay half empty");

static const struct {
	const char *name;
	uint16_t port;
} services[] = {
    {"http", 80},	{"https", 443},		 {"http-alt", 8080},	{"ssh", 22},
    {"ftp", 21},	{"ftp-data", 20},	 {"telnet", 23},	{"smtp", 25},
    {"domain", 53},	{"pop3", 110},		 {"pop3s", 995},	{"imap", 143},
    {"imap2", 143},	{"imaps", 993},		 {"submission", 587},	{"ldap", 389},
    {"ldaps", 636},	{"nfs", 2049},		 {"mysql", 3306},	{"postgresql", 5432},
    {"ms-sql-s", 1433}, {"ms-wbt-server", 3389}, {"microsoft-ds", 445}, {"netbios-ssn", 139},
    {"epmap", 135},	{"sunrpc", 111},	 {"bgp", 179},		{"kerberos", 88},
    {"mqtt", 1883},	{"amqp", 5672},		 {"rtsp", 554},		{"sip", 5060},
};

static uint64_t hash_name(const struct tw_hosts *hosts, struct tw_str name)
{
	char lower[TW_LIMIT_NAME_BYTES];
	size_t size = tw_min_size(name.size, sizeof(lower));

	for (size_t i = 0; i < size; i++)
		lower[i] = tw_char_lower(name.text[i]);
	return XXH3_64bits_withSeed(lower, size, hosts->seed);
}

/* The slot that holds the name, or the free one where it belongs. */
static uint32_t *slot_of(const struct tw_hosts *hosts, struct tw_str name)
{
	uint64_t at = hash_name(hosts, name);

	for (;; at++) {
		uint32_t *slot = &hosts->slots[at % HOSTS_SLOTS];

		if (*slot == 0 || tw_str_equal_nocase(hosts->names[*slot - 1], name))
			return slot;
	}
}

bool tw_hosts_start(struct tw_hosts *hosts, struct tw_arena *arena)
{
	*hosts = (struct tw_hosts){.arena = arena};
	/* An address that differs from run to run: nobody can craft names that all collide. */
	hosts->seed = (uint64_t)(uintptr_t)arena;
	hosts->slots = tw_arena_new(arena, sizeof(*hosts->slots), HOSTS_SLOTS);
	return hosts->slots != NULL;
}

bool tw_hosts_find(const struct tw_hosts *hosts, struct tw_str name, uint32_t *number)
{
	uint32_t slot = 0;

	if (name.size > 0 && name.size <= TW_LIMIT_NAME_BYTES)
		slot = *slot_of(hosts, name);
	*number = slot > 0 ? slot - 1 : 0;
	return slot > 0;
}

bool tw_hosts_know(const struct tw_hosts *hosts, struct tw_str name)
{
	uint32_t number;

	return tw_hosts_find(hosts, name, &number);
}

static bool grow(struct tw_hosts *hosts)
{
	size_t capacity = hosts->name_capacity ? hosts->name_capacity * 2 : HOSTS_NAMES_FIRST;
	struct tw_str *names = tw_arena_new(hosts->arena, sizeof(*names), capacity);

	if (!names)
		return false;
	if (hosts->name_count > 0)
		memcpy(names, hosts->names, hosts->name_count * sizeof(*names));
	hosts->names = names;
	hosts->name_capacity = capacity;
	return true;
}

static bool intern(struct tw_hosts *hosts, struct tw_str name, uint32_t *number)
{
	uint32_t *slot;

	if (name.size == 0 || name.size > TW_LIMIT_NAME_BYTES)
		return false;
	slot = slot_of(hosts, name);
	if (*slot == 0) {
		if (hosts->name_count >= TW_LIMIT_NAMES ||
		    (hosts->name_count == hosts->name_capacity && !grow(hosts))) {
			hosts->full = true;
			return false;
		}
		hosts->names[hosts->name_count++] = name;
		*slot = (uint32_t)hosts->name_count;
	}
	*number = *slot - 1;
	return true;
}

static void name_address(struct tw_address *address, uint32_t number)
{
	*address = (struct tw_address){.kind = TW_ADDRESS_NAME};
	for (unsigned i = 0; i < 4; i++)
		address->bytes[i] = (uint8_t)(number >> (24 - 8 * i));
}

static bool resolve_port(struct tw_hosts *hosts, struct tw_str text, uint32_t *port_id)
{
	uint16_t port;
	uint32_t number;

	*port_id = 0;
	if (text.size == 0)
		return true;
	if (tw_port_parse(text, &port)) {
		*port_id = 1 + (uint32_t)port;
		return true;
	}
	if (!intern(hosts, text, &number))
		return false;
	*port_id = TW_PORT_ID_NAME + number;
	return true;
}

bool tw_hosts_resolve(struct tw_hosts *hosts, struct tw_end_text text, struct tw_end *end)
{
	uint32_t number;

	*end = (struct tw_end){0};
	if (!resolve_port(hosts, text.port, &end->port_id))
		return false;
	/* A list of services only: the service's name is all that can name this end. */
	if (text.host.size == 0 && end->port_id >= TW_PORT_ID_NAME)
		text.host = text.port;
	if (text.host.size == 0 || tw_address_parse(text.host, &end->address))
		return true;
	if (!intern(hosts, text.host, &number))
		return false;
	name_address(&end->address, number);
	return true;
}

bool tw_address_parse(struct tw_str text, struct tw_address *address)
{
	char copy[INET6_ADDRSTRLEN];

	*address = (struct tw_address){0};
	if (text.size < 2 || text.size >= sizeof(copy) || memchr(text.text, '\0', text.size))
		return false;
	memcpy(copy, text.text, text.size);
	copy[text.size] = '\0';
	if (inet_pton(AF_INET, copy, address->bytes) == 1)
		address->kind = TW_ADDRESS_IP4;
	else if (memchr(copy, ':', text.size) && inet_pton(AF_INET6, copy, address->bytes) == 1)
		address->kind = TW_ADDRESS_IP6;
	return address->kind != TW_ADDRESS_NONE;
}

bool tw_port_parse(struct tw_str text, uint16_t *port)
{
	struct tw_str rest = text;
	uint64_t number;

	if (tw_str_take_number(&rest, UINT16_MAX, &number) && rest.size == 0) {
		*port = (uint16_t)number;
		return true;
	}
	for (size_t i = 0; i < TW_LEN(services) && text.size > 0; i++) {
		if (tw_char_lower(text.text[0]) == services[i].name[0] &&
		    tw_str_equal_nocase(text, tw_str_of(services[i].name))) {
			*port = services[i].port;
			return true;
		}
	}
	return false;
}

bool tw_port_plausible(struct tw_str text)
{
	uint16_t port;

	if (text.size == 0 || text.size > SERVICE_BYTES_MAX)
		return false;
	if (tw_char_is_digit(text.text[0]) && tw_port_parse(text, &port))
		return true;
	for (size_t i = 0; i < text.size; i++)
		if (!tw_char_is_alpha(text.text[i]) && !tw_char_is_digit(text.text[i]) &&
		    text.text[i] != '-' && text.text[i] != '_')
			return false;
	return tw_char_is_alpha(text.text[0]);
}

static size_t find_last(struct tw_str text, char c)
{
	for (size_t i = text.size; i > 0; i--)
		if (text.text[i - 1] == c)
			return i - 1;
	return SIZE_MAX;
}

static bool cut_at(struct tw_str text, size_t at, struct tw_end_text *end)
{
	*end = (struct tw_end_text){tw_str_head(text, at), tw_str_from(text, at + 1)};
	return end->host.size > 0 && end->port.size > 0;
}

static bool is_number(struct tw_str text)
{
	uint16_t port;

	return tw_char_is_digit(text.text[0]) && tw_port_parse(text, &port);
}

struct tw_end_text tw_end_split(struct tw_str text)
{
	struct tw_end_text whole = {.host = text};
	struct tw_end_text end;
	struct tw_address address;
	size_t colon;
	size_t dot;

	if (text.size == 0 || text.size > 2 * TW_LIMIT_NAME_BYTES ||
	    tw_address_parse(text, &address))
		return whole;
	colon = find_last(text, ':');
	if (colon != SIZE_MAX && cut_at(text, colon, &end) && is_number(end.port) &&
	    find_last(end.host, ':') == SIZE_MAX)
		return end;
	dot = find_last(text, '.');
	if (dot != SIZE_MAX && cut_at(text, dot, &end) && is_number(end.port) &&
	    tw_address_parse(end.host, &address))
		return end;
	return whole;
}

bool tw_end_split_dotted(struct tw_str text, struct tw_end_text *end)
{
	struct tw_address address;
	size_t dot;

	if (text.size > 2 * TW_LIMIT_NAME_BYTES || tw_address_parse(text, &address))
		return false;
	dot = find_last(text, '.');
	return dot != SIZE_MAX && cut_at(text, dot, end) && tw_port_plausible(end->port);
}

uint16_t tw_end_port(const struct tw_end *end)
{
	if (end->port_id == 0 || end->port_id >= TW_PORT_ID_NAME)
		return 0;
	return (uint16_t)(end->port_id - 1);
}

bool tw_end_equal(const struct tw_end *a, const struct tw_end *b)
{
	return a->port_id == b->port_id && tw_address_equal(&a->address, &b->address);
}
