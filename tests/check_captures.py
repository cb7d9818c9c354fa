#!/usr/bin/python3
# check_captures.py: does tcpwhy say of the laboratory's captures what really happened? Prints TAP.
# SPDX-License-Identifier: BSD-2-Clause
"""tests/captures has recordings of lab/record.py, each with its truth. One test per connection: its
cause must lead (with its like, where packets cannot part them), its conditions must be there and no
others, and who closed and ended it must not be named wrongly. A truth whose slug the program does
not know (`tcpwhy causes`) is TAP's TODO."""
import argparse
import os
import pathlib
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / "lab"))

import frames  # noqa: E402  (after the path is known)
import judging  # noqa: E402
import truth as truths  # noqa: E402
from program import Program, ProgramError  # noqa: E402

BINARY = os.environ.get("TCPWHY", str(TOP / "build-test/tcpwhy"))

# Wrong today, and known to be: (scenario, connection): why. One that comes out right must leave.
LATER = {
    ("tfo-blackhole", 2): "behind the box only the plain SYN is seen, and nothing missing",
}


def complaints(judged, known):
    """What is wrong with one verdict."""
    if not judged.class_top_1:
        shares = ", ".join(f"{slug} {chance:.3f}"
                           for slug, chance in list(judged.probabilities.items())[:3])
        yield f"the cause is {judged.cause}, not: {shares}"
    for slug in sorted(set(judged.conditions) - set(judged.held)):
        if slug in known:
            yield f"the condition {slug} is missing"
    for slug in sorted(set(judged.held) - set(judged.conditions) - set(judged.perhaps)):
        yield f"the condition {slug} is not in the truth"
    for question, (was, said) in (("closed first", judged.closed_first),
                                  ("ended", judged.ended_by)):
        # Who it was follows from the cause, which is another one where only the class is right.
        if judged.top_1 and was and said not in (was, "unknown"):
            yield f"{question} by {was}, not by {said}"


def missing_slugs(connection, known):
    return [slug for slug in (connection.cause, *sorted(connection.conditions))
            if slug not in known]


def verdicts(judge, run):
    """(name, complaints, slugs that are not known) of each connection that was recorded."""
    for point in truths.POINTS:
        if not run.capture(point).exists():
            continue
        recorded = {point: frames.connections(run.capture(point))}
        records = judge.verdicts(judging.Judgement(), run.path.name, run.capture(point))
        for connection in run.connections:
            seen = truths.locate(run, recorded)[point].get(connection.number)
            if not seen:
                continue
            judged = judging.judge_capture(judging.Place(run, connection, point), records, seen)
            name = f"{run.scenario}, {point}, connection {connection.number}: {connection.cause}"
            yield (run.scenario, connection.number), name, \
                list(complaints(judged, judge.vocabulary)), \
                missing_slugs(connection, judge.vocabulary)


def directive(key, wrong, missing):
    """(ok, what TAP adds) for one connection."""
    if missing and wrong:
        return False, f" # TODO the catalogue has no {missing[0]} yet"
    if key in LATER:
        return (False, f" # TODO {LATER[key]}") if wrong else (False, "")
    return not wrong, ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default=BINARY)
    parser.add_argument("folder", nargs="?", type=pathlib.Path, default=TOP / "tests/captures")
    options = parser.parse_args()
    try:
        judge = judging.Judge(Program(options.binary))
        found = [verdict for run in truths.truths_in(options.folder)
                 for verdict in verdicts(judge, run)]
    except (ProgramError, frames.FrameError, truths.TruthError) as error:
        print(f"Bail out! {error}")
        return 1
    bad = 0
    print(f"1..{len(found)}")
    for number, (key, name, wrong, missing) in enumerate(found, 1):
        fine, more = directive(key, wrong, missing)
        bad += not fine and not more
        print(f"{'ok' if fine else 'not ok'} {number} - {name}{more}")
        for line in wrong if not more else ():
            print(f"# {line}")
        if key in LATER and not wrong:
            print("# is right now: take it out of LATER")
    return 1 if bad or not found else 0


if __name__ == "__main__":
    sys.exit(main())
