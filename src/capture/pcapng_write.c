/* pcapng_write.c: lays out blocks and options; a block's length is filled in at its end. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/pcapng_write.h"

#include "base/assert.h"

#include <string.h>

/* Section numbers below are those of draft-ietf-opsawg-pcapng. */
enum {
	BYTE_ORDER_MAGIC = 0x1a2b3c4d,
	VERSION_MAJOR = 1,
	VERSION_MINOR = 0,
	OPTION_BYTES_MAX = UINT16_MAX,
	NANOSECONDS = 9, /* if_tsresol: 10^-9 s */
};

enum block_type {
	BLOCK_INTERFACE = 1,
	BLOCK_STATISTICS = 5,
	BLOCK_ENHANCED_PACKET = 6,
	BLOCK_SECTION = 0x0a0d0d0a,
};

enum option_code {
	OPTION_END = 0,
	OPTION_COMMENT = 1,
	OPTION_HARDWARE = 2,	    /* shb_hardware */
	OPTION_INTERFACE_NAME = 2,  /* if_name */
	OPTION_OS = 3,		    /* shb_os */
	OPTION_END_TIME = 3,	    /* isb_endtime */
	OPTION_APPLICATION = 4,	    /* shb_userappl */
	OPTION_RECEIVED = 4,	    /* isb_ifrecv */
	OPTION_TIME_RESOLUTION = 9, /* if_tsresol */
};

static void add_bytes(struct tw_buf *out, const void *bytes, size_t size)
{
	tw_buf_add(out, (struct tw_str){.text = bytes, .size = size});
}

static void add16(struct tw_buf *out, uint16_t value)
{
	const uint8_t bytes[] = {(uint8_t)value, (uint8_t)(value >> 8)};

	add_bytes(out, bytes, sizeof(bytes));
}

static void add32(struct tw_buf *out, uint32_t value)
{
	add16(out, (uint16_t)value);
	add16(out, (uint16_t)(value >> 16));
}

/* Blocks and options are multiples of 32 bits (3.1, 3.5). */
static void add_padded(struct tw_buf *out, const void *bytes, size_t size)
{
	add_bytes(out, bytes, size);
	tw_buf_fill(out, '\0', (4 - size % 4) % 4);
}

/* Returns the block's place, for block_end(). */
static size_t block_begin(struct tw_buf *out, enum block_type type)
{
	size_t at = out->size;

	add32(out, type);
	add32(out, 0);
	return at;
}

/* The length stands at both ends, so that files can be read backwards (3.1). */
static void block_end(struct tw_buf *out, size_t at)
{
	size_t size = out->size - at + 4;

	add32(out, (uint32_t)size);
	if (out->overflowed)
		return;
	memcpy(out->text + at + 4, out->text + out->size - 4, 4);
}

static void add_option(struct tw_buf *out, uint16_t code, const void *value, size_t size)
{
	add16(out, code);
	add16(out, (uint16_t)size);
	add_padded(out, value, size);
}

static void add_text_option(struct tw_buf *out, uint16_t code, const char *text)
{
	if (!text)
		return;

	size_t size = strlen(text);

	if (size > OPTION_BYTES_MAX) {
		size = OPTION_BYTES_MAX;
		while (size > 0 && ((uint8_t)text[size] & 0xc0) == 0x80)
			size--;
	}
	add_option(out, code, text, size);
}

void tw_pcapng_add_section(struct tw_buf *out, const struct tw_pcapng_origin *origin)
{
	size_t at = block_begin(out, BLOCK_SECTION);

	add32(out, BYTE_ORDER_MAGIC);
	add16(out, VERSION_MAJOR);
	add16(out, VERSION_MINOR);
	/* The section's length is -1, not told: it is not known before its end (4.1). */
	add32(out, UINT32_MAX);
	add32(out, UINT32_MAX);
	add_text_option(out, OPTION_COMMENT, origin->comment);
	add_text_option(out, OPTION_HARDWARE, origin->hardware);
	add_text_option(out, OPTION_OS, origin->os);
	add_text_option(out, OPTION_APPLICATION, origin->application);
	add_option(out, OPTION_END, "", 0);
	block_end(out, at);
}

void tw_pcapng_add_interface(struct tw_buf *out, uint16_t link_type, const char *name)
{
	const uint8_t resolution = NANOSECONDS;
	size_t at = block_begin(out, BLOCK_INTERFACE);

	add16(out, link_type);
	add16(out, 0);
	add32(out, 0); /* no snap length */
	add_text_option(out, OPTION_INTERFACE_NAME, name);
	add_option(out, OPTION_TIME_RESOLUTION, &resolution, sizeof(resolution));
	add_option(out, OPTION_END, "", 0);
	block_end(out, at);
}

void tw_pcapng_add_packet(struct tw_buf *out, uint32_t interface, int64_t time_ns,
			  struct tw_slice bytes, uint32_t wire_bytes)
{
	TW_ASSERT(time_ns >= 0);
	TW_ASSERT(bytes.size <= wire_bytes);

	size_t at = block_begin(out, BLOCK_ENHANCED_PACKET);

	add32(out, interface);
	add32(out, (uint32_t)(time_ns >> 32));
	add32(out, (uint32_t)time_ns);
	add32(out, (uint32_t)bytes.size);
	add32(out, wire_bytes);
	add_padded(out, bytes.data, bytes.size);
	block_end(out, at);
}

/* Of a time the high half stands first; a count is a plain integer (4.6). */
void tw_pcapng_add_statistics(struct tw_buf *out, uint32_t interface, int64_t end_ns,
			      uint64_t received)
{
	TW_ASSERT(end_ns >= 0);

	size_t at = block_begin(out, BLOCK_STATISTICS);

	add32(out, interface);
	add32(out, (uint32_t)(end_ns >> 32));
	add32(out, (uint32_t)end_ns);
	add16(out, OPTION_END_TIME);
	add16(out, 8);
	add32(out, (uint32_t)(end_ns >> 32));
	add32(out, (uint32_t)end_ns);
	add16(out, OPTION_RECEIVED);
	add16(out, 8);
	add32(out, (uint32_t)received);
	add32(out, (uint32_t)(received >> 32));
	add_option(out, OPTION_END, "", 0);
	block_end(out, at);
}
