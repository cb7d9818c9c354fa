/* test_shapes.c: details, flow graphs, sentences, headings, and what only the whole text shows. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "describe.h"

static void details_complete_the_row_above_them(void **state)
{
	(void)state;
	expect(
	    "53 4.5 192.0.2.10 198.51.100.5 TCP 54 xmapi > vnc [RST, ACK] Seq=1 Ack=9 Win=0 Len=0\n"
	    "Frame 53: 54 bytes on wire (432 bits), 54 bytes captured (432 bits)\n"
	    "Internet Protocol, Src: 192.0.2.10 (192.0.2.10), Dst: 198.51.100.5 (198.51.100.5)\n"
	    "    Identification: 0x8e1a (36378)\n"
	    "    Flags: 0x02 (Don't Fragment)\n"
	    "    Time to live: 125\n"
	    "Transmission Control Protocol, Src Port: xmapi (1933), Dst Port: vnc (5600), Seq: 1, "
	    "Ack: 9, Len: 0\n"
	    "54 4.6 198.51.100.5 192.0.2.10 TCP 54 vnc > xmapi [RST] Seq=9 Win=0 Len=0\n",
	    "c0 #53 l1 192.0.2.10:1933>198.51.100.5:5600 RA t=4500000000 seq=1 ack=9 len=0 win=0 "
	    "scaled=0 rel ttl=125 id=36378\n"
	    "c0 #54 l8 198.51.100.5:5600>192.0.2.10:1933 R t=4600000000 seq=9 len=0 win=0 "
	    "scaled=0 rel\n");
}

static void details_alone_are_rows(void **state)
{
	(void)state;
	expect("Frame 7: 66 bytes on wire (528 bits), 66 bytes captured (528 bits)\n"
	       "Internet Protocol Version 4, Src: 192.0.2.10, Dst: 198.51.100.5\n"
	       "    0100 .... = Version: 4\n"
	       "    Time to Live: 64\n"
	       "Transmission Control Protocol, Src Port: 51000, Dst Port: 443, Seq: 0, Len: 0\n"
	       "    [Stream index: 5]\n"
	       "    Flags: 0x002 (SYN)\n"
	       "        .... .... ..1. = Syn: Set\n"
	       "    Window: 64240\n"
	       "what is this?\n",
	       "c0 #7 l5 192.0.2.10:51000>198.51.100.5:443 S seq=0 len=0 win=64240 rel ttl=64\n"
	       "! 10 no packet found in it\n");
	/* Without the line of flags, data is assumed and not marked as known. */
	expect(
	    "Transmission Control Protocol, Src Port: 51000 (51000), Dst Port: 443 (443), Seq: 5, "
	    "Ack: 1, Len: 9\n",
	    "c0 #1 l1 -:51000>-:443 ?PA seq=5 ack=1 len=9 rel\n");
	expect("Frame 7: the bytes are wrong\nFlags: 0x014 (RST, ACK)\n",
	       "! 1 no packet found in it\n! 2 no packet found in it\n");
}

static void a_flow_graph_takes_its_hosts_from_the_columns(void **state)
{
	(void)state;
	expect("|Time     | 192.0.2.10                            |                   |\n"
	       "|         |                   | 198.51.100.5      |                   |\n"
	       "|         |                   |                   | 203.0.113.7       |\n"
	       "|0.000    |         51000 > 80 [SYN] S            |               |TCP: 51000 > 80 "
	       "[SYN] Seq=0\n"
	       "|         |(51000)  -------------------------------------->  (80)     |\n"
	       "|0.100    |         SYN, ACK    |                   |Seq = 0 Ack = 1\n"
	       "|         |                   |(81)     <------------------  (82)     |\n",
	       "c0 #1 l4 192.0.2.10:51000>203.0.113.7:80 S t=0 seq=0 rel\n"
	       "c1 #2 l6 203.0.113.7:82>198.51.100.5:81 SA t=100000000 seq=0 ack=1 rel\n");
	expect("| Time | Source | Destination |\n| 10:00 | a | b |\n",
	       "! 2 no packet found in it\n");
}

static void sentences_that_name_their_frames_are_rows(void **state)
{
	(void)state;
	expect(" * the client sends a SYN (#1), 0,000 s\n"
	       " * server replies to client with SYN + ACK (#2)\n"
	       " * client retransmits ACK twice (#3, 4 and 5)\n"
	       " * server acknowledges (frame 6)\n",
	       "c0 #1 l1 client>server S t=0\nc0 #2 l2 server>client SA\nc0 #3 l3 client>server A\n"
	       "c0 #4 l3 client>server A\nc0 #5 l3 client>server A\nc0 #6 l4 server>client A\n");
	expect("1. client sends SYN\n2. server answers with RST, ACK (refused)\n",
	       "c0 #1 l1 client>server S\nc0 #2 l2 server>client RA //(refused)\n");
}

static void sentences_of_prose_are_not(void **state)
{
	static const char *const lines[] = {
	    "client sends SYN",
	    "The client sends a SYN",
	    "1. The client sends a SYN",
	    "* client should send FIN (#3)",
	    "* client sends FIN? (#3)",
	    "* client sends FIN, or not (#3)",
	    "* client never sends FIN (#3)",
	    "* client sends data (#3)",
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(lines); i++)
		expect(lines[i], "! 1 no packet found in it\n");
}

static void sequences_below_headings_are_apart(void **state)
{
	(void)state;
	expect("Failed:\nA -> B [FIN]\nB -> A [RST]\n\nGood (now):\nA -> B [FIN]\nB -> A [FIN]\n",
	       "c0 #1 l2 A>B F\nc0 #2 l3 B>A R\nc1 #3 l6 A>B F\nc1 #4 l7 B>A F\n");
	/* A remark amid the rows sets nothing apart, and is listed. */
	expect("A -> B [FIN]\nnot good:\nB -> A [FIN]\n",
	       "c0 #1 l1 A>B F\nc0 #2 l3 B>A F\n! 2 no packet found in it\n");
	/* Each runs on a clock of its own. */
	expect("Case 1:\n5.0 A -> B [SYN]\nCase 2:\n1.0 A -> B [SYN]\n",
	       "c0 #1 l2 A>B S t=5000000000\nc1 #2 l4 A>B S t=1000000000\n");
}

static void answers_from_another_address_join_where_numbers_fit(void **state)
{
	(void)state;
	expect("192.0.2.10 127.0.0.1 TCP 51000 > 15001 [SYN] Seq=0 Len=0\n"
	       "203.0.113.7 192.0.2.10 TCP 5000 > 51000 [SYN, ACK] Seq=0 Ack=1 Len=0\n",
	       "c0 #1 l1 192.0.2.10:51000>127.0.0.1:15001 S seq=0 len=0 rel\n"
	       "c0 #2 l2 127.0.0.1:15001>192.0.2.10:51000 SA seq=0 ack=1 len=0 rel\n");
	expect("192.0.2.10 127.0.0.1 TCP 51000 > 15001 [SYN] Seq=500000000 Len=0\n"
	       "203.0.113.7 192.0.2.10 TCP 5000 > 51000 [SYN, ACK] Seq=0 Ack=1 Len=0\n",
	       "c0 #1 l1 192.0.2.10:51000>127.0.0.1:15001 S seq=500000000 len=0\n"
	       "c1 #2 l2 203.0.113.7:5000>192.0.2.10:51000 SA seq=0 ack=1 len=0 rel\n");
}

static void a_row_pasted_twice_counts_once(void **state)
{
	(void)state;
	expect("1 0.1 A B TCP 5 > 6 [ACK] Seq=1 Ack=1\n1 0.1 A B TCP 5 > 6 [ACK] Seq=1 Ack=1\n",
	       "c0 #1 l1 A:5>B:6 A t=100000000 seq=1 ack=1 rel\n"
	       "! 2 the same row stands above, with the same number\n");
}

/* The row that cannot have its direction, or 0. */
static uint64_t doubted_row(const char *text)
{
	struct tw_arena arena = tw_arena_of(64 << 20);
	struct tw_typed typed;
	uint64_t row = 0;

	tw_typed_parse(tw_str_of(text), &arena, &typed);
	for (size_t i = 0; i < typed.row_count; i++)
		if (typed.rows[i].doubted)
			row = typed.rows[i].segment.frame;
	tw_arena_free(&arena);
	return row;
}

static void a_direction_is_doubted_where_only_the_other_fits(void **state)
{
	(void)state;
	assert_int_equal(doubted_row("C > S PA seq=1 ack=1 len=10; S > C PA seq=1 ack=11 len=20; "
				     "C > S FA seq=21 ack=11 len=0; C > S A seq=11 ack=22 len=0"),
			 3);
	/* A hole in the numbers is no slip. */
	assert_int_equal(doubted_row("C > S PA seq=1 ack=1 len=10; S > C PA seq=1 ack=11 len=20; "
				     "C > S FA seq=50 ack=21 len=0"),
			 0);
	assert_int_equal(doubted_row("C > S FA; S > C A; C > S FA; C > S A"), 3);
	assert_int_equal(doubted_row("C > S FA; S > C A; S > C FA; C > S A"), 0);
	assert_int_equal(doubted_row("C > S FA; S > C A; C > S FA; C > S RA"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(details_complete_the_row_above_them),
	    cmocka_unit_test(details_alone_are_rows),
	    cmocka_unit_test(a_flow_graph_takes_its_hosts_from_the_columns),
	    cmocka_unit_test(sentences_that_name_their_frames_are_rows),
	    cmocka_unit_test(sentences_of_prose_are_not),
	    cmocka_unit_test(sequences_below_headings_are_apart),
	    cmocka_unit_test(answers_from_another_address_join_where_numbers_fit),
	    cmocka_unit_test(a_row_pasted_twice_counts_once),
	    cmocka_unit_test(a_direction_is_doubted_where_only_the_other_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
