#!/usr/bin/env python3
"""Compares what accel-topo says of recorded machines with other readers.

usage: scripts/check-recording.py [--accel-topo PROGRAM] [--markdown FILE]
                                  RECORDING...

A RECORDING is what `accel-topo --sysroot` takes: a directory with sys/ and
proc/, or an archive of one. A directory of KFD's topology (nodes/), and one of
configuration spaces (ADDRESS.config files), are made into a root first.

The others are lspci (libpci, its own decoder of configuration spaces), lstopo
(hwloc, all I/O filters) and recording_readers.py, which reads sysfs by itself.
Each difference is explained by a rule (EXPLANATIONS), or it is not; the exit
status is 1 where one is not.
"""

import argparse
import collections
import json
import os
import shutil
import subprocess
import sys
import tempfile

import recording_readers as readers

# What accel-topo, lspci and lstopo call the same.
PORT_TYPES = {
    "Root Port": "root-port",
    "Upstream Port": "upstream-port",
    "Downstream Port": "downstream-port",
    "Endpoint": "endpoint",
    "Legacy Endpoint": "legacy-endpoint",
    "Root Complex Integrated Endpoint": "integrated-endpoint",
    "PCI-Express to PCI/PCI-X Bridge": "pcie-to-pci-bridge",
    "PCI/PCI-X to PCI-Express Bridge": "pci-to-pcie-bridge",
    "Root Complex Event Collector": "event-collector",
}

# (reader, what) -> why the two may differ; `ours` and `theirs` are looked at.
EXPLANATIONS = [
    ("lstopo", "NUMA nodes",
     lambda ours, theirs: not any(
         has_memory for index, has_memory in ours if index not in
         [i for i, _ in theirs]) and len(theirs) < len(ours),
     "hwloc leaves out nodes without memory (CPUs only, generic initiators)"),
    ("lspci", "link now",
     lambda ours, theirs: ours == (None, None),
     "sysfs gives no link (or 'Unknown'), and accel-topo believes the kernel over the register"),
    ("lspci", "PCI functions",
     lambda ours, theirs: not theirs,
     "lspci needs sys/bus/pci/devices with resource and config files; this recording lacks them"),
]


class Comparison:
    """Counts agreements of one machine, and keeps differences."""

    def __init__(self):
        self.counts = collections.OrderedDict()  # (reader, what) -> [agree, all]
        self.differences = []  # (reader, what, subject, ours, theirs, explanation)

    def check(self, reader, what, subject, ours, theirs):
        # Where neither says anything, nothing was compared.
        if ours == theirs and ours in (None, "", [], 0, (None, None)):
            return
        count = self.counts.setdefault((reader, what), [0, 0])
        count[1] += 1
        if ours == theirs:
            count[0] += 1
            return
        why = next((text for r, w, holds, text in EXPLANATIONS
                    if (r, w) == (reader, what) and holds(ours, theirs)), None)
        self.differences.append((reader, what, subject, ours, theirs, why))

    def unexplained(self):
        return [d for d in self.differences if d[5] is None]


class Described:
    """The machine document of accel-topo, by what it is asked for here."""

    def __init__(self, program, recording):
        ran = subprocess.run([program, "--sysroot", recording, "--json"],
                             capture_output=True, text=True, check=False)
        if ran.returncode != 0:
            sys.exit(f"{program} --sysroot {recording}: {ran.stderr.strip()}")
        self.document = json.loads(ran.stdout)
        self.entities = {}
        for entity in self.document["entities"]:
            values = {n: a["value"] for n, a in entity.get("attributes", {}).items()}
            self.entities[entity["key"]] = (entity["kind"], values)
        self.functions = {
            values["address"]: (key, values)
            for key, (kind, values) in self.entities.items()
            if kind in ("pci", "root-port", "switch-port") and "address" in values}
        self.above = {link["to"]: link["from"] for link in self.document["links"]
                      if link["kind"] in ("pcie", "cxl", "on-die")}
        self.relations = {(r["from"], r["to"], r["kind"])
                          for r in self.document["relations"]}

    def of_kind(self, kind):
        return {k: v for k, (entity, v) in self.entities.items() if entity == kind}

    def counts(self):
        return collections.Counter(kind for kind, _ in self.entities.values())


def text(value):
    return None if value is None else str(value)


def check_pci_sysfs(ours, sysfs, result):
    """Each function against plain files, and its place against the paths."""
    listed = {f.address for f in sysfs.functions}
    result.check("sysfs", "PCI functions", "-",
                 sorted(a for a in ours.functions if a in listed), sorted(listed))
    for function in sysfs.functions:
        if function.address not in ours.functions:
            continue
        key, values = ours.functions[function.address]
        for name in ("vendor", "device", "class", "driver", "numa_node",
                     "iommu_group", "iommu_domain_type"):
            result.check("sysfs", name, function.address, text(values.get(name)),
                         function.values.get(name))
        for which in ("link", "max_link"):
            result.check("sysfs", which.replace("_", " "), function.address,
                         (values.get(which + "_speed"), values.get(which + "_width")),
                         function.links[which])
        if function.parent:
            result.check("sysfs", "bridge above", function.address,
                         ours.above.get(key, "").split(":", 1)[-1], function.parent)
        if function.physical:
            physical = ours.functions[function.physical][0]
            result.check("sysfs", "physical function", function.address,
                         (key, physical, "virtual-of") in ours.relations, True)
        if function.virtuals:
            result.check("sysfs", "SR-IOV", function.address,
                         (text(values.get("sriov_total_vfs")),
                          text(values.get("sriov_num_vfs"))), function.virtuals)


def check_lspci(ours, theirs, result):
    result.check("lspci", "PCI functions", "-",
                 sorted(a for a in ours.functions if a in theirs or not theirs),
                 sorted(theirs))
    for address, other in theirs.items():
        if address not in ours.functions:
            continue
        _, values = ours.functions[address]
        result.check("lspci", "ids", address,
                     (values.get("vendor"), values.get("device"),
                      values.get("class", "")[:4]), other["ids"])
        if other["group"] is not None:
            result.check("lspci", "IOMMU group", address,
                         text(values.get("iommu_group")), other["group"])
        if other["port"]:
            result.check("lspci", "port type", address, values.get("port_type"),
                         PORT_TYPES.get(other["port"], other["port"]))
        if other["link"]:
            result.check("lspci", "link now", address,
                         (values.get("link_speed"), values.get("link_width")),
                         other["link"])
        # Without the whole space accel-topo says nothing, and lspci leaves out.
        if values.get("config_access") != "extended":
            continue
        virtual = any(kind == "virtual-of" and f == ours.functions[address][0]
                      for f, _, kind in ours.relations)
        for name in ("ats", "pri", "pasid"):
            if virtual and name != "ats":
                continue  # a virtual function shares its physical one's
            result.check("lspci", name.upper(), address,
                         (values.get(name + "_capable"), values.get(name + "_enabled")),
                         other[name])
        if other["pasid_width"] is not None:
            result.check("lspci", "PASID width", address,
                         values.get("pasid_capability_width"), other["pasid_width"])
        result.check("lspci", "ACS", address,
                     (values.get("acs"), values.get("acs_enabled")), other["acs"])
        if other["sriov"]:
            result.check("lspci", "SR-IOV", address,
                         (text(values.get("sriov_total_vfs")),
                          text(values.get("sriov_num_vfs"))), other["sriov"])


def check_nodes(ours, sysfs, hwloc, result):
    nodes = {v["os_index"]: v for v in ours.of_kind("numa").values()
             if "os_index" in v}
    memories = {v["numa_node"]: v for v in ours.of_kind("memory").values()
                if "numa_node" in v and v.get("os_index") is not None}
    if sysfs.nodes:
        result.check("sysfs", "NUMA nodes", "-", sorted(nodes),
                     sorted(sysfs.nodes))
    for index, node in sysfs.nodes.items():
        values = nodes.get(index, {})
        result.check("sysfs", "node CPUs", index, values.get("cpus", ""),
                     node["cpus"])
        result.check("sysfs", "node memory", index,
                     readers.byte_count(memories.get(index, {}).get("capacity")),
                     node["memory"])
        if node["distance"] is not None:
            result.check("sysfs", "distances", index,
                         [int(d.split("=")[1]) for d in values.get("distances", [])],
                         node["distance"])
    if hwloc is None:
        return
    if nodes and hwloc.nodes:
        result.check("lstopo", "NUMA nodes", "-",
                     [(i, i in memories) for i in sorted(nodes)],
                     [(i, hwloc.nodes[i] > 0) for i in sorted(hwloc.nodes)])
    for index, memory in hwloc.nodes.items():
        if index in nodes and memory:
            result.check("lstopo", "node memory", index,
                         readers.byte_count(memories.get(index, {}).get("capacity")),
                         memory)
    packages = ours.of_kind("package")
    if packages:
        result.check("lstopo", "packages", "-",
                     sorted((v.get("cpus"), v.get("cores"))
                            for v in packages.values()), sorted(hwloc.packages))
    for address, link in hwloc.links.items():
        if address in ours.functions and link:
            rate = ours.functions[address][1]
            mine = readers.link_gigabytes(rate.get("link_speed"),
                                          rate.get("link_width"))
            result.check("lstopo", "link bandwidth", address, mine, link)


def check_classes(ours, sysfs, result):
    """What hangs on the buses: by class, which names there are."""
    attributes = {k: v for k, (_, v) in ours.entities.items()}
    for what, names in sysfs.classes.items():
        found = sorted(n for n in names
                       if any(k.split(":", 1)[1] == n or n in str(v.get("node", ""))
                              or n in v.get("namespaces", [])
                              for k, v in attributes.items()))
        result.check("sysfs", what, "-", found, sorted(names))
    for name, members in sysfs.units.items():
        mine = sorted(a for a, (key, _) in ours.functions.items()
                      if (key, "iommu:" + name, "translated-by") in ours.relations)
        result.check("sysfs", "functions of an IOMMU", name, mine, members)


def check_kfd(ours, kfd, result):
    if not kfd.gpus:
        return
    mine = {k: v for k, v in ours.of_kind("accelerator").items()
            if v.get("framework") == "kfd" or "hive_id" in v}
    result.check("sysfs", "KFD GPUs", "-", len(mine), len(kfd.gpus))
    hubs = [k for k in ours.of_kind("fabric-hub")]
    result.check("sysfs", "XGMI hives", "-", len(hubs), kfd.hives)
    rates = {link["bandwidth"]["value"] for link in ours.document["links"]
             if link["kind"] == "fabric" and link["from"] in hubs + list(mine)
             and link["to"] in hubs + list(mine)}
    result.check("sysfs", "XGMI bandwidth", "-", sorted(rates), kfd.rates)
    sizes = sorted(readers.byte_count(v["capacity"])
                   for v in ours.of_kind("memory").values()
                   if v.get("memory_kind") in ("hbm", "device") and
                   "numa_node" not in v)
    result.check("sysfs", "GPU memories", "-", sizes, sorted(kfd.memories))


def compare(program, root):
    ours = Described(program, root)
    sysfs = readers.Sysfs(root)
    hwloc = readers.lstopo(root)
    result = Comparison()
    if sysfs.functions:
        check_pci_sysfs(ours, sysfs, result)
        check_lspci(ours, readers.lspci(root), result)
    check_nodes(ours, sysfs, hwloc, result)
    check_classes(ours, sysfs, result)
    check_kfd(ours, readers.Kfd(root), result)
    return ours, result


def lines_of(name, ours, result):
    kinds = ", ".join(f"{n} {k}" for k, n in sorted(ours.counts().items()))
    yield f"### {name}"
    yield ""
    yield f"{kinds or 'nothing'}; {len(ours.document['faults'])} faults"
    yield ""
    yield "| reader | what | agree | of |"
    yield "|---|---|---|---|"
    for (reader, what), (agree, of) in sorted(result.counts.items()):
        yield f"| {reader} | {what} | {agree} | {of} |"
    yield ""
    grouped = collections.OrderedDict()
    for reader, what, subject, mine, theirs, why in result.differences:
        grouped.setdefault((reader, what, why), []).append((subject, mine, theirs))
    for (reader, what, why), cases in grouped.items():
        subject, mine, theirs = cases[0]
        yield (f"- {reader}, {what}, {len(cases)} x: for example {subject}: here "
               f"`{mine}`, there `{theirs}`. **{why or 'UNEXPLAINED'}**")
    if grouped:
        yield ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--accel-topo", default="accel-topo")
    parser.add_argument("--markdown", help="write the tables here, too")
    parser.add_argument("recordings", nargs="+")
    options = parser.parse_args()
    out = []
    bad = 0
    for recording in options.recordings:
        with tempfile.TemporaryDirectory() as folder:
            root = readers.root_of(recording, folder)
            ours, result = compare(options.accel_topo, root)
            name = os.path.basename(os.path.abspath(recording))
            out += lines_of(name, ours, result)
            bad += len(result.unexplained())
    out.append(f"Unexplained differences: {bad}")
    print("\n".join(out))
    if options.markdown:
        with open(options.markdown, "w", encoding="utf-8") as file:
            file.write("\n".join(out) + "\n")
    return 1 if bad else 0


if __name__ == "__main__":
    for needed in ("lspci", "lstopo"):
        if shutil.which(needed) is None:
            sys.exit(f"{needed} is needed (scripts/install-deps.sh)")
    sys.exit(main())
