# scores.py: many judged verdicts to numbers: rates, confusion, calibration.
# SPDX-License-Identifier: BSD-2-Clause
"""Everything is a plain dictionary, as it stands in the JSON."""
import collections

from judging import SHOWN_BY_FLAGS
from truth import POINTS

BINS = 10
MEANS = ("confidence", "brier", "brier_by_class", "log_score", "log_score_by_class")


def reliability(judged):
    """By tenths of confidence: how sure the leading classes were, and how often they were right."""
    bins = [[] for _ in range(BINS)]
    for one in judged:
        bins[min(int(one.confidence * BINS), BINS - 1)].append(one)
    return [{"from": number / BINS, "to": (number + 1) / BINS, "count": len(members),
             "right": sum(one.class_top_1 for one in members),
             "confidence": sum(one.confidence for one in members) / len(members)}
            for number, members in enumerate(bins) if members]


def calibration_error(bins):
    """The expected calibration error: the mean distance of confidence from being right."""
    count = sum(entry["count"] for entry in bins)
    return sum(abs(entry["right"] - entry["confidence"] * entry["count"])
               for entry in bins) / count if count else None


def field_weights(judged, priors):
    """What each verdict counts for where causes are as frequent as the catalogue's priors say: the
    laboratory runs each story as often as any other, a network does not."""
    counts = collections.Counter(one.cause for one in judged)
    weights = [priors.get(one.cause, 0) / counts[one.cause] for one in judged]
    total = sum(weights) or 1
    return [weight / total for weight in weights]


def under_field_priors(judged, priors):
    """The means of the verdicts, each with its weight in the field; None where there are none."""
    weights = field_weights(judged, priors)
    if not any(weights):
        return None
    bins = collections.defaultdict(float)
    for one, weight in zip(judged, weights):
        bins[min(int(one.confidence * BINS), BINS - 1)] += weight * (
            one.class_top_1 - one.confidence)
    return {"count": len(judged),
            **{key: sum(weight * getattr(one, key) for one, weight in zip(judged, weights))
               for key in ("top_1", "class_top_1", *MEANS)},
            "ece": sum(abs(gap) for gap in bins.values())}


def totals(judged):
    """The counts and means of some verdicts."""
    count = len(judged)
    return {
        "count": count,
        **{key: sum(getattr(one, key) for one in judged)
           for key in ("top_1", "top_3", "class_top_1", "class_top_3")},
        "unknown": sum(one.verdict == "unknown" for one in judged),
        "ece": calibration_error(reliability(judged)),
        **{key: sum(getattr(one, key) for one in judged) / count if count else None
           for key in MEANS},
    }


def grouped(judged, key):
    found = collections.defaultdict(list)
    for one in judged:
        found[key(one)].append(one)
    return dict(sorted(found.items()))


def by_point(judged, measure):
    found = grouped(judged, lambda one: one.point)
    return {point: measure(found[point]) for point in POINTS if point in found}


def confusion(judged):
    return {cause: dict(collections.Counter(one.verdict for one in members).most_common())
            for cause, members in grouped(judged, lambda one: one.cause).items()}


def mistakes(judged):
    """Where neither the cause nor its class led: by scenario, connection, point and verdict."""
    wrong = [one for one in judged if not one.class_top_1]
    return [{"scenario": scenario, "connection": number, "point": point, "cause": cause,
             "verdict": verdict, "seeds": sorted(one.seed for one in members)}
            for (scenario, number, point, cause, verdict), members in grouped(
                wrong, lambda one: (one.scenario, one.number, one.point, one.cause, one.verdict)
            ).items()]


def condition_counts(judged, slug):
    """How often it held, was found where it held, and was found where it did not. Where it may hold
    or not, nothing is counted."""
    wanted = [one for one in judged if slug in one.conditions]
    free = [one for one in judged if slug not in one.conditions and slug not in one.perhaps]
    return {"held": len(wanted), "found": sum(slug in one.held for one in wanted),
            "not_held": len(free), "false": sum(slug in one.held for one in free)}


def conditions(judged, vocabulary):
    """By condition and point; those that the program does not know have only `held`."""
    slugs = {slug for one in judged for slug in (*one.conditions, *one.held)}
    return {slug: {
        "known": slug in vocabulary, **condition_counts(judged, slug),
        "points": by_point(judged, lambda members, slug=slug: condition_counts(members, slug)),
    } for slug in sorted(slugs)}


def answers(judged, key):
    """How often the answer to a question (a pair: truth, verdict) was right, wrong, or unknown;
    only where the truth has one."""
    pairs = [pair for pair in (getattr(one, key) for one in judged) if pair and pair[0]]
    right = sum(said == true for true, said in pairs)
    unknown = sum(said == "unknown" != true for true, said in pairs)
    return {"count": len(pairs), "right": right, "unknown": unknown,
            "wrong": len(pairs) - right - unknown}


def measure(judged, causes):
    """All numbers about some verdicts; `causes` are the records of the catalogue."""
    slugs = grouped(judged, lambda one: one.cause)
    return {
        "all": totals(judged),
        "field": under_field_priors(judged, {cause["slug"]: cause.get("prior", 0)
                                             for cause in causes}),
        "points": by_point(judged, totals),
        "slugs": {slug: {**totals(members), "points": by_point(members, totals)}
                  for slug, members in slugs.items()},
        "classes": {alike: {**totals(members), "points": by_point(members, totals)}
                    for alike, members in grouped(judged, lambda one: one.alike).items()
                    if " or " in alike},
        "shown_by_flags": {letter: totals(members) for letter, members in grouped(
            judged, lambda one: SHOWN_BY_FLAGS.get(one.cause, "n")).items()},
        "confusion": confusion(judged),
        "mistakes": mistakes(judged),
        "conditions": conditions(judged, {cause["slug"] for cause in causes}),
        **{key: {"all": answers(judged, key), "points": by_point(
            judged, lambda members, key=key: answers(members, key))}
           for key in ("closed_first", "ended_by", "vantage")},
        "reliability": reliability(judged),
    }
