"""Other readers of a recorded machine, for scripts/check-recording.py: lspci,
lstopo, and one of sysfs that knows nothing of the project's code."""

import glob
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as xml

ADDRESS = re.compile(r"^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$")
# PCIe: GT/s to the gigabytes that a lane carries each second, after encoding.
LANE = {"2.5GT/s": 0.25, "5GT/s": 0.5, "8GT/s": 8 / 8 * 128 / 130,
        "16GT/s": 16 / 8 * 128 / 130, "32GT/s": 32 / 8 * 128 / 130,
        "64GT/s": 64 / 8 * 242 / 256}


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return None


def link_name(path):
    return os.path.basename(os.readlink(path)) if os.path.islink(path) else None


def names(path):
    try:
        return sorted(os.listdir(path))
    except OSError:
        return []


def byte_count(quantity):
    """"742GiB" -> 796716433408; None -> 0."""
    if quantity is None:
        return 0
    number, unit = re.fullmatch(r"([\d.]+)([KMGTP]i)?B", quantity).groups()
    shift = 10 * " KMGTP".index(unit[0]) if unit else 0
    return round(float(number) * (1 << shift))


def link_gigabytes(speed, width):
    """As hwloc prints it, to three digits."""
    if speed not in LANE or not width:
        return None
    return round(LANE[speed] * int(width[1:]), 3)


def root_of(recording, folder):
    """A directory with sys/ in it for what was named; made in `folder`."""
    if os.path.isfile(recording):
        subprocess.run(["tar", "xf", recording, "-C", folder], check=True)
        inside = names(folder)
        if "sys" not in inside and len(inside) == 1:
            return os.path.join(folder, inside[0])
        return folder
    if os.path.isdir(os.path.join(recording, "nodes")):
        to = os.path.join(folder, "sys/class/kfd/kfd")
        os.makedirs(to)
        shutil.copytree(recording, os.path.join(to, "topology"), symlinks=True)
        return folder
    spaces = glob.glob(os.path.join(recording, "*.config"))
    for space in spaces:
        add_function(folder, os.path.basename(space)[:-len(".config")], space)
    return folder if spaces else recording


def add_function(folder, address, space):
    with open(space, "rb") as file:
        config = file.read()
    at = f"{folder}/sys/devices/pci{address[:-5]}/{address}"
    os.makedirs(at)
    with open(at + "/config", "wb") as file:
        file.write(config)
    number = lambda a, n: int.from_bytes(config[a:a + n], "little")
    for name, value in (("vendor", f"0x{number(0, 2):04x}"),
                        ("device", f"0x{number(2, 2):04x}"),
                        ("class", f"0x{number(9, 3):06x}"),
                        ("revision", f"0x{number(8, 1):02x}"), ("irq", "0"),
                        ("resource", "\n".join(["0x0 0x0 0x0"] * 13))):
        with open(f"{at}/{name}", "w", encoding="utf-8") as file:
            file.write(value + "\n")
    bus = folder + "/sys/bus/pci/devices"
    os.makedirs(bus, exist_ok=True)
    os.symlink(f"../../../devices/pci{address[:-5]}/{address}",
               f"{bus}/{address}")


class Function:
    """One directory of sys/bus/pci/devices."""

    def __init__(self, root, address):
        at = f"{root}/sys/bus/pci/devices/{address}"
        self.address = address
        self.values = {}
        for name in ("vendor", "device", "class"):
            value = read(f"{at}/{name}")
            self.values[name] = value[2:] if value else None
        node = read(at + "/numa_node")
        self.values["numa_node"] = None if node in (None, "-1") else node
        self.values["driver"] = link_name(at + "/driver")
        group = link_name(at + "/iommu_group")
        self.values["iommu_group"] = group
        self.values["iommu_domain_type"] = (
            read(f"{root}/sys/kernel/iommu_groups/{group}/type") if group else None)
        self.links = {"link": self.link(at, "current_link"),
                      "max_link": self.link(at, "max_link")}
        above = os.path.basename(os.path.dirname(os.path.realpath(at)))
        self.parent = (above if ADDRESS.match(above) else
                       above[3:] if above.startswith("pci") else None)
        self.physical = link_name(at + "/physfn")
        self.virtuals = ((read(at + "/sriov_totalvfs"), read(at + "/sriov_numvfs"))
                         if os.path.exists(at + "/sriov_totalvfs") else None)

    @staticmethod
    def link(at, which):
        speed = re.match(r"([\d.]+) GT/s", read(f"{at}/{which}_speed") or "")
        width = read(f"{at}/{which}_width")
        return (f"{float(speed[1]):g}GT/s" if speed else None,
                "x" + width if width in ("1", "2", "4", "8", "12", "16", "32")
                else None)


class Sysfs:
    """Functions, nodes, classes and IOMMU units of a root."""

    # What to call it, and where its names are.
    CLASSES = (("render nodes", "sys/class/drm/renderD*"),
               ("accel nodes", "sys/class/accel/accel*"),
               ("uacce devices", "sys/class/uacce/*"),
               ("NVMe controllers", "sys/class/nvme/nvme*"),
               ("RDMA devices", "sys/class/infiniband/*"),
               ("network interfaces", "sys/class/net/*"),
               ("DSA and IAA", "sys/bus/dsa/devices/[di][sa][ax][0-9]*"))

    def __init__(self, root):
        self.functions = [Function(root, a)
                          for a in names(root + "/sys/bus/pci/devices")
                          if ADDRESS.match(a)]
        self.nodes = {}
        for path in glob.glob(root + "/sys/devices/system/node/node[0-9]*"):
            total = re.search(r"MemTotal:\s*(\d+) kB", read(path + "/meminfo") or "")
            distance = read(path + "/distance")
            self.nodes[int(path.rsplit("node", 1)[1])] = {
                "cpus": read(path + "/cpulist") or mask_cpus(read(path + "/cpumap")),
                "memory": int(total[1]) * 1024 if total else 0,
                "distance": [int(d) for d in distance.split()] if distance else None}
        self.classes = {}
        known = {f.address for f in self.functions}
        for what, pattern in self.CLASSES:
            found = []
            for path in glob.glob(f"{root}/{pattern}"):
                parts = os.path.realpath(path).split("/")
                if known.intersection(parts):
                    found.append(os.path.basename(path))
            if found:
                self.classes[what] = found
        self.units = {name: [a for a in names(f"{root}/sys/class/iommu/{name}/devices")
                             if ADDRESS.match(a)]
                      for name in names(root + "/sys/class/iommu")}


class Kfd:
    """GPUs, hives and memories of KFD's topology."""

    def __init__(self, root):
        self.gpus = []
        self.memories = []
        bandwidths = set()
        pairs = {}
        for path in glob.glob(root + "/sys/class/kfd/kfd/topology/nodes/*"):
            properties = self.properties(path)
            if properties.get("simd_count", 0) == 0:
                continue
            node = int(os.path.basename(path))
            self.gpus.append(node)
            pairs.setdefault(node, set())
            for bank in glob.glob(path + "/mem_banks/*"):
                values = self.properties(bank)
                if values.get("heap_type") in (1, 2):
                    self.memories.append(values["size_in_bytes"])
            for link in glob.glob(path + "/io_links/*"):
                values = self.properties(link)
                if values.get("type") == 11:
                    pairs[node].add(values["node_to"])
                    bandwidths.add(values["max_bandwidth"])
        self.hives = self.components(pairs)
        self.rates = sorted(f"{b / 1000:g}GB/s" for b in bandwidths)

    def components(self, pairs):
        """Sets of GPUs that links of XGMI join."""
        left = set(self.gpus)
        count = 0
        while left:
            todo = [left.pop()]
            size = 0
            while todo:
                size += 1
                for other in pairs.get(todo.pop(), ()):
                    if other in left:
                        left.remove(other)
                        todo.append(other)
            count += size > 1
        return count

    @staticmethod
    def properties(path):
        return {w[0]: int(w[1]) for w in
                (line.split() for line in (read(path + "/properties") or "").splitlines())
                if len(w) == 2 and w[1].isdigit()}


def lspci(root):
    """By address; empty where lspci refuses the tree."""
    ran = subprocess.run(
        ["lspci", "-A", "linux-sysfs", "-O", f"sysfs.path={root}/sys/bus/pci",
         "-D", "-n", "-vvv"], capture_output=True, text=True, check=False,
        env=dict(os.environ, LC_ALL="C"))
    found = {}
    for block in ran.stdout.split("\n\n") if ran.returncode == 0 else ():
        head = re.match(r"(\S+) (\w{4}): (\w{4}):(\w{4})", block)
        if head:
            found[head[1]] = lspci_function(head, block)
    return found


def lspci_function(head, block):
    def first(pattern):
        match = re.search(pattern, block)
        return match[1] if match else None

    def pair(pattern):
        match = re.search(pattern, block)
        return match.groups() if match else None

    def capability(cap, control):
        enabled = re.search(control + r":\s*Enable([+-])", block)
        return (re.search(cap + ":", block) is not None,
                bool(enabled and enabled[1] == "+"))

    width = first(r"PASIDCap:.*Max PASID Width: (\w+)")
    return {
        "ids": (head[3], head[4], head[2]),
        "group": first(r"IOMMU group: (\d+)"),
        "port": first(r"Express \(v\d\) (.*?)(?: \(Slot.\))?, (?:MSI|IntMsgNum)"),
        "link": pair(r"LnkSta:\s*Speed ([\d.]+GT/s).*?Width (x\d+)"),
        "ats": capability("ATSCap", "ATSCtl"),
        "pri": capability("PRICtl", "PRICtl"),
        "pasid": capability("PASIDCap", "PASIDCtl"),
        "pasid_width": int(width, 16) if width else None,
        "acs": (acs(block, "ACSCap") or "none", acs(block, "ACSCtl")),
        "sriov": pair(r"Total VFs: (\d+), Number of VFs: (\d+)"),
    }


def acs(block, register):
    short = {"SrcValid": "SV", "TransBlk": "TB", "ReqRedir": "RR",
             "CmpltRedir": "CR", "UpstreamFwd": "UF", "EgressCtrl": "EC",
             "DirectTrans": "DT"}
    match = re.search(register + r":\s*(.*)", block)
    if not match:
        return None
    on = [short[word[:-1]] for word in match[1].split() if word.endswith("+")]
    return " ".join(on) or "none"


class Hwloc:
    """What lstopo's XML says."""

    def __init__(self, document):
        self.nodes = {}     # os index -> bytes
        self.packages = []  # (CPUs, cores)
        self.links = {}     # address -> GB/s
        for item in document.iter("object"):
            kind = item.get("type")
            if kind == "NUMANode":
                self.nodes[int(item.get("os_index"))] = int(
                    item.get("local_memory") or 0)
            elif kind == "Package":
                cores = sum(o.get("type") == "Core" for o in item.iter("object"))
                cpus = sorted(int(o.get("os_index")) for o in item.iter("object")
                              if o.get("type") == "PU")
                self.packages.append((ranges(cpus), cores or None))
            if item.get("pci_busid") and float(item.get("pci_link_speed") or 0):
                self.links[item.get("pci_busid")] = round(
                    float(item.get("pci_link_speed")), 3)


def mask_cpus(mask):
    """"00000000,0000000f" -> "0-3"."""
    bits = int((mask or "0").replace(",", ""), 16)
    return ranges([i for i in range(bits.bit_length()) if bits >> i & 1])


def ranges(numbers):
    """[0, 1, 2, 5] -> "0-2,5"."""
    out = []
    for number in numbers:
        if out and out[-1][1] == number - 1:
            out[-1][1] = number
        else:
            out.append([number, number])
    return ",".join(f"{a}-{b}" if a != b else str(a) for a, b in out)


def lstopo(root):
    """None where there are no CPUs: hwloc would make one up."""
    if not os.path.isdir(root + "/sys/devices/system/cpu"):
        return None
    ran = subprocess.run(
        ["lstopo", "--of", "xml", "--filter", "io:all", "--disallowed"],
        capture_output=True, text=True, check=True,
        env=dict(os.environ, HWLOC_FSROOT=os.path.abspath(root),
                 HWLOC_COMPONENTS="linux,stop", HWLOC_HIDE_ERRORS="2",
                 HWLOC_KEEP_NVIDIA_GPU_NUMA_NODES="1"))
    return Hwloc(xml.fromstring(ran.stdout))
