/* order.c: frame numbers and times, which only the whole list can judge. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/notes.h"

#include "base/time.h"

#define ORDER_DAY_NS  (INT64_C(86400) * TW_NS_PER_S)
#define ORDER_HOUR_NS (INT64_C(3600) * TW_NS_PER_S)

/* Printed numbers count only where every row has one and they rise. */
static bool numbers_rise(const struct tw_row_list *list)
{
	uint64_t last = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (!list->notes[i].has_number || list->notes[i].number <= last)
			return false;
		last = list->notes[i].number;
	}
	return list->count > 0;
}

static void settle_frames(struct tw_row_list *list)
{
	bool printed = numbers_rise(list);

	for (size_t i = 0; i < list->count; i++)
		list->rows[i].segment.frame = printed ? list->notes[i].number : i + 1;
}

/* The kind of the first time; rows with another kind cannot be compared with it. */
static uint8_t first_kind(const struct tw_row_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->notes[i].clock.kind != TW_CLOCK_NONE)
			return list->notes[i].clock.kind;
	return TW_CLOCK_NONE;
}

/* What a clock starts over at, or 0 where it does not. */
static int64_t turn_of(uint8_t kind)
{
	if (kind == TW_CLOCK_DAY)
		return ORDER_DAY_NS;
	return kind == TW_CLOCK_HOUR ? ORDER_HOUR_NS : 0;
}

/*
 * Times as they run on over midnight or the full hour. False where they fall otherwise by more
 * than a millisecond: such a column is no clock, but the distance from the row before. (Captures of
 * several queues fall by microseconds.)
 */
static bool unroll(struct tw_row_list *list, uint8_t kind)
{
	int64_t turn = turn_of(kind);
	int64_t turns = 0;
	int64_t last = 0;
	uint32_t section = 0;
	bool any = false;
	bool falls = false;
	bool first_is_zero = false;

	for (size_t i = 0; i < list->count; i++) {
		struct tw_row_note *note = &list->notes[i];

		if (note->clock.kind != kind)
			continue;

		/* Below another heading another clock runs. */
		if (any && note->section != section) {
			any = false;
			turns = 0;
		}
		section = note->section;

		int64_t ns = note->clock.ns + turns;

		if (any && turn > 0 && ns < last - turn / 2) {
			turns += turn;
			ns += turn;
		}
		if (!any)
			first_is_zero = ns == 0;
		if (any && ns < last && (first_is_zero || ns < last - TW_NS_PER_MS))
			falls = true;
		list->rows[i].segment.time_ns = ns;
		last = ns;
		any = true;
	}
	return !falls;
}

/* A column of distances can be summed only where no packet is missing between the rows. */
static bool is_gapless(const struct tw_row_list *list, uint8_t kind)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct tw_row_note *note = &list->notes[i];

		if (note->clock.kind != kind || !note->has_number ||
		    (i > 0 && note->number != list->notes[i - 1].number + 1))
			return false;
	}
	return list->count > 0 && list->notes[0].clock.ns == 0;
}

static void sum_up(struct tw_row_list *list)
{
	int64_t sum = 0;

	for (size_t i = 0; i < list->count; i++) {
		/* Bounded: fifty thousand rows of at most a day (longer is a date). */
		if (list->notes[i].clock.ns < ORDER_DAY_NS)
			sum += list->notes[i].clock.ns;
		list->rows[i].segment.time_ns = sum;
	}
}

static void settle_times(struct tw_row_list *list, struct tw_typed *typed)
{
	uint8_t kind = first_kind(list);

	if (kind == TW_CLOCK_NONE)
		return;
	if (!unroll(list, kind)) {
		bool gapless = is_gapless(list, kind) && !typed->rows_omitted;

		typed->time_note =
		    gapless ? "the time column counts from the row before; its values were summed"
			    : "the time column does not rise; it was left out";
		if (gapless) {
			sum_up(list);
		} else {
			for (size_t i = 0; i < list->count; i++)
				list->rows[i].segment.time_ns = 0;
			return;
		}
	}
	typed->has_time = true;
	typed->time_is_absolute = kind == TW_CLOCK_DATE;
	for (size_t i = 0; i < list->count; i++)
		if (list->notes[i].clock.kind == kind)
			list->rows[i].segment.known |= TW_FIELD_TIME;
}

void tw_order_settle(struct tw_row_list *list, struct tw_typed *typed)
{
	settle_frames(list);
	settle_times(list, typed);
}
