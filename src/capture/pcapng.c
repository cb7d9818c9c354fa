/* pcapng.c: a table of block types, each with its reader; the rest is passed over. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/pcapng.h"

#include "base/assert.h"
#include "base/limits.h"
#include "base/time.h"
#include "capture/bytes.h"

#include <stdlib.h>

/* Section numbers below are those of draft-ietf-opsawg-pcapng. */
enum {
	BYTE_ORDER_MAGIC = 0x1a2b3c4d,
	BLOCK_HEADER_BYTES = 8,	 /* type and length */
	BLOCK_TRAILER_BYTES = 4, /* the length again */
	BLOCK_BYTES_MIN = BLOCK_HEADER_BYTES + BLOCK_TRAILER_BYTES,
	INTERFACES_FIRST = 8,
};

enum block_type {
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET = 2, /* obsolete */
	BLOCK_SIMPLE_PACKET = 3,
	BLOCK_NAME_RESOLUTION = 4,
	BLOCK_STATISTICS = 5,
	BLOCK_ENHANCED_PACKET = 6,
	BLOCK_JOURNAL = 9,
	BLOCK_SECRETS = 10,
	BLOCK_CUSTOM = 0x0bad,
	BLOCK_CUSTOM_NO_COPY = 0x40000bad,
	BLOCK_SECTION = 0x0a0d0d0a,
};

enum option_code {
	OPTION_END = 0,
	OPTION_COMMENT = 1,
	OPTION_FLAGS = 2,	    /* epb_flags, pack_flags */
	OPTION_END_TIME = 3,	    /* isb_endtime */
	OPTION_RECEIVED = 4,	    /* isb_ifrecv */
	OPTION_DROP_COUNT = 4,	    /* epb_dropcount */
	OPTION_IF_DROP = 5,	    /* isb_ifdrop */
	OPTION_OS_DROP = 7,	    /* isb_osdrop */
	OPTION_TIME_RESOLUTION = 9, /* if_tsresol */
	OPTION_TIME_OFFSET = 14,    /* if_tsoffset */
};

/* How an interface counts time (4.2, if_tsresol and if_tsoffset). */
struct clock {
	bool is_binary;
	uint8_t exponent;      /* ticks per second: 2 or 10 to this power */
	uint64_t ns_per_tick;  /* decimal, up to nanoseconds; else 0 */
	uint64_t ticks_per_ns; /* decimal, finer; 0 where no 64-bit count reaches 1 ns */
	bool offset_is_valid;  /* false where the offset is beyond what a time can hold */
	int64_t offset_ns;
};

struct tw_pcapng_interface {
	uint32_t link_type;
	uint32_t snap_length;
	struct clock clock;
	/* Both count the same losses: the statistics are totals, the packets' counts add up. */
	uint64_t drops_by_statistics;
	uint64_t drops_by_packets;
};

enum outcome { OUTCOME_PASSED, OUTCOME_FRAME, OUTCOME_STOP };

/* What the reader of a block works with. */
struct job {
	struct tw_pcapng *pcapng;
	struct tw_input_info *info;
	struct tw_frame *frame;
	struct tw_slice body;
	bool big_endian;
};

bool tw_pcapng_is(struct tw_slice first)
{
	if (first.size < 4 || tw_load32(first.data, false) != BLOCK_SECTION)
		return false;
	return first.size < 12 || tw_load32(first.data + 8, false) == BYTE_ORDER_MAGIC ||
	       tw_load32(first.data + 8, true) == BYTE_ORDER_MAGIC;
}

void tw_pcapng_free(struct tw_pcapng *pcapng)
{
	free(pcapng->interfaces);
	*pcapng = (struct tw_pcapng){0};
}

static enum outcome stop(const struct tw_pcapng *pcapng, struct tw_input_info *info,
			 enum tw_err code, uint64_t claim_bytes)
{
	info->error = (struct tw_error){
	    .code = code,
	    .has_offset = true,
	    .offset = pcapng->block_offset,
	    .has_claim = claim_bytes > 0,
	    .claim_bytes = claim_bytes,
	};
	return OUTCOME_STOP;
}

/* Options (3.5) --------------------------------------------------------------------------- */

struct option {
	uint16_t code;
	struct tw_slice value;
};

/* A length that runs past the block ends the list: options explain, they do not carry. */
static bool next_option(struct tw_slice *rest, bool big_endian, struct option *option)
{
	if (rest->size < 4)
		return false;
	option->code = tw_load16(rest->data, big_endian);

	size_t size = tw_load16(rest->data + 2, big_endian);

	if (option->code == OPTION_END || size > rest->size - 4)
		return false;
	option->value = tw_slice_of(rest->data + 4, size);
	*rest = tw_slice_from(*rest, 4 + (size + 3) / 4 * 4);
	return true;
}

static uint64_t add_capped(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* Interfaces (4.2) ------------------------------------------------------------------------ */

static uint64_t power_of_ten(unsigned exponent)
{
	uint64_t power = 1;

	for (unsigned i = 0; i < exponent; i++)
		power *= 10;
	return power;
}

static void set_resolution(struct clock *clock, uint8_t resolution)
{
	enum { IS_BINARY = 0x80, NS_EXPONENT = 9, POWER_MAX = 19 };
	unsigned exponent = resolution & (IS_BINARY - 1U);

	clock->is_binary = (resolution & IS_BINARY) != 0;
	clock->exponent = (uint8_t)exponent;
	clock->ns_per_tick = 0;
	clock->ticks_per_ns = 0;
	if (clock->is_binary)
		return;
	if (exponent <= NS_EXPONENT)
		clock->ns_per_tick = power_of_ten(NS_EXPONENT - exponent);
	else if (exponent - NS_EXPONENT <= POWER_MAX)
		clock->ticks_per_ns = power_of_ten(exponent - NS_EXPONENT);
}

/*
 * Exact where the exponent is 34 or less; beyond, ticks shorter than 2^-34 s (0.06 ns) are dropped
 * first so that the product fits 64 bits.
 */
static bool binary_ns(unsigned exponent, uint64_t ticks, uint64_t *ns)
{
	enum { EXACT_BITS = 34 };
	uint64_t seconds = exponent < 64 ? ticks >> exponent : 0;
	uint64_t fraction = exponent < 64 ? ticks - (seconds << exponent) : ticks;

	if (exponent > EXACT_BITS) {
		unsigned dropped = exponent - EXACT_BITS;

		fraction = dropped < 64 ? fraction >> dropped : 0;
		exponent = EXACT_BITS;
	}
	if (seconds > INT64_MAX / (uint64_t)TW_NS_PER_S)
		return false;
	*ns = seconds * (uint64_t)TW_NS_PER_S + (fraction * (uint64_t)TW_NS_PER_S >> exponent);
	return true;
}

/* False where the time does not fit: then the packet has none, rather than a wrong one. */
static bool clock_ns(const struct clock *clock, uint64_t ticks, int64_t *time_ns)
{
	uint64_t ns = 0;

	if (clock->is_binary) {
		if (!binary_ns(clock->exponent, ticks, &ns))
			return false;
	} else if (clock->ns_per_tick > 0) {
		if (__builtin_mul_overflow(ticks, clock->ns_per_tick, &ns))
			return false;
	} else if (clock->ticks_per_ns > 0) {
		ns = ticks / clock->ticks_per_ns;
	}
	if (ns > INT64_MAX || !clock->offset_is_valid)
		return false;
	return !__builtin_add_overflow((int64_t)ns, clock->offset_ns, time_ns);
}

static void read_interface_options(const struct job *job, struct tw_slice options,
				   struct clock *clock)
{
	enum { MICROSECONDS = 6 };
	struct option option;

	*clock = (struct clock){.offset_is_valid = true};
	set_resolution(clock, MICROSECONDS);
	while (next_option(&options, job->big_endian, &option)) {
		if (option.code == OPTION_TIME_RESOLUTION && option.value.size == 1)
			set_resolution(clock, option.value.data[0]);
		if (option.code == OPTION_TIME_OFFSET && option.value.size == 8)
			clock->offset_is_valid = !__builtin_mul_overflow(
			    (int64_t)tw_load64(option.value.data, job->big_endian), TW_NS_PER_S,
			    &clock->offset_ns);
	}
}

static bool room_for_interface(struct tw_pcapng *pcapng)
{
	if (pcapng->interface_count < pcapng->interface_capacity)
		return true;

	size_t capacity = pcapng->interface_capacity * 2;

	if (capacity == 0)
		capacity = INTERFACES_FIRST;

	struct tw_pcapng_interface *interfaces =
	    realloc(pcapng->interfaces, capacity * sizeof(*interfaces));

	if (!interfaces)
		return false;
	pcapng->interfaces = interfaces;
	pcapng->interface_capacity = capacity;
	return true;
}

static enum outcome read_interface(struct job *job)
{
	struct tw_pcapng *pcapng = job->pcapng;
	struct tw_pcapng_interface interface = {
	    .link_type = tw_load16(job->body.data, job->big_endian),
	    .snap_length = tw_load32(job->body.data + 4, job->big_endian),
	};
	struct tw_input_info *info = job->info;

	read_interface_options(job, tw_slice_from(job->body, 8), &interface.clock);
	if (interface.snap_length > 0 && interface.snap_length <= TW_LIMIT_RECORD_BYTES &&
	    (info->snap_length == 0 || interface.snap_length < info->snap_length))
		info->snap_length = interface.snap_length;
	if (pcapng->interface_count < TW_LIMIT_INTERFACES) {
		if (!room_for_interface(pcapng))
			return stop(pcapng, info, TW_ERR_MEMORY, 0);
		pcapng->interfaces[pcapng->interface_count] = interface;
	}
	pcapng->interface_count++;
	return OUTCOME_PASSED;
}

/* Packets (4.3, 4.4, appendix A) ---------------------------------------------------------- */

static struct tw_pcapng_interface *find_interface(const struct job *job, uint32_t index)
{
	if (index >= job->pcapng->interface_count) {
		(void)stop(job->pcapng, job->info, TW_ERR_RECORD, 0);
		return NULL;
	}
	if (index >= TW_LIMIT_INTERFACES) {
		(void)stop(job->pcapng, job->info, TW_ERR_MEMORY, 0);
		return NULL;
	}
	return &job->pcapng->interfaces[index];
}

static uint64_t interface_drops(const struct tw_pcapng_interface *interface)
{
	return interface->drops_by_statistics > interface->drops_by_packets
		   ? interface->drops_by_statistics
		   : interface->drops_by_packets;
}

static void note_drops(struct tw_input_info *info, uint64_t before, uint64_t after)
{
	TW_ASSERT(after >= before);
	info->drops_known = true;
	info->dropped = add_capped(info->dropped, after - before);
}

static void note_packet_drops(const struct job *job, struct tw_pcapng_interface *interface,
			      uint64_t drops)
{
	uint64_t before = interface_drops(interface);

	job->frame->dropped_before = drops;
	interface->drops_by_packets = add_capped(interface->drops_by_packets, drops);
	note_drops(job->info, before, interface_drops(interface));
}

/* 4.3.1: bits 0-1 are the direction, bits 2-4 how the packet was addressed. */
static void read_flags(struct tw_frame *frame, uint32_t flags)
{
	enum { BROADCAST = 3 };
	static const uint8_t ways[] = {
	    TW_FRAME_WAY_UNKNOWN,
	    TW_FRAME_WAY_IN,
	    TW_FRAME_WAY_OUT,
	    TW_FRAME_WAY_UNKNOWN,
	};

	frame->way = ways[flags & 3];
	frame->is_broadcast = (flags >> 2 & 7) == BROADCAST;
}

static void read_packet_options(const struct job *job, struct tw_pcapng_interface *interface,
				struct tw_slice options, bool is_obsolete)
{
	struct tw_frame *frame = job->frame;
	struct option option;

	while (next_option(&options, job->big_endian, &option)) {
		if (option.code == OPTION_COMMENT && frame->comment.size == 0)
			frame->comment = option.value;
		if (option.code == OPTION_FLAGS && option.value.size == 4)
			read_flags(frame, tw_load32(option.value.data, job->big_endian));
		if (option.code == OPTION_DROP_COUNT && option.value.size == 8 && !is_obsolete)
			note_packet_drops(job, interface,
					  tw_load64(option.value.data, job->big_endian));
	}
}

/* What the two packet blocks with a time stamp have in common: bytes 4 to 20 of the body. */
enum { TIMED_PACKET_HEADER_BYTES = 20 };

static struct tw_pcapng_interface *read_timed_packet(struct job *job, uint32_t index,
						     struct tw_slice *options)
{
	struct tw_pcapng_interface *interface = find_interface(job, index);
	const uint8_t *at = job->body.data;
	uint64_t ticks =
	    (uint64_t)tw_load32(at + 4, job->big_endian) << 32 | tw_load32(at + 8, job->big_endian);
	size_t captured_bytes = tw_load32(at + 12, job->big_endian);
	struct tw_slice data = tw_slice_from(job->body, TIMED_PACKET_HEADER_BYTES);

	if (!interface)
		return NULL;
	if (captured_bytes > data.size) {
		(void)stop(job->pcapng, job->info, TW_ERR_RECORD, captured_bytes);
		return NULL;
	}
	*job->frame = (struct tw_frame){
	    .link_type = interface->link_type,
	    .wire_bytes = tw_load32(at + 16, job->big_endian),
	    .bytes = tw_slice_head(data, captured_bytes),
	    .interface = (uint16_t)index,
	};
	job->frame->has_time = clock_ns(&interface->clock, ticks, &job->frame->time_ns);
	*options = tw_slice_from(data, (captured_bytes + 3) / 4 * 4);
	return interface;
}

static enum outcome read_enhanced_packet(struct job *job)
{
	struct tw_slice options;
	uint32_t index = tw_load32(job->body.data, job->big_endian);
	struct tw_pcapng_interface *interface = read_timed_packet(job, index, &options);

	if (!interface)
		return OUTCOME_STOP;
	if (options.size > 0)
		read_packet_options(job, interface, options, false);
	return OUTCOME_FRAME;
}

static enum outcome read_packet(struct job *job)
{
	enum { DROPS_UNKNOWN = 0xffff };
	struct tw_slice options;
	uint32_t index = tw_load16(job->body.data, job->big_endian);
	uint16_t drops = tw_load16(job->body.data + 2, job->big_endian);
	struct tw_pcapng_interface *interface = read_timed_packet(job, index, &options);

	if (!interface)
		return OUTCOME_STOP;
	if (drops != DROPS_UNKNOWN)
		note_packet_drops(job, interface, drops);
	read_packet_options(job, interface, options, true);
	return OUTCOME_FRAME;
}

/* 4.4: always of the first interface, whose snapshot length is the only hint at a cut. */
static enum outcome read_simple_packet(struct job *job)
{
	const struct tw_pcapng_interface *interface = find_interface(job, 0);
	uint32_t wire_bytes = tw_load32(job->body.data, job->big_endian);

	if (!interface)
		return OUTCOME_STOP;
	*job->frame = (struct tw_frame){
	    .link_type = interface->link_type,
	    .wire_bytes = wire_bytes,
	    .bytes = tw_slice_head(tw_slice_from(job->body, 4), wire_bytes),
	};
	if (interface->snap_length > 0)
		job->frame->bytes = tw_slice_head(job->frame->bytes, interface->snap_length);
	return OUTCOME_FRAME;
}

/* Statistics (4.6) ------------------------------------------------------------------------ */

/* All bits set is how some writers say that they do not know. */
static bool count_of(const struct job *job, struct tw_slice value, uint64_t *count)
{
	if (value.size != 8)
		return false;
	*count = tw_load64(value.data, job->big_endian);
	return *count != UINT64_MAX;
}

/* The high half of a time stands first, whatever the byte order (4.6). */
static void note_end(struct job *job, const struct clock *clock, struct tw_slice options)
{
	struct tw_input_info *info = job->info;
	struct option option;
	bool has_end = false;
	bool has_count = false;
	int64_t end_ns = 0;
	uint64_t received = 0;

	while (next_option(&options, job->big_endian, &option)) {
		if (option.value.size != 8)
			continue;
		if (option.code == OPTION_END_TIME) {
			uint64_t high = tw_load32(option.value.data, job->big_endian);
			uint64_t low = tw_load32(option.value.data + 4, job->big_endian);

			has_end = clock_ns(clock, high << 32 | low, &end_ns);
		} else if (option.code == OPTION_RECEIVED) {
			has_count = count_of(job, option.value, &received);
		}
	}
	if (!has_end || !has_count)
		return;
	if (!info->end_known || end_ns > info->end_ns)
		info->end_ns = end_ns;
	info->end_known = true;
	info->received = add_capped(info->received, received);
}

static enum outcome read_statistics(struct job *job)
{
	uint32_t index = tw_load32(job->body.data, job->big_endian);
	struct tw_slice options = tw_slice_from(job->body, 12);
	struct option option;
	uint64_t total = 0;
	bool is_known = false;

	/* About no packet: an interface that is not described harms nothing here. */
	if (index >= job->pcapng->interface_count || index >= TW_LIMIT_INTERFACES)
		return OUTCOME_PASSED;
	note_end(job, &job->pcapng->interfaces[index].clock, options);
	while (next_option(&options, job->big_endian, &option)) {
		uint64_t drops;

		if (option.code != OPTION_IF_DROP && option.code != OPTION_OS_DROP)
			continue;
		if (!count_of(job, option.value, &drops))
			continue;
		total = add_capped(total, drops);
		is_known = true;
	}

	struct tw_pcapng_interface *interface = &job->pcapng->interfaces[index];
	uint64_t before = interface_drops(interface);

	if (total > interface->drops_by_statistics)
		interface->drops_by_statistics = total;
	if (is_known)
		note_drops(job->info, before, interface_drops(interface));
	return OUTCOME_PASSED;
}

/* Sections (4.1) and the walk ------------------------------------------------------------- */

/* The section's own length is not needed: its end shows by the next header or the file's end. */
static enum outcome read_section(struct job *job)
{
	enum { MAJOR_VERSION = 1 };

	if (tw_load16(job->body.data + 4, job->big_endian) != MAJOR_VERSION)
		return stop(job->pcapng, job->info, TW_ERR_VERSION, 0);
	job->pcapng->interface_count = 0;
	return OUTCOME_PASSED;
}

static const struct block_reader {
	uint32_t type;
	uint32_t body_bytes_min;
	enum outcome (*read)(struct job *job);
} block_readers[] = {
    {BLOCK_ENHANCED_PACKET, TIMED_PACKET_HEADER_BYTES, read_enhanced_packet},
    {BLOCK_SIMPLE_PACKET, 4, read_simple_packet},
    {BLOCK_PACKET, TIMED_PACKET_HEADER_BYTES, read_packet},
    {BLOCK_INTERFACE, 8, read_interface},
    {BLOCK_STATISTICS, 12, read_statistics},
    {BLOCK_SECTION, 16, read_section},
};

/* Known, and of no use here; all others count as skipped. */
static const uint32_t silent_blocks[] = {
    BLOCK_NAME_RESOLUTION, BLOCK_JOURNAL, BLOCK_SECRETS, BLOCK_CUSTOM, BLOCK_CUSTOM_NO_COPY,
};

static const struct block_reader *find_reader(uint32_t type)
{
	for (size_t i = 0; i < TW_LEN(block_readers); i++)
		if (block_readers[i].type == type)
			return &block_readers[i];
	return NULL;
}

static bool is_silent(uint32_t type)
{
	for (size_t i = 0; i < TW_LEN(silent_blocks); i++)
		if (silent_blocks[i] == type)
			return true;
	return false;
}

static enum outcome cut_off(const struct tw_pcapng *pcapng, const struct tw_window *window,
			    struct tw_input_info *info, uint64_t claim_bytes)
{
	info->error = tw_window_stop(window, pcapng->block_offset, claim_bytes);
	return OUTCOME_STOP;
}

/* Passed over as a stream: such a block may be longer than any buffer. */
static enum outcome skip_block(const struct tw_pcapng *pcapng, struct tw_window *window,
			       struct tw_input_info *info, uint32_t type, uint32_t size)
{
	if (!tw_window_skip(window, size - BLOCK_TRAILER_BYTES) ||
	    !tw_window_need(window, BLOCK_TRAILER_BYTES))
		return cut_off(pcapng, window, info, size);
	if (tw_load32(window->at, pcapng->big_endian) != size)
		return stop(pcapng, info, TW_ERR_RECORD, size);
	window->at += BLOCK_TRAILER_BYTES;
	if (!is_silent(type))
		info->skipped_blocks++;
	return OUTCOME_PASSED;
}

/* The type reads the same both ways; the magic after the length tells the section's order. */
static bool read_byte_order(struct tw_pcapng *pcapng, const uint8_t *block)
{
	pcapng->big_endian = tw_load32(block + 8, true) == BYTE_ORDER_MAGIC;
	return pcapng->big_endian || tw_load32(block + 8, false) == BYTE_ORDER_MAGIC;
}

static enum outcome read_block(struct tw_pcapng *pcapng, struct tw_window *window,
			       struct tw_input_info *info, struct tw_frame *frame)
{
	pcapng->block_offset = tw_window_offset(window);
	/* Also enough for the byte-order magic of a section header. */
	if (!tw_window_need(window, BLOCK_BYTES_MIN))
		return cut_off(pcapng, window, info, 0);

	uint32_t type = tw_load32(window->at, pcapng->big_endian);

	if (type == BLOCK_SECTION && !read_byte_order(pcapng, window->at))
		return stop(pcapng, info, TW_ERR_RECORD, 0);

	uint32_t size = tw_load32(window->at + 4, pcapng->big_endian);
	const struct block_reader *reader = find_reader(type);

	if (size < BLOCK_BYTES_MIN || size % 4 != 0)
		return stop(pcapng, info, TW_ERR_RECORD, size);
	if (!reader)
		return skip_block(pcapng, window, info, type, size);
	if (size > TW_LIMIT_RECORD_BYTES || size - BLOCK_BYTES_MIN < reader->body_bytes_min)
		return stop(pcapng, info, TW_ERR_RECORD, size);
	if (!tw_window_need(window, size))
		return cut_off(pcapng, window, info, size);

	const uint8_t *block = window->at;

	if (tw_load32(block + size - BLOCK_TRAILER_BYTES, pcapng->big_endian) != size)
		return stop(pcapng, info, TW_ERR_RECORD, size);
	window->at += size;

	struct job job = {
	    .pcapng = pcapng,
	    .info = info,
	    .frame = frame,
	    .body = tw_slice_of(block + BLOCK_HEADER_BYTES, size - BLOCK_BYTES_MIN),
	    .big_endian = pcapng->big_endian,
	};

	return reader->read(&job);
}

bool tw_pcapng_next(struct tw_pcapng *pcapng, struct tw_window *window, struct tw_input_info *info,
		    struct tw_frame *frame)
{
	enum outcome outcome;

	do
		outcome = read_block(pcapng, window, info, frame);
	while (outcome == OUTCOME_PASSED);
	return outcome == OUTCOME_FRAME;
}
