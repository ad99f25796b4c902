"""The guest machine, as QEMU's arguments and as what discovery must find in it.

Two sockets of one CPU. Node 0 and 1 are DRAM, node 2 is HBM beside socket 0, node 3 is HBM that both sockets reach
equally and neither is attached to. Below each socket one PCIe switch with two virtio GPUs and two edu devices (a PCI
device with registers and DMA for teaching); an NVMe controller on a port of its own, the first with SR-IOV.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from hmat import Hmat, SideCache

MIB = 1 << 20
NODE_MIB = {0: 1024, 1: 512, 2: 256, 3: 256}
DISTANCES = {(0, 1): 21, (0, 2): 12, (1, 2): 31, (0, 3): 28, (1, 3): 28, (2, 3): 14}
LATENCY = {(0, 0): 90, (0, 1): 150, (0, 2): 110, (0, 3): 200, (1, 0): 150, (1, 1): 90, (1, 2): 190, (1, 3): 200}
BANDWIDTH = {(0, 0): 20000, (0, 1): 10000, (0, 2): 60000, (0, 3): 40000,
             (1, 0): 10000, (1, 1): 20000, (1, 2): 15000, (1, 3): 40000}
ATTACHED = {0: 0, 1: 1, 2: 0, 3: None}
CACHE = SideCache(memory=0, size=32 * MIB)
# PCI bus numbers of the two sockets' host bridges.
BUSES = {0: 0x20, 1: 0x40}
# What hangs below each socket's switch.
EDU = f"edu,dma_mask={(1 << 48) - 1}"
SWITCHED = ("virtio-gpu-pci", "virtio-gpu-pci", EDU, EDU)


@dataclass(frozen=True)
class Machine:
    # Whether QEMU has our edu device with ATS and PASID: then there is one more, on a root port of each socket. (The
    # switch ports that QEMU emulates have no ACS, and Linux enables PASID only where the whole path has it.)
    sva: bool = False

    def arguments(self, scratch: Path) -> list:
        table = scratch / "hmat.bin"
        table.write_bytes(Hmat(ATTACHED, LATENCY, BANDWIDTH, [CACHE]).table())
        arguments = ["-machine", "q35,kernel-irqchip=split", "-smp", "2,sockets=2,cores=1,threads=1",
                     "-m", f"{sum(NODE_MIB.values())}M", "-acpitable", f"file={table}"]
        # First-stage translation needs equal paging modes of CPU and IOMMU; the IOMMU has no five-level one.
        arguments += ["-cpu", "max,la57=off" if self.sva else "max"]
        arguments += self._memory() + self._iommu()
        for socket in BUSES:
            arguments += self._socket(socket)
        return arguments

    def kernel_arguments(self) -> str:
        return "intel_iommu=on,sm_on iommu.passthrough=0 iommu.strict=1"

    def expectations(self) -> str:
        """What discovery must find, as JSON for the cases inside the guest."""
        return json.dumps({
            "memory_mib": {str(node): size for node, size in NODE_MIB.items()},
            "distances": [[a, b, value] for (a, b), value in DISTANCES.items()],
            "latency_ns": [[i, t, value] for (i, t), value in LATENCY.items()],
            "bandwidth_mb_s": [[i, t, value] for (i, t), value in BANDWIDTH.items()],
            "side_cache": {"memory": CACHE.memory, "bytes": CACHE.size},
            "buses": {str(socket): f"{bus:02x}" for socket, bus in BUSES.items()},
            "gpus": SWITCHED.count("virtio-gpu-pci"),
            "edus": SWITCHED.count(EDU) + self.sva,
            "sva": self.sva,
        })

    @staticmethod
    def _memory() -> list:
        arguments = []
        for node, size in NODE_MIB.items():
            cpus = f",cpus={node}" if node in BUSES else ""
            arguments += ["-object", f"memory-backend-ram,size={size}M,id=m{node}",
                          "-numa", f"node,nodeid={node},memdev=m{node}{cpus}"]
        for (a, b), value in DISTANCES.items():
            arguments += ["-numa", f"dist,src={a},dst={b},val={value}"]
        return arguments

    def _iommu(self) -> list:
        # All the addresses that a process can have.
        options = "intel-iommu,intremap=on,x-scalable-mode=on,device-iotlb=on,aw-bits=48"
        if self.sva:
            options += ",x-flts=on,x-pasid-mode=on"
        return ["-device", options]

    def _socket(self, n: int) -> list:
        devices = [f"pxb-pcie,id=pxb{n},bus_nr={BUSES[n]},numa_node={n},bus=pcie.0",
                   f"pcie-root-port,id=switched{n},bus=pxb{n},chassis={10 * n + 1},slot={10 * n + 1}",
                   f"x3130-upstream,id=up{n},bus=switched{n}"]
        for port, device in enumerate(SWITCHED):
            number = 10 * n + 2 + port
            devices += [f"xio3130-downstream,id=down{n}{port},bus=up{n},chassis={number},slot={number}",
                        f"{device},bus=down{n}{port}"]
        number = 10 * n + 6
        devices.append(f"pcie-root-port,id=storage{n},bus=pxb{n},chassis={number},slot={number}")
        if self.sva:
            number = 10 * n + 7
            devices += [f"pcie-root-port,id=sva{n},bus=pxb{n},chassis={number},slot={number}",
                        f"edu,sva=on,bus=sva{n}"]
        arguments = [word for device in devices for word in ("-device", device)]
        arguments += ["-drive", f"if=none,id=disk{n},file=null-co://,format=raw,file.size=64M,file.read-zeroes=on"]
        if n == 0:
            arguments += ["-device", "nvme-subsys,id=subsystem0",
                          "-device", "nvme,id=nvme0,serial=nvme0,bus=storage0,subsys=subsystem0,sriov_max_vfs=2,"
                                     "sriov_vq_flexible=4,sriov_vi_flexible=2,max_ioqpairs=6,msix_qsize=5",
                          "-device", "nvme-ns,drive=disk0,nsid=1,bus=nvme0,shared=off"]
        else:
            arguments += ["-device", f"nvme,id=nvme{n},serial=nvme{n},drive=disk{n},bus=storage{n}"]
        return arguments
