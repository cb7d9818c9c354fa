#!/usr/bin/python3
# check_docs.py: do the documents' console blocks show what the commands print? Prints TAP.
# SPDX-License-Identifier: BSD-2-Clause
"""In a ```console block, a line that begins with "$ " is a command, run from the root of the
repository with the built tcpwhy in its path; the lines below it are its output. A line "..." stands
for any number of lines.
"""
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ["README.md", "ARCHITECTURE.md", "tests/cases/README.md", "docs/performance.md"]


def blocks(text):
    """Yields (command, expected lines) of every console block."""
    for block in re.findall(r"^```console\n(.*?)^```", text, re.M | re.S):
        command, expected = None, []
        for line in block.splitlines():
            if line.startswith("$ "):
                if command:
                    yield command, expected
                command, expected = line[2:], []
            else:
                expected.append(line)
        if command:
            yield command, expected


def matches(expected, got):
    """True where the lines agree, "..." standing for any run of lines."""
    if not expected:
        return not got
    if expected[0] == "...":
        return any(matches(expected[1:], got[i:]) for i in range(len(got) + 1))
    return bool(got) and expected[0] == got[0] and matches(expected[1:], got[1:])


def first_difference(expected, got):
    """The first expected line that occurs nowhere in the output, for the failure's message."""
    for line in expected:
        if line != "..." and line not in got:
            return line
    return "the lines are there, but not in this order"


def main():
    binary = Path(os.environ.get("TCPWHY", ROOT / "build" / "tcpwhy")).resolve()
    environment = dict(os.environ, PATH=f"{binary.parent}:{os.environ['PATH']}")
    number = failed = 0
    for name in DOCUMENTS:
        path = ROOT / name
        if not path.exists():
            continue
        for command, expected in blocks(path.read_text()):
            number += 1
            run = subprocess.run(command, shell=True, cwd=ROOT, env=environment, timeout=60,
                                 capture_output=True, text=True)
            got = run.stdout.rstrip("\n").split("\n")
            good = matches(expected, got)
            print(f"{'ok' if good else 'not ok'} {number} - {name}: {command}")
            if not good:
                failed += 1
                print(f"# missing or misplaced: {first_difference(expected, got)}")
    print(f"1..{number}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
