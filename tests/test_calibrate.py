#!/usr/bin/python3
# test_calibrate.py: the fit of the judge's trust finds what was put into made-up verdicts.
# SPDX-License-Identifier: BSD-2-Clause
import contextlib
import io
import json
import pathlib
import sys
import tempfile
import unittest

import run_cases
import tap

sys.path.insert(0, str(run_cases.TESTS.parent / "lab"))
import calibrate  # noqa: E402


def verdicts(said, right, of, source="capture"):
    """`of` verdicts that say refused with `said`, of which `right` are; each a scenario."""
    return [{"scenario": f"s{n}", "source": source, "part": "main",
             "right": ["refused" if n < right else "syn-scan"],
             "probabilities": {"refused": said, "syn-scan": 1 - said}} for n in range(of)]


class Fitting(unittest.TestCase):
    def test_nothing_is_changed_where_nothing_is_asked(self):
        chances = {"refused": 0.7, "unknown": 0.3}
        for slug, chance in calibrate.adjusted(chances, 1, 0).items():
            self.assertAlmostEqual(chance, chances[slug])

    def test_the_floor_is_a_share_of_the_leaders(self):
        self.assertAlmostEqual(calibrate.adjusted({"refused": 1.0}, 1, 0.02)["unknown"], 0.02)
        self.assertAlmostEqual(
            calibrate.adjusted({"refused": 0.5, "unknown": 0.5}, 1, 0.02)["unknown"], 0.5)

    def test_members_of_a_class_count_together(self):
        one = {"right": ["abortive-close", "close-with-unread-data"], "probabilities": {
            "abortive-close": 0.3, "close-with-unread-data": 0.3, "refused": 0.4}}
        self.assertEqual(calibrate.score(one, 1, 0)[2:], (0.6, True))

    def test_verdicts_that_are_too_sure_are_tempered(self):
        temper, _ = calibrate.fit(verdicts(0.9, 80, 100))
        self.assertLess(temper, 1)

    def test_calibrated_verdicts_are_left_alone(self):
        self.assertEqual(calibrate.fit(verdicts(0.9, 90, 100)), (1, 0))

    def test_each_verdict_is_measured_by_what_was_fitted_without_it(self):
        pairs, scores = calibrate.cross(verdicts(0.9, 18, 20), tempers=(1,), floors=(0, 0.02))
        self.assertEqual((len(pairs), len(scores)), (calibrate.FOLDS, 20))

    def test_the_report_is_by_source(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "a.json")
            path.write_text(json.dumps({"judged": verdicts(0.9, 2, 3, "flags")}))
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                self.assertEqual(calibrate.main([str(path)]), 0)
            self.assertIn("flags: 3 verdicts", out.getvalue())
            self.assertNotIn("capture:", out.getvalue())

    def test_what_was_not_measured_is_refused(self):
        with contextlib.redirect_stderr(io.StringIO()):
            self.assertEqual(calibrate.main(["/dev/null"]), 2)


if __name__ == "__main__":
    tap.main()
