/* more.c: what a list leaves open, and the command that prints it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain/teller.h"

/* Above this, more rows would change little. */
static const double settled = 0.9;

static void add_filter(struct tw_teller *t, bool is_tshark)
{
	const char *joint = is_tshark ? " && " : " and ";
	bool any = false;

	for (unsigned side = 0; side < 2; side++) {
		uint8_t kind = t->c->endpoint[side].address.kind;

		if (kind != TW_ADDRESS_IP4 && kind != TW_ADDRESS_IP6)
			continue;
		tw_buf_add_text(&t->buf, any ? joint : "");
		if (is_tshark)
			tw_buf_add_text(&t->buf,
					kind == TW_ADDRESS_IP4 ? "ip.addr == " : "ipv6.addr == ");
		else
			tw_buf_add_text(&t->buf, "host ");
		tw_buf_add(&t->buf, t->c->address[side]);
		any = true;
	}
	for (unsigned side = 0; side < 2; side++) {
		if (t->c->endpoint[side].port == 0)
			continue;
		tw_buf_add_text(&t->buf, any ? joint : "");
		tw_buf_printf(&t->buf, is_tshark ? "tcp.port == %u" : "port %u",
			      t->c->endpoint[side].port);
		any = true;
	}
	if (!any)
		tw_buf_add_text(&t->buf, is_tshark ? "tcp.stream == N" : "host CLIENT and port N");
}

static void add_lack(struct tw_teller *t, bool lacks, const char *what)
{
	if (!lacks)
		return;
	tw_buf_add_text(&t->buf, t->buf.size == 0 ? "The list has no " : ", no ");
	tw_buf_add_text(&t->buf, what);
}

void tw_tell_more(struct tw_teller *t)
{
	const struct tw_connection *connection = t->c->connection;
	bool assumed =
	    ((connection->side[0].marks | connection->side[1].marks) & TW_SIDE_ASSUMED) != 0;
	struct tw_str *line;

	if (!connection->typed || t->c->verdict.hypotheses[0].probability > settled)
		return;
	add_lack(t, !connection->timed, "times");
	add_lack(t, assumed, "sequence numbers and lengths of all rows");
	if (t->buf.size == 0)
		return;
	tw_buf_add_text(&t->buf, "; tshark -r FILE -t ad -Y '");
	add_filter(t, true);
	tw_buf_add_text(&t->buf, "' or tcpdump -nn -tttt -S -v -r FILE '");
	add_filter(t, false);
	tw_buf_add_text(&t->buf, "' prints them: paste its lines, from before the first row on.");
	if (t->out->advice_count == TW_ADVICE_LINES_MAX)
		t->out->advice_count--;
	line = &t->out->advice[t->out->advice_count++];
	*line = tw_teller_take(t);
}
