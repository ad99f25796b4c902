"""Boots a guest under QEMU without hardware virtualisation, streams its suite and returns how it ended."""

import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

STOPPED, DIED = 124, 125  # exit statuses, beside the suite's own 0..123
# What the kernel says where an emulated processor stood still: the host did not run its thread for so long.
STALLS = ("watchdog: BUG: soft lockup", "rcu: INFO: rcu_")


@dataclass(frozen=True)
class Outcome:
    status: int
    console: str  # the kernel's messages

    def stall(self) -> str:
        """The kernel's word that the guest ended as it did because its processors stood still; "" where it has none."""
        if self.status not in (STOPPED, DIED):
            return ""
        return next((line.strip() for line in self.console.splitlines() if any(mark in line for mark in STALLS)), "")

    def describe(self) -> str:
        if self.status == STOPPED:
            return "the guest did not end in time"
        if self.status == DIED:
            return "the guest died before the suite ended"
        return f"the suite ended with status {self.status}"


def _unpack_reports(archive: Path, out: Path) -> None:
    """Regular files at the top of the archive, and nothing else: the guest is not trusted with paths."""
    with tarfile.open(archive) as files:
        for member in files:
            name = Path(member.name).name
            if member.isfile() and name:
                (out / name).write_bytes(files.extractfile(member).read())


def boot(qemu: list, machine, kernel: Path, initramfs: Path, out: Path, seconds: int) -> Outcome:
    """`out` receives what the suite leaves in /out, and console.log."""
    console, files, status = out / "console.log", out / "files.tar.gz", out / "status"
    command = qemu + [
        "-accel", "tcg,thread=multi", "-display", "none", "-nodefaults", "-no-user-config", "-no-reboot",
        "-nic", "none", "-serial", f"file:{console}", "-serial", "stdio", "-serial", f"file:{files}",
        "-serial", f"file:{status}", "-monitor", "none", "-device", "isa-debug-exit,iobase=0xf4,iosize=0x1",
    ] + machine.arguments(out) + [
        "-kernel", str(kernel), "-initrd", str(initramfs),
        # Everything that only costs time under emulation is off.
        "-append", "console=ttyS0,115200 quiet panic=-1 nokaslr mitigations=off random.trust_cpu=on no_timer_check "
                   "tsc=reliable " + machine.kernel_arguments(),
    ]
    try:
        subprocess.run(command, stdin=subprocess.DEVNULL, timeout=seconds, check=False)
        said = status.read_text().split() if status.exists() else []
        ended = int(said[1]) if len(said) > 1 else DIED
    except subprocess.TimeoutExpired:
        ended = STOPPED
    if files.exists() and files.stat().st_size > 0:
        _unpack_reports(files, out)
    return Outcome(ended, console.read_text(errors="replace") if console.exists() else "")
