#!/usr/bin/python3
"""Boots the guests and runs the cases inside: called by scripts/test-vm.sh, which builds what is passed here.

Each case program is a GoogleTest program that runs as root in a guest with the real daemon, Debian's system bus and
the project's own bus policy. Guests:
  debian  Debian's kernel, Debian's QEMU: VFIO, DRM, NVMe with SR-IOV, CUSE, NUMA with HBM
  sva     a kernel and a QEMU of their own (docs/testing-vm.md): uacce, iommufd and devices that share the client's
          address space by PASID
  systemd the first's kernel with systemd as its first process and acceld as its service

The last line is "N passed, N failed" (", N skipped" where there are any).
"""

import argparse
import sys
import tempfile
import time
import xml.etree.ElementTree
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "guest"))
# pylint: disable=wrong-import-position
import boot  # noqa: E402
import initramfs  # noqa: E402
import kernel  # noqa: E402
import machine  # noqa: E402
import systemd  # noqa: E402

MODULES = ["virtio_pci", "virtio_gpu", "vgem", "vfio_pci", "vfio_iommu_type1", "nvme", "cuse"]
# Ours, in the order to load them; a kernel of our own configuration has the first built in.
UACCE_MODULES = ("uacce", "uacce_edu")
BUS_PROGRAMS = ("dbus-daemon", "dbus-send", "busctl")
CONTAINER_PROGRAMS = ("podman", "conmon", "crun")
# What the guest `systemd` runs: what is about units, and what shows that a service may do what acceld does.
SYSTEMD_CASES = ("units", "buffer", "drm", "hotplug", "path", "ticket")
SYSTEM_BUS = Path("/usr/share/dbus-1/system.conf")


class Tally:
    def __init__(self) -> None:
        self.passed, self.failed, self.skipped = 0, 0, 0
        self.booted_again = []  # guests

    def fail(self, guest: str, name: str, seconds: float, why: str) -> None:
        self.failed += 1
        _row("FAILED", guest, seconds, f"{name}: {why}")

    def read(self, guest: str, report: Path) -> None:
        """Adds the cases of one GoogleTest report."""
        for case in xml.etree.ElementTree.parse(report).getroot().iter("testcase"):
            name = f"{case.get('classname')}.{case.get('name')}"
            seconds = float(case.get("time", 0))
            if case.find("failure") is not None:
                self.fail(guest, name, seconds, _first_line(case.find("failure")))
            elif case.find("skipped") is not None:
                self.skipped += 1
                _row("skipped", guest, seconds, f"{name}: {_first_line(case.find('skipped'))}")
            elif case.get("status") == "notrun":
                self.skipped += 1
                _row("skipped", guest, seconds, f"{name}: disabled")
            else:
                self.passed += 1
                _row("passed", guest, seconds, name)

    def line(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def _row(status: str, guest: str, seconds: float, text: str) -> None:
    print(f"{status:8}{guest:8}{seconds:6.1f} s  {text}", flush=True)


def _first_line(note: xml.etree.ElementTree.Element) -> str:
    """What GoogleTest says: the place, then the words."""
    lines = (note.get("message") or "").strip().splitlines()
    return lines[-1] if len(lines) == 2 else (lines or [""])[0]


class Guest:
    def __init__(self, name: str, linux: kernel.Kernel, qemu: list, sva: bool) -> None:
        self.name, self.linux, self.qemu = name, linux, qemu
        self.machine = machine.Machine(sva=sva)
        self.modules = ["virtio_pci"] if sva else MODULES
        self.extra_modules = []  # (name, bytes), loaded last

    def runs(self, case: Path) -> bool:
        return case.name in SYSTEMD_CASES if self.name == "systemd" else case.name != "units"

    def add_uacce(self, folder: Path) -> None:
        """The modules that tests/vm/uacce_edu/build.sh left in `folder`, if any."""
        for name in UACCE_MODULES:
            module = folder / f"{name}.ko"
            if module.exists():
                self.extra_modules.append((name, module.read_bytes()))

    def run(self, options: argparse.Namespace, scratch: Path, tally: Tally) -> None:
        cases = [case for case in options.case if self.runs(case)]
        if not cases:
            return
        started = time.monotonic()
        print(f"==> guest {self.name}: Linux {self.linux.version}", flush=True)
        tree = initramfs.Tree(scratch / "root")
        modules = self.linux.closure(self.modules) + self.extra_modules
        tree.add_modules(modules, {"uacce_edu": "sva=1"} if self.machine.sva else {})
        self._add_files(tree, options.program + cases, options.file)
        if self.name == "systemd":
            systemd.add(tree, Path("configs"))
        tree.add_text(_suite(cases), "/suite")
        tree.pack(scratch / "initramfs")
        outcome, out = self._boot(options, scratch, tally)
        for case in cases:
            report = out / f"{case.name}.xml"
            if report.exists():
                tally.read(self.name, report)
            else:
                tally.fail(self.name, case.name, 0, "it left no report: " + outcome.describe())
        if outcome.status in (boot.STOPPED, boot.DIED):
            print(outcome.console[-4000:])
        print(f"==> guest {self.name}: {time.monotonic() - started:.0f} s", flush=True)

    def _boot(self, options: argparse.Namespace, scratch: Path, tally: Tally) -> tuple:
        """Boots once more where the kernel says that its processors stood still, which says nothing of the cases."""
        for attempt in (1, 2):
            out = scratch / f"out{attempt}"
            out.mkdir()
            outcome = boot.boot(self.qemu, self.machine, self.linux.image, scratch / "initramfs", out, options.seconds)
            stall = outcome.stall()
            if not stall or attempt == 2:
                break
            tally.booted_again.append(self.name)
            print(f"STALLED {self.name}: {outcome.describe()}; {stall}\n==> guest {self.name}: booted again", flush=True)
        return outcome, out

    def _add_files(self, tree: initramfs.Tree, programs: list, files: list) -> None:
        for program in BUS_PROGRAMS + CONTAINER_PROGRAMS:
            tree.add_program(Path("/usr/bin") / program, f"/usr/bin/{program}")
        tree.add_file(SYSTEM_BUS, "/usr/share/dbus-1/system.conf")
        for program in programs:
            tree.add_program(program, f"/usr/bin/{program.name}")
        for source, target in (pair.split(":", 1) for pair in files):
            tree.add_file(Path(source), target)
        tree.add_text(self.name, "/etc/acceld-guest")
        tree.add_text(self.machine.expectations(), "/etc/acceld-machine.json")


def _suite(cases: list) -> str:
    """The shell script that runs every case program, whatever the ones before did."""
    lines = ["worst=0"]
    for case in cases:
        lines.append(f"/usr/bin/{case.name} --gtest_brief=1 --gtest_output=xml:/out/{case.name}.xml || worst=1")
    return "\n".join(lines + ["exit $worst", ""])


def _guests(options: argparse.Namespace) -> list:
    guests = []
    for name in ("debian", "systemd"):
        if name in options.guest:
            linux = kernel.from_package(options.package, options.cache)
            guest = Guest(name, linux, ["qemu-system-x86_64"], sva=False)
            guest.add_uacce(options.cache / options.package.stem / "uacce")
            guests.append(guest)
    if "sva" in options.guest:
        folder = options.cache / "sva"
        qemu = [str(folder / "qemu"), "-L", "/usr/share/qemu", "-L", "/usr/share/seabios"]
        sva = Guest("sva", kernel.from_cache(folder), qemu, sva=True)
        sva.add_uacce(folder / "uacce")
        guests.append(sva)
    return guests


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True, help="folder of kernels and guests")
    parser.add_argument("--package", type=Path, help="Debian's kernel package (guest debian)")
    parser.add_argument("--guest", action="append", required=True, choices=("debian", "sva", "systemd"))
    parser.add_argument("--case", type=Path, action="append", required=True, help="a GoogleTest program to run inside")
    parser.add_argument("--program", type=Path, action="append", default=[], help="a program that the cases use")
    parser.add_argument("--file", action="append", default=[], metavar="SOURCE:TARGET", help="a file that they use")
    parser.add_argument("--seconds", type=int, default=900, help="time limit of a boot")
    options = parser.parse_args()
    tally = Tally()
    for guest in _guests(options):
        with tempfile.TemporaryDirectory(prefix="acceld-vm-") as scratch:
            guest.run(options, Path(scratch), tally)
    if tally.booted_again:
        print(f"{len(tally.booted_again)} guests booted twice, as their processors stood still: "
              + ", ".join(tally.booted_again))
    print(tally.line())
    return 1 if tally.failed or not tally.passed else 0


if __name__ == "__main__":
    sys.exit(main())
