/* rule.h: what the wire does to packets that a rule matches. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_RULE_H
#define TW_LAB_RULE_H

#include "lab/packet.h"

enum lab_direction { LAB_EITHER_WAY, LAB_ONLY_TO_SERVER, LAB_ONLY_TO_CLIENT };

/* All members must fit; a zeroed match fits every TCP segment. Only TCP segments are matched,
 * unless `everything` or `icmp` is set. */
struct lab_match {
	enum lab_direction direction;
	bool everything;
	bool icmp;	     /* ICMP errors instead of TCP segments */
	uint16_t flags_mask; /* (flags & flags_mask) == flags_value, enum tw_flag */
	uint16_t flags_value;
	bool with_payload;
	bool without_payload;
	bool first_time; /* not what repeats bytes already seen by this rule: no retransmissions */
	size_t size_above;    /* IP packets larger than this */
	uint16_t client_port; /* only this connection; 0: any */
	uint16_t server_port;
	char contains[64]; /* in the payload; empty: any */
	bool kernels_only; /* not what the wire itself forged */
	/* Of the packets that fit so far: */
	uint32_t skip;	  /* leave the first ones alone */
	uint32_t count;	  /* then act on so many; 0: on all */
	uint32_t every;	  /* act on every n-th only; 0 and 1: on each */
	double chance;	  /* act with this probability; 0: always */
	int64_t from_ns;  /* not before; 0: at once */
	int64_t until_ns; /* not after; 0: for ever */
};

enum lab_action {
	LAB_DROP,
	LAB_DELAY,	   /* by `delay_ns`, so that later packets overtake it */
	LAB_DUPLICATE,	   /* a copy follows after `delay_ns` */
	LAB_DAMAGE,	   /* one bit of the payload */
	LAB_STRIP_OPTION,  /* of kind `value` */
	LAB_CLAMP_MSS,	   /* to `value` */
	LAB_SET_TTL,	   /* to `value` */
	LAB_REDIRECT,	   /* to the other host instead of the server */
	LAB_COPY_TO_OTHER, /* to the server and to the other host */
	LAB_FORGE,	   /* see `forgery`; the packet itself passes unless `swallow` */
};

enum lab_forgery_kind {
	LAB_FORGE_RESET_AFTER,	   /* to the receiver, as if its sender had reset (in sequence) */
	LAB_FORGE_RESET_ANSWERING, /* to the sender, as if its receiver had answered with RST */
	LAB_FORGE_RESET_BOTH,	   /* both of the above at the same instant */
	LAB_FORGE_SYNACK,	   /* to the sender of a SYN, with an ISN of its own */
	LAB_FORGE_ICMP,		   /* unreachable, code `icmp_code`, to the sender */
};

enum { LAB_FORGERIES_MAX = 4 };

struct lab_forgery {
	enum lab_forgery_kind kind;
	bool with_ack;	    /* RST,ACK instead of a bare RST */
	bool counts_ip_ids; /* each next one has the next IP ID */
	bool copies_window; /* of the packet that triggered it, as Suricata does */
	struct lab_personality as;
	size_t count;			   /* so many, 1..LAB_FORGERIES_MAX */
	uint32_t ahead[LAB_FORGERIES_MAX]; /* the n-th with its sequence number so far ahead */
	uint8_t icmp_code;		   /* of IPv4 */
	int64_t delay_ns;
	bool swallow; /* the packet that triggered it goes no further */
};

struct lab_rule {
	struct lab_match match;
	enum lab_leg leg;
	enum lab_action action;
	int64_t delay_ns;
	uint16_t value;
	struct lab_forgery forgery;
	/* Kept by the wire. */
	uint32_t fitted; /* packets that fitted all but skip, count, every and chance */
	uint32_t acted;
	size_t stream_count;
	struct lab_rule_stream { /* for first_time: one way of a connection */
		enum lab_way way;
		uint16_t client_port;
		uint16_t server_port;
		uint32_t end; /* behind the highest sequence number seen */
	} streams[LAB_WAYS * LAB_CONNECTIONS_MAX];
};

/* Counts the packet and tells whether the rule acts on it. */
bool lab_rule_fits(struct lab_rule *rule, const struct lab_packet *packet, int64_t now_ns,
		   struct lab_random *random);

#endif
