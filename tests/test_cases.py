#!/usr/bin/python3
# test_cases.py: the judges of tcpwhy's output accept a good answer and find what a bad one lacks.
# SPDX-License-Identifier: BSD-2-Clause
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import run_cases
import tap

TESTS = pathlib.Path(__file__).resolve().parent
GOOD = {
    "schema": "tcpwhy/1", "record": "connection", "id": "a1", "stream": 0,
    "client": {"addr": "C"}, "server": {"addr": "S"}, "opener_known": True, "opener_basis": "syn",
    "first_frame": 1, "last_frame": 2, "segments": 2, "outcome": "failed",
    "closed_first": "server", "ended_by": "server", "how": "rst",
    "cause": "refused", "probability": 0.9, "headline": "S refused", "story": ["C sent a SYN."],
    "hypotheses": [
        {"cause": "refused", "probability": 0.9},
        {"cause": "firewall-reject", "probability": 0.06},
        {"cause": "unknown", "probability": 0.04},
    ],
    "conditions": [{"cause": "slow-connect", "probability": 0.8}],
    "settle": [{"fact": "ttl-differs", "what": "Look at the TTL", "gain": 0.2,
                "between": ["refused", "firewall-reject"]}],
    "facts": [{"fact": "syn-seen", "value": "yes", "side": "client", "frames": [1]}],
}
CAPTURE = {"schema": "tcpwhy/1", "record": "capture", "packets": 2}


def says_of(line, record=GOOD):
    """What run_cases finds wrong with one expectation about a record."""
    expectation = run_cases.read_expectation(line, 1, run_cases.vocabulary())
    return run_cases.judge(expectation, {record["stream"]: record}, 0)


class Expectations(unittest.TestCase):
    HOLD = (
        "cause refused", "cause-among unknown refused", "lead firewall-reject refused",
        "at-least 0.96 refused firewall-reject", "at-most 0.1 firewall-reject unknown half-close",
        "alive refused unknown", "absent graceful-close", "condition slow-connect",
        "no-condition loss", "outcome failed", "closed_first server", "ended_by server", "how rst",
        "client C", "server S", "opener_known true", "settle ttl", "settle-first window|ttl",
        "fact syn-seen yes", "connections 1", "exit 0", "stream 0 cause refused",
    )
    FAIL = (
        "cause unknown", "cause-among unknown half-close", "lead refused unknown",
        "at-least 0.97 refused firewall-reject", "at-most 0.5 refused", "alive half-close",
        "absent unknown", "condition loss", "no-condition slow-connect", "outcome ok",
        "closed_first client", "ended_by nobody", "how fin", "client S", "opener_known false",
        "settle window", "settle-first window", "fact syn-seen no", "connections 2", "exit 3",
        "stream 1 cause refused", "limit rows-omitted", "last_request_processed yes",
    )
    BROKEN = ("cause refusal", "condition refused", "lead refused", "colour red", "exit soon")

    def test_what_holds_is_accepted(self):
        for line in self.HOLD:
            with self.subTest(line):
                self.assertIsNone(says_of(f"expect {line}"))

    def test_what_does_not_hold_is_told(self):
        for line in self.FAIL:
            with self.subTest(line):
                self.assertIn(line, says_of(f"expect {line}") or "")

    def test_a_broken_expectation_is_no_expectation(self):
        for line in self.BROKEN:
            with self.subTest(line), self.assertRaises(run_cases.CaseError):
                says_of(f"expect {line}")


class Programs(unittest.TestCase):
    """Both scripts against a program that writes given lines."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.case = self.file("a.case", "# One.\nexpect cause refused\n---\nC > S S\nS > C RA\n")

    def file(self, name, text):
        path = pathlib.Path(self.folder.name) / name
        path.write_text(text, encoding="utf-8")
        return path

    def program(self, records, code=0):
        lines = "\n".join(json.dumps(record) for record in records)
        text = f"#!/bin/sh\ncat >/dev/null\ncat <<'E'\n{lines}\nE\nexit {code}\n"
        path = self.file("program", text)
        path.chmod(0o755)
        return path

    def run_script(self, script, records, path=None, code=0):
        program = self.program(records, code)
        command = [sys.executable, "-W", "ignore", TESTS / script, "--binary", program]
        return subprocess.run(
            [*command, path or self.case], capture_output=True, text=True, timeout=60
        )

    def test_a_case_that_holds_passes(self):
        done = self.run_script("run_cases.py", [GOOD, CAPTURE])
        self.assertEqual((done.returncode, done.stdout), (0, "1..1\nok 1 - a\n"))

    def test_a_case_that_does_not_hold_fails(self):
        done = self.run_script("run_cases.py", [dict(GOOD, cause="unknown"), CAPTURE])
        self.assertEqual(done.returncode, 1)
        self.assertIn("not ok 1 - a\n# expect cause refused   -- is: unknown", done.stdout)

    def test_an_unexpected_exit_code_fails(self):
        done = self.run_script("run_cases.py", [GOOD, CAPTURE], code=3)
        self.assertEqual(done.returncode, 1)

    def test_what_is_missing_yet_fails_without_failing_the_run(self):
        path = self.file("b.case", "todo later\nexpect cause half-close\n---\nC > S S\n")
        done = self.run_script("run_cases.py", [GOOD, CAPTURE], path)
        self.assertEqual(done.returncode, 0)
        self.assertIn("not ok 1 - b # TODO later\n", done.stdout)

    def test_a_case_without_expectation_fails(self):
        path = self.file("b.case", "# Prose only.\n---\nC > S S\n")
        self.assertEqual(self.run_script("run_cases.py", [GOOD, CAPTURE], path).returncode, 1)

    def schema(self, *records):
        try:
            import jsonschema  # noqa: F401
        except ImportError:
            self.skipTest("python3-jsonschema is missing")
        return self.run_script("check_schema.py", records)

    def test_good_records_keep_the_schema(self):
        done = self.schema(GOOD, dict(GOOD, stream=1, id="a2"), CAPTURE)
        self.assertEqual((done.returncode, done.stdout), (0, "1..1\nok 1 - a.case\n"))

    def test_each_broken_rule_is_found(self):
        turned = GOOD["hypotheses"][1:] + GOOD["hypotheses"][:1]
        strange = dict(GOOD["settle"][0], between=["refused", "half-close"])
        broken = {
            "is a required property": [{k: GOOD[k] for k in GOOD if k != "how"}, CAPTURE],
            "is not one of": [dict(GOOD, outcome="bad"), CAPTURE],
            "is not of type 'integer'": [dict(GOOD, segments="2"), CAPTURE],
            "opener_basis": [{k: GOOD[k] for k in GOOD if k != "opener_basis"}, CAPTURE],
            "is not the first hypothesis": [dict(GOOD, cause="unknown"), CAPTURE],
            "not sorted": [dict(GOOD, hypotheses=turned), CAPTURE],
            "sum to": [dict(GOOD, hypotheses=GOOD["hypotheses"] * 2), CAPTURE],
            "1 hypotheses, though": [dict(GOOD, hypotheses=GOOD["hypotheses"][:1]), CAPTURE],
            "no hypothesis": [dict(GOOD, settle=[strange]), CAPTURE],
            "do not ascend": [GOOD, dict(GOOD, id="a2"), CAPTURE],
            "one id": [GOOD, dict(GOOD, stream=1), CAPTURE],
            "0 capture records": [GOOD],
            "not the last": [CAPTURE, GOOD],
        }
        for complaint, records in broken.items():
            with self.subTest(complaint):
                done = self.schema(*records)
                self.assertEqual(done.returncode, 1)
                self.assertIn(complaint, done.stdout)


if __name__ == "__main__":
    tap.main()
