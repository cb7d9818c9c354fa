/* causes.c: the catalogue, with the laboratory's experiments of each cause. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/causes.h"

#include "lab/scenario.h"
#include "report/catalogue.h"

static const char *experiment_name(size_t number)
{
	return number < lab_scenario_file_count ? lab_scenario_files[number].name : NULL;
}

void tw_cli_causes(struct tw_buf *out, const struct tw_options *options,
		   const struct tw_text_style *style)
{
	if (options->json) {
		for (enum tw_cause cause = 0; cause < TW_CAUSE_COUNT; cause++)
			if (!options->cause_slug || cause == options->cause)
				tw_catalogue_json(out, cause, experiment_name);
	} else if (options->markdown) {
		tw_catalogue_markdown(out, experiment_name);
	} else if (options->cause_slug) {
		tw_catalogue_cause(out, options->cause, experiment_name, style);
	} else {
		tw_catalogue_list(out, style);
	}
}
