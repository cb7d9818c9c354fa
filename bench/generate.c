/* generate.c: deterministic captures of four kinds of traffic, for measuring. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * usage: generate web|hdr|bulk|flood CONNECTIONS SEED > FILE
 *
 * web    short request/response connections with every common ending and 0.4 % loss, full payload
 * hdr    the same traffic with the frames cut at 96 bytes
 * bulk   few connections that each carry megabytes; one segment in 200 is repeated
 * flood  SYNs of as many sources that nothing answers (CONNECTIONS is the number of packets)
 *
 * Connections overlap: each begins a little after the one before, and a heap of live connections
 * gives out segments in the order of time. Classic pcap, nanoseconds, Ethernet, one in five IPv6.
 * All checksums are right, also those of payload that is cut off.
 */

enum {
	MSS = 1448,
	SNAP_HEADERS = 96,
	FRAME_BYTES_MAX = 1600,
	LINK_BYTES = 14,
	FIN = 1,
	SYN = 2,
	RST = 4,
	PSH = 8,
	ACK = 16,
};

/* ---- chance: splitmix64, so that a seed gives the same file everywhere ---- */

static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static double uniform(uint64_t *state)
{
	return (double)(next_random(state) >> 11) / 9007199254740992.0;
}

static bool happens(uint64_t *state, double probability)
{
	return uniform(state) < probability;
}

/* Between 0.3 and 400 ms, most near 20 ms: roughly log-normal. */
static int64_t random_rtt_ns(uint64_t *state)
{
	double sum = 0;

	for (int i = 0; i < 4; i++)
		sum += uniform(state) - 0.5;
	return (int64_t)(fmin(fmax(exp(3.0 + 2.2 * sum), 0.3), 400.0) * 1e6);
}

/* ---- one connection, as a script that gives out its segments one by one ---- */

/* How a connection goes and ends, with its share of all; the rest closes by FIN and FIN. */
enum plan { UNANSWERED, REFUSED, SILENT, SERVER_RST, ENDLESS, CLIENT_ABORT, RST_FOR_FIN, CLOSED };

static const double shares[] = {
    [UNANSWERED] = 0.03, [REFUSED] = 0.03,	[SILENT] = 0.005,    [SERVER_RST] = 0.025,
    [ENDLESS] = 0.03,	 [CLIENT_ABORT] = 0.08, [RST_FOR_FIN] = 0.04};

struct connection {
	int64_t time_ns; /* of its next segment */
	int64_t rtt_ns;
	uint64_t chance;
	uint32_t number;
	uint32_t seq[2];	/* next to send, by side: 0 the client */
	uint32_t segments_left; /* data of the answer under way */
	uint16_t turns_left;
	uint16_t step;
	uint8_t plan; /* enum plan */
	uint8_t unacked;
	bool timestamps;
	bool ip6;
	bool server_first; /* it closes first */
	bool repeat;	   /* the next data segment is a repetition of the last one */
};

struct segment {
	uint8_t side;
	uint8_t flags;
	uint16_t length;
	uint32_t seq;
	uint32_t ack;
};

struct workload {
	const char *name;
	uint32_t snap_bytes; /* 0: all */
	bool bulk;
	bool flood;
	int64_t spacing_ns; /* between the starts of two connections */
};

static const struct workload workloads[] = {
    {.name = "web", .spacing_ns = 50000},
    {.name = "hdr", .snap_bytes = SNAP_HEADERS, .spacing_ns = 20000},
    {.name = "bulk", .bulk = true, .spacing_ns = 5000000},
    {.name = "flood", .flood = true, .spacing_ns = 1000},
};

static enum plan random_plan(uint64_t *chance)
{
	double at = uniform(chance);
	int plan = 0;

	for (; plan < CLOSED && at >= shares[plan]; plan++)
		at -= shares[plan];
	return (enum plan)plan;
}

static void begin(struct connection *c, const struct workload *workload, uint32_t number,
		  uint64_t seed)
{
	*c = (struct connection){.chance = seed * 1000003 + number, .number = number};
	c->time_ns = (int64_t)number * workload->spacing_ns;
	c->rtt_ns = random_rtt_ns(&c->chance);
	c->seq[0] = (uint32_t)next_random(&c->chance);
	c->seq[1] = (uint32_t)next_random(&c->chance);
	c->ip6 = happens(&c->chance, 0.2);
	c->timestamps = happens(&c->chance, 0.9);
	c->server_first = happens(&c->chance, 0.4);
	c->plan = (uint8_t)(workload->bulk ? CLOSED : random_plan(&c->chance));
	c->turns_left = (uint16_t)(workload->bulk ? 1 : 1 + next_random(&c->chance) % 4);
	if (workload->flood)
		c->plan = UNANSWERED;
}

static struct segment make(struct connection *c, uint8_t side, uint8_t flags, uint16_t length)
{
	struct segment segment = {
	    .side = side, .flags = flags, .length = length, .seq = c->seq[side]};

	if (flags & ACK)
		segment.ack = c->seq[!side];
	c->seq[side] += length + ((flags & (SYN | FIN)) != 0);
	return segment;
}

enum step { AT_SYN, AT_SYN_ACK, AT_ACK, AT_REQUEST, AT_ANSWER, AT_END, AT_OVER = 100 };

static struct segment opening(struct connection *c)
{
	struct segment segment;

	if (c->step == AT_SYN && c->plan == UNANSWERED) {
		segment = make(c, 0, SYN, 0);
		c->seq[0]--;
		c->time_ns += INT64_C(1000000000) << c->unacked;
		if (++c->unacked == 4)
			c->step = AT_OVER;
		return segment;
	}
	c->time_ns += c->rtt_ns / 2;
	if (c->step == AT_SYN_ACK && c->plan == REFUSED) {
		c->step = AT_OVER;
		c->seq[1] = 0;
		return make(c, 1, RST | ACK, 0);
	}
	if (c->step == AT_SYN)
		segment = make(c, 0, SYN, 0);
	else if (c->step == AT_SYN_ACK)
		segment = make(c, 1, SYN | ACK, 0);
	else
		segment = make(c, 0, ACK, 0);
	c->step = c->step == AT_ACK && c->plan == SILENT ? AT_OVER : c->step + 1;
	return segment;
}

static struct segment request(struct connection *c, const struct workload *workload)
{
	uint64_t chance = next_random(&c->chance);

	c->time_ns += c->rtt_ns / 2 + (int64_t)(chance % 3000000);
	c->segments_left = workload->bulk ? 4000 + (uint32_t)(chance >> 8) % 1000
					  : 1 + (uint32_t)(chance >> 8) % 18;
	c->step = AT_ANSWER;
	if (c->plan == SERVER_RST)
		c->step = AT_END;
	return make(c, 0, PSH | ACK, (uint16_t)(200 + (chance >> 20) % 500));
}

/* Data of the server; the client acknowledges every second segment. */
static struct segment answer(struct connection *c, const struct workload *workload)
{
	struct segment segment;
	uint16_t length = c->segments_left == 1 ? 700 : MSS;

	c->time_ns += workload->bulk ? 12000 : 40000;
	if (c->unacked == 2 || c->segments_left == 0) {
		c->unacked = 0;
		if (c->segments_left == 0 && --c->turns_left > 0)
			c->step = AT_REQUEST;
		else if (c->segments_left == 0)
			c->step = c->plan == ENDLESS ? AT_OVER : AT_END;
		if (c->plan == CLIENT_ABORT && happens(&c->chance, 0.2))
			c->step = AT_END;
		return make(c, 0, ACK, 0);
	}
	if (c->repeat) {
		c->repeat = false;
		c->seq[1] -= length;
		segment = make(c, 1, PSH | ACK, length);
		c->time_ns += 200000000;
	} else {
		segment = make(c, 1, c->segments_left == 1 ? PSH | ACK : ACK, length);
		c->repeat = c->segments_left > 1 && happens(&c->chance, 0.004);
		c->segments_left -= !c->repeat;
		c->unacked++;
	}
	return segment;
}

static struct segment ending(struct connection *c)
{
	uint8_t first = c->server_first;

	c->time_ns += c->rtt_ns / 2;
	if (c->plan == SERVER_RST || c->plan == CLIENT_ABORT) {
		c->step = AT_OVER;
		return make(c, c->plan == SERVER_RST, RST | ACK, 0);
	}
	c->step++;
	if (c->step == AT_END + 1)
		return make(c, first, FIN | ACK, 0);
	if (c->plan == RST_FOR_FIN || c->step == AT_END + 3)
		c->step = AT_OVER;
	if (c->plan == RST_FOR_FIN)
		return make(c, !first, RST | ACK, 0);
	if (c->step == AT_OVER)
		return make(c, first, ACK, 0);
	return make(c, !first, FIN | ACK, 0);
}

static struct segment advance(struct connection *c, const struct workload *workload)
{
	if (c->step < AT_REQUEST)
		return opening(c);
	if (c->step == AT_REQUEST)
		return request(c, workload);
	if (c->step == AT_ANSWER)
		return answer(c, workload);
	return ending(c);
}

/* ---- bytes ---- */

struct out {
	uint8_t bytes[FRAME_BYTES_MAX];
	size_t size;
};

static void put(struct out *out, uint64_t value, int bytes)
{
	while (bytes-- > 0)
		out->bytes[out->size++] = (uint8_t)(value >> 8 * bytes);
}

static void patch16(struct out *out, size_t at, uint32_t value)
{
	out->bytes[at] = (uint8_t)(value >> 8);
	out->bytes[at + 1] = (uint8_t)value;
}

static uint32_t add_words(const uint8_t *bytes, size_t size)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < size; i += 2)
		sum += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
	return size % 2 ? sum + (uint32_t)(bytes[size - 1] << 8) : sum;
}

static uint32_t folded(uint32_t sum)
{
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

/* Where a side's address is: a client of its own for each connection, one of 64 servers. */
static void put_address(struct out *out, const struct connection *c, unsigned side)
{
	uint32_t host = side == 0 ? 0x0a000000u + c->number / 50 : 0xc6336400u + c->number % 64;

	if (c->ip6) {
		put(out, 0x20010db800000000u, 8);
		put(out, 0, 4);
	}
	put(out, host, 4);
}

static void put_ip(struct out *out, const struct connection *c, unsigned side, size_t tcp_bytes)
{
	size_t at = out->size;

	if (c->ip6) {
		put(out, UINT64_C(0x60000000) << 32 | tcp_bytes << 16 | 6u << 8 | 64, 8);
	} else {
		put(out, 0x4500, 2);
		put(out, 20 + tcp_bytes, 2);
		put(out, (uint64_t)(c->seq[side] & 0xffff) << 16 | 0x4000, 4);
		put(out, (side ? 57u : 64u) << 24 | 6u << 16, 4);
	}
	put_address(out, c, side);
	put_address(out, c, !side);
	if (!c->ip6)
		patch16(out, at + 10, folded(add_words(out->bytes + at, 20)));
}

static void put_options(struct out *out, const struct connection *c, const struct segment *segment)
{
	uint32_t clock = (uint32_t)(c->time_ns / 1000000);

	if (segment->flags & SYN) {
		put(out, 0x020405b40402u, 6);
		if (c->timestamps) {
			put(out, 0x080a, 2);
			put(out, (uint64_t)clock << 32 | (segment->side ? clock : 0), 8);
		} else {
			put(out, 0x0101, 2);
		}
		put(out, 0x01030307, 4);
	} else if (c->timestamps && !(segment->flags & RST)) {
		put(out, 0x0101080a, 4);
		put(out, (uint64_t)clock << 32 | clock, 8);
	}
}

static uint16_t port_of(const struct connection *c, unsigned side)
{
	return (uint16_t)(side ? 443 : 10000 + c->number % 50000);
}

static void put_tcp(struct out *out, const struct connection *c, const struct segment *segment)
{
	size_t at = out->size;

	put(out, port_of(c, segment->side), 2);
	put(out, port_of(c, !segment->side), 2);
	put(out, segment->seq, 4);
	put(out, segment->ack, 4);
	put(out, segment->flags, 2);
	put(out, segment->flags & RST ? 0 : 0x2000, 2);
	put(out, 0, 4);
	put_options(out, c, segment);
	out->bytes[at + 12] = (uint8_t)((out->size - at) / 4 << 4);
	for (size_t i = 0; i < segment->length; i++)
		out->bytes[out->size++] = (uint8_t)(segment->seq + i * 7);

	size_t addresses = c->ip6 ? 32 : 8;
	uint32_t sum = add_words(out->bytes + at - addresses, out->size - at + addresses);

	patch16(out, at + 16, folded(sum + 6 + (uint32_t)(out->size - at)));
}

static size_t header_bytes(const struct connection *c, const struct segment *segment)
{
	if (segment->flags & SYN)
		return c->timestamps ? 40 : 32;
	return c->timestamps && !(segment->flags & RST) ? 32 : 20;
}

static void put_le32(uint8_t *bytes, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		bytes[i] = (uint8_t)(value >> 8 * i);
}

static void write_all(const void *bytes, size_t size)
{
	if (fwrite(bytes, 1, size, stdout) != size) {
		perror("generate");
		exit(1);
	}
}

static void write_frame(const struct connection *c, const struct segment *segment, int64_t time_ns,
			uint32_t snap_bytes)
{
	struct out out = {.size = 0};
	uint8_t record[16];
	uint32_t kept;

	put(&out, 0x020000000001, 6);
	put(&out, 0x020000000002, 6);
	put(&out, c->ip6 ? 0x86dd : 0x0800, 2);
	put_ip(&out, c, segment->side, header_bytes(c, segment) + segment->length);
	put_tcp(&out, c, segment);
	kept = (uint32_t)out.size;
	if (snap_bytes && snap_bytes < kept)
		kept = snap_bytes;
	put_le32(record, (uint32_t)(1700000000 + time_ns / 1000000000));
	put_le32(record + 4, (uint32_t)(time_ns % 1000000000));
	put_le32(record + 8, kept);
	put_le32(record + 12, (uint32_t)out.size);
	write_all(record, sizeof(record));
	write_all(out.bytes, kept);
}

static void write_file_header(uint32_t snap_bytes)
{
	uint8_t header[24] = {0};

	put_le32(header, 0xa1b23c4d);
	header[4] = 2;
	header[6] = 4;
	put_le32(header + 16, snap_bytes ? snap_bytes : 262144);
	header[20] = 1;
	write_all(header, sizeof(header));
}

/* ---- a heap of live connections, the earliest segment on top ---- */

struct heap {
	struct connection *of;
	size_t count;
	size_t capacity;
};

static void swap(struct connection *a, struct connection *b)
{
	struct connection kept = *a;

	*a = *b;
	*b = kept;
}

static void heap_push(struct heap *heap, const struct connection *c)
{
	size_t at = heap->count++;

	if (heap->count > heap->capacity) {
		heap->capacity = heap->capacity * 2 + 1024;
		heap->of = realloc(heap->of, heap->capacity * sizeof(*heap->of));
		if (!heap->of)
			exit(1);
	}
	heap->of[at] = *c;
	for (; at > 0 && heap->of[at].time_ns < heap->of[(at - 1) / 2].time_ns; at = (at - 1) / 2)
		swap(&heap->of[at], &heap->of[(at - 1) / 2]);
}

static void heap_sink(struct heap *heap)
{
	size_t at = 0;

	for (;;) {
		size_t least = at;

		for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < heap->count; child++)
			if (heap->of[child].time_ns < heap->of[least].time_ns)
				least = child;
		if (least == at)
			return;
		swap(&heap->of[at], &heap->of[least]);
		at = least;
	}
}

static void write_next(struct heap *heap, const struct workload *workload)
{
	struct connection *c = &heap->of[0];
	int64_t time_ns = c->time_ns;
	struct segment segment = advance(c, workload);

	write_frame(c, &segment, time_ns, workload->snap_bytes);
	if (c->step >= AT_OVER || workload->flood)
		*c = heap->of[--heap->count];
	heap_sink(heap);
}

static void generate(const struct workload *workload, uint32_t count, uint64_t seed)
{
	struct heap heap = {0};
	struct connection next;

	write_file_header(workload->snap_bytes);
	for (uint32_t number = 0; number < count || heap.count > 0;) {
		if (number < count)
			begin(&next, workload, number, seed);
		if (number < count && (heap.count == 0 || next.time_ns <= heap.of[0].time_ns)) {
			heap_push(&heap, &next);
			number++;
		} else {
			write_next(&heap, workload);
		}
	}
	free(heap.of);
}

int main(int argc, char *argv[])
{
	for (size_t i = 0; argc == 4 && i < sizeof(workloads) / sizeof(workloads[0]); i++) {
		if (strcmp(argv[1], workloads[i].name) != 0)
			continue;
		generate(&workloads[i], (uint32_t)strtoul(argv[2], NULL, 10),
			 strtoull(argv[3], NULL, 10));
		return fflush(stdout) != 0;
	}
	(void)fputs("usage: generate web|hdr|bulk|flood CONNECTIONS SEED > FILE\n", stderr);
	return 2;
}
