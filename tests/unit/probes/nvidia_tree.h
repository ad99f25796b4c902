// A machine with NVIDIA GPUs under NVIDIA's driver, written from nv-procfs.c
// and nv-caps.c of its open kernel modules. Tests only.
#pragma once

#include <string>

#include "tests/unit/probes/framework_tree.h"

namespace acceld::testing {

struct NvidiaTree : FrameworkTree {
  NvidiaTree() {
    tree.AddFile("proc/driver/nvidia/version",
                 "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.129.03  "
                 "Thu Oct 19 18:56:32 UTC 2023\nGCC version:  gcc 12.2.0\n");
  }

  void AddGpu(const std::string& address, int minor, const std::string& model,
              const std::string& excluded = "No") {
    AddFunction(address, 0x10de, 0x20b0 + minor, "nvidia");
    tree.AddFile("proc/driver/nvidia/gpus/" + address + "/information",
                 "Model: \t\t " + model +
                     "\nIRQ:   \t\t 285\nGPU UUID: \t "
                     "GPU-5fd4f0a2-6e3c-44f1-9b1e-0c1a2b3c4d5" +
                     std::to_string(minor) +
                     "\nVideo BIOS: \t 92.00.45.00.03\nBus Type: \t PCIe\n"
                     "DMA Size: \t 47 bits\nDMA Mask: \t 0x7fffffffffff\n"
                     "Bus Location: \t " +
                     address + "\nDevice Minor: \t " + std::to_string(minor) +
                     "\nGPU Firmware: \t 535.129.03\nGPU Excluded:\t " +
                     excluded + "\n");
  }

  // Instance 1 with two compute instances, instance 2 with none.
  void AddInstances(int minor) {
    const std::string gpu = "gpu" + std::to_string(minor);
    const std::string mig = "proc/driver/nvidia/capabilities/" + gpu + "/mig";
    for (const char* name : {"gi1", "gi1/ci0", "gi1/ci1", "gi2"}) {
      tree.AddFile(mig + "/" + name + "/access", "DeviceFileMinor: 1\n");
    }
    tree.AddFile("proc/driver/nvidia-caps/mig-minors",
                 "config 1\nmonitor 2\n" + gpu + "/gi1/access 12\n" + gpu +
                     "/gi1/ci0/access 13\n" + gpu + "/gi1/ci1/access 14\n" +
                     gpu + "/gi2/access 21\n");
  }

  // The GPU's memory as a node without CPUs, as far from both others.
  void AddCoherentMemory(const std::string& address, int node) {
    tree.AddNumaNode({0, "0-3", 1000, "10 40 80", false});
    tree.AddNumaNode({1, "4-7", 1000, "40 10 60", false});
    tree.AddNumaNode({node, "", 90000, "80 60 10", false});
    tree.AddFile("proc/driver/nvidia/gpus/" + address + "/numa_status",
                 "Node:      " + std::to_string(node) +
                     "\nStatus:    online\nAddress:   40000000000\n"
                     "Size:      3f0000000\n");
  }

  void AddSwitch(const std::string& address,
                 const std::string& driver = "nvidia-nvswitch") {
    PciSpec spec;
    spec.address = address;
    spec.below = "pci" + address.substr(0, 7);
    spec.vendor = 0x10de;
    spec.device = 0x1af1;
    spec.class_code = 0x068000;
    spec.driver = driver;
    spec.numa_node = 0;
    pci.Add(spec);
  }
};

}  // namespace acceld::testing
