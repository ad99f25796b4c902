#!/usr/bin/env python3
"""Writes a C++ source that holds text files, with the hashes by which a page's
content security policy allows them.

usage: embed.py OUTPUT NAME=FILE[+FILE]...
"""
import base64
import hashlib
import sys

DELIMITER = "acceld_text"
# Compilers limit one literal; adjacent ones are joined.
LONGEST = 8000


def literal(text):
    pieces = [text[i:i + LONGEST] for i in range(0, len(text), LONGEST)] or [""]
    return "\n    ".join(f'R"{DELIMITER}({piece}){DELIMITER}"'
                         for piece in pieces)


def main():
    output, assets = sys.argv[1], sys.argv[2:]
    lines = ["// Written by embed.py.",
             '#include "graph/export/assets.h"', "",
             "namespace acceld::graph::exports {", ""]
    for asset in assets:
        name, files = asset.split("=")
        text = ""
        for path in files.split("+"):
            with open(path, encoding="utf-8") as file:
                text += file.read()
        digest = hashlib.sha256(text.encode()).digest()
        lines += [f"const std::string_view k{name} =\n    {literal(text)};",
                  f"const std::string_view k{name}Hash =\n"
                  f'    "sha256-{base64.b64encode(digest).decode()}";', ""]
    lines += ["}  // namespace acceld::graph::exports", ""]
    with open(output, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))


if __name__ == "__main__":
    main()
