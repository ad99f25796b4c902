#!/usr/bin/python3
"""count_tests.py never takes a failure for a success."""

import json
import pathlib
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path("scripts/count_tests.py")
GOOD = '<testcase name="a" classname="C" status="run" result="completed"/>'
BAD = ('<testcase name="b" classname="C" status="run" result="completed">'
       '<failure message="m"/></testcase>')
SKIPPED = ('<testcase name="c" classname="C" status="run" result="skipped">'
           '<skipped message="no hardware"/></testcase>')
CRASHED = '<testcase name="d" status="run"><error message="exited 6"/></testcase>'


class CountTests(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterTemporary())
        self.events = []

    def enterTemporary(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return folder.name

    def target(self, label, *tags):
        self.events.append({"id": {"targetConfigured": {"label": label}},
                            "configured": {"testSize": "SMALL",
                                           "tag": list(tags)}})

    def result(self, label, cases, status="PASSED"):
        outputs = []
        if cases is not None:
            path = self.folder / f"{len(self.events)}.xml"
            path.write_text(f"<testsuites><testsuite>{cases}</testsuite>"
                            "</testsuites>", encoding="utf-8")
            outputs.append({"name": "test.xml", "uri": path.as_uri()})
        self.events.append({"id": {"testResult": {"label": label}},
                            "testResult": {"status": status,
                                           "testActionOutput": outputs}})

    def count(self, *options):
        path = self.folder / "events.json"
        path.write_text("\n".join(map(json.dumps, self.events)),
                        encoding="utf-8")
        done = subprocess.run([SCRIPT, path, *options], capture_output=True,
                              text=True, check=False)
        return done.stdout.splitlines()[-1], done.returncode

    def test_cases_add_up(self):
        self.target("//a:a")
        self.target("//b:b")
        self.result("//a:a", GOOD + GOOD + SKIPPED)
        self.result("//b:b", GOOD)
        self.assertEqual(self.count(), ("3 passed, 0 failed, 1 skipped", 0))

    def test_left_out_tests_are_skipped_and_no_others(self):
        self.target("//a:a")
        self.target("//b:root", "no-sandbox", "root")
        self.result("//a:a", GOOD)
        self.assertEqual(self.count("--left-out", "root"),
                         ("1 passed, 0 failed, 1 skipped", 0))
        self.assertEqual(self.count(), ("1 passed, 1 failed", 1))

    def test_shards_add_up(self):
        self.target("//a:a")
        self.result("//a:a", GOOD)
        self.result("//a:a", GOOD)
        self.assertEqual(self.count(), ("2 passed, 0 failed", 0))

    def test_failed_case(self):
        self.target("//a:a")
        self.result("//a:a", GOOD + BAD, "FAILED")
        self.assertEqual(self.count("--bazel-status", "3"),
                         ("1 passed, 1 failed", 1))

    def test_crash_is_one_failure(self):
        self.target("//a:a")
        self.result("//a:a", CRASHED, "FAILED")
        self.assertEqual(self.count("--bazel-status", "3"),
                         ("0 passed, 1 failed", 1))

    def test_bad_end_after_good_cases(self):
        self.target("//a:a")
        self.result("//a:a", GOOD, "FAILED")
        self.assertEqual(self.count("--bazel-status", "3"),
                         ("1 passed, 1 failed", 1))

    def test_time_limit_without_result(self):
        self.target("//a:a")
        self.result("//a:a", None, "TIMEOUT")
        self.assertEqual(self.count("--bazel-status", "3"),
                         ("0 passed, 1 failed", 1))

    def test_target_that_was_not_built(self):
        self.target("//a:a")
        self.target("//b:b")
        self.result("//a:a", GOOD)
        self.assertEqual(self.count("--bazel-status", "1"),
                         ("1 passed, 1 failed", 1))

    def test_build_that_failed_beside_good_tests(self):
        self.target("//a:a")
        self.result("//a:a", GOOD)
        self.assertEqual(self.count("--bazel-status", "1"),
                         ("1 passed, 1 failed", 1))

    def test_program_without_cases(self):
        self.target("//a:a")
        self.result("//a:a", "")
        self.assertEqual(self.count(), ("0 passed, 1 failed", 1))

    def test_nothing_at_all(self):
        self.assertEqual(self.count(), ("0 passed, 0 failed", 1))

    def test_no_events(self):
        done = subprocess.run([SCRIPT, self.folder / "none"],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.stdout.splitlines()[-1], "0 passed, 1 failed")
        self.assertEqual(done.returncode, 1)

    def test_checks_of_others(self):
        self.target("//a:a")
        self.result("//a:a", GOOD + SKIPPED)
        self.assertEqual(self.count("--checks", "4", "1", "2"),
                         ("5 passed, 1 failed, 3 skipped", 1))


if __name__ == "__main__":
    unittest.main()
