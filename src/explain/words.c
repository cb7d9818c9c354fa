/* words.c: the small change of every sentence. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain/words.h"

#include "base/time.h"
#include "fact/detail.h"

#include <inttypes.h>
#include <string.h>

static void add_name(struct tw_buf *buf, const struct tw_case *c, unsigned side, const char *nobody)
{
	if (side == TW_NOBODY)
		tw_buf_add_text(buf, nobody);
	else
		tw_buf_add_safe(buf, c->name[side]);
}

static unsigned opposite(unsigned side)
{
	return side == TW_NOBODY ? TW_NOBODY : tw_other(side);
}

/* One name in braces, `key` without them; false where it is none of ours. */
static bool add_key(struct tw_buf *buf, const struct tw_case *c, struct tw_str key, unsigned side)
{
	const struct tw_cast *cast = &c->facts.cast;
	const struct {
		struct tw_str key;
		unsigned side;
		const char *nobody;
	} keys[] = {
	    {TW_STR("client"), cast->roles.client, "the client"},
	    {TW_STR("server"), cast->roles.server, "the server"},
	    {TW_STR("closer"), cast->closer, "the closing side"},
	    {TW_STR("late"), opposite(cast->closer), "the other side"},
	    {TW_STR("resetter"), cast->resetter, "the resetting side"},
	    {TW_STR("reset"), opposite(cast->resetter), "the other side"},
	    {TW_STR("side"), side, "one side"},
	    {TW_STR("peer"), opposite(side), "the other side"},
	};

	for (size_t i = 0; i < TW_LEN(keys); i++) {
		if (tw_str_equal(keys[i].key, key)) {
			add_name(buf, c, keys[i].side, keys[i].nobody);
			return true;
		}
	}
	return false;
}

static void capitalise(struct tw_buf *buf, size_t at)
{
	if (at < buf->size && buf->text[at] >= 'a' && buf->text[at] <= 'z')
		buf->text[at] = (char)(buf->text[at] - 'a' + 'A');
}

void tw_words_expand(struct tw_buf *buf, const struct tw_case *c, const char *words, unsigned side,
		     bool capital)
{
	size_t start = buf->size;
	bool sentence_start = capital;

	while (*words != '\0') {
		const char *end = *words == '{' ? strchr(words, '}') : NULL;
		size_t at = buf->size;
		struct tw_str key = {.text = words + 1,
				     .size = end ? (size_t)(end - words - 1) : 0};

		if (end && add_key(buf, c, key, side)) {
			words = end + 1;
			/* What the list says itself has its capitals already. */
			sentence_start |=
			    at >= start + 2 && strncmp(buf->text + at - 2, ". ", 2) == 0;
		} else {
			tw_buf_add_char(buf, *words);
			words++;
		}
		if (sentence_start)
			capitalise(buf, at);
		sentence_start = false;
	}
}

const char *tw_words_unit(const struct tw_case *c)
{
	return c->connection->typed ? "row" : "frame";
}

void tw_words_frames(struct tw_buf *buf, const struct tw_case *c, const uint64_t frames[],
		     size_t count)
{
	if (count == 0)
		return;
	tw_buf_printf(buf, "(%s%s ", tw_words_unit(c), count > 1 ? "s" : "");
	for (size_t i = 0; i < count; i++)
		tw_buf_printf(buf, "%s%" PRIu64,
			      i == 0	       ? ""
			      : i + 1 == count ? " and "
					       : ", ",
			      frames[i]);
	tw_buf_add_char(buf, ')');
}

void tw_words_at(struct tw_buf *buf, const struct tw_case *c, struct tw_moment moment)
{
	if (tw_happened(moment))
		tw_words_frames(buf, c, &moment.frame, 1);
}

void tw_words_when(struct tw_buf *buf, const struct tw_case *c, struct tw_moment moment)
{
	/* A clock that nobody has set, or a file without dates, is no time of day. */
	const int64_t dated_ns = INT64_C(86400) * 366 * TW_NS_PER_S;
	int64_t since = moment.time_ns - c->connection->first.time_ns;

	if (!c->connection->timed || !tw_happened(moment))
		return;
	if (moment.time_ns > dated_ns) {
		tw_buf_add_text(buf, " at ");
		tw_buf_add_clock(buf, moment.time_ns);
		tw_buf_add_text(buf, " UTC");
	}
	if (since < TW_NS_PER_MS)
		return;
	tw_buf_add_text(buf, moment.time_ns > dated_ns ? ", " : " ");
	tw_buf_add_duration(buf, since);
	tw_buf_printf(buf, " after the first %s", c->connection->typed ? "row" : "packet");
}

void tw_words_percent(struct tw_buf *buf, double probability)
{
	if (probability >= 0.995)
		tw_buf_add_text(buf, "over 99 %");
	else if (probability < 0.01)
		tw_buf_add_text(buf, "under 1 %");
	else
		tw_buf_printf(buf, "%.0f %%", probability * 100);
}

void tw_words_flags(struct tw_buf *buf, uint16_t flags)
{
	/* Wireshark's order. */
	static const struct {
		uint16_t flag;
		const char *name;
	} names[] = {
	    {TW_FIN, "FIN"}, {TW_SYN, "SYN"}, {TW_RST, "RST"}, {TW_PSH, "PSH"}, {TW_ACK, "ACK"},
	    {TW_URG, "URG"}, {TW_ECE, "ECE"}, {TW_CWR, "CWR"}, {TW_AE, "AE"},
	};
	bool any = false;

	for (size_t i = 0; i < TW_LEN(names); i++) {
		if (!(flags & names[i].flag))
			continue;
		tw_buf_printf(buf, "%s%s", any ? ", " : "", names[i].name);
		any = true;
	}
	if (!any)
		tw_buf_add_text(buf, "no flags");
}

unsigned tw_words_side(const struct tw_case *c, const struct tw_fact_value *value)
{
	switch ((enum tw_party)value->party) {
	case TW_PARTY_CLIENT:
		return c->facts.cast.roles.client;
	case TW_PARTY_SERVER:
		return c->facts.cast.roles.server;
	case TW_PARTY_NONE:
	case TW_PARTY_BOTH:
	case TW_PARTY_NETWORK:
		break;
	}
	return TW_NOBODY;
}

/* "Linux, macOS or Solaris"; of marks, which hold together: "TTL, IP ID and window". */
static void add_details(struct tw_buf *buf, enum tw_fact fact, uint32_t detail)
{
	bool together = fact == TW_FACT_RESET_FOREIGN || fact == TW_FACT_RESET_DETECTED;
	const struct tw_detail *row;
	bool any = false;

	for (unsigned bit = 0; (row = tw_fact_detail(fact, bit)); bit++) {
		uint32_t later = detail >> bit >> 1;

		if (!(detail & tw_detail_bit(bit)))
			continue;
		if (any)
			tw_buf_add_text(buf, later ? ", " : together ? " and " : " or ");
		tw_buf_add_text(buf, row->words);
		any = true;
	}
}

void tw_words_fact(struct tw_buf *buf, const struct tw_case *c, enum tw_fact fact, bool capital)
{
	const struct tw_fact_value *value = &c->facts.value[fact];
	const struct tw_fact_info *info = tw_fact_info(fact);

	tw_words_expand(buf, c, value->answer == TW_NO ? info->no : info->yes,
			tw_words_side(c, value), capital);
	if (value->detail != 0 && tw_fact_detail(fact, 0)) {
		tw_buf_add_text(buf, ": ");
		add_details(buf, fact, value->detail);
	}
	if (value->frame_count > 0)
		tw_buf_add_char(buf, ' ');
	tw_words_frames(buf, c, value->frames, value->frame_count);
}

/*
 * How much likelier an answer makes a cause, as a ratio; inferred facts weigh only what is not
 * already counted, so one that was inferred the same way is no news.
 */
static double effect(const struct tw_case *c, const struct tw_likelihood *expects,
		     enum tw_answer answer)
{
	const struct tw_fact_value *value = &c->facts.value[expects->fact];
	double base = tw_fact_info(expects->fact)->base_percent / 100.0;
	double yes = expects->percent / 100.0;

	if (value->answer == answer)
		return 1;
	return answer == TW_YES ? yes / base : (1 - yes) / (1 - base);
}

/* An inference surer than this is no open question. */
enum { NEWS_BELOW = 80 };

static struct tw_open_fact most_extreme(const struct tw_case *c, enum tw_cause cause, bool upwards)
{
	const struct tw_likelihood *expects = tw_cause_entry(cause)->expects;
	struct tw_open_fact best = {TW_FACT_NONE, TW_UNKNOWN};
	double most = 1;

	for (size_t i = 0; i < TW_EXPECTS_MAX && expects[i].fact != TW_FACT_NONE; i++) {
		/* Nobody can look for what has no sentence, and what is known is no news. */
		if (!tw_fact_is_open(&c->facts, expects[i].fact) ||
		    c->facts.value[expects[i].fact].percent > NEWS_BELOW ||
		    tw_fact_info(expects[i].fact)->no[0] == '\0')
			continue;
		for (enum tw_answer answer = TW_YES; answer <= TW_NO; answer++) {
			double ratio = effect(c, &expects[i], answer);

			if (upwards ? ratio > most : ratio < most) {
				most = ratio;
				best = (struct tw_open_fact){expects[i].fact, answer};
			}
		}
	}
	return best;
}

struct tw_open_fact tw_words_raised_by(const struct tw_case *c, enum tw_cause cause)
{
	return most_extreme(c, cause, true);
}

struct tw_open_fact tw_words_sunk_by(const struct tw_case *c, enum tw_cause cause)
{
	return most_extreme(c, cause, false);
}

void tw_words_open_fact(struct tw_buf *buf, const struct tw_case *c, struct tw_open_fact open)
{
	const struct tw_fact_info *info = tw_fact_info(open.fact);

	tw_words_expand(buf, c, open.answer == TW_YES ? info->yes : info->no,
			tw_words_side(c, &c->facts.value[open.fact]), false);
}

void tw_words_count(struct tw_buf *buf, uint64_t count, const char *singular, const char *plural)
{
	tw_buf_printf(buf, "%" PRIu64 " %s", count, count == 1 ? singular : plural);
}
