# program.py: tcpwhy as the measurement asks it: for recordings, for verdicts, for its vocabulary.
# SPDX-License-Identifier: BSD-2-Clause
import concurrent.futures
import json
import math
import subprocess
import threading
import time

JUDGE_SECONDS = 120
RUN_SECONDS = 1200  # a scenario of minutes, with all its repetitions, on a busy machine
USAGE, IMPOSSIBLE, OTHERWISE = 2, 4, 5  # exit codes of `tcpwhy lab`


class ProgramError(Exception):
    """tcpwhy did not do what it was asked."""


class Impossible(Exception):
    """This machine cannot run the laboratory; the text says what is missing."""


def last_line(text):
    return (text.strip().splitlines() or ["without a word"])[-1]


class Program:
    def __init__(self, binary):
        self.binary = str(binary)

    def run(self, *arguments, text=None, seconds=JUDGE_SECONDS):
        try:
            return subprocess.run(
                [self.binary, *map(str, arguments)], input="" if text is None else text,
                capture_output=True, encoding="utf-8", timeout=seconds, check=False)
        except subprocess.TimeoutExpired as error:
            raise ProgramError(f"not done after {seconds} s") from error
        except OSError as error:
            raise ProgramError(f"{self.binary}: {error.strerror}") from error

    def ask(self, *arguments, text=None):
        done = self.run(*arguments, text=text)
        if done.returncode == IMPOSSIBLE:
            raise Impossible(last_line(done.stderr))
        if done.returncode:
            raise ProgramError(f"{self.binary} {' '.join(map(str, arguments))}: exit code "
                               f"{done.returncode}: {last_line(done.stderr)}")
        return done.stdout

    def version(self):
        return self.ask("--version").strip()

    def causes(self):
        """What it knows of each cause: its records of the catalogue."""
        try:
            records = [json.loads(line) for line in self.ask("causes", "--json").splitlines()]
            return [record for record in records if record["slug"] and record["kind"]]
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise ProgramError(f"its catalogue is not readable: {error!r}") from error

    def scenarios(self):
        """{name: (slug of its main connection, seconds that it takes)} of what it can run."""
        words = [line.split(None, 3) for line in self.ask("lab").splitlines()]
        return {line[0]: (line[1], int(line[2].rstrip("s"))) for line in words if len(line) > 2}

    def verdicts(self, source, text=None):
        """The connection records, in stream order, about a file or (source "-") a text."""
        try:
            records = [json.loads(line)
                       for line in self.ask("--json", source, text=text).splitlines()]
        except json.JSONDecodeError as error:
            raise ProgramError(f"{source}: what it wrote is not JSON: {error}") from error
        return [record for record in records if record["record"] == "connection"]

    def record(self, scenario, seed, folder):
        """Makes the recordings of one run. Returns what went wrong, None if nothing did."""
        try:
            done = self.run("lab", scenario, "--seed", seed, "-o", folder, "--quiet",
                            seconds=RUN_SECONDS)
        except ProgramError as error:
            return str(error)
        if done.returncode == IMPOSSIBLE:
            raise Impossible(last_line(done.stderr))
        if done.returncode == USAGE:
            raise ProgramError(last_line(done.stderr))
        if done.returncode == OTHERWISE:
            return last_line(done.stderr)
        return f"exit code {done.returncode}: {last_line(done.stderr)}" if done.returncode else None


def record_all(program, runs, folder, jobs, seconds, tell):
    """Makes the runs, pairs of scenario and seed, `jobs` at a time. Returns those that went wrong:
    [(scenario, seed, why)]. `seconds` tells how long a run of a scenario took and is kept up to
    date: the longest is begun first, so that no long one is left for the end; and one whose length
    nobody knows is begun before all others. `tell` is called with how many are done."""
    waiting, done, failed, lock = list(runs), [], [], threading.Lock()

    def stop():
        with lock:
            waiting.clear()

    def work():
        while True:
            with lock:
                if not waiting:
                    return
                run = max(waiting, key=lambda run: seconds.get(run[0], math.inf))
                waiting.remove(run)
            started = time.monotonic()
            try:
                trouble = program.record(*run, folder)
            except BaseException:
                stop()
                raise
            with lock:
                seconds[run[0]] = round(time.monotonic() - started, 1)
                if trouble:
                    failed.append((*run, trouble))
                done.append(run)
                tell(len(done))

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        try:
            for worker in [pool.submit(work) for _ in range(jobs)]:
                worker.result()
        except BaseException:
            stop()
            raise
    return sorted(failed)
