#!/usr/bin/python3
# check_catalogue.py: is every cause of `tcpwhy causes` complete, and what it says of itself true?
# SPDX-License-Identifier: BSD-2-Clause
"""Prints TAP: for each cause, whether its record keeps docs/schema.json, whether its example is
explained by it and its near miss is not, and whether the laboratory can make it happen (or
lab/scenarios/IMPOSSIBLE.md says why not). The document is compared with what is written now.
"""
import json
import os
import re
import subprocess
import sys

from run_cases import BINARY, SCHEMA, SECONDS, TESTS

TOP = TESTS.parent
CONDITION_HOLDS = 0.5
WORST = 10  # complaints of the schema that are shown


def ask(*arguments, text=None):
    done = subprocess.run([BINARY, *arguments], input=text, text=True, capture_output=True,
                          timeout=SECONDS, check=True)
    return done.stdout


def connections(packets):
    """The connection records of a list of packets."""
    records = [json.loads(line) for line in ask("--json", "-", text=packets).splitlines()]
    capture = records[-1]
    if capture.get("lines_not_understood", 0):
        raise ValueError(f"not understood: {capture['not_understood']}")
    return records[:-1]


def is_explained_by(record, cause):
    if cause["kind"] == "ending":
        return record["cause"] == cause["slug"]
    return any(held["cause"] == cause["slug"] and held["probability"] >= CONDITION_HOLDS
               for held in record["conditions"])


def impossible():
    """The causes that the laboratory cannot show, with a reason."""
    text = (TOP / "lab/scenarios/IMPOSSIBLE.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| ([a-z0-9-]+) \| \S", text, re.M))


def of_examples(cause):
    if "example" in cause:
        records = connections(cause["example"])
        if not is_explained_by(records[0], cause):
            yield f"its example is explained by {records[0]['cause']}"
    if "near_miss" in cause:
        if any(is_explained_by(record, cause) for record in connections(cause["near_miss"])):
            yield "its near miss is explained by it"


def of_pages(cause):
    page = ask("causes", cause["slug"])
    for section in ("What to do", "References", "Before any evidence", "Experiments"):
        wanted = {"Before any evidence": "prior" in cause,
                  "Experiments": bool(cause["experiments"])}.get(section, True)
        if (section in page) != wanted:
            yield f"its page is without \"{section}\"" if wanted else f"its page has \"{section}\""
    if "(null)" in page or re.search(r"[{}]", page):
        yield "its page has a hole"
    for name in cause["experiments"]:
        if not (TOP / "lab/scenarios" / f"{name}.scenario").exists():
            yield f"there is no scenario {name}"


def complaints(cause, validator, unshowable):
    if validator:
        yield from (error.message for error in list(validator.iter_errors(cause))[:WORST])
    yield from of_examples(cause)
    yield from of_pages(cause)
    if not cause["experiments"] and cause["slug"] not in unshowable:
        yield "no scenario of that name, and lab/scenarios/IMPOSSIBLE.md does not say why"


def schema_validator():
    try:
        from jsonschema import Draft202012Validator
    except ImportError:
        return None
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def of_document():
    path = TOP / "docs/causes.md"
    if not path.exists() or path.read_text(encoding="utf-8") != ask("causes", "--markdown"):
        yield "docs/causes.md is not what is written now: ./dev format"


def of_list(causes):
    """Each cause on one line, each kind under its heading."""
    lines = ask("causes").splitlines()
    listed = [line.split()[0] for line in lines if line.startswith("  ")]
    if listed != [cause["slug"] for cause in causes]:
        yield "the list and the records name different causes"
    for heading in ("Endings", "Conditions"):
        if heading not in lines:
            yield f"the list has no heading {heading}"


def main():
    if not os.access(BINARY, os.X_OK):
        print(f"Bail out! no such program: {BINARY}")
        return 1
    causes = [json.loads(line) for line in ask("causes", "--json").splitlines()]
    validator, unshowable = schema_validator(), impossible()
    checks = [(cause["slug"], complaints(cause, validator, unshowable)) for cause in causes]
    checks += [("the list", of_list(causes)), ("the document", of_document())]
    failed = 0
    print(f"1..{len(checks)}")
    for number, (name, found) in enumerate(checks, 1):
        try:
            wrong = list(found)
        except (ValueError, subprocess.SubprocessError) as error:
            wrong = [str(error)]
        failed += bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
        for line in wrong:
            print(f"# {line}")
    return 1 if failed or not causes else 0


if __name__ == "__main__":
    sys.exit(main())
