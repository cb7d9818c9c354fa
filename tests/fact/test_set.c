/* test_set.c: what holds for every fact of every connection, and how sure an absence is. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "sequences.h"

static void each_sequence(void (*check)(const struct sequence *row))
{
	for (size_t family = 0; family < TW_LEN(families); family++)
		for (size_t i = 0; i < families[family].count; i++)
			check(&families[family].rows[i]);
}

static void check_form(const struct sequence *row)
{
	struct tw_fact_set set;

	sequence_facts_at(row, 70000, 3000000000U, &set);
	for (enum tw_fact fact = TW_FACT_NONE + 1; fact < TW_FACT_COUNT; fact++) {
		const struct tw_fact_value *value = &set.value[fact];

		assert_true(value->frame_count <= TW_FACT_FRAMES);
		for (unsigned i = 0; i < value->frame_count; i++)
			assert_int_not_equal(value->frames[i], 0);
		if (value->answer == TW_UNKNOWN) {
			assert_int_equal(value->frame_count, 0);
			assert_false(tw_fact_seen(&set, fact));
		} else {
			assert_true(value->percent >= 50 && value->percent <= TW_SEEN);
		}
	}
	assert_int_equal(set.value[TW_FACT_NONE].answer, TW_UNKNOWN);
}

static void a_known_fact_is_likelier_than_not_and_an_unknown_one_has_no_evidence(void **state)
{
	(void)state;
	each_sequence(check_form);
}

static void check_yes_has_frames(const struct sequence *row)
{
	struct tw_fact_set set;

	/* Where the ACK of a RST acknowledged everything, its frame is not named. */
	if (row->answer != TW_YES || row->fact == TW_FACT_ALL_ACKNOWLEDGED)
		return;
	sequence_facts_at(row, 70000, 3000000000U, &set);
	if (set.value[row->fact].frame_count == 0 && row->fact != TW_FACT_CAPTURE_GOES_ON &&
	    strchr(row->script, '!') == NULL)
		fail_msg("%s without frames: %s", tw_fact_info(row->fact)->slug, row->script);
}

static void what_holds_names_its_frames(void **state)
{
	(void)state;
	each_sequence(check_yes_has_frames);
}

static void check_wrapping(const struct sequence *row)
{
	static const uint32_t isns[] = {0, UINT32_MAX - 1, UINT32_MAX - 20, UINT32_MAX - 101,
					0x7fffffb0};
	/* SEQ 0 on the wire, as a refusal has it, is the one number that counts from no ISN. */
	const char *wire_zero = "1294967296";
	struct tw_fact_set first;
	struct tw_fact_set set;

	if (strstr(row->script, wire_zero))
		return;
	sequence_facts_at(row, 70000, 3000000000U, &first);
	for (size_t i = 0; i < TW_LEN(isns); i++) {
		sequence_facts_at(row, isns[i], isns[(i + 1) % TW_LEN(isns)], &set);
		for (enum tw_fact fact = TW_FACT_NONE; fact < TW_FACT_COUNT; fact++)
			if (memcmp(&set.value[fact], &first.value[fact], sizeof(*set.value)) != 0)
				fail_msg("%s differs with ISN %u: %s", tw_fact_info(fact)->slug,
					 isns[i], row->script);
	}
}

static void facts_do_not_depend_on_where_numbers_begin(void **state)
{
	(void)state;
	each_sequence(check_wrapping);
}

/* The opener on side 1: the same story told from the other side of the record. */
static void check_mirrored(const struct sequence *row)
{
	char mirrored[1024];
	struct sequence other = *row;
	struct tw_fact_set first;
	struct tw_fact_set set;
	size_t size = strlen(row->script);

	/* Without a SYN the client is who was first seen. */
	if (!strstr(row->script, "> S"))
		return;
	assert_true(size < sizeof(mirrored));
	for (size_t i = 0; i <= size; i++)
		mirrored[i] = row->script[i] == '>'   ? '<'
			      : row->script[i] == '<' ? '>'
						      : row->script[i];
	other.script = mirrored;
	sequence_facts_at(row, 5, 9, &first);
	sequence_facts_at(&other, 9, 5, &set);
	for (enum tw_fact fact = TW_FACT_NONE; fact < TW_FACT_COUNT; fact++)
		if (memcmp(&set.value[fact], &first.value[fact], sizeof(*set.value)) != 0)
			fail_msg("%s differs when mirrored: %s", tw_fact_info(fact)->slug,
				 row->script);
}

static void both_sides_are_one_code_path(void **state)
{
	(void)state;
	each_sequence(check_mirrored);
}

static void the_cast_names_closer_resetter_and_first(void **state)
{
	static const struct {
		const char *script;
		uint8_t closer, resetter, first;
	} rows[] = {
	    {OPEN "@1 > A 1/1", TW_NOBODY, TW_NOBODY, TW_NOBODY},
	    {OPEN EXCHANGE CLOSE, 0, TW_NOBODY, 0},
	    {OPEN EXCHANGE "@2 < FA 51/101; @2.1 > RA 101/52", 1, 0, 1},
	    {OPEN EXCHANGE "@2 < RA 51/101", TW_NOBODY, 1, 1},
	    {OPEN EXCHANGE "@2 > RA 101/51; @2.01 < FA 51/101", 1, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct sequence row = {.script = rows[i].script};
		struct tw_fact_set set;

		sequence_facts_at(&row, 1, 1, &set);
		assert_int_equal(set.cast.closer, rows[i].closer);
		assert_int_equal(set.cast.resetter, rows[i].resetter);
		assert_int_equal(set.cast.first, rows[i].first);
	}
}

/* RFC 5961: a RST that its receiver did not accept ends nothing. */
static void a_rst_without_effect_has_no_resetter(void **state)
{
	struct sequence row = {.script = OPEN EXCHANGE
			       "@2 < R 9000; @2.1 > PA 101/51 len 9; @2.14 < PA 51/110 len 9; "
			       "@2.2 > FA 110/60; @2.24 < FA 60/111; @2.25 > A 111/61"};
	struct tw_fact_set set;

	(void)state;
	sequence_facts_at(&row, 1, 1, &set);
	assert_int_equal(set.cast.resetter, TW_NOBODY);
	assert_true(tw_fact_is(&set, TW_FACT_FIN_BY_BOTH, TW_YES));
}

static unsigned sure_of_no_reset(const char *text, bool typed, enum tw_limit limit)
{
	struct sequence row = {.script = text};
	struct script script;
	struct tw_fact_set set;

	if (typed)
		script_play_typed(&script, text);
	else
		script_play(&script, text);
	if (limit != TW_LIMIT_COUNT)
		script.connection.limits[limit] = script.connection.first;
	script_facts(&script, &row, &set);
	assert_true(tw_fact_is(&set, TW_FACT_RESET_SEEN, TW_NO));
	return set.value[TW_FACT_RESET_SEEN].percent;
}

/* "There is none" is arithmetic only in a complete capture. */
static void absence_is_as_sure_as_the_input_is_complete(void **state)
{
	unsigned capture = sure_of_no_reset(OPEN EXCHANGE CLOSE, false, TW_LIMIT_COUNT);
	unsigned list = sure_of_no_reset("> S; < SA; > A; > FA", true, TW_LIMIT_COUNT);
	unsigned middle = sure_of_no_reset("> PA; < A; > FA", true, TW_LIMIT_COUNT);
	unsigned omitted = sure_of_no_reset("> S; < SA; > FA", true, TW_LIMIT_ROWS_OMITTED);
	unsigned lost = sure_of_no_reset(OPEN EXCHANGE CLOSE, false, TW_LIMIT_LOST_IN_CAPTURE);
	unsigned half = sure_of_no_reset(OPEN EXCHANGE CLOSE, false, TW_LIMIT_ONE_DIRECTION);

	(void)state;
	assert_int_equal(capture, TW_SEEN);
	assert_true(list < capture);
	assert_true(middle < list);
	assert_true(omitted < middle);
	assert_true(lost < capture);
	assert_true(half < capture);
}

static bool is_slug(const char *slug)
{
	if (slug[0] < 'a' || slug[0] > 'z')
		return false;
	for (const char *c = slug; *c; c++)
		if (!((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') ||
		      (*c == '-' && c[1] != '-' && c[1] != '\0')))
			return false;
	return true;
}

static void slugs_are_unique_and_well_formed(void **state)
{
	(void)state;
	for (enum tw_fact a = TW_FACT_NONE + 1; a < TW_FACT_COUNT; a++) {
		assert_true(is_slug(tw_fact_info(a)->slug));
		for (enum tw_fact b = TW_FACT_NONE + 1; b < a; b++)
			assert_string_not_equal(tw_fact_info(a)->slug, tw_fact_info(b)->slug);
	}
}

/* Only names that explain/words.h fills in stand in braces, and every brace is closed. */
static void check_template(const char *words)
{
	static const char *const names[] = {"{side}",	  "{peer}",  "{closer}", "{late}",
					    "{resetter}", "{reset}", "{client}", "{server}"};

	for (const char *c = words; *c; c++) {
		bool known = false;

		assert_true(*c != '}');
		if (*c != '{')
			continue;
		for (size_t i = 0; i < TW_LEN(names) && !known; i++)
			known = strncmp(c, names[i], strlen(names[i])) == 0;
		if (!known)
			fail_msg("unknown name in: %s", words);
		c = strchr(c, '}');
	}
}

static void sentences_are_complete(void **state)
{
	(void)state;
	for (enum tw_fact fact = TW_FACT_NONE + 1; fact < TW_FACT_COUNT; fact++) {
		const struct tw_fact_info *info = tw_fact_info(fact);

		assert_true(strlen(info->yes) > 0);
		assert_true(info->yes[strlen(info->yes) - 1] != '.');
		assert_string_not_equal(info->yes, info->no);
		check_template(info->yes);
		check_template(info->no);
		check_template(info->settle);
		/* A reference of 0 or 100 would make every sighting infinitely telling. */
		assert_true(info->base_percent > 0 && info->base_percent < 100);
		assert_true(info->group < TW_FACT_GROUP_COUNT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_known_fact_is_likelier_than_not_and_an_unknown_one_has_no_evidence),
	    cmocka_unit_test(what_holds_names_its_frames),
	    cmocka_unit_test(facts_do_not_depend_on_where_numbers_begin),
	    cmocka_unit_test(both_sides_are_one_code_path),
	    cmocka_unit_test(the_cast_names_closer_resetter_and_first),
	    cmocka_unit_test(a_rst_without_effect_has_no_resetter),
	    cmocka_unit_test(absence_is_as_sure_as_the_input_is_complete),
	    cmocka_unit_test(slugs_are_unique_and_well_formed),
	    cmocka_unit_test(sentences_are_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
