/* segment.h: one TCP segment as it was seen, with what is unknown marked as unknown. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_WIRE_SEGMENT_H
#define TW_WIRE_SEGMENT_H

#include "base/slice.h"

/* Control bits, RFC 9293 section 3.1 (AE: RFC 9768). */
enum tw_flag {
	TW_FIN = 0x001,
	TW_SYN = 0x002,
	TW_RST = 0x004,
	TW_PSH = 0x008,
	TW_ACK = 0x010,
	TW_URG = 0x020,
	TW_ECE = 0x040,
	TW_CWR = 0x080,
	TW_AE = 0x100,
};

/*
 * Which members of a segment the input really gave. A typed list knows little; a capture with a
 * short snap length lacks options or payload. A member whose bit is clear holds 0, or (after
 * tcp/assume) a value that was assumed; nobody may call it seen.
 */
enum tw_field {
	TW_FIELD_TIME = 1 << 0,
	TW_FIELD_ADDRESS = 1 << 1,
	TW_FIELD_PORT = 1 << 2,
	TW_FIELD_FLAGS = 1 << 3,
	TW_FIELD_SEQ = 1 << 4,
	TW_FIELD_ACK =
	    1 << 5, /* the acknowledgment number field, also where the ACK bit is clear */
	TW_FIELD_LENGTH = 1 << 6,
	TW_FIELD_WINDOW = 1 << 7,
	TW_FIELD_TTL = 1 << 8,
	TW_FIELD_IP_ID = 1 << 9,
	TW_FIELD_OPTIONS = 1 << 10,
	TW_FIELD_CHECKSUM = 1 << 11,
	TW_FIELD_TOS = 1 << 12,
	TW_FIELD_WINDOW_SCALED =
	    1 << 13,		     /* `window` is already multiplied by the scale (Wireshark) */
	TW_FIELD_RELATIVE = 1 << 14, /* SEQ and ACK count from the first of the connection */
	TW_FIELD_LINK = 1 << 15,     /* source address of the link layer */
};

enum { TW_LINK_ADDRESS_BYTES = 6 };

enum tw_address_kind {
	TW_ADDRESS_NONE, /* not given: a row that shows ports only */
	TW_ADDRESS_IP4,	 /* bytes[0..3], network order */
	TW_ADDRESS_IP6,	 /* bytes[0..15], network order */
	TW_ADDRESS_NAME, /* a word that a person typed: bytes[0..3] number it (typed/names.h) */
};

struct tw_address {
	uint8_t kind; /* enum tw_address_kind */
	uint8_t bytes[16];
};

struct tw_endpoint {
	struct tw_address address;
	uint16_t port; /* 0 where the port is unknown */
};

/* Which options a segment carried: kinds by name, RFC 9293 section 3.2 and IANA. */
enum tw_option {
	TW_OPTION_MSS = 1 << 0,
	TW_OPTION_WINDOW_SCALE = 1 << 1,
	TW_OPTION_SACK_PERMITTED = 1 << 2,
	TW_OPTION_SACK = 1 << 3,
	TW_OPTION_TIMESTAMPS = 1 << 4,
	TW_OPTION_MD5 = 1 << 5,		 /* RFC 2385 */
	TW_OPTION_AO = 1 << 6,		 /* RFC 5925 */
	TW_OPTION_FAST_OPEN = 1 << 7,	 /* RFC 7413, also its experimental form */
	TW_OPTION_MPTCP = 1 << 8,	 /* RFC 8684 */
	TW_OPTION_USER_TIMEOUT = 1 << 9, /* RFC 5482 */
	TW_OPTION_ACCURATE_ECN = 1 << 10,
	TW_OPTION_OTHER = 1 << 11,     /* a kind that has no name here */
	TW_OPTION_MALFORMED = 1 << 12, /* a length that does not fit; what came before it counts */
};

enum { TW_SACK_BLOCKS_MAX = 4 };

/* MPTCP subtypes that end something, RFC 8684 section 8. */
enum { TW_MPTCP_FASTCLOSE = 7, TW_MPTCP_TCPRST = 8, TW_MPTCP_NONE = 255 };

struct tw_tcp_options {
	uint32_t present; /* enum tw_option */
	uint32_t tsval;
	uint32_t tsecr;
	uint16_t mss;
	uint8_t window_scale;
	uint8_t sack_count;
	struct {
		uint32_t left;
		uint32_t right;
	} sack[TW_SACK_BLOCKS_MAX];
	uint8_t mptcp_subtype;
	uint8_t mptcp_reset_reason;
	uint8_t fast_open_cookie_bytes;
};

enum tw_checksum {
	TW_CHECKSUM_UNKNOWN, /* not checked: cut off, fragment, or no bytes at all */
	TW_CHECKSUM_GOOD,
	TW_CHECKSUM_PARTIAL, /* only the pseudo-header's sum: transmit offload, at the sender */
	TW_CHECKSUM_BAD,
};

/* Who recorded the frame's way: epb_flags, Linux cooked packet type, tcpdump's In/Out. */
enum tw_way { TW_WAY_UNKNOWN, TW_WAY_IN, TW_WAY_OUT, TW_WAY_FORWARDED };

/* What a payload is, as far as an ending depends on it. */
enum tw_payload_kind {
	TW_PAYLOAD_UNKNOWN, /* no bytes captured, or a row that does not tell */
	TW_PAYLOAD_OTHER,
	TW_PAYLOAD_TLS,	      /* a TLS record other than an alert */
	TW_PAYLOAD_TLS_ALERT, /* record type 21, or the length of an encrypted close_notify */
	TW_PAYLOAD_HTTP_REQUEST,
	TW_PAYLOAD_HTTP_RESPONSE,
	TW_PAYLOAD_QUIT,    /* "QUIT" and its like: SMTP, FTP, POP3 */
	TW_PAYLOAD_GOODBYE, /* "221 ", "* BYE" */
};

/* What a tool's label, or its place in the list, says of a row that shows no numbers. */
enum tw_said { TW_SAID_NOTHING, TW_SAID_AGAIN, TW_SAID_FAST_AGAIN, TW_SAID_GAP, TW_SAID_COPY };

/* RFC 9110 section 9: what may be repeated. X(NAME, word, idempotent) */
#define TW_METHODS(X)            \
	X(GET, "GET", 1)         \
	X(HEAD, "HEAD", 1)       \
	X(POST, "POST", 0)       \
	X(PUT, "PUT", 1)         \
	X(DELETE, "DELETE", 1)   \
	X(PATCH, "PATCH", 0)     \
	X(OPTIONS, "OPTIONS", 1) \
	X(TRACE, "TRACE", 1)     \
	X(CONNECT, "CONNECT", 0)

enum tw_method {
	TW_METHOD_UNKNOWN, /* none yet, or one that is not in the list */
#define X(name, word, idempotent) TW_METHOD_##name,
	TW_METHODS(X)
#undef X
	    TW_METHOD_COUNT
};

/* IPv4 flag bits and other small marks of the network header. */
enum tw_ip_mark {
	TW_IP_DF = 1 << 0,
	TW_IP_FRAGMENTED = 1 << 1, /* put together from fragments */
	TW_IP_NO_TOTAL_LENGTH =
	    1 << 2, /* length field 0: offload; the frame's own length was used */
};

/*
 * A segment is a value without owned memory. `payload` points into the frame's bytes and is valid
 * only while these are; it holds what was captured, `length` says how much was sent.
 */
struct tw_segment {
	uint64_t frame;	 /* 1-based number over the whole input, in time-merged order */
	int64_t time_ns; /* since 1970, UTC; for typed lists, since whatever the list counts from */
	uint32_t known;	 /* enum tw_field */
	uint16_t flags;	 /* enum tw_flag */
	uint16_t window; /* as on the wire, unscaled; see TW_FIELD_WINDOW_SCALED */
	uint32_t window_scaled; /* only with TW_FIELD_WINDOW_SCALED */
	uint32_t seq;
	uint32_t ack;
	uint32_t length; /* payload bytes on the wire */
	uint16_t ip_id;
	uint8_t ttl; /* or IPv6 hop limit */
	uint8_t tos; /* or IPv6 traffic class */
	uint32_t flow_label;
	uint8_t ip_version;    /* 4, 6, or 0 where unknown */
	uint8_t ip_marks;      /* enum tw_ip_mark */
	uint8_t checksum;      /* enum tw_checksum */
	uint8_t way;	       /* enum tw_way */
	uint8_t observer;      /* which capture point saw it; 0 today */
	uint8_t urgent;	       /* 1 where the urgent pointer is not 0 */
	uint8_t said;	       /* enum tw_said: of a typed row without numbers */
	uint16_t header_bytes; /* TCP header with options; 0 where unknown */
	/* Of the innermost link header with 6-byte addresses. */
	uint8_t link_source[TW_LINK_ADDRESS_BYTES];
	struct tw_endpoint source;
	struct tw_endpoint destination;
	struct tw_tcp_options options;
	struct tw_slice payload;
	/* enum tw_payload_kind: what a typed row says; UNKNOWN where there are bytes. */
	uint8_t payload_hint;
	uint8_t payload_method;	 /* enum tw_method, and */
	uint16_t payload_status; /* the status of a response, where the row shows them */
	uint32_t text_line;	 /* typed lists: 1-based line of the row; else 0 */
};

/* All members 0: a segment of which nothing is known. Copying it is faster than clearing. */
extern const struct tw_segment tw_segment_nothing;

/* An ICMP or ICMPv6 error about a segment of a TCP connection (RFC 792, RFC 4443). */
struct tw_icmp_error {
	uint64_t frame;
	int64_t time_ns;
	uint8_t version; /* 4 or 6 */
	uint8_t type;
	uint8_t code;
	uint8_t ttl;
	uint32_t mtu; /* of "fragmentation needed" / "packet too big"; else 0 */
	struct tw_address reporter;
	struct tw_endpoint quoted_source;
	struct tw_endpoint quoted_destination;
	bool has_quoted_seq;
	uint32_t quoted_seq;
	bool has_quoted_flags; /* the quote reaches to the window: 16 bytes of the TCP header */
	uint16_t quoted_flags; /* enum tw_flag */
	uint32_t quoted_ack;
	bool has_quoted_options; /* the quote holds the whole TCP header */
	struct tw_tcp_options quoted_options;
};

/* Why a frame gave no segment. X(NAME, slug): slugs are public (capture record, "undecoded"). */
#define TW_UNDECODED(X)                               \
	X(NOT_IP, "not-ip")                           \
	X(NOT_TCP, "not-tcp")                         \
	X(LINK_TYPE, "link-type-unknown")             \
	X(LINK_HEADER, "link-header-malformed")       \
	X(ENCRYPTED, "wlan-encrypted")                \
	X(WLAN_NO_DATA, "wlan-no-data")               \
	X(IP_HEADER, "ip-header-malformed")           \
	X(IP_TRUNCATED, "ip-header-truncated")        \
	X(IP_DEPTH, "too-many-headers")               \
	X(IP_ENCRYPTED, "ip-encrypted")               \
	X(FRAGMENT_WAITING, "fragment-of-a-datagram") \
	X(FRAGMENT_MALFORMED, "fragment-malformed")   \
	X(TCP_HEADER, "tcp-header-malformed")         \
	X(TCP_TRUNCATED, "tcp-header-truncated")      \
	X(ICMP_OTHER, "icmp-not-about-tcp")           \
	X(WLAN_AGGREGATE, "wlan-aggregate")

enum tw_undecoded {
#define X(name, slug) TW_UNDECODED_##name,
	TW_UNDECODED(X)
#undef X
	    TW_UNDECODED_COUNT
};

/* "not-tcp" etc. */
const char *tw_undecoded_slug(enum tw_undecoded reason);

enum tw_decoded_kind { TW_DECODED_NOTHING, TW_DECODED_SEGMENT, TW_DECODED_ICMP_ERROR };

/*
 * No frame leaves the decoder without a result or a reason. Only the member that `kind` names is
 * set; the others hold remains.
 */
struct tw_decoded {
	enum tw_decoded_kind kind;
	enum tw_undecoded reason; /* with TW_DECODED_NOTHING */
	struct tw_segment segment;
	struct tw_icmp_error icmp;
};

/* True where all of `fields` are known. */
static inline bool tw_segment_knows(const struct tw_segment *segment, uint32_t fields)
{
	return (segment->known & fields) == fields;
}

/* Sequence space that the segment takes: payload plus one each for SYN and FIN (RFC 9293 3.4). */
static inline uint32_t tw_segment_span(const struct tw_segment *segment)
{
	return segment->length + ((segment->flags & TW_SYN) != 0) +
	       ((segment->flags & TW_FIN) != 0);
}

bool tw_address_equal(const struct tw_address *a, const struct tw_address *b);

#endif
