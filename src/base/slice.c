/* slice.c: the bounded reader; the one place where bytes of the input are picked up. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/slice.h"

struct tw_slice tw_reader_take(struct tw_reader *reader, size_t size)
{
	if (size > reader->rest.size) {
		reader->truncated = true;
		reader->rest.size = 0;
		return (struct tw_slice){0};
	}
	struct tw_slice taken = tw_slice_of(reader->rest.data, size);
	reader->rest = tw_slice_from(reader->rest, size);
	return taken;
}

void tw_reader_skip(struct tw_reader *reader, size_t size)
{
	(void)tw_reader_take(reader, size);
}

uint8_t tw_reader_u8(struct tw_reader *reader)
{
	struct tw_slice s = tw_reader_take(reader, 1);

	return s.size == 1 ? s.data[0] : 0;
}

uint16_t tw_reader_be16(struct tw_reader *reader)
{
	struct tw_slice s = tw_reader_take(reader, 2);

	return s.size == 2 ? (uint16_t)(s.data[0] << 8 | s.data[1]) : 0;
}

uint32_t tw_reader_be32(struct tw_reader *reader)
{
	struct tw_slice s = tw_reader_take(reader, 4);

	if (s.size != 4)
		return 0;
	return (uint32_t)s.data[0] << 24 | (uint32_t)s.data[1] << 16 | (uint32_t)s.data[2] << 8 |
	       s.data[3];
}

uint16_t tw_reader_le16(struct tw_reader *reader)
{
	struct tw_slice s = tw_reader_take(reader, 2);

	return s.size == 2 ? (uint16_t)(s.data[1] << 8 | s.data[0]) : 0;
}

uint32_t tw_reader_le32(struct tw_reader *reader)
{
	struct tw_slice s = tw_reader_take(reader, 4);

	if (s.size != 4)
		return 0;
	return (uint32_t)s.data[3] << 24 | (uint32_t)s.data[2] << 16 | (uint32_t)s.data[1] << 8 |
	       s.data[0];
}
