// VFIO devices in a FrameworkTree, from the kernel's ABI documents: a QAT
// device with three virtual functions of which two are handed to programs, an
// NVMe disk in a group of its own, and a GPU whose group its audio function
// blocks. Tests only.
#pragma once

#include <string>
#include <string_view>

#include "tests/unit/probes/framework_tree.h"

namespace acceld::testing {

struct VfioTree : FrameworkTree {
  static constexpr const char* kQat = "accelerator:qat-0000:6b:00.0";
  static constexpr const char* kQat1 = "accelerator:vfio-0000:6b:00.1";
  static constexpr const char* kQat2 = "accelerator:vfio-0000:6b:00.2";
  static constexpr const char* kNvme = "accelerator:vfio-0000:75:00.0";
  static constexpr const char* kGpu = "accelerator:vfio-0000:83:00.0";

  VfioTree() {
    AddQat();
    AddMember("0000:75:00.0", {0x144d, 0xa808, 0x010802, "vfio-pci", 30});
    AddClassNode("30", "240:2");
    AddCdev("0000:75:00.0", "vfio2", "234:2");
    AddMember("0000:83:00.0", {0x10de, 0x20b0, 0x030200, "vfio-pci", 40});
    AddMember("0000:83:00.1", {0x10de, 0x1aef, 0x040300, "snd_hda_intel", 40});
    AddClassNode("40", "240:3");
  }

  struct Member {
    int vendor;
    int device;
    int class_code;
    std::string driver;
    int group;
  };
  // A function on node 1 in a group; returns its directory.
  std::string AddMember(const std::string& address, const Member& member) {
    PciSpec spec;
    spec.address = address;
    spec.below = "pci" + address.substr(0, 7);
    spec.vendor = member.vendor;
    spec.device = member.device;
    spec.class_code = member.class_code;
    spec.driver = member.driver;
    spec.numa_node = 1;
    spec.iommu_group = member.group;
    const std::string path = pci.Add(spec);
    AddToGroup(member.group, address, path);
    return path;
  }
  // sys/kernel/iommu_groups/GROUP/devices/NAME
  void AddToGroup(int group, const std::string& name, const std::string& path) {
    pci.AddGroup(group, "DMA-FQ");
    tree.AddLinkTo(
        "sys/kernel/iommu_groups/" + std::to_string(group) + "/devices/" + name,
        path);
  }
  // What stands for /dev/vfio/NAME.
  void AddClassNode(const std::string& name, const std::string& number) {
    const std::string path = "sys/devices/virtual/vfio/" + name;
    tree.AddFile(path + "/dev", number + "\n");
    tree.AddLinkTo("sys/class/vfio/" + name, path);
  }
  // What stands for /dev/vfio/devices/NAME.
  void AddCdev(const std::string& address, const std::string& name,
               const std::string& number) {
    tree.AddFile(pci.PathOf(address) + "/vfio-dev/" + name + "/dev",
                 number + "\n");
  }
  void WriteQat(std::string_view file, std::string_view text) {
    tree.AddFile(pci.PathOf("0000:6b:00.0") + "/" + std::string(file), text);
  }

 private:
  void AddQat() {
    AddMember("0000:6b:00.0", {0x8086, 0x4940, 0x0b4000, "4xxx", 10});
    WriteQat("qat/state", "up\n");
    WriteQat("qat/cfg_services", "sym;asym\n");
    WriteQat("qat/num_rps", "64\n");
    WriteQat("qat/pm_idle_enabled", "1\n");
    WriteQat("qat/auto_reset", "off\n");
    WriteQat("qat_rl/cap_rem", "0\n");
    WriteQat("qat_ras/errors_correctable", "5\n");
    WriteQat("qat_ras/errors_nonfatal", "0\n");
    WriteQat("qat_ras/errors_fatal", "0\n");
    WriteQat("sriov_totalvfs", "16\n");
    WriteQat("sriov_numvfs", "3\n");
    for (int i = 1; i <= 3; ++i) {
      const std::string address = "0000:6b:00." + std::to_string(i);
      // The third serves the kernel.
      AddMember(address, {0x8086, 0x4941, 0x0b4000,
                          i == 3 ? "4xxxvf" : "vfio-pci", 20 + i});
      pci.LinkVirtual("0000:6b:00.0", i - 1, address);
    }
    AddClassNode("21", "240:0");
    AddClassNode("22", "240:1");
    AddCdev("0000:6b:00.1", "vfio0", "234:0");
    AddCdev("0000:6b:00.2", "vfio1", "234:1");
    // A module of the kernel that says its version.
    tree.AddFile("sys/bus/pci/drivers/vfio-pci/module/version", "0.2\n");
    tree.AddFile("proc/sys/kernel/osrelease", "6.12.0-test\n");
  }
};

}  // namespace acceld::testing
