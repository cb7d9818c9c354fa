#!/usr/bin/python3
# test_lab.py: `tcpwhy lab` as a user meets it: the list, one run and its files, and what it leaves.
# SPDX-License-Identifier: BSD-2-Clause
"""Prints TAP. Where this machine cannot run the laboratory (no root, no /dev/net/tun, no tracefs),
the runs are skipped with the reason that the program gives."""
import glob
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

import tap

try:
    import jsonschema
except ImportError:
    jsonschema = None

TOP = pathlib.Path(__file__).resolve().parent.parent
BINARY = os.environ.get("TCPWHY", str(TOP / "build-test/tcpwhy"))
IMPOSSIBLE = 4


def lab(*arguments, **options):
    return subprocess.run([BINARY, "lab", *arguments], capture_output=True, text=True, timeout=100,
                          check=False, **options)


def processes_of(group):
    """The processes that name this run's folder or belong to its session, zombies left out."""
    found = []
    for folder in glob.glob("/proc/[0-9]*"):
        try:
            with open(f"{folder}/stat", encoding="ascii", errors="replace") as stat:
                fields = stat.read().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == group and fields[0] != "Z":
            found.append(folder)
    return found


def tracing_instances(pid):
    return glob.glob(f"/sys/kernel/tracing/instances/tcpwhy-lab-{pid}-*")


class TheList(unittest.TestCase):
    def test_each_scenario_has_name_slug_and_title(self):
        done = lab()
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = done.stdout.splitlines()
        self.assertGreater(len(lines), 60)
        for line in lines:
            self.assertRegex(line, r"^[a-z0-9-]+ +[a-z0-9-]+ +\d+s  [A-Z\"]")

    def test_names_are_those_of_the_files(self):
        names = [line.split()[0] for line in lab().stdout.splitlines()]
        files = sorted(path.stem for path in (TOP / "lab/scenarios").glob("*.scenario"))
        self.assertEqual(names, files)

    def test_a_scenario_is_printed_as_it_is_written(self):
        written = (TOP / "lab/scenarios/refused.scenario").read_text(encoding="utf-8")
        self.assertEqual(lab("refused", "--text").stdout, written)

    def test_the_sentences_are_listed(self):
        done = lab("--words")
        self.assertEqual(done.returncode, 0)
        for sentence in ("connects", "closes", "aborts", "wait ", "the wire"):
            self.assertIn(sentence, done.stdout)

    def test_a_folder_that_cannot_be_is_refused_before_the_run(self):
        done = lab("refused", "-o", "/dev/null")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("cannot write /dev/null: Not a directory", done.stderr)

    def test_an_unknown_scenario_is_refused(self):
        done = lab("no-such-\x1b[31mthing")
        self.assertEqual(done.returncode, 2)
        self.assertIn("no such scenario", done.stderr)
        self.assertNotIn("\x1b", done.stderr)


class ARun(unittest.TestCase):
    """One run, kept; its account, its files, and that the seed gives the same plan again."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.done = lab("abortive-close", "--seed", "5", "-o", cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def setUp(self):
        if self.done.returncode == IMPOSSIBLE:
            self.skipTest(self.done.stderr.strip())
        self.assertEqual(self.done.returncode, 0, self.done.stderr)

    def path(self, end):
        return pathlib.Path(self.folder.name) / f"abortive-close-5{end}"

    def test_the_four_accounts_stand_side_by_side(self):
        for part in ("the client", "the wire, in the middle", "the server", "connect()",
                     "SO_LINGER", "-- SYN --", "RST", "kernel: RST, TCP_STATE",
                     "What tcpwhy concluded, from the packets alone", "at the client",
                     "in the middle", "at the server"):
            self.assertIn(part, self.done.stdout)

    def test_lines_stay_within_the_page(self):
        self.assertLessEqual(max(map(len, self.done.stdout.splitlines())), 100)

    def test_three_recordings_are_kept(self):
        for point in ("client", "middle", "server"):
            done = subprocess.run([BINARY, "--json", str(self.path(f"-{point}.pcapng"))],
                                  capture_output=True, text=True, check=True)
            records = [json.loads(line) for line in done.stdout.splitlines()]
            self.assertEqual(records[-1]["record"], "capture")
            self.assertIn(records[0]["cause"], ("abortive-close", "close-with-unread-data"))

    def test_the_truth_fits_its_schema(self):
        if not jsonschema:
            self.skipTest("python3-jsonschema is not installed")
        truth = json.loads(self.path(".truth.json").read_text(encoding="utf-8"))
        schema = json.loads((TOP / "lab/truth.schema.json").read_text(encoding="utf-8"))
        jsonschema.validate(truth, schema)
        self.assertEqual(truth["connections"][0]["cause"], "abortive-close")
        sent = [reset for reset in truth["kernel_resets"] if reset["what"] == "sent"]
        self.assertEqual((sent[0]["host"], sent[0]["reason"]), ("server", "TCP_STATE"))

    def test_the_seed_repeats_the_run(self):
        with tempfile.TemporaryDirectory() as other:
            again = lab("abortive-close", "--seed", "5", "-o", other, "--quiet")
            self.assertEqual((again.returncode, again.stdout), (0, ""))
            truth, repeated = (json.loads((pathlib.Path(folder) / "abortive-close-5.truth.json")
                                          .read_text(encoding="utf-8"))
                               for folder in (self.folder.name, other))
        self.assertEqual(truth["parameters"], repeated["parameters"])
        self.assertEqual([deed["call"] for deed in truth["diary"]],
                         [deed["call"] for deed in repeated["diary"]])


class WhatIsLeft(unittest.TestCase):
    """Nothing, however a run ends."""

    def interrupted(self, number):
        run = subprocess.Popen([BINARY, "lab", "still-open", "--seed", "3"], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               start_new_session=True)
        time.sleep(0.7)
        if run.poll() is None:
            run.send_signal(number)
        _, errors = run.communicate(timeout=30)
        if run.returncode == IMPOSSIBLE:
            self.skipTest(errors.strip())
        time.sleep(0.3)
        self.assertEqual(processes_of(run.pid), [])
        return run

    def test_after_an_interrupt(self):
        run = self.interrupted(signal.SIGINT)
        self.assertEqual(tracing_instances(run.pid), [])

    def test_after_a_termination(self):
        run = self.interrupted(signal.SIGTERM)
        self.assertEqual(tracing_instances(run.pid), [])

    def test_after_a_kill(self):
        """Nobody can clean up then, but the next run does."""
        self.interrupted(signal.SIGKILL)
        self.assertEqual(lab("refused", "--quiet").returncode, 0)
        for folder in glob.glob("/sys/kernel/tracing/instances/tcpwhy-lab-*"):
            self.assertTrue(os.path.exists(f"/proc/{folder.split('-')[2]}"), folder)

    def test_without_root_it_says_what_is_missing(self):
        if os.geteuid() != 0:
            done = lab("refused", "--quiet")
        else:
            done = lab("refused", "--quiet", user="nobody")
        self.assertEqual(done.returncode, IMPOSSIBLE)
        self.assertRegex(done.stderr, "CAP_|root|permitted")


if __name__ == "__main__":
    tap.main()
