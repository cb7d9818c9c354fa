/* application.c: facts about messages: cut short, incomplete, an error, announced as the last. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/derive.h"

#include "tcp/seq.h"

enum {
	SURE_UNPAIRED = 80,	/* the answer may be to HEAD, which has no body */
	SURE_UNPUSHED = 85,	/* a stack sets PSH where its buffer is empty: there was more */
	SURE_PUSHED = 75,	/* a write ended; the message may go on in the next one */
	SURE_RECORD_ENDED = 70, /* a message may go on in the next record */
	SURE_WENT_ON = 85,
	SURE_ANSWER_BY_ORDER = 90,
	SURE_ANSWER_BY_TIME = 75,
	SURE_TOLD = 90, /* by a row's words */
	AT_ONCE_MS = 50,
};

static bool is_http(const struct tw_application *application)
{
	return application->protocol == TW_PROTOCOL_HTTP;
}

static struct tw_moment at_frame(uint64_t frame)
{
	return (struct tw_moment){.frame = frame};
}

/* What the server sent last is settled once it has closed, or nothing can follow. */
static void put_response(struct tw_derive *d)
{
	const struct tw_application *answer = &d->server->application;
	bool ended = tw_happened(d->server->fin.at) || d->resetter;
	bool half_seen = tw_happened(d->connection->limits[TW_LIMIT_ONE_DIRECTION]);
	bool inside = tw_application_is_inside(answer);
	struct tw_fact_value *value;

	if (!is_http(answer) || !tw_application_is_read(answer) || answer->messages == 0 ||
	    (answer->marks & TW_APPLICATION_ASKS) || !ended || half_seen)
		return;
	/* Without a length, the end of the connection is the end of the body: FIN says so. */
	if (!inside && answer->complete < answer->messages &&
	    (!tw_happened(d->server->fin.at) || d->server->reset_count > 0))
		return;
	value = tw_derive_put_side(d, TW_FACT_RESPONSE_INCOMPLETE, inside,
				   answer->marks & TW_APPLICATION_PAIRED ? TW_SEEN : SURE_UNPAIRED,
				   d->server);
	value->detail = answer->status;
	tw_fact_frame(value, at_frame(answer->frame));
	tw_fact_frame(value, d->server->last_payload);
}

/* How much of the client's payload the server had when it closed or reset. */
static uint32_t received_at_close(const struct tw_derive *d)
{
	const struct tw_fin *fin = &d->server->fin;
	const struct tw_reset *reset = &d->server->reset;

	if (d->closer == d->server && (fin->known & TW_FIELD_ACK))
		return fin->ack;
	return d->resetter == d->server && (reset->flags & TW_ACK) ? reset->ack : d->client->acked;
}

/*
 * The whole message may have passed here before the server's FIN or RST did, which had only part of
 * it when it closed.
 */
static bool crossed_inside(const struct tw_derive *d)
{
	const struct tw_application *asked = &d->client->application;
	uint32_t received = received_at_close(d);

	return &d->connection->side[d->set->cast.first] == d->server &&
	       !tw_application_is_inside(asked) && asked->complete > 0 &&
	       tw_seq_after(received, asked->begin) && tw_seq_before(received, asked->end);
}

/*
 * Where no header tells the length: the server, when it closed, had the beginning of what the
 * client was sending, and the rest was sent without knowing of the answer.
 */
static bool went_on_sending(const struct tw_derive *d)
{
	const struct tw_side *client = d->client;
	const struct tw_last_word *asked = &d->connection->at_close[d->set->cast.roles.client];
	const struct tw_last_word *answered = &d->connection->at_close[d->set->cast.roles.server];
	uint32_t received = received_at_close(d);

	if (&d->connection->side[d->set->cast.first] != d->server || d->connection->typed ||
	    !tw_happened(answered->payload) || !tw_seq_after(received, asked->turn))
		return false;
	for (uint32_t back = 0; back < TW_TAIL; back++) {
		const struct tw_sent *sent = tw_side_sent(client, back);

		if (sent && sent->length > 0 && tw_seq_after(sent->end, received) &&
		    !tw_seq_after(sent->ack, answered->turn))
			return true;
	}
	return false;
}

static void put_request_cut_short(struct tw_derive *d)
{
	const struct tw_application *asked = &d->client->application;
	const struct tw_last_word *word = &d->connection->at_close[d->set->cast.roles.client];
	bool read = tw_application_is_read(asked);
	bool inside = read && (word->inside || crossed_inside(d));
	bool by_server = &d->connection->side[d->set->cast.first] == d->server;
	bool unpushed = !read && !word->pushed;
	bool went_on = !(read && is_http(asked)) && went_on_sending(d);
	unsigned percent = TW_SEEN;
	struct tw_fact_value *value;

	if (!tw_happened(word->payload)) {
		(void)tw_derive_put_side(d, TW_FACT_REQUEST_CUT_SHORT, false,
					 tw_derive_no_payload(d, d->client), d->client);
		return;
	}
	/* Who closes has said what it wanted, unless its own header promises more. */
	if (!read && !by_server)
		return;
	if (!inside && unpushed)
		percent = SURE_UNPUSHED;
	else if (!inside && went_on)
		percent = SURE_WENT_ON;
	else if (!inside && !is_http(asked))
		percent = read ? SURE_RECORD_ENDED : SURE_PUSHED;
	value = tw_derive_put_side(d, TW_FACT_REQUEST_CUT_SHORT, inside || unpushed || went_on,
				   percent, d->client);
	tw_fact_frame(value, read ? at_frame(asked->frame) : word->payload);
}

/* The answer that came while its question was still being asked. */
static bool answered_early(const struct tw_derive *d, unsigned *percent)
{
	const struct tw_application *asked = &d->client->application;
	const struct tw_application *answer = &d->server->application;
	const struct tw_last_word *question = &d->connection->at_close[d->set->cast.roles.client];
	struct tw_moment spoke = d->connection->at_close[d->set->cast.roles.server].payload;
	struct tw_moment ended =
	    tw_happened(d->server->fin.at) ? d->server->fin.at : d->server->reset.at;
	int64_t pause = ended.time_ns - spoke.time_ns;

	if (!tw_happened(spoke))
		return false;
	if (is_http(asked) && is_http(answer) && tw_application_is_read(asked))
		return answer->messages >= asked->messages;
	if (tw_later(spoke, question->payload)) {
		*percent = *percent < SURE_ANSWER_BY_ORDER ? *percent : SURE_ANSWER_BY_ORDER;
		return true;
	}
	*percent = *percent < SURE_ANSWER_BY_TIME ? *percent : SURE_ANSWER_BY_TIME;
	return d->connection->timed &&
	       pause <= tw_connection_rtt_ns(d->connection) + AT_ONCE_MS * TW_NS_PER_MS;
}

static void put_early_answer(struct tw_derive *d)
{
	const struct tw_fact_value *cut = &d->set->value[TW_FACT_REQUEST_CUT_SHORT];
	unsigned percent = cut->percent;
	bool by_server = &d->connection->side[d->set->cast.first] == d->server;
	bool early = cut->answer == TW_YES && by_server && answered_early(d, &percent);
	struct tw_fact_value *value;

	if (by_server && cut->answer == TW_UNKNOWN)
		return;
	value = tw_derive_put_side(d, TW_FACT_EARLY_ANSWER, early, by_server ? percent : TW_SEEN,
				   d->server);
	if (!early)
		return;
	tw_fact_frame(value, d->connection->at_close[d->set->cast.roles.client].payload);
	tw_fact_frame(value, d->connection->at_close[d->set->cast.roles.server].payload);
}

static void put_announcements(struct tw_derive *d)
{
	const struct tw_application *answer = &d->server->application;
	bool ends = answer->marks & TW_APPLICATION_ENDS;
	bool error = answer->marks & TW_APPLICATION_ERROR;
	bool silent = answer->protocol == TW_PROTOCOL_UNKNOWN ||
		      answer->protocol == TW_PROTOCOL_SSH || answer->protocol == TW_PROTOCOL_OTHER;
	unsigned percent = answer->marks & TW_APPLICATION_BYTES ? TW_SEEN : SURE_TOLD;
	struct tw_fact_value *value;

	/* What is encrypted announces in secret; only plain alerts can be read. */
	if (silent || answer->messages == 0 || (answer->marks & TW_APPLICATION_ASKS) ||
	    (answer->protocol == TW_PROTOCOL_TLS && !ends))
		return;
	value = tw_derive_put_side(d, TW_FACT_END_ANNOUNCED, ends, percent, d->server);
	tw_fact_frame(value, at_frame(answer->ends_frame));
	if (answer->protocol == TW_PROTOCOL_TLS)
		return;
	value = tw_derive_put_side(d, TW_FACT_ANSWER_IS_ERROR, error, percent, d->server);
	value->detail = answer->status;
	tw_fact_frame(value, at_frame(answer->frame));
}

void tw_facts_application(struct tw_derive *d)
{
	put_response(d);
	put_announcements(d);
	if (d->set->cast.first == TW_NOBODY ||
	    tw_happened(d->connection->limits[TW_LIMIT_ONE_DIRECTION]))
		return;
	put_request_cut_short(d);
	put_early_answer(d);
}
