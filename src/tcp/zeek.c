/* zeek.c: Zeek's conn_state and history of one connection, computed as Zeek computes them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/zeek.h"

#include "base/assert.h"
#include "tcp/seq.h"

enum {
	/* A SYN or RST this far from the rest says nothing about the stream (TCPSessionAdapter). */
	TRUSTED_JUMP = 1048576,
	/* Zeek's defaults (init-bare): data without any acknowledgment is not kept beyond this, */
	MAX_INITIAL_WINDOW = 16384,
	/* nor behind a hole; then, and beyond the last one, gaps are no longer looked for. */
	MAX_AHEAD_UNACKED = 16384,
	MAX_KEPT = 10 * 1024 * 1024,
	/* What a partial connection's first segment acknowledges may be its imagined SYN. */
	IMAGINED_END = 2,
};

/* Letters that a role shows once (SYN, FIN and RST again, where the offset differs). */
enum shown {
	SHOWN_SYN = 1 << 0,
	SHOWN_FIN = 1 << 1,
	SHOWN_RST = 1 << 2,
	SHOWN_FIN_RST = 1 << 3,
	SHOWN_DATA = 1 << 4,
	SHOWN_ACK = 1 << 5,
	SHOWN_MULTIPLE = 1 << 6,
};

enum mark {
	MARK_SEEN = 1 << 0,	  /* a segment came from it */
	MARK_FIN = 1 << 1,	  /* a FIN came from it */
	MARK_FIN_PLACED = 1 << 2, /* and `fin_end` holds where */
	MARK_NO_GAPS = 1 << 3,	  /* its gaps are no longer looked for */
	MARK_ASSUMED = 1 << 4,	  /* its sequence numbers are assumed, not seen */
};

/* One segment, its unknown members filled in, and the two endpoints that it concerns. */
struct arrival {
	struct tw_zeek *zeek;
	struct tw_zeek_endpoint *sender;
	struct tw_zeek_endpoint *receiver;
	unsigned from; /* direction */
	uint32_t seq;
	uint32_t end; /* behind what it takes; the payload of a RST takes nothing */
	uint32_t ack;
	uint32_t offset; /* of `seq` in the sender's stream */
	uint32_t length;
	bool syn;
	bool fin;
	bool rst;
	bool has_ack;	   /* the ACK bit */
	bool ack_known;	   /* and `ack` compares with the receiver's numbers */
	bool before_start; /* `offset` is negative */
	bool whole;	   /* the payload was captured to its end */
	bool zero_window;
};

/* TCP ports that Zeek takes for a server's: what its base scripts register their analysers for. */
static const uint16_t server_ports[] = {
    21,	  22,	25,   53,   79,	  80,	81,   88,   135,  139,	143,  389,  443,  445,	502,   563,
    585,  587,	614,  631,  636,  989,	990,  992,  993,  995,	1080, 1434, 1883, 2811, 3128,  3268,
    3306, 3389, 5222, 5223, 5269, 5432, 6379, 6666, 6667, 6668, 6669, 8000, 8080, 8888, 20000,
};

static bool is_server_port(uint16_t port)
{
	for (size_t i = 0; i < TW_LEN(server_ports); i++) {
		if (server_ports[i] == port)
			return true;
	}
	return false;
}

/* How far `a` is ahead of `b`; at exactly half the circle behind it, as Zeek has it. */
static int32_t ahead(uint32_t a, uint32_t b)
{
	return (int32_t)tw_seq_diff(a, b);
}

/* ---- the text ---- */

static void add_letter(struct tw_zeek *zeek, char letter)
{
	if (zeek->history_size == TW_LIMIT_ZEEK_HISTORY) {
		zeek->history_cut = true;
		return;
	}
	zeek->history[zeek->history_size++] = letter;
}

/* `letter` is lower case; the originator's are shown in upper case. */
static void add_letter_from(struct tw_zeek *zeek, unsigned from, char letter)
{
	add_letter(zeek, from == zeek->originator ? (char)(letter - 'a' + 'A') : letter);
}

/*
 * False where it was shown before. Zeek remembers this by role, not by endpoint, so that a flip
 * in the middle hands the originator's memory to the other endpoint.
 */
static bool show_once(struct tw_zeek *zeek, unsigned from, enum shown what, char letter)
{
	uint8_t *shown = &zeek->shown[from == zeek->originator ? 0 : 1];

	if ((*shown & what) != 0)
		return false;
	*shown = (uint8_t)(*shown | what);
	add_letter_from(zeek, from, letter);
	return true;
}

static void show_control(const struct arrival *in, enum shown what, char letter, uint32_t at,
			 uint32_t *last)
{
	if (!show_once(in->zeek, in->from, what, letter) && at != *last)
		add_letter_from(in->zeek, in->from, letter);
	*last = at;
}

static bool is_power_of_ten(uint32_t count)
{
	while (count >= 10 && count % 10 == 0)
		count /= 10;
	return count == 1;
}

static void show_counted(struct tw_zeek *zeek, unsigned from, enum tw_zeek_counted what)
{
	static const char letters[TW_ZEEK_COUNTED_COUNT] = {
	    [TW_ZEEK_CHECKSUM] = 'c',
	    [TW_ZEEK_GAP] = 'g',
	    [TW_ZEEK_RETRANSMISSION] = 't',
	    [TW_ZEEK_ZERO_WINDOW] = 'w',
	};
	uint32_t *count = &zeek->endpoints[from].counts[what];

	if (*count == UINT32_MAX)
		return;
	*count += 1;
	if (is_power_of_ten(*count))
		add_letter_from(zeek, from, letters[what]);
}

static void show_flags(const struct arrival *in)
{
	struct tw_zeek_endpoint *sender = in->sender;

	if (in->fin && in->rst) {
		show_once(in->zeek, in->from, SHOWN_FIN_RST, 'i');
	} else if (in->syn && (in->fin || in->rst)) {
		show_once(in->zeek, in->from, SHOWN_MULTIPLE, 'q');
	} else if (in->syn) {
		show_control(in, SHOWN_SYN, in->has_ack ? 'h' : 's', in->offset, &sender->syn_at);
	} else if (in->fin) {
		show_control(in, SHOWN_FIN, 'f', tw_seq_add(in->offset, in->length),
			     &sender->fin_at);
	} else if (in->rst) {
		show_control(in, SHOWN_RST, 'r', in->offset, &sender->rst_at);
	} else if (in->length > 0) {
		show_once(in->zeek, in->from, SHOWN_DATA, 'd');
	} else if (in->has_ack) {
		show_once(in->zeek, in->from, SHOWN_ACK, 'a');
	}
}

/* A closed window means nothing from an endpoint that aborts, or after the peer's last byte. */
static void show_zero_window(const struct arrival *in)
{
	if (in->zero_window && !in->rst && in->receiver->state != TW_ZEEK_CLOSED &&
	    in->sender->state != TW_ZEEK_RESET)
		show_counted(in->zeek, in->from, TW_ZEEK_ZERO_WINDOW);
}

/* ---- roles ---- */

static void set_state(struct tw_zeek_endpoint *endpoint, enum tw_zeek_state state)
{
	if (endpoint->state == state)
		return;
	endpoint->previous = endpoint->state;
	endpoint->state = (uint8_t)state;
}

static void flip(struct tw_zeek *zeek)
{
	zeek->originator ^= 1;
	zeek->partial = false;
	add_letter(zeek, '^');
}

/* Without the first SYN, a well-known source port tells that the first sender is the server. */
static bool comes_from_server(const struct tw_segment *first)
{
	if ((first->flags & (TW_SYN | TW_ACK)) == TW_SYN)
		return false;
	if (!tw_segment_knows(first, TW_FIELD_PORT) || !is_server_port(first->source.port))
		return false;
	/* Both may be servers: a SYN,ACK proves nothing (stealth scans), else the lower port. */
	if (is_server_port(first->destination.port))
		return (first->flags & TW_SYN) == 0 && first->source.port < first->destination.port;
	return true;
}

/*
 * Behind a first SYN,ACK an acknowledgment or data, from either end: no scan (that would get a RST
 * or nothing), so the sender of the SYN,ACK is the server after all (Zeek 5.1 on). This flip, and
 * only this one, rewrites the history. Zeek asks the history itself; "Hc" is no longer "H".
 */
static void doubt_first_syn_ack(const struct arrival *in)
{
	struct tw_zeek *zeek = in->zeek;
	struct tw_zeek_endpoint *server = &zeek->endpoints[zeek->originator];

	if (in->syn || in->fin || in->rst || !(in->has_ack || in->length > 0))
		return;
	if (zeek->history_size != 1 || zeek->history[0] != 'H')
		return;
	zeek->history_size = 0;
	zeek->shown[1] = zeek->shown[0];
	zeek->shown[0] = 0;
	flip(zeek);
	add_letter(zeek, 'h');
	set_state(server, TW_ZEEK_ESTABLISHED);
}

static void start(struct tw_zeek *zeek, const struct tw_segment *first, unsigned from)
{
	zeek->started = true;
	zeek->originator = (uint8_t)from;
	for (unsigned i = 0; i < 2; i++) {
		zeek->endpoints[i].delivered = 1;
		zeek->endpoints[i].trimmed = 1;
	}
	if (comes_from_server(first))
		flip(zeek);
}

static void note_partial(const struct arrival *in)
{
	if ((in->sender->marks & MARK_SEEN) != 0)
		return;
	if (in->from == in->zeek->originator)
		in->zeek->partial = !in->syn || in->has_ack;
	else if (!in->zeek->partial)
		in->zeek->partial = !in->syn;
}

/* ---- numbers ---- */

static void advance(uint32_t *number, uint16_t *wraps, uint32_t to)
{
	if (to < *number && *wraps < UINT16_MAX)
		*wraps += 1;
	*number = to;
}

/* The turn of the circle on which `number` lies, given a number near to it. */
static uint32_t turn_of(uint32_t number, uint32_t near, uint32_t wraps)
{
	if (ahead(number, near) < 0)
		return wraps > 0 && number > near ? wraps - 1 : wraps;
	return number < near ? wraps + 1 : wraps;
}

static bool is_before_start(const struct tw_zeek_endpoint *endpoint, uint32_t number, uint32_t near,
			    uint32_t wraps)
{
	return turn_of(number, near, wraps) == 0 && ahead(number, endpoint->start) < 0;
}

static void begin_stream(struct tw_zeek_endpoint *endpoint, uint32_t begin, uint32_t next)
{
	endpoint->start = begin;
	endpoint->acked = begin;
	endpoint->next = next;
}

/*
 * A further SYN places the stream anew: the earlier one came to nothing, or was forged. While only
 * SYNs came, it must have another number; later, even the same one puts the highest number back.
 */
static bool syn_restarts(const struct tw_zeek_endpoint *sender, uint32_t seq)
{
	switch ((enum tw_zeek_state)sender->state) {
	case TW_ZEEK_SYN_SENT:
	case TW_ZEEK_SYN_ACK_SENT:
		return seq != sender->start;
	case TW_ZEEK_INACTIVE:
	case TW_ZEEK_PARTIAL:
	case TW_ZEEK_ESTABLISHED:
		return true;
	case TW_ZEEK_RESET:
		return sender->previous == TW_ZEEK_INACTIVE;
	case TW_ZEEK_CLOSED:
	case TW_ZEEK_STATE_COUNT:
		break;
	}
	return false;
}

/* Places the sender's stream; without its SYN, as if a SYN had come before this segment. */
static void place_stream(const struct arrival *in)
{
	struct tw_zeek_endpoint *sender = in->sender;

	if (in->syn && syn_restarts(sender, in->seq))
		begin_stream(sender, in->seq, in->end);
	else if (sender->state == TW_ZEEK_INACTIVE)
		begin_stream(sender, tw_seq_diff(in->seq, 1), in->seq);
}

static void note_fin(const struct arrival *in)
{
	struct tw_zeek_endpoint *sender = in->sender;

	if (!in->fin)
		return;
	sender->marks |= MARK_FIN;
	sender->fin_end = tw_seq_add(in->offset, tw_seq_diff(in->end, in->seq));
	if (in->before_start)
		sender->marks &= (uint8_t)~MARK_FIN_PLACED;
	else
		sender->marks |= MARK_FIN_PLACED;
}

/* The offset that the segment acknowledges, or 0 where it says nothing about delivery. */
static uint32_t take_ack(const struct arrival *in)
{
	struct tw_zeek_endpoint *receiver = in->receiver;
	bool broken;

	if (!in->has_ack)
		return 0;
	if (!in->ack_known) {
		receiver->acked = receiver->next;
		receiver->acked_wraps = receiver->next_wraps;
		return 0;
	}
	if (receiver->state == TW_ZEEK_INACTIVE) {
		begin_stream(receiver, tw_seq_diff(in->ack, 1), tw_seq_diff(in->ack, 1));
		return 1;
	}
	if (is_before_start(receiver, in->ack, receiver->acked, receiver->acked_wraps))
		return 0;
	/* Zeek trusts no acknowledgment of a RST, and no far jump to exactly 0. */
	broken = in->ack == 0 && ahead(in->ack, receiver->acked) > TRUSTED_JUMP;
	if (!in->rst && !broken && ahead(in->ack, receiver->acked) > 0)
		advance(&receiver->acked, &receiver->acked_wraps, in->ack);
	return tw_seq_diff(in->ack, receiver->start);
}

/* Moves the sender's highest number, or notes that payload came again. */
static void take_sequence(const struct arrival *in)
{
	struct tw_zeek_endpoint *sender = in->sender;
	int32_t step = ahead(in->end, sender->next);

	if ((in->syn || in->rst) && (step > TRUSTED_JUMP || step < -TRUSTED_JUMP))
		return;
	/* Only the SYN and this FIN were seen: more than 2 GiB may lie between. */
	if (in->fin && sender->next == tw_seq_add(sender->start, 1)) {
		advance(&sender->next, &sender->next_wraps, in->end);
		return;
	}
	if (sender->state == TW_ZEEK_RESET)
		return;
	if (step > 0)
		advance(&sender->next, &sender->next_wraps, in->end);
	else if (in->length > 0)
		show_counted(in->zeek, in->from, TW_ZEEK_RETRANSMISSION);
}

static uint64_t full_number(uint32_t number, uint16_t wraps)
{
	return ((uint64_t)wraps << 32) + number;
}

/* Zeek's byte count of an endpoint: by numbers, with neither SYN nor FIN. */
TW_WRAPS static uint64_t stream_size(const struct tw_zeek_endpoint *endpoint)
{
	uint64_t next = full_number(endpoint->next, endpoint->next_wraps);
	uint64_t acked = full_number(endpoint->acked, endpoint->acked_wraps);
	uint64_t size = (next > acked ? next : acked) - endpoint->start;

	if (size > 0)
		size--;
	if (size > 0 && (endpoint->marks & MARK_FIN) != 0)
		size--;
	return size;
}

static bool nothing_acked(const struct tw_zeek_endpoint *endpoint)
{
	return endpoint->acked_wraps == 0 && tw_seq_diff(endpoint->acked, endpoint->start) <= 1;
}

/* ---- states ---- */

static void open_originator(const struct arrival *in)
{
	set_state(in->sender, in->has_ack ? TW_ZEEK_SYN_ACK_SENT : TW_ZEEK_SYN_SENT);
}

/* Whatever SYN the responder sends, Zeek takes the connection as established. */
static void open_responder(const struct arrival *in)
{
	/* The capture has SYN,ACK and SYN in the wrong order: the responder is the originator. */
	if (!in->has_ack && in->receiver->state == TW_ZEEK_SYN_ACK_SENT) {
		flip(in->zeek);
		set_state(in->receiver, TW_ZEEK_ESTABLISHED);
	}
	if (in->receiver->state == TW_ZEEK_SYN_SENT)
		set_state(in->receiver, TW_ZEEK_ESTABLISHED);
	set_state(in->sender, TW_ZEEK_ESTABLISHED);
}

/* The first segment of an endpoint has none of SYN, FIN, RST. */
static void join_midstream(const struct arrival *in)
{
	bool responds = in->from != in->zeek->originator;

	/* Some stacks acknowledge a SYN before they answer it. */
	if (responds && in->length == 0 && in->receiver->state == TW_ZEEK_SYN_SENT)
		return;
	/* Only the SYN was missed. */
	if (in->has_ack && in->receiver->state == TW_ZEEK_ESTABLISHED) {
		set_state(in->sender, TW_ZEEK_ESTABLISHED);
		in->zeek->partial = false;
		return;
	}
	set_state(in->sender, TW_ZEEK_PARTIAL);
}

static void leave_inactive(const struct arrival *in)
{
	if (in->syn && in->from == in->zeek->originator)
		open_originator(in);
	else if (in->syn)
		open_responder(in);
	if (in->fin)
		set_state(in->sender, TW_ZEEK_CLOSED);
	if (in->rst)
		set_state(in->sender, TW_ZEEK_RESET);
	if (in->sender->state == TW_ZEEK_INACTIVE)
		join_midstream(in);
}

static void leave_syn_sent(const struct arrival *in)
{
	if (in->fin)
		set_state(in->sender, TW_ZEEK_CLOSED);
	if (in->rst)
		set_state(in->sender, TW_ZEEK_RESET);
}

static void leave_established(const struct arrival *in)
{
	struct tw_zeek_endpoint *sender = in->sender;
	struct tw_zeek_endpoint *receiver = in->receiver;

	if (in->syn && !in->has_ack && sender->state == TW_ZEEK_PARTIAL &&
	    receiver->state == TW_ZEEK_INACTIVE)
		set_state(sender, TW_ZEEK_SYN_SENT);
	if (in->rst) {
		set_state(sender, TW_ZEEK_RESET);
	} else if (in->fin) {
		set_state(sender, TW_ZEEK_CLOSED);
		/* FIN and RST from the peer, now a FIN from this one: a normal ending after all. */
		if (receiver->state == TW_ZEEK_RESET && receiver->previous == TW_ZEEK_CLOSED)
			set_state(receiver, TW_ZEEK_CLOSED);
	}
}

static void leave_closed(const struct arrival *in)
{
	/* After FINs from both, a RST changes nothing. */
	if (in->rst && in->receiver->state != TW_ZEEK_CLOSED)
		set_state(in->sender, TW_ZEEK_RESET);
}

static void advance_state(const struct arrival *in)
{
	switch ((enum tw_zeek_state)in->sender->state) {
	case TW_ZEEK_INACTIVE:
		leave_inactive(in);
		break;
	case TW_ZEEK_SYN_SENT:
	case TW_ZEEK_SYN_ACK_SENT:
		leave_syn_sent(in);
		break;
	case TW_ZEEK_PARTIAL:
	case TW_ZEEK_ESTABLISHED:
		leave_established(in);
		break;
	case TW_ZEEK_CLOSED:
		leave_closed(in);
		break;
	case TW_ZEEK_RESET:
	case TW_ZEEK_STATE_COUNT:
		break;
	}
}

/* ---- gaps ---- */

static bool is_clean(const struct tw_zeek_endpoint *endpoint)
{
	return endpoint->state == TW_ZEEK_ESTABLISHED ||
	       (endpoint->state == TW_ZEEK_CLOSED && endpoint->previous == TW_ZEEK_ESTABLISHED);
}

static void remove_range(struct tw_zeek_endpoint *endpoint, unsigned at)
{
	for (unsigned i = at; i + 1 < endpoint->ahead_count; i++)
		endpoint->ahead[i] = endpoint->ahead[i + 1];
	endpoint->ahead_count--;
}

/* Delivers what the in-order data now reaches. */
static void deliver_reached(struct tw_zeek_endpoint *endpoint)
{
	while (endpoint->ahead_count > 0 &&
	       ahead(endpoint->ahead[0].first, endpoint->delivered) <= 0) {
		if (ahead(endpoint->ahead[0].end, endpoint->delivered) > 0)
			endpoint->delivered = endpoint->ahead[0].end;
		remove_range(endpoint, 0);
	}
	/* The lowest hole was filled, so the joined ones were no gaps either. */
	if (endpoint->ahead_count == 0)
		endpoint->joined = 0;
}

/*
 * Keeps a place free: the two highest ranges become one, and the hole between them a number. What
 * later arrives inside is taken to fill one of these holes.
 */
static void join_highest(struct tw_zeek_endpoint *endpoint)
{
	unsigned last = endpoint->ahead_count - 1U;

	if (endpoint->ahead_count < TW_LIMIT_ZEEK_RANGES)
		return;
	endpoint->ahead[last - 1].end = endpoint->ahead[last].end;
	endpoint->ahead_count--;
	if (endpoint->joined < UINT16_MAX)
		endpoint->joined++;
}

static bool is_inside_highest(const struct tw_zeek_endpoint *endpoint, struct tw_zeek_range range)
{
	const struct tw_zeek_range *highest;

	if (endpoint->ahead_count == 0)
		return false;
	highest = &endpoint->ahead[endpoint->ahead_count - 1];
	return ahead(range.first, highest->first) >= 0 && ahead(highest->end, range.end) >= 0;
}

static void insert_range(struct tw_zeek_endpoint *endpoint, struct tw_zeek_range range)
{
	unsigned at = 0;

	if (endpoint->joined > 0 && is_inside_highest(endpoint, range))
		endpoint->joined--;
	while (at < endpoint->ahead_count && ahead(endpoint->ahead[at].end, range.first) < 0)
		at++;
	while (at < endpoint->ahead_count && ahead(endpoint->ahead[at].first, range.end) <= 0) {
		if (ahead(endpoint->ahead[at].first, range.first) < 0)
			range.first = endpoint->ahead[at].first;
		if (ahead(endpoint->ahead[at].end, range.end) > 0)
			range.end = endpoint->ahead[at].end;
		remove_range(endpoint, at);
	}
	TW_ASSERT(endpoint->ahead_count < TW_LIMIT_ZEEK_RANGES);
	for (unsigned i = endpoint->ahead_count; i > at; i--)
		endpoint->ahead[i] = endpoint->ahead[i - 1];
	endpoint->ahead[at] = range;
	endpoint->ahead_count++;
	join_highest(endpoint);
}

static uint32_t kept_bytes(const struct tw_zeek_endpoint *endpoint)
{
	uint32_t kept = tw_seq_diff(endpoint->delivered, endpoint->trimmed);

	/* A partial connection may be trimmed to its imagined SYN before anything is delivered. */
	if (ahead(endpoint->delivered, endpoint->trimmed) < 0)
		kept = 0;
	for (unsigned i = 0; i < endpoint->ahead_count; i++)
		kept =
		    tw_seq_add(kept, tw_seq_diff(endpoint->ahead[i].end, endpoint->ahead[i].first));
	return kept;
}

static void stop_when_hopeless(struct tw_zeek_endpoint *endpoint)
{
	uint32_t unreached = 0;

	if (endpoint->ahead_count > 0)
		unreached = tw_seq_diff(endpoint->ahead[endpoint->ahead_count - 1].end,
					endpoint->delivered);
	if ((nothing_acked(endpoint) && unreached > MAX_AHEAD_UNACKED) ||
	    kept_bytes(endpoint) > MAX_KEPT) {
		endpoint->ahead_count = 0;
		endpoint->joined = 0;
		endpoint->marks |= MARK_NO_GAPS;
	}
}

/* Payload arrives at the reassembler of its sender. */
static void take_payload(const struct arrival *in)
{
	struct tw_zeek_endpoint *sender = in->sender;
	uint32_t acked = tw_seq_diff(sender->acked, sender->start);
	struct tw_zeek_range range;

	if (in->length == 0 || !in->whole || in->rst || in->before_start ||
	    (sender->marks & MARK_NO_GAPS) != 0)
		return;
	range.first = in->syn ? tw_seq_add(in->offset, 1) : in->offset;
	range.end = tw_seq_add(range.first, in->length);
	if (ahead(range.first, acked) < 0)
		range.first = acked;
	if (ahead(range.first, sender->trimmed) < 0)
		range.first = sender->trimmed;
	if (ahead(range.end, range.first) <= 0)
		return;
	if (ahead(range.first, sender->delivered) > 0) {
		insert_range(sender, range);
	} else if (ahead(range.end, sender->delivered) > 0) {
		sender->delivered = range.end;
		deliver_reached(sender);
		if (nothing_acked(sender) && stream_size(sender) > MAX_INITIAL_WINDOW)
			sender->trimmed = sender->delivered;
	}
	stop_when_hopeless(sender);
}

/* Gaps are told only between endpoints that are established or close in order. */
static void show_gap(const struct arrival *in)
{
	if (is_clean(in->sender) && is_clean(in->receiver))
		show_counted(in->zeek, in->from ^ 1U, TW_ZEEK_GAP);
}

static void show_joined_gaps(const struct arrival *in)
{
	while (in->receiver->joined > 0) {
		in->receiver->joined--;
		show_gap(in);
	}
}

/* The receiver of the segment has had data acknowledged to `offset` that was not seen. */
static void give_up_holes(const struct arrival *in, uint32_t offset)
{
	struct tw_zeek_endpoint *owner = in->receiver;

	if (offset <= IMAGINED_END && in->zeek->partial)
		return;
	if ((owner->marks & MARK_NO_GAPS) == 0) {
		while (owner->ahead_count > 0 && ahead(owner->ahead[0].first, offset) < 0) {
			show_gap(in);
			owner->delivered = owner->ahead[0].end;
			remove_range(owner, 0);
		}
		if (owner->ahead_count == 0)
			show_joined_gaps(in);
		if (ahead(offset, owner->delivered) > 0)
			show_gap(in);
	}
	if (ahead(offset, owner->delivered) > 0)
		owner->delivered = offset;
}

static void pass_ack(const struct arrival *in, uint32_t offset)
{
	struct tw_zeek_endpoint *owner = in->receiver;

	if ((owner->marks & MARK_FIN_PLACED) != 0 && ahead(offset, owner->fin_end) >= 0)
		offset = tw_seq_diff(owner->fin_end, 1);
	if (ahead(offset, owner->trimmed) <= 0)
		return;
	if (ahead(offset, owner->delivered) > 0)
		give_up_holes(in, offset);
	owner->trimmed = offset;
	deliver_reached(owner);
}

/* ---- segments ---- */

/* Carries the endpoint's assumed numbers over to the first one that is seen. */
static void adopt_numbers(struct tw_zeek_endpoint *sender, uint32_t seq)
{
	uint32_t shift = tw_seq_diff(seq, sender->next);

	sender->start = tw_seq_add(sender->start, shift);
	sender->acked = tw_seq_add(sender->acked, shift);
	sender->next = seq;
	sender->marks &= (uint8_t)~MARK_ASSUMED;
}

/* An unknown sequence number: the same SYN or FIN as before, else new data in order. */
static uint32_t assume_sequence(struct tw_zeek_endpoint *sender, const struct arrival *in)
{
	sender->marks |= MARK_ASSUMED;
	if (sender->state == TW_ZEEK_INACTIVE)
		return in->syn ? sender->start : tw_seq_add(sender->start, 1);
	if (in->syn)
		return sender->start;
	if (in->fin && (sender->marks & MARK_FIN) != 0)
		return tw_seq_diff(tw_seq_add(sender->start, tw_seq_diff(sender->fin_end, 1)),
				   in->length);
	return sender->next;
}

static void find_sequence(struct arrival *in, const struct tw_segment *segment)
{
	struct tw_zeek_endpoint *sender = in->sender;

	in->seq = segment->seq;
	if (!tw_segment_knows(segment, TW_FIELD_SEQ))
		in->seq = assume_sequence(sender, in);
	else if ((sender->marks & MARK_ASSUMED) != 0)
		adopt_numbers(sender, in->seq);
	in->end = tw_seq_add(in->seq, (in->rst ? 0 : in->length) + in->syn + in->fin);
}

/* A typed row has no payload to be cut off; a frame may have lost its end to the snap length. */
static bool has_whole_payload(const struct tw_segment *segment)
{
	return segment->text_line != 0 || segment->payload.size >= segment->length;
}

static uint32_t length_of(const struct tw_segment *segment)
{
	if (segment->length > 0 || tw_segment_knows(segment, TW_FIELD_LENGTH))
		return segment->length;
	return (segment->flags & (TW_PSH | TW_SYN | TW_RST)) == TW_PSH;
}

static bool has_zero_window(const struct tw_segment *segment)
{
	if (tw_segment_knows(segment, TW_FIELD_WINDOW_SCALED))
		return segment->window_scaled == 0;
	return tw_segment_knows(segment, TW_FIELD_WINDOW) && segment->window == 0;
}

static struct arrival arrival_of(struct tw_zeek *zeek, const struct tw_segment *segment,
				 unsigned from)
{
	struct arrival in = {
	    .zeek = zeek,
	    .sender = &zeek->endpoints[from],
	    .receiver = &zeek->endpoints[from ^ 1U],
	    .from = from,
	    .ack = segment->ack,
	    .length = length_of(segment),
	    .syn = (segment->flags & TW_SYN) != 0,
	    .fin = (segment->flags & TW_FIN) != 0,
	    .rst = (segment->flags & TW_RST) != 0,
	    .has_ack = (segment->flags & TW_ACK) != 0,
	    .whole = has_whole_payload(segment),
	    .zero_window = has_zero_window(segment),
	};

	in.ack_known =
	    tw_segment_knows(segment, TW_FIELD_ACK) && (in.receiver->marks & MARK_ASSUMED) == 0;
	find_sequence(&in, segment);
	return in;
}

static bool has_bad_checksum(const struct tw_segment *segment)
{
	return segment->checksum == TW_CHECKSUM_BAD || segment->checksum == TW_CHECKSUM_PARTIAL;
}

/* ---- the common case ---- */

/* Fields of the segment alone: an acknowledgment, with or without payload, and all of it known. */
static bool is_plain(const struct tw_segment *segment)
{
	const uint32_t fields = TW_FIELD_SEQ | TW_FIELD_ACK | TW_FIELD_LENGTH | TW_FIELD_WINDOW;

	return (segment->flags & (TW_SYN | TW_FIN | TW_RST | TW_ACK)) == TW_ACK &&
	       (segment->known & (fields | TW_FIELD_WINDOW_SCALED)) == fields &&
	       segment->window != 0 && has_whole_payload(segment);
}

/* Established, with nothing lost, assumed or given up. */
static bool is_healthy(const struct tw_zeek_endpoint *endpoint)
{
	return endpoint->state == TW_ZEEK_ESTABLISHED && endpoint->ahead_count == 0 &&
	       (endpoint->marks & (MARK_SEEN | MARK_FIN | MARK_NO_GAPS | MARK_ASSUMED)) ==
		   MARK_SEEN;
}

/* The next bytes in order, of which the reassembler has all that came before. */
static bool continues(const struct tw_zeek_endpoint *sender, const struct tw_segment *segment)
{
	uint32_t offset = tw_seq_diff(segment->seq, sender->start);
	uint32_t kept = tw_seq_diff(offset, sender->trimmed);

	return segment->seq == sender->next && offset == sender->delivered &&
	       segment->length < MAX_KEPT && kept < MAX_KEPT - segment->length &&
	       ahead(segment->seq, sender->acked) >= 0 && !nothing_acked(sender) &&
	       (sender->next_wraps > 0 || ahead(segment->seq, sender->start) >= 0) &&
	       tw_seq_add(segment->seq, segment->length) >= segment->seq;
}

/* Nothing new is acknowledged, or something that was seen. */
static bool acknowledges_seen(const struct tw_zeek_endpoint *receiver, uint32_t ack)
{
	uint32_t offset = tw_seq_diff(ack, receiver->start);

	return ack >= receiver->acked && ahead(ack, receiver->acked) >= 0 &&
	       ahead(offset, receiver->delivered) <= 0 &&
	       (receiver->acked_wraps > 0 || ahead(ack, receiver->start) >= 0);
}

/*
 * Takes a segment that only moves numbers on, with the same result as the long way below; false
 * where it may do more. Nearly all segments of a healthy connection are taken here.
 */
static bool take_plain(struct tw_zeek *zeek, const struct tw_segment *segment, unsigned from)
{
	struct tw_zeek_endpoint *sender = &zeek->endpoints[from];
	struct tw_zeek_endpoint *receiver = &zeek->endpoints[from ^ 1U];
	uint8_t letter = segment->length > 0 ? SHOWN_DATA : SHOWN_ACK;
	uint32_t acked = tw_seq_diff(segment->ack, receiver->start);

	if (!is_plain(segment) || !is_healthy(sender) || !is_healthy(receiver) ||
	    (zeek->shown[from == zeek->originator ? 0 : 1] & letter) == 0 ||
	    !continues(sender, segment) || !acknowledges_seen(receiver, segment->ack))
		return false;
	sender->next = tw_seq_add(segment->seq, segment->length);
	sender->delivered = tw_seq_add(sender->delivered, segment->length);
	receiver->acked = segment->ack;
	if (ahead(acked, receiver->trimmed) > 0)
		receiver->trimmed = acked;
	return true;
}

/* In the order of TCPSessionAdapter::Process, on which the order of the letters depends. */
void tw_zeek_segment(struct tw_zeek *zeek, const struct tw_segment *segment, unsigned direction)
{
	struct arrival in;
	uint32_t acked;

	TW_ASSERT(direction <= 1);
	if (!zeek->started)
		start(zeek, segment, direction);
	if (has_bad_checksum(segment) && !zeek->ignore_checksums) {
		show_counted(zeek, direction, TW_ZEEK_CHECKSUM);
		return;
	}
	if (take_plain(zeek, segment, direction))
		return;
	in = arrival_of(zeek, segment, direction);
	doubt_first_syn_ack(&in);
	note_partial(&in);
	place_stream(&in);
	in.offset = tw_seq_diff(in.seq, in.sender->start);
	in.before_start =
	    is_before_start(in.sender, in.seq, in.sender->next, in.sender->next_wraps);
	show_flags(&in);
	show_zero_window(&in);
	note_fin(&in);
	acked = take_ack(&in);
	take_sequence(&in);
	advance_state(&in);
	/* After the state: what a FIN or RST acknowledges unseen is no reliable gap. */
	if (acked > 0)
		pass_ack(&in, acked);
	in.sender->marks |= MARK_SEEN;
	take_payload(&in);
}

/* ---- answers ---- */

/* ^?S[^HAFGIQ]*R: a SYN, and until the originator's RST nothing from it but SYNs and data. */
static bool is_syn_then_reset(struct tw_str history)
{
	static const struct tw_str other = TW_STR_INIT("HAFGIQ");

	if (tw_str_starts(history, TW_STR("^")))
		history = tw_str_from(history, 1);
	if (!tw_str_starts(history, TW_STR("S")))
		return false;
	for (size_t i = 1; i < history.size; i++) {
		if (history.text[i] == 'R')
			return true;
		if (tw_str_find(other, tw_str_head(tw_str_from(history, i), 1)) != SIZE_MAX)
			return false;
	}
	return false;
}

static const char *state_after_both_reset(const struct tw_zeek *zeek)
{
	bool empty = stream_size(&zeek->endpoints[0]) == 0 && stream_size(&zeek->endpoints[1]) == 0;

	return empty ? "REJ" : "RSTR";
}

const char *tw_zeek_conn_state(const struct tw_zeek *zeek)
{
	/* conn_state() of base/protocols/conn/main.zeek as a table: [responder][originator]. */
	static const char *const states[][TW_ZEEK_STATE_COUNT] = {
	    [TW_ZEEK_INACTIVE] = {"OTH", "S0", "OTH", "OTH", "OTH", "SH", "OTH"},
	    [TW_ZEEK_SYN_SENT] = {"OTH", "OTH", "OTH", "OTH", "OTH", "S2", "RSTO"},
	    [TW_ZEEK_SYN_ACK_SENT] = {"OTH", "OTH", "OTH", "OTH", "OTH", "S2", "RSTO"},
	    [TW_ZEEK_PARTIAL] = {"OTH", "OTH", "OTH", "OTH", "OTH", "SH", "OTH"},
	    [TW_ZEEK_ESTABLISHED] = {"OTH", "OTH", "OTH", "OTH", "S1", "S2", "RSTO"},
	    [TW_ZEEK_CLOSED] = {"SHR", "S3", "S3", "SHR", "S3", "SF", "RSTO"},
	    [TW_ZEEK_RESET] = {"RSTRH", "REJ", "REJ", "RSTRH", "RSTR", "RSTR", "RSTR"},
	};
	uint8_t originator = zeek->endpoints[zeek->originator].state;
	uint8_t responder = zeek->endpoints[zeek->originator ^ 1].state;

	_Static_assert(TW_LEN(states) == TW_ZEEK_STATE_COUNT, "one row per state");
	if (originator == TW_ZEEK_RESET && responder == TW_ZEEK_RESET)
		return state_after_both_reset(zeek);
	if (originator == TW_ZEEK_RESET &&
	    (responder == TW_ZEEK_INACTIVE || responder == TW_ZEEK_PARTIAL) &&
	    is_syn_then_reset(tw_zeek_history(zeek)))
		return "RSTOS0";
	return states[responder][originator];
}

struct tw_str tw_zeek_history(const struct tw_zeek *zeek)
{
	return (struct tw_str){.text = zeek->history, .size = zeek->history_size};
}

bool tw_zeek_history_cut(const struct tw_zeek *zeek)
{
	return zeek->history_cut;
}

bool tw_zeek_flipped(const struct tw_zeek *zeek)
{
	return zeek->started && zeek->originator == 1;
}
