/* sender.c: tells one hand from two. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/sender.h"

#include "fact/shape.h"
#include "tcp/arrival.h"
#include "tcp/reset.h"

/*
 * A socket that is aborted sends its RST like all its segments: with its TTL, its count of IP IDs,
 * its DF and flow label. The stateless reply of the same host differs by construction: in the IP
 * ID at least, in the TTL where the socket has one of its own, in the flow label. So each is held
 * against its own class only.
 */
enum {
	SURE_OTHER_TTL = 90,
	SURE_OTHER_PORTS_TTL = 80,
	SURE_OTHER_IP_ID = 80,
	SURE_SAME_HAND = 97,
	SURE_FOREIGN_MIN = 75, /* less is no statement */
	SURE_FOREIGN_MAX = 99,
	IP_ID_BUSY = 4096, /* what a busy host may send elsewhere meanwhile */
};

struct tw_host_seen tw_sender_host(const struct tw_derive *d)
{
	const struct tw_side *resetter = d->resetter;
	struct tw_host_seen host = d->context->host[d->set->cast.resetter];

	if (resetter->segments > resetter->reset_count) {
		host.ttl_min = resetter->ttl_min;
		host.ttl_max = resetter->ttl_max;
		host.at = resetter->first;
	}
	if (resetter->distance_ns > 0)
		host.distance_ns = resetter->distance_ns;
	return host;
}

static bool has_other_ttl(const struct tw_reset *reset, const struct tw_host_seen *host)
{
	return tw_reset_has_other_ttl(reset, host->ttl_min, host->ttl_max);
}

bool tw_sender_is_second_host(const struct tw_derive *d)
{
	const struct tw_reset *reset = &d->resetter->reset;
	struct tw_host_seen host = tw_sender_host(d);

	return has_other_ttl(reset, &host) && tw_hops_of(reset->ttl) == tw_hops_of(host.ttl_max);
}

static void put_ttl(struct tw_derive *d)
{
	const struct tw_reset *reset = &d->resetter->reset;
	struct tw_host_seen host = tw_sender_host(d);
	bool here = d->resetter->segments > d->resetter->reset_count;
	bool differs = has_other_ttl(reset, &host);
	struct tw_fact_value *value;

	if (!(reset->known & TW_FIELD_TTL) || host.ttl_max == 0)
		return;
	/* Behind one address other ports may be other machines. */
	value = tw_derive_put_side(d, TW_FACT_RESET_TTL_DIFFERS, differs,
				   !here     ? SURE_OTHER_PORTS_TTL
				   : differs ? SURE_OTHER_TTL
					     : TW_SEEN,
				   d->resetter);
	tw_fact_frame(value, host.at);
	tw_fact_frame(value, reset->at);
}

static void put_ip_id(struct tw_derive *d)
{
	const struct tw_side *resetter = d->resetter;
	const struct tw_reset *reset = &resetter->reset;
	struct tw_fact_value *value;

	/* Where the IDs before it were random, the next one says nothing by another step. */
	if (!(reset->known & TW_FIELD_IP_ID) || !(reset->flags & TW_ACK) || reset->to_syn ||
	    (resetter->marks & TW_SIDE_ZERO_IP_ID) || resetter->ip_id == 0 ||
	    (!reset->ip_id_continues && (resetter->marks & TW_SIDE_IP_ID_JUMPS)))
		return;
	value = tw_derive_put_side(d, TW_FACT_RESET_IP_ID_CONTINUES, reset->ip_id_continues,
				   reset->ip_id_continues ? TW_SEEN : SURE_OTHER_IP_ID, resetter);
	tw_fact_frame(value, reset->at);
}

static uint32_t mark_if(bool condition, enum tw_mark mark)
{
	return condition ? tw_detail_bit(mark) : 0;
}

static bool lost_df(const struct tw_side *resetter)
{
	return (resetter->marks & TW_SIDE_DF) && !(resetter->marks & TW_SIDE_NO_DF) &&
	       (resetter->reset.known & TW_FIELD_IP_ID) && !resetter->reset.dont_fragment;
}

/* A window that is the other side's and not its own. */
static bool copied_window(const struct tw_reset *reset)
{
	return (reset->known & TW_FIELD_WINDOW) && reset->window != 0 && reset->own_window_known &&
	       tw_happened(reset->trigger) && reset->window == reset->trigger_window &&
	       reset->window != reset->own_window;
}

/* A shape that no stack with this host's TTL gives to a RST. */
static bool other_shape(const struct tw_derive *d)
{
	uint32_t shape = tw_shape_of_reset(d, false);
	uint32_t stack = tw_shape_stack_of(d->resetter);

	return (d->resetter->reset.known & TW_FIELD_WINDOW) && shape != 0 && (shape & stack) == 0;
}

/* In what the RST of a socket is unlike that socket's segments. */
static uint32_t marks_of_socket(const struct tw_derive *d, bool other_ttl)
{
	const struct tw_side *resetter = d->resetter;
	const struct tw_reset *reset = &resetter->reset;
	bool lost_timestamps = (resetter->marks & TW_SIDE_TIMESTAMPS) &&
			       (reset->known & TW_FIELD_OPTIONS) &&
			       !(reset->options & TW_OPTION_TIMESTAMPS);
	/* One count for all that a host sends may be somewhat further on by then. */
	uint16_t step = (uint16_t)((uint32_t)reset->ip_id - resetter->ip_id);
	bool counted = (resetter->marks & TW_SIDE_IP_ID_COUNTS) && step > IP_ID_BUSY &&
		       tw_fact_is(d->set, TW_FACT_RESET_IP_ID_CONTINUES, TW_NO);

	if (tw_fact_is(d->set, TW_FACT_RESET_IP_ID_CONTINUES, TW_YES))
		return 0;
	return mark_if(other_ttl, TW_MARK_TTL) | mark_if(counted, TW_MARK_IP_ID) |
	       mark_if(lost_df(resetter), TW_MARK_DONT_FRAGMENT) |
	       mark_if(reset->departs & TW_TRAIT_FLOW_LABEL, TW_MARK_FLOW_LABEL) |
	       mark_if(reset->departs & TW_TRAIT_LINK, TW_MARK_LINK) |
	       mark_if(reset->departs & TW_TRAIT_SERVICE, TW_MARK_SERVICE) |
	       mark_if(lost_timestamps, TW_MARK_OPTIONS) |
	       mark_if(reset->time_stands, TW_MARK_TIME) |
	       mark_if(copied_window(reset), TW_MARK_WINDOW) |
	       mark_if(other_shape(d), TW_MARK_SHAPE);
}

/* A later RST of the same class has the host's TTL: so that is the one which its replies have. */
static bool replies_have_its_ttl(const struct tw_side *resetter, const struct tw_host_seen *host)
{
	const struct tw_reset *last = &resetter->reset_last;

	return resetter->reset_count > 1 && last->kind != TW_RESET_ACTIVE &&
	       ((last->flags ^ resetter->reset.flags) & TW_ACK) == 0 && !has_other_ttl(last, host);
}

/* In what a stateless reply is one that this host cannot have given. */
static uint32_t marks_of_reply(const struct tw_derive *d, bool other_ttl)
{
	const struct tw_reset *reset = &d->resetter->reset;
	bool bare_unasked = !(reset->flags & TW_ACK) && !tw_happened(reset->trigger) &&
			    !reset->forgotten && tw_derive_numbers(d) == TW_SEEN;
	bool shows_window = (reset->known & TW_FIELD_WINDOW) && reset->window != 0;
	struct tw_host_seen host = tw_sender_host(d);

	return mark_if(other_ttl, TW_MARK_TTL) |
	       mark_if(reset->departs & TW_TRAIT_LINK, TW_MARK_LINK) |
	       mark_if(other_ttl && bare_unasked, TW_MARK_SEQUENCE) |
	       mark_if(other_ttl && shows_window, TW_MARK_WINDOW_SHOWN) |
	       mark_if(other_ttl && replies_have_its_ttl(d->resetter, &host), TW_MARK_OTHER_RESETS);
}

/*
 * How sure marks are together, each for itself: some stacks leave time stamps out of their RSTs,
 * networks rewrite the class of service, windows are equal by chance.
 */
static unsigned sureness_of(uint32_t marks)
{
	static const uint8_t sure[TW_MARK_COUNT] = {
	    [TW_MARK_TTL] = 75,		 [TW_MARK_IP_ID] = 75,	  [TW_MARK_DONT_FRAGMENT] = 80,
	    [TW_MARK_FLOW_LABEL] = 92,	 [TW_MARK_LINK] = 80,	  [TW_MARK_SERVICE] = 40,
	    [TW_MARK_OPTIONS] = 45,	 [TW_MARK_TIME] = 80,	  [TW_MARK_WINDOW] = 70,
	    [TW_MARK_SHAPE] = 50,	 [TW_MARK_SEQUENCE] = 80, [TW_MARK_WINDOW_SHOWN] = 80,
	    [TW_MARK_OTHER_RESETS] = 85,
	};
	double doubt = 1;

	for (unsigned mark = 0; mark < TW_MARK_COUNT; mark++)
		if (marks & tw_detail_bit(mark))
			doubt *= 1 - sure[mark] / 100.0;
	unsigned percent = (unsigned)(100 * (1 - doubt));

	return percent > SURE_FOREIGN_MAX ? SURE_FOREIGN_MAX : percent;
}

static void put_foreign(struct tw_derive *d)
{
	const struct tw_side *resetter = d->resetter;
	const struct tw_reset *reset = &resetter->reset;
	struct tw_host_seen host = tw_sender_host(d);
	bool other_ttl = has_other_ttl(reset, &host);
	bool of_a_socket = (reset->flags & TW_ACK) &&
			   (!tw_happened(reset->trigger) || (reset->trigger_flags & TW_ACK)) &&
			   !reset->to_syn;
	struct tw_fact_value *value;

	if (!(reset->known & TW_FIELD_TTL) || resetter->segments == resetter->reset_count)
		return;
	uint32_t marks = of_a_socket ? marks_of_socket(d, other_ttl) : marks_of_reply(d, other_ttl);
	unsigned sure = sureness_of(marks);

	/* A stateless reply has the host's TTL, which need not be the socket's. */
	if (!of_a_socket && marks == tw_detail_bit(TW_MARK_TTL))
		return;
	if (marks != 0 && sure < SURE_FOREIGN_MIN)
		return;
	value = tw_derive_put_side(d, TW_FACT_RESET_FOREIGN, marks != 0,
				   marks ? sure : SURE_SAME_HAND, resetter);
	value->detail = marks;
	tw_fact_frame(value, host.at);
	tw_fact_frame(value, reset->at);
}

void tw_facts_sender(struct tw_derive *d)
{
	put_ttl(d);
	put_ip_id(d);
	put_foreign(d);
}
