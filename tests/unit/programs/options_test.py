#!/usr/bin/python3
"""Every option that a program's --help lists is in its manual and completed by bash; and so is every command.

usage: options_test.py PROGRAM COMPLETION MANUAL... [--runs PROGRAM]

Where a program runs another for a command, that one is found beside it (--runs), and so is its manual.
"""

import argparse
import re
import subprocess
import sys
import unittest
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("program", type=Path)
parser.add_argument("completion", type=Path)
parser.add_argument("manuals", type=Path, nargs="+")
parser.add_argument("--runs", type=Path)
GIVEN = parser.parse_args()
PROGRAM = GIVEN.program.absolute()
FOLDERS = [path.absolute().parent for path in (PROGRAM, GIVEN.runs) if path]
ENVIRONMENT = {"PATH": ":".join([*map(str, FOLDERS), "/usr/bin:/bin"]), "HOME": "/nonexistent", "LC_ALL": "C"}
# What bash does for "WORD... CURRENT" where the cursor is behind CURRENT.
COMPLETE = """
source "$1"; shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
compopt() { :; }
"$(complete -p "$1" | sed 's/.*-F \\([^ ]*\\) .*/\\1/')" 2>/dev/null
printf '%s\\n' "${COMPREPLY[@]}"
"""


def _help(commands: list) -> str:
    return subprocess.run([PROGRAM, *commands, "--help"], env=ENVIRONMENT, check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def _options(text: str) -> set:
    """Long names alone: each option has one."""
    heads = re.findall(r"^ +(?:-\w,)?(--[a-z-]+(?:,--[a-z-]+)*)", text, re.MULTILINE)
    return {name for head in heads for name in head.split(",")}


def _commands(text: str) -> list:
    listed = re.search(r"^Subcommands:\n((?: .*\n)+)", text, re.MULTILINE)
    return re.findall(r"^  ([a-z][a-z-]*) ", listed.group(1), re.MULTILINE) if listed else []


def _completed(words: list) -> set:
    ran = subprocess.run(["bash", "-c", COMPLETE, "bash", GIVEN.completion, PROGRAM.name, *words], env=ENVIRONMENT,
                         check=True, text=True, stdout=subprocess.PIPE)
    return set(ran.stdout.split())


def _every_command() -> list:
    """As lists of words: [], ["cdi"], ["cdi", "sync"]..."""
    found, rest = [], [[]]
    while rest:
        words = rest.pop()
        found.append(words)
        rest += [words + [command] for command in _commands(_help(words))]
    return found


class OptionsTest(unittest.TestCase):
    def setUp(self):
        text = " ".join(manual.read_text() for manual in GIVEN.manuals)
        self.documented = set(re.findall(r"--[a-z-]+", text.replace("\\-", "-")))

    def test_manual_names_every_option(self):
        for words in _every_command():
            self.assertEqual(_options(_help(words)) - self.documented, set(), " ".join(words))

    def test_completion_knows_every_option(self):
        for words in _every_command():
            options = _options(_help(words))
            self.assertTrue(options)
            # Where only a command can stand, commands are what is completed.
            wanted = options if not words or not _commands(_help(words)) else set()
            self.assertEqual(wanted - _completed([*words, "--"]), set(), " ".join(words))

    def test_completion_knows_every_command(self):
        for words in _every_command():
            commands = set(_commands(_help(words)))
            self.assertEqual(commands - _completed([*words, ""]), set(), " ".join(words))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
