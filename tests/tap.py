# tap.py: runs the unittest cases of a script, which ends with tap.main(), and prints TAP.
# SPDX-License-Identifier: BSD-2-Clause
import sys
import unittest


class Tap(unittest.TestResult):
    """One line per test; what failed is told in comment lines below it."""

    def __init__(self):
        super().__init__()
        self.ok = True
        self.subtests_failed = []

    def line(self, test, good, directive="", details=""):
        number = self.testsRun
        name = test.id().rpartition("__main__.")[2].replace("#", "")
        print(f"{'ok' if good else 'not ok'} {number} - {name}{directive}")
        for text in details.splitlines():
            print(f"# {text}")
        sys.stdout.flush()
        self.ok = self.ok and good

    def addSuccess(self, test):
        self.line(test, True)

    def addError(self, test, err):
        self.line(test, False, details=self._exc_info_to_string(err, test))

    def addFailure(self, test, err):
        self.line(test, False, details=self._exc_info_to_string(err, test))

    def addSkip(self, test, reason):
        self.line(test, True, f" # SKIP {reason}")

    def addSubTest(self, test, subtest, err):
        if err:
            self.subtests_failed.append(f"{subtest}\n{self._exc_info_to_string(err, test)}")

    def stopTest(self, test):
        if self.subtests_failed:
            self.line(test, False, details="\n".join(self.subtests_failed))
            self.subtests_failed = []
        super().stopTest(test)


def main():
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    print(f"1..{suite.countTestCases()}", flush=True)
    result = Tap()
    suite.run(result)
    sys.exit(0 if result.ok and result.testsRun else 1)
