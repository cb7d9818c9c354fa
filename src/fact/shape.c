/* shape.c: shapes of RSTs, one row per sender and class: measured, read in source, surveyed. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/shape.h"

/* What can be told of a RST. A shape demands some of these and excludes others. */
enum property {
	HAS_ACK = 1 << 0,	   /* the ACK bit */
	TO_SYN = 1 << 1,	   /* answers a SYN */
	ANSWERS = 1 << 2,	   /* its numbers are those of a reply */
	HAS_WINDOW = 1 << 3,	   /* other than 0 */
	HAS_TIMESTAMPS = 1 << 4,   /* the option */
	LACKS_TIMESTAMPS = 1 << 5, /* although both sides use it */
	FILLS_ACK = 1 << 6,	   /* bare, with SEQ in the acknowledgment field */
	HAS_IP_ID = 1 << 7,	   /* other than 0 */
	HAS_DF = 1 << 8,	   /* "don't fragment" */
	WINDOW_COPIED = 1 << 9,	   /* from the segment that it answers */
	GFW_WINDOW = 1 << 10,	   /* one of six that a censor used in August 2025 */
	TTL_64 = 1 << 11,	   /* counts down from 64, */
	TTL_128 = 1 << 12,	   /* from 128, */
	TTL_255 = 1 << 13,	   /* from 255 */
};

struct shape {
	enum tw_sender sender;
	uint32_t has;
	uint32_t lacks;
};

/*
 * Measured on Linux 6.18; read in FreeBSD 13, XNU, illumos, libnet's callers in Suricata, Snort 3;
 * majority values of nmap-os-db. Who is not listed may have any shape.
 */
static const struct shape shapes[] = {
    /* Aborts of sockets. */
    {TW_SENDER_LINUX, HAS_ACK | HAS_WINDOW | HAS_DF | HAS_IP_ID | TTL_64,
     TO_SYN | LACKS_TIMESTAMPS},
    {TW_SENDER_FREEBSD, HAS_ACK | TTL_64, TO_SYN | HAS_WINDOW | LACKS_TIMESTAMPS},
    {TW_SENDER_MACOS, HAS_ACK | HAS_WINDOW | TTL_64, TO_SYN | HAS_TIMESTAMPS},
    {TW_SENDER_WINDOWS, HAS_ACK | TTL_128, TO_SYN | HAS_WINDOW | HAS_TIMESTAMPS},
    {TW_SENDER_SOLARIS, 0, HAS_ACK | TO_SYN | HAS_TIMESTAMPS | FILLS_ACK},
    /* Replies without a socket, to segments that have ACK. */
    {TW_SENDER_LINUX, ANSWERS | HAS_DF | TTL_64,
     HAS_ACK | TO_SYN | HAS_WINDOW | HAS_TIMESTAMPS | FILLS_ACK | HAS_IP_ID},
    {TW_SENDER_FREEBSD, ANSWERS | TTL_64,
     HAS_ACK | TO_SYN | HAS_WINDOW | HAS_TIMESTAMPS | FILLS_ACK},
    {TW_SENDER_MACOS, ANSWERS | HAS_DF | TTL_64,
     HAS_ACK | TO_SYN | HAS_WINDOW | HAS_TIMESTAMPS | FILLS_ACK},
    {TW_SENDER_WINDOWS, ANSWERS | FILLS_ACK | TTL_128,
     HAS_ACK | TO_SYN | HAS_WINDOW | HAS_TIMESTAMPS},
    {TW_SENDER_CISCO, ANSWERS | TTL_255,
     HAS_ACK | TO_SYN | HAS_WINDOW | HAS_TIMESTAMPS | FILLS_ACK | HAS_DF},
    {TW_SENDER_REJECT_RULE, ANSWERS | HAS_DF,
     HAS_ACK | TO_SYN | HAS_WINDOW | HAS_TIMESTAMPS | FILLS_ACK | HAS_IP_ID},
    {TW_SENDER_LWIP, HAS_ACK | HAS_WINDOW | TTL_255, TO_SYN | HAS_TIMESTAMPS | HAS_DF},
    /* Refusals of a SYN. */
    {TW_SENDER_LINUX, HAS_ACK | TO_SYN | HAS_DF | TTL_64, HAS_WINDOW | HAS_TIMESTAMPS | HAS_IP_ID},
    {TW_SENDER_FREEBSD, HAS_ACK | TO_SYN | TTL_64, HAS_WINDOW | HAS_TIMESTAMPS},
    {TW_SENDER_MACOS, HAS_ACK | TO_SYN | TTL_64, HAS_WINDOW | HAS_TIMESTAMPS | HAS_DF},
    {TW_SENDER_WINDOWS, HAS_ACK | TO_SYN | TTL_128, HAS_WINDOW | HAS_TIMESTAMPS},
    {TW_SENDER_SOLARIS, HAS_ACK | TO_SYN, HAS_WINDOW | HAS_TIMESTAMPS | HAS_IP_ID},
    {TW_SENDER_CISCO, HAS_ACK | TO_SYN | TTL_255, HAS_WINDOW | HAS_TIMESTAMPS | HAS_DF},
    {TW_SENDER_LWIP, HAS_ACK | TO_SYN | HAS_WINDOW | TTL_255, HAS_TIMESTAMPS | HAS_DF},
    {TW_SENDER_REJECT_RULE, HAS_ACK | TO_SYN | HAS_DF, HAS_WINDOW | HAS_TIMESTAMPS | HAS_IP_ID},
    /* Boxes and tools. */
    {TW_SENDER_SURICATA, HAS_ACK | HAS_WINDOW | WINDOW_COPIED | TTL_64,
     HAS_TIMESTAMPS | HAS_IP_ID | HAS_DF},
    {TW_SENDER_SNORT, HAS_ACK, HAS_WINDOW | HAS_TIMESTAMPS},
    {TW_SENDER_GFW_2025, HAS_ACK | GFW_WINDOW, HAS_TIMESTAMPS},
};

/* Which initial TTL is left behind it: 31 hops are more than real paths have. */
static uint32_t initial_ttl(uint8_t ttl)
{
	enum { HOPS = 31 };

	if (ttl <= 64)
		return ttl >= 64 - HOPS ? TTL_64 : 0;
	if (ttl <= 128)
		return ttl >= 128 - HOPS ? TTL_128 : 0;
	return ttl >= 255 - HOPS ? TTL_255 : 0;
}

static uint32_t flag_if(bool condition, enum property property)
{
	return condition ? (uint32_t)property : 0;
}

/* gfw.report, 2025-08-20: to a SYN, and to what follows a SYN,ACK. */
static bool has_gfw_window(const struct tw_reset *reset)
{
	return reset->to_syn ? reset->window >= 1980 && reset->window <= 1982
			     : reset->window >= 3293 && reset->window <= 3295;
}

static uint32_t properties_of(const struct tw_side *resetter, bool negotiated)
{
	const struct tw_reset *reset = &resetter->reset;
	bool bare = !(reset->flags & TW_ACK);
	bool shows = (reset->options & TW_OPTION_TIMESTAMPS) != 0;
	/* In the other direction the segment that offended is its apparent sender's own. */
	uint16_t offending =
	    tw_happened(reset->trigger) ? reset->trigger_window : reset->own_window;

	return flag_if(!bare, HAS_ACK) | flag_if(reset->to_syn, TO_SYN) |
	       flag_if(tw_happened(reset->trigger), ANSWERS) |
	       flag_if(reset->window != 0, HAS_WINDOW) | flag_if(shows, HAS_TIMESTAMPS) |
	       flag_if(negotiated && !shows, LACKS_TIMESTAMPS) |
	       flag_if(bare && reset->ack != 0, FILLS_ACK) | flag_if(reset->ip_id != 0, HAS_IP_ID) |
	       flag_if(reset->dont_fragment, HAS_DF) |
	       flag_if(reset->window == offending, WINDOW_COPIED) |
	       flag_if(has_gfw_window(reset), GFW_WINDOW) | initial_ttl(reset->ttl);
}

/* Which of these the input really shows. */
static uint32_t known_properties(const struct tw_side *resetter, bool with_ttl)
{
	const struct tw_reset *reset = &resetter->reset;
	bool options = (reset->known & TW_FIELD_OPTIONS) != 0;
	/* A closed window hides whether this stack would show one. */
	bool closed = reset->own_window_known && reset->own_window == 0 && reset->window == 0;
	uint32_t ip = flag_if((reset->known & TW_FIELD_IP_ID) != 0, HAS_IP_ID);
	uint32_t ttl = TTL_64 | TTL_128 | TTL_255;

	if (ip && !(resetter->marks & TW_SIDE_NO_DF))
		ip |= HAS_DF;
	/* Stacks that always send 0 do so in their RSTs. */
	if (resetter->marks & TW_SIDE_ZERO_IP_ID && reset->ip_id == 0)
		ip &= ~(uint32_t)HAS_IP_ID;
	if (!with_ttl || !(reset->known & TW_FIELD_TTL) || initial_ttl(reset->ttl) == 0)
		ttl = 0;
	return HAS_ACK | TO_SYN | flag_if(!reset->forgotten, ANSWERS) |
	       (closed ? 0U : (uint32_t)HAS_WINDOW | GFW_WINDOW) |
	       flag_if(options, HAS_TIMESTAMPS) | flag_if(options, LACKS_TIMESTAMPS) |
	       flag_if((reset->known & TW_FIELD_ACK) != 0, FILLS_ACK) | ip | ttl |
	       flag_if(!reset->forgotten, WINDOW_COPIED);
}

uint32_t tw_shape_of_reset(const struct tw_derive *d, bool with_ttl)
{
	bool negotiated = (d->resetter->marks & TW_SIDE_TIMESTAMPS) != 0;
	uint32_t shows = properties_of(d->resetter, negotiated);
	uint32_t known = known_properties(d->resetter, with_ttl);
	uint32_t senders = 0;

	for (size_t i = 0; i < TW_LEN(shapes); i++)
		if (((shapes[i].has & ~shows) & known) == 0 &&
		    (shapes[i].lacks & shows & known) == 0)
			senders |= tw_detail_bit(shapes[i].sender);
	return senders;
}

uint32_t tw_shape_stack_of(const struct tw_side *side)
{
	uint32_t ttl = initial_ttl(side->ttl_max);

	if (side->segments == side->reset_count || side->ttl_max == 0 || ttl == 0)
		return TW_SENDERS_HOSTS;
	if (ttl == TTL_128)
		return tw_detail_bit(TW_SENDER_WINDOWS);
	if (ttl == TTL_255)
		return tw_detail_bit(TW_SENDER_SOLARIS) | tw_detail_bit(TW_SENDER_LWIP) |
		       tw_detail_bit(TW_SENDER_CISCO);
	return tw_detail_bit(TW_SENDER_LINUX) | tw_detail_bit(TW_SENDER_FREEBSD) |
	       tw_detail_bit(TW_SENDER_MACOS) | tw_detail_bit(TW_SENDER_SOLARIS);
}

static void put_stack(struct tw_derive *d, enum tw_fact fact, const struct tw_side *side)
{
	enum { SURE_BY_TTL = 85 };
	uint32_t stacks = tw_shape_stack_of(side);
	struct tw_fact_value *value;

	if (stacks == TW_SENDERS_HOSTS)
		return;
	value = tw_derive_put_side(d, fact, true, SURE_BY_TTL, side);
	value->detail = stacks;
	tw_fact_frame(value, side->first);
}

void tw_facts_shape(struct tw_derive *d)
{
	enum { SURE_SHAPE = 90 };
	struct tw_fact_value *value;

	put_stack(d, TW_FACT_CLIENT_STACK, d->client);
	put_stack(d, TW_FACT_SERVER_STACK, d->server);
	if (!d->resetter || !(d->resetter->reset.known & TW_FIELD_WINDOW))
		return;
	uint32_t senders = tw_shape_of_reset(d, true);

	value = tw_derive_put_side(d, TW_FACT_RESET_SHAPE, senders != 0, SURE_SHAPE, d->resetter);
	value->detail = senders;
	tw_fact_frame(value, d->resetter->reset.at);
}
