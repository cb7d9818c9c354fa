#!/usr/bin/env python3
# calibrate.py: how far should the judge trust its own weights? Fits that on measured verdicts.
# SPDX-License-Identifier: BSD-2-Clause
"""Reads what accuracy.py --json wrote and looks for the two numbers that would have made the
probabilities best: each one to the power of `temper`, then at least a share of `floor` of the
leader's for the cause "unknown". Best is the least mean Brier score by class. A pair is fitted on
some scenarios and measured on the others, each of which is left out once: what counts is what a
pair does to stories that it was not fitted to. What a tcpwhy without the floor in
src/cause/judge.c would want is seen where that is set to 0 before it is built and measured."""
import argparse
import json
import math
import pathlib
import sys

MAIN = ("main", "emulated")
TEMPERS = tuple(n / 20 for n in range(15, 42))
FLOORS = tuple(n / 200 for n in range(0, 13))
FOLDS = 8
LEAST_PROBABILITY = 0.001  # as judging.py counts a truth that is not among the hypotheses
BINS = 10


def adjusted(chances, temper, floor):
    """The probabilities after tempering, with the floor."""
    powers = {slug: chance ** temper for slug, chance in chances.items() if chance > 0}
    least = max(powers.values(), default=1.0) * floor / (1 - floor)
    powers["unknown"] = max(powers.get("unknown", 0), least)
    total = sum(powers.values()) or 1.0
    return {slug: power / total for slug, power in powers.items()}


def together(chances, right):
    """What is right under one name."""
    found = {}
    for slug, chance in chances.items():
        key = "" if slug in right else slug
        found[key] = found.get(key, 0) + chance
    return found


def score(verdict, temper, floor):
    """(log score, Brier score, confidence, right) by class of one verdict."""
    chances = together(adjusted(verdict["probabilities"], temper, floor), verdict["right"])
    true = chances.get("", 0)
    best = max(chances, key=lambda slug: (chances[slug], slug != ""))
    brier = (1 - true) ** 2 + sum(c ** 2 for slug, c in chances.items() if slug != "")
    return -math.log(max(true, LEAST_PROBABILITY)), brier, min(chances[best], 1.0), best == ""


def calibration_error(scores):
    bins = [[] for _ in range(BINS)]
    for _, _, confidence, right in scores:
        bins[min(int(confidence * BINS), BINS - 1)].append((confidence, right))
    return sum(abs(sum(c - r for c, r in members)) for members in bins) / len(scores)


def means(scores):
    """(log score, Brier score, calibration error)"""
    return (sum(s[0] for s in scores) / len(scores), sum(s[1] for s in scores) / len(scores),
            calibration_error(scores))


def fit(verdicts, tempers=TEMPERS, floors=FLOORS):
    """The pair of the least mean Brier score; of equals the one that changes least."""
    def loss(pair):
        return sum(score(v, *pair)[1] for v in verdicts) / len(verdicts)
    return min(((t, f) for t in tempers for f in floors),
               key=lambda pair: (round(loss(pair), 5), pair[1], abs(1 - pair[0])))


def cross(verdicts, tempers=TEMPERS, floors=FLOORS):
    """(pair of each fold, scores of each verdict under the pair that was fitted without it)"""
    scenarios = sorted({v["scenario"] for v in verdicts})
    pairs, scores = [], []
    for fold in range(min(FOLDS, len(scenarios))):
        held_out = set(scenarios[fold::FOLDS])
        fitted = [v for v in verdicts if v["scenario"] not in held_out]
        pairs.append(fit(fitted or verdicts, tempers, floors))
        scores += [score(v, *pairs[-1]) for v in verdicts if v["scenario"] in held_out]
    return pairs, scores


def line(what, numbers):
    return f"{what:42s} {numbers[0]:10.4f} {numbers[1]:10.4f} {numbers[2]:10.4f}"


def report(verdicts):
    pairs, scores = cross(verdicts)
    best = fit(verdicts)
    yield f"{'':42s} {'log score':>10s} {'Brier':>10s} {'ECE':>10s}"
    yield line("as measured", means([score(v, 1, 0) for v in verdicts]))
    yield line("fitted on other scenarios", means(scores))
    yield line(f"fitted on all: temper {best[0]:.2f}, floor {best[1]:.3f}",
               means([score(v, *best) for v in verdicts]))
    yield "of the folds: " + ", ".join(f"{t:.2f}/{f:.3f}" for t, f in pairs)


def main(words):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("measured", nargs="+", type=pathlib.Path, metavar="JSON",
                        help="written by accuracy.py --json")
    options = parser.parse_args(words)
    try:
        judged = [one for path in options.measured
                  for one in json.loads(path.read_text(encoding="utf-8"))["judged"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"calibrate: {error!r}", file=sys.stderr)
        return 2
    for source in ("capture", "flags"):
        verdicts = [one for one in judged if one["source"] == source and one["part"] in MAIN]
        if verdicts:
            print(f"{source}: {len(verdicts)} verdicts", *report(verdicts), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
