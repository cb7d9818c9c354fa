/* test_connections.c: which rows are one connection. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "describe.h"

static void a_syn_after_anything_but_syns_begins_a_connection(void **state)
{
	(void)state;
	expect("A -> B [SYN]\nA -> B [SYN]\nB -> A [SYN, ACK]\nA -> B [SYN]\nA -> B [ACK]\n"
	       "A -> B [SYN]\n",
	       "c0 #1 l1 A>B S\nc0 #2 l2 A>B S\nc0 #3 l3 B>A SA\nc0 #4 l4 A>B S\nc0 #5 l5 A>B A\n"
	       "c1 #6 l6 A>B S\n");
}

static void a_syn_after_a_reset_or_a_fin_is_new(void **state)
{
	(void)state;
	expect("A -> B [SYN]\nB -> A [RST, ACK]\nA -> B [SYN]\nB -> A [RST, ACK]\n",
	       "c0 #1 l1 A>B S\nc0 #2 l2 B>A RA\nc1 #3 l3 A>B S\nc1 #4 l4 B>A RA\n");
	expect("A -> B [FIN, ACK]\nB -> A [SYN]\n", "c0 #1 l1 A>B FA\nc1 #2 l2 B>A S\n");
}

static void syns_that_cross_are_one_connection(void **state)
{
	(void)state;
	expect("A -> B [SYN]\nB -> A [SYN]\nA -> B [SYN, ACK]\nB -> A [SYN, ACK]\n",
	       "c0 #1 l1 A>B S\nc0 #2 l2 B>A S\nc0 #3 l3 A>B SA\nc0 #4 l4 B>A SA\n");
}

static void a_syn_with_another_sequence_number_is_new(void **state)
{
	(void)state;
	expect("A -> B [SYN] seq=1000000000\nA -> B [SYN] seq=1000000000\n"
	       "A -> B [SYN] seq=2000000000\n",
	       "c0 #1 l1 A>B S seq=1000000000\nc0 #2 l2 A>B S seq=1000000000\n"
	       "c1 #3 l3 A>B S seq=2000000000\n");
}

static void other_ends_or_ports_are_other_connections(void **state)
{
	(void)state;
	expect("10.0.0.1:5 -> 10.0.0.2:80 [SYN]\n10.0.0.1:6 -> 10.0.0.2:80 [SYN]\n"
	       "10.0.0.2:80 -> 10.0.0.1:5 [SYN, ACK]\n10.0.0.3:5 -> 10.0.0.2:80 [SYN]\n",
	       "c0 #1 l1 10.0.0.1:5>10.0.0.2:80 S\nc1 #2 l2 10.0.0.1:6>10.0.0.2:80 S\n"
	       "c0 #3 l3 10.0.0.2:80>10.0.0.1:5 SA\nc2 #4 l4 10.0.0.3:5>10.0.0.2:80 S\n");
}

static void a_service_name_tells_ports_apart_without_a_number(void **state)
{
	(void)state;
	expect("192.0.2.1 192.0.2.2 TCP 51000 > irdmi [SYN] Seq=0\n"
	       "192.0.2.1 192.0.2.2 TCP 51000 > xmapi [SYN] Seq=0\n"
	       "192.0.2.2 192.0.2.1 TCP irdmi > 51000 [RST, ACK] Seq=1 Ack=1\n",
	       "c0 #1 l1 192.0.2.1:51000>192.0.2.2 S seq=0 rel\n"
	       "c1 #2 l2 192.0.2.1:51000>192.0.2.2 S seq=0 rel\n"
	       "c0 #3 l3 192.0.2.2>192.0.2.1:51000 RA seq=1 ack=1 rel\n");
}

static void a_row_without_ports_joins_the_latest_connection_of_its_ends(void **state)
{
	(void)state;
	expect("A -> B [PSH, ACK]\nA:5 -> B:80 [ACK]\nA:6 -> B:80 [SYN]\nB -> A [ACK]\n",
	       "c0 #1 l1 A:5>B:80 PA\nc0 #2 l2 A:5>B:80 A\nc1 #3 l3 A:6>B:80 S\n"
	       "c1 #4 l4 B:80>A:6 A\n");
}

static void a_payload_tells_its_sender_where_the_columns_do_not(void **state)
{
	(void)state;
	expect("1 0.1 ::1 ::1 HTTP 299 GET / HTTP/1.1\n"
	       "2 0.2 ::1 ::1 TCP 76 8080 > 62694 [ACK] Seq=1 Ack=224 Len=0\n"
	       "3 0.3 ::1 ::1 HTTP 99 Continuation\n",
	       "c0 #1 l1 ::1:62694>::1:8080 ?PA t=100000000 {HTTP 299 GET / HTTP/1.1}\n"
	       "c0 #2 l2 ::1:8080>::1:62694 A t=200000000 seq=1 ack=224 len=0 rel\n"
	       "! 3 both ends are the same\n");
	/* Neighbours of two connections do not tell. */
	expect("1 0.1 ::1 ::1 TCP 76 8080 > 62693 [ACK] Seq=1 Ack=224 Len=0\n"
	       "2 0.1 ::1 ::1 HTTP 299 GET / HTTP/1.1\n"
	       "3 0.2 ::1 ::1 TCP 76 8080 > 62694 [ACK] Seq=1 Ack=224 Len=0\n",
	       "c0 #1 l1 ::1:8080>::1:62693 A t=100000000 seq=1 ack=224 len=0 rel\n"
	       "c1 #3 l3 ::1:8080>::1:62694 A t=200000000 seq=1 ack=224 len=0 rel\n"
	       "! 2 both ends are the same\n");
}

static void one_syn_behind_a_translation_is_one_connection(void **state)
{
	(void)state;
	expect("IP 192.0.2.1.50 > 198.51.100.1.80: Flags [S], seq 7000000\n"
	       "IP 192.0.2.1.50 > 192.0.2.9.80: Flags [S], seq 7000000\n"
	       "IP 192.0.2.9.80 > 192.0.2.1.50: Flags [R], seq 7000001\n",
	       "c0 #1 l1 192.0.2.1:50>198.51.100.1:80 S seq=7000000\n"
	       "c0 #2 l2 192.0.2.1:50>198.51.100.1:80 S seq=7000000\n"
	       "c0 #3 l3 198.51.100.1:80>192.0.2.1:50 R seq=7000001\n");
	/* Another number is another opening. */
	expect("IP 192.0.2.1.50 > 198.51.100.1.80: Flags [S], seq 7000000\n"
	       "IP 192.0.2.1.50 > 192.0.2.9.80: Flags [S], seq 7000009\n",
	       "c0 #1 l1 192.0.2.1:50>198.51.100.1:80 S seq=7000000\n"
	       "c1 #2 l2 192.0.2.1:50>192.0.2.9:80 S seq=7000009\n");
}

static void numbers_near_the_end_of_the_space_are_negative_relatives(void **state)
{
	(void)state;
	expect("A -> B [ACK] seq=4294965385 ack=106\nB -> A [ACK] seq=106 ack=1\n",
	       "c0 #1 l1 A>B A seq=4294965385 ack=106 rel\nc0 #2 l2 B>A A seq=106 ack=1 rel\n");
	/* One great number among small ones of the other side: absolute. */
	expect("A -> B [ACK] seq=2629992488 ack=106\n", "c0 #1 l1 A>B A seq=2629992488 ack=106\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_syn_after_anything_but_syns_begins_a_connection),
	    cmocka_unit_test(a_syn_after_a_reset_or_a_fin_is_new),
	    cmocka_unit_test(syns_that_cross_are_one_connection),
	    cmocka_unit_test(a_syn_with_another_sequence_number_is_new),
	    cmocka_unit_test(other_ends_or_ports_are_other_connections),
	    cmocka_unit_test(a_service_name_tells_ports_apart_without_a_number),
	    cmocka_unit_test(a_row_without_ports_joins_the_latest_connection_of_its_ends),
	    cmocka_unit_test(a_payload_tells_its_sender_where_the_columns_do_not),
	    cmocka_unit_test(one_syn_behind_a_translation_is_one_connection),
	    cmocka_unit_test(numbers_near_the_end_of_the_space_are_negative_relatives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
