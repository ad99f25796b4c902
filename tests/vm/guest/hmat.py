"""Writes an ACPI HMAT, revision 2 (ACPI 6.5, section 5.2.28), for QEMU's -acpitable.

QEMU's own `hmat=on` demands one attached initiator for every memory, so an HBM that is far from both sockets, or
shared by both, can only be told to the kernel by a table of our own.
"""

import struct
from dataclasses import dataclass, field

LATENCY, BANDWIDTH = 0, 3  # data types of the locality structure: access latency, access bandwidth
PS_PER_NS = 1000


@dataclass
class SideCache:
    memory: int
    size: int  # bytes


@dataclass
class Hmat:
    attached: dict  # memory node -> initiator node, or None where none is attached
    latency: dict = field(default_factory=dict)  # (initiator, memory) -> ns
    bandwidth: dict = field(default_factory=dict)  # (initiator, memory) -> MB/s
    caches: list = field(default_factory=list)

    def table(self) -> bytes:
        body = b"\0" * 4
        for memory, initiator in self.attached.items():
            body += struct.pack("<HHIHHIIIQQ", 0, 0, 40, initiator is not None, 0, initiator or 0, memory, 0, 0, 0)
        if self.latency:
            body += _locality(LATENCY, self.latency, PS_PER_NS)
        if self.bandwidth:
            body += _locality(BANDWIDTH, self.bandwidth, 1)
        for cache in self.caches:
            # One level, this is level 1, direct mapped, write-back, 64-byte lines.
            attributes = 1 | 1 << 4 | 1 << 8 | 2 << 12 | 64 << 16
            body += struct.pack("<HHIIIQIHH", 2, 0, 32, cache.memory, 0, cache.size, attributes, 0, 0)
        header = struct.pack("<4sIBB6s8sI4sI", b"HMAT", 36 + len(body), 2, 0, b"ACCELD", b"VMTEST  ", 1, b"ACCD", 1)
        table = bytearray(header + body)
        table[9] = -sum(table) & 0xFF  # checksum: the bytes of a table add up to 0
        return bytes(table)


def _locality(data_type: int, values: dict, base: int) -> bytes:
    initiators = sorted({initiator for initiator, _ in values})
    targets = sorted({target for _, target in values})
    entries = [values.get((i, t), 0) for i in initiators for t in targets]
    if max(entries) >= 0xFFFF:
        raise ValueError("a value does not fit 16 bits")
    length = 32 + 4 * (len(initiators) + len(targets)) + 2 * len(entries)
    head = struct.pack("<HHIBBBBIIIQ", 1, 0, length, 0, data_type, 0, 0, len(initiators), len(targets), 0, base)
    return (head + struct.pack(f"<{len(initiators)}I", *initiators) + struct.pack(f"<{len(targets)}I", *targets)
            + struct.pack(f"<{len(entries)}H", *entries))
