"""The programs of GoogleTest cases that scripts/test-vm.sh runs inside each guest. A case that a guest cannot run
skips with the reason."""

CASES = [
    "discovery",
    "hotplug",
    "path",
]
