/* connection.h: the record of one connection, all that the verdict is made from. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TCP_CONNECTION_H
#define TW_TCP_CONNECTION_H

#include "base/time.h"
#include "tcp/application.h"
#include "tcp/hand.h"
#include "tcp/pace.h"
#include "tcp/passage.h"
#include "tcp/terms.h"
#include "wire/segment.h"

/*
 * Both ends of a connection are one structure and one code path. Side 0 is the sender of the first
 * segment in the input; who is client and who is server is inferred at the end (tcp/roles.h).
 *
 * Every member has constant size: the verdict is a pure function of this record, so that a file, a
 * pipe and a typed list give the same answer. Numbers of frames serve as evidence.
 */

/* A point in the input; frame 0 means that it never happened. */
struct tw_moment {
	uint64_t frame;
	int64_t time_ns;
};

static inline bool tw_happened(struct tw_moment moment)
{
	return moment.frame != 0;
}

static inline unsigned tw_other(unsigned side)
{
	return 1 - side;
}

enum { TW_NOBODY = 2 }; /* in place of a side */

/* Where an ACK, a RST or a reader may have to look back: the last segments that a side sent. */
struct tw_sent {
	struct tw_moment at;
	uint32_t seq;
	uint32_t end; /* seq plus the sequence space that it takes */
	uint32_t ack;
	uint32_t length;
	uint32_t known; /* enum tw_field */
	uint16_t flags;
	uint16_t ip_id;
	uint16_t window;
	bool answered;	/* a RST answered it */
	uint32_t edges; /* of its SACK blocks, and its time stamps: a sum to tell copies by */
};

enum { TW_TAIL = 4 };

/* A host that counts its IP IDs: what was sent between, to others or not captured, is few. */
enum { TW_IP_ID_STEP = 64 };

/* RFC 9293 section 3.5.2 against section 3.10.5: what a RST shows of the one who sent it. */
enum tw_reset_kind {
	TW_RESET_UNCLEAR, /* the members that would tell are not known, or several readings fit */
	TW_RESET_ACTIVE,  /* a living socket was aborted: window or time stamps of a connection */
	TW_RESET_PASSIVE, /* a stateless reply, built from the segment that it answers */
};

struct tw_reset {
	struct tw_moment at;
	uint32_t seq;
	uint32_t ack; /* the field, also where the ACK bit is clear (Windows fills it) */
	uint32_t known;
	uint16_t flags;
	uint16_t window;
	uint16_t ip_id;
	uint8_t ttl;
	uint8_t kind;	  /* enum tw_reset_kind */
	uint32_t options; /* enum tw_option */
	uint32_t length;
	int32_t seq_offset; /* SEQ - the sender's SND.NXT; 0 is what an endpoint sends */
	bool seq_offset_known : 1;
	bool unacceptable : 1;	  /* outside what its receiver can expect (RFC 5961 3.2) */
	bool answers_by_seq : 1;  /* SEQ equals the ACK of `trigger` (a stateless reply does) */
	bool ack_covers : 1;	  /* has ACK, and it covers `trigger` to its end */
	bool to_syn : 1;	  /* answers a SYN before any SYN,ACK */
	bool ip_id_continues : 1; /* follows the sender's IP ID within a small step */
	bool window_reopened : 1; /* not 0, though the sender's last window was */
	bool dont_fragment : 1;	  /* IPv4's DF */
	bool forgotten : 1; /* bare, and what it may answer is too far back to be remembered here */
	bool own_window_known : 1;
	bool
	    older_trigger : 1; /* may answer a segment that is forgotten, though a later one fits */
	bool time_stands : 1;  /* its time stamp is older than its sender's last one */
	struct tw_moment trigger; /* the segment that it answers, as far as numbers tell */
	struct tw_moment heard;	  /* last segment of the peer before it, whatever it was */
	int64_t own_idle_ns;	  /* time since its sender's own last segment; 0: it is the first */
	int64_t idle_ns;	  /* time since the last activity of the connection */
	uint32_t trigger_length;
	uint32_t echo_bytes; /* unacknowledged bytes of the peer when it was sent */
	uint16_t trigger_flags;
	uint16_t trigger_window;
	uint16_t own_window; /* that its sender had advertised last */
	uint8_t departs;     /* enum tw_trait: unlike all other segments of its sender */
};

/* What one side had said when the connection was first closed, or first reset. */
struct tw_last_word {
	struct tw_moment payload; /* last payload; never where there was none */
	uint32_t
	    turn; /* sequence number where the side began to speak, after the other's last word */
	uint32_t end;
	bool acked;
	bool inside;		   /* in the middle of a message, by the message's own framing */
	bool pushed;		   /* it ended with PSH */
	struct tw_moment acked_at; /* the segment that acknowledged it; never where none has */
};

struct tw_fin {
	struct tw_moment at;
	uint32_t seq;	 /* of the FIN itself */
	uint32_t ack;	 /* what its sender had received */
	uint32_t length; /* payload on the same segment */
	uint32_t known;
	uint32_t tsval;
	uint16_t flags;
	uint16_t count;		/* how often it was seen */
	bool acked_known;	/* by a number that was seen, not assumed */
	bool outstanding;	/* payload was unacknowledged when it was sent */
	struct tw_moment acked; /* first segment of the peer that covers it */
	int64_t idle_ns;	/* time since the last activity before it */
	uint64_t idle_from_frame;
};

/* Payload that a side sent after the peer's FIN had passed the capture point. */
struct tw_late_data {
	struct tw_moment first;
	struct tw_moment last;
	uint32_t seq;
	uint32_t end; /* of the last */
	uint32_t ack;
	uint32_t first_length;
	uint32_t segments;
	uint32_t known;
	uint64_t bytes;
	bool crossed : 1;     /* it had passed here before the FIN, which does not acknowledge it */
	bool acks_fin : 1;    /* the first one acknowledges the peer's FIN */
	bool echo_covers : 1; /* its TSecr echoes the FIN's TSval, or a later one */
	bool echo_known : 1;
	bool only_small : 1;  /* every one fits an alert (31 bytes or fewer) */
	uint8_t payload;      /* enum tw_payload_kind of the first */
	uint8_t last_payload; /* of the last */
};

/* Retransmissions, or probes, that nothing answers. */
struct tw_run {
	struct tw_moment first;
	struct tw_moment last;
	uint32_t count;
};

enum tw_side_mark {
	TW_SIDE_SYN = 1 << 0,	     /* sent SYN without ACK */
	TW_SIDE_SYN_ACK = 1 << 1,    /* sent SYN,ACK */
	TW_SIDE_NUMBERED = 1 << 2,   /* snd_nxt is set */
	TW_SIDE_ACKED = 1 << 3,	     /* the peer acknowledged something: `acked` is set */
	TW_SIDE_ASSUMED = 1 << 4,    /* some of its numbers were assumed, not seen */
	TW_SIDE_TIMESTAMPS = 1 << 5, /* carries the time stamps option after its SYN */
	TW_SIDE_SACK_OK = 1 << 6,
	TW_SIDE_SCALE_KNOWN = 1 << 7,
	TW_SIDE_ESTABLISHED = 1 << 8, /* sent anything that only an established side sends */
	TW_SIDE_TLS = 1 << 9,
	TW_SIDE_QUIT = 1 << 10,	   /* said QUIT, or its like, in its last payload */
	TW_SIDE_GOODBYE = 1 << 11, /* said goodbye in its last payload */
	TW_SIDE_HTTP = 1 << 12,
	TW_SIDE_TTL_VARIES = 1 << 13,
	TW_SIDE_ZERO_IP_ID = 1 << 14, /* sends IP ID 0 in ordinary segments (some stacks do) */
	TW_SIDE_ALERT = 1 << 15,      /* its last payload was a TLS alert */
	TW_SIDE_SYN_DATA = 1 << 16,
	TW_SIDE_PAYLOAD_COUNTED = 1 << 17, /* numbers or lengths prove that it sent payload */
	/* A capture file marks its frames as leaving the capturing host, */
	TW_SIDE_WAY_OUT = 1 << 18,
	TW_SIDE_WAY_IN = 1 << 19,	 /* or as arriving there */
	TW_SIDE_CHECKSUM_OPEN = 1 << 20, /* recorded before its checksums were computed */
	TW_SIDE_IP_ID_COUNTS = 1 << 21,	 /* each IP ID followed the one before it */
	TW_SIDE_IP_ID_JUMPS = 1 << 22,	 /* one did not: random, or shared with other traffic */
	TW_SIDE_DF = 1 << 23,		 /* sent segments with "don't fragment" */
	TW_SIDE_NO_DF = 1 << 24,	 /* or without */
	TW_SIDE_OTHER_ISN = 1 << 25,	 /* answered with two ISNs: `isn_other` is the second */
	TW_SIDE_UNPLACED = 1 << 26,	 /* snd_nxt is assumed: no number was seen since */
	TW_SIDE_BEAT = 1 << 27,		 /* `probe` is known by its even pauses, not by numbers */
};

/* A sender's time stamps from where they were taken up, to hold the capture's clock against. */
struct tw_clock {
	int64_t first_ns; /* 0: none seen */
	uint32_t first;
	struct tw_moment suspect; /* ended a pause in which it hardly counted on */
};

struct tw_side {
	uint32_t marks; /* enum tw_side_mark */

	/* Sequence space, RFC 9293 section 3.3.1, in the numbers of the wire. */
	uint32_t isn;
	uint32_t isn_other; /* until the peer has chosen one by its ACK */
	uint32_t snd_nxt;   /* end of what it has sent, SYN and FIN counted */
	uint32_t acked;	    /* SND.UNA: the highest ACK of the peer */
	struct {
		uint32_t left;
		uint32_t right;
	} sacked[TW_SACK_BLOCKS_MAX]; /* what the peer reported last as received beyond `acked` */
	uint32_t sacked_count;
	uint32_t hole_start; /* youngest gap in what was seen of it; empty where equal */
	uint32_t hole_end;
	int64_t hole_ns;     /* when it was noticed */
	uint64_t hole_frame; /* 0, or the ACK that alone shows it: the rest goes on without a gap */
	uint16_t window;     /* last advertised, unscaled */
	uint16_t mss;
	uint8_t window_scale;
	uint8_t ttl_min;
	uint8_t ttl_max;
	uint8_t duplicate_acks;	   /* in a row */
	uint8_t last_payload_kind; /* enum tw_payload_kind */
	bool rtt_probe_armed;	   /* a segment to it waits to be acknowledged */
	uint16_t ip_id;
	uint32_t tsval;
	uint32_t tsecr;

	/* What nearly every segment asks for or changes. */
	struct tw_moment last;
	struct tw_moment last_payload; /* new payload, not a retransmission */
	struct tw_moment
	    last_payload_acked;	   /* the peer's segment that acknowledged last_payload_end */
	struct tw_moment progress; /* last segment of the peer that acknowledged something new */
	struct tw_moment flight;   /* first segment of what is outstanding now */
	uint32_t last_payload_end;
	uint32_t last_payload_length;
	uint32_t turn_seq; /* where its payload since the peer's last payload begins */
	uint32_t flight_seq;
	uint32_t tail_count;
	uint32_t largest_payload;
	uint64_t segments;
	uint64_t payload_segments;
	uint64_t payload_bytes; /* each byte once */
	uint64_t turn_bytes;	/* of these, since the peer last sent payload */
	int64_t distance_ns;	/* shortest round trip from the capture point to it; 0 unknown */
	int64_t rtt_probe_ns;
	uint32_t rtt_probe_end;
	uint32_t reset_count;
	struct tw_moment
	    zero_window; /* when it began advertising window 0; never where it does not */
	struct tw_clock clock;
	struct tw_passage passage;
	struct tw_hand hand;
	struct tw_terms terms;
	struct tw_application application;
	struct tw_sent tail[TW_TAIL]; /* ring: the youngest is tail[(tail_count - 1) % TW_TAIL] */
	struct tw_pace pace;
	struct tw_run retransmit; /* of what is outstanding, without an answer */
	struct tw_run probe;	  /* keep-alive probes without an answer */
	struct tw_fin fin;

	/* And what few do. */
	struct tw_moment syn;	    /* first SYN, with or without ACK */
	struct tw_moment syn_again; /* its first repetition */
	struct tw_moment syn_last;
	struct tw_moment syn_other;	/* another ISN to the same SYN, from another distance */
	struct tw_moment syn_twin;	/* another answer to the same SYN, from the same distance */
	struct tw_moment syn_wrong_ack; /* its ACK of a SYN,ACK that the peer never sent */
	uint32_t syn_count;
	uint32_t syn_count_after_ack; /* SYN,ACK repeated although the peer's ACK and data came */
	struct tw_moment first;
	struct tw_moment first_payload;
	int64_t flight_idle_ns; /* idle time of the connection before that */
	uint64_t flight_idle_from;
	struct tw_late_data late;
	struct tw_volley volley; /* its RSTs together */
	struct tw_missed missed;
	struct tw_reset reset;		    /* the first RST that was not missed */
	struct tw_reset reset_last;	    /* the last one, where there were several */
	uint32_t reset_rising;		    /* RSTs whose SEQ rose beyond all that had been sent */
	struct tw_moment retransmit_origin; /* when the first of these was sent first */
	uint64_t retransmit_bytes;	    /* payload in the run; 0: only a FIN */
	uint32_t retransmit_rounds; /* how often the run began anew with what it had sent already */
	uint32_t retransmit_seq;    /* of its last segment */
	struct tw_moment retransmit_round; /* when the youngest round began */
	struct tw_run unheard;		   /* retransmissions of what the peer has acknowledged: its
					    * ACKs passed here and do not arrive */
	uint32_t unheard_seq;		   /* of its last segment */
	struct tw_run unheard_probe;	   /* probes, and a RST after them, by whose echo the
					    * answers that passed here do not arrive */
	struct tw_run sent_after_reset; /* by this side, after the peer's RST (RSTs not counted) */
	uint32_t payload_after_reset;	/* payload bytes among these */
	struct tw_run after_own_reset;	/* by this side, after its own RST (RSTs not counted) */
	struct tw_moment challenged;	/* ACK with old numbers in answer to a SYN of the peer */
	struct tw_moment denied; /* its RST to such an ACK: it knows nothing of these numbers */
	struct tw_moment zero_window_first;
	struct tw_moment zero_window_opened;
	int64_t zero_window_ns;	     /* longest time that the window stayed closed */
	uint32_t zero_window_probes; /* by the peer, since it closed last */
	uint64_t retransmitted;
	uint64_t retransmitted_bytes;
	uint32_t fast_retransmitted;
	uint32_t timeout_retransmitted;
	uint32_t tail_probes;
	uint32_t spurious; /* what it sent again had been acknowledged already */
	uint32_t dsacked;  /* the peer says so: duplicate SACK (RFC 2883) */
	uint32_t out_of_order;
	uint32_t gaps;
	uint32_t duplicate_ack_total;
	uint32_t zero_windows;
	uint32_t keep_alives;
	uint32_t bad_checksums;
	struct tw_moment bad_checksum; /* the first of them */
	struct tw_moment first_retransmission;
};

/* Capture artefacts: what they explain is not evidence. X(NAME, slug) */
#define TW_LIMITS(X)                              \
	X(MIDSTREAM_START, "midstream-start")     \
	X(TRUNCATED_END, "truncated-end")         \
	X(OFFLOAD_SEGMENTS, "offload-segments")   \
	X(CHECKSUM_OFFLOAD, "checksum-offload")   \
	X(LOST_IN_CAPTURE, "lost-in-capture")     \
	X(DUPLICATED_FRAMES, "duplicated-frames") \
	X(REORDERED_CAPTURE, "reordered-capture") \
	X(CLOCK_JUMP, "clock-jump")               \
	X(SHORT_SNAPLEN, "short-snaplen")         \
	X(ONE_DIRECTION, "one-direction")         \
	X(TRANSLATED_TWICE, "translated-twice")   \
	X(ROWS_OMITTED, "rows-omitted")           \
	X(DIRECTION_DOUBTED, "direction-doubted")

enum tw_limit {
#define X(name, slug) TW_LIMIT_##name,
	TW_LIMITS(X)
#undef X
	    TW_LIMIT_COUNT
};

const char *tw_limit_slug(enum tw_limit limit);

struct tw_icmp_note {
	struct tw_moment at; /* the first */
	uint32_t count;
	uint8_t about; /* the side whose segment it quotes */
	uint8_t version;
	uint8_t type;
	uint8_t code;
	bool during_opening;
	struct tw_address reporter;
};

struct tw_connection {
	uint32_t stream;
	bool typed;   /* from a list, where rows may be missing and numbers assumed */
	bool timed;   /* every segment told its time */
	bool is_self; /* both ends are one socket: each segment is of both */
	struct tw_side side[2];
	struct tw_moment first;
	struct tw_moment last;
	struct tw_moment activity; /* last segment that is no keep-alive nor answer to one */
	uint64_t segments;
	uint8_t first_closer;		 /* side of the first FIN or RST; TW_NOBODY */
	uint8_t first_resetter;		 /* TW_NOBODY where there is no RST */
	struct tw_last_word at_close[2]; /* by side, before the first FIN or RST */
	struct tw_last_word at_reset[2]; /* by side, before the first RST */
	struct tw_moment established;	 /* the ACK that completed the handshake */
	struct tw_turn turn;		 /* who is speaking, and how fluently */
	int64_t longest_gap_ns;
	struct tw_moment longest_gap_from;
	struct tw_moment longest_gap_to;
	struct tw_icmp_note icmp;
	struct tw_moment limits[TW_LIMIT_COUNT]; /* first frame that shows it */
};

void tw_connection_init(struct tw_connection *connection, uint32_t stream, bool typed);

/* The youngest segment that `side` sent, or the `back`-th before it; NULL where none is kept. */
const struct tw_sent *tw_side_sent(const struct tw_side *side, uint32_t back);

/* Payload and FIN of `side` that the peer has not acknowledged. */
uint32_t tw_side_outstanding(const struct tw_side *side);

/* Round trip between the two ends, from what was measured at the capture point; 0 unknown. */
int64_t tw_connection_rtt_ns(const struct tw_connection *connection);

/*
 * The idle time from which a gap counts as somebody's timer: 1.5 s or 20 round trips, whichever
 * is more (causes.md); where the round trip is not known, 1.5 s.
 */
int64_t tw_connection_idle_threshold_ns(const struct tw_connection *connection);

#endif
