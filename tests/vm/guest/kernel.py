"""A guest kernel: the uncompressed image and its modules, out of a Debian package or a folder of the cache."""

import lzma
import re
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

XZ_MAGIC = b"\xfd7zXZ\0"


@dataclass(frozen=True)
class Kernel:
    image: Path  # what QEMU's -kernel takes
    modules: Path  # .../lib/modules/VERSION

    @property
    def version(self) -> str:
        return self.modules.name

    @cached_property
    def _paths(self) -> dict:
        return {_module_name(path): path for path in self.modules.rglob("*.ko*")}

    @cached_property
    def _builtin(self) -> set:
        listing = self.modules / "modules.builtin"
        return {_module_name(Path(line)) for line in listing.read_text().split()} if listing.exists() else set()

    def closure(self, names: list) -> list:
        """(name, bytes) of these modules and of what they need, in the order to load them.

        Read from each module's own .modinfo: Debian's package has no modules.dep. What is built in is left out.
        Raises LookupError for a module that this kernel does not have.
        """
        ordered, done = [], set()

        def add(name: str, needed: bool) -> None:
            name = name.replace("-", "_")
            if name in done or name in self._builtin:
                return
            done.add(name)
            if name not in self._paths:
                if needed:
                    raise LookupError(f"Linux {self.version} has no module {name}")
                return
            data = _read_module(self._paths[name])
            for dependency in _soft_dependencies(data):
                add(dependency, needed=False)
            for dependency in _modinfo(data, b"depends").split(","):
                if dependency:
                    add(dependency, needed=True)
            ordered.append((name, data))

        for name in names:
            add(name, needed=True)
        return ordered


def from_package(package: Path, folder: Path) -> Kernel:
    """Unpacks a linux-image .deb below `folder`, unless that was done before."""
    target = folder / package.stem
    if not (target / "vmlinux").exists():
        subprocess.run(["dpkg-deb", "-x", package, target], check=True)
        compressed = next((target / "boot").glob("vmlinuz-*"))
        (target / "vmlinux").write_bytes(uncompressed(compressed.read_bytes()))
    return Kernel(target / "vmlinux", next((target / "lib/modules").iterdir()))


def from_cache(folder: Path) -> Kernel:
    """A kernel of our own configuration: bzImage-* and modules-*.tar.xz in `folder`."""
    image = next(folder.glob("bzImage-*"))
    unpacked = folder / "unpacked"
    if not unpacked.exists():
        unpacked.mkdir()
        archive = next(folder.glob("modules-*.tar.xz"))
        subprocess.run(["tar", "-xf", archive, "-C", unpacked], check=True)
    return Kernel(image, next(unpacked.glob("**/lib/modules/*")))


def uncompressed(image: bytes) -> bytes:
    """The ELF inside a bzImage. QEMU starts it by its PVH entry, which spares the guest the unpacking (10 s of TCG)."""
    for match in re.finditer(re.escape(XZ_MAGIC), image):
        try:
            elf = lzma.LZMADecompressor().decompress(image[match.start():])
        except lzma.LZMAError:
            continue
        if elf.startswith(b"\x7fELF"):
            return elf
    raise ValueError("no xz-compressed kernel in this image")


def _module_name(path: Path) -> str:
    return path.name.split(".ko")[0].replace("-", "_")


def _read_module(path: Path) -> bytes:
    if path.suffix == ".xz":
        return lzma.decompress(path.read_bytes())
    if path.suffix == ".zst":
        return subprocess.run(["zstd", "-qdc", path], check=True, stdout=subprocess.PIPE).stdout
    return path.read_bytes()


def _modinfo(data: bytes, key: bytes) -> str:
    match = re.search(rb"\0" + key + rb"=([^\0]*)\0", data)
    return match.group(1).decode() if match else ""


def _soft_dependencies(data: bytes) -> list:
    names, before = [], False
    for word in _modinfo(data, b"softdep").split():
        if word in ("pre:", "post:"):
            before = word == "pre:"
        elif before:
            names.append(word)
    return names
