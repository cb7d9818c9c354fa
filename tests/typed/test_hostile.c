/* test_hostile.c: texts that are no lists, texts that attack, and damaged lists. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "describe.h"

#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

static size_t rows_of(const char *text, size_t size)
{
	struct tw_arena arena = tw_arena_of(128 << 20);
	struct tw_typed typed;
	size_t rows = tw_typed_parse((struct tw_str){text, size}, &arena, &typed);

	assert_true(rows == typed.row_count);
	assert_true(typed.foreign_count <= TW_LIMIT_FOREIGN_LINES);
	assert_true(typed.foreign_count <= typed.foreign_total);
	assert_true(typed.connection_count <= rows || rows == 0);
	for (size_t i = 0; i < rows; i++) {
		assert_true(typed.rows[i].connection < typed.connection_count);
		assert_true(typed.rows[i].segment.text_line > 0);
		assert_true(i == 0 ||
			    typed.rows[i].segment.frame > typed.rows[i - 1].segment.frame);
	}
	for (size_t i = 0; i < typed.foreign_count; i++) {
		assert_true(typed.foreign[i].text.text >= text);
		assert_true(typed.foreign[i].text.text + typed.foreign[i].text.size <= text + size);
	}
	tw_arena_free(&arena);
	return rows;
}

static const char *const nonsense[] = {
    "The client sends a SYN, the server answers with SYN, ACK, and the client sends an ACK.\n"
    "After that, the connection is ESTABLISHED. A reset (RST) goes from one side to the other.\n"
    "I went from London to Paris (FIN). Then > all was well < again [1].\n",
    "# TCP states\n\nLISTEN -> SYN-RECEIVED (SYN)\nSYN-SENT -> ESTABLISHED [SYN, ACK]\n"
    "SYN -> SYN/ACK -> ACK is the *three way handshake*.\n\n| Flag | Meaning |\n|---|---|\n"
    "| SYN | begins |\n| FIN, ACK | ends -> RST |\n\n* `FIN` -> the end\n1. SYN\n2. SYN, ACK\n",
    "  1.  CLOSED                                               LISTEN\n"
    "  2.  SYN-SENT    --> <SEQ=100><CTL=SYN>               --> SYN-RECEIVED\n"
    "  3.  ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK>  <-- SYN-RECEIVED\n",
    "static int f(struct x *p, int a)\n{\n\tif (tcp->fin && p->ack > FIN)\n\t\treturn a > b ? S "
    ": A;\n\tp->send(RST);\n\tskb->flags[ACK] = 1;\n\tcase TCP_SYN: x->y(SYN);\n\tfor (i = 0; i "
    "< n; i++) F;\n\tif (a < b [SYN]) x = y;\n}\n",
    "{\"flags\": [\"SYN\", \"ACK\"], \"src\": \"10.0.0.1\", \"dst\": \"10.0.0.2\", \"time\": "
    "1.5}\n{\"a\": [1, 2, {\"b\": \"FIN\"}]}\n",
    "flags: SYN\nhost: 10.0.0.1\nlisten: 80\nchain -> forward: DROP\n",
    "Nov 22 11:00:01 host kernel: [123.4] IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=60 PROTO=TCP "
    "SPT=5 DPT=80 WINDOW=1 SYN URGP=0\n"
    "2026-11-22 11:00:01 10.0.0.1 10.0.0.2 GET /index.html 200\n"
    "10.0.0.1 - - [22/Nov/2026:11:00:01] \"GET / HTTP/1.1\" 200 5\n",
    "use std::io;\nfn main() -> Result<(), E> { let x = |a| -> A; map(|S| S); }\n"
    "match f { A => B, C => D }\nvector<int> A;\nList<S> R = x;\n#include <netinet/tcp.h>\n",
    "# How it works\n\nEach client -> server request is balanced; the server -> client response\n"
    "comes back.\n\n- client -> server: HTTP request\n- server -> client: data\n"
    "1. Browser -> Proxy: GET /index.html\n2. Proxy -> Browser: 200 OK\n"
    "The TCP flags are SYN, ACK, FIN and RST.\n",
    "sequenceDiagram\n    participant C as Client\n    participant S as Server\n"
    "    C->>S: HTTP Request\n    S-->>C: HTTP Response 200\n    C->>+S: POST /form data\n"
    "    S-->>-C: reply with data\n",
    "2026-11-22 11:00:01 INFO proxy -> backend: GET /x 200\n"
    "2026-11-22 11:00:02 WARN proxy -> backend: request timeout, reset\n"
    "[11:00:03] 10.0.0.1:5000 -> 10.0.0.2:80 data 512 bytes\n",
    "auto f(int a) -> B;\nptr->data = request;\nx->y: data\nfn g(a: A) -> Result:S\n"
    "a>b:S;\nmap>key:F value\nstd::vector<A>B:S = x\n",
    "198.51.100.9---VIP\nclient: 192.0.2.10\nServer IP -> listening on port 1999\n",
    "",
    "\n\n\n",
};

static void nonsense_gives_no_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < TW_LEN(nonsense); i++) {
		size_t rows = rows_of(nonsense[i], strlen(nonsense[i]));

		if (rows != 0)
			print_error("taken for packets:\n%s\n", nonsense[i]);
		assert_int_equal(rows, 0);
	}
}

enum { HOSTILE_BYTES = 1 << 20 };

static void repeated_patterns_are_read_in_linear_time(void **state)
{
	static const char *const patterns[] = {
	    ">",
	    "[",
	    "(",
	    "[(",
	    "-",
	    "<",
	    "=",
	    "#",
	    "/",
	    "|",
	    ";",
	    ":",
	    "&",
	    "a",
	    "a ",
	    "1 ",
	    "a>",
	    "a-",
	    "[a ",
	    "[x] ",
	    "[SYN,",
	    "seq=1 ",
	    "IP (tos ",
	    "1 1.0 1.1.1.1 ",
	    "TCP 54\n",
	    "\n",
	    "\xE2\x86",
	    "\xFF\xFE",
	    "\xE2\x86\x92",
	    "A -> B [SYN] ",
	    "1>2[SYN]",
	    "(A)SYN ",
	    "A: SYN\n",
	    "x -> y [SYN] // ",
	    "x -> y: data ",
	    "x -> y: a data\n",
	    "A>B:S ",
	    "A>B:SYN,",
	    "participant a as b\n",
	};
	char *text = malloc(HOSTILE_BYTES);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < TW_LEN(patterns); i++) {
		size_t size = strlen(patterns[i]);

		for (size_t at = 0; at < HOSTILE_BYTES; at++)
			text[at] = patterns[i][at % size];
		rows_of(text, HOSTILE_BYTES);
	}
	memset(text, 0, HOSTILE_BYTES);
	assert_int_equal(rows_of(text, HOSTILE_BYTES), 0);
	free(text);
}

static void bounds_are_met_and_said(void **state)
{
	static const char row[] = "A -> B [ACK]\n";
	size_t count = TW_LIMIT_TYPED_ROWS + 5;
	size_t size = count * (sizeof(row) - 1);
	char *text = malloc(size);
	struct tw_arena arena = tw_arena_of(128 << 20);
	struct tw_typed typed;

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < count; i++)
		memcpy(text + i * (sizeof(row) - 1), row, sizeof(row) - 1);
	assert_int_equal(tw_typed_parse((struct tw_str){text, size}, &arena, &typed),
			 TW_LIMIT_TYPED_ROWS);
	assert_true(typed.full);
	tw_arena_free(&arena);

	struct tw_arena small = tw_arena_of(256 << 10);

	assert_true(tw_typed_parse((struct tw_str){text, size}, &small, &typed) <
		    TW_LIMIT_TYPED_ROWS);
	assert_true(typed.full);
	tw_arena_free(&small);

	struct tw_arena none = tw_arena_of(0);

	assert_int_equal(tw_typed_parse((struct tw_str){text, size}, &none, &typed), 0);
	assert_true(typed.full);
	tw_arena_free(&none);
	free(text);
}

static const char *const lists[] = {
    "Server -> Client [FIN, PSH, ACK] seq=1 ack=2 // x\n1. (A)FIN,ACK 2. (B)PSH,ACK\n",
    "participant N as \"nginx\"\nN->>+T: TCP FIN\nT->>N: HTTP Request (12 bytes) len=12\nA>B:S "
    "B>A:SYN,ACK A>B:A\n[TCP Retransmission] A -> B: data\nA -> B (again) [PSH]\n",
    "1 0.0 192.0.2.1 192.0.2.2 TCP 66 [TCP Dup ACK 4#1] 51000 > http [SYN] Seq=0 Win=8192 Len=0 "
    "MSS=1460 WS=4 SACK_PERM=1 TSval=1 TSecr=0 SLE=5 SRE=9\n"
    "2 0.1 192.0.2.1 192.0.2.2 TLSv1 620 [TCP Window Full] Application Data\n",
    "21:21:49.849231 IP (tos 0x0, ttl 64, id 7, flags [DF], proto TCP (6), length 40)\n"
    "    198.51.100.5.12345 > 192.0.2.10.12345: Flags [R.], cksum 0x3af7 (correct), seq 0:8, ack "
    "101, win 0, options [mss 1460,sackOK,TS val 5 ecr 0,nop,sack 1 {5:9},wscale 7], length 0\n",
    "20:15:21.723719 < srv.20001 > cli.33088: P 18162:18420(258) ack 1 win 5792 <nop,timestamp 9 "
    "1> (DF)\nIP6 2001:db8::1.50000 > 2001:db8::2.443: Flags [S], seq 9, win 1, length 0\n",
    "8,\"0.002878\",\"192.0.2.10\",\"198.51.100.5\",\"TCP\",\"54\",\"51000 > http [FIN, ACK] "
    "Seq=354 Ack=355 Win=49640 Len=0\"\nA &rarr; B 0x014 (RST, ACK) Sequence number: 304\n",
    "280 2014-05-27 15:37:20 a b TCP 9041 > 51000 [ACK] Seq=2629992488 Ack=144158763 Win=65535 "
    "Len=0\n...\n281 37:25.6 a b TCP 60 9041 \xE2\x86\x92 51000 [RST] Seq=4294967295\n",
};

/* xorshift: the same damage in every run. */
static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static void damaged_lists_keep_every_promise(void **state)
{
	static const char spice[] = "[](){}<>-=;:,.#/|\"&\n\t 0S\xE2\x86\x92";
	uint32_t seed = 28338;

	(void)state;
	for (unsigned round = 0; round < 6000; round++) {
		const char *list = lists[round % TW_LEN(lists)];
		size_t size = strlen(list);
		char *text = malloc(size);

		assert_non_null(text);
		memcpy(text, list, size);
		for (unsigned k = next_random(&seed) % 8; k > 0; k--) {
			size_t at = next_random(&seed) % size;
			size_t from = next_random(&seed) % size;

			if (next_random(&seed) % 4 == 0)
				text[at] = (char)(next_random(&seed) & 0xFF);
			else if (next_random(&seed) % 2 == 0)
				text[at] = spice[next_random(&seed) % (sizeof(spice) - 1)];
			else
				memmove(text + at, text + from,
					tw_min_size(size - at, tw_min_size(size - from, 20)));
		}
		/* An exact allocation, cut anywhere: the sanitizer sees a read past the end. */
		rows_of(text, size - (round % 3 ? 0 : next_random(&seed) % size));
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nonsense_gives_no_rows),
	    cmocka_unit_test(repeated_patterns_are_read_in_linear_time),
	    cmocka_unit_test(bounds_are_met_and_said),
	    cmocka_unit_test(damaged_lists_keep_every_promise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
