/* test_hostile.c: small captures cut at every byte and damaged at random. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "build.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { ENDS_MAX = 16 };

/* A capture, and where each of its packets ends. */
struct sample {
	struct build *build;
	size_t header_end; /* an input cut there is whole, with no packet */
	size_t ends[ENDS_MAX];
	size_t count;
};

static void note(struct sample *s)
{
	s->ends[s->count++] = s->build->size;
}

static struct sample classic(uint32_t magic, bool big_endian, size_t after_record_header)
{
	struct sample s = {.build = build_new(big_endian)};

	put_pcap_header(s.build, magic, 2, 4, 65535, 1);
	s.header_end = s.build->size;
	for (uint32_t i = 0; i < 4; i++) {
		put32(s.build, i);
		put32(s.build, i);
		put32(s.build, 10 * i);
		put32(s.build, 10 * i);
		put_zeros(s.build, after_record_header);
		put_data(s.build, 10 * i, (uint8_t)i);
		note(&s);
	}
	return s;
}

static struct sample next_generation(bool big_endian)
{
	struct sample s = {.build = build_new(big_endian)};
	struct build *b = s.build;

	for (uint32_t i = 0; i < 2; i++) {
		put_section(b);
		put_clock(b, 9, 0);
		put_interface(b, 1, 20);

		size_t at = enhanced_begin(b, 0, i, 13, 13, 1);

		put_option(b, 1, "comment", 7);
		put_option32(b, 2, 1);
		put_option64(b, 4, 3);
		put_option(b, 0, NULL, 0);
		block_end(b, at);
		note(&s);
		put_simple(b, 20, 60, 2);
		note(&s);
		at = block_begin(b, 2);
		put16(b, 1);
		put16(b, 3);
		put64(b, 5);
		put32(b, 4);
		put32(b, 4);
		put_data(b, 4, 3);
		block_end(b, at);
		note(&s);
		at = block_begin(b, 5);
		put_zeros(b, 12);
		put_option64(b, 5, 9);
		block_end(b, at);
		at = block_begin(b, 0x12345678);
		put_data(b, 24, 3);
		block_end(b, at);
		put_enhanced(b, 1, i, 0, 0, 4);
		note(&s);
	}
	return s;
}

enum { SAMPLES = 7 };

static struct sample sample(size_t index)
{
	switch (index) {
	case 0:
		return classic(0xa1b2c3d4, false, 0);
	case 1:
		return classic(0xa1b23c4d, true, 0);
	case 2:
		return classic(0xa1b2cd34, false, 8);
	case 3:
		return classic(0xa1b2cd34, true, 12);
	case 4:
		return classic(0xa1b2c3d4, true, 4);
	case 5:
		return next_generation(false);
	default:
		return next_generation(true);
	}
}

static void every_cut_gives_exactly_the_whole_packets(void **state)
{
	(void)state;
	/* Sample 4 has no magic of its own: cut short, its layout cannot be guessed. */
	for (size_t i = 0; i < SAMPLES; i++) {
		struct sample s = sample(i);

		for (size_t size = 0; size <= s.build->size; size++) {
			struct opened o = open_bytes(s.build->bytes, size);
			uint64_t frames = drain(o.source);
			size_t whole = 0;

			while (whole < s.count && s.ends[whole] <= size)
				whole++;
			if (i < 3 || i > 4 || size == s.build->size)
				assert_int_equal(frames, whole);
			assert_int_equal(tw_source_input(o.source, 0)->packets, frames);
			if (size == s.build->size || (size > 0 && size == s.header_end))
				assert_int_equal(tw_source_input(o.source, 0)->error.code,
						 TW_ERR_OK);
			close_opened(&o);
		}
		free(s.build);
	}
}

static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

/* Overwrites up to four bytes; half of them with values that stand at the edges. */
static void damage(uint8_t *bytes, size_t size, uint32_t *seed)
{
	static const uint8_t edges[] = {0x00, 0x01, 0x7f, 0x80, 0xff, 0x0a, 0x04, 0x40};
	uint32_t count = 1 + next_random(seed) % 4;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t random = next_random(seed);

		bytes[random % size] =
		    random & 0x100 ? edges[random >> 9 & 7] : (uint8_t)(random >> 16);
	}
}

static void random_damage_is_survived(void **state)
{
	(void)state;
	uint32_t seed = 20260101;

	for (size_t i = 0; i < SAMPLES; i++) {
		struct sample s = sample(i);
		size_t size = s.build->size;
		uint8_t *bytes = malloc(size);

		assert_non_null(bytes);
		for (size_t round = 0; round < 3000; round++) {
			memcpy(bytes, s.build->bytes, size);
			damage(bytes, size, &seed);

			struct opened o = open_bytes(bytes, size);

			/* A packet takes at least 16 bytes, whatever the damage says. */
			assert_in_range(drain(o.source), 0, size / 16);
			(void)tw_source_text(o.source, 0);
			close_opened(&o);
		}
		free(bytes);
		free(s.build);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_cut_gives_exactly_the_whole_packets),
	    cmocka_unit_test(random_damage_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
