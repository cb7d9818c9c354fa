/* summary.c: counting endings. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/summary.h"

void tw_summary_count(struct tw_summary *summary, uint32_t stream, const struct tw_verdict *verdict)
{
	struct tw_group *group = &summary->groups[verdict->hypotheses[0].cause];

	if (group->connections == 0)
		group->first_stream = stream;
	group->connections++;
	group->by_outcome[verdict->outcome]++;
	summary->by_outcome[verdict->outcome]++;
	summary->connections++;
	for (size_t i = 0; i < verdict->condition_count; i++) {
		struct tw_group *condition = &summary->groups[verdict->conditions[i].cause];

		if (condition->connections == 0)
			condition->first_stream = stream;
		condition->connections++;
		condition->by_outcome[verdict->outcome]++;
	}
}
