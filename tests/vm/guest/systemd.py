"""systemd as a guest's first process: Debian's own, and the project's units as its files say where they go."""

import re
from pathlib import Path

from initramfs import Tree

HOST_UNITS = Path("/lib/systemd/system")
PROGRAMS = ("/lib/systemd/systemd", "/lib/systemd/systemd-journald", "/usr/bin/journalctl", "/usr/bin/systemctl",
            "/usr/bin/systemd-analyze", "/usr/bin/systemd-sysusers", "/usr/bin/systemd-tmpfiles",
            "/usr/lib/polkit-1/polkitd")
# Beside all targets. What a machine has and these cases do not need costs time, under emulation.
UNITS = ("dbus.service", "dbus.socket", "polkit.service", "systemd-journald.service", "systemd-journald.socket",
         "systemd-journald-dev-log.socket", "systemd-sysusers.service", "systemd-tmpfiles-setup.service")
AT_BOOT = ("systemd-journald.service", "systemd-sysusers.service", "systemd-tmpfiles-setup.service")
BUS_FILES = ("system.d/org.freedesktop.systemd1.conf", "system.d/org.freedesktop.PolicyKit1.conf",
             "system-services/org.freedesktop.PolicyKit1.service")
CASES_UNIT = """[Unit]
Description=The cases
Requires=dbus.socket
After=dbus.socket

[Service]
Type=oneshot
ExecStart=/run-suite
"""
# What the cases read, and no limit to how often they start it.
DROP_IN = """[Unit]
StartLimitIntervalSec=0

[Service]
ExecStart=
ExecStart=/usr/sbin/acceld --verbose
"""


def add(tree: Tree, configs: Path) -> None:
    """Raises FileNotFoundError where this machine lacks systemd or polkit."""
    for program in PROGRAMS:
        tree.add_program(Path(program), program)
    for unit in [*HOST_UNITS.glob("*.target"), *(HOST_UNITS / name for name in UNITS)]:
        tree.add_file(unit, f"/lib/systemd/system/{unit.name}")
    wanted = tree.root / "lib/systemd/system/sysinit.target.wants"
    wanted.mkdir()
    for unit in AT_BOOT:
        (wanted / unit).symlink_to(f"../{unit}")
    for file in BUS_FILES:
        tree.add_file(Path("/usr/share/dbus-1") / file, f"/usr/share/dbus-1/{file}")
    tree.add_file(Path("/usr/share/polkit-1/actions/org.freedesktop.policykit.policy"),
                  "/usr/share/polkit-1/actions/org.freedesktop.policykit.policy")
    tree.add_text(CASES_UNIT, "/etc/systemd/system/cases.service")
    tree.add_text(DROP_IN, "/etc/systemd/system/acceld.service.d/cases.conf")
    # For machines with VFIO offers: a case puts it in force.
    tree.add_file(configs / "systemd/acceld.service.d/vfio.conf", "/usr/share/acceld/vfio.conf")
    (tree.root / "usr/sbin/acceld").symlink_to("/usr/bin/acceld")
    for folder in ("systemd", "dbus", "polkit"):
        for file in sorted((configs / folder).iterdir()):
            if file.is_file():
                tree.add_file(file, _place_of(file))


def _place_of(file: Path) -> str:
    """Where an administrator puts it, as its first lines say."""
    head = "\n".join(file.read_text().splitlines()[:5])
    found = re.search(r"Install as (/[^\s:;]+)", head)
    if not found:
        raise ValueError(f"{file} does not say where it goes")
    return found.group(1)
