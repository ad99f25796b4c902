"""What people start, where its manual is, and what it runs for a command."""

PROGRAMS = {
    "accel-exporter": ("//integrations/exporter:accel-exporter", ["accel-exporter.8"], None),
    "accel-policy": ("//client/policy:accel-policy", ["accel-policy.1"], None),
    "accel-topo": ("//client/topo:accel-topo", ["accel-topo.1"], None),
    "accelctl": ("//client/ctl:accelctl", ["accelctl.1", "accel-policy.1"], "//client/policy:accel-policy"),
    "acceld": ("//daemon:acceld", ["acceld.8"], None),
    "acceld-device-plugin": (
        "//integrations/kubernetes/device_plugin:acceld-device-plugin",
        ["acceld-device-plugin.8"],
        None,
    ),
    "acceld-dra-plugin": (
        "//integrations/kubernetes/dra:acceld-dra-plugin",
        ["acceld-dra-plugin.8"],
        None,
    ),
}
