#!/usr/bin/python3
# test_run_tests.py: the runner of the tests loses no failure, whatever a test program does.
# SPDX-License-Identifier: BSD-2-Clause
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tests"))
import tap  # noqa: E402


class Runner(unittest.TestCase):
    """The runner in a tree whose tests are one line of shell each."""

    def setUp(self):
        self.top = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.top)
        (self.top / "tools").mkdir()
        shutil.copy(REPOSITORY / "tools/run-tests", self.top / "tools")

    def run_script(self, script, part="tests", timeout=30):
        """The runner's exit code, last line and whole output, where one test runs this script."""
        folder = self.top / {"tests": "build-test", "sanitize": "build-sanitize"}[part]
        info = folder / "meson-info"
        info.mkdir(parents=True)
        tests = [] if script is None else [
            {"name": "one", "suite": ["tcpwhy:base"], "cmd": ["/bin/sh", "-c", script],
             "timeout": timeout, "workdir": None, "env": {"GREETING": "hello"}}]
        (info / "intro-tests.json").write_text(json.dumps(tests))
        done = subprocess.run([self.top / "tools/run-tests", part], text=True,
                              capture_output=True, check=False)
        shutil.rmtree(folder)
        return done.returncode, (done.stdout.splitlines() or [""])[-1], done.stdout + done.stderr

    def assert_counts(self, script, code, last, **options):
        got_code, got_last, output = self.run_script(script, **options)
        self.assertEqual((got_code, got_last), (code, last), output)
        return output

    def test_every_case_of_a_program_counts(self):
        self.assert_counts("printf '1..2\\nok 1 - a\\nok 2 - b\\n'", 0,
                           "2 passed, 0 failed, 0 skipped")

    def test_plans_of_several_groups_add_up(self):
        self.assert_counts("printf '1..1\\nok 1 - a\\n1..1\\nok 1 - b\\n'", 0,
                           "2 passed, 0 failed, 0 skipped")

    def test_failed_case_is_named_with_its_output(self):
        output = self.assert_counts("printf '1..2\\nnot ok 1 - a\\n# 1 != 2\\nok 2\\n'; exit 1", 1,
                                    "1 passed, 1 failed, 0 skipped")
        self.assertIn("FAILED base/one: a", output)
        self.assertIn("# 1 != 2", output)

    def test_failed_case_counts_though_the_program_ends_well(self):
        self.assert_counts("printf '1..1\\nnot ok 1 - a\\n'", 1, "0 passed, 1 failed, 0 skipped")

    def test_skipped_cases_are_told_with_their_reason(self):
        output = self.assert_counts(
            "printf '1..3\\nok 1 - a # SKIP no tshark\\nnot ok 2 # SKIP b\\nok 3\\n'", 0,
            "1 passed, 0 failed, 2 skipped")
        self.assertIn("skipped base/one: a: no tshark", output)
        self.assertIn("skipped base/one: b", output)

    def test_program_that_skips_everything_runs_nothing(self):
        self.assert_counts("echo '1..0 # SKIP no root'", 1, "0 passed, 0 failed, 1 skipped")

    def test_crash_before_the_plan_fails(self):
        self.assert_counts("kill -SEGV $$", 1, "0 passed, 2 failed, 0 skipped")

    def test_crash_in_the_middle_fails(self):
        output = self.assert_counts("printf '1..3\\nok 1\\n'; kill -ABRT $$", 1,
                                    "1 passed, 2 failed, 0 skipped")
        self.assertIn("ended after 1 of 3", output)
        self.assertIn("SIGABRT", output)

    def test_quiet_end_in_the_middle_fails(self):
        self.assert_counts("printf '1..2\\nok 1\\n'", 1, "1 passed, 1 failed, 0 skipped")

    def test_silence_fails(self):
        self.assert_counts("true", 1, "0 passed, 1 failed, 0 skipped")

    def test_exit_code_without_a_failed_case_fails(self):
        self.assert_counts("printf '1..1\\nok 1\\n'; exit 23", 1, "1 passed, 1 failed, 0 skipped")

    def test_time_limit_fails_and_ends_the_whole_process_group(self):
        self.assert_counts("printf '1..1\\nok 1\\n'; sleep 60 & sleep 60", 1,
                           "1 passed, 1 failed, 0 skipped", timeout=1)

    def test_environment_asks_for_tap_and_has_what_meson_gives(self):
        self.assert_counts('echo 1..1; [ "$CMOCKA_MESSAGE_OUTPUT$GREETING" = TAPhello ] && '
                           'echo ok 1', 0, "1 passed, 0 failed, 0 skipped")

    def test_sanitized_program_counts_as_one(self):
        self.assert_counts("printf '1..2\\nok 1\\nok 2\\n'", 0, "1 passed, 0 failed, 0 skipped",
                           part="sanitize")
        self.assert_counts("printf '1..2\\nok 1\\nok 2\\n'; exit 1", 1,
                           "0 passed, 1 failed, 0 skipped", part="sanitize")

    def test_script_tells_each_kind_of_result(self):
        script = self.top / "script.py"
        script.write_text("import sys, unittest\n"
                          f"sys.path.insert(0, {str(REPOSITORY / 'tests')!r})\n"
                          "import tap\n"
                          "class A(unittest.TestCase):\n"
                          "    def test_a(self): pass\n"
                          "    def test_b(self): self.fail('reason b')\n"
                          "    def test_c(self): self.skipTest('reason c')\n"
                          "    def test_d(self): raise ValueError('reason d')\n"
                          "    def test_e(self):\n"
                          "        for n in 1, 2, 3:\n"
                          "            with self.subTest(n=n): self.assertEqual(n, 1)\n"
                          "tap.main()\n")
        output = self.assert_counts(f"exec /usr/bin/python3 {script}", 1,
                                    "1 passed, 3 failed, 1 skipped")
        for told in ("base/one: A.test_b", "A.test_c: reason c", "# ValueError: reason d",
                     "(n=2)", "(n=3)", "# AssertionError: 3 != 1"):
            self.assertIn(told, output)

    def test_no_test_at_all_fails(self):
        self.assert_counts(None, 1, "0 passed, 0 failed, 0 skipped")


if __name__ == "__main__":
    tap.main()
