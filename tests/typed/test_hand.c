/* test_hand.c: rows that people type: arrows, flags, numbering, remarks. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "describe.h"

#include <stdio.h>

struct sample {
	const char *text;
	const char *expected;
};

static void expect_all(const struct sample *samples, size_t count)
{
	for (size_t i = 0; i < count; i++)
		expect(samples[i].text, samples[i].expected);
}

static void the_seven_rows_of_the_question_are_two_connections(void **state)
{
	(void)state;
	expect("Server -> Client [FIN, PSH, ACK]\n"
	       "Client -> Server [ACK]\n"
	       "Client -> Server [PSH, ACK]\n"
	       "Server -> Client [RST, ACK]\n"
	       "Client -> Server [FIN, PSH, ACK]\n"
	       "Server -> Client [RST]\n"
	       "Client -> Server [SYN]   // start of new connection\n",
	       "c0 #1 l1 Server>Client FPA\n"
	       "c0 #2 l2 Client>Server A\n"
	       "c0 #3 l3 Client>Server PA\n"
	       "c0 #4 l4 Server>Client RA\n"
	       "c0 #5 l5 Client>Server FPA\n"
	       "c0 #6 l6 Server>Client R\n"
	       "c1 #7 l7 Client>Server S //start of new connection\n");
}

static void the_example_file_is_the_list_of_the_question(void **state)
{
	char text[1024];
	FILE *file = fopen("examples/question-28338.txt", "rb");
	struct tw_arena arena = tw_arena_of(16 << 20);
	struct tw_typed typed;

	(void)state;
	assert_non_null(file);

	size_t size = fread(text, 1, sizeof(text), file);

	fclose(file);
	assert_int_equal(tw_typed_parse((struct tw_str){text, size}, &arena, &typed), 7);
	assert_int_equal(typed.connection_count, 2);
	assert_int_equal(typed.foreign_total, 0);
	assert_false(typed.has_time);
	assert_false(typed.rows_omitted);
	tw_arena_free(&arena);
}

static void the_argument_form_reads_letters_between_semicolons(void **state)
{
	(void)state;
	expect("S > C FPA; C > S A; C > S PA seq=1 ack=10 len=24; S > C RA win=0; C > S FPA; "
	       "S > C R; C > S S",
	       "c0 #1 l1 S>C FPA\n"
	       "c0 #2 l1 C>S A\n"
	       "c0 #3 l1 C>S PA seq=1 ack=10 len=24 rel\n"
	       "c0 #4 l1 S>C RA win=0\n"
	       "c0 #5 l1 C>S FPA\n"
	       "c0 #6 l1 S>C R\n"
	       "c1 #7 l1 C>S S\n");
}

static void every_arrow_turns_the_row_its_way(void **state)
{
	static const struct sample samples[] = {
	    {"A -> B [SYN]", "c0 #1 l1 A>B S\n"},
	    {"A->B [SYN]", "c0 #1 l1 A>B S\n"},
	    {"A-> B [SYN]", "c0 #1 l1 A>B S\n"},
	    {"A --> B [SYN]", "c0 #1 l1 A>B S\n"},
	    {"A ------> B [SYN]", "c0 #1 l1 A>B S\n"},
	    {"A => B [SYN]", "c0 #1 l1 A>B S\n"},
	    {"A ==> B [SYN]", "c0 #1 l1 A>B S\n"},
	    {"A > B [SYN]", "c0 #1 l1 A>B S\n"},
	    {"A \xE2\x86\x92 B [SYN]", "c0 #1 l1 A>B S\n"},
	    {"A\xE2\x86\x92"
	     "B [SYN]",
	     "c0 #1 l1 A>B S\n"},
	    {"A \xE2\x80\x93> B [SYN]", "c0 #1 l1 A>B S\n"},
	    {"A \xC3\xA0 B [SYN]", "c0 #1 l1 A>B S\n"},
	    {"A &rarr; B [SYN]", "c0 #1 l1 A>B S\n"},
	    {"A -&gt; B [SYN]", "c0 #1 l1 A>B S\n"},
	    {"A&nbsp;-&gt;&nbsp;B&nbsp;[SYN]", "c0 #1 l1 A>B S\n"},
	    {"A &#8594; B [SYN]", "c0 #1 l1 A>B S\n"},
	    {"A &gt; B [SYN]", "c0 #1 l1 A>B S\n"},
	    {"A <- B [SYN]", "c0 #1 l1 B>A S\n"},
	    {"A <-- B [SYN]", "c0 #1 l1 B>A S\n"},
	    {"A <= B [SYN]", "c0 #1 l1 B>A S\n"},
	    {"A < B [SYN]", "c0 #1 l1 B>A S\n"},
	    {"A \xE2\x86\x90 B [SYN]", "c0 #1 l1 B>A S\n"},
	    {"A &lt;- B [SYN]", "c0 #1 l1 B>A S\n"},
	    {"A &larr; B [SYN]", "c0 #1 l1 B>A S\n"},
	    {"A to B [SYN]", "c0 #1 l1 A>B S\n"},
	    {"from A to B [SYN]", "c0 #1 l1 A>B S\n"},
	    {"From A to B: [SYN]", "c0 #1 l1 A>B S\n"},
	    {"RST from A to B", "c0 #1 l1 A>B R\n"},
	    {"[SYN] A -> B", "c0 #1 l1 A>B S\n"},
	    {"A->>B: TCP FIN", "c0 #1 l1 A>B F\n"},
	    {"A <-> B [SYN]", "! 1 no packet found in it\n"},
	};

	(void)state;
	expect_all(samples, TW_LEN(samples));
}

static void every_spelling_of_flags_is_read(void **state)
{
	static const struct sample samples[] = {
	    {"A -> B [FIN, PSH, ACK]", "c0 #1 l1 A>B FPA\n"},
	    {"A -> B [FIN,ACK]", "c0 #1 l1 A>B FA\n"},
	    {"A -> B [FIN ACK]", "c0 #1 l1 A>B FA\n"},
	    {"A -> B [fin,ack]", "c0 #1 l1 A>B FA\n"},
	    {"A -> B FIN,ACK", "c0 #1 l1 A>B FA\n"},
	    {"A -> B FIN/ACK", "c0 #1 l1 A>B FA\n"},
	    {"A -> B FIN-ACK", "c0 #1 l1 A>B FA\n"},
	    {"A -> B FIN + ACK", "c0 #1 l1 A>B FA\n"},
	    {"A -> B FIN+ACK", "c0 #1 l1 A>B FA\n"},
	    {"A -> B FIN|ACK", "c0 #1 l1 A>B FA\n"},
	    {"A -> B FIN and ACK", "c0 #1 l1 A>B FA\n"},
	    {"A -> B (FIN, ACK)", "c0 #1 l1 A>B FA\n"},
	    {"A -> B : FIN, ACK", "c0 #1 l1 A>B FA\n"},
	    {"A -> B: Flags [F.]", "c0 #1 l1 A>B FA\n"},
	    {"A -> B [F.]", "c0 #1 l1 A>B FA\n"},
	    {"A -> B [R.]", "c0 #1 l1 A>B RA\n"},
	    {"A -> B [FPA]", "c0 #1 l1 A>B FPA\n"},
	    {"A -> B F.", "c0 #1 l1 A>B FA\n"},
	    {"A -> B P.", "c0 #1 l1 A>B PA\n"},
	    {"A -> B FA", "c0 #1 l1 A>B FA\n"},
	    {"A -> B SA", "c0 #1 l1 A>B SA\n"},
	    {"A -> B RA", "c0 #1 l1 A>B RA\n"},
	    {"A -> B R", "c0 #1 l1 A>B R\n"},
	    {"A -> B PUSH, ACK", "c0 #1 l1 A>B PA\n"},
	    {"A -> B PSH ACK", "c0 #1 l1 A>B PA\n"},
	    {"A -> B ACK RST", "c0 #1 l1 A>B RA\n"},
	    {"A -> B RESET-ACK", "c0 #1 l1 A>B RA\n"},
	    {"A -> B Syn/Ack", "c0 #1 l1 A>B SA\n"},
	    {"A -> B SYNACK", "c0 #1 l1 A>B SA\n"},
	    {"A -> B syn ack", "c0 #1 l1 A>B SA\n"},
	    {"A -> B 0x014 (RST, ACK)", "c0 #1 l1 A>B RA\n"},
	    {"A -> B \xC2\xB7\xC2\xB7\xC2\xB7\xC2\xB7S\xC2\xB7", "c0 #1 l1 A>B S\n"},
	    {"A -> B [SYN, ECE, CWR]", "c0 #1 l1 A>B SEW\n"},
	    {"A -> B [FIN, PSH, ACK, URG]", "c0 #1 l1 A>B FPAU\n"},
	    {"A -> B [<None>]", "! 1 an arrow, but no flags of TCP\n"},
	    {"A -> B [SYNX]", "! 1 an arrow, but no flags of TCP\n"},
	    {"A -> B SS", "! 1 an arrow, but no flags of TCP\n"},
	    {"A -> B HTTP Request", "! 1 an arrow, but no flags of TCP\n"},
	};

	(void)state;
	expect_all(samples, TW_LEN(samples));
}

static void numbering_and_markup_around_rows_is_understood(void **state)
{
	(void)state;
	expect("1. A -> B [SYN]\n2) B -> A [SYN, ACK]\n#3 A -> B [ACK]\n4: A -> B [PSH, ACK]\n"
	       "5 B -> A [ACK]\n",
	       "c0 #1 l1 A>B S\nc0 #2 l2 B>A SA\nc0 #3 l3 A>B A\nc0 #4 l4 A>B PA\n"
	       "c0 #5 l5 B>A A\n");
	expect("3. A -> B [SYN]\n7. B -> A [SYN, ACK]\n",
	       "c0 #3 l1 A>B S\nc0 #7 l2 B>A SA\nomitted\n");
	/* One row without a number: rows are counted, so that no number comes twice. */
	expect("3. A -> B [SYN]\nB -> A [SYN, ACK]\n", "c0 #1 l1 A>B S\nc0 #2 l2 B>A SA\n");
	expect("```\n> * `A -> B [SYN]`\n> > - B -> A [SYN, ACK]\n| A -> B | [ACK] |\n```\n",
	       "c0 #1 l2 A>B S\nc0 #2 l3 B>A SA\nc0 #3 l4 A>B A\n");
	expect("\xEF\xBB\xBF"
	       "A -> B [SYN]\r\n\r\nB -> A [SYN, ACK]\r\n",
	       "c0 #1 l1 A>B S\nc0 #2 l3 B>A SA\n");
}

static void remarks_are_kept_with_their_row(void **state)
{
	(void)state;
	expect("A -> B [SYN] // hello\nB -> A [RST, ACK] # refused?\nA -> B [SYN] -- again\n"
	       "// nothing\n# A -> B [FIN]\n",
	       "c0 #1 l1 A>B S //hello\nc0 #2 l2 B>A RA //refused?\nc1 #3 l3 A>B S //again\n"
	       "c1 #4 l5 A>B F\n! 4 a remark, no packet\n");
}

static void several_packets_may_share_a_line(void **state)
{
	(void)state;
	expect("Client -> Server [SYN] Server-> Client [SYN, ACK] Client -> Server [ACK]  "
	       "//ack 1233 Client -> Server [PSH,ACK]\n",
	       "c0 #1 l1 Client>Server S\nc0 #2 l1 Server>Client SA\n"
	       "c0 #3 l1 Client>Server A //ack 1233\nc0 #4 l1 Client>Server PA\n");
	expect("S > C FPA, C > S A, S > C R", "c0 #1 l1 S>C FPA\nc0 #2 l1 C>S A\nc0 #3 l1 S>C R\n");
	expect("A > B S; what; B > A SA", "c0 #1 l1 A>B S\nc0 #2 l1 B>A SA\n"
					  "! 1 no packet found between the semicolons\n");
}

static void names_may_have_blanks_and_differ_in_case(void **state)
{
	(void)state;
	expect("Web server -> My PC [FIN, ACK]\nmy pc -> web server [ACK]\n",
	       "c0 #1 l1 Web server>My PC FA\nc0 #2 l2 My PC>Web server A\n");
	expect("Client (10.0.0.1) -> Server (10.0.0.2) [SYN]\n", "c0 #1 l1 Client>Server S\n");
	expect("10.0.0.1:5000 -> 10.0.0.2:80 [SYN]\n10.0.0.2.80 -> 10.0.0.1.5000 [SYN, ACK]\n",
	       "c0 #1 l1 10.0.0.1:5000>10.0.0.2:80 S\nc0 #2 l2 10.0.0.2:80>10.0.0.1:5000 SA\n");
	expect("2001:db8::1 -> 2001:db8::2 [SYN]\n", "c0 #1 l1 2001:db8::1>2001:db8::2 S\n");
}

static void a_missing_receiver_is_the_other_of_two_names(void **state)
{
	(void)state;
	expect("Failed: 1. (A)FIN,ACK 2. (B)PSH,ACK 3. (A)RST\n",
	       "c0 #1 l1 A>B FA\nc0 #2 l1 B>A PA\nc0 #3 l1 A>B R\n");
	expect("Client: SYN\nServer: SYN, ACK\n",
	       "c0 #1 l1 Client>Server S\nc0 #2 l2 Server>Client SA\n");
	expect("Client: sends SYN\nServer: sends SYN, ACK\n",
	       "c0 #1 l1 Client>Server S\nc0 #2 l2 Server>Client SA\n");
	expect("PC -> [SYN] My server-> [SYN, ACK]\n",
	       "c0 #1 l1 PC>My server S\nc0 #2 l1 My server>PC SA\n");
	expect("Client: SYN\n", "! 1 a sender and flags, but no receiver\n");
	expect("A: SYN\nB: SYN\nC: SYN\n", "! 1 a sender and flags, but no receiver\n"
					   "! 2 a sender and flags, but no receiver\n"
					   "! 3 a sender and flags, but no receiver\n");
}

static void numbers_in_words_and_letters_are_read(void **state)
{
	(void)state;
	expect("192.0.2.10 to 198.51.100.5 (FIN, ACK) Sequence number: 304 Acknowledgement "
	       "number: 172\n"
	       "192.0.2.10 to 198.51.100.5 (RST) Sequence number: 304 WIN=0 Len=0\n",
	       "c0 #1 l1 192.0.2.10>198.51.100.5 FA seq=304 ack=172 rel\n"
	       "c0 #2 l2 192.0.2.10>198.51.100.5 R seq=304 len=0 win=0 rel\n");
	expect("A -> B [PSH, ACK] seq 1:9, ack 1, win 501, length 8, ttl 64, time=1.5\n",
	       "c0 #1 l1 A>B PA t=1500000000 seq=1 ack=1 len=8 win=501 rel ttl=64\n");
	expect("A > B: FIN, ACK (seq 100, ack 200)\n", "c0 #1 l1 A>B FA seq=100 ack=200 rel\n");
	expect("A -> B [ACK] Win = 65535 seq: 5\n", "c0 #1 l1 A>B A seq=5 win=65535 rel\n");
	expect("A -> B [SYN] seq=4294967296\n", "c0 #1 l1 A>B S //seq=4294967296\n");
}

static void direction_words_of_device_lists_are_read(void **state)
{
	(void)state;
	expect("Server <- Device : Send PUSH, ACK Send data to the server (1 packet)\n"
	       "Server -> Device : PUSH some data from port 1999 to port 1025\n"
	       "Server -> listening on port 1999\n"
	       "    N->>T: HTTP Request\n",
	       "c0 #1 l1 Device>Server PA //Send data to the server (1 packet)\n"
	       "c0 #2 l2 Server>Device P //some data from port 1999 to port 1025\n"
	       "! 3 an arrow, but no flags of TCP\n"
	       "! 4 an arrow, but no flags of TCP\n");
}

static void equal_names_without_ports_have_no_direction(void **state)
{
	(void)state;
	expect("host -> host [SYN]\n", "! 1 both ends are the same\n");
	/* a socket that has connected to itself */
	expect("127.0.0.1:5 -> 127.0.0.1:5 [SYN]\n", "c0 #1 l1 127.0.0.1:5>127.0.0.1:5 S\n");
	expect("127.0.0.1:5 -> 127.0.0.1:6 [SYN]\n127.0.0.1:6 -> 127.0.0.1:5 [RST, ACK]\n",
	       "c0 #1 l1 127.0.0.1:5>127.0.0.1:6 S\nc0 #2 l2 127.0.0.1:6>127.0.0.1:5 RA\n");
}

static void left_out_packets_are_noted(void **state)
{
	(void)state;
	expect("A -> B [SYN]\n...\nA -> B [RST]\n", "c0 #1 l1 A>B S\nc0 #2 l3 A>B R\nomitted\n");
	expect("A -> B [SYN]\n--8<--\nA -> B [RST]\n", "c0 #1 l1 A>B S\nc0 #2 l3 A>B R\nomitted\n");
	expect("...\nA -> B [SYN]\nA -> B [RST]\n...\n", "c0 #1 l2 A>B S\nc0 #2 l3 A>B R\n");
}

static void words_behind_an_arrow_are_data_where_flags_name_the_same_ends(void **state)
{
	(void)state;
	expect("sequenceDiagram\n"
	       "    participant N as \"nginx\"\n"
	       "    participant T as Tomcat server\n"
	       "    participant X as nobody\n"
	       "    T-->>N: TCP FIN (connection close)\n"
	       "    N->>+T: HTTP Request\n"
	       "    T-->>-N: TCP RST\n",
	       "c0 #1 l5 Tomcat server>nginx F //(connection close)\n"
	       "c0 #2 l6 nginx>Tomcat server ?PA {HTTP Request}\n"
	       "c0 #3 l7 Tomcat server>nginx R\n"
	       "! 1 no packet found in it\n! 4 no packet found in it\n");
	expect("C -> S  GET /index.html\nS -> C: sends data // cut\nS -> C [RST]\n",
	       "c0 #1 l1 C>S ?PA {GET /index.html}\nc0 #2 l2 S>C ?PA {sends data} //cut\n"
	       "c0 #3 l3 S>C R\n");
	expect("Client -> Server [SYN]\nServer <- Client: data seq=1 len=5\n"
	       "Server -> Client HTTP response 200\nclient => server: data (100 bytes)\n",
	       "c0 #1 l1 Client>Server S\nc0 #2 l2 Client>Server ?PA seq=1 len=5 rel {data}\n"
	       "c0 #3 l3 Server>Client ?PA {HTTP response 200}\n"
	       "c0 #4 l4 Client>Server ?PA {data (100 bytes)}\n");
	expect("C > S S; C > S: login request; S > C R", "c0 #1 l1 C>S S\nc0 #2 l1 C>S ?PA {login "
							 "request}\nc0 #3 l1 S>C R\n");
	expect("1. C -> S: data 2. S -> C: TLS alert 3. S -> C: FIN",
	       "c0 #1 l1 C>S ?PA {data}\nc0 #2 l1 S>C ?PA {TLS alert}\nc0 #3 l1 S>C F\n");
	/* The sender-only rows name the two ends as well. */
	expect("(A)SYN\n(B)SYN,ACK\nA -> B: application data\n",
	       "c0 #1 l1 A>B S\nc0 #2 l2 B>A SA\nc0 #3 l3 A>B ?PA {application data}\n");
}

static void words_that_tell_no_payload_stay_foreign(void **state)
{
	static const char *const lines[] = {
	    "C -> X: data",
	    "C -> S: connection request",
	    "C -> S: ARP request",
	    "C -> S: DNS query",
	    "S -> C: no response",
	    "S -> C: acks the data",
	    "S -> C: data, then FIN",
	    "S -> C: waits for data",
	    "S -> C: response, closes the connection",
	    "S -> C: keep-alive probe without data",
	    "S -> C: reply",
	    "S -> C: alert",
	    "S -> C: one two three four data",
	    "S -> C listens for data",
	    "C -> S request is slow",
	    "C -> S request, then.",
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(lines); i++) {
		char text[128];

		(void)snprintf(text, sizeof(text), "C -> S [SYN]\n%s\n", lines[i]);
		expect(text, "c0 #1 l1 C>S S\n! 2 an arrow, but no flags of TCP\n");
	}
}

static void rows_without_any_blank_are_read(void **state)
{
	static const struct sample samples[] = {
	    {"A>B:S B>A:SA A>B:A", "c0 #1 l1 A>B S\nc0 #2 l1 B>A SA\nc0 #3 l1 A>B A\n"},
	    {"A>B:S\nB>A:RA\n", "c0 #1 l1 A>B S\nc0 #2 l2 B>A RA\n"},
	    {"c>s:S;s>c:SA", "c0 #1 l1 c>s S\nc0 #2 l1 s>c SA\n"},
	    {"A->B:SYN B->A:SYN,ACK A->B:FIN,ACK",
	     "c0 #1 l1 A>B S\nc0 #2 l1 B>A SA\nc0 #3 l1 A>B FA\n"},
	    {"10.0.0.1:5000>10.0.0.2:80:S seq=7", "c0 #1 l1 10.0.0.1:5000>10.0.0.2:80 S seq=7\n"},
	    {"2001:db8::1>2001:db8::A", "! 1 an arrow, but no flags of TCP\n"},
	    {"a>b:S is what he said", "! 1 no packet found in it\n"},
	    {"a->b:S;", "! 1 no packet found in it\n"},
	    {"Menu>File:Save", "! 1 an arrow, but no flags of TCP\n"},
	};

	(void)state;
	expect_all(samples, TW_LEN(samples));
}

static void a_remark_of_a_retransmission_stays_with_its_row(void **state)
{
	static const struct sample samples[] = {
	    {"A -> B [PSH, ACK] retransmission", "c0 #1 l1 A>B PA //retransmission\n"},
	    {"A -> B [PSH, ACK] [TCP Retransmission]", "c0 #1 l1 A>B PA //[TCP Retransmission]\n"},
	    {"[TCP Retransmission] A -> B PSH, ACK", "c0 #1 l1 A>B PA {TCP Retransmission}\n"},
	    {"A > B PA (retransmission)", "c0 #1 l1 A>B PA //(retransmission)\n"},
	    {"A > B PA again", "c0 #1 l1 A>B PA //again\n"},
	    {"A -> B retransmission [PSH, ACK]", "c0 #1 l1 A>B PA {retransmission}\n"},
	    {"A -> B (retransmission) [PSH, ACK]", "c0 #1 l1 A>B PA {retransmission}\n"},
	    {"A -> B: TCP Retransmission PSH, ACK", "c0 #1 l1 A>B PA {Retransmission}\n"},
	};

	(void)state;
	expect_all(samples, TW_LEN(samples));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_seven_rows_of_the_question_are_two_connections),
	    cmocka_unit_test(the_example_file_is_the_list_of_the_question),
	    cmocka_unit_test(the_argument_form_reads_letters_between_semicolons),
	    cmocka_unit_test(every_arrow_turns_the_row_its_way),
	    cmocka_unit_test(every_spelling_of_flags_is_read),
	    cmocka_unit_test(numbering_and_markup_around_rows_is_understood),
	    cmocka_unit_test(remarks_are_kept_with_their_row),
	    cmocka_unit_test(several_packets_may_share_a_line),
	    cmocka_unit_test(names_may_have_blanks_and_differ_in_case),
	    cmocka_unit_test(a_missing_receiver_is_the_other_of_two_names),
	    cmocka_unit_test(numbers_in_words_and_letters_are_read),
	    cmocka_unit_test(direction_words_of_device_lists_are_read),
	    cmocka_unit_test(equal_names_without_ports_have_no_direction),
	    cmocka_unit_test(left_out_packets_are_noted),
	    cmocka_unit_test(words_behind_an_arrow_are_data_where_flags_name_the_same_ends),
	    cmocka_unit_test(words_that_tell_no_payload_stay_foreign),
	    cmocka_unit_test(rows_without_any_blank_are_read),
	    cmocka_unit_test(a_remark_of_a_retransmission_stays_with_its_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
