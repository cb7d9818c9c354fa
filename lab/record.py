#!/usr/bin/env python3
# record.py: makes the captures that the tests read: of each scenario one run, from one point.
# SPDX-License-Identifier: BSD-2-Clause
"""Runs every scenario once, with one seed, and keeps the recording of one point (client, middle and
server take turns) with its truth. Recordings above a size are left out: the repository keeps
captures that show an ending, not bulk. What lies in the folder is replaced only where the run went
well. Needs root, as `tcpwhy lab` does."""
import argparse
import pathlib
import sys
import tempfile

import frames
from program import Impossible, Program, ProgramError, record_all
from truth import POINTS, SUFFIX, Truth

TOP = pathlib.Path(__file__).resolve().parent.parent
LARGEST_BYTES = 40_000


def keep(scratch, out, name, seed, turn):
    """Moves one recording and the truth; returns the size of the recording, 0 if none is kept."""
    truth = scratch / f"{name}-{seed}{SUFFIX}"
    points = POINTS[turn % 3:] + POINTS[:turn % 3]
    sizes = {point: Truth(truth).capture(point).stat().st_size for point in points}
    # Where everything was dropped on the way, a recording may have nothing to read.
    point = next((point for point in points if sizes[point] <= LARGEST_BYTES
                  and frames.connections(Truth(truth).capture(point))), None)
    if not point:
        return 0
    for path in (truth, Truth(truth).capture(point)):
        (out / path.name).write_bytes(path.read_bytes())
    return sizes[point]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default=str(TOP / "build" / "tcpwhy"), metavar="PROGRAM")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=16, metavar="J", help="runs at a time")
    parser.add_argument("out", type=pathlib.Path, metavar="DIR", help="tests/captures, say")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="which (default: all)")
    options = parser.parse_args()
    program = Program(options.binary)
    try:
        every = sorted(program.scenarios())
        wanted = options.scenarios or every
        with tempfile.TemporaryDirectory(prefix="tcpwhy-record-") as scratch:
            runs = [(name, options.seed) for name in wanted]
            failed = record_all(program, runs, pathlib.Path(scratch), options.jobs, {},
                                lambda done: None)
            bad = {name for name, _, _ in failed}
            options.out.mkdir(parents=True, exist_ok=True)
            for name in wanted:
                size = 0 if name in bad else keep(pathlib.Path(scratch), options.out, name,
                                                  options.seed, every.index(name))
                if name not in bad:
                    print(f"{name}: {f'{size} bytes' if size else 'too large or empty'}")
    except (Impossible, ProgramError, OSError) as error:
        print(f"record: {error}", file=sys.stderr)
        return 2
    for name, _, why in failed:
        print(f"record: {name}: {why}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
