/* pcap.c: one table of magics, one record walk for all variants. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/pcap.h"

#include "base/limits.h"
#include "base/time.h"
#include "capture/bytes.h"

enum {
	MAGIC_BYTES = 4,
	HEADER_BYTES = 24,
	RECORD_HEADER_BYTES = 16, /* seconds, fraction, two lengths */
	/* Variants put more behind these four: */
	RECORD_HEADER_BYTES_NOKIA = 20,
	RECORD_HEADER_BYTES_SS990417 = 24, /* Red Hat 6.1; interface, protocol, packet type */
	RECORD_HEADER_BYTES_SS991029 = 24, /* the same, with a magic of its own */
	RECORD_HEADER_BYTES_SS990915 = 28, /* SuSE 6.3; two processor numbers as well */
	/* Class and type; above them are the length of a frame check sequence and reserved bits. */
	LINK_TYPE_MASK = 0x03ffffff,
	/* Records looked at to guess the layout. */
	GUESS_RECORDS = 4,
	/* Longer than any real packet (the same bound as Wireshark's): a sign of a wrong layout. */
	GUESS_WIRE_BYTES_MAX = 128 * 1024 * 1024,
};

static const struct variant {
	uint32_t magic;
	uint32_t fraction_ns;
	uint8_t more_header_bytes; /* IXIA: the size of all records, not needed here */
	/* Record layouts to try, the standard of this magic first; 0 ends the list. */
	uint8_t layouts[3];
} variants[] = {
    {0xa1b2c3d4,
     TW_NS_PER_US,
     0,
     {RECORD_HEADER_BYTES, RECORD_HEADER_BYTES_SS990417, RECORD_HEADER_BYTES_NOKIA}},
    {0xa1b23c4d, 1, 0, {RECORD_HEADER_BYTES}},
    {0xa1b2cd34, TW_NS_PER_US, 0, {RECORD_HEADER_BYTES_SS991029, RECORD_HEADER_BYTES_SS990915}},
    {0x1c0001ac, 1, 4, {RECORD_HEADER_BYTES}},
    {0x1c0001ab, TW_NS_PER_US, 4, {RECORD_HEADER_BYTES}},
};

/* AIX writes interface types (RFC 1573) where others write link types. */
static const struct {
	uint32_t interface_type;
	uint32_t link_type;
} aix_links[] = {
    {6, 1},   /* Ethernet */
    {9, 6},   /* Token Ring */
    {15, 10}, /* FDDI */
    {24, 0},  /* loopback: address family in front */
};

static const struct variant *find_variant(const uint8_t *magic, bool *big_endian)
{
	for (size_t i = 0; i < TW_LEN(variants); i++) {
		*big_endian = tw_load32(magic, true) == variants[i].magic;
		if (*big_endian || tw_load32(magic, false) == variants[i].magic)
			return &variants[i];
	}
	return NULL;
}

bool tw_pcap_is(struct tw_slice first)
{
	bool big_endian;

	return first.size >= MAGIC_BYTES && find_variant(first.data, &big_endian);
}

/* A record's header, in the order of the standard layout. */
struct record {
	uint32_t seconds;
	uint32_t fraction;
	uint32_t captured_bytes;
	uint32_t wire_bytes;
};

static struct record load_record(const struct tw_pcap *pcap, const uint8_t *at)
{
	struct record record = {
	    .seconds = tw_load32(at, pcap->big_endian),
	    .fraction = tw_load32(at + 4, pcap->big_endian),
	    .captured_bytes = tw_load32(at + 8, pcap->big_endian),
	    .wire_bytes = tw_load32(at + 12, pcap->big_endian),
	};

	if (pcap->lengths == TW_PCAP_CAPTURED_FIRST)
		return record;
	if (pcap->lengths == TW_PCAP_WIRE_FIRST || record.captured_bytes > record.wire_bytes) {
		uint32_t captured_bytes = record.wire_bytes;

		record.wire_bytes = record.captured_bytes;
		record.captured_bytes = captured_bytes;
	}
	return record;
}

static bool record_is_plausible(const struct tw_pcap *pcap, const struct record *record)
{
	return (uint64_t)record->fraction * pcap->fraction_ns < (uint64_t)TW_NS_PER_S &&
	       record->captured_bytes <= TW_LIMIT_RECORD_BYTES &&
	       record->captured_bytes <= record->wire_bytes &&
	       record->wire_bytes <= GUESS_WIRE_BYTES_MAX;
}

/* How many of the first records in `bytes` make sense with this layout; 0 where one does not. */
static size_t fitting_records(const struct tw_pcap *pcap, struct tw_slice bytes)
{
	size_t count = 0;

	while (count < GUESS_RECORDS && bytes.size >= pcap->record_header_bytes) {
		struct record record = load_record(pcap, bytes.data);

		if (!record_is_plausible(pcap, &record))
			return 0;
		bytes =
		    tw_slice_from(bytes, (size_t)pcap->record_header_bytes + record.captured_bytes);
		count++;
	}
	return count;
}

/*
 * Patched libpcaps of 1999 changed the record's layout but not the magic. A standard layout that
 * makes sense stays; so does one that makes as little sense as the others.
 */
static void guess_layout(struct tw_pcap *pcap, const struct variant *variant, struct tw_slice bytes)
{
	uint8_t best = variant->layouts[0];
	size_t best_count = 0;

	for (size_t i = 0; i < TW_LEN(variant->layouts) && variant->layouts[i] > 0; i++) {
		pcap->record_header_bytes = variant->layouts[i];

		size_t count = fitting_records(pcap, bytes);

		if (count > best_count) {
			best = variant->layouts[i];
			best_count = count;
		}
		if (i == 0 && count > 0)
			break;
	}
	pcap->record_header_bytes = best;
}

/* Known are 2.0 to 2.4, and 543.0 of DG/UX; before 2.3 the length on the wire came first. */
static bool read_version(struct tw_pcap *pcap, uint16_t major, uint16_t minor)
{
	pcap->lengths = TW_PCAP_CAPTURED_FIRST;
	if (major == 543 && minor == 0) {
		pcap->lengths = TW_PCAP_WIRE_FIRST;
		return true;
	}
	if (major != 2 || minor > 4)
		return false;
	if (minor < 3)
		pcap->lengths = TW_PCAP_WIRE_FIRST;
	/* Some 2.3 files were written in the old order all the same. */
	if (minor == 3)
		pcap->lengths = TW_PCAP_SMALLER_FIRST;
	return true;
}

/* Version 2.2 with one of the interface types above is AIX, whose times are in nanoseconds. */
static bool read_aix(struct tw_pcap *pcap, uint16_t minor)
{
	if (minor != 2)
		return false;
	for (size_t i = 0; i < TW_LEN(aix_links); i++) {
		if (aix_links[i].interface_type != pcap->link_type)
			continue;
		pcap->link_type = aix_links[i].link_type;
		pcap->fraction_ns = 1;
		return true;
	}
	return false;
}

/* Kept out of the walk, which would else save registers for errors with every record. */
#define ONCE_PER_FILE __attribute__((cold, noinline))

static ONCE_PER_FILE bool refuse(struct tw_input_info *info, enum tw_err code, uint64_t offset,
				 uint64_t claim)
{
	info->error = (struct tw_error){
	    .code = code,
	    .has_offset = true,
	    .offset = offset,
	    .has_claim = claim > 0,
	    .claim_bytes = claim,
	};
	return false;
}

bool tw_pcap_begin(struct tw_pcap *pcap, struct tw_window *window, struct tw_input_info *info)
{
	if (!tw_window_need(window, HEADER_BYTES)) {
		info->error = tw_window_stop(window, 0, HEADER_BYTES);
		return false;
	}
	*pcap = (struct tw_pcap){0};

	const struct variant *variant = find_variant(window->at, &pcap->big_endian);

	if (!variant)
		return refuse(info, TW_ERR_FORMAT, 0, 0);

	uint16_t major = tw_load16(window->at + 4, pcap->big_endian);
	uint16_t minor = tw_load16(window->at + 6, pcap->big_endian);
	uint32_t snap_length = tw_load32(window->at + 16, pcap->big_endian);

	if (!read_version(pcap, major, minor))
		return refuse(info, TW_ERR_VERSION, 0, 0);
	pcap->fraction_ns = variant->fraction_ns;
	pcap->link_type = tw_load32(window->at + 20, pcap->big_endian) & LINK_TYPE_MASK;
	/* A value beyond any record limits nothing; some writers leave 0 or 2^31 - 1. */
	info->snap_length = snap_length <= TW_LIMIT_RECORD_BYTES ? snap_length : 0;
	if (!tw_window_skip(window, (uint64_t)HEADER_BYTES + variant->more_header_bytes)) {
		info->error = tw_window_stop(window, 0, 0);
		return false;
	}

	pcap->record_header_bytes = variant->layouts[0];
	if (!read_aix(pcap, minor))
		guess_layout(pcap, variant, tw_slice_of(window->at, tw_window_size(window)));
	return true;
}

static ONCE_PER_FILE bool stop(const struct tw_window *window, struct tw_input_info *info,
			       uint64_t claim)
{
	info->error = tw_window_stop(window, tw_window_offset(window), claim);
	return false;
}

bool tw_pcap_next(struct tw_pcap *pcap, struct tw_window *window, struct tw_input_info *info,
		  struct tw_frame *frame)
{
	size_t header_bytes = pcap->record_header_bytes;

	if (!tw_window_need(window, header_bytes))
		return stop(window, info, 0);

	struct record record = load_record(pcap, window->at);
	size_t record_bytes = header_bytes + record.captured_bytes;

	if (record.captured_bytes > TW_LIMIT_RECORD_BYTES)
		return refuse(info, TW_ERR_RECORD, tw_window_offset(window), record.captured_bytes);
	if (!tw_window_need(window, record_bytes))
		return stop(window, info, record_bytes);
	*frame = (struct tw_frame){
	    .has_time = true,
	    .time_ns = (int64_t)record.seconds * TW_NS_PER_S +
		       (int64_t)record.fraction * (int64_t)pcap->fraction_ns,
	    .link_type = pcap->link_type,
	    .wire_bytes = record.wire_bytes,
	    .bytes = tw_slice_of(window->at + header_bytes, record.captured_bytes),
	};
	window->at += record_bytes;
	return true;
}
