/* steps_talk.c: what programs say to each other: sends, reads, exchanges. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/program.h"
#include "lab/steps.h"
#include "lab/talk.h"

/* What messages have where a sentence names no size. */
enum {
	REQUEST_BYTES_MIN = 60,
	REQUEST_BYTES_MAX = 900,
	RESPONSE_BYTES_MIN = 200,
	RESPONSE_BYTES_MAX = 20000,
	SMALL_BYTES_MIN = 20,
	SMALL_BYTES_MAX = 200,
};

/* ---- sending ---- */

/* Sends the message as the values of LAB_PIECES say, and frees it. */
static bool send_message(struct lab_run *run, enum lab_host_name host,
			 const struct lab_value *pieces, struct tw_buf *message)
{
	const struct lab_value *apart = &pieces[1];
	uint32_t number = lab_step_connection(run, &pieces[2]);
	uint64_t count = lab_step_number(pieces, 1);
	bool goes_on = number > 0;
	size_t done = 0;

	for (uint64_t i = 1; goes_on && i <= count; i++) {
		size_t end = (size_t)(message->size * i / count);
		struct tw_str part = {.text = message->text + done, .size = end - done};

		if (part.size > 0)
			goes_on = lab_program_send(run, host, number, part);
		if (i < count)
			lab_pause(lab_step_time(apart, 0));
		done = end;
	}
	if (message->overflowed)
		goes_on = lab_run_fail(run, "no memory for so much");
	tw_buf_free(message);
	return goes_on;
}

/* Sends what one of the functions of talk.h composes. */
static bool send_composed(struct lab_run *run, const struct lab_value *values, uint64_t bytes,
			  void (*compose)(struct tw_buf *to, enum lab_talk talk, uint64_t bytes,
					  struct lab_random *random))
{
	struct tw_buf message = tw_buf_of(LAB_TALK_BYTES_MAX);

	compose(&message, run->plan->talk, bytes, &run->random);
	return send_message(run, values[0].hosts[0], &values[2], &message);
}

static uint64_t any_request(struct lab_run *run)
{
	return lab_random_between(&run->random, REQUEST_BYTES_MIN, REQUEST_BYTES_MAX);
}

static uint64_t any_response(struct lab_run *run)
{
	return lab_random_scaled(&run->random, RESPONSE_BYTES_MIN, RESPONSE_BYTES_MAX);
}

bool lab_step_send_request(struct lab_run *run, const struct lab_value *values)
{
	return send_composed(run, values, lab_step_number(&values[1], any_request(run)),
			     lab_talk_request);
}

bool lab_step_send_response(struct lab_run *run, const struct lab_value *values)
{
	return send_composed(run, values, lab_step_number(&values[1], any_response(run)),
			     lab_talk_response);
}

bool lab_step_send_last_response(struct lab_run *run, const struct lab_value *values)
{
	return send_composed(run, values, lab_step_number(&values[1], any_response(run)),
			     lab_talk_last_response);
}

bool lab_step_send_first_part(struct lab_run *run, const struct lab_value *values)
{
	enum lab_host_name host = values[0].hosts[0];
	struct tw_buf message = tw_buf_of(LAB_TALK_BYTES_MAX);
	uint32_t number = lab_step_connection(run, &values[4]);

	run->connections[number].announced[host] =
	    lab_talk_first_part(&message, run->plan->talk, values[1].number, &run->random);
	return send_message(run, host, &values[2], &message);
}

bool lab_step_send_upload(struct lab_run *run, const struct lab_value *values)
{
	uint32_t number = lab_step_connection(run, &values[4]);

	run->connections[number].announced[values[0].hosts[0]] = values[1].number;
	return send_composed(run, values, values[1].number, lab_talk_upload);
}

bool lab_step_send_more(struct lab_run *run, const struct lab_value *values)
{
	enum lab_host_name host = values[0].hosts[0];
	uint32_t number = lab_step_connection(run, &values[5]);
	uint64_t *announced = &run->connections[number].announced[host];
	struct tw_buf message = tw_buf_of(LAB_TALK_BYTES_MAX);

	*announced -= values[1].number < *announced ? values[1].number : *announced;
	lab_talk_more(&message, run->plan->talk, values[1].number, &run->random);
	return send_message(run, host, &values[3], &message);
}

bool lab_step_send_small(struct lab_run *run, const struct lab_value *values)
{
	struct tw_buf message = tw_buf_of(LAB_TALK_BYTES_MAX);

	lab_talk_request(&message, run->plan->talk,
			 lab_random_between(&run->random, SMALL_BYTES_MIN, SMALL_BYTES_MAX),
			 &run->random);
	return send_message(run, values[0].hosts[0], &values[1], &message);
}

bool lab_step_send_text(struct lab_run *run, const struct lab_value *values)
{
	struct tw_buf message = tw_buf_of(LAB_TALK_BYTES_MAX);

	tw_buf_add(&message, values[1].text);
	return send_message(run, values[0].hosts[0], &values[2], &message);
}

bool lab_step_send_tls_data(struct lab_run *run, const struct lab_value *values)
{
	struct tw_buf message = tw_buf_of(LAB_TALK_BYTES_MAX);

	lab_talk_tls_data(&message, values[1].number, &run->random);
	return send_message(run, values[0].hosts[0], &values[2], &message);
}

bool lab_step_send_tls(struct lab_run *run, const struct lab_value *values)
{
	struct tw_buf message = tw_buf_of(LAB_TALK_BYTES_MAX);

	lab_talk_tls(&message, (enum lab_tls_message)values[1].number, &run->random);
	return send_message(run, values[0].hosts[0], &values[2], &message);
}

/* ---- reading ---- */

static bool read_as(struct lab_run *run, enum lab_host_name host, const struct lab_value *on,
		    enum lab_call how, uint64_t bytes)
{
	uint32_t number = lab_step_connection(run, on);

	return number > 0 && lab_program_read(run, host, number, how, bytes);
}

bool lab_step_read_everything(struct lab_run *run, const struct lab_value *values)
{
	enum lab_host_name host = values[0].hosts[0];
	uint32_t number = lab_step_connection(run, &values[1]);

	return number > 0 && lab_program_read(run, host, number, LAB_CALL_READ,
					      lab_program_outstanding(run, host, number));
}

bool lab_step_read_size(struct lab_run *run, const struct lab_value *values)
{
	return read_as(run, values[0].hosts[0], &values[2], LAB_CALL_READ, values[1].number);
}

bool lab_step_read_some(struct lab_run *run, const struct lab_value *values)
{
	return read_as(run, values[0].hosts[0], &values[1], LAB_CALL_READ_SOME, 0);
}

bool lab_step_read_to_end(struct lab_run *run, const struct lab_value *values)
{
	return read_as(run, values[0].hosts[0], &values[1], LAB_CALL_READ_TO_END, 0);
}

bool lab_step_read_nothing(struct lab_run *run, const struct lab_value *values)
{
	uint32_t number = lab_step_connection(run, &values[1]);

	if (number == 0)
		return false;
	lab_run_note(run, &(struct lab_deed){.host = values[0].hosts[0], .connection = number},
		     "reads nothing");
	return true;
}

/* ---- both ---- */

/* One says something and the other reads all of it. */
static bool say(struct lab_run *run, enum lab_host_name from, enum lab_host_name to,
		uint32_t number, const struct tw_buf *message)
{
	if (!lab_program_send(run, from, number, tw_buf_str(message)) ||
	    !lab_program_read(run, to, number, LAB_CALL_READ,
			      lab_program_outstanding(run, to, number)))
		return false;
	return lab_program_outstanding(run, to, number) == 0 ||
	       lab_run_fail(run, "the %s did not get all", lab_host_text(to));
}

bool lab_exchange(struct lab_run *run, uint32_t number, uint64_t bytes)
{
	const struct lab_connection *connection = &run->connections[number];
	enum lab_host_name asks =
	    connection->listener == LAB_CLIENT ? LAB_CLIENT : connection->opener;
	enum lab_host_name answers = lab_peer(connection, asks);
	struct tw_buf message = tw_buf_of(LAB_TALK_BYTES_MAX);
	bool goes_on;

	lab_talk_request(&message, run->plan->talk, any_request(run), &run->random);
	goes_on = say(run, asks, answers, number, &message);
	tw_buf_clear(&message);
	lab_talk_response(&message, run->plan->talk, bytes > 0 ? bytes : any_response(run),
			  &run->random);
	goes_on = goes_on && say(run, answers, asks, number, &message);
	tw_buf_free(&message);
	return goes_on;
}

bool lab_step_exchange(struct lab_run *run, const struct lab_value *values)
{
	uint32_t number = lab_step_connection(run, &values[1]);

	return number > 0 && lab_exchange(run, number, lab_step_number(&values[0], 0));
}

bool lab_step_exchange_many(struct lab_run *run, const struct lab_value *values)
{
	uint32_t number = lab_step_connection(run, &values[3]);

	if (number == 0)
		return false;
	for (uint64_t i = 0; i < values[0].number; i++) {
		if (i > 0)
			lab_pause(lab_step_time(&values[2], 0));
		if (!lab_exchange(run, number, lab_step_number(&values[1], 0)))
			return false;
	}
	return true;
}
