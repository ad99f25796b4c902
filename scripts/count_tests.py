#!/usr/bin/python3
"""Counts the test cases of one `bazel test`, from its build event file.

usage: count_tests.py EVENTS.json [--bazel-status N] [--left-out TAG]
                      [--checks PASSED FAILED SKIPPED]

EVENTS.json is what `bazel test --build_event_json_file=EVENTS.json` wrote. A
GoogleTest program counts its cases, any other test counts as one, and a test
that did not build, or ended badly in whatever way, counts as failed: a result
that an earlier run left behind is never taken for this one's. --bazel-status is
the exit status of that bazel; tests with the tag of --left-out, which it was told
not to run, count as skipped; --checks adds results that are not Bazel's.

Prints failures and skips with their logs, and as the last line
"N passed, N failed" (", N skipped" where there are any). Exit status 0 where
nothing failed and something passed.
"""

import argparse
import json
import pathlib
import sys
import urllib.parse
import xml.etree.ElementTree

GOOD = ("PASSED", "FLAKY")


class Tally:
    def __init__(self):
        self.passed = 0
        self.failed = 0
        self.skipped = 0
        self.notes = []

    def fail(self, name, log):
        self.failed += 1
        self.notes.append(f"FAILED  {name}  ({log})")

    def skip(self, name, why):
        self.skipped += 1
        self.notes.append(f"skipped {name}  ({why})")

    def count(self):
        return self.passed + self.failed + self.skipped


def read_events(path):
    """Returns label -> tags of each test, and label -> list of its results."""
    tests, results = {}, {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            name = event.get("id", {})
            if "configured" in event and "testSize" in event["configured"]:
                label = name["targetConfigured"]["label"]
                tests[label] = event["configured"].get("tag", [])
            if "testResult" in event:
                label = name["testResult"]["label"]
                results.setdefault(label, []).append(event["testResult"])
    return tests, results


def output(result, name):
    for file in result.get("testActionOutput", []):
        if file.get("name") == name and "uri" in file:
            return pathlib.Path(
                urllib.parse.unquote(urllib.parse.urlparse(file["uri"]).path))
    return None


def count_case(case, label, log, tally):
    name = f"{label} {case.get('classname', '')}.{case.get('name', '')}"
    skipped = case.find("skipped")
    if case.find("failure") is not None or case.find("error") is not None:
        tally.fail(name, log)
    elif skipped is not None or case.get("result") == "skipped":
        why = skipped.get("message", "") if skipped is not None else ""
        tally.skip(name, why.splitlines()[-1] if why else "no reason given")
    elif case.get("status") == "notrun" or case.get("result") == "suppressed":
        tally.skip(name, "disabled")
    else:
        tally.passed += 1


def count_result(result, label, tally):
    """One run (or shard) of one test."""
    log = output(result, "test.log") or "no log"
    path = output(result, "test.xml")
    counted, failed = tally.count(), tally.failed
    if path is not None:
        try:
            cases = xml.etree.ElementTree.parse(path).getroot().iter("testcase")
            for case in cases:
                count_case(case, label, log, tally)
        except (OSError, xml.etree.ElementTree.ParseError) as error:
            tally.fail(f"{label} (unreadable result: {error})", log)
    status = result.get("status", "NO_STATUS")
    # Every case may pass and the program still end badly: a leak, a crash in a
    # destructor, a time limit.
    if status not in GOOD and tally.failed == failed:
        tally.fail(f"{label} ({status})", log)
    elif tally.count() == counted:
        tally.fail(f"{label} (ran no test)", log)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("events", type=pathlib.Path)
    parser.add_argument("--bazel-status", type=int, default=0)
    parser.add_argument("--left-out", metavar="TAG")
    parser.add_argument("--checks", nargs=3, type=int, default=[0, 0, 0])
    arguments = parser.parse_args()

    tally = Tally()
    try:
        tests, results = read_events(arguments.events)
    except (OSError, ValueError, KeyError) as error:
        tests, results = {}, {}
        tally.fail(f"bazel (no events: {error})", arguments.events)
    for label in sorted(tests):
        if label not in results and arguments.left_out in tests[label]:
            tally.skip(label, f"needs {arguments.left_out}")
            continue
        for result in results.get(label, [{}]):
            if result:
                count_result(result, label, tally)
            else:
                tally.fail(f"{label} (not built or not run)", "see above")
    if arguments.bazel_status != 0 and tally.failed == 0:
        tally.fail(f"bazel (exit status {arguments.bazel_status})", "see above")
    tally.passed += arguments.checks[0]
    tally.failed += arguments.checks[1]
    tally.skipped += arguments.checks[2]

    for note in tally.notes:
        print(note)
    line = f"{tally.passed} passed, {tally.failed} failed"
    if tally.skipped:
        line += f", {tally.skipped} skipped"
    print(line)
    return 0 if tally.failed == 0 and tally.passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
