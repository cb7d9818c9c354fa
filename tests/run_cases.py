#!/usr/bin/python3
# run_cases.py: asks tcpwhy about the cases of tests/cases, judges its answers; prints TAP.
# SPDX-License-Identifier: BSD-2-Clause
"""The notation of a case, and every word of `expect`, is told in tests/cases/README.md."""
import argparse
import json
import os
import pathlib
import subprocess
import sys

TESTS = pathlib.Path(__file__).resolve().parent
SCHEMA = TESTS.parent / "docs" / "schema.json"
BINARY = os.environ.get("TCPWHY", str(TESTS.parent / "build" / "tcpwhy"))
SECONDS = 10
ALIVE = 0.01  # below this, a hypothesis counts as absent
ROUNDING = 1e-6


class CaseError(Exception):
    """The case itself is wrong: an unknown word or slug, no expectation, no text."""


def vocabulary():
    """The public slugs: what the schema lists is what a case may name."""
    names = json.loads(SCHEMA.read_text(encoding="utf-8"))["$defs"]
    return {kind: set(names[kind]["enum"]) for kind in ("ending", "condition", "limit")}


# --- one connection record, as the expectations ask it -----------------------------------------


def probabilities(record):
    return {h.get("cause"): h.get("probability", 0) for h in record.get("hypotheses", [])}


def leaders(record, count):
    return [h.get("cause") for h in record.get("hypotheses", [])[:count]]


def total(record, slugs):
    found = probabilities(record)
    return sum(found.get(slug, 0) for slug in slugs)


def what_of_settle(record):
    return [str(entry.get("what", "")).lower() for entry in record.get("settle", [])]


def says(text, wanted):
    """`wanted` is one or several substrings with | between them: any one of them will do."""
    return any(part in text for part in wanted.lower().split("|"))


def expect_cause(record, slug):
    return record.get("cause") == slug, record.get("cause")


def expect_cause_among(record, *slugs):
    return record.get("cause") in slugs, record.get("cause")


def expect_lead(record, first, second):
    return set(leaders(record, 2)) == {first, second}, " ".join(map(str, leaders(record, 2)))


def expect_at_least(record, bound, *slugs):
    found = total(record, slugs)
    return found >= float(bound) - ROUNDING, f"{found:.3f}"


def expect_at_most(record, bound, *slugs):
    found = total(record, slugs)
    return found <= float(bound) + ROUNDING, f"{found:.3f}"


def expect_alive(record, *slugs):
    dead = [slug for slug in slugs if probabilities(record).get(slug, 0) < ALIVE]
    return not dead, "not alive: " + " ".join(dead)


def expect_absent(record, *slugs):
    living = [slug for slug in slugs if probabilities(record).get(slug, 0) >= ALIVE]
    return not living, "alive: " + " ".join(living)


def condition_holds(record, slug):
    held = {c.get("cause"): c.get("probability", 0) for c in record.get("conditions", [])}
    return held.get(slug, 0) >= 0.5, f"conditions: {held}"


def expect_no_condition(record, slug):
    holds, actual = condition_holds(record, slug)
    return not holds, actual


def expect_limit(record, slug):
    found = [entry.get("limit") for entry in record.get("limits", [])]
    return slug in found, f"limits: {found}"


def expect_no_limit(record, slug):
    holds, actual = expect_limit(record, slug)
    return not holds, actual


def expect_settle(record, *words):
    found = what_of_settle(record)
    return any(says(text, " ".join(words)) for text in found), f"settle: {found}"


def expect_settle_first(record, *words):
    found = what_of_settle(record)
    return bool(found) and says(found[0], " ".join(words)), f"settle: {found}"


def expect_fact(record, slug, value):
    found = [f.get("value") for f in record.get("facts", []) if f.get("fact") == slug]
    return value in found, f"{slug}: {found}"


def expect_story(record, *words):
    found = record.get("story", [])
    return any(says(text.lower(), " ".join(words)) for text in found), f"story: {found}"


def expect_advice(record, *words):
    found = record.get("advice", [])
    return any(says(text.lower(), " ".join(words)) for text in found), f"advice: {found}"


def expect_heading(record, *words):
    return record.get("heading") == " ".join(words), record.get("heading")


def expect_second_reading(record, slug):
    found = record.get("second_reading", {})
    return found.get("cause") == slug, found


def expect_opener_known(record, value):
    found = record.get("opener_known")
    return found is (value == "true"), found


def expect_last_request(record, value):
    found = record.get("delivery", {}).get("last_request_processed")
    return found == value, found


def equals(key):
    return lambda record, value: (record.get(key) == value, record.get(key))


def address(side):
    return lambda record, name: (record.get(side, {}).get("addr") == name, record.get(side))


# word: (check, least and most arguments, kind of slug, how many arguments stand before the slugs)
MANY = 99
OF_CONNECTION = {
    "cause": (expect_cause, 1, 1, "ending", 0),
    "cause-among": (expect_cause_among, 1, MANY, "ending", 0),
    "lead": (expect_lead, 2, 2, "ending", 0),
    "at-least": (expect_at_least, 2, MANY, "ending", 1),
    "at-most": (expect_at_most, 2, MANY, "ending", 1),
    "alive": (expect_alive, 1, MANY, "ending", 0),
    "absent": (expect_absent, 1, MANY, "ending", 0),
    "condition": (condition_holds, 1, 1, "condition", 0),
    "no-condition": (expect_no_condition, 1, 1, "condition", 0),
    "limit": (expect_limit, 1, 1, "limit", 0),
    "no-limit": (expect_no_limit, 1, 1, "limit", 0),
    "settle": (expect_settle, 1, MANY, None, 0),
    "settle-first": (expect_settle_first, 1, MANY, None, 0),
    "story": (expect_story, 1, MANY, None, 0),
    "advice": (expect_advice, 1, MANY, None, 0),
    "heading": (expect_heading, 1, MANY, None, 0),
    "second-reading": (expect_second_reading, 1, 1, "ending", 0),
    "history": (equals("history"), 1, 1, None, 0),
    "fact": (expect_fact, 2, 2, None, 0),
    "outcome": (equals("outcome"), 1, 1, None, 0),
    "closed_first": (equals("closed_first"), 1, 1, None, 0),
    "ended_by": (equals("ended_by"), 1, 1, None, 0),
    "how": (equals("how"), 1, 1, None, 0),
    "client": (address("client"), 1, 1, None, 0),
    "server": (address("server"), 1, 1, None, 0),
    "opener_known": (expect_opener_known, 1, 1, None, 0),
    "last_request_processed": (expect_last_request, 1, 1, None, 0),
}
# word: least and most numbers
OF_INPUT = {"connections": (1, 1), "exit": (1, 1), "rows": (1, 1), "foreign": (0, MANY)}


# --- cases -------------------------------------------------------------------------------------


def read_expectation(line, number, slugs):
    """One `expect` line as (line, stream, word, arguments)."""
    words = line.split()[1:]
    stream = 0
    if words[:1] == ["stream"] and len(words) > 2:
        stream = int(words[1])
        words = words[2:]
    if not words:
        raise CaseError(f"line {number}: expects nothing")
    word, arguments = words[0], words[1:]
    if word == "contrast":
        return line, None, word, arguments
    if word in OF_INPUT:
        least, most = OF_INPUT[word]
        if not least <= len(arguments) <= most or not all(a.isdigit() for a in arguments):
            raise CaseError(f"line {number}: `{word}` has wrong numbers")
        return line, None, word, arguments
    if word not in OF_CONNECTION:
        raise CaseError(f"line {number}: no such expectation: {word}")
    _, least, most, kind, skipped = OF_CONNECTION[word]
    if not least <= len(arguments) <= most:
        raise CaseError(f"line {number}: `{word}` has {len(arguments)} arguments")
    for slug in arguments[skipped:] if kind else ():
        if slug not in slugs[kind]:
            raise CaseError(f"line {number}: {slug} is no {kind}")
    return line, stream, word, arguments


def read_case(path, slugs):
    """(expectations, text, todo) of a case file; todo is why it may still fail, or None."""
    head, mark, text = path.read_text(encoding="utf-8").partition("\n---\n")
    if not mark or not text.strip():
        raise CaseError("no text after a line `---`")
    expectations = []
    todo = None
    for number, line in enumerate(head.splitlines(), 1):
        if line.startswith("todo "):
            todo = line[len("todo ") :]
        elif line.startswith("expect "):
            expectations.append(read_expectation(line, number, slugs))
        elif line.strip() and not line.startswith("#"):
            raise CaseError(f"line {number}: neither prose (#) nor expectation: {line}")
    if not expectations:
        raise CaseError("no expectation")
    return expectations, text, todo


def text_of(path):
    """The text of a case file, as it would be pasted."""
    return path.read_text(encoding="utf-8").partition("\n---\n")[2]


def ask(binary, text):
    """(exit code, records, complaint) of one run of tcpwhy."""
    try:
        run = subprocess.run(
            [binary, "--json", "-"], input=text.encode(), capture_output=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return None, [], f"no answer within {SECONDS} s"
    if run.returncode < 0:
        return run.returncode, [], f"killed by signal {-run.returncode}"
    records = []
    for line in run.stdout.decode("utf-8", "replace").splitlines():
        try:
            record = json.loads(line)
        except ValueError as error:
            return run.returncode, records, f"no JSON: {error}: {line[:120]}"
        if not isinstance(record, dict):
            return run.returncode, records, f"no record: {line[:120]}"
        records.append(record)
    return run.returncode, records, None


def judge(expectation, connections, code, capture=None):
    """What is wrong with one expectation, or None."""
    line, stream, word, arguments = expectation
    capture = capture or {}
    if word == "connections":
        holds, actual = len(connections) == int(arguments[0]), len(connections)
    elif word == "exit":
        holds, actual = code == int(arguments[0]), code
    elif word == "rows":
        holds, actual = capture.get("packets", 0) == int(arguments[0]), capture.get("packets")
    elif word == "foreign":
        actual = [entry.get("line") for entry in capture.get("not_understood", [])]
        holds = actual == [int(argument) for argument in arguments]
    elif word == "contrast":
        actual = capture.get("contrast", "")
        holds = says(actual.lower(), " ".join(arguments))
    elif stream not in connections:
        holds, actual = False, f"no connection with stream {stream}"
    else:
        holds, actual = OF_CONNECTION[word][0](connections[stream], *arguments)
    return None if holds else f"{line}   -- is: {actual}"


def describe(stream, record):
    shares = ", ".join(f"{slug} {p:.3f}" for slug, p in probabilities(record).items())
    conditions = " ".join(str(c.get("cause")) for c in record.get("conditions", []))
    keys = ("outcome", "closed_first", "ended_by", "how")
    facts = " ".join(f"{key}={record.get(key)}" for key in keys)
    return [
        f"stream {stream}: {shares}",
        f"stream {stream}: {facts} conditions: {conditions or '-'}",
    ]


def run_case(binary, path, slugs):
    """(lines that tell why the case fails, todo); no line when it holds."""
    try:
        expectations, text, todo = read_case(path, slugs)
    except (CaseError, OSError, ValueError) as error:
        return [f"the case cannot be read: {error}"], None
    code, records, complaint = ask(binary, text)
    if complaint:
        return [complaint], None
    connections = {r.get("stream"): r for r in records if r.get("record") == "connection"}
    capture = next((r for r in records if r.get("record") == "capture"), {})
    if not any(word == "exit" for _, _, word, _ in expectations):
        expectations.append(("expect exit 0 (where nothing else is said)", None, "exit", ["0"]))
    wrong = [failure for e in expectations if (failure := judge(e, connections, code, capture))]
    if wrong:
        for stream in sorted(connections, key=str):
            wrong += describe(stream, connections[stream])
    return wrong, todo


def main():
    parser = argparse.ArgumentParser(description="Runs the acceptance cases of tcpwhy; prints TAP.")
    parser.add_argument("--binary", default=BINARY)
    parser.add_argument("cases", nargs="*", type=pathlib.Path, metavar="CASE")
    options = parser.parse_args()
    cases = options.cases or sorted((TESTS / "cases").glob("*.case"))
    if not os.access(options.binary, os.X_OK):
        print(f"Bail out! no such program: {options.binary}")
        return 1
    slugs = vocabulary()
    failed = 0
    print(f"1..{len(cases)}")
    for number, path in enumerate(cases, 1):
        wrong, todo = run_case(options.binary, path, slugs)
        failed += bool(wrong) and not todo
        mark = f" # TODO {todo}" if todo else ""
        print(f"{'not ok' if wrong else 'ok'} {number} - {path.stem}{mark}")
        for line in wrong:
            print(f"# {line}")
        sys.stdout.flush()
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
