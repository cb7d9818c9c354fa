/* test_roles.c: the opener by the best sign that there is. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp/roles.h"

#include "script.h"

static struct tw_roles infer(const char *text, uint16_t port_0, uint16_t port_1, unsigned typed)
{
	const struct tw_endpoint endpoint[2] = {{.port = port_0}, {.port = port_1}};
	struct script s;

	script_play(&s, text);
	return tw_roles_infer(&s.connection, endpoint, typed);
}

/* Each sign is contradicted by all the weaker ones. */
static void the_best_sign_decides(void **state)
{
	static const struct {
		const char *script;
		uint16_t port[2];
		unsigned typed;
		unsigned client;
		enum tw_opener_basis basis;
		bool known;
	} rows[] = {
	    {"@0 > S 0; @1 < SA 0/1", {80, 50000}, 1, 0, TW_OPENER_SYN, true},
	    {"@0 < S 0; @1 > SA 0/1", {50000, 80}, 0, 1, TW_OPENER_SYN, true},
	    {"@0 > SA 0/1", {50000, 80}, 0, 1, TW_OPENER_SYN_ACK, true},
	    {"@0 < SA 0/1", {80, 50000}, 1, 0, TW_OPENER_SYN_ACK, true},
	    {"@0 > A 1/1", {50000, 80}, 1, 1, TW_OPENER_TYPED, true},
	    {"@0 > A 1/1", {80, 50000}, 0, 0, TW_OPENER_TYPED, true},
	    {"@0 > A 1/1", {443, 51000}, TW_NOBODY, 1, TW_OPENER_PORT, false},
	    {"@0 > A 1/1", {51000, 443}, TW_NOBODY, 0, TW_OPENER_PORT, false},
	    {"@0 > A 1/1", {8080, 51000}, TW_NOBODY, 1, TW_OPENER_PORT, false},
	    {"@0 > A 1/1", {0, 0}, TW_NOBODY, 0, TW_OPENER_FIRST_SEGMENT, false},
	    {"@0 > A 1/1", {5000, 5000}, TW_NOBODY, 0, TW_OPENER_FIRST_SEGMENT, false},
	};

	(void)state;
	for (size_t i = 0; i < TW_LEN(rows); i++) {
		struct tw_roles roles =
		    infer(rows[i].script, rows[i].port[0], rows[i].port[1], rows[i].typed);

		if (roles.client != rows[i].client || roles.basis != rows[i].basis)
			fail_msg("row %zu: client %u by %s", i, roles.client,
				 tw_opener_basis_slug(roles.basis));
		assert_int_equal(roles.server, tw_other(rows[i].client));
		assert_int_equal(roles.known, rows[i].known);
	}
}

static void bases_have_public_slugs(void **state)
{
	static const char *const slugs[] = {"syn", "synack", "typed", "port", "first-segment"};

	(void)state;
	assert_int_equal(TW_LEN(slugs), TW_OPENER_BASIS_COUNT);
	for (enum tw_opener_basis basis = 0; basis < TW_OPENER_BASIS_COUNT; basis++)
		assert_string_equal(tw_opener_basis_slug(basis), slugs[basis]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_best_sign_decides),
	    cmocka_unit_test(bases_have_public_slugs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
