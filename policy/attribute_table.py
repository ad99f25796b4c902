#!/usr/bin/env python3
"""Writes the table of device attributes (policy/known_attributes.h) from
docs/attributes.md, so that the manual and the compiler of policies agree.

usage: attribute_table.py ATTRIBUTES.md OUTPUT.cc
"""
import re
import sys

# By how the type's column begins; the first that fits.
TYPES = (
    ("string list", "kStrings"),
    ("string", "kString"),
    ("boolean", "kBoolean"),
    ("true", "kBoolean"),
    ("false", "kBoolean"),
    ("integer", "kInteger"),
    ("bytes/s", "kBytesPerSecond"),
    ("bytes", "kBytes"),
    ("nanoseconds", "kNanoseconds"),
    ("rate per lane", "kMegaTransfers"),
    ("lanes", "kLanes"),
    ("watts", "kMicrowatts"),
    ("`", "kString"),  # one of the words that follow
)
# What a device is, or has below it (placement/device_view.h).
OF_DEVICES = {"accelerator", "engine", "nic", "storage", "pci", "platform"}


def rows(path):
    """(name, kinds, type) of each row of the first table."""
    section = ""
    for line in open(path, encoding="utf-8"):
        if line.startswith("## "):
            section = line[3:].strip()
        cells = [cell.strip() for cell in line.split("|")]
        if section == "Of vertices" and line.startswith("| `"):
            kinds = re.sub(r"\([^)]*\)", "", cells[2])
            yield (
                cells[1].strip("`"),
                {kind.strip() for kind in re.split("[,;]", kinds)},
                cells[3],
            )


def type_of(name, text, types):
    """The enumerator for a type's text, which may say "as `other`"."""
    alike = re.match(r"as `(\w+)`", text)
    if alike:
        return type_of(alike[1], types[alike[1]], types)
    for begin, enumerator in TYPES:
        if text.startswith(begin):
            return enumerator
    sys.exit(f"docs/attributes.md: {name}: no type begins as '{text}'")


def main():
    table = sorted(rows(sys.argv[1]))
    if not table:
        sys.exit("docs/attributes.md: no table of vertices")
    types = {name: text for name, _, text in table}
    with open(sys.argv[2], "w", encoding="utf-8") as output:
        output.write('#include "policy/known_attributes.h"\n\n')
        output.write("namespace acceld::policy {\n\n")
        output.write("AttributeTable DeviceAttributes() {\n")
        output.write("  static constexpr KnownAttribute kTable[] = {\n")
        for name, kinds, text in table:
            enumerator = type_of(name, text, types)
            of_devices = "true" if kinds & OF_DEVICES else "false"
            output.write(
                f'      {{"{name}", AttributeType::{enumerator}, {of_devices}}},\n'
            )
        output.write("  };\n  return kTable;\n}\n\n")
        output.write("}  // namespace acceld::policy\n")


main()
