// A uacce compressor in a slot, with the files that its driver shows. Tests
// only.
#pragma once

#include <string>

#include "tests/support/pci_sys_tree.h"
#include "tests/support/sys_tree.h"

namespace acceld::testing {

// On a root bus of its own ("0000:75:00.0": pci0000:75). Returns the directory
// of the device `name` ("hisi_zip-0") with the node's number ("508:0").
inline std::string AddCompressor(SysTree& tree, PciSysTree& pci,
                                 const std::string& address,
                                 const std::string& name,
                                 const std::string& number) {
  PciSpec spec;
  spec.address = address;
  spec.below = "pci" + address.substr(0, 7);
  spec.vendor = 0x19e5;
  spec.device = 0xa250;
  spec.class_code = 0x120000;
  spec.driver = "hisi_zip";
  spec.numa_node = 0;
  const std::string device =
      pci.AddClassDevice(pci.Add(spec), "uacce", name, number);
  tree.AddFile(device + "/algorithms", "zlib\n");
  tree.AddFile(device + "/available_instances", "256\n");
  tree.AddFile(device + "/flags", "1\n");
  tree.AddFile(device + "/api", "hisi_qm_v3\n");
  return device;
}

}  // namespace acceld::testing
