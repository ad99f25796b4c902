#!/usr/bin/python3
"""Prints the configuration that a kernel image carries (CONFIG_IKCONFIG).

usage: kernel_config.py BZIMAGE
"""

import gzip
import sys
from pathlib import Path

from kernel import uncompressed

BEGIN, END = b"IKCFG_ST", b"IKCFG_ED"


def main() -> int:
    image = uncompressed(Path(sys.argv[1]).read_bytes())
    begin, end = image.find(BEGIN), image.find(END)
    if begin < 0 or end < begin:
        print(f"{sys.argv[1]} does not carry its configuration", file=sys.stderr)
        return 1
    sys.stdout.write(gzip.decompress(image[begin + len(BEGIN):end]).decode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
