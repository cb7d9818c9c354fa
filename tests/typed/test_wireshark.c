/* test_wireshark.c: packet lists of Wireshark and tshark, as they reach forums. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "describe.h"

#define HEADER \
	"No.     Time        Source                Destination           Protocol Length Info\n"

static void a_list_with_header_and_service_names_is_read(void **state)
{
	(void)state;
	expect(HEADER "      1 0.000000    192.0.2.10            198.51.100.5          TCP      66"
		      "     51000 > http [SYN] Seq=0 Win=8192 Len=0 MSS=1460 WS=4 SACK_PERM=1\n",
	       "c0 #1 l2 192.0.2.10:51000>198.51.100.5:80 S t=0 seq=0 len=0 win=8192 rel opt "
	       "mss=1460 shift=2 sackok\n");
}

static void arrows_with_and_without_blanks_are_read(void **state)
{
	(void)state;
	expect("36  15.728607   198.51.100.5  192.0.2.10  TCP 60  443 \xE2\x86\x92 51000 [RST] "
	       "Seq=1 Win=0 Len=0\n",
	       "c0 #36 l1 198.51.100.5:443>192.0.2.10:51000 R t=15728607000 seq=1 len=0 win=0 "
	       "scaled=0 rel\n");
	expect("  1 0.000000000    192.0.2.10         198.51.100.5       TCP      78     "
	       "51000\xE2\x86\x92"
	       "443 [SYN] Seq=0 Win=65535 Len=0\n",
	       "c0 #1 l1 192.0.2.10:51000>198.51.100.5:443 S t=0 seq=0 len=0 win=65535 rel\n");
}

static void arrows_that_a_code_page_ate_are_understood(void **state)
{
	(void)state;
	expect("     21 0.279227    198.51.100.5          192.0.2.10         TCP      66     "
	       "443?51000 [FIN, ACK] Seq=4532 Ack=1703 Win=48000 Len=0\n",
	       "c0 #21 l1 198.51.100.5:443>192.0.2.10:51000 FA t=279227000 seq=4532 ack=1703 "
	       "len=0 scaled=48000 rel\n");
	expect("[TCP Dup ACK 4#1] 51000 ; appname [ACK] Seq=106 Ack=4294965385 Win=610 Len=0 "
	       "SLE=4294966845 SRE=1461\n",
	       "c0 #1 l1 -:51000>appname A seq=106 ack=4294965385 len=0 scaled=610 rel opt "
	       "sack=4294966845-1461 {TCP Dup ACK 4#1}\n");
}

static void missing_and_extra_columns_do_not_matter(void **state)
{
	(void)state;
	expect("192.0.2.10    198.51.100.5    TCP 51000 > 8004 [SYN] Seq=0 Win=8192 Len=0\n",
	       "c0 #1 l1 192.0.2.10:51000>198.51.100.5:8004 S seq=0 len=0 win=8192 rel\n");
	expect("15:33.3 192.0.2.10    198.51.100.5   51000 > irdmi [SYN] Seq=0 Win=8192 Len=0\n",
	       "c0 #1 l1 192.0.2.10:51000>198.51.100.5 S t=933300000000 seq=0 len=0 win=8192 "
	       "rel\n");
	expect("39 TCP svc > 51000 [PSH, ACK] Seq=1786 Ack=1726 Win=32768 Len=119\n",
	       "c0 #39 l1 svc>-:51000 PA seq=1786 ack=1726 len=119 scaled=32768 rel\n");
	expect("3075    60.313958000    192.0.2.10 198.51.100.5    TCP 66  50  "
	       "51000\xE2\x86\x92"
	       "8080 [SYN] Seq=0 Win=8192 Len=0\n",
	       "c0 #3075 l1 192.0.2.10:51000>198.51.100.5:8080 S t=60313958000 seq=0 len=0 "
	       "win=8192 rel\n");
	expect("1485    19:02:50.954885 192.0.2.10   198.51.100.5  TCP 1083132446          76  "
	       "51000 > http [SYN] Seq=1083132446 Win=42340 Len=0   0.004519\n",
	       "c0 #1485 l1 192.0.2.10:51000>198.51.100.5:80 S t=68570954885000 seq=1083132446 "
	       "len=0 win=42340\n");
	expect(
	    "      3 0.007895    192.0.2.10        51000      198.51.100.5         443        "
	    "TCP      60     51000 > https [ACK] Seq=1 Ack=1 Win=66048 Len=0                 3\n",
	    "c0 #3 l1 192.0.2.10:51000>198.51.100.5:443 A t=7895000 seq=1 ack=1 len=0 "
	    "scaled=66048 rel\n");
	expect("37\t0.006926131\t51000\t3306\t[TCP Previous segment not captured] 51000 "
	       "\xE2\x86\x92 3306 [FIN, ACK] Seq=1357 Ack=1762 Win=131072 Len=0\n",
	       "c0 #37 l1 -:51000>-:3306 FA t=6926131 seq=1357 ack=1762 len=0 scaled=131072 rel "
	       "{TCP Previous segment not captured}\n");
	expect("4: 2049 \xE2\x86\x92 703 [RST, ACK] Seq=0 Ack=1433611542\n",
	       "c0 #4 l1 -:2049>-:703 RA seq=0 ack=1433611542\n");
	expect("autonoc -> http [RST] seq=672 win=0 len=0\n",
	       "c0 #1 l1 autonoc>http:80 R seq=672 len=0 win=0 scaled=0 rel\n");
	expect("218, 82.5999, 192.0.2.10 - 198.51.100.5 ,102, smtp \xE2\x86\x92 54361, "
	       "[FIN, ACK] Seq=450 Ack=1169,Len=0\n",
	       "c0 #218 l1 192.0.2.10:25>198.51.100.5:54361 FA t=82599900000 seq=450 ack=1169 "
	       "len=0 rel\n");
}

static void dates_make_the_times_absolute(void **state)
{
	(void)state;
	/* 2014-05-27T15:37:20Z is 1401205040 seconds after 1970. */
	expect("280 2014-05-27 15:37:20 192.0.2.10 198.51.100.5 TCP [TCP Keep-Alive] 9041 > 51000 "
	       "[ACK] Seq=2629992488 Ack=144158763 Win=65535 Len=0\n",
	       "c0 #280 l1 192.0.2.10:9041>198.51.100.5:51000 A t=1401205040000000000 "
	       "seq=2629992488 ack=144158763 len=0 scaled=65535 {TCP Keep-Alive}\nabsolute\n");
}

static void names_stand_for_addresses(void **state)
{
	(void)state;
	expect("  2 0.009105000    server-ip          client-ip         TCP      74     "
	       "443\xE2\x86\x92"
	       "51000 [SYN, ACK] Seq=0 Ack=1 Win=8192 Len=0\n",
	       "c0 #2 l1 server-ip:443>client-ip:51000 SA t=9105000 seq=0 ack=1 len=0 win=8192 "
	       "rel\n");
	expect("281 303.923383000  yy.yyy.yy.yyy      xx.xx.xx.xxx      TCP      66     51000 > "
	       "https [SYN] Seq=0 Win=8192 Len=0\n",
	       "c0 #281 l1 yy.yyy.yy.yyy:51000>xx.xx.xx.xxx:443 S t=303923383000 seq=0 len=0 "
	       "win=8192 rel\n");
	expect(
	    "1 0.5  my old pc   the server   TCP  66   51000 > https [SYN] Seq=0 Win=8192 Len=0\n",
	    "c0 #1 l1 my old pc:51000>the server:443 S t=500000000 seq=0 len=0 win=8192 rel\n");
	expect("5   0.000000 x.4 -> x.2 TCP 66 739 > nfs [ACK] Seq=1 Ack=1 Win=140 Len=0\n",
	       "c0 #5 l1 x.4:739>x.2:2049 A t=0 seq=1 ack=1 len=0 scaled=140 rel\n");
}

static void rows_of_upper_protocols_join_the_connection_of_their_addresses(void **state)
{
	(void)state;
	expect("1 0.0 192.0.2.10 198.51.100.5 TCP 66 51000 > https [SYN] Seq=0 Win=8192 Len=0\n"
	       "2 0.1 192.0.2.10 198.51.100.5 TLSv1 620 [TCP Window Full] Application Data\n"
	       "3 0.2 198.51.100.5 192.0.2.10 TCP 1434 [TCP segment of a reassembled PDU]\n"
	       "4 0.3 192.0.2.10 198.51.100.5 DIAMETER 276 cmd=Capabilities flags=R---\n",
	       "c0 #1 l1 192.0.2.10:51000>198.51.100.5:443 S t=0 seq=0 len=0 win=8192 rel\n"
	       "c0 #2 l2 192.0.2.10:51000>198.51.100.5:443 ?PA t=100000000 {TLSv1 620 [TCP "
	       "Window Full] Application Data}\n"
	       "c0 #3 l3 198.51.100.5:443>192.0.2.10:51000 ?PA t=200000000 {TCP 1434 [TCP "
	       "segment of a reassembled PDU]}\n"
	       "c0 #4 l4 192.0.2.10:51000>198.51.100.5:443 ?PA t=300000000 {DIAMETER 276 "
	       "cmd=Capabilities flags=R---}\n");
	expect("4 0.3 192.0.2.10 198.51.100.5 DIAMETER 276 cmd=Capabilities flags=R---\n",
	       "! 1 its protocol may run over UDP too, and no connection is known\n");
	expect("23 47.495918 x.4 -> x.2 NFS 4034 [RPC duplicate of #22][TCP Retransmission] V4 "
	       "Reply (Call In 20) READDIR\n",
	       "c0 #23 l1 x.4>x.2 ?PA t=47495918000 {NFS 4034 [RPC duplicate of #22][TCP "
	       "Retransmission] V4 Reply (Call In 20) READDIR}\n");
}

static void rows_that_are_not_tcp_are_listed_and_close_no_gap(void **state)
{
	(void)state;
	expect("1 0.0 192.0.2.10 198.51.100.5 TCP 66 51000 > https [SYN] Seq=0\n"
	       "2 0.1 192.0.2.10 198.51.100.5 ICMP 98 Echo (ping) request\n"
	       "3 0.2 198.51.100.5 192.0.2.10 TCP 60 https > 51000 [RST, ACK] Seq=1 Ack=1\n",
	       "c0 #1 l1 192.0.2.10:51000>198.51.100.5:443 S t=0 seq=0 rel\n"
	       "c0 #3 l3 198.51.100.5:443>192.0.2.10:51000 RA t=200000000 seq=1 ack=1 rel\n"
	       "! 2 a packet, but not of TCP\n");
}

static void lost_line_ends_and_repeated_headers_do_not_matter(void **state)
{
	(void)state;
	expect(" No.     Time     Source     Destination     Protocol Length Info     404 "
	       "10.145072000   192.0.2.10   198.51.100.5   TCP   54   51000 > https [ACK] Seq=1 "
	       "Ack=1 Win=65536 Len=0     405 10.350617000   192.0.2.10   198.51.100.6   TCP   54 "
	       "  51001 > https [FIN, ACK] Seq=357 Ack=4604 Win=65266 Len=0\n",
	       "c0 #404 l1 192.0.2.10:51000>198.51.100.5:443 A t=10145072000 seq=1 ack=1 len=0 "
	       "scaled=65536 rel\n"
	       "c1 #405 l1 192.0.2.10:51001>198.51.100.6:443 FA t=10350617000 seq=357 ack=4604 "
	       "len=0 scaled=65266 rel\n");
	expect("No. Time Source Destination Protocol Info 51 477.905684 192.0.2.10 198.51.100.5 "
	       "TCP xmapi > vnc [SYN] Seq=0 Win=16384 Len=0\n",
	       "c0 #51 l1 192.0.2.10>198.51.100.5 S t=477905684000 seq=0 len=0 win=16384 rel\n");
}

static void csv_export_is_read(void **state)
{
	(void)state;
	expect("No.,\"Time\",\"Source\",\"Destination\",\"Protocol\",\"Length\",\"Info\"\n"
	       "8,\"0.002878\",\"192.0.2.10\",\"198.51.100.5\",\"TCP\",\"54\",\"51000 > http "
	       "[FIN, ACK] Seq=354 Ack=355 Win=49640 Len=0\"\n",
	       "c0 #8 l2 192.0.2.10:51000>198.51.100.5:80 FA t=2878000 seq=354 ack=355 len=0 "
	       "scaled=49640 rel\n");
}

static void tshark_rows_are_read(void **state)
{
	(void)state;
	expect("    2   0.083122  192.0.2.10 \xE2\x86\x92 198.51.100.5   TCP 74 51000 \xE2\x86\x92 "
	       "5000 [SYN] Seq=0 Win=64240 Len=0 MSS=1460 SACK_PERM TSval=1 TSecr=0 WS=128\n",
	       "c0 #2 l1 192.0.2.10:51000>198.51.100.5:5000 S t=83122000 seq=0 len=0 win=64240 "
	       "rel opt mss=1460 shift=7 sackok ts=1/0\n");
	expect("    0.000061    192.0.2.10 -> 198.51.100.5     TCP 58 19622 > 51000 [SYN, ACK] "
	       "Seq=0 Ack=1 Win=29200 Len=0\n",
	       "c0 #1 l1 192.0.2.10:19622>198.51.100.5:51000 SA t=61000 seq=0 ack=1 len=0 "
	       "win=29200 rel\n");
	expect("user@host:~$ tshark -2 -r trace.pcap   1 0.000000000 192.0.2.10 -> 198.51.100.5 "
	       "TCP 82 51000 > http [SYN] Seq=0 Win=37500 Len=0\n",
	       "c0 #1 l1 192.0.2.10:51000>198.51.100.5:80 S t=0 seq=0 len=0 win=37500 rel\n"
	       "! 1 text before a packet\n");
	expect("> >   259 2023-10-03 10:18:04.341500 192.0.2.10 \xE2\x86\x92 198.51.100.5 TCP 54\n"
	       "> > 2049 \xE2\x86\x92 909 [RST] Seq=1113 Win=0 Len=0\n",
	       "c0 #259 l1 192.0.2.10:2049>198.51.100.5:909 R t=1696328284341500000 seq=1113 "
	       "len=0 win=0 scaled=0 rel\nabsolute\n");
	expect("1 0.0 192.0.2.10 -> 198.51.100.5 TCP 82 [TCP Port numbers reused] 51000 > http "
	       "[SYN] Seq=0 Len=0\n",
	       "c0 #1 l1 192.0.2.10:51000>198.51.100.5:80 S t=0 seq=0 len=0 rel "
	       "{TCP Port numbers reused}\n");
}

static void a_delta_column_is_no_clock(void **state)
{
	(void)state;
	/* Numbers without a gap: the distances can be summed. */
	expect("1 0.000000 192.0.2.1 192.0.2.2 TCP 66 5 > 80 [SYN] Seq=0\n"
	       "2 0.500000 192.0.2.2 192.0.2.1 TCP 66 80 > 5 [SYN, ACK] Seq=0 Ack=1\n"
	       "3 0.250000 192.0.2.1 192.0.2.2 TCP 66 5 > 80 [ACK] Seq=1 Ack=1\n",
	       "c0 #1 l1 192.0.2.1:5>192.0.2.2:80 S t=0 seq=0 rel\n"
	       "c0 #2 l2 192.0.2.2:80>192.0.2.1:5 SA t=500000000 seq=0 ack=1 rel\n"
	       "c0 #3 l3 192.0.2.1:5>192.0.2.2:80 A t=750000000 seq=1 ack=1 rel\n"
	       "note the time column counts from the row before; its values were summed\n");
	expect("1 0.000000 192.0.2.1 192.0.2.2 TCP 66 5 > 80 [SYN] Seq=0\n"
	       "3 0.500000 192.0.2.2 192.0.2.1 TCP 66 80 > 5 [SYN, ACK] Seq=0 Ack=1\n"
	       "4 0.250000 192.0.2.1 192.0.2.2 TCP 66 5 > 80 [ACK] Seq=1 Ack=1\n",
	       "c0 #1 l1 192.0.2.1:5>192.0.2.2:80 S seq=0 rel\n"
	       "c0 #3 l2 192.0.2.2:80>192.0.2.1:5 SA seq=0 ack=1 rel\n"
	       "c0 #4 l3 192.0.2.1:5>192.0.2.2:80 A seq=1 ack=1 rel\n"
	       "omitted\nnote the time column does not rise; it was left out\n");
}

static void clocks_run_on_over_midnight(void **state)
{
	(void)state;
	expect("1 23:59:59.5 192.0.2.1 192.0.2.2 TCP 66 5 > 80 [SYN] Seq=0\n"
	       "2 00:00:00.5 192.0.2.2 192.0.2.1 TCP 66 80 > 5 [SYN, ACK] Seq=0 Ack=1\n",
	       "c0 #1 l1 192.0.2.1:5>192.0.2.2:80 S t=86399500000000 seq=0 rel\n"
	       "c0 #2 l2 192.0.2.2:80>192.0.2.1:5 SA t=86400500000000 seq=0 ack=1 rel\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_list_with_header_and_service_names_is_read),
	    cmocka_unit_test(arrows_with_and_without_blanks_are_read),
	    cmocka_unit_test(arrows_that_a_code_page_ate_are_understood),
	    cmocka_unit_test(missing_and_extra_columns_do_not_matter),
	    cmocka_unit_test(dates_make_the_times_absolute),
	    cmocka_unit_test(names_stand_for_addresses),
	    cmocka_unit_test(rows_of_upper_protocols_join_the_connection_of_their_addresses),
	    cmocka_unit_test(rows_that_are_not_tcp_are_listed_and_close_no_gap),
	    cmocka_unit_test(lost_line_ends_and_repeated_headers_do_not_matter),
	    cmocka_unit_test(csv_export_is_read),
	    cmocka_unit_test(tshark_rows_are_read),
	    cmocka_unit_test(a_delta_column_is_no_clock),
	    cmocka_unit_test(clocks_run_on_over_midnight),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
