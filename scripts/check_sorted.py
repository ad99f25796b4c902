#!/usr/bin/python3
"""Checks that lists of labels and files in BUILD files are sorted.

usage: check_sorted.py

The order is buildifier's: files first, then ":local", "//..." and "@...".
"""

import pathlib
import re
import subprocess
import sys

LISTS = re.compile(r"\b(srcs|hdrs|deps|data|packages) = \[([^\[\]]*)\]")


def rank(label):
    prefixes = (":", "//", "@")
    order = next((i for i, prefix in enumerate(prefixes, start=1)
                  if label.startswith(prefix)), 0)
    return (order, label.replace(":", "!").replace("/", '"'))


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard",
         "--", "BUILD.bazel", "**/BUILD.bazel"],
        cwd=root, check=True, capture_output=True, text=True).stdout
    bad = 0
    for name in sorted(set(filter(None, names.split("\0")))):
        path = root / name
        if not path.exists():
            continue
        text = path.read_text(encoding="utf-8")
        for found in LISTS.finditer(text):
            labels = re.findall(r'"([^"]*)"', found.group(2))
            if labels != sorted(labels, key=rank):
                line = text.count("\n", 0, found.start()) + 1
                print(f"    {name}:{line}: {found.group(1)} is not sorted",
                      file=sys.stderr)
                bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
