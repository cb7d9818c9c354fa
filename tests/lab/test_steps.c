/* test_steps.c: each sentence that steps may say is performed by its own function. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/steps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	const char *sentence;
	bool (*perform)(struct lab_run *run, const struct lab_value *values);
} sentences[] = {
    {"the server listens", lab_step_listen},
    {"the server listens on port 81 with a backlog of 2", lab_step_listen},
    {"the client connects", lab_step_connect},
    {"the client connects on port 81 from the same port", lab_step_connect},
    {"the server connects to the client on port 20", lab_step_connect},
    {"the client connects without waiting", lab_step_connect},
    {"the client connects but is not accepted", lab_step_connect},
    {"the client tries to connect on port 8081", lab_step_try_to_connect},
    {"the client waits for the connection", lab_step_wait_for_connection},
    {"the server accepts on connection 2", lab_step_accept},
    {"they connect to each other", lab_step_connect_both},
    {"the client sends a request", lab_step_send_request},
    {"the client sends a request of 60 to 900 bytes on connection 1", lab_step_send_request},
    {"the server sends a response of 2 kB in 3 pieces 100 ms apart", lab_step_send_response},
    {"the server sends a last response of 2 kB", lab_step_send_last_response},
    {"the server sends the first part of a response of 20 to 60 kB", lab_step_send_first_part},
    {"the client sends the head of an upload of 90 kB", lab_step_send_upload},
    {"the client sends 700 bytes of the upload", lab_step_send_more},
    {"the server sends 1 400 bytes more", lab_step_send_more},
    {"the client sends a small message", lab_step_send_small},
    {"the client sends \"QUIT\\r\\n\"", lab_step_send_text},
    {"the client sends a TLS client hello", lab_step_send_tls},
    {"the server sends a TLS server hello", lab_step_send_tls},
    {"the server sends a TLS close_notify", lab_step_send_tls},
    {"the server sends a TLS 1.2 close_notify", lab_step_send_tls},
    {"the server sends a TLS alert", lab_step_send_tls},
    {"the server sends TLS data of 1 200 bytes", lab_step_send_tls_data},
    {"the server reads everything", lab_step_read_everything},
    {"the server reads 2 kB", lab_step_read_size},
    {"the server reads what is there", lab_step_read_some},
    {"the server reads to the end", lab_step_read_to_end},
    {"the server reads nothing", lab_step_read_nothing},
    {"the server shuts down its sending", lab_step_shut_down},
    {"the server shuts down both ways", lab_step_shut_down},
    {"the server closes", lab_step_close},
    {"the server closes on connection 2", lab_step_close},
    {"the server closes its listener", lab_step_close_listener},
    {"the client closes and the other follows", lab_step_close_both},
    {"the client closes and the other follows after 2 s", lab_step_close_both},
    {"the server aborts", lab_step_abort},
    {"the server disconnects", lab_step_disconnect},
    {"the server is killed", lab_step_kill},
    {"the server forgets the connection", lab_step_forget},
    {"the server forgets everything", lab_step_forget_everything},
    {"an administrator destroys the connection on the server", lab_step_destroy},
    {"the client sets TCP_USER_TIMEOUT to 3 s", lab_step_set_option},
    {"the client prepares SO_RCVBUF 4096", lab_step_prepare_option},
    {"the kernel of the server has tcp_syncookies 0", lab_step_set_sysctl},
    {"the kernel of the client has tcp_rmem 4096 8192 8192", lab_step_set_sysctl},
    {"they exchange a request and a response", lab_step_exchange},
    {"they exchange a request and a response of 2 kB", lab_step_exchange},
    {"they exchange 3 requests and responses of 2 kB 100 ms apart", lab_step_exchange_many},
    {"the client retries", lab_step_retry},
    {"wait 2 to 4 s, at least 25 round trips", lab_step_wait},
    {"wait until the server's FIN arrives", lab_step_wait_until},
    {"wait until the client's data is in the middle 2 times", lab_step_wait_until},
    {"wait until the client's SYN is sent for the 3rd time", lab_step_wait_until},
    {"everything settles", lab_step_settle},
    {"the client's data and the server's FIN crossed", lab_step_check_crossed},
    {"the client's read failed with ECONNRESET", lab_step_check_read},
    {"the client's read ended", lab_step_check_read},
    {"the client's read brought 3 kB", lab_step_check_read},
    {"the client's connect failed with ECONNREFUSED", lab_step_check_connect},
    {"the wire drops everything", lab_step_drop},
    {"the wire drops the next 3 data segments of the server", lab_step_drop},
    {"the wire drops SYNs on the client's leg", lab_step_drop},
    {"the wire drops 2 % of the data segments of the server", lab_step_drop},
    {"the wire drops new data segments 3, 7 and 12 of the server", lab_step_drop},
    {"the wire delays every 5th data segment of the server by 30 ms", lab_step_delay},
    {"the wire delays the next FIN of the server by 2 s on the client's leg", lab_step_delay},
    {"the wire duplicates the first segment of the client", lab_step_duplicate},
    {"the wire damages the next data segment of the server", lab_step_damage},
    {"the wire strips window scaling from SYNs", lab_step_strip},
    {"the wire clamps the MSS to 1 200", lab_step_clamp_mss},
    {"the wire breaks", lab_step_break_wire},
    {"the wire breaks towards the client", lab_step_break_wire},
    {"the wire heals", lab_step_heal},
    {"the wire forges a RST to the client when it sees the 10th data segment of the server",
     lab_step_forge_when},
    {"the wire forges a RST,ACK to the client when it sees data, swallowing it as Suricata does",
     lab_step_forge_when},
    {"the wire forges 3 RSTs to the client, 1 460 bytes apart, when it sees the next FIN",
     lab_step_forge_many},
    {"the wire forges a RST to the server now, 9 000 bytes ahead with TTL 99", lab_step_forge_now},
    {"the wire forges a RST to the client and the server now", lab_step_forge_now},
    {"the wire forges a SYN,ACK to the client when it sees a SYN", lab_step_forge_synack},
    {"the wire answers SYNs of the client with RST,ACK, swallowing it", lab_step_answer},
    {"the wire answers every segment of the client with RST", lab_step_answer},
    {"the wire answers SYNs with ICMP code 13, swallowing it", lab_step_answer_icmp},
    {"a box on the way forgets idle connections after 3 s silently", lab_step_forget_idle},
    {"a box on the way forgets idle connections after 3 s and resets both ends",
     lab_step_forget_idle},
    {"a box on the way forgets all connections now and answers later packets with RST",
     lab_step_forget_now},
    {"a box on the way translates the client's port", lab_step_translate_port},
    {"a box on the way translates a service address to the server's", lab_step_translate_service},
    {"a box on the way translates a service address to the server's, but not its 5th data "
     "segment",
     lab_step_translate_service},
    {"the server's address moves to the other host", lab_step_redirect},
    {"the other host sees every packet too", lab_step_copy},
    {"a stranger sends a SYN to port 443", lab_step_stray_syn},
    {"a stranger sends 20 SYNs from other addresses", lab_step_flood},
    {"a stranger's SYN,ACK reaches the client 4 times", lab_step_backscatter},
    {"recording stops", lab_step_record},
    {"recording starts", lab_step_record},
    {"only segments of the client are recorded", lab_step_record_only},
};

static void each_sentence_has_its_function(void **state)
{
	(void)state;
	for (size_t i = 0; i < TW_LEN(sentences); i++) {
		struct tw_arena arena = tw_arena_of(1 << 24);
		struct tw_buf text = tw_buf_of(1 << 16);
		struct tw_buf error = tw_buf_of(1 << 16);
		struct lab_plan plan;

		tw_buf_printf(&text,
			      "A trial\n\nOf one sentence.\n\nsetting:\n  there is another host\n\n"
			      "truth:\n  connections 1 to 4: still-open\n\nsteps:\n  %s\n",
			      sentences[i].sentence);
		if (!lab_plan_make(&plan, TW_STR("trial"), tw_buf_str(&text), 1, &arena, &error))
			fail_msg("%s", error.text);
		if (plan.steps[0].word->perform != sentences[i].perform)
			fail_msg("\"%s\" is taken for: %s", sentences[i].sentence,
				 plan.steps[0].word->pattern);
		tw_buf_free(&text);
		tw_buf_free(&error);
		tw_arena_free(&arena);
	}
}

static void there_is_a_trial_of_each_sentence(void **state)
{
	(void)state;
	for (size_t word = 0; word < lab_step_word_count; word++) {
		size_t i = 0;

		while (i < TW_LEN(sentences) &&
		       sentences[i].perform != lab_step_words[word].perform)
			i++;
		if (i == TW_LEN(sentences))
			fail_msg("not tried: %s", lab_step_words[word].pattern);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_sentence_has_its_function),
	    cmocka_unit_test(there_is_a_trial_of_each_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
