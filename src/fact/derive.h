/* derive.h: what the families of facts share: who is who, and how a value is put down. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_FACT_DERIVE_H
#define TW_FACT_DERIVE_H

#include "fact/set.h"

/* How sure an inference is, in percent; arithmetic on what was seen is TW_SEEN. */
enum {
	TW_SURE_PSH_MEANS_DATA = 97,  /* payload behind PSH: measured on 98 of 100 FINs of Linux */
	TW_SURE_ASSUMED_NUMBERS = 85, /* follows from numbers that tcp/assume.h filled in */
	TW_SURE_ABSENT_IN_LIST = 85,  /* "there is no ..." in a typed list: rows may be missing */
	TW_SURE_ABSENT_FROM_SYN = 95, /* the same in a list that begins with the SYN */
	TW_SURE_ABSENT_IN_PART = 60,  /* the same where rows are known to be missing */
};

struct tw_derive {
	const struct tw_connection *connection;
	const struct tw_context *context;
	struct tw_fact_set *set;
	const struct tw_side *client;
	const struct tw_side *server;
	const struct tw_side *closer;	/* NULL where there is no FIN */
	const struct tw_side *late;	/* its peer */
	const struct tw_side *resetter; /* NULL where there is no RST */
	const struct tw_side *reset;	/* its peer */
};

/* Puts yes or no; the value is returned so that frames can be added. */
struct tw_fact_value *tw_derive_put(struct tw_derive *d, enum tw_fact fact, bool yes,
				    unsigned percent);
/* The same for a fact about one side. */
struct tw_fact_value *tw_derive_put_side(struct tw_derive *d, enum tw_fact fact, bool yes,
					 unsigned percent, const struct tw_side *side);
/* Adds a moment as evidence; what never happened and what does not fit is left out. */
void tw_fact_frame(struct tw_fact_value *value, struct tw_moment moment);
/*
 * How sure "there is none" is: arithmetic in a complete capture; in a list, or in a capture that
 * shows one direction or lost packets, an inference.
 */
unsigned tw_derive_absence(const struct tw_derive *d);
/*
 * How sure it is that `side` sent no payload: arithmetic where its numbers, from its SYN on, leave
 * no room for any.
 */
unsigned tw_derive_no_payload(const struct tw_derive *d, const struct tw_side *side);
/* How sure it is that payload stands there at all: a length or a number, or only a PSH. */
unsigned tw_derive_payload(const struct tw_side *side);
/*
 * How sure it is that the client's last payload, after the server has spoken, asks for an answer;
 * below 50 it rather does not.
 */
unsigned tw_derive_request(const struct tw_derive *d);
/* TW_SEEN, or what an assumption is worth where numbers of either side were assumed. */
unsigned tw_derive_numbers(const struct tw_derive *d);
/* How often a side sent its SYN, or its SYN,ACK: in a simultaneous opening each sends both. */
uint32_t tw_derive_syns(const struct tw_side *side);
/* How sure it is that no FIN went before: one may have, where the input begins under way. */
unsigned tw_derive_no_earlier_fin(const struct tw_derive *d);
/*
 * True where the capture ends before an answer to the last segment could be expected: then "it was
 * not acknowledged" says nothing.
 */
bool tw_derive_cut_off(const struct tw_derive *d);
bool tw_later(struct tw_moment a, struct tw_moment b);

/* The families, in the order in which they are derived. */
void tw_facts_opening(struct tw_derive *d);
void tw_facts_handshake(struct tw_derive *d);
void tw_facts_data(struct tw_derive *d);
void tw_facts_application(struct tw_derive *d);
void tw_facts_closing(struct tw_derive *d);
void tw_facts_reset(struct tw_derive *d);
void tw_facts_forgery(struct tw_derive *d);
void tw_facts_shape(struct tw_derive *d);
void tw_facts_volley(struct tw_derive *d);
/* Behind those of RSTs, of which they speak. */
void tw_facts_translation(struct tw_derive *d);
void tw_facts_silence(struct tw_derive *d);
void tw_facts_passage(struct tw_derive *d);
void tw_facts_window(struct tw_derive *d);
void tw_facts_pause(struct tw_derive *d);
void tw_facts_company(struct tw_derive *d);
void tw_facts_pace(struct tw_derive *d);
/* Last: what a capture artefact explains is no evidence. */
void tw_facts_veto(struct tw_derive *d);

#endif
