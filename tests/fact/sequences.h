/* sequences.h: sequences of segments, each with a fact that it shows, denies or leaves open. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_TESTS_FACT_SEQUENCES_H
#define TW_TESTS_FACT_SEQUENCES_H

#include "../tcp/script.h"
#include "fact/set.h"

/* SEEN: by arithmetic; LIKELY: inferred. */
enum sureness { SEEN, LIKELY, EITHER };

struct sequence {
	enum tw_fact fact;
	enum tw_answer answer;
	enum sureness sureness;
	const char *script;
	bool typed;
	/* What the rest of the input says. */
	int input_end_s;	    /* 0: not known */
	bool server_alive, retried; /* later, on another connection */
	uint8_t server_ttl;	    /* and its TTL there, 40 ms away; 0: no other connection */
	struct tw_context context;  /* anything else of it, for facts about other connections */
	/* Of the connection before on the same ports: when it ended, 0 for none, and how. */
	int rest_s;
	bool torn;
	uint32_t server_step; /* from its SND.NXT there to its ISN here; 0 unknown */
};

/* 40 ms to the server, 10 ms to the client. */
#define OPEN	 "@0 > S 0; @0.04 < SA 0/1; @0.05 > A 1/1; "
#define OPEN_TS	 "@0 > S 0 ts 9/0; @0.04 < SA 0/1 ts 5/9; @0.05 > A 1/1 ts 9/5; "
#define ASK	 "@1 > PA 1/1 len 100; @1.04 < A 1/101; "
#define EXCHANGE "@1 > PA 1/1 len 100; @1.04 < PA 1/101 len 50; @1.05 > A 101/51; "
#define CLOSE	 "@2 > FA 101/51; @2.04 < FA 51/102; @2.05 > A 102/52"

#define F(name)	      .fact = TW_FACT_##name
#define YES	      .answer = TW_YES
#define NO	      .answer = TW_NO
#define OPEN_QUESTION .answer = TW_UNKNOWN, .sureness = EITHER
#define INFERRED      .sureness = LIKELY
#define AS_TYPED      .typed = true

static const struct sequence opening_sequences[] = {
    {F(SYN_SEEN), YES, .script = OPEN ASK "@2 > A 101/1"},
    {F(SYN_SEEN), NO, .script = "@0 > PA 1/1 len 9"},
    {F(SYN_SEEN), NO, .script = "@0 < SA 0/1"},
    {F(SYN_ANSWERED), YES, .script = "@0 > S 0; @0.04 < SA 0/1"},
    {F(SYN_ANSWERED), YES, .script = "@0 > S 0; @0.04 < RA 0/1"},
    {F(SYN_ANSWERED), NO, .script = "@0 > S 0; @1 > S 0"},
    {F(SYN_ANSWERED), NO, .script = "@0 > S 0", .input_end_s = 3},
    {F(SYN_ANSWERED), NO, INFERRED, .script = "> S; > S", AS_TYPED},
    {F(SYN_ANSWERED), OPEN_QUESTION, .script = "@0 > S 0"},
    {F(SYN_ANSWERED), NO, INFERRED, .script = "@0.5 > S 0", .input_end_s = 1},
    {F(OPENING_SLOW), NO,
     .script = "@0 > S 0; @0.04 < SA 0/1; @0.041 < SA 5000/1; @0.05 > A 1/1; @0.1 > PA 1/1 len 9"},
    /* a listener that forgot the attempt answers the next SYN with a new number: no payload */
    {F(PAYLOAD_SEEN), NO,
     .script =
	 "@0 > S 0; @0.04 < SA 0/1; @1 < SA 0/1; @3 > S 0; @3.04 < SA 7000/1; @4 < SA 7000/1"},
    {F(HANDSHAKE_COMPLETE), NO,
     .script =
	 "@0 > S 0; @0.04 < SA 0/1; @1 < SA 0/1; @3 > S 0; @3.04 < SA 7000/1; @4 < SA 7000/1"},
    {F(SYN_REPEATED), YES, .script = "@0 > S 0; @1 > S 0"},
    {F(SYN_REPEATED), NO, .script = OPEN "@1 > A 1/1"},
    {F(SYN_ACK_SEEN), YES, .script = "@0 > S 0; @0.04 < SA 0/1"},
    {F(SYN_ACK_SEEN), NO, .script = "@0 > S 0; @1 > S 0"},
    {F(SYN_ACK_REPEATED), YES, .script = "@0 > S 0; @0.04 < SA 0/1; @1 < SA 0/1"},
    {F(SYN_ACK_REPEATED), NO, .script = "@0 > S 0; @0.04 < SA 0/1"},
    {F(OPENER_ANSWERED), YES, .script = "@0 > S 0; @0.04 < SA 0/1; @0.05 > A 1/1"},
    {F(OPENER_ANSWERED), NO, .script = "@0 > S 0; @0.04 < SA 0/1; @1 < SA 0/1"},
    /* an ACK that was still on its way is not missing */
    {F(OPENER_ANSWERED), OPEN_QUESTION, .script = "@0 > S 0; @0.5 < SA 0/1", .input_end_s = 1},
    /* a repeated SYN is no answer to the SYN,ACK */
    {F(OPENER_ANSWERED), NO, .script = "@0 > S 0; @0.04 < SA 0/1; @1 > S 0; @1.04 < SA 0/1"},
    {F(SYN_ACK_LATE), YES, .script = "@0 > S 0; @1.2 < SA 0/1"},
    {F(SYN_ACK_LATE), YES, .script = "@0 > S 0; @0.5 > S 0; @0.54 < SA 0/1"},
    {F(SYN_ACK_LATE), YES, .script = "> S; > S; < SA", AS_TYPED},
    /* seen at the server: its SYN,ACK was slow on the way back */
    {F(SYN_ACK_LATE), YES, .script = "@0 > S 0; @0.001 < SA 0/1; @1 > S 0; @1.001 < SA 0/1"},
    {F(SYN_ACK_LATE), NO, .script = "@0 > S 0; @0.9 < SA 0/1"},
    {F(SYN_ACK_LATE), OPEN_QUESTION, .script = "> S; < SA", AS_TYPED},
    {F(OPENING_SLOW), YES, .script = "@0 > S 0; @0.5 > S 0; @0.54 < SA 0/1; @0.55 > A 1/1"},
    {F(OPENING_SLOW), YES, .script = "@0 > S 0; @0.04 < SA 0/1; @0.5 < SA 0/1; @0.51 > A 1/1"},
    {F(OPENING_SLOW), YES, .script = "@0 > S 0; @0.04 < SA 0/1; @1.1 > A 1/1"},
    {F(OPENING_SLOW), NO, .script = OPEN "@9 > A 1/1"},
    /* sooner than any timer: sent twice */
    {F(OPENING_SLOW), NO, .script = "@0 > S 0; @0.03 > S 0; @0.04 < SA 0/1; @0.05 > A 1/1"},
    {F(OPENING_SLOW), OPEN_QUESTION, .script = "@0 > S 0; @1 > S 0"},
    {F(HANDSHAKE_COMPLETE), YES, .script = "@0 > S 0; @0.04 < SA 0/1; @0.05 > A 1/1"},
    {F(HANDSHAKE_COMPLETE), YES, .script = "@0 > S 0; @0.04 < SA 0/1; @0.05 > PA 1/1 len 9"},
    {F(HANDSHAKE_COMPLETE), NO, .script = "@0 > S 0; @0.04 < SA 0/1"},
    {F(HANDSHAKE_COMPLETE), YES, .script = "@0 > PA 1/1 len 9"},
    {F(HANDSHAKE_COMPLETE), OPEN_QUESTION, .script = "@0 > A 1/1"},
    {F(RESET_TO_SYN), YES, .script = "@0 > S 0; @0.04 < RA 0/1 win 0"},
    {F(RESET_TO_SYN), NO, .script = OPEN "@1 < RA 1/1"},
    /* however late: the opener has sent nothing else that could be answered */
    {F(BARE_RESET_TO_SYN_ACK), YES,
     .script = "@0 > S 0; @0.001 < SA 0/1; @1 > S 0; @1.001 < SA 0/1; @1.5 > R 1"},
    /* SEQ 0 on the wire, where the SYN,ACK has 3000000000: a second host refuses */
    {F(RESET_TO_SYN), YES,
     .script = "@0 > S 0; @0.001 < SA 0/1; @0.002 < RA 1294967296/1 win 0; @0.04 > R 1"},
    {F(RESET_TO_SYN), NO, .script = "@0 > S 0; @0.001 < SA 0/1; @0.002 < RA 1/1"},
    {F(BARE_RESET_TO_SYN_ACK), YES, .script = "@0 > S 0; @0.04 < SA 0/1; @0.05 > R 1"},
    {F(BARE_RESET_TO_SYN_ACK), NO, .script = "@0 > S 0; @0.04 < SA 0/1; @0.05 > RA 1/1"},
    /* it had believed another's answer, which did not pass here */
    {F(BARE_RESET_TO_SYN_ACK), NO,
     .script = "@0 > S 0; @0.04 < SA 0/1; @0.05 > A 1/5001; @0.05 < R 5001; @1.04 < SA 0/1; "
	       "@1.05 > R 1"},
    {F(ICMP_TO_SYN), YES, .script = "@0 > S 0; ! > 3/1"},
    {F(ICMP_TO_SYN), NO, .script = OPEN "@1 > A 1/1"},
    {F(ICMP_FROM_FILTER), YES, .script = "@0 > S 0; ! > 3/3"},
    {F(ICMP_FROM_FILTER), YES, .script = "@0 > S 0; ! > 3/9"},
    {F(ICMP_FROM_FILTER), YES, .script = "@0 > S 0; ! > 3/10"},
    {F(ICMP_FROM_FILTER), YES, .script = "@0 > S 0; ! > 3/13"},
    {F(ICMP_FROM_FILTER), YES, .script = "@0 > S 0; 6! > 1/1"},
    {F(ICMP_FROM_FILTER), YES, .script = "@0 > S 0; 6! > 1/5"},
    {F(ICMP_FROM_FILTER), NO, .script = "@0 > S 0; ! > 3/0"},
    {F(ICMP_FROM_FILTER), NO, .script = "@0 > S 0; ! > 3/1"},
    {F(ICMP_FROM_FILTER), NO, .script = "@0 > S 0; ! > 11/0"},
    {F(ICMP_FROM_FILTER), NO, .script = "@0 > S 0; 6! > 1/0"},
    {F(ICMP_FROM_FILTER), NO, .script = "@0 > S 0; 6! > 1/3"},
    {F(ICMP_FROM_FILTER), OPEN_QUESTION, .script = "@0 > S 0"},
    {F(FILTER_REFUSED), YES, .script = "@0 > S 0; ! > 3/13"},
    {F(FILTER_REFUSED), NO, .script = "@0 > S 0; ! > 3/1"},
    {F(FILTER_REFUSED), NO, .script = OPEN "@1 < RA 1/1"},
    /* a RST to the SYN, held against the server's other connections */
    {F(FILTER_REFUSED), YES, INFERRED, .script = "@0 > S 0; @0.04 < RA 0/1 win 0 ttl 250",
     .server_ttl = 57},
    {F(FILTER_REFUSED), YES, INFERRED, .script = "@0 > S 0; @0.005 < RA 0/1 win 0 ttl 57",
     .server_ttl = 57},
    {F(FILTER_REFUSED), NO, INFERRED, .script = "@0 > S 0; @0.04 < RA 0/1 win 0 ttl 57",
     .server_ttl = 57},
    {F(FILTER_REFUSED), NO, INFERRED, .script = "@0 > S 0; @0.04 < RA 0/1 win 0 ttl 57"},
    /* later than a host answers, with a copy of the SYN's window, or only at last */
    {F(FILTER_REFUSED), YES, INFERRED, .script = "@0 > S 0; @3 > S 0; @34 < RA 0/1 win 0"},
    {F(FILTER_REFUSED), YES, INFERRED, .script = "@0 > S 0 win 5840; @0.04 < RA 0/1 win 5840"},
    {F(FILTER_REFUSED), YES, INFERRED, .script = "@0 > S 0; @1 > S 0; @1.04 < RA 0/1 win 0"},
    {F(FILTER_REFUSED), NO, INFERRED,
     .script = "@0 > S 0; @0.04 < RA 0/1 win 0; @1 > S 0; @1.04 < RA 0/1 win 0"},
    /* who lets the SYN pass is no filter */
    {F(FILTER_REFUSED), NO, .script = "@0 > S 0; @0.005 < RA 0/1 win 0 ttl 57; @0.04 < SA 0/1"},
    {F(HANDSHAKE_CONTRADICTED), YES,
     .script = "@0 > S 0; @0.01 < SA 5000/1 ttl 60; @0.02 > A 1/5001; @0.04 < SA 0/1 ttl 50"},
    {F(HANDSHAKE_CONTRADICTED), YES, .script = "@0 > S 0; @0.01 < SA 0/1; @0.02 > A 1/90000000"},
    /* two hosts of one address, equally far away; and a listener for each of two SYNs */
    {F(HANDSHAKE_CONTRADICTED), NO,
     .script = "@0 > S 0; @0.01 < SA 5000/1 ttl 57; @0.02 > A 1/5001; @0.02 < SA 0/1 ttl 121"},
    {F(HANDSHAKE_CONTRADICTED), NO,
     .script = "@0 > S 0; @0.04 < SA 0/1 ttl 57; @1 > S 0; @1.04 < SA 5000/1 ttl 50"},
    {F(HANDSHAKE_CONTRADICTED), NO, .script = OPEN "@1 < SA 0/1"},
    /* recorded wrong, for the server takes what follows */
    {F(HANDSHAKE_CONTRADICTED), NO,
     .script = "@0 > S 0; @0.01 < SA 0/1; @0.02 > A 1/90000000; @1 > PA 1/90000000 len 9; "
	       "@1.04 < A 1/10"},
};

#define DROPS "@0.06 > PA 1/1 len 9; @0.3 > PA 1/1 len 9; "
#define OFFER "@0 > S 0 mss 1460 sack ts 9/0 scale 7 win 64240; "

static const struct sequence handshake_sequences[] = {
    /* ACK and data came, and the listener asks again */
    {F(NEVER_TAKEN), YES, .script = OPEN DROPS "@1.04 < SA 0/1; @1.05 > A 10/1; @3.04 < SA 0/1"},
    {F(NEVER_TAKEN), YES, INFERRED, .script = OPEN DROPS "@1.04 < SA 0/1"},
    {F(NEVER_TAKEN), YES, INFERRED, .script = "> S; < SA; > A; > PA; < SA", AS_TYPED},
    /* under way when the SYN,ACK was repeated */
    {F(NEVER_TAKEN), NO,
     .script = "@0 > S 0; @1 < SA 0/1; @1.5 > A 1/1; @1.6 > PA 1/1 len 9; "
	       "@2 < SA 0/1"},
    /* it waits for data (TCP_DEFER_ACCEPT) */
    {F(NEVER_TAKEN), NO, .script = OPEN "@1.04 < SA 0/1; @1.05 > A 1/1"},
    /* the program caught up */
    {F(NEVER_TAKEN), NO,
     .script = OPEN DROPS "@1.04 < SA 0/1; @1.5 > PA 1/1 len 9; @1.54 < A 1/10"},
    /* whoever drops does not reset, and goes on asking */
    {F(NEVER_TAKEN), NO, .script = OPEN DROPS "@0.4 < R 1; @1.04 < SA 0/1; @3.04 < SA 0/1"},
    {F(NEVER_TAKEN), YES, .script = OPEN "@0.09 < R 1"},
    {F(NEVER_TAKEN), YES, .script = OPEN "@0.051 > PA 1/1 len 9; @0.09 < R 1; @0.091 < R 1"},
    {F(NEVER_TAKEN), YES, INFERRED, .script = "> S; < SA; > A; < R", AS_TYPED},
    {F(NEVER_TAKEN), NO, .script = OPEN "@2 > PA 1/1 len 9; @2.04 < R 1"},
    {F(NEVER_TAKEN), NO, .script = OPEN "@0.09 < RA 1/1"},
    {F(NEVER_TAKEN), NO, .script = OPEN ASK "@2 < R 1"},
    {F(NEVER_TAKEN), NO, .script = "@0 > PA 1/1 len 9; @0.04 < R 1"},
    /* another host of that address answers what it never heard of */
    {F(NEVER_TAKEN), NO,
     .script = "@0 > S 0; @0.04 < SA 0/1 ttl 57; @0.041 < SA 5000/1 ttl 121; @0.05 > A 1/1; "
	       "@0.09 < R 1 ttl 121"},
    {F(SYNS_CROSSED), YES,
     .script = "@0 > S 0; @0.01 < S 0; @0.011 > SA 0/1; @0.05 < SA 0/1; @0.06 > PA 1/1 len 9"},
    {F(SYNS_CROSSED), YES, .script = "> S; < S; > SA; < SA", AS_TYPED},
    {F(SYNS_CROSSED), NO, .script = OPEN ASK "@2 > A 101/1"},
    {F(SYNS_CROSSED), NO, .script = "@0 > S 0; @0.01 < S 0; @0.02 > SA 0/1; @0.03 < A 1/1"},
    /* each sent its SYN once, and once with ACK: nothing was repeated */
    {F(SYN_REPEATED), NO, .script = "@0 > S 0; @0.01 < S 0; @0.011 > SA 0/1; @0.05 < SA 0/1"},
    {F(SYN_ACK_REPEATED), NO, .script = "@0 > S 0; @0.01 < S 0; @0.011 > SA 0/1; @0.05 < SA 0/1"},
    {F(SELF_CONNECTED), YES, .script = "@0 = S 0; @0.001 = SA 0/1; @0.002 = A 1/1"},
    {F(SELF_CONNECTED), NO, .script = OPEN "@1 > A 1/1"},
    {F(SYNS_CROSSED), NO, .script = "@0 = S 0; @0.001 = SA 0/1; @0.002 = A 1/1"},
    {F(HANDSHAKE_COMPLETE), YES, .script = "@0 = S 0; @0.001 = SA 0/1; @0.002 = A 1/1"},
    /* addressed to itself, and nobody there: its own SYN is no answer */
    {F(SYN_ANSWERED), NO, .script = "@0 = S 0", .input_end_s = 3},
    {F(PORTS_RESTED), YES, INFERRED, .script = OPEN "@1 > A 1/1", .rest_s = 5},
    {F(PORTS_RESTED), YES, INFERRED, .script = OPEN "@1 > A 1/1", .rest_s = 59},
    {F(PORTS_RESTED), NO, .script = OPEN "@1 > A 1/1", .rest_s = 61},
    {F(PORTS_RESTED), NO, .script = OPEN "@1 > A 1/1", .rest_s = 5, .torn = true},
    {F(PORTS_RESTED), NO, .script = OPEN "@1 > A 1/1"},
    /* the step of Linux after TIME-WAIT */
    {F(PORTS_RESTED), YES, .script = OPEN "@1 > A 1/1", .rest_s = 90, .torn = true,
     .server_step = 65537},
    {F(PORTS_RESTED), NO, .script = OPEN "@1 > A 1/1", .rest_s = 90, .server_step = 65538},
    {F(OLD_STATE_MET), YES,
     .script = "@0 > S 0; @0.04 < A 7000/5000; @0.05 > R 5000; @1 > S 0; @1.04 < SA 0/1"},
    {F(OLD_STATE_MET), YES, INFERRED, .script = "> S; < A; > R; > S; < SA; > A", AS_TYPED},
    {F(OLD_STATE_MET), NO, .script = "@0 > S 0; @0.04 < A 7000/5000; @1 > S 0"},
    {F(OLD_STATE_MET), NO, .script = "@0 > S 0; @0.04 < SA 0/1; @0.05 > R 1"},
    {F(OLD_STATE_MET), NO, .script = OPEN EXCHANGE CLOSE},
    {F(SYN_DATA_LOST), YES,
     .script = "@0 > S 0 len 50; @0.04 < SA 0/1; @0.05 > PA 1/1 len 50; @0.09 < A 1/51"},
    {F(SYN_DATA_LOST), YES, INFERRED,
     .script = "@0 > S 0 len 50; @1 > S 0; @1.04 < SA 0/1; @1.05 > PA 1/1 len 50"},
    {F(SYN_DATA_LOST), NO, .script = "@0 > S 0 len 50; @0.04 < SA 0/51"},
    {F(SYN_DATA_LOST), NO, .script = "@0 > S 0 len 50; @1 > S 0 len 50; @1.04 < SA 0/51"},
    {F(SYN_DATA_LOST), NO, .script = "@0 > S 0; @1 > S 0; @1.04 < SA 0/1"},
    /* time stamps: agreed on and not kept, or kept and not agreed on */
    {F(TERMS_DIFFER), YES, INFERRED,
     .script = "@0 > S 0 ts 9/0; @0.04 < SA 0/1 ts 5/9; @0.05 > A 1/1; @1 > PA 1/1 len 9; "
	       "@2 > PA 10/1 len 9; @2.04 < A 1/19 ts 9/9"},
    {F(TERMS_DIFFER), YES, INFERRED,
     .script = "@0 > S 0 ts 9/0; @0.04 < SA 0/1; @0.05 > A 1/1; @1 < PA 1/1 len 9 ts 9/9; "
	       "@2 < PA 10/1 len 9 ts 9/9; @3 < PA 19/1 len 9 ts 9/9"},
    {F(TERMS_DIFFER), NO,
     .script = "@0 > S 0 ts 9/0; @0.04 < SA 0/1; @0.05 > A 1/1; @1 < PA 1/1 len 9 ts 9/9; "
	       "@2 < PA 10/1 len 9; @3 < PA 19/1 len 9"},
    {F(TERMS_DIFFER), NO,
     .script = OPEN_TS "@1 > PA 1/1 len 9; @2 > PA 10/1 len 9; @2.04 < A 1/19 ts 9/9"},
    /* a RST goes without them on some stacks */
    {F(TERMS_DIFFER), NO, .script = OPEN_TS "@1 > R 1; @2 > R 1; @3 > R 1; @4 > R 1"},
    /* the SYN came again without options: which one was answered? */
    {F(TERMS_DIFFER), OPEN_QUESTION,
     .script = "@0 > S 0 ts 9/0; @1 > S 0; @1.04 < SA 0/1; @1.05 > A 1/1; @2 < PA 1/1 len 9 ts "
	       "9/9; @3 < PA 10/1 len 9 ts 9/9; @4 < PA 19/1 len 9 ts 9/9"},
    /* a scale that only its sender believes in: 64240 at first, then 501 */
    {F(TERMS_DIFFER), YES, INFERRED,
     .script = OFFER "@0.04 < SA 0/1 win 64240 ts 5/9; @0.05 > A 1/1 win 64240 ts 9/5; "
		     "@1 > PA 1/1 len 400 win 64240 ts 9/5; @1.04 < A 1/401 win 501 ts 9/9; "
		     "@1.05 < PA 1/401 len 9 win 501 ts 9/9; @1.06 < PA 10/401 len 9 win 501 ts "
		     "9/9"},
    /* the program does not read */
    {F(TERMS_DIFFER), NO,
     .script = OFFER "@0.04 < SA 0/1 win 64240 ts 5/9; @0.05 > A 1/1 win 64240 ts 9/5; "
		     "@1 > PA 1/1 len 400 win 64240 ts 9/5; @1.04 < A 1/401 win 63840 ts 9/9; "
		     "@1.05 < PA 1/401 len 9 win 501 ts 9/9; @1.06 < PA 10/401 len 9 win 501 ts "
		     "9/9"},
    /* and one that its sender does not believe in: it shrinks by the byte */
    {F(TERMS_DIFFER), YES, INFERRED,
     .script = OFFER "@0.04 < SA 0/1 win 64240 scale 7 ts 5/9; @0.05 > A 1/1 win 64240 ts 9/5; "
		     "@1 < PA 1/1 len 400 win 501 ts 5/9; @1.01 > A 1/401 win 63840 ts 9/5; "
		     "@1.02 > PA 1/401 len 9 win 63840 ts 9/5"},
    /* or goes on with the window of its SYN, and never closes it */
    {F(TERMS_DIFFER), YES, INFERRED,
     .script = OFFER "@0.04 < SA 0/1 win 64240 scale 7 ts 5/9; @0.05 > A 1/1 win 64240 ts 9/5; "
		     "@1 < PA 1/1 len 400 win 501 ts 5/9; @1.01 > A 1/401 win 65535 ts 9/5; "
		     "@1.02 > PA 1/401 len 9 win 65535 ts 9/5"},
    /* at the limit of the field a large buffer looks like that */
    {F(TERMS_DIFFER), NO,
     .script = "@0 > S 0 win 65535 scale 7; @0.04 < SA 0/1 win 65535 scale 7; @0.05 > A 1/1 win "
	       "65535; @1 < PA 1/1 len 400 win 501; @1.01 > A 1/401 win 65535; "
	       "@1.02 > PA 1/401 len 9 win 65535"},
    {F(TERMS_DIFFER), NO,
     .script = OFFER "@0.04 < SA 0/1 win 64240 scale 7 ts 5/9; @0.05 > A 1/1 win 502 ts 9/5; "
		     "@1 < PA 1/1 len 400 win 501 ts 5/9; @1.01 > A 1/401 win 499 ts 9/5; "
		     "@1.02 > PA 1/401 len 9 win 499 ts 9/5"},
    /* an answer to what the SYN did not ask */
    {F(TERMS_DIFFER), YES, INFERRED, .script = "@0 > S 0; @0.04 < SA 0/1 scale 7; @0.05 > A 1/1"},
    {F(TERMS_DIFFER), NO, .script = "@0 > S 0; @0.04 < SA 0/1 sack; @0.05 > A 1/1"},
    {F(ANSWERED_TWICE), YES, INFERRED, .context.twin_answers = 2,
     .script = "@0 > S 0; @0.01 < SA 5000/1 ttl 57; @0.02 > A 1/5001; @0.02 < SA 0/1 ttl 121"},
    {F(ANSWERED_TWICE), YES, INFERRED, .context.twin_answers = 2,
     .script = "@0 > S 0; @0.01 < SA 0/1 ttl 57; @0.011 < RA 1294967296/1 win 0 ttl 121"},
    {F(ANSWERED_TWICE), OPEN_QUESTION, .context.twin_answers = 1,
     .script = "@0 > S 0; @0.01 < SA 5000/1 ttl 57; @0.02 > A 1/5001; @0.02 < SA 0/1 ttl 121"},
    /* from elsewhere: a forger */
    {F(ANSWERED_TWICE), NO,
     .script = "@0 > S 0; @0.01 < SA 5000/1 ttl 60; @0.02 > A 1/5001; @0.04 < SA 0/1 ttl 50"},
    {F(ANSWERED_TWICE), NO, .script = OPEN EXCHANGE CLOSE},
};

static const struct sequence data_sequences[] = {
    {F(PAYLOAD_SEEN), YES, .script = OPEN "@1 > PA 1/1 len 9"},
    {F(PAYLOAD_SEEN), YES, INFERRED, .script = "> PA; < A", AS_TYPED},
    {F(PAYLOAD_SEEN), NO, .script = OPEN "@1 > FA 1/1"},
    {F(SERVER_ANSWERED), YES, .script = OPEN EXCHANGE CLOSE},
    {F(SERVER_ANSWERED), NO, .script = OPEN ASK "@2 < FA 1/101"},
    {F(ANSWERLESS_CLOSE), YES, .script = OPEN ASK "@2 < FA 1/101"},
    {F(ANSWERLESS_CLOSE), YES, INFERRED,
     .script = OPEN EXCHANGE "@2 > PA 101/51 len 300; @2.04 < A 51/401; @3 < FA 51/401"},
    {F(ANSWERLESS_CLOSE), YES,
     .script = OPEN EXCHANGE "@2 > PA 101/51 len 30 is request; @2.04 < A 51/131; @3 < FA 51/131"},
    {F(ANSWERLESS_CLOSE), NO, INFERRED,
     .script = OPEN EXCHANGE "@2 > PA 101/51 len 6 is quit; @2.04 < A 51/107; @3 < FA 51/107"},
    /* not yet there when the server closed */
    {F(ANSWERLESS_CLOSE), NO,
     .script = OPEN EXCHANGE "@2 > PA 101/51 len 300; @2.01 < FA 51/101; @2.05 < A 52/401"},
    {F(ANSWERLESS_CLOSE), NO, .script = OPEN EXCHANGE "@2 < FA 51/101"},
    {F(ANSWERLESS_CLOSE), NO, .script = OPEN ASK "@2 > FA 101/1"},
    {F(REQUEST_SEEN), YES, .script = OPEN ASK "@2 < A 1/101"},
    {F(REQUEST_SEEN), NO, .script = OPEN "@5 > FA 1/1"},
    {F(REQUEST_UNANSWERED), YES, .script = OPEN ASK "@9 > FA 101/1"},
    /* who has said far more before is no requester: the last word was an answer too */
    {F(ANSWERLESS_CLOSE), NO, INFERRED,
     .script = OPEN "@1 > PA 1/1 len 900; @1.04 < PA 1/901 len 50; @1.05 > A 901/51; "
		    "@2 > PA 901/51 len 300; @2.04 < A 51/1201; @3 < FA 51/1201"},
    /* long for "I have it", and not */
    {F(REQUEST_UNANSWERED), YES, INFERRED,
     .script = OPEN EXCHANGE "@2 > PA 101/51 len 140; @2.04 < A 51/241; @9 > FA 241/51"},
    {F(REQUEST_UNANSWERED), NO, INFERRED,
     .script = OPEN EXCHANGE "@2 > PA 101/51 len 9; @2.04 < A 51/110; @9 > FA 110/51"},
    /* what came after the close was no answer before it */
    {F(REQUEST_UNANSWERED), YES, .script = OPEN ASK "@9 > FA 101/1; @9.5 < PA 1/102 len 50"},
    {F(REQUEST_UNANSWERED), NO, .script = OPEN EXCHANGE CLOSE},
    {F(REQUESTER_CLOSED), YES, .script = OPEN EXCHANGE CLOSE},
    {F(REQUESTER_CLOSED), YES, .script = OPEN EXCHANGE "@2 > RA 101/51"},
    {F(REQUESTER_CLOSED), NO, .script = OPEN EXCHANGE "@2 < FA 51/101"},
    {F(SILENCE_BEFORE_END), YES, .script = OPEN ASK "@9 > FA 101/1"},
    {F(SILENCE_BEFORE_END), YES, .script = OPEN ASK "@9 > RA 101/1"},
    {F(SILENCE_BEFORE_END), NO, .script = OPEN EXCHANGE CLOSE},
    {F(SILENCE_BEFORE_END), OPEN_QUESTION, .script = "> S; < SA; > A; > PA; < A; > FA", AS_TYPED},
    {F(ALL_ACKNOWLEDGED), YES, .script = OPEN EXCHANGE CLOSE},
    {F(ALL_ACKNOWLEDGED), YES, .script = OPEN "@1 > PA 1/1 len 100; @1.04 < RA 1/101"},
    {F(ALL_ACKNOWLEDGED), NO, .script = OPEN "@1 > PA 1/1 len 100; @1.04 < RA 1/100"},
    {F(ALL_ACKNOWLEDGED), NO, .script = OPEN "@1 > PA 1/1 len 100; @1.04 < A 1/51"},
    {F(ALL_ACKNOWLEDGED), OPEN_QUESTION, .script = OPEN "@1 > FA 1/1"},
};

/* 49 bytes of an upload, with 9 of its body of 100; and 38 bytes that refuse it. */
#define UPLOAD "@1 > A 1/1 'POST / HTTP/1.1|Content-Length: 100||ninebytes'; "
#define REFUSE "@1.04 < PA 1/50 'HTTP/1.1 413 No|Connection: close||'; "

static const struct sequence application_sequences[] = {
    {F(RESPONSE_INCOMPLETE), YES,
     .script = OPEN "@1 > PA 1/1 'GET / HTTP/1.1||'; "
		    "@1.04 < PA 1/19 'HTTP/1.1 200 OK|Content-Length: 9||half'; @1.1 < FA 43/19"},
    {F(RESPONSE_INCOMPLETE), YES,
     .script = OPEN "@1 > PA 1/1 'GET / HTTP/1.1||'; "
		    "@1.04 < PA 1/19 'HTTP/1.1 200 OK|Transfer-Encoding: chunked||4|half|'; "
		    "@1.1 < RA 57/19"},
    /* without the request it may answer HEAD, which has no body */
    {F(RESPONSE_INCOMPLETE), YES, INFERRED,
     .script = "@1.04 < PA 1/19 'HTTP/1.1 200 OK|Content-Length: 9||half'; @1.1 < FA 43/19"},
    {F(RESPONSE_INCOMPLETE), NO,
     .script = OPEN "@1 > PA 1/1 'HEAD / HTTP/1.1||'; "
		    "@1.04 < PA 1/20 'HTTP/1.1 200 OK|Content-Length: 9||'; @1.1 < FA 39/20"},
    {F(RESPONSE_INCOMPLETE), NO,
     .script = OPEN "@1 > PA 1/1 'GET / HTTP/1.1||'; "
		    "@1.04 < PA 1/19 'HTTP/1.1 200 OK|Content-Length: 4||full'; @1.1 < FA 43/19"},
    /* a short snap length cuts the body off, not what is known of its length */
    {F(RESPONSE_INCOMPLETE), NO,
     .script =
	 OPEN "@1 > PA 1/1 'GET / HTTP/1.1||'; "
	      "@1.04 < PA 1/19 'HTTP/1.1 200 OK|Content-Length: 4||' len 42; @1.1 < FA 43/19"},
    /* not settled while it lives */
    {F(RESPONSE_INCOMPLETE), OPEN_QUESTION,
     .script = OPEN "@1 > PA 1/1 'GET / HTTP/1.1||'; "
		    "@1.04 < PA 1/19 'HTTP/1.1 200 OK|Content-Length: 9||half'"},
    {F(REQUEST_CUT_SHORT), YES, .script = OPEN UPLOAD REFUSE "@1.05 < FA 39/50"},
    {F(REQUEST_CUT_SHORT), NO, .script = OPEN "@1 > PA 1/1 'GET / HTTP/1.1||'; @1.04 < FA 1/19"},
    /* all of it had passed here when the server closed, but not arrived there */
    {F(REQUEST_CUT_SHORT), YES,
     .script = OPEN UPLOAD "@1.01 > PA 50/1 len 91; " REFUSE "@1.05 < FA 39/50"},
    /* without bytes: a write that had not ended; and one that had */
    {F(REQUEST_CUT_SHORT), YES, INFERRED,
     .script = "> A len 1400; < A; > A len 1400; < PA len 90; < FA", AS_TYPED},
    {F(REQUEST_CUT_SHORT), NO, INFERRED, .script = "> PA len 90; < PA len 90; < FA", AS_TYPED},
    {F(EARLY_ANSWER), YES, .script = OPEN UPLOAD REFUSE "@1.05 < FA 39/50"},
    {F(EARLY_ANSWER), NO, .script = OPEN UPLOAD "@1.05 < FA 1/50"},
    /* the client itself gave up in the middle */
    {F(EARLY_ANSWER), NO, .script = OPEN UPLOAD REFUSE "@1.05 > FA 50/39"},
    {F(END_ANNOUNCED), YES, .script = OPEN UPLOAD REFUSE "@1.05 > A 50/39"},
    {F(END_ANNOUNCED), YES,
     .script = OPEN "@1 < PA 1/1 '220 mail||'; @9 < PA 13/1 '421 idle too long|'; @9 < FA 32/1"},
    {F(END_ANNOUNCED), NO,
     .script = OPEN
     "@1 > PA 1/1 'GET / HTTP/1.1||'; @1.04 < PA 1/19 'HTTP/1.1 204 None||'; @2 < FA 22/19"},
    {F(ANSWER_IS_ERROR), YES, .script = OPEN UPLOAD REFUSE "@1.05 > A 50/39"},
    {F(ANSWER_IS_ERROR), NO,
     .script = OPEN
     "@1 > PA 1/1 'GET / HTTP/1.1||'; @1.04 < PA 1/19 'HTTP/1.1 204 None||'; @2 < FA 22/19"},
};

static const struct sequence closing_sequences[] = {
    {F(PEER_NEVER_CLOSED), YES, .script = OPEN EXCHANGE "@2 > FA 101/51; @2.04 < A 51/102",
     .input_end_s = 63},
    /* its kernel answers probes, which is no life of its application */
    {F(PEER_NEVER_CLOSED), YES,
     .script = OPEN EXCHANGE "@2 > FA 101/51; @2.04 < A 51/102; @63 > A 101/51; @63.04 < A 51/102"},
    {F(PEER_NEVER_CLOSED), NO, .script = OPEN EXCHANGE "@2 > FA 101/51; @2.04 < A 51/102",
     .input_end_s = 61},
    {F(PEER_NEVER_CLOSED), NO, .script = OPEN EXCHANGE CLOSE, .input_end_s = 90},
    /* it may have closed in vain: its data does not get through either */
    {F(PEER_NEVER_CLOSED), OPEN_QUESTION,
     .script = OPEN EXCHANGE "@2 > FA 101/51; @2.04 < A 51/102; @3 < PA 51/102 len 9",
     .input_end_s = 90},
    {F(ENDING_SEEN), YES, .script = OPEN "@1 > FA 1/1"},
    {F(ENDING_SEEN), YES, .script = OPEN "@1 > RA 1/1"},
    {F(ENDING_SEEN), NO, .script = OPEN ASK "@2 > A 101/1"},
    {F(ENDING_SEEN), NO, .script = "> S; < SA; > A", AS_TYPED},
    {F(FIN_BY_BOTH), YES, .script = OPEN EXCHANGE CLOSE},
    {F(FIN_BY_BOTH), NO, .script = OPEN EXCHANGE "@2 > FA 101/51; @2.04 < A 51/102"},
    {F(FINS_ACKNOWLEDGED), YES, .script = OPEN EXCHANGE CLOSE},
    {F(FINS_ACKNOWLEDGED), NO, .script = OPEN EXCHANGE "@2 > FA 101/51; @2.04 < FA 51/102"},
    {F(FINS_CROSSED), YES, .script = OPEN EXCHANGE "@2 > FA 101/51; @2.01 < FA 51/101"},
    {F(FINS_CROSSED), YES, INFERRED, .script = "> PA; < PA; > A; > FA; < FA; > A; < A", AS_TYPED},
    {F(FINS_CROSSED), NO, INFERRED, .script = "> PA; < PA; > A; > FA; < FA; > A", AS_TYPED},
    {F(FINS_CROSSED), OPEN_QUESTION, .script = "> PA; < PA; > A; > FA; < A; < FA; > A; < A",
     AS_TYPED},
    {F(FINS_CROSSED), NO, .script = OPEN EXCHANGE CLOSE},
    {F(CLOSER_FIN_ACKNOWLEDGED), YES, .script = OPEN EXCHANGE "@2 > FA 101/51; @2.04 < A 51/102"},
    {F(CLOSER_FIN_ACKNOWLEDGED), YES, INFERRED, .script = "> FA; < A", AS_TYPED},
    {F(CLOSER_FIN_ACKNOWLEDGED), NO,
     .script = OPEN EXCHANGE "@2 > FPA 101/51 len 9; @2.04 < A 51/110"},
    {F(FIN_WITH_DATA), YES, .script = OPEN "@1 > FPA 1/1 len 9"},
    {F(FIN_WITH_DATA), YES, INFERRED, .script = "> FPA; < A", AS_TYPED},
    {F(FIN_WITH_DATA), NO, .script = OPEN "@1 > FA 1/1"},
    {F(FIN_WITH_DATA), NO, INFERRED, .script = "> FA; < A", AS_TYPED},
    {F(IDLE_BEFORE_FIN), YES, .script = OPEN EXCHANGE "@76 < FA 51/101"},
    {F(IDLE_BEFORE_FIN), NO, .script = OPEN EXCHANGE CLOSE},
    {F(IDLE_BEFORE_FIN), NO, .script = OPEN "@1 > PA 1/1 len 9; @76 > FA 10/1"},
    {F(IDLE_BEFORE_FIN), NO, .script = OPEN "@1 > PA 1/1 len 9; @76 < FA 1/1"},
    /* what crosses the FIN is not what it ended, however many segments it has */
    {F(IDLE_BEFORE_FIN), YES,
     .script = OPEN EXCHANGE "@76 > A 101/51 len 1460; @76 > A 1561/51 len 1460; @76 > A 3021/51 "
			     "len 1460; @76 > A 4481/51 len 1460; @76 > A 5941/51 len 1460; "
			     "@76 > PA 7401/51 len 9; @76.01 < FA 51/101"},
    {F(IDLE_BEFORE_FIN), NO,
     .script = OPEN EXCHANGE "@76 > A 101/51 len 1460; @76 > A 1561/51 len 1460; @76 > A 3021/51 "
			     "len 1460; @76 > A 4481/51 len 1460; @76 > A 5941/51 len 1460; "
			     "@76 > PA 7401/51 len 9; @76.01 < FA 51/4481"},
    {F(IDLE_BEFORE_FIN), OPEN_QUESTION, .script = "> PA; < PA; > A; < FA", AS_TYPED},
    {F(REST_BEFORE_FIN), YES, .script = OPEN EXCHANGE "@2 < FA 51/101"},
    {F(REST_BEFORE_FIN), YES, INFERRED, .script = "> PA; < PA; > A; < FA", AS_TYPED},
    {F(REST_BEFORE_FIN), YES, INFERRED, .script = "> PA; < PA; > A; > FA", AS_TYPED},
    /* the request that crossed the FIN is not what it ended */
    {F(REST_BEFORE_FIN), YES, INFERRED, .script = "> PA; < PA; > A; > PA; < FA; < R", AS_TYPED},
    {F(REST_BEFORE_FIN), NO, INFERRED, .script = "> PA; < PA; < FA; > A", AS_TYPED},
    {F(REST_BEFORE_FIN), NO, INFERRED, .script = "> PA; < PA; > FA; < A", AS_TYPED},
    {F(REST_BEFORE_FIN), NO, INFERRED, .script = "> PA; < A; < FA", AS_TYPED},
    {F(REST_BEFORE_FIN), OPEN_QUESTION, .script = "> PA; < FPA; > A", AS_TYPED},
    {F(LATE_DATA_IS_ANSWER), YES,
     .script = OPEN ASK "@1.1 > FA 101/1; @1.2 < PA 1/102 len 50; @1.21 > A 102/51"},
    {F(LATE_DATA_IS_ANSWER), NO,
     .script = OPEN ASK "@1.1 > FA 101/1; @1.2 < PA 1/102 len 50; @1.21 > R 102"},
    /* a part of it is none, where its own sender cuts it short */
    {F(LATE_DATA_IS_ANSWER), NO,
     .script = OPEN "@1 > PA 1/1 'GET / HTTP/1.1||'; @1 > FA 19/1; @1.04 < PA 1/20 "
		    "'HTTP/1.1 200 OK|Content-Length: 900||' len 200; @1.05 > A 20/201; "
		    "@2 < RA 201/20"},
    {F(LATE_DATA_IS_ANSWER), YES,
     .script = OPEN "@1 > PA 1/1 'GET / HTTP/1.1||'; @1 > FA 19/1; @1.04 < PA 1/20 "
		    "'HTTP/1.1 200 OK|Content-Length: 160||' len 200; @1.05 > A 20/201; "
		    "@2 < RA 201/20"},
    {F(LATE_DATA_IS_ANSWER), NO,
     .script = OPEN EXCHANGE "@2 < FA 51/101; @2.01 > PA 101/52 len 9; @2.05 < A 52/110"},
    {F(LATE_DATA_IS_ANSWER), OPEN_QUESTION, .script = OPEN EXCHANGE CLOSE},
    {F(LATE_DATA), YES, INFERRED, .script = "> PA; < PA; > A; > PA; < FA; < R", AS_TYPED},
    /* a socket that lives takes a pure ACK, and aborts without being asked */
    {F(LATE_DATA), NO, INFERRED, .script = "> PA; < PA; > A; < FA; > A; < RA", AS_TYPED},
    {F(LATE_DATA), YES, .script = OPEN EXCHANGE "@2 < FA 51/101; @2.01 > PA 101/52 len 9"},
    {F(LATE_DATA), YES, INFERRED, .script = "> FPA; < A; < PA", AS_TYPED},
    {F(LATE_DATA), NO, .script = OPEN EXCHANGE CLOSE},
    {F(LATE_DATA), NO, .script = OPEN "@1 > PA 1/1 len 9; @1.04 < FA 1/10; @2 > PA 1/2 len 9"},
    {F(LATE_BY_REQUESTER), YES, .script = OPEN EXCHANGE "@2 < FA 51/101; @2.01 > PA 101/52 len 9"},
    {F(LATE_BY_REQUESTER), NO, .script = OPEN EXCHANGE "@2 > FA 101/51; @2.04 < PA 51/102 len 9"},
    {F(LATE_DATA_ACKS_FIN), YES, .script = OPEN EXCHANGE "@2 < FA 51/101; @2.01 > PA 101/52 len 9"},
    {F(LATE_DATA_ACKS_FIN), NO, .script = OPEN EXCHANGE "@2 < FA 51/101; @2.001 > PA 101/51 len 9"},
    {F(LATE_DATA_ACKS_FIN), YES, INFERRED, .script = "> FPA; < A; < PA", AS_TYPED},
    {F(LATE_DATA_ACKS_FIN), OPEN_QUESTION, .script = "> FPA; < PA", AS_TYPED},
    {F(LATE_DATA_ACKS_FIN), NO, INFERRED, .script = "> PA; < PA; > A; > PA; < FA; < R", AS_TYPED},
    {F(LATE_BY_REQUESTER), YES, .script = OPEN EXCHANGE "@2 < FA 51/101; @2.01 > PA 101/52 len 9"},
    {F(LATE_BY_REQUESTER), NO, .script = OPEN EXCHANGE "@2 > FA 101/51; @2.04 < PA 51/102 len 9"},
    {F(LATE_DATA_AFTER_PAUSE), YES,
     .script = OPEN EXCHANGE "@2 < FA 51/101; @2.01 > A 101/52; @32 > PA 101/52 len 9"},
    {F(LATE_DATA_AFTER_PAUSE), NO,
     .script = OPEN EXCHANGE "@2 < FA 51/101; @2.01 > PA 101/52 len 9"},
    {F(IDLE_AROUND_CLOSE), YES,
     .script = OPEN EXCHANGE "@62 < FA 51/101; @62.01 > PA 101/52 len 9"},
    {F(IDLE_AROUND_CLOSE), YES, .script = OPEN EXCHANGE "@1.2 < FA 51/101; @32 > PA 101/52 len 9"},
    {F(IDLE_AROUND_CLOSE), NO, .script = OPEN EXCHANGE "@1.2 < FA 51/101; @1.21 > PA 101/52 len 9"},
    /* a pause, but with the closer's own payload outstanding all the time */
    {F(IDLE_AROUND_CLOSE), NO,
     .script = OPEN EXCHANGE "@1.1 < PA 51/101 len 9; @1.2 < FA 60/101; @32 > PA 101/61 len 9"},
    /* the answer that the closer had waited for, and no longer did */
    {F(IDLE_AROUND_CLOSE), NO,
     .script = OPEN ASK "@1.04 < A 1/101; @4 > FA 101/1; @4.04 < A 1/102; @6 < PA 1/102 len 9; "
			"@6.01 > R 102"},
    {F(LATE_DATA_ACCEPTED), YES,
     .script = OPEN EXCHANGE "@2 < FA 51/101; @2.01 > PA 101/52 len 9; @2.05 < A 52/110"},
    {F(LATE_DATA_ACCEPTED), NO,
     .script = OPEN EXCHANGE "@2 < FA 51/101; @2.01 > PA 101/52 len 9; @2.05 < R 52"},
    {F(FAREWELL_ALERT), YES,
     .script = OPEN EXCHANGE "@2 < FA 51/101; @2.01 > PA 101/52 len 24 is alert"},
    {F(FAREWELL_ALERT), YES, INFERRED, .script = "> FA 1/1 len 0; < PA 1/2 len 31", AS_TYPED},
    {F(FAREWELL_ALERT), NO,
     .script = OPEN EXCHANGE "@2 < FA 51/101; @2.01 > PA 101/52 len 24 is request"},
    {F(FAREWELL_ALERT), NO, INFERRED, .script = "> FA 1/1 len 0; < PA 1/2 len 500", AS_TYPED},
    {F(QUIT_EXCHANGE), YES,
     .script = OPEN "@1 > PA 1/1 len 6 is quit; @1.001 > FA 7/1; @1.04 < PA 1/8 len 9 is goodbye"},
    {F(QUIT_EXCHANGE), NO,
     .script = OPEN EXCHANGE "@2 < FA 51/101; @2.01 > PA 101/52 len 24 is request"},
};

static const struct sequence reset_sequences[] = {
    {F(RESET_LONG_AFTER_FIN), YES, .script = OPEN EXCHANGE "@2 < FA 51/101; @3.5 < RA 52/101"},
    {F(RESET_LONG_AFTER_FIN), NO, .script = OPEN EXCHANGE "@2 < FA 51/101; @3.4 < RA 52/101"},
    {F(RESET_LONG_AFTER_FIN), OPEN_QUESTION, .script = OPEN EXCHANGE "@3.5 < RA 51/101"},
    {F(LATE_CLOSE_RESET), YES,
     .script = OPEN EXCHANGE "@2 > FA 101/51; @2.04 < A 51/102; @70 < FA 51/102; @70.01 > R 102"},
    /* a limit that somebody shortened, or another reason */
    {F(LATE_CLOSE_RESET), YES, INFERRED,
     .script = OPEN EXCHANGE "@2 > FA 101/51; @2.04 < A 51/102; @8 < FA 51/102; @8.01 > R 102"},
    {F(LATE_CLOSE_RESET), NO,
     .script = OPEN EXCHANGE "@2 > FA 101/51; @2.04 < A 51/102; @4 < FA 51/102; @4.01 > R 102"},
    /* payload is no farewell */
    {F(LATE_CLOSE_RESET), NO,
     .script =
	 OPEN EXCHANGE "@2 > FA 101/51; @2.04 < A 51/102; @70 < PA 51/102 len 9; @70.01 > R 102"},
    {F(ABORT_WITHOUT_ACK), YES, INFERRED,
     .script = OPEN "@1 > PA 1/1 len 100; @1.04 < A 1/101 len 500; @1.05 < R 501"},
    {F(ABORT_WITHOUT_ACK), OPEN_QUESTION, .script = OPEN EXCHANGE "@1.06 > PA 101/51; @1.1 < R 51"},
    /* a window, and no ACK: illumos; no reply without a socket has one */
    {F(RESET_ACTIVE), YES, .script = OPEN EXCHANGE "@1.2 < R 51 win 500"},
    {F(RESET_ACTIVE), NO, .script = OPEN EXCHANGE "@1.09 < R 51"},
    {F(RESET_SEEN), YES, .script = OPEN "@1 > RA 1/1"},
    {F(RESET_SEEN), NO, .script = OPEN EXCHANGE CLOSE},
    {F(RESET_SEEN), NO, INFERRED, .script = "> FA; < FA; > A", AS_TYPED},
    {F(CONVERSATION_SEEN), YES, .script = OPEN "@1 > RA 1/1"},
    {F(CONVERSATION_SEEN), NO, .script = "@0 > RA 1/1"},
    {F(RESET_AFTER_OWN_FIN), YES, .script = OPEN EXCHANGE "@2 < FA 51/101; @2.5 < RA 52/101"},
    {F(RESET_AFTER_OWN_FIN), NO, .script = OPEN EXCHANGE "@2 < FA 51/101; @2.01 > RA 101/52"},
    {F(FIN_BEFORE_RESET), YES, .script = OPEN EXCHANGE "@2 < FA 51/101; @2.01 > RA 101/52"},
    {F(FIN_BEFORE_RESET), NO, .script = OPEN EXCHANGE "@2 > RA 101/51"},
    {F(RESET_ACTIVE), YES, .script = OPEN ASK "@2 < RA 1/101 win 500"},
    {F(RESET_ACTIVE), NO, .script = OPEN EXCHANGE "@2 > PA 101/51 len 9; @2.04 < R 51"},
    {F(RESET_ACTIVE), NO, .script = "@0 > S 0; @0.04 < RA 0/1 win 0"},
    {F(RESET_ACTIVE), YES, .script = OPEN ASK "@2 < RA 1/101 win 0"},
    {F(RESET_ACTIVE), OPEN_QUESTION,
     .script = OPEN ASK "@2 > PA 101/1 len 9; @2.04 < RA 1/110 win 0"},
    {F(RESET_ACTIVE), OPEN_QUESTION, .script = "> S; < SA; > A; > PA; < RA", AS_TYPED},
    {F(RESET_WINDOW_ZERO), YES, .script = OPEN ASK "@2 < RA 1/101 win 0"},
    {F(RESET_WINDOW_ZERO), NO, .script = OPEN ASK "@2 < RA 1/101 win 500"},
    {F(RESET_WINDOW_ZERO), NO, .script = OPEN_TS "@2 < RA 1/1 win 0 ts 7/9"},
    {F(RESET_BARE), YES, .script = OPEN ASK "@2 < R 1"},
    {F(RESET_BARE), YES, .script = "> FPA; < A; < PA; > R", AS_TYPED},
    {F(RESET_BARE), NO, .script = OPEN ASK "@2 < RA 1/101"},
    {F(RESET_IMMEDIATE), YES, .script = OPEN EXCHANGE "@2 > PA 101/51 len 9; @2.04 < R 51"},
    {F(RESET_IMMEDIATE), NO, .script = OPEN EXCHANGE "@2 > PA 101/51 len 9; @2.25 < RA 51/110"},
    {F(BARE_RESET_WITH_ACK_FIELD), YES, .script = OPEN ASK "@2 < R 1 fill"},
    {F(BARE_RESET_WITH_ACK_FIELD), NO, .script = OPEN ASK "@2 < R 1"},
    {F(BARE_RESET_WITH_ACK_FIELD), OPEN_QUESTION, .script = OPEN ASK "@2 < RA 1/101"},
    {F(RESETTER_TTL_128), YES, INFERRED,
     .script = "@0 > S 0; @0.04 < SA 0/1 ttl 117; @0.05 > A 1/1; @1 < RA 1/1 ttl 117"},
    {F(RESETTER_TTL_128), NO, INFERRED,
     .script = "@0 > S 0; @0.04 < SA 0/1 ttl 57; @0.05 > A 1/1; @1 < RA 1/1 ttl 57"},
    {F(UNREAD_POSSIBLE), YES, .script = OPEN ASK "@2 < RA 1/101"},
    {F(UNREAD_POSSIBLE), YES, .script = OPEN "@1 > PA 1/1 len 100; @1.04 < RA 1/101"},
    {F(UNREAD_POSSIBLE), NO, .script = OPEN EXCHANGE "@2 < RA 51/101"},
    {F(UNREAD_POSSIBLE), NO, .script = OPEN "@1 > PA 1/1 len 100; @1.04 < RA 1/1"},
    {F(RESET_INSTEAD_OF_ANSWER), YES, .script = OPEN ASK "@2 < RA 1/101"},
    {F(RESET_INSTEAD_OF_ANSWER), YES, INFERRED,
     .script = OPEN EXCHANGE "@2 > PA 101/51 len 300; @2.001 > FA 401/51; @2.04 < A 51/402; "
			     "@3 < RA 51/402"},
    {F(RESET_INSTEAD_OF_ANSWER), NO, .script = OPEN EXCHANGE "@2 < RA 51/101"},
    {F(RESET_INSTEAD_OF_ANSWER), OPEN_QUESTION, .script = OPEN ASK "@2 > RA 101/1"},
    {F(RESET_INSTEAD_OF_ANSWER), OPEN_QUESTION,
     .script = OPEN EXCHANGE "@2 < FA 51/101; @2.01 > PA 101/52 len 300; @2.05 < RA 52/401"},
    {F(RESETTER_RECEIVED), YES, .script = OPEN ASK "@2 < RA 1/101"},
    {F(RESETTER_RECEIVED), NO, .script = OPEN ASK "@2 > RA 101/1"},
    {F(RESET_WINDOW_REOPENED), YES,
     .script = OPEN ASK "@2 < A 1/101 win 0; @3 < RA 1/101 win 2000"},
    {F(RESET_WINDOW_REOPENED), OPEN_QUESTION, .script = OPEN ASK "@2 < RA 1/101"},
    {F(SENT_AFTER_RESET), YES, .script = OPEN ASK "@2 < RA 1/101; @2.01 > PA 101/1 len 9"},
    {F(SENT_AFTER_RESET), NO, .script = OPEN ASK "@2 < RA 1/101"},
    {F(SECOND_RESET_BARE), YES,
     .script = OPEN ASK "@2 < RA 1/101; @2.01 > PA 101/1 len 9; @2.05 < R 1"},
    {F(SECOND_RESET_BARE), NO, .script = OPEN ASK "@2 < RA 1/101; @2.01 > PA 101/1 len 9"},
    {F(RESET_BY_OPENER), YES, .script = OPEN "@1 > RA 1/1"},
    {F(RESET_BY_OPENER), NO, .script = OPEN "@1 < RA 1/1"},
    {F(RESPONSE_COMPLETE), YES, .script = OPEN EXCHANGE "@2 > RA 101/51"},
    {F(RESPONSE_COMPLETE), NO, .script = OPEN ASK "@2 > RA 101/1"},
    {F(RESPONSE_COMPLETE), OPEN_QUESTION, .script = OPEN EXCHANGE "@2 < RA 51/101"},
    {F(RESET_SOON), YES, .script = OPEN "@1 > RA 1/1"},
    {F(RESET_SOON), NO, .script = OPEN "@9 > RA 1/1"},
    {F(IDLE_BEFORE_RESET), YES, .script = OPEN EXCHANGE "@351 > PA 101/51 len 9; @351.04 < R 51"},
    {F(IDLE_BEFORE_RESET), YES, .script = OPEN EXCHANGE "@351 < RA 51/101"},
    {F(IDLE_BEFORE_RESET), YES, INFERRED, .script = OPEN EXCHANGE "@11 < RA 51/101"},
    {F(IDLE_BEFORE_RESET), NO, .script = OPEN EXCHANGE "@1.2 < RA 51/101"},
    {F(IDLE_BEFORE_RESET), NO, INFERRED, .script = OPEN EXCHANGE "@2.3 < RA 51/101"},
    /* shorter, where nothing was under way that it may answer */
    {F(IDLE_BEFORE_RESET), YES, INFERRED, .script = OPEN EXCHANGE "@2.6 < RA 51/101"},
    {F(IDLE_BEFORE_RESET), NO, INFERRED,
     .script = OPEN EXCHANGE "@2.4 > PA 101/51 len 9; @2.44 < R 51"},
    {F(RESET_ANSWERS_FIN), YES, .script = OPEN EXCHANGE "@2 > FA 101/51; @2.04 < R 51"},
    {F(RESET_ANSWERS_FIN), YES, INFERRED, .script = "> S; < SA; > A; > PA; < PA; > A; > FA; < R",
     AS_TYPED},
    {F(RESET_ANSWERS_FIN), NO, .script = OPEN EXCHANGE "@2 > FA 101/51; @2.04 < RA 51/102"},
    {F(RESET_ANSWERS_FIN), NO,
     .script = OPEN EXCHANGE "@2 > FA 101/51; @2.04 < A 51/102; @2.05 < R 51"},
    {F(RESET_ANSWERS_FIN), NO,
     .script = OPEN EXCHANGE "@1.9 < FA 51/101; @2 > FA 101/52; @2.04 < R 52"},
    {F(RESETS_TO_EACH), YES, INFERRED,
     .script = OPEN "@1 > PA 1/1 len 100; @1.02 < RA 1/101 win 900; @1.1 > PA 101/1 len 100; "
		    "@1.12 < RA 1/201 win 900; @1.2 > PA 201/1 len 100; @1.22 < RA 1/301 win 900"},
    /* Windows' shape */
    {F(RESETS_TO_EACH), NO,
     .script = OPEN "@1 > PA 1/1 len 100; @1.02 < RA 1/101 win 0; @1.1 > PA 101/1 len 100; "
		    "@1.12 < RA 1/201 win 0; @1.2 > PA 201/1 len 100; @1.22 < RA 1/301 win 0"},
    {F(RESET_BOTH_ENDS), YES, .script = OPEN EXCHANGE "@351 < RA 51/101; @351.001 > RA 101/51"},
    {F(RESET_BOTH_ENDS), NO, .script = OPEN EXCHANGE "@351 < RA 51/101"},
    {F(RESET_UNPROVOKED), YES, .script = OPEN EXCHANGE "@351 < RA 51/101"},
    {F(RESET_UNPROVOKED), NO, .script = OPEN EXCHANGE "@2 > PA 101/51 len 9; @2.04 < R 51"},
    /* of many segments in flight, the one that is answered is remembered no more */
    {F(RESET_UNPROVOKED), OPEN_QUESTION,
     .script = OPEN EXCHANGE "@2 > PA 101/51 len 9; @2.001 < PA 51/101 len 9; @2.002 > A 110/60; "
			     "@2.003 > PA 110/60 len 9; @2.004 > PA 119/60 len 9; "
			     "@2.005 > PA 128/60 len 9; @2.04 < R 51"},
};

static const struct sequence forgery_sequences[] = {
    {F(RESET_IMPOSSIBLE), YES,
     .script = OPEN ASK "@2 < RA 1/101; @2.01 < PA 1/101 len 9; @2.02 < PA 10/101 len 9"},
    {F(RESET_IMPOSSIBLE), NO, .script = OPEN ASK "@2 < RA 1/101"},
    {F(DATA_AFTER_OWN_RESET), YES,
     .script = OPEN ASK "@2 < RA 1/101; @2.01 < PA 1/101 len 9; @2.02 < PA 10/101 len 9"},
    /* one straggler may have been overtaken */
    {F(DATA_AFTER_OWN_RESET), YES, INFERRED, .script = OPEN ASK "@2 < RA 1/101; @2.001 < A 1/101"},
    {F(DATA_AFTER_OWN_RESET), YES,
     .script = "@0 > S 0; @0.01 < RA 0/1 win 0 ttl 60; @0.04 < SA 0/1 ttl 57"},
    /* two hosts of one address, equally far away */
    {F(DATA_AFTER_OWN_RESET), NO,
     .script = "@0 > S 0; @0.01 < RA 0/1 win 0 ttl 121; @0.04 < SA 0/1 ttl 57"},
    {F(DATA_AFTER_OWN_RESET), NO,
     .script = "@0 > S 0; @0.04 < RA 0/1 win 0; @1 > S 0; @1.04 < SA 0/1; @1.05 > RA 1/1"},
    {F(DATA_AFTER_OWN_RESET), NO, .script = OPEN ASK "@2 < RA 1/101; @2.01 > A 101/1"},
    {F(RESET_BEYOND), YES, .script = OPEN ASK "@2 < RA 1461/101"},
    {F(RESET_BEYOND), NO, .script = OPEN ASK "@2 < RA 1/101"},
    /* the number of the ACK that it answers, however wrong that is */
    {F(RESET_BEYOND), NO,
     .script = "@0 > S 0; @0.01 < SA 0/1; @0.02 > A 1/90000000; @0.03 < R 90000000"},
    {F(RESET_BEYOND), OPEN_QUESTION, .script = "> S; < SA; > A; > PA; < RA", AS_TYPED},
    {F(RESET_TOO_FAST), YES, INFERRED, .script = OPEN ASK "@2 > PA 101/1 len 9; @2.001 < RA 1/110"},
    {F(RESET_TOO_FAST), NO, INFERRED, .script = OPEN ASK "@2 > PA 101/1 len 9; @2.05 < RA 1/110"},
    {F(RESET_TTL_DIFFERS), YES, INFERRED, .script = OPEN ASK "@2 < RA 1/101 ttl 250"},
    {F(RESET_TTL_DIFFERS), NO, .script = OPEN ASK "@2 < RA 1/101 ttl 63"},
    {F(RESET_TTL_DIFFERS), YES, INFERRED,
     .script = "@0 > S 0; @0.01 < RA 0/1 win 0 ttl 250; @0.04 < SA 0/1 ttl 57"},
    {F(RESET_TTL_DIFFERS), YES, INFERRED, .script = "@0 > S 0; @0.04 < RA 0/1 win 0 ttl 250",
     .server_ttl = 57},
    {F(RESET_TTL_DIFFERS), OPEN_QUESTION, .script = "@0 > S 0; @0.04 < RA 0/1 win 0 ttl 250"},
    {F(RESET_FOREIGN), YES, INFERRED, .script = OPEN ASK "@2 < RA 1/101 ttl 250 id 31000"},
    {F(RESET_FOREIGN), YES, INFERRED, .script = OPEN ASK "@2 < RA 1/101 id 31000"},
    /* a host with random IP IDs still keeps its DF */
    {F(RESET_FOREIGN), YES, INFERRED,
     .script = OPEN "@1 > PA 1/1 len 100; @1.04 < A 1/101 id 9000; @2 < RA 1/101 id 31000 nodf"},
    /* a stateless reply answers, and shows no window */
    {F(RESET_FOREIGN), YES, INFERRED, .script = OPEN EXCHANGE "@9 < R 51 ttl 250"},
    {F(RESET_FOREIGN), YES, INFERRED,
     .script = OPEN ASK "@2 > PA 101/1 len 9; @2.04 < R 1 ttl 250 win 900"},
    {F(RESET_FOREIGN), NO, .script = OPEN ASK "@2 < RA 1/101", .sureness = EITHER},
    {F(RESET_FOREIGN), NO, INFERRED, .script = OPEN ASK "@2 > PA 101/1 len 9; @2.04 < R 1"},
    /* the address may have moved; a route may have changed; some number at random */
    {F(RESET_FOREIGN), OPEN_QUESTION,
     .script = OPEN ASK "@2 > PA 101/1 len 9; @2.04 < R 1 ttl 250"},
    {F(RESET_FOREIGN), NO, INFERRED, .script = OPEN ASK "@2 < RA 1/101 ttl 250"},
    {F(RESET_FOREIGN), NO, INFERRED,
     .script = OPEN "@1 > PA 1/1 len 100; @1.04 < A 1/101 id 9000; @2 < RA 1/101 id 31000"},
    {F(CAPTURED_AT_RESETTER), YES, INFERRED,
     .script = "@0 > S 0; @0.04 < SA 0/1; @0.0401 > A 1/1; @1 > RA 1/1"},
    {F(CAPTURED_AT_RESETTER), NO, INFERRED,
     .script = "@0 > S 0; @0.04 < SA 0/1; @0.0401 > A 1/1; @1 < RA 1/1"},
    {F(RESET_IP_ID_CONTINUES), YES, .script = OPEN ASK "@2 < RA 1/101"},
    {F(RESET_IP_ID_CONTINUES), NO, INFERRED, .script = OPEN ASK "@2 < RA 1/101 id 31000"},
    /* it goes on, and still misses the payload that it reset */
    {F(UNTRANSLATED), YES, INFERRED,
     .script = OPEN ASK "@1.05 < PA 1/101 len 500; @1.06 < PA 501/101 len 500; @1.061 > R 101; "
			"@1.062 > A 101/1 sacks 501/1001; @2 > PA 101/1 len 100; @2.04 < R 1"},
    /* it has it: the RST was of another hand */
    {F(UNTRANSLATED), NO,
     .script = OPEN ASK "@1.05 < PA 1/101 len 500; @1.06 < PA 501/101 len 500; @1.061 > R 101; "
			"@1.062 > A 101/501; @1.063 > A 101/1001"},
    {F(UNTRANSLATED), NO, .script = OPEN ASK "@1.05 < PA 1/101 len 500; @1.06 > R 101"},
    {F(UNTRANSLATED), NO,
     .script = OPEN ASK "@1.05 < PA 1/101 len 500; @1.06 > R 101 ttl 40; @2 > PA 101/1 len 100; "
			"@2.04 < R 1"},
    {F(UNTRANSLATED), YES, .script = OPEN ASK "@2 > A 101/1; @2.04 < R 1",
     .context.stray = {.at = {.frame = 1000}, .reset = {.frame = 1001}}},
    /* a stateless reply has no count to continue */
    {F(RESET_IP_ID_CONTINUES), OPEN_QUESTION, .script = OPEN ASK "@2 < R 1"},
};

#define GIVES_UP "@1 > PA 1/1 len 9; @1.3 > PA 1/1 len 9; @1.9 > PA 1/1 len 9; @3.1 > PA 1/1 len 9"

/* Side 1 asks nothing back; 9000 is beside all that was sent. */
#define MISSES "@2 < R 9000 ttl 50; @2.01 > A 101/51; @3 > PA 101/51 len 10; @3.04 < A 51/111"

static const struct sequence volley_sequences[] = {
    {F(RESET_SHAPE), YES, INFERRED, .script = OPEN ASK "@2 < RA 1/101"},
    {F(RESET_SHAPE), NO, INFERRED, .script = OPEN_TS ASK "@2 < RA 1/101 ttl 128"},
    {F(RESET_SHAPE), OPEN_QUESTION, .script = "> S; < RA", AS_TYPED},
    {F(CLIENT_STACK), YES, INFERRED, .script = OPEN ASK "@2 > A 101/1"},
    {F(SERVER_STACK), YES, INFERRED, .script = OPEN ASK "@2 > A 101/1"},
    {F(SERVER_STACK), OPEN_QUESTION, .script = "@0 > S 0; @0.04 < SA 0/1 ttl 80"},
    {F(RESET_DETECTED), YES, .script = OPEN ASK "@2 < R 2001; @2.01 < R 3461"},
    {F(RESET_DETECTED), YES,
     .script = OPEN ASK "@2 < RA 1/101; @2.01 < PA 1/101 len 9; @2.02 < PA 10/101 len 9"},
    {F(RESET_DETECTED), YES, INFERRED,
     .script = OPEN "@1 > PA 1/1 len 100; @1.04 < PA 1/101 len 50; @1.05 < PA 51/101 len 50; "
		    "@1.06 < R 51"},
    /* replies to ACKs that rise, none beyond what was sent */
    {F(RESET_DETECTED), NO,
     .script = OPEN EXCHANGE "@2 < PA 51/101 len 50; @2.01 > A 101/51; @2.02 > A 101/101; "
			     "@2.05 < R 51; @2.06 < R 101"},
    {F(RESET_DETECTED), NO, .script = OPEN ASK "@2 < RA 1/101"},
    {F(TAMPERING_SIGNATURE), YES, INFERRED, .script = OPEN "@1 > RA 1/1"},
    {F(TAMPERING_SIGNATURE), YES, INFERRED, .script = "@0 > S 0; @0.04 < SA 0/1",
     .input_end_s = 60},
    {F(TAMPERING_SIGNATURE), OPEN_QUESTION, .script = "@0 > S 0; @0.04 < SA 0/1"},
    {F(TAMPERING_SIGNATURE), NO, .script = OPEN EXCHANGE CLOSE},
    {F(RESETS_MISSED), YES, INFERRED, .script = OPEN EXCHANGE MISSES},
    {F(RESETS_MISSED), NO, .script = OPEN EXCHANGE "@2 < RA 51/101"},
    /* the host answers with another RST: it had really reset */
    {F(RESETS_MISSED), NO, .script = OPEN EXCHANGE "@2 < R 9000; @2.01 > A 101/51; @2.05 < R 51"},
    /* exactly in sequence: it did not miss, whoever sent it */
    {F(RESETS_MISSED), NO,
     .script =
	 OPEN EXCHANGE "@2 < R 51; @2.01 > A 101/51; @3 > PA 101/51 len 10; @3.04 < A 51/111"},
    /* what missed is not the RST that ends it */
    {F(RESET_SEEN), NO, .script = OPEN EXCHANGE MISSES},
    {F(RESET_ACTIVE), YES, .script = OPEN EXCHANGE MISSES "; @4 < RA 51/111"},
    /* a flow label and a link are of one hand where the RST is of a socket */
    {F(RESET_FOREIGN), YES, INFERRED,
     .script = "@0 > S 0 label 7; @0.04 < SA 0/1 label 8; @0.05 > A 1/1 label 7; "
	       "@1 > PA 1/1 len 9 label 7; @1.04 < A 1/10 label 8; @2 < RA 1/10 label 9"},
    {F(RESET_FOREIGN), NO, INFERRED,
     .script = "@0 > S 0 label 7; @0.04 < SA 0/1 label 8; @0.05 > A 1/1 label 7; "
	       "@1 > PA 1/1 len 9 label 7; @1.04 < A 1/10 label 8; @2 < RA 1/10 label 8"},
    /* not so where it is a stateless reply, or where the sender changes its label */
    {F(RESET_FOREIGN), NO, INFERRED,
     .script = "@0 > S 0 label 7; @0.04 < SA 0/1 label 8; @0.05 > A 1/1 label 7; "
	       "@1 > PA 1/1 len 9 label 7; @1.04 < R 1 label 9"},
    {F(RESET_FOREIGN), NO, INFERRED,
     .script = "@0 > S 0 label 7; @0.04 < SA 0/1 label 8; @0.05 > A 1/1 label 7; "
	       "@1 > PA 1/1 len 9 label 7; @1.04 < A 1/10 label 6; @2 < RA 1/10 label 9"},
    {F(RESET_FOREIGN), YES, INFERRED,
     .script = "@0 > S 0 link 2; @0.04 < SA 0/1 link 3; @0.05 > A 1/1 link 2; "
	       "@1 > PA 1/1 len 9 link 2; @1.04 < R 1 link 5"},
    /* the first of two replies is unlike the second, which is like the host */
    {F(RESET_FOREIGN), YES, INFERRED,
     .script = OPEN EXCHANGE "@2 > PA 101/51 len 9; @2.01 < R 51 ttl 40; @2.04 < R 51"},
    {F(RESET_FOREIGN), OPEN_QUESTION,
     .script = OPEN EXCHANGE "@2 > PA 101/51 len 9; @2.04 < R 51 ttl 60"},
    /* the window of the packet that it answers, and time stamps lost */
    {F(RESET_FOREIGN), YES, INFERRED,
     .script = "@0 > S 0 ts 9/0; @0.04 < SA 0/1 ts 5/9; @0.05 > A 1/1 ts 9/5; "
	       "@1 > PA 1/1 len 9 ts 9/5 win 700; @1.04 < A 1/10 ts 6/9 win 500; "
	       "@2 > PA 10/1 len 9 ts 19/6 win 701; @2.04 < RA 1/19 win 701 id 0 nodf"},
    /* another shape of host behind the same address */
    {F(RESET_TOO_FAST), OPEN_QUESTION,
     .script = "@0 > S 0; @0.01 < RA 0/1 win 0 ttl 121; @0.04 < SA 0/1 ttl 57"},
};

/* The next request after EXCHANGE, in vain. */
#define GIVES_UP_LATER(first)                                                              \
	"@" first " > PA 101/51 len 9; @+0.3 > PA 101/51 len 9; @+0.6 > PA 101/51 len 9; " \
	"@+1.2 > PA 101/51 len 9"

/* Full segments from side 1, of which nothing of that size ever arrived; then its RTOs. */
#define OPEN_MSS    "@0 > S 0 mss 1460; @0.04 < SA 0/1 mss 1460; @0.05 > A 1/1; "
#define LARGE	    "@2 > PA 101/51 len 9; @2.04 < A 51/110 len 1460; @2.04 < A 1511/110 len 1460; "
#define LARGE_AGAIN "@2.4 < A 51/110 len 1460; @3 < A 51/110 len 1460; @4.2 < A 51/110 len 1460"
#define SMALL_TAIL  "@2.04 < PA 2971/110 len 200; @2.05 > A 110/51 sacks 2971/3171; "

/* Side 0 closes its window behind 1000 bytes; side 1 knocks. */
#define STALL                                                                       \
	OPEN ASK "@2 < PA 1/101 len 1000; @2.01 > A 101/1001 win 0; "               \
		 "@2.3 < A 1000/101; @2.31 > A 101/1001 win 0; @2.9 < A 1000/101; " \
		 "@2.91 > A 101/1001 win 0; "
#define STALLS_ON "@4.1 < A 1000/101; @4.11 > A 101/1001 win 0"

static const struct sequence silence_sequences[] = {
    {F(HEARD_MEANWHILE), YES, .script = OPEN GIVES_UP "; @3.2 < A 1/1"},
    {F(HEARD_MEANWHILE), NO, .script = OPEN GIVES_UP},
    {F(HEARD_MEANWHILE), NO, .script = OPEN GIVES_UP, .server_alive = true},
    {F(FIRST_PAYLOAD_LOST), YES, .script = OPEN GIVES_UP},
    {F(FIRST_PAYLOAD_LOST), NO, .script = OPEN EXCHANGE GIVES_UP_LATER("2")},
    /* of the server, it is no request */
    {F(FIRST_PAYLOAD_LOST), NO,
     .script = OPEN "@1 < PA 1/1 len 9; @1.3 < PA 1/1 len 9; @1.9 < PA 1/1 len 9; "
		    "@3.1 < PA 1/1 len 9"},
    /* only the FIN is in vain */
    {F(FIRST_PAYLOAD_LOST), NO,
     .script = OPEN "@1 > FA 1/1; @1.3 > FA 1/1; @1.9 > FA 1/1; @3.1 > FA 1/1"},
    /* before the input began there may have been others */
    {F(FIRST_PAYLOAD_LOST), NO, .script = GIVES_UP},
    {F(IDLE_BEFORE_SILENCE), YES, .script = OPEN EXCHANGE GIVES_UP_LATER("601")},
    {F(IDLE_BEFORE_SILENCE), YES, INFERRED, .script = OPEN EXCHANGE GIVES_UP_LATER("35")},
    {F(IDLE_BEFORE_SILENCE), YES, INFERRED, .script = OPEN EXCHANGE GIVES_UP_LATER("4")},
    {F(IDLE_BEFORE_SILENCE), NO, .script = OPEN EXCHANGE GIVES_UP_LATER("2")},
    /* after a rest, what comes first is answered; what follows it is not */
    {F(IDLE_BEFORE_SILENCE), NO,
     .script = OPEN EXCHANGE "@601 > PA 101/51 len 9; @601.04 < A 51/110; @601.1 > PA 110/51 len "
			     "9; @601.4 > PA 110/51 len 9; @602 > PA 110/51 len 9; @603.2 > PA "
			     "110/51 len 9"},
    /* probes in between were answered: nothing was forgotten then */
    {F(IDLE_BEFORE_SILENCE), NO,
     .script = OPEN EXCHANGE "@46 > A 100/51; @46.04 < A 51/101; @86 > A 100/51; @86.04 < A "
			     "51/101; " GIVES_UP_LATER("120")},
    /* a farewell after a rest is what connections end with */
    {F(IDLE_BEFORE_SILENCE), YES, INFERRED,
     .script = OPEN EXCHANGE "@601 > FA 101/51; @601.3 > FA 101/51; @602 > FA 101/51; @604 > FA "
			     "101/51"},
    {F(LOST_IS_LARGER), YES, .script = OPEN_MSS EXCHANGE LARGE LARGE_AGAIN},
    {F(LOST_IS_LARGER), YES, .script = OPEN_MSS EXCHANGE LARGE SMALL_TAIL LARGE_AGAIN},
    /* one of that size had arrived before */
    {F(LOST_IS_LARGER), NO,
     .script = OPEN_MSS "@1 > PA 1/1 len 100; @1.04 < A 1/101 len 1460; @1.05 > A 101/1461; "
			"@2.04 < A 1461/101 len 1460; @2.4 < A 1461/101 len 1460; "
			"@3 < A 1461/101 len 1460; @4.2 < A 1461/101 len 1460"},
    /* or has since, behind the gap */
    {F(LOST_IS_LARGER), NO,
     .script = OPEN_MSS EXCHANGE LARGE "@2.05 > A 110/51 sacks 1511/2971; " LARGE_AGAIN},
    /* what the network card cut up had arrived in segments */
    {F(LOST_IS_LARGER), NO,
     .script = OPEN_MSS "@1 > PA 1/1 len 100; @1.04 < A 1/101 len 1440; @1.05 > A 101/1441; "
			"@2.04 < A 1441/101 len 5840; @2.4 < A 1441/101 len 1460; "
			"@3 < A 1441/101 len 1460; @4.2 < A 1441/101 len 1460"},
    /* every link carries so much */
    {F(LOST_IS_LARGER), NO,
     .script = OPEN EXCHANGE "@2 > PA 101/51 len 900; @2.4 > PA 101/51 len 900; "
			     "@3 > PA 101/51 len 900; @4.2 > PA 101/51 len 900"},
    /* routers cut up what may be fragmented */
    {F(LOST_IS_LARGER), YES, INFERRED,
     .script = "@0 > S 0 mss 1460; @0.04 < SA 0/1 mss 1460 nodf; @0.05 > A 1/1; @2.04 < A 1/1 len "
	       "1460 nodf; @2.4 < A 1/1 len 1460 nodf; @3 < A 1/1 len 1460 nodf; @4.2 < A 1/1 len "
	       "1460 nodf"},
    /* behind the place: a gap for which the receiver asks, and a sender that lives */
    {F(LOST_IS_LARGER), YES, INFERRED,
     .script =
	 OPEN_MSS EXCHANGE "@2 > PA 101/51 len 9; @2.04 < PA 2971/110 len 200; @2.05 > A "
			   "110/51 sacks 2971/3171; @3 > PA 110/51 len 9; @3.04 < A 3171/119"},
    {F(SMALLER_PASSES), YES,
     .script =
	 OPEN_MSS EXCHANGE "@2 > PA 101/51 len 9; @2.04 < PA 2971/110 len 200; @2.05 > A "
			   "110/51 sacks 2971/3171; @3 > PA 110/51 len 9; @3.04 < A 3171/119"},
    /* the gap is filled in time */
    {F(LOST_IS_LARGER), NO,
     .script = OPEN_MSS EXCHANGE "@2 > PA 101/51 len 9; @2.04 < PA 1511/110 len 200; @2.05 > A "
				 "110/51 sacks 1511/1711; @2.3 < A 51/110 len 1460; @2.31 > A "
				 "110/1711; @3 > PA 110/1711 len 9; @3.04 < A 1711/119"},
    {F(SMALLER_PASSES), YES, .script = OPEN_MSS EXCHANGE LARGE SMALL_TAIL LARGE_AGAIN},
    {F(SMALLER_PASSES), NO, .script = OPEN_MSS EXCHANGE LARGE LARGE_AGAIN},
    /* the short head of the message, acknowledged after its rest was sent */
    {F(SMALLER_PASSES), YES,
     .script = OPEN_MSS EXCHANGE "@2 < PA 51/101 len 4; @2 < A 55/101 len 1460; @2.04 > A 101/55; "
				 "@2.4 < A 55/101 len 1460; @3 < A 55/101 len 1460; @4.2 < A "
				 "55/101 len 1460"},
    /* no SACK, but a duplicate ACK: the last segment was small */
    {F(SMALLER_PASSES), YES, INFERRED,
     .script = OPEN_MSS EXCHANGE LARGE "@2.04 < PA 2971/110 len 200; @2.05 > A 110/51; "
				       "" LARGE_AGAIN},
    /* the next request is not repeated: its ACK arrived */
    {F(SMALLER_PASSES), YES, INFERRED,
     .script = OPEN_MSS EXCHANGE LARGE "@2.4 < A 51/110 len 1460; @2.5 > PA 110/51 len 9; "
				       "@2.54 < A 2971/119; @3 < A 51/119 len 1460; @4.2 < A "
				       "51/119 len 1460"},
    {F(SMALLER_PASSES), OPEN_QUESTION, .script = OPEN EXCHANGE CLOSE},
    {F(ICMP_TOO_BIG), YES, .script = OPEN "@1 > PA 1/1 len 1460; ! > 3/4"},
    {F(ICMP_TOO_BIG), YES, .script = OPEN "@1 > PA 1/1 len 1460; 6! > 2/0"},
    {F(ICMP_TOO_BIG), OPEN_QUESTION, .script = OPEN "@1 > PA 1/1 len 1460; ! > 3/1"},
    {F(GAVE_UP_ON_WINDOW), YES, INFERRED, .script = STALL STALLS_ON},
    {F(GAVE_UP_ON_WINDOW), YES, INFERRED, .input_end_s = 60, .script = STALL STALLS_ON},
    /* the window opens after two knocks */
    {F(GAVE_UP_ON_WINDOW), NO, .script = STALL "@3.5 > A 101/1001; @3.54 < PA 1001/101 len 9"},
    {F(GAVE_UP_ON_WINDOW), NO, .script = STALL "@2.92 > A 101/1001 win 0"},
    /* when it opens, nobody is left */
    {F(GAVE_UP_ON_WINDOW), YES, INFERRED, .script = STALL "@9 > A 101/1001; @9.04 < R 1001"},
    {F(GAVE_UP_ON_WINDOW), YES, INFERRED, .script = STALL STALLS_ON "; @9 < RA 1001/101"},
    /* the one that does not read ends it: that is no patience */
    {F(GAVE_UP_ON_WINDOW), NO, .script = STALL STALLS_ON "; @9 > RA 101/1001"},
    {F(UNANSWERED_RETRANSMISSIONS), YES, .script = OPEN GIVES_UP},
    {F(UNANSWERED_RETRANSMISSIONS), YES, INFERRED,
     .script = OPEN "@1 > PA 1/1 len 9; @1.3 > PA 1/1 len 9; @1.9 > PA 1/1 len 9"},
    /* one loss, and the input ends */
    {F(UNANSWERED_RETRANSMISSIONS), NO, INFERRED,
     .script = OPEN "@1 > PA 1/1 len 9; @1.3 > PA 1/1 len 9"},
    /* two in one second, and the input ends: that shows nobody's patience */
    {F(UNANSWERED_RETRANSMISSIONS), OPEN_QUESTION, .input_end_s = 2,
     .script = OPEN "@1 > PA 1/1 len 9; @1.3 > PA 1/1 len 9; @1.9 > PA 1/1 len 9"},
    /* many segments again in one go are one attempt */
    {F(UNANSWERED_RETRANSMISSIONS), NO, INFERRED,
     .script = OPEN "@1 > A 1/1 len 9; @1 > A 10/1 len 9; @1 > A 19/1 len 9; @1 > A 28/1 len 9; "
		    "@1.3 > A 1/1 len 9; @1.3 > A 10/1 len 9; @1.3 > A 19/1 len 9"},
    /* the input goes on, but no attempt comes any more */
    {F(UNANSWERED_RETRANSMISSIONS), YES, .input_end_s = 20,
     .script = OPEN "@1 > PA 1/1 len 9; @1.3 > PA 1/1 len 9; @1.9 > PA 1/1 len 9"},
    /* after one attempt no kernel gives up: what answered it is missing */
    {F(UNANSWERED_RETRANSMISSIONS), NO, INFERRED, .input_end_s = 20,
     .script = OPEN "@1 > PA 1/1 len 9; @1.3 > PA 1/1 len 9"},
    {F(UNANSWERED_RETRANSMISSIONS), NO, INFERRED, .input_end_s = 3,
     .script = OPEN "@1 > PA 1/1 len 9; @1.3 > PA 1/1 len 9"},
    /* acknowledged here, and repeated: the ACKs are lost behind this point */
    {F(UNANSWERED_RETRANSMISSIONS), YES,
     .script = OPEN ASK "@1.3 > PA 1/1 len 100; @1.34 < A 1/101; @1.9 > PA 1/1 len 100; "
			"@1.94 < A 1/101; @3.1 > PA 1/1 len 100; @3.14 < A 1/101"},
    {F(ALIVE_AFTERWARDS), YES,
     .script = OPEN ASK "@1.3 > PA 1/1 len 100; @1.34 < A 1/101; @1.9 > PA 1/1 len 100; "
			"@1.94 < A 1/101; @3.1 > PA 1/1 len 100; @3.14 < A 1/101"},
    {F(UNANSWERED_RETRANSMISSIONS), NO,
     .script = OPEN ASK "@1.3 > PA 1/1 len 100; @1.34 < A 1/101; @1.9 > PA 1/1 len 100; "
			"@1.94 < A 1/101; @3.1 > PA 101/1 len 9; @3.14 < A 1/110"},
    {F(UNANSWERED_RETRANSMISSIONS), NO,
     .script = OPEN "@1 > PA 1/1 len 9; @1.3 > PA 1/1 len 9; "
		    "@1.34 < A 1/10"},
    {F(ALIVE_AFTERWARDS), YES, .script = OPEN GIVES_UP "; @3.2 < A 1/1"},
    {F(ALIVE_AFTERWARDS), YES, INFERRED, .script = OPEN GIVES_UP, .server_alive = true},
    {F(ALIVE_AFTERWARDS), NO, .script = OPEN GIVES_UP},
    {F(ALIVE_AFTERWARDS), OPEN_QUESTION, .script = OPEN EXCHANGE CLOSE},
    {F(KEEP_ALIVE_UNANSWERED), YES,
     .script = OPEN EXCHANGE "@61 > A 100/51; @76 > A 100/51; @91 > A 100/51; @106 > RA 101/51"},
    {F(KEEP_ALIVE_UNANSWERED), NO, .script = OPEN EXCHANGE "@61 > A 100/51; @61.04 < A 51/101"},
    /* answered, but the probes go on echoing the time stamp from before */
    {F(KEEP_ALIVE_UNANSWERED), YES, INFERRED,
     .script = OPEN_TS "@1 > PA 1/1 len 9 ts 109/5; @1.04 < A 1/10 ts 105/109; "
		       "@61 > A 9/1 ts 6109/105; @61.04 < A 1/10 ts 6105/6109; "
		       "@76 > A 9/1 ts 7609/105; @76.04 < A 1/10 ts 7605/7609; "
		       "@91 > RA 10/1 ts 9109/105"},
    {F(KEEP_ALIVE_UNANSWERED), NO,
     .script = OPEN_TS "@1 > PA 1/1 len 9 ts 109/5; @1.04 < A 1/10 ts 105/109; "
		       "@61 > A 9/1 ts 6109/105; @61.04 < A 1/10 ts 6105/6109; "
		       "@76 > A 9/1 ts 7609/6105; @76.04 < A 1/10 ts 7605/7609; "
		       "@91 > RA 10/1 ts 9109/7605"},
    {F(ZERO_WINDOW_AT_END), YES, .script = OPEN ASK "@2 < A 1/101 win 0"},
    {F(ZERO_WINDOW_AT_END), NO, .script = OPEN ASK "@2 < A 1/101 win 0; @4 < A 1/101 win 500"},
    {F(CAPTURE_GOES_ON), YES, .script = OPEN EXCHANGE CLOSE, .input_end_s = 60},
    {F(CAPTURE_GOES_ON), NO, .script = OPEN EXCHANGE CLOSE, .input_end_s = 3},
    {F(CAPTURE_GOES_ON), OPEN_QUESTION, .script = OPEN EXCHANGE CLOSE},
    {F(RETRANSMISSIONS_RECOVERED), YES,
     .script = OPEN "@1 > PA 1/1 len 9; @1.3 > PA 1/1 len 9; @1.34 < A 1/10"},
    {F(RETRANSMISSIONS_RECOVERED), NO, .script = OPEN EXCHANGE CLOSE},
    /* Data of the SYN that its answer leaves out has to be sent again, and nothing was lost. */
    {F(RETRANSMISSIONS_RECOVERED), NO,
     .script = "@0 > S 0 len 50; @0.04 < SA 0/1; @0.05 > PA 1/1 len 50; @0.09 < A 1/51"},
    /* what had been acknowledged already was not lost */
    {F(RETRANSMISSIONS_RECOVERED), NO, .script = OPEN ASK "@2 > PA 1/1 len 100; @2.04 < A 1/101"},
    {F(ZERO_WINDOW_SEEN), YES, .script = OPEN ASK "@2 < A 1/101 win 0; @4 < A 1/101 win 500"},
    {F(ZERO_WINDOW_SEEN), NO, .script = OPEN EXCHANGE CLOSE},
    {F(RETRY_FOLLOWS), YES, .script = OPEN "@1 < RA 1/1", .retried = true},
    {F(RETRY_FOLLOWS), NO, .script = OPEN "@1 < RA 1/1"},
    /* the server closes the idle connection: nginx' limit, or nobody's */
    {F(IDLE_MATCHES_TIMER), YES, .script = OPEN EXCHANGE "@76.05 < FA 51/101"},
    {F(IDLE_MATCHES_TIMER), NO, .script = OPEN EXCHANGE "@46.05 < FA 51/101"},
    /* curl's, which no server has; a server's, which no client has */
    {F(IDLE_MATCHES_TIMER), YES, .script = OPEN EXCHANGE "@119.05 > FA 101/51"},
    {F(IDLE_MATCHES_TIMER), NO, .script = OPEN EXCHANGE "@76.05 > FA 101/51"},
    /* the client waits for an answer */
    {F(IDLE_MATCHES_TIMER), YES, .script = OPEN ASK "@16.04 > FA 101/1"},
    {F(IDLE_MATCHES_TIMER), NO, .script = OPEN ASK "@76.04 > FA 101/1"},
    {F(IDLE_MATCHES_TIMER), YES, .script = OPEN ASK "@16.04 > RA 101/1"},
    /* reset by a box at the moment of expiry; or by one that forgot, when something comes */
    {F(IDLE_MATCHES_TIMER), YES,
     .script = OPEN EXCHANGE "@241.05 < RA 51/101; @241.05 > RA 101/51"},
    {F(IDLE_MATCHES_TIMER), NO, .script = OPEN EXCHANGE "@401.05 < RA 51/101; @401.05 > RA 101/51"},
    {F(IDLE_MATCHES_TIMER), YES, .script = OPEN EXCHANGE "@351 > PA 101/51 len 9; @351.01 < R 51"},
    {F(IDLE_MATCHES_TIMER), OPEN_QUESTION,
     .script = OPEN EXCHANGE "@401 > PA 101/51 len 9; @401.01 < R 51"},
    /* dropped in silence */
    {F(IDLE_MATCHES_TIMER), YES,
     .script = OPEN EXCHANGE "@241 > PA 101/51 len 9; @241.3 > PA 101/51 len 9; "
			     "@241.9 > PA 101/51 len 9; @243.1 > PA 101/51 len 9"},
    {F(IDLE_MATCHES_TIMER), OPEN_QUESTION,
     .script = OPEN EXCHANGE "@251 > PA 101/51 len 9; @251.3 > PA 101/51 len 9; "
			     "@251.9 > PA 101/51 len 9; @253.1 > PA 101/51 len 9"},
    /* the pause between probes */
    {F(IDLE_MATCHES_TIMER), YES,
     .script = OPEN EXCHANGE "@61 > A 100/51; @136 > A 100/51; @211 > A 100/51; @286 > RA 101/51"},
    {F(IDLE_MATCHES_TIMER), NO,
     .script = OPEN EXCHANGE "@61 > A 100/51; @71 > A 100/51; @81 > A 100/51; @91 > RA 101/51"},
    /* after its FIN the server read on for 30 s, then it reset */
    {F(IDLE_MATCHES_TIMER), YES,
     .script = OPEN EXCHANGE "@1.1 < FA 51/101; @1.2 > PA 101/52 len 9; @1.24 < A 52/110; "
			     "@31.1 < RA 52/110"},
    /* the client's kernel waited a minute for the server's FIN */
    {F(IDLE_MATCHES_TIMER), YES,
     .script =
	 OPEN EXCHANGE "@1.1 > FA 101/51; @1.14 < A 51/102; @61.2 < FA 51/102; @61.21 > R 102"},
    {F(IDLE_MATCHES_TIMER), OPEN_QUESTION,
     .script =
	 OPEN EXCHANGE "@1.1 > FA 101/51; @1.14 < A 51/102; @91.2 < FA 51/102; @91.21 > R 102"},
    {F(IDLE_MATCHES_TIMER), OPEN_QUESTION, .script = OPEN EXCHANGE CLOSE},
    {F(IDLE_MATCHES_TIMER), OPEN_QUESTION, .script = "> PA; < A; < FA", AS_TYPED},
};

#define LAST_SYN     "@9 > S 0"
#define IDLE_FIN     OPEN EXCHANGE "@2 < FA 51/101; @2.04 > FA 101/52; @2.08 < A 52/102"
#define UNASKED	     "@9 < SA 0/1; @9.01 > R 1"
#define ANSWERS(n)   .context.unasked = {.count = (n), .host_heard = true}
#define ENDED(n)     .context.exit = {.together = (n), .unasked = (n)}
#define NOTICED(row) .context.exit.row = {.frame = 99, .time_ns = SCRIPT_EPOCH_NS}

static const struct sequence company_sequences[] = {
    {F(LISTENER_FLOODED), YES, INFERRED, .script = LAST_SYN, .context.flood = {.half_open = 16}},
    {F(LISTENER_FLOODED), YES, INFERRED, .script = LAST_SYN,
     .context.flood = {.half_open = 900, .completed = 100}},
    {F(LISTENER_FLOODED), NO, .script = LAST_SYN, .context.flood = {.half_open = 15}},
    /* a busy listener that loses some */
    {F(LISTENER_FLOODED), NO, .script = LAST_SYN,
     .context.flood = {.half_open = 40, .completed = 30}},
    {F(LISTENER_FLOODED), OPEN_QUESTION, .script = "@0 < SA 0/1"},
    {F(SYN_CRAFTED), YES, .script = "@0 > S 0 mss 1460"},
    {F(SYN_CRAFTED), NO, .script = "@0 > S 0 mss 1460 sack"},
    {F(SYN_CRAFTED), NO, .script = "@0 > S 0 mss 1460 scale 7"},
    {F(SYN_CRAFTED), OPEN_QUESTION, .script = "> S; < SA", AS_TYPED},
    {F(PORT_PROBED), YES, .script = "@0 > S 0; @0.04 < SA 0/1; @0.05 > R 1"},
    {F(PORT_PROBED), YES, INFERRED, .script = "@0 > S 0", .input_end_s = 9,
     .context.fan_out = {.ports = 10}},
    {F(PORT_PROBED), NO, .script = "@0 > S 0", .input_end_s = 9, .context.fan_out = {.ports = 9}},
    {F(PORT_PROBED), NO, .script = "@0 > S 0; @1 > S 0", .input_end_s = 9,
     .context.fan_out = {.ports = 10}},
    /* its answer may still come */
    {F(PORT_PROBED), NO, .script = "@0 > S 0", .context.fan_out = {.ports = 10}},
    {F(FAN_OUT), YES, INFERRED, .script = LAST_SYN, .context.fan_out = {.ports = 3}},
    {F(FAN_OUT), NO, INFERRED, .script = LAST_SYN, .context.fan_out = {.ports = 1}},
    {F(FAN_OUT), OPEN_QUESTION, .script = LAST_SYN, .context.fan_out = {.ports = 2}},
    /* a busy client some of whose servers are down */
    {F(FAN_OUT), OPEN_QUESTION, .script = LAST_SYN,
     .context.fan_out = {.ports = 5, .conversations = 50}},
    {F(FAN_OUT), OPEN_QUESTION, .script = OPEN EXCHANGE CLOSE},
    {F(UNASKED_ANSWER), YES, INFERRED, .script = UNASKED, ANSWERS(1)},
    {F(UNASKED_ANSWER), YES, INFERRED, .script = "@9 < SA 0/1", ANSWERS(1)},
    /* the SYN may have gone just before the input begins, or with all that this host sends */
    {F(UNASKED_ANSWER), OPEN_QUESTION, .script = "@1 < SA 0/1", ANSWERS(1)},
    {F(UNASKED_ANSWER), OPEN_QUESTION, .script = "@9 < SA 0/1", .context.unasked = {.count = 1}},
    {F(UNASKED_ANSWER), NO, .script = OPEN EXCHANGE CLOSE},
    {F(ENDED_TOGETHER), YES, INFERRED, .script = IDLE_FIN, ENDED(2)},
    {F(ENDED_TOGETHER), NO, .script = IDLE_FIN, ENDED(1)},
    {F(ENDED_TOGETHER), NO, .script = IDLE_FIN,
     .context.exit = {.together = 4, .unasked = 4, .timer = true}},
    {F(ENDED_TOGETHER), NO, .script = IDLE_FIN, .context.exit = {.together = 9, .unasked = 1}},
    {F(ENDED_TOGETHER), NO, INFERRED, .script = "> PA; < PA; < FA; > A", AS_TYPED},
    {F(LISTENER_GONE), YES, .script = IDLE_FIN, NOTICED(gone)},
    {F(LISTENER_GONE), NO, .script = IDLE_FIN, NOTICED(there)},
    {F(LISTENER_GONE), OPEN_QUESTION, .script = IDLE_FIN},
    {F(PERIODIC), YES, INFERRED, .script = OPEN "@1 > RA 1/1",
     .context.period = {.checks = 3, .pauses = 2, .regular = 2, .period_ns = TW_NS_PER_S}},
    {F(PERIODIC), NO, INFERRED, .script = OPEN "@1 > RA 1/1",
     .context.period = {.checks = 5, .pauses = 4, .regular = 2, .period_ns = TW_NS_PER_S}},
    {F(PERIODIC), OPEN_QUESTION, .script = OPEN "@1 > RA 1/1"},
    {F(HOST_ALIVE), YES, INFERRED, .script = "@0 > S 0; @1 > S 0", .server_alive = true},
    {F(HOST_ALIVE), YES, INFERRED, .script = "@0 > S 0; @0.04 < RA 0/1 win 0", .server_ttl = 57},
    {F(HOST_ALIVE), OPEN_QUESTION, .script = "@0 > S 0; @1 > S 0"},
    /* it said more than RST here: nobody asks */
    {F(HOST_ALIVE), OPEN_QUESTION, .script = OPEN EXCHANGE CLOSE, .server_ttl = 57},
};

#define DONE   "; @9.1 > FA 101/51; @9.14 < FA 51/102; @9.15 > A 102/52"
#define WINDOW "@0 > S 0 win 1000; @0.04 < SA 0/1 win 1000; @0.05 > A 1/1 win 1000; "

static const struct sequence pace_sequences[] = {
    /* 3 s between the acknowledgment of the request and the answer */
    {F(SERVER_THINKS), YES, INFERRED,
     .script = OPEN ASK "@4.04 < PA 1/101 len 50; @4.05 > A 101/51" DONE},
    /* the head of the answer at once, the rest later */
    {F(SERVER_THINKS), YES, INFERRED,
     .script = OPEN "@1 > PA 1/1 len 100; @1.04 < PA 1/101 len 25; @1.05 > A 101/26; "
		    "@4.04 < PA 26/101 len 25; @4.05 > A 101/51" DONE},
    /* what it says after its second answer is news, not the rest of it */
    {F(SERVER_THINKS), NO,
     .script = OPEN EXCHANGE "@1.1 > PA 101/51 len 9; @1.14 < PA 51/110 len 25; "
			     "@4.04 < PA 76/110 len 25; @4.05 > A 110/101" DONE},
    {F(SERVER_THINKS), NO, .script = OPEN EXCHANGE CLOSE},
    /* half a second */
    {F(SERVER_THINKS), NO, .script = OPEN ASK "@1.5 < PA 1/101 len 50; @1.55 > A 101/51" DONE},
    /* the answer was lost and repeated: the network's time */
    {F(SERVER_THINKS), NO,
     .script = OPEN "@1 > PA 1/1 len 100; @1.04 < PA 1/101 len 50; @1.3 < PA 1/101 len 50; "
		    "@1.9 < PA 1/101 len 50; @3.1 < PA 1/101 len 50; @3.11 > A 101/51" DONE},
    /* the client rested between an answer and its next request */
    {F(SERVER_THINKS), NO,
     .script = OPEN EXCHANGE "@4 > PA 101/51 len 9; @4.04 < PA 51/110 len 9; @4.05 > A 110/60"},
    /* a closed window held it up */
    {F(SERVER_THINKS), NO,
     .script = OPEN "@1 > PA 1/1 len 100; @1.04 < PA 1/101 len 25; @1.05 > A 101/26 win 0; "
		    "@4 > A 101/26 win 500; @4.04 < PA 26/101 len 25; @4.05 > A 101/51" DONE},
    /* TLS housekeeping is no request */
    {F(SERVER_THINKS), NO,
     .script = OPEN EXCHANGE "@1.1 > PA 101/51 len 39 is tls; @1.14 < A 51/140; "
			     "@4.2 < PA 51/140 len 200 is tls; @4.21 > A 140/251"},
    /* a side that keeps speaking up unasked: these are no waits */
    {F(SERVER_THINKS), OPEN_QUESTION,
     .script = OPEN EXCHANGE "@4 < PA 51/101 len 9; @4.01 > A 101/60; @7 > PA 101/60 len 9; "
			     "@7.04 < A 60/110; @10 < PA 60/110 len 9; @10.01 > A 110/69"},
    /* nobody knows what had been asked before the input begins */
    {F(SERVER_THINKS), OPEN_QUESTION,
     .script = "@1 > PA 1/1 len 100; @1.04 < A 1/101; "
	       "@4.04 < PA 1/101 len 50; @4.05 > A 101/51"},
    {F(CLIENT_PAUSES), YES, INFERRED,
     .script = OPEN "@1 > PA 1/1 len 50; @1.04 < A 1/51; @4 > PA 51/1 len 50; "
		    "@4.04 < PA 1/101 len 50; @4.05 > A 101/51"},
    {F(CLIENT_PAUSES), NO, .script = OPEN EXCHANGE CLOSE},
    /* nobody had waited for the second message: the answer comes seconds later */
    {F(CLIENT_PAUSES), OPEN_QUESTION,
     .script = OPEN "@1 > PA 1/1 len 50; @1.04 < A 1/51; @4 > PA 51/1 len 50; "
		    "@4.04 < A 1/101; @7 < PA 1/101 len 50; @7.05 > A 101/51"},
    {F(WINDOW_FULL), YES, INFERRED,
     .script = WINDOW "@1 > A 1/1 len 900; @+0.04 < A 1/901 win 1000; "
		      "@+0.02 > A 901/1 len 900; @+0.04 < A 1/1801 win 1000; "
		      "@+0.02 > A 1801/1 len 900; @+0.04 < A 1/2701 win 1000; "
		      "@+0.02 > A 2701/1 len 900; @+0.04 < A 1/3601 win 1000"},
    /* the same pace under a window that would take more */
    {F(WINDOW_FULL), NO,
     .script = "@0 > S 0; @0.04 < SA 0/1 win 9000; @0.05 > A 1/1; @1 > A 1/1 len 900; "
	       "@+0.04 < A 1/901 win 9000; @+0.02 > A 901/1 len 900; @+0.04 < A 1/1801 win 9000; "
	       "@+0.02 > A 1801/1 len 900; @+0.04 < A 1/2701 win 9000; "
	       "@+0.02 > A 2701/1 len 900; @+0.04 < A 1/3601 win 9000"},
    /* without the SYNs nobody knows the scale */
    {F(WINDOW_FULL), OPEN_QUESTION,
     .script = "@1 > A 1/1 len 900 win 1000; @+0.04 < A 1/901 win 1000; "
	       "@+0.02 > A 901/1 len 900; @+0.04 < A 1/1801 win 1000; "
	       "@+0.02 > A 1801/1 len 900; @+0.04 < A 1/2701 win 1000; "
	       "@+0.02 > A 2701/1 len 900; @+0.04 < A 1/3601 win 1000"},
    /* overtaken: the hole is reported, repaired, and the late one comes too */
    {F(REPEATED_FOR_NOTHING), YES, INFERRED,
     .script = OPEN "@1 > A 1/1 len 9; @1.001 > A 10/1 len 9; @1.002 > A 19/1 len 9; "
		    "@1.04 < A 1/1 sacks 10-19; @1.041 < A 1/1 sacks 10-28; "
		    "@1.05 > A 1/1 len 9; @1.08 < A 1/28; @1.09 < A 1/28 sacks 1-10"},
    /* lost: nobody has it twice */
    {F(REPEATED_FOR_NOTHING), NO,
     .script = OPEN "@1 > A 1/1 len 9; @1.001 > A 10/1 len 9; @1.002 > A 19/1 len 9; "
		    "@1.04 < A 1/1 sacks 10-19; @1.041 < A 1/1 sacks 10-28; "
		    "@1.05 > A 1/1 len 9; @1.09 < A 1/28"},
    /* a timer that was too quick: nothing overtook anything */
    {F(REPEATED_FOR_NOTHING), NO,
     .script = OPEN "@1 > A 1/1 len 9; @1.3 > A 1/1 len 9; @1.31 < A 1/10; "
		    "@1.34 < A 1/10 sacks 1-10"},
    {F(SMALL_WRITES_WAIT), YES, INFERRED,
     .script = OPEN "@0.1 > PA 1/1 len 9; @0.181 < A 1/10; @0.192 > PA 10/1 len 9; "
		    "@0.272 < A 1/19; @0.283 > PA 19/1 len 9; @0.363 < A 1/28; "
		    "@0.374 > PA 28/1 len 9; @0.414 < A 1/37"},
    /* acknowledged at once */
    {F(SMALL_WRITES_WAIT), NO,
     .script = OPEN "@1 > PA 1/1 len 9; @1.041 < A 1/10; @1.052 > PA 10/1 len 9; "
		    "@1.092 < A 1/19; @1.103 > PA 19/1 len 9; @1.143 < A 1/28; "
		    "@1.154 > PA 28/1 len 9; @1.194 < A 1/37"},
    /* it was not the acknowledgment that it had waited for */
    {F(SMALL_WRITES_WAIT), NO,
     .script = OPEN "@1 > PA 1/1 len 9; @1.081 < A 1/10; @1.2 > PA 10/1 len 9; "
		    "@1.28 < A 1/19; @1.4 > PA 19/1 len 9; @1.48 < A 1/28; "
		    "@1.6 > PA 28/1 len 9; @1.68 < A 1/37"},
    {F(DAMAGED_SEGMENTS), YES, INFERRED,
     .script = OPEN "@1 > A 1/1 len 9 bad; @1.3 > A 1/1 len 9; @1.34 < A 1/10"},
    /* wrong, and taken all the same: the checksum was computed after the recording */
    {F(DAMAGED_SEGMENTS), NO,
     .script = OPEN "@1 > A 1/1 len 9 bad; @1.04 < A 1/10; @1.3 > A 10/1 len 9"},
    {F(DAMAGED_SEGMENTS), NO, .script = OPEN EXCHANGE CLOSE},
    {F(HALF_PASSES), YES, INFERRED,
     .script = "@0 > S 0; @0.05 > A 1/1; @1 > PA 1/1 len 9; @1.1 > A 10/51; @2 > FA 10/99"},
    {F(HALF_PASSES), NO, .script = OPEN EXCHANGE CLOSE},
    /* an unanswered SYN is whole */
    {F(HALF_PASSES), NO, .script = "@0 > S 0; @1 > S 0; @3 > S 0"},
};

static const struct {
	const char *family;
	const struct sequence *rows;
	size_t count;
} families[] = {
    {"opening", opening_sequences, TW_LEN(opening_sequences)},
    {"handshake", handshake_sequences, TW_LEN(handshake_sequences)},
    {"data", data_sequences, TW_LEN(data_sequences)},
    {"closing", closing_sequences, TW_LEN(closing_sequences)},
    {"reset", reset_sequences, TW_LEN(reset_sequences)},
    {"forgery", forgery_sequences, TW_LEN(forgery_sequences)},
    {"silence", silence_sequences, TW_LEN(silence_sequences)},
    {"company", company_sequences, TW_LEN(company_sequences)},
    {"application", application_sequences, TW_LEN(application_sequences)},
    {"volley", volley_sequences, TW_LEN(volley_sequences)},
    {"pace", pace_sequences, TW_LEN(pace_sequences)},
};

/* The facts of what a script has played; nobody has names or ports. */
static inline void script_facts(const struct script *script, const struct sequence *row,
				struct tw_fact_set *set)
{
	static const struct tw_endpoint nowhere[2];
	struct tw_roles roles = tw_roles_infer(&script->connection, nowhere, TW_NOBODY);
	struct tw_moment later = {.frame = 1000, .time_ns = SCRIPT_EPOCH_NS + 100 * TW_NS_PER_S};
	struct tw_context context = row->context;

	context.input_start_ns += SCRIPT_EPOCH_NS;
	context.input_end_known = row->input_end_s != 0;
	context.input_end_ns = SCRIPT_EPOCH_NS + row->input_end_s * TW_NS_PER_S;
	context.has_retry = row->retried;
	if (row->server_ttl != 0)
		context.host[roles.server] = (struct tw_host_seen){
		    .ttl_min = row->server_ttl,
		    .ttl_max = row->server_ttl,
		    .distance_ns = 40 * TW_NS_PER_MS,
		    .at = later,
		};
	context.previous = (struct tw_previous){
	    .known = row->rest_s != 0,
	    .ended = {.frame = 1, .time_ns = SCRIPT_EPOCH_NS - row->rest_s * TW_NS_PER_S},
	    .orderly = !row->torn,
	};
	context.previous.numbered[roles.server] = row->server_step != 0;
	context.previous.snd_nxt[roles.server] =
	    tw_seq_diff(script->connection.side[roles.server].isn, row->server_step);
	if (row->server_alive)
		context.alive_elsewhere[roles.server] = later;
	if (row->retried)
		context.retry = later;
	tw_facts_derive(&script->connection, &context, roles, set);
}

static inline void sequence_facts_at(const struct sequence *row, uint32_t isn_0, uint32_t isn_1,
				     struct tw_fact_set *set)
{
	struct script script;

	if (row->typed)
		script_play_typed(&script, row->script);
	else
		script_play_at(&script, row->script, isn_0, isn_1);
	script_facts(&script, row, set);
}

#endif
