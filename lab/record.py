#!/usr/bin/env python3
# record.py: run scenarios on this machine's kernel and write NAME.pcapng and NAME.truth.json.
# SPDX-License-Identifier: BSD-2-Clause
"""Needs root (network namespaces, TAP devices, tracefs) and nothing but the standard library."""

import argparse
import concurrent.futures
import dataclasses
import json
import os
import platform
import sys
import traceback

import pcapng
import scenarios  # registers all scenarios
from lab import Lab, Unexpected
from scenario import ALL
from wire import POINTS

PLACE = {"client": "at the client", "middle": "between the two", "server": "at the server"}
ATTEMPTS = 3  # a busy machine may spoil a run whose point is a matter of milliseconds


def write(lab, point, base):
    entry = lab.scenario
    comment = f"Scenario {entry.name}: {entry.prose} Recorded {PLACE[point]}."
    pcapng.write(f"{base}.pcapng", lab.wire.recorded[point], comment, point,
                 f"Linux {platform.release()}")
    with open(f"{base}.truth.json", "w", encoding="utf-8") as out:
        json.dump(lab.truth(point), out, indent=1)
        out.write("\n")


def run_once(entry):
    lab = Lab(entry)
    try:
        entry.run(lab)
    finally:
        lab.finish()
    lab.check()
    return lab


def record(entry, folder, points):
    """Run one scenario (in a process of its own) and write its recordings."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            lab = run_once(entry)
            break
        except Unexpected as error:
            print(f"{entry.name}: attempt {attempt}: {error}", file=sys.stderr)
    else:
        return False
    for point in points or entry.at:
        plain = point == (points or entry.at)[0] and len(points or ()) < 2
        base = os.path.join(folder, entry.name if plain else f"{entry.name}-{point}")
        write(lab, point, base)
        print(f"{base}.pcapng: {len(lab.wire.recorded[point])} frames")
    return True


def record_alone(entry, folder, points):
    """record() in a child, whose end takes namespaces, devices and sockets with it."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = 0 if record(entry, folder, points) else 1
        except Exception:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def milliseconds(text):
    client_leg, server_leg = (float(part) / 1000 for part in text.split(","))
    return client_leg, server_leg


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true", help="list the scenarios and stop")
    parser.add_argument("--out", default=".", metavar="DIR", help="where to write (default: here)")
    parser.add_argument("--at", choices=[*POINTS, "all"], help="recording point instead of the "
                        "scenario's own; all writes NAME-client, NAME-middle and NAME-server")
    parser.add_argument("--delay", type=milliseconds, metavar="MS,MS", help="one-way delays "
                        "(client to middle, middle to server) instead of the scenario's own")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="run N at a time")
    parser.add_argument("scenario", nargs="*", help="which to run (default: all)")
    return parser.parse_args()


def list_scenarios():
    for entry in ALL.values():
        print(f"{entry.name:34} {entry.cause:27} {entry.headline}")


def main():
    options = arguments()
    if options.list:
        list_scenarios()
        return 0
    unknown = [name for name in options.scenario if name not in ALL]
    if unknown:
        print(f"no such scenario: {', '.join(unknown)} (see --list)", file=sys.stderr)
        return 2
    os.makedirs(options.out, exist_ok=True)
    points = {None: None, "all": POINTS}.get(options.at, (options.at,))
    chosen = [ALL[name] for name in options.scenario] or list(ALL.values())
    if options.delay:
        chosen = [dataclasses.replace(entry, delay=options.delay) for entry in chosen]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        done = list(pool.map(lambda entry: record_alone(entry, options.out, points), chosen))
    failed = [entry.name for entry, fine in zip(chosen, done) if not fine]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
