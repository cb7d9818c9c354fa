/* options.c: TCP options, each by its kind; a table says which lengths a kind may have. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/options.h"

#include "wire/decode.h"

enum {
	KIND_END = 0,
	KIND_NOP = 1,
	KINDS = 256,
	TIMESTAMPS_BYTES = 10,
	NOP_NOP_TIMESTAMPS =
	    0x0101080a, /* RFC 7323 appendix A: what nearly every segment carries */
	SACK_BLOCK_BYTES = 8,
	MPTCP_RESET_BYTES = 4,
	EXPERIMENT_FAST_OPEN = 0xf989, /* RFC 7413 appendix A */
	EXPERIMENT_ACCECN_0 = 0xacc0,  /* before the kinds 172 and 174 were assigned */
	EXPERIMENT_ACCECN_1 = 0xacc1,
};

typedef void parser(struct tw_slice option, struct tw_tcp_options *options);

/* `option` is the whole option with its kind and length, which the table has checked. */
static void parse_mss(struct tw_slice option, struct tw_tcp_options *options)
{
	options->mss = tw_be16(option.data + 2);
}

static void parse_window_scale(struct tw_slice option, struct tw_tcp_options *options)
{
	options->window_scale = option.data[2];
}

static void parse_sack(struct tw_slice option, struct tw_tcp_options *options)
{
	options->sack_count = 0;
	for (size_t at = 2; at < option.size && options->sack_count < TW_SACK_BLOCKS_MAX;
	     at += SACK_BLOCK_BYTES) {
		options->sack[options->sack_count].left = tw_be32(option.data + at);
		options->sack[options->sack_count].right = tw_be32(option.data + at + 4);
		options->sack_count++;
	}
}

static void parse_timestamps(struct tw_slice option, struct tw_tcp_options *options)
{
	options->tsval = tw_be32(option.data + 2);
	options->tsecr = tw_be32(option.data + 6);
}

static void parse_fast_open(struct tw_slice option, struct tw_tcp_options *options)
{
	options->fast_open_cookie_bytes = (uint8_t)(option.size - 2);
}

/* Several MPTCP options may stand together; one that ends something is the one to know. */
static void parse_mptcp(struct tw_slice option, struct tw_tcp_options *options)
{
	uint8_t subtype = option.data[2] >> 4;
	bool had_end = options->mptcp_subtype == TW_MPTCP_FASTCLOSE ||
		       options->mptcp_subtype == TW_MPTCP_TCPRST;

	if (had_end && subtype != TW_MPTCP_TCPRST)
		return;
	options->mptcp_subtype = subtype;
	if (subtype == TW_MPTCP_TCPRST && option.size >= MPTCP_RESET_BYTES)
		options->mptcp_reset_reason = option.data[3];
}

/* Kinds 253 and 254 are told apart by the first bytes of their data (RFC 6994). */
static void parse_experiment(struct tw_slice option, struct tw_tcp_options *options)
{
	uint16_t id = option.size >= 4 ? tw_be16(option.data + 2) : 0;

	if (id == EXPERIMENT_FAST_OPEN) {
		options->present |= TW_OPTION_FAST_OPEN;
		options->fast_open_cookie_bytes = (uint8_t)(option.size - 4);
	} else if (id == EXPERIMENT_ACCECN_0 || id == EXPERIMENT_ACCECN_1) {
		options->present |= TW_OPTION_ACCURATE_ECN;
	} else {
		options->present |= TW_OPTION_OTHER;
	}
}

/* Lengths are min, min + step, ... up to max; a min of 0 marks a kind without a name here. */
struct kind {
	uint16_t bit; /* enum tw_option; 0 where the parser says */
	uint8_t min;
	uint8_t max;
	uint8_t step;
	parser *parse; /* NULL: presence is all */
};

/* www.iana.org/assignments/tcp-parameters */
static const struct kind kinds[KINDS] = {
    [2] = {TW_OPTION_MSS, 4, 4, 1, parse_mss},
    [3] = {TW_OPTION_WINDOW_SCALE, 3, 3, 1, parse_window_scale},
    [4] = {TW_OPTION_SACK_PERMITTED, 2, 2, 1, NULL},
    [5] = {TW_OPTION_SACK, 10, 34, SACK_BLOCK_BYTES, parse_sack},
    [8] = {TW_OPTION_TIMESTAMPS, TIMESTAMPS_BYTES, TIMESTAMPS_BYTES, 1, parse_timestamps},
    [19] = {TW_OPTION_MD5, 18, 18, 1, NULL},
    [28] = {TW_OPTION_USER_TIMEOUT, 4, 4, 1, NULL},
    [29] = {TW_OPTION_AO, 4, 40, 1, NULL},
    [30] = {TW_OPTION_MPTCP, 3, 40, 1, parse_mptcp},
    [34] = {TW_OPTION_FAST_OPEN, 2, 18, 1, parse_fast_open},
    [172] = {TW_OPTION_ACCURATE_ECN, 2, 11, 3, NULL},
    [174] = {TW_OPTION_ACCURATE_ECN, 2, 11, 3, NULL},
    [253] = {0, 2, 40, 1, parse_experiment},
    [254] = {0, 2, 40, 1, parse_experiment},
};

static bool length_fits(const struct kind *kind, size_t size)
{
	return size >= kind->min && size <= kind->max && (size - kind->min) % kind->step == 0;
}

/* False where the length cannot be. */
static bool parse_one(struct tw_slice option, struct tw_tcp_options *options)
{
	const struct kind *kind = &kinds[option.data[0]];

	if (kind->min == 0) {
		options->present |= TW_OPTION_OTHER;
		return true;
	}
	if (!length_fits(kind, option.size))
		return false;
	options->present |= kind->bit;
	if (kind->parse)
		kind->parse(option, options);
	return true;
}

/* The option at the front of `rest`; empty where its length is cut off or cannot be. */
static struct tw_slice front(struct tw_slice rest)
{
	size_t size = rest.size >= 2 ? rest.data[1] : 0;

	return size >= 2 && size <= rest.size ? tw_slice_head(rest, size) : (struct tw_slice){0};
}

static void parse_list(struct tw_slice rest, bool is_cut, struct tw_tcp_options *options)
{
	while (rest.size > 0 && rest.data[0] != KIND_END) {
		if (rest.data[0] == KIND_NOP) {
			rest = tw_slice_from(rest, 1);
			continue;
		}
		struct tw_slice option = front(rest);
		bool ran_out = option.size == 0 && (rest.size < 2 || rest.data[1] > rest.size);

		if (is_cut && ran_out)
			return;
		if (option.size == 0 || !parse_one(option, options)) {
			options->present |= TW_OPTION_MALFORMED;
			return;
		}
		rest = tw_slice_from(rest, option.size);
	}
}

void tw_tcp_options_parse_cut(struct tw_slice bytes, bool is_cut, struct tw_tcp_options *options)
{
	options->mptcp_subtype = TW_MPTCP_NONE;
	if (bytes.size == 12 && tw_be32(bytes.data) == NOP_NOP_TIMESTAMPS) {
		options->present = TW_OPTION_TIMESTAMPS;
		parse_timestamps(tw_slice_from(bytes, 2), options);
		return;
	}
	parse_list(bytes, is_cut, options);
}

void tw_tcp_options_parse(struct tw_slice bytes, struct tw_tcp_options *options)
{
	*options = (struct tw_tcp_options){0};
	tw_tcp_options_parse_cut(bytes, false, options);
}
