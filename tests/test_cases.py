#!/usr/bin/python3
# test_cases.py: the judges of tcpwhy's output accept a good answer and find what a bad one lacks.
# SPDX-License-Identifier: BSD-2-Clause
import json
import pathlib
import subprocess
import sys
import tempfile
import types
import unittest
import unittest.mock

import check_captures
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


KNOWN = {"abortive-close", "loss", "slow-connect"}


class Captures(unittest.TestCase):
    """check_captures about one judged connection that is as it was, or otherwise."""

    def judged(self, **otherwise):
        return types.SimpleNamespace(**dict(
            cause="abortive-close", top_1=True, class_top_1=True,
            probabilities={"abortive-close": 0.9},
            conditions=["loss"], perhaps=[], held=["loss"], closed_first=("server", "server"),
            ended_by=("server", "server")) | otherwise)

    def complaints(self, **otherwise):
        return list(check_captures.complaints(self.judged(**otherwise), KNOWN))

    def test_what_happened_is_right(self):
        self.assertEqual(self.complaints(), [])
        self.assertEqual(self.complaints(held=["loss", "slow-connect"],
                                         perhaps=["slow-connect"]), [])
        self.assertEqual(self.complaints(closed_first=("server", "unknown")), [])
        self.assertEqual(self.complaints(ended_by=(None, "client")), [])

    def test_each_difference_from_the_truth_is_found(self):
        wrong = {
            "the cause is abortive-close, not: refused 0.800":
                {"class_top_1": False, "probabilities": {"refused": 0.8}},
            "the condition loss is missing": {"held": []},
            "the condition slow-connect is not in the truth": {"held": ["loss", "slow-connect"]},
            "closed first by server, not by client": {"closed_first": ("server", "client")},
            "ended by network, not by server": {"ended_by": ("network", "server")},
        }
        for complaint, otherwise in wrong.items():
            with self.subTest(complaint):
                self.assertEqual(self.complaints(**otherwise), [complaint])

    def test_a_condition_that_nobody_knows_is_not_missed(self):
        self.assertEqual(self.complaints(conditions=["loss", "reordering"]), [])

    def test_what_is_missing_yet_fails_without_failing_the_run(self):
        for key, wrong, missing, wanted in (
                (("a", 1), [], [], (True, "")),
                (("a", 1), ["x"], [], (False, "")),
                (("a", 1), ["x"], ["loss"], (False, " # TODO the catalogue has no loss yet")),
                (("b", 2), ["x"], [], (False, " # TODO later")),
                (("b", 2), [], [], (False, ""))):
            with self.subTest((key, wrong, missing)), \
                    unittest.mock.patch.dict(check_captures.LATER, {("b", 2): "later"}):
                self.assertEqual(check_captures.directive(key, wrong, missing), wanted)


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
