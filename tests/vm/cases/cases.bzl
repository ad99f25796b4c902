"""The programs of GoogleTest cases that scripts/test-vm.sh runs inside each guest. A case that a guest cannot run
skips with the reason."""

CASES = [
    "buffer",
    "container",
    "discovery",
    "drm",
    "hotplug",
    "path",
    "sva",
    "ticket",
    "units",
    "vfio",
]
