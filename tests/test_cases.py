#!/usr/bin/python3
# test_cases.py: the judges of tcpwhy's output accept a good answer and find what a bad one lacks.
# SPDX-License-Identifier: BSD-2-Clause
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

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


TRUTH = {
    "connections": [{"client": {"addr": "10.0.0.1", "port": 1},
                     "server": {"addr": "10.0.0.2", "port": 2}, "cause": "abortive-close",
                     "conditions": ["loss"]}],
    "what_the_applications_did": [
        "0.000 s  client: connect() from port 1 to port 2", "0.020 s  client: send 5 bytes",
        "0.300 s  server: close() with SO_LINGER 0, 0 bytes unread", "0.330 s  client: close()"],
    "kernel_resets": [{"from": "10.0.0.2:2"}],
    "one_way_delay_ms": {"client_to_middle": 10.0, "middle_to_server": 10.0},
}
ABORTED = {
    "client": {"addr": "10.0.0.1", "port": 1}, "server": {"addr": "10.0.0.2", "port": 2},
    "opener_known": True, "closed_first": "server", "ended_by": "server", "how": "rst",
    "cause": "abortive-close", "conditions": [{"cause": "loss", "probability": 0.9}],
    "hypotheses": [{"cause": "abortive-close", "probability": 0.9},
                   {"cause": "close-with-unread-data", "probability": 0.05}],
}
KNOWN = {"abortive-close", "close-with-unread-data", "refused", "loss", "slow-connect"}


class Captures(unittest.TestCase):
    """check_captures against one truth and records that say so, or something else."""

    def judge(self, known=frozenset(KNOWN), **said):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "one.truth.json"
            path.write_text(json.dumps(TRUTH))
            truth = check_captures.Truth(path)
        return check_captures.judge(truth, 0, dict(ABORTED, **said), known)

    def test_what_happened_is_right(self):
        self.assertEqual(self.judge(), (check_captures.RIGHT, []))

    def test_its_like_is_right_by_class(self):
        turned = [{"cause": "close-with-unread-data", "probability": 0.8},
                  {"cause": "abortive-close", "probability": 0.1}]
        verdict, _ = self.judge(cause="close-with-unread-data", hypotheses=turned)
        self.assertEqual(verdict, check_captures.BY_CLASS)

    def test_each_difference_from_the_truth_is_found(self):
        unsure = [{"cause": "abortive-close", "probability": 0.8}]
        wrong = {
            "should have 0.9 together": {"cause": "refused"},
            "should have": {"hypotheses": unsure},
            "condition loss is missing": {"conditions": []},
            "slow-connect is not in the truth": {"conditions": [
                *ABORTED["conditions"], {"cause": "slow-connect", "probability": 0.9}]},
            "closed first by server": {"closed_first": "client"},
            "not at network": {"ended_by": "network"},
            "ended by rst, not by fin": {"how": "fin"},
            "client and server are": {"client": ABORTED["server"], "server": ABORTED["client"]},
        }
        for complaint, said in wrong.items():
            with self.subTest(complaint):
                verdict, lines = self.judge(**said)
                self.assertEqual(verdict, check_captures.WRONG)
                self.assertIn(complaint, "\n".join(lines))

    def test_what_the_program_does_not_know_yet_is_todo(self):
        for slug in ("abortive-close", "loss"):
            with self.subTest(slug):
                verdict, lines = self.judge(known=KNOWN - {slug}, conditions=[])
                self.assertEqual((verdict, lines),
                                 (check_captures.TODO, [f"the catalogue has no {slug} yet"]))


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
