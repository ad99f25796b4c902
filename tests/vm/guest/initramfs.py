"""The guest's file system: busybox, what the tests run, and the libraries that it needs, as an initramfs."""

import gzip
import re
import shutil
import subprocess
from pathlib import Path

USERS = {"root": 0, "messagebus": 101, "polkitd": 102, "client": 1000, "client2": 1001, "nobody": 65534}
GROUPS = {"root": 0, "video": 44, "messagebus": 101, "polkitd": 102, "render": 106, "client": 1000, "client2": 1001, "nogroup": 65534}
FOLDERS = ("bin", "sbin", "usr/bin", "usr/sbin", "lib", "lib64", "proc", "sys", "dev", "tmp", "run", "out", "etc",
           "root", "modules", "home/client", "home/client2", "var/lib")


class Tree:
    """The files below one folder of the host, which becomes the guest's root."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for folder in FOLDERS:
            (root / folder).mkdir(parents=True)
        (root / "var/run").symlink_to("/run")
        self._add_busybox()
        self._add_accounts()
        for script in ("init", "run-suite"):
            self.add_file(Path(__file__).parent / script, f"/{script}", 0o755)

    def add_file(self, source: Path, target: str, mode: int = 0o644) -> None:
        path = self.root / target.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, path)  # follows links: the guest gets the file itself
        path.chmod(mode)

    def add_text(self, text: str, target: str, mode: int = 0o644) -> None:
        path = self.root / target.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)

    def add_program(self, source: Path, target: str) -> None:
        """With the shared libraries it needs, at the places where its loader looks for them.

        Without what only debuggers read: the guest has its whole file system in memory, and unpacks it slowly.
        """
        self.add_file(source, target, 0o755)
        subprocess.run(["strip", "--strip-debug", self.root / target.lstrip("/")], check=True)
        for library in _libraries(source):
            if not (self.root / library.lstrip("/")).exists():
                self.add_file(Path(library), library, 0o755)

    def add_modules(self, modules: list, parameters: dict) -> None:
        for name, data in modules:
            (self.root / "modules" / f"{name}.ko").write_bytes(data)
        lines = [f"{name}.ko {parameters.get(name, '')}".rstrip() for name, _ in modules]
        self.add_text("".join(line + "\n" for line in lines), "/modules/order")

    def pack(self, target: Path) -> None:
        names = sorted(str(path.relative_to(self.root)) for path in self.root.rglob("*"))
        archive = subprocess.run(["cpio", "--quiet", "-o", "-H", "newc", "-R", "0:0"], cwd=self.root, check=True,
                                 input="".join(name + "\n" for name in names).encode(), stdout=subprocess.PIPE).stdout
        with gzip.open(target, "wb", compresslevel=1) as out:
            out.write(archive)

    def _add_busybox(self) -> None:
        self.add_program(Path(shutil.which("busybox") or "/bin/busybox"), "/bin/busybox")
        applets = subprocess.run(["busybox", "--list"], check=True, stdout=subprocess.PIPE, text=True).stdout.split()
        for applet in applets:
            if applet != "busybox":
                (self.root / "bin" / applet).symlink_to("/bin/busybox")

    def _add_accounts(self) -> None:
        self.add_text("".join(f"{user}:x:{uid}:{uid}::/home/{user}:/bin/sh\n" for user, uid in USERS.items()),
                      "/etc/passwd")
        self.add_text("".join(f"{group}:x:{gid}:\n" for group, gid in GROUPS.items()), "/etc/group")
        self.add_text("passwd: files\ngroup: files\n", "/etc/nsswitch.conf")
        self.add_text("0123456789abcdef0123456789abcdef\n", "/etc/machine-id")


def _libraries(program: Path) -> list:
    listing = subprocess.run(["ldd", program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    return re.findall(r"(/\S+) \(0x", listing)
