/* test_zeek.c: conn_state and history against hand-made sequences and Zeek's own conn.logs. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/zeek.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/*
 * A sequence is "> S; < SA; > A; > PA 10; ...": the way (> is direction 0), the flags (S A F R P,
 * or . for none), then any of
 *   N        bytes of payload
 *   =N       offset of the segment in its sender's stream (SYN = 0); default: the next one
 *   @N       offset acknowledged in the other's stream; default: its next one
 *   *N       the same N times
 *   w0       zero window
 *   bad / partial  the checksum
 *   cut      the payload was not captured
 *   noseq noack nolen  that field is not known
 * Where a default applies, it counts what was sent before, cut and bad segments included; the
 * stream offsets of a connection without SYN begin at 1.
 */
enum { ISN_CLIENT = 1000, ISN_SERVER = 5000 };

struct script {
	struct tw_zeek zeek;
	uint32_t next[2];
	uint32_t isn[2];
	uint16_t port[2];
};

struct row {
	struct tw_segment segment;
	unsigned from;
	unsigned times;
	bool has_offset;
	bool has_acked;
	uint32_t offset;
	uint32_t acked;
	uint32_t unknown;
};

static struct tw_str next_word(struct tw_str *rest)
{
	struct tw_str word;
	size_t size = 0;

	*rest = tw_str_trim(*rest);
	while (size < rest->size && !tw_char_is_blank(rest->text[size]))
		size++;
	word = tw_str_head(*rest, size);
	*rest = tw_str_from(*rest, size);
	return word;
}

static uint32_t number_of(struct tw_str digits)
{
	uint64_t number = 0;

	assert_true(tw_str_take_number(&digits, UINT32_MAX, &number));
	assert_int_equal(digits.size, 0);
	return (uint32_t)number;
}

static uint16_t flags_of(struct tw_str letters)
{
	static const char names[] = "FSRPAU";
	uint16_t flags = 0;

	for (size_t i = 0; i < letters.size && letters.text[i] != '.'; i++) {
		const char *at = strchr(names, letters.text[i]);

		assert_non_null(at);
		flags = (uint16_t)(flags | 1U << (at - names));
	}
	return flags;
}

static bool parse_mark(struct row *row, struct tw_str word)
{
	if (tw_str_equal(word, TW_STR("w0")))
		row->segment.window = 0;
	else if (tw_str_equal(word, TW_STR("bad")))
		row->segment.checksum = TW_CHECKSUM_BAD;
	else if (tw_str_equal(word, TW_STR("partial")))
		row->segment.checksum = TW_CHECKSUM_PARTIAL;
	else if (tw_str_equal(word, TW_STR("cut")))
		row->segment.payload.size = 0;
	else if (tw_str_equal(word, TW_STR("noseq")))
		row->unknown |= TW_FIELD_SEQ;
	else if (tw_str_equal(word, TW_STR("noack")))
		row->unknown |= TW_FIELD_ACK;
	else if (tw_str_equal(word, TW_STR("nolen")))
		row->unknown |= TW_FIELD_LENGTH;
	else
		return false;
	return true;
}

static void parse_word(struct row *row, struct tw_str word)
{
	static const uint8_t bytes[1];

	if (parse_mark(row, word))
		return;
	if (word.text[0] == '=') {
		row->has_offset = true;
		row->offset = number_of(tw_str_from(word, 1));
	} else if (word.text[0] == '@') {
		row->has_acked = true;
		row->acked = number_of(tw_str_from(word, 1));
	} else if (word.text[0] == '*') {
		row->times = number_of(tw_str_from(word, 1));
	} else {
		row->segment.length = number_of(word);
		/* Nobody looks at the bytes, only whether they are all there. */
		row->segment.payload = tw_slice_of(bytes, row->segment.length);
	}
}

static struct row parse_row(struct tw_str text)
{
	struct row row = {.times = 1};
	struct tw_str word = next_word(&text);

	assert_true(tw_str_equal(word, TW_STR(">")) || tw_str_equal(word, TW_STR("<")));
	row.from = word.text[0] == '<';
	row.segment.flags = flags_of(next_word(&text));
	row.segment.window = 500;
	for (word = next_word(&text); word.size > 0; word = next_word(&text))
		parse_word(&row, word);
	return row;
}

static void send_row(struct script *script, struct row *row)
{
	struct tw_segment *segment = &row->segment;
	unsigned from = row->from;
	uint32_t offset = script->next[from];
	uint32_t acked = script->next[from ^ 1U];

	if (row->has_offset)
		offset = row->offset;
	else if ((segment->flags & TW_SYN) == 0 && offset == 0)
		offset = 1;
	if (row->has_acked)
		acked = row->acked;
	else if (acked == 0)
		acked = 1;
	segment->seq = (uint32_t)(script->isn[from] + (uint64_t)offset);
	segment->ack = (uint32_t)(script->isn[from ^ 1U] + (uint64_t)acked);
	if ((segment->flags & TW_ACK) == 0)
		segment->ack = 0;
	if (offset + tw_segment_span(segment) > script->next[from])
		script->next[from] = offset + tw_segment_span(segment);
	segment->source.port = script->port[from];
	segment->destination.port = script->port[from ^ 1U];
	segment->known = TW_FIELD_FLAGS | TW_FIELD_SEQ | TW_FIELD_ACK | TW_FIELD_LENGTH |
			 TW_FIELD_WINDOW | TW_FIELD_PORT;
	segment->known &= ~row->unknown;
	if ((row->unknown & TW_FIELD_LENGTH) != 0)
		segment->length = 0;
	if ((row->unknown & TW_FIELD_SEQ) != 0)
		segment->seq = 0;
	if ((row->unknown & TW_FIELD_ACK) != 0)
		segment->ack = 0;
	for (unsigned i = 0; i < row->times; i++)
		tw_zeek_segment(&script->zeek, segment, from);
}

static void play(struct script *script, const char *sequence)
{
	struct tw_str rest = tw_str_of(sequence);

	while (rest.size > 0) {
		size_t end = tw_str_find(rest, TW_STR(";"));
		struct row row;

		if (end == SIZE_MAX)
			end = rest.size;
		row = parse_row(tw_str_head(rest, end));
		send_row(script, &row);
		rest = tw_str_trim(tw_str_from(rest, end + 1));
	}
}

static struct script script_of(uint16_t port_0, uint16_t port_1)
{
	return (struct script){.isn = {ISN_CLIENT, ISN_SERVER}, .port = {port_0, port_1}};
}

struct example {
	const char *sequence;
	const char *state;
	const char *history;
	uint16_t port_0; /* 0: neither port is a server's */
	uint16_t port_1;
};

static void check(const struct example *example)
{
	struct script script = script_of(example->port_0 != 0 ? example->port_0 : 40000,
					 example->port_1 != 0 ? example->port_1 : 50000);
	struct tw_str history;
	char text[TW_LIMIT_ZEEK_HISTORY + 1] = "";

	play(&script, example->sequence);
	history = tw_zeek_history(&script.zeek);
	memcpy(text, history.text, history.size);
	if (strcmp(text, example->history) != 0)
		fail_msg("%s: history %s, not %s", example->sequence, text, example->history);
	if (strcmp(tw_zeek_conn_state(&script.zeek), example->state) != 0)
		fail_msg("%s: state %s, not %s", example->sequence,
			 tw_zeek_conn_state(&script.zeek), example->state);
}

static void check_all(const struct example *examples, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check(&examples[i]);
}

#define CHECK_ALL(examples) check_all(examples, TW_LEN(examples))

#define OPEN "> S; < SA; > A; "
#define TALK OPEN "> PA 10; < A; < PA 20; > A; "

static void states_follow_what_both_endpoints_did(void **state)
{
	static const struct example examples[] = {
	    /* Nothing, or nothing that was answered. */
	    {"> S", "S0", "S"},
	    {"> S; > S; > S", "S0", "S"},
	    {"> S; < A @7", "S0", "Sa"},
	    {"> S; < SA", "S1", "Sh"},
	    {OPEN, "S1", "ShA"},
	    {TALK, "S1", "ShADad"},
	    /* Closing: both, one, with the last acknowledgment or without. */
	    {TALK "> FA; < FA; > A", "SF", "ShADadFf"},
	    {TALK "< FA; > FA; < A", "SF", "ShADadfF"},
	    {TALK "> FA; < A", "S2", "ShADadF"},
	    {TALK "< FA; > A", "S3", "ShADadf"},
	    {OPEN "< PA 9; > A; > PA 8; < FA; > FA", "SF", "ShAdDfF"},
	    /* Refused, silently given up, aborted. */
	    {"> S; < RA =0", "REJ", "Sr"},
	    {"> S; < RA =0; > S; < RA =0", "REJ", "Sr"},
	    {"> S; > R =1", "RSTOS0", "SR"},
	    {"> S; > S; < A @9; > R =9", "RSTOS0", "SaR"},
	    {"> S; > A; > R", "OTH", "SAR"},
	    {"> S; < SA; > R", "RSTO", "ShR"},
	    {"> S; < SA; < R", "RSTR", "Shr"},
	    {TALK "> RA", "RSTO", "ShADadR"},
	    {TALK "< RA", "RSTR", "ShADadr"},
	    /* Both reset: a rejection only where nothing was said. */
	    {"> S; < RA =0; > R =1", "REJ", "SrR"},
	    {"> S; < RA =0; > R =1000000", "RSTR", "SrR"},
	    /* Further away, the number is not believed to mean sent bytes. */
	    {"> S; < RA =0; > R =1048578", "REJ", "SrR"},
	    {TALK "> R; < R", "RSTR", "ShADadRr"},
	    /* Nor is what a RST acknowledges; but a FIN behind 2 GiB that were not seen is. */
	    {"> S; < RA =0 @500; > R =1", "REJ", "SrR"},
	    {"> S; > FA =3000000000; > R; < R =0", "RSTR", "SFRr"},
	    /* The SYN or the SYN,ACK was not captured. */
	    {"> S; > A; > PA 5; > FA", "SH", "SADF"},
	    {"> SA; < R =1", "REJ", "Hr"},
	    {"> SA; > R", "OTH", "HR"},
	    {"> SA; > FA", "SH", "HF"},
	};

	(void)state;
	CHECK_ALL(examples);
}

static void letters_after_the_end_follow_the_rules_for_resets(void **state)
{
	static const struct example examples[] = {
	    /* After FINs from both, a RST changes no state, but shows. */
	    {TALK "> FA; < FA; > R", "SF", "ShADadFfR"},
	    {TALK "< FA; > FA; < R", "SF", "ShADadfFr"},
	    /* After a FIN from one, its RST counts... */
	    {TALK "> FA; > R", "RSTO", "ShADadFR"},
	    {TALK "< FA; < R", "RSTR", "ShADadfr"},
	    /* ...until the other one's FIN makes it a normal ending. */
	    {TALK "> FA; > R; < FA", "SF", "ShADadFRf"},
	    {TALK "> FA; > R; < FA; > R", "SF", "ShADadFRf"},
	    {TALK "> FA; > R =12; < FA; > R =11", "SF", "ShADadFRfR"},
	    {TALK "< FA; < R; > FA; < R", "SF", "ShADadfrF"},
	    /* A RST from the other one while the first has closed. */
	    {TALK "< FA; > A; > PA 5; < RA", "RSTR", "ShADadfr"},
	    {TALK "> FA; < R", "RSTR", "ShADadFr"},
	    /* A FIN after the sender's own RST changes nothing. */
	    {TALK "> R; > FA", "RSTO", "ShADadRF"},
	    /* The same control flag shows again only with another number. */
	    {TALK "> FA; > FA =11; < FA; < FA =21", "SF", "ShADadFf"},
	    {TALK "> FA =11; > FA =12", "S2", "ShADadFF"},
	    {TALK "> FA 3 =11; > FA 3 =11; > F =14", "S2", "ShADadFT"},
	    {TALK "< R =21; < R =21; < R =22; < R =21", "RSTR", "ShADadrrr"},
	    /* A SYN with another number starts the stream anew, so that its offset is 0 again... */
	    {"> S; > S =300", "S0", "S"},
	    {"> S; < SA; < SA", "S1", "Sh"},
	    {"> S; < SA; < SA =70", "S1", "Sh"},
	    /* ...unless the endpoint has closed. */
	    {"> S; < SA; < FA; < SA =70", "S3", "Shfh"},
	    {"> S; < SA; < R; < SA =70", "RSTR", "Shrh"},
	};

	(void)state;
	CHECK_ALL(examples);
}

static void contradictory_flags_show_once_per_direction(void **state)
{
	static const struct example examples[] = {
	    {TALK "> FR; > FR =50", "RSTO", "ShADadI"},
	    {TALK "< FRA", "RSTR", "ShADadi"},
	    {"> SF", "SH", "Q"},
	    {"> SF; > SF =9; < RA =0", "RSTR", "Qr"},
	    {"> SR", "OTH", "Q"},
	    {"> SFRPAU", "OTH", "I"},
	    /* Flags of a null and of a Christmas scan. */
	    {"> .; < RA =0", "RSTRH", "r"},
	    {"> FPU; < RA =0", "RSTR", "Fr"},
	    /* Payload of a SYN shows as retransmitted (sic), that of a FIN not at all. */
	    {"> S 100; < SA; > A", "S1", "SThA"},
	    {OPEN "> FPA 10; < A; < FA", "SF", "ShAFaf"},
	};

	(void)state;
	CHECK_ALL(examples);
}

static void simultaneous_open_is_established_at_the_second_syn(void **state)
{
	static const struct example examples[] = {
	    {"> S; < S", "S1", "Ss"},
	    {"> S; < S; > SA =0; < SA =0; > A; < A", "S1", "SsAa"},
	    {"> S; < S; > SA =30; < SA =0", "S1", "Ss"},
	};

	(void)state;
	CHECK_ALL(examples);
}

static void a_missing_beginning_makes_a_partial_connection(void **state)
{
	static const struct example examples[] = {
	    {"> PA 10; < A", "OTH", "Da"},
	    {"> PA 10; < PA 9; > A", "OTH", "DdA"},
	    {"> A; < FA; > FA", "SF", "AfF"},
	    {"> PA 10; < RA", "RSTRH", "Dr"},
	    {"> R", "OTH", "R"},
	    {"> PA 10; < PA 9; > R", "OTH", "DdR"},
	    {"> FA; < A; < FA", "SF", "Faf"},
	    {"> FA; < A", "SH", "Fa"},
	    {"> A; < FA", "SHR", "Af"},
	    /* A SYN from an endpoint that had been silent but for other segments. */
	    {"> PA 10; > S =900; < SA", "S1", "DSh"},
	};

	(void)state;
	CHECK_ALL(examples);
}

static void a_well_known_source_port_flips_the_roles(void **state)
{
	static const struct example examples[] = {
	    {"> PA 10; < A", "OTH", "^dA", 80},
	    {"> FA; < A", "SHR", "^fA", 443},
	    {"> R", "RSTRH", "^r", 443},
	    /* SYN,ACK without the SYN; the client's first ACK establishes it. */
	    {"> SA", "OTH", "^h", 80},
	    {"> SA; < A; < PA 9; > A; > PA 8; < FA; > FA", "SF", "^hADadFf", 80},
	    /* A SYN behind its SYN,ACK leaves the client in SYN_SENT. */
	    {"> SA; < S =0; < A", "OTH", "^hSA", 80},
	    /* Both ports are a server's: the lower one, unless a SYN,ACK came first. */
	    {"> PA 10", "OTH", "^d", 80, 8080},
	    {"> PA 10", "OTH", "D", 8080, 80},
	    {"> SA", "OTH", "H", 80, 8080},
	    {"> PA 10", "OTH", "D", 80, 80},
	    /* The other end of the list of ports, and its gaps. */
	    {"> PA 10", "OTH", "^d", 20000},
	    {"> PA 10", "OTH", "^d", 21},
	    {"> PA 10", "OTH", "D", 20},
	    {"> PA 10", "OTH", "D", 444},
	    {"> PA 10", "OTH", "D", 20001},
	    /* A SYN is believed. */
	    {"> S", "S0", "S", 80},
	    {"> PA 10; < A", "OTH", "Da", 50000, 80},
	};

	(void)state;
	CHECK_ALL(examples);
}

static void data_behind_a_first_syn_ack_flips_the_roles_and_the_history(void **state)
{
	static const struct example examples[] = {
	    {"> SA", "OTH", "H"},
	    {"> SA; < A", "S1", "^hA"},
	    {"> SA; < PA 10", "S1", "^hD"},
	    {"> SA; > A", "OTH", "^ha"},
	    {"> SA; > PA 5; < A; < FA; > FA", "SF", "^hdAFf"},
	    {"> SA; < A; > SA =0; < PA 8", "S1", "^hAD"},
	    /* What a scan gets, or what is no longer right behind the SYN,ACK, flips nothing. */
	    {"> SA; < R =1", "REJ", "Hr"},
	    {"> SA; < RA =1; > A", "REJ", "HrA"},
	    {"> SA; < FA =1", "S3", "Hf"},
	    {"> SA; < A bad; < A", "OTH", "Hca"},
	};

	(void)state;
	CHECK_ALL(examples);
}

static void a_syn_behind_its_syn_ack_flips_the_roles_in_the_middle(void **state)
{
	/* Letters before '^' keep their case; what was shown is remembered by role. */
	static const struct example examples[] = {
	    {"> SA; < S =0; < A", "S1", "Hs^A"},
	    {"> SA; < S =0; < A; < PA 5; > A; > PA 6; < FA; > FA", "SF", "Hs^ADadFf"},
	};
	struct script script = script_of(50000, 60000);

	(void)state;
	CHECK_ALL(examples);
	play(&script, "> SA");
	assert_false(tw_zeek_flipped(&script.zeek));
	play(&script, "< S =0");
	assert_true(tw_zeek_flipped(&script.zeek));
}

static void retransmissions_and_zero_windows_show_at_powers_of_ten(void **state)
{
	static const struct example examples[] = {
	    {OPEN "> PA 10; > PA 10 =1; < A", "S1", "ShADTa"},
	    {OPEN "> PA 10; > PA 10 =1 *9; < A", "S1", "ShADTa"},
	    {OPEN "> PA 10; > PA 10 =1 *10; < A", "S1", "ShADTTa"},
	    {OPEN "> PA 10; > PA 10 =1 *1000; < A", "S1", "ShADTTTTa"},
	    /* Overlap with something new is new; a keep-alive of one old byte is not. */
	    {OPEN "> PA 10; > PA 15 =1; < A", "S1", "ShADa"},
	    {TALK "> A 1 =10; < A", "S1", "ShADadT"},
	    {TALK "> A =10; < A", "S1", "ShADad"},
	    /* Out of order counts as retransmitted. */
	    {OPEN "> PA 10 =11; > PA 10 =1; < A", "S1", "ShADTa"},
	    /* The payload of a RST takes no sequence space. */
	    {TALK "> R 5", "RSTO", "ShADadRT"},
	    /* The same SYN again changes nothing, the same SYN,ACK in the connection does (sic). */
	    {"> S; < PA 9; > PA 90; > S =0; > PA 90 =1", "OTH", "SdDT"},
	    {OPEN "< PA 90; < SA =0; < PA 90 =1", "S1", "ShAd"},
	    /* After a RST nothing is trusted. */
	    {TALK "> R; > PA 5 =1", "RSTO", "ShADadR"},
	    {OPEN "< A w0", "S1", "ShAaw"},
	    {OPEN "< A w0 *10; < PA 9 w0", "S1", "ShAawwd"},
	    {"> S w0", "S0", "SW"},
	    /* No window matters in a RST, after it, or once the peer has said its last. */
	    {TALK "> R w0; > A w0", "RSTO", "ShADadR"},
	    {TALK "< FA; > A w0", "S3", "ShADadf"},
	    {TALK "> FA; > A w0", "S2", "ShADadFW"},
	};

	(void)state;
	CHECK_ALL(examples);
}

static void segments_with_bad_checksums_change_nothing_but_their_letter(void **state)
{
	static const struct example examples[] = {
	    {"> S bad; < RA =0", "RSTRH", "Cr"},
	    {"> S bad", "OTH", "C"},
	    {"> S partial", "OTH", "C"},
	    {"> S partial *10", "OTH", "CC"},
	    {"> SA; < A bad; > A; > PA 9; > FA", "SH", "HcADF"},
	    {OPEN "> PA 10; < PA 9 bad; < PA 9 =1; > FA; < FA", "SF", "ShADcdFf"},
	    {"> PA 9 bad; < A", "OTH", "^cA", 80},
	};
	struct script script = script_of(40000, 80);

	(void)state;
	CHECK_ALL(examples);
	script.zeek.ignore_checksums = true;
	play(&script, "> S partial; < SA bad; > A partial");
	assert_string_equal(tw_zeek_conn_state(&script.zeek), "S1");
	assert_true(tw_str_equal(tw_zeek_history(&script.zeek), TW_STR("ShA")));
}

static void acknowledged_data_that_was_never_seen_is_a_gap(void **state)
{
	static const struct example examples[] = {
	    {OPEN "> PA 10; < A @31; > PA 5 =31", "S1", "ShADaG"},
	    /* Out of order is no gap once it is filled before the acknowledgment. */
	    {OPEN "> PA 10 =11; > PA 10 =1; < A @21", "S1", "ShADTa"},
	    /* Data behind the hole, then the acknowledgment of all: one gap. */
	    {OPEN "> PA 10 =11; < A @21", "S1", "ShADaG"},
	    /* The hole's data comes late: it was given up already. */
	    {OPEN "> PA 10 =11; < A @21; > PA 10 =1", "S1", "ShADaGT"},
	    /* Two holes at once, seven more one by one: nine; the next one is the tenth. */
	    {OPEN "> PA 10 =11; > PA 10 =31; < A @41; < A @51; < A @61; < A @71; < A @81;"
		  "< A @91; < A @101; < A @111",
	     "S1", "ShADaG"},
	    {OPEN "> PA 10 =11; > PA 10 =31; < A @41; < A @51; < A @61; < A @71; < A @81;"
		  "< A @91; < A @101; < A @111; < A @121",
	     "S1", "ShADaGG"},
	    /* Only the headers were captured. */
	    {OPEN "> PA 10 cut; < A; < PA 20 cut; > A; > R", "RSTO", "ShADaGdgR"},
	    /* The FIN's own octet is no gap, the data before it may be. */
	    {TALK "> FA; < A; < FA; > A", "SF", "ShADadFf"},
	    {OPEN "> PA 10; < A; > FA; < FA =51; > A", "SF", "ShADaFfg"},
	    {OPEN "> PA 10; > A; < FA =51; > FA", "SF", "ShADfFg"},
	    /* A FIN in front of the stream says nothing about where the data ends. */
	    {OPEN "< FA =4294967290; > A @51", "S3", "ShAfg"},
	    /* What a RST acknowledges or skips is no gap. */
	    {TALK "< R @99", "RSTR", "ShADadr"},
	    /* After an exchange without any trouble. */
	    {TALK "> PA 10; < A; < PA 9; > A; > PA 9; < A @80; > PA 5 =1; < A w0", "S1",
	     "ShADadGTw"},
	    {TALK "> PA 10; < A; < PA 9; > A; < PA 9 =80; > A; < PA 9 =50", "S1", "ShADadgt"},
	    /* No gaps in a partial connection. */
	    {"> PA 10; < A @31; < PA 9; > A @40", "OTH", "DadA"},
	    /* Of a beginning that was not seen, one octet may be the imagined SYN's. */
	    {"> A; > S =900; < SA; > A; < A @902", "S1", "ASha"},
	    {"> A; > S =900; < SA; > A; < A @903", "S1", "AShaG"},
	    /* Without any acknowledgment, such a hole means that half the traffic is missing. */
	    {OPEN "> PA 10; > PA 17000 =31; < A", "S1", "ShADa"},
	    {OPEN "> PA 10; > PA 16000 =31; < A", "S1", "ShADaG"},
	};

	(void)state;
	CHECK_ALL(examples);
}

#define NINE_HOLES                                                                                 \
	OPEN "> PA 5 =11; > PA 5 =21; > PA 5 =31; > PA 5 =41; > PA 5 =51; > PA 5 =61; > PA 5 =71;" \
	     "> PA 5 =81; > PA 5 =91; "

static void more_holes_than_ranges_are_still_counted(void **state)
{
	static const struct example examples[] = {
	    {NINE_HOLES "< A @96", "S1", "ShADaG"},
	    {NINE_HOLES "> PA 5 =101; < A @106", "S1", "ShADaGG"},
	    /* One of the ten is filled, in the middle or at the bottom. */
	    {NINE_HOLES "> PA 5 =101; > PA 5 =56; < A @106", "S1", "ShADTaG"},
	    {NINE_HOLES "> PA 5 =101; > PA 10 =1; < A @106", "S1", "ShADTaG"},
	    /* Descending, so that each range comes in front of all others. */
	    {OPEN "> PA 5 =51; > PA 5 =41; > PA 5 =31; > PA 5 =21; > PA 5 =11; < A @56", "S1",
	     "ShADTaG"},
	    /* All are filled. */
	    {OPEN "> PA 5 =11; > PA 5 =21; > PA 5 =31; > PA 5 =41; > PA 45 =1; < A @46", "S1",
	     "ShADTa"},
	};

	(void)state;
	CHECK_ALL(examples);
}

static void gaps_are_not_looked_for_beyond_10_mib_unacknowledged(void **state)
{
	static const struct {
		unsigned segments;
		struct tw_str history;
	} cases[] = {
	    {10 * 1024 - 1, TW_STR_INIT("ShADaG")},
	    {10 * 1024 + 1, TW_STR_INIT("ShADa")},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(cases); i++) {
		struct script script = script_of(40000, 50000);

		play(&script, OPEN "> PA 10; < A");
		for (unsigned n = 0; n < cases[i].segments; n++)
			play(&script, "> PA 1024");
		script.next[0] += 1;
		play(&script, "< A");
		assert_true(tw_str_equal(tw_zeek_history(&script.zeek), cases[i].history));
	}
}

static void sequence_numbers_may_wrap(void **state)
{
	static const char talk[] = TALK "> FA; < FA; > A";
	struct script script = script_of(40000, 50000);

	(void)state;
	script.isn[0] = UINT32_MAX - 4;
	script.isn[1] = UINT32_MAX;
	play(&script, talk);
	assert_string_equal(tw_zeek_conn_state(&script.zeek), "SF");
	assert_true(tw_str_equal(tw_zeek_history(&script.zeek), TW_STR("ShADadFf")));
}

/*
 * (state, history) pairs from conn.log baselines in Zeek's repository
 * (testing/btest/Baseline/NAME) and, marked "other", from logs that others published.
 */
static void real_conn_logs_are_reproduced(void **state)
{
	static const struct example examples[] = {
	    /* core.history-flip, core.tcp.missing-syn */
	    {"> SA; < A; < PA 98; > PA 9417; < FA; > A; > FA; < A", "SF", "^hADdFaf", 80},
	    /* core.tcp.flip-without-syn, core.local-flip */
	    {"> SA; < A; < PA 136; > A; > PA 5007; < A; < FA; > FA", "SF", "^hADadFf", 80, 6669},
	    {"> SA; < A; < PA 5958; > A; > PA 182; < FA; > FA", "SF", "^hADadFf", 8000, 1080},
	    /* core.conn-size-flip */
	    {"> SA; > A; > FA", "SHR", "^haf", 1433, 2745},
	    {"> SA; < A; > FA; > PA 9 =1; > PA 9 =1; < FA; > R =7", "SF", "^hAfdtFr", 888},
	    /* core.tcp.miss-end-data */
	    {OPEN "> PA 538; < A; < FA =2903; > A; > FA; < A", "SF", "ShADafgF"},
	    /* core.tcp.fin-rst-timeout */
	    {TALK "< PA 20 =1; > FA; > R =12; < FA; < R", "SF", "ShADadtFRfr"},
	    /* core.tcp.rxmit-history: headers only */
	    {OPEN "> PA 474 cut; < A; < PA 1000 cut; > A; < PA 1000 =1 cut; > R", "RSTO",
	     "ShADaGdgtR"},
	    {"> PA 463; < PA 350; > A", "OTH", "DdA"},
	    {"> SA", "OTH", "^h", 80},
	    /* core.checksums_ignore_nets, which runs without the list of ports */
	    {"> S bad", "OTH", "C"},
	    {"> SA; < A bad; > A; > PA 432; > FA", "SH", "HcADF"},
	    /* core.tcp.large-file-reassembly, core.print-bpf-filters, core.tcp-padding */
	    {OPEN "< PA 270; < FA; > FA; < A", "SF", "ShAdfFa"},
	    {OPEN "< PA 270; > A; > PA 104; < A; > FA; < FA", "SF", "ShAdDaFf"},
	    {OPEN "> PA 98; < PA 9417; > FA; < A; < FA; > A", "SF", "ShADdFaf"},
	    {TALK "< FA; > FA", "SF", "ShADadfF"},
	    /* core.expire-all-timers */
	    {"> PA 18; < A", "OTH", "Da"},
	    {"> PA 18", "OTH", "D"},
	    /* other; the first is issue 3313, a second SYN,ACK with another number */
	    {"> S; < SA =1607310064; > A; > PA 100; < SA =0; > A @1607310065;"
	     "< A =1607310065; < PA 50 =1607310065",
	     "S1", "ShADgad"},
	    {OPEN "> PA 97; > PA 97 =1; < PA 19; < PA 19 =1; < R", "RSTR", "ShADTdtr"},
	    {OPEN "> PA 393; > PA 393 =1; < A; < PA 77; > R", "RSTO", "ShADTadR"},
	    {"> S; > A; > PA 600; > FA; > R", "OTH", "SADFR"},
	    {"> FA; < A", "SHR", "^fA", 443},
	    {"> S bad; < RA =0", "RSTRH", "Cr"},
	    {"> S; < RA =0; > S; < RA =0", "REJ", "Sr"},
	    {TALK "> FA; < FA; > R; > R =11", "SF", "ShADadFfRR"},
	    {TALK "> FA; < FA; < R; < R =21; < R", "SF", "ShADadFfrrr"},
	    {OPEN "> PA 9; > FA; < A; < PA 8; > R; < FA; > R =5", "SF", "ShADFadRfR"},
	    {OPEN "> PA 9; > FA; < A; < PA 8; < FA; > R", "SF", "ShADFadfR"},
	    {OPEN "> PA 9; < A; > FA; < PA 8; > R =11; > R =10; < FA; > R =11", "SF",
	     "ShADaFdRRfR"},
	    {TALK "> FA; < FA; > PA 10 =1", "SF", "ShADadFfT"},
	    {TALK "< PA 20 =1; < FA; > R; < R =22; < R =30", "RSTR", "ShADadtfRrr"},
	    {TALK "< FA; > R", "RSTO", "ShADadfR"},
	    {"> PA 9; > FA; < PA 8; < R; < R =3; > R", "RSTR", "DFdrrR"},
	    {"> FA; < R", "RSTR", "Fr"},
	    {"> PA 5; > FA; < PA 4; < FA; > R", "SF", "DFdfR"},
	    {"> PA 5; > FA; < FA; < A; > A", "SF", "DFfaA"},
	    {"> PA 5; > FA; < R", "RSTR", "DFr"},
	    {"> PA 5; > FA; < A; > A", "SHR", "^dfAa", 80},
	    {"> PA 5; > FA; < A; < PA 3; < FA; > R", "SF", "^dfADFr", 443},
	    {TALK "< PA 20 =1 *100; > FA; < FA", "SF", "ShADadtttFf"},
	    {"> S w0", "S0", "SW"},
	};

	(void)state;
	CHECK_ALL(examples);
}

static void unknown_numbers_count_as_new_data_in_order(void **state)
{
	static const struct example examples[] = {
	    {"> S noseq; < SA noseq noack; > A noseq noack; > PA noseq noack nolen;"
	     "< A noseq noack; < FA noseq noack; > FA noseq noack; < A noseq noack",
	     "SF", "ShADafF"},
	    /* No retransmission can be told, and no gap. */
	    {OPEN "> PA 10 noseq noack; > PA 10 noseq noack; < A noseq noack; < PA 9 noseq noack",
	     "S1", "ShADad"},
	    {OPEN "> PA 10 noseq; < A @500", "S1", "ShADa"},
	    /* A further SYN or FIN is the same one. */
	    {"> S noseq; > S noseq; > S noseq", "S0", "S"},
	    {OPEN "> FA 3 noseq; > FA 3 noseq; < A noseq noack", "S2", "ShAFTa"},
	    /* The sequence that this program was written for. */
	    {"> FPA noseq noack nolen; < A noseq noack nolen; < PA noseq noack nolen;"
	     "> RA noseq noack nolen; < FPA noseq noack nolen; > R noseq nolen",
	     "SF", "FadRf"},
	    /* Known numbers after unknown ones begin anew. */
	    {OPEN "> PA 10 noseq noack; > PA 10 =4000; > PA 10 =4000; < A", "S1", "ShADTa"},
	};

	(void)state;
	CHECK_ALL(examples);
}

static void a_row_without_a_window_shows_no_zero_window(void **state)
{
	struct tw_zeek zeek = {0};
	struct tw_segment segment = {.flags = TW_SYN, .known = TW_FIELD_FLAGS};

	(void)state;
	tw_zeek_segment(&zeek, &segment, 0);
	segment.known |= TW_FIELD_WINDOW_SCALED | TW_FIELD_WINDOW;
	segment.flags = TW_ACK;
	segment.window_scaled = 70000;
	tw_zeek_segment(&zeek, &segment, 0);
	assert_true(tw_str_equal(tw_zeek_history(&zeek), TW_STR("SA")));
	segment.window_scaled = 0;
	tw_zeek_segment(&zeek, &segment, 0);
	assert_true(tw_str_equal(tw_zeek_history(&zeek), TW_STR("SAW")));
}

static void before_the_first_segment_there_is_nothing_to_say(void **state)
{
	struct tw_zeek zeek = {0};

	(void)state;
	assert_string_equal(tw_zeek_conn_state(&zeek), "OTH");
	assert_int_equal(tw_zeek_history(&zeek).size, 0);
	assert_false(tw_zeek_flipped(&zeek));
	assert_false(tw_zeek_history_cut(&zeek));
}

static void a_history_without_end_is_cut_and_says_so(void **state)
{
	struct script script = script_of(40000, 50000);

	(void)state;
	play(&script, "> S");
	for (uint32_t i = 1; i < TW_LIMIT_ZEEK_HISTORY; i++) {
		struct row row = {.segment = {.flags = TW_RST},
				  .times = 1,
				  .from = 1,
				  .has_offset = true,
				  .offset = i};

		send_row(&script, &row);
	}
	assert_int_equal(tw_zeek_history(&script.zeek).size, TW_LIMIT_ZEEK_HISTORY);
	assert_false(tw_zeek_history_cut(&script.zeek));
	play(&script, "< R =9999");
	assert_int_equal(tw_zeek_history(&script.zeek).size, TW_LIMIT_ZEEK_HISTORY);
	assert_true(tw_zeek_history_cut(&script.zeek));
	assert_string_equal(tw_zeek_conn_state(&script.zeek), "REJ");
}

/* Any flags, numbers and lengths: bounds and invariants hold, and the answer is a known one. */
static void any_sequence_of_segments_has_an_answer(void **state)
{
	static const char *const names[] = {"OTH", "S0",  "S1",	  "S2",	    "S3",    "SF",  "SH",
					    "SHR", "REJ", "RSTO", "RSTOS0", "RSTRH", "RSTR"};
	uint64_t random = 88172645463325252ULL;

	(void)state;
	for (unsigned run = 0; run < 2000; run++) {
		struct tw_zeek zeek = {0};
		size_t known = 0;

		for (unsigned i = 0; i < 60; i++) {
			struct tw_segment segment = {0};

			random ^= random << 13;
			random ^= random >> 7;
			random ^= random << 17;
			segment.known = (uint32_t)(random >> 60 == 0 ? random >> 20 : 0x1fff);
			segment.flags = (uint16_t)(random >> 8 & (random % 8 == 0 ? 0x3f : 0x1b));
			segment.seq = (uint32_t)(random >> 16 & (run % 2 == 0 ? 0xff : 0xf000000f));
			segment.ack = (uint32_t)(random >> 24 & (run % 2 == 0 ? 0xff : 0xf000000f));
			segment.length = (uint32_t)(random >> 32 & (run % 3 == 0 ? 0xffff : 0x1f));
			segment.checksum = (uint8_t)(random % 31 == 0 ? TW_CHECKSUM_BAD : 0);
			segment.text_line = random % 5 != 0;
			segment.source.port = (uint16_t)(random >> 48);
			tw_zeek_segment(&zeek, &segment, random >> 50 & 1);
		}
		while (known < TW_LEN(names) &&
		       strcmp(names[known], tw_zeek_conn_state(&zeek)) != 0)
			known++;
		assert_true(known < TW_LEN(names));
		assert_true(tw_zeek_history(&zeek).size <= TW_LIMIT_ZEEK_HISTORY);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(states_follow_what_both_endpoints_did),
	    cmocka_unit_test(letters_after_the_end_follow_the_rules_for_resets),
	    cmocka_unit_test(contradictory_flags_show_once_per_direction),
	    cmocka_unit_test(simultaneous_open_is_established_at_the_second_syn),
	    cmocka_unit_test(a_missing_beginning_makes_a_partial_connection),
	    cmocka_unit_test(a_well_known_source_port_flips_the_roles),
	    cmocka_unit_test(data_behind_a_first_syn_ack_flips_the_roles_and_the_history),
	    cmocka_unit_test(a_syn_behind_its_syn_ack_flips_the_roles_in_the_middle),
	    cmocka_unit_test(retransmissions_and_zero_windows_show_at_powers_of_ten),
	    cmocka_unit_test(segments_with_bad_checksums_change_nothing_but_their_letter),
	    cmocka_unit_test(acknowledged_data_that_was_never_seen_is_a_gap),
	    cmocka_unit_test(more_holes_than_ranges_are_still_counted),
	    cmocka_unit_test(gaps_are_not_looked_for_beyond_10_mib_unacknowledged),
	    cmocka_unit_test(sequence_numbers_may_wrap),
	    cmocka_unit_test(real_conn_logs_are_reproduced),
	    cmocka_unit_test(unknown_numbers_count_as_new_data_in_order),
	    cmocka_unit_test(a_row_without_a_window_shows_no_zero_window),
	    cmocka_unit_test(before_the_first_segment_there_is_nothing_to_say),
	    cmocka_unit_test(a_history_without_end_is_cut_and_says_so),
	    cmocka_unit_test(any_sequence_of_segments_has_an_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
