// A machine with accelerators of several frameworks, each with ids of its own,
// for the frameworks' tests. Written from the kernel's ABI documents.
#pragma once

#include <cstdint>
#include <string>

#include "probes/fact.h"
#include "probes/probe.h"
#include "tests/support/pci_sys_tree.h"
#include "tests/support/sys_tree.h"

namespace acceld::testing {

struct FrameworkTree {
  FrameworkTree() : pci(tree) {
    tree.AddNumaNode({0, "0-3", 1000, "10 21", false});
    tree.AddNumaNode({1, "4-7", 1000, "21 10", false});
  }

  // A function on its own root bus, on node 1; returns its directory.
  std::string AddFunction(const std::string& address, int vendor, int device,
                          const std::string& driver) {
    PciSpec spec;
    spec.address = address;
    spec.below = "pci" + address.substr(0, 7);
    spec.vendor = vendor;
    spec.device = device;
    spec.class_code = 0x120000;
    spec.driver = driver;
    spec.numa_node = 1;
    return pci.Add(spec);
  }

  // Puts the function behind an AMD IOMMU unit whose PASIDs have 9 bits, and
  // turns its own PASIDs and ATS on.
  void EnableSva(const std::string& path, std::uint16_t vendor,
                 std::uint16_t device) {
    const std::string address = path.substr(path.rfind('/') + 1);
    tree.AddFile(path + "/config", ConfigBytes(vendor, device, false)
                                       .Express(0)
                                       .Extended(0x0f, 0x100, {0, 0x8000})
                                       .Extended(0x1b, 0x140, {0x1000, 1})
                                       .Bytes());
    pci.AddGroup(3, "DMA");
    tree.AddLinkTo(path + "/iommu_group", "sys/kernel/iommu_groups/3");
    pci.AddIommu("ivhd0", {address.c_str()});
    const std::string unit = "sys/devices/virtual/iommu/ivhd0/amd-iommu/";
    tree.AddFile(unit + "features", "800000012\n");  // PASmax 8
    tree.AddFile(unit + "cap", "1000000\n");
  }

  // What every probe says, but those of CPUs and of software.
  [[nodiscard]] probes::FactSet Run() const {
    const SysRoot root = tree.root();
    probes::FactSet facts;
    for (const probes::Probe& probe : probes::AllProbes()) {
      // These two describe the running process too, not only the tree.
      if (probe.name == "hwloc" || probe.name == "soft") continue;
      probe.run(root, facts);
    }
    return facts;
  }

  SysTree tree;
  PciSysTree pci;
};

}  // namespace acceld::testing
