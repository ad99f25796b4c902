#!/usr/bin/python3
"""Each program that the README says is installed has a page of the manual."""
import pathlib
import re
import sys


def main() -> int:
    readme, manuals = pathlib.Path(sys.argv[1]), map(pathlib.Path, sys.argv[2:])
    said = re.search(r"^The binaries are (.*?); `configs/`", readme.read_text(),
                     re.MULTILINE | re.DOTALL)
    if said is None:
        print("README.md does not say which the binaries are")
        return 1
    programs = set(re.findall(r"`(accel[a-z-]*)`", said.group(1)))
    pages = {page.stem: page for page in manuals}
    mistakes = [f"{name} has no page in docs/man" for name in
                sorted(programs - pages.keys())]
    for name, page in sorted(pages.items()):
        if name not in programs:
            mistakes.append(f"{page.name}: README.md names no such program")
        title = f".TH {name.upper()} {page.suffix[1:]} "
        # Comments may come before; a minus may be written as "\\-".
        if title not in page.read_text().replace("\\-", "-"):
            mistakes.append(f"{page.name} has no line {title}")
    print("\n".join(mistakes) or f"{len(programs)} programs have a page each")
    return 1 if mistakes or len(programs) < 8 else 0


if __name__ == "__main__":
    sys.exit(main())
