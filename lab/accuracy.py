#!/usr/bin/env python3
# accuracy.py: how often is tcpwhy right? Runs the laboratory, judges every verdict, counts.
# SPDX-License-Identifier: BSD-2-Clause
"""Runs each scenario of the laboratory with several seeds, judges each connection from each point
where it was recorded, and again from its flags alone as typed text. Exit status: 0 measured,
1 below the recorded level (or nothing could be judged), 2 wrong usage, 77 this machine cannot run
the laboratory."""
import argparse
import collections
import json
import os
import pathlib
import re
import shlex
import sys
import tempfile

import scores
import tables
from judging import CAPTURE, EMULATED, FLAGS, INCIDENTAL, MAIN, judge_all
from program import Impossible, Program, ProgramError, record_all
from truth import TruthError, truths_in

TOP = pathlib.Path(__file__).resolve().parent.parent
SCHEMA = "tcpwhy-accuracy/1"
JOBS_PER_CORE = 4  # runs mostly sleep
SLUG_LEVEL = 0.95  # by class, where the recorded level has none for a cause
BAD_LUCK = 1  # so many runs of a cause may come out wrong: of a few, one is no rate
BELOW, USAGE, SKIPPED = 1, 2, 77


class LevelError(Exception):
    """The recorded level is not readable, or names what there is not."""


# --- measuring -----------------------------------------------------------------------------------


def progress(what, of):
    """A function that tells, on a terminal, how many are done."""
    def tell(done):
        if sys.stderr.isatty():
            print(f"\r{what} {done} of {of}", end="\n" if done == of else "", file=sys.stderr,
                  flush=True)
    return tell


def earlier_seconds(path):
    """How long each scenario took the last time, by the JSON that is about to be overwritten."""
    try:
        return dict(json.loads(path.read_text(encoding="utf-8"))["seconds"])
    except (AttributeError, OSError, ValueError, KeyError, TypeError):
        return {}


def make_recordings(program, options, folder, scenarios):
    """Returns (runs that were recorded, those that went wrong, seconds by scenario)."""
    runs = [(name, seed) for seed in range(options.seed, options.seed + options.runs)
            for name in scenarios]
    seconds = earlier_seconds(options.json)
    failed = record_all(program, runs, folder, options.jobs, seconds,
                        progress("recorded", len(runs)))
    recorded = set(runs).difference((name, seed) for name, seed, _ in failed)
    return recorded, failed, {name: seconds[name] for name in scenarios if name in seconds}


def measure(program, options, folder):
    """The report: all numbers, and the judged verdicts that they are made of."""
    failed, seconds, expected = [], {}, {}
    if options.recorded:
        truths = [truth for truth in truths_in(folder)
                  if re.search(options.match, truth.scenario)]
    else:
        expected = {name: cause for name, (cause, seconds_planned) in program.scenarios().items()
                    if re.search(options.match, name) and seconds_planned <= options.within}
        recorded, failed, seconds = make_recordings(program, options, folder, expected)
        truths = [truth for truth in truths_in(folder)
                  if (truth.scenario, truth.seed) in recorded]
    judgement = judge_all(program, truths, os.cpu_count() or 1, progress("judged", len(truths)))
    causes = program.causes()

    def scores_of(part, source):
        return scores.measure([one for one in judgement.judged
                               if (one.part, one.source) == (part, source)], causes)

    return {
        "schema": SCHEMA,
        "command": options.command,
        "version": program.version(),
        "kernels": sorted({f"Linux {truth.kernel}".replace("Linux Linux", "Linux")
                           for truth in truths}),
        "scenarios": len({truth.scenario for truth in truths}),
        "runs": len(truths),
        "seeds": sorted({truth.seed for truth in truths}),
        "parts": {part: {source: scores_of(part, source) for source in (CAPTURE, FLAGS)}
                  for part in (MAIN, EMULATED, INCIDENTAL)},
        "failed_runs": [{"scenario": name, "seed": seed, "why": why} for name, seed, why in failed],
        "not_judged": {key: dict(sorted(getattr(judgement, key).items()))
                       for key in ("later", "absent", "unlabelled")}
        | {"errors": judgement.errors},
        "expected": sorted(set(expected.values())),
        "seconds": seconds,
        "judged": [vars(one) for one in judgement.judged],
    }


# --- the recorded level --------------------------------------------------------------------------


def read_level(path):
    """{"points": {point: {"class_top_1": least, "ece": most}}, "slugs": {cause: least}}"""
    try:
        level = json.loads(path.read_text(encoding="utf-8"))
        points = {point: {key: float(bound[key]) for key in ("class_top_1", "ece")}
                  for point, bound in level["points"].items()}
        slugs = {slug: float(least) for slug, least in level.get("slugs", {}).items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LevelError(f"{path}: no level of accuracy: {error!r}") from error
    if not points or not set(points) <= set(tables.PLACES):
        raise LevelError(f"{path}: names no point, or one that there is not")
    return {"points": points, "slugs": slugs}


def level_checks(report, level):
    """(held, sentence) for each bound of the recorded level."""
    scores_of = report["parts"][MAIN][CAPTURE]
    for point, bound in level["points"].items():
        place = tables.PLACES[point]
        found = scores_of["all"] if point == "all" else scores_of["points"].get(point)
        if not found or not found["count"]:
            yield False, f"{place}: nothing was judged"
            continue
        right = found["class_top_1"] / found["count"]
        yield (right >= bound["class_top_1"],
               f"{place}: {tables.rate(found['class_top_1'], found['count'])} right by class, "
               f"at least {100 * bound['class_top_1']:.1f} % are the level")
        yield (found["ece"] <= bound["ece"],
               f"{place}: expected calibration error {found['ece']:.3f}, "
               f"at most {bound['ece']:.3f} is the level")


def slug_checks(report, level):
    """(held, sentence) for each cause that was or should have been judged; (None, ...) for a cause
    that the program does not know. Emulated runs and incidental connections do not count."""
    counts, wrong_runs = collections.Counter(), {}
    for one in report["judged"]:
        if one["source"] == CAPTURE and one["part"] == MAIN:
            counts[one["cause"]] += 1
            if not one["class_top_1"]:
                wrong_runs.setdefault(one["cause"], []).append((one["scenario"], one["seed"]))
    later = report["not_judged"]["later"]
    for slug in sorted({*counts, *later, *report["expected"]}):
        count, wrong = counts[slug], wrong_runs.get(slug, [])
        if count:
            right = count - len(wrong)
            yield (right / count >= level["slugs"].get(slug, SLUG_LEVEL) or
                   len(set(wrong)) <= BAD_LUCK, f"{slug}: {right} of {count} by class")
        elif slug in later:
            yield None, f"{slug}: {tables.counted(later[slug], 'connection')}; the cause is unknown"
        else:
            yield False, f"{slug}: no connection was judged"


def all_checks(report, level):
    errors = report["not_judged"]["errors"]
    yield from slug_checks(report, level)
    yield not errors, "every recording got its verdict" + "".join(f"; {e}" for e in errors[:3])
    yield from level_checks(report, level)


# --- what the user sees --------------------------------------------------------------------------


def print_tap(checks, failed_runs):
    print(f"1..{len(checks)}")
    for number, (held, sentence) in enumerate(checks, 1):
        skip = " # SKIP not judged" if held is None else ""
        print(f"{'not ok' if held is False else 'ok'} {number} - {sentence}{skip}")
    for entry in failed_runs:
        print(f"# {entry['scenario']}, seed {entry['seed']}: not recorded: {entry['why']}")


def print_report(report, level):
    """Returns whether the level holds and something was judged at all."""
    print(tables.text_of(report), end="")
    fallen = [sentence for held, sentence in level_checks(report, level) if not held]
    fallen += report["not_judged"]["errors"][:1]
    if not report["judged"]:
        fallen.append("nothing was judged")
    if fallen:
        print("\nBelow the level:\n" + "".join(f"  {sentence}\n" for sentence in fallen), end="")
    return not fallen


def write_json(report, path):
    with open(path, "w", encoding="utf-8") as out:
        json.dump(report, out, indent=1)
        out.write("\n")


def arguments(words):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default=str(TOP / "build" / "tcpwhy"), metavar="PROGRAM",
                        help="the tcpwhy that is measured (default: build/tcpwhy)")
    parser.add_argument("--runs", type=int, default=1, metavar="N", help="runs of each scenario")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="the first run's seed; "
                        "the others have those that follow")
    parser.add_argument("--jobs", type=int, default=JOBS_PER_CORE * (os.cpu_count() or 1),
                        metavar="J", help="runs at a time (default: %(default)s)")
    parser.add_argument("--match", default="", metavar="REGEX", help="only these scenarios")
    parser.add_argument("--within", type=int, default=10**6, metavar="SECONDS",
                        help="only scenarios that take so long at the most")
    parser.add_argument("--keep", type=pathlib.Path, metavar="DIR", help="leave recordings there")
    parser.add_argument("--json", type=pathlib.Path, metavar="OUT", help="write everything there")
    parser.add_argument("--from", type=pathlib.Path, metavar="DIR", dest="recorded",
                        help="judge these recordings instead of making some")
    parser.add_argument("--fail-below", type=pathlib.Path, metavar="FILE", help="exit with 1 where "
                        "the accuracy is below the level in FILE (lab/accuracy-level.json)")
    parser.add_argument("--tap", action="store_true", help="print TAP: one test for each cause")
    options = parser.parse_args(words)
    if options.runs < 1 or options.jobs < 1 or options.seed < 0:
        parser.error("--runs and --jobs must be at least 1, --seed at least 0")
    if options.recorded and (options.keep or not options.recorded.is_dir()):
        parser.error("--from wants a folder of recordings, and goes without --keep")
    try:
        re.compile(options.match)
    except re.error as error:
        parser.error(f"--match {options.match}: {error}")
    options.command = shlex.join(["./dev", "accuracy", *(  # ./dev itself adds --binary
        word for word in words if word not in ("--binary", options.binary))])
    return options


def run(options):
    level = read_level(options.fail_below) if options.fail_below else {"points": {}, "slugs": {}}
    program = Program(options.binary)
    with tempfile.TemporaryDirectory(prefix="tcpwhy-accuracy-") as scratch:
        folder = options.recorded or options.keep or pathlib.Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        report = measure(program, options, folder)
    if options.json:
        write_json(report, options.json)
    if options.tap:
        checks = list(all_checks(report, level))
        print_tap(checks, report["failed_runs"])
        return BELOW if any(held is False for held, _ in checks) else 0
    return 0 if print_report(report, level) else BELOW


def main(words):
    options = arguments(words)
    try:
        return run(options)
    except Impossible as reason:
        print(f"1..0 # SKIP {reason}" if options.tap else f"the laboratory cannot run: {reason}")
        return 0 if options.tap else SKIPPED
    except (ProgramError, TruthError, LevelError, OSError) as error:
        print(f"accuracy: {error}", file=sys.stderr)
        return USAGE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
