#!/usr/bin/python3
# check_schema.py: does `tcpwhy --json` keep its schema and the rules between keys? Prints TAP.
# SPDX-License-Identifier: BSD-2-Clause
"""FILE is a capture, a pasted list, or a case of tests/cases (its text goes to standard input)."""
import argparse
import json
import os
import pathlib
import subprocess
import sys

from run_cases import BINARY, SCHEMA, TESTS, text_of

SECONDS = 120
ANALYSED = (0, 3)  # whole, or damaged; a sanitizer exits with others
TOP = TESTS.parent
BY_DEFAULT = ("examples/*.*", "tests/captures/*.pcapng", "tests/cases/*.case")
REFUSED = "\nexpect exit 2\n"
WORST = 10  # complaints shown for one file
ROUNDING = 1e-4  # what probabilities may lose when they are printed
CERTAIN = 0.999


def run(binary, path):
    """What tcpwhy writes about a file; raises CalledProcessError where it cannot read it."""
    if path.suffix == ".case":
        command, given = [binary, "--json", "--causality", "-"], text_of(path).encode()
    else:
        command, given = [binary, "--json", "--causality", str(path)], b""
    done = subprocess.run(command, input=given, capture_output=True, timeout=SECONDS)
    if done.returncode not in ANALYSED:
        raise ValueError(f"exit code {done.returncode}: {done.stderr.decode(errors='replace')}")
    return done.stdout.decode("utf-8", "strict")


def files_by_default():
    """Everything in the repository that is read, so no case that must be refused."""
    paths = [path for pattern in BY_DEFAULT for path in sorted(TOP.glob(pattern))]
    return [path for path in paths
            if path.suffix != ".case" or REFUSED not in path.read_text(encoding="utf-8")]


def of_hypotheses(record):
    """The rules between the keys of one connection record."""
    hypotheses = record.get("hypotheses") or []
    chances = [h.get("probability", 0) for h in hypotheses]
    names = [h.get("cause") for h in hypotheses]

    if not names:
        yield "no hypothesis"
        return
    if record.get("cause") != names[0]:
        yield f"cause {record.get('cause')} is not the first hypothesis, {names[0]}"
    if record.get("probability") != chances[0]:
        yield f"probability {record.get('probability')} is not the first hypothesis' {chances[0]}"
    if chances != sorted(chances, reverse=True):
        yield f"hypotheses are not sorted: {chances}"
    if sum(chances) > 1 + ROUNDING:
        yield f"hypotheses sum to {sum(chances)}"
    if len(names) < 3 and sum(chances[:2]) < CERTAIN:
        yield f"{len(names)} hypotheses, though they sum to {sum(chances)} only"
    if len(set(names)) != len(names):
        yield f"a hypothesis stands twice: {names}"


def of_keys(record):
    known = {h.get("cause") for h in record.get("hypotheses") or []}
    conditions = [c.get("cause") for c in record.get("conditions", [])]

    if record.get("first_frame", 0) > record.get("last_frame", record.get("first_frame", 0)):
        yield f"first frame {record['first_frame']} stands behind last frame {record['last_frame']}"
    if len(set(conditions)) != len(conditions):
        yield f"a condition stands twice: {conditions}"
    for entry in record.get("settle", []):
        strange = set(entry.get("between", [])) - known
        if strange:
            yield f"settles between what is no hypothesis: {', '.join(sorted(strange))}"
    gains = [entry.get("gain", 0) for entry in record.get("settle", [])]
    if gains != sorted(gains, reverse=True):
        yield f"settle entries are not sorted by their gain: {gains}"
    for side in ("client", "server"):
        counts = record.get("delivery", {}).get(side, {})
        if counts.get("acked", 0) > counts.get("sent", counts.get("acked", 0)):
            yield f"more of the {side}'s bytes acknowledged than sent: {counts}"


def of_lines(records):
    """The rules between the lines of one output."""
    kinds = [record.get("record") for record in records]
    streams = [r.get("stream", -1) for r in records if r.get("record") == "connection"]
    ids = [r.get("id") for r in records if r.get("record") == "connection"]

    if kinds.count("capture") != 1:
        yield f"{kinds.count('capture')} capture records"
    elif kinds[-1] != "capture":
        yield "the capture record is not the last"
    if any(a >= b for a, b in zip(streams, streams[1:])):
        yield "streams do not ascend"
    if len(set(ids)) != len(ids):
        yield "two connections have one id"
    for before, record in zip([{}, *records], records):
        if record.get("record") == "causality" and (
                before.get("record"), before.get("stream")) != ("connection", record.get("stream")):
            yield f"the causality of stream {record.get('stream')} is not behind its connection"


def of_causality(record):
    """What was received had passed before, and the frames ascend."""
    for segment in record.get("segments", []):
        frames = [heard["frame"] for heard in segment["received"]]
        if frames != sorted(set(frames)) or any(f >= segment["frame"] for f in frames):
            yield f"frame {segment['frame']} knows of {frames}"


def parse(output):
    records = []
    for number, line in enumerate(output.splitlines(), 1):
        record = json.loads(line)
        if not isinstance(record, dict):
            raise ValueError(f"line {number} is no record")
        records.append(record)
    return records


def place_of(error):
    return "/".join(str(step) for step in error.absolute_path) or "the record"


def complaints(validator, output):
    records = parse(output)
    for number, record in enumerate(records, 1):
        for error in validator.iter_errors(record):
            yield f"line {number}: {place_of(error)}: {error.message[:200]}"
        if record.get("record") == "causality":
            yield from of_causality(record)
        if record.get("record") == "connection":
            for rule in (of_hypotheses, of_keys):
                for text in rule(record):
                    yield f"line {number}: {text}"
    yield from of_lines(records)


def check(validator, binary, path):
    """Complaints about one file, the first ones and how many more."""
    try:
        found = list(complaints(validator, run(binary, path)))
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        return [str(error)]
    more = len(found) - WORST
    return found[:WORST] + ([f"and {more} more"] if more > 0 else [])


def main():
    parser = argparse.ArgumentParser(description="Checks the JSON by its schema; prints TAP.")
    parser.add_argument("--binary", default=BINARY)
    parser.add_argument("files", nargs="*", type=pathlib.Path, metavar="FILE")
    options = parser.parse_args()
    files = options.files or files_by_default()
    try:
        from jsonschema import Draft202012Validator
    except ImportError:
        print("1..0 # SKIP python3-jsonschema is missing")
        return 0
    if not os.access(options.binary, os.X_OK):
        print(f"Bail out! no such program: {options.binary}")
        return 1
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    failed = 0
    print(f"1..{len(files)}")
    for number, path in enumerate(files, 1):
        wrong = check(validator, options.binary, path)
        failed += bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {number} - {path.name}")
        for line in wrong:
            print(f"# {line}")
        sys.stdout.flush()
    return 1 if failed or not files else 0


if __name__ == "__main__":
    sys.exit(main())
