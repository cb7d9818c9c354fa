/* application.c: requests and answers in words: kinds, numbers and status codes, never contents. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain/teller.h"

#include "explain/words.h"
#include "tcp/tls.h"

#include <inttypes.h>

static const struct tw_application *application_of(const struct tw_teller *t, unsigned side)
{
	return &t->c->connection->side[side].application;
}

static void at_frame(struct tw_teller *t, uint64_t frame)
{
	if (frame == 0)
		return;
	tw_buf_add_char(&t->buf, ' ');
	tw_words_at(&t->buf, t->c, (struct tw_moment){.frame = frame});
}

/* "a POST"; "an OPTIONS". */
static void add_method(struct tw_teller *t, const struct tw_application *asked)
{
	const char *word = tw_method_word((enum tw_method)asked->method);

	if (word[0] == '\0')
		tw_buf_add_text(&t->buf, "its method is none of HTTP's own");
	else
		tw_buf_printf(&t->buf, "%s %s", word[0] == 'O' ? "an" : "a", word);
}

static void add_answer(struct tw_teller *t, const struct tw_application *answer)
{
	bool incomplete = t->c->facts.value[TW_FACT_RESPONSE_INCOMPLETE].answer == TW_YES;
	bool complete = t->c->facts.value[TW_FACT_RESPONSE_INCOMPLETE].answer == TW_NO;

	tw_buf_printf(&t->buf, " was answered%s with status %u", complete ? " completely," : "",
		      answer->status);
	at_frame(t, answer->frame);
	if (!incomplete)
		return;
	tw_buf_add_text(&t->buf, ", but the answer is incomplete: by its own header ");
	if (tw_application_is_chunked(answer)) {
		tw_buf_add_text(&t->buf, "its last chunk is missing");
	} else if (tw_application_missing(answer) > 0) {
		tw_words_count(&t->buf, tw_application_missing(answer), "byte is missing",
			       "bytes are missing");
	} else {
		tw_buf_add_text(&t->buf, "more was to come");
	}
}

/* "All 3 requests were answered, the last one (a GET)": its answer follows. */
static void add_requests(struct tw_teller *t, const struct tw_application *asked, uint32_t answered)
{
	if (asked->messages == 1)
		tw_buf_add_text(&t->buf, "the only request (");
	else if (answered >= asked->messages)
		tw_buf_printf(&t->buf, "of %" PRIu32 " requests the last one (", asked->messages);
	else
		tw_buf_printf(&t->buf,
			      "of %" PRIu32 " requests %" PRIu32 " had an answer; the last one (",
			      asked->messages, answered);
	add_method(t, asked);
	tw_buf_add_char(&t->buf, ')');
}

/* Both sides speak HTTP, and the last request has no answer. */
bool tw_tell_application_unanswered(const struct tw_teller *t)
{
	unsigned client = t->c->facts.cast.roles.client;
	const struct tw_application *asked = application_of(t, client);
	const struct tw_application *answer = application_of(t, tw_other(client));

	return tw_application_is_paired(asked, answer) && asked->messages > answer->messages;
}

static void tell_exchange(struct tw_teller *t, const struct tw_application *asked,
			  const struct tw_application *answer)
{
	if (!tw_application_is_paired(asked, answer) || asked->messages == 0)
		return;
	add_requests(t, asked, answer->messages);
	if (answer->messages >= asked->messages) {
		add_answer(t, answer);
	} else {
		at_frame(t, asked->frame);
		tw_buf_add_text(&t->buf,
				t->c->facts.value[TW_FACT_REQUEST_UNANSWERED].answer == TW_YES
				    ? " was acknowledged but not answered"
				    : " was not answered");
	}
	tw_teller_story_of(t, TW_WEIGHT_LINK);
	if (t->c->facts.value[TW_FACT_REQUEST_CUT_SHORT].answer != TW_YES)
		return;
	tw_words_fact(&t->buf, t->c, TW_FACT_REQUEST_CUT_SHORT, false);
	tw_teller_story_of(t, TW_WEIGHT_LINK);
}

/* Of a list, or after a gap, only the last answer's status is known for certain. */
static void tell_status(struct tw_teller *t, const struct tw_application *asked,
			const struct tw_application *answer)
{
	if (answer->protocol != TW_PROTOCOL_HTTP || answer->messages == 0 || answer->status == 0 ||
	    (answer->marks & TW_APPLICATION_ASKS) || tw_application_is_paired(asked, answer))
		return;
	tw_words_expand(&t->buf, t->c, "{server}'s last answer that can be read has status ",
			TW_NOBODY, false);
	tw_buf_printf(&t->buf, "%u", answer->status);
	at_frame(t, answer->frame);
	tw_teller_story_of(t, TW_WEIGHT_LINK);
}

/* An error that is not HTTP's: its code where the protocol has codes. */
static void tell_error(struct tw_teller *t, const struct tw_application *answer)
{
	const struct tw_fact_value *error = &t->c->facts.value[TW_FACT_ANSWER_IS_ERROR];

	if (error->answer != TW_YES || answer->protocol == TW_PROTOCOL_HTTP)
		return;
	tw_words_expand(&t->buf, t->c, "{server}'s last answer is an error of ", TW_NOBODY, false);
	tw_buf_add_text(&t->buf, tw_protocol_words((enum tw_protocol)answer->protocol));
	if (answer->status > 0)
		tw_buf_printf(&t->buf, " (%u)", answer->status);
	at_frame(t, answer->frame);
	if (answer->marks & TW_APPLICATION_ENDS)
		tw_buf_add_text(&t->buf, ", one that announces the end of the connection");
	tw_teller_story_of(t, TW_WEIGHT_LINK);
}

static void tell_alert(struct tw_teller *t, unsigned side)
{
	const struct tw_application *application = application_of(t, side);
	const char *words = tw_tls_alert_words(application->status);

	if (application->protocol != TW_PROTOCOL_TLS ||
	    !(application->marks & TW_APPLICATION_FATAL))
		return;
	tw_words_expand(&t->buf, t->c, "{side} ended TLS with the fatal alert ", side, false);
	tw_buf_printf(&t->buf, "%u", application->status);
	if (words[0] != '\0')
		tw_buf_printf(&t->buf, " (%s)", words);
	at_frame(t, application->ends_frame);
	tw_teller_story(t);
}

void tw_tell_application(struct tw_teller *t)
{
	unsigned client = t->c->facts.cast.roles.client;
	const struct tw_application *answer = application_of(t, tw_other(client));

	tell_exchange(t, application_of(t, client), answer);
	tell_status(t, application_of(t, client), answer);
	tell_error(t, answer);
	tell_alert(t, client);
	tell_alert(t, tw_other(client));
}
