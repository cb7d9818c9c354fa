/* test_tcpdump.c: lines of tcpdump, new and old, and its mix of absolute and relative numbers. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "describe.h"

static void a_modern_line_is_read(void **state)
{
	(void)state;
	expect("12:54:23.597757 IP 198.51.100.5.8899 > 192.0.2.10.35051: Flags [R], seq "
	       "3724549282, win 0, length 0\n",
	       "c0 #1 l1 198.51.100.5:8899>192.0.2.10:35051 R t=46463597757000 seq=3724549282 "
	       "len=0 win=0 opt\n");
}

static void the_two_lines_of_verbose_output_are_one_packet(void **state)
{
	(void)state;
	expect("21:21:49.849231 IP (tos 0x0, ttl 64, id 7, offset 0, flags [DF], proto TCP (6), "
	       "length 40)\n"
	       "    198.51.100.5.12345 > 192.0.2.10.12345: Flags [R.], cksum 0x3af7 (correct), "
	       "seq 0, ack 2166173139, win 0, length 0\n",
	       "c0 #1 l1 198.51.100.5:12345>192.0.2.10:12345 RA t=76909849231000 seq=0 "
	       "ack=2166173139 len=0 win=0 opt ttl=64 id=7\n");
}

static void old_lines_are_read(void **state)
{
	(void)state;
	expect("23:12:33.263838 IP 198.51.100.5.http > 192.0.2.10.61050: R 0:0(0) ack 2166173139 "
	       "win 0\n",
	       "c0 #1 l1 198.51.100.5:80>192.0.2.10:61050 RA t=83553263838000 seq=0 "
	       "ack=2166173139 len=0 win=0 opt\n");
	expect("22:03:42.962970 IP 198.51.100.5.http > 192.0.2.10.55786: S "
	       "2350734762:2350734762(0) ack 1970301110 win 5792 <mss 1460,sackOK,nop,wscale 2>\n",
	       "c0 #1 l1 198.51.100.5:80>192.0.2.10:55786 SA t=79422962970000 seq=2350734762 "
	       "ack=1970301110 len=0 win=5792 opt mss=1460 shift=2 sackok\n");
	expect("20:15:21.723719 < srv.20001 > cli.33088: P 18162:18420(258) ack 1 win 5792 "
	       "<nop,nop,timestamp 925742 16355480> (DF)\n",
	       "c0 #1 l1 srv:20001>cli:33088 PA t=72921723719000 seq=18162 ack=1 len=258 "
	       "win=5792 rel opt ts=925742/16355480\n");
	expect("08:23:24.507594 192.0.2.10.3913 > 198.51.100.5.22: . ack 5 win 80\n",
	       "c0 #1 l1 192.0.2.10:3913>198.51.100.5:22 A t=30204507594000 ack=5 win=80 rel "
	       "opt\n");
	expect("08:23:24.507594 192.0.2.10.3913 > 198.51.100.5.22: tcp 1460 (DF)\n",
	       "c0 #1 l1 192.0.2.10:3913>198.51.100.5:22 ?PA t=30204507594000 len=1460\n");
}

static void lines_without_time_or_with_interface_are_read(void **state)
{
	(void)state;
	expect("IP 127.0.0.1.56080 > 127.0.0.1.3306: Flags [F.], seq 1, ack 91, win 86, length 0\n",
	       "c0 #1 l1 127.0.0.1:56080>127.0.0.1:3306 FA seq=1 ack=91 len=0 win=86 rel opt\n");
	expect(
	    "  192.0.2.10.60000 > 198.51.100.5.10000: Flags [S], seq 772948343  ... via node 1\n",
	    "c0 #1 l1 192.0.2.10:60000>198.51.100.5:10000 S seq=772948343 //via node 1\n");
	expect("12:00:00.5 eth0  In  IP 192.0.2.1.5 > 192.0.2.2.80: Flags [S], seq 9, win 1, "
	       "length 0\n",
	       "c0 #1 l1 192.0.2.1:5>192.0.2.2:80 S t=43200500000000 seq=9 len=0 win=1 opt in\n");
	expect(
	    "IP6 2001:db8::1.50000 > 2001:db8::2.443: Flags [S], seq 900000000, win 1, length 0\n",
	    "c0 #1 l1 2001:db8::1:50000>2001:db8::2:443 S seq=900000000 len=0 win=1 opt\n");
	expect("12:00:00.0 aa:bb:cc:dd:ee:ff > 00:11:22:33:44:55, ethertype IPv4 (0x0800), length "
	       "60: 10.0.0.1.443 > 10.0.0.2.5: Flags [R], seq 900000000, win 0, length 0\n",
	       "c0 #1 l1 10.0.0.1:443>10.0.0.2:5 R t=43200000000000 seq=900000000 len=0 win=0 "
	       "opt\n");
	expect("# IP 192.0.2.1.5 > 192.0.2.2.80: Flags [S.], seq 900000000, ack 800000000, win 1, "
	       "options [mss 1460,nop,wscale 7,sackOK,TS val 3 ecr 4], length 0\n",
	       "c0 #1 l1 192.0.2.1:5>192.0.2.2:80 SA seq=900000000 ack=800000000 len=0 win=1 opt "
	       "mss=1460 shift=7 sackok ts=3/4\n");
}

static void lines_of_other_protocols_are_listed(void **state)
{
	(void)state;
	expect("12:00:00.5 IP 192.0.2.1 > 192.0.2.10: ICMP 198.51.100.5 unreachable - need to "
	       "frag (mtu 1443), length 556\n"
	       "12:00:00.5 IP 192.0.2.1.53 > 192.0.2.10.99: UDP, length 5\n"
	       "tcpdump: verbose output suppressed, use -v\n",
	       "! 1 an ICMP error, but of no connection above it\n! 2 a packet, but not of TCP\n"
	       "! 3 no packet found in it\n");
}

#define SYN "IP 192.0.2.1.50000 > 192.0.2.2.80: Flags [S], seq 4294967290, win 9, length 0\n"
#define SYNACK                                                                            \
	"IP 192.0.2.2.80 > 192.0.2.1.50000: Flags [S.], seq 3000000000, ack 4294967291, " \
	"win 9, length 0\n"
#define ACK  "IP 192.0.2.1.50000 > 192.0.2.2.80: Flags [.], ack 1, win 9, length 0\n"
#define DATA "IP 192.0.2.1.50000 > 192.0.2.2.80: Flags [P.], seq 1:11, ack 1, win 9, length 10\n"
#define FIN  "IP 192.0.2.2.80 > 192.0.2.1.50000: Flags [F.], seq 1, ack 11, win 9, length 0\n"
/* A reset without ACK is printed absolute: 4294967290 + 11 wraps to 5. */
#define RST "IP 192.0.2.1.50000 > 192.0.2.2.80: Flags [R], seq 5, win 0, length 0\n"

static void later_numbers_are_added_to_the_first(void **state)
{
	(void)state;
	expect(SYN SYNACK ACK DATA FIN RST,
	       "c0 #1 l1 192.0.2.1:50000>192.0.2.2:80 S seq=4294967290 len=0 win=9 opt\n"
	       "c0 #2 l2 192.0.2.2:80>192.0.2.1:50000 SA seq=3000000000 ack=4294967291 len=0 "
	       "win=9 opt\n"
	       "c0 #3 l3 192.0.2.1:50000>192.0.2.2:80 A ack=3000000001 len=0 win=9 opt\n"
	       "c0 #4 l4 192.0.2.1:50000>192.0.2.2:80 PA seq=4294967291 ack=3000000001 len=10 "
	       "win=9 opt\n"
	       "c0 #5 l5 192.0.2.2:80>192.0.2.1:50000 FA seq=3000000001 ack=5 len=0 win=9 opt\n"
	       "c0 #6 l6 192.0.2.1:50000>192.0.2.2:80 R seq=5 len=0 win=0 opt\n");
}

static void without_a_first_the_numbers_stay_relative_and_a_bare_reset_stays_unknown(void **state)
{
	(void)state;
	expect(DATA FIN RST,
	       "c0 #1 l1 192.0.2.1:50000>192.0.2.2:80 PA seq=1 ack=1 len=10 win=9 rel opt\n"
	       "c0 #2 l2 192.0.2.2:80>192.0.2.1:50000 FA seq=1 ack=11 len=0 win=9 rel opt\n"
	       "c0 #3 l3 192.0.2.1:50000>192.0.2.2:80 R len=0 win=0 rel opt\n");
}

static void absolute_numbers_throughout_stay_as_they_are(void **state)
{
	(void)state;
	expect("IP 192.0.2.1.5 > 192.0.2.2.80: Flags [P.], seq 900000001:900000011, ack 700000001, "
	       "win 9, length 10\n"
	       "IP 192.0.2.2.80 > 192.0.2.1.5: Flags [R.], seq 700000001, ack 900000011, win 9, "
	       "length 0\n",
	       "c0 #1 l1 192.0.2.1:5>192.0.2.2:80 PA seq=900000001 ack=700000001 len=10 win=9 "
	       "opt\n"
	       "c0 #2 l2 192.0.2.2:80>192.0.2.1:5 RA seq=700000001 ack=900000011 len=0 win=9 "
	       "opt\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_modern_line_is_read),
	    cmocka_unit_test(the_two_lines_of_verbose_output_are_one_packet),
	    cmocka_unit_test(old_lines_are_read),
	    cmocka_unit_test(lines_without_time_or_with_interface_are_read),
	    cmocka_unit_test(lines_of_other_protocols_are_listed),
	    cmocka_unit_test(later_numbers_are_added_to_the_first),
	    cmocka_unit_test(
		without_a_first_the_numbers_stay_relative_and_a_bare_reset_stays_unknown),
	    cmocka_unit_test(absolute_numbers_throughout_stay_as_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
