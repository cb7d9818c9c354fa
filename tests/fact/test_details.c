/* test_details.c: who could have made a RST, what it differs in, which patterns it completes. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/detail.h"
#include "sequences.h"

#define OPEN_V6 "@0 > S 0 label 7; @0.04 < SA 0/1 label 8; @0.05 > A 1/1 label 7; "
#define ASK_TS	"@1 > PA 1/1 len 100 ts 19/5; @1.04 < A 1/101 ts 15/19; "
#define MIX(a)	OPEN "@1 > PA 1/1 len 9; @1.04 < A 1/10; " a

static const struct {
	enum tw_fact fact;
	const char *script;
	const char *details; /* slugs, each with a blank behind it */
} rows[] = {
    /* the four aborts that time stamps tell apart */
    {TW_FACT_RESET_SHAPE, OPEN_TS ASK_TS "@2 < RA 1/101 ts 25/19", "linux "},
    {TW_FACT_RESET_SHAPE, OPEN_TS ASK_TS "@2 < RA 1/101 win 0 ts 25/19", "freebsd "},
    {TW_FACT_RESET_SHAPE, OPEN_TS ASK_TS "@2 < RA 1/101 win 500", "macos "},
    {TW_FACT_RESET_SHAPE, OPEN_TS ASK_TS "@2 < RA 1/101 win 0 ttl 120", "windows snort "},
    /* without them fewer can be told apart */
    {TW_FACT_RESET_SHAPE, OPEN ASK "@2 < RA 1/101", "linux macos "},
    {TW_FACT_RESET_SHAPE, OPEN ASK "@2 < R 1 win 500", "solaris "},
    /* stateless replies */
    {TW_FACT_RESET_SHAPE, OPEN ASK "@2 > PA 101/1 len 9; @2.04 < R 1",
     "linux freebsd macos solaris reject-rule "},
    {TW_FACT_RESET_SHAPE, OPEN ASK "@2 > PA 101/1 len 9; @2.04 < R 1 ttl 117 id 9 fill",
     "windows "},
    {TW_FACT_RESET_SHAPE, OPEN ASK "@2 > PA 101/1 len 9; @2.04 < R 1 id 77",
     "freebsd macos solaris "},
    {TW_FACT_RESET_SHAPE, OPEN ASK "@2 > PA 101/1 len 9; @2.04 < RA 1/110 win 900 ttl 250 nodf",
     "lwip "},
    /* refusals, and what a censor sent to SYNs */
    {TW_FACT_RESET_SHAPE, "@0 > S 0; @0.04 < RA 0/1 win 0 id 0",
     "linux freebsd solaris reject-rule snort "},
    {TW_FACT_RESET_SHAPE, "@0 > S 0; @0.04 < RA 0/1 win 0 id 0 nodf",
     "freebsd macos solaris snort "},
    {TW_FACT_RESET_SHAPE, "@0 > S 0; @0.04 < RA 0/1 win 1981 id 0 ttl 100", "gfw-2025 "},
    /* the window of the packet that offended, no IP ID, no DF */
    {TW_FACT_RESET_SHAPE,
     OPEN_TS ASK_TS "@2 > PA 101/1 len 9 win 733 ts 29/15; @2.04 < RA 1/110 win 733 id 0 nodf",
     "macos suricata "},
    {TW_FACT_RESET_FOREIGN,
     OPEN_TS ASK_TS "@2 > PA 101/1 len 9 win 733 ts 29/15; @2.04 < RA 1/110 win 733 id 0 nodf",
     "ip-id dont-fragment options window "},
    {TW_FACT_RESET_FOREIGN, OPEN ASK "@2 < RA 1/101 ttl 40 id 9", "ttl ip-id "},
    {TW_FACT_RESET_FOREIGN,
     OPEN_V6 "@1 > PA 1/1 len 9 label 7; @1.04 < A 1/10 label 8; @2 < RA 1/10 label 9",
     "flow-label "},
    {TW_FACT_RESET_FOREIGN, OPEN EXCHANGE "@2 > PA 101/51 len 9; @2.01 < R 51 ttl 40; @2.04 < R 51",
     "ttl other-resets "},
    {TW_FACT_SERVER_STACK, "@0 > S 0; @0.04 < SA 0/1 ttl 113", "windows "},
    {TW_FACT_SERVER_STACK, "@0 > S 0; @0.04 < SA 0/1 ttl 244", "solaris lwip cisco "},
    /* several RSTs */
    {TW_FACT_RESET_DETECTED, OPEN ASK "@2 < R 2001; @2.01 < R 3461", "rst-seq-change "},
    {TW_FACT_RESET_DETECTED, OPEN ASK "@2 < RA 1/101; @2.01 < RA 1/5000", "rst-ack-change "},
    {TW_FACT_RESET_DETECTED,
     OPEN ASK "@2 < RA 1/101; @2.01 < PA 1/101 len 9; @2.02 < PA 10/101 len 9", "rst-seq-data "},
    {TW_FACT_RESET_DETECTED,
     OPEN "@1 > PA 1/1 len 100; @1.04 < PA 1/101 len 50; @1.05 < PA 51/101 len 50; @1.06 < R 51",
     "data-seq-rst "},
    /* the patterns of connection tampering */
    {TW_FACT_TAMPERING_SIGNATURE, "@0 > S 0; @0.04 < SA 0/1; @0.05 > R 1", "syn-rst "},
    {TW_FACT_TAMPERING_SIGNATURE, "@0 > S 0; @0.04 < SA 0/1; @0.05 > R 1; @0.06 > RA 1/1",
     "syn-rst-rstack "},
    {TW_FACT_TAMPERING_SIGNATURE, OPEN "@1 > RA 1/1; @1.01 > RA 1/1", "ack-rstack-rstack "},
    {TW_FACT_TAMPERING_SIGNATURE, OPEN "@1 > R 1", "ack-rst "},
    {TW_FACT_TAMPERING_SIGNATURE, MIX("@2 > RA 10/1"), "psh-rstack "},
    {TW_FACT_TAMPERING_SIGNATURE, MIX("@2 > R 10; @2.01 > R 10"), "psh-rst-rst-same "},
    {TW_FACT_TAMPERING_SIGNATURE, MIX("@2 > R 10/5; @2.01 > R 10/9"), "psh-rst-rst-differ "},
    {TW_FACT_TAMPERING_SIGNATURE, MIX("@2 > R 10/5; @2.01 > RA 10/1"), "psh-rst-rstack "},
    {TW_FACT_TAMPERING_SIGNATURE, MIX("@2 > PA 10/1 len 9; @3 > R 19"), "data-rst "},
};

/* Takes `slug` off the front of the expected ones; true where it stood there. */
static bool take(const char **expected, const char *slug)
{
	size_t size = strlen(slug);

	if (strncmp(*expected, slug, size) != 0 || (*expected)[size] != ' ')
		return false;
	*expected += size + 1;
	return true;
}

static bool has_details(const struct tw_fact_value *value, enum tw_fact fact, const char *expected)
{
	const struct tw_detail *detail;

	for (unsigned bit = 0; (detail = tw_fact_detail(fact, bit)); bit++)
		if ((value->detail & tw_detail_bit(bit)) && !take(&expected, detail->slug))
			return false;
	return *expected == '\0';
}

static void each_script_has_these_details(void **state)
{
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct sequence row = {.script = rows[i].script};
		struct tw_fact_set set;

		sequence_facts_at(&row, 70000, 3000000000U, &set);
		if (set.value[rows[i].fact].answer != TW_YES ||
		    !has_details(&set.value[rows[i].fact], rows[i].fact, rows[i].details)) {
			wrong++;
			print_error("%s: %x, expected %s: %s\n", tw_fact_info(rows[i].fact)->slug,
				    set.value[rows[i].fact].detail, rows[i].details,
				    rows[i].script);
		}
	}
	assert_int_equal(wrong, 0);
}

static void details_are_rows_of_their_lists(void **state)
{
	(void)state;
	for (size_t family = 0; family < TW_LEN(families); family++)
		for (size_t i = 0; i < families[family].count; i++) {
			struct tw_fact_set set;

			sequence_facts_at(&families[family].rows[i], 70000, 3000000000U, &set);
			for (enum tw_fact fact = TW_FACT_NONE + 1; fact < TW_FACT_COUNT; fact++)
				for (unsigned bit = 0; bit < 32 && tw_fact_detail(fact, 0); bit++)
					if (set.value[fact].detail & tw_detail_bit(bit))
						assert_non_null(tw_fact_detail(fact, bit));
		}
	assert_null(tw_fact_detail(TW_FACT_RESET_SEEN, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_script_has_these_details),
	    cmocka_unit_test(details_are_rows_of_their_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
