#!/usr/bin/python3
# check_stories.py: is every story told in 4 to 8 sentences, each with its packets? Prints TAP.
# SPDX-License-Identifier: BSD-2-Clause
"""FILE is a capture, a pasted list, or a case of tests/cases; without one, all that the repository
has, and the examples and near misses of `tcpwhy causes`. One test per file."""
import json
import re
import subprocess
import sys
from pathlib import Path

from check_schema import ANALYSED, SECONDS, files_by_default, run
from run_cases import BINARY

FEWEST, MOST, LONGEST = 4, 8, 300
PLACE = re.compile(r"(?:rows?|frames?) \d", re.IGNORECASE)
# What a story may say without a packet: where the input begins, and what it all means.
CONCLUDING = ("This is ", "The next best ", "No known cause ", "To decide it, ", "What to do: ",
              "Nothing was lost", "All payload ", "Never acknowledged", "Acknowledged, but ",
              "The last request was ", "Whether the last request ")
COMPANY = ("The capture begins", "The list begins", " stream", "does this about every",
           " matches the default of ", "knocked at ", "gave up, after", "Besides, ",
           "further condition")
UNFINISHED = ("still-open", "seen-in-part")
NEVER = ("may indicate", "..", "{", "}", "  ", " .", " ,")


def complaints_of_sentence(sentence):
    for words in NEVER:
        if words in sentence:
            yield f"has '{words}'"
    if len(sentence) > LONGEST:
        yield f"has {len(sentence)} characters"
    if sentence[:1].islower():
        yield "begins with a small letter"
    if not sentence.endswith((".", "?")):
        yield "has no end"


def is_placed(sentence):
    return (PLACE.search(sentence) or sentence.startswith(CONCLUDING)
            or any(words in sentence for words in COMPANY))


def complaints(record):
    """What is wrong with one connection's story."""
    story = record["story"]
    if record["cause"] not in UNFINISHED and not FEWEST <= len(story) <= MOST:
        yield f"{len(story)} sentences: {story}"
    for sentence in story:
        for complaint in complaints_of_sentence(sentence):
            yield f"{complaint}: {sentence}"
    # One sentence is the explanation itself, which is no packet's.
    homeless = [sentence for sentence in story if not is_placed(sentence)]
    if len(homeless) > 1:
        yield f"no packets in: {homeless}"
    for complaint in complaints_of_sentence(record["headline"] + "."):
        yield f"headline {complaint}: {record['headline']}"


def told(text):
    records = [json.loads(line) for line in text.splitlines()]
    return [record for record in records if record["record"] == "connection"]


def of_catalogue():
    """(name, its JSON) of each example and near miss."""
    listed = subprocess.run([BINARY, "causes", "--json"], capture_output=True, text=True,
                            timeout=SECONDS, check=True).stdout
    for cause in map(json.loads, listed.splitlines()):
        for key in ("example", "near_miss"):
            if cause.get(key):
                done = subprocess.run([BINARY, "--json", "-"], input=cause[key], text=True,
                                      capture_output=True, timeout=SECONDS, check=False)
                if done.returncode not in ANALYSED:
                    raise ValueError(f"exit code {done.returncode}: {done.stderr}")
                yield f"{cause['slug']}: {key}", done.stdout


def main():
    paths = [Path(name) for name in sys.argv[1:]]
    texts = [(str(path), run(BINARY, path)) for path in paths or files_by_default()]
    if not paths:
        texts += of_catalogue()
    bad = 0
    print(f"1..{len(texts)}")
    for number, (name, text) in enumerate(texts, 1):
        wrong = [f"stream {record['stream']}: {complaint}" for record in told(text)
                 for complaint in complaints(record)]
        bad += bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {number} - {name.replace('#', '')}")
        for line in wrong:
            print(f"# {line}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
