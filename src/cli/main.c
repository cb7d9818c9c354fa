/* main.c: the command tcpwhy. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/causes.h"
#include "cli/explain.h"
#include "cli/lab.h"
#include "cli/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { TEXT_LIMIT_BYTES = 4 * 1024 * 1024 };

/* NO_COLOR (no-color.org) and a dumb terminal switch colour off unless it is asked for. */
static bool wants_color(enum tw_when when)
{
	const char *no_color = getenv("NO_COLOR");
	const char *terminal = getenv("TERM");

	if (when != TW_WHEN_AUTO)
		return when == TW_WHEN_ALWAYS;
	if (no_color && no_color[0] != '\0')
		return false;
	return isatty(STDOUT_FILENO) == 1 && (!terminal || strcmp(terminal, "dumb") != 0);
}

static unsigned terminal_width(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return TW_TEXT_WIDTH_MAX;
	if (size.ws_col > TW_TEXT_WIDTH_MAX)
		return TW_TEXT_WIDTH_MAX;
	return size.ws_col < TW_TEXT_WIDTH_MIN ? TW_TEXT_WIDTH_MIN : size.ws_col;
}

static int print(struct tw_buf *text, FILE *to, int status)
{
	(void)fputs(text->text ? text->text : "", to);
	tw_buf_free(text);
	return status;
}

int main(int argc, char *argv[])
{
	/* Static: it holds room for a thousand inputs. */
	static struct tw_options options;
	struct tw_buf text = tw_buf_of(TEXT_LIMIT_BYTES);

	if (!tw_options_parse(argc, argv, &options, &text)) {
		(void)fputs("tcpwhy: ", stderr);
		tw_buf_add_char(&text, '\n');
		return print(&text, stderr, TW_EXIT_UNREADABLE);
	}

	struct tw_text_style style = {.color = wants_color(options.color),
				      .width = terminal_width()};

	switch (options.verb) {
	case TW_VERB_HELP:
		tw_options_help(&text);
		return print(&text, stdout, TW_EXIT_OK);
	case TW_VERB_VERSION:
		tw_buf_printf(&text, "tcpwhy %s (table of causes %d)\n", TW_VERSION,
			      TW_CAUSE_TABLE_VERSION);
		return print(&text, stdout, TW_EXIT_OK);
	case TW_VERB_CAUSES:
		tw_cli_causes(&text, &options, &style);
		return print(&text, stdout, TW_EXIT_OK);
	case TW_VERB_LAB:
		return tw_cli_lab(&options.lab, &style);
	case TW_VERB_EXPLAIN:
		break;
	}
	return (int)tw_cli_explain(&options, &style);
}
