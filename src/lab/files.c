/* files.c: finds a scenario among those that were built in. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/scenario.h"

#include <string.h>

const struct lab_scenario_file *lab_scenario_find(const char *name)
{
	for (size_t i = 0; i < lab_scenario_file_count; i++)
		if (strcmp(lab_scenario_files[i].name, name) == 0)
			return &lab_scenario_files[i];
	return NULL;
}
